"""What no interview holds: only errors of our own, and work that grows no faster than the text."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from severance_kg.drafting import Interview, read_bytes, read_string
from severance_kg.drafting.interview import Form
from severance_kg.errors import SevError
from test_drafting import holds

MARKS = "“”‘’\"'«»„`[](){}*_#>|-–—:;,.!?…<>&\n\t \u200b\u00ad\ufeff\u0301"
WORDS = [
    "Ada Finch",
    "said",
    "he",
    "Q:",
    "A:",
    "Weekly:",
    "who plays",
    "according to",
    "Ms.",
    "00:01:02",
    "<p>",
    "</p>",
    "<b>",
    "you",
    "I",
]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(MARKS, max_size=4) | st.text(max_size=3), max_size=60).map(" ".join)
quietly = settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))


def read(text: str, form: Form) -> Interview | None:
    try:
        return read_string(text, form)
    except SevError:
        return None


@quietly
@given(TEXTS, st.sampled_from([Form.PLAIN, Form.MARKDOWN]))
@example("“", Form.PLAIN)
@example("\u200b\n\u200b", Form.MARKDOWN)
@example("A:", Form.PLAIN)
@example("a “‘ ’” — Ada Roe", Form.PLAIN)
def test_any_text_is_read_or_refused(text: str, form: Form) -> None:
    interview = read(text, form)
    if interview is not None:
        holds(interview)


@settings(quietly, max_examples=25)
@given(TEXTS)
@example("<p>&#x110000; &#0;</p>")
@example("<html")
def test_any_page_is_read_or_refused(text: str) -> None:
    interview = read(f"<html><body>{text}</body></html>", Form.HTML)
    if interview is not None:
        holds(interview)


@quietly
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "cp1252", "shift_jis", "utf-7", "hex", "\0"]))
def test_any_bytes_are_read_or_refused(content: bytes, declared: str | None) -> None:
    try:
        holds(read_bytes(content, declared=declared))
    except SevError as error:
        assert error.where and error.hint


# ── Bounded work ─────────────────────────────────────────────────────────────────────────────────────────────────────

PATHOLOGICAL = {
    "opening marks": "“a ",
    "straight marks": '"',
    "nested marks": "“a ‘b “c ",
    "quotations": "“A,” he said. ",
    "one name": "Ada Finch ",
    "capitals": "A",
    "initials": "J. ",
    "labels": "Name: a?\n",
    "brackets": "[",
    "links": "[a](",
    "emphasis": "**a ",
    "list": "- a\n",
    "appositions": "Ada, the actor, ",
    "cues": "said ",
    "questions": "What do you do?\n\nI do.\n\n",
    "abbreviations": "Mr. ",
    "newsletter": "subscribe a newsletter ",
    "comments": "<!--",
    "elements": "<div>",
    "spaces": " \n",
}
COUNT = """
import json, sys
from severance_kg.drafting import read_string
from severance_kg.errors import SevError
counted = 0
def count(frame, event, argument):
    global counted
    counted += 1
def calls(text):
    global counted
    counted = 0
    sys.setprofile(count)
    try:
        read_string(text)
    except SevError:
        pass
    finally:
        sys.setprofile(None)
    return counted
part = sys.argv[1]
calls(part * 10)
print(json.dumps([calls(part * (size // len(part))) for size in (2000, 8000)]))
"""
CPU = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from severance_kg.drafting import read_string
from severance_kg.errors import SevError
part = sys.argv[1]
try:
    read_string(part * (400_000 // len(part)))
except SevError:
    pass
"""


def child(code: str, part: str) -> str:
    return subprocess.run([sys.executable, "-c", code, part], check=True, capture_output=True, text=True, timeout=600).stdout


@pytest.mark.parametrize("name", ["quotations", "labels", "questions", "opening marks", "initials"])
def test_four_times_the_text_is_about_four_times_the_work(name: str) -> None:
    small, large = json.loads(child(COUNT, PATHOLOGICAL[name]))
    assert large < 6 * small


@pytest.mark.parametrize("name", ["brackets", "links", "capitals"])
def test_much_noise_takes_bounded_processor_time_and_memory(name: str) -> None:
    """A pattern with nested repetition would take hours here; the limits are the kernel's, and far above what is needed."""
    child(CPU, PATHOLOGICAL[name])
