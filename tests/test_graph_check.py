"""What the two checks tell of small graphs, each a file in ``cases/graphs``: ``graph``, and all that is ``told`` of its edges.

Where a file has ``shapes`` too, ``found`` is all that SHACL finds with these; ``about``, if it is there, whom to speak of.
All in this process and in a second or two; the bundled graph with faults planted in it stands in ``test_edges``.
"""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from severance_kg.graph_check import check_edge_terms, check_edges, check_shapes
from severance_kg.ontology import Ontology, read_ontology
from severance_kg.resources import gather
from severance_kg.vocabulary import PREFIXES

FILES = sorted((Path(__file__).parent / "cases" / "graphs").glob("*.toml"))
READ: dict[str, dict[str, Any]] = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in FILES}
CASES = [pytest.param(case, id=name) for name, case in READ.items()]
WITH_SHAPES = [pytest.param(case, id=name) for name, case in READ.items() if "shapes" in case]
HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
STATEMENT = """
st:one a skg:Statement ; skg:commitment skg:Asserted ; skg:polarity skg:Affirmed ; skg:reading skg:Literal ;
  rdf:subject sev:Ann ; rdf:predicate skg:knows ; rdf:object sev:Bea .
sev:Ann skg:knows sev:Bea .
"""
"""A statement with its edge, for cases that start ``sound``."""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return read_ontology(gather().vocabulary)


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)]


def graph(case: dict[str, Any]) -> list[ox.Triple]:
    return triples((STATEMENT if case.get("sound") else "") + str(case["graph"]))


@pytest.mark.parametrize("case", CASES)
def test_edges_and_statements_are_held_to_one_another(case: dict[str, Any], ontology: Ontology) -> None:
    assert case["why"]
    found = list(check_edges(graph(case), ontology))
    assert [f"{problem.code}: {problem.what}" for problem in found] == case["told"]
    assert all(problem.hint and problem.exit_status == 1 for problem in found)


@pytest.mark.parametrize("case", WITH_SHAPES)
def test_shapes_find_what_they_are_made_to_find(case: dict[str, Any], tmp_path: Path) -> None:
    parts = []
    for number, shapes in enumerate(case["shapes"]):
        parts.append(tmp_path / f"{number}.ttl")
        parts[-1].write_text(HEAD + "@prefix shape: <x:shape/> .\n" + shapes, "utf-8")
    found = list(check_shapes(graph(case), parts, case.get("about")))
    told = [f"{problem.code}: {problem.what}" for problem in found]
    # What rdflib and pySHACL say in their own words changes with their versions.
    cut = [one[: len(wanted) - 1] + "…" if wanted.endswith("…") else one for one, wanted in zip(told, case["found"], strict=True)]
    assert cut == case["found"]
    assert all(problem.hint and "\n" not in problem.what for problem in found)


def test_how_many_statements_there_are_is_returned(ontology: Ontology) -> None:
    def counted(turtle: str) -> int:
        given = check_edge_terms(((str(s), str(p), str(o)) for s, p, o in map(tuple, triples(turtle))), ontology)
        while True:
            try:
                next(given)
            except StopIteration as end:
                return int(end.value)

    assert counted("sev:Ann skg:knows sev:Bea .") == 0
    assert counted(STATEMENT) == 1
    assert counted(STATEMENT.replace("skg:Asserted", "skg:Hedged")) == 1, "one that licenses no edge"
    assert counted(STATEMENT + STATEMENT.replace("st:one", "st:two")) == 2, "two statements of one edge"


def test_a_number_that_is_none_is_not_logged_and_the_log_stays_as_it_was(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    log = logging.getLogger("rdflib.term")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(HEAD + "<x:S> a sh:NodeShape ; sh:targetClass skg:Statement .", "utf-8")
    with caplog.at_level(logging.DEBUG):
        for disabled in (False, True):
            log.disabled = disabled
            assert list(check_shapes(triples("sev:A skg:p 'x'^^xsd:integer ."), [shapes])) == []
            assert log.disabled is disabled
    log.disabled = False
    assert caplog.records == []
