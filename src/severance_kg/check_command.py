"""The commands that hold what is written against the rules and against the texts: ``check`` and ``verify``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from severance_kg.commands import graph, inputs_of, tell_what_only_leaves_out, write
from severance_kg.errors import InputError, InputErrors, SevError, problem_json, typed
from severance_kg.tables import counted
from severance_kg.terminal import complain

if TYPE_CHECKING:
    from severance_kg.build import Compiled
    from severance_kg.resources import Inputs


def verify(arguments: argparse.Namespace) -> int:
    """Find passages again in a copy of their source, or stamp an annotation file."""
    from severance_kg.annotations import read_corpus
    from severance_kg.build import write_atomically
    from severance_kg.ontology import read_ontology
    from severance_kg.reports import files_json, verdicts_json, verdicts_text
    from severance_kg.tables import as_json
    from severance_kg.verify import hint_problems, pick_source, read_article, stamp_file, uncovered_words, verify

    if arguments.stamp and not (arguments.text or arguments.html):
        raise InputError("--stamp needs the source's text", hint="name the file that holds it with --text or --html")
    if not (arguments.text or arguments.html):
        raise InputError("verify needs the source's text", hint=_where_the_texts_are(arguments))
    text = read_article(arguments.text or arguments.html, html=bool(arguments.html))
    if arguments.stamp:
        write_atomically({arguments.stamp: stamp_file(arguments.stamp, text).encode()})
        if arguments.format == "json":
            return write(as_json({"files": files_json([arguments.stamp])}))
        return write(f"{arguments.stamp}: every passage found and stamped\n")
    inputs = inputs_of(arguments)
    corpus = read_corpus(inputs.annotations, inputs.schema, read_ontology(inputs.vocabulary))
    source = pick_source(corpus, text, arguments.source)
    verdicts = verify(corpus, source, text)
    problems: list[SevError] = [
        type(v.error)(f"{v.name}: {v.error.what}", where=v.where, hint=v.error.hint) for v in verdicts if v.error
    ]
    problems += hint_problems(source, text, verdicts)
    problems += uncovered_words(corpus, source, text, verdicts)
    if arguments.format == "json":
        sys.stdout.write(as_json(verdicts_json(verdicts, problems)))
    else:
        if problems:
            complain(InputErrors(problems))
        sys.stdout.write(verdicts_text(verdicts))
    return 1 if problems else 0


def _where_the_texts_are(arguments: argparse.Namespace) -> str:
    kg = graph(arguments)
    rows = kg.select("SELECT DISTINCT ?url WHERE { ?s skg:passage/skg:source ?source . ?source schema:url ?url } ORDER BY ?url")
    pages = ", ".join(str(row["url"]) for row in rows) or "its publisher"
    return f"open {pages}, save the article as text or HTML, and name the file with --text or --html"


def check(arguments: argparse.Namespace) -> int:
    """Tell every problem of the annotation files or of a graph."""
    from severance_kg.tables import as_json

    if arguments.graph and (arguments.text or arguments.html):
        raise InputError("a graph is not held against a text", hint="leave the graph out, or the text")
    if arguments.graph:
        problems, done = _graph_problems(arguments)
    else:
        problems, done = _input_problems(arguments)
        problems += _text_problems(arguments)
    if arguments.format == "json":
        sys.stdout.write(as_json([problem_json(problem) for problem in problems]))
    elif problems:
        complain(InputErrors(problems))
        tell_what_only_leaves_out(arguments, InputErrors(problems))
    else:
        sys.stdout.write(f"{done}\n")
    return max((problem.exit_status for problem in problems), default=0)


def _input_problems(arguments: argparse.Namespace) -> tuple[list[SevError], str]:
    from severance_kg.build import compile_inputs, problems_of

    inputs = inputs_of(arguments)
    try:
        compiled = compile_inputs(inputs)
    except InputErrors as errors:
        return list(errors.problems), ""
    statements = len(compiled.corpus.statements) + len(compiled.inferred)
    of = f"{counted(statements, 'statement')} of {counted(len(inputs.annotations), 'file')}"
    done = f"{of}, {len(compiled.triples)} triples: no problem found"
    problems = problems_of(compiled, inputs) or _question_problems(arguments, inputs, compiled)
    if inputs.drafts:
        from severance_kg.drafting.undecided import draft_problems

        problems += draft_problems(inputs)
    return problems, done


def _text_problems(arguments: argparse.Namespace) -> list[SevError]:
    """Hold a copy of a source against the annotation files, drafts too, if there is one."""
    copy = arguments.text or arguments.html
    if copy is None:
        return []
    from severance_kg.resources import gather
    from severance_kg.text_check import text_problems

    inputs = gather(arguments.data, only=arguments.only)
    return text_problems(inputs, copy, html=bool(arguments.html), source=arguments.source)


def _question_problems(arguments: argparse.Namespace, inputs: Inputs, compiled: Compiled) -> list[SevError]:
    """Ask the questions: the bundled ones of the bundled data, a user's own of the user's."""
    from severance_kg.check import Problem
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.lines import lines
    from severance_kg.questions import answer, read_questions
    from severance_kg.store import MemoryStore

    kg = KnowledgeGraph(MemoryStore("".join(lines(compiled.triples)).encode()), inputs)
    problems: list[SevError] = []
    for file in inputs.questions:
        if arguments.data and file[0].startswith("data/"):
            continue
        try:
            found = [answer(kg, one).failures() for one in read_questions([file]).values()]
        except SevError as error:
            named = error.where is not None and error.where.startswith(file[0])
            where = error.where if named else f"{file[0]}: {error.where}" if error.where else file[0]
            problems.append(Problem(error.what, where=where, hint=error.hint))
            continue
        hint = "correct the query, or the row that is expected"
        problems += [Problem(failure, where=file[0], hint=hint) for failures in found for failure in failures]
    return problems


def _graph_problems(arguments: argparse.Namespace) -> tuple[list[SevError], str]:
    import pyoxigraph as ox

    from severance_kg.check import Problem
    from severance_kg.graph_check import check_edges, check_shapes
    from severance_kg.ontology import read_ontology, read_turtle

    _refuse_no_graph(arguments.graph)
    inputs = inputs_of(arguments)
    triples = read_turtle(arguments.graph)
    problems: list[SevError] = [*check_edges(triples, read_ontology(inputs.vocabulary), str(arguments.graph))]
    if any(isinstance(part, ox.BlankNode) for triple in triples for part in (triple.subject, triple.object)):
        problems.append(Problem("the graph holds blank nodes", where=str(arguments.graph), hint="'build' writes none"))
    problems += check_shapes(triples, inputs.shapes)
    return problems, f"{len(triples)} triples: no problem found"


def _refuse_no_graph(path: Path) -> None:
    """Refuse what is no graph by its name or its kind, and say what it would be: annotation files are not named the same way."""
    annotations = path.suffix in (".yaml", ".yml")
    hint = f"check annotation files with 'severance-kg check --data {typed(path)}'"
    if path.is_dir():
        raise InputError("it is a folder, and a graph is a file in .nt or .ttl", where=str(path), hint=hint)
    if path.suffix not in (".nt", ".ttl"):
        hint = hint if annotations else "name one that 'build' wrote, or check annotation files with --data FOLDER"
        raise InputError("a graph is a file in .nt or .ttl", where=str(path), hint=hint)
