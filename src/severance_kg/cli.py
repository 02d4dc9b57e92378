"""The command line: its commands and options, its errors and its exit status. What commands do stands in ``commands``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from severance_kg import (
    check_command,
    combinations,
    commands,
    completion,
    draft_command,
    mcp_command,
    promote_command,
    review_command,
    serve_command,
    terminal,
)
from severance_kg.errors import InputError, SevError, did_you_mean, printable

QUERY_FORMATS = ("table", "json", "csv", "tsv", "xml", "turtle", "ntriples")
DATA_FORMATS = ("table", "json")
READERS = ("query", "question", "show", "cite", "path", "at", "changes", "views", "network", "compare", "export", "page")
"""The commands that ask a graph, and so can ask one on disk or behind a service."""
SHOWN = (*(name for name in READERS if name != "export"), "build", "check", "verify", "vocabulary", "init", "promote")
"""The commands that say something when they are done, and nothing before. ``export`` writes bytes, the others talk as they go."""


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0 fine, 1 a check failed, 2 wrong usage or bad input."""
    _open_streams()
    terminal.use_encoding()
    arguments = argparse.Namespace()
    try:
        parser = _parser()
        given = sys.argv[1:] if argv is None else argv
        if given[:1] == ["__complete"]:  # what the shells ask, on every press of a key
            sys.stdout.write("".join(f"{one}\n" for one in completion.candidates(parser, given[1:])))
            status = 0
        else:
            arguments = parser.parse_args(given, arguments)
            status = _run(arguments) if hasattr(arguments, "run") else commands.write(terminal.fitted(_WELCOME, sys.stdout))
        sys.stdout.flush()
    except SevError as error:
        terminal.complain(error)
        commands.tell_what_only_leaves_out(arguments, error)
        return error.exit_status
    except BrokenPipeError:
        # The reader, such as head, has left: nothing is wrong, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except RecursionError:
        terminal.complain(InputError("something in the input is nested too deeply", hint="write it flatter"))
        return 2
    except OSError as error:
        terminal.complain(
            InputError(f"{error.strerror or error}", where=error.filename, hint="check the path and the room on the disk")
        )
        return 2
    return status


def _open_streams() -> None:
    # Either is None where the shell has closed it (>&-).
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()


def _run(arguments: argparse.Namespace) -> int:
    """Run a command; what it shows goes to the terminal as a terminal wants it, what is data as it is."""
    combinations.check(arguments)
    run: Callable[[argparse.Namespace], int] = arguments.run
    losses = getattr(arguments, "losses", False)
    if (arguments.command not in SHOWN and not losses) or (arguments.command == "build" and arguments.store):
        return run(arguments)
    for_people = not arguments.as_json if losses else getattr(arguments, "format", None) in (None, "table")
    if not for_people:
        terminal.use_utf8()
    copied = getattr(arguments, "style", "plain") != "plain" or getattr(arguments, "sparql", False)
    with terminal.shown(table=for_people, prose=not copied), terminal.waiting():
        return run(arguments)


