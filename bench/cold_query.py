"""How long a question takes as a whole process, beside a plain rdflib script over the same triples.

Run it with ``uv run bench/cold_query.py [--runs N]``. Pairs are run in turn, so that what else the machine does hits both; what
counts is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUERY = """PREFIX skg: <https://w3id.org/severance-kg/ontology#>
PREFIX sev: <https://w3id.org/severance-kg/id/>
SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"""
PLAIN = """import sys, rdflib
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
for row in graph.query(sys.argv[2]):
    print(*row)"""
GOAL = 0.20


def seconds(command: list[str]) -> float:
    """Return how long a command takes from its start to its end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    command = shutil.which("severance-kg", path=str(Path(sys.executable).parent))
    if command is None:
        sys.exit("severance-kg is not installed beside this Python")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([command, "build", "--out", folder], check=True, capture_output=True)
        ours = [command, "query", QUERY]
        plain = [sys.executable, "-c", PLAIN, str(Path(folder, "severance.nt")), QUERY]
        pairs = [(seconds(ours), seconds(plain)) for _ in range(runs + 1)][1:]
    own, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"severance-kg query: {own * 1000:.0f} ms; plain rdflib: {other * 1000:.0f} ms; median of {runs} pairs")
    print(f"ratio {own / other:.3f} (goal: at most {GOAL:.2f})")


if __name__ == "__main__":
    main()
