"""A page of a part of the graph: from the command line, from Python, and in a notebook's frame."""

from __future__ import annotations

import html
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

import severance_kg as skg
from browser import Open, data_of
from conftest import Run
from nearness import near
from severance_kg.drawing import name_of
from severance_kg.errors import InputError, UnknownName
from severance_kg.frame import Page
from severance_kg.part import Part, part
from severance_kg.questions import answer
from severance_kg.statements import Statement

# ── Which statements ─────────────────────────────────────────────────────────────────────────────────────────────────


def ends(one: Statement) -> set[str]:
    return {str(one.subject), str(one.object)}


def test_a_limit_keeps_the_nearest_and_best_evidenced(kg: skg.KnowledgeGraph) -> None:
    kept = {limit: [one.iri for one in part(kg, focus="Gemma", hops=2, limit=limit).statements()] for limit in (1, 5, 20, 60)}
    assert [len(some) for some in kept.values()] == [1, 5, 20, 60]
    for fewer, more in pairwise(kept.values()):
        assert set(fewer) < set(more)
    gemma = kg.resolve("Gemma")
    assert all(gemma in ends(kg.statement(iri)) and kg.statement(iri).is_edge for iri in kept[5])
    doubted = [one.iri for one in kg.statements() if gemma in ends(one) and not one.is_edge]
    assert doubted
    assert not set(doubted) & set(kept[5])


def test_a_limit_alone_keeps_what_most_is_said_of(kg: skg.KnowledgeGraph) -> None:
    found = part(kg, limit=6)
    assert all({kg.resolve("InnieMark"), kg.resolve("OutieMark")} == ends(one) for one in found.statements())


def test_a_theme_and_a_speaker_have_surroundings_too(kg: skg.KnowledgeGraph) -> None:
    theme = next(
        one for one in kg.things if str(one).startswith("https://w3id.org/severance-kg/theme/") and kg.statements(theme=one)
    )
    assert {one.iri for one in kg.statements(theme=theme)} <= {one.iri for one in part(kg, focus=theme).statements()}
    one = kg.statements()[0]
    assert one.iri in {other.iri for other in part(kg, focus=one.iri).statements()}


def test_what_is_left_out_can_be_named_and_asked_for(kg: skg.KnowledgeGraph) -> None:
    found = part(kg, focus="Gemma", limit=3)
    out = next(one for one in kg.statements() if one not in found.statements())
    assert found.statement(out.iri) == out
    assert found.label(out.iri) == out.gloss
    assert found.ask(f"ASK {{ <{out.iri}> a skg:Statement }}")
    for question in kg.questions().values():
        assert set(answer(found, question).evidence) == set(answer(kg, question).evidence)


def test_a_part_of_everything_is_the_graph(kg: skg.KnowledgeGraph) -> None:
    assert part(kg) is kg
    found = part(kg, focus="InnieMark", hops=99)
    assert isinstance(found, Part)
    assert len(found.statements()) <= len(kg.statements())


@pytest.mark.parametrize("wrong", [{"hops": 0}, {"limit": 0}, {"limit": -3}, {"hops": -1, "limit": 5}], ids=str)
def test_numbers_less_than_one_are_refused(kg: skg.KnowledgeGraph, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="1 or more"):
        kg.page(focus="Gemma", hops=wrong.get("hops", 1), limit=wrong.get("limit"))


def test_an_unknown_focus_is_told_with_the_nearest_name(kg: skg.KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match='did you mean "Gemma"'):
        kg.page(focus="Gema")


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_a_page_and_tells_what_it_holds(run: Run, tmp_path: Path, kg: skg.KnowledgeGraph) -> None:
    out = tmp_path / "new" / "gemma.html"
    done = run("page", "--out", out, "--focus", "Gemma", "--hops", 2, "--limit", 30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == str(out)
    assert f"It holds 30 of {len(kg.statements())} statements, within 2 hops of Gemma" in done.stdout
    assert out.resolve().as_uri() in done.stdout
    data = data_of(out.read_bytes())
    assert len(data["statements"]) == len(data["network"]["edges"]) == 30
    assert data["part"] == {
        "focus": {"name": "Gemma", "label": "Gemma"},
        "hops": 2,
        "held": 30,
        "within": len(near(kg, "Gemma", 2)),
        "all": len(kg.statements()),
    }


def test_the_whole_page_is_what_build_writes(run: Run, tmp_path: Path) -> None:
    assert run("page", "--out", tmp_path / "page.html").returncode == 0
    assert run("build", "--out", tmp_path / "built").returncode == 0
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "built" / "severance.html").read_bytes()


def test_without_a_name_the_page_is_named_after_its_focus(run: Run, tmp_path: Path) -> None:
    done = run("page", "--focus", "Innie Mark", "--limit", "3", cwd=tmp_path)
    assert done.stdout.splitlines()[0] == str(Path("build", "severance-InnieMark.html"))
    assert (tmp_path / "build" / "severance-InnieMark.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--focus", "Gema"], 'did you mean "Gemma"'),
        (["--hops", "2"], "name one with --focus"),
        (["--focus", "Gemma", "--hops", "0"], "no whole number from 1 on"),
        (["--limit", "many"], "no whole number from 1 on"),
        (["--limit", "-1"], "--limit"),
        (["--limit", "9" * 40], "no whole number from 1 on"),
        (["--focus", ""], "no thing"),
        (["--out", "/dev/null/page.html"], "cannot be written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_arguments_are_told(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run("page", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.html"))


