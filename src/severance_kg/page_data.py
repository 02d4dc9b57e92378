"""What the page is told: everything that it shows, as one object for JSON.

Things are called by short names throughout, and each label stands there once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from severance_kg.cite import STYLES, cite, origin
from severance_kg.drawing import UNDRAWN, draw, kind_of, legend_json, name_of, network_json
from severance_kg.part import part_json
from severance_kg.reading import ask_shipped
from severance_kg.statements import Kind, Statement
from severance_kg.telling import statement_json
from severance_kg.vocabulary import IRI, PREFIXES, SKG, Literal, Term

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph


def payload(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return all that the page shows: the drawn network, the statements with their evidence, and what they name."""
    from severance_kg.paths import costs, strengths

    statements = kg.statements()
    known = {one.iri: one for one in statements}
    strength, cost = strengths(known), costs(known)
    triples = {triple: i for i, triple in enumerate(dict.fromkeys(one.triple for one in statements))}
    told = [
        _statement(kg, one) | {"triple": triples[one.triple], "strength": strength[one.iri], "cost": cost[one.iri]}
        for one in statements
    ]
    named = _named(told) | {name_of(one.object): one.object for one in statements}
    themes = _themes(kg, {given.theme for one in statements for given in one.themes})
    moments, precedes = _moments(kg, statements)
    named |= {name_of(iri): iri for iri in (*themes, *moments)}
    things = {name: term for name, term in named.items() if isinstance(term, Literal) or term in kg.things}
    return {
        "network": network_json(draw(kg, statements)),
        "legend": legend_json(),
        "part": part_json(kg),
        "statements": _with_names(told),
        "things": _things(kg, things),
        "sources": _sources(kg),
        "kinds": {kind: _kind_label(kg, kind) for kind in (*legend_json()["shapes"], *UNDRAWN)},
        "themes": {name_of(theme): sorted(map(name_of, within)) for theme, within in themes.items()},
        "moments": _with_names(moments),
        "precedes": _with_names(precedes),
        "prefixes": PREFIXES,
    }


def _statement(kg: KnowledgeGraph, one: Statement) -> dict[str, Any]:
    """A statement with its evidence, things as IRIs."""
    found: dict[str, Any] = _bare(statement_json(kg, one))
    return found | {
        "name": name_of(one.iri),
        "object": one.object,
        "references": [str(address) for address in one.references],
        "id": name_of(one.iri).removeprefix("st:"),
        "why_no_edge": one.why_no_edge(),
        "origin": origin(kg, one) if one.kind is Kind.INTERVIEW else None,
        "citations": {style: cite(kg, one, style).strip() for style in STYLES},
    }


def _bare(value: Any) -> Any:
    """Return a value with each pair of IRI and label replaced by the IRI: the page has every label once."""
    if isinstance(value, dict):
        return IRI(value["iri"]) if value.keys() == {"iri", "label"} else {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _with_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_names(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_names(one) for one in value]
    return name_of(value) if isinstance(value, IRI | Literal) else value


def _named(value: Any) -> dict[str, Term]:
    """Every IRI in a value, by its short name."""
    if isinstance(value, IRI):
        return {name_of(value): value}
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name: term for one in inner for name, term in _named(one).items()}


def _things(kg: KnowledgeGraph, things: dict[str, Term]) -> dict[str, dict[str, Any]]:
    definitions = _texts(kg, "SELECT ?thing ?text WHERE { ?thing skos:definition ?text }")
    elsewhere = _texts(kg, "SELECT ?thing ?text WHERE { ?thing schema:sameAs ?text }")
    found = {}
    for name, term in things.items():
        thing = None if isinstance(term, Literal) else kg.things[term]
        found[name] = {
            "label": thing.label if thing else str(term),
            "iri": str(term) if thing else None,
            "kind": kind_of(kg, term),
            "names": list(thing.names) if thing else [],
            "definition": next(iter(definitions.get(str(term), [])), None) if thing else None,
            "elsewhere": elsewhere.get(str(term), []) if thing else [],
            "datatype": term.datatype if isinstance(term, Literal) else None,
        }
    return found


def _texts(kg: KnowledgeGraph, query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in sorted((str(row["thing"]), str(row["text"])) for row in kg.select(query)):
        found.setdefault(row[0], []).append(row[1])
    return found


def _sources(kg: KnowledgeGraph) -> dict[str, dict[str, Any]]:
    return {
        name_of(iri): {
            "title": card.title,
            "url": card.url,
            "issued": card.issued,
            "publisher": kg.label(card.publisher) if card.publisher else None,
            "primary": kg.label(card.primary) if card.primary else None,
        }
        for iri, card in sorted(kg.sources.items())
    }


def _kind_label(kg: KnowledgeGraph, kind: str) -> str:
    cls = IRI(SKG + kind)
    return kg.things[cls].label if cls in kg.things else kind.lower()


def _themes(kg: KnowledgeGraph, used: set[IRI]) -> dict[IRI, set[IRI]]:
    """The themes that statements carry and the broader ones above them, each with those of the first that it takes in."""
    found = {iri: kg.narrower(iri) & used for iri, thing in kg.things.items() if IRI(SKG + "Theme") in thing.classes}
    return {iri: within for iri, within in found.items() if within}


def _moments(kg: KnowledgeGraph, statements: Iterable[Statement]) -> tuple[list[IRI], list[list[IRI]]]:
    """All moments, each after those that are known to precede it, and the pairs of which the first precedes the second.

    The order is partial and a list is not: moments that chains of ``skg:precedes`` join stand together, the largest such
    group first, and it is the pairs that tell what is known.
    """
    import networkx as nx

    pairs = [(IRI(str(row["earlier"])), IRI(str(row["later"]))) for row in ask_shipped(kg.store, "order")]
    joined: nx.Graph[IRI] = nx.Graph(sorted(pairs))
    joined.add_nodes_from(iri for iri, thing in kg.things.items() if IRI(SKG + "Moment") in thing.classes)
    joined.add_nodes_from(moment for one in statements for moment in one.time.moments)
    found: list[list[IRI]] = []
    for group in nx.connected_components(joined):
        # What precedes a moment precedes all that this moment precedes, and so is always less.
        before = {one: sum(kg.order.precedes(other, one) for other in group) for one in group}
        found.append(sorted(group, key=lambda one: (before[one], kg.label(one), one)))
    found.sort(key=lambda group: (-len(group), kg.label(group[0]), group[0]))
    return [moment for group in found for moment in group], [list(pair) for pair in sorted(pairs)]
