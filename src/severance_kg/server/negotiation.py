"""Content negotiation (RFC 9110, section 12.5.1), and the formats that there are for each kind of answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from severance_kg.errors import InputError

MOST_RANGES = 64
"""How many media ranges of an Accept header are read; no client sends a tenth of them."""


@dataclass(frozen=True, slots=True)
class Media:
    """A media type, and what this project calls the format."""

    type: str
    format: str

    @property
    def header(self) -> str:
        """The value for Content-Type."""
        if self.type == "text/csv":
            return f"{self.type}; charset=utf-8; header=present"
        return f"{self.type}; charset=utf-8" if self.type.startswith("text/") else self.type


BOOLEAN = (
    Media("application/sparql-results+json", "json"),
    Media("application/json", "json"),
    Media("application/sparql-results+xml", "xml"),
    Media("application/xml", "xml"),
    Media("text/xml", "xml"),
)
"""For ASK. SPARQL 1.1 defines no CSV or TSV for true and false."""
ROWS = (*BOOLEAN, Media("text/csv", "csv"), Media("text/tab-separated-values", "tsv"))
TRIPLES = (
    Media("text/turtle", "turtle"),
    Media("application/n-triples", "ntriples"),
    Media("application/ld+json", "jsonld"),
    Media("application/rdf+xml", "rdfxml"),
    Media("text/plain", "ntriples"),
    Media("application/x-turtle", "turtle"),
    Media("application/json", "jsonld"),
    Media("application/xml", "rdfxml"),
)
HTML = Media("text/html", "html")

# What clients put into format=, output= and results=: the format's name for rows and the one for triples.
_NAMES: dict[str, tuple[str | None, str | None]] = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdfxml"),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "turtle": (None, "turtle"),
    "ttl": (None, "turtle"),
    "n3": (None, "turtle"),
    "ntriples": (None, "ntriples"),
    "n-triples": (None, "ntriples"),
    "nt": (None, "ntriples"),
    "jsonld": (None, "jsonld"),
    "json-ld": (None, "jsonld"),
    "rdf": (None, "rdfxml"),
    "rdfxml": (None, "rdfxml"),
    "rdf+xml": (None, "rdfxml"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The media type to answer in for each kind of answer, or None where none would be accepted."""

    rows: Media | None
    boolean: Media | None
    triples: Media | None

    @property
    def formats(self) -> tuple[str | None, ...]:
        """What the three formats are called."""
        return tuple(one.format if one else None for one in (self.rows, self.boolean, self.triples))

    def of(self, kind: str) -> Media | None:
        """Return the media type for ``rows``, ``boolean`` or ``triples``."""
        found: Media | None = getattr(self, kind)
        return found


def choose(accept: str | None, named: Iterable[str]) -> Choice:
    """Return how to answer, by the parameters that name a format, or else by the Accept header.

    Raises:
        InputError: a parameter names a format that is not known, or two name different ones.
    """
    # SPARQLWrapper names one format in three parameters, and in each both by its name and by its media type.
    wanted = {_by_name(name.strip().casefold()) for name in named if name.strip()}
    if len({one.formats for one in wanted}) > 1:
        raise InputError("several formats are asked for", hint="name one")
    if wanted:
        return wanted.pop()
    found = [best(accept, offers) for offers in (ROWS, BOOLEAN, TRIPLES)]
    if accept and any(found):
        # rdflib, asked for JSON, accepts SPARQL's JSON alone, whatever kind of query it sends. Where nothing fits, RFC 9110
        # lets a server answer all the same: who accepts answers of one kind gets those of another in their usual format.
        found = [one or _usual(accept, offers) for one, offers in zip(found, (ROWS, BOOLEAN, TRIPLES), strict=True)]
    return Choice(*found)


def _by_name(name: str) -> Choice:
    if "/" in name:
        return Choice(best(name, ROWS), best(name, BOOLEAN), best(name, TRIPLES))
    if name not in _NAMES:
        raise InputError("there is no such format", where=name[:80], hint=f"known are {', '.join(_NAMES)}")
    rows, triples = _NAMES[name]
    return Choice(_called(rows, ROWS), _called(rows, BOOLEAN), _called(triples, TRIPLES))


def _called(format: str | None, offers: Sequence[Media]) -> Media | None:
    return next((one for one in offers if one.format == format), None)


def best(accept: str | None, offers: Sequence[Media]) -> Media | None:
    """Return the offer that an Accept header likes best, the first where it likes several equally, or None."""
    if accept is None or not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    liked = [(_quality(one.type, ranges) or 0.0, -place, one) for place, one in enumerate(offers)]
    quality, _, chosen = max(liked, key=lambda one: one[:2])
    return chosen if quality > 0 else None


def _usual(accept: str, offers: Sequence[Media]) -> Media | None:
    """Return the first offer that an Accept header does not mention, and so does not forbid."""
    ranges = _ranges(accept)
    return next((one for one in offers if _quality(one.type, ranges) is None), None)


def _ranges(accept: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(",", MOST_RANGES)[:MOST_RANGES]:
        name, *parameters = (piece.strip().casefold() for piece in part.split(";"))
        given = [one[2:] for one in parameters if one.startswith("q=")]
        try:
            quality = float(given[0][:8]) if given else 1.0
        except ValueError:
            continue
        found[name] = quality if 0 <= quality <= 1 else 0.0
    return found


def _quality(media: str, ranges: Mapping[str, float]) -> float | None:
    """The quality of the range that fits most closely, or None if none does."""
    family = media.split("/")[0]
    return next((ranges[one] for one in (media, f"{family}/*", "*/*") if one in ranges), None)
