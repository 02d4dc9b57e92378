"""What ``promote`` lets in and what it keeps out, what it writes, and what it tells."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from conftest import Run
from severance_kg.annotations import read_corpus
from severance_kg.drafting import read_string
from severance_kg.drafting.cues import cues_over
from severance_kg.errors import InputError
from severance_kg.ontology import read_ontology
from severance_kg.passages import NormalisedText, Span
from severance_kg.promote import check_reviewer
from severance_kg.resources import gather
from severance_kg.spoken import spoken
from severance_kg.statements import Review, Statement
from severance_kg.text_check import text_problems
from severance_kg.yaml_lines import read_yaml

DATA = Path(__file__).parent / "data"
ARTICLE = DATA / "tidewater" / "article.txt"
SIGNED = ("--reviewer", "Ada Reader", "--on", "2026-11-22")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft of 31 statements, all of them supported."""
    file = tmp_path / "talk.draft.yaml"
    shutil.copy(DATA / "tidewater" / "interview.draft.yaml", file)
    return file


def edit(file: Path, *changes: tuple[str, str]) -> None:
    """Change a file as a person would."""
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8", newline="\n")


def ids(file: Path) -> list[str]:
    """Return the statements of a file."""
    value, _ = read_yaml(file.read_text("utf-8"), str(file))
    return [one["id"] for one in value["statements"]]


FIRMER = ("commitment: Hedged", "commitment: Asserted")  # of s08


# ── What is let in, and what stays ───────────────────────────────────────────────────────────────────────────────────


def test_all_of_a_supported_draft_is_let_in_and_nothing_else_changes(run: Run, draft: Path) -> None:
    before = draft.read_text("utf-8")
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert (done.returncode, done.stderr) == (0, "")
    assert "31 statements let in" in done.stdout
    accepted = (draft.parent / "talk.yaml").read_text("utf-8")
    signature = '    reviewed_by: "Ada Reader"\n    reviewed_on: "2026-11-22"\n'
    assert accepted.count(signature) == 31
    assert accepted.replace(signature, "").replace("status: partial", "status: draft") == before
    assert ids(draft) == []


def test_what_is_refused_stays_with_the_reason_and_comes_in_once_it_is_mended(run: Run, draft: Path) -> None:
    edit(draft, FIRMER, ("  - id: s08\n", "  # What does the pilot hear?\n  - id: s08  # heard\n"))
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert done.returncode == 1
    assert re.search(
        r'talk\.draft\.yaml:\d+: s08: it is Asserted, and "I think" makes it Hedged at most; make it Hedged', done.stderr
    )
    assert ids(draft) == ["s08"]
    left = draft.read_text("utf-8")
    assert "  # What does the pilot hear?\n  - id: s08  # heard\n" in left
    assert 'refused: ["too-firm: it is Asserted' in left
    accepted = draft.parent / "talk.yaml"
    assert len(ids(accepted)) == 30

    edit(draft, ("commitment: Asserted", "commitment: Hedged"))
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert (done.returncode, done.stderr) == (0, "")
    assert ids(accepted)[-1] == "s08"
    assert len(ids(accepted)) == 31
    assert "refused" not in accepted.read_text("utf-8")
    assert "  # What does the pilot hear?\n  - id: s08  # heard\n" in accepted.read_text("utf-8")


def test_a_reviewers_note_lets_in_what_a_cue_speaks_against(run: Run, draft: Path) -> None:
    edit(
        draft,
        FIRMER,
        ("    gloss: The pilot, Maren", "    reviewer_note: She says it again without it.\n    gloss: The pilot, Maren"),
    )
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(ids(draft.parent / "talk.yaml")) == 31


def test_what_rests_on_a_refused_statement_is_refused(run: Run, draft: Path) -> None:
    edit(draft, ("held_by: JoryLund", "held_by: TidewaterCrew"))
    done = run("promote", draft, "--text", ARTICLE, *SIGNED, "--format", "json")
    told = json.loads(done.stdout)
    assert told["refused"] == ["s09", "s10"]
    assert {one["code"] for one in told["problems"] if one["statement"] == "s10"} == {"content-of-another", "rests-on-draft"}


