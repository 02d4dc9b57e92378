"""A real browser for tests of the page: Debian's Chromium, offline, from a file."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import severance_kg as skg
from required import missing
from severance_kg.page import make_page
from severance_kg.statements import Statement

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = (1440, 900), (390, 844)
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "phone": {"size": PHONE, "has_touch": True, "is_mobile": True},
}
"""How a page is opened for those who look at it in different ways."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    executable = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if not executable:
        missing("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@dataclass
class Watched:
    """A page that is open, and all that it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def panel(self, wanted: str) -> str:
        """Wait until the panel shows ``wanted`` and return its text."""
        self.page.wait_for_function("text => document.getElementById('panel').innerText.includes(text)", arg=wanted)
        return self.text("#panel")

    def place(self, name: str) -> dict[str, float]:
        found = self.page.evaluate("name => severance.map.placeOf(name)", name)
        assert found, f"the line of {name} can be clicked nowhere"
        return dict(found)


Open = Callable[..., Watched]


def opener(browser: Browser) -> Iterator[Open]:
    """Open a file in a browser that is offline; afterwards it must have asked for nothing else and complained of nothing."""
    opened: list[Watched] = []

    def open_one(path: Path, address: str = "", size: tuple[int, int] = DESKTOP, **more: Any) -> Watched:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, **more)
        page = context.new_page()
        watched = Watched(page)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("dialog", watched.dismiss)
        page.on(
            "console",
            lambda message: watched.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
        )
        page.goto(path.as_uri() + address)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        opened.append(watched)
        return watched

    yield open_one
    for one in opened:
        first, *others = one.requests
        assert first.startswith("file://")
        # What a page makes of its own data, such as the worker of its engine, has an address, too, and asks for nothing.
        assert [url for url in others if not url.startswith("blob:") and url.split("#")[0] != first.split("#")[0]] == []
        assert one.complaints == []
        one.page.context.close()


open_page = pytest.fixture(opener, name="open_page")
open_for_module = pytest.fixture(opener, name="open_for_module", scope="module")


@pytest.fixture(scope="session")
def page_bytes(kg: skg.KnowledgeGraph) -> bytes:
    return make_page(kg)


@pytest.fixture(scope="session")
def file(page_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "severance.html"
    path.write_bytes(page_bytes)
    return path


def first(kg: skg.KnowledgeGraph, **wanted: Any) -> Statement:
    """The first statement with these attributes."""
    return next(one for one in kg.statements() if all(getattr(one, key) == value for key, value in wanted.items()))


def data_of(page: bytes) -> dict[str, Any]:
    packed = re.search(rb'<script type="text/plain" id="data">([A-Za-z0-9+/=]*)</script>', page)
    assert packed
    return dict(json.loads(gzip.decompress(base64.b64decode(packed[1]))))
