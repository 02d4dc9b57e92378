"""Running the server on standard input and output: the protocol, signals, and nothing left when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from severance_kg import __version__
from severance_kg.agents import resources
from severance_kg.agents.answers import dump, error_of
from severance_kg.agents.checking import Checker
from severance_kg.agents.opened import OpenedStore
from severance_kg.agents.tools import Tools, specifications
from severance_kg.errors import SevError
from severance_kg.graph import KnowledgeGraph
from severance_kg.homes import Home, home_of
from severance_kg.limits import Limits
from severance_kg.questions import read_questions
from severance_kg.resources import Inputs
from severance_kg.workers import Pool

INSTRUCTIONS = (
    "Who said what about the series Severance, where exactly and how surely. Only edges (is_edge) are said to be so; all else "
    "was hedged, supposed, reported, denied or figurative. Name the statement's id and its speaker when you use one."
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What agents are given, and within which limits. ``graph`` is N-Triples, or a store as :func:`home_of` takes one."""

    graph: bytes | Path
    inputs: Inputs
    limits: Limits = field(default_factory=Limits)


def run(settings: Settings) -> None:
    """Serve until standard input ends, or until SIGINT or SIGTERM.

    Raises:
        InputError: the store cannot be opened.
    """
    with contextlib.ExitStack() as held:
        home = held.enter_context(home_of(settings.graph))
        asyncio.run(_serve(settings, home, held))


async def _serve(settings: Settings, home: Home, held: contextlib.ExitStack) -> None:
    async with Pool(home, settings.limits) as pool:
        _leave_on_signals(pool, held)
        bundled = isinstance(settings.graph, bytes)
        kg = KnowledgeGraph(OpenedStore.of(home), settings.inputs)
        checker = Checker(home, settings.limits, asyncio.Semaphore(settings.limits.workers))
        questions = read_questions(settings.inputs.questions)
        server = _server(Tools(kg, pool, checker, questions, settings.inputs if bundled else None), settings.inputs)
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())


def _leave_on_signals(pool: Pool, held: contextlib.ExitStack) -> None:
    """End at a signal. A thread waits for the next line of standard input, and nothing but a line would wake it."""
    loop = asyncio.get_running_loop()
    leaving: list[asyncio.Task[None]] = []

    async def leave() -> None:
        await pool.close()
        held.close()
        os._exit(0)

    def stop() -> None:
        leaving.append(loop.create_task(leave()))

    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop)


# ── The protocol ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _server(tools: Tools, inputs: Inputs) -> Server[dict[str, Any]]:
    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(one) for one in specifications().values()])

    async def call_tool(_: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return _answered(await tools.call(asked.name, asked.arguments or {}))
        except SevError as error:
            return _failed(error)
        except RecursionError:
            return _failed(SevError("something in the input is nested too deeply", hint="write it flatter"))
        except Exception as error:
            # Whatever it is, an agent gets no traceback, and the next call its answer.
            sys.stderr.write(f"severance-kg: {asked.name} failed: {type(error).__name__}: {error}\n")
            return _failed(SevError("this is a mistake in the program", where=asked.name, hint="ask differently, and report it"))

    async def list_resources(_: Any, __: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[_resource(one) for one in resources.READABLE])

    async def read_resource(_: Any, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            found, text = await asyncio.to_thread(resources.read, str(asked.uri), inputs)
        except SevError as error:
            raise MCPError(types.INVALID_PARAMS, error.what, error_of(error)) from None
        content = types.TextResourceContents(uri=found.uri, mime_type=found.kind, text=text)
        return types.ReadResourceResult(contents=[content])

    return Server(
        "severance-kg",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _tool(told: dict[str, Any]) -> types.Tool:
    hints = types.ToolAnnotations(
        title=told["title"], read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return types.Tool(
        name=told["name"],
        title=told["title"],
        description=told["description"],
        input_schema=told["inputSchema"],
        output_schema=told["outputSchema"],
        annotations=hints,
    )


def _resource(one: resources.Readable) -> types.Resource:
    return types.Resource(uri=one.uri, name=one.name, description=one.description, mime_type=one.kind)


def _answered(told: dict[str, Any]) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=dump(told))], structured_content=told)


def _failed(error: SevError) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=dump(error_of(error)))], is_error=True)
