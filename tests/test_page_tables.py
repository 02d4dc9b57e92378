"""The two tables equal the graph, follow the narrowing, sort, filter, open the evidence, and are a real table to everybody."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from browser import PHONE, Open, Watched
from severance_kg.drawing import kind_of, name_of
from severance_kg.moments import Time
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI, SKG, Literal, Term

TABLE = """view => {
  const table = document.querySelector(`#${view} table`);
  const rows = [...table.querySelectorAll('tbody tr')].filter(row => !row.hidden);
  return {
    head: [...table.querySelectorAll('thead th')].map(one => one.textContent),
    rows: rows.map(row => [...row.cells].map(cell => cell.textContent)),
    sorted: [...table.querySelectorAll('thead th')].map(one => one.getAttribute('aria-sort')),
    told: document.querySelector(`#${view} [role=status]`).textContent,
    stops: table.querySelectorAll('tbody button[tabindex="0"]').length,
  };
}"""


def written(opened: Watched, view: str, count: int) -> dict[str, Any]:
    """The table, once all its rows are written."""
    opened.page.click(f"#tab-{view}")
    opened.page.wait_for_function(
        "([view, count]) => document.querySelectorAll(`#${view} tbody tr`).length === count", arg=[view, count]
    )
    return dict(opened.page.evaluate(TABLE, view))


@pytest.fixture(scope="module")
def opened(open_for_module: Open, file: Path) -> Watched:
    return open_for_module(file, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def plain(opened: Watched, kg: skg.KnowledgeGraph) -> Watched:
    """The statements' table as it first was."""
    opened.page.evaluate("() => severance.state.set({q: '', theme: '', commitment: '', statement: '', thing: '', view: ''})")
    written(opened, "statements-table", len(kg.statements()))
    return opened


def by_column(table: dict[str, Any]) -> list[dict[str, str]]:
    return [dict(zip(table["head"], row, strict=True)) for row in table["rows"]]


def story_time(kg: skg.KnowledgeGraph, time: Time) -> str:
    if time.always:
        return "always"
    some = (("at", time.at), ("from", time.start), ("until", time.end))
    return " ".join(f"{word} {kg.label(moment)}" for word, moment in some if moment)


def told(kg: skg.KnowledgeGraph, one: Statement, words: dict[str, Any]) -> dict[str, str]:
    def label(term: Term | None) -> str:
        return str(term) if isinstance(term, Literal) else kg.label(term) if term else ""

    return {
        "Statement": one.gloss,
        "Subject": label(one.subject),
        "Property": label(one.predicate),
        "Object": label(one.object),
        "Edge": "edge" if one.is_edge else "no edge",
        "Said by": label(one.said_by),
        "Said to": label(one.said_to),
        "Whose view": label(one.held_by),
        "How firmly": str(one.commitment).lower(),
        "Affirmed or denied": words["polarity"][one.polarity],
        "Reading": words["reading"][one.reading],
        "About": words["frame"][one.frame],
        "Story time": story_time(kg, one.time),
        "Themes": "; ".join(kg.label(given.theme) for given in one.themes),
        "Kind": words["kind"][one.kind],
        "Source": label(one.source),
        "Paragraph": str(one.passage.paragraph) if one.passage else "",
        "Id": name_of(one.iri).removeprefix("st:"),
    }


