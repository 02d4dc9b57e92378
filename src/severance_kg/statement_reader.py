"""One statement of an annotation file: YAML in, a record out, every name in it resolved or told as unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from severance_kg.errors import InputError, InputErrors
from severance_kg.moments import ALWAYS, UNKNOWN, Time
from severance_kg.ontology import EdgeProperty
from severance_kg.passages import PassageRef, Span, link
from severance_kg.statements import (
    Commitment,
    Form,
    Frame,
    Kind,
    Polarity,
    Reading,
    Relation,
    Resolution,
    Review,
    Statement,
    ThemeAssignment,
    Unnamed,
    Weight,
    Where,
)
from severance_kg.vocabulary import IRI, RDFS, SRC, ST, THEME, XSD, Literal, Term, compact, expand

if TYPE_CHECKING:
    from severance_kg.annotations import AnnotationFile, Linker

RELATION_KEYS = {
    "rather_than": Relation.RATHER_THAN,
    "in_order_that": Relation.IN_ORDER_THAT,
    "because": Relation.BECAUSE,
    "on_condition": Relation.ON_CONDITION,
    "in_tension_with": Relation.IN_TENSION_WITH,
    "agrees_with": Relation.AGREES_WITH,
    "revises": Relation.REVISES,
}
T = TypeVar("T")


def passage_ref(given: dict[str, Any]) -> PassageRef:
    """Return the passage that an annotation file points at."""
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
class StatementReader:
    """Reads one statement of a file, collecting every name in it that cannot be resolved."""

    linker: Linker
    file: AnnotationFile
    index: int
    problems: list[InputError] = field(default_factory=list)

    def read(self) -> Statement:
        """Return the statement.

        Raises:
            InputErrors: with every name in it that cannot be resolved.
        """
        given, linker = self._given, self.linker
        subject, predicate, obj = given["triple"]
        said_by = self._try("said_by", linker.agent)
        passage = passage_ref(given["passage"]) if "passage" in given else None
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
