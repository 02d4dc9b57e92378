"""Who speaks the quoted words of a text, by the clauses beside them: with the evidence, and how sure that is.

Each pattern has a confidence, the share of quotations in which it was right (``docs/drafting.md`` tells how it was found); a
pronoun, a rare role or a shared surname lowers it. Below :data:`THRESHOLD` nobody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from severance_kg.drafting import clauses, lexicon
from severance_kg.drafting.clauses import Clause, Subject
from severance_kg.drafting.interview import Attribution, Evidence, Kind, Mention
from severance_kg.drafting.kinds import kind_of
from severance_kg.drafting.marks import Quoted
from severance_kg.drafting.people import Found, People, forms_of, untitled
from severance_kg.drafting.prose import Token, sentence_ends, tokens
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
_NOBODY = Attribution(None, 0.0, Evidence("none"))


@dataclass(slots=True)
class Told:
    """What was found out about one quoted run."""

    kind: Kind
    attribution: Attribution
    figure: int | None = None
    resumes: int | None = None


@dataclass(slots=True)
class _Last:
    """Who was quoted last, and where that ended."""

    figure: int | None = None
    attribution: Attribution | None = None
    at: int = 0
    piece: int = -9


class Speakers:
    """Attributes the quoted runs of a text, paragraph by paragraph, in order."""

    def __init__(self, text: str, people: People, runs: Sequence[Quoted]) -> None:
        self._text, self._people, self._runs = text, people, runs
        self.told: dict[int, Told] = {}
        self._last = _Last()

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
            told.figure, told.attribution = self._resolve(clause, clause.pattern, narrator)
        elif clause := self._clause_below(place, after):
            told.figure, told.attribution = self._resolve(clause, "paragraph behind", narrator)
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
            self._last = _Last(told.figure, told.attribution, min(end, place.behind.end), place.number)

    def _settle_block(self, place: _Place, before: Span | None, after: Span | None, narrator: Attribution | None) -> None:
        """A block quote is led by the paragraph before it, or signed below."""
        told = Told(Kind.BLOCK, _NOBODY)
        self.told[place.run] = told
        below = tokens(self._text, after.start, min(after.end, after.start + 200)) if after else []
        if signed := clauses.dashed(below):
            told.figure, told.attribution = self._resolve(signed, "signed", narrator)
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
        comma = self._text[run.words.end - 1] == ","
        if after is None or not comma or self._text[place.behind.start : place.behind.end].strip():
            return None
        end = min(after.end, after.start + REACH)
        words = tokens(self._text, after.start, next(sentence_ends(self._text, after.start, end), end))
        return clauses.behind(words) if words and words[0].is_word else None

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
            told.figure, told.attribution = self._resolve(clause, "sentence before", narrator)
            return
        subject = clauses.first_subject(words)
        if subject and subject.kind in ("name", "pronoun") and not narrator:
            clause = Clause("subject before", words[0], subject)
            told.figure, told.attribution = self._resolve(clause, "subject before", narrator)
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
            if clause is None and (subject := clauses.first_subject(words)):
                clause = Clause("paragraph before", words[-1], subject)
            if clause:
                told.figure, told.attribution = self._resolve(clause, "paragraph before", narrator)
                return
        if self._last.attribution is not None and place.number - self._last.piece <= 1 and not narrator:
            self._goes_on(before, told)

    def _goes_on(self, before: Span, told: Told) -> None:
        """A paragraph that is all quotation goes on with the speaker of the one before, unless that ended with somebody else."""
        last = self._last.attribution
        assert last is not None
        tail = tokens(self._text, max(self._last.at, before.start), before.end) if self._last.at < before.end else []
        subject = clauses.first_subject([word for word in tail if word.text not in ".,"]) if len(tail) > 6 else None
        if subject and subject.kind == "name":
            figure, attribution = self._resolve(Clause("subject before", tail[0], subject), "subject before", None)
            if figure is not None and figure != self._last.figure and self._people.is_somebody(figure):
                told.figure, told.attribution = figure, attribution
                return
        told.figure = self._last.figure
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

    # ── Whose words ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _resolve(self, clause: Clause, pattern: str, narrator: Attribution | None) -> tuple[int | None, Attribution]:
        """Return who the subject of a clause is."""
        subject = clause.subject
        span = Span(subject.first.start, subject.last.end)
        confidence = CONFIDENCE.get(pattern, 0.8)
        cue = Span(clause.verb.start, clause.verb.end)
        evidence = Evidence(pattern, clause.verb.text, cue, span, _MENTIONS[subject.kind])
        if clause.main is not None and self._agrees(clause.main, subject.head):
            return self._resolve(replace(clause, subject=clause.main, main=None), pattern, narrator)
        if subject.kind == "pronoun":
            return self._pronoun(subject, confidence, evidence, narrator)
        if subject.kind == "description":
            return self._described(subject, confidence, evidence)
        if subject.kind == "names":
            return None, _attribution(self._joint(subject), confidence * 0.95, evidence)
        name = [word for word in subject.name if word.is_word]
        title, bare = untitled(name)
        forms = forms_of(self._text, bare)
        evidence = replace(evidence, mention=Span(name[0].start, name[-1].end))
        found = self._people.named(forms, title, span.start)
        if found.figure is None:
            return None, _attribution(" ".join(forms), confidence * 0.97, evidence)
        return found.figure, _attribution(self._people.figures[found.figure].name, confidence * found.confidence, evidence)

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
            return None, _attribution(narrator.speaker, min(narrator.confidence, sure), evidence)
        if subject.head in ("they", "it"):
            return None, Attribution(None, 0.3, evidence)
        found = self._people.pronoun(subject.head, subject.first.start, self._last.figure, self._last.at)
        if found.figure is None:
            return None, self._unnamed(subject, confidence, evidence)
        return found.figure, _attribution(self._people.figures[found.figure].name, confidence * found.confidence, evidence)

    def _unnamed(self, pronoun: Subject, confidence: float, evidence: Evidence) -> Attribution:
        """A pronoun that no name fits may stand for "the neighbour", the subject of a sentence shortly before."""
        at = pronoun.first.start
        start = max(0, at - REACH // 2)
        ends = [start, *sentence_ends(self._text, start, at)]
        for first, end in list(pairwise(ends))[:-4:-1]:
            subject = clauses.first_subject(tokens(self._text, first, end)[:40])
            if subject and subject.kind == "description" and subject.head in lexicon.ROLE_NOUNS:
                told = " ".join(self._text[subject.first.start : subject.last.end].split())
                return _attribution(told, confidence * 0.78, evidence)
        return Attribution(None, 0.2, evidence)

    def _described(self, subject: Subject, confidence: float, evidence: Evidence) -> tuple[int | None, Attribution]:
        words = " ".join(self._text[subject.first.start : subject.last.end].split())
        if subject.definite and (
            subject.head in lexicon.DEMONYMS or subject.head.endswith("-year-old") or subject.head in ("man", "woman")
        ):
            found = self._people.near(subject.first.start, self._last.figure, self._last.at)
            if found.figure is None:
                return None, Attribution(None, 0.5, evidence)
            return found.figure, _attribution(self._people.figures[found.figure].name, confidence * found.confidence, evidence)
        if subject.definite and subject.head in lexicon.ROLE_NOUNS:
            found = self._people.with_role(subject.head, subject.first.start)
            if found.figure is not None:
                return found.figure, _attribution(
                    self._people.figures[found.figure].name, confidence * found.confidence, evidence
                )
            # A role that nobody was introduced with: the last speaker, if it could be they, would be a guess.
        return None, _attribution(words, confidence * 0.93, evidence)


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


_MENTIONS = {"name": Mention.NAME, "names": Mention.NAME, "pronoun": Mention.PRONOUN, "description": Mention.DESCRIPTION}


def _attribution(speaker: str, confidence: float, evidence: Evidence) -> Attribution:
    rounded = round(confidence, 2)
    return Attribution(speaker if rounded >= THRESHOLD else None, rounded, evidence)


def _lowered(attribution: Attribution, pattern: str, factor: float) -> Attribution:
    assert attribution.speaker is not None
    return _attribution(attribution.speaker, attribution.confidence * factor, replace(attribution.evidence, pattern=pattern))


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
    _, attribution = Speakers(text, people, ())._resolve(clause, clause.pattern, outer)
    return attribution
