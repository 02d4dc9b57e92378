"""Statements and names of a graph, looked up one by one where it is large, and read as a whole where it is small.

A small graph is read once, and is then at hand without another question, which is what counts behind a service. Of a large
one nobody wants to wait for a hundred thousand statements to be told about one: what is asked for is asked of the store, by
queries that take as long as their answers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import TypeVar, overload

from severance_kg.moments import MomentOrder
from severance_kg.reading import Thing, ask_shipped, natural, read_statements, read_things
from severance_kg.results import Rows
from severance_kg.statements import Relation, Statement
from severance_kg.store import Store
from severance_kg.views import holders
from severance_kg.vocabulary import IRI, SKG, Literal

SMALL = 2_000
"""Up to how many statements a graph is read as a whole, in some hundred milliseconds."""
AT_ONCE = 60
"""How many things are asked for in one query, which the scan allows 100,000 characters."""

VALUES_AT_ONCE = 500
"""How many values one query looks for."""

T = TypeVar("T")

PATHS = {
    "subject": "rdf:subject",
    "predicate": "rdf:predicate",
    "object": "rdf:object",
    "said_by": "skg:saidBy",
    "held_by": "skg:heldBy",
    "source": "skg:source",
    "theme": "skg:themeAssignment/skg:theme",
    "moment": "skg:holdsAt|skg:holdsFrom|skg:holdsUntil",
}
"""Where the value of each part of a statement stands."""


def is_small(store: Store) -> bool:
    """Return whether a graph is to be read as a whole. Counting all of a large one would take longer than a question."""
    found = store.query(f"SELECT ?statement WHERE {{ ?statement a skg:Statement }} LIMIT {SMALL + 1}")
    assert isinstance(found, Rows)
    return len(found) <= SMALL


class _ByIri(Mapping[IRI, T]):
    """What a graph holds, by IRI: of a small graph read at once, of a large one as it is asked for."""

    def __init__(self, store: Store, read: Callable[[Store, list[IRI] | None], dict[IRI, T]]) -> None:
        self._store, self._read = store, read
        self._seen: dict[IRI, T | None] = {}

    @cached_property
    def small(self) -> bool:
        """Whether the graph is read as a whole."""
        return is_small(self._store)

    @cached_property
    def _all(self) -> dict[IRI, T]:
        return without_collecting(lambda: self._read(self._store, None))

    @property
    def _at_hand(self) -> bool:
        return self.small or "_all" in self.__dict__

    def __getitem__(self, iri: IRI) -> T:
        if self._at_hand:
            return self._all[iri]
        if iri not in self._seen:
            self._fetch([iri] if _is_iri(iri) else [])
        found = self._seen.get(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, IRI) and self.get(iri) is not None

    def __iter__(self) -> Iterator[IRI]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def _fetch(self, iris: list[IRI]) -> None:
        for i in range(0, len(iris), AT_ONCE):
            some = iris[i : i + AT_ONCE]
            found = self._read(self._store, some)
            self._seen.update({iri: found.get(iri) for iri in some})


class Statements(_ByIri[Statement]):
    """The statements of a graph by IRI, sorted by id."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, read_statements)

    def iris(self) -> list[IRI]:
        """Return the statements' IRIs alone, sorted by id."""
        if self.small:
            return list(self._all)
        return sorted(self._asked("?statement a skg:Statement"), key=natural)

    def having(self, **wanted: Iterable[IRI | Literal]) -> list[Statement]:
        """Return the statements with, for each part that is named, one of the values that are given, sorted by id."""
        given = {part: set(values) for part, values in wanted.items()}
        if self.small:
            return [one for one in self._all.values() if all(_values(one, part) & given[part] for part in given)]
        iris = set[IRI]()
        for some in product(*(_few(values) for values in given.values())):
            parts = [
                f"VALUES ?{p} {{ {' '.join(map(_n3, few))} }} ?statement {PATHS[p]} ?{p} ."
                for p, few in zip(given, some, strict=True)
            ]
            # FILTER: joined with the type, which all statements have, an engine may begin with that.
            iris |= self._asked(f"{' '.join(parts)} FILTER EXISTS {{ ?statement a skg:Statement }}")
        return self.some(sorted(iris, key=natural))

    def holders(self) -> dict[IRI, int]:
        """Return everybody who holds a statement, and how many, most first."""
        if self.small:
            return holders(self._all.values())
        held = "?statement skg:heldBy ?holder FILTER EXISTS { ?statement a skg:Statement }"
        rows = self._rows(f"SELECT ?holder (COUNT(?statement) AS ?held) WHERE {{ {held} }} GROUP BY ?holder")
        counted = {IRI(str(row[0])): int(str(row[1])) for row in rows}
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def around(self, moments: Iterable[IRI], order: MomentOrder) -> list[Statement]:
        """Return at least all statements that are known to hold at one of some moments; of a small graph all there are."""
        if self.small:
            return list(self._all.values())
        near = {IRI(SKG + "Always")}.union(*({one} | order.before(one) | order.after(one) for one in moments))
        return self.having(moment=near)

    def timeless(self) -> Found:
        """Return the edge statements of which it is not known when they hold."""
        return Found(self, lambda: (row["statement"] for row in ask_shipped(self._store, "timeless")))

    def unordered(self, moment: IRI, order: MomentOrder) -> Found:
        """Return the edge statements at moments that are not known to come before or after one."""
        known = {moment} | order.before(moment) | order.after(moment)
        return Found(self, lambda: (row["statement"] for row in ask_shipped(self._store, "timed") if row["moment"] not in known))

    def opposed(self, wanted: set[IRI]) -> list[Statement]:
        """Return at least the statements in which the views of all these holders collide; of nobody's in particular all."""
        if self.small or not wanted:
            return list(self._all.values())
        own = self.having(held_by=[min(wanted)])
        # What is denied has the subject of the denial, and tension is told by either of the two.
        found = {one.iri: one for one in (*own, *self.having(subject={one.subject for one in own}))}
        tense = {other for one in own for relation, other in one.relations if relation is Relation.IN_TENSION_WITH}
        for few in _few(one.iri for one in own):
            tense |= self._asked(f"VALUES ?own {{ {' '.join(map(_n3, few))} }} ?statement skg:inTensionWith ?own")
        found |= {one.iri: one for one in self.some(one for one in tense if one in self)}
        return [found[iri] for iri in sorted(found, key=natural)]

    def some(self, iris: Iterable[IRI]) -> list[Statement]:
        """Return statements by their IRIs, in the order that these are given."""
        wanted = list(iris)
        if not self.small:
            self._fetch([iri for iri in wanted if iri not in self._seen])
        return [self[iri] for iri in wanted]

    def spelling(self, text: str) -> set[Literal]:
        """Return the literals that statements have as objects and that are written like a text."""
        if self.small:
            objects = (one.object for one in self._all.values())
        else:
            pattern = f"?statement rdf:object ?value FILTER (isLiteral(?value) && STR(?value) = {_n3(Literal(text))})"
            objects = (row[0] for row in self._rows(f"SELECT DISTINCT ?value WHERE {{ {pattern} }}"))  # type: ignore[misc]
        return {value for value in objects if isinstance(value, Literal) and str(value) == text}

    def _asked(self, pattern: str) -> set[IRI]:
        rows = self._rows(f"SELECT DISTINCT ?statement WHERE {{ {pattern} }}")
        return {row[0] for row in rows if isinstance(row[0], IRI)}

    def _rows(self, query: str) -> Rows:
        found = self._store.query(query)
        assert isinstance(found, Rows)
        return found


