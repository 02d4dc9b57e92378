"""Markdown to a manuscript: the text without its markup, and what the markup said.

Reads the parts of CommonMark that articles and transcripts use. What it does not know it leaves in the text: losing words is
worse than keeping an asterisk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from severance_kg.drafting.interview import Form, Metadata
from severance_kg.drafting.manuscript import Manuscript, Piece, joined, lines_of, set_width, shifted, unwrapped
from severance_kg.passages import Span

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*\Z")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_BULLET = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_DEFINITION = re.compile(r"\[[^\]\[]{1,80}\]:[ \t]*\S+")
_FRONT = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"^(title|author|date|publisher|url)[ \t]*:[ \t]*(.{1,300}?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LINK = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # an escaped character is skipped here and kept
    r"|!\[(?P<image>[^\]\[\n]{0,300})\]\([^)\n]{0,2000}\)"
    r"|\[(?P<link>[^\]\[\n]{1,500})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)|\[[^\]\[\n]{0,80}\])"
    r"|<(?P<address>https?://[^>\s]{1,2000})>"
)
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<line><br[ \t]*/?>)"
    r"|</?(?P<tag>b|i|em|strong|u|span|sup|sub|small|q|mark)(?:[ \t][^<>\n]{0,300})?>"
    r"|(?P<marks>\*{1,3}|_{1,3}|`)",
    re.IGNORECASE,
)
_STRONG_TAGS = frozenset({"b", "strong"})
_SLANTED_TAGS = frozenset({"i", "em"})


@dataclass(slots=True)
class _Part:
    """The lines of one paragraph, heading, quoted block or list item."""

    kind: str
    lines: list[str] = field(default_factory=list)


def markdown(source: str) -> Manuscript:
    """Render a Markdown text as plain paragraphs between blank lines, with what was bold, quoted, listed or a heading."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front = _FRONT.match(source)
    known = {key.lower(): value.strip("\"'") for key, value in _FRONT_LINE.findall(front[1])} if front else {}
    texts: list[str] = []
    pieces: list[Piece] = []
    at, width = 0, set_width(source)
    for part in _parts(source[front.end() if front else 0 :]):
        text, strong, slanted = inline("\n".join(part.lines))
        if not text.strip():
            continue
        pieces += _pieces(part.kind, text, at, width, strong, slanted)
        texts.append(text)
        at += len(text) + 2
    metadata = Metadata(known.get("title"), known.get("author"), known.get("date"), known.get("publisher"), known.get("url"))
    return Manuscript("\n\n".join(texts), Form.MARKDOWN, tuple(pieces), metadata=metadata)


def _parts(source: str) -> Iterator[_Part]:
    part = _Part("text")
    fenced = False
    for raw in source.split("\n"):
        line = raw.strip()
        if line.startswith(("```", "~~~")):
            fenced = not fenced
            yield part
            part = _Part("text")
            continue
        kind, content = ("text", line) if fenced else _kind(line, part)
        if kind == "underline":
            part.kind = "heading"
        if kind in ("blank", "rule", "underline", "definition"):
            yield part
            part = _Part("text")
            continue
        if part.lines and (kind in ("heading", "item") or (kind != part.kind and part.kind in ("heading", "text"))):
            yield part
            part = _Part(kind)
        if not part.lines:
            part.kind = kind
        # Two spaces or a backslash at the end break the line; so does a line that opens a turn, which is for others to see.
        part.lines.append(content.removesuffix("\\"))
    yield part


def _kind(line: str, part: _Part) -> tuple[str, str]:
    if not line:
        return "blank", ""
    if part.lines and part.kind == "text" and _UNDERLINE.match(line):
        return "underline", ""
    if _RULE.match(line):
        return "rule", ""
    if _DEFINITION.match(line):
        return "definition", ""
    if found := _HEADING.match(line):
        return "heading", found[2].rstrip("#").rstrip()
    if found := _QUOTE.match(line):
        return "quote", line[found.end() :]
    if found := _BULLET.match(line):
        return "item", line[found.end() :]
    return "text", line


def _pieces(kind: str, text: str, at: int, width: int, strong: list[Span], slanted: list[Span]) -> Iterator[Piece]:
    lines = [line for line in lines_of(text) if line.start < line.end]
    for line in unwrapped(text, lines, width):
        yield Piece(
            Span(line.start + at, line.end + at),
            heading=kind == "heading",
            quote=kind == "quote",
            item=kind == "item",
            strong=shifted(joined(text, strong, line), at),
            slanted=shifted(joined(text, slanted, line), at),
        )


@dataclass(slots=True)
class _Token:
    """A run of a paragraph's source: words, or a mark of a style that has yet to find its other end."""

    words: str
    style: str = ""
    opens: bool = False
    closes: bool = False
    pair: int | None = None


def inline(source: str) -> tuple[str, list[Span], list[Span]]:
    """Take the markup out of a paragraph; marks that nothing closes are characters of the text and stay.

    Returns:
        The text, the spans that were bold, and those that were in italics.
    """
    tokens = list(_tokens(_LINK.sub(_unlinked, source)))
    _pair(tokens)
    words: list[str] = []
    starts: list[int] = []
    at = 0
    for token in tokens:
        starts.append(at)
        if token.pair is None:
            words.append(token.words)
            at += len(token.words)
    text = "".join(words)
    spans: dict[str, list[Span]] = {"strong": [], "slanted": [], "code": []}
    for i, token in enumerate(tokens):
        if token.pair is not None and token.pair > i:
            spans[token.style].append(Span(starts[i], starts[token.pair]))
    return text, spans["strong"], spans["slanted"]


def _unlinked(match: re.Match[str]) -> str:
    if match.lastgroup is None:
        return match[0]
    return "" if match.lastgroup == "image" else match[match.lastgroup]


def _tokens(source: str) -> Iterator[_Token]:
    done = 0
    for match in _INLINE.finditer(source):
        yield _Token(source[done : match.start()])
        done = match.end()
        kind = match.lastgroup
        if kind == "escaped":
            yield _Token(match["escaped"])
        elif kind == "line":
            yield _Token("\n")
        elif kind == "tag":
            yield _tag(match)
        else:
            yield from _marks(source, match)
    yield _Token(source[done:])


def _tag(match: re.Match[str]) -> _Token:
    name = match["tag"].lower()
    style = "strong" if name in _STRONG_TAGS else "slanted" if name in _SLANTED_TAGS else ""
    closing = match[0].startswith("</")
    return _Token("", style, opens=not closing, closes=closing)


def _marks(source: str, match: re.Match[str]) -> Iterator[_Token]:
    before = source[match.start() - 1 : match.start()] or " "
    after = source[match.end() : match.end() + 1] or " "
    marks = match["marks"]
    opens, closes = not after.isspace(), not before.isspace()
    if marks[0] == "_":  # within a word it is a character of the word
        opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
    if marks == "`":
        yield _Token(marks, "code", opens, closes)
        return
    styles = ["strong"] * (len(marks) >= 2) + ["slanted"] * (len(marks) != 2)
    for style in styles:
        yield _Token(marks[:2] if style == "strong" else marks[:1], style, opens, closes)


def _pair(tokens: list[_Token]) -> None:
    opened: dict[str, int] = {}
    for i, token in enumerate(tokens):
        if not token.style:
            continue
        if token.closes and token.style in opened:
            first = opened.pop(token.style)
            token.pair, tokens[first].pair = first, i
        elif token.opens:
            opened.setdefault(token.style, i)
