"""Stamping: the fewest words that point at a passage, and the proof and the hints that go with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from severance_kg.errors import PassageAmbiguous, PassageNotFound
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, digest, locate, occurrence_of


def stamp(text: NormalisedText, passage: PassageRef) -> PassageRef:
    """Return the passage with its digest and hints, pointed at by as few words as will do, in the source's own characters.

    The first words are the fewest that stand once in the paragraph and nowhere earlier in the text, since a browser goes to
    the first place that matches; the last are the fewest that stand nowhere earlier in the passage. Where no six words do,
    the occurrence is kept, or a ``prefix`` tells the browser what stands before.

    Raises:
        PassageError: as :func:`locate`.
    """
    span = locate(text, passage)
    words = text.word_span(span)
    if words.start >= words.end:
        raise PassageNotFound(f'there is no word in "{passage.starts}"', hint="start the passage at a word")
    paragraph = text.paragraphs[text.paragraph_of(span.start) - 1]
    first = _fewest(text, words, span, lambda phrase: _once(text, phrase, paragraph) and _is_first(text, phrase))
    prefix = occurrence = None
    if first is None:
        first = _fewest(text, words, span, lambda phrase: _once(text, phrase, paragraph))
        if first is None:
            first = _at_most_six(text, words, span)
            occurrence = occurrence_of(text, text.text[slice(*first)], first.start)
        prefix = _prefix(text, first, words)
    last = None
    if first.end < span.end:
        last = next((phrase for phrase in _endings(text, words, span) if _ends_first(text, phrase, first.end)), None)
        if last is None:
            raise PassageAmbiguous(
                f'the passage from "{passage.starts}" ends with words that it holds before', hint="end it elsewhere"
            )
    return PassageRef(
        paragraph=text.paragraph_of(span.start),
        starts=text.source_words(first),
        ends=text.source_words(last) if last else None,
        occurrence=occurrence,
        prefix=prefix,
        words=words,
        characters=span,
        sha256=digest(text.text[span.start : span.end]),
    )


def _beginnings(text: NormalisedText, words: Span, span: Span) -> Iterator[Span]:
    for last in range(words.start, words.end):
        phrase = Span(span.start, span.end if last + 1 == words.end else text.words[last].end)
        if last > words.start and _too_long(text, phrase):
            return
        yield phrase


def _endings(text: NormalisedText, words: Span, span: Span) -> Iterator[Span]:
    for first in range(words.end - 1, words.start - 1, -1):
        phrase = Span(max(text.words[first].start, span.start), span.end)
        if first < words.end - 1 and _too_long(text, phrase):
            return
        yield phrase


def _too_long(text: NormalisedText, phrase: Span) -> bool:
    """Whether a phrase is more than six words, be they counted by spaces or by letters ("state-of-the-art" is four)."""
    words = text.text[slice(*phrase)]
    return max(len(words.split()), len(re.findall(r"\w+", words.replace("'", "")))) > MOST_WORDS


def _fewest(text: NormalisedText, words: Span, span: Span, fits: Callable[[Span], bool]) -> Span | None:
    return next((phrase for phrase in _beginnings(text, words, span) if fits(phrase)), None)


def _at_most_six(text: NormalisedText, words: Span, span: Span) -> Span:
    return list(_beginnings(text, words, span))[-1]


def _once(text: NormalisedText, phrase: Span, within: Span) -> bool:
    return sum(1 for _ in text.occurrences(text.text[slice(*phrase)], within)) == 1


def _is_first(text: NormalisedText, phrase: Span) -> bool:
    return next(text.occurrences(text.text[slice(*phrase)], Span(0, len(text.text))), None) == phrase


def _ends_first(text: NormalisedText, phrase: Span, behind: int) -> bool:
    # A browser takes the first place after the first words.
    return next(text.occurrences(text.text[slice(*phrase)], Span(behind, phrase.end)), None) == phrase


def _prefix(text: NormalisedText, first: Span, words: Span) -> str | None:
    if _is_first(text, first):
        return None
    for start in reversed(text.words[: words.start]):
        before = Span(start.start, first.end)
        if _too_long(text, before):
            break
        if _is_first(text, before):
            # Up to the first words themselves: a browser skips white space between the two, and nothing else.
            return text.source_words(Span(before.start, first.start))
    return None
