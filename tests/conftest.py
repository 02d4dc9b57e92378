"""What tests share: the bundled graph, the installed command, the article where it is present."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import severance_kg as skg
from browser import browser, file, open_for_module, open_page, page_bytes  # noqa: F401 -- fixtures for all
from required import missing

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep compiled graphs of the tests apart from the user's."""
    os.environ["SEVERANCE_KG_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def kg(_own_cache: None) -> skg.KnowledgeGraph:
    """The bundled graph."""
    return skg.load()


@pytest.fixture(scope="session")
def article() -> Path:
    """The first source's text, which is not part of the project."""
    path = os.environ.get("SKG_ARTICLE")
    if not path or not Path(path).is_file():
        missing("the article's text (set SKG_ARTICLE)")
    return Path(str(path))


@pytest.fixture(scope="session")
def command() -> str:
    """The installed command, as a user runs it."""
    found = shutil.which("severance-kg", path=str(Path(sys.executable).parent)) or shutil.which("severance-kg")
    if not found:
        missing("the command severance-kg (install the package)")
    return str(found)


@pytest.fixture
def run(command: str, _own_cache: None) -> Run:
    """Run the command as a process and return what it said."""

    def call(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
        options: dict[str, object] = {
            "capture_output": True,
            "text": True,
            "encoding": "utf-8",
            "timeout": 120,
            "cwd": ROOT,
        } | more
        # mypy knows no overload for options that are only known when the test runs.
        return subprocess.run([command, *map(str, arguments)], check=False, **options)  # type: ignore[call-overload,no-any-return]

    return call
