"""Which statements of Athena are covered, and how: the page docs/athena-statements.md is made of this.

Each has an example; the tests run them one after the other, in this order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

How = Literal["same", "same, with a rewrite", "refused"]

SAME: How = "same"
REWRITE: How = "same, with a rewrite"
REFUSED: How = "refused"

_ICEBERG = "table_type = 'ICEBERG', is_external = false"
_PLACE = "${warehouse}"


@dataclass(frozen=True)
class Statement:
    """A statement as it is written, whether it means here what it means in Athena, and what to know of it."""

    syntax: str
    how: How
    note: str
    example: str
    writes: bool = False


STATEMENTS = (
    Statement("`SELECT`, `WITH`, `VALUES`", REWRITE, "translated; what is not known is refused", "VALUES 1"),
    Statement(
        '`SELECT "$path" FROM t`',
        SAME,
        "the file of a row; other hidden columns are refused",
        'SELECT "$path" FROM raw.plays',
    ),
    Statement(
        '`FROM "t$files"`, `$history`, `$manifests`, `$partitions`, `$refs`, `$snapshots`',
        SAME,
        "of Iceberg tables; with the columns of Trino's page",
        'SELECT * FROM music."songs$files"',
    ),
    Statement(
        '`FROM "t$properties"`, `$entries`, …; `FOR … AS OF` behind any of them',
        REFUSED,
        "",
        'SELECT * FROM music."songs$properties"',
    ),
    Statement(
        "`EXPLAIN [(FORMAT TEXT)] query`",
        REWRITE,
        "a plan of our own: columns and types, tables with snapshot, files and columns that are read, and "
        "the SQL that is run here",
        "EXPLAIN SELECT id FROM music.songs",
    ),
    Statement("`EXPLAIN ANALYZE`, other formats", REFUSED, "run the query", "EXPLAIN ANALYZE SELECT 1"),
    Statement("`SHOW DATABASES \\| SCHEMAS [LIKE 'a*\\|b*']`", SAME, "", "SHOW DATABASES LIKE 'mu*'"),
    Statement("`SHOW TABLES [IN db] ['a*']`", SAME, "views among them", "SHOW TABLES IN music 'so*'"),
    Statement("`SHOW VIEWS [IN db] [LIKE 'a*']`", SAME, "", "SHOW VIEWS IN music"),
    Statement(
        "`SHOW COLUMNS {FROM \\| IN} t [{FROM \\| IN} db]`", SAME, "", "SHOW COLUMNS IN songs FROM music"
    ),
    Statement(
        "`SHOW PARTITIONS t`",
        SAME,
        "of external tables; Athena has it for no others",
        "SHOW PARTITIONS raw.plays",
    ),
    Statement(
        "`SHOW CREATE TABLE t`",
        SAME,
        "one row a line; places are those of this machine",
        "SHOW CREATE TABLE music.songs",
    ),
    Statement("`SHOW TBLPROPERTIES t [('name')]`", SAME, "", "SHOW TBLPROPERTIES raw.plays"),
    Statement("`SHOW FUNCTIONS`, `CATALOGS`, `STATS`, …", REFUSED, "", "SHOW FUNCTIONS"),
    Statement(
        "`DESCRIBE t [PARTITION (…)] [column]`",
        SAME,
        "three columns, without the blanks and tabs that Athena pads them with",
        "DESCRIBE music.songs",
    ),
    Statement("`DESCRIBE EXTENDED \\| FORMATTED`", REFUSED, "", "DESCRIBE FORMATTED music.songs"),
    Statement(
        "`CREATE [OR REPLACE] VIEW v AS query`",
        SAME,
        "read with names of its own; a stale one, and views in a circle, say so; at most 16 deep",
        "CREATE OR REPLACE VIEW music.v AS SELECT id FROM music.songs",
        writes=True,
    ),
    Statement("`SHOW CREATE VIEW v`, `DESCRIBE v`", SAME, "", "SHOW CREATE VIEW music.v"),
    Statement("`DROP VIEW [IF EXISTS] v`", SAME, "", "DROP VIEW music.v", writes=True),
    Statement(
        "`PREPARE name FROM statement`",
        SAME,
        "kept in the lake; names are the same in any case",
        "PREPARE p FROM SELECT ? + 1",
    ),
    Statement("`EXECUTE name [USING constant, …]`", SAME, "", "EXECUTE p USING 1"),
    Statement("`DEALLOCATE PREPARE name`", SAME, "", "DEALLOCATE PREPARE p"),
    Statement("`DESCRIBE INPUT \\| OUTPUT name`", REFUSED, "", "DESCRIBE INPUT p"),
    Statement(
        "`CREATE TABLE t WITH (table_type = 'ICEBERG', …) AS query`",
        REWRITE,
        "`format` PARQUET, `write_compression` ZSTD, `partitioning` by one column, `location` only where the "
        "lake puts the table; other values, and transforms, are refused by name",
        f"CREATE TABLE music.t WITH ({_ICEBERG}, partitioning = ARRAY['k']) AS SELECT 1 AS k, 'a' AS v",
        writes=True,
    ),
    Statement(
        "`CREATE TABLE t [WITH (…)] AS query`",
        REWRITE,
        "Parquet or JSON, `partitioned_by`, `external_location` in the lake's folder of files, at most 100 "
        "partitions; JSON of texts, whole numbers and booleans only",
        f"CREATE TABLE music.f WITH (external_location = '{_PLACE}/f/') AS SELECT 1 AS a",
        writes=True,
    ),
    Statement(
        "`bucketed_by`, ORC, Avro, text",
        REFUSED,
        "",
        "CREATE TABLE music.x WITH (bucketed_by = ARRAY['a']) AS SELECT 1 AS a",
        writes=True,
    ),
    Statement(
        "`CREATE TABLE t (…) [PARTITIONED BY (c)] TBLPROPERTIES ('table_type'='ICEBERG')`",
        SAME,
        "the lake says where it lies; comments are refused",
        "CREATE TABLE music.u (a int, b string) TBLPROPERTIES ('table_type'='ICEBERG')",
        writes=True,
    ),
    Statement(
        "`CREATE EXTERNAL TABLE t (…) … LOCATION '…'`",
        SAME,
        "CSV (LazySimpleSerDe, OpenCSVSerde), JSON lines and Parquet, in the lake's folder of files",
        f"CREATE EXTERNAL TABLE raw.e (a int) PARTITIONED BY (d string) LOCATION '{_PLACE}/e/'",
        writes=True,
    ),
    Statement(
        "`INSERT INTO t [(c, …)] query`",
        SAME,
        "Iceberg tables; types must coerce as in Trino",
        "INSERT INTO music.t VALUES (2, 'b')",
        writes=True,
    ),
    Statement(
        "`INSERT INTO` an external table",
        REFUSED,
        "make an Iceberg table",
        "INSERT INTO music.f VALUES 2",
        writes=True,
    ),
    Statement(
        "`DELETE FROM t [WHERE …]`",
        SAME,
        "the files with such rows are written anew",
        "DELETE FROM music.t WHERE k = 2",
        writes=True,
    ),
    Statement(
        "`UPDATE t SET c = …, … [WHERE …]`", SAME, "likewise", "UPDATE music.t SET v = 'c'", writes=True
    ),
    Statement(
        "`MERGE INTO t USING … ON … WHEN …`",
        SAME,
        "a row that several rows of the source match, each with something to do, is an error",
        "MERGE INTO music.t USING music.songs s ON t.k = s.id WHEN MATCHED THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT (k) VALUES (s.id)",
        writes=True,
    ),
    Statement(
        "`OPTIMIZE t REWRITE DATA USING BIN_PACK [WHERE …]`",
        REWRITE,
        "the files of a partition become one, whatever their size",
        "OPTIMIZE music.t REWRITE DATA USING BIN_PACK",
        writes=True,
    ),
    Statement(
        "`VACUUM t`",
        REWRITE,
        "snapshots expire; files go with the next `wavehouse vacuum`",
        "VACUUM music.t",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t ADD COLUMNS (…)`, `DROP COLUMN c`",
        SAME,
        "Iceberg tables",
        "ALTER TABLE music.t ADD COLUMNS (w double)",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t CHANGE [COLUMN] c c type`",
        SAME,
        "to a wider type",
        "ALTER TABLE music.u CHANGE COLUMN a a bigint",
        writes=True,
    ),
    Statement(
        "`CHANGE COLUMN` with another name, a comment or a place",
        REFUSED,
        "",
        "ALTER TABLE music.t CHANGE COLUMN k l int",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t SET \\| UNSET TBLPROPERTIES (…)`",
        SAME,
        "those of `VACUUM` and `OPTIMIZE`",
        "ALTER TABLE music.t SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = '2')",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t ADD [IF NOT EXISTS] PARTITION (…) [LOCATION '…'] …`",
        SAME,
        "external tables that statements have made",
        "ALTER TABLE raw.e ADD PARTITION (d = 'x')",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t DROP [IF EXISTS] PARTITION (…), …`",
        SAME,
        "likewise",
        "ALTER TABLE raw.e DROP PARTITION (d = 'x')",
        writes=True,
    ),
    Statement(
        "`MSCK REPAIR TABLE t`",
        SAME,
        "likewise; no partition is removed",
        "MSCK REPAIR TABLE raw.e",
        writes=True,
    ),
    Statement(
        "`ALTER TABLE t RENAME`, `REPLACE COLUMNS`, `SET LOCATION`, …",
        REFUSED,
        "",
        "ALTER TABLE music.t RENAME TO music.s",
        writes=True,
    ),
    Statement(
        "`UNLOAD (query) TO '…' WITH (format = …)`",
        REWRITE,
        "Parquet or JSON, in the lake's folder of files: `${warehouse}/folder/`",
        f"UNLOAD (SELECT id FROM music.songs) TO '{_PLACE}/out/' WITH (format = 'JSON')",
        writes=True,
    ),
    Statement(
        "`DROP TABLE [IF EXISTS] t`",
        SAME,
        "files of Iceberg tables go with the next `wavehouse vacuum`",
        "DROP TABLE music.t",
        writes=True,
    ),
    Statement(
        "`CREATE \\| DROP \\| ALTER DATABASE`",
        REFUSED,
        "a database comes with its first table",
        "CREATE DATABASE x",
        writes=True,
    ),
)


def as_markdown() -> Iterator[str]:
    """The lines of the table."""
    yield "| statement | here | |"
    yield "|---|---|---|"
    for one in STATEMENTS:
        write = " (`--write`)" if one.writes and one.how != REFUSED else ""
        yield f"| {one.syntax} | {one.how}{write} | {one.note} |"
