"""Problems of several files together: which are a file's own, and which only follow from another that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from severance_kg.errors import InputError, SevError, UnknownName
from severance_kg.yaml_lines import MOST_BYTES


def own_problems(problems: Iterable[SevError], unread: Mapping[str, Path | str]) -> Iterator[SevError]:
    """Yield the problems but for unknown names that stand in a file that could not be read: it may well declare them.

    Args:
        problems: what was found in the files that could be read.
        unread: the others, as a name to show and a path or what the file would hold; the cause in them has been told.
    """
    words = {name: set(re.findall(r"[\w-]+", _text(file))) for name, file in unread.items()}
    waiting: set[str] = set()
    for problem in problems:
        asked = problem.name.rpartition(":")[2] if isinstance(problem, UnknownName) else ""
        holding = {name for name, held in words.items() if _holds(held, asked)}
        waiting |= holding
        if not holding:
            yield problem
    for name in sorted(waiting):
        what = "names that other files take from it are looked up when it can be read"
        yield InputError(what, where=name, hint="correct it first")


def _holds(words: set[str], asked: str) -> bool:
    """Whether a name stands among words; the id of another file's statement is that file's id and the statement's own."""
    parts = ((asked[:i], asked[i + 1 :]) for i, c in enumerate(asked) if c == "-")
    return asked in words or any(file in words and own in words for file, own in parts)


def _text(file: Path | str) -> str:
    if isinstance(file, str):
        return file
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
