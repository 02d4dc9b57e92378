"""The command ``draft``: a new interview to an annotation file that a person goes on with."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from severance_kg.errors import InputError, printable, typed
from severance_kg.tables import counted
from severance_kg.terminal import fitted, tell

if TYPE_CHECKING:
    from severance_kg.drafting.edited import Draft
    from severance_kg.drafting.gazetteer import Gazetteer
    from severance_kg.drafting.interview import Interview
    from severance_kg.drafting.merge import Merged
    from severance_kg.drafting.proposals import Proposals

_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("source", metavar="FILE|URL", help="the article or transcript: plain text, Markdown or HTML")
    parser.add_argument("--out", type=Path, metavar="FILE.yaml", help="the draft to write, or to go on with (default: ID.yaml)")
    parser.add_argument("--id", metavar="ID", help="the id of the source (default: from the file's name)")
    parser.add_argument("--format", choices=("plain", "markdown", "html"), help="what it is written in (default: told by rule)")
    parser.add_argument("--json", action="store_true", help="tell what came of it as JSON, altered passages among it")
    parser.add_argument("--online", action="store_true", help="fetch a web address; without it nothing leaves this machine")
    parser.add_argument("--title", help="what to call the source, in your own words")
    parser.add_argument("--url", help="where the text is published")
    parser.add_argument("--publisher", metavar="NAME", help="who published it: whose words the narration is")
    parser.add_argument("--published", metavar="YYYY-MM-DD", help="the day of publication")


def draft(arguments: argparse.Namespace) -> int:
    """Write a draft, or renew one and keep all that a person did to it."""
    from severance_kg.build import write_atomically
    from severance_kg.drafting.altered import altered
    from severance_kg.drafting.draft_file import render
    from severance_kg.drafting.edited import Draft
    from severance_kg.drafting.interview import Form
    from severance_kg.drafting.merge import merge, with_notes
    from severance_kg.drafting.proposals import propose
    from severance_kg.drafting.read import read_interview
    from severance_kg.drafting.sources import make_card

    name = _id(arguments)
    out: Path = arguments.out or Path(f"{name}.yaml")
    _refuse(out)
    before = Draft.read(out) if out.exists() else None
    if before and arguments.id and arguments.id != before.source_id:
        raise InputError(f'it is a draft of "{before.source_id}"', where=str(out), hint="leave --id out, or name another --out")
    if _is_address(arguments.source) and not arguments.online:
        raise InputError(
            "this is a web address", where=arguments.source, hint="fetch it with --online, or save the page in a file"
        )
    form = Form(arguments.format) if arguments.format else None
    interview = read_interview(arguments.source, form, online=arguments.online)
    gazetteer = _gazetteer(arguments)
    card = make_card(interview, gazetteer, before.source_id if before else name, **_given(arguments, before))
    proposals = propose(interview, gazetteer, card, _progress if sys.stderr.isatty() else None)
    differing = list(altered(gazetteer.corpus, interview.text, card.url))
    card.altered = tuple(one.statement for one in differing)
    for one in differing:
        tell(str(one))
    if before:
        merged = merge(before, interview.text, card, proposals)
        content, told = merged.text, _merged(merged, before, interview)
    else:
        content = with_notes(render(interview, card, proposals), card)
        told = [f"{out}: {counted(len(proposals.proposals), 'passage')} proposed; {_voices(proposals)}"]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically({out: content.encode()})
    if arguments.json:
        from severance_kg.tables import as_json

        found = {"draft": str(out), "proposed": len(proposals.proposals), "told": told}
        sys.stdout.write(as_json({**found, "altered": [asdict(one) for one in differing]}))
        return 0
    told.append(f"Go on in {out}; 'severance-kg check --data {typed(out)}' tells what is open.")
    sys.stdout.write(fitted("".join(f"{line}\n" for line in told), sys.stdout))
    return 0


def _id(arguments: argparse.Namespace) -> str:
    given: str | None = arguments.id
    if given is None:
        stem = (
            str(arguments.out.stem)
            if arguments.out
            else re.sub(r"\.[A-Za-z]{2,5}$", "", arguments.source.rstrip("/").split("/")[-1])
        )
        given = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "my-interview"
    if not _ID.fullmatch(given) or len(given) > 80:
        raise InputError(f'"{given}" cannot be an id', hint="use small letters, digits and hyphens, such as my-interview")
    return given


def _is_address(source: str) -> bool:
    return re.match(r"https?://", source, re.IGNORECASE) is not None


def _refuse(out: Path) -> None:
    if out.suffix not in (".yaml", ".yml"):
        raise InputError("an annotation file ends in .yaml", where=str(out), hint="name it so with --out")
    if out.exists() and not out.is_file():
        raise InputError("it is no file", where=str(out), hint="name a file with --out")


def _given(arguments: argparse.Namespace, before: Draft | None) -> dict[str, str | None]:
    """Return what is known of the source: from the options, else from the draft, where a person may have filled it in."""
    if arguments.published and not _DAY.fullmatch(arguments.published):
        raise InputError(f'"{arguments.published}" is no day', hint="write it as 2026-01-31")
    given = {key: getattr(arguments, key) for key in ("title", "url", "publisher", "published")}
    web = arguments.source if _is_address(arguments.source) else None
    given["url"] = given["url"] or web
    if given["publisher"] and not any(c.isalnum() for c in given["publisher"]):
        raise InputError(f'"{printable(given["publisher"])}" is no name', hint="name the publication with --publisher")
    return {key: value or (before.source(key) if before else None) for key, value in given.items()}


def _gazetteer(arguments: argparse.Namespace) -> Gazetteer:
    from severance_kg.annotations import read_corpus
    from severance_kg.drafting.gazetteer import Gazetteer
    from severance_kg.ontology import read_ontology
    from severance_kg.resources import gather

    inputs = gather(arguments.data, only=arguments.only)
    ontology = read_ontology(inputs.vocabulary)
    return Gazetteer(read_corpus(inputs.annotations, inputs.schema, ontology), ontology)


def _progress(done: int, of: int) -> None:
    """Draw a bar on standard error, which is a terminal."""
    wide = 30
    filled = wide * done // max(of, 1)
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (wide - filled)}] {done} of {of}")
    if done == of:
        sys.stderr.write("\r" + " " * (wide + 30) + "\r")
    sys.stderr.flush()


def _merged(merged: Merged, before: Draft, interview: Interview) -> list[str]:
    from severance_kg.drafting.altered import described, lost
    from severance_kg.drafting.edited import passages

    told = [
        f"{counted(len(names), 'entry', 'entries')} {what}: {described(names)}"
        for names, what in (
            (merged.kept, "kept as you left them"),
            (merged.added, "new"),
            (merged.rejected, "deleted by you, and now listed as rejected"),
            (merged.withdrawn, "no longer proposed, and untouched by you"),
        )
        if names
    ]
    told.append(f"{counted(len(merged.renewed), 'entry', 'entries')} renewed")
    for name in lost({one: ref for one, ref in passages(before).items() if one in merged.kept}, interview.text):
        tell(f"{name}: its passage is not in this text: its words were altered, or this is another text")
    return told


def _voices(proposals: Proposals) -> str:
    found: dict[str, int] = {}
    for one in proposals.proposals:
        name = one.voice.said_by or "nobody yet"
        found[name] = found.get(name, 0) + 1
    return (
        ", ".join(f"{count} by {name}" for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0])))
        or "no voice"
    )
