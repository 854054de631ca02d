"""Spark SQL inside of rules: where clauses and CustomSql statements, checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.spark_sql import only_known_functions, parse_condition, parse_query, tie_tables
from wavehouse.quality.frame import PRIMARY
from wavehouse.quality.rules import Rule
from wavehouse.quality.scope import Scope


def where_clause(rule: Rule, scope: Scope) -> exp.Expr | None:
    """The where clause of a rule, if it has one."""
    if not rule.where:
        return None
    called = "the where clause"
    condition = parse_condition(rule.where, called)
    only_known_functions(condition, called)
    for column in condition.find_all(exp.Column):
        if column.table and column.table.casefold() != PRIMARY:
            raise DefinitionError(
                f"{called} names '{column.sql(dialect='spark')}', but it sees one dataset alone",
                remedy=f"Name columns without a table before them: {column.name}",
            )
        scope.column(column.name)
    return condition


def custom_query(sql: str, scope: Scope) -> tuple[exp.Query, frozenset[str], tuple[str, ...]]:
    """A CustomSql statement, the aliases of the datasets that it reads, and the columns that it returns.

    No columns where they are not known.
    """
    called = "the SQL statement"
    query = parse_query(sql, called)
    only_known_functions(query, called)
    known = {PRIMARY: PRIMARY} | {alias.casefold(): alias for alias in scope.references}
    read: set[str] = set()

    def found(name: str) -> exp.Expr | None:
        if scope.columns is None or name.casefold() in known:
            read.add(known.get(name.casefold(), name))
            return exp.to_identifier(name, quoted=True)
        return None

    def unknown(name: str) -> DefinitionError:
        return DefinitionError(
            f"{called} reads '{name}', which is neither '{PRIMARY}' nor a dataset to compare with",
            remedy=did_you_mean(name, known.values()),
        )

    tied = query.copy()
    tie_tables(tied, found, unknown)
    returned = () if scope.columns is None else _returned(tied, read, scope, called)
    return query, frozenset(read - {PRIMARY}), returned


def _returned(query: exp.Query, read: set[str], scope: Scope, called: str) -> tuple[str, ...]:
    schema: dict[str, object] = {}
    for name in read:
        columns: Mapping[str, Column] | None = (
            scope.columns if name == PRIMARY else scope.reference_columns(name)
        )
        schema[name.casefold()] = dict.fromkeys(columns or {}, "unknown")
    for table in query.find_all(exp.Table):
        table.set("this", exp.to_identifier(table.name.casefold(), quoted=True))
    try:
        qualified = qualify(query, schema=schema, dialect="spark", quote_identifiers=False)
    except SqlglotError as error:
        said = str(error).partition(". Line")[0].rstrip(".")
        raise DefinitionError(f"{called} does not fit its tables: {said}") from None
    return tuple(qualified.named_selects) if isinstance(qualified, exp.Query) else ()
