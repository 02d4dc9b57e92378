"""YAML as annotation files are read: what an annotator writes is what is read, with its line; what is hostile is refused."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from severance_kg.errors import InputError
from severance_kg.yaml_lines import MOST_BYTES, MOST_DEPTH, read_text, read_yaml

# ── What is read ─────────────────────────────────────────────────────────────────────────────────────────────────────

PLAIN = """\
source: {id: own, published: 2026-02-03}
"quoted": "07"
numbers: [7, -1, 0, 07, 1_0, 1.5, 0x1F, 12345678901234567]
words:
  - true
  - no
  - Yes
  - null
  - ~
  -
  - 'true'
  - 12:30
text: |
  two
  lines
"""


def test_only_a_few_words_are_special() -> None:
    content, _ = read_yaml(PLAIN, "own.yaml")
    assert content["source"] == {"id": "own", "published": "2026-02-03"}, "a date stays as it was written"
    assert content["quoted"] == "07"
    assert content["numbers"] == [7, -1, 0, "07", "1_0", "1.5", "0x1F", "12345678901234567"]
    assert content["words"] == [True, "no", "Yes", None, None, None, "true", "12:30"]
    assert content["text"] == "two\nlines\n"


def test_every_value_has_its_line_and_what_has_none_has_the_nearest() -> None:
    _, lines = read_yaml(PLAIN, "own.yaml")
    assert str(lines.where(("source", "published"))) == "own.yaml:1"
    assert str(lines.where(("words", 3))) == "own.yaml:8"
    assert str(lines.where(("text",))) == "own.yaml:13"
    assert str(lines.where(("words", 3, "deeper", 9))) == "own.yaml:8"
    assert str(lines.where(("nothing", 7))) == "own.yaml:1"


KEYS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["C"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1), st.booleans(), st.booleans())
def test_what_was_written_is_read(content: dict[str, Any], flow: bool, ascii_only: bool) -> None:
    text = yaml.safe_dump(content, default_flow_style=flow, allow_unicode=not ascii_only, sort_keys=False)
    assert read_yaml(text, "own.yaml")[0] == content


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("[]{}:,-?&*!|>'\"#%@` \n\tab~\u0085\ufeff\u0000"), max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        read_yaml(text, "own.yaml")
    except InputError as error:
        assert (error.where or "").startswith("own.yaml")
        assert error.hint


# ── What is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "own.yaml: the file is empty"),
        ("a: 1\nb: 2\na: 3\n", 'own.yaml:3: the key "a" is there twice'),
        ("a: {b: 1,\n  b: 2}\n", 'own.yaml:2: the key "b" is there twice'),
        ("a: &x [1]\nb: *x\n", "own.yaml:1: anchors and aliases are not used here"),
        ("a: &x [*x]\n", "own.yaml:1: anchors and aliases are not used here"),
        ("a: 1\n? [b]\n: 2\n", "own.yaml:2: a key must be a plain word"),
        ("a: 1\n---\nb: 2\n", "own.yaml:2: not YAML"),
        ("a:\n\tb: 1\n", "own.yaml:2: not YAML"),
        ("a: 1\nb: [\n", "own.yaml:3: not YAML"),
        ("a: \x07\n", "own.yaml: not YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "own.yaml")
    assert str(caught.value).startswith(told)
    assert caught.value.hint


def test_aliases_upon_aliases_are_refused_at_once() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    begun = time.perf_counter()
    with pytest.raises(InputError, match="anchors and aliases"):
        read_yaml(bomb, "own.yaml")
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(("depth", "passes"), [(MOST_DEPTH, True), (MOST_DEPTH + 1, False)])
def test_the_limit_of_nesting_is_where_it_is_said_to_be(depth: int, passes: bool) -> None:
    text = "[" * depth + "]" * depth
    if passes:
        read_yaml(text, "own.yaml")
    else:
        with pytest.raises(
            InputError, match=f"own.yaml:1: nested more than {MOST_DEPTH} deep|nested more than {MOST_DEPTH} deep"
        ):
            read_yaml(text, "own.yaml")


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "a: [", "!x ["])
def test_nesting_that_ends_the_parser_is_refused_and_the_process_lives(piece: str) -> None:
    # PyYAML's C loader makes nodes by recursion; without the limit these files end the process with a signal.
    code = (
        "import sys; from severance_kg.yaml_lines import read_yaml; from severance_kg.errors import InputError\n"
        "try: read_yaml(sys.argv[1] * (2_000_000 // len(sys.argv[1])), 'own.yaml')\n"
        "except InputError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, piece], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert "nested more than" in done.stdout or "not YAML" in done.stdout


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    for content in ("a: ü\n".encode(), "\ufeffa: ü\n".encode()):
        file.write_bytes(content)
        assert read_text(file) == "a: ü\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: \xff", "byte 3 is not UTF-8"),
        (b"x" * (MOST_BYTES + 1), "the file is larger than 4 MiB"),
        (None, "cannot be read: No such file"),
    ],
    ids=["not UTF-8", "too large", "missing"],
)
def test_a_file_that_cannot_be_read_is_told(content: bytes | None, told: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=told) as caught:
        read_text(file)
    assert caught.value.where == str(file)
    assert caught.value.hint


def test_a_file_of_the_greatest_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(b"x" * MOST_BYTES)
    assert len(read_text(file)) == MOST_BYTES


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end here")
def test_what_has_no_end_is_not_read_to_it() -> None:
    with pytest.raises(InputError, match="larger than"):
        read_text(Path("/dev/zero"))
