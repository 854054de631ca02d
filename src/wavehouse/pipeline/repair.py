"""What a publish that was cut off has left: finished, or taken back."""

from __future__ import annotations

from pathlib import Path

from wavehouse.core.errors import OvertakenError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import Status
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import remove_ledger
from wavehouse.pipeline.outputs import remove_versions, show_outputs
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.run_store import save_run, stored_run


def repair(layout: LakeLayout, progress: Progress) -> list[str]:
    """Finish or take back every publish that was cut off; returns the runs that were finished.

    A publish is shown only when all of it was committed and read back: one that has begun to be shown is
    finished. The lake's lock is held by the caller.
    """
    runs = sorted({one.run for one in LakeHead(layout).unfinished()})
    finished = []
    for run in runs:
        from wavehouse.lake.publication import Publication

        with Publication(layout) as publication:
            if last_publish(layout).shows(run) or _is_shown(layout, run):
                try:
                    publication.finish(run)
                except OvertakenError:
                    # Somebody else has committed in between: the next run makes everything anew.
                    publication.take_back(run)
                    continue
                finished.append(run)
                progress.note(f"the publish of run {run} was cut off; it is finished now")
            else:
                publication.take_back(run)
                remove_work(layout, run)
                _say_of(layout, run, "failed", "it was cut off before it published anything")
                progress.note(f"run {run} was cut off before it published anything; its work was taken back")
    published = last_publish(layout)
    show_outputs(layout, published.ledger.outputs)
    if published.last:
        _say_of(layout, published.last.properties[RUN], "done", "")
    return finished


def _is_shown(layout: LakeLayout, run: str) -> bool:
    """Whether a new table has its name already: Glue renames in two steps, and the second was not made."""
    lake = LakeHead(layout)
    new = [one for one in lake.unfinished() if one.run == run and one.new]
    return any((lake.metadata(one.name) or {}).get("table-uuid") == one.metadata["table-uuid"] for one in new)


def _say_of(layout: LakeLayout, run: str, status: Status, error: str) -> None:
    """Complete the record of a run whose process did not live to do it."""
    record = stored_run(layout, run)
    if record is None or record.status != "cut off":
        return
    record.status, record.error = status, error
    if status == "done":
        record.changed = True
        record.notes.append("it was cut off while it published; the next command has finished it")
        last_publish(layout).describe(record)
    save_run(layout, record)


def remove_work(layout: LakeLayout, run: str) -> None:
    """Remove the data files, the folders and the ledger of a run that published nothing."""
    remove_versions(layout, run, remove_ledger(layout, run).outputs)
    for name in _tables_of(layout, run):
        layout.files.remove_folder(layout.data(name, run))


def _tables_of(layout: LakeLayout, run: str) -> set[TableName]:
    """The tables for which a run has written files, or may have."""
    found = set(LakeHead(layout).names())
    if layout.s3 is None:
        for folder in Path(layout.warehouse).glob(f"*/*/data/run={run}"):
            *_, database, table, _, _ = folder.parts
            found.add(TableName(database, table))
    else:
        # (Of a first run no table is known yet.)
        prefix = layout.warehouse
        for file in layout.files.files(prefix):
            parts = file.location.removeprefix(f"{prefix}/").split("/")
            if parts[2:4] == ["data", f"run={run}"]:
                found.add(TableName(parts[0], parts[1]))
    return found
