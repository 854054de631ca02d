"""A crawl of a bucket: the same tables as of a folder."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet as pq
from tests.conftest import Wavehouse
from tests.object_store.seaweedfs import S3Server
from tests.object_store.warehouse_file import write_warehouse_file


def test_a_prefix_becomes_tables(
    s3_server: S3Server, bucket: str, wavehouse: Wavehouse, tmp_path: Path
) -> None:
    client = s3_server.client()

    def put(key: str, content: bytes) -> None:
        with client.open_output_stream(f"{bucket}/{key}", compression=None) as stream:
            stream.write(content)

    parquet = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"], "plays": [1], "ok": [True]}), parquet)
    for key in ("2020", "2021"):
        put(f"landing/plays/year={key}/a.csv.gz", gzip.compress(b"id,plays\na,1\n"))
    put("landing/tracks/1.parquet", parquet.getvalue())
    put("landing/tracks/2.parquet", parquet.getvalue()[:100])
    put("landing/_tmp/x.csv", b"name,born\nabba,1972\n")
    (tmp_path / "lake").mkdir()
    write_warehouse_file(tmp_path / "lake", f"s3://{bucket}/lake", s3_server.url)
    credentials = s3_server.environment
    target = f"s3://{bucket}/landing"
    document = wavehouse("crawl", target, "--database", "raw", "--json", env=credentials).json
    tables = {table["name"]: table for table in document["tables"]}
    assert set(tables) == {"raw.plays", "raw.tracks"}, document["problems"]
    assert tables["raw.plays"]["location"] == f"{target}/plays"
    assert [one["location"] for one in tables["raw.plays"]["partitions"]] == [
        f"{target}/plays/year=2020",
        f"{target}/plays/year=2021",
    ]
    assert [(problem["path"], problem["kind"]) for problem in document["problems"]] == [
        ("tracks/2.parquet", "damaged")
    ]
    answer = wavehouse("sql", "SELECT plays FROM raw.tracks", "--json", env=credentials).json
    assert answer["rows"] == [[1]]
    again = wavehouse("crawl", target, "--database", "raw", "--json", env=credentials).json
    assert {table["change"] for table in again["tables"]} == {"unchanged"}
    assert again["files"]["opened"] == 0
