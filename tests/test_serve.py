"""The endpoint as its users meet it: the SPARQL 1.1 Protocol, content negotiation, linked data, questions, and real clients."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

import severance_kg as skg
from conftest import ROOT
from required import missing
from serving import CHOOSES, Endpoint, endpoint, error_of
from severance_kg.limits import Limits
from severance_kg.vocabulary import BASE, SEV

JSON = "application/sparql-results+json"
DESCRIBED = "DESCRIBE sev:Gemma"
CHOSEN = {"https://w3id.org/severance-kg/id/HisOwnLife", "https://w3id.org/severance-kg/id/HisOwnIdentity"}


@pytest.fixture(scope="module")
def serving(command: str, _own_cache: None) -> Iterator[Endpoint]:
    with endpoint(command, "--workers", 2) as found:
        yield found


def chosen(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {row["what"]["value"] for row in json.loads(answer.content)["results"]["bindings"]}


# ── The three ways to send a query ───────────────────────────────────────────────────────────────────────────────────


def test_a_query_by_get(serving: Endpoint) -> None:
    answer = serving.get(CHOOSES)
    assert chosen(answer) == CHOSEN
    assert answer.headers["content-type"] == JSON
    assert answer.headers["vary"] == "Accept"


def test_a_query_in_a_form(serving: Endpoint) -> None:
    assert chosen(serving.client.post("/sparql", data={"query": CHOOSES})) == CHOSEN


def test_an_address_may_be_told_whole(serving: Endpoint) -> None:
    """RFC 9112, section 3.2.2: its host counts, and not the header's."""
    for target in ("http://example.org/sparql", "HTTP://example.org/sparql?", "/sparql"):
        told = serving.raw(f"GET {target} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n".encode())
        assert b"<http://example.org/sparql> a sd:Service" in told, target
    elsewhere = b"GET http://example.org/sparql HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"
    assert b"<http://example.org/sparql> a sd:Service" in serving.raw(elsewhere)
    for target, status in (("http://example.org", 200), ("http://a@b/", 404), ("http:///health", 404), ("ftp://b/health", 404)):
        told = serving.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert told.startswith(f"HTTP/1.1 {status} ".encode()), target


def test_a_form_is_decoded_as_it_was_encoded(serving: Endpoint) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    odd = "é=&+%25 %=3D\u0085\U0001f41b==\n\r\n \t"
    query = f"SELECT (STR('''{odd}''') AS ?x) {{}}"
    for safe in ("", "=", "=!'(){} \n\r\t"):
        form = f"&&format=csv&query={quote(query, safe=safe)}".replace(" ", "+")
        answer = serving.client.post("/sparql", content=form, headers=kind)
        assert answer.content.decode() == f'x\r\n"{odd}"\r\n'
    for broken in ("%", "%4", "%zz", "%%41", "%=41", "%\n41", "%\r\n41", "%C3"):
        answer = serving.client.post("/sparql", content=f"query=ASK{{}}{broken}", headers=kind)
        assert (answer.status_code, error_of(answer)["where"]) == (400, "the body"), broken


def test_a_query_as_the_body(serving: Endpoint) -> None:
    for kind in ("application/sparql-query", "application/sparql-query; charset=UTF-8", "Application/SPARQL-Query;charset=utf-8"):
        assert chosen(serving.client.post("/sparql", content=CHOOSES.encode(), headers={"Content-Type": kind})) == CHOSEN


def test_head_tells_the_same_and_sends_nothing(serving: Endpoint) -> None:
    got, head = serving.get(CHOOSES), serving.client.head("/sparql", params={"query": CHOOSES})
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("content-type", "etag")} == {
        name: got.headers[name] for name in ("content-type", "etag")
    }
    assert serving.client.head("/").headers["content-type"] == "text/html; charset=utf-8"


