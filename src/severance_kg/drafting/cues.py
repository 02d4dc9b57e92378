"""Cues: the words that tell how firmly something is said, whether it is denied, whether it is an image, and how far they reach.

A cue counts only for the clause that it governs. What it suggests is for a person to judge; nothing here decides. Drafting asks
for the cues of each part of a sentence, promotion for those that reach into a passage, wherever it was cut.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise

from severance_kg.drafting.grammar import Clause, clauses, folded, parts, sentences
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
    open: bool
    unless: re.Pattern[str] | None
    example: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue where it stands: its words and what they govern, as spans over the original text, and what it suggests.

    ``open`` tells that the speaker may stand behind what it governs all the same.
    """

    kind: CueKind
    words: Span
    governs: Span
    suggests: tuple[str, ...]
    open: bool = False

    @property
    def commitment(self) -> Commitment | None:
        """How firm at most the clause is that it governs; None where it says nothing of that, or leaves it open."""
        first = next(iter(self.suggests), "")
        return Commitment(first) if first in _WEAKNESS and not self.open else None


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
            one.get("open", False),
            re.compile(one["unless"]) if "unless" in one else None,
            one["example"],
        )
        for one in entries
    )


def cued_parts(text: str, sentence: Span, quoted: Iterable[Span] = ()) -> Iterator[tuple[list[Clause], list[Cue]]]:
    """Yield the parts of a sentence, each with the cues that stand in it or reach into it from the part before."""
    quoted = tuple(quoted)
    earlier: tuple[list[Clause], list[Cue]] | None = None
    for part in parts(text, clauses(text, sentence)):
        cues = find_cues(text, part, quoted)
        if earlier:
            cues = [*carried(*earlier, part), *cues]
        yield part, cues
        earlier = part, cues


def cues_over(text: str, passage: Span, around: Span, quoted: Iterable[Span] = ()) -> list[Cue]:
    """Find the cues that govern some of a passage, wherever in their sentence they stand.

    Args:
        text: the original text.
        passage: the span to look at.
        around: the span of the same voice in which it lies; at most 1000 characters of it on either side are read.
        quoted: as for :func:`find_cues`.

    Returns:
        The cues in the order of their words, each once.
    """
    quoted = tuple(quoted)
    read = Span(max(around.start, passage.start - _BESIDE), min(around.end, passage.end + _BESIDE))
    found: dict[tuple[Span, CueKind], Cue] = {}
    for sentence in sentences(text, read):
        if not _meet(sentence, passage):
            continue
        for _, cues in cued_parts(text, sentence, quoted):
            found |= {(cue.words, cue.kind): cue for cue in cues if cue.suggests and _reaches(text, cue, passage)}
    return [found[key] for key in sorted(found)]


_BESIDE = 1000
_JOINING = frozenset("that which who and but or so a an the of to".split())


def _reaches(text: str, cue: Cue, passage: Span) -> bool:
    """Whether a cue says something of a passage: it stands in it, or governs words of it that mean something."""
    if cue.words.start < cue.words.end and _meet(cue.words, passage):
        return True
    if cue.words.start >= passage.end and not (cue.commitment and cue.governs.start <= passage.start):
        return False  # what denies or pictures comes before what it denies; a clause further on is another's
    shared = text[max(cue.governs.start, passage.start) : min(cue.governs.end, passage.end)]
    return any(word.lower() not in _JOINING for word in re.findall(r"[^\W_]+", shared))


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def find_cues(text: str, part: Sequence[Clause], quoted: Iterable[Span] = ()) -> list[Cue]:
    """Find the cues in a part of a sentence, in the order of their words.

    Args:
        text: the original text.
        part: the clauses of one part, as :func:`~severance_kg.drafting.grammar.parts` gives them.
        quoted: spans of quotations inside it: words that somebody else is said to have said.
    """
    whole = Span(part[0].span.start, part[-1].span.end)
    plain, places = _plain(text, whole)
    found = []
    for rule in lexicon():
        for match in rule.pattern.finditer(plain):
            # What makes it no cue stands right before it; more than this would make a long sentence slow.
            if rule.unless and rule.unless.search(plain, max(0, match.start() - 80), match.start()):
                continue
            words = _trimmed(text, Span(places[match.start()], places[match.end() - 1] + 1))
            found.append((rule, words))
    stops = [words.end for rule, words in found if rule.frees]
    quoted = tuple(quoted)
    cues = [
        Cue(rule.kind, words, _inside(_scope(rule, words, part, stops), words, quoted), rule.suggests, rule.frees or rule.open)
        for rule, words in found
    ]
    cues += [
        Cue(CueKind.REPORT, Span(one.start, one.start), one, (Commitment.REPORTED,))
        for one in quoted
        if whole.start <= one.start < one.end <= whole.end
    ]
    return sorted(_unshadowed(cues), key=lambda cue: (cue.words, cue.kind))


