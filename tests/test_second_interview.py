"""A whole second interview, with people, moments and a theme that nothing here has heard of, and no code changed for it.

``tests/data/saltlight`` holds an invented article, its annotation and a question. What the interview is about exists nowhere.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import severance_kg as skg
from browser import data_of

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KEPT = Path(__file__).parent / "data" / "saltlight"
STAMPED = re.compile(
    r",\n *words: \[\d+, \d+\], characters: \[\d+, \d+\], sha256: [0-9a-f]{64}|  (?:paragraphs|words|sha256): \w+\n"
)

OTHER = """\
source: {id: keepers-notes, title: Notes of a viewer on Saltlight}
statements:
  - id: s01
    triple: [OrlaVenn, looksInto, SealedLedger]
    gloss: Orla Venn never opens the ledger.
    references: ["https://saltlight.example/notes"]
    commitment: Asserted
    polarity: Negated
    frame: StoryWorld
    in_tension_with: [saltlight-talk-s03]
  - id: s02
    triple: [OrlaVenn, bondedWith, OrlasBrother]
    gloss: Orla Venn and her brother are close.
    references: ["https://saltlight.example/notes"]
    commitment: Asserted
    frame: StoryWorld
    agrees_with: [saltlight-talk-s10]
"""


def fine(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of annotation files, as a user has it after stamping."""
    made = tmp_path_factory.mktemp("saltlight") / "interviews"
    shutil.copytree(KEPT, made)
    return made


@pytest.fixture(scope="module")
def beside(folder: Path) -> skg.KnowledgeGraph:
    return skg.load(folder)


@pytest.fixture(scope="module")
def only(folder: Path) -> skg.KnowledgeGraph:
    return skg.load(folder, only=True)


def unpacked(page: Path) -> dict[str, Any]:
    """The data of a page."""
    return data_of(page.read_bytes())


# ── From a blank file to a checked one ───────────────────────────────────────────────────────────────────────────────


def test_from_a_blank_file_to_a_stamped_one(run: Run, tmp_path: Path) -> None:
    file, article = tmp_path / "saltlight.yaml", KEPT / "article.txt"
    fine(run("init", file, "--id", "saltlight-talk"))
    assert "id: saltlight-talk" in file.read_text("utf-8")
    kept = (KEPT / "interview.yaml").read_text("utf-8")
    unstamped = STAMPED.sub("", kept)
    assert "sha256" not in unstamped
    file.write_text(unstamped, "utf-8")

    unready = run("check", "--data", tmp_path, "--only")
    assert unready.returncode == 1
    assert unready.stderr.count("has no digest") == 10
    fine(run("verify", "--stamp", file, "--text", article))
    assert file.read_text("utf-8") == kept
    assert "no problem found" in fine(run("check", "--data", tmp_path, "--only"))


def test_its_passages_are_found_again_and_an_altered_one_is_named(run: Run, folder: Path, tmp_path: Path) -> None:
    options = ("--data", folder, "--only")
    assert "10 of 10 passages found" in fine(run("verify", "--text", KEPT / "article.txt", *options))
    page = tmp_path / "page.html"
    text = (KEPT / "article.txt").read_text("utf-8")
    page.write_text("".join(f"<p>{paragraph}</p>" for paragraph in text.replace("“", '"').split("\n\n")), "utf-8")
    assert "10 of 10 passages found" in fine(run("verify", "--html", page, *options))
    altered = tmp_path / "altered.txt"
    altered.write_text(text.replace("the sealed ledger while", "a sealed ledger while"), "utf-8")
    done = run("verify", "--text", altered, *options)
    assert done.returncode == 1
    assert "s03" in done.stderr
    assert "s04" not in done.stderr


def test_a_source_is_known_by_its_text_among_several(run: Run, folder: Path) -> None:
    assert "10 of 10 passages found" in fine(run("verify", "--text", KEPT / "article.txt", "--data", folder))