BROKEN = {
    "no query in a form": ("POST", {"data": {"x": "y"}}, 400),
    "two queries": ("GET", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
    "a query in the address and one in the body": (
        "POST",
        {"params": {"query": "ASK {}"}, "content": b"ASK {}", "headers": {"Content-Type": "application/sparql-query"}},
        400,
    ),
    "a query by another name": ("GET", {"params": {"QUERY": "ASK {}"}}, 400),
    "a graph, as from a graph store": ("GET", {"params": {"default": ""}}, 400),
    "a body that is said twice how it is packed": (
        "POST",
        {
            "content": b"ASK {}",
            "headers": [
                ("Content-Type", "application/sparql-query"),
                ("Content-Encoding", "identity"),
                ("Content-Encoding", "gzip"),
            ],
        },
        415,
    ),
    "an update": ("POST", {"data": {"update": "CLEAR ALL"}}, 403),
    "an update as the body": ("POST", {"content": b"CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403),
    "an update that is sent as a query": ("POST", {"data": {"query": "INSERT DATA { sev:A skg:b sev:C }"}}, 400),
    "a body of another type": ("POST", {"content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}, 415),
    "a body of no type": ("POST", {"content": b"ASK {}"}, 415),
    "a query in UTF-16": (
        "POST",
        {"content": "ASK {}".encode("utf-16"), "headers": {"Content-Type": "application/sparql-query; charset=UTF-16"}},
        415,
    ),
    "a body that is compressed": (
        "POST",
        {"content": b"ASK {}", "headers": {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}},
        415,
    ),
    "a query that does not parse": ("GET", {"params": {"query": "SELECT ?x WHERE { ?x"}}, 400),
    "a method that there is not": ("PUT", {"content": b"ASK {}"}, 405),
    "a format that there is not": ("GET", {"params": {"query": "ASK {}", "format": "pdf"}}, 400),
    "two formats": ("GET", {"params": {"query": "ASK {}", "format": "json", "output": "xml"}}, 400),
    "a limit that is no number": ("GET", {"params": {"query": "ASK {}", "timeout": "soon"}}, 400),
    "a limit that is nothing": ("GET", {"params": {"query": "ASK {}", "timeout": "0"}}, 400),
    "a limit that is twice there": ("GET", {"params": [("query", "ASK {}"), ("timeout", "1"), ("timeout", "2")]}, 400),
    "another default graph": ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "http://example.org/"}}, 400),
    "a named graph": ("GET", {"params": {"query": "ASK {}", "named-graph-uri": BASE}}, 400),
    "a file as the default graph": ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "file:///etc/passwd"}}, 400),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_the_protocol_does_not_allow(serving: Endpoint, name: str) -> None:
    method, how, status = BROKEN[name]
    answer = serving.client.request(method, "/sparql", **how)  # type: ignore[arg-type]
    assert answer.status_code == status
    error_of(answer)


def test_a_refusal_says_where_and_what_to_do(serving: Endpoint) -> None:
    told = error_of(serving.get("SELECT * WHERE {\n  SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"))
    assert told["where"] == "line 2, column 3"
    assert "SERVICE" in told["error"]


def test_what_the_store_holds_may_be_named(serving: Endpoint) -> None:
    for name in (BASE, "urn:x-arq:DefaultGraph", ""):
        assert chosen(serving.get(CHOOSES, **{"default-graph-uri": name})) == CHOSEN


@pytest.mark.parametrize("path", ["/nothing", "/id/a/b", "/id/Nobody", "/questions/none", "/sparql/", "/id/%2e%2e%2fetc"])
def test_what_is_not_there_is_told_in_the_same_shape(serving: Endpoint, path: str) -> None:
    answer = serving.client.get(path)
    assert answer.status_code == 404
    error_of(answer)


