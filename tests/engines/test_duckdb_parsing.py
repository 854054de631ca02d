"""The verdict on every text: a value, or None where it stands for none; nothing is rounded or guessed."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_engine import DuckDBEngine


def _time(*parts: int) -> datetime:
    """A time without a zone, as a `timestamp` is."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


# Of every type: texts and what they stand for.
_VERDICTS: dict[str, dict[str, Any]] = {
    "string": {"": "", " a ": " a ", "1_000": "1_000"},
    "int": {
        "12": 12,
        "+5": 5,
        "-5": -5,
        "-0": 0,
        "00012": 12,
        " 12 ": 12,
        "5.0": 5,
        "5.": 5,
        "-7.000": -7,
        "2147483647": 2147483647,
        "-2147483648": -2147483648,
        "2147483648": None,
        "-2147483649": None,
        "2147483648.0": None,
        "1.5": None,
        "0.999999999999": None,
        "1_000": None,
        "1,000": None,
        "0x1A": None,
        "0b11": None,
        "1e5": None,
        "1e400": None,
        "nan": None,
        "inf": None,
        "true": None,
        "": None,
        " ": None,
        "-": None,
        ".5": None,
        "- 5": None,
        "1 2": None,
        "٣": None,
        "５": None,
    },
    "bigint": {
        "0": 0,
        "9007199254740993": 9007199254740993,
        "9223372036854775807": 9223372036854775807,
        "9223372036854775807.0": 9223372036854775807,
        "-9223372036854775808": -9223372036854775808,
        "9223372036854775808": None,
        "-9223372036854775809": None,
        "1" * 400: None,
        "1.5": None,
        "1e5": None,
        "1_000": None,
        "": None,
    },
    "double": {
        "1.5": 1.5,
        "5": 5.0,
        "+5": 5.0,
        " 12 ": 12.0,
        ".5": 0.5,
        "1.": 1.0,
        "-0": 0.0,
        "1e5": 1e5,
        "1E-3": 0.001,
        "00012": 12.0,
        "1e400": None,
        "-1e400": None,
        "nan": None,
        "NaN": None,
        "inf": None,
        "-inf": None,
        "Infinity": None,
        "1_000": None,
        "1_0.5": None,
        "0x1A": None,
        "1,5": None,
        "1f": None,
        "TRUE": None,
        "": None,
        "e5": None,
        ".": None,
    },
    "float": {"1.5": 1.5, "1e39": None, "nan": None, "1_0": None, "": None},
    "decimal(5,2)": {
        "1.5": Decimal("1.50"),
        "999.99": Decimal("999.99"),
        "-0": Decimal("0.00"),
        " 1 ": Decimal("1.00"),
        "+5": Decimal("5.00"),
        "1.500": Decimal("1.50"),
        "1.": Decimal("1.00"),
        ".5": Decimal("0.50"),
        "1e2": None,
        "1.555": None,
        "1000": None,
        "999.995": None,
        "nan": None,
        "inf": None,
        "1_0": None,
        "0x1A": None,
        "": None,
    },
    "decimal(3,0)": {"7": Decimal(7), "7.0": Decimal(7), "7.5": None, ".5": None, "1000": None},
    "boolean": {
        "true": True,
        "TRUE": True,
        "True": True,
        "1": True,
        "false": False,
        "FALSE": False,
        "0": False,
        "yes": None,
        "no": None,
        "t": None,
        "on": None,
        "2": None,
        "": None,
    },
    "date": {
        "2021-02-28": date(2021, 2, 28),
        " 2021-02-28 ": date(2021, 2, 28),
        "2020-02-29": date(2020, 2, 29),
        "9999-12-31": date(9999, 12, 31),
        "2021-02-29": None,
        "2021-02-30": None,
        "2021-13-01": None,
        "2021-00-10": None,
        "2020-1-1": None,
        "2020/01/01": None,
        "01-01-2020": None,
        "20200101": None,
        "2021-02-28 00:00:00": None,
        "infinity": None,
        "epoch": None,
        "": None,
    },
    "timestamp": {
        "2021-02-28": _time(2021, 2, 28),
        "2021-02-28 12:30": _time(2021, 2, 28, 12, 30),
        "2021-02-28 12:30:15": _time(2021, 2, 28, 12, 30, 15),
        "2021-02-28T12:30:15": _time(2021, 2, 28, 12, 30, 15),
        "2021-02-28 12:30:15.123456": _time(2021, 2, 28, 12, 30, 15, 123456),
        "2021-02-28 12:30:15.5": _time(2021, 2, 28, 12, 30, 15, 500000),
        "2021-02-28 12:30:15 UTC": _time(2021, 2, 28, 12, 30, 15),
        "2021-02-28T12:30:15Z": _time(2021, 2, 28, 12, 30, 15),
        " 2021-02-28 12:30:15 UTC ": _time(2021, 2, 28, 12, 30, 15),
        "2021-02-28 25:00:00": None,
        "2021-02-28 12:60:00": None,
        "2021-02-30 12:00:00": None,
        # Its zone would be lost.
        "2021-02-28 12:30:15+02": None,
        "2021-02-28 12:30:15.1234567": None,
        "now": None,
        "": None,
    },
}
_CASES = [(type_, text, value) for type_, texts in _VERDICTS.items() for text, value in texts.items()]


