"""How long questions take over a store on disk: beside bare pyoxigraph, beside rdflib, cold, and beside a small graph.

Run it with ``uv run bench/queries.py [--statements N] [--no-rdflib]``. Pairs are run in turn, so that what else the machine does
hits both; what counts is the ratio of the medians. rdflib holds in memory what the queries look at: all of 100,000 statements
of 50 triples each would take 10 GB, and minutes to load.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import corpus_generator
import pyoxigraph as ox

import severance_kg as skg
from severance_kg import disk
from severance_kg.questions import read_questions
from severance_kg.resources import gather
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import PREFIXES, SKG, expand

GOAL_WARM, GOAL_WARM_MS, GOAL_COLD, GOAL_GROWTH = 1.15, 0.1, 1.5, 20
SMALL, DEADLINE = 1_000, 90
BUILD = "import sys; from severance_kg.cli import main; sys.exit(main())"

QUERIES = {
    "group by theme": "SELECT ?t (COUNT(?s) AS ?n) WHERE { ?s skg:themeAssignment/skg:theme ?t } GROUP BY ?t",
    "text search": 'SELECT ?s WHERE { ?s skg:gloss ?g FILTER (CONTAINS(LCASE(STR(?g)), "lombra")) }',
    "two hops": "SELECT ?c WHERE { <THING> ?p ?b . ?b ?q ?c . ?p a skg:EdgeProperty . ?q a skg:EdgeProperty }",
    "evidence": "SELECT ?s ?g WHERE { ?s rdf:subject <THING> ; skg:gloss ?g ; skg:saidBy ?who ; skg:passage/skg:link ?link }",
    "one statement": "SELECT ?p ?o WHERE { <STATEMENT> ?p ?o }",
}


def median_ms(*asked: Callable[[], object], runs: int) -> list[float]:
    """Return the median of each callable's milliseconds, run in turn, the first round not counted."""
    found: list[list[float]] = [[] for _ in asked]
    for _ in range(runs + 1):
        for i, ask in enumerate(asked):
            start = time.perf_counter()
            ask()
            found[i].append((time.perf_counter() - start) * 1000)
    return [statistics.median(times[1:]) for times in found]


def bare(store: Path) -> ox.Store:
    """Open a store without anything of ours."""
    name = (store / "current").read_text("utf-8").strip()
    return ox.Store.read_only(str(store / name / "database"))


def fill(kg: skg.KnowledgeGraph) -> dict[str, str]:
    """Return the queries with a thing and a statement of the graph put in."""
    row = kg.select("SELECT ?s ?x WHERE { ?s a skg:EdgeStatement , skg:InterviewStatement ; rdf:subject ?x } LIMIT 1")[0]
    return {
        name: query.replace("<THING>", f"<{row[1]}>").replace("<STATEMENT>", f"<{row[0]}>") for name, query in QUERIES.items()
    }


def warm(kg: skg.KnowledgeGraph, store: Path, queries: dict[str, str]) -> None:
    """Compare ``kg.select`` with the same query on the bare engine."""
    engine = bare(store)
    print(f"\nwarm, beside bare pyoxigraph (goal: {GOAL_WARM} times where it takes over 1 ms, else {GOAL_WARM_MS} ms more)")
    for name, query in queries.items():
        own, other = median_ms(
            lambda query=query: kg.select(query),  # type: ignore[misc]
            lambda query=query: list(engine.query(query, prefixes=PREFIXES)),  # type: ignore[misc,arg-type]
            runs=25,
        )
        print(f"  {name:16} {own:9.2f} ms, bare {other:9.2f} ms: ratio {own / other:5.2f}, {own - other:+.2f} ms")


def beside_rdflib(kg: skg.KnowledgeGraph, queries: dict[str, str]) -> None:
    """Compare with rdflib, which holds the same graph in memory: our store on disk, and one in memory as well."""
    import rdflib

    lines = b"".join(looked_at(kg, queries.values()))
    held, graph = skg.KnowledgeGraph(MemoryStore(lines)), rdflib.Graph()
    start = time.perf_counter()
    graph.parse(data=lines, format="nt")
    print(f"\nbeside rdflib in memory, which took {time.perf_counter() - start:.0f} s to load {len(graph):,} triples")
    print("(expected: 10 to 40 times as fast where both are in memory)")
    for name, query in queries.items():
        if name == "one statement":
            continue
        disk, memory, other = median_ms(
            lambda query=query: kg.select(query),  # type: ignore[misc]
            lambda query=query: held.select(query),  # type: ignore[misc]
            lambda query=query: list(graph.query(query, initNs=PREFIXES)),  # type: ignore[misc]
            runs=5,
        )
        print(
            f"  {name:16} rdflib {other:9.2f} ms, in memory {memory:9.2f} ms: {other / memory:6.1f} times as fast, "
            f"on disk {disk:9.2f} ms: {other / disk:6.1f}; {len(kg.select(query)):,} rows"
        )


