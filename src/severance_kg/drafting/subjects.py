"""The subjects of clauses: which words beside a verb say who speaks.

English without a parser: a phrase is read outwards from the verb until a preposition, a conjunction,
a comma or another verb ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from severance_kg.drafting import lexicon
from severance_kg.drafting.names import without_offices
from severance_kg.drafting.people import PREPOSITIONS
from severance_kg.drafting.prose import Token

_ADVERBS = frozenset(
    "also then later once again still now just even never always recently previously first finally soon often "
    "sometimes only already "
    "further instead immediately simply once has had have having would will did does do could might is was are were "
    "been being 'd 'll "
    "both all himself herself themselves went on to as quoted cited heard continued proceeded goes quick keen "
    "eager happy able there here today yesterday reportedly".split()
)
CONJUNCTIONS = frozenset(
    "and but or nor yet so because although though while when whenever if unless that whether since as where until "
    "who which whose how why what".split()
)
DETERMINERS = frozenset(
    "the a an his her their its our my this that these those one another some many several two three four both each "
    "every no most".split()
)
TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow january february march april "
    "may june july august september october november december".split()
)
_APPOSITIVE = frozenset(
    "who whose whom which a an the its his her their our one now then also speaking citing referring himself herself "
    "themselves in at of from "
    "with aged when while playing sitting standing smiling laughing recalling reflecting describing discussing writing talking "
    "for on after before during whose formerly currently then born not both born now".split()
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The words that name a speaker: a stretch of tokens, its head among them, and what kind they are."""

    first: Token
    last: Token
    kind: str  # name, pronoun, description
    name: tuple[Token, ...] = ()
    head: str = ""
    definite: bool = False


def abbreviates(words: Sequence[Token], i: int) -> bool:
    """Whether a full stop belongs to an initial or to a word such as "Dr."."""
    return i > 0 and words[i].text == "." and (len(words[i - 1].text) == 1 or words[i - 1].lower in lexicon.ABBREVIATIONS)


def skip(words: Sequence[Token], i: int, marks: str) -> int:
    """Return the first place from ``i`` on where none of some marks stands."""
    while i < len(words) and words[i].text in marks:
        i += 1
    return i


def _adverb(word: Token) -> bool:
    return word.lower in _ADVERBS or (word.lower.endswith("ly") and not word.capital and len(word.text) > 3)


def subject_left(words: Sequence[Token], verb: int) -> Subject | None:
    """Return the subject on the left of a verb; what stands between two commas after it is passed over."""
    i = verb - 1
    while i >= 0 and words[i].is_word and _adverb(words[i]):
        i -= 1
    if i >= 0 and words[i].lower in ("who", "that", "which"):
        i -= 1
        if i >= 0 and words[i].text in ",—–":
            i -= 1
    elif i >= 0 and words[i].text in ",—–)":
        i = _before_apposition(words, i)
    return _phrase_ending(words, i) if i >= 0 else None


def _before_apposition(words: Sequence[Token], comma: int) -> int:
    """Return where the words before an apposition end that closes with a comma; several may follow one another."""
    opening = {")": "("}.get(words[comma].text)
    i = comma - 1
    for _ in range(5):
        while i >= 0 and (words[i].text != opening if opening else words[i].text not in ",—–("):
            i -= 1
            if comma - i > 45:
                return -1
        if i <= 0:
            return -1
        inner = words[i + 1]
        before_it = words[i - 1]
        aside = (
            inner.lower in _APPOSITIVE
            or inner.text[0].isdigit()
            or inner.lower in lexicon.ROLE_NOUNS
            or _adverb(inner)
            or inner.lower.endswith("ing")
            or inner.lower.endswith("'s")
        )
        head = (
            before_it.capital
            or before_it.lower in lexicon.PRONOUNS
            or before_it.lower in lexicon.ROLE_NOUNS
            or before_it.lower in lexicon.PLURAL_ROLES
            or before_it.lower in lexicon.VOICES
        )
        if (aside or opening) and head and not _inside_aside(words, i):
            return i - 1
        opening = None
        i -= 1
    return -1


def _inside_aside(words: Sequence[Token], comma: int) -> bool:
    """Whether the stretch before a comma is itself an apposition to what stands before it."""
    j = comma - 1
    while j >= 0 and words[j].text not in ",—–.;:":
        j -= 1
    if j <= 0 or words[j].text not in ",—–" or comma - j > 25:
        return False
    first, before_it = words[j + 1], words[j - 1]
    apposed = (
        first.lower in ("a", "an", "who", "whose", "which", "the", "his", "her", "its")
        or first.text[0].isdigit()
        or first.lower in lexicon.ROLE_NOUNS
    )
    return apposed and before_it.capital and before_it.lower not in lexicon.NO_NAMES and before_it.lower not in TIMES


