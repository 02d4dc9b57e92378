"""Network measures over the graph, each with a plain reading of what it means on a graph this small, and what it does not.

All measures are networkx's; what is here chooses the layer they are taken on. Nodes come in the order of the statements, so
that the answers are always the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from severance_kg.errors import InputError, UnknownName
from severance_kg.network import network
from severance_kg.reading import Thing
from severance_kg.statements import Statement, Weight
from severance_kg.vocabulary import IRI, SKG

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

LAYERS = ("edges", "statements", "themes")
WEIGHTS = {Weight.MAJOR: 2, Weight.MINOR: 1}
_CHARACTERS = frozenset(SKG + name for name in ("Persona", "FictionalPerson"))

READINGS = {
    "centrality": (
        "Degree counts the statements about a thing: it tells what the sources talk about, not what matters in the story. "
        "Betweenness counts how many shortest chains run through it, closeness how short the chains are that lead to it. With "
        "a few dozen things, one statement more or less moves them all; read the order, not the figures."
    ),
    "communities": (
        "Groups of things with more statements among them than chance would give. On a graph this small they mostly show "
        "what is spoken of in one breath; they are no factions of the story."
    ),
    "bridges": (
        "Themes that join characters, and how many. A theme of many characters may be the subject of the interview, or only "
        "a theme that the annotator found easy to give."
    ),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """The centrality of one thing: its degree (statements), its betweenness and its closeness, both between 0 and 1."""

    iri: str
    label: str
    kind: str
    degree: int
    betweenness: float
    closeness: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """A theme, the characters that it joins, and the weight of their statements: two for a major theme, one for a minor."""

    theme: str
    label: str
    characters: tuple[str, ...]
    weight: int


def layer(kg: KnowledgeGraph, name: str) -> nx.Graph[str]:
    """Return one layer of the graph.

    ``edges`` and ``statements`` are directed multigraphs with a statement's IRI as the key of each edge, the one of edge
    statements only, the other of all. ``themes`` is an undirected graph between characters and themes; its edges have a
    ``weight`` and the ``statements`` behind it.

    Raises:
        UnknownName: there is no such layer.
    """
    if name not in LAYERS:
        raise UnknownName("layer", name, LAYERS)
    statements = kg.statements()
    if name == "themes":
        return theme_layer(statements, kg.things)
    return network(statements, kg.things, edges_only=name == "edges")


def theme_layer(statements: Iterable[Statement], things: Mapping[IRI, Thing]) -> nx.Graph[str]:
    """Return the two-part graph of characters and themes. A statement joins its characters with its themes."""
    graph: nx.Graph[str] = nx.Graph()
    weight: dict[tuple[str, str], int] = defaultdict(int)
    behind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in statements:
        ends = [end for end in (one.subject, one.object) if isinstance(end, IRI) and _is_character(end, things)]
        for end in dict.fromkeys(ends):
            for given in one.themes:
                weight[end, given.theme] += WEIGHTS[given.weight]
                behind[end, given.theme].append(str(one.iri))
    for (character, theme), total in weight.items():
        graph.add_node(str(character), label=things[IRI(character)].label, kind="character", bipartite=0)
        graph.add_node(str(theme), label=things[IRI(theme)].label, kind="theme", bipartite=1)
        graph.add_edge(str(character), str(theme), weight=total, statements=tuple(behind[character, theme]))
    return graph


def _is_character(iri: IRI, things: Mapping[IRI, Thing]) -> bool:
    thing = things.get(iri)
    return thing is not None and not _CHARACTERS.isdisjoint(thing.classes)


def _simple(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Return an undirected graph with one edge for each pair, weighted by how many statements or what weight join it."""
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(graph.nodes(data=True))
    for start, end, data in graph.edges(data=True):
        before = simple.edges[start, end]["weight"] if simple.has_edge(start, end) else 0
        simple.add_edge(start, end, weight=before + data.get("weight", 1))
    return simple


def centrality(graph: nx.Graph[str]) -> list[Measure]:
    """Return the centrality of every node of a layer, the highest degree first, then by name."""
    simple = _simple(graph)
    if not simple:
        return []
    between = nx.betweenness_centrality(simple)
    close = nx.closeness_centrality(simple)
    found = [
        Measure(node, data["label"], data["kind"], graph.degree[node], round(between[node], 6), round(close[node], 6))
        for node, data in graph.nodes(data=True)
    ]
    return sorted(found, key=lambda one: (-one.degree, -one.betweenness, one.iri))


def communities(graph: nx.Graph[str]) -> list[tuple[str, ...]]:
    """Return the groups of a layer by greedy modularity, the largest first, each sorted by label."""
    simple = _simple(graph)
    if simple.number_of_edges() == 0:
        return []
    found = nx.community.greedy_modularity_communities(simple, weight="weight")
    labels = nx.get_node_attributes(graph, "label")
    return sorted((tuple(sorted(group, key=lambda node: labels[node])) for group in found), key=lambda g: (-len(g), g))


def bridges(themes: nx.Graph[str]) -> list[Bridge]:
    """Return, for the layer of themes, which characters each theme joins, the theme of most characters first."""
    found = []
    for node, data in themes.nodes(data=True):
        if data["kind"] == "theme":
            characters = tuple(sorted(themes.neighbors(node)))
            weight = sum(themes.edges[node, one]["weight"] for one in characters)
            found.append(Bridge(node, data["label"], characters, weight))
    return sorted(found, key=lambda one: (-len(one.characters), -one.weight, one.theme))


def figure(graph: nx.Graph[str], path: Path, *, title: str = "") -> None:
    """Draw a layer as SVG, PNG or PDF, by the ending of ``path``, for a paper: black on white, labels on the things.

    Raises:
        InputError: matplotlib is not installed, or the ending is none of these.
    """
    if path.suffix not in (".svg", ".png", ".pdf"):
        raise InputError("a figure ends in .svg, .png or .pdf", where=str(path), hint="name it so")
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError("matplotlib is not installed", hint="run 'pip install matplotlib'") from None
    simple = _simple(graph)
    labels = nx.get_node_attributes(graph, "label")
    # Kamada-Kawai needs SciPy; the spring layout with a fixed seed needs NumPy only and is the same every time.
    places = nx.spring_layout(simple, seed=7, k=2.2 / max(len(simple), 1) ** 0.5, iterations=300)
    with mpl.rc_context({"svg.hashsalt": "severance-kg", "font.size": 6}):
        drawing = Figure(figsize=(10, 8), layout="constrained")
        axes = drawing.subplots()
        axes.set_axis_off()
        axes.set_title(title)
        shapes: dict[str, Any] = {"node_size": 40, "node_color": "white", "edgecolors": "black", "linewidths": 0.8}
        nx.draw_networkx_edges(simple, places, ax=axes, edge_color="0.65", width=0.6)
        nx.draw_networkx_nodes(simple, places, ax=axes, **shapes)
        nx.draw_networkx_labels(simple, places, labels=labels, ax=axes, font_size=6, verticalalignment="bottom")
        stamp = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix, {})
        try:
            drawing.savefig(path, dpi=200, metadata=stamp)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint="check the path") from None
