"""The clauses that introduce somebody's words: "he said", "adds Cherry, who plays …", "according to the showrunner".

A clause is looked for in the narration beside a quotation; what it names as its subject is left for others to resolve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from severance_kg.drafting import lexicon
from severance_kg.drafting.people import PREPOSITIONS, without_offices
from severance_kg.drafting.prose import Token

_ADVERBS = frozenset(
    "also then later once again still now just even never always recently previously first finally soon often "
    "sometimes only already "
    "further instead immediately simply once has had have having would will did does do could might is was are were "
    "been being 'd 'll "
    "both all himself herself themselves went on to as quoted cited heard continued proceeded goes quick keen "
    "eager happy able there here today yesterday reportedly".split()
)
_CONJUNCTIONS = frozenset(
    "and but or nor yet so because although though while when whenever if unless that whether since as where until "
    "who which whose how why what".split()
)
_DETERMINERS = frozenset(
    "the a an his her their its our my this that these those one another some many several two three four both each "
    "every no most".split()
)
_PUNCTUATION = frozenset(',.;:—–-()[]"“”?!…/*_|')
_TIMES = frozenset(
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
    if before.lower in _DETERMINERS and before.lower not in ("all", "both", "one", "that", "another", "most", "some", "many"):
        return False
    return not (before.lower.endswith(("'s", "s'")) and before.lower not in ("he's", "she's", "who's", "it's"))


# ── Behind a quotation ───────────────────────────────────────────────────────────────────────────────────────────────


def behind(words: Sequence[Token]) -> Clause | None:
    """Find the clause right behind a quotation: "said Erickson", "Erickson, who created it, said"."""
    start = _skip(words, 0, ",;—–-")
    if start < len(words) and words[start].lower in ("as", "or", "so", "and", "but", "that's") and start + 1 < len(words):
        start += 1
    i = start
    while i < len(words) and (words[i].lower.endswith("ly") or words[i].lower in ("then", "also", "later")):
        i += 1
    if i < len(words) and is_cue(words, i) and words[i].lower not in lexicon.ADDRESSED_ONLY:
        subject = subject_right(words, i)
        if subject:
            return Clause("inverted", words[i], subject)
    for i in range(start + 1, min(start + 40, len(words))):
        if is_cue(words, i) and (words[i].lower not in lexicon.WEAK or i <= start + 4):
            subject = subject_left(words, i)
            if subject and _opens(words, start, subject):
                return Clause("behind", words[i], subject)
            if subject is None:
                continue
            break
        if (words[i].text in ".;" and not _abbreviates(words, i)) or words[i].lower in ("because", "that"):
            break
    return None


def _abbreviates(words: Sequence[Token], i: int) -> bool:
    """Whether a full stop belongs to an initial or to a word such as "Dr."."""
    return i > 0 and words[i].text == "." and (len(words[i - 1].text) == 1 or words[i - 1].lower in lexicon.ABBREVIATIONS)


def _opens(words: Sequence[Token], start: int, subject: Subject) -> bool:
    """Whether a subject begins where the clause does, a preposition's phrase or an adverb aside."""
    between = [word for word in words[start:] if word.start < subject.first.start]
    if not between:
        return True
    return between[0].lower in ("in", "at", "on", "as", "while", "when", "but", "and", "to", "with") and len(between) <= 8


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
        or after.lower in _TIMES
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
        if words[i].lower in lexicon.NAMING and (i == 0 or words[i - 1].lower not in _DETERMINERS):
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
        subject = _phrase(words, 0, len(words) - 2)
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
    if len(words) < 2 or words[0].text not in ("—", "–", "-", "―", "~", "(") or len(words) > 24:
        return None
    start = _skip(words, 0, "—–-―~(")
    subject = _phrase(words, start, _name_end(words, start))
    if subject and subject.kind == "name" and subject.first is words[start]:
        return Clause("signed", words[0], subject)
    return None


def _name_end(words: Sequence[Token], start: int) -> int:
    end = start
    while end + 1 < len(words) and (
        words[end + 1].capital or words[end + 1].lower in lexicon.PARTICLES or words[end + 1].text == "."
    ):
        end += 1
    return end


# ── Subjects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _skip(words: Sequence[Token], i: int, marks: str) -> int:
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
    return apposed and before_it.capital and before_it.lower not in lexicon.NO_NAMES and before_it.lower not in _TIMES


def _boundary(word: Token) -> bool:
    if not word.is_word:
        return word.text != "."
    low = word.lower
    return (
        low in PREPOSITIONS
        or low in _CONJUNCTIONS
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
    if not word.is_word or word.lower in PREPOSITIONS or word.lower in _CONJUNCTIONS:
        return None
    start = end
    while start > 0 and end - start < 14 and not _boundary(words[start - 1]):
        start -= 1
    found = _phrase(words, start, end)
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


def _phrase(words: Sequence[Token], start: int, end: int) -> Subject | None:
    """Return the name, or else the description, that a stretch of words ends with."""
    while end >= start and (words[end].lower in _TIMES or (not words[end].is_word and words[end].text != ".")):
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
    name = tuple(_without_offices(words[first : end + 1]))
    if name and name[-1].lower in lexicon.DEMONYMS and _determined(words, start, first):
        at = next(i for i in range(start, first + 1) if words[i].lower in _DETERMINERS or i == first)
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
    return any(word.lower in _DETERMINERS for word in words[start:first]) or words[first].lower in lexicon.ROLE_NOUNS


def _in_name(words: Sequence[Token], i: int, end: int) -> bool:
    word = words[i]
    if word.capital:
        return word.lower not in lexicon.NO_NAMES or word.lower in lexicon.HE_NAMES | lexicon.SHE_NAMES
    if word.text == ".":
        return _abbreviates(words, i)
    return i < end and word.lower in lexicon.PARTICLES and words[i + 1].capital


def _description(words: Sequence[Token], start: int, end: int) -> Subject | None:
    head = words[end].lower
    at = next(
        (i for i in range(end, start - 1, -1) if words[i].lower in _DETERMINERS or words[i].lower.endswith(("'s", "s'"))), None
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
        and words[at - 1].lower not in _CONJUNCTIONS
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
    while end < len(words) and end - i < 14 and not _ends_phrase(words, end, i):
        end += 1
    end -= 1
    found = _phrase(words, i, end) if end >= i else None
    if found is None or found.first.start - words[i].start > 90 or found.last.end < found.first.start:
        return None
    return found


def _ends_phrase(words: Sequence[Token], i: int, start: int) -> bool:
    word = words[i]
    if word.text == ".":
        return not _abbreviates(words, i)
    if word.lower == "and" and i + 1 < len(words) and not words[i - 1].capital:
        return False  # "creator and showrunner Dan Erickson"
    return _boundary(word) or (i > start and word.lower in _TIMES) or (i > start and word.lower in _DETERMINERS)


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
    while end < len(words) and end - i < 14 and not _ends_phrase(words, end, i) and not _verb_after_noun(words, end, i):
        end += 1
    return _phrase(words, i, end - 1) if end > i else None


def _verb_after_noun(words: Sequence[Token], i: int, start: int) -> bool:
    if i == start or words[i].capital:
        return False
    before_it = words[i - 1]
    after_noun = before_it.capital or before_it.lower in _PLAIN_HEADS
    return after_noun and words[i].lower not in _PLAIN_HEADS and words[i].text != "." and words[i].lower not in lexicon.PARTICLES
