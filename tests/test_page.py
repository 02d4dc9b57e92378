"""The page in a real browser, from a file, with the network off."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from browser import PHONE, Open, Watched, data_of, first
from severance_kg.drawing import DASHES, SHAPES, draw, name_of, room
from severance_kg.layout import Box, lay_out
from severance_kg.page import make_page
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Statement
from severance_kg.store import MemoryStore

# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_same_bytes_under_other_hash_seeds(tmp_path: Path) -> None:
    program = (
        "import hashlib, severance_kg as skg\nfrom severance_kg.page import make_page\n"
        "print(hashlib.sha256(make_page(skg.load())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": locale},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    }
    assert len(digests) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", digests.pop())


def test_self_contained(page_bytes: bytes) -> None:
    text = page_bytes.decode()
    markup = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)
    assert not re.search(r'(?i)\b(src|href)="(?!#|data:)', markup)
    assert "sourceMappingURL" not in text
    assert "innerHTML" not in text


def test_policy_allows_nothing_but_what_is_in_the_file(kg: skg.KnowledgeGraph) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', make_page(kg, engine=False).decode())
    assert policy
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy[1].split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", one) for one in rules["script-src"] + rules["style-src"])


def test_every_statement_is_drawn_once(kg: skg.KnowledgeGraph, page_bytes: bytes) -> None:
    drawn = [edge["id"] for edge in data_of(page_bytes)["network"]["edges"]]
    assert sorted(drawn) == sorted(name_of(one.iri) for one in kg.statements())


def test_lines_tell_the_judgements(kg: skg.KnowledgeGraph, page_bytes: bytes) -> None:
    lines_by_id = {edge["id"]: edge for edge in data_of(page_bytes)["network"]["edges"]}
    for one in kg.statements():
        line = lines_by_id[name_of(one.iri)]
        assert line["dashes"] == (DASHES[one.commitment] or False)
        assert (line["look"] != "said") == one.is_edge
        assert (line["arrows"]["to"]["type"] == "bar") == line["words"].startswith("not: ") == (one.polarity is Polarity.NEGATED)
        mark = "circle" if one.kind is Kind.INFERRED else "diamond" if one.reading is Reading.FIGURATIVE else None
        assert line["arrows"].get("middle", {}).get("type") == mark
    assert len({tuple(dashes) for dashes in DASHES.values()}) == len(Commitment)


def test_no_two_kinds_look_alike_without_colour() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_parallel_lines_stay_apart(kg: skg.KnowledgeGraph, page_bytes: bytes) -> None:
    ways: dict[frozenset[str], list[float]] = {}
    for edge in data_of(page_bytes)["network"]["edges"]:
        smooth = edge.get("smooth", {"type": "curvedCW", "roundness": 0})
        side = 1 if smooth["type"] == "curvedCW" else -1
        turned = 1 if edge["from"] <= edge["to"] else -1
        ways.setdefault(frozenset((edge["from"], edge["to"])), []).append(side * turned * smooth["roundness"])
    assert any(len(bends) > 1 for bends in ways.values())
    assert all(len(set(bends)) == len(bends) for ends, bends in ways.items() if len(ends) == 2)


def test_the_two_marks_face_each_other(kg: skg.KnowledgeGraph) -> None:
    places = {node["id"]: (node["x"], node["y"]) for node in draw(kg, kg.statements()).nodes}
    innie, outie = places["InnieMark"], places["OutieMark"]
    assert innie[0] < 0 < outie[0]
    assert innie[1] == outie[1] == 0
    assert innie[0] == -outie[0]


def test_hardly_any_labels_overlap(kg: skg.KnowledgeGraph) -> None:
    nodes = draw(kg, kg.statements()).nodes
    boxes = [room(node["label"], node["size"]) for node in nodes]
    over = [
        (one["id"], other["id"])
        for i, one in enumerate(nodes)
        for j, other in enumerate(nodes[:i])
        if abs(one["x"] - other["x"]) < (boxes[i].width + boxes[j].width) / 2 - 1
        and abs(one["y"] - other["y"]) < (boxes[i].height + boxes[j].height) / 2 - 1
    ]
    assert len(over) <= 3, over


@pytest.mark.parametrize("names", [[], ["a"], ["a", "b"]], ids=["none", "one", "two"])
def test_layout_of_next_to_nothing(names: list[str]) -> None:
    found = lay_out({name: Box(100, 40) for name in names}, [("a", "b")] if len(names) == 2 else [])
    assert sorted(found.positions) == names
    assert found.overlaps == 0


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def colours(png: bytes) -> set[bytes]:
    """The colours of every pixel of a PNG with 8 bits a channel."""
    at, packed, wide, channels = 8, b"", 0, 3
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            wide, channels = struct.unpack(">I", body[:4])[0], {2: 3, 6: 4}[body[9]]
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    raw, row = zlib.decompress(packed), wide * channels
    found: set[bytes] = set()
    before = bytearray(row)
    for start in range(0, len(raw), row + 1):
        line = bytearray(raw[start + 1 : start + 1 + row])
        for i in range(row):
            a, b, c = line[i - channels] if i >= channels else 0, before[i], before[i - channels] if i >= channels else 0
            match raw[start]:
                case 1:
                    line[i] = line[i] + a & 255
                case 2:
                    line[i] = line[i] + b & 255
                case 3:
                    line[i] = line[i] + (a + b) // 2 & 255
                case 4:
                    nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
                    line[i] = line[i] + nearest & 255
        found |= {bytes(line[i : i + 3]) for i in range(0, row, channels)}
        before = line
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_canvas_shows_the_graph(open_page: Open, file: Path, scheme: str) -> None:
    opened = open_page(file, color_scheme=scheme)
    shown = colours(opened.page.locator("#network canvas").screenshot())
    wanted = opened.page.evaluate(
        "() => ['paper', 'kind-Persona', 'kind-Event', 'line-said'].map(name =>"
        " getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim())"
    )
    for colour in wanted:
        assert bytes.fromhex(colour.removeprefix("#")) in shown, colour


def test_page_says_what_it_is(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    assert opened.page.locator("html").get_attribute("lang") == "en"
    assert "Severance" in opened.page.title()
    assert "Spoilers" in opened.text("header")
    assert f"{len(kg.statements())} statements" in opened.text("#summary")
    assert "SPARQL" in opened.text("footer")
    assert opened.page.evaluate("() => severance.map.network.body.data.edges.length") == len(kg.statements())
    assert opened.page.locator("#statements > li").count() == len(kg.statements())


def test_legend_explains_in_words(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    opened.page.click("#legend summary")
    said = opened.text("#legend-body").lower()
    for words in ("outright", "reserve", "reported", "supposed", "denied", "figure of speech", "rule", "persona", "theme"):
        assert words in said


def test_without_scripts_it_says_so(open_page: Open, file: Path) -> None:
    assert "JavaScript" in open_page(file, java_script_enabled=False).text("noscript")


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_entry_shows_the_evidence(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = next(one for one in kg.evidence("InnieMark", "chooses", "HisOwnLife") if one.is_edge)
    opened = open_page(file)
    opened.page.locator("#statements button", has_text=one.gloss).first.click()
    said = opened.panel(one.gloss)
    assert "An edge of the graph" in said
    assert re.search(rf"Said by\s+{kg.label(one.said_by)}", said)
    assert re.search(rf"Said to\s+{kg.label(one.said_to)}", said)
    for given in one.themes:
        assert kg.label(given.theme) in said
        assert given.why in said
    link = opened.page.locator("#panel a[href*='#:~:text=']")
    assert link.get_attribute("href") == one.link
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_line_on_the_canvas_shows_the_evidence(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = next(one for one in kg.evidence("OutieMark", "wants", "Gemma") or kg.statements(subject="OutieMark") if one.said_by)
    opened = open_page(file)
    point = opened.place(name_of(one.iri))
    opened.page.mouse.click(point["x"], point["y"])
    said = opened.panel(one.gloss)
    assert kg.label(one.said_by) in said
    assert opened.page.locator("#panel a[href*='#:~:text=']").get_attribute("href") == one.link
    assert opened.page.evaluate("() => severance.state.selection.statement") == name_of(one.iri)


def test_every_parallel_line_can_be_clicked(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    between: dict[frozenset[str], list[Statement]] = {}
    for one in kg.statements():
        between.setdefault(frozenset((one.subject, str(one.object))), []).append(one)
    most = max(between.values(), key=len)
    assert len(most) > 2
    opened = open_page(file)
    ends = [name_of(most[0].subject), name_of(most[0].object)]
    opened.page.evaluate("names => severance.map.network.fit({nodes: names})", ends)
    for one in most:
        assert opened.place(name_of(one.iri))


def test_node_on_the_canvas_shows_its_statements(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    point = opened.page.evaluate(
        "() => { const box = document.getElementById('network').getBoundingClientRect();"
        " const p = severance.map.network.canvasToDOM(severance.map.network.getPosition('OutieMark'));"
        " return {x: p.x + box.left, y: p.y + box.top}; }"
    )
    opened.page.mouse.click(point["x"], point["y"])
    opened.panel("Outie Mark")
    groups = [group.locator("button") for group in opened.page.locator("#panel ul.own").all()]
    own = [one for one in kg.statements() if kg.resolve("OutieMark") in (one.subject, one.object)]
    edge = [[" · edge" in (text or "") for text in group.all_text_contents()] for group in groups]
    assert sum(map(len, edge)) == len(own)
    assert all(some == sorted(some, reverse=True) for some in edge)
    assert sum(some.count(True) for some in edge) == sum(one.is_edge for one in own)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"commitment": Commitment.HYPOTHETICAL}, "it is only supposed"),
        ({"commitment": Commitment.REPORTED}, "does not vouch for"),
        ({"commitment": Commitment.HEDGED}, "said with reserve"),
        ({"polarity": Polarity.NEGATED}, "it says what is not so"),
        ({"reading": Reading.FIGURATIVE}, "it is a figure of speech"),
    ],
    ids=["hypothetical", "reported", "hedged", "negated", "figurative"],
)
def test_what_is_no_edge_says_why(open_page: Open, file: Path, kg: skg.KnowledgeGraph, wanted: dict[str, Any], why: str) -> None:
    one = first(kg, **wanted)
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    said = opened.panel(one.gloss)
    assert "Not an edge of the graph" in said
    assert why in said


def test_inferred_statement_names_rule_and_premises(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = first(kg, kind=Kind.INFERRED)
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    said = opened.panel(one.gloss)
    assert kg.label(one.rule) in said
    for premise in one.premises:
        assert kg.statement(premise).gloss in said
    gloss = kg.statement(one.premises[0]).gloss
    opened.page.locator("#panel button.statement", has_text=gloss).first.click()
    assert "An edge of the graph" in opened.panel(gloss)


def test_background_statement_links_its_references(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = first(kg, kind=Kind.BACKGROUND)
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    opened.panel(one.gloss)
    found = opened.page.locator("#panel dl a").evaluate_all("some => some.map(one => one.getAttribute('href'))")
    assert found == [str(address) for address in one.references]


def test_relations_jump_both_ways(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = next(one for one in kg.statements() if any(relation == "because" for relation, _ in one.relations))
    cause = kg.statement(next(other for relation, other in one.relations if relation == "because"))
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    assert "Because of this" in opened.panel(one.gloss)
    opened.page.locator("#panel section", has_text="Because of this").locator("button", has_text=cause.gloss).first.click()
    assert "The reason for this" in opened.panel(cause.gloss)


def test_statement_as_object_leads_to_its_evidence(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    ids = {one.iri for one in kg.statements()}
    one = next(one for one in kg.statements() if one.object in ids)
    content = kg.statement(str(one.object))
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    opened.panel(one.gloss)
    opened.page.locator("#panel .triple button", has_text=content.gloss).click()
    opened.page.wait_for_function("name => severance.state.selection.statement === name", arg=name_of(content.iri))
    assert "Spoken of in" in opened.text("#panel")


def test_id_can_be_copied(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = kg.statements()[0]
    name = name_of(one.iri).removeprefix("st:")
    opened = open_page(file, f"#statement={name}", permissions=["clipboard-read", "clipboard-write"])
    opened.panel(one.gloss)
    opened.page.get_by_role("button", name="Copy id").click()
    opened.panel("Copied: id.")
    assert opened.page.evaluate("() => navigator.clipboard.readText()") == name


# ── Finding one's way ────────────────────────────────────────────────────────────────────────────────────────────────


def test_by_keyboard_alone(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    page = opened.page
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == "search":
            break
    page.keyboard.type("chooses")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('#statements') !== null"):
            break
    focus = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert focus == "solid"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    gloss = page.evaluate("() => document.activeElement.querySelector('bdi').textContent")
    page.keyboard.press("Enter")
    said = opened.panel(gloss)
    one = next(one for one in kg.statements() if one.gloss == gloss)
    assert (kg.label(one.said_by) or "Known") in said
    assert gloss in opened.text("#told")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-current')") == "true"


def test_skip_link_keeps_the_selection(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file, "#thing=Gemma")
    opened.panel("Gemma")
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("() => document.activeElement.id") == "evidence"
    assert opened.page.url.endswith("#thing=Gemma")


def test_address_selects_and_back_works(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file, "#thing=Gemma")
    opened.panel("Gemma")
    one = next(one for one in kg.statements(subject="Gemma") if one.is_edge)
    opened.page.locator("#panel button.statement", has_text=one.gloss).first.click()
    opened.panel("An edge of the graph")
    assert opened.page.url.endswith(f"#statement={name_of(one.iri).removeprefix('st:')}")
    opened.page.go_back()
    opened.panel("edges first")
    assert opened.page.url.endswith("#thing=Gemma")


def test_unknown_address_is_told_as_text(open_page: Open, file: Path) -> None:
    opened = open_page(file, "#thing=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert "Nothing here is called <img src=x onerror=alert(1)>" in opened.panel("Nothing here is called")


def shown(opened: Watched) -> set[str]:
    found = opened.page.evaluate(
        "() => [...document.querySelectorAll('#statements > li:not([hidden]) bdi:first-child')]"
        ".filter(one => !one.closest('small')).map(one => one.textContent)"
    )
    return set(found)


def drawn(opened: Watched) -> set[str]:
    found = opened.page.evaluate("() => [...severance.map.network.body.edgeIndices]")
    return set(found)


def test_search_finds_glosses_labels_and_other_names(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    opened.page.fill("#search", "macrodata REFINEMENT")
    mdr = kg.resolve("MDR")
    with_mdr = {one.gloss for one in kg.statements() if mdr in (one.subject, one.object)}
    assert with_mdr <= shown(opened)
    assert len(shown(opened)) < len(kg.statements())
    opened.page.click("#things > summary")
    assert kg.label(mdr) in opened.text("#things-list section:first-child"), "what bears the name stands first"
    opened.page.fill("#search", "no such words anywhere")
    assert opened.page.locator("#none").is_visible()
    assert drawn(opened) == set()
    opened.page.click("#reset")
    opened.page.wait_for_function("() => severance.state.get('q') === ''")
    assert drawn(opened) == {name_of(one.iri) for one in kg.statements()}


def test_filter_by_commitment(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    for name in ("Asserted", "Hedged", "Reported"):
        opened.page.uncheck(f"#commitments input[value={name}]")
    wanted = {name_of(one.iri) for one in kg.statements(commitment="Hypothetical")}
    assert drawn(opened) == wanted
    assert shown(opened) == {one.gloss for one in kg.statements(commitment="Hypothetical")}
    assert f"{len(wanted)} of {len(kg.statements())} statements" in opened.text("#count")


def test_filter_by_theme_is_the_librarys(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    names = opened.page.locator("#theme option").evaluate_all("some => some.map(one => one.value).filter(Boolean)")
    assert names
    for name in names:
        opened.page.select_option("#theme", name)
        assert drawn(opened) == {name_of(one.iri) for one in kg.statements(theme=name)}, name


@pytest.mark.parametrize("width", [320, 390])
def test_phone(open_page: Open, file: Path, kg: skg.KnowledgeGraph, width: int) -> None:
    one = next(one for one in kg.evidence("InnieMark", "chooses", "HisOwnLife") if one.is_edge)
    opened = open_page(file, size=(width, PHONE[1]), has_touch=True)
    assert not opened.page.locator("#search").is_visible()
    opened.page.tap("#drawer > summary")
    opened.page.locator("#statements button", has_text=one.gloss).first.tap()
    opened.panel(one.gloss)
    opened.page.wait_for_function("() => document.getElementById('evidence').getBoundingClientRect().top < innerHeight / 2")
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_empty_graph_is_a_page(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(make_page(skg.KnowledgeGraph(MemoryStore(b""))))
    assert "0 statements" in open_page(path).text("#summary")