_WELCOME = """\
severance-kg: Severance as a knowledge graph in which every edge can show its evidence.

  severance-kg build                 write the graph and its page into build/
  severance-kg build --open          ... and open the page
  severance-kg question              list what the graph can be asked
  severance-kg question what-each-mark-wants
  severance-kg show Gemma            everything that is said of a thing, with evidence
  severance-kg query 'SELECT ?what WHERE { sev:InnieMark skg:chooses ?what }'

'severance-kg --help' lists all commands.
"""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="severance-kg",
        description="Severance as a knowledge graph: who said what, where, how surely, and the edges that follow.",
        epilog="Exit status: 0 fine, 1 a check failed, 2 wrong usage or bad input.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="tell the versions of program, ontology and data, and exit")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=_Parser)
    data = argparse.ArgumentParser(add_help=False)
    group = data.add_argument_group("annotation files")
    group.add_argument("--data", type=Path, metavar="DIR", help="use the annotation files of this folder beside the bundled ones")
    group.add_argument("--only", action="store_true", help="use them instead of the bundled ones")

    asked = argparse.ArgumentParser(add_help=False, parents=[data])
    group = asked.add_argument_group("a graph elsewhere")
    group.add_argument("--store", type=Path, metavar="DIR", help="ask the store in this folder; 'build --store' makes one")
    group.add_argument("--endpoint", metavar="URL", help="ask the SPARQL service at this query address; see docs/stores.md")
    _add_service_options(group)

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, **more: Any) -> argparse.ArgumentParser:
        parents: list[Any] = [asked if name in READERS else data]
        made: argparse.ArgumentParser = subparsers.add_parser(name, parents=parents, help=help, description=help, **more)
        made.set_defaults(run=run)
        return made

    one = add("build", commands.build, "Write the graph (Turtle, N-Triples) and its page into a folder.")
    one.add_argument("--out", type=Path, default=Path("build"), metavar="DIR", help="the folder to write into (default: build)")
    one.add_argument("--store", type=Path, metavar="DIR", help="build a store on disk instead, for many annotation files")
    one.add_argument("--open", action="store_true", help="open the page in a browser")
    one.add_argument("--format", choices=DATA_FORMATS, default="table", help="json tells sizes, digests and counts")
    engine = one.add_mutually_exclusive_group()
    engine.add_argument("--engine", action="store_true", help="fail if the page's own query engine cannot be put in")
    engine.add_argument("--no-engine", action="store_true", help="leave the page's own query engine out")

    one = add("page", _page, "Write the page alone, of the whole graph or of what lies around one thing.")
    one.add_argument(
        "--out", type=Path, metavar="FILE", help="the file to write (default: build/severance.html, or severance-NAME)"
    )
    one.add_argument("--focus", metavar="NAME", help="only the statements around this thing, the nearest first")
    one.add_argument("--hops", type=_number, metavar="N", help="how many statements away from it, at most (default: 1)")
    one.add_argument("--limit", type=_number, metavar="N", help="how many statements in all, at most")
    one.add_argument("--format", choices=DATA_FORMATS, default="table", help="json tells the size, digest and counts")

    one = add("query", commands.query, "Ask a SPARQL query; the usual prefixes need no declaration.")
    one.add_argument("query", metavar="QUERY|FILE|-", help="a query, a file that holds one, or - for standard input")
    one.add_argument("--format", choices=QUERY_FORMATS, help="default: table for rows, turtle for triples")

    one = add("question", commands.question, "List the competency questions, or answer one with its evidence.")
    one.add_argument("name", nargs="?", metavar="NAME", help="a question's name; without it all are listed")
    one.add_argument("--format", choices=QUERY_FORMATS[:5], default="table")

    one = add("show", commands.show, "Show everything that is said of a thing, or one statement, with evidence.")
    one.add_argument("name", metavar="NAME", help="a name, a label, or a statement's id")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("cite", commands.cite, "Cite a statement.")
    one.add_argument("statement", metavar="STATEMENT", help="its id, such as celebpost-45511-s83")
    one.add_argument("--style", choices=("plain", "bibtex", "wikitext"), default="plain")
    one.add_argument("--format", choices=DATA_FORMATS, default="table", help="json holds all three styles")

    one = add("path", _story("path"), "Tell how two things are connected, with the evidence of each step.")
    one.add_argument("start", metavar="FROM")
    one.add_argument("end", metavar="TO")
    one.add_argument("--strongest", action="store_true", help="the strongest chain instead of the shortest")
    one.add_argument("--avoid", action="append", default=[], metavar="NAME", help="keep clear of a thing or a statement")
    one.add_argument(
        "--via", action="append", default=[], metavar="NAME", help="pass a thing; may be given several times, in order"
    )
    one.add_argument("--include-hedged", action="store_true", help="take hedged statements as steps too")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("at", _story("at"), "Show what is known to hold at a moment of the story, and how.")
    one.add_argument("moment", metavar="MOMENT")
    one.add_argument("--held-by", metavar="HOLDER", help="only what this one holds")
    one.add_argument("--sparql", action="store_true", help="print the query that asks for it")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("changes", _story("changes"), "Show what began, ended or turned around between two moments.")
    one.add_argument("start", metavar="FROM")
    one.add_argument("end", metavar="TO")
    one.add_argument("--held-by", metavar="HOLDER", help="only what this one holds")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("views", _story("views"), "Show the world as one holder sees it, or where two views collide.")
    one.add_argument("holder", nargs="?", metavar="HOLDER", help="without it, all holders are listed")
    one.add_argument("other", nargs="?", metavar="OTHER", help="show where the two collide")
    one.add_argument("--collisions", action="store_true", help="show where views collide, of the holder and any other")
    one.add_argument("--one-voice", action="store_true", help="show the edges that rest on a single voice")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("network", _story("network"), "Measure the network of things, or draw it, with a plain reading.")
    one.add_argument("--measure", choices=("centrality", "communities", "bridges"), default="centrality")
    one.add_argument("--layer", choices=("edges", "statements", "themes"), default="edges", help="default: edges")
    one.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the layer as .svg, .png or .pdf instead (needs matplotlib)"
    )
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("compare", _compare, "Compare two sources of the graph, or two readers' annotation files of one source.")
    one.add_argument("one", metavar="A", help="the id of a source, or an annotation file (.yaml)")
    one.add_argument("other", metavar="B", help="another source, or another reader's file of the same source")
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
    one.add_argument("--json", dest="as_json", action="store_true", help="tell what is lost, or what was written, as JSON")

    one = add("serve", serve_command.serve, "Serve the graph to others: a read-only SPARQL endpoint, linked data and the page.")
    serve_command.add_options(one)

    one = add("mcp", mcp_command.mcp, "Serve the graph to agents on standard input and output, by the Model Context Protocol.")
    mcp_command.add_options(one)

    one = add("push", _push, "Send the graph to a SPARQL service, in bounded batches, and count it there.")
    one.add_argument("--store", type=Path, metavar="DIR", help="send the store in this folder; 'build --store' makes one")
    one.add_argument("--graph-store", metavar="URL", help="the service's address for whole graphs")
    one.add_argument("--update", metavar="URL", help="its address for updates, if it has none for whole graphs")
    one.add_argument(
        "--endpoint", dest="count_at", metavar="URL", help="its query address, to count with; without it all is read back"
    )
    one.add_argument("--batch", type=int, metavar="N", help="triples to send at once (default: 10000)")
    one.add_argument("--replace", action="store_true", help="put it in the place of what is there, instead of adding it")
    one.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the first N triples, which are there already")
    _add_service_options(one)
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("verify", check_command.verify, "Find every passage of a source again in a copy of its text.")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--text", type=Path, metavar="FILE", help="the copy, as plain text")
    where.add_argument("--html", type=Path, metavar="FILE", help="the copy, as HTML")
    one.add_argument("--source", metavar="ID", help="the source that it is a copy of, where that is not clear")
    one.add_argument("--stamp", type=Path, metavar="ANNOTATION", help="write digests and positions into this annotation file")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add("check", check_command.check, "Check the annotation files, or a graph that was built, and tell every problem.")
    one.add_argument("graph", nargs="?", type=Path, metavar="GRAPH", help="a graph to check, in N-Triples or Turtle")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--text", type=Path, metavar="FILE", help="hold the passages, and what drafts say, against this copy too")
    where.add_argument("--html", type=Path, metavar="FILE", help="the same, for a copy in HTML")
    one.add_argument("--source", metavar="ID", help="the source that it is a copy of, where there are several")
    one.add_argument("--format", choices=DATA_FORMATS, default="table")

    one = add(
        "promote", promote_command.promote, "Let in the statements of a draft that its text supports; say why not of the others."
    )
    promote_command.add_options(one)

    one = add("review", review_command.review, "Decide the statements of a draft beside its text, on a page or here; apply it.")
    review_command.add_options(one)

    one = add(
        "vocabulary",
        commands.vocabulary,
        "Write the reference of the vocabulary: classes, properties, themes, shapes, rules, alignments.",
    )
    one.add_argument("--out", type=Path, metavar="DIR", help="the folder to write into; without it the reference is printed")
    one.add_argument("--format", choices=commands.REFERENCE_FILES, help="default: markdown; with --out, markdown and html")

    one = add("draft", draft_command.draft, "Read an article or a transcript and write a draft of its annotation file.")
    draft_command.add_options(one)

    one = add("init", commands.init, "Write a blank, commented annotation file.")
    one.add_argument("file", type=Path, metavar="FILE", help="the file to write; it must not exist yet")
    one.add_argument("--id", default="my-interview", help="the id of the source (default: my-interview)")

    does = "Write what makes a shell complete commands, options, questions and names."
    one = subparsers.add_parser("completion", help=does, description=f"{does} The text says where to put it.")
    one.add_argument("shell", choices=completion.SHELLS)
    one.set_defaults(run=lambda arguments: commands.write(completion.script(arguments.shell)))
    _add_json(subparsers.choices.values())
    return parser


