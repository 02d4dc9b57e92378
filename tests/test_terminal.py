"""The terminal, as people have it: a window of some width, colour, a pager, other encodings, odd paths, hostile data, shells."""

from __future__ import annotations

import hashlib
import json
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from conftest import ROOT, Run
from severance_kg import cli, completion, terminal
from severance_kg.cli import main
from severance_kg.tables import columns, table
from severance_kg.terminal import folded, paint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a window to test in is a POSIX pseudo-terminal")
ESCAPE = "\x1b["
TIMEOUT = 60
Window = Callable[..., "tuple[int, str]"]


@pytest.fixture
def window(command: str, _own_cache: None) -> Window:
    """Run the command in a window of a terminal and return its status and what the window got."""
    import fcntl
    import pty
    import struct
    import termios

    def call(*arguments: str, size: tuple[int, int] = (24, 80), **environment: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
        env = kept | {"TERM": "xterm-256color", "PAGER": "cat"} | environment
        process = subprocess.Popen([command, *arguments], stdin=slave, stdout=slave, stderr=slave, env=env)
        os.close(slave)
        told = b""
        while select.select([master], [], [], TIMEOUT)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:  # how Linux tells that nobody writes any more
                break
            told += piece
            if not piece:
                break
        os.close(master)
        # On a busy machine a second passes, and the sign of life is there: it has a test of its own.
        text = re.sub(r"\rseverance-kg: at work for \d+ s|\r +\r", "", told.decode())
        return process.wait(TIMEOUT), text.replace("\r\n", "\n")

    return call


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ROWS = [
    ["seven", "Innie Mark chooses the life that is his over what his Outie needs."],
    ["8", "内側のマークは自分の人生を選ぶ"],
    ["9", "x" * 90],
]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_table_fits_the_window(width: int) -> None:
    told = table(["name", "gloss"], ROWS, width)
    assert max(map(columns, told.splitlines())) <= width
    for row in ROWS:
        for cell in row:
            assert re.sub(r"\s", "", cell) in re.sub(r"\s|seven|8|9", "", told) + "seven89"


def test_columns_line_up_behind_wide_characters() -> None:
    told = table(["a", "b"], [["内側", "x"], ["abcd", "x"], ["e\u0301", "x"]], 80).splitlines()
    assert {columns(line[: line.index("x")]) for line in told[2:]} == {6}


def test_where_the_columns_do_not_fit_each_row_is_a_block() -> None:
    names = ["speaker", "holder", "commitment", "polarity"]
    told = table(names, [["Dan Erickson"] * 4], 40)
    assert max(map(columns, told.splitlines())) <= 40
    assert told.splitlines()[:2] == ["speaker", "  Dan Erickson"]
    assert told.count("Dan Erickson") == 4


@settings(deadline=None, max_examples=60)
@given(
    some.lists(some.lists(some.text(some.characters(codec="utf-8"), max_size=30), min_size=2, max_size=2), max_size=4),
    some.integers(30, 90),
)
def test_any_table_fits_and_holds_every_character(rows: list[list[str]], width: int) -> None:
    told = table(["one", "two"], rows, width)
    assert max(map(columns, told.splitlines())) <= width
    for row in rows:
        for cell in row:
            assert all(c in told for c in cell if c.isprintable() and not c.isspace())


def test_the_command_asks_how_wide_the_window_is(window: Window) -> None:
    for width in (40, 100):
        status, told = window("question", size=(500, width), NO_COLOR="1")
        assert status == 0
        assert width - 30 < max(map(columns, told.splitlines())) <= width


# ── Prose ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TOLD = [
    ["show", "Gemma"],
    ["show", "celebpost-45511-s104"],
    ["path", "Helly", "Gemma"],
    ["at", "FinalChoice"],
    ["changes", "S2Opening", "FinalChoice"],
    ["views", "Audience"],
    ["question", "who-shares-a-body"],
    ["export", "--losses", "--format", "gexf"],
    ["verify", "--text", "no-such-file-in-any-folder-of-this-machine.txt"],
    ["show", "Gema"],
    ["check", "--only", "--data", str(ROOT / "tests" / "data" / "tidewater")],
    ["shwo", "Gemma"],
]


