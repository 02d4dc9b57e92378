"""Move statements from a draft's text into an accepted file's, with every other character of both left as it is.

Annotation files are for people: comments, order and spacing are theirs. So the text is edited, not written anew, and what came of
it is read back and compared before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from severance_kg.drafting.edited import DRAFTED, REJECTED
from severance_kg.drafting.undecided import NOTES
from severance_kg.errors import InputError, did_you_mean, printable
from severance_kg.verify import items_of, node_end
from severance_kg.yaml_lines import compose, read_yaml

REVIEW_KEYS = ("reviewed_by", "reviewed_on", "refused")
"""The keys of a statement that ``promote`` writes, and writes anew each time."""

OWN_KEYS = ("drafted", "rejected")
"""The keys of a file by which ``draft`` remembers: they stay in the draft."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list or mapping: its name, its node, and its lines as a range of the text, comments right above included."""

    name: str
    node: yaml.Node
    start: int
    end: int


class AnnotationText:
    """The text of an annotation file, and where its parts stand."""

    def __init__(self, content: str, file: str) -> None:
        self.content, self.file = content, file
        self._root = compose(content, file, yaml.SafeLoader)
        self.value, _ = read_yaml(content, file)

    @property
    def line_end(self) -> str:
        """What ends a line here."""
        return "\r\n" if "\r\n" in self.content else "\n"

    def statements(self) -> list[Item]:
        """Return the statements, each with the lines that are its own.

        Raises:
            InputError: they do not stand in a list with a dash and lines for each.
        """
        found = items_of(self._root).get("statements")
        if not isinstance(found, yaml.SequenceNode) or (found.value and found.flow_style):
            hint = "write each statement on lines of its own, behind a dash"
            raise InputError("the statements are not a list of lines", where=self.file, hint=hint)
        return self._cut([(items_of(node).get("id"), node) for node in found.value])

    def entries(self, key: str) -> list[Item]:
        """Return the entries of a mapping such as ``entities``, each with the lines that are its own."""
        found = items_of(self._root).get(key)
        if not isinstance(found, yaml.MappingNode) or found.flow_style:
            return []
        return self._cut([(name, name) for name, _ in found.value], [node_end(value) for _, value in found.value])

    def _cut(self, nodes: list[tuple[yaml.Node | None, yaml.Node]], ends: list[int] | None = None) -> list[Item]:
        made: list[Item] = []
        for i, (name, node) in enumerate(nodes):
            start = self._own_start(self.content.rfind("\n", 0, node.start_mark.index) + 1)
            end = self._line_after(ends[i] if ends else node_end(node))
            made.append(Item(name.value if isinstance(name, yaml.ScalarNode) else "", node, start, end))
        return made

    def _own_start(self, start: int) -> int:
        """Return where the comment lines right above a line begin."""
        while start:
            above = self.content.rfind("\n", 0, start - 1) + 1
            if not self.content[above:start].lstrip(" ").startswith("#"):
                break
            start = above
        return start

    def _blank_before(self, start: int) -> int:
        """Return where the blank lines before a line begin."""
        before = self.content[:start]
        return self.content.index("\n", len(before.rstrip())) + 1 if before.strip() else start

    def _line_after(self, at: int) -> int:
        if at and self.content[at - 1] == "\n":
            return at
        found = self.content.find("\n", at)
        return found + 1 if found >= 0 else len(self.content)

    # ── Edits, each a range and what comes in its place ──────────────────────────────────────────────────────────────

    def with_status(self, status: str) -> Edit:
        """Return the edit that sets the file's status."""
        node = items_of(self._root).get("status")
        if node is not None:
            return node.start_mark.index, node.end_mark.index, status
        at = self._root.start_mark.index
        return at, at, f"status: {status}{self.line_end}"

    def without(self, names: set[str]) -> list[Edit]:
        """Return the edits that take statements out."""
        items = self.statements()
        edits: list[Edit] = [(self._blank_before(item.start), item.end, "") for item in items if item.name in names]
        if items and len(edits) == len(items):
            key = items_of(self._root)["statements"]
            colon = self.content.rfind(":", 0, key.start_mark.index) + 1
            edits.append((colon, colon, " []"))
        return edits

    def with_keys(self, item: Item, keys: Mapping[str, Any], drop: Collection[str] = REVIEW_KEYS) -> list[Edit]:
        """Return the edits that give a statement the keys that ``promote`` writes, and take others away."""
        node = item.node
        assert isinstance(node, yaml.MappingNode)
        edits = list(self._without_keys(node, drop))
        kept = [value for key, value in node.value if key.value not in drop]
        if not keys:
            return edits
        if node.flow_style:
            at = node_end(kept[-1])
            return [*edits, (at, at, "".join(f", {key}: {_flow(value)}" for key, value in keys.items()))]
        at = self._line_after(node_end(kept[-1]))
        open_line = "" if self.content[at - 1] == "\n" else self.line_end
        indent = " " * node.value[0][0].start_mark.column
        told = "".join(f"{indent}{key}: {_flow(value)}{self.line_end}" for key, value in keys.items())
        return [*edits, (at, at, open_line + told)]

    def _without_keys(self, node: yaml.MappingNode, drop: Collection[str]) -> Iterator[Edit]:
        for i, (key, value) in enumerate(node.value):
            if key.value not in drop:
                continue
            line = self.content.rfind("\n", 0, key.start_mark.index) + 1
            if not node.flow_style and not self.content[line : key.start_mark.index].strip():
                yield line, self._line_after(node_end(value)), ""
            elif i + 1 < len(node.value):
                yield key.start_mark.index, node.value[i + 1][0].start_mark.index, ""
            else:
                yield node_end(node.value[i - 1][1]), node_end(value), ""

    def accepted_head(self, reviewer: str, day: str) -> list[Edit]:
        """Return the edits that make the head of a draft that of an accepted file.

        What ``draft`` keeps there for itself goes, and who has judged is the reviewer where nobody else is named.
        """
        assert isinstance(self._root, yaml.MappingNode)
        edits = [self.with_status("accepted"), *self._without_keys(self._root, OWN_KEYS)]
        comments = (f"{REJECTED}{self.line_end}", f"{DRAFTED}{self.line_end}")
        edits += [(at, at + len(told), "") for told in comments if (at := self.content.find(f"\n{told}") + 1) > 0]
        given = items_of(items_of(self._root).get("annotation"))
        if "annotation" in (self.value or {}) and not all((self.value["annotation"] or {}).get(key) for key in ("by", "on")):
            key, value = self._key("annotation"), items_of(self._root)["annotation"]
            end = self._line_after(node_end(value)) if given or value.end_mark.index > value.start_mark.index else 0
            end = end or self._line_after(key.end_mark.index)
            told = f"annotation: {{by: {_flow(reviewer)}, on: {_flow(day)}}}{self.line_end}"
            edits.append((key.start_mark.index, end, told))
        head = files("severance_kg.drafting").joinpath("draft_head.yaml").read_text("utf-8")
        if self.content.startswith(head):
            edits.append((0, len(head), ""))
        return edits

    def appended(self, blocks: Iterable[str], column: int) -> list[Edit]:
        """Return the edit that puts statements, whose dash stands in a column, behind those that are here."""
        items = self.statements()
        told = [_shifted(block, self._dash(items[0]) - column if items else 0) for block in blocks]
        if items:
            at = items[-1].end
            open_line = "" if self.content[at - 1] == "\n" else self.line_end
            return [(at, at, open_line + "".join(f"{self.line_end}{block}" for block in told))]
        node = items_of(self._root)["statements"]
        return [(node.start_mark.index, node.end_mark.index, self.line_end + "".join(told))]

    def _dash(self, item: Item) -> int:
        line = self.content.rfind("\n", 0, item.node.start_mark.index) + 1
        return self.content.index("-", line) - line

    def column(self) -> int:
        """Return the column of the statements' dashes."""
        items = self.statements()
        return self._dash(items[0]) if items else 2

    def with_entries(self, key: str, other: AnnotationText) -> list[Edit]:
        """Return the edits that bring what another file declares and this one does not."""
        mine, theirs = self.value.get(key) or {}, other.value.get(key) or {}
        missing = [name for name in theirs if name not in mine]
        if not missing:
            return []
        lines = "".join(f"  {name}: {_flow(theirs[name])}{self.line_end}" for name in missing)
        items = self.entries(key)
        if items:
            column = items[0].node.start_mark.column
            return [(items[-1].end, items[-1].end, _shifted(lines, column - 2))]
        if mine:
            raise InputError(
                f"the {key} are not written on lines", where=self.file, hint=f"declare {', '.join(missing)} there yourself"
            )
        at = self.content.rfind("\n", 0, self._key("statements").start_mark.index) + 1
        return [(at, at, f"{key}:{self.line_end}{lines}{self.line_end}")]

    def _key(self, name: str) -> yaml.Node:
        assert isinstance(self._root, yaml.MappingNode)
        found: yaml.Node = next(key for key, _ in self._root.value if key.value == name)
        return found

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with edits made, none of which may overlap another."""
        content = self.content
        for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
            content = content[:start] + new + content[end:]
        return content


Edit = tuple[int, int, str]
"""A range of a text, and what comes in its place."""


def _flow(value: Any) -> str:
    """Return a value in YAML's flow style, on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _shifted(block: str, by: int) -> str:
    lines = block.splitlines(keepends=True)
    if by >= 0:
        return "".join(" " * by + line if line.strip() else line for line in lines)
    return "".join(line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines)


