"""Query files: a SPARQL query with a description in front of it.

The description is YAML in comment lines that start with ``#+``, as in grlc's decorators, so that the file as a whole is
still a query that any engine runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from severance_kg.errors import InputError
from severance_kg.yaml_lines import read_text, read_yaml


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query, the name that its file gives it, and its description."""

    name: str
    file: str
    description: dict[str, Any]
    query: str

    def need(self, *keys: str) -> None:
        """Raise an InputError unless the description has these keys and no text is missing."""
        for key in keys:
            if self.description.get(key) in (None, ""):
                raise InputError(f'the description has no "{key}"', where=self.file, hint=f"add a line '#+ {key}: …'")


def read_query_file(path: Path, name_to_show: str) -> QueryFile:
    """Read a query file.

    Raises:
        InputError: it cannot be read, or has no description that is YAML.
    """
    text = read_text(path)
    # Lines that are not description stay as empty ones, so that an error names the right line of the file.
    described = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.splitlines())
    if not described.strip():
        raise InputError("it has no description", where=name_to_show, hint="begin it with '#+ key: value' lines")
    description, _ = read_yaml(described, name_to_show)
    if not isinstance(description, dict):
        raise InputError("the description is no list of keys", where=name_to_show, hint="write '#+ key: value' lines")
    return QueryFile(path.stem, name_to_show, description, text)
