"""YAML that remembers its lines, and refuses what a hostile or careless file could do with YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from severance_kg.errors import InputError
from severance_kg.statements import Where

MOST_BYTES = 4 * 1024 * 1024
"""The largest annotation file that is read: about 5,000 statements. More belongs in several files."""

MOST_DEPTH = 20
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})\Z")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YamlPath = tuple[str | int, ...]
"""The keys and indices that lead to a value."""


class Lines:
    """Which line each value of a YAML document stands on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[YamlPath, int] = {}

    def set(self, path: YamlPath, line: int) -> None:
        """Remember the line, counted from one, of the value at ``path``."""
        self._lines[path] = line

    def where(self, path: YamlPath) -> Where:
        """Return the place of the value at ``path``, or of the nearest value around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return Where(self.file, self._lines.get(path, 1))


def read_text(path: Path) -> str:
    """Read a text file in UTF-8, with or without a byte order mark.

    Raises:
        InputError: it is missing, too large, or no UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InputError(
                f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB", where=str(path), hint="split it into several"
            )
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", where=str(path), hint="save the file as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint="check the path") from None


def read_yaml(text: str, file: str) -> tuple[Any, Lines]:
    """Read one YAML document into dicts, lists, strings, integers, booleans and None.

    Only ``true``, ``false`` and ``null`` are special words, and dates stay strings: what an annotator writes is what is read.

    Raises:
        InputError: the YAML is broken, a key is there twice, or it uses anchors, tags or deep nesting.
    """
    lines = Lines(file)
    return _value(compose(text, file), (), lines, set()), lines


def compose(text: str, file: str, loader: Any = _Loader) -> yaml.Node:
    """Return the nodes of a YAML document. Only Python's own loader, ten times slower, tells where in the text each stands.

    Raises:
        InputError: the YAML is broken, nested too deeply, or there is none.
    """
    try:
        _refuse_depth(text, file)
        node: yaml.Node | None = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"not YAML: {error.problem}", where=f"{file}:{line}", hint="mend the syntax there") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(f"not YAML: {' '.join(str(error).split())}", where=file, hint="mend the syntax") from None
    if node is None:
        raise InputError("the file is empty", where=file, hint="'severance-kg init' writes a blank one to fill in")
    return node


def _refuse_depth(text: str, file: str) -> None:
    # The loaders make nodes by recursion, the C one without a limit: two million brackets end the process.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            where = f"{file}:{event.start_mark.line + 1}" if event.start_mark else file
            raise InputError(f"nested more than {MOST_DEPTH} deep", where=where, hint="see docs/annotating.md for the form")


def _value(node: yaml.Node, path: YamlPath, lines: Lines, seen: set[int]) -> Any:
    where = f"{lines.file}:{_line(node)}"
    if id(node) in seen:
        raise InputError("anchors and aliases are not used here", where=where, hint="write the value out")
    seen.add(id(node))
    lines.set(path, _line(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), lines, seen) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: YamlPath, lines: Lines, seen: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"{lines.file}:{_line(key_node)}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError("a key must be a plain word", where=where, hint="quote it or correct the indentation")
        key = key_node.value
        if key in found:
            raise InputError(f'the key "{key}" is there twice', where=where, hint="keep one of the two")
        found[key] = _value(value_node, (*path, key), lines, seen)
        lines.set((*path, key), _line(key_node))
    return found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 1


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    text: str = node.value
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.match(text) else text
