"""What a format is, and the list of those that there are."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from severance_kg.errors import InputError, UnknownName
from severance_kg.export.material import Material

Chunks = Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is called, how it is written, and what it cannot hold.

    ``write`` yields the bytes of the one file. A format of several files has ``files`` instead, which returns the bytes of
    each by its name. ``losses`` are plain sentences; without any, what was written gives the same graph back.
    """

    name: str
    title: str
    suffix: str
    write: Callable[[Material], Chunks] | None = None
    files: Callable[[Material], Mapping[str, Chunks]] | None = None
    losses: tuple[str, ...] = ()


@cache
def read_formats() -> dict[str, Format]:
    """Return the formats by name, in the order of the names."""
    found = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        for one in getattr(import_module(f"{__package__}.{module.name}"), "FORMATS", ()):
            found[one.name] = one
    return {name: found[name] for name in sorted(found)}


def find_format(name: str) -> Format:
    """Return a format by its name, letter case aside.

    Raises:
        UnknownName: there is none; the message has the nearest one, or all of them.
    """
    known = read_formats()
    if name.casefold() in known:
        return known[name.casefold()]
    raise UnknownName("format", name, known)


def guess_format(path: str | Path) -> Format:
    """Return the format that the end of a file's name tells: the longest suffix that fits, and csv for a zip.

    Raises:
        InputError: no format has that suffix.
    """
    name = Path(path).name.casefold()
    fitting = [one for one in read_formats().values() if name.endswith((one.suffix, ".zip") if one.files else one.suffix)]
    if not fitting:
        raise InputError("its name tells no format", where=str(path), hint="name one with --format")
    return max(fitting, key=lambda one: len(one.suffix))
