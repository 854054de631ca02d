"""Rows that wait: nothing is wrong with them but that a row of another source is not there (yet).

They are kept as they were read, in the table `waiting.<source>`, and looked at again by every run. What a
person needs to know of them stands in `quarantine.rows`, like that of any other row kept aside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.base import Base
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import LINE, PLACE
from wavehouse.staging.doubt import NotIncrementalError
from wavehouse.staging.provenance import SHA256, stored_columns

MASK = "_mask"
_PLACE = ", ".join(PLACE)
_MARKS = (Column("filename", "string"), Column("file_row_number", "bigint"))
_OWN = (Column(LINE, "bigint"), Column(MASK, "bigint"))


def waiting_table(source: str) -> TableName:
    """The table of the rows of a source that wait."""
    return TableName("waiting", source)


class Waiting:
    """The rows of one source that wait, during one run.

    What a row fails is a mask: bit k is the k-th of the source's rules that look up another source.
    """

    def __init__(
        self,
        layout: LakeLayout,
        run: str,
        contract: SourceContract,
        engine: Engine,
        base: Base,
        metadata: Callable[[TableName], dict[str, Any] | None],
        scratch: Path,
    ) -> None:
        self.name = waiting_table(contract.source)
        columns = (*stored_columns(contract), *_OWN)
        self._plan: SchemaPlan = plan_schema(str(self.name), columns, metadata(self.name))
        self._names = column_list(column.name for column in columns)
        self._directory = layout.data(self.name, run)
        self._engine = engine
        self._anew = base.anew
        self._base = base.locations(self.name)
        self._rows_before = base.rows(self.name)
        self._marks = scratch / f"waiting-{contract.source}.jsonl"
        self._still = identifier(f"still {contract.source}")
        self._removed: list[str] = []
        self._new: list[str] = []
        self._gone = 0
        self._changed = False

    def forget(self) -> None:
        """Let all rows go that waited: a full snapshot has taken their place."""
        self._removed, self._base = self._base, []
        self._rows_before = 0

    @property
    def rows(self) -> str:
        """A relation over the rows that waited before this run, with their place; '' for none."""
        return self._engine.parquet(self._base, with_position=True) if self._base else ""

    def add(self, lines: Mapping[tuple[str, int], tuple[int, int]], typed: str) -> None:
        """Let rows of the relation `typed` wait: line and mask by place."""
        with self._marks.open("w", encoding="utf-8") as file:
            for (filename, row), (line, mask) in lines.items():
                mark = {"filename": filename, "file_row_number": row, LINE: line, MASK: mask}
                file.write(json.dumps(mark) + "\n")
        marks = self._engine.json_lines(self._marks, (*_MARKS, *_OWN))
        written = self._engine.write_parquet(
            f"SELECT {self._names} FROM {typed} JOIN {marks} USING ({_PLACE})",
            f"{self._directory}/new",
            field_ids=self._plan.ids,
        )
        self._new = [file.location for file in written]

    def judge_again(self, failing: str) -> None:
        """Sort out who waits on: `failing` is a query for place and `mask_0` of the rows that still fail."""
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {self._still} AS {failing}")
        ((waiting, other),) = self._engine.rows(
            f"SELECT count(*), count_if(w.{MASK} <> s.mask_0) FROM {self.rows} AS w "
            f"JOIN {self._still} AS s USING ({_PLACE})"
        )
        self._gone = self._rows_before - waiting
        self._changed = bool(self._gone or other)

    @property
    def admitted(self) -> str:
        """A relation over the rows that wait no longer; '' for none."""
        return f"(SELECT * FROM {self.rows} ANTI JOIN {self._still} USING ({_PLACE}))" if self._gone else ""

    @property
    def admitted_rows(self) -> int:
        """How many wait no longer."""
        return self._gone

    def left(self) -> list[tuple[str, int, int]]:
        """The rows that wait no longer (mask 0) or for less: SHA-256 of the file, line, and new mask.

        Raises `NotIncrementalError` where one waits for something that was there before.
        """
        if not self._changed:
            return []
        found = self._engine.rows(
            f"SELECT {SHA256.name}, {LINE}, {MASK}, coalesce(s.mask_0, 0) FROM {self.rows} AS w "
            f"LEFT JOIN {self._still} AS s USING ({_PLACE}) WHERE {MASK} <> coalesce(s.mask_0, 0)"
        )
        if any(new & ~old for _, _, old, new in found):
            raise NotIncrementalError(f"rows in {self.name} refer to rows that are gone")
        return [(sha256, line, new) for sha256, line, _, new in found]

    def change(self) -> TableChange:
        """What becomes of the table."""
        added, removed = list(self._new), list(self._removed)
        rows = self._rows_before - self._gone + self._count(self._new)
        if self._changed:
            names = self._names.replace(f', "{MASK}"', "")
            written = self._engine.write_parquet(
                f'SELECT {names}, s.mask_0 AS "{MASK}" FROM {self.rows} '
                f"JOIN {self._still} AS s USING ({_PLACE})",
                f"{self._directory}/still",
                field_ids=self._plan.ids,
            )
            added += [file.location for file in written]
            removed += self._base
        return TableChange(self.name, self._plan, added, None if self._anew else removed, rows)

    def _count(self, locations: Sequence[str]) -> int:
        if not locations:
            return 0
        ((count,),) = self._engine.rows(f"SELECT count(*) FROM {self._engine.parquet(locations)}")
        return int(count)