def test_the_page_says_what_it_leaves_out_and_how_to_get_it(open_page: Open, tmp_path: Path, kg: skg.KnowledgeGraph) -> None:
    path = kg.page(tmp_path / "gemma.html", focus="Gemma", limit=10)
    within, everything = len(near(kg, "Gemma", 1)), len(kg.statements())
    opened = open_page(path)
    said = opened.text("#part")
    assert f"holds 10 of {everything} statements: the nearest to Gemma, within 1 hop" in said
    assert f"{within - 10} more are left out" in said
    assert f"{everything - within} lie farther away" in said
    commands = opened.page.locator("#part code").all_inner_texts()
    assert commands == ["severance-kg page --focus Gemma --limit 20", "severance-kg page"]
    opened = open_page(kg.page(tmp_path / "near.html", focus="Gemma"))
    assert opened.page.locator("#part code").first.inner_text() == "severance-kg page --focus Gemma --hops 2"


def test_the_commands_that_the_page_gives_can_be_run(run: Run, open_page: Open, tmp_path: Path, kg: skg.KnowledgeGraph) -> None:
    told = open_page(kg.page(tmp_path / "part.html", focus="Innie Mark", limit=4)).page.locator("#part code").first.inner_text()
    program, *arguments = told.split()
    assert program == "severance-kg"
    assert run(*arguments, cwd=tmp_path).returncode == 0


def test_a_whole_page_says_nothing_of_the_kind(open_page: Open, file: Path) -> None:
    opened = open_page(file)
    assert not opened.page.locator("#part").is_visible()
    assert not opened.page.locator("#map-note").is_visible()


def test_evidence_of_a_part_names_what_is_left_out(open_page: Open, tmp_path: Path, kg: skg.KnowledgeGraph) -> None:
    inferred = next(one for one in kg.statements() if one.premises)
    path = kg.page(tmp_path / "one.html", focus=inferred.iri, limit=1)
    assert [one["id"] for one in data_of(path.read_bytes())["statements"]] == [name_of(inferred.iri).removeprefix("st:")]
    opened = open_page(path, f"#statement={name_of(inferred.iri).removeprefix('st:')}")
    assert "Why it follows" in opened.panel(inferred.gloss)


# ── From Python, and in a notebook ───────────────────────────────────────────────────────────────────────────────────


def test_a_written_page_is_a_path(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    found = kg.page(target, focus="Gemma", limit=5)
    assert isinstance(found, Path)
    assert found == target
    assert found.read_bytes().startswith(b"<!doctype html>")
    assert os.fspath(found) == str(target)
    assert kg.page(str(target), focus="Gemma", limit=5) == target


def test_a_page_in_memory_can_be_saved(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    found = kg.page(focus="Gemma", limit=5)
    assert isinstance(found, Page)
    assert found.save(tmp_path / "deep" / "page.html").read_bytes() == bytes(found)
    assert "save(path)" in repr(found)


def test_a_frame_is_sandboxed_and_holds_the_page(kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    made = kg.page(focus="Gemma", limit=5)
    shown = made._repr_html_()
    allowed = 'allow="fullscreen; clipboard-write"'
    frame = re.fullmatch(rf'<iframe title="[^"]+" sandbox="([a-z -]+)" {allowed} style="[^"]*" srcdoc="([^"]*)"></iframe>', shown)
    assert frame
    assert set(frame[1].split()) == {"allow-scripts", "allow-downloads", "allow-popups"}
    assert html.unescape(frame[2]).encode() == bytes(made)
    path = made.save(tmp_path / "page.html")
    assert path._repr_html_() == shown
    assert path.parent._repr_html_() is None
    path.unlink()
    assert path._repr_html_() is None


def test_a_notebooks_frame_shows_the_evidence(open_page: Open, file: Path, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    one = next(one for one in kg.statements(subject="Gemma") if one.is_edge)
    outer = tmp_path / "notebook.html"
    outer.write_text(f"<!doctype html><meta charset=utf-8><h1>Notebook</h1>{kg.page(focus='Gemma')._repr_html_()}", "utf-8")
    opened = open_page(file)
    opened.page.goto(outer.as_uri())
    frame = opened.page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for()
    frame.locator("#statements button", has_text=one.gloss).first.click()
    frame.locator("#panel .gloss", has_text=one.gloss).wait_for()
    frame.locator("#tab-things-table").click()
    assert frame.locator("#tab-things-table").get_attribute("aria-selected") == "true"
    frame.locator("#tab-map").click()
    frame.locator("#save > summary").click()
    with opened.page.expect_download() as download:
        frame.get_by_role("button", name="Whole map, SVG").click()
    assert download.value.suggested_filename == "severance-map.svg"
    # The notebook's own address stays what it was, and nothing was asked for but the two files.
    assert opened.page.url == outer.as_uri()
    assert opened.page.evaluate("() => document.querySelector('iframe').contentDocument") is None
    assert [url for url in opened.requests[1:] if url != outer.as_uri() and not url.startswith("about:srcdoc")] == []
    del opened.requests[1:]
