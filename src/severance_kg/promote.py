"""Promote: let in, of a draft, the statements that the text supports, and say of each other one why not.

A statement is refused for its **passage** (not in the text, no digest, disguised characters), its **speaker** (the words are
not attributed to whom it is said by), its **participants** (the passage names subject, object or holder neither itself nor by
resolved words, and nothing says why they may be inferred), its **judgements** (firmer than the cues of the passage allow,
without a reviewer's note), or by the checks that every statement must pass. What rests on a refused statement is refused too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from severance_kg.check import check_statements
from severance_kg.drafting.cues import Cue, CueKind, cues_over
from severance_kg.drafting.interview import Interview, Mention
from severance_kg.errors import InputError, PassageError, SevError
from severance_kg.file_form import is_text
from severance_kg.ontology import Ontology
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, locate, normalise
from severance_kg.spoken import Spoken, Voice, spoken
from severance_kg.statements import Commitment, Corpus, Polarity, Reading, Source, Statement
from severance_kg.support import Names
from severance_kg.vocabulary import IRI, SKG, local_name


class Refusal(SevError):
    """Why a statement stays a draft."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one statement of a draft; it is let in if there are no refusals."""

    statement: Statement
    refusals: tuple[SevError, ...]


def judge(corpus: Corpus, ontology: Ontology, interview: Interview, wanted: Iterable[Statement]) -> list[Judgement]:
    """Hold statements against the text that they are of, and against the rules of the model.

    Args:
        corpus: all statements, those to be judged among them.
        ontology: the vocabulary.
        interview: the text of the statements' source.
        wanted: the statements to judge; others of their source are drafts still.

    Returns:
        A judgement for each of ``wanted``, in their order.
    """
    found = text_refusals(corpus, ontology, interview, wanted)
    names = {short_name(one): str(one.iri) for one in wanted}
    for problem in check_statements(corpus, ontology):
        if problem.statement in names and problem.code not in _TOLD_BETTER:
            found[names[problem.statement]].append(problem)
    return [Judgement(one, tuple(found[str(one.iri)])) for one in wanted]


def text_refusals(
    corpus: Corpus, ontology: Ontology, interview: Interview, wanted: Iterable[Statement], *, stamped: bool = True
) -> dict[str, list[SevError]]:
    """Return, by the IRIs of ``wanted``, why the text does not support them.

    With ``stamped`` a passage without a digest is refused too; without it the words alone decide.
    """
    judge = _Judge(corpus, ontology, interview, stamped=stamped)
    return {str(one.iri): [*judge.refusals(one)] for one in wanted}


def nearest_words(text: NormalisedText, passage: PassageRef) -> str:
    """Tell, for the end of a hint, where the first words of a passage do stand, in at most six words of the text."""
    first = next(text.occurrences(normalise(passage.starts), Span(0, len(text.text))), None)
    if first is None:
        return ""
    words = text.word_span(first)
    last = text.words[min(words.start + MOST_WORDS, len(text.words)) - 1]
    paragraph = text.paragraph_of(first.start)
    return f'; paragraph {paragraph} holds "{text.source_words(Span(first.start, last.end))}"'


_TOLD_BETTER = frozenset({"passage-without-digest"})


def short_name(statement: Statement) -> str:
    """Return the id of a statement as its file gives it."""
    source = local_name(statement.source) + "-" if statement.source else ""
    return local_name(statement.iri).removeprefix(source)


def without_support(judgements: Iterable[Judgement], drafts: Iterable[Statement]) -> list[Judgement]:
    """Refuse what rests on a statement that is refused or stays a draft: nothing that is let in may point at what is not."""
    judgements = list(judgements)
    out = {one.iri for one in drafts} - {one.statement.iri for one in judgements if not one.refusals}
    while True:
        made = [_resting_on(one, out) for one in judgements]
        more = {one.statement.iri for one in made if one.refusals} - out
        judgements = made
        if not more:
            return judgements
        out |= more


def _resting_on(judgement: Judgement, out: set[IRI]) -> Judgement:
    statement = judgement.statement
    named = {other for _, other in statement.relations} | {one.justified_by for one in statement.resolutions}
    named |= {statement.subject, statement.object} if isinstance(statement.object, IRI) else {statement.subject}
    missing = sorted(local_name(one) for one in named & out if one is not None and one != statement.iri)
    if not missing or any(one.code == "rests-on-draft" for one in judgement.refusals):
        return judgement
    refused = refusal(
        statement,
        "rests-on-draft",
        f"it names {', '.join(missing)}, which stays a draft",
        "let them in together, or take the name out",
    )
    return Judgement(statement, (*judgement.refusals, refused))


