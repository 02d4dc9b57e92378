"""What a request asks, by the SPARQL 1.1 Protocol: the query, the formats and the limits."""

from __future__ import annotations

import asyncio
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from severance_kg.limits import Limits, lowerable
from severance_kg.server.answers import accepted
from severance_kg.server.connection import MOST_DRAINED
from severance_kg.server.negotiation import Choice, choose
from severance_kg.server.refusals import Refusal
from severance_kg.server.state import Endpoint
from severance_kg.vocabulary import BASE

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MOST_PARAMETERS = 64
DEFAULT_GRAPH = (BASE, BASE.rstrip("/"), "urn:x-arq:DefaultGraph", "urn:x-rdflib:default")
"""The names of what is in the store: one default graph, by its own address and by what Jena and rdflib call it."""
_WHOLE_GRAPH = frozenset(["default", "graph"])
"""How the Graph Store Protocol names what it writes."""
_UPDATE_FIELD = re.compile(rb"(?:^|&)update=")
_AS_QUOTED = bytes.maketrans(b"+%", b" =")
_FORMAT_PARAMETERS = ("format", "output", "results")
_DATASET_PARAMETERS = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, how to answer it, what it may take, and whole seconds of waiting as they apply if a client named some.

    Without a query the service is to describe itself.
    """

    query: str | None
    choice: Choice
    limits: Limits
    waits: str | None = None


async def read(request: Request, limits: Limits) -> Asked:
    """Return what a request asks.

    Raises:
        Refusal: it breaks the protocol, asks for an update or for other data, or is too large.
        InputError: a parameter has no meaning.
    """
    if "transfer-encoding" in request.headers and "content-length" in request.headers:
        # RFC 9112, section 6.1: two readers may disagree about where this request ends.
        raise Refusal(400, "the request tells its length twice", hint="send one of the headers", headers={"Connection": "close"})
    parameters = _parameters(request.scope["query_string"], "the address")
    query = None
    if request.method == "POST":
        # Who wants to write is told so first: fewer bytes would not help.
        if not _WHOLE_GRAPH.isdisjoint(parameters):
            raise _read_only("this would write a graph")
        _refuse_updates(parameters)
        query = await _posted(request, limits, parameters)
    _refuse_updates(parameters)
    _refuse_datasets(parameters)
    given = parameters.get("query", [])
    if len(given) + (query is not None) > 1:
        raise Refusal(400, "there are several queries", hint="send one")
    if given:
        query = given[0]
    if query is None and (request.method == "POST" or not parameters.keys() <= set(_FORMAT_PARAMETERS)):
        # Whoever asks a graph store for a graph must not take the service's description for it.
        raise Refusal(
            400, "there is no query", hint="send it as the parameter query; CONSTRUCT WHERE { ?s ?p ?o } gives the graph"
        )
    choice = choose(accepted(request), [one for name in _FORMAT_PARAMETERS for one in parameters.get(name, ())])
    waits = _preferred(request.headers.get("prefer"))
    lowered = _lowered(limits, parameters, waits)
    return Asked(query, choice, lowered, str(math.ceil(lowered.timeout)) if waits else None)


def _parameters(encoded: bytes, where: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if encoded.count(b"&") >= MOST_PARAMETERS:
        raise Refusal(400, f"there are more than {MOST_PARAMETERS} parameters", where=where, hint="send fewer")
    if not encoded.isascii():
        raise Refusal(400, "it is not UTF-8", where=where, hint="percent-encode the bytes of UTF-8")
    for one in filter(None, encoded.split(b"&")):
        name, _, value = one.partition(b"=")
        try:
            found.setdefault(_decoded(name), []).append(_decoded(value))
        except UnicodeDecodeError:
            raise Refusal(400, "it is not UTF-8", where=where, hint="percent-encode the bytes of UTF-8") from None
        except ValueError:
            raise Refusal(400, "a percent sign stands before no two digits", where=where, hint="write %25 for it") from None
    return found


def _decoded(encoded: bytes) -> str:
    """Return what is percent-encoded, as text.

    Everybody waits while it is made, and the standard library's own way takes a quarter of a second for the longest form. But
    for its sign this is MIME's quoted-printable, which the interpreter reads a hundred times faster.

    Raises:
        ValueError: a percent sign stands for nothing, or the bytes are no UTF-8.
    """
    quoted = encoded.replace(b"=", b"%3D").translate(_AS_QUOTED)
    found = binascii.a2b_qp(quoted)
    # Each escape is shorter by two, and everything else that begins with the sign by less; but MIME breaks lines with it, too.
    if len(found) != len(quoted) - 2 * quoted.count(b"=") or b"=\n" in quoted or b"=\r" in quoted:
        raise ValueError("a percent sign stands for nothing")
    return found.decode()


async def _posted(request: Request, limits: Limits, parameters: dict[str, list[str]]) -> str | None:
    kind = _kind_of_body(request)
    body, is_whole = await _body(request, limits)
    if not is_whole:
        is_update = kind == FORM and _UPDATE_FIELD.search(body)
        raise _read_only("this is an update") if is_update else _too_long(limits.body_bytes)
    if kind == FORM:
        for name, values in _parameters(body, "the body").items():
            parameters.setdefault(name, []).extend(values)
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"byte {error.start} is not UTF-8", where="the body", hint="send the query as UTF-8") from None


def _kind_of_body(request: Request) -> str:
    """Return the type of a body that is to be read, or refuse one that is not."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().casefold()
    if kind == UPDATE:
        raise _read_only("this is an update")
    packed = ",".join(request.headers.getlist("content-encoding")).casefold().replace(" ", "").split(",")
    if not {"identity", ""}.issuperset(packed):
        raise Refusal(415, "the body is compressed", hint="send it as it is")
    if kind not in (FORM, QUERY):
        hint = f"send {QUERY} or {FORM}"
        headers = {"Accept-Post": f"{QUERY}, {FORM}"}
        raise Refusal(415, "the body is of no type that is read here", where=kind[:80] or None, hint=hint, headers=headers)
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", rest, re.IGNORECASE)
    if charset and charset[1].casefold() not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, "the body is not in UTF-8", where=charset[1][:80], hint="send UTF-8")
    return kind


