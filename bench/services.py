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
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import servers
import severance_kg as skg
from copied import copies
from severance_kg.store import MemoryStore

SERVERS: dict[str, Callable[[Path], AbstractContextManager[servers.Server]]] = {
    "Virtuoso": lambda folder: servers.virtuoso(folder, rows=10_000_000, seconds=1800, buffers=300_000),
    "Oxigraph server": servers.oxigraph,
}


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


def compare(kg: skg.KnowledgeGraph, many: str, queries: dict[str, str], name: str, *, each: bool) -> None:
    """Send a graph to a server, ask it everything, and print a line."""
    with tempfile.TemporaryDirectory() as folder, SERVERS[name](Path(folder)) as server:
        there = skg.connect(server.query, None, server.graph_store, default_graph=server.graph, timeout=1800)
        start = time.perf_counter()
        done = kg.push(there, replace=True)
        pushed = time.perf_counter() - start
        found = {}
        for question, query in queries.items():
            here, other = found[question] = answer(kg, query), answer(there, query)
            if each:
                print(
                    f"  {question:40} {here.seconds * 1000:9.0f} ms, {other.seconds * 1000:9.0f} ms", file=sys.stderr, flush=True
                )
    unlike = [question for question, (one, other) in found.items() if one.rows != other.rows]
    ratios = [other.seconds / one.seconds for one, other in found.values()]
    own, theirs = (sum(one.seconds for one in side) for side in zip(*found.values(), strict=True))
    worst = max(found, key=lambda question: found[question][1].seconds)
    same = f"NO: {', '.join(unlike)}" if unlike else "yes"
    print(
        f"| {name} | {many} | {done.sent:,} | {done.sent / pushed:,.0f} | {own * 1000:.0f} | {theirs * 1000:.0f} | "
        f"{statistics.median(ratios):.1f} | {worst} {found[worst][1].seconds * 1000:.0f} | {same} |",
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
    parser.add_argument("--each", action="store_true", help="tell the times of each question, too")
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
            compare(kg, told, queries, name, each=arguments.each)


if __name__ == "__main__":
    main()
