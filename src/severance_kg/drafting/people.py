"""The people whom a text names: full names, surnames, roles, and who "he" or "the showrunner" is at some place."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from severance_kg.drafting import lexicon
from severance_kg.drafting.interview import Person
from severance_kg.drafting.names import (
    NAME,
    cut_at_possessives,
    ends_name,
    forms_of,
    gender_of_name,
    gender_of_title,
    surname_alone,
    untitled,
    without_offices,
)
from severance_kg.drafting.prose import Token, sentence_ends, tokens
from severance_kg.passages import Span

_REACH = 1500
"""How far back, in characters, a pronoun looks for its person."""


class Seen(NamedTuple):
    """One mention of a person: where, and whether as the subject of its clause."""

    start: int
    end: int
    figure: int
    subject: bool


@dataclass(slots=True)
class Figure:
    """Somebody, or something, that the text names, as far as it has been read."""

    name: str
    surname: str
    first: str | None
    gender: str | None = None
    group: bool = False
    character: bool = False
    speaks: bool = False
    roles: list[str] = field(default_factory=list)
    mentions: list[Span] = field(default_factory=list)


class Found(NamedTuple):
    """Who words refer to, and how sure that is."""

    figure: int | None
    confidence: float


class People:
    """Everybody named in the narration of a text; filled by :meth:`read`, then asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.figures: list[Figure] = []
        self._by_name: dict[str, list[int]] = {}
        self._by_role: dict[str, list[int]] = {}
        self._seen: list[Seen] = []

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self, span: Span) -> None:
        """Take in the people that a stretch of narration names."""
        starts = {span.start, *sentence_ends(self.text, span.start, span.end)}
        for match in NAME.finditer(self.text, span.start, span.end):
            begins_sentence = match.start() in starts or any(self.text[s : match.start()].strip() == "" for s in (span.start,))
            for name in self._names(match, begins_sentence):
                self.meet(name, span)

    def _names(self, match: re.Match[str], begins_sentence: bool) -> Iterable[list[Token]]:
        words = [token for token in tokens(self.text, match.start(), match.end()) if token.is_word]
        for part in cut_at_possessives(words):
            yield from self._name(part, begins_sentence and part[0] is words[0])

    def _name(self, words: list[Token], begins_sentence: bool) -> Iterable[list[Token]]:
        while words and (
            words[0].lower in lexicon.NO_NAMES or (begins_sentence and words[0].lower in _OPENERS | lexicon.SPEAKING)
        ):
            words = words[1:]
        while words and words[-1].lower in lexicon.NO_NAMES and not ends_name(words):
            words = words[:-1]
        # Roles may be in capitals, as in headlines: "Showrunner Dan Erickson".
        words = without_offices(words)
        if all(word.lower in lexicon.TITLES for word in words):
            return
        initial = words and self.text[words[0].end : words[0].end + 1] == "." and len(words[-1].text) > 2
        if words and (len(words[0].text) > 1 or initial):
            yield words

    def meet(self, words: list[Token], within: Span) -> int:
        """Take in one mention of a name, and return whose it is."""
        span = Span(words[0].start, words[-1].end)
        title, bare = untitled(words)
        forms = forms_of(self.text, bare)
        number = self._figure(forms, title)
        figure = self.figures[number]
        figure.mentions.append(span)
        if title:
            figure.gender = figure.gender or gender_of_title(title)
            if title in lexicon.ROLE_NOUNS:
                self._give_role(number, title)
        self._learn_roles(number, span, within)
        figure.speaks = figure.speaks or self._is_followed_by_speech(span, within)
        figure.character = figure.character or self._is_played(span, within)
        insort(self._seen, Seen(span.start, span.end, number, self._is_subject(span, within)))
        return number

    def _figure(self, forms: list[str], title: str | None) -> int:
        known = self._known(forms, title)
        if known is not None:
            figure = self.figures[known]
            if len(forms) > 1 and figure.first is None:  # only the surname was known until now
                self._rename(known, forms)
            return known
        group = forms[-1].lower() in lexicon.GROUP_NAMES or (len(forms) == 1 and len(forms[0]) > 1 and forms[0].isupper())
        first = forms[0] if len(forms) > 1 else None
        gender = None if group else gender_of_name(forms[0])
        self.figures.append(Figure(" ".join(forms), forms[-1], first, gender, group))
        number = len(self.figures) - 1
        for key in {" ".join(forms).casefold(), forms[-1].casefold(), forms[0].casefold()}:
            self._by_name.setdefault(key, []).append(number)
        return number

    def _rename(self, number: int, forms: list[str]) -> None:
        figure = self.figures[number]
        figure.name, figure.surname, figure.first = " ".join(forms), forms[-1], forms[0]
        figure.gender = figure.gender or gender_of_name(forms[0])
        for key in {figure.name.casefold(), forms[-1].casefold(), forms[0].casefold()}:
            if number not in self._by_name.setdefault(key, []):
                self._by_name[key].append(number)

    def _known(self, forms: list[str], title: str | None) -> int | None:
        forms = surname_alone(forms)
        full = " ".join(forms).casefold()
        whole = self._by_name.get(full, [])
        if len(forms) > 1:
            exact = [i for i in whole if self.figures[i].name.casefold() == full]
            if exact:
                return exact[-1]
            for i in self._by_name.get(forms[-1].casefold(), [])[-8:]:
                if _same_person(self.figures[i], forms):
                    return i
            return None
        gender = gender_of_title(title) if title else None
        fitting = [i for i in whole if not gender or self.figures[i].gender in (None, gender)]
        # Surnames before first names: "Mark" of "Mark Scout" is found only if nobody's surname is Mark.
        last = [i for i in fitting if self.figures[i].surname.casefold() == full]
        found = last or fitting
        return found[-1] if found else None

    def _is_subject(self, span: Span, within: Span) -> bool:
        before = self.text[max(within.start, span.start - 40) : span.start].rstrip()
        after = self.text[span.end : span.end + 2]
        last = before.rsplit(maxsplit=1)[-1].lower() if before else ""
        return after[:1] not in "'’" and last.strip('("“') not in _PREPOSITIONS

    def _is_followed_by_speech(self, span: Span, within: Span) -> bool:
        following = re.findall(r"[\w’']+|[^\w\s]", self.text[span.end : min(span.end + 40, within.end)])[:3]
        if following and (
            following[0].lower().endswith("ly") or following[0].lower() in ("yesterday", "today", "also", "has", "had")
        ):
            following = following[1:]
        return bool(following) and following[0].lower() in lexicon.STRONG

    def _is_played(self, span: Span, within: Span) -> bool:
        """Whether the text says that somebody plays this one: a character, whose words are not the actor's."""
        ahead = self.text[max(within.start, span.start - 60) : span.start]
        return bool(_PLAYS.search(ahead) or _PLAYED_BY.match(self.text, span.end, within.end))

    def _learn_roles(self, number: int, span: Span, within: Span) -> None:
        before = self.text[max(within.start, span.start - 90) : span.start]
        before = re.split(r"[.!?;:\"”“]\s|[”\"]", before)[-1]
        words = [word.strip(",'’").lower() for word in before.split()]
        run: list[str] = []
        for word in reversed(words[-7:]):
            if word in lexicon.ROLE_NOUNS:
                run.append(word)
            elif (run and word not in ("and", "of", "the", "series", "show", "executive", "lead")) or (
                not run and (word in _PREPOSITIONS or word in _VERBISH)
            ):
                break
        after = re.split(r"[.!?;:\"“]", self.text[span.end : min(within.end, span.end + 110)])[0]
        found = _APPOSITION.match(after)
        if found and not _FINITE.search(found[1]):
            run += [word for word in re.findall(r"[a-z-]+", found[1].lower()) if word in lexicon.ROLE_NOUNS]
        if played := _WHO_DOES.match(after):
            run.append(_DOERS[played[1].lower()])
        for role in run:
            self._give_role(number, role)

    def _give_role(self, number: int, role: str) -> None:
        figure = self.figures[number]
        if role in figure.roles or figure.group:
            return
        figure.roles.append(role)
        self._by_role.setdefault(role, []).append(number)
        if figure.gender is None:
            figure.gender = "he" if role in lexicon.HE_ROLES else "she" if role in lexicon.SHE_ROLES else None

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def named(self, forms: list[str], title: str | None, at: int) -> Found:
        """Return who a name is at some place: one who was introduced before it, if one was."""
        number, forms = self._known(forms, title), surname_alone(forms)
        if number is None:
            return Found(None, 0.0)
        rivals = [
            i
            for i in self._by_name.get(forms[-1].casefold(), [])
            if len(forms) == 1 and self.figures[i].first and self.figures[i].surname.casefold() == forms[-1].casefold()
        ]
        gender = gender_of_title(title) if title else None
        rivals = [i for i in rivals if not gender or self.figures[i].gender in (None, gender)]
        if len(rivals) > 1:
            latest = max(rivals, key=lambda i: max((m.start for m in self.figures[i].mentions if m.start < at), default=-1))
            return Found(latest, 0.65)
        return Found(number, 1.0)

    def between(self, span: Span) -> list[Seen]:
        """Return the mentions that begin in a span."""
        first = bisect_left(self._seen, span.start, key=lambda seen: seen.start)
        return self._seen[first : bisect_left(self._seen, span.end, key=lambda seen: seen.start)]

    def with_role(self, role: str, at: int) -> Found:
        """Return who "the showrunner" is: the one person with that role, or else the latest of them to be mentioned."""
        holders = [i for i in self._by_role.get(role, []) if self.figures[i].mentions and self.figures[i].mentions[0].start < at]
        if not holders:
            return Found(None, 0.0)
        if len(holders) == 1:
            return Found(holders[0], 0.95)
        latest = max(holders, key=lambda i: self._latest(i, at))
        return Found(latest, 0.72)

    def _latest(self, number: int, at: int) -> int:
        mentions = self.figures[number].mentions
        i = bisect_left(mentions, at, key=lambda span: span.start)
        return mentions[i - 1].start if i else -1

    def pronoun(self, gender: str, at: int, speaker: int | None, spoke_at: int) -> Found:
        """Return who a pronoun is.

        Args:
            gender: "he" or "she".
            at: where the pronoun stands.
            speaker: who was quoted last, if anybody was.
            spoke_at: where that quotation, or its cue, ended.
        """
        i = bisect_left(self._seen, at, key=lambda seen: seen.start)
        fitting: list[Seen] = []
        for seen in reversed(self._seen[max(0, i - 40) : i]):
            if at - seen.start > _REACH:
                break
            if self._could_be(seen.figure, gender):
                fitting.append(seen)
        known = [seen for seen in fitting if self.figures[seen.figure].gender == gender]
        if speaker is not None and self._could_be(speaker, gender) and at - spoke_at < _REACH:
            fresh = [seen for seen in fitting if seen.start >= spoke_at and seen.subject and self._ended(seen.end, at)]
            fresh = [seen for seen in fresh if seen.figure != speaker]
            if not fresh:
                between = any(seen.figure != speaker and seen.start >= spoke_at for seen in fitting)
                return Found(speaker, 0.88 if between else 0.95)
            return Found(fresh[0].figure, 0.8)
        told = [seen for seen in fitting if self.figures[seen.figure].roles or self.figures[seen.figure].speaks]
        candidates = known or told or fitting
        subjects = [seen for seen in candidates if seen.subject] or candidates
        if not subjects:
            return Found(None, 0.0)
        alone = len({seen.figure for seen in candidates}) == 1
        if not known and not told:
            return Found(None, 0.0)  # capital words that nothing shows to be somebody
        return Found(subjects[0].figure, 0.9 if alone and known else 0.8 if alone else 0.74)

    def is_somebody(self, number: int) -> bool:
        """Whether a figure is taken for a person."""
        figure = self.figures[number]
        return not figure.group and bool(figure.first or figure.gender or figure.roles or figure.speaks)

    def _ended(self, start: int, end: int) -> bool:
        """Whether a sentence ends between two places: who is named in a pronoun's own sentence is seldom meant by it."""
        return any(True for _ in sentence_ends(self.text, start, min(end, start + 600)))

    def _could_be(self, number: int, gender: str) -> bool:
        figure = self.figures[number]
        # A single capital word may be a place or a thing; only what is known to be somebody counts.
        somebody = figure.first is not None or figure.gender or figure.roles or figure.speaks
        return bool(not figure.group and somebody and figure.gender in (None, gender))

    def near(self, at: int, speaker: int | None, spoke_at: int) -> Found:
        """Return who an epithet such as "the Kentucky Republican" stands for: the last speaker, or the only one at hand."""
        if speaker is not None and at - spoke_at < _REACH:
            return Found(speaker, 0.8)
        i = bisect_left(self._seen, at, key=lambda seen: seen.start)
        close = [seen for seen in self._seen[max(0, i - 12) : i] if at - seen.start < _REACH]
        somebody = {seen.figure for seen in close if self.figures[seen.figure].gender and not self.figures[seen.figure].group}
        return Found(next(iter(somebody)), 0.82) if len(somebody) == 1 else Found(None, 0.0)

    def records(self) -> tuple[Person, ...]:
        """Return the people, in the order in which they are met; groups and lone capital words are left out."""
        return tuple(
            Person(figure.name, tuple(figure.roles), tuple(figure.mentions))
            for figure in self.figures
            if not figure.group and (figure.gender or figure.roles)
        )


