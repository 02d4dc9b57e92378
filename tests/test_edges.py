"""The rule of the edges: an edge stands if and only if a statement licenses it, in what is built and in what is checked.

Graphs are altered line by line in N-Triples, as somebody who edits a built file would; SHACL takes seconds, so that one altered
graph holds many faults, each about another subject, and the result must name exactly these.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

import severance_kg as skg
from conftest import Run
from severance_kg.build import Compiled, compile_inputs
from severance_kg.check import check_records
from severance_kg.compile import compile_graph
from severance_kg.graph_check import check_edges, check_shapes
from severance_kg.moments import ALWAYS, UNKNOWN, Time
from severance_kg.ontology import read_ontology
from severance_kg.resources import gather
from severance_kg.rules import infer, read_rules
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Relation, Statement
from severance_kg.vocabulary import IRI, RDF, SEV, SKG, Literal, compact

INPUTS = gather()
ONTOLOGY = read_ontology(INPUTS.vocabulary)
LICENCE = (Commitment.ASSERTED, Polarity.AFFIRMED, Reading.LITERAL)
JUDGEMENTS = list(product(Commitment, Polarity, Reading))
OTHERS = [judgement for judgement in JUDGEMENTS if judgement != LICENCE]
Judgement = tuple[Commitment, Polarity, Reading]

EXTRA = "an edge has no statement that is asserted, affirmed and literal, or inferred"
MISSING = "a statement is asserted, affirmed and literal, or inferred, and its edge is missing"
MISNAMED = "a statement is called an edge statement and is neither inferred nor asserted, affirmed and literal"
UNNAMED = "a statement makes an edge and is not called an edge statement"
TWICE = "an inferred statement stands where a firmer one, or another inferred one, has the same edge"


def line(subject: str, predicate: str, object: str) -> str:
    """Return the N-Triples line, written here by hand so that no test trusts the compiler's own."""
    term = f"<{object}>" if isinstance(object, IRI) or not isinstance(object, Literal) else _literal(object)
    return f"<{subject}> <{predicate}> {term} .\n"


def _literal(literal: Literal) -> str:
    assert not set(str(literal)) & set('"\\\n'), "choose a statement about something simpler"
    if literal.language:
        return f'"{literal}"@{literal.language}'
    return f'"{literal}"' if literal.datatype.endswith("#string") else f'"{literal}"^^<{literal.datatype}>'


def edge_line(statement: Statement) -> str:
    return line(statement.subject, statement.predicate, statement.object)


def edge_name(statement: Statement) -> str:
    parts = statement.triple
    return " ".join(
        compact(part) if isinstance(part, IRI) else _literal(part) for part in parts if isinstance(part, IRI | Literal)
    )


def parsed(lines: Iterable[str]) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse("".join(lines), format=ox.RdfFormat.N_TRIPLES)]


def judgement_of(statement: Statement) -> Judgement:
    return statement.commitment, statement.polarity, statement.reading


# ── Planted faults ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Fault:
    """One alteration of the graph: a statement, the lines to take out, and the lines to put in."""

    statement: Statement
    out: frozenset[str] = frozenset()
    into: frozenset[str] = frozenset()


def altered(lines: frozenset[str], faults: Iterable[Fault]) -> list[str]:
    for fault in faults:
        assert fault.out <= lines, f"the graph does not hold {sorted(fault.out - lines)}"
        assert not fault.into & lines, f"the graph holds {sorted(fault.into & lines)}"
        lines = lines - fault.out | fault.into
    return sorted(lines)


def planted(statement: Statement, judgement: Judgement) -> Fault:
    """Give a statement a judgement that makes no edge, and see to it that its edge stands."""
    out, into = set(), set()
    for name, before, after in zip(("commitment", "polarity", "reading"), judgement_of(statement), judgement, strict=True):
        if before != after:
            out.add(line(statement.iri, SKG + name, SKG + before))
            into.add(line(statement.iri, SKG + name, SKG + after))
    if statement.is_edge:
        out.add(line(statement.iri, RDF + "type", SKG + "EdgeStatement"))
    else:
        into.add(edge_line(statement))
    return Fault(statement, frozenset(out), frozenset(into))


@dataclass(frozen=True)
class Planted:
    """The built graph, the faults to plant in it, and what each checker finds in the graph with all of them."""

    lines: frozenset[str]
    extra: dict[Judgement, Fault]
    missing: dict[Kind, Fault]
    misnamed: Fault
    unnamed: Fault
    twice: Fault

    @property
    def faults(self) -> list[Fault]:
        return [*self.extra.values(), *self.missing.values(), self.misnamed, self.unnamed, self.twice]


