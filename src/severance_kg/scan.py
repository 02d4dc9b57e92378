"""The scan that every query passes before an engine sees it.

Engines parse by recursion and die of nesting (pyoxigraph at about 3,000 groups on a stack of 8 MB, at 1,000 nested EXISTS),
call out for SERVICE, and read files for FROM. The scan reads the query's tokens, needs no engine, and takes linear time.
"""

from __future__ import annotations

import re

from severance_kg.errors import QueryError, QueryRefused, did_you_mean

MOST_CHARACTERS = 100_000
MOST_NESTING = 60
MOST_OPERATORS = 400
"""How many operators an engine may have to chain: ``||``, UNION, OPTIONAL, path steps and the like, all together."""

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<word>[?$@]?[A-Za-z_][\w.-]*(?::(?:[\w.:%-]|\\.)*)?|:(?:[\w.:%-]|\\.)+)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<operator>\|\||&&|[|/^!+*=<>-])
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_CHAINED = frozenset(["UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "EXISTS", "GRAPH", "SELECT"])
_KINDS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


def scan(query: str) -> None:
    """Let a query pass, or say why it may not run.

    Raises:
        QueryRefused: it is too large, too deeply nested, chains too much, is an update, or reaches outside the graph with
            SERVICE, FROM or GRAPH.
        QueryError: there is no query in it.
    """
    if len(query) > MOST_CHARACTERS:
        raise QueryRefused(f"the query is longer than {MOST_CHARACTERS:,} characters", hint="ask for less at once")
    depth = operators = 0
    kind = None
    for match in _TOKEN.finditer(query):
        if match.lastgroup == "open":
            depth += 1
            operators += match[0] != "{"
            if depth > MOST_NESTING:
                raise _refused(query, match, f"brackets are nested more than {MOST_NESTING} deep", "write it flatter")
        elif match.lastgroup == "close":
            depth = max(depth - 1, 0)
        elif match.lastgroup == "operator":
            operators += 1
        elif match.lastgroup == "word":
            word = match[0].upper()
            operators += word in _CHAINED
            if word in _KINDS and kind is None:
                kind = word
            _forbid(query, match, word, kind)
        if operators > MOST_OPERATORS:
            raise _refused(query, match, f"it chains more than {MOST_OPERATORS} operators", "split the query")
    if kind is None:
        first = next((m for m in _TOKEN.finditer(query) if m.lastgroup == "word" and m[0].isalpha()), None)
        meant = did_you_mean(first[0].upper(), _KINDS) if first else None
        raise QueryError(
            "there is no SELECT, ASK, CONSTRUCT or DESCRIBE in it",
            where=position(query, first.start()) if first and meant else None,
            hint=meant or "see 'severance-kg question' for examples",
        )


def _forbid(query: str, match: re.Match[str], word: str, kind: str | None) -> None:
    if word == "SERVICE":
        raise _refused(query, match, "SERVICE is not allowed", "the graph is asked as it is here, and nothing else")
    if word == "FROM":
        raise _refused(query, match, "FROM is not allowed", "there is one default graph: leave FROM out")
    if word == "GRAPH":
        raise _refused(query, match, "GRAPH is not allowed", "everything is in the default graph: leave GRAPH out")
    if kind is None and word in _UPDATES:
        raise _refused(query, match, f"{word} is an update, and the graph is read only", "change the annotation files instead")


def _refused(query: str, match: re.Match[str], what: str, hint: str) -> QueryRefused:
    return QueryRefused(what, where=position(query, match.start()), hint=hint)


def position(query: str, at: int) -> str:
    """Return ``line L, column C``, both from one, of a place in a query."""
    before = query[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - (before.rfind(chr(10)) + 1) + 1}"


def names(query: str) -> list[str]:
    """Return the prefixed names and variables that a query uses, in order and each once."""
    return list(dict.fromkeys(m[0] for m in _TOKEN.finditer(query) if m.lastgroup == "word" and (":" in m[0] or m[0][0] in "?$")))


def word_at(query: str, line: int, column: int) -> str:
    """Return the token at or right after a place, both counted from one, or nothing at the end of the query."""
    lines = query.split("\n")
    at = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    for match in _TOKEN.finditer(query):
        if match.end() > at and match.lastgroup != "comment":
            return match[0]
    return ""