async def _body(request: Request, limits: Limits) -> tuple[bytes, bool]:
    """Return a body and that it is whole, or the beginning of one that is too long."""
    most = limits.body_bytes
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:18]) > most and "expect" in request.headers:
        raise _too_long(most)
    content = bytearray()
    received = 0
    held = Endpoint.of(request).held(request)
    try:
        async with asyncio.timeout(limits.patience):
            async for piece in request.stream():
                received += len(piece)
                if received > MOST_DRAINED:
                    break
                if received <= most:
                    content += piece
                    held.add(len(piece))
                    held.check_room(limits)
    except TimeoutError:
        what = f"the body did not arrive within {limits.patience:g} s"
        raise Refusal(408, what, hint="send it faster", headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Refusal(400, "the body ends too early", hint="send it whole") from None
    finally:
        held.add(-len(content))
    return bytes(content), received <= most


def _too_long(most: int) -> Refusal:
    return Refusal(413, f"the body is longer than {most:,} bytes", hint="ask for less at once", headers={"Connection": "close"})


def _read_only(what: str) -> Refusal:
    hint = "change the annotation files and build again"
    return Refusal(403, f"{what}, and this service is read only", hint=hint)


def _refuse_updates(parameters: Mapping[str, Sequence[str]]) -> None:
    if "update" in parameters:
        raise _read_only("this is an update")


def _refuse_datasets(parameters: Mapping[str, Sequence[str]]) -> None:
    for name in _DATASET_PARAMETERS:
        for given in filter(None, parameters.get(name, ())):
            if name != "default-graph-uri" or given not in DEFAULT_GRAPH:
                what = "there is no such graph here"
                hint = f"leave {name} out: there is one default graph, and no named ones"
                raise Refusal(400, what, where=f"{name}={given[:200]}", hint=hint)


def _preferred(header: str | None) -> str | None:
    """Return how long a client wants to wait at most (RFC 7240, section 4.3)."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,8})", header or "")
    return found[1] if found and int(found[1]) > 0 else None


def _lowered(limits: Limits, parameters: Mapping[str, Sequence[str]], waits: str | None) -> Limits:
    asked = {"timeout": waits} if waits else {}
    for name in lowerable():
        values = parameters.get(name, ())
        if len(values) > 1:
            raise Refusal(400, f"{name} is given several times", hint="give it once")
        if values:
            asked[name] = values[0]
    return limits.lowered(asked)