@pytest.fixture(scope="module")
def faults(kg: skg.KnowledgeGraph) -> Planted:
    """Choose a statement for each fault: alone with its triple, no premise of another, and no two of one subject."""
    statements = kg.statements()
    triples = [one.triple for one in statements]
    premises = {iri for one in statements for iri in one.premises}
    taken: set[str] = set()

    def choose(fits: Callable[[Statement], bool]) -> Statement | None:
        for one in statements:
            if fits(one) and triples.count(one.triple) == 1 and one.iri not in premises and one.subject not in taken:
                taken.add(one.subject)
                return one
        return None

    def surely(fits: Callable[[Statement], bool]) -> Statement:
        found = choose(fits)
        assert found, "the bundled graph has no statement left that fits"
        return found

    # The rarest first. An annotator's own judgement where there is one, else an asserted statement altered to it.
    own = {judgement: choose(lambda one, wanted=judgement: judgement_of(one) == wanted) for judgement in OTHERS}  # type: ignore[misc]
    missing = {kind: surely(lambda one, wanted=kind: one.kind is wanted and one.is_edge) for kind in Kind}  # type: ignore[misc]
    firm = [surely(lambda one: one.kind is Kind.INTERVIEW and one.is_edge) for _ in range(3)]
    extra = {judgement: planted(own[judgement] or surely(_is_firm), judgement) for judgement in OTHERS}
    return Planted(
        lines=frozenset(kg.store.dump().decode().splitlines(keepends=True)),
        extra=extra,
        missing={kind: Fault(one, out=frozenset({edge_line(one)})) for kind, one in missing.items()},
        misnamed=_misnamed(surely(lambda one: judgement_of(one) == (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL))),
        unnamed=Fault(firm[0], out=frozenset({line(firm[0].iri, RDF + "type", SKG + "EdgeStatement")})),
        twice=Fault(firm[1], into=_inferred_twin(firm[1], firm[2])),
    )


def _is_firm(statement: Statement) -> bool:
    return statement.is_edge and statement.kind is not Kind.INFERRED


def _misnamed(statement: Statement) -> Fault:
    return Fault(statement, into=frozenset({line(statement.iri, RDF + "type", SKG + "EdgeStatement")}))


def _inferred_twin(statement: Statement, premise: Statement) -> frozenset[str]:
    """Return an inferred statement, right in everything else, of a triple that an interview statement has."""
    twin = statement.iri + "-twin"
    types = (RDF + "Statement", SKG + "Statement", SKG + "InferredStatement", SKG + "EdgeStatement")
    values = {
        "commitment": SKG + "Asserted",
        "polarity": SKG + "Affirmed",
        "reading": SKG + "Literal",
        "frame": SKG + "StoryWorld",
    }
    rule = "https://w3id.org/severance-kg/rule/marriage-is-mutual"
    return frozenset(
        {
            *(line(twin, RDF + "type", one) for one in types),
            *(line(twin, SKG + name, value) for name, value in values.items()),
            line(twin, RDF + "subject", statement.subject),
            line(twin, RDF + "predicate", statement.predicate),
            line(twin, RDF + "object", statement.object),
            line(twin, SKG + "gloss", Literal("The same again.", language="en")),
            line(twin, SKG + "byRule", rule),
            line(twin, SKG + "premise", premise.iri),
        }
    )


