"""A statement as one row of plain cells: what the tables hold, and what a network's edges carry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from severance_kg.export.raw import TRIPLE, TYPE, Block, name, raw, term, text
from severance_kg.statements import Kind, Relation, Weight
from severance_kg.vocabulary import DCTERMS, OA, SKG, SKOS, Literal, Term, compact

Cell = str | int | bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the XSD datatype of its cells, and what they say. ``separator`` stands between several values."""

    name: str
    says: str
    datatype: str = "string"
    separator: str | None = None


def _many(name: str, says: str) -> Column:
    return Column(name, says, separator=" ")


STATEMENT_COLUMNS = (
    Column("id", "The statement, as a prefixed name."),
    Column("iri", "The statement, as an IRI."),
    Column("kind", "Where its evidence lies: InterviewStatement, BackgroundStatement or InferredStatement."),
    Column("subject", "The id of a node."),
    Column("predicate", "The property, as a prefixed name."),
    Column("object", "The id of a node."),
    Column("gloss", "The statement as an English sentence."),
    Column(
        "is_edge",
        "Whether it makes its triple an edge; if not, it was hedged, supposed, reported, denied or figurative.",
        "boolean",
    ),
    Column("commitment", "How far the speaker stands behind it: Asserted, Hedged, Reported or Hypothetical."),
    Column("polarity", "Affirmed or Negated."),
    Column("reading", "Literal or Figurative."),
    Column("frame", "StoryWorld, Production or Interpretation."),
    Column("said_by", "The speaker."),
    Column("said_to", "Whom the speaker told."),
    Column("held_by", "Whose view it is."),
    Column(
        "holds_at", "The moment of the story at which it holds, or skg:Always; nothing in all three of these means not known."
    ),
    Column("holds_from", "The moment from which it holds."),
    Column("holds_until", "The moment until which it holds."),
    _many("major_themes", "The themes that it is chiefly about."),
    _many("minor_themes", "The themes that it touches."),
    _many("relations", "How it bears on other statements: the relation, an equals sign, the statement."),
    Column("source_id", "The source. Not called source: networks call the start of an edge so."),
    Column("paragraph", "The paragraph of the passage, counted from one.", "integer"),
    Column("passage_starts", "The first words of the passage."),
    Column("passage_ends", "The last words of the passage."),
    Column("occurrence", "Which of several occurrences of these words it is.", "integer"),
    Column("passage_from", "The position of the passage's first character in the normalised text.", "integer"),
    Column("passage_to", "The position behind its last character.", "integer"),
    Column("passage_digest", "The SHA-256 of the normalised passage."),
    Column("link", "An address that opens the source at the passage."),
    _many("references", "Public pages that a background statement rests on."),
    Column("rule", "The rule of an inferred statement."),
    _many("premises", "The statements that it was inferred from."),
    Column("annotated_by", "Who annotated it."),
    Column("annotated_on", "When it was annotated.", "date"),
    Column("note", "Where the judgement was hard, and why it fell so."),
)

FLAT_LOSSES = (
    "The vocabulary is left out but for the names that are used: definitions, domains, hierarchy of classes, properties, themes.",
    "Sources and rules are only named: titles, addresses, dates and definitions are left out.",
    "Things keep one label, one kind and one definition: other names, further classes and addresses elsewhere are left out.",
    "Things that are neither subject nor object of a statement are left out.",
    "Why a statement carries a theme is left out, and so is the order of its themes.",
    "What referring words such as pronouns were taken to mean is left out, with the statements that justify it.",
)
"""What no flat format holds."""


def identifier(given: Term) -> str:
    """Return a short name of a term that is an XML NMTOKEN, as GraphML wants: a prefixed name, or a kind and a digest."""
    if isinstance(given, Literal):
        return "literal-" + _short_digest(f"{given.datatype} {given.language} {given}")
    short = compact(given)
    return short if short != given else "iri-" + _short_digest(given)


def _short_digest(given: str) -> str:
    return hashlib.sha256(given.encode()).hexdigest()[:16]


