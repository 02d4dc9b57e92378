"""Graphs of any size, made up from a seed: a few things of which much is said, many of which little is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle

import pyoxigraph as ox

import severance_kg as skg
from severance_kg.compile import lines, statement_triples
from severance_kg.statements import Commitment, Frame, Kind, Polarity, Reading, Statement, ThemeAssignment, Weight
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import IRI, RDF, RDFS, SEV, SKG, ST, THEME

KINDS = ("Persona", "RealPerson", "Organisation", "Place", "Object", "Event", "Work", "Abstraction")
VERBS = ("knows", "wants", "fears", "leads to")
SYLLABLES = ("bar", "den", "fol", "gar", "hel", "kir", "lum", "mor", "nes", "ost", "pel", "rin", "sol", "tam", "vek")


def synthetic(
    statements: int, things: int, *, seed: int = 1, between_two: int = 0, words: Sequence[str] = ()
) -> skg.KnowledgeGraph:
    """Return a graph of so many statements about so many things; ``between_two`` of them are about the first two things.

    ``words`` are put into labels, glosses, themes' reasons and notes, by turns.
    """
    chance = random.Random(seed)
    turns = cycle(words or [""])
    triples: list[ox.Triple] = []

    def add(iri: str, cls: str, label: str) -> IRI:
        node = ox.NamedNode(iri)
        triples.append(ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SKG + cls)))
        triples.append(ox.Triple(node, ox.NamedNode(RDFS + "label"), ox.Literal(f"{label}{next(turns)}", language="en")))
        return IRI(iri)

    verbs = [add(f"{SKG}verb{i}", "EdgeProperty", verb) for i, verb in enumerate(VERBS)]
    themes = [add(f"{THEME}Theme{i}", "Theme", f"theme {i}") for i in range(9)]
    names = [add(f"{SEV}Thing{i}", chance.choice(KINDS), _name(chance)) for i in range(things)]
    # Each thing but the first is tied to one before it, the early ones oftener than the late.
    ties = [(names[i], names[int(i * chance.random() ** 2)]) for i in range(1, min(things, statements - between_two + 1))]
    ties += [(names[0], names[1])] * between_two
    while len(ties) < statements:
        a, b = (names[int(things * chance.random() ** 2)] for _ in range(2))
        if a != b:
            ties.append((a, b))
    for i, (one_end, other_end) in enumerate(ties[:statements]):
        one = Statement(
            iri=IRI(f"{ST}made-s{i:05}"),
            kind=Kind.BACKGROUND,
            subject=one_end,
            predicate=chance.choice(verbs),
            object=other_end,
            gloss=f"{_name(chance).capitalize()} and {_name(chance)} have to do with each other, says number {i}.{next(turns)}",
            commitment=chance.choices(list(Commitment), (1, 1, 2, 16))[0],
            polarity=Polarity.NEGATED if chance.random() < 0.05 else Polarity.AFFIRMED,
            reading=Reading.FIGURATIVE if chance.random() < 0.05 else Reading.LITERAL,
            frame=chance.choice(list(Frame)),
            themes=(ThemeAssignment(chance.choice(themes), Weight.MAJOR, f"It is made up so.{next(turns)}"),),
            said_by=names[chance.randrange(min(things, 12))],
            references=("https://example.org/made-up",),
            note=next(turns) or None,
        )
        triples += statement_triples(one)
    return skg.KnowledgeGraph(MemoryStore("".join(lines(triples)).encode()))


def _name(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(chance.randint(1, 3)))