def told_by_both(command: str, lines: list[str], graph: Path) -> tuple[set[str], int, str]:
    """Return what SHACL alone finds, and the status and the words of the installed command, the two run side by side."""
    graph.write_text("".join(lines), "utf-8")
    with subprocess.Popen([command, "check", str(graph)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        shapes = {problem.what for problem in check_shapes(parsed(lines), INPUTS.shapes)}
        _, words = child.communicate(timeout=120)
    assert "Traceback" not in words
    return shapes, child.returncode, words


@pytest.fixture(scope="module")
def told(faults: Planted, command: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], int, str]:
    return told_by_both(command, altered(faults.lines, faults.faults), tmp_path_factory.mktemp("altered") / "graph.nt")


@pytest.fixture(scope="module")
def told_by_shapes(told: tuple[set[str], int, str]) -> set[str]:
    return told[0]


@pytest.fixture(scope="module")
def told_by_command(told: tuple[set[str], int, str]) -> str:
    assert told[1] == 1, told[2]
    return told[2]


def edges_told(lines: Iterable[str]) -> list[str]:
    return [problem.what for problem in check_edges(parsed(lines), ONTOLOGY)]


each_other_judgement = pytest.mark.parametrize("judgement", OTHERS, ids="-".join)
each_kind = pytest.mark.parametrize("kind", Kind)


def test_the_unaltered_graph_passes_both_checks(faults: Planted, command: str, tmp_path: Path) -> None:
    lines = altered(faults.lines, [])
    assert edges_told(lines) == []
    assert told_by_both(command, lines, tmp_path / "graph.nt") == (set(), 0, "")


def test_real_judgements_are_among_the_faults(faults: Planted) -> None:
    """Each of these is an annotator's own statement, with its edge planted; only what nobody has annotated is made up."""
    for judgement in (
        (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL),
        (Commitment.REPORTED, Polarity.AFFIRMED, Reading.LITERAL),
        (Commitment.HYPOTHETICAL, Polarity.AFFIRMED, Reading.LITERAL),
        (Commitment.ASSERTED, Polarity.NEGATED, Reading.LITERAL),
    ):
        assert faults.extra[judgement].out == frozenset()
        assert len(faults.extra[judgement].into) == 1
    figurative = faults.extra[Commitment.ASSERTED, Polarity.AFFIRMED, Reading.FIGURATIVE]
    assert {text.split()[1] for text in figurative.into} == {f"<{SKG}reading>"}


@each_other_judgement
def test_an_edge_that_may_not_be_is_found(
    judgement: Judgement, faults: Planted, told_by_shapes: set[str], told_by_command: str
) -> None:
    fault = faults.extra[judgement]
    wanted = f"the edge {edge_name(fault.statement)} has no statement"
    assert edges_told(altered(faults.lines, [fault])) == [wanted]
    assert f"skg:EdgeProperty: {EXTRA} ({compact(fault.statement.subject)})" in told_by_shapes
    assert f"severance-kg: {wanted};" in told_by_command


@each_kind
def test_an_edge_that_is_missing_is_found(kind: Kind, faults: Planted, told_by_shapes: set[str], told_by_command: str) -> None:
    fault = faults.missing[kind]
    wanted = f"{compact(fault.statement.iri)} has no edge {edge_name(fault.statement)}"
    assert edges_told(altered(faults.lines, [fault])) == [wanted]
    assert f"skg:EdgeProperty: {MISSING} ({compact(fault.statement.iri)})" in told_by_shapes
    assert f"severance-kg: {wanted};" in told_by_command


def test_shapes_name_every_fault_and_no_other(faults: Planted, told_by_shapes: set[str], told_by_command: str) -> None:
    wanted = {f"skg:EdgeProperty: {EXTRA} ({compact(fault.statement.subject)})" for fault in faults.extra.values()}
    wanted |= {f"skg:EdgeProperty: {MISSING} ({compact(fault.statement.iri)})" for fault in faults.missing.values()}
    wanted |= {
        f"skg:EdgeStatement: {MISNAMED} ({compact(faults.misnamed.statement.iri)})",
        f"skg:EdgeStatement: {UNNAMED} ({compact(faults.unnamed.statement.iri)})",
        f"skg:InferredStatement: {TWICE} ({compact(faults.twice.statement.iri)}-twin)",
    }
    assert told_by_shapes == wanted
    assert all(f"severance-kg: {told};" in told_by_command for told in wanted)


def test_edges_named_are_every_fault_and_no_other(faults: Planted) -> None:
    wanted = [f"the edge {edge_name(fault.statement)} has no statement" for fault in faults.extra.values()]
    wanted += [f"{compact(fault.statement.iri)} has no edge {edge_name(fault.statement)}" for fault in faults.missing.values()]
    assert sorted(edges_told(altered(faults.lines, faults.faults))) == sorted(wanted)


def test_one_statement_that_licenses_is_enough(faults: Planted, kg: skg.KnowledgeGraph) -> None:
    """An edge stands as long as any of its statements does, and falls with the last."""
    groups: dict[object, list[Statement]] = {}
    for one in kg.statements():
        if _is_firm(one):
            groups.setdefault(one.triple, []).append(one)
    several = next(group for group in groups.values() if len(group) > 1)
    hedged = [planted(one, (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL)) for one in several]
    assert edges_told(altered(faults.lines, hedged[1:])) == []
    assert edges_told(altered(faults.lines, hedged)) == [f"the edge {edge_name(several[0])} has no statement"]


@pytest.mark.parametrize("judgement", JUDGEMENTS, ids="-".join)
def test_a_record_is_an_edge_by_its_judgements(judgement: Judgement) -> None:
    commitment, polarity, reading = judgement
    one = IRI(SEV + "One")
    made = {
        kind: Statement(one, kind, one, one, one, "One.", commitment=commitment, polarity=polarity, reading=reading)
        for kind in (Kind.INTERVIEW, Kind.BACKGROUND)
    }
    wrong = [str(value).lower() for value, wanted in zip(judgement, LICENCE, strict=True) if value != wanted]
    for statement in made.values():
        assert statement.is_edge is (judgement == LICENCE)
        assert statement.why_no_edge() == (", ".join(wrong) or None)


# ── What is built ────────────────────────────────────────────────────────────────────────────────────────────────────

LICENSED = """
    { ?st a skg:InferredStatement } UNION
    { ?st skg:commitment skg:Asserted ; skg:polarity skg:Affirmed ; skg:reading skg:Literal }
"""


def test_an_edge_stands_if_and_only_if_a_statement_licenses_it(kg: skg.KnowledgeGraph) -> None:
    edges = kg.select("SELECT ?s ?p ?o WHERE { ?p a skg:EdgeProperty . ?s ?p ?o }")
    licensed = kg.select(f"""SELECT DISTINCT ?s ?p ?o WHERE {{
        {LICENSED} ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }}""")
    assert len(edges) > 100
    assert {tuple(row) for row in edges} == {tuple(row) for row in licensed}


def test_an_edge_statement_is_what_licenses_an_edge(kg: skg.KnowledgeGraph) -> None:
    typed = {row["st"] for row in kg.select("SELECT ?st WHERE { ?st a skg:EdgeStatement }")}
    licensing = {row["st"] for row in kg.select(f"SELECT DISTINCT ?st WHERE {{ {LICENSED} ?st a skg:Statement }}")}
    assert typed == licensing == {one.iri for one in kg.statements() if one.is_edge}


def test_whatever_is_reified_is_a_statement_with_one_value_of_each_judgement(kg: skg.KnowledgeGraph) -> None:
    reified = {row["st"] for row in kg.select("SELECT DISTINCT ?st WHERE { ?st rdf:subject|rdf:predicate|rdf:object ?x }")}
    assert reified == {row["st"] for row in kg.select("SELECT ?st WHERE { ?st a skg:Statement, rdf:Statement }")}
    rows = kg.select("""SELECT ?st (COUNT(*) AS ?n) WHERE {
        ?st a skg:Statement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
            skg:commitment ?c ; skg:polarity ?q ; skg:reading ?r ; skg:frame ?f } GROUP BY ?st""")
    assert {row["st"] for row in rows} == reified
    assert {str(row["n"]) for row in rows} == {"1"}


def test_no_blank_nodes_and_lines_sorted_and_unique(kg: skg.KnowledgeGraph) -> None:
    assert not kg.ask("ASK { { ?s ?p ?o } FILTER (ISBLANK(?s) || ISBLANK(?o)) }")
    content = kg.store.dump()
    lines = content.decode().splitlines(keepends=True)
    assert b"\r" not in content
    assert not [text for text in lines if re.match(r"_:|<[^>]*> <[^>]*> _:", text)]
    assert lines == sorted(set(lines))
    assert all(text.endswith(" .\n") for text in lines)
    assert len(lines) == len(kg.construct("CONSTRUCT WHERE { ?s ?p ?o }"))


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADER = 'source: {id: hand, title: "Made by hand"}\nentities:\n'


def folder(path: Path, entities: dict[str, str], statements: Iterable[str]) -> Path:
    """Write an annotation folder from types by name and ``id | subject predicate object | key: value, …``."""
    text = HEADER + "".join(f"  {name}: {{type: {kind}, label: the {name}}}\n" for name, kind in entities.items())
    text += "statements:\n"
    for statement in statements:
        name, triple, more = (part.strip() for part in statement.split("|"))
        judged = more if "commitment" in more else f"commitment: Asserted, {more}".rstrip(", ")
        words = f'gloss: "{name} as a sentence.", references: ["https://example.org/{name}"], frame: StoryWorld'
        text += f"  - {{id: {name}, triple: [{', '.join(triple.split())}], {words}, {judged}}}\n"
    path.mkdir(exist_ok=True)
    (path / "hand.yaml").write_text(text, "utf-8")
    return path


TENSION = (
    {"Ann": "Persona", "Bea": "Persona", "Vault": "Place"},
    [
        "yes | Ann knows Bea | in_tension_with: [no]",
        "no | Ann knows Bea | polarity: Negated",
        "maybe | Ann knows Bea | commitment: Hedged",
        "other | Bea knows Ann | commitment: Hypothetical",
        "place | Ann goesTo Vault | polarity: Negated",
    ],
)


def ids(statements: Iterable[Statement]) -> list[str]:
    return sorted(one.iri.rpartition("/hand-")[2] for one in statements)


def test_evidence_returns_what_affirms_and_what_denies(tmp_path: Path) -> None:
    kg = skg.load(folder(tmp_path / "tension", *TENSION), only=True)
    found = kg.evidence("Ann", "knows", "Bea")
    assert ids(found) == ["maybe", "no", "yes"]
    assert {one.polarity for one in found} == {Polarity.AFFIRMED, Polarity.NEGATED}
    yes, no = (next(one for one in found if ids([one]) == [name]) for name in ("yes", "no"))
    assert (yes.is_edge, no.is_edge) == (True, False)
    assert (Relation.IN_TENSION_WITH, no.iri) in yes.relations
    assert (Relation.IN_TENSION_WITH, yes.iri) in no.relations
    assert kg.ask("ASK { sev:Ann skg:knows sev:Bea }"), "the edge that is denied stays"
    assert not kg.ask("ASK { sev:Bea skg:knows sev:Ann }")
    assert not kg.ask("ASK { sev:Ann skg:goesTo ?where }")
    assert [one.polarity for one in kg.evidence("Ann", "goesTo", "Vault")] == [Polarity.NEGATED]
    assert kg.evidence("Bea", "goesTo", "Vault") == []


def test_a_denial_that_is_not_marked_is_told(tmp_path: Path) -> None:
    entities, statements = TENSION
    unmarked = folder(tmp_path / "unmarked", entities, [one.replace("in_tension_with: [no]", "") for one in statements])
    with pytest.raises(skg.CheckFailed, match=r"hand\.yaml:\d+: .*no: it denies what .*yes asserts"):
        skg.load(unmarked, only=True)


# ── The same bytes ───────────────────────────────────────────────────────────────────────────────────────────────────


BUILD = "import sys, severance_kg.check as c; c.check_shapes = lambda *_: (); from severance_kg.cli import main; sys.exit(main())"
"""The command but for SHACL, which takes most of the time and has no part in what is written."""


def test_a_build_depends_on_its_inputs_alone(tmp_path: Path) -> None:
    """Built twice at once, each with its own hash seed, locale, time zone, working folder and empty cache."""
    data = folder(tmp_path / "data", *TENSION)
    built, children = [], []
    for seed, locale, zone in (("1", "C", "UTC"), ("20250321", "C.UTF-8", "Asia/Tokyo")):
        home = tmp_path / locale
        home.mkdir()
        own = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "SEVERANCE_KG_CACHE": str(home / "cache")}
        call = [sys.executable, "-c", BUILD, "build", "--data", str(data), "--out", str(home / "out")]
        children.append(subprocess.Popen(call, env=os.environ | own, cwd=home, stdout=subprocess.DEVNULL))
        built.append(home)
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    one, other = ({path.name: path.read_bytes() for path in (home / "out").iterdir()} for home in built)
    assert set(one) == {"severance.html", "severance.nt", "severance.ttl"}
    assert {name for name in one if one[name] != other[name]} == set()
    # Each was compiled in its own cache and not taken from elsewhere, and what is kept is what was written.
    assert [[path.read_bytes() for path in (home / "cache").glob("*.nt")] for home in built] == [[one["severance.nt"]]] * 2
    assert set(parsed([one["severance.nt"].decode()])) == {
        quad.triple for quad in ox.parse(one["severance.ttl"], format=ox.RdfFormat.TURTLE)
    }


