"""The page of a review, in a real browser: from a text to a built edge by keyboard, and what no text and no file may do to it."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import LOOKS, PHONE, Open, Watched
from conftest import ROOT, Run
from severance_kg.cli import main
from severance_kg.passages import NormalisedText, Span, digest
from severance_kg.review.apply import passage_at
from severance_kg.review.decisions import parse
from severance_kg.review.material import DraftText, Item, Names, page_data
from severance_kg.review.page import make_review_page
from severance_kg.yaml_lines import read_yaml
from test_page_access import axe, violations  # noqa: F401 -- a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Page

DATA = Path(__file__).parent / "data"
ARTICLE = DATA / "orchard" / "article.txt"
HOSTILE = [
    tomllib.loads(file.read_text("utf-8"))["text"]
    for file in sorted((Path(__file__).parent / "cases/hostile_strings").glob("*.toml"))
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a draft of 21 decided statements, one of which is firmer than its words."""
    folder = tmp_path_factory.mktemp("review")
    draft = folder / "talk.draft.yaml"
    text = (DATA / "orchard" / "interview.draft.yaml").read_text("utf-8")
    draft.write_text(text.replace("commitment: Hedged", "commitment: Asserted", 1), "utf-8")
    assert main(["review", str(draft), "--text", str(ARTICLE)]) == 0
    return folder / "talk.review.html"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def current(page: Page) -> str:
    return str(page.evaluate("() => cards.current"))


def states(page: Page) -> dict[str, str]:
    return dict(page.evaluate("() => Object.fromEntries([...material.statements.keys()].map(id => [id, decisions.stateOf(id)]))"))


def saved(page: Page, act: Callable[[], object], to: Path) -> Path:
    with page.expect_download() as download:
        act()
    to = to.with_name(download.value.suggested_filename)
    download.value.save_as(to)
    return to


# ── The whole way ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_a_text_to_an_edge_by_keyboard(run: Run, open_page: Open, tmp_path: Path) -> None:
    text, draft = tmp_path / "talk.txt", tmp_path / "talk.draft.yaml"
    said = "“Hanne loves the old gardener of the house. I think he never thanks her for that.”"
    text.write_text(f"Mark Ashe, who wrote Vitrine, told Forbes: {said}\n", "utf-8")
    assert main(["draft", str(text), "--id", "talk", "--out", str(draft), "--publisher", "Forbes"]) == 0
    assert main(["review", str(draft), "--text", str(text)]) == 0
    page = open_page(tmp_path / "talk.review.html", accept_downloads=True).page
    wanted = page.evaluate("() => material.data.statements.find(one => one.was.passage.starts.startsWith('Hanne')).id")
    while current(page) != wanted:
        press(page, "r")
    assert "loves the old gardener" in page.inner_text(".passage.current")
    press(page, "a")
    page.wait_for_selector("form.editor")
    assert "to be decided" in page.inner_text("#told"), "what is open cannot be accepted"
    page.keyboard.type("Hanne holds the gardener dear.")
    for field, value in (("subject", "Hanne"), ("predicate", "prioritises"), ("object", "Gardener"), ("said_by", "MarkAshe")):
        page.fill(f"form.editor [name={field}]", value)
    for name in ("Hanne", "Gardener"):
        page.select_option(f"[data-name={name}] select", "FictionalPerson")
    page.select_option("form.editor [name=frame]", "StoryWorld")
    page.fill("form.editor [name=predicate]", "prioritizes")
    press(page, "Control+Enter")
    assert "no such property" in page.evaluate("() => document.activeElement.validationMessage")
    page.fill("form.editor [name=predicate]", "prioritises")
    page.click("text=Add a theme")
    page.keyboard.type("Love")
    page.fill(".row-of.themes [name=why]", "Nobody knows why.")
    press(page, "Control+Enter")
    assert states(page)[wanted] == "accept"
    page.fill("#reviewer", "Ada Reader")
    given = saved(page, lambda: page.click("#save"), tmp_path / "x")
    assert given.name == "talk.decisions.json"
    assert "--apply talk.decisions.json" in page.inner_text("#message")
    done = run("review", draft, "--text", text, "--apply", given)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    accepted = tmp_path / "talk.yaml"
    value, _ = read_yaml(accepted.read_text("utf-8"), "x")
    assert [one["reviewed_by"] for one in value["statements"]] == ["Ada Reader"]
    # All the words that nothing was stated of are still to be listed: this tells of one edge alone.
    asked = run(
        "query", "ASK { sev:Hanne skg:prioritises sev:Gardener }", "--data", _covering(accepted, text), "--format", "table"
    )
    assert (asked.stdout.strip(), asked.stderr) == ("true", "")


