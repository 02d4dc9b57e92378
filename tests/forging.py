"""Forging: false passages from true ones, and false statements over true passages, by the ways in ``cases/forgeries``.

A way is a file: ``why`` it matters, ``make``, the function here that does it with the file's other values, and ``codes``, the
reasons that may be given for refusing it. What is made depends on the seed alone.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from severance_kg.annotations import read_corpus
from severance_kg.drafting import read_interview
from severance_kg.drafting.cues import CueKind, cues_over
from severance_kg.drafting.interview import Interview
from severance_kg.drafting.undecided import decided
from severance_kg.errors import SevError
from severance_kg.ontology import Ontology, read_ontology
from severance_kg.passages import PassageRef, Span, digest, locate, normalise
from severance_kg.promote import judge
from severance_kg.resources import gather
from severance_kg.spoken import Voice, spoken
from severance_kg.statements import Commitment, Corpus, Polarity, Reading, Resolution, Statement
from severance_kg.vocabulary import IRI, SKG, local_name

CASES = Path(__file__).parent / "cases" / "forgeries"


@dataclass(frozen=True)
class Way:
    """A way of forging."""

    name: str
    why: str
    make: str
    codes: tuple[str, ...]
    given: dict[str, Any]


def ways(kind: str) -> list[Way]:
    """Read the ways of forging passages, or statements."""
    return [_way(path) for path in sorted((CASES / kind).glob("*.toml"))]


def _way(path: Path) -> Way:
    given = tomllib.loads(path.read_text("utf-8"))
    return Way(path.stem, given.pop("why"), given.pop("make"), tuple(given.pop("codes")), given)


@dataclass
class Ground:
    """An interview with its annotation: what is forged from."""

    corpus: Corpus
    ontology: Ontology
    interview: Interview
    source: str

    @classmethod
    def read(cls, annotation: Path, article: Path, others: tuple[Path, ...] = ()) -> Ground:
        inputs = gather()
        ontology = read_ontology(inputs.vocabulary)
        files = [*((str(path), path) for path in others), (str(annotation), annotation)]
        corpus = read_corpus(files, inputs.schema, ontology, decided=decided)
        found = re.search(r"^  id: (\S+)", annotation.read_text("utf-8"), re.MULTILINE)
        assert found
        return cls(corpus, ontology, read_interview(article), found[1])

    @cached_property
    def statements(self) -> list[Statement]:
        """The true statements."""
        return [one for one in self.corpus.statements if one.source and local_name(one.source) == self.source and one.passage]

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.interview.text.text

    def span(self, statement: Statement) -> Span:
        """Return where a true statement's passage stands."""
        assert statement.passage
        return locate(self.interview.text, statement.passage)

    def reasons(self, forged: Statement) -> set[str]:
        """Return the codes of the reasons for which a forged statement is refused."""
        found: tuple[SevError, ...] = self.judged(forged)
        return {one.code for one in found}

    def judged(self, forged: Statement) -> tuple[SevError, ...]:
        """Judge a statement in the place of the true one with its name."""
        statements = tuple(forged if one.iri == forged.iri else one for one in self.corpus.statements)
        (judgement,) = judge(replace(self.corpus, statements=statements), self.ontology, self.interview, [forged])
        return judgement.refusals

    @cached_property
    def windows(self) -> list[tuple[Statement, list[str]]]:
        """Passages of six to fourteen words in the text's own characters, each with a true statement of the same speaker."""
        text, found = self.interview.text, []
        by_speaker: dict[str, Statement] = {}
        for statement in self.statements:
            who = spoken(self.interview, text.original_span(self.span(statement)))
            by_speaker.setdefault(f"{who.voice} {who.attribution.speaker}", statement)
        for start in range(len(text.words)):
            for length in (6, 8, 11, 14):
                if start + length <= len(text.words):
                    span = Span(text.words[start].start, text.words[start + length - 1].end)
                    who = spoken(self.interview, text.original_span(span))
                    base = by_speaker.get(f"{who.voice} {who.attribution.speaker}")
                    if base and who.voice is not Voice.MIXED:
                        found.append((base, text.source_words(span).split()))
        return found


def pointing(true: PassageRef | None, words: list[str], sha256: str | None) -> PassageRef:
    """Return a passage that is pointed at by the first and last of some words."""
    paragraph = true.paragraph if true else 1
    return PassageRef(paragraph, " ".join(words[:3]), " ".join(words[-3:]) if len(words) > 3 else None, sha256=sha256)


