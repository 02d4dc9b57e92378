"""How many small faults the tests notice: one is put into a copy of the code, the tests of its module run, and so on.

    uv run python bench/mutation.py [--module passages] [--sample 60] [--seed 1] [--workers 2] [--quick]

A fault turns a comparison around, swaps ``and`` and ``or``, drops a ``not``, changes a number, empties a text, or takes a
statement out. The copy stands in a folder of its own, so that also the processes that tests start run it. Which faults run is a
sample that the seed decides; ``--sample 0`` takes every one. Those that survive are listed: each wants a test, or is equivalent
(it changes nothing that can be seen; ``bench/equivalent.txt`` names these with the reason).

The tests of a fault run in a fork of this process, which has imported the libraries that they need and none of the code: a fault
that the first tests notice takes about a second.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import copy
import importlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("src", "severance_kg")
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
TESTS = {
    "passages": ["test_passages.py"],
    "compile": ["test_compiled.py", "test_edges.py", "test_questions.py"],
    "rules": ["test_compiled.py", "test_edges.py", "test_questions.py"],
    "check": ["test_compiled.py", "test_edges.py", "test_bad_input.py"],
    "graph_check": ["test_graph_check.py", "test_edges.py", "test_shapes.py"],
}
"""The tests that know each module, the quickest first."""

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mult: ast.FloorDiv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: the module with it, and what it is."""

    module: str
    place: str
    line: int
    what: str
    text: str

    def __str__(self) -> str:
        """Return the fault in a line, as ``equivalent.txt`` names it: by its function, since line numbers move."""
        return f"{self.module}.{self.place}: {self.what}"


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every fault that can be put into a module."""
    tree = ast.parse((ROOT / PACKAGE / f"{module}.py").read_text("utf-8"))
    types = {id(part) for node in ast.walk(tree) for part in _annotations(node)}
    seen: Counter[str] = Counter()
    for place, node in _placed(tree, ""):
        for changed in _changes(node) if id(node) not in types and not _is_prose(node) else ():
            what = f"{_short(ast.unparse(node))} -> {_short(ast.unparse(changed))}"
            seen[f"{place} {what}"] += 1
            told = what if seen[f"{place} {what}"] == 1 else f"{what} ({seen[f'{place} {what}']})"
            twin = _Replace(changed).visit(copy.deepcopy(_marked(tree, node)))
            yield Mutant(module, place or "module", getattr(node, "lineno", 0), told, ast.unparse(twin))


def _placed(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of a tree with the name of the function or class that it stands in."""
    yield place, node
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        place = f"{place}.{node.name}".lstrip(".")
    for child in ast.iter_child_nodes(node):
        yield from _placed(child, place)


def _short(text: str) -> str:
    return " ".join(text.split())[:100]


def _annotations(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node of the types that a node is annotated with: nobody evaluates those."""
    for name in ("annotation", "returns"):
        if isinstance(given := getattr(node, name, None), ast.AST):
            yield from ast.walk(given)


def _is_prose(node: ast.AST) -> bool:
    """Whether a node is a text that only people read: a docstring, or a part of a message."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and (len(node.value) > 25 or " " in node.value.strip())


def _of_texts_or_types(node: ast.BinOp) -> bool:
    """Whether an operator joins names of things or of types: the other one would only stop the program at once."""
    joins = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in ast.walk(node))
    return joins or (
        all(isinstance(one, ast.Name | ast.Attribute) for one in (node.left, node.right))
        and (
            isinstance(node.op, ast.BitOr)
            or any(isinstance(one, ast.Name) and one.id.isupper() for one in (node.left, node.right))
        )
    )


def _marked(tree: ast.Module, node: ast.AST) -> ast.Module:
    node.chosen = True  # type: ignore[attr-defined]
    try:
        return copy.deepcopy(tree)
    finally:
        del node.chosen  # type: ignore[attr-defined]


