"""``KnowledgeGraph``: the face that Python users see."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, overload

from severance_kg.build import ntriples
from severance_kg.errors import InputError, QueryError, UnknownName, check_name
from severance_kg.lookup import Statements, Things
from severance_kg.moments import MomentOrder
from severance_kg.reading import SourceCard, Thing, natural, read_order, read_sources
from severance_kg.resources import Inputs, gather
from severance_kg.results import Rows, Triples
from severance_kg.statements import Commitment, Statement
from severance_kg.store import MemoryStore, Store
from severance_kg.storytime import Changes, Holding, changes
from severance_kg.views import Collision, View, collisions, one_voice, view
from severance_kg.vocabulary import IRI, SEV, SKG, SRC, ST, THEME, Literal, Term, compact, expand, local_name

if TYPE_CHECKING:
    import networkx
    import rdflib

    from severance_kg.frame import Page, PageFile
    from severance_kg.paths import NoPath, Path
    from severance_kg.proposals import Comparison
    from severance_kg.push import Pushed
    from severance_kg.questions import Question


class KnowledgeGraph:
    """A graph of statements and edges, in memory or behind a SPARQL service.

    Wherever a method takes the name of a thing, it takes a local name (``"InnieMark"``), a prefixed one
    (``"sev:InnieMark"``), an IRI, or a label or other name (``"Innie Mark"``, letter case aside).

    Example:
        >>> import severance_kg as skg
        >>> kg = skg.load()
        >>> [statement.gloss for statement in kg.evidence("InnieMark", "chooses", "HisOwnLife")]
        ['Innie Mark chooses the life that is his.']
    """

    def __init__(self, store: Store, inputs: Inputs | None = None) -> None:
        self.store, self._inputs = store, inputs

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self, query: str) -> Rows | Triples | bool:
        """Run a SPARQL 1.1 query of any kind. The project's prefixes need no declaration.

        Raises:
            QueryRefused: the query is no query, is too large or nested, or reaches outside the graph.
            QueryError: it does not parse; the message names line, column and what was expected.
        """
        return self.store.query(query)

    def select(self, query: str) -> Rows:
        """Run a SELECT and return its rows."""
        found = self.query(query)
        if not isinstance(found, Rows):
            raise QueryError("this is no SELECT", hint="use ask() for ASK, construct() for CONSTRUCT and DESCRIBE")
        return found

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        found = self.query(query)
        if not isinstance(found, bool):
            raise QueryError("this is no ASK", hint="use select() for SELECT, construct() for CONSTRUCT and DESCRIBE")
        return found

    def construct(self, query: str) -> Triples:
        """Run a CONSTRUCT or DESCRIBE and return its triples."""
        found = self.query(query)
        if not isinstance(found, Triples):
            raise QueryError("this is no CONSTRUCT or DESCRIBE", hint="use select() for SELECT, ask() for ASK")
        return found

    # ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────

    def statements(
        self,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,
        speaker: str | None = None,
        holder: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        moment: str | None = None,
        source: str | None = None,
    ) -> list[Statement]:
        """Return the statements that fit all that is given, sorted by id.

        ``moment`` keeps those that are known to hold at it; ``theme`` takes in its narrower themes.

        Raises:
            UnknownName: a name that nothing in the graph bears, with the nearest one there is.
        """
        parts: dict[str, Iterable[Term]] = {}
        for wanted, part in ((subject, "subject"), (speaker, "said_by"), (holder, "held_by"), (source, "source")):
            if wanted is not None:
                parts[part] = [self.resolve(wanted)]
        if predicate is not None:
            parts["predicate"] = [self.resolve_property(predicate)]
        if object is not None:
            parts["object"] = self._objects(object)
        if theme is not None:
            parts["theme"] = self.narrower(self.resolve_theme(theme))
        found = self._statements.having(**parts) if parts else list(self._statements.values())
        if commitment is not None:
            judged = _commitment(commitment)
            found = [one for one in found if one.commitment is judged]
        if moment is not None:
            at = self.resolve_moment(moment)
            found = [one for one in found if self.order.covers(one.time, at)]
        return found

    def statement(self, name: str) -> Statement:
        """Return one statement by its id, prefixed name or IRI."""
        iri = self.resolve_statement(name)
        return self._statements[iri]

    def evidence(self, subject: str, predicate: str, object: str) -> list[Statement]:
        """Return every statement about a triple: those that make it an edge, and those that doubt or deny it.

        An empty list means that nobody has said anything about it.
        """
        # By subject and predicate first, so that a literal need not be looked for in the whole graph.
        said = self._statements.having(subject=[self.resolve(subject)], predicate=[self.resolve_property(predicate)])
        spelt = {one.object for one in said if isinstance(one.object, Literal) and str(one.object) == object}
        objects = self._objects(object, spelt)
        return [one for one in said if one.object in objects]

    def having(self, part: str, value: IRI) -> list[Statement]:
        """Return the statements with a thing as their subject, predicate, object, said_by, held_by, theme, moment or source."""
        return self._statements.having(**{part: [value]})

    # ── Story time, points of view, paths ────────────────────────────────────────────────────────────────────────────

    def at(self, moment: str, *, holder: str | None = None) -> Holding:
        """Return the edge statements that are known to hold at a moment, sorted by how they hold.

        With ``holder`` only what that one holds counts, whoever tells it.
        """
        at = self.resolve_moment(moment)
        found, order = self._held(holder, at), self.order
        if holder is not None or self._statements.small:
            return Holding(at, found, order)
        unordered = self._statements.unordered(at, order)
        return Holding(at, found, order, not_known=self._statements.timeless(), unordered=unordered)

    def changes(self, start: str, end: str, *, holder: str | None = None) -> Changes:
        """Return what is known to have begun, ended or turned around between two moments."""
        first, second = self.resolve_moment(start), self.resolve_moment(end)
        if first == second:
            raise InputError(f'"{start}" and "{end}" are one moment', hint="name two")
        return changes(first, second, self._held(holder, first, second), self.order)

    def view(self, holder: str) -> View:
        """Return the world as somebody sees it: what they hold, who tells it, and how they hold it."""
        iri = self.resolve_holder(holder)
        found = {one.iri: one for part in ("held_by", "subject") for one in self.having(part, iri)}
        return view(iri, (found[one] for one in sorted(found, key=natural)))

    def holders(self) -> dict[IRI, int]:
        """Return everybody who holds a statement, and how many, most first."""
        return self._statements.holders()

    def collisions(self, one: str | None = None, other: str | None = None) -> list[Collision]:
        """Return where the views of two holders collide; of any two if none are named."""
        first, second = (self.resolve_holder(name) if name else None for name in (one, other))
        wanted = {holder for holder in (first, second) if holder}
        return collisions(self._statements.opposed(wanted), first, second)

    def one_voice(self) -> list[Statement]:
        """Return the edge statements whose triple a single voice vouches for."""
        return one_voice(self._statements.values())

    def path(
        self,
        start: str,
        end: str,
        *,
        strongest: bool = False,
        avoid: Iterable[str] = (),
        via: Iterable[str] = (),
        include_hedged: bool = False,
    ) -> Path:
        """Return a shortest, or the strongest, chain of edges between two things; empty if there is none.

        Edges are followed in either direction; each statement tells its own. ``avoid`` names things and statements to keep
        clear of, ``via`` things to pass in this order. Of several chains that are equally good it is always the same one.
        """
        from severance_kg import paths
        from severance_kg.reach import within_reach

        first, last = self.resolve(start), self.resolve(end)
        avoided, stops = ([self.resolve(name) for name in names] for names in (avoid, via))
        usable = partial(paths.usable, include_hedged=include_hedged)

        def found_in(statements: Mapping[IRI, Statement]) -> Path | None:
            return paths.find(
                statements, first, last, strongest=strongest, avoid=avoided, via=stops, include_hedged=include_hedged
            )

        def longest(part: Mapping[IRI, Statement]) -> int | None:
            found = found_in(part)
            return None if found is None else paths.most_steps(found, strongest=strongest)

        near = within_reach(self._statements, (first, *stops, last), avoided, usable=usable, longest=longest)
        found = found_in(near)
        return found if found is not None else paths.Path((), (), 0.0)

    def nearest_approach(self, start: str, end: str, *, avoid: Iterable[str] = (), via: Iterable[str] = ()) -> NoPath:
        """Return what comes nearest to a chain where there is none: the fewest statements that are no edges."""
        from severance_kg import paths
        from severance_kg.reach import within_reach

        avoided, stops = ([self.resolve(name) for name in names] for names in (avoid, via))
        first, last = self.resolve(start), self.resolve(end)
        near = within_reach(self._statements, (first, *stops, last), avoided)
        return paths.nearest_approach(near, first, last, avoid=avoided, via=stops)

    def _held(self, holder: str | None, *moments: IRI) -> list[Statement]:
        """Return what a holder holds; without one, at least all that is known to hold at one of some moments."""
        if holder is None:
            return self._statements.around(moments, self.order)
        return self.having("held_by", self.resolve_holder(holder))

    # ── Elsewhere ────────────────────────────────────────────────────────────────────────────────────────────────────

    def to_rdflib(self) -> rdflib.Graph:
        """Return the whole graph as an rdflib graph with the project's prefixes bound."""
        import rdflib

        from severance_kg.vocabulary import PREFIXES

        graph = rdflib.Graph(bind_namespaces="none").parse(data=self.store.dump(), format="nt")
        for prefix, space in PREFIXES.items():
            graph.bind(prefix, space, replace=True)
        return graph

    def to_networkx(self, *, edges_only: bool = True) -> networkx.MultiDiGraph[str]:
        """Return the network of things, with the id of a statement as the key of each edge, so that none is lost.

        With ``edges_only=False`` the doubted, denied and figurative statements are in it too, told by the attribute
        ``is_edge``.
        """
        from severance_kg.network import network

        return network(self._statements.values(), self.things, edges_only=edges_only)

    @overload
    def page(
        self,
        path: None = None,
        *,
        focus: str | None = None,
        hops: int = 1,
        limit: int | None = None,
        engine: bool | None = None,
    ) -> Page: ...

    @overload
    def page(
        self,
        path: str | FilePath,
        *,
        focus: str | None = None,
        hops: int = 1,
        limit: int | None = None,
        engine: bool | None = None,
    ) -> PageFile: ...

    def page(
        self,
        path: str | FilePath | None = None,
        *,
        focus: str | None = None,
        hops: int = 1,
        limit: int | None = None,
        engine: bool | None = None,
    ) -> Page | PageFile:
        """Write the interactive page and return its path, or make it in memory; a notebook shows either in a frame.

        Args:
            path: the file to write; without one, the page stays in memory.
            focus: a thing; the page then holds the statements within so many ``hops`` of it.
            hops: how far from ``focus``, in statements.
            limit: at most so many statements, the nearest and best-evidenced first. The page says what is left out.
            engine: whether the page has a SPARQL engine of its own, which makes it three times as large; if not given, it has
                one if one was installed.

        Raises:
            UnknownName: nothing bears the name ``focus``.
            InputError: the path cannot be written, a number is less than one, or the engine that was asked for is missing.
        """
        from severance_kg.frame import Page
        from severance_kg.page import make_page
        from severance_kg.part import part

        made = Page(make_page(part(self, focus=focus, hops=hops, limit=limit), engine=engine))
        return made if path is None else made.save(path)

    def export(self, format: str, path: str | FilePath) -> FilePath:
        """Write the graph in another format and return the path; ``severance-kg export --losses`` tells what each cannot hold.

        Raises:
            UnknownName: there is no such format.
            InputError: the path cannot be written.
        """
        from severance_kg.export import export

        return export(self.store, format, path)

    def push(
        self,
        target: KnowledgeGraph,
        *,
        replace: bool = False,
        batch: int | None = None,
        skip: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> Pushed:
        """Send every triple to a service that :func:`connect` gave, in bounded batches, and count them there.

        With ``replace`` they take the place of what its graph holds. ``skip`` leaves out as many of the first as an earlier
        push has sent. ``progress`` is called after each batch with the triples sent so far and the batch's bytes.

        Raises:
            StoreError: the service failed; the message says what is there, and how to go on.
        """
        from severance_kg.push import BATCH, push
        from severance_kg.remote import RemoteStore

        if not isinstance(target.store, RemoteStore):
            raise InputError("this graph is behind no service", hint="push to what connect() gives")
        most = BATCH if batch is None else batch
        return push(self.store, target.store, replace=replace, batch=most, skip=skip, progress=progress)

    def compare(self, one: str, other: str) -> Comparison:
        """Return where statements of two sources agree, are in tension or revise each other, by rule; none of it is in the graph.

        Raises:
            UnknownName: a name is no source's.
            InputError: both are one source, or one has no statements.
        """
        from severance_kg.proposals import compare_sources

        for name in (one, other):
            check_name(name, "source")
        return compare_sources(self, one, other)

    def questions(self) -> dict[str, Question]:
        """Return the competency questions by name."""
        from severance_kg.questions import read_questions

        return read_questions((self._inputs or gather()).questions)

    def explain(self, question: Question) -> str:
        """Return what the answer to a competency question means, saying so where that was written for other data."""
        from severance_kg.questions import explain

        return explain(question, self._inputs)

    # ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self.store)

    @cached_property
    def things(self) -> Things:
        """Everything in the graph that has a label, statements aside, by IRI."""
        return Things(self.store, self._statements)

    @cached_property
    def sources(self) -> dict[IRI, SourceCard]:
        """The sources, by IRI."""
        return read_sources(self.store)

    @cached_property
    def order(self) -> MomentOrder:
        """The order of the moments."""
        return read_order(self.store)

    def label(self, term: Term | None) -> str:
        """Return how to call a thing: its label, a statement's gloss, or the term itself."""
        if isinstance(term, IRI):
            if term in self.things:
                return self.things[term].label
            return self._statements[term].gloss if term in self._statements else compact(term)
        return "" if term is None else str(term)

    def resolve(self, name: str) -> IRI:
        """Return the IRI of the thing or statement that a name means.

        Raises:
            UnknownName: nothing bears the name.
        """
        check_name(name, "thing")
        spaces = (SEV, THEME, SRC, SKG)
        candidates = [expand(name)] if ":" in name else [IRI(space + name) for space in spaces]
        for candidate in candidates:
            if candidate and (candidate in self.things or candidate in self._statements):
                return candidate
        if IRI(ST + name) in self._statements:
            return IRI(ST + name)
        folded = name.casefold()
        named = [thing for thing in self.things.values() if folded in _called(thing)]
        if named:
            return min(named, key=lambda thing: (not thing.iri.startswith(SEV), thing.iri)).iri
        raise UnknownName("thing", name, [*self._known_names(), *map(local_name, self._statements.iris())])

    def resolve_statement(self, name: str) -> IRI:
        """Return the IRI of the statement that an id, a prefixed name or an IRI means."""
        check_name(name, "statement")
        iri = expand(name) if ":" in name else IRI(ST + name)
        if iri is None or iri not in self._statements:
            raise UnknownName("statement", name, map(local_name, self._statements.iris()))
        return iri

    def resolve_property(self, name: str) -> IRI:
        """Return the IRI of the property that a name means."""
        check_name(name, "property")
        candidates = [expand(name)] if ":" in name else [IRI(SKG + name)]
        properties = self.things.of_class(IRI(SKG + "EdgeProperty"))
        for candidate in candidates:
            if candidate in properties:
                return candidate
        for iri, thing in properties.items():
            if name.casefold() in (*_called(thing), local_name(iri).casefold()):
                return iri
        raise UnknownName("property", name, [local_name(iri) for iri in properties])

    def resolve_moment(self, name: str) -> IRI:
        """Return the IRI of the moment that a name means."""
        moments = self.things.of_class(IRI(SKG + "Moment"))
        try:
            iri = self.resolve(name)
        except UnknownName:
            raise UnknownName("moment", name, (local_name(moment) for moment in moments)) from None
        if iri not in moments:
            raise InputError(f'"{name}" is not a moment', hint=f"moments are {', '.join(sorted(map(local_name, moments)))}")
        return iri

    def resolve_holder(self, name: str) -> IRI:
        """Return the IRI of somebody who holds at least one statement."""
        known = self.holders()
        try:
            iri = self.resolve(name)
        except UnknownName:
            raise UnknownName("holder", name, (local_name(holder) for holder in known)) from None
        if iri not in known:
            raise InputError(f'nobody has said what "{name}" holds', hint=f"holders are {', '.join(map(local_name, known))}")
        return iri

    def resolve_theme(self, name: str) -> IRI:
        """Return the IRI of the theme that a name means, also where an entity bears the same name."""
        check_name(name, "theme")
        themes = self.things.of_class(IRI(SKG + "Theme"))
        iri = expand(name) if ":" in name else IRI(THEME + name)
        if iri in themes:
            return iri
        for iri, thing in themes.items():
            if name.casefold() in _called(thing):
                return iri
        raise UnknownName("theme", name, [called for iri in themes for called in (local_name(iri), themes[iri].label)])

    def _objects(self, name: str, spelt: Iterable[Term] | None = None) -> set[Term]:
        """Return what a name may mean as an object: a thing, and each literal of a statement that it spells."""
        if isinstance(name, Literal):
            return {name}
        check_name(name, "thing")
        literals = set[Term](self._statements.spelling(name) if spelt is None else spelt)
        try:
            return {self.resolve(name), *literals}
        except UnknownName:
            if not literals and not self._statements.spelling(name):
                raise
            return literals

    def narrower(self, theme: IRI) -> set[IRI]:
        """Return a theme and all that are narrower, at any depth."""
        rows = self.select(f"SELECT ?theme WHERE {{ ?theme skos:broader* <{theme}> }}")
        return {IRI(str(row["theme"])) for row in rows} | {theme}

    def _known_names(self) -> list[str]:
        return [name for thing in self.things.values() for name in (local_name(thing.iri), thing.label, *thing.names)]


def _called(thing: Thing) -> tuple[str, ...]:
    return tuple(name.casefold() for name in (thing.label, *thing.names))


def _commitment(name: str) -> Commitment:
    check_name(name, "commitment")
    wanted = name.removeprefix("skg:").removeprefix(SKG).capitalize()
    try:
        return Commitment(wanted)
    except ValueError:
        raise UnknownName("commitment", name, list(Commitment)) from None


def load(data: str | FilePath | None = None, *, only: bool = False) -> KnowledgeGraph:
    """Return the bundled graph, with the annotation files of a folder beside it or, ``only``, instead of it.

    The graph is checked when it is first made and then kept, so that this takes milliseconds.

    Raises:
        InputErrors: annotation files cannot be read; every problem is told with file and line.
        CheckFailed: they break a rule of the model.
    """
    inputs = gather(_path(data) if data is not None else None, only=only)
    return KnowledgeGraph(MemoryStore(ntriples(inputs)), inputs)


def open(path: str | FilePath) -> KnowledgeGraph:  # noqa: A001  the name that says it, as in gzip.open
    """Return the graph in a store on disk, as ``severance-kg build --store`` makes it.

    Raises:
        StoreError: there is none, it is damaged, or another version made it.
    """
    from severance_kg.disk import DiskStore

    return KnowledgeGraph(DiskStore(_path(path)))


def _path(given: str | FilePath) -> FilePath:
    try:
        path = FilePath(given)
        with contextlib.suppress(OSError):
            path.stat()  # which finds half characters and NUL; what is not there is told elsewhere
    except (TypeError, ValueError) as error:
        raise InputError(f"this names no folder: {error}", hint="give a text or a pathlib.Path") from None
    return path


def connect(
    query_url: str,
    update_url: str | None = None,
    graph_store_url: str | None = None,
    *,
    default_graph: str | None = None,
    timeout: float = 30.0,
    connect_timeout: float = 10.0,
) -> KnowledgeGraph:
    """Return the graph behind a SPARQL service.

    Args:
        query_url: its address for queries; all that reading needs. Engines have different ones, see ``docs/stores.md``.
        update_url: its address for updates.
        graph_store_url: its address for whole graphs, from which everything is then read and to which :meth:`push` writes.
        default_graph: the IRI of the graph to ask, for a service that holds several; nothing else of it is seen then.
        timeout: seconds to wait for a whole answer, further tries included.
        connect_timeout: seconds to wait for a connection.

    A name and a password come from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``.

    Raises:
        StoreError: an address is none, or holds a password.
    """
    from severance_kg.remote import RemoteStore
    from severance_kg.service import TimeLimits

    limits = TimeLimits(timeout, connect_timeout)
    return KnowledgeGraph(RemoteStore(query_url, update_url, graph_store_url, default_graph=default_graph, limits=limits))
