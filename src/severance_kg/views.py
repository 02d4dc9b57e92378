"""Points of view: the world as one holder sees it, where two views collide, and what rests on one voice only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from severance_kg.statements import Kind, Relation, Statement
from severance_kg.vocabulary import IRI


@dataclass(frozen=True)
class View:
    """What somebody holds, whoever tells it, with the statements that say that they hold it.

    Attributes:
        own: held by the holder and said by the holder.
        told: held by the holder and told by somebody else; never an edge.
        attitudes: statements about the holder believing, wanting or expecting one of those, in the teller's commitment.
    """

    holder: IRI
    own: tuple[Statement, ...]
    told: tuple[Statement, ...]
    attitudes: tuple[Statement, ...]


@dataclass(frozen=True)
class Collision:
    """Two statements of different holders that cannot both be had, and why."""

    one: Statement
    other: Statement
    reason: str


def view(holder: IRI, statements: Iterable[Statement]) -> View:
    """Return the world as a holder sees it."""
    found = list(statements)
    held = {one.iri: one for one in found if one.held_by == holder}
    return View(
        holder,
        tuple(one for one in held.values() if one.said_by == holder),
        tuple(one for one in held.values() if one.said_by != holder),
        tuple(one for one in found if one.subject == holder and one.object in held),
    )


def holders(statements: Iterable[Statement]) -> dict[IRI, int]:
    """Return everybody who holds a statement, and how many, most first."""
    counted: dict[IRI, int] = defaultdict(int)
    for one in statements:
        if one.held_by:
            counted[one.held_by] += 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def collisions(statements: Iterable[Statement], one: IRI | None = None, other: IRI | None = None) -> list[Collision]:
    """Return where the views of two holders collide; of any two if none are named.

    Two statements collide if one affirms what the other denies, or if they are said to be in tension.
    """
    found = [statement for statement in statements if statement.held_by]
    wanted = {holder for holder in (one, other) if holder}
    by_iri = {statement.iri: statement for statement in found}
    pairs = {(a.iri, b.iri): reason for a, b, reason in _opposed(found, by_iri)}
    made = []
    for (first, second), reason in sorted(pairs.items()):
        a, b = by_iri[first], by_iri[second]
        if wanted <= {a.held_by, b.held_by}:
            made.append(Collision(a, b, reason))
    return made


def _opposed(found: list[Statement], by_iri: dict[IRI, Statement]) -> Iterator[tuple[Statement, Statement, str]]:
    by_triple = defaultdict(list)
    for one in found:
        by_triple[one.triple].append(one)
        for relation, iri in one.relations:
            other = by_iri.get(iri)
            if relation is Relation.IN_TENSION_WITH and other and one.iri < iri and one.held_by != other.held_by:
                yield one, other, "in tension"
    for group in by_triple.values():
        for one in group:
            for other in group:
                if one.iri < other.iri and one.polarity != other.polarity and one.held_by != other.held_by:
                    yield one, other, "one denies the other"


def one_voice(statements: Iterable[Statement]) -> list[Statement]:
    """Return the edge statements whose triple one voice alone vouches for.

    A voice is a speaker; all background together counts as one more, and an inference as none, since it adds no witness.
    """
    voices: dict[object, set[str]] = defaultdict(set)
    edges = [one for one in statements if one.is_edge and one.kind is not Kind.INFERRED]
    for one in edges:
        voices[one.triple].add(str(one.said_by or "background"))
    return [one for one in edges if len(voices[one.triple]) == 1]