# ── Inference ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_inferred_statement_for_an_edge_and_none_where_a_firmer_one_stands(kg: skg.KnowledgeGraph) -> None:
    assert len(kg.select("SELECT ?st WHERE { ?st a skg:InferredStatement }")) > 10
    assert not kg.select("""SELECT ?st ?other WHERE {
        ?st a skg:InferredStatement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
        ?other a skg:EdgeStatement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . FILTER (?st != ?other) }""")
    assert not kg.select("SELECT ?st WHERE { ?st a skg:InferredStatement ; skg:saidBy|skg:passage|dcterms:references ?x }")


def test_inferred_statements_rest_on_edge_statements_and_a_rule_that_exists(kg: skg.KnowledgeGraph) -> None:
    rules = {rule.iri for rule in read_rules(INPUTS.rules)}
    by_iri = {one.iri: one for one in kg.statements()}
    inferred = [one for one in by_iri.values() if one.kind is Kind.INFERRED]
    for one in inferred:
        assert one.rule in rules
        assert kg.ask(f"ASK {{ <{one.rule}> a skg:Rule ; rdfs:label ?label ; skos:definition ?definition }}")
        assert one.premises
        assert all(by_iri[premise].is_edge for premise in one.premises)
        assert judgement_of(one) == LICENCE
        assert one.iri not in _grounds(one, by_iri), "nothing rests on itself"


