"""What a pool's workers open: one graph that stays as it is, whatever becomes of the files that it was read from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from severance_kg import disk
from severance_kg.errors import InputError

_TRIES = 3
"""How often to begin anew when somebody sweeps away a folder of our own before we hold it."""


@dataclass(frozen=True, slots=True)
class Home:
    """A graph that can be opened any number of times. ``kind`` is ``ntriples`` or ``database``."""

    kind: str
    where: str
    digest: str
    descriptors: tuple[int, ...] = ()


@contextlib.contextmanager
def home_of(graph: bytes | Path) -> Iterator[Home]:
    """Keep a graph for as long as workers may want to open it.

    Args:
        graph: N-Triples, a file that holds them, or a folder with an Oxigraph database. A folder with a file ``current``
            holds the database in the folder of the name that stands in that file.

    Raises:
        InputError: there is no such thing, or it cannot be read.
    """
    if isinstance(graph, Path) and graph.is_dir():
        database = _database(graph)
        # Beside the databases of a store, since the one that answers now is removed when another takes its place.
        with _kept_database(database, graph if database != graph else graph.parent) as kept:
            yield kept
        return
    content = graph if isinstance(graph, bytes) else _read(graph)
    # A file without a name: nobody can change it, and nothing is left when this process ends.
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Home("ntriples", str(file.fileno()), hashlib.sha256(content).hexdigest(), (file.fileno(),))


def _read(path: Path) -> bytes:
    if path.suffix != ".nt":
        what = "is neither a folder nor a file in .nt" if path.exists() else "there is no such store"
        raise InputError(what, where=str(path), hint="'severance-kg build' writes severance.nt")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint="check the path") from None


def _database(folder: Path) -> Path:
    """The folder with the engine's files: this one, or the one that ``current`` leads to."""
    found = folder
    if (folder / disk.CURRENT).is_file():
        found = folder / disk.current(folder)
        if (found / disk.ABOUT).is_file():
            disk.check_sizes(found, disk.read_about(found))
            found = found / disk.DATABASE
    if not (found / "CURRENT").is_file():
        raise InputError("there is no Oxigraph database in it", where=str(found), hint="name a folder that a store was built in")
    return found


@contextlib.contextmanager
def _kept_database(database: Path, beside: Path) -> Iterator[Home]:
    """Link the engine's files into a folder of our own, so that a worker can open them after somebody has swapped them out."""
    digest = hashlib.sha256()
    files = sorted(path for path in database.iterdir() if path.is_file())
    for path in files:
        digest.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    disk.sweep_snapshots(beside)
    with _snapshot(files, beside) as own:
        yield Home("database", str(own or database), digest.hexdigest())


@contextlib.contextmanager
def _snapshot(files: Iterable[Path], beside: Path) -> Iterator[Path | None]:
    """Give a folder of our own, or None where no file can be written or linked: then the database is opened as it is."""
    with contextlib.ExitStack() as held:
        for _ in range(_TRIES):
            try:
                own = Path(tempfile.mkdtemp(prefix=f"{disk.SNAPSHOT}{os.getpid()}-", dir=beside))
                held.callback(shutil.rmtree, own, ignore_errors=True)
                held.callback(os.close, disk.hold_snapshot(own))
                _link(files, own)
            except OSError:
                held.close()
            else:
                yield own
                return
        yield None


def _link(files: Iterable[Path], own: Path) -> None:
    for path in files:
        # The tables, which may be large, never change once they are written; the small files beside them may.
        if path.suffix == ".sst":
            (own / path.name).hardlink_to(path)
        else:
            shutil.copy2(path, own / path.name)
