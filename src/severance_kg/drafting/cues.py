"""Cues: the words that tell how firmly something is said, whether it is denied, whether it is an image, and how far they reach.

A cue counts only for the clause that it governs. What it suggests is for a person to judge; nothing here decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise

from severance_kg.drafting.grammar import Clause, folded
from severance_kg.passages import Span
from severance_kg.statements import Commitment, Polarity, Reading


class CueKind(StrEnum):
    """What a cue does to the clause that it governs."""

    HEDGE = "hedge"
    HYPOTHETICAL = "hypothetical"
    CONDITION = "condition"
    NEGATION = "negation"
    REPORT = "report"
    FIGURE = "figure"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True)
class CueRule:
    """One entry of the lexicon, as ``cues.toml`` explains it."""

    kind: CueKind
    pattern: re.Pattern[str]
    scope: str
    suggests: tuple[str, ...]
    frees: bool
    unless: re.Pattern[str] | None
    example: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue where it stands: its words and what they govern, as spans over the original text, and what it suggests."""

    kind: CueKind
    words: Span
    governs: Span
    suggests: tuple[str, ...]
    frees: bool = False


@dataclass(frozen=True, slots=True)
class Judgements:
    """What the cues of some words suggest: the commitments of its pieces, weakest first, polarities and readings."""

    commitments: tuple[Commitment, ...]
    polarities: tuple[Polarity, ...]
    readings: tuple[Reading, ...]


@cache
def lexicon() -> tuple[CueRule, ...]:
    """Return the cues that the rules know."""
    entries = tomllib.loads(files("severance_kg.drafting").joinpath("cues.toml").read_text("utf-8"))["cue"]
    return tuple(
        CueRule(
            CueKind(one["kind"]),
            re.compile(one["pattern"]),
            one["scope"],
            tuple(one["suggests"]),
            one.get("frees", False),
            re.compile(one["unless"]) if "unless" in one else None,
            one["example"],
        )
        for one in entries
    )


def find_cues(text: str, part: Sequence[Clause], quoted: Iterable[Span] = ()) -> list[Cue]:
    """Find the cues in a part of a sentence, in the order of their words.

    Args:
        text: the original text.
        part: the clauses of one part, as :func:`~severance_kg.drafting.grammar.parts` gives them.
        quoted: spans of quotations inside it: words that somebody else is said to have said.
    """
    whole = Span(part[0].span.start, part[-1].span.end)
    plain = folded(text[whole.start : whole.end])
    found = []
    for rule in lexicon():
        for match in rule.pattern.finditer(plain):
            if rule.unless and rule.unless.search(plain, 0, match.start()):
                continue
            words = _trimmed(text, Span(whole.start + match.start(), whole.start + match.end()))
            found.append((rule, words))
    stops = [words.end for rule, words in found if rule.frees]
    cues = [Cue(rule.kind, words, _scope(rule, words, part, stops), rule.suggests, rule.frees) for rule, words in found]
    cues += [
        Cue(CueKind.REPORT, Span(one.start, one.start), one, (Commitment.REPORTED,))
        for one in quoted
        if whole.start <= one.start < one.end <= whole.end
    ]
    return sorted(_unshadowed(cues), key=lambda cue: (cue.words, cue.kind))


def carried(before: Sequence[Clause], cues: Iterable[Cue], part: Sequence[Clause]) -> list[Cue]:
    """Return the cues of the part before that reach into a part which goes on with "and that …"."""
    end = before[-1].span.end
    if part[0].kind != "content":
        return []
    whole = Span(part[0].span.start, part[-1].span.end)
    return [Cue(cue.kind, cue.words, whole, cue.suggests) for cue in cues if cue.governs.end == end and cue.suggests]


def _unshadowed(cues: list[Cue]) -> list[Cue]:
    """Leave out a cue whose words lie inside those of a longer one of its kind, or of a question's "if" read as a condition."""
    return [
        one
        for one in cues
        if not any(
            other is not one
            and other.kind is one.kind
            and other.words != one.words
            and other.words.start <= one.words.start
            and one.words.end <= other.words.end
            for other in cues
        )
    ]


