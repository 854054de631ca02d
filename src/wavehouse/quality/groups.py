"""Rows grouped by columns: how often each value stands. One grouping serves all rules on the same columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlglot import exp

from wavehouse.core.sql_text import identifier
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Join, Value

_COUNT = '"n"'


def key(place: int) -> str:
    """The name of the column at a place, in a grouping or a join."""
    return identifier(f"k{place}")


class Groups:
    """The rows that meet `where`, by some columns; NULL is equal to NULL."""

    def __init__(self, columns: Sequence[str], where: exp.Expr | None) -> None:
        self.columns = tuple(columns)
        self._where = where
        keys = [key(place) for place in range(len(self.columns))]
        self._filled = " OR ".join(f"{one} IS NOT NULL" for one in keys)
        self._complete = " AND ".join(f"{one} IS NOT NULL" for one in keys)

    def once(self, frame: Frame) -> Value:
        """Values that stand exactly once."""
        return self._value(frame, f"count(*) FILTER (WHERE {_COUNT} = 1 AND ({self._filled}))")

    def distinct(self, frame: Frame) -> Value:
        """Different values."""
        return self._value(frame, f"count(*) FILTER (WHERE {self._filled})")

    def filled_rows(self, frame: Frame) -> Value:
        """Rows with a value in one of the columns."""
        return self._value(frame, f"coalesce(sum({_COUNT}) FILTER (WHERE {self._filled}), 0)")

    def rows(self, frame: Frame) -> Value:
        """All rows."""
        return self._value(frame, f"coalesce(sum({_COUNT}), 0)")

    def repeated_rows(self, frame: Frame) -> Value:
        """Rows whose value stands in another row too."""
        return self._value(
            frame, f"coalesce(sum({_COUNT}) FILTER (WHERE {_COUNT} > 1 AND ({self._filled})), 0)"
        )

    def keyed_rows(self, frame: Frame) -> Value:
        """Rows with a value in all of the columns that stands in no other row."""
        return self._value(frame, f"count(*) FILTER (WHERE {_COUNT} = 1 AND {self._complete})")

    def repeated(self, frame: Frame) -> Value:
        """Values, NULL among them, that stand more than once."""
        return self._value(frame, f"count(*) FILTER (WHERE {_COUNT} > 1)")

    def entropy(self, frame: Frame) -> Value:
        """Shannon's entropy of the values, by the natural logarithm."""
        # ln(N) - sum(n ln n) / N is -sum(p ln p), in one pass; of one value it is 0 without a rounding error.
        only = f" FILTER (WHERE {self._filled})"
        spread = f"ln(sum({_COUNT}){only}) - sum({_COUNT} * ln({_COUNT})){only} / sum({_COUNT}){only}"
        values = f"count(*){only}"
        return self._value(frame, f"CASE {values} WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE {spread} END")

    def single(self, frame: Frame) -> tuple[str, Join]:
        """The condition that a row's value stands in no other row; NULL in all columns is no value."""
        grouped = f"({self._select(frame)} HAVING count(*) > 1)"
        joined = join(grouped, [frame.column(name) for name in self.columns], nulls=len(self.columns) > 1)
        columns = [frame.column(name) for name in self.columns]
        empty = " AND ".join(f"{column} IS NULL" for column in columns)
        missing = f"{joined.alias}.{_COUNT} IS NULL"
        # A single NULL never meets a NULL in the join.
        return (f"({missing} OR ({empty}))" if len(columns) > 1 else f"({missing})"), joined

    def _value(self, frame: Frame, expression: str) -> Value:
        return Value(expression, f"({self._select(frame)}) AS {identifier('groups')}")

    def _select(self, frame: Frame) -> str:
        columns = [frame.column(name) for name in self.columns]
        named = ", ".join(f"{column} AS {key(place)}" for place, column in enumerate(columns))
        where = f" WHERE {frame.condition(self._where)}" if self._where is not None else ""
        return (
            f"SELECT {named}, count(*) AS {_COUNT} FROM {frame.rows()}{where} GROUP BY {', '.join(columns)}"
        )


def join(relation: str, values: Sequence[str], *, nulls: bool = False) -> Join:
    """Looks values up in the key columns of a relation; with `nulls` NULL is equal to NULL."""
    # A name that is the same for the same relation: rules share what they look up.
    alias = identifier("j" + hashlib.sha256(f"{relation}{values}".encode()).hexdigest()[:12])
    equal = "IS NOT DISTINCT FROM" if nulls else "="
    on = " AND ".join(f"{value} {equal} {alias}.{key(place)}" for place, value in enumerate(values))
    return Join(relation, alias, on)
