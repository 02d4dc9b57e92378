"""A part: what one annotation file adds to a graph, made by itself and checked once.

A source is worked on in two steps, each of which may run in another process. *Reading* holds its shape against the schema
and tells what it declares and what it names: its face. *Compiling*, once the faces of all sources have been put together,
resolves its names, checks its statements and writes them as N-Triples. What the second step needs of other sources is small,
is told in full (:class:`Needs`), and is part of the key under which the outcome is kept.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import marshal
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from severance_kg.annotations import AnnotationFile, Beside, Linker, read_file, read_form, related
from severance_kg.check import check_alone, check_coverage, types_of
from severance_kg.compile import edge_line, lines, name_triples, source_triples, statement_lines, theme_triples
from severance_kg.disk import write_whole
from severance_kg.errors import InputError, SevError
from severance_kg.file_form import FileForm
from severance_kg.graph_check import check_edge_terms, check_shapes
from severance_kg.ontology import Ontology, read_ontology
from severance_kg.outline import Row, row_of
from severance_kg.resources import Inputs
from severance_kg.shapes import Graph, Shapes, Unknown, read_shapes
from severance_kg.statements import SYMMETRIC, Corpus, Relation, Statement, Theme
from severance_kg.vocabulary import IRI, SKG, ST, THEME
from severance_kg.yaml_lines import Lines, read_text

Told = tuple[bool, str, str | None, str | None]
"""A problem as it goes from process to process: whether it is one of reading, what, where and what to do."""

NAMING = ("said_by", "said_to", "held_by", "holds_at", "holds_from", "holds_until")
SYMMETRIC_KEYS = {"in_tension_with": Relation.IN_TENSION_WITH, "agrees_with": Relation.AGREES_WITH}
assert set(SYMMETRIC_KEYS.values()) == SYMMETRIC


@dataclass(frozen=True, slots=True)
class Face:
    """What a source declares, with the lines, what it names, and which statements it calls its own statements' equals."""

    content: dict[str, Any]
    lines: dict[str, Any]
    names: list[str]
    mutual: list[tuple[str, str, str]]

    def stand_in(self, file: str) -> AnnotationFile:
        """Return a file of declarations alone, for a linker."""
        told = Lines(file)
        told.set(("source",), self.lines["source"])
        told.set(("source", "id"), self.lines["id"])
        for kind in ("entities", "themes"):
            for name, line in self.lines[kind].items():
                told.set((kind, name), line)
        statements = []
        for i, (name, line) in enumerate(zip(self.content["statements"], self.lines["statements"], strict=True)):
            statements.append({"id": name})
            told.set(("statements", i, "id"), line)
        return AnnotationFile({**self.content, "statements": statements}, told)


def face_of(file: AnnotationFile) -> Face:
    """Return the face of a source."""
    content, where = file.content, file.lines.where
    statements = content["statements"]
    declared = {key: content.get(key) or {} for key in ("entities", "themes")}
    return Face(
        {"source": {"id": file.source_id}, **declared, "statements": [one["id"] for one in statements]},
        {
            "source": where(("source",)).line,
            "id": where(("source", "id")).line,
            **{kind: {name: where((kind, name)).line for name in names} for kind, names in declared.items()},
            "statements": [where(("statements", i, "id")).line for i in range(len(statements))],
        },
        sorted(set(_named(content))),
        [(one["id"], key, other) for one in statements for key in SYMMETRIC_KEYS for other in one.get(key, ())],
    )


def _named(content: dict[str, Any]) -> Iterator[str]:
    """Yield every name that a file may mean something of another file's with."""
    source = content["source"]
    for told in (source, source.get("primary_source") or {}):
        yield from told.get("speakers", ())
        yield from told.get("about", ())
        if "publisher" in told:
            yield told["publisher"]
    for one in content["statements"]:
        subject, _, value = one["triple"]
        yield subject
        if isinstance(value, str):
            yield value
        yield from (one[key] for key in NAMING if key in one)
        yield from (given["theme"] for given in one.get("themes", ()))
        for given in one.get("resolves", ()):
            yield given["to"]
            if "by" in given:
                yield given["by"]
        for key, others in one.items():
            if isinstance(others, list) and key not in ("triple", "themes", "resolves", "references"):
                yield from others


