"""Copies whose words differ: a known source that comes again, and some of its passages are not in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from severance_kg.passages import NormalisedText, PassageRef, places
from severance_kg.statements import Corpus, Source
from severance_kg.vocabulary import local_name

ENOUGH = 3
"""How many passages of a known source a text must hold, and be half of them, to be taken for a copy of it."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A statement of a known source whose passage a copy of that source does not hold, and whose words it points at."""

    statement: str
    speaker: str
    starts: str

    def __str__(self) -> str:
        """Tell it in a line."""
        words = f'altered: the words of {self.speaker} from "{self.starts}" on'
        return f"{self.statement}: {words} are not in this copy as they were read; nothing of it was merged"


def altered(corpus: Corpus, text: NormalisedText, url: str | None = None) -> Iterator[Altered]:
    """Yield the passages of a known source that this copy of it does not hold."""
    for source in corpus.sources:
        known = {
            local_name(one.iri): (one.passage, local_name(one.said_by or ""))
            for one in corpus.statements
            if one.source == source.iri and one.passage and one.passage.sha256
        }
        if not known or (source.sha256 is not None and _is_same(source, text)):
            continue
        missing = lost({name: passage for name, (passage, _) in known.items()}, text)
        found = len(known) - len(missing)
        same_address = bool(url and source.url and source.url.split("#")[0] == url.split("#")[0])
        if missing and ((found >= ENOUGH and 2 * found >= len(known)) or same_address):
            for name in missing:
                passage, speaker = known[name]
                yield Altered(name, speaker, passage.starts)


def _is_same(source: Source, text: NormalisedText) -> bool:
    from severance_kg.passages import digest

    return source.sha256 == digest(text.text)


def lost(passages: Mapping[str, PassageRef], text: NormalisedText) -> list[str]:
    """Return the names of the passages that a text does not hold; equal passages are looked for once."""
    seen: dict[str, bool] = {}
    missing = []
    for name, passage in passages.items():
        key = str(passage.sha256)
        if key not in seen:
            seen[key] = next(places(text, passage), None) is not None
        if not seen[key]:
            missing.append(name)
    return missing


def described(names: Iterable[str]) -> str:
    """Return some names, and how many more there are."""
    told = list(names)
    return ", ".join(told[:6]) + (f" and {len(told) - 6} more" if len(told) > 6 else "")
