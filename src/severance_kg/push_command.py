"""The command that sends the graph to a service."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from severance_kg.commands import graph, write
from severance_kg.errors import InputError
from severance_kg.push import BATCH
from severance_kg.push import push as send
from severance_kg.remote import RemoteStore
from severance_kg.service import TimeLimits
from severance_kg.tables import as_json


def push(arguments: argparse.Namespace) -> int:
    """Send the graph, show how far it is on a terminal, and tell what is there."""
    if not (arguments.graph_store or arguments.update):
        raise InputError("push needs an address to write to", hint="give --graph-store URL, or --update URL; see docs/stores.md")
    if not (arguments.graph_store or arguments.count_at):
        raise InputError("push needs an address to count at", hint="give --endpoint URL, the service's query address")
    addresses = (arguments.count_at, arguments.update, arguments.graph_store)
    target = RemoteStore(*addresses, default_graph=arguments.graph, limits=TimeLimits(arguments.timeout))
    options = {"replace": arguments.replace, "skip": arguments.skip}
    done = send(
        graph(arguments).store, target, batch=BATCH if arguments.batch is None else arguments.batch, progress=_show, **options
    )
    if arguments.format == "json":
        return write(as_json(asdict(done) | {"graph": target.graph}))
    name = f"<{target.graph}>" if target.graph else "the default graph"
    return write(f"{done.sent:,} triples sent; {name} holds {done.after:,}\n")


def _show(sent: int, _: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{sent:,} triples sent\x1b[K\n\x1b[A")
