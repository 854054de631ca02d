"""Athena SQL in QuickSight's language, and what is none of it."""

from __future__ import annotations

import pytest

from wavehouse.aws.quicksight.expressions import NotSayableError, expression
from wavehouse.aws.quicksight.parameters import parameter_name

_KINDS = {"n": "INTEGER", "d": "DECIMAL", "t": "STRING", "b": "BOOLEAN", "at": "DATETIME"}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("n / 60000e0", "{n} / 60000"),
        ("d / n", "{d} / {n}"),
        ("CASE WHEN b THEN 1e0 WHEN NOT b THEN 0e0 END", "ifelse({b} = true, 1, {b} = false, 0, NULL)"),
        ("CASE n WHEN 0 THEN 'C' ELSE '-' END", "ifelse({n} = 0, 'C', '-')"),
        ("n IS NOT NULL AND t IS NULL", "isNotNull({n}) AND isNull({t})"),
        ("n BETWEEN 1 AND 3", "({n} >= 1 AND {n} <= 3)"),
        ("t IN ('a', 'b')", "in({t}, ['a', 'b'])"),
        ("coalesce(upper(t), 'x')", "coalesce(toUpper({t}), 'x')"),
        ('n >= "$min_tracks"', "{n} >= ${minTracks}"),
        ("(n + 1) * -n", "({n} + 1) * -{n}"),
    ],
)
def test_what_is_said(sql: str, said: str) -> None:
    assert expression(sql, _KINDS, parameter_name) == said


@pytest.mark.parametrize(
    "sql",
    [
        "n / 2",  # (whole there, not here)
        "least(n, 30)",
        "NOT n = 1",
        "at - at",
        "t = 'it''s'",
        "other",
        "n, d",
        "sum(n) OVER ()",
    ],
)
def test_what_is_left_to_athena(sql: str) -> None:
    with pytest.raises(NotSayableError):
        expression(sql, _KINDS, parameter_name)
