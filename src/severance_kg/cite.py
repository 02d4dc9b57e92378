"""Citations of statements: in plain words, as BibTeX and as wikitext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from severance_kg.statements import Kind, Statement
from severance_kg.vocabulary import local_name

if TYPE_CHECKING:
    from severance_kg.graph import KnowledgeGraph

STYLES = ("plain", "bibtex", "wikitext")


def cite(kg: KnowledgeGraph, statement: Statement, style: str = "plain") -> str:
    """Return a citation of a statement; the gloss is this project's wording, the address opens the source at the passage."""
    return {"plain": _plain, "bibtex": _bibtex, "wikitext": _wikitext}[style](kg, statement)


def origin(kg: KnowledgeGraph, statement: Statement) -> str:
    """Return in words where a statement comes from."""
    if statement.kind is Kind.INFERRED:
        premises = ", ".join(statement.premises and [local_name(one) for one in statement.premises])
        return f"inferred by the rule “{kg.label(statement.rule)}” from {premises}"
    if statement.kind is Kind.BACKGROUND:
        return f"known from {' and '.join(statement.references)}"
    told = f"{kg.label(statement.said_by)}"
    if statement.said_to:
        told += f" to {kg.label(statement.said_to)}"
    if statement.held_by and statement.held_by != statement.said_by:
        told += f", as the view of {kg.label(statement.held_by)}"
    source = kg.sources.get(statement.source) if statement.source else None
    paragraph = f", paragraph {statement.passage.paragraph}" if statement.passage else ""
    return f"{told}, in “{source.title if source else ''}”{paragraph}"


def judged(statement: Statement) -> str:
    """Return the three judgements in words."""
    return f"{statement.commitment}, {statement.polarity}, {statement.reading}".lower()


def _plain(kg: KnowledgeGraph, statement: Statement) -> str:
    lines = [f"{statement.gloss} [{judged(statement)}]", f"{origin(kg, statement)}."]
    if statement.link:
        lines.append(statement.link)
    lines.append(statement.iri)
    return "\n".join(lines) + "\n"


def _bibtex(kg: KnowledgeGraph, statement: Statement) -> str:
    source = kg.sources.get(statement.source) if statement.source else None
    fields = {"title": statement.gloss, "howpublished": None, "author": None, "note": origin(kg, statement), "year": None}
    if statement.said_by:
        fields["author"] = "{" + _tex(kg.label(statement.said_by)) + "}"
    if source and source.issued:
        fields["year"] = source.issued[:4]
    url = statement.link or (statement.references[0] if statement.references else statement.iri)
    body = [f"  {name} = {{{value if name == 'author' else _tex(value)}}}" for name, value in fields.items() if value is not None]
    body.append(f"  url = {{{url}}}")
    return f"@misc{{{local_name(statement.iri)},\n" + ",\n".join(body) + "\n}\n"


_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}"} | {c: "\\" + c for c in "&%$#_"} | {"~": r"\~{}", "^": r"\^{}"}


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)


def _wikitext(kg: KnowledgeGraph, statement: Statement) -> str:
    source = kg.sources.get(statement.source) if statement.source else None
    if statement.kind is Kind.INTERVIEW and source:
        fields = {
            "url": statement.link,
            "title": source.title,
            "work": kg.label(source.publisher) if source.publisher else None,
            "date": source.issued,
        }
    else:
        fields = {"url": statement.references[0] if statement.references else str(statement.iri), "title": statement.gloss}
    body = " ".join(f"|{name}={_wiki(value)}" for name, value in fields.items() if value)
    told = f"{_wiki(origin(kg, statement))}; statement {local_name(statement.iri)}."
    return f"{_wiki(statement.gloss)}<ref>{{{{cite web {body}}}}} {told}</ref>\n"


def _wiki(text: str) -> str:
    """Escape what would end a template's parameter or start one."""
    signs = {"|": "{{!}}", "{": "&#123;", "}": "&#125;", "[": "&#91;", "<": "&lt;"}
    return "".join(signs.get(sign, sign) for sign in text)
