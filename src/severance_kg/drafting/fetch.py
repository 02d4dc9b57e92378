"""One page from the web, asked for by its address: only public hosts, within limits of size, time and redirects.

The address that was checked is the one that is connected to, so that a name which resolves anew to a private address gains
nothing; each redirect is checked like the first address.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from severance_kg.errors import InputError

MOST_BYTES = 4 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_SECONDS = 20.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permits = Callable[[Address], bool]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEXTS = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown")
_HINT = "save the page in a file, and name that"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave: the bytes, the media type and encoding that it named, and the address that gave them."""

    content: bytes
    media_type: str
    charset: str | None
    url: str


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, and to no network of one's own."""
    if isinstance(address, ipaddress.IPv6Address):
        # An IPv4 address may hide in an IPv6 one: mapped, 6to4, Teredo, or behind NAT64.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch(url: str, *, permits: Permits = is_public) -> Fetched:
    """Fetch a page.

    Args:
        url: an http or https address.
        permits: which network addresses may be connected to.

    Raises:
        InputError: the address is not allowed, nobody answers, or the answer is no text, too large or too slow.
    """
    ends = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        found = _ask(url, permits, ends)
        if isinstance(found, Fetched):
            return found
        url = found
    raise InputError(f"it redirects more than {MOST_REDIRECTS} times", where=url, hint=_HINT)


def _ask(url: str, permits: Permits, ends: float) -> Fetched | str:
    """Ask once; return the answer, or the address to which it sends us on."""
    connection, path = _connection(url, permits, ends)
    try:
        headers = {"Accept": "text/html, text/plain;q=0.9", "Accept-Encoding": "identity", "User-Agent": "severance-kg"}
        connection.request("GET", path, headers=headers)
        _hurry(connection, ends, url)
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and answer.headers.get("Location"):
            return urljoin(url, str(answer.headers["Location"]))
        if answer.status != 200:
            raise InputError(f"the server answers {answer.status} {answer.reason}", where=url, hint=_HINT)
        media_type = answer.headers.get_content_type()
        if media_type not in _TEXTS:
            raise InputError(f"it is {media_type}, not a page or a text", where=url, hint=_HINT)
        return Fetched(_body(connection, answer, ends, url), media_type, answer.headers.get_content_charset(), url)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise InputError(f"cannot be fetched: {error or type(error).__name__}", where=url, hint=_HINT) from None
    finally:
        connection.close()


def _connection(url: str, permits: Permits, ends: float) -> tuple[http.client.HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode("ascii") if not (parts.hostname or "").isascii() else parts.hostname
    except (ValueError, UnicodeError):
        raise InputError("this is no web address", where=url, hint="write it as https://host/path") from None
    if parts.scheme not in ("http", "https") or not host:
        raise InputError("only http and https addresses are read", where=url, hint=_HINT)
    if parts.username is not None or parts.password is not None:
        raise InputError("an address with a user name is not read", where=url, hint=_HINT)
    address = _resolve(host, port, permits, url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(c <= " " or c > "~" for c in target):
        target = quote(target, safe="/?&=%:+,;@!$'()*~#[]")
    made = _Pinned(host, port, address, secure=parts.scheme == "https", timeout=_left(ends, url))
    return made, target


def _resolve(host: str, port: int, permits: Permits, url: str) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InputError(f'the host "{host}" is not known: {error}', where=url, hint="check the address") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        # One private address among public ones is how rebinding begins: all must do.
        if not permits(ipaddress.ip_address(address.partition("%")[0])):
            raise InputError(f'the host "{host}" is in a private or reserved network', where=url, hint=_HINT)
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to the network address that was checked, under the host name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80  # so that the Host header names no port where none need be named
        self._address, self._secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _left(ends: float, url: str) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise InputError(f"it takes longer than {MOST_SECONDS:.0f} seconds", where=url, hint=_HINT)
    return left


def _hurry(connection: http.client.HTTPConnection, ends: float, url: str) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(_left(ends, url))


def _body(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, ends: float, url: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise InputError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB", where=url, hint=_HINT)
        _hurry(connection, ends, url)
    return b"".join(parts)
