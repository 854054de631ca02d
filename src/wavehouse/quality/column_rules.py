"""Completeness and DataFreshness: is there a value, and how old is it."""

from __future__ import annotations

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.column_values import as_moment
from wavehouse.quality.comparisons import Compare, compare_number, comparison, number
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Leaf, RowTest
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.row_rules import RowRule
from wavehouse.quality.rules import DurationCondition, NumberCondition, Rule
from wavehouse.quality.scope import Scope, of_family
from wavehouse.quality.times import check_duration, length


def completeness(rule: Rule, scope: Scope) -> Leaf:
    """`Completeness "c" CONDITION` and `IsComplete "c"`."""
    name = rule.values[0]
    column = scope.column(name)
    if isinstance(rule.condition, NumberCondition):
        check_numbers(rule.condition)
    return RowRule(
        rule,
        f"Column.{name}.Completeness",
        lambda frame, _: RowTest(f"({frame.column(column.name)} IS NOT NULL)"),
        reads=(column.name,),
        where=where_clause(rule, scope),
        condition=rule.condition if isinstance(rule.condition, NumberCondition) else None,
    )


def data_freshness(rule: Rule, scope: Scope) -> Leaf:
    """`DataFreshness "c" CONDITION`: hours, of two places, from the value to now()."""
    name = rule.values[0]
    column = of_family(
        scope.column(name), ("date", "timestamp", "text"), "DataFreshness needs dates or times"
    )
    condition = rule.condition
    if not isinstance(condition, DurationCondition):
        raise DefinitionError("DataFreshness needs a condition on durations", remedy="As in: <= 24 hours")
    for operand in condition.operands:
        check_duration(operand)
    hours = [number(length(operand).total_seconds() / 3600) for operand in condition.operands]

    def test(frame: Frame, _: RowRule) -> RowTest:
        seconds = f"date_diff('second', {as_moment(column, frame)}, {frame.now})"
        age = f"round(CAST({seconds} AS DOUBLE) / 3600, 2)"
        compares: list[Compare] = [compare_number(age, operand) for operand in hours]
        met = comparison(condition.operator, age, compares)
        # A value that is not there has no age, whatever it may not be.
        negative = condition.operator in ("!=", "not in")
        return RowTest(f"({met} AND {age} IS NOT NULL)" if negative else met)

    return RowRule(
        rule,
        f"Column.{name}.DataFreshness.Compliance",
        test,
        reads=(column.name,),
        where=where_clause(rule, scope),
        condition=rule.threshold,
    )