@dataclass(frozen=True, slots=True)
class Needs:
    """What compiling a source needs of the others: what it may name, and which statements call one of its own their equal."""

    beside: Beside
    mutual: tuple[tuple[str, str, str], ...] = ()

    def key(self) -> str:
        """Return a digest of it all."""
        given = [sorted(self.beside.entities.items()), self.beside.themes, self.beside.statements, self.mutual]
        return hashlib.sha256(json.dumps(given).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled source: the file of its lines, the triples of the source itself, and the outline of its statements."""

    file: str
    source: list[str]
    rows: list[Row]


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Task:
    """An annotation file to work on: its name and path, the digest of its text, where to put it aside, and what it needs."""

    name: str
    path: Path
    digest: str
    aside: Path
    needs: Needs | None = None


class Workshop:
    """What every piece of work uses, made once in each process."""

    def __init__(self, inputs: Inputs, parts: Path) -> None:
        self.parts = parts
        self.ontology: Ontology = read_ontology(inputs.vocabulary)
        self.form: FileForm = read_form(inputs.schema)
        self.shapes_file = inputs.shapes
        self.vocabulary = lines(name_triples((), (), self.ontology))
        self.shapes: Shapes | None = None
        with contextlib.suppress(Unknown):
            self.shapes = read_shapes(inputs.shapes)

    def read(self, tasks: Iterable[Task]) -> list[Face | list[Told]]:
        """Read annotation files; return the face of each, or its problems."""
        return [self._read(task) for task in tasks]

    def _read(self, task: Task) -> Face | list[Told]:
        problems: list[SevError] = []
        file = read_file(task.name, task.path, self.form, problems)
        if file is None:
            return list(map(tell, problems))
        if text_digest(task.path) != task.digest:
            return [tell(InputError("it was changed while it was read", where=task.name, hint="build again"))]
        task.aside.write_bytes(marshal.dumps((file.content, file.lines.tree)))
        return face_of(file)

    def make(self, tasks: list[Task]) -> list[Part | list[Told]]:
        """Compile annotation files that have been read; return the part of each, or its problems."""
        drafts = [self._draft(task) for task in tasks]
        good = [draft for draft in drafts if isinstance(draft, Draft)]
        if not self._sound(good):
            drafts = [draft if isinstance(draft, list) else self._faults(draft) or draft for draft in drafts]
        return [self._kept(draft) if isinstance(draft, Draft) else draft for draft in drafts]

    def _draft(self, task: Task) -> Draft | list[Told]:
        if task.aside.exists():
            content, tree = marshal.loads(task.aside.read_bytes())
            file = AnnotationFile(content, Lines(task.name, tree))
        else:
            problems: list[SevError] = []
            found = read_file(task.name, task.path, self.form, problems)
            if found is None or text_digest(task.path) != task.digest:
                return [tell(InputError("it was changed while it was read", where=task.name, hint="build again"))]
            file = found
        needs = task.needs
        assert needs is not None
        problems = []
        linker = Linker(self.ontology, [file], problems, needs.beside)
        corpus = linker.corpus()
        if problems:
            return list(map(tell, problems))
        types = types_of(corpus, self.ontology)
        types |= dict.fromkeys((THEME + name for name in needs.beside.themes), SKG + "Theme")
        types |= dict.fromkeys((ST + name for name in needs.beside.statements), SKG + "Statement")
        found_problems = [*check_alone(corpus, self.ontology, types), *check_coverage(corpus)]
        if found_problems:
            return list(map(tell, found_problems))
        return Draft(corpus, types, self._mutual(corpus, needs))

    def _mutual(self, corpus: Corpus, needs: Needs) -> tuple[Statement, ...]:
        given: dict[str, list[tuple[Relation, IRI]]] = {}
        for own, relation, other in needs.mutual:
            given.setdefault(ST + own, []).append((SYMMETRIC_KEYS[relation], IRI(ST + other)))
        return tuple(related(one, given[one.iri]) if one.iri in given else one for one in corpus.statements)

    def _sound(self, drafts: list[Draft]) -> bool:
        """Return whether drafts pass the checks of the graph, all at once."""
        if not drafts:
            return True
        every = [*self.vocabulary, *(line for draft in drafts for line in (*draft.lines, *draft.edges))]
        outside = {term: cls for draft in drafts for term, cls in draft.outside().items()}
        graph = Graph.of(every, outside)
        if any(True for _ in check_edge_terms(graph.triples(), self.ontology)):
            return False
        return self.shapes is not None and self.shapes.conform(every, graph)

    def _faults(self, draft: Draft) -> list[Told]:
        """Return in words what is wrong with a draft: pySHACL's, which takes its time."""
        if self.shapes is not None and self._sound([draft]):
            return []
        import pyoxigraph as ox

        given = [*self.vocabulary, *draft.lines, *draft.edges, *draft.stand_ins()]
        triples = [quad.triple for quad in ox.parse("".join(given), format=ox.RdfFormat.N_TRIPLES)]
        graph = Graph.of([*self.vocabulary, *draft.lines, *draft.edges])
        found = list(check_edge_terms(graph.triples(), self.ontology)) or list(
            check_shapes(triples, self.shapes_file, {line[1 : line.index(">")] for line in draft.lines})
        )
        return list(map(tell, found))

    def _kept(self, draft: Draft) -> Part:
        content = "".join(draft.lines).encode()
        name = f"{hashlib.sha256(content).hexdigest()}.nt"
        write_whole(self.parts / name, content)
        return Part(name, draft.source, [row_of(one) for one in draft.statements])


@dataclass
class Draft:
    """A source whose statements are checked and not yet written."""

    corpus: Corpus
    types: dict[str, str]
    statements: tuple[Statement, ...]
    lines: list[str] = field(init=False)
    edges: list[str] = field(init=False)
    source: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = sorted({line for one in self.statements for line in statement_lines(one)})
        self.edges = sorted({edge_line(one) for one in self.statements if one.is_edge})
        self.source = lines(triple for source in self.corpus.sources for triple in source_triples(source))

    def outside(self) -> dict[str, str]:
        """Return the class of everything that the lines refer to and do not describe."""
        found = {f"<{iri}>": f"<{cls}>" for iri, cls in self.types.items()}
        return found | {f"<{source.iri}>": f"<{SKG}Source>" for source in self.corpus.sources}

    def stand_ins(self) -> list[str]:
        """Return the same as lines, with what the shapes ask of a theme."""
        own = {line.split(" ", 1)[0] for line in self.lines}
        themes = [Theme(IRI(iri), "a theme", "a theme") for iri, cls in self.types.items() if cls == SKG + "Theme"]
        typed = [f"{term} <{RDF_TYPE}> {cls} .\n" for term, cls in self.outside().items() if term not in own]
        return [*typed, *lines(triple for theme in themes for triple in theme_triples(theme))]


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def tell(problem: SevError) -> Told:
    """Return a problem as it goes from process to process."""
    return isinstance(problem, InputError), problem.what, problem.where, problem.hint


def text_digest(path: Path) -> str:
    """Return the SHA-256 of an annotation file's text, so that a byte order mark does not count.

    Raises:
        InputError: it cannot be read.
    """
    return hashlib.sha256(read_text(path).encode()).hexdigest()


# ── In a process of its own ──────────────────────────────────────────────────────────────────────────────────────────

_workshop: Workshop | None = None


def begin(inputs: Inputs, parts: Path) -> None:
    """Set up a worker process."""
    global _workshop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workshop = Workshop(inputs, parts)
    # Nothing here refers to itself: the collector would look through every YAML event for nothing, at half the speed.
    gc.freeze()
    gc.disable()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def read(tasks: list[Task]) -> list[Face | list[Told]]:
    """Read annotation files in a worker process."""
    assert _workshop is not None
    found = _workshop.read(tasks)
    gc.collect()
    return found


def make(tasks: list[Task]) -> list[Part | list[Told]]:
    """Compile annotation files in a worker process."""
    assert _workshop is not None
    found = _workshop.make(tasks)
    gc.collect()
    return found
