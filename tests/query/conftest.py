"""A small lake of real Iceberg tables, and an engine, for the tests of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from wavehouse.core.columns import Column
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine

_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "float": pa.float32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "decimal(10,2)": pa.decimal128(10, 2),
    "array<string>": pa.list_(pa.string()),
    "array<int>": pa.list_(pa.int32()),
}

# The artist of t4 is missing, t5 has no audio features, t3 no genres; key, mode and explicit are SQL words.
TRACKS = {
    "track_id": ("string", ["t1", "t2", "t3", "t4", "t5"]),
    "track_name": ("string", ["Alpha", "beta", "Gamma, the", None, "Épsilon 100%"]),
    "duration_ms": ("int", [60000, 90500, 180000, 240000, 300001]),
    "explicit": ("boolean", [True, False, None, False, True]),
    "track_popularity": ("int", [10, 0, 30, 30, None]),
    "release_date": (
        "date",
        [date(1999, 5, 31), date(2000, 1, 1), date(2015, 6, 9), None, date(2020, 2, 29)],
    ),
    "artist_id": ("string", ["a1", "a1", "a2", "a9", "a2"]),
    "followers": ("bigint", [5_000_000_000, 5_000_000_000, 7, None, 7]),
    "genres": ("array<string>", [["pop", "rock"], ["rock"], [], None, ["jazz", None, "pop"]]),
    "danceability": ("double", [0.5, 0.25, 0.75, 1.0, None]),
    "key": ("int", [0, 11, 5, 5, None]),
    "mode": ("int", [1, 0, 1, 1, None]),
    "tempo": ("double", [120.5, 90.0, 0.0, -1.5, None]),
}
ARTISTS = {
    "artist_id": ("string", ["a1", "a2", "a3"]),
    "name": ("string", ["One", "Two", "Three"]),
    "genre": ("string", ["pop", None, "jazz"]),
}
NUMBERS = {
    "i": ("int", [1, 2, 3, None]),
    "b": ("bigint", [10, -20, 2**62, None]),
    "x": ("double", [1.5, float("nan"), -2.5, None]),
    "r": ("float", [1.5, 2.5, None, float("nan")]),
    "d": ("decimal(10,2)", [None, None, None, None]),
    "l": ("array<int>", [[3, 1, None], [], None, [2, 2]]),
    "ts": ("timestamp", [datetime(2020, 2, 29, 13, 14, 15, 250000), None, None, None]),  # noqa: DTZ001
    "tz": ("timestamptz", [None, None, None, None]),
}


@dataclass(frozen=True)
class FakeSource:
    """A `TableSource` over heads that were made before."""

    heads: dict[TableName, TableHead]

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted(self.heads)

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table."""
        return self.heads.get(name)


def _head(catalog: SqlCatalog, name: TableName, columns: dict[str, tuple[str, list[Any]]]) -> TableHead:
    schema = pa.schema([pa.field(column, _ARROW[type_]) for column, (type_, _) in columns.items()])
    data = pa.table({column: values for column, (_, values) in columns.items()}, schema=schema)
    table = catalog.create_table((name.database, name.table), schema=schema)
    if data.num_rows:
        table.append(data)
    return TableHead(
        name=name,
        columns=tuple(Column(column, type_) for column, (type_, _) in columns.items()),
        metadata=table.metadata_location,
        rows=data.num_rows,
        files=1,
        size=0,
        snapshot_id=None,
    )


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSource]:
    """spotify.tracks, staging.artists, staging.numbers and staging.empty."""
    folder = tmp_path_factory.mktemp("lake")
    catalog = SqlCatalog("test", uri=f"sqlite:///{folder}/catalog.db", warehouse=str(folder / "data"))
    for database in ("spotify", "staging"):
        catalog.create_namespace(database)
    contents = {
        "spotify.tracks": TRACKS,
        "staging.artists": ARTISTS,
        "staging.numbers": NUMBERS,
        "staging.empty": {"a": ("int", []), "n": ("string", [])},
    }
    names = {TableName.parse(name): columns for name, columns in contents.items()}
    heads = {name: _head(catalog, name, columns) for name, columns in names.items()}  # type: ignore[arg-type]
    yield FakeSource(heads)
    catalog.engine.dispose()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """A DuckDB of 1 GB."""
    engine = DuckDBEngine(memory=1_000_000_000, scratch=Path(tmp_path_factory.mktemp("scratch")))
    yield engine
    engine.close()