def _same_person(figure: Figure, forms: list[str]) -> bool:
    if figure.surname.casefold() != forms[-1].casefold():
        return False
    if figure.first is None:
        return True
    mine, other = figure.first.casefold().rstrip("."), forms[0].casefold().rstrip(".")
    return mine == other or (min(len(mine), len(other)) == 1 and mine[0] == other[0])


_PREPOSITIONS = frozenset(
    "of in on at by for from to with about against between into through during before after above below over under behind near "
    "toward towards upon without within via like than as and or per amid among around across beside besides beyond "
    "despite regarding "
    "concerning including".split()
) - {"and", "or", "as"}
PREPOSITIONS = _PREPOSITIONS
_VERBISH = frozenset("is was are were has had said says told tells met saw asked who that which when while because but".split())
_OPENERS = frozenset("series show star former fellow actor actress director creator".split())
_APPOSITION = re.compile(
    r"\s*(?:,\s+(?:\d{1,3},\s+)?(?:who (?:is|was) )?|\s(?:is|was|has been)\s|\s\()"
    r"((?:an?|the|its|his|her|their|one of|[A-Z]?[\w’']*[’']s|now|then|also|[a-z-]+)\s(?:[^,()]{0,80})|"
    r"[a-z][a-z -]{2,60}(?=,|\Z))"
)
_FINITE = re.compile(r"\b(?:has|had|have|is|was|were|are|said|says|told|tells|will|would|did|does)\b")
_PLAYS = re.compile(
    r"\b(?:plays?|played|playing|portrays?|portraying|portrayed|(?:role|part) of|in character as|voices|stars as|"
    r"starred as|cast as|appears as)"
    r"(?:\s(?!(?:and|by|in|to|for|at|with|on|from|against|of|into|alongside|opposite)\b)[a-z-]+){0,3}\s\Z"
)
_PLAYED_BY = re.compile(r",?\s(?:who is |is |was )?(?:played|portrayed|voiced) by\b")
_WHO_DOES = re.compile(
    r",?\s+who(?: also| has)?\s+(plays?|played|portrays?|directs?|directed|wrote|writes|created|creates|produces?|produced)\b",
    re.I,
)
_DOERS = {
    **dict.fromkeys(("play", "plays", "played", "portray", "portrays"), "actor"),
    **dict.fromkeys(("direct", "directs", "directed"), "director"),
    **dict.fromkeys(("wrote", "writes"), "writer"),
    **dict.fromkeys(("created", "creates"), "creator"),
    **dict.fromkeys(("produce", "produces", "produced"), "producer"),
}
