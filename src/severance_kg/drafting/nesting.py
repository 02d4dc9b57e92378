"""Quotations within quotations: whose words somebody repeats."""

from __future__ import annotations

from collections.abc import Sequence

from severance_kg.drafting import clauses
from severance_kg.drafting.interview import Attribution, Evidence, Kind
from severance_kg.drafting.kinds import kind_of
from severance_kg.drafting.marks import Quoted
from severance_kg.drafting.people import People
from severance_kg.drafting.prose import sentence_ends, tokens
from severance_kg.drafting.resolve import REACH, resolve_within
from severance_kg.drafting.speakers import Told


def attribute_nested(text: str, runs: Sequence[Quoted], told: dict[int, Told], people: People) -> None:
    """Attribute each inner run by the words around it within the outer one; "I" there is the outer one's speaker."""
    for i, run in enumerate(runs):
        if run.parent is None or i in told:
            continue
        outer = told.get(run.parent)
        around = runs[run.parent].words
        start = max(around.start, run.marks.start - REACH)
        ends = [end for end in sentence_ends(text, start, run.marks.start) if end < run.marks.start]
        ahead = tokens(text, ends[-1] if ends else start, run.marks.start)
        limit = min(around.end, run.marks.end + REACH)
        behind = tokens(text, run.marks.end, next(sentence_ends(text, run.marks.end, limit), limit))
        clause = clauses.before(ahead) or clauses.behind(behind) or clauses.naming(ahead)
        kind = kind_of(text, run, ahead, behind, clause, character=False)
        attribution = Attribution(None, 0.0, Evidence("nested"))
        if clause and kind not in (Kind.TITLE, Kind.SCARE):
            attribution = resolve_within(text, clause, outer.attribution if outer else None, people)
        told[i] = Told(kind, attribution)
