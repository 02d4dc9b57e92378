"""What is near a thing, found in the slow and simple way: what the page and ``page --focus`` must both find."""

from __future__ import annotations

import networkx as nx

import severance_kg as skg
from severance_kg.drawing import name_of
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI


def near(kg: skg.KnowledgeGraph, centre: str, hops: int) -> set[str]:
    """Return the names of the statements both ends of which lie within so many hops of what the page calls ``centre``."""
    graph = hops_of(kg, centre)
    reached = nx.single_source_shortest_path_length(graph, centre, cutoff=hops) if centre in graph else {}
    return {name_of(one.iri) for one in kg.statements() if set(ends(one)) <= set(reached)}


def hops_of(kg: skg.KnowledgeGraph, centre: str) -> nx.Graph[str]:
    """Return the graph whose edges are the hops; a centre that stands at no end is joined to what has to do with it."""
    graph: nx.Graph[str] = nx.Graph()
    known = {one.iri: one for one in kg.statements()}
    for one in known.values():
        graph.add_edge(*ends(one))
        for content in (known[end] for end in (one.subject, one.object) if isinstance(end, IRI) and end in known):
            graph.add_edges_from((name_of(content.iri), end) for end in ends(content))
    if centre not in graph:
        within = {name_of(theme) for theme in kg.narrower(kg.resolve(centre))} | {centre}
        graph.add_edges_from((centre, end) for one in known.values() if within & named(one) for end in ends(one))
    return graph


def ends(one: Statement) -> tuple[str, str]:
    """The names of what a statement joins."""
    return name_of(one.subject), name_of(one.object)


def named(one: Statement) -> set[str]:
    """The names of the statement itself and of all that it names beside its ends."""
    themes = (given.theme for given in one.themes)
    some: list[IRI | None] = [one.iri, one.predicate, one.said_by, one.said_to, one.held_by, one.source, one.rule, *themes]
    some += [one.time.at, one.time.start, one.time.end, *(given.refers_to for given in one.resolutions)]
    return {name_of(each) for each in some if each is not None}
