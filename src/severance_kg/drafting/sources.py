"""The source card of a draft: what the text is, who speaks in it, and which of these the graph knows already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from severance_kg.drafting.gazetteer import Gazetteer, Name
from severance_kg.drafting.grammar import folded
from severance_kg.drafting.interview import Attribution, Interview, Kind, Mention, Role
from severance_kg.drafting.mentions import Mentions
from severance_kg.drafting.utterances import Utterance
from severance_kg.passages import Span
from severance_kg.statements import Form, Source
from severance_kg.vocabulary import local_name

_SPEAKS = ("skg:RealPerson", "skg:Group", "skg:Organisation")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says some words, to whom, and why it is thought so; a name is None where a person has to give it."""

    said_by: str | None
    why: str
    said_to: str | None = None
    told: str | None = None


@dataclass(frozen=True, slots=True)
class NewThing:
    """Somebody or something that the graph does not know: what an annotation file would declare."""

    name: str
    type: str
    label: str
    definition: str | None = None


@dataclass
class SourceCard:
    """What is known of a source. ``said_to`` remembers to whom each speaker was last said to speak."""

    id: str
    title: str
    gazetteer: Gazetteer
    url: str | None = None
    published: str | None = None
    publisher: str | None = None
    known: Source | None = None
    altered: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    entities: dict[str, NewThing] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said_to: dict[str, str] = field(default_factory=dict)

    def names(self) -> Iterator[Name]:
        """Yield the names of what the graph does not know yet, so that a mention of it is found."""
        for thing in self.entities.values():
            words = tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)?", folded(thing.label)))
            yield Name(words, True, thing.name)
            if thing.type == "RealPerson" and len(words) > 1:
                yield Name(words[-1:], True, thing.name)

    @property
    def speakers(self) -> list[str]:
        """Who may be named as speaking: the publication first."""
        found = dict.fromkeys([self.publisher] if self.publisher else [])
        found |= dict.fromkeys(name for name in self.people.values() if name in self._speaking)
        return list(found)

    _speaking: set[str] = field(default_factory=set)

    def voice(self, interview: Interview, run: Utterance) -> Voice:
        """Tell who says a run of words, and to whom."""
        if run.attribution is None:
            why = "The text's own words, outside quotation marks."
            return Voice(self.publisher, why if self.publisher else why + " Name the publication at source: publisher.")
        said = run.attribution.speaker
        who = self.people.get(said) if said else None
        why = _why(run.attribution)
        if run.kind is Kind.CHARACTER:
            return Voice(None, f"{why} Spoken in character: a character gives no interviews.")
        if said and who is None:
            several = ", ".join(self.doubtful.get(said, ()))
            return Voice(None, f"{why} {'It may be ' + several if several else 'Declare who that is under entities:'}.")
        to = self._listener(interview, run, who) if who else None
        told = "It is said so before the words." if to else None
        return Voice(who, why, to, told)

    def _listener(self, interview: Interview, run: Utterance, who: str) -> str | None:
        cue = run.attribution.evidence.cue_span if run.attribution else None
        if cue and run.attribution and run.attribution.evidence.cue in _TOLD:
            behind = Span(cue.end, min(cue.end + 80, max(run.span.start, cue.end)))
            found = Mentions(interview.text.original, self.gazetteer, (), self.names()).find(behind)
            for one in found:
                if one.form is Form.NAME and one.thing and (one.thing in self.entities or self._may_speak(one.thing)):
                    self.said_to[who] = one.thing
                    break
        if run.attribution and run.block < len(interview.blocks) and interview.blocks[run.block].role is Role.ANSWER:
            asker = next(
                (
                    self.people.get(block.attribution.speaker)
                    for block in reversed(interview.blocks[: run.block])
                    if block.role is Role.QUESTION and block.attribution.speaker
                ),
                None,
            )
            if asker and asker != who:
                return asker
        return self.said_to.get(who)

    def _may_speak(self, local: str) -> bool:
        return self.gazetteer.is_a(local, *_SPEAKS)


_TOLD = frozenset("told tells telling tell".split())


def _why(attribution: Attribution) -> str:
    evidence = attribution.evidence
    if evidence.mention_kind is Mention.LABEL:
        return f"The label of the turn names them ({attribution.confidence:.2f})."
    if attribution.speaker is None:
        return "The text does not tell for sure who says this."
    cue = f' at "{evidence.cue}"' if evidence.cue and len(evidence.cue.split()) <= 3 else ""
    kind = f", by a {evidence.mention_kind}" if evidence.mention_kind is not Mention.NONE else ""
    return f"Named {evidence.pattern}{cue}{kind} ({attribution.confidence:.2f})."


