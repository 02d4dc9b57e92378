"""The command that lets the supported statements of a draft in, and tells of each other one why it stays a draft."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError, InputErrors, SevError, complain, problem_json

if TYPE_CHECKING:
    from severance_kg.acceptance import AnnotationText
    from severance_kg.drafting.interview import Interview
    from severance_kg.promote import Judgement
    from severance_kg.statements import Corpus


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("draft", type=Path, metavar="DRAFT", help="the annotation file with the draft statements")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--text", type=Path, metavar="FILE", help="a copy of the source's text, plain or Markdown")
    where.add_argument("--html", type=Path, metavar="FILE", help="a copy of it, as HTML")
    parser.add_argument("--reviewer", metavar="NAME", help="who answers for what is let in; needed unless --dry-run")
    parser.add_argument("--on", type=_day, metavar="DATE", help="the day of the review (default: today)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the accepted file (default: DRAFT's name without .draft)")
    parser.add_argument(
        "--statement", action="append", default=[], metavar="ID", help="only this statement; may be given several times"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; tell what would be let in and what refused")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def _day(given: str) -> str:
    try:
        if len(given) == 10:
            return datetime.date.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{given!r} is no day; write it 2026-11-22")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a promotion comes to: the judgements, the accepted file and what is left of the draft."""

    judgements: list[Judgement]
    out: Path
    files: dict[Path, bytes]

    @property
    def taken(self) -> list[str]:
        """The ids of the statements that are let in."""
        from severance_kg.promote import short_name

        return [short_name(one.statement) for one in self.judgements if not one.refusals]

    @property
    def refusals(self) -> list[SevError]:
        """Every reason against every statement that stays a draft."""
        return [refusal for one in self.judgements for refusal in one.refusals]


def promote(arguments: argparse.Namespace) -> int:
    """Let in what the text supports."""
    from severance_kg.build import write_atomically
    from severance_kg.tables import as_json

    outcome = decide(arguments)
    if outcome.files and not arguments.dry_run:
        write_atomically(outcome.files)
    if arguments.format == "json":
        sys.stdout.write(as_json(_json(outcome, dry=arguments.dry_run)))
    else:
        if outcome.refusals:
            complain(InputErrors(outcome.refusals))
        sys.stdout.write(_told(outcome, arguments))
    return 1 if outcome.refusals else 0


def decide(arguments: argparse.Namespace) -> Outcome:
    """Return what a promotion comes to; nothing is written.

    Raises:
        InputError: the draft, the text or an option cannot be used.
    """
    from severance_kg.acceptance import AnnotationText, divide, pick
    from severance_kg.promote import judge, short_name, without_support
    from severance_kg.yaml_lines import read_text

    draft = AnnotationText(read_text(arguments.draft), str(arguments.draft))
    out = arguments.out or _default_out(arguments.draft)
    accepted = _accepted(out, arguments.draft)
    corpus, ontology = _corpus(arguments, draft, accepted, out)
    if draft.value.get("status") == "accepted":
        raise InputError("it is accepted, no draft", where=draft.file, hint="name a file with status: draft")
    reviewer = _reviewer(arguments, draft)
    interview = read_copy(arguments.html or arguments.text, html=bool(arguments.html))
    source = draft.value["source"]["id"]
    before = {str(one["id"]) for one in accepted.value["statements"]} if accepted else set()
    own = [one for one in corpus.statements if one.source and one.source.endswith(f"/{source}")]
    drafts = [one for one in own if short_name(one) not in before]
    wanted = set(pick([short_name(one) for one in drafts], arguments.statement, draft.file))
    asked = [one for one in drafts if short_name(one) in wanted]
    judgements = without_support(judge(corpus, ontology, interview, asked), drafts)
    taken: dict[str, dict[str, Any]] = {
        short_name(one.statement): {"reviewed_by": reviewer, "reviewed_on": arguments.on or datetime.date.today().isoformat()}
        for one in judgements
        if not one.refusals
    }
    refused = {
        short_name(one.statement): [f"{each.code}: {each.what.partition(': ')[2]}" for each in one.refusals]
        for one in judgements
        if one.refusals
    }
    accepted_text, left = divide(draft, accepted, taken, refused)
    files = {arguments.draft: left.encode()} | ({out: accepted_text.encode()} if taken else {})
    return Outcome(judgements, out, files)


