"""Every request in ``tests/hostile`` against one endpoint that is watched from outside.

All are sent first, several at once, each followed by an ordinary query; then each case's outcome is looked at.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

import pytest

import severance_kg as skg
from serving import CHOOSES, Endpoint, endpoint, received

HERE = Path(__file__).parent / "hostile"
WORKERS, MEMORY = 3, 150
OPTIONS = (
    "--workers",
    WORKERS,
    "--per-client",
    WORKERS,
    "--timeout",
    1,
    "--memory",
    MEMORY,
    "--result-bytes",
    200_000,
    "--patience",
    2,
    "--no-page",
)
CANARY = "canary-of-the-secret-file"
_TIMES = re.compile(r"⟦((?:(?!⟦).)*?)×(\d+)⟧", re.DOTALL)


class Case(NamedTuple):
    way: str
    status: list[int]
    request: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.way}: {self.request['why']}"


def read_cases() -> list[Case]:
    found = []
    for file in sorted(HERE.glob("*.toml")):
        for way in tomllib.loads(file.read_text("utf-8"))["way"]:
            found += [Case(way["name"], one.get("status", way["status"]), one) for one in way["case"]]
    return found


CASES = read_cases()


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Outcome:
    """What came back, and what an ordinary query got right after."""

    answer: bytes
    after: int

    @property
    def statuses(self) -> list[int]:
        """The statuses of all answers, without those that only ask for more; 0 where there was none."""
        found = [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.answer)]
        return [one for one in found if one != 100] or [0]


@dataclass
class Sender:
    """Makes bytes of cases, and sends them."""

    serving: Endpoint
    places: dict[str, str]

    def send(self, case: Case, *, after: bool = True) -> Outcome:
        """Send a case, and right after it an ordinary query."""
        request = self._bytes(case.request)
        with socket.create_connection(self.serving.host, timeout=60) as connection:
            answer = self._talk(connection, request, case.request)
        return Outcome(answer, self.serving.get(CHOOSES).status_code if after else 0)

    def _talk(self, connection: socket.socket, request: bytes, how: dict[str, Any]) -> bytes:
        with contextlib.suppress(ConnectionError):
            if "slow" in how:
                return self._trickle(connection, request, how["slow"])
            connection.sendall(request)
        return b"" if how.get("unread") else received(connection)

    def _trickle(self, connection: socket.socket, request: bytes, pause: float) -> bytes:
        """Send sixteen bytes, look whether the other side has had enough, and go on."""
        connection.settimeout(pause)
        pieces = []
        # What stands before the empty line may come at once: the patience for a body is another one.
        _, empty, body = request.partition(b"\r\n\r\n")
        rest = body if empty and body else request
        connection.sendall(request[: len(request) - len(rest)])
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(rest), 16):
                connection.sendall(rest[start : start + 16])
                try:
                    piece = connection.recv(65536)
                except TimeoutError:
                    continue
                if not piece:
                    break
                pieces.append(piece)
        return b"".join(pieces)

    def _bytes(self, request: dict[str, Any]) -> bytes:
        if "raw" in request:
            return self._filled(request["raw"]).encode("latin-1")
        if "query" in request:
            return self._query(self._filled(request["query"]), request)
        headers = {name: self._filled(value) for name, value in request.get("headers", {}).items()}
        path = self._filled(request["path"], encoded=True)
        return http(request.get("method", "GET"), path, headers, self._filled(request.get("body", "")).encode())

    def _query(self, query: str, request: dict[str, Any]) -> bytes:
        headers = {"Accept": request["accept"]} if "accept" in request else {}
        if request.get("via") == "get":
            return http("GET", f"/sparql?{urlencode({'query': query})}", headers, b"")
        if request.get("via") == "form":
            kind, body = "application/x-www-form-urlencoded", urlencode({"query": query}).encode()
        else:
            kind, body = "application/sparql-query", query.encode("utf-8", "surrogatepass")
        return http("POST", "/sparql", headers | {"Content-Type": kind}, body)

    def _filled(self, text: str, *, encoded: bool = False) -> str:
        for name, place in self.places.items():
            text = text.replace(f"⟦{name}⟧", quote(place, safe="") if encoded else place)

        def repeated(match: re.Match[str]) -> str:
            piece, times = match[1], int(match[2])
            if "№" not in piece and "‡" not in piece:
                return piece * times
            return "".join(piece.replace("№", str(n)).replace("‡", str(n + 1)) for n in range(times))

        return _TIMES.sub(repeated, text).replace("␀", "\0")


def http(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return a request as it goes over the wire, for a connection that ends with the answer."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close"]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


# ── Watching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Trap:
    """A listener that must never hear anything."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/sparql"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class Secret:
    """A file that must never be opened; the kernel says whether it was."""

    def __init__(self, path: Path) -> None:
        path.write_text(f"<a:a> <a:b> '{CANARY}' .\n")
        self._libc = ctypes.CDLL(None)
        self._watch = self._libc.inotify_init1(os.O_NONBLOCK)
        in_access, in_open = 0x1, 0x20
        assert self._libc.inotify_add_watch(self._watch, str(path).encode(), in_access | in_open) >= 0

    @property
    def opened(self) -> bool:
        try:
            return bool(os.read(self._watch, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._watch)


@dataclass
class Watcher:
    """Looks at the endpoint's processes again and again: memory in megabytes, and sockets that workers have no use for."""

    serving: Endpoint
    parent: int = 0
    worker: int = 0
    most_workers: int = 0
    sockets: set[str] = field(default_factory=set)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.parent = max(self.parent, resident(self.serving.process.pid))
            workers = self.serving.workers()
            self.most_workers = max(self.most_workers, len(workers))
            # Until its own program begins a process has what its parent has, which is nothing that it opened.
            before = sockets_of(self.serving.process.pid)
            found = {one: sockets_of(one) for one in workers if runs_worker(one)}
            inherited = before | sockets_of(self.serving.process.pid)
            odd = {one: links - inherited for one, links in found.items() if links - inherited}
            # What a process begins with may still be open for a moment, though its parent has closed it: look again.
            if odd and not self._over.wait(0.01):
                self.sockets |= {f"{one} {link}" for one, links in odd.items() for link in links & sockets_of(one)}
            self.worker = max([self.worker, *map(resident, workers)])


def resident(process: int) -> int:
    """Return the most memory that a process has had so far, in megabytes."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        return int(found[1]) // 1024 if found else 0
    return 0


def runs_worker(process: int) -> bool:
    with contextlib.suppress(OSError):
        return b"severance_kg.worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def sockets_of(process: int) -> set[str]:
    found: list[str] = []
    with contextlib.suppress(OSError):
        for one in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.append(str(one.readlink()))
    return {one for one in found if one.startswith("socket:")}


class Siege(NamedTuple):
    outcomes: dict[str, Outcome]
    watcher: Watcher
    trap: Trap
    opened: bool
    files: tuple[list[str], list[str]]
    counted: tuple[bytes, bytes]
    serving: Endpoint
    seconds: float


COUNT = "SELECT (COUNT(*) AS ?n) (SUM(STRLEN(STR(?o))) AS ?length) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def siege(command: str, kg: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    folder = tmp_path_factory.mktemp("siege")
    (folder / "graph.nt").write_bytes(kg.store.dump())
    trap, secret = Trap(), Secret(folder / "secret.ttl")
    places = {"trap": trap.url, "secret": (folder / "secret.ttl").as_uri()}
    with endpoint(command, "--store", folder / "graph.nt", *OPTIONS, cwd=folder) as serving:
        sender = Sender(serving, places)
        before = sorted(map(str, folder.rglob("*"))), serving.get(COUNT).content
        begun = time.monotonic()
        with Watcher(serving) as watcher, ThreadPoolExecutor(WORKERS) as threads:
            outcomes = dict(zip((case.name for case in CASES), threads.map(sender.send, CASES), strict=True))
        seconds = time.monotonic() - begun
        after = sorted(map(str, folder.rglob("*"))), serving.get(COUNT).content
        opened = secret.opened
        yield Siege(outcomes, watcher, trap, opened, (before[0], after[0]), (before[1], after[1]), serving, seconds)
        assert serving.process.poll() is None
    trap.close()
    secret.close()


# ── What must hold ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_enough_of_them_and_each_says_why() -> None:
    assert len(CASES) >= 150
    assert len({case.way for case in CASES}) >= 50
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.request["why"] for case in CASES)


@pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in CASES])
def test_harm_is_not_done(siege: Siege, case: Case) -> None:
    outcome = siege.outcomes[case.name]
    assert outcome.statuses[-1] in case.status, outcome.answer[:500]
    assert outcome.after == 200, "the next ordinary query is answered"
    for secret in (CANARY.encode(), b"root:x:0:0", b"Traceback"):
        assert secret not in outcome.answer
    if outcome.statuses[-1] >= 400:
        told = outcome.answer.rpartition(b"\r\n\r\n")[2]
        assert told.startswith(b'{"error": "') or case.request.get("method") == "HEAD", told
        assert len(told) < 3000


def test_nothing_was_written(siege: Siege) -> None:
    assert siege.counted[0] == siege.counted[1]
    assert siege.files[0] == siege.files[1]


def test_nothing_was_read_and_nobody_called(siege: Siege) -> None:
    assert not siege.opened
    assert siege.trap.heard == 0
    assert siege.watcher.sockets == set()


def test_memory_was_bounded(siege: Siege) -> None:
    watcher = siege.watcher
    # A worker takes some 40 MB before its first query; the parent holds answers and bodies, of which none is large here.
    assert watcher.worker < MEMORY + 100, watcher
    assert watcher.parent < 250, watcher
    # Those at work, the spare, and as many that are just being replaced.
    assert watcher.most_workers <= 2 * (WORKERS + 1), watcher


def test_the_endpoint_lives_and_holds_nothing_back(siege: Siege) -> None:
    assert siege.serving.client.get("/health").json()["workers"] == WORKERS + 1
    assert siege.serving.metric("queries_running") == 0
    assert siege.serving.metric("queries_waiting") == 0
    assert siege.serving.metric("held_bytes") == 0
    assert siege.serving.metric('requests_total{endpoint="sparql",method="POST",status="500"}') == 0