def test_the_statements_are_those_of_the_graph(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    words = plain.page.evaluate("() => words")
    table = plain.page.evaluate(TABLE, "statements-table")
    assert by_column(table) == [told(kg, one, words) for one in kg.statements()]
    assert table["told"] == f"{len(kg.statements())} statements"


def concerning(kg: skg.KnowledgeGraph) -> dict[str, tuple[set[IRI], set[IRI], set[IRI]]]:
    """By name of a thing: the statements it is an end of, those of them that are edges, and all others that name it."""
    found: dict[str, tuple[set[IRI], set[IRI], set[IRI]]] = defaultdict(lambda: (set(), set(), set()))
    themes = {iri for iri, thing in kg.things.items() if IRI(SKG + "Theme") in thing.classes}
    taking_in = {one: {theme for theme in themes if one in kg.narrower(theme)} for one in themes}
    for one in kg.statements():
        ends = {one.subject, one.object}
        time = (one.time.at, one.time.start, one.time.end)
        named: set[Term | None] = {one.predicate, one.said_by, one.said_to, one.held_by, *time, one.rule, one.source}
        named |= {theme for given in one.themes for theme in taking_in[given.theme]}
        named |= {given.refers_to for given in one.resolutions}
        for term in ends:
            found[name_of(term)][0].add(one.iri)
            if one.is_edge:
                found[name_of(term)][1].add(one.iri)
        for other in named - ends - {None}:
            assert other is not None
            found[name_of(other)][2].add(one.iri)
    return found


def test_the_things_are_those_of_the_graph(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    found = concerning(kg)
    statements = {name_of(one.iri) for one in kg.statements()}
    objects = {name_of(one.object): one.object for one in kg.statements()}
    by_name = {name_of(iri): iri for iri in kg.things}
    wanted = found.keys() - statements - {"skg:Always"}
    rows = {
        row["Id"]: row
        for row in by_column(written(plain, "things-table", len(plain.page.evaluate("() => [...model.data.things]"))))
    }
    assert wanted <= rows.keys()
    kinds = plain.page.evaluate("() => model.data.kinds")
    for name, row in rows.items():
        own, edges, other = found[name]
        assert (row["Statements"], row["Edges"], row["Named elsewhere"]) == tuple(
            str(len(some)) for some in (own, edges, other)
        ), name
        if name not in by_name:
            assert (row["Thing"], row["Kind"]) == (str(objects[name]), "literal")
            continue
        thing = kg.things[by_name[name]]
        assert row["Thing"] == thing.label
        assert row["Kind"] == kinds[kind_of(kg, by_name[name])]
        assert row["Also called"] == "; ".join(thing.names)


def test_it_follows_the_narrowing(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    plain.page.evaluate("() => severance.state.set({commitment: 'Hypothetical'})")
    supposed = kg.statements(commitment="Hypothetical")
    table = plain.page.evaluate(TABLE, "statements-table")
    assert [row[0] for row in table["rows"]] == [one.gloss for one in supposed]
    assert table["told"] == f"{len(supposed)} of {len(kg.statements())} statements"
    assert table["stops"] == 1
    plain.page.click("#tab-things-table")
    names = {row["Id"] for row in by_column(plain.page.evaluate(TABLE, "things-table"))}
    ends = {name_of(term) for one in supposed for term in (one.subject, one.predicate, one.object)}
    statements = {name_of(one.iri) for one in kg.statements()}
    assert ends - statements <= names
    assert len(names) < len(kg.things)
    plain.page.evaluate("() => severance.state.set({commitment: '', q: 'macrodata'})")
    names = {row["Id"] for row in by_column(plain.page.evaluate(TABLE, "things-table"))}
    assert "MDR" in names
    assert "Frolic" not in names


@pytest.mark.parametrize("column", ["Subject", "Paragraph", "Themes"])
def test_a_head_sorts_up_down_and_back(plain: Watched, column: str) -> None:
    before = plain.page.evaluate(TABLE, "statements-table")
    at = before["head"].index(column)
    # Numbers by their size, words without regard to case, what is empty last.
    key: Callable[[str], Any] = int if column == "Paragraph" else str.casefold
    texts = [row[at] for row in before["rows"]]
    for direction in ("ascending", "descending"):
        plain.page.locator("#statements-table thead button").nth(at).click()
        table = plain.page.evaluate(TABLE, "statements-table")
        full = [text for text in texts if text]
        found = [row[at] for row in table["rows"]]
        assert sorted(found) == sorted(texts)
        assert [key(text) for text in found if text] == sorted(map(key, full), reverse=direction == "descending")
        assert found[len(full) :] == [""] * (len(texts) - len(full))
        assert table["sorted"] == [direction if i == at else None for i in range(len(table["head"]))]
    plain.page.locator("#statements-table thead button").nth(at).click()
    assert plain.page.evaluate(TABLE, "statements-table") == before


def test_columns_filter(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    page, panel = plain.page, plain.page.locator("#statements-table")
    edge, told_to = (panel.get_by_role("combobox", name=name, exact=True) for name in ("Edge", "Said to"))
    subject = panel.get_by_role("searchbox", name="Subject", exact=True)
    page.click("#statements-table .column-filters summary")
    subject.fill("innie")
    edge.select_option("no edge")
    wanted = [one.gloss for one in kg.statements() if "innie" in kg.label(one.subject).lower() and not one.is_edge]
    assert wanted
    assert [row[0] for row in page.evaluate(TABLE, "statements-table")["rows"]] == wanted
    subject.fill("no such")
    assert page.evaluate(TABLE, "statements-table")["told"] == f"0 of {len(kg.statements())} statements"
    subject.fill("")
    edge.select_option("all")
    told_to.select_option("(none)")
    assert len(page.evaluate(TABLE, "statements-table")["rows"]) == sum(one.said_to is None for one in kg.statements())
    told_to.select_option("all")
    page.click("#statements-table .column-filters summary")


def test_by_mouse_a_row_opens_its_evidence(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    one = kg.statements()[5]
    row = plain.page.locator("#statements-table tbody tr").nth(5)
    row.locator("td").nth(1).click()
    assert kg.label(one.said_by) in plain.panel(one.gloss)
    assert row.locator("button").get_attribute("aria-current") == "true"
    plain.page.evaluate("name => severance.state.choose(name, 'list')", name_of(kg.statements()[-1].iri))
    plain.panel(kg.statements()[-1].gloss)
    last = plain.page.locator("#statements-table tbody tr").last
    assert last.locator("button").get_attribute("aria-current") == "true"
    assert plain.page.locator("#statements-table [aria-current]").count() == 1
    box, there = plain.page.locator("#statements-table .table-box").bounding_box(), last.bounding_box()
    assert box and there and box["y"] <= there["y"] < box["y"] + box["height"], "it is in sight"


def test_by_keyboard_alone(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    page = plain.page
    page.focus("#tab-map")
    page.keyboard.press("ArrowRight")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('#statements-table tbody') !== null"):
            break
    for key, at in (("End", -1), ("Home", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        page.keyboard.press(key)
        assert page.evaluate("() => document.activeElement.textContent") == kg.statements()[at].gloss
    page.keyboard.press("Enter")
    gloss = kg.statements()[1].gloss
    plain.panel(gloss)
    assert gloss in plain.text("#told")
    assert page.evaluate("() => document.activeElement.textContent") == gloss, "who walks the rows stays there"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('#statements-table tbody')") is None, "one stop for all rows"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.textContent") == gloss


def test_it_is_a_table_to_assistive_technology(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    """In the browser's own tree, which rows that are not laid out have no cells in."""
    count = len(kg.statements())
    plain.page.wait_for_function("() => !document.querySelector('#statements-table tbody tr:not(.laid)')")
    session = plain.page.context.new_cdp_session(plain.page)
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    roles = Counter(node["role"]["value"] for node in nodes)
    wanted = {"table": 1, "row": count + 1, "columnheader": 18, "rowheader": count, "cell": 17 * count}
    assert {role: roles[role] for role in wanted} == wanted
    (table,) = (node for node in nodes if node["role"]["value"] == "table")
    assert table["name"]["value"].startswith("The statements of the graph.")
    assert plain.page.get_by_role("region", name="Table of statements").get_attribute("tabindex") == "0"
    assert plain.page.evaluate("gloss => find(gloss)", kg.statements()[-1].gloss), "and the browser's search finds the last row"


def test_as_csv(plain: Watched, kg: skg.KnowledgeGraph) -> None:
    plain.page.locator("#statements-table").get_by_role("button", name="Copy as CSV").click()
    plain.page.wait_for_function("() => document.getElementById('statements-table').innerText.includes('Copied: CSV.')")
    table = plain.page.evaluate(TABLE, "statements-table")
    copied = plain.page.evaluate("() => navigator.clipboard.readText()")
    rows = [table["head"], *table["rows"]]
    assert list(csv.reader(io.StringIO(copied))) == rows
    with plain.page.expect_download() as started:
        plain.page.locator("#statements-table").get_by_role("button", name="Download CSV").click()
    assert started.value.suggested_filename == "statements.csv"
    saved = Path(started.value.path()).read_bytes().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(saved))) == rows


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_it_scrolls_in_its_own_box(open_page: Open, file: Path, kg: skg.KnowledgeGraph, width: int) -> None:
    opened = open_page(file, "#view=statements-table", size=(width, PHONE[1]), has_touch=True)
    one = kg.statements()[2]
    opened.page.locator("#statements-table tbody button", has_text=one.gloss).first.tap()
    opened.panel(one.gloss)
    opened.page.wait_for_function("() => document.getElementById('evidence').getBoundingClientRect().top < innerHeight / 2")
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert opened.page.evaluate(
        "() => { const box = document.querySelector('.table-box'); return box.scrollWidth > box.clientWidth; }"
    )
