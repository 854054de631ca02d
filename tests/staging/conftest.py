"""A small lake to land files in and to read them from; what was written is read by pyarrow."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from wavehouse.core.sql_text import identifier
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import FieldIds
from wavehouse.project.contracts import SourceContract, read_contracts
from wavehouse.project.project import Project
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.landing import land, recognise_file
from wavehouse.staging.provenance import PROVENANCE, stored_columns
from wavehouse.staging.row_reject import RowReject
from wavehouse.staging.typed_rows import TypedFile, TypedReader

_SPOTIFY = Path(__file__).parents[2] / "spotify"
_BATCH_TIME = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class Reading:
    """What became of one file: `stamps` has, for each of `rows`, the columns that say where it is from."""

    landed: LandedFile
    typed: TypedFile
    rows: list[dict[str, Any]]
    stamps: list[dict[str, Any]]
    aside: list[RowReject]


class Lab:
    """Lands and reads files of the given contracts in a folder of its own."""

    def __init__(self, folder: Path, contracts: dict[str, SourceContract], engine: DuckDBEngine) -> None:
        self.contracts = contracts
        self.engine = engine
        self.folder = folder
        self.lake = folder / "lake"
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self._made = 0

    def rows_in(self, locations: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of Parquet files, in order, with all their columns."""
        return [row for location in locations for row in pq.ParquetFile(location).read().to_pylist()]

    def fresh(self) -> Path:
        """The path of a folder that does not exist yet."""
        self._made += 1
        return self.folder / f"made-{self._made}"

    def ids(self, source: str) -> FieldIds:
        """Field ids for a source's table."""
        columns = stored_columns(self.contracts[source])
        return FieldIds({column.name: at for at, column in enumerate(columns, start=1)})

    def file(self, content: bytes, name: str) -> Path:
        """A file with this content, compressed as its name says."""
        if name.endswith(".gz"):
            content = gzip.compress(content)
        elif name.endswith(".zst"):
            content = zstandard.compress(content)
        path = self.fresh() / name
        path.parent.mkdir()
        path.write_bytes(content)
        return path

    def land(
        self, content: bytes, name: str, *, batch: str = "batch-1", time: datetime = _BATCH_TIME
    ) -> LandedFile:
        """Recognise and land a file with this content."""
        arrival = recognise_file(self.file(content, name), self.contracts)
        return land(arrival, self.lake / "staging", batch, time)

    def type(self, landed: LandedFile) -> Reading:
        """Read a landed file by its contract."""
        aside: list[RowReject] = []
        reader = TypedReader(self.engine, self.contracts[landed.source], self.lake, self.scratch)
        typed = reader.read(landed, str(self.fresh()), self.ids(landed.source), aside.append)
        written = self.rows_in(file.location for file in typed.files)
        ours = {column.name for column in PROVENANCE}
        return Reading(
            landed,
            typed,
            [{name: value for name, value in row.items() if name not in ours} for row in written],
            [{name: value for name, value in row.items() if name in ours} for row in written],
            aside,
        )

    def read(self, content: bytes, name: str) -> Reading:
        """Land a file with this content and read it by its contract."""
        return self.type(self.land(content, name))


MakeLab = Callable[..., Lab]


@pytest.fixture(scope="session")
def spotify() -> dict[str, SourceContract]:
    """The contracts of the project that ships with us."""
    return read_contracts(Project.at(_SPOTIFY))


@pytest.fixture(scope="module")
def engines() -> Iterator[list[DuckDBEngine]]:
    """The engines of a module's tests: one, since it is slow to start, and another where one died."""
    made: list[DuckDBEngine] = []
    yield made
    for engine in made:
        engine.close()


@pytest.fixture
def engine(engines: list[DuckDBEngine], tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """An engine that works, without tables."""
    try:
        for (name,) in engines[-1].rows("SELECT table_name FROM duckdb_tables()"):
            engines[-1].execute(f"DROP TABLE {identifier(name)}")
    except Exception:
        scratch = tmp_path_factory.mktemp("scratch")
        engines.append(DuckDBEngine(memory=500_000_000, scratch=scratch, threads=2))
    return engines[-1]


@pytest.fixture
def make_lab(
    tmp_path_factory: pytest.TempPathFactory, spotify: dict[str, SourceContract], engine: DuckDBEngine
) -> MakeLab:
    """Makes labs, by default with the Spotify contracts."""

    def make(*contracts: SourceContract) -> Lab:
        chosen = {contract.source: contract for contract in contracts} or spotify
        return Lab(tmp_path_factory.mktemp("lab"), chosen, engine)

    return make


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab with the Spotify contracts."""
    return make_lab()
