"""What the reference of the vocabulary is made of: terms, judgements, themes, shapes, rules and alignments, as records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """A term as another one names it; ``anchor`` is where this reference explains it, if it does."""

    name: str
    iri: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a term of ours stands to one of another vocabulary, why not closer, and where that one was read."""

    term: Link
    relation: str
    target: Link
    why: str
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A class, a property, a value, a scheme or a theme. ``domain`` and ``range`` hold alternatives: any of them fits."""

    anchor: str
    name: str
    iri: str
    kind: str
    label: str
    definition: str
    note: str | None = None
    example: str | None = None
    unused: str | None = None
    also_called: tuple[str, ...] = ()
    characteristics: tuple[str, ...] = ()
    domain: tuple[Link, ...] = ()
    range: tuple[Link, ...] = ()
    broader: tuple[Link, ...] = ()
    narrower: tuple[Link, ...] = ()
    union_of: tuple[Link, ...] = ()
    disjoint: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    values: tuple[Link, ...] = ()
    subject_of: tuple[Link, ...] = ()
    object_of: tuple[Link, ...] = ()
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A class whose values are counted out, its SKOS scheme if it has one, and the values."""

    cls: Link
    definition: str
    scheme: Term | None
    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A theme in the tree of themes. One that is narrower than two others stands below both."""

    theme: Link
    label: str
    narrower: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a shape demands: the path, how many values, of what kind, and the demand in words."""

    path: str | None
    count: str | None
    takes: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a built graph is checked for."""

    anchor: str
    name: str
    iri: str
    target: Link
    whole_graph: bool
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An inference rule, and the competency question that fails without it."""

    anchor: str
    name: str
    iri: str
    label: str
    definition: str
    question: str
    asked: str
    query: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All of the vocabulary, in the order in which it is shown."""

    iri: str
    title: str
    description: str
    version: str
    license: str
    prefixes: dict[str, str]
    classes: tuple[Term, ...]
    edge_properties: tuple[Term, ...]
    record_properties: tuple[Term, ...]
    judgements: tuple[Judgement, ...]
    individuals: tuple[Term, ...]
    theme_schemes: tuple[Term, ...]
    theme_tree: tuple[Branch, ...]
    themes: tuple[Term, ...]
    shapes: tuple[Shape, ...]
    rules: tuple[Rule, ...]
    alignments: tuple[Alignment, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain values, for JSON."""
        return asdict(self)
