"""Explained paths: how two things are connected, as statements in a row.

A chain is as strong as the product of its statements. The strengths are a convention, made so that a chain with one doubtful
step is weaker than one with a few firm ones:

=============================  ========
asserted in an interview       0.95
background                     0.90
inferred                       the product of its premises'
hedged (only if asked for)     0.50
=============================  ========

Edges are followed in either direction; each statement tells its own. Search is networkx's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

import networkx as nx

from severance_kg.errors import InputError
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Statement
from severance_kg.vocabulary import IRI

STRENGTH = {Kind.INTERVIEW: 0.95, Kind.BACKGROUND: 0.90}
HEDGED = 0.50

_Number = TypeVar("_Number", int, float)


class Path(Sequence[Statement]):
    """The statements of a chain, in order, with the things that it passes and its strength.

    Attributes:
        things: the things on the way, from the first to the last; one more than there are statements.
        strength: the product of the statements' strengths, between 0 and 1; 1 for the empty chain from a thing to itself.
    """

    def __init__(self, statements: Sequence[Statement], things: Sequence[IRI], strength: float) -> None:
        self._statements, self.things, self.strength = tuple(statements), tuple(things), strength

    def __len__(self) -> int:
        return len(self._statements)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._statements[index]

    def __eq__(self, other: object) -> bool:
        return self._statements == (tuple(other) if isinstance(other, Sequence) else other)

    def __hash__(self) -> int:
        return hash(self._statements)

    def __repr__(self) -> str:
        return f"<Path of {len(self)}: {' '.join(one.gloss for one in self)}>"


@dataclass(frozen=True)
class NoPath:
    """That no chain of edges joins two things, and the nearest approach: a chain with the fewest steps that are no edges.

    ``missing`` are these steps; ``approach`` is empty where not even doubted, denied or figurative statements join the two.
    """

    approach: tuple[Statement, ...]
    missing: tuple[Statement, ...]


def strengths(statements: Mapping[IRI, Statement]) -> dict[IRI, float]:
    """Return the strength of each statement.

    A premise that is missing, or that rests on what follows from it, counts as doubted: no checked graph has either.
    """
    return _resting(statements, _own, HEDGED, math.prod)


def costs(statements: Mapping[IRI, Statement]) -> dict[IRI, int]:
    """Return minus the logarithm of each strength, in units of 2⁻³².

    Whole numbers, and an inferred statement's is the sum of its premises': chains that are equally strong cost exactly the
    same, and none is preferred for how its product happens to be rounded.
    """
    return _resting(statements, lambda one: _cost(_own(one)), _cost(HEDGED), sum)


def _resting(
    statements: Mapping[IRI, Statement],
    own: Callable[[Statement], _Number],
    doubted: _Number,
    join: Callable[[Iterable[_Number]], _Number],
) -> dict[IRI, _Number]:
    """Measure each statement: by itself, or if it has premises by joining theirs."""
    found: dict[IRI, _Number] = {}

    def of(one: Statement | None) -> _Number:
        if one is None:
            return doubted
        if one.iri not in found:
            found[one.iri] = doubted
            found[one.iri] = join(of(statements.get(premise)) for premise in one.premises) if one.premises else own(one)
        return found[one.iri]

    for one in statements.values():
        of(one)
    return found


def most_steps(found: Path, *, strongest: bool) -> int:
    """Return how many steps a chain can have at most that is as good as this one: no longer, or no weaker."""
    return math.floor(math.log(found.strength) / math.log(max(STRENGTH.values())) + 1e-6) if strongest else len(found)


def _cost(strength: float) -> int:
    return round(-math.log(strength) * 2**32)


def _own(one: Statement) -> float:
    return HEDGED if one.commitment is Commitment.HEDGED else STRENGTH.get(one.kind, HEDGED)


def usable(one: Statement, *, include_hedged: bool) -> bool:
    """Return whether a statement can be a step: an edge, or if asked for one that lacks only the speaker's full weight."""
    hedged = (one.commitment, one.polarity, one.reading) == (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL)
    return one.is_edge or (include_hedged and hedged)


