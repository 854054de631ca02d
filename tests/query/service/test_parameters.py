"""Parameters are constants and nothing else."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import QueryError
from wavehouse.query.parameters import constant_text, executed, with_parameters


@pytest.mark.parametrize(
    "constant",
    [
        "1",
        "1.5",
        "1e3",
        "'it''s'",
        "''",
        "TRUE",
        "null",
        "DATE '2020-01-01'",
        "TIMESTAMP '2020-01-01 00:00:00'",
    ],
)
def test_constants_stay_as_they_are(constant: str) -> None:
    assert constant_text(f"  {constant} ", 1) == constant


def test_a_negative_number_stays_one(capsys: object) -> None:  # noqa: ARG001
    assert with_parameters("SELECT 1 -?", ["-2"]) == "SELECT 1 - (-2) "


@pytest.mark.parametrize(
    "parameter",
    [
        *(
            "",
            " ",
            "a",
            "a.b",
            "1 2",
            "1, 2",
            "1 AS x",
            "1; SELECT 1",
            "1 --",
            "1 /* x */",
            "(SELECT 1)",
            "rand()",
        ),
        *(
            "1 + 1",
            "1 FROM t",
            "'a",
            '"a"',
            "*",
            "?",
            "CAST(x AS date)",
            "1 UNION SELECT 2",
            "ARRAY[1]",
            "- - 1",
        ),
    ],
)
def test_nothing_else_is_taken(parameter: str) -> None:
    with pytest.raises(QueryError):
        with_parameters("SELECT ?", [parameter])


def test_only_marks_of_the_query_count() -> None:
    sql = "SELECT '?', \"a?\", ? -- ?\n, /* ? */ ?"
    assert with_parameters(sql, ["1", "2"]) == "SELECT '?', \"a?\",  1  -- ?\n, /* ? */  2 "
    with pytest.raises(QueryError, match="2 parameters"):
        with_parameters(sql, ["1"])


def test_execute_names_a_statement_and_its_parameters() -> None:
    assert executed("EXECUTE one") == ("one", ())
    assert executed(" execute \"One\" using 1, 'a, b', DATE '2020-01-01';") == (
        "One",
        ("1", "'a, b'", "DATE '2020-01-01'"),
    )
    assert executed("SELECT 1") is None
    with pytest.raises(QueryError):
        executed("EXECUTE one USING 1,,2")
