"""The first source drafted by rule, against what people made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from draft_measure import Measure, measure
from severance_kg.passages import normalise


@pytest.fixture(scope="module")
def measured(article: Path) -> Measure:
    return measure(article)


def test_nearly_every_accepted_statement_lies_in_a_proposal_that_is_right(measured: Measure) -> None:
    assert measured.statements > 100
    assert measured.passages >= 0.95 * measured.statements
    assert measured.speakers >= 0.95 * measured.statements
    assert measured.commitments >= 0.95 * measured.statements, measured.missed


def test_a_draft_holds_no_more_than_six_words_in_a_row(measured: Measure, article: Path) -> None:
    words = re.findall(r"\w+", normalise(article.read_text("utf-8")).replace("'", ""))
    text = " ".join(words)
    draft = re.sub(r"(?m)^ *#.*$|^\s*(title|url):.*$", "", measured.draft)
    held = re.findall(r"\w+", normalise(draft).replace("'", ""))
    for i in range(len(held) - 6):
        assert f" {' '.join(held[i : i + 7])} " not in f" {text} "
