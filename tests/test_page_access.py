"""The page for everybody: what axe-core finds, and what it cannot see, with the keyboard and in the live region."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from browser import DESKTOP, LOOKS, Open, Watched, first
from required import missing
from severance_kg.drawing import name_of
from severance_kg.page import make_page
from severance_kg.part import Part
from severance_kg.statements import Commitment, Kind

AXE = Path(__file__).parent / "axe"


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    """The script of axe-core, which npm fetches once for each lock file; npm compares its digest with the one there."""
    npm = shutil.which("npm")
    if not npm:
        missing("npm")
    lock = (AXE / "package-lock.json").read_bytes()
    folder = pytestconfig.cache.mkdir("axe") / hashlib.sha256(lock).hexdigest()[:16]
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(AXE / name, folder / name)
        fetched = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
        )
        if fetched.returncode:
            missing(f"axe-core, which npm could not fetch ({fetched.stderr.strip().splitlines()[-1:]})")
    return script.read_text("utf-8")


def violations(opened: Watched) -> list[str]:
    """What axe finds wrong, each with the elements that it concerns."""
    found: list[dict[str, Any]] = opened.page.evaluate(
        "() => axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations)"
    )
    return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}" for one in found]


WANTED: list[dict[str, Any]] = [
    {"kind": Kind.INTERVIEW},
    {"kind": Kind.BACKGROUND},
    {"kind": Kind.INFERRED},
    {"commitment": Commitment.REPORTED},
]


@pytest.fixture(scope="module")
def few(kg: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of few statements, some of each kind: axe looks at every element, and more would be more of the same kinds."""
    statements = kg.statements()
    held = [*(first(kg, **wanted) for wanted in WANTED), *statements[::9]]
    held += [one for one in statements if kg.resolve("Gemma") in (one.subject, one.object)][:8]
    path = tmp_path_factory.mktemp("few") / "page.html"
    made = Part(kg, {one.iri: one for one in held}.values(), focus=None, hops=1, within=len(statements))
    path.write_bytes(make_page(made))
    return path


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_wrong(open_page: Open, few: Path, kg: skg.KnowledgeGraph, axe: str, look: str) -> None:
    opened = open_page(few, **{"size": DESKTOP} | LOOKS[look])
    # The policy lets no script into the page; the test runs beside it.
    opened.page.evaluate(f"() => {{ {axe} }}")
    wrong: dict[str, list[str]] = {}

    def check(what: str) -> None:
        opened.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        if found := violations(opened):
            wrong[what] = found

    check("as it opens")
    if look == "phone":
        opened.page.evaluate("() => { dom.byId('drawer').open = true; }")
    for tab in ("browse", "questions", "route", "ask"):
        opened.page.evaluate("tab => severance.state.set({ tab })", tab)
        check(f"tab {tab}")
    opened.page.evaluate("() => severance.state.set({ tab: 'browse' })")
    for view in ("statements-table", "things-table", "map"):
        opened.page.evaluate("view => severance.state.set({ view })", view)
        check(f"view {view}")
    for wanted in WANTED:
        one = first(kg, **wanted)
        opened.page.evaluate("name => severance.state.choose(name, 'address')", name_of(one.iri))
        opened.panel(one.gloss)
        check(f"selected {one.kind}")
    opened.page.evaluate("() => severance.state.choose('Gemma', 'address')")
    check("a thing is selected")
    opened.page.evaluate("() => { for (const one of document.querySelectorAll('#legend, #save, #things')) one.open = true; }")
    check("the legend and the menu are open")
    opened.page.fill("#search", "no such words")
    check("nothing is found")
    assert wrong == {}


def test_axe_sees_what_is_wrong(open_page: Open, file: Path, axe: str) -> None:
    opened = open_page(file)
    opened.page.evaluate(f"() => {{ {axe} }}")
    opened.page.evaluate("() => { document.getElementById('search').labels[0].remove(); }")
    assert any(one.startswith(("label:", "select-name:")) for one in violations(opened))


# ── What axe cannot see ──────────────────────────────────────────────────────────────────────────────────────────────


