"""Crawls of a test: a folder, a lake beside it, and external tables in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.catalog.crawl.external_tables import TablesInMemory

from wavehouse.catalog.changes import Difference
from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.crawl import Crawled, crawl
from wavehouse.catalog.crawler import Place
from wavehouse.catalog.definition import CrawlerDefinition
from wavehouse.catalog.remembered import MemoryFile
from wavehouse.catalog.table_source import CatalogTables
from wavehouse.core.progress import Silent
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine, Row
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.lock import writing
from wavehouse.query.answer import Answer, answer
from wavehouse.store.object_store import LocalFiles


@dataclass
class Crawling:
    """`root` is crawled; each crawl brings what it found into the catalog, unless it is a dry run."""

    folder: Path
    engine: Engine
    classifiers: Sequence[CsvClassifier] = ()
    external: TablesInMemory = field(default_factory=TablesInMemory)
    engines_asked_for: int = 0

    @property
    def root(self) -> Path:
        return self.folder / "landing"

    def put(self, path: str, content: str | bytes = "id,plays\na,1\nb,2\n") -> Path:
        made = self.root / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(content.encode() if isinstance(content, str) else content)
        return made

    def __call__(self, *, dry_run: bool = False, **options: Any) -> Seen:
        self.root.mkdir(exist_ok=True)
        crawler = CrawlerDefinition.model_validate(
            {"name": "landing", "target": str(self.root), "database": "raw", **options}
        )
        layout = lake_at(self.folder / "lake", create=True)
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        place = Place(
            LocalFiles(),
            self._engine,
            scratch,
            MemoryFile.of(layout.crawls, "landing", ""),
            can_adopt=True,
        )
        lock = writing(layout, Silent())
        done = crawl(crawler, place, self.classifiers, layout, self.external, Silent(), lock, dry_run=dry_run)
        return Seen(done.found, done.differences)

    def _engine(self) -> Engine:
        self.engines_asked_for += 1
        return self.engine

    def rows(self, table: str, columns: str = "*") -> list[Row]:
        """The rows of an Iceberg table of the lake."""
        head = LakeHead(LakeLayout(self.folder / "lake")).head(TableName.parse(table))
        assert head is not None, table
        return self.engine.rows(f"SELECT {columns} FROM {self.engine.iceberg(head.metadata)} ORDER BY ALL")

    def asked(self, sql: str) -> Answer:
        """The answer to a query of Athena."""
        layout = LakeLayout(self.folder / "lake")
        return answer(sql, CatalogTables(LakeHead(layout), self.external, LocalFiles()), self.engine)

    def iceberg(self) -> list[str]:
        """The names of the Iceberg tables of the lake."""
        return [str(name) for name in LakeHead(LakeLayout(self.folder / "lake")).names()]


class Seen(Crawled):
    """What a crawl found and changed, in words for tests."""

    @property
    def changes(self) -> dict[str, str]:
        """What became of each table."""
        return {str(one.name): one.change for one in self.differences}

    def __getitem__(self, name: str) -> Difference:
        return next(one for one in self.differences if str(one.name) == name)

    def columns(self, name: str) -> str:
        """The columns and keys of a table as text."""
        after = self[name].after
        assert after is not None
        columns = " ".join(f"{column.name}:{column.type}" for column in after.columns)
        keys = " ".join(f"{key.name}:{key.type}" for key in after.partition_by)
        return f"{columns} / {keys}" if keys else columns

    def problems(self, kinds: Iterable[str] = ()) -> list[tuple[str, str]]:
        """The problems as path and kind."""
        return [(one.path, one.kind) for one in self.found.problems if not kinds or one.kind in kinds]