def told(text: str) -> str:
    """Return a message as a text that an annotation file may hold."""
    tidy = " ".join(printable(text).replace("<", "‹").split())
    return tidy if len(tidy) <= 300 else tidy[:299] + "…"


def divide(
    draft: AnnotationText,
    accepted: AnnotationText | None,
    taken: Mapping[str, Mapping[str, Any]],
    refused: Mapping[str, list[str]],
) -> tuple[str, str]:
    """Return the accepted file and what is left of the draft.

    Args:
        draft: the draft's text.
        accepted: what was let in before, if anything.
        taken: the statements that are let in, with the keys that say who reviewed them.
        refused: the statements that stay, with the reasons.

    Raises:
        InputError: the text cannot be edited so that it still says the same; nothing is lost, as nothing is written here.
    """
    items = {item.name: item for item in draft.statements()}
    let_in = [edit for name, keys in taken.items() for edit in draft.with_keys(items[name], keys, (*REVIEW_KEYS, *NOTES))]
    if accepted is None:
        stay = set(items) - set(taken)
        signed = next(iter(taken.values()), {"reviewed_by": "", "reviewed_on": ""})
        head = draft.accepted_head(signed["reviewed_by"], signed["reviewed_on"])
        out = draft.edited([*head, *let_in, *draft.without(stay)])
        expected = [name for name in items if name in taken]
    else:
        marked = AnnotationText(draft.edited(let_in), draft.file)
        blocks = [marked.content[item.start : item.end] for item in marked.statements() if item.name in taken]
        brought = [edit for key in ("entities", "themes") for edit in accepted.with_entries(key, draft)]
        out = accepted.edited([*accepted.appended(blocks, draft.column()), *brought])
        expected = [str(one["id"]) for one in accepted.value["statements"]] + [name for name in items if name in taken]
    reasons = [
        edit
        for name, why in refused.items()
        for edit in draft.with_keys(items[name], {"refused": [told(one) for one in why]} if why else {})
    ]
    left = draft.edited([*reasons, *draft.without(set(taken))])
    if accepted is None or accepted.value.get("status") == "partial":
        made = AnnotationText(out, draft.file)
        whole = set(items) == set(taken) and _is_covered(made.value)
        out = made.edited([made.with_status("accepted" if whole else "partial")])
    _compare(out, draft, expected, taken)
    _compare(left, draft, [name for name in items if name not in taken], {})
    return out, left


