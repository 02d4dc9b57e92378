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

import jsonschema_rs

from severance_kg.errors import InputError, InputErrors, SevError, UnknownName, did_you_mean
from severance_kg.moments import ALWAYS, UNKNOWN, Time
from severance_kg.ontology import EdgeProperty, Ontology, type_names
from severance_kg.passages import PassageRef, Span, link
from severance_kg.statements import (
    SYMMETRIC,
    Commitment,
    Corpus,
    Entity,
    Form,
    Frame,
    Kind,
    Omission,
    Polarity,
    Reading,
    Relation,
    Resolution,
    Review,
    Source,
    Statement,
    Theme,
    ThemeAssignment,
    Unnamed,
    Weight,
    Where,
)
from severance_kg.vocabulary import IRI, RDFS, SEV, SKG, SRC, ST, THEME, XSD, Literal, Term, compact, expand, local_name
from severance_kg.yaml_lines import Lines, YamlPath, read_text, read_yaml

RELATION_KEYS = {
    "rather_than": Relation.RATHER_THAN,
    "in_order_that": Relation.IN_ORDER_THAT,
    "because": Relation.BECAUSE,
    "on_condition": Relation.ON_CONDITION,
    "in_tension_with": Relation.IN_TENSION_WITH,
    "agrees_with": Relation.AGREES_WITH,
    "revises": Relation.REVISES,
}
_RESERVED_ID = re.compile(r"-(passage|position|theme-[0-9]+|resolution-[0-9]+)\Z")
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
    for name, path in files:
        file = read_file(name, path, form, problems)
        if file is None or (file.is_draft and decided is None):
            continue
        read.append(decided(file) if decided and file.is_draft else file)
    linker = Linker(ontology, read, problems)
    corpus = linker.corpus()
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


