"""Labels: "Q:", "Nick Bos:", "NAME", a name in bold, a time stamp, at the head of a piece; and whose they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from severance_kg.drafting import lexicon
from severance_kg.drafting.manuscript import Piece, trimmed
from severance_kg.passages import Span

ASKING = frozenset(
    "q question interviewer host moderator reporter journalist presenter interviewing asker us editor emcee mc".split()
)
ANSWERING = frozenset("a answer interviewee guest respondent answers reply response".split())

_TIME = re.compile(
    r"\s*(?P<open>[\[(<]?)(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\.?)?)"
    r"(?:\s*(?:-->|–|—|-|to)\s*\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)?[\])>]?\s*(?:[-–—:|]\s+)?"
)
_ENDS_IN_TIME = re.compile(r"\s+[\[(]?(?P<time>\d{1,2}:\d\d(?::\d\d)?)[\])]?:?\s*\Z")
_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w’'.-]*|&|" + "|".join(sorted(lexicon.PARTICLES)) + r"|\d{1,2}|#\d{1,2})"
_LABEL = re.compile(
    rf"\s*(?:>{{1,3}}\s*|[-–—]\s+)?(?P<name>{_WORD}(?:[ \t]+{_WORD}){{0,5}})(?P<aside>\s*[(\[][^()\[\]\n]{{1,60}}[)"
    rf"\]]|,\s[^:,.?!\n]{{3,50}})?\s?[:：|](?=\s|\Z|[A-Z“\"‘])\s*"
)
_LETTER = re.compile(r"\s*(?P<name>[QA]|Question|Answer)\s?#?\d{0,3}\s?(?:[.:)]|[-–—](?=\s))\s*(?=\S|\Z)")
_ALONE = re.compile(
    rf"\s*(?:>{{1,3}}\s*)?(?P<name>{_WORD}(?:[ \t]+{_WORD}){{0,3}})(?P<aside>\s*[(\[][^()\[\]\n]{{1,60}}[)\]])?\s*\Z"
)
_NEVER = frozenset(
    "note notes nb n.b update updates updated correction warning image images photo photos photograph picture video "
    "watch listen source sources credit credits "
    "related read more see also spoiler spoilers editor's editors edit disclaimer tip tips example fact facts "
    "summary date time times "
    "location where when who what why how cost price tickets contact email phone website web address directed "
    "written starring stars cast rating "
    "runtime re ps p.s subject title author published tags categories category topics filed share follow "
    "advertisement verdict result results "
    "score pros cons plus step part chapter act scene season episode background conclusion introduction intro "
    "overview about bio copyright "
    "reference references isbn publisher director producer network premiere genre length release language country music "
    "first second third finally today tomorrow yesterday yes no well so but and also remember look okay breaking "
    "exclusive review "
    "transcript interview interviews report analysis opinion feature profile recap"
    " the this that these it".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A piece on its way to a block: what is left of it behind a label and a time stamp."""

    piece: Piece
    span: Span
    label: Span | None = None
    name: str | None = None
    time: str | None = None
    alone: bool = False


def lines_with_labels(text: str, pieces: Sequence[Piece]) -> list[Line]:
    """Return a line for each piece, or for each turn where several share one, with its label, if that is one."""
    lines = [line for piece in pieces for line in _split(text, piece)]
    lines = [_without_time(text, line) for line in lines]
    candidates = [_candidate(text, line) for line in lines]
    accepted = _accepted(text, candidates)
    made: list[Line] = []
    for line, candidate in zip(lines, candidates, strict=True):
        labelled = candidate if candidate and candidate.name and key(candidate.name) in accepted else line
        made += _split_at(text, labelled, accepted)
    return _handed_down(made)


def key(name: str) -> str:
    """Return the form in which two labels are compared."""
    return " ".join(re.sub(r"[^\w\s]", "", name).casefold().split())


