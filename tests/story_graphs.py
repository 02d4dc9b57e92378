"""Graphs made up for tests of story time and paths: every kind of statement, time and relation, drawn with a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

import severance_kg as skg
from severance_kg.compile import lines, statement_triples
from severance_kg.moments import ALWAYS, UNKNOWN, Time
from severance_kg.statements import Commitment, Frame, Kind, Polarity, Reading, Relation, Statement
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import IRI, RDF, RDFS, SEV, SKG, ST, Literal

PEOPLE = ("Ann", "Bo", "Cy")
JUDGED: list[dict[str, Any]] = [
    *[{}] * 5,
    {"commitment": Commitment.HEDGED},
    {"commitment": Commitment.HEDGED},
    {"commitment": Commitment.HYPOTHETICAL},
    {"commitment": Commitment.REPORTED},
    {"polarity": Polarity.NEGATED},
    {"polarity": Polarity.NEGATED},
    {"reading": Reading.FIGURATIVE},
]


def made_up(seed: int, *, things: int, statements: int, moments: int, called: Sequence[str] = ()) -> skg.KnowledgeGraph:
    """Return a graph of so many things, statements and moments, with chains of moments that meet and part.

    ``called`` gives labels to the first things.
    """
    draw = random.Random(seed)
    # The last bears the name of the first, and comes before it by address.
    names = [*(IRI(f"{SEV}T{i}") for i in range(things - 1)), IRI("http://example.org/elsewhere")]
    times = [IRI(f"{SEV}M{i}") for i in range(moments)]
    made = [_statement(draw, i, names, times) for i in range(statements)]
    made += list(_inferred(draw, made, names))
    made = [_related(draw, one, made) for one in made]
    triples = {triple for one in made for triple in statement_triples(one)}
    labels = dict(zip(names, called, strict=False)) | {names[-1]: called[0] if called else "thing T0"}
    for iri, cls, label in (
        *((one, "FictionalPerson", labels.get(one, f"thing {one.removeprefix(SEV)}")) for one in names),
        *((one, "Moment", f"moment {one.removeprefix(SEV)}") for one in times),
        *((IRI(SEV + one), "RealPerson", one) for one in PEOPLE),
        *((IRI(SKG + one), "EdgeProperty", one) for one in ("has", "believes")),
    ):
        triples |= {_labelled(iri, label), _typed(iri, cls)}
    triples |= {ox.Triple(ox.NamedNode(a), ox.NamedNode(SKG + "precedes"), ox.NamedNode(b)) for a, b in _order(draw, times)}
    return skg.KnowledgeGraph(MemoryStore("".join(lines(triples)).encode()))


def _labelled(iri: IRI, label: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), ox.Literal(label, language="en"))


def _typed(iri: IRI, cls: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDF + "type"), ox.NamedNode(SKG + cls))


def _order(draw: random.Random, times: list[IRI]) -> Iterator[tuple[IRI, IRI]]:
    """Pairs that point forwards: a chain of every second moment, and some more among the rest."""
    yield from pairwise(times[::2])
    for i, one in enumerate(times[:-2]):
        if draw.random() < 0.4:
            yield one, draw.choice(times[i + 1 :])


def _time(draw: random.Random, times: list[IRI]) -> Time:
    if len(times) < 2:
        return draw.choice([UNKNOWN, ALWAYS])
    one, other = sorted(draw.sample(range(len(times)), 2))
    given = [UNKNOWN, ALWAYS, Time(at=times[one]), Time(at=times[other]), Time(start=times[one], end=times[other])]
    return draw.choice([*given, Time(start=times[one]), Time(end=times[other])])


def _statement(draw: random.Random, i: int, names: list[IRI], times: list[IRI]) -> Statement:
    # Few things and one property, so that many statements share a triple or join the same two things.
    subject, other = draw.choice(names), draw.choice(names)
    kind = draw.choice([Kind.INTERVIEW, Kind.INTERVIEW, Kind.BACKGROUND])
    by = IRI(SEV + draw.choice(PEOPLE)) if kind is Kind.INTERVIEW else None
    about: IRI | Literal = draw.choice([other] * 8 + [Literal("7")])
    if i > 5 and draw.random() < 0.1:
        about = IRI(f"{ST}made-up-s{draw.randrange(i)}")
    return Statement(
        iri=IRI(f"{ST}made-up-s{i}"),
        kind=kind,
        subject=subject,
        predicate=IRI(SKG + ("believes" if about.startswith(ST) else "has")),
        object=about,
        gloss=f"Statement {i}.",
        frame=draw.choice(list(Frame)),
        said_by=by,
        held_by=IRI(SEV + draw.choice(PEOPLE)) if by else None,
        time=_time(draw, times),
        **draw.choice(JUDGED),
    )


def _inferred(draw: random.Random, made: list[Statement], names: list[IRI]) -> Iterator[Statement]:
    edges = [one for one in made if one.is_edge]
    for i in range(len(made) // 8):
        premises = tuple(sorted(one.iri for one in draw.sample(edges, draw.choice([1, 2, 3]))))
        subject, about = draw.sample(names, 2)
        yield Statement(
            iri=IRI(f"{ST}inferred-{i}"),
            kind=Kind.INFERRED,
            subject=subject,
            predicate=IRI(SKG + "has"),
            object=about,
            gloss=f"Inference {i}.",
            premises=premises,
        )


def _related(draw: random.Random, one: Statement, made: list[Statement]) -> Statement:
    if draw.random() > 0.2:
        return one
    return replace(one, relations=((draw.choice(list(Relation)), draw.choice(made).iri),))
