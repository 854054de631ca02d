"""A table is dropped from the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wavehouse.catalog.descriptions import find_table
from wavehouse.catalog.lake_catalog import LakeCatalog
from wavehouse.core.data_catalog import ExternalTables
from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress
from wavehouse.core.table_name import TableName
from wavehouse.lake.adopted_head import CRAWLER
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.output_crawls import forget_crawls
from wavehouse.pipeline.repair import repair


@dataclass(frozen=True)
class Droppable:
    """A table; `own`: it is an Iceberg table of the lake; `files_go`: vacuum takes its files."""

    name: TableName
    own: bool
    files_go: bool


def droppable(catalog: LakeCatalog, text: str, *, force: bool) -> Droppable:
    """The table that is meant.

    Raises `CallError` where there is none, and for a table that runs make, unless `force`.
    """
    name = find_table(catalog, text)
    own = catalog.lake.table(name)
    if own is None:
        return Droppable(name, own=False, files_go=False)
    head, metadata = own
    if RUN in head.properties and not force:
        raise CallError(
            f"{name} is made by runs: the next one would make it again, from all landed files",
            remedy="Take its target out of the flow, or its contract out of the project; or add --force",
        )
    # Those of a table that a crawler has made are somebody else's.
    return Droppable(name, own=True, files_go=CRAWLER not in metadata.get("properties", {}))


def drop(root: Path, external: ExternalTables, name: TableName, progress: Progress, *, force: bool) -> None:
    """Drop a table. Raises as `droppable` does.

    Files that somebody else owns stay: those of external tables, and of Iceberg tables that a crawler made of
    them. All others are nobody's any more: `vacuum` takes them.
    """
    layout = lake_at(root)
    with writing(layout, progress):
        # A publish that was cut off would look for the table.
        repair(layout, progress)
        forget_crawls(layout)  # (a table of files that flows write comes back with the next run)
        meant = droppable(LakeCatalog(layout, LakeHead(layout), external), str(name), force=force)
        if meant.own:
            from wavehouse.lake.commit import Committer

            committer = Committer(layout)
            try:
                committer.drop(name)
            finally:
                committer.close()
        else:
            external.drop(name)
