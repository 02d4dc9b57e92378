"""The reader's own copy of an article in the page: the rule of the passages in JavaScript is Python's, and nothing leaves."""

from __future__ import annotations

import hashlib
import random
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
import unicode_table
from browser import PHONE, Open, Watched
from severance_kg import errors
from severance_kg.drawing import name_of
from severance_kg.page import make_page
from severance_kg.passages import NormalisedText, PassageRef, Span, digest, locate, normalise, places, stamp
from severance_kg.passages import _clings as clings
from severance_kg.verify import read_article
from test_verify import as_html

CASES = Path(__file__).parent / "cases"
SALTLIGHT = Path(__file__).parent / "data" / "saltlight"
COPY = SALTLIGHT / "article.txt"


@pytest.fixture(scope="module")
def opened(open_for_module: Open, file: Path) -> Watched:
    """One page for all that is only computed in it."""
    opened = open_for_module(file)
    opened.page.evaluate(
        "ranges => { globalThis.alike = ranges.flatMap(([a, b]) => Array.from({length: b - a}, (_, i) => a + i)) }", RANGES
    )
    return opened


# ── The rule of the passages ─────────────────────────────────────────────────────────────────────────────────────────


def known_alike() -> Iterator[tuple[int, int]]:
    """The ranges of code points of which this Python knows just what the page's table knows, but the unassigned planes."""
    at, assigned = 0, True
    for length in unicode_table.held().split():
        end = at + int(length, 36)
        if end - at < 0x1000 or assigned:
            # Another Python may have assigned some of them.
            alike = [c for c in range(at, end) if assigned == (unicodedata.category(chr(c)) != "Cn")]
            yield from ((c, c + 1) for c in alike) if len(alike) < end - at else [(at, end)]
        at, assigned = end, not assigned
    assert at == 0x110000


RANGES = [(a, b) for a, b in known_alike() if a < 0xF0000]
ALIKE = [c for first, last in RANGES for c in range(first, last)]
CHARACTERS = [c for c in ALIKE if not 0xD800 <= c < 0xE000]


def test_the_table_is_the_one_of_this_unicode() -> None:
    if unicodedata.unidata_version == "14.0.0":
        assert unicode_table.held() == unicode_table.table()
    assert len(ALIKE) > 170_000


PRIMITIVES: dict[str, Callable[[str], bool]] = {
    "unicode.isSpace(c)": str.isspace,
    "unicode.isFormat(c)": lambda c: unicodedata.category(c) == "Cf",
    "unicode.isMark(c)": lambda c: unicodedata.category(c)[0] == "M",
    "unicode.clings(c)": clings,
    "[...unicode.wordsIn(c)].length > 0": lambda c: c.isalnum() or c == "_",
    "unicode.linesOf(`a${c}b`).length > 1": lambda c: len(f"a{c}b".splitlines()) > 1,
}
CHANGES: dict[str, Callable[[str], str]] = {
    "unicode.casefold(c)": str.casefold,
    "unicode.nfkc(c)": lambda c: unicodedata.normalize("NFKC", c),
}


@pytest.mark.parametrize("asked", PRIMITIVES)
def test_every_character_is_of_the_kind_that_python_says(opened: Watched, asked: str) -> None:
    found = opened.page.evaluate(f"() => alike.filter(point => {{ const c = String.fromCodePoint(point); return {asked}; }})")
    assert [hex(c) for c in {*found} ^ {c for c in ALIKE if PRIMITIVES[asked](chr(c))}] == []


@pytest.mark.parametrize("asked", CHANGES)
def test_every_character_becomes_what_python_makes_of_it(opened: Watched, asked: str) -> None:
    changed = f"alike.map(point => {{ const c = String.fromCodePoint(point); return [point, {asked}, c]; }})"
    found = opened.page.evaluate(f"() => {changed}.filter(([, now, before]) => now !== before)")
    wanted = {c: CHANGES[asked](chr(c)) for c in ALIKE if CHANGES[asked](chr(c)) != chr(c)}
    assert {point: now for point, now, _ in found} == wanted


