"""The command ``review``: a page or a terminal to decide a draft's statements in, and the decisions applied to the draft."""

from __future__ import annotations

import argparse
import datetime
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError, InputErrors, problem_json
from severance_kg.promote_command import day
from severance_kg.tables import counted
from severance_kg.terminal import complain, tell

if TYPE_CHECKING:
    from severance_kg.drafting.interview import Interview
    from severance_kg.promote_command import Outcome
    from severance_kg.review.apply import Applied, Texts
    from severance_kg.review.material import DraftText, Item, Names


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("draft", type=Path, metavar="DRAFT", help="the annotation file with the draft statements")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--text", type=Path, metavar="FILE", help="your copy of the source's text, plain or Markdown")
    where.add_argument("--html", type=Path, metavar="FILE", help="your copy of it, as HTML")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--terminal", action="store_true", help="decide here, statement by statement, and save the decisions")
    way.add_argument("--apply", type=Path, metavar="DECISIONS", help="apply decisions that were saved to the draft")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the file to write: the page, with --terminal the decisions, with --apply the accepted file as of 'promote'",
    )
    parser.add_argument("--reviewer", metavar="NAME", help="who decides; the page and the terminal ask for it")
    parser.add_argument("--on", type=day, metavar="DATE", help="the day of the review (default: today)")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    parser.add_argument("--dry-run", action="store_true", help="with --apply: write nothing; tell what would become of it")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="of what --apply tells")


def review(arguments: argparse.Namespace) -> int:
    """Make the page, ask on the terminal, or apply decisions."""
    if arguments.apply:
        return _apply(arguments)
    if arguments.dry_run or arguments.format == "json":
        raise InputError("--dry-run and --format are for --apply", hint="name the decisions with --apply")
    return _ask(arguments) if arguments.terminal else _page(arguments)


# ── What is reviewed ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that lies before a reviewer."""

    draft: DraftText
    interview: Interview
    items: list[Item]
    names: Names


def _desk(arguments: argparse.Namespace) -> _Desk:
    from severance_kg.copies import read_copy
    from severance_kg.resources import gather
    from severance_kg.review.material import items, read_draft

    draft = read_draft(arguments.draft, gather().schema)
    interview = read_copy(arguments.html or arguments.text, html=bool(arguments.html))
    _tell_another_text(draft, interview)
    outcome = _promote(arguments, draft.content, [])
    return _Desk(draft, interview, items(draft, interview.text, outcome.refused), _names(arguments, draft))


def _tell_another_text(draft: DraftText, interview: Interview) -> None:
    from severance_kg.passages import digest

    drafted = draft.value["source"].get("sha256")
    if drafted and drafted != digest(interview.text.text):
        told = "this is not the very text that was drafted; each passage is looked for in it by its digest"
        tell(f"{draft.path}: {told}")


def _promote(arguments: argparse.Namespace, content: str, names: list[str], signed: dict[str, Any] | None = None) -> Outcome:
    """Ask ``promote`` what it makes of statements; without a signature it is a trial."""
    from severance_kg.promote_command import decide

    given = {"statement": names, "dry_run": signed is None} | (signed or {"out": None, "reviewer": None})
    return decide(argparse.Namespace(**vars(arguments) | given), content)


def _names(arguments: argparse.Namespace, draft: DraftText) -> Names:
    from severance_kg.annotations import read_corpus
    from severance_kg.ontology import read_ontology
    from severance_kg.resources import gather
    from severance_kg.review.material import names_of

    alone = arguments.only and arguments.data is None
    inputs = gather(arguments.data, only=arguments.only and not alone)
    ontology = read_ontology(inputs.vocabulary)
    files: list[tuple[str, Path | str]] = [] if alone else [*inputs.annotations]
    return names_of(read_corpus(files, inputs.schema, ontology), ontology).with_declared(draft.value)


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(arguments: argparse.Namespace) -> int:
    from severance_kg.build import write_atomically
    from severance_kg.resources import gather
    from severance_kg.review.material import page_data, rules
    from severance_kg.review.page import make_review_page

    out = _page_path(arguments)
    desk = _desk(arguments)
    about = {
        "reviewer": _reviewer(arguments.reviewer) if arguments.reviewer else "",
        "command": _command(arguments),
        "decisions": f"{_stem(arguments.draft)}.decisions.json",
        "rules": rules(gather().schema),
    }
    page = make_review_page(page_data(desk.draft, desk.interview.text, desk.items, desk.names, about))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically({out: page})
    address = out.resolve().as_uri()
    statements = counted(len(desk.items), "statement")
    sys.stdout.write(f"{out}: {statements} to review. It holds the text of the source: keep it to yourself.\nOpen {address}\n")
    if arguments.open:
        import webbrowser

        if not webbrowser.open(address):
            tell("no browser could be opened; open the address above yourself")
    return 0


def _page_path(arguments: argparse.Namespace) -> Path:
    """Return where the page goes. It holds other people's text, and so never goes into the project."""
    from severance_kg.resources import root

    given: Path | None = arguments.out
    project, build = root().resolve(), root().resolve() / "build"
    out = given or arguments.draft.with_name(f"{_stem(arguments.draft)}.review.html")
    if out.suffix not in (".html", ".htm"):
        raise InputError("a page ends in .html", where=str(out), hint="name it so with --out")
    inside = out.resolve().is_relative_to(project) and not out.resolve().is_relative_to(build)
    if inside and given is None:
        return build / out.name
    if inside:
        what = "the page holds the text of the source, and the project holds none"
        raise InputError(what, where=str(out), hint=f"write it elsewhere, such as into {build}")
    if out.exists() and not out.is_file():
        raise InputError("it is no file", where=str(out), hint="name a file with --out")
    return out


