"""The picture of the page in the README, taken from the page as it is built.

    uv run docs/tools/picture.py [FILE]       default: docs/images/page.png

Needs Chromium, Playwright and Pillow, all of which the tests have. The picture is kept under 200 kB by a palette of 255 colours.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import severance_kg as skg

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURE = Path(__file__).resolve().parents[1] / "images" / "page.png"
SIZE = (1400, 880)
COLOURS = 255
STATE = "#statement=celebpost-45511-s83"
"""What the page shows: one edge, and its evidence."""


def take(browser: Browser, page: Path) -> bytes:
    """Return the picture of a page as a PNG."""
    from PIL import Image

    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light", offline=True)
    opened = context.new_page()
    opened.goto(page.as_uri() + STATE)
    opened.wait_for_selector("html[data-ready]")
    opened.wait_for_selector("#network canvas")
    # What is selected glides to its place; without a mouse over it nothing else moves.
    opened.wait_for_function("() => document.getAnimations().length === 0")
    opened.wait_for_timeout(1000)
    taken = Image.open(io.BytesIO(opened.screenshot())).convert("RGB")
    context.close()
    written = io.BytesIO()
    taken.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def main(target: Path) -> None:
    """Build the page, open it, and write its picture."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = skg.load().page(Path(folder, "severance.html"))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        target.write_bytes(take(browser, page))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE)
