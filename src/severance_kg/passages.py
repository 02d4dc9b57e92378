"""Passages: normalise a text, find the words that a statement rests on, prove that they are the ones that were read.

A passage is pointed at by its first and last words and proved by the SHA-256 of its normalised words. Two spellings of one
text that differ only in quotes, dashes, spaces, line breaks or letter case normalise to the same; anything else does not.

The rule, in this order:

1. soft hyphens and every other format character (Unicode category Cf: zero-width spaces and joiners, byte order marks,
   direction marks) are dropped;
2. single and double quotation marks, primes and guillemets become ``'`` and ``"``; hyphens and dashes become ``-``;
3. NFKC, which also turns an ellipsis into three full stops; then rule 2 once more, for what NFKC has brought out;
4. case folding, then NFKC again, since folding can undo it;
5. every run of white space becomes one space, and none stands at either end.

``tests/cases/normalise`` holds the test vectors.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from severance_kg.errors import PassageAltered, PassageAmbiguous, PassageError, PassageNotFound

MOST_WORDS = 6
"""How many words of a source in a row the project may hold, and so how long ``starts`` and ``ends`` may be."""

_SOFT_HYPHEN = "\u00ad"
_SINGLE = "‘’‚‛′‹›❛❜＇`´\u1ffd"  # the last is another name of ´, and NFKC takes both apart into a space and an accent
_DOUBLE = "“”„‟″«»❝❞〝〞＂"
_DASHES = "‐‑‒–—―−⁃﹘﹣－"
_FOLD = str.maketrans({**dict.fromkeys(_SINGLE, "'"), **dict.fromkeys(_DOUBLE, '"'), **dict.fromkeys(_DASHES, "-")})
_WORD = re.compile(r"\w+(?:['.-]\w+)*")


class Span(NamedTuple):
    """A half-open range of code points, or of words: ``start`` is in it, ``end`` is not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageRef:
    """How an annotation points at a passage.

    ``words`` and ``characters`` are spans over the normalised text of the whole source and hints only, since texts move;
    ``sha256`` is the proof. All three are None until the passage has been stamped.
    """

    paragraph: int
    starts: str
    ends: str | None = None
    occurrence: int | None = None
    prefix: str | None = None
    words: Span | None = None
    characters: Span | None = None
    sha256: str | None = None


@lru_cache(maxsize=4096)
def _normalise_cluster(cluster: str) -> str:
    kept = "".join(c for c in cluster if unicodedata.category(c) != "Cf").translate(_FOLD)
    folded = unicodedata.normalize("NFKC", kept).translate(_FOLD).casefold()
    return unicodedata.normalize("NFKC", folded)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text where normalising the parts is the same as normalising the whole, and tell where each part starts."""
    start = 0
    for i in range(1, len(text)):
        c = text[i]
        # White space joins with nothing: a mark at the head of a line belongs to the line, not to the break before it.
        plain = (c < "\u0300" and c != _SOFT_HYPHEN) or text[start].isspace()
        if plain or (not _clings(c) and _separates(text[start:i], c)):
            yield start, text[start:i]
            start = i
    if text:
        yield start, text[start:]


def _clings(c: str) -> bool:
    # Five characters are no combining ones and decompose into such, among them the half-width voicing marks.
    return unicodedata.category(c) == "Cf" or unicodedata.combining(unicodedata.normalize("NFKD", c)[0]) != 0


def _separates(before: str, c: str) -> bool:
    return _normalise_cluster(before + c) == _normalise_cluster(before) + _normalise_cluster(c)


def normalise(text: str) -> str:
    """Return the normalised form of ``text``; normalising it again changes nothing."""
    return NormalisedText.of(text).text


def digest(normalised: str) -> str:
    """Return the SHA-256, in hexadecimal, of an already normalised text in UTF-8."""
    return hashlib.sha256(_bytes(normalised)).hexdigest()


def _bytes(normalised: str) -> bytes:
    return normalised.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text in normalised form that remembers, for each of its characters, which original one it came from.

    ``paragraphs`` are spans over ``text``: blocks between blank lines where the original has blank lines, else its lines.
    """

    original: str
    text: str
    offsets: tuple[int, ...]
    paragraphs: tuple[Span, ...]
    words: tuple[Span, ...]

    @classmethod
    def of(cls, original: str) -> NormalisedText:
        """Normalise ``original``."""
        characters: list[str] = []
        offsets: list[int] = []
        for at, cluster in _clusters(original):
            for c in _normalise_cluster(cluster):
                if c.isspace():
                    if not characters or characters[-1] == " ":
                        continue
                    c = " "
                characters.append(c)
                offsets.append(at)
        if characters and characters[-1] == " ":
            characters.pop()
            offsets.pop()
        text = "".join(characters)
        words = tuple(_words(text, offsets))
        paragraphs = tuple(_paragraphs(original, offsets))
        return cls(original, text, (*offsets, len(original)), paragraphs, words)

    def original_span(self, span: Span) -> Span:
        """Return the span of the original text that a span of the normalised text came from."""
        # One original character may have become several, as "⑴" has: then it is in the span as a whole.
        end = self.offsets[bisect_right(self.offsets, self.offsets[span.end - 1])]
        while end > self.offsets[span.start] + 1 and self.original[end - 1].isspace():
            end -= 1
        return Span(self.offsets[span.start], end)

    def source_words(self, span: Span) -> str:
        """Return the source's own characters behind a span, format characters dropped and white space made single."""
        start, end = self.original_span(span)
        kept = "".join(c for c in self.original[start:end] if unicodedata.category(c) != "Cf")
        return " ".join(kept.split())

    def paragraph_of(self, position: int) -> int:
        """Return the number, from one, of the paragraph in which a position of the normalised text lies."""
        return bisect_right(self.paragraphs, position, key=lambda paragraph: paragraph.start)

    def word_span(self, span: Span) -> Span:
        """Return which words of the text, counted from zero, a span covers in part or in whole."""
        first = bisect_right(self.words, span.start, key=lambda word: word.end)
        last = bisect_right(self.words, span.end - 1, key=lambda word: word.start)
        return Span(first, last)

    def occurrences(self, phrase: str, within: Span) -> Iterator[Span]:
        """Find the places, at word boundaries, where the normalised ``phrase`` stands in a span."""
        at = self.text.find(phrase, within.start, within.end)
        while phrase and at >= 0:
            end = at + len(phrase)
            if self._at_boundary(at) and self._at_boundary(end):
                yield Span(at, end)
            at = self.text.find(phrase, at + 1, within.end)

    def _at_boundary(self, at: int) -> bool:
        if at in (0, len(self.text)):
            return True
        # Within what one original character became, such as the "1⁄2" of "½", there is no boundary; nor before a mark that
        # sits on the character before it, nor inside a word: "life" does not stand in "life's" or in "life-like".
        if self.offsets[at - 1] == self.offsets[at] or unicodedata.category(self.text[at])[0] == "M":
            return False
        before = bisect_left(self.words, at, key=lambda word: word.start) - 1
        return before < 0 or self.words[before].end <= at


