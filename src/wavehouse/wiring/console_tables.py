"""The pages about tables: the catalog, and SQL."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring import crawling, data_catalog, flow_lineage, questions, upkeep
from wavehouse.wiring.parts import Document, layout_of, tables_of
from wavehouse.wiring.pricing import pricing_of

if TYPE_CHECKING:
    from wavehouse.console.background import Job, Jobs
    from wavehouse.console.shell import Page
    from wavehouse.console.shown_rows import ShownRows
    from wavehouse.console.sql.work import SqlWork
    from wavehouse.engines.readers import Stop
    from wavehouse.pipeline.rollback import Rollback
    from wavehouse.query.price import Price
    from wavehouse.query.saved import SavedQuery
    from wavehouse.query.service.live import Asked
    from wavehouse.query.service.service import QueryService

_SAMPLE = 100


def catalog_page_of(settings: Settings, service: QueryService, jobs: Jobs) -> Page:
    """The page of the catalog."""
    from wavehouse.console.catalog.page import catalog_page
    from wavehouse.console.catalog.work import CatalogWork
    from wavehouse.core.errors import OutsideError
    from wavehouse.core.progress import Silent
    from wavehouse.lake.lock import holder

    def roll_back(table: str, wanted: str, seen: Rollback | None, job: Job | None) -> Rollback:
        # (Who only looks does not wait until a run has ended.)
        if seen is None and holder(layout_of(settings)) is not None:
            raise OutsideError("a run is writing to the lake", remedy="Look again when it has ended")
        plan, _ = upkeep.rolled_back(
            settings, table, wanted, dry_run=seen is None, listener=job or Silent(), seen=seen
        )
        return plan

    def crawl(target: str, options: Mapping[str, Any], dry_run: bool, job: Job | None) -> Document:
        return crawling.crawl(settings, target, options, dry_run=dry_run, listener=job or Silent())

    return catalog_page(
        CatalogWork(
            tables=lambda: data_catalog.tables(settings, None),
            describe=lambda table: data_catalog.describe(settings, table),
            partitions=lambda table: data_catalog.partitions(settings, table),
            statistics=lambda table, stop: data_catalog.statistics(
                settings, table, (), exact=False, stop=stop
            ),
            versions=lambda table: data_catalog.versions(settings, table, None),
            snapshots=lambda table: questions.snapshots(settings, table),
            properties=lambda table: data_catalog.properties(settings, table),
            lineage=lambda column: flow_lineage.lineage_of(settings, column, up=True, down=True),
            sample=lambda table, stop: _sample(service, table, stop),
            roll_back=roll_back,
            crawl=crawl,
            jobs=jobs,
        )
    )


def sql_page_of(settings: Settings, service: QueryService, *, read_only: bool) -> Page:
    """The page of SQL."""
    from wavehouse.console.sql.page import sql_page

    return sql_page(sql_work_of(settings, service, read_only=read_only))


def sql_work_of(settings: Settings, service: QueryService, *, read_only: bool) -> SqlWork:
    """What it asks and has done; with `read_only` no query is saved, and none prepared."""
    from wavehouse.console.read_only import refusal
    from wavehouse.console.sql.work import SqlWork
    from wavehouse.query.first_word import first_word
    from wavehouse.query.saved import save_query, saved_queries

    def start(asked: Asked) -> str:
        # (What is prepared is kept in the lake; all else that writes is refused by the service.)
        if read_only and first_word(asked.sql) in ("PREPARE", "DEALLOCATE"):
            raise refusal()
        return service.start(asked)

    def price(sql: str, database: str, stop: Stop) -> Price:
        from wavehouse.engines.readers import StoppedError
        from wavehouse.query.price import Pricing, priced
        from wavehouse.query.service.live import Asked

        scans = service.scans(Asked(sql, database))
        ended = threading.Event()
        scans.add_done_callback(lambda _: ended.set())
        with stop.over(ended.set):
            ended.wait()
        if not scans.done():
            scans.cancel()
            raise StoppedError
        found = scans.result()
        return priced(found, pricing_of(settings, tables_of(settings), told=True) or Pricing())

    def tables() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
        source = tables_of(settings)
        heads = (source.head(name) for name in source.names())
        return [(str(one.name), [(c.name, c.type) for c in one.columns]) for one in heads if one is not None]

    def save(name: str, description: str, sql: str, replace: bool) -> SavedQuery:
        if read_only:
            raise refusal()
        return save_query(Project.at(settings.project), name, description, sql, replace=replace)

    return SqlWork(
        service,
        start,
        tables,
        price,
        lambda: list(saved_queries(Project.at(settings.project)).values()),
        save,
    )


def _sample(service: QueryService, table: str, stop: Stop) -> tuple[Sequence[tuple[str, str]], ShownRows]:
    """Some rows of a table, by a query as anybody asks them: in the sandbox, and in the history."""
    from wavehouse.console.shown_rows import shown_rows
    from wavehouse.core.errors import CallError, OutsideError
    from wavehouse.core.sql_text import identifier
    from wavehouse.query.service.live import Asked

    database, _, name = table.partition(".")
    id_ = service.start(Asked(f"SELECT * FROM {identifier(database)}.{identifier(name)} LIMIT {_SAMPLE}"))
    ended = service.ended(id_)
    if ended is not None:
        with stop.over(lambda: service.stop(id_)):
            ended.result()
    execution = service.get(id_)
    if execution is None or execution.state != "SUCCEEDED":
        reason = execution.reason if execution else "its record is gone"
        raise (CallError if execution else OutsideError)(f"its rows cannot be read: {reason}")
    return execution.columns, shown_rows(lambda at, most: service.page(execution, at, most), _SAMPLE)
