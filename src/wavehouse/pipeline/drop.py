"""A table is dropped from the catalog."""

from __future__ import annotations

from pathlib import Path

from wavehouse.catalog.descriptions import find_table
from wavehouse.catalog.lake_catalog import LakeCatalog
from wavehouse.core.data_catalog import ExternalTables
from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.repair import repair


def droppable(catalog: LakeCatalog, text: str, *, force: bool) -> tuple[TableName, bool]:
    """The table that is meant, and whether it is one of the lake.

    Raises `CallError` where there is none, and for a table that runs make, unless `force`.
    """
    name = find_table(catalog, text)
    head = catalog.lake.head(name)
    if head is not None and RUN in head.properties and not force:
        raise CallError(
            f"{name} is made by runs: the next one would make it again, from all landed files",
            remedy="Take its target out of the flow, or its contract out of the project; or add --force",
        )
    return name, head is not None


def drop(
    root: Path, external: ExternalTables, text: str, progress: Progress, *, force: bool
) -> tuple[TableName, bool]:
    """Drop a table; says which, and whether it was one of the lake. Raises as `droppable` does.

    The files of an external table stay. Those of a table of the lake are nobody's any more: `vacuum` takes
    them.
    """
    layout = lake_at(root)
    with writing(layout, progress):
        # A publish that was cut off would look for the table.
        repair(layout, progress)
        name, own = droppable(LakeCatalog(layout, LakeHead(layout), external), text, force=force)
        if own:
            from wavehouse.lake.commit import Committer

            committer = Committer(layout)
            try:
                committer.drop(name)
            finally:
                committer.close()
        else:
            external.drop(name)
    return name, own
