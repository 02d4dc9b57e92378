"""A pool of worker processes that can be killed: where the queries of strangers run.

The process that keeps the pool never runs a query. It hands each to a worker, waits for the answer until the deadline, and kills
the worker that is late; a spare has been warm all the while, so that the next query does not wait for a new one. What ends a
worker ends the one request that it had.

    async with Pool(home, Limits()) as pool:
        answer = await pool.ask(Ask("ASK { ?s ?p ?o }"))
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from severance_kg import errors
from severance_kg.errors import QueryError, QueryRefused, QueryStopped, SevError, StoreBusy, StoreError
from severance_kg.homes import Home
from severance_kg.limits import Limits
from severance_kg.turns import Crowded, Turns
from severance_kg.worker import Task

SPARE = 1
"""How many workers more there are than may be busy at once."""
START_SECONDS = 120
"""How long a worker may take to open its store before it is given up."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A query, and the format that is wanted for each kind of answer; None where none would be accepted."""

    query: str
    rows: str | None = "json"
    boolean: str | None = "json"
    triples: str | None = "ntriples"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: ``kind`` is ``rows``, ``boolean`` or ``triples``. Without a format there is no content."""

    kind: str
    format: str | None
    content: bytes


class Pool:
    """Workers over one graph. Used as a context; all workers have ended when it is left."""

    def __init__(self, home: Home, limits: Limits) -> None:
        self.home, self.limits = home, limits
        self.turns = Turns(limits)
        self.ended: Counter[str] = Counter()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._replaced: dict[_Worker, asyncio.Task[None]] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        """Start the workers, and raise what keeps the first from opening the store."""
        try:
            self._add(await _Worker.start(self.home))
            await asyncio.gather(*(self._hire() for _ in range(self.limits.workers - 1 + SPARE)))
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End every worker, and wait until it is gone."""
        self._closed = True
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    @property
    def alive(self) -> list[int]:
        """The process numbers of the workers."""
        return sorted(worker.process.pid for worker in self._workers)

    async def ask(self, ask: Ask, limits: Limits | None = None, *, client: str | None = None) -> Answer:
        """Run a query in a worker.

        Args:
            ask: the query and the formats wanted.
            limits: the pool's own, lowered for this query.
            client: who asks, so that they get their share and no more; None for the owner of the pool.

        Raises:
            QueryError: it is refused or cannot be run.
            QueryStopped: it ran into a limit.
            StoreBusy: no worker was free in time.
            StoreError: the worker ended for another reason.
        """
        limits = limits or self.limits
        async with AsyncExitStack() as held:
            try:
                await held.enter_async_context(self.turns.turn(client, limits))
            except Crowded as error:
                raise self._busy(str(error)) from None
            worker = await self._take(limits)
            try:
                return await self._run(worker, ask, limits)
            finally:
                if worker in self._replaced and len(self._replaced) > SPARE:
                    # Else one client could have all workers killed faster than they start, and others would wait.
                    self._do(self._release(held.pop_all(), self._replaced[worker]))

    async def _take(self, limits: Limits) -> _Worker:
        """Return a worker that waits for work; only where several have just been killed is there none."""
        try:
            return self._idle.get_nowait()
        except asyncio.QueueEmpty:
            pass
        try:
            return await asyncio.wait_for(self._idle.get(), limits.timeout)
        except TimeoutError:
            raise self._busy("new workers are being started") from None

    def _busy(self, what: str) -> StoreBusy:
        self.ended["busy"] += 1
        return StoreBusy(what, retry_after=max(1, round(self.limits.timeout / 2)), hint="ask again in a while")

    async def _run(self, worker: _Worker, ask: Ask, limits: Limits) -> Answer:
        task = Task(
            ask.query,
            ask.rows,
            ask.boolean,
            ask.triples,
            limits.timeout,
            limits.memory,
            limits.result_bytes,
            limits.query_chars,
            limits.nesting,
        )
        try:
            async with asyncio.timeout(limits.timeout):
                found, spent = await worker.ask(task)
        except TimeoutError:
            self._replace(worker, "timeout")
            raise self._late(ask.query, limits) from None
        except (EOFError, ConnectionError, ValueError):
            if self._closed:
                # Its owner did it, who would not wait for the query.
                raise StoreBusy("the server is stopping", retry_after=1, hint="ask again when it is back") from None
            self._replace(worker, "crash")
            raise await self._ended(worker, ask.query, limits) from None
        except BaseException:
            # Whoever asked has left. The engine would go on.
            self._replace(worker, "abandoned")
            raise
        if spent:
            self._replace(worker, "spent")
        else:
            self._idle.put_nowait(worker)
        if isinstance(found, SevError):
            raise found
        return found

    def _late(self, query: str, limits: Limits) -> QueryStopped:
        return QueryStopped(
            f"the query ran longer than {limits.timeout:g} s and was stopped",
            limit="timeout",
            where=shortened(query),
            hint=raising("timeout", limits.timeout, self.limits.timeout),
        )

    async def _ended(self, worker: _Worker, query: str, limits: Limits) -> SevError:
        words = await worker.last_words()
        if "memory" in words:
            self.ended["memory"] += 1
            return QueryStopped(
                f"the query took more than {limits.memory} MB and was stopped",
                limit="memory",
                where=shortened(query),
                hint=raising("memory", limits.memory, self.limits.memory),
            )
        return StoreError("the query ended its worker", where=shortened(query), hint="simplify it")

    # ── Hiring ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, worker: _Worker) -> None:
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    def _replace(self, worker: _Worker, why: str) -> None:
        self.ended[why] += 1
        worker.kill()
        self._do(self._bury(worker))
        if not self._closed:
            self._replaced[worker] = self._do(self._hire())
            self._replaced[worker].add_done_callback(lambda _: self._replaced.pop(worker))

    async def _release(self, turn: AsyncExitStack, replacement: asyncio.Task[None]) -> None:
        """Give a turn back when there is a worker for whoever has it next."""
        try:
            await asyncio.wait({replacement})
        finally:
            await turn.aclose()

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        chore = asyncio.get_running_loop().create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)
        return chore

    async def _bury(self, worker: _Worker) -> None:
        await worker.end()
        self._workers.discard(worker)

    async def _hire(self) -> None:
        """Start a worker, however often it takes: a machine that is short of memory now may not be in a while."""
        pause = 0.1
        while not self._closed:
            try:
                self._add(await _Worker.start(self.home))
                return
            except (SevError, OSError) as error:
                self.ended["not started"] += 1
                sys.stderr.write(f"severance-kg: no new worker: {error}\n")
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10)