class _Replace(ast.NodeTransformer):
    def __init__(self, changed: ast.AST) -> None:
        self._changed = changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if hasattr(node, "chosen") else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    twin = copy.deepcopy(node)
    match twin:
        case ast.Compare(ops=[op]) if type(op) in _TURNED:
            twin.ops = [_TURNED[type(op)]()]
            yield twin
        case ast.BoolOp(op=op):
            twin.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield twin
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _SWAPPED and not _of_texts_or_types(twin):
            twin.op = _SWAPPED[type(op)]()
            yield twin
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if value:
            yield ast.Constant("")
        case ast.IfExp(body=body, orelse=orelse):
            twin.body, twin.orelse = orelse, body
            yield twin
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign() | ast.Continue() | ast.Break():
            # A generator stays one: otherwise the fault is only that of a function that returns nothing.
            yield ast.parse(
                "if False: yield" if isinstance(getattr(twin, "value", None), ast.Yield | ast.YieldFrom) else "pass"
            ).body[0]
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.If(test=test) if ast.unparse(test) != "TYPE_CHECKING":
            twin.test = ast.Constant(False)
            yield twin


def copied(folder: Path) -> Path:
    """Make a copy of the checkout, so that it can be worked on meanwhile; what is only read is linked."""
    root = folder / "checkout"
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "data", "viz", "docs", "bench", "pyproject.toml"):
        (root / name).symlink_to(ROOT / name)
    # What is never altered is compiled once. What is may be altered twice within a second, which Python would not notice.
    compileall.compile_dir(root / "src", quiet=1)
    for module in TESTS:
        for made in (root / PACKAGE / "__pycache__").glob(f"{module}.*.pyc"):
            made.unlink()
    return root


_Fork = multiprocessing.get_context("fork")


def forked(root: Path, module: str, answer: Connection | None = None) -> BaseProcess:
    """Start a module's tests over a copy in a process of their own, which ends with 0 if they pass."""
    process = _Fork.Process(target=_test, args=(root, module, answer))
    process.start()
    return process


def _test(root: Path, module: str, answer: Connection | None) -> None:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(root)
    sys.path.insert(0, str(root / "src"))
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    before = set(sys.modules)

    import hypothesis
    import pytest

    # The first example that fails is enough: to find the smallest takes a minute.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("first", phases=phases, database=None)
    hypothesis.settings.load_profile("first")
    how = ["-x", "-q", "--tb=no", "--assert=plain", "--hypothesis-seed=0", "-p", "no:cacheprovider"]
    where = [f"--basetemp={root.parent / 'tests'}", f"--rootdir={root}", "-c", str(root / "pyproject.toml")]
    # File by file: to collect those that take long takes longer than to run the first.
    status = next((one for name in TESTS[module] if (one := int(pytest.main([*how, *where, str(root / "tests" / name)])))), 0)
    if answer:
        answer.send([name for name, one in sys.modules.items() if name not in before and _is_library(one)])
    os._exit(status)


