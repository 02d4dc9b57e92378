"""What three small interviews compile to, to the last triple; what each bad one is told; and what rules may and may not do.

All in this process and in a second or two, so that a fault in ``compile``, ``rules`` or ``check`` shows at once. What is
expected stands in ``cases/compiled``; after a change that is meant, ``python tests/test_compiled.py`` writes it again, to be read
before it is committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from severance_kg.annotations import read_corpus
from severance_kg.check import Problem, check_records, check_statements
from severance_kg.compile import compile_graph, edge_line, lines, name_triples, source_triples, statement_lines, statement_triples
from severance_kg.errors import InputError, InputErrors, SevError, problem_json
from severance_kg.moments import ALWAYS, UNKNOWN, Time
from severance_kg.ontology import Ontology, read_ontology, read_turtle
from severance_kg.passages import PassageRef
from severance_kg.resources import Inputs, gather
from severance_kg.rules import infer, moment_order, read_rules, rule_triples
from severance_kg.statements import Commitment, Corpus, Entity, Frame, Kind, Polarity, Relation, Source, Statement
from severance_kg.vocabulary import IRI, PREFIXES, RDF, RDFS, SEV, SKG, SKOS, ST, XSD, Literal, local_name
from test_bad_input import CASES as BAD
from test_bad_input import _annotation, _case

HERE = Path(__file__).resolve().parent
EXPECTED, TOLD = HERE / "cases" / "compiled" / "interviews.nt", HERE / "cases" / "compiled" / "problems.json"
CHECKED = sorted((HERE / "cases" / "checked").glob("*.toml"))
"""What is done to the good annotation, as in ``cases/bad``, and all that the checks of records tell of it."""
BAD_TOLD: dict[str, list[list[Any]]] = json.loads(TOLD.read_text("utf-8"))
INTERVIEWS = [(f"{name}.yaml", HERE / "data" / name / "interview.yaml") for name in ("saltlight", "lantern")]
INTERVIEWS.append(("everything.yaml", HERE / "cases" / "compiled" / "everything.yaml"))


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return gather()


@pytest.fixture(scope="module")
def ontology(inputs: Inputs) -> Ontology:
    return read_ontology(inputs.vocabulary)


def compiled(inputs: Inputs, ontology: Ontology) -> list[str]:
    """The lines of the interviews, what is inferred included, without those of the vocabulary."""
    corpus = read_corpus(INTERVIEWS, inputs.schema, ontology)
    assert list(check_records(corpus, ontology)) == []
    triples = compile_graph(corpus, ontology)
    for statement in infer(corpus.statements, triples, read_rules(inputs.rules)):
        triples.update(statement_triples(statement))
    return lines(triples - set(name_triples((), (), ontology)))


def problems(path: Path, folder: Path, inputs: Inputs, ontology: Ontology) -> list[list[Any]]:
    """What a bad annotation is told: line, code, message and hint of each problem."""
    file = folder / "x.yaml"
    file.write_text(_annotation(_case(path)), "utf-8")
    try:
        corpus = read_corpus([("x.yaml", file)], inputs.schema, ontology)
        found: list[SevError] = list(check_records(corpus, ontology))
    except InputErrors as errors:
        found = list(errors.problems)
    told = [problem_json(one) for one in found]
    # What the readers of YAML and of JSON Schema say changes with their versions; that it is told is held elsewhere.
    return [
        [one["line"], one["code"], str(one["message"]), one["hint"]] for one in told if one["code"] not in ("form", "input-error")
    ]


def checked(case: dict[str, Any], folder: Path, inputs: Inputs, ontology: Ontology) -> list[str]:
    """What the checks of records tell of an annotation that can be read: the code, then the problem as a person sees it."""
    file = folder / "x.yaml"
    file.write_text(_annotation(case), "utf-8")
    return [f"{one.code} | {one}" for one in check_records(read_corpus([("x.yaml", file)], inputs.schema, ontology), ontology)]


def test_three_interviews_compile_to_these_lines(inputs: Inputs, ontology: Ontology) -> None:
    found, expected = compiled(inputs, ontology), EXPECTED.read_text("utf-8").splitlines(keepends=True)
    assert [line for line in found if line not in set(expected)] == []
    assert [line for line in expected if line not in set(found)] == []
    assert found == expected


def test_statements_are_written_as_lines_as_they_are_compiled(inputs: Inputs, ontology: Ontology) -> None:
    for one in read_corpus(INTERVIEWS, inputs.schema, ontology).statements:
        edge = [edge_line(one)] if one.is_edge else []
        assert lines(statement_triples(one)) == sorted({*statement_lines(one), *edge})


def test_a_statement_and_a_source_that_say_little_compile_to_little() -> None:
    least = {"type", "subject", "predicate", "object", "gloss", "label", "commitment", "polarity", "reading", "frame"}
    assert {_name(one) for one in statement_triples(said("s1", "A", "partOf", "B", time=UNKNOWN))} == {*least, "partOf"}
    assert {_name(one) for one in source_triples(Source(IRI("x:s"), "S"))} == {"type", "label", "title", "language"}
    bare = said("s1", "A", "partOf", "B", passage=PassageRef(1, "whole"))
    assert not [one for one in statement_triples(bare) if _name(one) == "passage"], "a passage of no source is none"
    own = [one for one in statement_triples(replace(bare, source=IRI("x:s"))) if str(one.subject).endswith("-passage>")]
    assert {_name(one) for one in own} == {"type", "hasSource", "source", "paragraph", "starts"}


def _name(triple: ox.Triple) -> str:
    return local_name(triple.predicate.value)


VOCABULARY = """
skg:meets a owl:ObjectProperty, skg:EdgeProperty ; rdfs:label "meets"@en ;
  rdfs:domain [ owl:unionOf ( skg:Persona skg:Group ) ] ; rdfs:range skg:Place .
