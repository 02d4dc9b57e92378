"""What a stranger's trial once broke, and no other test holds."""

from __future__ import annotations

from pathlib import Path

import pytest

import severance_kg as skg
from conftest import Run
from severance_kg.passages import NormalisedText, PassageRef
from severance_kg.reports import verdicts_text
from severance_kg.scan import MOST_PATTERNS, scan
from severance_kg.stamp import stamp
from severance_kg.verify import Verdict, stamp_file


def test_a_name_commands_no_terminal(run: Run) -> None:
    told = run("show", "\x1b[31mGemma").stderr
    assert "Gemma" in told
    assert "\x1b" not in told


def test_a_table_commands_no_terminal(run: Run) -> None:
    told = run("query", 'SELECT ("a\x1b]0;b" AS ?x) WHERE {}').stdout
    assert "\ufffd" in told
    assert "\x1b" not in told


def test_nothing_changes_within_one_moment(kg: skg.KnowledgeGraph) -> None:
    with pytest.raises(skg.InputError, match="one moment"):
        kg.changes("FinalChoice", "the final choice")


def test_too_many_patterns_are_refused() -> None:
    with pytest.raises(skg.QueryError, match="patterns"):
        scan("SELECT * WHERE { " + "?s ?p ?o . " * (MOST_PATTERNS + 1) + "}")
    scan("SELECT * WHERE { " + "?s ?p ?o . " * MOST_PATTERNS + "}")
    with pytest.raises(skg.QueryError, match="patterns"):
        scan("SELECT * WHERE { ?s ?p ?o" + ", ?o" * (MOST_PATTERNS + 1) + " }")
    scan("SELECT * WHERE { ?s ?p ?o FILTER(?o IN (1" + ", 1" * (MOST_PATTERNS + 1) + ")) }")


def test_an_undeclared_prefix_of_a_subject_is_named(run: Run) -> None:
    assert 'the prefix "foo:" is not declared' in run("query", "SELECT * WHERE { foo:a ?p ?o }").stderr


def test_stamping_without_a_text_asks_for_it(run: Run, tmp_path: Path) -> None:
    found = run("verify", "--stamp", tmp_path / "mine.yaml")
    assert (found.returncode, "--stamp needs the source's text" in found.stderr) == (2, True)


def test_stamping_keeps_the_ends_of_lines(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(
        b"source:\r\n  id: mine\r\n  title: Mine\r\nstatements:\r\n  - id: s1\r\n"
        b"    passage: {paragraph: 1, starts: Ada, ends: lamp}\r\n"
    )
    stamped = stamp_file(file, NormalisedText.of("Ada lit the lamp."))
    assert "sha256" in stamped
    assert stamped.count("\n") == stamped.count("\r\n")


def test_a_passage_in_two_places_is_not_called_found_once() -> None:
    passage = stamp(NormalisedText.of("Ada lit the lamp."), PassageRef(1, "Ada", "lamp"))
    assert passage.characters
    once, twice = (Verdict("s1", "x", passage, span=passage.characters, places=places) for places in (1, 2))
    assert "each exactly once" in verdicts_text([once])
    assert "1 of them in more than one place" in verdicts_text([once, twice])
