"""The command that lets the supported statements of a draft in, and tells of each other one why it stays a draft."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError, InputErrors, SevError, problem_json
from severance_kg.terminal import complain
from severance_kg.vocabulary import local_name

if TYPE_CHECKING:
    from severance_kg.acceptance import AnnotationText
    from severance_kg.annotations import AnnotationFile
    from severance_kg.ontology import Ontology
    from severance_kg.statements import Corpus


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("draft", type=Path, metavar="DRAFT", help="the annotation file with the draft statements")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--text", type=Path, metavar="FILE", help="a copy of the source's text, plain or Markdown")
    where.add_argument("--html", type=Path, metavar="FILE", help="a copy of it, as HTML")
    parser.add_argument("--reviewer", metavar="NAME", help="who answers for what is let in; needed unless --dry-run")
    parser.add_argument("--on", type=day, metavar="DATE", help="the day of the review (default: today)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the accepted file (default: DRAFT's name without .draft)")
    parser.add_argument(
        "--statement", action="append", default=[], metavar="ID", help="only this statement; may be given several times"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; tell what would be let in and what refused")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def day(given: str) -> str:
    """Return a day as it is given for an option."""
    try:
        if len(given) == 10:
            return datetime.date.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{given!r} is no day; write it 2026-11-22")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a promotion comes to: what is let in, the reasons against the rest by statement, and the files as they would be."""

    taken: list[str]
    refused: dict[str, list[SevError]]
    out: Path
    files: dict[Path, bytes]

    @property
    def problems(self) -> list[SevError]:
        """Every reason against every statement that stays a draft."""
        return [problem for problems in self.refused.values() for problem in problems]


def promote(arguments: argparse.Namespace) -> int:
    """Let in what the text supports."""
    from severance_kg.build import write_atomically
    from severance_kg.tables import as_json

    outcome = decide(arguments)
    if not arguments.dry_run:
        write_atomically(outcome.files)
    if arguments.format == "json":
        sys.stdout.write(as_json(_json(outcome, dry=arguments.dry_run)))
    else:
        if outcome.problems:
            complain(InputErrors(outcome.problems))
        sys.stdout.write(_told(outcome, arguments))
    return 1 if outcome.problems else 0


def decide(arguments: argparse.Namespace, content: str | None = None) -> Outcome:
    """Return what a promotion comes to; nothing is written.

    Args:
        arguments: the options of the command.
        content: what the draft's file is to hold, where that is not what it holds now.

    Raises:
        InputError: the draft, the text or an option cannot be used.
    """
    from severance_kg.acceptance import divide, pick
    from severance_kg.copies import read_copy
    from severance_kg.promote import judge, short_name, without_support

    reviewer, day = _reviewer(arguments), arguments.on or datetime.date.today().isoformat()
    draft = _read(arguments.draft, content)
    if draft.value.get("status") != "draft":
        raise InputError("it is no draft", where=draft.file, hint="write status: draft at its top if it is one")
    _refuse_author(reviewer, draft)
    out = arguments.out or default_out(arguments.draft)
    accepted = _accepted(out, draft)
    names = [item.name for item in draft.statements()]
    wanted = pick(names, arguments.statement, draft.file)
    refused = _undecided(draft, wanted)
    corpus, ontology = _corpus(arguments, draft, accepted, out, refused)
    interview = read_copy(arguments.html or arguments.text, html=bool(arguments.html))
    here = [one for one in corpus.statements if one.source and local_name(one.source) == draft.value["source"]["id"]]
    drafts = {short_name(one): one for one in here if short_name(one) in names}
    asked = [drafts[name] for name in wanted if name in drafts]
    judgements = without_support(judge(corpus, ontology, interview, asked), drafts.values())
    refused |= {short_name(one.statement): list(one.refusals) for one in judgements if one.refusals}
    taken = [short_name(one.statement) for one in judgements if not one.refusals]
    signed = {name: {"reviewed_by": reviewer, "reviewed_on": day} for name in taken}
    shown = {name: [f"{one.code}: {one.what.removeprefix(f'{name}: ')}" for one in why] for name, why in refused.items()}
    accepted_text, left = divide(draft, accepted, signed, shown)
    files = {arguments.draft: left.encode()} | ({out: accepted_text.encode()} if taken else {})
    return Outcome(taken, dict(sorted(refused.items(), key=lambda one: names.index(one[0]))), out, files)


def _read(path: Path, content: str | None = None) -> AnnotationText:
    """Read an annotation file, or what it is to hold, as text, its form checked."""
    from severance_kg.acceptance import AnnotationText
    from severance_kg.annotations import form_problems
    from severance_kg.resources import gather
    from severance_kg.yaml_lines import read_text

    content = read_text(path) if content is None else content
    if problems := form_problems(content, str(path), gather().schema):
        raise InputErrors(problems)
    return AnnotationText(content, str(path))


def _undecided(draft: AnnotationText, wanted: list[str]) -> dict[str, list[SevError]]:
    """Refuse what a person has not decided yet."""
    from severance_kg.check import Problem
    from severance_kg.drafting.undecided import open_keys
    from severance_kg.yaml_lines import read_yaml

    _, lines = read_yaml(draft.content, draft.file)
    found: dict[str, list[SevError]] = {}
    for i, statement in enumerate(draft.value["statements"]):
        name, still_open = statement["id"], open_keys(statement)
        if still_open and name in wanted:
            what = f"{name}: {', '.join(dict.fromkeys(still_open))}: undecided"
            where, hint = str(lines.where(("statements", i))), "decide, or delete the line"
            found[name] = [Problem(what, where=where, hint=hint, code="undecided", statement=name)]
    return found


