"""A corpus: many annotation files compiled into one store on disk."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from severance_kg import disk
from severance_kg.errors import CheckFailed, StoreError
from severance_kg.resources import Inputs

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
        return (
            f"{self.sources:,} sources ({self.unchanged:,} unchanged), {self.statements:,} statements ({self.inferred:,} inferred), "
            f"{self.edges:,} edges, in {self.seconds:.1f} s"
        )


def build_store(inputs: Inputs, path: Path, told: Told = lambda *_: None) -> Summary:
    """Build the store of a folder, and let it answer once it is whole and has passed every check.

    Raises:
        InputErrors, CheckFailed: as an ordinary build, with every problem; the store that was there answers on.
        StoreError: another build is at work, or the store cannot be written.
    """
    start = time.perf_counter()
    try:
        with disk.locked(path):
            return _build(inputs, path, told, start)
    except (OSError, RuntimeError) as error:
        why = " ".join(str(getattr(error, "strerror", None) or error).split())
        hint = "make room on the disk or name another folder; what was built before is untouched"
        raise StoreError(f"cannot be written: {why}", where=str(path), hint=hint) from None


def _build(inputs: Inputs, path: Path, told: Told, start: float) -> Summary:
    from severance_kg.build import compile_inputs, problems_of
    from severance_kg.compile import lines

    compiled = compile_inputs(inputs)
    if problems := problems_of(compiled, inputs):
        raise CheckFailed(problems)
    told(1, 3, "checked")
    content = "".join(lines(compiled.triples)).encode()
    (path / disk.PARTS).mkdir(exist_ok=True)
    part = _keep(content, path / disk.PARTS)
    with _aside(path) as made:
        store = disk.open_for_writing(made / disk.DATABASE)
        store.bulk_load(path=str(path / disk.PARTS / part), format=ox.RdfFormat.N_TRIPLES)
        store.optimize()
        store.flush()
        del store
        told(2, 3, "loaded")
        edges = {one.triple for one in (*compiled.corpus.statements, *compiled.inferred) if one.is_edge}
        statements = len(compiled.corpus.statements) + len(compiled.inferred)
        sources = len(inputs.annotations)
        files = disk.about_files(made / disk.DATABASE)
        about = disk.About(inputs.digest, (part,), files, sources, statements, len(edges), len(compiled.inferred))
        disk.put_in_place(path, made, about)
    disk.sweep(path, about.parts)
    return Summary(sources, 0, statements, len(edges), len(compiled.inferred), time.perf_counter() - start)


def _keep(content: bytes, parts: Path) -> str:
    import hashlib

    name = f"{hashlib.sha256(content).hexdigest()}.nt"
    disk.write_safely(parts / name, content)
    return name


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="new-", dir=path))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
