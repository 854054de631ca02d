"""Reads the calls that write rows: files in S3 and tables of the catalog."""

from __future__ import annotations

import ast
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments, Options
from wavehouse.flow.glue_script.columns import plain_path
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.sources import check_s3
from wavehouse.flow.glue_script.values import Frame, Library, Sink, Value

# What a written target comes to: nothing that another call could read.
_WRITTEN = Library("written")


def add_target(
    scope: Scope,
    kind: str,
    frame: Frame,
    fields: dict[str, Any],
    place: ast.expr | ast.stmt,
    called: str | None,
    name: str | None = None,
) -> Value:
    """Add a target that takes the rows of `frame`, with the rules of Glue Studio if it has them."""
    input_ = scope.rows_of(frame, place)
    rules = {}
    if input_ in scope.target_rules:
        context = scope.target_rules.pop(input_)
        rules = {"AutoDataQuality": {"IsEnabled": True, "EvaluationContext": context}}
    partitions = {"NumberTargetPartitions": frame.partitions} if "Path" in fields else {}
    scope.draft.add(kind, {"Inputs": [input_], **fields, **partitions, **rules}, place.lineno, called, name)
    return _WRITTEN


def to_options(scope: Scope, call: Call) -> Value:
    """`glueContext.write_dynamic_frame.from_options(frame, connection_type, …, format, …)`."""
    args = Arguments(
        scope,
        call,
        ("frame", "connection_type", "connection_options", "format", "format_options", "transformation_ctx"),
    )
    check_s3(args)
    places, options = args.options("connection_options"), args.options("format_options")
    fields = {
        "Path": places.text("path"),
        "PartitionKeys": _partition_keys(places),
        "Compression": options.text("compression") or places.text("compression"),
    }
    format_ = args.text("format")
    if format_ == "parquet" and options.flag("useGlueParquetWriter"):
        format_ = "glueparquet"
    kind = _files_target(format_, fields, options)
    places.end()
    return add_target(scope, kind, scope.frame(args.expression("frame")), fields, call.node, args.called)


def to_catalog(scope: Scope, call: Call) -> Value:
    """`glueContext.write_dynamic_frame.from_catalog(frame, database, table_name, additional_options)`."""
    args = Arguments(
        scope,
        call,
        (
            "frame",
            "database",
            "table_name",
            "redshift_tmp_dir",
            "transformation_ctx",
            "additional_options",
        ),
    )
    if args.text("redshift_tmp_dir", ""):
        raise Refused(
            call.node, "it writes to Redshift, which cannot be reached here", "Write a table or files"
        )
    options = args.options("additional_options")
    policy = {
        "EnableUpdateCatalog": options.flag("enableUpdateCatalog"),
        "UpdateBehavior": options.text("updateBehavior"),
    }
    fields = {
        "Database": args.text("database"),
        "Table": args.text("table_name"),
        "PartitionKeys": _partition_keys(options),
        "SchemaChangePolicy": _without_none(policy),
    }
    options.end()
    return add_target(
        scope, "S3CatalogTarget", scope.frame(args.expression("frame")), fields, call.node, args.called
    )


def get_sink(scope: Scope, call: Call) -> Value:
    """`glueContext.getSink(connection_type, path, …)`: the first call of a target that the catalog knows."""
    args = Arguments(
        scope,
        call,
        (
            "connection_type",
            "format",
            "transformation_ctx",
            "path",
            "updateBehavior",
            "partitionKeys",
            "enableUpdateCatalog",
            "compression",
        ),
    )
    check_s3(args)
    fields = {
        "Path": args.text("path"),
        "PartitionKeys": [plain_path(one) for one in args.texts("partitionKeys", [])] or None,
    }
    policy = {
        "EnableUpdateCatalog": args.literal("enableUpdateCatalog", None),
        "UpdateBehavior": args.text("updateBehavior", None),
    }
    name = scope.draft.take_name(call.line)
    return Sink(
        call.line,
        args.called,
        name,
        fields,
        policy,
        args.text("format", None),
        args.text("compression", None),
    )


def set_catalog_info(scope: Scope, call: Call) -> Value:
    """`sink.setCatalogInfo(catalogDatabase, catalogTableName)`."""
    sink = call.owner(Sink)
    args = Arguments(scope, call, ("catalogDatabase", "catalogTableName"))
    sink.policy |= {"Database": args.text("catalogDatabase"), "Table": args.text("catalogTableName")}
    return sink


def set_format(scope: Scope, call: Call) -> Value:
    """`sink.setFormat(format, compression)`."""
    sink = call.owner(Sink)
    args = Arguments(scope, call, ("format", "compression", "useGlueParquetWriter"))
    sink.format = args.text("format")
    sink.compression = args.text("compression", sink.compression)
    if args.literal("useGlueParquetWriter", False) is True and sink.format == "parquet":
        sink.format = "glueparquet"
    return sink


def write_frame(scope: Scope, call: Call) -> Value:
    """`sink.writeFrame(frame)`: the last call."""
    sink = call.owner(Sink)
    args = Arguments(scope, call, ("frame",))
    if sink.format is None:
        raise Refused(call.node, "no setFormat says in which format this sink writes")
    if sink.written:
        raise Refused(call.node, "this sink has written its rows already", "Make a sink of its own")
    sink.written = True
    fields = {
        **sink.fields,
        "Compression": sink.compression,
        "SchemaChangePolicy": _without_none(sink.policy),
    }
    kind = _files_target(sink.format, fields, None)
    frame = scope.frame(args.expression("frame"))
    return add_target(scope, kind, frame, fields, call.node, sink.variable, sink.name or "")


def _files_target(format_: str, fields: dict[str, Any], options: Options | None) -> str:
    """The kind of a target of files; a format but Glue's own Parquet goes into `fields`."""
    if options:
        # Glue's defaults for CSV; the node has no field for others.
        options.is_one_of("separator", ",")
        options.is_one_of("quoteChar", '"')
        options.is_one_of("writeHeader", True)
        options.take("optimizePerformance")
        options.end()
    if format_ == "glueparquet":
        return "S3GlueParquetTarget"
    fields["Format"] = format_
    return "S3DirectTarget"


def _partition_keys(options: Options) -> list[list[str]] | None:
    return [plain_path(one) for one in options.texts("partitionKeys") or []] or None


def _without_none(fields: dict[str, Any]) -> dict[str, Any] | None:
    return {key: value for key, value in fields.items() if value is not None} or None


READERS: dict[str, Reader] = {
    "GlueContext().write_dynamic_frame.from_options": to_options,
    "GlueContext().write_dynamic_frame_from_options": to_options,
    "GlueContext().write_dynamic_frame.from_catalog": to_catalog,
    "GlueContext().write_dynamic_frame_from_catalog": to_catalog,
    "GlueContext().getSink": get_sink,
    "sink.setCatalogInfo": set_catalog_info,
    "sink.setFormat": set_format,
    "sink.writeFrame": write_frame,
}
