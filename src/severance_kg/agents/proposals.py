"""Checking statements that somebody proposes, against the form, the graph and the text. Nothing is written or accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from severance_kg.annotations import AnnotationFile, Linker
from severance_kg.check import check_alone, check_together, types_of
from severance_kg.copies import read_copied
from severance_kg.errors import InputError, PassageError, SevError, UnknownName, printable
from severance_kg.file_form import FileForm
from severance_kg.graph import KnowledgeGraph
from severance_kg.ontology import Ontology, type_names
from severance_kg.passages import NormalisedText, PassageRef, locate
from severance_kg.promote import text_refusals
from severance_kg.statements import Corpus, Entity, Statement, Where
from severance_kg.vocabulary import IRI, SEV, SKG, SRC, ST, THEME, local_name
from severance_kg.yaml_lines import Lines, YamlPath, read_yaml

FILE = "proposal"
"""How the places of problems call the YAML, which is no file."""

_GRAPH = Where("the graph", 1)
_UNSTAMPED = "0" * 64
_REVIEWS = ("reviewed_by", "reviewed_on")
PROPOSED = frozenset({"draft", "proposed"})
"""What a proposal may call its own status."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: YAML, the id of a source of the graph where the YAML has none, and the source's text if it is at hand."""

    yaml: str
    source: str | None = None
    text: str | None = None


