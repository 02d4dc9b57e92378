"""Utterances: the runs of words of an interview, each with whoever says them, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from severance_kg.drafting.interview import Attribution, Block, Interview, Kind, Quotation, Role
from severance_kg.passages import Span

APART = frozenset({Kind.DIRECT, Kind.BLOCK, Kind.THOUGHT, Kind.CHARACTER})
"""Kinds of quotations that are utterances; the others belong to the sentence around them."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words in a row that one voice says. ``attribution`` is None where the publication itself speaks."""

    span: Span
    block: int
    attribution: Attribution | None = None
    kind: Kind | None = None
    asks: bool = False
    quoted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """Words that state nothing, whoever reads them: a heading, a label, furniture."""

    span: Span
    reason: str


def utterances(interview: Interview) -> Iterator[Utterance | Silent]:
    """Yield every run of words of an interview, in order."""
    outer = [one for one in interview.quotations if one.within is None]
    inner = [one for one in interview.quotations if one.within is not None]
    for number, block in enumerate(interview.blocks):
        yield from _before(block)
        if block.role is Role.FURNITURE:
            yield Silent(block.span, "Page furniture, no part of the interview.")
        elif block.role is Role.HEADING:
            yield Silent(block.span, "A heading.")
        elif block.role in (Role.QUESTION, Role.ANSWER):
            quoted = tuple(one.words for one in outer if _inside(one.words, block.span) and one.kind in APART)
            yield Utterance(block.span, number, block.attribution, None, block.role is Role.QUESTION, quoted)
        else:
            yield from _narrated(interview, block, number, outer, inner)


def _before(block: Block) -> Iterator[Silent]:
    """Yield what stands in a block before its words: a label, a time stamp."""
    if block.whole.start < block.span.start:
        yield Silent(Span(block.whole.start, block.span.start), "A label that tells who speaks.")


def _inside(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end


def _narrated(
    interview: Interview, block: Block, number: int, outer: list[Quotation], inner: list[Quotation]
) -> Iterator[Utterance | Silent]:
    at = block.span.start
    for quotation in outer:
        if quotation.kind not in APART:
            continue
        for words in quotation.parts:
            if not _inside(words, block.span) or words.start < at:
                continue
            if interview.words(Span(at, words.start)).strip():
                yield Utterance(Span(at, words.start), number)
            quoted = tuple(one.words for one in inner if _inside(one.words, words) and one.kind in APART)
            yield Utterance(words, number, quotation.attribution, quotation.kind, quoted=quoted)
            at = words.end
    if at < block.span.end:
        yield Utterance(Span(at, block.span.end), number)
