"""What a reviewer needs in view: the source's text, the statements of the draft with what speaks for and against each, the names.

The text is the reader's own copy. It goes into the page that is made for them, onto their terminal, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.annotations import form_problems
from severance_kg.drafting.undecided import NOTES, WANTED, open_keys
from severance_kg.errors import InputError, InputErrors, PassageError, SevError
from severance_kg.passages import NormalisedText, PassageRef, Span, digest, locate
from severance_kg.review.decisions import EDITABLE, bare
from severance_kg.vocabulary import SKG, compact, local_name
from severance_kg.yaml_lines import read_text, read_yaml

if TYPE_CHECKING:
    from severance_kg.ontology import Ontology
    from severance_kg.statements import Corpus


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as it is read for a review: its text, and what stands in it."""

    path: Path
    content: str
    value: dict[str, Any]

    @property
    def sha256(self) -> str:
        """The digest of its text."""
        return hashlib.sha256(self.content.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def source_id(self) -> str:
        """The id of its source."""
        return str(self.value["source"]["id"])


@dataclass(frozen=True, slots=True)
class Item:
    """A statement to review: as it stands, its place, the rules' notes, what is open, and what ``promote`` would refuse."""

    name: str
    was: dict[str, Any]
    span: Span | None
    notes: dict[str, Any]
    open: tuple[str, ...]
    problems: tuple[SevError, ...]


def read_draft(path: Path, schema: Path) -> DraftText:
    """Read a draft that is to be reviewed.

    Raises:
        InputError: it is broken, or no draft.
    """
    content = read_text(path)
    if problems := form_problems(content, str(path), schema):
        raise InputErrors(problems)
    value, _ = read_yaml(content, str(path))
    if value.get("status") != "draft":
        raise InputError("it is no draft", where=str(path), hint="write status: draft at its top if it is one")
    return DraftText(path, content, value)


def items(draft: DraftText, text: NormalisedText, refused: Mapping[str, Iterable[SevError]]) -> list[Item]:
    """Return the statements of a draft in its order.

    Args:
        draft: the draft.
        text: the text of its source.
        refused: what ``promote`` has against each statement; undecided ones are judged once they are decided.
    """
    return [_item(one, text, refused.get(one["id"], ())) for one in draft.value["statements"]]


def _item(statement: dict[str, Any], text: NormalisedText, refused: Iterable[SevError]) -> Item:
    problems = [one for one in refused if one.code != "undecided"]
    span = None
    try:
        span = locate(text, _pointer(statement["passage"]))
    except PassageError as error:
        if not any(one.code == error.code for one in problems):
            problems.append(error)
    notes = {key: statement[key] for key in NOTES if statement.get(key)}
    still_open = tuple(dict.fromkeys(open_keys(statement)))
    return Item(str(statement["id"]), bare(statement), span, notes, still_open, tuple(problems))


def _pointer(given: Mapping[str, Any]) -> PassageRef:
    characters = Span(*given["characters"]) if "characters" in given else None
    plain = (given["paragraph"], given["starts"], given.get("ends"), given.get("occurrence"))
    return PassageRef(*plain, characters=characters, sha256=given.get("sha256"))


@dataclass(frozen=True, slots=True)
class Names:
    """What a statement may name: things with label and class, properties with label, domain and range, moments, themes."""

    things: dict[str, tuple[str, str]]
    properties: dict[str, tuple[str, str]]
    moments: dict[str, str]
    themes: dict[str, str]
    classes: tuple[str, ...]

    def with_declared(self, draft: Mapping[str, Any]) -> Names:
        """Return these names and those that a draft declares."""
        own = {name: (str(one["label"]), str(one["type"])) for name, one in (draft.get("entities") or {}).items()}
        moments = {name: label for name, (label, cls) in own.items() if cls == "Moment"}
        themes = {name: str(one["label"]) for name, one in (draft.get("themes") or {}).items()}
        things = dict(sorted((self.things | own).items()))
        return replace(self, things=things, moments=self.moments | moments, themes=self.themes | themes)


def names_of(corpus: Corpus, ontology: Ontology) -> Names:
    """Return every name that the graph, the draft and the vocabulary have."""
    from severance_kg.ontology import type_names

    things = {local_name(one.iri): (one.label, local_name(one.type)) for one in corpus.entities}
    themes = {local_name(iri): label for iri, label in ontology.themes.items()}
    themes |= {local_name(one.iri): one.label for one in corpus.themes}
    properties = {
        compact(iri).removeprefix("skg:"): (edge.label, f"{_some(edge.domain)} → {_some(edge.range)}")
        for iri, edge in ontology.edges.items()
    }
    moments = {local_name(one.iri): one.label for one in corpus.entities if one.type == SKG + "Moment"}
    return Names(
        dict(sorted(things.items())),
        dict(sorted(properties.items())),
        dict(sorted(moments.items())),
        dict(sorted(themes.items())),
        tuple(type_names(ontology)),
    )


def _some(classes: frozenset[str]) -> str:
    return " or ".join(sorted(compact(one).removeprefix("skg:") for one in classes)) or "anything"


# ── For the page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def page_data(
    draft: DraftText, text: NormalisedText, some: Iterable[Item], names: Names, about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the page of a review holds.

    Places in the text are counted as JavaScript counts them, in halves of what is written with two; a word has its place in
    the original and, in code points, in the normalised text, by which a new passage is told.
    """
    unit = _units(text.original)

    def shown(span: Span) -> list[int]:
        return [unit(at) for at in text.original_span(span)]

    return {
        **about,
        "wanted": WANTED,
        "editable": EDITABLE,
        "source": draft.source_id,
        "title": draft.value["source"]["title"],
        "file": draft.path.name,
        "draft": draft.sha256,
        "digest": digest(text.text),
        "text": text.original,
        "paragraphs": [shown(one) for one in text.paragraphs],
        "words": [[*shown(one), *one] for one in text.words],
        "statements": [
            {
                "id": one.name,
                "was": one.was,
                "span": shown(one.span) if one.span else None,
                "notes": one.notes,
                "open": list(one.open),
                "problems": [_problem(problem, one.name) for problem in one.problems],
            }
            for one in some
        ],
        "names": {key: getattr(names, key) for key in ("things", "properties", "moments", "themes", "classes")},
    }


def _problem(problem: SevError, name: str) -> dict[str, str]:
    return {"code": problem.code, "what": problem.what.removeprefix(f"{name}: "), "hint": problem.hint or ""}


def _units(original: str) -> Callable[[int], int]:
    if original.isascii() or max(original) <= "\uffff":
        return lambda at: at
    places = [0]
    for c in original:
        places.append(places[-1] + (2 if c > "\uffff" else 1))
    return places.__getitem__


def rules(schema: Path) -> dict[str, Any]:
    """Return the patterns of the annotation files' form, which JavaScript reads as JSON Schema does."""
    found = json.loads(read_text(schema))["$defs"]
    return {key: found[key]["pattern"] for key in ("text", "name", "words", "entityName")}