def _boundary(word: Token) -> bool:
    if not word.is_word:
        return word.text != "."
    low = word.lower
    return (
        low in PREPOSITIONS
        or low in CONJUNCTIONS
        or low in lexicon.PRONOUNS - {"one"}
        or low in _BE
        or (low in lexicon.STRONG and not word.capital and low not in lexicon.ROLE_NOUNS)
    )


_BE = frozenset(
    "is was are were be been has had have did does do will would can could should may might must isn't wasn't".split()
)


def _phrase_ending(words: Sequence[Token], end: int) -> Subject | None:
    """Return the noun phrase that ends at a word, with the phrases that it hangs on: "a spokesman for the ministry"."""
    word = words[end]
    pronoun, _, short = word.lower.partition("'")
    if pronoun in lexicon.SPEAKING_PRONOUNS and short in ("", "ll", "d", "ve", "m", "s", "re"):
        return Subject(word, word, "pronoun", head=pronoun)
    if not word.is_word or word.lower in PREPOSITIONS or word.lower in CONJUNCTIONS:
        return None
    start = end
    while start > 0 and end - start < 14 and not _boundary(words[start - 1]):
        start -= 1
    found = phrase(words, start, end)
    if start > 1 and words[start - 1].lower in ("of", "for", "at", "from", "in", "with", "to", "on", "behind"):
        outer = _outer(words, start - 2)
        if outer:
            return Subject(outer.first, word, outer.kind, outer.name, outer.head, outer.definite)
    if found and found.kind == "name" and start > 1 and words[start - 1].lower == "and":
        other = _phrase_ending(words, start - 2)
        if other and other.kind == "name" and len(other.name) <= 4:
            return Subject(other.first, word, "names", (*other.name, words[start - 1], *found.name))
    return found


def _outer(words: Sequence[Token], end: int) -> Subject | None:
    """Return the phrase that a preposition's phrase hangs on, if it can speak."""
    found = _phrase_ending(words, end)
    if (
        found
        and found.kind == "description"
        and (found.head in lexicon.ROLE_NOUNS or found.head in lexicon.PLURAL_ROLES or found.head in lexicon.VOICES)
    ):
        return found
    if found and found.kind == "name" and end + 1 < len(words) and words[end + 1].lower in ("of", "from", "at", "with"):
        return found
    return None


def phrase(words: Sequence[Token], start: int, end: int) -> Subject | None:
    """Return the name, or else the description, that a stretch of words ends with."""
    while end >= start and (words[end].lower in TIMES or (not words[end].is_word and words[end].text != ".")):
        end -= 1
    if end < start:
        return None
    first = end
    while first >= start and _in_name(words, first, end):
        first -= 1
    first += 1
    while first <= end and (not words[first].capital or words[first].lower in lexicon.NO_NAMES or words[first].text == "."):
        first += 1
    while first < end and words[first].lower in lexicon.ROLE_NOUNS and words[first].lower not in lexicon.TITLES:
        first += 1
    owner = max((i for i in range(first, end) if words[i].lower.endswith(("'s", "s'"))), default=first - 1)
    name = tuple(_without_offices(words[owner + 1 : end + 1]))  # of "the band's Jimbo Hale" the last two words
    if name and name[-1].lower in lexicon.DEMONYMS and _determined(words, start, first):
        at = next(i for i in range(start, first + 1) if words[i].lower in DETERMINERS or i == first)
        return Subject(words[at], words[end], "description", head=name[-1].lower, definite=words[at].lower == "the")
    if name and not (len(name) == 1 and name[0].lower in _PLAIN_HEADS and _determined(words, start, first)):
        return Subject(words[start], words[end], "name", name)
    return _description(words, start, end)


_PLAIN_HEADS = lexicon.ROLE_NOUNS | lexicon.VOICES


def _without_offices(words: Sequence[Token]) -> list[Token]:
    dots = {word.start for word in words if not word.is_word}
    kept = without_offices([word for word in words if word.is_word])
    first = kept[0].start if kept else 0
    return [word for word in words if word.start >= first and (word in kept or word.start in dots)]


def _determined(words: Sequence[Token], start: int, first: int) -> bool:
    return any(word.lower in DETERMINERS for word in words[start:first]) or words[first].lower in lexicon.ROLE_NOUNS


