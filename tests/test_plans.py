"""The plans of the shipped queries: none has a form that takes engines apart on a large graph.

No engine in Python shows its plan, and seconds are no test. What is held here is the form that the measurements in ``bench/``
have tied to good and bad plans: with 10,000 statements the bad forms take 20 to 1,000 times as long. Each is told below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from severance_kg.lookup import PATHS

QUERIES = sorted([*(ROOT / "data" / "questions").glob("*.rq"), *(ROOT / "src" / "severance_kg" / "sparql").glob("*.rq")])
RULES = sorted((ROOT / "ontology" / "rules").glob("*.rq"))
PARTS = ("rdf:subject", "rdf:predicate", "rdf:object")


def plain(query: str) -> str:
    """Return a query without its comments and texts."""
    return re.sub(r'#[^\n]*|"[^"\n]*"', " ", query)


def groups(query: str, opening: str) -> Iterator[str]:
    """Yield what stands in the braces behind each keyword."""
    for found in re.finditer(opening + r"\s*\{", query):
        depth, at = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(query[at], 0)
            at += 1
        yield query[found.end() : at - 1]


def without(query: str, opening: str) -> str:
    """Return a query without these groups."""
    for group in groups(query, opening):
        query = query.replace(group, " ", 1)
    return query


def alone(query: str) -> list[str]:
    """Return each group of a query without the groups in it."""
    found = []
    while match := re.search(r"\{[^{}]*\}", query):
        found.append(match[0])
        query = f"{query[: match.start()]} . {query[match.end() :]}"
    return found


def faults(query: str) -> list[str]:
    """Return which bad forms a query has."""
    query = plain(query)
    found: list[str] = []
    # A triple by its parts is looked for again for each row, by its predicate first. With MINUS it is one join.
    joined = [group for group in groups(query, r"\bEXISTS") if all(re.search(rf"{part}\s+\?", group) for part in PARTS)]
    found += ["EXISTS of a statement by its triple: ask for the edge itself, or say MINUS" for _ in joined]
    # 21 ms at 10,000 statements, 35 s at a million.
    for group in alone(without(without(query, r"\bEXISTS"), r"\bMINUS")):
        edges = re.findall(r"[{.]\s*(?:\?\w+|sev:\w+)\s+(\?\w+)\s+[?s]", group)
        twice = [edge for edge in edges if re.search(rf"rdf:predicate\s+{re.escape(edge)}\b", group)]
        found += ["an edge joined with its statement: ask for it with FILTER EXISTS" for _ in twice]
        found += list(known_things(group))
    return found


def known_things(group: str) -> Iterator[str]:
    """Yield what keeps a group from beginning with a thing that it names, which few statements are about."""
    about = re.findall(r"(\?\w+)[^.{}]*?(?<!\|)rdf:(?:subject|object)\s+sev:\w+", group)
    for statement in about:
        # 11 s instead of 0.3 ms at 100,000 statements, all of which have the type.
        if re.search(rf"{re.escape(statement)}\s+a\s+skg:EdgeStatement", group):
            yield "the type of all statements beside a known thing: ask for it with FILTER EXISTS"
    if about and re.search(r"VALUES\s+(\?\w+)", group) and re.search(r"rdf:predicate\s+\?", group):
        yield "VALUES of properties beside a known thing: say FILTER (… IN …)"


@pytest.mark.parametrize("path", [*QUERIES, *RULES], ids=lambda path: path.stem)
def test_no_shipped_query_has_a_bad_form(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s WHERE { ?s ?p ?o . ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }",
        "SELECT ?st WHERE { ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . ?s ?p ?o }",
        "SELECT ?s WHERE { ?st skg:gloss ?g FILTER NOT EXISTS { ?o rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?x } }",
        "SELECT ?st WHERE { ?st a skg:EdgeStatement ; rdf:subject sev:InnieMark ; rdf:predicate skg:chooses }",
        "SELECT ?st WHERE { ?st rdf:object sev:Gemma ; rdf:predicate skg:marriedTo ; skg:gloss ?g . ?st a skg:EdgeStatement }",
        "SELECT ?st WHERE { VALUES ?p { skg:wants skg:seeks } ?st rdf:subject sev:InnieMark ; rdf:predicate ?p }",
    ],
)
def test_the_bad_forms_are_seen(query: str) -> None:
    assert faults(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?st WHERE { ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o FILTER EXISTS { ?s ?p ?o } }",
        "SELECT ?s WHERE { ?st skg:gloss ?g MINUS { ?o rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?x } }",
        "SELECT ?p WHERE { ?s ?p ?o . ?st rdf:subject ?s }",
        "SELECT ?st WHERE { ?st rdf:subject sev:InnieMark FILTER EXISTS { ?st a skg:EdgeStatement } }",
        "SELECT ?st WHERE { ?st rdf:subject sev:InnieMark ; rdf:predicate ?p FILTER (?p IN (skg:wants, skg:seeks)) }",
    ],
)
def test_the_good_forms_pass(query: str) -> None:
    assert faults(query) == []


def test_what_is_asked_of_some_is_asked_of_them_in_every_part() -> None:
    """VALUES outside of a UNION lets an engine make each part for all statements, and throw most of it away."""
    asked = plain((ROOT / "src" / "severance_kg" / "sparql" / "records-of.rq").read_text("utf-8"))
    parts = re.split(r"\bUNION\b", asked)
    assert len(parts) == 5
    assert all("VALUES ?statement" in part for part in parts)


def test_some_and_all_are_asked_the_same() -> None:
    folder = ROOT / "src" / "severance_kg" / "sparql"
    for name, values in (
        ("records", "VALUES ?statement { st:celebpost-45511-s01 }"),
        ("labels", "VALUES ?thing { sev:InnieMark }"),
    ):
        every, some = (plain((folder / f"{name}{end}.rq").read_text("utf-8")) for end in ("", "-of"))
        assert some.replace(values, "").split() == every.split()


def test_every_part_has_a_path() -> None:
    assert set(PATHS) == {"subject", "predicate", "object", "said_by", "held_by", "source", "theme", "moment"}
