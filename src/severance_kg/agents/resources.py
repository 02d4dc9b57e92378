"""What a client may read besides: how to write statements, the form they are held to, and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from severance_kg.errors import UnknownName
from severance_kg.vocabulary import local_name
from severance_kg.yaml_lines import read_text

if TYPE_CHECKING:
    from severance_kg.resources import Inputs
    from severance_kg.terms import Link, Reference


@dataclass(frozen=True, slots=True)
class Readable:
    """A text that a client may read."""

    uri: str
    name: str
    description: str
    kind: str


READABLE = (
    Readable("severance-kg://guide", "guide", "How to propose statements: the form, and how to judge.", "text/markdown"),
    Readable("severance-kg://schema", "schema", "The JSON Schema of annotation files.", "application/schema+json"),
    Readable("severance-kg://vocabulary", "vocabulary", "Classes, properties and themes of the ontology.", "text/markdown"),
)


def read(uri: str, inputs: Inputs) -> tuple[Readable, str]:
    """Return a readable text; a URI is compared with those there are, and never opened.

    Raises:
        UnknownName: there is none.
    """
    found = next((one for one in READABLE if one.uri == uri), None)
    if found is None:
        raise UnknownName("resource", uri, [one.uri for one in READABLE])
    if found.name == "guide":
        return found, files("severance_kg.agents").joinpath("guide.md").read_text("utf-8")
    if found.name == "schema":
        return found, read_text(inputs.schema)
    from severance_kg.reference import describe

    return found, "\n".join(_vocabulary(describe(inputs)))


def _vocabulary(told: Reference) -> Iterator[str]:
    """Yield the vocabulary with a line for each term: the whole reference, which people read, is five times as long."""
    yield "# Properties of statements: what may be their subject, and what their object"
    for one in told.edge_properties:
        yield f"- {one.name} ({_ends(one.domain)} → {_ends(one.range)}): {one.definition}"
    for title, terms in (("Classes", told.classes), ("Themes", told.themes)):
        yield f"\n# {title}"
        yield from (f"- {one.name} ({one.label}): {one.definition}" for one in terms)


def _ends(links: Iterable[Link]) -> str:
    return " or ".join(local_name(one.iri) for one in links) or "anything"
