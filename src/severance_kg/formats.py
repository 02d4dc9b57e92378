"""The W3C's formats for the answers of queries: SPARQL 1.1 Query Results in JSON, XML, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from severance_kg.errors import InputError
from severance_kg.results import Rows, Triples, Value
from severance_kg.vocabulary import IRI, RDF, XSD, BlankNode

ROW_FORMATS = ("json", "csv", "tsv", "xml")
TRIPLE_FORMATS = ("turtle", "ntriples")


def serialise(answer: Rows | Triples | bool, format: str) -> str:
    """Return an answer in one of the W3C's formats.

    Raises:
        InputError: the format is not one for this kind of answer.
    """
    if isinstance(answer, Triples):
        if format not in TRIPLE_FORMATS:
            raise InputError(f"triples cannot be written as {format}", hint=f"use {' or '.join(TRIPLE_FORMATS)}")
        return answer.serialize(format)
    if format not in ROW_FORMATS:
        what = "true or false" if isinstance(answer, bool) else "rows"
        raise InputError(f"{what} cannot be written as {format}", hint=f"use one of {', '.join(ROW_FORMATS)}")
    writers = {"json": _json, "csv": _csv, "tsv": _tsv, "xml": _xml}
    return writers[format](answer)


def as_json(answer: Rows | bool) -> dict[str, Any]:
    """Return an answer as the object of SPARQL 1.1 Query Results JSON."""
    if isinstance(answer, bool):
        return {"head": {}, "boolean": answer}
    bindings = [{name: _json_term(value) for name, value in row.asdict().items() if value is not None} for row in answer]
    return {"head": {"vars": list(answer.variables)}, "results": {"bindings": bindings}}


def _json_term(value: Value) -> dict[str, str]:
    if isinstance(value, IRI):
        return {"type": "uri", "value": str(value)}
    if isinstance(value, BlankNode):
        return {"type": "bnode", "value": str(value).removeprefix("_:")}
    term = {"type": "literal", "value": str(value)}
    if value.language:
        term["xml:lang"] = value.language
    elif value.datatype != XSD + "string":
        term["datatype"] = value.datatype
    return term


def _json(answer: Rows | bool) -> str:
    return json.dumps(as_json(answer), ensure_ascii=False, indent=2) + "\n"


def _csv(answer: Rows | bool) -> str:
    if isinstance(answer, bool):
        return f"{str(answer).lower()}\r\n"
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(answer.variables)
    writer.writerows([["" if value is None else str(value) for value in row] for row in answer])
    return out.getvalue()


def _tsv(answer: Rows | bool) -> str:
    if isinstance(answer, bool):
        return f"{str(answer).lower()}\n"
    lines = ["\t".join(f"?{name}" for name in answer.variables)]
    lines += ["\t".join("" if value is None else n3(value) for value in row) for row in answer]
    return "\n".join(lines) + "\n"


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def n3(value: Value) -> str:
    """Return a term as N-Triples writes it."""
    if isinstance(value, IRI):
        return f"<{value}>"
    if isinstance(value, BlankNode):
        return str(value)
    text = '"' + "".join(_ESCAPES.get(c, c) for c in value) + '"'
    if value.language:
        return f"{text}@{value.language}"
    return text if value.datatype == XSD + "string" else f"{text}^^<{value.datatype}>"


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _xml(answer: Rows | bool) -> str:
    head = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
    if isinstance(answer, bool):
        return f"{head}<head/>\n<boolean>{str(answer).lower()}</boolean>\n</sparql>\n"
    variables = "".join(f"<variable name={quoteattr(name)}/>" for name in answer.variables)
    rows = "".join(
        "<result>"
        + "".join(
            f"<binding name={quoteattr(name)}>{_xml_term(value)}</binding>"
            for name, value in row.asdict().items()
            if value is not None
        )
        + "</result>\n"
        for row in answer
    )
    return f"{head}<head>{variables}</head>\n<results>\n{rows}</results>\n</sparql>\n"


def _xml_term(value: Value) -> str:
    if isinstance(value, IRI):
        return f"<uri>{escape(value)}</uri>"
    if isinstance(value, BlankNode):
        return f"<bnode>{escape(str(value).removeprefix('_:'))}</bnode>"
    if match := _NOT_IN_XML.search(value):
        raise InputError(f"XML cannot hold the character U+{ord(match[0]):04X}", hint="use --format json, csv or tsv")
    # A carriage return in XML text is read back as a line feed unless it is a character reference.
    text = escape(str(value), {"\r": "&#13;"})
    # Readers such as pyoxigraph trim what they take for layout.
    text = re.sub(r"\A[ \t\n]|[ \t\n]\Z", lambda space: f"&#{ord(space[0])};", text)
    if value.language:
        return f"<literal xml:lang={quoteattr(value.language)}>{text}</literal>"
    if value.datatype in (XSD + "string", RDF + "langString"):
        return f"<literal>{text}</literal>"
    return f"<literal datatype={quoteattr(value.datatype)}>{text}</literal>"
