"""The vocabulary's lint: what is used is declared, what is declared is used or excused, examples are true, texts are whole."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

import severance_kg as skg
from severance_kg.drawing import SHAPES, UNDRAWN
from severance_kg.queries import read_query_file
from severance_kg.reference import CHARACTERISTICS, unused
from severance_kg.vocabulary import PREFIXES, SKG, THEME, compact

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology"
TURTLE = sorted(ONTOLOGY.glob("*.ttl"))
VOCABULARY = [path for path in TURTLE if path.stem not in ("shapes", "alignments")]
QUERIES = sorted([*ROOT.glob("ontology/rules/*.rq"), *ROOT.glob("data/**/*.rq"), *ROOT.glob("src/**/*.rq")])
PYTHON = sorted(ROOT.glob("src/**/*.py"))
PROSE = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("viz/*.js"), *ROOT.glob("src/**/*.yaml")])
PLACEHOLDERS = {THEME + "Name": "docs/annotating.md and the blank file show with it how a theme is written"}

S = Namespace(SKG)
SH = Namespace(PREFIXES["sh"])
NAME = re.compile(r"\b(skg|theme):([A-Za-z]\w*)")
PARTS = (RDF.subject, RDF.predicate, RDF.object)


@cache
def ontology() -> Graph:
    graph = Graph()
    for path in VOCABULARY:
        graph.parse(path)
    return graph


@cache
def whole() -> Graph:
    graph = Graph()
    for path in TURTLE:
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def built(kg: skg.KnowledgeGraph) -> Graph:
    return kg.to_rdflib()


def of(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    """The terms of some kinds that are ours to explain: SKOS explains its own."""
    found = {one for kind in kinds for one in graph.subjects(RDF.type, kind) if isinstance(one, URIRef)}
    return sorted(one for one in found if not one.startswith(str(SKOS)))


def classes() -> list[URIRef]:
    return of(ontology(), OWL.Class)


def edges() -> list[URIRef]:
    return of(ontology(), S.EdgeProperty)


def records() -> list[URIRef]:
    return [one for one in of(ontology(), OWL.ObjectProperty, OWL.DatatypeProperty) if one not in edges()]


def themes() -> list[URIRef]:
    return of(ontology(), S.Theme)


def individuals() -> list[URIRef]:
    return of(ontology(), OWL.NamedIndividual)


def schemes() -> list[URIRef]:
    return of(ontology(), SKOS.ConceptScheme)


def names(terms: Iterable[Node]) -> list[str]:
    return sorted(compact(str(one)) for one in terms)


def own(terms: Iterable[object]) -> set[str]:
    return {str(one) for one in terms if isinstance(one, URIRef) and str(one).startswith((SKG, THEME)) and str(one) != SKG}


def written(text: str) -> set[str]:
    """The names skg:… and theme:… that a text holds."""
    return {PREFIXES[prefix] + local for prefix, local in NAME.findall(text)}


# ── What is used is declared ─────────────────────────────────────────────────────────────────────────────────────────


def declared() -> set[str]:
    found = {*classes(), *edges(), *records(), *themes(), *individuals(), *schemes()}
    return own(found)


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.name)
def test_terms_of_the_ontology_are_declared(path: Path) -> None:
    graph = Graph().parse(path)
    found = own(node for triple in graph for node in triple)
    # Examples, and the queries of shapes, are texts that name terms.
    found |= {name for text in graph.objects() if isinstance(text, Literal) for name in written(str(text))}
    assert len(found) > 15
    assert sorted(found - declared()) == []


def test_terms_of_the_built_graph_are_declared(built: Graph) -> None:
    brought = own(built.subjects(RDF.type, S.Theme))
    found = own(node for triple in built for node in triple)
    assert len(found) > 150
    assert sorted(found - declared() - brought) == []


@pytest.mark.parametrize("path", [*QUERIES, *PROSE], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_terms_of_queries_and_prose_are_declared(path: Path) -> None:
    assert sorted(written(path.read_text("utf-8")) - declared() - PLACEHOLDERS.keys()) == []


def test_placeholders_are_needed() -> None:
    everything = {name for path in PROSE for name in written(path.read_text("utf-8"))}
    assert sorted(PLACEHOLDERS.keys() - everything) == []


def constants(tree: ast.AST, *, enumerations: bool = True) -> Iterator[str]:
    """The terms that a module writes: ``SKG + "name"``, ``SKG + x for x in ("name", …)``, and names within texts."""
    spaces = {"SKG": SKG, "THEME": THEME}

    def space(node: ast.AST) -> tuple[str, ast.expr] | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, ast.Name):
            return (spaces[node.left.id], node.right) if node.left.id in spaces else None
        return None

    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from written(node.value)
        if (added := space(node)) and isinstance(added[1], ast.Constant):
            yield added[0] + str(added[1].value)
        if isinstance(node, ast.GeneratorExp | ast.SetComp | ast.ListComp) and (added := space(node.elt)):
            listed = node.generators[0].iter
            if isinstance(listed, ast.Tuple | ast.List):
                yield from (
                    added[0] + one.value for one in listed.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )
        if (
            enumerations
            and isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)
        ):
            yield from (SKG + one for one in enumerated(node))


def enumerated(cls: ast.ClassDef) -> Iterator[str]:
    """The values of an enumeration, whose local names the compiler makes terms of."""
    for line in cls.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str):
            yield line.value.value


def test_the_names_in_a_module_are_found() -> None:
    text = 'class A(StrEnum):\n    X = "one"\nb = SKG + "two"\nc = {SKG + n for n in ("three",)}\nd = "ASK { ?s skg:four 1 }"'
    assert {one.removeprefix(SKG) for one in constants(ast.parse(text))} == {"one", "two", "three", "four"}


def test_terms_of_the_programs_are_declared() -> None:
    # The compiler makes terms of the records' enumerations; those of other rooms are their own affair.
    found = {
        (path.name, name)
        for path in PYTHON
        for name in constants(ast.parse(path.read_text("utf-8")), enumerations=path.name == "statements.py")
    }
    assert len({name for _, name in found}) > 60
    assert sorted((path, name) for path, name in found if name not in declared() | PLACEHOLDERS.keys()) == []


def test_the_kinds_that_the_page_draws_are_classes() -> None:
    kinds = {SKG + kind for kind in (*SHAPES, *UNDRAWN)} - {SKG + "Literal", SKG + "Other"}
    assert sorted(kinds - own(classes())) == []


def test_the_schema_of_annotation_files_names_declared_values() -> None:
    def enums(value: object) -> Iterator[str]:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            # Whether a file is a draft is said of the file, and of nothing in the graph.
            if key != "status":
                yield from one if key == "enum" else enums(one)

    found = {SKG + one for one in enums(json.loads((ONTOLOGY / "annotation.schema.json").read_text("utf-8")))}
    assert len(found) > 10
    assert sorted(found - own(individuals())) == []


# ── What is declared is used, or excused ─────────────────────────────────────────────────────────────────────────────


def unused_terms(built: Graph) -> list[str]:
    """The classes without an instance, the properties without a triple or statement, the themes that nothing carries."""
    predicates = {*built.predicates(), *built.objects(None, RDF.predicate)}
    carried = {*built.objects(None, S.theme), *built.objects(None, RDF.object), *built.objects(None, RDF.subject)}
    values = {*built.objects()}
    found: list[Node] = [one for one in (*edges(), *records()) if one not in predicates]
    for cls in classes():
        kinds = ontology().transitive_subjects(RDFS.subClassOf, cls)
        found += [] if any((None, RDF.type, kind) in built for kind in kinds) else [cls]
    found += [one for one in themes() if carried.isdisjoint(built.transitive_subjects(SKOS.broader, one))]
    used = {*ontology().objects(None, SKOS.inScheme), *built.objects(None, SKOS.inScheme)}
    found += [one for one in schemes() if one not in used]
    return names([*found, *(one for one in individuals() if one not in values and one not in schemes())])


def test_every_term_is_used_or_excused_and_no_excuse_is_stale(built: Graph) -> None:
    assert unused_terms(built) == sorted(unused())


def test_every_excuse_is_a_reason() -> None:
    for term, reason in unused().items():
        assert re.fullmatch(r"Kept for .{20,}\.", reason), term


def test_an_unused_term_is_found(built: Graph) -> None:
    fewer = Graph()
    for triple in built:
        if S.saidTo not in triple and URIRef(THEME + "Nightmare") not in triple[2:]:
            fewer.add(triple)
    assert set(unused_terms(fewer)) - set(unused()) == {"skg:saidTo", "theme:Nightmare"}


def test_no_class_is_an_orphan() -> None:
    """Each class is above or below another, or at one end of a property: nobody could come to it otherwise."""
    graph = ontology()
    ends = set()
    for one in (*edges(), *records()):
        for end in (RDFS.domain, RDFS.range):
            for filler in graph.objects(one, end):
                head = graph.value(filler, OWL.unionOf)
                ends |= set(Collection(graph, head)) if head else {filler}
    tied = ends | set(graph.objects(None, RDFS.subClassOf)) | set(graph.subjects(RDFS.subClassOf, None))
    assert names(one for one in classes() if one not in tied) == ["skg:EdgeProperty"], "the class of properties stands alone"


def test_every_property_has_a_domain_and_a_range() -> None:
    graph = ontology()
    ends = {one: {end for end in (RDFS.domain, RDFS.range) if (one, end, None) in graph} for one in (*edges(), *records())}
    assert names(one for one, found in ends.items() if len(found) < 2) == []


def test_no_theme_is_an_orphan() -> None:
    """Each theme is in the scheme, and either a top concept of it or below one; what is said of a pair is said both ways."""
    graph, scheme = ontology(), URIRef(THEME + "Themes")
    tops = set(graph.objects(scheme, SKOS.hasTopConcept))
    assert tops == set(graph.subjects(SKOS.topConceptOf, scheme))
    assert names(one for one in themes() if (one, SKOS.inScheme, scheme) not in graph) == []
    assert names(one for one in themes() if tops.isdisjoint(graph.transitive_objects(one, SKOS.broader))) == []
    assert names(one for one in tops if (one, SKOS.broader, None) in graph) == []
    related = set(graph.subject_objects(SKOS.related))
    assert related == {(other, one) for one, other in related}


def test_every_value_is_in_its_class_and_scheme() -> None:
    graph = ontology()
    for one in individuals():
        if one in schemes():
            continue
        own_classes = [cls for cls in graph.objects(one, RDF.type) if str(cls).startswith(SKG)]
        assert len(own_classes) == 1, one
        listed = [
            Collection(graph, head)
            for axiom in graph.objects(own_classes[0], OWL.equivalentClass)
            for head in graph.objects(axiom, OWL.oneOf)
        ]
        assert all(one in values for values in listed), one
        assert ((one, SKOS.inScheme, None) in graph) == ((one, RDF.type, SKOS.Concept) in graph), one


def test_no_property_has_a_characteristic_that_the_reference_does_not_tell() -> None:
    kinds = {str(kind) for one in (*edges(), *records()) for kind in ontology().objects(one, RDF.type)}
    told = {f"{OWL}{one}Property" for one in (*CHARACTERISTICS, "Object", "Datatype")} | {SKG + "EdgeProperty"}
    assert sorted(kinds - told) == []


# ── The examples are true ────────────────────────────────────────────────────────────────────────────────────────────


def example(term: URIRef) -> tuple[Node, Node, Node]:
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    (triple,) = Graph().parse(data=prefixes + str(ontology().value(term, SKOS.example)), format="turtle")
    return triple


def stated(graph: Graph) -> set[tuple[Node | None, ...]]:
    return {tuple(graph.value(one, part) for part in PARTS) for one in graph.subjects(RDF.type, S.Statement)}


def test_every_example_of_an_edge_property_is_stated(built: Graph) -> None:
    """Stricter than it must be: an example may not even name what the bundled graph does not hold."""
    triples = stated(built)
    assert names(one for one in edges() if example(one) not in triples and compact(one) not in unused()) == []


def test_the_example_is_an_edge_where_the_property_has_one(built: Graph) -> None:
    """Whoever asks for the example finds it, unless no statement with the property makes an edge."""
    assert names(one for one in edges() if example(one) not in built and (None, one, None) in built) == []


def test_every_example_of_a_record_property_is_true(built: Graph) -> None:
    assert names(one for one in records() if example(one) not in built and compact(one) not in unused()) == []


def test_every_example_of_a_class_is_an_instance(built: Graph) -> None:
    wrong = []
    for cls in classes():
        prefix, _, local = str(ontology().value(cls, SKOS.example)).partition(":")
        kinds = {
            kind
            for one in built.objects(URIRef(PREFIXES[prefix] + local), RDF.type)
            for kind in built.transitive_objects(one, RDFS.subClassOf)
        }
        wrong += [] if cls in kinds else [cls]
    assert names(wrong) == []


# ── The texts ────────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "class": classes,
    "edge property": edges,
    "record property": records,
    "theme": themes,
    "value": individuals,
    "scheme": schemes,
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_unique_within_a_kind(kind: str) -> None:
    labels = [str(label).casefold() for one in KINDS[kind]() for label in ontology().objects(one, RDFS.label)]
    assert [label for label, times in Counter(labels).items() if times > 1] == []
    assert len(labels) == len(KINDS[kind]())


def test_no_edge_property_has_the_label_of_a_record_property() -> None:
    labels = Counter(str(ontology().value(one, RDFS.label)).casefold() for one in (*edges(), *records()))
    assert [label for label, times in labels.items() if times > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_definitions_are_whole_sentences_and_more_than_the_label(kind: str) -> None:
    for one in KINDS[kind]():
        (definition,) = ontology().objects(one, SKOS.definition)
        label = str(ontology().value(one, RDFS.label))
        assert re.fullmatch(r"[A-Z].*\.", str(definition), re.DOTALL), one
        assert str(definition).casefold().strip(" .") != label.casefold().strip(" ."), one
        assert len(str(definition).split()) >= 3, one


def test_definitions_are_not_copied_from_one_another() -> None:
    found = Counter(str(text) for text in ontology().objects(None, SKOS.definition))
    assert [text for text, times in found.items() if times > 1] == []


def test_labels_of_skos_and_rdfs_agree() -> None:
    differing = [one for one, label in ontology().subject_objects(SKOS.prefLabel) if ontology().value(one, RDFS.label) != label]
    assert names(differing) == []


def test_rules_are_told_in_words() -> None:
    files = [read_query_file(path, path.name) for path in QUERIES if path.parent.name == "rules"]
    assert files
    for file in files:
        assert re.fullmatch(r"[A-Z].*\.", str(file.description["definition"])), file.name
        assert file.description["label"] != file.description["definition"]
        assert (ROOT / "data" / "questions" / f"{file.description['question']}.rq").is_file(), file.name
    assert len({file.description["label"] for file in files}) == len(files)


def test_every_demand_of_a_shape_is_told_in_words() -> None:
    graph = Graph().parse(ONTOLOGY / "shapes.ttl")
    demands = {*graph.objects(None, SH.property), *graph.objects(None, SH.sparql)}
    assert len(demands) > 30
    assert [one for one in demands if len(list(graph.objects(one, SH.message))) != 1] == []


AMERICAN = re.compile(
    r"\b(?:"
    # -ize, but for words whose z is not of the suffix
    r"(?!(?:(?:out|over|down|re)?siz|priz|seiz|assiz|capsiz|baptiz))\w+iz(?:es?|ed|ers?|ing|ations?)"
    r"|\w*(?:analyz|paralyz)(?:es?|ed|ing)"
    r"|(?:col|hon|hum|lab|rum|neighb|behavi|fav|flav|sav)or(?:s|ed|ing|al|able|ites?|ful|hood)?"
    r"|(?:cent|theat|lit|fib)er(?:s|ed)?"
    r"|gray|judgments?|acknowledgments?|defense|offense|catalogs?|dialogs?|towards?(?<!towards)|afterward"
    r"|fulfill?(?<!fulfil)|skillful|(?:travel|label|model|cancel|signal)(?:ed|ing|er)"
    r")\b",
    re.IGNORECASE,
)


def texts() -> Iterator[tuple[str, str]]:
    """Every English text of the vocabulary, with where it stands."""
    for subject, _, text in whole():
        if isinstance(text, Literal) and text.datatype is None:
            yield compact(str(subject)) if not isinstance(subject, BNode) else "a shape or an alignment", str(text)
    for path in QUERIES:
        yield (
            path.name,
            " ".join(str(one) for one in read_query_file(path, path.name).description.values() if isinstance(one, str))
            if ("#+" in path.read_text("utf-8"))
            else "",
        )
    yield from unused().items()


def test_the_spelling_is_british() -> None:
    # What is named in code, such as schema:Organization or an IRI, is spelled as its owner spells it.
    found = [(where, AMERICAN.findall(re.sub(r"\w+:\S+", "", text))) for where, text in texts()]
    assert len(found) > 400
    assert [one for one in found if one[1]] == []


@pytest.mark.parametrize(
    "word", ["organize", "realized", "colors", "behavior", "center", "toward", "judgment", "analyzes", "labeled"]
)
def test_american_spelling_is_found(word: str) -> None:
    assert AMERICAN.search(f"a {word} there")


@pytest.mark.parametrize(
    "word", ["organise", "size", "seized", "colour", "towards", "judgement", "Harbor", "prized", "labelled", "fulfil"]
)
def test_british_spelling_passes(word: str) -> None:
    assert not AMERICAN.search(f"a {word} there")
