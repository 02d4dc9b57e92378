"""The command line, each time as a process of the installed command: answers, formats, errors, exit statuses."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import severance_kg as skg

Run = Callable[..., "subprocess.CompletedProcess[str]"]
HEAVY = {"rdflib", "networkx", "pyvis", "pyshacl", "numpy"}
ROWS = "SELECT ?theme ?label WHERE { ?theme a skg:Theme ; skos:prefLabel ?label } ORDER BY ?theme"
EDGES = "CONSTRUCT { ?s skg:chooses ?o } WHERE { ?s skg:chooses ?o }"
READ_BACK = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}
KINDS_OF_LITERAL = (
    'SELECT ?plain ?tagged ?whole ?broken ?yes ?day ?odd ?none WHERE { BIND ("a" AS ?plain) BIND ("b"@en-GB AS ?tagged) '
    'BIND (7 AS ?whole) BIND (1.5 AS ?broken) BIND (true AS ?yes) BIND ("2025-03-21"^^xsd:date AS ?day) '
    'BIND ("<&>\\"\\\\, \\t;\\n" AS ?odd) }'
)


def fine(done: subprocess.CompletedProcess[str]) -> str:
    """What a command wrote that went well and had nothing to complain of."""
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(done: subprocess.CompletedProcess[str], *told: str, status: int = 2) -> None:
    """A command that failed, wrote nothing to standard output, and says all this on standard error, without a traceback."""
    assert (done.returncode, done.stdout) == (status, ""), done
    assert "Traceback" not in done.stderr
    for part in told:
        assert part in done.stderr
    assert len(done.stderr.splitlines()) < 60


# ── Starting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_arguments_it_welcomes_and_names_what_to_try(run: Run) -> None:
    told = fine(run())
    for part in ("severance-kg build", "severance-kg question", "severance-kg query", "--help"):
        assert part in told


def test_help_lists_every_command_and_each_helps(run: Run) -> None:
    from severance_kg.cli import main

    told = fine(run("--help"))
    listed = re.findall(r"(?m)^    ([a-z]+)\s", told)
    assert {"build", "query", "question", "show", "cite", "path", "at", "changes", "views", "verify", "check", "init"} <= {
        *listed
    }
    assert "Exit status" in told
    for name in listed:
        with pytest.raises(SystemExit) as left:
            main([name, "--help"])
        assert left.value.code == 0, name


def test_help_of_a_command_tells_its_options(run: Run) -> None:
    told = fine(run("query", "--help"))
    assert all(part in told for part in ("--format", "--data", "--only", "table", "ntriples"))


def test_version(run: Run) -> None:
    assert fine(run("--version")).splitlines()[0] == f"severance-kg {skg.__version__}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["at", "--help"],
        ["query", ROWS, "--format", "json"],
        ["question", "what-innie-mark-chooses"],
        ["show", "Gemma"],
        ["at", "FinalChoice"],
        ["views"],
    ],
    ids=lambda arguments: arguments[0] + arguments[1][:2] if arguments[1:] else arguments[0],
)
def test_nothing_heavy_is_imported(command: str, kg: skg.KnowledgeGraph, arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", command, *arguments], capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "severance_kg" in imported
    assert not imported & HEAVY


# ── Queries and formats ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_query_is_text_a_file_or_standard_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "themes.rq"
    file.write_text("\ufeff" + ROWS, "utf-8")
    plain = tmp_path / "themes"
    plain.write_text(ROWS, "utf-8")
    answers = {fine(run("query", ROWS)), fine(run("query", file)), fine(run("query", plain)), fine(run("query", "-", input=ROWS))}
    assert len(answers) == 1


@pytest.fixture(scope="module")
def rows(kg: skg.KnowledgeGraph) -> list[tuple[str, str]]:
    return [(str(row["theme"]), str(row["label"])) for row in kg.select(ROWS)]


def test_formats_of_rows_agree(run: Run, rows: list[tuple[str, str]]) -> None:
    assert len(rows) > 10
    table = fine(run("query", ROWS))
    assert table.endswith(f"({len(rows)} rows)\n")
    assert len(re.findall(r"(?m)^theme:", table)) == len(rows)
    for name in READ_BACK:
        solutions = ox.parse_query_results(fine(run("query", ROWS, "--format", name)).encode(), format=READ_BACK[name])
        assert isinstance(solutions, ox.QuerySolutions)
        assert [variable.value for variable in solutions.variables] == ["theme", "label"]
        found = list(solutions)
        assert [(one["theme"].value, one["label"].value) for one in found] == rows, name
        assert {one["label"].language for one in found} == {"en"}, name
    header, *lines = csv.reader(io.StringIO(fine(run("query", ROWS, "--format", "csv"))))
    assert header == ["theme", "label"]
    assert [tuple(line) for line in lines] == rows


@pytest.mark.parametrize("name", READ_BACK)
def test_types_and_languages_of_literals_are_kept(run: Run, name: str) -> None:
    solutions = ox.parse_query_results(fine(run("query", KINDS_OF_LITERAL, "--format", name)).encode(), format=READ_BACK[name])
    assert isinstance(solutions, ox.QuerySolutions)
    (one,) = solutions
    xsd = "http://www.w3.org/2001/XMLSchema#"
    typed = {
        key: (one[key].value, one[key].datatype.value.removeprefix(xsd)) for key in ("plain", "whole", "broken", "yes", "day")
    }
    assert typed == {
        "plain": ("a", "string"),
        "whole": ("7", "integer"),
        "broken": ("1.5", "decimal"),
        "yes": ("true", "boolean"),
        "day": ("2025-03-21", "date"),
    }
    assert (one["tagged"].value, one["tagged"].language) == ("b", "en-gb")
    assert one["odd"].value == '<&>"\\, \t;\n'
    assert one["none"] is None


def test_csv_keeps_a_text_with_every_separator_whole(run: Run) -> None:
    _, row = csv.reader(io.StringIO(fine(run("query", KINDS_OF_LITERAL, "--format", "csv")), newline=""))
    assert row == ["a", "b", "7", "1.5", "true", "2025-03-21", '<&>"\\, \t;\n', ""]


@pytest.mark.parametrize("truth", [True, False])
def test_ask_in_all_formats(run: Run, truth: bool) -> None:
    query = f"ASK {{ sev:InnieMark skg:chooses sev:{'HisOwnLife' if truth else 'NeedsOfOutieMark'} }}"
    word = str(truth).lower()
    assert fine(run("query", query)) == fine(run("query", query, "--format", "tsv")) == f"{word}\n"
    assert fine(run("query", query, "--format", "csv")).strip() == word
    for name in ("json", "xml"):
        found = ox.parse_query_results(fine(run("query", query, "--format", name)).encode(), format=READ_BACK[name])
        assert isinstance(found, ox.QueryBoolean)
        assert bool(found) is truth


def test_triples_as_turtle_and_ntriples(run: Run) -> None:
    turtle = fine(run("query", EDGES))
    assert "@prefix sev:" in turtle
    lines = fine(run("query", EDGES, "--format", "ntriples"))
    both = [
        {quad.triple for quad in ox.parse(text.encode(), format=read_as)}
        for text, read_as in ((turtle, ox.RdfFormat.TURTLE), (lines, ox.RdfFormat.N_TRIPLES))
    ]
    assert both[0] == both[1]
    assert len(both[0]) == len(lines.splitlines()) == 2


@pytest.mark.parametrize(
    ("query", "format", "instead"),
    [
        (EDGES, "table", "turtle or ntriples"),
        (EDGES, "json", "turtle or ntriples"),
        (EDGES, "csv", "turtle or ntriples"),
        (ROWS, "turtle", "json, csv, tsv, xml"),
        ("ASK { ?s ?p ?o }", "ntriples", "json, csv, tsv, xml"),
        (ROWS, "yaml", "invalid choice"),
    ],
)
def test_a_format_that_does_not_fit_the_answer_is_refused(run: Run, query: str, format: str, instead: str) -> None:
    refused(run("query", query, "--format", format), instead)


@pytest.mark.parametrize(
    ("query", "where", "hint"),
    [
        ("SELCT ?x WHERE { ?x ?p ?o }", "line 1, column 1", '"SELECT"'),
        ("DESCRIB sev:Gemma", "line 1, column 1", '"DESCRIBE"'),
        ("SELECT ?x WHER { ?x ?p ?o }", "line 1, column 16", '"WHERE"'),
        ("SELECT ?x\nWHERE { ?x ?p ?o\nFILTR(?x) }", "line 3, column 9", '"FILTER"'),
        ("SELECT ?x WHERE { ?x ?p ?o }\nODER BY ?x", "line 2, column", '"ORDER"'),
        ("SELECT ?x WHERE { ?x ?p ?o } LIMTI 5", "line 1, column 36", '"LIMIT"'),
        ("SELECT ?x WHERE { OPTONAL { ?x ?p ?o } }", "line 1, column 27", '"OPTIONAL"'),
        ("SELECT ?x WHERE { ?x sgk:chooses ?o }", "line 1, column 22", '"skg"'),
        ("SELECT ?x WHERE {\n ?x schme:name ?o }", "line 2, column 5", '"schema"'),
        ("SELECT ?x WHERE { ?x qqq:name ?o }", "line 1, column 22", "PREFIX qqq:"),
        ("SELECT ?x WHERE { ?x ?p ?o", "line 1, column 27", "the query ends too early"),
        ("SELECT ?x WHERE { ?x ?p ?o }}", "line 1, column 29", "a bracket too many"),
        ("INSERT DATA { sev:A skg:knows sev:B }", "line 1, column 1", "read only"),
        ("no-such-file.rq", "no-such-file.rq", ""),
        ("", "", "severance-kg question"),
    ],
)
def test_a_query_that_does_not_parse_says_where_and_what_was_meant(run: Run, query: str, where: str, hint: str) -> None:
    refused(run("query", query), where, hint)


def test_bytes_that_are_no_text_are_refused(command: str, tmp_path: Path) -> None:
    done = subprocess.run([command, "query", "-"], input=b"SELECT \xff", capture_output=True, check=False)
    assert done.returncode == 2
    assert b"byte 7 is not UTF-8" in done.stderr


def test_names_the_graph_does_not_have_are_told_beside_the_empty_answer(run: Run) -> None:
    done = run("query", "SELECT ?x WHERE { sev:Gema skg:choses ?x }", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["results"]["bindings"] == []
    assert 'no sev:Gema; did you mean "sev:Gemma"?' in done.stderr
    assert 'no skg:choses; did you mean "skg:chooses"?' in done.stderr
    assert fine(run("query", "SELECT ?x WHERE { sev:Gemma skg:precedes ?x }")).endswith("(0 rows)\n")


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_questions_are_listed_and_answered_with_evidence(run: Run, kg: skg.KnowledgeGraph) -> None:
    listed = json.loads(fine(run("question", "--format", "json")))
    assert [one["name"] for one in listed] == sorted(kg.questions())
    table = fine(run("question"))
    assert all(one["name"] in table for one in listed)

    one = json.loads(fine(run("question", "what-innie-mark-chooses", "--format", "json")))
    named = {
        binding[key]["value"]
        for binding in one["results"]["results"]["bindings"]
        for key in binding
        if key.startswith("statement")
    }
    assert {statement["iri"] for statement in one["evidence"]} == named
    text = fine(run("question", "what-innie-mark-chooses"))
    assert one["question"] in text
    assert all(statement["gloss"] in text for statement in one["evidence"])
    solutions = ox.parse_query_results(
        fine(run("question", "what-innie-mark-chooses", "--format", "xml")).encode(), format=ox.QueryResultsFormat.XML
    )
    assert isinstance(solutions, ox.QuerySolutions)
    assert len(list(solutions)) == len(one["results"]["results"]["bindings"])


def test_an_unknown_question_names_the_nearest(run: Run) -> None:
    refused(run("question", "what-innie-mark-choose"), 'did you mean "what-innie-mark-chooses"?')


# ── Showing and citing ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("Gemma", "id/Gemma"),
        ("sev:Gemma", "id/Gemma"),
        ("gemma scout", "id/Gemma"),
        ("Innie Mark", "id/InnieMark"),
        ("theme:Love", "theme/Love"),
        ("the divided self", "theme/DividedSelf"),
        ("chooses", "ontology#chooses"),
        ("schema:spouse", "https://schema.org/spouse"),
        ("celebpost-45511", "source/celebpost-45511"),
        ("celebpost-45511-s83", "statement/celebpost-45511-s83"),
        ("https://w3id.org/severance-kg/statement/celebpost-45511-s83", "statement/celebpost-45511-s83"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(kg: skg.KnowledgeGraph, name: str, iri: str) -> None:
    assert kg.resolve(name).endswith(iri)


def test_show_tells_a_thing_with_evidence(run: Run, kg: skg.KnowledgeGraph) -> None:
    text = fine(run("show", "Gemma"))
    assert text.startswith("Gemma  (sev:Gemma, ")
    assert "also called Gemma Scout" in text
    assert "Edges (" in text
    assert "Said, and no edge (" in text
    found = json.loads(fine(run("show", "Gemma", "--format", "json")))
    wanted = {one.iri for one in kg.statements() if kg.resolve("Gemma") in one.triple}
    assert {one["iri"] for one in found["statements"]} == wanted
    assert {one["is_edge"] for one in found["statements"]} == {True, False}


def test_show_tells_a_theme_and_a_statement(run: Run, kg: skg.KnowledgeGraph) -> None:
    text = fine(run("show", "theme:Love"))
    assert "Statements with this theme (" in text
    one = json.loads(fine(run("show", "celebpost-45511-s83", "--format", "json")))
    statement = kg.statement("celebpost-45511-s83")
    assert (one["gloss"], one["commitment"], one["said_by"]["label"]) == (statement.gloss, "Asserted", "Dan Erickson")
    assert one["passage"]["link"].startswith("https://www.thecelebpost.com/")
    assert statement.gloss in fine(run("show", "celebpost-45511-s83"))


def test_cite_in_three_styles(run: Run, kg: skg.KnowledgeGraph) -> None:
    gloss = kg.statement("celebpost-45511-s83").gloss
    styles = json.loads(fine(run("cite", "celebpost-45511-s83", "--format", "json")))
    assert {*styles} == {"iri", "plain", "bibtex", "wikitext"}
    for style in ("bibtex", "wikitext"):
        assert fine(run("cite", "celebpost-45511-s83", "--style", style)) == styles[style]
    assert fine(run("cite", "st:celebpost-45511-s83")) == styles["plain"]
    assert all(gloss in text for style, text in styles.items() if style != "iri")
    assert styles["bibtex"].startswith("@misc{celebpost-45511-s83,")
    assert "author = {{Dan Erickson}}" in styles["bibtex"]
    assert "<ref>{{cite web |url=https://www.thecelebpost.com/" in styles["wikitext"]


def test_citations_escape_what_their_format_would_take_for_its_own(kg: skg.KnowledgeGraph) -> None:
    from dataclasses import replace

    from severance_kg.cite import cite

    hostile = replace(kg.statement("series-marriage-1"), gloss="50% of A|B_{x} & [[C]] <ref> }} #1 ~ \\end $ ^")
    bibtex = cite(kg, hostile, "bibtex")
    title = next(line for line in bibtex.splitlines() if "title" in line)
    assert title == r"  title = {50\% of A|B\_\{x\} \& [[C]] <ref> \}\} \#1 \~{} \textbackslash{}end \$ \^{}},"
    wiki = cite(kg, hostile, "wikitext")
    assert wiki.startswith("50% of A{{!}}B_&#123;x&#125; & &#91;&#91;C]] &lt;ref> &#125;&#125; #1 ")
    assert "|title=50% of A{{!}}B_&#123;x&#125; & &#91;&#91;C]] &lt;ref> &#125;&#125; #1 ~ \\end $ ^}} known " in wiki
    assert wiki.count("<ref>") == wiki.count("</ref>") == 1
    assert wiki.count("{{cite web") == 1


# ── The story ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_path_in_words_and_as_data(run: Run) -> None:
    found = json.loads(fine(run("path", "MDR", "Gemma", "--format", "json")))
    assert [one["label"] for one in found["things"]] == ["MDR", "Gemma"]
    text = fine(run("path", "MDR", "Gemma"))
    assert text.startswith("MDR — Gemma  (strength 0.")
    assert "1. inferred: " in text
    assert found["statements"][0]["gloss"] in text


def test_path_by_options(run: Run) -> None:
    found = json.loads(
        fine(run("path", "MDR", "Gemma", "--strongest", "--avoid", "Lumon", "--via", "Innie Mark", "--format", "json"))
    )
    labels = [one["label"] for one in found["things"]]
    assert labels[0] == "MDR"
    assert "Innie Mark" in labels
    assert "Lumon" not in labels
    assert len(found["statements"]) == len(labels) - 1


def test_no_path_tells_the_nearest_approach(run: Run, kg: skg.KnowledgeGraph) -> None:
    joined = [one.iri for one in kg.statements() if one.is_edge and kg.resolve("Helly") in one.triple]
    avoid = [part for iri in joined for part in ("--avoid", iri)]
    text = fine(run("path", "Helly", "Gemma", *avoid))
    assert text.startswith("No chain of edges joins Helly and Gemma.\n")
    assert "The nearest approach would need st:" in text
    found = json.loads(fine(run("path", "Helly", "Gemma", *avoid, "--format", "json")))
    assert (found["things"], found["statements"]) == ([], [])
    assert found["missing"]
    assert {*found["missing"]} <= {one["iri"] for one in found["nearest"] if not one["is_edge"]}


def test_a_stop_that_no_chain_reaches_is_what_the_nearest_approach_needs(run: Run, kg: skg.KnowledgeGraph) -> None:
    """MDR and Gemma are joined; what fails is the way over the stop."""
    joined = [one.iri for one in kg.statements() if one.is_edge and kg.resolve("Helly") in one.triple]
    avoid = [part for iri in joined for part in ("--avoid", iri)]
    text = fine(run("path", "MDR", "Gemma", "--via", "Helly", *avoid))
    assert "The nearest approach would need st:" in text
    assert "Helly" in text.partition("The nearest approach would need ")[2]


def test_the_query_for_a_moment_gives_what_the_command_gives(run: Run) -> None:
    for more in ([], ["--held-by", "DanErickson"]):
        query = fine(run("at", "S2Opening", "--sparql", *more))
        answer = json.loads(fine(run("query", "-", "--format", "json", input=query)))["results"]["bindings"]
        found = json.loads(fine(run("at", "S2Opening", "--format", "json", *more)))
        for key, how in (("at_point", "at this point"), ("through", "through a span"), ("always", "always")):
            assert {one["iri"] for one in found[key]} == {
                row["statement"]["value"] for row in answer if row["how"]["value"] == how
            }
        assert found["at_point"]


def test_at_and_changes_in_words(run: Run, kg: skg.KnowledgeGraph) -> None:
    text = fine(run("at", "FinalChoice"))
    assert all(one.gloss in text for one in kg.at("FinalChoice"))
    assert "the time is not known" in text
    text = fine(run("changes", "S2Opening", "FinalChoice"))
    found = json.loads(fine(run("changes", "S2Opening", "FinalChoice", "--format", "json")))
    assert found["ordered"] is True
    for key in ("began", "ended", "only_then", "only_now"):
        assert all(one["gloss"] in text for one in found[key]), key
    backwards = json.loads(fine(run("changes", "FinalChoice", "S2Opening", "--format", "json")))
    assert (backwards["ordered"], backwards["began"], backwards["ended"]) == (False, [], [])


def test_views(run: Run, kg: skg.KnowledgeGraph) -> None:
    listed = json.loads(fine(run("views", "--format", "json")))
    counts = {one["label"]: one["statements"] for one in listed}
    assert counts["the audience"] == len(kg.statements(holder="Audience"))
    seen = json.loads(fine(run("views", "Audience", "--format", "json")))
    assert {one["is_edge"] for one in seen["told"]} == {False}
    text = fine(run("views", "Audience"))
    assert all(one["gloss"] in text for one in seen["told"])
    both = json.loads(fine(run("views", "OutieMark", "DanErickson", "--format", "json")))
    held = [{one["held_by"]["label"] for one in pair["statements"]} for pair in both]
    assert held
    assert all(pair == {"Outie Mark", "Dan Erickson"} for pair in held)
    lone = json.loads(fine(run("views", "--one-voice", "--format", "json")))
    assert {one["iri"] for one in lone} == {one.iri for one in kg.one_voice()}


# ── Wrong input, once for each command ───────────────────────────────────────────────────────────────────────────────


WRONG: list[tuple[list[str], str]] = [
    (["nonsense"], "invalid choice"),
    (["completion", "nonsense"], "invalid choice"),
    (["query"], "required"),
    (["query", "SELECT"], "line 1"),
    (["question", "nope", "--format", "turtle"], "invalid choice"),
    (["show", "Gema"], 'no thing "Gema"; did you mean "Gemma"?'),
    (["cite", "celebpost-45511-s830"], 'did you mean "celebpost-45511-s83"?'),
    (["cite", "Gemma"], 'no statement "Gemma"'),
    (["cite", "celebpost-45511-s83", "--style", "mla"], "invalid choice"),
    (["path", "MDR"], "required"),
    (["path", "MDR", "Gema"], 'did you mean "Gemma"?'),
    (["path", "MDR", "Gemma", "--avoid", "Lumen"], 'did you mean "Lumon"?'),
    (["path", "MDR", "Gemma", "--via", "Hely"], 'did you mean "Helly"?'),
    (["at", "MeetingScen"], 'no moment "MeetingScen"; did you mean "MeetingScene"?'),
    (["at", "Gemma"], '"Gemma" is not a moment'),
    (["at", "MeetingScene", "--held-by", "Audienc"], 'did you mean "Audience"?'),
    (["changes", "S2Opening", "FinalChoise"], 'did you mean "FinalChoice"?'),
    (["views", "Inniemarc"], 'no holder "Inniemarc"; did you mean "InnieMark"?'),
    (["views", "Gemma"], "holders are"),
    (["network", "--layer", "nonsense"], "invalid choice"),
    (["vocabulary", "--format", "docx"], "invalid choice"),
    (["compare", "celebpost-45511", "celebpost-45512"], 'did you mean "celebpost-45511"?'),
    (["export", "--format", "docx"], "docx"),
    (["page", "--hops", "2"], "hops are counted from a thing"),
    (["page", "--focus", "Gema"], 'did you mean "Gemma"?'),
    (["page", "--limit", "0"], "is no whole number from 1 on"),
    (["show", "Gemma", "--store", "no-such-store"], "no-such-store"),
    (["show", "Gemma", "--store", "x", "--endpoint", "http://127.0.0.1:1/"], "leave --store or --endpoint out"),
    (["serve", "--timeout", "0"], "timeout is less than"),
    (["verify"], "open https://www.thecelebpost.com/"),
    (["verify", "--text", "no-such-file.txt"], "no-such-file.txt"),
    (["check", "no-such-file.nt"], "no-such-file.nt"),
    (["check", "README.md"], ".nt or .ttl"),
    (["promote", "no-such.yaml", "--text", "README.md", "--reviewer", "Ada"], "no-such.yaml"),
    (["promote", "no-such.yaml", "--text", "README.md", "--reviewer", "me"], "is a program, not a reviewer"),
    (["review", "no-such.yaml", "--text", "README.md"], "no-such.yaml"),
    (["review", "README.md", "--text", "README.md", "--apply", "no-such.json"], "no-such.json"),
    (["mcp", "--timeout", "0"], "timeout is less than"),
    (["draft", "no-such-file.txt"], "no-such-file.txt"),
    (["draft", "https://example.org/talk"], "this is a web address"),
    (["init", "notes.txt"], "notes.yaml"),
    (["init", "mine.yaml", "--id", "My Interview"], "small letters"),
    (["build", "--only"], "--only needs --data"),
    (["build", "--engine", "--no-engine"], "not allowed with"),
    (["push"], "give --graph-store URL, or --update URL"),
    (["push", "--graph-store", "http://127.0.0.1:1/store", "--timeout", "1"], "127.0.0.1:1/store: cannot be reached"),
    (["show", "Gemma", "--endpoint", "localhost/sparql"], '"localhost/sparql" is no http or https address'),
    (["query", "ASK {}", "--endpoint", "http://127.0.0.1:1/", "--graph", "a b"], '"a b" is no IRI'),
    (["show", "Gemma", "--data", "no-such-folder"], "no-such-folder: there is no such folder"),
    (["question", "--data", "docs"], "docs: there is no annotation file in it"),
]


@pytest.mark.parametrize(
    ("arguments", "told"),
    WRONG,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_is_told_with_what_to_do(run: Run, arguments: list[str], told: str) -> None:
    refused(run(*arguments), told)


def test_every_command_gets_wrong_input_here() -> None:
    from severance_kg.cli import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(["--help"])
    listed = set(re.findall(r"(?m)^    ([a-z]+)\s", out.getvalue()))
    assert listed <= {arguments[0] for arguments, _ in WRONG}


def test_a_check_that_fails_is_status_one(run: Run, tmp_path: Path, kg: skg.KnowledgeGraph) -> None:
    graph = tmp_path / "graph.nt"
    edge = ox.Triple(ox.NamedNode(kg.resolve("Helly")), ox.NamedNode(kg.resolve("chooses")), ox.NamedNode(kg.resolve("Woe")))
    graph.write_bytes(kg.store.dump() + f"{edge} .\n".encode())
    refused(run("check", graph), "Helly", "chooses", status=1)


# ── Starting an interview of one's own ───────────────────────────────────────────────────────────────────────────────


def test_init_writes_a_blank_file_and_never_over_another(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new" / "mine.yaml"
    told = fine(run("init", file, "--id", "my-talk"))
    assert "verify --stamp" in told
    text = file.read_text("utf-8")
    assert "id: my-talk " in text
    assert "my-interview" not in text
    file.write_text("precious", "utf-8")
    refused(run("init", file), "it is there already")
    assert file.read_text("utf-8") == "precious"


def test_a_first_statement_answers_before_the_rest_of_the_text_is_read(run: Run, tmp_path: Path) -> None:
    file, text = tmp_path / "mine.yaml", tmp_path / "talk.txt"
    text.write_text("A headline that says little.\n\nSome character did the deed on a Monday.\n\nAnd so to bed.\n", "utf-8")
    fine(run("init", file))
    blank = file.read_text("utf-8")
    pointer = "{paragraph: 1, starts: first words, ends: last words}\n    said_by"
    assert pointer in blank
    file.write_text(blank.replace(pointer, "{paragraph: 2, starts: Some, ends: Monday}\n    said_by"), "utf-8")
    fine(run("verify", "--stamp", file, "--text", text))
    assert "no problem found" in fine(run("check", "--data", file))
    assert "an edge" in fine(run("show", "SomeDeed", "--data", file))
    file.write_text(file.read_text("utf-8").replace("status: partial", "status: accepted"), "utf-8")
    refused(run("show", "SomeDeed", "--data", file), "are in no passage", "or write status: partial at the top", status=1)


def test_names_that_only_leaves_out_are_told_as_such(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.yaml"
    file.write_text(BACKGROUND.replace("has, Lamp", "seeks, Gemma").format(label="The liftwright"), "utf-8")
    for command in (["check"], ["query", "ASK {}"]):
        refused(run(*command, "--data", file, "--only"), 'no entity "Gemma"', "--only leaves out the bundled files")
    assert "--only" not in run("check", "--data", file).stderr


BACKGROUND = """\
source: {{id: lift-notes, title: Notes on the lift}}
entities:
  Liftwright: {{type: FictionalPerson, label: {label}}}
  Lamp: {{type: Object, label: a lamp}}
