"""ColumnDataType: whether values can be cast to a type, as Spark casts."""

from __future__ import annotations

import re

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.clauses import where_clause
from wavehouse.quality.column_values import as_text
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Leaf, RowTest
from wavehouse.quality.row_rules import RowRule
from wavehouse.quality.rules import Rule, Text, TextCondition
from wavehouse.quality.scope import Scope, family, of_family

_TYPES = {
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "integer": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "string": "string",
}
_FORMATS = (
    *("dd-MM-yyyy", "MM-dd-yyyy", "yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy", "yyyy/MM/dd"),
    *("MM-yyyy", "dd-MM", "MM-dd", "yyyy-MM", "MM/yyyy", "dd/MM", "MM/dd", "yyyy/MM"),
)
# What a format leaves out; a year with a 29th of February.
_MISSING = {"yyyy": "2000", "MM": "01", "dd": "01"}


def column_data_type(rule: Rule, scope: Scope) -> Leaf:
    """`ColumnDataType "c" = "Date"`."""
    name = rule.values[0]
    column = of_family(
        scope.column(name),
        ("number", "text", "boolean", "date", "timestamp"),
        "a list is cast to no other type",
    )
    condition = rule.condition
    if not isinstance(condition, TextCondition) or condition.operator not in ("=", "!=", "in", "not in"):
        raise DefinitionError("ColumnDataType compares with =, !=, in or not in", remedy='As in: = "Date"')
    types = [_type(operand) for operand in condition.operands]
    form = rule.tags.get("format", "")
    if form and (types != ["date"] or form not in _FORMATS):
        raise DefinitionError(
            f"the tag format is '{form}'"
            if types == ["date"]
            else "the tag format is for the type Date alone",
            remedy=did_you_mean(form, _FORMATS) if types == ["date"] else "Leave it out",
        )
    opposite = condition.operator in ("!=", "not in")

    def test(frame: Frame, _: RowRule) -> RowTest:
        met = " OR ".join(_fits(column, type_, form, frame) for type_ in types)
        return RowTest(f"NOT ({met})" if opposite else f"({met})")

    return RowRule(
        rule,
        f"Column.{name}.ColumnDataType.Compliance",
        test,
        reads=(column.name,),
        where=where_clause(rule, scope),
        condition=rule.threshold,
    )


def _type(operand: object) -> str:
    text = operand.value if isinstance(operand, Text) else ""
    spelled = re.sub(r"\s+", "", text).lower()
    if spelled.startswith("decimal("):
        return canonical_type(spelled)
    if spelled not in _TYPES:
        raise DefinitionError(
            f"'{text}' is not a type that a value can be cast to",
            remedy=did_you_mean(
                text, ["Boolean", "Date", "Timestamp", "Integer", "Long", "Float", "Double", "String"]
            )
            + (" Decimals are written Decimal(10,2)" if spelled == "decimal" else ""),
        )
    return _TYPES[spelled]


def _fits(column: Column, type_: str, form: str, frame: Frame) -> str:
    """Whether a value becomes one of the type: true or false."""
    name = frame.column(column.name)
    if form:
        return f"coalesce({_by_format(as_text(column, frame), form, frame)}, FALSE)"
    source = family(column)
    if source in ("text", "any"):
        return f"({frame.engine.spark_cast(name, type_)}) IS NOT NULL"
    # What Spark casts of another type at all, it casts for every value, but for a decimal's digits.
    impossible = {
        "number": ("date",),
        "boolean": ("date",),
        "date": ("boolean", "int", "bigint", "float", "double"),
    }
    if type_ in impossible.get(source, ()) or (type_.startswith("decimal") and source == "date"):
        return "FALSE"
    if type_.startswith("decimal") and source == "number":
        return f"TRY_CAST({name} AS {type_.upper()}) IS NOT NULL"
    return f"{name} IS NOT NULL"


def _by_format(text: str, form: str, frame: Frame) -> str:
    separator = "/" if "/" in form else "-"
    parts = form.split(separator)
    pattern = separator.join(rf"[0-9]{{{len(part)}}}" for part in parts)
    day = " || '-' || ".join(
        f"split_part({text}, '{separator}', {parts.index(part) + 1})" if part in parts else f"'{missing}'"
        for part, missing in _MISSING.items()
    )
    return f"{frame.engine.matches(text, pattern)} AND TRY_CAST({day} AS DATE) IS NOT NULL"
