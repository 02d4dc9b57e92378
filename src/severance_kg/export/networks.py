"""GraphML, GEXF and Cytoscape JSON, by the writers of networkx.

Each statement is an edge of the network, parallel ones too, and says by ``is_edge`` whether it is one of the graph's. A
statement that is not weighs less, so that what was only supposed or denied pulls little in a drawing before it is filtered.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from severance_kg.export.flat import FLAT_LOSSES, Cell
from severance_kg.export.formats import Format
from severance_kg.export.jsonld import as_json
from severance_kg.export.material import Material
from severance_kg.export.tables import node_row
from severance_kg.vocabulary import compact, expand

if TYPE_CHECKING:
    import networkx

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a character reference."""


def weight(cells: dict[str, Cell]) -> float:
    """Return how hard a statement pulls in a drawing: an edge 1, one that only a hedge keeps from it 1/2, any other 1/4.

    This is an aid for layouts that take weights, and no probability.
    """
    if cells["is_edge"]:
        return 1.0
    hedged = (cells["commitment"], cells["polarity"], cells["reading"]) == ("Hedged", "Affirmed", "Literal")
    return 0.5 if hedged else 0.25


def drawn(given: Material) -> networkx.MultiDiGraph[str]:
    """Return the network: nodes and, under their statements' ids, edges, with plain values only."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="Severance", producer=given.producer, sha256=given.digest)
    for node in given.nodes():
        graph.add_node(node.id, **{name: cell for name, cell in node_row(node).items() if name != "id"})
    for one in given.statements():
        cells: dict[str, Any] = dict(one)
        # The label is the property's, so that a drawing reads "Innie Mark - chooses - his own life".
        cells |= {"label": given.label(expand(cells["predicate"]) or ""), "weight": weight(one)}
        graph.add_edge(cells.pop("subject"), cells.pop("object"), cells.pop("id"), **cells)
    return graph


def _for_xml(graph: networkx.MultiDiGraph[str]) -> networkx.MultiDiGraph[str]:
    for cells in (*(cells for _, cells in graph.nodes(data=True)), *(cells for _, _, cells in graph.edges(data=True))):
        cells.update({name: NOT_XML.sub("\ufffd", cell) for name, cell in cells.items() if isinstance(cell, str)})
    return graph


def _graphml(given: Material) -> Iterator[bytes]:
    # Not write_graphml: that takes lxml where it is installed, whose bytes are others.
    from networkx.readwrite.graphml import GraphMLWriter

    out = io.BytesIO()
    GraphMLWriter(_for_xml(drawn(given))).dump(out)
    # ElementTree leaves a carriage return in text as it is, and every reader would make a line feed of it.
    yield out.getvalue().replace(b"\r", b"&#13;") + b"\n"


def _gexf(given: Material) -> Iterator[bytes]:
    from networkx.readwrite.gexf import GEXFWriter

    graph = _for_xml(drawn(given))
    _set_times(graph, given)
    writer = GEXFWriter(version="1.2draft")
    _say_who(writer.xml.find("meta"), given)
    writer.add_graph(graph)
    out = io.BytesIO()
    writer.write(out)
    yield out.getvalue() + b"\n"


def _say_who(meta: Any, given: Material) -> None:
    """Put the producer and the digest into the head, and take the day out: the same graph is the same bytes tomorrow."""
    from xml.etree.ElementTree import SubElement

    del meta.attrib["lastmodifieddate"]
    meta.find("creator").text = given.producer
    SubElement(meta, "description").text = f"sha256 of the graph's sorted N-Triples: {given.digest}"


def _set_times(graph: networkx.MultiDiGraph[str], given: Material) -> None:
    ranks = {compact(moment): float(rank) for moment, rank in given.ranks.items()}
    for _, _, key, cells in graph.edges(keys=True, data=True):
        cells["id"] = key
        for end, other in (("start", "holds_from"), ("end", "holds_until")):
            moment = cells.get("holds_at", cells.get(other))
            if moment in ranks:
                cells[end] = ranks[moment]


def _cytoscape(given: Material) -> Iterator[bytes]:
    import networkx as nx

    graph = drawn(given)
    for _, cells in graph.nodes(data=True):
        cells["name"] = cells["label"]
    for _, _, key, cells in graph.edges(keys=True, data=True):
        cells |= {"id": key, "name": cells["label"], "interaction": cells["label"]}
    made = nx.cytoscape_data(graph)
    made["data"] = dict(made["data"])
    yield as_json(made, 1).encode() + b"\n"


DRAWN_LOSS = "A statement that makes no edge is drawn as one, of less weight, until it is filtered out by is_edge."
XML_LOSS = "Characters that XML 1.0 cannot hold, most control characters among them, become U+FFFD."
UNKNOWN_LOSS = (
    "On the time line a statement whose time is not known shows at every moment, as does one that holds always; holds_at tells "
    "them apart."
)
UNORDERED_LOSS = (
    "The time line has the moments of the longest chain that the story orders; one beside it has no number, and what holds at it "
    "shows at every moment."
)

FORMATS = (
    Format(
        "graphml",
        "GraphML, for yEd, igraph, Gephi, Cytoscape",
        ".graphml",
        write=_graphml,
        losses=(*FLAT_LOSSES, DRAWN_LOSS, XML_LOSS),
    ),
    Format(
        "gexf",
        "GEXF, for Gephi, with story time as a time line",
        ".gexf",
        write=_gexf,
        losses=(*FLAT_LOSSES, DRAWN_LOSS, XML_LOSS, UNKNOWN_LOSS, UNORDERED_LOSS),
    ),
    Format(
        "cytoscape",
        "Cytoscape JSON, for Cytoscape and cytoscape.js",
        ".cyjs",
        write=_cytoscape,
        losses=(*FLAT_LOSSES, DRAWN_LOSS),
    ),
)
