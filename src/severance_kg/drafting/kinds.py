"""What a pair of quotation marks holds: somebody's words, a part of them, a title, a thought, a word held at arm's length."""

from __future__ import annotations

import re
from collections.abc import Sequence

from severance_kg.drafting import lexicon
from severance_kg.drafting.clauses import Clause
from severance_kg.drafting.interview import Kind
from severance_kg.drafting.marks import Quoted
from severance_kg.drafting.prose import Token

PARTIAL_WORDS = 3
"""The most words a quotation has that is only part of the narrator's sentence, whatever its grammar."""

_WORKS = frozenset(
    "episode episodes chapter song songs single album track film movie book novel memoir play series show "
    "documentary drama comedy story poem "
    "essay article painting game hit ballad anthem sketch titled entitled called named headlined sequel prequel "
    "premiere finale pilot "
    "short musical opera piece record theme instalment installment podcast column exhibition thriller sitcom miniseries spin-off "
    "remake in on from of for like and since after before during with".split()
)
_SAID_TO_BE = frozenset(
    "so-called called dubbed known termed nicknamed labelled labeled supposed self-styled proverbial alleged".split()
)
_MINOR = frozenset("a an the of in on at to for and or but nor with from by as is it vs".split())
_SCENE = re.compile(
    r"\b(?:in|during|from|throughout|opens|begins)\s+(?:(?:the|a|an|one|that|this|another|his|her|its|first|new|"
    r"latest|opening|final|early|deleted|same)\s+){1,3}"
    r"(?:[\w’'-]+\s+){0,3}?(?:clip|scene|trailer|teaser|footage|sketch|promo|flashback|voice-?over|monologue|"
    r"sequence|cold open|dream)\b"
    r"|\bin[ -]character\b|\b(?:his|her|their|whose) (?:character|alter ego|on-?screen \w+)\b|\bon[ -]?screen\b|"
    r"\bas (?:his|her|their) character\b",
    re.IGNORECASE,
)


def kind_of(
    text: str, run: Quoted, ahead: Sequence[Token], behind: Sequence[Token], clause: Clause | None, character: bool
) -> Kind:
    """Return what a quoted run is, given the words of its sentence on both sides and the clause that was found there."""
    words = re.findall(r"[^\W_](?:[^\s]*[^\W_])?", text[run.words.start : min(run.words.end, run.words.start + 4000)])
    if not words:
        return Kind.SCARE
    spoken = clause is not None and clause.pattern in ("before", "behind", "inverted", "colon", "signed", "inverted before")
    if _is_title(text, run, words, ahead, behind, spoken):
        return Kind.TITLE
    if clause and _thinks(clause, ahead, behind):
        return Kind.THOUGHT
    if clause and (character or _in_scene(text, clause, ahead, behind)):
        return Kind.CHARACTER
    embedded = _embedded(ahead)
    if clause is None:
        short = len(words) <= PARTIAL_WORDS + 1 and text[run.words.end - 1] not in "?!"
        return Kind.SCARE if short and (embedded or _sentence_goes_on(behind)) else Kind.DIRECT
    if (
        ahead
        and ahead[-1].lower in _SAID_TO_BE - {"called", "dubbed", "termed", "labelled", "labeled", "named"}
        and len(words) <= 4
    ):
        return Kind.SCARE
    if len(words) <= PARTIAL_WORDS and (embedded or (not ahead and _sentence_goes_on(behind) and not spoken)):
        return Kind.PARTIAL
    return Kind.DIRECT


def _embedded(ahead: Sequence[Token]) -> bool:
    """Whether the words before a quotation run on into it without a comma or a colon."""
    if not ahead or not ahead[-1].is_word:
        return False
    last = ahead[-1].lower
    return not (last in lexicon.STRONG and last not in lexicon.NAMING)


def _sentence_goes_on(behind: Sequence[Token]) -> bool:
    return bool(behind) and behind[0].is_word and not behind[0].capital


def _is_title(text: str, run: Quoted, words: list[str], ahead: Sequence[Token], behind: Sequence[Token], spoken: bool) -> bool:
    if len(words) > 12 or (text[run.words.start : run.words.end].rstrip().endswith((",", ";")) and spoken):
        return False
    inside = text[run.words.start : run.words.end].strip()
    major = [word for word in words if word.lower() not in _MINOR]
    capitals = sum(word[0].isupper() or word[0].isdigit() for word in major)
    if not major or (not words[0][0].isupper() and not words[0][0].isdigit()) or capitals < len(major):
        return False
    if spoken and (len(major) == 1 or inside[-1] in ".,!?…"):
        return False
    near = [word.lower for word in ahead[-3:]] + [word.lower for word in behind[:2]]
    named = any(word in _WORKS for word in near)
    return named if len(major) == 1 else (named or (not inside.endswith((".", ",", "…")) and not spoken))


def _thinks(clause: Clause, ahead: Sequence[Token], behind: Sequence[Token]) -> bool:
    low = clause.verb.lower
    if low in ("thought", "thinks", "wondered", "wonders") and clause.pattern in (
        "before",
        "behind",
        "inverted",
        "participle",
        "second verb",
    ):
        return True
    follows = [*ahead, *behind]
    for i, word in enumerate(follows[:-1]):
        if word.start == clause.verb.start:
            return low in ("told", "tells", "asked", "asks", "said", "says", "thinking", "telling") and (
                follows[i + 1].lower in ("himself", "herself", "myself", "themselves")
                or low == "thinking"
                or (
                    follows[i + 1].lower == "to"
                    and i + 2 < len(follows)
                    and follows[i + 2].lower in ("himself", "herself", "myself")
                )
            )
    return low == "thinking" and clause.pattern == "participle"


def _in_scene(text: str, clause: Clause, ahead: Sequence[Token], behind: Sequence[Token]) -> bool:
    around = ahead if any(word.start == clause.verb.start for word in ahead) else behind
    if not around:
        return False
    said = text[around[0].start : around[-1].end]
    return bool(_SCENE.search(said)) and (clause.verb.lower.endswith("s") or "character" in said.lower())
