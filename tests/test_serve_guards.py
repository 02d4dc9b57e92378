"""What the endpoint lets nobody do: run on for ever, fill the memory, keep others waiting, leave processes behind."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

import severance_kg as skg
from conftest import ROOT, Run
from serving import CHOOSES, ENDLESS, GREEDY, Endpoint, endpoint, error_of, lives, received
from severance_kg import disk
from severance_kg.errors import InputError, QueryStopped, StoreBusy
from severance_kg.homes import home_of
from severance_kg.limits import Limits, lowerable, option_name
from severance_kg.server.clients import client_of
from severance_kg.workers import Ask, Pool

EVERYTHING = "SELECT * WHERE { ?s ?p ?o }"
SMALL = (
    "--workers",
    2,
    "--per-client",
    2,
    "--timeout",
    1.5,
    "--memory",
    150,
    "--result-bytes",
    3_000_000,
    "--queue",
    3,
    "--no-page",
)


@pytest.fixture(scope="module")
def serving(command: str, _own_cache: None) -> Iterator[Endpoint]:
    with endpoint(command, *SMALL) as found:
        yield found


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds that must come to hold, however slow the machine."""
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_query_that_runs_too_long_is_stopped_and_told_how_to_go_on(serving: Endpoint) -> None:
    answer = serving.get(ENDLESS)
    told = error_of(answer)
    assert answer.status_code == 504
    assert told["where"] == ENDLESS
    assert "1.5 s" in told["error"]
    assert "--timeout" in told["hint"]


def test_a_query_that_takes_too_much_memory_is_stopped(serving: Endpoint) -> None:
    answer = serving.get(GREEDY, timeout="1.5")
    told = error_of(answer)
    assert answer.status_code == 507
    assert "150 MB" in told["error"]
    assert "--memory" in told["hint"]
    assert serving.get(CHOOSES).status_code == 200


def test_an_answer_that_is_too_long_is_stopped(serving: Endpoint) -> None:
    answer = serving.get("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }")
    assert answer.status_code == 507
    assert "3,000,000 bytes" in error_of(answer)["error"]


LOWERED = {
    "timeout": ("0.2", ENDLESS, 504, "0.2 s"),
    "memory": ("20", GREEDY, 507, "20 MB"),
    "result-bytes": ("100", EVERYTHING, 507, "100 bytes"),
    "query-chars": ("20", CHOOSES, 400, "20 characters"),
    "nesting": ("2", "ASK { { { ?s ?p ?o } } }", 400, "more than 2 deep"),
}


@pytest.mark.parametrize("name", LOWERED)
def test_a_request_may_lower_a_limit(serving: Endpoint, name: str) -> None:
    value, query, status, told = LOWERED[name]
    answer = serving.get(query, **{name: value})
    assert answer.status_code == status
    assert told in error_of(answer)["error"]


def test_every_limit_that_may_be_lowered_is_tried() -> None:
    assert {*LOWERED, "queue"} == set(lowerable())


@pytest.mark.parametrize(("name", "query", "told"), [("timeout", ENDLESS, "1.5 s"), ("memory", GREEDY, "150 MB")])
def test_a_request_may_not_raise_a_limit(serving: Endpoint, name: str, query: str, told: str) -> None:
    assert told in error_of(serving.get(query, **{name: "10000"}))["error"]


def test_who_lowered_a_limit_is_told_to_raise_it_again(serving: Endpoint) -> None:
    assert "timeout=1.5" in error_of(serving.get(ENDLESS, timeout="0.2"))["hint"]


def test_the_header_for_how_long_to_wait_is_heeded(serving: Endpoint) -> None:
    answer = serving.client.get("/sparql", params={"query": ENDLESS}, headers={"Prefer": "respond-async, wait=1"})
    assert (answer.status_code, "longer than 1 s" in error_of(answer)["error"]) == (504, True)
    fine = serving.client.get("/sparql", params={"query": CHOOSES}, headers={"Prefer": "wait=1"})
    assert fine.headers["preference-applied"] == "wait=1"
    most = serving.client.get("/sparql", params={"query": CHOOSES}, headers={"Prefer": "wait=99999999"})
    assert most.headers["preference-applied"] == "wait=2", "1.5 s are all there is"