def test_tab_goes_through_the_page_in_the_order_in_which_it_is_read(open_page: Open, file: Path) -> None:
    opened = open_page(file, "#commitment=Hypothetical")
    seen: list[str] = []
    opened.page.evaluate("() => document.activeElement.blur()")
    for _ in range(120):
        opened.page.keyboard.press("Tab")
        here = opened.page.evaluate("() => document.activeElement.closest('#narrow, #middle, #evidence, .skip')?.id ?? null")
        if here is None:
            break
        if not seen or seen[-1] != here:
            seen.append(here)
        shown = opened.page.evaluate(
            """() => {
              const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
              const { width, height } = document.activeElement.getBoundingClientRect();
              return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0;
            }"""
        )
        assert shown, opened.page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
    assert seen == ["", "narrow", "middle", "evidence"]


def test_focus_is_never_lost_in_a_trap(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    opened.page.locator("#network > div").focus()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("() => document.activeElement.id") == "closer"
    opened.page.keyboard.press("Shift+Tab")
    assert opened.page.evaluate("() => document.activeElement.getAttribute('role')") == "application"
    opened.page.keyboard.press("Shift+Tab")
    assert opened.page.evaluate("() => document.activeElement.closest('#views') !== null")


@pytest.mark.parametrize("row", ["#narrow [role=tablist]", "#views"])
def test_arrows_walk_along_tabs(open_page: Open, file: Path, row: str) -> None:
    opened = open_page(file)
    tabs = opened.page.locator(f"{row} [role=tab]:visible")
    count = tabs.count()
    tabs.first.focus()
    for step in (*range(1, count), 0):
        opened.page.keyboard.press("ArrowRight")
        assert tabs.nth(step).get_attribute("aria-selected") == "true"
        assert opened.page.evaluate("() => document.activeElement.id") == tabs.nth(step).get_attribute("id")
        assert opened.page.locator(f"#{tabs.nth(step).get_attribute('aria-controls')}").get_attribute("hidden") is None
        assert [tabs.nth(i).get_attribute("tabindex") for i in range(count)].count("0") == 1
    opened.page.keyboard.press("End")
    assert tabs.nth(count - 1).get_attribute("aria-selected") == "true"
    opened.page.keyboard.press("Home")
    assert tabs.first.get_attribute("aria-selected") == "true"


def test_the_live_region_says_what_was_selected_and_how_firm_it_is(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    region = opened.page.locator("#told")
    assert region.get_attribute("role") == "status"
    assert region.get_attribute("aria-live") == "polite"
    assert region.text_content() == ""
    for wanted in (Commitment.REPORTED, Commitment.HYPOTHETICAL):
        one = first(kg, commitment=wanted)
        opened.page.locator("#statements button", has_text=one.gloss).first.click()
        opened.panel(one.gloss)
        said = region.text_content() or ""
        assert one.gloss in said
        assert str(wanted).lower() in said
        assert "not an edge" in said
    opened.page.evaluate("() => severance.state.choose('Gemma', 'list')")
    opened.page.wait_for_function("() => document.getElementById('told').textContent.startsWith('Selected: Gemma')")


def test_the_title_of_the_window_follows_the_selection(open_page: Open, file: Path) -> None:
    opened = open_page(file, "#thing=Gemma")
    assert opened.page.title().startswith("Gemma – ")
    opened.page.evaluate("() => severance.state.clear()")
    assert opened.page.title().startswith("Severance")


def test_with_reduced_motion_nothing_moves_by_itself(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file, reduced_motion="reduce")
    opened.page.click("#closer")
    opened.page.click("#closer")
    opened.page.evaluate("() => severance.state.choose('Gemma', 'list')")
    places = opened.page.evaluate(
        """() => new Promise(done => {
          const seen = [];
          const look = () => {
            const { x, y } = severance.map.network.getViewPosition();
            seen.push(`${x},${y},${severance.map.network.getScale()}`);
            if (seen.length < 12) requestAnimationFrame(look); else done(seen);
          };
          look();
        })"""
    )
    assert len(set(places)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_and_shapes_stand_out_from_the_paper(open_page: Open, file: Path, scheme: str) -> None:
    """WCAG 1.4.11: at least 3 to 1 for what is needed to understand a drawing, 4.5 to 1 for its words."""
    opened = open_page(file, color_scheme=scheme)
    named = opened.page.evaluate("() => severance.map.colours")
    lines = {name: named[name] for name in ("line-edge", "line-said", "line-inferred", "accent")} | named["kinds"]
    for name, colour in lines.items():
        assert contrast(colour, named["paper"]) >= 3, name
    for name in ("ink", "soft", "accent"):
        assert contrast(named[name], named["paper"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' relative luminances, as WCAG defines it."""

    def luminance(colour: str) -> float:
        channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
