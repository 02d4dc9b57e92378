"""The server for agents, spoken to as an agent does: the SDK's own client, a process, standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

import severance_kg as skg
from conftest import ROOT, Run
from serving import ENDLESS, GREEDY, lives
from severance_kg import mcp_command
from severance_kg.agents import checking
from severance_kg.agents.answers import MOST_CHARACTERS
from severance_kg.agents.checking import Checker
from severance_kg.agents.proposals import Proposal
from severance_kg.agents.tools import specifications
from severance_kg.build import ntriples
from severance_kg.homes import home_of
from severance_kg.limits import Limits, option_name
from severance_kg.resources import gather

T = TypeVar("T")
CASES = Path(__file__).parent / "cases"
SALTLIGHT = Path(__file__).parent / "data" / "saltlight"
SMALL = ("--workers", "2", "--timeout", "1.5", "--memory", "150", "--result-bytes", "3000000")
TOOLS = ["search", "show", "question", "query", "evidence", "check_statements"]


class Agent:
    """An agent: the SDK's client and the server's process, which it has started."""

    def __init__(self, portal: BlockingPortal, client: Client, errors: Path) -> None:
        self.portal, self.client, self.errors = portal, client, errors

    def call(self, tool: str, /, **arguments: object) -> dict[str, Any]:
        """Call a tool that answers, and return what it tells in both of its forms."""
        told = self.portal.call(lambda: self.client.call_tool(tool, arguments))
        content = told.content[0]
        assert content.type == "text"
        assert not told.is_error, content.text
        assert len(content.text) <= MOST_CHARACTERS
        assert json.loads(content.text) == told.structured_content
        found: dict[str, Any] = told.structured_content
        return found

    def refused(self, tool: str, /, **arguments: object) -> dict[str, str]:
        """Call a tool that refuses, and return the error, which has the one shape that all have."""
        told = self.portal.call(lambda: self.client.call_tool(tool, arguments))
        content = told.content[0]
        assert content.type == "text"
        assert told.is_error, content.text
        error: dict[str, str] = json.loads(content.text)
        assert list(error) == ["error", "where", "hint"]
        assert error["error"]
        assert error["hint"]
        assert "Traceback" not in content.text
        return error


@contextlib.contextmanager
def agent(command: str, folder: Path, *options: str) -> Iterator[Agent]:
    """Start the server, and end it as the client does: by closing its standard input."""
    environment = {"SEVERANCE_KG_CACHE": os.environ["SEVERANCE_KG_CACHE"]}
    server = StdioServerParameters(command=command, args=["mcp", *options], env=environment)
    with (folder / "stderr").open("w+") as errors, start_blocking_portal() as portal:
        client = Client(stdio_client(server, errlog=errors))
        with portal.wrap_async_context_manager(client):
            yield Agent(portal, client, Path(errors.name))


@pytest.fixture(scope="module")
def served(command: str, kg: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    # The graph is asked for so that it is compiled before, and the server starts at once.
    with agent(command, tmp_path_factory.mktemp("mcp"), *SMALL) as found:
        yield found
        assert found.errors.read_text("utf-8") == ""


def cases(kind: str) -> list[Any]:
    return [pytest.param(tomllib.loads(path.read_text("utf-8")), id=path.stem) for path in sorted((CASES / kind).glob("*.toml"))]


# ── What is offered ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_tool_is_offered_as_one_that_only_reads(served: Agent) -> None:
    tools = served.portal.call(served.client.list_tools).tools
    assert [one.name for one in tools] == TOOLS
    for one in tools:
        assert one.annotations and one.annotations.read_only_hint and not one.annotations.destructive_hint
        assert one.description and one.output_schema
        assert one.input_schema["additionalProperties"] is False
        for name, told in one.input_schema["properties"].items():
            assert told["description"], (one.name, name)
            # Nothing that comes in is without a bound.
            assert {"maxLength", "maximum", "enum"} & told.keys(), (one.name, name)


def test_the_readable_texts_can_be_read(served: Agent) -> None:
    listed = served.portal.call(served.client.list_resources).resources
    assert [one.name for one in listed] == ["guide", "schema", "vocabulary"]
    for one in listed:
        read = served.portal.call(served.client.read_resource, one.uri).contents[0]
        assert read.uri == one.uri
        assert 1000 < len(getattr(read, "text", "")) < MOST_CHARACTERS, one.uri
    with pytest.raises(MCPError, match="no resource"):
        served.portal.call(served.client.read_resource, "file:///etc/passwd")


def test_the_guide_s_own_example_fits_and_the_documents_name_every_tool_and_limit(served: Agent) -> None:
    guide = (ROOT / "src" / "severance_kg" / "agents" / "guide.md").read_text("utf-8")
    example = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(example) == 1
    assert served.call("check_statements", yaml=example[0])["problems"] == []
    document = (ROOT / "docs" / "agents.md").read_text("utf-8")
    for name in (*TOOLS, *(f"--{option_name(one)}" for one in fields(Limits) if one.name not in mcp_command._OF_CONNECTIONS)):
        assert f"`{name}`" in document, name
    assert list(specifications()) == TOOLS


# ── Right and wrong calls ────────────────────────────────────────────────────────────────────────────────────────────


def test_search_finds_things_and_statements_the_nearest_first(served: Agent) -> None:
    found = served.call("search", text="INNIE mark")["found"]
    assert found[0] == {"name": "sev:InnieMark", "kind": "thing", "text": "Innie Mark"}
    assert {one["kind"] for one in found} == {"thing", "statement"}
    assert served.call("search", text="mark s.")["found"][0]["name"] == "sev:InnieMark"
    glosses = served.call("search", text="mark life", kind="statement")["found"]
    assert glosses
    assert all("mark" in one["text"].lower() and "life" in one["text"].lower() for one in glosses)
    assert served.call("search", text="chooses", kind="thing")["found"][0]["name"] == "skg:chooses"


def test_show_gives_statements_with_their_evidence(served: Agent, kg: skg.KnowledgeGraph) -> None:
    told = served.call("show", name="Innie Mark")
    assert told["iri"].endswith("/InnieMark")
    assert {"gloss", "said_by", "commitment", "passage", "is_edge", "time"} <= told["statements"][0].keys()
    one = kg.evidence("InnieMark", "chooses", "HisOwnLife")[0]
    shown = served.call("show", name=one.iri.rpartition("/")[2])["statements"]
    assert [statement["gloss"] for statement in shown] == [one.gloss]


def test_what_is_long_is_cut_and_goes_on_where_it_was_cut(served: Agent) -> None:
    first = served.call("show", name="InnieMark", limit=3)
    assert len(first["statements"]) == 3
    cut = first["cut"]
    assert (cut["shown"], cut["offset"]) == (3, 0)
    assert "offset 3" in cut["hint"]
    seen: list[str] = []
    while True:
        page = served.call("show", name="InnieMark", limit=100, offset=len(seen))
        seen += [one["iri"] for one in page["statements"]]
        if page["cut"] is None or len(seen) >= page["cut"]["of"]:
            break
    assert len(seen) == len(set(seen)) == cut["of"]


def test_the_questions_are_listed_and_answered_with_their_evidence(served: Agent, kg: skg.KnowledgeGraph) -> None:
    listed = served.call("question")
    assert [one["name"] for one in listed["questions"]] == list(kg.questions())
    told = served.call("question", name="what-each-mark-wants")
    assert told["question"] == kg.questions()["what-each-mark-wants"].question
    named = {value for row in told["rows"] for value in row.values() if value.startswith("st:")}
    assert {one["iri"].rpartition("/")[2] for one in told["evidence"]} == {name.removeprefix("st:") for name in named}


def test_a_query_is_answered_in_terms_that_a_query_can_use_again(served: Agent, kg: skg.KnowledgeGraph) -> None:
    told = served.call("query", sparql="SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what")
    assert told["rows"] == [{"what": "sev:HisOwnIdentity"}, {"what": "sev:HisOwnLife"}]
    assert served.call("query", sparql="ASK { sev:InnieMark skg:chooses sev:HisOwnLife }")["boolean"] is True
    assert served.call("query", sparql="CONSTRUCT { ?s ?p ?o } WHERE { ?s skg:chooses ?o ; ?p ?o }")["triples"]
    row = served.call("query", sparql='SELECT (7 AS ?n) ("a\\"b"@en AS ?t) ("x" AS ?s) (<urn:x> AS ?i) {}')["rows"][0]
    assert row == {"n": '"7"^^xsd:integer', "t": '"a\\"b"@en', "s": '"x"', "i": "<urn:x>"}
    assert kg.ask(f"ASK {{ FILTER (sameTerm({row['n']}, 7) && sameTerm({row['t']}, 'a\"b'@en)) }}")


def test_a_huge_answer_is_cut_and_a_boundless_one_stopped(served: Agent) -> None:
    told = served.call("query", sparql="SELECT * WHERE { ?s ?p ?o }", limit=1000)
    assert told["cut"]["of"] > 5000
    assert 0 < len(told["rows"]) < 1000
    assert "3,000,000 bytes" in served.refused("query", sparql="SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }")["error"]
    wide = served.call("query", sparql='SELECT (GROUP_CONCAT(STR(?o); separator="") AS ?all) WHERE { ?s ?p ?o }')
    assert "more characters" in wide["rows"][0]["all"]


def test_evidence_tells_an_edge_from_what_is_only_said(served: Agent, kg: skg.KnowledgeGraph) -> None:
    told = served.call("evidence", subject="InnieMark", predicate="chooses", object="HisOwnLife")
    assert told["is_edge"] is True
    assert told["statements"][0]["said_by"]["label"] == "Dan Erickson"
    doubted = next(one for one in kg.statements(commitment="Hypothetical") if not kg.ask(f"ASK {{ {_n3(one)} }}"))
    told = served.call("evidence", subject=doubted.subject, predicate=doubted.predicate, object=str(doubted.object))
    assert told["is_edge"] is False
    assert doubted.iri in {one["iri"] for one in told["statements"]}
    assert served.call("evidence", subject="Gemma", predicate="chooses", object="Lumon")["statements"] == []


def _n3(one: skg.Statement) -> str:
    return f"<{one.subject}> <{one.predicate}> <{one.object}>"


@pytest.mark.parametrize("case", cases("mcp"))
def test_a_wrong_call_is_told_what_is_wrong(served: Agent, case: dict[str, Any]) -> None:
    told = served.refused(case["tool"], **case["arguments"])
    assert case["error"] in told["error"], told
    assert case.get("hint", "") in told["hint"], told
    assert case.get("where", "") in (told["where"] or ""), told
    assert "root:" not in json.dumps(told)


HOSTILE = ['"', "\\", '") } # ', "'''\n\"\"\"", "\x00\x1b[2J", "\u202e", "${jndi:x}", "<script>", "🙂" * 50, ".*", "%s", "?x"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_string_is_a_string(served: Agent, text: str) -> None:
    assert served.call("search", text=f"{text}x")["found"] == []
    for tool, arguments in (("show", {"name": text}), ("question", {"name": text})):
        assert served.refused(tool, **arguments)["error"].startswith("no ")
    assert served.refused("evidence", subject="InnieMark", predicate=text, object=text)["error"].startswith("no property")
    assert served.call("check_statements", yaml=text)["fits"] is False


# ── Guards ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_runaway_query_is_ended_and_the_next_one_answered(served: Agent) -> None:
    for query, told in ((ENDLESS, "1.5 s"), (GREEDY, "")):
        error = served.refused("query", sparql=query)
        assert told in error["error"]
        assert "stopped" in error["error"]
        assert served.call("query", sparql="ASK { ?s ?p ?o }")["boolean"] is True


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: this one may have a loop already, that of a browser."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_a_text_made_to_take_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    yaml = """\
source: {id: notes, title: Notes, speakers: [DanErickson]}
statements:
  - id: s01
    triple: [InnieMark, wants, HisOwnLife]
    gloss: Innie Mark wants a life of his own.
    passage: {paragraph: 1, starts: a, ends: a, sha256: SHA}
    said_by: DanErickson
    commitment: Asserted
    frame: StoryWorld
