"""What is written: in order, with the ids that the table gave, and no file without rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from wavehouse.core.columns import SCALARS, Column
from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import FieldIds

_IDS = FieldIds({"n": 7, "decade": 3})
_TYPES = [
    *SCALARS,
    "decimal(9,2)",
    "decimal(38,10)",
    "array<string>",
    "array<bigint>",
    "array<decimal(5,1)>",
]


def _ids(location: str) -> dict[str, int]:
    """Field ids as the Parquet file has them, elements of lists as `name.element`."""
    found = {}
    for field in pq.ParquetFile(location).schema_arrow:
        found[field.name] = int(field.metadata[b"PARQUET:field_id"])
        if hasattr(field.type, "value_field"):
            found[f"{field.name}.element"] = int(field.type.value_field.metadata[b"PARQUET:field_id"])
    return found


def _column(location: str, name: str) -> list[Any]:
    values: list[Any] = pq.ParquetFile(location).read().column(name).to_pylist()
    return values


def test_one_file_in_the_order_of_the_rows(engine: DuckDBEngine, tmp_path: Path) -> None:
    (written,) = engine.write_parquet(
        "SELECT (n * 7919) % 300000 AS n, 1990 AS decade FROM range(300000) t(n)",
        str(tmp_path / "out"),
        field_ids=_IDS,
    )
    assert _column(written.location, "n") == [(n * 7919) % 300000 for n in range(300000)]
    assert (written.rows, written.size) == (300000, Path(written.location).stat().st_size)
    assert Path(written.location).parent == tmp_path / "out"
    assert _ids(written.location) == {"n": 7, "decade": 3}


def test_ids_of_elements(engine: DuckDBEngine, tmp_path: Path) -> None:
    (written,) = engine.write_parquet(
        """SELECT ['a'] AS "my list", 1 AS n""",
        str(tmp_path / "out"),
        field_ids=FieldIds({"my list": 4, "n": 1}, {"my list": 9}),
    )
    assert _ids(written.location) == {"my list": 4, "my list.element": 9, "n": 1}


def test_every_partition_has_files_that_keep_the_column(engine: DuckDBEngine, tmp_path: Path) -> None:
    written = engine.write_parquet(
        "SELECT n, CASE WHEN n % 10 = 0 THEN NULL ELSE 1900 + n % 3 * 10 END::INT AS decade "
        "FROM range(1000) t(n) ORDER BY decade",
        str(tmp_path / "out"),
        field_ids=_IDS,
        partition_by="decade",
    )
    assert sum(file.rows for file in written) == 1000
    found: dict[int | None, int] = {}
    for file in written:
        assert _ids(file.location) == {"n": 7, "decade": 3}
        (decade,) = set(_column(file.location, "decade"))
        found[decade] = found.get(decade, 0) + file.rows
        assert Path(file.location).is_relative_to(tmp_path / "out")
    rows = [n for n in range(1000) if n % 10]
    assert found == {1900 + 10 * k: sum(n % 3 == k for n in rows) for k in range(3)} | {None: 100}


@pytest.mark.parametrize("partition_by", [None, "decade"])
def test_no_rows_no_file(engine: DuckDBEngine, tmp_path: Path, partition_by: str | None) -> None:
    out = tmp_path / "out"
    sql = "SELECT 1 AS n, 1 AS decade WHERE false"
    assert engine.write_parquet(sql, str(out), field_ids=_IDS, partition_by=partition_by) == []
    assert not [path for path in out.rglob("*") if path.is_file()]


def test_two_writings_never_meet(engine: DuckDBEngine, tmp_path: Path) -> None:
    engine.write_parquet("SELECT 1 AS n, 2 AS decade", str(tmp_path / "out"), field_ids=_IDS)
    with pytest.raises(FileExistsError):
        engine.write_parquet("SELECT 1 AS n, 2 AS decade", str(tmp_path / "out"), field_ids=_IDS)


def test_read_back_with_positions(engine: DuckDBEngine, tmp_path: Path) -> None:
    locations = []
    for part in range(2):
        sql = f"SELECT {part} * 10 + n AS n, 1 AS decade FROM range(3) t(n)"
        written = engine.write_parquet(sql, str(tmp_path / f"{part}"), field_ids=_IDS)
        locations += [file.location for file in written]
    found = engine.rows(
        f"SELECT n, filename, file_row_number FROM {engine.parquet(locations, with_position=True)} ORDER BY n"
    )
    assert found == [(part * 10 + at, locations[part], at) for part in range(2) for at in range(3)]
    assert engine.rows(f"SELECT count(*) FROM {engine.parquet(locations)}") == [(6,)]


def test_a_folder_named_like_a_partition_gives_no_column(engine: DuckDBEngine, tmp_path: Path) -> None:
    """Only what stands in the file counts: DuckDB by itself would take the folder's 7 for a BIGINT column."""
    (file,) = engine.write_parquet("SELECT 1 AS n, 2 AS decade", str(tmp_path / "run=7"), field_ids=_IDS)
    assert engine.columns(f"SELECT * FROM {engine.parquet([file.location])}") == (
        Column("n", "int"),
        Column("decade", "int"),
    )


