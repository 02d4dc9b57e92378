"""Records to triples: what the graph holds, and under which names.

Everything goes into one default graph and nothing is a blank node, so that every query means the same on every engine and
two builds can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from severance_kg.lines import lines as lines  # what is compiled is written so
from severance_kg.ontology import Ontology
from severance_kg.passages import PassageRef
from severance_kg.statements import Corpus, Entity, Source, Statement, Theme
from severance_kg.vocabulary import DCTERMS, IRI, OA, PROV, RDF, RDFS, SCHEMA, SKG, SKOS, THEME, XSD, Literal, Term

Object = ox.NamedNode | ox.Literal


def compile_graph(corpus: Corpus, ontology: Ontology) -> set[ox.Triple]:
    """Return the triples of the vocabulary, the entities, sources and statements, and the edges that these license."""
    triples = set(name_triples(corpus.entities, corpus.themes, ontology))
    for source in corpus.sources:
        triples.update(source_triples(source))
    for statement in corpus.statements:
        triples.update(statement_triples(statement))
    return triples


def name_triples(entities: Iterable[Entity], themes: Iterable[Theme], ontology: Ontology) -> Iterator[ox.Triple]:
    """Yield what the graph says of everything that bears a name: the vocabulary, the entities and the themes."""
    yield from _vocabulary(ontology)
    for entity in entities:
        yield from _entity(entity)
    for theme in themes:
        yield from theme_triples(theme)


@lru_cache(4096)
def node(iri: str) -> ox.NamedNode:
    """Return the engine's node for an IRI."""
    return ox.NamedNode(iri)


@lru_cache(4096)
def _iri(iri: str) -> str:
    return str(node(iri))


def to_engine(term: Term) -> Object:
    """Return the engine's form of a term."""
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=node(term.datatype))
    return node(term)


def _text(text: str, language: str = "en") -> ox.Literal:
    return ox.Literal(text, language=language)


def _typed(value: object, datatype: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=node(XSD + datatype))


Pairs = Iterable[tuple[str, Object | None]]
"""Predicates and objects of one subject; an object that is None is not there."""


def _triples(subject: str, pairs: Pairs) -> Iterator[ox.Triple]:
    for predicate, value in pairs:
        if value is not None:
            yield ox.Triple(node(subject), node(predicate), value)


def _vocabulary(ontology: Ontology) -> Iterator[ox.Triple]:
    """The triples of the ontology that need no blank node, and for each edge property what it takes and gives."""
    labelled = {triple.subject for triple in ontology.triples if triple.predicate.value == RDFS + "label"}
    for triple in ontology.triples:
        if isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.BlankNode):
            yield triple
            # To SKOS a preferred label is a label, so a theme's file need not say it twice.
            if triple.predicate.value == SKOS + "prefLabel" and triple.subject not in labelled:
                yield ox.Triple(triple.subject, node(RDFS + "label"), triple.object)
    for edge in ontology.edges.values():
        # rdfs:domain means "all of these"; schema.org's term says "any of these", which is what a union means.
        for cls in edge.domain:
            yield ox.Triple(node(edge.iri), node(SCHEMA + "domainIncludes"), node(cls))
        for cls in edge.range:
            yield ox.Triple(node(edge.iri), node(SCHEMA + "rangeIncludes"), node(cls))


def _entity(entity: Entity) -> Iterator[ox.Triple]:
    yield from _triples(
        entity.iri,
        [
            (RDF + "type", node(entity.type)),
            (RDFS + "label", _text(entity.label)),
            (SKOS + "definition", _text(entity.definition) if entity.definition else None),
            *((SKOS + "altLabel", _text(name)) for name in entity.also_called),
            *((SCHEMA + "sameAs", node(address)) for address in entity.same_as),
        ],
    )


def theme_triples(theme: Theme) -> Iterator[ox.Triple]:
    """Yield the triples of a theme that an annotation file brings along."""
    yield from _triples(
        theme.iri,
        [
            (RDF + "type", node(SKG + "Theme")),
            (RDF + "type", node(SKOS + "Concept")),
            (SKOS + "inScheme", node(THEME + "Themes")),
            (RDFS + "label", _text(theme.label)),
            (SKOS + "prefLabel", _text(theme.label)),
            (SKOS + "definition", _text(theme.definition)),
            (SKOS + "scopeNote", _text(theme.scope_note) if theme.scope_note else None),
            *((SKOS + "broader", node(one)) for one in theme.broader),
        ],
    )


def source_triples(source: Source) -> Iterator[ox.Triple]:
    """Yield the triples of a source."""
    yield from _triples(
        source.iri,
        [
            (RDF + "type", node(SKG + "Source")),
            (RDFS + "label", _text(source.title)),
            (DCTERMS + "title", _text(source.title)),
            (DCTERMS + "language", ox.Literal(source.language)),
            (DCTERMS + "issued", _typed(source.published, "date") if source.published else None),
            (SCHEMA + "url", _typed(source.url, "anyURI") if source.url else None),
            (SKG + "publisher", node(source.publisher) if source.publisher else None),
            (SKG + "primarySource", node(source.primary_source) if source.primary_source else None),
            (PROV + "hadPrimarySource", node(source.primary_source) if source.primary_source else None),
            (SKG + "digest", ox.Literal(source.sha256) if source.sha256 else None),
            (SKG + "wordCount", _typed(source.words, "integer") if source.words else None),
            *((SKG + "speaker", node(one)) for one in source.speakers),
            *((SKG + "about", node(one)) for one in source.about),
        ],
    )


