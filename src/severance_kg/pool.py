"""Work on many sources over all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from severance_kg import parts
from severance_kg.errors import StoreError
from severance_kg.resources import Inputs

T = TypeVar("T")
Done = Callable[[int], None]

BATCH = 400_000
"""Bytes of annotation files that a process takes at once, some 500 statements: so many that what it takes to begin is little."""


class Pool:
    """Processes that read and compile sources, started when there is more than one batch to do."""

    def __init__(self, inputs: Inputs, kept: Path) -> None:
        self._inputs, self._kept = inputs, kept
        self._processes: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._processes:
            self._processes.shutdown(cancel_futures=True)

    @cached_property
    def workshop(self) -> parts.Workshop:
        """The workshop of this process."""
        return parts.Workshop(self._inputs, self._kept)

    def read(self, tasks: list[parts.Task], done: Done) -> Iterator[tuple[parts.Task, parts.Face | list[parts.Told]]]:
        """Yield each task with its face or its problems, in any order."""
        return self._each(tasks, parts.read, lambda some: self.workshop.read(some), done)

    def make(self, tasks: list[parts.Task], done: Done) -> Iterator[tuple[parts.Task, parts.Part | list[parts.Told]]]:
        """Yield each task with its part or its problems, in any order."""
        return self._each(tasks, parts.make, lambda some: self.workshop.make(some), done)

    def _each(
        self,
        tasks: list[parts.Task],
        there: Callable[[list[parts.Task]], list[T]],
        here: Callable[[list[parts.Task]], list[T]],
        done: Done,
    ) -> Iterator[tuple[parts.Task, T]]:
        batches = list(_batches(tasks))
        if len(batches) <= 1 and not self._processes:
            for batch in batches:
                yield from zip(batch, here(batch), strict=True)
            return
        self._processes = self._processes or ProcessPoolExecutor(
            cores(), mp_context=get_context("spawn"), initializer=parts.begin, initargs=(self._inputs, self._kept)
        )
        coming: dict[Future[list[T]], list[parts.Task]] = {self._processes.submit(there, batch): batch for batch in batches}
        count = 0
        try:
            for future in as_completed(coming):
                batch = coming.pop(future)
                count += len(batch)
                done(count)
                yield from zip(batch, future.result(), strict=True)
        except BrokenProcessPool:
            hint = "if the machine ran out of memory, split the largest annotation files; then build again"
            raise StoreError("a process that compiled sources was ended from outside", hint=hint) from None


def _batches(tasks: list[parts.Task]) -> Iterator[list[parts.Task]]:
    batch: list[parts.Task] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += task.path.stat().st_size
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
