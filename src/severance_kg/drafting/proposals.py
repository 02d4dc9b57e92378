"""Proposals: what a draft can say of each clause by rule. None of it is a statement until a person makes it one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from severance_kg.drafting.cues import Cue, Judgements, cued_parts, judge
from severance_kg.drafting.gazetteer import Gazetteer
from severance_kg.drafting.grammar import Clause, has_verb, sentences
from severance_kg.drafting.interview import Interview
from severance_kg.drafting.mentions import SPEAKER, Mention, Mentions
from severance_kg.drafting.sources import SourceCard, Voice
from severance_kg.drafting.suggestions import predicates, themes
from severance_kg.drafting.utterances import Silent, Utterance, utterances
from severance_kg.errors import PassageError
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, digest
from severance_kg.stamp import stamp
from severance_kg.statements import Form

MOST_BEFORE = 12
"""How many names and descriptions before a clause its pronouns may speak of."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage, who says it, and what the rules suggest for the statement that it may carry."""

    passage: PassageRef
    span: Span
    voice: Voice
    judgements: Judgements
    cues: tuple[Cue, ...]
    mentions: tuple[Mention, ...]
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    subject: str | None = None
    object: str | None = None
    predicates: tuple[str, ...] = ()
    themes: tuple[tuple[str, str], ...] = ()
    moment: str | None = None


@dataclass(frozen=True, slots=True)
class NotStated:
    """A passage that states nothing, and why."""

    passage: PassageRef
    reason: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """All that the rules have to say of an interview, in the order of its text."""

    proposals: tuple[Proposal, ...]
    not_stated: tuple[NotStated, ...]


def propose(interview: Interview, gazetteer: Gazetteer, card: SourceCard, progress: Progress | None = None) -> Proposals:
    """Propose a statement for each clause that says something.

    Args:
        interview: as it was read.
        gazetteer: the graph that it is to be joined with.
        card: what is known of the source and of its voices.
        progress: told how many runs of words are done, and of how many.
    """
    return _Proposer(interview, gazetteer, card).all(progress)


@dataclass
class _Proposer:
    interview: Interview
    gazetteer: Gazetteer
    card: SourceCard
    proposals: list[Proposal] = field(default_factory=list)
    silent: list[NotStated] = field(default_factory=list)
    before: list[Mention] = field(default_factory=list)

    def all(self, progress: Progress | None) -> Proposals:
        self.mentions = Mentions(self._text, self.gazetteer, self.card.about, self.card.names())
        runs = list(utterances(self.interview))
        for number, run in enumerate(runs):
            if progress:
                progress(number, len(runs))
            if isinstance(run, Silent):
                self._not_stated(run.span, run.reason)
            else:
                self._utterance(run)
        if progress:
            progress(len(runs), len(runs))
        return Proposals(tuple(self.proposals), tuple(self.silent))

    @property
    def _text(self) -> str:
        return self.interview.text.original

    def _utterance(self, run: Utterance) -> None:
        voice = self.card.voice(self.interview, run)
        for sentence in sentences(self._text, run.span):
            if run.asks and self._text[: sentence.end].rstrip("\"'”’)] ").endswith("?"):
                self._not_stated(sentence, "A question: it asks, and states nothing.")
                continue
            for part, cues in cued_parts(self._text, sentence, run.quoted):
                self._part(part, cues, voice)

    def _part(self, part: Sequence[Clause], cues: list[Cue], voice: Voice) -> None:
        whole = Span(part[0].span.start, part[-1].span.end)
        mentions = self.mentions.find(whole, self.before[-MOST_BEFORE:], voice.said_by)
        self.before += [one for one in mentions if one.form is not Form.PRONOUN]
        if not has_verb(self._text, whole) and not any(one.form is Form.NAME for one in mentions):
            self._not_stated(whole, "No clause was recognised: read it.")
            return
        passage = stamped(self.interview.text, whole)
        if passage is None:
            return
        self.proposals.append(self._filled(passage, whole, part, cues, mentions, voice))

    def _filled(
        self, passage: PassageRef, span: Span, part: Sequence[Clause], cues: list[Cue], mentions: list[Mention], voice: Voice
    ) -> Proposal:
        words = self._text[span.start : span.end]
        subjects, objects = _ends(mentions, cues)
        subject = subjects[0] if len(subjects) == 1 else None
        obj = objects[0] if len(objects) == 1 else None
        near = predicates(self.gazetteer, subjects, objects, words)
        return Proposal(
            passage,
            span,
            voice,
            judge(self._text, part, cues),
            tuple(cues),
            tuple(mentions),
            subjects,
            objects,
            subject,
            obj,
            tuple(near),
            tuple(themes(self.gazetteer.ontology, words)),
            self._moment(mentions),
        )

    def _moment(self, mentions: Sequence[Mention]) -> str | None:
        """Return the story moment that a clause names, or that what it names happens at."""
        for one in mentions:
            if one.thing and one.form is not Form.PRONOUN:
                if self.gazetteer.is_a(one.thing, "skg:Moment"):
                    return one.thing
                if one.thing in self.gazetteer.moments:
                    return self.gazetteer.moments[one.thing]
        return None

    def _not_stated(self, span: Span, reason: str) -> None:
        passage = stamped(self.interview.text, span)
        if passage:
            self.silent.append(NotStated(passage, reason))


def _ends(mentions: Sequence[Mention], cues: Sequence[Cue]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what may be the subject, and what the object: the first mention, and those behind it."""
    within = [cue.words for cue in cues if cue.suggests]
    kept = [one for one in mentions if not any(w.start <= one.span.start < w.end for w in within)]
    kept = [one for one in kept if one.candidates] or [one for one in mentions if one.candidates]
    if not kept:
        return (), ()
    subjects = kept[0].candidates
    objects: dict[str, None] = {}
    for one in kept[1:]:
        if one.form is Form.PRONOUN and one.why == SPEAKER:
            continue  # "something I wanted": whoever speaks is seldom what a statement leads to
        objects |= dict.fromkeys(thing for thing in one.candidates if len(subjects) > 1 or thing not in subjects)
    return subjects, tuple(objects)


def stamped(text: NormalisedText, span: Span) -> PassageRef | None:
    """Return the passage that a span of the original text holds, with its digest, from its first word to its last."""
    normal = normalised_span(text, span)
    if normal is None:
        return None
    words = text.word_span(normal)
    spans = text.words[words.start : words.end]
    first = Span(normal.start, spans[: MOST_WORDS // 2][-1].end)
    last = Span(spans[-(MOST_WORDS // 2) :][0].start, normal.end)
    pointer = PassageRef(
        text.paragraph_of(normal.start),
        text.text[slice(*first)],
        text.text[slice(*last)] if last.end > first.end else None,
        characters=normal,
        sha256=digest(text.text[slice(*normal)]),
    )
    try:
        return stamp(text, pointer)
    except PassageError:
        return None


def exact_span(text: NormalisedText, span: Span) -> Span:
    """Return a span of the original text as one of the normalised text, to the character."""
    return Span(bisect_left(text.offsets, span.start), bisect_left(text.offsets, span.end))


def normalised_span(text: NormalisedText, span: Span) -> Span | None:
    """Return a span of the original text as one of the normalised text, from its first word to its last; None without words."""
    exact = exact_span(text, span)
    held = list(_words_in(text, exact)) if exact.start < exact.end else []
    return Span(held[0].start, held[-1].end) if held else None


def _words_in(text: NormalisedText, span: Span) -> Iterator[Span]:
    first, last = text.word_span(span)
    for word in text.words[first:last]:
        if span.start <= word.start and word.end <= span.end:
            yield word
