"""The current state of a source: of the rows of one key, the last by (batch time, file name, line)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.sql_text import column_list, literal
from wavehouse.engines.engine import Engine, FieldIds, WrittenFile
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.typed_rows import TypedFile


@dataclass(frozen=True)
class CurrentRows:
    """The rows of a source's table; `superseded` counts, by landed file, the rows that a later one replaced.

    `differing` of the superseded were not identical to the row that was kept.
    """

    files: list[WrittenFile]
    superseded: dict[LandedFile, int]
    differing: int

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(file.rows for file in self.files)


def keep_last(
    engine: Engine, contract: SourceContract, typed: Sequence[TypedFile], directory: Path, ids: FieldIds
) -> CurrentRows:
    """Leave one row per key. Files in which every key stands once are kept as they were written;
    otherwise what is left is written to `directory`, and the first writing removed."""
    by_path = {file.path: one.landed for one in typed for file in one.files}
    paths = sorted(by_path, key=lambda path: by_path[path].precedence)
    all_files = [file for one in typed for file in one.files]
    key = column_list(contract.key)
    if not paths or not _repeated_keys(engine, paths, key):
        return CurrentRows(all_files, {}, 0)

    order = "[" + ", ".join(literal(str(path)) for path in paths) + "]"
    content = column_list(column.name for column in contract.table_columns)
    # Only keys and positions of the repeated rows are sorted; the wide rows are read once, by anti-join.
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE superseded AS "
        f"WITH repeated AS (SELECT {key} FROM {engine.parquet(paths)} GROUP BY ALL HAVING count(*) > 1), "
        f"ranked AS (SELECT filename, file_row_number, hash({content}) AS content, "
        f"row_number() OVER last_first AS place, first_value(hash({content})) OVER last_first AS kept "
        f"FROM {engine.parquet(paths, with_position=True)} SEMI JOIN repeated USING ({key}) "
        f"WINDOW last_first AS (PARTITION BY {key} "
        f"ORDER BY list_position({order}, filename) DESC, file_row_number DESC)) "
        f"SELECT filename, file_row_number, content <> kept AS differs FROM ranked WHERE place > 1"
    )
    files = engine.write_parquet(
        f"SELECT {content} FROM {engine.parquet(paths, with_position=True)} "
        f"ANTI JOIN superseded USING (filename, file_row_number)",
        directory,
        field_ids=ids,
    )
    counts = engine.rows(
        "SELECT filename, count(*), count_if(differs) FROM superseded GROUP BY ALL ORDER BY ALL"
    )
    engine.execute("DROP TABLE superseded")
    for path in paths:
        shutil.rmtree(path.parent)
    superseded = {by_path[Path(name)]: rows for name, rows, _ in counts}
    return CurrentRows(files, superseded, sum(differs for _, _, differs in counts))


def _repeated_keys(engine: Engine, paths: Sequence[Path], key: str) -> bool:
    """Whether some key may stand twice: equal keys have equal hashes (the reverse is sorted out later)."""
    (row,) = engine.rows(f"SELECT count(*) > count(DISTINCT hash({key})) FROM {engine.parquet(paths)}")
    return bool(row[0])
