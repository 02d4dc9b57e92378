"""The scan: what would end the process, leave it or change the graph never reaches the engine; look-alikes do."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import severance_kg as skg
from severance_kg.errors import QueryError, QueryRefused
from severance_kg.resources import gather
from severance_kg.scan import MOST_CHARACTERS, MOST_NESTING, MOST_OPERATORS, names, position, scan, word_at
from severance_kg.store import MemoryStore

HERE = Path(__file__).parent


class Case(NamedTuple):
    query: str
    why: str
    told: str = ""


def cases(kind: str) -> list[object]:
    table = tomllib.loads((HERE / "cases" / "scan" / f"{kind}.toml").read_text("utf-8"))
    return [pytest.param(Case(**one), id=one["why"]) for one in table["case"]]


# Each makes a query that goes n deep, or chains n operators. Pyoxigraph without a scan dies of nearly all of them at 10,000.
DEEP: dict[str, Callable[[int], str]] = {
    "groups": lambda n: "ASK " + "{" * n + "?s ?p ?o" + "}" * n,
    "parentheses": lambda n: "ASK { FILTER " + "(" * n + "1" + ")" * n + "}",
    "parentheses in a path": lambda n: "ASK { ?s " + "(" * n + "<http://example.org/p>" + ")*" * n + " ?o }",
    "EXISTS": lambda n: "ASK { " + "FILTER EXISTS {" * n + "?s ?p ?o" + "}" * n + "}",
    "NOT EXISTS": lambda n: "ASK { " + "FILTER NOT EXISTS {" * n + "?s ?p ?o" + "}" * n + "}",
    "OPTIONAL in OPTIONAL": lambda n: "ASK { " + "?s ?p ?o OPTIONAL {" * n + "?s ?p ?o" + "}" * n + "}",
    "MINUS in MINUS": lambda n: "ASK { " + "?s ?p ?o MINUS {" * n + "?s ?p ?o" + "}" * n + "}",
    "UNION in UNION": lambda n: "ASK { " + "{ ?s ?p ?o } UNION {" * n + "?s ?p ?o" + "}" * n + "}",
    "subqueries": lambda n: "ASK { " + "{ SELECT * {" * (n // 2) + "?s ?p ?o" + "}}" * (n // 2) + "}",
    "blank nodes": lambda n: "ASK { ?s ?p " + "[ ?p " * n + "?o" + "]" * n + "}",
    "collections": lambda n: "ASK { ?s ?p " + "(" * n + "?o" + ")" * n + "}",
    "triple terms": lambda n: "ASK { ?s ?p " + "<<( ?s ?p " * n + "?o" + " )>>" * n + "}",
    "reified triples": lambda n: "ASK { ?x ?y " + "<< ?s ?p " * n + "?o" + " >>" * n + "}",
    "annotations": lambda n: "ASK { ?s ?p ?o " + "{| ?p ?o " * n + "|}" * n + "}",
    "functions": lambda n: "ASK { FILTER(" + "STR(" * n + "1" + ")" * n + " = '1')}",
    "IF": lambda n: "ASK { FILTER(" + "IF(true," * n + "1" + ",2)" * n + " = 1)}",
    "closers in IRIs": lambda n: "ASK { " + "{ ?s <http://example.org/)))> ?o . " * n + "}" * n + "}",
    "closers in IRIs with escapes": lambda n: "ASK { " + "{ ?s <http://example.org/\\u0041)> ?o . " * n + "}" * n + "}",
    "closers in texts": lambda n: "ASK { " + "{ ?s ?p '}}}' . " * n + "}" * n + "}",
    "closers in comments": lambda n: "ASK { " + "{ #}}}\n" * n + "}" * n + "}",
}
CHAINED: dict[str, Callable[[int], str]] = {
    "||": lambda n: "ASK { FILTER(?a" + "||?a" * n + ")}",
    "&&": lambda n: "ASK { FILTER(?a" + "&&?a" * n + ")}",
    "!": lambda n: "ASK { FILTER(" + "!" * n + "?a)}",
    "unary minus": lambda n: "ASK { FILTER(" + "-" * n + "?a)}",
    "+": lambda n: "ASK { FILTER(1" + "+1" * n + ")}",
    "*": lambda n: "ASK { FILTER(1" + "*1" * n + ")}",
    "division": lambda n: "ASK { FILTER(1" + "/1" * n + ")}",
    "steps of a path": lambda n: "ASK { ?s sev:p" + "/sev:p" * n + " ?o }",
    "alternatives of a path": lambda n: "ASK { ?s sev:p" + "|sev:p" * n + " ?o }",
    "negated set of a path": lambda n: "ASK { ?s !(sev:p" + "|sev:p" * (n - 2) + ") ?o }",
    "UNION": lambda n: "ASK { {?s ?p ?o}" + "UNION{?s ?p ?o}" * n + "}",
    "groups side by side": lambda n: "ASK { {?s ?p ?o}" + "{?s ?p ?o}" * n + "}",
    "names of one triple": lambda n: "ASK { ?s ?p ?o " + "~ ?r " * n + "}",
    "MINUS": lambda n: "ASK { ?s ?p ?o " + "MINUS{?s ?p ?o}" * n + "}",
    "OPTIONAL glued to a boolean": lambda n: "ASK { " + "?s ?p trueOPTIONAL{}" * n + "}",
    "OPTIONAL behind a name with two full stops": lambda n: "ASK { " + "?s ?p sev:a.b.OPTIONAL{}" * n + "}",
    "projections": lambda n: "SELECT " + "".join(f"(1 AS ?b{i})" for i in range(n - 1)) + "{}",
    "names to describe": lambda n: "DESCRIBE " + "<http://example.org/s> " * n,
    "reified": lambda n: "ASK { ?x ?y " + "<< ?s ?p " * (n // 4) + "?o" + " >>" * (n // 4) + "}",
}
# These take pyoxigraph seconds at the limit, and grow as a power: a weakness that only a deadline mends.
SLOW = {
    "+": 195,  # a sign glued to a number may begin another item of a collection
    "annotations": 30,
    "steps of a path": 200,
    "reified": 200,
    "groups side by side": 100,
    "names of one triple": 100,
    "OPTIONAL glued to a boolean": 100,
    "OPTIONAL behind a name with two full stops": 100,
}
# What looks like an IRI to a reader of tokens, and is a comparison with brackets or signs in it to an engine.
DISGUISED: dict[str, str] = {
    "brackets in a comparison": "ASK { FILTER(?a<" + "(" * 10_000 + "?b>1" + ")" * 10_000 + ")}",
    "brackets in many comparisons": "ASK { FILTER(" + "?a<((((((((((?b>1&&" * 300 + "1" + ")" * 3000 + ")}",
    "signs in a comparison": "ASK { FILTER(?a<" + "!" * 10_000 + "?b>1)}",
    "a chain in a comparison": "ASK { FILTER(?a<1" + "&&?a" * 10_000 + ">1)}",
    "more than is read": "ASK { ?s ?p ?o }" + " " * MOST_CHARACTERS,
}


def ask_apart(queries: dict[str, str]) -> dict[str, str]:
    """Ask queries in another process, and fail with the name of the one that ended it."""
    done = subprocess.run(
        [sys.executable, HERE / "ask_in_child.py"],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    told = dict(line.split("\t")[:2] for line in done.stdout.splitlines())
    ended_by = next((name for name in queries if name not in told), None)
    assert (done.returncode, ended_by) == (0, None), done.stderr[-1000:]
    return told


# ── Size and nesting ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_hostile_nesting_is_refused_and_the_process_lives() -> None:
    queries = {name: make(10_000)[:MOST_CHARACTERS] for name, make in (DEEP | CHAINED).items()} | DISGUISED
    told = ask_apart(queries)
    assert {name: one for name, one in told.items() if not one.startswith("refused: ")} == {}


def test_what_passes_at_the_limits_does_not_end_the_engine() -> None:
    deep = {f"{name}, deep": make(SLOW.get(name, MOST_NESTING - 3)) for name, make in DEEP.items()}
    chained = {f"{name}, long": make(SLOW.get(name, MOST_OPERATORS - 5)) for name, make in CHAINED.items()}
    # The worst of both: as deep as may be, and as long a chain as may be at the bottom of it.
    both = {"deep and long": "ASK " + "{" * 58 + "FILTER(?a" + "||?a" * (MOST_OPERATORS - 5) + ")" + "}" * 58}
    told = ask_apart(deep | chained | both)
    assert {name: one for name, one in told.items() if one.startswith("refused: ")} == {}


@pytest.mark.parametrize("name", sorted(DEEP))
def test_nesting_is_told_with_its_place(name: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        scan(DEEP[name](10_000)[:MOST_CHARACTERS])
    assert caught.value.where and caught.value.where.startswith("line ")
    assert caught.value.hint


@pytest.mark.parametrize(("depth", "passes"), [(MOST_NESTING, True), (MOST_NESTING + 1, False)])
def test_the_limit_of_nesting_is_where_it_is_said_to_be(depth: int, passes: bool) -> None:
    query = "ASK " + "{" * depth + "}" * depth
    if passes:
        scan(query)
    else:
        with pytest.raises(QueryRefused, match=f"more than {MOST_NESTING} deep"):
            scan(query)


@pytest.mark.parametrize(("length", "passes"), [(MOST_OPERATORS, True), (MOST_OPERATORS + 1, False)])
def test_the_limit_of_chains_is_where_it_is_said_to_be(length: int, passes: bool) -> None:
    query = "ASK { ?s sev:p" + "|sev:p" * length + " ?o }"
    if passes:
        scan(query)
    else:
        with pytest.raises(QueryRefused, match=f"more than {MOST_OPERATORS} operators"):
            scan(query)


@pytest.mark.parametrize(
    "piece", ['"', "'", '"""', "'''", "<", "<a", "?a", "a.", "a-", "a:", "a:b.", "@a-", "#", "\\", "1.", "é"]
)
def test_the_scan_takes_linear_time(piece: str) -> None:
    query = "ASK { " + piece * (MOST_CHARACTERS // len(piece) - 10)
    begun = time.perf_counter()
    with contextlib.suppress(QueryError):
        scan(query)
    assert time.perf_counter() - begun < 2, "a hundred thousand characters take some 50 ms on a slow core"


# ── Reaching out ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", cases("hidden-service"))
def test_a_call_to_another_service_is_refused(case: Case) -> None:
    with pytest.raises(QueryRefused) as caught:
        scan(case.query)
    assert caught.value.where and caught.value.hint


@pytest.mark.parametrize("case", cases("outside"))
def test_what_reaches_out_or_changes_is_refused(case: Case) -> None:
    with pytest.raises(QueryRefused) as caught:
        scan(case.query)
    assert caught.value.where and caught.value.hint


@pytest.mark.parametrize("case", cases("not-a-query"))
def test_what_is_no_query_is_an_error(case: Case) -> None:
    with pytest.raises(QueryError) as caught:
        MemoryStore(b"").query(case.query)
    assert not isinstance(caught.value, QueryRefused)
    assert case.told in str(caught.value)


@pytest.mark.parametrize("case", cases("harmless"))
def test_what_only_looks_dangerous_passes(case: Case) -> None:
    scan(case.query)
    MemoryStore(b"").query(case.query)


def test_every_bundled_question_rule_and_shipped_query_passes() -> None:
    inputs = gather()
    shipped = [(path.name, path) for path in Path(str(skg.__file__)).parent.glob("sparql/*.rq")]
    files = [*inputs.questions, *inputs.rules, *shipped]
    assert len(files) > 30
    for _, path in files:
        scan(path.read_text("utf-8"))


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_are_prefixed_names_and_variables_each_once() -> None:
    query = 'SELECT ?a { ?a sev:b sev:c. ?a skg:d "sev:no" , <http://sev:no> . # sev:no\n $e sev:b ?a }'
    assert names(query) == ["?a", "sev:b", "sev:c", "skg:d", "$e"]


def test_a_place_is_told_from_one() -> None:
    assert position("ab\ncd", 0) == "line 1, column 1"
    assert position("ab\ncd", 4) == "line 2, column 2"


def test_the_word_at_a_place() -> None:
    query = "SELECT ?a\nWHERE { ?a sev:b 'c d' }"
    assert word_at(query, 1, 1) == "SELECT"
    assert word_at(query, 2, 12) == "sev:b"
    assert word_at(query, 2, 17) == "'c d'"
    assert word_at(query, 9, 1) == ""


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_scan_fail_otherwise(text: str) -> None:
    try:
        scan(text)
    except QueryError as error:
        assert str(error)


KEYWORD_BEFORE = [
    "?o.",
    "true.",
    "true",
    "1",
    "1e5",
    '"a"@en.',
    "sev:.",
    "sev:a.b.",
    "_:a.b.",
    "{}",
    "}",
    ". ",
    "<http://x>.",
    "'a'.",
    ").",
    "# a\n",
]


KEYWORD_BEHIND = ["<u:x>", " <u:x>", "SILENT<u:x>", " SILENT <u:x>", "?x", "\n?x", "a:b", " a:b", "SILENTa:b", ":b"]


@settings(deadline=None)
@given(st.sampled_from(KEYWORD_BEFORE), st.sampled_from(KEYWORD_BEHIND))
def test_service_is_found_wherever_an_engine_would_find_it(before: str, behind: str) -> None:
    with pytest.raises(QueryRefused):
        scan(f"SELECT * {{ ?s ?p {before}SERVICE{behind} {{ ?a ?b ?c }} }}")