def forged_as(base: Statement, words: list[str]) -> Statement:
    """Return a statement whose passage claims words."""
    return replace(base, passage=pointing(base.passage, words, digest(normalise(" ".join(words)))))


def forge(ground: Ground, way: Way, count: int, seed: int = 45511) -> list[Statement]:
    """Return at most ``count`` different forgeries of a way."""
    chosen = random.Random(f"{seed} {way.name} {ground.source}")
    made: dict[str, Statement] = {}
    for one in _MAKERS[way.make](ground, chosen, **way.given):
        made.setdefault(repr(replace(one, where=None)), one)
        if len(made) >= count:
            break
    return list(made.values())


_MAKERS: dict[str, Callable[..., Iterator[Statement]]] = {}


def maker(function: Callable[..., Iterator[Statement]]) -> Callable[..., Iterator[Statement]]:
    """Make a function known by its name."""
    _MAKERS[function.__name__.replace("_", "-")] = function
    return function


# ── Passages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shuffled(ground: Ground, chosen: random.Random) -> list[tuple[Statement, list[str]]]:
    windows = list(ground.windows)
    chosen.shuffle(windows)
    return windows


def _false(ground: Ground, base: Statement, words: list[str]) -> Iterator[Statement]:
    """Yield the forgery unless its words do stand in the text after all."""
    if normalise(" ".join(words)) not in ground.text:
        yield forged_as(base, words)


@maker
def replace_words(ground: Ground, chosen: random.Random, pairs: list[list[str]]) -> Iterator[Statement]:
    """Put other words in the place of some: an empty one takes them out."""
    for base, words in _shuffled(ground, chosen):
        text = " ".join(words)
        for old, new in chosen.sample(pairs, len(pairs)):
            # Never at the ends: a passage cut short there would be true, if another one.
            changed = re.sub(rf"(?<=\S )(?<!\w){re.escape(old)}(?!\w)(?=\W* \S)", new, text, count=1)
            if changed != text:
                yield from _false(ground, base, changed.split())
                break


@maker
def insert_word(ground: Ground, chosen: random.Random, words: list[str]) -> Iterator[Statement]:
    """Put a word in."""
    for base, given in _shuffled(ground, chosen):
        at = chosen.randrange(1, len(given) - 1)
        yield from _false(ground, base, [*given[:at], chosen.choice(words), *given[at:]])


@maker
def drop_words(ground: Ground, chosen: random.Random, most: int) -> Iterator[Statement]:
    """Leave words out of the middle."""
    for base, given in _shuffled(ground, chosen):
        at, count = chosen.randrange(1, len(given) - most - 1), chosen.randrange(1, most + 1)
        yield from _false(ground, base, [*given[:at], *given[at + count :]])