def test_one_statement_may_be_asked_for(run: Run, draft: Path) -> None:
    done = run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s11", "--statement", "s05")
    assert (done.returncode, done.stderr) == (0, "")
    assert ids(draft.parent / "talk.yaml") == ["s05", "s11"]
    assert len(ids(draft)) == 29
    done = run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s12")
    assert done.returncode == 0, "it rests on s11, which is let in"
    done = run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s99")
    assert (done.returncode, 'no statement "s99"' in done.stderr) == (2, True)


def test_where_no_rule_names_the_speaker_a_note_must(run: Run, tmp_path: Path) -> None:
    draft, text = tmp_path / "talk.draft.yaml", tmp_path / "unlabelled.txt"
    shutil.copy(DATA / "orchard" / "interview.draft.yaml", draft)
    _, _, *turns = (DATA / "orchard" / "article.txt").read_text("utf-8").split("\n\n")
    text.write_text("\n\n".join(turn.partition(": ")[2] for turn in turns), "utf-8")
    one = ("--text", text, *SIGNED, "--statement", "s03", "--format", "json")
    (told,) = json.loads(run("promote", draft, *one).stdout)["problems"]
    assert told["code"] == "speaker-unknown"
    assert "speaker_note" in told["hint"]
    edit(draft, ("    gloss: Ilse breaks", "    speaker_note: The tape has his voice.\n    gloss: Ilse breaks"))
    assert json.loads(run("promote", draft, *one).stdout)["accepted"] == ["s03"]


def test_what_nobody_has_decided_stays(run: Run, draft: Path) -> None:
    edit(draft, ("    gloss: Jory loves Edda.\n", "    gloss:\n"), ("[Edda, actsOn, Bell]", "[Edda, ~, Bell]"))
    done = run("promote", draft, "--text", ARTICLE, *SIGNED, "--format", "json")
    told = json.loads(done.stdout)
    assert {one["statement"] for one in told["problems"] if one["code"] == "undecided"} == {"s05", "s11"}
    assert {"s06", "s08", "s12"} <= set(told["refused"]), "they rest on those two"
    assert "s20" in told["accepted"]


def test_a_name_that_nothing_bears_keeps_out_its_statement_alone(run: Run, draft: Path) -> None:
    edit(draft, ("[Edda, givesUp, Keys]", "[Edda, givesUp, Kees]"))
    told = json.loads(run("promote", draft, "--text", ARTICLE, *SIGNED, "--format", "json").stdout)
    assert [one["code"] for one in told["problems"] if one["statement"] == "s26"] == ["unknown-name"]
    assert "s11" in told["accepted"]


def test_a_draft_that_the_rules_made_is_decided_and_let_in(run: Run, tmp_path: Path) -> None:
    """From the text alone to an accepted statement, with what a person writes in between."""
    article, file = DATA / "orchard" / "article.txt", tmp_path / "talk.yaml"
    assert run("draft", article, "--id", "talk", "--out", file).returncode == 0
    text = file.read_text("utf-8")
    blocks = re.findall(r"(?m)^  - id: .*\n(?:    .*\n)+", text)
    (block,) = [one for one in blocks if 'starts: "Hanne might"' in one]
    found = block.split()[2]
    written = re.sub(r"triple: \[.*\]", "triple: [Hanne, frees, Gardener]", block)
    written = written.replace("gloss:", "gloss: Hanne may let the gardener off.", 1).replace("frame:", "frame: StoryWorld", 1)
    written = re.sub(r"    commitment:.*", "    commitment: Hypothetical", written)
    written = re.sub(r"(?m)^    holds_at:.*\n|^    resolves:\n(?:      .*\n)*", "", written)
    written += "    themes: [{theme: Mystery, weight: Minor, why: A bond is loosed.}]\n"
    people = (
        "entities:\n  Hanne: {type: FictionalPerson, label: Hanne}\n  Gardener: {type: FictionalPerson, label: the gardener}\n"
    )
    file.write_text(text.replace(block, written).replace("entities:\n", people, 1), "utf-8", newline="\n")
    done = run("promote", file, "--text", article, *SIGNED, "--statement", found)
    assert (done.returncode, done.stderr) == (0, "")
    accepted = (tmp_path / "talk.accepted.yaml").read_text("utf-8")
    assert accepted.startswith("\nstatus: partial")
    assert 'annotation: {by: "Ada Reader", on: "2026-11-22"}' in accepted
    for key in ("why:\n", "choices:", "mentions:", "drafted:", "cues:\n"):
        assert key not in accepted
    assert found not in ids(file)


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trial_writes_nothing(run: Run, draft: Path) -> None:
    edit(draft, FIRMER)
    before = draft.read_bytes()
    done = run("promote", draft, "--text", ARTICLE, "--dry-run")
    assert (done.returncode, "30 of 31 statements would be let in" in done.stdout) == (1, True)
    assert draft.read_bytes() == before
    assert list(draft.parent.iterdir()) == [draft]