def _grounds(statement: Statement, by_iri: dict[IRI, Statement]) -> set[IRI]:
    seen: set[IRI] = set()
    ahead = list(statement.premises)
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += by_iri[one].premises
    return seen


def test_an_inferred_statement_holds_when_all_its_premises_do(kg: skg.KnowledgeGraph) -> None:
    """By another road than ``shared``: moment by moment, and what is not known stays so."""
    by_iri = {one.iri: one for one in kg.statements()}
    moments = [iri for iri, thing in kg.things.items() if SKG + "Moment" in thing.classes]
    assert moments
    for one in (one for one in by_iri.values() if one.kind is Kind.INFERRED):
        limited = [by_iri[premise].time for premise in one.premises if not by_iri[premise].time.always]
        assert one.time.always is (not limited)
        if not all(time.known for time in limited):
            assert (len(limited), one.time) == (1, UNKNOWN)
        covered = {moment for moment in moments if kg.order.covers(one.time, moment)}
        assert covered == {moment for moment in moments if all(kg.order.covers(time, moment) for time in limited)}


EARLY, MIDDLE, LATE, APART = (IRI(SEV + name) for name in ("Early", "Middle", "Late", "Apart"))
TIMES: dict[str, tuple[str, str, Time | None]] = {
    "Twopoints": ("holds_at: Early", "holds_at: Late", None),
    "Samepoint": ("holds_at: Middle", "holds_at: Middle", Time(at=MIDDLE)),
    "Bothalways": ("holds_at: Always", "holds_at: Always", ALWAYS),
    "Alwayspoint": ("holds_at: Always", "holds_at: Late", Time(at=LATE)),
    "Alwaysunknown": ("holds_at: Always", "", UNKNOWN),
    "Bothunknown": ("", "", None),
    "Pointunknown": ("holds_at: Late", "", None),
    "Touching": ("holds_from: Early, holds_until: Middle", "holds_from: Middle, holds_until: Late", Time(at=MIDDLE)),
    "Overlapping": ("holds_until: Middle", "holds_from: Early", Time(start=EARLY, end=MIDDLE)),
    "Lyingapart": ("holds_until: Early", "holds_from: Middle", None),
    "Unordered": ("holds_from: Early", "holds_at: Apart", None),
    "Hedged": ("commitment: Hedged, holds_at: Always", "holds_at: Always", None),
    "Denied": ("polarity: Negated, holds_at: Always", "holds_at: Always", None),
    "Figured": ("reading: Figurative, holds_at: Always", "holds_at: Always", None),
}
"""Of each person two selves; when each is a self of theirs; and when the two share a body, or None if that does not follow."""
MOMENTS = {"Early": "Moment", "Middle": "Moment", "Late": "Moment", "Apart": "Moment"}
ORDERED = ["m1 | Early precedes Middle | holds_at: Always", "m2 | Middle precedes Late | holds_at: Always"]


