"""The library: one object that answers the same from memory and from behind a SPARQL service."""

from __future__ import annotations

import copy
import json
import pickle
import re
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import severance_kg as skg
from severance_kg.errors import CheckFailed, InputErrors, QueryRefused
from severance_kg.formats import as_json, serialise
from severance_kg.results import Rows, Triples
from severance_kg.vocabulary import PREFIXES, RDF, SEV, SKG, XSD

README = Path(__file__).resolve().parents[1] / "README.md"
EXPORTED = (
    "CheckFailed IRI InputError KnowledgeGraph Literal PassageError QueryError Row Rows SevError Statement StoreError Triples "
    "UnknownName connect load open"
).split()
CHOICES = "SELECT ?what ?label WHERE { sev:InnieMark skg:chooses ?what . ?what rdfs:label ?label } ORDER BY ?what"

LAMP = """\
source: {id: lamp-notes, title: Notes on a lamp}
entities:
  Liftwright: {type: FictionalPerson, label: the liftwright}
  Lamp: {type: Object, label: a lamp, also_called: [the lantern]}
statements:
  - id: s01
    triple: [Liftwright, seeks, Lamp]
    gloss: The liftwright looks for a lamp.
    references: ["https://example.org/one"]
    commitment: Asserted
    frame: StoryWorld
  - id: s02
    triple: [Liftwright, seeks, Lamp]
    gloss: The liftwright does not look for a lamp.
    references: ["https://example.org/two"]
    commitment: Asserted
    polarity: Negated
    frame: StoryWorld
    in_tension_with: [s01]
  - id: s03
    triple: [Lamp, "schema:alternateName", {value: the lantern}]
    gloss: The lamp is called the lantern.
    references: ["https://example.org/one"]
    commitment: Asserted
    frame: StoryWorld
"""


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> skg.KnowledgeGraph:
    """A graph in which one thing is both said and denied, and a literal is spelt like a thing's other name."""
    folder = tmp_path_factory.mktemp("lamp")
    (folder / "lamp.yaml").write_text(LAMP, "utf-8")
    return skg.load(folder, only=True)


# ── What is exported ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_exported_names_are_these() -> None:
    assert sorted(skg.__all__) == EXPORTED
    assert all(getattr(skg, name) for name in EXPORTED)
    with pytest.raises(AttributeError, match="no attribute 'parse'"):
        _ = skg.parse


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_kind_of_query_has_its_method(kg: skg.KnowledgeGraph) -> None:
    assert [str(row["what"]) for row in kg.select(CHOICES)] == [SEV + "HisOwnIdentity", SEV + "HisOwnLife"]
    assert kg.ask("ASK { sev:InnieMark skg:chooses sev:HisOwnLife }") is True
    made = kg.construct("CONSTRUCT { ?s skg:chooses ?o } WHERE { ?s skg:chooses ?o }")
    assert {triple[0] for triple in made} == {SEV + "InnieMark"}
    assert len(kg.construct("DESCRIBE sev:InnieMark")) > 5
    for method, query in ((kg.select, "ASK { ?s ?p ?o }"), (kg.ask, CHOICES), (kg.construct, CHOICES)):
        with pytest.raises(skg.QueryError, match="use "):
            method(query)
    with pytest.raises(QueryRefused):
        kg.select("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }")


def test_a_row_is_read_by_name_by_place_and_as_an_attribute(kg: skg.KnowledgeGraph) -> None:
    row = kg.select(CHOICES)[1]
    assert row["what"] == row["?what"] == row[0] == row.what == row[-2] == SEV + "HisOwnLife"
    assert isinstance(row.what, skg.IRI)
    assert isinstance(row.label, skg.Literal)
    assert (row.label.language, row.label.datatype) == ("en", RDF + "langString")
    assert list(row) == [row.what, row.label] == list(row.asdict().values())
    assert len(row) == 2
    assert row == (row.what, row.label)
    assert hash(row) == hash(kg.select(CHOICES)[1])
    with pytest.raises(KeyError, match=r"no variable \?whom; there are \?what"):
        row["whom"]
    with pytest.raises(AttributeError, match="whom"):
        _ = row.whom
    with pytest.raises(IndexError):
        row[2]


