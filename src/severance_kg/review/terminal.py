"""A review on the terminal: one statement after another, with its passage, what speaks for it and what against it.

Everything is asked and answered in plain lines, so that it works over any connection, with a screen reader, and from a file.
What was decided is saved at each step: whoever leaves, or is cut off, goes on later where they were.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from severance_kg.drafting.undecided import open_keys
from severance_kg.errors import InputError, SevError, printable
from severance_kg.file_form import is_text
from severance_kg.passages import NormalisedText, Span, digest
from severance_kg.promote import check_reviewer
from severance_kg.review import edits
from severance_kg.review.apply import changed, resolved
from severance_kg.review.decisions import Decision, Decisions, Verdict, differing
from severance_kg.review.entry import Entry, ask_fields, edit_text, editor
from severance_kg.review.material import DraftText, Item, Names

_AROUND = 300
_WIDE = 100
_HELP = """\
  a  accept it           e  edit it                r  reject it, with or without a reason
  s  skip it: undecided  u  undo, and back by one  q  quit; everything decided is saved
"""

Judge = Callable[[str, list[str]], Mapping[str, list[SevError]]]
"""Takes what the draft would hold and the statements to let in, and returns what ``promote`` has against each."""


class _Left(Exception):
    """The reviewer has left."""


@dataclass
class Terminal:
    """One sitting of a reviewer over a draft."""

    draft: DraftText
    text: NormalisedText
    items: list[Item]
    names: Names
    reviewer: str | None
    on: str
    save: Callable[[Decisions], None]
    judge: Judge
    made: dict[str, Decision] = field(default_factory=dict)
    entities: dict[str, Any] = field(default_factory=dict)

    def run(self, before: Decisions | None) -> int:
        """Go through what is undecided; return how many decisions are saved in all.

        Raises:
            InputError: the decisions of before are on another draft, or the reviewer is a program.
        """
        if before:
            self._take(before)
        try:
            if self.reviewer is None:
                self.reviewer = check_reviewer(self._ask("Who are you, who answers for these decisions? "))
            self._walk([one for one in self.items if one.name not in self.made])
        except _Left:
            _say("")
        return len(self.made)

    def _take(self, before: Decisions) -> None:
        """Take over what was decided before on statements that are still the same."""
        if before.source != self.draft.source_id:
            hint = "name another file with --out"
            raise InputError(f'these are decisions on "{before.source}"', where="the decisions of before", hint=hint)
        there = {one.name: one for one in self.items}
        same_text = before.text == digest(self.text.text)
        for one in before.decisions:
            moved = "passage" in one.changes and not same_text
            if one.statement not in there or differing(one.was, there[one.statement].was) or moved:
                _say(f"{one.statement}: changed since it was decided, or gone: the decision is not taken over.")
            else:
                self.made[one.statement] = one
        self.entities = dict(before.entities or {})

    def _keep(self) -> None:
        order = {one.name: i for i, one in enumerate(self.items)}
        made = tuple(sorted(self.made.values(), key=lambda one: order[one.statement]))
        text = digest(self.text.text)
        self.save(Decisions(self.draft.source_id, self.draft.sha256, text, self.reviewer or "", self.on, made, self.entities))

    # ── One statement after another ──────────────────────────────────────────────────────────────────────────────────

    def _walk(self, left: list[Item]) -> None:
        at = 0
        while at < len(left):
            one = left[at]
            _say("\n".join(self._shown(one)))
            answer = self._ask("a e r s u q ? ").casefold()
            if answer == "q":
                return
            if answer == "u":
                at = max(at - 1, 0)
                if self.made.pop(left[at].name, None):
                    self._keep()
            elif answer == "s":
                at += 1
            elif answer in _ACTS:
                at += _ACTS[answer](self, one)
            else:
                _say(_HELP)

    def _accept(self, one: Item) -> int:
        changes = self._changes(one)
        if still_open := open_keys(changed(one.was, resolved(changes, self.text))):
            _say(f"Not yet: {', '.join(dict.fromkeys(still_open))}: undecided. Edit it first.")
            return 0
        if problems := self._against(one, changes):
            _say(*_told(problems))
            if (
                not self._ask("It would stay a draft, with these reasons. Accept it all the same? y/n ")
                .casefold()
                .startswith("y")
            ):
                return 0
        return self._decide(one, Verdict.ACCEPT, changes)

    def _edit(self, one: Item) -> int:
        entry = Entry(one, changed(one.was, resolved(self._changes(one), self.text)), self.text, self.names)
        changes = edit_text(entry, self._ask) if editor() else ask_fields(entry, self._ask)
        if changes is None:
            return 0
        problems = self._form(one, changes)
        if problems:
            _say("It is left as it was:", *_told(problems))
            return 0
        self.entities |= entry.declared
        self.names = self.names.with_declared({"entities": entry.declared})
        # It is shown again, changed, to be accepted, rejected or skipped.
        if changes or one.name in self.made:
            self._decide(one, Verdict.EDIT, changes)
        return 0

    def _reject(self, one: Item) -> int:
        while (reason := " ".join(self._ask("Why? (may be left empty) ").split())) and not is_text(reason):
            _say("Markup and control characters have no place there, and 600 characters are the most.")
        return self._decide(one, Verdict.REJECT, {}, reason)

    def _decide(self, one: Item, verdict: Verdict, changes: Mapping[str, Any], reason: str = "") -> int:
        self.made[one.name] = Decision(one.name, verdict, one.was, changes, reason or None)
        if verdict is Verdict.EDIT and not changes:
            del self.made[one.name]
        self._keep()
        return 1

    def _changes(self, one: Item) -> Mapping[str, Any]:
        return self.made[one.name].changes if one.name in self.made else {}

    # ── What speaks against it ───────────────────────────────────────────────────────────────────────────────────────

    def _content(self, one: Item, changes: Mapping[str, Any]) -> str:
        """Return the draft as it would be with all that was decided so far, and these changes."""
        given = {name: made.changes for name, made in self.made.items() if made.verdict is not Verdict.REJECT}
        given[one.name] = changes
        made = {name: resolved(some, self.text) for name, some in given.items()}
        content = edits.changed(self.draft.content.replace("\r\n", "\n"), str(self.draft.path), made)
        new = {name: told for name, told in self.entities.items() if name not in (self.draft.value.get("entities") or {})}
        return edits.declaring(content, str(self.draft.path), new) if new else content

    def _against(self, one: Item, changes: Mapping[str, Any]) -> list[SevError]:
        accepted = [name for name, made in self.made.items() if made.verdict is Verdict.ACCEPT]
        try:
            return list(self.judge(self._content(one, changes), list(dict.fromkeys([*accepted, one.name]))).get(one.name, []))
        except SevError as error:
            return list(getattr(error, "problems", None) or [error])

    def _form(self, one: Item, changes: Mapping[str, Any]) -> list[SevError]:
        from severance_kg.annotations import form_problems
        from severance_kg.resources import gather

        try:
            found = form_problems(self._content(one, changes), str(self.draft.path), gather().schema)
        except SevError as error:
            return [error]
        return [problem for problem in found if problem.statement == one.name]

    # ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _shown(self, one: Item) -> Iterator[str]:
        made = self.made.get(one.name)
        statement = changed(one.was, resolved(self._changes(one), self.text))
        state = {Verdict.EDIT: "changed, still open"}.get(made.verdict, str(made.verdict)) if made else "undecided"
        yield f"\n── {self.items.index(one) + 1} of {len(self.items)} · {one.name} · {state} ".ljust(_WIDE, "─")
        yield from self._context(one)
        yield from _wrapped("Statement", _line(statement))
        for key, value in statement.items():
            if key not in ("id", "passage", "triple", "gloss") and value is not None:
                yield from _wrapped(key, edits.flow(value))
        for key, value in (one.notes.get("why") or {}).items() if isinstance(one.notes.get("why"), dict) else ():
            yield from _wrapped(f"why {key}", str(value))
        for key, value in (one.notes.get("choices") or {}).items():
            yield from _wrapped(f"{key} may be", ", ".join(map(str, value or ())))
        for cue in one.notes.get("cues") or ():
            suggests = ", ".join(map(str, cue.get("suggests") or ())) or "nothing"
            yield from _wrapped("cue", f'{cue.get("kind")} "{cue.get("words", "")}" suggests {suggests}')
        if still_open := dict.fromkeys(open_keys(statement)):
            yield from _wrapped("Still open", ", ".join(still_open))
        yield from _told(one.problems)

    def _context(self, one: Item) -> Iterator[str]:
        chosen = self._changes(one).get("passage")
        span = Span(*chosen["characters"]) if chosen else one.span
        if span is None:
            yield "Its passage is not in the text."
            return
        start, end = self.text.original_span(span)
        first, last = self.text.original_span(self.text.paragraphs[self.text.paragraph_of(span.start) - 1])
        original = self.text.original
        before, after = original[max(first, start - _AROUND) : start], original[end : min(last, end + _AROUND)]
        lead, tail = "… " if start - _AROUND > first else "", " …" if end + _AROUND < last else ""
        told = f"{lead}{before}⟦{original[start:end]}⟧{after}{tail}"
        yield from _wrapped(f"Paragraph {self.text.paragraph_of(span.start)}", " ".join(told.split()))

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, question: str) -> str:
        sys.stdout.write(printable(question))
        sys.stdout.flush()
        try:
            line = sys.stdin.readline() if sys.stdin else ""
        except UnicodeDecodeError:
            line = "?\n"
        except KeyboardInterrupt:
            raise _Left from None
        if not line:
            raise _Left
        return line.strip()


_ACTS: dict[str, Callable[[Terminal, Item], int]] = {
    "a": Terminal._accept,
    "e": Terminal._edit,
    "r": Terminal._reject,
}


def _line(statement: Mapping[str, Any]) -> str:
    subject, predicate, obj = statement.get("triple") or (None, None, None)
    told = " ".join("…" if part is None else edits.flow(part) for part in (subject, predicate, obj))
    return f"{told}: {statement.get('gloss') or 'no gloss yet'}"


def _wrapped(key: str, value: str) -> Iterator[str]:
    lead = f"{key}: "
    yield textwrap.fill(lead + value, _WIDE, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _told(problems: list[SevError] | tuple[SevError, ...]) -> Iterator[str]:
    for one in problems:
        yield from _wrapped(f"Against it, {one.code}", f"{one.what}; {one.hint}" if one.hint else one.what)


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()
