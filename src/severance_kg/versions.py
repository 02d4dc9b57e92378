"""Which program, which ontology and which data answer: the versions of all three, and the digest of the graph."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from severance_kg import __version__
from severance_kg.build import ntriples
from severance_kg.errors import SevError
from severance_kg.resources import gather
from severance_kg.vocabulary import DATASET, DCAT, ONTOLOGY, OWL


@dataclass(frozen=True, slots=True)
class Versions:
    """What a graph says of its versions, and its SHA-256 as sorted N-Triples; a version that it does not say is None."""

    ontology: str | None
    data: str | None
    digest: str


def versions(content: bytes) -> Versions:
    """Return the versions that a graph in N-Triples bears."""
    return Versions(
        _said(content, ONTOLOGY, OWL + "versionInfo"),
        _said(content, DATASET, DCAT + "version"),
        hashlib.sha256(content).hexdigest(),
    )


def _said(content: bytes, subject: str, property: str) -> str | None:
    found = re.search(rb'(?m)^<%b> <%b> "([^"\\]*)"' % (re.escape(subject.encode()), re.escape(property.encode())), content)
    return found[1].decode() if found else None


def told() -> str:
    """Return the versions of the program, of its ontology and of the bundled data, a line each.

    A program whose data cannot be read or does not pass its checks still tells its own version: that is when it is asked for.
    """
    lines = [f"severance-kg {__version__}"]
    try:
        found = versions(ntriples(gather()))
    except SevError as error:
        lines.append(f"the data cannot be used (severance-kg check tells why): {type(error).__name__}")
    else:
        lines += [f"ontology {found.ontology}", f"data {found.data} sha256:{found.digest}"]
    return "\n".join(lines) + "\n"
