"""Options that have no effect beside others: refused, since whoever gave them expects one.

``--data`` and ``--only`` are options of every command, and those that read no annotations take them without a word; only a
service is asked as it is, and whoever adds files to it would be misled.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from severance_kg.errors import InputError

_ASKING = "query question show cite path at changes views network compare export page"
_ASKING_ONLY = "query show cite path at changes views network export"
"""What asks a graph and needs no annotation files beside it: a question may be the user's own, a page lists questions."""


@dataclass(frozen=True, slots=True)
class Moot:
    """Options of some commands that have no effect when a condition holds; both lists are words with spaces between."""

    commands: str
    options: str
    why: str
    hint: str
    when: Callable[[argparse.Namespace], object]


MOOT = (
    Moot(_ASKING, "graph timeout", "without --endpoint", "name the service with --endpoint", lambda given: not given.endpoint),
    Moot(
        _ASKING_ONLY, "data only", "with --endpoint: a service is asked as it is", "leave one out", lambda given: given.endpoint
    ),
    Moot("build", "out open engine no_engine", "with --store: a store has no page", "leave one out", lambda given: given.store),
    Moot("cite", "style", "with --format json, which holds all three", "leave one out", lambda given: given.format == "json"),
    Moot("at", "format", "with --sparql, which prints a query", "leave one out", lambda given: given.sparql),
    Moot("views", "holder other collisions", "with --one-voice", "leave one out", lambda given: given.one_voice),
    Moot("network", "measure", "with --figure, which draws a layer", "leave one out", lambda given: given.figure),
    Moot(
        "network", "layer", "with --measure bridges, which lie between themes", "leave one out", lambda given: _has_layer(given)
    ),
    Moot(
        "export",
        "out store endpoint",
        "with --losses, which asks no graph",
        "leave one out",
        lambda given: given.losses,
    ),
    Moot("push", "update", "with --graph-store, which is written to", "leave one out", lambda given: given.graph_store),
    Moot("verify", "source", "with --stamp: one file is stamped", "leave one out", lambda given: given.stamp),
    Moot(
        "check", "source", "without --text or --html", "name the copy of the text", lambda given: not (given.text or given.html)
    ),
    Moot("review", "open", "with --terminal or --apply: there is no page", "leave one out", lambda given: _has_no_page(given)),
    Moot("review", "on", "without --terminal or --apply: the page asks", "leave it out", lambda given: not _has_no_page(given)),
)


def check(arguments: argparse.Namespace) -> None:
    """Raise an InputError if an option was given that has no effect beside the others.

    Args:
        arguments: the options, with what was given on the command line in ``given``: for each destination the options' names.
    """
    given: dict[str, list[str]] = arguments.given
    for names in given.values():
        if len(names) > 1:
            raise InputError(f"{' and '.join(names)} are one choice", hint="give one of them")
    for one in MOOT:
        if arguments.command in one.commands.split() and one.when(arguments):
            for option in one.options.split():
                if option in given:
                    raise InputError(f"{given[option][0]} has no effect {one.why}", hint=one.hint)


def _has_layer(given: argparse.Namespace) -> bool:
    return bool(given.measure == "bridges" and given.layer != "themes")


def _has_no_page(given: argparse.Namespace) -> bool:
    return bool(given.terminal or given.apply)
