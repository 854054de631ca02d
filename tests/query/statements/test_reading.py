"""SHOW, DESCRIBE and EXPLAIN, with the headings and the layout that Athena's documentation gives them."""

from __future__ import annotations

import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError


@pytest.mark.parametrize("word", ["DATABASES", "SCHEMAS", "databases"])
def test_databases(house: House, word: str) -> None:
    assert house.headings(f"SHOW {word}") == ["database_name"]
    assert house.column(f"SHOW {word}") == ["music", "raw"]
    assert house.column(f"SHOW {word} LIKE 'MU*';") == ["music"]
    assert house.column(f"SHOW {word} LIKE 'm.*|ra*'") == ["music", "raw"]


def test_tables(house: House) -> None:
    assert house.headings("SHOW TABLES IN music") == ["tab_name"]
    assert house.column("SHOW TABLES IN `music`") == ["songs"]
    assert house.column("show tables from raw 'p*s'") == ["plays"]
    assert house.column("SHOW TABLES IN raw LIKE 'x*'") == []
    assert house.column("SHOW TABLES", database="raw") == ["plays"]


def test_columns(house: House) -> None:
    assert house.headings("SHOW COLUMNS IN raw.plays") == ["field"]
    for sql in ("IN raw.plays", "FROM plays IN raw", "FROM plays FROM raw", "IN awsdatacatalog.raw.plays"):
        assert house.column(f"SHOW COLUMNS {sql}") == ["song", "n", "day"]
    assert house.column("SHOW COLUMNS IN plays", database="raw") == ["song", "n", "day"]


def test_partitions(house: House) -> None:
    assert house.headings("SHOW PARTITIONS raw.plays") == ["partition"]
    assert house.column("SHOW PARTITIONS raw.plays") == ["day=2020-01-01", "day=2020-01-02"]


def test_describe_of_an_external_table(house: House) -> None:
    assert house.headings("DESCRIBE raw.plays") == ["col_name", "data_type", "comment"]
    assert house.rows("DESC raw.plays") == [
        ("song", "int", "which"),
        ("n", "bigint", ""),
        ("day", "date", ""),
        ("", "", ""),
        ("# Partition Information", "", ""),
        ("# col_name", "data_type", "comment"),
        ("", "", ""),
        ("day", "date", ""),
    ]
    assert house.rows("DESCRIBE raw.plays n") == [("n", "bigint", "")]
    assert len(house.rows("DESCRIBE raw.plays PARTITION (day = '2020-01-02')")) == 8
    assert house.rows("DESCRIBE raw.plays PARTITION (day='2020-01-02') day") == [("day", "date", "")]


def test_describe_of_an_iceberg_table(house: House) -> None:
    assert house.rows("DESCRIBE music.songs") == [
        ("# Table schema:", "", ""),
        ("# col_name", "data_type", "comment"),
        ("id", "int", ""),
        ("title", "string", ""),
        ("plays", "bigint", ""),
        ("", "", ""),
        ("# Partition spec:", "", ""),
        ("# field_name", "field_transform", "column_name"),
    ]


def test_create_table_of_an_iceberg_table(house: House) -> None:
    assert house.headings("SHOW CREATE TABLE music.songs") == ["createtab_stmt"]
    assert house.column("SHOW CREATE TABLE music.songs") == [
        "CREATE TABLE music.songs (",
        "  id int,",
        "  title string,",
        "  plays bigint)",
        f"LOCATION '{house.layout.warehouse}/music/songs'",
        "TBLPROPERTIES (",
        "  'table_type'='iceberg')",
    ]


def test_create_table_of_an_external_table(house: House) -> None:
    said = house.column("SHOW CREATE TABLE raw.plays")
    assert said[:5] == [
        "CREATE EXTERNAL TABLE `raw.plays`(",
        "  `song` int COMMENT 'which', ",
        "  `n` bigint)",
        "PARTITIONED BY ( ",
        "  `day` date)",
    ]
    assert "  'org.apache.hadoop.hive.serde2.OpenCSVSerde' " in said


def test_properties(house: House) -> None:
    assert house.headings("SHOW TBLPROPERTIES raw.plays") == ["prpt_name", "prpt_value"]
    told = dict(house.rows("SHOW TBLPROPERTIES raw.plays"))
    assert told["classification"] == "csv"
    assert told["skip.header.line.count"] == "1"
    assert not any(name.startswith("wavehouse") for name in told)
    assert house.rows("SHOW TBLPROPERTIES raw.plays ('classification')") == [("csv",)]
    assert dict(house.rows("SHOW TBLPROPERTIES music.songs"))["table_type"] == "ICEBERG"


