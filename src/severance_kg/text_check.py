"""A copy of a source held against its annotation: every passage, and of drafts whatever ``promote`` would refuse.

This is the loop of editors and agents: nothing is written, and each problem has its file, line, code and hint. A hint quotes no
more than six words of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from severance_kg.copies import read_copy
from severance_kg.drafting.undecided import open_keys, read_with_drafts
from severance_kg.errors import InputError, InputErrors, PassageError, SevError
from severance_kg.ontology import read_ontology
from severance_kg.passages import NormalisedText, PassageRef, locate
from severance_kg.promote import nearest_words, short_name, text_refusals
from severance_kg.resources import Inputs
from severance_kg.statements import Corpus, Source
from severance_kg.verify import hint_problems, pick_source, read_article, source_id, statements_of, uncovered_words, verify
from severance_kg.yaml_lines import read_text, read_yaml


def text_problems(inputs: Inputs, path: Path, *, html: bool = False, source: str | None = None) -> list[SevError]:
    """Hold a copy of a source against what is annotated of it, accepted or not.

    Args:
        inputs: the annotation files, drafts among them.
        path: the copy.
        html: whether it is a page.
        source: the id of the source that it is a copy of, where that is not clear.

    Returns:
        What ``verify`` finds of accepted statements, and of drafts what ``promote`` would refuse for the text's sake. What is
        wrong whatever the text says is not among it, nor anything at all while the files cannot be read.

    Raises:
        InputError: the copy cannot be read, or it is not clear which source it is of.
    """
    ontology = read_ontology(inputs.vocabulary)
    text = read_article(path, html=html)
    try:
        corpus = read_with_drafts(inputs, ontology)
    except InputErrors:
        return []
    drafts = {name: path for name, path in inputs.drafts if _source_of(name, path)}
    picked = pick_source(corpus, text, source, also={_source_of(*draft) for draft in drafts.items()})
    ours = {name: path for name, path in drafts.items() if _source_of(name, path) == source_id(picked)}
    proposed = [one for one in statements_of(corpus, picked) if one.where and one.where.file in ours]
    known = {one.iri for one in proposed}
    accepted = replace(corpus, statements=tuple(one for one in corpus.statements if one.iri not in known))
    found = list(_accepted_problems(accepted, replace(picked, partial=picked.partial or bool(ours)), text, omitted=not ours))
    if not ours:
        return found
    interview = read_copy(path, html=html)
    found += [one for refusals in text_refusals(corpus, ontology, interview, proposed).values() for one in refusals]
    names = {short_name(one) for one in proposed}
    return [*found, *(one for draft in ours.items() for one in _open_passages(*draft, names, interview.text))]


def _source_of(name: str, path: Path) -> str | None:
    """Return the id of the source of a file that can be read."""
    try:
        content, _ = read_yaml(read_text(path), name)
        return str(content["source"]["id"])
    except (InputError, TypeError, KeyError):
        return None


def _accepted_problems(corpus: Corpus, source: Source, text: NormalisedText, *, omitted: bool) -> Iterator[SevError]:
    """Yield what ``verify`` finds; what a draft lists as not stated is the draft's own affair."""
    source = source if omitted else replace(source, omissions=())
    verdicts = verify(corpus, source, text)
    for verdict in verdicts:
        if verdict.error:
            error, name = verdict.error, verdict.name.removeprefix(f"{source_id(source)}-")
            hint = f"{error.hint}{nearest_words(text, verdict.passage)}"
            yield type(error)(f"{name}: {error.what}", where=verdict.where, hint=hint, code=error.code, statement=name)
    yield from hint_problems(source, text, verdicts)
    yield from uncovered_words(corpus, source, text, verdicts)


_POINTING = ("paragraph", "prefix", "starts", "ends", "occurrence", "sha256")


def _open_passages(name: str, path: Path, decided: set[str], text: NormalisedText) -> Iterator[SevError]:
    """Yield the passages of a draft's open statements that are not in the text; the decided ones are judged in full."""
    content, lines = read_yaml(read_text(path), name)
    for i, statement in enumerate(content["statements"]):
        given, entry = statement.get("passage"), str(statement.get("id"))
        if entry in decided or not isinstance(given, dict) or not open_keys(statement):
            continue
        passage = PassageRef(**{key: given[key] for key in _POINTING if key in given})
        try:
            locate(text, passage)
        except PassageError as error:
            where, hint = str(lines.where(("statements", i, "passage"))), f"{error.hint}{nearest_words(text, passage)}"
            yield PassageError(f"{entry}: {error.what}", where=where, hint=hint, code=error.code, statement=entry)
