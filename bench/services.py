"""The same graph in memory, behind Virtuoso and behind the Oxigraph server: how long it takes to send, and to ask.

Run it with ``uv run bench/services.py [--copies 1 10] [--store STORE]``. A copy is the bundled graph under other names: about 200
statements and 9,000 triples; a store is asked on disk. Every competency question is asked everywhere, and must have the same
rows; what counts are the ratios.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import servers
import severance_kg as skg
from severance_kg.store import MemoryStore

NAMES = re.compile(rb"<https://w3id\.org/severance-kg/(statement|id)/[^>]*")
SERVERS: dict[str, Callable[[Path], AbstractContextManager[servers.Server]]] = {
    "Virtuoso": lambda folder: servers.virtuoso(folder, rows=10_000_000, seconds=1800, buffers=300_000),
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


def copied(kg: skg.KnowledgeGraph, many: int) -> skg.KnowledgeGraph:
    """Return a graph of so many copies in memory."""
    return skg.KnowledgeGraph(MemoryStore(b"".join(copies(kg.store.dump(), many))))


@dataclass(frozen=True)
class Answered:
    """A question's rows as a digest, and how many seconds they took."""

    rows: str
    seconds: float


def answer(kg: skg.KnowledgeGraph, query: str) -> Answered:
    """Ask a question."""
    start = time.perf_counter()
    rows = kg.select(query).texts()
    seconds = time.perf_counter() - start
    return Answered(hashlib.sha256(json.dumps(rows).encode()).hexdigest(), seconds)


def compare(kg: skg.KnowledgeGraph, many: str, queries: dict[str, str], name: str) -> None:
    """Send a graph to a server, ask it everything, and print a line."""
    with tempfile.TemporaryDirectory() as folder, SERVERS[name](Path(folder)) as server:
        there = skg.connect(server.query, None, server.graph_store, default_graph=server.graph, timeout=1800)
        start = time.perf_counter()
        done = kg.push(there, replace=True)
        pushed = time.perf_counter() - start
        found = {question: (answer(kg, query), answer(there, query)) for question, query in queries.items()}
    same = all(one.rows == other.rows for one, other in found.values())
    ratios = [other.seconds / one.seconds for one, other in found.values()]
    own, theirs = (sum(one.seconds for one in side) for side in zip(*found.values(), strict=True))
    worst = max(found, key=lambda question: found[question][1].seconds)
    print(
        f"| {name} | {many} | {done.sent:,} | {done.sent / pushed:,.0f} | {own * 1000:.0f} | {theirs * 1000:.0f} | "
        f"{statistics.median(ratios):.1f} | {worst} {found[worst][1].seconds * 1000:.0f} | {'yes' if same else 'NO'} |",
        flush=True,
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10])
    parser.add_argument(
        "--store", type=Path, help="send this store, which 'severance-kg build --store' has made, instead of copies"
    )
    parser.add_argument("--server", choices=SERVERS, action="append", help="try only this one")
    parser.add_argument("--without", metavar="QUESTION", action="append", default=[], help="a question not to ask")
    arguments = parser.parse_args()
    os.environ |= {"SEVERANCE_KG_USER": servers.USER, "SEVERANCE_KG_PASSWORD": servers.PASSWORD}
    bundled = skg.load()
    queries = {name: question.file.query for name, question in bundled.questions().items() if name not in arguments.without}
    print("| server | graph | triples | sent a second | here, ms | there, ms | median ratio | slowest, ms | same rows |")
    print("| --- " * 9 + "|")
    graphs: dict[str, Callable[[], skg.KnowledgeGraph]] = {
        f"{many} copies": partial(copied, bundled, many) for many in arguments.copies
    }
    if arguments.store:
        graphs = {arguments.store.name: partial(skg.open, arguments.store)}
    for told, graph in graphs.items():
        kg = graph()
        for name in arguments.server or SERVERS:
            compare(kg, told, queries, name)


if __name__ == "__main__":
    main()
