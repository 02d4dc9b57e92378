"""The part of a large graph that a path can lie in, read ring by ring around the things that it joins.

What is left out can be no step of the path that is looked for, so that :mod:`paths` finds in the part what it finds in the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import networkx as nx

from severance_kg import paths
from severance_kg.lookup import Statements
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI

MOST = 5_000
"""How many statements are read ring by ring; of more it is quicker to read all."""

Part = Mapping[IRI, Statement]


def within_reach(
    statements: Statements,
    stops: Sequence[IRI],
    avoid: Collection[IRI] = (),
    *,
    usable: Callable[[Statement], bool] = lambda _: True,
    longest: Callable[[Part], int | None] = lambda _: None,
) -> Part:
    """Return statements of a graph among which are all steps of the best ways over some things.

    Args:
        statements: those of the graph; a small one is returned as it is.
        stops: the things to pass, in order.
        avoid: things and statements that no way touches.
        usable: whether a statement can be a step.
        longest: how many steps a way can have at most that is as good as the best in a part; None where the part has none.
    """
    if statements.small:
        return statements
    area = _Area(statements, usable, frozenset(avoid))
    # Whoever starts at both ends of a way of twice as many steps has met on it.
    for steps in range(MOST):
        closed = area.widen(stops, steps)
        if len(area.steps) > MOST:
            return statements
        part = area.with_premises()
        most = longest(part)
        if closed or (most is not None and most <= 2 * (steps + 1)):
            return part
    return statements


class _Area:
    """The steps that have been read of a graph, and the things around which all have been."""

    def __init__(self, statements: Statements, usable: Callable[[Statement], bool], avoid: frozenset[IRI]) -> None:
        self._statements, self._usable, self._avoid = statements, usable, avoid
        self._known: set[IRI] = set()
        self._graph: nx.Graph[IRI] = nx.Graph()
        self.steps: dict[IRI, Statement] = {}

    def widen(self, stops: Iterable[IRI], steps: int) -> bool:
        """Read what lies around all things within so many steps of the stops; return whether one stop leads no further."""
        rings = [self._ring(stop, steps) for stop in stops]
        fresh = set[IRI]().union(*rings) - self._known
        found = self._around(fresh)
        # A statement that another speaks of is a thing, and joined to what it is about.
        found += self._statements.having(object=[one.iri for one in found])
        self._known |= fresh
        self.steps |= {one.iri: one for one in found if self._usable(one) and one.iri not in self._avoid}
        self._graph = paths.step_graph(self.steps.values(), dict.fromkeys(self.steps, 0), self._avoid)
        return not all(rings)

    def _ring(self, stop: IRI, steps: int) -> set[IRI]:
        if stop not in self._graph:
            return set() if steps else {stop}
        far = nx.single_source_shortest_path_length(self._graph, stop, cutoff=steps)
        return {thing for thing, distance in far.items() if distance == steps}

    def _around(self, things: Collection[IRI]) -> list[Statement]:
        found = [*self._statements.having(subject=things), *self._statements.having(object=things)]
        return found + self._statements.some(one for one in things if one in self._statements)

    def with_premises(self) -> dict[IRI, Statement]:
        """Return the steps, and all that they rest on."""
        found = dict(self.steps)
        fresh = list(found.values())
        while fresh:
            missing = {premise for one in fresh for premise in one.premises} - found.keys()
            fresh = self._statements.some(one for one in missing if one in self._statements)
            found |= {one.iri: one for one in fresh}
        return found
