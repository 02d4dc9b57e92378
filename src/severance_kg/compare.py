"""Two readers' annotations of one source: what only one saw, where they judge differently, and how far they agree.

Statements are matched by their passages and triples alone, never by the judgements that are then compared: a match that looked
at them would find the agreement that it is to measure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from severance_kg.agreement import alpha, kappa, masi, nominal
from severance_kg.annotations import AnnotationFile, Beside, Linker, read_file, read_form
from severance_kg.errors import InputError, InputErrors, SevError
from severance_kg.moments import Time
from severance_kg.ontology import Ontology, read_ontology, type_names
from severance_kg.passages import PassageRef, normalise
from severance_kg.resources import Inputs, gather
from severance_kg.statements import Statement
from severance_kg.vocabulary import THEME, Literal, local_name
from severance_kg.yaml_lines import read_text, read_yaml

Value = str | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's annotation of the source."""

    name: str
    file: Path
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Two statements, one of each reader, that are taken to be about the same words or the same triple."""

    one: Statement
    other: Statement

    def differences(self) -> Iterator[tuple[str, Value, Value]]:
        """Yield the judgements that differ, with both values."""
        for name, value in JUDGEMENTS.items():
            if value(self.one) != value(self.other):
                yield name, value(self.one), value(self.other)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers agree in one judgement.

    Attributes:
        compared: the matched statements for which at least one of them has given a value.
        same: for how many of those it is the same.
        kappa: Cohen's, where both have given a value; None for sets of themes, and where it is not defined.
        alpha: Krippendorff's, with the MASI distance for themes; None where it is not defined.
    """

    judgement: str
    compared: int
    same: int
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True)
class Readings:
    """Two annotations of one source side by side."""

    source: str
    one: Reader
    other: Reader
    matches: tuple[Match, ...]

    @cached_property
    def only(self) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """The statements that only the one, and only the other reader has."""
        met = {one.one.iri for one in self.matches}, {one.other.iri for one in self.matches}
        sides = zip((self.one, self.other), met, strict=True)
        first, second = (tuple(one for one in side.statements if one.iri not in seen) for side, seen in sides)
        return first, second

    @cached_property
    def passages(self) -> tuple[int, int, int]:
        """How many passages both have seen, only the one, and only the other; passages that overlap count as one."""
        readers = enumerate((self.one, self.other))
        groups = _grouped([(side, one.passage) for side, reader in readers for one in reader.statements if one.passage])
        return groups.count({0, 1}), groups.count({0}), groups.count({1})

    @cached_property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreement in each judgement."""
        return tuple(_agreement(name, value, self.matches) for name, value in JUDGEMENTS.items() if name not in _PARTS)


def compare_files(one: Path, other: Path, inputs: Inputs | None = None) -> Readings:
    """Compare two annotation files of one source.

    Args:
        one: a file. It may name what the other, or an annotation file among ``inputs``, declares.
        other: another reader's file of the same source.
        inputs: the files beside them; the bundled ones if not given.

    Raises:
        InputErrors: a file cannot be read; every problem is told with file and line.
        InputError: it is one file twice, a draft, or the files are of different sources or of different texts.
    """
    if one.exists() and other.exists() and one.samefile(other):
        raise InputError("this is one file twice", where=str(other), hint="name the files of two readers")
    inputs = inputs or gather()
    for path in (one, other):
        _refuse_draft(path)
    problems: list[SevError] = []
    form = read_form(inputs.schema)
    files = [made for path in (one, other) if (made := read_file(str(path), path, form, problems))]
    if len(files) == 2:
        _refuse_strangers(*files)
    ontology = read_ontology(inputs.vocabulary)
    mine = {path.resolve() for path in (one, other)}
    rest = [(name, path) for name, path in inputs.annotations if path.resolve() not in mine]
    beside = [made for name, path in rest if not _is_draft(path) and (made := read_file(name, path, form, problems))]
    read = [_statements(file, [*beside, *files], ontology, problems) for file in files]
    if problems:
        raise InputErrors(problems)
    names = _names(files, (one, other))
    first, second = (Reader(*each) for each in zip(names, (one, other), read, strict=True))
    return Readings(files[0].source_id, first, second, tuple(_matches(first.statements, second.statements)))


def _is_draft(path: Path) -> bool:
    content, _ = read_yaml(read_text(path), str(path))
    return isinstance(content, dict) and content.get("status") == "draft"


def _refuse_draft(path: Path) -> None:
    if _is_draft(path):
        raise InputError(
            "this is a draft", where=str(path), hint="decide and promote its statements first: a draft judges nothing"
        )


def _refuse_strangers(one: AnnotationFile, other: AnnotationFile) -> None:
    if one.source_id != other.source_id:
        what = f'the source is "{other.source_id}" here, and "{one.source_id}" in {one.lines.file}'
        hint = "compare two sources by their ids, and two readers of one source by their files"
        raise InputError(what, where=str(other.lines.where(("source", "id"))), hint=hint)
    texts = [file.content["source"].get("sha256") for file in (one, other)]
    if all(texts) and texts[0] != texts[1]:
        hint = "run 'severance-kg verify --stamp' on both with the same text"
        raise InputError(f"it was stamped with another text than {one.lines.file}", where=other.lines.file, hint=hint)


def _statements(
    file: AnnotationFile, every: list[AnnotationFile], ontology: Ontology, problems: list[SevError]
) -> tuple[Statement, ...]:
    others = [one for one in every if one is not file]
    own = {*(file.content.get("entities") or ())}
    types = type_names(ontology)
    declared = {name: given["type"] for one in others for name, given in (one.content.get("entities") or {}).items()}
    beside = Beside(
        {name: types[cls] for name, cls in declared.items() if name not in own and cls in types},
        tuple(theme for one in others for theme in one.content.get("themes") or ()),
        tuple(f"{o.source_id}-{s['id']}" for o in others if o.source_id != file.source_id for s in o.content["statements"]),
    )
    return Linker(ontology, [file], problems, beside).corpus().statements


def _names(files: Sequence[AnnotationFile], paths: Sequence[Path]) -> list[str]:
    """Return how to call the readers: by name if the files give two, else by file."""
    given = [str((file.content.get("annotation") or {}).get("by", "")) for file in files]
    if all(given) and given[0] != given[1]:
        return given
    names = [path.name for path in paths]
    return names if names[0] != names[1] else [str(path) for path in paths]


# ── Matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LEAST_OVERLAP = 0.5
"""Which share of the shorter passage must lie in the longer one for two statements to be about the same words."""


def _matches(ones: Sequence[Statement], others: Sequence[Statement]) -> Iterator[Match]:
    """Match each statement to one at most, the likest first, and yield them in the order of the first reader's."""
    shelf = _Shelf(others)
    scored = [(_likeness(one, others[j]), -i, -j) for i, one in enumerate(ones) for j in shelf.near(one)]
    met: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(scored, reverse=True):
        if -i not in met and -j not in taken:
            met[-i] = -j
            taken.add(-j)
    yield from (Match(ones[i], others[j]) for i, j in sorted(met.items()))