class _Worker:
    """One worker process, as its parent sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        assert process.stdin and process.stdout and process.stderr
        self._in, self._out = process.stdin, process.stdout
        self._words = b""
        self._listening = asyncio.get_running_loop().create_task(self._listen(process.stderr))

    @classmethod
    async def start(cls, home: Home) -> _Worker:
        """Start a process, and return it when its store is open."""
        worker = cls(
            await asyncio.create_subprocess_exec(
                # -s: looking for the user's own packages opens a socket to the name service.
                *(sys.executable, "-s", "-m", "severance_kg.worker", home.kind, home.where, str(os.getpid())),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=home.descriptors,
                # Nothing of the environment, in which there may be passwords. One arena makes the limit of memory mean one.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "1"},
                # A Ctrl-C on the terminal is for the parent, which then ends its workers.
                start_new_session=True,
            )
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                letter, content = await worker._frame()
        except (EOFError, TimeoutError):
            await worker.end()
            raise StoreError("a worker did not start", where=(await worker.last_line()) or None) from None
        except BaseException:
            await asyncio.shield(worker.end())
            raise
        if letter == b"X":
            await worker.end()
            raise _error(json.loads(content))
        return worker

    async def ask(self, task: Task) -> tuple[Answer | SevError, bool]:
        """Return the answer to a task, or what is wrong with it, and whether the worker should be replaced now."""
        self._in.write(task.packed())
        await self._in.drain()
        content = bytearray()
        while True:
            letter, piece = await self._frame()
            if letter == b"D":
                content += piece
                continue
            told = json.loads(piece)
            if letter == b"X":
                return _error(told), told["spent"]
            return Answer(told["kind"], told["format"], bytes(content)), told["spent"]

    async def _frame(self) -> tuple[bytes, bytes]:
        head = await self._out.readexactly(5)
        return head[:1], await self._out.readexactly(int.from_bytes(head[1:], "big"))

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        while piece := await stderr.read(4096):
            self._words = (self._words + piece)[-2000:]

    async def last_words(self) -> str:
        """Return what the process wrote before it ended."""
        self.kill()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._listening), 2)
        return self._words.decode("utf-8", "replace")

    async def last_line(self) -> str:
        """Return the last line of the last words, shortened: the rest of a traceback is nobody's business."""
        return (await self.last_words()).strip().rpartition("\n")[2][-200:]

    def kill(self) -> None:
        """End the process at once."""
        # Not process.kill(): that first asks whether it has ended, and so takes its end away from whoever waits for it.
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """End the process, and wait until it is gone."""
        self.kill()
        await self.process.wait()
        await asyncio.gather(self._listening, return_exceptions=True)


def _error(told: dict[str, Any]) -> SevError:
    if told["kind"] == "QueryStopped":
        return QueryStopped(told["what"], limit=told["limit"], where=told["where"], hint=told["hint"])
    made = getattr(errors, told["kind"], QueryError)
    known = made if made in (QueryError, QueryRefused) else StoreError
    return known(told["what"], where=told["where"], hint=told["hint"])


def shortened(query: str) -> str:
    """Return a query on one line, without its middle if it is long."""
    line = " ".join(query[:2000].split())
    return line if len(line) <= 300 and len(query) <= 2000 else f"{line[:280]} …"


def raising(name: str, value: float, most: float) -> str:
    """Return how to raise a limit: in the request as far as the server's own goes, and there beyond that."""
    if value < most:
        return f"ask with {name}={most:g}, the most there is here, or simplify the query"
    return f"simplify the query, or ask whoever runs the service to start it with a higher --{name}"
