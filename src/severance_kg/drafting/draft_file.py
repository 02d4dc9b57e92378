"""A draft as YAML: the form of an accepted source, with what the rules suggest beside what a person has to decide.

The same proposals give the same bytes. No words of the source stand in it but those that point at passages, cues and mentions,
each six at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from severance_kg.drafting.cues import Cue
from severance_kg.drafting.interview import Interview
from severance_kg.drafting.mentions import SPEAKER, Mention
from severance_kg.drafting.proposals import Proposal, Proposals, exact_span, normalised_span
from severance_kg.drafting.sources import NewThing, SourceCard
from severance_kg.passages import MOST_WORDS, NormalisedText, PassageRef, Span, digest
from severance_kg.statements import Commitment, Form, Polarity, Reading

_PLAIN = re.compile(r"(?!(?:true|false|null|yes|no|on|off)\Z)[A-Za-z][\w./-]*(?: [\w./-]+)*", re.IGNORECASE | re.ASCII)
_FIRM = Commitment.ASSERTED


def render(interview: Interview, card: SourceCard, proposals: Proposals) -> str:
    """Return a draft that nobody has edited yet."""
    head = files("severance_kg.drafting").joinpath("draft_head.yaml").read_text("utf-8")
    lines = [head.rstrip("\n"), "", "status: draft", "", *_source(interview, card), "", "annotation:"]
    lines += ["  by:                     # your name, once you have decided", "  on:                     # the day", ""]
    if card.entities:
        lines += [ENTITIES, *(entity_line(thing) for thing in card.entities.values()), ""]
    lines += ["statements:"]
    paragraph = 0
    for number, proposal in enumerate(proposals.proposals, 1):
        if proposal.passage.paragraph != paragraph:
            paragraph = proposal.passage.paragraph
            lines += ["", f"  # ── Paragraph {paragraph} ".ljust(120, "─")]
        lines += ["", block(f"d{number:02}", proposal, interview.text).rstrip("\n")]
    if not proposals.proposals:
        lines[-1] = "statements: []"
    lines += ["", *not_stated(proposals)]
    return "\n".join(lines).rstrip("\n") + "\n"


ENTITIES = "# Who speaks or is introduced and is not in the graph yet. Correct the type; add what else you need.\nentities:"


def entity_line(thing: NewThing) -> str:
    """Return the line that declares a thing."""
    told = f", definition: {scalar(thing.definition)}" if thing.definition else ""
    return f"  {thing.name}: {{type: {thing.type}, label: {scalar(thing.label)}{told}}}"


def _source(interview: Interview, card: SourceCard) -> list[str]:
    text = interview.text
    lines = ["source:", f"  id: {card.id}", f"  title: {scalar(card.title)}"]
    lines += [f"  {key}: {scalar(value)}" for key, value in (("url", card.url), ("published", card.published)) if value]
    lines += [
        f"  publisher: {card.publisher}"
        if card.publisher
        else "  # publisher:            # who published it: whose words the narration is"
    ]
    lines += [f"  speakers: {_flow(card.speakers)}"]
    if card.about:
        lines += [f"  about: {_flow(card.about)}"]
    if card.known:
        lines += [f"  # The graph has this source already, as {str(card.known.iri).rsplit('/', 1)[-1]}."]
    return [*lines, *stamps(text), *altered_line(card)]


def stamps(text: NormalisedText) -> list[str]:
    """Return the lines by which the text of a source is known again."""
    return [f"  paragraphs: {len(text.paragraphs)}", f"  words: {len(text.words)}", f"  sha256: {digest(text.text)}"]


def altered_line(card: SourceCard) -> list[str]:
    """Return the line that names the statements whose words a copy of their source has otherwise, or none."""
    told = "  # this copy has other words; take the line out once you know why"
    return [f"  altered: {_flow(card.altered)}{told}"] if card.altered else []


def not_stated(proposals: Proposals) -> list[str]:
    """Return the lines that list what states nothing."""
    if not proposals.not_stated:
        return []
    lines = ["# Words that state nothing. Every word of the source lies in a passage above or here.", "not_stated:"]
    for one in proposals.not_stated:
        lines += [f"  - passage: {passage(one.passage, '      ')}", f"    reason: {scalar(one.reason)}"]
    return lines


# ── One proposal ─────────────────────────────────────────────────────────────────────────────────────────────────────


def block(name: str, proposal: Proposal, text: NormalisedText) -> str:
    """Return the lines of one proposal; the last of them is no comment."""
    return "\n".join(_block(name, proposal, text)) + "\n"


def _block(name: str, one: Proposal, text: NormalisedText) -> Iterator[str]:
    judged = one.judgements
    triple = ", ".join(part or "~" for part in (one.subject, None, one.object))
    yield f"  - id: {name}"
    yield f"    triple: [{triple}]"
    yield "    gloss:"
    yield f"    passage: {passage(one.passage, '      ')}"
    yield f"    said_by: {one.voice.said_by}" if one.voice.said_by else "    said_by:"
    if one.voice.said_to:
        yield f"    said_to: {one.voice.said_to}"
    yield f"    commitment: {judged.commitments[0]}" if len(judged.commitments) == 1 else "    commitment:"
    yield from _judgement("polarity", judged.polarities, Polarity.AFFIRMED)
    yield from _judgement("reading", judged.readings, Reading.LITERAL)
    yield "    frame:"
    if one.moment:
        yield f"    holds_at: {one.moment}"
    yield from _resolves(one)
    yield "    why:"
    yield from (f"      {key}: {scalar(told)}" for key, told in _whys(one, text))
    choices = list(_choices(one))
    if choices:
        yield "    choices:"
        yield from (f"      {key}: {_flow(values)}" for key, values in choices)
    if one.cues:
        yield "    cues:"
        yield from (f"      - {_cue(cue, text)}" for cue in one.cues)
    told = [mention for mention in one.mentions if mention.candidates]
    if told:
        yield "    mentions:"
        yield from (f"      - {_mention(mention, text)}" for mention in told)


def _judgement(key: str, values: tuple[Polarity | Reading, ...], usual: str) -> Iterator[str]:
    if len(values) > 1:
        yield f"    {key}:"
    elif values[0] != usual:
        yield f"    {key}: {values[0]}"


def _resolves(one: Proposal) -> Iterator[str]:
    """Yield what the referring words mean that stand for the subject or the object, where only one thing fits."""
    wanted = {one.subject, one.object} - {None}
    lines = [
        f"      - {{form: {mention.form}, to: {mention.thing}}}"
        for mention in one.mentions
        if mention.form is not Form.NAME and mention.thing in wanted and mention.why != SPEAKER
    ]
    if lines:
        yield "    resolves:"
        yield from dict.fromkeys(lines)


def _whys(one: Proposal, text: NormalisedText) -> Iterator[tuple[str, str]]:
    if one.subject:
        yield "triple", _named(one)
    yield "said_by", one.voice.why
    if one.voice.told:
        yield "said_to", one.voice.told
    yield "commitment", _told(one, text, list(Commitment), one.judgements.commitments, "No cue reserves anything.")
    if one.judgements.polarities != (Polarity.AFFIRMED,):
        yield "polarity", _told(one, text, list(Polarity), one.judgements.polarities, "")
    if one.judgements.readings != (Reading.LITERAL,):
        yield "reading", _told(one, text, list(Reading), one.judgements.readings, "")
    if one.moment:
        yield "holds_at", "What is named here is a moment, or happens at one."
    for theme, heard in one.themes:
        yield f"theme {theme}", f"It speaks of {heard}."


def _named(one: Proposal) -> str:
    first = next((mention for mention in one.mentions if mention.thing == one.subject), None)
    told = f"The first that is mentioned is {one.subject}"
    return f"{told}: {first.why}." if first else f"{told}."


def _told(one: Proposal, text: NormalisedText, scale: list[str], values: Iterable[str], nothing: str) -> str:
    said = [
        f"{quoted} ({cue.kind}) speaks for {cue.suggests[0]}"
        for cue in one.cues
        if cue.suggests and cue.suggests[0] in scale and (quoted := _words(cue.words, text) or "a quotation")
    ]
    told = "; ".join(dict.fromkeys(said))[:400] or nothing
    several = list(values)
    return f"{told}. The clauses differ: decide for the one you state." if len(several) > 1 else told


def _choices(one: Proposal) -> Iterator[tuple[str, list[str]]]:
    if not one.subject and one.subjects:
        yield "subject", list(one.subjects)
    if one.predicates:
        yield "predicate", list(one.predicates)
    if not one.object and one.objects:
        yield "object", list(one.objects)[:6]
    judged = one.judgements
    for key, values in (("commitment", judged.commitments), ("polarity", judged.polarities), ("reading", judged.readings)):
        if len(values) > 1:
            yield key, [str(value) for value in values]
    if one.themes:
        yield "themes", [theme for theme, _ in one.themes]


def _cue(cue: Cue, text: NormalisedText) -> str:
    governs = normalised_span(text, cue.governs)
    fields = [f"kind: {cue.kind}"]
    if cue.words.start < cue.words.end:
        fields += [f"words: {_words(cue.words, text)}", f"characters: {list(exact_span(text, cue.words))}"]
    if governs and cue.suggests:
        fields += [f"governs: {list(governs)}", f"suggests: {_flow(cue.suggests)}"]
    return "{" + ", ".join(fields) + "}"


def _mention(mention: Mention, text: NormalisedText) -> str:
    where = exact_span(text, mention.span)
    fields = [
        f"words: {_words(mention.span, text)}",
        f"characters: {list(where)}",
        f"form: {mention.form}",
        f"may_be: {_flow(mention.candidates)}",
        f"why: {scalar(mention.why)}",
    ]
    return "{" + ", ".join(fields) + "}"


def _words(span: Span, text: NormalisedText) -> str:
    """Return at most six words of the source, quoted."""
    return _quoted(" ".join(text.source_words(exact_span(text, span)).split()[:MOST_WORDS])) if span.start < span.end else ""


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def passage(given: PassageRef, indent: str) -> str:
    """Return a passage as 'verify --stamp' writes it."""
    first = [f"paragraph: {given.paragraph}"]
    pointers = (("prefix", given.prefix), ("starts", given.starts), ("ends", given.ends))
    first += [f"{key}: {_quoted(value)}" for key, value in pointers if value]
    first += [f"occurrence: {given.occurrence}"] if given.occurrence else []
    assert given.words and given.characters
    second = f"words: {list(given.words)}, characters: {list(given.characters)}, sha256: {given.sha256}"
    return "{" + ", ".join(first) + f",\n{indent}{second}" + "}"


def scalar(value: str) -> str:
    """Return a string as YAML that reads back as that string."""
    return value if _PLAIN.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    kept = "".join(c for c in value if c.isprintable())
    return json.dumps(kept, ensure_ascii=False)


def _flow(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(str(one)) if ":" in str(one) else str(one) for one in values) + "]"
