"""Find every passage of a source again in a copy of its text, and write into an annotation what only the text can tell."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import yaml

from severance_kg.errors import InputError, InputErrors, PassageError, SevError, UnknownName
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, digest, locate, places
from severance_kg.stamp import stamp
from severance_kg.statements import Corpus, Source, Statement
from severance_kg.vocabulary import SRC, local_name
from severance_kg.yaml_lines import compose, read_text, read_yaml


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one passage: where in the normalised text, and in how many places, it was found, or why it was not."""

    name: str
    where: str
    passage: PassageRef
    span: Span | None = None
    error: PassageError | None = None
    places: int = 0


def pick_source(corpus: Corpus, text: NormalisedText, wanted: str | None, also: Container[str | None] = ()) -> Source:
    """Return the source that a text is a copy of: the one named, the only one there is, or the one whose digest it has.

    A source without passages is none, unless its id is among ``also``.

    Raises:
        InputError: there is none, or more than one could be meant.
    """
    sources = {local_name(source.iri): source for source in corpus.sources if source.has_text or source_id(source) in also}
    if wanted is not None:
        if wanted not in sources:
            raise UnknownName("source with passages", wanted, sources)
        return sources[wanted]
    same = [source for source in sources.values() if source.sha256 == digest(text.text)]
    if len(same) == 1:
        return same[0]
    if len(sources) != 1:
        raise InputError("it is not clear which source this is a text of", hint=f"add --source, one of {', '.join(sources)}")
    return next(iter(sources.values()))


def verify(corpus: Corpus, source: Source, text: NormalisedText) -> list[Verdict]:
    """Look for every passage of a source, and of what it lists as not stated, in a text."""
    return [_verdict(name, str(where), passage, text) for name, where, passage in passages_of(corpus, source)]


def passages_of(corpus: Corpus, source: Source) -> Iterator[tuple[str, object, PassageRef]]:
    """Yield the name, the place in its file and the passage of each statement and omission of a source."""
    for statement in statements_of(corpus, source):
        if statement.passage:
            yield local_name(statement.iri), statement.where, statement.passage
    for i, omission in enumerate(source.omissions, 1):
        yield f"not_stated {i}", omission.where, omission.passage


def statements_of(corpus: Corpus, source: Source) -> Iterator[Statement]:
    """Yield the statements of a source."""
    return (statement for statement in corpus.statements if statement.source == source.iri)


def _verdict(name: str, where: str, passage: PassageRef, text: NormalisedText) -> Verdict:
    try:
        if passage.sha256 is None:
            raise PassageError("the passage has no digest yet", hint="run 'severance-kg verify --stamp' once")
        return Verdict(name, where, passage, span=locate(text, passage), places=sum(1 for _ in places(text, passage)))
    except PassageError as error:
        return Verdict(name, where, passage, error=error)


def uncovered_words(corpus: Corpus, source: Source, text: NormalisedText, verdicts: Iterable[Verdict]) -> Iterator[SevError]:
    """Yield the runs of words that lie in no passage, where the text is the very one that was annotated."""
    if source.sha256 != digest(text.text) or any(verdict.error for verdict in verdicts):
        return
    for span in uncovered(corpus, source):
        first = text.words[span.start]
        last = text.words[min(span.end, span.start + MOST_WORDS) - 1]
        told = text.source_words(Span(first.start, last.end))
        more = "" if span.end - span.start <= MOST_WORDS else f" and {span.end - span.start - MOST_WORDS} more words"
        yield PassageError(
            f'paragraph {text.paragraph_of(first.start)}: no statement covers "{told}"{more}',
            where=str(source.where),
            hint="state what they say, or list them under not_stated: with a reason",
        )


def hint_problems(source: Source, text: NormalisedText, verdicts: Iterable[Verdict]) -> Iterator[SevError]:
    """Yield what is wrong with recorded positions, where the text is the very one that was annotated."""
    if source.sha256 != digest(text.text):
        return
    for verdict in verdicts:
        if verdict.span is None:
            continue
        if (verdict.passage.characters, verdict.passage.words) != (verdict.span, text.word_span(verdict.span)):
            yield PassageError(
                f"{verdict.name}: the recorded position is not where the passage stands",
                where=verdict.where,
                hint="run 'severance-kg verify --stamp'",
            )
    if source.words != len(text.words):
        yield PassageError(f"the text has {len(text.words)} words, not {source.words}", where=str(source.where), hint="stamp it")


# ── Reading a copy ───────────────────────────────────────────────────────────────────────────────────────────────────


def read_article(path: Path, *, html: bool = False) -> NormalisedText:
    """Read a copy of a source, plain or HTML, and normalise it."""
    text = read_text(path)
    if html:
        reader = _HTMLText()
        reader.feed(text)
        reader.close()
        text = reader.text()
    found = NormalisedText.of(text)
    if not found.words:
        raise InputError("there are no words in it", where=str(path), hint="name the file that holds the article")
    return found


