"""The reference of the vocabulary: complete, the same bytes each time, equal to the committed one, and a page on its own."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, Namespace, URIRef

import severance_kg as skg
from severance_kg.reference import anchor, describe, unused, write
from severance_kg.reference_forms import code, escape
from severance_kg.resources import gather
from severance_kg.terms import Reference
from severance_kg.vocabulary import BASE, PREFIXES, SKG, SKOS, THEME, compact

S = Namespace(SKG)
SH = Namespace(PREFIXES["sh"])
ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
COMMITTED = ROOT / "docs" / "reference" / "vocabulary.md"
VOID = {"meta", "link", "br", "img", "hr", "input"}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return describe(gather())


@pytest.fixture(scope="module")
def markdown(reference: Reference) -> str:
    return write(reference, "markdown")


@pytest.fixture(scope="module")
def page(reference: Reference) -> str:
    return write(reference, "html")


class Page(HTMLParser):
    """The elements of a page, those that are open at the end, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, attribute: str) -> Iterator[str]:
        yield from (str(attributes[attribute]) for _, attributes in self.elements if attribute in attributes)


def terms_by_rdflib() -> set[URIRef]:
    """Every term that the reference must explain, found without the program's own reader."""
    graph = Graph()
    for path in (ROOT / "ontology").glob("*.ttl"):
        if path.stem not in ("shapes", "alignments"):
            graph.parse(path)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual, S.Theme, URIRef(SKOS + "ConceptScheme"))
    found = {one for kind in kinds for one in graph.subjects(RDF.type, kind) if isinstance(one, URIRef)}
    return {one for one in found if not one.startswith(SKOS)}


def places() -> set[str]:
    """The anchors of every term, shape and rule."""
    shapes = Graph().parse(ROOT / "ontology" / "shapes.ttl").subjects(RDF.type, SH.NodeShape)
    rules = [URIRef(f"{BASE}rule/{path.stem}") for path in (ROOT / "ontology" / "rules").glob("*.rq")]
    return {
        anchor(str(one)) or compact(one).replace(":", "-")
        for one in (*terms_by_rdflib(), *shapes, *rules)
        if isinstance(one, URIRef)
    }


def test_the_committed_reference_is_what_is_written(run: Run) -> None:
    done = run("vocabulary")
    assert done.returncode == 0, done.stderr
    assert done.stdout == COMMITTED.read_text("utf-8"), "run 'severance-kg vocabulary --out docs/reference --format markdown'"


