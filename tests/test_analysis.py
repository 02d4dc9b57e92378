"""Network measures: networkx's own, on the right layer, losing no statement."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

import severance_kg as skg
from conftest import Run
from severance_kg import analysis
from severance_kg.vocabulary import SEV, THEME


def test_layers_lose_no_statement(kg: skg.KnowledgeGraph) -> None:
    statements = kg.statements()
    assert _keys(analysis.layer(kg, "statements")) == {str(one.iri) for one in statements}
    assert _keys(analysis.layer(kg, "edges")) == {str(one.iri) for one in statements if one.is_edge}


def _keys(layer: nx.Graph[str]) -> set[str]:
    assert isinstance(layer, nx.MultiDiGraph)
    return {str(key) for _, _, key in layer.edges(keys=True)}


def test_theme_layer_joins_characters_with_themes_only(kg: skg.KnowledgeGraph) -> None:
    themes = analysis.layer(kg, "themes")
    assert nx.is_bipartite(themes)
    assert {data["kind"] for _, data in themes.nodes(data=True)} == {"character", "theme"}
    joined = themes.edges[SEV + "InnieMark", THEME + "Personhood"]
    behind = [kg.statement(iri) for iri in joined["statements"]]
    assert all(any(given.theme == THEME + "Personhood" for given in one.themes) for one in behind)
    weights = {"Major": 2, "Minor": 1}
    told = [weights[str(given.weight)] for one in behind for given in one.themes if given.theme == THEME + "Personhood"]
    assert joined["weight"] == sum(told)


def test_centrality_is_networkxs(kg: skg.KnowledgeGraph) -> None:
    layer = analysis.layer(kg, "edges")
    found = {one.iri: one for one in analysis.centrality(layer)}
    expected = nx.betweenness_centrality(nx.Graph(layer))
    assert found.keys() == expected.keys()
    assert all(found[node].betweenness == pytest.approx(value, abs=1e-5) for node, value in expected.items())
    assert max(found.values(), key=lambda one: one.degree).iri == SEV + "InnieMark"


def test_communities_part_the_things(kg: skg.KnowledgeGraph) -> None:
    layer = analysis.layer(kg, "edges")
    groups = analysis.communities(layer)
    assert sorted(node for group in groups for node in group) == sorted(layer)
    home = next(group for group in groups if THEME + "Horror" in group)
    assert THEME + "Beauty" in home


def test_bridges_name_the_characters_of_a_theme(kg: skg.KnowledgeGraph) -> None:
    found = {one.theme: one for one in analysis.bridges(analysis.layer(kg, "themes"))}
    assert SEV + "MarkScout" in found[THEME + "Love"].characters
    assert found[THEME + "Personhood"].characters == (SEV + "InnieMark",)


def test_an_empty_graph_has_no_measures() -> None:
    empty: nx.Graph[str] = nx.Graph()
    assert not any(measure(empty) for measure in (analysis.centrality, analysis.communities, analysis.bridges))


def test_unknown_layer(kg: skg.KnowledgeGraph) -> None:
    with pytest.raises(skg.UnknownName, match='did you mean "themes"'):
        analysis.layer(kg, "theme")


@pytest.mark.parametrize("measure", ["centrality", "communities", "bridges"])
def test_command_reads_what_it_measures(run: Run, measure: str) -> None:
    found = json.loads(run("network", "--measure", measure, "--format", "json").stdout)
    assert found["found"]
    assert found["reading"] in run("network", "--measure", measure).stdout


def test_figure_is_the_same_twice(run: Run, tmp_path: Path) -> None:
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    for path in (one, other):
        assert run("network", "--figure", path).returncode == 0
    assert one.read_bytes() == other.read_bytes()
    assert "Innie Mark" in one.read_text("utf-8") or b"<use" in one.read_bytes()


def test_figure_of_an_unknown_kind(run: Run, tmp_path: Path) -> None:
    found = run("network", "--figure", tmp_path / "figure.bmp")
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)
