"""The commands about queries of others: the HTTP API, and the history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, print_json
from wavehouse.cli.app import app, group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.settings import read_settings
from wavehouse.wiring import history as wiring

history = group("history", "The history of queries.", alone=True)
_GUIDE = """\
The console is at {console}
Athena's API is at {url}, and results are in {output} (the same address, read only). For its clients:
  export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
  boto3        boto3.client("athena").start_query_execution(QueryString="SELECT 1")
  PyAthena     connect(s3_staging_dir="{output}").cursor(), or connect(work_group="managed")
  awswrangler  wr.athena.read_sql_query("SELECT 1", database="spotify", ctas_approach=False)
Ctrl-C ends it."""
_OPEN = "It listens beyond this machine, and asks nobody who they are: whoever reaches it reads the lake."


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes one that is free.")] = 8080,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    write: Annotated[bool, typer.Option("--write", help="Let statements write to the lake.")] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="The console changes nothing: no runs, no edits.")
    ] = False,
    no_schedules: Annotated[
        bool, typer.Option("--no-schedules", help="No workflow begins by itself.")
    ] = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the console, and answer Athena's own clients, on this machine."""
    from wavehouse.wiring.serving import serve as run

    def ready(told: dict[str, object]) -> None:
        if as_json:
            print_json(told)
        else:
            typer.echo(_GUIDE.format_map(told))
        if not told["loopback"]:
            typer.echo(_OPEN + (" And writes to it." if told["write"] else ""), err=True)

    settings, clock = read_settings(project, lake), not no_schedules
    run(settings, host, port, ready, write=write, read_only=read_only, schedules=clock)


@history.callback(invoke_without_command=True)
def history_list(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 20,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the queries that were asked, newest first."""
    if context.invoked_subcommand is None:
        answer(wiring.queries(read_settings(None, lake), limit), as_json, "history")


@history.command("show")
def history_show(
    query: Annotated[str, typer.Argument(help="An id, the beginning of one, or 'last'.")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one query."""
    answer(wiring.query(read_settings(None, lake), query), as_json, "query")


@history.command("export")
def history_export(
    query: Annotated[str, typer.Argument(help="An id, the beginning of one, or 'last'.")],
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    form: Annotated[str, typer.Option("--format", help="csv, json or parquet.")] = "csv",
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the answer of a query that 'serve' has run to a file."""
    answer(wiring.export(read_settings(None, lake), query, form, to), as_json, "export")
