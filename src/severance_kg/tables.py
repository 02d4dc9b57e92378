"""Plain text for the terminal: tables that fit its width."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from severance_kg.errors import printable

LEAST_COLUMN = 12


def table(header: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """Return a table no wider than ``width`` (the terminal's by default): long cells are wrapped, never cut.

    Where the window is too narrow for its columns, each row is a block instead, with a line or more for each cell.
    """
    lines = [[" ".join(printable(cell).split()) for cell in row] for row in (header, *rows)]
    if not header:
        return ""
    width = width or shutil.get_terminal_size().columns
    wanted = [max(columns(row[i]) for row in lines) for i in range(len(header))]
    widths = _widths(wanted, width)
    if sum(widths) + 2 * (len(widths) - 1) > width:
        return _blocks(lines[0], lines[1:], width)
    text = [_row(lines[0], widths), "  ".join("─" * one for one in widths)]
    text += [_row(row, widths) for row in lines[1:]]
    return "\n".join(text) + "\n"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what is counted: ``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: East Asian wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text
    )


def _widths(wanted: list[int], width: int) -> list[int]:
    room = width - 2 * (len(wanted) - 1)
    widths = list(wanted)
    while sum(widths) > room and max(widths) > LEAST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: list[str], widths: list[int]) -> str:
    wrapped = [list(_wrapped(cell, width)) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    lines = []
    for i in range(height):
        parts = [_filled(cell[i] if i < len(cell) else "", width) for cell, width in zip(wrapped, widths, strict=True)]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _blocks(header: list[str], rows: list[list[str]], width: int) -> str:
    blocks = []
    for row in rows:
        lines = []
        for name, cell in zip(header, row, strict=True):
            lines += list(_wrapped(name, width))
            lines += [f"  {line}" for line in _wrapped(cell, max(width - 2, 2))]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, broken at spaces, after hyphens and slashes, or within a word that is too long for a line."""
    line = ""
    for piece in _pieces(text):
        if columns(line) + columns(piece.rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            yield line.rstrip()
        line = piece.lstrip()
        while columns(line.rstrip()) > width:
            cut = _fitting(line, width)
            yield line[:cut]
            line = line[cut:]
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for end, character in enumerate(text, 1):
        if character in " -/—" and end < len(text):
            yield text[start:end]
            start = end
    yield text[start:]


def _fitting(text: str, width: int) -> int:
    """Return how many characters fit, but one at least."""
    end = 1
    while end < len(text) and columns(text[: end + 1]) <= width:
        end += 1
    return end


def as_json(value: Any) -> str:
    """Return a value as JSON text."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
