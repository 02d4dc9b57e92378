"""The network as it is drawn: shapes, lines and places, put together with pyvis.

What a colour looks like in light and dark is the style sheet's affair; here is all that tells things apart without colour.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from severance_kg.layout import Box, lay_out
from severance_kg.part import most_telling
from severance_kg.resources import root
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Statement
from severance_kg.vocabulary import IRI, SEV, SKG, ST, Literal, Term, compact, local_name

if TYPE_CHECKING:
    from pyvis.network import Network

    from severance_kg.graph import KnowledgeGraph

SHAPES: dict[str, tuple[str, bool]] = {
    "Persona": ("dot", True),
    "FictionalPerson": ("dot", False),
    "RealPerson": ("hexagon", True),
    "Group": ("hexagon", False),
    "Department": ("square", False),
    "Organisation": ("square", True),
    "Place": ("triangleDown", True),
    "Object": ("triangle", True),
    "Event": ("diamond", True),
    "Moment": ("diamond", False),
    "Work": ("star", True),
    "Theme": ("star", False),
    "Abstraction": ("triangleDown", False),
    "Statement": ("triangle", False),
    "Literal": ("bar", True),
    "Other": ("cross", True),
}
"""A shape for each kind of thing and whether it is filled: no two kinds share both, so colour is never needed."""

DASHES: dict[Commitment, list[int]] = {
    Commitment.ASSERTED: [],
    Commitment.HEDGED: [16, 9],
    Commitment.REPORTED: [3, 8],
    Commitment.HYPOTHETICAL: [12, 24],
}
"""The line of each commitment: lengths of stroke and gap, in units of the drawing."""

OWN_SHAPES = ("bar", "cross")
"""Shapes that vis-network has not: the page's script draws them."""

MOST = 2000
"""So many statements are drawn at most: with more, neither the eye nor the browser follows. Lists and tables hold them all."""

UNDRAWN = ("EdgeProperty", "Rule", "Source")
"""Kinds that statements name and that do not stand on the map."""


def name_of(term: Term) -> str:
    """Return the short name that the page calls a thing by: ``InnieMark``, ``theme:Love``, ``st:celebpost-45511-s07``.

    A literal is called by its text in quotation marks, with its datatype where that is not plain text.
    """
    if isinstance(term, Literal):
        plain = term.datatype.endswith(("#string", "#langString"))
        return f'"{term}"' if plain else f'"{term}" ({local_name(term.datatype)})'
    if term.startswith(SEV):
        return term.removeprefix(SEV)
    return f"st:{term.removeprefix(ST)}" if term.startswith(ST) else compact(term)


def kind_of(kg: KnowledgeGraph, term: Term) -> str:
    """Return the kind that a thing is shown as."""
    if isinstance(term, Literal):
        return "Literal"
    thing = kg.things.get(term)
    if thing is None:
        return "Statement"
    return next((kind for kind in (*SHAPES, *UNDRAWN) if IRI(SKG + kind) in thing.classes), "Other")


def draw(kg: KnowledgeGraph, statements: Sequence[Statement]) -> Network:
    """Return the network of all statements: the edges of the graph and what is only said, told apart by their lines.

    Of more than ``MOST`` it is those about the things of which most is said.
    """
    from pyvis.network import Network

    if len(statements) > MOST:
        statements = sorted(most_telling(statements)[:MOST], key=lambda one: one.iri)
    net = Network(directed=True)
    net.set_options((root() / "viz" / "network.json").read_text("utf-8"))
    weights = _weights(statements)
    labels = {name_of(term): _label(kg, term) for term in weights}
    sizes = {name_of(term): round(8 + 2.3 * count**0.5) for term, count in weights.items()}
    boxes = {name: room(label, sizes[name]) for name, label in labels.items()}
    links = [(name_of(one.subject), name_of(one.object)) for one in statements]
    places = lay_out(boxes, links, [name_of(one) for one in _facing(statements, weights)]).positions
    for term in sorted(weights, key=name_of):
        name, kind = name_of(term), kind_of(kg, term)
        shape = SHAPES[kind][0]
        x, y = places[name]
        net.add_node(
            name,
            label=labels[name],
            shape="custom" if shape in OWN_SHAPES else shape,
            group=kind,
            size=sizes[name],
            x=x,
            y=y,
            weight=weights[term],
        )
    for one, bend in _bends(statements):
        net.add_edge(name_of(one.subject), name_of(one.object), **_line(kg, one, bend))
    return net


