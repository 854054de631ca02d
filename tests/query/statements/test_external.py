# ruff: noqa: E501  (statements read better in one line)
"""Files in the lake's folder: CTAS without Iceberg, UNLOAD, external tables and their partitions."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_create_table_as_makes_files_and_an_external_table(house: House) -> None:
    assert house.rows("CREATE TABLE music.t AS SELECT id, title, plays FROM music.songs") == [(4,)]
    assert house.rows("SELECT * FROM music.t ORDER BY id") == house.rows(
        "SELECT * FROM music.songs ORDER BY id"
    )
    said = house.column("SHOW CREATE TABLE music.t")
    assert said[0] == "CREATE EXTERNAL TABLE `music.t`("
    (folder,) = (house.layout.outputs / "tables").iterdir()
    assert _files(folder) == ["part-0.parquet"]
    assert pq.ParquetFile(folder / "part-0.parquet").metadata.row_group(0).column(0).compression == "GZIP"
    house.run("DROP TABLE music.t")
    assert _files(folder) == ["part-0.parquet"]


@pytest.mark.parametrize("form", ["PARQUET", "JSON"])
def test_create_table_as_in_partitions(house: House, form: str) -> None:
    house.run(f"CREATE TABLE music.t WITH (format = '{form}', external_location = '${{warehouse}}/t/', "
              "partitioned_by = ARRAY['title', 'id'], write_compression = 'gzip') "
              "AS SELECT plays, title, id FROM music.songs")  # fmt: skip
    assert house.rows("SELECT * FROM music.t ORDER BY id") == [
        (10, "Alpha", 1), (20, "Beta", 2), (30, None, 3), (None, "Delta", 4),
    ]  # fmt: skip
    assert house.column("SHOW PARTITIONS music.t") == [
        "title=Alpha/id=1", "title=Beta/id=2", "title=Delta/id=4",
        "title=__HIVE_DEFAULT_PARTITION__/id=3",
    ]  # fmt: skip
    assert len(_files(house.layout.outputs / "t")) == 4


def test_partitions_lie_in_a_folder_whose_name_looks_like_one(house: House) -> None:
    house.run("CREATE TABLE music.t WITH (external_location = '${warehouse}/year=2020/t/', "
              "partitioned_by = ARRAY['title']) AS SELECT id, title FROM music.songs")  # fmt: skip
    assert house.rows("SELECT id, title FROM music.t WHERE title = 'Beta'") == [(2, "Beta")]
    assert house.column("SHOW PARTITIONS music.t")[0] == "title=Alpha"


@pytest.mark.parametrize("form", ["PARQUET", "JSON"])
def test_odd_values_of_keys_come_back(house: House, form: str) -> None:
    values = ["a/b", "a b%", "ü", "a=b", "x*y", "[z]", "?", "#", "it''s", "100%25", "a\nb"]
    rows = ", ".join(f"({at}, '{value}')" for at, value in enumerate(values))
    house.run(f"CREATE TABLE music.t WITH (format = '{form}', partitioned_by = ARRAY['k']) AS "
              f"SELECT * FROM (VALUES {rows}) AS t(id, k)")  # fmt: skip
    wanted = [value.replace("''", "'") for value in values]
    assert house.rows("SELECT id, k FROM music.t ORDER BY id") == list(enumerate(wanted))
    house.run("CREATE TABLE music.u WITH (table_type = 'ICEBERG', is_external = false, "
              "partitioning = ARRAY['k']) AS SELECT * FROM music.t")  # fmt: skip
    house.run("UPDATE music.u SET id = id + 1")
    assert house.column("SELECT k FROM music.u ORDER BY id") == wanted
    house.run("DELETE FROM music.u WHERE id < 11")
    assert house.column("SELECT k FROM music.u") == wanted[-1:]


def test_a_table_of_at_most_100_partitions(house: House) -> None:
    many = " UNION ALL ".join(f"SELECT 'a' AS v, {at} AS k" for at in range(101))
    with pytest.raises(QueryError, match="writes to 101 partitions, and Athena to at most 100"):
        house.run(f"CREATE TABLE music.t WITH (partitioned_by = ARRAY['k']) AS {many}")
    assert not house.layout.outputs.exists() or _files(house.layout.outputs) == []
    iceberg = "table_type = 'ICEBERG', is_external = false, partitioning = ARRAY['k']"
    with pytest.raises(QueryError, match="writes to 101 partitions"):
        house.run(f"CREATE TABLE music.t WITH ({iceberg}) AS {many}")
    assert not Path(house.layout.warehouse, "music", "t", "data").exists() or (
        _files(Path(house.layout.warehouse, "music", "t", "data")) == []
    )


def test_unload(house: House) -> None:
    assert house.rows("UNLOAD (SELECT id, title FROM music.songs WHERE id < 3) TO '${warehouse}/out/x/' "
                      "WITH (format = 'JSON', compression = 'none')") == [(2,)]  # fmt: skip
    lines = (house.layout.outputs / "out" / "x" / "part-0.json").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"id": 1, "title": "Alpha"}, {"id": 2, "title": "Beta"}]
    place = str(house.layout.outputs / "p")
    house.run(f"UNLOAD (SELECT id, title FROM music.songs) TO '{place}' "
              "WITH (format = 'parquet', partitioned_by = ARRAY['title'])")  # fmt: skip
    assert len(_files(house.layout.outputs / "p")) == 4
    with pytest.raises(QueryError, match="there are files already"):
        house.run(f"UNLOAD (SELECT id, title FROM music.songs) TO '{place}' WITH (format = 'parquet')")


def test_an_external_table(house: House) -> None:
    folder = house.layout.outputs / "given"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("1|one\n2|\\N\n")
    house.run(
        "CREATE EXTERNAL TABLE IF NOT EXISTS raw.given (id int COMMENT 'which', name string) "
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LINES TERMINATED BY '\\n' "
        "STORED AS TEXTFILE LOCATION '${warehouse}/given/' TBLPROPERTIES ('skip.header.line.count'='0')"
    )
    assert house.rows("SELECT * FROM raw.given ORDER BY id") == [(1, "one"), (2, None)]
    assert house.rows("DESCRIBE raw.given id") == [("id", "int", "which")]
    house.run("DROP TABLE raw.given")
    assert _files(folder) == ["a.csv"]


def test_an_external_table_of_quoted_csv(house: House) -> None:
    folder = house.layout.outputs / "given"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text('id,name\n1,"one, 1"\n')
    house.run(
        "CREATE EXTERNAL TABLE raw.given (id int, name string) "
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
        "WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\"') "
        f"LOCATION '{folder}/' TBLPROPERTIES ('skip.header.line.count' = '1')"
    )
    assert house.rows("SELECT * FROM raw.given") == [(1, "one, 1")]


def test_partitions_come_and_go(house: House) -> None:
    folder = house.layout.outputs / "days"
    for day in ("2020-01-01", "2020-01-02", "2020-01-03"):
        (folder / f"day={day}").mkdir(parents=True)
        (folder / f"day={day}" / "a.json").write_text(f'{{"n": {int(day[-1])}}}\n')
    house.run(
        "CREATE EXTERNAL TABLE raw.days (n int) PARTITIONED BY (day date) "
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION '${warehouse}/days/'"
    )
    assert house.rows("SELECT * FROM raw.days") == []
    house.run(
        "ALTER TABLE raw.days ADD PARTITION (day = '2020-01-02') LOCATION '${warehouse}/days/day=2020-01-02/'"
    )
    assert house.column("SELECT n FROM raw.days") == [2]
    with pytest.raises(QueryError, match="has the partition day=2020-01-02 already"):
        house.run("ALTER TABLE raw.days ADD PARTITION (day = '2020-01-02')")
    house.run(
        "ALTER TABLE raw.days ADD IF NOT EXISTS PARTITION (day = '2020-01-02') PARTITION (day='2020-01-01')"
    )
    assert house.column("SELECT n FROM raw.days ORDER BY n") == [1, 2]
    assert house.column("MSCK REPAIR TABLE raw.days") == ["Partitions not in metastore:\tdays:day=2020-01-03"]
    assert house.column("MSCK REPAIR TABLE raw.days") == []
    assert house.column("SELECT n FROM raw.days WHERE day > DATE '2020-01-01' ORDER BY n") == [2, 3]
    house.run("ALTER TABLE raw.days DROP PARTITION (day = '2020-01-01'), PARTITION (day = '2020-01-03')")
    assert house.column("SHOW PARTITIONS raw.days") == ["day=2020-01-02"]
    house.run("ALTER TABLE raw.days DROP IF EXISTS PARTITION (day = '2020-01-01')")
    with pytest.raises(QueryError, match="has no partition day=2020-01-01"):
        house.run("ALTER TABLE raw.days DROP PARTITION (day = '2020-01-01')")


def test_the_lakes_folder_has_other_spellings(house: House) -> None:
    (house.folder / "alias").symlink_to(house.settings.lake)
    place = f"{house.folder}/alias/{house.layout.outputs.name}"
    house.run(f"UNLOAD (SELECT 1 AS a) TO '{place}/x/' WITH (format = 'JSON')")
    assert _files(house.layout.outputs) == ["x/part-0.json.gz"]
    house.run(f"CREATE TABLE music.t WITH (external_location = '{place}/t/', partitioned_by = ARRAY['b']) "
              "AS SELECT 1 AS a, 2 AS b")  # fmt: skip
    assert house.rows("SELECT * FROM music.t") == [(1, 2)]
    house.run(f"CREATE EXTERNAL TABLE raw.t (a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
              f"LOCATION '{place}/x/'")  # fmt: skip
    assert house.rows("SELECT * FROM raw.t") == [(1,)]
    with pytest.raises(QueryError, match="in the lake's own folder alone"):
        house.run(f"UNLOAD (SELECT 1 AS a) TO '{place}/' WITH (format = 'JSON')")


@pytest.mark.parametrize(
    "place",
    [
        "/etc/",
        "file:///etc/",
        "s3://bucket/x/",
        "${warehouse}/",
        "${warehouse}/../warehouse/",
        "${warehouse}/a/../../x/",
        "${warehouse}/.hidden/",
        "${warehouse}/a*b/",
        "relative/x/",
        "~/x/",
        "${warehouse}/link/x",
        "${warehouse}/a\0b/",
        f"${{warehouse}}/{'x' * 250}/",
        "",
    ],
)
def test_files_lie_in_the_lake_alone(house: House, place: str) -> None:
    house.layout.outputs.mkdir(parents=True)
    (house.layout.outputs / "link").symlink_to(house.folder)
    for sql in (
        f"UNLOAD (SELECT 1 AS a) TO '{place}' WITH (format = 'JSON')",
        f"CREATE EXTERNAL TABLE raw.t (a string) LOCATION '{place}'",
    ):
        with pytest.raises(QueryError):
            house.run(sql)
    assert _files(house.layout.outputs) == []
    assert house.column("SHOW TABLES IN raw") == ["plays"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UNLOAD (SELECT 1 AS a) TO '${warehouse}/x/'", "Add WITH (format = 'PARQUET')"),
        ("UNLOAD (SELECT 1 AS a) TO '${warehouse}/x/' WITH (format = 'ORC')", "ORC is not covered yet"),
        ("UNLOAD (SELECT 1 AS a) TO '${warehouse}/x/' WITH (format = 'CSV')", "no format 'CSV'"),
        ("UNLOAD (SELECT 1.5 AS a) TO '${warehouse}/x/' WITH (format = 'JSON')", "of type decimal(2,1)"),
        ("UNLOAD SELECT 1 AS a TO '${warehouse}/x/'", "( is missing here"),
        ("UNLOAD (SELECT 1 AS a, 2 AS b) TO '${warehouse}/x/' WITH (format='JSON', partitioned_by=ARRAY['a'])",
         "must be the query's last ones"),
        ("CREATE TABLE music.t WITH (bucketed_by = ARRAY['a'], bucket_count = 3) AS SELECT 1 AS a", "bucketed_by"),
        ("CREATE TABLE music.t WITH (format = 'AVRO') AS SELECT 1 AS a", "AVRO is not covered yet"),
        ("CREATE TABLE music.t WITH (write_compression = 'LZ4') AS SELECT 1 AS a", "lz4"),
        ("CREATE TABLE music.t WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a", "all columns are keys"),
        ("CREATE TABLE music.t WITH (is_external = false) AS SELECT 1 AS a", "table_type = 'ICEBERG'"),
        ("CREATE EXTERNAL TABLE raw.t (a int) STORED AS ORC LOCATION '${warehouse}/x/'", "ORC are not covered"),
        ("CREATE EXTERNAL TABLE raw.t (a int)", "LOCATION is missing here"),
        ("CREATE EXTERNAL TABLE raw.t (a int) PARTITIONED BY (a int) LOCATION '${warehouse}/x/'", "a key"),
        ("CREATE EXTERNAL TABLE raw.t (a int) LOCATION '${warehouse}/x/' TBLPROPERTIES ('projection.enabled'='true')",
         "is not covered yet"),
        ("CREATE EXTERNAL TABLE raw.plays (a int) LOCATION '${warehouse}/x/'", "the crawler 'plays' has made it"),
        ("ALTER TABLE raw.plays ADD PARTITION (day = '2021-01-01')", "the crawler 'plays' has made it"),
        ("MSCK REPAIR TABLE raw.plays", "the crawler 'plays' has made it"),
        ("MSCK REPAIR TABLE music.songs", "is an Iceberg table"),
        ("ALTER TABLE music.songs ADD PARTITION (a = 1)", "is an Iceberg table"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(house: House, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as found:
        house.run(sql)
    assert said in str(found.value)
    assert not house.layout.outputs.exists() or _files(house.layout.outputs) == []
