"""Every error as HTTP tells it: a status, and the one JSON shape ``{"error", "where", "hint"}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from severance_kg.errors import QueryError, QueryStopped, SevError, StoreBusy, StoreError, UnknownName, printable


class Refusal(SevError):
    """A request that is not answered as asked; ``status`` is HTTP's."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.status, self.headers = status, dict(headers or {})


def status_of(error: SevError) -> int:
    """Return the HTTP status that an error is told with."""
    if isinstance(error, Refusal):
        return error.status
    if isinstance(error, QueryStopped):
        return 504 if error.limit == "timeout" else 507
    if isinstance(error, StoreBusy):
        return 503
    if isinstance(error, UnknownName):
        return 404
    # RFC 9110: a query that is refused or does not parse is the client's to mend; a dead worker is not.
    return 400 if isinstance(error, QueryError) or not isinstance(error, StoreError) else 500


def body_of(error: SevError) -> bytes:
    """Return the JSON that tells an error."""
    told = {"error": error.what, "where": error.where, "hint": error.hint or "see /questions for queries that run"}
    shown = {key: printable(text) if text else None for key, text in told.items()}
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def response_of(error: SevError) -> Response:
    """Return the response that tells an error."""
    headers = dict(error.headers) if isinstance(error, Refusal) else {}
    if isinstance(error, StoreBusy):
        headers["Retry-After"] = str(error.retry_after)
    headers["Cache-Control"] = "no-store"
    return Response(body_of(error), status_of(error), headers, "application/json")


HINTS = {
    404: "see / and /questions; queries go to /sparql",
    405: "use a method that the header Allow names",
    431: "send a long query by POST",
}


def of_status(
    status: int, what: str | None = None, *, where: str | None = None, headers: Mapping[str, str] | None = None
) -> Refusal:
    """Return the refusal that a bare HTTP status stands for, in other words if there are any."""
    phrase = HTTPStatus(status).phrase.lower() if status in HTTPStatus._value2member_map_ else f"status {status}"
    return Refusal(status, what or phrase, where=where, hint=HINTS.get(status, "see the SPARQL 1.1 Protocol"), headers=headers)
