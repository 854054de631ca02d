"""sequence(): whole numbers and dates in steps.

https://trino.io/docs/current/functions/array.html#sequence
"""

from __future__ import annotations

from wavehouse.query.functions.function import Function
from wavehouse.query.once import once
from wavehouse.query.trino_times import DAY_TO_SECOND, YEAR_TO_MONTH

_LONGEST = 10_000
_TOO_LONG = f"error('result of sequence function must not have more than {_LONGEST} entries')"
_WRONG_WAY = (
    "error('sequence stop value should be greater than or equal to start value if step is greater than zero "
    "otherwise stop should be less than or equal to start')"
)
_ONE = "CASE WHEN {1} >= {0} THEN 1 ELSE -1 END"
_DAY_MS = 86_400_000


def _in_steps(count: str, element: str, *, otherwise: str = "") -> str:
    """So many elements as are counted behind the start {0}, each made of its number, `nth`."""
    return (
        f"CASE {otherwise}WHEN {{2}} = 0 THEN error('step must not be zero') "
        f"WHEN ({{2}} > 0 AND {{1}} < {{0}}) OR ({{2}} < 0 AND {{1}} > {{0}}) THEN {_WRONG_WAY} "
        f"WHEN {count} >= {_LONGEST} THEN {_TOO_LONG} "
        f"WHEN {count} IS NOT NULL THEN list_transform(range(0, {count} + 1), lambda nth: {element}) END"
    )


_NO_DAYS = (
    f"WHEN {{2}} % {_DAY_MS} <> 0 THEN "
    "error('sequence step must be a day interval if start and end values are dates') "
)

SEQUENCES: tuple[Function, ...] = (
    Function(
        "sequence",
        ("whole", "whole", "whole"),
        "array(bigint)",
        once(
            "CASE WHEN {2} = 0 THEN error('step must not be zero') "
            f"WHEN ({{2}} > 0 AND {{1}} < {{0}}) OR ({{2}} < 0 AND {{1}} > {{0}}) THEN {_WRONG_WAY} "
            f"WHEN (CAST({{1}} AS HUGEINT) - {{0}}) // {{2}} >= {_LONGEST} THEN {_TOO_LONG} "
            "ELSE generate_series(CAST({0} AS BIGINT), {1}, {2}) END"
        ),
    ),
    Function(
        "sequence",
        ("whole", "whole"),
        "array(bigint)",
        once(
            f"CASE WHEN abs(CAST({{1}} AS HUGEINT) - {{0}}) >= {_LONGEST} THEN {_TOO_LONG} "
            f"ELSE generate_series(CAST({{0}} AS BIGINT), {{1}}, {_ONE}) END"
        ),
    ),
    Function(
        "sequence",
        ("date", "date"),
        "array(date)",
        once(
            f"CASE WHEN abs({{1}} - {{0}}) >= {_LONGEST} THEN {_TOO_LONG} "
            f"ELSE CAST(generate_series({{0}}, {{1}}, {_ONE} * INTERVAL 1 DAY) AS DATE[]) END"
        ),
    ),
    Function(
        "sequence",
        ("date", "date", DAY_TO_SECOND),
        "array(date)",
        once(
            _in_steps(
                f"(({{1}} - {{0}}) // ({{2}} // {_DAY_MS}))",
                f"{{0}} + CAST(nth * ({{2}} // {_DAY_MS}) AS INTEGER)",
                otherwise=_NO_DAYS,
            )
        ),
    ),
    Function(
        "sequence",
        ("date", "date", YEAR_TO_MONTH),
        "array(date)",
        once(
            _in_steps(
                "(date_sub('month', {0}, {1}) // {2})",
                "CAST({0} + to_months(CAST(nth * {2} AS INTEGER)) AS DATE)",
            )
        ),
    ),
)
