"""A hook of the site's generator: its search index becomes a script, which a page that is read from a disk can load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def on_post_build(config: Any, **_: object) -> None:
    """Write the sections of all pages as ``search/index.js``, each with its page's title, in the place of the JSON file."""
    index = Path(config["site_dir"], "search", "search_index.json")
    entries = json.loads(index.read_text("utf-8"))["docs"]
    pages = {one["location"]: one["title"] for one in entries if "#" not in one["location"]}
    sections = [one | {"page": pages.get(one["location"].partition("#")[0])} for one in entries if "#" in one["location"]]
    text = json.dumps(sections, ensure_ascii=False, indent=0)
    index.with_name("index.js").write_text(f"const SECTIONS = {text};\n", "utf-8")
    index.unlink()
