"""Statements of Athena on a lake: what they may use, and what they must leave alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.query.first_word import QUERIES
from wavehouse.settings import Settings
from wavehouse.wiring.history import recorded
from wavehouse.wiring.parts import an_engine, external_tables, lake_catalog, layout_of, tables_of, told_to
from wavehouse.wiring.pricing import pricing_of
from wavehouse.wiring.sandboxed import SECONDS, query_process

if TYPE_CHECKING:
    from wavehouse.core.table_name import TableName
    from wavehouse.engines.engine import Engine
    from wavehouse.query.answer import Answer
    from wavehouse.query.prepared import PreparedStatements
    from wavehouse.query.sandbox.solo import Solo
    from wavehouse.query.statements.context import Context, Writing


_MOST_SECONDS = 1_000_000
# (It becomes the name of a folder.)
_ONCE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
# What a statement may begin with that reads rows: EXECUTE may turn out to be one.
_READING = QUERIES | {"EXECUTE", ""}


def run(
    settings: Settings,
    sql: str,
    form: str,
    max_rows: int | None,
    parameters: Sequence[str] = (),
    *,
    write: bool = False,
    once: str = "",
    seconds: float | None = None,
    to: Path | None = None,
) -> None:
    """Run one statement, and write its answer as `form` to the file `to`, None: to stdout.

    A query runs in a process of its own, for at most so many seconds (None: 60). Of statements with the same
    id in `once` that write to a table of the lake the first one does.
    """
    from wavehouse.query.first_word import first_word
    from wavehouse.query.output_file import check_target

    check_target(form, to)
    check_seconds(seconds)
    _check_once(once)
    asked = _Asked(settings, sql, form, max_rows, parameters, write, once, to)
    if first_word(sql) not in _READING:
        _statement(asked, seconds)
        return
    # (The process is started before anything of the query is looked at: the two take the same time.)
    with query_process(settings, seconds or SECONDS) as process:
        from wavehouse.query.statements.prepared import meant, with_given
        from wavehouse.query.statements.run import STATEMENTS

        with recorded(settings, sql) as record:
            meant_sql = with_given(*meant(sql, parameters, prepared_statements(settings)))
            if first_word(meant_sql) not in STATEMENTS:
                record(_query(asked, meant_sql, process))
                return
    _statement(asked, seconds)


@dataclass(frozen=True)
class _Asked:
    settings: Settings
    sql: str
    form: str
    max_rows: int | None
    parameters: Sequence[str]
    write: bool
    once: str
    to: Path | None


def _check_once(once: str) -> None:
    if once and _ONCE.fullmatch(once) is None:
        raise CallError(
            f"'{once}' is no id of a statement",
            remedy="Write --once with up to 100 letters, digits, '.', '_' and '-', the first one no '.'",
        )


def check_seconds(seconds: float | None) -> None:
    """Raise `CallError` for a time that a query cannot take."""
    if seconds is not None and not 0 < seconds <= _MOST_SECONDS:
        raise CallError(
            f"a query cannot have {seconds:g} seconds",
            remedy=f"Write --timeout with more than 0 and at most {_MOST_SECONDS:,} seconds",
        )


def _query(asked: _Asked, sql: str, process: Solo) -> Answer:
    from wavehouse.query.answer import answered
    from wavehouse.query.output import shows_price
    from wavehouse.query.output_file import opened
    from wavehouse.query.sandbox.runs import PassedOn, Runs

    settings = asked.settings
    tables = tables_of(settings)
    told = shows_price(asked.form, terminal=asked.to is None and sys.stdout.isatty())
    runs = Runs(process)
    with opened(asked.form, asked.to) as file:
        passed_on = PassedOn(runs, asked.form, file, asked.max_rows)
        found = answered(
            sql,
            tables,
            runs.engine,
            passed_on.run,
            max_rows=asked.max_rows,
            pricing=pricing_of(settings, tables, told=told),
            instants=asked.form == "parquet",
        )
        passed_on.end(found)
    return found


def _statement(asked: _Asked, seconds: float | None) -> None:
    from wavehouse.query.output import write_answer
    from wavehouse.query.output_file import opened
    from wavehouse.query.statements.run import run_statement

    if seconds is not None:
        raise CallError(
            "--timeout is the time of a query, and this is another statement", remedy="Leave it out"
        )
    with an_engine(asked.settings) as engine:
        context = context_of(asked.settings, engine, write=asked.write, once=asked.once)
        with recorded(asked.settings, asked.sql) as record, opened(asked.form, asked.to) as file:
            found = run_statement(asked.sql, context, asked.parameters)
            record(found)
            write_answer(found, asked.form, file)


def prepared_statements(settings: Settings) -> PreparedStatements:
    """The prepared statements of the lake: the same ones however they are asked for."""
    from wavehouse.query.prepared import PreparedStatements

    return PreparedStatements(layout_of(settings).prepared)


def context_of(
    settings: Settings,
    engine: Engine,
    *,
    write: bool = False,
    once: str = "",
    database: str = "",
    quiet: bool = False,
) -> Context:
    """Where statements on the lake of the settings are run; `database` is that of names without one.

    A `quiet` one says nothing of its progress.
    """
    from wavehouse.query.statements.context import Context

    layout, tables = layout_of(settings), tables_of(settings)
    return Context(
        lake_catalog(layout),
        tables,
        engine,
        prepared_statements(settings),
        database,
        writing=_writing(settings, once, quiet=quiet) if write else None,
        pricing=pricing_of(settings, tables, told=False),
    )


def _writing(settings: Settings, once: str, *, quiet: bool) -> Writing:
    from datetime import UTC, datetime

    from wavehouse.core.run_record import new_id
    from wavehouse.query.statements.context import Writing

    layout = layout_of(settings)

    @contextmanager
    def locked() -> Iterator[None]:
        from wavehouse.core.progress import Silent
        from wavehouse.lake.lock import writing
        from wavehouse.pipeline.repair import repair

        with told_to(Silent() if quiet else None) as progress, writing(layout, progress):
            repair(layout, progress)
            yield

    def run() -> str:
        return ".".join(filter(None, (once, new_id(datetime.now(UTC)))))

    return Writing(layout, external_tables(layout), locked, _whose(settings), run, once)


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
