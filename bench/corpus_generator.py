"""Makes annotation files that look like the real ones, in any number, from a seed; the words are invented.

Run it with ``uv run bench/corpus_generator.py --statements 1000 --out FOLDER``. A corpus is about made-up series. Each has a
file of background and a dozen interviews, and each of these is the bundled file of its kind under other names: the same
judgements, times, relations, resolutions and numbers of themes, some statements left out by chance. A series shares its cast
among its sources; things, events and moments are each source's own. With ``--texts`` the texts of the interviews are
written, too, and ``severance-kg verify`` finds every passage in them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parents[1] / "data"
SEED = 45511
INTERVIEWS = 12
"""How many interviews there are on each series."""
DROPPED = 0.15
"""How many of an interview's statements are left out."""
CAST = frozenset("Persona FictionalPerson RealPerson Group Organisation Department Work".split())
RELATIONS = "because on_condition in_order_that rather_than in_tension_with agrees_with revises".split()
TIMES = ("holds_at", "holds_from", "holds_until")
PEOPLE = ("said_by", "said_to", "held_by")
SYLLABLES = "ba ce do fu gri ha jel ko lu mi nor pa que ro shi ta ul ve wyn xo yar ze bra cli dre flo gan hest kir lom".split()


@dataclass(frozen=True)
class Made:
    """A generated source: the name of its file, its annotation, its text, and how many statements it has."""

    name: str
    annotation: str
    text: str
    statements: int


def corpus(statements: int, seed: int = SEED) -> Iterator[Made]:
    """Yield sources with about as many statements in all as are wanted, at least one source."""
    chance = random.Random(seed)
    interview, background = (_read(DATA / name) for name in ("sources/celebpost-45511.yaml", "series.yaml"))
    types = {name: given["type"] for given in (interview, background) for name, given in given["entities"].items()}
    left, number = statements, 0
    while left > 0:
        series = _Series(chance, number, types)
        for i in range(INTERVIEWS + 1):
            made = series.source(background if i == 0 else interview, i, left)
            left -= made.statements
            yield made
            if left <= 0:
                break
        number += 1


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return found


class _Series:
    """A made-up series: its cast, and the sources on it."""

    def __init__(self, chance: random.Random, number: int, types: dict[str, str]) -> None:
        self.chance, self.number, self.types = chance, number, types
        self.cast: dict[str, str] = {}
        self.names: set[str] = set()
        self.background = f"series-{number:04}"
        self.kept: set[str] = set()

    def source(self, template: dict[str, Any], index: int, most: int) -> Made:
        """Make a source in the likeness of a template, with at most so many statements."""
        name = self.background if index == 0 else f"talk-{self.number:04}-{index:02}"
        return _Source(self, template, name).made(most, dropped=0 if index == 0 else DROPPED)

    def word(self) -> str:
        """Return an invented word."""
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(1, 3)))

    def words(self, count: int) -> str:
        """Return a sentence of invented words."""
        return f"{' '.join(self.word() for _ in range(max(count, 2))).capitalize()}."

    def name(self) -> str:
        """Return a name that nothing of the series bears."""
        made = f"{self.word().capitalize()}{self.word().capitalize()}{self.number}"
        while made in self.names:
            made += self.word().capitalize()
        self.names.add(made)
        return made


