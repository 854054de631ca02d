"""The SQL of an Aggregate.

Source: the script that Glue Studio makes, `df.groupBy(*groups).agg(*functions)`, with the functions of
PySpark; names, types and figures are those of Spark 3.5.
"""

from __future__ import annotations

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import Aggregate
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import WHOLE, cast, data_type, is_number
from wavehouse.flow.sql.made import Made, column, known, selected_from
from wavehouse.flow.sql.widening import bounded_decimal, digits

_OF_ANY_TYPE = {"count", "countDistinct", "first", "last", "max", "min"}
_PLAIN: dict[str, type[exp.AggFunc]] = {
    "avg": exp.Avg,
    "first": exp.First,
    "last": exp.Last,
    "max": exp.Max,
    "min": exp.Min,
    "stddev_samp": exp.StddevSamp,
    "stddev_pop": exp.StddevPop,
    "var_samp": exp.Variance,
    "var_pop": exp.VariancePop,
}
_MOMENTS = ("skewness", "kurtosis")


def aggregate(node: Aggregate, input_: str, relation: Relation) -> Made:
    """One row per group, or one row where there are no groups."""
    groups = [column_of(path) for path in node.Groups]
    operations = [(column_of(one.Column), one.AggFunc) for one in node.Aggs]
    known(relation, [*groups, *(name for name, _ in operations)])
    means = {
        name: _unused(f"mean of {name}", relation) for name, function in operations if function in _MOMENTS
    }
    selected: list[exp.Expr] = [column(name) for name in groups]
    columns = [Column(name, relation.type_of(name)) for name in groups]
    for name, function in operations:
        made = Column(_called(name, function), _type(function, name, relation.type_of(name)))
        value = _figure(function, name, relation.type_of(name), means)
        selected.append(exp.alias_(value, made.name, quoted=True))
        columns.append(made)
    query = _with_means(input_, relation, groups, means).select(*selected)
    if groups:
        query = query.group_by(*map(column, groups))
    # (A table of one row is told apart by anything.)
    return Made(query, Relation(tuple(columns), frozenset(groups or [columns[0].name])))


def _called(name: str, function: str) -> str:
    """As Spark calls the column: a following node finds it by that name."""
    quoted = f"`{name}`" if "." in name else name
    if function == "countDistinct":
        return f"count(DISTINCT {name})"
    return f"sum(DISTINCT {quoted})" if function == "sumDistinct" else f"{function}({quoted})"


def _type(function: str, name: str, type_: str) -> str:
    """The type of a figure; raises `DefinitionError` where a column has none of the kind."""
    if function in ("count", "countDistinct"):
        return "bigint"
    if function in _OF_ANY_TYPE:
        return type_
    if not is_number(type_) and type_ != "string":
        raise DefinitionError(
            f"there is no {function} of '{name}', which is {type_}",
            remedy="Give it a number's type with an ApplyMapping before",
        )
    decimal = digits(type_) if type_.startswith("decimal") else None
    if decimal and function in ("sum", "sumDistinct"):
        return bounded_decimal(decimal[0] + 10, decimal[1])
    if decimal and function == "avg":
        return bounded_decimal(decimal[0] + 4, decimal[1] + 4)
    return "bigint" if type_ in WHOLE and function in ("sum", "sumDistinct") else "double"


def _figure(function: str, name: str, type_: str, means: dict[str, str]) -> exp.Expr:
    made = _type(function, name, type_)
    value = column(name) if function in _OF_ANY_TYPE else _number(name, type_)
    distinct = exp.Distinct(expressions=[value.copy()])
    if function in ("count", "countDistinct"):
        return exp.Count(this=distinct if function == "countDistinct" else value)
    if function in _MOMENTS:
        return _moment(3 if function == "skewness" else 4, value, column(means[name]))
    if function in ("sum", "sumDistinct"):
        total = exp.Sum(this=distinct if function == "sumDistinct" else value)
        # An engine may sum in a wider type.
        return total if made == "double" else exp.TryCast(this=total, to=data_type(made))
    if function == "avg" and made.startswith("decimal"):
        return exp.TryCast(this=exp.Avg(this=exp.cast(value, data_type(made))), to=data_type(made))
    return _PLAIN[function](this=value)


def _number(name: str, type_: str) -> exp.Expr:
    """A column as a number; Spark reads a text as a double, and sums a float as one."""
    return cast(column(name), type_, "double") if type_ in ("string", "float") else column(name)


def _moment(power: int, value: exp.Expr, mean: exp.Expr) -> exp.Expr:
    """The third or fourth standardised moment of all values (kurtosis: less 3); NULL where all are equal."""

    def around_mean(to: int) -> exp.Expr:
        away = exp.paren(exp.Sub(this=exp.cast(value.copy(), "double"), expression=mean.copy()))
        return exp.Avg(this=exp.Pow(this=away, expression=exp.Literal.number(to)))

    spread = exp.Pow(this=around_mean(2), expression=exp.Literal.number(1.5 if power == 3 else 2))
    moment: exp.Expr = exp.Div(this=around_mean(power), expression=spread)
    if power == 4:
        moment = exp.Sub(this=moment, expression=exp.Literal.number(3))
    differ = exp.LT(this=exp.Min(this=value.copy()), expression=exp.Max(this=value.copy()))
    return exp.case().when(differ, moment)


def _with_means(input_: str, relation: Relation, groups: list[str], means: dict[str, str]) -> exp.Select:
    """The input, with the mean of a group beside its rows where a figure needs it."""
    if not means:
        return selected_from(input_)
    partition = [column(name) for name in groups]
    averages = [
        exp.alias_(
            exp.Window(
                this=exp.Avg(this=exp.cast(_number(name, relation.type_of(name)), "double")),
                partition_by=partition,
            ),
            called,
            quoted=True,
        )
        for name, called in means.items()
    ]
    inner = selected_from(input_).select(*map(column, relation.names), *averages)
    return exp.Select().from_(inner.subquery("with_means"))


def _unused(name: str, relation: Relation) -> str:
    taken = {one.casefold() for one in relation.names}
    while name.casefold() in taken:
        name += " "
    return name