statements:
  - id: s01
    triple: [Liftwright, has, Lamp]
    gloss: {label} has a lamp.
    references: ["https://example.org/notes"]
    commitment: Asserted
    frame: StoryWorld
"""


def test_own_files_beside_or_instead_and_never_a_stale_answer(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.yaml"
    file.write_text(BACKGROUND.replace("has, Lamp", "seeks, Lamp").format(label="The liftwright"), "utf-8")
    own, bundled = "SELECT ?o WHERE { sev:Liftwright skg:seeks ?o }", "SELECT ?o WHERE { sev:InnieMark skg:chooses ?o }"
    assert "(2 rows)" in fine(run("query", bundled, "--data", tmp_path))
    assert "sev:Lamp" in fine(run("query", own, "--data", tmp_path))
    assert "sev:Lamp" in fine(run("query", own, "--data", tmp_path, "--only"))
    only = run("query", bundled, "--data", tmp_path, "--only")
    assert (only.returncode, "(0 rows)" in only.stdout) == (0, True)
    assert "the graph has no sev:InnieMark" in only.stderr

    file.write_text(BACKGROUND.replace("has, Lamp", "finds, Lamp").format(label="The liftwright"), "utf-8")
    assert "(0 rows)" in run("query", own, "--data", tmp_path, "--only").stdout
    assert "sev:Lamp" in fine(run("query", own.replace("seeks", "finds"), "--data", tmp_path, "--only"))


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "notes.yaml"
    file.write_text(BACKGROUND.replace("has, Lamp", "seeks, Lamp").format(label="The liftwright"), "utf-8")
    monkeypatch.setenv("SEVERANCE_KG_CACHE", "/dev/null/cache")
    query = "SELECT ?o WHERE { sev:Liftwright skg:seeks ?o }"
    assert "sev:Lamp" in fine(run("query", query, "--data", tmp_path, "--only"))


def test_a_folder_that_cannot_be_made_is_told(run: Run) -> None:
    refused(run("build", "--out", "/dev/null/build"), "/dev/null/build", "--out")


# ── Pipes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
@pytest.mark.parametrize(
    ("rest", "status"),
    [("| head -c 1 >/dev/null", 0), (">&-", 0), ("2>&-", 0), (">/dev/full", 2)],
    ids=["reader leaves", "output closed", "errors closed", "disk full"],
)
def test_whatever_becomes_of_its_output_there_is_no_traceback(command: str, rest: str, status: int) -> None:
    line = f"set -o pipefail; '{command}' query 'SELECT * WHERE {{ ?s ?p ?o }}' --format tsv {rest}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == status


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
def test_a_closed_standard_input_is_told(command: str) -> None:
    done = subprocess.run(["bash", "-c", f"'{command}' query - <&-"], capture_output=True, text=True, check=False)
    refused(done, "standard input is closed")


STATEMENT = """\
status: partial
source: {id: x, title: X, speakers: [DanErickson]}
statements:
  - id: s1
    triple: [InnieMark, chooses, HisOwnLife]
    gloss: He does.
    passage: {paragraph: 1, starts: Innie Mark}
    said_by: DanErickson
    commitment: Asserted
    frame: StoryWorld
    themes: [{theme: Love, weight: Minor, why: It is.}]
