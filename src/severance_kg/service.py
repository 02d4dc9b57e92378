"""An address that speaks HTTP: what goes out, what comes back, how long that may take, and when to try again.

Time is limited as a whole, since a limit for each read lets a service drip for ever. Only what reads is tried again. An answer
ends where HTTP says that it ends, or it is an error: half an answer must never be taken for one.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import io
import json
import random
import re
import socket
import ssl
import threading
import time
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Self, TypeVar

from severance_kg import credentials
from severance_kg.addresses import Address, read_address
from severance_kg.errors import InputError, QueryError, SevError, StoreError, printable

MOST_BYTES = 256 * 1024 * 1024
"""How long an answer may be, unpacked."""
MOST_TRIES = 4
FIRST_WAIT = 0.25
"""Seconds before the second try, at most; each further wait may be twice as long. Half of it is left to chance."""
MOST_TOLD = 500
"""How many characters of a service's own error are told."""
MOST_READ = 8 * MOST_TOLD
"""How many bytes of it are read, most of which may be markup; the last of them may be half a secret."""
_PASSING = frozenset({429, 502, 503, 504})
_HINTS = {
    401: "set SEVERANCE_KG_USER and SEVERANCE_KG_PASSWORD to what the service knows",
    403: "this address, or this user, may not do it: see docs/stores.md for the addresses of your engine",
    404: "check the address: see docs/stores.md for those of your engine",
    405: "check the address: query, update and graph-store addresses are different ones with most engines",
    413: "send smaller batches",
    415: "check the address: it does not take what was sent",
}
REFUSES_WRITING = "refuses-writing"
"""The code of the error that says that nothing was written, since this address takes nothing."""
_TAKES_NOTHING = frozenset({403, 405, 501})
Taken = TypeVar("Taken")
Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out."""

    method: str
    body: bytes | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: a status of success, headers, and the body as it arrives."""

    status: int
    kind: str
    headers: http.client.HTTPMessage
    body: IO[bytes]
    framed: bool
    """Whether HTTP tells where the body ends; if not, one that was cut short looks like a whole one."""
    hide: Hide = str
    """Returns what the service says without what it was told in confidence: apply it before anything is cut off."""


