"""Findings about types: text that nobody typed, and keys that do not compare."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.flow.column_uses import column_uses
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import Aggregate, ApplyMapping, Filter, Join, Node, S3CsvSource, Target
from wavehouse.flow.origins import origins
from wavehouse.flow.sql.casts import family
from wavehouse.flow.survey import Survey

# By column of a node: the CSV source that it comes from as it is, and its name there.
_Bare = dict[str, tuple[str, str]]

_ORDERS = ("LT", "GT", "LTE", "GTE")
_OF_NUMBERS = (
    *("avg", "sum", "sumDistinct", "max", "min"),
    *("kurtosis", "skewness", "stddev_samp", "stddev_pop", "var_samp", "var_pop"),
)


def untyped_columns(survey: Survey) -> Iterator[Finding]:
    """F204: columns of CSV files that reach a target, an order or a figure without an ApplyMapping or a cast.

    Glue reads every column of a CSV file as text. The rows of a contract have its types here; only the
    columns that it calls text are meant to stay so.
    """
    graph = survey.graph
    bare: dict[str, _Bare] = {}
    met: dict[tuple[str, str], dict[str, None]] = {}
    for id_, node in graph.nodes.items():
        if not survey.all_inputs_known(id_):
            continue
        if id_ in survey.relations:
            bare[id_] = _bare_of(survey, id_, node, bare)
        for column, how in _needs_types(node, bare):
            source, name = bare[node.Inputs[0]][column]
            met.setdefault((source, f"{how} '{id_}'"), {})[name] = None
    for (source, how), names in met.items():
        one = len(names) == 1
        listed = ", ".join(f"'{name}'" for name in names)
        yield Finding(
            "F204",
            "warning",
            source,
            graph.where(source),
            f"{'column' if one else 'columns'} {listed} of the CSV files of '{source}' "
            f"{'is' if one else 'are'} text in Glue, and {'comes' if one else 'come'} untyped {how}",
            f"Give {'it its type' if one else 'them their types'} with an ApplyMapping after '{source}'",
        )


def _bare_of(survey: Survey, id_: str, node: Node, bare: dict[str, _Bare]) -> _Bare:
    """The columns of a node that nobody has typed yet."""
    relation = survey.relations[id_]
    if isinstance(node, S3CsvSource):
        typed = [one.name for one in relation.columns if one.type == "string"] if node.contract else []
        return {name: (id_, name) for name in relation.names if name not in typed}
    if isinstance(node, ApplyMapping) or not node.Inputs or id_ in survey.faults:
        return {}
    found = {}
    for name, froms in origins(node, survey.inputs(id_), relation).columns.items():
        known = [bare.get(one.input, {}).get(one.column) for one in froms if not one.computed]
        if known and known[0] is not None:
            found[name] = known[0]
    return found


def _needs_types(node: Node, bare: dict[str, _Bare]) -> Iterator[tuple[str, str]]:
    """The untyped columns that a node sorts, sums up or writes, with the word for what it does."""
    untyped = bare.get(node.Inputs[0], {}) if node.Inputs else {}
    if isinstance(node, Target):
        yield from ((column, "to the target") for column in untyped)
    if isinstance(node, Filter):
        for use in column_uses(node):
            _, number, *_ = use.at
            if use.column in untyped and node.Filters[int(number)].Operation in _ORDERS:
                yield use.column, "to the order of"
    if isinstance(node, Aggregate):
        for figure in node.Aggs:
            if figure.Column[0] in untyped and figure.AggFunc in _OF_NUMBERS:
                yield figure.Column[0], "to the figures of"


def keys_of_different_types(survey: Survey) -> Iterator[Finding]:
    """F205: keys that do not compare without a cast."""
    for id_, node in survey.graph.nodes.items():
        inputs = survey.inputs(id_)
        if not isinstance(node, Join) or len(inputs) != 2:
            continue
        left, right = (inputs[one] for one in node.Inputs)
        for a, b in zip(node.keys(0), node.keys(1), strict=True):
            if a not in left.names or b not in right.names:
                continue
            if family(left.type_of(a)) != family(right.type_of(b)):
                yield Finding(
                    "F205",
                    "error",
                    id_,
                    survey.graph.where(id_, "Columns"),
                    f"node '{id_}' joins '{a}' ({left.type_of(a)}) with '{b}' ({right.type_of(b)})",
                    "Give both keys one type with an ApplyMapping before",
                )
