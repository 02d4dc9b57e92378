"""Two sources side by side: where statements agree, are in tension or revise each other, proposed by rule.

A proposal is no part of the graph. It comes into it when a person writes the relation into an annotation file; what a person
has written for two statements stands, and nothing else is proposed for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from severance_kg.axioms import Axioms, Links, Triple, closed, read_axioms
from severance_kg.errors import InputError, UnknownName
from severance_kg.moments import MomentOrder, Time
from severance_kg.ontology import read_ontology
from severance_kg.reading import SourceCard, natural
from severance_kg.resources import gather
from severance_kg.statements import SYMMETRIC, Commitment, Polarity, Relation, Statement
from severance_kg.vocabulary import IRI, SRC, ST, Term, expand, local_name

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

KEYS = {Relation.AGREES_WITH: "agrees_with", Relation.IN_TENSION_WITH: "in_tension_with", Relation.REVISES: "revises"}
"""The keys that confirm a proposal, in the order in which proposals are told."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A relation between two statements of different sources, and why it is proposed.

    Attributes:
        one: the statement to write the relation at; of two that revise, the later one.
        rule: the name of the rule that proposes it; None for what a person wrote and no rule sees.
        confirmed: whether a person has written it into an annotation file.
    """

    relation: Relation
    one: Statement
    other: Statement
    rule: str | None
    reason: str
    confirmed: bool = False

    @property
    def line(self) -> str:
        """The line of YAML that confirms it, for the statement ``one``; what stands there under the key already is in it."""
        there = [iri for relation, iri in self.one.relations if relation is self.relation]
        named = dict.fromkeys([*there, self.other.iri])
        own = f"{local_name(self.one.source)}-" if self.one.source else ""
        return f"{KEYS[self.relation]}: [{', '.join(local_name(iri).removeprefix(own) for iri in named)}]"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sources, how many statements each has, and what is proposed between them, sorted by relation and statement."""

    one: SourceCard
    other: SourceCard
    statements: tuple[int, int]
    proposals: tuple[Proposal, ...]


def compare_sources(kg: KnowledgeGraph, one: str, other: str) -> Comparison:
    """Compare two sources of a graph.

    Raises:
        UnknownName: a name is no source's, with the nearest one there is.
        InputError: both are one source, or nothing of one is annotated.
    """
    first, second = _source(kg, one), _source(kg, other)
    if first.iri == second.iri:
        raise InputError(f'"{one}" and "{other}" are one source', hint="name two; two readers of one source are two files")
    sides = _said(kg, first), _said(kg, second)
    found = _Rules(kg, *sides).proposals()
    return Comparison(first, second, (len(sides[0]), len(sides[1])), tuple(sorted(found, key=_rank)))


def _source(kg: KnowledgeGraph, name: str) -> SourceCard:
    iri = expand(name) if ":" in name else IRI(SRC + name)
    if iri in kg.sources:
        return kg.sources[iri]
    raise UnknownName("source", name, map(local_name, kg.sources))


def _said(kg: KnowledgeGraph, source: SourceCard) -> list[Statement]:
    found = kg.having("source", source.iri)
    if not found:
        raise InputError(
            f'no statement of "{local_name(source.iri)}" is in the graph', hint="only what is annotated can be compared"
        )
    return found


def _rank(one: Proposal) -> tuple[object, ...]:
    return [*KEYS].index(one.relation), one.confirmed, natural(one.one.iri), natural(one.other.iri)


