"""Reads the calls that give rows: files in S3 and tables of the catalog.

Options and their defaults: AWS Glue's "Data format options for inputs and outputs" and "Connection types and
options for ETL in AWS Glue".
"""

from __future__ import annotations

import json
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments, Options
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.values import Frame, Value

_SEPARATORS = {",": "comma", "\x01": "ctrla", "|": "pipe", ";": "semicolon", "\t": "tab"}
_QUOTES: dict[Any, str] = {
    '"': "quote",
    "\u00ab": "quillemet",
    "'": "single_quote",
    -1: "disabled",
    "-1": "disabled",
}


def from_options(scope: Scope, call: Call) -> Value:
    """`glueContext.create_dynamic_frame.from_options("s3", connection_options, format, format_options)`."""
    args = Arguments(
        scope,
        call,
        ("connection_type", "connection_options", "format", "format_options", "transformation_ctx"),
    )
    check_s3(args)
    format_ = args.text("format")
    places, options = args.options("connection_options"), args.options("format_options")
    fields: dict[str, Any] = {
        "Paths": places.texts("paths"),
        "Exclusions": _exclusions(args, places),
        "GroupFiles": places.text("groupFiles"),
        "GroupSize": _as_text(places.number("groupSize")),
        "Recurse": places.flag("recurse"),
        "MaxBand": places.number("maxBand"),
        "MaxFilesInBand": places.number("maxFilesInBand"),
        "CompressionType": places.text("compressionType"),
        "AdditionalOptions": _bounds(places),
    }
    if format_ == "csv":
        kind = "S3CsvSource"
        fields |= {
            "Separator": _one_of(args, options.take("separator"), _SEPARATORS, ","),
            "QuoteChar": _one_of(args, options.take("quoteChar"), _QUOTES, '"'),
            "Escaper": options.text("escaper") or None,
            # What Glue takes where the script says nothing.
            "WithHeader": bool(options.flag("withHeader")),
            "Multiline": bool(options.flag("multiline", "multiLine")),
            "WriteHeader": options.flag("writeHeader"),
            "SkipFirst": options.flag("skipFirst"),
            "OptimizePerformance": options.flag("optimizePerformance"),
        }
    elif format_ == "json":
        kind = "S3JsonSource"
        fields |= {
            "JsonPath": options.text("jsonPath") or None,
            "Multiline": options.flag("multiline", "multiLine"),
        }
    elif format_ in ("parquet", "glueparquet"):
        kind = "S3ParquetSource"
    else:
        raise Refused(
            args.expression("format"),
            f"files of the format '{format_}' are not read here",
            "Save them as CSV, JSON or Parquet",
        )
    places.end()
    options.end()
    return Frame(scope.draft.add(kind, fields, call.line, args.called))


def from_catalog(scope: Scope, call: Call) -> Value:
    """`glueContext.create_dynamic_frame.from_catalog(database, table_name)`."""
    args = Arguments(
        scope,
        call,
        (
            "database",
            "table_name",
            "redshift_tmp_dir",
            "transformation_ctx",
            "push_down_predicate",
            "additional_options",
        ),
    )
    if args.text("redshift_tmp_dir", ""):
        raise Refused(
            call.node, "it reads a table of Redshift, which cannot be read here", "Land its rows as files"
        )
    options = args.options("additional_options")
    fields = {
        "Database": args.text("database"),
        "Table": args.text("table_name"),
        "PartitionPredicate": args.text("push_down_predicate", "") or None,
        "AdditionalOptions": _bounds(options),
    }
    options.end()
    return Frame(scope.draft.add("S3CatalogSource", fields, call.line, args.called))


def iceberg_from_catalog(scope: Scope, call: Call) -> Value:
    """`glueContext.create_data_frame.from_catalog(database, table_name)`, as Iceberg tables are read."""
    args = Arguments(scope, call, ("database", "table_name", "transformation_ctx", "additional_options"))
    options = args.options("additional_options").rest()
    fields = {
        "Database": args.text("database"),
        "Table": args.text("table_name"),
        "AdditionalIcebergOptions": {key: _text_of(value) for key, value in options.items()} or None,
    }
    return Frame(scope.draft.add("S3CatalogIcebergSource", fields, call.line, args.called), spark=True)


def check_s3(args: Arguments) -> None:
    """Raise `Refused` unless the connection is S3."""
    kind = args.text("connection_type")
    if kind != "s3":
        raise Refused(
            args.expression("connection_type"),
            f"the connection '{kind}' is not S3, and there is no other here",
            "Land the rows as files, or write them to a table of the catalog",
        )


def _bounds(options: Options) -> dict[str, Any] | None:
    bounds = {
        "BoundedSize": options.number("boundedSize"),
        "BoundedFiles": options.number("boundedFiles"),
    }
    return {key: value for key, value in bounds.items() if value is not None} or None


def _exclusions(args: Arguments, options: Options) -> list[str] | None:
    """Globs; Glue has them as a JSON list in a text."""
    value = options.take("exclusions")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = 0
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise Refused(args.expression("connection_options"), "the 'exclusions' are no list of globs")
    return value


def _one_of(args: Arguments, value: Any, words: dict[Any, str], default: Any) -> str:
    sign = default if value is None else value
    if isinstance(sign, bool) or not isinstance(sign, str | int) or sign not in words:
        raise Refused(
            args.expression("format_options"),
            f"{sign!r} is no sign that Glue's node has",
            f"Known: {', '.join(map(repr, words))}",
        )
    return words[sign]


def _as_text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


READERS: dict[str, Reader] = {
    "GlueContext().create_dynamic_frame.from_options": from_options,
    "GlueContext().create_dynamic_frame_from_options": from_options,
    "GlueContext().create_dynamic_frame.from_catalog": from_catalog,
    "GlueContext().create_dynamic_frame_from_catalog": from_catalog,
    "GlueContext().create_data_frame.from_catalog": iceberg_from_catalog,
    "GlueContext().create_data_frame_from_catalog": iceberg_from_catalog,
}
