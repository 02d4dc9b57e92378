"""Where things stand on the page: positions without overlaps, the same on every run.

Drawings are made from several beginnings, their labels pushed apart and their lines untangled, and the one that is easiest to
read is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from severance_kg.stress import Array, Numbers, Wanted, majorise, wanted_distances
from severance_kg.untangle import crossings, overlaps, separate, under_labels, untangle

BEGINNINGS = 8
UNTANGLED = 2
SWEEPS, TRIES = 6, 24
LARGE = 300
"""From this many nodes on, one beginning, one sweep and few tries: all cost more than their number."""
FULL = 0.5
"""The part of the drawing that labels take up; with more of it full, they cannot all be pushed apart."""
WINDOW, LONGEST = 640.0 * 520.0, 220.0
"""The room that even a few nodes take up, and how long that may make a line: on a short one no dash and no arrow is seen."""
WIDE = 1.15
"""How many times as wide as high a drawing is to be: labels are wide, and so are screens."""


class Box(NamedTuple):
    """The room that a node takes up with its label, in units of the drawing."""

    width: float
    height: float


class Layout(NamedTuple):
    """Positions by node, and what makes them hard to read."""

    positions: dict[str, tuple[int, int]]
    overlaps: int
    crossings: int
    under_labels: int


@dataclass(frozen=True, slots=True)
class _Plan:
    sizes: Array
    ends: Numbers
    pinned: list[int]
    wanted: Wanted

    @property
    def is_large(self) -> bool:
        return len(self.sizes) >= LARGE


def lay_out(boxes: Mapping[str, Box], links: Iterable[tuple[str, str]], facing: Sequence[str] = ()) -> Layout:
    """Return a position for each node of ``boxes``, as whole numbers; the same for the same input.

    Two nodes in ``facing`` stand on one line, the first left of the centre and the second right of it.
    """
    names = sorted(boxes)
    if not names:
        return Layout({}, 0, 0, 0)
    return _laid_out(tuple((name, boxes[name]) for name in names), tuple(links), tuple(facing))


# A graph is often drawn again as it was: by a server for its page and for the places in it, in a notebook cell by cell.
@lru_cache(maxsize=4)
def _laid_out(known: tuple[tuple[str, Box], ...], links: tuple[tuple[str, str], ...], facing: tuple[str, ...]) -> Layout:
    names, boxes = [name for name, _ in known], dict(known)
    index = {name: i for i, name in enumerate(names)}
    pairs = sorted({(min(a, b), max(a, b)) for a, b in ((index[a], index[b]) for a, b in links) if a != b})
    ends = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    plan = _Plan(
        np.array([boxes[name] for name in names]), ends, [index[one] for one in facing], wanted_distances(len(names), ends)
    )
    drawn = [_drawing(plan, seed) for seed in range(1 if plan.is_large else BEGINNINGS)]
    drawn.sort(key=lambda places: _hardness(plan, places))
    drawn = [_untangled(plan, places) for places in drawn[:UNTANGLED]]
    best = min(drawn, key=lambda places: _hardness(plan, places))
    where = {name: (round(x), round(y)) for name, (x, y) in zip(names, best.tolist(), strict=True)}
    return Layout(where, overlaps(best, plan.sizes), crossings(best, ends), under_labels(best, plan.sizes, ends))


def _drawing(plan: _Plan, seed: int) -> Array:
    """One drawing, as large as its labels need and without overlaps."""
    places = _spread(majorise(plan.wanted, plan.pinned, seed))
    across, down = np.maximum(places.max(axis=0) - places.min(axis=0), 1e-3).tolist()
    stretch = min(max(float(np.sqrt(WIDE * down / across)), 0.75), 1.35)
    places = places * np.array([stretch, 1 / stretch])
    full = FULL / 2 if plan.is_large else FULL
    room = float(plan.sizes.prod(axis=1).sum()) / full
    area = max(across, 1.0) * max(down, 1.0)
    scale = max(float(np.sqrt(room / area)), min(float(np.sqrt(WINDOW / area)), LONGEST))
    return separate(places * scale, plan.sizes, plan.pinned)


def _untangled(plan: _Plan, places: Array) -> Array:
    sweeps, tries = (1, 8) if plan.is_large else (SWEEPS, TRIES)
    return separate(untangle(places, plan.sizes, plan.ends, plan.pinned, sweeps, tries), plan.sizes, plan.pinned)


def _hardness(plan: _Plan, places: Array) -> tuple[int, int]:
    """How hard a drawing is to read: overlapping labels first, then lines that cross and lines under labels."""
    if plan.is_large:
        return 0, 0
    return overlaps(places, plan.sizes), crossings(places, plan.ends) + 2 * under_labels(places, plan.sizes, plan.ends)


def _spread(places: Array) -> Array:
    """Move everything along its line to the centre, so that the drawing is about as dense everywhere."""
    length = np.sqrt(places[:, 0] ** 2 + places[:, 1] ** 2)
    # The square root of the square root: powers differ in their last digit from one machine's library to another's.
    factor = 1 / np.maximum(np.sqrt(np.sqrt(length)), 0.3)
    return places * factor[:, None]