@dataclass
class _Source:
    """One source in the making."""

    series: _Series
    template: dict[str, Any]
    name: str
    own: dict[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    def made(self, most: int, dropped: float) -> Made:
        template, series = self.template, self.series
        interview = "passage" in template["statements"][0]
        kept = self._kept(most, dropped)
        denied = {tuple(map(str, one["triple"])) for one in kept.values() if one.get("polarity") == "Negated"}
        passages = _Passages(series)
        body = [self._statement(one, kept, denied, passages) for one in kept.values()]
        if not interview:
            series.kept = set(kept)
        source: dict[str, Any] = {"id": self.name, "title": series.words(6)}
        if interview:
            speakers = [self.entity(one) for one in template["source"]["speakers"]]
            source |= {"url": f"https://talks.example/{self.name}", "publisher": speakers[0], "published": "2031-05-04"}
            source |= {"speakers": speakers, "paragraphs": passages.paragraph, "words": passages.count}
            source |= {"sha256": _digest(" ".join(passages.sentences))}
        entities = {
            name: {"type": series.types[of], "label": _label(name), "definition": series.words(10)}
            for name, of in self.used.items()
        }
        lines = ["# Made by bench/corpus_generator.py; nobody has said any of this.", "source:"]
        lines += [f"  {key}: {_flow(value)}" for key, value in source.items()]
        lines += ["", "annotation: {by: the corpus generator, on: 2026-11-22}", "", "entities:"]
        lines += [f"  {name}: {_flow(entity)}" for name, entity in entities.items()]
        lines += ["", "statements:", "", *body]
        return Made(f"{self.name}.yaml", "\n".join(lines), passages.text(), len(kept))

    def _kept(self, most: int, dropped: float) -> dict[str, dict[str, Any]]:
        """Choose the statements that stay; what speaks of one that goes, goes as well."""
        every = self.template["statements"]
        stay = {one["id"]: one for one in every if self.series.chance.random() >= dropped}
        stay = dict(list(stay.items())[:most]) if len(stay) > most else stay
        ids = {one["id"] for one in every}
        while gone := [name for name, one in stay.items() if any(end in ids and end not in stay for end in _ends(one))]:
            for name in gone:
                del stay[name]
        if not stay:
            stay = {every[0]["id"]: every[0]}
        return stay

    def entity(self, name: str, *, own: bool = False) -> str:
        """Return the name that a template's entity has here: the series' if it is of the cast, else this source's."""
        shared = self.series.types[name] in CAST and not own
        names = self.series.cast if shared else self.own
        if name not in names:
            names[name] = self.series.name()
        self.used[names[name]] = name
        return names[name]

    def _term(self, given: Any, kept: dict[str, Any], own: bool) -> Any:
        if not isinstance(given, str) or given.startswith("theme:"):
            return given
        name = given.removeprefix("sev:")
        return self.entity(name, own=own) if name in self.series.types else self._reference(given, kept) or given

    def _reference(self, given: str, kept: dict[str, Any]) -> str | None:
        """Return the id of a statement here, of this source or of the background, or None if it was left out."""
        if given in kept:
            return given
        local = given.removeprefix("series-")
        return f"{self.series.background}-{local}" if given != local and local in self.series.kept else None

    def _statement(self, one: dict[str, Any], kept: dict[str, Any], denied: set[tuple[str, ...]], passages: _Passages) -> str:
        series = self.series
        # What is denied somewhere is about this source's own things: another source may assert what it likes.
        own = tuple(map(str, one["triple"])) in denied
        subject, predicate, obj = one["triple"]
        triple = [self._term(subject, kept, False), predicate, self._term(obj, kept, own)]
        made: dict[str, Any] = {"triple": triple, "gloss": series.words(len(one["gloss"].split()))}
        if "passage" in one:
            made["passage"] = passages.of(json.dumps(one["passage"], sort_keys=True))
        if "references" in one:
            made["references"] = [f"https://pages.example/{series.word()}/{i}" for i, _ in enumerate(one["references"])]
        made |= {key: self.entity(one[key]) for key in PEOPLE if key in one}
        made |= {key: one[key] for key in ("commitment", "polarity", "reading", "frame") if key in one}
        made |= {key: one[key] if one[key] == "Always" else self.entity(one[key]) for key in TIMES if key in one}
        for key in RELATIONS:
            if others := [other for given in one.get(key, ()) if (other := self._reference(given, kept))]:
                made[key] = others
        made["themes"] = [{**given, "why": series.words(len(given["why"].split()))} for given in one.get("themes", ())]
        made["resolves"] = [self._resolution(given, kept) for given in one.get("resolves", ())]
        if "note" in one:
            made["note"] = series.words(len(one["note"].split()))
        lines = [f"  - id: {one['id']}"]
        for key, value in made.items():
            if key in ("themes", "resolves"):
                lines += [f"    {key}:", *(f"      - {_flow(item)}" for item in value)] if value else []
            else:
                lines.append(f"    {key}: {_flow(value)}")
        return "\n".join([*lines, ""])

    def _resolution(self, given: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        made = {"form": given["form"], "to": self._term(given["to"], kept, False)}
        if "by" in given and (other := self._reference(given["by"], kept)):
            made["by"] = other
        if given["to"] not in self.series.types and made["to"] == given["to"] and given["to"] not in kept:
            made["to"] = next(iter(kept))
        return made


class _Passages:
    """The text of an interview: a sentence for each passage, five to a paragraph."""

    def __init__(self, series: _Series) -> None:
        self._series, self._known = series, dict[str, dict[str, Any]]()
        self.sentences: list[str] = []
        self.count = self._at = 0

    @property
    def paragraph(self) -> int:
        """The number of paragraphs so far."""
        return (len(self.sentences) + 4) // 5

    def of(self, key: str) -> dict[str, Any]:
        """Return the passage for a template's passage: the same for the same."""
        if key not in self._known:
            words = [f"{self._series.word()}{len(self.sentences)}", *(self._series.word() for _ in range(self._length()))]
            words.append(f"{self._series.word()}{len(self.sentences)}")
            sentence = f"{' '.join(words)}."
            self.sentences.append(sentence)
            start, end = self._at, self._at + len(sentence) - 1
            self._known[key] = {
                "paragraph": self.paragraph,
                "starts": words[0],
                "ends": words[-1],
                "words": [self.count, self.count + len(words)],
                "characters": [start, end],
                "sha256": _digest(sentence[:-1]),
            }
            self.count += len(words)
            self._at = end + 2
        return self._known[key]

    def _length(self) -> int:
        return self._series.chance.randint(7, 18)

    def text(self) -> str:
        """Return the text, with a blank line between paragraphs."""
        paragraphs = [self.sentences[i : i + 5] for i in range(0, len(self.sentences), 5)]
        return "\n\n".join(" ".join(sentences) for sentences in paragraphs) + "\n"


def _ends(statement: dict[str, Any]) -> list[str]:
    subject, _, obj = statement["triple"]
    return [end for end in (subject, obj) if isinstance(end, str)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _label(name: str) -> str:
    return "".join(f" {c}" if c.isupper() else c for c in name).strip()


def _flow(value: Any) -> str:
    """Return a value as YAML on one line, quoted where it must be."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    text = str(value)
    return text if text.replace("-", "").isalnum() or isinstance(value, int) else json.dumps(text)


def write(folder: Path, statements: int, seed: int = SEED, *, texts: bool = False) -> int:
    """Write a corpus into a folder and return how many statements it has."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for made in corpus(statements, seed):
        (folder / made.name).write_text(made.annotation, "utf-8")
        if texts:
            (folder / made.name).with_suffix(".txt").write_text(made.text, "utf-8")
        count += made.statements
    return count


def main() -> None:
    """Write a corpus and tell its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", action="store_true", help="write the interviews' texts beside them")
    arguments = parser.parse_args()
    count = write(arguments.out, arguments.statements, arguments.seed, texts=arguments.texts)
    print(f"{count:,} statements in {len(list(arguments.out.glob('*.yaml'))):,} files")


if __name__ == "__main__":
    main()