class _HTMLText(HTMLParser):
    """The text of an HTML page, a paragraph for each block."""

    _BLOCKS = frozenset(
        "address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li "
        "main nav ol p pre section table td th tr ul title".split()
    )
    _SILENT = frozenset({"script", "style", "template", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the base class's signature
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1
        if tag in self._BLOCKS:
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data)

    def text(self) -> str:
        return "".join(self._parts)


# ── Stamping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def stamp_file(path: Path, text: NormalisedText) -> str:
    """Return an annotation file with the digests, positions and counts of its source written in, all else untouched.

    Raises:
        InputError: with every passage that is not where the file says.
    """
    content = read_text(path)
    read_yaml(content, str(path))
    root = compose(content, str(path), yaml.SafeLoader)
    problems: list[SevError] = []
    edits: list[tuple[int, int, str]] = []
    for node in _passage_nodes(root):
        where = f"{path}:{node.start_mark.line + 1}"
        try:
            made = stamp(text, _pointer(node, where))
        except (InputError, PassageError) as error:
            error.where = where
            problems.append(error)
            continue
        edits.append((node.start_mark.index, node_end(node), _flow(made, _indent(node, content))))
    if problems:
        raise InputErrors(problems)
    edits += _source_edits(root, text)
    line_end = "\r\n" if "\r\n" in content else "\n"
    for start, end, new in sorted(edits, reverse=True):
        new = new.replace("\n", line_end)
        content = content[:start] + new + content[end:]
    return content


def _pointer(node: yaml.MappingNode, where: str) -> PassageRef:
    given = {key: value.value for key, value in items_of(node).items() if isinstance(value, yaml.ScalarNode) and value.value}
    numbers = [given.get("paragraph", ""), given.get("occurrence", "1")]
    if "starts" not in given or not all(number.isascii() and number.isdigit() for number in numbers):
        hint = "write it as {paragraph: 1, starts: first words, ends: last words}"
        raise InputError("a passage has the number of its paragraph and its first words", where=where, hint=hint)
    occurrence = int(given["occurrence"]) if "occurrence" in given else None
    return PassageRef(int(given["paragraph"]), given["starts"], given.get("ends"), occurrence)


def node_end(node: yaml.Node) -> int:
    """Return where in the text a node ends."""
    # A block ends, for the parser, where the next thing begins: the line break between the two is not its own.
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return node_end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def items_of(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Return the values of a mapping by their keys; of anything else nothing."""
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _passage_nodes(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    for part in ("statements", "not_stated"):
        found = items_of(root).get(part)
        for item in found.value if isinstance(found, yaml.SequenceNode) else ():
            passage = items_of(item).get("passage")
            if isinstance(passage, yaml.MappingNode):
                yield passage


def _indent(node: yaml.Node, content: str) -> str:
    """Return the indent of a passage's second line: deeper than its key, be that on the same line or on the one before."""
    at, column = node.start_mark.index, node.start_mark.column
    alone = not content[at - column : at].strip()
    return " " * (column + 1 if alone else max(column - len("passage: ") + 2, 0))


def _flow(made: PassageRef, indent: str) -> str:
    first = [f"paragraph: {made.paragraph}"]
    first += [
        f"{key}: {_quoted(value)}"
        for key, value in (("prefix", made.prefix), ("starts", made.starts), ("ends", made.ends))
        if value
    ]
    first += [f"occurrence: {made.occurrence}"] if made.occurrence else []
    assert made.words and made.characters
    second = f"words: {list(made.words)}, characters: {list(made.characters)}, sha256: {made.sha256}"
    return "{" + ", ".join(first) + f",\n{indent}{second}" + "}"


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _source_edits(root: yaml.Node | None, text: NormalisedText) -> Iterator[tuple[int, int, str]]:
    source = items_of(root).get("source")
    known = items_of(source)
    missing = []
    for key, value in (("paragraphs", len(text.paragraphs)), ("words", len(text.words)), ("sha256", digest(text.text))):
        if key in known:
            yield known[key].start_mark.index, known[key].end_mark.index, str(value)
        else:
            missing.append(f"{key}: {value}")
    if not missing or not isinstance(source, yaml.MappingNode):
        return
    at = source.start_mark
    if source.flow_style:
        yield at.index + 1, at.index + 1, ", ".join(missing) + ", "
    else:
        yield at.index, at.index, "".join(f"{line}\n{' ' * at.column}" for line in missing)


def uncovered(corpus: Corpus, source: Source) -> Iterator[Span]:
    """Yield the runs of words of a source that lie in no passage and in nothing that is listed as not stated.

    Of a partial source there are none to tell of.
    """
    if source.partial:
        return  # what is left is in a draft still
    spans = sorted(passage.words for _, _, passage in passages_of(corpus, source) if passage.words)
    reached = 0
    for span in spans:
        if span.start > reached:
            yield Span(reached, span.start)
        reached = max(reached, span.end)
    if source.words is not None and reached < source.words:
        yield Span(reached, source.words)


def pointing_words(corpus: Corpus, source: Source) -> int:
    """Return how many words of a source its annotation holds: the first and last ones of its passages, each counted once."""
    held: set[int] = set()
    for _, _, passage in passages_of(corpus, source):
        if passage.words:
            held.update(range(passage.words.start, passage.words.start + count_words(passage.starts)))
            held.update(range(passage.words.end - count_words(passage.ends or ""), passage.words.end))
    return len(held)


@lru_cache(4096)
def count_words(phrase: str) -> int:
    """Return how many words a phrase has."""
    return len(NormalisedText.of(phrase).words)


def source_id(source: Source) -> str:
    """Return the id of a source as its file gives it."""
    return source.iri.removeprefix(SRC)
