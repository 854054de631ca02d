"""What a project would cost on AWS: what the lake has, and what schedules and saved queries ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from wavehouse.settings import Settings
from wavehouse.wiring.flow_lint import lake_tables
from wavehouse.wiring.parts import Document, an_engine

if TYPE_CHECKING:
    from wavehouse.aws.deployable import Deployable
    from wavehouse.core.table_head import TableSource
    from wavehouse.pipeline.schedules.definition import Schedules
    from wavehouse.query.saved import SavedQuery

_MONTH = timedelta(days=30)
# Of what begins by itself nobody knows how often: once a day is assumed, and said.
_A_DAY = 30


@dataclass(frozen=True)
class Assumed:
    """What somebody says of a month: rows where there is no lake, how often queries are run, and seats."""

    rows: int | None = None
    query_runs: int = 100
    authors: int = 0
    readers: int = 0


def costs_of(settings: Settings, deployable: Deployable, alarms: int, assumed: Assumed) -> Document:
    """The estimate as a document: `lines` with `what, how, usd`, `usd` of a month, `notes`."""
    from wavehouse.aws.costs import CSV_ROW, PARQUET_ROW, Load, monthly, total

    tables = lake_tables(settings)
    heads = [head for name in tables.names() if (head := tables.head(name))] if tables else []
    notes = []
    if assumed.rows is not None or not heads:
        rows = assumed.rows or 0
        table_bytes, file_bytes = rows * PARQUET_ROW, rows * CSV_ROW
        if not heads and assumed.rows is None:
            notes.append("there is no lake yet: say how many rows to count with (--rows)")
    else:
        # (A job reads the files of all sources: the tables that are made of them have as many rows.)
        rows = max(head.rows for head in heads)
        table_bytes, file_bytes = sum(head.size for head in heads), rows * CSV_ROW
    runs, crawls, said = _firings(deployable.schedules)
    queries, unknown = _scanned(settings, deployable.queries, tables if assumed.rows is None else None)
    load = Load(
        rows=rows,
        table_bytes=table_bytes,
        file_bytes=file_bytes,
        runs=runs,
        jobs=len(deployable.jobs),
        crawls=crawls,
        queries=queries,
        query_runs=assumed.query_runs,
        alarms=alarms,
        authors=assumed.authors,
        readers=assumed.readers,
    )
    lines = monthly(load, deployable.rates.price_per_tb)
    return {
        "rows": rows,
        "lines": [{"what": one.what, "how": one.how, "usd": round(one.usd, 4)} for one in lines],
        "usd": round(total(lines), 2),
        "notes": [*notes, *said, *unknown],
    }


def _firings(schedules: Schedules) -> tuple[int, int, list[str]]:
    """How often jobs and crawlers are started in a month."""
    now = datetime.now(UTC)
    runs = crawls = 0
    notes = []
    for workflow in schedules.workflows:
        actions = [step.action for step in workflow.steps]
        if "run" not in actions and "crawl" not in actions:
            continue
        if workflow.trigger.type == "SCHEDULED":
            in_month = takewhile(lambda at: at <= now + _MONTH, workflow.trigger.cron.firings(now))
            times = sum(1 for _ in in_month)
        else:
            times = _A_DAY
            notes.append(
                f"how often '{workflow.name}' begins is not known: {times} times a month are counted"
            )
        runs += times * actions.count("run")
        crawls += times * actions.count("crawl")
    return runs, crawls, notes


def _scanned(
    settings: Settings, queries: Mapping[str, SavedQuery], tables: TableSource | None
) -> tuple[Mapping[str, int], list[str]]:
    """The bytes that each saved query scans of the lake, and of which that cannot be said."""
    from wavehouse.core.errors import WavehouseError
    from wavehouse.query.answer import price_of
    from wavehouse.query.price import Pricing

    found: dict[str, int] = {}
    if tables is None:
        return found, [f"what the {len(queries)} saved queries scan is not known without a lake"]
    notes = []
    with an_engine(settings) as engine:
        for name, query in queries.items():
            try:
                found[name] = price_of(query.sql, tables, engine, Pricing())[1].bytes
            except WavehouseError as error:
                notes.append(f"what the query '{name}' scans is not known: {error.what}")
    return found, notes
