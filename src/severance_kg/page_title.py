"""What a page says of itself: its title, its summary and its warning, from the works and the sources of the graph."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from severance_kg.errors import printable
from severance_kg.reading import ask_shipped
from severance_kg.resources import root
from severance_kg.statements import Frame
from severance_kg.vocabulary import IRI

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

TITLE = "Who said what"
NAMED = 3
"""So many works are named; with more, the others are counted."""


def page_title(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return what the page says of itself: ``title``, ``summary``, ``spoiler``, ``file`` and ``options``.

    ``spoiler`` is None where no statement is about a story, ``file`` begins the names of what is saved from the page, and
    ``options`` stand in the commands that it suggests.

    What the graph is about are the works that its sources say they are about; where none says so, it is the source itself.
    """
    works = sorted({_named(kg.label(IRI(str(row["work"])))) for row in ask_shipped(kg.store, "works")})
    sources = [_named(one.title) for one in kg.sources.values() if one.title]
    besides = len(ask_shipped(kg.store, "sources-besides")) if works else 0
    subject = _listed(works) if works else sources[0] if len(sources) == 1 else f"{len(sources)} sources" if sources else None
    statements = kg.statements()
    tells = any(one.frame is Frame.STORY_WORLD for one in statements)
    return {
        "title": f"{subject}: who said what" if subject else TITLE,
        "summary": f"{_counted(statements)}{_about(works, sources, besides)}, each with who said it, where and how firmly.",
        "spoiler": f"this page tells what happens in {_listed(works) if works else 'the story'}." if tells else None,
        "options": command_options(kg),
        "file": re.sub(r"[^a-z0-9]+", "-", works[0].lower()).strip("-")[:40] or "graph" if len(works) == 1 else "graph",
    }


def command_options(kg: KnowledgeGraph) -> str:
    """Return what a command must be told to speak of this graph: the folder's name is the reader's own affair, and not told."""
    from severance_kg.disk import DiskStore
    from severance_kg.remote import RemoteStore

    if isinstance(kg.store, DiskStore):
        return "--store FOLDER"
    if isinstance(kg.store, RemoteStore):
        return "--endpoint URL"
    paths = [path.resolve() for _, path in kg._inputs.annotations] if kg._inputs else []
    bundled = [path.is_relative_to((root() / "data").resolve()) for path in paths]
    return " ".join((["--data DIR"] if not all(bundled) else []) + (["--only"] if paths and not any(bundled) else []))


def _named(text: str) -> str:
    """A name on one line and of a length to be read, without what turns the writing direction."""
    return textwrap.shorten(printable(text).replace("\ufffd", ""), 80, placeholder="…")


def _listed(names: Sequence[str]) -> str:
    shown, more = list(names[:NAMED]), len(names) - NAMED
    if more > 0:
        shown.append(f"{more} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _counted(statements: Sequence[object]) -> str:
    return f"{len(statements):,} statement{'' if len(statements) == 1 else 's'}"


def _about(works: Sequence[str], sources: Sequence[str], besides: int) -> str:
    if works:
        other = f", and from {besides} other source{'' if besides == 1 else 's'}" if besides else ""
        return f" about {_listed(works)}{other}"
    return f" from {f'“{sources[0]}”' if len(sources) == 1 else f'{len(sources)} sources'}" if sources else ""
