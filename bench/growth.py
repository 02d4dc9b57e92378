"""How the time of questions grows with the graph: look-ups should stay flat, scans grow with it, as a table and a plot.

Run it with ``uv run bench/growth.py [--sizes 1000,10000] [--table growth.txt] [--plot growth.svg]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from queries import fill, folder_for, make, median_ms

import severance_kg as skg

TALK = "?st skg:source src:talk-0000-01 ; a skg:EdgeStatement ; rdf:subject ?s ; rdf:object ?o ; skg:heldBy ?holder"
LOOK_UPS = ("evidence", "one statement", "two hops", "open", "kg.evidence", "kg.label", "kg.statement", "kg.path", "kg.view")


def measured(store: Path) -> dict[str, float]:
    """Return the milliseconds of each question over a store."""
    kg = skg.open(store)
    queries = fill(kg)
    row = kg.select(
        "SELECT ?st ?s ?p ?o WHERE { ?st a skg:InferredStatement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o } LIMIT 1"
    )[0]
    statement, *triple = map(str, row)
    asked: dict[str, Callable[[], object]] = {
        name: (lambda query=query: kg.select(query))  # type: ignore[misc]
        for name, query in queries.items()
    }
    # A graph that has answered once knows the answer: each of these opens it anew, as a command does.
    asked["open"] = lambda: skg.open(store)
    asked["kg.evidence"] = lambda: skg.KnowledgeGraph(kg.store).evidence(*triple)
    asked["kg.label"] = lambda: skg.KnowledgeGraph(kg.store).label(skg.IRI(triple[0]))
    asked["kg.statement"] = lambda: skg.KnowledgeGraph(kg.store).statement(statement)
    # The first talk is the same in a corpus of any size.
    ends = kg.select(f"SELECT ?s ?o ?holder WHERE {{ {TALK} }} ORDER BY ?st")
    start, end, holder = str(ends[0]["s"]), str(ends[-1]["o"]), str(ends[-1]["holder"])
    asked["kg.path"] = lambda: skg.KnowledgeGraph(kg.store).path(start, end)
    asked["kg.view"] = lambda: skg.KnowledgeGraph(kg.store).view(holder)
    return dict(zip(asked, median_ms(*asked.values(), runs=7), strict=True))


def main() -> None:
    """Print the table, and draw the plot if one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,3000,10000")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw it as .svg, .png or .pdf")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the table there, too")
    parser.add_argument("--stores", type=Path, metavar="FOLDER", help="keep the stores there, or take those that are there")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with folder_for(arguments.stores) as folder:
        found = {size: measured(make(folder, size)) for size in sizes}
    told = table(found)
    print(told)
    if arguments.table:
        arguments.table.write_text(f"{told}\n", "utf-8")
    if arguments.plot:
        draw(found, arguments.plot)


def table(found: dict[int, dict[str, float]]) -> str:
    """Return a line for each question, with how many times as long it takes in the largest graph as in the smallest."""
    sizes = list(found)
    lines = [f"{'milliseconds':16}" + "".join(f"{size:>12,}" for size in sizes) + f"{'growth':>10}"]
    for name in found[sizes[0]]:
        times = [found[size][name] for size in sizes]
        kind = "look-up" if name in LOOK_UPS else "scan"
        lines.append(f"{name:16}" + "".join(f"{ms:12.2f}" for ms in times) + f"{times[-1] / times[0]:10.1f}  {kind}")
    lines.append(f"{'the graph':16}" + "".join(f"{size / sizes[0]:12.0f}" for size in sizes) + f"{sizes[-1] / sizes[0]:10.1f}")
    return "\n".join(lines)


def draw(found: dict[int, dict[str, float]], path: Path) -> None:
    """Draw milliseconds over statements, both by powers of ten."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for name in next(iter(found.values())):
        style = "-" if name in LOOK_UPS else "--"
        axes.plot(list(found), [times[name] for times in found.values()], style, marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="statements", ylabel="milliseconds", title="Look-ups (solid) and scans (dashed)")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", ncols=2)
    figure.savefig(path)
    print(path)


if __name__ == "__main__":
    main()