def looked_at(kg: skg.KnowledgeGraph, queries: Iterable[str]) -> Iterator[bytes]:
    """Yield the lines that queries look at: a fifth of the graph. To leave the others out is to rdflib's advantage alone."""
    named = {expand(name) for query in queries for name in re.findall(r"\b(?:skg|rdf):\w+", query)}
    edges = kg.things.of_class(skg.IRI(f"{SKG}EdgeProperty"))
    wanted = {f"<{iri}>".encode() for iri in {*named, *edges}}
    for line in kg.store.lines():
        if line.split(b" ", 2)[1] in wanted or line.endswith(b"ontology#EdgeProperty> .\n"):
            yield line


def cold(store: Path) -> None:
    """Compare a whole process over the store with one over the bundled interview."""
    command = shutil.which("severance-kg", path=str(Path(sys.executable).parent))
    if command is None:
        sys.exit("severance-kg is not installed beside this Python")
    query = "SELECT ?p ?o WHERE { sev:InnieMark ?p ?o } LIMIT 5"

    def run(*more: str) -> None:
        subprocess.run([command, "query", query, *more], check=True, capture_output=True)

    own, other = median_ms(lambda: run("--store", str(store)), run, runs=15)
    print(f"\ncold: {own:.0f} ms over the store, {other:.0f} ms over the interview: ratio {own / other:.2f} (goal: {GOAL_COLD})")


def growth(small: Path, large: Path) -> None:
    """Compare every competency question over a large store with the same over a small one."""
    size = stored(large) / stored(small)
    print(f"\ncompetency questions, in a graph {size:.0f} times as large")
    print(f"(goal: none {GOAL_GROWTH} times as slow unless its answer grows; one that counts everything grows with the graph)")
    for name in read_questions(gather().questions):
        before, after = (in_time(store, name) for store in (small, large))
        if before is None or after is None:
            print(f"  {'':7}  {name:40} is not answered in {DEADLINE} s", flush=True)
            continue
        ratio, grows = after[0] / before[0], after[1] > before[1]
        late = f" <- over {GOAL_GROWTH}" if ratio > GOAL_GROWTH and not grows else ""
        late += ", and over the graph's own growth" if late and ratio > 1.2 * size else ""
        late += f", {ratio * before[1] / after[1]:.1f} times as long a row" if grows else ""
        print(
            f"  {ratio:7.1f}  {name:40} {before[0]:9.2f} -> {after[0]:9.2f} ms, {before[1]:6,} -> {after[1]:6,} rows{late}",
            flush=True,
        )


def stored(store: Path) -> int:
    """Return how many statements a store holds."""
    return disk.read_about(store / disk.current(store)).statements


def in_time(store: Path, name: str) -> tuple[float, int] | None:
    """Return the milliseconds and the rows of a question, asked in a process that is ended at the deadline."""
    command = [sys.executable, __file__, "--question", name, "--stores", str(store)]
    try:
        ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        return None
    milliseconds, rows = ended.stdout.split()
    return float(milliseconds), int(rows)


def ask(store: Path, name: str) -> None:
    """Print the median milliseconds of a question, and its rows."""
    kg, query = skg.open(store), read_questions(gather().questions)[name].file.query
    start = time.perf_counter()
    rows = len(kg.select(query))
    runs = 5 if time.perf_counter() - start < 2 else 1
    print(median_ms(lambda: kg.select(query), runs=runs)[0], rows)


def make(folder: Path, statements: int) -> Path:
    """Build a store of so many statements beside the bundled ones, unless an earlier run has left it there."""
    corpus, store = folder / f"corpus-{statements}", folder / f"store-{statements}"
    if (store / "current").exists():
        return store
    corpus_generator.write(corpus, statements)
    command = [sys.executable, "-c", BUILD, "build", "--data", str(corpus), "--store", str(store)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(corpus)
    return store


@contextlib.contextmanager
def folder_for(kept: Path | None) -> Iterator[Path]:
    """Give a folder for stores: the one to keep them in, or one that is gone afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Print all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--no-rdflib", action="store_true", help="leave rdflib out, which needs much memory")
    parser.add_argument("--only-rdflib", action="store_true", help="compare with rdflib and nothing else")
    parser.add_argument("--stores", type=Path, metavar="FOLDER", help="keep the stores there, or take those that are there")
    parser.add_argument("--question", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.question:
        ask(arguments.stores, arguments.question)
        return
    with folder_for(arguments.stores) as folder:
        few, many = (make(folder, count) for count in (SMALL, arguments.statements))
        large = skg.open(many)
        print(f"{arguments.statements:,} statements beside the bundled ones")
        queries = fill(large)
        if not arguments.only_rdflib:
            warm(large, many, queries)
            cold(many)
            growth(few, many)
        if not arguments.no_rdflib:
            beside_rdflib(large, queries)


if __name__ == "__main__":
    main()
