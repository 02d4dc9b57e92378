"""Turns: which query may have a worker next, so that no client has them all.

A client is whoever the caller says it is; for the endpoint, an address. Each has at most its share of the workers, and of the
places in the queue. What it asks beyond that waits behind its own queries, and never before another client's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from severance_kg.limits import Limits


class Crowded(Exception):
    """There is no place in the queue, or the wait was too long; the message says which."""


class Turns:
    """The turns of all clients; ``waiting`` and ``running`` are how many queries do."""

    def __init__(self, limits: Limits) -> None:
        self.waiting = self.running = 0
        self._limits = limits
        self._all = asyncio.Semaphore(limits.workers)
        self._own: dict[str, asyncio.Semaphore] = {}
        self._queries: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, client: str | None, limits: Limits) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the context is left. Nobody's queries, those without a client, have no share.

        Raises:
            Crowded: there was none to be had.
        """
        async with AsyncExitStack() as held:
            turns = [self._all]
            if client is not None:
                turns.insert(0, held.enter_context(self._share(client)))
            await self._take(turns, limits, held)
            self.running += 1
            try:
                yield
            finally:
                self.running -= 1

    @contextmanager
    def _share(self, client: str) -> Iterator[asyncio.Semaphore]:
        """Return the turns of a client, which are remembered as long as one of its queries is here."""
        if self._queries[client] >= self._limits.share + self._limits.queue_share:
            raise Crowded(f"{self._queries[client]} queries from one address are running or waiting already")
        self._queries[client] += 1
        try:
            yield self._own.setdefault(client, asyncio.Semaphore(self._limits.share))
        finally:
            self._queries[client] -= 1
            if not self._queries[client]:
                del self._queries[client], self._own[client]

    async def _take(self, turns: Iterable[asyncio.Semaphore], limits: Limits, held: AsyncExitStack) -> None:
        waits = any(each.locked() for each in turns)
        if waits and self.waiting >= limits.queue:
            raise Crowded(f"{self.waiting} queries are waiting already")
        self.waiting += waits
        try:
            async with asyncio.timeout(limits.timeout):
                for each in turns:
                    await held.enter_async_context(each)
        except TimeoutError:
            raise Crowded(f"no worker was free within {limits.timeout:g} s") from None
        finally:
            self.waiting -= waits
