"""The rows of a flow's table that changes of its sources affect: found, made alone, and put in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.run_record import RowChanges
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine, FieldIds
from wavehouse.flow.dependence import Dependence, Lookup
from wavehouse.flow.program import Program
from wavehouse.pipeline.load import LoadedSource, current_rows_of

_KEYS = identifier("affected keys")
_DRIVING = identifier("affected driver rows")
_HITS = identifier("affected rows as they were")
_MANY_FILES = 8  # of one partition: opening each costs more than it prunes


@dataclass(frozen=True)
class Replaced:
    """What becomes of the table's files; `gone` rows of it were affected."""

    added: list[str]
    removed: list[str]
    gone: int
    changes: RowChanges


class Affected:
    """The affected rows of one table, whose data files are `base`."""

    def __init__(
        self,
        engine: Engine,
        program: Program,
        dependence: Dependence,
        loaded: Mapping[str, LoadedSource],
        base: Sequence[str],
    ) -> None:
        self._engine = engine
        self._program = program
        self._dependence = dependence
        self._loaded = loaded
        self._base = base
        self._key = column_list(target for _, target in dependence.key)
        self._names = column_list(column.name for column in program.columns)

    def find(self) -> int:
        """Find the keys of the target's rows that may have changed; returns how many."""
        driver = self._loaded[self._dependence.driver]
        keys = ", ".join(
            f"d.{identifier(column)} AS {identifier(target)}" for column, target in self._dependence.key
        )
        parts = [f"SELECT {keys} FROM {driver.merged.touched} AS d"]
        for columns, touched in self._touched().items():
            met = " AND ".join(f"d.{identifier(column)} = s.v{at}" for at, column in enumerate(columns))
            parts.append(
                f"SELECT {keys} FROM {current_rows_of(self._engine, driver)} AS d "
                f"SEMI JOIN ({' UNION ALL '.join(touched)}) AS s ON {met}"
            )
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {_KEYS} AS SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)})"
        )
        ((count,),) = self._engine.rows(f"SELECT count(*) FROM {_KEYS}")
        return int(count)

    def _touched(self) -> dict[tuple[str, ...], list[str]]:
        """By columns of the driver: queries for the values by which touched rows of other sources are met.

        Lookups by the same columns are one pass over the driver.
        """
        touched: dict[tuple[str, ...], list[str]] = {}
        for lookup in self._dependence.lookups:
            source = self._loaded[lookup.source]
            values = ", ".join(
                f"{identifier(column)} AS v{at}" for at, column in enumerate(lookup.source_columns)
            )
            rows = source.merged.touched or current_rows_of(self._engine, source)
            touched.setdefault(lookup.driver_columns, []).append(f"SELECT {values} FROM {rows}")
        return touched

    def relations(self) -> dict[str, str]:
        """By source: the rows of it that the affected rows are made of (or more)."""
        engine = self._engine
        self._find_driving()
        found = {self._dependence.driver: _DRIVING}
        times = Counter(lookup.source for lookup in self._dependence.lookups)
        for lookup in self._dependence.lookups:
            # (What is looked up in two ways is read as a whole.)
            if times[lookup.source] == 1:
                rows = current_rows_of(engine, self._loaded[lookup.source])
                found[lookup.source] = identifier(f"looked up {lookup.source}")
                engine.execute(
                    f"CREATE OR REPLACE TEMP TABLE {found[lookup.source]} AS "
                    f"SELECT * FROM {rows} AS s SEMI JOIN {_DRIVING} AS d ON {_meeting(lookup)}"
                )
        return found

    def _find_driving(self) -> None:
        """Collect the rows of the driver that have an affected key.

        Most of them came in just now. Only for keys that are not among those all of the table is read: each
        stands in it once.
        """
        driver, engine = self._loaded[self._dependence.driver], self._engine
        key = " AND ".join(
            f"d.{identifier(column)} = k.{identifier(target)}" for column, target in self._dependence.key
        )
        fresh = current_rows_of(engine, driver, driver.merged.fresh)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {_DRIVING} AS "
            f"SELECT * FROM {fresh} AS d SEMI JOIN {_KEYS} AS k ON {key}"
        )
        ((found, wanted),) = engine.rows(
            f"SELECT (SELECT count(*) FROM {_DRIVING}), (SELECT count(*) FROM {_KEYS})"
        )
        others = [file for file in driver.merged.files if file not in set(driver.merged.fresh)]
        if others and found < wanted:
            rest = current_rows_of(engine, driver, others)
            engine.execute(
                f"INSERT INTO {_DRIVING} SELECT * FROM {rest} AS d SEMI JOIN {_KEYS} AS k ON {key}"
            )

    def replace(
        self, made: Sequence[str], made_rows: int, directory: str, ids: FieldIds, order: Sequence[str]
    ) -> Replaced:
        """Put the rows that were `made` into the place of the affected ones; new files go to `directory`."""
        engine = self._engine
        new = engine.parquet(made) if made else empty_relation(engine, self._program.columns)
        old = engine.parquet(self._base, with_position=True)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {_HITS} AS "
            f"SELECT filename, {self._key} FROM {old} SEMI JOIN {_KEYS} USING ({self._key})"
        )
        hits: dict[str, int] = dict(engine.rows(f"SELECT filename, count(*) FROM {_HITS} GROUP BY filename"))
        ((both,),) = engine.rows(f"SELECT count(*) FROM {new} SEMI JOIN {_HITS} USING ({self._key})")
        crowded = self._crowded_files(old, new, set(hits))
        sorted_by = f" ORDER BY {column_list(order)}" if order else ""
        merged = f"SELECT {self._names} FROM {new}"
        if crowded:
            merged += f" UNION ALL {self._rest(crowded)}"
        written = engine.write_parquet(
            f"SELECT * FROM ({merged}){sorted_by}",
            f"{directory}/part",
            field_ids=ids,
            partition_by=self._program.partition_by,
        )
        if left := sorted(set(hits) - set(crowded)):
            # In order already: nothing but the affected rows is taken out of them.
            written += engine.write_parquet(
                self._rest(left),
                f"{directory}/rest",
                field_ids=ids,
                partition_by=self._program.partition_by,
            )
        gone = sum(hits.values())
        return Replaced(
            [file.location for file in written],
            sorted({*hits, *crowded}),
            gone,
            RowChanges(made_rows - both, both, gone - both),
        )

    def _rest(self, files: Sequence[str]) -> str:
        return (
            f"SELECT {self._names} FROM {self._engine.parquet(files)} ANTI JOIN {_KEYS} USING ({self._key})"
        )

    def _crowded_files(self, old: str, new: str, hit: set[str]) -> list[str]:
        """The files of partitions that change and have many: they become one, in order, by the way."""
        if self._program.partition_by is None:
            return []
        by = identifier(self._program.partition_by)
        partitions: dict[str, object] = dict(
            self._engine.rows(f"SELECT filename, any_value({by}) FROM {old} GROUP BY filename")
        )
        changing = {partitions[location] for location in hit}
        changing |= {value for (value,) in self._engine.rows(f"SELECT DISTINCT {by} FROM {new}")}
        crowded = {value for value, files in Counter(partitions.values()).items() if files >= _MANY_FILES}
        return sorted(location for location, value in partitions.items() if value in changing & crowded)


def _meeting(lookup: Lookup) -> str:
    """The condition under which a driver row d looks up a row s."""
    return " AND ".join(
        f"d.{identifier(mine)} = s.{identifier(theirs)}"
        for mine, theirs in zip(lookup.driver_columns, lookup.source_columns, strict=True)
    )
