"""A graph on disk: built aside, put in place whole, and only ever read.

A store is a folder::

    current         the name of the folder that answers
    db-…/database   pyoxigraph's files
    db-…/about.json what was built, from which parts, and the size and digest of each of pyoxigraph's files
    .serving-…      what a server has of a database, for as long as it serves it
    parts/…         the graph as N-Triples: what each source says, the names, the edges, what is inferred; no line in two

A database is never written once ``current`` names it, so that readers need no lock: who has opened the one before reads on
from it. The lines come from the parts and not from the engine, which changes literals and takes twice as long as rdflib.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from severance_kg.errors import StoreError, typed
from severance_kg.store import Answer, ask

FORM = 1
"""The form of the folder. A store of another form is built anew, and is not read."""

CURRENT, DATABASE, ABOUT, PARTS, LOCK = "current", "database", "about.json", "parts", "lock"
SNAPSHOT = ".serving-"
"""How the names of folders begin in which servers keep what they serve."""
_BUILD = "build the store again with 'severance-kg build --store'"


@dataclass(frozen=True)
class About:
    """What a database holds: ``made_from`` is the digest of its inputs, ``files`` the size and SHA-256 of the engine's files."""

    made_from: str
    parts: tuple[str, ...]
    files: Mapping[str, tuple[int, str]]
    sources: int = 0
    statements: int = 0
    edges: int = 0
    inferred: int = 0
    form: int = FORM


class DiskStore:
    """A graph on disk, open for reading, with pyoxigraph as its engine.

    Raises:
        StoreError: there is no store, it is damaged, or another version made it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.folder, self.about, self._store = _opened(self.path)

    def query(self, query: str) -> Answer:
        """Scan and run a query; the project's prefixes need no declaration.

        Raises:
            QueryRefused: the scan forbids it.
            QueryError: it does not parse; the message has line, column and what was expected.
            StoreError: the engine finds its files damaged.
        """
        try:
            return ask(self._store, query)
        except (OSError, RuntimeError) as error:
            raise damaged(self.path, error) from None

    def dump(self) -> bytes:
        """Return every triple as N-Triples, sorted: the bytes that an ordinary build of the same files writes."""
        return b"".join(sorted(self.lines()))

    def lines(self) -> Iterator[bytes]:
        """Yield every triple once as a line of N-Triples, part by part: no line stands in two of them."""
        for name in self.about.parts:
            path = self.path / PARTS / name
            try:
                with path.open("rb") as lines:
                    yield from lines
            except OSError as error:
                hint = "open it again if it was built anew meanwhile, else build it"
                raise StoreError(f"a part cannot be read: {error.strerror}", where=str(path), hint=hint) from None


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def damaged(path: Path, why: object) -> StoreError:
    """Return the error for a store that cannot be read, with what to do."""
    return StoreError(f"the store is damaged: {' '.join(str(why).split())[:300]}", where=str(path), hint=_BUILD)


def _opened(path: Path) -> tuple[Path, About, ox.Store]:
    name = None
    while True:
        before, name = name, current(path)
        folder = path / name
        try:
            about = read_about(folder)
            check_sizes(folder, about)
            return folder, about, ox.Store.read_only(str(folder / DATABASE))
        except (StoreError, OSError, RuntimeError, ValueError) as error:
            # A build may have put another in its place between the two steps; the name tells.
            if name != before and current(path) != name:
                continue
            raise error if isinstance(error, StoreError) else damaged(path, error) from None


def current(path: Path) -> str:
    """Return the name of the folder that answers.

    Raises:
        StoreError: there is none.
    """
    try:
        name = (path / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError:
        raise StoreError(
            "there is no store", where=str(path), hint=f"make one: 'severance-kg build --store {typed(path)}'"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(path, error) from None
    if not name.startswith("db-") or Path(name).name != name:
        raise damaged(path, f'the file "{CURRENT}" names no database')
    return name


def read_about(folder: Path) -> About:
    """Read what a database holds.

    Raises:
        StoreError: it cannot be read, or is of another form.
    """
    try:
        given = json.loads((folder / ABOUT).read_text("utf-8"))
        if given.get("form") != FORM:
            raise StoreError("another version of severance-kg made the store", where=str(folder.parent), hint=_BUILD)
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in given.pop("files").items()}
        return About(**{**given, "parts": tuple(map(str, given["parts"])), "files": files})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(folder.parent, error) from None


def check_sizes(folder: Path, about: About) -> None:
    """Raise a StoreError if one of the engine's files is missing or not as long as it was: the engine's own words are dark."""
    for name, (size, _) in about.files.items():
        path = folder / DATABASE / name
        try:
            found = path.stat().st_size
        except OSError as error:
            raise damaged(folder.parent, f"{path.relative_to(folder.parent)}: {error.strerror}") from None
        if found != size:
            raise damaged(folder.parent, f"{path.relative_to(folder.parent)} has {found} bytes, not {size}")


# ── Putting in place ─────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other builds out of a store, and sweep away what servers that were killed have left in it.

    The system lets go of the lock when the process ends, however it ends.

    Raises:
        StoreError: another build is at work in it, or it is a folder with other things.
    """
    if path.is_dir() and not (path / LOCK).exists() and any(path.iterdir()):
        # What builds have left is swept away by its name, which other things may bear.
        raise StoreError("the folder holds other things", where=str(path), hint="name an empty or a new folder for the store")
    path.mkdir(parents=True, exist_ok=True)
    with (path / LOCK).open("a+b") as file:
        try:
            _lock(file)
        except OSError:
            what = "another build is at work in this store"
            raise StoreError(what, where=str(path), hint="wait until it has ended, or name another folder") from None
        sweep_snapshots(path)
        yield


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def put_in_place(path: Path, made: Path, about: About) -> None:
    """Let a finished database answer from now on: all of it reaches the disk before ``current`` names it."""
    write_safely(made / ABOUT, json.dumps(asdict(about), indent=1).encode())
    for file in (made / DATABASE).iterdir():
        _to_disk(file)
    for part in about.parts:
        _to_disk(path / PARTS / part)
    for folder in (path / PARTS, made / DATABASE, made):
        _to_disk(folder)
    stem, n = f"db-{about.made_from[:16]}", 1
    while (path / (name := stem if n == 1 else f"{stem}-{n}")).exists():
        n += 1
    made.rename(path / name)
    _to_disk(path)
    write_safely(path / CURRENT, f"{name}\n".encode())


