"""Everything that goes wrong on purpose.

SevError                    exit status 2
├── InputError              a file or an argument cannot be used as it is
│   └── UnknownName         a name that nothing here bears
├── PassageError            a passage is not where it is said to be; exit status 1
│   ├── PassageNotFound
│   ├── PassageAmbiguous
│   └── PassageAltered      found by its first and last words, but its digest differs
├── QueryError              a query cannot be parsed or run
│   ├── QueryRefused        a query does what the scan forbids
│   └── QueryStopped        a query ran into a limit of time, memory or length of its answer
├── StoreError              an engine or a remote service failed
│   └── StoreBusy           no worker was free in time
└── CheckFailed             the data broke a rule of the model; exit status 1
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches

SHORT = 12
"""So many names can be listed in a message."""


class SevError(Exception):
    """Base of every error raised on purpose: what happened, where, and what to do next."""

    exit_status = 2

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        code: str | None = None,
        statement: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint
        # For programs: a short name that stays when the message is reworded, and the id of the statement it is about.
        self.code, self.statement = code or _hyphenated(type(self).__name__), statement

    def __str__(self) -> str:
        """Return the error as the terminal shows it: ``where: what; hint``."""
        told = f"{self.where}: {self.what}" if self.where else self.what
        return f"{told}; {self.hint}" if self.hint else told


class InputError(SevError):
    """A file or an argument cannot be used as it is."""


class UnknownName(InputError):
    """A name that nothing here bears."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str], *, where: str | None = None, listed: str | None = None
    ) -> None:
        self.kind, self.name = kind, name
        shown = name if len(name) <= 80 else f"{name[:77]}…"
        known = sorted(set(known))
        hint = did_you_mean(name[:200], known) or _some(known)
        # Of many names the nearest may be far: say where all of them are to be seen.
        hint += f" {listed}" if listed and len(known) > SHORT else ""
        super().__init__(f'no {kind} "{shown}"', where=where, hint=hint)


class PassageError(SevError):
    """A passage is not where it is said to be."""

    exit_status = 1


class PassageNotFound(PassageError):
    """The first or last words of a passage do not stand in the text."""


class PassageAmbiguous(PassageError):
    """The words occur more than once, and no occurrence is named."""


class PassageAltered(PassageError):
    """The words between the first and the last are not the ones that the annotator read."""


class QueryError(SevError):
    """A query cannot be parsed or run."""


class QueryRefused(QueryError):
    """A query does what the scan forbids."""


class QueryStopped(QueryError):
    """A query ran into a limit; ``limit`` names it as a request does: ``timeout``, ``memory`` or ``result-bytes``."""

    def __init__(self, what: str, *, limit: str, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.limit = limit


class StoreError(SevError):
    """An engine or a remote service failed."""


class StoreBusy(StoreError):
    """No worker was free in time; ``retry_after`` is in how many seconds to ask again."""

    def __init__(self, what: str, *, retry_after: int, hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.retry_after = retry_after


class CheckFailed(SevError):
    """The data broke a rule of the model; ``problems`` lists every one that was found."""

    exit_status = 1

    def __init__(self, problems: Iterable[SevError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputErrors(InputError):
    """Several things in the input cannot be used; ``problems`` lists every one that was found."""

    def __init__(self, problems: Iterable[SevError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _hyphenated(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def problem_json(problem: SevError) -> dict[str, str | int | None]:
    """Return a problem as editors and agents read it: file, line, statement, code, message, hint; ``where`` is both."""
    file, _, line = (problem.where or "").rpartition(":")
    found = line.isascii() and line.isdigit() and file != ""
    return {
        "file": file if found else problem.where,
        "line": int(line) if found else None,
        "statement": problem.statement,
        "code": problem.code,
        "message": problem.what,
        "hint": problem.hint,
        "where": problem.where,
    }


def check_name(given: object, kind: str) -> None:
    """Raise an InputError unless what is given as a name is a text."""
    if not isinstance(given, str):
        raise InputError(f"a {kind} is named by a text, and this is {type(given).__name__}", hint='give one, such as "InnieMark"')


def _some(known: list[str]) -> str:
    if len(known) <= SHORT:
        return f"known are {', '.join(known)}" if known else "none is known"
    return f"there are {len(known)}, such as {', '.join(known[:: len(known) // 4][:4])}"


def printable(text: str) -> str:
    """Return a text without the characters that would command a terminal; line breaks and tabs stay."""
    return "".join(c if c in "\n\t" or c.isprintable() else "\ufffd" for c in text)


def typed(path: object) -> str:
    """Return a path as it is to be typed in a command that stands in apostrophes, and so without any of its own."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline([str(path)])
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", str(path))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Suggest the known name whose first word ``name`` is, or that is nearest, or that begins with it; letter case aside."""
    folded = {one.casefold(): one for one in sorted(known)}
    name = name.casefold()
    begun = sorted((one for one in folded if len(name) > 2 and one.startswith(name)), key=len)
    cutoff = 0.7 if len(name) > 3 else 0.6  # one letter of three, and still a slip; of a long word two thirds are another
    near = [one for one in begun if one.startswith(f"{name} ")] or get_close_matches(name, folded, n=1, cutoff=cutoff) or begun
    return f'did you mean "{folded[near[0]]}"?' if near else None
