"""The properties of a new table, as CREATE TABLE AS and CREATE TABLE say them: honoured, or refused by name.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.lake.layout import LakeLayout
from wavehouse.query.statements.words import Reader

Value = str | bool | list[str]

# What Athena keeps of an Iceberg table, and its own VACUUM and OPTIMIZE go by; whole numbers, all of them.
# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
UPKEEP = (
    "vacuum_min_snapshots_to_keep",
    "vacuum_max_snapshot_age_seconds",
    "vacuum_max_metadata_files_to_keep",
    "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes",
    "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold",
)

_WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def with_properties(reader: Reader) -> dict[str, Value]:
    """`(name = value, …)` of a WITH, of which the word is read; names in lower case."""
    found: dict[str, Value] = {}
    reader.expect("(")
    while True:
        name = reader.name("a property's name")
        if name in found:
            reader.fail(f"the property '{name}' stands there twice")
        reader.expect("=")
        found[name] = _value(reader)
        if not reader.take(","):
            break
    reader.expect(")")
    return found


def _value(reader: Reader) -> Value:
    if reader.take("ARRAY"):
        items: list[str] = []
        reader.expect("[")
        while not reader.take("]"):
            items.append(reader.string("a value"))
            if not reader.sees("]"):
                reader.expect(",")
        return items
    if word := reader.one_of("TRUE", "FALSE"):
        return word == "TRUE"
    word_next = reader.next
    if word_next is not None and word_next.kind == "number":
        reader.at += 1
        return word_next.text
    return reader.string("a value")


def text(properties: Mapping[str, Value], name: str, otherwise: str = "") -> str:
    """A property that is a text."""
    value = properties.get(name, otherwise)
    if not isinstance(value, str):
        raise QueryError(f"the property '{name}' is a text", remedy=f"Write {name} = '…'")
    return value


def texts(properties: Mapping[str, Value], name: str) -> list[str]:
    """A property that is an array of texts, in lower case."""
    value = properties.get(name, [])
    if not isinstance(value, list):
        raise QueryError(f"the property '{name}' is an array", remedy=f"Write {name} = ARRAY['…']")
    return [one.lower() for one in value]


def check_known(properties: Mapping[str, Value], known: Sequence[str]) -> None:
    """Raise `QueryError` for a property that is not known here, or that Athena has and this house has not."""
    for name in properties:
        if name in ("bucketed_by", "bucket_count"):
            raise QueryError(
                f"{name} is not covered yet: buckets are files by a hash that is Hive's own",
                remedy="Leave out bucketed_by and bucket_count, or partition the table",
            )
        if name not in known:
            raise QueryError(f"no property '{name}' of such a table", remedy=did_you_mean(name, known))


def check_iceberg_form(format_: str, compression: str) -> None:
    """Raise `QueryError` for files that the lake does not write."""
    if format_.upper() != "PARQUET":
        raise QueryError(
            f"the format {format_} of an Iceberg table is not covered yet", remedy="Write format = 'PARQUET'"
        )
    if compression.upper() != "ZSTD":
        raise QueryError(
            f"the compression {compression} of an Iceberg table is not covered yet",
            remedy="Write write_compression = 'ZSTD', which is Athena's own choice, or leave it out",
        )


def check_location(location: str, name: TableName, layout: LakeLayout) -> None:
    """Raise `QueryError` for a place of an Iceberg table that is not the lake's for it."""
    wanted = layout.table(name)
    if location.removeprefix("file://").rstrip("/") not in ("", wanted):
        raise QueryError(
            f"a table of the lake lies where the lake puts it, not in '{location}'",
            remedy=f"Leave the location out, or write '{wanted}/'",
        )


def upkeep_properties(properties: Mapping[str, Value]) -> dict[str, str]:
    """The properties of upkeep among others; raises `QueryError` for a value that is no whole number."""
    found = {}
    for name in UPKEEP:
        if name in properties:
            value = text(properties, name)
            if not _WHOLE_NUMBER.fullmatch(value):
                raise QueryError(
                    f"the property '{name}' is a whole number of at most 18 digits, not '{value[:40]}'"
                )
            found[name] = value
    return found


def identity_partition(parts: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """The one column that a table is partitioned by, None for none; raises `QueryError` for anything else."""
    if not parts:
        return None
    for part in parts:
        if "(" in part:
            raise QueryError(
                f"the partition transform {part} is not covered yet",
                remedy="Partition by a column: compute it in the query, such as year(release_date) AS year",
            )
        if part not in columns:
            raise QueryError(f"no column '{part}' to partition by", remedy=did_you_mean(part, columns))
    if len(parts) > 1:
        raise QueryError(
            f"partitioning an Iceberg table by {len(parts)} columns is not covered yet",
            remedy=f"Partition by one: ARRAY['{parts[0]}']",
        )
    if columns[parts[0]].startswith(("array", "float", "double")):
        raise QueryError(
            f"partitioning by a column of type {columns[parts[0]]} is not covered yet",
            remedy="Partition by a text, a whole number or a date",
        )
    return parts[0]
