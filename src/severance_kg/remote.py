"""A graph behind a service that speaks the SPARQL 1.1 Protocol. Apart from ``store`` since HTTP costs 24 ms to import.

Queries go out as forms: every engine takes them, while Virtuoso 7.2.5 never answers a query that is sent as it is.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

import pyoxigraph as ox

from severance_kg.errors import InputError, StoreError, check_name, printable
from severance_kg.graph_store import GraphStore
from severance_kg.results import Rows, Triples
from severance_kg.scan import scan
from severance_kg.service import MOST_READ, Reply, Request, Service, TimeLimits, excerpt
from severance_kg.store import Answer, to_answer
from severance_kg.vocabulary import PREFIXES, expand

_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.8"
_COUNT = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
_COUNT_DIFFERENT = "SELECT (COUNT(*) AS ?count) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class RemoteStore:
    """A graph behind a SPARQL service, with an address each for queries, for updates, and for whole graphs.

    The password, if the service asks for one, comes from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``, never from the
    address. With ``default_graph`` the service is asked for that graph alone, whatever else it holds.
    """

    def __init__(
        self,
        query_url: str | None,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        *,
        default_graph: str | None = None,
        limits: TimeLimits | None = None,
    ) -> None:
        self.graph = graph_name(default_graph)
        limits = limits or TimeLimits()
        self.service = Service(query_url, "query", limits) if query_url is not None else None
        self.update_service = Service(update_url, "update", limits) if update_url is not None else None
        self.graph_store = (
            GraphStore(Service(graph_store_url, "graph-store", limits), self.graph) if graph_store_url is not None else None
        )
        known = self.service or self.update_service or (self.graph_store and self.graph_store.service)
        self.url = known.address.shown if known else ""

    def query(self, query: str) -> Answer:
        """Scan a query, declare the prefixes that it uses, and send it.

        Raises:
            QueryRefused: the scan forbids it.
            QueryError: the service says that it does not parse.
            StoreError: the service cannot be reached or failed, or gave part of the answer only.
        """
        kind = scan(query)
        if self.service is None:
            raise InputError("the service's query address is not known", hint="give it, with --endpoint or to connect()")
        rows = kind in ("SELECT", "ASK")
        form = {"query": declared(query)} | ({"default-graph-uri": self.graph} if self.graph else {})
        request = Request("POST", urllib.parse.urlencode(form).encode(), {**_FORM, "Accept": _ROWS if rows else _TRIPLES})
        found = self.service.read(request, lambda reply: self._taken(reply, rows=rows))
        if isinstance(found, bool) != (kind == "ASK"):
            what = "rows" if kind == "ASK" else "true or false"
            raise StoreError(f"the service answered this {kind} with {what}", where=self.url, hint="check how it is set up")
        return found

    def dump(self) -> bytes:
        """Return every triple as N-Triples."""
        return b"".join(self.lines())

    def lines(self) -> Iterator[bytes]:
        """Yield every triple as a line of N-Triples: from the graph store, if its address is known, without holding them all.

        Raises:
            StoreError: at the end, if fewer came than the service counts: Virtuoso cuts a CONSTRUCT short without a word.
        """
        found = 0
        for line in self.graph_store.lines() if self.graph_store else self._constructed():
            found += 1
            yield line
        if self.service and found != self.count() and found != (counted := self.count(different=True)):
            told = f"{found:,} triples came, and it counts {counted:,}"
            hint = "raise the service's own limit on rows"
            raise StoreError(f"the service gave part of the answer only: {told}", where=self.url, hint=hint)

    def count(self, *, different: bool = False) -> int:
        """Return how many triples the service counts; it may count one in several graphs as several, unless ``different``."""
        found = self.query(_COUNT_DIFFERENT if different else _COUNT)
        assert isinstance(found, Rows)
        return int(str(found[0][0]))

    def _constructed(self) -> Iterator[bytes]:
        found = self.query(_EVERYTHING)
        assert isinstance(found, Triples)
        yield from found.serialize("ntriples").encode().splitlines(keepends=True)

    def _taken(self, reply: Reply, *, rows: bool) -> Answer:
        """Read an answer to its end. What does not say where it ends, or says that it is a part, is none."""
        refuse_partial(reply, self.url)
        try:
            return _parsed(reply, self.url, rows=rows)
        except Exception as error:
            # pyoxigraph's solutions must be dropped by the thread that made them: no traceback may keep them for another.
            failure = error.with_traceback(None)
            failure.__context__ = failure.__cause__ = None
        if isinstance(failure, SyntaxError | ValueError):
            told = printable(reply.hide(str(failure)))[:300]
            raise StoreError(f"the service's answer cannot be read: {told}", where=self.url, hint="is this the query address?")
        raise failure


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def refuse_partial(reply: Reply, where: str) -> None:
    """Raise if a service says with success that this is not the whole answer, as Virtuoso does in headers of its own."""
    state, rows = reply.headers.get("X-SQL-State"), reply.headers.get("X-SPARQL-MaxRows")
    if not state and not rows:
        return
    told = reply.headers.get("X-SQL-Message") or (f"no more than {rows} rows" if rows else state)
    hint = "ask for less at once, or raise the service's own limits on rows and time"
    raise StoreError(
        f"the service gave part of the answer only: {printable(reply.hide(str(told)))[:300]}", where=where, hint=hint
    )


def graph_name(name: str | None) -> str | None:
    """Return the IRI of a graph that was given as one, or as a prefixed name.

    Raises:
        InputError: it is neither.
    """
    if name is None:
        return None
    check_name(name, "graph")
    iri = expand(name) or name
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f'"{name}" is no IRI: {error}', hint="name the graph by an IRI, such as https://example.org/g") from None
    return iri


def declared(query: str) -> str:
    """Return a query with a declaration for each of the project's prefixes that it uses and does not declare.

    They go before the query's first line and on it, so that a service's line numbers stay right.
    """
    own = {name.casefold() for name in re.findall(r"(?i)\bPREFIX\s+([\w-]*):", query)}
    missing = [name for name in PREFIXES if name not in own and re.search(rf"\b{name}:", query)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + query


def _parsed(reply: Reply, where: str, *, rows: bool) -> Answer:
    kind = reply.kind
    if rows and kind in (_ROWS, "application/json"):
        found = to_answer(ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON))
    elif not rows and kind in ("application/n-triples", "text/turtle"):
        if not reply.framed:
            raise StoreError(
                "the answer does not say where it ends", where=where, hint="the service, or what stands before it, is too old"
            )
        read_as = ox.RdfFormat.N_TRIPLES if kind == "application/n-triples" else ox.RdfFormat.TURTLE
        found = Triples(quad.triple for quad in ox.parse(reply.body, format=read_as))
    else:
        said = f": {excerpt(reply.body.read(MOST_READ), reply.hide)}" if kind == "text/plain" else ""
        raise StoreError(f"the service answered with {kind}{said}", where=where, hint="is this the query address?")
    # A parser stops where the last bracket closes; the answer ends where HTTP says so.
    if reply.body.read().strip():
        raise ValueError("more follows after its end")
    return found
