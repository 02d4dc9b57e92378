"""Sorting more lines than memory should hold: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

RUN = 40_000
"""Lines held at once. At 250 bytes a line this is some 12 MB, and a graph of the usual size never touches the disk."""

FAN = 256
"""Runs that are merged at once: below the usual limit of 1,024 open files, with room for others."""


def sorted_lines(lines: Iterable[bytes], folder: Path, *, size: int = RUN, fan: int = FAN) -> Iterator[bytes]:
    """Yield lines, each of which ends in a line feed, in the order of their bytes and each once.

    The order of UTF-8 bytes is that of code points, so this is the order of ``lines.lines`` too. Memory is bounded by
    ``size``, whatever comes in; runs go to files in ``folder``, which are removed when the last line has been taken.
    """
    source = iter(lines)
    held = sorted(islice(source, size))
    if len(held) < size:
        yield from _each_once(held)
        return
    runs: list[Path] = []
    last = b""
    while held:
        if runs and held[0] >= last:
            # What comes sorted already, as a graph that is kept does, is one run however long it is: nothing to merge.
            _write(held, runs[-1])
        else:
            runs = [_write(_merged(runs), _new(folder))] if len(runs) == fan else runs
            runs.append(_write(held, _new(folder)))
        last = held[-1]
        held = sorted(islice(source, size))
    yield from _merged(runs)


def _each_once(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line, _ in groupby(lines))


def _new(folder: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".run", delete=False) as file:
        return Path(file.name)


def _write(lines: Iterable[bytes], path: Path) -> Path:
    with path.open("ab") as file:
        file.writelines(lines)
    return path


def _merged(runs: list[Path]) -> Iterator[bytes]:
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in runs]
        yield from _each_once(heapq.merge(*files) if len(files) > 1 else files[0])
    for path in runs:
        path.unlink()
