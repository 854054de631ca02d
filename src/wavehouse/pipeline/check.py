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
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.definition import read_definition
from wavehouse.pipeline.intake import Intake, Setting, start_over, take
from wavehouse.pipeline.ledger import waiting_files
from wavehouse.pipeline.offer import no_file_left, offered
from wavehouse.pipeline.published import COUNTED_ANEW, last_publish, why_anew
from wavehouse.pipeline.quarantine import Quarantine
from wavehouse.pipeline.run import OpenEngine
from wavehouse.pipeline.steps import Steps
from wavehouse.project.project import Project
from wavehouse.staging.doubt import NotIncrementalError
from wavehouse.staging.finding import find_files
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.seen import SeenFiles


def check(
    root: Path, project: Project, open_engine: OpenEngine, progress: Progress, paths: Sequence[Path]
) -> RunRecord:
    """Judge what a run would read of the named files and the lake in `root`, if there is one.

    With nothing new, all that the lake was made of is judged. Works in a directory of its own, which is gone
    afterwards. The record is that of a run which stops before the join.
    """
    clock = time.perf_counter()
    now = datetime.now(UTC)
    record = RunRecord.begun(now)
    find_files(paths)
    definition = read_definition(project)
    lake = LakeLayout(root.absolute())
    published = last_publish(lake)
    ledger, untaken = published.ledger.counted_anew(waiting_files(lake, published.ledger))
    waiting = [_in_place(lake, file) for file in untaken]
    old = [_in_place(lake, file) for file in ledger.files]
    if not paths and not old and not waiting:
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
        offer = offered(paths, ledger, waiting, seen, lambda: definition.contracts)
        record.rejected += offer.rejected
        counted_anew = COUNTED_ANEW if ledger is not published.ledger else ""
        nothing_new = not offer.new and not waiting and not counted_anew
        anew = why_anew(published, project, full=nothing_new) or counted_anew or definition.not_incremental
        landing = Landing(layout, record.run_id, now, seen)
        with contextlib.closing(landing), contextlib.closing(open_engine(scratch, lake.s3)) as engine:
            setting = Setting(
                layout,
                lake,
                definition,
                engine,
                record,
                progress,
                Steps(record, progress),
                scratch,
                stopping=False,
            )
            landing.start(offer.new)
            with contextlib.closing(Quarantine(layout, record.run_id, scratch)) as quarantine:
                _judge(setting, quarantine, landing, old, waiting, anew=bool(anew) or not old)
    record.seconds = round(time.perf_counter() - clock, 3)
    return record


def _judge(
    setting: Setting,
    quarantine: Quarantine,
    landing: Landing,
    old: Sequence[LandedFile],
    waiting: Sequence[LandedFile],
    *,
    anew: bool,
) -> None:
    base = Base(LakeHead(setting.history), setting.engine, anew=anew)
    intake = Intake(setting, base, old, quarantine)
    accepted = take(intake, landing, waiting, setting)
    if anew:
        intake.read_again()
    if not accepted and not (anew and old):
        raise no_file_left(setting.record.rejected)
    try:
        intake.current()
    except NotIncrementalError:
        # As a run does then.
        start_over(setting, quarantine)
        _judge_again(setting, quarantine, old, accepted)


def _judge_again(
    setting: Setting, quarantine: Quarantine, old: Sequence[LandedFile], accepted: Sequence[LandedFile]
) -> None:
    base = Base(LakeHead(setting.history), setting.engine, anew=True)
    intake = Intake(setting, base, old, quarantine)
    intake.read(accepted)
    intake.read_again()
    intake.current()


def _in_place(lake: LakeLayout, file: LandedFile) -> LandedFile:
    """A landed file, to be read where it is."""
    return replace(file, path=str(lake.root / file.path))