def random_texts(count: int) -> list[str]:
    """Texts of all of Unicode, dense in what does things to its neighbours."""
    pick = random.Random(20261122)
    nasty = [*"aeAßİﬁ½№…´`“’—⑴.-'_ \n\t\r\x0b\x85\u2028\u00a0\u00ad\u200b\u200d\ufeffΐᾼΣς\u1ffd\u1fef‴ￂￇ\u1e9bᏰꭰꮿ👩𝒜"]
    nasty += "\u0300\u0301\u0308\u0323\u0327\u0345\u0344\u034f\u0f71\u0f72\u0f73\u0f75\u0f81ཀカ\uff9e\uff9f\u3099"
    nasty += "각각가ে\u09be\u09d7ক\u0dd9\u0dca\u0dcf"
    made = []
    for _ in range(count):
        share = pick.random()
        length = pick.randint(0, 40)
        made.append("".join(pick.choice(nasty) if pick.random() < share else chr(pick.choice(CHARACTERS)) for _ in range(length)))
    return made


READ = """texts => texts.map(original => {
  const read = passages.read(original);
  const points = [...original].map((c, i, all) => all.slice(0, i).join("").length);
  const point = at => points.includes(at) ? points.indexOf(at) : points.length;
  const inOriginal = span => passages.originalSpan(read, span).map(point);
  return {
    text: read.text,
    words: read.words.map(span => passages.inPoints(read, span)),
    paragraphs: read.paragraphs.map(span => passages.inPoints(read, span)),
    originals: read.words.map(inOriginal),
    digest: digest.of(read.text),
  };
})"""


def test_texts_of_all_of_unicode_are_read_as_python_reads_them(opened: Watched) -> None:
    texts = random_texts(4000)
    found = opened.page.evaluate(READ, texts)
    for original, one in zip(texts, found, strict=True):
        made = NormalisedText.of(original)
        wanted = {
            "text": made.text,
            "words": [list(span) for span in made.words],
            "paragraphs": [list(span) for span in made.paragraphs],
            "originals": [list(made.original_span(span)) for span in made.words],
            "digest": digest(made.text),
        }
        assert one == wanted, ascii(original)


def cases(kind: str) -> list[dict[str, Any]]:
    return [tomllib.loads(file.read_text("utf-8")) | {"name": file.stem} for file in sorted((CASES / kind).glob("*.toml"))]


def test_published_vectors(opened: Watched) -> None:
    vectors = cases("normalise")
    assert len(vectors) > 30
    found = opened.page.evaluate(READ, [case["text"] for case in vectors])
    for case, one in zip(vectors, found, strict=True):
        assert (one["text"], one["digest"]) == (case["normalised"], case["sha256"]), case["why"]


def test_digests_of_any_length_in_any_pieces_are_pythons(opened: Watched) -> None:
    pick = random.Random(256)
    texts = ["a" * n for n in range(200)] + ["é👩\ud800"[i % 3] * 100 for i in range(3)] + ["x" * 100_000]
    pieces = [[pick.randint(0, len(text)) for _ in range(3)] for text in texts]
    found = opened.page.evaluate(
        """all => all.map(([points, cuts]) => {
          const text = String.fromCodePoint(...points.slice(0, 300)).concat("x".repeat(Math.max(points.length - 300, 0)));
          const made = digest.make();
          let last = 0;
          for (const cut of [...cuts, points.length].sort((a, b) => a - b)) {
            made.update([...text].slice(last, cut).join(""));
            made.hex();
            last = cut;
          }
          return [digest.of(text), made.hex()];
        })""",
        [[[ord(c) for c in text], cuts] for text, cuts in zip(texts, pieces, strict=True)],
    )
    for text, both in zip(texts, found, strict=True):
        assert both == [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()] * 2


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────

