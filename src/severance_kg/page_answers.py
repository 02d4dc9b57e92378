"""What the page is told for asking: the competency questions with their answers, queries to start from, prefixes, licences.

The answers are worked out here, so that every page has them, with or without a query engine of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.drawing import name_of
from severance_kg.errors import InputError, SevError
from severance_kg.formats import as_json
from severance_kg.queries import QueryFile, read_query_file
from severance_kg.questions import Question, answer
from severance_kg.resources import root
from severance_kg.vocabulary import PREFIXES
from severance_kg.yaml_lines import read_text

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

RENDERER = ("vis-network", "draws the map", "vis-network-MIT.txt")
ENGINE = ("Oxigraph", "answers SPARQL in this page", "oxigraph-MIT.txt")
WITHIN = ("What the engine is made of", "as far as its module names them", "oxigraph-packages.txt")
EITHER = ("Apache License 2.0", "under which each may be used instead", "Apache-2.0.txt")


def asking(kg: KnowledgeGraph, *, engine: bool) -> dict[str, Any]:
    """Return what the page needs for asking, as an object for JSON.

    Raises:
        InputError: a question cannot be read or answered; the place begins with its file.
    """
    return {
        "questions": [_answered(kg, one) for one in kg.questions().values()],
        "queries": {file.name: _bare(file.query) for file in _query_files("queries")},
        "examples": [{"title": file.description["title"], "query": _bare(file.query)} for file in _query_files("examples")],
        "prefixes": PREFIXES,
        "licences": [_licence(*one) for one in (RENDERER, *([ENGINE, WITHIN] if engine else []), EITHER)],
    }


def _answered(kg: KnowledgeGraph, question: Question) -> dict[str, Any]:
    try:
        found = answer(kg, question)
    except SevError as error:
        where = f"{question.file.file}: {error.where}" if error.where else question.file.file
        raise InputError(error.what, where=where, hint=error.hint) from None
    return {
        "name": question.name,
        "question": question.question,
        "answer": kg.explain(question),
        "query": _bare(question.file.query),
        "results": as_json(found.rows),
        "evidence": [name_of(one.iri) for one in found.evidence],
    }


def _query_files(folder: str) -> list[QueryFile]:
    return [read_query_file(path, path.name) for path in sorted((root() / "viz" / folder).glob("*.rq"))]


def _bare(query: str) -> str:
    """Return a query without the description in front of it."""
    lines = [line for line in query.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def _licence(name: str, what: str, file: str) -> dict[str, str]:
    return {"name": name, "what": what, "text": read_text(Path(root(), "viz", "licences", file))}
