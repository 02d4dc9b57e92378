"""Story time, points of view and paths, told in prose and as objects for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from severance_kg.statements import Kind, Statement
from severance_kg.storytime import Changes, Holding
from severance_kg.telling import evidence, statement_json
from severance_kg.views import Collision, View
from severance_kg.vocabulary import IRI, compact

if TYPE_CHECKING:
    # Not needed to tell of anything else, and networkx behind it costs more to import than the rest together.
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.paths import NoPath, Path


def _section(kg: KnowledgeGraph, title: str, statements: Sequence[Statement]) -> str:
    return f"{title} ({len(statements)})\n\n{evidence(kg, statements)}\n" if statements else ""


def _named(kg: KnowledgeGraph, iri: IRI) -> dict[str, str]:
    return {"iri": str(iri), "label": kg.label(iri)}


def _all(kg: KnowledgeGraph, statements: Iterable[Statement]) -> list[dict[str, Any]]:
    return [statement_json(kg, one) for one in statements]


# ── Story time ───────────────────────────────────────────────────────────────────────────────────────────────────────


def holding_text(kg: KnowledgeGraph, found: Holding) -> str:
    """Return what holds at a moment, sorted by how it holds; what is not known or unordered is counted, not hidden."""
    label = kg.label(found.moment)
    text = _section(kg, f"At {label}", found.at_point)
    text += _section(kg, f"Through a span that takes in {label}", found.through)
    text += _section(kg, "Always", found.always)
    text += _section(kg, f"Said not to hold at {label}", found.denied)
    if not text:
        text = f"Nothing is known to hold at {label}.\n\n"
    return text + (
        f"Of {len(found.not_known)} more edges the time is not known; {len(found.unordered)} hold at moments of which nobody "
        f"has said whether they come before or after {label}.\n"
    )


def holding_json(kg: KnowledgeGraph, found: Holding) -> dict[str, Any]:
    """Return what holds at a moment, for JSON."""
    return {
        "moment": _named(kg, found.moment),
        "at_point": _all(kg, found.at_point),
        "through": _all(kg, found.through),
        "always": _all(kg, found.always),
        "denied": _all(kg, found.denied),
        "not_known": [str(one.iri) for one in found.not_known],
        "unordered": [str(one.iri) for one in found.unordered],
    }


def changes_text(kg: KnowledgeGraph, found: Changes) -> str:
    """Return what changed between two moments."""
    start, end = kg.label(found.start), kg.label(found.end)
    text = ""
    if not found.ordered:
        text = f"Nobody has said that {start} comes before {end}: nothing can be said to have begun or ended between them.\n\n"
    for one, other in found.turned:
        text += f"Turned around: {one.gloss} Then: {other.gloss}\n\n{evidence(kg, (one, other))}\n"
    text += _section(kg, f"Said to hold from some moment after {start}", found.began)
    text += _section(kg, f"Said to hold until some moment before {end}", found.ended)
    text += _section(kg, f"Known to hold at {start}, and nothing said of {end}", found.only_then)
    text += _section(kg, f"Known to hold at {end}, and nothing said of {start}", found.only_now)
    count = len(found.throughout)
    return text + f"{count} edge{'' if count == 1 else 's'} hold at both. What is not said to go on is not taken to.\n"


def changes_json(kg: KnowledgeGraph, found: Changes) -> dict[str, Any]:
    """Return what changed between two moments, for JSON."""
    return {
        "from": _named(kg, found.start),
        "to": _named(kg, found.end),
        "ordered": found.ordered,
        "turned": [_all(kg, pair) for pair in found.turned],
        "began": _all(kg, found.began),
        "ended": _all(kg, found.ended),
        "only_then": _all(kg, found.only_then),
        "only_now": _all(kg, found.only_now),
        "throughout": [str(one.iri) for one in found.throughout],
    }


# ── Points of view ───────────────────────────────────────────────────────────────────────────────────────────────────


def view_text(kg: KnowledgeGraph, found: View) -> str:
    """Return the world as a holder sees it."""
    label = kg.label(found.holder)
    text = _section(kg, f"Held and said by {label}", found.own)
    text += _section(kg, f"Held by {label}, and told by somebody else", found.told)
    text += _section(kg, f"How {label} holds it", found.attitudes)
    return text or f"Nobody has said what {label} holds.\n"


def view_json(kg: KnowledgeGraph, found: View) -> dict[str, Any]:
    """Return the world as a holder sees it, for JSON."""
    return {
        "holder": _named(kg, found.holder),
        "own": _all(kg, found.own),
        "told": _all(kg, found.told),
        "attitudes": _all(kg, found.attitudes),
    }


def collisions_text(kg: KnowledgeGraph, found: Sequence[Collision]) -> str:
    """Return where views collide."""
    blocks = [
        f"{kg.label(c.one.held_by)} and {kg.label(c.other.held_by)}: {c.reason}\n\n{evidence(kg, (c.one, c.other))}"
        for c in found
    ]
    return "\n".join(blocks) or "No two views collide.\n"


def collisions_json(kg: KnowledgeGraph, found: Sequence[Collision]) -> list[dict[str, Any]]:
    """Return where views collide, for JSON."""
    return [{"reason": c.reason, "statements": _all(kg, (c.one, c.other))} for c in found]


# ── Paths ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def path_text(kg: KnowledgeGraph, found: Path) -> str:
    """Return a chain as numbered sentences, each in its own direction and with where it comes from."""
    if not len(found):
        return f"{kg.label(found.things[0])} is the thing itself.\n"
    lines = [f"{' — '.join(kg.label(thing) for thing in found.things)}  (strength {found.strength:.2f})\n"]
    for i, one in enumerate(found, 1):
        kind = {Kind.BACKGROUND: "background: ", Kind.INFERRED: "inferred: "}.get(one.kind, "")
        doubt = "" if one.is_edge else f"no edge, {one.why_no_edge()}: "
        lines.append(f"{i}. {kind}{doubt}{evidence(kg, [one])}")
    return "\n".join(lines)


def path_json(kg: KnowledgeGraph, found: Path) -> dict[str, Any]:
    """Return a chain, for JSON."""
    return {
        "things": [_named(kg, thing) for thing in found.things],
        "strength": round(found.strength, 6),
        "statements": _all(kg, found),
    }


def no_path_text(kg: KnowledgeGraph, start: IRI, end: IRI, found: NoPath) -> str:
    """Return that there is no chain, and what comes nearest to one."""
    text = f"No chain of edges joins {kg.label(start)} and {kg.label(end)}.\n"
    if not found.approach:
        return text + "Nor do statements that are no edges.\n"
    missing = ", ".join(f"{compact(one.iri)} ({one.why_no_edge()})" for one in found.missing)
    return text + f"The nearest approach would need {missing}:\n\n{evidence(kg, found.approach)}"


def no_path_json(kg: KnowledgeGraph, found: NoPath) -> dict[str, Any]:
    """Return what comes nearest to a chain, for JSON."""
    return {
        "things": [],
        "statements": [],
        "nearest": _all(kg, found.approach),
        "missing": [str(one.iri) for one in found.missing],
    }