def find(
    statements: Mapping[IRI, Statement],
    start: IRI,
    end: IRI,
    *,
    strongest: bool = False,
    avoid: Collection[IRI] = (),
    via: Sequence[IRI] = (),
    include_hedged: bool = False,
) -> Path | None:
    """Return a shortest, or the strongest, chain from ``start`` to ``end``, or None if there is none.

    ``avoid`` holds things and statements that the chain must not touch, ``via`` things that it must pass in this order. Of
    several chains that are equally good it is always the same one.
    """
    if any(stop in avoid for stop in (start, *via, end)):
        raise InputError("a chain cannot both pass and avoid a thing", hint="take it out of one of the two")
    steps = [one for one in statements.values() if usable(one, include_hedged=include_hedged) and one.iri not in avoid]
    graph = step_graph(steps, costs(statements), avoid)
    if start == end and not via:
        return Path((), (start,), 1.0)
    things = _way(graph, [start, *via, end], "cost" if strongest else "hop")
    if things is None:
        return None
    chain = [graph.edges[pair]["statement"] for pair in nx.utils.pairwise(things)]
    strength = strengths(statements)
    return Path(chain, things, math.prod(strength[one.iri] for one in chain))


def step_graph(steps: Iterable[Statement], cost: Mapping[IRI, int], avoid: Collection[IRI] = ()) -> nx.Graph[IRI]:
    """Return the graph of things with, between any two, the statement of the least cost.

    An edge has the ``statement``, its ``cost``, its ``hop``: one of a unit to which no sum of costs comes up, and the cost,
    which so only decides between chains of one length; and its ``rank`` among all. A statement that another speaks of is a
    thing too, joined to its own subject and object.
    """
    ordered = sorted(steps, key=lambda one: (cost[one.iri], one.iri))
    graph: nx.Graph[IRI] = nx.Graph()
    spoken_of = {one.object for one in ordered}
    for rank, one in enumerate(ordered):
        own = {"statement": one, "cost": cost[one.iri], "hop": 2**64 + cost[one.iri], "rank": rank}
        for start, end in _ends(one, one.iri in spoken_of):
            if start not in avoid and end not in avoid and not graph.has_edge(start, end):
                graph.add_edge(start, end, **own)
    return graph


def _way(graph: nx.Graph[IRI], stops: Sequence[IRI], weight: str) -> list[IRI] | None:
    """Return the things on a lightest way over the stops, or None if there is none.

    Of several it is the one whose steps come first by rank and then by where they lead, whatever order the search takes: that
    differs between releases of networkx.
    """
    things = [stops[0]]
    for start, end in nx.utils.pairwise(stops):
        if start not in graph or end not in graph:
            return None
        closer, _ = nx.dijkstra_predecessor_and_distance(graph, end, weight=weight)
        if start not in closer:
            return None
        while things[-1] != end:
            here = things[-1]
            things.append(min(closer[here], key=lambda one: (graph.edges[here, one]["rank"], one)))
    return things


def _ends(one: Statement, spoken_of: bool) -> Iterator[tuple[IRI, IRI]]:
    if not isinstance(one.object, IRI):
        return
    yield one.subject, one.object
    if spoken_of:
        yield one.iri, one.subject
        yield one.iri, one.object


def nearest_approach(
    statements: Mapping[IRI, Statement], start: IRI, end: IRI, *, avoid: Collection[IRI] = (), via: Sequence[IRI] = ()
) -> NoPath:
    """Return the chain between two things that needs the fewest statements that are no edges, over all statements."""
    steps = [one for one in statements.values() if one.iri not in avoid]
    # No number of edges costs as much as one step that is none.
    graph = step_graph(steps, {one.iri: 1 if one.is_edge else 2**32 for one in steps}, avoid)
    things = _way(graph, [start, *via, end], "cost")
    if things is None:
        return NoPath((), ())
    chain = tuple(graph.edges[pair]["statement"] for pair in nx.utils.pairwise(things))
    return NoPath(chain, tuple(step for step in dict.fromkeys(chain) if not step.is_edge))
