"""The commands that ask the lake: snapshots, and SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, read_text
from wavehouse.cli.app import app
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import questions, statements


@app.command()
def snapshots(
    table: Annotated[str, typer.Argument(help="database.table")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the snapshots of a table, oldest first."""
    answer(questions.snapshots(read_settings(None, lake), table), as_json, "snapshots")


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="One statement in Athena SQL.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from a file.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    to: Annotated[Path | None, typer.Option("--to", help="Write the answer to this file.")] = None,
    max_rows: Annotated[int | None, typer.Option("--max-rows", min=1, help="At most so many rows.")] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--param", help="A constant of SQL for the next ?; repeatable.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Let the statement write to the lake.")] = False,
    once: Annotated[
        str,
        typer.Option("--once", help="With --write: do nothing where a statement of this id was done before."),
    ] = "",
    timeout: Annotated[
        float | None, typer.Option("--timeout", help="Seconds that a query may take.  [default: 60]")
    ] = None,
    show_sql: Annotated[bool, typer.Option("--show-sql", help="Print what is run here, and stop.")] = False,
    price: Annotated[
        bool, typer.Option("--price", help="Say what it would cost on Athena, and run nothing.")
    ] = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the lake in Athena SQL."""
    if (query is None) == (file is None):
        raise CallError("there is no query, or two", remedy="Write one: wavehouse sql 'SELECT …', or -f FILE")
    text = query if query is not None else read_text(file or Path(), "the query")
    settings = read_settings(project, lake)
    if show_sql:
        typer.echo(questions.translated(settings, text, parameters or []))
    elif price:
        questions.price(settings, text, parameters or [], as_json=as_json)
    else:
        form = "json" if as_json else form
        given = parameters or []
        statements.run(settings, text, form, max_rows, given, write=write, once=once, seconds=timeout, to=to)
