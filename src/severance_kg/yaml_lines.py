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


Place = list[Any]
"""The line of a value, and by key or index the places of what is in it: plain, so that it can be put aside and read back."""


class Lines:
    """Which line each value of a YAML document stands on."""

    def __init__(self, file: str, tree: Place | None = None) -> None:
        self.file = file
        self.tree: Place = tree or [1, {}]

    def set(self, path: YamlPath, line: int) -> None:
        """Remember the line, counted from one, of the value at ``path``."""
        place = self.tree
        for step in path:
            place = place[1].setdefault(step, [line, {}])
        place[0] = line

    def where(self, path: YamlPath) -> Where:
        """Return the place of the value at ``path``, or of the nearest value around it."""
        place = self.tree
        for step in path:
            if step not in place[1]:
                break
            place = place[1][step]
        return Where(self.file, place[0])


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
    place: Place = [0, {}]
    try:
        return _quickly(text, place), Lines(file, place)
    except (_Unusual, yaml.YAMLError):
        lines = Lines(file)
        return _value(compose(text, file), (), lines, set()), lines


class _Unusual(Exception):
    """Something that only the long way, which tells what is wrong, may judge."""


def _quickly(text: str, root: Place) -> Any:
    """Read a document from the parser's events in one go: three times as fast as by its nodes, which Python must all hold."""
    parser = _Loader(text)
    try:
        return _one_document(parser.get_event, root)
    finally:
        parser.dispose()


def _one_document(event: Any, root: Place) -> Any:
    event()  # the start of the stream
    if not isinstance(event(), yaml.DocumentStartEvent):
        raise _Unusual
    found = _read(event(), event, root, 1)
    event()  # the end of the document
    if not isinstance(event(), yaml.StreamEndEvent):
        raise _Unusual
    return found


def _read(first: Any, event: Any, place: Place, depth: int) -> Any:
    """Return the value that starts with an event, and note the lines of what is in it."""
    if getattr(first, "anchor", None) or getattr(first, "tag", None) or depth > MOST_DEPTH:
        raise _Unusual
    place[0] = place[0] or first.start_mark.line + 1
    kind = type(first)
    if kind is yaml.ScalarEvent:
        return _scalar(first)
    if kind is yaml.MappingStartEvent:
        return _read_mapping(event, place, depth)
    if kind is not yaml.SequenceStartEvent:
        raise _Unusual
    items: list[Any] = []
    while type(one := event()) is not yaml.SequenceEndEvent:
        within = place[1][len(items)] = [0, {}]
        items.append(_read(one, event, within, depth + 1))
    return items


def _read_mapping(event: Any, place: Place, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while type(key := event()) is not yaml.MappingEndEvent:
        if type(key) is not yaml.ScalarEvent or key.anchor or key.tag or key.value in found:
            raise _Unusual
        within: Place = [_line(key), {}]
        place[1][key.value] = within
        found[key.value] = _read(event(), event, within, depth + 1)
    return found


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


def _line(node: yaml.Node | yaml.Event) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 1


def _scalar(node: yaml.ScalarNode | yaml.ScalarEvent) -> str | int | bool | None:
    text: str = node.value
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.match(text) else text
