"""Who is meant: from the words that name a speaker to somebody whom the text has introduced.

A name is looked up, a pronoun and a role find the nearest person that fits, and each step that is less than certain lowers the
confidence. Below :data:`THRESHOLD` nobody is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from severance_kg.drafting import lexicon, subjects
from severance_kg.drafting.clauses import Clause
from severance_kg.drafting.interview import Attribution, Evidence, Mention
from severance_kg.drafting.names import forms_of, untitled
from severance_kg.drafting.people import Found, People
from severance_kg.drafting.prose import sentence_ends, tokens
from severance_kg.drafting.subjects import Subject
from severance_kg.passages import Span

THRESHOLD = 0.7
"""Below this confidence a speaker is left blank."""

REACH = 700
"""How many characters of narration on each side of a quotation are read."""

CONFIDENCE = {
    "behind": 0.97,
    "inverted": 0.97,
    "before": 0.97,
    "before at length": 0.94,
    "colon": 0.96,
    "signed": 0.96,
    "colon at length": 0.88,
    "according to": 0.96,
    "quotation from": 0.92,
    "paragraph before": 0.93,
    "paragraph behind": 0.92,
    "resumed": 0.96,
    "later": 0.93,
    "later inverted": 0.93,
    "participle": 0.9,
    "second verb": 0.9,
    "inverted before": 0.88,
    "within": 0.9,
    "naming": 0.9,
    "named by": 0.92,
    "possessive": 0.9,
    "same sentence": 0.92,
    "sentence before": 0.85,
    "next piece": 0.85,
    "goes on": 0.82,
    "subject before": 0.72,
    "narrator": 0.9,
}


@dataclass(slots=True)
class Last:
    """Who was quoted last, and where that ended."""

    figure: int | None = None
    attribution: Attribution | None = None
    at: int = 0
    piece: int = -9


class Resolver:
    """Says who the subject of a clause is; ``last`` is whoever was quoted last."""

    def __init__(self, text: str, people: People) -> None:
        self._text, self._people = text, people
        self.last = Last()

    def resolve(self, clause: Clause, pattern: str, narrator: Attribution | None) -> tuple[int | None, Attribution]:
        """Return who the subject of a clause is."""
        subject = clause.subject
        span = Span(subject.first.start, subject.last.end)
        confidence = CONFIDENCE.get(pattern, 0.8)
        cue = Span(clause.verb.start, clause.verb.end)
        evidence = Evidence(pattern, clause.verb.text, cue, span, _MENTIONS[subject.kind])
        if clause.main is not None and self._agrees(clause.main, subject.head):
            return self.resolve(replace(clause, subject=clause.main, main=None), pattern, narrator)
        if subject.kind == "pronoun":
            return self._pronoun(subject, confidence, evidence, narrator)
        if subject.kind == "description":
            return self._described(subject, confidence, evidence)
        if subject.kind == "names":
            return None, attribution_of(self._joint(subject), confidence * 0.95, evidence)
        name = [word for word in subject.name if word.is_word]
        title, bare = untitled(name)
        forms = forms_of(self._text, bare)
        evidence = replace(evidence, mention=Span(name[0].start, name[-1].end))
        found = self._people.named(forms, title, span.start)
        if found.figure is None:
            return None, attribution_of(" ".join(forms), confidence * 0.97, evidence)
        return found.figure, attribution_of(self._people.figures[found.figure].name, confidence * found.confidence, evidence)

    def _agrees(self, subject: Subject, pronoun: str) -> bool:
        """Whether a name can be meant by "he" or "she"."""
        title, bare = untitled([word for word in subject.name if word.is_word])
        found = self._people.named(forms_of(self._text, bare), title, subject.first.start)
        return found.figure is not None and self._people.figures[found.figure].gender in (None, pronoun)

    def _joint(self, subject: Subject) -> str:
        """Return "Ann Roe and Tom Doe", each in full where the text has introduced them."""
        names: list[str] = []
        part: list[str] = []
        for word in [*(word for word in subject.name if word.is_word), None]:
            if word is not None and word.lower != "and":
                part.append(word.text)
                continue
            found = self._people.named(part, None, subject.first.start) if part else Found(None, 0.0)
            names.append(self._people.figures[found.figure].name if found.figure is not None else " ".join(part))
            part = []
        return " and ".join(filter(None, names))

    def _pronoun(
        self, subject: Subject, confidence: float, evidence: Evidence, narrator: Attribution | None
    ) -> tuple[int | None, Attribution]:
        if subject.head in ("i", "we"):
            if narrator is None or narrator.speaker is None:
                return None, Attribution(None, 0.0, replace(evidence, pattern="the writer"))
            sure = CONFIDENCE["narrator"] if subject.head == "i" else 0.6
            return None, attribution_of(narrator.speaker, min(narrator.confidence, sure), evidence)
        if subject.head in ("they", "it"):
            return None, Attribution(None, 0.3, evidence)
        found = self._people.pronoun(subject.head, subject.first.start, self.last.figure, self.last.at)
        if found.figure is None:
            return None, self._unnamed(subject, confidence, evidence)
        return found.figure, attribution_of(self._people.figures[found.figure].name, confidence * found.confidence, evidence)

    def _unnamed(self, pronoun: Subject, confidence: float, evidence: Evidence) -> Attribution:
        """A pronoun that no name fits may stand for "the neighbour", the subject of a sentence shortly before."""
        at = pronoun.first.start
        start = max(0, at - REACH // 2)
        ends = [start, *sentence_ends(self._text, start, at)]
        for first, end in list(pairwise(ends))[:-4:-1]:
            subject = subjects.first_subject(tokens(self._text, first, end)[:40])
            if subject and subject.kind == "description" and subject.head in lexicon.ROLE_NOUNS:
                told = " ".join(self._text[subject.first.start : subject.last.end].split())
                return attribution_of(told, confidence * 0.78, evidence)
        return Attribution(None, 0.2, evidence)

    def _described(self, subject: Subject, confidence: float, evidence: Evidence) -> tuple[int | None, Attribution]:
        words = " ".join(self._text[subject.first.start : subject.last.end].split())
        if subject.definite and (
            subject.head in lexicon.DEMONYMS or subject.head.endswith("-year-old") or subject.head in ("man", "woman")
        ):
            found = self._people.near(subject.first.start, self.last.figure, self.last.at)
            if found.figure is None:
                return None, Attribution(None, 0.5, evidence)
            return found.figure, attribution_of(self._people.figures[found.figure].name, confidence * found.confidence, evidence)
        if subject.definite and subject.head in lexicon.ROLE_NOUNS:
            found = self._people.with_role(subject.head, subject.first.start)
            if found.figure is not None:
                return found.figure, attribution_of(
                    self._people.figures[found.figure].name, confidence * found.confidence, evidence
                )
            # A role that nobody was introduced with: the last speaker, if it could be they, would be a guess.
        return None, attribution_of(words, confidence * 0.93, evidence)


_MENTIONS = {"name": Mention.NAME, "names": Mention.NAME, "pronoun": Mention.PRONOUN, "description": Mention.DESCRIPTION}


def attribution_of(speaker: str, confidence: float, evidence: Evidence) -> Attribution:
    """Return who speaks and how sure that is; nobody below the threshold."""
    rounded = round(confidence, 2)
    return Attribution(speaker if rounded >= THRESHOLD else None, rounded, evidence)


def resolve_within(text: str, clause: Clause, outer: Attribution | None, people: People) -> Attribution:
    """Return who the subject of a clause inside a quotation is, for whoever speaks the quotation.

    "I" is the outer speaker; a name is a name; "he" would have to be looked for in what was said, and is left blank.
    """
    subject = clause.subject
    if subject.kind == "pronoun" and subject.head != "i":
        evidence = Evidence(
            "nested",
            clause.verb.text,
            Span(clause.verb.start, clause.verb.end),
            Span(subject.first.start, subject.last.end),
            Mention.PRONOUN,
        )
        return Attribution(None, 0.3, evidence)
    _, attribution = Resolver(text, people).resolve(clause, clause.pattern, outer)
    return attribution
