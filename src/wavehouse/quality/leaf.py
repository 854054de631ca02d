"""A compiled rule: what it asks of the engine, and the verdict that it draws from the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from wavehouse.quality.dqdl.text import subject
from wavehouse.quality.frame import Frame
from wavehouse.quality.operands import Last
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.rules import Rule


@dataclass(frozen=True)
class Join:
    """A relation that rows are looked up in, at most one row of it for each; `on` names it by `alias`."""

    relation: str
    alias: str
    on: str

    @property
    def sql(self) -> str:
        """The join as it stands behind the rows."""
        return f"LEFT JOIN {self.relation} AS {self.alias} ON {self.on}"


@dataclass(frozen=True)
class RowTest:
    """The condition that a row must meet: true or false, never NULL."""

    condition: str
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Value:
    """One value to ask for: an aggregate over `relation` ('': the rows, with `joins`; None: nothing)."""

    expression: str
    relation: str | None = ""
    joins: tuple[Join, ...] = ()


class Leaf(ABC):
    """One compiled rule. `reads` are the columns it is about, `references` the aliases that it uses."""

    by_row = False

    def __init__(
        self,
        rule: Rule,
        reads: Sequence[str] = (),
        references: frozenset[str] = frozenset(),
        where: exp.Expr | None = None,
    ) -> None:
        self.rule = rule
        self.where = where
        self.reads = tuple(reads)
        self.references = references

    @abstractmethod
    def values(self, frame: Frame) -> list[Value]:
        """What to ask for."""

    @abstractmethod
    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """The verdict, `found` being the answers to `values`."""

    @abstractmethod
    def shown(self, frame: Frame) -> str:
        """The SQL that the rule compiles to, for people; '' when there is none."""

    def restricted(self, frame: Frame) -> str:
        """The where clause, true or false; '' when there is none."""
        return f"coalesce({frame.condition(self.where)}, FALSE)" if self.where is not None else ""

    def last(self, frame: Frame, metric: str) -> Last:
        """What earlier runs measured by that name."""
        return lambda count: frame.history.last(subject(self.rule), metric, count)

    def row(self, frame: Frame) -> RowTest:
        """What a row must meet (with `by_row` alone)."""
        raise NotImplementedError(f"{self.rule.type} has no verdict per row")


class KnownRule(Leaf):
    """A rule that is decided without SQL."""

    def values(self, frame: Frame) -> list[Value]:  # noqa: ARG002
        """Nothing."""
        return []

    def shown(self, frame: Frame) -> str:  # noqa: ARG002
        """Nothing."""
        return ""
