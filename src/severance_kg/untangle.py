"""Makes a drawing readable: labels that do not overlap, and few lines that cross others or run under labels.

As in ``stress``, floats are only added, multiplied, divided and rooted, so that every machine comes to the same positions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from severance_kg.stress import Array, Numbers

Hits = NDArray[np.bool_]

SHOVES = 300
GROWTHS = 20
FRESH = 8
"""After so many shoves it is looked up anew which boxes are near each other."""
HUB = 6
"""A node with more lines than this stays where the distances put it: moving it costs much and helps little."""
UNDER, LONG, OVER, HIDDEN = 2.0, 0.6, 50.0, 1.5
"""What a line under a label, the length of a line, an overlap and a line that is hidden cost beside a crossing, which costs 1."""
SHOWN = 45.0
"""So much of a line is to be seen between the boxes at its ends, in units of the drawing: an arrow, and dashes to tell it by."""


def separate(places: Array, sizes: Array, pinned: Sequence[int]) -> Array:
    """Push overlapping boxes apart along the way that is shorter; the pinned ones stay. What is too tight grows first."""
    for _ in range(GROWTHS):
        places = np.round(_shove(places, sizes, pinned))
        if not overlaps(places, sizes):
            break
        places = places * 1.06
    return places


def _shove(places: Array, sizes: Array, pinned: Sequence[int]) -> Array:
    x, y = places.T.copy()
    share = np.full(len(places), 0.3)
    share[list(pinned)] = 0.0
    for turn in range(SHOVES):
        if turn % FRESH == 0:
            a, b = _near(np.stack([x, y], axis=1), sizes, float(sizes[:, 1].max()))
            wide, high = ((sizes[a] + sizes[b]) / 2).T
        # Two nodes on one spot have no direction: the order of their names gives them one.
        across, down = x[b] - x[a] + 1e-6, y[b] - y[a] + 1e-6
        over_x, over_y = wide - np.abs(across), high - np.abs(down)
        hit = (over_x > 0) & (over_y > 0)
        if not hit.any():
            if turn % FRESH == 0:
                break
            continue
        sideways = over_x < over_y
        for axis, which, over, apart in ((x, hit & sideways, over_x, across), (y, hit & ~sideways, over_y, down)):
            push = np.where(which, np.copysign(over + 1, apart), 0.0)
            axis += (np.bincount(b, push, len(x)) - np.bincount(a, push, len(x))) * share
    return np.stack([x, y], axis=1)


def _near(places: Array, sizes: Array, slack: float) -> tuple[Numbers, Numbers]:
    """The pairs of boxes that overlap or are less than ``slack`` from it, found along a sweep from left to right."""
    order = np.argsort(places[:, 0], kind="stable")
    (x, y), (wide, high) = places[order].T, sizes[order].T / 2
    upto = np.searchsorted(x, x + wide + float(wide.max()) + slack)
    counts = np.maximum(upto - np.arange(len(x)) - 1, 0)
    a = np.repeat(np.arange(len(x)), counts)
    b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(counts) - counts, counts)
    hit = (x[b] - x[a] < wide[a] + wide[b] + slack) & (np.abs(y[b] - y[a]) < high[a] + high[b] + slack)
    return order[a[hit]], order[b[hit]]


def overlaps(places: Array, sizes: Array) -> int:
    """Count the pairs of boxes that overlap by more than a unit."""
    return len(_near(places, sizes, -1.0)[0])


def crossings(places: Array, ends: Numbers) -> int:
    """Count the pairs of lines that cross."""
    return sum(int(_crossed(places, ends[i : i + 1], ends[i + 1 :]).sum()) for i in range(len(ends) - 1))


def under_labels(places: Array, sizes: Array, ends: Numbers) -> int:
    """Count the boxes that lines run under which do not end there."""
    found = 0
    for i in range(len(ends)):
        hit = _meets(places[ends[i, :1], None], places[ends[i, 1]], places, sizes)
        hit[:, ends[i]] = False
        found += int(hit.sum())
    return found


def untangle(places: Array, sizes: Array, ends: Numbers, pinned: Sequence[int], sweeps: int, tries: int) -> Array:
    """Move nodes one by one to the best of some places nearby, while that makes the drawing easier to read."""
    chance = np.random.default_rng(1)
    places = places.copy()
    lines = [np.flatnonzero((ends == node).any(axis=1)) for node in range(len(places))]
    low, high = places.min(axis=0), places.max(axis=0)
    step = np.sqrt(((places[ends[:, 0]] - places[ends[:, 1]]) ** 2).sum(axis=1)) if len(ends) else np.ones(1)
    usual = float(np.sort(step)[len(step) // 2]) or 1.0
    movable = [node for node in range(len(places)) if 0 < len(lines[node]) <= HUB and node not in pinned]
    for sweep in range(sweeps):
        for node in movable:
            others = ends[lines[node]].sum(axis=1) - node
            reach = usual * (1.6 if sweep % 2 == 0 else 0.6)
            middle = places[others].sum(axis=0) / len(others)
            around = np.where(np.arange(tries)[:, None] % 2, places[node], middle)
            tried = np.round(around + chance.uniform(-1, 1, (tries, 2)) * reach)
            # What would lie outside is no try: brought back to the border, all would stand there in rows.
            tried = np.where(((tried >= low) & (tried <= high)).all(axis=1)[:, None], tried, places[node])
            tried[0] = places[node]
            cost = _cost(tried, node, others, places, sizes, ends, usual)
            places[node] = tried[int(cost.argmin())]
    return places


def _cost(tries: Array, node: int, others: Numbers, places: Array, sizes: Array, ends: Numbers, usual: float) -> Array:
    """What it costs the reader if a node stands at each of these places."""
    elsewhere = np.arange(len(places)) != node
    over = (np.abs(tries[:, None] - places) < (sizes[node] + sizes) / 2).all(axis=2)
    cost: Array = OVER * (over & elsewhere).sum(axis=1)
    far = ends[(ends != node).all(axis=1)]
    if len(far):
        a, b = places[far[:, 0]], places[far[:, 1]]
        cost += UNDER * _meets(a[:, None], b[:, None], tries, sizes[node]).sum(axis=0)
    for other in others.tolist():
        there = places[other]
        apart = tries - there
        length = np.sqrt(apart[:, 0] ** 2 + apart[:, 1] ** 2)
        cost += LONG * length / usual + HIDDEN * np.maximum(1 - _bare(apart, sizes[node], sizes[other]) * length / SHOWN, 0)
        under = _meets(tries[:, None], there, places, sizes)
        under[:, [node, other]] = False
        cost += UNDER * under.sum(axis=1)
        if len(far):
            strange = (far != other).all(axis=1)
            cost += _cross(tries[:, None], there, a[strange], b[strange]).sum(axis=1)
    return cost


def _bare(apart: Array, one: Array, other: Array) -> Array:
    """The part of a line, from 0 to 1, that lies in neither of the boxes at its ends."""
    held = sum(np.minimum(*(size / 2 / np.maximum(np.abs(apart), 1e-6)).T) for size in (one, other))
    found: Array = np.maximum(1 - held, 0)
    return found


def _crossed(places: Array, some: Numbers, others: Numbers) -> Hits:
    """Which lines of ``others`` each line of ``some`` crosses; lines that share an end do not."""
    apart = (some[:, None, :, None] != others[None, :, None, :]).all(axis=(2, 3))
    a, b = places[some[:, 0], None], places[some[:, 1], None]
    found: Hits = apart & _cross(a, b, places[others[:, 0]], places[others[:, 1]])
    return found


def _cross(a: Array, b: Array, c: Array, d: Array) -> Hits:
    found: Hits = (_side(a, b, c) != _side(a, b, d)) & (_side(c, d, a) != _side(c, d, b))
    return found


def _side(a: Array, b: Array, c: Array) -> Hits:
    found: Hits = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) > (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    return found


def _meets(a: Array, b: Array, centre: Array, size: Array) -> Hits:
    """Whether the line from a to b meets a box: neither an axis nor the line's own direction keeps them apart."""
    ax, ay, bx, by = a[..., 0], a[..., 1], b[..., 0], b[..., 1]
    half_x, half_y = size[..., 0] / 2, size[..., 1] / 2
    x, y = (ax + bx) / 2 - centre[..., 0], (ay + by) / 2 - centre[..., 1]
    along_x, along_y = bx - ax, by - ay
    wide, high = np.abs(along_x), np.abs(along_y)
    found: Hits = (np.abs(x) < wide / 2 + half_x) & (np.abs(y) < high / 2 + half_y)
    return found & (np.abs(x * along_y - y * along_x) < half_x * high + half_y * wide)
