"""Plain text for the terminal: tables that fit its width."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from severance_kg.errors import printable

LEAST_COLUMN = 12


def table(header: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """Return a table no wider than ``width`` (the terminal's by default): long cells are wrapped, never cut."""
    lines = [[printable(cell) for cell in row] for row in (header, *rows)]
    if not header:
        return ""
    widths = _widths([max(len(row[i]) for row in lines) for i in range(len(header))], width or shutil.get_terminal_size().columns)
    text = [_row(lines[0], widths), "  ".join("─" * one for one in widths)]
    text += [_row(row, widths) for row in lines[1:]]
    return "\n".join(text) + "\n"


def _widths(wanted: list[int], width: int) -> list[int]:
    room = width - 2 * (len(wanted) - 1)
    widths = list(wanted)
    while sum(widths) > room and max(widths) > LEAST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: list[str], widths: list[int]) -> str:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    lines = []
    for i in range(height):
        parts = [(cell[i] if i < len(cell) else "").ljust(width) for cell, width in zip(wrapped, widths, strict=True)]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def as_json(value: Any) -> str:
    """Return a value as JSON text."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
