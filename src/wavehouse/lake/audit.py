"""A staged change, read back before anybody sees it: does the table have what was written for it?"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.head import location_of

_FIRST = "file_row_number < 50000"
_FEW = 0.25  # of a table's rows: where more came, counting all keys takes no longer


def audit(engine: Engine, change: TableChange, staged: Staged) -> None:
    """Raise `OutsideError` where the snapshot is not what the change was to make of the table.

    Held against each other: its data files and rows; how often the key of each row that came stands; and, of
    the first rows of each file that came, the values that are not NULL in each column, and a checksum of
    everything, read through the table (by field ids) and as the engine wrote them (by names). What goes wrong
    between the two goes wrong for whole files; reading all of them would take a tenth of the time of a run.
    """
    files = {file.location: file.rows for file in engine.iceberg_files(staged.metadata, staged.snapshot_id)}
    _same(change, "data files of those written", len(set(change.added) & set(files)), len(change.added))
    if change.removed is not None:
        _same(change, "replaced data files", len(set(change.removed) & set(files)), 0)
    _same(change, "rows", sum(files.values()), change.rows)
    table = engine.iceberg(staged.metadata, staged.snapshot_id, with_position=True)
    names = ", ".join(literal(location_of(location)) for location in change.added)
    came = f"{table} WHERE filename IN ({names})"
    if change.key and change.rows:
        new = sum(files[location] for location in change.added)
        if change.removed is None or new > change.rows * _FEW:
            different = _different(engine, change, table, change.rows)
        elif new:
            # Those that stay were told apart when they came.
            different = change.rows - _met(engine, change, table, came)
            different += _different(engine, change, came, new)
        else:
            different = change.rows
        _same(change, f"different {', '.join(change.key)}", different, change.rows)
    columns = change.plan.columns
    if change.checksum is not None:
        _same_rows(change, checksum(engine, columns, table), change.checksum)
    elif change.added:
        files_read = engine.parquet(change.added, with_position=True)
        written = checksum(engine, columns, f"{files_read} WHERE {_FIRST}")
        _same_rows(change, checksum(engine, columns, f"{came} AND {_FIRST}"), written)


def checksum(engine: Engine, columns: Sequence[Column], relation: str) -> tuple[int, ...]:
    """How many rows a relation has, how many values each column, and a checksum of everything."""
    names = [identifier(column.name) for column in columns]
    counts = ", ".join(f"count({name})" for name in names)
    ((found),) = engine.rows(f"SELECT count(*), {counts}, bit_xor(hash({', '.join(names)})) FROM {relation}")
    return found


def _different(engine: Engine, change: TableChange, relation: str, rows: int) -> int:
    """How many different keys a relation has, of as many `rows`."""
    key = column_list(change.key)
    ((different,),) = engine.rows(f"SELECT count(DISTINCT hash({key})) FROM {relation}")
    if different != rows:  # (two keys may share a hash)
        ((different,),) = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {relation})")
    return int(different)


def _met(engine: Engine, change: TableChange, table: str, came: str) -> int:
    """How many rows of a table have the key of one that came, those themselves among them."""
    key = column_list(change.key)
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM c.{name}" for name in map(identifier, change.key))
    ((met,),) = engine.rows(
        f"SELECT count(*) FROM {table} AS t SEMI JOIN (SELECT {key} FROM {came}) AS c ON {same}"
    )
    return int(met)


def _same(change: TableChange, what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise OutsideError(
            f"read back before it was shown, {change.name} has {found:,} {what} and should have {wanted:,}; "
            "nothing was published",
            remedy="Run again; if it happens twice, report it with the version and the files",
        )


def _same_rows(change: TableChange, found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    names = ["rows", *(f"values in {column.name}" for column in change.plan.columns), "checksum"]
    for what, one, other in zip(names, found, wanted, strict=True):
        _same(change, what, one, other)
