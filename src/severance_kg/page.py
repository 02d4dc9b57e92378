"""The page: the whole graph in one HTML file that needs no server, no network and no other file.

The template, the style and the scripts lie in ``viz/``; pyvis builds the network and its vis-network draws it. Only what
stands in this file runs: the policy in its head names each script and the style by its SHA-256 and forbids all else.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from severance_kg.cite import cite
from severance_kg.drawing import UNDRAWN, draw, kind_of, legend_json, name_of, network_json
from severance_kg.errors import InputError
from severance_kg.resources import root
from severance_kg.statements import Statement
from severance_kg.telling import statement_json
from severance_kg.vocabulary import IRI, SKG, Literal, Term

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

VIS = ("lib", "vis-9.1.2", "vis-network.min.js")
"""Where pyvis keeps the renderer that it builds for."""

_MARK = re.compile(r"\{\{(\w+)(?: ([\w.-]+))?\}\}")


def make_page(kg: KnowledgeGraph) -> bytes:
    """Return the page of a graph as HTML in UTF-8: the same bytes for the same graph.

    Raises:
        InputError: a file of the page's or of pyvis's is missing.
    """
    parts: dict[str, str] = {}
    hashes: dict[str, list[str]] = {"script": [], "style": []}

    def enclosed(tag: str, text: str) -> str:
        # Nothing that is inserted may end its own element.
        assert f"</{tag}" not in text.lower(), tag
        hashes[tag].append(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'")
        return f"<{tag}>{text}</{tag}>"

    template = _read("page.html")
    for mark, what, name in {(m[0], m[1], m[2]): None for m in _MARK.finditer(template)}:
        if what in hashes:
            parts[mark] = enclosed(what, _read(name))
        elif what == "renderer":
            parts[mark] = enclosed("script", _renderer())
        elif what == "data":
            parts[mark] = _packed(payload(kg))
    parts["{{policy}}"] = _policy(hashes)
    return _MARK.sub(lambda mark: parts[mark[0]], template).encode()


def _policy(hashes: dict[str, list[str]]) -> str:
    """What the browser is to allow: these scripts, this style, pictures made here, and nothing from anywhere else."""
    allowed = "; ".join(f"{tag}-src {' '.join(some)}" for tag, some in hashes.items())
    return f"default-src 'none'; {allowed}; img-src data: blob:; base-uri 'none'; form-action 'none'"


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


def _packed(content: dict[str, Any]) -> str:
    """Gzip and base64: short, and no character of the data can be taken for markup."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as file:
        file.write(text.encode("utf-8", "surrogatepass"))
    return base64.b64encode(packed.getvalue()).decode()


# ── What the page is told ────────────────────────────────────────────────────────────────────────────────────────────


def payload(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return all that the page shows: the drawn network, the statements with their evidence, and what they name."""
    statements = kg.statements()
    told = [_statement(kg, one) for one in statements]
    named = _named(told) | {name_of(one.object): one.object for one in statements}
    themes = _themes(kg, {given.theme for one in statements for given in one.themes})
    named |= {name_of(theme): theme for theme in themes}
    things = {name: term for name, term in named.items() if isinstance(term, Literal) or term in kg.things}
    return {
        "network": network_json(draw(kg, statements)),
        "legend": legend_json(),
        "statements": _with_names(told),
        "things": _things(kg, things),
        "sources": _sources(kg),
        "kinds": {kind: _kind_label(kg, kind) for kind in (*legend_json()["shapes"], *UNDRAWN)},
        "themes": {name_of(theme): sorted(map(name_of, within)) for theme, within in themes.items()},
    }


def _statement(kg: KnowledgeGraph, one: Statement) -> dict[str, Any]:
    """A statement with its evidence, things as IRIs."""
    found: dict[str, Any] = _bare(statement_json(kg, one))
    return found | {
        "object": one.object,
        "references": [str(address) for address in one.references],
        "id": name_of(one.iri).removeprefix("st:"),
        "why_no_edge": one.why_no_edge(),
        "citation": cite(kg, one).strip(),
    }


def _bare(value: Any) -> Any:
    """Return a value with each pair of IRI and label replaced by the IRI: the page has every label once."""
    if isinstance(value, dict):
        return IRI(value["iri"]) if value.keys() == {"iri", "label"} else {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _with_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_names(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_names(one) for one in value]
    return name_of(value) if isinstance(value, IRI | Literal) else value


def _named(value: Any) -> dict[str, Term]:
    """Every IRI in a value, by its short name."""
    if isinstance(value, IRI):
        return {name_of(value): value}
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name: term for one in inner for name, term in _named(one).items()}


def _things(kg: KnowledgeGraph, things: dict[str, Term]) -> dict[str, dict[str, Any]]:
    definitions = _texts(kg, "SELECT ?thing ?text WHERE { ?thing skos:definition ?text }")
    elsewhere = _texts(kg, "SELECT ?thing ?text WHERE { ?thing schema:sameAs ?text }")
    found = {}
    for name, term in things.items():
        thing = None if isinstance(term, Literal) else kg.things[term]
        found[name] = {
            "label": thing.label if thing else str(term),
            "iri": str(term) if thing else None,
            "kind": kind_of(kg, term),
            "names": list(thing.names) if thing else [],
            "definition": next(iter(definitions.get(str(term), [])), None) if thing else None,
            "elsewhere": elsewhere.get(str(term), []) if thing else [],
        }
    return found


def _texts(kg: KnowledgeGraph, query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in sorted((str(row["thing"]), str(row["text"])) for row in kg.select(query)):
        found.setdefault(row[0], []).append(row[1])
    return found


def _sources(kg: KnowledgeGraph) -> dict[str, dict[str, Any]]:
    return {
        name_of(iri): {
            "title": card.title,
            "url": card.url,
            "issued": card.issued,
            "publisher": kg.label(card.publisher) if card.publisher else None,
            "primary": kg.label(card.primary) if card.primary else None,
        }
        for iri, card in sorted(kg.sources.items())
    }


def _kind_label(kg: KnowledgeGraph, kind: str) -> str:
    cls = IRI(SKG + kind)
    return kg.things[cls].label if cls in kg.things else kind.lower()


def _themes(kg: KnowledgeGraph, used: set[IRI]) -> dict[IRI, set[IRI]]:
    """The themes that statements carry and the broader ones above them, each with those of the first that it takes in."""
    found = {iri: kg.narrower(iri) & used for iri, thing in kg.things.items() if IRI(SKG + "Theme") in thing.classes}
    return {iri: within for iri, within in found.items() if within}
