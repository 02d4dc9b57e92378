"""What goes over the wire: queries, passwords, time limits, further tries, and every way in which a service can fail."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import socket
import socketserver
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

import severance_kg as skg
from servers import Quiet, serving
from severance_kg import service
from severance_kg.addresses import Address, read_address
from severance_kg.errors import QueryRefused
from severance_kg.formats import serialise
from severance_kg.remote import RemoteStore, declared
from severance_kg.results import Triples
from severance_kg.vocabulary import SKG, XSD

ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT ?s { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between tries, and ask no proxy of this machine's."""
    monkeypatch.setattr(service, "FIRST_WAIT", 0.001)
    for name in ("http_proxy", "HTTP_PROXY", "SEVERANCE_KG_USER", "SEVERANCE_KG_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


# ── What goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


class Service(Quiet):
    """A SPARQL endpoint over the bundled graph."""

    graph: skg.KnowledgeGraph
    seen: list[dict[str, str]]

    def do_POST(self) -> None:  # noqa: N802
        form = {name: values[0] for name, values in urllib.parse.parse_qs(self.body().decode()).items()}
        self.seen.append({**self.headers, **form, "target": self.path})
        found = self.graph.query(form["query"])
        if isinstance(found, Triples):
            self.answer(200, "application/n-triples", serialise(found, "ntriples").encode())
        else:
            packed = gzip.compress(serialise(found, "json").encode())
            self.answer(200, "application/sparql-results+json; charset=utf-8", packed, Content_Encoding="gzip")


@pytest.fixture(scope="module")
def asked(kg: skg.KnowledgeGraph) -> Iterator[tuple[str, list[dict[str, str]]]]:
    class Asked(Service):
        graph, seen = kg, []

    with serving(Asked) as base:
        yield base, Asked.seen


def test_a_query_goes_out_as_a_form_with_its_prefixes_on_its_own_lines(asked: tuple[str, list[dict[str, str]]]) -> None:
    base, seen = asked
    remote = skg.connect(base + "/sparql?reasoning=false")
    remote.select("SELECT ?s\nWHERE { ?s a skg:Theme }")
    sent = seen[-1]
    assert sent["query"] == f"PREFIX skg: <{SKG}> SELECT ?s\nWHERE {{ ?s a skg:Theme }}"
    assert sent["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent["target"] == "/sparql?reasoning=false"
    assert "json" in sent["Accept"] and "triples" not in sent["Accept"]
    assert not {"Authorization", "default-graph-uri"} & set(sent)
    with pytest.raises(QueryRefused):
        remote.select("SELECT * FROM <http://example.org/> WHERE { ?s ?p ?o }")
    assert seen[-1] is sent
    remote.construct("DESCRIBE sev:Gemma")
    # Virtuoso answers a CONSTRUCT with rows if it may.
    assert "triples" in seen[-1]["Accept"] and "json" not in seen[-1]["Accept"]


def test_a_graph_is_named_through_the_protocol(asked: tuple[str, list[dict[str, str]]]) -> None:
    base, seen = asked
    assert skg.connect(base, default_graph="https://example.org/g?a=b&c#d").ask(ASK)
    assert seen[-1]["default-graph-uri"] == "https://example.org/g?a=b&c#d"
    assert seen[-1]["query"] == ASK
    assert skg.connect(base, default_graph="sev:Graph").ask(ASK)
    assert seen[-1]["default-graph-uri"] == "https://w3id.org/severance-kg/id/Graph"
    for bad in ("no iri", "x", ""):
        with pytest.raises(skg.InputError, match="is no IRI"):
            skg.connect(base, default_graph=bad)


def test_a_prefix_that_is_declared_is_not_declared_again() -> None:
    query = "prefix SKG: <urn:x> prefix sev: <urn:y> ASK { sev:a skos:b ?c }"
    assert declared(query).startswith("PREFIX skos: <")
    assert declared(query).casefold().count("prefix sev:") == 1


# ── Passwords ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Guarded(Quiet):
    """A service that lets nobody in without a password, and how it asks depends on the path."""

    seen: list[str | None]
    asks: ClassVar = {
        "/basic": ['Basic realm="r", charset="UTF-8"'],
        "/digest": ['Digest realm="a \\"b\\", c", qop="auth,auth-int", nonce="N1", opaque="O"'],
        "/sha256": ['Digest realm="r", qop="auth", algorithm=SHA-256, nonce="N1"'],
        "/session": ['Digest realm="r", qop="auth", algorithm=MD5-sess, nonce="N1"'],
        "/old": ['Digest realm="r", nonce="N1"'],
        "/several": ['Basic realm="b", Digest realm="r", qop="auth", nonce="N1", algorithm=MD5', "Negotiate"],
        "/stale": ['Digest realm="r", qop="auth", nonce="N1", stale=true'],
        "/strange": ['Digest realm="r", nonce="N1", algorithm=ROT13', "Bearer"],
        "/never": ['Digest realm="r", qop="auth", nonce="N1"'],
        "/mute": [],
        "/virtuoso": ['Digest realm="SPARQL", domain="/x", nonce="N1", opaque="O", stale="false", qop="auth", algorithm="MD5"'],
    }

    def do_POST(self) -> None:  # noqa: N802
        self.body()
        given = self.headers.get("Authorization")
        self.seen.append(given)
        path = self.path.partition("?")[0]
        if path != "/never" and given and self.fits(given):
            self.answer(200, "application/sparql-results+json", b'{"head": {}, "boolean": true}')
            return
        self.send_response(401)
        # Virtuoso names no way in to those who come with a name and a password.
        basic = path == "/virtuoso" and given and given.startswith("Basic")
        for ask in [] if basic else self.asks[path]:
            # A nonce that is used up: the third request is the first with the new one.
            self.send_header("WWW-Authenticate", ask.replace("N1", "N2") if path == "/stale" and given else ask)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def fits(self, given: str) -> bool:
        """Whether a header is right, computed as RFC 7616 says, apart from the code under test."""
        if given.startswith("Basic"):
            return self.path == "/basic" and base64.b64decode(given[6:]) == "märk:so: secret".encode()
        told = dict(re.findall(r'(\w+)="?((?:[^",\\]|\\.|(?<=b\\"),)*)"?', given))
        name = told.get("algorithm", "MD5")

        def digest(text: str) -> str:
            return hashlib.new("sha256" if name == "SHA-256" else "md5", text.encode()).hexdigest()

        first = digest(f"märk:{told['realm'].replace(chr(92), '')}:so: secret")
        if name.endswith("sess"):
            first = digest(f"{first}:{told['nonce']}:{told['cnonce']}")
        second = digest(f"POST:{self.path}")
        middle = f"{told['nonce']}:{told['nc']}:{told['cnonce']}:auth" if "qop" in told else told["nonce"]
        right = told["uri"] == self.path and told["response"] == digest(f"{first}:{middle}:{second}")
        return right and not (self.path == "/stale" and told["nonce"] == "N1")


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[str, list[str | None]]]:
    class Handler(Guarded):
        seen: list[str | None] = []  # noqa: RUF012

    with serving(Handler) as base:
        yield base, Handler.seen


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVERANCE_KG_USER", "märk")
    monkeypatch.setenv("SEVERANCE_KG_PASSWORD", "so: secret")


def test_basic_goes_out_unasked_where_nobody_listens(guarded: tuple[str, list[str | None]], password: None) -> None:
    base, seen = guarded
    seen.clear()
    assert skg.connect(f"{base}/basic").ask(ASK)
    assert seen == ["Basic " + base64.b64encode("märk:so: secret".encode()).decode()]


def test_elsewhere_it_waits_to_be_asked(
    guarded: tuple[str, list[str | None]], password: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, seen = guarded
    seen.clear()
    monkeypatch.setattr(Address, "private", False)
    remote = skg.connect(f"{base}/basic")
    assert remote.ask(ASK) and remote.ask(ASK)
    assert [given and given.split()[0] for given in seen] == [None, "Basic", "Basic"]
    # And one that asks for Digest never gets to see the password.
    seen.clear()
    assert skg.connect(f"{base}/several").ask(ASK)
    assert [given and given.split()[0] for given in seen] == [None, "Digest"]


@pytest.mark.parametrize("path", ["digest", "digest?a=b", "sha256", "session", "old", "several", "stale", "virtuoso"])
def test_digest_is_answered(guarded: tuple[str, list[str | None]], password: None, path: str) -> None:
    base, seen = guarded
    seen.clear()
    remote = skg.connect(f"{base}/{path}")
    assert remote.ask(ASK)
    before = len(seen)
    # The second query uses the challenge of the first; its count goes on.
    assert remote.ask(ASK)
    assert len(seen) == before + 1
    if path not in ("old", "stale"):  # no count in the one, a fresh one in the other
        assert "nc=00000002" in str(seen[-1])


@pytest.mark.parametrize(("path", "requests"), [("never", 2), ("strange", 1), ("mute", 2)])
def test_who_is_not_let_in_is_told_so(guarded: tuple[str, list[str | None]], password: None, path: str, requests: int) -> None:
    base, seen = guarded
    seen.clear()
    with pytest.raises(skg.StoreError) as caught:
        skg.connect(f"{base}/{path}").ask(ASK)
    assert "the service answered 401" in str(caught.value) and "SEVERANCE_KG_USER" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(seen) == requests


class Echo(Quiet):
    """A service that says again what it was told, where the path says, behind so much other text."""

    def do_OPTIONS(self) -> None:  # noqa: N802
        self.do_POST()

    def do_POST(self) -> None:  # noqa: N802
        self.body()
        given = self.headers.get("Authorization", "")
        _, how, before = f"{self.path}/0".split("/")[:3]
        if how == "digest" and not given.startswith("Digest"):
            self.answer(401, "text/plain", b"", WWW_Authenticate='Digest realm="r", qop="auth", nonce="N1"')
            return
        plain = base64.b64decode(given.removeprefix("Basic ")).decode() if how != "digest" else "so: secret"
        told = f"{'<p>' * int(before)} {given} is {plain}, {urllib.parse.quote(plain)} or {json.dumps(given)}"
        if how == "line":
            self.wfile.write(f"{told}\r\n\r\n".encode())
        elif how == "sends":
            self.answer(302, "text/plain", b"", Location=f"http://localhost/{given}")
        elif how == "part":
            self.answer(200, "application/sparql-results+json", b"{}", X_SQL_State="S1", X_SQL_Message=given)
        else:
            self.answer(200 if how == "text" else 500, "text/plain", told.encode())


@pytest.mark.parametrize("path", ["said", "said/1325", "said/1329", "text", "text/1325", "line", "sends", "part", "digest"])
def test_no_secret_is_told_that_a_service_says_again(
    password: None, path: str, kg: skg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_TRIES", 1)
    sent = base64.b64encode("märk:so: secret".encode()).decode()
    with serving(Echo) as base:
        writes = path not in ("text", "text/1325", "part")  # a success means to a writer that it is done
        asked, to = skg.connect(f"{base}/{path}"), skg.connect(f"{base}/{path}", f"{base}/{path}")
        for ask in (lambda: asked.ask(ASK), *((lambda: kg.push(to, replace=True),) if writes else ())):
            with pytest.raises(skg.SevError) as caught:
                ask()
            told = f"{caught.value} {caught.value.args}"
            assert "the service" in told or "cannot be reached" in told
            assert not [one for one in ("secret", "so: s", "so%3A", sent[:9]) if one in told], told
            assert not re.search(r'response="\w', told), told


def test_a_name_that_no_header_can_hold_is_refused(asked: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVERANCE_KG_USER", "ma:rk")
    monkeypatch.setenv("SEVERANCE_KG_PASSWORD", "x\r\nX-Evil: 1")
    with pytest.raises(skg.StoreError, match="cannot be sent") as caught:
        skg.connect(asked[0]).ask(ASK)
    assert "Evil" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://mark:pineapple@example.org/sparql", "SEVERANCE_KG_PASSWORD"),
        ("http://:pineapple@example.org/sparql", "SEVERANCE_KG_PASSWORD"),
        ("ftp://mark:pineapple@example.org/sparql", "SEVERANCE_KG_PASSWORD"),
        ("example.org/sparql?key=pineapple", "no http or https address"),
        ("example.org/sparql", "no http or https address"),
        ("file:///etc/passwd", "no http or https address"),
        ("http://", "no http or https address"),
        ("http://[::1/sparql", "this is no address"),
        ("http://example.org:many/sparql", "this is no address"),
        ("http://example.org:99999/sparql", "this is no address"),
        ("http://.example.ö/sparql", "no name of a host"),
        ("http://example .org/sparql", "no name of a host"),
        ("", "no http or https address"),
    ],
)
def test_an_address_that_will_not_do_is_refused_at_once(url: str, told: str) -> None:
    for addresses in ((url,), ("http://example.org/", url or "x"), ("http://example.org/", None, url or "x")):
        with pytest.raises(skg.StoreError) as caught:
            skg.connect(*addresses)
        assert told in str(caught.value)
        assert "pineapple" not in str(caught.value)


def test_a_key_in_an_address_is_sent_and_never_told() -> None:
    address = read_address("https://Example.org:8443/a b/ü?key=pineapple#x", "query")
    assert address.target == "/a%20b/%C3%BC?key=pineapple"
    assert address.shown == "https://example.org:8443/a%20b/%C3%BC"


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_time_limit_that_is_none_is_refused(limit: float) -> None:
    with pytest.raises(skg.InputError, match="a number of seconds above 0"):
        skg.connect("http://example.org/", timeout=limit)


# ── Ways to fail ─────────────────────────────────────────────────────────────────────────────────────────────────────

JSON = b"Content-Type: application/sparql-results+json\r\n"
TRIPLES = b"Content-Type: application/n-triples\r\n"
TRUE = b'{"head": {}, "boolean": true}'
NONE = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
LINE = b"<urn:a> <urn:b> <urn:c> .\n"


def ok(body: bytes, head: bytes = JSON, length: int | None = None, status: bytes = b"200 OK") -> bytes:
    told = len(body) if length is None else length
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, told, body)


def chunked(body: bytes, head: bytes = JSON) -> bytes:
    return b"HTTP/1.1 200 OK\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (head, len(body), body)


def bindings(value: bytes) -> bytes:
    return b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": %s}]}}' % value


FAULTS: dict[str, tuple[str, bytes, type[skg.SevError], str]] = {
    "hangs up": (ASK, b"", skg.StoreError, "cannot be reached"),
    "no HTTP": (ASK, b"SSH-2.0-OpenSSH_9.2\r\n", skg.StoreError, "cannot be reached"),
    "endless header": (ASK, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, skg.StoreError, "cannot be reached"),
    "many headers": (ASK, b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200, skg.StoreError, "cannot be reached"),
    "cut in the header": (ASK, b"HTTP/1.1 200 OK\r\nContent-", skg.StoreError, "answered with text/plain"),
    "cut rows": (SELECT, ok(NONE[:-9], length=len(NONE)), skg.StoreError, "cut short"),
    "cut after whole rows": (SELECT, ok(NONE, length=len(NONE) + 9), skg.StoreError, "cut short"),
    "cut triples": (CONSTRUCT, ok(LINE, TRIPLES, length=9 * len(LINE)), skg.StoreError, "cut short"),
    "cut chunks": (CONSTRUCT, chunked(LINE, TRIPLES), skg.StoreError, "cut short"),
    "cut chunked rows": (SELECT, chunked(NONE), skg.StoreError, "cut short"),
    "bad chunk": (ASK, chunked(TRUE) + b"zz\r\n", skg.StoreError, "cut short"),
    "negative chunk": (ASK, chunked(TRUE) + b"-5\r\n", skg.StoreError, ""),
    "triples without an end": (CONSTRUCT, b"HTTP/1.0 200 OK\r\n" + TRIPLES + b"\r\n" + LINE, skg.StoreError, "where it ends"),
    "cut gzip": (ASK, ok(gzip.compress(TRUE)[:-9], JSON + b"Content-Encoding: gzip\r\n"), skg.StoreError, "cut short"),
    "no gzip": (ASK, ok(TRUE, JSON + b"Content-Encoding: gzip\r\n"), skg.StoreError, "cannot be reached"),
    "strange packing": (ASK, ok(TRUE, JSON + b"Content-Encoding: br\r\n"), skg.StoreError, "packed as br"),
    "gzip bomb": (ASK, ok(gzip.compress(b" " * 5000), JSON + b"Content-Encoding: gzip\r\n"), skg.StoreError, "longer than 1,000"),
    "huge": (ASK, ok(b" " * 2000 + TRUE), skg.StoreError, "the answer is longer than 1,000 bytes"),
    "huge triples": (CONSTRUCT, chunked(LINE * 100, TRIPLES) + b"0\r\n\r\n", skg.StoreError, "longer than 1,000 bytes"),
    "a web page": (ASK, ok(b"<p>Hi</p>", b"Content-Type: text/html\r\n"), skg.StoreError, "text/html; is this the query address"),
    "error as text": (
        CONSTRUCT,
        ok(b"Query timed out\n", b"Content-Type: text/plain\r\n"),
        skg.StoreError,
        "answered with text/plain: Query timed out",
    ),
    "error as JSON": (ASK, ok(b'{"exception": "out of memory"}'), skg.StoreError, "cannot be read"),
    "error after rows": (SELECT, ok(NONE + b"\nTIMEOUT"), skg.StoreError, "cannot be read"),
    "error within rows": (SELECT, ok(NONE[:-3] + b"java.util.TimeoutException"), skg.StoreError, "cannot be read"),
    "error within triples": (CONSTRUCT, ok(LINE + b"Error: timeout", TRIPLES), skg.StoreError, "cannot be read"),
    "XML for JSON": (ASK, ok(b"<sparql/>", b"Content-Type: application/sparql-results+xml\r\n"), skg.StoreError, "results+xml"),
    "JSON for triples": (CONSTRUCT, ok(NONE), skg.StoreError, "answered with application/sparql-results+json"),
    "no type": (ASK, ok(TRUE, b""), skg.StoreError, "answered with text/plain"),
    "nothing at all": (ASK, ok(b""), skg.StoreError, "cannot be read"),
    "rows for ASK": (ASK, ok(NONE), skg.StoreError, "answered this ASK with rows"),
    "truth for SELECT": (SELECT, ok(TRUE), skg.StoreError, "answered this SELECT with true or false"),
    "not UTF-8": (SELECT, ok(bindings(b'{"type": "literal", "value": "\xff\xfe"}')), skg.StoreError, "cannot be read"),
    "triples not UTF-8": (CONSTRUCT, ok(b'<urn:a> <urn:b> "\xff" .\n', TRIPLES), skg.StoreError, "cannot be read"),
    "half a surrogate": (SELECT, ok(bindings(b'{"type": "literal", "value": "\\ud800"}')), skg.StoreError, "cannot be read"),
    "no IRI": (SELECT, ok(bindings(b'{"type": "uri", "value": "a b"}')), skg.StoreError, "cannot be read"),
    "unknown variable": (SELECT, ok(NONE.replace(b"[]", b'[{"t": {}}]')), skg.StoreError, "cannot be read"),
    "deep": (SELECT, ok(b"[" * 900), skg.StoreError, "cannot be read"),
    "partial content": (SELECT, ok(NONE, status=b"206 Partial Content"), skg.StoreError, "part of the answer only"),
    "anytime": (
        SELECT,
        ok(NONE, JSON + b"X-SQL-State: S1TAT\r\nX-SQL-Message: RC...: Returning incomplete results\r\n"),
        skg.StoreError,
        "part of the answer only: RC...: Returning incomplete",
    ),
    "rows left out": (SELECT, ok(NONE, JSON + b"X-SPARQL-MaxRows: 10000\r\n"), skg.StoreError, "no more than 10000 rows"),
    "400": (ASK, ok(b"no such prefix\n in line 1", status=b"400 Bad"), skg.QueryError, "refuses the query: no such prefix in"),
    "401": (ASK, ok(b"who are you?", status=b"401 No"), skg.StoreError, "answered 401: who are you?; set SEVERANCE_KG_USER"),
    "403": (ASK, ok(b"", status=b"403 No"), skg.StoreError, "this user"),
    "404": (ASK, ok(b"<h1>Not\nthere</h1>", status=b"404 No"), skg.StoreError, "answered 404: Not there; check the address"),
    "405": (ASK, ok(b"", status=b"405 No"), skg.StoreError, "are different ones"),
    "500": (ASK, ok(b"out of luck", status=b"500 No"), skg.StoreError, "answered 500: out of luck"),
    "500 at length": (ASK, ok(b"x" * 900 + b"y", status=b"500 No"), skg.StoreError, "x" * 499),
    "terminal codes": (ASK, ok(b"\x1b[2Jgone", status=b"500 No"), skg.StoreError, "answered 500: \ufffd[2Jgone"),
    "moved": (ASK, ok(b"", b"Location: /other\r\n", status=b"302 Found"), skg.StoreError, "it sends to /other"),
    "moved nowhere": (ASK, ok(b"", b"", status=b"302 Found"), skg.StoreError, "answered 302"),
    "not modified": (ASK, b"HTTP/1.1 304 Not Modified\r\n\r\n", skg.StoreError, "answered 304"),
    "no content": (ASK, b"HTTP/1.1 204 No Content\r\n\r\n", skg.StoreError, "answered with text/plain"),
    "999": (ASK, ok(b"", status=b"999 Hm"), skg.StoreError, "answered 999"),
    "10000": (ASK, ok(b"", status=b"10000 Hm"), skg.StoreError, "cannot be reached"),
}


class Hostile(socketserver.BaseRequestHandler):
    """Sends bytes as they are. ``script`` holds what to send, one entry for each connection; the last is sent for ever."""

    script: list[bytes]
    seen: list[bytes]

    def handle(self) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.request.recv(65536)
        length = int((re.search(rb"(?i)content-length: (\d+)", request) or [b"", b"0"])[1])
        while len(request.partition(b"\r\n\r\n")[2]) < length:
            request += self.request.recv(65536)
        self.seen.append(request)
        self.request.sendall(self.script.pop(0) if len(self.script) > 1 else self.script[0])


Talk = Callable[..., tuple[str, list[bytes]]]


@pytest.fixture
def hostile() -> Iterator[Talk]:
    """Start a server that follows a script; return its address and what it is sent."""
    stops: list[Callable[[], None]] = []

    def start(*script: bytes, handler: type[Hostile] = Hostile) -> tuple[str, list[bytes]]:
        made = type("Scripted", (handler,), {"script": list(script), "seen": []})
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), made)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        stops.append(stop)
        return f"http://127.0.0.1:{server.server_address[1]}/query", made.seen  # type: ignore[attr-defined]

    yield start
    for stop in stops:
        stop()


