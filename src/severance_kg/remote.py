"""A graph behind a service that speaks the SPARQL 1.1 Protocol. Apart from ``store`` since HTTP costs 24 ms to import."""

from __future__ import annotations

import base64
import http.client
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pyoxigraph as ox

from severance_kg.errors import QueryError, StoreError
from severance_kg.results import Triples
from severance_kg.scan import scan
from severance_kg.store import Answer, to_answer
from severance_kg.vocabulary import PREFIXES

MOST_BYTES = 256 * 1024 * 1024
"""How long an answer may be: it is held in memory as a whole."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A service that sends elsewhere is an error: the standard library would take the password along."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirects)


class RemoteStore:
    """A graph behind a SPARQL service. Queries go out as POST; the answer is read in full before it is returned.

    The password, if the service asks for one, comes from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``, never from the
    address.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        try:
            parts = urllib.parse.urlsplit(url)
            _ = parts.port
        except ValueError as error:
            raise StoreError(f"this is no address: {error}", hint="give the query address of a SPARQL service") from None
        # First, since no message may repeat a password.
        if parts.username or parts.password:
            raise StoreError(
                "the address holds a password", hint="put it into SEVERANCE_KG_USER and SEVERANCE_KG_PASSWORD instead"
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StoreError(f'"{url}" is no http or https address', hint="give the query address of a SPARQL service")
        self.url, self.timeout = url, timeout

    def query(self, query: str) -> Answer:
        """Scan a query, declare the prefixes that it uses, and send it.

        Raises:
            QueryRefused: the scan forbids it.
            QueryError: the service says that it does not parse.
            StoreError: the service cannot be reached or failed.
        """
        scan(query)
        body, kind = self._post(declared(query))
        return _parsed(body, kind)

    def dump(self) -> bytes:
        """Return every triple of the service's default graph as N-Triples."""
        found = self.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(found, Triples)
        return found.serialize("ntriples").encode()

    def lines(self) -> Iterator[bytes]:
        """Yield every triple as a line of N-Triples; a service's answer is read in full, so this is :meth:`dump` in pieces."""
        yield from self.dump().splitlines(keepends=True)

    def _post(self, query: str) -> tuple[bytes, str]:
        request = urllib.request.Request(
            self.url,
            data=query.encode(),
            headers={
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8",
                "User-Agent": "severance-kg",
                **_authorisation(),
            },
        )
        try:
            with _OPENER.open(request, timeout=self.timeout) as response:
                body, kind = response.read(MOST_BYTES + 1), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            told = " ".join(error.read(500).decode("utf-8", "replace").split())
            if error.code == 400:
                raise QueryError(f"the service refuses the query: {told}", where=self.url) from None
            moved = error.headers.get("Location") if 300 <= error.code < 400 else None
            hint = f"it sends to {moved}: give that address if you trust it" if moved else "try again later"
            raise StoreError(f"the service answered {error.code}: {told}", where=self.url, hint=hint) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise StoreError(f"cannot be reached: {error}", where=self.url, hint="check the address") from None
        if len(body) > MOST_BYTES:
            raise StoreError(f"the answer is longer than {MOST_BYTES:,} bytes", where=self.url, hint="ask for less at once")
        return body, kind


def _authorisation() -> dict[str, str]:
    user, password = os.environ.get("SEVERANCE_KG_USER"), os.environ.get("SEVERANCE_KG_PASSWORD")
    if not user or password is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def declared(query: str) -> str:
    """Return a query with a declaration for each of the project's prefixes that it uses and does not declare.

    They go before the query's first line and on it, so that a service's line numbers stay right.
    """
    own = {name.casefold() for name in re.findall(r"(?i)\bPREFIX\s+([\w-]*):", query)}
    missing = [name for name in PREFIXES if name not in own and re.search(rf"\b{name}:", query)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + query


def _parsed(body: bytes, kind: str) -> Answer:
    try:
        if kind in ("application/sparql-results+json", "application/json"):
            return to_answer(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))
        if kind in ("application/n-triples", "text/plain"):
            return Triples(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        if kind == "text/turtle":
            return Triples(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"the service's answer cannot be read: {error}", hint="is this the query address?") from None
    raise StoreError(f"the service answered with {kind}", hint="is this the query address of a SPARQL service?")