def _in_name(words: Sequence[Token], i: int, end: int) -> bool:
    word = words[i]
    if word.capital:
        return word.lower not in lexicon.NO_NAMES or word.lower in lexicon.HE_NAMES | lexicon.SHE_NAMES
    if word.text == ".":
        return abbreviates(words, i)
    return i < end and word.lower in lexicon.PARTICLES and words[i + 1].capital


def _description(words: Sequence[Token], start: int, end: int) -> Subject | None:
    head = words[end].lower
    at = next(
        (i for i in range(end, start - 1, -1) if words[i].lower in DETERMINERS or words[i].lower.endswith(("'s", "s'"))), None
    )
    somebody = head in _PLAIN_HEADS or head in lexicon.PLURAL_ROLES or head.endswith(("-year-old", "man", "woman", "person"))
    if at is None:
        plural = head in lexicon.PLURAL_ROLES
        if not plural:
            return None
        return Subject(
            words[max(start, end - 2)] if words[max(start, end - 2)].is_word else words[end], words[end], "description", head=head
        )
    if at == end:
        return None
    while (
        at > start
        and words[at].lower.endswith(("'s", "s'"))
        and words[at - 1].is_word
        and words[at - 1].lower not in CONJUNCTIONS
    ):
        at -= 1
    if not (somebody or head.endswith(("er", "or", "ist", "ian", "ess", "ant"))):
        return None
    definite = words[at].lower in ("the", "his", "her", "their", "its", "this", "that", "our") or words[at].lower.endswith(
        ("'s", "s'")
    )
    return Subject(words[at], words[end], "description", head=head, definite=definite)


def subject_right(words: Sequence[Token], verb: int) -> Subject | None:
    """Return the subject on the right of an inverted verb: "said the keeper", "adds Cherry, who plays …"."""
    i = verb + 1
    while i < len(words) and words[i].lower.endswith("ly") and not words[i].capital:
        i += 1
    if i >= len(words):
        return None
    if words[i].lower in ("he", "she", "they", "i", "we"):
        return Subject(words[i], words[i], "pronoun", head=words[i].lower)
    end = i
    while end < len(words) and end - i < 14 and not _endsphrase(words, end, i):
        end += 1
    end -= 1
    found = phrase(words, i, end) if end >= i else None
    if found is None or found.first.start - words[i].start > 90 or found.last.end < found.first.start:
        return None
    return found


def _endsphrase(words: Sequence[Token], i: int, start: int) -> bool:
    word = words[i]
    if word.text == ".":
        return not abbreviates(words, i)
    if word.lower == "and" and i + 1 < len(words) and not words[i - 1].capital:
        return False  # "creator and showrunner Dan Erickson"
    return (
        _boundary(word) or (i > start and word.lower in TIMES) or (i > start and word.lower in DETERMINERS and not word.capital)
    )


def first_subject(words: Sequence[Token]) -> Subject | None:
    """Return the subject of a sentence's main clause: its first noun phrase, a preposition's phrase before it aside."""
    i = 0
    while i < len(words) and (
        words[i].lower in ("but", "and", "so", "yet", "however", "meanwhile", "still", "then", "instead", "also")
        or words[i].text in ',—–“"'
    ):
        i += 1
    if i >= len(words):
        return None
    low = words[i].lower
    if (
        low in PREPOSITIONS
        or low in ("asked", "when", "while", "as", "though", "although", "if", "because", "once", "speaking", "despite")
        or (low.endswith("ing") and len(low) > 4)
    ):
        comma = next((j for j in range(i, len(words)) if words[j].text == ","), None)
        return first_subject(words[comma + 1 :]) if comma is not None else None
    if low in lexicon.SPEAKING_PRONOUNS:
        return Subject(words[i], words[i], "pronoun", head=low)
    end = i
    while end < len(words) and end - i < 14 and not _endsphrase(words, end, i) and not _verb_after_noun(words, end, i):
        end += 1
    return phrase(words, i, end - 1) if end > i else None


def _verb_after_noun(words: Sequence[Token], i: int, start: int) -> bool:
    if i == start or words[i].capital:
        return False
    if any(word.lower in _PLAIN_HEADS for word in words[i + 1 : i + 4]) and not any(_boundary(word) for word in words[i : i + 3]):
        return False  # "football" in "former Low Head football coach Otto Brandt"
    before_it = words[i - 1]
    after_noun = before_it.capital or before_it.lower in _PLAIN_HEADS
    return after_noun and words[i].lower not in _PLAIN_HEADS and words[i].text != "." and words[i].lower not in lexicon.PARTICLES
