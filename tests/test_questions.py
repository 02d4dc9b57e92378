"""The competency questions: answered as written by hand, alike on two engines, and failing where a rule or judgement is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.query import ResultRow

import severance_kg as skg
from severance_kg.build import compile_inputs
from severance_kg.compile import compile_graph, lines
from severance_kg.questions import Question, answer, read_questions
from severance_kg.resources import gather
from severance_kg.rules import Rule, read_rules
from severance_kg.statements import Commitment, Polarity, Reading
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import PREFIXES, compact

INPUTS = gather()
QUESTIONS = read_questions(INPUTS.questions)
RULES = read_rules(INPUTS.rules)

each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.file.name for rule in RULES])


@pytest.fixture(scope="session")
def rdflib_graph(kg: skg.KnowledgeGraph) -> rdflib.Graph:
    return kg.to_rdflib()


def graph_of(triples: Iterable[ox.Triple]) -> skg.KnowledgeGraph:
    return skg.KnowledgeGraph(MemoryStore("".join(lines(triples)).encode()))


def text(term: object) -> str:
    """Return a term of rdflib's as ``results.show`` gives ours."""
    if term is None:
        return ""
    return compact(str(term)) if isinstance(term, rdflib.URIRef) else str(term)


def rows_of_rdflib(graph: rdflib.Graph, query: str) -> list[tuple[str, ...]]:
    return [tuple(map(text, row)) for row in graph.query(query, initNs=PREFIXES) if isinstance(row, ResultRow)]


def test_there_are_enough_questions_and_no_two_are_alike() -> None:
    texts = [question.question.casefold() for question in QUESTIONS.values()]
    assert len(texts) >= 24
    assert len(set(texts)) == len(texts)
    assert all(told.endswith("?") for told in texts)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in QUESTIONS)


@each_question
def test_the_answer_has_the_rows_written_by_hand(kg: skg.KnowledgeGraph, question: Question) -> None:
    assert answer(kg, question).failures() == []


@each_question
def test_rows_are_expected_by_variables_that_the_query_returns(kg: skg.KnowledgeGraph, question: Question) -> None:
    expected = {name for row in (*question.must_have, *question.must_not_have) for name in row}
    assert expected <= set(answer(kg, question).rows.variables)


@each_question
def test_the_rows_bring_their_evidence(kg: skg.KnowledgeGraph, question: Question) -> None:
    assert answer(kg, question).evidence or "GROUP BY" in question.file.query, "only a query that counts names no statement"


@each_question
def test_rdflib_gives_the_same_rows(kg: skg.KnowledgeGraph, rdflib_graph: rdflib.Graph, question: Question) -> None:
    ours = [tuple(row) for row in answer(kg, question).rows.texts()]
    theirs = rows_of_rdflib(rdflib_graph, question.file.query)
    assert Counter(theirs) == Counter(ours)
    assert theirs == ours, "ORDER BY leaves the order of some rows to the engine"


@each_rule
def test_a_rule_earns_its_place(rule: Rule) -> None:
    question = QUESTIONS[str(rule.file.description["question"])]
    without = replace(INPUTS, files=tuple((name, path) for name, path in INPUTS.files if name != rule.file.file))
    assert len(without.files) == len(INPUTS.files) - 1
    failures = answer(graph_of(compile_inputs(without).triples), question).failures()
    assert any(failure.startswith("no row has") for failure in failures)


def test_a_graph_that_ignores_the_judgements_returns_unwanted_rows() -> None:
    """What was hedged, denied or an image, compiled as if it were not, is told by 14 questions; some of the rest ask for it."""
    compiled = compile_inputs(INPUTS)
    careless = tuple(
        replace(statement, commitment=Commitment.ASSERTED, polarity=Polarity.AFFIRMED, reading=Reading.LITERAL)
        for statement in compiled.corpus.statements
    )
    kg = graph_of(compile_graph(replace(compiled.corpus, statements=careless), compiled.ontology))
    failures = {name: answer(kg, question).failures() for name, question in QUESTIONS.items()}
    caught = [name for name, told in failures.items() if any(failure.startswith("a row has") for failure in told)]
    assert len(caught) >= 12, caught


def test_the_question_of_a_moment_agrees_with_the_library(kg: skg.KnowledgeGraph) -> None:
    rows = answer(kg, QUESTIONS["what-holds-at-the-meeting"]).rows
    assert {row["statement"] for row in rows} == {statement.iri for statement in kg.at("MeetingScene")}
