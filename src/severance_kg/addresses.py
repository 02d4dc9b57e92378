"""Addresses of services: read, checked, and shown without what nobody else may see."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass

from severance_kg.errors import StoreError, printable


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service is. ``shown`` leaves out what follows a question mark: it may hold a key."""

    scheme: str
    host: str
    port: int | None
    target: str

    @property
    def shown(self) -> str:
        """The address as an error may tell it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port is not None else ""
        return f"{self.scheme}://{host}{port}{self.target.partition('?')[0]}"

    @property
    def private(self) -> bool:
        """Whether nobody can listen on the way."""
        return self.scheme == "https" or self.host in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d+){3}", self.host))

    def asking(self, parameters: str) -> Address:
        """Return the address with one more part after the question mark."""
        return Address(self.scheme, self.host, self.port, f"{self.target}{'&' if '?' in self.target else '?'}{parameters}")


def read_address(url: str, what: str) -> Address:
    """Return an address, or say why a text is none; ``what`` is "query", "update" or "graph-store".

    Raises:
        StoreError: it is no http or https address, or holds a password.
    """
    hint = f"give the {what} address of a SPARQL service"
    if not isinstance(url, str):
        raise StoreError(f"an address is a text, and this is {type(url).__name__}", hint=hint)
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise StoreError(f"this is no address: {error}", hint=hint) from None
    # First, since no message may repeat a password.
    if parts.username is not None or parts.password is not None:
        raise StoreError("the address holds a password", hint="put it into SEVERANCE_KG_USER and SEVERANCE_KG_PASSWORD instead")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f'"{url.partition("?")[0]}" is no http or https address', hint=hint)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    except UnicodeError:
        host = ""
    if not re.fullmatch(r"[\w.~-]+|[0-9a-f:.]+(%[\w.~-]+)?", host, re.ASCII):
        raise StoreError(f'"{printable(parts.hostname)}" is no name of a host', hint=hint)
    return Address(parts.scheme, host, port, urllib.parse.quote(target, safe="/?&=%:@!$'()*+,;~[]"))
