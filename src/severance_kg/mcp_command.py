"""The command ``mcp``: its options, and what it does."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from severance_kg.errors import InputError
from severance_kg.limits import Limits, option_name

_OF_CONNECTIONS = frozenset({"connections", "patience", "per_client"})
"""The limits that mean something only where there are connections, and clients to tell apart."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options; those of the limits are the limits' own fields."""
    parser.add_argument("--store", type=Path, metavar="STORE", help="answer from this store, a folder or a file in .nt, instead")
    limits = parser.add_argument_group("limits", "A query may lower those with an asterisk for itself, and raise none.")
    for one in fields(Limits):
        if one.name in _OF_CONNECTIONS:
            continue
        lowers = one.name in ("timeout", "memory", "result_bytes")
        told = f"{one.metadata['help'].partition(';')[0]}{'*' if lowers else ''} (default: {one.default})"
        kind = float if one.type == "float" else int
        limits.add_argument(f"--{option_name(one)}", type=kind, default=one.default, metavar=one.metadata["unit"], help=told)


def mcp(arguments: argparse.Namespace) -> int:
    """Serve the graph to an agent until standard input ends."""
    if sys.platform == "win32":
        raise InputError("Windows has no limits for processes", hint="serve from Linux, macOS or WSL")
    try:
        import mcp as sdk  # noqa: F401
    except ImportError:
        raise InputError("serving agents needs the MCP SDK", hint='run: pip install "severance-kg[mcp]"') from None
    from severance_kg.agents.running import Settings, run
    from severance_kg.build import ntriples
    from severance_kg.commands import check_store_alone
    from severance_kg.resources import gather

    given = {one.name: getattr(arguments, one.name) for one in fields(Limits) if one.name not in _OF_CONNECTIONS}
    check_store_alone(arguments)
    inputs = gather(arguments.data, only=arguments.only)
    run(Settings(arguments.store if arguments.store is not None else ntriples(inputs), inputs, Limits(**given)))
    return 0