def test_a_method_that_is_not_allowed_is_told_with_those_that_are(serving: Endpoint) -> None:
    assert set(serving.client.delete("/sparql").headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert serving.client.post("/health").status_code == 405


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NEGOTIATED = [
    (CHOOSES, None, JSON),
    (CHOOSES, "*/*", JSON),
    (CHOOSES, "application/json", "application/json"),
    (CHOOSES, "application/sparql-results+xml", "application/sparql-results+xml"),
    (CHOOSES, "text/csv", "text/csv; charset=utf-8; header=present"),
    (CHOOSES, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    (CHOOSES, "text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
    (CHOOSES, "text/*", "text/xml; charset=utf-8"),
    (CHOOSES, f"{JSON};q=0, */*;q=0.1", "application/json"),
    (CHOOSES, "text/csv;q=high, text/tab-separated-values;q=0.1", "text/tab-separated-values; charset=utf-8"),
    (CHOOSES, "TEXT/CSV", "text/csv; charset=utf-8; header=present"),
    ("ASK {}", "text/csv, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
    (DESCRIBED, None, "text/turtle; charset=utf-8"),
    (DESCRIBED, "application/n-triples", "application/n-triples"),
    (DESCRIBED, "application/ld+json", "application/ld+json"),
    (DESCRIBED, "application/rdf+xml", "application/rdf+xml"),
    (DESCRIBED, f"{JSON}, text/turtle;q=0.5", "text/turtle; charset=utf-8"),
    # Accepted for answers of another kind only: these come in their usual format.
    (DESCRIBED, JSON, "text/turtle; charset=utf-8"),
    (DESCRIBED, f"{JSON}, text/turtle;q=0", "application/n-triples"),
    (CHOOSES, "text/turtle", JSON),
    ("ASK {}", "text/csv", JSON),
]


@pytest.mark.parametrize(("query", "accept", "kind"), NEGOTIATED)
def test_the_answer_comes_as_it_is_liked_best(serving: Endpoint, query: str, accept: str | None, kind: str) -> None:
    headers = {"Accept": accept} if accept else {"Accept": ""}
    answer = serving.client.get("/sparql", params={"query": query}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    ("query", "accept", "named", "there"),
    [
        (CHOOSES, "image/png", {}, JSON),
        (CHOOSES, "text/turtle, */*;q=0", {}, JSON),
        ("ASK {}", "*/*;q=0", {}, JSON),
        (CHOOSES, "*/*", {"format": "turtle"}, JSON),
        ("ASK {}", "*/*", {"format": "csv"}, JSON),
        (DESCRIBED, "*/*", {"format": JSON}, "text/turtle"),
    ],
)
def test_what_is_not_acceptable_says_what_there_is(
    serving: Endpoint, query: str, accept: str, named: dict[str, str], there: str
) -> None:
    answer = serving.get(query, accept=accept, **named)
    assert answer.status_code == 406
    assert there in str(error_of(answer)["hint"])


@pytest.mark.parametrize("name", ["format", "output", "results"])
@pytest.mark.parametrize(
    ("query", "given", "kind"),
    [
        (CHOOSES, "xml", "application/sparql-results+xml"),
        (CHOOSES, "csv", "text/csv; charset=utf-8; header=present"),
        (CHOOSES, "text/csv", "text/csv; charset=utf-8; header=present"),
        (DESCRIBED, "json", "application/ld+json"),
        (DESCRIBED, "nt", "application/n-triples"),
    ],
)
def test_a_parameter_names_the_format(serving: Endpoint, name: str, query: str, given: str, kind: str) -> None:
    assert serving.get(query, accept="text/html", **{name: given}).headers["content-type"] == kind


EVERY_KIND = (
    'SELECT ?plain ?tagged ?whole ?day ?odd ?none WHERE { BIND ("a" AS ?plain) BIND ("b"@en-GB AS ?tagged) '
    'BIND (7 AS ?whole) BIND ("2025-03-21"^^xsd:date AS ?day) BIND ("<&>\\"\\\\, \\t;\\r\\n " AS ?odd) }'
)


@pytest.mark.parametrize(
    ("format", "parser"),
    [("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML), ("tsv", ox.QueryResultsFormat.TSV)],
)
def test_every_format_says_the_same(serving: Endpoint, format: str, parser: ox.QueryResultsFormat) -> None:
    def read(content: bytes, format: ox.QueryResultsFormat) -> list[list[str]]:
        found = ox.parse_query_results(content, format=format)
        assert isinstance(found, ox.QuerySolutions)
        return [[str(value) for value in solution] for solution in found]

    json_rows = read(serving.get(EVERY_KIND).content, ox.QueryResultsFormat.JSON)
    assert read(serving.get(EVERY_KIND, format=format).content, parser) == json_rows


def test_csv_is_as_rfc_4180_has_it(serving: Endpoint) -> None:
    head, row = csv.reader(io.StringIO(serving.get(EVERY_KIND, format="csv").text, newline=""))
    assert head == ["plain", "tagged", "whole", "day", "odd", "none"]
    assert row == ["a", "b", "7", "2025-03-21", '<&>"\\, \t;\r\n ', ""]


def test_what_xml_cannot_hold_is_said(serving: Endpoint) -> None:
    query = 'SELECT ("\\u0001" AS ?x) {}'
    assert serving.get(query).status_code == 200
    assert "XML" in error_of(serving.get(query, format="xml"))["error"]


@pytest.mark.parametrize(
    ("format", "parser"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
    ],
)
def test_every_format_of_triples_holds_the_same(serving: Endpoint, format: str, parser: ox.RdfFormat) -> None:
    found = {quad.triple for quad in ox.parse(serving.get(DESCRIBED, format=format).content, format=parser)}
    wanted = {quad.triple for quad in ox.parse(serving.get(DESCRIBED, format="nt").content, format=ox.RdfFormat.N_TRIPLES)}
    assert found == wanted
    assert len(found) > 3


# ── What every response carries ──────────────────────────────────────────────────────────────────────────────────────


def test_other_sites_may_ask(serving: Endpoint) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    first = serving.client.options("/sparql", headers=asked)
    assert first.status_code == 204
    assert "POST" in first.headers["access-control-allow-methods"]
    assert "Content-Type" in first.headers["access-control-allow-headers"]
    for answer in (first, serving.get(CHOOSES), serving.get("nonsense"), serving.client.get("/nothing")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_what_a_client_has_is_not_sent_again(serving: Endpoint) -> None:
    for path, parameters in (
        ("/sparql", {"query": CHOOSES}),
        ("/id/Gemma", {}),
        ("/", {}),
        ("/questions/what-each-mark-wants", {}),
    ):
        first = serving.client.get(path, params=parameters)
        again = serving.client.get(path, params=parameters, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        other = serving.client.get(path, params=parameters, headers={"If-None-Match": 'W/"another"'})
        assert other.status_code == 200


def test_a_header_on_several_lines_is_one(serving: Endpoint) -> None:
    accepted = [("Accept", "image/png"), ("Accept", "text/csv")]
    answer = serving.client.get("/sparql", params={"query": CHOOSES}, headers=accepted)
    assert answer.headers["content-type"].startswith("text/csv")
    known = [("Accept", "text/csv"), ("If-None-Match", 'W/"another"'), ("If-None-Match", answer.headers["etag"])]
    assert serving.client.get("/sparql", params={"query": CHOOSES}, headers=known).status_code == 304


def test_rdf_xml_is_xml_or_refused(serving: Endpoint) -> None:
    for ending, fine in (("a", True), ("1a", True), ("é", True), ("", False), ("1", False), ("a²", False), ("%41", False)):
        answer = serving.get(f"CONSTRUCT {{ <a:a> <http://example.org/{ending}> <b:b> }} {{}}", format="rdfxml")
        assert answer.status_code == (200 if fine else 400), ending
        if fine:
            (triple,) = ox.parse(answer.content, format=ox.RdfFormat.RDF_XML)
            assert triple.predicate.value == f"http://example.org/{ending}"
            assert ElementTree.fromstring(answer.content)[0][0].tag.startswith("{http://example.org/")
        else:
            assert "RDF/XML cannot name" in error_of(answer)["error"]


def test_the_format_is_part_of_an_etag_and_chance_has_none(serving: Endpoint) -> None:
    assert serving.get(CHOOSES).headers["etag"] != serving.get(CHOOSES, format="xml").headers["etag"]
    for random in ("(RAND() AS ?x)", "(STRUUID#\n() AS ?x)", "(NOW # (\r () AS ?x)", "(IF(true<STRUUID#>\n(), 1, 2) AS ?x)"):
        answer = serving.get(f"SELECT {random} {{}}")
        assert (answer.status_code, "etag" in answer.headers) == (200, False), random
        assert answer.headers["cache-control"] == "no-store"


# ── The service itself ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_service_describes_itself(serving: Endpoint) -> None:
    answer = serving.client.get("/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    store = ox.Store()
    store.load(input=answer.content, format=ox.RdfFormat.TURTLE)
    described = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?endpoint ?triples { ?service a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ;
          sd:defaultDataset/sd:defaultGraph/void:triples ?triples }"""
    rows = list(store.query(described))  # type: ignore[arg-type]
    assert "severance_kg_triples " in serving.client.get("/metrics").text
    counted = json.loads(serving.get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").content)["results"]["bindings"][0]["n"]["value"]
    assert [(row["endpoint"].value, row["triples"].value) for row in rows] == [(f"{serving.url}sparql", counted)]


def test_a_browser_gets_a_form_to_ask_with(serving: Endpoint) -> None:
    answer = serving.client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("text/html")
    assert '<form action="/sparql"' in answer.text
    for name in ("timeout", "memory", "result-bytes", "query-chars", "nesting", "queue"):
        assert f"<code>{name}</code>" in answer.text


def test_health_and_metrics(serving: Endpoint) -> None:
    assert serving.client.get("/health").json()["status"] == "ok"
    before = serving.metric('requests_total{endpoint="sparql",method="GET",status="200"}')
    serving.get(CHOOSES)
    assert serving.metric('requests_total{endpoint="sparql",method="GET",status="200"}') == before + 1
    text = serving.client.get("/metrics")
    assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    for line in text.text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) severance_kg_\w+ .+|severance_kg_\w+(\{[^{}]+\})? [0-9.e+-]+", line), line


def test_every_status_is_documented_and_no_other() -> None:
    """What the server's modules name, and what the HTTP library wants sent for a request that is none."""
    import h11

    server, library = Path(skg.__file__).parent / "server", Path(h11.__file__).parent
    numbers = [node for file in server.glob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    sent = {node.value for node in numbers if isinstance(node, ast.Constant) and node.value in {499, *map(int, HTTPStatus)}}
    for file in library.glob("*.py"):
        sent |= {int(hint) for hint in re.findall(r"error_status_hint(?:: int)? ?= ?(\d+)", file.read_text("utf-8"))}
    table = (ROOT / "docs" / "endpoint.md").read_text("utf-8").partition("| status |")[2].partition("\n\n")[0]
    told = {int(one) for row in table.splitlines() for one in re.findall(r"\d{3}", row.split("|")[1])}
    assert {500, 501} < sent
    assert told == sent


# ── Linked data and questions ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["id/Gemma", "theme/Identity", "statement/celebpost-45511-s83", "source/celebpost-45511", "rule/marriage-is-mutual"]
)
def test_every_name_can_be_looked_up(serving: Endpoint, name: str) -> None:
    answer = serving.client.get(f"/{name}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["content-location"] == f"/{name}?format=turtle"
    assert f'<{BASE}{name}>; rel="describes"' in answer.headers["link"]
    subjects = {quad.subject for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)}
    assert ox.NamedNode(BASE + name) in subjects
    for other in ("ntriples", "jsonld"):
        assert f'</{name}?format={other}>; rel="alternate"' in answer.headers["link"]
        assert serving.client.get(f"/{name}?format={other}").status_code == 200
    shown = serving.client.get(f"/{name}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/html")


def test_a_statement_comes_with_what_belongs_to_it(serving: Endpoint) -> None:
    answer = serving.client.get("/statement/celebpost-45511-s83", headers={"Accept": "application/n-triples"})
    assert f"<{BASE}statement/celebpost-45511-s83-passage> <" in answer.text


def test_a_reader_is_led_to_the_page(serving: Endpoint) -> None:
    for path, place in (
        ("/id/InnieMark", "/#thing=InnieMark"),
        ("/statement/celebpost-45511-s83", "/#statement=celebpost-45511-s83"),
    ):
        answer = serving.client.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_the_page_is_the_start(serving: Endpoint) -> None:
    answer = serving.client.get("/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"<!DOCTYPE html>") or answer.content.lower().startswith(b"<!doctype html>")
    assert len(answer.content) > 200_000


def test_the_vocabulary_is_served_as_triples_and_as_its_reference(serving: Endpoint) -> None:
    triples = serving.client.get("/ontology", headers={"Accept": "text/turtle"})
    assert any(quad.subject == ox.NamedNode(BASE + "ontology#chooses") for quad in ox.parse(triples.content, ox.RdfFormat.TURTLE))
    assert "<h1" in serving.client.get("/ontology", headers={"Accept": "text/html"}).text


def test_the_questions_are_listed_and_answered(serving: Endpoint, kg: skg.KnowledgeGraph) -> None:
    listed = serving.client.get("/questions").json()
    assert [one["name"] for one in listed] == list(kg.questions())
    assert "<li>" in serving.client.get("/questions", headers={"Accept": "text/html"}).text
    for one in listed:
        answer = serving.client.get(one["url"])
        assert answer.status_code == 200
        wanted = kg.select(kg.questions()[one["name"]].file.query)
        assert len(answer.json()["results"]["results"]["bindings"]) == len(wanted)


def test_a_page_shows_the_first_rows_of_a_long_answer(kg: skg.KnowledgeGraph) -> None:
    from severance_kg.server.questions import MOST_SHOWN, _page

    bindings = [{"x": {"type": "literal", "value": f"row {n}"}} for n in range(MOST_SHOWN + 200)]
    content = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()
    question = next(iter(kg.questions().values()))
    shown = _page(question, content)
    assert (shown.count("<td>"), "1,000 of 1,200 rows" in shown) == (MOST_SHOWN, True)
    short = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings[:3]}}).encode()
    assert " rows;" not in _page(question, short)


def test_a_question_is_answered_in_every_format(serving: Endpoint) -> None:
    path = "/questions/what-innie-mark-chooses"
    assert serving.client.get(path).json()["answer"]
    assert serving.client.get(path, headers={"Accept": JSON}).json()["results"]["bindings"]
    assert len(list(csv.reader(io.StringIO(serving.client.get(path, headers={"Accept": "text/csv"}).text)))) > 1
    shown = serving.client.get(path, headers={"Accept": "text/html"}).text
    assert serving.client.get(f"{path}?format=html").text == shown
    assert "<table>" in shown
    assert "SELECT" in shown
    assert "must_have" not in shown


# ── Real clients ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_curl(serving: Endpoint) -> None:
    curl = shutil.which("curl")
    if curl is None:
        missing("curl")
    told = subprocess.run(
        [str(curl), "--noproxy", "*", "-sf", f"{serving.url}sparql", "--data-urlencode", f"query={CHOOSES}"],
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert {row["what"]["value"] for row in json.loads(told.stdout)["results"]["bindings"]} == CHOSEN


# It reads triples into a kind of graph that rdflib deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper(serving: Endpoint) -> None:
    from SPARQLWrapper import CSV, JSON, POST, RDFXML, TURTLE, XML, SPARQLWrapper

    def converted(format: str) -> Any:
        wrapper.setReturnFormat(format)
        return wrapper.queryAndConvert()

    for method in ("GET", POST):
        wrapper = SPARQLWrapper(f"{serving.url}sparql")
        wrapper.setMethod(method)
        wrapper.setTimeout(30)
        wrapper.setQuery(CHOOSES)
        assert {row["what"]["value"] for row in converted(JSON)["results"]["bindings"]} == CHOSEN
        assert len(converted(XML).getElementsByTagName("result")) == 2
        assert b"HisOwnLife" in converted(CSV)
        wrapper.setQuery(f"DESCRIBE <{SEV}Gemma>")
        assert len(converted(RDFXML)) > 3
        assert b"Gemma" in converted(TURTLE)


def test_rdflib_as_a_store(serving: Endpoint) -> None:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    # The default, and what it sends as Accept for every kind of query when it is asked for JSON, CSV or TSV.
    for method, wanted in (("GET", "xml"), ("GET", "json"), ("POST", "csv"), ("POST_FORM", "tsv"), ("POST_FORM", "json")):
        store = SPARQLStore(f"{serving.url}sparql", method=method, returnFormat=wanted)
        graph = rdflib.Graph(store, identifier=rdflib.graph.DATASET_DEFAULT_GRAPH_ID)
        objects = graph.objects(rdflib.URIRef(SEV + "InnieMark"), rdflib.URIRef(BASE + "ontology#chooses"))
        assert {str(one) for one in objects} == CHOSEN
        described = graph.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{SEV}Gemma> }} ?s ?p ?o }}")
        assert described.graph is not None
        assert len(described.graph) > 3
        assert graph.query(f"ASK {{ <{SEV}Gemma> ?p ?o }}").askAnswer is True


@pytest.mark.parametrize(
    ("accept", "query"),
    [(f"{JSON},*/*;q=0.9", CHOOSES), ("application/n-triples,*/*;q=0.9", DESCRIBED), ("text/turtle,*/*;q=0.9", DESCRIBED)],
)
def test_the_forms_that_yasgui_sends(serving: Endpoint, accept: str, query: str) -> None:
    headers = {
        "Accept": accept,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Origin": "https://yasgui.org",
        "X-Requested-With": "XMLHttpRequest",
    }
    answer = serving.client.post("/sparql", data={"query": query}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(accept.partition(",")[0])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert serving.client.get("/sparql", params={"query": query}, headers=headers).status_code == 200


def test_pandas(serving: Endpoint) -> None:
    from urllib.parse import urlencode

    import pandas

    frame = pandas.read_csv(f"{serving.url}sparql?{urlencode({'query': CHOOSES, 'format': 'csv'})}")
    assert set(frame["what"]) == CHOSEN


def test_this_project_itself(serving: Endpoint, kg: skg.KnowledgeGraph) -> None:
    there = skg.connect(f"{serving.url}sparql")
    assert {str(row["what"]) for row in there.select(CHOOSES)} == CHOSEN
    assert there.ask("ASK { sev:InnieMark skg:chooses sev:HisOwnLife }") is True
    assert len(there.construct(DESCRIBED)) == len(kg.construct(DESCRIBED))
    assert there.statements() == kg.statements()
    for one in there.questions().values():
        assert sorted(map(str, there.select(one.file.query))) == sorted(map(str, kg.select(one.file.query))), one.name
    with pytest.raises(skg.QueryError, match="ends too early"):
        there.store.query("SELECT ?x WHERE { ?x")


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("way", ["update_url", "graph_store_url"])
def test_who_pushes_to_it_is_told_that_it_is_read_only(
    serving: Endpoint, kg: skg.KnowledgeGraph, way: str, *, replace: bool
) -> None:
    there = skg.connect(f"{serving.url}sparql", **{way: f"{serving.url}sparql"})  # type: ignore[arg-type]
    # More than is ever read of a body: the reason must arrive nevertheless.
    assert len(kg.store.dump()) > Limits().body_bytes
    with pytest.raises(skg.StoreError, match="this service is read only") as caught:
        kg.push(there, replace=replace, batch=100_000)
    told = str(caught.value)
    assert "smaller batches" not in told and "nothing is known" not in told and "may be gone" not in told
    assert there.ask("ASK { sev:InnieMark skg:chooses sev:HisOwnLife }") is True


WRITES = [
    ("PUT", "/sparql?default", "text/turtle", 405),
    ("DELETE", "/sparql?graph=urn:g", "text/turtle", 405),
    ("POST", "/sparql?default", "application/n-triples", 403),
    ("POST", "/sparql", "application/sparql-update", 403),
    ("POST", "/id/Gemma", "text/turtle", 405),
    ("PUT", "/nothing", "text/turtle", 404),
]


@pytest.mark.parametrize(("method", "path", "kind", "status"), WRITES)
def test_who_may_not_write_is_told_so_before_the_length(
    serving: Endpoint, method: str, path: str, kind: str, status: int
) -> None:
    # A client that is to close, and sends all before it reads: a connection that is reset would keep the reason from it.
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: 9000000\r\n\r\n"
    answer = serving.raw(head.encode() + bytes(9_000_000))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert status == 404 or b"this service is read only" in answer
