"""The command ``serve``: its options, and what it does."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields, replace
from pathlib import Path

from severance_kg.errors import InputError
from severance_kg.limits import Limits, option_name


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options; those of the limits are the limits' own fields."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1, this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="the port; 0 takes a free one (default: 8000)")
    parser.add_argument("--store", type=Path, metavar="STORE", help="serve this store, a folder or a file in .nt, instead")
    parser.add_argument("--no-page", action="store_true", help="do not draw the page that / shows")
    limits = parser.add_argument_group("limits", "A request may lower those with an asterisk for itself, and raise none.")
    for one in fields(Limits):
        told = f"{one.metadata['help']}{'*' if one.metadata['lowers'] else ''} (default: {one.default})"
        kind = float if one.type == "float" else int
        limits.add_argument(f"--{option_name(one)}", type=kind, default=one.default, metavar=one.metadata["unit"], help=told)


def serve(arguments: argparse.Namespace) -> int:
    """Serve the graph until the process is stopped."""
    if sys.platform == "win32":
        raise InputError("Windows has no limits for processes", hint="serve from Linux, macOS or WSL")
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise InputError("serving needs starlette and uvicorn", hint='run: pip install "severance-kg[server]"') from None
    from severance_kg.build import ntriples
    from severance_kg.commands import check_store_alone
    from severance_kg.questions import explain, read_questions
    from severance_kg.resources import gather
    from severance_kg.server.running import Settings, run

    limits = Limits(**{one.name: getattr(arguments, one.name) for one in fields(Limits)})
    check_store_alone(arguments)
    inputs = gather(arguments.data, only=arguments.only)
    of = inputs if arguments.store is None else None
    questions = {one.name: replace(one, explanation=explain(one, of)) for one in read_questions(inputs.questions).values()}
    settings = Settings(
        graph=arguments.store if arguments.store is not None else ntriples(inputs),
        questions=questions,
        host=arguments.host,
        port=arguments.port,
        limits=limits,
        data=arguments.data,
        only=arguments.only,
        page=not arguments.no_page,
    )
    run(settings, _ready)
    return 0


def _ready(address: str) -> None:
    sys.stdout.write(f"{address}\nQueries go to {address}sparql. Stop with Ctrl-C.\n")
    sys.stdout.flush()
