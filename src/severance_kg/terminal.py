"""What a person at a terminal gets: colour, a pager, a sign of life, and no character that would command the terminal.

Commands write plain text and know nothing of this. What goes into a file or a pipe is that text as it is.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from severance_kg.errors import SevError, printable

PATIENCE = 1.0
"""Seconds after which somebody who waits is told that work goes on, and then how long it has."""

BOLD, DIM, CYAN, GREEN, YELLOW, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[0m"

_PAINTED = (
    # The head of a table: the line above its rule. Then the rule itself.
    (re.compile(r"(?m)^(.+)(?=\n─[─ ]*$)"), rf"{BOLD}\1{PLAIN}"),
    (re.compile(r"(?m)^(─[─ ]*)$"), rf"{DIM}\1{PLAIN}"),
    # A statement: its name, and whether it is an edge.
    (re.compile(r"(?m)^((?:\d+\. )?(?:[\w ,]+: )?)(st:[\w.-]+)(?=  )"), rf"\1{CYAN}\2{PLAIN}"),
    (re.compile(r"(?m)(?<=; )(an edge)$"), rf"{GREEN}\1{PLAIN}"),
    (re.compile(r"(?m)(?<=; )(no edge: .*)$"), rf"{YELLOW}\1{PLAIN}"),
    # The title of a section with its count, and the address of a passage.
    (re.compile(r"(?m)^(\S.* \(\d+\))(?=\n\n)"), rf"{BOLD}\1{PLAIN}"),
    (re.compile(r"(?m)^(    https?://\S+)$"), rf"{DIM}\1{PLAIN}"),
)


def coloured(*, terminal: bool) -> bool:
    """Whether to paint: on a terminal that can show it, unless ``NO_COLOR`` is set, and anywhere if ``FORCE_COLOR`` is.

    An empty variable counts as not set, as both conventions have it.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    # The old console of Windows shows escape sequences as they are; those that know them say so.
    knows = sys.platform != "win32" or bool(os.environ.get("WT_SESSION") or os.environ.get("TERM"))
    return terminal and knows and os.environ.get("TERM") != "dumb"


def paint(text: str) -> str:
    """Return a text with its heads, names and verdicts in colour."""
    for pattern, painted in _PAINTED:
        text = pattern.sub(painted, text)
    return text


def folded(text: str, width: int) -> str:
    """Return a text whose lines break at spaces where they are wider than ``width``, each going on further in than it began.

    An address, a command in quotes, or another word that is wider alone stays whole: the terminal breaks it, and whoever copies
    it gets all of it.
    """
    return "".join(_folded(line, width) for line in text.splitlines(keepends=True))


_HANGING = re.compile(r" +|(?:\x1b\[\d+m)*(?:st:|severance-kg[ \w]*: |\d+\. |- )")
"""How lines begin that hang: what is indented already, a statement, an error, an entry of a list. Other prose is flush."""


_PIECE = re.compile(r"\s*(?:'severance-kg [^']*'|\S)+")


def _folded(line: str, width: int) -> str:
    if _columns(line.rstrip("\n")) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")))
    hanging = indent + ("  " if _HANGING.match(line) else "")
    first, *pieces = _PIECE.findall(line.strip()) or [""]
    lines = [indent + first]
    for piece in pieces:
        if _columns(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines.append(hanging + piece.lstrip())
    return "\n".join(lines) + ("\n" if line.endswith("\n") else "")


def _columns(text: str) -> int:
    from severance_kg.tables import columns

    return columns(re.sub(r"\x1b\[\d+m", "", text))


def fitted(text: str, stream: TextIO) -> str:
    """Return a text as it is to be written to a stream: folded to its window if it is a terminal, else as it is."""
    return folded(text, _width(stream)) if stream.isatty() else text


def _width(stream: TextIO) -> int:
    """Return how wide the window of a stream is, which need not be that of standard output."""
    try:
        return max(int(os.environ.get("COLUMNS", "")), 0) or os.get_terminal_size(stream.fileno()).columns
    except (ValueError, OSError):
        return shutil.get_terminal_size().columns


def tell(text: str) -> None:
    """Tell somebody something on standard error, in lines that fit the window if it is a terminal."""
    sys.stderr.write(fitted(printable(f"severance-kg: {text}\n"), sys.stderr))


def complain(error: SevError) -> None:
    """Tell an error, with all the problems that it holds, on standard error."""
    problems = getattr(error, "problems", None) or (error,)
    for problem in problems:
        tell(str(problem))
    if len(problems) > 1:
        tell(f"{len(problems)} problems")


@contextmanager
def shown(*, table: bool, prose: bool = True) -> Iterator[None]:
    """Show what is written to standard output within: on a terminal painted and folded, and through a pager if it is long.

    ``table`` says that it is for people. Of that, and of all that goes to a terminal, control characters are replaced; data
    in a file or a pipe stays as it is, to the last byte. What is no ``prose`` is not folded: a citation or a query is copied.
    """
    out, terminal = sys.stdout, sys.stdout.isatty()
    if not (table or terminal):
        yield
        return
    sys.stdout = held = io.StringIO()
    try:
        yield
    finally:
        sys.stdout = out
        text = printable(held.getvalue())
        text = paint(text) if table and coloured(terminal=terminal) else text
        text = fitted(text, out) if table and prose else text
        if not (terminal and _paged(text)):
            out.write(text)


def _paged(text: str) -> bool:
    """Give a text to the pager if it is longer than the window; return whether one took it."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less" if shutil.which("less") else ""))
    except ValueError:  # a quotation mark that is not closed
        return False
    if not command or command == ["cat"] or text.count("\n") < shutil.get_terminal_size().lines:
        return False
    # Quit if it fits after all, let colours through, and leave the text on the screen.
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = subprocess.run(command, input=text.encode(), env=environment, check=False).returncode
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return status <= 0  # what a pager could not show is shown without one; one that was ended has shown enough


@contextmanager
def waiting() -> Iterator[None]:
    """Tell somebody at a terminal, after a second, that work goes on; the line is wiped away in the end."""
    stream = sys.stderr
    if not stream.isatty():
        yield
        return
    done = threading.Event()

    def tell() -> None:
        seconds, line = 0, ""
        while not done.wait(PATIENCE):
            seconds += 1
            line = f"severance-kg: at work for {seconds} s"
            stream.write(f"\r{line}")
            stream.flush()
        if line:
            stream.write(f"\r{' ' * len(line)}\r")
            stream.flush()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


_PLAINER = str.maketrans("─█░—–‘’“”…•→", "-#.--''\"\"~*>")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Replace what an encoding does not have by what looks like it, else by a question mark."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAINER)
    return "".join(c if c.isascii() else "?" for c in text), error.end


def use_encoding() -> None:
    """Write UTF-8 whatever the system's code page, or the encoding that ``PYTHONIOENCODING`` asks for as well as it can."""
    codecs.register_error("severance-kg", _plainer)
    asked = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if asked else "utf-8", errors="severance-kg")


def use_utf8() -> None:
    """Write UTF-8, as the formats that programs read have it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
