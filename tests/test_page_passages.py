"""The rule of the passages in the page's own script is Python's: normalised, found and digested alike, over all of Unicode."""

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
from browser import Open, Watched
from severance_kg import errors
from severance_kg.drawing import name_of
from severance_kg.passages import NormalisedText, PassageRef, Span, digest, locate, places
from severance_kg.passages import _clings as clings
from severance_kg.stamp import stamp
from severance_kg.verify import read_article

CASES = Path(__file__).parent / "cases"


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
        if pick.random() < 0.3:
            # What stands within a word, or within what one character became.
            starts = pick.choice(["1", "2", "1⁄2", "⁄2", "(1)", "cafe", "well", "known", "fi", "it"])
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


def test_a_passage_without_a_digest_is_never_said_to_be_found(opened: Watched) -> None:
    found = opened.page.evaluate(
        "() => passages.locate(passages.read('a lamp burned'), {paragraph: 1, starts: 'lamp', sha256: null})"
    )
    assert found == {"span": [2, 6]}, "the words are there, as stamping asks"
    assert "no digest" in opened.page.evaluate("() => reader.verdict({}, {sha256: null}).what")
