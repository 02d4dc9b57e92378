"""The command that writes the page, of the whole graph or of what lies around one thing."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.part import Part


def page(arguments: argparse.Namespace) -> int:
    """Write the page and tell what it holds."""
    from severance_kg.commands import graph, write
    from severance_kg.frame import Page
    from severance_kg.page import make_page
    from severance_kg.part import Part, part
    from severance_kg.tables import as_json
    from severance_kg.vocabulary import local_name

    if arguments.focus is None and arguments.hops is not None:
        raise InputError("hops are counted from a thing", hint="name one with --focus")
    if arguments.out and arguments.out.suffix.lower() not in (".html", ".htm"):
        raise InputError("a page ends in .html", where=str(arguments.out), hint="name it so with --out")
    kg = part(graph(arguments), focus=arguments.focus, hops=arguments.hops or 1, limit=arguments.limit)
    name = f"-{_plain(local_name(kg.focus))}" if isinstance(kg, Part) and kg.focus else ""
    out = arguments.out or Path("build", f"severance{name}.html")
    path = Page(make_page(kg)).save(out)
    if arguments.format == "json":
        return write(as_json(_json(kg, path)))
    sys.stdout.write(f"{path}\n")
    if isinstance(kg, Part):
        sys.stdout.write(f"{_told(kg)}\n")
    sys.stdout.write(f"Open {path.resolve().as_uri()}\n")
    return 0


def _json(kg: KnowledgeGraph | Part, path: Path) -> dict[str, Any]:
    """Return what was written, and how much of the graph it holds."""
    from severance_kg.part import Part
    from severance_kg.reports import files_json

    held = len(kg.statements())
    told = {"files": files_json([path]), "page": path.resolve().as_uri(), "statements": held}
    if not isinstance(kg, Part):
        return told | {"of": held, "focus": None, "hops": None}
    return told | {"of": len(kg.whole.statements()), "focus": kg.focus and str(kg.focus), "hops": kg.hops if kg.focus else None}


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:60]


def _told(kg: Part) -> str:
    held, everything = len(kg.statements()), len(kg.whole.statements())
    where = f", within {kg.hops} hop{'' if kg.hops == 1 else 's'} of {kg.label(kg.focus)}" if kg.focus else ""
    beyond = f"; the limit leaves {kg.within - held} of them out" if kg.within > held else ""
    return f"It holds {held} of {everything} statements{where}{beyond}."
