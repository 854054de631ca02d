"""How Iceberg tells values to people, and what its bounds in bytes stand for."""

from __future__ import annotations

import struct
import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from wavehouse.lake.iceberg_values import bound, human, value_of


def at(*parts: int) -> datetime:
    """A time of UTC, as metadata has it."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


# https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Double.html#toString(double)
# https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/LocalDateTime.html#toString()
@pytest.mark.parametrize(
    ("type_", "value", "told"),
    [
        ("double", 1.0, "1.0"),
        ("double", -2.5, "-2.5"),
        ("double", 0.0, "0.0"),
        ("double", -0.0, "-0.0"),
        ("double", 0.001, "0.001"),
        ("double", 0.0001, "1.0E-4"),
        ("double", 9999999.0, "9999999.0"),
        ("double", 1e7, "1.0E7"),
        ("double", 123456789.125, "1.23456789125E8"),
        ("double", 0.1 + 0.2, "0.30000000000000004"),
        ("double", float("inf"), "Infinity"),
        ("double", float("-inf"), "-Infinity"),
        ("double", float("nan"), "NaN"),
        ("float", struct.unpack("<f", struct.pack("<f", 0.1))[0], "0.1"),
        ("float", 16777216.0, "1.6777216E7"),
        ("float", 100.0, "100.0"),
        ("boolean", True, "true"),
        ("int", 7, "7"),
        ("string", "a\nb", "a\nb"),
        ("date", date(2020, 2, 29), "2020-02-29"),
        ("timestamp", at(2020, 2, 29, 13, 14), "2020-02-29T13:14"),
        ("timestamp", at(2020, 2, 29, 13, 14, 15), "2020-02-29T13:14:15"),
        ("timestamp", at(2020, 2, 29, 13, 14, 0, 500_000), "2020-02-29T13:14:00.500"),
        ("timestamptz", at(2020, 2, 29, 13, 14, 0, 500), "2020-02-29T13:14:00.000500Z"),
        ("time", time(1, 2), "01:02"),
        ("decimal(10,2)", Decimal("1.50"), "1.50"),
        ("binary", b"\x00\xff", "AP8="),
        ("double", None, "null"),
    ],
)
def test_values_are_told_as_java_does(type_: str, value: Any, told: str) -> None:
    assert human(type_, value) == told


@pytest.mark.parametrize(
    ("transform", "value", "told"),
    [
        ("year", 50, "2020"),
        ("month", 601, "2020-02"),
        ("month", -1, "1969-12"),
        ("hour", 24, "1970-01-02-00"),
        ("bucket[16]", 3, "3"),
        ("day", date(2020, 2, 29), "2020-02-29"),
        ("month", None, "null"),
    ],
)
def test_partitions_are_told_by_their_transform(transform: str, value: Any, told: str) -> None:
    assert human("date" if transform == "day" else "int", value, transform) == told


# https://iceberg.apache.org/spec/#binary-single-value-serialization
@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("boolean", b"\x01", True),
        ("int", b"\xff\xff\xff\xff", -1),
        ("long", b"\x01\x00\x00\x00", 1),
        ("long", (2**40).to_bytes(8, "little"), 2**40),
        ("double", struct.pack("<f", 0.5), 0.5),
        ("double", struct.pack("<d", 0.1), 0.1),
        ("date", b"\xff\xff\xff\xff", date(1969, 12, 31)),
        ("timestamptz", (1).to_bytes(8, "little"), at(1970, 1, 1, 0, 0, 0, 1)),
        ("string", "é".encode(), "é"),
        ("decimal(38,2)", (10**37 + 1).to_bytes(16, "big"), Decimal(f"1{'0' * 34}0.01")),
        ("decimal(9,2)", b"\xff", Decimal("-0.01")),
        ("uuid", bytes(16), uuid.UUID(int=0)),
        ("binary", b"\x00", b"\x00"),
    ],
)
def test_bounds_have_their_value(type_: str, raw: bytes, value: Any) -> None:
    assert bound(type_, raw) == value


def test_values_of_partitions_are_numbers() -> None:
    assert value_of("date", 0) == date(1970, 1, 1)
    assert value_of("int", 0) == 0
    assert value_of("string", "a") == "a"
    assert value_of("date", None) is None
