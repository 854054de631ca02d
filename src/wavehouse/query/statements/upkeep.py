"""OPTIMIZE and VACUUM of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html
https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.engines.engine import Row
from wavehouse.lake.change import TableChange
from wavehouse.lake.head import plain_location, snapshots
from wavehouse.query.answer import Answer, in_words
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.changing import expression
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.target import FILE, WithPlaces
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import OwnTable, Writer, committer, own_table
from wavehouse.query.translate import translate

# Athena's own, where a table says nothing.
_MOST_AGE_SECONDS = 432_000
_LEAST_SNAPSHOTS = 1


def optimize(reader: Reader, context: Context) -> Answer:
    """OPTIMIZE table REWRITE DATA USING BIN_PACK [WHERE condition on the partition]; OPTIMIZE is read.

    The files of each partition become one, where there are several; no row changes.
    """
    started = time.perf_counter()
    writing = allowed(context, "OPTIMIZE")
    name = reader.table()
    reader.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    condition = expression(reader.rest()) if reader.take("WHERE") else ""
    reader.done()
    with writing.locked():
        table = own_table(context, writing, name, "OPTIMIZE")
        files = _small_files(context, table, condition)
        if files:
            plan = table.plan
            writer = Writer(context, writing, name, "optimize")
            names = column_list(column.name for column in plan.columns)
            wanted = ", ".join(map(literal, files))
            relation = context.engine.iceberg(table.head.metadata)
            sql = f"SELECT {names} FROM {relation} WHERE filename IN ({wanted})"
            written = writer.write(sql, plan, table.partition_by)
            writer.publish(
                TableChange(
                    name,
                    plan,
                    [file.location for file in written],
                    [plain_location(file) for file in files],
                    table.head.rows,
                    table.partition_by,
                )
            )
    return nothing(started)


def _small_files(context: Context, table: OwnTable, condition: str) -> list[str]:
    """The files that share their partition with another, of the partitions that are wanted."""
    seen = WithPlaces(context.tables, context.engine, table.head)
    key = f"{identifier(table.partition_by)}" if table.partition_by else "1"
    where = f" WHERE {condition}" if condition else ""
    source = f"{identifier(table.head.name.database)}.{identifier(table.head.name.table)}"
    translation = translate(
        f"SELECT DISTINCT {key} AS k, {identifier(FILE)} AS f FROM {source}{where}",
        seen,
        seen,
        database=context.database,
    )
    others = {
        column
        for columns in translation.reads.values()
        for column in columns
        if column not in (FILE, table.partition_by)
    }
    if others:
        raise QueryError(
            f"WHERE of OPTIMIZE names '{min(others)}', and can name what the table is partitioned by alone",
            remedy=f"That is {table.partition_by}" if table.partition_by else "Leave out WHERE",
        )
    partitions: dict[Any, list[str]] = {}
    rows: list[Row] = in_words(lambda: context.engine.rows(translation.sql))
    for value, file in rows:
        partitions.setdefault(value, []).append(file)
    return sorted(file for files in partitions.values() if len(files) > 1 for file in files)


def vacuum(reader: Reader, context: Context) -> Answer:
    """VACUUM table: snapshots go that are older than the table keeps them; VACUUM is read.

    Their files, as everything that nobody needs, go with the next `wavehouse vacuum`: a query that has begun
    may still read them.
    """
    started = time.perf_counter()
    writing = allowed(context, "VACUUM")
    name = reader.table()
    reader.done()
    with writing.locked():
        table = own_table(context, writing, name, "VACUUM")
        gone = _expired(table.metadata)
        if gone:
            from wavehouse.lake.expiry import expire

            with committer(writing) as opened:
                expire(writing.layout, opened, {str(name): gone})
    return nothing(started)


def _expired(metadata: Mapping[str, Any]) -> list[int]:
    told = metadata.get("properties", {})
    age = int(told.get("vacuum_max_snapshot_age_seconds", _MOST_AGE_SECONDS))
    least = max(int(told.get("vacuum_min_snapshots_to_keep", _LEAST_SNAPSHOTS)), 1)
    oldest = (datetime.now(UTC).timestamp() - age) * 1000
    known = snapshots(dict(metadata))
    return [one.id for one in known[:-least] if one.timestamp_ms < oldest and not one.current]
