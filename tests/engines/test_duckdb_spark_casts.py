"""Text as Spark casts it when it is not strict: a value, or None where Spark gives NULL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_engine import DuckDBEngine


def _time(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


_INF = float("inf")

# Of every type: texts and what they become.
_VALUES: dict[str, dict[str, Any]] = {
    "string": {"": "", " a ": " a "},
    "int": {
        "12": 12,
        "+12": 12,
        "-12": -12,
        " 12\t": 12,
        "12.9": 12,
        "-12.9": -12,
        "12.": 12,
        ".5": 0,
        "-.5": 0,
        "00000000000000012": 12,
        "2147483647": 2147483647,
        "2147483648": None,
        "-2147483648": -2147483648,
        "12.9.1": None,
        "12.9a": None,
        "1e3": None,
        "1_000": None,
        "0x1": None,
        "1 2": None,
        "": None,
        " ": None,
        "+": None,
        "-": None,
        "٣": None,
        "true": None,
        "12f": None,
    },
    "bigint": {"9223372036854775807": 2**63 - 1, "9223372036854775808": None, "5.5": 5},
    "double": {
        "1": 1.0,
        " 1.5 ": 1.5,
        "1.": 1.0,
        ".5": 0.5,
        "1e3": 1000.0,
        "1E-3": 0.001,
        "1.5d": 1.5,
        "1.5F": 1.5,
        "1e400": _INF,
        "Infinity": _INF,
        "-INF": -_INF,
        "+inf": _INF,
        "1_000": None,
        ".": None,
        "": None,
        "e5": None,
        "1,5": None,
        "abc": None,
        "infinit": None,
        "5 5": None,
    },
    "float": {"1.5": 1.5, "x": None},
    "decimal(7,2)": {
        "1": Decimal("1.00"),
        "1.005": Decimal("1.01"),
        "-1.005": Decimal("-1.01"),
        "1e2": Decimal("100.00"),
        "1e-9": Decimal("0.00"),
        "99999.99": Decimal("99999.99"),
        "99999.999": None,
        "100000": None,
        "1.5d": None,
        "nan": None,
        "1_0": None,
        "": None,
    },
    "boolean": {
        **dict.fromkeys(("t", "TRUE", "y", "Yes", "1", " true "), True),
        **dict.fromkeys(("f", "False", "N", "no", "0"), False),
        **dict.fromkeys(("", "on", "2", "1.0", "tru", "wahr"), None),
    },
    "date": {
        "2015": date(2015, 1, 1),
        "2015-6": date(2015, 6, 1),
        "2015-06-09": date(2015, 6, 9),
        "2015-6-9": date(2015, 6, 9),
        " 2015-06-09 ": date(2015, 6, 9),
        "+2015-06-09": date(2015, 6, 9),
        "2015-06-09 and more": date(2015, 6, 9),
        "2015-06-09T25:99": date(2015, 6, 9),
        "2015-06-09 a\nb": date(2015, 6, 9),
        "2016-02-29": date(2016, 2, 29),
        "2015-02-29": None,
        "2015-13-01": None,
        "2015-06-09x": None,
        "2015-06 x": None,
        "2015-": None,
        "15-06-09": None,
        "09.06.2015": None,
        "2015/06/09": None,
        "20150609": None,
        "201": None,
        "": None,
    },
    "timestamp": {
        "2015": _time(2015, 1, 1),
        "2015-6": _time(2015, 6, 1),
        "2015-06-09": _time(2015, 6, 9),
        "2015-06-09 10": _time(2015, 6, 9, 10),
        "2015-06-09 10:11": _time(2015, 6, 9, 10, 11),
        "2015-06-09T1:2:3": _time(2015, 6, 9, 1, 2, 3),
        "2015-06-09 10:11:12.5": _time(2015, 6, 9, 10, 11, 12, 500000),
        "2015-06-09 10:11:12.123456789": _time(2015, 6, 9, 10, 11, 12, 123456),
        "2015-06-09 10:11:12Z": _time(2015, 6, 9, 10, 11, 12),
        "2015-06-09T10:11:12 UTC": _time(2015, 6, 9, 10, 11, 12),
        "2015-06-09T10:11:12+02:00": _time(2015, 6, 9, 8, 11, 12),
        "2015-06-09T10:11:12-0130": _time(2015, 6, 9, 11, 41, 12),
        "2015-06-09T10:11:12GMT+1": _time(2015, 6, 9, 9, 11, 12),
        "2015-06-09 24:00:00": None,
        "2015-06-09 10:60": None,
        "2015-06-09 10:11:12+19:00": None,
        "2015-06-09 10:11:12 nowhere": None,
        "2015-06-09 x": None,
        "2015-02-30 10:00:00": None,
        "": None,
        "10": None,
        "noon": None,
    },
}


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [(type_, text, value) for type_, values in _VALUES.items() for text, value in values.items()],
)
def test_a_text_becomes_what_spark_makes_of_it(
    engine: DuckDBEngine, type_: str, text: str, value: object
) -> None:
    cast = engine.spark_cast("x", type_)
    assert engine.rows(f"SELECT {cast} FROM (VALUES ({literal(text)})) AS t(x)") == [(value,)]


@pytest.mark.parametrize("type_", sorted(_VALUES))
def test_null_stays_null(engine: DuckDBEngine, type_: str) -> None:
    assert engine.rows(f"SELECT {engine.spark_cast('x', type_)} FROM (SELECT NULL::VARCHAR AS x)") == [
        (None,)
    ]


def test_nan_is_a_number(engine: DuckDBEngine) -> None:
    assert engine.rows(f"SELECT isnan({engine.spark_cast('x', 'double')}) FROM (SELECT 'NaN' AS x)") == [
        (True,)
    ]


def test_a_time_alone_is_of_today(engine: DuckDBEngine) -> None:
    for text in ("10:31", "T10", "T10:11:12"):
        cast = engine.spark_cast("x", "timestamp")
        ((hour, age),) = engine.rows(
            f"SELECT hour(t), abs(date_diff('day', t, make_timestamp(epoch_us(now())))) "
            f"FROM (SELECT {cast} AS t FROM (SELECT {literal(text)} AS x))"
        )
        assert (hour, age <= 1) == (10, True)


def test_a_type_without_a_cast(engine: DuckDBEngine) -> None:
    with pytest.raises(DefinitionError, match="not cast to 'array<int>'"):
        engine.spark_cast("x", "array<int>")
