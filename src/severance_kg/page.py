"""The page: the whole graph in one HTML file that needs no server, no network and no other file.

The template, the style and the scripts lie in ``viz/``; pyvis builds the network and its vis-network draws it. Only what
stands in this file runs: the policy in its head names each script and the style by its SHA-256 and forbids all else. Where
the page has a query engine it allows that, too: WebAssembly, and a worker that is made from the page's own data. A page that a
server gives out may ask that server, and has no engine of its own.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from severance_kg.errors import InputError
from severance_kg.page_answers import asking
from severance_kg.page_data import payload
from severance_kg.page_engine import Engine, choose_engine
from severance_kg.page_title import page_title
from severance_kg.resources import root

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

VIS = ("lib", "vis-9.1.2", "vis-network.min.js")
"""Where pyvis keeps the renderer that it builds for."""

_MARK = re.compile(r"\{\{([\w-]+)(?: ([\w./-]+))?\}\}")


def make_page(kg: KnowledgeGraph, *, engine: bool | None = None, endpoint: str | None = None) -> bytes:
    """Return the page of a graph as HTML in UTF-8: the same bytes for the same graph.

    Args:
        kg: the graph.
        engine: whether the page carries a query engine; None stands for yes if one was installed.
        endpoint: where on the server that gives the page out SPARQL is answered, such as ``sparql``: the page then sends its
            queries there and carries no engine.

    Raises:
        InputError: a file of the page's, of pyvis's or a wanted engine is missing, a competency question is no good, or the
            endpoint would be on another server.
    """
    if endpoint and any(urlsplit(endpoint)[:2]):
        raise InputError("a page asks no server but its own", where=endpoint, hint="give a path, such as 'sparql'")
    chosen = None if endpoint else choose_engine(engine)
    says = page_title(kg)
    made: dict[str, Callable[[], str]] = {
        name: partial(html.escape, says[name] or "") for name in ("title", "summary", "spoiler")
    }
    made |= {
        "unless-spoiler": lambda: "" if says["spoiler"] else " hidden",
        "data": lambda: packed(payload(kg) | asking(kg, engine=chosen is not None) | {"says": says, "endpoint": endpoint}),
        "engine": lambda: _engine(chosen, kg) if chosen else "",
    }
    return assemble("page.html", made, has_engine=chosen is not None, asks=endpoint is not None)


def assemble(template: str, made: Mapping[str, Callable[[], str]], *, has_engine: bool = False, asks: bool = False) -> bytes:
    """Return a page as HTML in UTF-8, its scripts and styles put in and named in its policy.

    Args:
        template: the template's name in ``viz/``.
        made: what makes the words and data that stand in the template, by the name of their mark.
        has_engine: whether the policy lets a query engine run.
        asks: whether the policy lets the page send requests to the server that it came from.
    """
    parts: dict[str, str] = {}
    hashes: dict[str, list[str]] = {"script": [], "style": []}

    def enclosed(tag: str, text: str) -> str:
        # Nothing that is inserted may end its own element.
        assert f"</{tag}" not in text.lower(), tag
        hashes[tag].append(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'")
        return f"<{tag}>{text}</{tag}>"

    content = _read(template)
    for mark, what, name in {(m[0], m[1], m[2]): None for m in _MARK.finditer(content)}:
        if what in hashes:
            parts[mark] = enclosed(what, _read(name))
        elif what == "renderer":
            parts[mark] = enclosed("script", _renderer())
        elif what in made:
            parts[mark] = made[what]()
    parts["{{policy}}"] = _policy(hashes, has_engine=has_engine, asks=asks)
    return _MARK.sub(lambda mark: parts[mark[0]], content).encode()


def _policy(hashes: dict[str, list[str]], *, has_engine: bool, asks: bool) -> str:
    """What the browser is to allow: these scripts, this style, pictures made here, and nothing from anywhere else.

    ``asks`` lets the page send requests to the server that it came from.
    """
    rules = {f"{tag}-src": list(some) for tag, some in hashes.items()}
    if has_engine:
        rules["script-src"].append("'wasm-unsafe-eval'")
        rules["worker-src"] = ["blob:"]
    if asks:
        rules["connect-src"] = ["'self'"]
    allowed = "; ".join(f"{name} {' '.join(some)}" for name, some in rules.items())
    return f"default-src 'none'; {allowed}; img-src data: blob:; base-uri 'none'; form-action 'none'"


def _engine(engine: Engine, kg: KnowledgeGraph) -> str:
    """The engine as data: its script with the worker's own behind it, its WebAssembly module, and the graph."""
    worker = f"{engine.classic}\n{_read('worker.js')}".encode()
    data = {"engine-script": worker, "engine-module": engine.bounded, "engine-graph": kg.store.dump()}
    return "\n".join(f'<script type="text/plain" id="{name}">{_packed(content)}</script>' for name, content in data.items())


def _read(name: str) -> str:
    path = root() / "viz" / name
    try:
        # Browsers read every line end as a line feed before they take the hash.
        return path.read_text("utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint="install severance-kg anew") from None


def _renderer() -> str:
    """The script of vis-network, without the address of its map, which a browser might ask for."""
    try:
        text = files("pyvis").joinpath(*VIS).read_text("utf-8")
    except (OSError, ModuleNotFoundError):
        where = "/".join(("pyvis", *VIS))
        raise InputError("the page's renderer is missing", where=where, hint="install pyvis 0.3.2") from None
    return re.sub(r"\n//# sourceMappingURL=\S*\s*$", "\n", text.replace("\r\n", "\n"))


def packed(content: dict[str, Any]) -> str:
    """Return data as a page holds them: JSON, gzip and base64."""
    return _packed(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _packed(content: bytes) -> str:
    """Gzip and base64: short, and no character of the data can be taken for markup."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as file:
        file.write(content)
    return base64.b64encode(packed.getvalue()).decode()
