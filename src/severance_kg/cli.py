"""The command line. Thin: each command imports what it needs when it runs, so that ``--help`` and a query start at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg import __version__
from severance_kg.errors import InputError, InputErrors, SevError

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.resources import Inputs

QUERY_FORMATS = ("table", "json", "csv", "tsv", "xml", "turtle", "ntriples")
DATA_FORMATS = ("table", "json")


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0 fine, 1 a check failed, 2 wrong usage or bad input."""
    _use_utf8()
    parser = _parser()
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "run"):
        sys.stdout.write(_WELCOME)
        return 0
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except SevError as error:
        _complain(error)
        return error.exit_status
    except BrokenPipeError:
        # The reader, such as head, has left: nothing is wrong, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except RecursionError:
        _complain(InputError("something in the input is nested too deeply", hint="write it flatter"))
        return 2
    except OSError as error:
        _complain(InputError(f"{error.strerror or error}", where=error.filename, hint="check the path and the room on the disk"))
        return 2
    return status


def _use_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _complain(error: SevError) -> None:
    problems = getattr(error, "problems", None) or (error,)
    for problem in problems:
        sys.stderr.write(f"severance-kg: {problem}\n")
    if len(problems) > 1:
        sys.stderr.write(f"severance-kg: {len(problems)} problems\n")


