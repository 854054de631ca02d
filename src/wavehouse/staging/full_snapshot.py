"""A file that holds all rows of its source: it takes the place of what the table has."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.engine import Engine, FieldIds
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import Merge
from wavehouse.staging.merged import Merged
from wavehouse.staging.typed_rows import TypedFile


class Replacement:
    """Puts the rows of a full snapshot in the place of those of the table; see `Merge` for the arguments."""

    def __init__(
        self,
        engine: Engine,
        contract: SourceContract,
        base: Sequence[str],
        typed: Sequence[TypedFile],
        excluded: str,
        watched: Sequence[str],
    ) -> None:
        self._engine = engine
        self._contract = contract
        self._base = list(base)
        self._merge = Merge(engine, contract, (), typed, excluded=excluded)
        self._key = column_list(contract.key)
        self._watched = column_list(dict.fromkeys((*contract.key, *watched)))
        self._content = column_list(column.name for column in contract.table_columns)

    def run(self, directory: str, ids: FieldIds) -> Merged:
        """Replace; what has to be written goes to `directory`."""
        merged = self._merge.run(directory, ids)
        if not self._base:
            return merged
        touched = identifier(f"touched {self._contract.source}")
        columns = f"{self._watched}, hash({self._content}) AS _hash"
        old = f"SELECT {columns} FROM {self._engine.parquet(self._base)}"
        new = (
            f"SELECT {columns} FROM {self._engine.parquet(merged.files)}"
            if merged.files
            else f"SELECT * FROM ({old}) WHERE false"
        )
        # A row that is the same in both touches nobody.
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {touched} AS WITH old AS ({old}), new AS ({new}), "
            f"same AS (SELECT {self._key} FROM old SEMI JOIN new USING ({self._key}, _hash)) "
            f"SELECT *, true AS _old FROM old ANTI JOIN same USING ({self._key}) "
            f"UNION ALL SELECT *, false FROM new ANTI JOIN same USING ({self._key})"
        )
        ((old_keys, new_keys, both),) = self._engine.rows(
            f"SELECT count(*) FILTER (olds), count(*) FILTER (news), count(*) FILTER (olds AND news) FROM "
            f"(SELECT bool_or(_old) AS olds, bool_or(NOT _old) AS news FROM {touched} GROUP BY {self._key})"
        )
        return Merged(
            merged.files,
            merged.added,
            self._base,
            merged.rows,
            merged.superseded,
            merged.differing,
            f"(SELECT {self._watched} FROM {touched})",
            inserted=new_keys - both,
            updated=both,
            deleted=old_keys - both,
            fresh=merged.files,
        )
