"""What a run publishes: the sources' tables, what is kept aside and waits, and the tables made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wavehouse.core.run_record import RunRecord
from wavehouse.engines.engine import Engine
from wavehouse.lake.change import TableChange
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.repair import remove_work
from wavehouse.pipeline.run_store import forget_run, save_run
from wavehouse.pipeline.waiting import Waiting


def changes_of(
    loaded: Mapping[str, LoadedSource],
    waiting: Sequence[Waiting],
    aside: TableChange | None,
    made: Sequence[TableChange],
) -> list[TableChange]:
    """The changes of all tables, in the order in which they are shown: those that flows `made` come last."""
    lists = [one.change() for one in waiting]
    # A table of rows that wait comes to be with the first of them.
    seen = [change for change in lists if change.added or not change.plan.new]
    return [*(source.change for source in loaded.values()), *seen, *([aside] if aside else []), *made]


def commit(
    layout: LakeLayout,
    engine: Engine,
    changes: Sequence[TableChange],
    bookmark: Mapping[str, str],
    record: RunRecord,
) -> None:
    """Publish changes, the last table last.

    What the record knows by now is kept before, in case that this process does not come to its end.
    """
    from wavehouse.lake.publication import Publication

    save_run(layout, replace(record, status="cut off"))
    with Publication(layout) as publication:
        publication.publish(engine, changes, bookmark)


def take_back(layout: LakeLayout, run: str) -> None:
    """Remove what was written for a publish, unless a table shows it: then the next run finishes it."""
    if not last_publish(layout).shows(run):
        remove_work(layout, run)
        forget_run(layout, run)