_WELCOME = """\
severance-kg: Severance as a knowledge graph in which every edge can show its evidence.

  severance-kg build                 write the graph and its page into build/
  severance-kg build --open          ... and open the page
  severance-kg question              list what the graph can be asked
  severance-kg question what-the-marks-want
  severance-kg show Gemma            everything that is said of a thing, with evidence
  severance-kg query 'SELECT ?what WHERE { sev:InnieMark skg:chooses ?what }'

'severance-kg --help' lists all commands.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="severance-kg",
        description="Severance as a knowledge graph: who said what, where, how surely, and the edges that follow.",
        epilog="Exit status: 0 fine, 1 a check failed, 2 wrong usage or bad input.",
    )
    parser.add_argument("--version", action="version", version=f"severance-kg {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    group = data.add_argument_group("annotation files")
    group.add_argument("--data", type=Path, metavar="DIR", help="use the annotation files of this folder beside the bundled ones")
    group.add_argument("--only", action="store_true", help="use them instead of the bundled ones")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, **more: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, parents=[data], help=help, description=help, **more)
        made.set_defaults(run=run)
        return made

    one = add("build", _build, "Write the graph (Turtle, N-Triples) and its page into a folder.")
    one.add_argument("--out", type=Path, default=Path("build"), metavar="DIR", help="the folder to write into (default: build)")
    one.add_argument("--open", action="store_true", help="open the page in a browser")
    engine = one.add_mutually_exclusive_group()
    engine.add_argument("--engine", action="store_true", help="fail if the page's own query engine cannot be put in")
    engine.add_argument("--no-engine", action="store_true", help="leave the page's own query engine out")

    one = add("query", _query, "Ask a SPARQL query; the usual prefixes need no declaration.")
    one.add_argument("query", metavar="QUERY|FILE|-", help="a query, a file that holds one, or - for standard input")
    one.add_argument("--format", choices=QUERY_FORMATS, help="default: table for rows, turtle for triples")

    one = add("question", _question, "List the competency questions, or answer one with its evidence.")
    one.add_argument("name", nargs="?", metavar="NAME", help="a question's name; without it all are listed")
    one.add_argument("--format", choices=QUERY_FORMATS[:5], default="table")

    one = add("show", _show, "Show everything that is said of a thing, or one statement, with evidence.")
    one.add_argument("name", metavar="NAME", help="a name, a label, or a statement's id")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("cite", _cite, "Cite a statement.")
    one.add_argument("statement", metavar="STATEMENT", help="its id, such as celebpost-45511-s83")
    one.add_argument("--style", choices=("plain", "bibtex", "wikitext"), default="plain")
    one.add_argument("--format", choices=DATA_FORMATS, default="table", help="json holds all three styles")

    one = add("path", _path, "Tell how two things are connected, with the evidence of each step.")
    one.add_argument("start", metavar="FROM")
    one.add_argument("end", metavar="TO")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("at", _at, "Show what is known to hold at a moment of the story.")
    one.add_argument("moment", metavar="MOMENT")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("export", _export, "Write the graph in another format, for another program.")
    one.add_argument("--format", metavar="F", help="the format (default: what the name of FILE tells, else turtle); see --losses")
    one.add_argument(
        "--out",
        default="-",
        metavar="FILE",
        help="the file to write, or - for standard output (default); for csv a folder or .zip",
    )
    one.add_argument("--losses", action="store_true", help="write nothing; list the formats, and what each cannot hold")

    one = add("verify", _verify, "Find every passage of a source again in a copy of its text.")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--text", type=Path, metavar="FILE", help="the copy, as plain text")
    where.add_argument("--html", type=Path, metavar="FILE", help="the copy, as HTML")
    one.add_argument("--source", metavar="ID", help="the source that it is a copy of, where that is not clear")
    one.add_argument("--stamp", type=Path, metavar="ANNOTATION", help="write digests and positions into this annotation file")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("check", _check, "Check the annotation files, or a graph that was built, and tell every problem.")
    one.add_argument("graph", nargs="?", type=Path, metavar="GRAPH", help="a graph to check, in N-Triples or Turtle")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("init", _init, "Write a blank, commented annotation file.")
    one.add_argument("file", type=Path, metavar="FILE", help="the file to write; it must not exist yet")
    one.add_argument("--id", default="my-interview", help="the id of the source (default: my-interview)")
    return parser


def _inputs(arguments: argparse.Namespace) -> Inputs:
    from severance_kg.resources import gather

    return gather(arguments.data, only=arguments.only)


def _graph(arguments: argparse.Namespace) -> KnowledgeGraph:
    from severance_kg.build import ntriples
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.store import MemoryStore

    inputs = _inputs(arguments)
    return KnowledgeGraph(MemoryStore(ntriples(inputs)), inputs)


def _write(text: str) -> int:
    sys.stdout.write(text)
    return 0


# ── The commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _build(arguments: argparse.Namespace) -> int:
    from severance_kg.build import build
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.page import make_page
    from severance_kg.store import MemoryStore

    if arguments.engine:
        raise InputError("this version cannot put a query engine into the page", hint="leave --engine out")
    inputs = _inputs(arguments)
    paths = build(inputs, arguments.out, lambda content: make_page(KnowledgeGraph(MemoryStore(content), inputs)))
    for path in paths:
        sys.stdout.write(f"{path}\n")
    page = paths[-1].resolve()
    sys.stdout.write(f"The page has no query engine of its own; ask with 'severance-kg query'.\nOpen {page.as_uri()}\n")
    if arguments.open:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            sys.stderr.write("severance-kg: no browser could be opened; open the address above yourself\n")
    return 0


def _query(arguments: argparse.Namespace) -> int:
    from severance_kg.build import ntriples
    from severance_kg.results import Rows, Triples
    from severance_kg.store import MemoryStore

    query = _query_text(arguments.query)
    store = MemoryStore(ntriples(_inputs(arguments)))
    found = store.query(query)
    if isinstance(found, Rows) and not found:
        _tell_unknown_names(store, query)
    wanted = arguments.format or ("turtle" if isinstance(found, Triples) else "table")
    if wanted != "table":
        from severance_kg.formats import serialise

        return _write(serialise(found, wanted))
    if isinstance(found, Triples):
        raise InputError("triples cannot be written as a table", hint="use --format turtle or ntriples")
    if isinstance(found, bool):
        return _write(f"{str(found).lower()}\n")
    from severance_kg.tables import table

    return _write(table(found.variables, found.texts()) + f"({len(found)} row{'' if len(found) == 1 else 's'})\n")


def _query_text(given: str) -> str:
    if given == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"byte {error.start} is not UTF-8", where="standard input", hint="send the query as UTF-8") from None
    looks_like_file = "{" not in given and "\n" not in given and len(given) < 1000
    if looks_like_file and (Path(given).is_file() or given.endswith((".rq", ".sparql"))):
        from severance_kg.yaml_lines import read_text

        return read_text(Path(given))
    return given


def _tell_unknown_names(store: Any, query: str) -> None:
    """Say on standard error which of the project's own names in a query that found nothing the graph does not hold."""
    from severance_kg.errors import did_you_mean
    from severance_kg.scan import names
    from severance_kg.vocabulary import BASE, compact, expand

    asked = [name for name in names(query) if ":" in name and (iri := expand(name)) and iri.startswith(BASE)]
    unknown = [name for name in asked if not store.query(f"ASK {{ {{ {name} ?p ?o }} UNION {{ ?s {name} ?o }} }}")]
    if not unknown:
        return
    rows = store.query(f'SELECT DISTINCT ?name WHERE {{ ?name ?p ?o FILTER(STRSTARTS(STR(?name), "{BASE}")) }}')
    known = [compact(str(row[0])) for row in rows]
    for name in unknown:
        hint = did_you_mean(name, known)
        sys.stderr.write(f"severance-kg: the graph has no {name}{f'; {hint}' if hint else ''}\n")