def refusal(statement: Statement, code: str, what: str, hint: str) -> Refusal:
    """Return the refusal of a statement."""
    name = short_name(statement)
    where = str(statement.where) if statement.where else None
    return Refusal(f"{name}: {what}", where=where, hint=hint, code=code, statement=name)


class _Judge:
    """Holds one statement after another against one text."""

    def __init__(self, corpus: Corpus, ontology: Ontology, interview: Interview, *, stamped: bool = True) -> None:
        self.stamped = stamped
        self.text, self.interview = interview.text, interview
        self.sources: dict[str | None, Source] = {str(source.iri): source for source in corpus.sources}
        self.names = Names(corpus, ontology.themes)
        self.moments = [str(one.iri) for one in corpus.entities if one.type == SKG + "Moment"]
        self.symmetric = ontology.symmetric
        self.attitudes = {SKG + name for name in _ATTITUDES}

    def refusals(self, statement: Statement) -> Iterator[SevError]:
        """Yield every reason for which a statement stays a draft."""
        if statement.passage is None:
            return
        disguised = _disguise(statement.passage, self.text)
        if disguised:
            hint = "write the words in the text's own characters; 'verify --stamp' does"
            yield refusal(statement, "passage-disguised", f"its passage is pointed at with {disguised}", hint)
        if self.stamped and statement.passage.sha256 is None:
            hint = "run 'severance-kg verify --stamp' with this text, and read what the passage holds"
            yield refusal(statement, "passage-without-digest", "its passage has no digest, so nothing proves what was read", hint)
            return
        try:
            span = locate(self.text, statement.passage)
        except PassageError as error:
            hint = f"{error.hint}{nearest_words(self.text, statement.passage)}"
            yield refusal(statement, error.code, error.what, hint)
            return
        original = self.text.original_span(span)
        found = spoken(self.interview, original)
        yield from self._speaker(statement, found)
        yield from self._participants(statement, span)
        yield from self._judgements(statement, span, cues_over(self.text.original, original, found.around, found.quoted))
        yield from self._roles(statement, span)

    # ── Who speaks ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _speaker(self, statement: Statement, found: Spoken) -> Iterator[Refusal]:
        if found.voice is Voice.INSERTION:
            hint = "point at the speaker's own words; brackets may complete them, never stand for them"
            yield refusal(statement, "editors-words", "its passage is an editor's insertion, nobody's words", hint)
            return
        if statement.review.speaker_note or self._speaks(statement, found):
            return
        speaker, told = self.names.label(statement.said_by or IRI("")), found.attribution.speaker
        hint = "correct said_by:, or say in speaker_note: why these are their words"
        if found.voice is Voice.MIXED:
            hint = "end the passage where the voice changes"
            yield refusal(statement, "mixed-voices", "its passage holds words of more than one voice", hint)
        elif found.voice is Voice.NARRATION:
            what = f"these words are the publication's own, not {speaker}'s"
            yield refusal(statement, "wrong-speaker", what, hint)
        elif told is None:
            what = f"no rule tells whose words these are, so nothing says that they are {speaker}'s"
            yield refusal(statement, "speaker-unknown", what, "say in speaker_note: why they are")
        else:
            yield refusal(
                statement, "wrong-speaker", f"the words stand in {found.voice} of {_short(told)}, not of {speaker}", hint
            )

    def _speaks(self, statement: Statement, found: Spoken) -> bool:
        source = self.sources.get(statement.source)
        publisher = source.publisher if source else None
        if found.voice is Voice.NARRATION:
            return publisher is not None and statement.said_by == publisher
        if found.voice not in (Voice.QUOTATION, Voice.TURN, Voice.QUESTION) or statement.said_by is None:
            return False
        generic = found.attribution.speaker is None or found.attribution.evidence.mention_kind is Mention.LABEL
        if found.voice is Voice.QUESTION and statement.said_by == publisher and generic:
            speakers = source.speakers if source else ()
            return not any(self.names.is_called(one, found.attribution.speaker or "") for one in speakers)
        return found.attribution.speaker is not None and self.names.is_called(statement.said_by, found.attribution.speaker)

    # ── Of what and whom ─────────────────────────────────────────────────────────────────────────────────────────────

    def _participants(self, statement: Statement, span: Span) -> Iterator[Refusal]:
        hint = "resolve the words that mean it under resolves:, or say under inferred: why it may be inferred"
        for part, term in (("subject", statement.subject), ("object", statement.object)):
            if why := self.names.unsupported(statement, term, self.text, span):
                yield refusal(statement, f"{part}-unsupported", f"{part}: {why}", hint)
        holder = statement.held_by
        if (
            holder is not None
            and holder != statement.said_by
            and (why := self.names.unsupported(statement, holder, self.text, span))
        ):
            yield refusal(statement, "holder-unsupported", f"held_by: {why}", hint)
        yield from self._time(statement, span)

    def _time(self, statement: Statement, span: Span) -> Iterator[Refusal]:
        """A moment may go without saying, but not where the passage, or else its paragraph, names another one and not this."""
        given = [one for one in (statement.time.at, statement.time.start, statement.time.end) if one]
        if not given or statement.review.note or any(one.what in given for one in statement.unnamed):
            return
        paragraph = self.text.paragraphs[self.text.paragraph_of(span.start) - 1]
        for within in (span, paragraph):
            named = {moment for moment in self.moments if self.names.mentions(moment, self.text.text, within)}
            named |= {str(one.refers_to) for one in statement.resolutions if str(one.refers_to) in self.moments}
            if named:
                break
        if named and named.isdisjoint(map(str, given)):
            other = self.names.label(IRI(min(named)))
            what = f'the text there names "{other}", and not "{self.names.label(given[0])}"'
            yield refusal(statement, "another-time", what, "correct the moment, or say in reviewer_note: why it is this one")

    # ── How it is said ───────────────────────────────────────────────────────────────────────────────────────────────

    def _judgements(self, statement: Statement, span: Span, cues: Sequence[Cue]) -> Iterator[Refusal]:
        """A cue over any part of the passage counts: which of its clauses is stated, only a note can say."""
        if statement.review.note:
            return
        if statement.predicate in self.attitudes:
            # Within what somebody believes or wants, a cue is about that, not about their believing it. But where the subject
            # comes only after the words of a report, it is another who reports that they believe it.
            first = min((self.text.original_span(one).start for one in self._subjects(statement, span)), default=0)
            own = [cue for cue in cues if cue.kind is CueKind.REPORT and first < cue.words.end]
            cues = [cue for cue in cues if cue not in own and not any(_within(cue.words, one.governs) for one in own)]
        yield from self._commitment(statement, cues)
        denials = [cue for cue in cues if Polarity.NEGATED in cue.suggests]
        if denials and statement.polarity is Polarity.AFFIRMED and statement.commitment is not Commitment.HYPOTHETICAL:
            what = f'it is affirmed, and "{self._words(denials[0])}" may deny it'
            yield refusal(statement, "negation-dropped", what, _NOTE.format("make it Negated"))
        if not denials and statement.polarity is Polarity.NEGATED:
            yield refusal(
                statement, "negation-added", "it is negated, and nothing in its passage denies", _NOTE.format("affirm it")
            )
        figures = [cue for cue in cues if Reading.FIGURATIVE in cue.suggests]
        if figures and statement.reading is Reading.LITERAL:
            what = f'it is read literally, and "{self._words(figures[0])}" may mark a figure of speech'
            yield refusal(statement, "figure-as-literal", what, _NOTE.format("make it Figurative"))

    def _subjects(self, statement: Statement, span: Span) -> list[Span]:
        if not isinstance(statement.subject, IRI):
            return []
        return self.names.places(statement, statement.subject, self.text.text, span)

    def _words(self, cue: Cue) -> str:
        """Return the words of a cue, six at most; a quotation is one without words."""
        return " ".join(self.interview.words(cue.words).split()[:MOST_WORDS]) or "a quotation"

    def _commitment(self, statement: Statement, cues: Sequence[Cue]) -> Iterator[Refusal]:
        order = list(Commitment)
        images = [cue.words for cue in cues if Reading.FIGURATIVE in cue.suggests and statement.reading is Reading.FIGURATIVE]
        # "as if the house were breathing" supposes nothing where it is read as an image.
        weak = [(cue.commitment, cue) for cue in cues if cue.commitment and cue.words not in images]
        if not weak:
            return
        suggested, cue = min(weak, key=lambda one: order.index(one[0]))
        if order.index(statement.commitment) > order.index(suggested):
            what = f'it is {statement.commitment}, and "{self._words(cue)}" makes it {suggested} at most'
            yield refusal(statement, "too-firm", what, _NOTE.format(f"make it {suggested}"))

    def _roles(self, statement: Statement, span: Span) -> Iterator[Refusal]:
        """In an active clause who does comes before whom it is done to; a passive or a possessive turns that round."""
        if statement.review.note or not isinstance(statement.object, IRI):
            return
        if statement.subject == statement.object and not _REFLEXIVE.search(self.text.text, *span):
            what = f'"{self.names.label(statement.subject)}" is both subject and object, and nothing in the passage says so'
            yield refusal(statement, "same-thing-twice", what, _NOTE.format("name the other one"))
        if statement.predicate in self.symmetric:
            return
        if not (self.names.is_agent(statement.subject) and self.names.is_agent(statement.object)):
            # What else could be turned round, domain and range tell.
            return
        subjects = self.names.places(statement, statement.subject, self.text.text, span)
        objects = self.names.places(statement, statement.object, self.text.text, span)
        if not subjects or not objects:
            return
        first, last = objects[0], subjects[-1]
        if subjects[0].start < objects[-1].end or first.end > last.start:
            return
        between = self.text.text[first.end : last.start]
        if not _TURNED.search(between) and not self.text.text[: first.end].endswith(("'s", "s'")):
            what = f'the passage names "{self.names.label(statement.object)}" first, as if it were the subject'
            yield refusal(statement, "roles-swapped", what, _NOTE.format("turn the triple round"))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


