"""Every passage of the bundled annotation is found again in the article, and in no text that says something else."""

from __future__ import annotations

import html
import json
import re
import shutil
import textwrap
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

import severance_kg as skg
from conftest import Run
from severance_kg.annotations import read_corpus
from severance_kg.ontology import read_ontology
from severance_kg.passages import MOST_WORDS, NormalisedText, Span, digest, normalise
from severance_kg.resources import gather, root
from severance_kg.statements import Corpus, Kind, Source
from severance_kg.verify import Verdict, passages_of, pointing_words, read_article, uncovered, verify

BUNDLED = root() / "data" / "sources" / "celebpost-45511.yaml"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    inputs = gather()
    return read_corpus(inputs.annotations, inputs.schema, read_ontology(inputs.vocabulary))


@pytest.fixture(scope="module")
def source(corpus: Corpus) -> Source:
    return next(source for source in corpus.sources if source.has_text and source.iri.endswith("celebpost-45511"))


@pytest.fixture(scope="module")
def text(article: Path) -> NormalisedText:
    return read_article(article)


@pytest.fixture(scope="module")
def verdicts(corpus: Corpus, source: Source, text: NormalisedText) -> list[Verdict]:
    return verify(corpus, source, text)


def failed(found: list[Verdict]) -> dict[str, str]:
    return {one.name: str(one.error) for one in found if one.error}


def span_of(verdict: Verdict) -> Span:
    assert verdict.span is not None, verdict.error
    return verdict.span


# ── In the article itself ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_passage_is_found_exactly_once_and_proved(verdicts: list[Verdict], text: NormalisedText) -> None:
    assert len(verdicts) >= 100
    assert failed(verdicts) == {}
    for one in verdicts:
        words = text.text[slice(*span_of(one))]
        assert digest(words) == one.passage.sha256
        assert [m.start() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text.text)] == [span_of(one).start], one.name


def test_the_text_is_the_one_that_was_annotated(source: Source, text: NormalisedText) -> None:
    assert (source.sha256, source.words, source.paragraphs) == (digest(text.text), len(text.words), len(text.paragraphs))


def test_every_word_is_in_a_passage_or_an_omission(verdicts: list[Verdict], text: NormalisedText) -> None:
    covered = {word for one in verdicts for word in range(*text.word_span(span_of(one)))}
    assert [i for i in range(len(text.words)) if i not in covered] == []


def test_less_than_a_third_of_the_words_are_held(
    verdicts: list[Verdict], text: NormalisedText, corpus: Corpus, source: Source
) -> None:
    held: set[int] = set()
    for one in verdicts:
        start, end = span_of(one)
        first = next(text.occurrences(normalise(one.passage.starts), Span(start, end)))
        held.update(range(*text.word_span(first)))
        if one.passage.ends:
            held.update(range(*text.word_span(Span(end - len(normalise(one.passage.ends)), end))))
    assert len(held) == pointing_words(corpus, source)
    assert 3 * len(held) < len(text.words)


def test_first_and_last_words_are_the_source_s_own_characters(verdicts: list[Verdict], article: Path) -> None:
    original = " ".join(article.read_text("utf-8").split())
    for one in verdicts:
        for phrase in filter(None, (one.passage.starts, one.passage.ends, one.passage.prefix)):
            assert phrase in original, one.name
            assert len(phrase.split()) <= MOST_WORDS


def test_a_link_opens_at_its_passage(corpus: Corpus, verdicts: list[Verdict], article: Path) -> None:
    """What a browser does with a text directive, told by the WICG's draft: the first place of each part, at word boundaries."""
    page = " ".join(article.read_text("utf-8").split())
    spans = {one.name: span_of(one) for one in verdicts}
    opened = 0
    for statement in corpus.statements:
        if statement.kind is not Kind.INTERVIEW:
            continue
        assert statement.link and statement.passage and statement.passage.sha256
        url, directive = statement.link.split("#:~:text=")
        assert url.startswith("https://")
        parts = [unquote(part) for part in directive.split(",")]
        prefix = parts.pop(0).removesuffix("-") if directive.split(",")[0].endswith("-") else None
        begin = first_place(page, f"{prefix} {parts[0]}", 0) + len(prefix) + 1 if prefix else first_place(page, parts[0], 0)
        end = begin + len(parts[0])
        if len(parts) > 1:
            end = first_place(page, parts[1], end) + len(parts[1])
        assert digest(normalise(page[begin:end])) == statement.passage.sha256, statement.iri
        assert statement.iri.rpartition("/")[2] in spans
        opened += 1
    assert opened >= 100


