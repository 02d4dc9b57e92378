"""A reader's own copy of an article: found, shown beside the statements, refused in words, forgotten, and never sent or kept."""

from __future__ import annotations

from pathlib import Path

import pytest

import severance_kg as skg
from browser import PHONE, Open, Watched
from severance_kg import errors
from severance_kg.drawing import name_of
from severance_kg.page import make_page
from severance_kg.passages import NormalisedText, PassageRef, digest, locate, normalise
from test_verify import as_html

SALTLIGHT = Path(__file__).parent / "data" / "saltlight"
COPY = SALTLIGHT / "article.txt"


@pytest.fixture(scope="module")
def two() -> skg.KnowledgeGraph:
    """The bundled graph and another interview: two sources that a text may be a copy of."""
    return skg.load(SALTLIGHT)


@pytest.fixture(scope="module")
def two_sources(two: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "severance.html"
    path.write_bytes(make_page(two))
    return path


@pytest.fixture(scope="module")
def opened(open_for_module: Open, two_sources: Path) -> Watched:
    """One page for what leaves no trace in it."""
    return open_for_module(two_sources)


def await_told(opened: Watched, wanted: str) -> str:
    opened.page.wait_for_function("text => document.getElementById('reader-told').textContent.includes(text)", arg=wanted)
    return opened.page.text_content("#reader-told") or ""


def choose(opened: Watched, name: str) -> None:
    opened.page.evaluate("name => severance.state.choose(name, 'list')", name)
    opened.page.wait_for_function("name => severance.state.selection.statement === name", arg=name)


def of_saltlight(two: skg.KnowledgeGraph) -> list[tuple[str, PassageRef]]:
    return [(name_of(one.iri), one.passage) for one in two.statements() if one.passage and "saltlight" in one.iri]


def mark(opened: Watched) -> str:
    return "".join(opened.page.locator("#panel .copy mark").all_text_contents())


def sees_no_trace_of_it(opened: Watched) -> None:
    assert opened.page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert "sends the keeper" not in opened.page.evaluate("() => JSON.stringify([location.href, history.state, document.title])")


def test_a_file_is_found_its_source_and_shown_beside_each_statement(
    open_page: Open, two_sources: Path, two: skg.KnowledgeGraph
) -> None:
    known = of_saltlight(two)
    opened = open_page(two_sources, "#statement=saltlight-talk-s08")
    assert "Compare with your own copy" in opened.text("#panel")
    with opened.page.expect_file_chooser() as chooser:
        opened.page.click("#panel .small button")
        opened.page.click("#reader-choose")
    chooser.value.set_files(COPY)
    said = await_told(opened, "10 of 10 passages found")
    assert "Harbour Weekly on the third act of Saltlight" in said
    assert opened.text("#reader-summary") == "Your copy: 10 of 10 passages found"
    text = NormalisedText.of(COPY.read_text("utf-8"))
    for name, passage in known:
        choose(opened, name)
        assert digest(normalise(mark(opened))) == passage.sha256, name
        assert mark(opened) == text.source_words(locate(text, passage))
        assert f"In your copy, paragraph {passage.paragraph}" in opened.text("#panel")
        box, word = opened.page.locator(".copy").bounding_box(), opened.page.locator(".copy mark").first.bounding_box()
        assert box and word and box["y"] <= word["y"] < box["y"] + box["height"]
    choose(opened, next(name_of(one.iri) for one in two.statements() if one.passage and "celebpost" in one.iri))
    assert opened.page.locator("#panel .copy").count() == 0
    sees_no_trace_of_it(opened)


def test_forgetting_leaves_nothing(open_page: Open, two_sources: Path) -> None:
    opened = open_page(two_sources, "#statement=saltlight-talk-s03")
    opened.page.evaluate("() => { document.getElementById('reader').open = true; }")
    opened.page.set_input_files("#reader-file", COPY)
    await_told(opened, "10 of 10")
    assert "sends the keeper" in opened.page.evaluate("() => document.body.textContent")
    opened.page.click("#reader-forget")
    assert await_told(opened, "forgotten") == "The text is forgotten."
    assert "sends the keeper" not in opened.page.evaluate("() => document.body.textContent")
    assert opened.page.evaluate("() => document.activeElement.id") == "reader-choose"
    assert opened.page.evaluate("() => document.getElementById('reader-file').files.length") == 0
    opened.page.set_input_files("#reader-file", COPY)
    await_told(opened, "10 of 10")
    # A page that the browser keeps for going back to is hidden, not unloaded.
    opened.page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    assert "sends the keeper" not in opened.page.evaluate("() => document.body.textContent")
    assert opened.page.evaluate("() => reader.beside(model.statement('st:saltlight-talk-s03')).querySelector('mark')") is None
    opened.page.set_input_files("#reader-file", COPY)
    await_told(opened, "10 of 10")
    opened.page.reload()
    opened.page.wait_for_selector("html[data-ready]")
    assert "sends the keeper" not in opened.page.evaluate("() => document.body.textContent")
    assert opened.text("#reader-summary") == "Compare with your own copy"
    sees_no_trace_of_it(opened)


DROP = """([files, type]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name, {type}));
  const target = document.getElementById('network');
  const send = kind => target.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  const left = !send('dragover');
  const over = getComputedStyle(document.getElementById('drop')).display !== 'none';
  return { stopped: !send('drop') && left, over, after: document.getElementById('drop').hidden };
}"""


def test_a_saved_page_is_dropped_on_the_map(open_page: Open, two_sources: Path, two: skg.KnowledgeGraph) -> None:
    opened = open_page(two_sources, "#statement=saltlight-talk-s08")
    html = as_html(COPY.read_text("utf-8")).replace(
        "<p>", "<p onclick='alert(1)' style='color:red'><img src='x.png' onerror='alert(2)'>"
    )
    done = opened.page.evaluate(DROP, [[["saved.html", html]], "text/html"])
    assert done == {"stopped": True, "over": True, "after": True}
    await_told(opened, "10 of 10 passages found")
    assert opened.page.locator("#reader").get_attribute("open") is not None
    assert digest(normalise(mark(opened))) == dict(of_saltlight(two))["st:saltlight-talk-s08"].sha256
    assert opened.page.locator("img").count() == 0


def test_a_text_is_pasted_by_keyboard_alone(open_page: Open, two_sources: Path) -> None:
    opened = open_page(two_sources, "#statement=saltlight-talk-s01", permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    page.evaluate("text => navigator.clipboard.writeText(text)", COPY.read_text("utf-8"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    steps = {"reader-summary": "Enter", "reader-text": "Control+V"}
    for _ in range(12):
        page.keyboard.press("Tab")
        focus = page.evaluate("() => document.activeElement.id || document.activeElement.textContent")
        if focus in steps:
            page.keyboard.press(steps[focus])
        if focus == "Find its passages":
            page.keyboard.press("Enter")
            break
    assert "the text that was pasted: 10 of 10 passages found" in await_told(opened, "10 of 10")
    assert page.input_value("#reader-text") == ""
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.className") == "copy":
            break
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "The passage in your copy"


def test_altered_words_are_told_and_nothing_else(
    open_page: Open, two_sources: Path, two: skg.KnowledgeGraph, tmp_path: Path
) -> None:
    changed = COPY.read_text("utf-8").replace("ledger up", "book up").replace("its author", "the author")
    copy = tmp_path / "spun.txt"
    copy.write_text(changed, "utf-8")
    text = NormalisedText.of(changed)
    lost = {}
    for name, passage in of_saltlight(two):
        try:
            locate(text, passage)
        except errors.PassageError as error:
            lost[name] = error.what
    assert len(lost) == 3
    opened = open_page(two_sources, "#statement=saltlight-talk-s08")
    opened.page.set_input_files("#reader-file", copy)
    await_told(opened, "7 of 10 passages found")
    opened.page.evaluate("() => { document.getElementById('reader').open = true; }")
    assert "3 passages not found, and why" in opened.text("#reader-found")
    for name, why in lost.items():
        gloss = two.statement(name).gloss
        assert why in opened.page.locator("#reader-found button", has_text=gloss).inner_text()
        choose(opened, name)
        assert f"Your copy does not match here: {why}" in opened.text("#panel")
        assert opened.page.locator("#panel .copy").count() == 0
    opened.page.locator("#reader-found button").first.click()
    opened.page.wait_for_function("name => severance.state.selection.statement === name", arg=next(iter(lost)))
    choose(opened, "st:saltlight-talk-s01")
    assert "third act" in mark(opened)


def test_which_source_it_is_a_copy_of_can_be_said(open_page: Open, two_sources: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A keeper went up a stair with a lamp in his hand.", "utf-8")
    opened = open_page(two_sources)
    opened.page.set_input_files("#reader-file", other)
    assert "holds no passage of any source" in await_told(opened, "no passage")
    opened.page.evaluate("() => { document.getElementById('reader').open = true; }")
    opened.page.select_option("#reader-found select", label="Harbour Weekly on the third act of Saltlight")
    await_told(opened, "0 of 10 passages found")
    assert opened.page.locator("#reader-found li").count() == 10
    choose(opened, "st:saltlight-talk-s01")
    assert "Your copy does not match here" in opened.text("#panel")
    # A copy of the other source beside it: both are kept, each for its own statements.
    opened.page.set_input_files("#reader-file", COPY)
    await_told(opened, "10 of 10")
    choose(opened, "st:saltlight-talk-s01")
    assert "third act" in mark(opened)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"word " * 1_100_000, "larger than 5 MB"),
        (b"%PDF-1.7\n\x00\xff\xfe", "no text in UTF-8"),
        (b"plain\x00words", "no text in UTF-8"),
        ("Flooded archive, bis auf weiteres schön".encode("latin-1"), "no text in UTF-8"),
        (b" \n\n... !\n", "holds no words"),
        (b"", "holds no words"),
    ],
    ids=["large", "pdf", "nul", "latin-1", "no words", "empty"],
)
def test_what_is_no_text_is_refused_in_words(opened: Watched, content: bytes, told: str) -> None:
    opened.page.set_input_files("#reader-file", {"name": "a <b>.txt", "mimeType": "text/plain", "buffer": content})
    said = await_told(opened, told)
    assert "“a <b>.txt”" in said
    assert opened.text("#reader-summary") == "Compare with your own copy"


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone(open_page: Open, two_sources: Path, width: int) -> None:
    opened = open_page(two_sources, "#statement=saltlight-talk-s08", size=(width, PHONE[1]), has_touch=True)
    opened.page.tap("#reader > summary")
    opened.page.set_input_files("#reader-file", COPY)
    await_told(opened, "10 of 10")
    opened.page.locator("#panel .copy").scroll_into_view_if_needed()
    assert "ledger up unread" in mark(opened)
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = "some => some.filter(one => one.offsetParent && one.offsetHeight < 24).map(one => one.textContent)"
    assert opened.page.locator("#evidence button, #evidence summary").evaluate_all(small) == []
