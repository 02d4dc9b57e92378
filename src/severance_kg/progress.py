"""How far a long job has come: one line on a terminal, and nothing where nobody watches."""

from __future__ import annotations

import shutil
import time
from types import TracebackType
from typing import Self, TextIO

REST = 0.1
"""Seconds between two drawings: more would only flicker."""


class Progress:
    """A bar that is drawn over itself and wiped away at the end. Call it with what is done, of how many, and at what."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._shown = stream, stream.isatty()
        self._last = 0.0

    def __call__(self, done: int, of: int, at: str) -> None:
        """Draw the bar, unless it has just been drawn."""
        now = time.monotonic()
        if not self._shown or (now - self._last < REST and done < of):
            return
        self._last = now
        width = min(shutil.get_terminal_size().columns - 1, 100)
        filled = 20 * done // max(of, 1)
        line = f"{'█' * filled}{'░' * (20 - filled)} {done:,} of {of:,} {at}"
        self._stream.write(f"\r{line[:width]:<{width}}")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._shown and self._last:
            self._stream.write(f"\r{' ' * min(shutil.get_terminal_size().columns - 1, 100)}\r")
            self._stream.flush()
