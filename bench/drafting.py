"""How well the rules tell questions from answers, and name the speakers, of interviews whose speakers are known.

Run it with ``uv run bench/drafting.py FOLDER`` or with ``SKG_INTERVIEWS`` set to the folder: JSON files with ``paragraphs``, each
a ``text`` with its ``speaker``, null for headings and narration. Every interview is rendered as it might be found: with a label
on each turn, with labels on the first question and answer only, with its questions in bold (Markdown and HTML), and without any
mark.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reliability import Told, table

from severance_kg.drafting import Interview, read_string
from severance_kg.drafting.interview import Form, Role

ROLES_GOAL, SPEAKERS_GOAL, SPEED_GOAL = 0.97, 0.95, 20_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an interview, who says it, and whether they ask."""

    text: str
    speaker: str | None
    asks: bool


@dataclass(slots=True)
class Score:
    """What came of one rendering of all interviews."""

    turns: int = 0
    roles: int = 0
    named: int = 0
    right: int = 0
    others: int = 0
    apart: int = 0
    crashes: int = 0
    words: int = 0
    seconds: float = 0.0
    told: list[Told] = field(default_factory=list)


def paragraphs(path: Path) -> list[Paragraph]:
    """Read an interview; whoever ends the largest share of their words with a question mark is the one who asks."""
    told = [(one["text"], one["speaker"]) for one in json.loads(path.read_text("utf-8"))["paragraphs"]]
    words, asked = Counter[str](), Counter[str]()
    for text, speaker in told:
        if speaker:
            words[speaker] += len(text.split())
            asked[speaker] += text.rstrip().endswith("?")
    asking = max(asked, key=lambda speaker: asked[speaker] / words[speaker])
    return [Paragraph(text, speaker, speaker == asking) for text, speaker in told]


