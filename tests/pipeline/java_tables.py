"""What tables Iceberg in Java is asked about: a project whose runs write one, and statements that do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.pipeline.conftest import Lake, write
from tests.pipeline.own_project import Own, sql, table

from wavehouse.project.project import Project

CONTRACT = """\
source: things
files: ["things*.csv"]
key: [id]
columns:
  id: {type: int, required: true}
  name: {type: string}
  share: {type: double}
  size: {type: int}
  price: {type: "decimal(9,2)"}
  day: {type: date}
  at: {type: timestamp}
  good: {type: boolean}
  decade: {type: int}
quality:
  rules: |
    Rules = [ColumnValues "size" < 1000, ColumnValues "name" in ["n0", "n1", "ü 'x'", ""]]
"""
_QUERY = (
    "SELECT id, name, share, size, price, day, at, good, decade, split(name, ' ') AS words, "
    "array(CAST(size AS INT), NULL) AS sizes FROM t"
)
_VALUES = """
    (1, BIGINT '9223372036854775807', REAL '1.5', DOUBLE '-0.0', DECIMAL '1234567.89', true,
     DATE '1582-10-04', TIMESTAMP '1900-01-01 00:00:00.000', ARRAY['a', NULL], 'a'),
    (2, BIGINT '-1', CAST(nan() AS real), infinity(), DECIMAL '-0.01', false, DATE '9999-12-31',
     TIMESTAMP '2024-02-29 01:02:03.456', ARRAY['b'],
     'a text that is longer than the sixteen signs of a bound'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
"""
STATEMENTS = (
    "CREATE TABLE music.kinds "
    "WITH (table_type = 'ICEBERG', is_external = false, partitioning = ARRAY['good']) "
    f"AS SELECT * FROM (VALUES {_VALUES}) AS t(id, large, small, share, price, good, day, at, words, name)",
    "INSERT INTO music.kinds SELECT id + 10, large, small, -share, price, good, day, at, words, name "
    "FROM music.kinds",
    "UPDATE music.kinds SET name = 'ü' WHERE id = 1",
    "DELETE FROM music.kinds WHERE id = 12",
    "MERGE INTO music.kinds t USING (VALUES (1, 'y'), (99, 'z')) AS s(id, name) ON t.id = s.id "
    "WHEN MATCHED THEN UPDATE SET name = s.name "
    "WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)",
    "ALTER TABLE music.kinds ADD COLUMNS (more int)",
    "ALTER TABLE music.kinds CHANGE COLUMN id id bigint",
    "ALTER TABLE music.kinds CHANGE COLUMN price price decimal(12,2)",
    "UPDATE music.kinds SET more = 5 WHERE id > 10",
    "ALTER TABLE music.kinds DROP COLUMN name",
    "ALTER TABLE music.kinds ADD COLUMNS (name string)",
    "INSERT INTO music.kinds (id, name) VALUES (7000000000, 'again')",
    "OPTIMIZE music.kinds REWRITE DATA USING BIN_PACK",
)
# By Java, on a copy of the table that runs write.
CHANGES = (
    "DELETE FROM others.ours.things WHERE id = 13",
    "UPDATE others.ours.things SET name = 'by Java', words = array('x', NULL) WHERE id IN (1, 4)",
    "MERGE INTO others.ours.things t USING (SELECT id FROM others.ours.things WHERE id > 8) s "
    "ON t.id = s.id AND t.id < 12 WHEN MATCHED THEN UPDATE SET size = 7000000000 "
    "WHEN NOT MATCHED THEN INSERT (id, decade) VALUES (s.id + 100, 1950)",
    "ALTER TABLE others.ours.things ADD COLUMN more INT",
)
# By Java, on a table of its own.
THEIRS = (
    "CREATE TABLE others.theirs.songs (id INT, name STRING, decade INT, price DECIMAL(9,2), day DATE, "
    "moment TIMESTAMP, at TIMESTAMP_NTZ, words ARRAY<STRING>) USING iceberg PARTITIONED BY (decade)",
    "INSERT INTO others.theirs.songs SELECT CAST(id AS INT), concat('n', id), "
    "CAST(1990 + 10 * (id % 3) AS INT), id / 4, "
    "DATE '1582-10-04', TIMESTAMP '2024-02-29 01:02:03.123456', TIMESTAMP_NTZ '1900-01-01 00:00:00', "
    "array('a', NULL) FROM range(30)",
    "MERGE INTO others.theirs.songs t USING (SELECT CAST(id AS INT) AS id, 'x' AS name FROM range(5, 40)) s "
    "ON t.id = s.id WHEN MATCHED AND t.id < 8 THEN DELETE WHEN MATCHED THEN UPDATE SET name = s.name "
    "WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)",
    "UPDATE others.theirs.songs SET price = 7 WHERE id = 2",
    "DELETE FROM others.theirs.songs WHERE id = 3",
    "ALTER TABLE others.theirs.songs ALTER COLUMN id TYPE BIGINT",
    "ALTER TABLE others.theirs.songs RENAME COLUMN name TO title",
    "ALTER TABLE others.theirs.songs ADD COLUMN name STRING",
    "INSERT INTO others.theirs.songs VALUES "
    "(7000000000, 'title', NULL, NULL, NULL, NULL, NULL, NULL, 'name')",
    "ALTER TABLE others.theirs.songs DROP COLUMN name",
    "ALTER TABLE others.theirs.songs ADD COLUMN name STRING",
)
MORE_OF_THEIRS = (
    "INSERT INTO others.theirs.songs VALUES (41, NULL, 2020, NULL, NULL, NULL, NULL, NULL, 'again')",
    "CREATE TABLE others.theirs.parts USING iceberg PARTITIONED BY (bucket(4, id), truncate(2, name)) "
    "AS SELECT id, concat('n', id) AS name FROM range(10)",
    "CREATE TABLE others.theirs.orc USING iceberg TBLPROPERTIES ('write.format.default' = 'orc') "
    "AS SELECT id FROM range(10)",
)


def project_of_things(folder: Path) -> Own:
    """A project with values of every type that files have, and lists of them, in partitions."""
    own = Own.at(folder)
    own.write({"contracts/things.yaml": CONTRACT})
    source = "csv:\n  S3CsvSource: {Name: csv, Paths: ['${staging}/things/']}\n"
    target = table("target", "typed", "db.things", ", PartitionKeys: [[decade]]")
    own.flow("things", source + sql("typed", _QUERY, t="csv") + target)
    return Own(own.root, Lake(own.lake.root, Project.at(own.root)))


def things(path: Path, numbers: range, **changed: Any) -> Path:
    """Write rows of things.csv; every seventh is kept aside. Returns the folder."""
    rows = [
        {
            "id": n,
            "name": ("n0", "n1", "ü 'x'", "")[n % 4],
            "share": ("0.1", "-0.0", "1e300", "")[n % 4],
            "size": ("214", "-1", "")[n % 3] if n % 7 else 2_000,
            "price": ("-0.01", "1234567.89", "")[n % 3],
            "day": ("2024-02-29", "1582-10-04", "")[n % 3],
            "at": ("2024-02-29 01:02:03.123456", "1900-01-01 00:00:00", "")[n % 3],
            "good": ("true", "false", "")[n % 3],
            "decade": ("1990", "2000", "")[n % 3],
            **changed,
        }
        for n in numbers
    ]
    return write(path / "things.csv", rows).parent