def _split(text: str, piece: Piece) -> Iterator[Line]:
    """Cut a piece where a question in bold ends, or where "A:" follows "Q:" on its line."""
    start, end = piece.span
    raw = text[start:end]
    if piece.strong and not piece.heading:
        first = piece.strong[0]
        bold = text[first.start : first.end].rstrip()
        if first.start <= start + 1 and first.end < end and bold.endswith("?") and len(bold.split()) >= 3:
            yield Line(replace(piece, strong=(first,)), trimmed(text, Span(start, first.end)))
            yield Line(replace(piece, strong=piece.strong[1:]), trimmed(text, Span(first.end, end)))
            return
    if _LETTER.match(raw):
        cuts = [start, *(start + found.end() for found in _INLINE_LETTER.finditer(raw)), end]
        for a, b in pairwise(cuts):
            yield Line(piece, trimmed(text, Span(a, b)))
        return
    yield Line(piece, piece.span)


_INLINE_LETTER = re.compile(r"(?<=[.?!…”\"’)])\s+(?=[QA]\d{0,3}\s?[:.]\s)")


def _without_time(text: str, line: Line) -> Line:
    found = _TIME.match(text, line.span.start, line.span.end)
    if found and (
        found["open"]
        or found.end() == line.span.end
        or found["time"].count(":") == 2
        or _LABEL.match(text, found.end(), line.span.end)
    ):
        return replace(line, span=Span(min(found.end(), line.span.end), line.span.end), time=found["time"])
    last = _ENDS_IN_TIME.search(text, max(line.span.start, line.span.end - 60), line.span.end)
    if last and _ALONE.match(text, line.span.start, last.start()):
        return replace(line, span=Span(line.span.start, last.start()), time=last["time"])
    return line


def _candidate(text: str, line: Line) -> Line | None:
    start, end = line.span
    if line.piece.heading:
        return None
    for rule in (_LETTER, _LABEL):
        found = rule.match(text, start, end)
        if found and _can_be_label(found["name"], rule is _LETTER):
            name = Span(found.start("name"), found.end("name"))
            return replace(line, span=Span(min(found.end(), end), end), label=name, name=found["name"], alone=found.end() >= end)
    bold = line.piece.strong[0] if line.piece.strong else None
    if bold and bold.start <= start + 1 and bold.end < end and _ALONE.match(text, bold.start, bold.end):
        shown = trimmed(text, bold)
        name_text = text[shown.start : shown.end]
        if _can_be_label(name_text, False):
            rest = trimmed(text, Span(bold.end, end))
            return replace(line, span=rest, label=shown, name=name_text)
    found = _ALONE.match(text, start, end)
    if found and end - start <= 50 and _can_be_label(found["name"], False):
        name = Span(found.start("name"), found.end("name"))
        return replace(line, span=Span(end, end), label=name, name=found["name"], alone=True)
    return None


def _can_be_label(name: str, letter: bool) -> bool:
    words = [word.casefold().strip(".") for word in name.split()]
    if letter or key(name) in ASKING | ANSWERING:
        return True
    outlet = words[0] == "the" and len(words) > 1 and name.isupper()  # "THE EVENING POST:"
    return not (
        (set(words[:1]) & _NEVER and not outlet)
        or all(word in (lexicon.NO_NAMES - lexicon.CALENDAR) | lexicon.PARTICLES for word in words)
        or words[0].isdigit()
    )


