"""Passages: the published vectors of the normalisation rule, how passages are found, and links that open at them."""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from severance_kg import errors
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, digest, link, locate, normalise, places
from severance_kg.stamp import stamp

CASES = Path(__file__).parent / "cases"


def cases(kind: str) -> list[Any]:
    files = sorted((CASES / kind).glob("*.toml"))
    return [pytest.param(tomllib.loads(file.read_text("utf-8")), id=file.stem) for file in files]


# ── Normalisation ────────────────────────────────────────────────────────────────────────────────────────────────────

SINGLE = "‘’‚‛′‹›❛❜＇`´\u1ffd"
DOUBLE = "“”„‟″«»❝❞〝〞＂"
DASHES = "‐‑‒–—―−⁃﹘﹣－"
FOLDED = {**dict.fromkeys(SINGLE, "'"), **dict.fromkeys(DOUBLE, '"'), **dict.fromkeys(DASHES, "-")}


def folded(text: str) -> str:
    return "".join(FOLDED.get(c, c) for c in text)


def by_the_rule(text: str) -> str:
    """The rule as the module's documentation tells it, on the whole text at once."""
    kept = "".join(c for c in text if unicodedata.category(c) != "Cf")
    compatible = folded(unicodedata.normalize("NFKC", folded(kept)))
    return " ".join(unicodedata.normalize("NFKC", compatible.casefold()).split())


@pytest.mark.parametrize("case", cases("normalise"))
def test_vectors_of_the_rule(case: dict[str, str]) -> None:
    assert case["why"]
    assert normalise(case["text"]) == case["normalised"]
    assert digest(case["normalised"]) == case["sha256"]
    assert by_the_rule(case["text"]) == case["normalised"], "the vector itself is wrong"
    assert hashlib.sha256(case["normalised"].encode()).hexdigest() == case["sha256"], "the vector itself is wrong"


def test_there_are_vectors_for_every_sign_that_is_folded() -> None:
    told = "".join(case.values[0]["text"] for case in cases("normalise"))
    assert [f"U+{ord(c):04X}" for c in FOLDED if c not in told] == []


def test_every_character_alone_follows_the_rule() -> None:
    # All but ideographs, syllables, surrogates and what nobody has assigned.
    ranges = [(0, 0x3400), (0xA000, 0xAC00), (0xF900, 0x11200), (0x1D000, 0x1F300)]
    characters = [chr(c) for first, last in ranges for c in range(first, last)]
    assert [f"U+{ord(c):04X}" for c in characters if normalise(c) != by_the_rule(c)] == []
    assert [f"U+{ord(c):04X}" for c in characters if by_the_rule(by_the_rule(c)) != by_the_rule(c)] == []


# Characters that do things to their neighbours: marks, jamo, joiners, what decomposes and what changes its length.
NASTY = st.sampled_from(
    "aeoAßİﬁﬃ½№…´`“’—⑴ \n\t\u00a0\u00ad\u200b\u200d\u2060\ufeff\u0300\u0301\u0308\u0323\u0327\u0345\u0344\u034f"
    "\u0f71\u0f72\u0f73\u0f75\u0f81ཀｶカ\uff9e\uff9f\u3099각각가ে\u09be\u09d7ক\u0dd9\u0dca\u0dcfΐᾼΣς\u1ffd\u1fef‴ￂￇ\u1e9b\ufe0f👩\u0f39\u1d157\u0f7f"
)
ANY_TEXT = st.text(NASTY | st.characters(), max_size=30)


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
@example("e\u00ad\u0301")
@example("a\uff9e\u0323")
@example("a\u0f73\u0323")
@example("\n\u0301a")
@example("\ud800")
def test_a_text_in_pieces_follows_the_rule_for_the_whole(text: str) -> None:
    assert normalise(text) == by_the_rule(text)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, st.sampled_from(["NFC", "NFD"]))
def test_canonical_forms_normalise_alike(text: str, form: Any) -> None:
    assert normalise(unicodedata.normalize(form, text)) == normalise(text)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_offsets_are_monotone_and_lead_back(text: str) -> None:
    made = NormalisedText.of(text)
    assert len(made.offsets) == len(made.text) + 1
    assert list(made.offsets) == sorted(made.offsets)
    assert made.offsets[-1] == len(text)
    assert made.original == text
    for word in made.words:
        start, end = made.original_span(word)
        assert 0 <= start < end <= len(text)
        assert made.text[word.start : word.end] in normalise(text[start:end])