def spaced(speaker: str) -> str:
    """Return a name with spaces, as it would be printed."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", speaker)


def labelled(told: list[Paragraph]) -> str:
    """Render with a label on every turn."""
    return "\n\n".join(f"{spaced(one.speaker)}: {one.text}" if one.speaker else one.text for one in told)


def labels_first(told: list[Paragraph]) -> str:
    """Render with a label on the first question and on the answer to it."""
    first = next(i for i, one in enumerate(told) if one.asks)
    second = next(i for i, one in enumerate(told) if i > first and one.speaker and not one.asks)
    return "\n\n".join(
        f"{spaced(one.speaker or '')}: {one.text}" if i in (first, second) else one.text for i, one in enumerate(told)
    )


def bold_markdown(told: list[Paragraph]) -> str:
    """Render as Markdown, the questions in bold."""
    return "\n\n".join(f"**{one.text.strip()}**" if one.asks else one.text for one in told)


def bold_html(told: list[Paragraph]) -> str:
    """Render as a page, the questions in bold."""
    body = "\n".join(f"<p><b>{html.escape(one.text)}</b></p>" if one.asks else f"<p>{html.escape(one.text)}</p>" for one in told)
    head = f"<head><title>{html.escape(told[0].text)}</title></head>"
    return f"<!DOCTYPE html><html>{head}<body><article>{body}</article></body></html>"


def bare(told: list[Paragraph]) -> str:
    """Render without any mark."""
    return "\n\n".join(one.text for one in told)


RENDERINGS: dict[str, tuple[Callable[[list[Paragraph]], str], Form]] = {
    "labelled": (labelled, Form.PLAIN),
    "labels at first": (labels_first, Form.PLAIN),
    "bold, Markdown": (bold_markdown, Form.MARKDOWN),
    "bold, HTML": (bold_html, Form.HTML),
    "plain": (bare, Form.PLAIN),
}


def measure(name: str, told: list[Paragraph], source: str, form: Form, score: Score, slips: list[str] | None) -> None:
    """Read one rendering and add what came of it."""
    start = time.process_time()
    try:
        interview = read_string(source, form)
    except Exception as error:
        print(f"crash: {error!r}", file=sys.stderr)
        score.crashes += 1
        score.turns += sum(one.speaker is not None for one in told)
        return
    finally:
        score.seconds += time.process_time() - start
    score.words += len(source.split())
    compare(name, told, interview, score, slips)


def compare(name: str, told: list[Paragraph], interview: Interview, score: Score, slips: list[str] | None) -> None:
    """Compare each paragraph with the block in which its first words stand."""
    folded, places = _folded(interview.text.original)
    at = 0
    for one in told:
        words = _folded(one.text)[0]
        found = folded.find(words[:60], at)
        block = None
        if found >= 0:
            at = found + len(words[:60])
            where = places[found + min(len(words), 60) // 2]
            block = next((b for b in interview.blocks if b.whole.start <= where < b.whole.end), None)
        role = block.role if block else None
        if one.speaker is None:
            score.others += 1
            score.apart += role not in (Role.QUESTION, Role.ANSWER)
            if slips is not None and role in (Role.QUESTION, Role.ANSWER):
                slips.append(f"narration as {role}: {one.text[:70]}")
            continue
        score.turns += 1
        right = role is (Role.QUESTION if one.asks else Role.ANSWER)
        score.roles += right
        if slips is not None and not right:
            slips.append(f"{'question' if one.asks else 'answer'} as {role}: {one.text[:70]}")
        if block and right and block.attribution.speaker:
            score.named += 1
            same = same_name(block.attribution.speaker, one.speaker)
            score.right += same
            score.told.append(Told(name, block.attribution.confidence, same))
            if slips is not None and not same:
                slips.append(f"{one.speaker} as {block.attribution.speaker}: {one.text[:60]}")


def same_name(found: str, known: str) -> bool:
    """Whether two names are one: the same, or one the surname of the other."""
    a, b = _folded(found)[0], _folded(known)[0]
    return a == b or _folded(found.split()[-1])[0] == b or _folded(spaced(known).split()[-1])[0] == a


def _folded(text: str) -> tuple[str, list[int]]:
    kept = [(c.casefold(), i) for i, c in enumerate(text) if c.isalnum()]
    return "".join(c[:1] for c, _ in kept), [i for _, i in kept]


def main() -> int:
    """Print the figures and whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("SKG_INTERVIEWS"))
    parser.add_argument("--slips", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    if not arguments.folder:
        parser.error("name the folder of interviews, or set SKG_INTERVIEWS")
    files = sorted(Path(arguments.folder).glob("*.json"))
    if not files:
        parser.error("there are no interviews in the folder")
    read_string(bold_html([Paragraph("A page", None, False)] * 3), Form.HTML)  # imports are not what is measured
    scores = {name: Score() for name in RENDERINGS}
    for path in files:
        told = paragraphs(path)
        for name, (render, form) in RENDERINGS.items():
            slips: list[str] | None = [] if arguments.slips else None
            measure(path.stem, told, render(told), form, scores[name], slips)
            for slip in slips or ():
                print(f"  {path.stem}, {name}: {slip}")
    return report(scores)


def report(scores: dict[str, Score]) -> int:
    """Print a line for each rendering and one for all; return 1 if a goal is missed."""
    total = Score()
    print(f"{'rendering':<16} {'roles':>7} {'speakers':>9} {'named':>7} {'others':>7} {'crashes':>8} {'words/s':>8}")
    for name, score in scores.items():
        for part in ("turns", "roles", "named", "right", "others", "apart", "crashes", "words", "seconds"):
            setattr(total, part, getattr(total, part) + getattr(score, part))
        print(_line(name, score))
    print(_line("all", total))
    met = (
        total.roles >= ROLES_GOAL * total.turns
        and total.right >= SPEAKERS_GOAL * total.named
        and not total.crashes
        and total.words >= SPEED_GOAL * total.seconds
    )
    print("\nhow far the confidence of a name can be believed")
    print("\n".join(table([one for score in scores.values() for one in score.told])))
    print("the goals are met" if met else "a goal is missed")
    return 0 if met else 1


def _line(name: str, score: Score) -> str:
    return (
        f"{name:<16} {score.roles / score.turns:>7.1%} {score.right / max(score.named, 1):>9.1%} "
        f"{score.named / score.turns:>7.1%} "
        f"{score.apart / max(score.others, 1):>7.1%} {score.crashes:>8} {score.words / max(score.seconds, 1e-9):>8,.0f}"
    )


if __name__ == "__main__":
    sys.exit(main())
