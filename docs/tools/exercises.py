"""The page of exercises, written from the files of ``docs/exercises/``, one a file: task, hint, answer, expected rows.

    uv run docs/tools/exercises.py          writes docs/exercises.md

A test holds that the answers give the expected rows, and that what is committed is what this writes.
"""

from __future__ import annotations

import re
from pathlib import Path

from severance_kg.queries import QueryFile, read_query_file

FOLDER = Path(__file__).resolve().parents[1]
PAGE = FOLDER / "exercises.md"
NOTE = "<!-- Written by 'uv run docs/tools/exercises.py' from docs/exercises/. Do not edit. -->"
_NAMES = re.compile(r"\b(?:skg|sev|rdf):\w+|\b(?:OPTIONAL|BOUND|VALUES|FILTER NOT EXISTS)\b")
OPENING = """\
Twelve steps from the simple edge to *why is this not an edge?* Each has a task, a hint and an answer; hint and answer are folded.
Ask with `severance-kg query FILE`, or in the tab *SPARQL* of the page. Who has never written a query reads
[the tutorial](tutorial.md) first.

For teachers: `docs/exercises/` has each exercise as a query file, whose first lines hold task, hint and the rows that a right
answer gives. Names of variables and the order of rows are free; compare the values.
"""


def read() -> list[QueryFile]:
    """Return the exercises in their order, each with ``title``, ``task``, ``hint``, ``learnt`` and ``rows``."""
    found = [read_query_file(path, path.name) for path in sorted((FOLDER / "exercises").glob("*.rq"))]
    for one in found:
        one.need("title", "task", "hint", "learnt", "rows")
    return found


def page() -> str:
    """Return the page, in Markdown."""
    return "\n".join([f"# Exercises\n\n{NOTE}\n\n{OPENING}", *(_exercise(number, one) for number, one in enumerate(read(), 1))])


def _exercise(number: int, one: QueryFile) -> str:
    told = {name: _NAMES.sub(r"`\g<0>`", str(value).strip()) for name, value in one.description.items()}
    rows = _rows(list(one.description["rows"]))
    query = "".join(line for line in one.query.splitlines(keepends=True) if not line.startswith("#+"))
    answer = f"```sparql\n{query.strip()}\n```\n\n{rows}\n{told['learnt']}"
    return f"## {number}. {told['title']}\n\n{told['task']}\n\n{_folded('Hint', told['hint'])}\n{_folded('Answer', answer)}"


def _folded(title: str, text: str) -> str:
    # With a blank line GitHub reads Markdown within, with the attribute the site does.
    return f'<details markdown="1">\n<summary>{title}</summary>\n\n{text}\n\n</details>\n'


def _rows(rows: list[dict[str, object]]) -> str:
    head = " | ".join(rows[0])
    body = "".join(f"| {' | '.join(str(value) for value in row.values())} |\n" for row in rows)
    return f"| {head} |\n|{' --- |' * len(rows[0])}\n{body}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
