"""The command line: one call per command; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wavehouse import __version__
from wavehouse.core.batch_time import batch_moment
from wavehouse.core.errors import CallError, OutsideError, WavehouseError, in_words
from wavehouse.settings import read_settings
from wavehouse.wiring import projects as project_wiring
from wavehouse.wiring import quality as quality_wiring
from wavehouse.wiring import questions, upkeep
from wavehouse.wiring import runs as run_wiring

if TYPE_CHECKING:
    from wavehouse.core.run_record import RunRecord

app = typer.Typer(
    name="wavehouse",
    help="The music-analytics lakehouse as one definition: CSV files in, SQL and dashboards out.",
    no_args_is_help=True,
    add_completion=False,
    # Help in colours costs 90 ms at every start.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
queries = typer.Typer(help="Saved queries of the project.", no_args_is_help=True)
dashboards = typer.Typer(help="Dashboards as code.", no_args_is_help=True)
runs = typer.Typer(help="The run history.", no_args_is_help=True)
quarantine = typer.Typer(help="Rows and files that were kept aside, with reasons.", no_args_is_help=True)
rules = typer.Typer(help="Quality rules in DQDL.", no_args_is_help=True)
app.add_typer(queries, name="queries")
app.add_typer(dashboards, name="dashboards")
app.add_typer(runs, name="runs")
app.add_typer(quarantine, name="quarantine")
app.add_typer(rules, name="rules")

ProjectOption = Annotated[
    str | None,
    typer.Option("--project", help="Folder with wavehouse.yaml (else the nearest, else Spotify's)."),
]
LakeOption = Annotated[str | None, typer.Option("--lake", help="Directory of the lake (default: ./lake).")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
FromOption = Annotated[
    list[Path] | None, typer.Option("--from", help="Files or directories to load; may be repeated.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
BatchTimeOption = Annotated[
    str | None,
    typer.Option(
        "--batch-time", help="When the files were made, as 2024-01-31 or 2024-01-31T10:00:00Z (default: now)."
    ),
]

_CENTURY = 36_500  # days; the calendar ends somewhere


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wavehouse {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """See `wavehouse COMMAND --help`."""


def _answer(document: dict[str, Any], as_json: bool, kind: str) -> None:
    """Give out one document: as JSON, or as the terminal shows a document of this kind."""
    if as_json:
        _print_json(document)
        return
    from wavehouse.terminal.documents import show

    show(kind, document)


def _print_json(document: dict[str, Any]) -> None:
    """One line of JSON. A byte that was no UTF-8 (in the raw text of a row kept aside) stays an escape."""
    text = json.dumps(document, ensure_ascii=False)
    typer.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="Where to put the files and the lake.")] = Path(
        "wavehouse-demo"
    ),
    scale: Annotated[float, typer.Option(help="Size of the catalogue; 1 = 438,938 tracks.")] = 0.05,
    as_json: JsonOption = False,
) -> None:
    """Generate a sample catalogue, load it, and show the three insights."""
    record = run_wiring.demo(directory, scale, show=not as_json)
    _end_of_run(record, as_json)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.")], as_json: JsonOption = False
) -> None:
    """Write a copy of the Spotify project to edit."""
    _answer(project_wiring.init(directory), as_json, "init")


@app.command()
def generate(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.")],
    scale: Annotated[float, typer.Option(help="1 = 438,938 track rows, about 300 MB.")] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed and date give the same bytes.")] = 1,
    dirty: Annotated[float, typer.Option(help="Percent of rows with planted mistakes.")] = 0.0,
    as_of: Annotated[str, typer.Option(help="'Today' of the catalogue, YYYY-MM-DD.")] = "2023-12-20",
    as_json: JsonOption = False,
) -> None:
    """Write a synthetic catalogue in the five-file layout."""
    _answer(project_wiring.generate(directory, scale, seed, dirty, as_of), as_json, "generate")


@app.command()
def run(
    paths: FromOption = None,
    full: Annotated[bool, typer.Option("--full", help="Read every loaded file again and rebuild.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be loaded.")] = False,
    batch_time: BatchTimeOption = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land new files, check and join them, publish the tables, and show the insights."""
    settings = read_settings(project, lake)
    time = batch_moment(batch_time)
    if dry_run:
        plan = run_wiring.plan(settings, paths or [], full=full)
        _answer(plan, as_json, "plan")
        raise typer.Exit(1 if plan["rejected"] else 0)
    _end_of_run(run_wiring.run(settings, paths or [], full=full, time=time, show=not as_json), as_json)


def _end_of_run(record: RunRecord, as_json: bool) -> None:
    """A run has shown itself on the terminal already; a rejected file makes it end with 1."""
    if as_json:
        _print_json(record.as_json())
    raise typer.Exit(1 if record.rejected else 0)