def _question(arguments: argparse.Namespace) -> int:
    from severance_kg.errors import UnknownName
    from severance_kg.formats import as_json, serialise
    from severance_kg.questions import answer, read_questions
    from severance_kg.tables import as_json as dump
    from severance_kg.tables import table
    from severance_kg.telling import evidence, statement_json

    questions = read_questions(_inputs(arguments).questions)
    if arguments.name is None:
        if arguments.format == "json":
            return _write(dump([{"name": one.name, "question": one.question} for one in questions.values()]))
        return _write(table(["name", "question"], [[one.name, one.question] for one in questions.values()]))
    if arguments.name not in questions:
        raise UnknownName("question", arguments.name, questions)
    kg = _graph(arguments)
    found = answer(kg, questions[arguments.name])
    if arguments.format == "json":
        return _write(
            dump(
                {
                    "name": found.question.name,
                    "question": found.question.question,
                    "answer": found.question.explanation,
                    "results": as_json(found.rows),
                    "evidence": [statement_json(kg, one) for one in found.evidence],
                }
            )
        )
    if arguments.format != "table":
        return _write(serialise(found.rows, arguments.format))
    text = f"{found.question.question}\n{found.question.explanation}\n\n{table(found.rows.variables, found.rows.texts())}"
    return _write(text + (f"\nEvidence\n\n{evidence(kg, found.evidence)}" if found.evidence else ""))


def _show(arguments: argparse.Namespace) -> int:
    from severance_kg.reports import show_json, show_text
    from severance_kg.tables import as_json

    kg = _graph(arguments)
    iri = kg.resolve(arguments.name)
    return _write(as_json(show_json(kg, iri)) if arguments.format == "json" else show_text(kg, iri))


def _cite(arguments: argparse.Namespace) -> int:
    from severance_kg.cite import STYLES, cite
    from severance_kg.tables import as_json

    kg = _graph(arguments)
    statement = kg.statement(arguments.statement)
    if arguments.format == "json":
        return _write(as_json({"iri": str(statement.iri), **{style: cite(kg, statement, style) for style in STYLES}}))
    return _write(cite(kg, statement, arguments.style))


def _path(arguments: argparse.Namespace) -> int:
    from severance_kg.tables import as_json
    from severance_kg.telling import evidence, statement_json

    kg = _graph(arguments)
    found = kg.path(arguments.start, arguments.end)
    if arguments.format == "json":
        return _write(as_json([statement_json(kg, one) for one in found]))
    return _write(evidence(kg, found) if found else "There is no chain of edges between them.\n")


def _at(arguments: argparse.Namespace) -> int:
    from severance_kg.tables import as_json
    from severance_kg.telling import evidence, statement_json

    kg = _graph(arguments)
    found = kg.at(arguments.moment)
    if arguments.format == "json":
        return _write(as_json([statement_json(kg, one) for one in found]))
    return _write(evidence(kg, found))


def _export(arguments: argparse.Namespace) -> int:
    from severance_kg.export import export, export_to, find_format, guess_format

    if arguments.losses:
        return _write(_losses(arguments.format))
    if arguments.out == "-":
        name = find_format(arguments.format or "turtle").name
        export_to(_graph(arguments).store, name, sys.stdout.buffer)
        return 0
    wanted = find_format(arguments.format) if arguments.format else guess_format(arguments.out)
    return _write(f"{export(_graph(arguments).store, wanted.name, arguments.out)}\n")


