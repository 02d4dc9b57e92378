"""What a query returns: rows or triples, as Python values, tables and the W3C's formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph as ox

from severance_kg.errors import InputError
from severance_kg.vocabulary import IRI, BlankNode, Literal, compact

if TYPE_CHECKING:
    import pandas
    import rdflib

Value = IRI | Literal | BlankNode


def from_engine(term: Any) -> Value | None:
    """Return an engine's term as one of ours; None stays None, as for a variable that is not bound."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, datatype=term.datatype.value, language=term.language)
    return BlankNode(str(term))


class Row:
    """One row of a result. ``row.name``, ``row["name"]`` and ``row[0]`` give the same value; unbound is None."""

    __slots__ = ("_solution", "_variables")

    def __init__(self, variables: tuple[str, ...], solution: Any) -> None:
        self._variables, self._solution = variables, solution

    def __getitem__(self, key: str | int) -> Value | None:
        name = self._variables[key] if isinstance(key, int) else key.lstrip("?")
        if name not in self._variables:
            raise KeyError(f"no variable ?{name}; there are {', '.join('?' + one for one in self._variables)}")
        return from_engine(self._solution[name])

    def __getattr__(self, name: str) -> Value | None:
        # While a copy is made its slots are empty, and looking them up here would never end.
        if name in Row.__slots__ or name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __iter__(self) -> Iterator[Value | None]:
        return (self[name] for name in self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Iterable) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self.asdict().items())})"

    def asdict(self) -> dict[str, Value | None]:
        """Return the row as a dict from variable names to values."""
        return {name: self[name] for name in self._variables}


class Rows(Sequence[Row]):
    """The answer to a SELECT: a sequence of rows. Values are made when they are looked at."""

    def __init__(self, solutions: ox.QuerySolutions) -> None:
        self.variables = tuple(variable.value for variable in solutions.variables)
        self._solutions = list(solutions)

    def __len__(self) -> int:
        return len(self._solutions)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [Row(self.variables, solution) for solution in self._solutions[index]]
        return Row(self.variables, self._solutions[index])

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} × {', '.join('?' + name for name in self.variables)}>"

    def texts(self) -> list[list[str]]:
        """Return the rows as strings, IRIs as prefixed names, unbound values empty."""
        return [[show(value) for value in row] for row in self]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a data frame with a column for each variable, numbers as numbers. Needs pandas."""
        try:
            import pandas
        except ImportError:
            raise InputError("pandas is not installed", hint="run 'pip install pandas'") from None
        plain = [[_plain(value) for value in row] for row in self]
        return pandas.DataFrame(plain, columns=list(self.variables))

    def _repr_html_(self) -> str:
        import html

        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.variables)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in texts) + "</tr>" for texts in self.texts())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Triples(Sequence[tuple[Value, Value, Value]]):
    """The answer to a CONSTRUCT or DESCRIBE: triples, sorted, each once."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = sorted(set(triples), key=str)

    def __len__(self) -> int:
        return len(self._triples)

    @overload
    def __getitem__(self, index: int) -> tuple[Value, Value, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[Value, Value, Value]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [_terms(triple) for triple in self._triples[index]]
        return _terms(self._triples[index])

    def __repr__(self) -> str:
        return f"<Triples: {len(self)}>"

    def serialize(self, format: str = "turtle") -> str:
        """Return the triples as ``turtle`` or ``ntriples``."""
        from severance_kg.lines import lines, turtle
        from severance_kg.vocabulary import PREFIXES

        return "".join(lines(self._triples)) if format == "ntriples" else turtle(self._triples, PREFIXES).decode()

    def to_rdflib(self) -> rdflib.Graph:
        """Return the triples as an rdflib graph."""
        import rdflib

        return rdflib.Graph().parse(data=self.serialize("ntriples"), format="nt")

    def _repr_html_(self) -> str:
        import html

        body = "".join("<tr>" + "".join(f"<td>{html.escape(show(term))}</td>" for term in triple) + "</tr>" for triple in self)
        return f"<table><tbody>{body}</tbody></table>"


def _plain(value: Value | None) -> Any:
    try:
        return value.value if isinstance(value, Literal) else value
    except ValueError:
        # "tenth"^^xsd:integer is no number, but a query may well return it.
        return str(value)


def _terms(triple: ox.Triple) -> tuple[Value | None, Value | None, Value | None]:
    return from_engine(triple.subject), from_engine(triple.predicate), from_engine(triple.object)


def show(value: Value | None) -> str:
    """Return a value as a table shows it: a prefixed name, a literal's text, nothing for unbound."""
    if value is None:
        return ""
    return compact(value) if isinstance(value, IRI) else str(value)
