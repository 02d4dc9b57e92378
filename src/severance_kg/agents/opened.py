"""A graph that a pool's workers have at hand, opened once more to be looked things up in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pyoxigraph as ox

from severance_kg.errors import StoreError
from severance_kg.homes import Home
from severance_kg.store import Answer, ask
from severance_kg.worker import open_store


class OpenedStore:
    """The graph of a home, read only. It is the very one that the workers ask, whatever becomes of the files meanwhile."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    @classmethod
    def of(cls, home: Home) -> OpenedStore:
        """Open a home.

        Raises:
            StoreError: it cannot be read.
        """
        # Opening closes the descriptor, and the workers that are yet to come need the home's own.
        where = str(os.dup(home.descriptors[0])) if home.descriptors else home.where
        return cls.at(home.kind, where)

    @classmethod
    def at(cls, kind: str, where: str) -> OpenedStore:
        """Open what :func:`severance_kg.worker.open_store` opens."""
        try:
            return cls(open_store(kind, where))
        except (OSError, ValueError, SyntaxError, RuntimeError) as error:
            raise StoreError(f"the store cannot be opened: {error}", hint="build it anew") from None

    def query(self, query: str) -> Answer:
        """Scan and run one of the project's own queries."""
        try:
            return ask(self._engine, query)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be read: {error}", hint="build it anew") from None

    def lines(self) -> Iterator[bytes]:
        """Yield every triple as a line of N-Triples, in the engine's own spelling of literals."""
        return (f"{quad.triple} .\n".encode() for quad in self._engine)

    def dump(self) -> bytes:
        """Return every triple as N-Triples, sorted."""
        return b"".join(sorted(self.lines()))
