"""Filter: conditions hold or do not, as in the Python function that Glue Studio makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wavehouse.core.errors import DefinitionError

if TYPE_CHECKING:
    from tests.flow.conftest import Flows, Table

_COLUMNS = [
    "id int",
    "n bigint",
    "x double",
    "m decimal(5,2)",
    "s string",
    "b boolean",
    "d date",
    "t timestamp",
]
_ROWS = [
    (1, 10, 0.1, 1.25, "John", "true", "2020-01-01", "2020-01-01 10:00:00"),
    (2, 20, 0.5, 2.5, "Johnny", "false", "2021-01-01", "2021-01-01 00:00:00"),
    (3, None, None, None, None, None, None, None),
    (4, -1, -2.5, 0, "a John", "true", "1999-12-31", "1999-12-31 23:59:59"),
]

_COLUMN = "{Type: COLUMNEXTRACTED, Value: ['%s']}"


@pytest.fixture
def rows(flows: Flows) -> dict[str, Table]:
    """Four rows; the third is NULL but for its id."""
    return {"a": flows.table(_COLUMNS, _ROWS, "id")}


def _filter(*conditions: str, operator: str = "AND") -> str:
    return (
        f"  n:\n    Filter: {{Name: N, Inputs: [a], LogicalOperator: {operator}, "
        f"Filters: [{', '.join(conditions)}]}}\n"
    )


def _is(operation: str, column: str, constant: str, negated: bool = False) -> str:
    return (
        f"{{Operation: {operation}, Negated: {str(negated).lower()}, Values: [{{Type: COLUMNEXTRACTED, "
        f"Value: ['{column}']}}, {{Type: CONSTANT, Value: ['{constant}']}}]}}"
    )


@pytest.mark.parametrize(
    ("operation", "column", "constant", "ids", "others"),
    [
        ("EQ", "n", "10", [1], [2, 3, 4]),
        ("LT", "n", "10.5", [1, 4], [2, 3]),
        ("GTE", "x", "0.1", [1, 2], [3, 4]),
        ("EQ", "x", " 1e-1 ", [1], [2, 3, 4]),
        ("LTE", "m", "1.250", [1, 4], [2, 3]),
        ("GT", "s", "John", [2, 4], [1, 3]),
        ("EQ", "s", "", [], [1, 2, 3, 4]),
        ("EQ", "b", "True", [1, 4], [2, 3]),
        ("LT", "d", "2020-01-01", [4], [1, 2, 3]),
        ("GT", "t", "2020-01-01 09:59:59.5", [1, 2], [3, 4]),
        # From the beginning, and not to the end.
        ("REGEX", "s", "John", [1, 2], [3, 4]),
        ("REGEX", "s", "John$", [1], [2, 3, 4]),
        ("REGEX", "s", "x|J", [1, 2], [3, 4]),
    ],
)
def test_a_column_and_a_constant(
    flows: Flows, rows: dict[str, Table], operation: str, column: str, constant: str, ids: list[int],
    others: list[int],
) -> None:  # fmt: skip
    """Of NULL nothing holds, so the negation does."""
    found = flows.run(_filter(_is(operation, column, constant)), rows)
    assert [row["id"] for row in found] == ids
    found = flows.run(_filter(_is(operation, column, constant, negated=True)), rows)
    assert [row["id"] for row in found] == others


def test_all_or_any(flows: Flows, rows: dict[str, Table]) -> None:
    conditions = _is("GT", "n", "0"), _is("LT", "x", "0.3")
    assert [row["id"] for row in flows.run(_filter(*conditions), rows)] == [1]
    assert [row["id"] for row in flows.run(_filter(*conditions, operator="OR"), rows)] == [1, 2, 4]


def test_is_null(flows: Flows, rows: dict[str, Table]) -> None:
    asked = "{Operation: ISNULL%s, Values: [{Type: COLUMNEXTRACTED, Value: [s]}]}"
    assert [row["id"] for row in flows.run(_filter(asked % ""), rows)] == [3]
    assert [row["id"] for row in flows.run(_filter(asked % ", Negated: true"), rows)] == [1, 2, 4]


def test_two_columns(flows: Flows, rows: dict[str, Table]) -> None:
    both = f"{{Operation: GT, Values: [{_COLUMN % '`n`'}, {_COLUMN % 'x'}]}}"
    assert [row["id"] for row in flows.run(_filter(both), rows)] == [1, 2, 4]
    turned = f"{{Operation: LT, Values: [{{Type: CONSTANT, Value: ['15']}}, {_COLUMN % 'n'}]}}"
    assert [row["id"] for row in flows.run(_filter(turned), rows)] == [2]


@pytest.mark.parametrize(
    ("operation", "ids", "others"),
    [
        # In the Python function that Glue Studio makes, NULL is None, and None == None.
        ("EQ", [1, 2], [3, 4]),
        ("LTE", [1], [2, 3, 4]),
    ],
)
def test_two_columns_that_may_be_null(
    flows: Flows, operation: str, ids: list[int], others: list[int]
) -> None:
    pairs = [(1, 1, 1), (2, None, None), (3, 2, 1), (4, None, 1)]
    tables = {"a": flows.table(["id int", "n bigint", "m int"], pairs)}
    said = f"Operation: {operation}, Values: [{_COLUMN % 'n'}, {_COLUMN % 'm'}]"
    assert [row["id"] for row in flows.run(_filter(f"{{{said}}}"), tables)] == ids
    assert [row["id"] for row in flows.run(_filter(f"{{{said}, Negated: true}}"), tables)] == others


def test_it_keeps_what_tells_rows_apart(flows: Flows, rows: dict[str, Table]) -> None:
    program = flows.compile(_filter(_is("GT", "n", "0")), rows)
    assert program.relations["n"] == program.relations["a"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (_is("EQ", "nn", "1"), "there is no column 'nn' here. Did you mean 'n'?"),
        (_is("EQ", "n", "ten"), "compares 'n' (bigint) with 'ten', which is no such number"),
        (_is("EQ", "n", "NaN"), "which is no such number"),
        (_is("EQ", "m", "1" * 39), "which is no such number"),
        (_is("EQ", "x", "1e999999999"), "which is no such number"),
        (_is("EQ", "b", "yes"), "compares 'b' (boolean) with 'yes', which is none"),
        (_is("EQ", "d", "31.1.2020"), "which is none. Write it like 2024-01-31"),
        (_is("EQ", "d", "2024-02-31"), "with '2024-02-31', which is none. Write it like 2024-01-31"),
        (_is("EQ", "t", "2024-01-01 25:00:00"), "which is none. Write it like 2024-01-31 10:00:00"),
        (_is("REGEX", "s", "a{,3}b"), "Write {0,3}"),
        (_is("REGEX", "n", "1"), "looks at texts, and 'n' is bigint"),
        (_is("REGEX", "s", "(a"), "a bracket '(' is not closed"),
        (_is("REGEX", "s", "(?=a)"), "look-around"),
        (_is("REGEX", "s", "\\z"), "none in Python"),
        (
            "{Operation: EQ, Values: [{Type: CONSTANT, Value: ['1']}, {Type: CONSTANT, Value: ['1']}]}",
            "compares a",
        ),
        ("{Operation: EQ, Values: [{Type: COLUMNEXTRACTED, Value: [n]}]}", "compares a column with"),
        ("{Operation: EQ, Values: [{Type: COLUMNEXTRACTED, Value: [n, m]}]}", "has 2 parts"),
        ("{Operation: ISNULL, Values: []}", "asks about one column"),
        (
            f"{{Operation: LT, Values: [{_COLUMN % 'n'}, {_COLUMN % 's'}]}}",
            "compares 'n' (bigint) with 's' (string)",
        ),
    ],
)
def test_a_condition_that_means_nothing(
    flows: Flows, rows: dict[str, Table], condition: str, said: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        flows.compile(_filter(condition), rows)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{flows.path}:5: node 'n'")
