"""A passage ends where its last word ends: nothing may be hung on it, or put before its first, unnoticed."""

from __future__ import annotations

import pytest

from severance_kg.errors import PassageError
from severance_kg.passages import NormalisedText, PassageRef, locate
from severance_kg.stamp import stamp

TEXT = "The keeper counted the lamps twice. She gave her word, and the harbour slept."


@pytest.fixture
def passage() -> PassageRef:
    return stamp(NormalisedText.of(TEXT), PassageRef(1, "She gave", "her word"))


@pytest.mark.parametrize("hung_on", ["'s", "’s", "-like", ".com", "_", "s", "\u20dd", "\u0338"])
def test_what_is_hung_on_the_last_word_is_noticed(passage: PassageRef, hung_on: str) -> None:
    altered = NormalisedText.of(TEXT.replace("her word", f"her word{hung_on}"))
    with pytest.raises(PassageError):
        locate(altered, passage)


@pytest.mark.parametrize("put_before", ["non-", "un", "_", "B.", "O'"])
def test_what_is_put_before_the_first_word_is_noticed(passage: PassageRef, put_before: str) -> None:
    altered = NormalisedText.of(TEXT.replace("She gave", f"{put_before}She gave"))
    with pytest.raises(PassageError):
        locate(altered, passage)


@pytest.mark.parametrize("harmless", ["her word.", "her word’", "her word)", "her word…", "her word — yes"])
def test_what_only_ends_a_sentence_is_harmless(passage: PassageRef, harmless: str) -> None:
    assert locate(NormalisedText.of(TEXT.replace("her word,", harmless)), passage) == passage.characters
