"""The plans of the shipped queries: none has a form that takes engines apart on a large graph.

Seconds are no test. Two things are held instead. The form, which the measurements in ``bench/`` have tied to good and bad plans:
with 10,000 statements the bad forms take 20 to 1,000 times as long. Each is told below. And the work: the Oxigraph server's
program tells how many rows each step of a plan has made, which is the same on every machine.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from conftest import ROOT
from copied import copies
from required import missing
from severance_kg.lookup import PATHS
from severance_kg.remote import declared

QUERIES = sorted([*(ROOT / "data" / "questions").glob("*.rq"), *(ROOT / "src" / "severance_kg" / "sparql").glob("*.rq")])
RULES = sorted((ROOT / "ontology" / "rules").glob("*.rq"))
QUESTIONS = [path for path in QUERIES if path.parent.name == "questions"]
COPIES = 6
TYPE_FIRST = "SELECT ?st WHERE { ?st a skg:EdgeStatement ; rdf:subject|rdf:object sev:MDR }"
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
    about = re.findall(r"(\?\w+)[^.{}]*?rdf:(?:subject|object)\s+sev:\w+", group)
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


@dataclass(frozen=True)
class Work:
    """What a plan has done: rows of the answer, and rows of all its steps together."""

    rows: int
    steps: int


@dataclass(frozen=True)
class Engine:
    """The Oxigraph server's program, with a database of the bundled graph and one of it many times over."""

    program: str
    folder: Path

    def work(self, many: int, query: str) -> Work:
        """Return what a query takes in so many copies of the graph."""
        told = self.folder / "plan.json"
        asked = ["query", "-l", str(self.folder / str(many)), "-q", declared(query), "--stats", "--explain-file", str(told)]
        subprocess.run([self.program, *asked, "--results-format", "tsv"], check=True, capture_output=True)
        plan = json.loads(told.read_bytes())["plan"]
        return Work(plan["number of results"], steps(plan))

    def growth(self, query: str) -> tuple[float, float]:
        """Return how many times the rows, and the work, grow with the graph."""
        one, other = (self.work(many, query) for many in (1, COPIES))
        return other.rows / one.rows, other.steps / one.steps


def steps(node: dict[str, Any]) -> int:
    """Return the rows that a step of a plan and all below it have made."""
    own: int = node["number of results"]
    return own + sum(steps(child) for child in node.get("children", ()))


@pytest.fixture(scope="module")
def engine(kg: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    beside = Path(sys.executable).parent / "oxigraph"
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if not program:
        missing("the Oxigraph server (the package oxigraph)")
    folder, dump = tmp_path_factory.mktemp("plans"), kg.store.dump()
    for many in (1, COPIES):
        lines = folder / f"{many}.nt"
        lines.write_bytes(b"".join(copies(dump, many)))
        subprocess.run([str(program), "load", "-l", str(folder / str(many)), "-f", str(lines)], check=True, capture_output=True)
    return Engine(str(program), folder)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_the_work_of_a_question_grows_no_faster_than_it_must(engine: Engine, path: Path) -> None:
    """One that names a thing may grow with its answer; one that searches or counts everything, with the graph; none faster."""
    query = path.read_text("utf-8")
    rows, work = engine.growth(query)
    most = rows if "sev:" in plain(query) else COPIES
    assert work <= 1.4 * most, f"{work:.1f} times the work for {rows:.1f} times the rows, in {COPIES} times the graph"


def test_work_that_grows_is_seen(engine: Engine) -> None:
    pairs = (ROOT / "data" / "questions" / "order-of-the-moments.rq").read_text("utf-8")
    tied = "(skg:precedes|^skg:precedes)+ ?otherMoment"
    assert tied in pairs, "a question that asks of every two things"
    assert engine.growth(pairs.replace(tied, "rdf:type/^rdf:type ?otherMoment"))[1] > 1.6 * COPIES
    assert engine.growth(TYPE_FIRST)[1] > 2
