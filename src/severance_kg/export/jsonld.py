"""JSON-LD with the short names of ``ontology/context.jsonld``, which every file carries: no reader fetches anything.

The graph has neither blank nodes nor lists, so making it JSON-LD is a look-up in the context. rdflib's writer was tried
first: it turns ``"007"^^xsd:integer`` into 7, and orders by hash.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from severance_kg.errors import InputError
from severance_kg.export.formats import Format
from severance_kg.export.material import Material
from severance_kg.resources import root
from severance_kg.vocabulary import PREFIXES, RDF, SIMPLE_LOCAL, SKG, XSD, compact

EXACT = 10**15
"""Whole numbers up to here are the same in every JSON reader, those with floats only included."""


class Context:
    """The context of ``ontology/context.jsonld``: from an IRI to its short name, and what the name says of values."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.terms: dict[str, tuple[str, str | None, str | None]] = {}
        for name, told in content.items():
            given = {"@id": told} if isinstance(told, str) and name not in PREFIXES else told
            if isinstance(given, dict) and not given.get("@id", "").startswith("@") and not name.startswith("@"):
                iri = _expand(given.get("@id", name if ":" in name else SKG + name))
                kind = given.get("@type")
                self.terms[iri] = (name, kind if kind in (None, "@id", "@vocab") else _expand(kind), given.get("@language"))

    def key(self, iri: str) -> str:
        """Return the short name of a property."""
        return self.terms[iri][0] if iri in self.terms else self.word(iri)

    def word(self, iri: str) -> str:
        """Return a class, a property or a judgement as a bare word if it is one of the project's, else as :meth:`name`."""
        local = iri.removeprefix(SKG)
        bare = local != iri and SIMPLE_LOCAL.match(local) and local not in self.content
        return local if bare else self.name(iri)

    def name(self, iri: str) -> str:
        """Return an IRI as a prefixed name where a prefix fits.

        Raises:
            InputError: a reader would take the IRI itself for a prefixed name.
        """
        short = compact(iri)
        if short == iri and iri.partition(":")[0] in self.content and not iri.partition(":")[2].startswith("//"):
            raise InputError(f"JSON-LD cannot hold the IRI <{iri}>", hint="its scheme is one of the project's prefixes")
        return short

    def value(self, property: str, value: Any) -> Any:
        """Return a value as short as what the context says of its property allows, and never shorter."""
        _, kind, language = self.terms.get(property, (None, None, None))
        if isinstance(value, ox.NamedNode):
            if kind == "@vocab":
                return self.word(value.value)
            return self.name(value.value) if kind == "@id" else {"@id": self.name(value.value)}
        if value.language:
            tagged = {"@value": value.value, "@language": value.language}
            return value.value if language == value.language else tagged
        datatype = value.datatype.value
        if datatype == XSD + "string":
            return value.value if kind is None and language is None else {"@value": value.value}
        if datatype != kind:
            return {"@value": value.value, "@type": self.name(datatype)}
        return _number(value.value) if datatype == XSD + "integer" else value.value


def _expand(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def _number(lexical: str) -> str | int:
    """Return a number where JSON gives the same lexical form back, else that form."""
    try:
        number = int(lexical)
    except ValueError:
        return lexical
    return number if str(number) == lexical and abs(number) < EXACT else lexical


def read_context() -> Context:
    """Return the context that ships with the ontology."""
    content = json.loads((root() / "ontology" / "context.jsonld").read_text("utf-8"))
    return Context(content["@context"])


def _nodes(given: Material, context: Context) -> Iterator[dict[str, Any]]:
    """Yield each subject as an object, with its types first; the triples of one stand together in the graph's lines."""
    subject: Any = None
    found: list[ox.Triple] = []
    for triple in given.triples():
        if triple.subject != subject:
            if subject is not None:
                yield _node(subject, found, context)
            subject, found = triple.subject, []
        found.append(triple)
    if subject is not None:
        yield _node(subject, found, context)


def _node(subject: Any, triples: list[ox.Triple], context: Context) -> dict[str, Any]:
    types, values = [], defaultdict(list)
    for triple in triples:
        predicate = triple.predicate.value
        if predicate == RDF + "type" and isinstance(triple.object, ox.NamedNode):
            types.append(context.word(triple.object.value))
        else:
            values[context.key(predicate)].append(context.value(predicate, triple.object))
    made: dict[str, Any] = {"id": context.name(subject.value)}
    if types:
        made["type"] = _one_or_all(types)
    return made | {key: _one_or_all(values[key]) for key in sorted(values)}


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def as_json(value: Any, indent: int | None = None) -> str:
    """Return JSON that can be put into the script element of a page: no ``<`` can end it."""
    return json.dumps(value, ensure_ascii=False, indent=indent).replace("<", "\\u003c")


def _write(given: Material) -> Iterator[bytes]:
    context = read_context()
    # The context says that 'generator' and 'sha256' mean nothing in RDF. It comes first, so that readers can stream.
    head = {"@context": context.content, "generator": given.producer, "sha256": given.digest}
    yield as_json(head, 2).removesuffix("\n}").encode() + b',\n  "@graph": ['
    separator = "\n"
    for node in _nodes(given, context):
        yield (separator + "\n".join("    " + line for line in as_json(node, 2).split("\n"))).encode()
        separator = ",\n"
    yield b"\n  ]\n}\n"


FORMATS = (Format("jsonld", "JSON-LD with readable names", ".jsonld", write=_write),)
