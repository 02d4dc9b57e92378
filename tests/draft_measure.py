"""How much of an accepted source a draft of its text proposes; shared by a test and a benchmark."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from severance_kg.annotations import read_corpus
from severance_kg.drafting.draft_file import render
from severance_kg.drafting.gazetteer import Gazetteer
from severance_kg.drafting.proposals import Proposal, propose
from severance_kg.drafting.read import read_interview
from severance_kg.drafting.sources import make_card
from severance_kg.ontology import read_ontology
from severance_kg.resources import gather
from severance_kg.statements import Statement
from severance_kg.vocabulary import local_name

PUBLISHER = "The Celeb Post"


@dataclass
class Measure:
    """Counts over the accepted statements, each of them of those before; ``missed`` names the statements that fall out."""

    statements: int = 0
    proposals: int = 0
    passages: int = 0
    speakers: int = 0
    commitments: int = 0
    sure: int = 0
    subjects: int = 0
    objects: int = 0
    predicates: int = 0
    themes: int = 0
    missed: list[str] = field(default_factory=list)
    draft: str = ""


def measure(article: Path, source: str = "celebpost-45511") -> Measure:
    """Draft a text with the background alone, as if nobody had annotated it, and compare with what was accepted."""
    inputs = gather()
    ontology = read_ontology(inputs.vocabulary)
    accepted = read_corpus(inputs.annotations, inputs.schema, ontology)
    series = [(name, path) for name, path in inputs.annotations if path.stem == "series"]
    gazetteer = Gazetteer(read_corpus(series, inputs.schema, ontology), ontology)
    interview = read_interview(article)
    card = make_card(interview, gazetteer, "drafted", publisher=PUBLISHER)
    made = propose(interview, gazetteer, card)
    found = Measure(proposals=len(made.proposals), draft=render(interview, card, made))
    for one in accepted.statements:
        if one.passage and local_name(one.source or "") == source:
            _count(found, one, made.proposals)
    return found


def _count(found: Measure, one: Statement, proposals: tuple[Proposal, ...]) -> None:
    found.statements += 1
    around = [p for p in proposals if _within(one, p)]
    right = [p for p in around if p.voice.said_by == local_name(one.said_by or "")]
    firm = [p for p in right if one.commitment in p.judgements.commitments]
    found.passages += bool(around)
    found.speakers += bool(right)
    found.commitments += bool(firm)
    found.sure += any(p.judgements.commitments == (one.commitment,) for p in firm)
    found.subjects += any(local_name(one.subject) in (*p.subjects, *p.objects) for p in firm)
    found.objects += any(local_name(str(one.object)) in (*p.subjects, *p.objects) for p in firm)
    found.predicates += any(local_name(one.predicate) in [n.split(":")[-1] for n in p.predicates] for p in firm)
    named = {local_name(theme.theme) for theme in one.themes}
    found.themes += not named or any(named & {theme for theme, _ in p.themes} for p in firm)
    if not firm:
        found.missed.append(local_name(one.iri))


def _within(one: Statement, proposal: Proposal) -> bool:
    inner, outer = one.passage and one.passage.characters, proposal.passage.characters
    return bool(inner and outer and outer.start <= inner.start and inner.end <= outer.end)
