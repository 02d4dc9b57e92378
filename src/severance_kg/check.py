"""Checks of the records: what every statement must live up to, told with the line of its annotation.

What a graph must live up to, whatever it was made from, stands in ``graph_check``.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from severance_kg.errors import SevError
from severance_kg.ontology import Ontology
from severance_kg.rules import moment_order
from severance_kg.statements import Commitment, Corpus, Frame, Kind, Polarity, Reading, Relation, Source, Statement
from severance_kg.verify import count_words, passages_of, pointing_words, source_id, uncovered
from severance_kg.vocabulary import IRI, RDFS, SKG, XSD, Literal, compact, local_name


class Problem(SevError):
    """One thing that a check found."""

    exit_status = 1


def check_records(corpus: Corpus, ontology: Ontology, inferred: Iterable[Statement] = ()) -> Iterator[Problem]:
    """Yield every problem of the records of a corpus."""
    yield from check_statements(corpus, ontology, inferred)
    yield from check_coverage(corpus)


def check_statements(corpus: Corpus, ontology: Ontology, inferred: Iterable[Statement] = ()) -> Iterator[Problem]:
    """Yield every problem of the statements of a corpus; whether they cover their sources is not asked."""
    yield from check_alone(corpus, ontology, types_of(corpus, ontology), inferred)
    yield from check_together((*corpus.statements, *inferred))


def check_alone(
    corpus: Corpus, ontology: Ontology, types: dict[str, str], inferred: Iterable[Statement] = ()
) -> Iterator[Problem]:
    """Yield the problems that a statement has by itself, whatever others there are."""
    for statement in (*corpus.statements, *inferred):
        yield from _domain_and_range(statement, ontology, types)
        yield from _judgements(statement)
    sources = {source.iri: source for source in corpus.sources}
    for statement in corpus.statements:
        yield from _speaker(statement, sources, ontology, types)
        yield from _passage(statement)
        yield from _themes(statement)


def check_together(statements: tuple[Statement, ...]) -> Iterator[Problem]:
    """Yield the problems that statements have with one another, be they of one source or of several."""
    yield from _negated_edges(statements)
    yield from _contents(statements)
    yield from _moments(statements)


def check_coverage(corpus: Corpus) -> Iterator[Problem]:
    """Yield the words of a source that no passage holds, and spans that cannot be."""
    for source in corpus.sources:
        if source.has_text:
            yield from _coverage(corpus, source)


def _short(iri: str, beside: Statement) -> str:
    """Return a statement's id as the file of another one would write it: without the source's if it is the same."""
    own = local_name(beside.source) + "-" if beside.source else ""
    return local_name(iri).removeprefix(own)


def _problem(statement: Statement, code: str, what: str, hint: str) -> Problem:
    name = _short(statement.iri, statement)
    where = str(statement.where) if statement.where else None
    return Problem(f"{name}: {what}", where=where, hint=hint, code=code, statement=name)


def types_of(corpus: Corpus, ontology: Ontology) -> dict[str, str]:
    """Return the class of everything that a statement can be about."""
    found = {str(entity.iri): str(entity.type) for entity in corpus.entities}
    found |= dict.fromkeys((str(theme.iri) for theme in corpus.themes), SKG + "Theme")
    found |= dict.fromkeys(ontology.themes, SKG + "Theme")
    found |= dict.fromkeys((str(statement.iri) for statement in corpus.statements), SKG + "Statement")
    return found


def _domain_and_range(statement: Statement, ontology: Ontology, types: dict[str, str]) -> Iterator[Problem]:
    edge = ontology.edges.get(statement.predicate)
    if edge is None:
        yield _problem(
            statement, "no-edge-property", f"{compact(statement.predicate)} is no edge property", "use one of the ontology"
        )
        return
    name = compact(edge.iri)
    subject = types.get(statement.subject, "")
    if edge.domain and not ontology.is_a(subject, edge.domain):
        wanted = _one_of(edge.domain)
        yield _problem(
            statement, "domain", f"the subject of {name} is {wanted}, not {_a(subject)}", "turn the edge round, or use another"
        )
    if isinstance(statement.object, Literal):
        if RDFS + "Literal" not in edge.range and statement.object.datatype not in edge.range:
            wanted = _one_of(edge.range)
            yield _problem(
                statement, "range", f"the object of {name} is {wanted}, not {_a(statement.object.datatype)}", "correct it"
            )
        yield from _lexical(statement, statement.object)
    elif edge.range and not ontology.is_a(types.get(statement.object, ""), edge.range):
        wanted = _one_of(edge.range)
        given = _a(types.get(statement.object, ""))
        yield _problem(
            statement, "range", f"the object of {name} is {wanted}, not {given}", "turn the edge round, or use another"
        )


_FORMS = {
    XSD + "boolean": r"true|false|1|0",
    XSD + "integer": r"[+-]?\d+",
    XSD + "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    XSD + "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    XSD + "date": r"\d{4}-\d\d-\d\d",
}
"""How XML Schema writes what annotations use; Python's own int() and fromisoformat() take more, such as 1_000 and 20250321."""


