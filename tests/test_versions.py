"""Versions: of the program, the ontology and the data, on the terminal and in every graph; and what VoID says of a graph."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import severance_kg as skg
from severance_kg import versions
from severance_kg.errors import InputError
from severance_kg.export import export_to, read_formats
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import DATASET, PREFIXES

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[1]
SALTLIGHT = ROOT / "tests" / "data" / "saltlight"


@pytest.fixture(scope="module")
def store(kg: skg.KnowledgeGraph) -> MemoryStore:
    assert isinstance(kg.store, MemoryStore)
    return kg.store


@pytest.fixture(scope="module")
def other(_own_cache: None) -> skg.KnowledgeGraph:
    """A graph without the bundled data."""
    return skg.load(SALTLIGHT, only=True)


def exported(store: MemoryStore, name: str) -> bytes:
    out = io.BytesIO()
    export_to(store, name, out)
    return out.getvalue()


class Described:
    """A description, asked in SPARQL; ``graph`` is what it describes."""

    def __init__(self, content: bytes) -> None:
        self.store = ox.Store()
        self.store.load(content, format=ox.RdfFormat.TURTLE)
        (self.graph,) = self.values("SELECT ?graph { ?graph void:triples ?n . ?graph dcat:distribution ?file }")

    def values(self, query: str) -> list[str]:
        found = self.store.query(query, prefixes=PREFIXES | {"spdx": "http://spdx.org/rdf/terms#"})
        assert isinstance(found, ox.QuerySolutions)
        return [row[0].value for row in found]

    def value(self, path: str) -> str:
        (found,) = self.values(f"SELECT ?value {{ <{self.graph}> {path} ?value }}")
        return found

    def partition(self, kind: str, number: str) -> dict[str, int]:
        path = f"?graph void:{kind}Partition [ void:{kind} ?one ; void:{number} ?n ]"
        found = self.store.query(f"SELECT ?one ?n {{ {path} }}", prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        return {row["one"].value: int(row["n"].value) for row in found}


@pytest.fixture(scope="module")
def described(store: MemoryStore) -> Described:
    return Described(exported(store, "void"))


def test_the_command_tells_all_three_and_the_digest_of_the_graph(run: Run, store: MemoryStore) -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    program, ontology, data = done.stdout.splitlines()
    assert program == f"severance-kg {skg.__version__}"
    assert ontology == f"ontology {versions.versions(store.dump()).ontology}"
    assert re.fullmatch(r"data \d+\.\d+\.\d+ sha256:[0-9a-f]{64}", data)
    assert data.endswith(hashlib.sha256(b"".join(sorted(store.lines()))).hexdigest())


def test_a_program_whose_data_cannot_be_used_still_tells_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise InputError("cannot be read")

    monkeypatch.setattr(versions, "gather", fails)
    program, data = versions.told().splitlines()
    assert program == f"severance-kg {skg.__version__}"
    assert "severance-kg check" in data


def test_versions_are_semantic_and_the_versioned_iris_end_in_them(kg: skg.KnowledgeGraph) -> None:
    (row,) = kg.select("SELECT ?info ?iri { ?ontology a owl:Ontology ; owl:versionInfo ?info ; owl:versionIRI ?iri }")
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(row["info"]))
    assert str(row["iri"]).endswith(f"/{row['info']}")
    (own,) = kg.select(
        "SELECT ?version ?ontology { ?data a void:Dataset ; dcat:version ?version ; dcterms:conformsTo ?ontology }"
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(own["version"]))
    assert own["ontology"] == row["iri"]


def test_the_description_in_the_graph_is_no_edge_and_no_statement(kg: skg.KnowledgeGraph) -> None:
    about = kg.select(f"SELECT ?p ?o {{ <{DATASET}> ?p ?o }}")
    assert 8 <= len(about) <= 30
    assert not kg.ask(f"ASK {{ <{DATASET}> ?p ?o . ?p a skg:EdgeProperty }}")
    assert not kg.ask(f"ASK {{ ?s ?p <{DATASET}> }}")
    assert DATASET not in kg.things
    for name in kg.select(f"SELECT ?one {{ <{DATASET}> void:exampleResource|dcterms:subject ?one }}"):
        assert kg.ask(f"ASK {{ <{name[0]}> ?p ?o }}"), name


def test_other_data_bear_no_version_of_the_bundled(other: skg.KnowledgeGraph) -> None:
    assert isinstance(other.store, MemoryStore)
    assert versions.versions(other.store.dump()).data is None
    assert not other.ask(f"ASK {{ <{DATASET}> ?p ?o }}")
    found = Described(exported(other.store, "void"))
    assert found.values("SELECT ?data { ?graph void:subset ?data }") == []
    assert int(found.value("void:triples")) == len(list(other.store.lines()))
    assert b"bundled data" not in exported(other.store, "ntriples").splitlines()[0]


@pytest.mark.parametrize("name", sorted(name for name, one in read_formats().items() if one.write))
def test_every_file_tells_versions_and_digest(name: str, store: MemoryStore, kg: skg.KnowledgeGraph) -> None:
    content = exported(store, name).decode()
    found = versions.versions(store.dump())
    assert f"severance-kg {skg.__version__}; ontology {found.ontology}; bundled data {found.data}" in content
    assert found.digest in content


COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }",
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_what_a_query_counts(name: str, described: Described, kg: skg.KnowledgeGraph) -> None:
    (row,) = kg.select(COUNTS[name])
    assert described.value(f"void:{name}") == str(row["n"])


def test_parts_are_what_queries_count(described: Described, kg: skg.KnowledgeGraph) -> None:
    rows = kg.select("SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class")
    assert described.partition("class", "entities") == {str(row["class"]): int(str(row["n"])) for row in rows}
    rows = kg.select("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert described.partition("property", "triples") == {str(row["p"]): int(str(row["n"])) for row in rows}


def test_the_file_that_build_writes_is_the_one_described(described: Described, run: Run, tmp_path: Path) -> None:
    assert run("build", "--no-engine", "--out", tmp_path).returncode == 0
    content = (tmp_path / "severance.nt").read_bytes()
    assert described.graph.endswith(f"/graph/sha256-{hashlib.sha256(content).hexdigest()}")
    assert described.value("dcat:distribution/dcat:byteSize") == str(len(content))
    assert described.value("dcat:distribution/spdx:checksum/spdx:checksumValue") == hashlib.sha256(content).hexdigest()
    assert described.value("void:subset/dcat:version") == versions.versions(content).data
    assert described.value("dcterms:conformsTo").startswith("https://w3id.org/severance-kg/ontology/")


def test_the_description_has_no_blank_node_and_is_the_same_bytes_again(described: Described, store: MemoryStore) -> None:
    terms = [term for quad in described.store for term in (quad.subject, quad.object)]
    assert len(terms) > 300
    assert not any(isinstance(term, ox.BlankNode) for term in terms)
    assert exported(store, "void") == exported(store, "void")


def test_a_name_that_no_prefix_shortens_is_described_too() -> None:
    odd = b'<http://a.example/x#y%20> <http://b.example/p?q#r> "1" .\n<http://a.example/x> a <http://c.example/#> .\n'
    triples = [
        quad.triple
        for quad in ox.parse(
            odd.replace(b" a ", b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "), format=ox.RdfFormat.N_TRIPLES
        )
    ]
    found = Described(exported(MemoryStore("".join(f"{one} .\n" for one in triples).encode()), "void"))
    assert found.partition("class", "entities") == {"http://c.example/#": 1}
    assert found.partition("property", "triples")["http://b.example/p?q#r"] == 1
