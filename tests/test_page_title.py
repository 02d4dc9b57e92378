"""What a page says of itself comes from its graph: no page speaks of a work that its sources are not about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import severance_kg as skg
from browser import Open
from severance_kg.frame import Page
from severance_kg.page import make_page
from severance_kg.page_title import command_options, page_title
from severance_kg.part import part
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import PREFIXES

SALTLIGHT = Path(__file__).parent / "data" / "saltlight"
WORK = 'sev:{0} a skg:Work ; rdfs:label "{0}"@en .'
SOURCE = 'src:{0} a skg:Source ; dcterms:title "The talk {0}" ; {1}.'

CASES: dict[str, tuple[str, str, str]] = {
    "nothing": ("", "Who said what", "0 statements, each"),
    "one work": (WORK.format("Vitrine") + SOURCE.format("a", "skg:about sev:Vitrine "), "Vitrine: who", "about Vitrine, each"),
    "two works of two sources": (
        WORK.format("Vitrine")
        + WORK.format("Saltlight")
        + SOURCE.format("a", "skg:about sev:Vitrine ")
        + SOURCE.format("b", "skg:about sev:Saltlight "),
        "Saltlight and Vitrine: who",
        "about Saltlight and Vitrine, each",
    ),
    "many works": (
        "".join(WORK.format(f"W{i}") + SOURCE.format(f"s{i}", f"skg:about sev:W{i} ") for i in range(6)),
        "W0, W1, W2 and 3 more: who",
        "about W0, W1, W2 and 3 more, each",
    ),
    "a season stands for its series": (
        WORK.format("Season1")
        + WORK.format("Vitrine")
        + "sev:Season1 schema:partOfSeries sev:Vitrine ."
        + SOURCE.format("a", "skg:about sev:Season1 "),
        "Vitrine: who",
        "about Vitrine, each",
    ),
    "a work, and a source of none that is used": (
        WORK.format("Vitrine")
        + SOURCE.format("a", "skg:about sev:Vitrine ")
        + SOURCE.format("b", "")
        + "st:b-s1 a skg:InterviewStatement ; skg:source src:b .",
        "Vitrine: who",
        "about Vitrine, and from 1 other source, each",
    ),
    "one source of no work": (SOURCE.format("a", ""), "The talk a: who", "from “The talk a”, each"),
    "sources of no work": (SOURCE.format("a", "") + SOURCE.format("b", ""), "2 sources: who", "from 2 sources, each"),
    "a label that turns the direction, and is long": (
        'sev:X a skg:Work ; rdfs:label "a\u202eb <i>\\n{}"@en .'.format("word " * 40) + SOURCE.format("a", "skg:about sev:X "),
        "ab <i> word",
        "about ab <i> word",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_title_comes_from_works_and_sources(name: str) -> None:
    turtle, title, summary = CASES[name]
    told = page_title(skg.KnowledgeGraph(MemoryStore(_triples(turtle))))
    assert told["title"].startswith(title)
    assert summary in told["summary"]
    assert told["spoiler"] is None, "no statement tells of a story"
    assert len(told["title"]) < 300
    assert "\u202e" not in str(told.values())


def _triples(turtle: str) -> bytes:
    import pyoxigraph as ox

    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    return ox.serialize(ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""


def test_commands_speak_of_the_same_graph(kg: skg.KnowledgeGraph) -> None:
    told = [command_options(one) for one in (kg, skg.load(SALTLIGHT), skg.load(SALTLIGHT, only=True))]
    assert told == ["", "--data DIR", "--data DIR --only"]
    assert command_options(part(skg.load(SALTLIGHT, only=True), limit=2)) == "--data DIR --only"


def test_the_page_of_severance(kg: skg.KnowledgeGraph) -> None:
    told = page_title(kg)
    assert told["title"] == "Severance: who said what"
    assert told["spoiler"] == "this page tells what happens in Severance."
    assert told["summary"].startswith(f"{len(kg.statements())} statements about Severance, ")


def test_a_page_of_other_data_speaks_of_that(open_page: Open, tmp_path: Path) -> None:
    made = make_page(skg.load(SALTLIGHT, only=True), engine=False)
    path = tmp_path / "page.html"
    path.write_bytes(made)
    opened = open_page(path, "#tab=ask")
    page = opened.page
    assert (page.title(), opened.text("h1")) == ("Saltlight: who said what",) * 2
    assert opened.text(".spoiler") == "Spoilers: this page tells what happens in Saltlight."
    for address in ("", "#tab=questions", "#tab=ask", "#thing=Saltlight", "#view=things-table"):
        page.evaluate("address => { location.hash = address }", address)
        page.wait_for_function("address => location.hash === address", arg=address)
        assert not re.search(r"(?i)severance(?!-kg|\.ttl|\.nt)", re.sub(r"https?://\S+", "", opened.text("body"))), address
    example = re.findall(r"severance-kg query '(.*)' --data DIR --only", page.text_content("#ask") or "")
    assert len(example) == 1
    assert skg.load(SALTLIGHT, only=True).select(example[0])
    svg = page.evaluate("() => { severance.state.set({ view: 'map' }); return picture.written(picture.make(true)); }")
    assert "<title>Saltlight: who said what</title>" in svg
    assert 'title="Saltlight: who said what"' in Page(made)._repr_html_()
