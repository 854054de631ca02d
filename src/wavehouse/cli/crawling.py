"""The command that finds out what files are."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse.cli.answers import answer
from wavehouse.cli.app import app
from wavehouse.cli.options import DryRunOption, JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.settings import read_settings
from wavehouse.wiring import crawling

_REJECTED = ("damaged", "unreadable", "not registered")
_CHOICES = {
    "recrawl": ("everything", "changed", "new-folders"),
    "on_change": ("update", "log"),
    "on_delete": ("delete", "deprecate", "log"),
}


@app.command()
def crawl(
    target: Annotated[str, typer.Argument(help="A folder, s3://bucket/prefix, or a crawler of the project.")],
    database: Annotated[str | None, typer.Option("--database", help="Database of the tables.")] = None,
    prefix: Annotated[str | None, typer.Option("--prefix", help="What their names begin with.")] = None,
    dry_run: DryRunOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, with the evidence.")] = False,
    table_level: Annotated[
        int | None, typer.Option("--table-level", min=1, help="Level of the tables' folders; 1 is the top.")
    ] = None,
    table_threshold: Annotated[
        int | None, typer.Option("--table-threshold", min=1, help="Stop where there would be more tables.")
    ] = None,
    single_schema: Annotated[
        bool, typer.Option("--single-schema", help="What can be merged is one table.")
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Read 1,000 records or 1 MB of each text file.")
    ] = False,
    external: Annotated[
        bool, typer.Option("--external", help="Make no Iceberg tables of Parquet files.")
    ] = False,
    recrawl: Annotated[
        str | None, typer.Option("--recrawl", help="everything, changed (default) or new-folders.")
    ] = None,
    on_change: Annotated[
        str | None, typer.Option("--on-change", help="Of columns: update (default) or log.")
    ] = None,
    on_delete: Annotated[
        str | None,
        typer.Option("--on-delete", help="Of tables without files: delete, deprecate (default) or log."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="Pattern of files to leave out; may be repeated.")
    ] = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find out what files are, and describe them as tables in the catalog."""
    given = {
        "database": database,
        "prefix": prefix,
        "table_level": table_level,
        "table_threshold": table_threshold,
        "recrawl": recrawl,
        "on_change": on_change,
        "on_delete": on_delete,
        "exclude": exclude or None,
        "single_schema": single_schema or None,
        "sample": sample or None,
        "external": external or None,
    }
    for name, known in _CHOICES.items():
        value = given[name]
        if value is not None and value not in known:
            option = f"--{name.replace('_', '-')}"
            raise CallError(f"{option} is '{value}'", remedy=did_you_mean(str(value), known))
    options = {name: value for name, value in given.items() if value is not None}
    document = crawling.crawl(read_settings(project, lake), target, options, dry_run=dry_run)
    answer(document, as_json, "crawl-explained" if explain else "crawl")
    # As for a file that a run rejects; what is no data, or lies in an odd place, is only told.
    if any(problem["kind"] in _REJECTED for problem in document["problems"]):
        raise typer.Exit(1)