""".replace("SHA", "0" * 64)
    with home_of(ntriples(gather())) as home:
        checker = Checker(home, replace(Limits(), timeout=0.1), asyncio.Semaphore(1))
        monkeypatch.setattr(checking, "STARTING_SECONDS", 4)
        with pytest.raises(skg.InputError, match="took too long"):
            apart(checker.check(Proposal(yaml, text="a " * 100_000)))
        monkeypatch.undo()
        checker = replace(checker, turns=asyncio.Semaphore(1))
        assert apart(checker.check(Proposal(yaml, text="b")))["passages"] == {"found": 0, "of": 1}


# ── Proposals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", cases("proposals"))
def test_a_proposal_is_told_what_is_wrong_with_it(served: Agent, case: dict[str, Any]) -> None:
    told = served.call("check_statements", **{key: case[key] for key in ("yaml", "source", "text") if key in case})
    assert told["fits"] is case.get("fits", False), told
    assert told["fits"] is (told["problems"] == [])
    assert told["passages"] == case.get("passages"), told
    for wanted in case.get("problems", ()):
        fitting = [
            one
            for one in told["problems"]
            if wanted["message"] in one["message"]
            and all(one[key] == wanted[key] for key in ("line", "statement") if key in wanted)
        ]
        assert fitting, (wanted, told["problems"])
    assert len(case.get("problems", ())) <= len(told["problems"])


def test_a_whole_interview_is_held_against_its_text(served: Agent) -> None:
    yaml, text = ((SALTLIGHT / name).read_text("utf-8") for name in ("interview.yaml", "article.txt"))
    told = served.call("check_statements", yaml=yaml, text=text)
    # What is told in the narration's words, or goes without saying, a person has to answer for.
    assert [(one["statement"], one["code"]) for one in told["problems"]] == [
        ("s05", "subject-unsupported"),
        ("s07", "wrong-speaker"),
        ("s08", "wrong-speaker"),
        ("s09", "subject-unsupported"),
        ("s10", "subject-unsupported"),
    ]
    assert told["passages"] == {"found": 10, "of": 10}
    told = served.call("check_statements", yaml=yaml, text=text.replace("the sealed ledger", "a sealed ledger"))
    assert told["passages"] == {"found": 9, "of": 10}
    assert {one["statement"] for one in told["problems"] if one["code"].startswith("passage-")} == {"s03"}


def test_nothing_is_written_whatever_is_asked(command: str, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "interview.yaml").write_text((SALTLIGHT / "interview.yaml").read_text("utf-8"), "utf-8")
    before = {path: path.read_bytes() for path in own.iterdir()}
    with agent(command, tmp_path, "--data", str(own)) as found:
        listed = found.call("show", name="saltlight-talk")
        assert listed["label"].startswith("Harbour Weekly")
        for case in (one.values[0] for one in cases("proposals")):
            found.call("check_statements", yaml=case["yaml"], source="saltlight-talk")
        assert found.call("search", text="InnieMark wantz")["found"] == []
    assert {path: path.read_bytes() for path in own.iterdir()} == before


# ── Stores, starting and stopping ────────────────────────────────────────────────────────────────────────────────────


def test_a_store_answers_as_the_files_it_was_built_from(run: Run, command: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = run("build", "--store", store, "--data", SALTLIGHT)
    assert done.returncode == 0, done.stderr
    files = sorted(store.rglob("*"))
    with agent(command, tmp_path, "--store", str(store)) as found:
        assert found.call("search", text="orla venn")["found"][0]["name"] == "sev:OrlaVenn"
        assert found.call("evidence", subject="OrlaVenn", predicate="looksInto", object="SealedLedger")["is_edge"] is True
        assert found.call("query", sparql="ASK { sev:OrlaVenn skg:looksInto sev:SealedLedger }")["boolean"] is True
        taken = (SALTLIGHT / "interview.yaml").read_text("utf-8")
        assert found.call("check_statements", yaml=taken)["fits"] is True
    assert sorted(store.rglob("*")) == files


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@contextlib.contextmanager
def process(command: str) -> Iterator[subprocess.Popen[str]]:
    """The server as a bare process that has said hello."""
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([command, "mcp", *SMALL], text=True, **streams) as started:
        assert started.stdin and started.stdout
        try:
            say(started, HELLO)
            assert json.loads(started.stdout.readline())["result"]["serverInfo"]["name"] == "severance-kg"
            say(started, READY)
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def say(to: subprocess.Popen[str], message: dict[str, Any] | str) -> None:
    assert to.stdin
    to.stdin.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
    to.stdin.flush()


def asked(number: int, query: str) -> dict[str, Any]:
    params = {"name": "query", "arguments": {"sparql": query}}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def children(of: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds that must come to hold, however slow the machine."""
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells processes apart")
@pytest.mark.parametrize("end", ["eof", "term", "int", "kill"])
def test_nothing_is_left_running_however_it_ends(command: str, kg: skg.KnowledgeGraph, end: str) -> None:
    with process(command) as started:
        assert started.stdin
        workers = children(started.pid)
        assert len(workers) >= 2
        say(started, asked(2, ENDLESS))
        if end == "eof":
            started.stdin.close()
        else:
            started.send_signal({"term": signal.SIGTERM, "int": signal.SIGINT, "kill": signal.SIGKILL}[end])
        status = started.wait(60)
        assert status == (-signal.SIGKILL if end == "kill" else 0)
        eventually(lambda: not any(map(lives, workers)), "the workers end with the server")
        assert started.stderr and started.stderr.read() == ""


