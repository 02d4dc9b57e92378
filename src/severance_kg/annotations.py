"""Annotation files: YAML in, typed records out, every mistake named with its file and line.

A file is read in two steps. Its shape is held against ``ontology/annotation.schema.json``; then, with the names of all files
known, its short names become IRIs. Both steps collect every problem they can before they give up.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from severance_kg.causes import own_problems
from severance_kg.errors import InputError, InputErrors, SevError, UnknownName
from severance_kg.file_form import FileForm
from severance_kg.ontology import EdgeProperty, Ontology, type_names
from severance_kg.statement_reader import StatementReader, passage_ref
from severance_kg.statements import (
    SYMMETRIC,
    Corpus,
    Entity,
    Omission,
    Relation,
    Source,
    Statement,
    Theme,
    Where,
)
from severance_kg.vocabulary import IRI, SEV, SKG, SRC, ST, THEME, compact, local_name
from severance_kg.yaml_lines import Lines, read_text, read_yaml

_RESERVED_ID = re.compile(r"-(passage|position|theme-[0-9]+|resolution-[0-9]+)\Z")
_LISTED = "('severance-kg vocabulary' lists all)"
T = TypeVar("T")


@dataclass(frozen=True)
class AnnotationFile:
    """An annotation file whose shape is right and whose names are not yet resolved."""

    content: dict[str, Any]
    lines: Lines

    @property
    def source_id(self) -> str:
        """The id of its source."""
        return str(self.content["source"]["id"])

    @property
    def is_draft(self) -> bool:
        """Whether it calls itself a draft: nothing of it is in a graph."""
        return self.content.get("status") == "draft"


def read_corpus(
    files: Iterable[tuple[str, Path | str]],
    schema: Path,
    ontology: Ontology,
    *,
    decided: Callable[[AnnotationFile], AnnotationFile] | None = None,
) -> Corpus:
    """Read annotation files, given as a name to show and a path, or what such a file would hold, into one corpus.

    Args:
        files: the files.
        schema: the JSON Schema of their form.
        ontology: the vocabulary.
        decided: takes from a draft what is decided in it; without it drafts are left out.

    Raises:
        InputErrors: with every problem of every file, each with file and line.
    """
    form = read_form(schema)
    problems: list[SevError] = []
    read: list[AnnotationFile] = []
    unread: dict[str, Path | str] = {}
    for name, path in files:
        file = read_file(name, path, form, problems)
        if file is None:
            unread[name] = path
        if file is None or (file.is_draft and decided is None):
            continue
        read.append(decided(file) if decided and file.is_draft else file)
    unresolved: list[SevError] = []
    corpus = Linker(ontology, read, unresolved).corpus()
    problems += own_problems(unresolved, unread) if unread else unresolved
    if problems:
        raise InputErrors(problems)
    return corpus


def read_form(schema: Path) -> FileForm:
    """Read the JSON Schema of annotation files."""
    return FileForm(json.loads(read_text(schema)))


def read_file(name: str, path: Path | str, form: FileForm, problems: list[SevError]) -> AnnotationFile | None:
    """Read an annotation file, or the text of one; if its shape is wrong, add what is to ``problems`` and return nothing."""
    try:
        content, lines = read_yaml(path if isinstance(path, str) else read_text(path), name)
    except InputError as error:
        error.where = error.where.replace(str(path), name) if error.where else name
        problems.append(error)
        return None
    wrong = list(form.problems(content, lines))
    problems += wrong
    return None if wrong else AnnotationFile(content, lines)


def form_problems(text: str, name: str, schema: Path) -> list[SevError]:
    """Return what is wrong with the form of an annotation file, its names not yet looked at."""
    content, lines = read_yaml(text, name)
    return list(read_form(schema).problems(content, lines))


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Beside:
    """What a file may name that others declare: the types of entities by name, themes, and statements in full."""

    entities: dict[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


class Linker:
    """Resolves the short names of annotation files against one another and against the ontology."""

    def __init__(
        self, ontology: Ontology, files: list[AnnotationFile], problems: list[SevError], beside: Beside | None = None
    ) -> None:
        self.ontology, self.files, self.problems = ontology, files, problems
        self.types = type_names(ontology)
        self.predicates = {_predicate_name(iri): edge for iri, edge in ontology.edges.items()}
        self.entities: dict[str, Entity] = {}
        self.themes: dict[str, Theme] = {}
        self.theme_names = {local_name(iri) for iri in ontology.themes}
        self.statement_ids: dict[str, Where] = {}
        self.source_ids: dict[str, Where] = {}
        if beside:
            elsewhere = Where("another file", 1)
            self.entities |= {name: Entity(IRI(SEV + name), IRI(cls), "") for name, cls in beside.entities.items()}
            self.theme_names.update(beside.themes)
            self.statement_ids |= dict.fromkeys(beside.statements, elsewhere)

    def corpus(self) -> Corpus:
        """Resolve everything; what cannot be resolved is left out and told in ``problems``."""
        self.declare()
        return self.resolve()

    def resolve(self) -> Corpus:
        """Resolve what has been declared."""
        sources = [source for file in self.files for source in self._sources(file)]
        statements = [
            made
            for file in self.files
            for i in range(len(file.content["statements"]))
            if (made := self._collect(StatementReader(self, file, i).read))
        ]
        return Corpus(tuple(sources), tuple(self.entities.values()), tuple(self.themes.values()), _mirrored(statements))

    def declare(self) -> None:
        """Take in what every file declares, and tell what is there twice."""
        for file in self.files:
            self._declare(file)

    def _collect(self, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except InputErrors as errors:
            self.problems.extend(errors.problems)
        except InputError as error:
            self.problems.append(error)
        return None

    def _source_id(self, file: AnnotationFile) -> None:
        where = file.lines.where(("source", "id"))
        first = self.source_ids.setdefault(file.source_id, where)
        if first is not where:
            raise InputError(
                f'the source "{file.source_id}" is there twice',
                where=str(where),
                hint=f"it first stands at {first}: put the statements into one file, or give one another id",
            )

    def _declare(self, file: AnnotationFile) -> None:
        self._collect(partial(self._source_id, file))
        for name in file.content.get("themes") or {}:
            self.theme_names.add(name)
        for name in file.content.get("entities") or {}:
            self._collect(partial(self._entity, file, name))
        for name in file.content.get("themes") or {}:
            self._collect(partial(self._theme, file, name))
        if self.source_ids[file.source_id].file != file.lines.where(("source", "id")).file:
            return  # a copy of a file has every id twice, and one cause
        for i, statement in enumerate(file.content["statements"]):
            self._collect(partial(self._statement_id, file, i, statement))

    def _entity(self, file: AnnotationFile, name: str) -> None:
        given, where = file.content["entities"][name], file.lines.where(("entities", name))
        if given["type"] not in self.types:
            # What names it all the same makes no mistake.
            self.entities.setdefault(name, Entity(IRI(SEV + name), IRI(""), given["label"], where=where))
            raise UnknownName("type of entity", given["type"], self.types, where=str(where))
        made = Entity(
            IRI(SEV + name),
            IRI(self.types[given["type"]]),
            given["label"],
            given.get("definition"),
            tuple(given.get("also_called", ())),
            tuple(given.get("same_as", ())),
            where,
        )
        known = self.entities.setdefault(name, made)
        if not known.type:
            self.entities[name] = known = made
        if (known.type, known.label) != (made.type, made.label):
            raise InputError(
                f'"{name}" is declared twice, with another type or label',
                where=str(where),
                hint=f"it first stands at {known.where}: make them agree, or give one another name",
            )
        if known is not made:
            self.entities[name] = _merged(known, made)

    def _theme(self, file: AnnotationFile, name: str) -> None:
        given, where = file.content["themes"][name], file.lines.where(("themes", name))
        if THEME + name in self.ontology.themes or name in self.themes:
            raise InputError(f'the theme "{name}" exists already', where=str(where), hint="use it, or choose another name")
        broader = tuple(IRI(THEME + self.theme(one, where)) for one in given.get("broader", ()))
        self.themes[name] = Theme(IRI(THEME + name), given["label"], given["definition"], given.get("scope_note"), broader, where)

    def _statement_id(self, file: AnnotationFile, i: int, statement: dict[str, Any]) -> None:
        full, where = f"{file.source_id}-{statement['id']}", file.lines.where(("statements", i, "id"))
        if _RESERVED_ID.search(statement["id"]):
            raise InputError(f'the id "{statement["id"]}" is reserved', where=str(where), hint="end it differently")
        if full in self.statement_ids:
            raise InputError(
                f'the id "{statement["id"]}" is there twice',
                where=str(where),
                hint=f"it first stands at {self.statement_ids[full]}: give this one another",
            )
        self.statement_ids[full] = where

    def _sources(self, file: AnnotationFile) -> Iterator[Source]:
        given, where = file.content["source"], file.lines.where(("source",))
        primary = given.get("primary_source")
        has_text = any("passage" in statement for statement in file.content["statements"])
        made = self._collect(
            lambda: Source(
                iri=IRI(SRC + given["id"]),
                title=given["title"],
                url=given.get("url"),
                publisher=self.agent(given["publisher"], where) if "publisher" in given else None,
                published=given.get("published"),
                language=given.get("language", "en"),
                speakers=tuple(self.entity(one, where) for one in given.get("speakers", ())),
                about=tuple(self.entity(one, where) for one in given.get("about", ())),
                primary_source=IRI(SRC + primary["id"]) if primary else None,
                paragraphs=given.get("paragraphs"),
                words=given.get("words"),
                sha256=given.get("sha256"),
                has_text=has_text,
                partial=file.content.get("status") == "partial",
                omissions=tuple(self._omissions(file)),
                where=where,
            )
        )
        if made:
            yield made
        if primary and (first := self._collect(lambda: self._primary(primary, where))):
            yield first

    def _primary(self, given: dict[str, Any], where: Where) -> Source:
        return Source(
            iri=IRI(SRC + given["id"]),
            title=given["title"],
            url=given.get("url"),
            publisher=self.agent(given["publisher"], where) if "publisher" in given else None,
            published=given.get("published"),
            speakers=tuple(self.entity(one, where) for one in given.get("speakers", ())),
            has_text=False,
            where=where,
        )

    def _omissions(self, file: AnnotationFile) -> Iterator[Omission]:
        for i, given in enumerate(file.content.get("not_stated") or ()):
            yield Omission(passage_ref(given["passage"]), given["reason"], file.lines.where(("not_stated", i)))

    # Each of these takes a short name and returns an IRI, or raises UnknownName with the nearest one there is.

    def entity(self, name: str, where: Where) -> IRI:
        """Resolve the name of an entity."""
        local = name.removeprefix("sev:")
        if local not in self.entities:
            raise UnknownName("entity", name, self.entities, where=str(where))
        return self.entities[local].iri

    def agent(self, name: str, where: Where) -> IRI:
        """Resolve the name of an entity that can speak or hold a view."""
        iri = self.entity(name, where)
        kind = self.entities[local_name(iri)].type
        if kind and not self.ontology.is_a(kind, {SKG + "Agent"}):
            raise InputError(f'"{name}" is of type {local_name(kind)}, not an agent', where=str(where), hint="name who it is")
        return iri

    def moment(self, name: str, where: Where) -> IRI:
        """Resolve the name of a moment."""
        iri = self.entity(name, where)
        if self.entities[local_name(iri)].type not in ("", SKG + "Moment"):
            raise InputError(f'"{name}" is not a moment', where=str(where), hint="declare it with type: Moment")
        return iri

    def theme(self, name: str, where: Where) -> str:
        """Resolve the name of a theme to its local name."""
        local = name.removeprefix("theme:")
        if local not in self.theme_names:
            raise UnknownName("theme", name, self.theme_names, where=str(where), listed=_LISTED)
        return local

    def statement(self, name: str, file: AnnotationFile, where: Where) -> IRI:
        """Resolve the id of a statement, of this file or, in full, of another."""
        for full in (f"{file.source_id}-{name}", name.removeprefix("st:")):
            if full in self.statement_ids:
                return IRI(ST + full)
        own = [one.removeprefix(f"{file.source_id}-") for one in self.statement_ids]
        raise UnknownName("statement", name, own, where=str(where))

    def thing(self, name: str, file: AnnotationFile, where: Where) -> IRI:
        """Resolve a name that may be an entity's, a theme's or a statement's."""
        if name.startswith("theme:"):
            return IRI(THEME + self.theme(name, where))
        if name[0].islower() and not name.startswith("sev:"):
            return self.statement(name, file, where)
        return self.entity(name, where)

    def predicate(self, name: str, where: Where) -> EdgeProperty:
        """Resolve the name of an edge property: short for ``skg:``, prefixed for others."""
        found = self.predicates.get(name.removeprefix("skg:"))
        if not found:
            raise UnknownName("property", name, self.predicates, where=str(where), listed=_LISTED)
        return found


def _mirrored(statements: list[Statement]) -> tuple[Statement, ...]:
    """Give each symmetric relation to both of its ends, so that either shows it."""
    given: dict[IRI, set[tuple[Relation, IRI]]] = defaultdict(set)
    for one in statements:
        for relation, other in one.relations:
            if relation in SYMMETRIC:
                given[other].add((relation, one.iri))
    return tuple(related(one, given.get(one.iri, ())) for one in statements)


_ORDER = {relation: i for i, relation in enumerate(Relation)}


def related(one: Statement, more: Iterable[tuple[Relation, IRI]]) -> Statement:
    """Return a statement with relations from elsewhere beside its own, each once and in one order."""
    relations = tuple(sorted({*one.relations, *more}, key=lambda given: (_ORDER[given[0]], given[1])))
    return one if relations == one.relations else replace(one, relations=relations)


def _predicate_name(iri: str) -> str:
    return compact(iri).removeprefix("skg:")


def _merged(one: Entity, other: Entity) -> Entity:
    return Entity(
        one.iri,
        one.type,
        one.label,
        one.definition or other.definition,
        tuple(dict.fromkeys(one.also_called + other.also_called)),
        tuple(dict.fromkeys(one.same_as + other.same_as)),
        one.where,
    )
