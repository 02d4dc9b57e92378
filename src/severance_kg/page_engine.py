"""The query engine that the page carries: Oxigraph, compiled for browsers, as npm's package of that name has it.

Its files are no part of the project. An installation brings them along where npm could be reached when it was made; the
page takes them by the digests that ``viz/package.json`` names, and none that differs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from severance_kg.errors import InputError
from severance_kg.page_wasm import limit_memory
from severance_kg.resources import root

GLUE, WASM = "web.js", "web_bg.wasm"
NEVER_FETCHED = "npm could not be reached when severance-kg was installed"
DAMAGED = "its files are not the ones that this version was made for"
MOST_MEMORY = 1 << 30
"""Bytes that the engine may take; a sort of a cross product took 2 GiB in eight seconds, and would have ended the page."""
INSTALL_AGAIN = "install severance-kg again where npm can be reached; from a checkout, 'uv sync --reinstall-package severance-kg'"


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's two files: the WebAssembly module, and the script that starts it."""

    glue: str
    wasm: bytes

    @property
    def classic(self) -> str:
        """The script without its marks of a module: a browser makes no worker of a module in a page from a file."""
        bare = re.sub(r"(?m)^export (?=class |function )|^export \{[^}]*\};$", "", self.glue)
        bare = bare.replace("import.meta.url", "location.href")
        assert not re.search(r"(?m)^(export|import)\b|import\.meta", bare), "the script of another version"
        return bare

    @property
    def bounded(self) -> bytes:
        """The module with a limit to its memory."""
        return limit_memory(self.wasm, MOST_MEMORY)


@cache
def find_engine() -> Engine | str:
    """Return the engine, or say why there is none."""
    wanted: dict[str, str] = json.loads((root() / "viz" / "package.json").read_text("utf-8"))["severance-kg"]["engine"]["files"]
    why = NEVER_FETCHED
    for folder in _folders():
        found = {name: path.read_bytes() for name in wanted if (path := folder / name).is_file()}
        if found.keys() == wanted.keys():
            if all(_digest(content) == wanted[name] for name, content in found.items()):
                return Engine(found[GLUE].decode(), found[WASM])
            why = DAMAGED
    return why


def choose_engine(wanted: bool | None) -> Engine | None:
    """Return the engine that a page is to carry, if any: None stands for one if there is one.

    Raises:
        InputError: it is wanted and cannot be had.
    """
    if wanted is False:
        return None
    found = find_engine()
    if isinstance(found, Engine):
        return found
    if wanted:
        raise InputError(f"the page's query engine is missing: {found}", hint=INSTALL_AGAIN)
    return None


def _folders() -> Iterator[Path]:
    """Where the engine may lie: beside what is bundled, or, of a checkout in use, where it was installed."""
    yield root() / "engine"
    try:
        files = metadata.files("severance-kg") or []
    except metadata.PackageNotFoundError:
        return
    yield from (Path(str(one.locate())).parent for one in files if one.parts[-2:] == ("engine", WASM))


def _digest(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
