"""A large graph that is asked statement by statement gives the answers of a small one that is read as a whole."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

import severance_kg as skg
from severance_kg.lookup import PATHS
from severance_kg.paths import Path
from severance_kg.reports import show_json, show_text
from severance_kg.store import Answer, MemoryStore, Store
from severance_kg.storytime import Holding
from severance_kg.vocabulary import IRI, SEV, SKG, ST


class Counting:
    """A store that counts the rows that it has given."""

    def __init__(self, store: Store) -> None:
        self._store, self.rows = store, 0
        self.dump, self.lines = store.dump, store.lines

    def query(self, query: str) -> Answer:
        found = self._store.query(query)
        self.rows += len(found) if not isinstance(found, bool) else 1
        return found


@pytest.fixture
def asked(kg: skg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> skg.KnowledgeGraph:
    """The bundled graph, taken for a large one."""
    assert kg._statements.small, "that is known before the bound is moved"
    monkeypatch.setattr("severance_kg.lookup.SMALL", 0)
    return skg.KnowledgeGraph(Counting(MemoryStore(kg.store.dump())))


def outcome(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except skg.SevError as error:
        return str(error)


def holding(found: Holding) -> object:
    parts = (found.at_point, found.through, found.always, found.denied, found.not_known, found.unordered)
    return [*map(list, parts), list(map(len, parts))]


CALLS: list[Callable[[skg.KnowledgeGraph], object]] = [
    lambda kg: kg.evidence("InnieMark", "chooses", "HisOwnLife"),
    lambda kg: kg.evidence("Innie Mark", "skg:livesFor", "outie mark"),
    lambda kg: kg.evidence("Severance", "schema:name", "Severance"),
    lambda kg: kg.evidence("InnieMark", "chooses", "nothing that there is"),
    lambda kg: kg.evidence("InnieMark", "choses", "HisOwnLife"),
    lambda kg: kg.statements(subject="InnieMark"),
    lambda kg: kg.statements(subject="InnieMark", predicate="chooses"),
    lambda kg: kg.statements(object="Gemma", commitment="Hedged"),
    lambda kg: kg.statements(object="Severance"),
    lambda kg: kg.statements(speaker="DanErickson", holder="InnieMark"),
    lambda kg: kg.statements(theme="Personhood"),
    lambda kg: kg.statements(theme="Mystery", moment="MeetingScene"),
    lambda kg: kg.statements(source="celebpost-45511", subject="MDR"),
    lambda kg: kg.statements(subject="Nobody at all"),
    lambda kg: kg.statement("celebpost-45511-s83"),
    lambda kg: kg.statement("celebpost-45511-s9999"),
    lambda kg: kg.label(IRI(SEV + "Gemma")),
    lambda kg: kg.label(IRI(ST + "celebpost-45511-s83")),
    lambda kg: kg.label(IRI(SKG + "chooses")),
    lambda kg: kg.label(IRI(SEV + "NobodyAtAll")),
    lambda kg: kg.naming.moment("the final choice"),
    lambda kg: kg.naming.moment("Gemma"),
    lambda kg: kg.naming.theme("no theme"),
    lambda kg: kg.resolve("gemma scout"),
    *(
        lambda kg, moment=moment, holder=holder: holding(kg.at(moment, holder=holder))
        for moment in ("MeetingScene", "S2Opening", "FinalChoice", "Gemma")
        for holder in (None, "InnieMark")
    ),
    *(
        lambda kg, pair=pair, holder=holder: kg.changes(*pair, holder=holder)
        for pair in (("S2Opening", "FinalChoice"), ("FinalChoice", "S2Opening"), ("MeetingScene", "EarlierInHisGrowth"))
        for holder in (None, "DanErickson")
    ),
    lambda kg: kg.view("InnieMark"),
    lambda kg: kg.view("DanErickson"),
    lambda kg: kg.view("ColdHarbor"),
    lambda kg: list(kg.holders().items()),
    lambda kg: kg.collisions(),
    lambda kg: kg.collisions("InnieMark"),
    lambda kg: kg.collisions("DanErickson"),
    lambda kg: kg.collisions("Audience", "DanErickson"),
    lambda kg: kg.collisions("InnieMark", "OutieMark"),
    lambda kg: kg.path("MDR", "Gemma"),
    lambda kg: kg.one_voice(),
    lambda kg: sorted(kg.things.items()),
]


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_the_answers_are_the_same(number: int, kg: skg.KnowledgeGraph, asked: skg.KnowledgeGraph) -> None:
    assert outcome(lambda: CALLS[number](asked)) == outcome(lambda: CALLS[number](kg))


@pytest.mark.parametrize("name", ["Gemma", "InnieMark", "theme:Personhood", "MeetingScene", "DanErickson", "skg:chooses", "MDR"])
def test_what_is_shown_is_the_same(name: str, kg: skg.KnowledgeGraph, asked: skg.KnowledgeGraph) -> None:
    iri = kg.resolve(name)
    assert asked.resolve(name) == iri
    assert show_text(asked, iri) == show_text(kg, iri)
    assert show_json(asked, iri) == show_json(kg, iri)


@pytest.mark.parametrize("part", PATHS)
def test_each_part_is_where_it_is_looked_for(part: str, kg: skg.KnowledgeGraph, asked: skg.KnowledgeGraph) -> None:
    for value in {value for one in kg.statements() for value in _values(one, part) if isinstance(value, IRI)}:
        found = [one.iri for one in asked.having(part, value)]
        assert found == [one.iri for one in kg.having(part, value)]
        assert found


STOPS = ("MDR", "Gemma", "InnieMark", "OutieMark", "Helly", "BenStiller", "HisOwnLife", "celebpost-45511-s83", "Malice")


ASKED: list[dict[str, Any]] = [
    {},
    {"strongest": True},
    {"include_hedged": True},
    {"avoid": ["Gemma", "livesFor"]},
    {"via": ["ColdHarbor"]},
]


@pytest.mark.parametrize("start", STOPS)
def test_ways_are_the_same(start: str, kg: skg.KnowledgeGraph, asked: skg.KnowledgeGraph) -> None:
    for end, more in product(STOPS, ASKED):
        assert _way(asked, start, end, more) == _way(kg, start, end, more), (end, more)
    for end in STOPS:
        assert asked.nearest_approach(start, end) == kg.nearest_approach(start, end)


def _way(kg: skg.KnowledgeGraph, start: str, end: str, more: dict[str, Any]) -> object:
    found = outcome(lambda: kg.path(start, end, **more))
    return (list(found), found.things, found.strength) if isinstance(found, Path) else found


def test_a_way_is_looked_for_near_its_ends(asked: skg.KnowledgeGraph) -> None:
    assert len(asked.path("InnieMark", "OutieMark")) == 1
    assert "_all" not in asked._statements.__dict__
    assert isinstance(asked.store, Counting)
    assert 0 < asked.store.rows < len(asked.store.dump().splitlines()) / 2


def _values(one: skg.Statement, part: str) -> list[object]:
    if part == "theme":
        return [given.theme for given in one.themes]
    return list(one.time.moments) if part == "moment" else [getattr(one, part)]


def test_evidence_reads_no_more_than_it_returns(asked: skg.KnowledgeGraph) -> None:
    asked.evidence("InnieMark", "chooses", "HisOwnLife")
    assert isinstance(asked.store, Counting)
    assert asked.store.rows < 600, "it has read more than the evidence, the names and the properties"
