"""What can stand next on a command line: commands, options, their values, and the names in the graph."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from severance_kg.errors import SevError

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

SHELLS = ("bash", "zsh", "fish")

_KINDS = {
    "question": ("name",),
    "show": ("name",),
    "cite": ("statement",),
    "path": ("start", "end", "--avoid", "--via"),
    "at": ("moment", "--held-by"),
    "changes": ("start", "end", "--held-by"),
    "views": ("holder", "other"),
    "page": ("--focus",),
    "compare": ("one", "other"),
}
"""The arguments of each command that are names in the graph."""


def script(shell: str) -> str:
    """Return what a shell has to be told, as text to source."""
    return files("severance_kg").joinpath("shells", f"severance-kg.{shell}").read_text("utf-8")


def candidates(parser: argparse.ArgumentParser, words: list[str]) -> list[str]:
    """Return what fits in the place of the last of ``words``, which may be empty; nothing where a file is meant.

    The command's own name is not among the words. Names that a shell could take for more than a word are left out.
    """
    *before, last = words or [""]
    commands = _commands(parser)
    at = next((i for i, word in enumerate(before) if word in commands), None)
    if at is None:
        found: Iterable[str] = _options(parser) if last.startswith("-") else commands
    else:
        found = _of_command(before[at], commands[before[at]], before[at + 1 :], last)
    return sorted(one for one in set(found) if one.startswith(last) and re.fullmatch(r"[\w.-]+", one))


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    # argparse has no public way to its own actions, and has kept this one since it was written.
    found = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for name in parser._option_string_actions if name.startswith("--")]


def _of_command(name: str, parser: argparse.ArgumentParser, before: list[str], last: str) -> Iterable[str]:
    options = parser._option_string_actions
    previous = options.get(before[-1]) if before else None
    if previous is not None and previous.nargs != 0:
        return _values(name, previous, before[-1])
    if last.startswith("-"):
        return _options(parser)
    positionals = [action for action in parser._actions if not action.option_strings]
    given = sum(1 for i, word in enumerate(before) if not word.startswith("-") and not _takes(options, before[i - 1 : i]))
    return _values(name, positionals[given], positionals[given].dest) if given < len(positionals) else ()


def _takes(options: dict[str, Any], previous: list[str]) -> bool:
    return bool(previous) and previous[0] in options and options[previous[0]].nargs != 0


def _values(command: str, action: argparse.Action, argument: str) -> Iterable[str]:
    if action.choices is not None:
        return [str(one) for one in action.choices]
    if command == "export" and argument == "--format":
        from severance_kg.export import read_formats

        return list(read_formats())
    if argument not in _KINDS.get(command, ()):
        return ()
    try:
        return _names(command, argument)
    except SevError:  # a graph that cannot be read has no names; what is wrong is told when it is asked
        return ()


def _names(command: str, argument: str) -> Iterable[str]:
    from severance_kg.questions import read_questions
    from severance_kg.resources import gather
    from severance_kg.vocabulary import SEV, THEME, local_name

    if command == "question":
        return list(read_questions(gather().questions))
    from severance_kg.opening import load

    kg: KnowledgeGraph = load()
    if command == "cite":
        return [local_name(one.iri) for one in kg.statements()]
    cls = _class(command, argument)
    things = kg.things.values()
    return [local_name(one.iri) for one in things if (cls in one.classes if cls else one.iri.startswith((SEV, THEME)))]


def _class(command: str, argument: str) -> str | None:
    """Return the class that an argument must belong to, if it may not be just anything with a name."""
    from severance_kg.vocabulary import SKG

    if command == "compare":
        return SKG + "Source"
    is_moment = command in ("at", "changes") and not argument.startswith("-")
    return SKG + "Moment" if is_moment else None