OUT: tuple[dict[str, Any], ...] = (
    {"workers": 0},
    {"timeout": 0.0},
    {"timeout": math.nan},
    {"patience": math.inf},
    {"query_chars": 10**9},
    {"nesting": 61},
    {"memory": 0},
    {"memory": 10**20},
    {"per_client": -1},
    {"workers": 2, "per_client": 3},
)


def test_limits_out_of_bounds_are_refused() -> None:
    for wrong in OUT:
        with pytest.raises(InputError) as caught:
            Limits(**wrong)
        assert caught.value.hint
    for text in ("", "-1", "1e9", "nan", "inf", "٣", "1" * 100, "0x1", "1_0", "1.5"):
        with pytest.raises(InputError):
            Limits().lowered({"memory": text})
    assert Limits(timeout=2).lowered({"timeout": "9", "workers": "1"}) == Limits(timeout=2)


def test_every_limit_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "endpoint.md").read_text("utf-8")
    for one in fields(Limits):
        row = re.search(rf"^\| `--{option_name(one)}` \| (.*?) \| (yes|no) \|", text, re.MULTILINE)
        assert row, option_name(one)
        assert (row[2] == "yes") == one.metadata["lowers"]
        if one.name != "workers":
            assert float(row[1].replace(",", "")) == one.default, option_name(one)


# ── Others ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_killed_worker_costs_its_own_request_only(command: str) -> None:
    with endpoint(command, "--workers", 2, "--per-client", 2, "--memory", 150, "--timeout", 30, "--no-page") as serving:
        _ask_while_others_are_killed(serving)


STOPPED = ((ENDLESS, "0.5"), (GREEDY, "30"), (ENDLESS, "0.5"))


def _ask_while_others_are_killed(serving: Endpoint) -> None:
    killed = threading.Event()

    def ask_until_killed() -> list[int]:
        with httpx.Client(base_url=serving.url, timeout=60, trust_env=False) as client:
            found: list[int] = []
            while not killed.is_set() or len(found) < 5:
                found.append(client.get("/sparql", params={"query": CHOOSES}).status_code)
            return found

    with ThreadPoolExecutor(2) as threads:
        others = [threads.submit(ask_until_killed) for _ in range(2)]
        try:
            stopped = [serving.get(query, timeout=time).status_code for query, time in STOPPED]
        finally:
            killed.set()
        found = [one.result() for one in others]
    assert stopped == [504, 507, 504]
    assert all(set(one) == {200} for one in found)


def test_those_who_come_when_all_is_busy_are_told_when_to_come_again(serving: Endpoint) -> None:
    with ThreadPoolExecutor(9) as threads:
        told = list(threads.map(lambda _: serving.get(ENDLESS), range(9)))
    # Two run, three wait, and four are too many.
    assert {one.status_code for one in told} == {503, 504}
    refused = [one for one in told if one.status_code == 503]
    assert len(refused) >= 4
    for one in refused:
        assert int(one.headers["retry-after"]) >= 1
        error_of(one)
    assert serving.get(CHOOSES).status_code == 200


def test_a_request_may_refuse_to_wait(serving: Endpoint) -> None:
    with ThreadPoolExecutor(2) as threads:
        busy = [threads.submit(serving.get, ENDLESS) for _ in range(2)]
        eventually(lambda: serving.metric("queries_running") == 2, "both workers are busy")
        assert serving.get(CHOOSES, queue="0").status_code == 503
        for one in busy:
            one.result()


