"""A corpus: many annotation files compiled into one store on disk, over all cores, and only what has changed.

Each source is read, compiled and checked by itself (``parts``), in a pool of processes; what only all of them together can tell
is checked here (``across``). Outcomes are kept in the store's folder under the digest of everything they were made from: a
file's text, the ontology, the program, and what the source needs of others. Names and dates of files count for nothing.
"""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from severance_kg import across, disk, loading, parts
from severance_kg.annotations import AnnotationFile, Beside, Linker, read_file, read_form
from severance_kg.causes import own_problems
from severance_kg.check import Problem
from severance_kg.compile import edge_line, statement_lines
from severance_kg.errors import CheckFailed, InputError, InputErrors, SevError, StoreError
from severance_kg.outline import Outline
from severance_kg.pool import Pool
from severance_kg.resources import Inputs
from severance_kg.rules import read_rules
from severance_kg.statements import Statement
from severance_kg.vocabulary import IRI, SRC

Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did."""

    sources: int
    unchanged: int
    statements: int
    edges: int
    inferred: int
    seconds: float

    def __str__(self) -> str:
        """Return the summary in a line."""
        of = f"{self.sources:,} sources ({self.unchanged:,} unchanged)"
        return f"{of}, {self.statements:,} statements ({self.inferred:,} inferred), {self.edges:,} edges, in {self.seconds:.1f} s"


def build_store(inputs: Inputs, path: Path, told: Told = lambda *_: None) -> Summary:
    """Build the store of a folder, and let it answer once it is whole and has passed every check.

    The graph is the one that an ordinary build of the same files makes, to the last triple.

    Raises:
        InputErrors, CheckFailed: as an ordinary build, with every problem; the store that was there answers on.
        StoreError: another build is at work, or the store cannot be written.
    """
    start = time.perf_counter()
    try:
        with disk.locked(path), _uncollected():
            (path / disk.PARTS).mkdir(exist_ok=True)
            about, unchanged = _Build(inputs, path, told).run()
    except (OSError, RuntimeError) as error:
        raise _cannot_write(path, error) from None
    seconds = time.perf_counter() - start
    return Summary(about.sources, unchanged, about.statements, about.edges, about.inferred, seconds)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking, again and again, through a corpus of rows for circles that are not there."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _cannot_write(path: Path, error: Exception) -> StoreError:
    why = " ".join(str(getattr(error, "strerror", None) or error).split())
    hint = "make room on the disk or name another folder; what was built before is untouched"
    return StoreError(f"cannot be written: {why}", where=str(path), hint=hint)


@dataclass(frozen=True, slots=True)
class _Source:
    """An annotation file of the corpus, with the digest of its text and its face."""

    name: str
    path: Path
    digest: str
    face: parts.Face

    @property
    def id(self) -> str:
        return str(self.face.content["source"]["id"])


class _Build:
    """One build of a store."""

    def __init__(self, inputs: Inputs, path: Path, told: Told) -> None:
        self.inputs, self.path, self.told = inputs, path, told
        self.kept = path / disk.PARTS
        self.problems: list[SevError] = []
        self.unread: dict[str, Path | str] = {}
        self.used: set[str] = set()
        self.whole: set[str] = set()
        fixed = [one for one in inputs.files if one not in inputs.annotations and one not in inputs.questions]
        self.base = Inputs(tuple(fixed)).digest

    def run(self) -> tuple[disk.About, int]:
        """Build, and return what was built and how many sources had not changed."""
        before = self._before()
        if before and before.made_from == self.inputs.digest and self._parts_are_whole(before.parts):
            return before, before.sources
        with self._aside() as made, Pool(self.inputs, self.kept) as pool:
            about, unchanged = self._made(pool, made, before)
            disk.put_in_place(self.path, made, about)
        disk.sweep(self.path, {*about.parts, *self.used})
        return about, unchanged

    def _before(self) -> disk.About | None:
        """Return what the store holds now, if it is whole to the last byte."""
        try:
            folder = self.path / disk.current(self.path)
            about = disk.read_about(folder)
        except StoreError:
            return None
        return about if disk.is_whole(folder, about) else None

    def _parts_are_whole(self, names: tuple[str, ...]) -> bool:
        for name in names:
            if name not in self.whole:
                path = self.kept / name
                if not path.is_file() or f"{disk.digest_of(path)}.nt" != name:
                    return False
                self.whole.add(name)
        return True

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        made = Path(tempfile.mkdtemp(prefix="new-", dir=self.path))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _made(self, pool: Pool, made: Path, before: disk.About | None) -> tuple[disk.About, int]:
        sources = self._read(pool, made)
        linker = Linker(pool.workshop.ontology, [one.face.stand_in(one.name) for one in sources], self.problems)
        linker.declare()
        needs = self._needs(sources, linker)
        keys = {one.name: self._key(one.digest, needs[one.name].key()) for one in sources}
        found = {name: part for name, key in keys.items() if (part := self._kept_part(key))}
        todo = [one for one in sources if one.name not in found]
        few = before is not None and 2 * len(todo) <= len(sources) and self._parts_are_whole(before.parts)
        loader = loading.Loader(self.path, made, before, few=few)
        with loader:
            for part in found.values():
                loader.load(part.file)
            tasks = [parts.Task(o.name, o.path, o.digest, self._put_aside(made, o.digest), needs[o.name]) for o in todo]
            for task, done in pool.make(tasks, lambda count: self.told(count, len(tasks), "compiled")):
                if isinstance(done, parts.Part):
                    found[task.name] = done
                    self._keep(keys[task.name], {"file": done.file, "source": done.source, "rows": done.rows})
                    loader.load(done.file)
                else:
                    self._take(done, task, linker)
            self._stop_if_wrong()
            return self._finish(pool, linker, [(one, found[one.name]) for one in sources], loader), len(sources) - len(todo)

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, pool: Pool, made: Path) -> list[_Source]:
        faces: dict[str, parts.Face] = {}
        tasks = []
        for name, path in self.inputs.annotations:
            try:
                digest = parts.text_digest(path)
            except InputError as error:
                error.where = error.where.replace(str(path), name) if error.where else name
                self.problems.append(error)
                self.unread[name] = path
                continue
            kept = self._kept_json(self._key(digest, "face"))
            if kept is not None:
                faces[name] = parts.Face(**kept)
            tasks.append(parts.Task(name, path, digest, self._put_aside(made, digest)))
        fresh = [task for task in tasks if task.name not in faces]
        for task, face in pool.read(fresh, lambda done: self.told(done, len(fresh), "read")):
            if isinstance(face, parts.Face):
                faces[task.name] = face
                self._keep(self._key(task.digest, "face"), {name: getattr(face, name) for name in parts.Face.__slots__})
            else:
                self.problems += map(_untold, face)
                self.unread[task.name] = task.path
        return [_Source(task.name, task.path, task.digest, faces[task.name]) for task in tasks if task.name in faces]

    def _put_aside(self, made: Path, digest: str) -> Path:
        return made / f"{digest}.read"

    def _needs(self, sources: list[_Source], linker: Linker) -> dict[str, parts.Needs]:
        """Return for each source what it may name of the others', and which of its statements others call their equals."""
        owners = {f"{one.id}-{name}": one.id for one in sources for name in one.face.content["statements"]}
        mutual: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for one in sources:
            for own, relation, other in one.face.mutual:
                full = other.removeprefix("st:")
                if f"{one.id}-{other}" not in owners and (owner := owners.get(full)) and owner != one.id:
                    mutual[owner].append((full, relation, f"{one.id}-{own}"))
        return {one.name: parts.Needs(_beside(one, linker, owners), tuple(sorted(mutual[one.id]))) for one in sources}

    def _take(self, told: list[parts.Told], task: parts.Task, linker: Linker) -> None:
        """Take in the problems of a source. Of a name that nothing bears, only who knows all names can tell the nearest."""
        if not any(of_reading for of_reading, *_ in told):
            self.problems += map(_untold, told)
            return
        fresh: list[SevError] = []
        file = read_file(task.name, task.path, read_form(self.inputs.schema), fresh)
        if file is not None:
            self.problems += _link_problems(file, linker) or map(_untold, told)
        else:
            self.problems += fresh

    def _stop_if_wrong(self) -> None:
        told = own_problems(self.problems, self.unread) if self.unread else self.problems
        reading = [one for one in told if isinstance(one, InputError)]
        if reading:
            raise InputErrors(reading)
        if self.problems:
            raise CheckFailed(self.problems)

    # ── Finishing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self, pool: Pool, linker: Linker, found: list[tuple[_Source, parts.Part]], loader: loading.Loader) -> disk.About:
        outline, lines_of_sources = Outline(), set[str]()
        for source, part in found:
            outline.add(IRI(SRC + source.id), source.name, part.rows)
            lines_of_sources.update(part.source)
        rules = read_rules(self.inputs.rules)
        names = across.Names(linker.ontology, rules, linker.entities, linker.themes, frozenset(lines_of_sources))
        given = names.lines()
        own = [part.file for _, part in found]
        self.told(0, 1, "loaded")
        engine = loader.engine([*own, self._part(given)], outline.edges - set(given))
        inferred = across.infer(engine, outline, rules)
        shapes = (pool.workshop.shapes, self.inputs.shapes)
        self.problems += across.problems(names, given, outline, inferred, shapes)
        self._stop_if_wrong()
        edges = outline.edges | {edge_line(one) for one in inferred}
        files = [*own, self._part(given), self._part(_inferred_lines(inferred)), self._part(sorted(edges - set(given)))]
        del engine
        self.told(1, 1, "loaded")
        return disk.About(
            self.inputs.digest,
            tuple(files),
            loader.close(),
            len(self.inputs.annotations),
            len(outline) + len(inferred),
            len(edges),
            len(inferred),
        )

    def _part(self, lines: list[str]) -> str:
        content = "".join(lines).encode()
        name = f"{hashlib.sha256(content).hexdigest()}.nt"
        if not self._parts_are_whole((name,)):
            disk.write_whole(self.kept / name, content)
        return name

    # ── Keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _key(self, *of: str) -> str:
        return f"{hashlib.sha256(' '.join([self.base, *of]).encode()).hexdigest()}.json"

    def _keep(self, name: str, given: object) -> None:
        content = json.dumps(given, ensure_ascii=False).encode()
        disk.write_whole(self.kept / name, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        self.used.add(name)

    def _kept_json(self, name: str) -> dict[str, Any] | None:
        """Return what was kept under a name, if it is still what was kept."""
        try:
            digest, _, content = (self.kept / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        self.used.add(name)
        found: dict[str, Any] = json.loads(content)
        return found

    def _kept_part(self, name: str) -> parts.Part | None:
        found = self._kept_json(name)
        if found is None:
            return None
        part = parts.Part(**found)
        return part if self._parts_are_whole((part.file,)) else None


def _beside(one: _Source, linker: Linker, owners: dict[str, str]) -> Beside:
    """Return what a source may name of the others'. Which kind a name is of only its place tells, so it may be of several."""
    own = one.face.content
    entities = sorted({name.removeprefix("sev:") for name in one.face.names} & linker.entities.keys() - own["entities"].keys())
    local = {name.removeprefix("theme:") for name in one.face.names} | {
        broader.removeprefix("theme:") for theme in own["themes"].values() for broader in theme.get("broader", ())
    }
    themes = sorted(local & linker.themes.keys() - own["themes"].keys())
    full = {name.removeprefix("st:") for name in one.face.names}
    statements = sorted(name for name in full if owners.get(name, one.id) != one.id)
    return Beside({name: str(linker.entities[name].type) for name in entities}, tuple(themes), tuple(statements))


def _link_problems(file: AnnotationFile, linker: Linker) -> list[SevError]:
    """Return what is wrong with the names of a file, told by a linker that knows all names."""
    found: list[SevError] = []
    own = Linker(linker.ontology, [file], found)
    own.entities, own.theme_names, own.statement_ids = linker.entities, linker.theme_names, linker.statement_ids
    own.resolve()
    return found


def _untold(told: parts.Told) -> SevError:
    of_reading, what, where, hint = told
    return (InputError if of_reading else Problem)(what, where=where, hint=hint)


def _inferred_lines(inferred: tuple[Statement, ...]) -> list[str]:
    return sorted({line for one in inferred for line in statement_lines(one)})