def _accepted(text: str, candidates: Sequence[Line | None]) -> frozenset[str]:
    """Return the labels that are labels: generic ones, those that come again, and those beside such."""
    colon = Counter(key(c.name) for c in candidates if c and c.name and not c.alone)
    for candidate in filter(None, candidates):
        names = (found["name"] for found in _INLINE.finditer(text, *candidate.span))
        colon.update(key(name) for name in names if _can_be_label(name, False))
    alone = Counter(key(c.name) for i, c in enumerate(candidates) if c and c.name and c.alone and _heads_a_turn(candidates, i))
    generic = {k for k in [*colon, *alone] if k in ASKING | ANSWERING or k.startswith("speaker ")}
    # "Us" or "A" may head a line by chance: generic ones count where there are two of them.
    if sum(colon[k] + alone[k] for k in generic) < 2:
        generic = set()
    # In capitals throughout, a label is one though none comes again: outlet and guest in full, then by their initials.
    shouted = {key(c.name) for c in candidates if c and c.name and not c.alone and c.name.isupper()}
    if sum(colon[k] for k in shouted) >= 4 and len(shouted) <= 8:
        return frozenset(shouted | generic | {k for k, n in colon.items() if n >= 2})
    again = {k for k, n in colon.items() if n >= 2} | {k for k, n in alone.items() if n >= 2 and _names_turns(alone, colon)}
    if sum(colon[k] + alone[k] for k in again | generic) >= 3:
        return frozenset(again | generic | {k for k in colon if _person_like(k)})
    known = {k for k in list(colon)[:60] if _person_like(k) and _named_elsewhere(text, candidates, k)}
    if len(known) >= 3:
        return frozenset(known | again | generic)
    first = _first_pair(text, candidates)
    return frozenset(again | generic | first if len(again | generic) + len(first) >= 2 or generic else first)


def _names_turns(alone: Counter[str], colon: Counter[str]) -> bool:
    """Whether lines with nothing but a name name those who speak below them: two names at least that come again."""
    return sum(1 for n in alone.values() if n >= 2) >= 2 or any(k in colon for k in alone)


def _heads_a_turn(candidates: Sequence[Line | None], i: int) -> bool:
    after = candidates[i + 1] if i + 1 < len(candidates) else None
    return i + 1 < len(candidates) and (after is None or not after.alone)


def _person_like(folded: str) -> bool:
    return len(folded.split()) <= 4


def _named_elsewhere(text: str, candidates: Sequence[Line | None], folded: str) -> bool:
    """Whether a label's last word stands elsewhere in the text too, as the name of somebody it introduces."""
    label = next((c.name for c in candidates if c and c.name and key(c.name) == folded), None)
    if label is None:
        return False
    last = label.split()[-1].strip(".")
    return text.count(last.title() if last.isupper() else last) + (text.count(last) if last.isupper() else 0) >= 2


def _first_pair(text: str, candidates: Sequence[Line | None]) -> set[str]:
    """Return the labels of a first question and answer, where no other turn has one."""
    found = [(i, c) for i, c in enumerate(candidates) if c and not c.alone and c.name]
    for (i, first), (j, second) in pairwise(found):
        if j - i <= 6 and key(first.name or "") != key(second.name or ""):
            asks = text[first.span.start : first.span.end].rstrip('”"’) ').endswith("?")
            if asks or key(first.name or "") in ASKING or len(candidates) - i >= 4:
                return {key(first.name or ""), key(second.name or "")}
    return set()


def _split_at(text: str, line: Line, accepted: frozenset[str]) -> Iterator[Line]:
    """Cut a line where a label that is one elsewhere stands behind the end of a sentence."""
    if line.name is None or line.span.end - line.span.start < 8:
        yield line
        return
    start = line.span.start
    for found in _INLINE.finditer(text, line.span.start, line.span.end):
        if key(found["name"]) not in accepted:
            continue
        yield replace(line, span=trimmed(text, Span(start, found.start())))
        name = Span(found.start("name"), found.end("name"))
        line = replace(line, label=name, name=found["name"], time=None)
        start = found.end()
    yield replace(line, span=Span(min(start, line.span.end), line.span.end))


_INLINE = re.compile(rf"(?<=[.?!…”\"’)])\s+(?P<name>{_WORD}(?:[ \t]{_WORD}){{0,3}}):\s+")


def _handed_down(lines: list[Line]) -> list[Line]:
    """Give a name that stands on a line of its own to the line below."""
    made: list[Line] = []
    waiting: Line | None = None
    for line in lines:
        if line.alone and line.label and line.span.start >= line.span.end:
            waiting = line
            continue
        if line.time and line.span.start >= line.span.end and line.name is None:
            waiting = line
            continue
        if waiting and line.name is None:
            line = replace(line, label=waiting.label, name=waiting.name, time=line.time or waiting.time)
        elif waiting:
            line = replace(line, time=line.time or waiting.time)
        waiting = None
        made.append(line)
    return made