class _Passing(Exception):
    """A failure that may pass, with the seconds to wait that the service named."""

    def __init__(self, error: StoreError, wait: float | None = None) -> None:
        self.error, self.wait = error, wait


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long things may take, in seconds: everything together, and a connection."""

    total: float = 30.0
    connect: float = 10.0

    def __post_init__(self) -> None:
        if not (0 < self.total < threading.TIMEOUT_MAX and self.connect > 0):
            raise InputError("a time limit is a number of seconds above 0", hint="leave it out for the usual one")


class Service:
    """One address of a service."""

    def __init__(self, url: str, what: str, limits: TimeLimits) -> None:
        self.address, self.what, self._limits = read_address(url, what), what, limits
        self._credentials: credentials.Credentials | None = None
        self._known_to = False

    def read(self, request: Request, take: Callable[[Reply], Taken]) -> Taken:
        """Send what changes nothing, and return what ``take`` makes of the answer; a failure that may pass is tried again.

        Raises:
            QueryError: the service says that the query is no good.
            StoreError: it cannot be reached, failed, took too long, or its answer is not whole.
        """
        ends = time.monotonic() + self._limits.total
        for tries in range(1, MOST_TRIES + 1):
            try:
                with self._sent(request, self.address, ends) as reply:
                    return take(reply)
            except _Passing as passing:
                wait = passing.wait if passing.wait is not None else FIRST_WAIT * 2 ** (tries - 1) * (1 + random.random()) / 2
                if tries == MOST_TRIES or time.monotonic() + wait > ends:
                    raise _tried(passing, tries) from None
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    @contextlib.contextmanager
    def stream(self, request: Request, parameters: str = "", *, also: int | None = None) -> Iterator[Reply]:
        """Send what changes nothing, once, and give the answer to read from; ``also`` is a status that is no failure here."""
        address = self.address.asking(parameters) if parameters else self.address
        try:
            with self._sent(request, address, time.monotonic() + self._limits.total, also) as reply:
                yield reply
        except _Passing as passing:
            raise passing.error from None

    def write(self, request: Request, parameters: str = "") -> int:
        """Send what changes something, once and never again, and return the status.

        Raises:
            StoreError: as :meth:`read`. Unless the service answered, what was sent may have been done or not.
        """
        address = self.address.asking(parameters) if parameters else self.address
        ends = time.monotonic() + self._limits.total
        self._credentials = self._credentials or credentials.from_environment()
        try:
            if self._credentials and not self._known_to:
                # What is large goes out once: find out first how this service wants to be told the password.
                self._known_to = True
                with contextlib.suppress(SevError), self._sent(Request("OPTIONS", None, {}), address, ends):
                    pass
            with self._sent(request, address, ends) as reply:
                reply.body.read()
                return reply.status
        except _Passing as passing:
            raise passing.error from None

    @contextlib.contextmanager
    def _sent(self, request: Request, address: Address, ends: float, also: int | None = None) -> Iterator[Reply]:
        """Send a request, once more if the service asks for a password, and give its answer; close everything at the end."""
        self._credentials = self._credentials or credentials.from_environment()
        for tries in range(4):
            sent = self._authorisation(request.method, address)
            hide = partial(self._credentials.hidden, sent=sent) if self._credentials else str
            with _hiding(hide), self._answered(request, address, sent, ends) as (response, watch):
                asked = response.headers.get_all("WWW-Authenticate", [])
                if response.status == 401 and self._credentials and tries < 3 and self._credentials.challenged(asked, sent):
                    continue
                if response.status != also:
                    self._raise_for(response, watch, hide, writes=self.what != "query" and request.method != "GET")
                with _translated(address, watch):
                    yield replace(_reply(response, address), hide=hide)
                    watch.check()
                return

    def _authorisation(self, method: str, address: Address) -> str | None:
        return self._credentials.header(method, address.target, private=address.private) if self._credentials else None

    @contextlib.contextmanager
    def _answered(
        self, request: Request, address: Address, authorisation: str | None, ends: float
    ) -> Iterator[tuple[http.client.HTTPResponse, _Watch]]:
        headers = {"User-Agent": "severance-kg", "Accept-Encoding": "gzip", "Connection": "close", **request.headers}
        if authorisation:
            headers["Authorization"] = authorisation
        left = max(ends - time.monotonic(), 0.001)
        connection, target = _connection(address, min(left, self._limits.connect))
        with contextlib.closing(connection):
            try:
                connection.connect()
            except (OSError, http.client.HTTPException) as error:
                raise _unreachable(address, error) from None
            with _Watch(connection.sock, max(ends - time.monotonic(), 0.001), self._limits.total, address) as watch:
                with _translated(address, watch):
                    connection.request(request.method, target, request.body, headers)
                    response = connection.getresponse()
                with contextlib.closing(response):
                    yield response, watch

    def _raise_for(self, response: http.client.HTTPResponse, watch: _Watch, hide: Hide, *, writes: bool) -> None:
        """Return if a status means success; else raise what it means."""
        status = response.status
        if status in (200, 201, 202, 204):
            return
        where, told = self.address.shown, _told(response, self.address, hide)
        watch.check()
        if status == 206:
            what = f"the service gave part of the answer only: {told}"
            raise StoreError(what, where=where, hint="ask for less at once, or raise the service's own limits on rows and time")
        if status == 400 and self.what == "query":
            raise QueryError(f"the service refuses the query: {told}", where=where)
        if 300 <= status < 400 and (moved := response.headers.get("Location")):
            hint = f"it sends to {printable(hide(moved))[:200]}: give that address if you trust it"
        else:
            hint = _HINTS.get(status, "try again later" if status in _PASSING else "what the service says may tell why")
        if writes and status in _TAKES_NOTHING:
            what = f"nothing can be written here: the service answered {status}: {told}"
            hint = "the service is read only, or wants another address or user for writing: see docs/stores.md"
            raise StoreError(what, where=where, hint=hint, code=REFUSES_WRITING)
        error = StoreError(f"the service answered {status}: {told}", where=where, hint=hint)
        raise _Passing(error, _retry_after(response)) if status in _PASSING else error


@contextlib.contextmanager
def _hiding(hide: Hide) -> Iterator[None]:
    """Take out of every error what a service may have said again, such as in a line that is no HTTP."""
    try:
        yield
    except (SevError, _Passing) as raised:
        error = raised.error if isinstance(raised, _Passing) else raised
        error.what, error.hint, error.args = hide(error.what), error.hint and hide(error.hint), (hide(error.what),)
        raise


class _Watch:
    """Cuts a connection when its time is over, whatever it is doing."""

    def __init__(self, sock: socket.socket, seconds: float, limit: float, address: Address) -> None:
        self._sock, self._limit, self._where = sock, limit, address.shown
        sock.settimeout(seconds)
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._late = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        # Its thread holds the socket; whoever closes what they opened must be able to count on it.
        self._timer.join()

    def _cut(self) -> None:
        self._late = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def check(self) -> None:
        """Raise if the time is over."""
        if self._late:
            self.expire()

    def expire(self) -> None:
        """Raise, since the time is over."""
        what = f"no whole answer within {self._limit:g} seconds"
        raise StoreError(what, where=self._where, hint="ask for less at once, or allow more time")


@contextlib.contextmanager
def _translated(address: Address, watch: _Watch) -> Iterator[None]:
    """Turn what goes wrong on the way into our own errors; what is late was cut off, whatever that looks like."""
    try:
        yield
    except TimeoutError:
        watch.expire()
    except http.client.IncompleteRead:
        watch.check()
        cut = StoreError("the answer was cut short", where=address.shown, hint="try again, or ask for less at once")
        raise _Passing(cut) from None
    except (OSError, http.client.HTTPException, zlib.error) as error:
        watch.check()
        raise _unreachable(address, error) from None
    except SevError:
        watch.check()
        raise


def _unreachable(address: Address, error: Exception) -> Exception:
    told = printable(str(error)) or type(error).__name__
    failed = StoreError(f"cannot be reached: {told}", where=address.shown, hint="check the address, and that the service runs")
    unknown = isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN
    lasting = unknown or isinstance(error, ssl.SSLCertVerificationError | http.client.InvalidURL | zlib.error)
    return failed if lasting else _Passing(failed)


def _tried(passing: _Passing, tries: int) -> StoreError:
    error = passing.error
    if passing.wait is not None:
        return StoreError(error.what, where=error.where, hint=f"it asks to come back in {passing.wait:.0f} seconds")
    return StoreError(f"{error.what} (tried {tries} times)", where=error.where, hint=error.hint)


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    given = response.headers.get("Retry-After", "").strip()
    try:
        if given.isdecimal() and len(given) < 10:
            return float(given)
        return max(email.utils.parsedate_to_datetime(given).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _told(response: http.client.HTTPResponse, address: Address, hide: Hide) -> str:
    """Return the beginning of a service's own error, in one line."""
    body = b""
    with contextlib.suppress(OSError, ValueError, RecursionError, http.client.HTTPException, zlib.error, SevError):
        body = _reply(response, address).body.read(MOST_READ)
        told = json.loads(body)
        if isinstance(told, dict) and "error" in told:
            # The shape in which 'severance-kg serve' tells every error.
            body = f"{told['error']}{f' ({where})' if (where := told.get('where')) else ''}".encode()
    return excerpt(body, hide)


