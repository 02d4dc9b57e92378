"""The reference of the command line and of Python, written from the code as it is.

    uv run docs/tools/reference.py          writes docs/reference/commands.md and docs/reference/python.md

A test holds that what is committed is what this writes.
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import severance_kg as skg
from severance_kg import cli

FOLDER = Path(__file__).resolve().parents[1] / "reference"
NOTE = "<!-- Written by 'uv run docs/tools/reference.py'. Do not edit: change the code and write it again. -->"
GROUPS = ("load", "open", "connect", "KnowledgeGraph", "Rows", "Row", "Triples", "Statement", "IRI", "Literal")
"""The public names in the order of a reader who meets them; the errors come after them."""

ANSWERS = (
    ("storytime", ("Holding", "Changes")),
    ("views", ("View", "Collision")),
    ("paths", ("Path", "NoPath")),
    ("questions", ("Question",)),
    ("proposals", ("Comparison", "Proposal")),
    ("frame", ("Page", "PageFile")),
    ("push", ("Pushed",)),
    ("lookup", ("Things",)),
    ("reading", ("Thing", "SourceCard")),
    ("moments", ("MomentOrder",)),
    ("naming", ("Naming",)),
)
"""What methods of the graph return, by module. Nobody makes these, so they are no public names; a test keeps the list whole."""


LONGER = {"mcp": "What an agent may send is limited besides: see [the limits](../agents.md#limits)."}
"""What a command's options leave unsaid, and where it stands."""


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def commands() -> str:
    """Return the reference of the command line, in Markdown."""
    parser = cli._parser()
    (subparsers,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    told = {one.dest: one.help for one in subparsers._choices_actions}
    parts = [f"# Commands and options\n\n{NOTE}\n", f"{parser.epilog or ''} Examples are in [Commands](../commands.md).\n"]
    parts += ["".join(_row(one) for one in _listed(parser) if one is not subparsers)]
    parts += [_command(name, one, told[name]) for name, one in sorted(subparsers.choices.items())]
    return "\n".join(parts)


def _command(name: str, parser: argparse.ArgumentParser, told: str | None) -> str:
    listed = "".join(_row(one) for one in _listed(parser))
    more = f"\n{LONGER[name]}\n" if name in LONGER else ""
    return f"## `severance-kg {name}`\n\n{told}\n\n{listed}{more}"


def _listed(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """An action for each argument but ``--help``: what must be given first, what concerns only this command next."""
    shared = [one for group in parser._action_groups[2:] for one in group._group_actions]
    own = [one for one in parser._actions if one not in shared]
    listed = [one for one in own if not one.option_strings] + [one for one in own if one.option_strings] + shared
    return (one for one in listed if "--help" not in one.option_strings)


def _row(action: argparse.Action) -> str:
    names = ", ".join(f"`{name}{_value(action)}`" for name in action.option_strings) or f"`{_value(action).strip()}`"
    told = (action.help or "").replace("%(prog)s", "severance-kg").replace("%%", "%")
    if "--workers" in action.option_strings:  # so that the reference does not depend on whose machine wrote it
        told = re.sub(r"default: \d+", "default: one for each processor, at least 2", told)
    choices = f"one of {', '.join(f'`{one}`' for one in action.choices)}" if action.choices else ""
    default = f"default `{action.default}`" if _has_default(action) else ""
    many = "may be given several times" if type(action).__name__ == "_AppendAction" and "several" not in told else ""
    must = "must be given" if action.required and action.option_strings else ""
    rest = "; ".join(one for one in (told, choices, default, many, must) if one)
    return f"- {names}{f': {_escaped(rest)}' if rest else ''}\n"


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    name = action.metavar or (action.dest.upper() if action.option_strings or action.choices is None else action.dest)
    if action.choices and not action.metavar:
        name = action.dest.upper().replace("_", "-")
    return f" {name}" if action.nargs != "?" else f" [{name}]"


def _has_default(action: argparse.Action) -> bool:
    told = action.help or ""
    plain = isinstance(action.default, str | int | float) and not isinstance(action.default, bool)
    return plain and action.default not in ("", argparse.SUPPRESS) and "default" not in told


def _escaped(text: str) -> str:
    return re.sub(r"(?<!`)([*<>])(?!`)", r"\\\1", text)


# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def python() -> str:
    """Return the reference of the public names, in Markdown."""
    errors = sorted(set(skg.__all__) - set(GROUPS))
    parts = [f"# Python\n\n{NOTE}\n", "`import severance_kg as skg`. Examples are in [Python](../python.md).\n"]
    parts += [_named(name) for name in GROUPS]
    parts += ["## What methods return\n", "Frozen records and sequences; their classes need not be imported.\n"]
    for module, names in ANSWERS:
        home = import_module(f"severance_kg.{module}")
        parts += [_class(name, getattr(home, name), "###") for name in names]
    parts += ["## Errors\n", "Each has `what` happened, `where`, and a `hint` what to do next.\n"]
    parts += ["".join(f"- `{name}` ({_bases(name)}): {_first(getattr(skg, name))}\n" for name in errors)]
    return "\n".join(parts)


def _named(name: str) -> str:
    one = getattr(skg, name)
    if not inspect.isclass(one):
        return f"## `{name}`\n\n{_call(f'skg.{name}', one)}\n\n{_doc(one)}\n"
    return _class(name, one, "##")


def _class(name: str, one: type, level: str) -> str:
    owner = "kg" if name == "KnowledgeGraph" else name.lower()
    parts = [f"{level} `{name}`\n\n{_doc(one)}\n"]
    members = [(key, value) for key, value in vars(one).items() if not key.startswith("_")]
    fields = getattr(one, "__dataclass_fields__", {})
    listed = "".join(f"- `{key}`: `{value.type}`\n" for key, value in fields.items() if f"- `{key}`: " not in parts[0])
    parts += [listed] if listed else []
    for key, value in members:
        found = value if callable(value) else getattr(value, "fget", None) or getattr(value, "func", None)
        if found is None or not inspect.getdoc(found):
            continue
        called = f"{_call(f'{owner}.{key}', found)}\n\n" if callable(value) else ""
        parts.append(f"{level}# `{owner}.{key}`\n\n{called}{_doc(found)}\n")
    return "\n".join(parts)


def _call(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    kept = [one.replace(annotation=_Bare(one.annotation)) for one in signature.parameters.values() if one.name != "self"]
    told = signature.replace(parameters=kept, return_annotation=_Bare(signature.return_annotation))
    return f"```python\n{name}{told}\n```"


class _Bare(str):
    """An annotation that is shown without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _doc(one: Any) -> str:
    """Return a docstring as Markdown: its sections as lists, its marked names as code."""
    text = _marked(inspect.getdoc(one) or "")
    out: list[str] = []
    section = ""
    for line in text.splitlines():
        if re.fullmatch(r"(Args|Attributes|Raises|Returns|Example):", line):
            section = line[:-1]
            out += [f"**{section}**", ""]
        elif section == "Example" and line.strip():
            out.append(line.strip() if line.startswith("    ") else line)
        elif match := re.match(r" {4}(\w+): (.*)", line):
            out.append(f"- `{match[1]}`: {match[2]}")
        elif line.startswith("    "):
            out.append(f"  {line.strip()}" if section in ("Args", "Attributes", "Raises") else line.strip())
        else:
            section = "" if line.strip() else section
            out.append(line)
    return _example("\n".join(out)).rstrip()


def _example(text: str) -> str:
    """Return a text with its doctest in a fence."""
    return re.sub(
        r"((?:^>>> .*\n?(?:^[^\n>].*\n?)*)+)", lambda match: f"```pycon\n{match[1].rstrip()}\n```", text, flags=re.MULTILINE
    )


def _marked(text: str) -> str:
    text = re.sub(r":(?:func|meth|class):`([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")


def _first(one: Any) -> str:
    return _marked(inspect.getdoc(one) or "").partition("\n")[0]


def _bases(name: str) -> str:
    return ", ".join(f"`{base.__name__}`" for base in getattr(skg, name).__bases__)


def written() -> dict[Path, str]:
    """Return the reference's files by path."""
    texts = {"commands.md": commands(), "python.md": python()}
    return {FOLDER / name: re.sub(r"\n{3,}", "\n\n", text) for name, text in texts.items()}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, "utf-8")
