"""Where things are: the bundled ontology and data, the user's annotation files, the cache."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from severance_kg import __version__
from severance_kg.errors import InputError

PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """Return the folder that holds ``ontology/``, ``data/`` and ``viz/``: in the package if installed, else the checkout."""
    inside = PACKAGE / "_bundled"
    return inside if inside.is_dir() else PACKAGE.parents[1]


def annotation_schema() -> Path:
    """Return the file of the JSON Schema of annotation files."""
    return root() / "ontology" / "annotation.schema.json"


@dataclass(frozen=True)
class Inputs:
    """All files that a graph is made from, each with the name that messages show for it."""

    files: tuple[tuple[str, Path], ...]
    drafts: tuple[tuple[str, Path], ...] = ()
    """Annotation files with ``status: draft``: no input of the graph, and listed so that it can be said."""

    @property
    def vocabulary(self) -> list[Path]:
        """The Turtle files with terms: all of ``ontology/`` but shapes and alignments."""
        others = {*self.shapes, root() / "ontology" / "alignments.ttl"}
        return [path for _, path in self.files if path.suffix == ".ttl" and path not in others]

    @cached_property
    def shapes(self) -> tuple[Path, ...]:
        """The files of SHACL shapes: each Turtle file that has one, whatever its name."""
        return tuple(path for _, path in self.files if path.suffix == ".ttl" and _SHAPE.search(path.read_bytes()))

    @property
    def schema(self) -> Path:
        """The JSON Schema of annotation files."""
        return annotation_schema()

    @property
    def rules(self) -> list[tuple[str, Path]]:
        """The rule files: the ontology's own, and none from a user's folder."""
        return [(name, path) for name, path in self.files if path.suffix == ".rq" and name.startswith("ontology/rules/")]

    @property
    def questions(self) -> list[tuple[str, Path]]:
        """The files of competency questions: those in a folder of that name, wherever the user keeps it."""
        return [(name, path) for name, path in self.files if path.suffix == ".rq" and path.parent.name == "questions"]

    @property
    def annotations(self) -> list[tuple[str, Path]]:
        """The annotation files."""
        return [(name, path) for name, path in self.files if path.suffix in (".yaml", ".yml")]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the files' names and bytes, and of the program's own.

        The program counts in, so that a graph which another version compiled is never taken for this one's.
        """
        made = hashlib.sha256(__version__.encode())
        for name, path in (*self.files, *_program()):
            try:
                content = path.read_bytes()
            except OSError as error:
                raise InputError(f"cannot be read: {error.strerror}", where=name, hint="check the path") from None
            made.update(f"\0{name}\0{len(content)}\0".encode())
            made.update(content)
        return made.hexdigest()


_SHAPE = re.compile(rb"(?m)^[^#]*(?::|/shacl#)(?:Node|Property)Shape\b")


def _program() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.glob("*.py")):
        yield path.name, path


def _below(folder: Path, show: str, *suffixes: str) -> Iterator[tuple[str, Path]]:
    for directory, names, files in os.walk(folder):
        names.sort()
        names[:] = [name for name in names if not name.startswith(".")]
        for file in sorted(files):
            path = Path(directory, file)
            # A named pipe would be waited for without end.
            if path.suffix in suffixes and not file.startswith(".") and path.is_file():
                yield f"{show}/{path.relative_to(folder).as_posix()}", path


def gather(data: Path | None = None, *, only: bool = False) -> Inputs:
    """Return the inputs of a graph: the bundled ones, and an annotation folder of the user's beside or, ``only``, instead.

    Everything below the folder that ends in ``.yaml`` is an annotation file, and each ``.rq`` in a folder named
    ``questions`` a competency question. The ontology, the rules and the shapes are always the bundled ones.

    Raises:
        InputError: the folder does not exist or holds no annotation file.
    """
    base = root()
    files = list(_below(base / "ontology", "ontology", ".ttl", ".rq", ".json"))
    if not only:
        files += _below(base / "data", "data", ".yaml", ".rq", ".ttl")
    elif data is None:
        raise InputError("--only needs --data", hint="name the folder to use instead of the bundled one")
    if data is not None:
        own = [(str(data), data)] if data.is_file() else list(_below(data, str(data), ".yaml", ".yml", ".rq"))
        if not any(path.suffix in (".yaml", ".yml") for _, path in own):
            what = "there is no annotation file in it" if data.exists() else "there is no such folder"
            raise InputError(what, where=str(data), hint="'severance-kg init' writes a blank one")
        files += own
    drafts = tuple((name, path) for name, path in files if path.suffix in (".yaml", ".yml") and is_draft(path))
    left_out = set(drafts)
    return Inputs(tuple(one for one in files if one not in left_out), drafts)


_SAYS_DRAFT = re.compile(rb"""["']?status["']?\s*:\s*["']?draft\b""")


def is_draft(path: Path) -> bool:
    """Whether an annotation file calls itself a draft. One that cannot be read does not: what is wrong is told elsewhere."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    if not _SAYS_DRAFT.search(content):
        return False
    from severance_kg.yaml_lines import read_yaml

    try:
        found, _ = read_yaml(content.decode("utf-8-sig"), str(path))
    except (InputError, UnicodeDecodeError):
        return False
    return isinstance(found, dict) and found.get("status") == "draft"


def cache_folder() -> Path:
    """Return the folder for compiled graphs: ``SEVERANCE_KG_CACHE``, or the platform's place for such things."""
    if own := os.environ.get("SEVERANCE_KG_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "severance-kg" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "severance-kg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "severance-kg"