@settings(max_examples=200, deadline=None)
@given(st.text(NASTY | st.sampled_from("\n\r\x0b\x85\u2028"), max_size=40))
def test_paragraphs_are_in_order_and_hold_every_word(text: str) -> None:
    made = NormalisedText.of(text)
    reached = 0
    for paragraph in made.paragraphs:
        assert paragraph.start >= reached
        assert paragraph.start <= paragraph.end
        reached = paragraph.end
    if made.text:
        assert made.paragraphs
        assert reached == len(made.text)
        assert made.text[: made.paragraphs[0].start].strip() == ""
    for word in made.words:
        number = made.paragraph_of(word.start)
        assert 1 <= number <= len(made.paragraphs)


def test_paragraphs_are_blocks_between_blank_lines_or_else_lines() -> None:
    def told(text: str) -> list[str]:
        made = NormalisedText.of(text)
        return [made.text[slice(*paragraph)].strip() for paragraph in made.paragraphs]

    assert told("one\ntwo\n\n \t\n\nthree\r\n\r\nfour\n") == ["one two", "three", "four"]
    assert told("one\ntwo\nthree\n") == ["one", "two", "three"]
    assert told("\ufeff\n\none") == ["one"]
    assert told("") == told(" \n\n ") == told("\u200b") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("½ cup", ["1⁄2", "cup"]),
        ("2½ cups", ["21⁄2", "cups"]),
        ("a well-known 3.5 o’clock’s", ["a", "well-known", "3.5", "o'clock's"]),
        ("— … —", []),
    ],
)
def test_words_are_what_one_character_became_and_what_signs_join(text: str, words: list[str]) -> None:
    made = NormalisedText.of(text)
    assert [made.text[slice(*word)] for word in made.words] == words


@pytest.mark.parametrize("one", [NormalisedText.of("a"), PassageRef(1, "a")], ids=lambda one: type(one).__name__)
def test_what_is_read_cannot_be_altered(one: Any) -> None:
    name = fields(one)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(one, name, getattr(one, name))
    assert not hasattr(one, "__dict__"), "corpora hold a million of these"


def test_a_megabyte_takes_seconds() -> None:
    text = NormalisedText.of("\n\n".join(f"line {i} of many" for i in range(60_000)))
    assert len(text.paragraphs) == 60_000
    assert len(text.words) == 240_000


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def found(case: dict[str, Any]) -> tuple[NormalisedText, Span, PassageRef]:
    text = NormalisedText.of(case["text"].strip("\n"))
    made = stamp(text, PassageRef(**case["passage"]))
    if "later" in case:
        text = NormalisedText.of(case["later"].strip("\n"))
    return text, locate(text, made), made


@pytest.mark.parametrize("case", [case for case in cases("locate") if "found" in case.values[0]])
def test_passages_that_are_there(case: dict[str, Any]) -> None:
    text, span, made = found(case)
    assert text.source_words(span) == case["found"]
    assert digest(text.text[slice(*span)]) == made.sha256
    if "at" in case:
        earlier = list(text.occurrences(normalise(case["found"]), Span(0, span.end)))
        assert len(earlier) == case["at"]
    for key in ("starts", "ends", "prefix", "occurrence") if "stamped" in case else ():
        assert getattr(made, key) == case["stamped"].get(key), key


@pytest.mark.parametrize("case", [case for case in cases("locate") if "error" in case.values[0]])
def test_passages_that_are_not_there(case: dict[str, Any]) -> None:
    with pytest.raises(getattr(errors, case["error"])) as caught:
        found(case)
    assert type(caught.value).__name__ == case["error"]
    assert caught.value.exit_status == 1
    assert case["told"] in caught.value.what
    assert caught.value.hint
    assert case.get("hint", "") in caught.value.hint


def test_every_case_says_why_and_what() -> None:
    for case in cases("locate"):
        known = {"why", "text", "later", "passage", "found", "at", "stamped", "error", "told", "hint"}
        assert set(case.values[0]) <= known
        assert case.values[0]["why"]
        assert ("found" in case.values[0]) != ("error" in case.values[0])


