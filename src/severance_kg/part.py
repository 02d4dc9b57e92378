"""A part of a graph: what lies around one thing, or what is said of the things of which most is said.

A page of thousands of statements helps nobody. What is left out is counted, so that the page can say so.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from severance_kg.errors import InputError
from severance_kg.graph import KnowledgeGraph
from severance_kg.lookup import Statements
from severance_kg.statements import Commitment, Kind, Statement
from severance_kg.store import Store
from severance_kg.vocabulary import IRI, Term, compact

_KINDS = tuple(Kind)
_FIRMEST = tuple(reversed(Commitment))


class _Held(Statements):
    """Statements that are at hand already."""

    def __init__(self, store: Store, held: Iterable[Statement]) -> None:
        super().__init__(store)
        self._held = {one.iri: one for one in sorted(held, key=lambda one: one.iri)}

    @property
    def small(self) -> bool:
        """Whether the graph is read as a whole: it has been."""
        return True

    @property
    def _all(self) -> dict[IRI, Statement]:
        return self._held


class Part(KnowledgeGraph):
    """A graph of which only some statements are looked at; what is asked in SPARQL is still asked of the whole.

    ``within`` is how many statements lie within the hops, ``held`` how many of them the limit lets in.
    """

    def __init__(self, whole: KnowledgeGraph, held: Iterable[Statement], *, focus: IRI | None, hops: int, within: int) -> None:
        super().__init__(whole.store, whole._inputs)
        self.whole, self.focus, self.hops, self.within = whole, focus, hops, within
        self._kept = tuple(held)

    @cached_property
    def _statements(self) -> Statements:
        return _Held(self.store, self._kept)

    def label(self, term: Term | None) -> str:
        """Return how to call a thing, also where it is a statement that is left out."""
        return self.whole.label(term)

    def statement(self, name: str) -> Statement:
        """Return one statement, also where it is left out: answers may rest on it."""
        return self.whole.statement(name)


def part_json(kg: KnowledgeGraph) -> dict[str, Any] | None:
    """Return what a part holds of how much, as an object for JSON; None for a whole graph."""
    if not isinstance(kg, Part):
        return None
    focus = None if kg.focus is None else {"name": compact(kg.focus).removeprefix("sev:"), "label": kg.label(kg.focus)}
    return {"focus": focus, "hops": kg.hops, "held": len(kg.statements()), "within": kg.within, "all": len(kg.whole.statements())}


def part(kg: KnowledgeGraph, *, focus: str | None = None, hops: int = 1, limit: int | None = None) -> KnowledgeGraph:
    """Return the part of a graph within so many hops of a thing, the nearest and best-evidenced statements first.

    A hop is one statement, in either direction; a statement that others speak of is one hop from its own ends. A statement lies
    within the hops if both its ends do. Of a theme, a speaker or a property, which stand at no end, the statements that have to
    do with it are one hop away. The page counts hops in the same way (``viz/routes.js``). Without ``focus``, a
    ``limit`` keeps what is said of the things of which most is said. With neither, the graph itself is returned.

    Raises:
        UnknownName: nothing bears the name.
        InputError: ``hops`` or ``limit`` is less than one.
    """
    for name, number in (("hops", hops), ("limit", limit)):
        if number is not None and number < 1:
            raise InputError(f"{name} is {number}", hint="give 1 or more")
    if focus is None and limit is None:
        return kg
    everything = kg.statements()
    centre = kg.resolve(focus) if focus is not None else None
    found = _around(kg, everything, centre, hops) if centre is not None else most_telling(everything)
    return Part(kg, found[:limit], focus=centre, hops=hops, within=len(found))


def most_telling(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements in the order in which a limit keeps them: about the things of which most is said, firm ones first."""
    said = Counter(term for one in statements for term in {one.subject, one.object})
    return sorted(statements, key=lambda one: (-min(said[one.subject], said[one.object]), _evidence(one), one.iri))


def _around(kg: KnowledgeGraph, statements: Sequence[Statement], centre: IRI, hops: int) -> list[Statement]:
    own = {one.iri for one in _about(kg, statements, centre)}
    far = _distances(statements, [one for one in statements if one.iri in own], centre)

    def order(one: Statement) -> tuple[object, ...]:
        return _hops(one, far, own), one.iri not in own, _evidence(one), one.iri

    return sorted((one for one in statements if _hops(one, far, own) <= hops), key=order)


def _about(kg: KnowledgeGraph, statements: Sequence[Statement], centre: IRI) -> list[Statement]:
    """The statements that stand at a thing; if none does, those that have to do with it otherwise."""
    direct = [one for one in statements if centre in (one.iri, one.subject, one.object)]
    if direct:
        return direct
    themes = kg.narrower(centre)

    def named(one: Statement) -> bool:
        time = one.time
        names = {one.said_by, one.said_to, one.held_by, one.source, one.rule, one.predicate, time.at, time.start, time.end}
        meant = (given.refers_to for given in one.resolutions)
        return centre in (*names, *meant) or any(given.theme in themes for given in one.themes)

    return [one for one in statements if named(one)]


def _distances(statements: Sequence[Statement], own: Sequence[Statement], centre: IRI) -> dict[Term, int]:
    """How many statements lie between the centre and each thing that can be reached."""
    beside: dict[Term, set[Term]] = {}
    for one, other in _joined(statements):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    far: dict[Term, int] = {end: 1 for one in own for end in (one.subject, one.object)} | {centre: 0}
    waiting = deque(sorted(far, key=lambda term: far[term]))
    while waiting:
        here = waiting.popleft()
        for there in beside.get(here, ()):
            if there not in far:
                far[there] = far[here] + 1
                waiting.append(there)
    return far


def _joined(statements: Sequence[Statement]) -> Iterator[tuple[Term, Term]]:
    """The pairs of things that are one hop from each other."""
    spoken_of = {end for one in statements for end in (one.subject, one.object)}
    for one in statements:
        yield one.subject, one.object
        if one.iri in spoken_of:
            yield from ((one.iri, end) for end in (one.subject, one.object))


def _hops(one: Statement, far: dict[Term, int], own: set[IRI]) -> float:
    if one.iri in own:
        return 1
    return max(1, far.get(one.subject, float("inf")), far.get(one.object, float("inf")))


def _evidence(one: Statement) -> tuple[bool, int, int]:
    """Edges before what is only said, interviews before the background and what is inferred, firm words before weak ones."""
    return not one.is_edge, _KINDS.index(one.kind), _FIRMEST.index(one.commitment)
