"""Where things stand on the page: positions without overlaps, the same on every run.

Stress majorisation (Gansner, Koren and North, 2004) brings what belongs together together; then the boxes that the labels
take up are pushed apart. It runs from several beginnings, and the one that is easiest to read is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BEGINNINGS = 12
ROUNDS = 90
SHOVES = 400
LARGE = 300
"""From this many nodes on, a single beginning: a round costs the square of their number."""
FULL = 0.5
"""The part of the drawing that labels take up; with more of it full, they cannot all be pushed apart."""


class Box(NamedTuple):
    """The room that a node takes up with its label, in units of the drawing."""

    width: float
    height: float


class Layout(NamedTuple):
    """Positions by node, and what makes them hard to read."""

    positions: dict[str, tuple[int, int]]
    overlaps: int


def lay_out(boxes: Mapping[str, Box], links: Iterable[tuple[str, str]], facing: Sequence[str] = ()) -> Layout:
    """Return a position for each node of ``boxes``, as whole numbers; the same for the same input.

    Two nodes in ``facing`` stand on one line, the first left of the centre and the second right of it.
    """
    names = sorted(boxes)
    if not names:
        return Layout({}, 0)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from(sorted((a, b) for a, b in links if a != b))
    ideal = _distances(graph, names)
    pinned = [names.index(one) for one in facing]
    sizes = np.array([boxes[name] for name in names])
    ends = np.array([(names.index(a), names.index(b)) for a, b in graph.edges], dtype=np.intp).reshape(-1, 2)
    tried = [_attempt(ideal, sizes, ends, pinned, seed) for seed in range(BEGINNINGS if len(names) < LARGE else 1)]
    overlaps, _, _, best = min(tried, key=lambda one: one[:3])
    return Layout({name: (round(x), round(y)) for name, (x, y) in zip(names, best.tolist(), strict=True)}, overlaps)


def _distances(graph: nx.Graph[str], names: list[str]) -> Array:
    """The distance that each pair ought to keep: shortest ways, whose steps are longer where much comes together."""
    found = np.full((len(names), len(names)), np.inf)
    np.fill_diagonal(found, 0.0)
    index = {name: i for i, name in enumerate(names)}
    for a, b in graph.edges:
        apart = len(set(graph[a]) ^ set(graph[b]))
        found[index[a], index[b]] = found[index[b], index[a]] = 0.55 + 0.27 * float(np.sqrt(apart))
    for k in range(len(names)):
        np.minimum(found, found[:, k, None] + found[k], out=found)
    finite = found[np.isfinite(found)]
    found[~np.isfinite(found)] = max(1.5, float(finite.max()) * 0.6)
    return found


def _attempt(ideal: Array, sizes: Array, ends: NDArray[np.intp], pinned: list[int], seed: int) -> tuple[int, int, int, Array]:
    """One drawing, after how hard it is to read: overlapping labels, lines through labels, and the seed."""
    places = _spread(_majorise(ideal, pinned, seed))
    across, down = np.maximum(places.max(axis=0) - places.min(axis=0), 1.0)
    full = FULL if len(sizes) < LARGE else FULL / 2
    places *= np.sqrt(sizes.prod(axis=1).sum() / (full * across * down))
    places = np.round(_separate(places, sizes, pinned))
    return _overlaps(places, sizes), _crossed(places, sizes, ends), seed, places


def _majorise(ideal: Array, pinned: list[int], seed: int) -> Array:
    """Move every node to where the others would have it, again and again (SMACOF)."""
    count = len(ideal)
    places = np.random.default_rng(seed).uniform(-1, 1, (count, 2)) * float(ideal.max())
    if pinned:
        half = max(1.1, float(ideal[pinned[0], pinned[1]]) / 2)
        fixed = np.array([[-half, 0.0], [half, 0.0]])
        places[pinned] = fixed
    weights = 1 / np.maximum(ideal, 0.1) ** 2
    np.fill_diagonal(weights, 0.0)
    total = np.maximum(weights.sum(axis=0), 1e-9)
    for _ in range(ROUNDS):
        # One axis at a time, sums down the columns, no matrix product: these add in one order on every machine.
        across, down = (places[:, i] - places[:, None, i] for i in (0, 1))
        pull = weights * ideal / np.maximum(np.sqrt(across * across + down * down), 1e-6)
        wanted = [(weights * places[:, None, i] + pull * apart).sum(axis=0) / total for i, apart in ((0, across), (1, down))]
        places = np.stack(wanted, axis=1)
        if pinned:
            places[pinned] = fixed
    return places


def _spread(places: Array) -> Array:
    """Move everything along its line to the centre, so that the drawing is about as dense everywhere."""
    length = np.sqrt((places * places).sum(axis=1))
    # Square roots only: powers and logarithms differ in their last digit from one machine's library to another's.
    root = np.sqrt(length)
    factor = 1 / np.maximum(np.sqrt(root), 0.3)
    return np.asarray(places * factor[:, None])


def _separate(places: Array, sizes: Array, pinned: list[int]) -> Array:
    """Push overlapping boxes apart along the way that is shorter; the pinned ones stay."""
    x, y = places[:, 0].copy(), places[:, 1].copy()
    wide, high = ((sizes[:, None, i] + sizes[:, i]) / 2 for i in (0, 1))
    np.fill_diagonal(wide, -1.0)
    # Two nodes on one spot have no direction: the order of their names gives them one.
    order = np.sign(np.arange(len(x)) - np.arange(len(x))[:, None]) * 1e-6
    share = np.full(len(x), 0.3)
    share[pinned] = 0.0
    for _ in range(SHOVES):
        across, down = x - x[:, None] + order, y - y[:, None] + order
        over_x, over_y = wide - np.abs(across), high - np.abs(down)
        hit = (over_x > 0) & (over_y > 0)
        if not hit.any():
            break
        sideways = over_x < over_y
        x += np.where(hit & sideways, np.copysign(over_x + 1, across), 0.0).sum(axis=0) * share
        y += np.where(hit & ~sideways, np.copysign(over_y + 1, down), 0.0).sum(axis=0) * share
    return np.stack([x, y], axis=1)


def _overlaps(places: Array, sizes: Array) -> int:
    near = (sizes[:, None] + sizes) / 2 - 1
    hit = (near - np.abs(places[:, None] - places) > 0).all(axis=2)
    return (int(hit.sum()) - len(places)) // 2


def _crossed(places: Array, sizes: Array, ends: NDArray[np.intp]) -> int:
    """How many lines pass under a node or label that is not theirs, tried at nine points of each line."""
    found = 0
    line = np.arange(len(ends))
    for part in range(1, 10):
        points = places[ends[:, 0]] * (1 - part / 10) + places[ends[:, 1]] * (part / 10)
        inside = np.logical_and.reduce(np.abs(points[:, None] - places) < sizes / 2, axis=2)
        inside[line, ends[:, 0]] = inside[line, ends[:, 1]] = False
        found += int(inside.sum())
    return found
