"""The scan that every query passes before an engine sees it.

Engines parse by recursion and die of nesting (pyoxigraph at about 3,000 groups on a stack of 8 MB, at 1,000 nested EXISTS),
call out for SERVICE, and read files for FROM. The scan reads the query's tokens, needs no engine, and takes linear time.

It must cut a query as the engine does, or less kindly: pyoxigraph wants no space around keywords, so that it reads
``?o.SERVICE<x>``, ``true.SERVICE<x>``, ``1e5SERVICE<x>`` and ``SERVICEex:x`` as calls, and that a name with a full stop in it
ends at the next one: ``ex:a.b.SERVICE<x>`` is a call, too (measured with 0.5.13).
"""

from __future__ import annotations

import re

from severance_kg.errors import QueryError, QueryRefused, did_you_mean

MOST_CHARACTERS = 100_000
MOST_NESTING = 60
MOST_PATTERNS = 400
"""How many triple patterns may stand in a query; an engine plans a thousand for longer than anybody waits."""
MOST_OPERATORS = 400
"""How many operators an engine may have to chain: ``||``, UNION, OPTIONAL, path steps and the like, all together."""

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*>)
    | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d][\w-]{0,99})?:(?:(?:[\w:%-]|\\\S)+(?:\.+(?:[\w:%-]|\\\S)+)?)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<stop>[.;,])
    | (?P<operator>\|\||&&|[|/^!+*=<>~-])
    | (?P<stray>\\)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS_IN_IRI = re.compile(r"[(\[!&*+/-]")
_SERVICE_IN_IRI = re.compile(r"\).*SERVICE.*#", re.IGNORECASE)
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_CHAINED = re.compile(r"UNION|OPTIONAL|LATERAL|MINUS|FILTER|BIND|VALUES|EXISTS|SELECT", re.IGNORECASE)
_TERMS = frozenset(["iri", "string", "variable", "name", "word", "number"])
_BETWEEN = frozenset(["AS", "DISTINCT", "IN", "NOT"])
_KINDS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


def scan(query: str, *, characters: int = MOST_CHARACTERS, nesting: int = MOST_NESTING) -> str:
    """Let a query pass and return its kind, such as SELECT, or say why it may not run.

    Args:
        query: the query.
        characters: how long it may be, if less than ``MOST_CHARACTERS``.
        nesting: how deep its brackets may go, if less than ``MOST_NESTING``.

    Raises:
        QueryRefused: it is too large, too deeply nested, chains too much, is an update, or reaches outside the graph with
            SERVICE, FROM or GRAPH.
        QueryError: there is no query in it, or it is no text.
    """
    check_text(query)
    characters, nesting = min(characters, MOST_CHARACTERS), min(nesting, MOST_NESTING)
    if len(query) > characters:
        raise QueryRefused(f"the query is longer than {characters:,} characters", hint="ask for less at once")
    operators = patterns = 0
    opened: list[str] = []
    kind = before = last = None
    values, data = False, 0
    for match in _TOKEN.finditer(query):
        inside = opened[-1:] == ["("] and not data
        operators += _operators(match, described=kind == "DESCRIBE" and not opened)
        if match.lastgroup == "open":
            # Groups side by side are joined, each with all before it.
            operators += match[0] == "{" and before == "}"
            opened.append(match[0])
            if values and match[0] == "{":
                values, data = False, len(opened)
            if len(opened) > nesting:
                raise _refused(query, match, f"brackets are nested more than {nesting} deep", "write it flatter")
        elif match.lastgroup == "close":
            del opened[-1:]
            data = data if len(opened) >= data else 0
        elif match.lastgroup == "word" and kind is None and match[0].upper() in _KINDS:
            kind = match[0].upper()
        values = values or match[0].upper() == "VALUES"
        _forbid(query, match, kind)
        if inside and _is_item(match, last, before):
            patterns += 2
        # A comma within parentheses stands between arguments; elsewhere it begins another pattern.
        patterns += match.lastgroup == "stop" and (match[0] != "," or opened[-1:] != ["("])
        if match.lastgroup != "comment":
            before, last = match[0], match.lastgroup
        if patterns > MOST_PATTERNS:
            raise _refused(query, match, f"it has more than {MOST_PATTERNS} patterns", "split the query")
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
    return kind


