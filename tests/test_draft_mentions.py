"""Mentions: each case is a sentence of ours about the bundled graph, and what its words may mean."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from severance_kg.annotations import read_corpus
from severance_kg.drafting.gazetteer import Gazetteer
from severance_kg.drafting.mentions import Mentions
from severance_kg.drafting.suggestions import predicates, stem, themes
from severance_kg.ontology import read_ontology
from severance_kg.passages import Span
from severance_kg.resources import gather

CASES = sorted(Path(__file__).with_name("cases").joinpath("mentions").glob("*.toml"))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The bundled background, without the annotated sources."""
    inputs = gather()
    ontology = read_ontology(inputs.vocabulary)
    series = [(name, path) for name, path in inputs.annotations if path.stem == "series"]
    return Gazetteer(read_corpus(series, inputs.schema, ontology), ontology)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_words_mean_what_the_graph_bears_out(gazetteer: Gazetteer, path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    text = case["text"]
    found = Mentions(text, gazetteer, case.get("works", ())).find(Span(0, len(text)), (), case.get("speaker"))
    told = {text[one.span.start : one.span.end]: list(one.candidates) for one in found}
    for wanted in case["mentions"]:
        assert told.get(wanted["words"], []) == wanted["may_be"], (case["why"], told)


def test_a_mention_that_two_things_fit_is_decided_by_nobody(gazetteer: Gazetteer) -> None:
    text = "Dylan met Irving, and he sang."
    pronoun = Mentions(text, gazetteer).find(Span(0, len(text)))[-1]
    assert pronoun.thing is None


def test_properties_fit_both_ends_and_are_three_at_most(gazetteer: Gazetteer) -> None:
    found = predicates(gazetteer, ["MarkScout"], ["Gemma"], "Mark is married to his wife Gemma, whom he knows and bonded with")
    assert "schema:spouse" in found
    assert len(found) <= 3
    for name in ("personaOf", "outieOf"):
        assert name not in found, "a fictional person is no persona"
    assert "schema:spouse" not in predicates(gazetteer, ["MDRScreen"], ["MeetingScene"], "The screen is married at the scene")
    assert predicates(gazetteer, [], [], "She is married") == []


def test_themes_come_from_their_own_words(gazetteer: Gazetteer) -> None:
    assert [theme for theme, _ in themes(gazetteer.ontology, "they turned friendship into community")] == ["Belonging"]
    assert themes(gazetteer.ontology, "he opened the door") == []


@pytest.mark.parametrize(("one", "other"), [("chose", "choosing"), ("wife", "married"), ("pieces", "piece"), ("stopped", "stop")])
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
