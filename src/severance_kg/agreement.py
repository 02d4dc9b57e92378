"""Agreement that is corrected for chance: Cohen's kappa, Krippendorff's alpha, and distances between what readers chose.

A statistic that is not defined is None, never a number: where nobody has used more than one value, agreement tells nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

V = TypeVar("V", bound=Hashable)
Distance = Callable[[Any, Any], float]
"""How far apart two values are, from 0 for the same to 1."""


def observed(pairs: Sequence[tuple[V, V]]) -> float | None:
    """Return the share of pairs whose two values are the same; None if there is no pair."""
    return sum(one == other for one, other in pairs) / len(pairs) if pairs else None


def kappa(pairs: Sequence[tuple[V, V]]) -> float | None:
    """Return Cohen's kappa of two readers over the things that both have judged.

    It is 1 if they agree on all, 0 if as often as chance would have it, and below 0 if less often (Cohen 1960).

    Returns:
        None if there is no pair, or if both have used one and the same value throughout: chance then explains everything.
    """
    count = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    # In whole numbers up to the last division, so that a kappa that is not defined is never a very small denominator.
    same = count * sum(one == other for one, other in pairs)
    chance = sum(first[value] * second[value] for value in first)
    return None if count * count == chance else (same - chance) / (count * count - chance)


def nominal(one: object, other: object) -> float:
    """Return 0 for the same value and 1 for any other."""
    return float(one != other)


def jaccard(one: frozenset[Any], other: frozenset[Any]) -> float:
    """Return the share of the members of two sets that only one of them has; 0 for two empty ones."""
    either = one | other
    return 1 - len(one & other) / len(either) if either else 0.0


def masi(one: frozenset[Any], other: frozenset[Any]) -> float:
    """Return the MASI distance of two sets (Passonneau 2006): Jaccard's, weighed by how the one lies in the other.

    The weight is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where they share nothing.
    """
    if one == other:
        return 0.0
    if not one & other:
        return 1.0
    weight = 2 / 3 if one < other or other < one else 1 / 3
    return 1 - (1 - jaccard(one, other)) * weight


def alpha(units: Iterable[Sequence[V | None]], distance: Distance = nominal) -> float | None:
    """Return Krippendorff's alpha over units that any number of readers have judged (Krippendorff 2011).

    Args:
        units: for each thing that was judged, the values it was given; None where a reader has given none.
        distance: how far apart two values are. Alpha squares nothing: for intervals, square it yourself.

    Returns:
        None if no unit has two values, or if all that can be compared are the same.
    """
    kept = [Counter(value for value in unit if value is not None) for unit in units]
    kept = [unit for unit in kept if unit.total() > 1]
    total: Counter[V] = sum(kept, Counter())
    count = total.total()
    seen = sum(_spread(unit, distance) / (unit.total() - 1) for unit in kept)
    chance = _spread(total, distance)
    return None if not chance else 1 - (count - 1) * seen / chance


def _spread(values: Counter[V], distance: Distance) -> float:
    """Return the sum of the distances of all ordered pairs of values."""
    distinct = list(values.items())
    return 2 * sum(
        times * again * distance(one, other) for i, (one, times) in enumerate(distinct) for other, again in distinct[i + 1 :]
    )
