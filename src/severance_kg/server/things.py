"""Linked data: what a name below the project's namespace stands for, as RDF or for a reader.

The names themselves are at w3id.org, which answers 303 with an address here; so what is here are documents about things, and are
answered 200, each with its own address for each format in Content-Location.
"""

from __future__ import annotations

import hashlib
import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from severance_kg.page_title import TITLE
from severance_kg.server import answers
from severance_kg.server.endpoint import not_acceptable
from severance_kg.server.negotiation import HTML, TRIPLES, Media, best, choose
from severance_kg.server.refusals import Refusal
from severance_kg.server.state import Endpoint, cell, page, sparql
from severance_kg.vocabulary import BASE, SIMPLE_LOCAL, compact
from severance_kg.workers import Ask

FORMATS = {"text/turtle": "turtle", "application/n-triples": "ntriples", "application/ld+json": "jsonld"}


async def thing(request: Request) -> Response:
    """Answer what is known about a thing: triples, the page opened at it, or a table of its own."""
    endpoint = Endpoint.of(request)
    kind, name = str(request.path_params["kind"]), str(request.path_params["name"])
    if not SIMPLE_LOCAL.match(name) or len(name) > 200:
        raise _unknown(f"{kind}/{name}")
    media = _chosen(request)
    path = f"/{kind}/{name}"
    headers = _headers(endpoint, path, media)
    if answers.has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if media is HTML:
        return await _shown(request, endpoint, kind, name, headers)
    query = sparql("about").replace("$iri", f"<{BASE}{kind}/{name}>")
    return await _triples(request, endpoint, query, media, headers)


async def ontology(request: Request) -> Response:
    """Answer the vocabulary, as triples or as its reference."""
    endpoint = Endpoint.of(request)
    media = _chosen(request)
    headers = _headers(endpoint, "/ontology", media)
    if answers.has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if media is HTML:
        endpoint.held(request).check_room(endpoint.pool.limits)
        made = await endpoint.documents.vocabulary()
        if made is None:
            shown = page("absent", title="The vocabulary", why="Its reference could not be made; ask for Turtle instead.")
            return HTMLResponse(shown, headers=headers)
        # It carries its own style, and no script at all.
        csp = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
        return answers.Answered(made, HTML.header, endpoint.held(request), headers | csp, shared=True)
    return await _triples(request, endpoint, sparql("ontology").replace("$prefix", f'"{BASE}ontology"'), media, headers)


def _chosen(request: Request) -> Media:
    named = request.query_params.getlist("format")
    if named and named != ["html"]:
        media = choose(None, named).triples
    else:
        # A reader without wishes, such as curl, gets triples; browsers say that they want HTML.
        media = HTML if named else best(answers.accepted(request), (*TRIPLES, HTML))
    if media is None:
        raise not_acceptable((*TRIPLES, HTML))
    return media


def _headers(endpoint: Endpoint, path: str, media: Media) -> dict[str, str]:
    name = FORMATS.get(media.type, media.format)
    links = [f'<{path}?format={short}>; rel="alternate"; type="{one}"' for one, short in FORMATS.items()]
    links += [f'<{BASE}{path.removeprefix("/")}>; rel="describes"', '</sparql>; rel="service"']
    return {
        "Vary": "Accept",
        "Link": ", ".join(links),
        "Content-Location": f"{path}?format={name}",
        "Cache-Control": "public, max-age=300",
        "ETag": answers.etag(endpoint.pool.home.digest, path, media.type),
    }


async def _triples(request: Request, endpoint: Endpoint, query: str, media: Media, headers: dict[str, str]) -> Response:
    endpoint.held(request).check_room(endpoint.pool.limits)
    rows = Ask(query, None, None, media.format)
    found = await endpoint.ask(request, rows)
    if not await _is_there(request, endpoint, found.content):
        raise _unknown(request.url.path.removeprefix("/"))
    return answers.Answered(found.content, media.header, endpoint.held(request), headers)


async def _is_there(request: Request, endpoint: Endpoint, content: bytes) -> bool:
    """Whether there was anything to tell; an empty graph is a few bytes in JSON-LD and RDF/XML, so short ones are asked for."""
    if len(content) > 2000:
        return True
    name = request.url.path.removeprefix("/")
    iri = f"<{BASE}{name}>"
    asked = Ask(f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?q {iri} }} }}", None, "json", None)
    return bool(json.loads((await endpoint.ask(request, asked)).content)["boolean"])


async def _shown(request: Request, endpoint: Endpoint, kind: str, name: str, headers: dict[str, str]) -> Response:
    endpoint.held(request).check_room(endpoint.pool.limits)
    iri = f"{BASE}{kind}/{name}"
    found = await endpoint.ask(request, Ask(sparql("told").replace("$iri", f"<{iri}>"), "json", None, None))
    rows = json.loads(found.content)["results"]["bindings"]
    if not rows:
        raise _unknown(f"{kind}/{name}")
    if place := await endpoint.documents.place(iri):
        del headers["Content-Location"]
        return RedirectResponse(f"/#{place}", 303, headers)
    label = next((row["value"]["value"] for row in rows if row["property"]["value"].endswith("#label")), compact(iri))
    cells = [
        {
            "property": cell(row["property"], _label(row, "propertyLabel"))["value"],
            **cell(row["value"], _label(row, "valueLabel")),
        }
        for row in rows
    ]
    alternates = [(one, f"/{kind}/{name}?format={short}") for one, short in FORMATS.items()]
    return HTMLResponse(page("thing", name=label, iri=iri, rows=cells, alternates=alternates), headers=headers)


def _label(row: dict[str, dict[str, str]], name: str) -> str | None:
    return row[name]["value"] if name in row else None


def _unknown(name: str) -> Refusal:
    return Refusal(404, "nothing here bears this name", where=name[:80], hint="see /questions, or ask at /sparql")


async def start(request: Request) -> Response:
    """Answer the page: the whole graph to look around in."""
    endpoint = Endpoint.of(request)
    made = await endpoint.documents.page()
    if made is None:
        why = "This graph could not be drawn, or is too large for one page."
        return HTMLResponse(page("absent", title=TITLE, why=why))
    tag = answers.etag(endpoint.pool.home.digest, "page", hashlib.sha256(made).hexdigest())
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Link": '</sparql>; rel="service"'}
    if answers.has_it(request, tag):
        return Response(status_code=304, headers=headers)
    endpoint.held(request).check_room(endpoint.pool.limits)
    # The page's own policy names each of its scripts; this one only adds what a page cannot say of itself.
    headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return answers.Answered(made, HTML.header, endpoint.held(request), headers, shared=True)
