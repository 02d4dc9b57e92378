"""The panel shows every datum of a statement, and everything said of a thing; what it copies is what the library gives."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from browser import Open, Watched, first
from severance_kg.cite import STYLES, cite
from severance_kg.drawing import name_of
from severance_kg.statements import Kind, Statement
from severance_kg.telling import statement_json
from severance_kg.vocabulary import Literal

PANEL = """() => {
  const rows = list => [...list.children].reduce((found, one) => {
    if (one.localName === 'dt') found.push([one.textContent, []]);
    else found.at(-1)[1].push(one.textContent);
    return found;
  }, []);
  const panel = document.getElementById('panel');
  const section = one => [one.querySelector('h3').textContent, one.textContent];
  return {
    text: panel.textContent,
    rows: [...panel.querySelectorAll('dl')].flatMap(rows),
    sections: [...panel.querySelectorAll(':scope > section')].map(section),
    links: [...panel.querySelectorAll('a')].map(one => one.getAttribute('href')),
    told: document.getElementById('told').textContent,
  };
}"""
CHOOSE_ALL = f"""names => names.map(name => {{
  severance.state.choose(name, 'list');
  return ({PANEL})();
}})"""


@pytest.fixture(scope="module")
def opened(open_for_module: Open, file: Path) -> Watched:
    return open_for_module(file, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture(scope="module")
def words(opened: Watched) -> dict[str, Any]:
    """The page's words for the judgements."""
    return dict(opened.page.evaluate("() => words"))


@pytest.fixture(scope="module")
def panels(opened: Watched, kg: skg.KnowledgeGraph) -> dict[str, dict[str, Any]]:
    """The panel of every statement of the graph."""
    names = [name_of(one.iri) for one in kg.statements()]
    return dict(zip(names, opened.page.evaluate(CHOOSE_ALL, names), strict=True))


def panel_of(panels: dict[str, dict[str, Any]], one: Statement) -> dict[str, Any]:
    return panels[name_of(one.iri)]


