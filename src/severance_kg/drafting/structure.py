"""The structure of an interview: who asks and who answers in which piece, and what is narration, heading or furniture."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from severance_kg.drafting import labels, questions
from severance_kg.drafting.furniture import furniture
from severance_kg.drafting.interview import Attribution, Layout, Role
from severance_kg.drafting.labels import Line
from severance_kg.drafting.lexicon import SPEAKING
from severance_kg.drafting.participants import Participants
from severance_kg.drafting.people import People
from severance_kg.drafting.voices import UNKNOWN, name_voices


@dataclass(slots=True)
class Part:
    """A line with its role, and the key of the voice that speaks it: a label, or "" for those without one."""

    line: Line
    role: Role = Role.NARRATION
    voice: str | None = None
    why: str = ""
    fixed: bool = False
    attribution: Attribution = UNKNOWN


def introduction(text: str, lines: Sequence[Line]) -> list[Line]:
    """Return the lines that tell who takes part: the title and what stands before the first question."""
    found: list[Line] = []
    for line in lines[:14]:
        words = text[line.span.start : line.span.end]
        if line.name or (found and questions.ends_in_question(words) and not _quoting(words) and len(found) > 1):
            break
        found.append(line)
    return found


def structure(text: str, lines: Sequence[Line], people: People, known: Participants) -> tuple[Layout, list[Part]]:
    """Give every line its role and its voice."""
    parts = [Part(line) for line in lines]
    for i, part in enumerate(parts):
        _fix(text, part, first=i == 0)
    layout = _layout(text, parts)
    if layout in (Layout.LABELLED, Layout.LABELS_FIRST):
        _by_labels(text, parts, layout, known)
    elif layout is Layout.MARKED_QUESTIONS:
        _by_marks(text, parts)
    elif layout is Layout.ALTERNATING:
        _by_alternation(text, parts, known)
    if layout is not Layout.NARRATIVE:
        name_voices(parts, layout, people, known)
    return layout, parts


# ── What needs no context ────────────────────────────────────────────────────────────────────────────────────────────


def _words(text: str, part: Part) -> str:
    return text[part.line.span.start : part.line.span.end]


def _fix(text: str, part: Part, *, first: bool) -> None:
    """Settle the lines whose role shows in themselves: headings by markup, furniture by wording, the title by its place."""
    words = _words(text, part)
    if part.line.name:
        return
    if not any(c.isalnum() for c in words):
        part.role, part.why, part.fixed = Role.FURNITURE, "no words", True
    elif part.line.piece.heading and not questions.ends_in_question(words):
        part.role, part.why, part.fixed = Role.HEADING, "markup", True
    elif kind := furniture(words):
        part.role, part.why, part.fixed = Role.FURNITURE, kind, True
    elif first and questions.is_title(words, part.line.span):
        part.role, part.why, part.fixed = Role.HEADING, "title", True
    elif questions.looks_like_dateline(words):
        part.role, part.why, part.fixed = Role.NARRATION, "dateline", True
    elif _NOTE.fullmatch(words):
        part.role, part.why, part.fixed = Role.NARRATION, "a note in brackets", True


_NOTE = re.compile(r"\[[^\[\]]{1,80}\]|\([a-z][^()]{1,80}\)")


def _quoting(words: str) -> bool:
    return any(mark in words for mark in '“”"«»„') and len(questions.unquoted(words).split()) < 0.7 * len(words.split()) + 1


def _marked(part: Part) -> bool:
    """Whether a line is set in bold, or in italics, as a whole."""
    line = part.line
    long = max(line.span.end - line.span.start, 1)
    return any(
        sum(min(s.end, line.span.end) - max(s.start, line.span.start) for s in spans if s.start < line.span.end) >= 0.9 * long
        for spans in (line.piece.strong, line.piece.slanted)
    )


def _layout(text: str, parts: Sequence[Part]) -> Layout:
    free = [part for part in parts if not part.fixed]
    labelled = [part for part in free if part.line.name]
    if labelled:
        behind = free[free.index(labelled[-1]) + 1 :]
        voices = {labels.key(part.line.name or "") for part in labelled}
        asked = [part for part in behind if questions.ends_in_question(_words(text, part)) or _marked(part)]
        few = len(labelled) <= max(3, len(voices)) and asked and len(behind) >= 3
        return Layout.LABELS_FIRST if few else Layout.LABELLED
    marked = [part for part in free if _marked(part) or part.line.piece.heading]
    asking = [part for part in marked if questions.ends_in_question(_words(text, part))]
    if len(marked) >= 2 and asking and len(asking) * 3 >= len(marked) - 1 and len(free) >= 1.5 * len(marked):
        return Layout.MARKED_QUESTIONS
    if len(marked) == 1 and asking and len(free) >= 2:
        return Layout.MARKED_QUESTIONS
    if _alternates(text, free):
        return Layout.ALTERNATING
    return Layout.NARRATIVE


def _alternates(text: str, free: Sequence[Part]) -> bool:
    """Whether a plain text is an interview: questions to somebody, and voices that say "I" outside quotation marks."""
    asked = answered = quoted = marked = 0
    for part in free:
        words = _words(text, part)
        told = questions.wording(words)
        asked += told.asks and len(words.split()) <= 90
        marked += questions.ends_in_question(questions.unquoted(words))
        answered += told.reply >= 1.0 and not _quoting(words)
        quoted += _quoting(words) or words[:1] in '“"‘'
    often = asked * 8 >= len(free) or (asked * 14 >= len(free) and answered * 3 >= len(free) and quoted * 5 < len(free))
    return asked >= 2 and marked >= 1 and often and answered >= 1 and quoted * 2 < len(free) and asked + answered > 1.5 * quoted


# ── Labels ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_labels(text: str, parts: Sequence[Part], layout: Layout, known: Participants) -> None:
    asking = _asking_voices(text, parts, known)
    first = next(i for i, part in enumerate(parts) if part.line.name)
    for part in parts[:first]:
        _before_the_turns(text, part)
    _dialogue_before(text, parts[:first])
    for part in parts[first:]:
        if part.line.name:
            part.voice = labels.key(part.line.name)
            part.role = Role.QUESTION if part.voice in asking else Role.ANSWER
            part.why = "label"
    if layout is Layout.LABELS_FIRST:
        _behind_first_labels(text, parts, asking, known)
    else:
        _between_labels(text, parts[first:], asking)


def _before_the_turns(text: str, part: Part) -> None:
    if not part.fixed and questions.looks_like_heading(_words(text, part)):
        part.role, part.why = Role.HEADING, "wording"


def _dialogue_before(text: str, parts: Sequence[Part]) -> None:
    """A transcript may begin in the midst of things: short replies before the first question are turns, not narration."""
    last = max((i for i, part in enumerate(parts) if part.fixed or part.role is Role.HEADING), default=-1)
    talk = [part for part in parts[last + 1 :] if not part.fixed]
    short = [part for part in talk if _is_talk(_words(text, part))]
    if len(short) >= 3 and len(short) * 3 >= len(talk):
        for part in talk:
            part.role, part.why, part.voice = Role.ANSWER, "dialogue before the first question", ""


def _is_talk(words: str) -> bool:
    told = questions.wording(words)
    return len(words.split()) <= 15 and words.rstrip()[-1:] in '.?!…-—”"' and (told.reply >= 1.0 or told.tell < 0)


def _asking_voices(text: str, parts: Sequence[Part], known: Participants) -> set[str]:
    """Return the labels of those who ask: generic ones, else the voice that asks most."""
    turns: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        if part.line.name:
            turns[labels.key(part.line.name)].append(_words(text, part))
    generic = {voice for voice in turns if voice in labels.ASKING}
    if generic:
        return generic
    if all(voice in labels.ANSWERING for voice in turns):
        return set()
    answering = {name.casefold().split()[-1] for name in known.answering} | {name.casefold() for name in known.answering}
    scores = {voice: _asks(said, first=voice == next(iter(turns))) for voice, said in turns.items()}
    for voice in scores:
        if voice in answering or voice.split()[-1] in answering or voice in labels.ANSWERING:
            scores[voice] -= 1.0
        if known.asking and labels.key(known.asking) == voice:
            scores[voice] += 1.0
    best = max(scores, key=lambda voice: scores[voice])
    if scores[best] < 0.3:
        return set()
    return {best} | {voice for voice in scores if scores[voice] >= 0.75 and len(turns[voice]) >= 2 and voice not in answering}


def _asks(said: Sequence[str], *, first: bool) -> float:
    told = [questions.wording(words) for words in said]
    share = sum(one.asks for one in told) / len(told)
    marked = sum("?" in questions.unquoted(words) for words in said) / len(said)
    return 0.6 * share + 0.4 * marked + (0.15 if first else 0.0) + 0.02 * min(len(said), 5)


def _between_labels(text: str, parts: Sequence[Part], asking: set[str]) -> None:
    """Lines without a label go on with the turn before them, unless they are headings or speak of the speaker."""
    only_questions = all(part.voice in asking for part in parts if part.line.name)
    voice: str | None = None
    for i, part in enumerate(parts):
        if part.line.name:
            voice = part.voice
            continue
        if part.fixed:
            continue
        words = _words(text, part)
        after = parts[i + 1] if i + 1 < len(parts) else None
        if questions.looks_like_heading(words) and after is not None and not _in_list(part, after):
            part.role, part.why = Role.HEADING, "wording"
        elif _speaks_of(words, voice):
            part.role, part.why = Role.NARRATION, "speaks of the speaker"
        elif _is_told_of_another(words):
            part.role, part.why = Role.NARRATION, "a quotation with words that say whose it is"
        elif not asking and _asks_plainly(words):
            part.role, part.why, part.voice = Role.QUESTION, "wording", ""
        elif voice in asking and only_questions:
            part.role, part.why, part.voice = Role.ANSWER, "between questions", ""
        elif voice is not None:
            part.role, part.why, part.voice = Role.QUESTION if voice in asking else Role.ANSWER, "goes on", voice


def _asks_plainly(words: str) -> bool:
    return len(words.split()) <= 60 and questions.ends_in_question(words) and questions.wording(words).asks


def _in_list(part: Part, after: Part) -> bool:
    return part.line.piece.item or (after.line.piece.item and not after.line.name)


def _speaks_of(words: str, voice: str | None) -> bool:
    if not voice or voice in labels.ASKING | labels.ANSWERING:
        return False
    name = voice.split()[-1]
    told = questions.unquoted(words)
    named = re.search(rf"\b{re.escape(name)}\b", told, re.IGNORECASE)
    return bool(named) and not questions.wording(words).reply >= 1.4 and not re.search(r"\b(?:I|my|me|we|our|you)\b", told)


_QUOTED_AND_TOLD = re.compile(
    r"""^(?:["“„«][^"“”„«»\n]{3,}["”»]|[‘'‹][^"“”\n]{3,}?[,.!?]?[’'›](?=[,.]? ))[,.]? ?(?P<told>[^"“”„«»]{3,60})"""
)


def _is_told_of_another(words: str) -> bool:
    """Whether a piece begins with a quotation and goes on with who said it, who is not the speaker of the turn."""
    found = _QUOTED_AND_TOLD.search(words)
    if not found:
        return False
    told = [word.lower() for word in re.findall(r"[^\W_]+", found["told"])[:6]]
    return "i" not in told and any(word in SPEAKING for word in told)


def _behind_first_labels(text: str, parts: Sequence[Part], asking: set[str], known: Participants) -> None:
    """Once two labels have shown who speaks first, wording and order tell the rest."""
    named = [i for i, part in enumerate(parts) if part.line.name]
    labelled = {part.voice: part for part in parts if part.line.name}
    asks = next((voice for voice in labelled if voice in asking), None)
    answers = [voice for voice in labelled if voice not in asking and voice is not None]
    rest = [part for part in parts[named[0] :] if not part.fixed and not part.line.name]
    if any(_marked(part) and questions.ends_in_question(_words(text, part)) for part in rest):
        _mark_turns(text, [part for part in parts[named[0] :] if not part.line.name])
    else:
        _alternate(text, rest, [*known.answering, *(voice for voice in answers)], begun=True)
    for part in rest:
        if part.role is Role.QUESTION:
            part.voice = asks or ""
        elif part.role is Role.ANSWER:
            part.voice = answers[0] if len(answers) == 1 else ""
        part.why = part.why or "order"


# ── Marked questions, plain questions ────────────────────────────────────────────────────────────────────────────────


def _by_marks(text: str, parts: Sequence[Part]) -> None:
    _mark_turns(text, parts)


def _mark_turns(text: str, parts: Sequence[Part]) -> None:
    """Bold lines ask, the lines below them answer; a short bold line without a stop is a heading."""
    strong = any(part.line.piece.strong and _marked(part) for part in parts)
    headings = not any(_marked(part) for part in parts)
    begun = False
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if part.fixed:
            continue
        words = _words(text, part)
        marked = (part.line.piece.heading if headings else _marked(part)) and not (strong and not part.line.piece.strong)
        if marked and not (questions.looks_like_heading(words) and not questions.ends_in_question(words)):
            part.role, part.why, part.voice = Role.QUESTION, "marked", ""
            begun = True
        elif marked or (not begun and questions.looks_like_heading(words)):
            part.role, part.why = Role.HEADING, "marked" if marked else "wording"
        elif (
            begun
            and questions.looks_like_heading(words)
            and after is not None
            and (after.fixed or _marked(after))
            and not _in_list(part, after)
        ):
            part.role, part.why = Role.HEADING, "wording"
        elif begun:
            part.role, part.why, part.voice = Role.ANSWER, "below a question", ""
    first = next((i for i, part in enumerate(parts) if part.role is Role.QUESTION), 0)
    _dialogue_before(text, parts[:first])


def _by_alternation(text: str, parts: Sequence[Part], known: Participants) -> None:
    _alternate(text, [part for part in parts if not part.fixed], known.answering, begun=False)


def _alternate(text: str, parts: Sequence[Part], names: Sequence[str], *, begun: bool) -> None:
    free: list[Part] = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        words = _words(text, part)
        in_list = after is not None and _in_list(part, after)
        if questions.looks_like_heading(words) and not in_list and after is not None and not _short_reply(words, free, text):
            part.role, part.why = Role.HEADING, "wording"
        else:
            free.append(part)
    surnames = [name.split()[-1] for name in names if name]
    told = [questions.wording(_words(text, part), surnames) for part in free]
    for part, role in zip(free, questions.alternation(told, begun=begun), strict=True):
        part.role, part.why = role, "wording and order"
        part.voice = "" if role in (Role.QUESTION, Role.ANSWER) else None


def _short_reply(words: str, before: Sequence[Part], text: str) -> bool:
    """Whether a few words without a stop answer the question right before them."""
    return bool(before) and questions.ends_in_question(_words(text, before[-1])) and len(words.split()) <= 3