def make_card(
    interview: Interview,
    gazetteer: Gazetteer,
    source_id: str,
    *,
    title: str | None = None,
    url: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
) -> SourceCard:
    """Make the card of a source from what was given, what its page says, and what the graph knows of the same text."""
    meta = interview.metadata
    url = url or meta.url
    known = gazetteer.source_like(interview.sha256, url)
    card = SourceCard(source_id, title or (known.title if known else None) or _title(interview) or source_id, gazetteer)
    card.known = known
    card.url = url or (known.url if known else None)
    card.published = published or _date(meta.published) or (known.published if known else None)
    name = publisher or meta.publisher
    if name:
        card.publisher = _known(gazetteer, name) or (name if name in gazetteer.things else _declare(card, name, "Organisation"))
    elif known and known.publisher:
        card.publisher = local_name(known.publisher)
    _people(card, interview)
    card.about = _about(card, interview)
    return card


def _title(interview: Interview) -> str | None:
    if interview.metadata.title:
        return " ".join(interview.metadata.title.split())[:200]
    return None


def _date(given: str | None) -> str | None:
    found = _DATE.match(given or "")
    return found[0] if found else None


def _known(gazetteer: Gazetteer, name: str) -> str | None:
    found = [one for one in gazetteer.find(name) if gazetteer.is_a(one, *_SPEAKS)]
    return found[0] if len(found) == 1 else None


def _people(card: SourceCard, interview: Interview) -> None:
    """Link everybody who speaks or is introduced with somebody whom the graph knows, or declare them."""
    said = [*(one.attribution for one in interview.quotations), *(one.attribution for one in interview.turns)]
    speaking = [one.speaker for one in said if one.speaker]
    roles = {person.name: person.roles for person in interview.people}
    for name in dict.fromkeys([*speaking, *(name for name, told in roles.items() if told)]):
        found = card.gazetteer.find(name) or _by_last_name(card.gazetteer, name)
        can = [one for one in found if card.gazetteer.is_a(one, *_SPEAKS)]
        if len(can) == 1:
            card.people[name] = can[0]
        elif len(found) > 1 or found:
            card.doubtful[name] = tuple(found)
        elif name[:1].isupper() and not _GENERIC.fullmatch(name):
            told = " and ".join(roles.get(name, ()))
            definition = f"Introduced in the text as {told}." if told else None
            card.people[name] = _declare(card, name, "RealPerson", definition)
    card._speaking.update(card.people[name] for name in speaking if name in card.people)


_GENERIC = re.compile(
    r"(?:q|a|interviewer|host|moderator|reporter|question|answer|interviewee|guest|speaker ?\d*)\.?", re.IGNORECASE
)


def _by_last_name(gazetteer: Gazetteer, name: str) -> list[str]:
    """Return who is meant by a last name alone."""
    word = folded(name).strip()
    return sorted({one.thing for one in gazetteer.names.get(word, ()) if one.words == (word,) and one.capital})


def _declare(card: SourceCard, label: str, cls: str, definition: str | None = None) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    parts = re.findall(r"[A-Za-z0-9]+", plain)
    name = "".join(part[:1].upper() + part[1:] for part in parts)[:60] or "Somebody"
    name = name if name[0].isalpha() else f"The{name}"
    taken = {**card.gazetteer.things, **card.entities}
    if name in card.entities and card.entities[name].type == cls:
        return name
    made, n = name, 2
    while made in taken:
        made, n = f"{name}{n}", n + 1
    card.entities[made] = NewThing(made, cls, " ".join(label.split())[:200], definition)
    return made


def _about(card: SourceCard, interview: Interview) -> tuple[str, ...]:
    """Return the works that a source speaks of: those that a known one is about, those that it names."""
    given = [local_name(one) for one in card.known.about] if card.known else []
    works = [one for one in given if card.gazetteer.is_a(one, "skg:Work")]
    text = interview.text.original
    for one in Mentions(text, card.gazetteer).find(Span(0, len(text))):
        fits = [thing for thing in one.candidates if card.gazetteer.is_a(thing, "skg:Work")]
        if one.form is Form.NAME and len(fits) == 1:
            works.append(fits[0])
    found = list(dict.fromkeys(works))
    # An episode brings its season and its series along.
    for work in list(found):
        for prop in ("schema:partOfSeason", "schema:partOfSeries"):
            found += [one for one in card.gazetteer.related(work, prop, "object") if one not in found]
    return tuple(dict.fromkeys(found))
