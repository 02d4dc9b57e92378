"""Edits to the text of a draft: keys of a statement set or taken away, statements rejected, things declared.

A draft is a person's file: what is not decided on stays as it is, to the character, and so does every comment. What came of
an edit is read back and compared by whoever asked for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from severance_kg.acceptance import AnnotationText, Edit
from severance_kg.drafting.draft_file import passage as passage_lines
from severance_kg.drafting.draft_file import scalar
from severance_kg.drafting.edited import DRAFTED, with_rejected
from severance_kg.drafting.undecided import WANTED
from severance_kg.passages import PassageRef
from severance_kg.review.decisions import EDITABLE
from severance_kg.verify import items_of, node_end
from severance_kg.yaml_lines import compose

# A comment, or what is no comment and may hold its sign.
_COMMENT = re.compile(r"""(?P<no>"(?:\\.|[^"\\])*"|'(?:''|[^'])*')|(?:(?<=\s)|^)(?P<yes>#[^\n]*)""", re.MULTILINE)


def changed(content: str, file: str, changes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a draft with keys of its statements changed.

    Args:
        content: the draft's text, its lines ended by line feeds.
        file: its name, for messages.
        changes: by statement and key the new value, a :class:`PassageRef` for a passage; None takes the key away, or empties
            it if a person has to decide it.
    """
    statements = items_of(compose(content, file, yaml.SafeLoader)).get("statements")
    edits: list[Edit] = []
    for node in statements.value if isinstance(statements, yaml.SequenceNode) else ():
        name = items_of(node).get("id")
        given = changes.get(name.value) if isinstance(name, yaml.ScalarNode) else None
        if given and isinstance(node, yaml.MappingNode):
            edits += _Entry(content, node).edits(given)
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        content = content[:start] + new + content[end:]
    return content


@dataclass(frozen=True, slots=True)
class _Entry:
    """One statement in the text of a draft."""

    content: str
    node: yaml.MappingNode

    def edits(self, changes: Mapping[str, Any]) -> Iterator[Edit]:
        there = {key.value: (key, value) for key, value in self.node.value}
        put: dict[int, str] = {}
        for key in (key for key in EDITABLE if key in changes):
            value = None if changes[key] == [] else changes[key]
            if key in there:
                yield self._removed(*there[key]) if value is None and key not in WANTED else self._replaced(*there[key], value)
            elif value is not None:
                at, lead, line = self._place(key)
                put[at] = put.get(at, lead) + line.format(self._line(key, value))
        for at, lines in put.items():
            yield at, at, lines

    @property
    def _column(self) -> int:
        return int(self.node.value[0][0].start_mark.column)

    def _line(self, key: str, value: Any) -> str:
        told = ("~" if self.node.flow_style else "") if value is None else self._told(value)
        return f"{key}:{told}" if not told or told.startswith("\n") else f"{key}: {told}"

    def _told(self, value: Any) -> str:
        indent = " " * (self._column + 2)
        if isinstance(value, PassageRef):
            return passage_lines(value, indent)
        if isinstance(value, list) and value and isinstance(value[0], dict) and not self.node.flow_style:
            return "".join(f"\n{indent}- {flow(one)}" for one in value)
        return flow(value)

    def _replaced(self, key: yaml.Node, value: yaml.Node, new: Any) -> Edit:
        start = key.start_mark.index
        end = start + len(self.content[start : node_end(value)].rstrip())
        kept = self._comments(start, end) if isinstance(value, yaml.CollectionNode) else []
        above = "".join(f"{comment}\n{' ' * self._column}" for comment in kept)
        return start, end, above + self._line(key.value, new)

    def _removed(self, key: yaml.Node, value: yaml.Node) -> Edit:
        start = self.content.rfind("\n", 0, key.start_mark.index) + 1
        keys = [one.start_mark.index for one, _ in self.node.value]
        i = keys.index(key.start_mark.index)
        if not self.node.flow_style and not self.content[start : keys[i]].strip():
            end = self._line_after(value)
            kept = self._comments(start, end)
            return start, end, "".join(f"{' ' * self._column}{comment}\n" for comment in kept)
        if i + 1 < len(keys):
            return keys[i], keys[i + 1], ""
        return node_end(self.node.value[i - 1][1]), node_end(value), ""

    def _place(self, key: str) -> tuple[int, str, str]:
        """Return where a key goes that is not there yet: behind the last of those that come before it; and how it is put."""
        order = EDITABLE.index(key)
        before = [i for i, (one, _) in enumerate(self.node.value) if one.value in ("id", *EDITABLE[:order])]
        last = self.node.value[before[-1] if before else 0][1]
        if self.node.flow_style:
            return node_end(last), "", ", {}"
        at = self._line_after(last)
        return at, "" if self.content[at - 1] == "\n" else "\n", " " * self._column + "{}\n"

    def _line_after(self, value: yaml.Node) -> int:
        at = node_end(value)
        if self.content[at - 1] == "\n":
            return at
        found = self.content.find("\n", at)
        return found + 1 if found >= 0 else len(self.content)

    def _comments(self, start: int, end: int) -> list[str]:
        return [match["yes"] for match in _COMMENT.finditer(self.content[start:end]) if match["yes"]]


def flow(value: Any) -> str:
    """Return a value in YAML's flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, str):
        return scalar(value) if value.isprintable() else json.dumps(value, ensure_ascii=False)
    return "~" if value is None else json.dumps(value)


def without(content: str, file: str, rejected: Mapping[str, str]) -> str:
    """Return a draft without the rejected statements, which it lists from then on, so that they stay away.

    Args:
        content: the draft's text, its lines ended by line feeds.
        file: its name, for messages.
        rejected: for each statement the line that lists it; see :func:`rejection`.
    """
    draft = AnnotationText(content, file)
    content = draft.edited(draft.without(set(rejected)))
    noted = "|".join(map(re.escape, rejected))
    content = re.sub(rf"(?m)^    (?:{noted}): [0-9a-f]{{64}} [0-9a-f]{{16}}\n?", "", content)
    content = re.sub(r"(?m)^(  passages:)[ \t]*\n(?!    )", r"\1 {}\n", content + "\n").removesuffix("\n")
    # As drafting again would order it: the program's own notes come last.
    body, mark, notes = content.partition(DRAFTED)
    if not mark or re.search(r"(?m)^rejected:", notes):
        return with_rejected(content, list(rejected.values()))
    return with_rejected(body, list(rejected.values())).rstrip("\n") + "\n\n" + mark + notes


def rejection(name: str, passage: Mapping[str, Any], sha256: str, reason: str | None) -> str:
    """Return the line by which a draft remembers a statement that a person has rejected."""
    pointers = ("paragraph", "prefix", "starts", "ends", "occurrence")
    fields = {"id": name} | {key: passage[key] for key in pointers if key in passage} | {"sha256": sha256}
    return f"  - {flow(fields | ({'reason': reason} if reason else {}))}"


def declaring(content: str, file: str, entities: Mapping[str, Any]) -> str:
    """Return a draft that declares further things."""
    draft = AnnotationText(content, file)
    lines = "".join(f"  {name}: {flow(given)}\n" for name, given in entities.items())
    other = AnnotationText(f"entities:\n{lines}", "the decisions")
    return draft.edited(draft.with_entries("entities", other))
