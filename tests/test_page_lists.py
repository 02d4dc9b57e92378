"""The lists of the page: one rule for what is shown, one Tab stop a list, and no name that the map does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import severance_kg as skg
from browser import Open, Watched
from severance_kg.drawing import name_of
from severance_kg.page import make_page
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import SEV, ST
from story_graphs import made_up


@pytest.fixture(scope="module")
def opened(open_for_module: Open, file: Path) -> Iterator[Watched]:
    found = open_for_module(file)
    found.page.evaluate("() => { dom.byId('things').open = true; }")
    yield found
    found.page.evaluate("() => severance.state.set({ q: '', theme: '', speaker: '', view: 'map', tab: 'browse' })")


NARROWED = [{}, {"theme": "theme:Love"}, {"speaker": "TheCelebPost"}, {"q": "gemma"}, {"q": "Cold Harbor", "frame": "Production"}]


@pytest.mark.parametrize("state", NARROWED, ids=str)
def test_the_list_and_the_table_show_the_same_things(opened: Watched, state: dict[str, str]) -> None:
    page = opened.page
    page.evaluate("state => { severance.state.widen(); severance.state.set({ view: 'things-table', ...state }); }", state)
    count = page.text_content("#things-count") or ""
    page.wait_for_function(
        "count => `(${document.querySelectorAll('#things-table tbody tr:not([hidden])').length})` === count", arg=count
    )
    listed = page.eval_on_selector_all("#things-list button", "some => some.map((one) => one.textContent).sort()")
    shown = page.eval_on_selector_all(
        "#things-table tbody tr:not([hidden]) th bdi", "some => some.map((one) => one.textContent).sort()"
    )
    assert listed == shown
    assert len(listed) == int(count.strip("()"))


@pytest.mark.parametrize("box", ["#statements", "#things-list"])
def test_a_list_is_one_tab_stop_and_arrows_walk_in_it(opened: Watched, box: str) -> None:
    page = opened.page
    page.evaluate("() => { severance.state.widen(); severance.state.set({ q: 'mark' }); }")
    seen = f"[...document.querySelectorAll('{box} button')].filter((one) => one.offsetParent)"
    assert page.evaluate(f"() => {seen}.filter((one) => one.tabIndex === 0).length") == 1
    count = page.evaluate(f"() => {seen}.length")
    assert count > 10
    page.evaluate(f"() => {seen}.find((one) => one.tabIndex === 0).focus()")
    where = f"() => {seen}.indexOf(document.activeElement)"
    walked = []
    for key in ("End", "ArrowUp", "Home", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(page.evaluate(where))
    assert walked == [count - 1, count - 2, 0, 1, 2, 1]
    assert page.evaluate(f"() => {seen}.filter((one) => one.tabIndex === 0).length") == 1
    # What was the stop is out of sight: another is.
    page.evaluate("() => severance.state.set({ q: 'refining' })")
    assert page.evaluate(f"() => {seen}.filter((one) => one.tabIndex === 0).length") == 1


def test_the_selected_statement_is_where_tab_leads(opened: Watched, kg: skg.KnowledgeGraph) -> None:
    name = name_of(kg.statements()[40].iri)
    opened.page.evaluate("name => { severance.state.widen(); severance.state.choose(name, 'address'); }", name)
    assert opened.page.eval_on_selector_all(
        "#statements button[tabindex='0']", "some => some.map((one) => one.dataset.name)"
    ) == [name]
    opened.page.evaluate("() => severance.state.clear('address')")


def test_a_copy_that_the_browser_refuses_is_told(opened: Watched) -> None:
    page = opened.page
    page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { configurable: true, value: undefined });
          document.execCommand = () => false;
          severance.state.set({ tab: "questions", question: "what-each-mark-wants" });
        }"""
    )
    told = page.evaluate(
        """async () => {
          const ways = results.ways({ kind: "boolean", json: { head: {}, boolean: true } }, "answer");
          ways.querySelector("button").click();
          await new Promise((done) => setTimeout(done));
          return ways.querySelector("[role=status]").textContent;
        }"""
    )
    assert "does not let" in told
    page.click("#questions summary >> text=Show query")
    page.click("#questions >> text=Copy query")
    page.wait_for_function("() => document.querySelector('.asked [role=status]').textContent.includes('does not let')")


def test_names_that_the_map_does_not_draw_do_no_harm(opened: Watched) -> None:
    lit = opened.page.evaluate(
        """() => {
          let asked = new Set(["nowhere", "st:nowhere", "Gemma", ...model.data.sources.keys()]);
          highlight.add(() => asked);
          severance.state.set({ tab: "browse", question: "" });
          map.refresh();
          map.reveal();
          const found = [...map.alive].filter((name) => !geometry.place(name));
          asked = null;
          map.refresh();
          return found;
        }"""
    )
    assert lit == []


@pytest.mark.parametrize("base", ["https://claims.example/", SEV, f"{ST}a:"], ids=["elsewhere", "among things", "with a colon"])
def test_statements_of_any_address_are_called_alike_throughout(open_page: Open, tmp_path: Path, base: str) -> None:
    made = made_up(3, things=5, statements=30, moments=2)
    kg = skg.KnowledgeGraph(MemoryStore(made.store.dump().replace(ST.encode(), base.encode())))
    path = tmp_path / "page.html"
    path.write_bytes(make_page(kg, engine=False))
    opened = open_page(path)
    held = opened.page.evaluate("() => [...model.data.statements.keys()].sort()")
    assert held == sorted(name_of(one.iri) for one in kg.statements())
    assert opened.page.evaluate("() => model.data.network.edges.every(({ id }) => model.statement(id))")
    one = kg.statements()[-1]
    opened.page.evaluate("name => severance.state.choose(name, 'address')", name_of(one.iri))
    opened.panel(one.gloss)