def first_place(page: str, phrase: str, start: int) -> int:
    found = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE).search(page, start)
    assert found, phrase
    return found.start()


# ── In other copies of it ────────────────────────────────────────────────────────────────────────────────────────────

STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "..."})
CURLY = str.maketrans({"'": "’", "-": "‐"})


def paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


HARMLESS: dict[str, Callable[[str], str]] = {
    "straight quotes and hyphens": lambda text: text.translate(STRAIGHT),
    "curly quotes and other hyphens": lambda text: text.translate(CURLY),
    "guillemets": lambda text: text.replace("“", "«").replace("”", "»"),
    "doubled spaces": lambda text: text.replace(" ", "  "),
    "spaces that do not break": lambda text: text.replace(" ", "\u00a0"),
    "hard wrapped, with blank lines": lambda text: "\n\n".join(textwrap.fill(one, 60) for one in paragraphs(text)),
    "hard wrapped, without blank lines": lambda text: "\n".join(textwrap.fill(one, 40) for one in paragraphs(text)),
    "lines as on Windows": lambda text: text.replace("\n", "\r\n\r\n"),
    "all on one line": lambda text: " ".join(paragraphs(text)),
    "a word on each line": lambda text: "\n".join(text.split()),
    "paragraphs in reverse order": lambda text: "\n\n".join(reversed(paragraphs(text))),
    "a title before it and a footer behind it": lambda text: f"A title\n\nBy somebody\n\n{text}\n\nRead more of this.",
    "capitals": str.upper,
    "soft hyphens": lambda text: re.sub(r"(\w{3})(\w{3})", "\\1\u00ad\\2", text),
    "zero-width spaces, and a byte order mark": lambda text: "\ufeff" + re.sub(r"(\w)( )", "\\1\u200b\\2", text),
    "taken apart into letters and marks": lambda text: unicodedata.normalize("NFD", text),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_changes_change_nothing(name: str, corpus: Corpus, source: Source, article: Path) -> None:
    changed = HARMLESS[name](article.read_text("utf-8"))
    assert failed(verify(corpus, source, NormalisedText.of(changed))) == {}


def as_html(text: str) -> str:
    """A page with the article in it, with what pages have: entities, inline tags within words, scripts, furniture."""
    body = []
    for paragraph in paragraphs(text):
        told = (
            html.escape(paragraph)
            .replace("’", "&rsquo;")
            .replace("“", "&#8220;")
            .replace("”", "&#x201D;")
            .replace("—", "&mdash;")
        )
        told = re.sub(r"\b(\w)(\w+)\b(?![^&\s]*;)", r"<b class='x'>\1</b>\2", told, count=5)
        told = re.sub(r" ", "\n", told, count=3).replace(" the ", "&nbsp;<a href='#'>the</a> ")
        body.append(f"<p>{told}<!-- and a comment --></p>")
    return (
        "<!doctype html><html><head><title>A title</title><style>p { color: red }</style>"
        "<script>if (1 < 2) document.write('<p>no words</p>')</script></head><body><nav><ul><li>Home<li>News</ul></nav>"
        f"<article><h1>A heading</h1>{''.join(body)}</article><noscript>Please switch on scripts.</noscript>"
        "<template><p>not shown</p></template><footer>Read more<br>of this</footer></body></html>"
    )


@pytest.mark.parametrize(
    "wrap", [as_html, lambda text: as_html(text).lower(), lambda text: f"<div>{'<br>'.join(paragraphs(text))}"]
)
def test_a_page_holds_the_same_passages(wrap: Callable[[str], str], run: Run, article: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(wrap(article.read_text("utf-8")), "utf-8")
    done = run("verify", "--html", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"(\d+) of \1 passages found, each exactly once, every digest equal\n", done.stdout)


def test_what_a_page_does_not_show_is_not_read(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(as_html("First words.\n\nLast words."), "utf-8")
    read = read_article(page, html=True)
    assert read.text == "a title home news a heading first words. last words. read more of this"
    assert len(read.paragraphs) == 8


# ── In a text that says something else ───────────────────────────────────────────────────────────────────────────────


def test_an_altered_word_fails_just_the_passages_that_hold_it(
    corpus: Corpus, source: Source, text: NormalisedText, verdicts: list[Verdict]
) -> None:
    for word in text.words[::6]:
        changed = NormalisedText.of(text.text[: word.start] + "quagmire" + text.text[word.end :])
        holding = {one.name for one in verdicts if span_of(one).start <= word.start < span_of(one).end}
        assert holding
        assert set(failed(verify(corpus, source, changed))) == holding


@pytest.mark.parametrize("change", ["word left out", "word put in", "words swapped", "a comma left out", "not put in"])
def test_every_kind_of_change_is_seen(
    change: str, corpus: Corpus, source: Source, text: NormalisedText, verdicts: list[Verdict]
) -> None:
    one = next(one for one in verdicts if one.name.endswith("-s19"))
    words = text.text[slice(*span_of(one))]
    parts = words.split(" ")
    middle = len(parts) // 2
    changed = {
        "word left out": " ".join(parts[:middle] + parts[middle + 1 :]),
        "word put in": " ".join([*parts[:middle], "really", *parts[middle:]]),
        "words swapped": " ".join([*parts[:middle], parts[middle + 1], parts[middle], *parts[middle + 2 :]]),
        "a comma left out": words.replace(",", "", 1),
        "not put in": words.replace(" is ", " is not ", 1),
    }[change]
    assert changed != words
    told = failed(verify(corpus, source, NormalisedText.of(text.text.replace(words, changed))))
    assert one.name in told
    assert "not the one that was annotated" in told[one.name]


def test_the_command_names_the_statements_whose_passage_is_altered(
    run: Run, article: Path, tmp_path: Path, verdicts: list[Verdict]
) -> None:
    words = article.read_text("utf-8").split(" ")
    words[-9] = "quagmire"
    copy = tmp_path / "copy.txt"
    copy.write_text(" ".join(words), "utf-8")
    done = run("verify", "--text", copy)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = re.findall(
        r"^severance-kg: data/sources/celebpost-45511\.yaml:\d+: (celebpost-45511-s\d+): ", done.stderr, re.MULTILINE
    )
    last = max(span_of(one).end for one in verdicts)
    holding = [one.name for one in verdicts if span_of(one).end == last]
    assert set(told) == set(holding)
    assert holding
    assert f"{len(verdicts) - len(set(told))} of {len(verdicts)} passages found" in done.stdout


def test_another_text_has_none_of_the_passages(corpus: Corpus, source: Source) -> None:
    found = verify(corpus, source, NormalisedText.of("A keeper went up a stair with a lamp in his hand."))
    assert len(failed(found)) == len(found)


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_finds_everything(run: Run, article: Path, verdicts: list[Verdict]) -> None:
    done = run("verify", "--text", article)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(verdicts)} of {len(verdicts)} passages found, each exactly once, every digest equal\n"


def test_the_command_tells_it_as_data(run: Run, article: Path, verdicts: list[Verdict]) -> None:
    told = json.loads(run("verify", "--text", article, "--format", "json").stdout)
    assert told["problems"] == []
    assert [one["statement"] for one in told["passages"]] == [one.name for one in verdicts]
    assert all(
        one["found"] and one["characters"] == list(span_of(known)) for one, known in zip(told["passages"], verdicts, strict=True)
    )


def test_without_the_text_the_command_says_how_to_get_it(run: Run) -> None:
    done = run("verify")
    assert (done.returncode, done.stdout) == (2, "")
    assert "https://www.thecelebpost.com/news/" in done.stderr
    assert "--text" in done.stderr
    assert "--html" in done.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "there are no words in it"),
        (b" \n\n... \xe2\x80\x94 !\n", "there are no words in it"),
        (b"\xff\xfe\x00words", "is not UTF-8"),
        (b"word " * 1_000_000, "larger than 4 MiB"),
        (None, "cannot be read"),
    ],
    ids=["empty", "no word", "not UTF-8", "too large", "missing"],
)
def test_a_text_that_cannot_be_read_is_told(content: bytes | None, told: str, run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    if content is not None:
        copy.write_bytes(content)
    done = run("verify", "--text", copy)
    assert done.returncode == 2
    assert told in done.stderr
    assert str(copy) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_no_text(run: Run, tmp_path: Path) -> None:
    done = run("verify", "--text", tmp_path)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_a_source_that_nobody_knows_is_told(run: Run, article: Path) -> None:
    done = run("verify", "--text", article, "--source", "celebpost-45512")
    assert done.returncode == 2
    assert 'did you mean "celebpost-45511"?' in done.stderr


# ── Stamping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def without_hints(annotation: str) -> str:
    bare = re.sub(r",\s+words: \[\d+, \d+\], characters: \[\d+, \d+\], sha256: [0-9a-f]{64}", "", annotation)
    return re.sub(r"^  (paragraphs|words|sha256): \w+\n", "", bare, flags=re.MULTILINE)


def test_stamping_writes_what_only_the_text_can_tell(run: Run, article: Path, tmp_path: Path) -> None:
    stamped = BUNDLED.read_text("utf-8")
    bare = without_hints(stamped)
    assert "sha256" not in bare
    copy = tmp_path / "copy.yaml"
    copy.write_text(bare, "utf-8")
    for _ in range(2):
        done = run("verify", "--text", article, "--stamp", copy)
        assert (done.returncode, done.stderr) == (0, "")
        assert copy.read_text("utf-8") == stamped


OWN_TEXT = "The keeper went up the stair. A lamp burned.\n\nNobody came.\n"
FORMS = {
    "in braces": """
source: {id: own, title: own}
statements:
  - id: s01
    passage: {paragraph: 1, starts: the keeper, ends: stair}
    note: kept # so
""",
    "in lines": """
source: {id: own, title: own}
statements:
  - id: s01
    passage:
      paragraph: 1  # one
      starts: the keeper
      ends: stair
    # kept
    note: kept
""",
    "with lists in lines": """
source:
    id: own
    title: own
statements:
- passage:
    ends: stair
    starts: 'the keeper'
    paragraph: 1
    words:
    - 7
    - 9

- note: kept
""",
    "in one line": """
statements: [{passage: {paragraph: 1, starts: the keeper, ends: stair, sha256: old}, note: kept}]
source: {title: own}
""",
    "lines as on Windows": """
source: {}
statements:
  - passage: {paragraph: 1, starts: the keeper, ends: stair}
    note: kept
""".replace("\n", "\r\n"),
}


@pytest.mark.parametrize("annotation", FORMS.values(), ids=FORMS)
def test_stamping_keeps_whatever_form_the_file_has(annotation: str, run: Run, tmp_path: Path) -> None:
    import yaml

    file, text = tmp_path / "own.yaml", tmp_path / "own.txt"
    file.write_bytes(annotation.encode())
    text.write_text(OWN_TEXT, "utf-8")
    done = run("verify", "--text", text, "--stamp", file)
    assert (done.returncode, done.stderr) == (0, "")
    content = yaml.safe_load(file.read_bytes())
    passage = content["statements"][0]["passage"]
    expected = {"paragraph": 1, "starts": "The keeper", "ends": "stair", "words": [0, 6], "characters": [0, 28]}
    assert passage == expected | {"sha256": digest("the keeper went up the stair")}
    assert (content["source"]["paragraphs"], content["source"]["words"]) == (2, 11)
    assert [one.get("note") for one in content["statements"]][-1].startswith("kept")
    again = file.read_bytes()
    assert run("verify", "--text", text, "--stamp", file).returncode == 0
    assert file.read_bytes() == again


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        ("statements: [", "own.yaml:2: not YAML"),
        ("", "own.yaml: the file is empty"),
        ("a: &a [*a]", "anchors and aliases are not used here"),
        ("[" * 100_000, "nested more than 20 deep"),
        ("statements:\n- passage: {starts: the keeper}\n", "own.yaml:2: a passage has the number of its paragraph"),
        (
            "statements:\n- passage: {paragraph: one, starts: the keeper}\n",
            "own.yaml:2: a passage has the number of its paragraph",
        ),
        ("statements:\n- passage: {paragraph: 1, starts: }\n", "own.yaml:2: a passage has the number of its paragraph"),
        ("statements:\n- passage: {paragraph: 1, starts: [a]}\n", "own.yaml:2: a passage has the number of its paragraph"),
        ("statements:\n- passage: {paragraph: 1, starts: keeper, occurrence: x}\n", "own.yaml:2: a passage has the number"),
        ("statements:\n- passage: {paragraph: 9, starts: the keeper}\n", "own.yaml:2: there is no paragraph 9"),
        ("statements:\n- passage: {paragraph: 1, starts: …}\n", "own.yaml:2: paragraph 1 does not hold"),
    ],
)
def test_what_cannot_be_stamped_is_told_and_left_alone(annotation: str, told: str, run: Run, tmp_path: Path) -> None:
    file, text = tmp_path / "own.yaml", tmp_path / "own.txt"
    file.write_text(annotation, "utf-8")
    text.write_text(OWN_TEXT, "utf-8")
    done = run("verify", "--text", text, "--stamp", file)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text("utf-8") == annotation
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.txt", "own.yaml"]