def test_line_ends_indents_and_flow_style_are_kept(run: Run, draft: Path) -> None:
    text = draft.read_text("utf-8")
    flow = "{id: s40, triple: [Edda, friendOf, Pilot], gloss: They are friends., commitment: Asserted,\n"
    passage = re.search(r"id: s20\n[\s\S]*?passage: (\{[\s\S]*?\})", text)
    assert passage
    flow += f"      frame: StoryWorld, passage: {passage[1]}, said_by: MarenVale, reviewer_note: It is mutual.,\n"
    flow += "      themes: [{theme: Love, weight: Minor, why: They are close.}],}"
    draft.write_bytes((text.rstrip() + f"\n\n  - {flow}").replace("\n", "\r\n").encode())
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert (done.returncode, done.stderr) == (0, "")
    accepted = (draft.parent / "talk.yaml").read_bytes().decode()
    assert accepted.count("\n") == accepted.count("\r\n")
    assert 'reviewed_by: "Ada Reader", reviewed_on: "2026-11-22"' in accepted
    assert ids(draft.parent / "talk.yaml")[-1] == "s40"


def test_what_cannot_be_used_is_told_and_nothing_is_written(run: Run, draft: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(draft.read_text("utf-8").replace("tidewater-review", "another"), "utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text("status: draft\nsource: [\n", "utf-8")
    odd = tmp_path / "odd.yaml"
    odd.write_text("- 1\n", "utf-8")
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", "utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for arguments, told in (
        ((draft, "--text", tmp_path / "none.txt"), "cannot be read"),
        ((draft, "--text", empty), "no words"),
        ((draft, "--text", ARTICLE, "--out", draft), "cannot be the draft itself"),
        ((draft, "--text", ARTICLE, "--out", other), 'statements of "another"'),
        ((draft, "--text", ARTICLE, "--out", tmp_path / "no" / "x.yaml"), "x.yaml"),
        ((draft, "--text", ARTICLE, "--out", tmp_path / "x.txt"), "ends in .yaml"),
        ((broken, "--text", ARTICLE), "not YAML"),
        ((odd, "--text", ARTICLE), "object"),
        ((tmp_path / "none.yaml", "--text", ARTICLE), "cannot be read"),
        ((DATA / "saltlight" / "interview.yaml", "--text", ARTICLE), "it is no draft"),
    ):
        done = run("promote", *arguments, *SIGNED)
        assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (2, True, False), done
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_let_in_of_a_draft_passes_the_checks_beside_the_rest_of_it(run: Run, draft: Path) -> None:
    accepted, only = draft.parent / "talk.yaml", ("--data", draft.parent, "--only")
    assert run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s11").returncode == 0
    assert "\nstatus: partial\n" in accepted.read_text("utf-8")
    assert run("check", *only).returncode == 0
    # What names a statement that was let in finds it there; what is wrong in the draft has the draft's line.
    edit(draft, ("  - id: s12\n", "  - id: s12\n    because: [s11]\n    on_condition: [s99]\n"))
    (problem,) = json.loads(run("check", *only, "--format", "json").stdout)
    assert (problem["statement"], problem["file"], problem["code"]) == ("s12", str(draft), "unknown-name")
    assert "s99" in draft.read_text("utf-8").splitlines()[problem["line"] - 1]
    # Whoever calls it whole is held to it.
    edit(accepted, ("status: partial", "status: accepted"))
    codes = {one["code"] for one in json.loads(run("check", *only, "--format", "json").stdout)}
    assert "not-covered" in codes


def test_a_file_becomes_whole_when_every_word_lies_in_a_passage(run: Run, draft: Path) -> None:
    rest = '  - passage: {paragraph: 1, starts: "Edda", words: [0, 272], characters: [0, 1500]}\n    reason: It is told.\n'
    draft.write_text(f"{draft.read_text('utf-8')}\nnot_stated:\n{rest}", "utf-8", newline="\n")
    arguments = ("promote", draft, "--text", ARTICLE, *SIGNED)
    assert run(*arguments, "--statement", "s11").returncode == 0
    assert "\nstatus: partial\n" in (draft.parent / "talk.yaml").read_text("utf-8")
    done = run(*arguments)
    assert (done.returncode, "partial" in done.stdout) == (0, False)
    assert "\nstatus: accepted\n" in (draft.parent / "talk.yaml").read_text("utf-8")


def test_a_draft_is_in_no_graph_and_what_is_let_in_is(run: Run, draft: Path) -> None:
    assert _statements(draft.parent) == []
    assert run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s11").returncode == 0
    (let_in,) = _statements(draft.parent)
    assert let_in.is_edge
    assert let_in.review == Review("Ada Reader", "2026-11-22")


def _statements(folder: Path) -> list[Statement]:
    inputs = gather(folder)
    corpus = read_corpus(inputs.annotations, inputs.schema, read_ontology(inputs.vocabulary))
    return [one for one in corpus.statements if "tidewater" in one.iri]


# ── The loop of editors and agents ───────────────────────────────────────────────────────────────────────────────────


def test_each_problem_has_its_file_line_statement_code_and_hint(run: Run, draft: Path) -> None:
    edit(draft, FIRMER, ('starts: "Jory loves"', 'starts: "Jory hates"'), ("said_by: TobiasKesh", "said_by: MarenVale"))
    done = run("promote", draft, "--text", ARTICLE, "--dry-run", "--format", "json")
    lines = draft.read_text("utf-8").splitlines()
    told = json.loads(done.stdout)
    assert told["problems"]
    for problem in told["problems"]:
        assert set(problem) == {"file", "line", "statement", "code", "message", "hint", "where"}
        assert problem["file"] == str(draft)
        assert f"id: {problem['statement']}" in lines[problem["line"] - 1]
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem["code"])
        assert problem["hint"]
    (missing,) = [one for one in told["problems"] if one["code"] == "passage-not-found"]
    assert '"jory"' in missing["hint"]


def test_check_with_a_text_tells_what_promote_would_refuse(run: Run, draft: Path) -> None:
    def told(source: str | None = None) -> list[tuple[str, str | None, str]]:
        problems = text_problems(gather(draft.parent, only=True), ARTICLE, source=source)
        return sorted((Path(str(one.where).rpartition(":")[0]).name, one.statement, one.code) for one in problems)

    assert run("promote", draft, "--text", ARTICLE, *SIGNED, "--statement", "s11").returncode == 0
    assert told("tidewater-review") == []
    with pytest.raises(InputError, match="nowhere"):
        told("nowhere")
    name, accepted = draft.name, draft.parent / "talk.yaml"
    edit(draft, FIRMER, ('starts: "He does"', 'starts: "He did"'))
    edit(accepted, ('starts: "Jory loves"', 'starts: "Jory hates"'))
    wanted = [(accepted.name, "s11", "passage-not-found"), (name, "s12", "passage-not-found"), (name, "s08", "too-firm")]
    assert told() == sorted(wanted)
    # An entry that is open is not judged, and its passage is looked for all the same.
    edit(draft, ("    gloss: Jory does not forgive the harbour council.\n", "    gloss:\n"))
    assert told() == sorted(wanted)
    done = run("check", "--data", draft.parent, "--only", "--text", ARTICLE, "--format", "json")
    assert done.returncode == 1
    problems = json.loads(done.stdout)
    assert {one["code"] for one in problems if one["statement"] == "s12"} == {"passage-not-found", "undecided"}
    for problem in problems:
        lines = Path(problem["file"]).read_text("utf-8").splitlines()
        assert problem["statement"] in "".join(lines[problem["line"] - 5 : problem["line"]])
        assert problem["hint"]
    assert run("check", "x.nt", "--text", ARTICLE).returncode == 2


def test_check_tells_codes_too(run: Run, tmp_path: Path) -> None:
    good = (Path(__file__).parent / "cases" / "bad" / "good.yaml").read_text("utf-8")
    file = tmp_path / "x.yaml"
    for old, new, code in (
        ("[Ada, performs, Theft]", "[Theft, performs, Theft]", "domain"),
        ("performs", "performes", "unknown-name"),
        ("commitment: Asserted", "commitment: Certain", "form"),
    ):
        file.write_text(good.replace(old, new, 1), "utf-8")
        problems = json.loads(run("check", "--data", file, "--format", "json").stdout)
        assert [(one["code"], one["statement"], one["file"]) for one in problems] == [(code, "s01", str(file))]


def test_no_hint_quotes_more_than_six_words_in_a_row(run: Run, draft: Path) -> None:
    text = draft.read_text("utf-8")
    draft.write_text(re.sub(r"sha256: \w{60}(\w{4})\}", r"sha256: " + "0" * 60 + r"\1}", text), "utf-8")
    done = run("promote", draft, "--text", ARTICLE, *SIGNED)
    assert done.returncode == 1
    words = NormalisedText.of(ARTICLE.read_text("utf-8")).text.split()
    for told in (done.stderr, draft.read_text("utf-8")):
        shown = NormalisedText.of(told).text
        for i in range(len(words) - 7):
            assert " ".join(words[i : i + 7]) not in shown


# ── Cues ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CUES = [
    ("I think |she finds it|.", {"hedge"}),
    ("|She finds it|, I guess.", {"hedge"}),
    ("I think it is odd |that she finds it|.", set()),
    ("|She always thought it was hers|.", {"report"}),
    ("|I always thought it was hers|.", {"hedge"}),
    ("If it rains, |she leaves|.", {"condition"}),
    ("It rained. |She leaves|.", set()),
    ("|She might leave|.", {"hypothetical"}),
    ("|They met in May|.", set()),
    ("|She doesn't leave|.", {"negation"}),
    ("|She not only left but ran|.", set()),
    ("He went home instead of |going to her|.", {"negation"}),
    ("|It is like a wound|.", {"figure"}),
    ("|She acts as if it were hers|.", {"figure", "hypothetical"}),
    ("“I might go,” |Kesh said|.", set()),
    ("“I might go,” Kesh said. |He went|.", set()),
    ("She left, and |nobody answered her|.", {"negation"}),
    ("|She left the house|, and nobody answered her.", set()),
    ("|These are the numbers| he does not understand.", set()),
    ("She hopes that |he leaves| and that he stays.", {"report"}),
    ("She hopes that he leaves and that |he stays|.", {"report"}),
    ("I don't\u2009  think |she\u00ad finds it|.", {"hedge", "negation"}),
    ("She mi\u00adght   have |found it|.", {"hypothetical"}),
    ("According to him, |she left|.", {"report"}),
    ("She did not stay. |He left|.", set()),
    ("|The keeper used to sing|.", {"negation"}),
    ("|She is used to sing here|.", set()),
    ("Gone are the days when |the keeper sang|.", {"negation"}),
]


@pytest.mark.parametrize(("text", "kinds"), CUES, ids=[text for text, _ in CUES])
def test_cues_are_found_where_they_reach(text: str, kinds: set[str]) -> None:
    before, passage, _ = text.split("|")
    whole = text.replace("|", "")
    span = Span(len(before), len(before) + len(passage))
    interview = read_string(whole)
    found = spoken(interview, span)
    cues = cues_over(interview.text.original, span, found.around, found.quoted)
    assert {str(cue.kind) for cue in cues} == kinds


@pytest.mark.parametrize(
    "name", ["ChatGPT", "GPT-5", "Claude Opus", "claude", "Bob (via Copilot)", "agent 7", "<b>x", "  ", "n/a"]
)
def test_a_program_or_nobody_is_no_reviewer(name: str) -> None:
    with pytest.raises(InputError):
        check_reviewer(name)


@pytest.mark.parametrize("name", ["Claude Monet", "Zoë B.", "R. J. Okafor", "李"])
def test_a_person_is_a_reviewer(name: str) -> None:
    assert check_reviewer(name) == name
