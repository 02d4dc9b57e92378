"""Who speaks the quoted words of a text, by the clauses beside them: with the evidence, and how sure that is.

Each pattern has a confidence, the share of quotations in which it was right (``docs/drafting.md`` tells how it was found); a
pronoun, a rare role or a shared surname lowers it. Below the threshold nobody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from severance_kg.drafting import clauses, lexicon, subjects
from severance_kg.drafting.clauses import Clause
from severance_kg.drafting.interview import Attribution, Evidence, Kind
from severance_kg.drafting.kinds import kind_of
from severance_kg.drafting.marks import Quoted
from severance_kg.drafting.people import People
from severance_kg.drafting.prose import Token, sentence_ends, tokens
from severance_kg.drafting.resolve import CONFIDENCE, REACH, Last, Resolver, attribution_of
from severance_kg.drafting.subjects import Subject
from severance_kg.passages import Span

_NOBODY = Attribution(None, 0.0, Evidence("none"))


@dataclass(slots=True)
class Told:
    """What was found out about one quoted run."""

    kind: Kind
    attribution: Attribution
    figure: int | None = None
    resumes: int | None = None


class Speakers:
    """Attributes the quoted runs of a text, paragraph by paragraph, in order."""

    def __init__(self, text: str, people: People, runs: Sequence[Quoted]) -> None:
        self._text, self._people, self._runs = text, people, runs
        self.told: dict[int, Told] = {}
        self._resolver = Resolver(text, people)

    def paragraph(
        self,
        number: int,
        piece: Span,
        before: Span | None,
        after: Span | None,
        outer: Sequence[int],
        narrator: Attribution | None,
    ) -> None:
        """Attribute the outermost runs of one paragraph.

        Args:
            number: the paragraph's place in the text, counted from zero.
            piece: the paragraph.
            before: the paragraph before it, if it is of the same voice.
            after: the paragraph behind it, likewise.
            outer: positions of the runs that begin in it.
            narrator: who says the words around the quotations, where that is a speaker of the interview.
        """
        edges = [piece.start, *(min(self._runs[i].marks.end, piece.end) for i in outer)]
        for nth, i in enumerate(outer):
            run = self._runs[i]
            ends = self._runs[outer[nth + 1]].marks.start if nth + 1 < len(outer) else piece.end
            ahead = Span(max(edges[nth], run.marks.start - REACH), run.marks.start)
            behind = Span(min(run.marks.end, ends), min(ends, run.marks.end + REACH))
            place = _Place(i, nth, number, piece, ahead, behind, outer[nth - 1] if nth else None)
            self._settle(place, before, after, narrator)
        self._from_next(outer)

    # ── One quotation ────────────────────────────────────────────────────────────────────────────────────────────────

    def _settle(self, place: _Place, before: Span | None, after: Span | None, narrator: Attribution | None) -> None:
        run = self._runs[place.run]
        if run.mark == "":
            self._settle_block(place, before, after, narrator)
            return
        if narrator and run.marks.start <= place.piece.start + 1 and run.marks.end >= place.piece.end - 1:
            self.told[place.run] = Told(Kind.DIRECT, narrator)  # a whole turn in quotation marks
            return
        ahead, behind = self._sentence_ahead(place), self._sentence_behind(place)
        clause = self._clause(run, ahead, behind)
        told = Told(Kind.DIRECT, _NOBODY)
        if clause:
            told.figure, told.attribution = self._resolver.resolve(clause, clause.pattern, narrator)
        elif clause := self._clause_below(place, after):
            pattern = "signed" if clause.pattern == "signed" else "paragraph behind"
            told.figure, told.attribution = self._resolver.resolve(clause, pattern, narrator)
        elif not ahead:
            self._without_clause(place, before, narrator, told)
        elif place.previous is not None and not any(e < place.ahead.end for e in sentence_ends(self._text, *place.ahead)):
            self._as_before(place.previous, "same sentence", told)
            clause = (
                Clause("same sentence", ahead[-1], Subject(ahead[-1], ahead[-1], "pronoun")) if told.attribution.speaker else None
            )
        told.kind = kind_of(self._text, run, ahead, behind, clause, self._character(told.figure))
        if told.kind in (Kind.TITLE, Kind.SCARE):
            told.figure, told.attribution = None, Attribution(None, 0.0, Evidence("no speech"))
        elif told.resumes is None:
            told.resumes = self._split(place, ahead, told)
        self.told[place.run] = told
        if told.attribution.speaker is not None and told.kind is not Kind.THOUGHT:
            end = (
                behind[-1].end
                if clause and clause.pattern in ("behind", "inverted", "later", "later inverted") and behind
                else run.marks.end
            )
            self._resolver.last = Last(told.figure, told.attribution, min(end, place.behind.end), place.number)

    def _settle_block(self, place: _Place, before: Span | None, after: Span | None, narrator: Attribution | None) -> None:
        """A block quote is led by the paragraph before it, or signed below."""
        told = Told(Kind.BLOCK, _NOBODY)
        self.told[place.run] = told
        below = tokens(self._text, after.start, min(after.end, after.start + 200)) if after else []
        if signed := clauses.dashed(below):
            told.figure, told.attribution = self._resolver.resolve(signed, "signed", narrator)
        elif before is not None:
            self._from_paragraph_before(place, before, told, narrator)
            if told.attribution.evidence.pattern not in ("paragraph before", "subject before"):
                told.figure, told.attribution = None, _NOBODY

    def _character(self, figure: int | None) -> bool:
        return figure is not None and self._people.figures[figure].character

    def _clause(self, run: Quoted, ahead: list[Token], behind: list[Token]) -> Clause | None:
        stopped = self._text[run.words.end - 1 : run.words.end] in ".…" if run.words.end > run.words.start else False
        beside = clauses.behind(behind) or clauses.dashed(behind)
        if beside and stopped and not self._closes(behind, beside):
            beside = None
        leading = clauses.before(ahead) or clauses.label(ahead)
        # "He said: “…,” she added" is rare; a clause that ends in a colon right before the words is theirs.
        if leading and leading.pattern in ("before", "colon", "inverted before"):
            return leading
        if beside and beside.pattern != "behind":
            return beside
        return (
            beside
            or leading
            or clauses.naming(ahead)
            or clauses.according(ahead)
            or clauses.according(behind)
            or clauses.later(behind)
            or clauses.possessor(ahead)
            or clauses.turned(ahead)
        )

    def _closes(self, behind: list[Token], clause: Clause) -> bool:
        """Whether the clause behind a full stop says no more than who speaks: "“….” Erickson said he was glad" does not count."""
        if clause.pattern in ("inverted", "signed"):
            return True
        rest = [word for word in behind if word.start >= clause.verb.end]
        if not rest or rest[0].text in ".;":
            return True
        return (
            rest[0].lower in ("in", "to", "on", "at", "during", "after", "of", "when", "while", "with", "as", "about")
            or rest[0].text in ",—–"
        )

    def _clause_below(self, place: _Place, after: Span | None) -> Clause | None:
        """A quotation that ends its paragraph with a comma: who speaks may stand in the next one."""
        run = self._runs[place.run]
        comma = self._text[run.words.end - 1 : run.words.end] == ","
        if after is None or self._text[place.behind.start : place.behind.end].strip():
            return None
        end = min(after.end, after.start + REACH)
        words = tokens(self._text, after.start, next(sentence_ends(self._text, after.start, end), end))
        if comma and words and words[0].is_word:
            return clauses.behind(words)
        alone = place.nth == 0 and run.marks.start <= place.piece.start + 1
        return clauses.dashed(words) if alone else None

    def _without_clause(self, place: _Place, before: Span | None, narrator: Attribution | None, told: Told) -> None:
        """Nothing in its own sentence tells who speaks: look at what stands before it, near first."""
        if place.previous is not None and not self._text[place.ahead.start : place.ahead.end].strip(" ,;—–-\t\n"):
            self._as_before(place.previous, "resumed", told)
            return
        full = self._sentences_ahead(place)
        if place.previous is not None and len(full) == 1 and self._clause_about_previous(place):
            self._as_before(place.previous, "resumed", told)
            if told.attribution.speaker:
                told.resumes = place.previous
            return
        if full:
            self._from_sentence(full[-1], told, narrator)
            if told.attribution.speaker is None and place.previous is not None:
                self._as_before(place.previous, "goes on", told)
            return
        if before is not None and place.nth == 0:
            self._from_paragraph_before(place, before, told, narrator)

    def _from_sentence(self, words: list[Token], told: Told, narrator: Attribution | None) -> None:
        clause = clauses.before(words) or clauses.behind(words) or clauses.naming(words)
        if clause and clause.verb.lower in lexicon.STRONG | lexicon.NAMING:
            told.figure, told.attribution = self._resolver.resolve(clause, "sentence before", narrator)
            return
        subject = subjects.first_subject(words)
        if subject and subject.kind in ("name", "pronoun") and not narrator:
            clause = Clause("subject before", words[0], subject)
            told.figure, told.attribution = self._resolver.resolve(clause, "subject before", narrator)
            if told.figure is None or not self._people.is_somebody(told.figure):
                told.figure, told.attribution = None, _NOBODY

    def _from_paragraph_before(self, place: _Place, before: Span, told: Told, narrator: Attribution | None) -> None:
        ending = self._text[max(before.start, before.end - REACH) : before.end].rstrip()
        if ending.endswith((":", ",")):
            start = max(
                [
                    before.start,
                    before.end - REACH,
                    *list(sentence_ends(self._text, max(before.start, before.end - REACH), before.end))[:-1],
                ]
            )
            words = tokens(self._text, start, before.end)
            clause = clauses.before(words) or clauses.label(words) or clauses.possessor(words) or clauses.according(words)
            if clause is None and (subject := subjects.first_subject(words)):
                clause = Clause("paragraph before", words[-1], subject)
            if clause:
                told.figure, told.attribution = self._resolver.resolve(clause, "paragraph before", narrator)
                return
        if self._resolver.last.attribution is not None and place.number - self._resolver.last.piece <= 1 and not narrator:
            self._goes_on(before, told)

    def _goes_on(self, before: Span, told: Told) -> None:
        """A paragraph that is all quotation goes on with the speaker of the one before, unless that ended with somebody else."""
        last = self._resolver.last.attribution
        assert last is not None
        tail = (
            tokens(self._text, max(self._resolver.last.at, before.start), before.end)
            if self._resolver.last.at < before.end
            else []
        )
        subject = subjects.first_subject([word for word in tail if word.text not in ".,"]) if len(tail) > 6 else None
        if subject and subject.kind == "name":
            figure, attribution = self._resolver.resolve(Clause("subject before", tail[0], subject), "subject before", None)
            if figure is not None and figure != self._resolver.last.figure and self._people.is_somebody(figure):
                told.figure, told.attribution = figure, attribution
                return
        told.figure = self._resolver.last.figure
        told.attribution = _lowered(last, "goes on", CONFIDENCE["goes on"])

    def _as_before(self, previous: int, pattern: str, told: Told) -> None:
        earlier = self.told[previous]
        if earlier.attribution.speaker is not None:
            told.figure = earlier.figure
            told.attribution = _lowered(earlier.attribution, pattern, CONFIDENCE[pattern])

    def _from_next(self, outer: Sequence[int]) -> None:
        """A run without a clause takes the speaker of the next one, if nothing but white space divides them."""
        for first, second in reversed(list(pairwise(outer))):
            told, other = self.told[first], self.told[second]
            between = self._text[self._runs[first].marks.end : self._runs[second].marks.start]
            if (
                told.attribution.speaker is None
                and told.kind is Kind.DIRECT
                and other.attribution.speaker
                and not between.strip(" ,—–-\n\t")
            ):
                told.figure = other.figure
                told.attribution = _lowered(other.attribution, "next piece", CONFIDENCE["next piece"])

    # ── The narration beside it ──────────────────────────────────────────────────────────────────────────────────────

    def _sentence_ahead(self, place: _Place) -> list[Token]:
        """The words of the quotation's own sentence before it."""
        ends = [end for end in sentence_ends(self._text, *place.ahead) if end < place.ahead.end]
        start = ends[-1] if ends else place.ahead.start
        if self._text[start : place.ahead.end].strip(" \t\n") == "":
            return []
        stop = [*sentence_ends(self._text, start, place.ahead.end)]
        if stop and self._text[stop[0] : place.ahead.end].strip(" \t\n([—–-") == "":
            return []
        return tokens(self._text, start, place.ahead.end)

    def _sentences_ahead(self, place: _Place) -> list[list[Token]]:
        """The whole sentences between the quotation, or the paragraph's beginning, before it and its own."""
        ends = [place.ahead.start, *sentence_ends(self._text, *place.ahead)]
        found = [tokens(self._text, a, b) for a, b in pairwise(ends)]
        return [words for words in found if any(word.is_word for word in words)]

    def _sentence_behind(self, place: _Place) -> list[Token]:
        ends = next(sentence_ends(self._text, *place.behind), place.behind.end)
        return tokens(self._text, place.behind.start, ends)

    def _clause_about_previous(self, place: _Place) -> bool:
        previous = self.told[place.previous] if place.previous is not None else None
        return bool(
            previous
            and previous.attribution.evidence.pattern
            in ("behind", "inverted", "later", "later inverted", "naming", "within", "before")
        )

    def _split(self, place: _Place, ahead: list[Token], told: Told) -> int | None:
        """Return the piece before this one if a clause has split one speech: "“Yes,” he said, “it was.”"."""
        if place.previous is None:
            return None
        earlier = self.told[place.previous]
        if told.attribution.speaker != earlier.attribution.speaker:
            return None
        if earlier.attribution.evidence.pattern not in ("behind", "inverted") or earlier.attribution.speaker is None:
            return None
        between = tokens(self._text, *place.ahead) if place.ahead.end - place.ahead.start < 300 else []
        ended = any(end < place.ahead.end for end in sentence_ends(self._text, *place.ahead))
        return place.previous if between and (not ended or not ahead) else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an outermost run stands: the narration between it and its neighbours in the paragraph, and the run before."""

    run: int
    nth: int
    number: int
    piece: Span
    ahead: Span
    behind: Span
    previous: int | None


def _lowered(attribution: Attribution, pattern: str, factor: float) -> Attribution:
    assert attribution.speaker is not None
    return attribution_of(attribution.speaker, attribution.confidence * factor, replace(attribution.evidence, pattern=pattern))
