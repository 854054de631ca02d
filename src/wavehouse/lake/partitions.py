"""The partitions of an Iceberg table, as its manifests count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyiceberg.manifest import DataFile
from pyiceberg.table import StaticTable

from wavehouse.core.data_catalog import Partition, PartitionValues, in_order
from wavehouse.core.errors import in_words
from wavehouse.lake.file_access import file_access
from wavehouse.lake.head import location_of, plain_location
from wavehouse.lake.layout import LakeLayout


def iceberg_partitions(layout: LakeLayout, metadata: str) -> Iterator[Partition]:
    """The partitions of the current snapshot of the table with this metadata file, sorted by their values.

    Rows are those of the data files; rows that a foreign table has marked as deleted are among them. A value
    is the text that Iceberg has for it. A file that was written before the table had a key has none.
    """
    try:
        table = StaticTable.from_metadata(location_of(metadata), file_access(layout))
        found: dict[PartitionValues, Partition] = {}
        for task in table.scan().plan_files():
            values = _values(table, task.file)
            so_far = found.get(values, Partition(values, plain_location(table.location()), 0))
            found[values] = Partition(
                values,
                so_far.location,
                (so_far.rows or 0) + task.file.record_count,
                so_far.files + 1,
                so_far.size + task.file.file_size_in_bytes,
            )
    except OSError as error:
        raise in_words(error, metadata) from error
    yield from in_order(found.values())


def _values(table: StaticTable, file: DataFile) -> PartitionValues:
    spec = table.specs()[file.spec_id]
    types = spec.partition_type(table.schema()).fields
    told: dict[str, str | None] = {}
    for at, field in enumerate(spec.fields):
        value: Any = file.partition[at]
        told[field.name] = (
            None if value is None else field.transform.to_human_string(types[at].field_type, value=value)
        )
    return tuple(told.get(field.name) for field in table.spec().fields)
