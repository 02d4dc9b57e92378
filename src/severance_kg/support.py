"""Support: whether a passage names what a statement speaks of, by its label, another name, or words that are resolved to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache

from severance_kg.passages import NormalisedText, Span, normalise
from severance_kg.statements import Corpus, Entity, Form, Resolution, Statement, Theme
from severance_kg.vocabulary import IRI, SKG, XSD, Literal, Term, local_name

_PRONOUN = re.compile(
    r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves|you|your|yours|he|him|his|himself|she|her|hers|herself|it|its|itself|they|"
    r"them|their|theirs|themselves|this|that|these|those|who|whom|whose|which|one|ones|each|both|some|others|there|here)\b"
)
_DESCRIPTION = re.compile(
    r"\b(?:the|an?|this|that|these|those|my|our|your|his|her|its|their|such|another|other|each|every|both|two|\w+'s)\s\w+"
)
_SPEAKER = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves)\b")
_LISTENER = re.compile(r"\byou|your|yours|yourself\b")
_SMALL = frozenset("a an the of in on for to that and or with from which at his her its their my our one's as by".split())
_NAMED = frozenset({SKG + "Persona", SKG + "FictionalPerson", SKG + "RealPerson"})
_AGENTS = frozenset({"Persona", "FictionalPerson", "RealPerson", "Group", "Organisation", "Department"})
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


@lru_cache(8192)
def _form(label: str) -> str:
    """Return a label, or some words, in normalised form; the same few are asked for again and again."""
    return normalise(label)


class Names:
    """What the things of a corpus are called, and where a text calls them so."""

    def __init__(self, corpus: Corpus, themes: dict[str, str]) -> None:
        self._corpus = corpus
        self._things: dict[str, Entity | Theme] = {str(one.iri): one for one in corpus.entities}
        self._things |= {str(one.iri): one for one in corpus.themes}
        self._themes = themes
        self._statements = {str(one.iri): one for one in corpus.statements}

    def mentions(self, iri: str, text: str, within: Span) -> list[Span]:
        """Return where a normalised text names a thing.

        It does by a label or another name, by a part of a person's name that nobody else has, or by the noun at the head of a
        label that describes the thing.
        """
        found = [Span(*match.span()) for form in self._forms(iri) for match in _phrase(form).finditer(text, *within)]
        if not found and (family := self._family(iri)):
            found = [Span(*match.span()) for match in family.finditer(text, *within)]
        return sorted(set(found))

    def places(self, statement: Statement, term: IRI, text: str, within: Span) -> list[Span]:
        """Return where a passage speaks of a thing: its mentions, and the words that the statement resolves to it."""
        words = [one.words for one in statement.resolutions if one.refers_to == term and one.words]
        resolved = [Span(*match.span()) for one in words for match in _phrase(_form(one)).finditer(text, *within)]
        return sorted({*self.mentions(term, text, within), *resolved})

    def _family(self, iri: str) -> re.Pattern[str] | None:
        """Match the words akin to the noun that a label describes a thing by: "nightmarish" for "the nightmare"."""
        thing = self._things.get(iri)
        head = _head(_form(thing.label)) if thing and not (isinstance(thing, Entity) and thing.type in _NAMED) else None
        return re.compile(rf"(?<!\w){re.escape(head[: max(5, len(head) - 3)])}\w*") if head and len(head) >= 5 else None

    def _forms(self, iri: str) -> Iterator[str]:
        thing = self._things.get(iri)
        labels = [thing.label, *getattr(thing, "also_called", ())] if thing else [self._themes.get(iri, "")]
        for label in filter(None, labels):
            form = _form(label)
            yield form.removeprefix("the ").removeprefix("a ").removeprefix("an ")
            if isinstance(thing, Entity) and thing.type in _NAMED:
                yield from (part for part in form.split() if self._shares[part] == 1 and len(part) > 2)
            elif not form.istitle() and (head := _head(form)):
                yield head

    @cached_property
    def _shares(self) -> Counter[str]:
        """How many things bear a part of a name; a title or an initial in it is nobody's."""
        given = [
            {part for label in (one.label, *one.also_called) for part in _form(label).split()} for one in self._corpus.entities
        ]
        return Counter(part for parts in given for part in parts)

    def is_called(self, iri: str, name: str) -> bool:
        """Whether a name in a text means a thing: all of one of its names or, of a person's, a part that nobody else has."""
        thing = self._things.get(iri)
        if thing is None:
            return False
        wanted, person = _form(name), isinstance(thing, Entity) and thing.type in _NAMED
        forms = {_form(one) for one in (thing.label, *getattr(thing, "also_called", ()))}
        forms |= {form.removeprefix("the ") for form in forms}
        parts = (
            {part for form in forms for part in form.split() if self._shares[part] == 1 and len(part) > 2} if person else set()
        )
        return wanted.removeprefix("the ") in forms | parts

    def is_agent(self, iri: str) -> bool:
        """Whether a thing is a person, a persona or a body of people."""
        thing = self._things.get(iri)
        return isinstance(thing, Entity) and local_name(thing.type) in _AGENTS

    def label(self, term: Term) -> str:
        """Return what to call a term in a message."""
        thing = self._things.get(str(term))
        return thing.label if thing else self._themes.get(str(term), str(term) if isinstance(term, Literal) else local_name(term))

    def unsupported(self, statement: Statement, term: Term, text: NormalisedText, span: Span) -> str | None:
        """Say why a passage does not support that a statement speaks of ``term``; None if it does."""
        if any(one.what == term for one in statement.unnamed):
            return None
        if isinstance(term, Literal):
            return None if _holds_value(text.text, span, term) else f'the passage does not hold the value "{term}"'
        if str(term) in self._statements:
            return None if self._same_place(statement, self._statements[str(term)]) else "its passage lies elsewhere"
        if self.mentions(term, text.text, span) or self._is_party(statement, term, text.text, span):
            return None
        given = [one for one in statement.resolutions if one.refers_to == term]
        if not given:
            return f'the passage does not name "{self.label(term)}"'
        reasons = [self._unresolved(statement, one, text, span) for one in given]
        return None if None in reasons else reasons[0]

    def _is_party(self, statement: Statement, term: Term, text: str, span: Span) -> bool:
        """Whether "I" or "you" means the term: whoever speaks, and whom they tell."""
        pattern = _SPEAKER if term == statement.said_by else _LISTENER if term == statement.said_to else None
        return pattern is not None and pattern.search(text, *span) is not None

    def _same_place(self, one: Statement, other: Statement) -> bool:
        return one.source == other.source and (one.passage is None or other.passage is not None)

    def _unresolved(self, statement: Statement, given: Resolution, text: NormalisedText, span: Span) -> str | None:
        """Say why a resolution does not hold for a passage; None if it does."""
        name = self.label(given.refers_to)
        if given.words is not None:
            if not any(_phrase(_form(given.words)).finditer(text.text, *span)):
                return f'the words that are to mean "{name}" are not in the passage'
        elif not self._has_form(given, text.text, span):
            return f'the passage holds no {given.form.value.lower()} that could mean "{name}"'
        if given.why or given.form is Form.NAME:
            return None
        if given.justified_by is None:
            return f'nothing justifies that "{name}" is meant'
        by = self._statements[str(given.justified_by)]
        if by.iri == statement.iri or given.refers_to not in _participants(by):
            return f'{local_name(by.iri)}, which is to justify that "{name}" is meant, does not speak of it'
        return None

    def _has_form(self, given: Resolution, text: str, span: Span) -> bool:
        if given.form is Form.PRONOUN:
            return _PRONOUN.search(text, *span) is not None
        if given.form is Form.DESCRIPTION:
            return _DESCRIPTION.search(text, *span) is not None
        words = [w for w in re.findall(r"[\w']+", _form(self.label(given.refers_to))) if w not in _SMALL and len(w) > 1]
        return any(_phrase(word).search(text, *span) for word in words)


