"""The graph as networkx sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from severance_kg.reading import Thing
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI, local_name


def network(statements: Iterable[Statement], things: Mapping[IRI, Thing], *, edges_only: bool = True) -> nx.MultiDiGraph[str]:
    """Return a multigraph with things as nodes and a statement's IRI as the key of each edge.

    Nodes have ``label`` and ``kind``; edges ``label`` (the property's), ``predicate``, ``gloss``, ``commitment``,
    ``polarity``, ``reading``, ``frame``, ``is_edge``, and ``speaker`` where there is one. A literal is a node too, under its
    text. Several statements of one triple are several edges.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for one in statements:
        if edges_only and not one.is_edge:
            continue
        for term in (one.subject, one.object):
            thing = things.get(term) if isinstance(term, IRI) else None
            kinds = sorted(local_name(cls) for cls in thing.classes) if thing else []
            kind = kinds[0] if kinds else "Statement" if isinstance(term, IRI) else "Literal"
            graph.add_node(
                str(term), label=thing.label if thing else local_name(term) if isinstance(term, IRI) else str(term), kind=kind
            )
        graph.add_edge(
            str(one.subject),
            str(one.object),
            key=str(one.iri),
            label=things[one.predicate].label,
            predicate=str(one.predicate),
            gloss=one.gloss,
            commitment=str(one.commitment),
            polarity=str(one.polarity),
            reading=str(one.reading),
            frame=str(one.frame),
            is_edge=one.is_edge,
            **({"speaker": str(one.said_by)} if one.said_by else {}),
        )
    return graph
