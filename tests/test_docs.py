"""What the README and the docs show is so: commands with their output, Python, SPARQL, links, pictures, names."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

import blocks
import picture
import serving
import severance_kg as skg
from blocks import ROOT, Block
from severance_kg import cli
from severance_kg.limits import Limits, option_name
from severance_kg.results import Rows, Triples

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCUMENTS = blocks.documents()
MARKDOWN = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
SECTIONS = [(path, name, found) for path in DOCUMENTS for name, found in blocks.sections(path)]
PARSER = cli._parser()


def _id(path: Path, name: str) -> str:
    return f"{path.relative_to(ROOT)}#{name or 'top'}"


def _served(block: Block) -> bool:
    """Whether a block speaks to a server, which test_docs_served starts."""
    return "http://127.0.0.1:8000" in block.text


RUNNING = [
    pytest.param(path, found, id=_id(path, name))
    for path, name, found in SECTIONS
    if any(block.language in ("console", "python") and not _served(block) for block in found)
]


@pytest.mark.parametrize(("path", "found"), RUNNING)
def test_commands_print_and_python_prints_what_is_shown(
    path: Path, found: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    # What a page speaks of and does not show, such as a text to be read.
    with contextlib.suppress(FileNotFoundError):
        shutil.copytree(ROOT / "tests" / "data" / "docs" / path.stem, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in found:
        blocks.put(block, tmp_path)
        if block.language == "console":
            _commands(block, tmp_path)
        elif block.language == "python" and not _served(block):
            printed = blocks.execute(block, namespace)
            assert block.prints is None or blocks.matches(block.prints, printed), printed


def _commands(block: Block, folder: Path) -> None:
    status = 0
    for step in blocks.steps(block):
        printed, status = blocks.run(step.command, folder)
        assert blocks.matches(step.output, printed), f"line {block.line}: {step.command}\n{printed}"
    assert status == int(block.mark("exit") or 0)


def test_what_speaks_to_a_server_does(tmp_path: Path, command: str) -> None:
    found = [block for _, _, blocks_found in SECTIONS for block in blocks_found if _served(block)]
    assert {block.language for block in found} == {"sh", "python"}
    with serving.endpoint(command, "--workers", "1") as endpoint:
        for block in found:
            text = block.text.replace("http://127.0.0.1:8000", endpoint.url.rstrip("/"))
            if block.language == "python":
                blocks.execute(replace(block, text=text), {})
            for line in text.splitlines() if block.language == "sh" else ():
                if line.startswith("curl "):
                    printed, status = blocks.run(line.replace("curl ", "curl --fail --silent --noproxy '*' ", 1), tmp_path)
                    assert (status, "severance-kg" in printed) == (0, True), line


QUERIES = [
    pytest.param(block.text, id=f"{_id(path, name)}:{block.line}")
    for path, name, found in SECTIONS
    for block in found
    if block.language == "sparql"
]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_have_an_answer(kg: skg.KnowledgeGraph, query: str) -> None:
    found = kg.query(query)
    assert found if isinstance(found, bool) else len(found)


def test_the_readme_has_what_it_promises() -> None:
    found = blocks.read(ROOT / "README.md")
    session = [step for block in found if block.section == "A session" for step in blocks.steps(block)]
    assert len(session) == 5
    assert all(step.output for step in session)
    assert sum(block.language == "sparql" for block in found) == 5
    (python,) = (block.text for block in found if block.language == "python")
    assert 18 <= python.count("\n") <= 22


USED = [
    pytest.param(arguments, id=f"{path.name}:{block.line}: {' '.join(arguments)[:50]}")
    for path, _, found in SECTIONS
    for block in found
    if block.language in ("sh", "console") and block.mark("exit") != "2"
    for arguments in blocks.commands(block)
]


@pytest.mark.parametrize("arguments", USED)
def test_commands_that_are_not_run_are_well_formed(arguments: list[str]) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as complaint, contextlib.redirect_stdout(io.StringIO()):
        try:
            cli._parser().parse_args(arguments)
        except SystemExit as stopped:
            assert stopped.code == 0, complaint.getvalue()


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _prose(path: Path) -> str:
    """The text of a Markdown file without its code."""
    text = re.sub(r"^( *)(`{3,})[^\n]*\n.*?^\1\2$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def _links(path: Path) -> set[str]:
    found = re.findall(r"\]\(\s*<?([^()\s>]+(?:\([^()\s]*\))?)", _prose(path))
    found += re.findall(r'(?:src|href)="([^"]+)"', _prose(path))
    return {one for one in found if not re.match(r"[a-z][a-z0-9+.-]*:", one)}


def _anchors(path: Path) -> set[str]:
    """The anchors that GitHub and the site give to the headings of a file, and those that it writes itself."""
    text = re.sub(r"^( *)(`{3,})[^\n]*\n.*?^\1\2$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    return {_slug(one) for one in headings} | set(re.findall(r'\bid="([^"]+)"', text))


def _slug(heading: str) -> str:
    plain = re.sub(r"<[^>]+>|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain).strip().lower().replace(" ", "-")


@pytest.mark.parametrize("path", [pytest.param(one, id=str(one.relative_to(ROOT))) for one in MARKDOWN])
def test_links_lead_somewhere(path: Path) -> None:
    for link in sorted(_links(path)):
        name, _, anchor = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{link}: there is no {name}"
        assert ROOT in [target, *target.parents], f"{link} leads out of the project"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{link}: there is no such heading"


def test_pictures_are_small_and_are_described() -> None:
    shown = [(path, *one) for path in MARKDOWN for one in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", path.read_text("utf-8"))]
    assert len(shown) >= 2
    for path, description, address in shown:
        assert len(description) > 60, f"{path.name}: {address} is not described"
        assert (path.parent / address).stat().st_size < 200_000
    used = {(path.parent / address).resolve() for path, _, address in shown}
    assert set((ROOT / "docs" / "images").iterdir()) == used


def test_the_picture_is_taken_of_the_page(browser: Browser, file: Path) -> None:
    taken = picture.take(browser, file)
    assert taken.startswith(b"\x89PNG")
    assert (int.from_bytes(taken[16:20]), int.from_bytes(taken[20:24])) == picture.SIZE
    assert len(taken) < 200_000
    # An empty map, or none, compresses to much less.
    assert len(taken) > picture.PICTURE.stat().st_size / 2


# ── Everything has a name in the docs ────────────────────────────────────────────────────────────────────────────────


def _text(*names: str) -> str:
    return "\n".join((ROOT / "docs" / name).read_text("utf-8") for name in names)


def _commands_of_the_parser() -> dict[str, Any]:
    (subparsers,) = (one for one in PARSER._actions if hasattr(one, "choices") and isinstance(one.choices, dict))
    assert subparsers.choices is not None
    return dict(subparsers.choices)


@pytest.mark.parametrize("name", sorted(_commands_of_the_parser()))
def test_every_command_is_shown_and_each_option_of_it_told(name: str) -> None:
    shown = [
        arguments
        for _, _, found in SECTIONS
        for one in found
        if one.language in ("console", "sh")
        for arguments in blocks.commands(one)
    ]
    assert name in {arguments[0] for arguments in shown if arguments}, f"no example calls {name}"
    (told,) = re.findall(
        rf"^## `severance-kg {name}`\n(.*?)(?=^## |\Z)", _text("reference/commands.md"), re.DOTALL | re.MULTILINE
    )
    options = [option for action in _commands_of_the_parser()[name]._actions for option in action.option_strings]
    assert [one for one in options if f"`{one}" not in told and one not in ("-h", "--help")] == []


def test_every_setting_is_told() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    variables = set(re.findall(r"environ(?:\.get\(|\[)\s*\"(\w+)\"", source)) - {"PYTHONHASHSEED"}
    assert "SEVERANCE_KG_CACHE" in variables
    settings = _text("commands.md")
    assert [one for one in variables if f"`{one}`" not in settings] == []
    assert [one.name for one in fields(Limits) if f"`--{option_name(one)}`" not in _text("endpoint.md")] == []


def test_every_public_name_is_told() -> None:
    told = _text("reference/python.md")
    methods = [name for name, _ in inspect.getmembers(skg.KnowledgeGraph) if not name.startswith("_")]
    assert len(methods) > 25
    assert [one for one in skg.__all__ if f"`{one}" not in told] == []
    assert [one for one in methods if f"`kg.{one}" not in told] == []
    for kind in (skg.Row, skg.Rows, skg.Triples):
        public = [name for name, value in vars(kind).items() if not name.startswith("_") and callable(value)]
        assert [one for one in public if f".{one}(" not in told] == []


def test_what_methods_return_is_told() -> None:
    told = _text("reference/python.md")
    returned = set[str]()
    for name, value in inspect.getmembers(skg.KnowledgeGraph):
        found = value if callable(value) else getattr(value, "fget", None) or getattr(value, "func", None)
        if not name.startswith("_") and found:
            returned |= set(re.findall(r"(?<![\w.])[A-Z]\w+", str(inspect.signature(found).return_annotation)))
    assert {"Holding", "Path", "Statement"} <= returned
    assert [one for one in returned - {"FilePath"} if f"`{one}`\n" not in told] == []


def test_the_harness_tells_wrong_output_from_right() -> None:
    assert blocks.matches("a … c\n", "a b c\n")
    assert blocks.matches("a\n…\nd\n", "a\nb\nc\nd\n")
    assert blocks.matches("a\n…\n", "a\n")
    assert not blocks.matches("a … c\n", "a\nb c\n")
    assert not blocks.matches("a\nb\n", "a\nb\nc\n")
    assert not blocks.matches("a\n…\nd\n", "a\nb\n")
    assert not blocks.matches("", "a\n")


def test_answers_are_kinds_that_have_a_length(kg: skg.KnowledgeGraph) -> None:
    assert isinstance(kg.query("SELECT ?s WHERE { ?s a skg:Persona }"), Rows)
    assert isinstance(kg.query("DESCRIBE sev:Gemma"), Triples)
