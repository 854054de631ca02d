"""A small lake of real Iceberg tables, and an engine, for the tests of queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table
from pyiceberg.types import LongType, StringType

from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.head import read_metadata, table_head, table_history
from wavehouse.lake.metadata_tables import metadata_table
from wavehouse.store.object_store import LocalFiles

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
    "tz": (
        "timestamptz",
        [
            datetime(2020, 2, 29, 13, 14, 15, 250000, UTC),
            datetime(1960, 1, 1, tzinfo=UTC),
            None,
            datetime(2020, 2, 29, 13, 14, 15, 250000, UTC),
        ],
    ),
}


def _published(name: TableName, location: str) -> TableHead:
    return table_head(name, location, read_metadata(LocalFiles(), location))


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

    def history(self, head: TableHead) -> TableHistory:
        """What the metadata of `head` tells."""
        return table_history(read_metadata(LocalFiles(), head.metadata))

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable:
        """What the metadata of `head` tells."""
        return metadata_table(LocalFiles(), read_metadata(LocalFiles(), head.metadata), kind)


def _head(catalog: SqlCatalog, name: TableName, columns: dict[str, tuple[str, list[Any]]]) -> TableHead:
    schema = pa.schema([pa.field(column, _ARROW[type_]) for column, (type_, _) in columns.items()])
    data = pa.table({column: values for column, (_, values) in columns.items()}, schema=schema)
    table = catalog.create_table((name.database, name.table), schema=schema)
    table.append(data)
    return _published(name, table.metadata_location)


# When main named which snapshot of staging.charts: 2 was taken back. 3 was never the table by itself, 9 is on
# a branch only, and both were made before 4. 1 has no country, and plays that are an int.
CHARTS_LOG = [
    ("2024-01-01T10:00:00+00:00", 1),
    ("2024-02-01T10:00:00+00:00", 2),
    ("2024-03-01T10:00:00+00:00", 1),
    ("2024-04-01T10:00:00+00:00", 4),
]
CHARTS_PARENTS = {1: None, 2: 1, 3: 1, 4: 3, 9: 1}


def _charts(catalog: SqlCatalog) -> TableHead:
    """staging.charts: each snapshot has a song more than the one made before it."""
    name = TableName("staging", "charts")
    schema = pa.schema([("song", pa.string()), ("plays", pa.int32())])
    table = catalog.create_table((name.database, name.table), schema=schema)
    table.append(pa.table({"song": ["a"], "plays": pa.array([1], pa.int32())}))
    with table.update_schema() as update:
        update.update_column("plays", LongType())
        update.add_column("country", StringType())
    for song, plays in (("b", 2), ("c", 3), ("d", 2**40), ("e", 5)):
        table.append(pa.table({"song": [song], "plays": pa.array([plays], pa.int64()), "country": ["de"]}))
    return _published(name, _with_branches(table))


def _with_branches(table: Table) -> str:
    """The metadata of `table` with its five snapshots as 1, 2, 3, 4, 9, and main as in `CHARTS_LOG`."""
    metadata = read_metadata(LocalFiles(), table.metadata_location)
    log = [(_milliseconds(since), snapshot) for since, snapshot in CHARTS_LOG]
    for number, snapshot in zip(CHARTS_PARENTS, metadata["snapshots"], strict=True):
        snapshot |= {"snapshot-id": number, "timestamp-ms": log[0][0] - 10 + number}
        snapshot |= {"parent-snapshot-id": CHARTS_PARENTS[number]}
    metadata["snapshot-log"] = [{"timestamp-ms": since, "snapshot-id": snapshot} for since, snapshot in log]
    metadata["current-snapshot-id"] = 4
    metadata["refs"] = {
        "main": {"snapshot-id": 4, "type": "branch"},
        "audit-1": {"snapshot-id": 9, "type": "branch"},
    }
    path = Path(table.metadata_location.removeprefix("file://")).with_name("branches.metadata.json")
    path.write_text(json.dumps(metadata))
    return str(path)


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSource]:
    """spotify.tracks and tables of staging; staging.unborn is made and has no snapshot yet."""
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
    charts = _charts(catalog)
    unborn = TableName("staging", "unborn")
    made = catalog.create_table((unborn.database, unborn.table), schema=pa.schema([("a", pa.int32())]))
    heads |= {charts.name: charts, unborn: _published(unborn, made.metadata_location)}
    yield FakeSource(heads)
    catalog.engine.dispose()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """A DuckDB of 1 GB."""
    engine = DuckDBEngine(memory=1_000_000_000, scratch=Path(tmp_path_factory.mktemp("scratch")))
    yield engine
    engine.close()