def _lexical(statement: Statement, literal: Literal) -> Iterator[Problem]:
    """A literal must be one of its datatype: an engine would keep "tenth"^^xsd:integer and compare it with nothing."""
    fits = re.fullmatch(_FORMS.get(literal.datatype, r"[\s\S]*"), literal, re.ASCII) is not None
    if fits and literal.datatype == XSD + "date":
        try:
            datetime.date.fromisoformat(literal)
        except ValueError:
            fits = False
    if not fits:
        yield _problem(
            statement, "literal", f'"{literal}" is no {compact(literal.datatype)}', "correct the value or the datatype"
        )


def _a(cls: str) -> str:
    return local_name(cls) if cls else "something undeclared"


def _one_of(classes: Iterable[str]) -> str:
    return " or ".join(sorted(local_name(cls) for cls in classes))


def _judgements(statement: Statement) -> Iterator[Problem]:
    for relation, other in statement.relations:
        if other == statement.iri:
            yield _problem(statement, "relation-to-itself", f"{relation} leads to itself", "name another statement")
    own = statement.held_by in (None, statement.said_by)
    if statement.commitment is Commitment.REPORTED and own and statement.kind is Kind.INTERVIEW:
        yield _problem(
            statement, "reported-by-nobody", "it is reported, and nobody else holds it", "say whose view it is with held_by:"
        )
    if statement.commitment in (Commitment.ASSERTED, Commitment.HEDGED) and not own:
        yield _problem(
            statement,
            "asserted-for-another",
            f"{local_name(statement.held_by or '')} holds it, so the speaker only reports it",
            "make it Reported; if the speaker endorses it too, that is a second statement",
        )


_CAN_SPEAK = frozenset({SKG + "RealPerson", SKG + "Group", SKG + "Organisation"})


def _speaker(statement: Statement, sources: dict[IRI, Source], ontology: Ontology, types: dict[str, str]) -> Iterator[Problem]:
    if statement.said_by is None:
        return
    if not ontology.is_a(types.get(statement.said_by, ""), _CAN_SPEAK):
        who = local_name(statement.said_by)
        yield _problem(
            statement,
            "character-speaks",
            f"{who} is a character and gives no interviews",
            "name who speaks; use held_by: for whose view it is",
        )
    source = sources.get(statement.source) if statement.source else None
    if source and statement.said_by not in source.speakers:
        yield _problem(
            statement,
            "no-speaker",
            f"{local_name(statement.said_by)} is no speaker of {source_id(source)}",
            f"its speakers are {', '.join(local_name(one) for one in source.speakers) or 'not listed yet'}",
        )


def _passage(statement: Statement) -> Iterator[Problem]:
    if statement.passage and not statement.passage.sha256:
        yield _problem(
            statement,
            "passage-without-digest",
            "its passage has no digest",
            "run 'severance-kg verify --stamp' with the source's text",
        )


def _themes(statement: Statement) -> Iterator[Problem]:
    if statement.kind is Kind.INTERVIEW and statement.frame is not Frame.PRODUCTION and not statement.themes:
        yield _problem(
            statement, "no-theme", "it is about the story and carries no theme", "add themes:, each with its weight and why"
        )
    named = [assignment.theme for assignment in statement.themes]
    for theme in sorted({theme for theme in named if named.count(theme) > 1}):
        yield _problem(statement, "theme-twice", f"the theme {local_name(theme)} is there twice", "keep one of the two")


