"""Reading an interview: who speaks which words, in what role, by the cases that make it hard."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from severance_kg.drafting import Interview, read_string
from severance_kg.drafting.interview import Form, Role
from severance_kg.drafting.resolve import THRESHOLD

CASES = sorted((Path(__file__).parent / "cases" / "drafting").glob("*.toml"))


def told(interview: Interview, expected: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """What an interview has of quotations or blocks, in the terms of a case, and only in those that the case names."""
    if kind == "quotations":
        found = [_quotation(interview, number) for number in range(len(interview.quotations))]
    else:
        found = [_block(interview, number) for number in range(len(interview.blocks))]
    made = []
    for number, one in enumerate(found):
        wanted = expected[number] if number < len(expected) else one
        if "starts" in one:
            one["starts"] = one["starts"][: len(wanted["starts"])]
        made.append({key: one[key] for key in wanted if key in one})
    return made


def _quotation(interview: Interview, number: int) -> dict[str, Any]:
    one = interview.quotations[number]
    return {
        "words": interview.words(one.words),
        "kind": one.kind.value,
        "speaker": one.attribution.speaker or "",
        "insertions": [interview.words(span) for span in one.insertions],
        "within": one.within,
        "resumes": one.resumes,
        "parts": len(one.parts),
        "balanced": one.balanced,
    }


def _block(interview: Interview, number: int) -> dict[str, Any]:
    one = interview.blocks[number]
    return {"role": one.role.value, "starts": interview.words(one.span), "speaker": one.attribution.speaker or ""}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_case(file: Path) -> None:
    case = tomllib.loads(file.read_text("utf-8"))
    assert case["why"]
    interview = read_string(case["text"], Form(case.get("form", "plain")))
    for kind in ("quotations", "blocks"):
        if kind in case:
            assert told(interview, case[kind], kind) == case[kind]
    assert case.get("layout", interview.layout.value) == interview.layout.value
    holds(interview)


def holds(interview: Interview) -> None:
    """What is so of every interview, whatever its text."""
    text = interview.text.original
    reached = 0
    for block in interview.blocks:
        assert reached <= block.span.start <= block.span.end <= len(text)
        assert block.whole.start <= block.span.start and block.span.end <= block.whole.end
        assert 1 <= block.paragraph <= len(interview.paragraphs)
        reached = block.span.end
    for number, quotation in enumerate(interview.quotations):
        assert 0 <= quotation.marks.start <= quotation.words.start <= quotation.words.end <= quotation.marks.end <= len(text)
        assert quotation.parts[0].start == quotation.words.start
        assert quotation.within is None or quotation.within < number
        assert quotation.resumes is None or quotation.resumes < number
        assert all(text[span.start] == "[" and text[span.end - 1] == "]" for span in quotation.insertions)
    for attribution in [*(one.attribution for one in interview.blocks), *(one.attribution for one in interview.quotations)]:
        assert 0.0 <= attribution.confidence <= 1.0
        assert attribution.speaker is None or attribution.confidence >= THRESHOLD
        mention = attribution.evidence.mention
        assert mention is None or text[mention.start : mention.end].strip()
    for turn in interview.turns:
        assert turn.role in (Role.QUESTION, Role.ANSWER)
        assert all(interview.blocks[i].role is turn.role for i in turn.blocks)


def test_there_are_as_many_difficulties_as_were_promised() -> None:
    reasons = [tomllib.loads(file.read_text("utf-8"))["why"] for file in CASES]
    assert len(set(reasons)) == len(reasons) >= 120


def test_the_first_source(article: Path) -> None:
    from severance_kg.drafting import read_interview

    interview = read_interview(article)
    text = interview.text.original
    opening = [i for i, c in enumerate(text) if c == "“"]
    closing = [i for i, c in enumerate(text) if c == "”"]
    assert [one.words for one in interview.quotations] == [(a + 1, b) for a, b in zip(opening, closing, strict=True)]
    assert [one.attribution.speaker for one in interview.quotations] == ["Dan Erickson"] * 3
    brackets = [(i, text.index("]", i) + 1) for i, c in enumerate(text) if c == "["]
    assert [span for one in interview.quotations for span in one.insertions] == brackets
    assert len(brackets) == 2
    assert {block.role for block in interview.blocks} == {Role.NARRATION}
    assert len(interview.blocks) == len(interview.paragraphs) == 5
    holds(interview)