def test_no_client_gets_all_workers_or_all_places_in_the_queue(command: str) -> None:
    with (
        endpoint(command, "--workers", 2, "--queue", 4, "--timeout", 600, "--no-page") as serving,
        contextlib.ExitStack() as held,
    ):
        for _ in range(3):
            greedy = held.enter_context(socket.create_connection(serving.host))
            greedy.sendall(serving.get_raw(ENDLESS))
        eventually(lambda: serving.metric("queries_waiting") == 2, "one of its queries runs, and two wait")
        assert serving.metric("queries_running") == 1
        crowded = serving.get(CHOOSES)
        assert (crowded.status_code, "from one address" in error_of(crowded)["error"]) == (503, True)
        elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=serving.url, timeout=60, transport=elsewhere) as other:
            # Who will not wait is answered: a worker is free.
            assert other.get("/sparql", params={"query": CHOOSES, "queue": "0"}).status_code == 200
        held.close()
        eventually(lambda: serving.metric("queries_") == 0, "nobody waits for them")
        assert serving.get(CHOOSES).status_code == 200


def test_no_client_fills_the_room_for_what_is_held(command: str) -> None:
    long = "SELECT ?c ?f WHERE { ?a skg:gloss ?c . ?d skg:gloss ?f } LIMIT 8000"
    options = ("--workers", 2, "--result-bytes", 3_000_000, "--patience", 600, "--no-page")
    with endpoint(command, *options) as serving, contextlib.ExitStack() as held:
        assert 1_500_000 < len(serving.get(long).content) < 3_000_000
        for _ in range(18):
            unread = held.enter_context(contextlib.closing(socket.socket()))
            unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            unread.connect(serving.host)
            unread.sendall(serving.get_raw(long))
        refused = "too much is held for you"
        eventually(lambda: refused in serving.get(CHOOSES).text, "it has half of the room")
        elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=serving.url, timeout=60, transport=elsewhere) as other:
            assert other.get("/sparql", params={"query": CHOOSES}).status_code == 200
        held.close()
        eventually(lambda: serving.get(CHOOSES).status_code == 200, "there is room again")
        eventually(lambda: serving.metric("held_bytes") == 0, "nothing is held")
        # The same for bodies that do not end.
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 1200000\r\n\r\n"
        for _ in range(24):
            held.enter_context(socket.create_connection(serving.host)).sendall(head.encode() + bytes(1_100_000))
        told = 'requests_total{endpoint="sparql",method="POST",status="503"}'
        eventually(lambda: serving.metric(told) > 0, "it has half of the room")
        assert serving.metric("held_bytes") <= 24_000_000
        held.close()
        eventually(lambda: serving.metric("held_bytes") == 0, "nothing is held")


def test_no_client_takes_the_room_of_others_with_pages_that_it_does_not_read(command: str) -> None:
    options = ("--workers", 2, "--result-bytes", 200_000, "--query-chars", 1000, "--patience", 600)
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with endpoint(command, *options) as serving, contextlib.ExitStack() as held:
        other = held.enter_context(httpx.Client(base_url=serving.url, timeout=60, transport=elsewhere))
        assert len(other.get("/").content) > 500_000
        for _ in range(20):
            unread = held.enter_context(contextlib.closing(socket.socket()))
            unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            unread.connect(serving.host)
            unread.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: "too much is held for you" in serving.client.get("/").text, "it has half of the room")
        for path in ("/ontology?format=html", "/id/Gemma?format=html", "/sparql?query=ASK{}"):
            assert serving.client.get(path).status_code == 503, path
        # One page is in memory, whoever reads it: what is counted of each is what is on its way.
        assert serving.metric("held_bytes") < 3_000_000
        assert [other.get(path).status_code for path in ("/", "/sparql?query=ASK{}")] == [200, 200]