def _losses(name: str | None) -> str:
    from severance_kg.export import find_format, read_formats

    wanted = [find_format(name)] if name else read_formats().values()
    nothing = "Nothing is lost: what was written gives the same graph back."
    told = (f"{one.name}: {one.title}\n" + "".join(f"  - {loss}\n" for loss in one.losses or (nothing,)) for one in wanted)
    return "\n".join(told)


def _verify(arguments: argparse.Namespace) -> int:
    from severance_kg.annotations import read_corpus
    from severance_kg.build import write_atomically
    from severance_kg.ontology import read_ontology
    from severance_kg.reports import verdicts_json, verdicts_text
    from severance_kg.tables import as_json
    from severance_kg.verify import hint_problems, pick_source, read_article, stamp_file, uncovered_words, verify

    if not (arguments.text or arguments.html):
        raise InputError("verify needs the source's text", hint=_where_the_texts_are(arguments))
    text = read_article(arguments.text or arguments.html, html=bool(arguments.html))
    if arguments.stamp:
        write_atomically({arguments.stamp: stamp_file(arguments.stamp, text).encode()})
        return _write(f"{arguments.stamp}: every passage found and stamped\n")
    inputs = _inputs(arguments)
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
            _complain(InputErrors(problems))
        sys.stdout.write(verdicts_text(verdicts))
    return 1 if problems else 0


def _where_the_texts_are(arguments: argparse.Namespace) -> str:
    kg = _graph(arguments)
    rows = kg.select("SELECT DISTINCT ?url WHERE { ?s skg:passage/skg:source ?source . ?source schema:url ?url } ORDER BY ?url")
    pages = ", ".join(str(row["url"]) for row in rows) or "its publisher"
    return f"open {pages}, save the article as text or HTML, and name the file with --text or --html"


def _check(arguments: argparse.Namespace) -> int:
    from severance_kg.tables import as_json

    if arguments.graph:
        problems, done = _graph_problems(arguments)
    else:
        problems, done = _input_problems(arguments)
    if arguments.format == "json":
        sys.stdout.write(as_json([{"where": p.where, "message": p.what, "hint": p.hint} for p in problems]))
    elif problems:
        _complain(InputErrors(problems))
    else:
        sys.stdout.write(f"{done}\n")
    return max((problem.exit_status for problem in problems), default=0)


def _input_problems(arguments: argparse.Namespace) -> tuple[list[SevError], str]:
    from severance_kg.build import compile_inputs, problems_of

    inputs = _inputs(arguments)
    try:
        compiled = compile_inputs(inputs)
    except InputErrors as errors:
        return list(errors.problems), ""
    statements = len(compiled.corpus.statements) + len(compiled.inferred)
    done = f"{statements} statements of {len(inputs.annotations)} files, {len(compiled.triples)} triples: no problem found"
    return problems_of(compiled, inputs), done


def _graph_problems(arguments: argparse.Namespace) -> tuple[list[SevError], str]:
    import pyoxigraph as ox

    from severance_kg.check import check_edges, check_shapes
    from severance_kg.ontology import read_ontology, read_turtle

    inputs = _inputs(arguments)
    if arguments.graph.suffix not in (".nt", ".ttl"):
        raise InputError("a graph is a file in .nt or .ttl", where=str(arguments.graph), hint="name one that 'build' wrote")
    triples = read_turtle(arguments.graph)
    problems: list[SevError] = [*check_edges(triples, read_ontology(inputs.vocabulary))]
    if any(isinstance(part, ox.BlankNode) for triple in triples for part in (triple.subject, triple.object)):
        problems.append(InputError("the graph holds blank nodes", where=str(arguments.graph), hint="'build' writes none"))
    problems += check_shapes(triples, inputs.shapes)
    return problems, f"{len(triples)} triples: no problem found"


def _init(arguments: argparse.Namespace) -> int:
    from severance_kg.blank import write_blank

    write_blank(arguments.file, arguments.id)
    return _write(
        f"{arguments.file}\n"
        f"Fill it in, then stamp it with 'severance-kg verify --stamp {arguments.file} --text ARTICLE'\n"
        f"and build with 'severance-kg build --data {arguments.file.parent}'.\n"
    )
