"""The vocabulary's reference: every class, property, theme, shape, rule and alignment, for people and for programs.

Written by ``severance-kg vocabulary`` from the files of ``ontology/``; the templates lie in ``viz/``. ``docs/reference`` keeps
the Markdown, and a test keeps it equal to what is written here.

Why not pyLODE, the usual generator: tried in November 2026 on Python 3.11 to 3.13, and the project lives (3.6.0 came in
August), but 3.6.0 needs Python 3.12, pulls in 40 packages and stops at an import that the newest release of one of them
no longer has; 3.4.1, the newest for 3.11, looks for a ``pyproject.toml`` beside itself and stops too (its issues 256 and
260). The last one that runs, 3.2.1, writes other bytes each time, makes anchors of labels (``#getsback`` for
``skg:regains``), leaves disjointness out, and knows neither edge properties nor shapes, rules and the reasons of alignments.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from severance_kg.compile import theme_triples
from severance_kg.ontology import Node, read_turtle
from severance_kg.questions import read_questions
from severance_kg.resources import Inputs, root
from severance_kg.rules import read_rules
from severance_kg.terms import Alignment, Branch, Judgement, Link, Reference, Requirement, Rule, Shape, Term
from severance_kg.vocabulary import BASE, DCTERMS, OWL, PREFIXES, RDF, RDFS, SKG, SKOS, THEME, compact, local_name

if TYPE_CHECKING:
    from severance_kg.statements import Theme

SHAPE = BASE + "shape/"
SH = PREFIXES["sh"]
RELATIONS = (
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    SKOS + "closeMatch",
    SKOS + "broadMatch",
    SKOS + "relatedMatch",
)
"""How a term of ours may stand to one of another vocabulary, the strongest first."""

CHARACTERISTICS = ("Functional", "Symmetric", "Asymmetric", "Irreflexive")
"""What OWL may say of a property beside its ends; a test holds that the ontology uses no other."""


def anchor(iri: str) -> str | None:
    """Return where the reference explains a term: the local name of one of ours, so that ``ontology#chooses`` leads there."""
    for space, prefix in ((SKG, ""), (THEME, "theme-"), (SHAPE, "shape-"), (BASE + "rule/", "rule-")):
        if iri.startswith(space):
            return prefix + iri.removeprefix(space)
    return None


def describe(inputs: Inputs, themes: Iterable[Theme] = ()) -> Reference:
    """Read the ontology's files and return what they say; ``themes`` are those that annotation files bring along.

    Raises:
        InputError: a file cannot be read, or a rule names a question that is not there.
    """
    return _Reader(inputs, themes).reference()


