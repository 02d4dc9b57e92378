"""Apply decisions to a draft: changes are written into it, what is rejected leaves it, what is accepted goes through ``promote``.

All of them are applied or none is. A decision was made on a statement as it stood; where that has changed since, the decision
is refused, and where it holds already there is nothing to do, so that applying twice is the same as applying once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from severance_kg.annotations import form_problems, read_form
from severance_kg.drafting.proposals import stamped
from severance_kg.drafting.undecided import WANTED
from severance_kg.errors import InputError, InputErrors, PassageError, SevError, did_you_mean
from severance_kg.passages import NormalisedText, PassageRef, Span, digest, locate
from severance_kg.review import edits
from severance_kg.review.decisions import Decision, Decisions, Verdict, bare, differing
from severance_kg.yaml_lines import Lines, read_text, read_yaml

if TYPE_CHECKING:
    from severance_kg.promote_command import Outcome

_AGAIN = "make the page anew and load the decisions there: those that still fit are taken over"


@dataclass(frozen=True, slots=True)
class Applied:
    """What decisions come to: the statements by what became of them, and the files as they would be.

    ``refused`` has the reasons of ``promote`` against statements that were accepted and stay drafts; ``settled`` are those on
    which the decision holds already.
    """

    accepted: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    refused: Mapping[str, list[SevError]] = field(default_factory=dict)
    files: Mapping[Path, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Texts:
    """What decisions are applied to: the draft, what was let in of it before, and the copy of the source."""

    draft: Path
    content: str
    let_in: Path
    text: NormalisedText
    schema: Path


Promote = Callable[[str, list[str]], "Outcome"]
"""Takes what the draft is to hold and the statements to let in, and returns what ``promote`` makes of them."""


def apply(given: Decisions, texts: Texts, promote: Promote) -> Applied:
    """Return what decisions come to; nothing is written.

    Raises:
        InputErrors: with each decision that cannot be applied any more, or whose changes have no good form.
        InputError: the decisions are on another draft, or the draft cannot be edited.
    """
    plain = texts.content.replace("\r\n", "\n")
    value, _ = read_yaml(plain, str(texts.draft))
    source = value["source"]["id"]
    if given.source != source:
        what = f'these are decisions on "{given.source}", and the draft is of "{source}"'
        raise InputError(what, where=str(texts.draft), hint="name the draft that was reviewed")
    wanted = _wanted(given, texts, value)
    todo = [one for one in given.decisions if one.statement in wanted]
    _check_values(todo, wanted, value["source"], texts)
    content = _edited(plain, texts, todo, wanted)
    if given.entities and todo:
        content = _declared(content, texts, given.entities, value.get("entities") or {})
    _check_form(content, texts)
    content = content.replace("\n", "\r\n") if "\r\n" in texts.content else content
    accepted = [one.statement for one in todo if one.verdict is Verdict.ACCEPT]
    outcome = promote(content, accepted) if accepted else None
    files = outcome.files if outcome else {texts.draft: content.encode()}
    return Applied(
        accepted=outcome.taken if outcome else [],
        edited=[one.statement for one in todo if one.verdict is Verdict.EDIT],
        rejected=[one.statement for one in todo if one.verdict is Verdict.REJECT],
        settled=[one.statement for one in given.decisions if one.statement not in wanted],
        refused=outcome.refused if outcome else {},
        files={path: made for path, made in files.items() if not path.exists() or path.read_bytes() != made},
    )


# ── What is still to be done ─────────────────────────────────────────────────────────────────────────────────────────


def _wanted(given: Decisions, texts: Texts, value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return, for each decision that does not hold already, the changes to make.

    Raises:
        InputErrors: with every decision that what it was made on has changed under.
    """
    standing = _Standing.of(texts, value)
    same_text = given.text == digest(texts.text.text)
    found: dict[str, dict[str, Any]] = {}
    problems: list[SevError] = []
    for one in given.decisions:
        try:
            changes = resolved(one.changes, texts.text, same_text=same_text)
            if standing.is_open(one, changed(one.was, changes)):
                _check_text(one, texts.text, same_text=same_text)
                found[one.statement] = changes
        except SevError as error:
            error.what, error.statement = f"{one.statement}: {error.what}", one.statement
            error.where = error.where or str(texts.draft)
            problems.append(error)
    if problems:
        raise InputErrors(problems)
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the statements stand now: in the draft, let in, or rejected."""

    now: dict[str, dict[str, Any]]
    let_in: dict[str, dict[str, Any]]
    gone: frozenset[str]

    @classmethod
    def of(cls, texts: Texts, value: dict[str, Any]) -> _Standing:
        now = {str(one["id"]): one for one in value["statements"]}
        let_in: dict[str, dict[str, Any]] = {}
        if texts.let_in.exists():
            accepted, _ = read_yaml(read_text(texts.let_in), str(texts.let_in))
            listed = accepted.get("statements") if isinstance(accepted, dict) else None
            let_in = {str(one.get("id")): one for one in listed or () if isinstance(one, dict)}
        return cls(now, let_in, frozenset(str(one["id"]) for one in value.get("rejected") or ()))

    def is_open(self, one: Decision, wanted: Mapping[str, Any]) -> bool:
        """Whether there is still something to do; an InputError if the statement is not what was decided on."""
        name = one.statement
        if name in self.now:
            return self._is_open_here(one, wanted)
        if name in self.gone:
            if one.verdict is Verdict.REJECT:
                return False
            raise InputError("it has been rejected meanwhile", hint="delete it under rejected: and draft again to have it back")
        if name not in self.let_in:
            raise InputError("there is no such statement in the draft", hint=did_you_mean(name, self.now) or _AGAIN)
        if one.verdict is Verdict.REJECT or differing(self.let_in[name], wanted):
            raise InputError("it has been let in meanwhile, as something else", hint="correct it in the accepted file")
        return False

    def _is_open_here(self, one: Decision, wanted: Mapping[str, Any]) -> bool:
        now = self.now[one.statement]
        keys = differing(one.was, now)
        if one.verdict is not Verdict.REJECT and not differing(wanted, now):
            return one.verdict is Verdict.ACCEPT
        if keys:
            raise InputError(f"{', '.join(keys)}: changed since it was reviewed", hint=_AGAIN)
        return True


def resolved(changes: Mapping[str, Any], text: NormalisedText, *, same_text: bool = True) -> dict[str, Any]:
    """Return the changes of a decision: words tidied, and a passage pointed at by its first and last words.

    Raises:
        SevError: the passage was chosen in another text, or there is none at its place.
    """
    found = {key: _tidy(value) for key, value in changes.items()}
    if "passage" not in found:
        return found
    if not same_text:
        raise InputError("its passage was chosen in another copy of the text", hint=_AGAIN)
    given = found["passage"].get("characters") if isinstance(found["passage"], dict) else None
    if not isinstance(given, list) or len(given) != 2 or not all(type(at) is int for at in given):
        raise InputError("its new passage is no span", hint=_AGAIN)
    found["passage"] = passage_at(text, Span(*given))
    return found


def passage_at(text: NormalisedText, span: Span) -> PassageRef:
    """Return the passage at a span of a normalised text.

    Raises:
        PassageError: there is none: it lies outside the text, holds no word, or more than one paragraph.
    """
    hint = "choose words of one paragraph"
    if not 0 <= span.start < span.end <= len(text.text):
        raise PassageError("its new passage lies outside the text", hint=hint)
    if text.paragraph_of(span.start) != text.paragraph_of(span.end - 1):
        raise PassageError("its new passage reaches over more than one paragraph", hint=hint)
    found = stamped(text, text.original_span(span))
    if found is None:
        raise PassageError("its new passage cannot be pointed at by its first and last words", hint="begin or end it elsewhere")
    return found


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    return {key: _tidy(one) for key, one in value.items()} if isinstance(value, dict) else value


def changed(was: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement with changes made."""
    found = dict(was)
    for key, value in changes.items():
        if isinstance(value, PassageRef):
            found[key] = passage_value(value)
        elif value not in (None, []):
            found[key] = value
        elif key in WANTED and key in found:
            found[key] = None
        else:
            found.pop(key, None)
    return found


