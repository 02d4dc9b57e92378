"""The form of annotation files: their JSON Schema, and what its errors mean in plain words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from severance_kg.errors import InputError, did_you_mean
from severance_kg.resources import annotation_schema
from severance_kg.yaml_lines import Lines, YamlPath, read_text


class FileForm:
    """The JSON Schema of annotation files, and what its errors mean in plain words."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def problems(self, content: Any, lines: Lines) -> Iterator[InputError]:
        """Yield what is wrong with the shape of a file, in plain words."""
        errors = list(self._validator.iter_errors(content))
        # "neither passage nor references" follows from any deeper mistake in a statement: tell it only where it stands alone.
        specific = [error for error in errors if error.kind.name != "oneOf"]
        for error in specific or errors:
            for path, what, hint in self._explain(error, content):
                name = _statement_name(content, path)
                told = f"{name}: {what}" if name else what
                yield InputError(told, where=str(lines.where(path)), hint=hint, code="form", statement=name)

    def _explain(self, error: Any, content: Any) -> Iterator[tuple[YamlPath, str, str | None]]:
        path: YamlPath = tuple(error.instance_path)
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
        kind = error.kind.name
        if kind == "additionalProperties":
            known = list(_at(self._schema, error.schema_path[:-1]).get("properties", ()))
            for name in error.kind.unexpected:
                yield (*path, name), f'no key "{name}" here', did_you_mean(name, known) or f"known are {', '.join(known)}"
        elif kind == "required":
            yield path, f'"{error.kind.property}" is missing', "add it"
        elif kind == "enum":
            value, options = _at(content, path), [str(option) for option in error.kind.options]
            yield path, f'{key}: "{value}" is not one of {", ".join(options)}', did_you_mean(str(value), options)
        elif kind == "pattern":
            yield path, f"{key}: {_PATTERNS.get(error.schema_path[-2], 'this is not well formed')}", "correct it"
        elif kind == "format":
            yield path, f'{key}: there is no such day as "{_at(content, path)}"', "correct it"
        elif kind == "oneOf":
            yield path, "a statement has either a passage and said_by, or references", "keep the one that is its evidence"
        elif kind == "propertyNames":
            form = self._schema["$defs"]["entityName"]["pattern"]
            for name in (name for name in map(str, _at(content, path)) if not re.search(form, name)):
                told = "a name starts with a capital and holds only the letters A to Z and digits"
                yield (*path, name), f'"{name}": {told}', _other_name(name, form)
        elif kind == "type" and error.message.endswith('"array"') and isinstance(_at(content, path), str):
            yield path, f"{key} is a list", f"write [{_at(content, path)}]"
        else:
            yield path, f"{key}: {_shortened(error.message)}", "see docs/annotating.md for the form"


def is_text(text: str) -> bool:
    """Return whether a text can stand in an annotation file: of some words, on one line, without markup or control characters."""
    form = _texts()
    return form["minLength"] <= len(text) <= form["maxLength"] and re.fullmatch(form["pattern"], text) is not None


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_text(annotation_schema()))["$defs"]["text"]
    return found


def _other_name(name: str, form: str) -> str:
    """Return the nearest name that may stand in an address; how it is written for people is its label's matter."""
    plain = "".join(_UNACCENTED.get(c) or _UNACCENTED.get(c.lower(), "").capitalize() or c for c in name)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"(?<=\w)['’](?=\w)", "", plain))
    near = "".join(word[:1].upper() + word[1:] for word in words)
    return f'write {near}, and "{name}" as its label' if re.search(form, near) else "rename it; its label may hold anything"


_UNACCENTED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
"""Letters that Unicode does not take apart."""


def _statement_name(content: Any, path: YamlPath) -> str | None:
    if len(path) >= 2 and path[0] == "statements" and isinstance(path[1], int):
        statement = content["statements"][path[1]]
        name = statement.get("id") if isinstance(statement, dict) else None
        return str(name or f"statement {path[1] + 1}")
    return None


_PATTERNS = {
    "text": "markup, control characters and line breaks have no place here",
    "words": "one to six words, with single spaces",
    "url": "this is no http or https address",
    "date": "a date is written 2026-11-22",
    "sha256": "a digest is 64 hexadecimal digits; 'verify --stamp' writes it",
    "sourceId": "an id holds small letters, digits and hyphens, such as example-interview",
    "statementId": "an id starts with a small letter and holds small letters, digits and hyphens, such as s07",
    "name": "a name has no spaces",
}


def _at(content: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        content = content[step]
    return content


def _shortened(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "…"