def test_the_bytes_do_not_depend_on_the_seed(command: str, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([command, "vocabulary", "--out", str(tmp_path / seed)], check=True, env=environment, capture_output=True)
    for name in ("vocabulary.md", "vocabulary.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_every_term_shape_and_rule_has_its_place_in_both_forms(page: str, markdown: str) -> None:
    wanted = places()
    assert len(wanted) > 190
    assert sorted(one for one in wanted if f'<a id="{one}"></a>' not in markdown) == []
    assert sorted(wanted - set(Page(page).all("id"))) == []


def test_every_definition_and_example_is_told(markdown: str) -> None:
    graph = Graph()
    for path in (ROOT / "ontology").glob("*.ttl"):
        graph.parse(path)
    texts = [str(text) for one in ("definition", "scopeNote") for text in graph.objects(None, URIRef(SKOS + one))]
    texts += [str(text) for text in graph.objects(None, SH.message)]
    assert len(texts) > 200
    assert [one for one in texts if escape(one) not in markdown] == []
    examples = [str(text) for text in graph.objects(None, URIRef(SKOS + "example"))]
    assert [one for one in examples if code(one) not in markdown] == []
    assert [reason for reason in unused().values() if escape(reason) not in markdown] == []


def test_every_alignment_is_told_with_reason_and_address(reference: Reference, markdown: str) -> None:
    graph = Graph().parse(ROOT / "ontology" / "alignments.ttl")
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    axioms = list(graph.subjects(RDF.type, OWL.Axiom))
    assert len(axioms) == len(reference.alignments) > 60
    for axiom in axioms:
        source, relation, target = (
            graph.value(axiom, part) for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        )
        why = str(graph.value(axiom, URIRef(PREFIXES["rdfs"] + "comment")))
        (line,) = [line for line in lines if f"| {escape(why)} |" in line]
        for part in (source, relation, target):
            assert code(compact(str(part))) in line
        assert all(f"<{one}>" in line for one in graph.objects(axiom, URIRef(PREFIXES["rdfs"] + "seeAlso")))


def test_every_rule_names_the_question_that_fails_without_it(reference: Reference) -> None:
    assert len(reference.rules) == len(list((ROOT / "ontology" / "rules").glob("*.rq")))
    assert [rule.name for rule in reference.rules if not rule.question or not rule.asked.endswith("?")] == []


def test_a_term_has_its_relations(reference: Reference) -> None:
    classes = {term.name: term for term in reference.classes}
    persona, agent = classes["skg:Persona"], classes["skg:Agent"]
    assert [one.name for one in persona.broader] == ["skg:Character"]
    assert [one.name for one in persona.disjoint] == ["skg:FictionalPerson"]
    assert {"skg:Character", "skg:Organisation"} <= {one.name for one in agent.narrower}
    assert {"skg:Work", "skg:Theme"} <= {one.name for one in agent.disjoint}
    assert "skg:Place" not in {one.name for one in agent.disjoint}, "a department is both"
    edges = {term.name: term for term in reference.edge_properties}
    assert [one.name for one in edges["skg:partOf"].domain] == ["skg:Place", "skg:Organisation", "skg:Object"]
    assert [one.name for one in edges["skg:sharesBodyWith"].disjoint] == ["skg:personaOf"]
    assert edges["skg:precedes"].characteristics == ("asymmetric", "irreflexive")
    assert [value.name for value in next(one for one in reference.judgements if one.cls.name == "skg:Polarity").values] == [
        "skg:Affirmed",
        "skg:Negated",
    ]


def test_the_tree_of_themes_holds_every_theme(reference: Reference, kg: skg.KnowledgeGraph) -> None:
    def flat(branches: tuple[object, ...]) -> Iterator[str]:
        for one in branches:
            yield one.theme.iri  # type: ignore[attr-defined]
            yield from flat(one.narrower)  # type: ignore[attr-defined]

    assert set(flat(reference.theme_tree)) == {
        str(iri) for iri, thing in kg.things.items() if S.Theme in map(URIRef, thing.classes)
    }
    assert Counter(flat(reference.theme_tree))[THEME + "BeautyAndHorror"] == 2


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_is_well_formed_and_needs_nothing_else(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    assert not {"script", "link", "img", "iframe", "object", "base"} & {tag for tag, _ in parsed.elements}
    assert not list(parsed.all("src"))
    assert "url(" not in page
    assert "@import" not in page
    (policy,) = (told["content"] for _, told in parsed.elements if told.get("http-equiv") == "Content-Security-Policy")
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_the_links_of_the_page_lead_somewhere(page: str) -> None:
    parsed = Page(page)
    ids = list(parsed.all("id"))
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    inner = {one[1:] for one in parsed.all("href") if one.startswith("#")} | set(parsed.all("aria-labelledby"))
    assert sorted(inner - set(ids)) == []
    assert "chooses" in ids


def test_the_links_of_the_markdown_lead_somewhere(markdown: str) -> None:
    ids = re.findall(r'<a id="([^"]+)"></a>', markdown)
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    assert sorted(set(re.findall(r"\]\(#([^)]+)\)", markdown)) - set(ids)) == []


def test_the_page_is_accessible_in_what_can_be_counted(page: str) -> None:
    parsed = Page(page)
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert ("html", {"lang": "en"}) in parsed.elements
    assert {"main", "nav", "header", "title"} <= {tag for tag, _ in parsed.elements}
    assert all(attributes.get("scope") for tag, attributes in parsed.elements if tag == "th")


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_both_forms(run: Run, tmp_path: Path) -> None:
    done = run("vocabulary", "--out", tmp_path / "new" / "folder")
    assert (done.returncode, done.stderr) == (0, "")
    assert [Path(line).name for line in done.stdout.splitlines()] == ["vocabulary.md", "vocabulary.html"]
    assert all(Path(line).is_file() for line in done.stdout.splitlines())


def test_the_json_has_the_same_terms(run: Run, reference: Reference) -> None:
    found = json.loads(run("vocabulary", "--format", "json").stdout)
    assert [one["iri"] for one in found["edge_properties"]] == [one.iri for one in reference.edge_properties]
    assert found["rules"][0]["question"]


def test_themes_of_ones_own_are_told_and_cannot_break_the_page(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    assert run("init", file).returncode == 0
    text = file.read_text("utf-8").replace(
        "\nstatements:",
        "\nthemes:\n  Doors: {label: 'doors | & *gates*', definition: What opens and shuts., broader: [Mystery]}\nstatements:",
    )
    file.write_text(text, "utf-8")
    done = run("vocabulary", "--data", tmp_path, "--format", "html")
    assert done.returncode == 0, done.stderr
    assert 'id="theme-Doors"' in done.stdout
    assert "doors | &amp; *gates*" in done.stdout
    assert r"doors \| & \*gates\*" in run("vocabulary", "--data", tmp_path).stdout


def test_a_folder_that_cannot_be_written_is_an_error_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("vocabulary", "--out", tmp_path / "file" / "below")
    assert done.returncode == 2
    assert done.stderr.startswith("severance-kg: ")
    assert "Traceback" not in done.stderr
