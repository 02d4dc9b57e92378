"""What the graph knows, as the rules of drafting need it: names of things, their classes, and the edges between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from severance_kg.drafting.grammar import folded
from severance_kg.ontology import Ontology
from severance_kg.statements import Corpus, Entity, Source
from severance_kg.vocabulary import IRI, SKG, expand, local_name

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_QUALIFIER = re.compile(r"\s*\([^()]*\)\s*\Z")
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A form of words that names a thing; ``capital`` tells where a text must show a capital letter for it to be one."""

    words: tuple[str, ...]
    capital: bool
    thing: str


@dataclass(frozen=True)
class Gazetteer:
    """The names, classes and edges of a graph, by the local names of its things."""

    corpus: Corpus
    ontology: Ontology

    @cached_property
    def things(self) -> dict[str, Entity]:
        """The things by their local names."""
        return {local_name(entity.iri): entity for entity in self.corpus.entities}

    @cached_property
    def edges(self) -> dict[str, list[tuple[str, str]]]:
        """For each property, the pairs of things that an affirmed statement joins by it, whatever its commitment."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for one in self.corpus.statements:
            if isinstance(one.object, IRI) and one.polarity == "Affirmed":
                found[one.predicate].append((local_name(one.subject), local_name(one.object)))
        return found

    @cached_property
    def names(self) -> dict[str, list[Name]]:
        """The names by their first word, the longest first."""
        found: dict[str, set[Name]] = defaultdict(set)
        for local, entity in self.things.items():
            for label in (entity.label, *entity.also_called):
                for name in _forms(label, local):
                    found[name.words[0]].add(name)
        for first, name in self._surnames():
            found[first].add(name)
        return {first: sorted(names, key=lambda one: (-len(one.words), one.words, one.thing)) for first, names in found.items()}

    def _surnames(self) -> Iterator[tuple[str, Name]]:
        """Yield the last names of people who have a first one too."""
        for local, entity in self.things.items():
            words = _WORD.findall(folded(entity.label))
            if len(words) in (2, 3) and self.is_a(local, "skg:RealPerson", "skg:FictionalPerson") and entity.label.istitle():
                yield words[-1], Name((words[-1],), True, local)

    def is_a(self, local: str, *classes: str) -> bool:
        """Whether a thing is of one of these classes, given by prefixed names."""
        if local not in self.things:
            return False
        return self.ontology.is_a(self.things[local].type, [str(expand(one)) for one in classes])

    def related(self, owner: str, prop: str, answer: str) -> list[str]:
        """Return the things that an edge joins with ``owner``: its subjects, its objects, or whichever end is not the owner."""
        pairs = self.edges.get(str(expand(prop)), [])
        found = [s for s, o in pairs if o == owner and answer in ("subject", "either")]
        found += [o for s, o in pairs if s == owner and answer in ("object", "either")]
        return sorted(set(found))

    def at_end(self, prop: str, end: str) -> set[str]:
        """Return the things at one end of the edges of a property."""
        return {pair[end == "object"] for pair in self.edges.get(str(expand(prop)), [])}

    def selves(self, local: str) -> set[str]:
        """Return a thing and, if it is a persona, the person whose persona it is."""
        return {local, *self.related(local, "skg:personaOf", "object")}

    def owned(self, owner: str, noun: str) -> list[str]:
        """Return the things that a label calls the owner's: "Innie Mark's own life" is Innie Mark's "life" and "own life"."""
        label = folded(self.things[owner].label)
        wanted = {f"{label}'s {noun}", f"{label}'s own {noun}"}
        return sorted(local for local, entity in self.things.items() if folded(entity.label) in wanted)

    def find(self, name: str) -> list[str]:
        """Return the things that a name in full is the label or another name of, articles aside."""
        wanted = _ARTICLE.sub("", folded(name).strip(), count=1)
        return sorted(
            local
            for local, entity in self.things.items()
            if wanted in {_ARTICLE.sub("", folded(label), count=1) for label in (entity.label, *entity.also_called)}
        )

    def source_like(self, sha256: str, url: str | None) -> Source | None:
        """Return the known source with this text, or with this address."""
        by_text = [one for one in self.corpus.sources if one.sha256 == sha256]
        page = url.split("#")[0] if url else None
        by_address = [one for one in self.corpus.sources if page and one.url and one.url.split("#")[0] == page]
        return next(iter((*by_text, *by_address)), None)

    @cached_property
    def moments(self) -> dict[str, str]:
        """For each thing that happens at a moment, the moment."""
        return dict(self.edges.get(SKG + "occursAt", []))


def _forms(label: str, local: str) -> Iterator[Name]:
    """Yield the forms of a label: without a qualifier in brackets, without its article, and in the plural."""
    bare = _QUALIFIER.sub("", label)
    bare = _ARTICLE.sub("", bare, count=1)
    words = tuple(_WORD.findall(folded(bare)))
    if not words or len(words) > 8:
        return
    capital = any(c.isupper() for c in bare)
    yield Name(words, capital, local)
    last = words[-1]
    if not capital and last.isalpha() and len(last) > 3:
        plural = last[:-1] if last.endswith("s") and not last.endswith("ss") else last + "s"
        yield Name((*words[:-1], plural), capital, local)
