"""Ask queries in a process of their own, since a query that gets past the scan may end it.

Reads ``{name: query}`` in JSON from standard input and writes a line ``name<TAB>outcome`` for each as soon as it is known.
"""

from __future__ import annotations

import json
import sys
import time

from severance_kg.errors import QueryError, QueryRefused
from severance_kg.results import Rows, Triples
from severance_kg.store import MemoryStore

TRIPLE = b"<http://example.org/s> <http://example.org/p> <http://example.org/o> .\n"


def outcome(store: MemoryStore, query: str) -> str:
    try:
        found = store.query(query)
    except QueryRefused as error:
        return f"refused: {error}"
    except QueryError as error:
        return f"error: {error}"
    return f"answered: {len(found) if isinstance(found, Rows | Triples) else found}"


def main() -> None:
    store = MemoryStore(TRIPLE)
    for name, query in json.load(sys.stdin).items():
        begun = time.perf_counter()
        told = " ".join(outcome(store, query).split())
        print(f"{name}\t{told}\t{time.perf_counter() - begun:.3f}", flush=True)


if __name__ == "__main__":
    main()
