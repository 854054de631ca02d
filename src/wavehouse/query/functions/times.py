"""Functions of dates and times."""

from __future__ import annotations

from wavehouse.query.functions.function import Function


def _parts_of_dates(type_: str) -> tuple[Function, ...]:
    names = {
        "year": "year",
        "quarter": "quarter",
        "month": "month",
        "week": "week",
        "day": "day",
        "day_of_month": "day",
        "day_of_week": "isodow",
        "dow": "isodow",
        "day_of_year": "dayofyear",
        "doy": "dayofyear",
    }
    why = "DuckDB's dayofweek() counts from Sunday 0, Trino's from Monday 1"
    return tuple(
        Function(name, (type_,), "bigint", f"{duckdb}({{0}})", why if duckdb == "isodow" else "")
        for name, duckdb in names.items()
    )


TIMES: tuple[Function, ...] = (
    *_parts_of_dates("date"),
    *_parts_of_dates("timestamp"),
    Function(
        "date_trunc",
        ("'date unit'", "date"),
        "date",
        "CAST(date_trunc({0}, {1}) AS DATE)",
        "DuckDB makes a timestamp of it",
    ),
    Function("date_trunc", ("'time unit'", "timestamp"), "timestamp", "date_trunc({0}, {1})"),
)
