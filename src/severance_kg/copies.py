"""A reader's own copy of a source, as its statements are held against it."""

from __future__ import annotations

import re
from pathlib import Path

from severance_kg.drafting import read_interview, read_string
from severance_kg.drafting.interview import Form, Interview


def read_copy(path: Path, *, html: bool = False) -> Interview:
    """Read a copy of a source; as :func:`~severance_kg.drafting.read_interview`, whatever spaces its typist has used."""
    interview = read_interview(path, Form.HTML if html else None)
    if interview.form is not Form.PLAIN:
        return interview
    text = _plainly_spaced(interview.text.original)
    return interview if text == interview.text.original else read_string(text, Form.PLAIN)


def read_copied(text: str) -> Interview:
    """Read a copy of a source that is given as a plain text; as :func:`read_copy`."""
    return read_string(_plainly_spaced(text), Form.PLAIN)


def _plainly_spaced(text: str) -> str:
    # One for one, so that positions stay: the rules for labels know the plain space alone.
    return re.sub(r"[^\S\t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]", " ", text)