def _covering(accepted: Path, text: Path) -> Path:
    """Put the accepted file into a folder of its own, with the rest of its words listed as stating nothing."""
    folder = accepted.parent / "accepted"
    folder.mkdir()
    given = accepted.read_text("utf-8").split("\nnot_stated:")[0]
    words = NormalisedText.of(text.read_text("utf-8"))
    value, _ = read_yaml(given, "x")
    start, end = value["statements"][0]["passage"]["words"]
    rest = [(0, start), (end, len(words.words))]
    lines = []
    for first, last in rest:
        made = passage_at(words, Span(words.words[first].start, words.words[last - 1].end))
        ends = f", ends: {json.dumps(made.ends)}" if made.ends else ""
        lines.append(
            f"  - passage: {{paragraph: 1, starts: {json.dumps(made.starts)}{ends}, words: [{first}, {last}], "
            f"characters: {list(made.characters or ())}, sha256: {made.sha256}}}\n    reason: It is left out here.\n"
        )
    (folder / "talk.yaml").write_text(f"{given}\nnot_stated:\n{''.join(lines)}", "utf-8")
    return folder


def test_decide_by_keyboard_undo_and_load_again(open_page: Open, made: Path, tmp_path: Path) -> None:
    page = open_page(made, accept_downloads=True).page
    press(page, "a", "r", "j", "ArrowDown", "k")
    assert (current(page), states(page)["s01"], states(page)["s02"]) == ("s04", "accept", "reject")
    assert page.evaluate("() => document.activeElement.id") == "card-s04"
    assert "s04, undecided" in page.inner_text("#told")
    press(page, "r", "u")
    assert (current(page), states(page)["s04"]) == ("s04", "undecided")
    press(page, "e", "Escape", "n")
    assert current(page) == "s05"
    assert "makes it Hedged at most" in page.inner_text("#card-s05 div.against")
    press(page, "s")
    assert "write your name" in page.inner_text("#message")
    page.keyboard.type("Ada Reader")
    press(page, "Enter", "Escape")
    page.focus("#card-s05")
    given = saved(page, lambda: press(page, "s"), tmp_path / "x")
    kept = parse(given.read_text("utf-8"), "x")
    assert [(one.statement, str(one.verdict)) for one in kept.decisions] == [("s01", "accept"), ("s02", "reject")]
    assert kept.reviewer == "Ada Reader"
    assert not page.evaluate("() => decisions.isUnsaved")
    # Another browser, which knows nothing of this, takes the file; what does not fit is told.
    other = open_page(made).page
    assert set(states(other).values()) == {"undecided"}
    text = given.read_text("utf-8").replace("Ruben Achterberg is the author", "Somebody is the author")
    given.write_text(text, "utf-8")
    other.set_input_files("#file", given)
    other.wait_for_function("() => decisions.size > 0")
    assert (states(other)["s01"], states(other)["s02"]) == ("accept", "undecided")
    assert "s02: the statement has changed since" in str(other.text_content("#message"))
    assert other.input_value("#reviewer") == "Ada Reader"


