"""HTML to a manuscript: the article's own words, with what was bold, quoted, listed or a heading.

trafilatura says which part of the page is the article and what the page tells of itself; a walk of our own over the same page
takes the words, because an extractor now and then drops a short answer, and never tells. Everything that stands beside what
trafilatura kept, or between, is kept too, unless its element says that it is furniture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from severance_kg.drafting.interview import Form, Metadata
from severance_kg.drafting.manuscript import Manuscript, Piece, joined, lines_of, shifted
from severance_kg.errors import InputError
from severance_kg.passages import Span

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_ELEMENTS = 100_000

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure form h1 h2 h3 h4 h5 h6 hr li main "
    "ol p pre section summary table tbody td th thead tr ul header footer".split()
)
_SILENT = frozenset(
    "script style template noscript head title nav aside button select textarea iframe object svg math video audio figcaption "
    "canvas dialog menu input label option".split()
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|share|sharing|social|newsletter|subscribe|signup|related|recommended|"
    r"promo|advert(?:isement)?|ads?|sponsor(?:ed)?|cookies?|consent|comments?|footer|sidebar|caption|credit|tags|pagination|popup|"
    r"modal|skip-link|screen-reader-text|sr-only|visually-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
LARGEST_FURNITURE = 0.2
"""The largest share of a page's words that an element may hold and still be furniture for its name alone."""

_BOLD = frozenset({"b", "strong"})
_SLANTED = frozenset({"i", "em", "cite"})


@dataclass(slots=True)
class _Block:
    """The words of one block element, gathered run by run."""

    parent: int
    tag: str
    quote: bool
    item: bool
    parts: list[str] = field(default_factory=list)
    length: int = 0
    strong: list[Span] = field(default_factory=list)
    slanted: list[Span] = field(default_factory=list)

    def put(self, words: str, bold: bool, slanted: bool) -> None:
        span = Span(self.length, self.length + len(words))
        if bold:
            self.strong.append(span)
        if slanted:
            self.slanted.append(span)
        self.parts.append(words)
        self.length = span.end

    @property
    def key(self) -> str:
        return re.sub(r"\W+", "", "".join(self.parts))


def page(source: str, where: str, url: str | None = None) -> Manuscript:
    """Read the article of an HTML page.

    Raises:
        InputError: the extra is not installed, or there is no article in the page.
    """
    tree = _parse(source, where)
    kept, metadata = _extract(source, url, where)
    blocks = [block for block in _walk(tree) if block.key]
    chosen = _article(blocks, kept)
    if not chosen:
        raise InputError("there is no article in the page", where=where, hint="save the article's words in a text file")
    return _manuscript(chosen, metadata)