WORDS = st.sampled_from(
    ["the", "keeper", "lamp", "it’s", "½", "2½", "café", "ﬁn", "—", "…", "“no”", "⑴", "well-known", "I", "e\u0323\u0302"]
)
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=25).map(" ".join)
SEPARATORS = st.sampled_from(["\n\n", "\n \n", "\r\n\r\n", "\n\u200b\n"])


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, PassageRef]:
    """A text of few different words, and a passage in it that an annotator might point at."""
    paragraphs = draw(st.lists(PARAGRAPH, min_size=1, max_size=4))
    text = NormalisedText.of(draw(SEPARATORS).join(paragraphs))
    assume(text.words)
    number = text.paragraph_of(draw(st.sampled_from(text.words)).start)
    paragraph = text.paragraphs[number - 1]
    words = [word for word in text.words if paragraph.start <= word.start < paragraph.end]
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    starts = Span(words[first].start, words[draw(st.integers(first, min(first + 3, last)))].end)
    ends = Span(words[draw(st.integers(max(first, last - 3), last))].start, words[last].end)
    places = list(text.occurrences(text.text[slice(*starts)], paragraph))
    occurrence = places.index(starts) + 1 if len(places) > 1 else None
    return text.original, PassageRef(number, text.source_words(starts), text.source_words(ends), occurrence)


@settings(max_examples=400, deadline=None)
@given(passages())
def test_what_is_stamped_is_found_again_and_stamped_alike(case: tuple[str, PassageRef]) -> None:
    text = NormalisedText.of(case[0])
    try:
        made = stamp(text, case[1])
    except errors.PassageError:
        assume(False)
    assert locate(text, made) == made.characters
    again = PassageRef(made.paragraph, made.starts, made.ends, made.occurrence)
    assert stamp(text, again) == made
    for phrase in filter(None, (made.starts, made.ends)):
        assert len(phrase.split()) <= MOST_WORDS
        assert phrase in " ".join("".join(c for c in case[0] if unicodedata.category(c) != "Cf").split())


@settings(max_examples=300, deadline=None)
@given(passages(), st.sampled_from(["\n", "  ", "\u00a0", "\t\r\n"]), st.booleans())
def test_harmless_changes_leave_a_stamped_passage_where_it_is(case: tuple[str, PassageRef], space: str, plain: bool) -> None:
    text = NormalisedText.of(case[0])
    try:
        made = stamp(text, case[1])
    except errors.PassageError:
        assume(False)
    words = case[0].split()
    copy = space.join(words)
    if plain:
        copy = folded(copy).upper()
    other = NormalisedText.of(copy)
    assume(other.text == text.text)
    assert made.sha256 and made.characters
    # In a copy without paragraphs an equal passage of another paragraph may be taken for it; never a different one.
    try:
        span = locate(other, made)
    except errors.PassageAmbiguous:
        return
    assert digest(other.text[slice(*span)]) == made.sha256


@settings(max_examples=200, deadline=None)
@given(passages(), st.data())
def test_one_altered_word_is_never_taken_for_the_passage(case: tuple[str, PassageRef], data: st.DataObject) -> None:
    text = NormalisedText.of(case[0])
    try:
        made = stamp(text, case[1])
    except errors.PassageError:
        assume(False)
    assert made.words
    word = text.words[data.draw(st.integers(made.words.start, made.words.end - 1))]
    copy = NormalisedText.of(text.text[: word.start] + "altered" + text.text[word.end :])
    try:
        span = locate(copy, made)
    except errors.PassageError:
        return
    assert digest(copy.text[slice(*span)]) == made.sha256, "an equal passage stands elsewhere"
    assert "altered" not in copy.text[slice(*span)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["lamp", "keeper", "stair", "sea"]), min_size=1, max_size=6), PARAGRAPH)
def test_a_hint_holds_no_more_than_six_words_of_the_text(words: list[str], paragraph: str) -> None:
    text = NormalisedText.of(paragraph)
    try:
        locate(text, PassageRef(1, " ".join(words)))
    except errors.PassageError as error:
        quoted = (error.hint or "").split('"')
        assert len(quoted) in (1, 3)
        assert len(quoted) == 1 or len(quoted[1].split()) <= MOST_WORDS


