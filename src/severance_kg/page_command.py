"""The command that writes the page, of the whole graph or of what lies around one thing."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from severance_kg.errors import InputError

if TYPE_CHECKING:
    from severance_kg.part import Part


def page(arguments: argparse.Namespace) -> int:
    """Write the page and tell what it holds."""
    from severance_kg.commands import graph
    from severance_kg.frame import Page
    from severance_kg.page import make_page
    from severance_kg.part import Part, part
    from severance_kg.vocabulary import local_name

    if arguments.focus is None and arguments.hops is not None:
        raise InputError("hops are counted from a thing", hint="name one with --focus")
    kg = part(graph(arguments), focus=arguments.focus, hops=arguments.hops or 1, limit=arguments.limit)
    name = f"-{_plain(local_name(kg.focus))}" if isinstance(kg, Part) and kg.focus else ""
    out = arguments.out or Path("build", f"severance{name}.html")
    path = Page(make_page(kg)).save(out)
    sys.stdout.write(f"{path}\n")
    if isinstance(kg, Part):
        sys.stdout.write(f"{_told(kg)}\n")
    sys.stdout.write(f"Open {path.resolve().as_uri()}\n")
    return 0


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:60]


def _told(kg: Part) -> str:
    held, everything = len(kg.statements()), len(kg.whole.statements())
    where = f", within {kg.hops} hop{'' if kg.hops == 1 else 's'} of {kg.label(kg.focus)}" if kg.focus else ""
    beyond = f"; the limit leaves {kg.within - held} of them out" if kg.within > held else ""
    return f"It holds {held} of {everything} statements{where}{beyond}."
