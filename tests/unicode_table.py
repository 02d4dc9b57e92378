"""Which code points this Python's Unicode has not assigned, as ``viz/unicode.js`` holds them.

Run as a script it writes the table into that file, which is needed only when the project moves to another Unicode.
"""

from __future__ import annotations

import itertools
import re
import textwrap
import unicodedata
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "viz" / "unicode.js"
_TABLE = re.compile(r"(?s)(?<=const UNASSIGNED = `\n)(.*?)(?=\n  `)")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def table() -> str:
    """Return the lengths of the runs of code points that are assigned and that are not, in turn, in base 36."""
    told: list[str] = []
    for unassigned, run in itertools.groupby(range(0x110000), lambda c: unicodedata.category(chr(c)) == "Cn"):
        if not told and unassigned:
            told.append("0")
        told.append(_base36(sum(1 for _ in run)))
    return " ".join(told)


def _base36(number: int) -> str:
    rest = _base36(number // 36) if number >= 36 else ""
    return rest + _DIGITS[number % 36]


def held() -> str:
    """Return the table that the script holds."""
    found = _TABLE.search(SCRIPT.read_text("utf-8"))
    assert found
    return " ".join(found[1].split())


if __name__ == "__main__":
    lines = textwrap.fill(table(), 120, initial_indent="    ", subsequent_indent="    ")
    SCRIPT.write_text(_TABLE.sub(lines, SCRIPT.read_text("utf-8")), "utf-8")