def test_all_passages_that_are_not_there_are_told_at_once(run: Run, tmp_path: Path) -> None:
    file, text = tmp_path / "own.yaml", tmp_path / "own.txt"
    file.write_text("statements:\n" + "".join(f"- passage: {{paragraph: 1, starts: zebra{i}}}\n" for i in range(5)), "utf-8")
    text.write_text(OWN_TEXT, "utf-8")
    told = run("verify", "--text", text, "--stamp", file).stderr
    assert all(f"own.yaml:{i + 2}: " in told and f"zebra{i}" in told for i in range(5))
    assert told.endswith("5 problems\n")


# ── Wrong hints ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def own_data(tmp_path: Path) -> Path:
    """A copy of the bundled annotation files, to spoil."""
    return Path(shutil.copytree(root() / "data", tmp_path / "data"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("words: [0, 8], characters: [0, 41]", "words: [0, 9], characters: [0, 41]", "the recorded position is not where"),
        ("words: [0, 8], characters: [0, 41]", "words: [0, 8], characters: [1, 41]", "the recorded position is not where"),
        ("  words: 504\n", "  words: 503\n", "the text has 504 words, not 503"),
        ("words: 504", "words: 504", ""),
    ],
)
def test_a_wrong_hint_is_told_where_the_text_is_the_very_one(
    old: str, new: str, told: str, run: Run, article: Path, own_data: Path
) -> None:
    file = own_data / "sources" / BUNDLED.name
    content = file.read_text("utf-8")
    file.write_text(content.replace(old, new, 1), "utf-8")
    done = run("verify", "--text", article, "--data", own_data, "--only")
    assert done.returncode == (1 if told else 0)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_word_that_no_passage_covers_is_told_in_few_words(run: Run, article: Path, own_data: Path) -> None:
    file = own_data / "sources" / BUNDLED.name
    content = file.read_text("utf-8")
    # Both statements of the first passage now rest on the second one, and nothing covers the first words.
    first, second = re.findall(r"passage: \{paragraph: 1,[^}]*\}", content)[1:3]
    assert first != second
    file.write_text(content.replace(first, second), "utf-8")
    done = run("verify", "--text", article, "--data", own_data, "--only")
    assert done.returncode == 1
    quoted = re.findall(r'no statement covers "([^"]*)"', done.stderr)
    assert len(quoted) == 1
    assert 1 <= len(quoted[0].split()) <= MOST_WORDS


def test_the_graph_holds_what_the_annotation_says(kg: skg.KnowledgeGraph, corpus: Corpus, source: Source) -> None:
    for name, _, passage in passages_of(corpus, source):
        if name.startswith("not_stated"):
            continue
        read = kg.statement(name).passage
        assert read is not None
        assert (read.starts, read.ends, read.sha256, read.characters) == (
            passage.starts,
            passage.ends,
            passage.sha256,
            passage.characters,
        )
    assert list(uncovered(corpus, source)) == []
