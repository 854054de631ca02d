"""Values as Athena writes them."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from wavehouse.query.value_texts import double_text, real_text, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((1.0, "1.0"), (0.1, "0.1"), (-1.5, "-1.5"), (0.0, "0.0"), (-0.0, "-0.0"), (100.0, "100.0")),
        *((9999999.0, "9999999.0"), (1e7, "1.0E7"), (12345678.9, "1.23456789E7"), (1e22, "1.0E22")),
        *((0.001, "0.001"), (0.00099, "9.9E-4"), (-1e-7, "-1.0E-7"), (123456.789, "123456.789")),
        *((1.7976931348623157e308, "1.7976931348623157E308"), (5e-324, "4.9E-324"), (2e-323, "2.0E-323")),
        *((float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity")),
    ],
)
def test_doubles_are_written_as_java_does(value: float, text: str) -> None:
    assert double_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (16777216.0, "1.6777216E7"), (3.4028235e38, "3.4028235E38"), (123456.79, "123456.79")],
)
def test_reals_have_the_digits_of_a_float(value: float, text: str) -> None:
    assert real_text(struct.unpack("f", struct.pack("f", value))[0]) == text


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("array(varchar)", ["a", None, "b c"], "[a, null, b c]"),
        ("array(double)", [1e7, 0.5], "[1.0E7, 0.5]"),
        ("array(array(integer))", [[1], []], "[[1], []]"),
        ("map(varchar,bigint)", [("a", 1), ("b", None)], "{a=1, b=null}"),
        ('row("name" varchar,"age" integer)', {"name": "x", "age": 1}, "{name=x, age=1}"),
        ("decimal(10,2)", Decimal("1E+2"), "100"),
        ("timestamp", datetime(2020, 2, 29, 1, 2, 3), "2020-02-29 01:02:03.000000"),  # noqa: DTZ001
        ("timestamp(3)", datetime(2020, 2, 29, 1, 2, 3), "2020-02-29 01:02:03.000"),  # noqa: DTZ001
        ("timestamp with time zone", datetime(2020, 2, 29, tzinfo=UTC), "2020-02-29 00:00:00.000000 UTC"),
        ("varbinary", b"\x00\xff", "00 ff"),
        ("boolean", True, "true"),
    ],
)
def test_other_values(type_: str, value: Any, text: str) -> None:
    assert text_of(type_)(value) == text
