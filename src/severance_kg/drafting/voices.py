"""The voices of an interview: who speaks each turn, by its label, or as the only one who answers or asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from severance_kg.drafting import labels, lexicon
from severance_kg.drafting.interview import Attribution, Evidence, Layout, Mention, Role
from severance_kg.drafting.names import untitled
from severance_kg.drafting.participants import Participants
from severance_kg.drafting.people import People
from severance_kg.drafting.prose import tokens

if TYPE_CHECKING:
    from severance_kg.drafting.structure import Part

UNKNOWN = Attribution(None, 0.0, Evidence("none"))


def name_voices(parts: Sequence[Part], layout: Layout, people: People, known: Participants) -> None:
    """Say who speaks each turn: by its label, or as the only one who answers or asks; else nobody is named."""
    spelled: dict[str, Attribution] = {}
    labelled = dict.fromkeys(part.line.name for part in parts if part.line.name and len(part.line.name.split()) > 1)
    for part in parts:
        if part.role not in (Role.QUESTION, Role.ANSWER) or part.voice is None:
            continue
        if part.voice and part.line.name and part.voice not in spelled:
            spelled[part.voice] = _of_label(part, people, known, labelled)
        if part.voice and part.voice in spelled:
            part.attribution = _by_voice(part, spelled[part.voice], layout, known)
        else:
            part.attribution = _unlabelled(part, known)


def _by_voice(part: Part, spelled: Attribution, layout: Layout, known: Participants) -> Attribution:
    if part.line.name:
        mention = spelled.evidence.mention and part.line.label
        return Attribution(
            spelled.speaker, spelled.confidence, Evidence(spelled.evidence.pattern, None, None, mention, Mention.LABEL)
        )
    if spelled.speaker is None or layout is not Layout.LABELS_FIRST:
        return spelled
    # Only the first pair is labelled: with several who answer, the same one need not answer again.
    if part.role is Role.ANSWER and (known.many or len(known.answering) > 1):
        return Attribution(None, 0.4, Evidence("one of several"))
    return Attribution(
        spelled.speaker,
        0.93 if part.role is Role.ANSWER else 0.95,
        Evidence("order", mention=spelled.evidence.mention, mention_kind=Mention.LABEL),
    )


def _of_label(part: Part, people: People, known: Participants, labelled: Iterable[str]) -> Attribution:
    """Return whom a label names, in the fullest form that the text has."""
    name = part.line.name or ""
    folded = labels.key(name)
    label = Evidence("label", mention=part.line.label, mention_kind=Mention.LABEL)
    if folded in labels.ASKING:
        return Attribution(known.asking, 0.9, label) if known.asking else Attribution(None, 0.0, label)
    if folded in labels.ANSWERING:
        return Attribution(known.only, 0.93, label) if known.only else Attribution(None, 0.3, label)
    if re.match(r"(?:speaker|voice|man|woman) \d|(?:unidentified|unknown|audience|crowd)\b", folded):
        return Attribution(None, 0.0, label)
    at = part.line.label.start if part.line.label else 0
    return Attribution(_full_name(name, people, known, at) or _spelled(_longer(name, people, labelled) or name), 0.99, label)


def _full_name(name: str, people: People, known: Participants, at: int) -> str | None:
    """Return who of those that the introduction or the narration names a label means."""
    words = [token for token in tokens(name, 0, len(name)) if token.is_word]
    title, bare = untitled(words)
    forms = [token.text.removesuffix("’s").removesuffix("'s") for token in bare]
    folded = [form.casefold() for form in forms]
    for person in known.answering:
        parts = person.casefold().split()
        initials = "".join(part[0] for part in parts)
        if (
            (len(folded) == 1 and folded[0] in (parts[0], parts[-1]))
            or "".join(folded).replace(".", "") == initials
            or folded == parts
        ):
            same = [other for other in known.answering if folded[0] in other.casefold().split()]
            if len(same) <= 1:
                return person
    found = people.named([form.title() if name.isupper() else form for form in forms], title, at)
    if found.figure is not None and found.confidence > 0.9:
        figure = people.figures[found.figure]
        if not figure.group and figure.surname.casefold() == folded[-1] and len(figure.name.split()) >= len(forms):
            return figure.name
    return None


def _longer(name: str, people: People, labelled: Iterable[str]) -> str | None:
    """Return the one full name, of a label or of somebody in the narration, that a first name or initials stand for."""
    short = labels.key(name).replace(" ", "")
    somebody = [figure.name for i, figure in enumerate(people.figures) if people.is_somebody(i)]
    fitting: dict[str, str] = {}
    for full in (*labelled, *somebody):
        parts = [part for part in labels.key(full).split() if part not in lexicon.TITLES]
        initials = "".join(part[0] for part in parts)
        if len(parts) > 1 and (short in (parts[0], parts[-1]) or (name.isupper() and short == initials)):
            fitting.setdefault(" ".join(parts), full)
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _spelled(name: str) -> str:
    spelled = name.strip(" .")
    return spelled.title() if name.isupper() and len(name) >= 5 else spelled


def _unlabelled(part: Part, known: Participants) -> Attribution:
    if part.role is Role.ANSWER and known.only:
        return Attribution(known.only, 0.92, Evidence("the one interviewed"))
    if part.role is Role.QUESTION and known.asking:
        return Attribution(known.asking, 0.85, Evidence("the one who asks"))
    return UNKNOWN
