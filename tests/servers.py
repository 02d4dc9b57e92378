"""SPARQL services for tests: the real ones where they are installed, on loopback, bounded, and stopped by their own process id.

A home is a way to hold a graph and ask it. ``tests/test_homes.py`` asks the same of all of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from required import missing

USER, PASSWORD = "dba", "dba"
"""What a fresh Virtuoso knows."""
START = 60
"""Seconds within which a server must answer; a fresh Virtuoso takes about 5 on a quiet machine."""

VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
; Without it this version answers ASK with rows.
CaseMode = 2
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = {seconds}
"""


@dataclass(frozen=True)
class Server:
    """A running service: its three addresses, and the graph to keep things in, if its default graph takes nothing."""

    query: str
    update: str
    graph_store: str
    graph: str | None = None
    pid: int = 0


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[int]:
    """Run a server until the block ends; it must answer at an address within a minute."""
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            _await(process, url, folder / "out.txt")
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], url: str, out: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    pause = threading.Event()
    for _ in range(START * 10):
        if process.poll() is not None:
            raise AssertionError(f"{process.args!r} ended at once: {out.read_text('utf-8', 'replace')[-2000:]}")
        try:
            with opener.open(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            pause.wait(0.1)
    raise AssertionError(f"{process.args!r} does not answer: {out.read_text('utf-8', 'replace')[-2000:]}")


@contextlib.contextmanager
def virtuoso(folder: Path, *, rows: int = 1_000_000, seconds: int = 60, buffers: int = 10_000) -> Iterator[Server]:
    """Run Virtuoso on a fresh database."""
    program = shutil.which("virtuoso-t")
    if not program:
        missing("Virtuoso (Debian's package virtuoso-opensource-7-bin)")
    sql, http = free_port(), free_port()
    sizes = {"rows": rows, "seconds": seconds, "buffers": buffers, "dirty": buffers * 3 // 4}
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=sql, http=http, **sizes), "utf-8")
    base = f"http://127.0.0.1:{http}"
    command = [str(program), "+foreground", "+configfile", "virtuoso.ini"]
    with running(command, folder, f"{base}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D") as pid:
        yield Server(
            f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", "https://w3id.org/severance-kg/graph", pid
        )


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """Run the Oxigraph server on a fresh database."""
    beside = Path(sys.executable).parent / "oxigraph"
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if not program:
        missing("the Oxigraph server (the package oxigraph)")
    base = f"http://127.0.0.1:{free_port()}"
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", base.removeprefix("http://")]
    with running(command, folder, base) as pid:
        yield Server(f"{base}/query", f"{base}/update", f"{base}/store", None, pid)


@contextlib.contextmanager
def rdflib_service(ntriples: bytes) -> Iterator[Server]:
    """Run a small service of our own, which asks rdflib; it only reads."""
    import rdflib

    graph = rdflib.Graph().parse(data=ntriples, format="nt")

    class Asked(Quiet):
        def do_POST(self) -> None:
            form = urllib.parse.parse_qs(self.body().decode())
            found = graph.query(form["query"][0])
            if found.type in ("SELECT", "ASK"):
                content = found.serialize(format="json")
                assert content
                if found.type == "ASK":
                    content = json.dumps({"head": {}, "boolean": found.askAnswer}).encode()
                self.answer(200, "application/sparql-results+json", content)
            else:
                assert found.graph is not None
                self.answer(200, "application/n-triples", found.graph.serialize(format="nt", encoding="utf-8"))

    with serving(Asked) as base:
        yield Server(f"{base}/sparql", "", "", None, os.getpid())


class Quiet(BaseHTTPRequestHandler):
    """What the small services have in common."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port until the block ends, and give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
