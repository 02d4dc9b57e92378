"""Asking in the page: the guided questions, the console and its engine, in a real browser with the network off."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import severance_kg as skg
from browser import PHONE, Open, Watched, data_of
from conftest import Run
from required import missing
from severance_kg.drawing import name_of
from severance_kg.errors import InputError, SevError
from severance_kg.formats import as_json, serialise
from severance_kg.page import make_page
from severance_kg.page_engine import Engine, find_engine
from severance_kg.questions import Question, answer
from severance_kg.results import Triples
from severance_kg.store import MemoryStore
from severance_kg.vocabulary import IRI, SKG, compact
from test_page_safe import STRINGS, hostile_graph
from test_scan import CHAINED, DEEP, DISGUISED

CASES = Path(__file__).parent / "cases"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CHOICES = "SELECT ?what WHERE { sev:InnieMark skg:chooses ?what } ORDER BY ?what"
MINE = """#+ question: Which selves does Gemma have?
#+ answer: Ms. Casey.
#+ must_have:
#+   - {self: sev:MsCasey}
#+ must_not_have:
#+   - {self: sev:InnieMark}
SELECT ?self WHERE { ?self skg:personaOf sev:Gemma } ORDER BY ?self
"""


@pytest.fixture(scope="session")
def asking_bytes(kg: skg.KnowledgeGraph) -> bytes:
    if not isinstance(find_engine(), Engine):
        missing(f"the page's query engine ({find_engine()})")
    return make_page(kg, engine=True)


@pytest.fixture(scope="session")
def asking(asking_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asking") / "severance.html"
    path.write_bytes(asking_bytes)
    return path


@pytest.fixture(scope="session")
def without(kg: skg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("without") / "severance.html"
    path.write_bytes(make_page(kg, engine=False))
    return path


@pytest.fixture(scope="session")
def questions(kg: skg.KnowledgeGraph) -> dict[str, Question]:
    return kg.questions()


def told(opened: Watched, words: str) -> str:
    opened.page.wait_for_function("words => document.getElementById('ask-told').textContent.includes(words)", arg=words)
    return opened.text("#ask-told")


def ask(opened: Watched, query: str) -> Any:
    """What the page's engine answers, or the error as ``[what, where, hint]``."""
    return opened.page.evaluate("text => engine.query(text).catch(error => [error.what, error.where, error.hint])", query)


def lit(opened: Watched) -> set[str]:
    """The statements that stand out on the map."""
    found = opened.page.evaluate("() => { const now = highlight.current(); return [...now ?? []]; }")
    return set(found)


def brought_out(opened: Watched) -> set[str]:
    """The lines that the map draws bolder than when nothing is lit."""
    plain = {edge["id"]: edge["width"] for edge in opened.page.evaluate("() => severance.model.data.network.edges")}
    drawn = opened.page.evaluate("() => Object.values(severance.map.network.body.edges).map(one => [one.id, one.options.width])")
    return {name for name, width in drawn if width > plain[name]}


def low(opened: Watched, selector: str) -> list[str]:
    """What is less high than a finger needs."""
    found = opened.page.locator(selector).evaluate_all(
        "some => some.filter(one => one.offsetParent && one.getBoundingClientRect().height < 24).map(one => one.textContent)"
    )
    return list(found)


def cases(name: str) -> list[dict[str, str]]:
    return list(tomllib.loads((CASES / "asking" / f"{name}.toml").read_text("utf-8"))["case"])


# ── The guided questions ─────────────────────────────────────────────────────────────────────────────────────────────


def test_baked_answers_are_pythons(kg: skg.KnowledgeGraph, questions: dict[str, Question], without: Path) -> None:
    baked = {one["name"]: one for one in data_of(without.read_bytes())["questions"]}
    assert list(baked) == list(questions)
    for name, question in questions.items():
        found = answer(kg, question)
        assert baked[name]["results"] == as_json(found.rows), name
        assert baked[name]["evidence"] == [name_of(one.iri) for one in found.evidence]
        assert (baked[name]["question"], baked[name]["answer"]) == (question.question, question.explanation)
        assert as_json(kg.select(baked[name]["query"])) == baked[name]["results"]