# ── Shape ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class FileForm:
    """The JSON Schema of annotation files, and what its errors mean in plain words."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def problems(self, content: Any, lines: Lines) -> Iterator[InputError]:
        """Yield what is wrong with the shape of a file, in plain words."""
        errors = list(self._validator.iter_errors(content))
        # "neither passage nor references" follows from any deeper mistake in a statement: tell it only where it stands alone.
        specific = [error for error in errors if error.kind.name != "oneOf"]
        for error in specific or errors:
            for path, what, hint in self._explain(error, content):
                name = _statement_name(content, path)
                told = f"{name}: {what}" if name else what
                yield InputError(told, where=str(lines.where(path)), hint=hint, code="form", statement=name)

    def _explain(self, error: Any, content: Any) -> Iterator[tuple[YamlPath, str, str | None]]:
        path: YamlPath = tuple(error.instance_path)
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
        kind = error.kind.name
        if kind == "additionalProperties":
            known = list(_at(self._schema, error.schema_path[:-1]).get("properties", ()))
            for name in error.kind.unexpected:
                yield (*path, name), f'no key "{name}" here', did_you_mean(name, known) or f"known are {', '.join(known)}"
        elif kind == "required":
            yield path, f'"{error.kind.property}" is missing', "add it"
        elif kind == "enum":
            value, options = _at(content, path), [str(option) for option in error.kind.options]
            yield path, f'{key}: "{value}" is not one of {", ".join(options)}', did_you_mean(str(value), options)
        elif kind == "pattern":
            yield path, f"{key}: {_PATTERNS.get(error.schema_path[-2], 'this is not well formed')}", "correct it"
        elif kind == "format":
            yield path, f'{key}: there is no such day as "{_at(content, path)}"', "correct it"
        elif kind == "oneOf":
            yield path, "a statement has either a passage and said_by, or references", "keep the one that is its evidence"
        elif kind == "propertyNames":
            form = self._schema["$defs"]["entityName"]["pattern"]
            for name in (name for name in _at(content, path) if not re.search(form, name)):
                yield (*path, name), f'"{name}": a name starts with a capital and holds letters and digits only', "rename it"
        else:
            yield path, f"{key}: {_shortened(error.message)}", "see docs/annotating.md for the form"


def _statement_name(content: Any, path: YamlPath) -> str | None:
    if len(path) >= 2 and path[0] == "statements" and isinstance(path[1], int):
        statement = content["statements"][path[1]]
        name = statement.get("id") if isinstance(statement, dict) else None
        return str(name or f"statement {path[1] + 1}")
    return None


_PATTERNS = {
    "text": "markup, control characters and line breaks have no place here",
    "words": "one to six words, with single spaces",
    "url": "this is no http or https address",
    "date": "a date is written 2026-11-22",
    "sha256": "a digest is 64 hexadecimal digits; 'verify --stamp' writes it",
    "sourceId": "an id holds small letters, digits and hyphens, such as example-interview",
    "statementId": "an id starts with a small letter and holds small letters, digits and hyphens, such as s07",
    "name": "a name has no spaces",
}


def _at(content: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        content = content[step]
    return content


def _shortened(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "…"


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
            if (made := self._collect(_StatementReader(self, file, i).read))
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
        for i, statement in enumerate(file.content["statements"]):
            self._collect(partial(self._statement_id, file, i, statement))

    def _entity(self, file: AnnotationFile, name: str) -> None:
        given, where = file.content["entities"][name], file.lines.where(("entities", name))
        if given["type"] not in self.types:
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
            yield Omission(_passage(given["passage"]), given["reason"], file.lines.where(("not_stated", i)))

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
        if not self.ontology.is_a(kind, {SKG + "Agent"}):
            raise InputError(f'"{name}" is of type {local_name(kind)}, not an agent', where=str(where), hint="name who it is")
        return iri

    def moment(self, name: str, where: Where) -> IRI:
        """Resolve the name of a moment."""
        iri = self.entity(name, where)
        if self.entities[local_name(iri)].type != SKG + "Moment":
            raise InputError(f'"{name}" is not a moment', where=str(where), hint="declare it with type: Moment")
        return iri

    def theme(self, name: str, where: Where) -> str:
        """Resolve the name of a theme to its local name."""
        local = name.removeprefix("theme:")
        if local not in self.theme_names:
            raise UnknownName("theme", name, self.theme_names, where=str(where))
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
            raise UnknownName("property", name, self.predicates, where=str(where))
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


def _passage(given: dict[str, Any]) -> PassageRef:
    return PassageRef(
        paragraph=given["paragraph"],
        starts=given["starts"],
        ends=given.get("ends"),
        occurrence=given.get("occurrence"),
        prefix=given.get("prefix"),
        words=Span(*given["words"]) if "words" in given else None,
        characters=Span(*given["characters"]) if "characters" in given else None,
        sha256=given.get("sha256"),
    )


@dataclass
class _StatementReader:
    """Reads one statement of a file, collecting every name in it that cannot be resolved."""

    linker: Linker
    file: AnnotationFile
    index: int
    problems: list[InputError] = field(default_factory=list)

    def read(self) -> Statement:
        given, linker = self._given, self.linker
        subject, predicate, obj = given["triple"]
        said_by = self._try("said_by", linker.agent)
        passage = _passage(given["passage"]) if "passage" in given else None
        url = self.file.content["source"].get("url")
        edge = self._resolve(lambda: linker.predicate(predicate, self._where("triple")))
        made = {
            "iri": IRI(f"{ST}{self.file.source_id}-{given['id']}"),
            "kind": Kind.INTERVIEW if passage else Kind.BACKGROUND,
            "subject": self._resolve(lambda: linker.thing(subject, self.file, self._where("triple"))),
            "predicate": IRI(edge.iri) if edge else None,
            "object": self._resolve(lambda: self._object(obj, edge)) if edge else None,
            "gloss": given["gloss"],
            "commitment": Commitment(given["commitment"]),
            "polarity": Polarity(given.get("polarity", Polarity.AFFIRMED)),
            "reading": Reading(given.get("reading", Reading.LITERAL)),
            "frame": Frame(given["frame"]),
            "said_by": said_by,
            "said_to": self._try("said_to", linker.agent),
            "held_by": self._try("held_by", linker.agent) or said_by,
            "time": self._resolve(self._time) or UNKNOWN,
            "themes": tuple(self._themes()),
            "resolutions": tuple(self._resolutions()),
            "relations": tuple(self._relations()),
            "source": IRI(SRC + self.file.source_id),
            "passage": passage,
            "link": link(url, passage) if url and passage else None,
            "references": tuple(given.get("references", ())),
            "annotated_by": self.file.content.get("annotation", {}).get("by"),
            "annotated_on": self.file.content.get("annotation", {}).get("on"),
            "note": given.get("note"),
            "unnamed": tuple(self._unnamed()),
            "review": self._review(),
            "where": self.file.lines.where(("statements", self.index)),
        }
        if self.problems:
            raise InputErrors(self.problems)
        return Statement(**made)

    @property
    def _given(self) -> dict[str, Any]:
        found: dict[str, Any] = self.file.content["statements"][self.index]
        return found

    def _where(self, *path: str | int) -> Where:
        return self.file.lines.where(("statements", self.index, *path))

    def _resolve(self, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except InputError as error:
            error.what, error.statement = f"{self._given['id']}: {error.what}", self._given["id"]
            self.problems.append(error)
            return None

    def _try(self, key: str, resolve: Callable[[str, Where], IRI]) -> IRI | None:
        return self._resolve(lambda: resolve(self._given[key], self._where(key))) if key in self._given else None

    def _object(self, given: Any, edge: EdgeProperty) -> Term:
        where = self._where("triple")
        if isinstance(given, str) and not edge.takes_literals:
            return self.linker.thing(given, self.file, where)
        if not edge.takes_literals:
            raise InputError(f"{compact(edge.iri)} takes a name, not a literal", where=str(where), hint="name a thing")
        if not isinstance(given, dict):
            given = {"value": given}
        value = str(given["value"]).lower() if isinstance(given["value"], bool) else str(given["value"])
        if "language" in given:
            return Literal(value, language=given["language"])
        only = next(iter(edge.range)) if len(edge.range) == 1 else RDFS + "Literal"
        datatype = expand(given["datatype"]) if "datatype" in given else only if only.startswith(XSD) else XSD + "string"
        return Literal(value, datatype=datatype)

    def _time(self) -> Time:
        given = self._given
        if "holds_at" in given:
            if "holds_from" in given or "holds_until" in given:
                raise InputError(
                    "holds_at excludes holds_from and holds_until", where=str(self._where("holds_at")), hint="keep one"
                )
            if given["holds_at"] == "Always":
                return ALWAYS
            return Time(at=self.linker.moment(given["holds_at"], self._where("holds_at")))
        ends = {key: self.linker.moment(given[key], self._where(key)) for key in ("holds_from", "holds_until") if key in given}
        return Time(start=ends.get("holds_from"), end=ends.get("holds_until"))

    def _themes(self) -> Iterator[ThemeAssignment]:
        for i, given in enumerate(self._given.get("themes", ())):
            theme = self._resolve(partial(self.linker.theme, given["theme"], self._where("themes", i)))
            yield ThemeAssignment(IRI(f"{THEME}{theme}"), Weight(given["weight"]), given["why"])

    def _resolutions(self) -> Iterator[Resolution]:
        for i, given in enumerate(self._given.get("resolves", ())):
            where = self._where("resolves", i)
            to = self._resolve(partial(self.linker.thing, given["to"], self.file, where))
            by = self._resolve(partial(self.linker.statement, given["by"], self.file, where)) if "by" in given else None
            if to:
                yield Resolution(Form(given["form"]), to, by, given.get("words"), given.get("why"))

    def _unnamed(self) -> Iterator[Unnamed]:
        for i, given in enumerate(self._given.get("inferred", ())):
            what = self._resolve(partial(self._participant, given["what"], self._where("inferred", i)))
            if what is not None:
                yield Unnamed(what, given["why"])

    def _participant(self, given: Any, where: Where) -> Term:
        """Resolve what stands in the triple: a literal is named by its value."""
        obj = self._given["triple"][2]
        if given == (obj["value"] if isinstance(obj, dict) else obj) and (edge := self._edge()) and edge.takes_literals:
            return self._object(obj, edge)
        return self.linker.thing(str(given), self.file, where)

    def _edge(self) -> EdgeProperty | None:
        return self.linker.predicates.get(self._given["triple"][1].removeprefix("skg:"))

    def _review(self) -> Review:
        keys = ("reviewed_by", "reviewed_on", "reviewer_note", "speaker_note")
        return Review(*(self._given.get(key) for key in keys))

    def _relations(self) -> Iterator[tuple[Relation, IRI]]:
        for key, relation in RELATION_KEYS.items():
            for name in self._given.get(key, ()):
                other = self._resolve(partial(self.linker.statement, name, self.file, self._where(key)))
                if other:
                    yield relation, other