def _is_covered(content: Mapping[str, Any]) -> bool:
    """Whether every word of a source lies in a passage of its file."""
    entries = [one for part in ("statements", "not_stated") for one in content.get(part) or ()]
    reached = 0
    for start, end in sorted((one.get("passage") or {}).get("words") or (0, 0) for one in entries):
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= int(content["source"].get("words", 0))


def _compare(content: str, draft: AnnotationText, expected: list[str], taken: Mapping[str, Mapping[str, Any]]) -> None:
    """Read back what was edited: each statement must say what it said."""
    hint = "write the file in the plain form that 'severance-kg init' shows; nothing was changed"
    was = {str(one["id"]): _bare(one) for one in draft.value["statements"]}
    try:
        value, _ = read_yaml(content, draft.file)
    except InputError as error:
        raise InputError("it cannot be divided", where=draft.file, hint=hint) from error
    found = value["statements"]
    same = [str(one["id"]) for one in found] == expected and all(
        _bare(one) == was.get(str(one["id"]), _bare(one)) for one in found
    )
    signed = all(one.get(key) == given for one in found for key, given in taken.get(str(one["id"]), {}).items())
    if not same or not signed:
        raise InputError("it cannot be divided", where=draft.file, hint=hint)


def _bare(statement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key not in (*REVIEW_KEYS, *NOTES)}


def pick(names: list[str], wanted: list[str], file: str) -> list[str]:
    """Return the statements that are asked for, all if none is named, in the order of the file.

    Raises:
        InputError: one is not there.
    """
    for name in wanted:
        if name not in names:
            raise InputError(f'no statement "{name}" in the draft', where=file, hint=did_you_mean(name, names) or "check its id")
    return [name for name in names if not wanted or name in wanted]
