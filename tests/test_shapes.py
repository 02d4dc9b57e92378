"""SHACL in a hurry says what pySHACL says, of whatever is done to a graph."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

import severance_kg as skg
from severance_kg.graph_check import check_shapes
from severance_kg.resources import gather
from severance_kg.shapes import Graph, Unknown, read_shapes
from severance_kg.sight import sight
from severance_kg.vocabulary import RDF, RDFS, SKG, SKOS, ST

SHAPES = gather().shapes
NAMING = {f"<{RDF}type>", f"<{RDFS}subClassOf>", f"<{SKOS}prefLabel>", f"<{SKOS}definition>"}


def parts(line: str) -> tuple[str, str, str]:
    subject, predicate, value = line.removesuffix(" .\n").split(" ", 2)
    return subject, predicate, value


@pytest.fixture(scope="module")
def lines(kg: skg.KnowledgeGraph) -> list[str]:
    """A graph of a few statements, one of each kind, with all that they refer to."""
    statements = kg.statements()
    inferred = next(one for one in statements if one.kind == "InferredStatement")
    said = next(one for one in statements if one.kind == "InterviewStatement" and one.themes and one.resolutions and one.time.at)
    chosen = [inferred, said, *(kg.statement(one) for one in inferred.premises)]
    triples = {f"<{one.subject}> <{one.predicate}> " for one in chosen if one.is_edge}
    found = []
    for line in kg.store.dump().decode().splitlines(keepends=True):
        subject, predicate, _ = parts(line)
        of = next((one for one in chosen if subject == f"<{one.iri}>" or subject.startswith(f"<{one.iri}-")), None)
        names = not subject.startswith(f"<{ST}") and predicate in NAMING
        if of or names or any(line == f"{start}<{one.object}> .\n" for start in triples for one in chosen):
            found.append(line)
    return found


def pyshacl_says(lines: list[str]) -> bool:
    triples = [quad.triple for quad in ox.parse("".join(lines), format=ox.RdfFormat.N_TRIPLES)]
    return not list(check_shapes(triples, SHAPES))


def test_a_sound_graph_conforms(lines: list[str]) -> None:
    assert pyshacl_says(lines)
    assert read_shapes(SHAPES).conform(lines)


def test_the_bundled_graph_conforms_for_both(kg: skg.KnowledgeGraph) -> None:
    every = kg.store.dump().decode().splitlines(keepends=True)
    assert pyshacl_says(every)
    assert read_shapes(SHAPES).conform(every)


def altered(lines: list[str], chance: random.Random) -> tuple[str, list[str]]:
    """Take a line about a statement away, say it twice, or say something else."""
    at = chance.choice([i for i, line in enumerate(lines) if line.startswith(f"<{ST}")])
    subject, predicate, value = parts(lines[at])
    others = [parts(line)[2] for line in lines if parts(line)[1] == predicate and parts(line)[2] != value]
    new = chance.choice(
        [None, '"a text"', '"einer"@de', f"<{SKG}Hedged>", "<x:nothing>", '"seven words are one word too many"', *others[:3]]
    )
    rest = lines[:at] + lines[at + 1 :]
    made = [] if new is None else [f"{subject} {predicate} {new} .\n"]
    twice = chance.random() < 0.4
    return f"{predicate}: {value} -> {new}{' as well' if twice else ''}", [*rest, *made, *([lines[at]] if twice else [])]


@pytest.mark.parametrize("seed", range(40))
def test_it_says_what_pyshacl_says(seed: int, lines: list[str]) -> None:
    told, changed = altered(lines, random.Random(seed))
    assert read_shapes(SHAPES).conform(changed) == pyshacl_says(changed), told


def test_the_alterations_are_of_both_kinds(lines: list[str]) -> None:
    shapes = read_shapes(SHAPES)
    found = [shapes.conform(altered(lines, random.Random(seed))[1]) for seed in range(40)]
    assert 5 <= sum(found) <= 35


def test_what_lies_outside_counts_by_its_class(lines: list[str]) -> None:
    theme = next(parts(line)[2] for line in lines if parts(line)[1] == f"<{SKG}theme>")
    without = [line for line in lines if parts(line)[0] != theme]
    assert not read_shapes(SHAPES).conform(without)
    assert read_shapes(SHAPES).conform(without, Graph.of(without, {theme: f"<{SKG}Theme>"}))


@pytest.mark.parametrize(
    "more",
    [
        "shape:X sh:property [ sh:path ex:p ; sh:lessThan ex:q ] .",
        "shape:X sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] .",
        "shape:X sh:property [ sh:path ex:p ; sh:nodeKind sh:Literal ] .",
        "shape:X sh:property [ sh:path ex:p ; sh:datatype ex:number ] .",
        "shape:X sh:closed true .",
        'shape:X sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o }" ] .',
    ],
)
def test_what_it_does_not_know_it_does_not_judge(more: str, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    spaces = {"sh": "http://www.w3.org/ns/shacl#", "ex": "https://example.org/", "shape": "https://example.org/shape/"}
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in spaces.items())
    file.write_text(f"{head}shape:X a sh:NodeShape ; sh:targetClass ex:C .\n{more}\n", "utf-8")
    with pytest.raises(Unknown):
        read_shapes(file)


P = "PREFIX ex: <x:> "


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        (P + "ASK { ?a ex:p ?b FILTER NOT EXISTS { ?b ex:q ?c ; a ex:C } }", {"<x:p>", "<x:q>", f"<{RDF}type>"}),
        (P + "ASK { ?s ex:of ?p . FILTER NOT EXISTS { ?x ?p ?y } }", {"<x:of>", "<x:named>"}),
        (P + "ASK { ?p a ex:C . ?x ?p ?y FILTER (?x != ?y) }", {f"<{RDF}type>", "<x:typed>"}),
    ],
)
def test_queries_see_what_they_name_and_what_they_look_up(query: str, seen: set[str]) -> None:
    found = sight([query])
    looked_up = [("<x:s>", "<x:of>", "<x:named>"), ("<x:typed>", f"<{RDF}type>", "<x:C>"), ("<x:n>", f"<{RDF}type>", "<x:D>")]
    given = [*looked_up, *(("<x:a>", each, "<x:b>") for each in ("<x:p>", "<x:q>", "<x:named>", "<x:typed>", "<x:n>"))]
    by_predicate = {predicate: [one for one in given if one[1] == predicate] for _, predicate, _ in given}
    assert found is not None
    assert {one[1] for one in found.seen(by_predicate)} == seen


@pytest.mark.parametrize(
    "query",
    [
        P + "ASK { ?s ?p ?o }",
        P + "ASK { ?x ?p ?y FILTER NOT EXISTS { ?p a ex:C } }",
        P + "ASK { { ?p a ex:C } UNION { ?x ?p ?y } }",
        P + "ASK { ?s ex:p/ex:q ?o }",
        P + "ASK { ?s ex:p ?o OPTIONAL { ?o ex:q ?v } }",
        P + "ASK { ?s ex:p [ ex:q ?o ] }",
        "ASK { ?s other:p ?o }",
    ],
)
def test_of_any_other_form_it_is_taken_to_see_everything(query: str) -> None:
    assert sight([P + "ASK { ?s ex:p ?o }", query]) is None


def test_what_the_shapes_ask_sees_a_part_of_the_graph(lines: list[str]) -> None:
    shapes = read_shapes(SHAPES)
    assert shapes.sight is not None
    given = Graph.of(lines)
    assert 0 < len(list(shapes.sight.seen(given.by_predicate()))) < 0.7 * len(lines)
