"""The current state of a source: of the rows of one key, the last by (batch time, file name, line).

New rows are merged into what the table has; an empty table makes it a full load. Rows of files that lack
columns take over what the rows before them had there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine, FieldIds, WrittenFile
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.absent_columns import filled_rows
from wavehouse.staging.doubt import refuse_doubt
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.merged import Merged
from wavehouse.staging.provenance import ABSENT, PRECEDENCE, stored_columns
from wavehouse.staging.typed_rows import TypedFile

# What the rows of Parquet files are known by (`Engine.parquet`).
PLACE = ("filename", "file_row_number")
# Where a row stands in its landed file, for rows that come from another file than that (`Waiting.rows`).
LINE = "_line"
_PLACE = ", ".join(PLACE)


class Merge:
    """Merges typed rows of one source into its table."""

    def __init__(
        self,
        engine: Engine,
        contract: SourceContract,
        base: Sequence[str],
        typed: Sequence[TypedFile],
        *,
        excluded: str = "",
        admitted: str = "",
        watched: Sequence[str] = (),
    ) -> None:
        """`base` are the table's data files.

        `excluded` is a table of rows (by `PLACE`) that stay out. `admitted` is a relation over rows that
        waited and now come in: the table's columns, `PLACE` and `LINE`. `watched` are the columns that
        `Merged.touched` has besides the key.
        """
        self._engine = engine
        self._contract = contract
        self._base = list(base)
        self._typed = [one for one in typed if one.files]
        self._files = [file for one in self._typed for file in one.files]
        self._excluded = excluded
        self._admitted = admitted
        self._names = [column.name for column in stored_columns(contract)]
        self._content = column_list(column.name for column in contract.table_columns)
        self._numbers = column_list(
            column.name for column in contract.table_columns if column.type != "string"
        )
        self._key = column_list(contract.key)
        self._watched = column_list(dict.fromkeys((*contract.key, *watched)))
        self._no_rows = empty_relation(engine, contract.table_columns)
        prefix = contract.source
        self._met = identifier(f"met {prefix}")
        self._met_files: list[str] = []
        self._hashed = identifier(f"hashed {prefix}")
        self._lost = identifier(f"lost {prefix}")
        self._folded = identifier(f"folded {prefix}")
        self._touched = identifier(f"touched {prefix}")

    def run(self, directory: str, ids: FieldIds) -> Merged:
        """Merge; what has to be written goes to `directory`. Raises `NotIncrementalError`.

        Typed files whose rows all stay are kept as they were written; others are not needed any more.
        """
        base_rows = self._count(self._engine.parquet(self._base)) if self._base else 0
        if not self._files and not self._admitted:
            return Merged(self._base, [], [], base_rows, touched=self._no_rows)
        rows = self._rows()
        self._meet(rows)
        if not self._met_files and not self._excluded and not self._admitted and not self._repeats(rows):
            new = sum(file.rows for file in self._files)
            locations = [file.location for file in self._files]
            touched = f"(SELECT {self._watched} FROM {self._engine.parquet(locations)})"
            return Merged(
                [*self._base, *locations],
                self._files,
                [],
                base_rows + new,
                touched=touched if self._base else None,
                inserted=new,
                fresh=locations,
            )
        self._rank(rows)
        return self._write(directory, ids, base_rows)

    def _rows(self) -> str:
        """All rows that come in: columns, place, and `LINE`, which puts those of one file in order."""
        parts = []
        if self._files:
            typed = self._engine.parquet([file.location for file in self._files], with_position=True)
            out = f" ANTI JOIN {self._excluded} USING ({_PLACE})" if self._excluded else ""
            parts.append(
                f"SELECT {column_list(self._names)}, {_PLACE}, file_row_number AS {LINE} FROM {typed}{out}"
            )
        if self._admitted:
            parts.append(f"SELECT {column_list(self._names)}, {_PLACE}, {LINE} FROM {self._admitted}")
        return f"({' UNION ALL '.join(parts)})"

    def _table(self) -> str:
        """The rows of the table, with their place."""
        return self._engine.parquet(self._base, with_position=True)

    def _meet(self, rows: str) -> None:
        """Find the rows of the table whose keys come again: table `met`, and the files that have them."""
        if not self._base:
            return
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {self._met} AS "
            f"SELECT {self._watched}, {column_list(PRECEDENCE)}, {ABSENT.name}, {_PLACE} "
            f"FROM {self._table()} SEMI JOIN {rows} USING ({self._key})"
        )
        found = self._engine.rows(f"SELECT DISTINCT filename FROM {self._met} ORDER BY 1")
        self._met_files = [name for (name,) in found]

    def _repeats(self, rows: str) -> bool:
        """Whether some key may come twice: equal keys have equal hashes (the reverse is sorted out later)."""
        ((repeats,),) = self._engine.rows(f"SELECT count(*) > count(DISTINCT hash({self._key})) FROM {rows}")
        return bool(repeats)

    def _rank(self, rows: str) -> None:
        """Sort out which rows stay: tables `lost` (by place) and `folded`."""
        if self._met_files:
            refuse_doubt(self._engine, self._contract, rows, self._met)
        self._folds = self._leaves_open(rows)
        if self._folds:
            self._fold(rows)
        # Numbers nearly always tell two versions apart; only where they do not, all of the table is read.
        if self._met_files and self._numbers:
            self._lose(rows, self._numbers)
            if not self._count(f"(SELECT 1 FROM {self._lost} WHERE NOT {_DIFFERS})"):
                return
        self._lose(rows, self._content)

    def _lose(self, rows: str, compared: str) -> None:
        """Make the table `lost`: the rows that do not stay, and whether they differ in the `compared`."""
        run = self._engine.execute
        # Only keys and places of the rows in question are sorted; the wide rows are read once, by anti-join.
        met = old = ""
        if self._met_files:
            met = f" UNION ALL SELECT {self._key} FROM {self._met}"
            table = self._engine.parquet(self._met_files, with_position=True)
            run(
                f"CREATE OR REPLACE TEMP TABLE {self._hashed} AS SELECT {_PLACE}, "
                f"hash({compared}) AS {_HASH} FROM {table} SEMI JOIN {self._met} USING ({_PLACE})"
            )
            old = (
                f" UNION ALL SELECT {self._key}, {column_list(PRECEDENCE)}, {_PLACE}, 0, true, {_HASH} "
                f"FROM {self._met} JOIN {self._hashed} USING ({_PLACE})"
            )
        # What takes the place of a row of the table is the row that is written, filled up as it may be.
        written, whole = _KEPT, ""
        if self._folds:
            written = f"CASE WHEN {_OLD} THEN coalesce({_WHOLE}, {_KEPT}) ELSE {_KEPT} END"
            whole = (
                f" LEFT JOIN (SELECT {self._key}, hash({compared}) AS {_WHOLE} FROM {self._folded}) "
                f"USING ({self._key})"
            )
        run(
            f"CREATE OR REPLACE TEMP TABLE {self._lost} AS WITH repeated AS "
            f"(SELECT {self._key} FROM (SELECT {self._key} FROM {rows}{met}) GROUP BY ALL "
            f"HAVING count(*) > 1), "
            f"versions AS (SELECT {self._key}, {column_list(PRECEDENCE)}, {_PLACE}, {LINE}, false AS {_OLD}, "
            f"hash({compared}) AS {_HASH} FROM {rows} SEMI JOIN repeated USING ({self._key}){old}"
            f") SELECT {_PLACE}, {_OLD}, {_HASH} <> {written} AS {_DIFFERS} FROM (SELECT *, "
            f"row_number() OVER latest AS {_RANK}, first_value({_HASH}) OVER latest AS {_KEPT} "
            f"FROM versions "
            f"WINDOW latest AS (PARTITION BY {self._key} ORDER BY {_latest_first()})){whole} "
            f"WHERE {_RANK} > 1"
        )

    def _leaves_open(self, rows: str) -> bool:
        """Whether some row comes from a file without some columns."""
        if any(one.absent for one in self._typed):
            return True
        return bool(self._admitted) and bool(
            self._count(f"(SELECT 1 FROM {rows} WHERE {ABSENT.name} IS NOT NULL)")
        )

    def _fold(self, rows: str) -> None:
        versions = f"SELECT {column_list(self._names)}, {LINE}, {_PLACE}, false AS {_OLD} FROM {rows}"
        if self._base:
            versions += (
                f" UNION ALL SELECT {column_list(self._names)}, 0, {_PLACE}, true "
                f"FROM {self._table()} SEMI JOIN open USING ({self._key})"
            )
        filled = filled_rows(self._contract, rows, versions, [*PRECEDENCE, LINE], [*PLACE, _OLD], _OLD)
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {self._folded} AS {filled}")

    def _write(self, directory: str, ids: FieldIds, base_rows: int) -> Merged:
        engine, rows = self._engine, self._rows()
        gone = f"(SELECT {_PLACE} FROM {self._lost} WHERE {_OLD})"
        stale = [name for (name,) in engine.rows(f"SELECT DISTINCT filename FROM {gone} ORDER BY 1")]
        staying = f"SELECT {column_list(self._names)} FROM {rows} ANTI JOIN {self._lost} USING ({_PLACE})"
        if self._folds:
            staying += (
                f" ANTI JOIN {self._folded} USING ({_PLACE}) "
                f"UNION ALL SELECT {column_list(self._names)} FROM {self._folded}"
            )
        added = engine.write_parquet(staying, f"{directory}/new", field_ids=ids)
        fresh = [file.location for file in added]
        if stale:
            # By itself: with a UNION the engine would write all of it on one thread.
            added += engine.write_parquet(
                f"SELECT {column_list(self._names)} FROM {engine.parquet(stale, with_position=True)} "
                f"ANTI JOIN {gone} USING ({_PLACE})",
                f"{directory}/rest",
                field_ids=ids,
            )
        kept = [location for location in self._base if location not in set(stale)]
        merged = self._counted(kept, added, stale, base_rows)
        return replace(merged, fresh=fresh)

    def _counted(self, kept: list[str], added: list[WrittenFile], stale: list[str], base_rows: int) -> Merged:
        engine, rows = self._engine, self._rows()
        ((replaced, updated),) = engine.rows(
            f"SELECT count(*), count(*) FILTER (WHERE {_DIFFERS}) FROM {self._lost} WHERE {_OLD}"
        )
        ((arrived,),) = engine.rows(f"SELECT count(*) FROM {rows} ANTI JOIN {self._lost} USING ({_PLACE})")
        touched: str | None = None
        if self._base:
            touched = self._touched
            # The new version of a row that is the same as the old one touches nobody.
            equal = f"SELECT {_PLACE} FROM {self._lost} WHERE {_OLD} AND NOT {_DIFFERS}"
            same = (
                f"ANTI JOIN (SELECT {self._key} FROM {self._met} SEMI JOIN ({equal}) USING ({_PLACE})) "
                f"USING ({self._key})"
            )
            filled_up, folded = "", ""
            if self._folds:
                filled_up = f"ANTI JOIN {self._folded} USING ({_PLACE}) "
                folded = f"UNION ALL SELECT {self._watched} FROM {self._folded} {same} "
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {touched} AS "
                f"SELECT {self._watched} FROM {rows} ANTI JOIN {self._lost} USING ({_PLACE}) "
                f"{filled_up}{same} {folded}UNION ALL SELECT {self._watched} FROM {self._met} SEMI JOIN "
                f"(SELECT {_PLACE} FROM {self._lost} WHERE {_OLD}) USING ({_PLACE}) {same}"
            )
        by_location = {file.location: one.landed for one in self._typed for file in one.files}
        superseded: dict[LandedFile, int] = {}
        differing = 0
        for name, count, differ in engine.rows(
            f"SELECT filename, count(*), count(*) FILTER (WHERE {_DIFFERS}) FROM {self._lost} "
            f"WHERE NOT {_OLD} GROUP BY ALL ORDER BY ALL"
        ):
            differing += differ
            if name in by_location:  # (else it waited, and was counted when it came)
                superseded[by_location[name]] = superseded.get(by_location[name], 0) + count
        return Merged(
            [*kept, *(file.location for file in added)],
            added,
            stale,
            base_rows - replaced + arrived,
            superseded,
            differing,
            touched,
            inserted=arrived - replaced,
            updated=updated,
        )

    def _count(self, relation: str) -> int:
        ((count,),) = self._engine.rows(f"SELECT count(*) FROM {relation}")
        return int(count)


# Names that no column of a contract can have: those do not begin with an underscore.
_OLD, _HASH, _KEPT, _WHOLE, _DIFFERS, _RANK = "_old", "_hash", "_kept", "_whole", "_differs", "_rank"


def _latest_first() -> str:
    return ", ".join(f"{name} DESC" for name in (*PRECEDENCE, LINE))
