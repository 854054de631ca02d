"""The tables of a promotion, made in their new place of files that are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from wavehouse.core.data_catalog import ExternalTables
from wavehouse.core.run_record import new_id
from wavehouse.core.table_head import TableHead
from wavehouse.engines.engine import Engine
from wavehouse.lake.adopted_head import FOLDER
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import schema_as_it_was
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.promotion_plan import PromotedTable, Promotion, Way
from wavehouse.pipeline.published import last_publish

# What of an Iceberg snapshot's summary, and of a table's properties, is ours.
_OURS = "wavehouse."
_NAME_MAPPING = "schema.name-mapping.default"


def register(plan: Promotion, way: Way, engine: Engine) -> None:
    """Make the tables of the copied files: those of runs in one publish, as they were."""
    from wavehouse.lake.publication import Publication
    from wavehouse.lake.statement_commit import StatementCommitter

    target, published = way.target, last_publish(way.source)
    _finish(target, published.last)
    shown = set(LakeHead(target).names())
    run = new_id(datetime.now(UTC))
    for table in plan.tables:
        if table.head.name in shown or table.is_of_runs:
            continue
        if table.is_adopted:
            _adopt(table, way, run)
            continue
        committer = StatementCommitter(target)
        try:
            committer.publish(engine, _change(table), run, "promotion")
        finally:
            committer.close()
    of_runs = [table for table in plan.tables if table.is_of_runs and table.head.name not in shown]
    if of_runs and published.last is not None:
        last = published.last
        # (What is shown last names the others.)
        of_runs.sort(key=lambda table: table.head.name == last.name)
        bookmark = {key: text for key, text in last.properties.items() if key.startswith(_OURS)}
        bookmark.pop(SNAPSHOTS, None)
        with Publication(target) as publication:
            publication.publish(engine, [_change(table) for table in of_runs], bookmark)


def _finish(target: LakeLayout, last: TableHead | None) -> None:
    """What a promotion has committed that was cut off: shown if something of it is, else taken back."""
    from wavehouse.lake.publication import Publication

    if not target.is_made:
        return
    with Publication(target) as publication:
        for run in {one.run for one in LakeHead(target).unfinished()}:
            if last is not None and run == last.properties[RUN] and last_publish(target).heads:
                publication.finish(run)
            else:
                publication.take_back(run)


def _change(table: PromotedTable) -> TableChange:
    head, metadata = table.head, dict(table.metadata)
    properties = {key: text for key, text in metadata.get("properties", {}).items() if key != _NAME_MAPPING}
    return TableChange(
        head.name,
        replace(schema_as_it_was(metadata, metadata["current-schema-id"]), new=True),
        [one.to for one in table.files],
        None,
        head.rows,
        next(iter(head.partition_by), None),
        properties=properties,
        checksum=table.checksum,
    )


def _adopt(table: PromotedTable, way: Way, run: str) -> None:
    from wavehouse.lake.adopted import Adopter, Adoption

    properties = dict(table.metadata["properties"])
    properties.pop(_NAME_MAPPING, None)
    properties[FOLDER] = way.moved(properties.get(FOLDER, ""))
    ours = {key: text for key, text in properties.items() if key.startswith(_OURS)}
    adopter = Adopter(way.target)
    try:
        head = table.head
        files = [one.to for one in table.files]
        adopter.adopt(Adoption(head.name, head.columns, files, head.rows, ours), run)
    finally:
        adopter.close()


def describe(way: Way, source: ExternalTables, target: ExternalTables) -> None:
    """Describe the external tables and views as they are described."""
    for database in source.databases():
        target.create_database(database)
    for name in source.names():
        table = source.table(name)
        if table is None:
            continue
        partitions = (replace(one, location=way.moved(one.location)) for one in source.partitions(name))
        target.put(replace(table, location=way.moved(table.location)), partitions)