def _words(text: str, offsets: list[int]) -> Iterator[Span]:
    word: Span | None = None
    for match in _WORD.finditer(text):
        if word and offsets[match.start()] == offsets[word.end - 1]:
            word = Span(word.start, match.end())
            continue
        if word:
            yield word
        word = Span(*match.span())
    if word:
        yield word


def _paragraphs(original: str, offsets: list[int]) -> Iterator[Span]:
    lines = original.splitlines(keepends=True)
    blank_lines = any(_blank(line) for line in lines[:-1])
    starts: list[int] = []
    at, fresh = 0, True
    for line in lines:
        if _blank(line):
            fresh = True
        elif fresh or not blank_lines:
            starts.append(at)
            fresh = False
        at += len(line)
    begins = [bisect_left(offsets, start) for start in starts]
    for i, begin in enumerate(begins):
        if begin < len(offsets):
            yield Span(begin, begins[i + 1] if i + 1 < len(begins) else len(offsets))


def _blank(line: str) -> bool:
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in line)


def locate(text: NormalisedText, passage: PassageRef) -> Span:
    """Find the passage that ``passage`` points at.

    A passage with a digest is looked for in the whole text, so that moved paragraphs and other line breaks do no harm; the
    digest decides, and the paragraph and the occurrence only choose among equals. One without a digest is looked for in
    its paragraph. The match is exact after normalisation; an inexact one is a mistake, never a guess to make here.

    Returns:
        Half-open span of code points in the *normalised* text, as in ``oa:TextPositionSelector``. ``original_span`` of the
        text gives the same in the original.

    Raises:
        PassageNotFound: its first or last words are not there. The hint quotes no more than six words of the text.
        PassageAmbiguous: it occurs more than once and nothing says which is meant.
        PassageAltered: words that start and end like it are there, with another digest.
    """
    if passage.sha256 is None:
        return _locate_in_paragraph(text, passage)
    found = _chosen(text, passage, list(places(text, passage)))
    if len(found) == 1:
        return found[0]
    if found:
        raise PassageAmbiguous(
            f'the passage that starts with "{passage.starts}" stands in the text {len(found)} times',
            hint="name the paragraph and the occurrence",
        )
    raise _why_missing(text, passage)


