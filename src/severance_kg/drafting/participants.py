"""Who is interviewed, and who asks, as the title and the introduction of an interview tell it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from severance_kg.drafting import lexicon
from severance_kg.drafting.people import Figure, People
from severance_kg.passages import Span

_WITH = re.compile(
    r"\b(?P<cue>interview(?:s|ed|ing)?(?:\s+with)?|in conversation with|conversation with|q\s?&\s?a(?:\s+session)?:?\s+with|"
    r"(?:spoke|speaks|speak|talked|talks|talk|chatted|chats|chat|sat down|sits down|sit down|caught up|catches up|"
    r"catch up|met|meets|meet up|met up|corresponded)(?:\s+(?:up|recently|exclusively|briefly|again|"
    r"today))*\s+(?:with|to)|"
    r"we met(?: up)?(?: with)?|(?:phoned|questioned|asked|joined by|welcomes?|welcomed))\s+",
    re.IGNORECASE,
)  # fmt: skip
_TELLS = re.compile(
    r"\b(?:tells|told|talks to|speaks to|spoke to|talks with|discusses|opens up|on|interviewed by|answers)\b", re.IGNORECASE
)
_BELOW = re.compile(
    r"(?:\b(?:below|here|in (?:this|our|the following|an exclusive) (?:interview|conversation|chat|q&a)),)(?=[^.!?]{0,200}"
    r"\b(?:talks?|talked|shares?|shared|tells?|told|discuss(?:es|ed)?|explains?|explained|opens?|opened|previews?|"
    r"reflects?|breaks?|answers?|reveals?)\b)",
    re.IGNORECASE,
)
_BY = re.compile(r"\binterviewed by\b|\binterview(?:ed)? conducted by\b", re.IGNORECASE)
_MANY = re.compile(
    r"\b(?:(?:the|two|three|four|five|six|several|both|some|meteorological|[a-z]+)\s+)?(?:experts|owners|members|"
    r"stars|creators|writers|directors|actors|"
    r"showrunners|producers|founders|authors|scientists|researchers|students|candidates|guests|panel|panelists|cast|"
    r"band|duo|brothers|"
    r"sisters|twins|couple|co-hosts|hosts|team|makers|artists|musicians|residents|workers|volunteers|leaders|people|"
    r"executives)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"\bone of\b[^.]{0,40}\Z", re.IGNORECASE)
_SYMMETRIC = re.compile(r"(?:spoke|speak|talk|chat|sat|sit|sits|caught|met|meet|correspond)", re.IGNORECASE)
_END = re.compile(
    r"[.?!;\n]|\b(?:about|regarding|concerning|for|after|before|during|at|in|on|over|via|by)\b|\bto (?:discuss|talk|"
    r"find|learn|ask)\b"
)


@dataclass(frozen=True, slots=True)
class Participants:
    """Those who answer, by name, and the one who asks; ``many`` where more than one answers, be they named or not."""

    answering: tuple[str, ...] = ()
    asking: str | None = None
    many: bool = False

    @property
    def only(self) -> str | None:
        """The one who answers, where there is but one."""
        return self.answering[0] if len(self.answering) == 1 and not self.many else None


def participants(text: str, spans: list[Span], people: People) -> Participants:
    """Find those who answer and ask in the title and the introduction."""
    scores: dict[str, float] = defaultdict(float)
    asking: dict[str, float] = defaultdict(float)
    symmetric: list[tuple[set[str], list[str]]] = []
    many = False
    for nth, span in enumerate(spans):
        weight = 3.0 if nth == 0 else 1.5
        for found in _WITH.finditer(text, span.start, span.end):
            stretch = _stretch(text, found.end(), span.end)
            names = _names_in(people, stretch, chain=True)
            if _BY.match(text, found.start()):
                for name in names:
                    asking[name] += 2
                continue
            described = text[stretch.start : _start_of(people, names, stretch)]
            if names and "," in described and not set(re.findall(r"[a-z-]+", described.lower())) & lexicon.ROLE_NOUNS:
                continue  # "in an interview with the Evening Post, Jane Roe said": she is not interviewed here
            if _MANY.search(described) and not _ONE_OF.search(described[: _MANY.search(described).end()]):  # type: ignore[union-attr]
                many = True
            for name in names:
                scores[name] += weight if "interview" in found["cue"].lower() or nth == 0 else weight * 0.8
            if _SYMMETRIC.match(found["cue"]):
                symmetric.append((set(_names_in(people, Span(max(span.start, found.start() - 80), found.start()))), names))
            many = many or len(names) > 1
        for found in _BELOW.finditer(text, span.start, span.end):
            # "Below, producer Jane Roe talks about …": whoever talks below is interviewed.
            names = _names_in(people, Span(found.end(), min(found.end() + 160, span.end)), chain=True)
            for name in names:
                scores[name] += weight
        if nth == 0 and (told := _TELLS.search(text, span.start, span.end)):
            for name in _names_in(people, Span(span.start, told.start()), chain=True):
                scores[name] += weight
    return _decided(scores, asking, symmetric, many)


def _decided(
    scores: dict[str, float], asking: dict[str, float], symmetric: list[tuple[set[str], list[str]]], many: bool
) -> Participants:
    ranked = sorted(scores, key=lambda name: -scores[name])
    ranked = [name for name in ranked if asking.get(name, 0) < scores[name]]
    if not ranked:
        return Participants(asking=next(iter(asking), None), many=many)
    top = ranked[0]
    for subjects, objects in symmetric:
        # "Roe sat down with Doe": if the title says that Roe is interviewed, Doe asks.
        if top in subjects and top not in objects:
            for name in objects:
                asking[name] += 2
                if scores[name] < scores[top]:
                    scores[name] = 0
    answering = tuple(name for name in ranked if scores[name] >= scores[top] * 0.5)
    asks = max(asking, key=lambda name: asking[name], default=None)
    return Participants(answering, asks if asks not in answering else None, many)


def _start_of(people: People, names: list[str], stretch: Span) -> int:
    """Return where the first of some names stands in a stretch, or its end."""
    seen = people.between(stretch)
    return next((one.start for one in seen if people.figures[one.figure].name in names), stretch.end)


def _stretch(text: str, start: int, end: int) -> Span:
    limit = min(end, start + 220)
    for stop in _END.finditer(text, start, limit):
        word = text[max(0, stop.start() - 3) : stop.start()].split()[-1:] or [""]
        if stop[0] == "." and (
            len(word[0]) == 1 or word[0].lower() in lexicon.ABBREVIATIONS or text[stop.start() - 2 : stop.start() - 1] == "."
        ):
            continue
        if stop[0] in ("in", "for", "at", "by") and stop.start() - start < 60:
            continue
        return Span(start, stop.start())
    return Span(start, limit)


def _names_in(people: People, span: Span, *, chain: bool = False) -> list[str]:
    """Return the people named in a stretch; with ``chain`` only the first and those joined to it by commas and "and"."""
    found = [
        (one.start, one.end, people.figures[one.figure].name)
        for one in people.between(span)
        if _somebody(people.figures[one.figure])
    ]
    if not chain or not found:
        return list(dict.fromkeys(name for _, _, name in found))
    names, last = [found[0][2]], found[0][1]
    for start, end, name in found[1:]:
        if people.text[last:start].strip() not in ("and", "&", ",", ", and"):
            break
        names.append(name)
        last = end
    return list(dict.fromkeys(names))


_ABSTRACT = frozenset(
    "national international united general new federal royal american british european world great public social "
    "american house white high supreme".split()
)


def _somebody(figure: Figure) -> bool:
    words = figure.name.casefold().split()
    plausible = 2 <= len(words) <= 4 and not set(words) & (_ABSTRACT | lexicon.GROUP_NAMES)
    return not figure.group and figure.first is not None and bool(figure.gender or figure.roles or plausible)
