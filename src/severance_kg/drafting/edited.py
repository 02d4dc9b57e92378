"""A draft as it stands in its file: cut into entries, line by line, so that what a person wrote is kept as it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from severance_kg.errors import InputError
from severance_kg.passages import PassageRef
from severance_kg.yaml_lines import compose, read_text, read_yaml

DRAFTED = "# The program's own notes, by which it tells what you have changed. Leave them as they are."
REJECTED = "# Proposals that you have deleted. They stay away; delete one here, and it is proposed again."


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a draft: the lines that lead to it, its own lines, its id, and the digest of its passage."""

    lead: str
    lines: str
    id: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What the program noted of a proposal: the digest of its passage, and that of its lines as they were written."""

    passage: str
    lines: str


@dataclass(frozen=True)
class Draft:
    """A draft that was read from its file; ``head`` and ``tail`` are what stands before and behind its statements."""

    content: dict[str, Any]
    head: str
    entries: tuple[Entry, ...]
    tail: str
    noted: dict[str, Noted]
    rejected: dict[str, str]
    crlf: bool

    @classmethod
    def read(cls, path: Path) -> Draft:
        """Read a draft.

        Raises:
            InputError: it is broken, or no draft: an accepted source is never drafted over.
        """
        return cls.parse(read_text(path), str(path))

    @classmethod
    def parse(cls, text: str, where: str) -> Draft:
        """Read a draft from its text; as :meth:`read`."""
        crlf = "\r\n" in text
        text = text.replace("\r\n", "\n")
        content, lines = read_yaml(text, where)
        if not isinstance(content, dict) or content.get("status") != "draft":
            hint = "name another file with --out; nothing was changed"
            raise InputError("it is there already and is no draft (status: draft)", where=where, hint=hint)
        given = content.get("statements")
        if not isinstance(content.get("source"), dict) or not isinstance(given, list):
            raise InputError(
                "a draft has a source and a list of statements", where=where, hint="put them back, or name another file"
            )
        for i, one in enumerate(given):
            if not isinstance(one, dict):
                where = str(lines.where(("statements", i)))
                raise InputError("a statement is a mapping with an id and a passage", where=where, hint="mend it")
        head, entries, tail = _cut(text, where, given)
        noted = {
            str(name): Noted(*str(told).split(" "))
            for name, told in _mapping(_mapping(content.get("drafted")).get("passages")).items()
            if len(str(told).split(" ")) == 2
        }
        rejected = {str(one.get("id")): str(one.get("sha256")) for one in _list(content.get("rejected")) if isinstance(one, dict)}
        return cls(content, head, entries, _without_notes(tail, text, where), noted, rejected, crlf)

    @property
    def source_id(self) -> str:
        """The id of its source."""
        return str(self.content["source"].get("id"))

    def source(self, key: str) -> str | None:
        """Return what the source card says, if it does."""
        given = self.content["source"].get(key)
        return str(given) if given else None

    @property
    def declared(self) -> set[str]:
        """The entities that were ever proposed here, or that stand here."""
        noted = _list(_mapping(self.content.get("drafted")).get("entities"))
        return {*_mapping(self.content.get("entities")), *(str(name) for name in noted)}


def passages(draft: Draft) -> dict[str, PassageRef]:
    """Return the passages of a draft that have a digest, by the ids of their statements."""
    found = {}
    for one in draft.content["statements"]:
        given = _mapping(one.get("passage"))
        if isinstance(given.get("sha256"), str) and isinstance(given.get("starts"), str):
            ends = given.get("ends")
            found[str(one.get("id"))] = PassageRef(
                1, given["starts"], ends if isinstance(ends, str) else None, sha256=given["sha256"]
            )
    return found


def fingerprint(lines: str) -> str:
    """Return the digest of an entry's lines; blanks at their ends do not count."""
    kept = "\n".join(line.rstrip() for line in lines.strip("\n").splitlines())
    return hashlib.sha256(kept.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _mapping(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _cut(text: str, where: str, given: list[dict[str, Any]]) -> tuple[str, tuple[Entry, ...], str]:
    lines = text.splitlines(keepends=True)
    key, node = next((k, v) for k, v in _root(text, where).value if k.value == "statements")
    if not given:
        at = key.start_mark.line
        return "".join(lines[:at]) + "statements:\n", (), "".join(lines[_behind(node) :])
    if node.flow_style or any(item.flow_style for item in node.value):
        hint = "write each as '- id: …' on lines of its own; nothing was changed"
        raise InputError("the statements of a draft are a list of blocks", where=f"{where}:{node.start_mark.line + 1}", hint=hint)
    begins = [_dash(lines, item.start_mark.line) for item in node.value]
    ends = [_behind(item) for item in node.value]
    entries = []
    reached = begins[0]
    for one, begin, end in zip(given, begins, ends, strict=True):
        passage = _mapping(one.get("passage"))
        sha = passage.get("sha256")
        entries.append(
            Entry("".join(lines[reached:begin]), "".join(lines[begin:end]), str(one.get("id")), str(sha) if sha else None)
        )
        reached = end
    return "".join(lines[: begins[0]]), tuple(entries), "".join(lines[reached:])


def _dash(lines: list[str], line: int) -> int:
    """Return the line of the dash that opens an item; an annotator may have put it on a line of its own."""
    while line > 0 and not lines[line].lstrip().startswith("-"):
        line -= 1
    return line


@lru_cache(2)
def _root(text: str, where: str) -> yaml.MappingNode:
    # Python's own loader is slow, and what it makes of a draft is asked for twice.
    root = compose(text, where, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return root


def _behind(node: yaml.Node) -> int:
    """Return the line behind the last one that belongs to a node."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _behind(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line) if mark.column == 0 and mark.index > node.start_mark.index else int(mark.line) + 1


def _without_notes(tail: str, text: str, where: str) -> str:
    """Return what stands behind the statements without the program's own notes, which are written anew."""
    for key, node in _root(text, where).value:
        if key.value == "drafted":
            lines = text.splitlines(keepends=True)
            begin = key.start_mark.line
            if begin > 0 and lines[begin - 1].strip() == DRAFTED:
                begin -= 1
            gone = "".join(lines[begin : _behind(node)])
            return tail.replace(gone, "", 1).rstrip("\n") + "\n" if gone in tail else tail
    return tail


def with_rejected(tail: str, new: list[str]) -> str:
    """Return the tail with further lines in its list of rejected proposals."""
    if not new:
        return tail
    lines = tail.splitlines(keepends=True)
    at = next((i for i, line in enumerate(lines) if re.match(r"rejected:\s*(?:#.*)?$", line)), None)
    if at is None:
        kept = re.sub(r"(?m)^rejected:.*\n", "", tail).rstrip("\n")
        return "\n".join([*([kept, ""] if kept else []), REJECTED, "rejected:", *new]) + "\n"
    return "".join([*lines[: at + 1], *(f"{line}\n" for line in new), *lines[at + 1 :]])