def places(text: NormalisedText, passage: PassageRef) -> Iterator[Span]:
    """Find the spans with a passage's first words, last words and digest."""
    whole = Span(0, len(text.text))
    ends = list(text.occurrences(normalise(passage.ends), whole)) if passage.ends else []
    for start in text.occurrences(normalise(passage.starts), whole):
        # Each end goes on from the one before: a long text has thousands of pairs, and hashing each anew takes minutes.
        read, made = start.start, hashlib.sha256()
        for end in ends if passage.ends else (start,):
            if end.start < start.start:
                continue
            made.update(_bytes(text.text[read : end.end]))
            read = max(read, end.end)
            if made.hexdigest() == passage.sha256:
                yield Span(start.start, end.end)


def _chosen(text: NormalisedText, passage: PassageRef, found: list[Span]) -> list[Span]:
    """Choose among equals: by the paragraph, by the occurrence in it, by the recorded position."""
    for fits in (
        lambda span: text.paragraph_of(span.start) == passage.paragraph,
        lambda span: occurrence_of(text, normalise(passage.starts), span.start) == passage.occurrence,
        lambda span: span == passage.characters,
    ):
        if len(found) > 1:
            found = [span for span in found if fits(span)] or found
    return found


def occurrence_of(text: NormalisedText, phrase: str, at: int) -> int:
    """Return which of the places of a phrase in its paragraph, counted from one, is the one that starts at ``at``."""
    paragraph = text.paragraphs[text.paragraph_of(at) - 1]
    return sum(1 for place in text.occurrences(phrase, paragraph) if place.start <= at)


def _why_missing(text: NormalisedText, passage: PassageRef) -> PassageError:
    whole = Span(0, len(text.text))
    for phrase in filter(None, (passage.starts, passage.ends)):
        if not any(text.occurrences(normalise(phrase), whole)):
            return PassageNotFound(f'the text does not hold "{phrase}"', hint=_nearest(text, normalise(phrase), whole))
    return PassageAltered(
        f'the passage from "{passage.starts}" to "{passage.ends or passage.starts}" is not the one that was annotated',
        hint="its digest differs: read it again, and annotate it anew if this is the true text",
    )


def _locate_in_paragraph(text: NormalisedText, passage: PassageRef) -> Span:
    if not 1 <= passage.paragraph <= len(text.paragraphs):
        raise PassageNotFound(
            f"there is no paragraph {passage.paragraph}", hint=f"the text has {len(text.paragraphs)} paragraphs"
        )
    paragraph = text.paragraphs[passage.paragraph - 1]
    starts = list(text.occurrences(normalise(passage.starts), paragraph))
    where = f"paragraph {passage.paragraph}"
    if not starts:
        raise PassageNotFound(
            f'{where} does not hold "{passage.starts}"', hint=_nearest(text, normalise(passage.starts), paragraph)
        )
    if passage.occurrence is None and len(starts) > 1:
        raise PassageAmbiguous(
            f'{where} holds "{passage.starts}" {len(starts)} times', hint="add a word, or say which with occurrence:"
        )
    if (passage.occurrence or 1) > len(starts):
        raise PassageNotFound(f'{where} holds "{passage.starts}" only {len(starts)} times', hint="correct occurrence:")
    start = starts[(passage.occurrence or 1) - 1]
    if passage.ends is None:
        return start
    # The last words come after the first ones, as a browser looks for them; in a short passage the two may overlap.
    behind = list(text.occurrences(normalise(passage.ends), Span(start.end, paragraph.end)))
    around = list(text.occurrences(normalise(passage.ends), Span(start.start, paragraph.end)))
    ends = behind or [end for end in around if end.end >= start.end]
    if not ends:
        inside = "it stands there only inside the first words: leave ends: out, or give the words at the end"
        hint = inside if around else _nearest(text, normalise(passage.ends), Span(start.start, paragraph.end))
        raise PassageNotFound(f'{where} does not hold "{passage.ends}" after "{passage.starts}"', hint=hint)
    return Span(start.start, ends[0].end)


def _nearest(text: NormalisedText, phrase: str, within: Span) -> str:
    """Point at the longest run of the phrase's own words that the text does hold, in at most six words."""
    words = phrase.split()
    for length in range(len(words) - 1, 0, -1):
        for first in range(len(words) - length + 1):
            run = " ".join(words[first : first + length])
            if any(text.occurrences(run, within)):
                return f'the longest part of it there is "{run}"'
    return "none of its words is there"


def link(url: str, passage: PassageRef) -> str:
    """Return the address that opens ``url`` at the passage, highlighted, in browsers that know text fragments.

    Follows the URL Fragment Text Directives draft of the WICG: ``#:~:text=prefix-,start,end``.
    """
    parts = [_fragment(passage.starts)]
    if passage.prefix:
        parts.insert(0, _fragment(passage.prefix) + "-")
    if passage.ends:
        parts.append(_fragment(passage.ends))
    return f"{url.split('#')[0]}#:~:text={','.join(parts)}"


def _fragment(words: str) -> str:
    # quote() leaves "-" alone, which ends a prefix in a text directive.
    return quote(words, safe="").replace("-", "%2D")
