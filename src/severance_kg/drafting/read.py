"""Read an interview: the text, its structure, its quotations, and who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from severance_kg.drafting import intake
from severance_kg.drafting.interview import (
    Attribution,
    Block,
    Evidence,
    Form,
    Interview,
    Kind,
    Quotation,
    Role,
    Turn,
)
from severance_kg.drafting.labels import lines_with_labels
from severance_kg.drafting.manuscript import Manuscript
from severance_kg.drafting.marks import Quoted, insertions, quoted_runs, with_block_quotes
from severance_kg.drafting.nesting import attribute_nested
from severance_kg.drafting.participants import participants
from severance_kg.drafting.people import People
from severance_kg.drafting.speakers import Speakers, Told
from severance_kg.drafting.structure import Part, introduction, structure
from severance_kg.passages import NormalisedText, Span


def read_interview(source: Path | str, form: Form | None = None, *, online: bool = False) -> Interview:
    """Read an interview from a file or, only if ``online``, from a web address.

    The rules are English; a text in another language is read as well, and what can be found in it is found.

    Args:
        source: a path, or an http or https address.
        form: what it is written in; told by the file's name and its beginning where it is not given.
        online: whether an address may be fetched.

    Returns:
        The interview. Nobody is named as a speaker below the threshold of :mod:`~severance_kg.drafting.resolve`.

    Raises:
        InputError: it cannot be read, or is no text.
    """
    return understand(intake.take_in(source, form, online=online))


def read_bytes(content: bytes, where: str = "the text", form: Form | None = None, *, declared: str | None = None) -> Interview:
    """Read an interview from the bytes of a file; as :func:`read_interview`."""
    return understand(intake.from_bytes(content, where, form, declared=declared))


def read_string(text: str, form: Form | None = None) -> Interview:
    """Read an interview from a string; as :func:`read_interview`."""
    return understand(intake.from_text(text, form=form))


def understand(manuscript: Manuscript) -> Interview:
    """Find the structure, the quotations and the speakers of a manuscript."""
    text = manuscript.text
    lines = lines_with_labels(text, manuscript.pieces)
    spans = [line.span for line in lines]
    runs = with_block_quotes(text, spans, [line.piece.quote for line in lines], quoted_runs(text, spans))
    people = _people(text, spans, runs)
    opening = [line.span for line in introduction(text, lines)]
    layout, parts = structure(text, lines, people, participants(text, opening, people))
    told = _attribute(text, parts, runs, people)
    normalised = NormalisedText.of(text)
    blocks = _blocks(parts, normalised)
    quotations = _quotations(text, runs, told)
    return Interview(
        normalised,
        manuscript.form,
        manuscript.encoding,
        manuscript.metadata,
        layout,
        blocks,
        tuple(_turns(blocks)),
        quotations,
        people.records(),
    )


def _people(text: str, spans: Sequence[Span], runs: Sequence[Quoted]) -> People:
    """Take in the names of the narration: what stands outside quotation marks."""
    people = People(text)
    outer = [run.marks for run in runs if run.parent is None]
    nth = 0
    for span in spans:
        at = span.start
        while nth < len(outer) and outer[nth].start < span.end:
            people.read(Span(at, max(outer[nth].start, at)))
            at = min(max(outer[nth].end, at), span.end)
            if outer[nth].end > span.end:
                break
            nth += 1
        people.read(Span(at, span.end))
    return people


def _attribute(text: str, parts: Sequence[Part], runs: Sequence[Quoted], people: People) -> dict[int, Told]:
    speakers = Speakers(text, people, runs)
    nth, before = 0, None
    for number, part in enumerate(parts):
        span = part.line.span
        mine: list[int] = []
        while nth < len(runs) and runs[nth].marks.start < span.end:
            if runs[nth].parent is None and runs[nth].marks.start >= span.start:
                mine.append(nth)
            nth += 1
        said = part.role in (Role.QUESTION, Role.ANSWER)
        if mine:
            following = parts[number + 1] if number + 1 < len(parts) else None
            after = following.line.span if following and following.role is Role.NARRATION and not said else None
            speakers.paragraph(number, span, before, after, mine, part.attribution if said else None)
        if part.role is not Role.FURNITURE:
            before = span if not said else None
    attribute_nested(text, runs, speakers.told, people)
    return speakers.told


def _blocks(parts: Sequence[Part], text: NormalisedText) -> tuple[Block, ...]:
    starts = [text.original_span(paragraph).start for paragraph in text.paragraphs]
    blocks: list[Block] = []
    paragraph = 0
    for part in parts:
        line = part.line
        whole = Span(min(line.piece.span.start, line.span.start), max(line.span.end, line.span.start))
        if blocks and whole.start < blocks[-1].span.end:
            whole = Span(
                line.label.start if line.label and line.label.start >= blocks[-1].span.end else line.span.start, whole.end
            )
        while paragraph < len(starts) and starts[paragraph] <= line.span.start:
            paragraph += 1
        blocks.append(Block(line.span, whole, max(paragraph, 1), part.role, part.attribution, line.label, line.time, part.why))
    return tuple(blocks)


def _turns(blocks: Sequence[Block]) -> list[Turn]:
    spoken = [(i, block) for i, block in enumerate(blocks) if block.role in (Role.QUESTION, Role.ANSWER)]
    turns: list[Turn] = []
    for (role, speaker), group in groupby(spoken, key=lambda item: (item[1].role, item[1].attribution.speaker)):
        del speaker
        members = list(group)
        span = Span(members[0][1].span.start, members[-1][1].span.end)
        turns.append(Turn(tuple(i for i, _ in members), span, role, members[0][1].attribution))
    return turns


def _quotations(text: str, runs: Sequence[Quoted], told: dict[int, Told]) -> tuple[Quotation, ...]:
    return tuple(_quotation(text, run, told.get(i)) for i, run in enumerate(runs))


def _quotation(text: str, run: Quoted, told: Told | None) -> Quotation:
    return Quotation(
        run.words,
        run.marks,
        tuple(run.parts),
        told.kind if told else Kind.DIRECT,
        told.attribution if told else Attribution(None, 0.0, Evidence("none")),
        tuple(insertions(text, run.words)),
        run.parent,
        told.resumes if told else None,
        run.balanced,
    )
