"""Questions to the lake: SQL and saved queries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring import statements
from wavehouse.wiring.parts import Document, an_engine, check_has_snapshots, layout_of, tables_of
from wavehouse.wiring.pricing import pricing_of


def snapshots(settings: Settings, table: str) -> Document:
    """The snapshots of one table."""
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.snapshot_listing import list_snapshots

    layout = layout_of(settings)
    check_has_snapshots(layout, table)
    return list_snapshots(LakeHead(layout), table)


def price(settings: Settings, sql: str, parameters: Sequence[str], *, as_json: bool) -> None:
    """What a statement would cost on Athena, on stdout; nothing is run."""
    from wavehouse.query.answer import price_of
    from wavehouse.query.price import Pricing
    from wavehouse.query.price_lines import write_nothing, write_price
    from wavehouse.query.statements.free import free_statement

    sql = _given(settings, sql, parameters)
    tables = tables_of(settings)
    pricing = pricing_of(settings, tables, told=True) or Pricing()
    if word := free_statement(sql):
        write_nothing(word, pricing, as_json=as_json)
        return
    with an_engine(settings) as engine:
        write_price(*price_of(sql, tables, engine, pricing), as_json=as_json)


def translated(settings: Settings, sql: str, parameters: Sequence[str]) -> str:
    """What a query is translated to here."""
    from wavehouse.query.translate import translate

    with an_engine(settings) as engine:
        return translate(_given(settings, sql, parameters), tables_of(settings), engine).sql


def _given(settings: Settings, sql: str, parameters: Sequence[str]) -> str:
    """The statement that is meant, with its constants."""
    from wavehouse.query.statements.prepared import meant, with_given

    return with_given(*meant(sql, parameters, statements.prepared_statements(settings)))


def saved_queries(settings: Settings) -> Document:
    """The saved queries."""
    from wavehouse.query.saved import saved_queries as read

    found = read(Project.at(settings.project)).values()
    return {"queries": [{"name": q.name, "description": q.description, "sql": q.sql} for q in found]}


def run_query(
    settings: Settings, name: str, form: str, *, seconds: float | None = None, to: Path | None = None
) -> None:
    """Answer a saved query on stdout, or in a file."""
    from wavehouse.query.saved import find_query

    found = find_query(Project.at(settings.project), name)
    statements.run(settings, found.sql, form, None, seconds=seconds, to=to)