def test_a_row_can_be_copied(kg: skg.KnowledgeGraph) -> None:
    row = kg.select(CHOICES)[0]
    assert copy.copy(row) == row


def test_an_unbound_variable_is_none(kg: skg.KnowledgeGraph) -> None:
    rows = kg.select("SELECT ?a ?b WHERE { BIND (1 AS ?a) }")
    assert (rows[0].b, rows.texts()) == (None, [["1", ""]])


def test_slices_of_rows_and_triples(kg: skg.KnowledgeGraph) -> None:
    rows = kg.select("SELECT ?s WHERE { ?s a skg:Statement } ORDER BY ?s")
    assert rows[1:3] == [rows[1], rows[2]]
    assert rows[-1] == rows[len(rows) - 1]
    assert rows[5:5] == []
    triples = kg.construct("CONSTRUCT { ?s a skg:Theme } WHERE { ?s a skg:Theme }")
    assert triples[:2] == [triples[0], triples[1]]
    assert list(triples) == sorted(triples)
    with pytest.raises(IndexError):
        rows[len(rows)]


def test_notebooks_get_html_in_which_nothing_is_markup(kg: skg.KnowledgeGraph) -> None:
    rows = kg.select("SELECT ?x WHERE { BIND ('<script>alert(1)</script> & \"more\"' AS ?x) }")
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;</td>" in rows._repr_html_()
    triples = kg.construct("CONSTRUCT { sev:Gemma rdfs:label '<b>' } WHERE {}")
    assert "<td>&lt;b&gt;</td>" in triples._repr_html_()


def test_rows_become_a_data_frame_with_numbers_as_numbers(kg: skg.KnowledgeGraph) -> None:
    pandas = pytest.importorskip("pandas")
    query = "SELECT ?n ?x ?yes ?thing ?odd ?none WHERE { VALUES (?n ?x ?yes ?thing ?odd) "
    frame = kg.select(query + '{ (7 1.5 true sev:Gemma "tenth"^^xsd:integer) } }').to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.columns.tolist() == ["n", "x", "yes", "thing", "odd", "none"]
    assert frame.iloc[0].tolist() == [7, 1.5, True, SEV + "Gemma", "tenth", None]


# ── Terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_literals_are_equal_if_every_part_is() -> None:
    plain, tagged, typed = skg.Literal("7"), skg.Literal("7", language="EN"), skg.Literal("7", datatype=XSD + "integer")
    assert len({plain, tagged, typed}) == 3
    assert tagged == skg.Literal("7", language="en")
    assert plain == skg.Literal("7", datatype=XSD + "string") == "7"
    assert plain != tagged != typed != plain
    assert hash(typed) == hash(skg.Literal("7", datatype=XSD + "integer"))
    assert (plain.language, tagged.language) == (None, "en")


@pytest.mark.parametrize(
    "term",
    [skg.IRI(SEV + "Gemma"), skg.Literal("a"), skg.Literal("a", language="en-GB"), skg.Literal("7", datatype=XSD + "integer")],
    ids=repr,
)
def test_terms_survive_pickle_and_copy(term: skg.IRI | skg.Literal) -> None:
    for again in (pickle.loads(pickle.dumps(term)), copy.copy(term), copy.deepcopy(term)):
        assert again == term
        assert type(again) is type(term)
        if isinstance(term, skg.Literal) and isinstance(again, skg.Literal):
            assert (again.datatype, again.language) == (term.datatype, term.language)


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [
        ("7", "integer", 7),
        ("-0", "int", 0),
        ("1.5", "decimal", 1.5),
        ("1e3", "double", 1000.0),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2025-03-21", "date", "2025-03-21"),
        ("007", "string", "007"),
    ],
)
def test_values_of_literals(lexical: str, datatype: str, value: object) -> None:
    found = skg.Literal(lexical, datatype=XSD + datatype).value
    assert found == value
    assert type(found) is type(value)


