"""Whole graphs over HTTP: the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import pyoxigraph as ox

from severance_kg.errors import StoreError, printable
from severance_kg.service import Reply, Request, Service

_KIND = "application/n-triples"


class GraphStore:
    """One graph of a graph store: the default graph, or the one that ``graph`` names."""

    def __init__(self, service: Service, graph: str | None) -> None:
        self.service = service
        self._graph = f"graph={urllib.parse.quote(graph, safe='')}" if graph else "default"
        self.url = service.address.shown

    def replace(self, lines: bytes) -> None:
        """Put lines of N-Triples in the place of everything that the graph holds."""
        self.service.write(Request("PUT", lines, {"Content-Type": _KIND}), self._graph)

    def add(self, lines: bytes) -> None:
        """Add lines of N-Triples to what the graph holds."""
        self.service.write(Request("POST", lines, {"Content-Type": _KIND}), self._graph)

    def lines(self) -> Iterator[bytes]:
        """Yield the graph's triples as lines of N-Triples while they arrive.

        Raises:
            StoreError: the service fails, or what it sends is not whole.
        """
        request = Request("GET", None, {"Accept": f"{_KIND}, text/turtle;q=0.8"})
        with self.service.stream(request, self._graph, also=404) as reply:
            if reply.status == 404:
                # The protocol's word for a graph that holds nothing; a wrong address says it too, which a count brings to light.
                return
            read_as = _format(reply, self.url)
            try:
                for quad in ox.parse(reply.body, format=read_as):
                    yield f"{quad.triple} .\n".encode()
            except (SyntaxError, ValueError) as error:
                told = printable(reply.hide(str(error)))[:300]
                hint = "is this the graph-store address?"
                raise StoreError(f"the service's answer cannot be read: {told}", where=self.url, hint=hint) from None


def _format(reply: Reply, where: str) -> ox.RdfFormat:
    if not reply.framed:
        hint = "the service, or what stands before it, is too old"
        raise StoreError("the answer does not say where it ends", where=where, hint=hint)
    if reply.kind == _KIND:
        return ox.RdfFormat.N_TRIPLES
    if reply.kind == "text/turtle":
        return ox.RdfFormat.TURTLE
    raise StoreError(f"the service answered with {reply.kind}", where=where, hint="is this the graph-store address?")
