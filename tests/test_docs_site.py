"""The site of the docs is built without a warning, reads from a disk, and asks nobody for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

import exercises
import reference
from conftest import ROOT
from required import missing


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not find_spec("properdocs"):
        missing("properdocs (the dependency group 'docs')")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_is_there_and_says_where_it_is(site: Path) -> None:
    written = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    assert {path.relative_to(site).with_suffix("") for path in _pages(site)} == written
    for path in _pages(site):
        assert path.read_text("utf-8").count('aria-current="page"') == 1, path.name


def test_nothing_comes_from_elsewhere_and_no_script_runs(site: Path) -> None:
    for path in _pages(site):
        text = path.read_text("utf-8")
        assert "default-src 'none'" in text
        assert "<script" not in text
        for address in re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', text):
            assert (path.parent / address).is_file(), f"{path.name}: {address}"
    assert not re.findall(r"url\(|@import", (site / "style.css").read_text("utf-8"))
    assert not list(site.rglob("*.js"))


def test_links_between_pages_lead_somewhere(site: Path) -> None:
    texts = {path.resolve(): path.read_text("utf-8") for path in _pages(site)}
    for path, text in texts.items():
        for link in re.findall(r'<a [^>]*href="([^"]+)"', text):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.exists(), f"{path.name}: {link}"
            if anchor and target in texts:
                assert f'id="{anchor}"' in texts[target], f"{path.name}: {link}"


def test_markdown_in_folds_is_read(site: Path) -> None:
    text = (site / "exercises.html").read_text("utf-8")
    assert text.count("<details") == 24
    assert text.count('<pre tabindex="0"><code') == len(exercises.read())
    assert "```" not in text


def test_pages_can_be_read_without_eyes_and_without_a_mouse(site: Path) -> None:
    for path in _pages(site):
        text = path.read_text("utf-8")
        assert text.count("<h1") == 1, path.name
        assert "<pre>" not in text, "a block that scrolls must be reached by keyboard"
        assert all(re.search(r'alt="[^"]{60,}"', one) for one in re.findall(r"<img[^>]+>", text))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in reference.written()])
def test_the_reference_is_what_the_code_says(path: Path) -> None:
    assert path.read_text("utf-8") == reference.written()[path], "run 'uv run docs/tools/reference.py'"
