"""Sentences and clauses of what somebody said: where each begins, and how it hangs on the one before.

There is no parser here. A clause is what stands between the words and marks that open one, and a part of a sentence is what
could be a sentence of its own: that much can be told by rule, and a person sees the rest.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from severance_kg.drafting.prose import Token, sentence_ends, tokens
from severance_kg.passages import Span

FEWEST = 5
"""How many words a part of a sentence needs, to be proposed on its own."""

_FOLD = str.maketrans(
    {
        **dict.fromkeys("’‘‛′＇", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑–—−―", "-"),
        **dict.fromkeys("\t\n\r\x0b\x0c\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    }
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its span over the original text, the kind of its opener, and whether a part of the sentence begins with it."""

    span: Span
    kind: str
    part: bool = False


def folded(text: str) -> str:
    """Return a text in small letters with straight quotes, plain dashes and plain spaces, every character at its place."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(_FOLD)


def sentences(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentences of a span, each without the white space around it."""
    start = span.start
    for end in (*sentence_ends(text, span.start, span.end), span.end):
        cut = _trimmed(text, Span(start, end))
        if cut.start < cut.end:
            yield cut
        start = end


def clauses(text: str, sentence: Span) -> list[Clause]:
    """Cut a sentence into clauses; together they are the whole of it."""
    words = tokens(text, sentence.start, sentence.end)
    openings = [(sentence.start, "main", True), *_openings(text, sentence, words)]
    found = []
    for (start, kind, part), (end, _, _) in zip(openings, [*openings[1:], (sentence.end, "", False)], strict=True):
        found.append(Clause(Span(start, end), kind, part))
    return found


def parts(text: str, found: list[Clause]) -> list[list[Clause]]:
    """Put the clauses of a sentence together into the parts that could stand alone, each of five words or more."""
    groups: list[list[Clause]] = []
    for clause in found:
        if groups and (not clause.part or _length(text, groups[-1]) < FEWEST):
            groups[-1].append(clause)
        else:
            groups.append([clause])
    if len(groups) > 1 and _length(text, groups[-1]) < FEWEST:
        groups[-2:] = [groups[-2] + groups[-1]]
    kept: list[list[Clause]] = []
    for group in groups:
        if kept and _length(text, group) < FEWEST:
            kept[-1] += group
        else:
            kept.append(group)
    return kept


def has_verb(text: str, span: Span) -> bool:
    """Whether a span holds a word that is a verb wherever it stands, or that ends like one."""
    return any(is_verb(word) for word in tokens(text, span.start, span.end))


def is_verb(word: Token) -> bool:
    """Whether a word is one of the common verbs, or has the ending of one."""
    lower = word.lower
    if lower in _verbs() or lower.endswith("n't"):
        return True
    head, _, tail = lower.partition("'")
    if tail and (tail in ("re", "m", "ve", "d", "ll") or (tail == "s" and head in _words("subjects"))):
        return True
    return len(lower) > 4 and lower.endswith(("ed", "ing")) and lower not in _NO_VERBS


_NO_VERBS = frozenset("something anything nothing everything thing during morning evening king string indeed hundred".split())


def _openings(text: str, sentence: Span, words: list[Token]) -> Iterator[tuple[int, str, bool]]:
    """Yield where a clause opens inside a sentence, with its kind and whether it may be a part of its own."""
    plain = folded(text[sentence.start : sentence.end])
    since = 0  # the word that opened the clause before
    hanging = _opener(plain, 0) is not None
    skip = 0
    for i, word in enumerate(words):
        if i < max(skip, 1):
            continue
        found = _opening(plain, sentence.start, words, i, since)
        if not found:
            continue
        kind, part, length = found
        if kind == "coordinate" and not part and hanging:
            kind, hanging = "main", False
        at = i if word.is_word else min(i + 1, len(words) - 1)
        yield words[at].start, kind, part
        since, skip = at, at + length


