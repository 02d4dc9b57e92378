"""CSV: nodes, edges and statements, each a table, and a fourth file that says what the columns mean.

The fourth is W3C metadata for tabular data (CSVW), and holds the version and the digest, for which a CSV has no place.
The tables are written row by row: their size does not matter.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from severance_kg.export.flat import FLAT_LOSSES, STATEMENT_COLUMNS, Cell, Column, identifier
from severance_kg.export.formats import Format
from severance_kg.export.material import Edge, Material, Node, in_chunks
from severance_kg.vocabulary import Literal, compact

GUARDED = frozenset("=+-@'\t\r\n＝＋－＠")
"""What a cell must not begin with: a spreadsheet would run it as a formula (OWASP, CSV injection), or, the apostrophe, eat it."""

NODE_COLUMNS = (
    Column("id", "What the other tables call the node: a prefixed name, or a kind and a digest."),
    Column("label", "How to call it; of a literal, its text."),
    Column("kind", "A class of it; Statement; or Literal."),
    Column("iri", "Its IRI; a literal has none."),
    Column("datatype", "The datatype of a literal."),
    Column("language", "The language of a literal."),
    Column("definition", "What it is; of a statement, its gloss."),
)
EDGE_COLUMNS = (
    Column("subject", "The id of a node."),
    Column("predicate", "The property, as a prefixed name."),
    Column("label", "The property in words."),
    Column("object", "The id of a node."),
    Column("statements", "The statements that make it an edge.", separator=" "),
)
_TABLES = {"nodes": NODE_COLUMNS, "edges": EDGE_COLUMNS, "statements": STATEMENT_COLUMNS}
_KEYS = {"subject": "nodes", "object": "nodes"}


def guard(text: str) -> str:
    """Return a cell's text with an apostrophe before it if a spreadsheet could run it."""
    return "'" + text if text[:1] in GUARDED else text


def unguard(cell: str) -> str:
    """Return the text of a cell: the way back from :func:`guard`."""
    return cell[1:] if cell.startswith("'") else cell


def node_row(node: Node) -> dict[str, Cell]:
    """Return the cells of a node that have something in them."""
    term = node.term
    cells: dict[str, Cell] = {"id": node.id, "label": node.label, "kind": node.kind}
    if isinstance(term, Literal):
        cells["datatype"] = compact(term.datatype)
        cells |= {"language": term.language} if term.language else {}
    else:
        cells["iri"] = str(term)
    return cells | ({"definition": node.definition} if node.definition else {})


def _edge_row(edge: Edge, label: str) -> dict[str, Cell]:
    return {
        "subject": identifier(edge.subject),
        "predicate": compact(edge.predicate),
        "label": label,
        "object": identifier(edge.object),
        "statements": " ".join(map(compact, edge.statements)),
    }


class _Line:
    """Takes what the csv module writes."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def _table(columns: tuple[Column, ...], rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """Yield the lines of a table. They end as RFC 4180 has it."""
    line = _Line()
    writer = csv.writer(line)
    names = [column.name for column in columns]
    writer.writerow(names)
    yield line.text.encode()
    for row in rows:
        cells = {name: _cell(cell) for name, cell in row.items()}
        writer.writerow(map(cells.get, names))
        yield line.text.encode()


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return guard(value) if isinstance(value, str) else str(value)


def _files(given: Material) -> dict[str, Iterator[bytes]]:
    return {
        "nodes.csv": in_chunks(_table(NODE_COLUMNS, map(node_row, given.nodes()))),
        "edges.csv": in_chunks(_table(EDGE_COLUMNS, (_edge_row(edge, given.label(edge.predicate)) for edge in given.edges()))),
        "statements.csv": in_chunks(_table(STATEMENT_COLUMNS, given.statements())),
        "csv-metadata.json": iter([_metadata(given)]),
    }


def _metadata(given: Material) -> bytes:
    made = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:creator": given.producer,
        "dc:identifier": f"sha256:{given.digest}",
        "dc:description": "The identifier is the SHA-256 of the graph's sorted N-Triples. A cell that begins with an "
        "apostrophe is read without it: the apostrophe keeps spreadsheets from running the cell.",
        "tables": [_described(name, columns) for name, columns in _TABLES.items()],
    }
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def _described(name: str, columns: tuple[Column, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(column) for column in columns]}
    if name != "edges":
        schema["primaryKey"] = "id"
    if name != "nodes":
        schema["foreignKeys"] = [
            {"columnReference": column, "reference": {"resource": f"{table}.csv", "columnReference": "id"}}
            for column, table in _KEYS.items()
        ]
    return {"url": f"{name}.csv", "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    made = {"name": column.name, "titles": column.name, "dc:description": column.says, "datatype": column.datatype}
    return made | ({"separator": column.separator} if column.separator else {})


GUARD_LOSS = (
    "A cell that begins with = + - @ ' a tab or a line break has an apostrophe before it, which keeps spreadsheets from running "
    "it and has to be taken off."
)

FORMATS = (
    Format(
        "csv",
        "CSV: nodes, edges and statements, in a folder or a .zip; written in constant memory",
        ".csv",
        files=_files,
        losses=(*FLAT_LOSSES, GUARD_LOSS),
    ),
)
