"""Lines into a database that is being built aside: all of them as they come, or only what has changed since the last one."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import shutil
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import pyoxigraph as ox

from severance_kg import disk

GULP = 50_000_000
"""Bytes that the engine loads in one go. It holds them all: two million triples took 1,650 MB, and 470 MB so, as fast."""
AT_ONCE = 20_000
"""Lines that are taken out or put in as one transaction."""


class Loader:
    """Fills a database in the folder ``made``.

    With ``few``, it starts from the files of the database before, as links: an engine never alters a file of its tables, it
    writes others beside. Else it loads everything in one go, in a thread, while parts are still being compiled.
    """

    def __init__(self, path: Path, made: Path, before: disk.About | None, *, few: bool) -> None:
        self._parts, self._folder = path / disk.PARTS, made / disk.DATABASE
        self._before = before if few else None
        self._engine: ox.Store | None = None
        self._stream = _Stream()
        self._loaded: set[str] = set()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        if self._before:
            _link(path / disk.current(path) / disk.DATABASE, self._folder)

    def __enter__(self) -> Self:
        self._engine = ox.Store(str(self._folder))
        if not self._before:
            self._thread = threading.Thread(target=self._pour, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.stop()
        if self._thread:
            self._thread.join()
        self._stream.close()
        self._engine = None

    def load(self, part: str) -> None:
        """Load a part as soon as there is time."""
        if not self._before and part not in self._loaded:
            self._loaded.add(part)
            self._stream.put(self._parts / part)

    def engine(self, parts: list[str], edges: Iterable[str]) -> ox.Store:
        """Return the engine once all these parts and edges, and nothing else, are in it.

        Raises:
            OSError, RuntimeError: they could not be written.
        """
        assert self._engine is not None
        lines = {line.encode() for line in edges}
        if self._before:
            self._change(self._before, set(parts), lines)
            return self._engine
        for part in parts:
            self.load(part)
        self._stream.put(b"".join(lines))
        self._stream.put(None)
        assert self._thread is not None
        self._thread.join()
        if self._error:
            raise self._error
        return self._engine

    def close(self) -> dict[str, tuple[int, str]]:
        """Let the engine write everything to disk and go; return the size and digest of each of its files."""
        assert self._engine is not None
        if not self._before:
            self._engine.optimize()
        self._engine.flush()
        self._engine = None
        return disk.about_files(self._folder)

    def _pour(self) -> None:
        assert self._engine is not None
        try:
            while not self._stream.ended:
                self._engine.bulk_load(input=cast(BinaryIO, _Gulp(self._stream)), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        except _Stopped:
            pass
        except BaseException as error:
            self._error = error

    def _change(self, before: disk.About, parts: set[str], edges: set[bytes]) -> None:
        assert self._engine is not None
        out = set(self._lines(set(before.parts) - parts))
        into = {*self._lines(parts - set(before.parts)), *edges}
        typed = any(b'"^^<' in line for line in out)
        # Nothing is typed twice but edges: "07" that goes must not take the "7" along that stays, to the engine the same.
        again = {line for line in edges if b'"^^<' in line} if typed else set()
        for some in _batches(out - into):
            self._engine.update(f"DELETE DATA {{ {b''.join(some).decode()} }}")
        for some in _batches((into - out) | again):
            self._engine.load(input=b"".join(some), format=ox.RdfFormat.N_TRIPLES, lenient=True)

    def _lines(self, parts: Iterable[str]) -> Iterator[bytes]:
        for part in parts:
            with (self._parts / part).open("rb") as lines:
                yield from lines


class _Stopped(Exception):
    """The build has ended before its end."""


class _Stream:
    """A file that is still being written: what is put in comes out, in order, and reading waits for more.

    After :data:`GULP` bytes it seems to be at its end, between two things that were put in, until it is read again.
    """

    def __init__(self) -> None:
        self._coming: queue.SimpleQueue[Path | bytes | None] = queue.SimpleQueue()
        self._stopped = False
        self._now: BinaryIO = io.BytesIO()
        self._given = 0
        self.ended = False

    def put(self, more: Path | bytes | None) -> None:
        """Put in a file, bytes, or the end."""
        self._coming.put(more)

    def stop(self) -> None:
        """End the reading now, whatever is still to come."""
        self._stopped = True
        self._coming.put(None)

    def close(self) -> None:
        """Let go of the file that is being read."""
        self._now.close()

    def read(self, size: int = -1) -> bytes:
        """Return what is there, at most so many bytes; nothing at the end."""
        while not (found := self._now.read(size)) and not self.ended:
            if self._given >= GULP:
                self._given = 0
                break
            more = self._coming.get()
            if self._stopped:
                raise _Stopped
            self._now.close()
            self.ended = more is None
            self._now = more.open("rb") if isinstance(more, Path) else io.BytesIO(more or b"")
        self._given += len(found)
        return found


class _Gulp:
    """What comes up to the next seeming end of a stream, and then nothing: the engine looks once more than it takes."""

    def __init__(self, stream: _Stream) -> None:
        self._stream, self._ended = stream, False

    def read(self, size: int = -1) -> bytes:
        """Return what is there, at most so many bytes; nothing at the end."""
        found = b"" if self._ended else self._stream.read(size)
        self._ended = not found
        return found


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(sorted(lines))
    while some := list(islice(source, AT_ONCE)):
        yield some


def _link(source: Path, target: Path) -> None:
    """Copy a database: its tables, which never change, as links where the file system has them."""
    target.mkdir()
    for file in source.iterdir():
        if file.name.startswith("LO"):
            continue
        if file.suffix == ".sst":
            with contextlib.suppress(OSError):
                os.link(file, target / file.name)
                continue
        shutil.copy2(file, target / file.name)
