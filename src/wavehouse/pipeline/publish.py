"""What a run publishes: the sources' tables, what is kept aside and waits, and the tables made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wavehouse.engines.engine import Engine
from wavehouse.lake.change import TableChange
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.load import LoadedSource
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
    layout: LakeLayout, engine: Engine, changes: Sequence[TableChange], bookmark: Mapping[str, str]
) -> None:
    """Publish changes, the last table last."""
    from wavehouse.lake.publication import Publication

    with Publication(layout) as publication:
        publication.publish(engine, changes, bookmark)
