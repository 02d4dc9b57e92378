"""The ontology as a logician sees it: in OWL 2 DL, consistent, able to say no, documented and aligned with its reasons.

HermiT and OWLAPI come in the jar that owlready2 ships; the two Java programs in ``tests/owl`` ask them.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from severance_kg.vocabulary import PREFIXES, SKG, XSD

HERE = Path(__file__).parent
OWL_TESTS = HERE / "owl"
ONTOLOGY = HERE.parent / "ontology"
CORE = (ONTOLOGY / "severance-kg.ttl", ONTOLOGY / "alignments.ttl")
THEMES = (ONTOLOGY / "themes.ttl", OWL_TESTS / "skos.ttl")
FOREIGN = OWL_TESTS / "foreign.ttl"
OUTSIDE = OWL_TESTS / "outside-dl.ttl"
CASES = sorted((OWL_TESTS / "contradictions").glob("*.ttl"))
CONTRADICTION = "# the contradiction"

PROV = Namespace(PREFIXES["prov"])
CITO = Namespace(PREFIXES["cito"])
TERMS = Namespace(SKG)
AXIOMS = (RDFS.subClassOf, RDFS.subPropertyOf)
MATCHES = (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)
VOCABULARIES = {
    "PROV-O": PREFIXES["prov"],
    "Web Annotation": PREFIXES["oa"],
    "schema.org": PREFIXES["schema"],
    "SKOS": PREFIXES["skos"],
    "Dublin Core": PREFIXES["dcterms"],
    "CIDOC CRM": PREFIXES["crm"],
    "LRMoo": "http://iflastandards.info/ns/lrm/lrmoo/",
    "GOLEM": PREFIXES["golem"],
    "CiTO": PREFIXES["cito"],
}
ADDRESSES = {
    "www.w3.org",
    "schema.org",
    "github.com",
    "purl.org",
    "www.cidoc-crm.org",
    "ontome.net",
}
"""Where the foreign terms were read: specifications, and repositories at a fixed commit."""

Triple = tuple[Node, Node, Node]


# ── The reasoner and the profile checker ─────────────────────────────────────────────────────────────────────────────


def _need(what: str) -> NoReturn:
    """Skip for want of a part; in CI, where every part is to be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and in CI this test must run")
    pytest.skip(what)


@pytest.fixture(scope="module")
def jar() -> Path:
    """The jar with HermiT and OWLAPI, once it is sure that a Java is there which runs a source file."""
    spec = importlib.util.find_spec("owlready2")
    if spec is None or spec.origin is None:
        _need("owlready2, which ships HermiT, is not installed")
    if shutil.which("java") is None:
        _need("there is no java on the PATH")
    modules = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, check=False)
    if "jdk.compiler" not in modules.stdout:
        _need("the java on the PATH has no compiler; it takes a JDK of version 11 or later")
    return Path(spec.origin).parent / "hermit" / "HermiT.jar"


