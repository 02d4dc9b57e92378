"""Each export is read by a reader that is not ours, and gives back what it does not say is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx
import pandas
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree
from pyld import jsonld
from rdflib.compare import isomorphic

import severance_kg as skg
from conftest import ROOT, Run
from severance_kg.compile import compile_graph, lines
from severance_kg.export import Material, export, find_format, material, read_formats
from severance_kg.export.flat import FLAT_LOSSES, STATEMENT_COLUMNS
from severance_kg.export.jsonld import read_context
from severance_kg.export.networks import DRAWN_LOSS, NOT_XML, UNKNOWN_LOSS, UNORDERED_LOSS, XML_LOSS
from severance_kg.export.raw import blocks, raw
from severance_kg.export.rdf12 import read_rdf12, to_rdf11, to_rdf12
from severance_kg.export.sorting import sorted_lines
from severance_kg.export.tables import GUARD_LOSS, unguard
from severance_kg.moments import ALWAYS, Time
from severance_kg.ontology import read_ontology
from severance_kg.passages import PassageRef, Span
from severance_kg.resources import gather
from severance_kg.statements import (
    Commitment,
    Corpus,
    Entity,
    Form,
    Frame,
    Kind,
    Polarity,
    Reading,
    Relation,
    Resolution,
    Source,
    Statement,
    ThemeAssignment,
    Weight,
)
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import IRI, PREFIXES, RDF, SEV, SKG, SRC, ST, THEME, XSD, Literal, Term, compact, expand

HOSTILE = (
    "commas, \"quotes\", 'more', and\nline feeds\r\nand\rcarriage returns\tand tabs",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "+1",
    "-1",
    "＝1+1",
    "'quoted'",
    "\x01 control \x0b\x1f \x7f \x85 \u2028 \ufeff",
    "</script><script>alert(1)</script> <!-- ]]> & &amp; -->",
    "non-BMP 𝕊 🧠 👩‍👩‍👧",
    "right to left שלום \u202e مرحبا \u2066",
    "back \\ slash \\n \\u0041",
    "NA",
    "null",
    "  white space around  ",
    "{| ~ <<( )>> |}",
)


def entity(name: str, kind: str = "Character", **more: Any) -> Entity:
    return Entity(IRI(SEV + name), IRI(SKG + kind), more.pop("label", name), **more)


def statement(name: str, subject: str, predicate: str, object: Term | str, **more: Any) -> Statement:
    given = {"gloss": f"Gloss of {name}.", "kind": Kind.BACKGROUND, "references": ("https://example.org/page",)} | more
    value = object if isinstance(object, Literal) else IRI(expand(object) or SEV + object)
    return Statement(
        IRI(ST + name), subject=IRI(expand(subject) or SEV + subject), predicate=IRI(SKG + predicate), object=value, **given
    )


def hostile_corpus() -> Corpus:
    """Every text that could break a format, every shape of statement, and a word that marks each thing that may be lost."""
    things = [entity(f"Hostile{i}", label=text, definition=text) for i, text in enumerate(HOSTILE)]
    texts = [
        statement(f"h{i}", f"Hostile{i}", "binLabel", Literal(text), gloss=text, note=text) for i, text in enumerate(HOSTILE)
    ]
    typed = ("007", "7", "1.50")
    numbers = [
        statement("n1", "A", "binLabel", Literal(typed[0], datatype=XSD + "integer")),
        statement("n2", "A", "binLabel", Literal(typed[1], datatype=XSD + "integer")),
        statement("n3", "A", "binLabel", Literal(typed[1])),
        statement("n4", "A", "binLabel", Literal(typed[2], datatype=XSD + "decimal")),
        statement("n5", "A", "binLabel", Literal("sept", language="fr")),
        statement("n6", "A", "binLabel", Literal("")),
    ]
    shapes = [
        statement("s1", "A", "knows", "B", time=Time(at=IRI(SEV + "M1"))),
        statement("s10", "A", "knows", "B", time=Time(start=IRI(SEV + "M1"), end=IRI(SEV + "M2"))),
        statement("s2", "A", "knows", "B", polarity=Polarity.NEGATED, relations=((Relation.IN_TENSION_WITH, IRI(ST + "s1")),)),
        statement("s3", "A", "knows", "C", commitment=Commitment.HEDGED, time=ALWAYS, frame=Frame.INTERPRETATION),
        statement("s4", "A", "knows", "C", commitment=Commitment.HYPOTHETICAL, reading=Reading.FIGURATIVE),
        statement("s5", "A", "believes", "st:s3", time=Time(at=IRI(SEV + "Apart"))),
        statement("s6", "st:s5", "leadsTo", "B"),
        statement("s7", "A", "knows", "A"),
        statement("s8", "https://example.org/no prefix?".replace(" ", "%20"), "knows", "B"),
        statement("m1", "M1", "precedes", "M2"),
        statement("m2", "M0", "precedes", "Apart"),
        statement("m3", "M2", "precedes", "M3"),
        statement(
            "said",
            "B",
            "chooses",
            "A",
            kind=Kind.INTERVIEW,
            references=(),
            said_by=IRI(SEV + "A"),
            said_to=IRI(SEV + "B"),
            held_by=IRI(SEV + "C"),
            source=IRI(SRC + "talk"),
            passage=PassageRef(3, "=first", "last", occurrence=2, characters=Span(5, 9), sha256="f" * 64),
            link="https://example.org/talk#:~:text=first,last",
            themes=(
                ThemeAssignment(IRI(THEME + "Identity"), Weight.MINOR, "WHYWORD"),
                ThemeAssignment(IRI(THEME + "Growth"), Weight.MAJOR, "WHYWORD"),
            ),
            resolutions=(Resolution(Form.PRONOUN, IRI(SEV + "MEANTWORD"), IRI(ST + "s1")),),
            annotated_by="somebody",
            annotated_on="2026-11-22",
        ),
        statement(
            "by-rule",
            "B",
            "knows",
            "A",
            kind=Kind.INFERRED,
            references=(),
            rule=IRI(PREFIXES["rule"] + "r"),
            premises=(IRI(ST + "s1"), IRI(ST + "s10")),
        ),
    ]
    return Corpus(
        sources=(Source(IRI(SRC + "talk"), "TITLEWORD", "https://example.org/talk"),),
        entities=(
            *things,
            entity("A", also_called=("OTHERWORD",), same_as=("http://www.wikidata.org/entity/Q1",), definition="DEFINITIONWORD"),
            entity("B"),
            entity("C"),
            entity("LONELYWORD"),
            *(entity(name, "Moment") for name in ("M0", "M1", "M2", "M3", "Apart")),
        ),
        statements=(*texts, *numbers, *shapes),
    )


@pytest.fixture(scope="session")
def hostile() -> MemoryStore:
    """A graph of everything that is hard to write."""
    graph = compile_graph(hostile_corpus(), read_ontology(gather().vocabulary))
    return MemoryStore("".join(lines(graph)).encode())


@pytest.fixture(scope="session", params=["bundled", "hostile"])
def store(request: pytest.FixtureRequest) -> MemoryStore:
    found = request.getfixturevalue("hostile") if request.param == "hostile" else request.getfixturevalue("kg").store
    assert isinstance(found, MemoryStore)
    return found


@pytest.fixture
def given_material(store: MemoryStore) -> Iterator[Material]:
    with material(store.lines()) as made:
        yield made


# ── What others read ─────────────────────────────────────────────────────────────────────────────────────────────────

Cells = dict[str, Any]


def no_loader(url: str, options: Any = None) -> Any:
    raise AssertionError(f"a reader wanted to fetch {url}")


@dataclass
class Written:
    """An export on disk, as other people's readers see it."""

    format: str
    path: Path
    content: bytes

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str] | None:
        """The network, as networkx reads it."""
        if self.format == "graphml":
            return nx.MultiDiGraph(nx.read_graphml(self.path, force_multigraph=True))
        if self.format == "gexf":
            return nx.MultiDiGraph(nx.read_gexf(self.path))
        if self.format == "cytoscape":
            return nx.MultiDiGraph(nx.cytoscape_graph(json.loads(self.content)))
        return None

    @cached_property
    def rdf(self) -> set[ox.Triple] | None:
        """The RDF 1.1 graph, as pyoxigraph or PyLD reads it."""
        if self.format == "turtle12":
            return set(read_rdf12(self.path))
        if self.format == "jsonld":
            quads = jsonld.to_rdf(json.loads(self.content), {"format": "application/n-quads", "documentLoader": no_loader})
            return {quad.triple for quad in ox.parse(quads.encode(), format=ox.RdfFormat.N_QUADS)}
        if self.format in ("turtle", "ntriples"):
            return {quad.triple for quad in ox.parse(path=str(self.path))}
        return None

    @cached_property
    def tables(self) -> tuple[dict[str, Cells], dict[str, Cells]]:
        """The cells of the nodes and of the statements by id."""
        if self.graph is None:
            found = [{row["id"]: row for row in read_table(self.path / f"{name}.csv")} for name in ("nodes", "statements")]
            return found[0], found[1]
        nodes = {node: dict(cells) for node, cells in self.graph.nodes(data=True)}
        statements = {}
        for subject, value, key, cells in self.graph.edges(keys=True, data=True):
            kept = {name: cell for name, cell in cells.items() if name not in ("start", "end", "id")}
            statements[str(cells.get("id", key))] = kept | {"subject": subject, "object": value}
        return nodes, statements


