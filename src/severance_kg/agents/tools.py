"""The tools: what each answers. Their names, descriptions and schemas stand in ``tools.json``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import jsonschema_rs

from severance_kg.agents.answers import cut, dump, few, term
from severance_kg.agents.proposals import Proposal
from severance_kg.errors import InputError, UnknownName, did_you_mean
from severance_kg.formats import n3
from severance_kg.questions import Question, explain
from severance_kg.reports import show_json
from severance_kg.telling import statement_json
from severance_kg.vocabulary import ST, Literal, compact, expand, local_name
from severance_kg.workers import Ask, Pool

if TYPE_CHECKING:
    from severance_kg.agents.checking import Checker
    from severance_kg.graph import KnowledgeGraph
    from severance_kg.resources import Inputs

Arguments = dict[str, Any]
T = TypeVar("T")
MOST_RELATED = 50
"""How many ids of statements that have otherwise to do with a thing are told, for each way in which they do."""
MOST_EVIDENCE = 20


@cache
def specifications() -> dict[str, dict[str, Any]]:
    """Return what a client is told of each tool, by name."""
    told = json.loads(files("severance_kg.agents").joinpath("tools.json").read_text("utf-8"))
    return {one["name"]: one for one in told}


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(specifications()[name]["inputSchema"])


def checked(name: str, given: Mapping[str, Any]) -> Arguments:
    """Return a tool's arguments with the defaults filled in.

    Raises:
        UnknownName: there is no such tool.
        InputError: an argument is missing, unknown, or not what the schema says.
    """
    if name not in specifications():
        raise UnknownName("tool", name, specifications())
    properties = specifications()[name]["inputSchema"]["properties"]
    try:
        dump(given).encode()
    except UnicodeEncodeError:
        raise InputError("half a character stands in the arguments", where=name, hint="write them in Unicode") from None
    for key in given:
        if key not in properties:
            hint = did_you_mean(key[:200], properties) or f"known are {', '.join(properties)}"
            raise InputError(f'no argument "{key[:80]}"', where=name, hint=hint)
    for error in _validator(name).iter_errors(dict(given)):
        key = str(next(iter(error.instance_path), ""))
        told = properties.get(key, {}).get("description") or specifications()[name]["description"]
        # The engine's message shows the value, which may be a long one.
        message = error.message if len(error.message) <= 200 else f"not what the schema allows ({error.kind.name})"
        raise InputError(f"{key}: {message}" if key else message, where=name, hint=f"it is {told}" if key else "add it")
    return {key: one["default"] for key, one in properties.items() if "default" in one} | dict(given)


class Tools:
    """The tools over one graph. What a stranger's words could keep busy runs in a process that can be killed."""

    def __init__(
        self, kg: KnowledgeGraph, pool: Pool, checker: Checker, questions: Mapping[str, Question], inputs: Inputs | None
    ) -> None:
        self._kg, self._pool, self._checker, self._questions, self._inputs = kg, pool, checker, questions, inputs
        # What the graph keeps of what it has read is not made for several threads.
        self._one_at_a_time = asyncio.Lock()

    async def call(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call.

        Raises:
            SevError: the arguments are wrong, or what the tool itself raises.
        """
        arguments = checked(name, given)
        answers = {
            "search": self._search,
            "show": self._show,
            "question": self._question,
            "query": self._query,
            "evidence": self._evidence,
            "check_statements": self._check_statements,
        }
        return await answers[name](arguments)

    async def _looked_up(self, look: Callable[[KnowledgeGraph], T]) -> T:
        async with self._one_at_a_time:
            return await asyncio.to_thread(look, self._kg)

    async def _rows(self, query: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((await self._pool.ask(Ask(query))).content)
        return found

    # ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _search(self, given: Arguments) -> dict[str, Any]:
        words = given["text"].lower().split()
        held = " && ".join(f"CONTAINS(?where, {n3(Literal(word))})" for word in words)
        kept = "" if given["kind"] == "any" else f' && ?kind = "{given["kind"]}"'
        query = files("severance_kg.agents").joinpath("search.rq").read_text("utf-8").replace("$filter", held + kept)
        rows = (await self._rows(query))["results"]["bindings"]
        best: dict[str, tuple[tuple[int, int, str], dict[str, str]]] = {}
        for row in rows:
            text, name = row["text"]["value"], compact(row["found"]["value"])
            rank = (_rank(" ".join(words), text.lower(), local_name(row["found"]["value"]).lower()), len(text), name)
            if name not in best or rank < best[name][0]:
                best[name] = rank, {"name": name, "kind": row["kind"]["value"], "text": text}
        found = [one for _, one in sorted(best.values(), key=lambda ranked: ranked[0])]
        return cut({"found": found}, "found", limit=given["limit"], offset=given["offset"])

    async def _show(self, given: Arguments) -> dict[str, Any]:
        def look(kg: KnowledgeGraph) -> dict[str, Any]:
            return show_json(kg, kg.resolve(given["name"]))

        told = await self._looked_up(look)
        if "statements" not in told:
            told = {"iri": told["iri"], "label": told["gloss"], "statements": [told]}
        if "related" in told:
            told["related"] = {how: few([local_name(one) for one in iris], MOST_RELATED) for how, iris in told["related"].items()}
        return cut(told, "statements", limit=given["limit"], offset=given["offset"])

    async def _evidence(self, given: Arguments) -> dict[str, Any]:
        def look(kg: KnowledgeGraph) -> list[dict[str, Any]]:
            return [statement_json(kg, one) for one in kg.evidence(given["subject"], given["predicate"], given["object"])]

        statements = await self._looked_up(look)
        told = {"is_edge": any(one["is_edge"] for one in statements), "statements": statements}
        return cut(told, "statements", limit=given["limit"], offset=given["offset"])

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _question(self, given: Arguments) -> dict[str, Any]:
        limit, offset = given["limit"], given["offset"]
        if "name" not in given:
            told = [{"name": one.name, "question": one.question} for one in self._questions.values()]
            return cut({"questions": told}, "questions", limit=limit, offset=offset)
        if given["name"] not in self._questions:
            raise UnknownName("question", given["name"], self._questions)
        asked = self._questions[given["name"]]
        found = await self._rows(asked.file.query)
        told_rows = _as_rows(found)
        answer = cut(
            {"question": asked.question, "answer": explain(asked, self._inputs), **told_rows}, "rows", limit=limit, offset=offset
        )
        shown = {name for row in answer["rows"] for name in row.values() if name.startswith("st:")}
        ids = sorted(iri for name in shown if (iri := expand(name)) and iri.startswith(ST))

        def look(kg: KnowledgeGraph) -> list[dict[str, Any]]:
            return [statement_json(kg, kg.statement(iri)) for iri in ids[:MOST_EVIDENCE]]

        evidence = cut({**answer, "evidence": await self._looked_up(look)}, "evidence", limit=MOST_EVIDENCE, of=len(ids))
        return {**evidence, "cut": answer["cut"] or evidence["cut"]}

    async def _query(self, given: Arguments) -> dict[str, Any]:
        asked = {key.replace("_", "-"): f"{given[key]:.15g}" for key in ("timeout", "memory", "result_bytes") if key in given}
        limits = self._pool.limits.lowered(asked)
        answer = await self._pool.ask(Ask(given["sparql"]), limits)
        told: dict[str, Any] = {"kind": answer.kind}
        if answer.kind == "triples":
            told["triples"] = sorted(answer.content.decode().splitlines())
        elif answer.kind == "boolean":
            return {**told, "boolean": json.loads(answer.content)["boolean"], "cut": None}
        else:
            told |= _as_rows(json.loads(answer.content))
        part = "triples" if answer.kind == "triples" else "rows"
        return cut(told, part, limit=given["limit"], offset=given["offset"])

    # ── Proposing ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _check_statements(self, given: Arguments) -> dict[str, Any]:
        report = await self._checker.check(Proposal(given["yaml"], given.get("source"), given.get("text")))
        report["next"] = _NEXT if report["fits"] else "mend what is told, and check again"
        return cut(report, "problems", limit=given["limit"], offset=given["offset"])


_NEXT = "nothing is kept or accepted here: hand the YAML to a person, who reviews it"


def _rank(wanted: str, text: str, name: str) -> int:
    """Return how far a text is from what is searched for: the same, starting with it, holding it, holding its words."""
    if wanted in (text, name):
        return 0
    return 1 if text.startswith(wanted) else 2 if wanted in text else 3


def _as_rows(found: dict[str, Any]) -> dict[str, Any]:
    rows = [{name: term(value) for name, value in row.items()} for row in found["results"]["bindings"]]
    return {"variables": found["head"]["vars"], "rows": rows}
