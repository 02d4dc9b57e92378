"""The engine behind one interface: a graph in memory, or a service that speaks the SPARQL 1.1 Protocol."""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from severance_kg.errors import QueryError, StoreError, did_you_mean
from severance_kg.results import Rows, Triples
from severance_kg.scan import position, scan, word_at
from severance_kg.vocabulary import PREFIXES

Answer = Rows | Triples | bool
_KEYWORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT REDUCED FILTER OPTIONAL UNION MINUS BIND VALUES ORDER GROUP HAVING LIMIT "
    "OFFSET PREFIX BASE NOT EXISTS COUNT SUM MIN MAX AVG SAMPLE CONTAINS REGEX STRSTARTS LANG DATATYPE COALESCE CONCAT"
).split()


class Store(Protocol):
    """What a graph is asked through."""

    def query(self, query: str) -> Answer:
        """Scan and run a query; the project's prefixes need no declaration."""
        ...

    def dump(self) -> bytes:
        """Return every triple as N-Triples."""
        ...


class MemoryStore:
    """A graph in memory, with pyoxigraph as its engine."""

    def __init__(self, ntriples: bytes | Path) -> None:
        self._store = ox.Store()
        self._bytes = ntriples
        if isinstance(ntriples, Path):
            self._store.bulk_load(path=str(ntriples), format=ox.RdfFormat.N_TRIPLES)
        else:
            self._store.bulk_load(input=ntriples, format=ox.RdfFormat.N_TRIPLES)

    def query(self, query: str) -> Answer:
        """Scan and run a query; the project's prefixes need no declaration.

        Raises:
            QueryRefused: the scan forbids it.
            QueryError: it does not parse; the message has line, column and what was expected.
        """
        scan(query)
        try:
            found: Any = self._store.query(query, prefixes=PREFIXES)
        except SyntaxError as error:
            raise syntax_error(query, str(error)) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None
        return _answer(found)

    def dump(self) -> bytes:
        """Return every triple as N-Triples, the bytes that were loaded."""
        return self._bytes.read_bytes() if isinstance(self._bytes, Path) else self._bytes


class RemoteStore:
    """A graph behind a SPARQL service. Queries go out as POST; the answer is read in full before it is returned.

    The password, if the service asks for one, comes from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``, never from the
    address.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StoreError(f'"{url}" is no http or https address', hint="give the query address of a SPARQL service")
        if parts.username or parts.password:
            raise StoreError(
                "the address holds a password", hint="put it into SEVERANCE_KG_USER and SEVERANCE_KG_PASSWORD instead"
            )
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
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            told = " ".join(error.read(500).decode("utf-8", "replace").split())
            if error.code == 400:
                raise QueryError(f"the service refuses the query: {told}", where=self.url) from None
            raise StoreError(f"the service answered {error.code}: {told}", where=self.url, hint="try again later") from None
        except (OSError, ValueError) as error:
            raise StoreError(f"cannot be reached: {error}", where=self.url, hint="check the address") from None


def _authorisation() -> dict[str, str]:
    user, password = os.environ.get("SEVERANCE_KG_USER"), os.environ.get("SEVERANCE_KG_PASSWORD")
    if not user or password is None:
        return {}
    import base64

    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def declared(query: str) -> str:
    """Return a query with a declaration for each of the project's prefixes that it uses and does not declare.

    They go before the query's first line and on it, so that a service's line numbers stay right.
    """
    own = {name.casefold() for name in re.findall(r"(?i)\bPREFIX\s+([\w-]*):", query)}
    missing = [name for name in PREFIXES if name not in own and re.search(rf"\b{name}:", query)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + query


def _answer(found: Any) -> Answer:
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return Rows(found) if isinstance(found, ox.QuerySolutions) else Triples(found)


def _parsed(body: bytes, kind: str) -> Answer:
    try:
        if kind in ("application/sparql-results+json", "application/json"):
            return _answer(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))
        if kind in ("application/n-triples", "text/plain"):
            return Triples(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        if kind == "text/turtle":
            return Triples(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"the service's answer cannot be read: {error}", hint="is this the query address?") from None
    raise StoreError(f"the service answered with {kind}", hint="is this the query address of a SPARQL service?")


# ── Errors in words ──────────────────────────────────────────────────────────────────────────────────────────────────


def syntax_error(query: str, told: str) -> QueryError:
    """Return an engine's syntax error with line, column, what was expected and the nearest known word."""
    found = re.match(r"error at (\d+):(\d+): (.*)", told, re.DOTALL)
    if not found:
        return QueryError(f"the query does not parse: {told}")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    if "Prefix not found" in expected:
        return _unknown_prefix(query)
    word = word_at(query, line, column)
    misspelt = _misspelt(query, line, column)
    what = f'unexpected "{word}"' if word else "the query ends too early"
    return QueryError(f"{what}: expected {_plain(expected)}", where=f"line {line}, column {column}", hint=misspelt)


def _unknown_prefix(query: str) -> QueryError:
    own = {name for name in re.findall(r"(?i)\bPREFIX\s+([\w-]*):", query)} | set(PREFIXES)
    for match in re.finditer(r"(?<![\w?$<:/#-])([A-Za-z][\w-]*):[\w]", query):
        if match[1] not in own:
            hint = did_you_mean(match[1], own) or f"declare it: PREFIX {match[1]}: <…>"
            return QueryError(f'the prefix "{match[1]}:" is not declared', where=position(query, match.start()), hint=hint)
    return QueryError("a prefix is not declared", hint="declare it with PREFIX name: <…>")


def _misspelt(query: str, line: int, column: int) -> str | None:
    """Suggest the keyword that the last unknown bare word before an error was meant to be."""
    before = "\n".join([*query.split("\n")[: line - 1], query.split("\n")[line - 1][:column]])
    rest = query[len(before) :]
    text = before + (re.match(r"\w*", rest) or [""])[0]
    for word in reversed(re.findall(r"(?<![\w?$@:<#\"'])([A-Za-z]{3,})(?![\w:])", text)):
        if word.upper() not in _KEYWORDS:
            return did_you_mean(word.upper(), _KEYWORDS)
    return None


_KINDS_OF_TOKEN = (
    ("a variable", frozenset({"?", "$"})),
    ("a literal", frozenset({"'", "\"", "'\'\'", "\"\"\"", "'''", "+", "-"})),
    ("an IRI or a prefixed name", frozenset({"<", ":", "_"})),
)


def _plain(expected: str) -> str:
    """Return what an engine expected in words: its grammar names single characters where people think of terms."""
    expected = expected.removeprefix("expected ").removeprefix("one of ")
    parts = [part.strip() for part in re.split(r", (?![^\[]*\])", expected)]
    signs = {part[1:-1].replace('\\"', '"') for part in parts if len(part) > 2 and part[0] == part[-1] == '"'}
    found = []
    for kind, of in _KINDS_OF_TOKEN:
        if signs & of:
            found.append(kind)
            signs -= of
    words = [part for part in parts if part and not part.startswith(("[", '"')) and "\\u" not in part]
    signs -= {"."} if found else set()
    found += [f'"{sign}"' for sign in sorted(signs)] + words
    return " or ".join(found[:8]) if found else "something else"
