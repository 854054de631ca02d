"""Values as Athena writes them."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from wavehouse.query.value_texts import double_text, plain_of, real_text, text_of


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


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("date", "11020-01-01", "+11020-01-01"),
        ("date", "0045-03-15 (BC)", "-0044-03-15"),
        ("date", "-0044-03-15", "-0044-03-15"),
        ("timestamp(3)", "11020-01-01 00:00:00", "+11020-01-01 00:00:00.000"),
        ("timestamp(3)", "+11020-01-01 00:00:00.123456", "+11020-01-01 00:00:00.123"),
        ("timestamp(0)", "0045-03-15 (BC) 12:00:00.5", "-0044-03-15 12:00:00"),
        ("timestamp", "0001-01-01 (BC) 12:00:00.5", "0000-01-01 12:00:00.500000"),
        ("timestamp(3)", "2020-01-01 00:00:00.000", "2020-01-01 00:00:00.000"),
        ("varchar", "11020-01-01", "11020-01-01"),
    ],
)
def test_times_beyond_those_of_python_are_written_as_java_does(type_: str, value: str, text: str) -> None:
    assert text_of(type_)(value) == text
    assert plain_of(type_)(value) == text
    assert plain_of(f"array({type_})")([value]) == [text]