def compiled(path: Path) -> Compiled:
    """Compile a folder with the bundled rules; what it holds must pass the checks that take no time."""
    made = compile_inputs(gather(path, only=True))
    assert list(check_records(made.corpus, made.ontology, made.inferred)) == []
    assert list(check_edges(made.triples, made.ontology)) == []
    return made


@pytest.fixture(scope="module")
def selves(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    entities, statements = dict(MOMENTS), list(ORDERED)
    for name, (one, other, _) in TIMES.items():
        entities |= {name: "FictionalPerson", f"{name}One": "Persona", f"{name}Two": "Persona"}
        statements.append(f"{name.lower()}-one | {name}One personaOf {name} | {one}")
        statements.append(f"{name.lower()}-two | {name}Two personaOf {name} | {other}")
    return compiled(folder(tmp_path_factory.mktemp("hand") / "selves", entities, statements))


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name, (_, _, wanted) in TIMES.items()], ids=TIMES)
def test_what_shares_no_time_is_not_inferred(name: str, wanted: Time | None, selves: Compiled) -> None:
    one, other = IRI(f"{SEV}{name}One"), IRI(f"{SEV}{name}Two")
    found = {(s.subject, s.object): s.time for s in selves.inferred if s.subject in (one, other)}
    assert found == ({} if wanted is None else {(one, other): wanted, (other, one): wanted})
    if wanted is None:
        shares = ox.NamedNode(SKG + "sharesBodyWith")
        assert ox.Triple(ox.NamedNode(one), shares, ox.NamedNode(other)) not in selves.triples