theme:Rain a skg:Theme ; skos:prefLabel "rain"@en .
theme:Sun a skg:Theme ; skos:prefLabel "sun"@en ; rdfs:label "sunshine"@en .
[] rdfs:comment "nobody can be sent here" .
"""
COMPILED = """
skg:meets a owl:ObjectProperty, skg:EdgeProperty ; rdfs:label "meets"@en ; rdfs:range skg:Place ;
  schema:domainIncludes skg:Persona, skg:Group ; schema:rangeIncludes skg:Place .
theme:Rain a skg:Theme ; skos:prefLabel "rain"@en ; rdfs:label "rain"@en .
theme:Sun a skg:Theme ; skos:prefLabel "sun"@en ; rdfs:label "sunshine"@en .
"""


def test_a_vocabulary_compiles_without_its_blank_nodes_and_with_a_label_for_each_theme(tmp_path: Path) -> None:
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    for name, text in (("given", VOCABULARY), ("wanted", COMPILED)):
        (tmp_path / f"{name}.ttl").write_text(head + text, "utf-8")
    found = name_triples((), (), read_ontology([tmp_path / "given.ttl"]))
    assert lines(found) == lines(read_turtle(tmp_path / "wanted.ttl"))


@pytest.mark.parametrize("name", BAD_TOLD)
def test_a_bad_interview_is_told_this(name: str, tmp_path: Path, inputs: Inputs, ontology: Ontology) -> None:
    path = next(path for path in BAD if path.stem == name)
    assert problems(path, tmp_path, inputs, ontology) == BAD_TOLD[name]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_a_readable_interview_is_told_just_this(path: Path, tmp_path: Path, inputs: Inputs, ontology: Ontology) -> None:
    case = _case(path)
    assert case["why"]
    assert checked(case, tmp_path, inputs, ontology) == case["told"]


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = "#+ label: a test\n#+ definition: A rule of a test.\n"
Said = Callable[..., Statement]


def said(id: str, subject: str, predicate: str, object: str, **more: Any) -> Statement:
    """An asserted statement of the story, that always holds."""
    given: dict[str, Any] = {
        "iri": IRI(ST + id),
        "kind": Kind.BACKGROUND,
        "subject": IRI(SEV + subject),
        "predicate": IRI(SKG + predicate),
        "object": IRI(SEV + object),
        "gloss": f"{subject} {predicate} {object}.",
        "frame": Frame.STORY_WORLD,
        "time": ALWAYS,
    }
    return Statement(**given | more)


STEP = """
SELECT ?subject ?predicate ?object ?gloss ?premise1 ?premise2 WHERE {
  ?premise1 a skg:EdgeStatement ; rdf:subject ?subject ; rdf:predicate skg:partOf ; rdf:object ?middle .
  ?premise2 a skg:EdgeStatement ; rdf:subject ?middle ; rdf:predicate skg:partOf ; rdf:object ?object .
  BIND(skg:partOf AS ?predicate) BIND("It is part of a part." AS ?gloss)
}
"""


STEPS = (said("s1", "A", "partOf", "B"), said("s2", "B", "partOf", "C"))


def inferred(rules: dict[str, str], *statements: Statement, folder: Path) -> tuple[Statement, ...]:
    """What rules make of statements."""
    paths = []
    for name, text in rules.items():
        path = folder / f"{name}.rq"
        path.write_text(HEAD + text, "utf-8")
        paths.append((f"{name}.rq", path))
    triples = {triple for one in statements for triple in statement_triples(one)}
    return infer(statements, triples, read_rules(paths))


def test_rules_run_to_their_end_and_name_their_premises(tmp_path: Path) -> None:
    chain = [said(f"s{i}", f"T{i}", "partOf", f"T{i + 1}") for i in range(4)]
    found = inferred({"step": STEP}, *chain, folder=tmp_path)
    ends = {(one.subject.removeprefix(SEV), one.object.removeprefix(SEV)) for one in found}
    assert ends == {("T0", "T2"), ("T1", "T3"), ("T2", "T4"), ("T0", "T3"), ("T1", "T4"), ("T0", "T4")}
    assert list(found) == sorted(found, key=lambda one: one.iri)
    for one in found:
        assert one.kind is Kind.INFERRED
        assert one.rule is not None
        assert one.rule.endswith("/rule/step")
        assert len(one.premises) == 2
        assert list(one.premises) == sorted(one.premises)
        assert one.gloss == "It is part of a part."
        assert one.is_edge


def test_what_is_an_edge_already_is_not_inferred_again(tmp_path: Path) -> None:
    given = [said("s1", "A", "partOf", "B"), said("s2", "B", "partOf", "C"), said("s3", "A", "partOf", "C")]
    assert inferred({"step": STEP}, *given, folder=tmp_path) == ()


def test_what_is_no_edge_is_no_premise(tmp_path: Path) -> None:
    given = [said("s1", "A", "partOf", "B"), said("s2", "B", "partOf", "C", commitment=Commitment.HEDGED)]
    assert inferred({"step": STEP}, *given, folder=tmp_path) == ()


def test_premises_without_a_time_in_common_infer_nothing(tmp_path: Path) -> None:
    at = [Time(at=IRI(SEV + name)) for name in ("M1", "M2")]
    apart = [said("s1", "A", "partOf", "B", time=at[0]), said("s2", "B", "partOf", "C", time=at[1])]
    assert inferred({"step": STEP}, *apart, folder=tmp_path) == ()
    (one,) = inferred({"step": STEP}, apart[0], replace(apart[1], time=at[0]), folder=tmp_path)
    assert one.time == at[0]


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ((Frame.STORY_WORLD, Frame.STORY_WORLD), Frame.STORY_WORLD),
        ((Frame.STORY_WORLD, Frame.PRODUCTION), Frame.PRODUCTION),
        ((Frame.PRODUCTION, Frame.INTERPRETATION), Frame.INTERPRETATION),
    ],
    ids=str,
)
def test_the_frame_is_that_of_the_least_of_its_premises(frames: tuple[Frame, Frame], expected: Frame, tmp_path: Path) -> None:
    given = [said("s1", "A", "partOf", "B", frame=frames[0]), said("s2", "B", "partOf", "C", frame=frames[1])]
    (one,) = inferred({"step": STEP}, *given, folder=tmp_path)
    assert one.frame is expected


def test_of_two_ways_to_an_edge_the_one_of_a_known_time_is_kept_then_the_shorter(tmp_path: Path) -> None:
    short = STEP.replace(" ?premise2", "", 1).replace("?premise2", "?other")
    steps = [said("s1", "A", "partOf", "B"), said("s2", "B", "partOf", "C")]
    (one,) = inferred({"long": STEP, "short": short}, *steps, folder=tmp_path)
    assert (one.premises, one.time) == ((IRI(ST + "s1"),), ALWAYS)
    vague = [replace(steps[0], time=UNKNOWN), steps[1]]
    others = [said("s3", "A", "partOf", "D"), said("s4", "D", "partOf", "C")]
    (one,) = inferred({"long": STEP, "short": short}, *vague, *others, folder=tmp_path)
    assert (one.premises, one.time) == ((IRI(ST + "s3"),), ALWAYS)
    (one,) = inferred({"long": STEP, "short": short}, *vague, folder=tmp_path)
    assert (one.premises, one.time) == ((IRI(ST + "s1"),), UNKNOWN)


ENDLESS = """
SELECT ?subject ?predicate ?object ?gloss ?premise WHERE {
  ?premise a skg:EdgeStatement ; rdf:subject ?subject ; rdf:object ?before BIND(skg:partOf AS ?predicate)
  BIND(IRI(CONCAT(STR(?before), "x")) AS ?object) BIND("On and on." AS ?gloss)
}
"""


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (ENDLESS, "do not come to an end in 50 rounds"),
        ("ASK { ?s ?p ?o }", "a rule is a SELECT"),
        ("SELECT ?subject ?predicate ?object ?gloss WHERE { ?subject ?predicate ?object }", "at least one ?premise"),
        ("SELECT ?subject ?predicate ?object ?premise WHERE { ?subject ?predicate ?object }", "?gloss"),
        (ENDLESS.replace("BIND(IRI(CONCAT(STR(?before), \"x\")) AS ?object)", "BIND(BNODE() AS ?object)"), "an IRI or a literal"),
        (ENDLESS.replace("rdf:subject ?subject", "skg:gloss ?subject"), "subject and predicate are IRIs"),
        ("SELECT ?subject WHER { }", "rule.rq: line"),
    ],
    ids=["endless", "ask", "no-premise", "no-gloss", "blank-object", "literal-subject", "syntax"],
)  # fmt: skip
def test_a_rule_that_cannot_be_one_is_refused(rule: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        inferred({"rule": rule}, said("s1", "A", "partOf", "B"), folder=tmp_path)
    assert told in str(caught.value)


@pytest.mark.parametrize("order", ["", "DESC"])
def test_of_two_sentences_for_one_edge_the_same_is_kept_in_whatever_order_they_come(order: str, tmp_path: Path) -> None:
    rule = STEP.replace('BIND("It is part of a part." AS ?gloss)', 'VALUES ?gloss { "One." "Other." }')
    found = inferred({"rule": f"{rule} ORDER BY {order}(?gloss)"}, *STEPS, folder=tmp_path)
    assert [one.gloss for one in found] == ["One."]


def test_a_premise_may_be_left_unbound_and_an_object_may_not(tmp_path: Path) -> None:
    rule = STEP.replace("?premise2 WHERE", "?premise2 ?premise3 WHERE")
    (one,) = inferred({"rule": rule}, *STEPS, folder=tmp_path)
    assert one.premises == (IRI(ST + "s1"), IRI(ST + "s2"))
    unbound = STEP.replace("?object .\n  BIND", "?end .\n  BIND")
    with pytest.raises(InputError, match="its object an IRI or a literal"):
        inferred({"rule": unbound}, *STEPS, folder=tmp_path)


def test_a_rule_is_described_and_cannot_be_altered(tmp_path: Path) -> None:
    for missing in ("label", "definition"):
        path = tmp_path / f"{missing}.rq"
        path.write_text("".join(line for line in (HEAD + STEP).splitlines(keepends=True) if f"#+ {missing}" not in line), "utf-8")
        with pytest.raises(InputError, match=missing):
            read_rules([(path.name, path)])
    (tmp_path / "rule.rq").write_text(HEAD + STEP, "utf-8")
    (rule,) = read_rules([("rule.rq", tmp_path / "rule.rq")])
    assert rule.label == "a test"
    with pytest.raises(FrozenInstanceError):
        rule.iri = IRI("x:y")  # type: ignore[misc]
    assert not hasattr(rule, "__dict__")


def test_moments_are_ordered_by_edges_alone() -> None:
    before, after = IRI(SEV + "M0"), IRI(SEV + "M1")
    edge = said("m1", "M0", "precedes", "M1")
    assert moment_order([edge]).precedes(before, after)
    for no_edge in (replace(edge, commitment=Commitment.HEDGED), replace(edge, predicate=IRI(SKG + "knows"))):
        assert not moment_order([no_edge]).precedes(before, after)
    assert not moment_order([replace(edge, object=Literal(after))]).after(before)


def test_a_rule_may_end_in_a_literal_and_is_told_of_in_the_graph(tmp_path: Path) -> None:
    rule = ENDLESS.replace('IRI(CONCAT(STR(?before), "x"))', '"seven"')
    (one,) = inferred({"rule": rule}, said("s1", "A", "partOf", "B"), folder=tmp_path)
    assert one.object == Literal("seven")
    told = lines(rule_triples(read_rules([("rule.rq", tmp_path / "rule.rq")])))
    assert [one.split(" ", 1)[1] for one in told] == [
        f"<{RDF}type> <{SKG}Rule> .\n",
        f'<{RDFS}label> "a test"@en .\n',
        f'<{SKOS}definition> "A rule of a test."@en .\n',
    ]


def test_rules_are_read_sorted_by_name(inputs: Inputs) -> None:
    found = [rule.iri for rule in read_rules(reversed(inputs.rules))]
    assert found == sorted(found)
    assert len(found) == len(inputs.rules) >= 9


# ── Checks that no file of bad input reaches ─────────────────────────────────────────────────────────────────────────


def codes(*statements: Statement, ontology: Ontology, **more: Any) -> list[str]:
    """The codes of what is wrong with statements, domain and range aside: their things are not declared."""
    found: Iterator[Problem] = check_records(Corpus(entities=(), themes=(), sources=(), statements=statements, **more), ontology)
    return sorted({str(one.code) for one in found} - {"domain", "range", "no-theme", "character-speaks"})


def test_nothing_is_wrong_with_a_good_statement(ontology: Ontology) -> None:
    assert codes(said("s1", "A", "partOf", "B"), ontology=ontology) == []


def test_each_fault_has_its_code(ontology: Ontology) -> None:
    good = said("s1", "A", "partOf", "B")
    faults = {
        "no-edge-property": replace(good, predicate=IRI(SKG + "gloss")),
        "asserted-for-another": replace(good, said_by=IRI(SEV + "X"), held_by=IRI(SEV + "Y")),
        "reported-by-nobody": replace(good, kind=Kind.INTERVIEW, commitment=Commitment.REPORTED, said_by=IRI(SEV + "X")),
    }
    assert {code: codes(one, ontology=ontology) for code, one in faults.items()} == {code: [code] for code in faults}


def test_moments_in_a_circle_and_spans_that_end_first(ontology: Ontology) -> None:
    chain = [said(f"m{i}", f"M{i}", "precedes", f"M{i + 1}") for i in range(2)]
    back = said("m9", "M2", "precedes", "M0")
    assert codes(*chain, ontology=ontology) == []
    assert codes(*chain, back, ontology=ontology) == ["moments-in-a-circle"]
    right = said("s1", "A", "partOf", "B", time=Time(start=IRI(SEV + "M0"), end=IRI(SEV + "M2")))
    assert codes(*chain, right, ontology=ontology) == []
    wrong = replace(right, time=Time(start=right.time.end, end=right.time.start))
    assert codes(*chain, wrong, ontology=ontology) == ["ends-before-it-starts"]


def test_either_of_two_may_say_that_they_are_in_tension(ontology: Ontology) -> None:
    edge, denial = said("s1", "A", "partOf", "B"), said("s2", "A", "partOf", "B", polarity=Polarity.NEGATED)
    assert codes(edge, denial, ontology=ontology) == ["denied-without-tension"]
    for one, other in ((edge, denial), (denial, edge)):
        marked = replace(one, relations=((Relation.IN_TENSION_WITH, other.iri),))
        assert codes(marked, other, ontology=ontology) == []
    agreed = replace(denial, relations=((Relation.AGREES_WITH, edge.iri),))
    assert codes(edge, agreed, ontology=ontology) == ["denied-without-tension"]


FORMS = {
    "boolean": (["true", "false", "1", "0"], ["True", "yes", "2", "", "true "]),
    "integer": (["0", "-7", "+40"], ["1_000", "1.0", "", "٣", "7\n", "x7"]),
    "decimal": (["1", "-1.5", ".5", "5."], ["1e3", ".", "1,5", "NaN"]),
    "double": (["1e3", "-.5E-7", "INF", "-INF", "NaN", "2"], ["infinity", "e3", "1e", "nan"]),
    "date": (["2025-03-21", "2024-02-29"], ["20250321", "2025-02-29", "2025-3-21", "2025-03-21 ", "٢٠٢٥-03-21"]),
    "string": (["anything", "", "of two\nlines"], []),
}


@pytest.mark.parametrize("datatype", FORMS)
def test_a_literal_is_written_as_xml_schema_writes_it(datatype: str, ontology: Ontology) -> None:
    def told(text: str) -> list[str]:
        one = replace(said("s1", "A", "partOf", "B"), object=Literal(text, datatype=XSD + datatype))
        found = check_statements(Corpus(statements=(one,)), ontology)
        return [problem.what for problem in found if problem.code == "literal"]

    right, wrong = FORMS[datatype]
    assert {text: told(text) for text in right} == {text: [] for text in right}
    assert {text: told(text) for text in wrong} == {text: [f's1: "{text}" is no xsd:{datatype}'] for text in wrong}


def test_what_nobody_has_declared_is_told_of_as_such(ontology: Ontology) -> None:
    known = Entity(IRI(SEV + "A"), IRI(SKG + "Place"), "A")
    made = Corpus(entities=(known,), statements=(said("s1", "A", "partOf", "B"),))
    (problem,) = check_statements(made, ontology)
    assert (problem.code, problem.statement, problem.where, problem.exit_status) == ("range", "s1", None, 1)
    assert "is Object or Organisation or Place, not something undeclared" in problem.what


def test_what_is_inferred_is_denied_without_a_word_and_checked_like_the_rest(ontology: Ontology) -> None:
    """Nobody could mark the tension of a statement that nobody wrote: what it rests on is what the denial is at odds with."""
    denial = said("s1", "A", "partOf", "B", polarity=Polarity.NEGATED)
    made = said("inferred-1", "A", "partOf", "B", kind=Kind.INFERRED)
    corpus = Corpus(entities=tuple(Entity(IRI(SEV + one), IRI(SKG + "Place"), one) for one in "AB"), statements=(denial,))
    assert list(check_statements(corpus, ontology, [made])) == []
    told = {problem.code for problem in check_statements(corpus, ontology, [replace(made, predicate=IRI(SKG + "knows"))])}
    assert told == {"domain", "range"}


def write() -> None:
    """Write what is expected."""
    import tempfile

    inputs = gather()
    ontology = read_ontology(inputs.vocabulary)
    EXPECTED.write_text("".join(compiled(inputs, ontology)), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        told = {path.stem: found for path in BAD if (found := problems(path, Path(folder), inputs, ontology))}
    TOLD.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write()