def default_out(draft: Path) -> Path:
    """Return where the statements of a draft go that are let in, if nothing else is said."""
    stem = draft.stem
    if stem.endswith(".draft") and len(stem) > len(".draft"):
        return draft.with_name(stem.removesuffix(".draft") + draft.suffix)
    return draft.with_name(f"{stem}.accepted{draft.suffix}")


def _accepted(out: Path, draft: AnnotationText) -> AnnotationText | None:
    if out.resolve() == Path(draft.file).resolve():
        raise InputError("the accepted file cannot be the draft itself", where=str(out), hint="name another with --out")
    if out.suffix not in (".yaml", ".yml"):
        raise InputError("an annotation file ends in .yaml", where=str(out), hint="name another with --out")
    if not out.exists():
        return None
    accepted = _read(out)
    given, wanted = accepted.value["source"]["id"], draft.value["source"]["id"]
    if given != wanted:
        what = f'it holds statements of "{given}", not of "{wanted}"'
        raise InputError(what, where=str(out), hint="name another file with --out")
    if accepted.value.get("status") == "draft":
        raise InputError("it is a draft itself", where=str(out), hint="name another file with --out")
    both = sorted({str(one["id"]) for one in accepted.value["statements"]} & {item.name for item in draft.statements()})
    if both:
        what = f"{', '.join(both)}: let in already, with the same id"
        raise InputError(what, where=draft.file, hint=f"give what is new another id, or delete what is old; see {out}")
    return accepted


def _reviewer(arguments: argparse.Namespace) -> str:
    from severance_kg.promote import check_reviewer

    if arguments.dry_run and arguments.reviewer is None:
        return "nobody yet"
    if arguments.reviewer is None:
        hint = "name the person who answers for these statements with --reviewer NAME"
        raise InputError("the reviewer has no name", hint=hint, code="no-reviewer")
    return check_reviewer(arguments.reviewer)


def _refuse_author(reviewer: str, draft: AnnotationText) -> None:
    """A program may sign what it drafts, and no reviewer may have that name."""
    from severance_kg.passages import normalise

    given = [draft.value, *draft.value["statements"]]
    makers = {normalise(str(one[key])) for one in given for key in ("drafted_by", "proposed_by") if key in one}
    if normalise(reviewer) in makers:
        raise InputError(
            f'"{reviewer}" made the draft and cannot review it', hint="name the person who answers", code="no-reviewer"
        )


def _corpus(
    arguments: argparse.Namespace,
    draft: AnnotationText,
    accepted: AnnotationText | None,
    out: Path,
    refused: dict[str, list[SevError]],
) -> tuple[Corpus, Ontology]:
    """Read the draft beside everything it may speak of; what was let in of the same source before counts as part of it.

    A statement with a name that nothing bears goes to ``refused``, and the others are read without it.
    """
    from severance_kg.annotations import read_corpus
    from severance_kg.ontology import read_ontology
    from severance_kg.resources import gather

    alone = arguments.only and arguments.data is None
    inputs = gather(arguments.data, only=arguments.only and not alone)
    own = {arguments.draft.resolve(), out.resolve()}
    # A folder may hold what was annotated of this very source already: the draft stands in for that.
    files: list[tuple[str, Path | str]] = [
        (name, path)
        for name, path in inputs.annotations
        if not alone and path.resolve() not in own and _source_of(path) != draft.value["source"]["id"]
    ]
    content = draft.content
    if accepted is not None:
        blocks = [accepted.content[item.start : item.end] for item in accepted.statements()]
        content = draft.edited(draft.appended(blocks, accepted.column()))
    ontology = read_ontology(inputs.vocabulary)
    names = {item.name for item in draft.statements()}
    while True:
        try:
            return read_corpus(
                [*files, (draft.file, content)], inputs.schema, ontology, decided=partial(_without, set(refused))
            ), ontology
        except InputErrors as errors:
            new = [one for one in errors.problems if one.statement in names and one.statement not in refused]
            if len(new) != len(errors.problems):
                raise
            for problem in new:
                refused.setdefault(str(problem.statement), []).append(problem)


def _without(names: set[str], file: AnnotationFile) -> AnnotationFile:
    """Return what is decided in a draft, without some statements."""
    from severance_kg.drafting.undecided import decided

    statements = [{**one, "gloss": None} if one["id"] in names else one for one in file.content["statements"]]
    return decided(replace(file, content={**file.content, "statements": statements}))


def _source_of(path: Path) -> str | None:
    """Return the id of a file's source as it stands on a line; a file that is misread here is told of when it is read."""
    from severance_kg.yaml_lines import read_text

    found = re.search(r"^source:.*?\bid: *[\"']?([a-z0-9-]+)", read_text(path), re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def _json(outcome: Outcome, *, dry: bool) -> dict[str, Any]:
    return {
        "accepted": outcome.taken,
        "refused": list(outcome.refused),
        "problems": [problem_json(one) for one in outcome.problems],
        "written": [] if dry else [str(path) for path in outcome.files],
    }


def _told(outcome: Outcome, arguments: argparse.Namespace) -> str:
    taken, stay = len(outcome.taken), len(outcome.refused)
    if arguments.dry_run:
        return f"{taken} of {taken + stay} statements would be let in; nothing was written\n"
    if not outcome.taken and not outcome.refused:
        return f"{arguments.draft}: there is no statement in it\n"
    if not taken:
        return f"{arguments.draft}: no statement was let in; each says why under refused:\n"
    rest = f"; {stay} stay in {arguments.draft}, each with the reasons under refused:" if stay else ""
    open_words = b"\nstatus: partial" in b"\n" + outcome.files[outcome.out]
    more = "\nnot every word of the source lies in a passage of it: its status is partial until they do" if open_words else ""
    return f"{outcome.out}: {taken} statement{'' if taken == 1 else 's'} let in{rest}{more}\n"