@pytest.mark.parametrize("arguments", TOLD, ids=" ".join)
def test_prose_fits_a_narrow_window_and_loses_nothing(window: Window, run: Run, arguments: list[str]) -> None:
    _, told = window(*arguments, size=(900, 40), NO_COLOR="1")
    plain = run(*arguments, env=os.environ | {"COLUMNS": "40"})
    # An address, a command, or another word that is too long alone, stays whole; it then has a line of its own.
    assert all(columns(line) <= 40 or re.fullmatch(r" *('severance-kg .*'[;.,]?|\S+)", line) for line in told.splitlines())
    prose = [re.sub(r"[─\s]", "", text) for text in (told, plain.stdout + plain.stderr)]
    assert sorted(prose[0]) == sorted(prose[1]), "nothing is lost, though a table is wrapped in columns"


def test_what_is_folded_hangs_below_where_it_began() -> None:
    text = "st:a-s1  He chooses it.\n    asserted, literal; always\nSo it is told to all.\nseverance-kg: no thing was found\n"
    lines = ["st:a-s1  He", "  chooses it.", "    asserted,", "      literal;", "      always", "So it is told", "to all."]
    assert folded(text, 14).splitlines() == [*lines, "severance-kg:", "  no thing was", "  found"]
    assert folded(text, 80) == text
    assert folded(paint(text), 80) == paint(text)


def test_what_is_copied_is_not_folded(window: Window, run: Run) -> None:
    for arguments in (["cite", "celebpost-45511-s83", "--style", "bibtex"], ["at", "FinalChoice", "--sparql"]):
        assert window(*arguments, size=(900, 40), NO_COLOR="1") == (0, run(*arguments).stdout)


# ── Colour ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(window: Window, environment: dict[str, str], coloured: bool) -> None:
    status, told = window("question", **environment)
    assert status == 0
    assert (ESCAPE in told) == coloured


def test_nothing_else_gets_colour_unless_it_is_forced(run: Run) -> None:
    plain = run("cite", "celebpost-45511-s83").stdout + run("show", "Gemma").stdout
    assert "\x1b" not in plain
    forced = run("show", "Gemma", env=os.environ | {"FORCE_COLOR": "1"}).stdout
    assert forced.count(ESCAPE) > 20
    assert re.sub(r"\x1b\[\d+m", "", forced) == run("show", "Gemma").stdout
    assert "\x1b" not in run("show", "Gemma", "--json", env=os.environ | {"FORCE_COLOR": "1"}).stdout


def test_paint_only_adds_colour() -> None:
    text = "Edges (2)\n\nst:a-s1  He chooses.\n    asserted; always; an edge\n    asserted; always; no edge: negated\n    https://a.example/x\n"
    assert re.sub(r"\x1b\[\d+m", "", paint(text)) == text
    assert len(re.findall(r"\x1b\[0m", paint(text))) == 5


# ── Pager ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pager(tmp_path: Path) -> str:
    file = tmp_path / "my pager"
    file.write_text("#!/bin/sh\necho PAGED\ncat\n")
    file.chmod(0o755)
    return f"'{file}'"


def test_a_long_answer_goes_through_the_pager(window: Window, pager: str) -> None:
    status, told = window("question", PAGER=pager)
    assert (status, told.splitlines()[0]) == (0, "PAGED")
    assert told.count("PAGED") == 1


@pytest.mark.parametrize(
    ("size", "given"), [((900, 80), None), ((5, 80), ""), ((5, 80), "cat"), ((5, 80), "no-such-pager-here")], ids=str
)
def test_it_does_not_if_it_is_short_or_no_pager_is_wanted_or_there(
    window: Window, pager: str, size: tuple[int, int], given: str | None
) -> None:
    status, told = window("question", size=size, PAGER=pager if given is None else given)
    assert status == 0
    assert "PAGED" not in told
    assert "what-each-mark-wants" in told


def test_a_pipe_has_no_pager(run: Run, pager: str) -> None:
    assert "PAGED" not in run("question", env=os.environ | {"PAGER": pager}).stdout


