"""The commands about the data catalog."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from wavehouse.cli.answers import answer
from wavehouse.cli.app import app
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import data_catalog

TableArgument = Annotated[str, typer.Argument(help="database.table")]


@app.command()
def databases(lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """List the databases of the catalog."""
    answer(data_catalog.databases(read_settings(None, lake)), as_json, "databases")


@app.command()
def tables(
    database: Annotated[str | None, typer.Argument(help="Only those of this database.")] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the tables of the catalog."""
    answer(data_catalog.tables(read_settings(None, lake), database), as_json, "tables")


@app.command()
def describe(
    table: TableArgument,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the columns of a table, and what is known of it."""
    answer(data_catalog.describe(read_settings(project, lake), table), as_json, "describe")


@app.command()
def partitions(table: TableArgument, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """List the partitions of a table, with rows and bytes."""
    answer(data_catalog.partitions(read_settings(None, lake), table), as_json, "partitions")


@app.command()
def statistics(
    table: TableArgument,
    columns: Annotated[list[str] | None, typer.Argument(help="Columns (default: all).")] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Count distinct values instead of estimating them.")
    ] = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the smallest and largest values, NULLs and distinct values of columns."""
    found = data_catalog.statistics(read_settings(None, lake), table, columns or [], exact=exact)
    answer(found, as_json, "statistics")


@app.command()
def versions(
    table: TableArgument,
    diff: Annotated[
        tuple[int, int] | None, typer.Option("--diff", help="Two versions: what is different.")
    ] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a table, or compare two of them."""
    document = data_catalog.versions(read_settings(None, lake), table, diff)
    answer(document, as_json, "differences" if diff else "versions")


@app.command()
def properties(table: TableArgument, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Show the properties of a table."""
    answer(data_catalog.properties(read_settings(None, lake), table), as_json, "properties")


@app.command()
def drop(
    table: TableArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even a table that runs make.")] = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a table out of the catalog."""

    def confirm(what: str) -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise CallError(f"nobody is there to say yes: {what}", remedy="Add --yes")
        if not typer.confirm(f"{what}. Go on?", err=True):
            raise CallError("nothing was dropped")

    answer(data_catalog.drop(read_settings(None, lake), table, confirm, force=force), as_json, "drop")
