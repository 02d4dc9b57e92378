"""The page that a server gives out: its console asks that server, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

import severance_kg as skg
from browser import DESKTOP
from serving import CHOOSES, ENDLESS, Endpoint, endpoint
from severance_kg.errors import InputError
from severance_kg.formats import serialise
from severance_kg.page import make_page
from severance_kg.vocabulary import IRI

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route

CONSTRUCT = "CONSTRUCT { ?s skg:chooses ?o } WHERE { ?s skg:chooses ?o }"


@pytest.fixture(scope="module")
def serving(command: str, _own_cache: None) -> Iterator[Endpoint]:
    with endpoint(command, "--workers", 1, "--timeout", 20) as found:
        yield found


@pytest.fixture(scope="module")
def asked() -> list[Request]:
    """What the page has asked for."""
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, serving: Endpoint, asked: list[Request]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    page = context.new_page()
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "olicy" in message.text else None)
    page.goto(urljoin(serving.url, "/") + "#tab=ask")
    page.wait_for_selector("html[data-ready]")
    yield page
    assert complaints == []
    assert {urlsplit(one.url).netloc for one in asked if not one.url.startswith("blob:")} == {urlsplit(serving.url).netloc}
    context.close()


def ask(page: Page, query: str) -> None:
    page.fill("#query", query)
    page.click("#run")


def found(page: Page) -> list[list[str]]:
    page.wait_for_selector("#run:not([disabled])")
    rows: list[list[str]] = page.eval_on_selector_all(
        "#ask-found tbody tr", "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    return rows


def test_rows_of_the_console_come_from_the_server(page: Page, asked: list[Request], kg: skg.KnowledgeGraph) -> None:
    before = len(asked)
    ask(page, CHOOSES)
    assert sorted(row[0] for row in found(page)) == sorted(kg.label(IRI(str(row["what"]))) for row in kg.select(CHOOSES))
    sent = [one for one in asked[before:] if one.post_data == CHOOSES or CHOOSES in (one.post_data or "")]
    assert [(one.method, urlsplit(one.url).path) for one in sent] == [("POST", "/sparql")]
    assert "server that this page came from" in page.inner_text("#query-help")
    assert page.evaluate("() => [...document.querySelectorAll('script')].some((one) => one.id.startsWith('engine-'))") is False


def test_triples_and_answers_of_yes_or_no(page: Page, kg: skg.KnowledgeGraph) -> None:
    ask(page, CONSTRUCT)
    shown = found(page)
    assert [row[0] for row in shown] == [kg.label(kg.resolve("InnieMark"))] * 2
    lines = page.evaluate(
        "query => engine.query(query).then(({ triples }) => triples.map(({ line }) => line).join(''))", CONSTRUCT
    )
    assert lines == serialise(kg.construct(CONSTRUCT), "ntriples")
    ask(page, "ASK { sev:InnieMark skg:chooses sev:HisOwnLife }")
    page.wait_for_function("() => document.getElementById('ask-told').innerText.startsWith('Yes')")


def test_an_error_of_the_servers_is_told_with_its_place(page: Page) -> None:
    ask(page, "SELECT ?x WHERE {\n  ?x nope:thing ?y }")
    page.wait_for_selector("#query-error:not([hidden])")
    assert "nope:" in page.inner_text("#query-error")
    assert "Go to line 2" in page.inner_text("#query-error")


def test_stop_ends_the_query_here_and_there(page: Page, serving: Endpoint) -> None:
    ask(page, ENDLESS)
    page.wait_for_selector("#stop:not([disabled])")
    page.click("#stop")
    page.wait_for_selector("#query-error:not([hidden])")
    assert "The query was stopped." in page.inner_text("#query-error")
    # The one worker is free again long before the query's own time is up.
    assert serving.get("ASK {}", timeout="15").json() == {"head": {}, "boolean": True}
    ask(page, CHOOSES)
    assert len(found(page)) == 2


REFUSED = {
    "busy": (
        503,
        json.dumps({"error": "too many queries wait", "where": None, "hint": "ask again in 1 second"}),
        "Ask again in 1",
    ),
    "too slow": (504, json.dumps({"error": "the query took too long", "where": None, "hint": "ask for less"}), "took too long"),
    "something between": (502, "<h1>Bad Gateway</h1>", "The server answers 502"),
    "gone": (0, "", "cannot be reached"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_server_refuses_is_told_as_text(page: Page, name: str) -> None:
    status, body, wanted = REFUSED[name]

    def answer(route: Route) -> None:
        route.abort() if not status else route.fulfill(status=status, body=body)

    page.route("**/sparql*", answer)
    ask(page, CHOOSES)
    page.wait_for_selector("#query-error:not([hidden])")
    assert wanted in page.inner_text("#query-error")
    page.unroute("**/sparql*")
    ask(page, CHOOSES)
    assert len(found(page)) == 2


def test_other_servers_are_not_asked(page: Page, kg: skg.KnowledgeGraph) -> None:
    for elsewhere in ("https://example.org/sparql", "//example.org/sparql", "javascript:alert(1)"):
        with pytest.raises(InputError, match="no server but its own"):
            make_page(kg, endpoint=elsewhere)
    other = page.context.new_page()
    other.goto(page.url)
    told = other.evaluate(
        """() => new Promise((done) => {
          addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective), { once: true });
          fetch("http://127.0.0.1:9/").catch(() => {});
        })"""
    )
    assert told == "connect-src"
