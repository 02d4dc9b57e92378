"""A graph sent to a service: in bounded batches, each written once, counted at the end.

Nothing that writes is tried again by itself, since what a broken connection leaves is not known. Triples are a set, though:
to send some again changes nothing, so that whoever is told where it stopped can go on from there.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from severance_kg.errors import InputError, SevError, StoreError
from severance_kg.remote import RemoteStore
from severance_kg.service import REFUSES_WRITING, Request, Service
from severance_kg.store import Store

BATCH = 10_000
"""How many triples go out at once; engines hold a batch in memory, often as one transaction."""
MOST_BATCH_BYTES = 8 * 1024 * 1024

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push has done: triples sent, and how many the graph held before, unless they were replaced, and holds now."""

    sent: int
    before: int
    after: int


class Writer(Protocol):
    """What a graph is written through."""

    def replace(self, lines: bytes) -> None:
        """Put lines of N-Triples in the place of everything that the graph holds."""
        ...

    def add(self, lines: bytes) -> None:
        """Add lines of N-Triples to what the graph holds."""
        ...


class UpdateWriter:
    """Writes through SPARQL 1.1 Update, for engines that have no graph store."""

    def __init__(self, service: Service, graph: str | None) -> None:
        self._service, self._graph = service, graph

    def replace(self, lines: bytes) -> None:
        """Empty the graph, then add."""
        self._update(f"CLEAR SILENT {f'GRAPH <{self._graph}>' if self._graph else 'DEFAULT'}")
        if lines:
            self.add(lines)

    def add(self, lines: bytes) -> None:
        """Add lines of N-Triples."""
        start, end = (f"GRAPH <{self._graph}> {{", "}") if self._graph else ("", "")
        self._update(f"INSERT DATA {{ {start}\n{lines.decode()}{end} }}")

    def _update(self, update: str) -> None:
        body = urllib.parse.urlencode({"update": update}).encode()
        self._service.write(Request("POST", body, {"Content-Type": "application/x-www-form-urlencoded"}))


def push(
    store: Store,
    target: RemoteStore,
    *,
    replace: bool = False,
    batch: int = BATCH,
    skip: int = 0,
    progress: Progress | None = None,
) -> Pushed:
    """Send every triple of a store to a service, and count them there.

    Args:
        store: what to send; it holds no blank nodes.
        target: a service with a graph-store or an update address.
        replace: put them in the place of what the graph holds; else they are added to it.
        batch: how many triples to send at once.
        skip: leave out this many of the first, which an earlier push has sent.
        progress: called with the triples sent so far and the bytes of the last batch.

    Raises:
        InputError: there is no address to write to, or the numbers make no sense, such as more to skip than there is.
        StoreError: the service failed; the message says what is there and how to go on. Or fewer triples are there than were
            sent.
    """
    writer = _writer(target)
    if batch < 1 or skip < 0 or (replace and skip):
        hint = "a batch has at least one triple, and what is replaced starts from the first"
        raise InputError("these numbers do not go together", hint=hint)
    left = _checked(store.lines())
    if (there := sum(1 for _ in islice(left, skip))) < skip:
        what = f"the graph has {there:,} triples, and {skip:,} of them are to be skipped"
        raise InputError(what, hint=f"give --skip {there} at most (skip={there} in Python)")
    before = 0 if replace else count(target)
    sent = skip
    for lines, triples in batches(left, batch):
        try:
            (writer.replace if replace and not sent else writer.add)(lines)
        except (SevError, KeyboardInterrupt) as error:
            reason = error if isinstance(error, SevError) else StoreError("interrupted", where=target.url)
            raise _stopped(reason, target, sent, triples, replace=replace) from None
        sent += triples
        if progress:
            progress(sent, len(lines))
    if replace and not sent:
        writer.replace(b"")
    return _verified(target, Pushed(sent, before, count(target)))


def count(target: RemoteStore) -> int:
    """Return how many triples the graph of a service holds; without a query address they are read back to be counted."""
    if target.service is None and target.graph_store:
        return sum(1 for _ in target.graph_store.lines())
    return target.count()


def batches(lines: Iterable[bytes], most: int) -> Iterator[tuple[bytes, int]]:
    """Yield lines joined into batches, each with the number of its lines; none is longer than the limits unless one line is."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        if held and (len(held) == most or size + len(line) > MOST_BATCH_BYTES):
            yield b"".join(held), len(held)
            held, size = [], 0
        held.append(line)
        size += len(line)
    if held:
        yield b"".join(held), len(held)


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Refuse a blank node: two batches that name it would make two of it."""
    for line in lines:
        if line.startswith(b"_:") or line.split(b" ", 2)[-1].startswith(b"_:"):
            hint = "name it with an IRI; what 'build' writes holds none"
            raise InputError("the graph holds a blank node, which cannot be sent in parts", hint=hint)
        yield line if line.endswith(b"\n") else line + b"\n"


def _writer(target: RemoteStore) -> Writer:
    if target.graph_store:
        return target.graph_store
    if target.update_service:
        return UpdateWriter(target.update_service, target.graph)
    raise InputError("there is no address to write to", hint="give the graph-store or the update address of the service")


def _stopped(error: SevError, target: RemoteStore, sent: int, triples: int, *, replace: bool) -> SevError:
    if not sent and error.code == REFUSES_WRITING:
        return error
    if not sent:
        what = "nothing is known to be written"
        then = "set it right and start again" if target.graph else "if it has no default graph, name one with --graph"
        if replace:
            what += ", and what was there may be gone"
    else:
        what = f"triples 1 to {sent:,} are there, of {sent + 1:,} to {sent + triples:,} it is not known"
        then = f"go on with --skip {sent} and without --replace (skip={sent} in Python)"
    hint = f"{error.hint}; then {then}" if error.hint else then
    return StoreError(f"{error.what}; {what}", where=error.where, hint=hint)


def _verified(target: RemoteStore, done: Pushed) -> Pushed:
    """Raise unless the numbers can be right: sent into nothing there are as many as were sent, else between the two sums."""
    least, most = max(done.sent, done.before), done.sent + done.before
    if least <= done.after <= most:
        return done
    what = f"{done.sent:,} triples were sent, and the graph holds {done.after:,} (it held {done.before:,})"
    hint = "do both addresses mean the same graph (--graph), and does the service give all its rows?"
    raise StoreError(what, where=target.url, hint=hint)
