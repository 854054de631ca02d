"""Queries that make each of their rows from one row of one input, and the columns that they hand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from wavehouse.engines.spark_sql import parse_query
from wavehouse.flow.nodes import SparkSQL
from wavehouse.flow.relation import Relation
from wavehouse.flow.row_expressions import NotRowWise, check_row_wise

# What a SELECT may have; order alone changes no row.
_CLAUSES = ("with_", "expressions", "from_", "where", "order")
_WORDS = {
    "joins": "a join",
    "laterals": "a LATERAL VIEW",
    "group": "GROUP BY",
    "pivots": "a PIVOT",
    "columns": "names for the columns of a table",
}


@dataclass(frozen=True)
class PassThrough:
    """A row-wise query: the input whose rows it takes, one for each of its own, or none.

    `columns` has, by its name in the output, every column of the input that comes out as it is.
    """

    input: str
    columns: Mapping[str, str]


def pass_through(node: SparkSQL, inputs: Mapping[str, Relation], names: Sequence[str]) -> PassThrough:
    """What the query of `node` hands on; `names` are those of its columns, as the engine gives them.

    Raises `NotRowWise` where a row may hang on more than one row of one input. In doubt it does.
    """
    tables = {
        alias.Alias.casefold(): _Rows(
            alias.From, {name.casefold(): name for name in inputs[alias.From].names}
        )
        for alias in node.SqlAliases
    }
    ids = frozenset(id_.casefold() for id_ in inputs)
    input_, outputs = _outputs(parse_query(node.SqlQuery, "the SqlQuery"), _Tables(tables, {}, ids))
    return PassThrough(
        input_,
        {
            name: column
            for name, (output, column) in zip(names, outputs, strict=False)
            if column is not None and output == name.casefold()
        },
    )


# The name of a column (None where only the engine knows it), and the input's column that it is, if it is one.
# Names are folded: letters' case does not count.
_Output = tuple[str | None, str | None]


@dataclass(frozen=True)
class _Rows:
    """What a FROM reads: rows of `input`, with columns by name; `called` is what qualifies them."""

    input: str
    columns: Mapping[str, str | None]
    called: str = ""

    def named(self, name: str) -> _Rows:
        return _Rows(self.input, self.columns, name.casefold())

    def find(self, column: exp.Column) -> tuple[bool, str | None]:
        """Whether that is a column here, or a field of one; and which of the input's it is, if it is one."""
        first, *more = (part.name.casefold() for part in column.parts)
        if more and first == self.called and more[0] in self.columns:
            first, *more = more
        return first in self.columns, None if more else self.columns.get(first)


@dataclass(frozen=True)
class _Tables:
    """The tables that a query may read: the inputs by alias, and those of a WITH by their folded names."""

    inputs: Mapping[str, _Rows]
    common: Mapping[str, _Rows]
    ids: frozenset[str]


def _outputs(query: exp.Expr, tables: _Tables) -> tuple[str, list[_Output]]:
    """The input that `query` reads in the end, and its columns in order."""
    if isinstance(query, exp.Subquery):
        _only(query, ("this", "alias"))
        return _outputs(query.this, tables)
    if not isinstance(query, exp.Select):
        raise NotRowWise("a set operation" if isinstance(query, exp.SetOperation) else "no SELECT")
    _only(query, _CLAUSES)
    if with_ := query.args.get("with_"):
        tables = _with_common(with_, tables)
    rows = _read(query, tables)
    outputs = [output for item in query.expressions for output in _selected(item, rows)]
    names = [name for name, _ in outputs if name is not None]
    if len(set(names)) < len(names):
        # An engine renames one of them, and may give it the name of a third.
        raise NotRowWise("two columns of one name")
    if where := query.args.get("where"):
        check_row_wise(where.this, lambda column: rows.find(column)[0])
    if order := query.args.get("order"):
        check_row_wise(order, lambda column: rows.find(column)[0] or column.name.casefold() in names)
    return rows.input, outputs


def _with_common(with_: exp.With, tables: _Tables) -> _Tables:
    _only(with_, ("expressions",))
    for cte in with_.expressions:
        name = cte.alias.casefold()
        # In the program the inputs go by the ids of their nodes: which of the two is meant would be unclear.
        if name in tables.ids:
            raise NotRowWise(f"'{cte.alias}' in its WITH, which is a node too")
        _only(cte.args["alias"], ("this",))
        tables = _Tables(tables.inputs, {**tables.common, name: _nested(cte.this, tables)}, tables.ids)
    return tables


def _read(query: exp.Select, tables: _Tables) -> _Rows:
    from_ = query.args.get("from_")
    read = from_.this if from_ else None
    if read and (alias := read.args.get("alias")):
        _only(alias, ("this",))
    if isinstance(read, exp.Subquery):
        return _nested(read, tables).named(read.alias)
    if isinstance(read, exp.Table):
        _only(read, ("this", "alias"))
        if rows := tables.common.get(read.name.casefold()) or tables.inputs.get(read.name.casefold()):
            return rows.named(read.alias_or_name)
    raise NotRowWise("rows that come from no input")


def _nested(query: exp.Expr, tables: _Tables) -> _Rows:
    input_, outputs = _outputs(query, tables)
    columns = {name: column for name, column in outputs if name is not None}
    if len(columns) < len(outputs):
        raise NotRowWise("a column without a name in a subquery")
    return _Rows(input_, columns)


def _selected(item: exp.Expr, rows: _Rows) -> Iterator[_Output]:
    star, of = item, []
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        star, of = item.this, [part.name.casefold() for part in item.parts[:-1]]
    if isinstance(star, exp.Star):
        _only(star, ())
        if of not in ([], [rows.called]):
            raise NotRowWise("the fields of a column")
        yield from rows.columns.items()
        return
    value = item.this if isinstance(item, exp.Alias) else item
    check_row_wise(value, lambda column: rows.find(column)[0])
    column = rows.find(value)[1] if isinstance(value, exp.Column) else None
    named = item if isinstance(item, exp.Alias | exp.Column) else None
    yield (named.alias_or_name.casefold() if named else None), column


def _only(part: exp.Expr, allowed: Sequence[str]) -> None:
    """Raise where a part of a query says more than the allowed."""
    for name, value in part.args.items():
        if value and name not in allowed:
            raise NotRowWise(_WORDS.get(name) or name.strip("_").upper())
