"""A lake and what is deployed, held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName
from wavehouse.project.project import Project
from wavehouse.settings import AwsSettings, Settings
from wavehouse.wiring.aws import clients_of
from wavehouse.wiring.aws_plan import stage_of
from wavehouse.wiring.parts import Document, an_engine, tables_of

if TYPE_CHECKING:
    from wavehouse.aws.parity.answers import Row
    from wavehouse.core.columns import Column
    from wavehouse.core.table_head import TableSource
    from wavehouse.engines.engine import Engine


class Lake:
    """A lake, as a side that is compared."""

    def __init__(self, tables: TableSource, engine: Engine) -> None:
        self._tables, self._engine = tables, engine

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query; raises `QueryError`."""
        from wavehouse.aws.parity.answers import plain
        from wavehouse.query.answer import answer

        found = answer(sql, self._tables, self._engine)
        return [[plain(value) for value in row] for row in found.rows]

    def columns(self, table: TableName) -> Sequence[Column] | None:
        """The columns of a table; None where there is none."""
        head = self._tables.head(table)
        return head.columns if head else None


def parity(
    settings: Settings,
    aws: AwsSettings,
    stage: str,
    workgroup: str | None,
    names: Sequence[str],
    seconds: float = 0.5,
) -> Document:
    """Compare tables (those named, else all that flows and crawls make) and charts with Athena.

    `seconds` lie between two looks at a query. The document is `{compared: [...], same, notes}`.
    """
    clients = clients_of(aws)
    from wavehouse.aws.deploy.waiting import Waiting
    from wavehouse.aws.parity.athena import Athena
    from wavehouse.aws.parity.compare import compare_charts, compare_tables

    group = workgroup or stage_of(settings, stage).stack
    tables = [TableName.parse(name) for name in names] or _made(settings)
    charts, notes = ({}, []) if names else _charts(settings)
    there = Athena(clients, group, Waiting(seconds))
    with an_engine(settings) as engine:
        here = Lake(tables_of(settings), engine)
        found = [*compare_tables(here, there, tables), *compare_charts(here, there, charts)]
    return {
        "compared": [one.as_json() for one in found],
        "same": not any(one.differences for one in found),
        "notes": notes,
    }


def _made(settings: Settings) -> list[TableName]:
    """The tables that jobs and crawlers make on AWS: those of flows' targets, and of crawlers' databases."""
    from wavehouse.catalog.definition import read_crawlers
    from wavehouse.pipeline.definition import read_definition

    project = Project.at(settings.project)
    made = [target.table for target in read_definition(project).targets if target.table]
    crawled = {crawler.database for crawler in read_crawlers(project).crawlers.values()}
    others = [name for name in tables_of(settings).names() if name.database in crawled and name not in made]
    return [*made, *sorted(others)]


def _charts(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """The query of every visual, by `dashboard/visual`; and which have none there."""
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.data_sets import RECORDS_DATABASE
    from wavehouse.dashboards.files import all_dashboards
    from wavehouse.dashboards.view import View
    from wavehouse.wiring.dashboards import lake_queries

    charts: dict[str, str] = {}
    notes: list[str] = []
    with lake_queries(settings) as queries:
        for name, dashboard in all_dashboards(Project.at(settings.project)).dashboards.items():
            board = Board(dashboard, queries)
            for sheet in dashboard.sheets:
                asked = View(sheet=sheet.id)
                for visual in sheet.visuals:
                    try:
                        sql = board.sql(asked, visual.id)
                    except WavehouseError as error:
                        notes.append(f"{name}/{visual.id} has no query: {error.what}")
                        continue
                    if RECORDS_DATABASE in sql:
                        notes.append(f"{name}/{visual.id} shows records of runs, which are not on AWS")
                    else:
                        charts[f"{name}/{visual.id}"] = sql
    return charts, notes
