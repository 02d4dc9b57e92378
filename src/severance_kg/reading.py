"""Graph to records: the statements, names and sources of a graph, read back through its store."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from severance_kg.errors import StoreError
from severance_kg.moments import ALWAYS, MomentOrder, Time
from severance_kg.passages import PassageRef, Span
from severance_kg.results import Row, Rows
from severance_kg.statements import (
    Commitment,
    Form,
    Frame,
    Kind,
    Polarity,
    Reading,
    Relation,
    Resolution,
    Statement,
    ThemeAssignment,
    Weight,
)
from severance_kg.store import Store
from severance_kg.vocabulary import DCTERMS, IRI, OA, RDF, SKG, SKOS, Literal, Term, local_name

Properties = dict[str, list[Term]]


@dataclass(frozen=True, slots=True)
class Thing:
    """What bears a name in a graph: an entity, a theme, a class, a property, a source or a rule."""

    iri: IRI
    label: str
    classes: frozenset[IRI]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceCard:
    """What is needed to cite a source."""

    iri: IRI
    title: str
    url: str | None
    issued: str | None
    publisher: IRI | None
    primary: IRI | None


def ask_shipped(store: Store, name: str, put: str = "", instead_of: str = "") -> Rows:
    """Run one of the queries that ship with the package, with other names than the one that stands in it as an example."""
    query = files("severance_kg").joinpath("sparql", f"{name}.rq").read_text("utf-8")
    found = store.query(query.replace(instead_of, put) if put else query)
    assert isinstance(found, Rows)
    return found


def read_statements(store: Store, some: Iterable[IRI] | None = None) -> dict[IRI, Statement]:
    """Return every statement of a graph, or those named that it has, by IRI and in the order of the IRIs.

    Raises:
        StoreError: the graph holds a statement that is not whole; 'severance-kg check' tells what it lacks.
    """
    found: dict[IRI, dict[str, Properties]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    put = "" if some is None else f" {' '.join(f'<{iri}>' for iri in some)} "
    asked = ask_shipped(store, "records-of", put, " st:celebpost-45511-s01 ") if put else ask_shipped(store, "records")
    for row in asked:
        statement, node, name, value = row
        if isinstance(statement, IRI) and isinstance(value, IRI | Literal):
            found[statement][str(node)][str(name)].append(value)
    made = {}
    for iri in sorted(found, key=natural):
        try:
            made[iri] = _statement(iri, found[iri])
        except (IndexError, ValueError, KeyError) as error:
            raise StoreError(
                f"the statement {iri} is not whole ({error})", hint="run 'severance-kg check' on the graph"
            ) from None
    return made


def natural(iri: str) -> list[tuple[bool, int, str]]:
    """Sort key that puts s9 before s10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", local_name(iri))]


def _one(found: Properties, name: str) -> Term | None:
    values = found.get(name)
    return values[0] if values else None


def _iri(found: Properties, name: str) -> IRI | None:
    value = _one(found, name)
    return value if isinstance(value, IRI) else None


def _text(found: Properties, name: str) -> str | None:
    value = _one(found, name)
    return None if value is None else str(value)


def _iris(found: Properties, name: str) -> list[IRI]:
    return sorted(value for value in found.get(name, ()) if isinstance(value, IRI))


def _statement(iri: IRI, nodes: dict[str, Properties]) -> Statement:
    own = nodes[iri]
    subject, predicate = _iri(own, RDF + "subject"), _iri(own, RDF + "predicate")
    if subject is None or predicate is None:
        raise ValueError("no subject or no predicate")
    passage = _iri(own, SKG + "passage")
    kinds = [kind for kind in Kind if SKG + kind in own[RDF + "type"]]
    if not kinds:
        raise ValueError("no kind")
    return Statement(
        iri=iri,
        kind=kinds[0],
        subject=subject,
        predicate=predicate,
        object=own[RDF + "object"][0],
        gloss=str(own[SKG + "gloss"][0]),
        commitment=Commitment(local_name(own[SKG + "commitment"][0])),
        polarity=Polarity(local_name(own[SKG + "polarity"][0])),
        reading=Reading(local_name(own[SKG + "reading"][0])),
        frame=Frame(local_name(own[SKG + "frame"][0])),
        said_by=_iri(own, SKG + "saidBy"),
        said_to=_iri(own, SKG + "saidTo"),
        held_by=_iri(own, SKG + "heldBy"),
        time=_time(own),
        themes=tuple(_themes(own, nodes)),
        resolutions=tuple(_resolutions(own, nodes)),
        relations=tuple((relation, other) for relation in Relation for other in _iris(own, SKG + relation)),
        source=_iri(own, SKG + "source"),
        passage=_passage(nodes[passage], nodes) if passage else None,
        link=_text(nodes[passage], SKG + "link") if passage else None,
        references=tuple(_iris(own, DCTERMS + "references")),
        rule=_iri(own, SKG + "byRule"),
        premises=tuple(_iris(own, SKG + "premise")),
        annotated_by=_text(own, SKG + "annotatedBy"),
        annotated_on=_text(own, SKG + "annotatedOn"),
        note=_text(own, SKOS + "editorialNote"),
    )


