"""The command ``export``: the graph in another format, or what formats lose."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from severance_kg.commands import graph, write
from severance_kg.errors import InputError


def export(arguments: argparse.Namespace) -> int:
    """Write the graph in another format, or list what formats lose."""
    from severance_kg.export import export as written
    from severance_kg.export import export_to, find_format, guess_format

    if arguments.losses:
        return write(_losses(arguments.format, as_data=arguments.as_json))
    if arguments.out == "-":
        if arguments.as_json:
            hint = "formats that are JSON have names: jsonld and cytoscape"
            raise InputError("--json goes with --losses, or with --out and a file", hint=hint)
        name = find_format(arguments.format or "turtle").name
        export_to(graph(arguments).store, name, sys.stdout.buffer)
        return 0
    if Path(arguments.out).suffix.lower() in (".yaml", ".yml"):
        raise InputError("no export is YAML", where=str(arguments.out), hint="annotation files end so: choose another name")
    wanted = find_format(arguments.format) if arguments.format else guess_format(arguments.out)
    path = written(graph(arguments).store, wanted.name, arguments.out)
    if arguments.as_json:
        from severance_kg.reports import files_json
        from severance_kg.tables import as_json

        return write(as_json({"format": wanted.name, "files": files_json([path])}))
    return write(f"{path}\n")


def _losses(name: str | None, *, as_data: bool) -> str:
    from severance_kg.export import find_format, read_formats

    wanted = [find_format(name)] if name else read_formats().values()
    if as_data:
        from severance_kg.tables import as_json

        return as_json([{"name": one.name, "title": one.title, "losses": list(one.losses)} for one in wanted])
    nothing = "Nothing is lost: what was written gives the same graph back."
    told = (f"{one.name}: {one.title}\n" + "".join(f"  - {loss}\n" for loss in one.losses or (nothing,)) for one in wanted)
    return "\n".join(told)