def _inside(governs: Span, words: Span, quoted: Iterable[Span]) -> Span:
    """Keep what a cue governs within the quotation in which it stands."""
    for one in quoted:
        if one.start <= words.start and words.end <= one.end:
            governs = Span(max(governs.start, one.start), min(governs.end, one.end))
    return governs


_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|(?<=\s)\s+")


def _plain(text: str, span: Span) -> tuple[str, Sequence[int]]:
    """Return words as the patterns know them, and where each of their characters stands in the text."""
    plain = folded(text[span.start : span.end])
    places: Sequence[int] = range(span.start, span.end)
    if _HIDDEN.search(plain):
        gone = {at for match in _HIDDEN.finditer(plain) for at in range(*match.span())}
        places = [span.start + at for at in range(len(plain)) if at not in gone]
        plain = "".join(plain[at - span.start] for at in places)
    return plain, places


def carried(before: Sequence[Clause], cues: Iterable[Cue], part: Sequence[Clause]) -> list[Cue]:
    """Return the cues of the part before that reach into a part which goes on with "and that …"."""
    end = before[-1].span.end
    if part[0].kind != "content":
        return []
    whole = Span(part[0].span.start, part[-1].span.end)
    return [replace(cue, governs=whole) for cue in cues if cue.governs.end == end and cue.suggests]


def _unshadowed(cues: list[Cue]) -> list[Cue]:
    """Leave out a cue whose words lie inside those of a longer one of its kind, or a report inside the speaker's own hedge."""
    return [one for one in cues if not any(_shadows(other, one) for other in cues)]


def _shadows(other: Cue, one: Cue) -> bool:
    # "I always thought" is the speaker's own thinking: it hedges, and reports nobody.
    alike = other.kind is one.kind or (other.kind, one.kind) == (CueKind.HEDGE, CueKind.REPORT)
    within = other.words.start <= one.words.start and one.words.end <= other.words.end
    return alike and within and one.words.start < one.words.end and (other.words, other.kind) != (one.words, one.kind)


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


def governing(cues: Sequence[Cue], span: Span) -> list[Cue]:
    """Return the cues that govern all of a span."""
    return [cue for cue in cues if cue.suggests and cue.governs.start <= span.start and span.end <= cue.governs.end]


def weakest(cues: Sequence[Cue]) -> Commitment:
    """Return the weakest commitment that cues over the same words suggest: hypothetical, reported, hedged, asserted."""
    return min(_first(cues), key=_WEAKNESS.index, default=Commitment.ASSERTED)


def _first(cues: Sequence[Cue]) -> set[Commitment]:
    return {Commitment(one) for cue in cues for one in cue.suggests[:1] if one in _WEAKNESS}


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
        over = governing(cues, Span(start, end))
        commitments.add(weakest(over))
        # A second suggestion is for what is endorsed or presupposed beside it; no weaker cue may be around it.
        for cue in over:
            others = [Commitment(one) for one in cue.suggests[1:] if one in _WEAKNESS]
            commitments |= {one for one in others if _first(over) == {Commitment(cue.suggests[0])}}
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
        # A report's own words say that somebody holds the view: that is a statement too.
        if cue.words.start >= piece.start and cue.words.end <= piece.end and cue.suggests and cue.kind is not CueKind.REPORT:
            at = slice(cue.words.start - piece.start, cue.words.end - piece.start)
            left = left[: at.start] + " " * (at.stop - at.start) + left[at.stop :]
    return any(word.lower() not in _EMPTY for word in re.findall(r"[^\W_]+", left))


_EMPTY = frozenset("and but or so that which to yet well oh yeah also as".split())