def _stem(draft: Path) -> str:
    return draft.stem.removesuffix(".draft") or draft.stem


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that applies what the page saves, to be copied from the page."""
    import shlex

    copy = ["--html", arguments.html] if arguments.html else ["--text", arguments.text]
    data = ["--data", arguments.data] if arguments.data else []
    only = ["--only"] if arguments.only else []
    return shlex.join(map(str, ["severance-kg", "review", arguments.draft, *copy, *data, *only, "--apply"]))


# ── The terminal ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _ask(arguments: argparse.Namespace) -> int:
    from severance_kg.build import write_atomically
    from severance_kg.review.decisions import parse, render
    from severance_kg.review.terminal import Terminal
    from severance_kg.yaml_lines import read_text

    out: Path = arguments.out or arguments.draft.with_name(f"{_stem(arguments.draft)}.decisions.json")
    if out.suffix != ".json":
        raise InputError("a file of decisions ends in .json", where=str(out), hint="name it so with --out")
    before = parse(read_text(out), str(out)) if out.exists() else None
    reviewer = arguments.reviewer or (before.reviewer if before else None)
    desk = _desk(arguments)
    terminal = Terminal(
        draft=desk.draft,
        text=desk.interview.text,
        items=desk.items,
        names=desk.names,
        reviewer=_reviewer(reviewer) if reviewer else None,
        on=arguments.on or datetime.date.today().isoformat(),
        save=lambda decisions: write_atomically({out: render(decisions).encode()}),
        judge=lambda content, names: _promote(arguments, content, names).refused,
    )
    saved = terminal.run(before)
    if saved:
        sys.stdout.write(f"{out}: {counted(saved, 'decision')}. To apply them:\n  {_command(arguments)} {_quoted(out)}\n")
    else:
        sys.stdout.write("Nothing was decided, and nothing was written.\n")
    return 0


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


# ── Applying ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _apply(arguments: argparse.Namespace) -> int:
    from severance_kg.build import write_atomically
    from severance_kg.copies import read_copy
    from severance_kg.promote_command import default_out
    from severance_kg.resources import gather
    from severance_kg.review.apply import Texts, apply
    from severance_kg.review.decisions import read_decisions
    from severance_kg.review.material import read_draft
    from severance_kg.tables import as_json

    given = read_decisions(arguments.apply)
    reviewer = _signed(given.reviewer, arguments)
    schema = gather().schema
    draft = read_draft(arguments.draft, schema)
    interview = read_copy(arguments.html or arguments.text, html=bool(arguments.html))
    out = arguments.out or default_out(arguments.draft)
    signed = {"out": out, "reviewer": reviewer, "on": arguments.on or given.on}
    texts = Texts(arguments.draft, draft.content, out, interview.text, schema)
    applied = apply(given, texts, lambda content, names: _promote(arguments, content, names, signed))
    if not arguments.dry_run:
        write_atomically(applied.files)
    if arguments.format == "json":
        sys.stdout.write(as_json(_json(applied, dry=arguments.dry_run)))
    else:
        if problems := [problem for some in applied.refused.values() for problem in some]:
            complain(InputErrors(problems))
        sys.stdout.write(_told(applied, texts, dry=arguments.dry_run))
    return 1 if applied.refused else 0


def _reviewer(name: str) -> str:
    from severance_kg.promote import check_reviewer

    return check_reviewer(name)


def _signed(name: str, arguments: argparse.Namespace) -> str:
    """Return who answers for decisions: whoever made them, and nobody else."""
    if not name.strip():
        return _reviewer(arguments.reviewer or "")
    reviewer = _reviewer(name)
    if arguments.reviewer and _reviewer(arguments.reviewer) != reviewer:
        hint = "leave --reviewer out, or let them decide themselves"
        raise InputError(f'these are decisions of "{reviewer}"', where=str(arguments.apply), hint=hint)
    return reviewer


def _json(applied: Applied, *, dry: bool) -> dict[str, Any]:
    return {
        "accepted": applied.accepted,
        "refused": list(applied.refused),
        "edited": applied.edited,
        "rejected": applied.rejected,
        "settled": applied.settled,
        "problems": [problem_json(problem) for problems in applied.refused.values() for problem in problems],
        "written": [] if dry else [str(path) for path in applied.files],
    }


def _told(applied: Applied, texts: Texts, *, dry: bool) -> str:
    parts = [
        f"{len(names)} {what}"
        for names, what in (
            (applied.accepted, f"let in ({texts.let_in})"),
            (list(applied.refused), "accepted by you and refused: each says why under refused:"),
            (applied.edited, "changed and still open"),
            (applied.rejected, "rejected, and they stay away"),
            (applied.settled, "settled already"),
        )
        if names
    ]
    told = "; ".join(parts) or "there is no decision in it"
    end = "nothing was written" if dry or not applied.files else f"wrote {' and '.join(map(str, applied.files))}"
    return f"{texts.draft}: {told}; {end}\n"
