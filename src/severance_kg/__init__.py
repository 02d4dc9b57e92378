"""Severance as a knowledge graph: what was said in interviews, by whom, where, how surely, and the edges that follow.

    import severance_kg as skg
    kg = skg.load()
    kg.select("SELECT ?what WHERE { sev:InnieMark skg:chooses ?what }")

Heavy parts (rdflib, networkx, pyvis, pyshacl) are imported only by what needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from severance_kg.errors import CheckFailed, InputError, PassageError, QueryError, SevError, StoreError, UnknownName
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.opening import connect, load, open  # noqa: A004  the name that says it, as in gzip.open
    from severance_kg.results import Row, Rows, Triples
    from severance_kg.statements import Statement
    from severance_kg.vocabulary import IRI, Literal

_HOMES = {
    "errors": ("CheckFailed", "InputError", "PassageError", "QueryError", "SevError", "StoreError", "UnknownName"),
    "graph": ("KnowledgeGraph",),
    "opening": ("connect", "load", "open"),
    "results": ("Row", "Rows", "Triples"),
    "statements": ("Statement",),
    "vocabulary": ("IRI", "Literal"),
}

__all__ = [
    "IRI",
    "CheckFailed",
    "InputError",
    "KnowledgeGraph",
    "Literal",
    "PassageError",
    "QueryError",
    "Row",
    "Rows",
    "SevError",
    "Statement",
    "StoreError",
    "Triples",
    "UnknownName",
    "connect",
    "load",
    "open",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts fast."""
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"severance_kg.{module}"), name)
    raise AttributeError(f"module 'severance_kg' has no attribute {name!r}")
