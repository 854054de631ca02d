"""Schemas and partitions in Iceberg's words: made, changed, and held against what was planned."""

from __future__ import annotations

import json

from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Transaction
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import (
    AddPartitionSpecUpdate,
    AddSchemaUpdate,
    SetCurrentSchemaUpdate,
    SetDefaultSpecUpdate,
    TableUpdate,
)
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

from wavehouse.core.columns import element_type
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.field_ids import SchemaPlan

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
_THE_LAST_ADDED = -1
_PARTITION_FIELD_ID = 1000  # the first id that the specification leaves to partition fields


def name_mapping(plan: SchemaPlan) -> str:
    """The default name mapping (Iceberg's JSON): how readers find columns in files without field ids."""
    entries = []
    for name, id_ in plan.ids.columns.items():
        entry: dict[str, object] = {"field-id": id_, "names": [name]}
        if name in plan.ids.elements:
            entry["fields"] = [{"field-id": plan.ids.elements[name], "names": ["element"]}]
        entries.append(entry)
    return json.dumps(entries)


def name_mapping_of(metadata: TableMetadata) -> str:
    """The mapping of a table as it is, with the columns that it had: old snapshots have files with these.

    https://iceberg.apache.org/spec/#name-mapping-serialization . A name has one column: the one of now, else
    the newest. (DuckDB 1.5 reads NULL from columns that stand behind one without a place in the mapping.)
    """
    older = sorted(metadata.schemas, key=lambda schema: -schema.schema_id)
    entries: dict[str, dict[str, object]] = {}
    ids: set[int] = set()
    for schema in (metadata.schema(), *older):
        for field in schema.fields:
            if field.field_id in ids or field.name in entries:
                continue
            ids.add(field.field_id)
            entries[field.name] = {"field-id": field.field_id, "names": [field.name]}
            if isinstance(field.field_type, ListType):
                element = {"field-id": field.field_type.element_id, "names": ["element"]}
                entries[field.name]["fields"] = [element]
    return json.dumps(list(entries.values()))


def iceberg_type(type_: str, element_id: int = -1) -> IcebergType:
    """Iceberg's type for a catalog type."""
    element = element_type(type_)
    if element is not None:
        return ListType(element_id=element_id, element_type=iceberg_type(element), element_required=False)
    if type_.startswith("decimal("):
        precision, scale = type_[8:-1].split(",")
        return DecimalType(int(precision), int(scale))
    return _SCALARS[type_]


def schema_of(plan: SchemaPlan) -> Schema:
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


def partition_spec_of(plan: SchemaPlan, column: str | None) -> PartitionSpec:
    if column is None:
        return UNPARTITIONED_PARTITION_SPEC
    source = plan.ids.columns[column]
    return PartitionSpec(PartitionField(source, _PARTITION_FIELD_ID, IdentityTransform(), column))


def evolve(transaction: Transaction, plan: SchemaPlan) -> None:
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


def keep_ids(transaction: Transaction, plan: SchemaPlan, partition_by: str | None) -> None:
    """Give a table that is being made, without partitions, the ids of the plan: a catalog numbers anew."""
    schema = schema_of(plan).model_copy(update={"schema_id": 1})
    updates: list[TableUpdate] = [
        AddSchemaUpdate.model_validate({"schema": schema}),
        SetCurrentSchemaUpdate.model_validate({"schema-id": _THE_LAST_ADDED}),
    ]
    if partition_by is not None:
        fields = partition_spec_of(plan, partition_by).fields
        spec = PartitionSpec(*fields, spec_id=1)
        updates.append(AddPartitionSpecUpdate.model_validate({"spec": spec}))
        updates.append(SetDefaultSpecUpdate.model_validate({"spec-id": _THE_LAST_ADDED}))
    transaction._apply(tuple(updates))


def check_ids(name: TableName, transaction: Transaction, planned: FieldIds) -> None:
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
