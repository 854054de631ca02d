"""External tables as DuckDB reads them: with the meaning that their files have to Athena.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from wavehouse.core.columns import Column, element_type
from wavehouse.core.data_catalog import HIVE_NULL
from wavehouse.core.sql_text import file_list, identifier, literal
from wavehouse.core.table_head import ExternalFile, ExternalScan
from wavehouse.engines.duckdb_csv import MAX_RECORD_BYTES
from wavehouse.engines.duckdb_parsing import parsed
from wavehouse.engines.duckdb_types import duckdb_type
from wavehouse.store.object_store import S3Endpoint

# A record longer than this is refused, not read.
MAX_OBJECT_BYTES = 16 * 1024 * 1024
# DuckDB's own would be 16 lines of the longest kind, for every file that is open.
_CSV_BUFFER = 2 * MAX_RECORD_BYTES
_FILES, _KEYS = "f", "k"
# The column that says which file a row is from: no column of a file has this name.
_FILENAME = "wavehouse_location_of_file"


class ExternalFiles:
    """Reads files through one connection, by `execute`, which runs a statement."""

    def __init__(self, execute: Callable[[str], None], *, reached: bool) -> None:
        self._execute = execute
        # Whether buckets are reached already, by the way in which the lake's own is.
        self._reached = reached

    def relation(self, scan: ExternalScan, path: str = "") -> str:
        """See `Engine.external`."""
        if not self._reached and any(file.location.startswith("s3://") for file in scan.files):
            from wavehouse.engines.duckdb_s3 import reach

            reach(self._execute, S3Endpoint())
            self._reached = True
        return _relation(scan, path)


def _relation(scan: ExternalScan, path: str) -> str:
    columns = [*scan.columns, *scan.keys, *([Column(path, "string")] if path else [])]
    if not scan.files:
        nulls = ", ".join(f"CAST(NULL AS {duckdb_type(c.type)}) AS {identifier(c.name)}" for c in columns)
        return f"(SELECT {nulls} WHERE false)"
    read = {"parquet": _parquet, "csv": _csv, "json": _json}[scan.format]
    values, source = read(scan, file_list(file.location for file in scan.files))
    named = [f"{value} AS {identifier(c.name)}" for value, c in zip(values, scan.columns, strict=True)]
    location = [f"{_FILES}.{_FILENAME} AS {identifier(path)}"] if path else []
    if not scan.keys:
        return f"(SELECT {', '.join([*named, *location])} FROM {source} AS {_FILES})"
    keys = [f"{_KEYS}.{_key(at)} AS {identifier(key.name)}" for at, key in enumerate(scan.keys)]
    partitions = _partitions(scan.files, scan.keys)
    return (
        f"(SELECT {', '.join([*named, *keys, *location])} FROM {source} AS {_FILES} "
        f"JOIN {partitions} AS {_KEYS} ON {_FILES}.{_FILENAME} = {_KEYS}.location)"
    )


def _parquet(scan: ExternalScan, files: str) -> tuple[list[str], str]:
    # Not union_by_name, which opens every file first; and a column may be in none of these files.
    wanted = ", ".join(
        f"{literal(c.name)}: {{name: {literal(c.name)}, type: {literal(duckdb_type(c.type))}, "
        f"default_value: NULL}}"
        for c in scan.columns
    )
    source = (
        f"read_parquet({files}, schema = MAP {{{wanted}}}, filename = {literal(_FILENAME)}, "
        f"hive_partitioning = false)"
    )
    return [f"{_FILES}.{identifier(c.name)}" for c in scan.columns], source


def _csv(scan: ExternalScan, files: str) -> tuple[list[str], str]:
    names = [f"c{at}" for at in range(len(scan.columns))]
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    quote, escape = scan.csv.quote, scan.csv.escape or scan.csv.quote
    # Not strict: a line may have more values than the table has columns, or fewer. DuckDB's parallel reader
    # ends such a query where a line break stands in quotes.
    source = (
        f"read_csv({files}, auto_detect = false, header = {str(scan.csv.header).lower()}, "
        f"strict_mode = false, null_padding = true, delim = {literal(scan.csv.delimiter)}, "
        f"quote = {literal(quote)}, escape = {literal(escape)}, nullstr = {literal(HIVE_NULL)}, "
        f"columns = {{{types}}}, max_line_size = {MAX_RECORD_BYTES}, "
        f"buffer_size = {_CSV_BUFFER}, parallel = {str(not quote).lower()}, filename = {literal(_FILENAME)}, "
        f"hive_partitioning = false)"
    )
    return [
        parsed(f"{_FILES}.{name}", column.type) for name, column in zip(names, scan.columns, strict=True)
    ], source


def _json(scan: ExternalScan, files: str) -> tuple[list[str], str]:
    source = (
        f"read_json_objects({files}, format = 'newline_delimited', filename = {literal(_FILENAME)}, "
        f"maximum_object_size = {MAX_OBJECT_BYTES}, hive_partitioning = false)"
    )
    return [_json_value(column) for column in scan.columns], source


def _json_value(column: Column) -> str:
    if element_type(column.type) is not None:
        return f"TRY_CAST({_at_key('json_extract', column.name)} AS {duckdb_type(column.type)})"
    return parsed(_at_key("json_extract_string", column.name), column.type)


def _at_key(extract: str, name: str) -> str:
    """What an object has at a key; where it has not this one, at one that differs in case.

    https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html (case.insensitive)
    """
    path = literal(f"$.{json.dumps(name, ensure_ascii=False)}")
    keys = f"list_transform(json_keys({_FILES}.json), lambda key: lower(key))"
    alike = f"list_position({keys}, lower({literal(name)}))"
    # (Most objects spell it as the table does, and then nothing else is looked at.)
    return f"coalesce({extract}({_FILES}.json, {path}), {extract}({_FILES}.json, '$.*')[{alike}])"


def _partitions(files: Sequence[ExternalFile], keys: Sequence[Column]) -> str:
    rows = ", ".join("(" + ", ".join(map(_text, [file.location, *file.partition])) + ")" for file in files)
    names = ", ".join(["location", *(_key(at) for at in range(len(keys)))])
    typed = ", ".join(
        ["location", *(f"{parsed(_key(at), key.type)} AS {_key(at)}" for at, key in enumerate(keys))]
    )
    return f"(SELECT {typed} FROM (VALUES {rows}) AS p({names}))"


def _key(at: int) -> str:
    return f"k{at}"


def _text(value: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