def _is_library(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and any(Path(str(file)).is_relative_to(folder) for folder in (sys.prefix, sys.base_prefix))


@dataclass(slots=True)
class Sound:
    """How the tests of a module do without a fault."""

    passes: bool
    seconds: float
    libraries: list[str]


def sound(root: Path, module: str) -> Sound:
    """Run a module's tests without any fault."""
    began = time.monotonic()
    here, there = _Fork.Pipe(duplex=False)
    process = forked(root, module, there)
    there.close()
    try:
        libraries = here.recv()
    except EOFError:
        libraries = []
    process.join()
    return Sound(process.exitcode == 0, time.monotonic() - began, libraries)


def import_all(names: Iterable[str]) -> None:
    """Import libraries, as far as each can be imported by itself."""
    for name in names:
        with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
            importlib.import_module(name)
    if "severance_kg" in sys.modules:
        raise RuntimeError("a library imports the code, which no fault would be put into then")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fault: killed, also if the tests did not come to an end with it."""

    mutant: Mutant
    killed: bool
    endless: bool


def outcomes(mutants: list[Mutant], roots: list[Path], limits: dict[str, float], ends: float) -> Iterator[Outcome]:
    """Yield what becomes of each fault, as many at a time as there are copies; none is begun after ``ends``."""
    free, left = list(roots), list(reversed(mutants))
    whole = {one.module: (roots[0] / PACKAGE / f"{one.module}.py").read_bytes() for one in mutants}
    running: dict[BaseProcess, tuple[Mutant, Path, float]] = {}
    while running or (left and time.monotonic() < ends):
        while free and left and time.monotonic() < ends:
            root, mutant = free.pop(), left.pop()
            (root / PACKAGE / f"{mutant.module}.py").write_text(mutant.text, "utf-8")
            running[forked(root, mutant.module)] = mutant, root, time.monotonic() + limits[mutant.module]
        next_limit = min(limit for _, _, limit in running.values())
        wait([process.sentinel for process in running], max(0, next_limit - time.monotonic()))
        for process, (mutant, root, limit) in list(running.items()):
            late = process.is_alive() and time.monotonic() >= limit
            if not process.is_alive() or late:
                _stop(process)
                (root / PACKAGE / f"{mutant.module}.py").write_bytes(whole[mutant.module])
                del running[process]
                free.append(root)
                yield Outcome(mutant, late or process.exitcode != 0, late)


def _stop(process: BaseProcess) -> None:
    """End what a process has left running, and itself."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()


def equivalent() -> set[str]:
    """The faults that nothing can show, without their reasons."""
    lines = EQUIVALENT.read_text("utf-8").splitlines() if EQUIVALENT.is_file() else []
    return {line.partition("  # ")[0] for line in lines if line and not line.startswith("#")}


def main() -> None:
    """Run the sample and say which faults survive."""
    given = _given()
    ends = time.monotonic() + given.seconds
    if given.quick:
        _only_quickest()
    modules = given.module or list(TESTS)
    chosen = [mutant for module in modules for mutant in _sample(module, given.sample, given.seed)]
    counts = {module: Counter[str]() for module in modules}
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        roots = [copied(Path(folder, str(number))) for number in range(given.workers)]
        limits = _limits(roots[0], modules)
        for one in outcomes(chosen, roots, limits, ends):
            counts[one.mutant.module] += Counter(run=1, killed=one.killed, endless=one.endless)
            if not one.killed:
                print(f"survives  {one.mutant}  (line {one.mutant.line})", flush=True)
        # Had a fault done harm beyond its own run, those after it would have been killed by that.
        _only_quickest()
        for root in roots:
            _limits(root, modules)
    for module in modules:
        print(_told(module, counts[module]))
    print(_told("all", sum(counts.values(), Counter())))


def _only_quickest() -> None:
    TESTS.update({module: tests[:1] for module, tests in TESTS.items()})


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--module", choices=TESTS, action="append")
    parser.add_argument("--sample", type=int, default=60, help="faults of each module; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="only the quickest tests: what they kill is the least that all kill")
    parser.add_argument("--seconds", type=float, default=3600, help="start no fault after so long")
    return parser.parse_args()


def _sample(module: str, size: int, seed: int) -> list[Mutant]:
    """Choose among the faults of a module that are not said to change nothing."""
    every = list(mutants(module))
    nothing = {name for name in equivalent() if name.startswith(f"{module}.")}
    if stale := nothing - {str(one) for one in every}:
        raise SystemExit("\n  ".join(["no such fault any more:", *sorted(stale)]))
    real = [one for one in every if str(one) not in nothing]
    print(f"{module}: {len(real)} faults, and {len(nothing)} that change nothing", flush=True)
    return random.Random(seed).sample(real, min(size or len(real), len(real)))


def _limits(root: Path, modules: list[str]) -> dict[str, float]:
    """Run the tests without any fault, and return how long they may take with one."""
    found = {}
    for module in modules:
        one = sound(root, module)
        if not one.passes:
            raise SystemExit(f"{module}: its tests fail without any fault")
        import_all(one.libraries)
        found[module] = 30 + 6 * one.seconds
    return found


def _told(name: str, count: Counter[str]) -> str:
    share = 100 * count["killed"] / max(count["run"], 1)
    return f"{name}: {count['killed']} of {count['run']} killed, {share:.0f} % ({count['endless']} by never ending)"


if __name__ == "__main__":
    main()