# ── What a statement claims ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Claim:
    """A triple that a statement states, or entails for the reason given."""

    triple: Triple
    time: Time
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule sees between two statements."""

    relation: Relation
    rule: str
    reason: str


class _Rules:
    """The rules by which relations are proposed between the statements of two sources."""

    def __init__(self, kg: KnowledgeGraph, ones: list[Statement], others: list[Statement]) -> None:
        self.kg, self.ones, self.others = kg, ones, others
        self.order: MomentOrder = kg.order
        self._objects: dict[object, set[Term]] = defaultdict(set)
        for one in (*ones, *others):
            self._objects[_topic(one)].add(one.object)
        self.axioms: Axioms = read_axioms(read_ontology(gather().vocabulary).triples)

    @cached_property
    def _broader(self) -> Links:
        links: dict[str, list[str]] = defaultdict(list)
        for row in self.kg.select("SELECT ?theme ?broader WHERE { ?theme skos:broader ?broader }"):
            links[str(row["theme"])].append(str(row["broader"]))
        return closed(links)

    def proposals(self) -> Iterator[Proposal]:
        """Yield what is proposed between the two sources, at most one relation for two statements."""
        ones, others = self.ones, self.others
        claims = self._claims(ones) | self._claims(others)
        pairs = self._pairs(ones, others, claims)
        known = {one.iri: one for one in (*ones, *others)}
        written = dict(_written(ones, others, known))
        for a, b in sorted({*pairs, *written}, key=lambda pair: (natural(pair[0]), natural(pair[1]))):
            found = self._found(known[a], known[b], claims)
            if (a, b) in written:
                yield from (self._confirmed(relation, known[x], known[y], found) for relation, x, y in written[a, b])
            elif found:
                turn = found.relation is Relation.REVISES and self._later(known[a], known[b])
                first, second = (a, b) if turn else (b, a)
                yield Proposal(found.relation, known[first], known[second], found.rule, found.reason)

    def _confirmed(self, relation: Relation, one: Statement, other: Statement, found: _Found | None) -> Proposal:
        if found and found.relation is relation:
            return Proposal(relation, one, other, found.rule, found.reason, confirmed=True)
        reason = "a person wrote it" + (f"; by rule it would be {KEYS[found.relation]}: {found.reason}" if found else "")
        return Proposal(relation, one, other, None, reason, confirmed=True)

    def _claims(self, statements: list[Statement]) -> dict[IRI, tuple[_Claim, ...]]:
        found: dict[IRI, list[_Claim]] = {one.iri: [*self._entailed(one)] for one in statements}
        for iri, claim in self._inferred(statements):
            found[iri].append(claim)
        return {iri: tuple(claims) for iri, claims in found.items()}

    def _entailed(self, one: Statement) -> Iterator[_Claim]:
        yield _Claim(one.triple, one.time)
        for triple, why in self.axioms.equivalents(one.triple):
            yield _Claim(triple, one.time, why)
        if one.polarity is Polarity.AFFIRMED:
            for triple, why in self.axioms.weaker(one.triple, self._broader):
                yield _Claim(triple, one.time, why)

    def _inferred(self, statements: list[Statement]) -> Iterator[tuple[IRI, _Claim]]:
        """Yield what the ontology's rules infer from a source and the background, if one statement of the source carries it."""
        import pyoxigraph as ox

        from severance_kg.compile import edge_line, node, statement_triples
        from severance_kg.results import Rows
        from severance_kg.rules import infer, read_rules
        from severance_kg.vocabulary import RDF, RDFS

        rows = self.kg.query("SELECT ?statement WHERE { ?statement a skg:BackgroundStatement }")
        assert isinstance(rows, Rows)
        own = {one.iri for one in statements}
        ground = [*statements, *(self.kg.statement(str(row[0])) for row in rows if row[0] not in own)]
        edges = [one for one in ground if one.is_edge]
        triples = {triple for one in edges for triple in statement_triples(one)}
        triples.update(quad.triple for quad in ox.parse("".join(map(edge_line, edges)), format=ox.RdfFormat.N_TRIPLES))
        for thing in {term for one in edges for term in (one.subject, one.object) if isinstance(term, IRI)}:
            if known := self.kg.things.get(thing):
                triples.add(ox.Triple(node(thing), node(RDFS + "label"), ox.Literal(known.label, language="en")))
                triples.update(ox.Triple(node(thing), node(RDF + "type"), node(cls)) for cls in known.classes)
        derived = {one.iri: one for one in infer(tuple(edges), triples, read_rules(gather().rules))}

        def carriers(iri: IRI) -> set[IRI]:
            return (
                {carrier for premise in derived[iri].premises for carrier in carriers(premise)} if iri in derived else {iri} & own
            )

        for one in derived.values():
            found = carriers(one.iri)
            if len(found) == 1:
                yield found.pop(), _Claim(one.triple, one.time, f"by the rule “{self.kg.label(one.rule)}”")

    def _pairs(
        self, ones: list[Statement], others: list[Statement], claims: dict[IRI, tuple[_Claim, ...]]
    ) -> set[tuple[IRI, IRI]]:
        """Return the pairs that a rule may have something to say of, without looking at all."""
        shelves: dict[object, list[IRI]] = defaultdict(list)
        for other in others:
            for mark in self._marks(other, claims[other.iri]):
                shelves[mark].append(other.iri)
        return {(one.iri, iri) for one in ones for mark in self._marks(one, claims[one.iri]) for iri in shelves.get(mark, ())}

    def _marks(self, one: Statement, claims: Iterable[_Claim]) -> Iterator[object]:
        yield from (claim.triple for claim in claims)
        if one.predicate in self.axioms.functional:
            yield "subject", one.subject, one.predicate
        if one.said_by and len(self._objects[_topic(one)]) == 1:
            yield "speaker", one.said_by, one.subject, one.predicate
        if one.predicate in self.axioms.inverse_functional:
            yield "object", one.predicate, one.object
        if one.predicate in self.axioms.asymmetric:
            yield "ends", one.predicate, frozenset({one.subject, one.object})
        if one.predicate in self.axioms.disjoint:
            yield "ends", one.subject, one.object

    # ── The rules ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _found(self, a: Statement, b: Statement, claims: dict[IRI, tuple[_Claim, ...]]) -> _Found | None:
        """Return the first rule's word: a speaker who takes back revises, and is not in tension with another."""
        shared = _shared(a, b, claims)
        if shared:
            claim, other = shared
            return None if self._apart(claim.time, other.time) else self._of_one_triple(a, b, claim.why or other.why)
        return None if self._apart(a.time, b.time) else self._of_two_triples(a, b)

    def _of_one_triple(self, a: Statement, b: Statement, why: str | None) -> _Found | None:
        turned = [name for name in ("polarity", "reading", "commitment") if getattr(a, name) != getattr(b, name)]
        through = f" ({why})" if why else ""
        if turned and self._turned_over(a, b) and not why:
            early, late = (b, a) if self._later(a, b) else (a, b)
            then, now = (", ".join(str(getattr(one, name)).lower() for name in turned) for one in (early, late))
            reason = f"{self._who(a)} said the same triple before, and judged it otherwise: {then} then, {now} now"
            return _Found(Relation.REVISES, turned[0], reason)
        if Commitment.HYPOTHETICAL in (a.commitment, b.commitment):
            return None
        if a.polarity is not b.polarity:
            denies = a if a.polarity is Polarity.NEGATED else b
            return _Found(
                Relation.IN_TENSION_WITH, "denial", f"{_id(denies)} denies what the other affirms{through}{self._doubt(a, b)}"
            )
        if a.reading is not b.reading:
            return _Found(
                Relation.IN_TENSION_WITH,
                "reading",
                f"one means it as it stands, the other as a figure{through}{self._doubt(a, b)}",
            )
        both = "deny" if a.polarity is Polarity.NEGATED else "affirm"
        rule, what = ("entailment", "one entails the other") if why else ("same-triple", "the same triple")
        return _Found(Relation.AGREES_WITH, rule, f"both {both} it: {what}{through}{self._doubt(a, b)}")

    def _of_two_triples(self, a: Statement, b: Statement) -> _Found | None:
        affirmed = a.polarity is b.polarity is Polarity.AFFIRMED and a.reading is b.reading
        if not affirmed or Commitment.HYPOTHETICAL in (a.commitment, b.commitment):
            return None
        name = self.kg.label(a.predicate)
        same_start = (a.subject, a.predicate) == (b.subject, b.predicate)
        single = same_start and a.predicate in self.axioms.functional
        if same_start and self._turned_over(a, b) and (single or self._exchanged(a, b)):
            doubt = "" if single else f"; nothing says that “{name}” has one object only, so it may as well be added"
            return _Found(Relation.REVISES, "object", f"{self._who(a)} named another object of “{name}” before{doubt}")
        what = None
        if single:
            what = "functional", f"“{name}” has one object at most, and they name two"
        elif (a.predicate, a.object) == (b.predicate, b.object) and a.predicate in self.axioms.inverse_functional:
            what = "inverse-functional", f"“{name}” has one subject at most for an object, and they name two"
        elif (a.subject, a.predicate, a.object) == (b.object, b.predicate, b.subject) and a.predicate in self.axioms.asymmetric:
            what = "asymmetric", f"“{name}” holds in one direction only, and they give both"
        elif (a.subject, a.object) == (b.subject, b.object) and b.predicate in self.axioms.disjoint.get(a.predicate, ()):
            what = "disjoint", f"“{name}” and “{self.kg.label(b.predicate)}” exclude each other"
        return _Found(Relation.IN_TENSION_WITH, what[0], what[1] + self._doubt(a, b)) if what else None

    def _turned_over(self, a: Statement, b: Statement) -> bool:
        """Whether one speaker speaks of one view in both, and it is known in which last."""
        return (
            a.said_by is not None
            and (a.said_by, a.held_by) == (b.said_by, b.held_by)
            and (self._later(a, b) or self._later(b, a))
        )

    def _exchanged(self, a: Statement, b: Statement) -> bool:
        """Whether the speaker names one object in each source: of several, none takes the place of another."""
        single = len(self._objects[_topic(a)]) == len(self._objects[_topic(b)]) == 1
        return single and a.object != b.object and not str(a.object).startswith(ST)

    def _later(self, one: Statement, other: Statement) -> bool:
        """Whether the source of one statement is known to have appeared after that of the other."""
        dates = [self._date(statement) for statement in (one, other)]
        return bool(dates[0] and dates[1] and dates[0] > dates[1])

    def _date(self, one: Statement) -> str | None:
        card = self.kg.sources.get(one.source) if one.source else None
        return card.issued if card else None

    def _apart(self, one: Time, other: Time) -> bool:
        """Whether two times are known to share no moment: then both statements can be had, and the story has moved on."""
        if one.always or other.always or not (one.known and other.known):
            return False
        if one.at and other.at:
            return one.at != other.at
        starts, ends = ([t.at or t.start for t in (one, other)], [t.at or t.end for t in (one, other)])
        return any(
            end and start and self.order.precedes(end, start) for end, start in ((ends[0], starts[1]), (ends[1], starts[0]))
        )

    def _who(self, one: Statement) -> str:
        return self.kg.label(one.said_by)

    def _doubt(self, a: Statement, b: Statement) -> str:
        """Say what weakens a proposal: commitment short of assertion, a view that is another's, a time that is not known."""
        told = [
            f"{_id(one)} is {str(one.commitment).lower()}{self._view(one)}"
            for one in (a, b)
            if one.commitment is not Commitment.ASSERTED
        ]
        if a.time.known != b.time.known:
            told.append(f"{_id(b if a.time.known else a)} names no moment")
        if a.said_by and (a.said_by, a.held_by) == (b.said_by, b.held_by) and not (self._later(a, b) or self._later(b, a)):
            told.append("the speaker is one, and which source is later is not known")
        if a.frame is not b.frame:
            told.append(f"the frames are {a.frame} and {b.frame}")
        return f"; {', '.join(told)}" if told else ""

    def _view(self, one: Statement) -> str:
        return f" as the view of {self.kg.label(one.held_by)}" if one.commitment is Commitment.REPORTED and one.held_by else ""


