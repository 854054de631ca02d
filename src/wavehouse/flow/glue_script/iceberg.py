"""Reads the calls that write an Iceberg table, and the question before them whether it is there."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments
from wavehouse.flow.glue_script.columns import plain_path
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.targets import add_target
from wavehouse.flow.glue_script.values import Frame, IcebergWriter, Tables, Value

_CODEC = "write.parquet.compression-codec"


def to_iceberg(scope: Scope, call: Call) -> Value:
    """`glueContext.write_data_frame.from_catalog(frame, database, table_name, additional_options)`."""
    args = Arguments(
        scope, call, ("frame", "database", "table_name", "transformation_ctx", "additional_options")
    )
    options = args.options("additional_options")
    keys = options.texts("partitionKeys") or []
    fields = {
        "Database": args.text("database"),
        "Table": args.text("table_name"),
        "PartitionKeys": [plain_path(one) for one in keys] or None,
        "AdditionalOptions": _texts(args, options.rest()) or None,
    }
    frame = scope.frame(args.expression("frame"))
    return add_target(scope, "S3IcebergCatalogTarget", frame, fields, call.node, args.called)


def list_tables(scope: Scope, call: Call) -> Value:
    """`spark.catalog.listTables(database)`."""
    return Tables(Arguments(scope, call, ("dbName",)).text("dbName"))


def write_to(scope: Scope, call: Call) -> Value:
    """`dataframe.writeTo("glue_catalog.database.table")`: the first call of a chain."""
    args = Arguments(scope, call, ("table",))
    parts = [part.strip("`") for part in args.text("table").split(".")]
    if len(parts) != 3 or not all(parts):
        raise Refused(args.expression("table"), "a table is named as glue_catalog.<database>.<table>")
    return IcebergWriter(call.owner(Frame), parts[1], parts[2])


def using(scope: Scope, call: Call) -> Value:
    """`.using("iceberg")`."""
    args = Arguments(scope, call, ("provider",))
    if args.text("provider").lower() != "iceberg":
        raise Refused(call.node, f"'{args.text('provider')}' is not the lake's format, which is Iceberg")
    return _writer(call)


def table_property(scope: Scope, call: Call) -> Value:
    """`.tableProperty(property, value)`."""
    args = Arguments(scope, call, ("property", "value"))
    writer = _writer(call)
    name, value = args.text("property"), args.text("value")
    if name == "format-version":
        if value != "2":
            raise Refused(call.node, f"the tables of the lake have format version 2, not {value}")
        return writer
    return replace(writer, properties={**writer.properties, name: value})


def set_options(scope: Scope, call: Call) -> Value:
    """`.options(**additional_options)`."""
    writer = _writer(call)
    match call.node:
        case ast.Call(_, [], [ast.keyword(None, value)]):
            options = scope.literal(value)
            if isinstance(options, dict) and all(isinstance(one, str) for one in options.values()):
                return replace(writer, properties={**writer.properties, **options})
    raise Refused(call.node, f"{scope.quoted(call.node)} is not of the form .options(**additional_options)")


def partitioned_by(scope: Scope, call: Call) -> Value:
    """`.partitionedBy(column, …)`."""
    if call.node.keywords:
        raise Refused(call.node, "a table is partitioned by columns")
    return replace(_writer(call), partition_keys=tuple(scope.text(one) for one in call.node.args))


def end(scope: Scope, call: Call) -> Value:
    """`.append()`, `.create()`, `.createOrReplace()`: the last call of a chain."""
    Arguments(scope, call, ())
    action = call.node.func.attr if isinstance(call.node.func, ast.Attribute) else None
    return replace(_writer(call), action=action)


def _writer(call: Call) -> IcebergWriter:
    writer = call.owner(IcebergWriter)
    if writer.action:
        raise Refused(call.node, "the table is written already")
    return writer


def add_iceberg_target(scope: Scope, writer: IcebergWriter, place: ast.stmt, variable: str | None) -> None:
    """Add the target that `writer` is; one with a location is a table at a path.

    Raises `Refused` where the chain does not end.
    """
    if writer.action is None:
        raise Refused(place, "this chain does not end in a call that writes the table")
    properties = dict(writer.properties)
    keys: dict[str, Any] = {"PartitionKeys": [plain_path(one) for one in writer.partition_keys] or None}
    names = {"Database": writer.database, "Table": writer.table}
    location = properties.pop("location", None)
    if location is None:
        kind, fields = "S3IcebergCatalogTarget", {**names, **keys, "AdditionalOptions": properties or None}
    else:
        kind = "S3IcebergDirectTarget"
        fields = {
            "Path": location,
            "Format": "iceberg",
            "Compression": properties.pop(_CODEC, None),
            **keys,
            "SchemaChangePolicy": {
                "EnableUpdateCatalog": True,
                "UpdateBehavior": "UPDATE_IN_DATABASE",
                **names,
            },
            "AdditionalOptions": properties or None,
        }
    frame = replace(writer.frame, partitions=None)
    add_target(scope, kind, frame, fields, place, variable or writer.table)


def _texts(args: Arguments, options: dict[str, Any]) -> dict[str, str]:
    for name, value in options.items():
        if not isinstance(value, str):
            raise Refused(args.expression("additional_options"), f"the option '{name}' is no text")
    return options


READERS: dict[str, Reader] = {
    "GlueContext().write_data_frame.from_catalog": to_iceberg,
    "GlueContext().write_data_frame_from_catalog": to_iceberg,
    "GlueContext().spark_session.catalog.listTables": list_tables,
    "dataframe.writeTo": write_to,
    "iceberg.using": using,
    "iceberg.tableProperty": table_property,
    "iceberg.options": set_options,
    "iceberg.partitionedBy": partitioned_by,
    "iceberg.append": end,
    "iceberg.create": end,
    "iceberg.createOrReplace": end,
}
