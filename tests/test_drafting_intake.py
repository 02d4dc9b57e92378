"""Taking in a text: encodings, forms, pages, addresses; and what is refused, by name."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from severance_kg.drafting import fetch, intake, read_bytes, read_interview, read_string
from severance_kg.drafting.fetch import is_public
from severance_kg.drafting.furniture import furniture
from severance_kg.drafting.interview import Form
from severance_kg.errors import InputError

TEXT = "Ada Finch said, “It’s an old lamp – a café once stood here.”"
PAGE = "<!DOCTYPE html><html><head><meta charset='{}'><title>x</title></head><body><article><p>{}</p></article></body></html>"


# ── Encodings ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="utf-8"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8", id="utf-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), "utf-16", id="utf-16 with a mark"),
        pytest.param(TEXT.encode("utf-32"), "utf-32", id="utf-32, whose mark begins like the one of utf-16"),
        pytest.param(TEXT.encode("utf-16-le"), "utf-16-le", id="utf-16 without a mark, by its zeros"),
        pytest.param(TEXT.encode("utf-16-be"), "utf-16-be", id="the same, the other way round"),
        pytest.param(TEXT.encode("cp1252"), "cp1252", id="cp1252, by its quotes"),
        pytest.param(("A long line of plain words. " * 9 + "A café.").encode("latin-1"), "cp1252", id="a rare letter"),
        pytest.param(b"plain", "utf-8", id="ascii"),
    ],
)
def test_an_encoding_is_told_by_evidence(content: bytes, encoding: str) -> None:
    interview = read_bytes(content)
    assert interview.encoding == encoding
    assert "\ufeff" not in interview.text.original
    if b"long line" not in content and content != b"plain":
        assert interview.text.original == TEXT


@pytest.mark.parametrize(
    ("named", "encoding"), [("iso-8859-1", "cp1252"), ("windows-1250", "cp1250"), ("iso-8859-15", "iso8859-15")]
)
def test_a_page_says_its_encoding(named: str, encoding: str) -> None:
    content = PAGE.format(named, "Ada said: a café, and nothing but a café, for all the years that she was here.").encode(named)
    interview = read_bytes(content)
    assert interview.encoding == encoding
    assert "a café, and" in interview.text.original


def test_what_a_server_declares_comes_before_what_the_page_says() -> None:
    content = PAGE.format("cp1252", "Ada said: ą, in a long sentence about the lamp and the people below.").encode(
        "cp1250", "replace"
    )
    assert read_bytes(content, declared="windows-1250").encoding == "cp1250"


@pytest.mark.parametrize(
    ("content", "declared", "what"),
    [
        pytest.param(
            bytes(range(200, 256)) * 3, None, "no other encoding is declared or evident", id="neither UTF-8 nor English"
        ),
        pytest.param(b"caf\xe9", "no-such-code", 'unknown encoding "no-such-code"', id="an encoding nobody knows"),
        pytest.param(b"caf\xe9", "rot13", "is not read", id="a codec that is no encoding"),
        pytest.param(b"caf\xe9 caf\x81", "cp1252", "is not cp1252", id="not what it is declared to be"),
        pytest.param(b"\xff\xfea", None, "is not utf-16", id="a mark, and half a character"),
        pytest.param(b"a\0b\0\0\0c", None, "zero bytes", id="zeros"),
        pytest.param(b"PK\x03\x04" + b"\0" * 40, None, "zero bytes", id="an archive"),
        pytest.param(b"%PDF-1.7 \x01\x02 words", None, "U+0001", id="control characters"),
        pytest.param(b"", None, "no words", id="nothing"),
        pytest.param(b"  \n\n ... ", None, "no words", id="no words"),
        pytest.param(b"<html><body><script>words</script></body></html>", None, "no article", id="a page without words"),
        pytest.param(b"<html></html>", None, "no article", id="an empty page"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(content: bytes, declared: str | None, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(content, "a.txt", declared=declared)
    assert what in caught.value.what
    assert caught.value.where == "a.txt"
    assert caught.value.hint


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.txt", "<p>is no page here</p>", Form.PLAIN),
        ("a.md", "**Bold** words", Form.MARKDOWN),
        ("a.html", "<p>Ada Finch has kept the lamp for nine years.</p>", Form.HTML),
        ("a", "<!DOCTYPE html><html><body><p>Ada Finch has kept the lamp.</p></body></html>", Form.HTML),
        ("a", "Ada Finch has kept the lamp.", Form.PLAIN),
    ],
)
def test_the_form_is_told_by_the_name_or_the_beginning(tmp_path: Path, name: str, content: str, form: Form) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read_interview(path).form is form
    assert read_interview(str(path)).form is form


def test_a_plain_text_is_kept_as_it_is(tmp_path: Path) -> None:
    words = "\ufeff  Ada said,\r\n“It is late.”\r\n\r\nTom left.\t\n"
    path = tmp_path / "a.txt"
    path.write_bytes(words.encode())
    interview = read_interview(path)
    assert interview.text.original == words.removeprefix("\ufeff")
    assert [interview.words(one.words) for one in interview.quotations] == ["It is late."]


def test_a_file_that_is_missing_a_folder_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "no.txt", tmp_path, Path("a\0b")):
        with pytest.raises(InputError, match="cannot be read"):
            read_interview(path)
    monkeypatch.setattr(intake, "MOST_BYTES", 100)
    (tmp_path / "a.txt").write_text("words " * 20)
    with pytest.raises(InputError, match="larger than"):
        read_interview(tmp_path / "a.txt")


def test_front_matter_and_a_pages_own_words_about_itself() -> None:
    interview = read_string("---\ntitle: The lamp\nauthor: Tom Ash\ndate: 2021-05-01\n---\nAda spoke.", Form.MARKDOWN)
    assert (interview.metadata.title, interview.metadata.author, interview.metadata.published) == (
        "The lamp",
        "Tom Ash",
        "2021-05-01",
    )
    assert interview.text.original == "Ada spoke."


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = "Ada Finch has kept the lamp of Low Head for nine years, and nobody in the town has seen it go out in that time."


def page(body: str) -> list[str]:
    interview = read_string(f"<html><body>{body}</body></html>", Form.HTML)
    return [interview.words(block.span) for block in interview.blocks]


@pytest.mark.parametrize(
    ("body", "kept", "dropped"),
    [
        pytest.param(f"<article><p>{LONG}</p><p>No.</p><p>{LONG} Again.</p></article>", ["No."], [], id="a short paragraph"),
        pytest.param(f"<article><p>{LONG}</p><p>{LONG}</p></article>", [LONG, LONG], [], id="a paragraph that comes again"),
        pytest.param(f"<form><div><p>{LONG}</p></div></form>", [LONG], [], id="a page within a form"),
        pytest.param(f"<div class='has-sidebar related'><p>{LONG}</p></div>", [LONG], [], id="a wrapper named like furniture"),
        pytest.param(
            f"<article><p>{LONG}</p><blockquote>A light.<footer>— Ada Finch</footer></blockquote></article>",
            ["A light."],
            [],
            id="a quotation with a footer",
        ),
        pytest.param(
            f"<article><p>{LONG}</p><table><tr><td>Oil</td><td>Coal</td></tr></table><p>{LONG}</p></article>",
            ["Oil"],
            [],
            id="a table",
        ),
        pytest.param(
            f"<article><p>{LONG}<script>var x</script></p><style>p {{}}</style></article>",
            [LONG],
            ["var x"],
            id="scripts and styles",
        ),
        pytest.param(
            f"<nav>Home</nav><article><p>{LONG}</p></article><footer>Imprint</footer>",
            [LONG],
            ["Home", "Imprint"],
            id="navigation",
        ),
        pytest.param(
            f"<article><p>{LONG}</p><div class='newsletter'>Join us</div><p>{LONG}</p></article>",
            [LONG],
            ["Join us"],
            id="a box by its class",
        ),
        pytest.param(f"<article><p>{LONG}</p><p hidden>Secret</p></article>", [LONG], ["Secret"], id="what is hidden"),
    ],
)
def test_words_of_the_article_are_never_dropped(body: str, kept: list[str], dropped: list[str]) -> None:
    found = page(body)
    for words in kept:
        assert found.count(words) >= kept.count(words), found
    for words in dropped:
        assert not any(words in one for one in found), found


def test_furniture_fits_as_a_whole_or_not_at_all() -> None:
    for words in ("Share this article", "Tweet", "Read more »", "Advertisement", "Photo by Jane Roe/Getty Images", "3 min read"):
        assert furniture(words), words
        assert furniture(f"{words} was the first thing that she learnt to say, and she never forgot it, not for a day.") is None
    assert furniture("“Share this article”") is None, "what is quoted is somebody's words"
    assert furniture("x" * 5000) is None


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_not_fetched_unasked() -> None:
    with pytest.raises(InputError, match="web address"):
        read_interview("https://example.org/a")


@pytest.mark.parametrize(
    "host",
    "127.0.0.1 localhost 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 [::1] "
    "[::] [fe80::1]"
    " [fc00::1] [::ffff:127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] 2130706433 0x7f000001 0177.0.0.1 127.1".split(),
)
def test_private_addresses_are_refused_however_they_are_spelled(host: str) -> None:
    with pytest.raises(InputError) as caught:
        read_interview(f"http://{host}:9/", online=True)
    assert "private or reserved" in caught.value.what or "is not known" in caught.value.what


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "http:///x", "http://a:b@example.org/", "http://[::1", "http://h:99999/"]
)
def test_addresses_of_other_kinds_are_refused(url: str) -> None:
    with pytest.raises(InputError):
        fetch.fetch(url)


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(InputError, match="private or reserved"):
        fetch.fetch("http://rebinding.example/")


class _Site(http.server.BaseHTTPRequestHandler):
    """A small site with every behaviour that a page can have."""

    hosts: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        _Site.hosts.append(self.headers["Host"])
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header(
                "Location",
                {"/to/page": "/page", "/to/private": "http://10.0.0.1/", "/to/file": "file:///etc/passwd"}.get(
                    self.path, self.path
                ),
            )
            self.end_headers()
            return
        kind, body = {
            "/page": ("text/html; charset=utf-8", f"<html><body><article><p>{LONG}</p></article></body></html>".encode()),
            "/text": ("text/plain; charset=windows-1252", "It’s plain.".encode("cp1252")),
            "/picture": ("image/png", b"\x89PNG"),
            "/large": ("text/plain", b"word " * 2000),
        }.get(self.path, ("text/html", b""))
        self.send_response(404 if not body else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def only_loopback(address: fetch.Address) -> bool:
    return address.is_loopback


def test_a_page_is_fetched_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with site() as address:
        found = fetch.fetch(f"{address}/to/page", permits=only_loopback)
        assert (found.media_type, found.url) == ("text/html", f"{address}/page")
        assert fetch.fetch(f"{address}/text", permits=only_loopback).charset == "windows-1252"
        for path, what in {
            "/to/private": "private or reserved",
            "/to/file": "only http and https",
            "/to/itself": "redirects more than",
            "/picture": "it is image/png",
            "/missing": "answers 404",
        }.items():
            with pytest.raises(InputError, match=what):
                fetch.fetch(address + path, permits=only_loopback)
        monkeypatch.setattr(fetch, "MOST_BYTES", 1000)
        with pytest.raises(InputError, match="larger than"):
            fetch.fetch(f"{address}/large", permits=only_loopback)
        monkeypatch.setattr(fetch, "MOST_SECONDS", -1.0)
        with pytest.raises(InputError, match="longer than"):
            fetch.fetch(f"{address}/page", permits=only_loopback)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, port: int, *rest: object, **more: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if host == "lamp.example" else host, port, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with site() as address:
        port = address.rsplit(":", 1)[1]
        fetch.fetch(f"http://lamp.example:{port}/page", permits=only_loopback)
    assert asked.count("lamp.example") == 1, "a second look-up could give another address"
    assert _Site.hosts[-1] == f"lamp.example:{port}"


def test_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(InputError, match="cannot be fetched"):
            fetch.fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", permits=only_loopback)