def test_an_iri_shows_its_short_name() -> None:
    iri = skg.IRI(SEV + "Gemma")
    assert (repr(iri), iri.n3(), iri) == ("IRI('sev:Gemma')", f"<{SEV}Gemma>", SEV + "Gemma")


# ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

_HOLDING = (Path(skg.__file__).parent / "sparql" / "holding.rq").read_text("utf-8").replace("skg:EdgeStatement", "skg:Statement")
FILTERS = {
    ("subject", "Innie Mark"): "?s rdf:subject sev:InnieMark",
    ("predicate", "schema:spouse"): "?s rdf:predicate schema:spouse",
    ("object", "Gemma"): "?s rdf:object sev:Gemma",
    ("object", "Macrodata Refinement"): "?s rdf:object ?o FILTER (?o IN (sev:MDR, 'Macrodata Refinement'))",
    ("speaker", "DanErickson"): "?s skg:saidBy sev:DanErickson",
    ("holder", "the audience"): "?s skg:heldBy sev:Audience",
    ("commitment", "hedged"): "?s skg:commitment skg:Hedged",
    ("theme", "Love"): "?s skg:themeAssignment/skg:theme/skos:broader* theme:Love",
    ("theme", "theme:Identity"): "?s skg:themeAssignment/skg:theme/skos:broader* theme:Identity",
    ("source", "celebpost-45511"): "?s skg:source src:celebpost-45511",
    ("moment", "S2Opening"): "{" + _HOLDING.replace("sev:MeetingScene", "sev:S2Opening").replace("?statement", "?s") + "}",
}


def asked(kg: skg.KnowledgeGraph, *patterns: str) -> set[str]:
    where = " ".join(f"{{ {pattern} }}" for pattern in patterns)
    return {str(row["s"]) for row in kg.select(f"SELECT DISTINCT ?s WHERE {{ ?s a skg:Statement . {where} }}")}


@pytest.mark.parametrize("chosen", FILTERS, ids=" ".join)
def test_each_filter_finds_what_sparql_finds(kg: skg.KnowledgeGraph, chosen: tuple[str, str]) -> None:
    key, value = chosen
    found = [str(one.iri) for one in kg.statements(**{key: value})]
    assert found
    assert {*found} == asked(kg, FILTERS[chosen])
    assert found == [one.iri for one in kg.statements() if one.iri in set(found)]


def test_filters_together_narrow_one_another(kg: skg.KnowledgeGraph) -> None:
    some = 0
    for one, other in combinations(FILTERS, 2):
        if one[0] != other[0]:
            found = {str(s.iri) for s in kg.statements(**dict([one, other]))}
            assert found == asked(kg, FILTERS[one], FILTERS[other]), (one, other)
            some += bool(found)
    assert some > 10


@pytest.mark.parametrize(
    ("filter", "told"),
    [
        ({"subject": "Gema"}, 'no thing "Gema"; did you mean "Gemma"?'),
        ({"predicate": "choses"}, 'no property "choses"; did you mean "chooses"?'),
        ({"object": "Macrodata Refinment"}, 'did you mean "Macrodata Refinement"?'),
        ({"commitment": "Hegded"}, 'no commitment "Hegded"; did you mean "Hedged"?'),
        ({"theme": "Lov"}, 'no theme "Lov"; did you mean "love"?'),
        ({"theme": "Gemma"}, 'no theme "Gemma"'),
        ({"moment": "Gemma"}, '"Gemma" is not a moment'),
        ({"holder": "Nobody at all"}, 'no thing "Nobody at all"'),
    ],
)
def test_a_filter_that_nothing_bears_is_an_error_and_not_an_empty_answer(
    kg: skg.KnowledgeGraph, filter: dict[str, str], told: str
) -> None:
    with pytest.raises(skg.InputError) as caught:
        kg.statements(**filter)
    assert told in str(caught.value).replace('"Love"', '"love"')


