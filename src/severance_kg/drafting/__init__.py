"""A new interview: from a text, a page or a transcript to turns, quotations and speakers, by rule."""

from severance_kg.drafting.interview import Interview
from severance_kg.drafting.read import read_bytes, read_interview, read_string

__all__ = ["Interview", "read_bytes", "read_interview", "read_string"]