def _parsed(engine: DuckDBEngine, text: str | None, type_: str) -> Any:
    given_text = "NULL" if text is None else literal(text)
    ((value,),) = engine.rows(f"SELECT {engine.parsed('t', type_)} FROM (SELECT {given_text}::VARCHAR AS t)")
    return value


@pytest.mark.parametrize(
    ("type_", "text", "value"), _CASES, ids=[f"{type_}: {text[:24]!r}" for type_, text, _ in _CASES]
)
def test_verdict(calculator: DuckDBEngine, type_: str, text: str, value: Any) -> None:
    found = _parsed(calculator, text, type_)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("type_", list(_VERDICTS))
def test_no_text_is_no_value(calculator: DuckDBEngine, type_: str) -> None:
    assert _parsed(calculator, None, type_) is None


def test_a_year_that_no_calendar_has_is_no_date(calculator: DuckDBEngine) -> None:
    """DuckDB takes it for 1 BC, which neither Iceberg's readers nor Python can hold."""
    assert _parsed(calculator, "0000-01-01", "date") is None
    assert _parsed(calculator, "0000-01-01 00:00:00", "timestamp") is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-02-28 12:30:15 UTC", "2021-02-28 12:30:15"),
        ("2021-02-28T12:30:15Z", "2021-02-28 12:30:15"),
        ("2021-02-28 12:30:15+02", "2021-02-28 10:30:15"),
        ("2021-02-28 12:30:15+02:00", "2021-02-28 10:30:15"),
        ("2021-02-28 12:30:15-0530", "2021-02-28 18:00:15"),
        ("2021-02-28 23:30:15.25-01", "2021-03-01 00:30:15.25"),
        ("2021-02-28 12:30:15", None),
        ("2021-02-28", None),
        ("2021-02-30 12:30:15Z", None),
        ("", None),
    ],
)
def test_a_moment_needs_its_zone(calculator: DuckDBEngine, text: str, moment: str | None) -> None:
    parsed = calculator.parsed(f"{literal(text)}::VARCHAR", "timestamptz")
    assert calculator.rows(f"SELECT (({parsed}) AT TIME ZONE 'UTC')::VARCHAR") == [(moment,)]


@given(st.integers(-(2**70), 2**70))
def test_whole_numbers_come_back_or_are_out_of_range(calculator: DuckDBEngine, number: int) -> None:
    for type_, bits in (("int", 31), ("bigint", 63)):
        expected = number if -(2**bits) <= number < 2**bits else None
        for text in (str(number), f" {number} ", f"{number}.0"):
            assert _parsed(calculator, text, type_) == expected


@given(st.decimals(-(10**6), 10**6, places=4))
def test_decimals_come_back_or_do_not_fit(calculator: DuckDBEngine, number: Decimal) -> None:
    fits = number == round(number, 2) and abs(number) < 1000
    assert _parsed(calculator, f"{number:f}", "decimal(5,2)") == (number if fits else None)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_come_back_to_the_last_bit(calculator: DuckDBEngine, number: float) -> None:
    assert _parsed(calculator, repr(number), "double") == number


@given(st.dates())
def test_days_come_back(calculator: DuckDBEngine, day: date) -> None:
    assert _parsed(calculator, day.isoformat(), "date") == day


@given(st.datetimes())
def test_times_come_back(calculator: DuckDBEngine, time: datetime) -> None:
    text = time.isoformat(sep=" ")
    assert _parsed(calculator, text, "timestamp") == time
    assert _parsed(calculator, f"{text} UTC", "timestamp") == time


@given(st.integers(1, 9999), st.integers(0, 19), st.integers(0, 39))
def test_only_days_of_the_calendar_are_dates(
    calculator: DuckDBEngine, year: int, month: int, day: int
) -> None:
    expected: date | None = None
    with suppress(ValueError):
        expected = date(year, month, day)
    assert _parsed(calculator, f"{year:04}-{month:02}-{day:02}", "date") == expected


_NUMBER_LIKE = st.text("0123456789+-.eExX_ ,n", max_size=8)


@given(_NUMBER_LIKE)
def test_a_text_is_a_whole_number_or_none(calculator: DuckDBEngine, text: str) -> None:
    """By the rule of the docs: digits with a sign, blanks around, and nothing but zeros after a point."""
    expected = int(float(text)) if re.fullmatch(r" *[+-]?[0-9]+(\.0*)? *", text) else None
    assert _parsed(calculator, text, "int") == expected


@given(_NUMBER_LIKE)
def test_a_double_is_one_for_python_too(calculator: DuckDBEngine, text: str) -> None:
    found = _parsed(calculator, text, "double")
    if found is not None:
        assert "_" not in text
        assert found == float(text)


@pytest.mark.parametrize(
    ("text", "pattern", "whole"),
    [("abc", "a.c", True), ("abcd", "a.c", False), ("xabc", "a.c", False), ("a'c", "a'c", True)],
)
def test_a_pattern_must_match_the_whole(
    calculator: DuckDBEngine, text: str, pattern: str, whole: bool
) -> None:
    assert calculator.rows(f"SELECT {calculator.matches(literal(text), pattern)}") == [(whole,)]
