"""Rules with one number for the whole dataset, from its rows or from its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import literal
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import KnownRule, Leaf, Value
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.outcome import Outcome, measured
from wavehouse.quality.patterns import check_pattern
from wavehouse.quality.row_rules import judged
from wavehouse.quality.rules import NumberCondition, Rule
from wavehouse.quality.scope import Scope


class NumberRule(Leaf):
    """A metric that `draw` makes of the values asked for, against the rule's condition."""

    def __init__(
        self,
        rule: Rule,
        metric: str,
        ask: Callable[[Frame], list[Value]],
        draw: Callable[..., float | None],
        *,
        reads: Sequence[str] = (),
        where: exp.Expr | None = None,
        references: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(rule, reads, references, where)
        if not isinstance(rule.condition, NumberCondition):
            raise DefinitionError(f"{rule.type} needs a condition on numbers")
        check_numbers(rule.condition)
        self._condition = rule.condition
        self._metric = metric
        self._ask = ask
        self._draw = draw

    def values(self, frame: Frame) -> list[Value]:
        """The values to draw from; rows outside of the where clause do not count."""
        where = self.restricted(frame)
        values = self._ask(frame)
        if not where:
            return values
        return [Value(f"{value.expression} FILTER (WHERE {where})", value.relation) for value in values]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """By the condition."""
        metrics = measured({self._metric: self._draw(*found)})
        return judged(self, self._condition, metrics, frame)

    def shown(self, frame: Frame) -> str:
        """The aggregates."""
        shown = []
        for value in self.values(frame):
            shown.append(
                f"(SELECT {value.expression} FROM {value.relation})" if value.relation else value.expression
            )
        return shown[0] if len(shown) == 1 else f"SELECT {', '.join(shown)}" if shown else ""


def row_count(rule: Rule, scope: Scope) -> Leaf:
    """`RowCount CONDITION`."""
    return NumberRule(
        rule,
        "Dataset.*.RowCount",
        lambda _: [Value("count(*)")],
        lambda n: n,
        where=where_clause(rule, scope),
    )


_AGGREGATES: Mapping[str, str] = {
    "Mean": "avg",
    "Sum": "sum",
    "StandardDeviation": "stddev_pop",
    "Variance": "var_pop",
}


def statistic(rule: Rule, scope: Scope) -> Leaf:
    """Mean, Sum, StandardDeviation and Variance of a column; the latter two of the population."""
    name = rule.values[0]
    column = scope.typed(name, ("number",), f"{rule.type} needs numbers")
    aggregate = _AGGREGATES[rule.type]
    return NumberRule(
        rule,
        f"Column.{name}.{rule.type}",
        lambda frame: [Value(f"{aggregate}({frame.column(column.name)})")],
        lambda value: value,
        reads=(column.name,),
        where=where_clause(rule, scope),
    )


def correlation(rule: Rule, scope: Scope) -> Leaf:
    """`ColumnCorrelation "a" "b" CONDITION`: Pearson's coefficient of the rows that have both."""
    first, second = (
        scope.typed(name, ("number",), "ColumnCorrelation needs numbers") for name in rule.values
    )
    return NumberRule(
        rule,
        f"Multicolumn.{','.join(rule.values)}.ColumnCorrelation",
        lambda frame: [
            Value(
                f"corr(CAST({frame.column(first.name)} AS DOUBLE), "
                f"CAST({frame.column(second.name)} AS DOUBLE))"
            )
        ],
        lambda value: value,
        reads=(first.name, second.name),
        where=where_clause(rule, scope),
    )


class ColumnsRule(KnownRule):
    """ColumnCount and ColumnExists: known without looking at a row."""

    def __init__(self, rule: Rule, scope: Scope) -> None:  # noqa: ARG002
        super().__init__(rule)
        if rule.type == "ColumnCount":
            if not isinstance(rule.condition, NumberCondition):
                raise DefinitionError("ColumnCount needs a condition on numbers")
            check_numbers(rule.condition)

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:  # noqa: ARG002
        """By the names of the columns."""
        columns = frame.dataset.columns
        if isinstance(self.rule.condition, NumberCondition):
            count = {"Dataset.*.ColumnCount": float(len(columns))}
            return judged(self, self.rule.condition, count, frame)
        name = self.rule.values[0]
        there = name.casefold() in {column.name.casefold() for column in columns}
        metrics = {f"Column.{name}.ColumnExists": float(there)}
        return Outcome(there, metrics, reason="" if there else f"there is no column '{name}'")


class ColumnNamesRule(Leaf):
    """`ColumnNamesMatchPattern "re"`: the pattern is found in the name of every column."""

    def __init__(self, rule: Rule, scope: Scope) -> None:  # noqa: ARG002
        super().__init__(rule)
        check_pattern(rule.values[0])

    def values(self, frame: Frame) -> list[Value]:
        """Whether each name matches: the engine's regular expressions are the ones that count."""
        anywhere = f"(?s:.*)(?:{self.rule.values[0]})(?s:.*)"
        return [
            Value(frame.engine.matches(literal(column.name), anywhere), None)
            for column in frame.dataset.columns
        ]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """Passed where all do."""
        names = [column.name for column in frame.dataset.columns]
        wrong = [name for name, matches in zip(names, found, strict=True) if not matches]
        share = (len(names) - len(wrong)) / len(names) if names else None
        metrics = measured({"Dataset.*.ColumnNamesPatternMatchRatio": share})
        reason = f"columns that do not match: {', '.join(wrong)}" if wrong else ""
        return Outcome(not wrong, metrics, reason=reason)

    def shown(self, frame: Frame) -> str:  # noqa: ARG002
        """It looks at no row."""
        return ""
