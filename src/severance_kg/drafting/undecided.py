"""The check of drafts: what is undecided in them, and whether what is decided would stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from severance_kg.annotations import AnnotationFile, read_corpus, read_file, read_form
from severance_kg.check import Problem, check_records
from severance_kg.errors import InputError, InputErrors, SevError
from severance_kg.ontology import Ontology, read_ontology
from severance_kg.resources import Inputs
from severance_kg.statements import Corpus, Where
from severance_kg.yaml_lines import Lines, YamlPath, read_text, read_yaml

NOTES = ("why", "choices", "cues", "mentions")
"""The keys of a draft's statement that an accepted one does not have."""

WANTED = ("triple", "gloss", "said_by", "commitment", "frame")
_HINTS = {
    "triple": "choose from choices:, or see 'severance-kg vocabulary'",
    "gloss": "say it in one sentence of your own",
    "said_by": "name who says the words, or delete the entry",
    "commitment": "Asserted, Hedged, Reported or Hypothetical: see cues:",
    "frame": "StoryWorld, Production or Interpretation",
}


def draft_problems(inputs: Inputs) -> list[SevError]:
    """Return what is undecided in the drafts, and what is wrong with the statements that are decided."""
    undecided = [problem for name, path in inputs.drafts for problem in _undecided(name, path)]
    names = {name for name, _ in inputs.drafts}
    ontology = read_ontology(inputs.vocabulary)
    try:
        corpus = read_with_drafts(inputs, ontology)
    except InputErrors as errors:
        return [*undecided, *errors.problems]
    # How much of a draft's source is covered is told when it is promoted: most of it is open until then.
    sources = {str(source.where) for source in corpus.sources}
    found = [one for one in check_records(corpus, ontology) if _file(one.where) in names and one.where not in sources]
    return [*undecided, *found]


def read_with_drafts(inputs: Inputs, ontology: Ontology) -> Corpus:
    """Read all annotation files, drafts too: what is decided in them, and what was let in of the same source already.

    Raises:
        InputErrors: with every problem of every file.
    """
    form = read_form(inputs.schema)
    drafted = {_source(read_file(name, path, form, [])) for name, path in inputs.drafts} - {None}
    read = [(name, path, read_file(name, path, form, [])) for name, path in inputs.annotations]
    accepted = {str(_source(file)): file for _, _, file in read if file and _source(file) in drafted}
    kept = [(name, path) for name, path, file in read if file is None or _source(file) not in drafted]
    return read_corpus([*kept, *inputs.drafts], inputs.schema, ontology, decided=partial(_with_accepted, accepted))


def _source(file: AnnotationFile | None) -> str | None:
    return file.source_id if file else None


def _with_accepted(accepted: Mapping[str, AnnotationFile], file: AnnotationFile) -> AnnotationFile:
    """Return what is decided in a draft, with the statements that were let in of its source before."""
    file = decided(file)
    before = accepted.get(file.source_id)
    if before is None:
        return file
    content = dict(file.content)
    for key in ("entities", "themes"):
        if both := {**(before.content.get(key) or {}), **(content.get(key) or {})}:
            content[key] = both
    content["statements"] = [*content["statements"], *before.content["statements"]]
    return AnnotationFile(content, _Both(file, before))


def _file(where: str | None) -> str:
    return (where or "").rpartition(":")[0]


def _undecided(name: str, path: Path) -> Iterator[Problem]:
    try:
        content, lines = read_yaml(read_text(path), name)
    except InputError:
        return  # told where the file is read in full
    source = content.get("source") if isinstance(content, dict) else None
    if isinstance(source, dict) and source.get("altered"):
        what = f"this copy has other words than {', '.join(map(str, source['altered']))} had"
        hint = "compare it with the original, and take altered: out once you know why"
        yield Problem(what, where=str(lines.where(("source", "altered"))), hint=hint, code="altered-copy")
    for i, statement in enumerate(_statements(content)):
        found = [(lines.where(("statements", i, key)), key) for key in open_keys(statement)]
        for where, key in sorted(found, key=lambda one: one[0].line):
            hint = _HINTS.get(key, "decide, or delete the line")
            entry = statement.get("id")
            told = f"{entry}: {key} is undecided" if entry else f"{key} is undecided"
            yield Problem(told, where=str(where), hint=hint, code="undecided", statement=entry)


def _statements(content: Any) -> list[dict[str, Any]]:
    given = content.get("statements") if isinstance(content, dict) else None
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def open_keys(statement: dict[str, Any]) -> list[str]:
    """Return the keys of a draft's statement that a person still has to decide."""
    empty = [key for key, value in statement.items() if value is None and key not in NOTES]
    triple = statement.get("triple")
    if isinstance(triple, list) and None in triple:
        empty.append("triple")
    return [*empty, *(key for key in WANTED if key not in statement)]


def decided(file: AnnotationFile) -> AnnotationFile:
    """Return a draft with only its decided statements, in the form of accepted ones, each still known by its line."""
    kept = [(i, one) for i, one in enumerate(file.content["statements"]) if not open_keys(one)]
    statements = [{key: value for key, value in one.items() if key not in NOTES} for _, one in kept]
    annotation = file.content.get("annotation") or {}
    content = {key: value for key, value in file.content.items() if key not in ("status", "drafted", "rejected", "annotation")}
    if annotation.get("by") and annotation.get("on"):
        content["annotation"] = annotation
    return AnnotationFile({**content, "statements": statements}, _Kept(file.lines, [i for i, _ in kept]))


class _Kept(Lines):
    """The lines of a file of which only some statements are looked at."""

    def __init__(self, lines: Lines, kept: list[int]) -> None:
        super().__init__(lines.file)
        self._all, self._kept = lines, kept

    def where(self, path: YamlPath) -> Where:
        if len(path) > 1 and path[0] == "statements" and isinstance(path[1], int):
            path = ("statements", self._kept[path[1]], *path[2:])
        return self._all.where(path)


class _Both(Lines):
    """The lines of a draft, with the statements of an accepted file behind its own."""

    def __init__(self, draft: AnnotationFile, accepted: AnnotationFile) -> None:
        super().__init__(draft.lines.file)
        self._draft, self._accepted = draft, accepted
        self._own = len(draft.content["statements"])

    def where(self, path: YamlPath) -> Where:
        if len(path) > 1 and path[0] == "statements" and isinstance(path[1], int) and path[1] >= self._own:
            return self._accepted.lines.where(("statements", path[1] - self._own, *path[2:]))
        if len(path) > 1 and path[0] in ("entities", "themes") and path[1] not in (self._draft.content.get(path[0]) or {}):
            return self._accepted.lines.where(path)
        return self._draft.lines.where(path)
