"""A user's own questions are asked by ``check``; the bundled ones by the bundled data's."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run

INTERVIEW = (Path(__file__).parent / "data" / "saltlight" / "interview.yaml").read_text("utf-8")
QUESTION = """#+ question: Which selves does Gemma have?
#+ answer: Ms. Casey.
#+ must_have:
#+   - {self: sev:MsCasey}
#+ must_not_have:
#+   - {self: sev:InnieMark}
SELECT ?self WHERE { ?self skg:personaOf sev:Gemma } ORDER BY ?self
"""


def _folder(tmp_path: Path, question: str) -> Path:
    (tmp_path / "questions").mkdir()
    (tmp_path / "interview.yaml").write_text(INTERVIEW, "utf-8")
    (tmp_path / "questions" / "selves.rq").write_text(question, "utf-8")
    return tmp_path


def test_a_good_question_is_fine(run: Run, tmp_path: Path) -> None:
    folder = _folder(tmp_path, QUESTION)
    assert run("check", "--data", folder).returncode == 0
    assert "Ms. Casey" in run("question", "selves", "--data", folder).stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{self: sev:MsCasey}", "{self: sev:Helly}", "no row has ?self = sev:Helly"),
        ("{self: sev:InnieMark}", "{self: sev:MsCasey}", "a row has ?self = sev:MsCasey"),
        ("WHERE {", "WERE {", "selves.rq"),
        ("#+ answer: Ms. Casey.\n", "", 'the description has no "answer"'),
    ],
)
def test_a_question_that_fails_is_told(run: Run, tmp_path: Path, old: str, new: str, told: str) -> None:
    found = run("check", "--data", _folder(tmp_path, QUESTION.replace(old, new)))
    assert (found.returncode, told in found.stderr, "Traceback" in found.stderr) == (1, True, False), found.stderr


def test_an_explanation_says_which_data_it_was_written_for(run: Run, tmp_path: Path) -> None:
    folder = _folder(tmp_path, QUESTION)
    assert "Of the bundled data: " in run("question", "which-themes-weigh-most", "--data", folder).stdout
    assert "Of the bundled data: " not in run("question", "which-themes-weigh-most").stdout
