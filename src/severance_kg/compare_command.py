"""What ``severance-kg compare`` does, and how it tells what it finds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError
from severance_kg.tables import counted

if TYPE_CHECKING:
    from severance_kg.compare import Agreement, Match, Reader, Readings, Value
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.proposals import Comparison, Proposal
    from severance_kg.statements import Statement

FEW = 20
"""Under so many matched statements one judgement more or less moves a coefficient far."""


def compare(arguments: argparse.Namespace) -> int:
    """Compare two sources of the graph, or two readers' annotation files of one source."""
    from severance_kg.commands import graph, write
    from severance_kg.tables import as_json

    files = [_is_file(name) for name in (arguments.one, arguments.other)]
    if files[0] != files[1]:
        raise InputError("one of the two is a file, the other a source", hint="name two sources, or two annotation files")
    as_data = arguments.format == "json"
    if not files[0]:
        kg = graph(arguments)
        found = kg.compare(arguments.one, arguments.other)
        return write(as_json(sources_json(kg, found)) if as_data else sources_text(kg, found))
    from severance_kg.compare import compare_files
    from severance_kg.resources import gather

    if arguments.store or arguments.endpoint:
        raise InputError("files are compared as they are", hint="leave --store and --endpoint out")
    readings = compare_files(Path(arguments.one), Path(arguments.other), gather(arguments.data, only=arguments.only))
    return write(as_json(readings_json(readings)) if as_data else readings_text(readings))


def _is_file(name: str) -> bool:
    """Tell by the name, so that a file that is missing is told as missing: no source's id has a dot or a slash."""
    return not name.startswith(("http:", "https:")) and ("." in name or "/" in name or "\\" in name)


# ── Two sources ──────────────────────────────────────────────────────────────────────────────────────────────────────


def sources_text(kg: KnowledgeGraph, found: Comparison) -> str:
    """Return a comparison of two sources in plain text."""
    from severance_kg.proposals import KEYS
    from severance_kg.vocabulary import local_name

    a, b = (local_name(card.iri) for card in (found.one, found.other))
    confirmed = sum(one.confirmed for one in found.proposals)
    lines = [
        f"{a}: “{found.one.title}”, {found.one.issued or 'no date'}, {counted(found.statements[0], 'statement')}",
        f"{b}: “{found.other.title}”, {found.other.issued or 'no date'}, {counted(found.statements[1], 'statement')}",
        "",
        f"{len(found.proposals) - confirmed} proposed by rule, {confirmed} confirmed. A proposal is not in the graph.",
    ]
    for relation, key in KEYS.items():
        some = [one for one in found.proposals if one.relation is relation]
        if some:
            lines += ["", f"{key.replace('_', ' ')} ({len(some)})"]
            lines += [line for one in some for line in _proposal_lines(kg, one)]
    if confirmed < len(found.proposals):
        lines += [
            "",
            "To confirm one, write its line into the annotation file; a key stands once in a statement, with all its ids.",
        ]
    return "\n".join(lines) + "\n"


def _proposal_lines(kg: KnowledgeGraph, one: Proposal) -> list[str]:
    from severance_kg.cite import judged, origin
    from severance_kg.telling import told_time
    from severance_kg.vocabulary import local_name

    told = ["", f"  {'confirmed' if one.confirmed else 'proposed'}: {one.reason}"]
    for statement in (one.one, one.other):
        told.append(f"    {local_name(statement.iri)}  {statement.gloss}")
        told.append(f"        {origin(kg, statement)}; {judged(statement)}; {told_time(kg, statement.time)}")
        if statement.link:
            told.append(f"        {statement.link}")
    if not one.confirmed:
        told.append(f"    at {local_name(one.one.iri)} write  {one.line}")
    return told


def sources_json(kg: KnowledgeGraph, found: Comparison) -> dict[str, Any]:
    """Return a comparison of two sources as an object for JSON."""
    from severance_kg.telling import statement_json
    from severance_kg.vocabulary import local_name

    cards = zip((found.one, found.other), found.statements, strict=True)
    return {
        "sources": [{"iri": str(c.iri), "title": c.title, "published": c.issued, "statements": count} for c, count in cards],
        "proposals": [
            {
                "relation": str(one.relation),
                "rule": one.rule,
                "reason": one.reason,
                "confirmed": one.confirmed,
                "statement": local_name(one.one.iri),
                "line": one.line,
                "one": statement_json(kg, one.one),
                "other": statement_json(kg, one.other),
            }
            for one in found.proposals
        ],
    }


