"""The types of the values in a query, as far as they can be told without an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from wavehouse.core.columns import canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.sql.made import Inputs

_MADE: tuple[tuple[tuple[type[exp.Expr], ...], str], ...] = (
    ((exp.Concat, exp.Substring, exp.Lower, exp.Upper, exp.Trim, exp.Replace, exp.Pad), "string"),
    ((exp.RegexpReplace, exp.RegexpExtract, exp.SplitPart, exp.Left, exp.Right, exp.TimeToStr), "string"),
    ((exp.Initcap, exp.Translate), "string"),
    ((exp.Pow, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop), "double"),
    ((exp.Sqrt, exp.Ln, exp.Log, exp.Exp, exp.Div), "double"),
    ((exp.Year, exp.Month, exp.Day, exp.Length, exp.Quarter, exp.DayOfWeek), "int"),
    ((exp.TsOrDsToDate, exp.TsOrDsAdd, exp.AddMonths, exp.LastDay, exp.NextDay, exp.DateTrunc), "date"),
    ((exp.CurrentDate,), "date"),
    ((exp.TimestampTrunc, exp.StrToTime, exp.CurrentTimestamp), "timestamp"),
    ((exp.Predicate, exp.Not, exp.And, exp.Or, exp.Boolean), "boolean"),
)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Mod)
# Of a table: its columns by their folded names; None where a type cannot be told.
_Columns = Mapping[str, str | None]


class KnownTypes:
    """The types of the values in queries over `inputs`."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = {
            id_: {column.name.casefold(): column.type for column in relation.columns}
            for id_, relation in inputs.items()
        }
        # Of a query that was looked at: else one in another in another is looked at again for each column.
        self._looked: dict[int, _Columns] = {}

    def of(self, value: exp.Expr) -> str | None:
        """The type of an expression, by where it stands; None where it cannot be told."""
        if isinstance(value, exp.Column):
            return self._column(value)
        if isinstance(value, exp.Paren | exp.Neg):
            return self.of(value.this)
        if isinstance(value, exp.Cast):
            return written(value.args["to"])
        if isinstance(value, exp.Literal):
            return "string" if value.is_string else "int" if value.is_int else _of_digits(value.name)
        made = next((type_ for kinds, type_ in _MADE if isinstance(value, kinds)), None)
        return made or self._of_parts(value)

    def _of_parts(self, value: exp.Expr) -> str | None:
        """The type of what has that of its parts, where all have one."""
        if isinstance(value, _ARITHMETIC):
            both = {self.of(value.this), self.of(value.expression)}
            return both.pop() if len(both) == 1 and both <= {"int", "bigint", "double"} else None
        if isinstance(value, exp.Coalesce):
            types = {self.of(one) for one in (value.this, *value.expressions)}
            return types.pop() if len(types) == 1 else None
        return None

    def _column(self, column: exp.Column) -> str | None:
        name = column.name.casefold()
        node = column.parent
        while node is not None and not isinstance(node, exp.Select):
            if isinstance(node, exp.Lambda) and any(p.name.casefold() == name for p in node.expressions):
                return None
            node = node.parent
        if node is None:
            return None
        found = [
            columns[name]
            for called, columns in self._read(node)
            if name in columns and column.table.casefold() in ("", called)
        ]
        return found[0] if len(found) == 1 else None

    def _read(self, select: exp.Select) -> Iterator[tuple[str, _Columns]]:
        """What a SELECT reads: names, and the columns behind them."""
        from_ = select.args.get("from_")
        for read in [
            *([from_.this] if from_ else []),
            *(join.this for join in select.args.get("joins") or []),
        ]:
            called = read.alias_or_name.casefold()
            if isinstance(read, exp.Subquery):
                yield called, self._made(read.this)
            elif isinstance(read, exp.Table):
                common = _common(read)
                yield called, self._inputs.get(read.name, {}) if common is None else self._made(common)

    def _made(self, query: exp.Expr) -> _Columns:
        """The columns of a query."""
        if id(query) not in self._looked:
            # (What reads itself is not followed.)
            self._looked[id(query)] = {}
            self._looked[id(query)] = self._columns_of(query)
        return self._looked[id(query)]

    def _columns_of(self, query: exp.Expr) -> _Columns:
        if not isinstance(query, exp.Select):
            return {}
        made: dict[str, str | None] = {}
        for item in query.expressions:
            if isinstance(item, exp.Star):
                for _, columns in self._read(query):
                    made |= columns
            else:
                value = item.this if isinstance(item, exp.Alias) else item
                made[item.alias_or_name.casefold()] = self.of(value)
        return made


def _of_digits(text: str) -> str | None:
    """The type of a number with a point; one with an exponent is a double."""
    whole, point, fraction = text.partition(".")
    if not point or not (whole + fraction).isdigit() or len(whole + fraction) > 38:
        return "double" if "e" in text.lower() else None
    return f"decimal({len(whole.lstrip('0') + fraction) or 1},{len(fraction)})"


def written(type_: exp.DataType) -> str | None:
    """The catalog's name of a type in a query, None where it has none."""
    try:
        return canonical_type(type_.sql("hive"))
    except DefinitionError:
        return None


def _common(table: exp.Table) -> exp.Expr | None:
    """The query of the WITH that a table is, if it is one."""
    node = table.parent
    while node is not None:
        with_ = node.args.get("with_")
        for cte in with_.expressions if with_ else []:
            if cte.alias.casefold() == table.name.casefold():
                query: exp.Expr = cte.this
                return query
        node = node.parent
    return None