def _java(jar: Path, program: str, arguments: Iterable[str]) -> list[list[str]]:
    """Run a Java source file of ``tests/owl`` and return the fields of each line that it prints."""
    command = ["java", "-Xss16m", "-cp", str(jar), str(OWL_TESTS / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def _ntriples(*turtle: Path | str) -> str:
    """Return Turtle files, or Turtle text, as N-Triples, which can be joined by writing one behind the other."""
    graph = Graph()
    for one in turtle:
        graph.parse(data=one if isinstance(one, str) else one.read_text(encoding="utf-8"), format="turtle")
    return graph.serialize(format="nt")


def _without_contradiction(case: Path) -> str:
    lines = case.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if CONTRADICTION not in line)


def _beside(case: Path) -> list[Path]:
    """Return the files that a case says it is to be read with."""
    return [OWL_TESTS / name for name in re.findall(r"^# beside: (\S+)$", case.read_text(encoding="utf-8"), re.MULTILINE)]


def _toothless() -> Graph:
    """Return the ontology with its declarations and hierarchy only: nothing in it can be contradicted."""
    graph = Graph()
    for path in CORE:
        graph.parse(path)
    for predicate in (OWL.members, OWL.distinctMembers, OWL.disjointUnionOf, OWL.unionOf, OWL.oneOf):
        for head in list(graph.objects(None, predicate)):
            for cell in list(graph.transitive_objects(head, RDF.rest)):
                graph.remove((cell, None, None))
        graph.remove((None, predicate, None))
    for predicate in (OWL.disjointWith, OWL.propertyDisjointWith, OWL.equivalentClass, RDFS.domain, RDFS.range):
        graph.remove((None, predicate, None))
    excluding = (OWL.FunctionalProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty)
    for kind in (OWL.AllDisjointClasses, OWL.AllDifferent, *excluding):
        graph.remove((None, RDF.type, kind))
    for node in {one for one in graph.subjects(RDF.type, OWL.Class) if isinstance(one, BNode)}:
        graph.remove((node, None, None))
    return graph


@pytest.fixture(scope="module")
def verdicts(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What HermiT says of the ontology and of every case, all in one run: a JVM takes longer to start than a case to decide."""
    folder = tmp_path_factory.mktemp("hermit")
    core, themes, foreign = _ntriples(*CORE), _ntriples(*THEMES), _ntriples(FOREIGN)
    texts = {"core": core, "core+themes": core + themes, "core+foreign": core + foreign}
    texts["toothless"] = _toothless().serialize(format="nt") + "".join(_ntriples(case) for case in CASES)
    for case in CASES:
        start = core + _ntriples(*_beside(case))
        texts[f"{case.stem}/planted"] = start + _ntriples(case)
        texts[f"{case.stem}/control"] = start + _ntriples(_without_contradiction(case))
    arguments = []
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.nt"
        path.write_text(text, encoding="utf-8")
        arguments += ["--unusable", str(path)] if name.startswith("core") else [str(path)]
    said = _java(jar, "Consistency.java", arguments)
    return {name: fields[1:] for name, fields in zip(texts, said, strict=True)}


@pytest.mark.parametrize("name", ["core", "core+themes", "core+foreign"])
def test_consistent_and_every_term_usable(verdicts: dict[str, list[str]], name: str) -> None:
    """With "foreign" go the other vocabularies' own axioms, and a story none of whose people is a real agent."""
    verdict, unusable = verdicts[name]
    assert (verdict, unusable) == ("consistent", "")


def test_enough_cases() -> None:
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_contradiction_found(verdicts: dict[str, list[str]], case: Path) -> None:
    """The planted line makes the difference: with it the case is inconsistent, without it consistent."""
    text = case.read_text(encoding="utf-8")
    assert text.startswith("# why: ")
    assert text.count(CONTRADICTION) == 1
    assert verdicts[f"{case.stem}/planted"] == ["inconsistent"]
    assert verdicts[f"{case.stem}/control"] == ["consistent"]


def test_contradictions_come_from_our_axioms(verdicts: dict[str, list[str]]) -> None:
    """Take what excludes out of the ontology, and all the planted lines together contradict nothing."""
    assert verdicts["toothless"] == ["consistent"]


def test_cases_use_declared_terms() -> None:
    """A misspelt term would make a case harmless, and its control look right."""
    known = set(_graph(CORE[0]).subjects())
    for case in CASES:
        used = {term for triple in _graph(case) for term in triple if str(term).startswith(SKG)}
        assert used <= known, case.name


@pytest.fixture(scope="module")
def profile(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What OWLAPI's checker says: of each file the number of its logical axioms, then the violations."""
    folder = tmp_path_factory.mktemp("profile")
    paths = {}
    for name, sources in {"core": CORE, "core+themes": CORE + THEMES, "outside": (OUTSIDE,)}.items():
        paths[str(folder / f"{name}.nt")] = name
        (folder / f"{name}.nt").write_text(_ntriples(*sources), encoding="utf-8")
    said: dict[str, list[str]] = {name: [] for name in paths.values()}
    for path, line in _java(jar, "ProfileCheck.java", paths):
        said[paths[path]].append(line)
    return said


@pytest.mark.parametrize("name", ["core", "core+themes"])
def test_owl_2_dl(profile: dict[str, list[str]], name: str) -> None:
    axioms, *violations = profile[name]
    assert violations == []
    # A file taken for annotations only would be clean as well; each property alone brings a domain and a range.
    assert int(axioms.split()[0]) > 2 * len(_properties(_graph(CORE[0])))


def test_profile_checker_sees_what_is_outside(profile: dict[str, list[str]]) -> None:
    assert any("before" in line and "simple" in line for line in profile["outside"][1:]), profile["outside"]


# ── The alignments ───────────────────────────────────────────────────────────────────────────────────────────────────


def _graph(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


def _alignments() -> list[Triple]:
    return [triple for triple in _graph(CORE[1]) if triple[1] in (*AXIOMS, *MATCHES)]


def _kind(graph: Graph, term: Node) -> str | None:
    """Return "class" or "property" as the files declare a term; RDF's own three parts of a statement are properties."""
    kinds = set(graph.objects(term, RDF.type))
    if OWL.Class in kinds:
        return "class"
    if kinds & {OWL.ObjectProperty, OWL.DatatypeProperty} or term in (RDF.subject, RDF.predicate, RDF.object):
        return "property"
    return None


def test_each_alignment_has_its_reason_and_address() -> None:
    graph = _graph(CORE[1])
    explained = Counter[Triple]()
    for axiom in graph.subjects(RDF.type, OWL.Axiom):
        parts = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        source, relation, target = (graph.value(axiom, part, any=False) for part in parts)
        assert source is not None
        assert relation is not None
        assert target is not None
        explained[source, relation, target] += 1
        why = graph.value(axiom, RDFS.comment, any=False)
        assert isinstance(why, Literal), (source, target)
        assert why.language == "en"
        assert len(why.split()) >= 6, why
        addresses = list(graph.objects(axiom, RDFS.seeAlso))
        assert addresses, (source, target)
        assert {urlsplit(str(address)).hostname for address in addresses} <= ADDRESSES
    assert explained == Counter(_alignments())


def test_reasons_are_not_copied_from_one_another() -> None:
    reasons = list(_graph(CORE[1]).objects(None, RDFS.comment))
    assert len(set(reasons)) == len(reasons)


def test_alignments_name_declared_terms_of_one_kind() -> None:
    graph = _graph(*CORE)
    ours = _graph(CORE[0])
    for source, relation, target in _alignments():
        assert (source, None, None) in ours or str(source).startswith(str(RDF)), source
        kind = _kind(graph, source)
        assert kind is not None, source
        assert kind == _kind(graph, target), (source, relation, target)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_each_vocabulary_is_aligned(vocabulary: str) -> None:
    targets = [target for _, _, target in _alignments() if str(target).startswith(VOCABULARIES[vocabulary])]
    assert len(targets) >= 3


def test_alignments_that_the_design_names() -> None:
    aligned = set(_alignments())
    assert (TERMS.saidBy, RDFS.subPropertyOf, PROV.wasAttributedTo) in aligned
    targets = {str(target) for source, _, target in aligned if source == TERMS.revises}
    assert any(target.startswith(CITO) for target in targets)
    assert any(target.startswith(PROV) for target in targets)


def test_no_axiom_claims_a_citation() -> None:
    """Every relation of CiTO is a kind of citing, which a bearing of one statement on another is not."""
    assert not [one for one in _alignments() if one[1] in AXIOMS and str(one[2]).startswith(CITO)]


# ── The documentation of the terms ───────────────────────────────────────────────────────────────────────────────────


def _named(graph: Graph, kind: URIRef) -> set[URIRef]:
    return {term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def _terms(graph: Graph, kind: URIRef) -> set[URIRef]:
    """The terms that the ontology is to explain: SKOS explains its own."""
    return {term for term in _named(graph, kind) if not term.startswith(str(SKOS))}


def _properties(graph: Graph) -> set[URIRef]:
    return _terms(graph, OWL.ObjectProperty) | _terms(graph, OWL.DatatypeProperty)


def _example(text: str) -> list[Triple]:
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    return list(Graph().parse(data=prefixes + text, format="turtle"))


@pytest.mark.parametrize("part", [RDFS.label, SKOS.definition, SKOS.example], ids=["label", "definition", "example"])
def test_every_term_is_documented(part: URIRef) -> None:
    graph = _graph(CORE[0])
    terms = _terms(graph, OWL.Class) | _properties(graph)
    assert len(terms) > 100
    assert [term for term in sorted(terms) if len(list(graph.objects(term, part))) != 1] == []


def test_every_value_of_a_judgement_is_documented() -> None:
    graph = _graph(CORE[0])
    values = _named(graph, OWL.NamedIndividual)
    assert values
    lacking = [v for v in sorted(values) if (v, RDFS.label, None) not in graph or (v, SKOS.definition, None) not in graph]
    assert lacking == []


def test_every_property_has_a_domain_and_a_range() -> None:
    graph = _graph(CORE[0])
    classes = _named(graph, OWL.Class)
    for term in sorted(_properties(graph)):
        for end in (RDFS.domain, RDFS.range):
            (filler,) = graph.objects(term, end)
            members = list(Collection(graph, head)) if (head := graph.value(filler, OWL.unionOf)) else [filler]
            literal = end == RDFS.range and (term, RDF.type, OWL.DatatypeProperty) in graph
            if literal:
                assert all(str(one).startswith(XSD) or one == RDFS.Literal for one in members), term
            else:
                assert classes.issuperset(members), term


def test_every_example_of_a_property_is_one_triple_with_it() -> None:
    graph = _graph(CORE[0])
    for term in sorted(_properties(graph)):
        triples = _example(str(graph.value(term, SKOS.example)))
        assert [predicate for _, predicate, _ in triples] == [term]


def test_every_example_of_a_class_is_a_name() -> None:
    graph = _graph(CORE[0])
    for term in sorted(_terms(graph, OWL.Class)):
        ((subject, _, _),) = _example(f"{graph.value(term, SKOS.example)} a <{term}> .")
        assert isinstance(subject, URIRef), term
