"""External tables whose files lie in a bucket."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.object_store.seaweedfs import S3Server

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.catalog.sqlite_store import SqliteStore
from wavehouse.catalog.table_source import CatalogTables
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading, Partition
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.query.answer import answer
from wavehouse.store.files_anywhere import FilesAnywhere
from wavehouse.store.object_store import S3Endpoint


def test_files_in_a_bucket_are_listed_and_read(
    tmp_path: Path, s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    client = s3_server.client()
    objects = {
        "plays/year=2020/a.csv": b"1\n2\n",
        "plays/year=2021/b.csv": b"3\n",
        "plays/year=2021/_x": b"9\n",
    }
    for key, content in objects.items():
        with client.open_output_stream(f"{bucket}/{key}") as stream:
            stream.write(content)
    with client.open_output_stream(f"{bucket}/songs/s.parquet") as stream:
        pq.write_table(pa.table({"n": [1, 2]}), stream)
    root = f"s3://{bucket}"
    layout = LakeLayout(tmp_path)
    external = SqlTables(SqliteStore(layout.catalog))
    plays = CatalogTable(
        TableName("raw", "plays"),
        "csv",
        f"{root}/plays",
        (CatalogColumn("n", "int"),),
        (CatalogColumn("year", "int"),),
        CsvReading(header=False),
    )
    parts = [Partition((str(year),), f"{root}/plays/year={year}") for year in (2020, 2021)]
    external.put(plays, parts)
    songs = CatalogTable(
        TableName("raw", "songs"), "parquet", f"{root}/songs", (CatalogColumn("n", "bigint"),)
    )
    external.put(songs)
    endpoint = S3Endpoint(s3_server.url, s3_server.region)
    source = CatalogTables(LakeHead(layout), external, FilesAnywhere(endpoint))
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path / "scratch", threads=2, s3=endpoint)
    try:
        joined = "SELECT p.n, p.year FROM raw.plays p JOIN raw.songs s ON s.n = p.n ORDER BY 1"
        assert answer(joined, source, engine).rows == [(1, 2020), (2, 2020)]
        paths = answer('SELECT "$path" FROM raw.plays WHERE year = 2021', source, engine).rows
        assert paths == [(f"{root}/plays/year=2021/b.csv",)]
        found = answer("SELECT sum(n) FROM raw.plays WHERE year = 2021", source, engine)
        assert (found.rows, found.scanned_bytes) == ([(3,)], 2)
    finally:
        engine.close()
