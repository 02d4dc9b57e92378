"""Suggestions by likeness of words: properties that fit two things and sound like the sentence, themes that it touches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from severance_kg.drafting.gazetteer import Gazetteer
from severance_kg.drafting.grammar import folded
from severance_kg.ontology import EdgeProperty, Ontology
from severance_kg.vocabulary import RDFS, SKOS, compact, local_name

MOST_PREDICATES = 3
MOST_THEMES = 2
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SMALL = frozenset(
    "the a an of to in on at for from by with about and or but not is are was were be been being has have had do does did it its "
    "he she they him her them his their that this these those what which who whom whose as if when where how why than then so no "
    "one ones own other others another same such any all each every some more most much many may might will would can could "
    "subject object thing things somebody something says say said there here out up over into onto off down just also very "
    "only both two us we you i me my our your get gets got go use uses used spoken speak kind way made make makes".split()
)


def predicates(gazetteer: Gazetteer, subjects: Sequence[str], objects: Sequence[str], words: str) -> list[str]:
    """Return at most three properties that sound like the words and whose domain and range fit, the nearest first.

    A property that joins two of the things comes before one of which only an end is among them: its other end may be new.

    Args:
        gazetteer: the graph.
        subjects: the local names of what may be the subject, the likeliest first.
        objects: those of what else is mentioned; either may stand at either end.
        words: what is said.
    """
    said = stems(words)
    things = [one for one in dict.fromkeys((*subjects, *objects)) if one in gazetteer.things]
    said = said - {one for thing in things for one in stems(gazetteer.things[thing].label)}
    ranked = []
    for edge in gazetteer.ontology.edges.values():
        starts = [one for one in things if _fits(gazetteer, one, edge.domain)]
        ends = [one for one in things if _fits(gazetteer, one, edge.range) and not edge.takes_literals]
        joined = any(one != other for one in starts for other in ends)
        if not (joined or starts or ends):
            continue
        name, told, shown = _sounds(gazetteer.ontology, edge)
        heard = 3 * len(name & said) + len((told - name) & said) + len((shown - told - name) & said) / 2
        if heard:
            ranked.append((-heard - joined, compact(edge.iri).removeprefix("skg:")))
    return [name for _, name in sorted(ranked)[:MOST_PREDICATES]]


def _fits(gazetteer: Gazetteer, thing: str, classes: frozenset[str]) -> bool:
    return not classes or gazetteer.ontology.is_a(gazetteer.things[thing].type, classes)


def themes(ontology: Ontology, words: str) -> list[tuple[str, str]]:
    """Return at most two themes that the words touch, each with the word of theirs that says so.

    A word of a theme's label counts three times as much as one of its definition or scope note, and one of these alone is
    not enough.
    """
    said = {stem(word): word for word in reversed(_words(words))}
    ranked = []
    for theme, (name, told) in _theme_words(ontology).items():
        score = 3 * len(name & said.keys()) + len((told - name) & said.keys())
        if score >= MOST_THEMES:
            heard = sorted((name | told) & said.keys(), key=lambda one: (one not in name, one))
            ranked.append((-score, theme, ", ".join(said[one] for one in heard[:3])))
    return [(theme, heard) for _, theme, heard in sorted(ranked)[:MOST_THEMES]]


def stems(words: str) -> set[str]:
    """Return the stems of the words of a text, small ones left out."""
    return {stem(word) for word in _words(words)}


def stem(word: str) -> str:
    """Return a rough stem: equal for "choose", "choosing" and "chooses", and for the common irregular pasts."""
    word = _IRREGULAR.get(word, word)
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.rstrip("e") if len(word) > 3 else word


_IRREGULAR = {
    "chose": "choose", "chosen": "choose", "gave": "give", "given": "give", "left": "leave", "went": "go", "wrote": "write",
    "written": "write", "found": "find", "knew": "know", "known": "know", "saw": "see", "seen": "see", "met": "meet",
    "wants": "want", "told": "tell", "built": "build", "felt": "feel", "thought": "think", "brought": "bring", "tore": "tear",
    "torn": "tear", "ripping": "tear", "rips": "tear", "ripped": "tear", "held": "hold", "kept": "keep", "lives": "live",
    "life": "live", "began": "begin", "begun": "begin", "married": "marry", "marriage": "marry", "spouse": "marry",
    "wife": "marry", "husband": "marry", "friends": "friend", "friendship": "friend", "made": "make", "running": "go",
    "runs": "go", "ran": "go", "refining": "refine", "played": "play", "plays": "play", "portrays": "play",
    "realize": "realise", "realizes": "realise", "realized": "realise", "realizing": "realise", "shot": "film",
    "shooting": "film", "choice": "choose", "choices": "choose", "pieces": "piece", "connection": "bond",
}  # fmt: skip


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(folded(text)) if word not in _SMALL and len(word) > 2]


@cache
def _stems_of(told: str) -> frozenset[str]:
    return frozenset(stems(told))


def _sounds(ontology: Ontology, edge: EdgeProperty) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the stems of a property's names, of its definition and of its examples."""
    name = f"{edge.label} {_CAMEL.sub(' ', local_name(edge.iri))}"
    told = " ".join(_said_of(ontology, edge.iri, (SKOS + "definition", SKOS + "scopeNote")))
    shown = " ".join(_CAMEL.sub(" ", one) for one in _said_of(ontology, edge.iri, (SKOS + "example",)))
    return _stems_of(name), _stems_of(told), _stems_of(shown)


def _theme_words(ontology: Ontology) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return for each theme the stems of its labels, and those of its definition and scope note."""
    labels = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")
    told = (SKOS + "definition", SKOS + "scopeNote")
    return {
        local_name(theme): (
            _stems_of(" ".join(_said_of(ontology, theme, labels))),
            _stems_of(" ".join(_said_of(ontology, theme, told))),
        )
        for theme in sorted(ontology.themes)
    }


def _said_of(ontology: Ontology, iri: str, predicates: Iterable[str]) -> list[str]:
    wanted = set(predicates)
    return [value for predicate, value in _literals(ontology).get(iri, ()) if predicate in wanted]


_INDEX: dict[int, tuple[Ontology, dict[str, list[tuple[str, str]]]]] = {}


def _literals(ontology: Ontology) -> dict[str, list[tuple[str, str]]]:
    """Return what the ontology says in words of each of its terms, read once for each ontology."""
    import pyoxigraph as ox

    if id(ontology) not in _INDEX:
        found: dict[str, list[tuple[str, str]]] = {}
        for triple in ontology.triples:
            if isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode):
                found.setdefault(triple.subject.value, []).append((triple.predicate.value, triple.object.value))
        _INDEX.clear()
        _INDEX[id(ontology)] = (ontology, found)
    return _INDEX[id(ontology)][1]
