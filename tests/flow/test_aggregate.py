"""Aggregate: the names, types and figures of Spark 3.5."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.errors import DefinitionError

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

_COLUMNS = ["g int", "i int", "d double", "m decimal(5,2)", "s string", "o boolean", ".x bigint"]
_ROWS: list[tuple[Any, ...]] = [
    (1, 1, 1.5, 1.25, "a", "true", 3),
    (1, 2, 2.5, 2.25, None, None, 3),
    (1, 5, 2.5, 2.25, "5", "false", 4),
    (2, None, None, None, None, None, None),
    (None, 1, 1.0, 1.0, "2", "true", 1),
]


def _aggregate(groups: str, *operations: tuple[str, str]) -> str:
    written = ", ".join(f"{{Column: ['{name}'], AggFunc: {function}}}" for name, function in operations)
    return f"  n:\n    Aggregate: {{Name: N, Inputs: [a], Groups: {groups}, Aggs: [{written}]}}\n"


# What Spark 3.5.6 says of these rows: function, column, its name, its type, and its values by group.
_SPARK: list[tuple[str, str, str, str, list[Any]]] = [
    ("avg", "i", "avg(i)", "double", [2.6666666666666665, None, 1.0]),
    ("avg", "m", "avg(m)", "decimal(9,6)", [Decimal("1.916667"), None, Decimal("1.000000")]),
    ("avg", "s", "avg(s)", "double", [5.0, None, 2.0]),
    ("avg", "`.x`", "avg(`.x`)", "double", [3.3333333333333335, None, 1.0]),
    ("countDistinct", "d", "count(DISTINCT d)", "bigint", [2, 0, 1]),
    ("countDistinct", "`.x`", "count(DISTINCT .x)", "bigint", [2, 0, 1]),
    ("count", "s", "count(s)", "bigint", [2, 0, 1]),
    ("first", "g", "first(g)", "int", [1, 2, None]),
    ("last", "g", "last(g)", "int", [1, 2, None]),
    ("max", "s", "max(s)", "string", ["a", None, "2"]),
    ("min", "o", "min(o)", "boolean", [False, None, True]),
    ("kurtosis", "d", "kurtosis(d)", "double", [-1.5, None, None]),
    ("kurtosis", "i", "kurtosis(i)", "double", [-1.5, None, None]),
    ("skewness", "d", "skewness(d)", "double", [-0.7071067811865475, None, None]),
    ("skewness", "m", "skewness(m)", "double", [-0.7071067811865475, None, None]),
    ("stddev_samp", "i", "stddev_samp(i)", "double", [2.081665999466133, None, None]),
    ("stddev_pop", "i", "stddev_pop(i)", "double", [1.6996731711975948, None, 0.0]),
    ("sum", "i", "sum(i)", "bigint", [8, None, 1]),
    ("sum", "m", "sum(m)", "decimal(15,2)", [Decimal("5.75"), None, Decimal("1.00")]),
    ("sum", "s", "sum(s)", "double", [5.0, None, 2.0]),
    ("sumDistinct", "`.x`", "sum(DISTINCT `.x`)", "bigint", [7, None, 1]),
    ("sumDistinct", "d", "sum(DISTINCT d)", "double", [4.0, None, 1.0]),
    ("var_samp", "m", "var_samp(m)", "double", [0.3333333333333333, None, None]),
    ("var_pop", "i", "var_pop(i)", "double", [2.888888888888889, None, 0.0]),
]


@pytest.mark.parametrize(
    ("function", "column", "called", "type_", "values"), _SPARK, ids=[f"{one[0]} {one[1]}" for one in _SPARK]
)
def test_as_spark_has_it(
    flows: Flows, function: str, column: str, called: str, type_: str, values: list[Any]
) -> None:
    tables = {"a": flows.table(_COLUMNS, _ROWS)}
    nodes = _aggregate("[[g]]", (column, function))
    program = flows.compile(nodes, tables)
    assert [(c.name, c.type) for c in program.columns] == [("g", "int"), (called, type_)]
    assert flows.engine.columns(program.sql) == program.columns
    found = {row["g"]: row[called] for row in flows.run(nodes, tables)}
    expected = dict(zip([1, 2, None], values, strict=True))
    assert found.keys() == expected.keys()
    for group, value in expected.items():
        near = pytest.approx(value, rel=1e-12, abs=1e-14) if isinstance(value, float) else value
        assert found[group] == near, group


def test_without_groups_there_is_one_row(flows: Flows) -> None:
    operations = [("i", "sum"), ("i", "count"), ("i", "first"), ("d", "skewness"), ("d", "kurtosis")]
    nodes = _aggregate("[]", *operations)
    names = ["sum(i)", "count(i)", "first(i)", "skewness(d)", "kurtosis(d)"]
    empty = flows.run(nodes, {"a": flows.table(_COLUMNS, [])})
    assert empty == [dict(zip(names, [None, 0, None, None, None], strict=True))]
    ((row),) = flows.run(nodes, {"a": flows.table(_COLUMNS, [(1, 7, 0.1, 0, "", "true", 0)] * 3)})
    # Equal values have no skewness, however their mean is rounded.
    assert list(row.values()) == [21, 3, 7, None, None]


def test_of_two_values(flows: Flows) -> None:
    tables = {"a": flows.table(["x int"], [(1,), (2,)])}
    ((row),) = flows.run(_aggregate("[]", ("x", "skewness"), ("x", "kurtosis")), tables)
    assert list(row.values()) == [0.0, -2.0]


def test_a_column_that_has_the_name_of_a_mean(flows: Flows) -> None:
    tables = {"a": flows.table(["x int"], [(1,), (2,)])}
    nodes = (
        "  m:\n    RenameField: {Name: R, Inputs: [a], SourcePath: [x], TargetPath: ['mean of mean of x']}\n"
        "  n:\n    Aggregate: {Name: N, Inputs: [m], Groups: [['mean of mean of x']], "
        "Aggs: [{Column: ['mean of mean of x'], AggFunc: skewness}]}\n"
    )
    assert len(flows.run(nodes, tables)) == 2


def test_a_following_node_names_the_figure(flows: Flows) -> None:
    tables = {"a": flows.table(_COLUMNS, _ROWS)}
    nodes = _aggregate("[[g]]", ("i", "avg"), ("`.x`", "sumDistinct")) + (
        "  r:\n    RenameField: {Name: R, Inputs: [n], SourcePath: ['avg(i)'], TargetPath: [mean]}\n"
        "  o:\n    SelectFields: {Name: S, Inputs: [r], Paths: [['sum(DISTINCT `.x`)'], [mean]]}\n"
    )
    found = sorted((tuple(row.values()) for row in flows.run(nodes, tables, "o")), key=repr)
    assert found == [(1, 1.0), (7, 8 / 3), (None, None)]


def test_groups_tell_rows_apart(flows: Flows) -> None:
    tables = {"a": flows.table(_COLUMNS, _ROWS)}
    assert flows.compile(_aggregate("[[g]]", ("i", "sum")), tables).relations["n"].unique == {"g"}
    assert flows.compile(_aggregate("[]", ("i", "sum")), tables).relations["n"].unique


def test_a_sum_that_no_bigint_holds_is_null(flows: Flows) -> None:
    tables = {"a": flows.table(["x bigint"], [(2**63 - 1,), (1,)])}
    assert flows.run(_aggregate("[]", ("x", "sum")), tables) == [{"sum(x)": None}]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (("ii", "sum"), "there is no column 'ii' here. Did you mean 'i'?"),
        (("o", "sum"), "there is no sum of 'o', which is boolean"),
        (("o", "kurtosis"), "there is no kurtosis of 'o', which is boolean"),
    ],
)
def test_what_cannot_be_summed_up(flows: Flows, operation: tuple[str, str], said: str) -> None:
    with pytest.raises(DefinitionError, match=r":5: node 'n': ") as caught:
        flows.compile(_aggregate("[[g]]", operation), {"a": flows.table(_COLUMNS, _ROWS)})
    assert said in str(caught.value)