def test_evidence_holds_what_is_said_and_what_is_denied(lamp: skg.KnowledgeGraph, kg: skg.KnowledgeGraph) -> None:
    found = lamp.evidence("Liftwright", "seeks", "Lamp")
    assert [(one.is_edge, one.why_no_edge()) for one in found] == [(True, None), (False, "negated")]
    assert lamp.ask("ASK { sev:Liftwright skg:seeks sev:Lamp }")
    assert lamp.evidence("Lamp", "seeks", "Liftwright") == []
    assert kg.evidence("InnieMark", "livesFor", "OutieMark")
    assert not any(one.is_edge for one in kg.evidence("InnieMark", "livesFor", "OutieMark"))


def test_evidence_of_a_literal_that_is_also_a_name(lamp: skg.KnowledgeGraph, kg: skg.KnowledgeGraph) -> None:
    """The literal "the lantern" is also another name of the lamp; what is asked for is whatever is spelt so."""
    assert [one.gloss for one in lamp.evidence("Lamp", "schema:alternateName", "the lantern")] == [
        "The lamp is called the lantern."
    ]
    assert lamp.evidence("Lamp", "schema:alternateName", skg.Literal("the lantern"))
    assert lamp.evidence("Lamp", "schema:alternateName", skg.Literal("the lantern", language="en")) == []
    assert kg.evidence("MDR", "schema:alternateName", "Macrodata Refinement")


def test_a_statement_is_found_by_id_and_an_unknown_one_is_told(kg: skg.KnowledgeGraph) -> None:
    one = kg.statement("celebpost-45511-s83")
    assert one == kg.statement("st:celebpost-45511-s83") == kg.statement(str(one.iri))
    with pytest.raises(skg.UnknownName, match='did you mean "celebpost-45511-s83"'):
        kg.statement("celebpost-45511-s830")


def test_statements_read_back_are_the_records_that_were_compiled(kg: skg.KnowledgeGraph) -> None:
    from severance_kg.build import compile_inputs
    from severance_kg.resources import gather

    compiled = compile_inputs(gather())
    written = {one.iri: one for one in (*compiled.corpus.statements, *compiled.inferred)}
    read = {one.iri: one for one in kg.statements()}
    assert read.keys() == written.keys()

    def bare(one: skg.Statement) -> skg.Statement:
        # Where a file says it, and in what order it lists what has none, is not in the graph.
        passage = replace(one.passage, words=None, prefix=None) if one.passage else None
        return replace(
            one,
            where=None,
            passage=passage,
            references=tuple(sorted(one.references)),
            relations=tuple(sorted(one.relations)),
            premises=tuple(sorted(one.premises)),
        )

    for iri, one in written.items():
        for field in fields(skg.Statement):
            assert getattr(bare(read[iri]), field.name) == getattr(bare(one), field.name), (iri, field.name)
        if isinstance(one.object, skg.Literal):
            assert isinstance(read[iri].object, skg.Literal)


# ── The story ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_story_time_and_views(kg: skg.KnowledgeGraph) -> None:
    held = kg.at("the final choice")
    assert len(held) == len(held.at_point) + len(held.through) + len(held.always)
    assert held[0] == held.at_point[0]
    assert all(one.held_by == SEV + "DanErickson" for one in kg.at("FinalChoice", holder="Dan Erickson"))
    assert kg.changes("S2Opening", "FinalChoice").ordered
    seen = kg.view("Audience")
    assert seen.own == ()
    assert {one.predicate for one in seen.attitudes} == {SKG + "guesses"}
    both = kg.collisions("OutieMark", "DanErickson")
    assert both
    assert both == [
        one for one in kg.collisions() if {one.one.held_by, one.other.held_by} == {SEV + "OutieMark", SEV + "DanErickson"}
    ]
    assert all(one.is_edge for one in kg.one_voice())


