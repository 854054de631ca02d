"""What the footer of a Parquet file says, and whether that can be true. No row is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq

from wavehouse.catalog.footer import MAGIC, TAIL, Footer
from wavehouse.catalog.merging import NO_TYPE
from wavehouse.core.columns import Column
from wavehouse.core.errors import RejectedError

_REMEDY = "Write the file again"
_FIELD_ID = b"PARQUET:field_id"


def read_footer(end: bytes, size: int) -> Footer:
    """Read the footer that is the `end` of a file of `size` bytes, behind the magic of its beginning.

    Raises `RejectedError` for one that is damaged or lies.

    Some that are damaged end the process (see `footers`).
    """
    try:
        with pq.ParquetFile(pa.BufferReader(end)) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RejectedError(f"its footer cannot be read ({first})", remedy=_REMEDY) from error
    lie = next(_lies(metadata, size), None)
    if lie:
        raise RejectedError(f"its footer lies: {lie}", remedy=_REMEDY)
    return _described(schema, metadata.num_rows)


def _lies(metadata: Any, size: int) -> Iterator[str]:
    """What cannot be true of a file of that size."""
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    rows = sum(group.num_rows for group in groups)
    if rows != metadata.num_rows:
        yield f"it has {metadata.num_rows:,} rows, and its row groups have {rows:,}"
    end = size - TAIL - metadata.serialized_size
    for at, group in enumerate(groups):
        if group.num_rows < 0:
            yield f"row group {at} has {group.num_rows:,} rows"
        # (Columns without a value lie nowhere.)
        for number in range(group.num_columns if group.num_rows else 0):
            chunk = group.column(number)
            start, length = chunk.data_page_offset, chunk.total_compressed_size
            if chunk.has_dictionary_page and chunk.dictionary_page_offset:
                start = min(start, chunk.dictionary_page_offset)
            name = chunk.path_in_schema
            if start < len(MAGIC) or length < 0 or start + length > end:
                yield (
                    f"the column '{name}' would lie at bytes {start:,} to {start + length:,}, "
                    f"and the rows end at {end:,}"
                )
            # (A list has more values than rows, or fewer; a plain column has one a row.)
            if "." not in name and chunk.num_values != group.num_rows:
                values = f"{chunk.num_values:,} values of '{name}'"
                yield f"row group {at} has {group.num_rows:,} rows and {values}"


def _described(schema: pa.Schema, rows: int) -> Footer:
    columns: list[Column] = []
    obstacles: list[str] = []
    notes: list[str] = []
    taken: dict[str, str] = {}
    for field in schema:
        folded = field.name.casefold()
        if folded in taken:
            what = f"the column '{field.name}' is left out: the file has '{taken[folded]}' too"
            obstacles.append(f"names differ by case alone: '{taken[folded]}' and '{field.name}'")
            notes.append(what)
            continue
        taken[folded] = field.name
        type_, obstacle = _table_type(field.type)
        if type_ is None:
            notes.append(f"the column '{field.name}' is left out: no table can hold a {field.type}")
            obstacles.append(f"no table can hold '{field.name}', a {field.type}")
            continue
        if obstacle:
            obstacles.append(f"'{field.name}' is {obstacle}")
        if field.metadata and _FIELD_ID in field.metadata:
            obstacles.append("its columns have the field ids of another table")
        columns.append(Column(field.name, type_))
    return Footer(tuple(columns), rows, tuple(dict.fromkeys(obstacles)), tuple(notes))


def _table_type(type_: pa.DataType) -> tuple[str | None, str]:
    """The type in a table, and what Iceberg would have against the file's; None where no table has one."""
    is_ = pa.types
    if is_.is_dictionary(type_):
        return _table_type(type_.value_type)
    if is_.is_list(type_) or is_.is_large_list(type_) or is_.is_fixed_size_list(type_):
        element, obstacle = _table_type(type_.value_type)
        nested = element is None or element.startswith("array")
        return (None, "") if nested else (f"array<{element}>", obstacle)
    if is_.is_timestamp(type_):
        zone = type_.tz is not None
        odd = f"a timestamp in {type_.unit}" if type_.unit != "us" else ""
        if zone and type_.tz not in ("UTC", "+00:00", "Etc/UTC", "Z"):
            odd = odd or f"a timestamp of the zone {type_.tz}"
        return ("timestamptz" if zone else "timestamp"), odd
    if is_.is_decimal128(type_) or is_.is_decimal256(type_):
        fits = 0 <= type_.scale <= type_.precision <= 38
        wide = "a decimal of 32 bytes" if is_.is_decimal256(type_) else ""
        return (f"decimal({type_.precision},{type_.scale})", wide) if fits else (None, "")
    if is_.is_null(type_):
        # (As pandas writes one in which nothing stands.)
        return NO_TYPE, "a column without a type"
    return _SCALARS.get(str(type_), (None, ""))


_SCALARS: dict[str, tuple[str | None, str]] = {
    "bool": ("boolean", ""),
    "int8": ("int", ""),
    "int16": ("int", ""),
    "int32": ("int", ""),
    "int64": ("bigint", ""),
    "uint8": ("int", "an unsigned number"),
    "uint16": ("int", "an unsigned number"),
    "uint32": ("bigint", "an unsigned number"),
    "uint64": ("decimal(20,0)", "an unsigned number"),
    "halffloat": ("float", "a number of two bytes"),
    "float": ("float", ""),
    "double": ("double", ""),
    "string": ("string", ""),
    "large_string": ("string", ""),
    "string_view": ("string", ""),
    "date32[day]": ("date", ""),
    "date64[ms]": ("date", "a date in milliseconds"),
}
