"""What a push sends, in which pieces, and what it tells when it stops half way."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import severance_kg as skg
from conftest import Run
from servers import Quiet, serving
from severance_kg import push as pushing
from severance_kg import service
from severance_kg.corpus import build_store
from severance_kg.push import batches
from severance_kg.resources import gather
from severance_kg.store import MemoryStore

GRAPH = "".join(f"<urn:s> <urn:p> <urn:o{i:02}> .\n" for i in range(25)).encode()


class GraphStore(Quiet):
    """A service of one graph, which breaks at the request that ``breaks`` names in the way that ``how`` tells."""

    lines: set[bytes]
    seen: list[str]
    breaks: int | None = None
    how = "500"

    def do_PUT(self) -> None:  # noqa: N802
        self.wrote("PUT")

    def do_POST(self) -> None:  # noqa: N802
        if "query" in self.path:
            form = urllib.parse.parse_qs(self.body().decode())
            assert "COUNT" in form["query"][0]
            bindings = [{"count": {"type": "literal", "value": str(len(self.lines))}}]
            found = {"head": {"vars": ["count"]}, "results": {"bindings": bindings}}
            self.answer(200, "application/sparql-results+json", json.dumps(found).encode())
        else:
            self.wrote("POST")

    def do_GET(self) -> None:  # noqa: N802
        if not self.lines:
            self.answer(404, "text/plain", b"no such graph")
        else:
            self.answer(200, "application/n-triples", b"".join(sorted(self.lines)))

    def wrote(self, method: str) -> None:
        body = self.body()
        assert self.headers["Content-Type"] == "application/n-triples"
        self.seen.append(f"{method} {self.path} {body.count(10)}")
        if len(self.seen) == self.breaks and self.how == "500":
            self.answer(503, "text/plain", b"disk full", Retry_After="0")
            return
        if method == "PUT":
            self.lines.clear()
        self.lines.update(body.splitlines(keepends=True))
        if len(self.seen) == self.breaks:
            return  # done, and yet not said to be
        self.answer(204, "text/plain", b"")


@pytest.fixture
def there() -> Iterator[tuple[str, type[GraphStore]]]:
    class Fresh(GraphStore):
        lines: set[bytes] = set()  # noqa: RUF012
        seen: list[str] = []  # noqa: RUF012

    with serving(Fresh) as base:
        yield base, Fresh


@pytest.fixture
def kg() -> skg.KnowledgeGraph:
    return skg.KnowledgeGraph(MemoryStore(GRAPH))


def target(base: str, graph: str | None = None) -> skg.KnowledgeGraph:
    return skg.connect(f"{base}/query", None, f"{base}/store", default_graph=graph)


def test_the_first_batch_replaces_and_the_others_add(there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph) -> None:
    base, service = there
    service.lines.add(b"<urn:old> <urn:p> <urn:o> .\n")
    done = kg.push(target(base, "urn:g?x&y"), replace=True, batch=10)
    assert service.seen == [
        f"{method} /store?graph=urn%3Ag%3Fx%26y {n}" for method, n in (("PUT", 10), ("POST", 10), ("POST", 5))
    ]
    assert b"".join(sorted(service.lines)) == GRAPH
    assert (done.sent, done.before, done.after) == (25, 0, 25)


def test_without_a_name_the_default_graph_is_meant(there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph) -> None:
    base, service = there
    service.lines.add(b"<urn:old> <urn:p> <urn:o> .\n")
    done = kg.push(target(base))
    assert service.seen == ["POST /store?default 25"]
    assert (done.sent, done.before, done.after) == (25, 1, 26)


@pytest.mark.parametrize("how", ["500", "silence"])
@pytest.mark.parametrize("breaks", [1, 2, 3])
def test_what_breaks_is_written_once_and_told_and_can_go_on(
    there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph, breaks: int, how: str
) -> None:
    base, service = there
    service.breaks, service.how = breaks, how
    with pytest.raises(skg.StoreError) as caught:
        kg.push(target(base), replace=True, batch=10)
    told = str(caught.value)
    assert len(service.seen) == breaks
    if breaks == 1:
        assert "nothing is known to be written, and what was there may be gone" in told
        kg.push(target(base), replace=True, batch=10)
    else:
        sent = 10 * (breaks - 1)
        assert f"triples 1 to {sent} are there, of {sent + 1} to {min(sent + 10, 25)} it is not known" in told
        assert f"go on with --skip {sent} and without --replace" in told
        before = len(service.seen)
        assert kg.push(target(base), skip=sent, batch=10).after == 25
        assert len(service.seen) - before == (2 if sent == 10 else 1)
    assert b"".join(sorted(service.lines)) == GRAPH


def test_a_count_that_cannot_be_right_is_an_error(there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph) -> None:
    _, service = there

    class Forgets(service):  # type: ignore[misc, valid-type]
        def wrote(self, method: str) -> None:
            super().wrote(method)
            self.lines.discard(min(self.lines))

    with serving(Forgets) as forgetful, pytest.raises(skg.StoreError, match="25 triples were sent, and the graph holds 24"):
        kg.push(target(forgetful), replace=True)


def test_a_blank_node_is_refused(there: tuple[str, type[GraphStore]]) -> None:
    base, _ = there
    for line in (b"_:b <urn:p> <urn:o> .\n", b"<urn:s> <urn:p> _:b .\n"):
        with pytest.raises(skg.InputError, match="holds a blank node"):
            skg.KnowledgeGraph(MemoryStore(line)).push(target(base), replace=True)
    text = b'<urn:s> <urn:p> "> _:b" .\n'
    assert skg.KnowledgeGraph(MemoryStore(text)).push(target(base)).after == 1


def test_numbers_that_make_no_sense_are_refused(there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph) -> None:
    base, service = there
    for options in ({"batch": 0}, {"batch": -5}, {"skip": -1}, {"skip": 5, "replace": True}):
        with pytest.raises(skg.InputError, match="do not go together"):
            kg.push(target(base), **options)  # type: ignore[arg-type]
    with pytest.raises(skg.InputError, match="the graph has 25 triples, and 26 of them are to be skipped; give --skip 25"):
        kg.push(target(base), skip=26)
    with pytest.raises(skg.InputError, match="no address to write to"):
        kg.push(skg.connect(f"{base}/query"))
    with pytest.raises(skg.InputError, match="behind no service"):
        kg.push(kg)
    assert service.seen == []


@given(sizes=st.lists(st.integers(1, 40), max_size=60), most=st.integers(1, 9), size=st.integers(20, 100))
def test_batches_hold_every_line_in_order_and_keep_their_bounds(sizes: list[int], most: int, size: int) -> None:
    lines = [b"x" * (n - 1) + b"\n" for n in sizes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pushing, "MOST_BATCH_BYTES", size)
        found = list(batches(lines, most))
    assert b"".join(batch for batch, _ in found) == b"".join(lines)
    assert [n for _, n in found] == [batch.count(b"\n") for batch, _ in found]
    assert all(n <= most and (len(batch) <= size or n == 1) for batch, n in found)


def test_a_connection_that_ends_is_no_password_asked_for_again(
    there: tuple[str, type[GraphStore]], kg: skg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, handler = there
    monkeypatch.setenv("SEVERANCE_KG_USER", "mark")
    monkeypatch.setenv("SEVERANCE_KG_PASSWORD", "secret")
    monkeypatch.setattr(service, "FIRST_WAIT", 0.001)
    assert kg.push(target(base), batch=10).after == 25
    assert len(handler.seen) == 3


def test_the_command_needs_somewhere_to_write_and_to_count(run: Run, there: tuple[str, type[GraphStore]]) -> None:
    base, service = there
    for arguments, told in (
        ([], "push needs an address to write to; give --graph-store URL, or --update URL"),
        (["--update", f"{base}/update"], "push needs an address to count at; give --endpoint URL"),
        (["--graph-store", "http://u:secret@x/"], "the address holds a password"),
        (["--graph-store", f"{base}/store", "--graph", "not an iri"], "is no IRI"),
        (["--graph-store", f"{base}/store", "--timeout", "-1"], "a number of seconds above 0"),
    ):
        done = run("push", *arguments)
        assert done.returncode == 2 and told in done.stderr and "secret" not in done.stderr
    assert service.seen == []
    service.breaks = 2
    done = run("push", "--graph-store", f"{base}/store", "--batch", 5000)
    assert done.returncode == 2
    assert "triples 1 to 5,000 are there" in done.stderr and "go on with --skip 5000" in done.stderr
    done = run("push", "--graph-store", f"{base}/store", "--skip", 5000)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"(9,\d\d\d) triples sent; the default graph holds \1\n", done.stdout)


def test_the_command_sends_a_store(run: Run, there: tuple[str, type[GraphStore]], tmp_path: Path) -> None:
    base, service = there
    build_store(gather(), tmp_path / "store")
    send = ["push", "--store", tmp_path / "store", "--graph-store", f"{base}/store", "--endpoint", f"{base}/query"]
    done = run(*send)
    assert (done.returncode, done.stderr) == (0, "")
    assert b"".join(sorted(service.lines)) == skg.load().store.dump()
    refused = run(*send, "--data", tmp_path)
    assert (refused.returncode, "a store is asked as it was built" in refused.stderr) == (2, True)
