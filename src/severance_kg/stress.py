"""Brings together what belongs together: positions whose distances are as near as may be to those in the graph.

Stress majorisation (Gansner, Koren and North, 2004). In a large graph each node minds a choice of far ones, the pivots, and
its own neighbours instead of everybody (Ortmann, Klimenta and Brandes, 2016): a round then costs their number, not its square.

Only sums, products, quotients and square roots are used, and floats are added down the first axis: these come out the same on
every machine, to the last digit, which powers, logarithms and matrix products do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

PIVOTS = 250
"""So many pivots at most: in a smaller graph every node is one."""
ROUNDS = 90


@dataclass(frozen=True, slots=True)
class Wanted:
    """The distances that a drawing ought to keep.

    ``far[k, i]`` is how far node ``i`` ought to be from the pivot ``pivots[k]``, and ``regions[k]`` for how many nodes that
    pivot stands; ``near[e]`` is how far apart the ends of edge ``e`` ought to be.
    """

    pivots: Numbers
    far: Array
    regions: Array
    ends: Numbers
    near: Array


def wanted_distances(count: int, ends: Numbers) -> Wanted:
    """Return the distances for a graph of ``count`` nodes whose edges are the rows of ``ends``, without loops or repeats.

    They are the lengths of shortest ways, whose steps are longer where much comes together.
    """
    around: list[set[int]] = [set() for _ in range(count)]
    for a, b in ends.tolist():
        around[a].add(b)
        around[b].add(a)
    near = [0.55 + 0.27 * float(np.sqrt(len(around[a] ^ around[b]))) for a, b in ends.tolist()]
    ways: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for (a, b), length in zip(ends.tolist(), near, strict=True):
        ways[a].append((b, length))
        ways[b].append((a, length))
    pivots, far = _pivots(ways, max(range(count), key=lambda node: (len(around[node]), -node)))
    regions = np.bincount(far.argmin(axis=0), minlength=len(pivots)).astype(float)
    finite = far[np.isfinite(far)]
    far[~np.isfinite(far)] = max(1.5, float(finite.max()) * 0.6)
    return Wanted(np.array(pivots, dtype=np.intp), far, regions, ends, np.array(near))


def _pivots(ways: list[list[tuple[int, float]]], first: int) -> tuple[list[int], Array]:
    """Choose nodes far from one another, and return them with the length of the way from each to every node."""
    if len(ways) <= PIVOTS:
        everyone = list(range(len(ways)))
        return everyone, np.array([_lengths(ways, one) for one in everyone])
    pivots, rows = [first], [np.array(_lengths(ways, first))]
    nearest = rows[0]
    while len(pivots) < PIVOTS:
        pivots.append(int(nearest.argmax()))
        rows.append(np.array(_lengths(ways, pivots[-1])))
        nearest = np.minimum(nearest, rows[-1])
    return pivots, np.array(rows)


def _lengths(ways: list[list[tuple[int, float]]], start: int) -> list[float]:
    """How long the shortest way to each node is (Dijkstra); infinite where there is none."""
    found = [float("inf")] * len(ways)
    found[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        length, here = heappop(heap)
        if length > found[here]:
            continue
        for there, step in ways[here]:
            if length + step < found[there]:
                found[there] = length + step
                heappush(heap, (length + step, there))
    return found


def majorise(wanted: Wanted, pinned: Sequence[int], seed: int) -> Array:
    """Return a position for each node: from a random beginning, each moves to where the others would have it (SMACOF).

    Two ``pinned`` nodes face each other on one line, left and right of the centre, and stay there.
    """
    far, pivots, (a, b) = wanted.far, wanted.pivots, wanted.ends.T
    count = far.shape[1]
    places = np.random.default_rng(seed).uniform(-1, 1, (count, 2)) * float(far.max())
    pins = list(pinned)
    if pins:
        half = max(1.1, _apart(wanted, *pins) / 2)
        fixed = np.array([[-half, 0.0], [half, 0.0]])
        places[pins] = fixed
    weights = wanted.regions[:, None] / np.maximum(far, 0.1) ** 2
    weights[np.arange(len(pivots)), pivots] = 0.0
    everyone = len(pivots) == count
    close = np.zeros(len(a)) if everyone else len(pivots) / np.maximum(wanted.near, 0.1) ** 2
    total = weights.sum(axis=0) + np.bincount(a, close, count) + np.bincount(b, close, count)
    total = np.maximum(total, 1e-9)
    for _ in range(ROUNDS):
        away = [places[:, i] - places[pivots, None, i] for i in (0, 1)]
        pull = weights * far / np.maximum(np.sqrt(away[0] * away[0] + away[1] * away[1]), 1e-6)
        moved = [(weights * places[pivots, None, i] + pull * away[i]).sum(axis=0) for i in (0, 1)]
        if not everyone:
            step = places[b] - places[a]
            scale = close * wanted.near / np.maximum(np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2), 1e-6)
            for i in (0, 1):
                moved[i] = moved[i] + np.bincount(a, close * places[b, i] - scale * step[:, i], count)
                moved[i] = moved[i] + np.bincount(b, close * places[a, i] + scale * step[:, i], count)
        places = np.stack([one / total for one in moved], axis=1)
        if pins:
            places[pins] = fixed
    return places


def _apart(wanted: Wanted, one: int, other: int) -> float:
    """How far apart two nodes ought to be, by way of the nearest pivot."""
    return float((wanted.far[:, one] + wanted.far[:, other]).min())