@pytest.mark.parametrize("name", FAULTS)
def test_a_service_that_fails_is_told_clearly(hostile: Talk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    query, raw, kind, told = FAULTS[name]
    monkeypatch.setattr(service, "MOST_BYTES", 1000)
    monkeypatch.setenv("SEVERANCE_KG_USER", "mark")
    monkeypatch.setenv("SEVERANCE_KG_PASSWORD", "pineapple")
    url, _ = hostile(raw)
    with pytest.raises(skg.SevError) as caught:
        skg.connect(url + "?key=pineapple", timeout=10).query(query)
    assert type(caught.value) is kind
    assert told in str(caught.value)
    assert caught.value.where == url
    # Each tells what to do next; a query that is refused tells it itself.
    assert caught.value.hint or kind is skg.QueryError
    assert "pineapple" not in str(caught.value) and "\x1b" not in str(caught.value)


def test_what_is_odd_but_right_is_taken(hostile: Talk) -> None:
    rows = bindings(b'{"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "1"}')
    for raw in (ok(rows), chunked(rows) + b"0\r\n\r\n", ok(rows + b" \n"), b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + rows):
        assert [list(row) for row in skg.connect(hostile(raw)[0]).select(SELECT)] == [
            [skg.Literal("1", datatype=XSD + "integer")]
        ]
    packed = ok(gzip.compress(rows), JSON + b"Content-Encoding: gzip\r\n")
    assert len(skg.connect(hostile(packed)[0]).select(SELECT)) == 1
    turtle = ok(b"<urn:a> a <urn:b> .", b"Content-Type: text/turtle;charset=utf-8\r\n")
    assert len(skg.connect(hostile(turtle)[0]).construct(CONSTRUCT)) == 1


# ── Time, and further tries ──────────────────────────────────────────────────────────────────────────────────────────


class Dripping(Hostile):
    """Sends a byte at a time, for longer than anybody is willing to wait."""

    def handle(self) -> None:
        self.request.recv(65536)
        pause = threading.Event()
        try:
            self.request.sendall(self.script[0])
            # Ten seconds of it: who is not cut off by then comes to another end.
            for _ in range(500):
                self.request.sendall(b" ")
                pause.wait(0.02)
        except OSError:
            pass


@pytest.mark.parametrize(
    ("query", "head"),
    [
        (ASK, b"HTTP/1.1 200 OK\r\nX:"),
        (ASK, b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 100000\r\n\r\n"),
        (SELECT, b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + NONE),
        (CONSTRUCT, b"HTTP/1.1 200 OK\r\n" + TRIPLES + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n"),
        (ASK, b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\nI am so"),
    ],
)
def test_a_service_that_drips_is_cut_off(hostile: Talk, query: str, head: bytes) -> None:
    url, _ = hostile(head, handler=Dripping)
    with pytest.raises(skg.StoreError, match=r"no whole answer within 0.5 seconds; ask for less at once, or allow more time"):
        skg.connect(url, timeout=0.5).query(query)


def test_a_service_that_is_silent_is_cut_off() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(skg.StoreError, match=r"no whole answer within 0\.3 seconds"):
            skg.connect(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.3).ask(ASK)


PASSING = {
    "429": ok(b"slower", status=b"429 No"),
    "502": ok(b"", status=b"502 No"),
    "503": ok(b"busy", b"Retry-After: 0\r\n", status=b"503 No"),
    "504": ok(b"", b"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", status=b"504 No"),
    "hangs up": b"",
    "cut short": ok(TRUE, length=99),
    "cut chunk": chunked(TRUE),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_tried_again(hostile: Talk, name: str) -> None:
    url, seen = hostile(PASSING[name], PASSING[name], ok(TRUE))
    assert skg.connect(url).ask(ASK) is True
    assert len(seen) == 3 and len(set(seen)) == 1


@pytest.mark.parametrize("name", ["500", "400", "404", "partial content", "error as JSON", "huge", "rows for ASK", "no gzip"])
def test_what_lasts_is_not(hostile: Talk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(service, "MOST_BYTES", 1000)
    query, raw, *_ = FAULTS[name]
    url, seen = hostile(raw)
    with pytest.raises(skg.SevError):
        skg.connect(url).query(query)
    assert len(seen) == 1


def test_tries_come_to_an_end(hostile: Talk) -> None:
    url, seen = hostile(PASSING["502"])
    with pytest.raises(skg.StoreError, match=r"answered 502:  \(tried 4 times\); try again later"):
        skg.connect(url).ask(ASK)
    assert len(seen) == service.MOST_TRIES


def test_waits_grow_and_are_not_all_the_same(hostile: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(service, "FIRST_WAIT", 0.25)
    monkeypatch.setattr(time, "sleep", waits.append)
    url, _ = hostile(PASSING["502"])
    for _ in range(8):
        with pytest.raises(skg.StoreError):
            skg.connect(url).ask(ASK)
    assert len(waits) == 24 and len(set(waits)) > 20
    for i, most in enumerate((0.25, 0.5, 1.0)):
        assert all(most / 2 <= wait <= most for wait in waits[i::3])


def test_a_service_is_given_the_time_it_asks_for_up_to_the_limit(hostile: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    url, _ = hostile(ok(b"", b"Retry-After: 7\r\n", status=b"503 No"), ok(TRUE))
    assert skg.connect(url, timeout=30).ask(ASK)
    assert waits == [7.0]
    url, seen = hostile(ok(b"", b"Retry-After: 3600\r\n", status=b"503 No"), ok(TRUE))
    with pytest.raises(skg.StoreError, match="it asks to come back in 3600 seconds"):
        skg.connect(url, timeout=30).ask(ASK)
    assert len(seen) == 1 and waits == [7.0]


def test_a_dead_port_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(skg.StoreError, match=r"cannot be reached.*\(tried 4 times\)"):
        skg.connect(f"http://127.0.0.1:{port}/sparql", timeout=2).statements()


def test_a_host_that_does_not_exist_is_told_at_once() -> None:
    with pytest.raises(skg.StoreError, match="cannot be reached") as caught:
        skg.connect("http://nowhere.invalid/sparql", timeout=20).ask(ASK)
    assert "example" not in str(caught.value)


def test_a_proxy_that_the_environment_names_is_asked(hostile: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    url, seen = hostile(ok(TRUE))
    monkeypatch.setenv("http_proxy", url.removesuffix("/query"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert skg.connect("http://sparql.example.org:8080/query?x=y").ask(ASK)
    assert seen[0].startswith(b"POST http://sparql.example.org:8080/query?x=y HTTP/1.1\r\n")
    assert b"Host: sparql.example.org:8080\r\n" in seen[0]


def test_triples_are_passed_on_before_all_have_come(hostile: Talk) -> None:
    lines = 10_000
    url, _ = hostile(ok(LINE * lines, TRIPLES, length=(lines + 1) * len(LINE)))
    found = RemoteStore(url, graph_store_url=url).lines()
    assert next(found) == LINE
    with pytest.raises(skg.StoreError, match="cut short"):
        for _ in found:
            pass