def check_text(query: object) -> None:
    """Raise a QueryError unless a query is a text that can be written as UTF-8."""
    if not isinstance(query, str):
        hint = "decode it, or read the file, and give its text" if query is not None else "give one, such as ASK { ?s ?p ?o }"
        raise QueryError(f"a query is a text, and this is {type(query).__name__}", hint=hint)
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise QueryError("half a character stands in it", where=position(query, error.start), hint="take it out") from None


def _is_item(match: re.Match[str], last: str | None, before: str | None) -> bool:
    """Whether a token within parentheses is one more item of a collection, which is two patterns: 12,000 items end pyoxigraph."""
    if match[0].upper() in _BETWEEN or (before or "").upper() in _BETWEEN:
        return False
    if match.lastgroup == "number" and before in ("+", "-"):
        return match.string[match.start() - 1] == before  # a sign without a space is the number's own
    follows = last in _TERMS or last == "tag" or before in (")", "]")
    return follows and (match.lastgroup in _TERMS or (match[0] in ("(", "[") and before in (")", "]")))


def _operators(match: re.Match[str], *, described: bool) -> int:
    """Count what makes an engine go deeper; of DESCRIBE that is every name in its list (8,000 end pyoxigraph)."""
    if match.lastgroup in ("iri", "name", "variable") and described:
        return 1
    if match.lastgroup == "iri":
        # After an expression an engine reads "<" as "less than", and what looks like an IRI as nested brackets.
        return match[0].count("(") + match[0].count("[")
    if match.lastgroup == "word":
        return len(_CHAINED.findall(match[0]))
    return match.lastgroup == "operator" or (match.lastgroup == "open" and match[0] != "{")


def _forbid(query: str, match: re.Match[str], kind: str | None) -> None:
    if match.lastgroup == "iri":
        if _SERVICE_IN_IRI.search(match[0]) or len(_SIGNS_IN_IRI.findall(match[0])) > MOST_NESTING:
            hint = 'write %29 for ")" in an IRI, or put a space after "<"'
            raise _refused(query, match, "this may be an IRI or a comparison", hint)
    elif match.lastgroup == "stray":
        raise _refused(query, match, "a backslash stands outside of texts and names", "take it out, or quote the text")
    elif match.lastgroup in ("word", "name"):
        # A keyword may be glued to what stands before it or behind it: "trueSERVICE", "SERVICEex:x".
        word, colon, _ = match[0].upper().partition(":")
        if "SERVICE" in word:
            raise _refused(query, match, "SERVICE is not allowed", "the graph is asked as it is here, and nothing else")
        if "FROM" in word:
            raise _refused(query, match, "FROM is not allowed", "there is one default graph: leave FROM out")
        if "GRAPH" in word and not colon:
            raise _refused(query, match, "GRAPH is not allowed", "everything is in the default graph: leave GRAPH out")
        if kind is None and word in _UPDATES and not colon:
            hint = "change the annotation files instead"
            raise _refused(query, match, f"{word} is an update, and the graph is read only", hint)


def _refused(query: str, match: re.Match[str], what: str, hint: str) -> QueryRefused:
    return QueryRefused(what, where=position(query, match.start()), hint=hint)


def position(query: str, at: int) -> str:
    """Return ``line L, column C``, both from one, of a place in a query."""
    before = query[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - (before.rfind(chr(10)) + 1) + 1}"


def names(query: str) -> list[str]:
    """Return the prefixed names and variables that a query uses, in order and each once."""
    return list(dict.fromkeys(m[0] for m in _TOKEN.finditer(query) if m.lastgroup in ("name", "variable")))


def word_at(query: str, line: int, column: int) -> str:
    """Return the token at or right after a place, both counted from one, or nothing at the end of the query."""
    lines = query.split("\n")
    at = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    for match in _TOKEN.finditer(query):
        if match.end() > at and match.lastgroup != "comment":
            return match[0]
    return ""
