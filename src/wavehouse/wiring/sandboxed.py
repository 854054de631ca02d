"""The process in which the queries of a command run, as those of `serve` do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wavehouse.settings import Settings, bucket_environment
from wavehouse.wiring.parts import buckets_of, engine_memory, lake_catalog, layout_of, tables_of

if TYPE_CHECKING:
    from wavehouse.catalog.lake_catalog import LakeCatalog
    from wavehouse.core.data_catalog import CatalogTable
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.query.answer import Answer
    from wavehouse.query.sandbox.solo import Solo
    from wavehouse.query.sandbox.worker import Buckets

SECONDS = 60.0


@contextmanager
def query_process(settings: Settings, seconds: float = SECONDS) -> Iterator[Solo]:
    """A process that is being started, for queries that may each take so many seconds."""
    from wavehouse.query.sandbox.solo import Solo
    from wavehouse.query.sandbox.worker import Limits

    # (It starts while this one looks for the tables.)
    process = Solo(Limits(engine_memory(), seconds))
    try:
        layout = layout_of(settings)
        places = places_of_tables(lake_catalog(layout))
        process.allow(local(places), buckets_for(layout, places))
        yield process
    finally:
        process.close()


@contextmanager
def asking(settings: Settings) -> Iterator[Callable[[str], Answer]]:
    """Answers queries with all their rows."""
    with query_process(settings) as process:
        from wavehouse.query.answer import answered
        from wavehouse.query.sandbox.runs import Runs

        tables, runs = tables_of(settings), Runs(process)
        yield lambda sql: answered(sql, tables, runs.engine, runs.kept)


def places_of_tables(catalog: LakeCatalog) -> frozenset[str]:
    """Below which folders, of this machine and of buckets, all tables lie that there are now."""
    own = catalog.lake.folders()
    external = (catalog.external.table(name) for name in catalog.external.names())
    others = (_place(table) for table in external if table is not None)
    # (A view lies nowhere.)
    return frozenset(one.rstrip("/") for one in (*own, *others) if one.rstrip("/"))


def _place(table: CatalogTable) -> str:
    if table.format != "iceberg":
        return table.location
    from wavehouse.lake.head import table_folder

    # Of a table that somebody else has written the catalog knows the metadata file.
    return table_folder(table.location)


def local(places: frozenset[str]) -> frozenset[str]:
    """Those of this machine."""
    return frozenset(one for one in places if "://" not in one)


def buckets_for(layout: LakeLayout, places: frozenset[str]) -> Buckets | None:
    """How a process reaches the buckets that tables lie in; None where none does: it gets no network then."""
    from wavehouse.query.sandbox.worker import Buckets

    if layout.s3 is None and not any(one.startswith("s3://") for one in places):
        return None
    return Buckets(buckets_of(layout), bucket_environment())
