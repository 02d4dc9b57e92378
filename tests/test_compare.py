"""Comparing: relations proposed between two sources, and the agreement of two readers of one.

``tests/cases/compare`` holds a case for each way in which two statements bear on each other, ``tests/cases/agreement`` the
worked examples of the literature. ``tests/data/saltlight`` and ``lantern`` are two talks about one series that nobody made,
``saltlight-reader`` is a second reader's annotation of the first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import severance_kg as skg
from severance_kg.agreement import alpha, jaccard, kappa, masi, observed
from severance_kg.annotations import read_corpus
from severance_kg.axioms import read_axioms
from severance_kg.compare import Readings, compare_files
from severance_kg.compare_command import readings_text
from severance_kg.compile import compile_graph, lines
from severance_kg.ontology import read_ontology
from severance_kg.resources import gather
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import IRI, OWL, local_name

Run = Callable[..., "subprocess.CompletedProcess[str]"]
DATA = Path(__file__).parent / "data"
CASES = Path(__file__).parent / "cases"
ONE, OTHER = DATA / "saltlight" / "interview.yaml", DATA / "saltlight-reader" / "interview.yaml"


def cases(folder: str) -> list[Any]:
    return [
        pytest.param(tomllib.loads(path.read_text("utf-8")), id=path.stem) for path in sorted((CASES / folder).glob("*.toml"))
    ]


def fine(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(done: subprocess.CompletedProcess[str], *told: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    for part in told:
        assert part in done.stderr


# ── Agreement corrected for chance ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", cases("agreement"))
def test_the_examples_of_the_literature_come_out(case: dict[str, Any]) -> None:
    if "table" in case:
        cells = [((i, j), count) for i, row in enumerate(case["table"]) for j, count in enumerate(row)]
        units: list[tuple[Any, ...]] = [pair for pair, count in cells for _ in range(count)]
    else:
        units = [tuple(None if c == "." else c for c in unit) for unit in zip(*case["readers"], strict=True)]
    pairs = [(unit[0], unit[1]) for unit in units if None not in unit[:2]]
    for name, found in (("kappa", kappa(pairs)), ("alpha", alpha(units))):
        if name in case:
            told = "undefined" if found is None else pytest.approx(found, abs=0.0005)
            assert case[name] == told, name


def test_agreement_does_not_depend_on_the_order_of_readers_or_units() -> None:
    pairs = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert kappa(pairs) == kappa([(b, a) for a, b in reversed(pairs)])
    assert alpha(pairs) == pytest.approx(alpha([(b, a) for a, b in reversed(pairs)]))
    assert observed(pairs) == 0.75
    assert observed([]) is None


@pytest.mark.parametrize(
    ("one", "other", "distance", "share"),
    [
        ("", "", 0, 0),
        ("ab", "ab", 0, 0),
        ("ab", "abcd", 1 - 1 / 2 * 2 / 3, 1 / 2),
        ("abc", "bcd", 1 - 1 / 2 * 1 / 3, 1 / 2),
        ("ab", "cd", 1, 1),
        ("", "ab", 1, 1),
    ],
    ids=["both-empty", "equal", "held", "overlap", "apart", "one-empty"],
)
def test_the_distances_of_sets(one: str, other: str, distance: float, share: float) -> None:
    for first, second in ((frozenset(one), frozenset(other)), (frozenset(other), frozenset(one))):
        assert masi(first, second) == pytest.approx(distance)
        assert jaccard(first, second) == pytest.approx(share)


def test_alpha_of_sets_counts_a_near_miss_less_than_a_far_one() -> None:
    near = [(frozenset("ab"), frozenset("a")), (frozenset("c"), frozenset("c")), (frozenset("d"), frozenset("d"))]
    far = [(frozenset("ab"), frozenset("c")), *near[1:]]
    values = [alpha(units, masi) for units in (near, far)]
    assert None not in values
    assert 1 > (values[0] or 0) > (values[1] or 0)
    # Of the 15 pairs among the six values two are equal, 12 are 1 apart, and {a, b} and {a} are 2/3 apart.
    assert values[0] == pytest.approx(1 - 5 * (2 / 3) / (12 + 2 / 3))


# ── What the ontology says of properties ─────────────────────────────────────────────────────────────────────────────


def test_axioms_are_read_in_every_form_that_owl_gives_them() -> None:
    turtle = f"""
        @prefix owl: <{OWL}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <urn:t:> .
        :one a owl:FunctionalProperty ; rdfs:subPropertyOf :two .
        :two rdfs:subPropertyOf :three . :three rdfs:subPropertyOf :one .
        :mail a owl:InverseFunctionalProperty . :near a owl:SymmetricProperty . :above a owl:AsymmetricProperty .
        :above owl:inverseOf :below . :loves owl:propertyDisjointWith :hates .
        [] a owl:AllDisjointProperties ; owl:members ( :red :green :blue ) .
    """
    found = read_axioms([quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)])
    kinds = found.functional, found.inverse_functional, found.symmetric, found.asymmetric
    assert [sorted(kind) for kind in kinds] == [["urn:t:one"], ["urn:t:mail"], ["urn:t:near"], ["urn:t:above"]]
    assert found.inverses == {"urn:t:above": {"urn:t:below"}, "urn:t:below": {"urn:t:above"}}
    assert found.disjoint["urn:t:hates"] == {"urn:t:loves"}
    assert found.disjoint["urn:t:red"] == {"urn:t:green", "urn:t:blue"}
    assert found.above["urn:t:one"] == {"urn:t:two", "urn:t:three"}
    triple = IRI("urn:t:x"), IRI("urn:t:above"), IRI("urn:t:y")
    assert [entailed for entailed, _ in found.equivalents(triple)] == [(triple[2], IRI("urn:t:below"), triple[0])]


# ── Two sources: each rule ───────────────────────────────────────────────────────────────────────────────────────────

NAMED = {
    "FictionalPerson": "Ada Bo Cy",
    "Persona": "AdaInside",
    "Place": "House Cellar",
    "RealPerson": "Rae Sam",
    "Moment": "Dawn Dusk",
}


def annotation(name: str, published: str | None, statements: list[dict[str, Any]], more: dict[str, Any]) -> str:
    """An annotation file, as JSON, which is YAML: each statement with what every case would else repeat."""
    made = []
    for i, given in enumerate(statements, 1):
        common = {"id": f"{name}{i}", "gloss": f"{name}{i} says so.", "commitment": "Asserted", "frame": "StoryWorld"}
        evidence: dict[str, Any] = {"passage": {"paragraph": i, "starts": "Well"}, "said_by": "Rae"}
        if name == "known":
            evidence = {"references": ["https://known.example/"]}
        made.append(common | evidence | {key: value for key, value in given.items() if value != ""})
    source = {"id": name, "title": f"Talk {name}", "speakers": ["Rae", "Sam"]} | ({"published": published} if published else {})
    return json.dumps({"source": source, "statements": made} | more)


def world(folder: Path, case: dict[str, Any]) -> skg.KnowledgeGraph:
    """The graph of two sources and a background, compiled without what the checks would say of them."""
    entities = {name: {"type": cls, "label": name} for cls, names in NAMED.items() for name in names.split()}
    dates = chain(case.get("published", ["2030-01-01", "2031-02-02"]), [None, None])
    known = [{"triple": ["Dawn", "precedes", "Dusk"]}, *case.get("background", ())]
    for name, given, more in (("a", case["first"], {}), ("b", case["second"], {}), ("known", known, {"entities": entities})):
        (folder / f"{name}.yaml").write_text(annotation(name, next(dates) if name != "known" else None, given, more), "utf-8")
    inputs = gather(folder, only=True)
    ontology = read_ontology(inputs.vocabulary)
    corpus = read_corpus(inputs.annotations, inputs.schema, ontology)
    return skg.KnowledgeGraph(MemoryStore("".join(lines(compile_graph(corpus, ontology))).encode()), inputs)


@pytest.mark.parametrize("case", cases("compare"))
def test_a_rule_proposes_what_its_case_says(case: dict[str, Any], tmp_path: Path) -> None:
    kg = world(tmp_path, case)
    found = kg.compare("a", "b")
    told = [(str(one.relation), one.rule or "", local_name(one.one.iri), one.confirmed) for one in found.proposals]
    wanted = [
        (e["relation"], e["rule"], f"{e['at'][0]}-{e['at']}" if e.get("at") else "b-b1", "confirmed" in e) for e in case["expect"]
    ]
    assert told == wanted, [one.reason for one in found.proposals]
    for one, expected in zip(found.proposals, case["expect"], strict=True):
        assert expected.get("says", "") in one.reason
        assert expected.get("line", one.line) == one.line
    turned = {(one.relation, frozenset({one.one.iri, one.other.iri})) for one in kg.compare("b", "a").proposals}
    assert turned == {(one.relation, frozenset({one.one.iri, one.other.iri})) for one in found.proposals}


# ── Two sources: two whole interviews ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("talks")
    for name in ("saltlight", "lantern"):
        shutil.copy(DATA / name / "interview.yaml", made / f"{name}.yaml")
    return made


PROPOSED = {
    ("agreesWith", "lantern-talk-s05", "saltlight-talk-s01"),
    ("inTensionWith", "lantern-talk-s06", "saltlight-talk-s02"),
    ("inTensionWith", "lantern-talk-s07", "saltlight-talk-s10"),
    ("inTensionWith", "lantern-talk-s08", "saltlight-talk-s09"),
    ("revises", "lantern-talk-s03", "saltlight-talk-s04"),
    ("revises", "lantern-talk-s04", "saltlight-talk-s08"),
}


def test_two_talks_agree_pull_and_revise(run: Run, folder: Path) -> None:
    asked = ("compare", "saltlight-talk", "lantern-talk", "--data", folder, "--only")
    found = json.loads(fine(run(*asked, "--format", "json")))
    names = {
        (one["relation"], one["statement"], one["other"]["iri"].rpartition("/")[2]): one["confirmed"]
        for one in found["proposals"]
    }
    assert {key for key, confirmed in names.items() if not confirmed} == PROPOSED
    assert {key for key, confirmed in names.items() if confirmed} == {("agreesWith", "lantern-talk-s01", "saltlight-talk-s05")}
    text = fine(run(*asked))
    assert text.startswith("saltlight-talk: “Harbour Weekly on the third act of Saltlight”, 2031-05-04, 10 statements\n")
    for one in found["proposals"]:
        assert one["reason"] in text
        assert one["confirmed"] or f"at {one['statement']} write  {one['line']}\n" in text
        for side in ("one", "other"):
            assert one[side]["gloss"] in text
            assert one[side]["passage"]["link"] in text
    assert fine(run(*asked)) == text


def test_no_proposal_is_in_the_graph_until_its_line_is_written(run: Run, folder: Path, tmp_path: Path) -> None:
    options = ("--data", folder, "--only")
    asked = (
        "SELECT ?a ?b WHERE { ?a skg:agreesWith|skg:inTensionWith|skg:revises ?b ; skg:source ?one . "
        "?b skg:source ?other FILTER (?one != ?other) }"
    )
    assert fine(run("query", asked, *options)).count("st:lantern-talk") == 2
    found = json.loads(fine(run("compare", "saltlight-talk", "lantern-talk", *options, "--format", "json")))
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "lantern.yaml"
    text = file.read_text("utf-8")
    for one in found["proposals"]:
        head = f"  - id: {one['statement'].rpartition('-')[2]}\n"
        if not one["confirmed"]:
            text = text.replace(head, f"{head}    {one['line']}\n")
    file.write_text(text, "utf-8")
    options = ("--data", tmp_path, "--only")
    assert "no problem found" in fine(run("check", *options))
    again = json.loads(fine(run("compare", "saltlight-talk", "lantern-talk", *options, "--format", "json")))
    assert all(one["confirmed"] and one["rule"] for one in again["proposals"])
    assert len(again["proposals"]) == len(PROPOSED) + 1
    assert fine(run("query", asked, *options)).count("st:lantern-talk") == 2 + 4 * 2 + 2  # mutual ones twice


def test_the_rules_find_what_people_had_found_in_the_bundled_data(kg: skg.KnowledgeGraph) -> None:
    found = kg.compare("celebpost-45511", "src:series")
    assert found.statements[0] > 100
    assert len(found.proposals) >= 12
    assert all(one.confirmed and one.rule and one.one.source != one.other.source for one in found.proposals)
    assert kg.compare("celebpost-45511", "src:series") == found


# ── Two readers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def readings() -> Readings:
    return compare_files(ONE, OTHER)


def test_what_both_saw_and_what_only_one(readings: Readings) -> None:
    assert [(local_name(one.one.iri)[-3:], local_name(one.other.iri)[-1]) for one in readings.matches] == [
        ("s01", "a"),
        ("s02", "b"),
        ("s03", "c"),
        ("s04", "d"),
        ("s06", "e"),
        ("s08", "f"),
        ("s10", "g"),
    ]
    assert [[local_name(one.iri)[15:] for one in only] for only in readings.only] == [["s05", "s07", "s09"], ["h"]]
    assert readings.passages == (7, 1, 0)


def test_where_they_judge_differently(readings: Readings) -> None:
    found = {local_name(one.one.iri)[-3:]: {name: both for name, *both in one.differences()} for one in readings.matches}
    assert {name: different for name, different in found.items() if different} == {
        "s01": {"time": ["RisingFlood", "not known"], "themes": [{"Reckoning"}, {"Reckoning", "Mystery"}]},
        "s04": {"reading": ["Literal", "Figurative"], "frame": ["StoryWorld", "Interpretation"]},
        "s08": {
            "object": ["SealedLedger", "Book"],
            "speaker": ["InesFarrow", "HarbourWeekly"],
            "commitment": ["Hypothetical", "Reported"],
            "themes": [{"Reckoning"}, {"Mystery"}],
        },
    }


def test_how_far_they_agree(readings: Readings) -> None:
    found = {one.judgement: one for one in readings.agreements}
    assert list(found) == ["speaker", "holder", "commitment", "polarity", "reading", "frame", "time", "themes"]
    assert {name: one.same for name, one in found.items()} == {
        "speaker": 6, "holder": 7, "commitment": 6, "polarity": 7, "reading": 6, "frame": 6, "time": 6, "themes": 5
    }  # fmt: skip
    assert (found["polarity"].kappa, found["polarity"].alpha) == (None, None)
    assert found["holder"].kappa == 1
    # By hand: of seven, the first reader has three by Ines Farrow, the second two: (6/7 - 26/49) / (1 - 26/49).
    assert found["speaker"].kappa == pytest.approx((6 / 7 - 26 / 49) / (1 - 26 / 49))
    assert found["themes"].kappa is None
    assert 0 < (found["themes"].alpha or 0) < 1


def test_it_is_told_in_plain_words(run: Run) -> None:
    text = fine(run("compare", ONE, OTHER))
    for line in (
        "Of 8 passages both saw 7, only the tests of severance-kg 1, only a second reader 0.",
        "On commitment they agree on 6 of 7, kappa 0.70, alpha 0.71.",
        "On polarity they agree on 7 of 7, kappa and alpha undefined: there is no second value that chance could have chosen.",
        "On 7 statements a coefficient says little: read the counts.",
        "  h (paragraph 2)  Her brother is in the archive.",
        "      commitment: Hypothetical / Reported",
    ):
        assert f"{line}\n" in text
    found = json.loads(fine(run("compare", ONE, OTHER, "--format", "json")))
    assert [one["reading"] for one in found["agreement"]] == [line for line in text.splitlines() if line.startswith("On ")][:-1]
    assert [len(reader["only"]) for reader in found["readers"]] == [3, 1]
    turned = json.loads(fine(run("compare", OTHER, ONE, "--format", "json")))
    assert [one["kappa"] for one in turned["agreement"]] == [one["kappa"] for one in found["agreement"]]


def test_unstamped_files_are_compared_by_the_words_that_point(tmp_path: Path, readings: Readings) -> None:
    import re

    stamp = re.compile(r",\n *words: \[\d+, \d+\], characters: \[\d+, \d+\], sha256: [0-9a-f]{64}")
    bare = tmp_path / "bare.yaml"
    bare.write_text(stamp.sub("", OTHER.read_text("utf-8")), "utf-8")
    found = compare_files(ONE, bare)
    assert {one.one.iri for one in found.matches} >= {
        one.one.iri for one in readings.matches if one.one.triple == one.other.triple
    }


def test_readers_without_a_common_statement_have_nothing_to_agree_on(tmp_path: Path) -> None:
    text = OTHER.read_text("utf-8")
    head, first = text.index("  - id: a\n"), text.index("  - id: b\n")
    ours, theirs = tmp_path / "ours.yaml", tmp_path / "theirs.yaml"
    ours.write_text(text[:first], "utf-8")
    theirs.write_text(text[:head] + text[text.index("  - id: g\n") : text.index("  - id: h\n")], "utf-8")
    found = compare_files(ours, theirs, gather(DATA / "lantern").__class__(files=(*gather().files, ("first", ONE))))
    assert (found.matches, found.passages) == ((), (0, 1, 1))
    assert all((one.compared, one.kappa, one.alpha) == (0, None, None) for one in found.agreements)
    assert "there is nothing to agree on" in readings_text(found)


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────────────


def altered(tmp_path: Path, old: str, new: str) -> Path:
    file = tmp_path / "altered.yaml"
    text = OTHER.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_sources_that_cannot_be_compared(run: Run, folder: Path) -> None:
    options = ("--data", folder, "--only")
    refused(
        run("compare", "saltlight-talk", "lantern-tale", *options), 'no source "lantern-tale"', 'did you mean "lantern-talk"?'
    )
    refused(run("compare", "saltlight-talk", "saltlight-talk", *options), "are one source", "two files")
    refused(run("compare", "celebpost-45511", "forbes-erickson-finale"), 'no statement of "forbes-erickson-finale"')
    refused(run("compare", "saltlight-talk", ONE, *options), "one of the two is a file")


def test_files_that_cannot_be_compared(run: Run, tmp_path: Path) -> None:
    refused(run("compare", ONE, ONE), "one file twice")
    link = tmp_path / "link.yaml"
    link.symlink_to(ONE)
    refused(run("compare", ONE, link), "one file twice")
    refused(run("compare", ONE, DATA / "lantern" / "interview.yaml"), '"lantern-talk" here', "by their ids")
    refused(run("compare", ONE, tmp_path / "none.yaml"), "none.yaml", "cannot be read")
    refused(run("compare", ONE, OTHER, "--store", tmp_path), "leave --store")
    refused(
        run("compare", ONE, altered(tmp_path, "annotation:", "status: draft\n\nannotation:")), "this is a draft", "altered.yaml"
    )
    refused(run("compare", ONE, altered(tmp_path, "  sha256: f277", "  sha256: 0000")), "another text")
    refused(
        run("compare", ONE, altered(tmp_path, "commitment: Reported", "commitment: Certain")), "altered.yaml:", "f: commitment"
    )
    refused(run("compare", ONE, altered(tmp_path, "[OrlaVenn, goesTo", "[OrlaVen, goesTo")), 'did you mean "OrlaVenn"?')
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"\xff\xfe{")
    refused(run("compare", broken, ONE), "broken.yaml", "UTF-8")
    broken.write_text("- a list\n", "utf-8")
    refused(run("compare", broken, ONE), "broken.yaml")
