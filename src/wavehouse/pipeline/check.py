"""The verdicts alone: what a run would say of its rows, without a trace in the lake."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing, no_file_left, recognise_all
from wavehouse.pipeline.definition import read_definition
from wavehouse.pipeline.intake import Intake
from wavehouse.pipeline.ledger import waiting_files
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.run import OpenEngine
from wavehouse.pipeline.steps import Steps
from wavehouse.project.project import Project
from wavehouse.staging.finding import find_files, split_known
from wavehouse.staging.seen import SeenFiles


def check(
    root: Path, project: Project, open_engine: OpenEngine, progress: Progress, paths: Sequence[Path]
) -> RunRecord:
    """Judge the named files together with those that the lake in `root` has, if there is one.

    Works in a directory of its own, which is gone afterwards. The record is that of a run which stops
    before the join.
    """
    clock = time.perf_counter()
    now = datetime.now(UTC)
    record = RunRecord.begun(now)
    find_files(paths)
    definition = read_definition(project)
    lake = LakeLayout(root.absolute())
    ledger = last_publish(lake).ledger
    waiting = waiting_files(lake, ledger.hashes)
    # Read where they are.
    old = [replace(file, path=str(lake.root / file.path)) for file in [*ledger.files, *waiting]]
    if not paths and not old:
        raise CallError(
            "no file was named, and the lake has none",
            where=str(root),
            remedy="Name the directory with the CSV files: wavehouse check --from DIR",
        )
    with tempfile.TemporaryDirectory(prefix="wavehouse-check-") as folder:
        layout = LakeLayout(Path(folder).resolve())
        scratch = layout.scratch / record.run_id
        scratch.mkdir(parents=True)
        seen = SeenFiles(layout.seen)
        _, unknown = split_known(paths, old, seen)
        arrivals = recognise_all(unknown, definition.contracts)
        record.rejected += arrivals.rejected
        steps = Steps(record, progress)
        landing = Landing(layout, record.run_id, now, seen)
        with contextlib.closing(landing), contextlib.closing(open_engine(scratch)) as engine:
            intake = Intake(
                layout, definition, engine, record, progress, steps, scratch, history=lake, stopping=False
            )
            with contextlib.closing(intake.quarantine):
                landing.start(arrivals.new)
                accepted = intake.take(landing, old)
                if not accepted:
                    raise no_file_left(record.rejected)
                intake.current()
    record.seconds = round(time.perf_counter() - clock, 3)
    return record
