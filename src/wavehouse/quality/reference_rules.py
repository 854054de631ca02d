"""Rules that compare with another dataset as a whole, or by its keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.frame import PRIMARY, Frame
from wavehouse.quality.groups import join, key
from wavehouse.quality.leaf import KnownRule, Leaf, RowTest, Value
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.row_rules import RowRule, judged
from wavehouse.quality.rules import NumberCondition, Rule
from wavehouse.quality.scope import Scope, family, of_family
from wavehouse.quality.table_rules import NumberRule

_BRACES = re.compile(r"\s*(?P<alias>.+?)\s*\.\s*\{(?P<columns>.+)\}\s*", re.DOTALL)
_PLAIN = re.compile(r"\s*(?P<alias>.+?)\.(?P<columns>[^.]+?)\s*", re.DOTALL)
_AGGREGATE = re.compile(r"\s*(?P<function>sum|avg)\s*\((?P<column>.+)\)\s*", re.IGNORECASE | re.DOTALL)


def row_count_match(rule: Rule, scope: Scope) -> Leaf:
    """`RowCountMatch "ref" CONDITION`: rows per row of the other dataset."""
    alias = scope.alias(rule.values[0])
    return NumberRule(
        rule,
        f"Dataset.{rule.values[0]}.RowCountMatch",
        lambda frame: [Value("count(*)"), Value("count(*)", frame.reference(alias))],
        lambda rows, others: rows / others if others else None,
        references=frozenset({alias}),
    )


def referential_integrity(rule: Rule, scope: Scope) -> Leaf:
    """`ReferentialIntegrity "a,b" "ref.{x,y}" CONDITION`: rows whose values are in the other dataset."""
    written, target = rule.values
    names = [name.strip() for name in written.strip().removeprefix("{").removesuffix("}").split(",")]
    found = _BRACES.fullmatch(target) or _PLAIN.fullmatch(target)
    if found is None:
        raise DefinitionError(
            f"'{target}' names no columns of a dataset", remedy="Write ref.column, or ref.{first,second}"
        )
    alias = scope.alias(found["alias"].strip('" '))
    others = [name.strip().strip('"') for name in found["columns"].split(",")]
    if len(names) != len(others):
        raise DefinitionError(
            f"{len(names)} columns cannot be looked up in {len(others)}: '{written}', '{target}'"
        )
    pairs = [
        (scope.column(name), scope.reference_column(alias, other))
        for name, other in zip(names, others, strict=True)
    ]
    if not isinstance(rule.condition, NumberCondition):
        raise DefinitionError("ReferentialIntegrity needs a condition on numbers")
    check_numbers(rule.condition)

    def test(frame: Frame, _: RowRule) -> RowTest:
        theirs = [comparable(other, one, identifier(other.name)) for one, other in pairs]
        selected = ", ".join(f"{text} AS {key(place)}" for place, text in enumerate(theirs))
        filled = " AND ".join(f"{text} IS NOT NULL" for text in theirs)
        # (Values that differ may be the same once they are compared as texts or fractions.)
        as_they_are = theirs == [identifier(other.name) for _, other in pairs]
        once = as_they_are and frame.tells_apart(alias, [other.name for _, other in pairs])
        distinct = "" if once else "DISTINCT "
        relation = f"(SELECT {distinct}{selected} FROM {frame.reference(alias)} WHERE {filled})"
        joined = join(relation, [comparable(one, other, frame.column(one.name)) for one, other in pairs])
        return RowTest(f"({joined.alias}.{key(0)} IS NOT NULL)", (joined,))

    def readable(frame: Frame) -> str:
        mine = ", ".join(comparable(one, other, frame.column(one.name)) for one, other in pairs)
        theirs = ", ".join(comparable(other, one, identifier(other.name)) for one, other in pairs)
        left = mine if len(pairs) == 1 else f"({mine})"
        return f"{left} IN (SELECT {theirs} FROM {frame.reference(alias)})"

    return RowRule(
        rule,
        f"Column.{alias}.ReferentialIntegrity",
        test,
        reads=[one.name for one, _ in pairs],
        where=where_clause(rule, scope),
        condition=rule.condition,
        references=frozenset({alias}),
        looked_up=[other.name for _, other in pairs],
        readable=readable,
    )


def comparable(column: Column, other: Column, text: str) -> str:
    """A column's SQL for `=` with another: columns of different kinds are compared as texts.

    Where a fraction is compared with another type both become one before they are told apart: two whole
    numbers may be one number with a fraction.
    """
    kinds = {family(column), family(other)}
    if column.type != other.type and {column.type, other.type} & {"float", "double"} and kinds == {"number"}:
        return f"CAST({text} AS DOUBLE)"
    if len(kinds) == 1 or "any" in kinds or family(column) == "text":
        return text
    return f"CAST({text} AS VARCHAR)"


def aggregate_match(rule: Rule, scope: Scope) -> Leaf:
    """`AggregateMatch "sum(a)" "avg(ref.b)" CONDITION`: the first divided by the second."""
    first, second = (_aggregate(text, scope) for text in rule.values)
    names = [first[2]] if first[2] == second[2] else [first[2], second[2]]

    def value(frame: Frame, function: str, alias: str, column: str) -> Value:
        if alias == PRIMARY:
            return Value(f"CAST({function}({frame.column(column)}) AS DOUBLE)")
        return Value(f"CAST({function}({identifier(column)}) AS DOUBLE)", frame.reference(alias))

    def divided(one: float | None, other: float | None) -> float | None:
        if one is None or other is None:
            return None
        return one / other if other else float(not one)

    return NumberRule(
        rule,
        f"Column.{','.join(names)}.AggregateMatch",
        lambda frame: [value(frame, *first), value(frame, *second)],
        divided,
        reads=[column for _, alias, column in (first, second) if alias == PRIMARY],
        references=frozenset({first[1], second[1]} - {PRIMARY}),
    )


def _aggregate(text: str, scope: Scope) -> tuple[str, str, str]:
    """Function, dataset and column of `sum(a)` or `avg(ref.b)`."""
    found = _AGGREGATE.fullmatch(text)
    if found is None:
        raise DefinitionError(
            f"'{text}' is no aggregate", remedy="Write sum(column) or avg(reference.column)"
        )
    function, named = found["function"].lower(), found["column"].strip().strip('"')
    before, dot, after = named.rpartition(".")
    needs = f"{function}() needs numbers"
    if not dot or (scope.columns is not None and named.casefold() in scope.columns):
        return function, PRIMARY, scope.typed(named, ("number",), needs).name
    column = after.strip().strip('"')
    if before.casefold() == PRIMARY:
        return function, PRIMARY, scope.typed(column, ("number",), needs).name
    alias = scope.alias(before.strip().strip('"'))
    return function, alias, of_family(scope.reference_column(alias, column), ("number",), needs).name


class SchemaMatchRule(KnownRule):
    """`SchemaMatch "ref" CONDITION`: the share of columns with the same name and type."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        self._alias = scope.alias(rule.values[0])
        super().__init__(rule, references=frozenset({self._alias}))
        if not isinstance(rule.condition, NumberCondition):
            raise DefinitionError("SchemaMatch needs a condition on numbers")
        check_numbers(rule.condition)
        self._condition = rule.condition

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:  # noqa: ARG002
        """By the columns of both."""
        mine, theirs = (
            {(column.name.casefold(), column.type) for column in columns}
            for columns in (frame.dataset.columns, frame.columns_of(self._alias))
        )
        share = len(mine & theirs) / len(mine) if len(mine) == len(theirs) and mine else 0.0
        return judged(self, self._condition, {f"Dataset.{self.rule.values[0]}.SchemaMatch": share}, frame)
