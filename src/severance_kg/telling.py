"""Statements told with their evidence: in plain text, and as objects for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from severance_kg.cite import judged, origin
from severance_kg.moments import Time
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI, Literal, compact

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph


def evidence(kg: KnowledgeGraph, statements: Iterable[Statement]) -> str:
    """Return statements with who said them, where and how surely, a block each."""
    return "\n".join(_block(kg, statement) for statement in statements)


def _block(kg: KnowledgeGraph, one: Statement) -> str:
    lines = [
        f"{compact(one.iri)}  {one.gloss}",
        f"    {origin(kg, one)}",
        f"    {judged(one)}; {told_time(kg, one.time)}; " + ("an edge" if one.is_edge else f"no edge: {one.why_no_edge()}"),
    ]
    lines += [f"    {_relation(str(relation))}: {kg.label(other)} ({compact(other)})" for relation, other in one.relations]
    if one.link:
        lines.append(f"    {one.link}")
    return "\n".join(lines) + "\n"


def _relation(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)


def told_time(kg: KnowledgeGraph, time: Time) -> str:
    """Return in words when a statement holds."""
    if time.always:
        return "always"
    if time.at:
        return f"at {kg.label(time.at)}"
    parts = [f"from {kg.label(time.start)}"] if time.start else []
    parts += [f"until {kg.label(time.end)}"] if time.end else []
    return " ".join(parts) or "time not known"


def statement_json(kg: KnowledgeGraph, one: Statement) -> dict[str, Any]:
    """Return a statement as an object for JSON, with IRIs in full and labels beside them."""

    def named(iri: IRI | None) -> dict[str, str] | None:
        return None if iri is None else {"iri": str(iri), "label": kg.label(iri)}

    obj = one.object
    time = one.time
    return {
        "iri": str(one.iri),
        "kind": str(one.kind),
        "subject": named(one.subject),
        "predicate": named(one.predicate),
        "object": {"value": str(obj), "datatype": obj.datatype} if isinstance(obj, Literal) else named(obj),
        "gloss": one.gloss,
        "is_edge": one.is_edge,
        "commitment": str(one.commitment),
        "polarity": str(one.polarity),
        "reading": str(one.reading),
        "frame": str(one.frame),
        "said_by": named(one.said_by),
        "said_to": named(one.said_to),
        "held_by": named(one.held_by),
        "time": {
            "always": time.always,
            "at": named(time.at),
            "from": named(time.start),
            "until": named(time.end),
        },
        "themes": [{"theme": named(t.theme), "weight": str(t.weight), "why": t.why} for t in one.themes],
        "resolutions": [
            {"form": str(r.form), "refers_to": named(r.refers_to), "justified_by": named(r.justified_by)} for r in one.resolutions
        ],
        "relations": [{"relation": str(relation), "statement": named(other)} for relation, other in one.relations],
        "source": named(one.source),
        "passage": _passage_json(one),
        "references": list(one.references),
        "rule": named(one.rule),
        "premises": [named(premise) for premise in one.premises],
        "annotated_by": one.annotated_by,
        "annotated_on": one.annotated_on,
        "note": one.note,
    }


def _passage_json(one: Statement) -> dict[str, Any] | None:
    if one.passage is None:
        return None
    p = one.passage
    return {
        "paragraph": p.paragraph,
        "starts": p.starts,
        "ends": p.ends,
        "occurrence": p.occurrence,
        "characters": list(p.characters) if p.characters else None,
        "sha256": p.sha256,
        "link": one.link,
    }
