"""The clauses that introduce somebody's words: "he said", "adds Cherry, who plays …", "according to the showrunner".

A clause is looked for in the narration beside a quotation; what it names as its subject is left for others to resolve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from severance_kg.drafting import lexicon
from severance_kg.drafting.people import PREPOSITIONS
from severance_kg.drafting.prose import Token
from severance_kg.drafting.subjects import (
    DETERMINERS,
    TIMES,
    Subject,
    abbreviates,
    first_subject,
    phrase,
    skip,
    subject_left,
    subject_right,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A cue verb and its subject, and the pattern by which they were found."""

    pattern: str
    verb: Token
    subject: Subject
    main: Subject | None = None  # of "Roe noted that she had said": who "she" is


def is_cue(words: Sequence[Token], i: int) -> bool:
    """Whether a word is a verb of speech where it stands: "her answers" and "a report" are nouns."""
    token = words[i]
    if token.lower not in lexicon.SPEAKING or (token.capital and i > 0 and words[i - 1].is_word):
        return False
    before = words[i - 1] if i else None
    if before is None:
        return True
    if before.lower in DETERMINERS and before.lower not in ("all", "both", "one", "that", "another", "most", "some", "many"):
        return False
    return not (before.lower.endswith(("'s", "s'")) and before.lower not in ("he's", "she's", "who's", "it's"))


# ── Behind a quotation ───────────────────────────────────────────────────────────────────────────────────────────────


def behind(words: Sequence[Token]) -> Clause | None:
    """Find the clause right behind a quotation: "said Erickson", "Erickson, who created it, said"."""
    start = skip(words, 0, ",;—–-")
    if start < len(words) and words[start].lower in ("as", "or", "so", "and", "but", "that's") and start + 1 < len(words):
        start += 1
    i = start
    while i < len(words) and (words[i].lower.endswith("ly") or words[i].lower in ("then", "also", "later")):
        i += 1
    if i < len(words) and is_cue(words, i) and not words[i].capital and words[i].lower not in lexicon.ADDRESSED_ONLY:
        subject = subject_right(words, i)
        if subject:
            return Clause("inverted", words[i], subject)
    for i in range(start + 1, min(start + 40, len(words))):
        if is_cue(words, i) and (words[i].lower not in lexicon.WEAK or i <= start + 4):
            subject = subject_left(words, i)
            if subject and not _opens(words, start, subject):
                subject = _apposed(words, start, subject) or subject
            if subject and _opens(words, start, subject):
                return Clause("behind", words[i], subject)
            if subject is None:
                continue
            break
        if (words[i].text in ".;" and not abbreviates(words, i)) or words[i].lower in ("because", "that"):
            break
    return None


def _apposed(words: Sequence[Token], start: int, subject: Subject) -> Subject | None:
    """Return the name of "Brandt, the Low Head coach said", where the second comma is missing."""
    comma = next((i for i in range(start, len(words)) if words[i].text == ","), None)
    if subject.kind != "description" or comma is None or words[comma].end > subject.first.start:
        return None
    name = phrase(words, start, comma - 1)
    return name if name and name.kind == "name" else None


def _opens(words: Sequence[Token], start: int, subject: Subject) -> bool:
    """Whether a subject begins where the clause does, a preposition's phrase or an adverb aside."""
    between = [word for word in words[start:] if word.start < subject.first.start]
    if not between:
        return True
    return between[0].lower in ("in", "at", "on", "as", "while", "when", "to", "with") and len(between) <= 8


def later(words: Sequence[Token]) -> Clause | None:
    """Find a clause at the end of the quotation's own sentence: "was “a gift” to the fans, Erickson said"."""
    for i in range(1, len(words)):
        if is_cue(words, i) and words[i].lower not in lexicon.WEAK and _ends_clause(words, i):
            subject = subject_left(words, i)
            if subject and _after_comma(words, subject):
                return Clause("later", words[i], subject)
        if (
            words[i].text == ","
            and i + 2 < len(words)
            and is_cue(words, i + 1)
            and words[i + 1].lower not in lexicon.ADDRESSED_ONLY
        ):
            subject = subject_right(words, i + 1)
            if subject and words[i + 1].lower in lexicon.STRONG and not words[i + 1].lower.endswith("ing"):
                return Clause("later inverted", words[i + 1], subject)
    return None