def test_explain(house: House) -> None:
    assert house.headings("EXPLAIN SELECT 1") == ["Query Plan"]
    for sql in ("(SELECT 1)", "((SELECT 1) UNION SELECT 2)", "(FORMAT TEXT) (VALUES 1)"):
        assert house.headings(f"EXPLAIN {sql}") == ["Query Plan"]
    plan = "\n".join(house.column("EXPLAIN SELECT n FROM raw.plays WHERE day = DATE '2020-01-02'"))
    assert "n bigint" in plan
    assert "raw.plays (csv): 1 files in 1 partitions, 11 bytes" in plan
    plan = "\n".join(house.column("EXPLAIN (FORMAT TEXT) SELECT max(plays) FROM music.songs"))
    assert "music.songs (iceberg): snapshot " in plan
    assert "1 files, 4 rows" in plan
    assert "columns: plays" in plan
    assert "SELECT" in plan


def test_explain_tells_files_from_their_tables(house: House) -> None:
    sql = "SELECT n FROM raw.plays, music.songs WHERE title <> 'it''s' AND day = DATE '2020-01-02'"
    plan = "\n".join(house.column(f"EXPLAIN {sql}"))
    assert "'raw.plays/day=2020-01-02/a.csv'" in plan
    assert "iceberg_scan('music.songs/metadata/" in plan
    assert "'it''s'" in plan
    plan += "\n".join(house.column('EXPLAIN SELECT file_path FROM music."songs$files"'))
    assert '"music.songs/data/' in plan
    assert str(house.folder) not in plan


def test_a_query_is_answered_as_before(house: House) -> None:
    assert house.rows("SELECT id FROM music.songs WHERE plays > 15 ORDER BY 1") == [(2,), (3,)]
    assert house.rows("-- how many\n(SELECT count(*) FROM songs)", database="music") == [(4,)]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SHOW TABLES IN musik", "no database 'musik'. Did you mean 'music'?"),
        ("SHOW TABLES", "Write SHOW TABLES IN database"),
        ("SHOW TABLES IN music 'a[b]'", "is not covered yet"),
        ("SHOW TABLES IN music LIKE songs", "a pattern in single quotes is missing here"),
        ("SHOW COLUMNS IN music.song", "no table 'music.song'. Did you mean 'music.songs'?"),
        ("SHOW COLUMNS music.songs", "FROM or IN is missing here"),
        ("SHOW COLUMNS IN songs", "Write database.songs"),
        ("SHOW COLUMNS IN other.music.songs", "no catalog 'other'"),
        ("SHOW PARTITIONS music.songs", "Athena shows no partitions"),
        ("SHOW FUNCTIONS", "SHOW FUNCTIONS is not covered yet"),
        ("SHOW TABELS IN music", "Did you mean 'TABLES'?"),
        ("SHOW", "what to show is missing"),
        ("SHOW CREATE VIEW music.songs", "music.songs is a table"),
        ("SHOW CREATE music.songs", "TABLE or VIEW is missing here"),
        ("SHOW TBLPROPERTIES raw.plays ('clasification')", "Did you mean 'classification'?"),
        ("DESCRIBE EXTENDED raw.plays", "DESCRIBE EXTENDED is not covered yet"),
        ("DESCRIBE raw.plays m", "no column 'm' in raw.plays"),
        ("DESCRIBE raw.plays PARTITION (day = '2021-01-01')", "no such partition"),
        ("DESCRIBE raw.plays PARTITION (dai = '2021-01-01')", "no key 'dai'. Did you mean 'day'?"),
        ("DESCRIBE music.songs PARTITION (x = 1)", "music.songs has no partitions"),
        ("DESCRIBE raw.plays; DROP TABLE raw.plays", "one statement at a time"),
        ("DESCRIBE `raw.plays", "a name in backticks is not closed"),
        ("EXPLAIN (VERBOSE) SELECT 1", "this option of EXPLAIN is not covered yet"),
        ("EXPLAIN (", "the statement ends too early"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE is not covered yet"),
        ("EXPLAIN (FORMAT JSON) SELECT 1", "this FORMAT of EXPLAIN is not covered yet"),
        ("EXPLAIN DROP TABLE music.songs", "EXPLAIN of anything but a query is not covered yet"),
        ("EXPLAIN", "the statement ends too early"),
        ("DESCRIBE raw.plays extra words", "this is not expected here"),
        ("SHOW TABLES IN music " + " " * 262_144, "Athena takes 262,144"),
    ],
)
def test_what_cannot_be_told_is_said(house: House, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as found:
        house.run(sql)
    assert said in str(found.value)