def _opening(plain: str, offset: int, words: list[Token], i: int, since: int) -> tuple[str, bool, int] | None:
    """Return the kind of the clause that opens at a word, whether a part of its own does, and how many words open it."""
    word = words[i]
    if word.text == ";" and i + 1 < len(words):
        return ("content", True, 2) if _says(words, i + 1, "and that", "but that", "that") else ("coordinate", True, 1)
    if not word.is_word:
        return None
    comma = words[i - 1].text in ",;:—–-("
    if word.lower in _COORDINATORS and i + 1 < len(words):
        return _coordinate(plain, offset, words, i, since, comma=comma)
    head = word.lower.partition("'")[0]
    if words[i - 1].text == "," and head in _words("subjects") and _subject_and_verb(words, i):
        return None if _fronted(words, since, i) else ("coordinate", False, 1)
    found = _opener(plain, word.start - offset, comma=comma)
    if found is None:
        return ("relative", False, 1) if _bare_relative(words, i) else None
    kind, part, length = found
    if kind == "that":
        kind = _that(words, i)
    elif words[i - 1].lower in _words("prepositions") and kind in ("relative", "added"):
        return None
    elif kind == "condition" and _asks(words, i):
        kind = "question"
    return (kind, part or (kind == "contrast" and comma), length) if kind else None


_COORDINATORS = frozenset("and but or so yet nor".split())


def _opener(plain: str, at: int, *, comma: bool = False) -> tuple[str, bool, int] | None:
    for one in _openers():
        found = one["regex"].match(plain, at) if comma or not one["comma"] else None
        if found:
            return one["kind"], one["part"], len(found[0].split())
    return None


def _says(words: list[Token], i: int, *phrases: str) -> bool:
    return any([word.lower for word in words[i : i + len(phrase.split())]] == phrase.split() for phrase in phrases)


def _fronted(words: list[Token], since: int, i: int) -> bool:
    """Whether what stands before a comma leads into the clause behind it: "I think at that point, he …"."""
    verb = next((j for j in range(i - 2, since - 1, -1) if is_verb(words[j])), None)
    return verb is not None and words[verb].lower in _THINKING and words[verb + 1].lower in _words("prepositions")


_THINKING = frozenset("think thought guess believe feel felt say said know knew mean suppose see saw realise realize".split())


def _bare_relative(words: list[Token], i: int) -> bool:
    """Whether a clause without "that" hangs on a noun: "the numbers he cannot read"."""
    before = words[i - 1]
    if words[i].lower.partition("'")[0] not in _NOMINATIVE or not before.is_word or i < 2:
        return False
    noun = not is_verb(before) and before.lower not in _NO_SUBJECT and not before.lower.endswith("ly")
    kept = any(before.lower in _words(name) for name in ("subjects", "determiners", "prepositions", "adverbs"))
    told = words[i - 2].lower in _words("determiners") or words[i - 2].lower in _words("prepositions")
    return noun and not kept and told and before.lower not in _TIMES and _subject_and_verb(words, i)


_TIMES = frozenset("time moment day way reason year point place first second minute once".split())


def _coordinate(plain: str, offset: int, words: list[Token], i: int, since: int, *, comma: bool) -> tuple[str, bool, int] | None:
    if words[i].lower == "so" and not comma and words[i + 1].lower != "that":
        return None
    found = _opener(plain, words[i].start - offset) or _opener(plain, words[i + 1].start - offset, comma=False)
    if found and found[0] == "that":
        kind = _that(words, i + 1)
        return (kind, False, 2) if kind else None
    if found:
        return found[0] if found[0] != "relative" else "coordinate", False, found[2] + 1
    # "the numbers and the way they move": what is joined are nouns, as long as the clause has no verb.
    if not comma and words[i].lower != "but" and not any(is_verb(word) for word in words[since:i]):
        return None
    if _subject_and_verb(words, i + 1):
        return "coordinate", True, 1
    j = _behind_adverbs(words, i + 1)
    if j < len(words) and is_verb(words[j]) and not _adjective(words, j):
        return "second verb", False, 1
    return None


def _adjective(words: list[Token], j: int) -> bool:
    """Whether a word with a verb's ending stands where an adjective does: "shocking and moving finale"."""
    return words[j].lower.endswith(("ed", "ing")) and j + 1 >= len(words)


