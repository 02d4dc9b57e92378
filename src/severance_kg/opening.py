"""The three ways to a graph: make it from annotations, open a store on disk, or reach a service."""

from __future__ import annotations

import contextlib
from pathlib import Path

from severance_kg.build import ntriples
from severance_kg.errors import InputError
from severance_kg.graph import KnowledgeGraph
from severance_kg.resources import gather
from severance_kg.store import MemoryStore


def load(data: str | Path | None = None, *, only: bool = False) -> KnowledgeGraph:
    """Return the bundled graph, with the annotation files of a folder beside it or, ``only``, instead of it.

    The graph is checked when it is first made and then kept, so that this takes milliseconds.

    Raises:
        InputErrors: annotation files cannot be read; every problem is told with file and line.
        CheckFailed: they break a rule of the model.
    """
    inputs = gather(_path(data) if data is not None else None, only=only)
    return KnowledgeGraph(MemoryStore(ntriples(inputs)), inputs)


def open(path: str | Path) -> KnowledgeGraph:  # noqa: A001  the name that says it, as in gzip.open
    """Return the graph in a store on disk, as ``severance-kg build --store`` makes it.

    Raises:
        StoreError: there is none, it is damaged, or another version made it.
    """
    from severance_kg.disk import DiskStore

    return KnowledgeGraph(DiskStore(_path(path)))


def connect(
    query_url: str,
    update_url: str | None = None,
    graph_store_url: str | None = None,
    *,
    default_graph: str | None = None,
    timeout: float = 30.0,
    connect_timeout: float = 10.0,
) -> KnowledgeGraph:
    """Return the graph behind a SPARQL service.

    Args:
        query_url: its address for queries; all that reading needs. Engines have different ones, see ``docs/stores.md``.
        update_url: its address for updates.
        graph_store_url: its address for whole graphs, from which everything is then read and to which :meth:`push` writes.
        default_graph: the IRI of the graph to ask, for a service that holds several; nothing else of it is seen then.
        timeout: seconds to wait for a whole answer, further tries included.
        connect_timeout: seconds to wait for a connection.

    A name and a password come from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``.

    Raises:
        StoreError: an address is none, or holds a password.
    """
    from severance_kg.remote import RemoteStore
    from severance_kg.service import TimeLimits

    limits = TimeLimits(timeout, connect_timeout)
    return KnowledgeGraph(RemoteStore(query_url, update_url, graph_store_url, default_graph=default_graph, limits=limits))


def _path(given: str | Path) -> Path:
    try:
        path = Path(given)
        with contextlib.suppress(OSError):
            path.stat()  # which finds half characters and NUL; what is not there is told elsewhere
    except (TypeError, ValueError) as error:
        raise InputError(f"this names no folder: {error}", hint="give a text or a pathlib.Path") from None
    return path
