"""Story time: the order of moments is partial, and what two times share is only what is known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from severance_kg.moments import ALWAYS, UNKNOWN, MomentOrder, Time
from severance_kg.vocabulary import IRI, SEV

A, B, C, D, E, X = (IRI(SEV + name) for name in "ABCDEX")
CHAIN = MomentOrder([(A, B), (B, C), (C, D), (D, E)])
"""X stands in no pair: it is before nothing and after nothing."""


def at(moment: IRI) -> Time:
    return Time(at=moment)


def span(start: IRI | None, end: IRI | None) -> Time:
    return Time(start=start, end=end)


# ── The order ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_chain() -> None:
    chain = [A, B, C, D, E]
    for i, j in product(range(5), repeat=2):
        assert CHAIN.precedes(chain[i], chain[j]) is (i < j)
        assert CHAIN.not_after(chain[i], chain[j]) is (i <= j)
    assert CHAIN.after(A) == {B, C, D, E}
    assert CHAIN.after(E) == frozenset()
    assert CHAIN.cycle() == ()


def test_a_diamond_leaves_its_sides_unordered() -> None:
    diamond = MomentOrder([(A, B), (A, C), (B, D), (C, D)])
    assert diamond.after(A) == {B, C, D}
    assert diamond.after(B) == diamond.after(C) == {D}
    assert diamond.precedes(A, D)
    for one, other in permutations((B, C)):
        assert not diamond.precedes(one, other)
        assert not diamond.not_after(one, other)
    assert diamond.cycle() == ()


def test_moments_that_nothing_joins_stay_unordered() -> None:
    two_chains = MomentOrder([(A, B), (C, D)])
    for one, other in (*product((A, B), (C, D)), (A, X)):
        for first, second in ((one, other), (other, one)):
            assert not two_chains.precedes(first, second)
            assert not two_chains.not_after(first, second)
    assert two_chains.not_after(X, X)
    assert not two_chains.precedes(X, X)


def test_a_moment_that_nobody_has_ordered() -> None:
    assert MomentOrder([]).after(A) == frozenset()
    assert CHAIN.after(X) == frozenset()


def test_asking_leaves_the_order_alone() -> None:
    order = MomentOrder([(A, B)])
    for _ in range(2):
        assert not order.precedes(B, A)
        assert not order.precedes(X, B)
        assert order.precedes(A, B)
    assert order.cycle() == ()


def test_a_cycle_is_named_and_does_not_hang() -> None:
    order = MomentOrder([(A, B), (B, C), (C, A), (C, D), (X, A)])
    assert order.cycle() == (A, B, C)
    assert order.after(A) == {A, B, C, D}
    assert order.after(X) == {A, B, C, D}
    assert order.precedes(A, A)
    assert not order.precedes(D, A)
    assert MomentOrder([(A, A)]).cycle() == (A,)


# ── Covers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

COVERED = {
    "a point takes in itself": (at(B), {B}),
    "a span takes in both its ends": (span(B, D), {B, C, D}),
    "a span of one moment": (span(C, C), {C}),
    "from a moment on": (span(B, None), {B, C, D, E}),
    "until a moment": (span(None, C), {A, B, C}),
    "a point that is unordered": (at(X), {X}),
    "a span from what is unordered": (span(X, None), {X}),
    "a span with one end unordered": (span(X, C), set()),
    "a span turned round": (span(D, B), set()),
    "always": (ALWAYS, {A, B, C, D, E, X}),
    "not known": (UNKNOWN, set()),
}


@pytest.mark.parametrize(("time", "moments"), COVERED.values(), ids=COVERED)
def test_covers(time: Time, moments: set[IRI]) -> None:
    assert {moment for moment in (A, B, C, D, E, X) if CHAIN.covers(time, moment)} == moments


def test_known_and_moments() -> None:
    assert [time.known for time in (UNKNOWN, ALWAYS, at(A), span(A, None), span(None, A))] == [False, True, True, True, True]
    assert (UNKNOWN.moments, ALWAYS.moments, at(A).moments, span(A, B).moments) == ((), (), (A,), (A, B))


# ── Shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────

SHARED: dict[str, tuple[Time, Time, Time | None]] = {
    "always and always": (ALWAYS, ALWAYS, ALWAYS),
    "always and a point": (ALWAYS, at(B), at(B)),
    "always and a span": (ALWAYS, span(A, B), span(A, B)),
    "always and not known": (ALWAYS, UNKNOWN, UNKNOWN),
    "not known and not known": (UNKNOWN, UNKNOWN, None),
    "not known and a point": (UNKNOWN, at(B), None),
    "not known and a span": (UNKNOWN, span(A, B), None),
    "one point": (at(B), at(B), at(B)),
    "two points": (at(B), at(C), None),
    "two unordered points": (at(B), at(X), None),
    "a point in a span": (at(C), span(B, D), at(C)),
    "a point at the start of a span": (at(B), span(B, D), at(B)),
    "a point at the end of a span": (at(D), span(B, D), at(D)),
    "a point before a span": (at(A), span(B, D), None),
    "a point after a span": (at(E), span(B, D), None),
    "a point in a span without end": (at(E), span(B, None), at(E)),
    "a point in a span without start": (at(A), span(None, B), at(A)),
    "a point that is unordered with a span": (at(X), span(B, D), None),
    "spans that overlap": (span(A, C), span(B, D), span(B, C)),
    "a span in a span": (span(A, E), span(B, D), span(B, D)),
    "the same span": (span(A, C), span(A, C), span(A, C)),
    "spans that touch": (span(A, C), span(C, E), at(C)),
    "spans that lie apart": (span(A, B), span(C, D), None),
    "two spans without end": (span(A, None), span(C, None), span(C, None)),
    "two spans without start": (span(None, B), span(None, D), span(None, B)),
    "until one and from a later": (span(None, B), span(C, None), None),
    "until one and from an earlier": (span(None, D), span(B, None), span(B, D)),
    "until and from the same": (span(None, C), span(C, None), at(C)),
    "without end and closed": (span(B, None), span(A, C), span(B, C)),
    "without start and closed": (span(None, B), span(A, C), span(A, B)),
    "starts that are unordered": (span(X, None), span(B, None), None),
    "ends that are unordered": (span(None, X), span(None, B), None),
    "from one until an unordered one": (span(B, None), span(None, X), None),
}


@pytest.mark.parametrize(("one", "other", "wanted"), SHARED.values(), ids=SHARED)
def test_shared(one: Time, other: Time, wanted: Time | None) -> None:
    assert CHAIN.shared(one, other) == wanted
    assert CHAIN.shared(other, one) == wanted


def test_the_sides_of_a_diamond_share_nothing_that_is_known() -> None:
    diamond = MomentOrder([(A, B), (A, C), (B, D), (C, D)])
    assert diamond.shared(span(B, D), span(C, D)) is None
    assert diamond.shared(span(A, B), span(A, C)) is None
    assert diamond.shared(span(A, D), span(B, D)) == span(B, D)


# ── Over any order ───────────────────────────────────────────────────────────────────────────────────────────────────

MOMENTS = [IRI(f"{SEV}M{i}") for i in range(7)]
moments = some.sampled_from(MOMENTS)
Pairs = list[tuple[IRI, IRI]]


@some.composite
def orders(draw: some.DrawFn) -> Pairs:
    """Pairs without a cycle: each leads forward in some shuffling of the moments."""
    shuffled = draw(some.permutations(MOMENTS))
    forward = [(shuffled[i], shuffled[j]) for i in range(7) for j in range(i + 1, 7)]
    return draw(some.lists(some.sampled_from(forward), max_size=12))


@some.composite
def times(draw: some.DrawFn) -> Time:
    kind = draw(some.sampled_from(["point", "span", "span", "from", "until", "always", "unknown"]))
    one, other = draw(moments), draw(moments)
    known = {"point": at(one), "span": span(one, other), "from": span(one, None), "until": span(None, one), "always": ALWAYS}
    return known.get(kind, UNKNOWN)


def closure(pairs: Iterable[tuple[IRI, IRI]]) -> set[tuple[IRI, IRI]]:
    """Every pair that follows, by joining pairs until nothing is new."""
    found = set(pairs)
    while fresh := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= fresh
    return found


@settings(deadline=None)
@given(orders())
def test_precedes_is_reachability(pairs: Pairs) -> None:
    order, wanted = MomentOrder(pairs), closure(pairs)
    assert {(a, b) for a, b in product(MOMENTS, repeat=2) if order.precedes(a, b)} == wanted
    assert order.cycle() == ()


@settings(deadline=None)
@given(some.lists(some.tuples(moments, moments), max_size=12))
def test_precedes_is_reachability_with_cycles_too(pairs: Pairs) -> None:
    order, wanted = MomentOrder(pairs), closure(pairs)
    assert {(a, b) for a, b in product(MOMENTS, repeat=2) if order.precedes(a, b)} == wanted
    assert order.cycle() == tuple(sorted(a for a in MOMENTS if (a, a) in wanted))


@settings(deadline=None, max_examples=300)
@given(orders(), times(), times())
def test_shared_is_commutative_and_covered_by_both(pairs: Pairs, one: Time, other: Time) -> None:
    order = MomentOrder(pairs)
    shared = order.shared(one, other)
    assert shared == order.shared(other, one)
    for moment in MOMENTS:
        both = order.covers(one, moment) and order.covers(other, moment)
        if shared is not None:
            assert order.covers(shared, moment) is both
        elif both:  # a moment that both take in goes untold only where no single span is the overlap
            assert _unordered_ends(order, one, other)


def _unordered_ends(order: MomentOrder, one: Time, other: Time) -> bool:
    return any(
        a and b and not order.not_after(a, b) and not order.not_after(b, a)
        for a, b in ((one.start, other.start), (one.end, other.end))
    )


@settings(deadline=None)
@given(orders(), times())
def test_always_is_neutral_and_nothing_else_makes_a_time_known(pairs: Pairs, time: Time) -> None:
    order = MomentOrder(pairs)
    assert order.shared(ALWAYS, time) == order.shared(time, ALWAYS) == time
    assert order.shared(UNKNOWN, time) == (UNKNOWN if time.always else None)