def read_copy(path: Path, *, html: bool = False) -> Interview:
    """Read a copy of a source; as :func:`~severance_kg.drafting.read_interview`, whatever spaces its typist has used."""
    from severance_kg.drafting import read_interview, read_string
    from severance_kg.drafting.interview import Form

    interview = read_interview(path, Form.HTML if html else None)
    if interview.form is not Form.PLAIN:
        return interview
    # One for one, so that positions stay: the rules for labels know the plain space alone.
    text = re.sub(r"[^\S\t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]", " ", interview.text.original)
    return interview if text == interview.text.original else read_string(text, Form.PLAIN)


def _default_out(draft: Path) -> Path:
    stem = draft.stem
    if stem.endswith(".draft") and len(stem) > len(".draft"):
        return draft.with_name(stem.removesuffix(".draft") + draft.suffix)
    return draft.with_name(f"{stem}.accepted{draft.suffix}")


def _accepted(out: Path, draft: Path) -> AnnotationText | None:
    from severance_kg.acceptance import AnnotationText
    from severance_kg.yaml_lines import read_text

    if out.resolve() == draft.resolve():
        raise InputError("the accepted file cannot be the draft itself", where=str(out), hint="name another with --out")
    if not out.exists():
        return None
    return AnnotationText(read_text(out), str(out))


def _reviewer(arguments: argparse.Namespace, draft: AnnotationText) -> str:
    from severance_kg.promote import check_reviewer

    if arguments.dry_run and arguments.reviewer is None:
        return "nobody yet"
    programs = [str(one[key]) for one in draft.value["statements"] for key in ("drafted_by", "proposed_by") if key in one]
    programs += [str(draft.value[key]) for key in ("drafted_by", "proposed_by") if key in draft.value]
    return check_reviewer(arguments.reviewer or "", programs)


def _corpus(
    arguments: argparse.Namespace, draft: AnnotationText, accepted: AnnotationText | None, out: Path
) -> tuple[Corpus, Any]:
    """Read the draft beside everything it may speak of; what was let in of the same source before counts as part of it."""
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
    ontology = read_ontology(inputs.vocabulary)
    content = draft.content
    if accepted is not None:
        _same_source(draft, accepted)
        blocks = [accepted.content[item.start : item.end] for item in accepted.statements()]
        content = draft.edited(draft.appended(blocks, accepted.column()))
    return read_corpus([*files, (draft.file, content)], inputs.schema, ontology), ontology


def _source_of(path: Path) -> str | None:
    """Return the id of a file's source as it stands on a line; a file that is misread here is told of when it is read."""
    from severance_kg.yaml_lines import read_text

    found = re.search(r"^source:.*?\bid: *[\"']?([a-z0-9-]+)", read_text(path), re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def _same_source(draft: AnnotationText, accepted: AnnotationText) -> None:
    ids = [(one.value.get("source") or {}).get("id") for one in (draft, accepted)]
    if ids[0] != ids[1]:
        what = f'it holds statements of "{ids[1]}", not of "{ids[0]}"'
        raise InputError(what, where=accepted.file, hint="name another file with --out")


def _json(outcome: Outcome, *, dry: bool) -> dict[str, Any]:
    return {
        "accepted": outcome.taken,
        "refused": sorted({str(one.statement) for one in outcome.refusals}),
        "problems": [problem_json(one) for one in outcome.refusals],
        "written": [] if dry else [str(path) for path in outcome.files],
    }


def _told(outcome: Outcome, arguments: argparse.Namespace) -> str:
    taken, stay = len(outcome.taken), len(outcome.judgements) - len(outcome.taken)
    if arguments.dry_run:
        return f"{taken} of {taken + stay} statements would be let in; nothing was written\n"
    if not taken:
        return f"{arguments.draft}: no statement was let in; each says why under refused:\n"
    rest = f"; {stay} stay in {arguments.draft}, each with the reasons under refused:" if stay else ""
    return f"{outcome.out}: {taken} statements let in{rest}\n"