def test_no_client_has_workers_killed_faster_than_they_start(kg: skg.KnowledgeGraph) -> None:
    async def storm() -> list[int]:
        free = []
        with home_of(kg.store.dump()) as home:
            async with Pool(home, Limits(workers=2)) as pool:
                at_once = pool.limits.lowered({"timeout": "0.01"})
                for _ in range(8):
                    # It is stopped, or told that it has to wait until there are workers again.
                    with pytest.raises((QueryStopped, StoreBusy)):
                        await pool.ask(Ask(ENDLESS), at_once, client="storm")
                    free.append(pool._idle.qsize())
                answer = await pool.ask(Ask("ASK {}"), pool.limits, client="another")
                assert answer.kind == "boolean"
        return free

    # The third was left without: its asker had had two killed, and the new ones were not there yet. In a thread, since a
    # browser of another test may have a loop of its own in this one.
    with ThreadPoolExecutor(1) as thread:
        assert min(thread.submit(asyncio.run, storm()).result()) >= 1


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("no address", None),
    ],
)
def test_a_client_is_an_address_or_a_network_that_one_has(address: str, client: str | None) -> None:
    assert client_of(address) == client


def test_a_share_is_all_workers_but_one_unless_it_is_set() -> None:
    shares = [Limits(workers=4), Limits(workers=1), Limits(workers=4, per_client=2), Limits(workers=4, per_client=4, queue=7)]
    assert [(one.share, one.queue_share) for one in shares] == [(3, 50), (1, 100), (2, 50), (4, 7)]


def test_there_are_no_more_connections_than_there_may_be(command: str) -> None:
    options = ("--connections", 7, "--workers", 2, "--timeout", 600, "--no-page")
    with endpoint(command, *options) as serving, contextlib.ExitStack() as held:

        def opened(number: int, request: bytes = b"") -> socket.socket:
            connection = socket.create_connection(serving.host, timeout=60, source_address=(f"127.0.0.{number}", 0))
            with contextlib.suppress(ConnectionError):
                connection.sendall(request)
            return connection

        def told(number: int, request: bytes = b"") -> bytes:
            with opened(number, request) as connection:
                return received(connection)

        metrics, health = (
            f"GET /{one} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode() for one in ("metrics", "health")
        )
        # Its own counting would wait among them.
        eventually(lambda: b"severance_kg_classes " in told(4, metrics), "the graph is counted")
        for number in (1, 1, 1, 2, 2, 2):
            held.enter_context(opened(number, serving.get_raw(ENDLESS)))
        all_there = re.compile(rb"queries_running 2\n(?:.*\n)*severance_kg_queries_waiting 4\n")
        eventually(lambda: bool(all_there.search(told(4, metrics))), "six of seven have sent a request")
        # Of those who have sent none, the one who came first makes room for another. A beginning is none.
        for beginning in (b"", b"GET /he", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"):
            with opened(3, beginning) as idle:
                assert told(4, health).startswith(b"HTTP/1.1 200 ")
                ended = received(idle)
                assert not ended or b"too many connections" in ended
        # One client has half of them.
        with opened(1):
            refused = told(1)
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 2" in refused.lower()
        assert b'{"error": "there are too many connections"' in refused

        def is_full() -> bool:
            with opened(3, serving.get_raw(ENDLESS)):
                # Asked too early, it takes the place of the one that has just come.
                return b"too many connections" in told(4, health)

        eventually(is_full, "seven have sent a request")
        held.close()
        eventually(lambda: serving.raw(serving.get_raw(CHOOSES)).startswith(b"HTTP/1.1 200 "), "there is room again")


def test_there_are_files_for_as_many_connections_as_there_may_be(command: str, run: Run) -> None:
    def few(most: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, most))

    options = ("--connections", 300, "--workers", 2, "--no-page")
    with endpoint(command, *options, preexec_fn=few(2000)) as serving, contextlib.ExitStack() as held:
        for address in ("127.0.0.1", "127.0.0.2"):
            for _ in range(120):
                held.enter_context(socket.create_connection(serving.host, source_address=(address, 0)))
        assert serving.raw(serving.get_raw(CHOOSES)).startswith(b"HTTP/1.1 200 ")
        # A new worker takes some, too.
        assert serving.get(ENDLESS, timeout="0.1").status_code == 504
        assert serving.get(CHOOSES).status_code == 200
    done = run("serve", *options, preexec_fn=few(200))
    assert (done.returncode, done.stdout) == (2, "")
    assert "for 300 connections, and the system allows 200; lower --connections" in done.stderr