def test_none_where_somebody_has_said_so_and_one_where_many_ways_lead(tmp_path: Path) -> None:
    persons = dict.fromkeys("PQRSTUV", "FictionalPerson")
    made = compiled(
        folder(
            tmp_path / "firm",
            dict.fromkeys("ABCDEFGH", "Persona") | persons,
            [
                *(f"p-{name.lower()} | {name} personaOf P | holds_at: Always" for name in "AB"),
                "said | A sharesBodyWith B | ",
                "guessed | B sharesBodyWith A | commitment: Hedged",
                *(f"q-{name.lower()} | {name} personaOf Q | holds_at: Always" for name in "CD"),
                "denied | C sharesBodyWith D | polarity: Negated",
                # Two ways lead from one self to the other, in either order; what is known of when is better than what is not.
                *(f"r-{name.lower()} | {name} personaOf R | {time}" for name, time in (("E", ""), ("F", "holds_at: Always"))),
                *(f"s-{name.lower()} | {name} personaOf S | holds_at: Always" for name in "EF"),
                *(f"t-{name.lower()} | {name} personaOf T | holds_at: Always" for name in "GH"),
                *(f"u-{name.lower()} | {name} personaOf U | {time}" for name, time in (("G", ""), ("H", "holds_at: Always"))),
                *(f"v-{name.lower()} | {name} personaOf V | holds_at: Always" for name in "GH"),
            ],
        )
    )
    found = {compact(s.subject)[4:] + compact(IRI(s.object))[4:]: s for s in made.inferred}
    assert len(found) == len(made.inferred)
    assert set(found) == {"BA", "CD", "DC", "EF", "FE", "GH", "HG"}
    premises = {pair: ids(s for s in made.corpus.statements if s.iri in one.premises) for pair, one in found.items()}
    assert premises["EF"] == premises["FE"] == ["s-e", "s-f"]
    assert premises["GH"] == premises["HG"] == ["t-g", "t-h"], "of two that are as good, always the same"
    assert {one.time for one in made.inferred} == {ALWAYS}


def test_three_premises_share_their_time_in_any_order(tmp_path: Path) -> None:
    """Two spans whose starts nobody has ordered share nothing that can be told, until a third premise says when."""
    entities = {"A": "Persona", "P": "FictionalPerson", "X": "Moment", "Y": "Moment", "Z": "Moment"}
    made = compiled(
        folder(
            tmp_path / "three",
            entities,
            [
                "xz | X precedes Z | holds_at: Always",
                "yz | Y precedes Z | holds_at: Always",
                "one | A personaOf P | holds_from: X",
                "two | A knows P | holds_from: Y",
                "three | A speaksTo P | holds_at: Z",
            ],
        )
    )
    properties = ("personaOf", "knows", "speaksTo")
    for order in ((0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0)):
        where = " ".join(
            f"?premise{i} a skg:EdgeStatement ; rdf:predicate skg:{properties[n]} ; rdf:subject ?subject ; rdf:object ?object ."
            for i, n in enumerate(order)
        )
        rule = tmp_path / "try.rq"
        rule.write_text(
            "#+ label: three\n#+ definition: Three premises.\nSELECT * WHERE { "
            + where
            + ' BIND (skg:bondedWith AS ?predicate) BIND ("x" AS ?gloss) }',
            "utf-8",
        )
        graph = compile_graph(made.corpus, made.ontology)
        found = infer(made.corpus.statements, graph, read_rules([("try.rq", rule)]))
        assert [one.time for one in found] == [Time(at=IRI(SEV + "Z"))], order


# ── Files that are no graph, or a broken one ─────────────────────────────────────────────────────────────────────────

UNREADABLE: dict[str, tuple[str, bytes | None, str]] = {
    "missing": ("graph.nt", None, "No such file"),
    "no RDF": ("graph.nt", b"Who is Mark?\n", "graph.nt:1: not Turtle"),
    "no RDF further down": ("graph.ttl", b"<a:s> <a:p> <a:o> .\n<a:s> <a:p>\n", "graph.ttl:"),
    "no UTF-8": ("graph.nt", b'<a:s> <a:p> "caf\xe9" .\n', "graph.nt:1: not Turtle"),
    "HTML": ("graph.nt", b"<!doctype html><html></html>", "graph.nt:1: not Turtle"),
    "an unknown suffix": ("graph.rdf", b"<a:s> <a:p> <a:o> .\n", "a graph is a file in .nt or .ttl"),
    "no suffix": ("graph", b"<a:s> <a:p> <a:o> .\n", "a graph is a file in .nt or .ttl"),
}


