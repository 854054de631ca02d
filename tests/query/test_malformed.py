"""Texts that Trino's grammar does not have are refused with their place: golden/malformed.sql has one a line.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import QueryError
from wavehouse.query.parse import parse

_MALFORMED = (Path(__file__).parents[1] / "golden" / "malformed.sql").read_text("utf-8").splitlines()


@pytest.mark.parametrize("sql", _MALFORMED)
def test_it_is_refused_with_its_place(sql: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(sql)
    assert refusal.value.where.startswith("line 1, column ")
    assert "^" in refusal.value.what


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT a AS "order" FROM t',
        "SELECT count(*) FILTER (WHERE a > 1) FROM t",
        "SELECT ARRAY[], now(), a IS DISTINCT FROM b FROM t WHERE NOT EXISTS (SELECT 1)",
        "SELECT CAST(a AS array<integer>) FROM t WHERE a = ANY (SELECT 1) GROUP BY GROUPING SETS ((), (a))",
        "SELECT sum(a) OVER (PARTITION BY b ORDER BY c), array_agg(a ORDER BY b) FROM t ORDER BY 1 LIMIT 1",
        "(SELECT 1 LIMIT 1) UNION SELECT 2 ORDER BY 1",
        "SELECT extract(year FROM a), trim(BOTH ' ' FROM b), -1, a * -1 FROM t WHERE a BETWEEN -1 AND +1",
        "SELECT a FROM (VALUES 1, 2) AS t(a) WHERE a IN (1) HAVING max(a) > 1 ORDER BY a OFFSET 1 LIMIT 2",
    ],
)
def test_what_looks_like_it_is_read(sql: str) -> None:
    parse(sql)