def _add_json(parsers: Iterable[argparse.ArgumentParser]) -> None:
    """Give every command that can answer in JSON the short form for it."""
    for parser in parsers:
        formats = parser._option_string_actions.get("--format")
        if formats is not None and formats.choices is not None and "json" in formats.choices:
            told: dict[str, Any] = {"const": "json", "default": argparse.SUPPRESS, "help": "short for --format json"}
            parser.add_argument("--json", dest="format", action="store_const", **told)


_READ = frozenset({"data", "store", "endpoint", "text", "html"})
"""What is read from: of two, the first would be left out without a word. Of other options the last one counts, as everywhere."""


class _Parser(argparse.ArgumentParser):
    """Tells of a name that is not there the nearest one that is, and what was given apart from what is so by default."""

    _given: dict[str, list[str]]

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self._given = {}
        found, unknown = super().parse_known_args(args, namespace)
        # A command's own parser has set its part already.
        found.given = getattr(found, "given", {}) | self._given
        return found, unknown

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # argparse has no public way to tell either; this is asked once for each option that is there.
        if action.option_strings or arg_strings:
            names = self._given.setdefault(action.dest, [])
            name = action.option_strings[-1] if action.option_strings else action.dest.upper()
            if name in names and action.dest in _READ:
                self.error(f"{name} is given twice, and one is read: give it once")
            names += [] if name in names else [name]
        return super()._get_values(action, arg_strings)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            command = getattr(found, "command", None)
            asked = self.known_commands()[command] if command else self
            asked.error(f"unrecognized arguments: {' '.join(unknown)}{asked.nearest(unknown[0])}")
        return found

    def known_commands(self) -> dict[str, _Parser]:
        """The parser of each command."""
        found = (action.choices for action in self._actions if isinstance(action, argparse._SubParsersAction))
        return dict(next(found, {}))

    def nearest(self, name: str) -> str:
        """Return the nearest of the parser's own options as a hint, or nothing."""
        hint = did_you_mean(name.partition("=")[0], self._option_string_actions) if name.startswith("-") else None
        return f"; {hint}" if hint else ""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # argparse has no public way in here; Python 3.14 suggests the nearest name too.
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            hint = did_you_mean(str(value), map(str, action.choices or ()))
            raise argparse.ArgumentError(action, f"{error.message}{f'; {hint}' if hint else ''}") from None

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(status, message and terminal.fitted(message, sys.stderr))


class _Version(argparse.Action):
    """Tells the versions and ends: they are looked up only when they are asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from severance_kg.versions import told

        sys.stdout.write(told())
        parser.exit()


def _page(arguments: argparse.Namespace) -> int:
    from severance_kg.page_command import page

    return page(arguments)


def _compare(arguments: argparse.Namespace) -> int:
    from severance_kg.compare_command import compare

    return compare(arguments)


def _export(arguments: argparse.Namespace) -> int:
    from severance_kg.export_command import export

    return export(arguments)


def _number(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:12]) <= 10**9:
        raise argparse.ArgumentTypeError(f"{given!r} is no whole number from 1 on")
    return int(given)


def _add_service_options(to: Any) -> None:
    to.add_argument("--graph", metavar="IRI", help="the one graph there, if the service has no default graph of its own")
    to.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="how long one answer may take (default: 30)")


def _push(arguments: argparse.Namespace) -> int:
    from severance_kg.push_command import push

    return push(arguments)


def _story(name: str) -> Callable[[argparse.Namespace], int]:
    """Return a command of the story's, whose module is imported when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        from severance_kg import story_commands

        status: int = getattr(story_commands, name)(arguments)
        return status

    return run
