"""Names as they stand in a text: what belongs to one, without offices, titles and endings, and whom it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from severance_kg.drafting import lexicon
from severance_kg.drafting.prose import Token

_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞŁŠŽŚĐ](?:[^\W_]|['’-](?=[^\W_]))*)"
_INITIALS = r"(?:(?:[A-Z]\.){1,3}[A-Z]?(?=[ .]|\Z))"
_PART = rf"(?:{_INITIALS}|{_CAPITAL})"
NAME = re.compile(
    rf"(?<![^\W_])(?<![\w][’'])(?:{_CAPITAL}\.?[ \t]+)?{_PART}"
    rf"(?:(?:(?<=\b[A-Z])\.)?[ \t\n]{{1,2}}(?:(?:{'|'.join(sorted(lexicon.PARTICLES))})[ \t]+)*{_PART}){{0,5}}(?:[ "
    rf"\t](?:Jr|Sr)\.)?"
)
_POSSESSIVE = re.compile(r"['’]s?\Z")


def cut_at_possessives(words: list[Token]) -> Iterable[list[Token]]:
    """Divide "George Smith's Nobel Prize" behind the name."""
    part: list[Token] = []
    for word in words:
        part.append(word)
        if word.lower.endswith(("'s", "s'")):
            yield part
            part = []
    if part:
        yield part


def ends_name(words: list[Token]) -> bool:
    """Whether the last word of a run of capital words is a name after all: "May", "April"."""
    last = words[-1].lower
    if last in lexicon.HE_NAMES | lexicon.SHE_NAMES:
        return True
    return len(words) > 1 and last in lexicon.CALENDAR and words[0].lower in lexicon.HE_NAMES | lexicon.SHE_NAMES | lexicon.TITLES


def without_offices(words: list[Token]) -> list[Token]:
    """Return a name without the offices in capitals before it: "Senate Majority Leader Mitch McConnell"."""
    for i in range(len(words) - 2, -1, -1):
        low = words[i].lower.rstrip(".")
        if low in lexicon.ROLE_NOUNS or low in lexicon.TITLES or low in lexicon.VOICES:
            short = low in lexicon.TITLES and (i == 0 or words[i - 1].lower.rstrip(".") not in lexicon.TITLES)
            return words[i:] if short else words[i + 1 :]
    return words


def forms_of(text: str, words: Sequence[Token]) -> list[str]:
    """Return the words of a name as they are printed: initials keep their full stop, possessives lose their ending."""
    forms: list[str] = []
    for word in words:
        stopped = text[word.end : word.end + 1] == "." and (_LETTERS.fullmatch(word.text) or word.lower in ("jr", "sr"))
        forms.append(_POSSESSIVE.sub("", word.text) + ("." if stopped else ""))
    return forms


def surname_alone(forms: list[str]) -> list[str]:
    """Return the last word of a surname with its particles, "van der Berg"; any other name as it is."""
    first = next((i for i, form in enumerate(forms) if form.lower() not in lexicon.PARTICLES), 0)
    return forms[first:] if first and first == len(forms) - 1 else forms


_LETTERS = re.compile(r"[A-Z](?:\.[A-Z])*")


def untitled(words: list[Token]) -> tuple[str | None, list[Token]]:
    """Return the title before a name, the last if there are several, and the name without it."""
    title = None
    while len(words) > 1 and words[0].lower.rstrip(".") in lexicon.TITLES:
        title, words = words[0].lower.rstrip("."), words[1:]
    return title, words


def gender_of_title(title: str) -> str | None:
    """Return "he" or "she" for a title that tells, None for another."""
    return "he" if title in lexicon.HE_TITLES else "she" if title in lexicon.SHE_TITLES else None


def gender_of_name(first: str) -> str | None:
    """Return "he" or "she" for a first name that tells, None for another."""
    folded = first.casefold()
    return "he" if folded in lexicon.HE_NAMES else "she" if folded in lexicon.SHE_NAMES else None