class _Shelf:
    """Statements by their triples and places, so that a long file need not be held against another line by line."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self._by: dict[object, list[int]] = defaultdict(list)
        stamped = []
        for j, one in enumerate(statements):
            self._by[one.triple].append(j)
            if one.passage:
                self._by[_ends(one.passage)].append(j)
            if one.passage and one.passage.words:
                stamped.append((one.passage.words.start, j, one.passage.words.end - one.passage.words.start))
        self._stamped = sorted(stamped)
        self._longest = max((length for *_, length in stamped), default=0)

    def near(self, one: Statement) -> set[int]:
        """Return which statements have the same triple, or enough of their passage in common."""
        near = {*self._by[one.triple]}
        if one.passage:
            placed = [*self._by[_ends(one.passage)], *self._around(one.passage)]
            near.update(j for j in placed if _overlap(one.passage, self._statements[j].passage) >= LEAST_OVERLAP)
        return near

    def _around(self, passage: PassageRef) -> Iterator[int]:
        if passage.words:
            first = bisect_left(self._stamped, (passage.words.start - self._longest,))
            last = bisect_left(self._stamped, (passage.words.end,))
            yield from (j for _, j, _ in self._stamped[first:last])


def _likeness(one: Statement, other: Statement) -> tuple[int, float]:
    """Tell how like two statements are: by the parts of their triples, then by how much of their passages they share."""
    parts = sum(a == b for a, b in zip(one.triple, other.triple, strict=True))
    return parts, _shared(one.passage, other.passage)


def _overlap(one: PassageRef | None, other: PassageRef | None) -> float:
    """Return the share of the shorter passage that lies in the longer; unstamped ones overlap wholly or not at all."""
    return _common(one, other, min)


def _shared(one: PassageRef | None, other: PassageRef | None) -> float:
    return _common(one, other, max)


def _common(one: PassageRef | None, other: PassageRef | None, of: Callable[[int, int], int]) -> float:
    if one is None or other is None:
        return 0.0
    if one.words is None or other.words is None:
        return float(_ends(one) == _ends(other))
    both = min(one.words.end, other.words.end) - max(one.words.start, other.words.start)
    lengths = (passage.words.end - passage.words.start for passage in (one, other) if passage.words)
    return max(both, 0) / max(of(*lengths), 1)


def _ends(passage: PassageRef) -> tuple[object, ...]:
    return passage.paragraph, normalise(passage.starts), normalise(passage.ends or ""), passage.occurrence or 1


def _grouped(passages: Sequence[tuple[int, PassageRef]]) -> list[set[int]]:
    """Put passages that overlap together, and return of which readers each group is."""
    spans = sorted((passage.words, side) for side, passage in passages if passage.words)
    if len(spans) < len(passages):
        same: dict[object, set[int]] = defaultdict(set)
        for side, passage in passages:
            same[_ends(passage)].add(side)
        return list(same.values())
    groups: list[set[int]] = []
    reached = -1
    for span, side in spans:
        if span.start >= reached:
            groups.append(set())
        groups[-1].add(side)
        reached = max(reached, span.end)
    return groups


# ── Judgements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(iri: Any) -> str | None:
    return None if iri is None else local_name(iri)


def _time(time: Time) -> str:
    """Return a time as annotations write it. That none is known is a judgement too, and no missing value."""
    if time.always:
        return "Always"
    if time.at:
        return local_name(time.at)
    return f"{_name(time.start) or ''} to {_name(time.end) or ''}".strip() if time.known else "not known"


JUDGEMENTS: dict[str, Callable[[Statement], Value]] = {
    "subject": lambda one: _name(one.subject),
    "property": lambda one: _name(one.predicate),
    "object": lambda one: str(one.object) if isinstance(one.object, Literal) else _name(one.object),
    "speaker": lambda one: _name(one.said_by),
    "holder": lambda one: _name(one.held_by),
    "commitment": lambda one: str(one.commitment),
    "polarity": lambda one: str(one.polarity),
    "reading": lambda one: str(one.reading),
    "frame": lambda one: str(one.frame),
    "time": lambda one: _time(one.time),
    "themes": lambda one: frozenset(given.theme.removeprefix(THEME) for given in one.themes),
}
"""What two readers may judge differently, and how each judgement is read from a statement."""
_PARTS = ("subject", "property", "object")
"""The triple itself: differences in it are told, but there is no closed set of values that chance could choose from."""


def _agreement(name: str, value: Callable[[Statement], Value], matches: Sequence[Match]) -> Agreement:
    pairs = [(value(match.one), value(match.other)) for match in matches]
    given = [pair for pair in pairs if pair != (None, None)]
    same = sum(one == other for one, other in given)
    if name == "themes":
        return Agreement(name, len(given), same, None, alpha(given, masi))
    whole = [pair for pair in given if None not in pair]
    return Agreement(name, len(given), same, kappa(whole), alpha(given, nominal))
