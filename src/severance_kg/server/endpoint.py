"""``/sparql``: the SPARQL 1.1 Protocol for queries, and the service's description of itself."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import fields

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from severance_kg.limits import option_name
from severance_kg.server import answers
from severance_kg.server.description import description
from severance_kg.server.negotiation import BOOLEAN, HTML, ROWS, TRIPLES, Media, best
from severance_kg.server.protocol import Asked, read
from severance_kg.server.refusals import Refusal
from severance_kg.server.state import Endpoint, page
from severance_kg.workers import Ask

COUNTED_WITHIN = 5
"""How many seconds the description waits for the counts that it tells; of a large graph they come later."""
OFFERS = {"rows": ROWS, "boolean": BOOLEAN, "triples": TRIPLES}


async def sparql(request: Request) -> Response:
    """Answer a query, or describe the service where there is none."""
    endpoint = Endpoint.of(request)
    asked = await read(request, endpoint.pool.limits)
    if asked.query is None:
        return await _described(request, endpoint)
    headers = {"Vary": "Accept"} | ({"Preference-Applied": f"wait={asked.waits}"} if asked.waits else {})
    if request.method == "POST" or answers.is_volatile(asked.query):
        headers["Cache-Control"] = "no-store"
    else:
        # Checked again each time, which costs no query: the graph may be another one after a restart.
        headers |= {"Cache-Control": "no-cache", "ETag": answers.etag(endpoint.pool.home.digest, asked.query, asked.choice)}
        if answers.has_it(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    return await _answered(request, endpoint, asked, asked.query, headers)


async def _answered(request: Request, endpoint: Endpoint, asked: Asked, query: str, headers: dict[str, str]) -> Response:
    endpoint.held(request).check_room(endpoint.pool.limits)
    found = await endpoint.ask(request, Ask(query, *asked.choice.formats), asked.limits)
    media = asked.choice.of(found.kind)
    if media is None or found.format is None:
        raise not_acceptable(OFFERS[found.kind])
    return answers.Answered(found.content, media.header, endpoint.held(request), headers)


def not_acceptable(offers: tuple[Media, ...]) -> Refusal:
    """Return the refusal of a request that accepts none of what there is."""
    there = ", ".join(one.type for one in offers)
    return Refusal(406, "no format that is accepted fits this answer", hint=f"there is {there}", headers={"Vary": "Accept"})


async def _described(request: Request, endpoint: Endpoint) -> Response:
    media = best(answers.accepted(request), (*TRIPLES, HTML))
    if media is None:
        raise not_acceptable((*TRIPLES, HTML))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(endpoint.counted.wait(), COUNTED_WITHIN)
    counts = endpoint.metrics.counts
    tag = answers.etag(endpoint.pool.home.digest, "service", media.type, request.url, counts)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "ETag": tag}
    if answers.has_it(request, tag):
        return Response(status_code=304, headers=headers)
    if media is HTML:
        return HTMLResponse(_form(endpoint), headers=headers)
    content = description(str(request.url.replace(query="", fragment="")), counts, media.format)
    return answers.Answered(content, media.header, endpoint.held(request), headers)


def _form(endpoint: Endpoint) -> str:
    limits = endpoint.pool.limits
    rows = [(option_name(one), getattr(limits, one.name), one.metadata["help"], one.metadata["lowers"]) for one in fields(limits)]
    return page("sparql", triples=endpoint.metrics.counts.get("triples"), limits=rows)
