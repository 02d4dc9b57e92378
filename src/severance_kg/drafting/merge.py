"""Drafting again: what a person has changed, added or deleted stays; what nobody has touched is renewed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from severance_kg.drafting.draft_file import ENTITIES, altered_line, block, entity_line, passage, stamps
from severance_kg.drafting.edited import DRAFTED, Draft, Entry, Noted, fingerprint, with_rejected
from severance_kg.drafting.proposals import Proposal, Proposals
from severance_kg.drafting.sources import SourceCard
from severance_kg.passages import NormalisedText, digest


@dataclass
class Merged:
    """A draft that was renewed: its text, and what came of each proposal."""

    text: str = ""
    kept: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


def with_notes(fresh: str, card: SourceCard) -> str:
    """Return a new draft with the notes by which a later one tells what was changed."""
    draft = Draft.parse(fresh, "the draft")
    noted = {entry.id: Noted(str(entry.sha256), fingerprint(entry.lines)) for entry in draft.entries}
    return fresh.rstrip("\n") + "\n\n" + _notes(noted, card.entities)


def merge(before: Draft, text: NormalisedText, card: SourceCard, proposals: Proposals) -> Merged:
    """Renew a draft.

    A proposal is known by the digest of its passage. An entry is a person's as soon as one character of it differs from
    what the program wrote; it is then never written again, and never deleted.

    Args:
        before: the draft as it stands in its file.
        text: the text as it was read now.
        card: what is known of the source now.
        proposals: what the rules propose now.
    """
    done = Merged()
    named = _named(before, proposals)
    present = {entry.id for entry in before.entries}
    own = {entry.sha256 for entry in before.entries if entry.id not in before.noted}
    noted = dict(before.noted)
    entries: list[tuple[Entry, int | None]] = []
    for entry in before.entries:
        renewed = _renewed(entry, before, named, text)
        if renewed is None:
            done.withdrawn.append(entry.id)
            noted.pop(entry.id, None)
            continue
        (done.kept if renewed is entry else done.renewed).append(entry.id)
        if renewed is not entry:
            noted[entry.id] = Noted(str(renewed.sha256), fingerprint(renewed.lines))
        entries.append((renewed, _position(entry, named)))
    gone = [name for name in before.noted if name not in present and before.noted[name].passage not in own]
    for name in gone:
        done.rejected.append(name)
        del noted[name]
    for name, one in named.items():
        if name in present or name in before.noted or name in before.rejected or one.passage.sha256 in own:
            continue
        lines = block(name, one, text)
        made = Entry("\n", lines, name, one.passage.sha256)
        noted[name] = Noted(str(made.sha256), fingerprint(lines))
        done.added.append(name)
        _insert(entries, made, one.span.start)
    tail = with_rejected(before.tail, [_rejection(name, before.noted[name], named) for name in gone])
    body = "".join(entry.lead + entry.lines for entry, _ in entries)
    head = before.head if entries else re.sub(r"(?m)^statements:[ \t]*$", "statements: []", before.head)
    other = before.source("sha256") != digest(text.text)
    head = _with_entities(_with_altered(_with_stamps(head, text), card) if other else _with_stamps(head, text), before, card)
    parts = [(head + body).rstrip("\n") + "\n", tail.rstrip("\n") + "\n" if tail.strip() else ""]
    lead = "" if parts[1].startswith("\n") or not parts[1] else "\n"
    done.text = parts[0] + lead + parts[1] + "\n" + _notes(noted, {*before.declared, *card.entities})
    if before.crlf:
        done.text = done.text.replace("\n", "\r\n")
    return done


def _named(before: Draft, proposals: Proposals) -> dict[str, Proposal]:
    """Give each proposal the id that it has had, or the next that is free; equal passages keep their order."""
    had: dict[str, list[str]] = defaultdict(list)
    known = {name: one.passage for name, one in before.noted.items()} | before.rejected
    # A person's own statement may have been rejected, too: its id comes after those that were given here.
    for name in sorted(known, key=lambda one: (re.fullmatch(r"d\d+", one) is None, _natural(one))):
        had[known[name]].append(name)
    taken = {entry.id for entry in before.entries} | set(known)
    named: dict[str, Proposal] = {}
    number = 0
    for one in proposals.proposals:
        if had[str(one.passage.sha256)]:
            named[had[str(one.passage.sha256)].pop(0)] = one
            continue
        number += 1
        while (name := f"d{number:02}") in taken:
            number += 1
        named[name] = one
    return named


def _natural(name: str) -> tuple[str, int]:
    number = re.search(r"\d+\Z", name)
    return (name[: number.start()], int(number[0][:12])) if number else (name, 0)


def _renewed(entry: Entry, before: Draft, named: dict[str, Proposal], text: NormalisedText) -> Entry | None:
    """Return a person's entry itself, an untouched one as it would be written now, or None if it would not be."""
    noted = before.noted.get(entry.id)
    if noted is None or fingerprint(entry.lines) != noted.lines:
        return entry
    one = named.get(entry.id)
    if one is None:
        return None
    return Entry(entry.lead, block(entry.id, one, text), entry.id, one.passage.sha256)


def _position(entry: Entry, named: dict[str, Proposal]) -> int | None:
    return named[entry.id].span.start if entry.id in named else None


def _insert(entries: list[tuple[Entry, int | None]], made: Entry, position: int) -> None:
    """Put a new entry before the first that stands later in the text."""
    for i, (_, start) in enumerate(entries):
        if start is not None and start > position:
            entries.insert(i, (made, position))
            return
    entries.append((made, position))


def _rejection(name: str, noted: Noted, named: dict[str, Proposal]) -> str:
    one = named.get(name)
    where = ", " + passage(one.passage, "").split("\n")[0][1:].rstrip(",") if one else ""
    return f"  - {{id: {name}{where}, sha256: {noted.passage}}}"


def _with_stamps(head: str, text: NormalisedText) -> str:
    """Return the head with what the text is known by, where the text is another one now."""
    for line in stamps(text):
        key, value = line.strip().split(": ")
        head = re.sub(rf"(?m)^(  {key}:[ \t]*)[0-9a-f]+", rf"\g<1>{value}", head, count=1)
    return head


def _with_altered(head: str, card: SourceCard) -> str:
    """Return the head with what another text has otherwise; of the same text a person may have settled it."""
    head = re.sub(r"(?m)^  altered: .*\n", "", head, count=1)
    line = "".join(f"{one}\n" for one in altered_line(card))
    return re.sub(r"(?m)^(  sha256:.*\n)", lambda found: found[0] + line, head, count=1)


def _with_entities(head: str, before: Draft, card: SourceCard) -> str:
    """Return the head with those declared who are new to the draft."""
    new = [entity_line(thing) for name, thing in card.entities.items() if name not in before.declared]
    if not new:
        return head
    lines = "".join(f"{line}\n" for line in new)
    found = re.search(r"(?m)^entities:[ \t]*(?:#.*)?\n", head)
    if found:
        return head[: found.end()] + lines + head[found.end() :]
    at = re.search(r"(?m)^statements:", head)
    return head[: at.start()] + ENTITIES + "\n" + lines + "\n" + head[at.start() :] if at else head


def _notes(noted: dict[str, Noted], entities: Iterable[str]) -> str:
    lines = [DRAFTED, "drafted:", f"  entities: [{', '.join(sorted(entities))}]"]
    lines += ["  passages:"] if noted else ["  passages: {}"]
    lines += [f"    {name}: {noted[name].passage} {noted[name].lines}" for name in sorted(noted, key=_natural)]
    return "\n".join(lines) + "\n"
