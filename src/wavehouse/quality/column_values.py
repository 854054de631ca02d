"""ColumnValues and ColumnLength: what the values of a column must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.comparisons import Compare, compare_number, comparison, number
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Leaf, RowTest
from wavehouse.quality.operands import check_numbers, evaluate, is_dynamic, written
from wavehouse.quality.row_rules import RowRule, Test
from wavehouse.quality.rules import (
    DateCondition,
    DateNull,
    NumberCondition,
    NumberNull,
    Operator,
    Rule,
    TextCondition,
)
from wavehouse.quality.scope import SCALARS, Scope, family, of_family
from wavehouse.quality.text_values import check_text, text_test
from wavehouse.quality.times import check_dates, compare_date


def column_values(rule: Rule, scope: Scope) -> Leaf:
    """`ColumnValues "c" CONDITION`."""
    name = rule.values[0]
    column = scope.column(name)
    extra: dict[str, Callable[[Frame], str]] = {}
    test: Test
    match rule.condition:
        case NumberCondition() as condition if all(isinstance(one, NumberNull) for one in condition.operands):
            # It asks whether there is a value at all, of whatever type.
            check_numbers(condition, null=True)
            test = _null_test(column, condition)
        case NumberCondition() as condition:
            of_family(column, ("number", "text"), "numbers are compared with numbers or texts")
            check_numbers(condition, null=True)
            extra = {
                f"Column.{name}.Minimum": lambda frame: f"min({_as_number(column, frame)})",
                f"Column.{name}.Maximum": lambda frame: f"max({_as_number(column, frame)})",
            }
            earlier = earlier_metric(
                condition.operator, name, "ColumnValues.Compliance", "Minimum", "Maximum"
            )
            test = number_rule_test(lambda frame: _as_number(column, frame), condition, earlier)
        case TextCondition() as condition:
            of_family(column, SCALARS, "a list has no text to compare")
            ignore_case = rule.tags.get("ignoreCase", "")
            check_text(condition, ignore_case)
            test = _text_rule_test(column, condition, ignore_case=ignore_case.lower() == "true")
        case DateCondition() as condition:
            of_family(column, ("date", "timestamp", "text"), "dates are compared with dates or texts")
            time_zone = rule.tags.get("timeZone", "")
            check_dates(condition, time_zone)
            test = _date_rule_test(column, condition, time_zone)
        case _:
            raise DefinitionError("ColumnValues needs a condition on numbers, texts or dates")
    return RowRule(
        rule,
        f"Column.{name}.ColumnValues.Compliance",
        test,
        reads=(column.name,),
        where=where_clause(rule, scope),
        condition=rule.threshold,
        extra=extra,
    )


def column_length(rule: Rule, scope: Scope) -> Leaf:
    """`ColumnLength "c" CONDITION`: NULL has the length 0."""
    name = rule.values[0]
    column = scope.typed(name, ("text",), "ColumnLength needs texts")
    condition = rule.condition
    if not isinstance(condition, NumberCondition):
        raise DefinitionError("ColumnLength needs a condition on numbers")
    check_numbers(condition)

    def length(frame: Frame) -> str:
        return f"coalesce(length({frame.column(column.name)}), 0)"

    metric = "ColumnLength.Compliance"
    earlier = earlier_metric(condition.operator, name, metric, "MinimumLength", "MaximumLength")
    extra: Mapping[str, Callable[[Frame], str]] = {
        f"Column.{name}.MinimumLength": lambda frame: f"min({length(frame)})",
        f"Column.{name}.MaximumLength": lambda frame: f"max({length(frame)})",
    }
    return RowRule(
        rule,
        f"Column.{name}.{metric}",
        number_rule_test(length, condition, earlier),
        reads=(column.name,),
        where=where_clause(rule, scope),
        condition=rule.threshold,
        extra=extra,
    )


def earlier_metric(operator: Operator, column: str, share: str, least: str, most: str) -> str:
    """Which earlier metric `last(n)` means: what all values were above, or below, or the share that fits."""
    chosen = {">": least, ">=": least, "<": most, "<=": most}.get(operator, share)
    return f"Column.{column}.{chosen}"


def number_rule_test(value: Callable[[Frame], str], condition: NumberCondition, earlier: str) -> Test:
    """The test of a DOUBLE expression against numbers, which earlier runs may have measured."""

    def test(frame: Frame, rule: RowRule) -> RowTest:
        operands = []
        for operand in condition.operands:
            if isinstance(operand, NumberNull):
                continue
            if frame.plain and is_dynamic(operand):
                operands.append(written(operand))
            else:
                operands.append(number(evaluate(operand, rule.last(frame, earlier))))
        null = any(isinstance(operand, NumberNull) for operand in condition.operands)
        compared = value(frame)
        compares: list[Compare] = [compare_number(compared, operand) for operand in operands]
        return RowTest(comparison(condition.operator, compared, compares, null=null))

    return test


def as_text(column: Column, frame: Frame) -> str:
    """A column as text."""
    name = frame.column(column.name)
    return name if family(column) in ("text", "any") else f"CAST({name} AS VARCHAR)"


def as_moment(column: Column, frame: Frame) -> str:
    """A column of dates, timestamps or texts as a TIMESTAMP in UTC, a text as Spark reads it."""
    name = frame.column(column.name)
    if family(column) == "text":
        return frame.engine.spark_cast(name, "timestamp")
    if column.type == "timestamptz":
        return f"({name} AT TIME ZONE 'UTC')"
    return f"CAST({name} AS TIMESTAMP)" if column.type == "date" else name


def _as_number(column: Column, frame: Frame) -> str:
    name = frame.column(column.name)
    if family(column) == "text":
        return f"({frame.engine.spark_cast(name, 'double')})"
    return name if column.type in ("double", "") else f"CAST({name} AS DOUBLE)"


def _null_test(column: Column, condition: NumberCondition) -> Test:
    return lambda frame, _: RowTest(comparison(condition.operator, frame.column(column.name), [], null=True))


def _text_rule_test(column: Column, condition: TextCondition, *, ignore_case: bool) -> Test:
    return lambda frame, _: RowTest(
        text_test(as_text(column, frame), condition, frame.engine, ignore_case=ignore_case)
    )


def _date_rule_test(column: Column, condition: DateCondition, time_zone: str) -> Test:
    def test(frame: Frame, _: RowRule) -> RowTest:
        name = frame.column(column.name)
        day, moment = name, ""
        if family(column) == "text":
            day = f"({frame.engine.spark_cast(name, 'date')})"
        elif family(column) == "timestamp":
            moment = as_moment(column, frame)
            day = f"CAST({moment} AS DATE)"
        compares = [
            compare_date(day, moment, operand, time_zone, frame)
            for operand in condition.operands
            if not isinstance(operand, DateNull)
        ]
        null = any(isinstance(operand, DateNull) for operand in condition.operands)
        return RowTest(comparison(condition.operator, day, compares, null=null))

    return test
