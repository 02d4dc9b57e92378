"""What can stand next on a command line: commands, options, their values, and the names in the graph."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import SevError

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.vocabulary import IRI

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
    "verify": ("--source",),
    "check": ("--source",),
}
"""The arguments of each command that are names in the graph."""

_WORD = re.compile(r"([a-z]+:)?[\w.-]+")
"""What no shell takes for more than a word: a name, with its prefix or without."""


def script(shell: str) -> str:
    """Return what a shell has to be told, as text to source."""
    return files("severance_kg").joinpath("shells", f"severance-kg.{shell}").read_text("utf-8")


def candidates(parser: argparse.ArgumentParser, words: list[str]) -> list[str]:
    """Return what fits in the place of the last of ``words``, which may be empty; nothing where a file is meant.

    The command's own name is not among the words. Names that a shell could take for more than a word are left out. Where no name
    begins with the word as it is written, those do that begin with it in other letter case.
    """
    *before, last = words or [""]
    before = [piece for word in before for piece in _pieces(word)]
    *option, last = _pieces(last)
    before += option
    begun_with = "".join(f"{one}=" for one in option)
    commands = _commands(parser)
    at = next((i for i, word in enumerate(before) if word in commands), None)
    if at is None:
        found: Iterable[str] = _options(parser) if last.startswith("-") else commands
    else:
        found = _of_command(before[at], commands[before[at]], before[at + 1 :], last)
    fit = {one for one in found if _WORD.fullmatch(one)}
    begun = [one for one in fit if one.startswith(last)] or [one for one in fit if one.casefold().startswith(last.casefold())]
    return sorted(f"{begun_with}{one}" for one in begun)


def _pieces(word: str) -> list[str]:
    """Return a word as the shell hands it over, an option apart from its value."""
    option, equals, value = word.partition("=")
    return [option, _plain(value)] if equals and option.startswith("--") else [_plain(word)]


def _plain(word: str) -> str:
    """Return what a shell makes of a word: some give it here as it was typed, with its quotes."""
    try:
        found = shlex.split(word)
    except ValueError:  # a quote that is not closed yet
        return word[1:] if word[0] in "\"'" else word
    return found[0] if len(found) == 1 else word


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
        return _values(name, previous, before[-1], before, last)
    if last.startswith("-"):
        return _options(parser)
    positionals = [action for action in parser._actions if not action.option_strings]
    given = sum(1 for i, word in enumerate(before) if not word.startswith("-") and not _takes(options, before[i - 1 : i]))
    return _values(name, positionals[given], positionals[given].dest, before, last) if given < len(positionals) else ()


def _takes(options: dict[str, Any], previous: list[str]) -> bool:
    return bool(previous) and previous[0] in options and options[previous[0]].nargs != 0


def _values(command: str, action: argparse.Action, argument: str, before: list[str], last: str) -> Iterable[str]:
    if action.choices is not None:
        return [str(one) for one in action.choices]
    if command == "export" and argument == "--format":
        from severance_kg.export import read_formats

        return list(read_formats())
    if argument not in _KINDS.get(command, ()):
        return ()
    data = next((_folder(word) for option, word in pairwise(before) if option == "--data"), None)
    # A folder that cannot be read has no names, but the bundled ones are there; what is wrong is told when it is asked.
    for folder in dict.fromkeys((data, None)):
        try:
            return _names(command, argument, folder, last, only=folder is not None and "--only" in before)
        except (SevError, OSError):
            continue
    return ()


def _folder(word: str) -> Path:
    try:
        return Path(word).expanduser()
    except RuntimeError:  # nobody has that name
        return Path(word)


def _names(command: str, argument: str, data: Path | None, last: str, *, only: bool) -> Iterable[str]:
    from severance_kg.questions import read_questions
    from severance_kg.resources import gather
    from severance_kg.vocabulary import compact, local_name

    if command == "question":
        return list(read_questions(gather(data, only=only).questions))
    from severance_kg.opening import load

    kg: KnowledgeGraph = load(data, only=only)
    named = compact if ":" in last else local_name
    return [named(iri) for iri in _meant(kg, command, argument, last)]


def _meant(kg: KnowledgeGraph, command: str, argument: str, last: str) -> Iterable[IRI]:
    """Return what an argument may name; every statement only where its id, or any prefixed name, has been begun."""
    from severance_kg.vocabulary import SEV, SKG, THEME

    if command == "cite":
        return [one.iri for one in kg.statements()]
    if command == "compare":
        return {one.source for one in kg.statements() if one.source is not None}
    if argument == "--source":
        return [one.iri for one in kg.things.values() if SKG + "Source" in one.classes]
    if command == "views" or argument == "--held-by":
        return list(kg.holders())
    if command in ("at", "changes"):
        return [one.iri for one in kg.things.values() if SKG + "Moment" in one.classes]
    things = [one.iri for one in kg.things.values() if ":" in last or one.iri.startswith((SEV, THEME))]
    return [*things, *(one.iri for one in kg.statements())] if last and command in ("show", "page") else things