def write(reference: Reference, form: str) -> str:
    """Return the reference as ``markdown``, as an ``html`` page that needs no other file, or as ``json``."""
    from severance_kg.reference_forms import html, markdown
    from severance_kg.tables import as_json

    if form == "json":
        return as_json(reference.as_dict())
    return html(reference) if form == "html" else markdown(reference)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Graph:
    """Triples by subject and predicate, everything in the order of the files, so that the same files give the same bytes."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.by_subject: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self.by_subject[triple.subject][triple.predicate.value].append(triple.object)

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        return self.by_subject[subject][predicate] if subject in self.by_subject else []

    def text(self, subject: Node, *predicates: str) -> str | None:
        found = [one.value for predicate in predicates for one in self.objects(subject, predicate) if isinstance(one, ox.Literal)]
        return found[0] if found else None

    def subjects(self, predicate: str, value: Node) -> list[Node]:
        return [subject for subject, said in self.by_subject.items() if value in said.get(predicate, ())]

    def typed(self, cls: str) -> list[str]:
        return sorted(one.value for one in self.subjects(RDF + "type", ox.NamedNode(cls)) if isinstance(one, ox.NamedNode))

    def items(self, head: Node) -> list[Node]:
        found = []
        while first := self.objects(head, RDF + "first"):
            found.append(first[0])
            head = self.objects(head, RDF + "rest")[0]
        return found

    def iris(self, subject: Node, predicate: str) -> list[str]:
        """The IRIs that a subject has; of a union, its members; of a list, its items."""
        found: list[str] = []
        for one in self.objects(subject, predicate):
            if isinstance(one, ox.NamedNode):
                found.append(one.value)
            for item in self.items(one):
                found += [item.value] if isinstance(item, ox.NamedNode) else []
            found += self.iris(one, OWL + "unionOf") if isinstance(one, ox.BlankNode) else []
        return found


class _Reader:
    def __init__(self, inputs: Inputs, themes: Iterable[Theme]) -> None:
        self.inputs = inputs
        told = [triple for path in inputs.vocabulary for triple in read_turtle(path)]
        self.terms = _Graph([*told, *(triple for theme in themes for triple in theme_triples(theme))])
        self.shapes = _Graph(read_turtle(inputs.shapes))
        self.foreign = _Graph(read_turtle(root() / "ontology" / "alignments.ttl"))
        self.unused = unused()
        self.classes = [iri for iri in self.terms.typed(OWL + "Class") if not iri.startswith(SKOS)]
        self.edges = self.terms.typed(SKG + "EdgeProperty")
        kinds = (OWL + "ObjectProperty", OWL + "DatatypeProperty")
        self.properties = sorted(iri for kind in kinds for iri in self.terms.typed(kind) if not iri.startswith(SKOS))
        self.explained = {*self.classes, *self.properties}

    def reference(self) -> Reference:
        ontology = ox.NamedNode(SKG.removesuffix("#"))
        judgements = tuple(self._judgements())
        told = {value.iri for judgement in judgements for value in judgement.values}
        schemes = {judgement.scheme.iri for judgement in judgements if judgement.scheme}
        others = [iri for iri in self.terms.typed(OWL + "NamedIndividual") if iri not in told | schemes]
        return Reference(
            iri=ontology.value,
            title=self.terms.text(ontology, DCTERMS + "title") or "",
            description=self.terms.text(ontology, DCTERMS + "description") or "",
            version=self.terms.text(ontology, OWL + "versionInfo") or "",
            license=next(iter(self.terms.iris(ontology, DCTERMS + "license")), ""),
            prefixes=PREFIXES,
            classes=tuple(self._class(iri) for iri in self.classes),
            edge_properties=tuple(self._property(iri, "edge property") for iri in self.edges),
            record_properties=tuple(self._property(iri, "record property") for iri in self.properties if iri not in self.edges),
            judgements=judgements,
            individuals=tuple(self._value(iri) for iri in others),
            theme_schemes=tuple(
                self._term(iri, "scheme") for iri in self.terms.typed(SKOS + "ConceptScheme") if iri not in schemes
            ),
            theme_tree=tuple(self._branch(iri) for iri in self.themes if not self.themes[iri].broader),
            themes=tuple(self.themes.values()),
            shapes=tuple(self._shapes()),
            rules=tuple(self._rules()),
            alignments=self.alignments,
        )

    def _link(self, iri: str) -> Link:
        own = anchor(iri) or (compact(iri).replace(":", "-") if iri in self.explained else None)
        return Link(compact(iri), iri, own)

    def _links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self._link(iri) for iri in dict.fromkeys(iris))

    def _term(self, iri: str, kind: str, **more: Any) -> Term:
        subject, link = ox.NamedNode(iri), self._link(iri)
        return Term(
            link.anchor or "",
            link.name,
            iri,
            kind,
            self.terms.text(subject, RDFS + "label", SKOS + "prefLabel") or "",
            self.terms.text(subject, SKOS + "definition") or "",
            note=self.terms.text(subject, SKOS + "scopeNote"),
            example=self.terms.text(subject, SKOS + "example"),
            unused=self.unused.get(link.name),
            alignments=tuple(one for one in self.alignments if one.term.iri == iri),
            **more,
        )

    # ── Classes, properties, values ──────────────────────────────────────────────────────────────────────────────────

    def _class(self, iri: str) -> Term:
        subject = ox.NamedNode(iri)
        union = self.terms.iris(subject, OWL + "disjointUnionOf")
        values = [
            value for one in self.terms.objects(subject, OWL + "equivalentClass") for value in self.terms.iris(one, OWL + "oneOf")
        ]
        return self._term(
            iri,
            "class",
            broader=self._links(self.terms.iris(subject, RDFS + "subClassOf")),
            narrower=self._links(one for one in self.classes if iri in self.terms.iris(ox.NamedNode(one), RDFS + "subClassOf")),
            union_of=self._links(union),
            disjoint=self._links(sorted(self._excluded(iri))),
            values=self._links(values),
            subject_of=self._links(one for one in self.properties if iri in self._ends(one, "domain")),
            object_of=self._links(one for one in self.properties if iri in self._ends(one, "range")),
        )

    def _excluded(self, iri: str) -> set[str]:
        """What excludes a class: said of the pair, said of a group that it is in, or as another part of the same whole."""
        subject = ox.NamedNode(iri)
        found = {*self.terms.iris(subject, OWL + "disjointWith")}
        found |= {one.value for one in self.terms.subjects(OWL + "disjointWith", subject) if isinstance(one, ox.NamedNode)}
        groups = [self.terms.iris(one, OWL + "members") for one in self.terms.by_subject]
        groups += [self.terms.iris(ox.NamedNode(one), OWL + "disjointUnionOf") for one in self.classes]
        return found.union(*(group for group in groups if iri in group)) - {iri}

    def _ends(self, iri: str, end: str) -> list[str]:
        return self.terms.iris(ox.NamedNode(iri), RDFS + end)

    def _property(self, iri: str, kind: str) -> Term:
        subject, disjoint = ox.NamedNode(iri), OWL + "propertyDisjointWith"
        excluded = {*self.terms.iris(subject, disjoint)}
        excluded |= {one.value for one in self.terms.subjects(disjoint, subject) if isinstance(one, ox.NamedNode)}
        types = self.terms.iris(subject, RDF + "type")
        return self._term(
            iri,
            kind,
            characteristics=tuple(one.lower() for one in CHARACTERISTICS if f"{OWL}{one}Property" in types),
            domain=self._links(self._ends(iri, "domain")),
            range=self._links(self._ends(iri, "range")),
            broader=self._links(self.terms.iris(subject, RDFS + "subPropertyOf")),
            narrower=self._links(
                one for one in self.properties if iri in self.terms.iris(ox.NamedNode(one), RDFS + "subPropertyOf")
            ),
            disjoint=self._links(sorted(excluded)),
        )

    def _value(self, iri: str) -> Term:
        own = (one for one in self.terms.iris(ox.NamedNode(iri), RDF + "type") if one.startswith(SKG))
        return self._term(iri, "value", broader=self._links(own))

    def _judgements(self) -> Iterator[Judgement]:
        for iri in self.classes:
            cls = self._class(iri)
            if not cls.values:
                continue
            values = tuple(self._value(one.iri) for one in cls.values)
            schemes = {one for value in values for one in self.terms.iris(ox.NamedNode(value.iri), SKOS + "inScheme")}
            scheme = self._term(min(schemes), "scheme") if schemes else None
            yield Judgement(self._link(iri), cls.definition, scheme, values)

    # ── Themes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def themes(self) -> dict[str, Term]:
        """The themes by IRI, sorted: those of the ontology and those that annotation files bring."""
        return {iri: self._theme(iri) for iri in self.terms.typed(SKG + "Theme")}

    def _theme(self, iri: str) -> Term:
        subject = ox.NamedNode(iri)
        names = self.terms.objects(subject, SKOS + "altLabel")
        narrower = self.terms.subjects(SKOS + "broader", subject)
        return self._term(
            iri,
            "theme",
            also_called=tuple(one.value for one in names if isinstance(one, ox.Literal)),
            related=self._links(self.terms.iris(subject, SKOS + "related")),
            broader=self._links(self.terms.iris(subject, SKOS + "broader")),
            narrower=self._links(sorted(one.value for one in narrower if isinstance(one, ox.NamedNode))),
        )

    def _branch(self, iri: str, above: tuple[str, ...] = ()) -> Branch:
        narrower = (one.iri for one in self.themes[iri].narrower if one.iri not in above)
        return Branch(self._link(iri), self.themes[iri].label, tuple(self._branch(one, (*above, iri)) for one in narrower))

    # ── Shapes, rules, alignments ────────────────────────────────────────────────────────────────────────────────────

    def _shapes(self) -> Iterator[Shape]:
        for shape in self.shapes.subjects(RDF + "type", ox.NamedNode(SH + "NodeShape")):
            assert isinstance(shape, ox.NamedNode)
            classes, nodes = (self.shapes.iris(shape, SH + one) for one in ("targetClass", "targetNode"))
            link = self._link(shape.value)
            name = f"shape:{local_name(shape.value)}"
            target = self._link((classes + nodes)[0])
            yield Shape(link.anchor or "", name, shape.value, target, not classes, tuple(self._requirements(shape)))

    def _requirements(self, shape: Node) -> Iterator[Requirement]:
        for one in self.shapes.objects(shape, SH + "property"):
            path = self._link(self.shapes.iris(one, SH + "path")[0]).name
            yield Requirement(path, self._count(one), self._takes(one), self.shapes.text(one, SH + "message") or "")
        for kinds in self.shapes.objects(shape, SH + "xone"):
            names = " or ".join(self._takes(one) or "" for one in self.shapes.items(kinds))
            yield Requirement(None, None, names, "it is exactly one of these")
        for one in self.shapes.objects(shape, SH + "sparql"):
            yield Requirement(None, None, None, "never: " + (self.shapes.text(one, SH + "message") or ""))

    def _count(self, shape: Node) -> str:
        least, most = (self.shapes.text(shape, SH + one) for one in ("minCount", "maxCount"))
        if most == "0":
            return "none"
        if least == most and least is not None:
            return least
        return f"{least or 0} to {most}" if most else f"{least or 0} or more"

    def _takes(self, shape: Node) -> str | None:
        """What a value must be, in words."""
        found = [compact(iri) for iri in self.shapes.iris(shape, SH + "class") + self.shapes.iris(shape, SH + "datatype")]
        found += ["an IRI" for kind in self.shapes.iris(shape, SH + "nodeKind") if kind == SH + "IRI"]
        found += [f"text like {pattern}"] if (pattern := self.shapes.text(shape, SH + "pattern")) else []
        found += [" or ".join(map(compact, one))] if (one := self.shapes.iris(shape, SH + "in")) else []
        for either in self.shapes.objects(shape, SH + "or"):
            found.append(" or ".join(self._takes(one) or "" for one in self.shapes.items(either)))
        return ", ".join(found) or None

    def _rules(self) -> Iterator[Rule]:
        questions = read_questions(self.inputs.questions)
        for rule in read_rules(self.inputs.rules):
            link, told = self._link(rule.iri), rule.file.description
            name = str(told.get("question", ""))
            asked = questions[name].question if name in questions else ""
            query = "\n".join(line for line in rule.file.query.splitlines() if not line.startswith("#+"))
            yield Rule(link.anchor or "", link.name, rule.iri, rule.label, str(told["definition"]), name, asked, query.strip())

    @cached_property
    def alignments(self) -> tuple[Alignment, ...]:
        """The alignments, by term, the strongest relation first."""
        found: list[tuple[str, int, str, str, tuple[str, ...]]] = []
        for axiom in self.foreign.subjects(RDF + "type", ox.NamedNode(OWL + "Axiom")):
            term, relation, target = (
                self.foreign.iris(axiom, OWL + part)[0] for part in ("annotatedSource", "annotatedProperty", "annotatedTarget")
            )
            why = self.foreign.text(axiom, RDFS + "comment") or ""
            seen = tuple(sorted(self.foreign.iris(axiom, RDFS + "seeAlso")))
            found.append((term, RELATIONS.index(relation), target, why, seen))
        return tuple(
            Alignment(self._link(term), compact(RELATIONS[rank]), self._link(target), why, seen)
            for term, rank, target, why, seen in sorted(found)
        )


def unused() -> dict[str, str]:
    """Return the terms that the bundled data does not use, each with the reason for which the vocabulary keeps it."""
    with (root() / "ontology" / "unused.toml").open("rb") as file:
        found: dict[str, str] = tomllib.load(file)["unused"]
    return found