_NOTE = "{}, or say in reviewer_note: why not"
_REFLEXIVE = re.compile(r"\b(?:\w+sel(?:f|ves)|own|each other|one another)\b")
_TURNED = re.compile(
    r"\b(?:by|of|to|from|for|with|in|at|on|where|which|that|whom|who|when|as|and|or|is|was|are|were|be|being)\b|[,;:\"-]"
)
_ATTITUDES = "believes expects guesses wants realises trainedToBelieve knows hopes fears thinks wishes says".split()


def _short(name: str) -> str:
    words = name.split()
    return name if len(words) <= 6 else " ".join(words[:6]) + "…"


def _disguise(passage: PassageRef, text: NormalisedText) -> str | None:
    """Say which characters a passage is pointed at with that no honest pointer holds.

    Normalisation drops format characters and folds look-alike forms, so that a pointer with them in it finds the true words; it
    shows a reviewer others. What stamping writes is free of the first and, of the second, holds only what the text does.
    """
    for phrase in filter(None, (passage.prefix, passage.starts, passage.ends)):
        for c in phrase:
            if unicodedata.category(c) in ("Cf", "Cc", "Co", "Cn", "Cs"):
                return f"the invisible character U+{ord(c):04X}"
            plain = unicodedata.normalize("NFKC", c).casefold()
            if ord(c) > 127 and plain.isascii() and any(p.isalnum() for p in plain) and c not in text.original:
                return f"U+{ord(c):04X}, which looks like another letter and is not in the text"
    return None


