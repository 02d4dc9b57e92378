"""How many small faults the tests notice: one is put into a copy of the code, the tests of its module run, and so on.

    uv run python bench/mutation.py [--module passages] [--sample 40] [--seed 1] [--workers 2] [--quick]

A fault turns a comparison around, swaps ``and`` and ``or``, drops a ``not``, changes a number, empties a text, or takes a
statement out. The copy stands in a folder of its own, so that also the processes that tests start run it. Which faults run is a
sample that the seed decides. Those that survive are listed: each wants a test, or is equivalent (it changes nothing that can be
seen; ``bench/equivalent.txt`` names these with the reason).
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("src", "severance_kg")
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
TESTS = {
    "passages": ["test_passages.py"],
    "compile": ["test_compiled.py", "test_edges.py", "test_questions.py"],
    "rules": ["test_compiled.py", "test_edges.py", "test_questions.py"],
    "check": ["test_compiled.py", "test_edges.py", "test_bad_input.py"],
    "graph_check": ["test_edges.py", "test_shapes.py", "test_bad_input.py"],
}
"""The tests that know each module, the quickest first."""
SECONDS = 180

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
    line: int
    what: str
    text: str

    def __str__(self) -> str:
        """Return the fault in a line, as ``equivalent.txt`` names it: without its line number, which moves."""
        return f"{self.module}: {self.what}"


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every fault that can be put into a module."""
    tree = ast.parse((ROOT / PACKAGE / f"{module}.py").read_text("utf-8"))
    types = {id(part) for node in ast.walk(tree) for part in _annotations(node)}
    nodes = [node for node in ast.walk(tree) if id(node) not in types and not _is_prose(node)]
    for node in nodes:
        for changed in _changes(node):
            before, after = ast.unparse(node), ast.unparse(changed)
            twin = _Replace(changed).visit(copy.deepcopy(_marked(tree, node)))
            yield Mutant(module, getattr(node, "lineno", 0), f"{_short(before)} -> {_short(after)}", ast.unparse(twin))


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
    """Make a copy of the checkout whose code can be altered; what is only read is linked."""
    root = folder / "checkout"
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "data", "viz", "tests", "docs", "bench", "pyproject.toml"):
        (root / name).symlink_to(ROOT / name)
    return root


def killed(root: Path, mutant: Mutant) -> bool:
    """Whether the module's tests notice the fault; one that makes them hang is noticed."""
    file = root / PACKAGE / f"{mutant.module}.py"
    whole = file.read_bytes()
    file.write_text(mutant.text, "utf-8")
    try:
        return _tests_fail(root, mutant.module)
    finally:
        file.write_bytes(whole)


def _tests_fail(root: Path, module: str) -> bool:
    env = os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_MAX_EXAMPLES": "20"}
    options = [
        "-x",
        "-q",
        "--no-header",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        f"--rootdir={root}",
        "-c",
        str(root / "pyproject.toml"),
    ]
    tests = [str(ROOT / "tests" / name) for name in TESTS[module]]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=ROOT,
            env=env,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def equivalent() -> set[str]:
    """The faults that nothing can show, without their reasons."""
    lines = EQUIVALENT.read_text("utf-8").splitlines() if EQUIVALENT.is_file() else []
    return {line.partition("  # ")[0] for line in lines if line and not line.startswith("#")}


def main() -> int:
    """Run the sample and say which faults survive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", choices=TESTS, action="append")
    parser.add_argument("--sample", type=int, default=40, help="faults of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="only the quickest tests: what they kill is the least that all kill")
    parser.add_argument("--seconds", type=float, default=1200, help="start no fault after so long")
    given = parser.parse_args()
    if given.quick:
        TESTS.update({module: tests[:1] for module, tests in TESTS.items()})
    nothing = equivalent()
    chosen = []
    for module in given.module or TESTS:
        every = [one for one in mutants(module) if str(one) not in nothing]
        chosen += random.Random(given.seed).sample(every, min(given.sample, len(every)))
        print(f"{module}: {len(every)} faults", flush=True)
    found: dict[str, list[bool]] = {}
    ends = time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        roots: Queue[Path] = Queue()
        for number in range(given.workers):
            roots.put(copied(Path(folder, str(number))))
        fit = roots.get()
        for module in given.module or TESTS:
            if _tests_fail(fit, module):
                print(f"{module}: its tests fail without any fault")
                return 2
        roots.put(fit)

        def run(one: Mutant) -> tuple[Mutant, bool | None]:
            if time.monotonic() > ends:
                return one, None
            root = roots.get()
            try:
                return one, killed(root, one)
            finally:
                roots.put(root)

        with ThreadPoolExecutor(given.workers) as pool:
            for one, dead in pool.map(run, chosen):
                if dead is not None:
                    found.setdefault(one.module, []).append(dead)
                if dead is False:
                    print(f"survives  {one}  (line {one.line})", flush=True)
    for module, outcomes in found.items():
        print(f"{module}: {sum(outcomes)} of {len(outcomes)} killed, {100 * sum(outcomes) / len(outcomes):.0f} %")
    every_one = [dead for outcomes in found.values() for dead in outcomes]
    print(f"all: {sum(every_one)} of {len(every_one)} killed, {100 * sum(every_one) / max(len(every_one), 1):.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
