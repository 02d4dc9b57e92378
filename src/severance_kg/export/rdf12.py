"""RDF 1.2 Turtle: an edge carries its statements as annotations, every other statement reifies its triple; and back.

The reifier is the statement's own IRI. In RDF 1.1 a statement names its triple by ``rdf:subject``, ``rdf:predicate`` and
``rdf:object``; in RDF 1.2 by ``rdf:reifies`` alone. All else is the same in both, so that each gives the other back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from severance_kg.errors import InputError
from severance_kg.export.formats import Format
from severance_kg.export.material import Material
from severance_kg.export.triples import heading
from severance_kg.vocabulary import PREFIXES, RDF, SKG, XSD, compact

REIFIES = ox.NamedNode(RDF + "reifies")
_TYPE = ox.NamedNode(RDF + "type")
_EDGE = ox.NamedNode(SKG + "EdgeStatement")
_PARTS = tuple(ox.NamedNode(RDF + part) for part in ("subject", "predicate", "object"))

Resource = ox.NamedNode | ox.BlankNode | ox.Triple
Term = Resource | ox.Literal
Pairs = list[tuple[ox.NamedNode, Term]]
Subjects = dict[Resource, Pairs]


def to_rdf12(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield an RDF 1.1 graph in RDF 1.2, with ``rdf:reifies`` for each node that names one triple wholly."""
    for subject, pairs in _by_subject(triples).items():
        named = _named_triple(pairs)
        if named:
            yield ox.Triple(subject, REIFIES, named)
        for predicate, value in pairs:
            if not (named and predicate in _PARTS):
                yield ox.Triple(subject, predicate, value)


def to_rdf11(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield an RDF 1.2 graph in RDF 1.1: the way back from :func:`to_rdf12`."""
    for triple in triples:
        if triple.predicate == REIFIES and isinstance(triple.object, ox.Triple):
            told = triple.object
            for part, value in zip(_PARTS, (told.subject, told.predicate, told.object), strict=True):
                yield ox.Triple(triple.subject, part, value)
        else:
            yield triple


def read_rdf12(given: bytes | Path) -> Iterator[ox.Triple]:
    """Yield the RDF 1.1 graph of a file, or its bytes, in RDF 1.2 Turtle.

    Raises:
        InputError: it does not parse; the message has the line.
    """
    content = given.read_bytes() if isinstance(given, Path) else given
    try:
        yield from to_rdf11(quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        where = f"{given if isinstance(given, Path) else 'the text'}:{error.lineno}"
        raise InputError(f"not RDF 1.2 Turtle: {error.msg}", where=where, hint="mend the syntax there") from None


def _by_subject(triples: Iterable[ox.Triple]) -> Subjects:
    found: Subjects = defaultdict(list)
    for triple in triples:
        found[triple.subject].append((triple.predicate, triple.object))
    return found


def _named_triple(pairs: Pairs) -> ox.Triple | None:
    """Return the triple that a node names, if it names each part of it once."""
    parts = [[value for predicate, value in pairs if predicate == part] for part in _PARTS]
    if any(len(values) != 1 for values in parts):
        return None
    (subject,), (predicate,), (value,) = parts
    if isinstance(subject, ox.Literal | ox.Triple) or not isinstance(predicate, ox.NamedNode):
        return None
    return ox.Triple(subject, predicate, value)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write(given: Material) -> Iterator[bytes]:
    yield heading(given)
    yield b'VERSION "1.2"\n'
    yield "".join(f"PREFIX {name}: <{space}>\n" for name, space in sorted(PREFIXES.items())).encode()
    yield from (block.encode() for block in _blocks(_by_subject(given.triples())))


def _blocks(subjects: Subjects) -> Iterator[str]:
    """Yield a block for each subject, edge statements aside: these stand at their edges."""
    annotating = _annotating(subjects)
    at_edge = {statement for found in annotating.values() for statement in found}
    for subject, pairs in subjects.items():
        if subject not in at_edge:
            told = _named_triple(pairs)
            lines = [f"rdf:reifies <<( {_term(told.subject)} {_term(told.predicate)} {_term(told.object)} )>>"] if told else []
            for predicate, value in _in_order(pairs, without_parts=bool(told)):
                notes = annotating.get(ox.Triple(subject, predicate, value), ())
                lines.append(_pair(predicate, value) + "".join(_annotation(one, subjects[one]) for one in notes))
            yield f"\n{_term(subject)}\n    " + " ;\n    ".join(lines) + " .\n"


def _annotating(subjects: Subjects) -> dict[ox.Triple, list[Resource]]:
    """Return the statements that can stand at an edge that is in the graph.

    One whose subject is itself a statement cannot: that one may stand in an annotation too, and both would be nowhere.
    """
    found = defaultdict(list)
    for statement, pairs in subjects.items():
        told = _named_triple(pairs)
        if not told or (_TYPE, _EDGE) not in pairs or _named_triple(subjects.get(told.subject, [])):
            continue
        if (told.predicate, told.object) in subjects.get(told.subject, ()):
            found[told].append(statement)
    return found


def _annotation(statement: Resource, pairs: Pairs) -> str:
    lines = [_pair(predicate, value) for predicate, value in _in_order(pairs, without_parts=True)]
    return f"\n        ~ {_term(statement)} {{|\n            " + " ;\n            ".join(lines) + "\n        |}"


def _in_order(pairs: Pairs, *, without_parts: bool) -> Pairs:
    """Return a subject's pairs, its types first; the rest are sorted already, as the graph's lines are."""
    kept = [pair for pair in pairs if not (without_parts and pair[0] in _PARTS)]
    return sorted(kept, key=lambda pair: pair[0] != _TYPE)


def _pair(predicate: ox.NamedNode, value: Term) -> str:
    return f"{'a' if predicate == _TYPE else _term(predicate)} {_term(value)}"


def _term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        return short if short != term.value else str(term)
    if isinstance(term, ox.Literal) and not term.language and term.datatype.value != XSD + "string":
        return f"{ox.Literal(term.value)}^^{_term(term.datatype)}"
    return str(term)


FORMATS = (Format("turtle12", "RDF 1.2 Turtle: edges annotated with their statements", ".rdf12.ttl", write=_write),)
