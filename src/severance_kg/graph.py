"""``KnowledgeGraph``: the face that Python users see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, overload

from severance_kg.errors import InputError, QueryError, check_name
from severance_kg.lookup import Statements, Things
from severance_kg.moments import MomentOrder
from severance_kg.naming import Naming, commitment_named
from severance_kg.reading import SourceCard, natural, read_order, read_sources
from severance_kg.resources import Inputs, gather
from severance_kg.results import Rows, Triples
from severance_kg.statements import Statement
from severance_kg.store import MemoryStore, Store
from severance_kg.storytime import Changes, Holding, changes
from severance_kg.views import Collision, View, collisions, one_voice, view
from severance_kg.vocabulary import IRI, Literal, Term, compact

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
            parts["predicate"] = [self.naming.property(predicate)]
        if object is not None:
            parts["object"] = self.naming.objects(object)
        if theme is not None:
            parts["theme"] = self.narrower(self.naming.theme(theme))
        found = self._statements.having(**parts) if parts else list(self._statements.values())
        if commitment is not None:
            judged = commitment_named(commitment)
            found = [one for one in found if one.commitment is judged]
        if moment is not None:
            at = self.naming.moment(moment)
            found = [one for one in found if self.order.covers(one.time, at)]
        return found

    def statement(self, name: str) -> Statement:
        """Return one statement by its id, prefixed name or IRI."""
        iri = self.naming.statement(name)
        return self._statements[iri]

    def evidence(self, subject: str, predicate: str, object: str) -> list[Statement]:
        """Return every statement about a triple: those that make it an edge, and those that doubt or deny it.

        An empty list means that nobody has said anything about it.
        """
        # By subject and predicate first, so that a literal need not be looked for in the whole graph.
        said = self._statements.having(subject=[self.resolve(subject)], predicate=[self.naming.property(predicate)])
        spelt = {one.object for one in said if isinstance(one.object, Literal) and str(one.object) == object}
        objects = self.naming.objects(object, spelt)
        return [one for one in said if one.object in objects]

    def having(self, part: str, value: IRI) -> list[Statement]:
        """Return the statements with a thing as their subject, predicate, object, said_by, held_by, theme, moment or source."""
        return self._statements.having(**{part: [value]})

    # ── Story time, points of view, paths ────────────────────────────────────────────────────────────────────────────

    def at(self, moment: str, *, holder: str | None = None) -> Holding:
        """Return the edge statements that are known to hold at a moment, sorted by how they hold.

        With ``holder`` only what that one holds counts, whoever tells it.
        """
        at = self.naming.moment(moment)
        found, order = self._held(holder, at), self.order
        if holder is not None or self._statements.small:
            return Holding(at, found, order)
        unordered = self._statements.unordered(at, order)
        return Holding(at, found, order, not_known=self._statements.timeless(), unordered=unordered)

    def changes(self, start: str, end: str, *, holder: str | None = None) -> Changes:
        """Return what is known to have begun, ended or turned around between two moments."""
        first, second = self.naming.moment(start), self.naming.moment(end)
        if first == second:
            raise InputError(f'"{start}" and "{end}" are one moment', hint="name two")
        return changes(first, second, self._held(holder, first, second), self.order)

    def view(self, holder: str) -> View:
        """Return the world as somebody sees it: what they hold, who tells it, and how they hold it."""
        iri = self.naming.holder(holder)
        found = {one.iri: one for part in ("held_by", "subject") for one in self.having(part, iri)}
        return view(iri, (found[one] for one in sorted(found, key=natural)))

    def holders(self) -> dict[IRI, int]:
        """Return everybody who holds a statement, and how many, most first."""
        return self._statements.holders()

    def collisions(self, one: str | None = None, other: str | None = None) -> list[Collision]:
        """Return where the views of two holders collide; of any two if none are named."""
        first, second = (self.naming.holder(name) if name else None for name in (one, other))
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
        avoided, stops = map(self._resolved, (avoid, via))
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

        avoided, stops = map(self._resolved, (avoid, via))
        first, last = self.resolve(start), self.resolve(end)
        near = within_reach(self._statements, (first, *stops, last), avoided)
        return paths.nearest_approach(near, first, last, avoid=avoided, via=stops)

    def _resolved(self, names: Iterable[str]) -> list[IRI]:
        if isinstance(names, str):
            raise InputError(f'"{names}" is one name where several may be given', hint=f'write ["{names}"]')
        return [self.resolve(name) for name in names]

    def _held(self, holder: str | None, *moments: IRI) -> list[Statement]:
        """Return what a holder holds; without one, at least all that is known to hold at one of some moments."""
        if holder is None:
            return self._statements.around(moments, self.order)
        return self.having("held_by", self.naming.holder(holder))

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

        return explain(question, self._inputs if isinstance(self.store, MemoryStore) else None)

    # ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self.store)

    @cached_property
    def things(self) -> Things:
        """Everything in the graph that has a label, statements aside, by IRI."""
        return Things(self.store, self._statements)

    @cached_property
    def naming(self) -> Naming:
        """What a name means: that of a thing, a statement, a property, a moment, a holder or a theme."""
        return Naming(self._statements, self.things)

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
        return self.naming.thing(name)

    def narrower(self, theme: IRI) -> set[IRI]:
        """Return a theme and all that are narrower, at any depth."""
        rows = self.select(f"SELECT ?theme WHERE {{ ?theme skos:broader* <{theme}> }}")
        return {IRI(str(row["theme"])) for row in rows} | {theme}