def test_a_query_ends_when_its_asker_leaves(command: str) -> None:
    with endpoint(command, "--workers", 1, "--timeout", 600, "--no-page") as serving:
        with socket.create_connection(serving.host) as leaving:
            leaving.sendall(serving.get_raw(ENDLESS))
            eventually(lambda: serving.metric("queries_running") == 1, "the query runs")
        eventually(lambda: serving.metric("queries_running") == 0, "nobody waits for it")
        assert serving.get(CHOOSES).status_code == 200


# ── Processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_workers_can_open_nothing(serving: Endpoint) -> None:
    serving.get(CHOOSES)
    workers = serving.workers()
    assert len(workers) >= 2
    for worker in workers:
        limits = Path(f"/proc/{worker}/limits").read_text()
        assert re.search(r"^Max open files +0 +0 ", limits, re.MULTILINE)
        assert re.search(r"^Max file size +0 +0 ", limits, re.MULTILINE)
        # Three pipes to the parent, and the file that tells how much memory is taken.
        opened = [str(one.readlink()) for one in Path(f"/proc/{worker}/fd").iterdir()]
        assert sum(one.startswith("pipe:") for one in opened) == 3, opened
        assert [one for one in opened if not one.startswith("pipe:")] == [f"/proc/{worker}/statm"]
        environment = Path(f"/proc/{worker}/environ").read_bytes()
        assert {pair.split(b"=")[0] for pair in environment.split(b"\0") if pair} <= {
            b"PYTHONPATH",
            b"RUST_BACKTRACE",
            b"MALLOC_ARENA_MAX",
            b"LC_CTYPE",
        }


@pytest.mark.parametrize("signals", ["INT", "TERM", "HUP", "TERM INT"])
def test_nothing_is_left_when_it_is_stopped(command: str, built: Path, signals: str) -> None:
    with endpoint(command, "--store", built, "--workers", 2, "--timeout", 600) as serving, ThreadPoolExecutor(1) as threads:
        children = serving.workers()
        busy = threads.submit(serving.client.get, "/sparql", params={"query": ENDLESS})
        eventually(lambda: serving.metric("queries_running") == 1, "a query runs")
        for name in signals.split():
            # The second time nobody wants to wait for the query.
            serving.process.send_signal(signal.Signals[f"SIG{name}"])
        assert serving.process.wait(timeout=30) == 0
        if not busy.exception(timeout=30):
            assert (busy.result().status_code, busy.result().json()["error"]) == (503, "the server is stopping")
        else:
            assert isinstance(busy.exception(), httpx.HTTPError)
        assert len(children) >= 3
        assert [child for child in children if lives(child)] == []
        assert list(built.glob(".serving-*")) == []
        with pytest.raises(OSError):
            socket.create_connection(serving.host, timeout=5)


def test_nothing_is_left_when_it_is_killed(command: str) -> None:
    # Written while it is evaluated, which holds Python's lock: a worker that only watched its pipe would not notice.
    # All three are in the filter, which else is tried on the first alone and leaves nothing to do.
    lazy = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'nothing is') }"
    options = ("--workers", 2, "--per-client", 2, "--timeout", 600, "--no-page")
    with endpoint(command, *options) as serving, ThreadPoolExecutor(2) as threads:
        busy = [threads.submit(serving.client.get, "/sparql", params={"query": query}) for query in (ENDLESS, lazy)]
        eventually(lambda: serving.metric("queries_running") == 2, "two queries run")
        children = serving.workers()
        serving.process.kill()
        serving.process.wait()
        for one in busy:
            assert isinstance(one.exception(timeout=30), httpx.HTTPError)
        eventually(lambda: not any(map(lives, children)), "the workers end with their parent")


