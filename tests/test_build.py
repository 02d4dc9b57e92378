"""The cache of compiled graphs: never stale, never damaged, never in the way."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import severance_kg as skg
from conftest import ROOT, Run
from severance_kg.build import cache_name, write_atomically
from severance_kg.resources import gather

QUERY = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"


@pytest.fixture
def cache(tmp_path: Path, run: Run) -> tuple[Path, dict[str, str]]:
    """A cache of one's own with the bundled graph in it."""
    folder = tmp_path / "cache"
    environment = {**os.environ, "SEVERANCE_KG_CACHE": str(folder)}
    assert run("query", QUERY, env=environment).returncode == 0
    return folder, environment


def test_the_graph_is_kept_under_what_it_was_made_from_and_what_it_is(cache: tuple[Path, dict[str, str]]) -> None:
    (kept,) = cache[0].iterdir()
    assert kept.name == cache_name(gather().digest, kept.read_bytes())


@pytest.mark.parametrize("damage", ["cut short at a line's end", "a line changed", "emptied", "no text"])
def test_a_damaged_cache_is_made_anew(cache: tuple[Path, dict[str, str]], run: Run, damage: str) -> None:
    folder, environment = cache
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    lines = whole.splitlines(keepends=True)
    broken = {
        "cut short at a line's end": b"".join(lines[: len(lines) // 2]),
        "a line changed": whole.replace(b"HisOwnLife", b"HisOldLife"),
        "emptied": b"",
        "no text": b"\xff\xfe\x00",
    }[damage]
    kept.write_bytes(broken)
    found = run("query", QUERY, env=environment)
    assert (found.returncode, "sev:HisOwnLife" in found.stdout) == (0, True)
    assert [path.read_bytes() for path in folder.iterdir()] == [whole]


def test_builds_at_one_time_do_not_disturb_each_other(command: str, tmp_path: Path) -> None:
    environment = {**os.environ, "SEVERANCE_KG_CACHE": str(tmp_path / "cache")}
    together = [
        subprocess.Popen([command, "build", "--out", str(tmp_path / "out")], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [one.wait(timeout=120) for one in together] == [0, 0, 0]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["severance.html", "severance.nt", "severance.ttl"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    good, nowhere = tmp_path / "good", tmp_path / "missing" / "file"
    good.write_bytes(b"old")
    with pytest.raises(OSError, match="No such file"):
        write_atomically({good: b"new", nowhere: b"new"})
    assert good.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


def test_a_failed_check_keeps_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "source: {id: bad, title: Bad}\nstatements:\n"
        "  - {id: s1, triple: [MDR, refines, Gemma], gloss: It does., references: ['https://example.org/'],\n"
        "     commitment: Asserted, frame: StoryWorld}\n",
        "utf-8",
    )
    found = run("query", QUERY, "--data", bad, env={**os.environ, "SEVERANCE_KG_CACHE": str(folder)})
    assert (found.returncode, "the object of skg:refines is Object" in found.stderr) == (1, True)
    assert not folder.exists()


def test_load_is_the_same_graph(kg: skg.KnowledgeGraph) -> None:
    assert kg.store.dump() == skg.load().store.dump()
