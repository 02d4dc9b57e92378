"""Story time asked: what is known to hold at a moment, and what changed between two.

Nothing is made up between what was said. A statement holds at a moment if it names it, if its span takes it in, or always;
one without a time is *not known* to hold, and one at a moment that no chain of ``skg:precedes`` joins to this one is
*unordered*. ``sparql/holding.rq`` asks the same in SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from severance_kg.moments import MomentOrder, Time
from severance_kg.statements import Commitment, Polarity, Reading, Relation, Statement
from severance_kg.vocabulary import IRI


class Holding(Sequence[Statement]):
    """The statements that are known to hold at a moment; a sequence of all of them, and sorted by how they hold.

    Attributes:
        moment: the moment.
        at_point: those that name the moment.
        through: those whose span takes it in.
        always: those that hold at every moment.
        denied: what is asserted not to hold there.
        not_known: edges without a time.
        unordered: edges at moments of which it is not known whether they come before or after.
    """

    def __init__(
        self,
        moment: IRI,
        statements: Iterable[Statement],
        order: MomentOrder,
        *,
        not_known: Sequence[Statement] | None = None,
        unordered: Sequence[Statement] | None = None,
    ) -> None:
        """Sort statements by how they hold; where these are only the ones that may, the others are given."""
        self.moment = moment
        found = list(statements)
        edges = [one for one in found if one.is_edge]
        holding = [one for one in edges if order.covers(one.time, moment)]
        self.at_point = tuple(one for one in holding if one.time.at == moment)
        self.always = tuple(one for one in holding if one.time.always)
        self.through = tuple(one for one in holding if one.time.at is None and not one.time.always)
        self.denied = tuple(one for one in found if _denies(one) and order.covers(one.time, moment))
        self.not_known = [one for one in edges if not one.time.known] if not_known is None else not_known
        self.unordered = [one for one in edges if _unordered(one.time, moment, order)] if unordered is None else unordered
        self._all = (*self.at_point, *self.through, *self.always)

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._all[index]


@dataclass(frozen=True)
class Changes:
    """What is known of the way from one moment to another.

    Attributes:
        ordered: whether the first is known to come before the second. Where it is not, nothing began or ended.
        began: holds at the second; denied at the first, or said to hold from a moment after it.
        ended: held at the first; denied at the second, or said to hold until a moment before it. Said until then is not the
            same as said not to go on: an end that a span is given is the end of what is known.
        turned: pairs of statements, of the first and of the second moment, of which one denies the other, or which are said
            to be in tension or one rather than the other.
        throughout: holds at both.
        only_then: known to hold at the first; of the second nothing is said.
        only_now: known to hold at the second; of the first nothing is said.
    """

    start: IRI
    end: IRI
    ordered: bool
    began: tuple[Statement, ...]
    ended: tuple[Statement, ...]
    turned: tuple[tuple[Statement, Statement], ...]
    throughout: tuple[Statement, ...]
    only_then: tuple[Statement, ...]
    only_now: tuple[Statement, ...]


def changes(start: IRI, end: IRI, statements: Iterable[Statement], order: MomentOrder) -> Changes:
    """Return what is known to have changed from ``start`` to ``end``."""
    found = list(statements)
    then, now = Holding(start, found, order), Holding(end, found, order)
    ordered = order.precedes(start, end)
    turned = tuple(_turned([*then, *then.denied], [*now, *now.denied]))
    denied_then, denied_now = {one.triple for one in then.denied}, {one.triple for one in now.denied}
    triples_then, triples_now = {one.triple for one in then}, {one.triple for one in now}
    began = [one for one in now if ordered and (one.triple in denied_then or _starts_between(one.time, start, end, order))]
    ended = [one for one in then if ordered and (one.triple in denied_now or _ends_between(one.time, start, end, order))]
    return Changes(
        start,
        end,
        ordered,
        tuple(began),
        tuple(ended),
        turned,
        tuple(one for one in now if one.triple in triples_then),
        tuple(one for one in then if one.triple not in triples_now and one not in ended),
        tuple(one for one in now if one.triple not in triples_then and one not in began),
    )


def _denies(one: Statement) -> bool:
    return (one.commitment, one.polarity, one.reading) == (Commitment.ASSERTED, Polarity.NEGATED, Reading.LITERAL)


def _unordered(time: Time, moment: IRI, order: MomentOrder) -> bool:
    return any(one != moment and not order.precedes(one, moment) and not order.precedes(moment, one) for one in time.moments)


def _starts_between(time: Time, start: IRI, end: IRI, order: MomentOrder) -> bool:
    return time.start is not None and order.precedes(start, time.start) and order.not_after(time.start, end)


def _ends_between(time: Time, start: IRI, end: IRI, order: MomentOrder) -> bool:
    return time.end is not None and order.not_after(start, time.end) and order.precedes(time.end, end)


_OPPOSED = frozenset({Relation.IN_TENSION_WITH, Relation.RATHER_THAN, Relation.REVISES})


def _turned(then: list[Statement], now: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    for one in then:
        for other in now:
            denial = one.triple == other.triple and one.polarity != other.polarity
            opposed = any(relation in _OPPOSED and to == other.iri for relation, to in one.relations) or any(
                relation in _OPPOSED and to == one.iri for relation, to in other.relations
            )
            # Two statements of one and the same moment may pull against each other; that is no change.
            if (denial or opposed) and one.time.at != other.time.at:
                yield one, other
