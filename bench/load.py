"""A load for a SPARQL service: so many clients for so many seconds, each asking one query after another over one connection.

A process of its own, so that what is measured does not wait for what measures. Reads ``{"url", "clients", "seconds", "queries"}``
from standard input and writes ``{"statuses", "milliseconds"}``, the times of what was answered 200.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass
class Load:
    """What is asked, and what came of it."""

    host: str
    port: int
    requests: list[bytes]
    until: float
    statuses: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    async def client(self, number: int) -> None:
        """Ask until the time is over, over a new connection where the last was closed."""
        chance = random.Random(number)
        while time.monotonic() < self.until:
            try:
                reader, writer = await asyncio.open_connection(self.host, self.port)
            except OSError as error:
                self.statuses[type(error).__name__] += 1
                await asyncio.sleep(0.1)
                continue
            try:
                while time.monotonic() < self.until:
                    await self._ask(reader, writer, chance.choice(self.requests))
            except (OSError, EOFError, ValueError) as error:
                self.statuses[type(error).__name__] += 1
            finally:
                writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status = head.split(b" ", 2)[1].decode()
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        if b"content-length" in headers:
            await reader.readexactly(int(headers[b"content-length"]))
        else:
            await _pieces(reader)
        self.statuses[status] += 1
        if status == "200":
            self.milliseconds.append((time.perf_counter() - begun) * 1000)


async def _pieces(reader: asyncio.StreamReader) -> None:
    while length := int((await reader.readline()).split(b";")[0], 16):
        await reader.readexactly(length + 2)
    await reader.readline()


def request(path: str, host: str, query: str) -> bytes:
    """Return a query as a GET that keeps its connection."""
    address = f"{path}?{urlencode({'query': query})}"
    return f"GET {address} HTTP/1.1\r\nHost: {host}\r\nAccept: application/sparql-results+json, text/turtle\r\n\r\n".encode()


async def main() -> None:
    """Load the service that standard input names."""
    asked = json.load(sys.stdin)
    url = urlsplit(asked["url"])
    host, port = str(url.hostname), int(url.port or 80)
    requests = [request(url.path, f"{host}:{port}", query) for query in asked["queries"]]
    load = Load(host, port, requests, time.monotonic() + asked["seconds"])
    await asyncio.gather(*(load.client(number) for number in range(asked["clients"])))
    json.dump({"statuses": load.statuses, "milliseconds": load.milliseconds}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
