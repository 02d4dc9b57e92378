"""What only a corpus as a whole can tell: what follows from the edges of all sources, and what one source does to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from severance_kg.check import check_alone, check_together, types_of
from severance_kg.compile import edge_line, lines, name_triples, statement_lines
from severance_kg.errors import SevError
from severance_kg.graph_check import check_edge_terms, check_shapes
from severance_kg.ontology import Ontology
from severance_kg.outline import Outline
from severance_kg.rules import Rule, derive, rule_triples
from severance_kg.shapes import Graph, Shapes
from severance_kg.statements import Corpus, Entity, Statement, Theme
from severance_kg.store import Answer, ask
from severance_kg.vocabulary import IRI, RDF, SKG


class Ground:
    """A database that is being built, as rules see it: the graph in it, and the outline of its statements."""

    def __init__(self, engine: ox.Store, outline: Outline) -> None:
        self._engine, self._outline = engine, outline
        self.order = outline.order()
        self._inferred: dict[IRI, Statement] = {}
        self._edges: set[str] = set()

    def query(self, query: str) -> Answer:
        """Ask the graph as it is now."""
        return ask(self._engine, query)

    def statement(self, iri: IRI) -> Statement:
        """Return a statement: its triple, its judgements and its time."""
        return self._inferred.get(iri) or self._outline.statement(iri)

    def is_edge(self, statement: Statement) -> bool:
        """Return whether the triple of a statement is an edge already."""
        line = edge_line(statement)
        return line in self._edges or line in self._outline.edges

    def add(self, statements: list[Statement]) -> None:
        """Take in what follows."""
        for one in statements:
            self._inferred[one.iri] = one
            self._edges.add(edge_line(one))
        fresh = [line for one in statements for line in (*statement_lines(one), edge_line(one))]
        self._engine.extend(ox.parse("".join(fresh), format=ox.RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class Names:
    """Everything that bears a name in a corpus, put together from all its sources, and the triples of the sources."""

    ontology: Ontology
    rules: list[Rule]
    entities: Mapping[str, Entity]
    themes: Mapping[str, Theme]
    sources: frozenset[str]

    def lines(self) -> list[str]:
        """Return the graph without its statements and edges."""
        triples = {*name_triples(self.entities.values(), self.themes.values(), self.ontology), *rule_triples(self.rules)}
        return sorted({*lines(triples), *self.sources})

    def types(self, statements: Iterable[str]) -> dict[str, str]:
        """Return the class of everything that a statement can be about."""
        corpus = Corpus(entities=tuple(self.entities.values()), themes=tuple(self.themes.values()))
        return types_of(corpus, self.ontology) | dict.fromkeys(statements, SKG + "Statement")


def infer(engine: ox.Store, outline: Outline, rules: list[Rule]) -> tuple[Statement, ...]:
    """Put what follows into a database, to a fixed point, and return it."""
    return derive(Ground(engine, outline), rules)


def problems(
    names: Names,
    given: list[str],
    outline: Outline,
    inferred: tuple[Statement, ...],
    shapes: tuple[Shapes | None, tuple[Path, ...]],
) -> Iterator[SevError]:
    """Yield what is wrong between sources, with what follows from them, and with the names, whose lines are given."""
    yield from check_alone(Corpus(), names.ontology, names.types(outline.iris()), inferred)
    yield from check_together((*outline.together(), *inferred))
    edges = {edge_line(one) for one in inferred}
    shared = edges | (outline.edges & set(given))
    premises = {premise for one in inferred for premise in one.premises}
    whole = [*given, *(line for one in inferred for line in statement_lines(one))]
    every = [*whole, *edges]
    every += [line for one in outline.licensing(shared) for line in _bare(one)]
    outside = {f"<{iri}>": f"<{SKG}EdgeStatement>" for iri in premises - {one.iri for one in inferred}}
    graph = Graph.of(every, outside)
    found = list(check_edge_terms(graph.triples(), names.ontology))
    yield from found
    quick, file = shapes
    if not found and not (quick and quick.conform(every, graph)):
        typed = [f"{term} <{RDF}type> {cls} .\n" for term, cls in outside.items()]
        parsed = ox.parse("".join([*every, *typed]), format=ox.RdfFormat.N_TRIPLES)
        yield from check_shapes([quad.triple for quad in parsed], file, {line[1 : line.index(">")] for line in whole})


_BARE = frozenset({f"<{RDF}{name}>" for name in ("subject", "predicate", "object")})
_JUDGED = frozenset({f"<{SKG}{name}>" for name in ("commitment", "polarity", "reading")})


def _bare(one: Statement) -> Iterator[str]:
    """Yield of a statement that was checked already what makes it stand behind an edge."""
    for line in statement_lines(one):
        if line.split(" ", 2)[1] in _BARE | _JUDGED or line.endswith(f"<{SKG}EdgeStatement> .\n"):
            yield line
    yield edge_line(one)