def _scope(rule: CueRule, words: Span, part: Sequence[Clause], stops: Iterable[int]) -> Span:
    whole = Span(part[0].span.start, part[-1].span.end)
    nth = next(i for i, clause in enumerate(part) if words.start < clause.span.end)
    own = part[nth].span
    if rule.scope == "none":
        return words
    if rule.scope == "part":
        return whole
    if rule.scope == "clause":
        return own
    if rule.scope == "verb":
        return Span(words.start, max(own.end, words.end))
    end = _reach(part, nth, words, stops)
    if rule.scope == "complement":
        return Span(words.end, max(end, words.end))
    if words.end + 2 >= end:
        # "…, I guess": nothing follows, so it looks back.
        return Span(whole.start, words.end)
    return Span(words.start, end)


_ENDS_REACH = frozenset({"coordinate", "added", "contrast"})


def _reach(part: Sequence[Clause], nth: int, words: Span, stops: Iterable[int]) -> int:
    """Return how far a cue reaches on: over clauses that hang on its own, not over what is added or taken for granted."""
    end = part[-1].span.end
    for clause in part[nth + 1 :]:
        if clause.span.start >= words.end and clause.kind in _ENDS_REACH:
            end = clause.span.start
            break
        if clause.kind == "adverbial" and clause.span.start > words.end + 2 and nth == 0:
            end = clause.span.start
            break
    return min([stop for stop in stops if words.end < stop <= end], default=end)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


# ── What they come to ────────────────────────────────────────────────────────────────────────────────────────────────

_WEAKNESS = list(Commitment)


def judge(text: str, part: Sequence[Clause], cues: Sequence[Cue]) -> Judgements:
    """Return what the cues suggest for each piece of a part: in each, the weakest of those that govern it."""
    edges = {clause.span.start for clause in part} | {part[-1].span.end}
    for cue in cues:
        if cue.suggests:
            edges |= set(cue.governs)
    cuts = sorted(edge for edge in edges if part[0].span.start <= edge <= part[-1].span.end)
    commitments: set[Commitment] = set()
    polarities: set[Polarity] = set()
    readings: set[Reading] = set()
    for start, end in pairwise(cuts):
        if not _says_something(text, Span(start, end), cues):
            continue
        over = [cue for cue in cues if cue.governs.start <= start and end <= cue.governs.end]
        given = {Commitment(one) for cue in over for one in cue.suggests[:1] if one in _WEAKNESS}
        commitments.add(min(given, key=_WEAKNESS.index, default=Commitment.ASSERTED))
        # A second suggestion is for what is endorsed or presupposed beside it; no weaker cue may be around it.
        for cue in over:
            others = [Commitment(one) for one in cue.suggests[1:] if one in _WEAKNESS]
            commitments |= {one for one in others if given == {Commitment(cue.suggests[0])}}
        suggested = {one for cue in over for one in cue.suggests}
        polarities.add(Polarity.NEGATED if "Negated" in suggested else Polarity.AFFIRMED)
        readings |= {Reading(one) for one in suggested if one in list(Reading)} or {Reading.LITERAL}
    return Judgements(
        tuple(sorted(commitments, key=_WEAKNESS.index)) or (Commitment.ASSERTED,),
        tuple(sorted(polarities, key=list(Polarity).index)) or (Polarity.AFFIRMED,),
        tuple(sorted(readings, key=list(Reading).index)) or (Reading.LITERAL,),
    )


def _says_something(text: str, piece: Span, cues: Sequence[Cue]) -> bool:
    """Whether a piece has words besides those of cues: "I think" on its own states nothing that could be sure."""
    left = text[piece.start : piece.end]
    for cue in cues:
        if cue.words.start >= piece.start and cue.words.end <= piece.end and cue.suggests:
            at = slice(cue.words.start - piece.start, cue.words.end - piece.start)
            left = left[: at.start] + " " * (at.stop - at.start) + left[at.stop :]
    return any(word.lower() not in _EMPTY for word in re.findall(r"[^\W_]+", left))


_EMPTY = frozenset("and but or so that which to yet well oh yeah also as".split())
