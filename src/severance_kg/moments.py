"""Story time: when a statement holds, and what can be known of the order of moments.

The order is partial: two moments that no chain of ``skg:precedes`` joins are unordered, and nothing here sorts them by
accident. No time given means not known, which is neither always nor never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from severance_kg.vocabulary import IRI


@dataclass(frozen=True, slots=True)
class Time:
    """When a statement holds: at a moment, through a span with both ends included, always, or not known."""

    at: IRI | None = None
    start: IRI | None = None
    end: IRI | None = None
    always: bool = False

    @property
    def known(self) -> bool:
        """Whether anything at all is said of the time."""
        return self.always or bool(self.at or self.start or self.end)

    @property
    def moments(self) -> tuple[IRI, ...]:
        """The moments that the time names."""
        return tuple(moment for moment in (self.at, self.start, self.end) if moment)


UNKNOWN = Time()
ALWAYS = Time(always=True)


class MomentOrder:
    """The partial order of the moments, from pairs of which the first precedes the second."""

    def __init__(self, pairs: Iterable[tuple[IRI, IRI]]) -> None:
        self._next: dict[IRI, set[IRI]] = defaultdict(set)
        for earlier, later in pairs:
            self._next[earlier].add(later)
        self._after: dict[IRI, frozenset[IRI]] = {}

    def after(self, moment: IRI) -> frozenset[IRI]:
        """Return every moment that ``moment`` precedes, directly or through others; itself if it lies on a cycle."""
        if moment not in self._after:
            seen: set[IRI] = set()
            ahead = list(self._next.get(moment, ()))
            while ahead:
                one = ahead.pop()
                if one not in seen:
                    seen.add(one)
                    ahead.extend(self._next.get(one, ()))
            self._after[moment] = frozenset(seen)
        return self._after[moment]

    def before(self, moment: IRI) -> frozenset[IRI]:
        """Return every moment that is known to come before ``moment``."""
        return frozenset(one for one in self._next if moment in self.after(one))

    def precedes(self, earlier: IRI, later: IRI) -> bool:
        """Return whether ``earlier`` is known to come before ``later``."""
        return later in self.after(earlier)

    def not_after(self, one: IRI, other: IRI) -> bool:
        """Return whether ``one`` is ``other`` or known to come before it."""
        return one == other or self.precedes(one, other)

    def cycle(self) -> tuple[IRI, ...]:
        """Return the moments that precede themselves; empty if the order is one."""
        return tuple(sorted(moment for moment in self._next if moment in self.after(moment)))

    def covers(self, time: Time, moment: IRI) -> bool:
        """Return whether a time is known to take in a moment."""
        if time.always or time.at == moment:
            return True
        if time.at or not time.known:
            return False
        return (time.start is None or self.not_after(time.start, moment)) and (
            time.end is None or self.not_after(moment, time.end)
        )

    def shared(self, *times: Time) -> Time | None:
        """Return the time that all times are known to share, or None where it is not known that they share any.

        A time that is not known shares only with always: of two statements without a time nobody has said that they ever
        hold together. All are taken at once, since two may share nothing that can be told until a third narrows them down.
        """
        limited = [time for time in times if not time.always]
        if len(limited) < 2:
            return limited[0] if limited else ALWAYS
        if not all(time.known for time in limited):
            return None
        for point in limited:
            if point.at:
                return point if all(self.covers(time, point.at) for time in limited) else None
        return self._shared_span(limited)

    def _shared_span(self, times: list[Time]) -> Time | None:
        starts = [time.start for time in times if time.start]
        ends = [time.end for time in times if time.end]
        start = self._last(starts)
        end = self._first(ends)
        if (starts and start is None) or (ends and end is None):
            return None
        if start and end and not self.not_after(start, end):
            return None
        return Time(at=start) if start and start == end else Time(start=start, end=end)

    def _last(self, moments: list[IRI]) -> IRI | None:
        return next((m for m in moments if all(self.not_after(other, m) for other in moments)), None)

    def _first(self, moments: list[IRI]) -> IRI | None:
        return next((m for m in moments if all(self.not_after(m, other) for other in moments)), None)
