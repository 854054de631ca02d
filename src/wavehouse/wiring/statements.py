"""Statements of Athena on a lake: what they may use, and what they must leave alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.history import recorded
from wavehouse.wiring.parts import an_engine, external_tables, lake_catalog, layout_of, tables_of, told_to
from wavehouse.wiring.pricing import pricing_of

if TYPE_CHECKING:
    from wavehouse.core.table_name import TableName
    from wavehouse.engines.engine import Engine
    from wavehouse.query.statements.context import Context, Writing


def run(
    settings: Settings,
    sql: str,
    form: str,
    max_rows: int | None,
    parameters: Sequence[str] = (),
    *,
    write: bool = False,
) -> None:
    """Run one statement, and write its answer to stdout."""
    from wavehouse.query.output import check_form, shows_price, write_answer
    from wavehouse.query.statements.parameters import with_parameters
    from wavehouse.query.statements.run import first_word, run_statement

    check_form(form)
    if parameters or ("?" in sql and first_word(sql) in ("SELECT", "WITH", "VALUES")):
        sql = with_parameters(sql, parameters)
    with an_engine(settings) as engine:
        told = shows_price(form)
        context = context_of(settings, engine, max_rows=max_rows, write=write, price_told=told)
        with recorded(settings, sql) as record:
            found = run_statement(sql, context)
            record(found)
        write_answer(found, form)


def context_of(
    settings: Settings,
    engine: Engine,
    *,
    max_rows: int | None = None,
    write: bool = False,
    database: str = "",
    price_told: bool = False,
) -> Context:
    """Where statements on the lake of the settings are run; `database` is that of names without one."""
    from wavehouse.query.prepared import PreparedStatements
    from wavehouse.query.statements.context import Context

    layout, tables = layout_of(settings), tables_of(settings)
    return Context(
        lake_catalog(layout),
        tables,
        engine,
        PreparedStatements(layout.prepared),
        database,
        max_rows,
        _writing(settings) if write else None,
        pricing=pricing_of(settings, tables, told=price_told),
    )


def _writing(settings: Settings) -> Writing:
    from datetime import UTC, datetime

    from wavehouse.core.run_record import new_id
    from wavehouse.query.statements.context import Writing

    layout = layout_of(settings)

    @contextmanager
    def locked() -> Iterator[None]:
        from wavehouse.lake.lock import writing
        from wavehouse.pipeline.repair import repair

        with told_to(None) as progress, writing(layout, progress):
            repair(layout, progress)
            yield

    return Writing(
        layout, external_tables(layout), locked, _whose(settings), lambda: new_id(datetime.now(UTC))
    )


def _whose(settings: Settings) -> Callable[[TableName], str]:
    """Who makes a table, whether it is there or not, and what to do instead; '' for nobody else."""
    from functools import lru_cache

    from wavehouse.catalog.known_tables import CRAWLER
    from wavehouse.lake import adopted_head
    from wavehouse.lake.head import LakeHead
    from wavehouse.pipeline.definition import read_definition
    from wavehouse.pipeline.published import last_publish
    from wavehouse.query.statements.context import MADE_BY, STATEMENT

    layout = layout_of(settings)

    @lru_cache
    def targets() -> frozenset[TableName]:
        found = read_definition(Project.at(settings.project)).targets
        return frozenset(target.table for target in found if target.table)

    def whose(name: TableName) -> str:
        made = {head.name for head in last_publish(layout).heads}
        if name in made or name in targets() or name.database in ("staging", "quarantine", "_unseen"):
            return (
                "runs make it, and the next one would not know. Change the flow or the files that it is made "
                "from, or make a table of your own: CREATE TABLE … AS SELECT"
            )
        own = LakeHead(layout).table(name)
        table = external_tables(layout).table(name) if own is None else None
        properties = own[1].get("properties", {}) if own else table.properties if table else {}
        crawler = properties.get(adopted_head.CRAWLER if own else CRAWLER)
        if crawler is not None:
            return (
                f"the crawler '{crawler}' has made it of files of somebody else. Make a table of your own of "
                "it: CREATE TABLE … AS SELECT"
            )
        if table is not None and table.view is None and properties.get(MADE_BY) != STATEMENT:
            return "somebody else has made it. Make a table of your own of it: CREATE TABLE … AS SELECT"
        return ""

    return whose
