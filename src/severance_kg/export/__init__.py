"""The graph in other formats, for other people's tools.

A module here that has a tuple ``FORMATS`` adds its formats: a new format is a new file, and nothing else changes.
"""

from __future__ import annotations

from severance_kg.export.formats import Format, find_format, guess_format, read_formats
from severance_kg.export.material import Material, material
from severance_kg.export.write import export, export_to

__all__ = ["Format", "Material", "export", "export_to", "find_format", "guess_format", "material", "read_formats"]
