"""ALTER TABLE, OPTIMIZE and VACUUM of Iceberg tables."""

from __future__ import annotations

import json

import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.wiring import upkeep

SONGS = TableName("music", "songs")
ALL = "SELECT * FROM music.songs ORDER BY id"


def _files(house: House, name: TableName = SONGS) -> set[str]:
    head = LakeHead(house.layout).head(name)
    assert head is not None
    return {file.location for file in house.engine.iceberg_files(head.metadata)}


def _snapshots(house: House) -> int:
    return len((LakeHead(house.layout).metadata(SONGS) or {})["snapshots"])


def test_columns_are_added(house: House) -> None:
    house.run("ALTER TABLE music.songs ADD COLUMNS (genres array<string>, year int)")
    assert house.column("SHOW COLUMNS IN music.songs") == ["id", "title", "plays", "genres", "year"]
    assert house.rows(ALL)[0] == (1, "Alpha", 10, None, None)
    house.run("UPDATE music.songs SET genres = ARRAY['pop'] WHERE id = 1")
    house.run("INSERT INTO music.songs VALUES (5, 'Eta', 1, ARRAY['rock'], 1999)")
    assert house.rows(
        "SELECT id, element_at(genres, 1), year FROM music.songs WHERE genres IS NOT NULL ORDER BY id"
    ) == [
        (1, "pop", None),
        (5, "rock", 1999),
    ]


def test_a_column_is_dropped(house: House) -> None:
    house.run("ALTER TABLE music.songs DROP COLUMN title")
    assert house.rows(ALL) == [(1, 10), (2, 20), (3, 30), (4, None)]
    # One of that name that comes later is another one.
    house.run("ALTER TABLE music.songs ADD COLUMNS (title string)")
    assert house.rows(ALL)[0] == (1, 10, None)
    house.run("UPDATE music.songs SET title = 'x' WHERE id = 1")
    assert house.rows(ALL)[:2] == [(1, 10, "x"), (2, 20, None)]


def test_a_column_becomes_wider(house: House) -> None:
    house.run("ALTER TABLE music.songs CHANGE COLUMN id id bigint")
    assert house.run(ALL).columns[0].type == "bigint"
    house.run("INSERT INTO music.songs VALUES (5000000000, 'far', 1)")
    assert house.column("SELECT max(id) FROM music.songs") == [5_000_000_000]
    before = _snapshots(house)
    house.run("ALTER TABLE music.songs CHANGE id id bigint")
    assert _snapshots(house) == before


def test_properties_are_set_and_unset(house: House) -> None:
    house.run("ALTER TABLE music.songs SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = '2')")
    assert dict(house.rows("SHOW TBLPROPERTIES music.songs"))["vacuum_min_snapshots_to_keep"] == "2"
    house.run("ALTER TABLE music.songs UNSET TBLPROPERTIES ('vacuum_min_snapshots_to_keep')")
    assert "vacuum_min_snapshots_to_keep" not in dict(house.rows("SHOW TBLPROPERTIES music.songs"))
    house.run("ALTER TABLE music.songs UNSET TBLPROPERTIES IF EXISTS ('vacuum_min_snapshots_to_keep')")


def test_optimize(house: House) -> None:
    for at in (5, 6, 7):
        house.run(f"INSERT INTO music.songs VALUES ({at}, 'x', {at})")
    assert len(_files(house)) == 4
    before = house.rows(ALL)
    house.run("OPTIMIZE music.songs REWRITE DATA USING BIN_PACK")
    assert len(_files(house)) == 1
    assert house.rows(ALL) == before
    snapshots = _snapshots(house)
    house.run("OPTIMIZE music.songs REWRITE DATA USING BIN_PACK")
    assert _snapshots(house) == snapshots


