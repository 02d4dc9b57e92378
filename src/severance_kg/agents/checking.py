"""Checking a proposal in a process of its own, which is killed when it is late: a text can be made to take for ever.

The process opens the graph that the server answers from, reads one request from standard input and writes one report.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from severance_kg.agents.opened import OpenedStore
from severance_kg.agents.proposals import Proposal, check_proposal
from severance_kg.annotations import read_form
from severance_kg.errors import InputError, SevError, StoreError
from severance_kg.graph import KnowledgeGraph
from severance_kg.homes import Home
from severance_kg.limits import MEGABYTE, Limits
from severance_kg.ontology import read_ontology
from severance_kg.resources import gather
from severance_kg.worker import die_with_parent

STARTING_SECONDS = 20
"""How long the process may take beyond the limit: it imports and opens what a worker has at hand."""
STARTING_MEGABYTES = 1024


@dataclass(frozen=True)
class Checker:
    """Checks proposals against one graph, within limits, some at once."""

    home: Home
    limits: Limits
    turns: asyncio.Semaphore

    async def check(self, proposal: Proposal) -> dict[str, Any]:
        """Return the report on a proposal, as an object for JSON.

        Raises:
            InputError: it took too long or too much memory.
            StoreError: the graph cannot be opened.
        """
        async with self.turns:
            process = await self._start()
            request = json.dumps({**asdict(proposal), "memory": self.limits.memory}).encode()
            try:
                async with asyncio.timeout(self.limits.timeout + STARTING_SECONDS):
                    answer, _ = await process.communicate(request)
            except TimeoutError:
                what = "checking the proposal took too long and was stopped"
                raise InputError(what, hint="propose fewer statements at once, or give less of the text") from None
            finally:
                await _end(process)
        if not answer:
            raise InputError("the proposal ended its check", hint="propose fewer statements at once, or give less of the text")
        return _report(json.loads(answer))

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-s", "-m", __name__, self.home.kind, self.home.where, str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=self.home.descriptors,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            process.kill()
    await asyncio.shield(process.wait())


def _report(told: dict[str, Any]) -> dict[str, Any]:
    if "error" in told:
        raise StoreError(told["error"], where=told["where"], hint=told["hint"])
    return told


# ── In the process ───────────────────────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Check the proposal on standard input against the graph that the arguments name: kind, where, the parent's number."""
    kind, where, parent = sys.argv[1:4]
    die_with_parent(int(parent))
    given = json.load(sys.stdin.buffer)
    _confine(given.pop("memory"))
    try:
        told = _checked(Proposal(**given), OpenedStore.at(kind, where))
    except SevError as error:
        told = {"error": error.what, "where": error.where, "hint": error.hint}
    sys.stdout.buffer.write(json.dumps(told).encode())
    sys.stdout.flush()
    # The engine's own threads and what it holds need no farewell.
    os._exit(0)


def _checked(proposal: Proposal, store: OpenedStore) -> dict[str, Any]:
    # The ontology and the form are the package's own, whatever data the graph was made from.
    inputs = gather(None, only=False)
    return check_proposal(proposal, KnowledgeGraph(store), read_ontology(inputs.vocabulary), read_form(inputs.schema)).told()


def _confine(memory: int) -> None:
    """Give up the means to write a file, to leave a core behind and to take all memory."""
    import resource

    most = (memory + STARTING_MEGABYTES) * MEGABYTE
    for limit, value in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, most)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
