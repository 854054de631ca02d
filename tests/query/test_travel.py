"""FOR VERSION AS OF and FOR TIMESTAMP AS OF: which snapshot answers, with which columns, and what is refused."""
# ruff: noqa: E501 - a query and what it must give stand on one line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import table_history
from wavehouse.query.answer import answer
from wavehouse.query.parse import parse
from wavehouse.query.translate import translate
from wavehouse.query.travel import travelled

C = "from staging.charts"
SONGS = f"select array_join(array_agg(song order by song), '') {C}"
AT = f"{SONGS} for timestamp as of"
RIGHT: list[tuple[str, list[tuple[Any, ...]]]] = [
    # A version has its own rows and columns; what main grew out of can be read, too.
    (SONGS, [("abcd",)]),
    (f"{SONGS} for version as of 1", [("a",)]),
    (f"{SONGS} for version as of 2", [("ab",)]),
    (f"{SONGS} for version as of 3", [("abc",)]),
    (f"{SONGS} for version as of 4", [("abcd",)]),
    (f"select * {C} for version as of 1", [("a", 1)]),
    (f"select * {C} for version as of 2 order by 1", [("a", 1, None), ("b", 2, "de")]),
    (f"select t.* {C} for version as of 1 t", [("a", 1)]),
    (f"select x, y {C} for version as of 1 as t(x, y)", [("a", 1)]),
    (f"select charts.song {C} for version as of 1", [("a",)]),
    ('select "Song" from AwsDataCatalog.staging."charts" FOR VERSION AS OF 1', [("a",)]),
    (f"select * {C} for version as of 1 where plays > 1", []),
    # A time means what main named then, not what was made last, and counts from that very moment on.
    (f"{AT} timestamp '2024-01-01 10:00:00 UTC'", [("a",)]),
    (f"{AT} timestamp '2024-02-01 09:59:59.999 UTC'", [("a",)]),
    (f"{AT} timestamp '2024-02-01 10:00:00 UTC'", [("ab",)]),
    (f"{AT} timestamp '2024-03-15 00:00:00 UTC'", [("a",)]),
    (f"{AT} timestamp '2024-05-01 00:00:00 UTC'", [("abcd",)]),
    (f"select * {C} for timestamp as of timestamp '2024-03-15' t", [("a", 1)]),
    # Zones; without one it is UTC.
    (f"{AT} timestamp '2024-02-01 10:00:00'", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 09:59:59'", [("a",)]),
    (f"{AT} timestamp '2024-02-01 09:59'", [("a",)]),
    (f"{AT} timestamp '2024-02-01 11:00:00 Europe/Berlin'", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 10:59:59 Europe/Berlin'", [("a",)]),
    (f"{AT} timestamp '2024-02-01 11:00:00 +01:00'", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 02:00:00-08:00'", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 01:59:59-08:00'", [("a",)]),
    (f"{AT} cast('2024-02-01 10:00:00.123 UTC' as timestamp(3) with time zone)", [("ab",)]),
    # Expressions. A month is one of the calendar, a day is 24 hours: Berlin's clocks went on an hour on March 31.
    (f"{AT} current_timestamp", [("abcd",)]),
    (f"{AT} (now() - interval '1' second) t", [("abcd",)]),
    (f"{AT} timestamp '2024-02-01 10:00:01' - interval '1' second", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 10:00:01' - interval '2' second", [("a",)]),
    (f"{AT} (timestamp '2024-02-01 11:30:00' - interval '1' hour - interval '30' minute)", [("ab",)]),
    (f"{AT} timestamp '2024-02-01 09:59:59' + interval '1' day", [("ab",)]),
    (f"{AT} timestamp '2025-02-01 10:00:00' - interval '1' year", [("ab",)]),
    (f"{AT} timestamp '2024-03-31 09:00:00' - interval '1' month", [("ab",)]),
    (f"{AT} timestamp '2024-03-31 11:00:00' - interval '2' month + interval '23' hour", [("ab",)]),
    (f"{AT} timestamp '2024-03-30 11:30:00 Europe/Berlin' + interval '2' day", [("abcd",)]),
    (f"{AT} timestamp '2024-04-01 11:00:00 Europe/Berlin' - interval '1' month", [("a",)]),
    # Several versions in one statement.
    (f"select n.song {C} n left join staging.charts for version as of 2 o on o.song = n.song where o.song is null order by 1",
     [("c",), ("d",)]),
    (f"select (select count(*) {C} for version as of 1), (select count(*) {C}), (select count(*) {C} for version as of 2)",
     [(1, 4, 2)]),
    (f"with old as (select song {C} for version as of 1) select count(*) from old, staging.charts", [(4,)]),
    (f"select song {C} except select song {C} for timestamp as of timestamp '2024-02-02' order by 1", [("c",), ("d",)]),
    (f"select a.plays, b.plays {C} for version as of 1 a join staging.charts for version as of 2 b using (song)", [(1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), RIGHT, ids=[sql for sql, _ in RIGHT])
def test_the_snapshot_that_is_meant_answers(
    sql: str, expected: list[tuple[Any, ...]], tables: TableSource, engine: Engine
) -> None:
    assert answer(sql, tables, engine).rows == expected


def test_types_are_those_of_the_version(tables: TableSource, engine: Engine) -> None:
    def types(sql: str) -> list[str]:
        return [column.type for column in translate(sql, tables, engine).columns]

    assert types(f"select plays {C} for version as of 1") == ["integer"]
    assert types(f"select plays {C}") == ["bigint"]


SNAPSHOTS = "`wavehouse snapshots staging.charts` lists its snapshots"
REFUSED = [
    # No such snapshot.
    (f"select song {C} for version as of 5", "staging.charts has no snapshot 5: it was never published, or vacuum", SNAPSHOTS),
    (f"select song {C} for version as of 9", "staging.charts has no snapshot 9: it was never published, or vacuum", SNAPSHOTS),
    (f"select song {C} for version as of {'9' * 5000}", "has no snapshot 99999", SNAPSHOTS),
    (f"{AT} timestamp '2024-01-01 09:59:59.999'",
     "no snapshot of staging.charts is as old as 2024-01-01 09:59:59.999 UTC: the first was published at 2024-01-01 10:00:00.000 UTC",
     SNAPSHOTS),
    (f"{AT} current_timestamp + interval '1' day", "is not in the past", ""),
    (f"{AT} timestamp '2999-01-01 00:00:00 UTC'", "2999-01-01 00:00:00.000 UTC is not in the past", ""),
    # A version has no columns that came later.
    (f"select country {C} for version as of 1", "no column 'country'", ""),
    (f"select song {C} for version as of 1 where country = 'de'", "no column 'country'", ""),
    (f"select song {C} for timestamp as of timestamp '2024-03-15' order by country", "no column 'country'", ""),
    # Only tables have versions.
    (f"with t as (select song {C}) select * from t for version as of 1",
     "FOR … AS OF cannot stand behind the WITH query 't'", "inside of it"),
    ("select * from (select 1) for version as of 1", "'for' is not expected here", ""),
    ("select * from unnest(array[1]) for version as of 1", "'for' is not expected here", ""),
    (f"select * {C} t for version as of 1", "'for' is not expected here", ""),
    ("select * from staging.chart for version as of 1", "no table 'staging.chart'", "Did you mean 'staging.charts'?"),
    ("select * from charts for version as of 1", "no table 'charts'", "Write database.table"),
    ("select * from staging.unborn", "no table 'staging.unborn'", ""),
    ("select * from staging.unborn for version as of 1", "no table 'staging.unborn'", ""),
    # Athena's words, and no others.
    (f"select * {C} for system_time as of timestamp '2024-03-15'", "Athena has no FOR SYSTEM_TIME", "FOR TIMESTAMP AS OF"),
    (f"select * {C} for system_version as of 1", "Athena has no FOR SYSTEM_VERSION", "FOR VERSION AS OF"),
    (f"select * {C} version as of 1", "a word missing", "FOR VERSION AS OF"),
    (f"select * {C} timestamp as of timestamp '2024-03-15'", "a word missing", "FOR TIMESTAMP AS OF"),
    (f"select * {C} for version 1", "a word missing", ""),
    (f"select * {C} for version as of", "a word missing", ""),
    (f"select * {C} for version between 1 and 2", "FOR VERSION BETWEEN is not covered yet", "Use FOR VERSION AS OF"),
    (f"select * {C} for timestamp all", "FOR TIMESTAMP ALL is not covered yet", "Use FOR TIMESTAMP AS OF"),
    (f"select * {C} for version as of 'main'", "needs the id of a snapshot", SNAPSHOTS),
    (f"select * {C} for version as of '1'", "needs the id of a snapshot", SNAPSHOTS),
    (f"select * {C} for version as of 1 + 1", "needs the id of a snapshot", SNAPSHOTS),
    (f"select * {C} for version as of -1", "NEG in FOR VERSION AS OF is not covered", "lists them"),
    (f"select * {C} for version as of (select 1)", "SUBQUERY in FOR VERSION AS OF is not covered", "lists them"),
    (f"{AT} '2024-03-15'", "needs a constant timestamp", "Write TIMESTAMP '"),
    (f"{AT} 1", "needs a constant timestamp", "Write TIMESTAMP '"),
    (f"{AT} now(3)", "needs a constant timestamp", "Write TIMESTAMP '"),
    (f"{AT} upper('x')", "needs a constant timestamp", "Write TIMESTAMP '"),
    (f"{AT} interval '1' day", "needs a constant timestamp", "Write TIMESTAMP '"),
    (f"{AT} plays", "COLUMN in FOR TIMESTAMP AS OF", "Write TIMESTAMP '"),
    (f"{AT} current_date", "CURRENT_DATE in FOR TIMESTAMP AS OF", "Write TIMESTAMP '"),
    (f"{AT} date '2024-03-15'", "'2024-03-15' is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} timestamp '2024-03-15 10:00:00' at time zone 'UTC'", "AT TIME ZONE in FOR TIMESTAMP AS OF", "Write TIMESTAMP '"),
    (f"{AT} timestamp '15.3.2024'", "'15.3.2024' is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} timestamp '2024-03-15 UTC'", "is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} cast('2024-03-15 10:00:00 UTC' as timestamp)", "is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} cast('2024-03-15 10:00:00.1234' as timestamp)", "is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} cast('2024-03-15 10:00:00.1' as timestamp(x))", "is not a timestamp", "Write TIMESTAMP '"),
    (f"{AT} timestamp '2024-13-15 10:00:00'", "a time outside of the calendar", ""),
    (f"{AT} timestamp '2024-03-15 10:00:00' - interval '9999' year", "a time outside of the calendar", ""),
    (f"{AT} timestamp '2024-03-15 10:00:00' - interval '9999999999' day", "a time outside of the calendar", ""),
    (f"{AT} timestamp '2024-03-15 10:00:00 Mars/North'", "there is no time zone 'Mars/North'", "Europe/Berlin"),
    (f"{AT} timestamp '2024-03-15 10:00:00 Europe'", "there is no time zone 'Europe'", "Europe/Berlin"),
    (f"{AT} now() - interval '1' week", "an interval like this", "interval '1' day"),
    (f"{AT} now() - interval '1' days", "an interval like this", "interval '1' day"),
    (f"{AT} now() - interval '1'", "an interval like this", "interval '1' day"),
    (f"{AT} now() - interval '1' hour to minute", "an interval of two units", "interval '1' day"),
    (f"{AT} now() - interval '1 day'", "an interval is not written so", "INTERVAL '1' DAY"),
    (f"{AT} now() - interval 1 day", "an interval is not written so", "INTERVAL '1' DAY"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "what", "remedy"),
    REFUSED,
    ids=[f"{number} {sql[:150]}" for number, (sql, *_) in enumerate(REFUSED)],
)
def test_it_is_refused_by_name(sql: str, what: str, remedy: str, tables: TableSource, engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        translate(sql, tables, engine)
    assert what in refusal.value.what
    assert remedy in refusal.value.remedy


def test_a_refusal_tells_the_place(tables: TableSource, engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        translate(f"select song {C} join\n staging.charts for version as of 5 on true", tables, engine)
    assert refusal.value.where == "line 2, column 10"


def test_a_version_may_be_called_as_anything_else_is(tables: TableSource, engine: Engine) -> None:
    """`version` and `timestamp` stay names."""
    sql = "select version.song as of, timestamp.song as version from staging.charts version, staging.charts timestamp"
    assert [column.name for column in translate(sql, tables, engine).columns] == ["of", "version"]


def test_a_table_without_a_snapshot_is_not_suggested(tables: TableSource, engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        translate("select * from staging.unborn", tables, engine)
    assert "unborn" not in refusal.value.remedy


def _metadata(log: list[tuple[int, int]], kept: list[int]) -> dict[str, Any]:
    schema = {"schema-id": 7, "fields": [{"id": 1, "name": "a", "type": "long"}]}
    return {
        "current-snapshot-id": log[-1][1] if log else None,
        "current-schema-id": 7,
        "schemas": [schema],
        "snapshots": [{"snapshot-id": snapshot} for snapshot in kept],
        "snapshot-log": [{"timestamp-ms": since, "snapshot-id": snapshot} for since, snapshot in log],
    }


def test_what_was_before_a_snapshot_that_was_removed_is_not_known() -> None:
    history = table_history(_metadata([(10, 1), (20, 2), (30, 3), (40, 4)], kept=[1, 3, 4]))
    assert history.current == ((30, 3), (40, 4))
    assert history.columns == {3: (Column("a", "bigint"),), 4: (Column("a", "bigint"),)}


def test_a_table_may_have_no_history() -> None:
    history = table_history(_metadata([], kept=[]))
    assert (history.current, history.columns) == ((), {})
    (version,) = parse("select * from a.b for timestamp as of current_timestamp").find_all(exp.Version)
    with pytest.raises(QueryError, match="it is not known when"):
        travelled(version, TableName("a", "b"), history, datetime.now(UTC))
