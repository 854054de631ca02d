"""The only committer: changes a table's data files in one snapshot, through PyIceberg.

The one module that touches PyIceberg's private `_parquet_files_to_data_files`: there is no public way to
replace files by files (docs/decisions/004).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from pyiceberg.exceptions import CommitFailedException, TableAlreadyExistsError
from pyiceberg.manifest import ManifestFile
from pyiceberg.table import Table, Transaction, _parquet_files_to_data_files
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.update import AssertRefSnapshotId, RemoveSnapshotsUpdate, SetCurrentSchemaUpdate
from pyiceberg.table.update.snapshot import ManageSnapshots, _OverwriteFiles

from wavehouse.core.errors import CallError, OvertakenError
from wavehouse.core.table_name import TableName
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import UNSEEN, branch_of, location_of, plain_location, unseen_name, within
from wavehouse.lake.iceberg_rows import iceberg_rows, taken_by
from wavehouse.lake.iceberg_schema import (
    check_ids,
    evolve,
    keep_ids,
    name_mapping,
    name_mapping_of,
    partition_spec_of,
    schema_of,
)
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.open_catalog import open_catalog

_NAME_MAPPING = "schema.name-mapping.default"

_PROPERTIES = {
    "format-version": "2",
    "write.parquet.compression-codec": "zstd",
    # One writer holds the lake's lock, so nothing is tried again: PyIceberg's retry turned 5 loads into 16.
    "commit.retry.num-retries": "0",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "50",
}


class Committer:
    """Commits to the tables of one lake; one at a time, from one thread. Close it after use."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout
        self._opened = open_catalog(layout)
        self._catalog = self._opened.catalog

    def close(self) -> None:
        """Give back the catalog's connections."""
        self._catalog.close()

    @contextmanager
    def _told(self, name: TableName | None = None) -> Iterator[None]:
        """What the catalog raises, in words."""
        try:
            with self._opened.told():
                yield
        except (CommitFailedException, TableAlreadyExistsError) as error:
            raise OvertakenError(
                f"another run committed to {name} in the meantime", remedy="Run again: nothing was lost"
            ) from error

    def _place(self, name: TableName) -> tuple[str, str]:
        return self._database(name.database), name.table

    def _unseen(self, name: TableName, run: str) -> tuple[str, str]:
        return self._database(UNSEEN), unseen_name(name, run)

    def _database(self, name: str) -> str:
        return f"{self._opened.prefix}{name}"

    def stage(self, change: TableChange, run: str, summary: Mapping[str, str]) -> Staged:
        """Commit a change where nobody sees it: on a branch of the table, or as a table of another database.

        Its files are durable by now. `summary` goes into the snapshot's own summary. Raises `OutsideError`
        when somebody else committed in between, or when the ids in the table are not the ones that were
        planned: then the table is as it was.
        """
        name = change.name
        with self._told(name):
            if change.plan.new:
                return self._stage_new(change, run, summary)
            table = self._catalog.load_table(self._place(name))
            before = table.metadata.current_schema_id
            branch = branch_of(run)
            with table.transaction() as transaction:
                current = transaction.table_metadata.current_snapshot_id
                assert current is not None  # noqa: S101  # a table is seen from its first snapshot on
                # Nothing else in this commit asks whether main is still what its files were planned for.
                main = {"ref": MAIN_BRANCH, "snapshot-id": current}
                transaction._apply((), (AssertRefSnapshotId.model_validate(main),))
                # A branch that is not there would begin with nothing, not with what main has.
                ManageSnapshots(transaction).create_branch(current, branch).commit()
                if change.schema is not None and change.schema != before:
                    _set_schema(transaction, change.schema)
                evolve(transaction, change.plan)
                snapshot_id = _swap(transaction, change, branch, summary, table)
                if transaction.table_metadata.current_schema_id != before:
                    # A schema belongs to all branches: readers of main get the new one with the new rows.
                    _set_schema(transaction, before)
                    transaction.set_properties({_NAME_MAPPING: name_mapping_of(transaction.table_metadata)})
            return Staged(name, snapshot_id, local_metadata(table), new=False)

    def _stage_new(self, change: TableChange, run: str, summary: Mapping[str, str]) -> Staged:
        name, plan = change.name, change.plan
        self._refuse_taken(name)
        self._catalog.create_namespace_if_not_exists(self._database(UNSEEN))
        numbered = plan.ids == plan_schema(str(name), plan.columns, None).ids
        transaction = self._catalog.create_table_transaction(
            self._unseen(name, run),
            schema_of(plan),
            location=location_of(self._layout.table(name)),
            partition_spec=partition_spec_of(plan, change.partition_by if numbered else None),
            properties={**_PROPERTIES, **change.properties, _NAME_MAPPING: name_mapping(plan)},
        )
        if not numbered:
            keep_ids(transaction, plan, change.partition_by)
        snapshot_id = _swap(transaction, change, None, summary, None)
        table = transaction.commit_transaction()
        return Staged(name, snapshot_id, local_metadata(table), new=True)

    def move_forward(self, name: TableName, run: str, *, new: bool) -> None:
        """Let everybody see what `stage` committed; raises `OutsideError` where main has moved meanwhile."""
        with self._told(name):
            if new:
                self._catalog.create_namespace_if_not_exists(self._database(name.database))
                self._show_new(self._unseen(name, run), self._place(name))
                return
            table = self._catalog.load_table(self._place(name))
            branch = branch_of(run)
            snapshot = table.snapshot_by_name(branch)
            current = table.current_snapshot()
            # PyIceberg would move main to any snapshot.
            if snapshot is None or current is None or snapshot.parent_snapshot_id != current.snapshot_id:
                raise CommitFailedException(f"{branch} does not follow main")
            with table.transaction() as transaction:
                ManageSnapshots(transaction).set_current_snapshot(ref_name=branch).remove_branch(
                    branch
                ).commit()
                if snapshot.schema_id != transaction.table_metadata.current_schema_id:
                    _set_schema(transaction, snapshot.schema_id or 0)
                    transaction.set_properties({_NAME_MAPPING: name_mapping_of(transaction.table_metadata)})

    def _show_new(self, unseen: tuple[str, str], place: tuple[str, str]) -> None:
        try:
            self._catalog.rename_table(unseen, place)
        except TableAlreadyExistsError:
            # Glue renames in two steps, and somebody may have been cut off between them.
            shown, made = (self._catalog.load_table(one).metadata_location for one in (place, unseen))
            if shown != made:
                raise
            self._catalog.drop_table(unseen)

    def _refuse_taken(self, name: TableName) -> None:
        if taken := taken_by(self._layout, name):
            raise CallError(
                f"{name} is {taken} already, and the lake cannot have a table of that name",
                remedy="Drop that one (wavehouse drop), or give the table of the flow another name",
            )

    def discard(self, name: TableName, run: str, *, new: bool) -> None:
        """Take back what `stage` committed; its data files stay, and are nobody's."""
        with self._told(name):
            if new:
                self._catalog.drop_table(self._unseen(name, run))
                return
            table = self._catalog.load_table(self._place(name))
            branch = branch_of(run)
            snapshot = table.snapshot_by_name(branch)
            current = table.current_snapshot()
            with table.transaction() as transaction:
                ManageSnapshots(transaction).remove_branch(branch).commit()
                if snapshot and current and snapshot.snapshot_id != current.snapshot_id:
                    update = {"snapshot-ids": [snapshot.snapshot_id]}
                    transaction._apply((RemoveSnapshotsUpdate.model_validate(update),))

    def all_tables(self) -> list[Table]:
        """Every table of the catalog, those that nobody sees among them."""
        with self._told():
            return [
                self._catalog.load_table(self._place(TableName(database, table)))
                for database, table, location in iceberg_rows(self._layout)
                if within(self._layout, location)
            ]

    def drop(self, name: TableName) -> None:
        """Forget a table; its files stay, and are nobody's."""
        with self._told(name):
            self._catalog.drop_table(self._place(name))

    def expire(self, name: TableName, snapshots: Sequence[int]) -> None:
        """Remove snapshots from a table, but for those that a branch begins with; their files stay."""
        with self._told(name):
            table = self._catalog.load_table(self._place(name))
            heads = {ref.snapshot_id for ref in table.metadata.refs.values()}
            gone = [one for one in snapshots if one not in heads]
            with table.transaction() as transaction:
                update = RemoveSnapshotsUpdate.model_validate({"snapshot-ids": gone})
                transaction._apply((update,))