LOCATE = """all => all.map(([original, passage]) => {
  const text = passages.read(original);
  const { span, error, what, hint } = passages.locate(text, passage);
  const inPoints = span => span ? passages.inPoints(text, span) : null;
  const places = passage.sha256 ? passages.places(text, passage).map(inPoints) : null;
  return { span: inPoints(span), error: error ?? null, what: what ?? null, hint: hint || null, places };
})"""


def told(passage: PassageRef) -> dict[str, Any]:
    """A passage as the page is told of it."""
    keys = ("paragraph", "starts", "ends", "occurrence", "characters", "sha256")
    return {key: list(value) if isinstance(value := getattr(passage, key), Span) else value for key in keys}


def by_python(original: str, passage: PassageRef) -> dict[str, Any]:
    text = NormalisedText.of(original)
    found = [list(one) for one in places(text, passage)] if passage.sha256 else None
    try:
        return {"span": list(locate(text, passage)), "error": None, "what": None, "hint": None, "places": found}
    except errors.PassageError as error:
        # The last hint speaks to an annotator, not to a reader.
        hint = error.hint if type(error) is errors.PassageNotFound and "occurrence" not in str(error.hint) else None
        return {"span": None, "error": type(error).__name__, "what": error.what, "hint": hint, "places": found}


def all_pointers() -> Iterator[tuple[str, PassageRef]]:
    """Each case as it was written, as it was stamped, and as a careless hand might change it."""
    for case in cases("locate"):
        text, given = case["text"].strip("\n"), PassageRef(**case["passage"])
        later = case.get("later", text).strip("\n")
        yield text, given
        yield later, given
        try:
            made = stamp(NormalisedText.of(text), given)
        except errors.PassageError:
            continue
        yield text, made
        yield later, made
        for wrong in (
            {"characters": None},
            {"characters": Span(0, 1)},
            {"paragraph": 1},
            {"occurrence": 2},
            {"sha256": "0" * 64},
        ):
            known = {key: getattr(made, key) for key in ("paragraph", "starts", "ends", "occurrence", "characters", "sha256")}
            yield later, PassageRef(**known | wrong)


def test_every_case_is_found_or_missed_as_by_python(opened: Watched) -> None:
    pointers = list(all_pointers())
    assert len(pointers) > 200
    found = opened.page.evaluate(LOCATE, [[text, told(passage)] for text, passage in pointers])
    wanted = [by_python(text, passage) for text, passage in pointers]
    assert {one["error"] for one in wanted} == {None, "PassageNotFound", "PassageAmbiguous", "PassageAltered"}
    for (text, passage), one, other in zip(pointers, found, wanted, strict=True):
        assert one == other, (text, passage)


def test_passages_of_random_texts_are_found_as_by_python(opened: Watched) -> None:
    pick = random.Random(7)
    some = [
        "the",
        "keeper",
        "lamp",
        "it’s",
        "½",
        "2½",
        "café",
        "ﬁn",
        "—",
        "…",
        "“no”",
        "⑴",
        "well-known",
        "I",
        "e\u0323\u0302",
        "👩",
        "𝒜b",
    ]
    pointers = []
    for _ in range(600):
        paragraphs = [[pick.choice(some) for _ in range(pick.randint(2, 20))] for _ in range(pick.randint(1, 4))]
        text = pick.choice(["\n\n", "\n", "\n\u200b\n"]).join(map(" ".join, paragraphs))
        number = pick.randint(1, len(paragraphs))
        first = pick.randrange(len(paragraphs[number - 1]))
        starts, ends = (" ".join(paragraphs[number - 1][first:][:length]) for length in (1, 2))
        ends = pick.choice([ends, paragraphs[number - 1][-1]])
        given = PassageRef(number, starts, pick.choice([None, ends]), pick.choice([None, None, 1, 2]))
        pointers.append((text, given))
        try:
            pointers.append((pick.choice([text, text.replace("lamp", "light", 1)]), stamp(NormalisedText.of(text), given)))
        except errors.PassageError:
            continue
    found = opened.page.evaluate(LOCATE, [[text, told(passage)] for text, passage in pointers])
    assert sum(one["span"] is not None for one in found) > 100
    for (text, passage), one in zip(pointers, found, strict=True):
        assert one == by_python(text, passage), (text, passage)


