"""The store on disk: the same graph, put in place whole, and clear about what is wrong with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import severance_kg as skg
from conftest import Run
from severance_kg import disk

CHOICES = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, command: str, _own_cache: None) -> Path:
    """A store of the bundled graph, built by the command."""
    import subprocess

    path = tmp_path_factory.mktemp("stores") / "store"
    found = subprocess.run([command, "build", "--store", path], check=True, capture_output=True, text=True)
    assert "statements" in found.stdout
    return path


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    """A copy of the store, to be damaged."""
    return Path(shutil.copytree(built, tmp_path / "store"))


def database(store: Path) -> Path:
    return store / disk.current(store) / disk.DATABASE


def test_it_is_the_same_graph(built: Path, kg: skg.KnowledgeGraph) -> None:
    assert skg.open(built).store.dump() == kg.store.dump()
    assert sorted(skg.open(str(built)).store.lines()) == sorted(kg.store.lines())


def test_it_answers_the_same(built: Path, kg: skg.KnowledgeGraph) -> None:
    stored = skg.open(built)
    assert stored.select(CHOICES).texts() == kg.select(CHOICES).texts() != []
    assert stored.statements() == kg.statements()
    assert stored.evidence("InnieMark", "livesFor", "OutieMark") == kg.evidence("InnieMark", "livesFor", "OutieMark")


def test_reading_writes_nothing(store: Path) -> None:
    def seen() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in store.rglob("*")}

    before = seen()
    kg = skg.open(store)
    assert kg.statements()
    assert kg.store.dump()
    assert seen() == before


def test_a_reader_reads_on_when_another_graph_has_taken_its_place(store: Path, run: Run, tmp_path: Path) -> None:
    kg = skg.open(store)
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "lamp.yaml").write_text(
        "source: {id: lamp, title: A lamp}\nstatements:\n"
        "  - {id: s1, triple: [InnieMark, chooses, HisOwnIdentity], gloss: He does., references: ['https://example.org/'],\n"
        "     commitment: Asserted, frame: StoryWorld}\n",
        "utf-8",
    )
    before = len(kg.select("SELECT * WHERE { ?s ?p ?o }"))
    assert run("build", "--data", folder, "--store", store).returncode == 0
    assert len(kg.select("SELECT * WHERE { ?s ?p ?o }")) == before
    assert len(skg.open(store).select("SELECT * WHERE { ?s ?p ?o }")) > before
    assert len([one for one in store.iterdir() if one.name.startswith("db-")]) == 1


@pytest.mark.parametrize(
    "words", ["query 'X'", "show Gemma", "cite celebpost-45511-s83", "path MDR Gemma", "at MeetingScene", "views", "export"]
)
def test_commands_ask_the_store(built: Path, run: Run, words: str) -> None:
    arguments = [CHOICES if word == "'X'" else word for word in words.split()]
    stored, ordinary = run(*arguments, "--store", built), run(*arguments)
    assert (stored.returncode, stored.stderr) == (0, "")
    assert stored.stdout == ordinary.stdout


# ── What is wrong with it ────────────────────────────────────────────────────────────────────────────────────────────


def _shorten(store: Path) -> None:
    largest = max(database(store).glob("*.sst"), key=lambda path: path.stat().st_size)
    os.truncate(largest, largest.stat().st_size // 2)


def _lose(store: Path) -> None:
    max(database(store).glob("*.sst"), key=lambda path: path.stat().st_size).unlink()


def _garble(store: Path) -> None:
    for path in database(store).glob("*.sst"):
        path.write_bytes(bytes(path.stat().st_size))


def _overwrite_about(store: Path) -> None:
    (store / disk.current(store) / disk.ABOUT).write_text("{", "utf-8")


def _point_nowhere(store: Path) -> None:
    (store / disk.CURRENT).write_text("db-nowhere\n", "utf-8")


def _point_outside(store: Path) -> None:
    (store / disk.CURRENT).write_text("../elsewhere\n", "utf-8")


DAMAGE = [_shorten, _lose, _garble, _overwrite_about, _point_nowhere, _point_outside]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_says_so_and_the_next_build_mends_it(store: Path, run: Run, damage: object) -> None:
    assert callable(damage)
    damage(store)
    found = run("show", "Gemma", "--store", store)
    assert (found.returncode, found.stdout) == (2, "")
    assert "the store is damaged" in found.stderr
    assert "severance-kg build --store" in found.stderr
    assert run("build", "--store", store).returncode == 0
    assert run("show", "Gemma", "--store", store).stdout == run("show", "Gemma").stdout


def test_a_folder_that_is_no_store_says_so(run: Run, tmp_path: Path) -> None:
    found = run("query", CHOICES, "--store", tmp_path / "none")
    assert (found.returncode, "there is no store" in found.stderr) == (2, True)


def test_another_form_is_not_read(store: Path) -> None:
    about = store / disk.current(store) / disk.ABOUT
    about.write_text(about.read_text("utf-8").replace(f'"form": {disk.FORM}', f'"form": {disk.FORM + 1}'), "utf-8")
    with pytest.raises(skg.StoreError, match="another version"):
        skg.open(store)


def test_a_store_is_asked_as_it_was_built(built: Path, run: Run) -> None:
    found = run("query", CHOICES, "--store", built, "--data", "data")
    assert (found.returncode, "asked as it was built" in found.stderr) == (2, True)


def test_a_folder_with_other_things_is_not_taken_for_a_store(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "db-of-mine" / "notes.txt"
    other.parent.mkdir()
    other.write_text("mine", "utf-8")
    for folder in (tmp_path, other.parent):
        found = run("build", "--store", folder)
        assert (found.returncode, "holds other things" in found.stderr) == (2, True), found.stderr
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [other]


def test_two_builds_do_not_meet(store: Path, run: Run) -> None:
    with disk.locked(store):
        found = run("build", "--store", store)
    assert (found.returncode, "another build is at work" in found.stderr) == (2, True)
    (store / f"{disk.SNAPSHOT}1-left").mkdir()
    assert run("build", "--store", store).returncode == 0
    assert list(store.glob(f"{disk.SNAPSHOT}*")) == []
