"""The page and the reference of the vocabulary, made once at the start, in a process of their own that ends when they are made.

Making them takes seconds and libraries that the endpoint needs for nothing else; nobody's query waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from severance_kg.homes import Home
from severance_kg.vocabulary import ST

if TYPE_CHECKING:
    import pyoxigraph as ox

    from severance_kg.graph import KnowledgeGraph
    from severance_kg.resources import Inputs
    from severance_kg.store import Answer

MAKING_SECONDS = 120
WAITING_SECONDS = 60
MOST_TRIPLES = 400_000
"""How large a graph may be for one page: a browser draws no more than some ten thousand statements."""


def page_for(kg: KnowledgeGraph, endpoint: str) -> bytes:
    """Return the page of a graph, told the address that it may ask."""
    from severance_kg.page import make_page

    return make_page(kg, endpoint=endpoint)


class Documents:
    """The documents, which may not be there yet, and may never be."""

    def __init__(self, home: Home, data: Path | None, *, only: bool) -> None:
        self._home, self._data, self._only = home, data, only
        self._made: dict[bytes, asyncio.Future[bytes | None]] = {}
        self._places: dict[str, str] = {}
        self._making: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to make them: the page, the places of things in it, and the vocabulary."""
        loop = asyncio.get_running_loop()
        self._made = {letter: loop.create_future() for letter in (b"P", b"N", b"V")}
        self._making = loop.create_task(self._make())

    async def stop(self) -> None:
        """End what is being made."""
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def page(self) -> bytes | None:
        """Return the page, or None if there is none."""
        return await self._document(b"P")

    async def vocabulary(self) -> bytes | None:
        """Return the reference of the vocabulary as HTML, or None if there is none."""
        return await self._document(b"V")

    async def place(self, iri: str) -> str | None:
        """Return the fragment of the page's address at which it shows a thing, or None if it does not."""
        if not self._places:
            self._places = json.loads(await self._document(b"N") or b"{}")
        return self._places.get(iri)

    async def _document(self, letter: bytes) -> bytes | None:
        if letter not in self._made:
            return None
        try:
            return await asyncio.wait_for(asyncio.shield(self._made[letter]), WAITING_SECONDS)
        except TimeoutError:
            return None

    async def _make(self) -> None:
        command = [sys.executable, "-m", "severance_kg.server.documents", self._home.kind, self._home.where, str(os.getpid())]
        process = await asyncio.create_subprocess_exec(
            *(*command, str(self._data or ""), "only" if self._only else ""),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=self._home.descriptors,
            start_new_session=True,
        )
        assert process.stdout
        ended = False
        try:
            async with asyncio.timeout(MAKING_SECONDS):
                while head := await process.stdout.read(1):
                    length = int.from_bytes(await process.stdout.readexactly(4), "big")
                    self._made[head].set_result(await process.stdout.readexactly(length))
            ended = True
        except (TimeoutError, EOFError):
            pass
        finally:
            for one in self._made.values():
                if not one.done():
                    one.set_result(None)
            if not ended and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            await asyncio.shield(process.wait())


# ── In the process of their own ──────────────────────────────────────────────────────────────────────────────────────


class _Opened:
    """A store that a worker would open, for the server's own use."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def query(self, query: str) -> Answer:
        from severance_kg.store import to_answer
        from severance_kg.vocabulary import PREFIXES

        return to_answer(self._store.query(query, prefixes=PREFIXES))

    def dump(self) -> bytes:
        return b"".join(self.lines())

    def lines(self) -> Iterator[bytes]:
        for quad in self._store:
            yield f"{quad.triple} .\n".encode()


def _made(kind: str, where: str, inputs: Inputs) -> Iterator[tuple[bytes, bytes]]:
    from severance_kg.annotations import read_corpus
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.ontology import read_ontology
    from severance_kg.page_data import payload
    from severance_kg.reference import describe, write
    from severance_kg.worker import open_store

    store = open_store(kind, where)
    if len(store) <= MOST_TRIPLES:
        kg = KnowledgeGraph(_Opened(store), inputs)
        yield b"P", page_for(kg, "sparql")
        yield b"N", json.dumps(_places(payload(kg))).encode()
    themes = read_corpus(inputs.annotations, inputs.schema, read_ontology(inputs.vocabulary)).themes
    yield b"V", write(describe(inputs, themes), "html").encode()


def _places(shown: dict[str, Any]) -> dict[str, str]:
    things = {one["iri"]: urlencode({"thing": name}) for name, one in shown["things"].items() if one["iri"]}
    return things | {ST + one["id"]: urlencode({"statement": one["id"]}) for one in shown["statements"]}


def main() -> None:
    """Make the documents of the store that the arguments name, and write each as soon as it is made."""
    from severance_kg.resources import gather
    from severance_kg.worker import die_with_parent, frame

    kind, where, parent, data, only = sys.argv[1:6]
    die_with_parent(int(parent))
    for letter, content in _made(kind, where, gather(Path(data) if data else None, only=bool(only))):
        sys.stdout.buffer.write(frame(letter, content))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
