"""The endpoint under load, beside the bare engine's own server over the same store; and ordinary queries after hostile ones.

Run it with ``uv run bench/endpoint.py [--clients N] [--seconds S]``. The load is a mix: the competency questions, a description,
a search in texts, counts. The two servers are loaded one after the other, and nothing but 200 and 503 may be answered. Then
every way to do harm in ``tests/hostile`` is tried once, and an ordinary query is timed right after it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox

import severance_kg as skg
from severance_kg.remote import declared

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from serving import CHOOSES, Endpoint, endpoint
from test_hostile import CASES, Sender

MIXED = [
    CHOOSES,
    "DESCRIBE sev:Gemma",
    "SELECT ?theme (COUNT(*) AS ?n) WHERE { ?s dcterms:subject ?theme } GROUP BY ?theme ORDER BY DESC(?n)",
    'SELECT ?s ?gloss WHERE { ?s skg:gloss ?gloss FILTER(CONTAINS(LCASE(?gloss), "number")) }',
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "ASK { sev:InnieMark skg:chooses sev:HisOwnLife }",
]


@contextlib.contextmanager
def bare(store: Path) -> Iterator[str]:
    """Run the bare engine's server over a store, and give the address for queries."""
    command = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if command is None:
        sys.exit("the server 'oxigraph' is not installed (it is a package of that name)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/query"
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(url, params={"query": "ASK {}"}, trust_env=False)
                break
            time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


def loaded(url: str, queries: list[str], clients: int, seconds: float) -> dict[str, Any]:
    """Load a service from another process, and return what came of it."""
    told = {"url": url, "clients": clients, "seconds": seconds, "queries": queries}
    command = [sys.executable, str(Path(__file__).with_name("load.py"))]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def percentile(times: list[float], part: float) -> float:
    """Return the time that so large a part of all is within."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] if times else float("nan")


def tell_load(name: str, found: dict[str, Any], seconds: float) -> tuple[float, float, float]:
    """Print what came of a load, and return rate, median and 99th percentile."""
    times = found["milliseconds"]
    rate, middle, late = len(times) / seconds, percentile(times, 0.5), percentile(times, 0.99)
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(found["statuses"].items()))
    print(f"{name:32} {rate:8.0f}/s   p50 {middle:8.1f} ms   p99 {late:8.1f} ms   {statuses}")
    return rate, middle, late


def compare(store: Path, command: str, clients: int, seconds: float, workers: int) -> bool:
    """Load both servers and print the ratios; return whether nothing but 200 and 503 was answered."""
    questions = [one.file.query for one in skg.load().questions().values()]
    queries = [declared(query) for query in MIXED * 5 + questions]
    options = ("--store", store, "--workers", workers, "--per-client", workers, "--no-page")
    with endpoint(command, *options) as serving:
        loaded(f"{serving.url}sparql", queries, 4, 1)
        ours = loaded(f"{serving.url}sparql", queries, clients, seconds)
    with bare(store) as url:
        loaded(url, queries, 4, 1)
        theirs = loaded(url, queries, clients, seconds)
    print(f"{clients} clients, {seconds:g} s, {len(queries)} queries, {workers} workers, a store of {stored(store):,} triples")
    mine = tell_load("severance-kg serve", ours, seconds)
    other = tell_load("oxigraph serve-read-only", theirs, seconds)
    rate, middle, late = (own / its for own, its in zip(mine, other, strict=True))
    print(f"ratios: rate {rate:.2f}, p50 {middle:.2f}, p99 {late:.2f}")
    return set(ours["statuses"]) <= {"200", "503"}


def stored(store: Path) -> int:
    """Return how many triples there are in a store."""
    return len(ox.Store.read_only(str(store)))


def siege(store: Path, command: str, timeout: float) -> None:
    """Print, for each way to do harm, how it was answered and how long an ordinary query took right after it."""
    options = (
        "--store",
        store,
        "--workers",
        2,
        "--per-client",
        2,
        "--timeout",
        timeout,
        "--memory",
        300,
        "--patience",
        timeout,
        "--no-page",
    )
    with endpoint(command, *options) as serving:
        usual = statistics.median(ordinary(serving) for _ in range(50))
        print(f"\nan ordinary query, undisturbed: {usual:.1f} ms\n")
        print(f"{'a way to do harm':44} {'answered':>9} {'after ms':>9} {'then ms':>8} {'ratio':>6}")
        sender = Sender(serving, {"trap": "http://127.0.0.1:9/", "secret": "file:///etc/hostname"})
        delays = []
        for case in {one.way: one for one in CASES}.values():
            begun = time.perf_counter()
            status = sender.send(case, after=False).statuses[-1]
            took, then = (time.perf_counter() - begun) * 1000, ordinary(serving)
            delays.append(then)
            print(f"{case.way:44} {status or '-':>9} {took:9.0f} {then:8.1f} {then / usual:6.1f}")
        print(
            f"{'median, and the worst':44} {'':>9} {statistics.median(delays):9.1f} {max(delays):8.1f} {max(delays) / usual:6.1f}"
        )


def ordinary(serving: Endpoint) -> float:
    """Return how many milliseconds an ordinary query takes; it must be answered."""
    begun = time.perf_counter()
    answer = serving.client.post("/sparql", data={"query": CHOOSES})
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5, help="30 for numbers to keep (default: 5, to try)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=2, help="seconds that a hostile query may run (default: 2)")
    given = parser.parse_args()
    command = shutil.which("severance-kg", path=str(Path(sys.executable).parent))
    if command is None:
        sys.exit("severance-kg is not installed beside this Python")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "db")
        made = ox.Store(str(store))
        made.bulk_load(input=skg.load().store.dump(), format=ox.RdfFormat.N_TRIPLES)
        made.flush()
        made.optimize()
        del made
        fine = compare(store, command, given.clients, given.seconds, given.workers)
        siege(store, command, given.timeout)
    if not fine:
        sys.exit("something else than 200 and 503 was answered")


if __name__ == "__main__":
    main()
