"""The command ``review`` without its page: decisions applied, asked for on the terminal, refused where they no longer fit."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Run
from severance_kg.errors import InputError
from severance_kg.passages import NormalisedText
from severance_kg.review import edits
from severance_kg.review.decisions import FORM, Verdict, bare, differing, parse, render
from severance_kg.yaml_lines import read_yaml

DATA = Path(__file__).parent / "data"
ARTICLE = DATA / "orchard" / "article.txt"
DAY = "2026-11-22"
HARMLESS = {key: value for key, value in os.environ.items() if key not in ("EDITOR", "VISUAL")}


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft of 21 statements on a talk that nobody gave, all of them decided and supported."""
    file = tmp_path / "talk.draft.yaml"
    shutil.copy(DATA / "orchard" / "interview.draft.yaml", file)
    return file


def statements(file: Path) -> dict[str, dict[str, Any]]:
    value, _ = read_yaml(file.read_text("utf-8"), str(file))
    return {one["id"]: one for one in value["statements"]}


def decide(draft: Path, *decisions: dict[str, Any], text: Path = ARTICLE, **head: Any) -> Path:
    """Write a file of decisions on statements as they stand."""
    from severance_kg.passages import digest

    there = statements(draft)
    made = [{"was": bare(there.get(one["statement"], {"id": one["statement"]}))} | one for one in decisions]
    given = {
        "form": FORM,
        "source": "vitrine-talk",
        "draft": "0" * 64,
        "text": digest(NormalisedText.of(text.read_text("utf-8")).text),
        "reviewer": "Ada Reader",
        "on": DAY,
        "decisions": made,
    }
    file = draft.with_name("decisions.json")
    file.write_text(json.dumps(given | head), "utf-8")
    return file


