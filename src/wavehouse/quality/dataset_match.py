"""DatasetMatch: rows that are the same in another dataset, found there by a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.frame import Frame
from wavehouse.quality.groups import Groups, join, key
from wavehouse.quality.leaf import RowTest, Value
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.reference_rules import comparable
from wavehouse.quality.row_rules import RowRule
from wavehouse.quality.rules import NumberCondition, Rule
from wavehouse.quality.scope import Scope

Pairs = list[tuple[Column, Column]]


class DatasetMatchRule(RowRule):
    """`DatasetMatch "ref" "k->r,k2" ["c->d,…"] CONDITION`."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        alias = scope.alias(rule.values[0])
        if not isinstance(rule.condition, NumberCondition):
            raise DefinitionError("DatasetMatch needs a condition on numbers")
        check_numbers(rule.condition)
        self._alias = alias
        self._keys = _pairs(rule.values[1], alias, scope)
        self._missing: list[str] = []
        self._compared = (
            _pairs(rule.values[2], alias, scope) if len(rule.values) > 2 else self._others(alias, scope)
        )
        super().__init__(
            rule,
            f"Dataset.{rule.values[0]}.DatasetMatch",
            self._found,
            reads=list(dict.fromkeys(one.name for one, _ in (*self._keys, *self._compared))),
            where=where_clause(rule, scope),
            condition=rule.condition,
            references=frozenset({alias}),
            readable=self._exists,
        )
        self._groups = Groups([one.name for one, _ in self._keys], None)

    def values(self, frame: Frame) -> list[Value]:
        """Rows, failing rows, and whether keys are unique on both sides."""
        keys = ", ".join(identifier(other.name) for _, other in self._keys)
        counted = f"(SELECT count(*) AS n FROM {frame.reference(self._alias)} GROUP BY {keys})"
        return [
            *super().values(frame),
            self._groups.repeated(frame),
            Value("count(*) FILTER (WHERE n > 1)", f"{counted} AS {identifier('groups')}"),
        ]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """As of every row rule, where the two can be compared at all."""
        rows, failed, repeated, others_repeated = map(int, found)
        if self._missing:
            return Outcome(
                False, reason=f"'{self._alias}' has no column '{', '.join(self._missing)}' to compare with"
            )
        for side, count in (("the dataset", repeated), (f"'{self._alias}'", others_repeated)):
            if count:
                names = ", ".join(
                    one.name if side == "the dataset" else other.name for one, other in self._keys
                )
                return Outcome(
                    False, reason=f"the key ({names}) is not unique in {side}: {count} stand repeatedly"
                )
        return self.drawn(frame, rows, failed, {})

    def _others(self, alias: str, scope: Scope) -> Pairs:
        """All columns but the keys, by name."""
        theirs = scope.reference_columns(alias)
        if scope.columns is None or theirs is None:
            return []
        keys = {one.name for one, _ in self._keys}
        mine = [column for column in scope.columns.values() if column.name not in keys]
        self._missing = [column.name for column in mine if column.name.casefold() not in theirs]
        return [(one, theirs[one.name.casefold()]) for one in mine if one.name.casefold() in theirs]

    def _found(self, frame: Frame, _: RowRule) -> RowTest:
        keys = [comparable(other, one, identifier(other.name)) for one, other in self._keys]
        named = ", ".join(f"{text} AS {key(place)}" for place, text in enumerate(keys))
        values = "".join(
            f", any_value({comparable(other, one, identifier(other.name))}) AS {identifier(f'c{place}')}"
            for place, (one, other) in enumerate(self._compared)
        )
        filled = " AND ".join(f"{text} IS NOT NULL" for text in keys)
        # A key that stands there twice is nobody's: it must not make two rows of one.
        relation = (
            f"(SELECT {named}{values} FROM {frame.reference(self._alias)} WHERE {filled} "
            f"GROUP BY {', '.join(keys)} HAVING count(*) = 1)"
        )
        joined = join(relation, [comparable(one, other, frame.column(one.name)) for one, other in self._keys])
        same = []
        for place, (one, other) in enumerate(self._compared):
            mine, theirs = comparable(one, other, frame.column(one.name)), identifier(f"c{place}")
            same.append(f"{mine} IS NOT DISTINCT FROM {joined.alias}.{theirs}")
        return RowTest(f"({' AND '.join([f'{joined.alias}.{key(0)} IS NOT NULL', *same])})", (joined,))

    def _exists(self, frame: Frame) -> str:
        there = identifier(self._alias)
        met = [
            f"{there}.{identifier(other.name)} {equal} {identifier('primary')}.{identifier(one.name)}"
            for pairs, equal in ((self._keys, "="), (self._compared, "IS NOT DISTINCT FROM"))
            for one, other in pairs
        ]
        return f"EXISTS (SELECT 1 FROM {frame.reference(self._alias)} WHERE {' AND '.join(met)})"


def _pairs(written: str, alias: str, scope: Scope) -> Pairs:
    """Columns here and there, from `k->r,k2`."""
    pairs = []
    for part in written.split(","):
        mine, _, theirs = part.partition("->")
        if not mine.strip():
            raise DefinitionError(
                f"'{written}' names no columns", remedy="Write column, or here->there, by commas"
            )
        name = mine.strip()
        pairs.append((scope.column(name), scope.reference_column(alias, theirs.strip() or name)))
    return pairs
