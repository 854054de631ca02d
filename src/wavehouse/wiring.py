"""The only place that chooses implementations and hands them down.

Every function does one command's work and returns it as a JSON-ready document or a record. Imports stand
in the functions: each command pays for what it needs, and for nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.project.project import Project
from wavehouse.settings import Settings, builtin_project

if TYPE_CHECKING:
    from wavehouse.core.run_record import RunRecord
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import LakeLayout

Document = dict[str, Any]

# Bytes that the engine may use before it spills (measured: docs/benchmarks.md).
_MOST_MEMORY = 2_000_000_000
_DEMO_SEED = 1
_DEMO_DATE = "2023-12-20"


def open_engine(scratch: Path) -> Engine:
    """DuckDB with at most half of the machine's memory; what does not fit spills to `scratch`."""
    from wavehouse.engines.duckdb_engine import DuckDBEngine

    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return DuckDBEngine(memory=min(_MOST_MEMORY, physical // 2), scratch=scratch)


@contextmanager
def _engine() -> Iterator[Engine]:
    """An engine for questions; its scratch space is gone afterwards."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:
        engine = open_engine(Path(scratch))
        try:
            yield engine
        finally:
            engine.close()


def _layout(settings: Settings) -> LakeLayout:
    from wavehouse.lake.layout import lake_at

    return lake_at(settings.lake)


def _head(settings: Settings) -> LakeHead:
    from wavehouse.lake.head import LakeHead

    return LakeHead(_layout(settings))


def run(settings: Settings, paths: Sequence[Path], *, full: bool, show: bool) -> RunRecord:
    """Run the pipeline; with `show`, print the report and the insights."""
    from wavehouse.pipeline.run import RunOptions
    from wavehouse.pipeline.run import run as run_pipeline
    from wavehouse.terminal.progress import progress_on_stderr

    project = Project.at(settings.project)

    def check() -> None:
        from wavehouse.dashboards.definition import insights

        insights(project)

    with progress_on_stderr() as progress:
        options = RunOptions(paths, full, check)
        record = run_pipeline(settings.lake, project, open_engine, progress, options)
    if show:
        from wavehouse.terminal.run_report import show_run

        show_run(record)
        # After a run with nothing new they would say the same again, and take longer than the run did.
        if record.changed:
            try:
                show_insights(settings)
            except WavehouseError as error:
                # The tables are published: that a chart cannot be drawn does not make the run fail.
                progress.note(f"the insights cannot be shown: {error}")
    return record


def show_insights(settings: Settings) -> None:
    """Print the dashboards that the project names as insights."""
    from wavehouse.dashboards.data import dashboard_data
    from wavehouse.dashboards.definition import insights
    from wavehouse.terminal.charts import show_dashboard

    head = _head(settings)
    with _engine() as engine:
        for one in insights(Project.at(settings.project)):
            data = dashboard_data(one, head, engine)
            if any(chart.rows for chart in data):
                show_dashboard(one.title, data)


def demo(directory: Path, scale: float, *, show: bool) -> RunRecord:
    """Generate a catalogue in `directory` (once), load it into the lake beside it, show the insights."""
    settings = Settings(builtin_project(), directory / "lake")
    files = directory / "files"
    if not files.exists():
        generate(files, scale, _DEMO_SEED, 0.0, _DEMO_DATE)
    record = run(settings, [files], full=False, show=show)
    if show:
        if not record.changed:
            show_insights(settings)
        from wavehouse.terminal.documents import show as show_document

        show_document("demo", {"files": str(files), "lake": str(settings.lake)})
    return record


def generate(directory: Path, scale: float, seed: int, dirty: float, as_of: str) -> Document:
    """Write a synthetic catalogue."""
    from datetime import date

    from wavehouse.samples.catalogue import generate as generate_catalogue
    from wavehouse.terminal.progress import progress_on_stderr

    try:
        today = date.fromisoformat(as_of)
    except ValueError as error:
        raise CallError(f"'{as_of}' is not a date", remedy="Write it as YYYY-MM-DD") from error
    with _engine() as engine, progress_on_stderr() as progress:
        made = generate_catalogue(
            directory, scale=scale, seed=seed, as_of=today, dirty=dirty, engine=engine, progress=progress
        )
    return {
        "files": {name: str(path) for name, path in made.files.items()},
        "rows": made.rows,
        "planted": str(made.planted) if made.planted else None,
    }


def init(directory: Path) -> Document:
    """Copy the project that ships with the package."""
    from wavehouse.project.copy import copy_project

    return {"path": str(copy_project(Project.at(builtin_project()), directory))}


def plan(settings: Settings, paths: Sequence[Path], *, full: bool) -> Document:
    """What a run would do."""
    from wavehouse.pipeline.plan import plan_run

    found = plan_run(settings.lake, Project.at(settings.project), paths, full=full)
    return {**asdict(found), "would_change": found.would_change}


def stage(settings: Settings, paths: Sequence[Path]) -> Document:
    """Land files."""
    from wavehouse.pipeline.stage import stage as stage_files
    from wavehouse.terminal.progress import progress_on_stderr

    with progress_on_stderr() as progress:
        staged = stage_files(settings.lake, Project.at(settings.project), progress, paths)
    return {
        "batch": staged.batch,
        "files": [file.as_json() for file in staged.files],
        "known": [str(path) for path in staged.known],
        "rejected": [asdict(file) for file in staged.rejected],
    }


def tables(settings: Settings) -> Document:
    """The tables of the lake."""
    from wavehouse.lake.description import list_tables

    return list_tables(_head(settings))


def describe(settings: Settings, table: str) -> Document:
    """One table."""
    from wavehouse.lake.description import describe_table

    return describe_table(_head(settings), table)


def snapshots(settings: Settings, table: str) -> Document:
    """The snapshots of one table."""
    from wavehouse.lake.description import list_snapshots

    return list_snapshots(_head(settings), table)


def ask(settings: Settings, sql: str, form: str, max_rows: int | None) -> None:
    """Answer a query on stdout."""
    from wavehouse.query.answer import answer
    from wavehouse.query.output import check_form, write_answer

    check_form(form)
    with _engine() as engine:
        write_answer(answer(sql, _head(settings), engine, max_rows=max_rows), form)


def translated(settings: Settings, sql: str) -> str:
    """What a query is translated to here."""
    from wavehouse.query.translate import translate

    with _engine() as engine:
        return translate(sql, _head(settings), engine).sql


def saved_queries(settings: Settings) -> Document:
    """The saved queries."""
    from wavehouse.query.saved import saved_queries as read

    found = read(Project.at(settings.project)).values()
    return {"queries": [{"name": q.name, "description": q.description, "sql": q.sql} for q in found]}


def run_query(settings: Settings, name: str, form: str) -> None:
    """Answer a saved query on stdout."""
    from wavehouse.query.saved import find_query

    ask(settings, find_query(Project.at(settings.project), name).sql, form, None)


def dashboards(settings: Settings) -> Document:
    """The dashboards."""
    from wavehouse.dashboards.definition import read_dashboards

    found = read_dashboards(Project.at(settings.project)).values()
    return {
        "dashboards": [
            {"name": d.dashboard, "title": d.title, "charts": [chart.id for chart in d.charts]} for d in found
        ]
    }


def show_dashboard(settings: Settings, name: str, *, show: bool) -> Document:
    """One dashboard: printed, or as data."""
    from wavehouse.dashboards.data import as_document, dashboard_data
    from wavehouse.dashboards.definition import find_dashboard

    dashboard = find_dashboard(Project.at(settings.project), name)
    head = _head(settings)
    with _engine() as engine:
        data = dashboard_data(dashboard, head, engine)
    if show:
        from wavehouse.terminal.charts import show_dashboard as draw

        draw(dashboard.title, data)
    return as_document(dashboard, data)


def runs(settings: Settings) -> Document:
    """The run history, newest first."""
    from wavehouse.pipeline.run_store import all_runs

    return {"runs": [record.as_json() for record in all_runs(_layout(settings))]}


def run_record(settings: Settings, run_id: str) -> RunRecord:
    """One run of the history."""
    from wavehouse.pipeline.run_store import find_run

    return find_run(_layout(settings), run_id)


def quarantined(settings: Settings, run_id: str) -> Document:
    """The rows that one run kept aside."""
    from wavehouse.pipeline.quarantine import quarantined_rows
    from wavehouse.pipeline.run_store import find_run

    layout = _layout(settings)
    record = find_run(layout, run_id)
    return {"run_id": record.run_id, "rows": list(quarantined_rows(layout, record.run_id))}
