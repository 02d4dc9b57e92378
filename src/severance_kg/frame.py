"""A page that was made: a file or bytes in memory, which a notebook shows in a frame.

The frame is sandboxed: the page's scripts run in it, but not with the notebook's rights.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

_SANDBOX = "allow-scripts allow-downloads allow-popups"


class PageFile(type(Path())):  # type: ignore[misc]
    """The path of a page that was written: a ``pathlib.Path`` that a notebook shows as the page."""

    def _repr_html_(self) -> str | None:
        try:
            return _frame(self.read_bytes())
        except OSError:
            return None


class Page:
    """A page in memory: ``bytes(page)`` is its HTML in UTF-8; ``save`` writes it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __bytes__(self) -> bytes:
        return self._content

    def __repr__(self) -> str:
        return f"<Page of {len(self._content):,} bytes; save(path) writes it>"

    def save(self, path: str | Path) -> PageFile:
        """Write the page and return its path.

        Raises:
            InputError: the path cannot be written.
        """
        from severance_kg.build import write_atomically
        from severance_kg.errors import InputError

        target = PageFile(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically({target: self._content})
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", where=str(target), hint="name another path") from None
        return target

    def _repr_html_(self) -> str:
        return _frame(self._content)


def _frame(content: bytes) -> str:
    shown = content.decode()
    # Escaped already, as the page has it.
    title = re.search(r"<title>([^<]*)</title>", shown)
    named = title[1] if title else "Who said what"
    style = "width:100%;height:46rem;border:1px solid #8886;border-radius:6px"
    return (
        f'<iframe title="{named}" sandbox="{_SANDBOX}" allow="fullscreen; clipboard-write" style="{style}" '
        f'srcdoc="{html.escape(shown)}"></iframe>'
    )