_KINDS = {raw(SKG + kind): str(kind) for kind in Kind}
_EDGE_STATEMENT = raw(SKG + "EdgeStatement")
_THEME_ASSIGNMENT, _THEME, _WEIGHT = raw(SKG + "themeAssignment"), raw(SKG + "theme"), raw(SKG + "weight")
_PASSAGE, _POSITION = raw(SKG + "passage"), raw(SKG + "position")
_JUDGEMENTS = {name: raw(SKG + name) for name in ("commitment", "polarity", "reading", "frame")}
_NAMES = {
    "said_by": raw(SKG + "saidBy"),
    "said_to": raw(SKG + "saidTo"),
    "held_by": raw(SKG + "heldBy"),
    "holds_at": raw(SKG + "holdsAt"),
    "holds_from": raw(SKG + "holdsFrom"),
    "holds_until": raw(SKG + "holdsUntil"),
    "source_id": raw(SKG + "source"),
    "rule": raw(SKG + "byRule"),
}
_TEXTS = {
    "annotated_by": raw(SKG + "annotatedBy"),
    "annotated_on": raw(SKG + "annotatedOn"),
    "note": raw(SKOS + "editorialNote"),
}
_GLOSS, _PREMISE, _REFERENCES = raw(SKG + "gloss"), raw(SKG + "premise"), raw(DCTERMS + "references")
_RELATIONS = {str(relation): raw(SKG + relation) for relation in Relation}
_PASSAGE_TEXTS = {
    "passage_starts": raw(SKG + "starts"),
    "passage_ends": raw(SKG + "ends"),
    "passage_digest": raw(SKG + "digest"),
    "link": raw(SKG + "link"),
}
_PASSAGE_NUMBERS = {"paragraph": raw(SKG + "paragraph"), "occurrence": raw(SKG + "occurrence")}
_POSITION_NUMBERS = {"passage_from": raw(OA + "start"), "passage_to": raw(OA + "end")}


def flat(statement: bytes, own: Block, parts: Mapping[bytes, Block]) -> dict[str, Cell]:
    """Return the cells of a statement that have something in them, by the names of ``STATEMENT_COLUMNS``.

    ``parts`` has the blocks of its passage, of that one's position, and of its theme assignments.

    Raises:
        LookupError, ValueError: something that every statement has is missing, or no number where one must be.
    """
    subject, predicate, value = (own[part][0] for part in TRIPLE)
    classes = own[TYPE]
    cells: dict[str, Cell] = {
        "id": _identifier(statement),
        "iri": text(statement),
        "kind": [kind for cls, kind in _KINDS.items() if cls in classes][0],  # noqa: RUF015 - a LookupError is what is told
        "subject": _identifier(subject),
        "predicate": name(predicate),
        "object": _identifier(value),
        "gloss": text(own[_GLOSS][0]),
        "is_edge": _EDGE_STATEMENT in classes,
    }
    for column, judgement in _JUDGEMENTS.items():
        cells[column] = name(own[judgement][0]).removeprefix("skg:")
    cells |= {column: name(own[one][0]) for column, one in _NAMES.items() if one in own}
    cells |= {column: text(own[one][0]) for column, one in _TEXTS.items() if one in own}
    cells |= _themes(own, parts)
    cells |= _lists(own)
    for passage in own.get(_PASSAGE, ()):
        cells |= _passage(parts[passage], parts)
    return cells


def _identifier(given: bytes) -> str:
    if given.startswith(b"<") and (short := name(given)) != text(given):
        return short
    return identifier(term(given))


def _themes(own: Block, parts: Mapping[bytes, Block]) -> dict[str, Cell]:
    found: dict[str, list[str]] = {}
    for assignment in own.get(_THEME_ASSIGNMENT, ()):
        weight = name(parts[assignment][_WEIGHT][0]).removeprefix("skg:")
        found.setdefault(f"{Weight(weight).lower()}_themes", []).append(name(parts[assignment][_THEME][0]))
    return {column: " ".join(sorted(themes)) for column, themes in found.items()}


def _lists(own: Block) -> dict[str, Cell]:
    found: dict[str, list[str]] = {
        "relations": [f"{relation}={name(other)}" for relation, raw in _RELATIONS.items() for other in own.get(raw, ())],
        "references": [text(address) for address in own.get(_REFERENCES, ())],
        "premises": [name(premise) for premise in own.get(_PREMISE, ())],
    }
    return {column: " ".join(sorted(values)) for column, values in found.items() if values}


def _passage(own: Block, parts: Mapping[bytes, Block]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {column: text(own[one][0]) for column, one in _PASSAGE_TEXTS.items() if one in own}
    cells |= {column: int(text(own[one][0])) for column, one in _PASSAGE_NUMBERS.items() if one in own}
    for position in own.get(_POSITION, ()):
        cells |= {column: int(text(parts[position][one][0])) for column, one in _POSITION_NUMBERS.items()}
    return cells
