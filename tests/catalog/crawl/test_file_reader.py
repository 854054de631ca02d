"""One file after the other: what it is, and what is wrong with it."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from wavehouse.catalog.file_reader import FileReader
from wavehouse.catalog.read_file import Problem, ReadFile
from wavehouse.catalog.remembered import Memory, MemoryFile
from wavehouse.catalog.tree import walk_directory
from wavehouse.core.columns import Column
from wavehouse.core.exclusions import Exclusions
from wavehouse.core.progress import Silent
from wavehouse.engines.engine import Engine
from wavehouse.store.object_store import LocalFiles

_CSV = b"id,plays\na,1\nb,2\n"


def _read(
    root: Path, engine: Engine, scratch: Path, *, sample: bool = False
) -> dict[str, ReadFile | Problem]:
    tree = walk_directory(root, Exclusions([]), Silent())
    scratch.mkdir(exist_ok=True)
    reader = FileReader(tree, LocalFiles(), lambda: engine, scratch, sample=sample)
    found = {file.path: reader.read(file) for file in tree.files}
    assert list(scratch.iterdir()) == []
    return found


def _one(root: Path, engine: Engine, tmp_path: Path, *, sample: bool = False) -> ReadFile | Problem:
    return next(iter(_read(root, engine, tmp_path / "scratch", sample=sample).values()))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def _parquet(path: Path, rows: int = 3) -> None:
    table = pa.table({"id": [f"t{at}" for at in range(rows)], "plays": list(range(rows))})
    pq.write_table(table, path)


def test_a_file_is_what_stands_in_it(root: Path, engine: Engine, tmp_path: Path) -> None:
    (root / "a.parquet").write_bytes(_CSV)
    (root / "b.csv.gz").write_bytes(gzip.compress(_CSV))
    (root / "c.xml").write_bytes(b'{"id": "a", "plays": 1}\n')
    (root / "d[1]*.csv").write_bytes(b"\xef\xbb\xbf" + _CSV.replace(b"\n", b"\r\n"))
    with pa.CompressedOutputStream(str(root / "e.zst"), "zstd") as stream:
        stream.write(_CSV)
    _parquet(root / "f.csv")
    found = _read(root, engine, tmp_path / "scratch")
    assert {path: str(file.form) for path, file in found.items() if isinstance(file, ReadFile)} == {
        "a.parquet": "CSV with ','",
        "b.csv.gz": "CSV with ',', gzip",
        "c.xml": "JSON",
        "d[1]*.csv": "CSV with ','",
        "e.zst": "CSV with ',', zstd",
        "f.csv": "Parquet",
    }
    columns = {file.columns for file in found.values() if isinstance(file, ReadFile)}
    assert columns == {
        (Column("id", "string"), Column("plays", "int")),
        (Column("id", "string"), Column("plays", "bigint")),
    }


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"", "empty", "it is empty"),
        (b" \n\n", "damaged", "nothing but blanks"),
        (b"Obj\x01xxxx", "not covered", "an Avro file"),
        (b"ORC....", "not covered", "an ORC file"),
        (b"PK\x03\x04....", "not covered", "a zip archive"),
        (b"<?xml version='1.0'?><a/>", "not covered", "XML"),
        (b"\xff\xfea\x00b\x00", "not covered", "UTF-16"),
        (b'[{"a": 1}]', "not covered", "one JSON array"),
        (b'{\n  "a": 1\n}\n', "not covered", "JSON objects over several lines"),
        (b"hello\nworld\n", "not covered", "text that is no CSV"),
        (b"id,plays\n", "not covered", "text that is no CSV"),
        (bytes(range(256)) * 4, "not covered", "not text"),
        (b"\x00" * 100, "not covered", "not text"),
        (b"PAR1", "damaged", "half-written"),
        (b"PAR1" + b"x" * 100, "damaged", "half-written"),
        (b"PAR1" + b"x" * 100 + b"PAR1", "damaged", "its footer cannot be read"),
        (gzip.compress(_CSV, mtime=0)[:-9], "damaged", "ends early"),
        (gzip.compress(b"\x00" * 300_000_000, mtime=0), "damaged", "unpacks to more than 200 times"),
        (b"a,b\n" + b"1,2\n" * 20 + b"1\n", "damaged", "line 22: missing columns"),
        (b'a,b\n1,"x\n2,3\n', "damaged", "line 2: unquoted value"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told(
    content: bytes, kind: str, told: str, root: Path, engine: Engine, tmp_path: Path
) -> None:
    name = "file.gz" if content.startswith(b"\x1f\x8b") else "file"
    (root / name).write_bytes(content)
    found = _one(root, engine, tmp_path)
    assert isinstance(found, Problem)
    assert (found.path, found.kind) == (name, kind)
    assert told in found.what


def test_half_a_parquet_file_is_told(root: Path, engine: Engine, tmp_path: Path) -> None:
    _parquet(root / "a", 1000)
    whole = (root / "a").read_bytes()
    (root / "a").write_bytes(whole[: len(whole) // 2])
    (root / "b").write_bytes(whole[:100] + whole[2000:])
    found = _read(root, engine, tmp_path / "scratch")
    assert isinstance(found["a"], Problem)
    assert "half-written" in found["a"].what
    assert isinstance(found["b"], Problem)
    assert "its footer lies: the column 'plays' would lie at bytes" in found["b"].what


def test_a_footer_that_lies_about_its_rows_is_told(root: Path, engine: Engine, tmp_path: Path) -> None:
    _parquet(root / "a", 1000)
    content = (root / "a").read_bytes()
    (length,) = struct.unpack("<I", content[-8:-4])
    start = len(content) - 8 - length
    # Thrift writes 1000 as the zigzag varint D0 0F; the first one in the footer is the file's own count.
    at = content.index(b"\xd0\x0f", start)
    (root / "a").write_bytes(content[:at] + b"\xd2\x0f" + content[at + 2 :])
    found = _one(root, engine, tmp_path)
    assert isinstance(found, Problem)
    assert found.what == "its footer lies: it has 1,001 rows, and its row groups have 1,000"


def test_types_of_parquet_are_those_of_tables(root: Path, engine: Engine, tmp_path: Path) -> None:
    moment = pa.scalar(0, pa.timestamp("us"))
    arrays = {
        "i8": pa.array([1], pa.int8()), "u32": pa.array([1], pa.uint32()), "u64": pa.array([1], pa.uint64()),
        "f": pa.array([1], pa.float32()), "d": pa.array(["1.50"]).cast(pa.decimal128(5, 2)),
        "ns": pa.array([0], pa.timestamp("ns")), "us": pa.array([moment.as_py()], pa.timestamp("us")),
        "tz": pa.array([moment.as_py()], pa.timestamp("us", "UTC")),
        "zone": pa.array([moment.as_py()], pa.timestamp("us", "Europe/Berlin")),
        "day": pa.array([0], pa.date32()), "tags": pa.array([["a"]]),
        "word": pa.array(["a"]).dictionary_encode(),
        "raw": pa.array([b"x"]), "struct": pa.array([{"a": 1}]), "time": pa.array([0], pa.time64("us")),
    }  # fmt: skip
    pq.write_table(pa.table(arrays), root / "a")
    found = _one(root, engine, tmp_path)
    assert isinstance(found, ReadFile)
    assert {column.name: column.type for column in found.columns} == {
        "i8": "int", "u32": "bigint", "u64": "decimal(20,0)", "f": "float", "d": "decimal(5,2)",
        "ns": "timestamp", "us": "timestamp", "tz": "timestamptz", "zone": "timestamptz", "day": "date",
        "tags": "array<string>", "word": "string",
    }  # fmt: skip
    assert "the column 'raw' is left out: no table can hold a binary" in found.notes
    assert "'ns' is a timestamp in ns" in found.obstacles
    assert "'zone' is a timestamp of the zone Europe/Berlin" in found.obstacles


def test_names_that_differ_by_case_alone_are_told(root: Path, engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1], "ID": [2]}), root / "a")
    found = _one(root, engine, tmp_path)
    assert isinstance(found, ReadFile)
    assert [column.name for column in found.columns] == ["id"]
    assert found.obstacles == ("names differ by case alone: 'id' and 'ID'",)


def test_a_sample_is_the_first_thousand_records(root: Path, engine: Engine, tmp_path: Path) -> None:
    rows = [f'"a\n{at}",{at}' for at in range(1500)] + ["b,x"]
    (root / "a").write_text("id,plays\n" + "\n".join(rows) + "\n", "utf-8")
    found = _one(root, engine, tmp_path, sample=True)
    assert isinstance(found, ReadFile)
    assert found.rows is None
    assert [
        (column.type, census.values) for column, census in zip(found.columns, found.censuses, strict=True)
    ] == [
        ("string", 1000),
        ("int", 1000),
    ]


def test_what_was_read_can_be_remembered(root: Path, engine: Engine, tmp_path: Path) -> None:
    (root / "a.csv").write_bytes(b"id,plays,score,day\na,1,1.50,2020-01-31\nb,x,2.25,\n")
    (root / "b.json").write_bytes(b'{"tags": ["a"], "n": 1}\n')
    (root / "c").write_bytes(b"Obj\x01")
    _parquet(root / "d.parquet")
    found = _read(root, engine, tmp_path / "scratch")
    files = [one for one in found.values() if isinstance(one, ReadFile)]
    problem = found["c"]
    assert isinstance(problem, Problem)
    memory = Memory({file.path: file for file in files}, {"c": (4, 7, problem)}, {"a.csv": "raw.a_csv"})
    kept = MemoryFile.of(tmp_path / "crawls", "landing", "settings")
    kept.save(memory)
    assert kept.load() == memory
    assert kept.load().known("c", 4, 7) == problem
    assert kept.load().known("c", 4, 8) is None
    assert MemoryFile(kept.path, "other settings").load().files == {}
    kept.path.write_bytes(kept.path.read_bytes()[:-40])
    assert kept.load().files == {}
