"""Quotation marks: which open, which close, which are apostrophes, and what to do where one is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from severance_kg.passages import Span

_MARK = re.compile(r"``|''|,,(?=\w)|[“”„‟\"«»‹›‘’‚‛'＂「」『』]")
_CLOSES_WITH = {
    "“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "‹": "›", "›": "‹", "‘": "’'", "‚": "‘’", "‛": "’", "「": "」", "『": "』",
    '"': '"', "＂": "＂", "'": "'", "``": "''", "''": "''", ",,": "''“”",
}  # fmt: skip
_SINGLE = frozenset("‘’‚‛'‹›")
# Words that begin with an apostrophe, which a typewriter's or a word processor's quotation mark may stand for.
_ELIDED = re.compile(
    r"(?:\d\ds?|em|til|till|tis|twas|cause|cuz|bout|n|nuff|round|tude|ere|fraid|kay|sup|neath|tween|gainst|specially|scuse|cept|scope)s?\b",
    re.IGNORECASE,
)
_TERMINAL = ".,!?;:…—–-"


@dataclass(slots=True)
class Quoted:
    """A run between marks: ``marks`` with them, ``words`` without; ``parent`` is a position in the list of runs."""

    mark: str
    marks: Span
    words: Span
    parent: int | None = None
    balanced: bool = True
    goes_on: bool = False
    parts: list[Span] = field(default_factory=list)


def quoted_runs(text: str, pieces: Sequence[Span]) -> list[Quoted]:
    """Find the quoted runs of a text, in the order in which they open.

    A run that is not closed by the end of its paragraph goes on in the next one if that begins with the same mark; else it ends
    there, as unbalanced: one missing mark spoils one paragraph and not the rest of the text.
    """
    runs: list[Quoted] = []
    carried: int | None = None
    for piece in pieces:
        scanner = _Scanner(text, piece, runs, carried)
        scanner.scan()
        carried = scanner.carried
    for run in runs:
        if run.goes_on and len(run.parts) < 2:
            run.balanced = False
    if carried is not None:
        runs[carried].balanced = False
    return runs


def with_block_quotes(text: str, pieces: Sequence[Span], quoted: Sequence[bool], runs: list[Quoted]) -> list[Quoted]:
    """Add the pieces that are set off as quotations and have no marks of their own; pieces in a row are one quotation."""
    blocks: list[Quoted] = []
    nth = 0
    for number, piece in enumerate(pieces):
        while nth < len(runs) and runs[nth].marks.end <= piece.start:
            nth += 1
        marked = nth < len(runs) and runs[nth].marks.start <= piece.start + 1
        if not quoted[number] or piece.start == piece.end or marked or text[piece.start] in "—–―":
            continue
        follows = blocks and number and quoted[number - 1] and blocks[-1].words.end == pieces[number - 1].end
        if follows:
            last = blocks[-1]
            last.words = last.marks = Span(last.words.start, piece.end)
            last.parts.append(piece)
        else:
            blocks.append(Quoted("", piece, piece, parts=[piece]))
    return _merged(runs, blocks)


def _merged(runs: list[Quoted], blocks: list[Quoted]) -> list[Quoted]:
    """Return both in the order in which they open, what lies within a block quote as its part."""
    if not blocks:
        return runs
    order = sorted([*blocks, *runs], key=lambda run: (run.marks.start, -run.marks.end))
    places = {id(run): place for place, run in enumerate(order)}
    for run in runs:
        if run.parent is not None:
            run.parent = places[id(runs[run.parent])]
    block: Quoted | None = None
    for run in order:
        if run.mark == "":
            block = run
        elif run.parent is None and block is not None and run.marks.start < block.marks.end:
            run.parent = places[id(block)]
    return order


class _Scanner:
    """One paragraph's marks; ``open`` are positions in ``runs``, the innermost last."""

    def __init__(self, text: str, piece: Span, runs: list[Quoted], carried: int | None) -> None:
        self.text, self.piece, self.runs = text, piece, runs
        self.open: list[int] = []
        self.carried: int | None = None
        self._first = len(runs)
        self._marks = list(_MARK.finditer(text, piece.start, piece.end))
        self._closers = self._remaining_closers()
        if carried is not None:
            self._resume(carried)

    def scan(self) -> None:
        for number, match in enumerate(self._marks):
            self._take(number, match)
        self._finish()

    def _resume(self, carried: int) -> None:
        """Go on with the run that the paragraph before left open, if this one begins with its mark."""
        run = self.runs[carried]
        if self._marks and self._marks[0].start() == self.piece.start and self._marks[0][0] == run.mark:
            run.parts.append(Span(self._marks[0].end(), self.piece.end))
            run.balanced = True
            self.open.append(carried)
            del self._marks[0], self._closers[0]
        else:
            run.balanced = False

    def _remaining_closers(self) -> list[dict[str, int]]:
        """For each mark, how many later ones of the paragraph can only, or could, close a single-quoted run."""
        counts: list[dict[str, int]] = []
        later = {"single": 0, "opens": 0}
        for match in reversed(self._marks):
            counts.append(dict(later))
            if match[0] in "’'" and self._may_close(match):
                later["single"] += 1
            if match[0] == "‘" or (match[0] == "'" and self._may_open(match)):
                later["single"] = 0
        counts.reverse()
        return counts

    def _before(self, match: re.Match[str]) -> str:
        return self.text[match.start() - 1] if match.start() > self.piece.start else " "

    def _after(self, match: re.Match[str]) -> str:
        return self.text[match.end()] if match.end() < self.piece.end else " "

    def _may_open(self, match: re.Match[str]) -> bool:
        before, after = self._before(match), self._after(match)
        return not after.isspace() and (not before.isalnum()) and (before.isspace() or before in "([{—–-/“‘\"'«„…:;,>*_[|")

    def _may_close(self, match: re.Match[str]) -> bool:
        before, after = self._before(match), self._after(match)
        return not before.isspace() and not after.isalnum()

    def _take(self, number: int, match: re.Match[str]) -> None:
        mark = match[0]
        if mark in _SINGLE and self._is_apostrophe(number, match):
            return
        at = self._closed_by(mark, match)
        if at is None and mark == "“" and self._wrong_way_round(match):
            at = len(self.open) - 1
        if at is not None:
            self._close(at, match)
        elif mark in _CLOSES_WITH and self._opens(mark, match):
            self._open(mark, match, number)
        elif mark in "”\"»''" and self._may_close(match) and not self.open:
            self._stray(match)

    def _opens(self, mark: str, match: re.Match[str]) -> bool:
        if mark in ('"', "'", "''", "＂", "»", "›"):
            return self._may_open(match)
        if mark in "«‹" and self._before(match).isspace():
            return True  # « as in French, with a space inside »
        return not self._after(match).isspace()

    def _is_apostrophe(self, number: int, match: re.Match[str]) -> bool:
        mark, before, after = match[0], self._before(match), self._after(match)
        if mark in "‹›‚":
            return False
        if before.isalnum() and after.isalnum():
            return True
        if mark in "'‘’" and not before.isalnum() and _ELIDED.match(self.text, match.end(), self.piece.end):
            return not (mark == "‘" and self._closers[number]["single"])
        if mark == "’" or (mark == "'" and before.isalnum() and not self._may_open(match)):
            return self._is_possessive(number, match)
        if mark == "'" and not self._innermost_single() and self._may_open(match):
            return not self._closers[number]["single"]
        return False

    def _is_possessive(self, number: int, match: re.Match[str]) -> bool:
        """Whether a mark that could close a run stands for a plural's or a clipped word's apostrophe."""
        if not self._innermost_single():
            return True
        before, after = self._before(match), self.text[match.end() : match.end() + 2]
        plural = before in "sSnN" and after[:1] == " " and after[1:].isalpha() and after[1:].islower()
        return plural and self._closers[number]["single"] > 0

    def _innermost_single(self) -> bool:
        return any(self.runs[i].mark in _SINGLE for i in self.open)

    def _closed_by(self, mark: str, match: re.Match[str]) -> int | None:
        """Return where in the stack the run is that a mark closes."""
        for depth in range(len(self.open) - 1, max(len(self.open) - 4, -1), -1):
            run = self.runs[self.open[depth]]
            if (
                mark not in _CLOSES_WITH[run.mark]
                and not (mark == '"' and run.mark in "“„")
                and not (mark == "”" and run.mark == '"')
            ):
                continue
            if mark in ('"', "'") and self._must_open(match):
                return None
            return depth
        return None

    def _wrong_way_round(self, match: re.Match[str]) -> bool:
        """Whether an opening mark stands where only a closing one can, as word processors now and then have it."""
        innermost = self.open and self.runs[self.open[-1]].mark == "“"
        return bool(innermost) and self._before(match) in _TERMINAL and self._after(match).isspace()

    def _must_open(self, match: re.Match[str]) -> bool:
        before, after = self._before(match), self._after(match)
        return (before.isspace() or before in "([") and (after.isalnum() or after in "‘'[…$“.") and match.end() < self.piece.end

    def _open(self, mark: str, match: re.Match[str], number: int) -> None:
        if mark == '"' and self._before(match).isdigit() and not self.open:
            return  # inches
        for depth, i in enumerate(self.open):
            if self.runs[i].mark == mark:
                self._abandon(depth, match.start(), number)
                break
        if len(self.open) >= 4:
            return
        parent = self.open[-1] if self.open else None
        span = Span(match.start(), self.piece.end)
        start = match.end()
        while mark in "«‹" and start < self.piece.end and self.text[start].isspace():
            start += 1
        run = Quoted(mark, span, Span(start, self.piece.end), parent, parts=[Span(start, self.piece.end)])
        self.runs.append(run)
        self.open.append(len(self.runs) - 1)

    def _abandon(self, depth: int, at: int, number: int) -> None:
        """End a run that the same mark opens again, unless enough closing marks follow for both."""
        run = self.runs[self.open[depth]]
        if run.mark in "“«" and self._balances(run.mark, number):
            return
        while len(self.open) > depth:
            i = self.open.pop()
            end = at
            while end > self.runs[i].words.start and self.text[end - 1].isspace():
                end -= 1
            self._end(self.runs[i], end, end)
            self.runs[i].balanced = False

    def _balances(self, mark: str, number: int) -> bool:
        later = [match[0] for match in self._marks[number : number + 40]]
        return later.count(_CLOSES_WITH[mark]) >= later.count(mark) + 1

    def _close(self, depth: int, match: re.Match[str]) -> None:
        while len(self.open) > depth:
            run = self.runs[self.open.pop()]
            last = len(self.open) == depth
            end = match.start()
            while run.mark in "«‹" and end > run.parts[-1].start and self.text[end - 1].isspace():
                end -= 1
            self._end(run, end, match.end() if last else match.start())
            run.balanced = run.balanced and last

    def _end(self, run: Quoted, words_end: int, marks_end: int) -> None:
        run.parts[-1] = Span(run.parts[-1].start, max(words_end, run.parts[-1].start))
        run.words = Span(run.words.start, max(words_end, run.words.start))
        run.marks = Span(run.marks.start, max(marks_end, run.words.end))

    def _stray(self, match: re.Match[str]) -> None:
        """A closing mark that nothing opened: the run began where the paragraph did, or where the run before ended."""
        if self._before(match) not in _TERMINAL:
            return
        earlier = [run.marks.end for run in self.runs[self._first :]]
        start = max([self.piece.start, *earlier])
        while start < match.start() and self.text[start].isspace():
            start += 1
        if earlier or start >= match.start():
            return
        span = Span(start, match.start())
        self.runs.append(Quoted('"', Span(start, match.end()), span, balanced=False, parts=[span]))

    def _finish(self) -> None:
        if self.open:
            outer = self.open[0]
            for i in self.open:
                self._end(self.runs[i], self.piece.end, self.piece.end)
                self.runs[i].balanced = False
            if self.runs[outer].mark not in _SINGLE or self.runs[outer].mark in "‘":
                self.carried = outer
                self.runs[outer].balanced = True
                self.runs[outer].goes_on = True


def insertions(text: str, words: Span) -> Iterator[Span]:
    """Find the square brackets in a quotation, without those that nest or that hold a paragraph."""
    for found in re.compile(r"\[[^\[\]\n]{0,200}\]").finditer(text, words.start, words.end):
        yield Span(found.start(), found.end())