def _parse(source: str, where: str) -> HtmlElement:
    try:
        from lxml import etree, html
    except ImportError:
        raise _no_extra(where) from None
    try:
        # As bytes with the encoding named: a string with an XML declaration is refused by lxml.
        tree = html.document_fromstring(
            source.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise InputError("there is no article in the page", where=where, hint="check that it is the page you mean") from None
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        hint = "save the article's words in a text file"
        raise InputError(f"the page has more than {MOST_ELEMENTS:,} elements", where=where, hint=hint)
    return tree


def _no_extra(where: str) -> InputError:
    return InputError("HTML needs the extra 'drafting'", where=where, hint="pip install 'severance-kg[drafting]'")


def _extract(source: str, url: str | None, where: str) -> tuple[set[str], Metadata]:
    """Return the words of each block that trafilatura takes for the article, and what the page says of itself."""
    try:
        import trafilatura
    except ImportError:
        raise _no_extra(where) from None
    from lxml import etree

    try:
        made = trafilatura.extract(
            source,
            url=url,
            output_format="xml",
            include_formatting=True,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            fast=True,  # its fall-backs take quadratic time, and the walk is ours
        )
        document = etree.fromstring(made.encode("utf-8"), etree.XMLParser(resolve_entities=False)) if made else None
    except Exception:
        document = None
    if document is None:
        return set(), Metadata(url=url)
    told = {key: str(document.get(key) or "") or None for key in ("title", "author", "date", "sitename", "url")}
    kept = {
        re.sub(r"\W+", "", "".join(map(str, element.itertext())))
        for element in document.iter("p", "head", "item", "quote", "cell")
    }
    metadata = Metadata(told["title"], told["author"], told["date"], told["sitename"], told["url"] or url)
    return kept - {""}, metadata


def _walk(tree: HtmlElement) -> Iterator[_Block]:
    """Yield the blocks of a page in order, those within furniture left out; without recursion, since pages nest deeply."""
    from lxml import etree

    walker = _Walker(_lengths(tree))
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and walker.enter(element):
            walk.skip_subtree()
        elif event == "end":
            walker.leave(element)
        yield from walker.done()
    walker.close()
    yield from walker.done()


def _lengths(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Return how many characters each element holds, those of its children included."""
    lengths: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        own = lengths.get(element, 0) + len((element.text or "").strip())
        lengths[element] = own
        parent = element.getparent()
        if parent is not None:
            lengths[parent] = lengths.get(parent, 0) + own + len((element.tail or "").strip())
    return lengths


class _Walker:
    """What is open while a page is walked: block elements, styles, and the block whose words are being gathered."""

    def __init__(self, lengths: dict[HtmlElement, int]) -> None:
        self._lengths = lengths
        self._all = max(lengths.values(), default=0)
        self._depth = Counter[str]()
        self._parents = [0]
        self._count = 0
        self._skipped: HtmlElement | None = None
        self._ready: list[_Block] = []
        self._block = self._fresh("body")

    def enter(self, element: HtmlElement) -> bool:
        """Open an element; return whether it is furniture, to be skipped."""
        tag = str(element.tag).lower()
        if self._is_furniture(element, tag):
            self._skipped = element
            return True
        if tag in _BLOCKS:
            self._count += 1
            self._parents.append(self._count)
        self._depth[self._style(tag)] += 1
        if tag in _BLOCKS:
            self._break(tag)
        if tag == "br":
            self._put("\n")
        elif tag == "q":
            self._put("“")
        self._put(_SPACES.sub(" ", element.text or ""))
        return False

    def leave(self, element: HtmlElement) -> None:
        """Close an element, and read what stands behind it."""
        tag = str(element.tag).lower()
        if self._skipped is element:
            self._skipped = None
        else:
            if tag == "q":
                self._put("”")
            self._depth[self._style(tag)] -= 1
            if tag in _BLOCKS:
                self._parents.pop()
                self._break(tag)
        self._put(_SPACES.sub(" ", element.tail or ""))

    def done(self) -> Iterator[_Block]:
        """Give away the blocks that are complete."""
        yield from self._ready
        self._ready.clear()

    def close(self) -> None:
        """Complete the last block."""
        self._break("body")

    def _is_furniture(self, element: HtmlElement, tag: str) -> bool:
        if tag in _SILENT or (tag == "footer" and not self._depth["quote"]):
            return True
        if "hidden" in element.attrib or element.get("aria-hidden") == "true":
            return tag not in _WHOLE_PAGE and self._lengths[element] < LARGEST_FURNITURE * self._all
        named = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
        if tag in _WHOLE_PAGE or not _FURNITURE_NAME.search(named[:500]):
            return False
        return self._lengths[element] < LARGEST_FURNITURE * self._all

    def _style(self, tag: str) -> str:
        if tag in _BOLD:
            return "bold"
        if tag in _SLANTED:
            return "slanted"
        if tag in ("li", "dd"):
            return "item"
        return {"blockquote": "quote"}.get(tag, "")

    def _put(self, words: str) -> None:
        if words:
            self._block.put(words, self._depth["bold"] > 0 or self._block.tag == "dt", self._depth["slanted"] > 0)

    def _break(self, tag: str) -> None:
        if self._block.length:
            self._ready.append(self._block)
        self._block = self._fresh(tag)

    def _fresh(self, tag: str) -> _Block:
        parent = self._parents[-2] if len(self._parents) > 1 else 0
        return _Block(parent, tag, quote=self._depth["quote"] > 0, item=self._depth["item"] > 0)


_SPACES = re.compile(r"[ \t\r\n\f]+")


def _article(blocks: list[_Block], kept: set[str]) -> list[_Block]:
    """Choose the blocks of the article: what the extractor kept, all between, and all beside it under one roof."""
    heads = {key[:_HEAD] for key in kept}
    found = [i for i, block in enumerate(blocks) if block.key[:_HEAD] in heads]
    if not found:
        return blocks
    roofs = Counter(blocks[i].parent for i in found)
    roof, most = roofs.most_common(1)[0]
    first, last = found[0], found[-1]
    beside = {i for i, block in enumerate(blocks) if block.parent == roof} if most * 2 >= len(found) else set[int]()
    return [block for i, block in enumerate(blocks) if first <= i <= last or i in beside]


_HEAD = 60


def _manuscript(blocks: list[_Block], metadata: Metadata) -> Manuscript:
    texts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for block in blocks:
        text = "".join(block.parts)
        pieces += [_piece(block, text, line, at) for line in lines_of(text) if line.start < line.end]
        texts.append(text)
        at += len(text) + 2
    return Manuscript("\n\n".join(texts), Form.HTML, tuple(pieces), metadata=metadata)


def _piece(block: _Block, text: str, line: Span, at: int) -> Piece:
    return Piece(
        Span(line.start + at, line.end + at),
        heading=block.tag in _HEADINGS,
        quote=block.quote,
        item=block.item,
        strong=shifted(joined(text, block.strong, line), at),
        slanted=shifted(joined(text, block.slanted, line), at),
    )


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