def passage_value(given: PassageRef) -> dict[str, Any]:
    """Return a passage as it is read from a file."""
    found = {key: getattr(given, key) for key in ("paragraph", "prefix", "starts", "ends", "occurrence")}
    spans = {"words": list(given.words or ()), "characters": list(given.characters or ())}
    return {key: value for key, value in found.items() if value} | spans | {"sha256": given.sha256}


def _check_text(one: Decision, text: NormalisedText, *, same_text: bool) -> None:
    """Refuse what was decided on words that another text does not hold."""
    passage = one.was.get("passage")
    if same_text or one.verdict is Verdict.REJECT or not isinstance(passage, dict) or "sha256" not in passage:
        return
    try:
        locate(text, PassageRef(1, str(passage.get("starts")), passage.get("ends"), sha256=str(passage["sha256"])))
    except PassageError as error:
        raise InputError(f"the text is another one, and {error.what}", hint="give the text that was reviewed") from None


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


def _edited(content: str, texts: Texts, todo: Iterable[Decision], wanted: Mapping[str, dict[str, Any]]) -> str:
    """Return the draft with what is changed in it and without what is rejected, read back and compared."""
    before, _ = read_yaml(content, str(texts.draft))
    gone = {one.statement: one for one in todo if one.verdict is Verdict.REJECT}
    expected = [changed(bare(one), wanted.get(one["id"], {})) for one in before["statements"] if one["id"] not in gone]
    made = edits.changed(content, str(texts.draft), wanted)
    if gone:
        there = {one["id"]: one for one in before["statements"]}
        lines = {name: _rejection(there[name], one, texts.text) for name, one in gone.items()}
        made = edits.without(made, str(texts.draft), lines)
    hint = "write the file in the plain form that 'severance-kg draft' writes; nothing was changed"
    try:
        after, _ = read_yaml(made, str(texts.draft))
    except InputError as error:
        raise InputError("it cannot be edited", where=str(texts.draft), hint=hint) from error
    listed = {str(one.get("id")) for one in after.get("rejected") or ()}
    if [bare(one) for one in after["statements"]] != expected or not listed.issuperset(gone):
        raise InputError("it cannot be edited", where=str(texts.draft), hint=hint)
    return made


