"""The site of the docs is built without a warning, reads and searches from a disk, and asks nobody for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

import exercises
import reference
from conftest import ROOT
from required import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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
    return sorted(path for path in site.rglob("*.html") if path.name != "search.html")


def test_every_page_is_there_and_says_where_it_is(site: Path) -> None:
    written = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    assert {path.relative_to(site).with_suffix("") for path in _pages(site)} == written
    for path in _pages(site):
        assert path.read_text("utf-8").count('aria-current="page"') == 1, path.name


def test_nothing_comes_from_elsewhere_and_no_script_runs_but_to_search(site: Path) -> None:
    for path in (*_pages(site), site / "search.html"):
        text = path.read_text("utf-8")
        assert "default-src 'none'" in text
        scripts = ["./search/index.js", "./search.js"] if path.name == "search.html" else []
        assert re.findall(r"<script[^>]*", text) == [f'<script defer src="{one}"' for one in scripts]
        assert ("script-src" in text) == bool(scripts)
        for address in re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', text):
            assert (path.parent / address).is_file(), f"{path.name}: {address}"
    assert not re.findall(r"url\(|@import", (site / "style.css").read_text("utf-8"))
    # Both are the project's own: nothing of the generator's is shipped, and no licence with it.
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.js")} == {"search/index.js", "search.js"}


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


def test_a_word_finds_its_page_from_a_disk(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / "reference" / "vocabulary.html").as_uri())
    page.get_by_role("searchbox").fill("Chance correct")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Chance+correct")
    first = page.locator("#found a").first
    first.wait_for()
    assert page.get_by_role("status").inner_text().endswith("“chance” and “correct”.")
    assert page.get_by_role("searchbox").input_value() == "Chance correct"
    addresses = [str(one.get_attribute("href")) for one in page.locator("#found a").all()]
    assert any(one.startswith("commands.html#") for one in addresses)
    assert all((site / one.partition("#")[0]).is_file() for one in addresses)
    first.click()
    page.wait_for_url(f"**/{addresses[0]}")
    page.goto((site / "search.html").as_uri() + "?q=%3Cb%3Ezzzyx")
    assert page.get_by_role("status").inner_text() == "No sections hold “b” and “zzzyx”."
    assert complaints == []
    page.close()


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