# ── Two readers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def readings_text(found: Readings) -> str:
    """Return a comparison of two readers in plain text: what it comes to, then what only one saw and where they differ."""
    lines = [
        f"{found.source}, read by {found.one.name} ({counted(len(found.one.statements), 'statement')}) and {found.other.name} "
        f"({len(found.other.statements)})",
        "",
        *_summary(found),
    ]
    for reader, only in zip((found.one, found.other), found.only, strict=True):
        if only:
            lines += ["", f"Only {reader.name}"]
            lines += [f"  {_id(one, found)}{_place(one)}  {one.gloss}" for one in only]
    differing = [match for match in found.matches if any(match.differences())]
    if differing:
        lines += ["", "Judged differently"]
        lines += [line for match in differing for line in _match_lines(match, found)]
    return "\n".join(lines) + "\n"


def _summary(found: Readings) -> list[str]:
    both, first, second = found.passages
    count = len(found.matches)
    yours, theirs = (len(only) for only in found.only)
    one, other = found.one.name, found.other.name
    lines = [
        f"Of {both + first + second} passages both saw {both}, only {one} {first}, only {other} {second}.",
        f"Of {count + yours + theirs} statements both have {count}, only {one} {yours}, only {other} {theirs}.",
    ]
    if not count:
        return [*lines, "No statement of the one matches one of the other: there is nothing to agree on."]
    lines += [reading(one) for one in found.agreements]
    if count < FEW:
        lines.append(f"On {count} statements a coefficient says little: read the counts.")
    return lines


def reading(one: Agreement) -> str:
    """Return in a sentence how far two readers agree in a judgement."""
    if not one.compared:
        return f"On {one.judgement} neither has judged."
    told = f"On {one.judgement} they agree on {one.same} of {one.compared}, "
    if one.alpha is None:
        return told + "kappa and alpha undefined: there is no second value that chance could have chosen."
    if one.judgement == "themes":
        return f"{told}alpha {one.alpha:.2f} (sets, MASI distance)."
    return f"{told}kappa {'undefined' if one.kappa is None else f'{one.kappa:.2f}'}, alpha {one.alpha:.2f}."


def _match_lines(match: Match, found: Readings) -> list[str]:
    lines = [f"  {_id(match.one, found)} / {_id(match.other, found)}{_place(match.one)}  {match.one.gloss}"]
    return lines + [f"      {name}: {_told(one)} / {_told(other)}" for name, one, other in match.differences()]


def _told(value: Value) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return "not given" if value is None else value


def _id(one: Statement, found: Readings) -> str:
    from severance_kg.vocabulary import local_name

    return local_name(one.iri).removeprefix(f"{found.source}-")


def _place(one: Statement) -> str:
    return f" (paragraph {one.passage.paragraph})" if one.passage else ""


def readings_json(found: Readings) -> dict[str, Any]:
    """Return a comparison of two readers as an object for JSON."""
    both, first, second = found.passages

    def side(reader: Reader, only: tuple[Statement, ...]) -> dict[str, Any]:
        told = [{"id": _id(one, found), "gloss": one.gloss, "where": str(one.where)} for one in only]
        return {"reader": reader.name, "file": str(reader.file), "statements": len(reader.statements), "only": told}

    return {
        "source": found.source,
        "readers": [side(reader, only) for reader, only in zip((found.one, found.other), found.only, strict=True)],
        "passages": {"both": both, "only_one": first, "only_other": second},
        "matched": len(found.matches),
        "agreement": [
            {
                "judgement": a.judgement,
                "compared": a.compared,
                "same": a.same,
                "kappa": a.kappa,
                "alpha": a.alpha,
                "reading": reading(a),
            }
            for a in found.agreements
        ],
        "differences": [_match_json(match, found) for match in found.matches if any(match.differences())],
    }


def _match_json(match: Match, found: Readings) -> dict[str, Any]:
    def plain(value: Value) -> str | list[str] | None:
        return sorted(value) if isinstance(value, frozenset) else value

    return {
        "one": _id(match.one, found),
        "other": _id(match.other, found),
        "gloss": match.one.gloss,
        "differs": {name: [plain(one), plain(other)] for name, one, other in match.differences()},
    }
