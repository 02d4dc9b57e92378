"""The house: data goes one way, and a room imports only from its own floor's quarters and the floors below it.

The floors are those of the design's table, from the ground up. Imports inside functions count: they make a start fast, and
change nothing about what needs what. Imports for type checkers alone do not.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "severance_kg"

FLOORS = {
    "ground": "errors vocabulary",
    "records and engine": """
        addresses credentials disk graph_store homes limits lines loading moments passages push queries reading remote resources
        results scan service sight stamp statements store turns worker workers yaml_lines
    """,
    "annotations and rules": """
        annotations axioms causes check compile file_form graph_check ontology outline questions rules shapes
        statement_reader verify
    """,
    "build": "across build corpus parts pool versions",
    "views of the graph": """
        acceptance agreement analysis blank cite compare copies drafting export formats frame lookup naming network paths progress
        promote proposals reach reports spoken storytime support tables telling telling_story terms text_check views
    """,
    "page": """
        drawing layout page page_answers page_data page_engine page_title page_wasm reference reference_forms review stress
        untangle
    """,
    "graph": "graph opening",
    "part of a graph": "part",
    "servers": "agents server",
    "roof": """
        __main__ check_command cli combinations commands compare_command completion draft_command export_command mcp_command
        page_command promote_command push_command review_command serve_command story_commands terminal
    """,
}
"""The rooms of each floor. A new module is put here, where its place in the house is decided."""

EXCEPTIONS = {
    ("drawing", "part"): "a page is told to draw first what a part would keep: one order, and it is the part's",
    ("graph", "part"): "the face writes the page of a part of itself, and a part is a graph",
    ("page_data", "part"): "a part is a graph, and the page says of how much it is a part",
}
"""Imports up the stairs, each with its reason. One that is not needed any more fails the test."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS.values()) for room in rooms.split()}


def room(path: Path) -> str:
    """The room that a file belongs to: a module, or the package that it lies in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules of the package that a module imports, wherever it does, but for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from imported(ast.Module(node.orelse, []))
            continue
        if isinstance(node, ast.Import):
            yield from (
                alias.name.removeprefix("severance_kg.") for alias in node.names if alias.name.startswith("severance_kg.")
            )
        elif isinstance(node, ast.ImportFrom) and (node.level or str(node.module).partition(".")[0] == "severance_kg"):
            assert not node.level, "imports name the package in full"
            inside = str(node.module).partition(".")[2]
            yield from ((f"{inside}.{alias.name}" if inside else alias.name) for alias in node.names)
        yield from imported(node)


def stairs() -> set[tuple[str, str]]:
    """Which room imports which other."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for name in imported(ast.parse(path.read_text("utf-8"))):
            found.add((room(path), name.partition(".")[0]))
    return {(one, other) for one, other in found if one != other and "__init__" not in one and not other.startswith("__")}


def test_every_module_has_its_room() -> None:
    rooms = {room(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert rooms == set(FLOOR)
    assert len(FLOOR) == sum(len(rooms.split()) for rooms in FLOORS.values())


def test_a_room_imports_only_rooms_of_its_floor_or_below() -> None:
    upwards = {(one, other) for one, other in stairs() if FLOOR[other] > FLOOR[one]}
    assert upwards == set(EXCEPTIONS)


def test_no_two_rooms_need_each_other() -> None:
    needs: dict[str, set[str]] = {}
    for one, other in stairs() - set(EXCEPTIONS):
        needs.setdefault(one, set()).add(other)

    def walk(one: str, above: tuple[str, ...]) -> None:
        assert one not in above, " needs ".join((*above, one))
        for other in needs.get(one, ()):
            if other not in free:
                walk(other, (*above, one))
        free.add(one)

    free: set[str] = set()
    for one in sorted(needs):
        walk(one, ())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from severance_kg.opening import load", ["opening.load"]),
        ("import severance_kg.page", ["page"]),
        ("from severance_kg import disk", ["disk"]),
        ("def f():\n    if x:\n        from severance_kg.export.flat import a, b", ["export.flat.a", "export.flat.b"]),
        ("if TYPE_CHECKING:\n    from severance_kg.opening import load", []),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    from severance_kg.opening import load", ["opening.load"]),
        ("import rdflib", []),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, found: list[str]) -> None:
    assert list(imported(ast.parse(source))) == found


def test_the_public_names_cost_nothing_until_they_are_used() -> None:
    told = "import severance_kg, sys; print(sorted(name for name in sys.modules if name.startswith('severance_kg')))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['severance_kg']"


HEAVY = {"rdflib", "networkx", "jinja2", "numpy", "pyvis", "pyshacl", "starlette", "uvicorn", "mcp", "trafilatura", "matplotlib"}


@pytest.mark.parametrize(
    "module", sorted(room for floor in ("ground", "records and engine", "roof") for room in FLOORS[floor].split())
)
def test_lower_floors_and_roof_import_nothing_heavy(module: str, light: dict[str, set[str]]) -> None:
    assert not light[module] & HEAVY


@pytest.fixture(scope="module")
def light() -> dict[str, set[str]]:
    """What each module brings into the process, in one process: a heavy import shows at the first module that has it."""
    wanted = [room for floor in ("ground", "records and engine", "roof") for room in FLOORS[floor].split()]
    told = (
        "import importlib, json, sys\nfound = {}\n"
        f"for one in {wanted!r}:\n"
        "    before = set(sys.modules)\n    importlib.import_module(f'severance_kg.{one}')\n"
        "    found[one] = sorted({name.partition('.')[0] for name in set(sys.modules) - before})\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return {name: set(brought) for name, brought in json.loads(done.stdout).items()}
