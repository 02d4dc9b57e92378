"""What queries can see of a graph: which triples may have a part in an answer, told by their predicates.

A query whose predicates are constants sees the triples with these. Where a predicate is a variable, it sees besides those whose
predicate the query itself looks up, by a plain pattern such as ``?p a skg:EdgeProperty``. Queries of any other form are taken
to see everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from severance_kg.vocabulary import RDF

Terms = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them; of a pattern, a variable may stand for each."""


@dataclass(frozen=True)
class Sight:
    """What queries see: the triples with some predicates, and with those that some patterns find for their variable ``?``."""

    predicates: frozenset[str]
    naming: frozenset[Terms]

    def seen(self, predicate: Mapping[str, Iterable[Terms]]) -> Iterator[Terms]:
        """Yield the triples that are seen of a graph, which is given by predicate."""
        named = {term for pattern in self.naming for triple in predicate.get(pattern[1], ()) for term in _found(pattern, triple)}
        for each in self.predicates | named:
            yield from predicate.get(each, ())


def sight(queries: Iterable[str]) -> Sight | None:
    """Return what queries, each a SELECT or an ASK with its declarations, see of any graph; None if it may be everything."""
    predicates, naming = set[str](), set[Terms]()
    for query in queries:
        try:
            patterns = list(_patterns(query, dict(_DECLARED.findall(query))))
        except (_Strange, KeyError):
            return None
        predicates.update(terms[1] for _, terms in patterns if not _variable(terms[1]))
        for at, (_, free, _) in patterns:
            if _variable(free):
                told = {_asking(terms, free) for group, terms in patterns if at[: len(group)] == group and _tells(terms, free)}
                if not told:
                    return None
                naming.add(min(told))
    return Sight(frozenset(predicates), frozenset(naming))


def _found(pattern: Terms, triple: Terms) -> Iterator[str]:
    if all(wanted in ("", "?", given) for wanted, given in zip(pattern, triple, strict=True)):
        yield triple[pattern.index("?")]


def _variable(term: str) -> bool:
    return term[0] in "?$"


def _tells(terms: Terms, name: str) -> bool:
    return name in (terms[0], terms[2]) and not _variable(terms[1])


def _asking(terms: Terms, name: str) -> Terms:
    """Return a pattern with ``?`` for a variable, and nothing for others."""
    subject, predicate, value = ("?" if one == name else "" if _variable(one) else one for one in terms)
    return subject, predicate, value if subject != "?" or value != "?" else ""


# ── Reading queries ──────────────────────────────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(r"[?$]\w+|<[^>\s]*>|\w*:\w+|[{}.;,()]|\w+|\S")
_DECLARED = re.compile(r"\bPREFIX\s+(\w*):\s*<([^>]*)>", re.IGNORECASE)
_WORDS = frozenset("FILTER NOT EXISTS UNION MINUS".split())


class _Strange(Exception):
    """A form that is not read here."""


def _patterns(query: str, prefixes: Mapping[str, str]) -> Iterator[tuple[tuple[int, ...], Terms]]:
    """Yield the triple patterns, each with the groups around it, of a query that has groups and filters and nothing else."""
    groups: list[int] = []
    terms: list[str] = []
    deep = count = 0
    for token in _TOKEN.findall(query):
        if token in "()":
            deep += 1 if token == "(" else -1
        elif deep or (not groups and token != "{"):
            continue
        elif token in "{}" or token in _WORDS:
            terms, count = [], count + 1
            if token == "}":
                groups.pop()
            elif token == "{":
                groups.append(count)
        elif token in ".;,":
            del terms[".;,".index(token) :]
        elif len(terms) == 3:
            raise _Strange(token)
        else:
            terms.append(_term(token, prefixes))
            if len(terms) == 3:
                yield tuple(groups), (terms[0], terms[1], terms[2])


def _term(token: str, prefixes: Mapping[str, str]) -> str:
    if token == "a":
        return f"<{RDF}type>"
    if token[0] in "?$<":
        return token
    prefix, colon, local = token.partition(":")
    if not colon:
        raise _Strange(token)
    return f"<{prefixes[prefix]}{local}>"
