"""What each command does. Each imports what it needs when it runs, so that ``--help`` and a query start at once."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.errors import InputError, SevError, UnknownName, typed
from severance_kg.terminal import tell

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.resources import Inputs
    from severance_kg.store import Store


def inputs_of(arguments: argparse.Namespace) -> Inputs:
    """Return the annotation files that the options ask for, and tell which of them are drafts."""
    from severance_kg.resources import gather

    inputs = gather(arguments.data, only=arguments.only)
    for name, _ in inputs.drafts:
        tell(f"{name} is a draft and left out")
    return inputs


def graph(arguments: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph that the options ask for."""
    from severance_kg.graph import KnowledgeGraph

    store = _store(arguments)
    return KnowledgeGraph(store, None if getattr(arguments, "store", None) else inputs_of(arguments))


def _store(arguments: argparse.Namespace) -> Store:
    """Return what is to be asked: a store on disk, one behind a service, or the graph of the annotation files in memory."""
    folder, endpoint = getattr(arguments, "store", None), getattr(arguments, "endpoint", None)
    if folder and endpoint:
        raise InputError("a store and a service cannot both be asked", hint="leave --store or --endpoint out")
    if endpoint:
        from severance_kg.remote import RemoteStore
        from severance_kg.service import TimeLimits

        return RemoteStore(endpoint, default_graph=arguments.graph, limits=TimeLimits(arguments.timeout))
    if folder:
        from severance_kg.disk import DiskStore

        check_store_alone(arguments)
        return DiskStore(folder)
    from severance_kg.build import ntriples
    from severance_kg.store import MemoryStore

    return MemoryStore(ntriples(inputs_of(arguments)))


def check_store_alone(arguments: argparse.Namespace) -> None:
    """Raise an InputError if annotation files are to stand beside a store, which holds its own."""
    if arguments.store and (arguments.data or arguments.only):
        hint = "leave --data and --only out, or build the store again with them"
        raise InputError("a store is asked as it was built", where=str(arguments.store), hint=hint)


def tell_what_only_leaves_out(arguments: argparse.Namespace, error: SevError) -> None:
    """Say that --only may be why an annotation file names what nobody declares."""
    problems = getattr(error, "problems", None) or (error,)
    unknown = (one for one in problems if isinstance(one, UnknownName) and one.where and one.kind in ("entity", "statement"))
    if getattr(arguments, "only", False) and any(unknown):
        tell("--only leaves out the bundled files with all that they declare: declare it in yours too, or leave --only out")


def write(text: str) -> int:
    """Write to standard output and return the exit status for all being well."""
    sys.stdout.write(text)
    return 0


# ── The commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def build(arguments: argparse.Namespace) -> int:
    """Write the graph's files and the page, or build a store."""
    if arguments.store:
        return _build_store(arguments)
    from severance_kg.build import build
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.page import make_page
    from severance_kg.page_engine import choose_engine
    from severance_kg.store import MemoryStore

    wanted = True if arguments.engine else False if arguments.no_engine else None
    has_engine = choose_engine(wanted) is not None
    inputs = inputs_of(arguments)
    paths = build(
        inputs, arguments.out, lambda content: make_page(KnowledgeGraph(MemoryStore(content), inputs), engine=has_engine)
    )
    page = paths[-1].resolve()
    if arguments.format == "json":
        kg = KnowledgeGraph(MemoryStore(paths[0].read_bytes()), inputs)
        _tell_written(paths, kg, {"page": page.as_uri(), "engine": has_engine})
    else:
        write("".join(f"{path}\n" for path in paths))
        write("" if has_engine else _without_engine(chosen=wanted is False))
        write(f"Open {page.as_uri()}\n")
    if arguments.open:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            tell("no browser could be opened; open the address above yourself")
    return 0


def _tell_written(paths: list[Path], kg: KnowledgeGraph, more: dict[str, Any]) -> None:
    from severance_kg.reports import counts_json, files_json
    from severance_kg.tables import as_json

    write(as_json({"files": files_json(paths), **counts_json(kg), **more}))


def _without_engine(*, chosen: bool) -> str:
    from severance_kg.page_engine import INSTALL_AGAIN, find_engine

    if chosen:
        return "The page has no query engine of its own, as --no-engine asks: use 'severance-kg query'.\n"
    return f"The page has no query engine of its own: {find_engine()}.\nUse 'severance-kg query', or {INSTALL_AGAIN}.\n"


