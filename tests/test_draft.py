"""The command ``draft``: what it writes, what it refuses, and that a person's edits always win."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from severance_kg.drafting.draft_file import render
from severance_kg.drafting.edited import Draft
from severance_kg.drafting.gazetteer import Gazetteer
from severance_kg.drafting.interview import Interview
from severance_kg.drafting.merge import Merged, merge, with_notes
from severance_kg.drafting.proposals import propose
from severance_kg.drafting.read import read_string
from severance_kg.drafting.sources import SourceCard, make_card
from severance_kg.drafting.undecided import draft_problems
from severance_kg.passages import locate
from severance_kg.resources import gather
from severance_kg.yaml_lines import read_yaml

TALK = """Lena Roth wrote the sixth episode of the series. It was first shown in March.

Roth, who spent two years on it, told Forbes: “I think Mark was lost by then. He misses his wife, and he might never say so. \
If she had stayed, the lamp would burn.”

“Helly believes that the numbers are alive,” Roth added. “They are not. It is strange that nobody asks.”
"""


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    from severance_kg.annotations import read_corpus
    from severance_kg.ontology import read_ontology

    inputs = gather()
    ontology = read_ontology(inputs.vocabulary)
    return Gazetteer(read_corpus(inputs.annotations, inputs.schema, ontology), ontology)


def drafted(text: str, gazetteer: Gazetteer, before: str | None = None) -> tuple[str, Interview, Merged | None]:
    interview = read_string(text)
    draft = Draft.parse(before, "draft.yaml") if before else None
    publisher = draft.source("publisher") if draft else None
    card: SourceCard = make_card(interview, gazetteer, "talk", publisher=publisher)
    made = propose(interview, gazetteer, card)
    if draft is None:
        return with_notes(render(interview, card, made), card), interview, None
    merged = merge(draft, interview.text, card, made)
    return merged.text, interview, merged


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_passage_is_found_again_and_none_is_copied(gazetteer: Gazetteer) -> None:
    text, interview, _ = drafted(TALK, gazetteer)
    draft = Draft.parse(text, "draft.yaml")
    assert len(draft.entries) >= 7
    for one in draft.content["statements"]:
        given = one["passage"]
        from severance_kg.statement_reader import passage_ref

        span = locate(interview.text, passage_ref(given))
        assert list(span) == given["characters"]
        assert max(len(given["starts"].split()), len(given.get("ends", "").split())) <= 6


def test_the_same_text_gives_the_same_bytes(gazetteer: Gazetteer) -> None:
    assert drafted(TALK, gazetteer)[0] == drafted(TALK, gazetteer)[0]


def test_somebody_new_is_declared_and_somebody_known_is_linked(gazetteer: Gazetteer) -> None:
    content = Draft.parse(drafted(TALK, gazetteer)[0], "draft.yaml").content
    assert content["entities"]["LenaRoth"] == {"type": "RealPerson", "label": "Lena Roth"} | content["entities"]["LenaRoth"]
    said = [one for one in content["statements"] if one["said_by"] == "LenaRoth"]
    assert said
    assert {one["said_to"] for one in said} == {"Forbes"}


def test_narration_without_a_known_publication_is_blank_with_a_reason(gazetteer: Gazetteer) -> None:
    first = Draft.parse(drafted(TALK, gazetteer)[0], "draft.yaml").content["statements"][0]
    assert first["said_by"] is None
    assert "publisher" in first["why"]["said_by"]


def test_one_commitment_is_proposed_and_of_several_none(gazetteer: Gazetteer) -> None:
    statements = Draft.parse(drafted(TALK, gazetteer)[0], "draft.yaml").content["statements"]
    by_start = {one["passage"]["starts"].split()[0]: one for one in statements}
    assert by_start["I"]["commitment"] == "Hedged"
    helly = by_start["Helly"]
    assert helly["commitment"] is None
    assert helly["choices"]["commitment"] == ["Reported", "Asserted"]


def test_questions_and_labels_are_listed_as_stating_nothing(gazetteer: Gazetteer) -> None:
    text = (
        "Q: Did the lamp burn all night?\n\nA: It did. Nobody saw it, though.\n\nQ: Who lit it?\n\nA: The keeper lit it himself."
    )
    content = Draft.parse(drafted(text, gazetteer)[0], "draft.yaml").content
    reasons = [one["reason"] for one in content["not_stated"]]
    assert any("question" in reason for reason in reasons)
    assert not any(one["passage"]["starts"].startswith("Did") for one in content["statements"])


@pytest.mark.parametrize(
    "text", ["Hm.", "???? 1", "¿Qué? Nada.", "“” ‘’ word", "a " * 700, "No. " * 200, "“I… —” he said. " * 20]
)
def test_odd_texts_make_a_draft_that_reads_back(gazetteer: Gazetteer, text: str) -> None:
    made, _, _ = drafted(text, gazetteer)
    again, _, _ = drafted(text, gazetteer, made)
    assert Draft.parse(again, "draft.yaml").content["status"] == "draft"


def test_a_hostile_name_is_data_and_nothing_else(gazetteer: Gazetteer) -> None:
    text = "“The lamp is mine,” said Bobby: {evil} [x] # Tables.\n\n“It burns,” said Ann \\\" O'Brien, *director*."
    content, _ = read_yaml(drafted(text, gazetteer)[0], "draft.yaml")
    assert set(content) <= {"status", "source", "annotation", "entities", "statements", "not_stated", "drafted"}


# ── A person's edits ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_untouched_draft_stays_as_it_is(gazetteer: Gazetteer) -> None:
    first, _, _ = drafted(TALK, gazetteer)
    assert drafted(TALK, gazetteer, first)[0] == first


def _lines(draft: str) -> list[str]:
    return [entry.lines for entry in Draft.parse(draft, "draft.yaml").entries]


def _decide(entry: str, chance: random.Random) -> str:
    gloss = f"    gloss: Somebody did something {chance.randrange(999)} times.  # sure"
    return re.sub(r"(?m)^    gloss:.*$", gloss, entry, count=1)


def _comment(entry: str, chance: random.Random) -> str:
    first, _, rest = entry.partition("\n")
    return f"{first}\n    # I doubt it: {chance.randrange(999)}\n{rest}"


def _without_notes(entry: str, chance: random.Random) -> str:
    kept = re.sub(r"(?ms)^    (?:why|choices|cues|mentions):\n(?:      .*\n)*", "", entry)
    return kept.replace("    frame:\n", f"    frame: {chance.choice(['StoryWorld', 'Production'])}\n")


def _narrowed(entry: str, chance: random.Random) -> str:
    passage = '    passage: {paragraph: 1, starts: "Lena"}'
    return re.sub(r"(?m)^    passage: .*\n.*$", passage, entry, count=1) + f"    note: narrowed {chance.randrange(99)}\n"


EDITS: list[Callable[[str, random.Random], str]] = [_decide, _comment, _without_notes, _narrowed]


@pytest.mark.parametrize("seed", range(40))
def test_what_a_person_did_survives_byte_for_byte(gazetteer: Gazetteer, seed: int) -> None:
    """A simulated person edits, deletes and copies entries; the text may change too; then it is drafted twice."""
    chance = random.Random(seed)
    first, _, _ = drafted(TALK, gazetteer)
    draft = Draft.parse(first, "draft.yaml")
    mine: list[str] = []
    gone: list[str] = []
    body = ""
    for entry in draft.entries:
        act = chance.random()
        lines = entry.lines
        if act < 0.2:
            gone.append(entry.id)
            continue
        if act < 0.5:
            lines = chance.choice(EDITS)(lines, chance)
            mine.append(lines)
        if act > 0.85:
            copy = re.sub(r"- id: \w+", f"- id: own-{entry.id}", lines)
            mine.append(copy)
            lines += copy
        body += entry.lead + lines
    head = draft.head.replace("  by:                     # your name", "  by: Ann                 # my name")
    tail = draft.tail + "\n# a last word of mine\n"
    edited = head + (body or "") + tail + first[first.index("# The program's own notes") :]
    if not body:
        edited = edited.replace("statements:\n", "statements: []\n", 1)
    if chance.random() < 0.3:
        edited = edited.replace("\n", "\r\n")
    text = TALK.replace("It was first shown in March.", "It was shown late.") if chance.random() < 0.5 else TALK
    once, _, _ = drafted(text, gazetteer, edited)
    again, _, _ = drafted(text, gazetteer, once)
    assert once == again
    plain = again.replace("\r\n", "\n")
    for lines in mine:
        assert lines in plain
    assert "by: Ann                 # my name" in plain
    assert "# a last word of mine" in plain
    found = Draft.parse(plain, "draft.yaml")
    assert set(gone) <= set(found.rejected)
    assert not set(gone) & {entry.id for entry in found.entries}


def test_what_was_deleted_comes_back_when_it_is_no_longer_rejected(gazetteer: Gazetteer) -> None:
    first, _, _ = drafted(TALK, gazetteer)
    entry = Draft.parse(first, "draft.yaml").entries[2]
    without, _, _ = drafted(TALK, gazetteer, first.replace(entry.lead + entry.lines, "", 1))
    assert f"{{id: {entry.id}," in without
    back = re.sub(rf"(?m)^  - \{{id: {entry.id},.*\n", "", without).replace("rejected:\n", "", 1)
    assert entry.id in {one.id for one in Draft.parse(drafted(TALK, gazetteer, back)[0], "d").entries}


def test_a_publisher_that_a_person_fills_in_speaks_the_narration(gazetteer: Gazetteer) -> None:
    first, _, _ = drafted(TALK, gazetteer)
    filled = re.sub(r"(?m)^  # publisher:.*$", "  publisher: Forbes", first)
    again, _, _ = drafted(TALK, gazetteer, filled)
    assert Draft.parse(again, "d").content["statements"][0]["said_by"] == "Forbes"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("drafted:", "rejected: 5\ndrafted:"),
        ("drafted:\n", "drafted: none\nother:\n"),
        ("  passages:\n", "  passages: []\n  more:\n"),
        ("  entities: [", "  entities: {}\n  more: ["),
        ("    gloss:\n", "    gloss: [a, b]\n"),
        ("    why:\n", "    why: |\n      a block\n\n      of text\n    because:\n"),
    ],
    ids=str,
)
def test_a_draft_that_a_person_has_bent_is_still_kept(gazetteer: Gazetteer, old: str, new: str) -> None:
    bent = drafted(TALK, gazetteer)[0].replace(old, new, 1)
    again, _, _ = drafted(TALK, gazetteer, bent)
    for entry in Draft.parse(bent, "d").entries:
        assert entry.id in {one.id for one in Draft.parse(again, "d").entries}


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(TALK, "utf-8")
    return path


def test_the_command_writes_a_draft_that_no_answer_uses(run: Run, talk: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts" / "talk.yaml"
    told = run("draft", talk, "--out", out, "--publisher", "Island News")
    assert told.returncode == 0, told.stderr
    assert "proposed" in told.stdout
    assert "publisher: IslandNews" in out.read_text("utf-8")
    asked = run("query", "ASK { sev:LenaRoth a ?cls }", "--data", out.parent, "--format", "json")
    assert '"boolean": false' in asked.stdout or '"boolean":false' in asked.stdout
    assert "is a draft and left out" in asked.stderr
    checked = run("check", "--data", out)
    assert checked.returncode == 1
    line = next(i for i, row in enumerate(out.read_text("utf-8").splitlines(), 1) if row.startswith("    gloss:"))
    assert f"talk.yaml:{line}: d01: gloss is undecided" in checked.stderr


def test_a_source_that_is_accepted_is_never_drafted_over(run: Run, talk: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    run("init", out, "--id", "mine")
    before = out.read_bytes()
    told = run("draft", talk, "--out", out)
    assert told.returncode == 2
    assert "is no draft" in told.stderr
    assert out.read_bytes() == before


def test_a_draft_keeps_its_id(run: Run, talk: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    assert run("draft", talk, "--out", out, "--id", "mine").returncode == 0
    told = run("draft", talk, "--out", out, "--id", "another")
    assert (told.returncode, 'it is a draft of "mine"' in told.stderr) == (2, True)


def test_a_broken_draft_is_told_with_its_line_and_left_alone(run: Run, talk: Path, tmp_path: Path) -> None:
    out = tmp_path / "talk.yaml"
    out.write_text("status: draft\nsource: {id: talk\nstatements: []\n", "utf-8")
    told = run("draft", talk, "--out", out)
    assert told.returncode == 2
    assert "talk.yaml:" in told.stderr
    assert "Traceback" not in told.stderr
    assert out.read_text("utf-8").startswith("status: draft\nsource: {id: talk\n")


def test_a_copy_with_other_words_is_told_as_altered(run: Run, article: Path, tmp_path: Path) -> None:
    words = article.read_text("utf-8")
    spun = words.replace("a long journey", "a lengthy trip").replace("nightmarish", "dreamlike")
    assert spun != words
    copy = tmp_path / "copy.txt"
    copy.write_text(spun, "utf-8")
    out = tmp_path / "copy.yaml"
    told = run("draft", copy, "--out", out, "--json")
    assert told.returncode == 0
    named = [one["statement"] for one in json.loads(told.stdout)["altered"]]
    assert {"celebpost-45511-s77", "celebpost-45511-s91"} <= set(named)
    assert f"\n  altered: [{', '.join(named)}]  # " in out.read_text("utf-8")
    (where,) = [str(one.where) for one in draft_problems(gather(out)) if one.code == "altered-copy"]
    assert out.read_text("utf-8").splitlines()[int(where.rpartition(":")[2]) - 1].startswith("  altered: ")
    # Once a person has settled it, the same copy does not bring it up again.
    settled = re.sub(r"(?m)^  altered:.*\n", "", out.read_text("utf-8"))
    out.write_text(settled, "utf-8")
    assert run("draft", copy, "--out", out).returncode == 0
    assert "altered:" not in out.read_text("utf-8")
    assert "celebpost-45511-s91: altered" in told.stderr
    assert "celebpost-45511-s77: altered" in told.stderr
    assert "celebpost-45511-s83" not in told.stderr
