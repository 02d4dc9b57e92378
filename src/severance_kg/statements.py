"""The typed records: statements, what belongs to them, and the sources and entities they speak of.

All names in a record are full IRIs: an annotation's short names are resolved before a record is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from severance_kg.moments import UNKNOWN, Time
from severance_kg.passages import PassageRef
from severance_kg.vocabulary import IRI, Term


class Kind(StrEnum):
    """Where the evidence of a statement lies: in a passage, on a public page, or in other statements."""

    INTERVIEW = "InterviewStatement"
    BACKGROUND = "BackgroundStatement"
    INFERRED = "InferredStatement"


class Commitment(StrEnum):
    """How far the speaker stands behind the statement, from weakest to firmest."""

    HYPOTHETICAL = "Hypothetical"
    REPORTED = "Reported"
    HEDGED = "Hedged"
    ASSERTED = "Asserted"


class Polarity(StrEnum):
    """Whether the triple is said to be so or not to be so."""

    AFFIRMED = "Affirmed"
    NEGATED = "Negated"


class Reading(StrEnum):
    """Whether the words are meant as they stand."""

    LITERAL = "Literal"
    FIGURATIVE = "Figurative"


class Frame(StrEnum):
    """What the statement is about: the story, its making, or its meaning."""

    STORY_WORLD = "StoryWorld"
    PRODUCTION = "Production"
    INTERPRETATION = "Interpretation"


class Weight(StrEnum):
    """Whether the statement is chiefly about a theme or touches it."""

    MAJOR = "Major"
    MINOR = "Minor"


class Form(StrEnum):
    """The kind of words that refer."""

    NAME = "Name"
    PRONOUN = "Pronoun"
    DESCRIPTION = "Description"


class Relation(StrEnum):
    """How one statement bears on another."""

    RATHER_THAN = "ratherThan"
    IN_ORDER_THAT = "inOrderThat"
    BECAUSE = "because"
    ON_CONDITION = "onCondition"
    IN_TENSION_WITH = "inTensionWith"
    AGREES_WITH = "agreesWith"
    REVISES = "revises"


SYMMETRIC = frozenset({Relation.IN_TENSION_WITH, Relation.AGREES_WITH})


@dataclass(frozen=True, slots=True)
class Where:
    """A line of a file, counted from one."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class ThemeAssignment:
    """The judgement that a statement carries a theme, how much, and why."""

    theme: IRI
    weight: Weight
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The judgement of whom or what referring words mean, and the statement, or in words the reason, that justifies it."""

    form: Form
    refers_to: IRI
    justified_by: IRI | None = None
    words: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What a statement speaks of although its passage does not name it, and why that may be inferred."""

    what: Term
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who has let a statement in and when, and the reasons where the reviewer's judgement goes beyond the rules.

    ``note`` answers the cues of the passage, ``speaker_note`` tells why these are the speaker's words. Both may be written
    before anybody has reviewed: then ``by`` and ``on`` are None.
    """

    by: str | None = None
    on: str | None = None
    note: str | None = None
    speaker_note: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim, with everything that is known of its evidence.

    ``passage`` is set for interview statements, ``references`` for background ones, ``rule`` and ``premises`` for inferred
    ones. ``where`` tells the line of the annotation, and is None in statements read back from a graph.
    """

    iri: IRI
    kind: Kind
    subject: IRI
    predicate: IRI
    object: Term
    gloss: str
    commitment: Commitment = Commitment.ASSERTED
    polarity: Polarity = Polarity.AFFIRMED
    reading: Reading = Reading.LITERAL
    frame: Frame = Frame.STORY_WORLD
    said_by: IRI | None = None
    said_to: IRI | None = None
    held_by: IRI | None = None
    time: Time = UNKNOWN
    themes: tuple[ThemeAssignment, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    relations: tuple[tuple[Relation, IRI], ...] = ()
    source: IRI | None = None
    passage: PassageRef | None = None
    link: str | None = None
    references: tuple[str, ...] = ()
    rule: IRI | None = None
    premises: tuple[IRI, ...] = ()
    annotated_by: str | None = None
    annotated_on: str | None = None
    note: str | None = None
    unnamed: tuple[Unnamed, ...] = ()
    review: Review = Review()
    where: Where | None = field(default=None, compare=False)

    @property
    def is_edge(self) -> bool:
        """Whether the triple of this statement is an edge of the graph: the rule of the edges, and its only home."""
        return self.kind is Kind.INFERRED or (
            self.commitment is Commitment.ASSERTED and self.polarity is Polarity.AFFIRMED and self.reading is Reading.LITERAL
        )

    @property
    def triple(self) -> tuple[IRI, IRI, Term]:
        """The subject, predicate and object."""
        return self.subject, self.predicate, self.object

    def why_no_edge(self) -> str | None:
        """Say which judgements keep this statement from being an edge; None if it is one."""
        if self.is_edge:
            return None
        found = (self.commitment, self.polarity, self.reading)
        firm = (Commitment.ASSERTED, Polarity.AFFIRMED, Reading.LITERAL)
        return ", ".join(str(one).lower() for one, wanted in zip(found, firm, strict=True) if one != wanted)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that statements can be about, as an annotation file declares it."""

    iri: IRI
    type: IRI
    label: str
    definition: str | None = None
    also_called: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that an annotation file brings along; those of ``ontology/themes.ttl`` are read as RDF."""

    iri: IRI
    label: str
    definition: str
    scope_note: str | None = None
    broader: tuple[IRI, ...] = ()
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Omission:
    """Words of a source that state nothing, and why that is so."""

    passage: PassageRef
    reason: str
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A text or talk, and what is needed to find it and to recognise its text.

    Of a ``partial`` source some statements are still drafts: not every word of it lies in a passage yet.
    """

    iri: IRI
    title: str
    url: str | None = None
    publisher: IRI | None = None
    published: str | None = None
    language: str = "en"
    speakers: tuple[IRI, ...] = ()
    about: tuple[IRI, ...] = ()
    primary_source: IRI | None = None
    paragraphs: int | None = None
    words: int | None = None
    sha256: str | None = None
    has_text: bool = True
    partial: bool = False
    omissions: tuple[Omission, ...] = ()
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that the annotation files say: what a graph is compiled from."""

    sources: tuple[Source, ...] = ()
    entities: tuple[Entity, ...] = ()
    themes: tuple[Theme, ...] = ()
    statements: tuple[Statement, ...] = ()