def _build_store(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from severance_kg.corpus import build_store
    from severance_kg.progress import Progress
    from severance_kg.tables import as_json

    with Progress(sys.stderr) as progress:
        done = build_store(inputs_of(arguments), arguments.store, told=progress)
    if arguments.format == "json":
        return write(as_json({"store": str(arguments.store), **asdict(done)}))
    return write(f"{done}\nAsk it with 'severance-kg query … --store {typed(arguments.store)}'.\n")


def query(arguments: argparse.Namespace) -> int:
    """Answer a query."""
    from severance_kg.results import Rows, Triples

    # The engine answers to nobody while it runs: let Ctrl-C end the process as it is.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    query = _query_text(arguments.query)
    store = _store(arguments)
    found = store.query(query)
    if isinstance(found, Rows) and not found:
        _tell_unknown_names(store, query)
    wanted = arguments.format or ("turtle" if isinstance(found, Triples) else "table")
    if wanted != "table":
        from severance_kg.formats import serialise

        return write(serialise(found, wanted))
    if isinstance(found, Triples):
        raise InputError("triples cannot be written as a table", hint="use --format turtle or ntriples")
    if isinstance(found, bool):
        return write(f"{str(found).lower()}\n")
    from severance_kg.tables import table

    return write(table(found.variables, found.texts()) + f"({len(found)} row{'' if len(found) == 1 else 's'})\n")


def _query_text(given: str) -> str:
    if given == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="send the query there, or give it as an argument")
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"byte {error.start} is not UTF-8", where="standard input", hint="send the query as UTF-8") from None
    looks_like_file = "{" not in given and len(given) < 1000
    if looks_like_file and (_is_file(given) or given.endswith((".rq", ".sparql"))):
        from severance_kg.yaml_lines import read_text

        return read_text(Path(given))
    return given


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:  # a DESCRIBE of many names is too long to be the name of a file
        return False


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
        tell(f"the graph has no {name}{f'; {hint}' if hint else ''}")


def question(arguments: argparse.Namespace) -> int:
    """List the competency questions, or answer one."""
    from severance_kg.formats import as_json, serialise
    from severance_kg.questions import answer, listed, read_questions
    from severance_kg.tables import as_json as dump
    from severance_kg.tables import table
    from severance_kg.telling import evidence, statement_json

    questions = read_questions(inputs_of(arguments).questions)
    if arguments.name is None:
        if arguments.format == "json":
            return write(dump([{"name": one.name, "question": one.question} for one in questions.values()]))
        if arguments.format != "table":
            return write(serialise(listed(questions.values()), arguments.format))
        return write(table(["name", "question"], [[one.name, one.question] for one in questions.values()]))
    if arguments.name not in questions:
        raise UnknownName("question", arguments.name, questions)
    kg = graph(arguments)
    found = answer(kg, questions[arguments.name])
    if arguments.format == "json":
        return write(
            dump(
                {
                    "name": found.question.name,
                    "question": found.question.question,
                    "answer": kg.explain(found.question),
                    "results": as_json(found.rows),
                    "evidence": [statement_json(kg, one) for one in found.evidence],
                }
            )
        )
    if arguments.format != "table":
        return write(serialise(found.rows, arguments.format))
    told = kg.explain(found.question)
    text = f"{found.question.question}\n{told}\n\n{table(found.rows.variables, found.rows.texts())}"
    return write(text + (f"\nEvidence\n\n{evidence(kg, found.evidence)}" if found.evidence else ""))


def show(arguments: argparse.Namespace) -> int:
    """Show everything that is said of a thing."""
    from severance_kg.reports import show_json, show_text
    from severance_kg.tables import as_json

    kg = graph(arguments)
    iri = kg.resolve(arguments.name)
    return write(as_json(show_json(kg, iri)) if arguments.format == "json" else show_text(kg, iri))


def cite(arguments: argparse.Namespace) -> int:
    """Cite a statement."""
    from severance_kg.cite import STYLES, cite
    from severance_kg.tables import as_json

    kg = graph(arguments)
    statement = kg.statement(arguments.statement)
    if arguments.format == "json":
        return write(as_json({"iri": str(statement.iri), **{style: cite(kg, statement, style) for style in STYLES}}))
    return write(cite(kg, statement, arguments.style))


REFERENCE_FILES = {"markdown": "vocabulary.md", "html": "vocabulary.html", "json": "vocabulary.json"}


def vocabulary(arguments: argparse.Namespace) -> int:
    """Print the reference of the vocabulary, or write it into a folder."""
    from severance_kg.annotations import read_corpus
    from severance_kg.build import write_atomically
    from severance_kg.ontology import read_ontology
    from severance_kg.reference import describe
    from severance_kg.reference import write as written

    inputs = inputs_of(arguments)
    themes = read_corpus(inputs.annotations, inputs.schema, read_ontology(inputs.vocabulary)).themes
    reference = describe(inputs, themes)
    if arguments.out is None:
        return write(written(reference, arguments.format or "markdown"))
    forms = (arguments.format,) if arguments.format else ("markdown", "html")
    files = {arguments.out / REFERENCE_FILES[form]: written(reference, form).encode() for form in forms}
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_atomically(files)
    if arguments.format == "json":
        from severance_kg.reports import files_json
        from severance_kg.tables import as_json

        return write(as_json({"files": files_json(files)}))
    return write("".join(f"{path}\n" for path in files))


def init(arguments: argparse.Namespace) -> int:
    """Write a blank annotation file."""
    from severance_kg.blank import write_blank

    write_blank(arguments.file, arguments.id)
    return write(
        f"{arguments.file}\n"
        f"Fill it in, then stamp it with 'severance-kg verify --stamp {typed(arguments.file)} --text ARTICLE'\n"
        f"and build with 'severance-kg build --data {typed(arguments.file.parent)}'.\n"
    )
