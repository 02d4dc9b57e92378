"""The page of a review: one HTML file with the reader's own text in it, which needs no server and asks for nothing."""

from __future__ import annotations

from typing import Any


def make_review_page(data: dict[str, Any]) -> bytes:
    """Return the page as HTML in UTF-8: the same bytes for the same data, as :func:`~.material.page_data` makes them."""
    from severance_kg.page import assemble, packed

    return assemble("review/page.html", {"data": lambda: packed(data)})
