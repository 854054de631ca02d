"""Files that are not tables: those of other programs, as DuckDB reads them, and those written for others."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import NO_VALUE
from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.core.sql_text import column_list, identifier, literal, literal_list
from wavehouse.engines.duckdb_external import MAX_OBJECT_BYTES
from wavehouse.engines.duckdb_types import catalog_type, duckdb_type
from wavehouse.engines.duckdb_words import first_line
from wavehouse.engines.engine import FileForm, JsonScan, Row, WrittenFile

# What tables have no word for, and can hold all the same: nanoseconds are cut to microseconds.
_NEARLY = {
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "UBIGINT": "decimal(20,0)",
}
_JSON_TYPES = {
    "BIGINT": "bigint",
    "UBIGINT": "bigint",
    "HUGEINT": "bigint",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
}
# A sign that JSON never has as it is.
_NEVER = "\x01"


class OwnFiles:
    """Reads and writes through one connection, by `rows`, which runs a statement."""

    def __init__(self, rows: Callable[[str], list[Row]]) -> None:
        self._rows = rows

    def parquet_columns(self, location: str) -> tuple[Column, ...]:
        """See `Engine.parquet_columns`."""
        try:
            described = self._rows(f"DESCRIBE SELECT * FROM {_parquet([location])}")
        except duckdb.Error as error:
            raise RejectedError(
                f"it cannot be read as Parquet ({first_line(error)})",
                where=location,
                remedy="Leave it out of the node's Paths, or write it again",
            ) from error
        return tuple(Column(name, _table_type(name, type_, location)) for name, type_, *_ in described)

    def json_columns(self, scan: JsonScan) -> tuple[Column, ...]:
        """See `Engine.json_columns`."""
        try:
            ((found,),) = self._rows(
                f"SELECT json_group_structure(json) FROM read_json_objects({_json_arguments(scan)})"
            )
        except duckdb.Error as error:
            raise RejectedError(
                f"it cannot be read as JSON ({_of_json(error, scan.path)})",
                where=str(scan.path),
                remedy="Write one object a line, or let the node say Multiline: true",
            ) from error
        structure = json.loads(found) if found else {}
        if not isinstance(structure, dict):
            raise RejectedError(
                "not all that stands there is an object",
                where=str(scan.path),
                remedy='Write objects, one a line: {"name": "value"}',
            )
        return tuple(Column(name, _json_type(name, told, scan.path)) for name, told in structure.items())

    def json_values(self, scan: JsonScan, query: Callable[[str], str]) -> list[Row]:
        """See `Engine.json_values`."""
        try:
            return self._rows(query(_json_values(scan)))
        except duckdb.Error as error:
            raise RejectedError(
                f"it cannot be read as JSON ({_of_json(error, scan.path)})",
                where=str(scan.path),
                remedy="Write one object a line",
            ) from error

    def write(
        self, sql: str, directory: Path, form: FileForm, partition_by: Sequence[str]
    ) -> list[WrittenFile]:
        """See `Engine.write_files`."""
        options = [*_options(form), "RETURN_FILES"]
        ending = form.format + (".gz" if form.compression == "gzip" and form.format != "parquet" else "")
        target = directory / f"part-0.{ending}"
        if partition_by:
            target = directory
            # To Hive the empty text is none, and so is the name of the folder where both lie: as a
            # value of its own it would be written to the same file, over what is there.
            keys = ", ".join(
                f"nullif(nullif({name}::VARCHAR, ''), {literal(NO_VALUE)}) AS {name}"
                for name in map(identifier, partition_by)
            )
            sql = f"SELECT * REPLACE ({keys}) FROM ({sql})"
            options += [
                f"PARTITION_BY ({column_list(partition_by)})",
                "FILENAME_PATTERN 'part-{i}'",
                f"FILE_EXTENSION {literal(ending)}",
                "OVERWRITE_OR_IGNORE",
            ]
        if form.format == "json":
            sql = self._as_json(sql, partition_by)
        ((rows, names),) = self._rows(f"COPY ({sql}) TO {literal(str(target))} ({', '.join(options)})")
        files = [WrittenFile(name, 0, Path(name).stat().st_size) for name in names]
        # (Of each file the rows are not told; of all of them they are.)
        return [WrittenFile(file.location, rows if not at else 0, file.size) for at, file in enumerate(files)]

    def _as_json(self, sql: str, partition_by: Sequence[str]) -> str:
        """Each row as one text: DuckDB writes JSON to no partitions."""
        names = [name for name, *_ in self._rows(f"DESCRIBE {sql}") if name not in partition_by]
        packed = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in names)
        keys = "".join(f"{identifier(name)}, " for name in partition_by)
        return f'SELECT {keys}to_json(struct_pack({packed})) AS "row" FROM ({sql})'


def foreign_parquet(locations: Sequence[str], columns: Sequence[Column]) -> str:
    """See `Engine.foreign_parquet`."""
    casts = ", ".join(
        f"CAST({identifier(c.name)} AS {duckdb_type(c.type)}) AS {identifier(c.name)}" for c in columns
    )
    return f"(SELECT {casts} FROM {_parquet(locations)})"


def json_objects(scan: JsonScan, columns: Sequence[Column]) -> str:
    """See `Engine.json_objects`."""
    types = ", ".join(f"{identifier(c.name)}: {literal(duckdb_type(c.type))}" for c in columns)
    return f"read_json({_json_arguments(scan)}, records = true, columns = {{{types}}})"


def _json_values(scan: JsonScan) -> str:
    """The relation of `Engine.json_values`."""
    objects = (
        "SELECT row_number() OVER () AS record, CASE WHEN json_type(json) = 'OBJECT' THEN json END AS json "
        f"FROM read_json_objects({_json_arguments(scan)})"
    )
    # (An object without keys, and what is no object, is one row without a key, so that it is not lost.)
    each = (
        "SELECT record, json IS NULL AS odd, "
        "unnest(range(1, greatest(len(json_keys(json)), 1) + 1)) AS place, "
        "unnest(coalesce(json_keys(json), [NULL])) AS key, "
        f"unnest(coalesce(json_extract(json, '$.*'), [NULL])) AS item FROM ({objects})"
    )
    elements = (
        "SELECT record, false AS odd, place, key, unnest(json_extract(item, '$[*]')) AS item "
        f"FROM ({each}) WHERE json_type(item) = 'ARRAY'"
    )
    numbers = literal_list(["BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE"])
    return (
        "(SELECT record, place, key, element, CASE WHEN odd THEN 'NONE' "
        f"WHEN json_type(item) IN {numbers} THEN 'NUMBER' "
        "ELSE coalesce(json_type(item), 'NULL') END AS type, item ->> '$' AS value "
        f"FROM (SELECT *, false AS element FROM ({each}) UNION ALL "
        f"SELECT *, true AS element FROM ({elements})))"
    )


def _parquet(locations: Sequence[str]) -> str:
    return f"read_parquet({literal_list(locations)}, hive_partitioning = false)"


def _json_arguments(scan: JsonScan) -> str:
    compression = "gzip" if scan.gzip else "uncompressed"
    return (
        f"{literal(str(scan.path))}, format = {literal(scan.form)}, compression = {literal(compression)}, "
        f"maximum_object_size = {MAX_OBJECT_BYTES}"
    )


def _of_json(error: Exception, path: Path) -> str:
    """What is wrong with a file, without the name by which it was read: that may be one of ours."""
    return first_line(error).replace(f' in file "{path}",', "").rstrip(". ")


def _options(form: FileForm) -> list[str]:
    compression = form.compression or ("uncompressed" if form.format == "parquet" else "none")
    said = [f"COMPRESSION {literal(compression)}"]
    if form.format == "parquet":
        return ["FORMAT parquet", *said]
    if form.format == "csv":
        return ["FORMAT csv", "HEADER true", "DELIMITER ','", "QUOTE '\"'", "ESCAPE '\"'", *said]
    return ["FORMAT csv", "HEADER false", f"DELIMITER {literal(_NEVER)}", "QUOTE ''", "ESCAPE ''", *said]


def _table_type(name: str, type_: str, location: str) -> str:
    if type_ in _NEARLY:
        return _NEARLY[type_]
    try:
        return catalog_type(type_)
    except DefinitionError:
        raise RejectedError(
            f"its column '{name}' is of the type {type_}, which no table can hold",
            where=location,
            remedy="Write the file without it, or as text",
        ) from None


def _json_type(name: str, told: Any, path: Path) -> str:
    if isinstance(told, list):
        return f"array<{_json_type(name, told[0], path)}>"
    if isinstance(told, dict):
        raise RejectedError(
            f"'{name}' is an object, and a column holds plain values or lists of them",
            where=str(path),
            remedy="Write its fields as columns of their own",
        )
    # Values of several types, and none at all, are text.
    return _JSON_TYPES.get(told, "string")


def json_lines(path: Path, columns: Sequence[Column]) -> str:
    """See `Engine.json_lines`."""
    types = ", ".join(f"{identifier(c.name)}: {literal(duckdb_type(c.type))}" for c in columns)
    return f"read_json({literal(str(path))}, format = 'newline_delimited', columns = {{{types}}})"
