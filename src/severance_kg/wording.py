"""Cues: the words of a passage that weaken, deny or picture what it says.

A cue is looked for in the passage and, since a passage can be cut so that its hedge stays outside, right beside it in its
sentence; a condition governs from anywhere before in the sentence. Which of several clauses in a passage a cue governs is for a
person: here a cue counts for the whole passage, and a reviewer's note says where it does not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from severance_kg.passages import Span
from severance_kg.statements import Commitment


class CueKind(StrEnum):
    """What a cue does to its clause."""

    HEDGE = "hedge"
    HYPOTHESIS = "hypothesis"
    CONDITION = "condition"
    REPORT = "report"
    NEGATION = "negation"
    CONTRAST = "contrast"
    FIGURE = "figure"


SUGGESTED = {
    CueKind.HYPOTHESIS: Commitment.HYPOTHETICAL,
    CueKind.CONDITION: Commitment.HYPOTHETICAL,
    CueKind.REPORT: Commitment.REPORTED,
    CueKind.HEDGE: Commitment.HEDGED,
}
"""How firm at most a clause is that a cue governs."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a cue does, and where its words stand in the normalised text."""

    kind: CueKind
    span: Span


def cues_in(text: str, span: Span) -> tuple[Cue, ...]:
    """Find the cues that may govern a passage.

    Args:
        text: a normalised text.
        span: the passage in it, in code points.

    Returns:
        The cues in the order of the text, those inside ``span`` and those beside it that reach into it.
    """
    around = _sentence(text, span)
    return tuple(cue for cue in _cues(text, around) if _reaches(text, cue, span))


_CLOSED = re.compile(r"[.!?;:](?=[\s\"')\]]|\Z)|\n")
_JOINED_BEFORE = re.compile(r"[\s,\"'\[(-]*(?:that\b|of\b|to\b|a\b|an\b|the\b|be\b|have\b|just\b|really\b|[\s,\"'\[(-])*")
_JOINED_AFTER = re.compile(r"[\s,\"')\]-]*")


def _sentence(text: str, span: Span) -> Span:
    """Return the span with the rest of its first and its last sentence, at most 300 characters on each side."""
    before = list(_CLOSED.finditer(text, max(0, span.start - 300), span.start))
    start = before[-1].end() if before else max(0, span.start - 300)
    after = _CLOSED.search(text, max(span.start, span.end - 1), min(len(text), span.end + 300))
    return Span(start, after.start() if after else min(len(text), span.end + 300))


def _reaches(text: str, cue: Cue, span: Span) -> bool:
    if cue.span.start < span.end and span.start < cue.span.end:
        return True
    if cue.span.end <= span.start:
        between = text[cue.span.end : span.start]
        if cue.kind is CueKind.CONTRAST:
            return "," not in between
        return cue.kind is CueKind.CONDITION or _JOINED_BEFORE.fullmatch(between) is not None
    between = text[span.end : cue.span.start]
    return cue.kind in (CueKind.CONDITION, CueKind.HEDGE) and _JOINED_AFTER.fullmatch(between) is not None


def _cues(text: str, within: Span) -> Iterator[Cue]:
    found: list[Cue] = []
    for kind, (pattern, excluded) in _patterns().items():
        barred = [match.span() for match in excluded.finditer(text, *within)] if excluded else []
        found += [
            Cue(kind, Span(*match.span()))
            for match in pattern.finditer(text, *within)
            if not any(start <= match.start() and match.end() <= end for start, end in barred)
        ]
    hedges = [cue.span for cue in found if cue.kind is CueKind.HEDGE]
    for cue in sorted(found, key=lambda one: (one.span, one.kind)):
        # "I always thought" is the speaker's own verb of thinking: it hedges and reports nobody.
        own = cue.kind is CueKind.REPORT and any(h.start <= cue.span.start and cue.span.end <= h.end for h in hedges)
        if not own:
            yield cue


@cache
def _patterns() -> dict[CueKind, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    given = tomllib.loads(files("severance_kg").joinpath("cue_words.toml").read_text("utf-8"))
    made = {}
    for kind in CueKind:
        phrases = [_phrase(one) for line in given[kind]["words"].splitlines() for one in line.split("|") if one.strip()]
        if kind is CueKind.NEGATION:
            phrases.append(r"\w+n't")
        barred = [_phrase(one) for one in given[kind].get("not", ())]
        made[kind] = (_any_of(phrases), _any_of(barred) if barred else None)
    return made


def _phrase(given: str) -> str:
    words = (
        r"[\w']+" if word == "*" else re.escape(word).replace(r"\~", r"[\w']*").replace("~", r"[\w']*") for word in given.split()
    )
    return r"\s".join(words)


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    # The longest first: an alternation takes the first that fits.
    return re.compile(rf"(?<![\w'])(?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?![\w])")
