"""The SQL of the nodes that look for what is missing in the data."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sqlglot import exp

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import DropNullFields, FillMissingValues
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import cast, is_number
from wavehouse.flow.sql.made import Ask, Made, column, kept, known, selected_from

_BLANKS = " \t\n\r\f\v"


def drop_null_fields(node: DropNullFields, input_: str, relation: Relation, ask: Ask) -> Made:
    """The columns in which some value does not count as null; all of them where there are no rows.

    Source: the script that Glue Studio makes, which strips texts and compares the different values of each
    column with a set. There a NULL is in neither set; here it counts as null.
    """
    values = [
        exp.Count(this=exp.case().when(_is_value(node, c), exp.Literal.number(1))) for c in relation.columns
    ]
    ((rows, *found),) = ask(selected_from(input_).select(exp.Count(this=exp.Star()), *values))
    names = [name for name, count in zip(relation.names, found, strict=True) if count or not rows]
    return kept(input_, relation, names)


def _is_value(node: DropNullFields, of: Column) -> exp.Expr:
    """Whether a value is none of those that count as null."""
    is_value: exp.Expr = exp.not_(exp.Is(this=column(of.name), expression=exp.null()))
    nulls = _texts(node) if of.type == "string" else _numbers(node, of.type)
    if not nulls:
        return is_value
    value: exp.Expr = column(of.name)
    if of.type == "string":
        value = exp.Trim(this=value, expression=exp.Literal.string(_BLANKS))
    return exp.and_(is_value, exp.not_(exp.In(this=value, expressions=nulls)))


def _texts(node: DropNullFields) -> list[exp.Expr]:
    boxes = node.NullCheckBoxList
    texts = [field.Value.strip() for field in node.NullTextList or [] if _is_of(field.Datatype.Id, "string")]
    texts += [""] if boxes and boxes.IsEmpty else []
    texts += ["null"] if boxes and boxes.IsNullString else []
    return [exp.Literal.string(text) for text in texts]


def _numbers(node: DropNullFields, type_: str) -> list[exp.Expr]:
    # Glue compares whole numbers and doubles.
    if type_ not in ("int", "bigint", "double"):
        return []
    boxes = node.NullCheckBoxList
    texts = [field.Value for field in node.NullTextList or [] if _is_of(field.Datatype.Id, "number")]
    texts += ["-1"] if boxes and boxes.IsNegOne else []
    return [_number(text) for text in texts]


def _number(text: str) -> exp.Expr:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise DefinitionError(f"'{text}' in its NullTextList is no number", remedy="Write it like -1")
    return exp.Literal.number(f"{value:f}")


def _is_of(id_: str, kind: str) -> bool:
    type_ = canonical_type("int" if id_.lower() in ("short", "byte", "smallint", "tinyint") else id_)
    return type_ == "string" if kind == "string" else is_number(type_)


def fill_missing_values(node: FillMissingValues, input_: str, relation: Relation) -> Made:
    """All columns, and one more: the named one, with its gaps filled from the other rows.

    Numbers get the mean, texts the most frequent text (of several, the first in order). A text that is empty
    is a gap too.

    Source: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-transforms-fillmissingvalues.html
    Glue learns a model from the other columns instead.
    """
    name = node.imputed
    known(relation, [name])
    type_ = relation.type_of(name)
    value: exp.Expr
    if is_number(type_):
        type_, value = "double", cast(column(name), type_, "double")
        usual = selected_from(input_).select(exp.Avg(this=value.copy()))
    elif type_ == "string":
        value = exp.Nullif(this=column(name), expression=exp.Literal.string(""))
        usual = (
            selected_from(input_)
            .select(column(name))
            .where(exp.NEQ(this=column(name), expression=exp.Literal.string("")))
            .group_by(column(name))
            .order_by(exp.Ordered(this=exp.Count(this=exp.Star()), desc=True), column(name))
            .limit(1)
        )
    else:
        raise DefinitionError(
            f"it fills '{name}', which is {type_}",
            remedy="It fills numbers and texts; leave others as they are",
        )
    filled = Column(node.filled, type_)
    query = selected_from(input_).select(
        *map(column, relation.names),
        exp.alias_(exp.Coalesce(this=value, expressions=[usual.subquery()]), filled.name, quoted=True),
    )
    return Made(query, Relation((*relation.columns, filled), relation.unique))
