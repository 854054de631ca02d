"""From which columns a query makes each of its own, and which decide about its rows."""

from __future__ import annotations

import pytest

from wavehouse.engines.spark_sql import parse_query
from wavehouse.flow.query_origins import query_origins

_TABLES = {"t": ["id", "song", "ms", ".song", "List"], "u": ["id", "name"]}

# By query: each output as `+` (computed) or `=` (as it is) and what it is of; then what decides about rows.
_CASES: dict[str, tuple[list[str], list[str]]] = {
    "SELECT id, song AS s, ms + 1 AS m, 1 AS one FROM t": (["= t.id", "= t.song", "+ t.ms", "+"], []),
    "SELECT * FROM u": (["= u.id", "= u.name"], []),
    "SELECT ID, `.song`, list FROM t": (["= t.id", "= t..song", "= t.List"], []),
    "SELECT coalesce(song, ms) AS x FROM t WHERE id > 1": (["+ t.ms t.song"], ["filter t.id"]),
    "SELECT x FROM (SELECT song + ms AS x FROM t) AS s": (["+ t.ms t.song"], []),
    "SELECT x FROM (SELECT song AS x FROM (SELECT id AS song FROM t) AS a) AS b": (["= t.id"], []),
    "WITH w AS (SELECT ms AS id FROM t WHERE song = 1) SELECT id FROM w": (["= t.ms"], ["filter t.song"]),
    "SELECT song, count(*) AS n, max(ms) AS m FROM t GROUP BY song HAVING max(id) > 1": (
        ["= t.song", "+", "+ t.ms"],
        ["groups t.song", "filter t.id"],
    ),
    "SELECT a.id, b.name FROM t AS a JOIN u AS b ON a.song = b.id": (
        ["= t.id", "= u.name"],
        ["join t.song u.id"],
    ),
    "SELECT id FROM t UNION ALL SELECT name FROM u": (["= t.id u.name"], []),
    "SELECT DISTINCT id, song FROM t": (["= t.id", "= t.song"], ["duplicates t.id t.song"]),
    "SELECT row_number() OVER (PARTITION BY song ORDER BY ms) AS n FROM t": (["+ t.ms t.song"], []),
    "SELECT (SELECT max(name) FROM u WHERE u.id = t.song) AS name FROM t": (
        ["+ t.song u.id u.name"],
        ["filter t.song u.id"],
    ),
    "SELECT id FROM t WHERE song IN (SELECT id FROM u)": (["= t.id"], ["filter t.song u.id"]),
    "SELECT id, e FROM t LATERAL VIEW explode(list) x AS e": (
        ["= t.id", "+ t.List"],
        ["rows made of a list t.List"],
    ),
    "SELECT transform(list, e -> e + ms) AS x FROM t": (["+ t.List t.ms"], []),
    "SELECT id FROM t ORDER BY ms LIMIT 3": (["= t.id"], ["limit t.ms"]),
    "SELECT id FROM t ORDER BY ms": (["= t.id"], []),
    "SELECT id FROM t EXCEPT SELECT id FROM u": (["= t.id"], ["difference t.id u.id"]),
    "SELECT id FROM t INTERSECT SELECT id FROM u": (["= t.id"], ["intersection t.id u.id"]),
    "SELECT id FROM t UNION SELECT name FROM u": (["= t.id u.name"], ["duplicates t.id u.name"]),
    "SELECT sum(ms) OVER w AS s FROM t WINDOW w AS (PARTITION BY song)": (["+ t.ms t.song"], []),
}


@pytest.mark.parametrize("query", _CASES)
def test_origins(query: str) -> None:
    outputs, rows = _CASES[query]
    found = query_origins(parse_query(query, "the query"), _TABLES, "spark")
    assert found is not None
    assert [_said("=" if plain else "+", leaves) for leaves, plain in found.columns] == outputs
    assert sorted({_said(how, leaves) for how, leaves in found.rows}) == sorted(rows)


def _said(head: str, leaves: frozenset[tuple[str, str]]) -> str:
    return " ".join([head, *sorted(f"{table}.{column}" for table, column in leaves)])


def test_a_query_that_reads_itself_comes_to_an_end() -> None:
    text = (
        "WITH RECURSIVE w AS (SELECT id FROM t UNION ALL SELECT id + 1 FROM w WHERE id < 9) SELECT id FROM w"
    )
    found = query_origins(parse_query(text, "the query"), _TABLES, "spark")
    assert found is None or found.columns[0][0] <= {("t", "id")}
