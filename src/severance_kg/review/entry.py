"""One statement to be edited on the terminal: in the reviewer's own editor as YAML, or field by field."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from severance_kg.errors import InputError, PassageError, SevError, did_you_mean, printable
from severance_kg.passages import NormalisedText, PassageRef
from severance_kg.stamp import stamp
from severance_kg.review.decisions import EDITABLE
from severance_kg.review.edits import flow
from severance_kg.review.material import Item, Names
from severance_kg.statements import Commitment, Frame, Polarity, Reading, Weight

Ask = Callable[[str], str]
"""Asks the reviewer one question and returns the line of the answer."""

_ONE_OF: dict[str, tuple[str, ...]] = {
    "commitment": tuple(Commitment),
    "polarity": tuple(Polarity),
    "reading": tuple(Reading),
    "frame": tuple(Frame),
}
_PARTS = ("subject", "predicate", "object")
_FIELDS = (
    *("gloss", *_PARTS, "said_by", "held_by", "commitment", "polarity", "reading", "frame"),
    *("holds_at", "holds_from", "holds_until", "note", "speaker_note", "reviewer_note"),
)


@dataclass
class Entry:
    """A statement as it stands, what its text and the names are, and what is declared while it is edited."""

    item: Item
    now: dict[str, Any]
    text: NormalisedText
    names: Names
    declared: dict[str, dict[str, str]] = field(default_factory=dict)

    def changes(self, after: Mapping[str, Any]) -> dict[str, Any]:
        """Return how a statement differs from what it was before the review; a passage as a span."""
        found: dict[str, Any] = {}
        for key in EDITABLE:
            if after.get(key) != self.item.was.get(key) or (key in after) != (key in self.item.was):
                found[key] = after.get(key)
        if "passage" in found:
            found["passage"] = self._span(found["passage"])
        return found

    def _span(self, given: Any) -> dict[str, list[int]]:
        """Return the span of a passage that is pointed at by its first and last words.

        Raises:
            SevError: it is no passage, or not in the text.
        """
        if not isinstance(given, dict) or not isinstance(given.get("paragraph"), int) or not isinstance(given.get("starts"), str):
            hint = "write it as {paragraph: 1, starts: first words, ends: last words}"
            raise InputError("a passage has the number of its paragraph and its first words", hint=hint)
        made = stamp(self.text, PassageRef(given["paragraph"], given["starts"], given.get("ends"), given.get("occurrence")))
        return {"characters": list(made.characters or ())}


# ── In an editor ─────────────────────────────────────────────────────────────────────────────────────────────────────


def editor() -> str | None:
    """Return the reviewer's editor, if one is named and there is a terminal for it, or it is named for this."""
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or None


def edit_text(entry: Entry, ask: Ask) -> dict[str, Any] | None:
    """Let the reviewer edit a statement as YAML; None if they leave it as it was."""
    before = "\n".join(_written(entry)) + "\n"
    content = before
    while True:
        after = _edited(content)
        if after is None or after == before:
            return None
        try:
            return entry.changes(_read(after, entry))
        except SevError as error:
            sys.stdout.write(printable(f"{error}\n"))
        content = after
        if ask("Mend it? y/n ").casefold().startswith("n"):
            return None


def _written(entry: Entry) -> Iterator[str]:
    yield f"# {entry.item.name}: save and leave to take it over. What is ~ is undecided; a line that is deleted is left out."
    for key in EDITABLE:
        value = entry.now.get(key)
        if key == "passage":
            pointers = ("paragraph", "starts", "ends", "occurrence")
            value = {one: value[one] for one in pointers if one in value} if isinstance(value, dict) else value
        if key in entry.now:
            yield f"{key}: {flow(value)}"
    why = entry.item.notes.get("why")
    for kind, notes in (("why", why if isinstance(why, dict) else {}), ("choices", entry.item.notes.get("choices") or {})):
        yield from (f"# {kind} {key}: {flow(value)}" for key, value in notes.items())
    yield from (f"# against it: {problem.what}" for problem in entry.item.problems)


def _edited(content: str) -> str | None:
    with tempfile.TemporaryDirectory(prefix="severance-kg-") as folder:
        path = Path(folder, "statement.yaml")
        path.write_text(content, "utf-8", newline="\n")
        command = editor() or ""
        try:
            done = subprocess.run([*shlex.split(command), str(path)], check=False)
            if done.returncode:
                sys.stdout.write(printable(f"{command} ended with status {done.returncode}; nothing was changed\n"))
                return None
            return path.read_text("utf-8")
        except (OSError, ValueError) as error:
            sys.stdout.write(printable(f"{command} cannot be used: {error}; nothing was changed\n"))
            return None


def _read(content: str, entry: Entry) -> dict[str, Any]:
    from severance_kg.yaml_lines import read_yaml

    given, _ = read_yaml(content, entry.item.name)
    if not isinstance(given, dict):
        raise InputError("a statement is a list of keys with values", hint="put them back, or leave without saving")
    for key in given:
        if key not in EDITABLE:
            raise InputError(f'no key "{key}" can be changed here', hint=did_you_mean(str(key), EDITABLE))
    was = entry.now.get("passage")
    passage = given.get("passage")
    if isinstance(was, dict) and isinstance(passage, dict):
        same = all(passage.get(key) == was.get(key) for key in ("paragraph", "starts", "ends", "occurrence"))
        given["passage"] = was if same else passage
    return given


