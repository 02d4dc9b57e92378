"""Inference: edges that follow from edges, each with a statement that names its rule and its premises.

A rule is a SELECT in ``ontology/rules``. It matches edge statements and returns ``?subject ?predicate ?object``, a sentence
as ``?gloss``, and each statement that it rests on in a variable that starts with ``?premise``. What its premises do not
share a time for is not inferred.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from severance_kg.compile import lines, node, statement_triples
from severance_kg.errors import InputError, QueryError
from severance_kg.moments import MomentOrder
from severance_kg.queries import QueryFile, read_query_file
from severance_kg.results import Row, Rows
from severance_kg.statements import Frame, Kind, Statement
from severance_kg.store import Answer, MemoryStore
from severance_kg.vocabulary import IRI, RDF, RDFS, RULE, SKG, SKOS, ST, BlankNode

MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its address, and the file that it stands in."""

    iri: IRI
    file: QueryFile

    @property
    def label(self) -> str:
        """The rule in a few words."""
        return str(self.file.description["label"])


def read_rules(paths: Iterable[tuple[str, Path]]) -> list[Rule]:
    """Read rule files, given as a name to show and a path, sorted by name."""
    found = []
    for name, path in paths:
        file = read_query_file(path, name)
        file.need("label", "definition")
        found.append(Rule(IRI(RULE + file.name), file))
    return sorted(found, key=lambda rule: rule.iri)


def rule_triples(rules: Iterable[Rule]) -> Iterator[ox.Triple]:
    """Yield what the graph says of the rules themselves."""
    for rule in rules:
        yield ox.Triple(node(rule.iri), node(RDF + "type"), node(SKG + "Rule"))
        yield ox.Triple(node(rule.iri), node(RDFS + "label"), ox.Literal(rule.label, language="en"))
        definition = ox.Literal(str(rule.file.description["definition"]), language="en")
        yield ox.Triple(node(rule.iri), node(SKOS + "definition"), definition)


def moment_order(statements: Iterable[Statement]) -> MomentOrder:
    """Return the order of the moments that edge statements give."""
    return MomentOrder(
        (s.subject, s.object) for s in statements if s.is_edge and s.predicate == SKG + "precedes" and isinstance(s.object, IRI)
    )


class Ground(Protocol):
    """What rules are applied to: a graph that can be asked, and that takes what follows from it."""

    order: MomentOrder

    def query(self, query: str) -> Answer:
        """Ask the graph as it is now."""
        ...

    def statement(self, iri: IRI) -> Statement:
        """Return a statement of the graph: its triple, its frame and its time are enough."""
        ...

    def is_edge(self, statement: Statement) -> bool:
        """Return whether the triple of a statement is an edge of the graph already."""
        ...

    def add(self, statements: list[Statement]) -> None:
        """Take in statements, with their edges."""
        ...


def infer(statements: tuple[Statement, ...], graph: set[ox.Triple], rules: Iterable[Rule]) -> tuple[Statement, ...]:
    """Return the statements that follow from the edges of a graph, to a fixed point; the graph itself is left alone.

    Raises:
        InputError: a rule is no query, or binds something that cannot be a statement.
    """
    rules = list(rules)
    return derive(_InMemory(statements, graph | set(rule_triples(rules))), rules)


def derive(ground: Ground, rules: Iterable[Rule]) -> tuple[Statement, ...]:
    """Return the same for a graph that takes in what follows, round by round.

    Raises:
        InputError: as :func:`infer`.
    """
    found: list[Statement] = []
    for _ in range(MOST_ROUNDS):
        fresh = _best(made for rule in rules for made in _apply(rule, ground) if not ground.is_edge(made))
        if not fresh:
            return tuple(sorted(found, key=lambda statement: statement.iri))
        ground.add(fresh)
        found += fresh
    raise InputError(f"the rules do not come to an end in {MOST_ROUNDS} rounds", hint="take the newest rule away")


class _InMemory:
    """A graph of triples and the statements in it."""

    def __init__(self, statements: tuple[Statement, ...], triples: set[ox.Triple]) -> None:
        self.order = moment_order(statements)
        self._known = {statement.iri: statement for statement in statements}
        self._edges = {statement.triple for statement in statements if statement.is_edge}
        self._triples = triples
        self._store = MemoryStore("".join(lines(triples)).encode())

    def query(self, query: str) -> Answer:
        return self._store.query(query)

    def statement(self, iri: IRI) -> Statement:
        return self._known[iri]

    def is_edge(self, statement: Statement) -> bool:
        return statement.triple in self._edges

    def add(self, statements: list[Statement]) -> None:
        for statement in statements:
            self._known[statement.iri] = statement
            self._edges.add(statement.triple)
            self._triples.update(statement_triples(statement))
        self._store = MemoryStore("".join(lines(self._triples)).encode())


def _best(candidates: Iterable[Statement]) -> list[Statement]:
    """Keep one statement for each edge: of a known time rather than not, on few premises, and always the same one."""
    best: dict[object, Statement] = {}

    def rank(s: Statement) -> tuple[bool, int, tuple[str, ...], str, str]:
        return not s.time.known, len(s.premises), s.premises, str(s.rule), s.gloss

    for one in candidates:
        if one.triple not in best or rank(one) < rank(best[one.triple]):
            best[one.triple] = one
    return sorted(best.values(), key=lambda statement: statement.iri)


def _apply(rule: Rule, ground: Ground) -> Iterator[Statement]:
    try:
        rows = ground.query(rule.file.query)
    except QueryError as error:
        raise InputError(error.what, where=f"{rule.file.file}: {error.where}", hint=error.hint) from None
    if not isinstance(rows, Rows):
        raise InputError("a rule is a SELECT", where=rule.file.file, hint="see ontology/rules for examples")
    premises = sorted(name for name in rows.variables if name.startswith("premise"))
    if not premises or not {"subject", "predicate", "object", "gloss"} <= set(rows.variables):
        raise InputError("a rule returns ?subject, ?predicate, ?object, ?gloss and at least one ?premise", where=rule.file.file)
    for row in rows:
        made = _statement(rule, row, premises, ground)
        if made:
            yield made


def _statement(rule: Rule, row: Row, premises: list[str], ground: Ground) -> Statement | None:
    used = [ground.statement(IRI(str(row[name]))) for name in premises if row[name] is not None]
    time = ground.order.shared(*(premise.time for premise in used))
    if time is None:
        return None
    subject, predicate, obj = row["subject"], row["predicate"], row["object"]
    if not isinstance(subject, IRI) or not isinstance(predicate, IRI) or obj is None or isinstance(obj, BlankNode):
        raise InputError("a rule's subject and predicate are IRIs, its object an IRI or a literal", where=rule.file.file)
    key = hashlib.sha256(f"{subject} {predicate} {obj}".encode()).hexdigest()[:12]
    return Statement(
        iri=IRI(f"{ST}inferred-{key}"),
        kind=Kind.INFERRED,
        subject=subject,
        predicate=predicate,
        object=obj,
        gloss=str(row["gloss"]),
        frame=_frame(used),
        time=time,
        rule=rule.iri,
        premises=tuple(sorted({one.iri for one in used})),
    )


def _frame(premises: list[Statement]) -> Frame:
    """What follows from an interpretation is one; what follows from the making of the show is about it."""
    frames = {premise.frame for premise in premises}
    return next((frame for frame in (Frame.INTERPRETATION, Frame.PRODUCTION) if frame in frames), Frame.STORY_WORLD)
