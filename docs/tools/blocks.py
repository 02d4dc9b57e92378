"""The blocks of code in Markdown: what they are, and what happens when they are run.

    python docs/tools/blocks.py [FILE …]      write what the commands print today into the console blocks (default: all)

What runs, by the language of the fence:

- ``console``: every line after ``$ `` runs in a shell, and prints what stands below it. ``…`` stands for anything within a
  line, and on a line of its own for any lines. ``<!-- exit: 1 -->`` above the block is the last command's exit status.
- ``python``: run; a ``text`` block right after it is what is printed.
- ``sparql``: asked; the answer must have something in it.
- ``sh``: commands as a form to be filled in. They are not run, but the program's own parser must take them.
- any block below ``<!-- file: NAME -->``: written to that file first.

The blocks of one section (``## …``) share a folder, which is empty at first, and a namespace.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<language>[\w-]*)")
_MARK = re.compile(r"<!-- (file|exit): (\S+) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its language, its text, the line of its fence, its section, and the marks above it."""

    language: str
    text: str
    line: int
    section: str
    marks: tuple[tuple[str, str], ...] = ()
    prints: str | None = None
    """Of a ``python`` block, the ``text`` that follows it."""

    def mark(self, name: str) -> str | None:
        """Return what a mark says, or nothing."""
        return dict(self.marks).get(name)


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a console block, and what stands below it."""

    command: str
    output: str


def documents() -> list[Path]:
    """Return the README and every page that is written by hand."""
    pages = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "reference" not in path.parts]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *pages]


def read(path: Path) -> list[Block]:
    """Return the blocks of a Markdown file, in its order."""
    found: list[Block] = []
    section, marks = "", list[tuple[str, str]]()
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    quiet = 0
    for number, line in lines:
        fence = _FENCE.match(line)
        if fence:
            text = "".join(f"{one}\n" for one in _until(lines, fence["ticks"], len(fence["indent"])))
            if fence["language"] == "text" and found and found[-1].language == "python" and quiet == number:
                found[-1] = _with_output(found[-1], text)
            else:
                found.append(Block(fence["language"], text, number, section, tuple(marks)))
            quiet = number + text.count("\n") + 2
            marks = []
        elif line.startswith("## "):
            section = line[3:]
        elif line.strip():
            marks = _MARK.findall(line)
        elif quiet == number:
            quiet += 1
    return found


def _until(lines: Iterator[tuple[int, str]], ticks: str, indent: int) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == ticks:
            return
        yield line[indent:] if line[:indent].isspace() else line


def _with_output(block: Block, text: str) -> Block:
    return Block(block.language, block.text, block.line, block.section, block.marks, text)


def sections(path: Path) -> list[tuple[str, list[Block]]]:
    """Return the blocks of a file by section."""
    return [(name, list(blocks)) for name, blocks in groupby(read(path), key=lambda block: block.section)]


def steps(block: Block) -> list[Step]:
    """Return the commands of a console block; a line that goes on ends in a backslash."""
    found: list[Step] = []
    output: list[str] | None = None
    lines = iter(block.text.splitlines(keepends=True))
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\\n"):
                command += next(lines)
            output = []
            found.append(Step(command.rstrip("\n"), ""))
        elif output is not None:
            output.append(line)
            found[-1] = Step(found[-1].command, "".join(output))
        elif line.strip():
            raise ValueError(f"line {block.line}: a console block starts with '$ '")
    return found


def commands(block: Block) -> Iterator[list[str]]:
    """Return the arguments of each call of the program in an ``sh`` or ``console`` block."""
    text = "\n".join(step.command for step in steps(block)) if block.language == "console" else block.text
    for line in text.replace("\\\n", " ").splitlines():
        for command in re.split(r"\s(?:&&|\|\|?|>)\s", line):
            words = shlex.split(command, comments=True)
            if "severance-kg" in words[:4] and words[:3] != ["uv", "tool", "install"]:
                yield words[words.index("severance-kg") + 1 :]


def matches(expected: str, actual: str) -> bool:
    """Whether an output is what was expected, where ``…`` stands for anything."""
    return re.fullmatch(_pattern(expected), actual, re.DOTALL) is not None or expected == actual


def _pattern(expected: str) -> str:
    lines = []
    for line in expected.splitlines(keepends=True):
        if line.strip() == "…":
            lines.append(r"(?:[^\n]*\n)*?")
        else:
            lines.append(r"[^\n]*".join(re.escape(part) for part in line.split("…")))
    return "".join(lines)


def run(command: str, folder: Path) -> tuple[str, int]:
    """Run a command in a shell in a folder; return what it printed, both streams in one, and its exit status."""
    # A terminal of eighty columns without colour, and the program of this very Python first.
    here = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "80"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )
    # What is padded to a column ends in blanks, which editors strip from Markdown.
    lines = done.stdout.decode().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines), done.returncode


def put(block: Block, folder: Path) -> None:
    """Write a block that is a file into the folder."""
    name = block.mark("file")
    if name is not None:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, "utf-8")


def execute(block: Block, namespace: dict[str, object]) -> str:
    """Run a ``python`` block in a namespace and return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block.text, f"line {block.line}", "exec"), namespace)
    return "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())


def refresh(path: Path) -> str:
    """Return a file's text with the output of today below each command; what still matches stays as it is."""
    text = path.read_text("utf-8")
    for _, blocks in sections(path):
        with tempfile.TemporaryDirectory() as folder:
            for block in blocks:
                put(block, Path(folder))
                if block.language == "console":
                    text = text.replace(block.text, _again(block, Path(folder)), 1)
    return text


def _again(block: Block, folder: Path) -> str:
    written = ""
    for step in steps(block):
        printed, _ = run(step.command, folder)
        output = step.output if matches(step.output, printed) else printed.replace(str(folder), "…")
        written += f"$ {step.command}\n{output}"
    return written


def main(names: list[str]) -> None:
    """Refresh the console blocks of the files named, or of all."""
    for path in [Path(name).resolve() for name in names] or documents():
        path.write_text(refresh(path), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