def test_paths(kg: skg.KnowledgeGraph) -> None:
    short, strong = kg.path("MDR", "Gemma"), kg.path("MDR", "Gemma", strongest=True)
    assert (len(short), len(short.things)) == (1, 2)
    assert strong.strength >= short.strength > 0
    assert all(isinstance(one, skg.Statement) for one in strong)
    longer = kg.path("MDR", "Gemma", avoid=[short[0].iri, "Lumon"], via=["Innie Mark"])
    assert kg.resolve("InnieMark") in longer.things
    assert kg.resolve("Lumon") not in longer.things
    assert short[0] not in longer
    itself = kg.path("Gemma", "Gemma")
    assert (len(itself), itself.strength) == (0, 1.0)
    with pytest.raises(skg.InputError, match="both pass and avoid"):
        kg.path("MDR", "Gemma", avoid=["Gemma"])


def test_hedged_steps_only_if_asked_for(kg: skg.KnowledgeGraph) -> None:
    hedged = [
        one for one in kg.statements(commitment="Hedged") if str(one.polarity) == "Affirmed" and str(one.reading) == "Literal"
    ]
    joined = [one for one in hedged if isinstance(one.object, skg.IRI) and not kg.evidence(*map(str, one.triple))[0].is_edge]
    assert joined
    for one in joined:
        firm = kg.path(one.subject, one.object)
        loose = kg.path(one.subject, one.object, include_hedged=True)
        assert all(step.is_edge for step in firm)
        assert len(loose) == 1
        assert loose[0].triple[:3:2] in (one.triple[:3:2], one.triple[2::-2])


# ── Elsewhere ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_rdflib_has_every_triple_and_the_prefixes(kg: skg.KnowledgeGraph) -> None:
    from rdflib import URIRef

    graph = kg.to_rdflib()
    assert len(graph) == len(kg.store.dump().splitlines())
    bound = {prefix: str(space) for prefix, space in graph.namespaces()}
    assert bound.items() >= PREFIXES.items()
    found = {str(what) for what in graph.objects(URIRef(SEV + "InnieMark"), URIRef(SKG + "chooses"))}
    assert found == {str(row["what"]) for row in kg.select(CHOICES)}


def test_to_networkx_loses_no_statement(kg: skg.KnowledgeGraph) -> None:
    everything = kg.to_networkx(edges_only=False)
    keys = [key for _, _, key in everything.edges(keys=True)]
    assert sorted(keys) == sorted(str(one.iri) for one in kg.statements())
    for start, end, key, attributes in everything.edges(keys=True, data=True):
        one = kg.statement(key)
        assert (start, end) == (str(one.subject), str(one.object))
        assert (attributes["gloss"], attributes["is_edge"]) == (one.gloss, one.is_edge)
    edges = kg.to_networkx()
    assert {key for _, _, key in edges.edges(keys=True)} == {str(one.iri) for one in kg.statements() if one.is_edge}
    assert edges.nodes[SEV + "Gemma"]["label"] == "Gemma"


