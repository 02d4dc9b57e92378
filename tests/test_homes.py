"""One suite over every home of a graph: the same questions and the same calls give the same answers wherever it is kept.

A home is one line in ``HOMES``. The graph is the bundled one with ``tests/data/homes`` beside it, which is made to be hard.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import servers
import severance_kg as skg
from conftest import ROOT, Run
from severance_kg.compile import lines
from severance_kg.corpus import build_store
from severance_kg.questions import answer
from severance_kg.resources import gather
from severance_kg.rules import read_rules
from severance_kg.vocabulary import SKG

HARD = ROOT / "tests" / "data" / "homes"
FOREIGN = b"<https://w3id.org/severance-kg/id/InnieMark> <https://w3id.org/severance-kg/ontology#chooses> <urn:foreign> .\n"
SHIPPED = sorted((Path(skg.__file__).parent / "sparql").glob("*.rq"))
Home = tuple[skg.KnowledgeGraph, "servers.Server | None"]


@contextmanager
def memory(_: Path) -> Iterator[Home]:
    yield skg.load(HARD), None


@contextmanager
def disk(folder: Path) -> Iterator[Home]:
    build_store(gather(HARD), folder / "store")
    yield skg.open(folder / "store"), None


@contextmanager
def virtuoso(folder: Path) -> Iterator[Home]:
    with servers.virtuoso(folder) as server, password():
        yield pushed(server), server


@contextmanager
def oxigraph(folder: Path) -> Iterator[Home]:
    with servers.oxigraph(folder) as server:
        yield pushed(server), server


@contextmanager
def rdflib(_: Path) -> Iterator[Home]:
    with servers.rdflib_service(skg.load(HARD).store.dump()) as server:
        yield skg.connect(server.query, timeout=300), server


HOMES: dict[str, Callable[[Path], Any]] = {
    "memory": memory,
    "disk": disk,
    "Virtuoso": virtuoso,
    "Oxigraph server": oxigraph,
    "rdflib": rdflib,
}


@contextmanager
def password() -> Iterator[None]:
    """Set what a fresh Virtuoso knows, and set it back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEVERANCE_KG_USER", servers.USER)
        patch.setenv("SEVERANCE_KG_PASSWORD", servers.PASSWORD)
        yield


def pushed(server: servers.Server) -> skg.KnowledgeGraph:
    """Fill a service with the graph, and with other things beside it, which must not be seen."""
    remote = skg.connect(server.query, server.update, server.graph_store, default_graph=server.graph, timeout=300)
    elsewhere = skg.connect(server.query, None, server.graph_store, default_graph="urn:elsewhere", timeout=300)
    assert elsewhere.store.graph_store is not None  # type: ignore[attr-defined]
    elsewhere.store.graph_store.add(FOREIGN)  # type: ignore[attr-defined]
    done = skg.load(HARD).push(remote, replace=True, batch=3000)
    assert done.after == done.sent > 9000
    # Without the graph-store address everything is asked for in SPARQL.
    return skg.connect(server.query, default_graph=server.graph, timeout=300)


@pytest.fixture(scope="module")
def expected() -> skg.KnowledgeGraph:
    return skg.load(HARD)


