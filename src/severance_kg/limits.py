"""What a stranger's query may take: every limit with its default, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from severance_kg.errors import InputError
from severance_kg.scan import MOST_CHARACTERS, MOST_NESTING

MEGABYTE = 1024 * 1024
MOST = 10**9
"""More than any limit needs to be; beyond it systems count wrong, or do not count."""


def _limit(default: float, least: float, unit: str, help: str, *, lowers: bool = True, most: float | None = None) -> Any:
    """A limit: its default, bounds and unit, what it is for, and whether a request may lower it."""
    return field(default=default, metadata={"least": least, "most": most, "unit": unit, "help": help, "lowers": lowers})


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a pool of workers. A request may lower some of them for itself, never raise one.

    Raises:
        InputError: a value is out of its bounds.
    """

    workers: int = _limit(max(2, os.cpu_count() or 2), 1, "N", "how many queries run at once", lowers=False)
    per_client: int = _limit(0, 0, "N", "how many queries of one address may run at once; 0 is all workers but one", lowers=False)
    queue: int = _limit(100, 0, "N", "how many queries may wait for a worker; those beyond are answered 503")
    timeout: float = _limit(10.0, 0.01, "S", "seconds that a query may wait, and then run")
    memory: int = _limit(512, 1, "MB", "megabytes that a query may take beyond the graph itself")
    result_bytes: int = _limit(16 * MEGABYTE, 1, "N", "how long an answer may be, in bytes")
    query_chars: int = _limit(MOST_CHARACTERS, 1, "N", "how long a query may be, in characters", most=MOST_CHARACTERS)
    nesting: int = _limit(MOST_NESTING, 1, "N", "how deep a query's brackets may go", most=MOST_NESTING)
    connections: int = _limit(512, 1, "N", "how many connections may be open", lowers=False)
    patience: float = _limit(
        10.0, 0.1, "S", "seconds that a client may take to send a request, or to go on reading", lowers=False
    )

    def __post_init__(self) -> None:
        """Check the bounds."""
        for one in fields(self):
            _check(one, getattr(self, one.name))
        if self.per_client > self.workers:
            hint = f"give {self.workers} at most, or more workers"
            raise InputError(f"per-client is {self.per_client}, and there are {self.workers} workers", hint=hint)

    @property
    def share(self) -> int:
        """How many workers one client may have at once."""
        return self.per_client or max(1, self.workers - 1)

    @property
    def queue_share(self) -> int:
        """How many places in the queue one client may have: half of them, or all if it may have all workers."""
        return self.queue if self.share == self.workers else (self.queue + 1) // 2

    @property
    def connections_share(self) -> int:
        """How many connections one client may have: half of them, or all if it may have all workers."""
        return self.connections if self.share == self.workers else (self.connections + 1) // 2

    @property
    def body_bytes(self) -> int:
        """How long a request's body may be: a character takes up to four bytes, and each of them three in a form."""
        return 12 * self.query_chars + 16_384

    def lowered(self, asked: Mapping[str, str]) -> Limits:
        """Return these limits, lowered to what a request asks for; what it asks beyond them it does not get.

        Args:
            asked: values by the limits' names with hyphens, such as ``{"timeout": "2", "result-bytes": "1000"}``.

        Raises:
            InputError: a value is no number, or out of bounds.
        """
        changes = {}
        for one in fields(self):
            given = asked.get(option_name(one))
            if given is not None and one.metadata["lowers"]:
                value = _number(one, given)
                _check(one, min(value, getattr(self, one.name)))
                changes[one.name] = min(value, getattr(self, one.name))
        return replace(self, **changes) if changes else self


def option_name(one: Field[Any]) -> str:
    """Return how the command line and requests call a limit."""
    return one.name.replace("_", "-")


def lowerable() -> list[str]:
    """Return the names of the limits that a request may lower."""
    return [option_name(one) for one in fields(Limits) if one.metadata["lowers"]]


def _number(one: Field[Any], given: str) -> float:
    # Sixteen characters hold every sensible value; int() and float() take far longer and stranger ones.
    if given.isascii() and len(given) <= 16 and given.replace(".", "", one.type == "float").isdigit():
        return float(given) if one.type == "float" else int(given)
    what = "number" if one.type == "float" else "whole number"
    raise InputError(f"{option_name(one)} is no {what}", hint=f"give {one.metadata['help']}, at least {one.metadata['least']}")


def _check(one: Field[Any], value: float) -> None:
    least, most = one.metadata["least"], one.metadata["most"]
    if not value >= least:  # which NaN is not either
        raise InputError(f"{option_name(one)} is less than {least}", hint=f"it is {one.metadata['help']}")
    if most is not None and value > most:
        raise InputError(f"{option_name(one)} is more than {most:,}", hint="the scan that every query passes allows no more")
    if value > MOST:
        raise InputError(f"{option_name(one)} is more than {MOST:,}", hint=f"it is {one.metadata['help']}")
