"""What the endpoint has been doing, in the text format that Prometheus reads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from severance_kg.workers import Pool

BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Upper bounds, in seconds, of the classes that durations are counted in."""
METHODS = frozenset(["GET", "HEAD", "POST", "OPTIONS"])


@dataclass
class Metrics:
    """Counters since the start. ``held`` is how many bytes of answers wait for each reader, ``counts`` what the graph holds."""

    started: float = field(default_factory=time.time)
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: Counter[float] = field(default_factory=Counter)
    total_seconds: float = 0.0
    held: Counter[str | None] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)

    def request(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests[endpoint, method if method in METHODS else "other", status] += 1
        self.total_seconds += seconds
        self.seconds[next((bound for bound in BUCKETS if seconds <= bound), float("inf"))] += 1

    def text(self, pool: Pool) -> str:
        """Return all of it in Prometheus's text format."""
        return "".join(f"{line}\n" for line in self._lines(pool))

    def _lines(self, pool: Pool) -> Iterator[str]:
        yield from _named("requests_total", "counter", "Requests by what answered, method and status.")
        for (endpoint, method, status), count in sorted(self.requests.items()):
            yield f'severance_kg_requests_total{{endpoint="{endpoint}",method="{method}",status="{status}"}} {count}'
        yield from _named("request_seconds", "histogram", "How long requests took.")
        below = 0
        for bound in (*BUCKETS, float("inf")):
            below += self.seconds[bound]
            yield f'severance_kg_request_seconds_bucket{{le="{"+Inf" if bound == float("inf") else bound}"}} {below}'
        yield f"severance_kg_request_seconds_sum {self.total_seconds:.6f}"
        yield f"severance_kg_request_seconds_count {below}"
        yield from _named("workers_ended_total", "counter", "Workers and waits that came to an early end, by reason.")
        for reason, count in sorted(pool.ended.items()):
            yield f'severance_kg_workers_ended_total{{reason="{reason}"}} {count}'
        gauges = {
            "workers": ("Worker processes, spare ones included.", len(pool.alive)),
            "queries_running": ("Queries that run now.", pool.turns.running),
            "queries_waiting": ("Queries that wait for a worker.", pool.turns.waiting),
            "held_bytes": ("Bytes of answers that wait for their readers, and of bodies that are not whole.", self.held.total()),
            "start_time_seconds": ("When the endpoint started, in Unix time.", round(self.started)),
        }
        gauges |= {name: (f"How many {name} the graph has.", count) for name, count in self.counts.items()}
        for name, (told, value) in gauges.items():
            yield from _named(name, "gauge", told)
            yield f"severance_kg_{name} {value}"


def _named(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP severance_kg_{name} {help}"
    yield f"# TYPE severance_kg_{name} {kind}"