def _time(own: Properties) -> Time:
    at = _iri(own, SKG + "holdsAt")
    if at == SKG + "Always":
        return ALWAYS
    return Time(at, _iri(own, SKG + "holdsFrom"), _iri(own, SKG + "holdsUntil"))


def _themes(own: Properties, nodes: dict[str, Properties]) -> Iterator[ThemeAssignment]:
    for iri in sorted(_iris(own, SKG + "themeAssignment"), key=natural):
        theme = _iri(nodes[iri], SKG + "theme")
        assert theme is not None
        weight = Weight(local_name(nodes[iri][SKG + "weight"][0]))
        yield ThemeAssignment(theme, weight, str(nodes[iri][SKG + "why"][0]))


def _resolutions(own: Properties, nodes: dict[str, Properties]) -> Iterator[Resolution]:
    for iri in sorted(_iris(own, SKG + "resolution"), key=natural):
        to = _iri(nodes[iri], SKG + "refersTo")
        assert to is not None
        form = Form(local_name(nodes[iri][SKG + "referringForm"][0]))
        yield Resolution(form, to, _iri(nodes[iri], SKG + "justifiedBy"))


def _passage(own: Properties, nodes: dict[str, Properties]) -> PassageRef:
    position = _iri(own, SKG + "position")
    place = nodes[position] if position else {}
    occurrence = _text(own, SKG + "occurrence")
    return PassageRef(
        paragraph=int(own[SKG + "paragraph"][0]),
        starts=str(own[SKG + "starts"][0]),
        ends=_text(own, SKG + "ends"),
        occurrence=int(occurrence) if occurrence else None,
        characters=Span(int(place[OA + "start"][0]), int(place[OA + "end"][0])) if place else None,
        sha256=_text(own, SKG + "digest"),
    )


def read_things(store: Store, some: Iterable[IRI] | None = None, *, of_class: IRI | None = None) -> dict[IRI, Thing]:
    """Return everything in a graph that has a label, statements aside; or those named, or those of a class."""
    classes: dict[IRI, set[IRI]] = defaultdict(set)
    labels: dict[IRI, str] = {}
    names: dict[IRI, set[str]] = defaultdict(set)
    if some is not None:
        asked = ask_shipped(store, "labels-of", f" {' '.join(f'<{iri}>' for iri in some)} ", " sev:InnieMark ")
    elif of_class is not None:
        asked = ask_shipped(store, "labels-in", f"a <{of_class}> ;", "a skg:Moment ;")
    else:
        asked = ask_shipped(store, "labels")
    for row in asked:
        thing, cls, label, name = row
        if isinstance(thing, IRI) and isinstance(cls, IRI):
            classes[thing].add(cls)
            labels.setdefault(thing, str(label))
            if name is not None:
                names[thing].add(str(name))
    return {iri: Thing(iri, labels[iri], frozenset(classes[iri]), tuple(sorted(names[iri]))) for iri in sorted(classes)}


def read_order(store: Store) -> MomentOrder:
    """Return the order of the moments."""
    return MomentOrder((IRI(str(row["earlier"])), IRI(str(row["later"]))) for row in ask_shipped(store, "order"))


def read_sources(store: Store) -> dict[IRI, SourceCard]:
    """Return the sources."""
    return {IRI(str(row["source"])): _source(row) for row in ask_shipped(store, "sources")}


def _source(row: Row) -> SourceCard:
    def text(name: str) -> str | None:
        return None if row[name] is None else str(row[name])

    publisher, primary = text("publisher"), text("primary")
    return SourceCard(
        IRI(str(row["source"])),
        str(row["title"]),
        text("url"),
        text("issued"),
        IRI(publisher) if publisher else None,
        IRI(primary) if primary else None,
    )
