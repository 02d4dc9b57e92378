"""Answers on their way: in pieces, counted while they are held, and not sent again to whoever has them already."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from severance_kg import __version__
from severance_kg.errors import StoreBusy
from severance_kg.limits import Limits
from severance_kg.server.metrics import Metrics
from severance_kg.server.refusals import Refusal

T = TypeVar("T")
PIECE = 64 * 1024
HELD_ANSWERS = 16
"""How many answers of the longest kind may be held at once, while their readers take their time; as much of bodies that come."""
BUFFERED = 2 * PIECE
"""How much of an answer that all its readers share is copied for one of them: what asyncio takes, and the piece that was last."""
# A comment may stand before the bracket, and a keyword without a space before the name.
_VOLATILE = re.compile(r"(?:RAND|NOW|UUID|BNODE)\s*[(#]", re.IGNORECASE)


class Answered(Response):
    """An answer that is sent in pieces, so that it is in memory once and not again in the connection's buffer."""

    def __init__(self, content: bytes, media_type: str, held: Held, headers: Mapping[str, str], *, shared: bool = False) -> None:
        super().__init__(content, 200, dict(headers))
        self.headers["content-type"] = media_type
        self._held, self._size = held, min(len(content), BUFFERED) if shared else len(content)
        held.add(self._size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - an ASGI application
        """Send it, and no longer count it as held."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send_pieces(self.body if scope["method"] != "HEAD" else b"", send)
        finally:
            self._held.add(-self._size)


async def send_pieces(body: bytes | memoryview, send: Send) -> None:
    """Send a body to its end in pieces, each when there is room for it."""
    content = memoryview(body)
    for start in range(0, max(len(content), 1), PIECE):
        piece, more = bytes(content[start : start + PIECE]), start + PIECE < len(content)
        await send({"type": "http.response.body", "body": piece, "more_body": more})


@dataclass(frozen=True, slots=True)
class Held:
    """The answers that wait for their readers, and the bodies that are not whole, as one client's request sees them."""

    metrics: Metrics
    client: str | None

    def add(self, size: int) -> None:
        """Count an answer or a piece of a body, or with its size negative count it no longer."""
        self.metrics.held[self.client] += size
        if not self.metrics.held[self.client]:
            del self.metrics.held[self.client]

    @contextlib.contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count an answer while it is sent."""
        self.add(size)
        try:
            yield
        finally:
            self.add(-size)

    def check_room(self, limits: Limits) -> None:
        """Raise StoreBusy if as many bytes as may be are held for all clients, or for this one its share of them."""
        most = HELD_ANSWERS * max(limits.result_bytes, limits.body_bytes)
        share = most if limits.share == limits.workers else most // 2
        if self.metrics.held[self.client] > share:
            raise StoreBusy(
                "too much is held for you: answers not read, or bodies not sent", retry_after=5, hint="finish them first"
            )
        if self.metrics.held.total() > most:
            raise StoreBusy("too many answers wait to be read, or bodies to come", retry_after=5, hint="ask again in a while")


def etag(digest: str, *parts: object) -> str:
    """Return a weak ETag: the same graph and the same question give the same rows, if not always in the same order."""
    made = hashlib.sha256("\0".join([__version__, digest, *map(str, parts)]).encode("utf-8", "surrogatepass"))
    return f'W/"{made.hexdigest()[:32]}"'


def is_volatile(query: str) -> bool:
    """Whether a query may be answered differently each time."""
    return bool(_VOLATILE.search(query))


def has_it(request: Request, tag: str) -> bool:
    """Whether a client has what an ETag stands for. A star would say so of what may not be there, and means nothing here."""
    return any(tag.removeprefix("W/") in known for known in request.headers.getlist("if-none-match"))


def accepted(request: Request) -> str | None:
    """Return what a client accepts: all lines of the header together (RFC 9110, section 5.3), or None without one."""
    return ", ".join(request.headers.getlist("accept")) or None


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what work gives, or end it when the client has left, whose query would otherwise go on for nobody."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Refusal(499, "the client has left", hint="stay for the answer")
    except asyncio.CancelledError:
        # The server has waited long enough for those who are still asking.
        raise Refusal(503, "the server is stopping", hint="ask again when it is back") from None
    finally:
        for one in (task, gone):
            one.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