def test_what_is_decided_survives_the_tab_and_the_text_is_not_kept(open_page: Open, made: Path) -> None:
    page = open_page(made).page
    press(page, "a", "e")
    page.fill("form.editor [name=gloss]", "Vitrine is by Ruben Achterberg.")
    page.click("text=Save, leave open")
    assert page.evaluate(
        "() => { const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented; }"
    )
    held = json.dumps(page.evaluate("() => [Object.entries(localStorage), location.href, document.cookie, history.state]"))
    assert "Vitrine is by" in held
    text = NormalisedText.of(ARTICLE.read_text("utf-8")).text.split()
    assert not any(" ".join(text[i : i + 7]) in NormalisedText.of(held).text for i in range(len(text) - 7))
    again = page.context.new_page()
    again.goto(made.as_uri())
    again.wait_for_selector("html[data-ready]")
    assert (states(again)["s01"], states(again)["s02"]) == ("accept", "edit")
    press(again, "?")
    again.click("#discard")
    assert set(states(again).values()) == {"undecided"}
    press(again, "u")
    assert states(again)["s01"] == "accept"


# ── The source and its statements ────────────────────────────────────────────────────────────────────────────────────

SELECT = """([from, to]) => {
  const pieces = [...document.querySelectorAll("[data-start]")];
  const place = at => {
    const one = pieces.findLast(piece => Number(piece.dataset.start) <= at);
    return [one.firstChild, Math.min(at - Number(one.dataset.start), one.firstChild.length)];
  };
  const range = document.createRange();
  range.setStart(...place(from));
  range.setEnd(...place(to));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_a_passage_leads_to_its_statements_and_back(open_page: Open, made: Path) -> None:
    page = open_page(made).page
    shared = page.locator('.passage[data-of="s06 s07"]').first
    shared.click()
    assert current(page) == "s06"
    shared.click()
    assert current(page) == "s07"
    assert "current" in str(shared.get_attribute("class"))
    page.click('[data-tag="s15"]')
    assert current(page) == "s15"
    assert page.locator(".passage.current").inner_text().startswith("At the thaw")


def test_a_passage_is_chosen_in_the_source_and_is_what_python_finds_there(open_page: Open, made: Path, tmp_path: Path) -> None:
    page = open_page(made, accept_downloads=True).page
    original = ARTICLE.read_text("utf-8")
    text = NormalisedText.of(original)
    page.click('[data-tag="s04"]')
    press(page, "e")
    for words, wanted in (
        # Half a word is taken as a whole one; a space, a mark and the end of a paragraph are none.
        ("rdener planted seven mirr", "gardener planted seven mirrors"),
        (" in it. ", "in it"),
        ("I think the gardener loves", "i think the gardener loves"),
    ):
        at = original.index(words)
        page.evaluate(SELECT, [at, at + len(words)])
        page.wait_for_function("at => source.chosen?.[0] === at", arg=at)
        page.click("#take-words")
        chosen = page.evaluate("() => editor.chosen")
        assert text.text[slice(*chosen)] == wanted
    page.click("text=start ▸")
    page.click("text=◂ end")
    assert page.inner_text(".words").strip("“”") == "think the gardener"
    at = original.index("Petra Salt: And")
    page.evaluate(SELECT, [at - 20, at + 5])
    page.wait_for_function("at => source.chosen?.[0] === at", arg=at - 20)
    page.click("#take-words")
    assert "one paragraph" in page.inner_text(".passage-field [role=status]")
    press(page, "Control+Enter")
    assert states(page)["s04"] == "accept"
    assert page.locator('[data-of~="s04"]').inner_text() == "think the gardener"
    page.fill("#reviewer", "Ada")
    given = parse(saved(page, lambda: page.click("#save"), tmp_path / "x").read_text("utf-8"), "x")
    start, end = given.decisions[0].changes["passage"]["characters"]
    assert digest(text.text[start:end]) == passage_at(text, Span(start, end)).sha256
    page.click('[data-tag="s04"]')
    press(page, "u")
    assert page.locator('[data-of~="s04"]').first.inner_text() == "the gardener planted seven mirrors in it"


# ── Hostile texts and files ──────────────────────────────────────────────────────────────────────────────────────────

FOREIGN = """() => ({
  elements: document.querySelectorAll("img, iframe, object, embed, base, svg, bdi *, [srcdoc], a:not([data-skip])").length,
  handlers: [...document.querySelectorAll("*")].filter(one => one.getAttributeNames().some(name => name.startsWith("on"))).length,
  scripts: document.scripts.length,
})"""


def synthetic(text: str, strings: list[str], spans: list[Span]) -> bytes:
    """A page whose every word is one of the strings."""
    normalised = NormalisedText.of(text)
    value = {"source": {"id": "x", "title": strings[0]}}
    some = []
    for i, (one, span) in enumerate(zip(strings, spans, strict=True)):
        was: dict[str, Any] = {
            "id": f"d{i}",
            "triple": [one, one, {"value": one}],
            "gloss": one,
            "said_by": one,
            "commitment": one,
        }
        was |= {"themes": [{"theme": one, "weight": one, "why": one}], "frame": one, "note": one}
        was |= {"passage": {"paragraph": 1, "starts": one, "sha256": "0" * 64}}
        notes = {
            "why": {"gloss": one, one: one, f"theme {one}": one},
            "choices": {"subject": [one], "themes": [one], one: [one]},
            "cues": [{"kind": one, "words": one, "suggests": [one]}],
            "mentions": [{"words": one, "may_be": [one], "why": one}],
        }
        from severance_kg.errors import InputError

        some.append(Item(f"d{i}", was, span, notes, (), (InputError(one, hint=one, code=one),)))
    names = Names(
        {one: (one, one) for one in strings}, {one: (one, one) for one in strings}, {}, {one: one for one in strings}, ("Place",)
    )
    about = {"reviewer": strings[0], "command": strings[0], "decisions": "x.decisions.json"}
    rules = {"text": "^[^<]*$", "name": "^\\S+$", "words": "^\\S+$", "entityName": "^[A-Z][A-Za-z0-9]*$"}
    draft = DraftText(Path(strings[0]), "", value)
    return make_review_page(page_data(draft, normalised, some, names, about | {"rules": rules}))


def spans_of(text: str, count: int) -> Iterator[Span]:
    words = NormalisedText.of(text).words
    step = max(len(words) // count, 1)
    for i in range(count):
        first = min(i * step, len(words) - 1)
        yield Span(words[first].start, words[min(first + step, len(words)) - 1].end)


def test_no_text_and_no_label_is_more_than_text(open_page: Open, tmp_path: Path) -> None:
    text = "\n\n".join(f"word {one} word" for one in HOSTILE)
    file = tmp_path / "hostile.html"
    file.write_bytes(synthetic(text, HOSTILE, list(spans_of(text, len(HOSTILE)))))
    watched = open_page(file)
    page = watched.page
    before = page.evaluate(FOREIGN)
    for i in range(len(HOSTILE)):
        page.evaluate(
            "id => { cards.select(id); cards.edit(id); editor.close(); decisions.set(id, 'reject', {reason: 'x'}); }", f"d{i}"
        )
    page.evaluate(
        "() => { document.querySelectorAll('details').forEach(one => { one.open = true; }); dom.byId('save').click(); }"
    )
    assert page.evaluate(FOREIGN) == before == {"elements": 0, "handlers": 0, "scripts": before["scripts"]}
    shown = str(page.text_content("#text"))
    assert all(part in shown for part in ("</script>", "onerror="))


BAD_FILES = {
    "not JSON": "{",
    "no decisions": '{"form": "severance-kg decisions 1"}',
    "another draft": '{"form": "severance-kg decisions 1", "source": "other", "decisions": []}',
    "not an object": "[]",
    "null": "null",
}


def test_a_bad_file_is_told_and_changes_nothing(open_page: Open, made: Path, tmp_path: Path) -> None:
    page = open_page(made).page
    press(page, "a")
    before = states(page)
    for content in BAD_FILES.values():
        (tmp_path / "x.json").write_text(content, "utf-8")
        page.evaluate("() => { dom.byId('message').hidden = true; }")
        page.set_input_files("#file", tmp_path / "x.json")
        page.wait_for_selector("#message:not([hidden])")
        assert "Not loaded" in page.inner_text("#message")
        assert states(page) == before
    was = page.evaluate("() => material.statements.get('s02').was")
    wrong: list[Any] = [None, 5, {}, {"statement": "__proto__"}, {"statement": "s99", "decision": "accept"}]
    wrong += [{"statement": "s02", "decision": decision, "was": was} for decision in ("allow", None, 1)]
    changes: list[Any] = [[], "x", {"id": "s77"}, {"gloss": 5}, {"triple": "x"}, {"passage": 5}, {"passage": {"characters": [0]}}]
    changes += [{"passage": {"characters": [0, 5]}}, {"themes": [None]}, {"themes": {}}, {"reviewed_by": "x"}]
    wrong += [{"statement": "s02", "decision": "accept", "was": was, "changes": change} for change in changes]
    given = {
        "form": "severance-kg decisions 1",
        "source": "vitrine-talk",
        "text": "0",
        "decisions": wrong,
        "entities": {"__proto__": 1},
    }
    (tmp_path / "x.json").write_text(json.dumps(given), "utf-8")
    page.set_input_files("#file", tmp_path / "x.json")
    page.wait_for_function("n => document.querySelectorAll('#message li').length === n", arg=len(wrong))
    assert states(page) == before


# ── For everybody ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_wrong(open_page: Open, made: Path, axe: str, look: str) -> None:  # noqa: F811
    opened: Watched = open_page(made, **LOOKS[look])
    page = opened.page
    page.evaluate(f"() => {{ {axe} }}")
    press(page, "a", "r")
    page.evaluate("() => cards.select('s05')")
    assert violations(opened) == []
    page.evaluate("() => cards.edit('s05')")
    assert violations(opened) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("() => { editor.close(); dom.byId('keys').click(); }")
    assert page.locator("#help").is_visible()
    assert violations(opened) == []


def test_by_touch_and_with_single_keys_off(open_page: Open, made: Path) -> None:
    page = open_page(made, size=PHONE, has_touch=True, is_mobile=True).page
    page.tap("#card-s03 h3")
    page.tap("#card-s03 .acts button:has-text('Reject')")
    assert states(page)["s03"] == "reject"
    assert current(page) == "s04"
    box = page.locator(".passage.current").first.bounding_box()
    pane = page.locator("#source").bounding_box()
    assert box and pane
    assert pane["y"] <= box["y"] <= pane["y"] + pane["height"]
    page.evaluate("() => { dom.byId('single').checked = false; }")
    press(page, "a", "r")
    assert states(page)["s04"] == "undecided"


def test_a_long_text_with_many_statements_is_shown_whole(open_page: Open, tmp_path: Path) -> None:
    count = 300
    text = "\n\n".join(" ".join(f"w{i}x{j}" for j in range(100)) for i in range(200))
    file = tmp_path / "long.html"
    file.write_bytes(synthetic(text, [f"Gloss {i}" for i in range(count)], list(spans_of(text, count))))
    page = open_page(file).page
    assert page.locator("#statements > li").count() == count
    assert page.locator("#text > p").count() == 200
    work = page.evaluate(
        """async () => {
          // What one step changes in the page, however many statements there are.
          let touched = 0;
          const watch = new MutationObserver(some => { touched += some.length; });
          watch.observe(document.body, { subtree: true, childList: true, attributes: true });
          for (let i = 0; i < 20; i += 1) { cards.step(1); cards.accept(); }
          await new Promise(done => setTimeout(done));
          return touched / 40;
        }"""
    )
    assert work < 60
    assert page.evaluate("() => decisions.size") == 20


def test_the_page_never_goes_into_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "talk.draft.yaml"
    shutil.copy(DATA / "orchard" / "interview.draft.yaml", draft)
    for out in (ROOT / "docs" / "x.html", ROOT / "x.html", ROOT / "build" / ".." / "data" / "x.html"):
        assert main(["review", str(draft), "--text", str(ARTICLE), "--out", str(out)]) == 2
        assert "the project holds none" in capsys.readouterr().err
        assert not out.exists()
