"""Running the endpoint: an address, workers, signals, and nothing left when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from severance_kg.errors import InputError
from severance_kg.homes import Home, home_of
from severance_kg.limits import Limits
from severance_kg.server.app import application
from severance_kg.server.connection import MOST_HEADER_BYTES, connection_class
from severance_kg.server.documents import Documents
from severance_kg.server.state import Endpoint
from severance_kg.workers import SPARE, Pool

if TYPE_CHECKING:
    from severance_kg.questions import Question

SENDING_BYTES = 128 * 1024
"""How much of an answer may be on its way, in the system's memory; Linux doubles it."""
BACKLOG = 512
"""How many connections may wait to be taken; all of them at once are files, too, for a moment."""
FILES_OF_WORKER, FILES_OF_OWN = 16, 64
"""How many files may be open for a worker that is being replaced, and for everything else, with room to spare."""
GRACE = 5
"""How many seconds requests that are under way have to end in when the endpoint is stopped."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is served, where, and within which limits."""

    graph: bytes | Path
    questions: Mapping[str, Question]
    host: str = "127.0.0.1"
    port: int = 8000
    limits: Limits = field(default_factory=Limits)
    data: Path | None = None
    only: bool = False
    page: bool = True


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP. ``ready`` is told the address as soon as queries are answered.

    Raises:
        InputError: the address cannot be used, or the store cannot be opened.
    """
    _make_room(settings.limits)
    with _listening(settings.host, settings.port) as listener, home_of(settings.graph) as home:
        asyncio.run(_serve(settings, home, listener, ready))


def _make_room(limits: Limits) -> None:
    """Let this process have as many files open as its connections and workers need: some systems begin with 256."""
    import resource

    needed = limits.connections + FILES_OF_WORKER * (limits.workers + SPARE) + FILES_OF_OWN
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= needed:
        return
    try:
        wished = needed + BACKLOG
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wished if most in (-1, resource.RLIM_INFINITY) else max(needed, min(wished, most)), most)
        )
    except (ValueError, OSError):
        what = f"{needed} files have to be open for {limits.connections} connections, and the system allows {most}"
        raise InputError(what, hint="lower --connections, or raise what 'ulimit -Hn' tells") from None


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # Each connection has it from here. Linux else lets 4 MB of every answer that nobody reads wait in its own memory.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENDING_BYTES)
    except (OSError, OverflowError) as error:
        raise InputError(
            f"cannot be listened at: {error}", where=f"{host}:{port}", hint="name another --host or --port"
        ) from None
    with listener:
        yield listener


async def _serve(settings: Settings, home: Home, listener: socket.socket, ready: Callable[[str], None]) -> None:
    async with Pool(home, settings.limits) as pool:
        documents = Documents(home, settings.data, only=settings.only)
        endpoint = Endpoint(pool, settings.questions, documents)
        if settings.page:
            documents.start()
        counting = asyncio.create_task(endpoint.count())
        server = _Server(_config(endpoint, settings.limits))
        _stop_on_signals(server)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        ready(f"http://{host}:{listener.getsockname()[1]}/")
        try:
            await server.serve(sockets=[listener])
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
            await documents.stop()


def _config(endpoint: Endpoint, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        application(endpoint),
        http=connection_class(limits),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
    )


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers, which raise the signal again when all is closed."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop_on_signals(server: uvicorn.Server) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # The second time nobody wants to wait any longer.
        server.force_exit = server.should_exit
        server.should_exit = True

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whoever starts it with nohup wants it to outlive the terminal.
        if one != signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN:
            loop.add_signal_handler(one, stop)
