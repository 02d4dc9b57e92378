"""What the commands do that ask for story time, points of view and paths."""

from __future__ import annotations

import argparse
from importlib.resources import files

from severance_kg.commands import graph, write
from severance_kg.vocabulary import IRI


def at(arguments: argparse.Namespace) -> int:
    """Show what is known to hold at a moment, or the query that asks for it."""
    from severance_kg.tables import as_json
    from severance_kg.telling_story import holding_json, holding_text

    kg = graph(arguments)
    found = kg.at(arguments.moment, holder=arguments.held_by)
    if arguments.sparql:
        from severance_kg.vocabulary import compact

        query = files("severance_kg").joinpath("sparql", "holding.rq").read_text("utf-8")
        query = query.replace("sev:MeetingScene", compact(found.moment))
        if arguments.held_by:
            holder = f"skg:heldBy <{kg.naming.holder(arguments.held_by)}> ;"
            query = query.replace("a skg:EdgeStatement ;", f"a skg:EdgeStatement ; {holder}")
        return write(query)
    return write(as_json(holding_json(kg, found)) if arguments.format == "json" else holding_text(kg, found))


def changes(arguments: argparse.Namespace) -> int:
    """Show what changed between two moments."""
    from severance_kg.tables import as_json
    from severance_kg.telling_story import changes_json, changes_text

    kg = graph(arguments)
    found = kg.changes(arguments.start, arguments.end, holder=arguments.held_by)
    return write(as_json(changes_json(kg, found)) if arguments.format == "json" else changes_text(kg, found))


def views(arguments: argparse.Namespace) -> int:
    """List who holds views, show one view, show where two collide, or what rests on one voice."""
    from severance_kg import telling_story as tell
    from severance_kg.tables import as_json
    from severance_kg.telling import evidence, statement_json

    kg = graph(arguments)
    as_data = arguments.format == "json"
    if arguments.one_voice:
        lone = kg.one_voice()
        return write(as_json([statement_json(kg, one) for one in lone]) if as_data else evidence(kg, lone))
    if arguments.collisions or arguments.other:
        found = kg.collisions(arguments.holder, arguments.other)
        return write(as_json(tell.collisions_json(kg, found)) if as_data else tell.collisions_text(kg, found))
    if arguments.holder:
        seen = kg.view(arguments.holder)
        return write(as_json(tell.view_json(kg, seen)) if as_data else tell.view_text(kg, seen))
    return _holders(arguments)


def _holders(arguments: argparse.Namespace) -> int:
    from severance_kg.tables import as_json, table
    from severance_kg.vocabulary import compact

    kg = graph(arguments)
    counted = kg.holders()
    if arguments.format == "json":
        return write(as_json([{"iri": str(iri), "label": kg.label(iri), "statements": n} for iri, n in counted.items()]))
    return write(table(["holder", "name", "statements"], [[kg.label(iri), compact(iri), str(n)] for iri, n in counted.items()]))


def path(arguments: argparse.Namespace) -> int:
    """Tell how two things are connected, or what comes nearest to connecting them."""
    from severance_kg import telling_story as tell
    from severance_kg.tables import as_json

    kg = graph(arguments)
    found = kg.path(
        arguments.start,
        arguments.end,
        strongest=arguments.strongest,
        avoid=arguments.avoid,
        via=arguments.via,
        include_hedged=arguments.include_hedged,
    )
    if found.things:
        return write(as_json(tell.path_json(kg, found)) if arguments.format == "json" else tell.path_text(kg, found))
    nearest = kg.nearest_approach(arguments.start, arguments.end, avoid=arguments.avoid, via=arguments.via)
    if arguments.format == "json":
        return write(as_json(tell.no_path_json(kg, nearest)))
    return write(tell.no_path_text(kg, kg.resolve(arguments.start), kg.resolve(arguments.end), nearest))


def network(arguments: argparse.Namespace) -> int:
    """Show centrality, communities or bridges on a layer of the graph, or draw it."""
    from dataclasses import asdict

    from severance_kg import analysis
    from severance_kg.reports import files_json
    from severance_kg.tables import as_json, table

    kg = graph(arguments)
    found = analysis.layer(kg, "themes" if arguments.measure == "bridges" else arguments.layer)
    if arguments.figure:
        analysis.figure(found, arguments.figure)
        if arguments.format == "json":
            return write(as_json({"files": files_json([arguments.figure])}))
        return write(f"{arguments.figure}\n")
    if arguments.measure == "communities":
        groups = analysis.communities(found)
        data: object = groups
        rows = [[str(i), ", ".join(kg.label(IRI(node)) for node in group)] for i, group in enumerate(groups, 1)]
        text = table(["group", "things"], rows)
    elif arguments.measure == "bridges":
        bridges = analysis.bridges(found)
        data = [asdict(one) for one in bridges]
        rows = [[one.label, ", ".join(kg.label(IRI(c)) for c in one.characters), str(one.weight)] for one in bridges]
        text = table(["theme", "characters", "weight"], rows)
    else:
        measures = analysis.centrality(found)
        data = [asdict(one) for one in measures]
        rows = [[m.label, m.kind, str(m.degree), f"{m.betweenness:.3f}", f"{m.closeness:.3f}"] for m in measures]
        text = table(["thing", "kind", "statements", "betweenness", "closeness"], rows)
    reading = analysis.READINGS[arguments.measure]
    if arguments.format == "json":
        return write(as_json({"measure": arguments.measure, "layer": arguments.layer, "reading": reading, "found": data}))
    return write(f"{text}\n{reading}\n")