def _rejection(statement: Mapping[str, Any], one: Decision, text: NormalisedText) -> str:
    given = statement["passage"]
    sha256 = given.get("sha256")
    if sha256 is None:
        ref = PassageRef(given["paragraph"], given["starts"], given.get("ends"), given.get("occurrence"))
        try:
            sha256 = digest(text.text[slice(*locate(text, ref))])
        except PassageError as error:
            what = f"{one.statement}: it cannot be remembered as rejected: {error.what}"
            raise InputError(what, hint="delete the entry yourself, or mend its passage", statement=one.statement) from None
    return edits.rejection(one.statement, given, sha256, one.reason)


def _declared(content: str, texts: Texts, entities: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    for name, given in entities.items():
        if name in there and there[name] != given:
            what = f'"{name}" is declared in the draft, as something else'
            raise InputError(what, where=str(texts.draft), hint="give what is new another name")
    new = {name: given for name, given in entities.items() if name not in there}
    return edits.declaring(content, str(texts.draft), new) if new else content


# What stands for a key that is still open: the form of an accepted statement says more plainly what is wrong with a value.
_OPEN = {"triple": ["A", "b", "C"], "gloss": "…", "said_by": "A", "commitment": "Asserted", "frame": "StoryWorld"}


def _check_values(todo: Iterable[Decision], wanted: Mapping[str, dict[str, Any]], source: Any, texts: Texts) -> None:
    """Refuse values that no statement may have."""
    form, where = read_form(texts.schema), Lines(str(texts.draft))
    problems: list[SevError] = []
    for one in todo:
        made = {key: value for key, value in changed(one.was, wanted[one.statement]).items() if value is not None}
        if isinstance(made.get("triple"), list) and None in made["triple"]:
            made["triple"] = [name or stub for name, stub in zip(made["triple"], _OPEN["triple"], strict=False)]
        problems += form.problems({"source": source, "statements": [_OPEN | made]}, where)
    for problem in problems:
        problem.where = str(texts.draft)
    if problems:
        raise InputErrors(problems)


def _check_form(content: str, texts: Texts) -> None:
    problems = form_problems(content, str(texts.draft), texts.schema)
    for problem in problems:
        # The line is one of what would be written, and nobody can look there.
        problem.where = str(texts.draft)
    if problems:
        raise InputErrors(problems)
