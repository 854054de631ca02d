"""The only committer: swaps a table's data files in one snapshot, through PyIceberg.

The one module that touches PyIceberg's private `_parquet_files_to_data_files`: there is no public way to
replace files by files (docs/decisions/004).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table, Transaction, _parquet_files_to_data_files
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)
from sqlalchemy.exc import SQLAlchemyError

from wavehouse.core.columns import element_type
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import FieldIds, WrittenFile
from wavehouse.lake.field_ids import SchemaPlan
from wavehouse.lake.head import location_of
from wavehouse.lake.layout import LakeLayout
from wavehouse.store.durable import sync_files

_SCALARS: dict[str, IcebergType] = {
    "string": StringType(),
    "int": IntegerType(),
    "bigint": LongType(),
    "float": FloatType(),
    "double": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
    "timestamptz": TimestamptzType(),
}
_PARTITION_FIELD_ID = 1000  # the first id that the specification leaves to partition fields

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
        with self._told():
            self._catalog = SqlCatalog(
                "lake",
                uri=f"sqlite:///{layout.catalog}",
                warehouse=location_of(layout.root / "warehouse"),
                **{"py-io-impl": "wavehouse.lake.synced_io.SyncedFileIO"},
            )

    def close(self) -> None:
        """Give back the catalog's connections."""
        self._catalog.close()

    @contextmanager
    def _told(self, name: TableName | None = None) -> Iterator[None]:
        """What the catalog raises, in words."""
        try:
            yield
        except CommitFailedException as error:
            raise OutsideError(
                f"another run committed to {name} in the meantime", remedy="Run again: nothing was lost"
            ) from error
        except SQLAlchemyError as error:
            raise OutsideError(
                f"the catalog could not be written ({error.__cause__ or error})",
                where=str(self._layout.catalog),
                remedy="Check free space and permissions there, and who holds it open; then run again",
            ) from error

    def replace(
        self,
        name: TableName,
        plan: SchemaPlan,
        files: Sequence[WrittenFile],
        *,
        partition_by: str | None,
        summary: Mapping[str, str],
    ) -> int:
        """Make `files` the table's whole contents in one snapshot; returns the snapshot's id.

        The files are made durable first. `summary` goes into the snapshot's own summary. Raises
        `OutsideError` when somebody else committed in between, or when the ids in the table are not the
        ones that were planned: then the table is as it was.
        """
        sync_files([file.path for file in files])
        with self._told(name):
            self._catalog.create_namespace_if_not_exists(name.database)
            if plan.new:
                transaction: Transaction = self._catalog.create_table_transaction(
                    (name.database, name.table),
                    _schema(plan),
                    location=location_of(self._layout.root / "warehouse" / name.database / name.table),
                    partition_spec=_partition_spec(plan, partition_by),
                    properties={**_PROPERTIES, "schema.name-mapping.default": name_mapping(plan)},
                )
                old: list[object] = []
            else:
                table = self._catalog.load_table((name.database, name.table))
                transaction = table.transaction()
                _evolve(transaction, plan)
                old = [task.file for task in table.scan().plan_files()]
            _check_ids(name, transaction, plan.ids)
            with transaction.update_snapshot(snapshot_properties=dict(summary)).overwrite() as snapshot:
                for data_file in old:
                    snapshot.delete_data_file(data_file)  # type: ignore[arg-type]
                added = _parquet_files_to_data_files(
                    transaction.table_metadata,
                    [location_of(file.path) for file in files],
                    transaction._table.io,
                )
                for data_file in added:
                    snapshot.append_data_file(data_file)
            committed: Table = transaction.commit_transaction()
        current = committed.current_snapshot()
        assert current is not None  # noqa: S101  # it was just committed
        return current.snapshot_id


def name_mapping(plan: SchemaPlan) -> str:
    """The default name mapping (Iceberg's JSON): how readers find columns in files without field ids."""
    entries = []
    for name, id_ in plan.ids.columns.items():
        entry: dict[str, object] = {"field-id": id_, "names": [name]}
        if name in plan.ids.elements:
            entry["fields"] = [{"field-id": plan.ids.elements[name], "names": ["element"]}]
        entries.append(entry)
    return json.dumps(entries)


def iceberg_type(type_: str, element_id: int = -1) -> IcebergType:
    """Iceberg's type for a catalog type."""
    element = element_type(type_)
    if element is not None:
        return ListType(element_id=element_id, element_type=iceberg_type(element), element_required=False)
    if type_.startswith("decimal("):
        precision, scale = type_[8:-1].split(",")
        return DecimalType(int(precision), int(scale))
    return _SCALARS[type_]


def _schema(plan: SchemaPlan) -> Schema:
    return Schema(
        *(
            NestedField(
                plan.ids.columns[column.name],
                column.name,
                iceberg_type(column.type, plan.ids.elements.get(column.name, -1)),
                required=False,
            )
            for column in plan.columns
        )
    )


def _partition_spec(plan: SchemaPlan, column: str | None) -> PartitionSpec:
    if column is None:
        return UNPARTITIONED_PARTITION_SPEC
    source = plan.ids.columns[column]
    return PartitionSpec(PartitionField(source, _PARTITION_FIELD_ID, IdentityTransform(), column))


def _evolve(transaction: Transaction, plan: SchemaPlan) -> None:
    """Bring the schema to the plan, in the transaction that also brings the data."""
    if not (plan.added or plan.widened or plan.dropped):
        return
    with transaction.update_schema(allow_incompatible_changes=False) as update:
        for name in plan.dropped:
            update.delete_column(name)
        for column in plan.widened:
            update.update_column(column.name, field_type=iceberg_type(column.type))
        for column in plan.added:
            update.add_column(column.name, iceberg_type(column.type))
    transaction.set_properties({"schema.name-mapping.default": name_mapping(plan)})


def _check_ids(name: TableName, transaction: Transaction, planned: FieldIds) -> None:
    schema = transaction.table_metadata.schema()
    found = {field.name: field.field_id for field in schema.fields}
    elements = {
        field.name: field.field_type.element_id
        for field in schema.fields
        if isinstance(field.field_type, ListType)
    }
    if found != dict(planned.columns) or elements != dict(planned.elements):
        raise OutsideError(
            f"the field ids of {name} changed while its files were written; nothing was committed",
            remedy="Run again",
        )
