"""Which column a name means: the scopes of a query, resolved as Trino resolves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.nested import field_at
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.trino_types import fields_of
from wavehouse.query.typed import Typed, made

# What columns begin with that a star does not stand for: where a row lies that a statement may change.
HIDDEN = "$statement "
# https://docs.aws.amazon.com/athena/latest/ug/select.html : the location of the file that a row is from.
PATH = "$path"


@dataclass(frozen=True)
class Field:
    """A column that FROM offers; `name` is None for one that cannot be named, `relation` is its table's name.

    `heading` is the name in the spelling in which `SELECT *` shows it. A `hidden` one is not shown by it.
    """

    name: str | None
    value: Typed
    relation: str | None = None
    database: str | None = None
    heading: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Scope:
    """What can be named at a place.

    `outputs` are the SELECT list's names, which only ORDER BY sees; `arguments` those of the lambdas around
    it, the inmost first, which hide everything else.
    """

    fields: Sequence[Field] = ()
    outer: Scope | None = None
    outputs: Sequence[Field] = field(default=())
    arguments: Sequence[Field] = field(default=())

    def column(self, node: exp.Column) -> tuple[Typed, list[str]]:
        """The column that a name means, and the fields within it that the rest of the name means.

        Raises `QueryError` for none or for several.
        """
        parts = [part.name.lower() for part in node.parts]
        meant = self._find(parts)
        if meant is None:
            raise self._unknown(node, parts)
        found, inside = meant
        if len(found) > 1:
            raise QueryError(
                f"the column '{node.name}' is ambiguous",
                where=place(node),
                remedy=f"Write the table in front: {found[0].relation or 't'}.{node.name}",
            )
        return found[0].value, inside

    def star(self, node: exp.Column | exp.Star) -> list[Field]:
        """The columns of `*` or `t.*`; raises `QueryError` for an unknown table or for none."""
        parts = [part.name.lower() for part in node.parts[:-1]] if isinstance(node, exp.Column) else []
        fields = [one for one in self.fields if not parts or _belongs(one, parts)]
        fields = [one for one in fields if not one.hidden]
        if not fields:
            if not parts:
                raise QueryError("SELECT * needs a FROM", where=place(node))
            raise QueryError(
                f"no table '{'.'.join(parts)}' in FROM",
                where=place(node),
                remedy=did_you_mean(parts[-1], self._relations()),
            )
        return fields

    def _find(self, parts: list[str]) -> tuple[list[Field], list[str]] | None:
        """The columns that a name may mean, and the names of fields within them: `r.x` of a row `r`.

        Of several readings the one with the most names before the column is meant, as in Trino.
        """
        for one in self.arguments:
            if one.name == parts[0]:
                return [one], parts[1:]
        for length in range(len(parts), 0, -1):
            if here := self._here(parts[:length]):
                return here, parts[length:]
        above = self.outer._find(parts) if self.outer else None
        if above is None:
            return None
        fields = [replace(one, value=replace(one.value, outer=True, loose=frozenset())) for one in above[0]]
        return fields, above[1]

    def _here(self, parts: list[str]) -> list[Field]:
        *table, name = parts
        if not table:
            outputs = [one for one in self.outputs if one.name == name]
            if outputs:
                # The same column under the same name twice is no ambiguity.
                same = len({one.value.sql for one in outputs}) == 1
                return [replace(one, value=replace(one.value, output=True)) for one in outputs][
                    : 1 if same else None
                ]
        return [one for one in self._named.get(name, ()) if not table or _belongs(one, table)]

    @cached_property
    def _named(self) -> Mapping[str, Sequence[Field]]:
        """The columns by name: a query may name thousands of thousands."""
        named: dict[str, list[Field]] = {}
        for one in self.fields:
            if one.name is not None:
                named.setdefault(one.name, []).append(one)
        return named

    def _unknown(self, node: exp.Column, parts: list[str]) -> QueryError:
        *table, name = parts
        if name.startswith("$") and name != PATH:
            return uncovered(node, f'the hidden column "{name}"', f'"{PATH}" tells the file of a row')
        known = [one for one in self._visible() if not table or _belongs(one, table)]
        if table and not known:
            return QueryError(
                f"no table '{'.'.join(table)}' in FROM",
                where=place(node),
                remedy=did_you_mean(table[-1], self._relations()),
            )
        quotes = " (a string stands in single quotes)" if node.this.args.get("quoted") and not table else ""
        return QueryError(
            f"no column '{'.'.join([*table, name])}'{quotes}",
            where=place(node),
            remedy=did_you_mean(name, [one.name for one in known if one.name]),
        )

    def _visible(self) -> list[Field]:
        above = self.outer._visible() if self.outer else []
        return [*self.arguments, *self.fields, *self.outputs, *above]

    def _relations(self) -> list[str]:
        return [one.relation for one in self._visible() if one.relation]


def field_of(value: Typed, name: str) -> Typed:
    """The field of a row by its name; raises `QueryError` where there is none, or several."""
    fields = fields_of(value.type)
    if fields is None:
        raise QueryError(f"'.{name}' needs a row, not {value.type}")
    names = [known.lower() for known, _ in fields]
    if names.count(name.lower()) != 1:
        what = "has several fields" if name.lower() in names else "has no field"
        raise QueryError(
            f"{value.type} {what} '{name}'", remedy=did_you_mean(name, [one for one in names if one])
        )
    at = names.index(name.lower())
    return made(field_at(value.sql, at + 1), fields[at][1], value)


def _belongs(one: Field, table: list[str]) -> bool:
    if table[-1] != one.relation:
        return False
    return len(table) == 1 or (one.database is not None and table[-2] == one.database and len(table) == 2)