def test_optimize_of_some_partitions(house: House) -> None:
    house.run("CREATE TABLE music.t WITH (table_type = 'ICEBERG', is_external = false, "
              "partitioning = ARRAY['k']) AS SELECT 1 AS k, 'a' AS v UNION ALL SELECT 2, 'b'")  # fmt: skip
    house.run("INSERT INTO music.t VALUES (1, 'c'), (2, 'd')")
    name = TableName("music", "t")
    assert len(_files(house, name)) == 4
    house.run("OPTIMIZE music.t REWRITE DATA USING BIN_PACK WHERE k = 2")
    assert len(_files(house, name)) == 3
    assert house.rows("SELECT * FROM music.t ORDER BY 1, 2") == [(1, "a"), (1, "c"), (2, "b"), (2, "d")]
    with pytest.raises(QueryError, match="can name what the table is partitioned by alone"):
        house.run("OPTIMIZE music.t REWRITE DATA USING BIN_PACK WHERE v = 'a'")


def test_a_condition_that_stops_is_told(house: House) -> None:
    house.run("CREATE TABLE music.t WITH (table_type = 'ICEBERG', is_external = false, "
              "partitioning = ARRAY['k']) AS SELECT 'a' AS k, 1 AS v")  # fmt: skip
    with pytest.raises(QueryError, match="the query stopped: "):
        house.run("OPTIMIZE music.t REWRITE DATA USING BIN_PACK WHERE CAST(k AS integer) = 1")


def test_vacuum(house: House) -> None:
    for at in (5, 6, 7):
        house.run(f"UPDATE music.songs SET plays = {at}")
    house.run("VACUUM music.songs")
    assert _snapshots(house) == 4  # none is older than five days
    house.run("ALTER TABLE music.songs SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0', "
              "'vacuum_min_snapshots_to_keep' = '2')")  # fmt: skip
    before = house.rows(ALL)
    house.run("VACUUM music.songs")
    assert _snapshots(house) == 2
    assert house.rows(ALL) == before
    # What lost its name is written down, and stays for those who are reading it still.
    (listed,) = house.layout.lost.glob("*.json")
    lost = [path for path in json.loads(listed.read_bytes()) if "/data/" in path]
    assert len(lost) == 2
    gone = upkeep.vacuum(house.settings, keep=1, expire_days=0, orphan_hours=0, dry_run=False)
    assert gone["files"] >= 2
    assert house.rows(ALL) == before


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE music.songs ADD COLUMNS (id int)", "has a column 'id' already"),
        ("ALTER TABLE music.songs ADD COLUMNS (x map<string,int>)", "is not covered yet"),
        (
            f"ALTER TABLE music.songs SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '{'9' * 400}')",
            "a whole number of at most 18 digits",
        ),
        (
            "ALTER TABLE music.songs SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '٣')",
            "a whole number of at most 18 digits",
        ),
        ("ALTER TABLE music.songs DROP COLUMN ids", "Did you mean 'id'?"),
        ("ALTER TABLE music.songs CHANGE COLUMN plays plays int", "int becomes bigint"),
        ("ALTER TABLE music.songs CHANGE COLUMN id number int", "renaming a column is not covered yet"),
        ("ALTER TABLE music.songs CHANGE COLUMN id id int COMMENT 'x'", "are not covered yet"),
        ("ALTER TABLE music.songs SET TBLPROPERTIES ('wavehouse.run' = 'x')", "cannot be set by a statement"),
        ("ALTER TABLE music.songs SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = 'x')", "whole number"),
        ("ALTER TABLE music.songs UNSET TBLPROPERTIES ('vacuum_min_snapshots_to_keep')", "has no property"),
        ("ALTER TABLE music.songs RENAME TO music.t", "such a change of a table is not covered yet"),
        ("ALTER TABLE raw.plays ADD COLUMNS (x int)", "is an external table"),
        ("ALTER DATABASE music SET DBPROPERTIES ('a'='b')", "TABLE is missing here"),
        ("OPTIMIZE music.songs", "REWRITE is missing here"),
        ("OPTIMIZE raw.plays REWRITE DATA USING BIN_PACK", "is an external table"),
        ("VACUUM raw.plays", "is an external table"),
        ("VACUUM music.songs now", "this is not expected here"),
    ],
)
def test_what_cannot_be_changed_is_said(house: House, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as found:
        house.run(sql)
    assert said in str(found.value)
