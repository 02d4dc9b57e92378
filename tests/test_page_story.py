"""Narrowing on the page: filters, nearness, story time and paths, with the same answers as Python's, in order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

import severance_kg as skg
from browser import PHONE, Open, Watched, data_of
from nearness import near
from severance_kg.drawing import name_of
from severance_kg.errors import InputError
from severance_kg.page import make_page
from severance_kg.part import part
from severance_kg.statements import Statement
from severance_kg.storytime import Changes, Holding
from severance_kg.views import holders
from severance_kg.vocabulary import IRI, SKG
from story_graphs import made_up

SALTLIGHT = Path(__file__).parent / "data" / "saltlight"


def names(some: Iterable[Statement]) -> list[str]:
    return [name_of(one.iri) for one in some]


def moments_of(kg: skg.KnowledgeGraph) -> list[IRI]:
    return [iri for iri, thing in kg.things.items() if IRI(SKG + "Moment") in thing.classes]


def ends_of(kg: skg.KnowledgeGraph) -> list[IRI]:
    return sorted({end for one in kg.statements() for end in (one.subject, one.object) if isinstance(end, IRI)})


# ── The page's functions and Python's ────────────────────────────────────────────────────────────────────────────────

GRAPHS: dict[str, Callable[[], skg.KnowledgeGraph]] = {
    "bundled": skg.load,
    "saltlight": lambda: skg.load(SALTLIGHT, only=True),
    "beside": lambda: skg.load(SALTLIGHT),
    "small": lambda: made_up(1, things=5, statements=60, moments=6),
    "many-moments": lambda: made_up(2, things=14, statements=120, moments=40),
}


@pytest.fixture(scope="module", params=list(GRAPHS))
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[skg.KnowledgeGraph, Path]:
    """A graph, and its page."""
    kg = GRAPHS[request.param]()
    path = tmp_path_factory.mktemp("graph") / f"{request.param}.html"
    path.write_bytes(make_page(kg))
    return kg, path


HOLDING = """([cases]) => {
  const order = storytime.order(model.data.precedes);
  const names = (value) => Array.isArray(value) ? value.map(names) : value?.name ?? value;
  const told = (found) => Object.fromEntries(Object.entries(found).map(([key, value]) => [key, names(value)]));
  return cases.map(([start, end, holder]) => {
    const some = [...model.data.statements.values()].filter((one) => !holder || one.held_by === holder);
    return told(start ? storytime.changes(start, end, some, order) : storytime.holding(end, some, order));
  });
}"""


def holding_of(found: Holding) -> dict[str, Any]:
    return {
        "atPoint": names(found.at_point),
        "through": names(found.through),
        "always": names(found.always),
        "denied": names(found.denied),
        "notKnown": names(found.not_known),
        "unordered": names(found.unordered),
    }


def changes_of(found: Changes) -> dict[str, Any]:
    return {
        "ordered": found.ordered,
        "began": names(found.began),
        "ended": names(found.ended),
        "turned": [names(pair) for pair in found.turned],
        "throughout": names(found.throughout),
        "onlyThen": names(found.only_then),
        "onlyNow": names(found.only_now),
    }


def test_story_time_is_pythons(open_page: Open, graph: tuple[skg.KnowledgeGraph, Path]) -> None:
    """Every moment, every pair of moments and every holder."""
    kg, path = graph
    cases: list[tuple[IRI | None, IRI, IRI | None]] = []
    wanted = []
    for holder in (None, *holders(kg.statements())):
        for end in moments_of(kg):
            cases.append((None, end, holder))
            wanted.append(holding_of(kg.at(end, holder=holder)))
            for start in moments_of(kg)[:12]:
                if start != end:
                    cases.append((start, end, holder))
                    wanted.append(changes_of(kg.changes(start, end, holder=holder)))
    assert len(cases) >= 4
    short = [[part and name_of(part) for part in case] for case in cases]
    found = open_page(path).page.evaluate(HOLDING, [short])
    for case, one, other in zip(short, found, wanted, strict=True):
        assert one == other, case


def test_the_made_up_graphs_have_every_kind_of_change() -> None:
    kg = GRAPHS["small"]()
    told = [changes_of(kg.changes(a, b)) for a in moments_of(kg) for b in moments_of(kg) if a != b]
    assert all(any(one[key] for one in told) for key in told[0])
    assert not all(one["ordered"] for one in told)
    held = [holding_of(kg.at(moment)) for moment in moments_of(kg)]
    assert all(any(one[key] for one in held) for key in held[0])


def test_slider_order_respects_what_is_known(graph: tuple[skg.KnowledgeGraph, Path]) -> None:
    kg, path = graph
    data = data_of(path.read_bytes())
    order, at = kg.order, {name: i for i, name in enumerate(data["moments"])}
    moments = {name_of(iri): iri for iri in moments_of(kg)}
    assert sorted(data["moments"]) == sorted(moments)
    for one, first in moments.items():
        assert data["things"][one]["label"] == kg.label(first)
        for other, second in moments.items():
            if order.precedes(first, second):
                assert at[one] < at[other], (one, other)


PATHS = """([cases]) => cases.map(([start, end, options]) => routes.contradiction(start, end, options) ? "contradiction"
  : routes.find(start, end, options) ?? routes.approach(start, end, options))"""


def path_of(kg: skg.KnowledgeGraph, start: IRI, end: IRI, options: dict[str, Any]) -> Any:
    avoid, via = options["avoid"], options["via"]
    try:
        found = kg.path(start, end, strongest=options["strongest"], include_hedged=options["hedged"], avoid=avoid, via=via)
    except InputError:
        return "contradiction"
    if found.things:
        return {"things": list(map(name_of, found.things)), "statements": names(found), "strength": found.strength}
    nearest = kg.nearest_approach(start, end, avoid=avoid, via=via)
    return {"statements": names(nearest.approach), "missing": names(nearest.missing)}


def test_paths_are_pythons(open_page: Open, graph: tuple[skg.KnowledgeGraph, Path]) -> None:
    """Some hundred pairs, with every mix of options; equal chains are told apart in the same way."""
    kg, path = graph
    ends, statements, draw = ends_of(kg), [one.iri for one in kg.statements()], random.Random(7)
    cases: list[tuple[IRI, IRI, dict[str, Any]]] = []
    for i in range(400):
        options = {
            "strongest": i % 2 == 1,
            "hedged": i % 4 > 1,
            "avoid": draw.sample(ends, i % 3) + draw.sample(statements, (0, 0, 3, 8)[i % 4]) if i % 5 > 1 else [],
            "via": draw.sample(ends, (0, 1, 1, 2)[i // 7 % 4]) if i % 3 == 1 else [],
        }
        cases.append((draw.choice(ends), draw.choice(ends), options))
    wanted = [path_of(kg, *case) for case in cases]
    assert {"contradiction"} < {one if isinstance(one, str) else "" for one in wanted}
    assert sum("missing" in one for one in wanted) > 10
    assert sum("strength" in one for one in wanted) > 10
    short = [
        [name_of(a), name_of(b), options | {part: list(map(name_of, options[part])) for part in ("avoid", "via")}]
        for a, b, options in cases
    ]
    found = open_page(path).page.evaluate(PATHS, [short])
    for case, one, other in zip(short, found, wanted, strict=True):
        assert one == other, case


NEAR = """(cases) => cases.map(([centre, hops]) => {
  const reached = routes.within(centre, hops);
  const some = [...model.data.statements.values()].filter((one) => reached.has(one.subject) && reached.has(one.object));
  return some.map((one) => one.name);
})"""


def centres(kg: skg.KnowledgeGraph) -> list[IRI]:
    """Things of each kind that may be looked around in: at an end of statements, spoken of, and otherwise concerned."""
    statements = kg.statements()
    spoken_of = [one.object for one in statements if isinstance(one.object, IRI) and one.object in {it.iri for it in statements}]
    themes = sorted(given.theme for one in statements for given in one.themes)
    others = [one for some in statements[:9] for one in (some.predicate, some.said_by, some.source, some.rule) if one]
    found = [*ends_of(kg)[::7], *spoken_of[:4], *themes[::20], *sorted(set(others)), *(one.iri for one in statements[::40])]
    return list(dict.fromkeys(found))


def test_near_means_the_same_on_the_page_and_on_the_command_line(open_page: Open, graph: tuple[skg.KnowledgeGraph, Path]) -> None:
    kg, path = graph
    cases = [(centre, hops) for centre in centres(kg) for hops in (1, 2, 3)]
    found = open_page(path).page.evaluate(NEAR, [[name_of(centre), hops] for centre, hops in cases])
    for (centre, hops), shown in zip(cases, found, strict=True):
        wanted = near(kg, name_of(centre), hops)
        assert set(shown) == wanted, (centre, hops)
        assert set(names(part(kg, focus=centre, hops=hops).statements())) == wanted, (centre, hops)
    assert len({str(some) for some in found}) > 10


def test_a_name_means_what_it_means_on_the_command_line(open_page: Open, graph: tuple[skg.KnowledgeGraph, Path]) -> None:
    kg, path = graph
    page = open_page(path).page
    shown = page.evaluate("() => [...model.data.things.values(), ...model.data.statements.values()].map((one) => one.iri)")
    known = set(filter(None, shown))
    texts = [""]
    for iri in known:
        thing = kg.things.get(IRI(iri))
        texts += [iri, f"<{iri}>", name_of(IRI(iri)), iri.rpartition("/")[2].rpartition("#")[2]]
        texts += [form(name) for name in ((thing.label, *thing.names) if thing else ()) for form in (str, str.upper, str.title)]
    found = page.evaluate("([texts]) => texts.map(model.resolve)", [texts])
    for text, name in zip(texts, found, strict=True):
        try:
            meant = kg.resolve(text)
        except InputError:
            assert name is None, text
        else:
            # A name that two bear goes to one that the page shows.
            assert meant not in known or name == name_of(meant), text


LETTERS = {
    "straße": ["STRASSE", "Straẞe", "strase"],
    "ΟΔΟΣ": ["οδος", "οδοσ", "Οδος"],
    "ﬁn": ["FIN", "fin"],
    "İstanbul": ["i̇stanbul", "istanbul", "ISTANBUL"],
    "ılık": ["ILIK", "ilik"],
    "ǆ": ["ǅ", "Ǆ", "dž"],
    "sev:": ["SEV:", "sev", ":"],
    "constructor": ["CONSTRUCTOR", "__proto__", "toString"],
    "a, b %2C": ["A, B %2c", "a"],
}


def test_letter_case_is_set_aside_as_python_does(open_page: Open, tmp_path: Path) -> None:
    kg = made_up(3, things=len(LETTERS) + 1, statements=30, moments=2, called=list(LETTERS))
    path = tmp_path / "letters.html"
    path.write_bytes(make_page(kg))
    page = open_page(path).page
    for label, others in LETTERS.items():
        for text in (label, *others):
            try:
                meant = name_of(kg.resolve(text))
            except InputError:
                meant = None
            assert page.evaluate("(text) => model.resolve(text)", text) == meant, text


# ── Every state stands in the address ────────────────────────────────────────────────────────────────────────────────

DUMP = """() => ({
  shown: [...narrow.shown].sort(),
  drawn: [...severance.map.network.body.edgeIndices].sort(),
  fields: [...document.querySelectorAll("#narrow :is(input, select), #story :is(input, select)")]
    .map((one) => [one.id || one.name + one.value, one.type === "checkbox" ? one.checked : one.value]),
  texts: ["count", "unknown", "story", "route-told", "route-answer", "panel"]
    .map((id) => document.getElementById(id).textContent),
  tabs: [...document.querySelectorAll("[role=tab][aria-selected=true]")].map((one) => one.id),
})"""


FOLLOW = """(text) => {
  history.pushState(null, "", text ? `#${text}` : location.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


def go(opened: Watched, params: dict[str, str]) -> dict[str, Any]:
    """Follow an address and return what the page then shows."""
    opened.page.evaluate(FOLLOW, urlencode(params))
    return dict(opened.page.evaluate(DUMP))


def set_(opened: Watched, params: dict[str, str]) -> dict[str, Any]:
    """Choose the same by the page's own function."""
    opened.page.evaluate("(params) => severance.state.set(params)", params)
    return dict(opened.page.evaluate(DUMP))


def of_time(kg: skg.KnowledgeGraph, at: str, since: str | None, holder: str | None) -> set[str]:
    if since is None:
        held = kg.at(at, holder=holder)
        return {*names(held), *names(held.denied)}
    return {name for some in changed_lists(kg, since, at, holder) for name in names(some)}


def expected(kg: skg.KnowledgeGraph, params: dict[str, str]) -> set[str]:
    """What is to be seen in a state, by Python."""
    found = {name_of(one.iri) for one in kg.statements()}
    for field, key in (("theme", "theme"), ("speaker", "speaker"), ("holder", "holder")):
        if field in params:
            wanted: dict[str, Any] = {key: params[field]}
            found &= set(names(kg.statements(**wanted)))
    for field in ("commitment", "frame", "kind"):
        if field in params:
            found &= {name_of(one.iri) for one in kg.statements() if str(getattr(one, field)) in params[field].split(",")}
    if "near" in params:
        found &= near(kg, params["near"], int(params.get("hops", 1)))
    if "at" in params:
        found &= of_time(kg, params["at"], params.get("since"), params.get("holder"))
    return found


STATES: list[dict[str, str]] = [
    {},
    {"speaker": "DanErickson"},
    {"speaker": "TheCelebPost"},
    {"holder": "Audience"},
    {"holder": "InnieMark"},
    {"theme": "theme:Love"},
    {"commitment": "Hedged,Reported"},
    {"commitment": "none"},
    {"frame": "Production"},
    {"frame": "StoryWorld,Interpretation"},
    {"kind": "BackgroundStatement"},
    {"kind": "InterviewStatement,InferredStatement"},
    {"kind": "InferredStatement", "frame": "StoryWorld"},
    {"near": "Gemma"},
    {"near": "Gemma", "hops": "2"},
    {"near": "theme:Love", "hops": "4"},
    {"near": "Season2", "hops": "3", "frame": "Production"},
    {"near": '"10" (integer)', "hops": "2"},
    {"speaker": "DanErickson", "commitment": "Asserted", "frame": "StoryWorld", "kind": "InterviewStatement"},
    {"at": "MeetingScene"},
    {"at": "S2Opening", "kind": "InterviewStatement"},
    {"at": "EarlierInHisGrowth", "near": "InnieMark"},
    {"at": "FinalChoice", "holder": "DanErickson"},
    {"at": "FinalChoice", "since": "S2Opening"},
    {"at": "S2Opening", "since": "FinalChoice"},
    {"at": "S2Opening", "since": "EarlierInHisGrowth"},
    {"at": "FinalChoice", "since": "MeetingScene", "holder": "DanErickson"},
    {"at": "MeetingScene", "since": "S2Opening", "theme": "theme:Identity", "tab": "route"},
    {"tab": "route", "from": "MDR", "to": "Gemma"},
    {
        "tab": "route",
        "from": "Helly",
        "to": "Audience",
        "via": "InnieMark,Gemma",
        "avoid": "Lumon",
        "strongest": "1",
        "hedged": "1",
    },
    {"tab": "route", "from": "Woe", "to": "Audience", "frame": "StoryWorld", "at": "MeetingScene"},
    {"thing": "Gemma", "near": "Gemma", "tab": "route", "view": "statements-table", "from": "Gemma"},
    {"statement": "celebpost-45511-s07", "speaker": "DanErickson", "at": "FinalChoice"},
]


# What "Show all" leaves as it is: it ends no selection, and asks no other question.
KEPT = ("statement", "thing", "tab", "view", "from", "to", "via", "avoid", "strongest", "hedged")


def test_every_state_round_trips_and_shows_what_python_finds(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    fresh = go(opened, {})
    for params in STATES:
        followed = go(opened, params)
        assert set(followed["shown"]) == expected(kg, params), params
        assert go(opened, {}) == fresh, params
        assert set_(opened, params) == followed, params
        assert dict(parse_qsl(opened.page.url.partition("#")[2])) == params
        opened.page.evaluate("() => severance.state.widen()")
        left = dict(parse_qsl(opened.page.url.partition("#")[2]))
        assert left == {field: params[field] for field in params if field in KEPT}
        assert len(opened.page.evaluate("() => [...narrow.shown]")) == len(kg.statements())
    assert len({str(expected(kg, params)) for params in STATES}) > 20
    # A fresh window shows the same as the one in which the state was made.
    for params in STATES[-7:-2:2]:
        followed = go(opened, params)
        opened.page.reload()
        opened.page.wait_for_selector("html[data-ready]")
        assert opened.page.evaluate(DUMP) == followed, params


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "__proto__",
    "constructor",
    "javascript:alert(2)",
    ",,,",
    "%2C%zz%",
    "none",
    "-1",
    "1e9",
    "\u0000",
    "\u202eevil",
    "Gemma,Gemma",
    "x" * 20_000,
]


@pytest.mark.parametrize(
    "also", [{}, {"tab": "route", "to": "Gemma", "hops": "2", "at": "MeetingScene"}], ids=["alone", "among-others"]
)
def test_hostile_and_unknown_values_are_text(open_page: Open, file: Path, kg: skg.KnowledgeGraph, also: dict[str, str]) -> None:
    opened = open_page(file)
    fields = (
        "q",
        "theme",
        "speaker",
        "holder",
        "commitment",
        "frame",
        "kind",
        "at",
        "since",
        "near",
        "hops",
        "from",
        "via",
        "avoid",
    )
    fresh = go(opened, {})
    told = {
        "theme": "#unknown",
        "speaker": "#unknown",
        "near": "#unknown",
        "at": "#at-unknown",
        "from": "#route-told",
        "kind": "#unknown",
        "frame": "#unknown",
    }
    for i, field in enumerate(fields):
        for value in HOSTILE if i % 2 == len(also) % 2 else HOSTILE[:2]:
            params = also | {field: value}
            followed = go(opened, params)
            assert value not in HOSTILE[:2] or set_(opened, params) == followed, params
            if field in told and not any(odd in value for odd in ("\u0000", ",", "%", "none", "xxx")):
                assert value in (opened.page.text_content(told[field]) or ""), params
    assert opened.page.evaluate("() => document.querySelectorAll('img, iframe, bdi *').length") == 0
    assert go(opened, {}) == fresh


def test_unknown_names_are_told_and_a_list_keeps_its_commas(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    go(opened, {"tab": "route", "from": "Gema", "to": "Gemma", "avoid": "Lumen"})
    assert opened.text("#route-told") == "Nothing here is called Gema. Nothing here is called Lumen."
    go(opened, {"tab": "route", "from": "Gemma", "to": "MDR", "avoid": "MDR"})
    assert "cannot both pass and avoid MDR" in opened.text("#route-told")
    round_trip = (
        "(some) => { severance.state.set({ avoid: severance.state.joined(some) }); return severance.state.list('avoid'); }"
    )
    some = ["a,b", "%", "%2C", "%252C", "ü", "plain"]
    assert opened.page.evaluate(round_trip, some) == some
    opened.page.reload()
    opened.page.wait_for_selector("html[data-ready]")
    assert opened.page.evaluate("() => severance.state.list('avoid')") == some


# ── Used by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(opened: Watched) -> set[str]:
    return set(opened.page.evaluate("() => [...narrow.shown]"))


def listed(opened: Watched, selector: str) -> list[str]:
    found = opened.page.locator(f"{selector} button[data-name]").evaluate_all("some => some.map(one => one.dataset.name)")
    return list(found)


def test_filters_by_mouse_and_back(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    page = opened.page
    dumps = [page.evaluate(DUMP)]

    def step(params: dict[str, str]) -> None:
        assert shown(opened) == expected(kg, params), params
        assert opened.text("#count") == f"{len(expected(kg, params))} of {len(kg.statements())} statements"
        dumps.append(page.evaluate(DUMP))

    page.click("#more > summary")
    page.select_option("#speaker", "DanErickson")
    step({"speaker": "DanErickson"})
    page.uncheck("#frames input[value=Production]")
    step({"speaker": "DanErickson", "frame": "StoryWorld,Interpretation"})
    page.uncheck("#kinds input[value=BackgroundStatement]")
    step({"speaker": "DanErickson", "frame": "StoryWorld,Interpretation", "kind": "InterviewStatement,InferredStatement"})
    page.click("#reset")
    assert shown(opened) == expected(kg, {})
    assert page.evaluate("() => document.activeElement.id") == "search"
    dumps.append(page.evaluate(DUMP))
    page.locator("#panel button", has_text="Gemma").first.click()
    opened.panel("edges first")
    page.click("#around")
    assert shown(opened) == near(kg, "Gemma", 1)
    page.select_option("#hops", "2")
    assert shown(opened) == near(kg, "Gemma", 2)
    page.fill("#near", "the meeting of the two marks")
    page.keyboard.press("Enter")
    assert page.input_value("#near") == "the meeting of the two Marks"
    assert shown(opened) == near(kg, "MeetingOfTheMarks", 2)
    page.fill("#near", "no such thing")
    page.keyboard.press("Tab")
    assert shown(opened) == set()
    assert "Nothing on the map is called no such thing." in opened.text("#unknown")
    for _ in range(6):
        page.go_back()
    for dump in reversed(dumps[:-1]):
        page.wait_for_function("(shown) => narrow.shown.size === shown", arg=len(dump["shown"]))
        if dump is not dumps[0]:
            page.go_back()
    assert page.evaluate(DUMP) == dumps[0]
    for dump in dumps[1:4]:
        page.go_forward()
        page.wait_for_function("(shown) => narrow.shown.size === shown", arg=len(dump["shown"]))
        assert page.evaluate(DUMP) == dump


def test_the_slider_by_keyboard(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    page = opened.page
    moments = page.evaluate("() => model.data.moments")
    page.focus("#at")
    assert page.get_attribute("#at", "aria-valuetext") == "Any time"
    for name in moments:
        page.keyboard.press("ArrowRight")
        held = kg.at(name)
        assert page.get_attribute("#at", "aria-valuetext") == opened.text("#at-name") == kg.label(held.moment)
        assert shown(opened) == {*names(held), *names(held.denied)}
        assert listed(opened, "#held-lists") == [*names(held), *names(held.denied)]
        said = opened.text("#story-told")
        assert page.get_attribute("#story-told", "role") == "status"
        assert said.startswith(f"{len(held)} edges are known to hold at {kg.label(held.moment)}")
        assert f"Of {len(held.not_known)} more edges the time is not known; {len(held.unordered)} hold" in said
        aside = {kg.label(kg.resolve(one)) for one in moments if kg.resolve(one) in _unordered(kg, held.moment)}
        assert all(label in opened.text("#at-order") for label in aside)
        assert ("Nobody has said whether" in opened.text("#at-order")) is bool(aside)
    page.keyboard.press("Home")
    assert page.get_attribute("#at", "aria-valuetext") == "Any time"
    assert shown(opened) == expected(kg, {})
    assert not page.locator("#held").is_visible()
    page.go_back()
    page.wait_for_function("() => severance.state.get('at') !== ''")
    assert page.input_value("#at") == str(len(moments))


def _unordered(kg: skg.KnowledgeGraph, moment: IRI) -> set[IRI]:
    order = kg.order
    return {
        one for one in moments_of(kg) if one != moment and not order.precedes(one, moment) and not order.precedes(moment, one)
    }


def test_two_moments_compared_by_mouse(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    page = opened.page
    assert page.is_disabled("#since")
    page.locator("#moments li", has_text="the final choice").click()
    page.select_option("#since", "MeetingScene")
    found = kg.changes("MeetingScene", "FinalChoice")
    lists = changed_lists(kg, "MeetingScene", "FinalChoice", None)
    assert found.turned
    assert listed(opened, "#held-lists") == [name for some in lists for name in names(some)]
    assert f"{len(found.turned)} pair turned around" in opened.text("#story-told")
    options = page.locator("#since option").all_inner_texts()
    assert any(text.endswith("(before it)") for text in options)
    lit = page.evaluate("() => [...highlight.current()]")
    assert set(lit) == {name for some in lists[:-1] for name in names(some)}
    gloss = found.turned[0][0].gloss
    page.locator("#held-lists button", has_text=gloss).first.click()
    opened.panel(gloss)
    assert page.locator("#held-lists button[aria-current=true]").first.get_attribute("data-name") == name_of(
        found.turned[0][0].iri
    )
    page.select_option("#since", "")
    page.locator("#moments li", has_text="the opening of Season 2").click()
    page.select_option("#since", "EarlierInHisGrowth")
    assert "Nobody has said whether earlier in Innie Mark's growth comes before or after" in opened.text("#story-told")
    page.select_option("#since", "FinalChoice")
    assert "comes after" in opened.text("#story-told")
    page.click("#story-told button")
    assert (page.input_value("#since"), page.evaluate("() => severance.state.get('at')")) == ("S2Opening", "FinalChoice")


def test_a_filter_narrows_what_the_slider_lists(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    go(opened, {"at": "MeetingScene", "kind": "BackgroundStatement"})
    held = kg.at("MeetingScene")
    some = [one for one in held.always if one.kind == "BackgroundStatement"]
    assert 0 < len(some) < len(held.always)
    assert f"Always ({len(some)} of {len(held.always)})" in opened.text("#held-lists")
    assert set(listed(opened, "#held-lists")) == expected(kg, {"at": "MeetingScene", "kind": "BackgroundStatement"})


def test_with_a_holder_the_slider_tells_that_ones_world(open_page: Open, tmp_path: Path) -> None:
    """What nobody else says cannot turn, end or go on in it: it is more than the part of the whole that the filter leaves."""
    kg = GRAPHS["small"]()
    path = tmp_path / "small.html"
    path.write_bytes(make_page(kg))
    opened = open_page(path)
    moments = [name_of(one) for one in moments_of(kg)]
    differ = 0
    for i, holder in enumerate(holders(kg.statements())):
        for at in moments[1:]:
            since = moments[i]
            go(
                opened,
                {"at": at, "since": since, "holder": name_of(holder)} if at != since else {"at": at, "holder": name_of(holder)},
            )
            lists = changed_lists(kg, since, at, holder) if at != since else held_lists(kg, at, holder)
            assert listed(opened, "#held-lists") == [name for some in lists for name in names(some)]
            whole = changed_lists(kg, since, at, None) if at != since else []
            differ += [[one for one in some if one.held_by == holder] for some in whole] != [list(some) for some in lists]
    assert differ > 3


def held_lists(kg: skg.KnowledgeGraph, at: str, holder: str | None) -> list[Sequence[Statement]]:
    found = kg.at(at, holder=holder)
    return [found.at_point, found.through, found.always, found.denied]


def changed_lists(kg: skg.KnowledgeGraph, since: str, at: str, holder: str | None) -> list[Sequence[Statement]]:
    found = kg.changes(since, at, holder=holder)
    return [*found.turned, found.began, found.ended, found.only_then, found.only_now, found.throughout]


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone(open_page: Open, file: Path, kg: skg.KnowledgeGraph, width: int) -> None:
    opened = open_page(file, size=(width, PHONE[1]), has_touch=True)
    page = opened.page
    page.tap("#drawer > summary")
    page.tap("#more > summary")
    page.tap("#kinds label:has(input[value=InferredStatement])")
    assert shown(opened) == expected(kg, {"kind": "InterviewStatement,BackgroundStatement"})
    box = page.locator("#at").bounding_box()
    assert box
    assert box["height"] >= 24
    page.tap("#at", position={"x": box["width"] - 4, "y": box["height"] / 2})
    last = page.evaluate("() => model.data.moments.at(-1)")
    assert page.evaluate("() => severance.state.get('at')") == last
    page.tap("#held > summary")
    assert set(listed(opened, "#held-lists")) == expected(kg, {"at": last, "kind": "InterviewStatement,BackgroundStatement"})
    page.tap("#tab-route")
    page.fill("#route-from", "mdr")
    page.fill("#route-to", "gemma")
    page.tap("#route-form p button")
    assert listed(opened, "#route-answer") == names(kg.path("MDR", "Gemma"))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "() => [...document.querySelectorAll('#route button, #route summary, #story :is(input, select, summary), #more summary')]"
        ".filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)"
    )
    assert small == []


def test_many_moments_and_none(open_page: Open, tmp_path: Path) -> None:
    many = tmp_path / "many.html"
    many.write_bytes(make_page(GRAPHS["many-moments"]()))
    opened = open_page(many, size=(320, 700))
    page = opened.page
    assert not page.locator("#moments").is_visible()
    page.focus("#at")
    page.keyboard.press("End")
    assert page.get_attribute("#at", "aria-valuetext") == page.evaluate("() => model.label(model.data.moments.at(-1))")
    assert " more." in opened.text("#at-order")
    assert page.locator("#since option").count() == 40
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320

    none = tmp_path / "none.html"
    none.write_bytes(make_page(made_up(4, things=4, statements=10, moments=0)))
    opened = open_page(none, "#at=MeetingScene&since=S2Opening")
    assert not opened.page.locator("#story").is_visible()
    assert len(shown(opened)) == opened.page.evaluate("() => model.data.statements.size")


# ── Paths, told ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_path_is_told_with_its_evidence(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    page = opened.page
    page.click("#tab-route")
    page.fill("#route-from", "helly")
    page.fill("#route-to", "sev:FinalChoice")
    page.keyboard.press("Enter")
    found = kg.path("Helly", "FinalChoice")
    assert page.input_value("#route-to") == "the final choice"
    assert (
        opened.text("#route-told")
        == f"Helly and the final choice are joined in {len(found)} steps; strength {found.strength:.2f}."
    )
    assert page.get_attribute("#route-told", "role") == "status"
    assert page.locator("#route-answer .stops button").all_inner_texts() == [kg.label(one) for one in found.things]
    assert page.locator("#route-answer ol").count() == 1
    steps = page.locator("#route-answer .steps > li")
    assert steps.count() == len(found)
    for i, one in enumerate(found):
        said = steps.nth(i).inner_text()
        assert one.gloss in said
        hrefs = steps.nth(i).locator("a").evaluate_all("some => some.map(one => one.getAttribute('href'))")
        assert hrefs == [one.link] if one.link else hrefs == list(one.references)
        if one.said_by:
            assert kg.label(one.said_by) in said
            assert f"paragraph {one.passage.paragraph if one.passage else None}" in said
    assert set(page.evaluate("() => [...highlight.current()]")) == {*names(found), *map(name_of, found.things)}
    steps.nth(1).locator("button").first.click()
    opened.panel(found[1].gloss)
    assert steps.nth(1).locator("button").first.get_attribute("aria-current") == "true"
    page.check("#route-strongest")
    page.check("#route-hedged")
    better = kg.path("Helly", "FinalChoice", strongest=True, include_hedged=True)
    assert listed(opened, "#route-answer") == names(better)
    page.get_by_role("button", name="Swap the ends").click()
    assert listed(opened, "#route-answer") == names(kg.path("FinalChoice", "Helly", strongest=True, include_hedged=True))
    page.go_back()
    page.wait_for_function("() => severance.state.get('from') === 'Helly'")
    assert listed(opened, "#route-answer") == names(better)


def test_where_there_is_no_path_what_is_missing_is_told(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    """The command line's own case: Helly, cut off from all edges that touch her."""
    joined = [one.iri for one in kg.statements() if one.is_edge and kg.resolve("Helly") in one.triple]
    opened = open_page(file)
    page = opened.page
    go(opened, {"tab": "route", "from": "Helly", "to": "Gemma", "avoid": ",".join(map(name_of, joined))})
    near = kg.nearest_approach("Helly", "Gemma", avoid=joined)
    assert "No chain of edges joins Helly and Gemma" in opened.text("#route-told")
    assert listed(opened, "#route-answer") == names(near.approach)
    missing = page.locator("#route-answer li:has(.gap) > button").evaluate_all("some => some.map(one => one.dataset.name)")
    assert missing == names(near.missing)
    assert "Not an edge" in opened.text("#route-answer .gap")
    assert page.locator("#route-avoid-list li").count() == len(joined)
    page.locator("#route-avoid-list button").first.click()
    assert page.locator("#route-avoid-list li").count() == len(joined) - 1
    assert page.evaluate("() => document.activeElement.id") == "route-avoid"


def test_stops_and_detours_by_hand(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    """The command line's own case, with what is selected on the map taken into the form."""
    opened = open_page(file, "#thing=MDR&tab=route")
    page = opened.page
    page.click("#route-selected >> text=start")
    page.evaluate("() => severance.state.choose('Gemma', 'map')")
    page.click("#route-selected >> text=end")
    page.check("#route-strongest")
    page.click("#route-more > summary")
    page.fill("#route-avoid", "lumon")
    page.keyboard.press("Enter")
    page.fill("#route-via", "innie mark")
    page.locator("#route-more .pair button").first.click()
    found = kg.path("MDR", "Gemma", strongest=True, avoid=["Lumon"], via=["Innie Mark"])
    assert listed(opened, "#route-answer") == names(found)
    assert page.locator("#route-answer .stops button").all_inner_texts() == [kg.label(one) for one in found.things]
    assert dict(parse_qsl(page.url.partition("#")[2])) == {
        "thing": "Gemma",
        "tab": "route",
        "from": "MDR",
        "to": "Gemma",
        "via": "InnieMark",
        "avoid": "Lumon",
        "strongest": "1",
    }