# ── Stores ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def built(tmp_path: Path, kg: skg.KnowledgeGraph) -> Path:
    """A folder as a build leaves it: a database, and a file that names it."""
    store = ox.Store(str(tmp_path / "db-1"))
    store.bulk_load(input=kg.store.dump(), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    store.optimize()
    del store
    (tmp_path / "current").write_text("db-1\n")
    return tmp_path


def test_a_store_is_served_as_it_was_whatever_becomes_of_it(command: str, built: Path, kg: skg.KnowledgeGraph) -> None:
    with endpoint(command, "--store", built, "--workers", 1, "--timeout", 0.5, "--no-page") as serving:
        before = serving.workers()
        (built / "current").write_text("db-2\n")
        shutil.rmtree(built / "db-1")
        for _ in range(3):
            # On a slow machine a new worker may not be there yet, which is answered 503.
            eventually(lambda: serving.get(ENDLESS).status_code == 504, "the query is stopped")
        counted = serving.get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", format="csv").text.split()[-1]
        assert int(counted) == len(kg.store.dump().splitlines())
        assert not set(before) & set(serving.workers()), "every worker has been replaced since"
    assert list(built.glob(".serving-*")) == []


def test_what_a_killed_server_left_is_swept_away(command: str, built: Path) -> None:
    def left() -> list[Path]:
        return list(built.glob(".serving-*"))

    with endpoint(command, "--store", built, "--no-page") as serving:
        serving.process.kill()
        serving.process.wait()
        assert len(left()) == 1
    (old,) = left()
    with endpoint(command, "--store", built / "db-1", "--no-page") as serving:
        assert serving.get(CHOOSES).status_code == 200
        assert len(left()) == 1 and left() != [old]
        # A build leaves those alone that serve, also one that sees no process of that number, as in another container.
        (there,) = left()
        (built / disk.LOCK).touch()
        with disk.locked(built):
            assert left() == [there]
        serving.process.kill()
        serving.process.wait()
        assert left() == [there]
        with disk.locked(built):
            assert left() == []


def test_a_database_and_a_file_answer_the_same(command: str, built: Path, kg: skg.KnowledgeGraph) -> None:
    (built / "graph.nt").write_bytes(kg.store.dump())
    tags, rows = set(), set()
    for store in (built / "db-1", built / "graph.nt"):
        with endpoint(command, "--store", store, "--no-page") as serving:
            answer = serving.get(CHOOSES + " ORDER BY ?what")
            tags.add(answer.headers["etag"])
            rows.add(answer.content)
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--store", "nowhere"), "no such store"),
        (("--store", "README.md"), "neither a folder nor a file in .nt"),
        (("--store", "docs"), "no Oxigraph database"),
        (("--timeout", "0"), "less than"),
        (("--nesting", "100"), "more than 60"),
        (("--workers", "2", "--per-client", "9"), "per-client is 9, and there are 2 workers; give 2 at most"),
        (("--port", "70000"), "--port"),
        (("--host", "no.such.host.invalid"), "--host"),
        (("--data", "nowhere"), "no such folder"),
    ],
)
def test_what_cannot_be_served_is_told(run: Run, options: tuple[str, ...], told: str) -> None:
    done = run("serve", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_graph_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.nt").write_text("<a> <b> c\n")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "CURRENT").write_text("nothing\n")
    for store in ("broken.nt", "db"):
        done = run("serve", "--port", 0, "--store", tmp_path / store)
        assert done.returncode == 2
        assert "cannot be opened" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(run: Run, serving: Endpoint) -> None:
    done = run("serve", "--port", serving.host[1])
    assert done.returncode == 2
    assert "cannot be listened at" in done.stderr


def test_without_its_libraries_it_says_what_to_install(command: str, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ImportError('not here')\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([command, "serve"], capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.returncode == 2
    assert "severance-kg[server]" in done.stderr
