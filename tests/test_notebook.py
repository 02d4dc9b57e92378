"""The notebook runs from top to bottom, as ``jupyter execute`` runs it, and is kept without its outputs."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from required import missing

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def _cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text("utf-8"))["cells"])


@pytest.fixture(scope="module")
def run_cells(tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> list[dict[str, Any]]:
    for package in ("nbclient", "ipykernel"):
        if not find_spec(package):
            missing(f"{package} (the dependency group 'notebook')")
    target = tmp_path_factory.mktemp("notebook") / "run.ipynb"
    command = [sys.executable, "-m", "jupyter_core", "execute", f"--output={target}", str(NOTEBOOK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target.parent, timeout=120)
    assert done.returncode == 0, done.stderr
    return _cells(target)


def _shown(cells: list[dict[str, Any]], containing: str) -> dict[str, Any]:
    (cell,) = (one for one in cells if one["cell_type"] == "code" and containing in "".join(one["source"]))
    (output,) = cell["outputs"]
    return dict(output)


def test_tables_are_tables(run_cells: list[dict[str, Any]]) -> None:
    for containing in ("?holder ?gloss", "to_pandas"):
        assert "<table" in "".join(_shown(run_cells, containing)["data"]["text/html"])


def test_a_path_and_evidence_are_told(run_cells: list[dict[str, Any]]) -> None:
    assert "no edge: reported" in "".join(_shown(run_cells, "kg.evidence")["text"])
    assert "".join(_shown(run_cells, "kg.path")["text"]).startswith("MDR — ")


def test_the_page_is_in_a_frame(run_cells: list[dict[str, Any]]) -> None:
    assert "".join(_shown(run_cells, "kg.page")["data"]["text/html"]).startswith("<iframe ")


def test_it_is_kept_without_outputs() -> None:
    code = [one for one in _cells(NOTEBOOK) if one["cell_type"] == "code"]
    assert len(code) == 7
    assert [one for one in code if one["outputs"] or one["execution_count"]] == []
