"""Hostile strings, through the data, the address and a reader's file: nothing runs, nothing is asked for, text is text.

Each file of ``cases/hostile_strings`` is a string with why it is hostile. Every page here is watched by ``open_page``: a
dialog, a request, an error or a break of the policy fails the test.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

import severance_kg as skg
from browser import Open, Watched
from severance_kg.compile import lines, statement_triples
from severance_kg.drawing import name_of
from severance_kg.moments import Time
from severance_kg.page import make_page
from severance_kg.passages import PassageRef, Span
from severance_kg.resources import root
from severance_kg.statements import Commitment, Form, Kind, Relation, Resolution, Statement, ThemeAssignment, Weight
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import DCTERMS, IRI, RDF, RDFS, SCHEMA, SEV, SKG, SKOS, SRC, ST, THEME, XSD, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CASES = [
    tomllib.loads(file.read_text("utf-8")) for file in sorted((Path(__file__).parent / "cases/hostile_strings").glob("*.toml"))
]
SALTLIGHT = Path(__file__).parent / "data" / "saltlight" / "interview.yaml"
STRINGS = [case["text"] for case in CASES]

NAMES = (
    *("__proto__", "constructor", "toString", "hasOwnProperty", "length", "size", "javascript:alert(1)", "a,b", "a&thing=b#c"),
    *("%3Cimg%20src=x%20onerror=alert(1)%3E", "'onx=alert(1)", "state", "data", "\u00e9\u4e2d", "a/../b", "%00"),
)
"""Local names of things that an engine takes for IRIs, and that scripts, addresses and objects may take for something else."""

FIELDS = re.findall(r'"(\w+)"', re.search(r"(?s)const FIELDS = \[(.*?)\];", (root() / "viz/state.js").read_text("utf-8"))[1])  # type: ignore[index]

ELEMENTS = """() => {
  const own = new Set(['http:', 'https:']);
  const told = one => one.outerHTML.slice(0, 200);
  const foreign = 'img, iframe, frame, object, embed, base, math, animate, style:not(head > style), link:not([rel=icon]),'
    + ' meta[http-equiv]:not([http-equiv="Content-Security-Policy"]), [srcdoc], [action], [formaction], bdi *, audio, video';
  const all = [...document.querySelectorAll('*')];
  return {
    foreign: [...document.querySelectorAll(foreign)].map(told),
    handlers: all.filter(one => one.getAttributeNames().some(name => name.startsWith('on'))).map(told),
    addresses: [...document.querySelectorAll('a[href]')].filter(one =>
      !own.has(one.protocol) && !(one.getAttribute('href').startsWith('#') && one.dataset.skip)).map(told),
    scripts: document.scripts.length,
  };
}"""

PROTOTYPES = """() => Object.fromEntries([Object, Array, String, Map, Set, Function, Number, Promise].map(one =>
  [one.name, [...Object.getOwnPropertyNames(one), ...Object.getOwnPropertyNames(one.prototype)].sort()]))"""


def test_every_string_says_why() -> None:
    assert len(CASES) > 40
    assert all(case.keys() == {"why", "text"} and case["why"] and case["text"] for case in CASES)
    assert len(set(STRINGS)) == len(STRINGS)
    assert {"statement", "thing", "q"} <= set(FIELDS)


# ── Through the data ─────────────────────────────────────────────────────────────────────────────────────────────────


def named(subject: str, cls: str, text: str) -> Iterator[ox.Triple]:
    """A thing each of whose strings is ``text``."""
    node, told = ox.NamedNode(subject), ox.Literal(text, language="en")
    yield ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SKG + cls))
    for predicate in (RDFS + "label", SKOS + "definition", SKOS + "altLabel", DCTERMS + "title"):
        yield ox.Triple(node, ox.NamedNode(predicate), told)
    for predicate in (SCHEMA + "url", SCHEMA + "sameAs", DCTERMS + "issued"):
        yield ox.Triple(node, ox.NamedNode(predicate), ox.Literal(text))


def statement(i: int, text: str) -> Statement:
    """A statement each of whose strings is ``text``, of a kind, a commitment and an object that change with ``i``."""
    kind = (Kind.INTERVIEW, Kind.BACKGROUND, Kind.INFERRED)[i % 3]
    before = IRI(f"{ST}bad-s{i - 1}" if i else f"{ST}bad-s{len(STRINGS) - 1}")
    datatype = f"{SKG}javascript:alert(1)" if i % 2 else f"{XSD}date"
    objects = (Literal(text), IRI(f"{SEV}Bad{i}"), Literal(text, datatype=datatype), before)
    return Statement(
        iri=IRI(f"{ST}bad-s{i}"),
        kind=kind,
        subject=IRI(SEV + NAMES[i % len(NAMES)]),
        predicate=IRI(f"{SKG}bad{i}"),
        object=objects[i % 4],
        gloss=f"{i}: {text}",
        commitment=list(Commitment)[i % 4],
        themes=(ThemeAssignment(IRI(f"{THEME}Bad{i}"), Weight.MAJOR, text),),
        resolutions=(Resolution(Form.NAME, IRI(f"{SEV}Bad{i}"), before),),
        relations=((Relation.IN_TENSION_WITH, before),),
        said_by=IRI(f"{SEV}Bad{i}"),
        said_to=IRI(SEV + NAMES[-1 - i % len(NAMES)]),
        held_by=IRI(f"{SEV}Bad{i}"),
        time=Time(at=IRI(f"{SEV}Bad{i}")),
        references=("javascript:alert(1)", "data:text/html,alert(1)", "vbscript:x", "https://a.example/?q='onx=alert(1)"),
        source=IRI(f"{SRC}bad{i}"),
        passage=PassageRef(1, text, text, 1, characters=Span(0, 1), sha256=text),
        link=text,
        rule=IRI(f"{SKG}rule{i}") if kind is Kind.INFERRED else None,
        premises=(before,) if kind is Kind.INFERRED else (),
        annotated_by=text,
        annotated_on=text,
        note=text,
    )


def hostile_graph() -> skg.KnowledgeGraph:
    triples: list[ox.Triple] = []
    for i, text in enumerate(STRINGS):
        triples += named(f"{SKG}bad{i}", "EdgeProperty", text)
        triples += named(f"{THEME}Bad{i}", "Theme", text)
        triples += named(f"{SRC}bad{i}", "Source", text)
        triples += named(f"{SKG}rule{i}", "Rule", text)
        triples += named(f"{SEV}Bad{i}", ("Persona", "Moment", "Work")[i % 3], text)
        triples += statement_triples(statement(i, text))
    for i, name in enumerate(NAMES):
        triples += named(SEV + name, "Persona", STRINGS[i])
    return skg.KnowledgeGraph(MemoryStore("".join(lines(triples)).encode()))


@pytest.fixture(scope="module")
def hostile() -> skg.KnowledgeGraph:
    return hostile_graph()


@pytest.fixture(scope="module")
def hostile_file(hostile: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.html"
    path.write_bytes(make_page(hostile))
    return path


@pytest.fixture(scope="module")
def clean(browser: Browser) -> dict[str, list[str]]:
    """The names that a page's own objects have in this browser when nothing has been done to them."""
    page = browser.new_page()
    found = dict(page.evaluate(PROTOTYPES))
    page.close()
    return found


