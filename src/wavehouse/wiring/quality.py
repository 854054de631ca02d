"""Quality: verdicts, rules, and the rows and files that were kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.arriving import arriving
from wavehouse.wiring.crawling import output_crawl
from wavehouse.wiring.parts import Document, an_engine, head_of, layout_of, run_engine, told_to

if TYPE_CHECKING:
    from wavehouse.core.progress import Progress
    from wavehouse.core.run_record import RunRecord
    from wavehouse.pipeline.quarantined import Wanted


def check(settings: Settings, names: Sequence[str]) -> RunRecord:
    """The verdicts on files, without a run."""
    from wavehouse.pipeline.check import check as check_files

    with told_to(None) as progress, arriving(settings, names, progress, anew=True) as paths:
        return check_files(settings.lake, Project.at(settings.project), run_engine(settings), progress, paths)


def verdicts(record: RunRecord) -> Document:
    """The verdicts of a record as a document."""
    return {
        "passed": all(rule.passed for rule in record.rules),
        "rules": [asdict(rule) for rule in record.rules],
        "quarantined": record.rows_quarantined,
        "rejected": [asdict(file) for file in record.rejected],
        "files": [asdict(file) for file in record.files],
        "seconds": record.seconds,
    }


def show_verdicts(record: RunRecord) -> None:
    """Print the verdicts."""
    from wavehouse.terminal.verdicts import show_verdicts as show

    show(record)


def check_report_path(path: Path) -> None:
    """Raise `CallError` where a report must not be written."""
    from wavehouse.quality.html_report import check_target

    check_target(path)


def write_report(settings: Settings, record: RunRecord, path: Path) -> None:
    """Write the verdicts, with what earlier runs measured, as one HTML file."""
    from wavehouse.pipeline.rule_history import measured
    from wavehouse.quality.html_report import render
    from wavehouse.store.durable import write_durably

    write_durably(path, render(record, measured(settings.lake)).encode("utf-8"))


def parse_rules(settings: Settings, text: str, source: str | None) -> Document:
    """DQDL read and printed back, with the SQL that each rule compiles to."""
    from wavehouse.pipeline.rule_listing import parsed_rules

    with an_engine(settings) as engine:
        return parsed_rules(Project.at(settings.project), text, source, engine)


def list_rules(settings: Settings) -> Document:
    """The rules of the project, with what happens where each fails."""
    from wavehouse.pipeline.rule_listing import project_rules

    return project_rules(Project.at(settings.project))


def rule_history(settings: Settings, source: str | None) -> Document:
    """What every rule measured, run by run."""
    from wavehouse.pipeline.rule_history import measured

    layout_of(settings)
    found = measured(settings.lake)
    return {"rules": [asdict(one) for one in found if source in (None, one.source)]}


def last_judged(settings: Settings) -> RunRecord | None:
    """The newest run that judged rules, whether it was done or not."""
    from wavehouse.pipeline.run_store import all_runs

    return next((run for run in all_runs(layout_of(settings)) if run.rules), None)


def quarantined(settings: Settings, run_id: str | None, wanted: Wanted) -> Document:
    """What is kept aside now, or was after one run: rows and files."""
    from wavehouse.lake.bookmark import RUN
    from wavehouse.pipeline.quarantine import QUARANTINE, files_aside
    from wavehouse.pipeline.quarantined import quarantined_rows
    from wavehouse.pipeline.run_store import find_run

    layout, head = layout_of(settings), head_of(settings)
    run = find_run(layout, run_id).run_id if run_id else None
    table = head.head(QUARANTINE)
    with an_engine(settings) as engine:
        found = quarantined_rows(head, engine, wanted, run)
    if not found.total and wanted.source:
        sources = [name.table for name in head.names() if name.database == "staging"]
        if wanted.source not in sources:
            raise CallError(
                f"there is no source '{wanted.source}'", remedy=did_you_mean(wanted.source, sources)
            )
    return {
        "run_id": run or (table.properties.get(RUN) if table else None),
        "total": found.total,
        "all": found.all,
        "rows": found.rows,
        "files": [
            {"source": one.file.source, "file": one.file.name, "batch": one.file.batch, "reason": one.reason}
            for one in files_aside(layout)
        ],
    }


def export_quarantine(settings: Settings, path: Path, wanted: Wanted) -> Document:
    """Write rows that are kept aside as CSV."""
    from wavehouse.pipeline.quarantined import export_rows

    with an_engine(settings) as engine:
        return {"path": str(path), "rows": export_rows(head_of(settings), engine, wanted, path)}


def retry(
    settings: Settings,
    *,
    show: bool,
    listener: Progress | None = None,
    begun: Callable[[RunRecord], object] = lambda _: None,
) -> RunRecord:
    """Judge everything that was kept aside once more."""
    from wavehouse.pipeline.retry import retry as retry_all

    project = Project.at(settings.project)
    with told_to(listener) as progress:
        record = retry_all(settings.lake, project, run_engine(settings), progress, output_crawl, begun)
    if show:
        from wavehouse.terminal.run_report import show_run

        show_run(record)
    return record
