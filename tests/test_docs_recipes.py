"""The recipes of CONTRIBUTING: a theme, a question, a rule and a shape are new files, and no code changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import blocks
from conftest import ROOT

INTERVIEW = ROOT / "tests" / "data" / "saltlight" / "interview.yaml"
Ask = Callable[..., str]


def _recipe(language: str, containing: str) -> str:
    """The one block of CONTRIBUTING in a language that has certain words."""
    (text,) = (one.text for one in blocks.read(ROOT / "CONTRIBUTING.md") if one.language == language and containing in one.text)
    return text


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Run the program in a checkout to which the recipes' files were added."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("src", "ontology", "data", "viz"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    (checkout / "ontology" / "forgiveness.ttl").write_text(_recipe("turtle", "theme:Forgiveness"), "utf-8")
    (checkout / "data" / "questions" / "whom-innie-mark-seeks.rq").write_text(_recipe("sparql", "#+ must_have"), "utf-8")
    (checkout / "ontology" / "personas.ttl").write_text(_recipe("turtle", "sh:NodeShape"), "utf-8")
    (checkout / "ontology" / "rules" / "who-is-sought.rq").write_text(_recipe("sparql", "?premise"), "utf-8")
    environment = os.environ | {"PYTHONPATH": str(checkout / "src"), "SEVERANCE_KG_CACHE": str(checkout / "cache")}

    def call(*arguments: object, status: int = 0) -> str:
        program = "import sys; from severance_kg.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", program, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120, cwd=checkout)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


def test_all_of_it_is_checked(ask: Ask) -> None:
    assert "no problem found" in ask("check")


def test_the_question_is_answered(ask: Ask) -> None:
    assert "whom-innie-mark-seeks" in ask("question")
    assert "Ms. Casey" in ask("question", "whom-innie-mark-seeks")


def test_the_rule_infers_and_shows_why(ask: Ask) -> None:
    assert ask("query", "ASK { sev:InnieMark skg:wants sev:MsCasey }") == "true\n"
    assert "who is sought is missed" in ask("show", "MsCasey")


def test_the_theme_is_known_and_explained(ask: Ask) -> None:
    query = "SELECT ?label WHERE { theme:Forgiveness skos:broader theme:Love ; rdfs:label ?label }"
    assert "forgiveness" in ask("query", query)
    assert "Letting go of a wrong that was done." in ask("vocabulary")


def test_a_theme_of_a_file_of_its_own_can_be_used(ask: Ask, tmp_path: Path) -> None:
    text = INTERVIEW.read_text("utf-8")
    (tmp_path / "interview.yaml").write_text(text.replace("{theme: Mystery,", "{theme: Forgiveness,"), "utf-8")
    assert "Forgiveness" in (tmp_path / "interview.yaml").read_text("utf-8")
    used = "SELECT (COUNT(?statement) AS ?times) WHERE { ?statement dcterms:subject theme:Forgiveness }"
    assert int(ask("query", used, "--data", tmp_path, "--format", "csv").split()[1]) > 0


def test_the_shape_is_checked_and_is_no_part_of_the_graph(ask: Ask, tmp_path: Path) -> None:
    for block in blocks.read(ROOT / "README.md"):
        blocks.put(block, tmp_path)
    interviews = tmp_path / "interviews"
    ask("verify", "--stamp", interviews / "mine.yaml", "--text", tmp_path / "talk.txt")
    assert "sev:Burt: a persona has a definition" in ask("check", "--data", interviews, status=1)
    of_a_store = ask("build", "--data", interviews, "--store", tmp_path / "store", status=1)
    assert "sev:Burt: a persona has a definition" in of_a_store
    assert of_a_store.count("severance-kg: ") == 1, "what a part does not hold is no fault of it"
    ask("build", "--store", tmp_path / "bundled")
    assert ask("query", "ASK { ?shape a <http://www.w3.org/ns/shacl#NodeShape> }") == "false\n"
    assert "a persona has a definition" in ask("vocabulary")
