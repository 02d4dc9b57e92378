"""The one pipeline: read, compile, infer, check, keep, write.

A graph that has passed its checks is kept under the digest of everything it was made from, so that a question never waits for
a check twice and never gets an answer from stale data.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from severance_kg.errors import CheckFailed, InputError, SevError
from severance_kg.resources import PACKAGE, Inputs, cache_folder

if TYPE_CHECKING:
    import pyoxigraph as ox

    from severance_kg.ontology import Ontology
    from severance_kg.statements import Corpus, Statement

KEPT_GRAPHS = 20
"""How many compiled graphs the cache keeps; the oldest go first."""


@dataclass(frozen=True)
class Compiled:
    """A graph before its checks, and the records that it was made from."""

    corpus: Corpus
    ontology: Ontology
    inferred: tuple[Statement, ...]
    triples: frozenset[ox.Triple]


def compile_inputs(inputs: Inputs) -> Compiled:
    """Read every input and return the graph with all that follows from it.

    Raises:
        InputErrors: with every problem that was found.
    """
    # Imported here, not above: a question over a graph that is kept needs none of this.
    from severance_kg.annotations import read_corpus
    from severance_kg.compile import compile_graph, statement_triples
    from severance_kg.ontology import read_ontology
    from severance_kg.rules import infer, read_rules, rule_triples

    ontology = read_ontology(inputs.vocabulary)
    corpus = read_corpus(inputs.annotations, inputs.schema, ontology)
    rules = read_rules(inputs.rules)
    graph = compile_graph(corpus, ontology)
    graph.update(rule_triples(rules))
    inferred = infer(corpus.statements, graph, rules)
    for statement in inferred:
        graph.update(statement_triples(statement))
    return Compiled(corpus, ontology, inferred, frozenset(graph))


def problems_of(compiled: Compiled, inputs: Inputs) -> list[SevError]:
    """Return everything that the checks find in a graph, in the order of files and lines."""
    from severance_kg.check import Problem, check_records
    from severance_kg.graph_check import check_edges

    if not compiled.corpus.statements:
        hint = "drafts are left out: 'severance-kg review' and 'promote' let their statements in"
        return [Problem("the annotation files let no statement in", hint=hint)]
    found: list[SevError] = [*check_records(compiled.corpus, compiled.ontology, compiled.inferred)]
    found += check_edges(compiled.triples, compiled.ontology)
    # SHACL repeats what the records tell better, with file and line: it speaks up where they are silent.
    return found or _shape_problems(compiled.triples, inputs.shapes)


def _shape_problems(triples: frozenset[ox.Triple], shapes: tuple[Path, ...]) -> list[SevError]:
    """Return what SHACL finds: pySHACL, which takes seconds, has the word wherever the quick look does not find all well."""
    from severance_kg.graph_check import check_shapes
    from severance_kg.lines import lines
    from severance_kg.shapes import Unknown, read_shapes

    try:
        if read_shapes(shapes).conform(list(lines(triples))):
            return []
    except Unknown:
        pass
    return list(check_shapes(triples, shapes))


def ntriples(inputs: Inputs) -> bytes:
    """Return the checked graph as N-Triples, from the cache if it is there.

    Raises:
        InputErrors: the inputs cannot be read.
        CheckFailed: a check failed; the cache is left as it is.
    """
    for folder in (PACKAGE / "_compiled", cache_folder()):
        if (content := _kept(folder, inputs.digest)) is not None:
            return content
    from severance_kg.lines import lines

    compiled = compile_inputs(inputs)
    if problems := problems_of(compiled, inputs):
        raise CheckFailed(problems)
    content = "".join(lines(compiled.triples)).encode()
    _keep(content, inputs.digest)
    return content


def cache_name(digest: str, content: bytes) -> str:
    """Return the name that a compiled graph is kept under: what it was made from, and what it is.

    The second part costs 2 ms to check, and a file that was cut short or altered is never answered from.
    """
    return f"{digest}.{hashlib.sha256(content).hexdigest()[:32]}.nt"


def _kept(folder: Path, digest: str) -> bytes | None:
    for path in folder.glob(f"{digest}.*.nt"):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if path.name == cache_name(digest, content):
            return content
    return None


def _keep(content: bytes, digest: str) -> None:
    """Keep a graph if that can be done; an answer does not depend on it."""
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for damaged in folder.glob(f"{digest}.*.nt"):
            damaged.unlink(missing_ok=True)
        write_atomically({folder / cache_name(digest, content): content})
        kept = sorted(folder.glob("*.nt"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in kept[KEPT_GRAPHS:]:
            old.unlink(missing_ok=True)


def write_atomically(files: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write files so that each is there whole or not at all, and none replaces another before all are written.

    A file's content is its bytes, or pieces of them that are made as they are written. Who may read a file stays as it was.

    Raises:
        OSError: a file could not be written; what was there before is untouched.
    """
    import secrets

    written: list[tuple[Path, Path]] = []
    try:
        for given, content in files.items():
            # What is behind a link is written, and the link stays. A new file gets the mode that the user's own would have.
            path = Path(os.path.realpath(given))
            temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}")
            with temporary.open("xb") as file:
                written.append((temporary, path))
                file.writelines([content] if isinstance(content, bytes) else content)
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o777)
        for temporary, path in written:
            temporary.replace(path)
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)


def build(inputs: Inputs, out: Path, make_page: Callable[[bytes], bytes] | None = None) -> list[Path]:
    """Write ``severance.nt``, ``severance.ttl`` and, if a maker is given, ``severance.html``; return their paths.

    The same inputs give the same bytes. If anything fails, what stood in ``out`` before stands there still.

    Raises:
        InputErrors, CheckFailed: as :func:`ntriples`.
        InputError: ``out`` cannot be written.
    """
    import pyoxigraph as ox

    from severance_kg.lines import turtle
    from severance_kg.vocabulary import PREFIXES

    content = ntriples(inputs)
    # Before the page, which takes a second to make, and after the checks, which may fail.
    _make_folder(out)
    triples: Iterable[ox.Triple] = (quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES))
    files: dict[Path, bytes] = {out / "severance.nt": content, out / "severance.ttl": turtle(triples, PREFIXES)}
    if make_page:
        files[out / "severance.html"] = make_page(content)
    try:
        write_atomically(files)
    except OSError as error:
        raise _cannot_write(out, error) from None
    return list(files)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(out, error) from None


def _cannot_write(out: Path, error: OSError) -> InputError:
    return InputError(f"cannot be written: {error.strerror}", where=str(out), hint="name another folder with --out")
