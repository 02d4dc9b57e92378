"""Bytes to text: which encoding a file is in, told by evidence or refused by name."""

from __future__ import annotations

import codecs
import re

from severance_kg.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<meta\s[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\A\s{0,99}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""", re.IGNORECASE)
# The web's rule (WHATWG Encoding): pages that say latin-1 or ASCII are read as cp1252.
_ALIASES = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What cp1252 has where latin-1 has control characters, and a text in English does use: quotes, dashes, the ellipsis, the euro.
_TYPOGRAPHIC = frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97")


def decode(content: bytes, where: str, *, declared: str | None = None) -> tuple[str, str]:
    """Decode the bytes of a text.

    A byte order mark decides; else UTF-8, if the bytes are that; else what is declared, by the caller or within the page; else
    cp1252, but only if every byte outside ASCII is one that an English text has.

    Args:
        content: the bytes.
        where: what to call them in an error.
        declared: the encoding that came with them, as in an HTTP header.

    Returns:
        The text, with line ends as they were, and the name of the encoding.

    Raises:
        InputError: the encoding is unknown, or the bytes are not in it, or it cannot be told.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name, where).removeprefix("\ufeff"), name.removesuffix("-sig")
    named = declared or _declared_within(content)
    if b"\0" in content[:4096]:
        return _without_mark(content, named, where)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first = error.start
    if named and _known(named, where) != "utf-8":
        encoding = _known(named, where)
        return _strictly(content, encoding, where), encoding
    if _looks_like_cp1252(content):
        return _strictly(content, "cp1252", where), "cp1252"
    hint = "save it as UTF-8"
    raise InputError(f"byte {first} is not UTF-8, and no other encoding is declared or evident", where=where, hint=hint)


def _without_mark(content: bytes, named: str | None, where: str) -> tuple[str, str]:
    if named and _known(named, where).startswith(("utf-16", "utf-32")):
        encoding = _known(named, where)
        return _strictly(content, encoding, where), encoding
    # In UTF-16 an English text has a zero in every other byte.
    even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
    half = len(content[:4096]) // 2
    if not len(content) % 2 and max(even, odd) > 0.8 * half and min(even, odd) < 0.1 * half:
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        return _strictly(content, encoding, where), encoding
    raise InputError("there are zero bytes in it: this is no text", where=where, hint="give the text, HTML or Markdown file")


def _declared_within(content: bytes) -> str | None:
    head = content[:4096]
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii") if found else None


def _known(name: str, where: str) -> str:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        raise InputError(f'unknown encoding "{name}"', where=where, hint="save it as UTF-8") from None
    if found.name in _REFUSED or not found._is_text_encoding:
        raise InputError(f'the encoding "{name}" is not read', where=where, hint="save it as UTF-8")
    return _ALIASES.get(found.name, found.name)


def _strictly(content: bytes, encoding: str, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not {encoding}, which the text is declared to be in or begins like",
            where=where,
            hint="save it as UTF-8",
        ) from None
    except (UnicodeError, ValueError) as error:  # UTF-16 and UTF-32 have errors without a position
        raise InputError(f"it is not {encoding}: {error}", where=where, hint="save it as UTF-8") from None


def _looks_like_cp1252(content: bytes) -> bool:
    foreign = [byte for byte in content if byte >= 0x80]
    letters = [byte for byte in foreign if byte >= 0xC0 and byte not in (0xD7, 0xF7)]
    marks = sum(byte in _TYPOGRAPHIC for byte in foreign)
    if marks + len(letters) + sum(byte in b"\xa0\xa3\xa9\xab\xad\xae\xb0\xb4\xb7\xbb\xbd" for byte in foreign) < len(foreign):
        return False
    # Letters alone could as well be Greek or Polish: quotes and dashes are the evidence, or letters as rare as in English.
    return marks >= len(letters) or len(letters) * 50 < len(content)
