"""Whose words a span of an interview is: a quotation's, a turn's, or the publication's own narration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from severance_kg.drafting.interview import Attribution, Evidence, Interview, Kind, Quotation, Role
from severance_kg.drafting.utterances import APART
from severance_kg.passages import Span


class Voice(StrEnum):
    """In what part of a text words stand."""

    QUOTATION = "a quotation"
    TURN = "a turn"
    QUESTION = "a question"
    NARRATION = "the narration"
    INSERTION = "an editor's brackets"
    MIXED = "both quotation and narration"
    CHARACTER = "the words of a character"
    FURNITURE = "the furniture of the page"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where a span stands, and to whom the rules give it; in narration and furniture to nobody.

    ``around`` is the run of words of that voice in which the span lies, and ``quoted`` are the words of others inside that run.
    """

    voice: Voice
    attribution: Attribution
    around: Span
    quoted: tuple[Span, ...] = ()


NOBODY = Attribution(None, 0.0, Evidence("none"))
_SPEECH = frozenset({Kind.DIRECT, Kind.PARTIAL, Kind.BLOCK, Kind.THOUGHT, Kind.CHARACTER})


def spoken(interview: Interview, span: Span) -> Spoken:
    """Return whose words a span of the original text is.

    A span that begins in one voice and ends in another is mixed, and nobody's; a narrator's sentence with a quotation in it is
    the narrator's, and a speaker's with another's words in it the speaker's.
    """
    span = _trimmed(interview, span)
    quotations = [one for one in interview.quotations if one.kind in _SPEECH]
    around = [one for one in quotations if any(_holds(part, span) for part in (*one.parts, one.words))]
    if any(_cuts(one, span) for one in quotations):
        return Spoken(Voice.MIXED, NOBODY, span)
    found = _quoted(min(around, key=lambda one: one.words.end - one.words.start), span) if around else _in_blocks(interview, span)
    inside = [
        one.words for one in quotations if one.kind in APART and one.words != found.around and _holds(found.around, one.words)
    ]
    return replace(found, quoted=tuple(inside))


def _trimmed(interview: Interview, span: Span) -> Span:
    """Return the span without marks and white space at its ends, which may lie on either side of a quotation mark."""
    start, end = span
    while start < end - 1 and not interview.text.original[start].isalnum():
        start += 1
    while end > start + 1 and not interview.text.original[end - 1].isalnum():
        end -= 1
    return Span(start, end)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _cuts(quotation: Quotation, span: Span) -> bool:
    """Whether a span holds some of a quotation's words and not all, and also words outside of it."""
    inside = max(span.start, quotation.words.start) < min(span.end, quotation.words.end)
    return inside and not _holds(quotation.words, span) and not _holds(span, quotation.words)


def _quoted(quotation: Quotation, span: Span) -> Spoken:
    around = next((part for part in quotation.parts if _holds(part, span)), quotation.words)
    if any(_holds(insertion, span) for insertion in quotation.insertions):
        return Spoken(Voice.INSERTION, NOBODY, around)
    voice = Voice.CHARACTER if quotation.kind is Kind.CHARACTER else Voice.QUOTATION
    return Spoken(voice, quotation.attribution, around)


def _in_blocks(interview: Interview, span: Span) -> Spoken:
    blocks = [block for block in interview.blocks if block.whole.start < span.end and span.start < block.whole.end]
    said = [block for block in blocks if block.role in (Role.QUESTION, Role.ANSWER)]
    around = Span(blocks[0].span.start, blocks[-1].span.end) if blocks else span
    if blocks and all(block.role is Role.FURNITURE for block in blocks):
        return Spoken(Voice.FURNITURE, NOBODY, around)
    if not said:
        return Spoken(Voice.NARRATION, NOBODY, around)
    speakers = {(block.role, block.attribution.speaker) for block in said}
    if len(said) < len(blocks) or len(speakers) > 1 or not (said[0].span.start <= span.start and span.end <= said[-1].span.end):
        return Spoken(Voice.MIXED, NOBODY, span)
    opened = interview.text.original.rfind("[", said[0].span.start, span.start + 1)
    if opened >= 0 and "]" not in interview.text.original[opened : span.end]:
        return Spoken(Voice.INSERTION, NOBODY, around)
    voice = Voice.QUESTION if said[0].role is Role.QUESTION else Voice.TURN
    return Spoken(voice, said[0].attribution, around)
