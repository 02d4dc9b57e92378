"""How far a confidence can be believed: a reliability table, its Brier score and calibration error, and whether a fit is better.

The fit is isotonic (the confidence that grows with the one given and is nearest to what came out), and is tried on what it was
not made from: each interview in turn is kept out of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

BINS = (0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
"""Where the bins of the table begin; the first is where a name begins to be given."""


@dataclass(frozen=True, slots=True)
class Told:
    """A name that was given: in which interview, how sure it was, and whether it was the right one."""

    group: str
    confidence: float
    right: bool


def brier(told: Sequence[Told]) -> float:
    """Return the mean squared distance between the confidence and what came out: 0 is best."""
    return sum((one.confidence - one.right) ** 2 for one in told) / len(told)


def calibration_error(told: Sequence[Told]) -> float:
    """Return the mean distance, over the bins by their size, between the mean confidence and the share that was right."""
    bins = list(_bins(told))
    return sum(len(held) * abs(_mean(held) - _share(held)) for _, held in bins) / len(told)


def fitted(told: Sequence[Told]) -> list[Told]:
    """Return the same with confidences from an isotonic fit on the other interviews."""
    made = []
    for group in sorted({one.group for one in told}):
        steps = _isotonic([one for one in told if one.group != group])
        made += [Told(group, _at(steps, one.confidence), one.right) for one in told if one.group == group]
    return made


def table(told: Sequence[Told]) -> Iterator[str]:
    """Yield the lines of a reliability table, and what they come to."""
    yield f"{'confidence':<12} {'names':>6} {'mean':>6} {'right':>7}"
    for start, held in _bins(told):
        yield f"{f'from {start:.2f}':<12} {len(held):>6} {_mean(held):>6.2f} {_share(held):>7.1%}"
    yield f"as given: Brier {brier(told):.4f}, calibration error {calibration_error(told):.4f}"
    if len({one.group for one in told}) > 1:
        anew = fitted(told)
        yield f"fitted, each interview kept out: Brier {brier(anew):.4f}, calibration error {calibration_error(anew):.4f}"


def _bins(told: Iterable[Told]) -> Iterator[tuple[float, list[Told]]]:
    held: dict[float, list[Told]] = {}
    for one in told:
        held.setdefault(BINS[max(bisect_right(BINS, one.confidence) - 1, 0)], []).append(one)
    yield from sorted(held.items())


def _isotonic(told: Sequence[Told]) -> list[tuple[float, float]]:
    """Return from which confidence on which share is right: neighbours that would fall are pooled."""
    pools: list[list[float]] = []  # the first confidence, how many, how many of them right
    for one in sorted(told, key=lambda one: one.confidence):
        if pools and pools[-1][0] == one.confidence:
            pools[-1][1] += 1
            pools[-1][2] += one.right
        else:
            pools.append([one.confidence, 1, one.right])
    merged: list[list[float]] = []
    for pool in pools:
        merged.append(pool)
        while len(merged) > 1 and merged[-2][2] / merged[-2][1] >= merged[-1][2] / merged[-1][1]:
            _, count, right = merged.pop()
            merged[-1][1] += count
            merged[-1][2] += right
    return [(start, right / count) for start, count, right in merged]


def _at(steps: Sequence[tuple[float, float]], confidence: float) -> float:
    place = bisect_right([start for start, _ in steps], confidence) - 1
    return steps[max(place, 0)][1] if steps else confidence


def _mean(held: Sequence[Told]) -> float:
    return sum(one.confidence for one in held) / len(held)


def _share(held: Sequence[Told]) -> float:
    return sum(one.right for one in held) / len(held)