@pytest.mark.parametrize("type_", _TYPES)
def test_a_null_has_the_type_that_it_stands_for(engine: DuckDBEngine, type_: str) -> None:
    sql = f"SELECT {engine.null(type_)} AS x"
    assert engine.columns(sql) == (Column("x", type_),)
    assert engine.rows(sql) == [(None,)]


def test_an_empty_relation_has_the_columns_and_no_row(engine: DuckDBEngine) -> None:
    columns = tuple(Column(f'the "{type_}"', type_) for type_ in _TYPES)
    sql = f"SELECT * FROM {empty_relation(engine, columns)}"
    assert engine.columns(sql) == columns
    assert engine.rows(sql) == []


def test_columns_in_the_words_of_the_catalog(engine: DuckDBEngine) -> None:
    sql = """
        SELECT 'a' AS s, 1 AS i, 1::BIGINT AS l, sum(1) AS total, 1.5::FLOAT AS f, 1.5::DOUBLE AS d,
               true AS b, DATE '2020-01-01' AS day, TIMESTAMP '2020-01-01' AS t,
               TIMESTAMPTZ '2020-01-01 00:00:00Z' AS z, 1.5::DECIMAL(5, 2) AS m, ['a'] AS texts,
               [[1]] AS "lists of lists"
    """
    assert {column.name: column.type for column in engine.columns(sql)} == {
        "s": "string",
        "i": "int",
        "l": "bigint",
        "total": "bigint",
        "f": "float",
        "d": "double",
        "b": "boolean",
        "day": "date",
        "t": "timestamp",
        "z": "timestamptz",
        "m": "decimal(5,2)",
        "texts": "array<string>",
        "lists of lists": "array<array<int>>",
    }


def test_columns_of_a_query_that_would_fail_when_run(engine: DuckDBEngine) -> None:
    assert engine.columns("SELECT CAST(error('it ran') AS INT) AS x") == (Column("x", "int"),)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT TIME '10:00:00' AS x", "a column of type TIME cannot stand in a table.*CAST"),
        ("SELECT {'a': 1} AS x", "cannot stand in a table"),
        ("SELECT nobody FROM (SELECT 1 AS x)", "there is no column 'nobody'"),
        ("SELECT nofunction(1)", "nofunction does not exist"),
        ("SELECT * FROM nowhere", "nowhere does not exist"),
        ("SELECT", "SELECT clause without selection list"),
    ],
)
def test_columns_that_there_cannot_be(engine: DuckDBEngine, sql: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        engine.columns(sql)


def test_a_disk_that_cannot_be_written_is_an_error_of_the_outside(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError, match="reading or writing failed"):
        engine.execute(f"COPY (SELECT 1) TO '{tmp_path}/none/x.parquet' (FORMAT parquet)")


def test_memory_that_is_not_there_is_an_error_of_the_outside(tmp_path: Path) -> None:
    small = DuckDBEngine(memory=20_000_000, scratch=tmp_path / "scratch", threads=1)
    try:
        with pytest.raises(OutsideError, match="needs more memory"):
            small.rows("SELECT length(list(n)) FROM range(20000000) t(n)")
    finally:
        small.close()


def test_whole_numbers_divide_as_in_athena(engine: DuckDBEngine) -> None:
    assert engine.rows("SELECT 7 / 2, 7.0 / 2") == [(3, 3.5)]
