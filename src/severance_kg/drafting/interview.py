"""The typed records of an interview that has been read: its blocks, its turns, its quotations, its people.

All spans are half-open ranges of code points over ``Interview.text.original``: the file's own characters where it is plain
text, the text without its markup where it is Markdown or HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from severance_kg.passages import NormalisedText, Span, digest


class Form(StrEnum):
    """What an interview is written in."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Layout(StrEnum):
    """How an interview shows who asks and who answers."""

    NARRATIVE = "narrative"
    LABELLED = "labelled"
    LABELS_FIRST = "labels at first"
    MARKED_QUESTIONS = "marked questions"
    ALTERNATING = "alternating"


class Role(StrEnum):
    """What a block is in the interview."""

    QUESTION = "question"
    ANSWER = "answer"
    NARRATION = "narration"
    HEADING = "heading"
    FURNITURE = "furniture"


class Kind(StrEnum):
    """What a pair of quotation marks, or a block quote, holds."""

    DIRECT = "direct"
    PARTIAL = "partial"
    TITLE = "title"
    THOUGHT = "thought"
    SCARE = "scare"
    CHARACTER = "in character"
    BLOCK = "block quote"


class Mention(StrEnum):
    """The kind of words that name a speaker."""

    NAME = "name"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"
    LABEL = "label"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why somebody is taken for the speaker: the pattern that fitted, its cue, and the words that name the speaker."""

    pattern: str
    cue: str | None = None
    cue_span: Span | None = None
    mention: Span | None = None
    mention_kind: Mention = Mention.NONE


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks, and how sure that is.

    ``speaker`` is the fullest form of the name that the text gives, or a description in its own words; None where the
    confidence is below the threshold. ``confidence`` is the share of like cases in which the named speaker is the right one.
    """

    speaker: str | None
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Quotation:
    """A run of quoted words.

    ``words`` lie inside the marks, ``marks`` takes them in; they are equal where there are none. A quotation that goes on
    over several paragraphs has a part for each. ``within`` and ``resumes`` are positions in ``Interview.quotations``: the
    quotation around this one, and the earlier piece of the sentence that a clause like "he said" has split. ``insertions``
    are square brackets with what an editor wrote in them: never the speaker's words.
    """

    words: Span
    marks: Span
    parts: tuple[Span, ...]
    kind: Kind
    attribution: Attribution
    insertions: tuple[Span, ...] = ()
    within: int | None = None
    resumes: int | None = None
    balanced: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the interview with one role: a paragraph, or a part of one where its turns share a line.

    ``span`` is what is said, without a label or a time stamp; ``whole`` takes these in. ``paragraph`` counts from one, as
    in :class:`~severance_kg.passages.PassageRef`.
    """

    span: Span
    whole: Span
    paragraph: int
    role: Role
    attribution: Attribution
    label: Span | None = None
    time: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Blocks in a row with one role, question or answer, and one speaker; ``blocks`` are positions in ``Interview.blocks``."""

    blocks: tuple[int, ...]
    span: Span
    role: Role
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the text names: the fullest form of the name, the roles it gives them, and where each mention stands."""

    name: str
    roles: tuple[str, ...]
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; None where it does not."""

    title: str | None = None
    author: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Interview:
    """An article or a transcript, read by rule: nothing in it has been judged by a person."""

    text: NormalisedText
    form: Form
    encoding: str
    metadata: Metadata
    layout: Layout
    blocks: tuple[Block, ...]
    turns: tuple[Turn, ...]
    quotations: tuple[Quotation, ...]
    people: tuple[Person, ...]

    @property
    def sha256(self) -> str:
        """The digest of the normalised text, as an annotation file holds it."""
        return digest(self.text.text)

    @property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs of the normalised text, as spans over the original."""
        return tuple(self.text.original_span(paragraph) for paragraph in self.text.paragraphs)

    def words(self, span: Span) -> str:
        """Return the original characters of a span."""
        return self.text.original[span.start : span.end]
