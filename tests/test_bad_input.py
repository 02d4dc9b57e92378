"""Bad input: a clear error with file and line, the status that the contract says, nothing lost, no traceback.

Most cases are files in ``cases/bad``: what is done to a good annotation (``replace``, ``add`` or a whole ``file``), and what
must be told of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Run

CASES = sorted((Path(__file__).parent / "cases" / "bad").glob("*.toml"))
Done = subprocess.CompletedProcess[str]
GOOD = (Path(__file__).parent / "cases" / "bad" / "good.yaml").read_text("utf-8")


def _case(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _annotation(case: dict[str, Any]) -> str:
    text = str(case.get("file", GOOD))
    for old, new in case.get("replace", []):
        assert old in text, f"the good file does not hold {old!r}"
        text = text.replace(old, new, 1)
    return text + str(case.get("add", ""))


@pytest.fixture(scope="module")
def checked(command: str, _own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Done]:
    """What ``check`` says of each case, as many at a time as there are processors: one after the other they take a minute."""
    folder = tmp_path_factory.mktemp("bad")

    def check(path: Path) -> Done:
        file = folder / path.stem / "x.yaml"
        file.parent.mkdir()
        file.write_text(_annotation(_case(path)), "utf-8")
        told = [command, "check", "--data", str(file)]
        return subprocess.run(told, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(CASES, pool.map(check, CASES), strict=True))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, checked: dict[Path, Done]) -> None:
    case, found = _case(path), checked[path]
    assert case["why"]
    assert "Traceback" not in found.stderr
    assert found.returncode == case["status"], found.stderr
    for told in case["told"]:
        assert told in found.stderr
    if "line" in case:
        lines = {int(n) for n in re.findall(r"x\.yaml:(\d+): ", found.stderr)}
        wanted = next(i for i, line in enumerate(_annotation(case).splitlines(), 1) if case["line"] in line)
        assert wanted in lines, found.stderr


def test_the_good_file_is_good(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(GOOD, "utf-8")
    found = run("check", "--data", file)
    assert (found.returncode, found.stderr) == (0, "")


def test_every_problem_of_every_file_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("performs", "performes").replace("said_by: Asked", "said_by: Askd"), "utf-8")
    (tmp_path / "b.yaml").write_text("source: {id: b, title: B}\nstatements: []\n", "utf-8")
    (tmp_path / "c.yaml").write_text("source: [\n", "utf-8")
    told = run("check", "--data", tmp_path).stderr
    for part in ("a.yaml:", 'no property "performes"', 'no entity "Askd"', "b.yaml:2", "c.yaml:", "problems"):
        assert part in told


SIBLING = """\
source: {id: sibling, title: Another talk}
entities: {Zoë: {type: FictionalPerson, label: Zoë}, Attic: {type: Place, label: the attic}}
themes: {Dust: {label: dust, definition: What lies about.}}
statements:
  - {id: s1, triple: [Zoë, locatedIn, Attic], gloss: Zoë is there., references: ["https://example.org/"], commitment: Asserted,
     frame: StoryWorld}
"""
TAKES = """\
source: {id: takes, title: A third talk}
statements:
  - {id: s1, triple: [Gemma, locatedIn, Attic], gloss: She is., references: ["https://example.org/"], commitment: Asserted,
     frame: StoryWorld, because: [sibling-s1], themes: [{theme: Dust, weight: Minor, why: It lies there.}]}
  - {id: s2, triple: [Gema, locatedIn, Attic], gloss: She is., references: ["https://example.org/"], commitment: Asserted,
     frame: StoryWorld}
