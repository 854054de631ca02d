"""Rules with `and` or `or` between them: row by row where all can, else by their verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Leaf, RowTest, Value
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.rules import Composite

# AWS leaves these out where it judges composites by rows.
_WHOLE = ("Completeness", "Uniqueness", "ReferentialIntegrity", "DatasetMatch")


@dataclass(frozen=True)
class Compound:
    """A compiled composite rule."""

    rule: Composite
    members: tuple[Node, ...]

    @property
    def by_row(self) -> bool:
        """Whether it has a verdict per row."""
        return all(leaf.by_row and leaf.rule.type not in _WHOLE for leaf in leaves(self))

    def row(self, frame: Frame) -> RowTest:
        """The condition that a row must meet."""
        tests = [member.row(frame) for member in self.members]
        condition = f" {self.rule.operator} ".join(test.condition for test in tests)
        return RowTest(f"({condition})", tuple(one for test in tests for one in test.joins))

    def values(self, frame: Frame) -> list[Value]:
        """How many rows it looks at, and how many of them fail."""
        test = self.row(frame)
        restricted = [leaf.restricted(frame) for leaf in leaves(self)]
        rows = f"count(*) FILTER (WHERE {' OR '.join(restricted)})" if all(restricted) else "count(*)"
        return [Value(rows), Value(f"count(*) FILTER (WHERE NOT {test.condition})", joins=test.joins)]

    def combined(self, outcomes: Sequence[Outcome], counts: Sequence[int]) -> Outcome:
        """The verdict from those of the members, and from `counts` of rows where it judges by them."""
        metrics = {name: value for outcome in outcomes for name, value in outcome.metrics.items()}
        passing = [outcome.passed for outcome in outcomes]
        passed = all(passing) if self.rule.operator == "AND" else any(passing)
        reason = "; ".join(dict.fromkeys(outcome.reason for outcome in outcomes if outcome.reason))
        if not counts:
            return Outcome(passed, metrics, reason="" if passed else reason)
        rows, failed = counts
        return Outcome(not failed, metrics, rows, failed, f"{failed} of {rows} rows fail" if failed else "")

    def shown(self, frame: Frame) -> str:
        """Of all members."""
        shown = [member.shown(frame) for member in self.members]
        if self.by_row:
            return f" {self.rule.operator} ".join(f"({one})" for one in shown)
        return ";\n".join(one for one in shown if one)


Node = Leaf | Compound


def leaves(node: Node) -> Iterator[Leaf]:
    """The rules that a rule is made of, from the left."""
    if isinstance(node, Leaf):
        yield node
    else:
        for member in node.members:
            yield from leaves(member)
