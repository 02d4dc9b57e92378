"""Mentions: which words of a passage may mean which things of the graph.

A name is looked up, the longest first. A description is resolved through the graph, from somebody who is at hand: "his wife"
needs a husband there. A pronoun gets the things that it may stand for, and is decided only where one alone fits.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from severance_kg.drafting.gazetteer import Gazetteer, Name
from severance_kg.drafting.grammar import folded, is_verb
from severance_kg.drafting.prose import Token
from severance_kg.passages import Span
from severance_kg.statements import Form

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_GAP = re.compile(r"[\s.\-,&]*\Z")
_POSSESSIVES = frozenset("his her its their my our your".split())
_POINTING = frozenset("this that these those".split())
SPEAKER = "whoever speaks"
_NEAR = 4
"""How many of the things mentioned before a pronoun are looked at."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that refer: where they stand, what kind they are, and what they may mean, the likeliest first."""

    span: Span
    form: Form
    candidates: tuple[str, ...]
    why: str

    @property
    def thing(self) -> str | None:
        """What they mean, where only one thing fits."""
        return self.candidates[0] if len(self.candidates) == 1 else None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    upper: bool

    @property
    def bare(self) -> str:
        return self.text.removesuffix("'s").removesuffix("'")


class Mentions:
    """Finds the mentions of one source, with its own episode and its own speakers in mind."""

    def __init__(self, text: str, gazetteer: Gazetteer, works: Iterable[str] = (), extra: Iterable[Name] = ()) -> None:
        """``works`` are the works that the source is about; ``extra`` names what the graph does not know yet."""
        self.text, self.gazetteer, self.works = text, gazetteer, tuple(works)
        self.folded = folded(text)
        self._extra: dict[str, list[Name]] = {}
        for name in extra:
            self._extra.setdefault(name.words[0], []).append(name)

    def find(self, span: Span, before: Sequence[Mention] = (), speaker: str | None = None) -> list[Mention]:
        """Find the mentions in a span, in order.

        Args:
            span: over the original text.
            before: the mentions that lead up to it, of which a pronoun or a possessive may speak.
            speaker: who says the words, for "I".
        """
        words = self._words(span)
        found: list[Mention] = []
        i = 0
        while i < len(words):
            length, mentions = self._at(words, i, [*before, *found], speaker)
            found += mentions
            i += length
        return found

    def _at(self, words: list[_Word], i: int, before: list[Mention], speaker: str | None) -> tuple[int, list[Mention]]:
        # Whoever speaks says "I" of himself: "he" is somebody else.
        others = [one for one in before if one.thing is None or one.thing != speaker]
        for read in (self._description, self._name, self._shared, self._work):
            found = read(words, i, others)
            if found:
                length, mention = found
                owned = self._owned_by(words, i, length, mention)
                return (owned[0], [mention, owned[1]]) if owned else (length, [mention])
        pronoun = self._pronoun(words, i, others, speaker)
        return 1, [pronoun] if pronoun else []

    def _words(self, span: Span) -> list[_Word]:
        return [
            _Word(found[0], found.start(), found.end(), self.text[found.start()].isupper())
            for found in _WORD.finditer(self.folded, span.start, span.end)
        ]

    # ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _name(self, words: list[_Word], i: int, before: list[Mention]) -> tuple[int, Mention] | None:
        del before
        names = [*self.gazetteer.names.get(words[i].text, ()), *self._extra.get(words[i].text, ())]
        if words[i].bare != words[i].text:
            names += [*self.gazetteer.names.get(words[i].bare, ()), *self._extra.get(words[i].bare, ())]
        fits = [name for name in names if self._fits(name, words, i)]
        if not fits:
            return None
        length = max(len(name.words) for name in fits)
        things = tuple(dict.fromkeys(name.thing for name in fits if len(name.words) == length))
        span = self._span(words, i, length)
        own = tuple(thing for thing in things if thing in self.works)
        if len(things) > 1 and len(own) == 1:
            things = (*own, *(thing for thing in things if thing not in own))
        why = "named" if len(things) == 1 else "a name of several"
        named = any(name.capital for name in fits)
        return length, Mention(span, Form.NAME if named else Form.DESCRIPTION, things, why)

    def _fits(self, name: Name, words: list[_Word], i: int) -> bool:
        here = words[i : i + len(name.words)]
        if len(here) < len(name.words) or any(a.text != b for a, b in zip(here[:-1], name.words[:-1], strict=True)):
            return False
        if name.words[-1] not in (here[-1].text, here[-1].bare):
            return False
        if name.capital and not any(word.upper for word in here):
            return False
        return all(_GAP.match(self.text[a.end : b.start]) for a, b in pairwise(here))

    def _shared(self, words: list[_Word], i: int, before: list[Mention]) -> tuple[int, Mention] | None:
        """Read the first half of "Innie and Outie Mark": what it shares with the second is said only there."""
        del before
        if i + 3 >= len(words) or words[i + 1].text not in ("and", "or") or not words[i].upper:
            return None
        tail = next(((k, m) for k in (2,) if (m := self._name(words, i + k, [])) and m[0] > 1), None)
        if tail is None:
            return None
        rest = tuple(word.bare for word in words[i + 3 : i + 2 + tail[1][0]])
        things = tuple(dict.fromkeys(n.thing for n in self.gazetteer.names.get(words[i].text, ()) if n.words[1:] == rest))
        return (1, Mention(self._span(words, i, 1), Form.NAME, things, "named, with a word shared")) if things else None

    # ── Descriptions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _description(self, words: list[_Word], i: int, before: list[Mention]) -> tuple[int, Mention] | None:
        """Read "his wife" and "her own life": a possessive and a noun that the graph joins with somebody at hand."""
        if words[i].text not in _POSSESSIVES or i + 1 >= len(words):
            return None
        owners = self._owners(words[i].text, before)
        for length in (3, 2, 1):
            noun = " ".join(word.bare for word in words[i + 1 : i + 1 + length])
            found = self._of(owners, noun) if len(words) > i + length else []
            if found:
                things = tuple(dict.fromkeys(thing for _, thing in found))
                told = " or ".join(dict.fromkeys(self._label(owner) for owner, _ in found))
                return length + 1, Mention(
                    self._span(words, i, length + 1), Form.DESCRIPTION, things, f"what the graph knows of {told}"
                )
        return None

    def _of(self, owners: Iterable[str], noun: str) -> list[tuple[str, str]]:
        found = []
        for owner in owners:
            for entry in _lexicon()["relation"]:
                if noun in entry["nouns"].split():
                    for one in sorted(self.gazetteer.selves(owner)):
                        found += [(owner, thing) for thing in self.gazetteer.related(one, entry["property"], entry["answer"])]
            if owner in self.gazetteer.things:
                found += [(owner, thing) for thing in self.gazetteer.owned(owner, noun.removeprefix("own "))]
        return list(dict.fromkeys(found))

    def _owned_by(self, words: list[_Word], i: int, length: int, mention: Mention) -> tuple[int, Mention] | None:
        """Read on from "Gemma's" or "his wife's" to the noun behind it: "his wife's soul"."""
        last = words[i + length - 1]
        if last.text == last.bare or i + length >= len(words):
            return None
        for extra in (2, 1):
            if i + length + extra > len(words):
                continue
            noun = " ".join(word.bare for word in words[i + length : i + length + extra])
            if found := self._of(mention.candidates, noun):
                things = tuple(dict.fromkeys(thing for _, thing in found))
                told = " or ".join(dict.fromkeys(self._label(owner) for owner, _ in found))
                whole = self._span(words, i, length + extra)
                return length + extra, Mention(whole, Form.DESCRIPTION, things, f"what the graph knows of {told}")
        return None

    def _owners(self, possessive: str, before: list[Mention]) -> list[str]:
        return list(self._referents(possessive, before))

    def _work(self, words: list[_Word], i: int, before: list[Mention]) -> tuple[int, Mention] | None:
        """Read "the episode": the source's own, or the one that was named before."""
        del before
        if words[i].text not in ("the", "this") or i + 1 >= len(words):
            return None
        for entry in _lexicon()["work"]:
            if words[i + 1].bare in entry["nouns"].split():
                known = self.gazetteer.at_end(entry["property"], entry["end"])
                things = tuple(work for work in self.works if work in known)
                if things:
                    return 2, Mention(self._span(words, i, 2), Form.DESCRIPTION, things, "a work that this source speaks of")
        return None

    # ── Pronouns ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pronoun(self, words: list[_Word], i: int, before: list[Mention], speaker: str | None) -> Mention | None:
        word, text = words[i], words[i].text.partition("'")[0]
        if text in _POINTING and text == word.text and not self._stands_alone(words, i):
            return None
        table = _lexicon()["pronouns"]
        span = Span(word.start, word.start + len(text))
        if text in table["speaker"].split():
            return Mention(span, Form.PRONOUN, (speaker,), SPEAKER) if speaker else None
        if text in table["nobody"].split() or not any(text in said.split() for said in table.values()):
            return None
        things = tuple(self._referents(text, before))
        why = "the only one at hand" if len(things) == 1 else "several are at hand" if things else "nobody is named at hand"
        return Mention(span, Form.PRONOUN, things, why)

    def _stands_alone(self, words: list[_Word], i: int) -> bool:
        """Whether "that" is no conjunction and no article: "that was", "in that, but", not "that he" or "these pieces"."""
        after = words[i + 1] if i + 1 < len(words) else None
        gap = self.folded[words[i].end : after.start] if after else "."
        if after is None or any(c in ".,;:!?-)" for c in gap):
            return True
        following = _token(after)
        return (is_verb(following) or following.text in ("happens", "means")) and not (i and is_verb(_token(words[i - 1])))

    def _referents(self, pronoun: str, before: list[Mention]) -> Iterable[str]:
        """Yield the things mentioned before that a pronoun may stand for, the nearest first."""
        wanted = next((cls for cls, said in _lexicon()["pronouns"].items() if ":" in cls and pronoun in said.split()), None)
        if wanted is None:
            return []
        barred: list[str] = next((classes for said, classes in _lexicon()["not"].items() if pronoun in said.split()), [])
        found: dict[str, None] = {}
        for mention in reversed(before):
            if mention.form is Form.PRONOUN and not mention.thing:
                continue
            for thing in mention.candidates:
                if self._may_be(thing, wanted, barred):
                    found[thing] = None
            if len(found) >= _NEAR:
                break
        return list(found)[:_NEAR]

    def _may_be(self, thing: str, wanted: str, barred: Sequence[str]) -> bool:
        if thing not in self.gazetteer.things:
            return wanted == "skg:Agent" and "skg:RealPerson" not in barred
        return self.gazetteer.is_a(thing, wanted) and not self.gazetteer.is_a(thing, *barred)

    def _span(self, words: list[_Word], i: int, length: int) -> Span:
        last = words[i + length - 1]
        return Span(words[i].start, last.start + len(last.bare))

    def _label(self, local: str) -> str:
        return self.gazetteer.things[local].label if local in self.gazetteer.things else local


def _token(word: _Word) -> Token:
    return Token(word.text, word.start, word.end)


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(files("severance_kg.drafting").joinpath("descriptions.toml").read_text("utf-8"))
