# ruff: noqa: E501  (statements read better in one line)
"""CREATE TABLE, CTAS, INSERT, DELETE, UPDATE, MERGE and DROP TABLE on tables of the lake."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.pipeline.published import last_publish
from wavehouse.wiring import upkeep

ICEBERG = "table_type = 'ICEBERG', is_external = false"
ALL = "SELECT * FROM music.songs ORDER BY id"
T = TableName("music", "t")


def _snapshots(house: House, name: TableName = T) -> int:
    return len((LakeHead(house.layout).metadata(name) or {})["snapshots"])


def test_create_table_as(house: House) -> None:
    answer = house.run(f"CREATE TABLE music.t WITH ({ICEBERG}, format = 'PARQUET', write_compression = 'zstd') AS "
                       "SELECT id, upper(title) AS t, plays > 15 AS many FROM music.songs WITH DATA")  # fmt: skip
    assert (answer.rows, answer.columns[0].name, answer.truncated) == ([(4,)], "rows", False)
    assert answer.scanned_bytes > 0
    assert house.rows("SELECT * FROM music.t ORDER BY id") == [
        (1, "ALPHA", False),
        (2, "BETA", True),
        (3, None, True),
        (4, "DELTA", None),
    ]
    assert _snapshots(house) == 1


def test_create_table_as_in_partitions(house: House) -> None:
    house.run(f"CREATE TABLE music.t WITH ({ICEBERG}, partitioning = ARRAY['plays'], "
              "vacuum_min_snapshots_to_keep = 3) AS SELECT plays, id FROM music.songs")  # fmt: skip
    assert house.rows("SELECT * FROM music.t ORDER BY id") == [(10, 1), (20, 2), (30, 3), (None, 4)]
    assert house.column("SHOW CREATE TABLE music.t")[3:] == [
        "PARTITIONED BY (`plays`)",
        f"LOCATION '{house.layout.warehouse}/music/t'",
        "TBLPROPERTIES (",
        "  'table_type'='iceberg', ",
        "  'vacuum_min_snapshots_to_keep'='3', ",
        "  'write_compression'='zstd')",
    ]
    house.run("UPDATE music.t SET plays = 20 WHERE id = 1")
    assert house.rows("SELECT * FROM music.t WHERE plays = 20 ORDER BY id") == [(20, 1), (20, 2)]


def test_all_types_come_back(house: House) -> None:
    moment = datetime(2020, 2, 29, 13, 14, 15, 250000, UTC)
    house.iceberg("moments", pa.table({"tz": pa.array([moment]), "r": pa.array([1.5], pa.float32())}))
    house.run(
        f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT 1 AS i, 5000000000 AS b, 1.5 AS d, 1e0 AS x, "
        "true AS y, DATE '2020-02-29' AS day, TIMESTAMP '2020-02-29 01:02:03.123456' AS ts, "
        "tz, r, 'a' AS s, ARRAY['a', NULL] AS l FROM music.moments"
    )
    answer = house.run("SELECT * FROM music.t")
    assert [column.type for column in answer.columns] == [
        "integer", "bigint", "decimal(2,1)", "double", "boolean", "date", "timestamp",
        "timestamp with time zone", "real", "varchar", "array(varchar)",
    ]  # fmt: skip
    assert answer.rows[0][7:9] == ("2020-02-29 13:14:15.250000 UTC", 1.5)
    house.run("INSERT INTO music.t SELECT * FROM music.t")
    house.run("UPDATE music.t SET i = 2 WHERE r = CAST(1.5 AS double)")
    assert house.rows("SELECT DISTINCT i, tz, r, y FROM music.t") == [
        (2, "2020-02-29 13:14:15.250000 UTC", 1.5, True)
    ]


def test_create_table_as_without_rows(house: House) -> None:
    assert house.rows(f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT * FROM music.songs WITH NO DATA") == [
        (0,)
    ]
    assert house.rows("SELECT count(*) FROM music.t") == [(0,)]
    assert house.rows("INSERT INTO music.t SELECT * FROM music.songs") == [(4,)]
    assert house.rows(f"CREATE TABLE IF NOT EXISTS music.t WITH ({ICEBERG}) AS SELECT 1 AS a") == [(0,)]


def test_create_table(house: House) -> None:
    house.run(
        "CREATE TABLE IF NOT EXISTS `music`.`t` (id int, price decimal(10, 2), names array<string>, at timestamp) "
        "PARTITIONED BY (id) TBLPROPERTIES ('table_type'='iceberg', 'vacuum_max_snapshot_age_seconds'='60')"
    )
    assert house.rows("SELECT * FROM music.t") == []
    assert house.rows("INSERT INTO music.t VALUES (1, 2.5, ARRAY['a'], NULL), (2, 3.0, NULL, NULL)") == [(2,)]
    assert house.rows("SELECT id, price, element_at(names, 1) FROM music.t WHERE id = 1") == [
        (1, pytest.approx(2.5), "a")
    ]
    assert dict(house.rows("SHOW TBLPROPERTIES music.t"))["vacuum_max_snapshot_age_seconds"] == "60"
    house.run("CREATE TABLE IF NOT EXISTS music.t (a int) TBLPROPERTIES ('table_type'='ICEBERG')")


def test_insert(house: House) -> None:
    assert house.rows("INSERT INTO music.songs VALUES (5, 'Eta', 50)") == [(1,)]
    assert house.rows("INSERT INTO music.songs (title, id) SELECT 'Zeta', 6") == [(1,)]
    assert house.rows("INSERT INTO songs (SELECT id + 10, title, plays FROM songs WHERE id > 4)", database="music") == [
        (2,)
    ]  # fmt: skip
    assert house.rows("SELECT * FROM music.songs WHERE id > 4 ORDER BY id") == [
        (5, "Eta", 50), (6, "Zeta", None), (15, "Eta", 50), (16, "Zeta", None),
    ]  # fmt: skip
    before = _snapshots(house, TableName("music", "songs"))
    assert house.rows("INSERT INTO music.songs SELECT * FROM music.songs WHERE false") == [(0,)]
    assert _snapshots(house, TableName("music", "songs")) == before


def test_delete(house: House) -> None:
    # What is NULL is not true: the row with no plays stays.
    assert house.rows("DELETE FROM music.songs WHERE plays > 15 -- many") == [(2,)]
    assert house.column("SELECT id FROM music.songs ORDER BY id") == [1, 4]
    assert house.rows(
        "DELETE FROM songs WHERE songs.id IN (SELECT max(id) FROM songs)", database="music"
    ) == [(1,)]
    assert house.rows("DELETE FROM music.songs WHERE id = 99") == [(0,)]
    assert house.rows("DELETE FROM music.songs") == [(1,)]
    assert house.rows(ALL) == []
    house.run("INSERT INTO music.songs VALUES (1, 'again', 1)")
    assert house.rows(ALL) == [(1, "again", 1)]


def test_update(house: House) -> None:
    sql = "UPDATE music.songs SET plays = plays * 2, title = coalesce(title, 'none') WHERE plays >= 20 OR plays IS NULL"
    assert house.rows(sql) == [(3,)]
    assert house.rows(ALL) == [(1, "Alpha", 10), (2, "Beta", 40), (3, "none", 60), (4, "Delta", None)]
    assert house.rows("UPDATE music.songs SET plays = (SELECT max(plays) FROM music.songs)") == [(4,)]
    assert {row[2] for row in house.rows(ALL)} == {60}


def test_only_the_files_with_changed_rows_are_written_anew(house: House) -> None:
    house.run("INSERT INTO music.songs VALUES (5, 'Eta', 50)")
    head = LakeHead(house.layout).head(TableName("music", "songs"))
    assert head is not None
    before = {file.location for file in house.engine.iceberg_files(head.metadata)}
    house.run("UPDATE music.songs SET plays = 51 WHERE id = 5")
    head = LakeHead(house.layout).head(TableName("music", "songs"))
    assert head is not None
    after = {file.location for file in house.engine.iceberg_files(head.metadata)}
    assert len(before & after) == 1
    assert len(after) == 2


def test_merge(house: House) -> None:
    house.run(f"CREATE TABLE music.news WITH ({ICEBERG}) AS SELECT * FROM (VALUES (1, 'One', 1), (2, 'Two', 2), "
              "(7, 'Seven', 7), (8, 'Eight', 8)) AS t(id, title, plays)")  # fmt: skip
    assert house.rows(
        "MERGE INTO music.songs AS t USING (SELECT * FROM music.news) s ON (t.id = s.id) "
        "WHEN MATCHED AND s.plays = 1 THEN DELETE "
        "WHEN MATCHED THEN UPDATE SET title = s.title || '!', plays = t.plays + s.plays "
        "WHEN NOT MATCHED AND s.id = 8 THEN INSERT (plays, id) VALUES (s.plays, s.id) "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.title, CASE WHEN s.plays > 0 THEN 70 END)"
    ) == [(4,)]
    assert house.rows(ALL) == [
        (2, "Two!", 22), (3, None, 30), (4, "Delta", None), (7, "Seven", 70), (8, None, 8),
    ]  # fmt: skip


def test_merge_of_a_row_that_is_matched_twice_is_an_error(house: House) -> None:
    before = house.rows(ALL)
    with pytest.raises(QueryError, match="would be changed twice"):
        house.run("MERGE INTO music.songs t USING (VALUES 1, 1) s(id) ON t.id = s.id "
                  "WHEN MATCHED THEN UPDATE SET plays = 0")  # fmt: skip
    assert house.rows(ALL) == before
    # Where a condition leaves one of them, it is none.
    assert house.rows("MERGE INTO music.songs t USING (VALUES (1, 5), (1, 6)) s(id, n) ON t.id = s.id "
                      "WHEN MATCHED AND s.n = 6 THEN UPDATE SET plays = n") == [(1,)]  # fmt: skip
    assert house.rows("SELECT plays FROM music.songs WHERE id = 1") == [(6,)]


def test_a_star_in_the_source_has_the_columns_of_the_table_alone(house: House) -> None:
    source = "SELECT * FROM music.songs WHERE id = 1 UNION ALL SELECT 9, 'Nine', 9"
    assert house.rows(f"MERGE INTO music.songs t USING ({source}) s ON t.id = s.id "
                      "WHEN MATCHED THEN UPDATE SET title = 'One' "
                      "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.title, s.plays)") == [(2,)]  # fmt: skip
    assert house.rows("SELECT id, title FROM music.songs WHERE id IN (1, 9) ORDER BY id") == [
        (1, "One"),
        (9, "Nine"),
    ]


def test_merge_into_nothing(house: House) -> None:
    house.run("DELETE FROM music.songs")
    assert house.rows("MERGE INTO songs USING raw.plays p ON songs.id = p.song AND false "
                      "WHEN NOT MATCHED THEN INSERT (id) VALUES (p.song)", database="music") == [(2,)]  # fmt: skip
    assert house.column("SELECT id FROM music.songs") == [1, 1]


def test_drop_table(house: House) -> None:
    house.run("DROP TABLE music.songs")
    assert house.column("SHOW TABLES IN raw") == ["plays"]
    with pytest.raises(QueryError, match=r"no table 'music\.songs'"):
        house.run(ALL)
    house.run("DROP TABLE IF EXISTS music.songs")
    house.run(f"CREATE TABLE music.songs WITH ({ICEBERG}) AS SELECT 1 AS a")
    assert house.rows("SELECT * FROM music.songs") == [(1,)]


def test_the_past_of_a_table_can_be_read(house: House) -> None:
    name = TableName("music", "songs")
    head = LakeHead(house.layout).head(name)
    assert head is not None
    house.run("DELETE FROM music.songs")
    assert house.rows(f"SELECT count(*) FROM music.songs FOR VERSION AS OF {head.snapshot_id}") == [(4,)]


def test_runs_and_vacuum_leave_such_tables_alone(house: House) -> None:
    house.run(f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT * FROM music.songs")
    assert last_publish(house.layout).heads == ()
    gone = upkeep.vacuum(house.settings, keep=1, expire_days=0, orphan_hours=0, dry_run=False)
    assert gone["files"] == 0
    assert house.rows("SELECT count(*) FROM music.t") == [(4,)]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE music.t WITH (table_type = 'ICEBERG') AS SELECT 1 AS a", "Add is_external = false"),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, bucketed_by = ARRAY['a']) AS SELECT 1 AS a",
            "not covered yet",
        ),
        (f"CREATE TABLE music.t WITH ({ICEBERG}, formt = 'x') AS SELECT 1 AS a", "Did you mean 'format'?"),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, format = 'ORC') AS SELECT 1 AS a",
            "ORC of an Iceberg table",
        ),
        (f"CREATE TABLE music.t WITH ({ICEBERG}, write_compression = 'gzip') AS SELECT 1 AS a", "gzip"),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, location = 's3://b/t/') AS SELECT 1 AS a",
            "Leave the location",
        ),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, partitioning = ARRAY['year(a)']) AS SELECT 1 AS a",
            "year(a)",
        ),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, partitioning = ARRAY['b']) AS SELECT 1 AS a",
            "no column 'b'",
        ),
        (
            f"CREATE TABLE music.t WITH ({ICEBERG}, partitioning = ARRAY['a','b']) AS SELECT 1 AS a, 2 AS b",
            "by 2",
        ),
        (f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT 1", "the 1. column of the table has no name"),
        (f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT NULL AS a", "of no type"),
        (
            f"CREATE TABLE music.songs WITH ({ICEBERG}) AS SELECT 1 AS a",
            "there is a table music.songs already",
        ),
        (f"CREATE TABLE spotify.tracks WITH ({ICEBERG}) AS SELECT 1 AS a", "runs make it"),
        (f"CREATE TABLE staging.x WITH ({ICEBERG}) AS SELECT 1 AS a", "runs make it"),
        ("CREATE TABLE music.t (a int)", "Add TBLPROPERTIES"),
        (
            "CREATE TABLE music.t (a struct<x:int>) TBLPROPERTIES ('table_type'='ICEBERG')",
            "struct<x:int> is not",
        ),
        ("CREATE TABLE music.t (a itn) TBLPROPERTIES ('table_type'='ICEBERG')", "Did you mean 'int'?"),
        ("CREATE TABLE music.t (a int, a int) TBLPROPERTIES ('table_type'='ICEBERG')", "two columns 'a'"),
        (
            "CREATE TABLE music.t (a int COMMENT 'x') TBLPROPERTIES ('table_type'='ICEBERG')",
            "not covered yet",
        ),
        (
            "CREATE TABLE music.t (a int) PARTITIONED BY (b int) TBLPROPERTIES ('table_type'='ICEBERG')",
            "Iceberg",
        ),
        ("INSERT INTO music.songs VALUES (1, 'a')", "gives 2 columns, and 3 are wanted: id, title, plays"),
        (
            "INSERT INTO music.songs VALUES ('a', 'b', 1)",
            "gives varchar for the column 'id', which is integer",
        ),
        ("INSERT INTO music.songs (id, di) VALUES (1, 2)", "no column 'di'"),
        ("INSERT INTO music.songs (id, id) VALUES (1, 2)", "stands there twice"),
        ("INSERT INTO music.songs (id) SELECT plays FROM music.songs", "gives bigint for the column 'id'"),
        ("INSERT INTO raw.plays VALUES (1, 1, DATE '2020-01-01')", "raw.plays"),
        ("INSERT INTO music.nope VALUES (1)", "no table 'music.nope'"),
        ("INSERT music.songs VALUES (1)", "INTO is missing here"),
        ("INSERT OVERWRITE music.songs SELECT 1", "INTO is missing here"),
        (
            "INSERT INTO music.songs SELECT CAST(title AS integer), 'a', 1 FROM music.songs",
            "the query stopped",
        ),
        ("DELETE FROM raw.plays", "is an external table, and DELETE changes Iceberg tables alone"),
        ("DELETE FROM music.songs WHERE nope = 1", "no column 'nope'"),
        ("DELETE FROM music.songs WHERE id = 1) OR (true", "not"),
        ("DELETE FROM music.songs WHERE id", "WHERE needs a condition"),
        ("UPDATE music.songs SET nope = 1", "no column 'nope' in music.songs"),
        ("UPDATE music.songs SET id = 'a'", "gives varchar for the column 'id'"),
        ("UPDATE music.songs SET id = 1, id = 2", "is set twice"),
        ("UPDATE music.songs SET id = CAST(title AS integer)", "the query stopped"),
        ("MERGE INTO music.songs USING raw.plays p ON true", "WHEN is missing here"),
        (
            "MERGE INTO music.songs USING raw.plays p ON true WHEN MATCHED THEN INSERT VALUES (1)",
            "Write WHEN",
        ),
        (
            "MERGE INTO music.songs USING raw.plays p, raw.plays q ON true WHEN MATCHED THEN DELETE",
            "one table",
        ),
        ("DROP TABLE raw.plays", "the crawler 'plays' has made it"),
        ("DROP TABLE music.song", "Did you mean 'music.songs'?"),
        ("DROP SCHEMA music", "this cannot be dropped"),
        ("CREATE OR REPLACE TABLE music.t AS SELECT 1 AS a", "VIEW is missing here"),
    ],
)
def test_what_cannot_be_written_is_refused_and_changes_nothing(house: House, sql: str, said: str) -> None:
    before = _everything(house.folder / "lake")
    with pytest.raises(QueryError) as found:
        house.run(sql)
    assert said in str(found.value)
    assert _everything(house.folder / "lake") == before


def _everything(lake: Path) -> set[str]:
    kept = {str(path) for path in lake.rglob("*") if path.is_file()}
    return {path for path in kept if not path.endswith((".lock", "-journal"))}


@pytest.mark.parametrize(
    "sql",
    [
        f"CREATE TABLE music.t WITH ({ICEBERG}) AS SELECT 1 AS a",
        "CREATE TABLE music.t (a int) TBLPROPERTIES ('table_type'='ICEBERG')",
        "INSERT INTO music.songs VALUES (1, 'a', 1)",
        "DELETE FROM music.songs",
        "UPDATE music.songs SET id = 1",
        "MERGE INTO music.songs USING raw.plays p ON true WHEN MATCHED THEN DELETE",
        "DROP TABLE music.songs",
    ],
)
def test_nothing_is_written_unless_it_is_allowed(house: House, sql: str) -> None:
    with pytest.raises(QueryError, match="Add --write"):
        house.run(sql, write=False)
