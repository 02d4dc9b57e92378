"""A text cut into pieces, before anybody's role in it is known: paragraphs, lines, headings, quoted blocks, list items."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from severance_kg.drafting.interview import Form, Metadata
from severance_kg.passages import Span

WIDEST = 120
"""The longest line, in characters, that is taken for one a typist or a program has wrapped."""

_BULLET = re.compile(r"(?:[-*+•‣▪◦]|\d{1,3}[.)])[ \t]+(?=\S)")
# A line that opens a turn: a label, a time stamp, a caption's chevrons.
_FRESH = re.compile(r"\s*(?:>>|[\[(]?\d{1,2}:\d\d|[^\W\d_][^\n:]{0,60}:(?:\s|$)|[QA]\d{0,3}[.)]\s|Q\s[-–—]\s|A\s[-–—]\s)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a line that stands for itself, with the markup it had.

    ``strong`` are the spans set in bold or, where nothing is in bold, in italics.
    """

    span: Span
    heading: bool = False
    quote: bool = False
    item: bool = False
    strong: tuple[Span, ...] = ()
    slanted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A text and its pieces, in order and without overlaps; all white space and markup between them is nobody's."""

    text: str
    form: Form
    pieces: tuple[Piece, ...]
    encoding: str = "utf-8"
    metadata: Metadata = field(default_factory=Metadata)


def plain(text: str) -> Manuscript:
    """Cut a plain text into pieces: blocks between blank lines, and within these the lines that no typist has wrapped."""
    return Manuscript(text, Form.PLAIN, tuple(_plain_pieces(text)))


def _plain_pieces(text: str) -> Iterator[Piece]:
    width = set_width(text)
    groups = list(_groups(text))
    # Where most paragraphs are indented, that is how they begin, and sets nothing off.
    set_off = sum(_indented(text, lines) for lines in groups) * 4 <= len(groups)
    for lines in groups:
        indented = set_off and _indented(text, lines)
        for span in unwrapped(text, lines, width):
            raw = text[span.start : span.end]
            bullet = _BULLET.match(raw)
            quoted = raw.startswith(("> ", ">\t"))
            start = span.start + (bullet.end() if bullet else 2 if quoted else 0)
            yield Piece(Span(start, span.end), quote=quoted or indented, item=bullet is not None)


def _groups(text: str) -> Iterator[list[Span]]:
    """Yield the lines of each block between blank lines, each without the white space around it."""
    group: list[Span] = []
    for line in lines_of(text):
        if line.start == line.end:
            if group:
                yield group
            group = []
        else:
            group.append(line)
    if group:
        yield group


def lines_of(text: str, within: Span | None = None) -> Iterator[Span]:
    """Yield the lines of a text, or of a span of it, each without the white space around it; blank ones are empty."""
    at = within.start if within else 0
    for line in text[at : within.end if within else None].splitlines(keepends=True):
        yield trimmed(text, Span(at, at + len(line)))
        at += len(line)


def trimmed(text: str, span: Span) -> Span:
    """Return a span without the white space, byte order marks and zero-width spaces at its ends."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in "\ufeff\u200b"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\ufeff\u200b"):
        end -= 1
    return Span(start, end)


def set_width(text: str) -> int:
    """Return how wide the text was set, or zero where its lines are paragraphs."""
    lengths = [line.end - line.start for line in lines_of(text) if line.end > line.start]
    longest = max(lengths, default=0)
    # One long line among short ones was not wrapped: only a width that lines come near again and again is one.
    near = sum(length >= 0.8 * longest for length in lengths)
    return longest if 40 <= longest <= WIDEST and near >= 3 and near * 4 >= len(lengths) else 0


def unwrapped(text: str, lines: list[Span], width: int) -> Iterator[Span]:
    """Join the lines that a typist or a program has wrapped at ``width``; every other line stands for itself."""
    if not lines:
        return
    start = lines[0].start
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if after is None or not _goes_on(text, line, after, width):
            yield Span(start, line.end)
            start = after.start if after else line.end


def _goes_on(text: str, line: Span, after: Span, width: int) -> bool:
    # A greedy typist breaks where the next word would not have fitted; any earlier break was meant.
    following = text[after.start : after.end]
    word = len(following[: width + 1].split(maxsplit=1)[0])
    full = line.end - line.start + 1 + word > width
    return bool(width) and full and not _FRESH.match(following) and not _BULLET.match(following)


def _indented(text: str, lines: list[Span]) -> bool:
    """Whether each line of a block begins behind four spaces or a tab, as a set-off quotation does."""
    return all(
        text[max(line.start - 4, 0) : line.start] == "    " or text[line.start - 1 : line.start] == "	" for line in lines
    )


def joined(text: str, spans: list[Span], within: Span) -> list[Span]:
    """Return the parts of sorted spans that lie within another, those joined that only white space divides."""
    found: list[Span] = []
    for span in spans[_first_behind(spans, within.start) :]:
        if span.start >= within.end:
            break
        cut = trimmed(text, Span(max(span.start, within.start), min(span.end, within.end)))
        if cut.start >= cut.end:
            continue
        if found and not text[found[-1].end : cut.start].strip():
            cut = Span(found.pop().start, cut.end)
        found.append(cut)
    return found


def _first_behind(spans: list[Span], at: int) -> int:
    return bisect_right(spans, at, key=lambda span: span.end)


def shifted(spans: Iterable[Span], by: int) -> tuple[Span, ...]:
    """Return spans moved to the right."""
    return tuple(Span(span.start + by, span.end + by) for span in spans)