@pytest.mark.parametrize(("name", "content", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read(name: str, content: bytes | None, told: str, run: Run, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    found = run("check", tmp_path / name)
    assert (found.returncode, found.stdout) == (2, ""), found.stderr
    assert told in found.stderr
    assert found.stderr.startswith("severance-kg: ")
    assert "Traceback" not in found.stderr


def test_a_folder_is_no_graph(run: Run, tmp_path: Path) -> None:
    (tmp_path / "graph.nt").mkdir()
    found = run("check", tmp_path / "graph.nt")
    assert (found.returncode, "Traceback" in found.stderr) == (2, False), found.stderr
    assert "graph.nt" in found.stderr


STATEMENT = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skg: <https://w3id.org/severance-kg/ontology#> .
@prefix sev: <https://w3id.org/severance-kg/id/> .
sev:s1 a skg:Statement ; skg:commitment skg:Asserted ; skg:polarity skg:Affirmed ; skg:reading skg:Literal ; """
FAILING: dict[str, tuple[str, list[str]]] = {
    "empty": ("", ["there is no statement in the graph"]),
    "only a comment": ("# nothing\n", ["there is no statement in the graph"]),
    "other RDF": ("<a:s> <a:p> <a:o> .\n", ["there is no statement in the graph"]),
    "an edge alone": (
        STATEMENT.partition("sev:s1")[0] + "sev:Ann skg:knows sev:Bea .",
        ["the edge sev:Ann skg:knows sev:Bea has no statement", "there is no statement in the graph"],
    ),
    "blank nodes": (
        STATEMENT + "rdf:subject sev:Ann ; rdf:predicate skg:knows ; rdf:object sev:Bea .\n[] skg:knows [] .\n",
        [
            "the graph holds blank nodes",
            "sev:s1 has no edge sev:Ann skg:knows sev:Bea",
            "the edge _:",
        ],
    ),
    "a statement without an object": (
        STATEMENT + "rdf:subject sev:Ann ; rdf:predicate skg:knows .",
        ["a statement has one object"],
    ),
    "a statement without a predicate": (
        STATEMENT + "rdf:subject sev:Ann ; rdf:object sev:Bea .",
        ["a statement has one predicate"],
    ),
    "a predicate that is a text": (
        STATEMENT + 'rdf:subject sev:Ann ; rdf:predicate "knows" ; rdf:object sev:Bea .',
        ["a statement has one predicate"],
    ),
    "a subject that is a text": (
        STATEMENT + 'rdf:subject "Ann" ; rdf:predicate skg:knows ; rdf:object sev:Bea .',
        ["a statement has one subject"],
    ),
    "two objects": (
        STATEMENT + "rdf:subject sev:Ann ; rdf:predicate skg:knows ; rdf:object sev:Bea, sev:Cid . sev:Ann skg:knows sev:Bea .",
        ["a statement has one object", "sev:s1 has no edge sev:Ann skg:knows sev:Cid"],
    ),
    "a triple term": ("<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .\n", ["SHACL cannot read the graph", "there is no statement"]),
}


@pytest.mark.parametrize(("content", "told"), FAILING.values(), ids=FAILING)
def test_a_graph_that_fails(content: str, told: list[str], capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In this process, where SHACL is imported already; the installed command is tried above."""
    from severance_kg.cli import main

    (tmp_path / "graph.ttl").write_text(content, "utf-8")
    assert main(["check", str(tmp_path / "graph.ttl")]) == 1
    found = capfd.readouterr()
    assert found.out == ""
    assert "Traceback" not in found.err
    assert all(line.startswith("severance-kg: ") for line in found.err.splitlines())
    for part in told:
        assert part in found.err


def test_a_number_that_is_none_brings_no_traceback(run: Run, tmp_path: Path) -> None:
    """By the installed command: rdflib logs it, and pytest catches what is logged."""
    (tmp_path / "graph.nt").write_text('<a:s> <a:p> "x"^^<http://www.w3.org/2001/XMLSchema#integer> .\n', "utf-8")
    found = run("check", tmp_path / "graph.nt")
    assert found.returncode == 1
    told = f"severance-kg: {tmp_path / 'graph.nt'}: there is no statement in the graph"
    assert [line.partition(";")[0] for line in found.stderr.splitlines()] == [told]
