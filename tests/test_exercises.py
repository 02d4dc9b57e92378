"""The exercises: the answers give the rows that the files promise, a wrong answer does not, and the page is up to date."""

from __future__ import annotations

from collections import Counter

import pytest

import exercises
import severance_kg as skg
from severance_kg.queries import QueryFile

ALL = exercises.read()


def _given(kg: skg.KnowledgeGraph, query: str) -> Counter[tuple[str, ...]]:
    """The rows of an answer, whatever the order of the rows and the names of the variables."""
    return Counter(map(tuple, kg.select(query).texts()))


def _expected(one: QueryFile) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(value) for value in row.values()) for row in one.description["rows"])


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in ALL])
def test_the_answer_gives_the_rows(kg: skg.KnowledgeGraph, one: QueryFile) -> None:
    assert _given(kg, one.query) == _expected(one)


def test_a_wrong_answer_does_not(kg: skg.KnowledgeGraph) -> None:
    last = ALL[-1]
    without = last.query.replace("skg:Figurative", "")
    assert without != last.query
    assert _given(kg, without) != _expected(last)


def test_they_are_graded_and_there_are_twelve() -> None:
    assert [int(one.name[:2]) for one in ALL] == list(range(1, 13))
    assert "an edge?" in str(ALL[-1].description["title"])
    assert "rdf:predicate" not in ALL[0].query
    assert "rdf:predicate" in ALL[-1].query


def test_hints_do_not_give_the_answer_away() -> None:
    assert [
        one.name for one in ALL if one.query.strip() in str(one.description["hint"]) or "WHERE" in str(one.description["hint"])
    ] == []


def test_the_page_is_what_is_written() -> None:
    assert exercises.PAGE.read_text("utf-8") == exercises.page(), "run 'uv run docs/tools/exercises.py'"
