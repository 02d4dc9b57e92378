"""Questions without a mark: which pieces of a plain interview ask and which answer, by their wording and their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from severance_kg.drafting.interview import Role
from severance_kg.passages import Span

_QUOTED = re.compile(r"[“\"][^”\"\n]{0,400}[”\"]")
_ASKS = re.compile(
    r"(?:(?:and|or|so|but|well|ok(?:ay)?|now|then|also|yes|right|for our readers[^,?]{0,80})[, ]+){0,2}"
    r"(?:what|who|whom|whose|which|when|where|why|how|do|does|did|is|are|was|were|have|has|had|can|could|would|will|"
    r"should|may|might|"
    r"isn['’]t|aren['’]t|don['’]t|didn['’]t|doesn['’]t|any|anything|if you|other than|in what|at what|to what|"
    r"on what|for how|for what|with what|looking)\b",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"(?:(?:and|so|but|well|ok(?:ay)?|now|then|also|please)[, ]+)?(?:(?:please )?(?:tell (?:us|me|our)|"
    r"talk (?:to (?:us|me) )?(?:about|us)|describe|explain|walk (?:us|me)|take (?:us|me)|"
    r"give (?:us|me)|share|introduce|complete this|name (?:one|a|your)|finish)|i(?:['’]m| am| was|"
    r" just)? ?(?:want(?:ed)? to (?:know|ask|talk)|wonder(?:ed|ing)?|curious)|"
    r"let['’]s (?:talk|start|begin|move|turn)|(?:some|many) (?:people|critics|fans|readers|viewers) (?:say|think|have))\b",
    re.IGNORECASE,
)  # fmt: skip
_YOU = re.compile(r"\b(?:you|your|yours|yourself|yourselves|you['’](?:re|ve|d|ll))\b", re.IGNORECASE)
_ME = re.compile(r"\b(?:I|my|me|mine|myself|we|our|us|ours|I['’](?:m|ve|d|ll)|we['’](?:re|ve|d|ll))\b")
_REPLY = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|nah|well|absolutely|definitely|certainly|exactly|sure|right|both|not|oh|ah|um|uh|"
    r"hmm|good question|great question|"
    r"thanks|thank you|i|we|my|our|it['’]s|it was|that['’]s|that was|because|honestly|actually|probably|maybe|never|"
    r"always|of course|to be honest)\b",
    re.IGNORECASE,
)
_LAUGHS = re.compile(r"\A\s*[\[(](?:laughs?|laughing|laughter|smiles|pauses?|sighs|chuckles|nods)[\])]\s*", re.IGNORECASE)
_AGREES = re.compile(r"\s*(?:yes|yeah|yep|yup|no|nope|exactly|absolutely|definitely|right)\b[,.!—–-]", re.IGNORECASE)
_HEADING_END = re.compile(r"[.?!:;,…”\"')\]—–-]\Z")
_DATE = re.compile(
    r"(?:[A-Z][a-z]+day,? )?(?:[A-Z][a-z]{2,8} \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}|\d{4}-\d\d-\d\d)\Z"
)
_BYLINE = re.compile(
    r"(?:(?:written|interview(?:ed)?|story|words|text|reporting|photographs?|edited) )?by (?:[A-Z][\w.'’-]+(?: |,|"
    r"\Z)){1,5}.{0,60}\Z",
    re.IGNORECASE,
)

ASK, REPLY, TELL = 0, 1, 2
_STATES = (ASK, REPLY, TELL)
ROLES = (Role.QUESTION, Role.ANSWER, Role.NARRATION)
# What is likely to follow what: an answer a question, a question an answer; narration goes on until the first question.
_STEPS = ((-1.6, 0.6, -5.0), (0.0, 0.0, -3.5), (0.3, -3.0, 0.4))
_AGREEING = ((-1.6, 0.9, -5.0), (0.0, -0.5, -3.5), (0.3, -3.0, 0.4))
_FIRST = (-1.0, -3.0, 0.5)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a piece speak for: asking, replying, telling; the higher, the more."""

    ask: float
    reply: float
    tell: float
    agrees: bool = False  # begins with "yes" or "no", as only an answer right behind its question does

    @property
    def asks(self) -> bool:
        """Whether the words alone make it a question."""
        return self.ask > max(self.reply, self.tell)