def test_positions_are_hints_and_the_digest_decides() -> None:
    text = NormalisedText.of("The keeper went up the stair.")
    made = stamp(text, PassageRef(1, "keeper", "stair"))
    wrong = PassageRef(7, made.starts, made.ends, 9, None, Span(0, 1), Span(0, 1), made.sha256)
    assert locate(text, wrong) == made.characters


def test_a_long_text_with_many_equal_words_is_searched_in_seconds() -> None:
    text = NormalisedText.of("\n\n".join(f"{'I saw it and it was what it was, and ' * 40}number {i}" for i in range(20)))
    made = stamp(text, PassageRef(20, "I saw", "number 19", 1))
    missing = PassageRef(20, "I", "it", sha256="0" * 64)
    assert locate(text, made) == made.characters
    with pytest.raises(errors.PassageAltered):
        locate(text, missing)


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PAGE = "https://example.org/a"


@pytest.mark.parametrize(
    ("passage", "directive"),
    [
        (PassageRef(1, "lamp"), "text=lamp"),
        (PassageRef(1, "a lamp", "burned low"), "text=a%20lamp,burned%20low"),
        (PassageRef(1, "lamp", "low", prefix="the old"), "text=the%20old-,lamp,low"),
        (PassageRef(1, "well-known", "by-and-by"), "text=well%2Dknown,by%2Dand%2Dby"),
        (PassageRef(1, "lamp, oil", "rain & sea"), "text=lamp%2C%20oil,rain%20%26%20sea"),
        (PassageRef(1, "100%", "#1"), "text=100%25,%231"),
        (PassageRef(1, "it’s", "“no”"), "text=it%E2%80%99s,%E2%80%9Cno%E2%80%9D"),
        (PassageRef(1, "a/b?c=d", "e+f"), "text=a%2Fb%3Fc%3Dd,e%2Bf"),
    ],
)
def test_links_escape_what_a_text_directive_would_take_for_a_sign(passage: PassageRef, directive: str) -> None:
    assert link(PAGE, passage) == f"{PAGE}#:~:{directive}"


@pytest.mark.parametrize("url", [PAGE, f"{PAGE}#part", f"{PAGE}#part:~:text=old", f"{PAGE}?q=1&r=a%20b", f"{PAGE}?q=1#part"])
def test_a_link_keeps_the_address_and_drops_its_fragment(url: str) -> None:
    made = link(url, PassageRef(1, "lamp"))
    assert made == f"{url.split('#')[0]}#:~:text=lamp"
    assert made.count("#") == 1


@settings(deadline=None)
@given(
    st.text(min_size=1, max_size=20).filter(lambda words: words == words.encode("utf-8", "ignore").decode()),
    st.none() | st.text(min_size=1),
)
def test_links_decode_to_the_words(starts: str, ends: str | None) -> None:
    assume(ends is None or ends == ends.encode("utf-8", "ignore").decode())
    directive = link(PAGE, PassageRef(1, starts, ends)).split(":~:text=")[1]
    assert [unquote(part) for part in directive.split(",")] == [starts, *([ends] if ends is not None else [])]
    assert not set(directive) & set('&#"<> -')


def test_a_span_of_white_space_alone_is_its_first_character() -> None:
    text = NormalisedText.of("a  \n b")
    assert text.original_span(Span(1, 2)) == Span(1, 2)
    assert text.original_span(Span(0, 2)) == Span(0, 1)


def test_last_words_that_begin_before_the_first_end_no_passage() -> None:
    text = NormalisedText.of("a b c d a b")
    assert list(places(text, PassageRef(1, "b c", "a b", sha256=digest("b")))) == []
    assert list(places(text, PassageRef(1, "b c", "a b", sha256=digest("b c d a b")))) == [Span(2, 11)]


def test_first_words_may_begin_the_last_ones() -> None:
    text = NormalisedText.of("a b c d")
    assert list(places(text, PassageRef(1, "b", "b c", sha256=digest("b c")))) == [Span(2, 5)]


def test_a_stamp_takes_the_fewest_last_words_that_find_the_end() -> None:
    text = NormalisedText.of("Ann saw home and went home. Later Ann slept.")
    assert stamp(text, PassageRef(1, "Ann saw", "and went home")).ends == "went home"
    assert stamp(text, PassageRef(1, "Ann saw", "saw home")).ends == "home"