def test_page_returns_the_path_that_it_wrote(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    target = tmp_path / "new" / "page.html"
    assert kg.page(target) == target
    assert target.read_text("utf-8").startswith("<!DOCTYPE html>") or target.read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]
    with pytest.raises(skg.InputError, match="name another path"):
        kg.page("/dev/null/page.html")


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(skg.InputError, match="no such folder"):
        skg.load(tmp_path / "nowhere")
    with pytest.raises(skg.InputError, match="no annotation file"):
        skg.load(tmp_path)
    with pytest.raises(skg.InputError, match="--only needs --data"):
        skg.load(only=True)
    (tmp_path / "lamp.yaml").write_text(LAMP.replace("seeks", "seks"), "utf-8")
    with pytest.raises(InputErrors, match='did you mean "seeks"'):
        skg.load(tmp_path, only=True)
    (tmp_path / "lamp.yaml").write_text(LAMP.replace("    in_tension_with: [s01]\n", ""), "utf-8")
    with pytest.raises(CheckFailed, match="denies what s01 asserts"):
        skg.load(tmp_path, only=True)


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PARSED = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}
_texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["", " ", "\r\n", "]]>", "&#13;", '"""', "\\", "?x", "\t|"]
)
_literals = st.one_of(
    _texts.map(lambda text: {"type": "literal", "value": text}),
    st.tuples(_texts, st.sampled_from(["en", "de-at", "zh-hant"])).map(
        lambda pair: {"type": "literal", "value": pair[0], "xml:lang": pair[1]}
    ),
    st.tuples(_texts, st.sampled_from([XSD + "integer", XSD + "date", "urn:odd'type"])).map(
        lambda pair: {"type": "literal", "value": pair[0], "datatype": pair[1]}
    ),
)
_iris = st.sampled_from(["https://example.org/a?b=c&d=%20#e", "urn:x", SEV + "Gemma"]).map(
    lambda iri: {"type": "uri", "value": iri}
)
_tables = st.lists(st.fixed_dictionaries({}, optional={"a": _literals | _iris, "b": _literals}), max_size=4)


def rows_of(bindings: list[dict[str, Any]]) -> Rows:
    document = {"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}
    solutions = ox.parse_query_results(json.dumps(document).encode(), format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    return Rows(solutions)


@given(bindings=_tables)
def test_rows_come_back_from_every_format(bindings: list[dict[str, Any]]) -> None:
    rows = rows_of(bindings)
    assert as_json(rows)["results"]["bindings"] == bindings
    for name, parsed in PARSED.items():
        try:
            text = serialise(rows, name)
        except skg.InputError:
            # XML 1.0 has no way to write most control characters.
            assert name == "xml"
            assert re.search(
                "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "".join(value["value"] for row in bindings for value in row.values())
            )
            continue
        again = ox.parse_query_results(text.encode(), format=parsed)
        assert isinstance(again, ox.QuerySolutions)
        assert list(map(list, Rows(again))) == list(map(list, rows)), name


@given(bindings=_tables)
def test_triples_come_back_from_both_formats(bindings: list[dict[str, Any]]) -> None:
    values = [value for row in rows_of(bindings) for value in row if isinstance(value, skg.Literal)]
    terms = [
        ox.Literal(str(one), language=one.language) if one.language else ox.Literal(str(one), datatype=ox.NamedNode(one.datatype))
        for one in values
    ]
    triples = Triples(ox.Triple(ox.NamedNode(SEV + "Gemma"), ox.NamedNode(SKG + "has"), term) for term in terms)
    for name, read_as in (("turtle", ox.RdfFormat.TURTLE), ("ntriples", ox.RdfFormat.N_TRIPLES)):
        again = Triples(quad.triple for quad in ox.parse(serialise(triples, name).encode(), format=read_as))
        assert list(again) == list(triples)


def test_names_are_found_however_they_are_written_and_one_of_two_things_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "status: partial\nsource: {id: x, title: X}\n"
        "entities: {Cafe: {type: Place, label: Caf\u00e9}, KeeperA: {type: FictionalPerson, label: the keeper},\n"
        "  KeeperB: {type: FictionalPerson, label: The Keeper}}\n"
        "statements:\n  - {id: s1, triple: [KeeperA, locatedIn, Cafe], gloss: Somebody is in the caf\u00e9.,\n"
        '     commitment: Asserted, frame: StoryWorld, references: ["https://example.org/"]}\n',
        "utf-8",
    )
    own = skg.load(tmp_path)
    assert own.resolve("Cafe\u0301") == own.resolve("Cafe")
    with pytest.raises(skg.InputError, match="the label of 2 things") as caught:
        own.resolve("the keeper")
    assert caught.value.hint == "write sev:KeeperA or sev:KeeperB"
    with pytest.raises(skg.InputError, match="one name where several may be given"):
        own.path("Cafe", "KeeperA", via="KeeperB")