def check_reviewer(name: str) -> str:
    """Return the reviewer's name, tidied.

    Raises:
        InputError: it is blank, no plain text, or a program's.
    """
    tidy = " ".join(name.split())
    hint = "name the person who answers for these statements"
    if not any(c.isalpha() for c in tidy) or len(tidy) > 200 or any(unicodedata.category(c)[0] == "C" for c in tidy):
        raise InputError("the reviewer has no name", hint=hint, code="no-reviewer")
    folded = normalise(tidy)
    if not is_text(tidy):
        raise InputError("the reviewer's name holds markup", hint=hint, code="no-reviewer")
    if folded in _NOBODY or _PROGRAM.search(folded):
        raise InputError(f'"{tidy}" is a program, not a reviewer', hint=hint, code="no-reviewer")
    return tidy


_PROGRAM = re.compile(
    r"\A(?:severance-kg|(?:ai |software |mcp )?agent|bot|assistant)\b"
    r"|\b(?:chatgpt|gpt[- ]?\d\w*|copilot|llama|codex|deepseek)\b"
    r"|\b(?:claude[- ](?:opus|sonnet|haiku|code|ai|\d)|gemini[- ](?:pro|flash|\d))\b"
    r"|\A(?:claude|gemini|grok|mistral|gpt)\Z"
)
"""Programs that are known by name. No list is complete: whoever runs the command answers for the name that it is given."""
_NOBODY = frozenset("ai llm mcp program model machine nobody none anonymous unknown n/a tbd todo reviewer me draft".split())