def _participants(statement: Statement) -> set[Term | None]:
    meant = {one.refers_to for one in statement.resolutions}
    return {statement.subject, statement.object, statement.said_by, statement.said_to, statement.held_by, *meant}


def _head(form: str) -> str | None:
    """Return the noun at the head of a describing label: "meeting" of "the meeting of the two marks"."""
    words = re.findall(r"[\w'-]+", form)
    if words and words[0] in ("the", "a", "an"):
        words = words[1:]
    cut = next((i for i, word in enumerate(words) if word in _SMALL), len(words))
    head = words[cut - 1] if cut else ""
    return head if len(head) > 2 else None


def _phrase(form: str) -> re.Pattern[str]:
    """Match a form as whole words, its last one also in the plural and with an apostrophe."""
    stem = re.escape(form)
    last = rf"(?:{re.escape(form[:-1])}ies|{stem})" if form.endswith("y") else stem
    single = rf"|{re.escape(form[:-1])}" if form.endswith("s") and len(form) > 4 else ""
    return re.compile(rf"(?<!\w)(?:{last}(?:e?s)?{single})(?:'s|')?(?!\w)")


def _holds_value(text: str, span: Span, value: Literal) -> bool:
    words = text[span.start : span.end]
    if value.datatype == XSD + "boolean":
        return True
    forms = [_form(str(value))]
    if value.datatype == XSD + "integer" and value.isdigit() and int(value) < len(_NUMBERS):
        forms.append(_NUMBERS[int(value)])
    if value.datatype == XSD + "date":
        forms = [str(int(part)) for part in str(value).split("-")[::2]]
        return all(re.search(rf"(?<!\w){form}(?!\w)", words) for form in forms)
    return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", words) for form in forms)