def is_clean(opened: Watched, clean: dict[str, list[str]]) -> None:
    """Nothing but the page's own elements, addresses that a browser may open, and objects as they were."""
    found = opened.page.evaluate(ELEMENTS)
    marks = len(re.findall(r"\{\{(?:script|renderer)", (root() / "viz/page.html").read_text("utf-8")))
    # Beside the scripts there is the data, and the engine's three: its script, its module and its graph.
    assert found.pop("scripts") <= marks + 1 + 3
    assert found == {"foreign": [], "handlers": [], "addresses": []}
    assert opened.page.evaluate(PROTOTYPES) == clean
    assert opened.page.evaluate("() => ({}).polluted === undefined && ({}).x === undefined")


SHOW = """names => names.map(name => {
  severance.state.choose(name, 'list');
  const told = document.querySelector('#panel .gloss bdi');
  return { name, gloss: told?.textContent, panel: document.getElementById('panel').textContent,
    live: document.getElementById('told').textContent, title: document.title };
})"""


def test_through_the_data_every_string_is_text(
    open_page: Open, hostile_file: Path, hostile: skg.KnowledgeGraph, clean: dict[str, list[str]]
) -> None:
    opened = open_page(hostile_file)
    statements = hostile.statements()
    assert opened.page.locator("#statements > li").count() == len(statements) == len(STRINGS)
    for one, shown in zip(statements, opened.page.evaluate(SHOW, [name_of(one.iri) for one in statements]), strict=True):
        text = one.gloss.partition(": ")[2]
        assert shown["gloss"] == one.gloss
        assert one.gloss in shown["live"]
        # Label of the speaker, its holder's and its time's; theme, reason, note, annotator and day.
        assert shown["panel"].count(text) >= 8, text
    is_clean(opened, clean)
    things = [*NAMES, *(f"Bad{i}" for i in range(len(STRINGS))), *(f"theme:Bad{i}" for i in range(len(STRINGS)))]
    things += [f"skg:bad{i}" for i in range(len(STRINGS))] + [f"src:bad{i}" for i in range(len(STRINGS))]
    by_name = {name_of(iri): iri for iri in hostile.things}
    for name, shown in zip(things, opened.page.evaluate(SHOW, things), strict=True):
        label = hostile.label(IRI(SEV + name) if name in NAMES else by_name[name])
        assert shown["gloss"] == label, name
        assert shown["panel"].count(label) >= 3, "its label, its other name, its definition"
    is_clean(opened, clean)