def _that(words: list[Token], i: int) -> str:
    """Tell what kind of clause "that" opens, or nothing where it points: "that was", "in that", "that point"."""
    before = words[i - 1].lower
    if not words[i - 1].is_word:
        return "content" if _subject_and_verb(words, i + 1) else ""
    if before in _words("prepositions") or before in _words("determiners"):
        return ""
    if i + 1 >= len(words) or not words[i + 1].is_word:
        return ""
    if before in _COORDINATORS or before in _BEING or before.endswith(("'s", "'re")):
        return "content" if _subject_and_verb(words, i + 1) else ""
    if is_verb(words[i + 1]):
        # "something that happens" and "choosing that over it", but "thought that was it".
        return "content" if before in _THINKING else "relative"
    if words[i + 1].lower in _words("prepositions"):
        return ""
    return "content"


_BEING = frozenset("is was are were be been over".split())


def _asks(words: list[Token], i: int) -> bool:
    """Whether "if" stands for "whether": "to see if", "no idea if", "wondered if"."""
    return words[i - 1].lower in _ASKING


_ASKING = frozenset(
    "see ask asks asked asking wonder wonders wondered wondering know knows knew known idea clue sure unsure doubt doubts "
    "doubted question check checks checked say tell decide clear unclear certain determine find remember".split()
)


def _subject_and_verb(words: list[Token], i: int) -> bool:
    """Whether a subject and its verb begin at a word: "he was", "this guy has", "Cold Harbor ends"."""
    i = _behind_adverbs(words, i)
    if i >= len(words) or not words[i].is_word:
        return False
    first = words[i].lower
    head, _, tail = first.partition("'")
    if tail and head in _words("subjects"):
        return True
    if is_verb(words[i]) and first not in _words("subjects"):
        return False
    if first in _NOMINATIVE:
        # "he never shows it": what follows such a pronoun is its verb, whatever it is elsewhere.
        j = _behind_adverbs(words, i + 1)
        return j < len(words) and words[j].is_word and words[j].lower not in _NO_SUBJECT and not words[j].lower.endswith("ing")
    reach = 4 if first in _words("subjects") else 8
    for j in range(i + 1, min(i + reach, len(words))):
        if not words[j].is_word or words[j].lower in _NO_SUBJECT:
            return False
        if is_verb(words[j]) and not words[j].lower.endswith("ing"):
            return True
    return False


_NOMINATIVE = frozenset("i he she we they".split())
_NO_SUBJECT = frozenset("and or but to that which who whom whose where when because if while as than".split())


def _behind_adverbs(words: list[Token], i: int) -> int:
    """Step over adverbs and short asides with their commas: "and, in fact, he left"."""
    while i < len(words):
        if words[i].lower in _words("adverbs") or (words[i].lower.endswith("ly") and words[i].is_word) or words[i].text == ",":
            i += 1
            continue
        length = _aside(words, i)
        if not length:
            return i
        i += length
    return i


def _aside(words: list[Token], i: int) -> int:
    for aside in _lexicon()["asides"]:
        said = aside.split()
        if [word.lower for word in words[i : i + len(said)]] == said:
            return len(said)
    return 0


def _length(text: str, group: list[Clause]) -> int:
    return sum(1 for word in tokens(text, group[0].span.start, group[-1].span.end) if word.is_word)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and not (text[start].isalnum() or text[start] in "[($£€#&@"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if any(c.isalnum() for c in text[start:end]) else Span(end, end)


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(files("severance_kg.drafting").joinpath("grammar.toml").read_text("utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_lexicon()[name].split())


@cache
def _verbs() -> frozenset[str]:
    base = _words("verbs")
    third = {word + ("es" if word.endswith(("s", "sh", "ch", "x", "o")) else "s") for word in base}
    third |= {word[:-1] + "ies" for word in base if word.endswith("y") and word[-2] not in "aeiou"}
    nouns = {"like", "end", "use", "work", "change", "help", "need", "play", "show", "look", "love", "hope", "start", "turn"}
    return (base | third | _words("irregular") | _words("auxiliaries")) - nouns - {word + "s" for word in nouns} | {
        "loves",
        "needs",
    }


@cache
def _openers() -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "regex": re.compile(rf"(?:{one['pattern']})\b"),
            "kind": one["kind"],
            "comma": one.get("comma", False),
            "part": one.get("part", False),
        }
        for one in _lexicon()["opener"]
    )
