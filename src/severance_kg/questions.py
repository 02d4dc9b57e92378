"""Competency questions: what the graph must be able to answer, with rows that must be there and rows that must not.

A question is a query file whose description has ``question`` (in plain words), ``answer`` (what the rows mean, in a sentence),
``must_have`` and ``must_not_have`` (lists of rows, each a mapping from variables to prefixed names or texts, written by hand
before the query runs). Columns that hold statements are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from severance_kg.errors import InputError
from severance_kg.queries import QueryFile, read_query_file
from severance_kg.resources import Inputs, root
from severance_kg.results import Row, Rows, show
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI, ST

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question."""

    name: str
    question: str
    explanation: str
    must_have: tuple[dict[str, str], ...]
    must_not_have: tuple[dict[str, str], ...]
    file: QueryFile


@dataclass(frozen=True)
class Answer:
    """The rows that answer a question, and the statements that they rest on, each once, in the rows' order."""

    question: Question
    rows: Rows
    evidence: tuple[Statement, ...]

    def failures(self) -> list[str]:
        """Return in words which expected rows are missing and which unwanted ones are there."""
        missing = [f"no row has {_told(row)}" for row in self.question.must_have if not _holds(self.rows, row)]
        unwanted = [f"a row has {_told(row)}" for row in self.question.must_not_have if _holds(self.rows, row)]
        return missing + unwanted


def read_questions(paths: Iterable[tuple[str, Path]]) -> dict[str, Question]:
    """Read question files into questions by name.

    Raises:
        InputError: a file has no description, or two have one name.
    """
    found: dict[str, Question] = {}
    for name, path in paths:
        file = read_query_file(path, name)
        file.need("question", "answer", "must_have", "must_not_have")
        if file.name in found:
            raise InputError(f'there are two questions "{file.name}"', where=name, hint="rename one of the files")
        found[file.name] = Question(
            file.name,
            str(file.description["question"]),
            str(file.description["answer"]),
            _rows(file, "must_have"),
            _rows(file, "must_not_have"),
            file,
        )
    return dict(sorted(found.items()))


def listed(questions: Iterable[Question]) -> Rows:
    """Return the names of questions and the questions themselves as rows, ``?name`` and ``?question``."""
    import pyoxigraph as ox

    told = " ".join(f"({ox.Literal(one.name)} {ox.Literal(one.question)})" for one in questions)
    found = ox.Store().query(f"SELECT ?name ?question {{ VALUES (?name ?question) {{ {told} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return Rows(found)


def _rows(file: QueryFile, key: str) -> tuple[dict[str, str], ...]:
    rows = file.description[key]
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row for row in rows):
        raise InputError(f'"{key}" is a list of rows', where=file.file, hint="write each as {variable: value}")
    return tuple({name: str(value) for name, value in row.items()} for row in rows)


def answer(kg: KnowledgeGraph, question: Question) -> Answer:
    """Ask a question and collect the statements that its rows name."""
    rows = kg.select(question.file.query)
    named = [value for row in rows for value in row if isinstance(value, IRI) and value.startswith(ST)]
    return Answer(question, rows, tuple(kg.statement(one) for one in dict.fromkeys(named)))


def explain(question: Question, inputs: Inputs | None) -> str:
    """Return what the rows of a question's answer mean; that was written for the data that the question came with."""
    bundled = inputs is not None and all(path.is_relative_to(root() / "data") for _, path in inputs.annotations)
    other = "" if bundled or not question.file.file.startswith("data/") else "Of the bundled data: "
    return other + question.explanation


def _holds(rows: Rows, wanted: dict[str, str]) -> bool:
    return any(_fits(row, wanted) for row in rows)


def _fits(row: Row, wanted: dict[str, str]) -> bool:
    return all(show(row[name]) == value for name, value in wanted.items())


def _told(row: dict[str, str]) -> str:
    return ", ".join(f"?{name} = {value}" for name, value in row.items())
