"""Each clause gives what Trino says of it: https://trino.io/docs/current/sql/select.html ."""
# ruff: noqa: E501 - a query and what it must give stand on one line

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import answer

RIGHT: list[tuple[str, list[tuple[Any, ...]]]] = [
    # The SELECT list.
    ("select track_id, key from spotify.tracks where track_id = 't1'", [("t1", 0)]),
    ("select KEY, t.Mode, T.\"type\" from (select key, mode, 'x' as \"type\" from spotify.tracks) t where key = 11",
     [(11, 0, "x")]),
    ("select spotify.tracks.key, tracks.mode from spotify.tracks where tracks.key = 0", [(0, 1)]),
    ('select "key" from "AwsDataCatalog"."spotify"."tracks" where "KEY" = 11', [(11,)]),
    ("select * from staging.artists order by 1 limit 1", [("a1", "One", "pop")]),
    # Athena tells a timestamp with time zone of Iceberg in UTC.
    ("select tz, i from staging.numbers order by tz desc, i",
     [("2020-02-29 13:14:15.250000 UTC", 1), ("2020-02-29 13:14:15.250000 UTC", None), ("1960-01-01 00:00:00.000000 UTC", 2), (None, 3)]),
    ("select tz, count(*) from staging.numbers group by tz having count(*) > 1", [("2020-02-29 13:14:15.250000 UTC", 2)]),
    ("select a.i, b.i from staging.numbers a join staging.numbers b on a.tz = b.tz and a.i < 3 order by 1, 2",
     [(1, 1), (1, None), (2, 2)]),
    ("select n.tz as t from (select * from staging.numbers where tz is not null) n order by 1 limit 1", [("1960-01-01 00:00:00.000000 UTC",)]),
    ("select a.*, 1 from staging.artists a order by 1 limit 1", [("a1", "One", "pop", 1)]),
    ("select all 1", [(1,)]),
    ("select distinct key from spotify.tracks order by key", [(0,), (5,), (11,), (None,)]),
    ("select distinct t.key, lower(artist_id) from spotify.tracks t order by t.key desc, lower(artist_id)",
     [(11, "a1"), (5, "a2"), (5, "a9"), (0, "a1"), (None, "a2")]),
    # WHERE and three-valued logic.
    ("select track_id from spotify.tracks where explicit", [("t1",), ("t5",)]),
    ("select track_id from spotify.tracks where not explicit", [("t2",), ("t4",)]),
    ("select track_id from spotify.tracks where explicit is null", [("t3",)]),
    ("select true and null, null or true, not null, null and false", [(None, True, None, False)]),
    ("select track_id from spotify.tracks where key = 5 or key = 11 and mode = 1", [("t3",), ("t4",)]),
    ("select track_id from spotify.tracks where key in (0, 11)", [("t1",), ("t2",)]),
    ("select track_id from spotify.tracks where key not in (0, 11, null)", []),
    ("select 2 in (1, null), 1 in (1, null), 2 not in (1, null)", [(None, True, None)]),
    ("select track_id from spotify.tracks where key between 1 and 5", [("t3",), ("t4",)]),
    ("select track_id from spotify.tracks where key not between 1 and 5", [("t1",), ("t2",)]),
    ("select null is distinct from 1, null is not distinct from null", [(True, True)]),
    ("select 'a' is distinct from 'b', 'a' is not distinct from 'a'", [(True, True)]),
    ("select track_id from spotify.tracks where track_name like '_eta'", [("t2",)]),
    ("select track_id from spotify.tracks where track_name not like '%a%'", [("t5",)]),
    ("select track_id from spotify.tracks where track_name like '%!%%' escape '!'", [("t5",)]),
    ("select 'e\u0301' like '_', 'é' like '_', 'a\nb' like 'a%b', 'a\\%' like 'a\\%', null like 'a'",
     [(False, True, True, True, None)]),
    ("select track_id from spotify.tracks where release_date >= date '2015-06-09'", [("t3",), ("t5",)]),
    # GROUP BY, HAVING.
    ("select artist_id, count(*) from spotify.tracks group by artist_id order by 1", [("a1", 2), ("a2", 2), ("a9", 1)]),
    ("select substr(artist_id, 1, 1), count(*) from spotify.tracks group by 1", [("a", 5)]),
    ("select lower(track_name) || '!' from spotify.tracks group by lower(track_name) order by 1 limit 1", [("alpha!",)]),
    ("select year(release_date), count(*) from spotify.tracks group by year(release_date) "
     "having count(*) = 1 and year(release_date) > 2000 order by 1", [(2015, 1), (2020, 1)]),
    ("select 5, count(*) from spotify.tracks group by 1", [(5, 5)]),
    ("select count(*) from spotify.tracks having count(*) > 99", []),
    ("select explicit, max(key) from spotify.tracks group by explicit order by explicit",
     [(False, 11), (True, 0), (None, 5)]),
    # ORDER BY: NULLs last in both directions, names of the SELECT list before columns, ordinals.
    ("select key from spotify.tracks order by key", [(0,), (5,), (5,), (11,), (None,)]),
    ("select key from spotify.tracks order by key desc", [(11,), (5,), (5,), (0,), (None,)]),
    ("select key from spotify.tracks order by key nulls first", [(None,), (0,), (5,), (5,), (11,)]),
    ("select key from spotify.tracks order by 1 desc nulls first limit 2", [(None,), (11,)]),
    ("select -key as key from spotify.tracks order by key", [(-11,), (-5,), (-5,), (0,), (None,)]),
    ("select -key as key from spotify.tracks order by abs(key) desc limit 1", [(-11,)]),
    ("select track_id from spotify.tracks order by mode, duration_ms desc", [("t2",), ("t4",), ("t3",), ("t1",), ("t5",)]),
    ("select artist_id from spotify.tracks group by artist_id order by count(*) desc, artist_id desc",
     [("a2",), ("a1",), ("a9",)]),
    # LIMIT, OFFSET.
    ("select track_id from spotify.tracks order by 1 offset 3 limit 1", [("t4",)]),
    ("select track_id from spotify.tracks order by 1 offset 4", [("t5",)]),
    ("select track_id from spotify.tracks limit 0", []),
    # WITH and subqueries.
    ("with a as (select 1 x), b(y) as (select x + 1 from a) select x, y from a, b", [(1, 2)]),
    ("with tracks as (select key from spotify.tracks where key > 5) select * from tracks", [(11,)]),
    ("select n from (select artist_id, count(*) n from spotify.tracks group by 1) where artist_id = 'a9'", [(1,)]),
    ("select track_id from spotify.tracks where key = (select max(key) from spotify.tracks)", [("t2",)]),
    ("select (select name from staging.artists where name = 'none')", [(None,)]),
    ("select track_id from spotify.tracks where artist_id not in (select artist_id from staging.artists)", [("t4",)]),
    ("select 1 in (select key from spotify.tracks)", [(None,)]),
    ("select name from staging.artists a where not exists (select 1 from spotify.tracks t where t.artist_id = a.artist_id)",
     [("Three",)]),
    ("select a.name, (select count(*) from spotify.tracks t where t.artist_id = a.artist_id) from staging.artists a order by 1",
     [("One", 2), ("Three", 0), ("Two", 2)]),
    ("select x.y from (values 1) x(y) where exists (select 1 from (values 2) x(z) where x.y = 1)", [(1,)]),
    # VALUES and set operations.
    ("values (1, 'a'), (2, null)", [(1, "a"), (2, None)]),
    ("values 2, 1 order by 1", [(1,), (2,)]),
    ("select b from (values (1, 'x'), (2, 'y')) as t(a, b) where a = 2", [("y",)]),
    ("select 1 union select 1 union all select 1", [(1,), (1,)]),
    ("select key from spotify.tracks intersect select mode from spotify.tracks order by 1", [(0,), (None,)]),
    ("select key from spotify.tracks except select 5 order by 1", [(0,), (11,), (None,)]),
    ("select 1 union select 2 intersect select 3", [(1,)]),
    ("select 1 as a union all select 2.5 order by a desc", [(2.5,), (1,)]),
    ("(select 1 as a) union all (select 2 limit 1) order by a desc limit 1", [(2,)]),
    # Joins.
    ("select track_id, name from spotify.tracks t left join staging.artists a on a.artist_id = t.artist_id order by 1",
     [("t1", "One"), ("t2", "One"), ("t3", "Two"), ("t4", None), ("t5", "Two")]),
    ("select count(*) from spotify.tracks t join staging.artists a on a.artist_id = t.artist_id and t.key > 0", [(2,)]),
    ("select track_id, name from spotify.tracks right join staging.artists using (artist_id) where key = 0 or key is null order by 2",
     [("t1", "One"), (None, "Three"), ("t5", "Two")]),
    ("select * from (values 1, 2) a(k) full join (values 2, 3) b(k) using (k) order by k", [(1,), (2,), (3,)]),
    ("select * from (values (1, 'a')) a(k, x) join (values ('b', 1)) b(y, k) using (k)", [(1, "a", "b")]),
    ("select count(*) from spotify.tracks cross join staging.artists", [(15,)]),
    ("select count(*) from spotify.tracks t, staging.artists a where a.artist_id = t.artist_id", [(4,)]),
    ("select a.x, c.x from (values 1, 2) a(x), (values 2) b(x) join (values 2) c(x) on b.x = c.x where a.x = 1", [(1, 2)]),
    # UNNEST.
    ("select track_id, g from spotify.tracks cross join unnest(genres) as u(g) order by 1, 2",
     [("t1", "pop"), ("t1", "rock"), ("t2", "rock"), ("t5", "jazz"), ("t5", "pop"), ("t5", None)]),
    ("select g, count(*) from spotify.tracks, unnest(genres) as u(g) group by g order by 2 desc, 1",
     [("pop", 2), ("rock", 2), ("jazz", 1), (None, 1)]),
    ("select track_id, g from spotify.tracks t left join unnest(t.genres) as u(g) on true where track_id in ('t3', 't4') order by 1",
     [("t3", None), ("t4", None)]),
    ("select g, n from spotify.tracks cross join unnest(genres) with ordinality as u(g, n) where track_id = 't5' order by n",
     [("jazz", 1), (None, 2), ("pop", 3)]),
    ("select x from unnest(array[3, 1]) as t(x) order by x", [(1,), (3,)]),
    # CASE and friends.
    ("select case key when 5 then 'five' when 0 then null else 'x' end from spotify.tracks order by track_id",
     [(None,), ("x",), ("five",), ("five",), ("x",)]),
    ("select case when key > 4 then 'high' end from spotify.tracks order by track_id", [(None,), ("high",), ("high",), ("high",), (None,)]),
    ("select coalesce(null, key, -1) from spotify.tracks order by track_id desc limit 1", [(-1,)]),
    ("select nullif(1, 1), nullif(2, 1), nullif(null, 1), if(1 > 2, 'a'), if(null, 'a', 'b')", [(None, 2, None, None, "b")]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), RIGHT, ids=[sql for sql, _ in RIGHT])
def test_a_clause_gives_what_athena_gives(
    sql: str, expected: list[tuple[Any, ...]], tables: TableSource, engine: Engine
) -> None:
    rows = answer(sql, tables, engine).rows
    if " order by " not in sql:
        rows, expected = sorted(rows, key=repr), sorted(expected, key=repr)
    assert rows == expected


def test_constants(tables: TableSource, engine: Engine) -> None:
    sql = "select 'it''s', '\\', '%', 1e3, true, null, date '2020-02-29', 5_"
    with pytest.raises(Exception, match="neither a number nor a name"):
        answer(sql, tables, engine)
    found = answer(sql.removesuffix(", 5_"), tables, engine).rows
    assert found == [("it's", "\\", "%", 1000.0, True, None, date(2020, 2, 29))]
