"""What the commands share: the engine, and the lake that the settings name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import CallError
from wavehouse.settings import Settings, bucket_endpoint, java_home

if TYPE_CHECKING:
    from wavehouse.catalog.lake_catalog import LakeCatalog
    from wavehouse.catalog.table_source import CatalogTables
    from wavehouse.core.data_catalog import ExternalTables
    from wavehouse.core.progress import Progress
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.pipeline.own_files import OwnFiles
    from wavehouse.pipeline.run import OpenEngine
    from wavehouse.store.object_store import S3Endpoint

Document = dict[str, Any]

# Bytes that the engine may use before it spills (measured: docs/benchmarks.md).
_MOST_MEMORY = 2_000_000_000


def buckets_of(layout: LakeLayout) -> S3Endpoint:
    """How buckets are reached: as the one of the lake's tables, else as AWS's variables say."""
    from wavehouse.store.object_store import S3Endpoint

    return layout.s3 or S3Endpoint(bucket_endpoint().rstrip("/"))


def open_engine(scratch: Path, s3: S3Endpoint | None = None) -> Engine:
    """DuckDB with at most half of the machine's memory; what does not fit spills to `scratch`.

    `s3` is how the bucket is reached that has the tables, if one has.
    """
    from wavehouse.engines.duckdb_engine import DuckDBEngine

    return DuckDBEngine(memory=engine_memory(), scratch=scratch, s3=s3)


def run_engine(settings: Settings) -> OpenEngine:
    """What opens the engine that runs the pipeline: that of the call, else of the environment or the project.

    Raises `DefinitionError` for one that the project names wrongly.
    """
    from wavehouse.project.engine_setting import project_engine
    from wavehouse.project.project import Project

    setting = project_engine(Project.at(settings.project))
    if (settings.engine or setting.name) != "spark":
        return open_engine

    def open_spark(scratch: Path, s3: S3Endpoint | None = None) -> Engine:
        from wavehouse.engines.spark_needs import check_spark

        if s3 is not None:
            raise CallError(
                "the Spark engine does not reach buckets yet", remedy="Run without it: --engine duckdb"
            )
        # (What the engine is made of cannot be imported without it.)
        check_spark()
        from wavehouse.engines.spark_engine import SparkEngine

        master = settings.spark_master or setting.master
        return SparkEngine(
            master=master,
            memory=engine_memory(),
            scratch=scratch,
            conf=setting.conf,
            java_home=java_home(),
        )

    return open_spark


def engine_memory() -> int:
    """Bytes that an engine may use on this machine."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(_MOST_MEMORY, physical // 2)


@contextmanager
def an_engine(settings: Settings | None = None) -> Iterator[Engine]:
    """An engine for questions, to the lake if one is named; its scratch space is gone afterwards."""
    import tempfile

    from wavehouse.lake.layout import LakeLayout

    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:
        s3 = LakeLayout(settings.lake.absolute()).s3 if settings else None
        engine = open_engine(Path(scratch), s3)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def told_to(listener: Progress | None) -> Iterator[Progress]:
    """Who hears of a long piece of work: the listener that is given, else whoever looks at stderr."""
    if listener is not None:
        yield listener
        return
    from wavehouse.terminal.progress import progress_on_stderr

    with progress_on_stderr() as progress:
        yield progress


@contextmanager
def own_files(settings: Settings, engine: Engine, kind: type[OwnFiles] | None = None) -> Iterator[OwnFiles]:
    """The files that the flows of the project read by paths of their own; `kind` may read less of them."""
    import tempfile

    from wavehouse.flow.files.places import Places
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.pipeline.own_files import OwnFiles

    places = Places(settings.project, LakeLayout(settings.lake.absolute()).outputs)
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:
        yield (kind or OwnFiles)(engine, places, Path(scratch))


def layout_of(settings: Settings) -> LakeLayout:
    """The lake that must be there."""
    from wavehouse.lake.layout import lake_at

    return lake_at(settings.lake)


def head_of(settings: Settings) -> LakeHead:
    """The tables of the lake that must be there."""
    from wavehouse.lake.head import LakeHead

    return LakeHead(layout_of(settings))


def check_has_snapshots(layout: LakeLayout, table: str) -> None:
    """Raise `CallError` for an external table: nothing of it is published."""
    from wavehouse.core.table_name import TableName
    from wavehouse.lake.head import LakeHead

    name = TableName.parse(table)
    if LakeHead(layout).head(name) is None and external_tables(layout).table(name) is not None:
        raise CallError(
            f"{name} is an external table: the lake has no snapshots of it",
            remedy=f"'wavehouse versions {name}' shows how it was described before",
        )


def external_tables(layout: LakeLayout) -> ExternalTables:
    """The external tables of a lake; who writes to them holds its lock, and has remembered its catalog."""
    from wavehouse.catalog.sql_tables import SqlTables
    from wavehouse.core.catalog_setting import GlueSetting, PostgresSetting
    from wavehouse.lake.head import LakeHead, within

    head, setting = LakeHead(layout), layout.catalog_setting
    if isinstance(setting, GlueSetting):
        from wavehouse.catalog.glue_tables import GlueTables

        return GlueTables(setting, lambda location: within(layout, location))
    if isinstance(setting, PostgresSetting):
        from wavehouse.catalog.postgres_store import PostgresStore

        return SqlTables(PostgresStore(setting.uri), lambda name: name in head.names())

    from wavehouse.catalog.sqlite_store import SqliteStore

    return SqlTables(SqliteStore(layout.catalog), lambda name: name in head.names())


def catalog_of(settings: Settings) -> LakeCatalog:
    """The data catalog of the lake that must be there: its own tables, and external ones."""
    return lake_catalog(layout_of(settings))


def lake_catalog(layout: LakeLayout) -> LakeCatalog:
    """The data catalog of a lake."""
    from wavehouse.catalog.lake_catalog import LakeCatalog
    from wavehouse.lake.head import LakeHead

    return LakeCatalog(layout, LakeHead(layout), external_tables(layout))


def tables_of(settings: Settings) -> CatalogTables:
    """What SQL reads: the tables of that catalog."""
    from wavehouse.catalog.table_source import CatalogTables
    from wavehouse.lake.head import LakeHead
    from wavehouse.store.files_anywhere import FilesAnywhere

    layout = layout_of(settings)
    return CatalogTables(LakeHead(layout), external_tables(layout), FilesAnywhere(buckets_of(layout)))