# ── Hostile data ─────────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = 'SELECT ("\\u001B]0;title\\u0007\\u009B31mred\\u202E" AS ?x) {}'


@pytest.mark.parametrize("format", ["table", "json", "csv", "tsv"])
def test_no_control_character_reaches_the_terminal(window: Window, format: str) -> None:
    status, told = window("query", HOSTILE, "--format", format, NO_COLOR="1")
    assert status == 0
    assert "red" in told
    assert not [c for c in told if not (c.isprintable() or c == "\n")]


def test_data_in_a_pipe_is_what_it_is(run: Run) -> None:
    told = json.loads(run("query", HOSTILE, "--json").stdout)
    assert told["results"]["bindings"][0]["x"]["value"] == "\x1b]0;title\x07\x9b31mred\u202e"
    assert "\x1b" in run("query", HOSTILE, "--format", "csv").stdout
    assert "\x1b" not in run("query", HOSTILE, "--format", "table").stdout


def test_no_control_character_of_an_argument_reaches_the_terminal(window: Window) -> None:
    for arguments in (
        ["show", "\x1b[31mGemma"],
        ["build", "--out", "/dev/null/\x1b[31m"],
        ["\x1b[31mshow"],
        ["show", "x", "--\x1b[31m"],
    ):
        status, told = window(*arguments, NO_COLOR="1")
        assert status == 2
        assert "\x1b" not in told


