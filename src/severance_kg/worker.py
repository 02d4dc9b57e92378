"""A worker: the process in which a stranger's query runs. It is started by :mod:`severance_kg.workers` and meant to be killed.

It opens one store and then gives up, for good, the means to open anything else: no file, no connection, no core dump. Requests
come on standard input and answers go to standard output, as frames of a letter, a length and a JSON object or bytes. A query
that takes more memory than it may ends the process, since the engine aborts; the parent tells that from its last words.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import re
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import pyoxigraph as ox

from severance_kg.errors import InputError, QueryError, QueryStopped, SevError
from severance_kg.limits import MEGABYTE
from severance_kg.scan import scan
from severance_kg.store import syntax_error
from severance_kg.vocabulary import PREFIXES

STACK = 64 * MEGABYTE
"""What the deepest query that the scan lets pass needs, several times over; it is address space, not memory."""
FRAME = 64 * 1024

ROWS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True, slots=True)
class Task:
    """A query and how it is to be answered: a format for each kind of answer, or None where none would be accepted."""

    query: str
    rows: str | None
    boolean: str | None
    triples: str | None
    timeout: float
    memory: int
    result_bytes: int
    query_chars: int
    nesting: int

    def packed(self) -> bytes:
        """Return the task as a frame."""
        return frame(b"Q", json.dumps(asdict(self)).encode())


def frame(letter: bytes, content: bytes) -> bytes:
    """Return a frame: a letter that tells what it is, four bytes that tell its length, and its content."""
    return letter + len(content).to_bytes(4, "big") + content


# ── Opening and closing ──────────────────────────────────────────────────────────────────────────────────────────────


def open_store(kind: str, where: str) -> ox.Store:
    """Open a database folder read only, or load the N-Triples behind a file descriptor that was inherited."""
    if kind == "database":
        return ox.Store.read_only(where)
    store, number = ox.Store(), int(where)
    try:
        if os.fstat(number).st_size:
            # A map has its own place to read from, which the descriptor shares with other workers.
            with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as content:
                source: Any = content  # an IO[bytes] in all that is asked of one
                store.bulk_load(input=source, format=ox.RdfFormat.N_TRIPLES)
    finally:
        os.close(number)
    return store


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends, however that comes about; where the system cannot do it, the pipe's end does."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig, sigkill = 1, 9
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, sigkill)
        if os.getppid() != parent:
            os._exit(1)


def confine() -> None:
    """Give up the means to open a file or a connection, to write a file and to leave a core behind."""
    import resource

    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (0, 0))


class _Room:
    """How much memory and processor time a query may take, enforced by the system."""

    def __init__(self) -> None:
        # Where there is no /proc the address space cannot be told, and the limit of memory stays with the platform.
        self._statm = open("/proc/self/statm", "rb", buffering=0) if sys.platform == "linux" else None  # noqa: PTH123, SIM115
        self._base = self._used()

    def _used(self) -> int:
        if self._statm is None:
            return 0
        return int(os.pread(self._statm.fileno(), 200, 0).split()[0]) * os.sysconf("SC_PAGE_SIZE")

    def set(self, task: Task) -> None:
        """Lower the limits to a task's. The processor's is a second belt, should the parent not be there to kill."""
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + task.timeout) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        if self._statm is not None:
            resource.setrlimit(resource.RLIMIT_AS, (self._base + task.memory * MEGABYTE, resource.RLIM_INFINITY))

    def is_spent(self, task: Task) -> bool:
        """Whether so much memory has not been given back that the next query should have another worker."""
        return self._used() - self._base > task.memory * MEGABYTE // 2


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Output:
    """Where an engine writes an answer: frames to the parent, no more bytes in all than allowed."""

    def __init__(self, out: BinaryIO, most: int) -> None:
        self._out, self._most, self._written, self._waiting = out, most, 0, bytearray()

    def write(self, content: bytes) -> int:
        self._written += len(content)
        if self._written > self._most:
            raise QueryStopped(
                f"the answer is longer than {self._most:,} bytes", limit="result-bytes", hint="ask for less with LIMIT or FILTER"
            )
        self._waiting += content
        if len(self._waiting) >= FRAME:
            self.flush()
        return len(content)

    def flush(self) -> None:
        if self._waiting:
            self._out.write(frame(b"D", bytes(self._waiting)))
            self._waiting.clear()


class _XmlOutput(_Output):
    """As XML is written: what it cannot hold is refused, and carriage returns stay what they are."""

    _FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
    _tail = b""

    def write(self, content: bytes) -> int:
        if self._FORBIDDEN.search(self._tail + content):
            raise QueryError("the answer has characters that XML cannot hold", hint="ask for JSON, CSV or TSV")
        self._tail = content[-2:]
        super().write(content.replace(b"\r", b"&#13;"))
        return len(content)


def answer(store: ox.Store, task: Task, out: BinaryIO) -> dict[str, Any]:
    """Scan and run a query, write its answer as frames and return what it is.

    Raises:
        QueryError: it is refused, does not parse, or its answer fits no format that was accepted.
        QueryStopped: the answer is too long.
    """
    scan(task.query, characters=task.query_chars, nesting=task.nesting)
    try:
        found = store.query(task.query, prefixes=PREFIXES)
        kind, wanted = _kind(found, task)
        if wanted is None:
            return {"kind": kind, "format": None}
        output: Any = (_XmlOutput if wanted in ("xml", "rdfxml") else _Output)(out, task.result_bytes)
        if isinstance(found, ox.QueryTriples):
            _write_triples(found, wanted, output)
        else:
            found.serialize(output, ROWS[wanted])
        output.flush()
    except SyntaxError as error:
        raise syntax_error(task.query, str(error)) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"the query cannot be run: {error}", hint="simplify it, or ask for another format") from None
    return {"kind": kind, "format": wanted}


def _write_triples(found: ox.QueryTriples, wanted: str, output: Any) -> None:
    if wanted in ("ntriples", "jsonld"):
        found.serialize(output, TRIPLES[wanted])
        return
    triples = list(found)
    if wanted == "rdfxml":
        _check_properties(triples)
    plain = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    used = {prefix: space for prefix, space in PREFIXES.items() if f"<{space}".encode() in plain}
    ox.serialize(triples, output, TRIPLES[wanted], prefixes=used)


_STARTS = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NAME_AT_END = re.compile(f"[{_STARTS}][{_STARTS}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*$")
"""What an element of XML may be called (Namespaces in XML, NCName), at the end of an IRI."""


def _check_properties(triples: Iterable[ox.Triple]) -> None:
    """Refuse what RDF/XML cannot say: an element is named by the end of its property. The engine writes what is no XML."""
    for iri in {triple.predicate.value for triple in triples}:
        if not _NAME_AT_END.search(iri):
            raise QueryError(f"RDF/XML cannot name the property <{iri[:200]}>", hint="ask for Turtle, N-Triples or JSON-LD")


def _kind(found: Any, task: Task) -> tuple[str, str | None]:
    if isinstance(found, ox.QueryBoolean):
        return "boolean", task.boolean
    if isinstance(found, ox.QuerySolutions):
        return "rows", task.rows
    return "triples", task.triples


def told(error: SevError) -> dict[str, Any]:
    """Return an error as the parent reads it."""
    parts = {"what": error.what, "where": error.where, "hint": error.hint, "kind": type(error).__name__}
    return parts | {"limit": getattr(error, "limit", None)}


def serve(store: ox.Store, requests: BinaryIO, out: BinaryIO) -> None:
    """Answer requests until they end."""
    room = _Room()
    confine()
    # Not how many triples there are: the engine would read all of a database to say.
    _tell(out, b"R", {})
    while head := requests.read(5):
        task = Task(**json.loads(requests.read(int.from_bytes(head[1:], "big"))))
        room.set(task)
        try:
            ended = answer(store, task, out)
            _tell(out, b"E", ended | {"spent": room.is_spent(task)})
        except SevError as error:
            _tell(out, b"X", told(error) | {"spent": room.is_spent(task)})
        except (MemoryError, RecursionError):
            sys.stderr.write("memory allocation failed\n")
            os._exit(1)


def _tell(out: BinaryIO, letter: bytes, content: dict[str, Any]) -> None:
    out.write(frame(letter, json.dumps(content).encode()))
    out.flush()


def main() -> None:
    """Open the store that the arguments name, and serve: kind, folder or descriptor, and the parent's process number."""
    kind, where, parent = sys.argv[1:4]
    die_with_parent(int(parent))
    out = os.fdopen(1, "wb")
    requests = os.fdopen(0, "rb")
    try:
        store = open_store(kind, where)
    except (OSError, ValueError, SyntaxError, RuntimeError) as error:
        failed = InputError(f"the store cannot be opened: {error}", hint="build it anew")
        _tell(out, b"X", told(failed))
        return

    def run() -> None:
        with contextlib.suppress(BrokenPipeError):
            serve(store, requests, out)
        # The engine's own threads and what it holds need no farewell.
        os._exit(0)

    threading.stack_size(STACK)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