def network_json(net: Network) -> dict[str, Any]:
    """Return what vis-network is given."""
    return {"nodes": net.nodes, "edges": net.edges, "options": net.options}


def _weights(statements: Iterable[Statement]) -> dict[Term, int]:
    """How many statements touch each term, statements that nothing speaks of left out."""
    found: dict[Term, int] = defaultdict(int)
    for one in statements:
        for term in {one.subject, one.object}:
            found[term] += 1
    return dict(found)


def _label(kg: KnowledgeGraph, term: Term) -> str:
    if isinstance(term, Literal):
        return textwrap.fill(f"“{textwrap.shorten(str(term), 60, placeholder=' …')}”", 22)
    text = kg.label(term)
    if kind_of(kg, term) == "Statement":
        text = textwrap.shorten(text, 46, placeholder="…")
    return textwrap.fill(textwrap.shorten(text, 80, placeholder="…"), 20, break_long_words=True) or name_of(term)


def room(label: str, size: float) -> Box:
    """Return the room that a shape takes up with its label."""
    lines = label.split("\n")
    return Box(max(2.0 * size, 7.6 * max(map(len, lines))) + 12, 2.0 * size + 17 * len(lines) + 10)


def _facing(statements: Iterable[Statement], weights: dict[Term, int]) -> list[Term]:
    """The two personas of one person of whom most is said, the more spoken of first; none if nobody has two."""
    personas: dict[Term, set[Term]] = defaultdict(set)
    for one in statements:
        if one.predicate == IRI(SKG + "personaOf") and one.is_edge:
            personas[one.object].add(one.subject)
    pairs = [sorted(some, key=lambda term: (-weights[term], term))[:2] for some in personas.values() if len(some) > 1]
    return max(pairs, key=lambda pair: (sum(weights[term] for term in pair), pair), default=[])


def _bends(statements: Sequence[Statement]) -> list[tuple[Statement, float]]:
    """Each statement with how far its line bends to the right of its own direction, so that parallels stay apart."""
    between: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in statements:
        ends = sorted((name_of(one.subject), name_of(one.object)))
        between[ends[0], ends[1]].append(one)
    found = []
    for (first, _), some in between.items():
        step = min(0.2, 1.1 / len(some))
        for i, one in enumerate(some):
            bend = (i - (len(some) - 1) / 2) * step
            found.append((one, round(bend if name_of(one.subject) == first else -bend, 3)))
    return sorted(found, key=lambda pair: pair[0].iri)


def _line(kg: KnowledgeGraph, one: Statement, bend: float) -> dict[str, Any]:
    """How a statement is drawn: dashes for the commitment, a bar for "not", a lozenge for a figure, a dot for a rule."""
    negated = one.polarity is Polarity.NEGATED
    inferred = one.kind is Kind.INFERRED
    line: dict[str, Any] = {
        "id": name_of(one.iri),
        "words": ("not: " if negated else "") + kg.label(one.predicate),
        "look": "inferred" if inferred else "edge" if one.is_edge else "said",
        "width": 1.6 if inferred else 2.6 if one.is_edge else 2.4,
        "dashes": DASHES[one.commitment] or False,
        "arrows": {"to": {"enabled": True, "type": "bar" if negated else "arrow", "scaleFactor": 0.9 if negated else 0.55}},
    }
    if inferred or one.reading is Reading.FIGURATIVE:
        line["arrows"]["middle"] = {
            "enabled": True,
            "type": "circle" if inferred else "diamond",
            "scaleFactor": 0.45 if inferred else 0.8,
        }
    if one.subject == one.object:
        line["selfReference"] = {"size": 22, "angle": round(bend * 6, 3)}
    elif bend:
        line["smooth"] = {"enabled": True, "type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)}
    return line


def legend_json() -> dict[str, Any]:
    """Return the shapes and lines that the legend explains."""
    return {
        "shapes": {kind: {"shape": shape, "filled": filled} for kind, (shape, filled) in SHAPES.items()},
        "lines": {str(commitment): dashes for commitment, dashes in DASHES.items()},
    }