@maker
def swap_words(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Exchange two words."""
    for base, given in _shuffled(ground, chosen):
        i, j = sorted(chosen.sample(range(len(given)), 2))
        words = list(given)
        words[i], words[j] = words[j], words[i]
        yield from _false(ground, base, words)


@maker
def join_passages(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Put the beginning of one passage before the end of another."""
    windows = _shuffled(ground, chosen)
    for (base, one), (_, other) in zip(windows, windows[::-1], strict=True):
        yield from _false(ground, base, [*one[:4], *other[-4:]])


@maker
def span_passages(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Claim all that lies between two passages of different voices, with its true digest."""
    text = ground.interview.text
    pairs = [(a, b) for a in ground.statements for b in ground.statements if a.said_by != b.said_by]
    chosen.shuffle(pairs)
    for one, other in pairs:
        first, last = ground.span(one), ground.span(other)
        if first.end < last.start:
            span = Span(first.start, last.end)
            yield forged_as(one, text.source_words(span).split())


@maker
def claim_for(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Give a true passage to another of the source's speakers."""
    speakers = {one.said_by for one in ground.statements}
    for base, words in _shuffled(ground, chosen):
        for speaker in sorted(speakers - {base.said_by}, key=str):
            yield replace(forged_as(base, words), said_by=speaker, held_by=speaker)


@maker
def invent(ground: Ground, chosen: random.Random, sentences: list[str]) -> Iterator[Statement]:
    """Invent a sentence."""
    for base in chosen.sample(ground.statements, len(ground.statements)):
        yield from _false(ground, base, chosen.choice(sentences).split())


@maker
def exchange_characters(ground: Ground, chosen: random.Random, table: dict[str, str]) -> Iterator[Statement]:
    """Put look-alikes in the place of letters, in the words that point at the passage."""
    for base, words in _shuffled(ground, chosen):
        changed = list(words)
        for i in (0, len(words) - 1):
            changed[i] = "".join(table.get(c, c) for c in words[i])
        if changed != words:
            yield forged_as(base, changed)


@maker
def put_characters(ground: Ground, chosen: random.Random, characters: list[str]) -> Iterator[Statement]:
    """Put characters into a word at either end."""
    for base, words in _shuffled(ground, chosen):
        i = chosen.choice([0, len(words) - 1])
        at = chosen.randrange(1, len(words[i]) + 1)
        changed = list(words)
        changed[i] = words[i][:at] + chosen.choice(characters) + words[i][at:]
        yield forged_as(base, changed)


@maker
def hyphenate(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Break a word with a hyphen, or run two together."""
    for base, words in _shuffled(ground, chosen):
        i = chosen.randrange(1, len(words) - 1)
        if chosen.random() < 0.5 and len(words[i]) > 3:
            at = chosen.randrange(1, len(words[i]) - 1)
            yield from _false(ground, base, [*words[:i], f"{words[i][:at]}-{words[i][at:]}", *words[i + 1 :]])
        else:
            yield from _false(ground, base, [*words[:i], words[i] + words[i + 1], *words[i + 2 :]])


@maker
def without_digest(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Point at true words and prove nothing."""
    for base, words in _shuffled(ground, chosen):
        yield replace(base, passage=pointing(base.passage, words, None))


@maker
def borrow_digest(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Point at true words with the digest of others."""
    windows = _shuffled(ground, chosen)
    for (base, words), (_, other) in pairwise(windows):
        yield replace(base, passage=pointing(base.passage, words, digest(normalise(" ".join(other)))))


@maker
def claim_insertion(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Point at an editor's brackets, or at a part of them, as the speaker's words."""
    text = ground.interview.text.original
    spans = [match.span(1) for match in re.finditer(r"\[([^\]]+)\]", text)]
    bases = chosen.sample(ground.statements, len(ground.statements))
    for base in bases:
        for start, end in spans:
            words = text[start:end].split()
            yield forged_as(base, words)
            yield forged_as(base, words[-1:])


@maker
def run_over_the_mark(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Let a passage run from a quotation into the narration, or from a turn into the next."""
    text = ground.interview.text
    for start in chosen.sample(range(len(text.words) - 8), len(text.words) - 8):
        span = Span(text.words[start].start, text.words[start + 7].end)
        if spoken(ground.interview, text.original_span(span)).voice is Voice.MIXED:
            first = spoken(ground.interview, text.original_span(Span(*text.words[start]))).attribution.speaker
            for base in ground.statements:
                if first and base.said_by and local_name(base.said_by) == first.replace(" ", ""):
                    yield forged_as(base, text.source_words(span).split())
                    break


# ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _bases(ground: Ground, chosen: random.Random) -> list[Statement]:
    """Return the true statements in some order, but those that a reviewer's note frees from the rules."""
    return [one for one in chosen.sample(ground.statements, len(ground.statements)) if not one.review.note]


@maker
def swap_roles(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Make the subject the object."""
    for base in _bases(ground, chosen):
        if isinstance(base.object, IRI) and base.predicate not in (SKG + "alignsWith", SKG + "bondedWith"):
            yield replace(base, subject=base.object, object=base.subject)


@maker
def make_firmer(ground: Ground, chosen: random.Random, only: list[str]) -> Iterator[Statement]:
    """Raise the commitment."""
    order = list(Commitment)
    for base in _bases(ground, chosen):
        if str(base.commitment) in only:
            for firmer in order[order.index(base.commitment) + 1 :]:
                holder = base.held_by if firmer is Commitment.REPORTED else base.said_by
                yield replace(base, commitment=firmer, held_by=holder)


@maker
def name_somebody_else(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Put a thing of the same kind that the passage does not name in the place of the subject or the object."""
    things = {str(one.iri): one for one in ground.corpus.entities}
    for base in _bases(ground, chosen) * 2:
        part = chosen.choice(["subject", "object"])
        was = things.get(str(getattr(base, part)))
        if was is None:
            continue
        span = ground.span(base)
        alike = [one for one in things.values() if one.type == was.type and one.iri != was.iri]
        absent = [one for one in alike if normalise(one.label).removeprefix("the ") not in ground.text[span.start : span.end]]
        if absent and base.predicate != SKG + "believes":
            other = chosen.choice(absent).iri
            yield replace(base, subject=other) if part == "subject" else replace(base, object=other)


@maker
def resolve_to_somebody_else(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Let a pronoun mean somebody else, with the same justification."""
    things = {str(one.iri): one for one in ground.corpus.entities}
    for base in _bases(ground, chosen) * 6:
        for given in base.resolutions:
            was = things[str(given.refers_to)]
            other = chosen.choice([one for one in things.values() if one.type == was.type]).iri
            part = "subject" if base.subject == given.refers_to else "object"
            if given.justified_by is None or other == was.iri or base.subject == other or base.object == other:
                continue
            by = next(one for one in ground.statements if one.iri == given.justified_by)
            if other not in (by.subject, by.object, by.said_by, by.said_to, by.held_by):
                made = Resolution(given.form, other, given.justified_by, given.words)
                forged = replace(base, resolutions=(made,))
                yield replace(forged, subject=other) if part == "subject" else replace(forged, object=other)


@maker
def take_literally(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Read a figure of speech as it stands."""
    for base in _bases(ground, chosen):
        if base.reading is Reading.FIGURATIVE:
            yield replace(base, reading=Reading.LITERAL)
            yield replace(base, reading=Reading.LITERAL, frame=type(base.frame)("StoryWorld"))


@maker
def say_for_another(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Give a statement to another of the source's speakers."""
    speakers = sorted({one.said_by for one in ground.statements if one.said_by})
    for base in _bases(ground, chosen):
        for speaker in speakers:
            if speaker != base.said_by:
                yield replace(base, said_by=speaker, held_by=base.held_by if base.held_by != base.said_by else speaker)


@maker
def hold_by_another(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Make a claim the view of somebody whom its passage does not name."""
    people = [one for one in ground.corpus.entities if local_name(one.type) in ("FictionalPerson", "Group")]
    for base in _bases(ground, chosen) * 2:
        span = ground.span(base)
        absent = [one for one in people if normalise(one.label).split()[-1] not in ground.text[span.start : span.end]]
        absent = [one for one in absent if one.iri not in (base.subject, base.object, *(r.refers_to for r in base.resolutions))]
        yield replace(base, held_by=chosen.choice(absent).iri, commitment=Commitment.REPORTED)


@maker
def turn_polarity(ground: Ground, chosen: random.Random, into: str) -> Iterator[Statement]:
    """Drop a negation, or put one in."""
    for base in _bases(ground, chosen):
        if base.polarity != into and base.commitment is not Commitment.HYPOTHETICAL:
            yield replace(base, polarity=Polarity(into))
            for firmer in (Commitment.HEDGED, Commitment.ASSERTED):
                if base.commitment is Commitment.ASSERTED:
                    yield replace(base, polarity=Polarity(into), commitment=firmer)


@maker
def break_domain(ground: Ground, chosen: random.Random, predicates: list[str]) -> Iterator[Statement]:
    """Use a property between things that it does not join."""
    edges = ground.ontology.edges
    things = {str(one.iri): one for one in ground.corpus.entities}
    for base in _bases(ground, chosen):
        for name in chosen.sample(predicates, len(predicates)):
            edge, subject = edges[SKG + name], things.get(str(base.subject))
            if subject and edge.domain and not ground.ontology.is_a(subject.type, edge.domain):
                yield replace(base, predicate=IRI(edge.iri))
                break


@maker
def move_time(ground: Ground, chosen: random.Random) -> Iterator[Statement]:
    """Let it hold at another moment."""
    moments = [one.iri for one in ground.corpus.entities if one.type == SKG + "Moment"]
    for base in _bases(ground, chosen):
        for moment in moments:
            if base.time.at and base.time.at != moment:
                yield replace(base, time=replace(base.time, at=moment))
                yield replace(base, time=replace(base.time, at=None, start=moment))
                yield replace(base, time=replace(base.time, at=None, end=moment))


@maker
def cut_off(ground: Ground, chosen: random.Random, kinds: list[str]) -> Iterator[Statement]:
    """Begin the passage behind the words that weaken it, and assert the rest."""
    text = ground.interview.text
    for base in _bases(ground, chosen):
        span = text.original_span(ground.span(base))
        found = spoken(ground.interview, span)
        for cue in cues_over(text.original, span, found.around, found.quoted):
            inside = span.start <= cue.words.start and cue.words.end < span.end
            words = ground.interview.words(Span(cue.words.end, span.end)).strip(" ,").split()
            if inside and cue.kind in map(CueKind, kinds) and len(words) >= 2:
                firm = replace(base, commitment=Commitment.ASSERTED, polarity=Polarity.AFFIRMED, held_by=base.said_by)
                yield replace(forged_as(firm, words), reading=Reading.LITERAL)