def unquoted(words: str) -> str:
    """Return a piece without what stands in double quotation marks."""
    return _QUOTED.sub(" ", words)


def ends_in_question(words: str) -> bool:
    """Whether a piece ends with a question mark, closing quotation marks and brackets aside."""
    return words.rstrip().rstrip("”\"’')]*_ ").endswith(("?", "？"))


def wording(words: str, names: Sequence[str] = ()) -> Wording:
    """Weigh the words of a piece.

    Args:
        words: the piece.
        names: surnames of those who answer; who speaks of them by name does not answer.
    """
    told = _LAUGHS.sub("", unquoted(words[:6000]))
    count = len(told.split())
    you, me = len(_YOU.findall(told)), len(_ME.findall(told))
    last = re.split(r"(?<=[.!?…])\s+", told.strip())[-1]
    question = ends_in_question(told)
    ask = 3.0 if question else 0.3 if "?" in told else -1.0
    ask += 1.2 if _ASKS.match(last if question else told.strip()) and (question or you) else 0.0
    prompt = bool(_PROMPT.match(told.strip())) and you + told.count("us") > 0
    ask += 2.8 if prompt else 0.0
    ask += 1.4 if you and not me else 0.4 if you else 0.0
    ask -= 1.4 if me and not you else 0.0
    ask -= 1.2 if _REPLY.match(told.strip()) and not prompt else 0.0
    ask -= 3.0 if count > 150 else 1.6 if count > 75 else 0.6 if count > 45 else 0.0
    reply = (
        0.4 + (1.0 if me and not prompt else 0.0) + (0.8 if _REPLY.match(told.strip()) else 0.0) + (0.4 if count > 45 else 0.0)
    )
    tell = 0.4 - (2.0 if me else 0.0) - (1.5 if you else 0.0) - (2.0 if question else 0.0)
    if any(re.search(rf"\b{re.escape(name)}\b", told) for name in names):
        tell += 1.6
    return Wording(ask, reply, tell, bool(_AGREES.match(told)))


def alternation(wordings: Sequence[Wording], *, begun: bool = False) -> list[Role]:
    """Return the likeliest roles of pieces in a row: the best path through asking, replying and telling (Viterbi).

    Args:
        wordings: what each piece's words speak for.
        begun: whether a question and its answer came before the first piece.
    """
    if not wordings:
        return []
    first = (0.0, 0.0, -3.5) if begun else _FIRST
    best = [first[s] + _weight(wordings[0], s) for s in _STATES]
    came: list[tuple[int, ...]] = []
    for wording_ in wordings[1:]:
        costs = _AGREEING if wording_.agrees else _STEPS
        steps = [max(_STATES, key=lambda before: best[before] + costs[before][now]) for now in _STATES]
        best = [best[steps[now]] + costs[steps[now]][now] + _weight(wording_, now) for now in _STATES]
        came.append(tuple(steps))
    state = max(_STATES, key=lambda s: best[s])
    path = [state]
    for steps_back in reversed(came):
        state = steps_back[state]
        path.append(state)
    return [ROLES[s] for s in reversed(path)]


def _weight(wording_: Wording, state: int) -> float:
    return (wording_.ask, wording_.reply, wording_.tell)[state]


def looks_like_heading(words: str) -> bool:
    """Whether a piece of plain text is a heading: few words, a capital at the head and no stop at the end."""
    count = len(words.split())
    if not 1 <= count <= 9 or not (words[0].isupper() or words[0].isdigit()) or "\n" in words:
        return False
    if _HEADING_END.search(words) or words[0] in '“"':
        return False
    return not (_ASKS.match(words) and _YOU.search(words)) and not (_ME.search(words) and count > 3)


def looks_like_dateline(words: str) -> bool:
    """Whether a piece is a date or a byline."""
    return len(words) < 120 and bool((_DATE.search(words) and len(words.split()) <= 6) or _BYLINE.match(words))


def is_title(words: str, span: Span) -> bool:
    """Whether the first piece of a text is its title."""
    return span.end - span.start <= 200 and len(words.split()) <= 25 and not _HEADING_END.search(words.strip())
