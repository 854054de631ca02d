"""A lake with two small tables that statements are run on, as `wavehouse sql` runs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading, Partition
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.open_catalog import open_catalog
from wavehouse.query.answer import Answer
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.run import run_statement
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.parts import external_tables
from wavehouse.wiring.statements import context_of

SONGS = {
    "id": pa.array([1, 2, 3, 4], pa.int32()),
    "title": ["Alpha", "Beta", None, "Delta"],
    "plays": pa.array([10, 20, 30, None], pa.int64()),
}


@dataclass
class House:
    """The lake in `folder`, and one engine for all statements."""

    folder: Path
    engine: DuckDBEngine

    @property
    def settings(self) -> Settings:
        """The project that ships, on this lake."""
        return Settings(builtin_project(), self.folder / "lake")

    @property
    def layout(self) -> LakeLayout:
        """The lake's paths."""
        return LakeLayout(self.settings.lake)

    def make(self) -> None:
        """music.songs (Iceberg) and raw.plays, an external table of CSV in two partitions, of a crawler."""
        layout = lake_at(self.settings.lake, create=True)
        self.iceberg("songs", pa.table(SONGS))
        files = self.folder / "plays"
        partitions = []
        for day in ("2020-01-01", "2020-01-02"):
            place = files / f"day={day}"
            place.mkdir(parents=True)
            (place / "a.csv").write_text(f"song,n\n1,{day[-1]}\n")
            partitions.append(Partition((day,), str(place)))
        external_tables(layout).put(
            CatalogTable(
                TableName("raw", "plays"),
                "csv",
                str(files),
                (CatalogColumn("song", "int", "which"), CatalogColumn("n", "bigint")),
                (CatalogColumn("day", "date"),),
                CsvReading(),
                properties={"crawler": "plays"},
            ),
            partitions,
        )

    def iceberg(self, name: str, data: pa.Table) -> None:
        """A table of the database music with that data."""
        opened = open_catalog(self.layout)
        opened.catalog.create_namespace_if_not_exists("music")
        place = f"file://{self.layout.warehouse}/music/{name}"
        table = opened.catalog.create_table(("music", name), schema=data.schema, location=place)
        with table.transaction() as transaction:
            mapping = table.schema().name_mapping.model_dump_json()
            transaction.set_properties({"schema.name-mapping.default": mapping})
        table.append(data)
        opened.catalog.close()

    def context(self, *, write: bool = True, database: str = "") -> Context:
        """Where statements are run."""
        return replace(context_of(self.settings, self.engine, write=write), database=database)

    def run(self, sql: str, *, write: bool = True, database: str = "") -> Answer:
        """The answer of one statement."""
        return run_statement(sql, self.context(write=write, database=database))

    def rows(self, sql: str, **how: Any) -> list[tuple[Any, ...]]:
        """Its rows."""
        return self.run(sql, **how).rows

    def column(self, sql: str, **how: Any) -> list[Any]:
        """The first column of its rows."""
        return [row[0] for row in self.rows(sql, **how)]

    def headings(self, sql: str, **how: Any) -> list[str]:
        """Its columns' names."""
        return [column.name for column in self.run(sql, **how).columns]