def _topic(one: Statement) -> object:
    return one.source, one.said_by, one.subject, one.predicate


def _id(one: Statement) -> str:
    return local_name(one.iri)


def _shared(a: Statement, b: Statement, claims: dict[IRI, tuple[_Claim, ...]]) -> tuple[_Claim, _Claim] | None:
    """Return a triple that one states and the other states or entails; of a denial only what it denies counts."""
    for one, other in ((a, b), (b, a)):
        stated = claims[other.iri][0]
        for claim in claims[one.iri]:
            if claim.triple == stated.triple:
                return claim, stated
    return None


def _written(
    ones: list[Statement], others: list[Statement], known: dict[IRI, Statement]
) -> Iterator[tuple[tuple[IRI, IRI], list[tuple[Relation, IRI, IRI]]]]:
    """Yield for two statements what a person has written between them: relation, from which, to which."""
    firsts = {one.iri for one in ones}
    found: dict[tuple[IRI, IRI], dict[tuple[Relation, IRI, IRI], None]] = defaultdict(dict)
    for one in (*others, *ones):
        for relation, iri in one.relations:
            if relation in KEYS and iri in known and (iri in firsts) != (one.iri in firsts):
                pair = (one.iri, iri) if one.iri in firsts else (iri, one.iri)
                # A mutual relation is in the graph at both ends: it is told once, at the statement of the second source.
                ends = (pair[1], pair[0]) if relation in SYMMETRIC else (one.iri, iri)
                found[pair][relation, *ends] = None
    yield from ((pair, list(given)) for pair, given in found.items())