def statement_triples(statement: Statement) -> Iterator[ox.Triple]:
    """Yield the triples of a statement, of the nodes that belong to it, and its edge if it is one."""
    for subject, pairs in _blocks(statement):
        yield from _triples(subject, pairs)
    if statement.is_edge:
        yield ox.Triple(node(statement.subject), node(statement.predicate), to_engine(statement.object))


def statement_lines(statement: Statement) -> Iterator[str]:
    """Yield the same as N-Triples, the edge aside: without a triple of the engine's in between, in a third of the time."""
    for subject, pairs in _blocks(statement):
        start = _iri(subject)
        for predicate, value in pairs:
            if value is not None:
                yield f"{start} {_iri(predicate)} {value} .\n"


def edge_line(statement: Statement) -> str:
    """Return the triple of a statement as a line of N-Triples."""
    return f"{_iri(statement.subject)} {_iri(statement.predicate)} {to_engine(statement.object)} .\n"


def _blocks(statement: Statement) -> Iterator[tuple[str, Pairs]]:
    s = statement
    time = s.time
    yield (
        s.iri,
        [
            (RDF + "type", node(RDF + "Statement")),
            (RDF + "type", node(SKG + "Statement")),
            (RDF + "type", node(SKG + s.kind)),
            (RDF + "type", node(SKG + "EdgeStatement") if s.is_edge else None),
            (RDF + "subject", node(s.subject)),
            (RDF + "predicate", node(s.predicate)),
            (RDF + "object", to_engine(s.object)),
            (SKG + "gloss", _text(s.gloss)),
            (RDFS + "label", _text(s.gloss)),
            (SKG + "commitment", node(SKG + s.commitment)),
            (SKG + "polarity", node(SKG + s.polarity)),
            (SKG + "reading", node(SKG + s.reading)),
            (SKG + "frame", node(SKG + s.frame)),
            (SKG + "saidBy", node(s.said_by) if s.said_by else None),
            (SKG + "saidTo", node(s.said_to) if s.said_to else None),
            (SKG + "heldBy", node(s.held_by) if s.held_by else None),
            (SKG + "holdsAt", node(SKG + "Always") if time.always else node(time.at) if time.at else None),
            (SKG + "holdsFrom", node(time.start) if time.start else None),
            (SKG + "holdsUntil", node(time.end) if time.end else None),
            (SKG + "source", node(s.source) if s.source else None),
            (SKG + "byRule", node(s.rule) if s.rule else None),
            (SKG + "annotatedBy", ox.Literal(s.annotated_by) if s.annotated_by else None),
            (SKG + "annotatedOn", _typed(s.annotated_on, "date") if s.annotated_on else None),
            (SKOS + "editorialNote", _text(s.note) if s.note else None),
            *((SKG + "premise", node(one)) for one in s.premises),
            *((SKG + relation, node(other)) for relation, other in s.relations),
            *((DCTERMS + "references", node(address)) for address in s.references),
        ],
    )
    yield from _themes(s)
    yield from _resolutions(s)
    if s.passage and s.source:
        yield from _passage(s.iri, s.source, s.passage, s.link)


def _themes(statement: Statement) -> Iterator[tuple[str, Pairs]]:
    for i, given in enumerate(statement.themes, 1):
        assignment = f"{statement.iri}-theme-{i}"
        yield (
            statement.iri,
            [(SKG + "themeAssignment", node(assignment)), (DCTERMS + "subject", node(given.theme))],
        )
        yield (
            assignment,
            [
                (RDF + "type", node(SKG + "ThemeAssignment")),
                (SKG + "theme", node(given.theme)),
                (SKG + "weight", node(SKG + given.weight)),
                (SKG + "why", _text(given.why)),
            ],
        )


def _resolutions(statement: Statement) -> Iterator[tuple[str, Pairs]]:
    for i, given in enumerate(statement.resolutions, 1):
        resolution = f"{statement.iri}-resolution-{i}"
        yield (statement.iri, [(SKG + "resolution", node(resolution))])
        yield (
            resolution,
            [
                (RDF + "type", node(SKG + "Resolution")),
                (SKG + "referringForm", node(SKG + given.form)),
                (SKG + "refersTo", node(given.refers_to)),
                (SKG + "justifiedBy", node(given.justified_by) if given.justified_by else None),
            ],
        )


def _passage(statement: IRI, source: IRI, given: PassageRef, link: str | None) -> Iterator[tuple[str, Pairs]]:
    passage, position = f"{statement}-passage", f"{statement}-position"
    yield (statement, [(SKG + "passage", node(passage))])
    yield (
        passage,
        [
            (RDF + "type", node(SKG + "Passage")),
            (RDF + "type", node(OA + "SpecificResource")),
            (OA + "hasSource", node(source)),
            (OA + "hasSelector", node(position) if given.characters else None),
            (SKG + "source", node(source)),
            (SKG + "position", node(position) if given.characters else None),
            (SKG + "paragraph", _typed(given.paragraph, "integer")),
            (SKG + "starts", ox.Literal(given.starts)),
            (SKG + "ends", ox.Literal(given.ends) if given.ends else None),
            (SKG + "occurrence", _typed(given.occurrence, "integer") if given.occurrence else None),
            (SKG + "digest", ox.Literal(given.sha256) if given.sha256 else None),
            (SKG + "link", _typed(link, "anyURI") if link else None),
        ],
    )
    if given.characters:
        yield (
            position,
            [
                (RDF + "type", node(SKG + "Position")),
                (RDF + "type", node(OA + "TextPositionSelector")),
                (OA + "start", _typed(given.characters.start, "nonNegativeInteger")),
                (OA + "end", _typed(given.characters.end, "nonNegativeInteger")),
            ],
        )
