"""Spark SQL that a user wrote: parsed with a clear complaint, and tied to the tables that it may read."""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from wavehouse.core.errors import DefinitionError

# From the name of a table to what stands in its place; None where it may not be read.
Find = Callable[[str], exp.Expr | None]

# What says something else each time: the verdict on a row must be the same whenever it is asked for.
_BY_CHANCE = (
    *(exp.Rand, exp.Randn, exp.Uuid, exp.TableSample, exp.Shuffle),
    *(exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentDatetime, exp.Localtimestamp),
)
_BY_CHANCE_BY_NAME = ("now", "monotonically_increasing_id")
# What reaches beyond the rows of the query's own tables, or is no part of a query at all.
_NEVER = (
    *(exp.DDL, exp.DML, exp.Command, exp.QueryTransform, exp.Into),
    *(exp.Parameter, exp.Placeholder, exp.SessionParameter),
    *(exp.ReadCSV, exp.ReadParquet),
)


def parse_query(sql: str, called: str) -> exp.Query:
    """The query that `sql` is; `called` is what a complaint calls it (`the SqlQuery`)."""
    query = _parse(sql, called)
    if not isinstance(query, exp.Query):
        raise DefinitionError(f"{called} is not a query", remedy="Write one SELECT")
    if isinstance(query, exp.Select) and not query.expressions:
        raise DefinitionError(f"{called} is not valid Spark SQL (it selects nothing)")
    return query


def parse_condition(sql: str, called: str) -> exp.Expr:
    """The condition on one row that `sql` is: no query in it, and nothing that looks at several rows."""
    # In brackets, so that nothing but one expression can stand there.
    query = _parse(f"SELECT 1 WHERE (\n{sql}\n)", called, lines_before=1)
    where = query.args.get("where") if isinstance(query, exp.Select) else None
    selected = len(query.expressions) == 1 if isinstance(query, exp.Select) else False
    if not isinstance(where, exp.Where) or not isinstance(where.this, exp.Paren) or not selected:
        raise DefinitionError(f"{called} is not one condition")
    condition: exp.Expr = where.this.this
    for kind, said in (
        (exp.Query, "a query"),
        (exp.AggFunc, "an aggregate"),
        (exp.Window, "a window"),
        (exp.UDTF, "a function that makes rows"),
        (exp.Explode, "a function that makes rows"),
        (exp.Star, "a star"),
    ):
        if found := condition.find(kind):
            raise DefinitionError(
                f"{called} holds {said} ({_short(found)}), but is asked of one row at a time",
                remedy="Write a condition on the columns of one row, or a CustomSql rule",
            )
    return condition


def only_known_functions(expression: exp.Expr, called: str) -> None:
    """Refuse what is no plain question: functions that nobody here knows, statements, settings, files."""
    for node in expression.walk():
        if isinstance(node, exp.Anonymous):
            raise DefinitionError(
                f"{called} calls the function '{node.name}', which is not known here",
                remedy="Use a function of Spark SQL",
            )
        if isinstance(node, _BY_CHANCE):
            raise DefinitionError(
                f"{called} holds {_short(node)}, which says something else each time",
                remedy="Use what stands in the rows; for dates there are ColumnValues and now()",
            )
        if isinstance(node, _NEVER):
            raise DefinitionError(
                f"{called} holds {_short(node)}, which a rule may not", remedy="Only SELECT"
            )


def by_chance(expression: exp.Expr) -> list[str]:
    """The parts that say something else each time, as they are written."""
    found = (
        node
        for node in expression.walk()
        if isinstance(node, _BY_CHANCE)
        or (isinstance(node, exp.Anonymous) and node.name.lower() in _BY_CHANCE_BY_NAME)
    )
    return list(dict.fromkeys(_short(node) for node in found))


def tie_tables(query: exp.Expr, find: Find, unknown: Callable[[str], DefinitionError]) -> None:
    """Put what `find` gives in the place of every table but the query's own WITH; else raise `unknown`."""
    for table in list(query.find_all(exp.Table)):
        if common_table(table) is not None:
            continue
        plain = isinstance(table.this, exp.Identifier) and not table.db
        stands = find(table.name) if plain else None
        if stands is None:
            raise unknown(table.sql() if not table.alias else table.sql().partition(" AS ")[0])
        called = table.alias or table.name
        table.set("this", stands)
        columns = table.args["alias"].args.get("columns") if table.args.get("alias") else None
        table.set("alias", exp.TableAlias(this=exp.to_identifier(called, quoted=True), columns=columns))


def common_table(table: exp.Table) -> exp.CTE | None:
    """The WITH table of that name that this table stands below, or behind; None where there is none."""
    if table.db or not isinstance(table.this, exp.Identifier):
        return None
    # By scope, not by name alone: elsewhere the same name would be a table of the engine's, or a file.
    name = table.name.casefold()
    below: exp.Expr = table
    node = table.parent
    while node is not None:
        if isinstance(node, exp.With):
            # A WITH sees those before it, and itself only when it is recursive.
            own = next(place for place, cte in enumerate(node.expressions) if cte is below)
            visible = node.expressions if node.recursive else node.expressions[:own]
        else:
            with_ = node.args.get("with_")
            visible = [] if with_ is None or with_ is below else with_.expressions
        found: exp.CTE | None = next((cte for cte in visible if cte.alias.casefold() == name), None)
        if found is not None:
            return found
        below, node = node, node.parent
    return None


def make_fractions(expression: exp.Expr) -> None:
    """Spark's `/` makes a fraction of whole numbers, an engine's may not."""
    # The innermost first.
    for division in reversed(list(expression.find_all(exp.Div))):
        division.set("this", exp.cast(division.this, "double"))


def make_lenient(expression: exp.Expr) -> exp.Expr:
    """Spark's casts (not ANSI) give NULL for what does not fit, and never stop the query."""

    def lenient(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.TsOrDsToDate) and not node.args.get("format"):
            return exp.TryCast(this=node.this, to=exp.DataType.build("date"))
        if type(node) is exp.Cast and not node.args.get("format"):
            return exp.TryCast(this=node.this, to=node.args["to"])
        return node

    return expression.transform(lenient, copy=False)


def _parse(sql: str, called: str, lines_before: int = 0) -> exp.Expr:
    try:
        return sqlglot.parse_one(sql, read="spark")
    except (ParseError, TokenError) as error:
        said = _said(error, sql.count("\n") + 1 - 2 * lines_before, lines_before)
        raise DefinitionError(f"{called} is not valid Spark SQL ({said})") from None
    except RecursionError:
        raise DefinitionError(
            f"{called} is nested too deeply", remedy="Write it with fewer brackets, or in several nodes"
        ) from None


def _said(error: ParseError | TokenError, lines: int, lines_before: int) -> str:
    if isinstance(error, TokenError):
        return "a quote is not closed"
    if not error.errors:
        return "it is empty"
    first = error.errors[0]
    # The parser names its own classes.
    what = first["description"].partition(" for <class")[0]
    line = first["line"] - lines_before
    return f"line {line}, column {first['col']}: {what}" if 1 <= line <= lines else f"at its end: {what}"


def _short(node: exp.Expr) -> str:
    text = node.sql(dialect="spark")
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}…'"