def _ends_clause(words: Sequence[Token], i: int) -> bool:
    after = words[i + 1] if i + 1 < len(words) else None
    return (
        after is None
        or after.text in ".,;:—–"
        or after.lower in PREPOSITIONS
        or after.lower in TIMES
        or after.lower in lexicon.NO_NAMES
        or after.capital
    )


def _after_comma(words: Sequence[Token], subject: Subject) -> bool:
    before = [word for word in words if word.end <= subject.first.start]
    return bool(before) and before[-1].text in ",—–;"


# ── Before a quotation ───────────────────────────────────────────────────────────────────────────────────────────────


def before(words: Sequence[Token]) -> Clause | None:
    """Find the clause that leads to a quotation: "Erickson told Forbes in March,", "he added:"."""
    words = words[-60:]
    last = len(words) - 1
    while last >= 0 and words[last].text in ",:—–-" + '(“"':
        last -= 1
    closed = last < len(words) - 1
    while last >= 0 and words[last].lower in ("that", "how", "as", "of", "like", "it", "the", "a", "an"):
        last -= 1
    if quotative := _be_like(words):
        return quotative
    vague: Clause | None = None
    for i in range(last, -1, -1):
        if not is_cue(words, i):
            continue
        near = last - i
        if _passive(words, i):
            return vague
        if words[i].lower in lexicon.WEAK and near > 3 and not words[i].lower.startswith("point"):
            continue
        subject = subject_left(words, i)
        participle = words[i].lower.endswith("ing") and (subject is None or not _has_auxiliary(words, i))
        if participle:
            main = first_subject(words[:i])
            if main:
                return Clause("participle", words[i], main)
        if subject:
            name = "before" if closed and near <= 1 else "before at length" if closed or near == 0 else "within"
            found = Clause(name, words[i], subject, _main(words, i, subject))
            if subject.head not in ("they", "it", "you", "we") or near <= 1:
                return found
            vague = vague or found
            continue
        if (i > 0 and words[i - 1].text in ",—–") or words[max(i - 1, 0)].lower in ("and", "but", "then", "to", "by"):
            main = first_subject(words[:i])
            if main:
                return Clause("second verb", words[i], main)
        if i == 0 or words[i - 1].text in ".,;:":
            subject = subject_right(words, i)
            if subject and closed:
                return Clause("inverted before", words[i], subject)
    return vague


def _main(words: Sequence[Token], verb: int, subject: Subject) -> Subject | None:
    """Return the subject of the main clause, where a pronoun in a clause behind "that" stands for it."""
    if subject.kind != "pronoun" or subject.head not in ("he", "she") or not any(word.lower == "that" for word in words[:verb]):
        return None
    main = first_subject(words[:verb])
    return main if main and main.kind == "name" and main.last.end <= subject.first.start else None


def turned(words: Sequence[Token]) -> Clause | None:
    """Read "Bean changed his mind:" before a quotation: any sentence that ends with a colon leads to its subject's words."""
    if not words or words[-1].text != ":" or any(is_cue(words, i) and _passive(words, i) for i in range(len(words))):
        return None
    subject = first_subject(words[:-1])
    return Clause("colon at length", words[-1], subject) if subject and subject.kind != "description" else None


def _be_like(words: Sequence[Token]) -> Clause | None:
    """Read "I'm like," and "she was like,"."""
    end = len(words) - 1
    while end >= 0 and words[end].text in ",:":
        end -= 1
    if end < 1 or words[end].lower not in ("like", "all"):
        return None
    before_it = words[end - 1]
    if before_it.lower in ("was", "is", "were", "am", "are", "be", "been") and (subject := subject_left(words, end - 1)):
        return Clause("before", before_it, subject)
    pronoun, _, verb = before_it.lower.partition("'")
    if verb in ("m", "s", "re") and pronoun in lexicon.PRONOUNS:
        return Clause("before", before_it, Subject(before_it, before_it, "pronoun", head=pronoun))
    return None


