"""HTTP/1.1 connections that no client can hold for ever. uvicorn's own wait without end for headers and for readers."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from severance_kg.limits import Limits
from severance_kg.server.clients import client_of
from severance_kg.server.refusals import Refusal, body_of, of_status

MOST_HEADER_BYTES = 64 * 1024
"""How long the first line and the headers of a request may be together: a long query still fits into an address."""
MOST_DRAINED = 64 * 1024 * 1024
"""How much of a body that is not wanted is read and dropped, so that its sender gets to read why."""


def connection_class(limits: Limits) -> type[asyncio.Protocol]:
    """Return the class of connections of which there are no more than there may be, in all and from one client."""
    own = {"most": limits.connections, "most_of_one": limits.connections_share, "patience": limits.patience}
    return type("BoundedConnection", (_Connection,), own)


class _Connection(H11Protocol):
    most: int
    most_of_one: int
    patience: float
    _unsent: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _since = 0.0
    _dropped = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        gentle: Any = _Gentle(transport, self)
        super().connection_made(gentle)
        self._since = self.loop.time()
        # asyncio does it only for sockets that know their protocol, which accepted ones do not: answers took 40 ms more.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._of_this_client() > self.most_of_one or not self._finds_room():
            self._refuse(_too_many())
        else:
            self._expect_request()

    def _finds_room(self) -> bool:
        """Whether there is room, or is made: of those who have sent no whole request, the one who came first goes."""
        if len(self.connections) <= self.most:
            return True
        waiting = [one for one in self.connections if isinstance(one, _Connection) and one is not self and one._may_go]
        if waiting:
            min(waiting, key=lambda one: one._since)._give_way()
        return bool(waiting)

    @property
    def _may_go(self) -> bool:
        transport: Any = self.transport
        if transport.is_closing():
            return bool(transport.is_ending)
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not transport.get_write_buffer_size()

    def _give_way(self) -> None:
        transport: Any = self.transport
        self._request_came()
        if not transport.is_closing() and (self.conn.their_state is h11.SEND_BODY or self.conn.trailing_data[0]):
            self._refuse(_too_many())
        transport.end()

    def _of_this_client(self) -> int:
        clients = [client_of(one.client[0]) for one in self.connections if isinstance(one, _Connection) and one.client]
        return clients.count(client_of(self.client[0])) if self.client else 0

    def connection_lost(self, exc: Exception | None) -> None:
        self._request_came()
        self.resume_writing()
        super().connection_lost(exc)

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            self._drop(len(data))
            return
        super().data_received(data)
        if self.transport.is_closing() or (self.cycle is not None and not self.cycle.response_complete):
            self._request_came()
        elif self._unsent is None and (self.conn.trailing_data[0] or self.conn.their_state is not h11.IDLE):
            self._expect_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._since = self.loop.time()
        if not self.transport.is_closing() and self.conn.their_state is h11.SEND_BODY and self._unsent is None:
            # Nobody will read the rest of this body.
            self._expect_request()

    def _expect_request(self) -> None:
        self._unsent = self.loop.call_later(self.patience, self._no_request)

    def _request_came(self) -> None:
        if self._unsent is not None:
            self._unsent.cancel()
            self._unsent = None

    def _no_request(self) -> None:
        self._unsent = None
        if self.cycle is None and not self.conn.trailing_data[0]:
            # A browser that opened a connection to have one ready.
            self._close()
        else:
            self._refuse(Refusal(408, f"the request did not arrive within {self.patience:g} s", hint="send it faster"))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says the same of every request
        """Tell what is wrong with a request that is none, in the shape of all errors."""
        error = sys.exc_info()[1]
        status = getattr(error, "error_status_hint", 400)
        refusal = of_status(status)
        if status == 400:
            refusal = Refusal(400, "this is no HTTP/1.1 request", where=str(error)[:200] or None, hint="see RFC 9112")
        self._refuse(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            # Whatever is working on it may stop, and must not answer as well.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        body = body_of(refusal)
        headers: list[tuple[str, str]] = [("content-type", "application/json"), ("content-length", str(len(body)))]
        headers += [("connection", "close"), ("access-control-allow-origin", "*"), *refusal.headers.items()]
        try:
            for event in (h11.Response(status_code=refusal.status, headers=headers), h11.Data(body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:
            pass  # an answer is on its way already, and ends here
        self._close()

    @property
    def is_sending(self) -> bool:
        """Whether the client has not sent all that it announced, as far as that can be told."""
        return self.conn.their_state in (h11.SEND_BODY, h11.ERROR)

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > MOST_DRAINED:
            self.transport.abort()

    # ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        if self.flow is not None:
            super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._close()

    def _close(self) -> None:
        """Close when all is sent, or at the end of patience with a client that does not read it."""
        transport: Any = self.transport
        transport.close()
        if transport.get_write_buffer_size():
            self.loop.call_later(self.patience, transport.abort)


def _too_many() -> Refusal:
    return Refusal(503, "there are too many connections", hint="ask again in a while", headers={"Retry-After": "2"})


class _Gentle:
    """A transport whose close lets a client that still sends read the answer first (RFC 9112, section 9.6).

    A socket that is closed over unread bytes resets the connection, and its sender never learns why.
    """

    def __init__(self, transport: asyncio.Transport, connection: _Connection) -> None:
        self._transport, self._connection, self.is_ending = transport, connection, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self.is_ending or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing() or not self._connection.is_sending:
            self._transport.close()
            return
        self.is_ending = True
        # What was written is sent first. The client's end closes it, or the end of patience.
        self._transport.write_eof()
        self._transport.resume_reading()
        self._connection.loop.call_later(self._connection.patience, self._transport.abort)

    def end(self) -> None:
        """Close, whatever the client still sends."""
        self.is_ending = False
        self._transport.close()
