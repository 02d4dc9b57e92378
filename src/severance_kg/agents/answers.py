"""What a tool answers: bounded objects, and errors in the one shape ``{"error", "where", "hint"}``."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from severance_kg.errors import SevError, printable
from severance_kg.formats import n3
from severance_kg.results import Value
from severance_kg.vocabulary import IRI, BlankNode, Literal, compact

MOST_CHARACTERS = 40_000
"""How long an answer may be as JSON: about ten thousand tokens."""

MOST_IN_TERM = 2_000
"""How much of one literal is told."""


def dump(told: Any) -> str:
    """Return an answer as JSON, on one line: white space costs tokens."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def cut(told: dict[str, Any], part: str, *, limit: int, offset: int = 0, of: int | None = None) -> dict[str, Any]:
    """Return an answer with so many items of a part as asked for and as there is room for; ``cut`` says if any are left out.

    Args:
        told: the answer; ``told[part]`` is a list.
        part: which list may be shortened.
        limit: how many items, at most.
        offset: how many of the first to leave out.
        of: how many there are in all, where the list does not hold them all.
    """
    items = told[part]
    found = len(items) if of is None else of
    shown = items[offset : offset + limit]
    room = MOST_CHARACTERS - len(dump({**told, part: [], "cut": None})) - 400
    reached = list(accumulate(len(dump(one)) + 1 for one in shown))
    shown = shown[: bisect_right(reached, room)]
    return {**told, part: shown, "cut": _notice(part, offset, len(shown), found)}


def _notice(part: str, offset: int, shown: int, found: int) -> dict[str, Any] | None:
    if offset == 0 and shown == found:
        return None
    after = offset + shown
    if shown == 0 and offset < found:
        hint = "the next one is too long to be told here: ask a narrower question, or leave it out with a higher offset"
    elif after < found:
        hint = f"ask with offset {after} for what follows, with a lower limit for less, or for something narrower"
    else:
        hint = "there is nothing after this; ask with a lower offset for what came before"
    return {"part": part, "offset": offset, "shown": shown, "of": found, "hint": hint}


def few(items: list[str], most: int) -> list[str]:
    """Return the first of some names, and in words how many more there are."""
    return items if len(items) <= most else [*items[:most], f"… and {len(items) - most} more"]


def term(given: Mapping[str, str]) -> str:
    """Return a term of SPARQL's JSON results as Turtle writes it, the middle of a long literal left out."""
    value = given["value"]
    if given["type"] == "uri":
        return written(IRI(value))
    if given["type"] == "bnode":
        return f"_:{value}"
    if given["type"] != "literal":
        return dump(given)[:MOST_IN_TERM]
    if len(value) > MOST_IN_TERM:
        value = f"{value[:MOST_IN_TERM]}… ({len(value) - MOST_IN_TERM} more characters)"
    return written(Literal(value, datatype=given.get("datatype"), language=given.get("xml:lang")))


def written(value: Value) -> str:
    """Return a term as Turtle writes it, with the project's prefixes."""
    if isinstance(value, IRI):
        short = compact(value)
        return short if short != value else n3(value)
    if isinstance(value, Literal) and not value.language and (short := compact(value.datatype)) != value.datatype:
        return n3(Literal(value)) + ("" if short == "xsd:string" else f"^^{short}")
    assert isinstance(value, Literal | BlankNode)
    return n3(value)


def error_of(error: SevError) -> dict[str, str | None]:
    """Return the object that tells an error."""
    told = {"error": error.what, "where": error.where, "hint": error.hint or "see what the tool's description says"}
    return {key: _shown(text) for key, text in told.items()}


def _shown(text: str | None) -> str | None:
    if not text:
        return None
    plain = printable(text)
    return plain if len(plain) <= 1000 else f"{plain[:997]}…"