def test_standard_output_is_the_protocol_and_rubbish_does_not_end_it(command: str, kg: skg.KnowledgeGraph) -> None:
    with process(command) as started:
        assert started.stdin and started.stdout
        for rubbish in ("no JSON", "{}", "[1, 2]", '{"jsonrpc": "2.0", "id": 7, "method": "no/such"}', "\x00", "[" * 5000):
            say(started, rubbish)
        say(started, asked(8, "half a character: \ud800"))
        say(started, asked(9, "ASK { ?s ?p ?o }"))
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1].get("id") != 9:
            heard.append(json.loads(started.stdout.readline()))
        assert all(one["jsonrpc"] == "2.0" for one in heard)
        assert heard[-1]["result"]["structuredContent"]["boolean"] is True
        started.stdin.close()
        assert all(json.loads(line) for line in started.stdout)
        assert started.wait(60) == 0


WRONG = [
    (["mcp", "--timeout", "0"], "timeout is less than"),
    (["mcp", "--only"], "--only needs --data"),
    (["mcp", "--store", "nowhere"], "there is no such store"),
    (["mcp", "--data", "nowhere"], "there is no such folder"),
    (["mcp", "--workers", "many"], "invalid int value"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[" ".join(one[0]) for one in WRONG])
def test_a_server_that_cannot_start_says_why_on_standard_error(run: Run, arguments: list[str], told: str) -> None:
    done = run(*arguments, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_sdk_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ImportError\n", "utf-8")
    program = "import sys; from severance_kg.cli import main; sys.exit(main(['mcp']))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install "severance-kg[mcp]"' in done.stderr
