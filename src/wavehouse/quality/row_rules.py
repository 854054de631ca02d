"""Rules that look at each row by itself: which rows meet them, and the share that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from wavehouse.quality.comparisons import holds
from wavehouse.quality.dqdl.text import condition_text
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Leaf, RowTest, Value
from wavehouse.quality.outcome import NOTHING, Outcome, SettledError, measured
from wavehouse.quality.rules import NumberCondition, Rule

Test = Callable[[Frame, "RowRule"], RowTest]


class RowRule(Leaf):
    """A rule whose metric is the share of rows that meet a test.

    `extra` are more metrics, as aggregates of the rows. `condition` is what the share must meet; without one
    no row may fail.
    """

    by_row = True

    def __init__(
        self,
        rule: Rule,
        metric: str,
        test: Test,
        *,
        reads: Sequence[str],
        where: exp.Expr | None,
        condition: NumberCondition | None = None,
        extra: Mapping[str, Callable[[Frame], str]] | None = None,
        references: frozenset[str] = frozenset(),
        looked_up: Sequence[str] = (),
        readable: Callable[[Frame], str] | None = None,
    ) -> None:
        """`looked_up` are columns of the one reference in which the row's values are looked up."""
        super().__init__(rule, reads, references, where)
        self.looked_up = tuple(looked_up)
        self.metric = metric
        self._test = test
        self._condition = condition
        self._extra = extra or {}
        self._readable = readable

    def row(self, frame: Frame) -> RowTest:
        """The test; a row outside of the where clause meets it."""
        test, _ = self._tested(frame)
        where = self.restricted(frame)
        return RowTest(f"(NOT {where} OR {test.condition})" if where else test.condition, test.joins)

    def values(self, frame: Frame) -> list[Value]:
        """How many rows there are, how many fail, and what else is measured."""
        test, _ = self._tested(frame)
        where = self.restricted(frame)
        failing = f"{where} AND NOT {test.condition}" if where else f"NOT {test.condition}"
        only = f" FILTER (WHERE {where})" if where else ""
        return [
            Value(f"count(*) FILTER (WHERE {where})" if where else "count(*)", joins=()),
            Value(f"count(*) FILTER (WHERE {failing})", joins=test.joins),
            *(Value(f"{aggregate(frame)}{only}") for aggregate in self._extra.values()),
        ]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """Passed where no row fails, or where the share of those that pass meets the condition."""
        rows, failed, *extra = found
        return self.drawn(frame, int(rows), int(failed), dict(zip(self._extra, extra, strict=True)))

    def drawn(self, frame: Frame, rows: int, failed: int, extra: Mapping[str, Any]) -> Outcome:
        """The verdict on so many rows, and so many that fail."""
        metrics = measured({self.metric: (rows - failed) / rows if rows else None, **extra})
        if (settled := self._tested(frame)[1]) is not None:
            return Outcome(settled.passed, metrics, rows, failed, settled.reason)
        if self._condition is None:
            reason = f"{failed} of {rows} rows fail" if failed else ""
            return Outcome(not failed, metrics, rows, failed, reason)
        return judged(self, self._condition, metrics, frame, rows, failed)

    def _tested(self, frame: Frame) -> tuple[RowTest, Outcome | None]:
        # Without an earlier run there is nothing to fail, but something to measure for the next.
        try:
            return self._test(frame, self), None
        except SettledError as settled:
            return RowTest("TRUE"), settled.outcome

    def shown(self, frame: Frame) -> str:
        """The condition that a row must meet."""
        if self._readable is None:
            return self.row(frame).condition
        where = self.restricted(frame)
        return f"NOT {where} OR {self._readable(frame)}" if where else self._readable(frame)


def judged(
    leaf: Leaf,
    condition: NumberCondition,
    metrics: Mapping[str, float],
    frame: Frame,
    rows: int | None = None,
    failed: int | None = None,
) -> Outcome:
    """The verdict by the first metric."""
    # A threshold is met by nothing at all: no row fails it.
    if not metrics and condition is leaf.rule.threshold:
        return Outcome(True, metrics, rows, failed)
    if not metrics:
        return Outcome(False, metrics, rows, failed, NOTHING)
    name, value = next(iter(metrics.items()))
    try:
        passed = holds(condition, value, leaf.last(frame, name))
    except SettledError as settled:
        return Outcome(settled.outcome.passed, metrics, rows, failed, settled.outcome.reason)
    wanted = condition_text(condition)
    return Outcome(passed, metrics, rows, failed, "" if passed else f"{name} is {value:.6g}, not {wanted}")
