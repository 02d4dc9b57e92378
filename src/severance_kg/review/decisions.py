"""Decisions: what a reviewer made of the statements of a draft, as a file that can be applied to it.

The file is JSON::

    {"form": "severance-kg decisions 1",
     "source": "talk",
     "draft": "<SHA-256 of the draft's file>", "text": "<SHA-256 of the normalised text>",
     "reviewer": "Ada Reader", "on": "2026-11-22",
     "entities": {"Hanne": {"type": "FictionalPerson", "label": "Hanne"}},
     "decisions": [
       {"statement": "d01", "decision": "accept", "was": {…}, "changes": {"gloss": "…", "held_by": null}},
       {"statement": "d02", "decision": "reject", "was": {…}, "reason": "It says the same as d01."}]}

``was`` is the statement as the reviewer saw it: a decision counts for that and for nothing else. In ``changes`` null takes
a key away, and ``passage`` is a span of the normalised text: ``{"characters": [12, 40]}``.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from severance_kg.acceptance import REVIEW_KEYS
from severance_kg.drafting.undecided import NOTES
from severance_kg.errors import InputError, printable
from severance_kg.file_form import is_text
from severance_kg.yaml_lines import read_text

FORM = "severance-kg decisions 1"

EDITABLE = (
    *("triple", "gloss", "passage", "said_by", "said_to", "held_by", "commitment", "polarity", "reading", "frame"),
    *("holds_at", "holds_from", "holds_until", "themes", "resolves", "inferred", "note", "speaker_note", "reviewer_note"),
)
"""The keys of a statement that a reviewer may change, in the order in which a statement has them."""

_HINT = "save the decisions again; 'severance-kg review' makes the page"
_SHA = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Verdict(StrEnum):
    """What a reviewer decided: to let a statement in, to change it and leave it open, or to have it go."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on one statement; ``was`` is the statement that it was made on, without the program's notes."""

    statement: str
    verdict: Verdict
    was: Mapping[str, Any]
    changes: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one reviewer on one draft; ``draft`` and ``text`` are the digests of what was reviewed."""

    source: str
    draft: str
    text: str
    reviewer: str
    on: str
    decisions: tuple[Decision, ...] = ()
    entities: Mapping[str, Any] | None = None


def bare(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement without what programs write beside it."""
    return {key: value for key, value in statement.items() if key not in (*REVIEW_KEYS, *NOTES)}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the keys by which two statements differ. Of a passage the digest counts: its paragraph may have moved."""
    first, second = _comparable(one), _comparable(other)
    keys = dict.fromkeys([*first, *second])
    return [key for key in keys if (key in first, first.get(key)) != (key in second, second.get(key))]


def _comparable(statement: Mapping[str, Any]) -> dict[str, Any]:
    found = bare(statement)
    passage = found.get("passage")
    if isinstance(passage, dict) and "sha256" in passage:
        found["passage"] = passage["sha256"]
    return found


# ── As a file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def render(given: Decisions) -> str:
    """Return decisions as the text of their file."""
    head = {"form": FORM, "source": given.source, "draft": given.draft, "text": given.text}
    head |= {"reviewer": given.reviewer, "on": given.on}
    fields = {key: _json(value) for key, value in (head | {"entities": dict(given.entities or {})}).items()}
    # A decision a line: a person may look at it, take one out, and see in a diff what became of it.
    listed = ",\n".join(f"  {_json(_told(one))}" for one in given.decisions)
    fields["decisions"] = f"[\n{listed}\n ]" if listed else "[]"
    return "{\n" + ",\n".join(f' "{key}": {told}' for key, told in fields.items()) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(one: Decision) -> dict[str, Any]:
    found: dict[str, Any] = {"statement": one.statement, "decision": str(one.verdict), "was": dict(one.was)}
    if one.changes:
        found["changes"] = dict(one.changes)
    return found | ({"reason": one.reason} if one.reason else {})


def read_decisions(path: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        InputError: it cannot be read, or is something else.
    """
    return parse(read_text(path), str(path))


def parse(content: str, where: str) -> Decisions:
    """Read decisions from the text of their file; as :func:`read_decisions`."""

    def wrong(what: str) -> NoReturn:
        raise InputError(printable(what), where=where, hint=_HINT)

    try:
        given = json.loads(content, object_pairs_hook=_once, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", where=f"{where}:{error.lineno}", hint=_HINT) from None
    except ValueError as error:
        wrong(str(error))
    if not isinstance(given, dict) or given.get("form") != FORM:
        wrong("these are no decisions of a review")
    for c in _characters(given):
        if c not in "\t\n\r" and unicodedata.category(c) in ("Cc", "Cs", "Cn"):
            wrong(f"it holds the character U+{ord(c):04X}, which no text has")
    extra = given.keys() - {"form", "source", "draft", "text", "reviewer", "on", "entities", "decisions"}
    if extra:
        wrong(f'"{min(extra)}" is no key of it')
    for key, fits in (("source", None), ("draft", _SHA), ("text", _SHA), ("reviewer", None), ("on", None)):
        value = given.get(key)
        if not isinstance(value, str) or len(value) > 300 or (fits and not fits.fullmatch(value)):
            wrong(f"{key}: this is not well formed")
    if not _is_day(given["on"]):
        wrong(f'on: there is no such day as "{given["on"]}"')
    listed, entities = given.get("decisions"), given.get("entities") or {}
    if not isinstance(listed, list) or not isinstance(entities, dict):
        wrong("it has no list of decisions")
    made = tuple(_decision(one, i, wrong) for i, one in enumerate(listed, 1))
    names = [one.statement for one in made]
    if twice := next((name for name in names if names.count(name) > 1), None):
        wrong(f"{twice} is decided twice")
    return Decisions(given["source"], given["draft"], given["text"], given["reviewer"], given["on"], made, entities)


def _decision(given: Any, number: int, wrong: Any) -> Decision:
    if not isinstance(given, dict) or not isinstance(given.get("statement"), str) or not _ID.fullmatch(given["statement"]):
        wrong(f"decision {number} names no statement")
    name = given["statement"]
    if given.get("decision") not in list(Verdict):
        wrong(f"{name}: a decision is {', '.join(Verdict)}")
    was, changes, reason = given.get("was"), given.get("changes", {}), given.get("reason")
    if not isinstance(was, dict) or was.get("id") != name:
        wrong(f"{name}: it does not tell what was decided on")
    if not isinstance(changes, dict) or (reason is not None and not isinstance(reason, str)):
        wrong(f"{name}: this is not well formed")
    reason = " ".join((reason or "").split()) or None
    if reason and not is_text(reason):
        wrong(f"{name}: its reason is too long, or holds markup or control characters, which have no place there")
    for key in changes:
        if key not in EDITABLE:
            wrong(f'{name}: "{key}" cannot be changed by a decision')
    if given["decision"] == Verdict.REJECT:
        changes = {}
    return Decision(name, Verdict(given["decision"]), was, changes, reason)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key[:80]}" is there twice')
        found[key] = value
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_day(given: str) -> bool:
    try:
        return len(given) == 10 and datetime.date.fromisoformat(given).isoformat() == given
    except ValueError:
        return False


def _characters(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield from given
    elif isinstance(given, dict):
        for key, value in given.items():
            yield from _characters(key)
            yield from _characters(value)
    elif isinstance(given, list):
        for value in given:
            yield from _characters(value)