def local_metadata(table: Table) -> str:
    """The metadata file of a table, as engines are told it."""
    return plain_location(table.metadata_location)


def _swap(
    transaction: Transaction,
    change: TableChange,
    branch: str | None,
    summary: Mapping[str, str],
    table: Table | None,
) -> int:
    """The snapshot in which the files of a change come and go; returns its id."""
    check_ids(change.name, transaction, change.plan.ids)
    old = [task.file for task in table.scan().plan_files()] if table else []
    if change.removed is not None:
        gone = {location_of(location) for location in change.removed}
        old = [file for file in old if file.file_path in gone]
        if len(old) != len(gone):
            raise CommitFailedException("files to replace are not there")
    update = transaction.update_snapshot(snapshot_properties=dict(summary), branch=branch or MAIN_BRANCH)
    snapshot = update.overwrite()
    _drop_empty_manifests(snapshot)
    _look_into_every_manifest(snapshot)
    with snapshot:
        for file in old:
            snapshot.delete_data_file(file)
        for data_file in _parquet_files_to_data_files(
            transaction.table_metadata,
            [location_of(location) for location in change.added],
            transaction._table.io,
        ):
            snapshot.append_data_file(data_file)
        return snapshot.snapshot_id


def _set_schema(transaction: Transaction, schema_id: int) -> None:
    transaction._apply((SetCurrentSchemaUpdate.model_validate({"schema-id": schema_id}),))


def _look_into_every_manifest(snapshot: _OverwriteFiles) -> None:
    """Do not sort manifests out by their partitions when files go.

    PyIceberg looks at several at once through one evaluator, which keeps what it looks at: now and then one
    was told by the partitions of another, and its files were missing ("required files to delete").
    """

    def might_match(_spec: int) -> Callable[[ManifestFile], bool]:
        return lambda _: True

    snapshot._build_manifest_evaluator = might_match  # type: ignore[assignment, method-assign]


def _drop_empty_manifests(snapshot: _OverwriteFiles) -> None:
    """Do not carry on manifests that only tell which files went: every reader opens all of them."""
    existing = snapshot._existing_manifests

    def living() -> list[ManifestFile]:
        return [one for one in existing() if one.has_added_files() or one.has_existing_files()]

    snapshot._existing_manifests = living  # type: ignore[method-assign]