def excerpt(body: bytes, hide: Hide) -> str:
    """Return the beginning of a text that was meant for people, in one line, without its markup and what must not be told."""
    text = hide(body.decode("utf-8", "replace"))[: -MOST_TOLD if len(body) >= MOST_READ else None]
    text = re.sub(r"(?s)<(style|script)\b.*?</\1>|</?[A-Za-z!][^<>]*>", " ", text)
    return printable(" ".join(text.split()))[:MOST_TOLD]


def _connection(address: Address, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection and what to ask it for, through the proxy that the environment names, if any."""
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    proxy = urllib.request.getproxies().get(address.scheme)
    try:
        if not proxy or urllib.request.proxy_bypass(address.host):
            return kind(address.host, address.port, timeout=timeout), address.target
        via = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
        connection = kind(via.hostname or "", via.port or 80, timeout=timeout)
    except (http.client.InvalidURL, ValueError) as error:
        raise StoreError(f"this is no address: {error}", hint="check it, and the proxy that the environment names") from None
    if address.scheme == "https":
        connection.set_tunnel(address.host, address.port)
        return connection, address.target
    port = f":{address.port}" if address.port else ""
    return connection, f"http://{address.host}{port}{address.target}"


# ── The body ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _reply(response: http.client.HTTPResponse, address: Address) -> Reply:
    framed = response.chunked or response.length is not None
    body = io.BufferedReader(_Body(response, address.shown), 1 << 16)
    return Reply(response.status, response.headers.get_content_type(), response.headers, body, framed)


class _Body(io.RawIOBase):
    """A body, unpacked and counted. Its end is the end of the answer, or an error."""

    def __init__(self, response: http.client.HTTPResponse, where: str) -> None:
        super().__init__()
        self._response, self._where, self._count = response, where, 0
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        self._unpack = zlib.decompressobj(wbits=31) if packed in ("gzip", "x-gzip") else None
        if self._unpack is None and packed not in ("identity", ""):
            raise StoreError(f"the answer is packed as {printable(packed)[:40]}, unasked", where=where, hint="check the address")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer, as the standard library's readers ask for it."""
        data = self._unpacked(len(buffer)) if self._unpack else self._pulled(len(buffer))
        self._count += len(data)
        if self._count > MOST_BYTES:
            raise StoreError(f"the answer is longer than {MOST_BYTES:,} bytes", where=self._where, hint="ask for less at once")
        buffer[: len(data)] = data
        return len(data)

    def _pulled(self, size: int) -> bytes:
        data = self._response.read(size)
        # http.client itself takes a body that is shorter than it was said to be for a whole one.
        if not data and self._response.length:
            raise http.client.IncompleteRead(b"", self._response.length)
        return data

    def _unpacked(self, size: int) -> bytes:
        assert self._unpack is not None
        while not self._unpack.eof:
            packed = self._unpack.unconsumed_tail or self._pulled(size)
            if not packed:
                raise http.client.IncompleteRead(b"")
            if data := self._unpack.decompress(packed, size):
                return data
        return b""
