"""CustomSql: a query of the user's own, for one number or for the rows that are good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.clauses import custom_query
from wavehouse.quality.frame import Frame
from wavehouse.quality.groups import join, key
from wavehouse.quality.leaf import Leaf, RowTest, Value
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.outcome import Outcome, measured
from wavehouse.quality.row_rules import RowRule, judged
from wavehouse.quality.rules import NumberCondition, Rule
from wavehouse.quality.scope import Scope


def custom_sql(rule: Rule, scope: Scope) -> Leaf:
    """`CustomSql "query" CONDITION` measures a number, `CustomSql "query"` judges rows."""
    return _Number(rule, scope) if isinstance(rule.condition, NumberCondition) else _rows(rule, scope)


class _Number(Leaf):
    """The first value of the first row."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        if not isinstance(rule.condition, NumberCondition):
            raise DefinitionError("CustomSql needs a condition on numbers")
        self._query, references, _ = custom_query(rule.values[0], scope)
        super().__init__(rule, references=references)
        check_numbers(rule.condition)
        self._condition = rule.condition

    def values(self, frame: Frame) -> list[Value]:
        """A scalar query; the alias names the first column, whatever it is called."""
        query = frame.query(self._query)
        return [Value(f'(SELECT "value" FROM ({query}) AS "answer"("value") LIMIT 1)', None)]

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:
        """By the condition; true is 1 and false is 0."""
        try:
            metrics = measured({"Dataset.*.CustomSQL": found[0]})
        except (TypeError, ValueError):
            return Outcome(False, reason=f"the SQL statement returns '{found[0]}', which is no number")
        return judged(self, self._condition, metrics, frame)

    def shown(self, frame: Frame) -> str:
        """The query."""
        return frame.query(self._query)


def _rows(rule: Rule, scope: Scope) -> Leaf:
    query, references, returned = custom_query(rule.values[0], scope)
    if scope.columns is not None:
        for name in returned:
            if name.casefold() not in scope.columns:
                raise DefinitionError(
                    f"the SQL statement returns '{name}', which is no column of the dataset",
                    remedy=did_you_mean(name, [column.name for column in scope.columns.values()])
                    or "Let it return columns of primary, or give it a condition",
                )
    columns = [scope.column(name).name for name in dict.fromkeys(name.casefold() for name in returned)]

    def test(frame: Frame, _: RowRule) -> RowTest:
        written = frame.query(query)
        # As the dataset's own type, before equal ones are taken together.
        named = ", ".join(
            f'TRY_CAST("answer".{identifier(name)} AS {frame.type_of(name)}) AS {key(place)}'
            for place, name in enumerate(columns)
        )
        relation = f'(SELECT DISTINCT {named}, TRUE AS "found" FROM ({written}) AS "answer")'
        joined = join(relation, [frame.column(name) for name in columns], nulls=True)
        return RowTest(f'({joined.alias}."found" IS NOT NULL)', (joined,))

    def readable(frame: Frame) -> str:
        written = frame.query(query)
        # Which columns it returns is not known where those of the dataset are not.
        return f"({column_list(columns)}) IN ({written})" if columns else written

    return RowRule(
        rule,
        "Dataset.*.CustomSQL.Compliance",
        test,
        reads=columns,
        where=None,
        condition=rule.threshold,
        references=references,
        readable=readable,
    )
