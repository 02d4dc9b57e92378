"""What commands tell of a thing, a statement, a verified text and the files they wrote, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.reading import natural
from severance_kg.statements import Statement
from severance_kg.telling import evidence, statement_json
from severance_kg.vocabulary import IRI, SKG, ST, compact, local_name

if TYPE_CHECKING:
    from severance_kg.errors import SevError
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.verify import Verdict


def about(kg: KnowledgeGraph, iri: IRI) -> list[Statement]:
    """Return the statements about a thing: those with it as subject or object, edges first; or the one statement itself."""
    if iri.startswith(ST):
        return [kg.statement(iri)]
    found = sorted({one.iri: one for part in ("subject", "object") for one in kg.having(part, iri)}.values(), key=_by_id)
    return sorted(found, key=lambda one: (not one.is_edge, one.kind != "InterviewStatement"))


def _by_id(one: Statement) -> list[tuple[bool, int, str]]:
    return natural(one.iri)


def related(kg: KnowledgeGraph, iri: IRI) -> dict[str, list[Statement]]:
    """Return the statements that a thing is otherwise named in: as theme, speaker, holder, moment or predicate."""
    found = {
        "with this theme": kg.having("theme", iri),
        "said by": kg.having("said_by", iri),
        "held by, and said by another": [one for one in kg.having("held_by", iri) if one.said_by != iri],
        "at this moment": kg.having("moment", iri),
        "with this property": kg.having("predicate", iri),
        "in this source": kg.having("source", iri),
    }
    return {name: statements for name, statements in found.items() if statements}


def definition(kg: KnowledgeGraph, iri: IRI) -> str:
    """Return the definition of a thing, or nothing."""
    rows = kg.select(f"SELECT ?text WHERE {{ <{iri}> skos:definition ?text }}")
    return str(rows[0]["text"]) if rows else ""


def show_text(kg: KnowledgeGraph, iri: IRI) -> str:
    """Return everything that is said of a thing, for the terminal."""
    if iri.startswith(ST):
        return evidence(kg, about(kg, iri)) + _details(kg, kg.statement(iri))
    thing = kg.things[iri]
    kinds = ", ".join(sorted(local_name(cls) for cls in thing.classes if cls.startswith(SKG)))
    lines = [f"{thing.label}  ({compact(iri)}{', ' + kinds if kinds else ''})"]
    lines += [f"also called {', '.join(thing.names)}"] if thing.names else []
    lines += [text] if (text := definition(kg, iri)) else []
    statements = about(kg, iri)
    edges = [one for one in statements if one.is_edge]
    doubted = [one for one in statements if not one.is_edge]
    text = "\n".join(lines) + "\n"
    if edges:
        text += f"\nEdges ({len(edges)})\n\n{evidence(kg, edges)}"
    if doubted:
        text += f"\nSaid, and no edge ({len(doubted)})\n\n{evidence(kg, doubted)}"
    for name, others in related(kg, iri).items():
        text += f"\nStatements {name} ({len(others)})\n\n"
        text += "".join(f"{compact(one.iri)}  {one.gloss}\n" for one in others)
    return text


def _details(kg: KnowledgeGraph, one: Statement) -> str:
    lines = [f"    theme {kg.label(given.theme)} ({str(given.weight).lower()}): {given.why}" for given in one.themes]
    for given in one.resolutions:
        why = f", by {compact(given.justified_by)}" if given.justified_by else ""
        lines.append(f"    a {str(given.form).lower()} means {kg.label(given.refers_to)}{why}")
    lines += [f"    note: {one.note}"] if one.note else []
    lines += [f"    annotated by {one.annotated_by} on {one.annotated_on}"] if one.annotated_by else []
    return "".join(f"{line}\n" for line in lines)


def show_json(kg: KnowledgeGraph, iri: IRI) -> dict[str, Any]:
    """Return everything that is said of a thing, for JSON; for a statement, the statement."""
    if iri.startswith(ST):
        return statement_json(kg, kg.statement(iri))
    thing = kg.things[iri]
    return {
        "iri": str(iri),
        "label": thing.label,
        "also_called": list(thing.names),
        "classes": sorted(str(cls) for cls in thing.classes),
        "definition": definition(kg, iri),
        "statements": [statement_json(kg, one) for one in about(kg, iri)],
        "related": {name: [str(one.iri) for one in others] for name, others in related(kg, iri).items()},
    }


def verdicts_text(verdicts: Iterable[Verdict]) -> str:
    """Return in words how many passages were found; the failures are told as errors."""
    found = list(verdicts)
    good = [verdict for verdict in found if verdict.span is not None]
    twice = sum(verdict.places > 1 for verdict in good)
    often = f"{twice} of them in more than one place" if twice else "each exactly once"
    return f"{len(good)} of {len(found)} passages found, {often}, every digest equal\n"


def verdicts_json(verdicts: Iterable[Verdict], problems: Iterable[SevError]) -> dict[str, Any]:
    """Return what became of each passage, for JSON."""
    return {
        "passages": [
            {
                "statement": verdict.name,
                "found": verdict.span is not None,
                "characters": list(verdict.span) if verdict.span else None,
                "message": verdict.error.what if verdict.error else None,
                "hint": verdict.error.hint if verdict.error else None,
            }
            for verdict in verdicts
        ],
        "problems": [str(problem) for problem in problems],
    }


def files_json(paths: Iterable[Path]) -> list[dict[str, object]]:
    """Return the files that were written, with their sizes in bytes and their SHA-256, for JSON; of a folder, those in it."""
    from hashlib import file_digest

    found: list[dict[str, object]] = []
    for path in (one for given in paths for one in (sorted(given.iterdir()) if given.is_dir() else [given])):
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        found.append({"file": str(path), "bytes": path.stat().st_size, "sha256": digest})
    return found


def counts_json(kg: KnowledgeGraph) -> dict[str, int]:
    """Return of how many triples, statements and edges a graph is, for JSON; an edge counts once, however many say it."""
    patterns = {"triples": "?s ?p ?o", "edges": "?p a skg:EdgeProperty . ?s ?p ?o"}
    rows = {name: kg.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}") for name, pattern in patterns.items()}
    return {name: int(str(found[0]["n"])) for name, found in rows.items()} | {"statements": len(kg.statements())}
