"""The engine behind one interface. This is the graph in memory; ``remote`` has the one behind a SPARQL service."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from severance_kg.errors import QueryError, StoreError, did_you_mean
from severance_kg.results import Rows, Triples
from severance_kg.scan import names, position, scan, word_at
from severance_kg.vocabulary import PREFIXES

Answer = Rows | Triples | bool
_KEYWORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT REDUCED FILTER OPTIONAL UNION MINUS BIND VALUES ORDER GROUP HAVING LIMIT "
    "OFFSET PREFIX BASE NOT EXISTS ASC DESC SEPARATOR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT CONTAINS REGEX REPLACE STR "
    "STRSTARTS STRENDS STRLEN STRBEFORE STRAFTER SUBSTR LCASE UCASE LANG LANGMATCHES DATATYPE BOUND COALESCE CONCAT IRI ISIRI "
    "ISLITERAL SAMETERM ABS CEIL FLOOR ROUND YEAR MONTH DAY"
).split()


class Store(Protocol):
    """What a graph is asked through."""

    def query(self, query: str) -> Answer:
        """Scan and run a query; the project's prefixes need no declaration."""
        ...

    def dump(self) -> bytes:
        """Return every triple as N-Triples."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Yield every triple as a line of N-Triples, in any order, without holding them all where that can be."""
        ...


class MemoryStore:
    """A graph in memory, with pyoxigraph as its engine."""

    def __init__(self, ntriples: bytes | Path) -> None:
        self._store = ox.Store()
        self._bytes = ntriples
        source = {"path": str(ntriples)} if isinstance(ntriples, Path) else {"input": ntriples}
        try:
            self._store.bulk_load(**source, format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, ValueError) as error:
            where = str(ntriples) if isinstance(ntriples, Path) else None
            raise StoreError(
                f"the graph cannot be read: {error}", where=where, hint="delete the file, and it is made anew"
            ) from None

    def query(self, query: str) -> Answer:
        """Scan and run a query; the project's prefixes need no declaration.

        Raises:
            QueryRefused: the scan forbids it.
            QueryError: it does not parse; the message has line, column and what was expected.
        """
        try:
            return ask(self._store, query)
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None

    def dump(self) -> bytes:
        """Return every triple as N-Triples, the bytes that were loaded."""
        return self._bytes.read_bytes() if isinstance(self._bytes, Path) else self._bytes

    def lines(self) -> Iterator[bytes]:
        """Yield the lines that were loaded. Not the engine's: it changes literals, such as 1.50 to 1.5."""
        with self._bytes.open("rb") if isinstance(self._bytes, Path) else io.BytesIO(self._bytes) as lines:
            yield from lines


KEPT_LENGTH = 10_000
"""Up to how many characters a query is remembered that the scan has let pass: a scan takes longer than many an answer."""

_passed = lru_cache(256)(scan)


def ask(engine: ox.Store, query: str) -> Answer:
    """Scan a query and run it in an engine.

    Raises:
        QueryRefused, QueryError: as :meth:`MemoryStore.query`.
        OSError, RuntimeError: the engine failed.
    """
    _passed(query) if isinstance(query, str) and len(query) <= KEPT_LENGTH else scan(query)
    try:
        return to_answer(engine.query(query, prefixes=PREFIXES))
    except SyntaxError as error:
        raise syntax_error(query, str(error)) from None
    except ValueError as error:
        raise QueryError(f"the query cannot be run: {error}") from None


def to_answer(found: Any) -> Answer:
    """Return what an engine found as one of ours."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return Rows(found) if isinstance(found, ox.QuerySolutions) else Triples(found)


# ── Errors in words ──────────────────────────────────────────────────────────────────────────────────────────────────


def syntax_error(query: str, told: str) -> QueryError:
    """Return an engine's syntax error with line, column, what was expected and the nearest known word."""
    found = re.match(r"error at (\d+):(\d+): (.*)", told, re.DOTALL)
    if not found:
        return QueryError(f"the query does not parse: {told}")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    if undeclared := _undeclared(query):
        return undeclared
    if "Prefix not found" in expected:
        return QueryError("a prefix is not declared", hint="declare it with PREFIX name: <…>")
    if expected == "expected [_]":
        # The parser has looked one character too far: for the end of the query, or since a whole part of it was no good.
        hint = "look for a bracket too many, and for a variable that BIND or AS sets again"
        what = f'something is wrong at or before "{word_at(query, line, column - 1)}"'
        return QueryError(what, where=f"line {line}, column {column - 1}", hint=hint)
    if meaning := _MEANING.search(expected):
        return QueryError(_MEANINGS[meaning[0]], where=f"line {line}, column {column}", hint="mend what stands before")
    word = word_at(query, line, column)
    misspelt = _misspelt(query, line, column)
    what = f'unexpected "{word}"' if word else "the query ends too early"
    return QueryError(f"{what}: expected {_plain(expected)}", where=f"line {line}, column {column}", hint=misspelt)


_MEANINGS = {
    "IRI parsing failed": "an IRI is not whole",
    "SELECT * is not authorized with GROUP BY": "SELECT * and GROUP BY do not go together",
    "The SELECT contains a variable that is unbound": "a variable of SELECT is neither grouped by nor counted",
}
_MEANING = re.compile("|".join(map(re.escape, _MEANINGS)))


def _undeclared(query: str) -> QueryError | None:
    """Return what is wrong with the first name whose prefix nobody declares; engines do not always say it."""
    own = set(re.findall(r"(?i)\bPREFIX\s+([\w-]*):", query)) | set(PREFIXES)
    for name in names(query):
        prefix, colon, _ = name.partition(":")
        if colon and prefix not in own | {"_"}:
            hint = did_you_mean(prefix, own) or f"declare it: PREFIX {prefix}: <…>"
            return QueryError(f'the prefix "{prefix}:" is not declared', where=position(query, query.find(name)), hint=hint)
    return None


def _misspelt(query: str, line: int, column: int) -> str | None:
    """Suggest what the last bare word before an error that is no keyword, but near one, was meant to be."""
    before = "\n".join([*query.split("\n")[: line - 1], query.split("\n")[line - 1][:column]])
    rest = query[len(before) :]
    text = before + (re.match(r"\w*", rest) or [""])[0]
    for word in reversed(re.findall(r"(?<![\w?$@:<#\"'])([A-Za-z]{3,})(?![\w:])", text)):
        if word.upper() not in _KEYWORDS and (hint := did_you_mean(word.upper(), _KEYWORDS)):
            return hint
    return None


_KINDS_OF_TOKEN = (
    ("a variable", frozenset({"?", "$"})),
    ("a literal", frozenset({"'", '"', "'''", '"""', "+", "-"})),
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