def test_the_engine_gives_the_same_answers(open_page: Open, asking: Path, questions: dict[str, Question]) -> None:
    opened = open_page(asking)
    baked = {one["name"]: one for one in data_of(asking.read_bytes())["questions"]}
    for name, question in questions.items():
        assert ask(opened, question.file.query)["json"] == baked[name]["results"], name


@pytest.mark.parametrize("data", [(), ("--data", "tests/data/saltlight")], ids=["bundled", "another interview"])
def test_an_answer_is_the_commands(run: Run, data: tuple[str, ...], tmp_path: Path) -> None:
    run("build", "--out", tmp_path, "--no-engine", *data)
    baked = data_of((tmp_path / "severance.html").read_bytes())["questions"]
    for one in (baked[0], baked[len(baked) // 2], baked[-1]):
        found = json.loads(run("question", one["name"], "--format", "json", *data).stdout)
        assert (one["question"], one["results"]) == (found["question"], found["results"])
        assert [f"st:{name}".removeprefix("st:") for name in one["evidence"]] == [
            name_of(IRI(e["iri"])) for e in found["evidence"]
        ]
        plain = run("question", one["name"], *data).stdout
        assert one["answer"] == plain.splitlines()[1]
        assert one["answer"].startswith("Of the bundled data: ") == bool(data)


@pytest.mark.parametrize("name", ["what-each-mark-wants", "which-themes-weigh-most"])
def test_a_question_by_mouse(
    open_page: Open, without: Path, kg: skg.KnowledgeGraph, questions: dict[str, Question], name: str
) -> None:
    opened = open_page(without)
    page, question = opened.page, questions[name]
    page.click("#tab-questions")
    assert page.locator("#questions .question").count() == len(questions)
    page.get_by_role("button", name=question.question, exact=True).click()
    found = answer(kg, question)
    shown = opened.text("#questions")
    assert question.explanation in shown
    assert page.locator("#questions tbody tr").count() == min(len(found.rows), 50)
    for one in found.evidence:
        assert one.gloss in shown
    assert brought_out(opened) >= {name_of(one.iri) for one in found.evidence}
    assert page.url.endswith(f"#tab=questions&question={name}")
    page.go_back()
    assert page.locator("#questions .question").first.is_visible()
    assert not brought_out(opened)


def test_every_answer_is_shown_whole(
    open_page: Open, without: Path, kg: skg.KnowledgeGraph, questions: dict[str, Question]
) -> None:
    opened = open_page(without, "#tab=questions")
    for name, question in questions.items():
        opened.page.evaluate("name => answers.choose(name)", name)
        rows = answer(kg, question).rows
        head = opened.page.locator("#questions th").all_inner_texts()
        assert head == list(rows.variables), name
        first = opened.page.locator("#questions tbody tr").first.locator("td").all_inner_texts()
        assert [cell.split("\n")[0] for cell in first] == [as_shown(kg, value) for value in rows[0]], name


def as_shown(kg: skg.KnowledgeGraph, value: Any) -> str:
    """How a table of the page's shows a value: by its label, a statement by its id."""
    if value is None:
        return "–"
    if not isinstance(value, IRI):
        return str(value).split("\n")[0]
    if name_of(value).startswith("st:"):
        return name_of(value).removeprefix("st:")
    return kg.label(value) if value in kg.things and not value.startswith(SKG) else compact(value)


def test_questions_by_keyboard(open_page: Open, without: Path, questions: dict[str, Question]) -> None:
    opened = open_page(without)
    page = opened.page
    page.focus("#tab-browse")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.id") == "tab-questions"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    names = list(questions)
    assert page.evaluate("() => document.activeElement.textContent") == questions[names[1]].question
    assert questions[names[1]].question in opened.text("#told")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Next question"
    page.keyboard.press("Enter")
    assert opened.text("#questions h3").startswith(questions[names[2]].question)
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Next question"
    page.get_by_role("button", name="All questions").press("Enter")
    assert page.evaluate("() => document.activeElement.textContent") == questions[names[2]].question


@pytest.mark.parametrize("width", [320, PHONE[0]])
def test_questions_on_a_phone(open_page: Open, without: Path, questions: dict[str, Question], width: int) -> None:
    opened = open_page(without, size=(width, PHONE[1]), has_touch=True)
    opened.page.tap("#drawer > summary")
    opened.page.tap("#tab-questions")
    question = questions["what-each-mark-wants"]
    opened.page.get_by_role("button", name=question.question, exact=True).tap()
    opened.page.tap("#questions summary")
    assert "SELECT" in opened.text("#questions pre")
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert low(opened, "#questions button") == []


def test_a_row_leads_to_what_it_names(open_page: Open, without: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(without, "#tab=questions&question=what-each-mark-wants")
    row = opened.page.locator("#questions tbody tr").first
    row.locator("button.statement-id").click()
    chosen = opened.page.evaluate("() => severance.state.selection.statement")
    assert kg.statement(chosen).gloss in opened.panel(kg.statement(chosen).gloss)
    assert "question=what-each-mark-wants" in opened.page.url


def test_the_query_is_one_click_away_and_runs_when_edited(
    open_page: Open, asking: Path, kg: skg.KnowledgeGraph, questions: dict[str, Question]
) -> None:
    question = questions["what-each-mark-wants"]
    opened = open_page(asking, "#tab=questions&question=what-each-mark-wants")
    opened.page.click("#questions summary")
    assert opened.text("#questions pre").strip() in question.file.query
    opened.page.get_by_role("button", name="Edit and run").click()
    told(opened, f"{len(answer(kg, question).rows)} rows")
    assert opened.page.input_value("#query").strip() in question.file.query
    assert opened.page.evaluate("() => document.activeElement.id") == "query"


def test_ones_own_questions_are_asked_too(open_page: Open, run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "questions").mkdir(parents=True)
    (own / "interview.yaml").write_bytes((Path(__file__).parent / "data" / "saltlight" / "interview.yaml").read_bytes())
    (own / "questions" / "selves.rq").write_text(MINE, "utf-8")
    done = run("build", "--data", own, "--no-engine", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    opened = open_page(tmp_path / "out" / "severance.html", "#tab=questions&question=selves")
    assert "Ms. Casey." in opened.text("#questions")
    assert opened.page.locator("#questions tbody button").all_inner_texts() == ["Ms. Casey"]
    (own / "questions" / "selves.rq").write_text(MINE.replace("WHERE", "WERE"), "utf-8")
    done = run("build", "--data", own, "--no-engine", "--out", tmp_path / "bad")
    assert (done.returncode, (tmp_path / "bad").exists()) == (2, True)
    assert re.search(r"selves\.rq: line \d+, column \d+: unexpected", done.stderr)
    assert list((tmp_path / "bad").iterdir()) == []


def test_no_question_no_tab(open_page: Open, run: Run, tmp_path: Path) -> None:
    run("build", "--data", "tests/data/saltlight/interview.yaml", "--only", "--no-engine", "--out", tmp_path)
    opened = open_page(tmp_path / "severance.html")
    assert not opened.page.locator("#tab-questions").is_visible()


def test_an_unknown_question_is_told_as_text(open_page: Open, without: Path) -> None:
    opened = open_page(without, "#tab=questions&question=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert "There is no question <img src=x onerror=alert(1)>." in opened.text("#questions")
    assert opened.page.locator("#questions .question").first.is_visible()


# ── The engine ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_errors_are_told_in_the_same_words_and_places(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking)
    scanned = [one for path in sorted((CASES / "scan").glob("*.toml")) for one in tomllib.loads(path.read_text("utf-8"))["case"]]
    queries = [one["query"] for one in (*cases("errors"), *scanned)]
    queries += [make(10_000)[:100_000] for make in (DEEP | CHAINED).values()] + list(DISGUISED.values())
    for query in queries:
        found = ask(opened, query)
        try:
            kg.query(query)
        except SevError as error:
            assert found == [error.what, error.where, error.hint], query[:200]
        else:
            assert isinstance(found, dict), (query[:200], found)


def test_files_are_the_command_lines(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking)
    write = "([text, form]) => engine.query(text).then(found => results[form](found))"
    for one in cases("answers"):
        found = kg.query(one["query"])
        forms = ["ntriples"] if isinstance(found, Triples) else ["csv", "json"]
        for form in forms:
            assert opened.page.evaluate(write, [one["query"], form]) == serialise(found, form), (one["why"], form)


def test_no_more_is_taken_than_is_shown_and_that_is_said(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking)
    asked = "([text, most]) => engine.query(text, {most}).then(found => [found.json.results.bindings, found.more])"
    all_statements = "SELECT ?s WHERE { ?s a skg:Statement } ORDER BY ?s"
    everything = as_json(kg.select(all_statements))["results"]["bindings"]
    for tail, most, count, more in (
        ("", 7, 7, True),
        (" LIMIT 5", 7, 5, False),
        (" LIMIT 7", 7, 7, False),
        (" LIMIT 9", 7, 7, True),
    ):
        assert opened.page.evaluate(asked, [all_statements + tail, most]) == [everything[:count], more], tail
    triples = opened.page.evaluate("() => engine.query('CONSTRUCT WHERE { ?s a skg:Statement }', {most: 3})")
    assert (len(triples["triples"]), triples["more"]) == (3, True)
    opened.page.evaluate("() => ask.take('SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } # all')")
    assert "The first 10,000 rows; there are more." in told(opened, "rows")
    assert "Rows 1 to 50 of 10,000" in opened.text("#ask-found")
    opened.page.get_by_role("button", name="Next rows").click()
    assert "Rows 51 to 100 of 10,000" in opened.text("#ask-found")


def test_a_query_that_is_too_much_leaves_the_page_alone(open_page: Open, asking: Path) -> None:
    opened = open_page(asking)
    for query in (DEEP["EXISTS"](57), DEEP["parentheses"](57), CHAINED["||"](390), "ASK " + "{" * 58 + "}" * 58):
        found = ask(opened, query)
        assert isinstance(found, dict) or found[0] == "the query was too much for the engine", found
        assert ask(opened, CHOICES)["kind"] == "rows"


def test_the_engines_memory_has_a_limit(open_page: Open, asking: Path) -> None:
    opened = open_page(asking)
    cross = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"
    found = opened.page.evaluate("text => engine.query(text, {limitMs: 240000}).catch(error => error.what)", cross)
    assert found == "the query was too much for the engine"
    assert ask(opened, CHOICES)["kind"] == "rows"


def test_the_engine_can_be_stopped_while_it_starts(open_page: Open, asking: Path) -> None:
    opened = open_page(asking)
    stopped = "text => { const asked = engine.query(text).catch(error => error.kind); engine.stop(); return asked; }"
    assert opened.page.evaluate(stopped, CHOICES) == "stopped"
    assert ask(opened, CHOICES)["kind"] == "rows"


def test_questions_at_one_time_are_answered_in_turn(open_page: Open, asking: Path) -> None:
    opened = open_page(asking)
    both = "text => Promise.all([engine.query(text), engine.query('nonsense').catch(e => e.kind), engine.query('ASK {}')])"
    first, second, third = opened.page.evaluate(both, CHOICES)
    assert (first["kind"], second, third["kind"]) == ("rows", "refused", "boolean")


# ── The console ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_console_by_mouse(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking, "#thing=Gemma")
    page = opened.page
    page.click("#tab-ask")
    page.fill("#query", "SELECT ?who ?what WHERE { ?who skg:chooses ?what }")
    page.click("#run")
    told(opened, "2 rows.")
    assert page.locator("#ask-found th").all_inner_texts() == ["who", "what"]
    assert {"InnieMark", "HisOwnLife"} <= lit(opened)
    assert page.evaluate("() => severance.state.selection") is None
    page.locator("#ask-found td button", has_text=kg.label(kg.resolve("HisOwnLife"))).click()
    assert kg.label(kg.resolve("HisOwnLife")) in opened.panel("edges first")
    assert page.locator("#ask-found td").count() == 4


def test_edges_among_the_rows_are_lit(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking)
    opened.page.evaluate("() => ask.take('SELECT ?s ?p ?o WHERE { VALUES ?p { skg:chooses } ?s ?p ?o }')")
    wanted = {name_of(one.iri) for one in kg.statements(predicate="chooses") if one.is_edge}
    told(opened, f"{len(wanted)} rows.")
    assert wanted <= brought_out(opened)
    assert {"InnieMark", "HisOwnLife", "HisOwnIdentity"} <= lit(opened)


def test_console_by_keyboard(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, "#tab=ask")
    page = opened.page
    page.focus("#query")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(CHOICES)
    page.keyboard.press("Control+Enter")
    told(opened, "2 rows.")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "run", "Tab leaves the editor"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('#ask-found td') !== null"):
            break
    page.keyboard.press("Enter")
    opened.panel("edges first")


@pytest.mark.parametrize("width", [320, PHONE[0]])
def test_console_on_a_phone(open_page: Open, asking: Path, width: int) -> None:
    opened = open_page(asking, size=(width, PHONE[1]), has_touch=True)
    page = opened.page
    page.tap("#drawer > summary")
    page.tap("#tab-ask")
    page.fill("#query", "SELECT ?what WHERE { sev:Innie")
    page.evaluate("() => document.getElementById('query').setSelectionRange(1000, 1000)")
    page.get_by_role("button", name="Names").tap()
    page.locator("#names [role=option]", has_text="sev:InnieMark").first.tap()
    assert page.input_value("#query").endswith("{ sev:InnieMark")
    page.fill("#query", CHOICES)
    page.tap("#run")
    told(opened, "2 rows.")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert low(opened, "#ask button") == []


def test_a_runaway_query_is_ended_by_the_button(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, "#tab=ask")
    page = opened.page
    page.fill("#query", RUNAWAY)
    page.fill("#limit", "300")
    assert page.is_disabled("#stop")
    page.click("#run")
    page.wait_for_function("() => engine.is === 'busy'")
    page.click("#tab-browse")
    page.fill("#search", "chooses")
    assert page.locator("#statements > li:not([hidden])").count() > 0, "the page goes on"
    page.click("#tab-ask")
    page.click("#stop")
    page.wait_for_selector("#query-error:not([hidden])")
    assert "The query was stopped." in opened.text("#query-error")
    page.fill("#query", CHOICES)
    page.click("#run")
    told(opened, "2 rows.")


def test_a_runaway_query_is_ended_by_the_limit(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, "#tab=ask")
    page = opened.page
    page.fill("#query", RUNAWAY)
    page.fill("#limit", "1")
    page.press("#query", "Control+Enter")
    page.wait_for_selector("#query-error:not([hidden])")
    assert "The query was stopped after 1 second." in opened.text("#query-error")
    page.fill("#query", CHOICES)
    page.press("#query", "Control+Enter")
    told(opened, "2 rows.")
    assert page.locator("#query-error").is_hidden()


def test_an_error_is_marked_where_it_is(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, "#tab=ask")
    page = opened.page
    page.fill("#query", "SELECT ?what WHERE {\n  # 😀\n  '😀' sgk:chooses ?what }")
    page.click("#run")
    page.wait_for_selector("#query-error:not([hidden])")
    assert 'Did you mean "skg"?' in opened.text("#query-error")
    assert page.get_attribute("#query", "aria-invalid") == "true"
    assert page.text_content("#query-mirror mark") == "sgk:chooses"
    page.get_by_role("button", name="Go to line 3, column 7").click()
    chosen = "() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd); }"
    assert page.evaluate(chosen) == "sgk:chooses"
    mark, field = (page.locator(one).bounding_box() for one in ("#query-mirror mark", "#query"))
    assert mark and field
    assert field["y"] < mark["y"] < field["y"] + field["height"]
    page.keyboard.press("Delete")
    assert page.locator("#query-error").is_hidden()
    assert page.get_attribute("#query", "aria-invalid") is None


def test_a_name_that_is_not_there_is_told(open_page: Open, asking: Path) -> None:
    opened = open_page(asking)
    opened.page.evaluate("() => ask.take('SELECT ?what WHERE { sev:InnieMark skg:choses ?what }')")
    assert 'The graph has no skg:choses; did you mean "skg:chooses"?' in told(opened, "skg:choses")


def test_names_are_completed(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, "#tab=ask")
    page = opened.page
    page.wait_for_function("() => complete.load().then(() => true)")
    page.fill("#query", "")
    page.focus("#query")
    page.keyboard.type("SELECT ?what WHERE { sev:innie")
    page.wait_for_selector("#names:not([hidden])")
    assert page.get_attribute("#query", "aria-activedescendant") == page.locator("#names [aria-selected=true]").get_attribute(
        "id"
    )
    assert "names: arrows to walk" in opened.text("#names-told")
    names = page.locator("#names code").all_inner_texts()
    assert names[0].startswith("sev:Innie")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator("#names [aria-selected=true] code").inner_text() == names[-1]
    page.keyboard.press("Escape")
    assert page.locator("#names").is_hidden()
    assert page.input_value("#query").endswith("sev:innie"), "Escape takes nothing"
    page.keyboard.press("Control+Space")
    page.locator("#names code", has_text=re.compile(r"^sev:InnieMark$")).wait_for()
    while page.locator("#names [aria-selected=true] code").inner_text() != "sev:InnieMark":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type(" skg:choos")
    page.keyboard.press("Enter")
    page.keyboard.type(" ?what }")
    assert page.locator("#names").is_hidden()
    page.keyboard.press("Control+Enter")
    told(opened, "2 rows.")


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("Macrodata", "sev:MDR"),
        ("FILT", "FILTER"),
        ("SELECT ?speaker WHERE { ?spe", "?speaker"),
        ("skg:said by", None),
        ("rdf:subj", "rdf:subject"),
        ("theme:Lov", "theme:Love"),
    ],
)
def test_what_is_offered(open_page: Open, asking: Path, typed: str, taken: str | None) -> None:
    opened = open_page(asking)
    offers = "text => complete.load().then(() => complete.offers(complete.pieceAt(text, text.length).text, text))"
    offered = [one["name"] for one in opened.page.evaluate(offers, typed)]
    assert (taken in offered[:3]) if taken else offered is not None


def test_the_address_holds_the_query(open_page: Open, asking: Path) -> None:
    opened = open_page(asking, f"#tab=ask&ask={quote(CHOICES)}")
    told(opened, "2 rows.")
    assert opened.page.input_value("#query") == CHOICES
    opened.page.fill("#query", "ASK { ?s ?p ?o }")
    opened.page.click("#run")
    told(opened, "Yes: the answer is true.")
    assert "ask=ASK" in opened.page.url
    opened.page.go_back()
    told(opened, "2 rows.")
    assert opened.page.input_value("#query") == CHOICES


def test_an_answer_is_saved_and_copied(open_page: Open, asking: Path, kg: skg.KnowledgeGraph, tmp_path: Path) -> None:
    opened = open_page(
        asking, f"#tab=ask&ask={quote(CHOICES)}", permissions=["clipboard-read", "clipboard-write"], accept_downloads=True
    )
    told(opened, "2 rows.")
    found = kg.select(CHOICES)
    for form in ("CSV", "JSON"):
        with opened.page.expect_download() as saved:
            opened.page.get_by_role("button", name=f"Save {form}").click()
        assert saved.value.suggested_filename == f"severance-answer.{form.lower()}"
        saved.value.save_as(tmp_path / form)
        assert (tmp_path / form).read_bytes().decode() == serialise(found, form.lower())
        opened.page.get_by_role("button", name=f"Copy {form}").click()
        opened.page.get_by_text(f"Copied: {form}.").wait_for()
        assert opened.page.evaluate("() => navigator.clipboard.readText()") == serialise(found, form.lower())


def test_examples_run(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking, "#tab=ask")
    examples = data_of(asking.read_bytes())["examples"]
    assert len(examples) >= 5
    for one in examples:
        opened.page.evaluate("() => { document.getElementById('ask-told').textContent = ''; }")
        opened.page.select_option("#examples", label=one["title"])
        told(opened, "ms.")
        found = kg.query(one["query"])
        if not isinstance(found, bool):
            assert f"{len(found)} " in opened.text("#ask-told").replace(",", "")


def test_queries_find_every_statement_and_thing(open_page: Open, asking: Path, kg: skg.KnowledgeGraph) -> None:
    opened = open_page(asking)
    made = opened.page.evaluate("() => [...model.data.statements.keys()].map(name => [name, queries.statement(name)])")
    assert len(made) == len(kg.statements())
    for name, query in made:
        one = kg.statement(name)
        rows = kg.select(query)
        assert {str(row["gloss"]) for row in rows} == {one.gloss}
        assert {row["link"] for row in rows} == {one.link}
        assert sorted(str(row["reference"]) for row in rows if row["reference"]) == sorted(one.references)
    assert ask(opened, made[0][1])["json"] == as_json(kg.select(made[0][1]))
    things = opened.page.evaluate(
        "() => [...model.data.things.keys()].map(name =>"
        " [name, queries.thing(name), model.about(name).flatMap(([, some]) => some.map(one => one.iri))])"
    )
    for name, query, about in things:
        if query is None:
            assert name.startswith('"')
            continue
        found = {str(row["statement"]) for row in kg.select(query)}
        resolved = {str(one.iri) for one in kg.statements() if any(r.refers_to == kg.resolve(name) for r in one.resolutions)}
        wider = {str(one.iri) for one in kg.statements() if name.startswith("theme:") and any(t for t in one.themes)}
        assert set(about) - resolved - wider <= found, name


def test_hostile_strings_in_answers_are_text(open_page: Open, tmp_path: Path) -> None:
    if not isinstance(find_engine(), Engine):
        missing("the page's query engine")
    path = tmp_path / "hostile.html"
    path.write_bytes(make_page(hostile_graph(), engine=True))
    where = "WHERE { ?s skg:gloss ?gloss ; skos:editorialNote ?note }"
    attack = f'SELECT ("<img src=x onerror=alert(9)>" AS ?x) ?gloss ?note ?s {where}'
    opened = open_page(path, f"#tab=ask&ask={quote(attack)}&question={quote('</script><script>alert(1)</script>')}")
    told(opened, f"{len(STRINGS)} rows.")
    shown = opened.text("#ask-found")
    assert "<img" in shown
    assert "</script>" in shown
    opened.page.fill("#query", STRINGS[0] + STRINGS[1])
    opened.page.click("#run")
    opened.page.wait_for_selector("#query-error:not([hidden])")
    opened.page.fill("#query", "SELECT ?<img src=x onerror=alert(1)> { ?s ?p ?o }")
    opened.page.click("#run")
    opened.page.wait_for_selector("#query-mirror mark")
    opened.page.fill("#query", "sev:B")
    opened.page.press("#query", "Control+Space")
    opened.page.wait_for_function("() => complete.load().then(() => true)")
    opened.page.press("#query", "Control+Space")
    assert opened.page.locator("#names li").count() > 0
    assert opened.page.locator("img, iframe, svg[onload]").count() == 0


# ── Without an engine ────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_an_engine_the_page_says_so(open_page: Open, without: Path) -> None:
    opened = open_page(without, f"#tab=ask&ask={quote(CHOICES)}")
    assert "severance-kg query" in opened.text("#ask")
    assert opened.page.locator("#ask textarea").count() == 0
    assert "without an in-page SPARQL engine" in opened.text("footer")
    opened.page.evaluate("() => answers.choose('what-each-mark-wants')")
    assert opened.page.get_by_role("button", name="Edit and run").count() == 0
    failed = opened.page.evaluate("() => engine.query('ASK {}').catch(error => [error.kind, error.what])")
    assert failed == ["missing", "this page has no query engine"]


# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def policy_of(page: bytes) -> dict[str, list[str]]:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page.decode())
    assert found
    return {rule.split()[0]: rule.split()[1:] for rule in found[1].split(";")}


def test_the_engine_costs_the_policy_no_more_than_it_needs(asking_bytes: bytes, without: Path) -> None:
    strict, wider = policy_of(without.read_bytes()), policy_of(asking_bytes)
    assert wider.pop("worker-src") == ["blob:"]
    assert wider["script-src"].pop() == "'wasm-unsafe-eval'"
    assert wider == strict
    assert strict["default-src"] == ["'none'"]


def test_small_enough(asking_bytes: bytes, without: Path) -> None:
    assert len(asking_bytes) <= 3_000_000
    assert len(without.read_bytes()) <= 1_000_000


def test_same_bytes_with_the_engine(asking_bytes: bytes) -> None:
    assert make_page(skg.load(), engine=True) == asking_bytes


def test_sentences_in_an_answer_stand_in_columns_that_can_be_read(open_page: Open, without: Path) -> None:
    opened = open_page(without, "#tab=questions&question=what-connects-mdr-with-gemma", size=(320, 700))
    assert opened.page.locator("#drawer").get_attribute("open") is not None, "a page that is opened at an answer shows it"
    narrow = opened.page.eval_on_selector_all(
        "#questions td",
        "cells => cells.filter((one) => one.innerText.length > 40 && one.clientWidth < 150).map((one) => one.innerText)",
    )
    assert narrow == []
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_licences_are_in_the_page(open_page: Open, asking: Path, without: Path) -> None:
    named = {one["name"]: one["text"] for one in data_of(asking.read_bytes())["licences"]}
    assert "Almende" in named["vis-network"]
    assert "Oxigraph developers" in named["Oxigraph"]
    assert "Oxigraph" not in {one["name"] for one in data_of(without.read_bytes())["licences"]}
    opened = open_page(asking)
    opened.page.get_by_role("button", name="Licences").click()
    opened.page.locator("#licences summary", has_text="Oxigraph").click()
    assert "Permission is hereby granted" in opened.text("#licences")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#licences").is_hidden()


def test_a_wanted_engine_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch, kg: skg.KnowledgeGraph) -> None:
    monkeypatch.setattr("severance_kg.page_engine.find_engine", lambda: "npm was on holiday")
    with pytest.raises(InputError, match="npm was on holiday"):
        make_page(kg, engine=True)
    assert b"engine-module" not in re.sub(rb"(?s)<script>.*?</script>", b"", make_page(kg))


def test_asking_needs_no_more_than_a_graph(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(make_page(skg.KnowledgeGraph(MemoryStore(b""))))
    opened = open_page(path, "#tab=questions&question=what-each-mark-wants")
    assert "No row." in opened.text("#questions")
    assert "Of the bundled data: " in opened.text("#questions")
