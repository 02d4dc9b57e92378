"""What a name means in a graph: a local name, a prefixed one, an IRI, or a label or other name, letter case aside."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from severance_kg.errors import InputError, UnknownName, check_name
from severance_kg.lookup import Statements, Things
from severance_kg.reading import Thing
from severance_kg.statements import Commitment
from severance_kg.vocabulary import IRI, SEV, SKG, SRC, ST, THEME, Literal, Term, compact, expand, local_name


class Naming:
    """Finds what a name means among the things and the statements of a graph.

    Every method raises UnknownName, with the nearest name there is, where nothing bears the name.
    """

    def __init__(self, statements: Statements, things: Things) -> None:
        self._statements, self._things = statements, things

    def thing(self, name: str) -> IRI:
        """Return the IRI of the thing or statement that a name means.

        Raises:
            UnknownName: nothing bears the name.
        """
        check_name(name, "thing")
        spaces = (SEV, THEME, SRC, SKG)
        candidates = [expand(name)] if ":" in name else [IRI(space + name) for space in spaces]
        for candidate in candidates:
            if candidate and (candidate in self._things or candidate in self._statements):
                return candidate
        if IRI(ST + name) in self._statements:
            return IRI(ST + name)
        folded = _folded(name)
        named = [thing for thing in self._things.values() if folded in _called(thing)]
        labelled = [thing for thing in named if thing.iri.startswith(SEV) and _folded(thing.label) == folded]
        if len(labelled) > 1:
            meant = " or ".join(sorted(compact(thing.iri) for thing in labelled))
            raise InputError(f'"{name}" is the label of {len(labelled)} things', hint=f"write {meant}")
        if named:
            return min(named, key=lambda thing: (not thing.iri.startswith(SEV), thing.iri)).iri
        raise UnknownName("thing", name, [*self._known_names(), *map(local_name, self._statements.iris())])

    def statement(self, name: str) -> IRI:
        """Return the IRI of the statement that an id, a prefixed name or an IRI means."""
        check_name(name, "statement")
        iri = expand(name) if ":" in name else IRI(ST + name)
        if iri is None or iri not in self._statements:
            raise UnknownName("statement", name, map(local_name, self._statements.iris()))
        return iri

    def property(self, name: str) -> IRI:
        """Return the IRI of the property that a name means."""
        check_name(name, "property")
        candidates = [expand(name)] if ":" in name else [IRI(SKG + name)]
        properties = self._things.of_class(IRI(SKG + "EdgeProperty"))
        for candidate in candidates:
            if candidate in properties:
                return candidate
        for iri, thing in properties.items():
            if _folded(name) in (*_called(thing), local_name(iri).casefold()):
                return iri
        raise UnknownName("property", name, [local_name(iri) for iri in properties])

    def moment(self, name: str) -> IRI:
        """Return the IRI of the moment that a name means."""
        moments = self._things.of_class(IRI(SKG + "Moment"))
        iri = self._one_of("moment", name, moments)
        if iri not in moments:
            raise InputError(f'"{name}" is not a moment', hint=f"moments are {', '.join(sorted(map(local_name, moments)))}")
        return iri

    def holder(self, name: str) -> IRI:
        """Return the IRI of somebody who holds at least one statement."""
        known = self._statements.holders()
        iri = self._one_of("holder", name, known)
        if iri not in known:
            raise InputError(f'nobody has said what "{name}" holds', hint=f"holders are {', '.join(map(local_name, known))}")
        return iri

    def _one_of(self, kind: str, name: str, known: Iterable[IRI]) -> IRI:
        """Return what a name means; if nothing bears it, what is known of the kind is what might have been meant."""
        try:
            return self.thing(name)
        except UnknownName:
            raise UnknownName(kind, name, map(local_name, known)) from None

    def theme(self, name: str) -> IRI:
        """Return the IRI of the theme that a name means, also where an entity bears the same name."""
        check_name(name, "theme")
        themes = self._things.of_class(IRI(SKG + "Theme"))
        iri = expand(name) if ":" in name else IRI(THEME + name)
        if iri in themes:
            return iri
        for iri, thing in themes.items():
            if _folded(name) in _called(thing):
                return iri
        raise UnknownName("theme", name, [called for iri in themes for called in (local_name(iri), themes[iri].label)])

    def objects(self, name: str, spelt: Iterable[Term] | None = None) -> set[Term]:
        """Return what a name may mean as an object: a thing, and each literal of a statement that it spells."""
        if isinstance(name, Literal):
            return {name}
        check_name(name, "thing")
        literals = set[Term](self._statements.spelling(name) if spelt is None else spelt)
        try:
            return {self.thing(name), *literals}
        except UnknownName:
            if not literals and not self._statements.spelling(name):
                raise
            return literals

    def _known_names(self) -> list[str]:
        return [name for thing in self._things.values() for name in (local_name(thing.iri), thing.label, *thing.names)]


def _called(thing: Thing) -> tuple[str, ...]:
    return tuple(_folded(name) for name in (thing.label, *thing.names))


def _folded(name: str) -> str:
    """Return a name as names are compared: letter case aside, and however its accents are written."""
    return unicodedata.normalize("NFC", name).casefold()


def commitment_named(name: str) -> Commitment:
    """Return the commitment that a name means, prefixed or not, letter case aside."""
    check_name(name, "commitment")
    wanted = name.removeprefix("skg:").removeprefix(SKG).capitalize()
    try:
        return Commitment(wanted)
    except ValueError:
        raise UnknownName("commitment", name, list(Commitment)) from None