def _negated_edges(statements: tuple[Statement, ...]) -> Iterator[Problem]:
    """An edge that another statement denies stays, and the two must be marked as in tension."""
    by_triple = defaultdict(list)
    for statement in statements:
        by_triple[statement.triple].append(statement)
    for group in by_triple.values():
        edges = [one for one in group if one.is_edge]
        for denial in group:
            if (denial.commitment, denial.polarity, denial.reading) != (Commitment.ASSERTED, Polarity.NEGATED, Reading.LITERAL):
                continue
            for edge in edges:
                if edge.kind is not Kind.INFERRED and not _related(denial, edge, Relation.IN_TENSION_WITH):
                    yield _problem(
                        denial,
                        "denied-without-tension",
                        f"it denies what {_short(edge.iri, denial)} asserts",
                        "add in_tension_with: to one of them",
                    )


def _related(one: Statement, other: Statement, relation: Relation) -> bool:
    return (relation, other.iri) in one.relations or (relation, one.iri) in other.relations


ATTITUDES = frozenset(SKG + name for name in ("believes", "expects", "guesses", "wants", "trainedToBelieve"))


def _contents(statements: tuple[Statement, ...]) -> Iterator[Problem]:
    """What somebody believes, expects or guesses is a statement that this somebody holds, never the speaker's own."""
    known = {statement.iri: statement for statement in statements}
    for statement in statements:
        content = known.get(IRI(statement.object)) if statement.predicate in ATTITUDES else None
        if content is None:
            continue
        who, name = local_name(statement.subject), _short(content.iri, statement)
        if content.commitment not in (Commitment.REPORTED, Commitment.HYPOTHETICAL):
            hint = f"make {name} Reported; if the speaker says it too, that is another statement"
            yield _problem(
                statement, "content-asserted", f"its content {name} is {content.commitment}, as if the speaker said it", hint
            )
        elif content.held_by != statement.subject:
            yield _problem(
                statement, "content-of-another", f"its content {name} is not held by {who}", f"give {name} held_by: {who}"
            )


def _moments(statements: tuple[Statement, ...]) -> Iterator[Problem]:
    order = moment_order(statements)
    cycle = set(order.cycle())
    for statement in statements:
        if statement.predicate == SKG + "precedes" and statement.is_edge and {statement.subject, statement.object} <= cycle:
            names = ", ".join(local_name(moment) for moment in sorted(cycle))
            yield _problem(statement, "moments-in-a-circle", f"moments come before themselves: {names}", "take one precedes away")
        start, end = statement.time.start, statement.time.end
        if start and end and order.precedes(end, start):
            yield _problem(
                statement, "ends-before-it-starts", "it holds until a moment before the one it holds from", "swap the two"
            )


def _coverage(corpus: Corpus, source: Source) -> Iterator[Problem]:
    where = str(source.where)
    if source.words is None:
        yield Problem(
            "the source has no word count yet",
            code="not-stamped",
            where=where,
            hint="run 'severance-kg verify --stamp' with its text",
        )
        return
    yield from _spans(corpus, source, source.words)
    for span in uncovered(corpus, source):
        words = (
            f"word {span.end} of the source is"
            if span.end == span.start + 1
            else f"words {span.start + 1} to {span.end} of the source are"
        )
        hint = "state what they say, or list them under not_stated: with a reason, or write status: partial at the top until then"
        yield Problem(f"{words} in no passage", where=where, hint=hint, code="not-covered")
    held = pointing_words(corpus, source)
    if 3 * held >= source.words:
        hint = "let statements share passages, and stamp the file again"
        yield Problem(
            f"its passages are pointed at with {held} of {source.words} words, a third or more",
            where=where,
            hint=hint,
            code="too-many-words",
        )


def _spans(corpus: Corpus, source: Source, words: int) -> Iterator[Problem]:
    """A position is written by 'verify --stamp'; one that was written by hand could claim words that no passage holds."""
    for name, where, passage in passages_of(corpus, source):
        if passage.words is None or passage.characters is None:
            continue
        span, held = passage.words, max(count_words(passage.starts), count_words(passage.ends or ""))
        length = passage.characters.end - passage.characters.start
        # A word takes at least one character and a space.
        if not 0 <= span.start < span.end <= words or span.end - span.start < held or 2 * (span.end - span.start) - 1 > length:
            hint = "run 'severance-kg verify --stamp', which writes words: and characters:"
            yield Problem(f"{name}: its passage cannot have the words {list(span)}", where=str(where), hint=hint, code="position")
