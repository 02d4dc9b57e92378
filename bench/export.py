"""How long 100,000 statements take as N-Triples and CSV, beside rdflib writing the same triples, and in how much memory.

Run it with ``uv run bench/export.py [--statements N]``. The graph is made up from a seed, in the project's shape, with the
project's own compiler. Each measurement is a process of its own. rdflib's time is that of ``serialize`` alone, its graph being
loaded; ours runs from the file that a graph is kept in to the last byte written, sorting and digest included. "Disk" reads
the lines from pyoxigraph on disk, in its order, which has to be sorted. What counts is ratios: to rdflib at most 1; of peak
memory, 10 times the statements to the tenth, about 1.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

SEED = 45511


def statements(count: int) -> Iterator[bytes]:
    """Yield the N-Triples lines of a made-up graph, unsorted."""
    from severance_kg.compile import statement_triples
    from severance_kg.moments import Time
    from severance_kg.passages import PassageRef, Span
    from severance_kg.statements import Commitment, Kind, Statement, ThemeAssignment, Weight
    from severance_kg.vocabulary import IRI, RDFS, SEV, SKG, SRC, ST, THEME

    chance = random.Random(SEED)
    things = [IRI(f"{SEV}Thing{i}") for i in range(count // 10 + 2)]
    properties = [IRI(f"{SKG}property{i}") for i in range(40)]
    for thing in (*things, *properties):
        yield f'<{thing}> <{RDFS}label> "{thing[-9:]}"@en .\n<{thing}> <{SKG}kind> <{SKG}Character> .\n'.encode()
    for i in range(count):
        said = i % 2 == 0
        one = Statement(
            iri=IRI(f"{ST}made-up-s{i}"),
            kind=Kind.INTERVIEW if said else Kind.BACKGROUND,
            subject=chance.choice(things),
            predicate=chance.choice(properties),
            object=chance.choice(things),
            gloss=f"Of the things the {i}th does something to another that nobody had foreseen.",
            commitment=chance.choice(list(Commitment)),
            said_by=chance.choice(things) if said else None,
            time=Time(at=chance.choice(things)),
            themes=(ThemeAssignment(IRI(THEME + "Identity"), Weight.MAJOR, "It is about who one is."),) if said else (),
            source=IRI(SRC + "made-up"),
            passage=PassageRef(1, "the first", "the last", characters=Span(i, i + 9), sha256="0" * 64) if said else None,
            link=f"https://example.org/made-up#:~:text={i}",
        )
        yield "".join(f"{triple} .\n" for triple in statement_triples(one)).encode()


def measure(job: str, source: str, out: str, trace: bool) -> dict[str, float]:
    """Do one job in this process; return seconds, peak resident memory and peak of Python's own, both in MB."""
    work = {"ntriples": _ours, "csv": _ours, "disk": _disk, "rdflib": _rdflib}[job]
    if trace:
        tracemalloc.start()
    taken = work(job, source, out)
    traced = tracemalloc.get_traced_memory()[1] / 1e6 if trace else 0.0
    return {"seconds": taken, "resident": _peak(), "traced": traced}


def _peak() -> float:
    # Not ru_maxrss: on Linux that begins with the peak of the process that this one was forked from.
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    assert told
    return int(told[1]) / 1e3


def _ours(job: str, source: str, out: str) -> float:
    from severance_kg.export.formats import find_format
    from severance_kg.export.material import material

    start = time.perf_counter()
    with Path(source).open("rb") as lines, material(lines) as given:
        wanted = find_format(job)
        files = wanted.files(given) if wanted.files else {job: wanted.write(given)} if wanted.write else {}
        for name, chunks in files.items():
            with Path(out, name).open("wb") as file:
                file.writelines(chunks)
    return time.perf_counter() - start


def _disk(job: str, source: str, out: str) -> float:
    import pyoxigraph as ox

    from severance_kg.export.formats import find_format
    from severance_kg.export.material import material

    store = ox.Store.read_only(f"{source}.store")
    write = find_format("ntriples").write
    assert write is not None
    start = time.perf_counter()
    # The engine writes its lines itself: making a Python object of each triple first takes five times as long.
    dumped = Path(out, "dumped.nt")
    store.dump(str(dumped), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    with dumped.open("rb") as lines, material(lines) as given, Path(out, job).open("wb") as file:
        file.writelines(write(given))
    return time.perf_counter() - start


def _rdflib(job: str, source: str, out: str) -> float:
    import rdflib

    graph = rdflib.Graph().parse(source, format="nt")
    start = time.perf_counter()
    graph.serialize(str(Path(out, job)), format="nt", encoding="utf-8")
    return time.perf_counter() - start


def child(job: str, source: Path, *, trace: bool = False) -> dict[str, float]:
    """Measure a job in a process of its own."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, __file__, "--child", json.dumps([job, str(source), out, trace])]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    measured: dict[str, float] = json.loads(found)
    return measured


def make(count: int, folder: Path) -> Path:
    """Write a made-up graph, sorted as a kept one is, and load it into a store on disk."""
    import pyoxigraph as ox

    path = folder / f"{count}.nt"
    lines = sorted({line for piece in statements(count) for line in piece.splitlines(keepends=True)})
    path.write_bytes(b"".join(lines))
    store = ox.Store(f"{path}.store")
    store.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    print(f"{count:,} statements, {len(lines):,} triples, {path.stat().st_size / 1e6:.0f} MB")
    return path


def main() -> None:
    """Print times, peaks and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(measure(*json.loads(arguments.child))))
        return
    with tempfile.TemporaryDirectory() as folder:
        small, large = (make(count, Path(folder)) for count in (arguments.statements // 10, arguments.statements))
        theirs = child("rdflib", large)
        print(f"rdflib    {theirs['seconds']:6.1f} s  peak {theirs['resident']:6.0f} MB resident, the loaded graph included")
        for job in ("ntriples", "csv", "disk"):
            few, many = child(job, small), child(job, large)
            report(job, theirs["seconds"], few, many)
            if job != "disk":
                before, after = (child(job, path, trace=True)["traced"] for path in (small, large))
                print(f"{'':9} {before:.0f} -> {after:.0f} MB of Python's own (ratio {after / before:.2f})")


def report(job: str, theirs: float, few: dict[str, float], many: dict[str, float]) -> None:
    """Print a line on a job."""
    before, after = few["resident"], many["resident"]
    print(
        f"{job:9} {many['seconds']:6.1f} s  ratio to rdflib {many['seconds'] / theirs:.2f}  "
        f"peak {before:.0f} -> {after:.0f} MB resident (ratio {after / before:.2f})"
    )


if __name__ == "__main__":
    main()