class Found(Sequence[Statement]):
    """Statements that are counted before they are read, sorted by id."""

    def __init__(self, statements: Statements, ask: Callable[[], Iterable[object]]) -> None:
        self._statements, self._ask = statements, ask

    @cached_property
    def _iris(self) -> list[IRI]:
        return sorted({iri for iri in self._ask() if isinstance(iri, IRI)}, key=natural)

    def __len__(self) -> int:
        return len(self._iris)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._statements.some(self._iris[index]) if isinstance(index, slice) else self._statements[self._iris[index]]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.some(self._iris))


class Things(_ByIri[Thing]):
    """Everything in a graph that has a label, statements aside, by IRI."""

    def __init__(self, store: Store, statements: Statements) -> None:
        super().__init__(store, read_things)
        self._statements = statements

    @cached_property
    def small(self) -> bool:
        """Whether the graph is read as a whole: asked once, for its statements."""
        return self._statements.small

    def of_class(self, cls: IRI) -> dict[IRI, Thing]:
        """Return the things of a class."""
        if self._at_hand:
            return {iri: thing for iri, thing in self._all.items() if cls in thing.classes}
        return read_things(self._store, of_class=cls)


def _few(values: Iterable[T]) -> Iterator[tuple[T, ...]]:
    source = iter(values)
    while few := tuple(islice(source, VALUES_AT_ONCE)):
        yield few


def _values(one: Statement, part: str) -> set[object]:
    if part == "theme":
        return {given.theme for given in one.themes}
    if part == "moment":
        return set(one.time.moments)
    return {getattr(one, part)}


def _is_iri(given: IRI) -> bool:
    """Return whether a query can name it: a label with a space in it may have been taken for a name."""
    try:
        _n3(given)
    except ValueError:
        return False
    return True


def _n3(value: IRI | Literal) -> str:
    from severance_kg.compile import to_engine

    return str(to_engine(value))


def without_collecting(make: Callable[[], T]) -> T:
    """Make something large without Python looking for circles in it meanwhile, which takes twice as long as making it."""
    collected = gc.isenabled()
    gc.disable()
    try:
        return make()
    finally:
        if collected:
            gc.enable()