@app.command()
def release(project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Take the files again that a rollback holds."""
    settings = read_settings(project, lake)
    _end_of_run(run_wiring.run(settings, [], full=False, release=True, show=not as_json), as_json)


@app.command()
def rollback(
    table: Annotated[str, typer.Argument(help="database.table")],
    snapshot: Annotated[str, typer.Argument(help="A snapshot of it, or the run that published one.")],
    dry_run: DryRunOption = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring all tables back to an earlier publish, and hold the files taken since."""
    settings = read_settings(None, lake)
    _answer(upkeep.roll_back(settings, table, snapshot, dry_run=dry_run), as_json, "rollback")


@app.command()
def compact(
    tables: Annotated[list[str] | None, typer.Argument(help="database.table (default: all).")] = None,
    dry_run: DryRunOption = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put small data files together; no row changes."""
    settings = read_settings(project, lake)
    _answer(upkeep.compact(settings, tables or [], dry_run=dry_run), as_json, "compact")


@app.command()
def vacuum(
    keep: Annotated[int, typer.Option("--keep", min=1, help="The newest publishes stay in any case.")] = 10,
    expire_after: Annotated[
        float,
        typer.Option("--expire-after", min=0, max=_CENTURY, help="Days until an older publish is forgotten."),
    ] = 7,
    orphans_after: Annotated[
        float,
        typer.Option(
            "--orphans-after", min=0, max=_CENTURY * 24, help="Hours until a file that nobody needs goes."
        ),
    ] = 24,
    dry_run: DryRunOption = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove files that nobody needs, and forget old publishes."""
    document = upkeep.vacuum(
        read_settings(None, lake),
        keep=keep,
        expire_days=expire_after,
        orphan_hours=orphans_after,
        dry_run=dry_run,
    )
    _answer(document, as_json, "vacuum")


@app.command()
def stage(
    paths: Annotated[list[Path], typer.Argument(help="Files or directories to land.")],
    batch_time: BatchTimeOption = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Only land files; the next run takes them."""
    staged = run_wiring.stage(read_settings(project, lake), paths, batch_moment(batch_time))
    _answer(staged, as_json, "stage")
    raise typer.Exit(1 if staged["rejected"] else 0)


@app.command()
def tables(lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """List the tables of the lake."""
    _answer(questions.tables(read_settings(None, lake)), as_json, "tables")


@app.command()
def describe(
    table: Annotated[str, typer.Argument(help="database.table")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the columns of a table, and what is known of it."""
    _answer(questions.describe(read_settings(None, lake), table), as_json, "describe")


@app.command()
def snapshots(
    table: Annotated[str, typer.Argument(help="database.table")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the snapshots of a table, oldest first."""
    _answer(questions.snapshots(read_settings(None, lake), table), as_json, "snapshots")


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="One query in Athena SQL.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from a file.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    max_rows: Annotated[int | None, typer.Option("--max-rows", min=1, help="At most so many rows.")] = None,
    show_sql: Annotated[bool, typer.Option("--show-sql", help="Print what is run here, and stop.")] = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the lake in Athena SQL."""
    if (query is None) == (file is None):
        raise CallError("there is no query, or two", remedy="Write one: wavehouse sql 'SELECT …', or -f FILE")
    text = query if query is not None else _read_text(file or Path(), "the query")
    settings = read_settings(None, lake)
    if show_sql:
        typer.echo(questions.translated(settings, text))
    else:
        questions.ask(settings, text, "json" if as_json else form, max_rows)


def _read_text(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise CallError(
            f"{what} cannot be read ({why})", where=str(file), remedy="Name a UTF-8 text file"
        ) from error


@queries.command("list")
def queries_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the saved queries."""
    _answer(questions.saved_queries(read_settings(project)), as_json, "queries")


@queries.command("run")
def queries_run(
    name: str,
    form: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run one saved query."""
    questions.run_query(read_settings(project, lake), name, "json" if as_json else form)


@dashboards.command("list")
def dashboards_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the dashboards."""
    _answer(questions.dashboards(read_settings(project)), as_json, "dashboards")


@dashboards.command("data")
def dashboards_data(
    name: str, project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Show the charts of one dashboard, or with --json their data."""
    document = questions.show_dashboard(read_settings(project, lake), name, show=not as_json)
    if as_json:
        _print_json(document)


@runs.command("list")
def runs_list(lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """List the runs, newest first."""
    _answer(run_wiring.runs(read_settings(None, lake)), as_json, "runs")


@runs.command("show")
def runs_show(
    run_id: Annotated[str, typer.Argument(help="An id, the beginning of one, or 'last'.")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run."""
    record = run_wiring.run_record(read_settings(None, lake), run_id)
    if as_json:
        _print_json(record.as_json())
        return
    from wavehouse.terminal.run_report import show_run

    show_run(record)


@app.command()
def check(
    paths: FromOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as one HTML file.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 when any rule fails.")] = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge files by the quality rules; nothing is loaded."""
    settings = read_settings(project, lake)
    if html:
        quality_wiring.check_report_path(html)
    record = quality_wiring.check(settings, paths or [])
    document = quality_wiring.verdicts(record)
    if html:
        quality_wiring.write_report(settings, record, html)
    if as_json:
        _print_json(document)
    else:
        quality_wiring.show_verdicts(record)
    failed = [rule for rule in record.rules if not rule.passed]
    stopping = any(rule.stops for rule in failed)
    raise typer.Exit(1 if record.rejected or stopping or (strict and failed) else 0)


@rules.command("parse")
def rules_parse(
    file: Annotated[str, typer.Argument(help="A file with DQDL, or - for standard input.")],
    source: Annotated[str | None, typer.Option("--source", help="Hold it against this contract.")] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read DQDL; print every rule in its canonical form with the SQL that it compiles to."""
    text = sys.stdin.read() if file == "-" else _read_text(Path(file), "the rules")
    _answer(quality_wiring.parse_rules(read_settings(project), text, source), as_json, "rules_parse")


@rules.command("list")
def rules_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the rules of the project, and what happens where one fails."""
    _answer(quality_wiring.list_rules(read_settings(project)), as_json, "rules_list")


@rules.command("history")
def rules_history(
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what every rule measured, run by run."""
    _answer(quality_wiring.rule_history(read_settings(None, lake), source), as_json, "rules_history")


SourceFilter = Annotated[str, typer.Option("--source", help="Only rows of this source.")]
FileFilter = Annotated[str, typer.Option("--file", help="Only rows of this file.")]
RuleFilter = Annotated[str, typer.Option("--rule", help="Only rows with this in their reason.")]


@quarantine.command("list")
def quarantine_list(
    run_id: Annotated[
        str | None,
        typer.Argument(help="After which run: its id, the beginning of one, or 'last' (else now)."),
    ] = None,
    source: SourceFilter = "",
    file: FileFilter = "",
    rule: RuleFilter = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many rows.")] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rows and files that are kept aside."""
    from wavehouse.pipeline.quarantined import Wanted

    wanted = Wanted(source, file, rule, limit=limit if as_json or limit else _SHOWN_ROWS)
    _answer(quality_wiring.quarantined(read_settings(None, lake), run_id, wanted), as_json, "quarantine")


@quarantine.command("show")
def quarantine_show(
    row: Annotated[str, typer.Argument(help="FILE:LINE, as the list gives it.")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one row that is kept aside, with every rule that it fails."""
    from wavehouse.pipeline.quarantined import row_at

    document = quality_wiring.quarantined(read_settings(None, lake), None, row_at(row))
    if not document["rows"]:
        raise CallError(f"no row is kept aside at {row}", remedy="See: wavehouse quarantine list")
    _answer(document, as_json, "quarantine_row")


@quarantine.command("export")
def quarantine_export(
    path: Annotated[Path, typer.Argument(help="A new CSV file.")],
    source: SourceFilter = "",
    file: FileFilter = "",
    rule: RuleFilter = "",
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the rows that are kept aside to a CSV file."""
    from wavehouse.pipeline.quarantined import Wanted

    wanted = Wanted(source, file, rule)
    document = quality_wiring.export_quarantine(read_settings(None, lake), path, wanted)
    _answer(document, as_json, "quarantine_export")


@quarantine.command("retry")
def quarantine_retry(
    project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Judge everything that was kept aside once more, rows and files."""
    _end_of_run(quality_wiring.retry(read_settings(project, lake), show=not as_json), as_json)


_SHOWN_ROWS = 50
_INTERRUPTED = 130


def main() -> None:
    """Run the command line; every error ends in one paragraph on stderr and its exit code."""
    # Wherever it stands: whoever is told to add it adds it at the end.
    args = [arg for arg in sys.argv[1:] if arg != "--debug"]
    debug = len(args) < len(sys.argv) - 1
    command = typer.main.get_command(app)
    sys.exit(_guarded(lambda: command.main(args, standalone_mode=False), debug=debug))


def _guarded(command: Callable[[], Any], *, debug: bool) -> int:
    try:
        code = command()
    except WavehouseError as error:
        if debug:
            raise
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; nothing more may be written to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # Typer's own complaints about a call know how to show themselves.
        if isinstance(error, typer.exceptions.TyperException) and hasattr(error, "show"):
            error.show()
            return CallError.exit_code
        if debug:
            raise
        return _fail(str(_outside(error)), OutsideError.exit_code)
    if code == _INTERRUPTED:
        # Typer answers Ctrl-C with this exit code and no word.
        return _fail("interrupted; nothing is left half done, run again at any time", code)
    return code if isinstance(code, int) else 0


def _outside(error: Exception) -> OutsideError:
    if isinstance(error, OSError):
        return in_words(error)
    said = f"something went wrong inside ({type(error).__name__}: {error})"
    return OutsideError(said, remedy="Please report it, with what --debug prints")


def _fail(text: str, code: int) -> int:
    typer.echo(f"error: {text}", err=True)
    return code