def _passive(words: Sequence[Token], i: int) -> bool:
    """Whether somebody was asked or told: then they listen."""
    if words[i].lower not in ("asked", "told", "informed", "reminded", "advised", "warned", "assured", "urged"):
        return False
    j = i - 1
    while j >= 0 and words[j].lower.endswith("ly"):
        j -= 1
    if j < 0:
        return True  # "Asked about it, she said": the asking is somebody else's
    return words[j].lower in ("was", "were", "is", "are", "been", "being", "when", "if", "once") or (
        words[j].text == "," and False
    )


def naming(words: Sequence[Token]) -> Clause | None:
    """Find the verb that gives a word of somebody's: "called it “a gift”", "dubbed by Roe “the keeper”"."""
    words = words[-40:]
    for i in range(len(words) - 1, -1, -1):
        if words[i].lower in lexicon.NAMING and (i == 0 or words[i - 1].lower not in DETERMINERS):
            if i + 1 < len(words) and words[i + 1].lower == "by":
                subject = subject_right(words, i + 1)
                return Clause("named by", words[i], subject) if subject else None
            subject = subject_left(words, i) or first_subject(words[:i])
            return Clause("naming", words[i], subject) if subject else None
    return None


def _has_auxiliary(words: Sequence[Token], i: int) -> bool:
    return any(
        word.lower in ("was", "is", "were", "are", "been", "be", "kept", "keeps", "as") for word in words[max(0, i - 3) : i]
    )


def according(words: Sequence[Token]) -> Clause | None:
    """Find "according to", "in the words of", "as … put it", "for …", and whom it names."""
    for i in range(len(words) - 1):
        pair = (words[i].lower, words[i + 1].lower)
        if pair == ("according", "to") or (pair == ("words", "of") and i + 2 < len(words)):
            subject = subject_right(words, i + 1)
            if subject:
                return Clause("according to", words[i], subject)
        if (
            words[i].lower in ("from", "by")
            and i > 0
            and words[i - 1].lower in ("quote", "quotation", "statement", "remark", "line")
        ):
            subject = subject_right(words, i)
            if subject:
                return Clause("quotation from", words[i], subject)
    return None


def label(words: Sequence[Token]) -> Clause | None:
    """Read "Erickson:" or "His answer:" before a quotation, or "— Erickson" behind one."""
    if words and words[-1].text == ":" and 2 <= len(words) <= 8:
        subject = phrase(words, 0, len(words) - 2)
        if subject and (subject.kind == "name" or subject.definite) and subject.first is words[0]:
            return Clause("colon", words[-1], subject)
    return None


def possessor(words: Sequence[Token]) -> Clause | None:
    """Read "Erickson's answer was", "her reply:", and return whose it is."""
    for i in range(len(words) - 1, 0, -1):
        if words[i].lower in _UTTERANCES:
            owner = words[i - 1]
            if owner.lower in ("his", "her"):
                subject = Subject(owner, owner, "pronoun", head="he" if owner.lower == "his" else "she")
                return Clause("possessive", words[i], subject)
            if owner.lower.endswith(("'s", "s'")) and owner.capital:
                first = i - 1
                while first > 0 and words[first - 1].capital and words[first - 1].lower not in lexicon.NO_NAMES:
                    first -= 1
                name = tuple(words[first:i])
                return Clause("possessive", words[i], Subject(name[0], owner, "name", name))
    return None


_UTTERANCES = frozenset(
    "answer answers reply response responses words comment comments remark remarks statement message tweet post "
    "letter advice verdict "
    "explanation question reaction take summary description phrase quip joke line motto conclusion assessment view "
    "thought thoughts".split()
)


def dashed(words: Sequence[Token]) -> Clause | None:
    """Read "— Jane Roe" or "(Jane Roe, the director)" behind a quotation, or on a line of its own."""
    if len(words) < 2 or words[0].text not in "—–-―~(":
        return None
    start = skip(words, 0, "—–-―~(")
    subject = subject_right(words, start - 1) if start < len(words) and words[start].capital else None
    return Clause("signed", words[0], subject) if subject and subject.kind == "name" else None
