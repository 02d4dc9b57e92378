"""Namespaces, prefixes, RDF terms, and the ways from a short name to an IRI and back."""

from __future__ import annotations

import re
from typing import Final, Self

BASE: Final = "https://w3id.org/severance-kg/"
SKG: Final = BASE + "ontology#"
SEV: Final = BASE + "id/"
THEME: Final = BASE + "theme/"
ST: Final = BASE + "statement/"
SRC: Final = BASE + "source/"
RULE: Final = BASE + "rule/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
OA: Final = "http://www.w3.org/ns/oa#"
SCHEMA: Final = "https://schema.org/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"

ONTOLOGY: Final = SKG.removesuffix("#")
"""The ontology, as it calls itself."""

DATASET: Final = BASE
"""The bundled data, as what describes them calls them."""

PREFIXES: Final[dict[str, str]] = {
    "skg": SKG,
    "sev": SEV,
    "theme": THEME,
    "st": ST,
    "src": SRC,
    "rule": RULE,
    "cito": "http://purl.org/spar/cito/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "golem": "https://w3id.org/golem/ontology#",
    "lrmoo": "http://iflastandards.info/ns/lrm/lrmoo/",
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": SKOS,
    "void": VOID,
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}
"""The prefixes that a query may use without declaring them."""

SIMPLE_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")


class IRI(str):
    """An IRI; a string, so that it compares, sorts and prints as one. It never equals a literal of the same characters."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return not isinstance(other, Literal) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def n3(self) -> str:
        """Return the IRI in angle brackets."""
        return f"<{self}>"

    def __repr__(self) -> str:
        return f"IRI({compact(self)!r})"


class BlankNode(str):
    """A blank node's label; what is built here holds none, a query's answer may."""

    __slots__ = ()


class Literal(str):
    """A literal: its lexical form as a string, with a datatype IRI and, where it has one, a language tag."""

    __slots__ = ("datatype", "language")
    datatype: str
    language: str | None

    def __new__(cls, lexical: str, *, datatype: str | None = None, language: str | None = None) -> Self:
        """Make a literal; without a datatype it is an ``xsd:string``, with a language an ``rdf:langString``."""
        made = super().__new__(cls, lexical)
        made.language = language.lower() if language else None
        made.datatype = RDF + "langString" if language else datatype or XSD + "string"
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Literal):
            return str(self) == str(other) and (self.datatype, self.language) == (other.datatype, other.language)
        return str.__eq__(self, other) if isinstance(other, str) and not isinstance(other, IRI) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str | None]]:
        return (str(self),), {"language": self.language} if self.language else {"datatype": self.datatype}

    @property
    def value(self) -> str | int | float | bool:
        """The Python value of a number or a boolean; the lexical form of anything else, unchanged."""
        name = self.datatype.removeprefix(XSD)
        if name == "boolean":
            return str(self) in ("true", "1")
        if name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"):
            return int(self)
        if name in ("decimal", "double", "float"):
            return float(self)
        return str(self)


Term = IRI | Literal
"""What can be the object of a statement."""


def expand(name: str) -> IRI | None:
    """Return the IRI that a prefixed name or an absolute IRI stands for, or None if it is neither."""
    prefix, colon, local = name.strip("<>").partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return IRI(PREFIXES[prefix] + local)
    return IRI(name.strip("<>")) if re.match(r"<?(https?|urn|mailto|tag):", name) else None


def compact(iri: str) -> str:
    """Return the shortest prefixed name of an IRI, or the IRI itself where no prefix fits."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and SIMPLE_LOCAL.match(iri[len(space) :]):
            return f"{prefix}:{iri[len(space) :]}"
    return str(iri)


def local_name(iri: str) -> str:
    """Return what stands behind the last ``#`` or ``/`` of an IRI."""
    return re.split(r"[#/]", iri)[-1]
