"""Clients: whose a connection is."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(4096)
def client_of(host: str) -> str | None:
    """Return who is at an address: itself, or of IPv6 the network of 64 bits, all of which one client has; None for none."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
