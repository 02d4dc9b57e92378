"""A graph many times over: what it says of its things, said again of others, so that only what is asked of all of them grows."""

from __future__ import annotations

import re
from collections.abc import Iterator

NAMES = re.compile(rb"<https://w3id\.org/severance-kg/(statement|id)/[^>]*")


def copies(dump: bytes, many: int) -> Iterator[bytes]:
    """Yield the lines of a graph, and copies of what is no vocabulary, in which statements and things bear other names."""
    lines = dump.splitlines(keepends=True)
    yield from lines
    own = [line for line in lines if NAMES.match(line)]
    for i in range(1, many):
        for line in own:
            yield NAMES.sub(rb"\g<0>-copy%d" % i, line)
