"""Checks of a graph, whatever it was made from: each edge has its statement, and the shapes hold.

The rule of the edges is said twice, here in Python over any set of triples, and in SHACL, so that one can be wrong and be found.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from severance_kg.check import Problem
from severance_kg.compile import lines
from severance_kg.ontology import Ontology, read_turtle
from severance_kg.statements import Commitment, Kind, Polarity, Reading
from severance_kg.vocabulary import RDF, SKG, compact

if TYPE_CHECKING:
    import rdflib


Terms = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them."""


def check_edges(triples: Iterable[ox.Triple], ontology: Ontology, where: str | None = None) -> Iterator[Problem]:
    """Yield every edge without a statement that licenses it, and every such statement without its edge."""
    given = ((str(one.subject), str(one.predicate), _written(one.object)) for one in triples)
    if not (yield from check_edge_terms(given, ontology)):
        yield Problem("there is no statement in the graph", where=where, hint="is this a file that 'severance-kg build' wrote?")


def _written(term: object) -> str:
    # The engine's own form of a triple that is a term lacks the marks around it.
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def check_edge_terms(triples: Iterable[Terms], ontology: Ontology) -> Generator[Problem, None, int]:
    """Yield the same for triples in the terms of N-Triples, and return how many statements there are."""
    statements: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    properties = {f"<{iri}>" for iri in ontology.edges}
    edges: set[Terms] = set()
    for triple in triples:
        if triple[1] in _JUDGED and triple[0][0] == "<":
            statements[triple[0]][triple[1]].add(triple[2])
        if triple[1] in properties:
            edges.add(triple)
    licensed: dict[Terms, str] = {}
    for iri, said in statements.items():
        if _STATEMENT in said[_TYPE] and (_INFERRED in said[_TYPE] or all(value in said[name] for name, value in _FIRM)):
            licensed.update(dict.fromkeys(_said(said), iri))
    for triple in sorted(edges - set(licensed)):
        hint = "an edge comes from a statement that is asserted, affirmed and literal, or inferred: annotate one"
        yield Problem(f"the edge {_shown(triple)} has no statement", hint=hint, code="edge-without-statement")
    for triple in sorted(set(licensed) - edges):
        name = compact(licensed[triple][1:-1])
        told = f"{name} has no edge {_shown(triple)}"
        yield Problem(told, hint="the graph was altered: build it again", code="statement-without-edge")
    return sum(_STATEMENT in said[_TYPE] for said in statements.values())


_TYPE, _STATEMENT, _INFERRED = f"<{RDF}type>", f"<{SKG}Statement>", f"<{SKG}{Kind.INFERRED}>"
_PARTS = tuple(f"<{RDF}{part}>" for part in ("subject", "predicate", "object"))
_FIRM = (
    (f"<{SKG}commitment>", f"<{SKG}{Commitment.ASSERTED}>"),
    (f"<{SKG}polarity>", f"<{SKG}{Polarity.AFFIRMED}>"),
    (f"<{SKG}reading>", f"<{SKG}{Reading.LITERAL}>"),
)
_JUDGED = frozenset({_TYPE, *_PARTS, *(name for name, _ in _FIRM)})


def _said(statement: dict[str, set[str]]) -> Iterator[Terms]:
    """Yield the triple of a statement: none if a part is missing, more if one is there twice. Both are SHACL's to tell."""
    for subject, predicate, value in product(*(statement[part] for part in _PARTS)):
        if predicate[0] == "<" and subject[0] != '"':
            yield subject, predicate, value


def _shown(triple: Terms) -> str:
    return " ".join(compact(part[1:-1]) if part[0] == "<" and part[1] != "<" else part for part in triple)


def check_shapes(triples: Iterable[ox.Triple], shapes: Iterable[Path], about: Collection[str] | None = None) -> Iterator[Problem]:
    """Yield what SHACL finds. Takes about a second: pySHACL and rdflib are imported here and nowhere nearer.

    ``about`` are the only IRIs to speak of, where the triples are a part of a graph: of the others they hold too little. What
    a query finds is spoken of by its value, since its focus is a class or a property.
    """
    import pyshacl
    import rdflib
    from pyshacl.errors import ReportableRuntimeError

    try:
        graph = _for_rdflib(triples)
    except rdflib.exceptions.ParserError as error:
        yield Problem(f"SHACL cannot read the graph: {error}", hint="what RDF 1.2 adds has no place in it; build it again")
        return
    shapes_graph = _for_rdflib(read_turtle(tuple(shapes)))
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes_graph, advanced=False, inference="none", meta_shacl=False)
    except ReportableRuntimeError as error:
        report = error
    if not isinstance(report, rdflib.Graph):
        first, _, _ = str(report).partition("\n")
        yield Problem(f"SHACL could not be run: {first}", hint="check the shapes in ontology/")
        return
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = set()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        focus, value = report.value(result, sh.focusNode), report.value(result, sh.value)
        found_by_query = (result, sh.sourceConstraintComponent, sh.SPARQLConstraintComponent) in report
        if about is not None and str(value if found_by_query else focus) not in about:
            continue
        message = str(report.value(result, sh.resultMessage))
        shown = f" ({compact(str(value))})" if value is not None else ""
        found.add(f"{compact(str(focus))}: {message}{shown}")
    for told in sorted(found):
        yield Problem(told, hint="see the shapes in ontology/", code="shape")


def _for_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    import rdflib

    # For a literal that is none of its datatype rdflib logs a traceback, and nobody has asked it about those.
    log = logging.getLogger("rdflib.term")
    before, log.disabled = log.disabled, True
    try:
        return rdflib.Graph().parse(data="".join(lines(triples)), format="nt")
    finally:
        log.disabled = before
