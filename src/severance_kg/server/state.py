"""What all that answers a request works with: the pool, the limits, the questions, the documents made at the start."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from severance_kg.errors import SevError
from severance_kg.limits import Limits
from severance_kg.server import answers
from severance_kg.server.clients import client_of
from severance_kg.server.metrics import Metrics
from severance_kg.vocabulary import BASE, IRI, compact
from severance_kg.workers import Answer, Ask, Pool

if TYPE_CHECKING:
    from severance_kg.questions import Question
    from severance_kg.server.documents import Documents


COUNTING_SECONDS = 60


@dataclass
class Endpoint:
    """The endpoint's parts."""

    pool: Pool
    questions: Mapping[str, Question]
    documents: Documents
    metrics: Metrics = field(default_factory=Metrics)
    counted: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, request: Request) -> Endpoint:
        """Return the endpoint that a request came to."""
        found: Endpoint = request.app.state.endpoint
        return found

    async def ask(self, request: Request, ask: Ask, limits: Limits | None = None) -> Answer:
        """Run a query for whoever sent a request, for as long as they stay, in their share of the workers."""
        return await answers.while_connected(request, self.pool.ask(ask, limits, client=_client(request)))

    def held(self, request: Request) -> answers.Held:
        """Return the count of the answers that wait to be read by whoever sent a request."""
        return answers.Held(self.metrics, _client(request))

    async def count(self) -> None:
        """Count triples, subjects, properties, classes and statements, each query for as long as it takes within reason."""
        limits = replace(self.pool.limits, timeout=max(COUNTING_SECONDS, self.pool.limits.timeout))
        for name in ("triples", "terms", "classes"):
            # Of a graph that is too large to count, the description says less.
            with contextlib.suppress(SevError):
                found = await self.pool.ask(Ask(sparql(f"count-{name}")), limits)
                row = json.loads(found.content)["results"]["bindings"][0]
                self.metrics.counts |= {key: int(value["value"]) for key, value in row.items()}
        self.counted.set()


def _client(request: Request) -> str | None:
    return client_of(request.client.host) if request.client else None


@cache
def sparql(name: str) -> str:
    """Return one of the server's own queries."""
    return files("severance_kg.server").joinpath("sparql", f"{name}.rq").read_text("utf-8")


@cache
def static(name: str) -> str:
    """Return one of the server's own files."""
    return files("severance_kg.server").joinpath("pages", name).read_text("utf-8")


@cache
def _templates() -> Any:
    import jinja2

    loader = jinja2.FunctionLoader(static)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


def page(template: str, /, **values: object) -> str:
    """Return one of the server's small pages, with values put in."""
    made: str = _templates().get_template(f"{template}.html").render(values)
    return made


def cell(term: Mapping[str, str] | None, label: str | None = None) -> dict[str, str | None]:
    """Return what a page shows for a term of SPARQL's JSON results, and where it leads to."""
    if term is None:
        return {"value": "", "href": None}
    if term["type"] != "uri":
        return {"value": term["value"], "href": None}
    return {"value": label or compact(term["value"]), "href": _address(IRI(term["value"]))}


def _address(iri: IRI) -> str | None:
    """Where a browser finds out about an IRI: here if it is one of ours, there if it is of the web, nowhere otherwise."""
    if iri.startswith(BASE):
        return f"/{iri.removeprefix(BASE)}"
    return str(iri) if iri.startswith(("https://", "http://")) else None
