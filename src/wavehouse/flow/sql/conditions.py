"""The SQL of a Filter.

Source: the script that Glue Studio makes is a Python function of one row,
`lambda row: (row["n"] >= 40 and not(row["m"] == 0))`, and `re.match` for REGEX. So a condition holds or does
not. NULL is Python's None: it equals NULL alone. Of NULL no order and no pattern holds (Glue stops there),
and their negation does.
"""

from __future__ import annotations

import re
import warnings
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import Filter, FilterExpression, FilterValue
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import WHOLE, data_type, family, is_number
from wavehouse.flow.sql.made import Made, column, known, selected_from
from wavehouse.quality.patterns import check_pattern

_COMPARISONS = {"EQ": exp.EQ, "LT": exp.LT, "GT": exp.GT, "LTE": exp.LTE, "GTE": exp.GTE}
_FORMS = {
    "date": (r"\d{4}-\d\d-\d\d", "2024-01-31"),
    "timestamp": (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?", "2024-01-31 10:00:00"),
}


def filter_rows(node: Filter, input_: str, relation: Relation) -> Made:
    """The rows for which all or any of the conditions hold."""
    together = exp.and_ if node.LogicalOperator == "AND" else exp.or_
    where = together(*(_condition(one, relation) for one in node.Filters))
    return Made(selected_from(input_).select(*map(column, relation.names)).where(where), relation)


def _condition(one: FilterExpression, relation: Relation) -> exp.Expr:
    """One condition, which is true or false, never NULL."""
    compared = [_extracted(value) for value in one.Values]
    known(relation, (name for name in compared if name is not None))
    if one.Operation == "ISNULL":
        if len(compared) != 1 or compared[0] is None:
            raise _wrong(one, "asks about one column, and nothing else")
        null: exp.Expr = exp.Is(this=column(compared[0]), expression=exp.null())
        return exp.not_(null) if one.Negated else null
    if len(compared) != 2 or not any(compared):
        raise _wrong(one, "compares a column with a constant or another column")
    made = (
        _matched(one, compared, relation) if one.Operation == "REGEX" else _compared(one, compared, relation)
    )
    held: exp.Expr = exp.Coalesce(this=made, expressions=[exp.false()])
    return exp.not_(held) if one.Negated else held


def _extracted(value: FilterValue) -> str | None:
    """The column that a value is; None for a constant."""
    if len(value.Value) != 1:
        raise DefinitionError(
            f"a value of a filter has {len(value.Value)} parts", remedy="Write one column or one constant"
        )
    return column_of(value.Value) if value.Type == "COLUMNEXTRACTED" else None


def _matched(one: FilterExpression, compared: list[str | None], relation: Relation) -> exp.Expr:
    """Whether the text begins with what the pattern describes (Python's `re.match`)."""
    name, pattern = compared[0], one.Values[1].Value[0]
    if name is None or compared[1] is not None:
        raise _wrong(one, "compares a column with a pattern, in that order")
    if relation.type_of(name) != "string":
        raise _wrong(one, f"looks at texts, and '{name}' is {relation.type_of(name)}")
    check_pattern(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, FutureWarning, DeprecationWarning) as error:
        raise DefinitionError(
            f"the pattern '{pattern}' is none in Python, where Glue matches it: {error}",
            remedy="Write it as Python's re and RE2 both read it",
        ) from None
    return exp.RegexpLike(this=column(name), expression=exp.Literal.string(f"^(?:{pattern})"))


def _compared(one: FilterExpression, compared: list[str | None], relation: Relation) -> exp.Expr:
    names = [name for name in compared if name is not None]
    types = [relation.type_of(name) for name in names]
    if len({family(type_) for type_ in types}) > 1:
        raise DefinitionError(
            f"it compares '{names[0]}' ({types[0]}) with '{names[1]}' ({types[1]})",
            remedy="Give both one type with an ApplyMapping before",
        )
    sides = [
        column(name) if name is not None else _constant(value.Value[0], types[0], names[0])
        for name, value in zip(compared, one.Values, strict=True)
    ]
    if one.Operation == "EQ" and len(names) == 2:
        return exp.NullSafeEQ(this=sides[0], expression=sides[1])
    return _COMPARISONS[one.Operation](this=sides[0], expression=sides[1])


def _constant(text: str, type_: str, name: str) -> exp.Expr:
    """The constant that a text is beside a column of that type."""
    if type_ == "string":
        return exp.Literal.string(text)
    if is_number(type_):
        return _number(text, type_, name)
    if type_ == "boolean" and text.strip().lower() in ("true", "false"):
        return exp.true() if text.strip().lower() == "true" else exp.false()
    form, example = _FORMS.get(type_, (r"(?!)", ""))
    if not re.fullmatch(form, text.strip()) or not _is_moment(text.strip()):
        remedy = f"Write it like {example}" if example else ""
        raise DefinitionError(f"it compares '{name}' ({type_}) with '{text}', which is none", remedy=remedy)
    return exp.cast(exp.Literal.string(text.strip()), data_type(type_))


def _is_moment(text: str) -> bool:
    """Whether there is such a day and time."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(text: str, type_: str, name: str) -> exp.Expr:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    plain = f"{value:f}" if value.is_finite() and abs(value.adjusted()) <= 400 else ""
    fits = plain and (type_ in ("float", "double") or len(plain.strip("-").replace(".", "")) <= 38)
    if not fits:
        raise DefinitionError(
            f"it compares '{name}' ({type_}) with '{text}', which is no such number",
            remedy="Write it like 12 or -0.5",
        )
    literal = exp.Literal.number(plain)
    whole = type_ in WHOLE or type_.startswith("decimal")
    # A float is compared as what it is as a double, as in Python.
    return literal if whole else exp.cast(exp.Literal.string(plain), "double")


def _wrong(one: FilterExpression, said: str) -> DefinitionError:
    return DefinitionError(
        f"a filter by {one.Operation} {said}",
        remedy="Values holds {Type: COLUMNEXTRACTED, Value: [column]} and, to compare, {Type: CONSTANT, …}",
    )