# ── Data for programs ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "SELECT ?x { sev:InnieMark skg:chooses ?x } ORDER BY ?x"],
        ["question"],
        ["question", "what-innie-mark-chooses"],
        ["cite", "celebpost-45511-s83"],
        ["path", "MDR", "Gemma"],
        ["at", "FinalChoice"],
        ["views"],
        ["vocabulary"],
    ],
    ids=lambda given: " ".join(given)[:24],
)
def test_json_is_short_for_its_format(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 0
    short = capsys.readouterr().out
    assert json.loads(short)
    assert main([*arguments, "--format", "json"]) == 0
    assert capsys.readouterr().out == short


def test_what_formats_lose_is_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--losses", "--json"]) == 0
    found = {one["name"]: one["losses"] for one in json.loads(capsys.readouterr().out)}
    assert found["turtle"] == []
    assert found["csv"]
    assert main(["export", "--json"]) == 2


WRITING = [
    ["build", "--no-engine", "--out", "site"],
    ["build", "--store", "store", "--only", "--data", str(ROOT / "tests" / "data" / "saltlight")],
    ["page", "--focus", "Gemma", "--out", "gemma.html"],
    ["export", "--out", "graph.nt"],
    ["export", "--out", "tables", "--format", "csv"],
    ["network", "--figure", "network.svg"],
    ["vocabulary", "--out", "reference"],
]


@pytest.mark.parametrize("arguments", WRITING, ids=lambda given: " ".join(given)[:24])
def test_what_was_written_is_told_with_sizes_digests_and_counts(arguments: list[str], run: Run, tmp_path: Path) -> None:
    done = run(*arguments, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    for one in told.get("files", ()):
        content = (tmp_path / one["file"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    if told.get("store"):
        assert told["statements"] > told["edges"] > 0
        assert (tmp_path / told["store"]).is_dir()
    else:
        written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
        assert {Path(one["file"]) for one in told["files"]} == written
    if "triples" in told:
        assert told["triples"] == (tmp_path / "site" / "severance.nt").read_bytes().count(b"\n")
        assert told["statements"] > told["edges"] > 100


NO_JSON = {
    "serve": "it answers over HTTP",
    "mcp": "all that it says is JSON already",
    "init": "it writes the one file that it is told to",
    "completion": "what it prints is a shell's",
}
"""The commands that cannot answer in JSON, each with its reason."""


def test_every_command_answers_programs() -> None:
    commands = completion._commands(cli._parser())
    assert {name for name, parser in commands.items() if "--json" not in parser._option_string_actions} == set(NO_JSON)


# ── Commands to copy, and hints ──────────────────────────────────────────────────────────────────────────────────────


def test_a_command_to_copy_holds_its_path_as_a_shell_wants_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = "ünï dír/it's $x ÿ.yaml"
    assert main(["init", file]) == 0
    stamp, build = re.findall(r"(?m)'(severance-kg .*)'\.?$", capsys.readouterr().out)
    assert shlex.split(stamp) == ["severance-kg", "verify", "--stamp", file, "--text", "ARTICLE"]
    assert shlex.split(build) == ["severance-kg", "build", "--data", "ünï dír"]
    (tmp_path / "talk.txt").write_text("Ann: I like it.\n\nBea: So do I.\n", "utf-8")
    assert main(["draft", "talk.txt", "--out", "sp ace/talk.draft.yaml"]) == 0
    (check,) = re.findall("'(severance-kg .*?)'", capsys.readouterr().out)
    assert shlex.split(check)[-1] == "sp ace/talk.draft.yaml"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "my folder"], r"severance-kg check --data my\ folder'"),
        (["check", "some.yaml"], "severance-kg check --data some.yaml'"),
        (["check", "some.rdf"], "--data FOLDER"),
        (["check", "empty.nt"], "empty.nt: there is no statement"),
        (["check", "folder.nt"], "folder.nt: it is a folder"),
        (["draft", "https://a.example/x"], "--online"),
        (["promote", "some.yaml", "--text", "empty.nt"], "--reviewer NAME"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_hint_names_the_option(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my folder").mkdir()
    (tmp_path / "folder.nt").mkdir()
    (tmp_path / "empty.nt").touch()
    assert main(arguments) in (1, 2)
    assert told in capsys.readouterr().err


def test_one_is_no_plural(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--only", "--data", str(Path(SALTLIGHT) / "interview.yaml")]) == 0
    assert " of 1 file, " in capsys.readouterr().out


def test_the_first_screen_fits_the_window(window: Window) -> None:
    status, told = window(size=(24, 40))
    assert status == 0
    assert max(map(len, told.splitlines())) <= 40


# ── The nearest name ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["shwo", "Gemma"], "show"),
        (["qeustion"], "question"),
        (["show", "Gemma", "--fromat", "json"], "--format"),
        (["show", "Gemma", "--fromat=json"], "--format"),
        (["--versoin"], "--version"),
        (["show", "Gemma", "--format", "jsno"], "json"),
        (["network", "--measure", "centralty"], "centrality"),
        (["completion", "bahs"], "bash"),
        (["export", "--format", "turtel"], "turtle"),
        (["question", "what-innie-mark-choses"], "what-innie-mark-chooses"),
        (["show", "InieMark"], "InnieMark"),
        (["show", "Ms."], "Ms. Casey"),
        (["show", "dan"], "Dan Erickson"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_the_nearest_name_is_told(arguments: list[str], nearest: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: object = main(arguments)
    except SystemExit as left:
        status = left.code
    assert status == 2
    assert f'did you mean "{nearest}"?' in capsys.readouterr().err


def test_what_is_near_to_nothing_gets_no_guess(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["xyzzy"])
    assert "did you mean" not in capsys.readouterr().err


# ── Encodings and paths ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-8"])
def test_any_code_page_gets_what_it_can_show(command: str, kg: object, encoding: str) -> None:
    env = os.environ | {"PYTHONIOENCODING": encoding}
    query = 'SELECT ("“Gemma” – 内 …" AS ?x) {}'
    done = subprocess.run([command, "query", query, "--format", "table"], env=env, capture_output=True, check=True)
    told = done.stdout.decode(encoding)
    assert "Gemma" in told
    assert ("内" in told) == (encoding == "utf-8")
    if encoding == "ascii":
        assert '"Gemma" - ? ' in told
        assert "----" in told
    data = subprocess.run([command, "query", query, "--json"], env=env, capture_output=True, check=True).stdout
    assert "“Gemma” – 内 …" in data.decode("utf-8")


@pytest.mark.parametrize("name", ["Ærø Straße 内", "two words", "new\nline", "-dash", "q'uo\"te$HOME"], ids=repr)
def test_paths_of_every_kind(run: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    file = folder / "mine.yaml"
    assert run("init", file, "--id", "mine").returncode == 0
    assert file.is_file()
    written = run("export", "--format", "ntriples", "--out", folder / "graph.nt")
    assert (written.returncode, written.stderr) == (0, "")
    assert run("check", "--data", folder / "nothing").returncode == 2
    query = folder / "ask.rq"
    query.write_text("ASK { sev:InnieMark skg:chooses sev:HisOwnLife }", "utf-8")
    assert run("query", query).stdout == "true\n"


# ── A sign of life ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_waits_at_a_terminal_is_told_that_work_goes_on(command: str, kg: object) -> None:
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen([command, "query", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    told = b""
    while b"at work for 1 s" not in told and select.select([master], [], [], TIMEOUT)[0]:
        told += os.read(master, 1000)
    out, _ = process.communicate(b"ASK { ?s ?p ?o }", TIMEOUT)
    assert select.select([master], [], [], TIMEOUT)[0]
    told += os.read(master, 1000)
    os.close(master)
    assert (process.returncode, out) == (0, b"true\n")
    assert re.search(rb"s\r {20,}\r\Z", told), "the line is still there"


def test_nobody_else_is(run: Run) -> None:
    assert run("query", "ASK { ?s ?p ?o }").stderr == ""


# ── Completion ───────────────────────────────────────────────────────────────────────────────────────────────────────

BASH = """
source "$1"; shift; COMP_WORDBREAKS=' :='
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _severance_kg; printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
autoload -Uz compinit; compinit -u -d "$TMPDIR/dump"; source "$1"; shift
compadd() { shift; print -l -- "$@" }
_files() { print -- FILES }
words=("$@"); CURRENT=$#; _severance_kg
"""
FISH = 'source $argv[1]; complete -C (string join " " -- $argv[2..])'

SALTLIGHT = str(ROOT / "tests" / "data" / "saltlight")
COMPLETED = [
    (["sho"], {"show"}, set()),
    (["show", "Gem"], {"Gemma", "GemmasSoul"}, {"Helly"}),
    (["question", "what-innie-mark-c"], {"what-innie-mark-chooses"}, {"what-each-mark-wants"}),
    (["show", "sev:Inn"], {"sev:InnieMark"}, {"sev:Helly", "InnieMark"}),
    (["show", "st:celebpost-45511-s10"], {"st:celebpost-45511-s104"}, {"celebpost-45511-s104"}),
    (["show", "celebpost-45511-s10"], {"celebpost-45511-s104"}, set()),
    (["show", "theme:Lo"], {"theme:Love"}, {"sev:Lumon"}),
    (["show", "skg:choo"], {"skg:chooses"}, set()),
    (["cite", "st:celebpost-45511-s83"], {"st:celebpost-45511-s83"}, set()),
    (["changes", "sev:S2Opening", "sev:F"], {"sev:FinalChoice"}, {"sev:Frolic"}),
    (["at", "FinalChoice", "--held-by", ""], {"DanErickson"}, {"Gemma"}),
    (["views", ""], {"Audience", "InnieMark"}, {"Gemma"}),
    (["compare", ""], {"celebpost-45511", "series"}, {"Gemma"}),
    (["verify", "--source", ""], {"celebpost-45511"}, {"Gemma"}),
    (["show", "--data", SALTLIGHT, "--only", "S"], {"SealedLedger"}, {"Severance"}),
    (["question", "--data", SALTLIGHT, ""], {"what-each-mark-wants"}, set()),
    (["query", "x", "--for"], {"--format"}, {"--data"}),
    (["query", "x", "--format", "j"], {"json"}, {"csv"}),
    (["export", "--format", "tur"], {"turtle", "turtle12"}, {"csv"}),
    (["at", "Me"], {"MeetingScene"}, {"MeetingOfTheMarks"}),
    (["path", "--avoid", "Lumon", "Gemma", "Hel"], {"Helly"}, {"Gemma"}),
    (["cite", "celebpost-45511-s83"], {"celebpost-45511-s83"}, set()),
    (["completion", "z"], {"zsh"}, set()),
]


def completed(words: list[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    assert main(["__complete", *words]) == 0
    return set(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("words", "there", "absent"), COMPLETED, ids=lambda given: " ".join(given) if isinstance(given, list) else ""
)
def test_what_can_stand_next(words: list[str], there: set[str], absent: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = completed(words, capsys)
    assert there <= found
    assert not absent & found
    assert all(one.startswith(words[-1]) for one in found)


def test_letter_case_is_no_matter_where_nothing_else_begins_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert completed(["show", "gem"], capsys) == {"Gemma", "GemmasSoul"}
    assert "sev:InnieMark" in completed(["show", "SEV:inn"], capsys)


def test_whatever_is_completed_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["show", "sev:Gem"], ["show", "skg:choo"], ["show", "theme:Lov"], ["show", "src:"], ["at", "sev:Fin"]):
        found = sorted(completed(words, capsys))
        assert found
        assert main([*words[:-1], found[0]]) == 0, found[0]
        capsys.readouterr()


@pytest.mark.parametrize("word", ["'my folder'", '"my folder"', r"my\ folder", "~/my\\ folder", "my folder"], ids=str)
@pytest.mark.parametrize("equals", [False, True], ids=["apart", "with ="])
def test_a_folder_is_read_however_it_is_typed(
    word: str, equals: bool, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SALTLIGHT, tmp_path / "my folder")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    given = [f"--data={word}"] if equals else ["--data", word]
    assert completed(["show", *given, "--only", "Seal"], capsys) == {"SealedLedger"}


def test_a_quote_that_is_open_hides_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        completed(["show", '"Gem'], capsys) == completed(["show", "'Gem"], capsys) == completed(["show", "Gem"], capsys) != set()
    )


def test_what_cannot_be_read_leaves_the_bundled_names(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "Gemma" in completed(["show", "--data", str(tmp_path / "nothing"), "--only", "Gem"], capsys)


def test_a_value_is_completed_behind_its_equals_sign(capsys: pytest.CaptureFixture[str]) -> None:
    assert completed(["query", "x", "--format=j"], capsys) == {"--format=json"}


def test_only_sources_that_say_something_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = sorted(completed(["compare", ""], capsys))
    for other in others:
        assert main(["compare", first, other]) == 0, other
        capsys.readouterr()


def test_where_a_file_is_meant_nothing_stands_in_its_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert completed(["verify", "--text", ""], capsys) == completed(["show", "Gemma", ""], capsys) == set()
    assert "build" in completed([""], capsys)


@pytest.mark.parametrize(("shell", "asks"), [("bash", BASH), ("zsh", ZSH), ("fish", FISH)])
def test_the_shells_complete(shell: str, asks: str, command: str, kg: object, run: Run, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / f"severance-kg.{shell}"
    script.write_text(run("completion", shell).stdout, "utf-8")
    env = os.environ | {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": f"{Path(command).parent}:{os.environ['PATH']}"}
    for words, there, absent in (*COMPLETED[:4], (["query", "x", "--format=j"], {"--format=json"}, {"--format=csv"})):
        if shell == "bash":  # whose readline breaks words at colons and equals signs, and completes what is behind the last
            words = [piece for word in words for piece in re.split("([:=])", word) if piece]
            there = {re.split("[:=]", one)[-1] for one in there}
            absent = absent - there
        given = [str(script), "severance-kg", *words]
        told = [program, "-c", asks, *(given if shell == "fish" else ["sh", *given])]
        done = subprocess.run(told, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT)
        found = set(re.split(r"[\n\t]", done.stdout))
        assert there <= found, (words, done)
        assert not absent & found


@pytest.mark.parametrize("pager", ["less '", "false", "no-such-program", "cat | cat"])
def test_what_a_pager_cannot_show_is_shown_without_it(pager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", pager)
    assert not terminal._paged("a line\n" * 500)


def test_a_window_of_no_width_folds_and_loses_nothing() -> None:
    assert terminal.folded("\n   \nsome words\n", 1).split() == ["some", "words"]
