"""`flow sql` over files of one's own: the statement gives the rows that a run reads."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.pipeline.own_project import Own, table

_FILES = {
    "data/1.csv": "id,n\n1,2\n",
    "data/sub/2.csv": "n,id\n4,3\n",
    "data/_x.csv": "id,n\n7,7\n",
    "data/3.old": "id,n\n9,9\n",
    "odd/a.csv": "1;'a;b'\n2;\n",
    "json/a.json": '{"id": 1, "n": "x"}\n{"id": 2}\n',
}


@pytest.fixture
def own(tmp_path: Path) -> Own:
    own = Own.at(tmp_path)
    own.write(_FILES)
    own.sql(
        "COPY (SELECT 1 AS id, TIMESTAMP '2024-01-01' AS t) TO '{d}/a.parquet' (FORMAT parquet)",
        "parquet/k=1",
    )
    return own


def _flow(own: Own, kind: str, path: str, more: str) -> None:
    own.flow("f", f'in:\n  {kind}: {{Name: i, Paths: ["{path}"]{more}}}\n' + table("out", "in", "my.t"))


@pytest.mark.parametrize(
    ("kind", "path", "more"),
    [
        ("S3CsvSource", "data/", ", Exclusions: ['**.old']"),
        ("S3CsvSource", "data/", ", Exclusions: ['**.old'], Recurse: false"),
        ("S3CsvSource", "odd/", ", WithHeader: false, Separator: semicolon, QuoteChar: single_quote"),
        ("S3JsonSource", "json/", ""),
        ("S3ParquetSource", "parquet/", ""),
    ],
)
def test_it_gives_the_rows_of_a_run(own: Own, wavehouse: Wavehouse, kind: str, path: str, more: str) -> None:
    _flow(own, kind, path, more)
    asked = wavehouse("flow", "sql", "--project", own.root, "--lake", own.lake.root)
    assert asked.code == 0, asked.stderr
    with contextlib.chdir(own.root), own.lake.engine() as engine:
        columns = [(column.name, column.type) for column in engine.columns(asked.stdout)]
        rows = sorted(engine.rows(asked.stdout), key=repr)
    own.lake.run()
    head = own.lake.rows("SELECT * FROM {t}", "my.t")
    assert rows == sorted(head, key=repr)
    assert len(rows) > 0
    described = own.lake.rows("DESCRIBE SELECT * FROM {t}", "my.t")
    assert [name for name, _ in columns] == [row[0] for row in described]


@pytest.mark.parametrize(
    ("more", "said"),
    [(", SkipFirst: true", "SkipFirst cannot be said"), (", Escaper: '!'", "Escaper cannot be said")],
)
def test_what_cannot_be_said_is_refused(own: Own, wavehouse: Wavehouse, more: str, said: str) -> None:
    _flow(own, "S3CsvSource", "data/1.csv", more)
    asked = wavehouse("flow", "sql", "--project", own.root, "--lake", own.lake.root)
    assert (asked.code, said in asked.stderr, "node 'in'" in asked.stderr) == (2, True, True)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("S3ParquetSource", "", "FROM `parquet`.`parquet/`"),
        ("S3ParquetSource", ", Exclusions: ['x']", "cannot be said in Spark's SQL"),
        ("S3CsvSource", "", "cannot be said in Spark's SQL"),
    ],
)
def test_in_spark(own: Own, wavehouse: Wavehouse, kind: str, more: str, said: str) -> None:
    _flow(own, kind, "parquet/" if kind == "S3ParquetSource" else "data/1.csv", more)
    asked = wavehouse("flow", "sql", "--dialect", "spark", "--project", own.root, "--lake", own.lake.root)
    assert said in asked.stdout + asked.stderr


def test_what_is_not_here_has_the_columns_that_the_node_shows(own: Own, wavehouse: Wavehouse) -> None:
    shows = ", OutputSchemas: [{Columns: [{Name: a, Type: string}, {Name: b, GlueStudioType: long}]}]"
    _flow(own, "S3ParquetSource", "s3://bucket/x/", shows)
    asked = wavehouse("flow", "sql", "--dialect", "spark", "--project", own.root, "--json")
    assert asked.json["columns"] == [{"name": "a", "type": "string"}, {"name": "b", "type": "bigint"}]
    refused = wavehouse("flow", "sql", "--project", own.root)
    assert "node 'in': the path 's3://bucket/x/' leads to a bucket" in refused.stderr
    _flow(own, "S3ParquetSource", "s3://bucket/x/", "")
    assert "leads to a bucket" in wavehouse("flow", "sql", "--project", own.root).stderr