@dataclass
class Report:
    """What was checked, and what is wrong with it; ``passages`` is how many were found of how many, or None without a text."""

    problems: list[SevError] = field(default_factory=list)
    statements: int = 0
    passages: tuple[int, int] | None = None
    names: list[tuple[int, str | None]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return the report as an object for JSON, its problems in the order of lines."""
        told = sorted((self._problem(one) for one in self.problems), key=lambda one: (one["line"] or 0, one["message"]))
        return {
            "fits": not told,
            "statements": self.statements,
            "passages": None if self.passages is None else {"found": self.passages[0], "of": self.passages[1]},
            "problems": told,
        }

    def _problem(self, error: SevError) -> dict[str, Any]:
        file, _, number = (error.where or "").rpartition(":")
        line = int(number) if file == FILE and number.isdigit() else None
        name, colon, rest = error.what.partition(": ")
        around = [known for start, known in self.names if line is not None and start <= line]
        statement, message = around[-1] if around else None, error.what
        if colon and any(name == known for _, known in self.names):
            statement, message = name, rest
        hint = error.hint.replace(str(_GRAPH), _GRAPH.file) if error.hint else None
        return {"line": line, "statement": statement, "code": error.code, "message": printable(message), "hint": hint}


def check_proposal(proposal: Proposal, kg: KnowledgeGraph, ontology: Ontology, form: FileForm) -> Report:
    """Check proposed statements.

    Each is held against the form of annotation files, the names and the vocabulary of the graph, the graph's own statements
    about the same triples, and, if there is a text, against its words, as a promotion would hold it; only a reviewer's notes do
    not count, since nobody has reviewed it. What only the whole annotation of a source can be held to, that no word of it is left
    out, is not asked of a proposal.

    Returns:
        Every problem that was found. Later steps are only taken where those before leave something to look at.
    """
    report = Report()
    try:
        content, lines = read_yaml(proposal.yaml, FILE)
        is_whole = isinstance(content, dict) and "source" in content
        content, lines = _whole(content, lines, proposal.source, kg)
    except InputError as error:
        report.problems.append(error)
        return report
    report.names = _places(content, lines)
    report.problems += _claimed(content, lines)
    wrong = list(form.problems(content, lines))
    report.problems += wrong
    report.statements = len(content["statements"]) if isinstance(content.get("statements"), list) else 0
    if wrong:
        return report
    file = AnnotationFile(content, lines)
    ids = _statement_ids(kg)
    corpus = _linked(
        _without_notes(file), kg, ontology, report.problems, {one for one in ids if not (is_whole and file.source_id == ids[one])}
    )
    if proposal.text is not None:
        found = _hold_against(proposal.text, file, report)
        report.problems += _unsupported(
            proposal.text, [one for one in corpus.statements if one.iri in found], corpus, kg, ontology
        )
    report.problems += _problems(corpus, kg, ontology, {one: source for one, source in ids.items() if source != file.source_id})
    return report


# ── Form ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _whole(content: Any, lines: Lines, source: str | None, kg: KnowledgeGraph) -> tuple[dict[str, Any], Lines]:
    """Return a proposal as a whole annotation file: statements alone get the source that the graph has of them."""
    if isinstance(content, list):
        content, lines = {"statements": content}, Lines(FILE, [1, {"statements": lines.tree}])
    if not isinstance(content, dict):
        hint = "write keys, such as statements: and below it a list; see the resource severance-kg://guide"
        raise InputError("this is no annotation", where=f"{FILE}:1", hint=hint)
    if "source" in content:
        return content, lines
    if source is None:
        hint = "add source: with id and title, or name one of the graph's with the argument source"
        raise InputError("it is not said which source these statements are of", where=f"{FILE}:1", hint=hint)
    return {"source": _known_source(source, kg), **content}, lines


def _known_source(name: str, kg: KnowledgeGraph) -> dict[str, Any]:
    iri = IRI(SRC + name.removeprefix("src:"))
    if iri not in kg.sources:
        raise UnknownName("source", name, map(local_name, kg.sources), where=f"{FILE}:1")
    card = kg.sources[iri]
    rows = kg.select(f"SELECT ?speaker WHERE {{ <{iri}> skg:speaker ?speaker }} ORDER BY ?speaker")
    made: dict[str, Any] = {"id": local_name(iri), "title": card.title}
    made |= {"url": card.url} if card.url else {}
    made |= {"publisher": local_name(card.publisher)} if card.publisher else {}
    return made | {"speakers": [local_name(str(row["speaker"])) for row in rows]}


def _places(content: dict[str, Any], lines: Lines) -> list[tuple[int, str | None]]:
    """Return from which line on each statement, or None for what lies between, stands."""
    given = content.get("statements")
    statements = given if isinstance(given, list) else []
    places: list[tuple[int, str | None]] = [(lines.where((key,)).line, None) for key in content if key != "source"]
    for i, one in enumerate(statements):
        name = one.get("id") if isinstance(one, dict) else None
        places.append((lines.where(("statements", i)).line, name if isinstance(name, str) else f"statement {i + 1}"))
    return sorted(places, key=lambda place: place[0])


_NOTES = ("reviewer_note", "speaker_note")


def _without_notes(file: AnnotationFile) -> AnnotationFile:
    """Return a proposal without the notes by which a reviewer answers a rule: nobody has reviewed it yet."""
    statements = [{key: value for key, value in one.items() if key not in _NOTES} for one in file.content["statements"]]
    return replace(file, content={**file.content, "statements": statements})


def _claimed(content: dict[str, Any], lines: Lines) -> Iterator[InputError]:
    """Take out what a proposal says of its own status, and yield where it claims one that only a person can give."""
    statements = content.get("statements")
    parts: list[tuple[YamlPath, Any]] = [((), content), (("source",), content.get("source"))]
    parts += [(("statements", i), one) for i, one in enumerate(statements if isinstance(statements, list) else ())]
    for path, part in parts:
        if not isinstance(part, dict):
            continue
        for key in (one for one in _REVIEWS if part.pop(one, None) is not None):
            where, hint = str(lines.where((*path, key))), "leave it out: a person writes it who has read the statement"
            yield InputError(f"{key}: is not yours to give", where=where, hint=hint, code="not-yours")
        status = part.pop("status", None)
        if status is not None and str(status) not in PROPOSED:
            what = f'status: "{str(status)[:40]}" is not yours to give'
            where = str(lines.where((*path, "status")))
            yield InputError(what, where=where, hint="leave it out: what is proposed here a person reviews, and accepts or not")


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _linked(file: AnnotationFile, kg: KnowledgeGraph, ontology: Ontology, problems: list[SevError], ids: set[str]) -> Corpus:
    """Resolve the names of a proposal against the graph's, of whose statements those with these ids are known."""
    linker = Linker(ontology, [file], problems)
    kinds = set(type_names(ontology).values())
    for iri, thing in kg.things.items():
        classes = sorted(thing.classes & kinds)
        if iri.startswith(SEV) and classes:
            name = iri.removeprefix(SEV)
            linker.entities[name] = Entity(iri, classes[0], thing.label, also_called=thing.names, where=_GRAPH)
        elif iri.startswith(THEME):
            linker.theme_names.add(iri.removeprefix(THEME))
    linker.statement_ids |= dict.fromkeys(ids, _GRAPH)
    return linker.corpus()


def _statement_ids(kg: KnowledgeGraph) -> dict[str, str]:
    """Return the ids of the graph's statements, each with that of its source, or nothing where it is inferred."""
    rows = kg.select("SELECT ?one ?source WHERE { ?one a skg:Statement OPTIONAL { ?one skg:source ?source } }")
    return {str(row[0]).removeprefix(ST): str(row[1] or "").removeprefix(SRC) for row in rows}


# ── Judgements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _problems(corpus: Corpus, kg: KnowledgeGraph, ontology: Ontology, others: Iterable[str]) -> Iterator[SevError]:
    types = types_of(corpus, ontology)
    types |= {iri: SKG + "Theme" for iri in kg.things if iri.startswith(THEME)}
    types |= {ST + name: SKG + "Statement" for name in others}
    beside = _beside(corpus.statements, kg, set(others))
    # A digest is for 'verify --stamp' to write once a person has accepted the statement: none is asked for here.
    stamped = replace(corpus, statements=tuple(map(_as_stamped, corpus.statements)))
    yield from check_alone(stamped, ontology, types)
    yield from check_together((*corpus.statements, *beside))


def _as_stamped(one: Statement) -> Statement:
    if one.passage is None or one.passage.sha256:
        return one
    return replace(one, passage=replace(one.passage, sha256=_UNSTAMPED))


def _beside(proposed: Iterable[Statement], kg: KnowledgeGraph, others: set[str]) -> list[Statement]:
    """Return the statements of other sources that these could contradict, or that they name as what somebody believes."""
    found = {one.iri: one for one in kg.having("predicate", IRI(SKG + "precedes"))}
    triples = {one.triple for one in proposed}
    for subject in {triple[0] for triple in triples}:
        found |= {one.iri: one for one in kg.having("subject", subject) if one.triple in triples}
    named = {str(triple[2]).removeprefix(ST) for triple in triples}
    found |= {IRI(ST + name): kg.statement(name) for name in named & others}
    return [one for iri, one in found.items() if iri.removeprefix(ST) in others]


# ── The text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hold_against(given: str, file: AnnotationFile, report: Report) -> set[str]:
    """Look for every passage in a text, exact after normalisation or not there; return the statements whose passage is."""
    text = NormalisedText.of(given)
    found: set[str] = set()
    wanted = 0
    for i, one in enumerate(file.content["statements"]):
        if "passage" not in one:
            continue
        wanted += 1
        try:
            locate(text, PassageRef(**{key: one["passage"][key] for key in _POINTING if key in one["passage"]}))
            found.add(f"{ST}{file.source_id}-{one['id']}")
        except PassageError as error:
            where = str(file.lines.where(("statements", i, "passage")))
            report.problems.append(PassageError(f"{one['id']}: {error.what}", where=where, hint=error.hint, code=error.code))
    report.passages = (len(found), wanted)
    return found


def _unsupported(
    given: str, proposed: list[Statement], corpus: Corpus, kg: KnowledgeGraph, ontology: Ontology
) -> Iterator[SevError]:
    """Yield what a promotion would refuse for the text's sake: the wrong speaker, things that it does not name, firmer words."""
    own = {one.iri for one in corpus.statements}
    named = {term for one in proposed for term in (one.subject, one.object, *(by.justified_by for by in one.resolutions))}
    beside = tuple(kg.statement(term) for term in sorted(map(str, named)) if term.startswith(ST) and term not in own)
    whole = replace(corpus, statements=(*corpus.statements, *beside))
    refusals = text_refusals(whole, ontology, read_copied(given), proposed, stamped=False)
    yield from (one for found in refusals.values() for one in found)


_POINTING = ("paragraph", "starts", "ends", "occurrence", "sha256")
"""The keys of a passage that say where it is; the others are hints."""
