"""Rules on how often values stand: Uniqueness, IsUnique, UniqueValueRatio, IsPrimaryKey, Entropy, …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.frame import Frame
from wavehouse.quality.groups import Groups
from wavehouse.quality.leaf import Leaf, RowTest, Value
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.outcome import Outcome, measured
from wavehouse.quality.row_rules import judged
from wavehouse.quality.rules import NumberCondition, Rule
from wavehouse.quality.scope import Scope


def _metric(names: Sequence[str], metric: str) -> str:
    return f"{'Multicolumn' if len(names) > 1 else 'Column'}.{','.join(names)}.{metric}"


class _KeyRule(Leaf):
    """What rules on the values of some columns have in common."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        columns = [scope.column(name).name for name in rule.values]
        if len({name.casefold() for name in columns}) < len(columns):
            raise DefinitionError(f"a column is named twice: {', '.join(rule.values)}")
        where: exp.Expr | None = where_clause(rule, scope)
        super().__init__(rule, columns, where=where)
        self.groups = Groups(columns, where)
        self.condition = rule.condition if isinstance(rule.condition, NumberCondition) else None
        if self.condition is not None:
            check_numbers(self.condition)

    def _within(self, frame: Frame, condition: str) -> str:
        where = self.restricted(frame)
        return f"(NOT {where} OR {condition})" if where else condition

    def _once(self, frame: Frame) -> str:
        """That a row's value stands once, as a window function: that is how to read it."""
        columns = ", ".join(frame.column(name) for name in self.reads)
        where = self.restricted(frame)
        return f"count(*) OVER (PARTITION BY {f'{columns}, {where}' if where else columns}) = 1"

    def _all(self, frame: Frame, what: str) -> str:
        return " AND ".join(f"{frame.column(name)} {what}" for name in self.reads)


class UniquenessRule(_KeyRule):
    """Uniqueness, IsUnique and UniqueValueRatio."""

    by_row = True

    def values(self, frame: Frame) -> list[Value]:
        """Values that stand once, of how many, and the rows."""
        ratio = self.rule.type == "UniqueValueRatio"
        of = self.groups.distinct(frame) if ratio else self.groups.filled_rows(frame)
        return [self.groups.once(frame), of, self.groups.rows(frame), self.groups.repeated_rows(frame)]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """By the share; without a condition no row may fail."""
        once, of, rows, failed = map(int, found)
        kind = "UniqueValueRatio" if self.rule.type == "UniqueValueRatio" else "Uniqueness"
        metrics = measured({_metric(self.rule.values, kind): once / of if of else None})
        if self.condition is not None:
            return judged(self, self.condition, metrics, frame, rows, failed)
        reason = f"{failed} of {rows} rows have a value that stands more than once" if failed else ""
        return Outcome(not failed, metrics, rows, failed, reason)

    def row(self, frame: Frame) -> RowTest:
        """The row's value stands in no other row."""
        condition, joined = self.groups.single(frame)
        return RowTest(self._within(frame, condition), (joined,))

    def shown(self, frame: Frame) -> str:
        """The condition that a row must meet."""
        return self._within(frame, f"({self._once(frame)} OR ({self._all(frame, 'IS NULL')}))")


class PrimaryKeyRule(_KeyRule):
    """IsPrimaryKey."""

    by_row = True

    def values(self, frame: Frame) -> list[Value]:
        """What uniqueness and completeness need."""
        where = self.restricted(frame)
        only = f"{where} AND " if where else ""
        return [
            *(self.groups.once(frame), self.groups.filled_rows(frame)),
            *(self.groups.rows(frame), self.groups.keyed_rows(frame)),
            *(
                Value(f"count(*) FILTER (WHERE {only}{frame.column(name)} IS NOT NULL)")
                for name in self.reads
            ),
        ]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:  # noqa: ARG002
        """Passed where every row has its own key, without a NULL."""
        once, filled, rows, good, *complete = map(int, found)
        metrics = measured(
            {_metric(self.rule.values, "Uniqueness"): once / filled if filled else None}
            | {
                f"Column.{name}.Completeness": count / rows if rows else None
                for name, count in zip(self.rule.values, complete, strict=True)
            }
        )
        failed = rows - good
        return Outcome(
            not failed,
            metrics,
            rows,
            failed,
            f"{failed} of {rows} rows have no key of their own" if failed else "",
        )

    def row(self, frame: Frame) -> RowTest:
        """No NULL, and the key stands in no other row."""
        condition, joined = self.groups.single(frame)
        complete = self._all(frame, "IS NOT NULL")
        return RowTest(self._within(frame, f"({complete} AND {condition})"), (joined,))

    def shown(self, frame: Frame) -> str:
        """The condition that a row must meet."""
        return self._within(frame, f"({self._all(frame, 'IS NOT NULL')} AND {self._once(frame)})")


class ValueCountRule(_KeyRule):
    """DistinctValuesCount and Entropy."""

    def values(self, frame: Frame) -> list[Value]:
        """The one value."""
        distinct = self.rule.type == "DistinctValuesCount"
        return [self.groups.distinct(frame) if distinct else self.groups.entropy(frame)]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """By the condition."""
        metrics = measured({_metric(self.rule.values, self.rule.type): found[0]})
        if self.condition is None:
            raise DefinitionError(f"{self.rule.type} needs a condition on numbers")
        return judged(self, self.condition, metrics, frame)

    def shown(self, frame: Frame) -> str:
        """A query over the groups."""
        (value,) = self.values(frame)
        return f"SELECT {value.expression} FROM {value.relation}"