HTML = [
    "<p>One<p>two<br>three <b>fo</b>ur<!-- not --> &rsquo;tis &#8220;so&#x201D; &amp; &nbsp;so",
    "<title>A title</title><style>p {}</style><script>'<p>no words</p>'</script><noscript>not <p>this</noscript>here",
    "<head><template><p>not this</template></head><script/>seen<SCRIPT>not '</p>' seen</SCRIPT><a title='a > b'>x</a> < y <3",
    "<ul><li>Home<li>News</ul><table><tr><td>a<td>b<tr><th>c</table><dl><dt>d<dd>e</dl><h1>h</h1>after<hr>line",
    "<!doctype html>\r\n<head><meta charset=utf-8></head>\r\n<body>\r\n<div>a\r\n\r\nb</div>\r\n<pre>\n x\n\n y</pre></body>",
    "<article><p>in<span>side</span> a<em> word</em></p></article><aside>x</aside><figure><figcaption>cap</figcaption></figure>",
    "a &lt;b&gt; c &notin; &copy; &unknown; &#0; &#x110000; d",
    f"{'<div>' * 300}deep{'</div>' * 300}",
]


@pytest.mark.parametrize("html", HTML)
def test_a_saved_page_is_read_as_by_python(opened: Watched, tmp_path: Path, html: str) -> None:
    saved = tmp_path / "page.html"
    saved.write_text(html, "utf-8", newline="")
    made = read_article(saved, html=True)
    (found,) = opened.page.evaluate(f"html => ({READ})([article.textOf(html)])", html)
    assert found["text"] == made.text
    assert found["paragraphs"] == [list(span) for span in made.paragraphs]


# ── In the article ───────────────────────────────────────────────────────────────────────────────────────────────────

ALL_PASSAGES = """original => {
  const text = passages.read(original);
  return Object.fromEntries([...model.data.statements.values()].filter(one => one.passage).map(one => {
    const { span } = passages.locate(text, one.passage);
    return [one.name, { span: span && passages.inPoints(text, span), original: span && passages.originalSpan(text, span) }];
  }));
}"""


def test_the_page_finds_in_the_article_what_verify_finds(opened: Watched, kg: skg.KnowledgeGraph, article: Path) -> None:
    text = read_article(article)
    wanted = {}
    for one in kg.statements():
        if one.passage:
            span = locate(text, one.passage)
            wanted[name_of(one.iri)] = {"span": list(span), "original": list(text.original_span(span))}
    assert len(wanted) >= 100
    assert opened.page.evaluate(ALL_PASSAGES, text.original) == wanted


# ── A copy that a reader brings ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def two() -> skg.KnowledgeGraph:
    """The bundled graph and another interview: two sources that a text may be a copy of."""
    return skg.load(SALTLIGHT)


@pytest.fixture(scope="module")
def two_sources(two: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "severance.html"
    path.write_bytes(make_page(two))
    return path


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


def test_a_passage_without_a_digest_is_never_said_to_be_found(opened: Watched) -> None:
    found = opened.page.evaluate(
        "() => passages.locate(passages.read('a lamp burned'), {paragraph: 1, starts: 'lamp', sha256: null})"
    )
    assert found == {"span": [2, 6]}, "the words are there, as stamping asks"
    assert "no digest" in opened.page.evaluate("() => reader.verdict({}, {sha256: null}).what")


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