# ── Field by field ───────────────────────────────────────────────────────────────────────────────────────────────────


def ask_fields(entry: Entry, ask: Ask) -> dict[str, Any] | None:
    """Ask for one field after another: an empty line keeps what is there, - takes it away, a number chooses a suggestion."""
    sys.stdout.write("Empty keeps what is there, - takes it away, a number chooses.\n")
    after = dict(entry.now)
    triple = list(after.get("triple") or [None, None, None])
    for key in _FIELDS:
        current = triple[_PARTS.index(key)] if key in _PARTS else after.get(key)
        given = _field(entry, ask, key, current)
        if key in _PARTS:
            triple[_PARTS.index(key)] = given
        elif given is not None or after.get(key) is not None:
            after[key] = given
    if triple != list(entry.now.get("triple") or [None, None, None]):
        after["triple"] = triple
    for key in [key for key in after if after[key] is None and entry.now.get(key) is not None and key not in _ALWAYS]:
        del after[key]
    after |= _themes(entry, ask)
    while True:
        try:
            return entry.changes(after | _passage(entry, ask))
        except PassageError as error:
            sys.stdout.write(printable(f"{error}\n"))


_ALWAYS = ("triple", "gloss", "said_by", "commitment", "frame")


def _field(entry: Entry, ask: Ask, key: str, current: Any) -> Any:
    options = _options(entry, key)
    shown = ", ".join(f"{i} {one}" for i, one in enumerate(options, 1))
    while True:
        given = ask(f"{key}{f' ({shown})' if shown else ''} [{'' if current is None else flow(current)}]: ")
        if not given:
            return current
        if given == "-":
            return None
        if given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= len(options):
            return options[int(given) - 1]
        if key in _ONE_OF and given not in _ONE_OF[key]:
            sys.stdout.write(printable(f'"{given}" is not one of {", ".join(_ONE_OF[key])}\n'))
            continue
        if not _is_known(entry, ask, key, given):
            continue
        return given


def _options(entry: Entry, key: str) -> tuple[str, ...]:
    if key in _ONE_OF:
        return _ONE_OF[key]
    choices = entry.item.notes.get("choices") or {}
    return tuple(str(one) for one in choices.get(key) or ())


def _is_known(entry: Entry, ask: Ask, key: str, given: str) -> bool:
    """Whether a name can stand: something bears it, it is declared now, or the reviewer wants it so."""
    names = entry.names
    known: Iterable[str] | None = None
    if key in ("subject", "said_by", "held_by", "object"):
        known = names.things
    elif key == "predicate":
        known = names.properties
    elif key in ("holds_at", "holds_from", "holds_until"):
        known = [*names.moments, "Always"]
    if known is None or given in known or given in entry.declared or not given[0].isupper():
        return key != "predicate" or given in names.properties or _unknown(given, names.properties)
    if near := did_you_mean(given, known):
        sys.stdout.write(printable(f'Nothing is called "{given}"; {near}\n'))
    cls = ask(f'Nothing is called "{given}". Declare it as (Persona, FictionalPerson, Place, …; empty to name another): ')
    if cls not in names.classes:
        return False
    entry.declared[given] = {"type": cls, "label": ask("Its label: ") or given}
    return True


def _unknown(given: str, known: Iterable[str]) -> bool:
    sys.stdout.write(
        printable(f'There is no property "{given}"; {did_you_mean(given, known) or "see severance-kg vocabulary"}\n')
    )
    return False


def _themes(entry: Entry, ask: Ask) -> dict[str, Any]:
    listed = list(entry.now.get("themes") or ())
    options = _options(entry, "themes")
    shown = ", ".join(f"{i} {one}" for i, one in enumerate(options, 1))
    while given := ask(f"a theme{f' ({shown})' if shown else ''}, or - for none, or empty for no more [{len(listed)}]: "):
        if given == "-":
            listed = []
            continue
        name = options[int(given) - 1] if given.isdigit() and 1 <= int(given[:6]) <= len(options) else given
        if name not in entry.names.themes:
            near = did_you_mean(name, entry.names.themes) or "see severance-kg vocabulary"
            sys.stdout.write(printable(f'There is no theme "{name}"; {near}\n'))
            continue
        weight = ask("  Major or Minor [Minor]: ").capitalize() or "Minor"
        why = ask("  why, in one sentence: ")
        listed.append({"theme": name, "weight": weight if weight in list(Weight) else "Minor", "why": why})
    return {"themes": listed} if listed != list(entry.now.get("themes") or ()) else {}


def _passage(entry: Entry, ask: Ask) -> dict[str, Any]:
    given = entry.now.get("passage") or {}
    starts, ends = ask(f"passage starts [{given.get('starts', '')}]: "), ask(f"passage ends [{given.get('ends', '')}]: ")
    if not starts and not ends:
        return {}
    paragraph = ask(f"in paragraph [{given.get('paragraph', '')}]: ")
    number = int(paragraph) if paragraph.isascii() and paragraph.isdigit() and len(paragraph) < 7 else given.get("paragraph")
    found = {"paragraph": number, "starts": starts or given.get("starts"), "ends": ends or given.get("ends")}
    return {"passage": {key: value for key, value in found.items() if value is not None}}
