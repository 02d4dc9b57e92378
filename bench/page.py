"""How soon the page shows its graph, beside a page that pyvis writes of the same graph, in the same browser.

Run it with ``uv run bench/page.py [--runs N] [--statements N]``. Both pages open from a file with the network off, in turn, so
that what else the machine does hits both; what counts is the ratios of the medians. pyvis's page asks two servers for
stylesheets and scripts even so: these are refused at once, so that it waits for nothing. Its drawing is complete when the
picture is first drawn after its simulation has come to rest; ours, when all parts have started and the next picture is drawn.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from severance_kg import KnowledgeGraph

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
QUERY = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"
DRAWN, READY, ANSWERED = 0.10, 0.15, 0.05
PATIENCE = 120_000
"""Milliseconds after which a page that is not complete is given up."""

WATCH_OURS = """
new MutationObserver((_, watch) => {
  if (!document.documentElement?.dataset.ready) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.complete = performance.now(); }));
}).observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ["data-ready"] });
"""
WATCH_PYVIS = """
let kept;
Object.defineProperty(window, "network", { configurable: true, get: () => kept, set(network) {
  kept = network;
  network?.once?.("stabilizationIterationsDone", () =>
    network.once("afterDrawing", () => { window.complete = performance.now(); }));
} });
"""


def plain_pyvis(kg: KnowledgeGraph, path: Path) -> None:
    """Write the page that pyvis makes of a graph by itself: its own defaults, everything in one file as far as it can."""
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    for one in kg.statements():
        for term in (one.subject, one.object):
            net.add_node(str(term), label=kg.label(term))
        net.add_edge(str(one.subject), str(one.object), label=kg.label(one.predicate), title=one.gloss)
    path.write_text(net.generate_html(), "utf-8")


def opened(browser: Browser, path: Path, watch: str) -> tuple[Page, float]:
    """Open a page and return it with how many milliseconds it took to be complete."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    context.route("http*://**", lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(watch)
    page.goto(path.as_uri())
    page.wait_for_function("() => window.complete")
    return page, float(page.evaluate("() => window.complete"))


def engine_of(page: Page) -> tuple[float, float] | None:
    """How many milliseconds the page's engine takes to be ready, and the first query after that; None where there is none."""
    found: list[float] | None = page.evaluate(
        """async query => {
          const { engine } = globalThis.severance;
          if (!engine?.start || !engine.query) return null;
          const begun = performance.now();
          try {
            await engine.start();
          } catch {
            return null;
          }
          const ready = performance.now();
          await engine.query(query);
          return [ready - begun, performance.now() - ready];
        }""",
        QUERY,
    )
    return (found[0], found[1]) if found else None


def narrowing_of(page: Page) -> float:
    """How many milliseconds it takes to show what a filter leaves, and all again, on the mean of both ways."""
    return float(
        page.evaluate(
            """() => {
              const begun = performance.now();
              const filters = ["Hedged", "", "Asserted", "", "none", ""];
              for (const commitment of filters) {
                globalThis.severance.state.set({ commitment });
                void document.body.offsetHeight;
              }
              return (performance.now() - begun) / filters.length;
            }"""
        )
    )


def graph_of(statements: int | None) -> KnowledgeGraph:
    """Return the bundled graph, or one of so many statements that are made up."""
    import severance_kg as skg

    if statements is None:
        return skg.load()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from synthetic import synthetic

    return synthetic(statements, statements * 3 // 5)


def pages(kg: KnowledgeGraph, folder: Path) -> dict[str, Path]:
    """Write the pages to compare."""
    from severance_kg.page import make_page

    make: Callable[..., bytes] = make_page
    found = {"pyvis": folder / "pyvis.html", "page": folder / "page.html"}
    plain_pyvis(kg, found["pyvis"])
    found["page"].write_bytes(make(kg))
    if "engine" in make_page.__annotations__:
        found["page without engine"] = folder / "without.html"
        found["page without engine"].write_bytes(make(kg, engine=False))
    return found


def told(what: str, own: list[float], other: list[float], goal: float) -> str:
    """Say a median, and its ratio to another."""
    ours, theirs = statistics.median(own), statistics.median(other)
    return f"{what}: {ours:.0f} ms; ratio {ours / theirs:.3f} (goal: at most {goal:.2f})"


def measure(files: dict[str, Path], runs: int) -> dict[str, list[Any]]:
    """Open each page in turn, once to warm up and then as often as wanted."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[Any]] = {"pyvis": [], "page": [], "engine": [], "narrowing": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for _ in range(runs + 1):
            page, took = opened(browser, files["pyvis"], WATCH_PYVIS)
            found["pyvis"].append(took)
            page.context.close()
            page, took = opened(browser, files["page"], WATCH_OURS)
            found["page"].append(took)
            found["engine"].append(engine_of(page))
            found["narrowing"].append(narrowing_of(page))
            page.context.close()
        browser.close()
    return {name: values[1:] for name, values in found.items()}


def main() -> None:
    """Print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--statements", type=int, help="a made-up graph of so many statements instead of the bundled one")
    arguments = parser.parse_args()
    if not shutil.which("chromium"):
        sys.exit("chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        kg = graph_of(arguments.statements)
        files = pages(kg, Path(folder))
        sizes = {name: path.stat().st_size for name, path in files.items()}
        found = measure(files, arguments.runs)
    print(f"{len(kg.statements())} statements; median of {arguments.runs} runs")
    print(f"pyvis, in_line: {statistics.median(found['pyvis']):.0f} ms")
    print(told("first full draw", found["page"], found["pyvis"], DRAWN))
    engines = [one for one in found["engine"] if one]
    if engines:
        print(told("engine ready", [one[0] for one in engines], found["pyvis"], READY))
        print(told("first query", [one[1] for one in engines], found["pyvis"], ANSWERED))
    else:
        print("engine ready, first query: not measured; this page has no engine")
    narrowing, drawn = statistics.median(found["narrowing"]), statistics.median(found["page"])
    print(f"a change of filters: {narrowing:.0f} ms; {narrowing / drawn:.3f} of the first draw")
    for name, size in sizes.items():
        has_engine = bool(engines) and name == "page"
        goal = "" if name == "pyvis" else f" (goal: at most {3.0 if has_engine else 1.0:.1f} MB)"
        print(f"size, {name}: {size / 1e6:.2f} MB{goal}")


if __name__ == "__main__":
    main()