"""


def test_who_may_read_a_file_stays_and_what_is_behind_a_link_is_written(run: Run, tmp_path: Path) -> None:
    text, real, link = tmp_path / "talk.txt", tmp_path / "real.yaml", tmp_path / "link.yaml"
    text.write_text("Innie Mark chooses the life that is his.\n", "utf-8")
    statement = "{id: s1, triple: [InnieMark, chooses, HisOwnLife], gloss: He does., said_by: DanErickson, commitment: Asserted,"
    passage = (
        "frame: StoryWorld, passage: {paragraph: 1, starts: Innie Mark}, themes: [{theme: Love, weight: Minor, why: It is.}]}"
    )
    real.write_text(
        f"status: partial\nsource: {{id: x, title: X, speakers: [DanErickson]}}\nstatements:\n  - {statement} {passage}\n"
    )
    real.chmod(0o600)
    link.symlink_to(real.name)
    done = run("verify", "--stamp", link, "--text", text)
    assert (done.returncode, done.stderr) == (0, "")
    assert link.is_symlink() and "sha256" in real.read_text("utf-8")
    assert real.stat().st_mode & 0o777 == 0o600
    before = os.umask(0o077)
    try:
        assert run("draft", text, "--out", tmp_path / "new.draft.yaml").returncode == 0
    finally:
        os.umask(before)
    assert (tmp_path / "new.draft.yaml").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "new.draft.yaml", "real.yaml", "talk.txt"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "--data", "a", "--data", "b"), "--data is given twice"),
        (("page", "--out", "mine.yaml"), "a page ends in .html"),
        (("export", "--format", "turtle", "--out", "mine.yaml"), "no export is YAML"),
        (("serve", "--store", "s", "--data", "d"), "a store is asked as it was built"),
        (("mcp", "--store", "s", "--only"), "a store is asked as it was built"),
        (("draft", "talk.txt", "--publisher", "!!!"), '"!!!" is no name'),
    ],
)
def test_what_would_be_lost_or_left_out_is_refused(run: Run, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "talk.txt").write_text("A talk.\n", "utf-8")
    done = run(*words, cwd=tmp_path)
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
@pytest.mark.parametrize("words", [(), ("--version",), ("__complete", "sh")])
def test_a_full_disk_is_told(run: Run, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(*words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_the_module_is_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "severance_kg", "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.startswith("severance-kg ")