def read_table(path: Path) -> list[Cells]:
    """Return the rows of a table, by the csv module, without what is empty."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: unguard(cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def write(store: MemoryStore, format: str, folder: Path) -> Written:
    """Export a graph and return what is on the disk."""
    path = export(store, format, folder / (f"out{find_format(format).suffix}" if format != "csv" else "tables"))
    content = b"".join(one.read_bytes() for one in sorted(path.iterdir())) if path.is_dir() else path.read_bytes()
    return Written(format, path, content)


# rdflib's own JSON-LD parser calls what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

DESCRIPTION = "void"
"""This one says what a graph is, and holds none of it: tests/test_versions.py."""

FORMATS = tuple(name for name in read_formats() if name != DESCRIPTION)
RDF_FORMATS = ("jsonld", "ntriples", "turtle", "turtle12")
NETWORKS = ("cytoscape", "gexf", "graphml")
FLAT_FORMATS = ("csv", *NETWORKS)


@pytest.fixture(scope="session")
def written(store: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    folder = tmp_path_factory.mktemp("exports")
    return {name: write(store, name, folder) for name in FORMATS}


def triples_of(store: MemoryStore) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(store.dump(), format=ox.RdfFormat.N_TRIPLES)}


def test_these_formats_are_there() -> None:
    assert set(read_formats()) == {*RDF_FORMATS, *FLAT_FORMATS, DESCRIPTION}


# ── RDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_rdf_gives_the_same_graph_back(format: str, written: dict[str, Written], store: MemoryStore) -> None:
    assert written[format].rdf == triples_of(store)


@pytest.mark.parametrize(("format", "parser"), [("jsonld", "json-ld"), ("ntriples", "nt"), ("turtle", "turtle")])
def test_rdflib_reads_an_isomorphic_graph(format: str, parser: str, written: dict[str, Written], store: MemoryStore) -> None:
    ours = rdflib.Graph().parse(data=store.dump(), format="nt")
    assert isomorphic(rdflib.Graph().parse(written[format].path, format=parser), ours)


def test_pyoxigraph_reads_the_json_ld_too(written: dict[str, Written], store: MemoryStore) -> None:
    assert {quad.triple for quad in ox.parse(written["jsonld"].content, format=ox.RdfFormat.JSON_LD)} == triples_of(store)


def test_ntriples_are_the_lines_that_build_writes_below_a_comment(written: dict[str, Written], store: MemoryStore) -> None:
    content = written["ntriples"].content
    assert b"".join(line for line in io.BytesIO(content) if not line.startswith(b"#")) == b"".join(sorted(store.lines()))


def test_an_export_can_be_exported_again(written: dict[str, Written], tmp_path: Path) -> None:
    again = export(MemoryStore(written["ntriples"].path), "ntriples", tmp_path / "again.nt")
    assert again.read_bytes() == written["ntriples"].content


def test_json_ld_expands_to_the_projects_terms(written: dict[str, Written]) -> None:
    nodes = jsonld.expand(json.loads(written["jsonld"].content), {"documentLoader": no_loader})
    statements = [node for node in nodes if SKG + "Statement" in node.get("@type", ())]
    assert statements
    assert all(node[SKG + "gloss"][0]["@language"] == "en" for node in statements)
    assert all(node[SKG + "commitment"][0]["@id"].startswith(SKG) for node in statements)


def test_json_ld_reads_well(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    made = json.loads(write_kg(kg, "jsonld", tmp_path))
    nodes = {node["id"]: node for node in made["@graph"]}
    assert nodes["sev:InnieMark"]["chooses"] == "sev:HisOwnLife" or "sev:HisOwnLife" in nodes["sev:InnieMark"]["chooses"]
    assert nodes["st:celebpost-45511-s83"]["commitment"] == "Asserted"
    assert nodes["st:celebpost-45511-s83-passage"]["paragraph"] == int(nodes["st:celebpost-45511-s83-passage"]["paragraph"])
    assert isinstance(nodes["st:celebpost-45511-s83"]["gloss"], str)


def write_kg(kg: skg.KnowledgeGraph, format: str, folder: Path) -> bytes:
    return kg.export(format, folder / "out").read_bytes()


def test_the_context_has_the_projects_prefixes_and_a_name_for_each_property(kg: skg.KnowledgeGraph) -> None:
    context = read_context()
    assert {name: context.content[name] for name in PREFIXES} == PREFIXES
    assert len({name for name, _, _ in context.terms.values()}) == len(context.terms)
    used = {str(row["p"]) for row in kg.select("SELECT DISTINCT ?p WHERE { ?s ?p ?o FILTER(?p != rdf:type) }")}
    declared = {iri for iri in used if iri in context.terms or (iri.startswith(SKG) and ":" not in context.key(iri))}
    assert used == declared


def test_every_property_with_things_as_values_says_so_in_the_context(kg: skg.KnowledgeGraph) -> None:
    context = read_context()
    query = "SELECT DISTINCT ?p WHERE { ?s ?p ?o FILTER(isIRI(?o) && ?p != rdf:type) }"
    assert {str(row["p"]) for row in kg.select(query)} <= {
        iri for iri, (_, kind, _) in context.terms.items() if kind in ("@id", "@vocab")
    }


# ── RDF 1.2 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_edges_are_annotated_with_their_statements(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    text = write_kg(kg, "turtle12", tmp_path).decode()
    assert re.search(r"skg:chooses sev:HisOwnLife\n\s+~ st:celebpost-45511-s83 \{\|\n", text)
    assert not re.search(r"rdf:(subject|predicate|object) ", text)
    annotated = set(re.findall(r"~ (st:\S+) \{\|", text))
    reified = set(re.findall(r"^(st:\S+)\n    rdf:reifies <<\(", text, re.MULTILINE))
    edges = {compact(one.iri) for one in kg.statements() if one.is_edge}
    assert annotated == edges
    assert reified == {compact(one.iri) for one in kg.statements()} - edges


def test_sparql_12_finds_statements_by_what_they_reify(written: dict[str, Written], store: MemoryStore) -> None:
    engine = ox.Store()
    engine.load(path=str(written["turtle12"].path), format=ox.RdfFormat.TURTLE)
    query = "SELECT ?st WHERE { ?st rdf:reifies <<( ?s ?p ?o )>> ; a skg:EdgeStatement . ?s ?p ?o }"
    found: Any = engine.query(query, prefixes=PREFIXES)
    classic: Any = store.query("SELECT ?st WHERE { ?st a skg:EdgeStatement }")
    assert {row["st"].value for row in found} == {str(row["st"]) for row in classic}


NODES = [ox.NamedNode(f"http://example.org/{name}") for name in "abc"]
PREDICATES = [*(ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object", "type")), NODES[0]]
VALUES = [*NODES, ox.Literal("x"), ox.Literal("x", language="en"), ox.NamedNode(SKG + "EdgeStatement")]
PARTS = some.sampled_from(NODES), some.sampled_from(PREDICATES), some.sampled_from(VALUES)
GRAPHS = some.sets(some.builds(ox.Triple, *PARTS), max_size=16)


@given(GRAPHS)
def test_any_graph_comes_back_from_rdf_12(graph: set[ox.Triple]) -> None:
    assert set(to_rdf11(to_rdf12(sorted(graph, key=str)))) == graph


@settings(deadline=None)
@given(GRAPHS)
def test_any_graph_comes_back_from_annotated_turtle(graph: set[ox.Triple]) -> None:
    with material(f"{triple} .\n".encode() for triple in graph) as made:
        writer = find_format("turtle12").write
        assert writer
        assert set(read_rdf12(b"".join(writer(made)))) == graph


def test_broken_rdf_12_is_told_with_its_line() -> None:
    with pytest.raises(skg.InputError, match="the text:2"):
        list(read_rdf12(b"<http://e/a> <http://e/b> <http://e/c> .\n<< broken"))


# ── Counts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def rdf_counts(graph: rdflib.Graph) -> tuple[int, int, int, int]:
    parts = [rdflib.RDF.subject, rdflib.RDF.predicate, rdflib.RDF.object]
    statements = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(SKG + "Statement")))
    firm = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(SKG + "EdgeStatement")))
    edges: set[Any] = {tuple(graph.value(one, part) for part in parts) for one in firm}
    assert all(edge in graph for edge in edges)
    return len({*graph.objects(None, parts[0]), *graph.objects(None, parts[2])}), len(edges), len(statements), len(firm)


def turtle12_counts(path: Path) -> tuple[int, int, int, int]:
    # By the parser and not by a store, which would make 7 of 007.
    triples = [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
    told: Any = {one.subject: one.object for one in triples if one.predicate.value == RDF + "reifies"}
    firm = {one.subject for one in triples if one.object == ox.NamedNode(SKG + "EdgeStatement")} & set(told)
    ends = {end for triple in told.values() for end in (triple.subject, triple.object)}
    edges = {told[one] for one in firm}
    assert edges <= set(triples)
    return len(ends), len(edges), len(told), len(firm)


def network_counts(graph: nx.MultiDiGraph[str]) -> tuple[int, int, int, int]:
    firm = [(s, cells["predicate"], o) for s, o, cells in graph.edges(data=True) if cells["is_edge"]]
    return graph.number_of_nodes(), len(set(firm)), graph.number_of_edges(), len(firm)


def csv_counts(path: Path) -> tuple[int, int, int, int]:
    nodes, edges, statements = (
        pandas.read_csv(path / f"{name}.csv", keep_default_na=False) for name in ("nodes", "edges", "statements")
    )
    assert nodes["id"].is_unique
    assert statements["id"].is_unique
    assert set(statements["subject"]) | set(statements["object"]) == set(nodes["id"])
    told = edges["statements"].str.split(" ").explode()
    assert set(told) == set(statements.loc[statements["is_edge"], "iri"].map(compact))
    return len(nodes), len(edges), len(statements), int(statements["is_edge"].sum())


def test_counts_are_the_same_in_every_format(
    written: dict[str, Written], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else rdflib makes 7 of 007, and two nodes of the hostile graph one.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    found = {"dump": rdf_counts(rdflib.Graph().parse(data=store.dump(), format="nt"))}
    for name, parser in (("jsonld", "json-ld"), ("ntriples", "nt")):
        found[name] = rdf_counts(rdflib.Graph().parse(written[name].path, format=parser))
    # rdflib reads a bare 007 in Turtle as 7, whatever it is told, so pyoxigraph reads that one for it.
    read = "".join(f"{triple} .\n" for triple in written["turtle"].rdf or ())
    found["turtle"] = rdf_counts(rdflib.Graph().parse(data=read, format="nt"))
    found["turtle12"] = turtle12_counts(written["turtle12"].path)
    for name in NETWORKS:
        graph = written[name].graph
        assert graph is not None
        found[name] = network_counts(graph)
    found["csv"] = csv_counts(written["csv"].path)
    assert set(found) == {"dump", *FORMATS}
    assert found == dict.fromkeys(found, found["dump"])


def test_counts_are_those_of_the_records(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    statements = kg.statements()
    edges = [one for one in statements if one.is_edge]
    ends = {one.subject for one in statements} | {one.object for one in statements}
    assert csv_counts(kg.export("csv", tmp_path / "t")) == (
        len(ends),
        len({one.triple for one in edges}),
        len(statements),
        len(edges),
    )


# ── Nothing else is lost ─────────────────────────────────────────────────────────────────────────────────────────────


def restored(cells: Cells, nodes: dict[str, Cells]) -> Statement:
    """Return the statement that a row tells of, as far as it does."""

    def one(name: str) -> IRI | None:
        return expand(cells[name]) if name in cells else None

    def many(name: str) -> list[IRI]:
        return [expand(name) or IRI(name) for name in cells.get(name, "").split()]

    def number(name: str) -> int | None:
        return int(cells[name]) if name in cells else None

    def term(id: str) -> Any:
        node = nodes[id]
        if "iri" in node:
            return IRI(node["iri"])
        return Literal(node.get("label", ""), datatype=expand(node["datatype"]), language=node.get("language"))

    predicate = expand(cells["predicate"])
    assert predicate
    always = cells.get("holds_at") == "skg:Always"
    start, end = number("passage_from"), number("passage_to")
    return Statement(
        iri=IRI(cells["iri"]),
        kind=Kind(cells["kind"]),
        subject=term(cells["subject"]),
        predicate=predicate,
        object=term(cells["object"]),
        gloss=cells["gloss"],
        commitment=Commitment(cells["commitment"]),
        polarity=Polarity(cells["polarity"]),
        reading=Reading(cells["reading"]),
        frame=Frame(cells["frame"]),
        said_by=one("said_by"),
        said_to=one("said_to"),
        held_by=one("held_by"),
        time=ALWAYS if always else Time(one("holds_at"), one("holds_from"), one("holds_until")),
        themes=(
            *(ThemeAssignment(theme, Weight.MAJOR, "") for theme in many("major_themes")),
            *(ThemeAssignment(theme, Weight.MINOR, "") for theme in many("minor_themes")),
        ),
        relations=tuple(
            (Relation(name), expand(other) or IRI(other))
            for name, _, other in (told.partition("=") for told in cells.get("relations", "").split())
        ),
        source=one("source_id"),
        passage=PassageRef(
            int(cells["paragraph"]),
            cells["passage_starts"],
            cells.get("passage_ends"),
            occurrence=number("occurrence"),
            characters=None if start is None or end is None else Span(start, end),
            sha256=cells.get("passage_digest"),
        )
        if "paragraph" in cells
        else None,
        link=cells.get("link"),
        references=tuple(many("references")),
        rule=one("rule"),
        premises=tuple(many("premises")),
        annotated_by=cells.get("annotated_by"),
        annotated_on=cells.get("annotated_on"),
        note=cells.get("note"),
    )


def without_losses(one: Statement, seen: Callable[[str], str]) -> Statement:
    """Return a statement without what the flat formats say is lost, its texts as a format can hold them."""
    value = one.object
    if isinstance(value, Literal):
        value = Literal(seen(value), datatype=value.datatype, language=value.language)
    return replace(
        one,
        object=value,
        gloss=seen(one.gloss),
        note=one.note and seen(one.note),
        themes=tuple(sorted((replace(given, why="") for given in one.themes), key=lambda given: (given.weight, given.theme))),
        resolutions=(),
        relations=tuple(sorted(one.relations)),
        references=tuple(sorted(one.references)),
        premises=tuple(sorted(one.premises)),
    )


def sorted_lists(one: Statement) -> Statement:
    return without_losses(one, str)


@pytest.mark.parametrize("format", FLAT_FORMATS)
def test_a_row_holds_all_of_a_statement_but_what_is_said_to_be_lost(
    format: str, written: dict[str, Written], store: MemoryStore
) -> None:
    xml = format in ("graphml", "gexf")
    seen: Callable[[str], str] = (lambda text: NOT_XML.sub("\ufffd", text)) if xml else str
    nodes, statements = written[format].tables
    records = skg.KnowledgeGraph(MemoryStore(store.dump())).statements()
    exact = {literal_of(triple) for triple in triples_of(store) if triple.predicate.value == RDF + "object"}
    assert len(statements) == len(records)
    for record in records:
        told = statements[node_id(record.iri)]
        found = sorted_lists(restored(told, nodes))
        expected = without_losses(record, seen)
        if isinstance(record.object, Literal) and record.object.datatype not in (XSD + "string", RDF + "langString"):
            # The engine behind the records changes 007 to 7; the export holds what stands in the file.
            assert found.object in exact
            expected = replace(expected, object=found.object)
        assert found == expected
        assert str(told["is_edge"]).lower() == str(record.is_edge).lower()


def literal_of(triple: ox.Triple) -> Literal | None:
    value = triple.object
    return Literal(value.value, datatype=value.datatype.value, language=value.language) if isinstance(value, ox.Literal) else None


def node_id(iri: str) -> str:
    return compact(iri)


@pytest.mark.parametrize("format", FLAT_FORMATS)
def test_nodes_have_label_kind_and_definition(format: str, hostile: MemoryStore, tmp_path: Path) -> None:
    xml = format in ("graphml", "gexf")
    nodes, _ = write(hostile, format, tmp_path).tables
    for i, text in enumerate(HOSTILE):
        seen = NOT_XML.sub("\ufffd", text) if xml else text
        node = nodes[f"sev:Hostile{i}"]
        assert (node["label"], node["kind"], node["definition"]) == (seen, "Character", seen)
    literals = [(node.get("label", ""), node["datatype"]) for node in nodes.values() if node["kind"] == "Literal"]
    assert {("007", "xsd:integer"), ("7", "xsd:integer"), ("7", "xsd:string"), ("", "xsd:string")} <= set(literals)
    assert len(set(nodes)) == len(nodes)


def marked(loss: str) -> Callable[[Written], bool]:
    """Return a test of whether the word that marks something is gone."""
    words = dict(
        zip(
            FLAT_LOSSES,
            ("A person who lives or lived outside the story.", "TITLEWORD", "OTHERWORD", "LONELYWORD", "WHYWORD", "MEANTWORD"),
            strict=True,
        )
    )
    return lambda out: words[loss].encode() not in out.content


def _edges(out: Written) -> list[Cells]:
    return [cells for _, _, cells in out.graph.edges(data=True)] if out.graph is not None else []


def _timed(out: Written) -> bool:
    return any("start" in cells for cells in _edges(out))


PROBES: dict[str, Callable[[Written], bool]] = {
    **{loss: marked(loss) for loss in FLAT_LOSSES},
    GUARD_LOSS: lambda out: b"'=cmd" in out.content,
    DRAWN_LOSS: lambda out: any(not cells["is_edge"] for cells in _edges(out)),
    XML_LOSS: lambda out: "\ufffd".encode() in out.content,
    UNKNOWN_LOSS: lambda out: _timed(out) and any("start" not in cells and "holds_at" not in cells for cells in _edges(out)),
    UNORDERED_LOSS: lambda out: (
        _timed(out) and any("start" not in cells and cells.get("holds_at") == "sev:Apart" for cells in _edges(out))
    ),
}


@pytest.mark.parametrize("loss", PROBES)
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_said_to_be_lost_is_lost_and_nothing_else(format: str, loss: str, hostile: MemoryStore, tmp_path: Path) -> None:
    out = write(hostile, format, tmp_path)
    assert PROBES[loss](out) == (loss in find_format(format).losses)


def test_each_loss_has_a_probe() -> None:
    assert {loss for name in FORMATS for loss in find_format(name).losses} == set(PROBES)


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

NMTOKEN = re.compile(r"[\w:.-]+\Z")


def test_graphml_has_the_structure_of_its_schema(written: dict[str, Written]) -> None:
    root = etree.fromstring(written["graphml"].content)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert root.tag == f"{space}graphml"
    assert [child.tag.removeprefix(space) for child in root] == ["key"] * (len(root) - 1) + ["graph"]
    keys = {key.get("id"): key.get("for") for key in root.iter(f"{space}key")}
    assert len(keys) == len(root) - 1
    for element in root.iter(f"{space}node", f"{space}edge", f"{space}graph"):
        scope = element.tag.removeprefix(space)
        assert all(keys[data.get("key")] == scope for data in element.findall(f"{space}data"))
        assert scope == "graph" or NMTOKEN.match(element.get("id", ""))
    check_ends(root, space)


def test_gexf_has_the_structure_of_its_schema(written: dict[str, Written]) -> None:
    root = etree.fromstring(written["gexf"].content)
    space = "{http://www.gexf.net/1.2draft}"
    meta, graph = list(root)
    assert (meta.tag, graph.tag) == (f"{space}meta", f"{space}graph")
    assert "lastmodifieddate" not in meta.attrib
    assert [child.tag.removeprefix(space) for child in graph] == ["attributes", "attributes", "nodes", "edges"]
    assert (graph.get("defaultedgetype"), graph.get("mode"), graph.get("timeformat")) == ("directed", "dynamic", "double")
    declared = {(group.get("class"), one.get("id")) for group in graph.iter(f"{space}attributes") for one in group}
    for element in graph.iter(f"{space}node", f"{space}edge"):
        scope = element.tag.removeprefix(space)
        assert all((scope, value.get("for")) in declared for value in element.iter(f"{space}attvalue"))
        assert float(element.get("start", "0")) <= float(element.get("end", "inf"))
    weights = {edge.get("weight") for edge in graph.iter(f"{space}edge")}
    assert "1.0" in weights
    assert weights <= {"1.0", "0.5", "0.25"}
    check_ends(root, space)


def check_ends(root: Any, space: str) -> None:
    nodes = [node.get("id") for node in root.iter(f"{space}node")]
    edges = [edge.get("id") for edge in root.iter(f"{space}edge")]
    assert len(set(nodes)) == len(nodes)
    assert len(set(edges)) == len(edges)
    assert {edge.get(end) for edge in root.iter(f"{space}edge") for end in ("source", "target")} == set(nodes)


def test_story_time_is_a_time_line(hostile: MemoryStore, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    with material(kg.store.lines()) as made:
        assert len(made.ranks) >= 3
        for one, first in made.ranks.items():
            assert all(kg.order.precedes(one, other) == (first < second) for other, second in made.ranks.items())
    out = write(hostile, "gexf", tmp_path)
    assert out.graph is not None
    times = {key: (cells.get("start"), cells.get("end")) for *_, key, cells in out.graph.edges(keys=True, data=True)}
    assert (times["st:s1"], times["st:s10"], times["st:s3"], times["st:s5"]) == ((0, 0), (0, 1), (None, None), (None, None))


@pytest.mark.parametrize(
    ("order", "ranks"),
    [
        ("AB BD AC CD", {"A": 0, "B": 1, "D": 2}),
        ("BC CD XY", {"B": 0, "C": 1, "D": 2}),
        ("AB BA", {}),
        ("", {}),
    ],
)
def test_only_moments_of_one_chain_have_numbers(order: str, ranks: dict[str, int]) -> None:
    precedes = [f"<{SEV}{one}> <{SKG}precedes> <{SEV}{other}> .\n".encode() for one, other in map(tuple, order.split())]
    with material(precedes) as made:
        assert made.ranks == {SEV + name: place for name, place in ranks.items()}


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_cell_of_a_table_can_run_in_a_spreadsheet(hostile: MemoryStore, tmp_path: Path) -> None:
    for path in write(hostile, "csv", tmp_path).path.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]


def test_pandas_reads_hostile_texts(hostile: MemoryStore, tmp_path: Path) -> None:
    table = pandas.read_csv(write(hostile, "csv", tmp_path).path / "nodes.csv", keep_default_na=False, dtype=str).set_index("id")
    for i, text in enumerate(HOSTILE):
        assert unguard(str(table.loc[f"sev:Hostile{i}", "label"])) == text


def test_the_metadata_describes_the_columns(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    folder = kg.export("csv", tmp_path / "tables")
    metadata = json.loads((folder / "csv-metadata.json").read_text("utf-8"))
    for told in metadata["tables"]:
        header = (folder / told["url"]).read_text("utf-8").splitlines()[0].split(",")
        assert [column["name"] for column in told["tableSchema"]["columns"]] == header
        assert all(column["dc:description"] for column in told["tableSchema"]["columns"])
    assert len({column.name for column in STATEMENT_COLUMNS}) == len(STATEMENT_COLUMNS)


def test_a_zip_holds_the_same_files(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    folder, archive = kg.export("csv", tmp_path / "tables"), kg.export("csv", tmp_path / "tables.zip")
    with zipfile.ZipFile(archive) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == {one.name: one.read_bytes() for one in folder.iterdir()}
    assert archive.read_bytes() == kg.export("csv", tmp_path / "again.zip").read_bytes()


# ── The same bytes, and where they come from ─────────────────────────────────────────────────────────────────────────

EXPORT_ALL = """
import hashlib, sys, pathlib
import severance_kg as skg
from severance_kg.export import read_formats
kg, folder = skg.load(), pathlib.Path(sys.argv[1])
for name, one in read_formats().items():
    path = kg.export(name, folder / (name + ".zip" if one.files else name))
    print(name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_bytes_do_not_depend_on_the_hash_seed(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    found = set()
    for seed in ("0", "1"):
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-c", EXPORT_ALL, str(folder)]
        done = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop().splitlines()) == len(read_formats())


@pytest.mark.parametrize("format", FORMATS)
def test_version_and_digest_are_inside(format: str, written: dict[str, Written], store: MemoryStore) -> None:
    content = written[format].content
    assert f"severance-kg {skg.__version__}; ontology {skg.__version__}; bundled data {skg.__version__}".encode() in content
    assert hashlib.sha256(b"".join(sorted(store.lines()))).hexdigest().encode() in content
    assert not re.search(rb"lastmodified|NetworkX", content)


@pytest.mark.parametrize("format", ["jsonld", "cytoscape"])
def test_json_can_stand_in_a_page(format: str, written: dict[str, Written]) -> None:
    assert b"<" not in written[format].content


# ── Reading bit by bit ───────────────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(some.lists(some.text("abé", max_size=3)), some.integers(1, 5), some.integers(2, 4))
def test_sorting_on_disk_is_sorting(texts: list[str], size: int, fan: int) -> None:
    import tempfile

    given_lines = [text.encode() + b"\n" for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        assert list(sorted_lines(given_lines, Path(folder), size=size, fan=fan)) == sorted(set(given_lines))
        assert not list(Path(folder).iterdir())


def test_each_block_is_found_by_bisecting(given_material: Material) -> None:
    for subject, block in blocks(given_material.lines()):
        assert given_material.block(subject) == block
    for absent in (raw("http://a/"), raw("https://w3id.org/severance-kg/id/A0"), raw("urn:z")):
        assert given_material.block(absent) == {}


def test_parts_with_other_names_are_found_too(hostile: MemoryStore, tmp_path: Path) -> None:
    moved = hostile.dump().replace(b"/statement/said-passage>", b"/zzz/passage>").replace(b"/statement/said-position>", b"/aaa>")
    _, statements = write(MemoryStore(moved), "csv", tmp_path).tables
    assert (statements["st:said"]["paragraph"], statements["st:said"]["passage_from"]) == ("3", "5")


# ── Errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_format_names_the_nearest(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(skg.UnknownName, match='did you mean "graphml"'):
        kg.export("grafml", tmp_path / "x")
    with pytest.raises(skg.UnknownName, match="known are csv, "):
        kg.export("zzzz", tmp_path / "x")


@pytest.mark.parametrize(
    ("format", "path", "told"),
    [
        ("turtle", "absent/x.ttl", "there is no such folder"),
        ("turtle", ".", "this is a folder"),
        ("csv", "absent/tables", "there is no such folder"),
        ("csv", "file", "this is a file"),
    ],
)
def test_a_path_that_cannot_be_written_is_told(format: str, path: str, told: str, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here before")
    with pytest.raises(skg.InputError, match=told):
        kg.export(format, tmp_path / path)
    assert (tmp_path / "file").read_text() == "here before"


@pytest.mark.parametrize("lost", [RDF + "object", SKG + "gloss", SKG + "commitment"])
def test_a_broken_statement_leaves_what_was_there(lost: str, hostile: MemoryStore, tmp_path: Path) -> None:
    broken = b"".join(line for line in hostile.lines() if not line.startswith(f"<{ST}s3> <{lost}>".encode()))
    (tmp_path / "x.gexf").write_text("here before")
    with pytest.raises(skg.StoreError, match="st:s3 is not whole"):
        export(MemoryStore(broken), "gexf", tmp_path / "x.gexf")
    assert (tmp_path / "x.gexf").read_text() == "here before"
    assert len(list(tmp_path.iterdir())) == 1


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_to_standard_output(run: Run, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    for name in FORMATS:
        if name != "csv":
            done = run("export", "--format", name, text=False, encoding=None)
            assert done.returncode == 0, done.stderr
            assert done.stdout == write_kg(kg, name, tmp_path)  # type: ignore[comparison-overlap]
    assert run("export").stdout == run("export", "--format", "turtle", "--out", "-").stdout


@pytest.mark.parametrize(
    ("name", "format"),
    [("g.ttl", "turtle"), ("g.rdf12.ttl", "turtle12"), ("g.GEXF", "gexf"), ("g.zip", "csv"), ("g.cyjs", "cytoscape")],
)
def test_a_files_name_tells_the_format(name: str, format: str, run: Run, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    done = run("export", "--out", tmp_path / name)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / name}\n"), done.stderr
    assert (tmp_path / name).read_bytes() == kg.export(format, tmp_path / "other.zip").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "csv"], "several files"),
        (["--format", "trtle"], 'did you mean "turtle"'),
        (["--out", "graph.unknown"], "its name tells no format"),
        (["--out", "absent/graph.ttl"], "there is no such folder"),
        (["--losses", "--format", "gexff"], 'did you mean "gexf"'),
        (["--only"], "--only needs --data"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], told: str, run: Run) -> None:
    done = run("export", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_losses_are_listed(run: Run) -> None:
    told = run("export", "--losses").stdout
    for one in read_formats().values():
        assert one.name in told
        assert all(loss in told for loss in one.losses)
        assert all(loss.endswith(".") for loss in one.losses)
    assert "Nothing is lost" in run("export", "--losses", "--format", "turtle").stdout
    assert "Nothing is lost" not in run("export", "--losses", "--format", "gexf").stdout


def test_exports_hold_no_words_of_the_interview(kg: skg.KnowledgeGraph, article: Path, tmp_path: Path) -> None:
    check = ROOT.parent / "shared" / "checks" / "verbatim"
    if not check.exists():
        pytest.skip("the check is not part of the project")
    paths = [kg.export(name, tmp_path / f"{name}.txt") for name, one in read_formats().items() if one.write]
    paths += sorted(kg.export("csv", tmp_path / "tables").iterdir())
    done = subprocess.run([check, tmp_path, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
