"""Sentences and words of English prose: where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from severance_kg.drafting.lexicon import ABBREVIATIONS

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*(?:\.(?=\w)|(?<=s)['’](?=\s))?|[^\w\s]")
_STOP = re.compile(r"[.!?…]+[\"”’')\]»]*(?=\s|\Z)|\n[ \t]*\n")
_LAST = re.compile(r"[^\s(\[“\"'‘]+\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of punctuation, where it stands in the text."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in small letters, its apostrophes straight."""
        return self.text.lower().replace("’", "'")

    @property
    def is_word(self) -> bool:
        """Whether it is a word, or a number, and no mark of punctuation."""
        return self.text[0].isalnum()

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def tokens(text: str, start: int, end: int) -> list[Token]:
    """Return the words and marks of a span of a text."""
    return [Token(found[0], found.start(), found.end()) for found in _WORD.finditer(text, start, end)]


def sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sentences of a span end: not behind "Ms." or an initial, nor before a small letter."""
    for stop in _STOP.finditer(text, start, end):
        if _is_end(text, start, stop, end):
            yield stop.end()


def _is_end(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    after = text[stop.end() : min(stop.end() + 4, end)].lstrip(" \t\n\"“‘'«(")
    if after[:1].islower():
        return False
    if not stop[0].startswith(".") or len(stop[0].rstrip("\"”’')]»")) > 1:
        return True
    last = _LAST.search(text, max(start, stop.start() - 30), stop.start())
    word = last[0] if last else ""
    if word.lower() in ABBREVIATIONS:
        # Some of these end a sentence as well; the ones before a name do not.
        return word.lower() in _MAY_END and not after[:1].isdigit() and after[:1] != ""
    return not (len(word) == 1 and word.isalpha() and word.isupper() and word != "I")


_MAY_END = frozenset("inc ltd co corp etc al a.m p.m u.s u.k u.n d.c l.a ph.d m.d jr sr".split())