"""


@pytest.mark.parametrize("broken", [SIBLING, SIBLING.replace("source: {", "source: [{")], ids=["form", "yaml"])
def test_the_first_cause_is_told_and_not_what_follows_from_it(run: Run, tmp_path: Path, broken: str) -> None:
    (tmp_path / "a-takes.yaml").write_text(TAKES, "utf-8")
    (tmp_path / "b-sibling.yaml").write_text(broken, "utf-8")
    for command in (("check",), ("build", "--store", tmp_path / "store")):
        told = run(*command, "--data", tmp_path).stderr.splitlines()
        assert "b-sibling.yaml" in told[0]
        assert 'no entity "Gema"; did you mean "Gemma"?' in told[1], "a mistake of its own is told"
        assert "names that other files take from it are looked up when it can be read" in told[2]
        assert told[3:] == ["severance-kg: 3 problems"]


def test_a_declaration_that_is_wrong_declares_all_the_same(run: Run, tmp_path: Path) -> None:
    text = SIBLING.replace("Zoë", "Zoe").replace("FictionalPerson", "Agnet")
    (tmp_path / "a.yaml").write_text(text.replace("title: Another talk", "title: Another talk, speakers: [Zoe]"), "utf-8")
    told = run("check", "--only", "--data", tmp_path).stderr.splitlines()
    assert len(told) == 1 and 'no type of entity "Agnet"' in told[0]


def test_a_copy_of_a_bundled_file_is_one_problem(run: Run, tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "sources" / "celebpost-45511.yaml", tmp_path)
    told = run("check", "--data", tmp_path).stderr.splitlines()
    assert len(told) == 1 and 'the source "celebpost-45511" is there twice' in told[0]


def test_only_drafts_are_told_as_such(run: Run) -> None:
    told = run("check", "--only", "--data", ROOT / "tests" / "data" / "tidewater").stderr
    assert "the annotation files let no statement in; drafts are left out" in told


def test_an_interview_without_an_edge_is_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(TAKES.split("  - {id: s2")[0].replace(", because: [sibling-s1]", ""), "utf-8")
    text = (tmp_path / "x.yaml").read_text("utf-8").replace("Asserted", "Hedged").replace("Gemma", "Lamp")
    names = "entities: {Lamp: {type: Object, label: a lamp}, Attic: {type: Place, label: the attic}}\n"
    themes = "themes: {Dust: {label: dust, definition: What lies about.}}\n"
    (tmp_path / "x.yaml").write_text(text.replace("statements:", f"{names}{themes}statements:"), "utf-8")
    found = run("check", "--only", "--data", tmp_path)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_question_that_cannot_be_asked_is_named_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    shutil.copy(ROOT / "tests" / "data" / "saltlight" / "interview.yaml", tmp_path)
    head = "#+ question: What?\n#+ answer: That.\n#+ must_have: []\n#+ must_not_have: []\n"
    for name, text in {"bad": head + "SELECT ?x WHERE {\n", "bare": "SELECT ?x {}\n", "one": head.replace("What?", "")}.items():
        (tmp_path / "questions" / f"{name}.rq").write_text(text, "utf-8")
    told = run("check", "--data", tmp_path).stderr
    for name in ("bad.rq", "bare.rq", "one.rq"):
        lines = [line for line in told.splitlines() if name in line]
        assert [line.count(name) for line in lines] == [1], told


def test_what_is_no_annotation_file(run: Run, tmp_path: Path) -> None:
    huge, latin, empty = tmp_path / "huge.yaml", tmp_path / "latin.yaml", tmp_path / "empty.yaml"
    huge.write_bytes(b"# " + b"x" * 10_000_000)
    latin.write_bytes("source: {id: caf\u00e9}".encode("latin-1"))
    empty.write_text("", "utf-8")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "nothing").mkdir()
    for given, told in (
        (huge, "larger than 4 MiB"),
        (latin, "is not UTF-8"),
        (empty, "the file is empty"),
        (tmp_path / "missing", "no such folder"),
        (tmp_path / "nothing", "no annotation file"),
        (tmp_path / "folder.yaml", "no annotation file"),
    ):
        for command in (("check",), ("build", "--out", str(tmp_path / "out")), ("query", "ASK {}")):
            found = run(*command, "--data", given)
            assert (found.returncode, told in found.stderr, "Traceback" in found.stderr) == (2, True, False), found.stderr
    assert not (tmp_path / "out").exists()


def test_a_failed_build_leaves_the_last_good_one(run: Run, tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "x.yaml"
    file.write_text(GOOD, "utf-8")
    assert run("build", "--out", out, "--data", file).returncode == 0
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
    assert set(before) == {"severance.html", "severance.nt", "severance.ttl"}
    for broken in (GOOD.replace("performs", "performes"), GOOD.replace("said_by: Asked", "said_by: Somebody"), "["):
        file.write_text(broken, "utf-8")
        assert run("build", "--out", out, "--data", file).returncode in (1, 2)
        assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()} == before
