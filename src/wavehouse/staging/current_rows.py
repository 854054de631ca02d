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


# What the rows of Parquet files are known by (`Engine.parquet`).
PLACE = ("filename", "file_row_number")


def accepted_rows(engine: Engine, typed: Sequence[TypedFile], excluded: str = "") -> str:
    """A relation over the rows of typed files, with their place; without those of the table `excluded`."""
    rows = engine.parquet([file.path for one in typed for file in one.files], with_position=True)
    return f"(SELECT * FROM {rows} ANTI JOIN {excluded} USING ({', '.join(PLACE)}))" if excluded else rows


def keep_last(
    engine: Engine,
    contract: SourceContract,
    typed: Sequence[TypedFile],
    directory: Path,
    ids: FieldIds,
    excluded: str = "",
) -> CurrentRows:
    """Leave one row per key, and none of the table `excluded` (with the columns `PLACE`).

    Files in which every key stands once are kept as they were written; otherwise what is left is written to
    `directory`, and the first writing removed.
    """
    by_path = {file.path: one.landed for one in typed for file in one.files}
    paths = sorted(by_path, key=lambda path: by_path[path].precedence)
    all_files = [file for one in typed for file in one.files]
    key = column_list(contract.key)
    if not paths:
        return CurrentRows([], {}, 0)
    accepted = accepted_rows(engine, typed, excluded)
    repeated = _repeated_keys(engine, accepted, key)
    if not repeated and not excluded:
        return CurrentRows(all_files, {}, 0)

    order = "[" + ", ".join(literal(str(path)) for path in paths) + "]"
    content = column_list(column.name for column in contract.table_columns)
    # Only keys and positions of the repeated rows are sorted; the wide rows are read once, by anti-join.
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE superseded AS "
        f"WITH repeated AS (SELECT {key} FROM {accepted} GROUP BY ALL HAVING count(*) > 1), "
        f"ranked AS (SELECT filename, file_row_number, hash({content}) AS content, "
        f"row_number() OVER last_first AS place, first_value(hash({content})) OVER last_first AS kept "
        f"FROM {accepted} SEMI JOIN repeated USING ({key}) "
        f"WINDOW last_first AS (PARTITION BY {key} "
        f"ORDER BY list_position({order}, filename) DESC, file_row_number DESC)) "
        f"SELECT filename, file_row_number, content <> kept AS differs FROM ranked WHERE place > 1"
    )
    files = engine.write_parquet(
        f"SELECT {content} FROM {accepted} ANTI JOIN superseded USING ({', '.join(PLACE)})",
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


def _repeated_keys(engine: Engine, rows: str, key: str) -> bool:
    """Whether some key may stand twice: equal keys have equal hashes (the reverse is sorted out later)."""
    (row,) = engine.rows(f"SELECT count(*) > count(DISTINCT hash({key})) FROM {rows}")
    return bool(row[0])
