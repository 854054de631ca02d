"""Whole queries: SELECT with its clauses, VALUES, set operations and WITH."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.query.bound import Bound, Output, outputs
from wavehouse.query.expressions import Expressions
from wavehouse.query.lake import Lake
from wavehouse.query.names import Scope
from wavehouse.query.ordering import sorted_by
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.select import Select, ordinal, refuse_constant
from wavehouse.query.sources import Cte, Source, Sources
from wavehouse.query.trino_types import common_type
from wavehouse.query.typed import converted, mixing_remedy, together

_SET_OPERATIONS: dict[type[exp.Expr], str] = {
    exp.Union: "UNION",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
}


@dataclass(frozen=True)
class Queries:
    """Binds the queries of one place: `ctes` are in sight, `outer` is what an enclosing query offers."""

    lake: Lake
    ctes: Mapping[str, Cte] = field(default_factory=dict)
    outer: Scope | None = None

    def bind(self, node: exp.Expr, *, at_most: int | None = None) -> Bound:
        """A query of any kind, with its WITH, ORDER BY, OFFSET and LIMIT; never more rows than `at_most`."""
        with_ = node.args.get("with_")
        if with_ is None:
            return self._bind(node, at_most)
        here = self
        definitions: list[tuple[str, str]] = []
        for cte in with_.expressions:
            name, definition, written = here._cte(cte)
            if name in [known for known, _ in definitions]:
                raise QueryError(f"WITH defines '{name}' twice", where=place(cte.args["alias"]))
            definitions.append((name, written))
            here = replace(here, ctes={**here.ctes, name: definition})
        bound = here._bind(node, at_most)
        return replace(bound, sql=f"WITH {', '.join(written for _, written in definitions)} {bound.sql}")

    def _cte(self, cte: exp.CTE) -> tuple[str, Cte, str]:
        bound = self._query(cte.this, self.outer)
        columns = [column.name for column in cte.args["alias"].args.get("columns") or []]
        if columns:
            if len(columns) != len(bound.outputs):
                raise QueryError(
                    f"WITH names {len(columns)} columns of {len(bound.outputs)}", where=place(cte)
                )
            renamed = [
                replace(output, name=name.lower(), heading=name)
                for output, name in zip(bound.outputs, columns, strict=True)
            ]
            bound = replace(bound, outputs=tuple(renamed))
        alias = self.lake.alias(cte.alias)
        return cte.alias.lower(), Cte(alias, bound), f"{identifier(alias)} AS ({bound.sql})"

    def _query(self, node: exp.Expr, outer: Scope | None) -> Bound:
        return replace(self, outer=outer).bind(node)

    def _bind(self, node: exp.Expr, at_most: int | None) -> Bound:
        match node:
            case exp.Select():
                source = self.source(node)
                bound = Select(node, source, self.outer, self.expressions, self.lake).bound()
            case exp.Values():
                bound = self._values(node)
            case exp.Union() | exp.Except() | exp.Intersect():
                bound = self._set_operation(node)
            case exp.Subquery():
                bound = self.bind(node.this)
            case _:
                raise uncovered(node, type(node).__name__.upper())
        # A SELECT binds its ORDER BY itself: it may sort by what it does not show.
        if node.args.get("order") and not isinstance(node, exp.Select):
            bound = self._ordered(bound, node)
        elif isinstance(node, exp.Subquery) and _limits(node, at_most):
            bound = replace(bound, sql=f"SELECT * FROM ({bound.sql}) AS {identifier(self.lake.alias('q'))}")
        return replace(bound, sql=bound.sql + _limits(node, at_most))

    def source(self, node: exp.Select) -> Source:
        """What FROM offers; nothing without one."""
        from_ = node.args.get("from_")
        if from_ is None:
            return Source("", [])
        return Sources(self.lake, self.ctes, self.outer, self._query).bind(
            from_, node.args.get("joins") or []
        )

    def expressions(self, scope: Scope, keys: frozenset[str] = frozenset()) -> Expressions:
        """The binder of expressions that see `scope`."""
        return Expressions(scope, self._query, keys)

    def _values(self, node: exp.Values) -> Bound:
        expressions = self.expressions(Scope(outer=self.outer))
        rows = [[expressions.bind(value) for value in row.expressions] for row in node.expressions]
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise QueryError("the rows of VALUES differ in length or are empty", where=place(node))
        columns = [together(list(column), "VALUES") for column in zip(*rows, strict=True)]
        for value in (value for column in columns for value in column):
            refuse_calls(value, "VALUES", node)
        given = outputs([None] * len(columns), [column[0] for column in columns])
        lines = ", ".join(f"({', '.join(value.sql for value in row)})" for row in zip(*columns, strict=True))
        names = column_list(output.column for output in given)
        sql = f"SELECT * FROM (VALUES {lines}) AS {identifier(self.lake.alias('v'))}({names})"
        return Bound(sql, given, frozenset().union(*(one.reads for column in columns for one in column)))

    def _set_operation(self, node: exp.SetOperation) -> Bound:
        word = _SET_OPERATIONS[type(node)]
        if node.args.get("distinct") is False:
            if word != "UNION":
                raise uncovered(node, f"{word} ALL")
            word = "UNION ALL"
        left, right = self.bind(node.this), self.bind(node.expression)
        if len(left.outputs) != len(right.outputs):
            raise QueryError(
                f"{word} of {len(left.outputs)} and {len(right.outputs)} columns", where=place(node)
            )
        given = []
        for one, other in zip(left.outputs, right.outputs, strict=True):
            type_ = common_type(one.type, other.type)
            if type_ is None:
                raise QueryError(
                    f"{word} mixes {one.type} and {other.type}",
                    where=place(node),
                    remedy=mixing_remedy(one.type, other.type),
                )
            given.append(replace(one, type=type_, reads=one.reads | other.reads))
        sql = f"({self._as(left, given)}) {word} ({self._as(right, given)})"
        bound = Bound(sql, tuple(given), left.reads | right.reads)
        # Rows are compared as a whole: every column is read, whichever is used.
        return bound if word == "UNION ALL" else replace(bound, reads=bound.all_reads)

    def _as(self, bound: Bound, wanted: Sequence[Output]) -> str:
        """A query with the types of `wanted`, each under its name."""
        if all(one.type == other.type for one, other in zip(bound.outputs, wanted, strict=True)):
            return bound.sql
        columns = ", ".join(
            f"{converted(identifier(one.column), one.type, other.type)} AS {identifier(other.column)}"
            for one, other in zip(bound.outputs, wanted, strict=True)
        )
        return f"SELECT {columns} FROM ({bound.sql}) AS {identifier(self.lake.alias('q'))}"

    def _ordered(self, bound: Bound, node: exp.Expr) -> Bound:
        """ORDER BY of a query whose rows are whole: only its own columns can be named."""
        alias = self.lake.alias("q")
        fields = bound.fields(alias, None)
        expressions = self.expressions(Scope(fields, self.outer))
        keys = []
        for key in node.args["order"].expressions:
            position = ordinal(key.this, len(fields), "ORDER BY")
            keys.append(expressions.sort_key(key, fields[position - 1].value if position else None))
            refuse_calls(keys[-1].value, "ORDER BY", key)
            refuse_constant(keys[-1].value, "ORDER BY", key)
        columns = ", ".join(one.value.sql for one in fields)
        sql = f"SELECT {columns} FROM ({bound.sql}) AS {identifier(alias)} ORDER BY {sorted_by(keys)}"
        return replace(bound, sql=sql, reads=bound.reads.union(*(key.value.reads for key in keys)))


def _limits(node: exp.Expr, at_most: int | None) -> str:
    limit = _count(node.args.get("limit"), "LIMIT")
    offset = _count(node.args.get("offset"), "OFFSET")
    limits = [one for one in (limit, at_most) if one is not None]
    text = f" LIMIT {min(limits)}" if limits else ""
    return text + (f" OFFSET {offset}" if offset is not None else "")


def _count(node: exp.Expr | None, clause: str) -> int | None:
    if node is None:
        return None
    value = node.args.get("expression")
    if not (isinstance(value, exp.Literal) and not value.is_string and value.name.isdigit()):
        raise uncovered(node, f"{clause} of anything but a whole number")
    return int(value.name)
