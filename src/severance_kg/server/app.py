"""The application: which address is answered by what, and what every response carries."""

from __future__ import annotations

import re
import sys
import time
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from severance_kg.errors import SevError
from severance_kg.server import answers, questions, things
from severance_kg.server.endpoint import sparql
from severance_kg.server.refusals import Refusal, of_status, response_of
from severance_kg.server.state import Endpoint, static

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Location, ETag, Link, Preference-Applied, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_ABSOLUTE = re.compile(rb"https?://([^/?#@\s]+)(/.*)?", re.IGNORECASE)
_ASKED_FIRST = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Prefer, X-Requested-With",
    "Access-Control-Max-Age": "86400",
}


def application(endpoint: Endpoint) -> Starlette:
    """Return the application of an endpoint."""
    kinds = "|".join(("id", "theme", "statement", "source", "rule"))
    routes = [
        Route("/", things.start),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        *(Route(f"/{kind}/{{name}}", _of_kind(kind)) for kind in kinds.split("|")),
        Route("/ontology", things.ontology),
        Route("/questions", questions.questions),
        Route("/questions/{name}", questions.question),
        Route("/health", health),
        Route("/metrics", metrics),
        Route("/style.css", style),
        Route("/robots.txt", robots),
    ]
    handlers: dict[Any, Any] = {SevError: _told, HTTPException: _told_by_status}
    app = Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(_Around, endpoint=endpoint)])
    app.router.redirect_slashes = False
    app.state.endpoint = endpoint
    return app


def _of_kind(kind: str) -> Any:
    async def thing(request: Request) -> Response:
        request.path_params["kind"] = kind
        return await things.thing(request)

    return thing


async def health(request: Request) -> Response:
    """Answer whether queries are answered."""
    pool = Endpoint.of(request).pool
    told = {"status": "ok" if pool.alive else "no worker", "workers": len(pool.alive)}
    return JSONResponse(told, 200 if pool.alive else 503, {"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Answer what the endpoint has been doing."""
    endpoint = Endpoint.of(request)
    text = endpoint.metrics.text(endpoint.pool)
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="text/plain; version=0.0.4; charset=utf-8")


async def style(_: Request) -> Response:
    """Answer the style of the small pages."""
    return Response(static("style.css"), headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css")


async def robots(_: Request) -> Response:
    """Ask crawlers to leave the queries alone."""
    return PlainTextResponse("User-agent: *\nDisallow: /sparql\n", headers={"Cache-Control": "public, max-age=86400"})


async def _told(_: Request, error: SevError) -> Response:
    return response_of(error)


async def _told_by_status(request: Request, error: HTTPException) -> Response:
    headers = error.headers and {name: f"{value}, OPTIONS" if name == "Allow" else value for name, value in error.headers.items()}
    writes = error.status_code == 405 and request.method in ("PUT", "DELETE", "PATCH", "POST")
    what = "this would write, and this service is read only" if writes else None
    return response_of(of_status(error.status_code, what, where=request.url.path[:200], headers=headers))


class _Around:
    """What surrounds every request: headers, OPTIONS, counting, and an answer even to what nobody has thought of."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint) -> None:
        self._app, self._endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope = _origin_form(scope)
        begun, status = time.perf_counter(), 0
        held = self._endpoint.held(Request(scope))

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with(message["headers"])
                if status >= 400 and any(name == b"expect" for name, _ in scope["headers"]):
                    # Who was not told to go on may leave the body out, and what comes next would be taken for it.
                    message["headers"].append((b"connection", b"close"))
            body = message.get("body", b"")
            if len(body) > answers.PIECE and not message.get("more_body"):
                # A page that was made in one: it counts like every answer, for whoever asked for it.
                with held.holding(len(body)):
                    await answers.send_pieces(body, send)
            else:
                await send(message)

        app = _options if scope["method"] == "OPTIONS" else self._app
        try:
            await app(scope, receive, sending)
        except Exception as error:  # the one place where anything at all may arrive
            sys.stderr.write(f"severance-kg: {type(error).__name__}: {error}\n")
            if not status:
                refusal = Refusal(500, "something went wrong here", hint="the endpoint's log says what")
                await response_of(refusal)(scope, receive, sending)
        finally:
            answered_by = getattr(scope.get("endpoint"), "__name__", "none")
            self._endpoint.metrics.request(answered_by, scope["method"], status, time.perf_counter() - begun)


def _origin_form(scope: Scope) -> Scope:
    """Return a request whose target is a whole address as one for its path at that host (RFC 9112, section 3.2.2)."""
    found = _ABSOLUTE.fullmatch(scope["raw_path"])
    if not found:
        return scope
    host, path = found[1], found[2] or b"/"
    headers = [(b"host", host), *((name, value) for name, value in scope["headers"] if name != b"host")]
    return {**scope, "raw_path": path, "path": unquote(path.decode("ascii")), "headers": headers}


def _with(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in headers}
    more = ALWAYS | {"Content-Security-Policy": POLICY}
    return [*headers, *((k.lower().encode(), v.encode()) for k, v in more.items() if k.lower().encode() not in there)]


async def _options(scope: Scope, receive: Receive, send: Send) -> None:
    allowed = "GET, HEAD, POST, OPTIONS" if scope["path"] == "/sparql" else "GET, HEAD, OPTIONS"
    headers = {"Allow": allowed, "Cache-Control": "public, max-age=86400"} | _ASKED_FIRST
    await Response(status_code=204, headers=headers | {"Access-Control-Allow-Methods": allowed})(scope, receive, send)
