"""``/questions``: the competency questions, and the rows that answer each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from severance_kg.errors import UnknownName
from severance_kg.server import answers
from severance_kg.server.endpoint import not_acceptable
from severance_kg.server.negotiation import HTML, ROWS, Media, best, choose
from severance_kg.server.state import Endpoint, cell, page
from severance_kg.workers import Ask

if TYPE_CHECKING:
    from severance_kg.questions import Question

JSON = Media("application/json", "json")
MOST_SHOWN = 1000
"""How many rows a page shows; programs get them all."""


async def questions(request: Request) -> Response:
    """List the questions."""
    endpoint = Endpoint.of(request)
    media = best(answers.accepted(request), (JSON, HTML))
    headers = {"Vary": "Accept", "Cache-Control": "public, max-age=300"}
    if media is None:
        raise not_acceptable((JSON, HTML))
    if media is HTML:
        return HTMLResponse(page("questions", questions=list(endpoint.questions.values())), headers=headers)
    told = [{"name": one.name, "question": one.question, "url": f"/questions/{one.name}"} for one in endpoint.questions.values()]
    return JSONResponse(told, headers=headers)


async def question(request: Request) -> Response:
    """Answer a question: as a page, as an object with its explanation and query, or as bare rows."""
    endpoint = Endpoint.of(request)
    name = str(request.path_params["name"])
    if name not in endpoint.questions:
        raise UnknownName("question", name, endpoint.questions)
    asked = endpoint.questions[name]
    media = _chosen(request)
    tag = answers.etag(endpoint.pool.home.digest, asked.file.query, media.type)
    headers = {"Vary": "Accept", "Cache-Control": "public, max-age=300", "ETag": tag}
    if answers.has_it(request, tag):
        return Response(status_code=304, headers=headers)
    endpoint.held(request).check_room(endpoint.pool.limits)
    rows = "json" if media in (HTML, JSON) else media.format
    found = await endpoint.ask(request, Ask(asked.file.query, rows, None, None))
    if media is HTML:
        return HTMLResponse(_page(asked, found.content), headers=headers)
    if media is JSON:
        told = {"name": name, "question": asked.question, "answer": asked.explanation, "query": query_of(asked)}
        # Joined, not read and written again: of a long answer that takes a second, in which nobody else is answered.
        content = json.dumps(told, ensure_ascii=False).encode()[:-1] + b', "results": ' + found.content + b"}"
        return answers.Answered(content, JSON.header, endpoint.held(request), headers)
    return answers.Answered(found.content, media.header, endpoint.held(request), headers)


def _chosen(request: Request) -> Media:
    named = request.query_params.getlist("format")
    offers = (JSON, HTML, *(one for one in ROWS if one.type != JSON.type))
    if named == ["html"]:
        return HTML
    media = choose(None, named).rows if named else best(answers.accepted(request), offers)
    if media is None:
        raise not_acceptable(offers)
    return media


def query_of(asked: Question) -> str:
    """Return a question's query without the lines that describe it."""
    return "\n".join(line for line in asked.file.query.splitlines() if not line.startswith("#+")).strip()


def _page(asked: Question, content: bytes) -> str:
    told = json.loads(content)
    variables = told["head"]["vars"]
    found = told["results"]["bindings"]
    rows = [[cell(row.get(name)) for name in variables] for row in found[:MOST_SHOWN]]
    return page("question", question=asked, query=query_of(asked), variables=variables, rows=rows, count=len(found))
