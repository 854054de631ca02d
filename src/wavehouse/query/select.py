"""One SELECT: its clauses bound in the order in which Trino gives them their meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.bound import Bound, Output, outputs
from wavehouse.query.correlated import check_limit
from wavehouse.query.expressions import Expressions
from wavehouse.query.grouping import Grouping
from wavehouse.query.lake import Lake
from wavehouse.query.limits import ordered
from wavehouse.query.names import Field, Scope
from wavehouse.query.ordering import SortKey
from wavehouse.query.refusals import place, refuse_calls, refuse_maps, uncovered
from wavehouse.query.sources import Source
from wavehouse.query.syntax.rows import fields_in
from wavehouse.query.typed import Typed, coerced


class Select:
    """One SELECT while it is bound."""

    def __init__(
        self,
        node: exp.Select,
        source: Source,
        outer: Scope | None,
        expressions: Callable[[Scope, frozenset[str]], Expressions],
        lake: Lake,
    ) -> None:
        self.node, self.source, self.outer = node, source, outer
        self.expressions, self.lake = expressions, lake
        self.scope = Scope(source.fields, outer)
        self.plain = expressions(self.scope, frozenset())
        self.reads = source.reads

    def bound(self) -> Bound:
        """Its SQL: FROM, WHERE, GROUP BY, HAVING, the SELECT list, DISTINCT and ORDER BY."""
        where = self._where()
        columns = self._columns()
        group, keys = self._group(columns)
        grouped = self.expressions(self.scope, keys)
        headings = [heading for heading, _ in columns]
        values = [
            grouped.bind(one) if isinstance(one, exp.Expr) else _loosened(one, keys) for _, one in columns
        ]
        having = self._having(grouped)
        given = outputs(headings, values)
        order = self._order(keys, given, values)
        is_grouped = bool(
            group or having or any(one.aggregate for one in (*values, *(key.value for key in order)))
        )
        if self.outer is not None:
            others = [*(key.value for key in order), *([having] if having else [])]
            check_limit(self.node, self.plain.bind, values, others, group)
        if is_grouped:
            written = [(one, value) for (_, one), value in zip(columns, values, strict=True)]
            if order:
                written += zip(self.node.args["order"].expressions, (key.value for key in order), strict=True)
            if having:
                written.append((self.node.args["having"], having))
            for one, value in written:
                _refuse_loose(value, one if isinstance(one, exp.Expr) else self.node)
        if self.node.args.get("distinct"):
            refuse_maps(values, "SELECT DISTINCT", self.node)
        distinct = "DISTINCT " if self.node.args.get("distinct") else ""
        listed = ", ".join(
            f"{value.sql} AS {identifier(output.column)}" for value, output in zip(values, given, strict=True)
        )
        sql = f"SELECT {distinct}{listed}"
        sql += f" FROM {self.source.sql}" if self.source.sql else ""
        sql += where + (f" GROUP BY {', '.join(group)}" if group else "")
        sql += f" HAVING {having.sql}" if having else ""
        bound = Bound(sql, given, self.reads)
        if distinct:
            bound = replace(bound, reads=bound.all_reads)
            return self._distinct_in_order(bound, order) if order else bound
        return replace(bound, sql=f"{sql}{ordered(self.node, order)}") if order else bound

    def _distinct_in_order(self, bound: Bound, order: Sequence[SortKey]) -> Bound:
        """SELECT DISTINCT with ORDER BY: its rows are whole, and sorted by columns that they have."""
        alias = self.lake.alias("q")
        fields = bound.fields(alias, None, bare=True)
        keys = []
        for key in order:
            if key.position is None:
                raise QueryError(
                    "with DISTINCT, what ORDER BY sorts by must stand in the SELECT list",
                    where=place(self.node),
                )
            keys.append(replace(key, value=fields[key.position - 1].value, position=None))
        columns = ", ".join(one.value.sql for one in fields)
        sql = f"SELECT {columns} FROM ({bound.sql}) AS {identifier(alias)}{ordered(self.node, keys)}"
        return replace(bound, sql=sql)

    def _where(self) -> str:
        where = self.node.args.get("where")
        if where is None:
            return ""
        condition = self.plain.condition(where.this, "WHERE")
        self.reads |= condition.reads
        return f" WHERE {condition.sql}"

    def _columns(self) -> list[tuple[str | None, exp.Expr | Typed]]:
        """The SELECT list with its headings; a star as the columns it stands for."""
        columns: list[tuple[str | None, exp.Expr | Typed]] = []
        for one in self.node.expressions:
            if isinstance(one, exp.Star) or (isinstance(one, exp.Column) and isinstance(one.this, exp.Star)):
                columns += [(found.heading, found.value) for found in self.scope.star(one)]
            elif isinstance(one, exp.Dot) and isinstance(one.expression, exp.Star):
                row = self.plain.bind(one.this)
                columns += [(name or None, field) for name, field in fields_in(row, one)]
            elif isinstance(one, exp.Alias):
                columns.append((one.alias, one.this))
            elif isinstance(one, exp.Subquery) and one.alias:
                columns.append((one.alias, one))
            else:
                columns.append((one.name if isinstance(one, exp.Column) else None, one))
        if not columns:
            raise QueryError("SELECT of nothing", where=place(self.node))
        return columns

    def _group(
        self, columns: Sequence[tuple[str | None, exp.Expr | Typed]]
    ) -> tuple[list[str], frozenset[str]]:
        """The text of each GROUP BY expression, and all of them as keys."""
        clause = self.node.args.get("group")

        def key(one: exp.Expr) -> tuple[str, Typed]:
            position = ordinal(one, len(columns), "GROUP BY")
            meant = columns[position - 1][1] if position else one
            value = self.plain.bind(meant) if isinstance(meant, exp.Expr) else meant
            refuse_calls(value, "GROUP BY", one)
            refuse_maps([value], "GROUP BY", one)
            self.reads |= value.reads
            if not position:
                refuse_constant(value, "GROUP BY", one)
            # A constant as text would be read as a position.
            return str(position) if position else value.sql, value

        grouping = Grouping(key)
        grouping.add(clause.expressions if clause else [])
        return grouping.texts, frozenset(grouping.keys)

    def _having(self, grouped: Expressions) -> Typed | None:
        clause = self.node.args.get("having")
        if clause is None:
            return None
        value = grouped.bind(clause.this)
        if value.type not in ("boolean", "unknown"):
            raise QueryError(f"HAVING needs a condition, not {value.type}", where=place(clause))
        if value.window:
            refuse_calls(replace(value, aggregate=False), "HAVING", clause)
        self.reads |= value.reads
        return coerced(value, "boolean")

    def _order(self, keys: frozenset[str], given: Sequence[Output], values: Sequence[Typed]) -> list[SortKey]:
        clause = self.node.args.get("order")
        if clause is None:
            return []
        named = [
            Field(output.name, value) for output, value in zip(given, values, strict=True) if output.name
        ]
        expressions = self.expressions(Scope(self.source.fields, self.outer, named), keys)
        found = []
        first = {value.sql: at for at, value in reversed(list(enumerate(values, start=1)))}
        for key in clause.expressions:
            position = ordinal(key.this, len(values), "ORDER BY")
            value = values[position - 1] if position else expressions.bind(key.this)
            if not position:
                position = first.get(value.sql)
            if not position:
                refuse_constant(value, "ORDER BY", key)
            found.append(expressions.sort_key(key, value, position))
            self.reads |= value.reads
        return found


def _loosened(value: Typed, keys: frozenset[str]) -> Typed:
    return replace(value, loose=frozenset()) if value.sql in keys else value


def _refuse_loose(value: Typed, node: exp.Expr) -> None:
    if value.loose:
        name = min(value.loose)
        named = next((one for one in node.find_all(exp.Column) if one.name.lower() == name), node)
        raise QueryError(
            f"the column '{name}' is neither in GROUP BY nor inside of an aggregate", where=place(named)
        )


def refuse_constant(value: Typed, clause: str, node: exp.Expr) -> None:
    """Raise `QueryError` where a constant would be read as a position."""
    # `round(2)` is written as `2`, which the engine would take for the second column.
    if value.literal is not None or re.fullmatch(r"\(?-?\d+\)?", value.sql):
        raise uncovered(node, f"a constant in {clause}")


def ordinal(node: exp.Expr, columns: int, clause: str) -> int | None:
    """The position that a bare number in ORDER BY or GROUP BY means."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit()):
        return None
    if not 1 <= int(node.name) <= columns:
        raise QueryError(f"{clause} {node.name}: the query has {columns} columns", where=place(node))
    return int(node.name)
