"""Views: made, read, shown, dropped; stale ones and circles are told."""

from __future__ import annotations

import pytest
from tests.query.statements.house import House

from wavehouse.catalog.glue_table_input import read_glue_table, table_input
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, View
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.wiring import data_catalog
from wavehouse.wiring.parts import external_tables


def test_a_view_is_read_like_a_table(house: House) -> None:
    assert house.run("CREATE VIEW music.hits AS SELECT id, plays * 2 AS Twice FROM music.songs").rows == []
    answer = house.run("SELECT * FROM music.hits WHERE twice > 20 ORDER BY id")
    assert [column.name for column in answer.columns] == ["id", "twice"]
    assert answer.rows == [(2, 40), (3, 60)]
    assert house.rows("SELECT hits.id FROM music.hits WHERE music.hits.id = 1") == [(1,)]
    assert house.rows("SELECT h.x FROM music.hits AS h(x, y) WHERE y = 20") == [(1,)]


def test_names_in_a_view_are_its_own(house: House) -> None:
    house.run(
        "CREATE VIEW v AS WITH s AS (SELECT id FROM songs) SELECT max(id) AS m FROM s", database="music"
    )
    # Neither the query's WITH nor its database is meant.
    sql = "WITH songs AS (SELECT 99 AS id), s AS (SELECT 98 AS id) SELECT m FROM music.v, songs, s"
    assert house.rows(sql, database="raw") == [(4,)]


def test_views_of_views(house: House) -> None:
    house.run("CREATE VIEW music.a AS SELECT id FROM music.songs")
    house.run(
        "CREATE VIEW music.b AS SELECT x.id, y.id AS other FROM music.a x JOIN music.a y ON x.id = y.id"
    )
    assert house.rows("SELECT count(*) FROM music.b") == [(4,)]


def test_views_are_shown(house: House) -> None:
    house.run("CREATE VIEW music.hits AS SELECT id, title FROM music.songs WHERE id > 1")
    assert house.headings("SHOW VIEWS IN music") == ["views"]
    assert house.column("SHOW VIEWS IN music") == ["hits"]
    assert house.column("SHOW VIEWS IN music LIKE 'x*'") == []
    assert house.column("SHOW TABLES IN music") == ["hits", "songs"]
    assert house.headings("SHOW CREATE VIEW music.hits") == ["Create View"]
    text = 'CREATE VIEW "music"."hits" AS\nSELECT id, title FROM music.songs WHERE id > 1'
    assert house.column("SHOW CREATE VIEW music.hits") == [text]
    assert house.rows("DESCRIBE music.hits") == [("id", "int", ""), ("title", "string", "")]
    assert house.rows("DESCRIBE VIEW music.hits title") == [("title", "string", "")]
    house.run("DROP VIEW music.hits")
    house.run(text)
    listed = {one["name"]: one for one in data_catalog.tables(house.settings, "music")["tables"]}
    assert listed["music.hits"]["format"] == "view"
    assert data_catalog.describe(house.settings, "music.hits")["columns"][1]["type"] == "string"


def test_a_view_that_changes(house: House) -> None:
    house.run("CREATE VIEW music.v AS SELECT 1 AS a")
    with pytest.raises(QueryError, match="CREATE OR REPLACE VIEW"):
        house.run("CREATE VIEW music.v AS SELECT 2 AS a")
    house.run("CREATE OR REPLACE VIEW music.v AS SELECT 'x' AS b")
    assert house.rows("SELECT b FROM music.v") == [("x",)]
    house.run("DROP VIEW music.v")
    house.run("DROP VIEW IF EXISTS music.v")
    with pytest.raises(QueryError, match=r"no table 'music\.v'"):
        house.run("SELECT b FROM music.v")


def test_a_stale_view_says_so(house: House) -> None:
    house.run("CREATE VIEW music.below AS SELECT id AS a FROM music.songs")
    house.run("CREATE VIEW music.above AS SELECT a FROM music.below")
    house.run("CREATE OR REPLACE VIEW music.below AS SELECT title AS a FROM music.songs")
    with pytest.raises(QueryError, match=r"music\.above is stale: its column 'a' was integer and is varchar"):
        house.run("SELECT * FROM music.above")
    house.run("CREATE OR REPLACE VIEW music.below AS SELECT id AS b FROM music.songs")
    with pytest.raises(QueryError, match=r"the view music\.above cannot be read: .*no column 'a'"):
        house.run("SELECT * FROM music.above")