def test_a_word_that_no_statement_covers_fails_the_check(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "interview.yaml"
    shutil.copy(KEPT / "interview.yaml", file)
    text = file.read_text("utf-8")
    cut = text[: text.index("  - id: s10")]
    file.write_text(cut, "utf-8")
    done = run("check", "--data", tmp_path, "--only")
    assert done.returncode == 1
    assert "words 79 to 84 of the source are in no passage" in done.stderr


# ── Built, asked, shown ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("alone", [False, True], ids=["beside", "only"])
def test_it_builds_with_its_page(run: Run, folder: Path, tmp_path: Path, alone: bool) -> None:
    told = fine(run("build", "--data", folder, "--out", tmp_path, *(["--only"] if alone else [])))
    assert "severance.html" in told
    triples = (tmp_path / "severance.nt").read_text("utf-8")
    edge = "<https://w3id.org/severance-kg/id/OrlaVenn> <https://w3id.org/severance-kg/ontology#goesTo> "
    assert edge in triples
    assert ("/statement/celebpost-45511-s83> " in triples) is not alone
    page = unpacked(tmp_path / "severance.html")
    glosses = {one["gloss"] for one in page["statements"]}
    assert "Orla Venn might have let the ledger go." in glosses
    assert ("Innie Mark chooses the life that is his." in glosses) is not alone
    labels = {one["label"] for one in page["things"].values()}
    assert {"Orla Venn", "the sealed ledger", "the last lantern", "reckoning"} <= labels


def test_it_is_asked_on_the_command_line(run: Run, folder: Path) -> None:
    options = ("--data", folder, "--only")
    answer = fine(run("query", "SELECT ?where WHERE { sev:OrlaVenn skg:goesTo ?where }", *options))
    assert "sev:FloodedArchive" in answer
    question = json.loads(fine(run("question", "one", *options, "--format", "json")))
    assert [one["iri"].rpartition("-")[2] for one in question["evidence"]] == ["s03", "s08"]
    assert [one["name"] for one in json.loads(fine(run("question", *options, "--format", "json")))] == ["one"]
    shown = fine(run("show", "the keeper", *options))
    assert shown.startswith("Orla Venn  (sev:OrlaVenn, ")
    assert "no edge: hypothetical" in shown
    assert "https://harbour-weekly.example/saltlight#:~:text=" in shown
    held = fine(run("at", "the last lantern", *options))
    assert "Orla Venn and her brother are close again." in held
    assert "Orla Venn makes her way" not in held
    assert "|work=Harbour Weekly |date=2031-05-04" in fine(run("cite", "saltlight-talk-s10", "--style", "wikitext", *options))


def test_it_answers_its_question(beside: skg.KnowledgeGraph) -> None:
    from severance_kg.questions import answer

    found = answer(beside, beside.questions()["one"])
    assert found.failures() == []
    assert len(found.rows) == 2


def test_what_was_hedged_or_supposed_is_no_edge(only: skg.KnowledgeGraph) -> None:
    assert not only.ask("ASK { sev:OrlaVenn skg:finds|skg:givesUp ?what }")
    (hedged,) = only.evidence("OrlaVenn", "finds", "OrlasBrother")
    (supposed,) = only.evidence("Orla Venn", "givesUp", "the sealed ledger")
    assert (hedged.why_no_edge(), supposed.why_no_edge()) == ("hedged", "hypothetical")
    assert {str(relation) for relation, _ in supposed.relations} == {"onCondition", "inTensionWith"}


def test_its_moments_and_its_theme_work_like_the_bundled_ones(only: skg.KnowledgeGraph) -> None:
    found = only.changes("RisingFlood", "LastLantern")
    assert found.ordered
    assert [one.iri for one in found.only_now] == [only.resolve("saltlight-talk-s10")]
    assert {one.gloss for one in only.statements(theme="reckoning")} < {one.gloss for one in only.statements(theme="Mystery")}


def test_bundled_and_new_lie_side_by_side(beside: skg.KnowledgeGraph, only: skg.KnowledgeGraph, kg: skg.KnowledgeGraph) -> None:
    count = len(beside.statements(source="saltlight-talk"))
    assert count == len(only.statements()) == 10
    assert len(beside.statements()) == len(kg.statements()) + count
    unordered = {one.iri for one in beside.at("LastLantern").unordered}
    assert {one.iri for one in kg.at("FinalChoice").at_point} <= unordered


# ── Two sources that speak of one another ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def both(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("both")
    shutil.copy(folder / "interview.yaml", made)
    (made / "notes.yaml").write_text(OTHER, "utf-8")
    return made


def test_statements_agree_and_pull_against_each_other_across_sources(both: Path) -> None:
    graph = skg.load(both, only=True)
    denied = graph.evidence("OrlaVenn", "looksInto", "SealedLedger")
    assert [one.is_edge for one in denied] == [False, True]
    tension = graph.select("SELECT ?a ?b WHERE { ?a skg:inTensionWith ?b } ORDER BY ?a ?b")
    pairs = {(str(row["a"]).rpartition("/")[2], str(row["b"]).rpartition("/")[2]) for row in tension}
    assert {("keepers-notes-s01", "saltlight-talk-s03"), ("saltlight-talk-s03", "keepers-notes-s01")} <= pairs
    assert graph.ask("ASK { st:saltlight-talk-s10 skg:agreesWith st:keepers-notes-s02 }")
    assert graph.ask("ASK { st:keepers-notes-s02 skg:agreesWith st:saltlight-talk-s10 }")
    assert graph.resolve("saltlight-talk-s10") not in {one.iri for one in graph.one_voice()}


def test_without_the_mark_of_tension_the_denial_fails_and_names_both(run: Run, both: Path, tmp_path: Path) -> None:
    shutil.copy(both / "interview.yaml", tmp_path)
    (tmp_path / "notes.yaml").write_text(OTHER.replace("    in_tension_with: [saltlight-talk-s03]\n", ""), "utf-8")
    done = run("check", "--data", tmp_path, "--only")
    assert done.returncode == 1
    assert "s01: it denies what saltlight-talk-s03 asserts" in done.stderr
    asked = run("query", "ASK { ?s ?p ?o }", "--data", tmp_path, "--only")
    assert (asked.returncode, asked.stdout, asked.stderr) == (1, "", done.stderr)


def test_a_statement_of_another_source_that_is_not_there_is_told(run: Run, both: Path, tmp_path: Path) -> None:
    shutil.copy(both / "interview.yaml", tmp_path)
    (tmp_path / "notes.yaml").write_text(OTHER.replace("saltlight-talk-s10", "saltlight-talk-s11"), "utf-8")
    done = run("check", "--data", tmp_path, "--only")
    assert done.returncode == 2
    assert "saltlight-talk-s11" in done.stderr
