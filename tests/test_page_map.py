"""The map: lines that stay apart or are counted, what pointing and keys do, what it looks like elsewhere, pictures of it."""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import severance_kg as skg
from browser import DESKTOP, PHONE, Open, Watched, data_of
from severance_kg.drawing import DASHES, MOST, draw, name_of, room
from severance_kg.layout import Box, lay_out
from severance_kg.page import make_page
from severance_kg.part import most_telling
from severance_kg.statements import Commitment
from synthetic import synthetic
from test_page import colours

SVG = "{http://www.w3.org/2000/svg}"
TAGS = set("svg title desc rect g path polygon circle text".split())


def written(kg: skg.KnowledgeGraph, path: Path) -> Path:
    path.write_bytes(make_page(kg))
    return path


@pytest.fixture(scope="module")
def crowded() -> skg.KnowledgeGraph:
    """A graph with fifteen statements between two of its things."""
    return synthetic(60, 25, seed=3, between_two=15)


@pytest.fixture(scope="module")
def crowd(crowded: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(crowded, tmp_path_factory.mktemp("crowd") / "page.html")


def told(opened: Watched, wanted: str) -> str:
    """Wait until the live region says ``wanted`` and return all it says."""
    opened.page.wait_for_function("text => document.getElementById('told').textContent.includes(text)", arg=wanted)
    return opened.page.text_content("#told") or ""


def spot(opened: Watched, name: str) -> dict[str, float]:
    """Where a thing stands, in the coordinates of the window."""
    found = opened.page.evaluate(
        """name => {
          const { left, top } = document.getElementById("network").getBoundingClientRect();
          const { x, y } = severance.map.network.canvasToDOM(geometry.place(name));
          return { x: left + x, y: top + y };
        }""",
        name,
    )
    return dict(found)


def hidden(opened: Watched, name: object) -> bool:
    return bool(opened.page.evaluate("name => severance.map.network.body.edges[name].options.hidden", name))


def in_view(opened: Watched, names: list[str]) -> bool:
    wide, high = opened.page.evaluate(
        "() => { const { clientWidth, clientHeight } = dom.byId('network'); return [clientWidth, clientHeight]; }"
    )
    spots = opened.page.evaluate("names => names.map(name => severance.map.network.canvasToDOM(geometry.place(name)))", names)
    return all(0 < one["x"] < wide and 0 < one["y"] < high for one in spots)


# ── Positions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("statements", "things"), [(60, 25), (300, 180), (500, 330), (2000, 1200)])
def test_no_labels_overlap(statements: int, things: int) -> None:
    kg = synthetic(statements, things)
    nodes = draw(kg, kg.statements()).nodes
    boxes = [room(node["label"], node["size"]) for node in nodes]
    order = sorted(range(len(nodes)), key=lambda i: nodes[i]["x"])
    widest = max(box.width for box in boxes)
    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if nodes[j]["x"] - nodes[i]["x"] > widest:
                break
            apart = nodes[j]["x"] - nodes[i]["x"], abs(nodes[j]["y"] - nodes[i]["y"])
            near = (boxes[i].width + boxes[j].width) / 2 - 1, (boxes[i].height + boxes[j].height) / 2 - 1
            assert not (apart[0] < near[0] and apart[1] < near[1]), (nodes[i]["id"], nodes[j]["id"])


@pytest.mark.parametrize("links", ["ab", "ab bc", "ab bc cd de", "ab ac ad ae", "ab cd ef"])
def test_of_a_few_lines_each_is_seen(links: str) -> None:
    ends = [(link[0], link[1]) for link in links.split()]
    wide, high = 100, 55
    places = lay_out({name: Box(wide, high) for link in ends for name in link}, ends).positions
    for a, b in ends:
        across, down = (abs(one - other) for one, other in zip(places[a], places[b], strict=True))
        # What lies in neither box: from the border of one to that of the other.
        inside = min(wide / max(across, 1), high / max(down, 1))
        assert (1 - inside) * math.hypot(across, down) > 30, f"the line from {a} to {b} lies under their labels"


def test_a_ring_is_drawn_without_crossings() -> None:
    names = [f"n{i:02}" for i in range(12)]
    found = lay_out(dict.fromkeys(names, Box(80, 40)), [(names[i], names[i - 1]) for i in range(12)])
    assert (found.overlaps, found.crossings, found.under_labels) == (0, 0, 0)


def test_what_belongs_together_stands_together() -> None:
    groups = [[f"{group}{i}" for i in range(8)] for group in "abc"]
    links = [(one, other) for some in groups for one in some for other in some if one < other]
    links += [("a0", "b0"), ("b1", "c1")]
    places = lay_out({name: Box(90, 40) for some in groups for name in some}, links).positions
    within = [math.dist(places[one], places[other]) for some in groups for one in some for other in some if one < other]
    across = [math.dist(places[one], places[other]) for one in groups[0] for other in groups[2]]
    assert sum(within) / len(within) < 0.6 * sum(across) / len(across)


def test_positions_are_the_same_whatever_the_order_of_the_links() -> None:
    names = [f"n{i}" for i in range(30)]
    links = [(names[i], names[i * i % 30]) for i in range(1, 30)]
    boxes = dict.fromkeys(names, Box(100, 40))
    assert lay_out(boxes, links) == lay_out(dict(reversed(boxes.items())), [(b, a) for a, b in reversed(links)])


def test_more_than_can_be_drawn_are_listed_all_the_same(open_page: Open, tmp_path: Path) -> None:
    kg = synthetic(MOST + 40, 700)
    data = data_of(make_page(kg))
    assert len(data["network"]["edges"]) == MOST
    assert len(data["statements"]) == MOST + 40
    drawn = {edge["id"] for edge in data["network"]["edges"]}
    undrawn = next(one for one in reversed(most_telling(kg.statements())) if name_of(one.iri) not in drawn)
    opened = open_page(written(kg, tmp_path / "page.html"))
    assert f"{MOST} of {MOST + 40} statements" in opened.text("#map-note")
    assert opened.page.locator("#statements > li").count() == MOST + 40
    opened.page.evaluate("name => severance.state.choose(name, 'list')", name_of(undrawn.iri))
    opened.panel(undrawn.gloss)


# ── Lines between the same two ───────────────────────────────────────────────────────────────────────────────────────


def test_many_between_two_are_one_counted_line_that_unfolds(open_page: Open, crowd: Path, crowded: skg.KnowledgeGraph) -> None:
    opened = open_page(crowd)
    between = [
        name_of(one.iri) for one in crowded.statements() if {name_of(one.subject), name_of(one.object)} == {"Thing0", "Thing1"}
    ]
    assert len(between) >= 15
    assert all(hidden(opened, name) for name in between)
    assert not hidden(opened, 0)
    words = opened.page.evaluate(
        "() => severance.map.placeLabels(1, severance.map.view).filter(one => one.isCount).map(one => one.lines[0])"
    )
    assert words == [str(len(between))]
    point = opened.page.evaluate("() => severance.map.placeOf(0)")
    opened.page.mouse.click(point["x"], point["y"])
    assert f"{len(between)} statements between" in told(opened, "stand apart now")
    assert hidden(opened, 0)
    assert not any(hidden(opened, name) for name in between)
    opened.page.evaluate("() => severance.map.network.fit({ nodes: ['Thing0', 'Thing1'] })")
    assert sum(opened.page.evaluate("name => severance.map.placeOf(name) !== null", name) for name in between) == len(between)


def test_a_selected_statement_stands_apart_from_the_counted_line(
    open_page: Open, crowd: Path, crowded: skg.KnowledgeGraph
) -> None:
    one = next(one for one in crowded.statements() if {name_of(one.subject), name_of(one.object)} == {"Thing0", "Thing1"})
    opened = open_page(crowd, f"#statement={name_of(one.iri).removeprefix('st:')}")
    assert not hidden(opened, name_of(one.iri))
    opened.page.evaluate("() => severance.state.clear()")
    assert hidden(opened, name_of(one.iri))


def test_few_that_are_left_need_no_count(open_page: Open, crowd: Path, crowded: skg.KnowledgeGraph) -> None:
    between = [one for one in crowded.statements() if {name_of(one.subject), name_of(one.object)} == {"Thing0", "Thing1"}]
    opened = open_page(crowd)
    opened.page.fill("#search", str(between[0].gloss.rsplit(" ", 1)[1]))
    opened.page.wait_for_function("() => narrow.isNarrowed")
    assert hidden(opened, 0)
    assert not hidden(opened, name_of(between[0].iri))
    assert hidden(opened, name_of(between[1].iri))


def test_lines_both_ways_stay_apart_when_unfolded(open_page: Open, crowd: Path) -> None:
    opened = open_page(crowd)
    opened.page.evaluate("() => severance.map.choose({ edge: 0 })")
    middles = opened.page.evaluate("() => bundles.of(0).edges.map(({ id }) => geometry.along(severance.map.lineAt(id), 0.5))")
    apart = [math.dist((a["x"], a["y"]), (b["x"], b["y"])) for i, a in enumerate(middles) for b in middles[:i]]
    assert min(apart) > 3


def test_pointing_knows_where_the_renderer_draws(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    off = opened.page.evaluate(
        """() => Math.max(...severance.map.lines.filter(({ from, to }) => from !== to)
             .flatMap(({ id }) => [0.25, 0.5, 0.75].map(part =>
             geometry.distance(severance.map.lineAt(id), severance.map.network.body.edges[id].edgeType.getPoint(part), 1000))))"""
    )
    assert off < 10


# ── Moving about ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_map_that_starts_hidden_is_fitted_when_it_is_shown(open_page: Open, file: Path) -> None:
    everything = [node["id"] for node in data_of(file.read_bytes())["network"]["nodes"]]
    opened = open_page(file, "#view=things-table")
    assert not opened.page.locator("#network").is_visible()
    assert opened.page.locator("#network canvas").count() == 0
    opened.page.click("#tab-map")
    opened.page.wait_for_selector("#network canvas")
    assert in_view(opened, everything)
    opened.page.click("#tab-statements-table")
    opened.page.set_viewport_size({"width": 1100, "height": 700})
    opened.page.click("#tab-map")
    opened.page.wait_for_function("wide => dom.byId('network').clientWidth < wide", arg=700)
    opened.page.click("#whole")
    assert in_view(opened, everything)


def test_a_selection_made_while_the_map_was_hidden_is_brought_into_view(open_page: Open, file: Path) -> None:
    opened = open_page(file, "#view=things-table&thing=Gemma")
    opened.panel("Gemma")
    opened.page.click("#tab-map")
    opened.page.wait_for_selector("#network canvas")
    assert in_view(opened, ["Gemma", "OutieMark"])


def test_narrowing_while_the_map_is_hidden_reaches_it(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    opened.page.click("#tab-things-table")
    opened.page.uncheck("#commitments input[value=Asserted]")
    opened.page.click("#tab-map")
    seen = set(opened.page.evaluate("() => [...severance.map.network.body.edgeIndices]"))
    assert seen == {name_of(one.iri) for one in kg.statements() if one.commitment is not Commitment.ASSERTED}


def test_buttons_and_dragging_move_the_map(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    page = opened.page
    scale = "() => severance.map.network.getScale()"
    fitted = page.evaluate(scale)
    page.click("#closer")
    assert page.evaluate(scale) == pytest.approx(fitted * 1.3)
    page.click("#farther")
    page.click("#farther")
    assert page.evaluate(scale) == pytest.approx(fitted / 1.3)
    page.click("#whole")
    assert page.evaluate(scale) == pytest.approx(fitted)
    box = page.locator("#network").bounding_box()
    assert box
    before = page.evaluate("() => severance.map.network.getViewPosition()")
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    page.mouse.up()
    after = page.evaluate("() => severance.map.network.getViewPosition()")
    assert (before["x"] - after["x"]) * fitted == pytest.approx(100, abs=12)


def test_a_thing_can_be_dragged_and_its_lines_follow(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(file)
    start = spot(opened, "OutieMark")
    opened.page.mouse.move(start["x"], start["y"])
    opened.page.mouse.down()
    opened.page.mouse.move(start["x"] + 60, start["y"] + 80, steps=5)
    opened.page.mouse.up()
    now = spot(opened, "OutieMark")
    assert now["x"] - start["x"] == pytest.approx(60, abs=12)
    assert now["y"] - start["y"] == pytest.approx(80, abs=12)
    opened.page.mouse.click(now["x"], now["y"])
    opened.panel("Outie Mark")
    for one in kg.statements(subject="OutieMark"):
        ends = opened.page.evaluate("id => geometry.along(severance.map.lineAt(id), 0)", name_of(one.iri))
        assert ends == opened.page.evaluate("() => { const { x, y } = geometry.place('OutieMark'); return { x, y }; }")


def test_full_screen(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = kg.statements(subject="InnieMark")[0]
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}")
    button = opened.page.locator("#full")
    assert button.get_attribute("aria-pressed") == "false"
    assert not opened.page.locator("#caption").is_visible()
    button.click()
    opened.page.wait_for_selector("#full[aria-pressed=true]")
    assert opened.page.evaluate("() => document.fullscreenElement.id") == "middle"
    assert one.gloss in opened.text("#caption")
    button.click()
    opened.page.wait_for_selector("#full[aria-pressed=false]")


def test_without_a_full_screen_there_is_no_button(open_page: Open, file: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer.html"
    look = "width:1200px;height:800px"
    outer.write_text(f"""<iframe src="{file.as_uri()}" allow="fullscreen 'none'" style="{look}"></iframe>""", "utf-8")
    opened = open_page(file)
    opened.page.goto(outer.as_uri())
    frame = opened.page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for()
    assert frame.locator("#whole").is_visible()
    assert not frame.locator("#full").is_visible()
    opened.requests[:] = opened.requests[:1]


# ── Touch ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def beside(opened: Watched, name: str, away: float) -> dict[str, float] | None:
    """A point so many pixels beside a line, with nothing else near."""
    found: dict[str, float] | None = opened.page.evaluate(
        """([name, away]) => {
          const map = severance.map;
          const { left, top } = dom.byId("network").getBoundingClientRect();
          for (let part = 0.2; part < 0.8; part += 0.05) {
            const [a, b] = [part, part + 0.01].map(t => map.network.canvasToDOM(geometry.along(map.lineAt(name), t)));
            const [dx, dy, length] = [b.x - a.x, b.y - a.y, Math.hypot(b.x - a.x, b.y - a.y)];
            for (const side of [away, -away]) {
              const p = { x: a.x - side * dy / length, y: a.y + side * dx / length };
              if (!document.elementFromPoint(left + p.x, top + p.y)?.matches("canvas")) continue;
              // A tap falls on a whole pixel: its neighbours must mean the same.
              const wanted = away < 12 ? name : undefined;
              const around = [[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]]
                .map(([i, j]) => map.pick({ x: p.x + i, y: p.y + j }, 12));
              const isClear = around.every(({ edge, node }) => edge === wanted && node === undefined);
              if (map.pick(p, away + 1).edge === name && isClear) {
                return { x: left + p.x, y: top + p.y };
              }
            }
          }
          return null;
        }""",
        [name, away],
    )
    return found


@pytest.mark.parametrize(("away", "chosen"), [(10, True), (20, False)])
def test_a_finger_need_not_hit_a_thin_line(open_page: Open, file: Path, kg: skg.KnowledgeGraph, away: int, chosen: bool) -> None:
    opened = open_page(file, size=PHONE, has_touch=True)
    opened.page.locator("#network").scroll_into_view_if_needed()
    found = ((one, beside(opened, name_of(one.iri), away)) for one in kg.statements())
    one, point = next((one, point) for one, point in found if point)
    opened.page.touchscreen.tap(point["x"], point["y"])
    if chosen:
        assert one.gloss in opened.panel(one.gloss)
    else:
        opened.page.evaluate("() => new Promise(requestAnimationFrame)")
        assert opened.page.evaluate("() => severance.state.selection") is None


def test_two_fingers_zoom(open_page: Open, file: Path) -> None:
    opened = open_page(file, size=PHONE, has_touch=True)
    page = opened.page
    page.locator("#network").scroll_into_view_if_needed()
    box = page.locator("#network").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.evaluate("() => severance.map.network.getScale()")
    session = page.context.new_cdp_session(page)

    def fingers(kind: str, apart: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 30)
    for apart in range(36, 100, 8):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    page.wait_for_function("before => severance.map.network.getScale() > 1.5 * before", arg=before)
    assert page.evaluate("() => visualViewport.scale") == 1


@pytest.mark.parametrize("width", [320, 390])
def test_buttons_of_the_map_are_large_enough_for_fingers(open_page: Open, file: Path, width: int) -> None:
    opened = open_page(file, size=(width, PHONE[1]), has_touch=True, is_mobile=True)
    for one in opened.page.locator("#map .tools button:visible, #save > summary, #legend > summary, [role=tab]:visible").all():
        box = one.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24, one.inner_text()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_a_tap_beside_everything_lets_go_and_stays_where_it_is(open_page: Open, file: Path) -> None:
    opened = open_page(file, "#thing=Gemma", size=PHONE, has_touch=True)
    opened.page.locator("#network").scroll_into_view_if_needed()
    box = opened.page.locator("#network").bounding_box()
    assert box
    opened.page.touchscreen.tap(box["x"] + 8, box["y"] + box["height"] - 60)
    opened.page.wait_for_function("() => severance.state.selection === null")
    assert opened.page.locator("#network").bounding_box() == box


# ── Keyboard ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def on_the_map(opened: Watched) -> Watched:
    """Come to the map as one does without a mouse: by the link that skips to it, and Tab."""
    for _ in range(2):
        opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("() => document.activeElement.getAttribute('role')") == "application"
    return opened


def test_keys_move_and_zoom(open_page: Open, file: Path) -> None:
    opened = on_the_map(open_page(file))
    place, scale = "() => severance.map.network.getViewPosition()", "() => severance.map.network.getScale()"
    for key, axis, way in (("ArrowRight", "x", 1), ("ArrowLeft", "x", -1), ("ArrowDown", "y", 1), ("ArrowUp", "y", -1)):
        before = opened.page.evaluate(place)
        opened.page.keyboard.press(key)
        assert (opened.page.evaluate(place)[axis] - before[axis]) * way > 0, key
    fitted = opened.page.evaluate(scale)
    opened.page.keyboard.press("+")
    assert opened.page.evaluate(scale) > fitted
    opened.page.keyboard.press("-")
    opened.page.keyboard.press("-")
    assert opened.page.evaluate(scale) < fitted
    opened.page.keyboard.press("0")
    assert opened.page.evaluate(scale) == pytest.approx(fitted)


def test_keys_walk_from_thing_to_thing_and_line_to_line(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    opened = on_the_map(open_page(file))
    keys = opened.page.keyboard
    names = [
        node["id"]
        for node in sorted(data_of(file.read_bytes())["network"]["nodes"], key=lambda node: (-node["weight"], node["id"]))
    ]
    for name in names[:3]:
        keys.press("n")
        assert opened.page.evaluate("() => severance.map.pointed.node") == name
        told(opened, opened.page.evaluate("name => model.label(name)", name))
    keys.press("p")
    assert opened.page.evaluate("() => severance.map.pointed.node") == names[1]
    touching = {name_of(one.iri) for one in kg.statements() if names[1] in (name_of(one.subject), name_of(one.object))}
    walked = []
    for _ in touching:
        keys.press("l")
        walked.append(opened.page.evaluate("() => severance.map.pointed.edge"))
    assert set(walked) == touching
    one = kg.statement(walked[-1])
    assert one.gloss in told(opened, one.gloss)
    keys.press("Enter")
    opened.panel(one.gloss)
    assert opened.page.evaluate("() => severance.state.selection.statement") == walked[-1]
    assert "Selected statement" in told(opened, one.gloss)
    keys.press("e")
    assert opened.page.evaluate("() => document.activeElement.id") == "evidence"


def test_escape_lets_go(open_page: Open, file: Path) -> None:
    opened = on_the_map(open_page(file, "#thing=Gemma"))
    opened.page.keyboard.press("Escape")
    opened.page.wait_for_function("() => severance.state.selection === null")


def test_keys_unfold_a_counted_line(open_page: Open, crowd: Path) -> None:
    opened = on_the_map(open_page(crowd))
    opened.page.keyboard.press("n")
    for _ in range(60):
        opened.page.keyboard.press("l")
        if opened.page.evaluate("() => bundles.isBundle(severance.map.pointed.edge)"):
            break
    assert "Enter unfolds them" in told(opened, "statements between")
    opened.page.keyboard.press("Enter")
    told(opened, "stand apart now")


def test_keys_are_told_to_whoever_uses_them(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    clip = "() => getComputedStyle(dom.byId('map-keys')).clipPath"
    assert opened.page.evaluate(clip) != "none"
    on_the_map(opened)
    assert opened.page.evaluate(clip) == "none"
    described = opened.page.evaluate("() => dom.byId(document.activeElement.getAttribute('aria-describedby')).textContent")
    assert "Enter selects" in described


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def save(opened: Watched, label: str, path: Path) -> Path:
    opened.page.click("#save > summary")
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name=label).click()
    target = path / download.value.suggested_filename
    download.value.save_as(target)
    assert target.name in told(opened, "saved as")
    return target


def lines_of(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """The path of each line of a picture, by its title."""
    groups = root.iterfind(f".//{SVG}g[@class='line']")
    return {str(group.findtext(f"{SVG}title")): group for group in groups}


def test_svg_holds_the_map_as_shapes_and_text(open_page: Open, file: Path, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    path = save(open_page(file), "Whole map, SVG", tmp_path)
    assert path.name == "severance-map.svg"
    root = ElementTree.parse(path).getroot()
    assert root.findtext(f"{SVG}title") == "Severance: who said what"
    lines = lines_of(root)
    assert len(lines) == len(kg.statements())
    for one in kg.statements():
        group = next(group for title, group in lines.items() if title.startswith(one.gloss))
        drawn = group.find(f"{SVG}path")
        assert drawn is not None
        dashes = [float(length) for length in drawn.get("stroke-dasharray", "").split()]
        assert dashes == DASHES[one.commitment]
        assert group.findall(f"{SVG}polygon"), "a head or a bar"
    texts = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    for name in ("Innie Mark", "Gemma", "hypothetical", "denied", "persona"):
        assert name in texts
    assert any(text.startswith("Drawn by severance-kg from: ") for text in texts)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= set(
        "svg title desc rect g path polygon circle text".split()
    )
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    assert not any("url(" in value for element in root.iter() for value in element.attrib.values())


def test_svg_keeps_what_is_narrowed_and_lit(open_page: Open, file: Path, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    hedged = kg.statements(commitment="Hedged")
    one = hedged[0]
    opened = open_page(file, f"#commitment=Hedged&statement={name_of(one.iri).removeprefix('st:')}")
    root = ElementTree.parse(save(opened, "Whole map, SVG", tmp_path)).getroot()
    lines = lines_of(root)
    assert len(lines) == len(hedged)
    accent, faint = opened.page.evaluate("() => [severance.map.colours.accent, severance.map.colours.faint]")
    for title, group in lines.items():
        drawn = group.find(f"{SVG}path")
        assert drawn is not None
        assert drawn.get("stroke") == (accent if title.startswith(one.gloss) else faint)
    assert f"{len(hedged)} of {len(kg.statements())} statements" in " ".join(root.itertext())


HOSTILE = [
    "</title><script>alert(1)</script>",
    "]]><svg onload=alert(2)>",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "<?xml-stylesheet href='javascript:alert(3)'?>",
    "\"'/><image href=x onerror=alert(4)>",
    "&lt;&#0;&amp;",
]


def test_svg_of_hostile_strings_is_valid_and_still(open_page: Open, file: Path, tmp_path: Path) -> None:
    kg = synthetic(len(HOSTILE) * 4, len(HOSTILE) * 3, words=HOSTILE)
    path = save(open_page(written(kg, tmp_path / "hostile.html")), "Whole map, SVG", tmp_path)
    root = ElementTree.parse(path).getroot()
    titles = " ".join(lines_of(root))
    assert all(attack in titles for attack in HOSTILE)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= TAGS
    shown = open_page(file)
    shown.page.goto(path.as_uri())
    assert shown.page.evaluate("() => document.documentElement.nodeName") == "svg"
    assert shown.page.evaluate("() => document.querySelectorAll('script, image, foreignObject, [onload]').length") == 0
    del shown.requests[1:]


def test_svg_holds_no_character_that_xml_cannot(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    kept = opened.page.evaluate(
        r"""() => {
          labels.start([{ id: "Gemma", label: "a\u0001\ud800b\u202ec & <d>", weight: 1 }]);
          return picture.written(picture.make(true));
        }"""
    )
    texts = {"".join(text.itertext()) for text in ElementTree.fromstring(kept).iter(f"{SVG}text")}
    assert "a\ufffd\ufffdbc & <d>" in texts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_png_is_twice_as_large_and_has_its_paper(open_page: Open, file: Path, scheme: str, tmp_path: Path) -> None:
    opened = open_page(file, "#commitment=Hypothetical", size=PHONE, color_scheme=scheme)
    opened.page.locator("#network").scroll_into_view_if_needed()
    path = save(opened, "This view, PNG", tmp_path)
    assert path.name == "severance-map-view.png"
    # The picture is made within the page, from an address of its own.
    assert [url[:5] for url in opened.requests[1:]] == ["blob:"]
    del opened.requests[1:]
    png = path.read_bytes()
    wide, high = struct.unpack(">II", png[16:24])
    drawn = opened.page.evaluate(
        "() => { const svg = picture.make(false); return [svg.getAttribute('width'), svg.getAttribute('height')].map(Number); }"
    )
    assert [wide, high] == [2 * side for side in drawn]
    paper, said = opened.page.evaluate(
        "() => ['--paper', '--line-said'].map(name => getComputedStyle(document.documentElement).getPropertyValue(name).trim())"
    )
    found = colours(png)
    assert {bytes.fromhex(paper[1:]), bytes.fromhex(said[1:])} <= found


def test_the_menu_of_pictures_closes_on_escape(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    opened.page.focus("#save > summary")
    opened.page.keyboard.press("Enter")
    assert opened.page.get_by_role("button", name="Whole map, SVG").is_visible()
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Escape")
    assert not opened.page.get_by_role("button", name="Whole map, SVG").is_visible()
    assert opened.page.evaluate("() => document.activeElement.closest('#save') !== null")


# ── Looks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_paper_there_is_the_evidence_alone(open_page: Open, file: Path, kg: skg.KnowledgeGraph) -> None:
    one = next(one for one in kg.evidence("InnieMark", "chooses", "HisOwnLife") if one.is_edge)
    opened = open_page(file, f"#statement={name_of(one.iri).removeprefix('st:')}", color_scheme="dark")
    opened.panel(one.gloss)
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#panel .gloss").is_visible()
    for part in ("#network", "#closer", "#views", "#filters", "#statements", ".skip"):
        assert not opened.page.locator(part).first.is_visible(), part
    assert opened.page.evaluate("() => getComputedStyle(dom.byId('evidence')).backgroundColor") == "rgb(255, 255, 255)"
    link = opened.page.evaluate("() => getComputedStyle(document.querySelector('#panel a[href*=text]'), '::after').content")
    assert str(one.link).split("#")[0] in link


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=str)
def test_on_paper_nothing_selected_means_the_statements(open_page: Open, file: Path, size: tuple[int, int]) -> None:
    opened = open_page(file, size=size)
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#statements > li").first.is_visible()
    assert not opened.page.locator("#panel").is_visible()


def test_forced_colours_reach_the_canvas(open_page: Open, file: Path) -> None:
    opened = open_page(file, forced_colors="active", color_scheme="dark")
    ink, paper, edge = opened.page.evaluate(
        "() => [severance.map.colours.ink, severance.map.colours.paper, severance.map.colours['line-edge']]"
    )
    assert ink == edge != paper
    assert len(colours(opened.page.locator("#network canvas").screenshot())) > 2


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (720, 450), (1440, 900), (2200, 1200)], ids=str)
def test_nothing_is_wider_than_the_screen(open_page: Open, file: Path, size: tuple[int, int]) -> None:
    opened = open_page(file, "#thing=InnieMark", size=size)
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= size[0]


# ── Size ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_thousand_statements_are_drawn_and_can_be_clicked(open_page: Open, tmp_path: Path) -> None:
    kg = synthetic(2000, 1200, between_two=12)
    opened = open_page(written(kg, tmp_path / "page.html"))
    opened.page.wait_for_function("() => performance.getEntriesByName('map-drawn').length")
    everything: list[Any] = opened.page.evaluate("() => [...severance.map.network.body.edgeIndices]")
    assert len(everything) >= 1980
    found = ((one, opened.page.evaluate("name => severance.map.placeOf(name)", name_of(one.iri))) for one in kg.statements())
    one, point = next((one, point) for one, point in found if point)
    opened.page.mouse.click(point["x"], point["y"])
    assert one.gloss in opened.panel(one.gloss)
    opened.page.fill("#search", "number 1234.")
    opened.page.wait_for_function("() => severance.map.lines.length < 5")


# ── Colours ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
def test_every_colour_is_one_that_the_renderer_can_use(open_page: Open, file: Path, look: dict[str, str]) -> None:
    opened = open_page(file, "#statement=celebpost-45511-s07", **look)
    colours = opened.page.evaluate(
        "() => { const { kinds, ...lines } = severance.map.colours; return [lines, kinds].flatMap(Object.values); }"
    )
    assert [one for one in colours if not re.fullmatch(r"rgba?\([\d., ]+\)", one)] == []
    lit, faint = opened.page.evaluate("() => ['accent', 'faint'].map((name) => severance.map.colours[name])")
    drawn = opened.page.evaluate(
        "() => Object.fromEntries(Object.entries(severance.map.network.body.edges)"
        ".map(([id, one]) => [id, one.getFormattingValues().color]))"
    )
    assert drawn.pop("st:celebpost-45511-s07") == lit
    assert faint in drawn.values()
    assert lit not in drawn.values()


def test_the_words_of_lines_do_not_cover_one_another(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    shown = 0
    for question in ("what-each-mark-wants", "what-innie-mark-has", "what-connects-mdr-with-gemma"):
        boxes = opened.page.evaluate(
            """question => {
              severance.state.set({ tab: "questions", question });
              const found = map.placeLabels(map.network.getScale(), map.view).filter((one) => one.edge !== undefined);
              return found.map(({ left, right, top, bottom }) => [left, right, top, bottom]);
            }""",
            question,
        )
        shown += len(boxes)
        for i, (left, right, top, bottom) in enumerate(boxes):
            for other in boxes[:i]:
                assert not (left < other[1] and other[0] < right and top < other[3] and other[2] < bottom), question
    assert shown > 3