@pytest.fixture(scope="module", params=HOMES)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with ExitStack() as stack:
        yield stack.enter_context(HOMES[request.param](tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def here(home: Home) -> skg.KnowledgeGraph:
    return home[0]


def shown(rows: skg.Rows) -> list[list[str]]:
    return [[repr(value) for value in row] for row in rows]


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_question_has_the_same_answer(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph) -> None:
    questions = expected.questions()
    assert len(questions) >= 30
    wrong = []
    for name, question in questions.items():
        told, right = answer(here, question), answer(expected, question)
        if (
            shown(told.rows) != shown(right.rows)
            or told.evidence != right.evidence
            or told.rows.variables != right.rows.variables
        ):
            wrong.append((name, len(told.rows), len(right.rows)))
        assert told.failures() == []
    assert wrong == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_query_has_the_same_answer(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph, path: Path) -> None:
    query = path.read_text("utf-8")
    told, right = shown(here.select(query)), shown(expected.select(query))
    assert sorted(told) == sorted(right)
    assert "ORDER BY" not in query or told == right


def test_every_rule_has_the_same_answer(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph) -> None:
    rules = read_rules(gather().rules)
    assert len(rules) >= 9
    wrong = [
        rule.label
        for rule in rules
        if sorted(shown(here.select(rule.file.query))) != sorted(shown(expected.select(rule.file.query)))
    ]
    assert wrong == []


def test_what_holds_at_each_moment_is_the_same(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph) -> None:
    holding = next(path for path in SHIPPED if path.stem == "holding").read_text("utf-8")
    moments = [iri for iri, thing in expected.things.items() if SKG + "Moment" in thing.classes]
    assert len(moments) >= 8
    for moment in moments:
        query = holding.replace("sev:MeetingScene", f"<{moment}>")
        told = shown(here.select(query))
        assert told == shown(expected.select(query)), moment
        assert len(told) == len(expected.at(moment))


QUERIES = {
    "every term": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o)",
    "letters": "SELECT ?x ?y WHERE { ?x ?p ?y FILTER(CONTAINS(STR(?y), '漢') || CONTAINS(STR(?y), '🗝')) }",
    "languages": "SELECT ?l (COUNT(*) AS ?n) { ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(LANG(?o) AS ?l) } GROUP BY ?l ORDER BY ?l",
    "numbers": "SELECT ?n WHERE { ?s schema:episodeNumber ?n FILTER(?n > 6) } ORDER BY ?n",
    "days": "SELECT ?d WHERE { ?s schema:datePublished ?d FILTER(?d > '2024-01-01'^^xsd:date) } ORDER BY ?d",
    "nothing": "SELECT ?o WHERE { sev:NobodyAtAll ?p ?o }",
    "unbound": "SELECT ?s ?v WHERE { ?s a skg:InterviewStatement OPTIONAL { ?s skg:saidTo ?v } } ORDER BY ?s",
    "foreign": "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what",
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_same_answer(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph, name: str) -> None:
    told, right = shown(here.select(QUERIES[name])), shown(expected.select(QUERIES[name]))
    assert sorted(told) == sorted(right)
    assert "foreign" not in str(told)


# ── The library ──────────────────────────────────────────────────────────────────────────────────────────────────────

CHOICES = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"
CALLS: dict[str, Callable[[skg.KnowledgeGraph], object]] = {
    "select": lambda g: [list(row) for row in g.select(CHOICES)],
    "ask": lambda g: (g.ask("ASK { sev:Gemma ?p ?o }"), g.ask("ASK { sev:Gemma sev:Gemma ?o }")),
    "construct": lambda g: list(
        g.construct("CONSTRUCT { ?s skg:says ?o } WHERE { ?s skg:gloss ?o ; skg:saidBy sev:DanErickson }")
    ),
    "statements": lambda g: g.statements(),
    "filtered": lambda g: g.statements(subject="Innie Mark", theme="Love", speaker="DanErickson"),
    "narrower": lambda g: (
        g.statements(theme="Light"),
        g.statements(theme="Glow"),
        sorted(g.narrower(g.naming.theme("Horror"))),
    ),
    "literal": lambda g: (g.statements(object="7"), g.statements(object="2024-02-29")),
    "statement": lambda g: g.statement("hard-s13"),
    "evidence": lambda g: g.evidence("InnieMark", "chooses", "HisOwnLife"),
    "path": lambda g: (list(g.path("MDR", "Gemma")), g.path("Woe", "Dread", strongest=True).things),
    "nearest": lambda g: g.nearest_approach("Helly", "Gemma"),
    "at": lambda g: [(list(g.at(moment)), g.at(moment).unordered) for moment in ("MeetingScene", "Dusk", "Midnight", "Elsewhen")],
    "changes": lambda g: (g.changes("S2Opening", "FinalChoice"), g.changes("dusk", "dawn")),
    "view": lambda g: g.view("Audience"),
    "collisions": lambda g: g.collisions(),
    "one voice": lambda g: g.one_voice(),
    "names": lambda g: (g.resolve("gemma scout"), g.resolve("лампа"), g.naming.theme("Love"), g.label(g.resolve("Keeper"))),
    "things": lambda g: g.things,
    "sources": lambda g: list(g.sources.items()),
    "dump": lambda g: norm(g.store.dump()),
    "rdflib": lambda g: {" ".join(term.n3() for term in triple).replace("nonNegativeI", "i") for triple in g.to_rdflib()},
    "networkx": lambda g: sorted(g.to_networkx(edges_only=False).edges(keys=True)),
    "questions": lambda g: set(g.questions()) - {"one"},
}


def norm(dump: bytes) -> list[str]:
    """Return the lines as pyoxigraph writes them: engines escape more or less than they must, and Oxigraph knows one integer."""
    triples = {quad.triple for quad in ox.parse(dump, format=ox.RdfFormat.N_TRIPLES)}
    return sorted("".join(lines(triples)).replace("nonNegativeInteger", "integer").splitlines())


@pytest.mark.parametrize("name", CALLS)
def test_a_call_gives_the_same(here: skg.KnowledgeGraph, expected: skg.KnowledgeGraph, name: str) -> None:
    assert CALLS[name](here) == CALLS[name](expected)


def test_what_is_wrong_is_an_error_of_ours(here: skg.KnowledgeGraph) -> None:
    for query in ("SELECT ?x { ?x", "SELECT * { ?x unknown:y ?z }", "ASK { FILTER(NOSUCHFUNCTION(1)) }"):
        with pytest.raises((skg.QueryError, skg.StoreError)):
            here.query(query)
    with pytest.raises(skg.QueryError, match="SERVICE is not allowed"):
        here.query("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")


NO_TEXTS: tuple[Any, ...] = (None, b"ASK { ?s ?p ?o }", 5, ["ASK {}"], {}, Path("a.rq"), "ASK { ?s ?p '\ud800' }")
ASKING: dict[str, Callable[[skg.KnowledgeGraph, Any], object]] = {
    "query": lambda g, x: g.query(x),
    "select": lambda g, x: g.select(x),
    "ask": lambda g, x: g.ask(x),
    "construct": lambda g, x: g.construct(x),
    "store": lambda g, x: g.store.query(x),
}
NAMING: dict[str, Callable[[skg.KnowledgeGraph, Any], object]] = {
    "resolve": lambda g, x: g.resolve(x),
    "statement": lambda g, x: g.statement(x),
    "evidence": lambda g, x: g.evidence("InnieMark", x, "HisOwnLife"),
    "object": lambda g, x: g.evidence("InnieMark", "chooses", x),
    "path": lambda g, x: g.path("Gemma", x),
    "at": lambda g, x: g.at(x),
    "view": lambda g, x: g.view(x),
    "theme": lambda g, x: g.naming.theme(x),
    # None is no wish there.
    "commitment": lambda g, x: g.statements(commitment=x) if x else g.resolve(x),
    "compare": lambda g, x: g.compare(x, "celebpost-45511"),
}


@pytest.mark.parametrize("given", NO_TEXTS, ids=repr)
def test_what_is_no_text_is_an_error_of_ours(here: skg.KnowledgeGraph, given: Any) -> None:
    for name, ask in ASKING.items():
        with pytest.raises(skg.QueryError) as caught:
            ask(here, given)
        assert caught.value.hint, name
    for name, call in NAMING.items():
        with pytest.raises(skg.InputError) as refused:
            call(here, given)
        assert refused.value.hint, name


def test_what_names_no_home_is_an_error_of_ours() -> None:
    ways: list[Callable[[Any], object]] = [skg.open, skg.load, skg.connect]
    ways.append(lambda given: skg.connect("http://127.0.0.1:1/", default_graph=given))
    for given in (5, b"store", ["store"], "a\0b", "half \ud800"):
        for way in ways:
            with pytest.raises(skg.SevError) as caught:
                way(given)
            assert caught.value.hint


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def writable(home: Home) -> servers.Server:
    if home[1] is None or not home[1].update:
        pytest.skip("this home takes no graph")
    return home[1]


COMMANDS = [
    ["query", CHOICES, "--format", "csv"],
    ["query", "CONSTRUCT WHERE { sev:Gemma ?p ?o }", "--format", "ntriples"],
    ["question", "what-each-mark-wants"],
    ["show", "Keeper"],
    ["cite", "celebpost-45511-s83", "--format", "json"],
    ["path", "MDR", "Gemma"],
    ["at", "midnight"],
    ["changes", "S2Opening", "FinalChoice", "--format", "json"],
    ["views", "InnieMark"],
    ["network", "--measure", "bridges"],
    ["export", "--format", "ntriples"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: str(arguments[0]))
def test_a_command_prints_the_same(writable: servers.Server, run: Run, arguments: list[str]) -> None:
    there = ["--endpoint", writable.query, *(["--graph", writable.graph] if writable.graph else []), "--timeout", "300"]
    # A question may be the user's own; the others refuse annotation files beside a service.
    own = ["--data", HARD] if arguments[0] == "question" else []
    told, right = run(*arguments, *there, *own), run(*arguments, "--data", HARD)
    assert (told.returncode, told.stderr) == (0, "")
    if arguments[0] == "export":
        assert norm(told.stdout.encode()) == norm(right.stdout.encode())
    else:
        assert told.stdout == right.stdout


# ── Pushing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def named(server: servers.Server, graph: str) -> dict[str, str]:
    return {"query_url": server.query, "default_graph": f"urn:test:{graph}"}


@pytest.mark.parametrize("way", ["graph store", "update"])
def test_what_is_pushed_is_there(writable: servers.Server, expected: skg.KnowledgeGraph, way: str) -> None:
    address = {"graph_store_url": writable.graph_store} if way == "graph store" else {"update_url": writable.update}
    there = skg.connect(**named(writable, way.replace(" ", "-")), **address, timeout=300)  # type: ignore[arg-type]
    told: list[tuple[int, int]] = []
    done = expected.push(there, batch=4000, progress=lambda sent, size: told.append((sent, size)))
    total = len(expected.store.dump().splitlines())
    assert (done.sent, done.before, done.after) == (total, 0, total)
    assert [sent for sent, _ in told] == [4000, 8000, total]
    assert sum(size for _, size in told) == len(expected.store.dump())
    assert norm(there.store.dump()) == norm(expected.store.dump())
    # Again changes nothing; something else in its place leaves nothing of it.
    again = expected.push(there, skip=8000)
    assert (again.sent, again.before, again.after) == (total, total, total)
    small = skg.KnowledgeGraph(Lines(FOREIGN))
    assert small.push(there).after == total + 1
    assert small.push(there, replace=True).after == 1
    assert skg.KnowledgeGraph(Lines(b"")).push(there, replace=True).after == 0


class Lines:
    """A store that holds lines as they are."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def query(self, query: str) -> Any:
        raise NotImplementedError

    def dump(self) -> bytes:
        return self._content

    def lines(self) -> Iterator[bytes]:
        yield from self._content.splitlines(keepends=True)


def test_push_as_a_command(writable: servers.Server, run: Run) -> None:
    there = ["--graph-store", writable.graph_store, "--graph", "urn:test:command", "--batch", 5000]
    done = run("push", *there, "--endpoint", writable.query, "--data", HARD)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"(9,\d\d\d) triples sent; <urn:test:command> holds \1\n", done.stdout)
    # Without the query address it reads back what is there.
    done = run("push", *there, "--replace", "--data", HARD, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"graph": "urn:test:command"' in done.stdout
    env = {**os.environ, "SEVERANCE_KG_USER": "dba", "SEVERANCE_KG_PASSWORD": "wrong"}
    refused = run("push", *there, "--endpoint", writable.query, env=env)
    if writable.graph:
        assert refused.returncode == 2 and "answered 401" in refused.stderr and "wrong" not in refused.stderr


def test_a_default_graph_that_takes_nothing_is_told(home: Home, writable: servers.Server) -> None:
    if not writable.graph:
        pytest.skip("this service has a default graph")
    there = skg.connect(writable.query, None, writable.graph_store)
    with pytest.raises(skg.StoreError, match="default graph") as caught:
        skg.KnowledgeGraph(Lines(FOREIGN)).push(there)
    assert "--graph" in str(caught.value)


# ── What Virtuoso keeps to itself ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def frugal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A Virtuoso that gives no more than 5,000 rows."""
    with servers.virtuoso(tmp_path_factory.mktemp("frugal"), rows=5000) as server, password():
        skg.load().push(skg.connect(server.query, None, server.graph_store, default_graph=server.graph))
        yield server


def test_part_of_an_answer_is_never_taken_for_the_whole(frugal: servers.Server) -> None:
    there = skg.connect(frugal.query, default_graph=frugal.graph)
    assert len(there.select("SELECT * { ?s ?p ?o } LIMIT 4999")) == 4999
    for ask in (lambda: there.select("SELECT * { ?s ?p ?o }"), there.statements, there.store.dump, there.to_rdflib):
        with pytest.raises(skg.StoreError, match="part of the answer only"):
            ask()
    through = skg.connect(frugal.query, None, frugal.graph_store, default_graph=frugal.graph)
    with pytest.raises(skg.StoreError, match="5,001 triples came, and it counts 9,"):
        through.store.dump()


def test_what_was_interrupted_is_never_taken_for_the_whole(frugal: servers.Server) -> None:
    there = skg.connect(frugal.query + "?timeout=1000", default_graph=frugal.graph)
    endless = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g))) > 100000)"
    for query in (f"SELECT * {{ {endless} }}", f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {endless} }}", f"ASK {{ {endless} }}"):
        with pytest.raises(skg.StoreError, match="part of the answer only"):
            there.query(query)


def test_servers_are_stopped(tmp_path: Path) -> None:
    with servers.oxigraph(tmp_path) as server:
        assert server.pid
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)
