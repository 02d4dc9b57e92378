"""Puts the compiled and checked graph into the wheel, so that a user's first question waits for nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledGraph(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the bundled graph from a checkout or an sdist and adds it to the wheel under its digest."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the graph, except to an editable install, whose inputs change under it."""
        if version == "editable" or self.target_name != "wheel":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        os.environ["SEVERANCE_KG_CACHE"] = tempfile.mkdtemp(prefix="severance-kg-")
        from severance_kg.build import cache_name, ntriples
        from severance_kg.resources import gather

        inputs = gather()
        content = ntriples(inputs)
        name = cache_name(inputs.digest, content)
        made = Path(os.environ["SEVERANCE_KG_CACHE"], name)
        if not made.is_file():
            raise OSError(f"the compiled graph could not be written to {made.parent}")
        build_data["force_include"][str(made)] = f"severance_kg/_compiled/{name}"