def test_through_every_view_every_string_is_text(
    open_page: Open, hostile_file: Path, hostile: skg.KnowledgeGraph, clean: dict[str, list[str]]
) -> None:
    opened = open_page(hostile_file, permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    for view, first_cells in (
        ("statements-table", [one.gloss for one in hostile.statements()]),
        ("things-table", [hostile.label(IRI(f"{SEV}Bad{i}")) for i in range(len(STRINGS))]),
    ):
        page.click(f"#tab-{view}")
        page.wait_for_function("view => severance.state.get('view') === view", arg=view)
        cells = (
            f"() => [...document.querySelectorAll('#{view} tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
        )
        page.wait_for_function(f"() => document.querySelectorAll('#{view} tbody tr').length >= {len(first_cells)}")
        page.wait_for_function(f"() => !document.querySelector('#{view} tbody tr:not(.laid)')")
        rows = page.evaluate(cells)
        assert set(first_cells) <= {row[0] for row in rows}
        page.locator(f"#{view}").get_by_role("button", name="Copy as CSV").click()
        page.wait_for_function(f"() => document.getElementById('{view}').innerText.includes('Copied: CSV.')")
        copied = list(csv.reader(io.StringIO(page.evaluate("() => navigator.clipboard.readText()"), newline="")))
        assert len(copied) == len(rows) + 1
        assert not [cell for row in copied for cell in row if cell.startswith(("=", "@", "+"))], (
            "no cell that a spreadsheet would run"
        )
        for sorter in page.locator(f"#{view} thead button").all()[:3]:
            sorter.click()
    is_clean(opened, clean)
    page.evaluate("() => severance.state.set({view: ''})")
    for tab in page.locator("[role=tab]").all():
        tab.click()
    page.click("#tab-browse")
    for theme in page.locator("#theme option").evaluate_all("some => some.map(one => one.value)"):
        page.select_option("#theme", theme)
    page.select_option("#theme", "")
    page.evaluate(
        "some => some.forEach(text => { const field = document.getElementById('search'); field.value = text;"
        " field.dispatchEvent(new Event('input', {bubbles: true})); })",
        STRINGS,
    )
    is_clean(opened, clean)


def test_what_is_copied_holds_the_string_and_no_more(open_page: Open, hostile_file: Path, hostile: skg.KnowledgeGraph) -> None:
    opened = open_page(hostile_file, "#statement=bad-s0", permissions=["clipboard-read", "clipboard-write"])
    for what in ("citation", "address", "id"):
        opened.page.locator("#panel").get_by_role("button", name=f"Copy {what}", exact=True).click()
        opened.panel(f"Copied: {what}.")
    assert opened.page.evaluate("() => navigator.clipboard.readText()") == "bad-s0"


def test_no_string_pushes_the_page_aside(open_page: Open, hostile_file: Path) -> None:
    long = next(i for i, case in enumerate(CASES) if case["text"] == "W" * 600)
    opened = open_page(hostile_file, f"#statement=bad-s{long}", size=(320, 844))
    opened.panel("WWWW")
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= 320
    overlapping = next(i for i, case in enumerate(CASES) if "turned" in case["text"])
    opened.page.evaluate("name => severance.state.choose(name, 'list')", f"st:bad-s{overlapping}")
    opened.panel("turned")
    directions = "() => getComputedStyle(document.querySelector('#panel .verdict')).direction"
    assert opened.page.evaluate(directions) == "ltr", "what turns the direction ends with its own text"


# ── Through the address ──────────────────────────────────────────────────────────────────────────────────────────────

GO = """hashes => hashes.reduce(async (before, hash) => {
  const found = await before;
  const changed = new Promise(done => addEventListener('hashchange', done, {once: true}));
  const old = location.href;
  location.hash = hash;
  if (location.href !== old) await changed;
  found.push({ hash, title: document.title, unknown: document.querySelector('#panel > p bdi')?.textContent ?? null,
    panel: document.getElementById('panel').textContent });
  return found;
}, Promise.resolve([]))"""

RAW = [
    *("%", "%E0%A4%A", "statement=%", "statement=%E0%A4%A", "statement=%ED%A0%80", "thing=%C0%80", "<script>alert(1)</script>"),
    *("javascript:alert(1)", "__proto__[polluted]=1&constructor.prototype.polluted=1", "__proto__=1&constructor=2&toString=3"),
    *("statement=a&statement=b&thing=c&thing=d", "view=__proto__&tab=constructor&at=toString&hops=__proto__", ":~:text=x"),
    *(
        "=",
        "&&&",
        "=&=&",
        "a" * 50_000,
        "q=" + "a" * 20_000,
        "q=" + "%F0%9F%91%A9" * 2_000,
        "hops=1e309&near=Bad1",
        "hops=-1&near=Bad1",
    ),
]
"""Addresses that are no list of fields, or one that is broken, endless or names what objects have already."""


def test_through_the_address_every_string_is_text(open_page: Open, hostile_file: Path, clean: dict[str, list[str]]) -> None:
    opened = open_page(hostile_file)
    known = {*NAMES}
    for field in ("statement", "thing"):
        wanted = [text for text in STRINGS if text not in known]
        for text, told in zip(
            wanted, opened.page.evaluate(GO, [f"{field}={quote(text, safe='')}" for text in wanted]), strict=True
        ):
            assert told["unknown"] == text
            assert told["panel"].startswith(f"Nothing here is called {text}.")
    for i, text in enumerate(STRINGS):
        hashes = [
            f"{FIELDS[i % len(FIELDS)]}={quote(text, safe='')}",
            "&".join(f"{field}={quote(text, safe='')}" for field in FIELDS),
        ]
        opened.page.evaluate(GO, hashes)
    is_clean(opened, clean)
    opened.page.evaluate(GO, RAW)
    is_clean(opened, clean)
    after = opened.page.evaluate(GO, ["statement=bad-s1"])
    assert after[0]["panel"].startswith("Known from "), "and the page goes on"


def test_an_address_that_is_hostile_from_the_start(open_page: Open, hostile_file: Path, clean: dict[str, list[str]]) -> None:
    text = "</script><img src=x onerror=alert(1)>"
    opened = open_page(hostile_file, "#" + "&".join(f"{field}={quote(text, safe='')}" for field in FIELDS))
    assert f"Nothing here is called {text}." in opened.panel("Nothing here is called")
    is_clean(opened, clean)
    for i in range(0, len(NAMES), 5):
        other = open_page(hostile_file, f"#thing={quote(NAMES[i], safe='')}")
        assert other.page.evaluate("() => severance.state.selection.thing") == NAMES[i]


# ── Through files ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_through_a_readers_file_every_string_is_text(open_page: Open, hostile_file: Path, clean: dict[str, list[str]]) -> None:
    opened = open_page(hostile_file)
    opened.page.evaluate("() => { document.getElementById('reader').open = true; }")
    for i, text in enumerate(STRINGS):
        name = text.replace("/", "_").replace("\\", "_").replace("\0", "")[:100]
        for ending in ("txt", "html"):
            buffer = f"<title>{text}</title><p {text}>word {i} {text}".replace("\0", "").encode()
            opened.page.set_input_files("#reader-file", {"name": f"{name}.{ending}", "mimeType": "text/plain", "buffer": buffer})
            opened.page.wait_for_function(
                "ending => document.getElementById('reader-told').textContent.includes(`.${ending}” holds no passage`)",
                arg=ending,
            )
    is_clean(opened, clean)
    opened.page.evaluate("() => reader.verdict({}, {sha256: null})")
    opened.page.click("#reader-forget")
    is_clean(opened, clean)


QUESTION = """#+ question: {question}
#+ answer: {answer}
#+ must_have:
#+   - {{self: sev:MsCasey}}
#+ must_not_have:
#+   - {{self: sev:InnieMark}}
# {comment}
SELECT ?self ("{text}" AS ?said) WHERE {{ ?self skg:personaOf sev:Gemma }} ORDER BY ?self
"""


def test_through_questions_every_string_is_text(open_page: Open, tmp_path: Path, clean: dict[str, list[str]]) -> None:
    some = [text for text in STRINGS if text.isprintable()]
    folder = tmp_path / "interviews"
    (folder / "questions").mkdir(parents=True)
    (folder / "interview.yaml").write_text(SALTLIGHT.read_text("utf-8"), "utf-8")
    for i, text in enumerate(some):
        quoted, escaped = json.dumps(text), text.replace("\\", "\\\\").replace('"', '\\"')
        query = QUESTION.format(question=quoted, answer=quoted, comment=text, text=escaped)
        (folder / "questions" / f"hostile-{i}.rq").write_text(query, "utf-8")
    path = tmp_path / "questions.html"
    path.write_bytes(make_page(skg.load(folder)))
    opened = open_page(path, "#tab=questions")
    is_clean(opened, clean)
    told = []
    for i in range(len(some)):
        opened.page.evaluate(GO, [f"tab=questions&question=hostile-{i}"])
        told.append(opened.page.text_content("#questions") or "")
    is_clean(opened, clean)
    assert [text for text, shown in zip(some, told, strict=True) if text.strip() not in shown] == []


# ── The policy ───────────────────────────────────────────────────────────────────────────────────────────────────────


def put(tag: str, **properties: str) -> str:
    """A script that puts an element into the page."""
    return f"const made = Object.assign(document.createElement('{tag}'), {json.dumps(properties)}); document.body.append(made);"


def test_policy_stops_what_was_not_written(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    tries = {
        "script-src": put("script", textContent="window.ran = 1"),
        "script-src-attr": "document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click()",
        "connect-src": "await fetch('https://attacker.example/').catch(() => 0)",
        "img-src": put("img", src="https://attacker.example/x.png"),
        "style-src": put("style", textContent="* {}"),
        "frame-src": put("iframe", src="https://attacker.example/"),
        "form-action": put("form", action="https://attacker.example/") + "made.submit()",
        "base-uri": put("base", href="https://attacker.example/"),
        "eval": "setTimeout(() => { try { eval('window.ran = 1') } catch { console.error('policy: eval') } })",
    }
    stopped: list[str | None] = []
    opened.page.on("requestfailed", lambda request: stopped.append(request.failure))
    for rule, program in tries.items():
        opened.page.evaluate(f"async () => {{ {program}; }}")
        opened.page.wait_for_function("() => new Promise(done => setTimeout(() => done(true)))")
        assert any(told.startswith(f"policy: {rule}") for told in opened.complaints), (rule, opened.complaints)
        opened.complaints.clear()
    assert opened.page.evaluate("() => window.ran ?? null") is None
    assert set(stopped) == {"csp"}, "what was asked for never left the browser"
    del opened.requests[1:]
