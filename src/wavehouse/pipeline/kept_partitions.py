"""The partitions of a folder of files that a change of its rows does not touch: linked, not written again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.data_catalog import NO_VALUE
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.lake.change import TableChange
from wavehouse.store.durable import sync_directory

# Whose text is the same in every program, so that the folder of a value is known without having written it.
_PLAIN = ("int", "bigint")


@dataclass(frozen=True)
class KeptPartitions:
    """What a new version of a folder takes over from the version in `before`.

    `rows` is a condition for the rows that have to be written.
    """

    before: Path
    rows: str
    _touched: frozenset[str]

    def link_into(self, version: Path) -> None:
        """Give the files of the partitions that are kept a name in the new version, too, durably."""
        for folder in sorted(self.before.iterdir()):
            if folder.is_dir() and folder.name not in self._touched:
                target = version / folder.name
                target.mkdir()
                for file in folder.iterdir():
                    os.link(file, target / file.name)
                sync_directory(target)


def kept_partitions(
    engine: Engine, change: TableChange, keys: Sequence[str], before: Path
) -> KeptPartitions | None:
    """What can be kept of the files in `before`, partitioned by `keys`, which had the rows of a table before
    that change; None where all must be written."""
    types = {column.name: column.type for column in change.plan.columns}
    if change.removed is None or list(keys) != [change.partition_by] or types[keys[0]] not in _PLAIN:
        return None
    by = identifier(keys[0])
    files = engine.parquet([*change.added, *change.removed])
    values = [value for (value,) in engine.rows(f"SELECT DISTINCT {by} FROM {files} ORDER BY 1")]
    numbers = ", ".join(str(value) for value in values if value is not None)
    conditions = [f"{by} IN ({numbers})"] if numbers else []
    if None in values:
        conditions.append(f"{by} IS NULL")
    names = frozenset(f"{keys[0]}={NO_VALUE if value is None else value}" for value in values)
    return KeptPartitions(before, " OR ".join(conditions), names)
