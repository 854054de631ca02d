"""Rows of an Iceberg table that are changed, deleted or added: the files that have them are written anew.

Every row's fate is decided once, in one query; what is written follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.lake.change import TableChange
from wavehouse.lake.head import plain_location
from wavehouse.query.answer import in_words
from wavehouse.query.estimate import footers_for
from wavehouse.query.sandbox.watching import watching
from wavehouse.query.scans import scanned_bytes
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.target import FILE, ROW, WithPlaces
from wavehouse.query.statements.writer import OwnTable, Writer, check_fits
from wavehouse.query.translate import translate
from wavehouse.query.trino_types import duckdb_type, trino_type

UPDATE, DELETE, INSERT = 1, 2, 3
_PLACES = ("file", "row", "action")


@dataclass(frozen=True)
class Fates:
    """What becomes of rows, as pieces of Athena's SQL over `source` (what stands behind FROM).

    `place` is what stands in front of the columns of the target, `action` an expression for one of the three
    above (NULL: nothing), and `values` those of the columns; a column without one stays, or is NULL.
    """

    source: str
    place: str
    action: str
    values: Mapping[str, str]


def change_rows(
    context: Context, writing: Writing, table: OwnTable, fates: Fates, what: str
) -> tuple[int, int]:
    """Change the table accordingly, in one snapshot; returns how many rows, and the bytes that were read.

    The lake's lock is held. Raises `QueryError`, also where one row would be changed twice.
    """
    engine = context.engine
    writer = Writer(context, writing, table.head.name, what)
    kept = identifier(f"statement {writer.run}")
    columns = {column.name: trino_type(column.type) for column in table.head.columns}
    valued = [name for name in columns if name in fates.values]
    selected = [f"{fates.place}.{identifier(FILE)}", f"{fates.place}.{identifier(ROW)}", fates.action]
    selected += [fates.values[name] for name in valued]
    aliases = [*_PLACES, *(f"v{at}" for at in range(len(valued)))]
    listed = ", ".join(f"{one} AS {identifier(alias)}" for one, alias in zip(selected, aliases, strict=True))
    seen = WithPlaces(context.tables, engine, table.head)
    translation = translate(
        f"SELECT {listed} FROM {fates.source}", seen, seen, database=context.database, stored=True
    )
    for name, column in zip(valued, translation.columns[len(_PLACES) :], strict=True):
        check_fits(column, name, columns[name], what.upper())
    try:
        decide = (
            f"CREATE TEMP TABLE {kept} AS SELECT * FROM ({translation.sql}) AS q({column_list(aliases)}) "
            "WHERE action IS NOT NULL"
        )
        _, groups = in_words(lambda: watching(lambda: engine.execute(decide), engine))
        writer.scanned += scanned_bytes(translation, groups, footers_for(translation, engine), engine)
        return _written(context, writer, table, kept, valued)
    finally:
        engine.execute(f"DROP TABLE IF EXISTS {kept}")


def _written(
    context: Context, writer: Writer, table: OwnTable, kept: str, valued: Sequence[str]
) -> tuple[int, int]:
    engine = context.engine
    twice = f"SELECT 1 FROM {kept} WHERE file IS NOT NULL GROUP BY file, row HAVING count(*) > 1 LIMIT 1"
    if engine.rows(twice):
        raise QueryError(
            "a row of the table is matched by several rows of the source, and would be changed twice",
            remedy="Make the source's rows unique by what ON compares",
        )
    counted: dict[int, int] = dict(engine.rows(f"SELECT action, count(*) FROM {kept} GROUP BY 1"))
    if not counted:
        return 0, writer.scanned
    files = [file for (file,) in engine.rows(f"SELECT DISTINCT file FROM {kept} WHERE file IS NOT NULL")]
    sql = _rows(context, table, kept, valued, files)
    written = writer.write(sql, table.plan, table.partition_by)
    rows = table.head.rows - counted.get(DELETE, 0) + counted.get(INSERT, 0)
    writer.publish(
        TableChange(
            table.head.name,
            table.plan,
            [file.location for file in written],
            [plain_location(file) for file in files],
            rows,
            table.partition_by,
        )
    )
    return sum(counted.values()), writer.scanned


def _rows(context: Context, table: OwnTable, kept: str, valued: Sequence[str], files: Sequence[str]) -> str:
    """The rows of the new files: those of the old ones that stay, and those that are changed or added."""
    columns = {column.name: trino_type(column.type) for column in table.head.columns}
    fresh = ", ".join(
        f"CAST({f'v{valued.index(name)}' if name in valued else 'NULL'} AS {duckdb_type(type_)})"
        for name, type_ in columns.items()
    )
    changed = f"SELECT {fresh} FROM {kept} WHERE action IN ({UPDATE}, {INSERT})"
    if not files:
        return changed.replace("SELECT ", "SELECT * FROM (SELECT ", 1) + f") AS q({column_list(columns)})"
    names = ", ".join(literal(file) for file in files)
    old = (
        f"SELECT {column_list(columns)} FROM {context.engine.iceberg(table.head.metadata)} AS t "
        f"WHERE filename IN ({names}) AND NOT EXISTS (SELECT 1 FROM {kept} AS k "
        "WHERE k.file = t.filename AND k.row = t.file_row_number)"
    )
    return f"{old} UNION ALL {changed}"