def rows_of(panel: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for term, said in panel["rows"]:
        found[term] += said
    return found


def label(named: dict[str, str] | None) -> list[str]:
    return [named["label"]] if named else []


def test_who_said_it_to_whom_and_how(panels: dict[str, dict[str, Any]], kg: skg.KnowledgeGraph, words: dict[str, Any]) -> None:
    for one in kg.statements():
        told, rows = statement_json(kg, one), rows_of(panel_of(panels, one))
        own = told["held_by"] is not None and told["held_by"] == told["said_by"]
        assert rows["Said by"] == label(told["said_by"])
        assert rows["Said to"] == label(told["said_to"])
        assert rows["Whose view"] == (["the speaker’s own"] if own else label(told["held_by"]))
        assert rows["How firmly"] == [words["commitment"][told["commitment"]]]
        assert rows["Affirmed or denied"] == [words["polarity"][told["polarity"]]]
        assert rows["Reading"] == [words["reading"][told["reading"]]]
        assert rows["About"] == [words["frame"][told["frame"]]]
        times = [f"{word} {told['time'][word]['label']}" for word in ("at", "from", "until") if told["time"][word]]
        assert [" ".join(rows["Story time"][0].split())] == (
            ["Always"] if told["time"]["always"] else [" ".join(times) or "Not known"]
        )


def test_every_datum_of_a_statement_is_shown(
    panels: dict[str, dict[str, Any]], kg: skg.KnowledgeGraph, words: dict[str, Any]
) -> None:
    shown_elsewhere = {"said_by", "said_to", "held_by", "commitment", "polarity", "reading", "frame", "time"}
    shown_here = {
        *("iri", "kind", "subject", "predicate", "object", "gloss", "is_edge", "themes", "resolutions", "relations"),
        *("source", "passage", "references", "rule", "premises", "annotated_by", "annotated_on", "note"),
    }
    for one in kg.statements():
        told, panel = statement_json(kg, one), panel_of(panels, one)
        # A datum that is new must be shown, and said here to be shown.
        assert set(told) == shown_here | shown_elsewhere
        rows, text = rows_of(panel), " ".join(panel["text"].split())
        wanted = [told["iri"], words["kind"][told["kind"]], told["gloss"], told["predicate"]["label"], told["subject"]["label"]]
        wanted += [told["object"]["value"] if isinstance(one.object, Literal) else told["object"]["label"]]
        wanted += ["An edge of the graph" if told["is_edge"] else "Not an edge of the graph"]
        for given in told["themes"]:
            wanted += [f"{words['weight'][given['weight']]}{given['theme']['label']} {given['why']}"]
        for given in told["resolutions"]:
            because = f", because: {given['justified_by']['label']}" if given["justified_by"] else ""
            wanted += [f"{words['form'][given['form']]} is read as {given['refers_to']['label']}{because}"]
        wanted += [told[key] for key in ("annotated_by", "annotated_on", "note") if told[key]]
        wanted += [premise["label"] for premise in told["premises"]] + label(told["rule"])
        assert [part for part in wanted if " ".join(part.split()) not in text] == [], told["iri"]
        assert rows["Source"] == label(told["source"])
        assert rows["References"] == [f"{address} (opens in a new tab)" for address in told["references"]]
        assert set(told["references"]) <= set(panel["links"])
        by_title = dict(panel["sections"])
        for given in told["relations"]:
            assert given["statement"]["label"] in by_title[words["relation"][given["relation"]][0]]
            other = panels[name_of(kg.naming.statement(given["statement"]["iri"]))]
            assert told["gloss"] in dict(other["sections"])[words["relation"][given["relation"]][1]]
        check_passage(told["passage"], panel, rows)
        assert told["gloss"] in panel["told"]


def check_passage(passage: dict[str, Any] | None, panel: dict[str, Any], rows: dict[str, list[str]]) -> None:
    if passage is None:
        assert "Passage" not in rows
        return
    (where,) = rows["Passage"]
    assert where.startswith(f"paragraph {passage['paragraph']}, ")
    for words in filter(None, (passage["starts"], passage["ends"])):
        assert f"“{words}”" in where
    assert (f"occurrence {passage['occurrence']} " in where) == (passage["occurrence"] is not None)
    assert passage["link"] in panel["links"]
    first_one, last = passage["characters"]
    assert rows["Characters"] == [f"{first_one} to {last} of the normalised text"]
    assert rows["SHA-256"] == [passage["sha256"]]


def test_tension_and_agreement_stand_before_the_other_relations(panels: dict[str, dict[str, Any]]) -> None:
    bearing = {"In tension with", "Agrees with"}
    after = {"Themes", "Because of this", "The reason for this", "Spoken of in", "Speaks of"}
    titles = [[title for title, _ in panel["sections"]] for panel in panels.values()]
    both = [some for some in titles if bearing & set(some) and after & set(some)]
    assert both
    for some in both:
        assert max(map(some.index, bearing & set(some))) < min(map(some.index, after & set(some)))


def test_it_is_copied_as_the_library_gives_it(opened: Watched, kg: skg.KnowledgeGraph) -> None:
    page = opened.page
    page.evaluate("() => { if (typeof queries === 'undefined') globalThis.queries = { statement: name => `# ${name}` }; }")
    names = {"plain": "citation", "bibtex": "BibTeX", "wikitext": "wikitext"}
    for one in (first(kg, kind=Kind.INTERVIEW), first(kg, kind=Kind.BACKGROUND), first(kg, kind=Kind.INFERRED)):
        page.evaluate("name => severance.state.choose(name, 'list')", name_of(one.iri))
        wanted = {names[style]: cite(kg, one, style).strip() for style in STYLES}
        wanted |= {"address": one.iri, "id": name_of(one.iri).removeprefix("st:")}
        wanted |= {"SPARQL": page.evaluate("name => queries.statement(name)", name_of(one.iri))}
        for what, text in wanted.items():
            page.locator("#panel").get_by_role("button", name=f"Copy {what}", exact=True).click()
            opened.panel(f"Copied: {what}.")
            assert page.evaluate("() => navigator.clipboard.readText()") == text


GROUPS = """names => names.map(name => {
  severance.state.choose(name, 'list');
  return [...document.querySelectorAll('#panel > .fold')].map(group => ({
    title: group.querySelector('h3').textContent,
    own: group.querySelector('ul').classList.contains('own'),
    open: group.open,
    entries: [...group.querySelectorAll('li')].map(one =>
      [one.querySelector('bdi').textContent, one.textContent.includes(' · edge')]),
  }));
})"""


def test_all_statements_of_a_thing_are_grouped_by_what_they_say_of_it(opened: Watched, kg: skg.KnowledgeGraph) -> None:
    own: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for one in kg.statements():
        ends = {name_of(one.subject): f"{kg.label(one.subject)} {kg.label(one.predicate)} …"}
        obj = str(one.object) if isinstance(one.object, Literal) else kg.label(one.object)
        ends.setdefault(name_of(one.object), f"… {kg.label(one.predicate)} {obj}")
        for name, title in ends.items():
            own[name][title].append(one)
    names = [name for name in own if not name.startswith("st:")]
    assert len(names) > 80
    folded = 0
    for name, groups in zip(names, opened.page.evaluate(GROUPS, names), strict=True):
        found = {group["title"].rpartition(" (")[0]: group for group in groups if group["own"]}
        assert found.keys() == own[name].keys()
        for title, some in own[name].items():
            entries = found[title]["entries"]
            assert sorted(entries) == sorted([one.gloss, one.is_edge] for one in some)
            assert [edge for _, edge in entries] == sorted((edge for _, edge in entries), reverse=True)
            assert found[title]["title"].startswith(f"{title} ({len(some)}")
        directions = [title.startswith("…") for title in found]
        assert directions == sorted(directions), "what it does before what is done to it"
        assert [group["own"] for group in groups] == sorted((group["own"] for group in groups), reverse=True)
        total = sum(len(group["entries"]) for group in groups)
        assert total > 24 or all(group["open"] for group in groups)
        assert groups[0]["open"]
        folded += any(not group["open"] for group in groups)
    assert folded


def test_folded_groups_unfold_and_are_printed(opened: Watched) -> None:
    page = opened.page
    page.evaluate("() => severance.state.choose('InnieMark', 'list')")
    shut = page.locator("#panel .fold:not([open])")
    assert shut.count() > 0
    before = shut.count()
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert shut.count() == 0
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert shut.count() == before
    page.get_by_role("button", name="Unfold all").click()
    assert shut.count() == 0


def test_what_a_thing_is_besides(opened: Watched, kg: skg.KnowledgeGraph) -> None:
    literal = next(one.object for one in kg.statements() if isinstance(one.object, Literal) and "date" in one.object.datatype)
    source = next(card for card in kg.sources.values() if card.url)
    carried = {given.theme for one in kg.statements() for given in one.themes}
    broad = max(carried, key=lambda theme: len(kg.narrower(theme) & carried))
    within = (kg.narrower(broad) & carried) - {broad}
    seen = opened.page.evaluate(CHOOSE_ALL, [name_of(literal), name_of(source.iri), name_of(broad)])
    assert rows_of(seen[0])["Datatype"] == [literal.datatype]
    assert source.url in seen[1]["links"]
    assert rows_of(seen[1])["It tells of"] == label({"label": kg.label(source.primary)} if source.primary else None)
    assert within
    assert sorted(rows_of(seen[2])["Takes in"]) == sorted(map(kg.label, within))


def test_on_paper_there_is_the_evidence_alone(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = next(one for one in kg.statements() if one.link and one.themes)
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    opened.panel(one.gloss)
    opened.page.emulate_media(media="print")
    seen = opened.text("body")
    assert one.gloss in seen
    assert kg.label(one.said_by) in seen
    assert one.themes[0].why in seen
    others = [other.gloss for other in kg.statements() if other.gloss in seen]
    assert len(others) < 20, "the list is not printed"
    for control in ("Copy citation", "Search", "Compare with your own copy", "Legend", "Skip to"):
        assert control not in seen
    after = "() => getComputedStyle(document.querySelector('#panel a[href]'), '::after').content"
    assert "text=" in opened.page.evaluate(after), "the address is on the paper too"
    assert opened.page.evaluate("() => getComputedStyle(document.getElementById('evidence')).overflow") == "visible"