def write_safely(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the machine stops."""
    write_whole(path, content)
    _to_disk(path)
    _to_disk(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the process ends; what is known by its digest needs no more."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
        try:
            file.write(content)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)


def _to_disk(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return  # folders cannot be opened there, and need not be
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(path: Path, parts: Iterable[str]) -> None:
    """Remove what no reader to come will open: other databases, what builds that were ended have left, and unnamed parts."""
    keep, named = current(path), set(parts)
    for folder in path.iterdir():
        if folder.is_dir() and folder.name.startswith(("db-", "new-")) and folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
    for part in (path / PARTS).iterdir():
        if part.name not in named:
            with contextlib.suppress(OSError):
                part.unlink()


def hold_snapshot(folder: Path) -> int:
    """Keep a server's folder from being swept away until the descriptor that is returned is closed, or the process ends.

    Raises:
        OSError: it is being swept away.
    """
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def sweep_snapshots(path: Path) -> None:
    """Remove the folders of servers that were killed. A lock tells, which a process number does not to another container."""
    for folder in path.glob(f"{SNAPSHOT}*"):
        import fcntl

        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def about_files(database: Path) -> dict[str, tuple[int, str]]:
    """Return the size and the SHA-256 of each of the engine's files; its diary and its lock say nothing of the graph."""
    files = sorted(one for one in database.iterdir() if one.is_file() and not one.name.startswith("LO"))
    return {one.name: (one.stat().st_size, digest_of(one)) for one in files}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(folder: Path, about: About) -> bool:
    """Return whether every one of the engine's files is, to the last byte, the one that was built."""
    try:
        return about_files(folder / DATABASE) == dict(about.files)
    except OSError:
        return False
