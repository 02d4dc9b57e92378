"""The reference of the vocabulary in its forms for people: Markdown, and an HTML page that needs no other file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from severance_kg.errors import InputError
from severance_kg.resources import root
from severance_kg.terms import Link, Reference, Term


def markdown(reference: Reference) -> str:
    """Return the reference as Markdown with HTML anchors, as GitHub shows it."""
    return _render("vocabulary.md", reference)


def html(reference: Reference) -> str:
    """Return the reference as one HTML page without a script; its policy forbids everything but its own style."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _render("vocabulary.html", reference, style=Markup(style), policy=f"default-src 'none'; style-src 'sha256-{digest}'")


def said_of(term: Term) -> list[tuple[str, tuple[Link, ...]]]:
    """Return what relates a term to others, each with its name, in the order in which it is shown."""
    above, below = ("broader", "narrower") if term.kind == "theme" else ("kind of", "has kinds")
    told = [
        ("value of" if term.kind == "value" else above, term.broader),
        (below, term.narrower),
        ("related", term.related),
        ("each is exactly one of", term.union_of),
        ("domain", term.domain),
        ("range", term.range),
        ("values", term.values),
        ("excludes", term.disjoint),
        ("subject of", term.subject_of),
        ("object of", term.object_of),
    ]
    return [(name, links) for name, links in told if links]


def escape(text: str) -> str:
    """Return plain text as Markdown that shows it unchanged, also in a table."""
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", text)


def code(text: str) -> str:
    """Return a code span; a table cell ends at a bar even within one."""
    fence = "``" if "`" in text else "`"
    return fence + text.replace("|", r"\|") + fence


def linked(links: Iterable[Link]) -> str:
    """Return Markdown links to terms, those without a place in the reference as their names."""
    return ", ".join(f"[{code(one.name)}](#{one.anchor})" if one.anchor else code(one.name) for one in links)


def _style() -> str:
    # Browsers read every line end as a line feed before they take the hash.
    path = root() / "viz" / "vocabulary.css"
    try:
        return path.read_text("utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint="install severance-kg anew") from None


def _render(template: str, reference: Reference, **more: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(root() / "viz"),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"escape_md": escape, "code": code, "linked": linked, "said_of": said_of}
    try:
        return environment.get_template(template).render(reference=reference, **more)
    except (TemplateError, OSError) as error:
        where = str(root() / "viz" / template)
        raise InputError(f"cannot be used: {error}", where=where, hint="install severance-kg anew") from None
