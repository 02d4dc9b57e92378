"""Story time, points of view and paths, against SPARQL, against networkx, and on graphs small enough to judge by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import severance_kg as skg
from severance_kg.compile import lines, statement_triples
from severance_kg.moments import ALWAYS, UNKNOWN, MomentOrder, Time
from severance_kg.paths import HEDGED, STRENGTH, costs, find, nearest_approach, strengths
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Relation, Statement
from severance_kg.store import MemoryStore
from severance_kg.storytime import Changes, Holding, changes
from severance_kg.views import collisions, holders, one_voice, view
from severance_kg.vocabulary import IRI, SEV, SKG, ST, Literal, Term

HOLDING = (Path(skg.__file__).parent / "sparql" / "holding.rq").read_text("utf-8")
HOW = {"at this point": "at_point", "through a span": "through", "always": "always"}


def sev(name: str) -> IRI:
    return IRI(SEV + name)


def said(id: str, subject: str, object: str | Term, *, verb: str = "has", **more: Any) -> Statement:
    """A statement of an interview, asserted, affirmed and literal unless something else is given."""
    by = more.pop("by", "Erin")
    given: dict[str, Any] = {
        "iri": IRI(ST + id),
        "kind": Kind.INTERVIEW,
        "subject": sev(subject),
        "predicate": IRI(SKG + verb),
        "object": object if isinstance(object, IRI | Literal) else sev(object),
        "gloss": f"{subject} {verb} {object}.",
        "said_by": sev(by) if by else None,
        "held_by": sev(by) if by else None,
    }
    return Statement(**given | more)


def ids(statements: Iterable[Statement]) -> list[str]:
    return [one.iri.removeprefix(ST) for one in statements]


# ── What holds at a moment ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_holds_at_each_moment_is_what_sparql_says(kg: skg.KnowledgeGraph) -> None:
    moments = [iri for iri, thing in kg.things.items() if IRI(SKG + "Moment") in thing.classes]
    assert len(moments) >= 4
    for moment in moments:
        held = kg.at(moment)
        for how, attribute in HOW.items():
            rows = kg.select(HOLDING.replace("sev:MeetingScene", f"<{moment}>"))
            asked = [str(row["statement"]) for row in rows if str(row["how"]) == how]
            assert sorted(asked) == sorted(str(one.iri) for one in getattr(held, attribute)), (moment, how)
        assert list(held) == [*held.at_point, *held.through, *held.always]


MOMENTS = [sev(f"M{i}") for i in range(5)]
_moments = st.sampled_from(MOMENTS)
_times = st.one_of(
    st.just(UNKNOWN),
    st.just(ALWAYS),
    _moments.map(lambda moment: Time(at=moment)),
    st.builds(Time, start=_moments, end=st.none() | _moments),
    st.builds(Time, end=_moments),
)
# Pairs point forwards only, so that the order has no cycle.
_orders = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1]))
_denials = st.sampled_from([Polarity.AFFIRMED, Polarity.AFFIRMED, Polarity.NEGATED])


def ordered(*pairs: tuple[int, int]) -> MomentOrder:
    return MomentOrder((MOMENTS[a], MOMENTS[b]) for a, b in pairs)


@given(times=st.lists(st.tuples(_times, _denials), max_size=6), order=_orders, moment=_moments)
def test_on_any_graph_what_holds_is_what_sparql_says(
    times: list[tuple[Time, Polarity]], order: set[tuple[int, int]], moment: IRI
) -> None:
    statements = [said(f"s{i}", f"A{i}", "B", time=time, polarity=polarity) for i, (time, polarity) in enumerate(times)]
    triples = {triple for one in statements for triple in statement_triples(one)}
    precedes = ox.NamedNode(SKG + "precedes")
    triples |= {ox.Triple(ox.NamedNode(MOMENTS[a]), precedes, ox.NamedNode(MOMENTS[b])) for a, b in order}
    rows = MemoryStore("".join(lines(triples)).encode()).query(HOLDING.replace("sev:MeetingScene", f"<{moment}>"))
    assert isinstance(rows, skg.Rows)
    held = Holding(moment, statements, ordered(*order))
    for how, attribute in HOW.items():
        asked = [str(row["statement"]) for row in rows if str(row["how"]) == how]
        assert sorted(asked) == sorted(str(one.iri) for one in getattr(held, attribute)), how
    # Each edge is in one place at most, and what is not in any is known to lie before or after.
    places = [*held, *held.not_known, *held.unordered]
    assert len(ids(places)) == len(set(ids(places)))
    assert set(ids(places)) <= set(ids(one for one in statements if one.is_edge))


def test_point_span_always_denied_not_known_and_unordered_are_told_apart() -> None:
    order = ordered((0, 1), (1, 2), (0, 3))
    statements = [
        said("point", "A", "B", time=Time(at=MOMENTS[1])),
        said("span", "A", "C", time=Time(start=MOMENTS[0], end=MOMENTS[2])),
        said("since", "A", "D", time=Time(start=MOMENTS[1])),
        said("until", "A", "E", time=Time(end=MOMENTS[1])),
        said("always", "A", "F", time=ALWAYS),
        said("denied", "A", "G", time=Time(at=MOMENTS[1]), polarity=Polarity.NEGATED),
        said("unknown", "A", "H"),
        said("aside", "A", "I", time=Time(at=MOMENTS[3])),
        said("earlier", "A", "J", time=Time(at=MOMENTS[0])),
        said("over", "A", "K", time=Time(end=MOMENTS[0])),
        said("hedged", "A", "L", time=Time(at=MOMENTS[1]), commitment=Commitment.HEDGED),
        said("image", "A", "M", time=Time(at=MOMENTS[1]), reading=Reading.FIGURATIVE),
        said("doubted", "A", "N", time=Time(at=MOMENTS[1]), polarity=Polarity.NEGATED, commitment=Commitment.HEDGED),
        said("sideways", "A", "O", time=Time(start=MOMENTS[0], end=MOMENTS[3])),
    ]
    held = Holding(MOMENTS[1], statements, order)
    assert ids(held.at_point) == ["point"]
    assert ids(held.through) == ["span", "since", "until"]
    assert ids(held.always) == ["always"]
    assert ids(held.denied) == ["denied"]
    assert ids(held.not_known) == ["unknown"]
    assert ids(held.unordered) == ["aside", "sideways"]
    assert len(held) == 5
    assert held[-1].iri == ST + "always"
    assert ids(held[:2]) == ["point", "span"]


def test_an_order_is_not_made_up() -> None:
    order = ordered((0, 1), (0, 2))
    assert order.precedes(MOMENTS[0], MOMENTS[2])
    assert not order.precedes(MOMENTS[1], MOMENTS[2])
    assert not order.precedes(MOMENTS[2], MOMENTS[1])
    assert not order.precedes(MOMENTS[4], MOMENTS[0])


# ── What changed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def between(*statements: Statement, order: MomentOrder | None = None) -> Changes:
    return changes(MOMENTS[0], MOMENTS[2], statements, order or ordered((0, 1), (1, 2)))


def test_what_began() -> None:
    found = between(
        said("denied-then", "A", "B", time=Time(at=MOMENTS[0]), polarity=Polarity.NEGATED),
        said("now", "A", "B", time=Time(at=MOMENTS[2])),
        said("since", "A", "C", time=Time(start=MOMENTS[1])),
        said("since-the-first", "A", "D", time=Time(start=MOMENTS[0])),
    )
    assert ids(found.began) == ["now", "since"]
    assert [ids(pair) for pair in found.turned] == [["denied-then", "now"]]
    assert ids(found.throughout) == ["since-the-first"]
    assert (found.ended, found.only_then, found.only_now) == ((), (), ())


def test_what_ended() -> None:
    found = between(
        said("then", "A", "B", time=Time(at=MOMENTS[0])),
        said("denied-now", "A", "B", time=Time(at=MOMENTS[2]), polarity=Polarity.NEGATED),
        said("until", "A", "C", time=Time(end=MOMENTS[1])),
        said("until-the-last", "A", "D", time=Time(end=MOMENTS[2])),
    )
    assert ids(found.ended) == ["then", "until"]
    assert [ids(pair) for pair in found.turned] == [["then", "denied-now"]]
    assert ids(found.throughout) == ["until-the-last"]
    assert (found.began, found.only_then, found.only_now) == ((), (), ())


def test_of_what_is_said_at_one_end_only_nothing_is_made_up() -> None:
    found = between(
        said("then", "A", "B", time=Time(at=MOMENTS[0])),
        said("now", "A", "C", time=Time(at=MOMENTS[2])),
        said("meanwhile", "A", "D", time=Time(at=MOMENTS[1])),
        said("some-time", "A", "E"),
    )
    assert (ids(found.only_then), ids(found.only_now)) == (["then"], ["now"])
    assert (found.began, found.ended, found.turned, found.throughout) == ((), (), (), ())


@pytest.mark.parametrize("relation", [Relation.IN_TENSION_WITH, Relation.RATHER_THAN, Relation.REVISES])
def test_what_turned(relation: Relation) -> None:
    now = said("now", "A", "B", time=Time(at=MOMENTS[2]), relations=((relation, IRI(ST + "then")),))
    then = said("then", "A", "C", time=Time(at=MOMENTS[0]))
    assert [ids(pair) for pair in between(then, now).turned] == [["then", "now"]]
    at_once = said("now", "A", "B", time=Time(at=MOMENTS[0]), relations=((relation, IRI(ST + "then")),))
    assert between(then, at_once).turned == ()
    agreeing = said("now", "A", "B", time=Time(at=MOMENTS[2]), relations=((Relation.AGREES_WITH, IRI(ST + "then")),))
    assert between(then, agreeing).turned == ()


def test_throughout_counts_two_statements_of_one_triple() -> None:
    found = between(said("then", "A", "B", time=Time(at=MOMENTS[0])), said("now", "A", "B", time=Time(at=MOMENTS[2])))
    assert ids(found.throughout) == ["now"]
    assert (found.only_then, found.only_now) == ((), ())


@pytest.mark.parametrize("order", [ordered(), ordered((2, 0)), ordered((2, 1), (1, 0))], ids=["unordered", "reversed", "far"])
def test_nothing_begins_or_ends_between_moments_that_are_not_in_this_order(order: MomentOrder) -> None:
    found = between(
        said("denied-then", "A", "B", time=Time(at=MOMENTS[0]), polarity=Polarity.NEGATED),
        said("now", "A", "B", time=Time(at=MOMENTS[2])),
        order=order,
    )
    assert not found.ordered
    assert (found.began, found.ended) == ((), ())
    assert ids(found.only_now) == ["now"]


# ── Points of view ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_view_is_what_is_held_and_how() -> None:
    told = said("told", "A", "B", by="Erin", held_by=sev("Ann"), commitment=Commitment.REPORTED)
    believes = said("belief", "Ann", told.iri, verb="believes")
    own = said("own", "C", "D", by="Ann")
    other = said("other", "Ann", "E")
    seen = view(sev("Ann"), [told, believes, own, other])
    assert (ids(seen.own), ids(seen.told), ids(seen.attitudes)) == (["own"], ["told"], ["belief"])
    assert holders([told, believes, own, other]) == {sev("Erin"): 2, sev("Ann"): 2}


def test_views_collide_where_one_denies_the_other_or_they_are_in_tension() -> None:
    yes = said("a", "A", "B", by="Ann")
    no = said("b", "A", "B", by="Bo", polarity=Polarity.NEGATED)
    tense = said("c", "A", "C", by="Ann", relations=((Relation.IN_TENSION_WITH, IRI(ST + "d")),))
    counter = said("d", "A", "D", by="Cy", relations=((Relation.IN_TENSION_WITH, IRI(ST + "c")),))
    own = said("e", "A", "B", by="Ann", polarity=Polarity.NEGATED)
    nobody = said("f", "A", "B", by=None, polarity=Polarity.NEGATED)
    everything = [yes, no, tense, counter, own, nobody]

    found = [(*ids((c.one, c.other)), c.reason) for c in collisions(everything)]
    assert found == [("a", "b", "one denies the other"), ("c", "d", "in tension")]
    assert [ids((c.one, c.other)) for c in collisions(everything, sev("Cy"))] == [["c", "d"]]
    assert [ids((c.one, c.other)) for c in collisions(everything, sev("Bo"), sev("Ann"))] == [["a", "b"]]
    assert collisions(everything, sev("Bo"), sev("Cy")) == []


def test_one_voice() -> None:
    statements = [
        said("lone", "A", "B"),
        said("twice-by-one", "A", "C"),
        said("twice-by-one-2", "A", "C"),
        said("by-two", "A", "D"),
        said("by-two-2", "A", "D", by="Bo"),
        said("with-background", "A", "E"),
        said("background", "A", "E", by=None, kind=Kind.BACKGROUND),
        said("with-inference", "A", "F"),
        said("inferred", "A", "F", by=None, kind=Kind.INFERRED, premises=(IRI(ST + "lone"),)),
        said("with-doubt", "A", "G"),
        said("doubt", "A", "G", by="Bo", commitment=Commitment.HEDGED),
    ]
    assert ids(one_voice(statements)) == ["lone", "twice-by-one", "twice-by-one-2", "with-inference", "with-doubt"]


# ── Paths against networkx ───────────────────────────────────────────────────────────────────────────────────────────

THINGS = [f"T{i}" for i in range(6)]
_KINDS: list[dict[str, Any]] = [
    {},
    {"kind": Kind.BACKGROUND, "by": None},
    {"commitment": Commitment.HEDGED},
    {"commitment": Commitment.HYPOTHETICAL},
    {"polarity": Polarity.NEGATED},
    {"reading": Reading.FIGURATIVE},
]
_steps = st.tuples(st.sampled_from(THINGS), st.sampled_from(THINGS), st.sampled_from([*range(6), 0, 1, 2, 2]))
_premises = st.lists(
    st.tuples(st.sampled_from(THINGS), st.sampled_from(THINGS), st.integers(0, 30), st.integers(0, 30)), max_size=3
)


@st.composite
def graphs(draw: st.DrawFn) -> list[Statement]:
    """Statements of every kind between a few things, and inferences from the edges among them."""
    made = [said(f"s{i}", a, b, **_KINDS[kind]) for i, (a, b, kind) in enumerate(draw(st.lists(_steps, min_size=1, max_size=14)))]
    edges = [one for one in made if one.is_edge]
    for i, (a, b, first, second) in enumerate(draw(_premises) if edges else []):
        premises = tuple({edges[k % len(edges)].iri for k in (first, second)})
        made.append(said(f"i{i}", a, b, kind=Kind.INFERRED, by=None, premises=premises))
    return made


def strength_of(one: Statement, known: dict[IRI, Statement]) -> float:
    """The strength by the published table, written down once more."""
    if one.kind is Kind.INFERRED:
        return math.prod(strength_of(known[premise], known) for premise in one.premises)
    return 0.5 if one.commitment is Commitment.HEDGED else {Kind.INTERVIEW: 0.95, Kind.BACKGROUND: 0.9}[one.kind]


def oracle(statements: Sequence[Statement], *, include_hedged: bool = False, without: Iterable[IRI] = ()) -> nx.Graph[IRI]:
    known = {one.iri: one for one in statements}
    graph: nx.Graph[IRI] = nx.Graph()
    graph.add_nodes_from(sev(name) for name in THINGS)
    for one in statements:
        hedged = (one.commitment, one.polarity, one.reading) == (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL)
        if (one.is_edge or (include_hedged and hedged)) and one.iri not in without:
            best = max(strength_of(one, known), graph.get_edge_data(one.subject, IRI(one.object), {"strength": 0.0})["strength"])
            graph.add_edge(one.subject, IRI(one.object), strength=best, cost=-math.log(best))
    graph.remove_nodes_from(set(without) & set(graph))
    return graph


def is_chain(chain: Sequence[Statement], things: Sequence[IRI]) -> bool:
    return len(things) == len(chain) + 1 and all(
        {one.subject, one.object} == {start, end} for one, (start, end) in zip(chain, pairwise(things), strict=True)
    )


def table(statements: Iterable[Statement]) -> dict[IRI, Statement]:
    return {one.iri: one for one in statements}


def test_the_strengths_are_the_published_ones() -> None:
    assert ({Kind.INTERVIEW: 0.95, Kind.BACKGROUND: 0.90}, 0.5) == (STRENGTH, HEDGED)


@given(statements=graphs(), hedged=st.booleans())
def test_shortest_and_strongest_are_networkx_s(statements: list[Statement], hedged: bool) -> None:
    graph, start, end = oracle(statements, include_hedged=hedged), sev("T0"), sev("T1")
    shortest = find(table(statements), start, end, include_hedged=hedged)
    strongest = find(table(statements), start, end, include_hedged=hedged, strongest=True)
    if not nx.has_path(graph, start, end):
        assert shortest is strongest is None
        return
    assert shortest is not None
    assert strongest is not None
    for found in (shortest, strongest):
        assert is_chain(found, found.things)
        assert (found.things[0], found.things[-1]) == (start, end)
        assert all(one.is_edge or hedged for one in found)
        strengths = [strength_of(one, table(statements)) for one in found]
        assert found.strength == pytest.approx(math.prod(strengths))
    assert len(shortest) == nx.shortest_path_length(graph, start, end)
    cost = nx.dijkstra_path_length(graph, start, end, weight="cost")
    assert strongest.strength == pytest.approx(math.exp(-cost))
    # Of the shortest chains it is one of the strongest.
    best = max(
        math.prod(graph.edges[pair]["strength"] for pair in pairwise(things))
        for things in nx.all_shortest_paths(graph, start, end)
    )
    assert shortest.strength == pytest.approx(best)


def test_a_longer_chain_may_be_the_stronger() -> None:
    statements = table(
        [
            said("a", "A", "B"),
            said("b", "B", "C"),
            said("short", "A", "C", kind=Kind.INFERRED, by=None, premises=tuple(IRI(ST + name) for name in ("a", "b", "d"))),
            said("d", "C", "D"),
            said("direct", "A", "D", commitment=Commitment.HEDGED),
        ]
    )
    both = [find(statements, sev("A"), sev("C"), strongest=strongest) for strongest in (False, True)]
    assert [ids(found or ()) for found in both] == [["short"], ["a", "b"]]
    assert [found.strength for found in both if found] == pytest.approx([0.95**3, 0.95**2])
    hedged = [find(statements, sev("A"), sev("D"), include_hedged=True, strongest=strongest) for strongest in (False, True)]
    assert [ids(found or ()) for found in hedged] == [["direct"], ["a", "b", "d"]]


def test_of_the_shortest_chains_the_strongest_is_taken() -> None:
    statements = table(
        [
            said("1", "A", "X"),
            said("2", "X", "B", commitment=Commitment.HEDGED),
            said("3", "A", "Y", kind=Kind.BACKGROUND, by=None),
            said("4", "Y", "B", kind=Kind.BACKGROUND, by=None),
        ]
    )
    there, back = (find(statements, sev(a), sev(b), include_hedged=True) for a, b in (("A", "B"), ("B", "A")))
    assert [ids(there or ()), ids(back or ())] == [["3", "4"], ["4", "3"]]


@given(statements=graphs(), hedged=st.booleans())
def test_of_equal_chains_it_is_the_first_by_strength_and_address(statements: list[Statement], hedged: bool) -> None:
    """Told apart by the statements on the way, and so the same under every release of networkx."""
    found = find(table(statements), sev("T0"), sev("T1"), include_hedged=hedged)
    if found is None:
        return
    cost = costs(table(statements))
    ranked = sorted(statements, key=lambda one: (cost[one.iri], one.iri))
    usable = [one for one in ranked if one.is_edge or (hedged and one.why_no_edge() == "hedged")]
    graph: nx.Graph[IRI] = nx.Graph()
    for rank, one in reversed(list(enumerate(usable))):
        graph.add_edge(one.subject, IRI(one.object), rank=rank, weight=2**64 + cost[one.iri])
    chains = nx.all_shortest_paths(graph, sev("T0"), sev("T1"), weight="weight")
    ranks = [[graph.edges[pair]["rank"] for pair in pairwise(things)] for things in chains]
    assert [usable.index(one) for one in found] == min(ranks)


def test_equally_strong_chains_cost_the_same() -> None:
    """However the products are rounded: 0.95 · 0.9 and then 0.95, or 0.95 and then 0.9 · 0.95."""
    statements = [said("a", "A", "B"), said("b", "A", "C", kind=Kind.BACKGROUND, by=None)]
    statements.append(said("i", "B", "C", kind=Kind.INFERRED, by=None, premises=(IRI(ST + "a"), IRI(ST + "b"), IRI(ST + "a"))))
    found = costs(table(statements))
    assert found[IRI(f"{ST}i")] == 2 * found[IRI(f"{ST}a")] + found[IRI(f"{ST}b")]
    assert math.exp(-found[IRI(f"{ST}i")] / 2**32) == pytest.approx(strengths(table(statements))[IRI(f"{ST}i")])


def test_a_premise_that_is_missing_or_rests_on_itself_is_doubted() -> None:
    def inferred(id: str, *premises: str) -> Statement:
        return said(id, "A", "B", kind=Kind.INFERRED, by=None, premises=tuple(IRI(ST + one) for one in premises))

    found = strengths(table([said("firm", "A", "B"), inferred("lone", "firm", "gone"), inferred("a", "b"), inferred("b", "a")]))
    assert found[IRI(f"{ST}lone")] == pytest.approx(0.95 * 0.5)
    assert found[IRI(f"{ST}a")] == found[IRI(f"{ST}b")] == 0.5


@given(statements=graphs(), seed=st.integers(0, 9), strongest=st.booleans())
def test_the_order_of_the_statements_does_not_matter(statements: list[Statement], seed: int, strongest: bool) -> None:
    shuffled = list(statements)
    random.Random(seed).shuffle(shuffled)
    found = [find(table(some), sev("T0"), sev("T1"), strongest=strongest) for some in (statements, shuffled)]
    assert found[0] == found[1]
    near = [nearest_approach(table(some), sev("T0"), sev("T1")) for some in (statements, shuffled)]
    assert near[0] == near[1]


@given(statements=graphs(), things=st.sets(st.sampled_from(THINGS[2:]), max_size=2), data=st.data())
def test_what_is_to_be_avoided_is(statements: list[Statement], things: set[str], data: st.DataObject) -> None:
    avoid = {sev(name) for name in things} | {data.draw(st.sampled_from(statements)).iri}
    graph = oracle(statements, without=avoid)
    found = find(table(statements), sev("T0"), sev("T1"), avoid=avoid)
    if found is None:
        assert not nx.has_path(graph, sev("T0"), sev("T1"))
        return
    assert len(found) == nx.shortest_path_length(graph, sev("T0"), sev("T1"))
    assert not avoid & {*found.things, *(one.iri for one in found)}


@given(statements=graphs(), via=st.lists(st.sampled_from(THINGS[2:]), min_size=1, max_size=2, unique=True))
def test_stops_are_passed_in_their_order(statements: list[Statement], via: list[str]) -> None:
    graph = oracle(statements)
    stops = [sev("T0"), *map(sev, via), sev("T1")]
    found = find(table(statements), sev("T0"), sev("T1"), via=stops[1:-1])
    reachable = all(nx.has_path(graph, one, other) for one, other in pairwise(stops))
    assert (found is not None) is reachable
    if found is None:
        return
    assert is_chain(found, found.things)
    assert len(found) == sum(nx.shortest_path_length(graph, one, other) for one, other in pairwise(stops))
    rest = iter(found.things)
    assert all(stop in rest for stop in stops)


@given(statements=graphs())
def test_the_nearest_approach_has_the_fewest_steps_that_are_no_edges(statements: list[Statement]) -> None:
    start, end = sev("T0"), sev("T1")
    counting: nx.Graph[IRI] = nx.Graph()
    counting.add_nodes_from((start, end))
    for one in sorted(statements, key=lambda one: one.is_edge):
        counting.add_edge(one.subject, IRI(one.object), doubt=0 if one.is_edge else 1)
    near = nearest_approach(table(statements), start, end)
    if not nx.has_path(counting, start, end):
        assert (near.approach, near.missing) == ((), ())
        return
    assert len(near.missing) == nx.dijkstra_path_length(counting, start, end, weight="doubt")
    assert near.missing == tuple(one for one in near.approach if not one.is_edge)
    assume(near.missing)
    assert find(table(statements), start, end) is None


def test_the_nearest_approach_names_the_doubtful_steps() -> None:
    statements = table(
        [
            said("firm", "A", "B"),
            said("hedged", "B", "C", commitment=Commitment.HEDGED),
            said("firm-2", "D", "C"),
            said("firm-3", "D", "E"),
            said("denied", "A", "X", polarity=Polarity.NEGATED),
            said("supposed", "X", "E", commitment=Commitment.HYPOTHETICAL),
        ]
    )
    near = nearest_approach(statements, sev("A"), sev("E"))
    assert ids(near.approach) == ["firm", "hedged", "firm-2", "firm-3"]
    assert ids(near.missing) == ["hedged"]
    around = nearest_approach(statements, sev("A"), sev("E"), avoid=[sev("B")])
    assert ids(around.missing) == ["denied", "supposed"]
    over = nearest_approach(statements, sev("A"), sev("E"), via=[sev("X")])
    assert ids(over.approach)[0] == "denied"
    assert nearest_approach(statements, sev("A"), sev("Nowhere")).approach == ()


def test_a_statement_that_another_speaks_of_is_a_thing_on_the_way() -> None:
    statements = table([said("content", "A", "B"), said("belief", "Ann", IRI(ST + "content"), verb="believes")])
    found = find(statements, sev("Ann"), sev("B"))
    assert found is not None
    assert ids(found) == ["belief", "content"]
    assert found.things == (sev("Ann"), IRI(ST + "content"), sev("B"))


def test_literals_join_nothing() -> None:
    statements = table([said("a", "A", Literal("7")), said("b", "B", Literal("7"))])
    assert find(statements, sev("A"), sev("B")) is None


# ── The chains that competency questions walk ────────────────────────────────────────────────────────────────────────


def chain_of(kg: skg.KnowledgeGraph, start: IRI, statements: Sequence[Statement]) -> list[IRI]:
    """The things that a chain passes from its start on."""
    things = [start]
    for one in statements:
        assert things[-1] in (one.subject, one.object), one.gloss
        things.append(IRI(one.object) if one.subject == things[-1] else one.subject)
    return things


@pytest.mark.parametrize(
    ("question", "start", "order"),
    [
        ("what-connects-mdr-with-gemma", "MDR", ("statement1", "statement2", "statement3")),
        ("what-the-tempers-stand-between", None, ("statement2", "statement1", "statement3")),
    ],
)
def test_every_chain_of_a_question_is_found(
    kg: skg.KnowledgeGraph, question: str, start: str | None, order: tuple[str, ...]
) -> None:
    rows = kg.select(kg.questions()[question].file.query)
    assert len(rows) >= 8
    for row in rows:
        chain = [kg.statement(str(row[name])) for name in order if row[name] is not None]
        things = chain_of(kg, kg.resolve(start) if start else chain[0].subject, chain)
        short = kg.path(things[0], things[-1])
        assert 1 <= len(short) <= len(chain)
        found = kg.path(things[0], things[-1], via=things[1:-1])
        assert list(found.things) == things
        for step, one in zip(found, chain, strict=True):
            assert {step.subject, step.object} == {one.subject, one.object}