def one(name: str, decision: str = "accept", **more: Any) -> dict[str, Any]:
    return {"statement": name, "decision": decision} | more


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ── Applying ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_decisions_are_applied_once_and_again_change_nothing(run: Run, draft: Path) -> None:
    said = draft.read_text("utf-8")
    said = said.replace("    gloss: Ilse breaks the orchard.\n", "    gloss: Ilse breaks the orchard.  # is it hers?\n")
    said = said.replace("  - id: s04\n", "  # Who planted them?\n  - id: s04\n")
    draft.write_text(said, "utf-8")
    accept = one("s03", changes={"gloss": "Ilse tears the orchard of glass apart.", "note": "She may have help."})
    given = decide(
        draft, one("s01"), accept, one("s04", "edit", changes={"note": "When?"}), one("s02", "reject", reason="Known.")
    )
    done = run("review", draft, "--text", ARTICLE, "--apply", given)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 let in" in done.stdout
    accepted = draft.with_name("talk.yaml")
    assert set(statements(accepted)) == {"s01", "s03"}
    signed = statements(accepted)["s03"]
    assert (signed["gloss"], signed["note"]) == ("Ilse tears the orchard of glass apart.", "She may have help.")
    assert (signed["reviewed_by"], signed["reviewed_on"]) == ("Ada Reader", DAY)
    assert "apart.  # is it hers?" in accepted.read_text("utf-8")
    assert "Proposals that you have deleted" not in accepted.read_text("utf-8")
    left, _ = read_yaml(draft.read_text("utf-8"), str(draft))
    assert {"s01", "s02", "s03"}.isdisjoint(statements(draft))
    assert "  # Who planted them?\n  - id: s04\n" in draft.read_text("utf-8")
    assert statements(draft)["s04"]["note"] == "When?"
    assert [(gone["id"], gone["reason"]) for gone in left["rejected"]] == [("s02", "Known.")]
    before = everything(draft.parent)
    done = run("review", draft, "--text", ARTICLE, "--apply", given, "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["settled"], told["written"]) == (0, ["s01", "s03", "s04", "s02"], [])
    assert everything(draft.parent) == before


def test_nothing_that_promote_refuses_is_let_in(run: Run, draft: Path) -> None:
    given = decide(draft, one("s05", changes={"commitment": "Asserted"}), one("s01"), one("s10", changes={"polarity": None}))
    done = run("review", draft, "--text", ARTICLE, "--apply", given, "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["accepted"], told["refused"]) == (1, ["s01"], ["s05", "s10"])
    assert {"too-firm", "negation-dropped"} <= {problem["code"] for problem in told["problems"]}
    assert "too-firm" in statements(draft)["s05"]["refused"][0]
    before = everything(draft.parent)
    assert run("review", draft, "--text", ARTICLE, "--apply", given).returncode == 1
    assert everything(draft.parent) == before


def test_a_passage_is_chosen_by_its_place_and_pointed_at_by_its_words(run: Run, draft: Path) -> None:
    text = NormalisedText.of(ARTICLE.read_text("utf-8"))
    wanted = "the gardener planted seven mirrors"
    at = text.text.index(wanted)
    given = decide(draft, one("s04", "edit", changes={"passage": {"characters": [at, at + len(wanted)]}}))
    assert run("review", draft, "--text", ARTICLE, "--apply", given).returncode == 0
    passage = statements(draft)["s04"]["passage"]
    assert (passage["starts"], passage["ends"]) == ("the gardener planted", "mirrors")
    assert passage["characters"] == [at, at + len(wanted)]
    done = run("promote", draft, "--text", ARTICLE, "--reviewer", "Ada", "--statement", "s04", "--dry-run", "--format", "json")
    assert "passage" not in "".join(problem["code"] for problem in json.loads(done.stdout)["problems"])


def test_things_are_declared_on_the_way(run: Run, draft: Path) -> None:
    new = {"Frost": {"type": "Event", "label": "the frost"}}
    given = decide(draft, one("s12", "edit", changes={"triple": ["Frost", "leadsTo", "GlassOrchard"]}), entities=new)
    done = run("review", draft, "--text", ARTICLE, "--apply", given)
    assert (done.returncode, done.stderr) == (0, "")
    value, _ = read_yaml(draft.read_text("utf-8"), str(draft))
    assert value["entities"]["Frost"] == new["Frost"]
    other = decide(draft, one("s13", "edit", changes={"note": "x"}), entities={"Hanne": {"type": "Place", "label": "H"}})
    assert (
        '"Hanne" is declared in the draft, as something else' in run("review", draft, "--text", ARTICLE, "--apply", other).stderr
    )


def test_what_was_rejected_stays_away_when_the_text_is_drafted_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talk.yaml"
    assert run("draft", ARTICLE, "--id", "vitrine-talk", "--out", file).returncode == 0
    first = list(statements(file))
    given = decide(file, one(first[0], "reject"), one(first[2], "reject", reason="It says nothing."))
    assert run("review", file, "--text", ARTICLE, "--apply", given).returncode == 0
    applied = file.read_bytes()
    assert run("draft", ARTICLE, "--out", file).returncode == 0
    assert set(statements(file)) == set(first) - {first[0], first[2]}
    assert file.read_bytes() == applied


def test_all_rejected_leaves_a_draft_that_is_read(run: Run, tmp_path: Path) -> None:
    file, text = tmp_path / "talk.yaml", tmp_path / "talk.txt"
    text.write_text("Ada: The lamp burns all night.\n", "utf-8")
    assert run("draft", text, "--id", "vitrine-talk", "--out", file).returncode == 0
    given = decide(file, *(one(name, "reject") for name in statements(file)), text=text)
    assert run("review", file, "--text", text, "--apply", given).returncode == 0
    assert statements(file) == {}
    assert run("draft", text, "--out", file).returncode == 0
    assert statements(file) == {}


def test_windows_line_ends_are_kept(run: Run, draft: Path) -> None:
    draft.write_bytes(draft.read_bytes().replace(b"\n", b"\r\n"))
    given = decide(draft, one("s01"), one("s02", "reject"), one("s04", "edit", changes={"themes": None, "note": "a\r\nb"}))
    assert run("review", draft, "--text", ARTICLE, "--apply", given).returncode == 0
    for path in (draft, draft.with_name("talk.yaml")):
        content = path.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 10
    assert statements(draft)["s04"]["note"] == "a b"


def test_a_trial_writes_nothing(run: Run, draft: Path) -> None:
    given = decide(draft, one("s01"))
    before = everything(draft.parent)
    done = run("review", draft, "--text", ARTICLE, "--apply", given, "--dry-run")
    assert (done.returncode, "1 let in" in done.stdout, "nothing was written" in done.stdout) == (0, True, True)
    assert everything(draft.parent) == before


# ── What no longer fits, and what was never one ──────────────────────────────────────────────────────────────────────

Make = Callable[[Path], Path]


def _changed_since(draft: Path) -> Path:
    given = decide(draft, one("s01"), one("s03"))
    draft.write_text(draft.read_text("utf-8").replace("gloss: Ilse breaks the orchard.", "gloss: She breaks it."), "utf-8")
    return given


def _passage_elsewhere(draft: Path) -> Path:
    return decide(draft, one("s01", "edit", changes={"passage": {"characters": [0, 9]}}), text=DATA / "lantern" / "article.txt")


def _truncated(draft: Path) -> Path:
    given = decide(draft, one("s01"))
    given.write_text(given.read_text("utf-8")[:200], "utf-8")
    return given


def _twice(draft: Path) -> Path:
    given = decide(draft, one("s01"))
    given.write_text(given.read_text("utf-8").replace('"reviewer":', '"on": "2026-01-01", "reviewer":'), "utf-8")
    return given


def _with(*decisions: dict[str, Any], **head: Any) -> Make:
    return lambda draft: decide(draft, *decisions, **head)


def _raw(content: bytes) -> Make:
    def make(draft: Path) -> Path:
        draft.with_name("decisions.json").write_bytes(content)
        return draft.with_name("decisions.json")

    return make


WRONG: dict[str, tuple[Make, str]] = {
    "changed since": (_changed_since, "s03: gloss: changed since it was reviewed"),
    "an unknown statement": (_with(one("s01"), one("s31")), 's31: there is no such statement in the draft; did you mean "s21"'),
    "another draft": (_with(one("s01"), source="tidewater-review"), 'decisions on "tidewater-review"'),
    "a truncated file": (_truncated, "not JSON"),
    "a key twice": (_twice, 'the key "on" is there twice'),
    "no JSON at all": (_raw(b"status: draft\n"), "not JSON"),
    "a list": (_raw(b"[1]"), "no decisions of a review"),
    "no UTF-8": (_raw(b"\xff\xfe{}"), "is not UTF-8"),
    "infinity": (_raw(b'{"form": Infinity}'), "Infinity is no JSON"),
    "a very deep file": (_raw(b"[" * 200_000), "nested too deeply"),
    "nobody": (_with(one("s01"), reviewer=" "), "the reviewer has no name"),
    "an agent": (_with(one("s01"), reviewer="agent 7"), "is a program, not a reviewer"),
    "no day": (_with(one("s01"), on="2026-02-30"), "no such day"),
    "no verdict": (_with(one("s01", "allow")), "s01: a decision is accept, edit, reject"),
    "decided twice": (_with(one("s01"), one("s01", "reject")), "s01 is decided twice"),
    "a signature": (_with(one("s01", changes={"reviewed_by": "Ada"})), '"reviewed_by" cannot be changed'),
    "another id": (_with(one("s01", changes={"id": "s77"})), '"id" cannot be changed'),
    "no statement before": (_with(one("s01", was={})), "it does not tell what was decided on"),
    "markup": (_with(one("s01", "edit", changes={"gloss": "<img src=x>"})), "markup"),
    "markup in a reason": (_with(one("s01", "reject", reason="<b>no</b>")), "s01: its reason is too long, or holds markup"),
    "a reason that turns the direction": (_with(one("s01", "reject", reason="a\u202eb")), "s01: its reason is too long"),
    "a mark that turns the direction": (_with(one("s01", "edit", changes={"gloss": "a\u202eb"})), "markup, control characters"),
    "half a character": (_with(one("s01", "edit", changes={"note": "a\ud800b"})), "U+D800, which no text has"),
    "a key that is YAML": (_with(one("s01", "edit", changes={"themes": [{"a: {b": "c"}]})), "s01"),
    "a wrong judgement": (_with(one("s01", "edit", changes={"commitment": "Certain"})), "not one of Asserted"),
    "a passage elsewhere": (_passage_elsewhere, "its passage was chosen in another copy"),
    "a passage out of the text": (
        _with(one("s01", "edit", changes={"passage": {"characters": [5, 9_999_999]}})),
        "outside the text",
    ),
    "a passage of no word": (_with(one("s01", "edit", changes={"passage": {"characters": [62, 64]}})), "s01: its new passage"),
    "a passage over paragraphs": (
        _with(one("s01", "edit", changes={"passage": {"characters": [5, 100]}})),
        "more than one paragraph",
    ),
    "a passage of truths": (_with(one("s01", "edit", changes={"passage": {"characters": [True, 9]}})), "is no span"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_applied_is_told_and_nothing_is_written(
    name: str, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from severance_kg.cli import main

    make, told = WRONG[name]
    given = make(draft)
    before = everything(draft.parent)
    assert main(["review", str(draft), "--text", str(ARTICLE), "--apply", str(given)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
    assert everything(draft.parent) == before


def test_a_text_that_has_changed_is_told_where_it_touches_a_decision(run: Run, draft: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(ARTICLE.read_text("utf-8").replace("planted seven mirrors", "planted nine mirrors"), "utf-8")
    given = decide(draft, one("s01"), one("s04"))
    done = run("review", draft, "--text", other, "--apply", given)
    assert (done.returncode, "s04: the text is another one" in done.stderr, "s01:" in done.stderr) == (2, True, False)
    assert not draft.with_name("talk.yaml").exists()
    done = run("review", draft, "--text", other, "--apply", decide(draft, one("s01"), one("s04", "reject")))
    assert (done.returncode, list(statements(draft.with_name("talk.yaml")))) == (0, ["s01"])


def test_only_who_decided_signs(run: Run, draft: Path) -> None:
    given = decide(draft, one("s01"))
    done = run("review", draft, "--text", ARTICLE, "--apply", given, "--reviewer", "Ben Other")
    assert (done.returncode, 'decisions of "Ada Reader"' in done.stderr) == (2, True)


def test_each_option_is_for_its_own_way(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from severance_kg.cli import main

    for arguments, told in (
        ((draft, "--text", "no-such.txt"), "no-such.txt"),
        ((draft.with_name("none.yaml"), "--text", ARTICLE), "none.yaml"),
        ((DATA / "saltlight" / "interview.yaml", "--text", ARTICLE), "it is no draft"),
        ((draft, "--text", ARTICLE, "--dry-run"), "are for --apply"),
        ((draft, "--text", ARTICLE, "--out", draft.with_name("x.yaml")), "ends in .html"),
        ((draft, "--text", ARTICLE, "--out", ROOT / "docs" / "x.html"), "holds the text of the source"),
        ((draft, "--text", ARTICLE, "--reviewer", "bot"), "is a program"),
        ((draft, "--text", ARTICLE, "--terminal", "--out", draft.with_name("x.txt")), "ends in .json"),
        ((draft, "--text", ARTICLE, "--apply", draft.with_name("none.json")), "none.json"),
    ):
        assert main(["review", *map(str, arguments)]) == 2
        said = capsys.readouterr().err
        assert (told in said, "Traceback" in said) == (True, False), said
    assert list(draft.parent.iterdir()) == [draft]


# ── Decisions and edits by themselves ────────────────────────────────────────────────────────────────────────────────


def test_decisions_come_back_from_their_file(draft: Path) -> None:
    given = parse(decide(draft, one("s01"), one("s02", "reject", reason=" so  be it ")).read_text("utf-8"), "x")
    assert [made.verdict for made in given.decisions] == [Verdict.ACCEPT, Verdict.REJECT]
    assert given.decisions[1].reason == "so be it"
    again = parse(render(given), "x")
    assert again == given
    assert len(render(given).splitlines()) == 13
    with pytest.raises(InputError):
        parse(render(given).replace(FORM, FORM + "1"), "x")


def test_a_passage_that_has_only_moved_is_the_same() -> None:
    was = {"id": "a", "passage": {"paragraph": 1, "starts": "x", "sha256": "0"}, "why": {"gloss": "so"}}
    now = {"id": "a", "passage": {"paragraph": 7, "starts": "x y", "sha256": "0"}, "refused": ["no"]}
    assert differing(was, now) == []
    assert differing(was, {**now, "note": None}) == ["note"]
    assert differing(was, {"id": "a"}) == ["passage"]


ENTRY = """\
statements:
  # before
  - id: a  # the first
    gloss:   # say it
    held_by: Ann  # or Ben?
    themes:  # two
      - {theme: Love, weight: Major, why: "a # b"}
      # not sure
      - {theme: Woe, weight: Minor, why: c}  # really
    note: |
      a block
      # of text
    why:
      x: y
  - {id: b, note: old, frame: StoryWorld}
"""

EDITED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a", {"gloss": "New: yes"}, ['    gloss: "New: yes"   # say it\n']),
    ("a", {"gloss": None}, ["    gloss:   # say it\n"]),
    ("a", {"held_by": None}, ["    gloss:   # say it\n    # or Ben?\n    themes:  # two\n"]),
    ("a", {"themes": []}, ["# two\n", "# not sure\n", "# really\n    note: |\n"]),
    ("a", {"themes": [{"theme": "Woe"}]}, ["# two\n    # not sure\n    themes:\n      - {theme: Woe}  # really\n    note"]),
    ("a", {"note": "short"}, ["    note: short\n    why:\n"]),
    (
        "a",
        {"said_by": "Ann", "frame": "Production"},
        ["# say it\n    said_by: Ann\n    held_by: Ann  # or Ben?\n    frame: Production\n"],
    ),
    (
        "a",
        {"holds_at": "X", "reviewer_note": "r"},
        ["# or Ben?\n    holds_at: X\n", "# of text\n    reviewer_note: r\n    why:\n"],
    ),
    ("b", {"note": None}, ["  - {id: b, frame: StoryWorld}\n"]),
    ("b", {"note": "x, y"}, ['  - {id: b, note: "x, y", frame: StoryWorld}\n']),
    ("b", {"themes": [{"theme": "Woe"}]}, ["frame: StoryWorld, themes: [{theme: Woe}]}\n"]),
    ("b", {"frame": None}, ["  - {id: b, note: old, frame: ~}\n"]),
]


@pytest.mark.parametrize(("name", "changes", "wanted"), EDITED, ids=[f"{one[0]} {one[1]}" for one in EDITED])
def test_an_edit_changes_its_key_and_keeps_every_comment(name: str, changes: dict[str, Any], wanted: list[str]) -> None:
    made = edits.changed(ENTRY, "x", {name: changes})
    for lines in wanted:
        assert lines in made
    assert re.findall(r"# (?:before|the first|say it|or Ben|two|not sure|really)", made) == re.findall(
        r"# (?:before|the first|say it|or Ben|two|not sure|really)", ENTRY
    )
    before, after = (read_yaml(text, "x")[0]["statements"]["ab".index(name)] for text in (ENTRY, made))
    for key in {*before, *after} - {*changes}:
        assert before[key] == after[key]
    for key, value in changes.items():
        assert after.get(key) == (value or None)


# ── On the terminal ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sitting_is_saved_and_goes_on_and_is_applied(run: Run, draft: Path) -> None:
    way = ("review", draft, "--text", ARTICLE, "--terminal")
    done = run(*way, input="Ada Reader\n?\na\nr\n<b>Known</b>\nKnown.\ns\nq\n", env=HARMLESS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Markup and control characters have no place there" in done.stdout
    assert "⟦Petra Salt of the Lantern Post spoke with Ruben Achterberg⟧" in done.stdout
    saved = draft.with_name("talk.decisions.json")
    kept = parse(saved.read_text("utf-8"), "x")
    assert [(made.statement, made.verdict) for made in kept.decisions] == [("s01", "accept"), ("s02", "reject")]
    # The second sitting begins at what was skipped; a wrong answer is told and asked again; the input ends in the middle.
    fields = ["Ilse shatters the orchard.", *[""] * 5, "Certain", "4", *[""] * 12]
    done = run(*way, input="\n".join(["e", *fields, "a", "e", "x"]), env=HARMLESS)
    assert '"Certain" is not one of Hypothetical' in done.stdout
    kept = parse(saved.read_text("utf-8"), "x")
    assert {made.statement: dict(made.changes) for made in kept.decisions}["s03"] == {"gloss": "Ilse shatters the orchard."}
    done = run("review", draft, "--text", ARTICLE, "--apply", saved)
    assert (done.returncode, done.stderr) == (0, "")
    assert statements(draft.with_name("talk.yaml"))["s03"]["gloss"] == "Ilse shatters the orchard."


def test_what_would_be_refused_is_told_before_it_is_accepted(run: Run, draft: Path) -> None:
    draft.write_text(draft.read_text("utf-8").replace("commitment: Hedged", "commitment: Asserted", 1), "utf-8")
    done = run(
        "review", draft, "--text", ARTICLE, "--terminal", "--reviewer", "Ada", input="a\n" * 4 + "a\nn\nu\nq\n", env=HARMLESS
    )
    assert "Against it, too-firm" in done.stdout
    kept = parse(draft.with_name("talk.decisions.json").read_text("utf-8"), "x")
    assert [made.statement for made in kept.decisions] == ["s01", "s02", "s03"], "s05 was not accepted, s04 was undone"


def test_an_editor_may_be_used_and_its_mistakes_lose_nothing(run: Run, draft: Path, tmp_path: Path) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text('utf-8')\n"
        "old, new = ('frame: [', 'frame: StoryWorld') if 'frame: [' in text else ('frame: Production', 'frame: [')\n"
        "text = text.replace('starts: Petra, ends: Achterberg', 'starts: Petra, ends: Post')\n"
        "file.write_text(text.replace(old, new), 'utf-8')\n",
        "utf-8",
    )
    editor = {"EDITOR": f'"{sys.executable}" "{script}"'}
    done = run("review", draft, "--text", ARTICLE, "--terminal", "--reviewer", "Ada", input="e\ny\nq\n", env=HARMLESS | editor)
    assert (done.returncode, "not YAML" in done.stdout) == (0, True)
    (made,) = parse(draft.with_name("talk.decisions.json").read_text("utf-8"), "x").decisions
    text = NormalisedText.of(ARTICLE.read_text("utf-8")).text
    assert (made.verdict, made.changes["frame"]) == (Verdict.EDIT, "StoryWorld")
    assert text[slice(*made.changes["passage"]["characters"])] == "petra salt of the lantern post"
    for broken in ("false", "no-such-editor", '"'):
        done = run(
            "review",
            draft,
            "--text",
            ARTICLE,
            "--terminal",
            "--reviewer",
            "Ada",
            input="e\nq\n",
            env=HARMLESS | {"EDITOR": broken},
        )
        assert (done.returncode, "nothing was changed" in done.stdout, done.stderr) == (0, True, "")


def test_a_text_cannot_command_the_terminal(run: Run, draft: Path, tmp_path: Path) -> None:
    text = tmp_path / "hostile.txt"
    text.write_text(ARTICLE.read_text("utf-8").replace("who wrote", "who\u202e wrote\u2066"), "utf-8")
    done = run("review", draft, "--text", text, "--terminal", "--reviewer", "Ada", input="s\nq\n", env=HARMLESS)
    assert done.returncode == 0
    assert not set("\u202e\u2066") & set(done.stdout + done.stderr)


def test_nobody_at_the_terminal_decides_nothing(run: Run, draft: Path) -> None:
    done = run("review", draft, "--text", ARTICLE, "--terminal", input="", env=HARMLESS)
    assert (done.returncode, "Nothing was decided" in done.stdout) == (0, True)
    done = run("review", draft, "--text", ARTICLE, "--terminal", input="agent\n", env=HARMLESS)
    assert (done.returncode, "is a program" in done.stderr) == (2, True)
    assert list(draft.parent.iterdir()) == [draft]
