"""Cues: each case is a sentence of ours, and what each of its clauses is said to be."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from severance_kg.drafting.cues import Cue, carried, find_cues, governing, lexicon, weakest
from severance_kg.drafting.grammar import clauses, parts, sentences
from severance_kg.passages import Span

CASES = sorted(Path(__file__).with_name("cases").joinpath("cues").glob("*.toml"))


def cues_of(text: str) -> list[Cue]:
    """All cues of a text, with what stands between quotation marks as somebody else's words."""
    quoted = [Span(text.index("“") + 1, text.index("”"))] if "“" in text else []
    found: list[Cue] = []
    for sentence in sentences(text, Span(0, len(text))):
        before = None
        for part in parts(text, clauses(text, sentence)):
            cues = find_cues(text, part, quoted)
            if before:
                cues += carried(before[0], before[1], part)
            before = part, cues
            found += cues
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_cue_counts_for_the_clause_that_it_governs(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    cues = cues_of(case["text"])
    for said in case["says"]:
        start = case["text"].index(said["words"])
        over = governing(cues, Span(start, start + len(said["words"])))
        suggested = {one for cue in over for one in cue.suggests}
        assert weakest(over) == said["commitment"], (case["why"], said["words"], over)
        if "polarity" in said:
            assert ("Negated" in suggested) == (said["polarity"] == "Negated"), (case["why"], said["words"], over)
        if "reading" in said:
            assert ("Figurative" in suggested) == (said["reading"] == "Figurative"), (case["why"], said["words"], over)


@pytest.mark.parametrize("rule", lexicon(), ids=lambda rule: rule.example)
def test_every_entry_of_the_lexicon_finds_itself_in_its_example(rule: object) -> None:
    from severance_kg.drafting.cues import CueRule
    from severance_kg.drafting.grammar import folded

    assert isinstance(rule, CueRule)
    found = list(rule.pattern.finditer(folded(rule.example)))
    assert any(not (rule.unless and rule.unless.search(folded(rule.example), 0, one.start())) for one in found)


def test_the_clauses_of_a_sentence_are_the_whole_of_it() -> None:
    text = "I think, as he said, that it works; and if it does not, we — all of us — leave, which is sad."
    for sentence in sentences(text, Span(0, len(text))):
        cut = clauses(text, sentence)
        assert [one.span.start for one in cut[1:]] == [one.span.end for one in cut[:-1]]
        assert (cut[0].span.start, cut[-1].span.end) == (sentence.start, sentence.end)