def test_a_wider_view_keeps_narrower_values(house: House) -> None:
    house.run("CREATE VIEW music.below AS SELECT plays AS a FROM music.songs")
    house.run("CREATE VIEW music.above AS SELECT a FROM music.below")
    house.run("CREATE OR REPLACE VIEW music.below AS SELECT id AS a FROM music.songs")
    answer = house.run("SELECT a FROM music.above WHERE a = 1")
    assert [column.type for column in answer.columns] == ["bigint"]


def test_views_in_a_circle_are_told(house: House) -> None:
    house.run("CREATE VIEW music.a AS SELECT 1 AS x")
    house.run("CREATE VIEW music.b AS SELECT x FROM music.a")
    for sql in ("SELECT x FROM music.b", "SELECT x FROM music.a"):
        with pytest.raises(QueryError, match="would read itself"):
            house.run(f"CREATE OR REPLACE VIEW music.a AS {sql}")


def test_views_are_nested_so_deep_and_not_deeper(house: House) -> None:
    house.run("CREATE VIEW music.v0 AS SELECT 1 AS x")
    for at in range(1, 16):
        house.run(f"CREATE VIEW music.v{at} AS SELECT x FROM music.v{at - 1}")
    assert house.rows("SELECT x FROM music.v15") == [(1,)]
    house.run("CREATE VIEW music.v16 AS SELECT x FROM music.v15")
    with pytest.raises(QueryError, match="more than 16 deep"):
        house.run("SELECT x FROM music.v16")


def test_a_circle_that_somebody_else_has_made_is_told(house: House) -> None:
    external = external_tables(house.layout)
    for name, other in (("a", "b"), ("b", "a")):
        view = View(f"SELECT x FROM {other}", "music", (Column("x", "integer"),))
        columns = (CatalogColumn("x", "int"),)
        external.put(CatalogTable(TableName("music", name), "view", "", columns, view=view))
    with pytest.raises(QueryError, match=r"in a circle: music\.a → music\.b → music\.a"):
        house.run("SELECT x FROM music.a")


def test_views_that_grow_without_end_are_stopped(house: House) -> None:
    house.run("CREATE VIEW music.v0 AS SELECT 1 AS x")
    for at in range(1, 7):
        house.run(
            f"CREATE VIEW music.v{at} AS SELECT a.x FROM music.v{at - 1} a CROSS JOIN music.v{at - 1} b"
        )
    with pytest.raises(QueryError, match="reads views more than 250 times"):
        house.run("SELECT 1 AS x FROM music.v6 a CROSS JOIN music.v6 b CROSS JOIN music.v6 c")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE VIEW music.songs AS SELECT 1 AS a", "music.songs is a table already"),
        ("CREATE VIEW music.v AS SELECT 1", "the 1. column of the view has no name"),
        ("CREATE VIEW music.v AS SELECT 1 AS a, 2 AS A", "two columns 'a'"),
        ("CREATE VIEW music.v AS SELECT NULL AS a", "of no type"),
        ("CREATE VIEW music.v AS SELECT nope FROM music.songs", "no column 'nope'"),
        ("CREATE VIEW music.v", "AS is missing here"),
        ("CREATE VIEW music.v AS DROP TABLE music.songs", "DROP is not covered"),
        ('CREATE VIEW music."v-1" AS SELECT 1 AS a', "cannot be the name of a table"),
        ("CREATE VIEW staging.v AS SELECT 1 AS a", "runs make it"),
        ("CREATE VIEW spotify.tracks AS SELECT 1 AS a", "runs make it"),
        ("DROP VIEW music.songs", "Write DROP TABLE music.songs"),
        ("DROP VIEW music.song", "Did you mean 'music.songs'?"),
        ("CREATE MATERIALIZED VIEW music.v AS SELECT 1 AS a", "this cannot be created"),
    ],
)
def test_what_is_no_view_is_refused(house: House, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as found:
        house.run(sql)
    assert said in str(found.value)


@pytest.mark.parametrize("sql", ["CREATE VIEW music.v AS SELECT 1 AS a", "DROP VIEW music.v"])
def test_nothing_is_written_unless_it_is_allowed(house: House, sql: str) -> None:
    with pytest.raises(QueryError, match="Add --write"):
        house.run(sql, write=False)


def test_glue_has_views_as_athena_reads_them(house: House) -> None:
    house.run("CREATE VIEW v AS SELECT id, ARRAY[title] AS names FROM songs", database="music")
    table = house.context().catalog.table(house.context().catalog.names()[1])
    assert table is not None
    told = table_input(table, 3)
    assert told["TableType"] == "VIRTUAL_VIEW"
    assert told["ViewOriginalText"].startswith("/* Presto View: eyJvcmlnaW5hbFNxbCI6")
    assert told["StorageDescriptor"]["Columns"][1] == {"Name": "names", "Type": "array<string>"}
    assert read_glue_table("music", told) == table
