"""The same graph in memory, behind Virtuoso and behind the Oxigraph server: how long it takes to send, and to ask.

Run it with ``uv run bench/services.py [--copies 1 10]``. A copy is the bundled graph under other names: about 200 statements and
9,000 triples. Every competency question is asked everywhere, and must have the same rows; what counts are the ratios.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import servers
import severance_kg as skg
from severance_kg.store import MemoryStore

NAMES = re.compile(rb"<https://w3id\.org/severance-kg/(statement|id)/[^>]*")
SERVERS: dict[str, Callable[[Path], AbstractContextManager[servers.Server]]] = {
    "Virtuoso": lambda folder: servers.virtuoso(folder, buffers=60_000),
    "Oxigraph server": servers.oxigraph,
}


def copies(dump: bytes, many: int) -> Iterator[bytes]:
    """Yield the lines of a graph, and copies of what is no vocabulary, in which statements and things bear other names."""
    lines = dump.splitlines(keepends=True)
    yield from lines
    own = [line for line in lines if NAMES.match(line)]
    for i in range(1, many):
        for line in own:
            yield NAMES.sub(rb"\g<0>-copy%d" % i, line)


def timed(kg: skg.KnowledgeGraph, query: str) -> float:
    """Return how many seconds an answer takes."""
    start = time.perf_counter()
    kg.select(query)
    return time.perf_counter() - start


def answers(kg: skg.KnowledgeGraph, queries: dict[str, str]) -> dict[str, list[list[str]]]:
    """Return every question's rows; it warms up what can be warm."""
    return {name: kg.select(query).texts() for name, query in queries.items()}


def compare(kg: skg.KnowledgeGraph, many: int, queries: dict[str, str], name: str) -> None:
    """Send a graph to a server, ask it everything, and print a line."""
    with tempfile.TemporaryDirectory() as folder, SERVERS[name](Path(folder)) as server:
        there = skg.connect(server.query, None, server.graph_store, default_graph=server.graph, timeout=600)
        start = time.perf_counter()
        done = kg.push(there, replace=True)
        pushed = time.perf_counter() - start
        same = answers(kg, queries) == answers(there, queries)
        times = {question: (timed(kg, query), timed(there, query)) for question, query in queries.items()}
    ratios = {q: theirs / own for q, (own, theirs) in times.items()}
    own, theirs = (sum(side) for side in zip(*times.values(), strict=True))
    worst = max(times, key=lambda q: times[q][1])
    print(
        f"| {name} | {many} | {done.sent:,} | {done.sent / pushed:,.0f} | {own * 1000:.0f} | {theirs * 1000:.0f} | "
        f"{statistics.median(ratios.values()):.1f} | {worst} {times[worst][1] * 1000:.0f} | {'yes' if same else 'NO'} |",
        flush=True,
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10])
    os.environ |= {"SEVERANCE_KG_USER": servers.USER, "SEVERANCE_KG_PASSWORD": servers.PASSWORD}
    bundled = skg.load()
    queries = {name: question.file.query for name, question in bundled.questions().items()}
    print("| server | copies | triples | sent a second | memory, ms | there, ms | median ratio | slowest, ms | same rows |")
    print("| --- " * 9 + "|")
    for many in parser.parse_args().copies:
        kg = skg.KnowledgeGraph(MemoryStore(b"".join(copies(bundled.store.dump(), many))))
        for name in SERVERS:
            compare(kg, many, queries, name)


if __name__ == "__main__":
    main()
