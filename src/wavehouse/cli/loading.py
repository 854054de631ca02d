"""The commands that make and change a lake."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, end_of_run
from wavehouse.cli.app import app
from wavehouse.cli.options import (
    BatchTimeOption,
    DryRunOption,
    EngineOption,
    FromOption,
    JsonOption,
    LakeOption,
    ProjectOption,
)
from wavehouse.core.batch_time import batch_moment
from wavehouse.core.retention import EXPIRE_DAYS, KEEP, ORPHAN_HOURS
from wavehouse.settings import read_settings
from wavehouse.store.object_store import S3Endpoint
from wavehouse.wiring import projects as project_wiring
from wavehouse.wiring import runs as run_wiring
from wavehouse.wiring import upkeep

_CENTURY = 36_500  # days; the calendar ends somewhere


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
    end_of_run(record, as_json)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.")],
    empty: Annotated[
        bool, typer.Option("--empty", help="A project without contracts and flows, for files of your own.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a copy of the Spotify project to edit."""
    answer(project_wiring.init(directory, empty=empty), as_json, "init")


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
    answer(project_wiring.generate(directory, scale, seed, dirty, as_of), as_json, "generate")


@app.command()
def run(
    paths: FromOption = None,
    full: Annotated[bool, typer.Option("--full", help="Read every loaded file again and rebuild.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be loaded.")] = False,
    engine: EngineOption = None,
    batch_time: BatchTimeOption = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land new files, check and join them, publish the tables, and show the insights."""
    settings = read_settings(project, lake, engine)
    time = batch_moment(batch_time)
    if dry_run:
        plan = run_wiring.plan(settings, paths or [], full=full)
        answer(plan, as_json, "plan")
        raise typer.Exit(1 if plan["rejected"] else 0)
    end_of_run(run_wiring.run(settings, paths or [], full=full, time=time, show=not as_json), as_json)


@app.command()
def release(project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Take the files again that a rollback holds."""
    settings = read_settings(project, lake)
    end_of_run(run_wiring.run(settings, [], full=False, release=True, show=not as_json), as_json)


@app.command()
def rollback(
    table: Annotated[str, typer.Argument(help="database.table")],
    snapshot: Annotated[str, typer.Argument(help="A snapshot of it, or the run that published one.")],
    dry_run: DryRunOption = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring all tables back to an earlier publish, and hold the files taken since.

    Files that flows write go back too, and the crawlers of the project look at them.
    """
    settings = read_settings(project, lake)
    answer(upkeep.roll_back(settings, table, snapshot, dry_run=dry_run), as_json, "rollback")


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
    answer(upkeep.compact(settings, tables or [], dry_run=dry_run), as_json, "compact")


@app.command()
def vacuum(
    keep: Annotated[int, typer.Option("--keep", min=1, help="The newest publishes stay in any case.")] = KEEP,
    expire_after: Annotated[
        float,
        typer.Option("--expire-after", min=0, max=_CENTURY, help="Days until an older publish is forgotten."),
    ] = EXPIRE_DAYS,
    orphans_after: Annotated[
        float,
        typer.Option(
            "--orphans-after", min=0, max=_CENTURY * 24, help="Hours until a file that nobody needs goes."
        ),
    ] = ORPHAN_HOURS,
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
    answer(document, as_json, "vacuum")


@app.command()
def promote(
    lake: Annotated[Path, typer.Argument(help="The lake.")],
    target: Annotated[Path, typer.Argument(help="A new directory, or one where a promotion was cut off.")],
    location: Annotated[str, typer.Option(help="Where the tables shall lie: s3://bucket/prefix.")] = "",
    endpoint: Annotated[str, typer.Option(help="How the bucket is reached, if not at AWS.")] = "",
    region: Annotated[str, typer.Option(help="The region of the bucket.")] = "",
    dry_run: DryRunOption = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a lake to another store, read back byte by byte; cut off, it goes on where it ended."""
    settings = read_settings(project, str(lake))
    document = upkeep.promote(
        settings.lake,
        read_settings(project, str(target)).lake,
        location,
        S3Endpoint(endpoint, region),
        settings.project,
        dry_run=dry_run,
    )
    answer(document, as_json, "promote")


@app.command()
def stage(
    paths: Annotated[list[str], typer.Argument(help="Files, directories or s3://bucket/folder to land.")],
    batch_time: BatchTimeOption = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Only land files; the next run takes them."""
    staged = run_wiring.stage(read_settings(project, lake), paths, batch_moment(batch_time))
    answer(staged, as_json, "stage")
    raise typer.Exit(1 if staged["rejected"] else 0)
