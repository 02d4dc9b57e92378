"""A running endpoint for tests: the command as a process, and ways to speak to it and to watch it from outside."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from conftest import ROOT

CHOOSES = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what }"
# Three times the graph with itself: the engine is busy with it for longer than anybody waits.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
# Needs as much memory as there is, at once.
GREEDY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"


class Endpoint:
    """``severance-kg serve`` as a process."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url
        self.client = httpx.Client(base_url=url, timeout=60, trust_env=False)

    @property
    def host(self) -> tuple[str, int]:
        """Where it listens."""
        return str(self.client.base_url.host), int(self.client.base_url.port or 0)

    def get(self, query: str, *, accept: str = "*/*", **parameters: str) -> httpx.Response:
        """Ask a query by GET."""
        return self.client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})

    def raw(self, request: bytes, *, patience: float = 60) -> bytes:
        """Send bytes, and return everything that comes back until the connection is closed."""
        with socket.create_connection(self.host, timeout=patience) as connection:
            connection.sendall(request)
            return received(connection)

    def get_raw(self, query: str) -> bytes:
        """Return a GET as bytes, for a connection that ends with the answer."""
        return f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()

    def workers(self) -> list[int]:
        """The process numbers of what the endpoint has started, from outside."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in children.split()]

    def metric(self, name: str) -> float:
        """Return the sum of one of the endpoint's metrics."""
        lines = self.client.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(f"severance_kg_{name}"))


def received(connection: socket.socket) -> bytes:
    """Return all that comes over a connection; one that is reset ends there."""
    pieces = []
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


@contextlib.contextmanager
def endpoint(command: str, *options: object, **more: Any) -> Iterator[Endpoint]:
    """Start the command, wait for its address, and stop it as a user would."""
    environment = os.environ | more.pop("env", {})
    process = subprocess.Popen(
        [command, "serve", "--port", "0", *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=more.pop("cwd", ROOT),
        env=environment,
        **more,
    )
    assert process.stdout and process.stderr
    try:
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        serving = Endpoint(process, url)
        with serving.client:
            yield serving
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the error that an answer tells, which has the one shape that all have."""
    assert answer.headers["content-type"] == "application/json", answer.text
    told: dict[str, Any] = json.loads(answer.content)
    assert list(told) == ["error", "where", "hint"]
    assert told["error"]
    assert told["hint"]
    return told


def lives(process: int) -> bool:
    """Whether a process runs; one that has ended and is not yet buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
