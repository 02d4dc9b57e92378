"""A file, some bytes, a text or, if asked, a web address to a manuscript."""

from __future__ import annotations

import re
from pathlib import Path

from severance_kg.drafting.encodings import decode
from severance_kg.drafting.fetch import MOST_BYTES, fetch
from severance_kg.drafting.interview import Form
from severance_kg.drafting.manuscript import Manuscript, plain
from severance_kg.drafting.markdown import markdown
from severance_kg.errors import InputError

_SUFFIXES = {
    ".htm": Form.HTML,
    ".html": Form.HTML,
    ".xhtml": Form.HTML,
    ".md": Form.MARKDOWN,
    ".markdown": Form.MARKDOWN,
    ".mkd": Form.MARKDOWN,
    ".txt": Form.PLAIN,
    ".text": Form.PLAIN,
}
_MEDIA_TYPES = {
    "text/html": Form.HTML,
    "application/xhtml+xml": Form.HTML,
    "text/markdown": Form.MARKDOWN,
    "text/x-markdown": Form.MARKDOWN,
}
_PAGE = re.compile(
    r"\s{0,999}(?:<\?xml[^>]{0,200}>\s{0,99})?(?:<!--[^>]{0,999}-->\s{0,99}){0,9}<(?:!doctype\s+html|html|head|body|article|div|p|h1)\b",
    re.I,
)
_WEB = re.compile(r"https?://", re.IGNORECASE)


def take_in(source: Path | str, form: Form | None = None, *, online: bool = False) -> Manuscript:
    """Read an interview's text from a file or, with ``online``, from a web address.

    Raises:
        InputError: it cannot be read, is too large, no text, in an unknown encoding, or a web address that was not asked for.
    """
    if isinstance(source, str) and _WEB.match(source):
        if not online:
            raise InputError("this is a web address", where=source, hint="ask for it to be fetched, or save the page in a file")
        found = fetch(source)
        wanted = form or _MEDIA_TYPES.get(found.media_type)
        return from_bytes(found.content, source, wanted, declared=found.charset, url=found.url)
    path = Path(source)
    return from_bytes(_read(path), str(path), form or _SUFFIXES.get(path.suffix.lower()))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
        told = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {told}", where=str(path), hint="check the path") from None
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB", where=str(path), hint="split it into several"
        )
    return content


def from_bytes(
    content: bytes, where: str, form: Form | None = None, *, declared: str | None = None, url: str | None = None
) -> Manuscript:
    """Read an interview's text from bytes; without a form, what begins like a page is one, and all else is plain text."""
    text, encoding = decode(content, where, declared=declared)
    made = from_text(text, where, form, url=url)
    return Manuscript(made.text, made.form, made.pieces, encoding, made.metadata)


def from_text(text: str, where: str = "the text", form: Form | None = None, *, url: str | None = None) -> Manuscript:
    """Read an interview's text from a string.

    Raises:
        InputError: there are no words in it, or characters that no text has.
    """
    _refuse_binary(text, where)
    form = form or (Form.HTML if _PAGE.match(text) else Form.PLAIN)
    if form is Form.HTML:
        from severance_kg.drafting.page import page

        return page(text, where, url)
    made = markdown(text) if form is Form.MARKDOWN else plain(text)
    if not any(c.isalnum() for c in made.text):
        raise InputError("there are no words in it", where=where, hint="name the file that holds the interview")
    return made


def _refuse_binary(text: str, where: str) -> None:
    if len(text) > MOST_BYTES:
        raise InputError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB", where=where, hint="split it into several")
    odd = re.search(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff\ufffe\uffff]", text)
    if odd:
        code = f"U+{ord(odd[0]):04X}"
        raise InputError(
            f"there is a character {code} in it: this is no text", where=where, hint="give the text, HTML or Markdown file"
        )
