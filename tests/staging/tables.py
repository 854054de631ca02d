"""The table of a source into which files are merged, one merge after the other, and what it says then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.staging.conftest import Lab, Reading

from wavehouse.core.sql_text import identifier
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import LINE, PLACE, Merge
from wavehouse.staging.full_snapshot import Replacement
from wavehouse.staging.merged import Merged
from wavehouse.staging.provenance import PROVENANCE, stored_columns
from wavehouse.staging.typed_rows import TypedFile

# `note` is known and not loaded: by it two files of the same rows differ in their bytes.
THINGS = SourceContract.model_validate(
    {
        "source": "things",
        "files": ["*.csv"],
        "key": ["id"],
        "columns": {
            "id": {"type": "string"},
            "a": {"type": "int"},
            "b": {"type": "int"},
            "c": {"type": "string"},
            "note": {"type": "string", "load": False},
        },
    }
)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_OURS = {column.name for column in PROVENANCE}


@dataclass(frozen=True)
class Sheet:
    """A file: its rows as text (`"k 1 2 -, l 3 4 5"`; - is NULL), its columns, when it came and its name."""

    rows: str
    columns: str = "id a b c"
    hours: float = 0
    name: str = "things.csv"

    def content(self) -> bytes:
        """The file, with the hour as a note."""
        lines = [[*self.columns.split(), "note"]]
        for row in self.rows.split(","):
            values = ["" if value == "-" else value for value in row.split()]
            lines.append([*values, f"{self.hours} {self.name}"])
        return "".join(",".join(line) + "\n" for line in lines).encode()


def read(lab: Lab, sheet: Sheet) -> Reading:
    """Land a file and read it."""
    time = FIRST + timedelta(hours=sheet.hours)
    return lab.type(lab.land(sheet.content(), sheet.name, batch=f"batch-{sheet.hours}", time=time))


@dataclass
class Table:
    """The data files of one source's table, and the last merge into it."""

    lab: Lab
    contract: SourceContract = THINGS
    files: list[str] = field(default_factory=list)
    merged: Merged = field(default_factory=lambda: Merged([], [], [], 0))

    def merge(
        self,
        *sheets: Sheet | Reading,
        admitted: str = "",
        excluded: str = "",
        watched: Sequence[str] = ("a", "b", "c"),
    ) -> Merged:
        """Merge files into the table, without their rows for which the condition `excluded` holds."""
        typed = [(one if isinstance(one, Reading) else read(self.lab, one)).typed for one in sheets]
        merge = Merge(
            self.lab.engine,
            self.contract,
            self.files,
            typed,
            excluded=self._excluded(typed, excluded),
            admitted=admitted,
            watched=watched,
        )
        return self._became(merge)

    def replace(
        self, sheet: Sheet, *, excluded: str = "", watched: Sequence[str] = ("a", "b", "c")
    ) -> Merged:
        """Put a file that has all rows in the place of the table's."""
        typed = [read(self.lab, sheet).typed]
        out = self._excluded(typed, excluded)
        return self._became(Replacement(self.lab.engine, self.contract, self.files, typed, out, watched))

    def _became(self, merge: Merge | Replacement) -> Merged:
        before = self.files
        merged = merge.run(str(self.lab.fresh()), self.lab.ids(self.contract.source))
        # What holds of every merge: no file is lost or named twice, none is there that should be gone.
        added = [file.location for file in merged.added]
        assert sorted(merged.files) == sorted({*before, *added} - {*merged.removed})
        assert {*merged.removed} <= {*before}
        assert all(Path(location).is_file() for location in (*before, *added))
        self.files, self.merged = merged.files, merged
        assert merged.rows == len(self.lab.rows_in(merged.files))
        return merged

    def stored(self) -> list[dict[str, Any]]:
        """All rows, by key, with the columns that say where they are from."""
        rows = self.lab.rows_in(self.files)
        assert all(list(row) == [column.name for column in stored_columns(self.contract)] for row in rows)
        return sorted(rows, key=lambda row: str(row["id"]))

    def rows(self) -> list[str]:
        """All rows as text, by key: `["k 1 2 -"]`."""
        return [text(value for name, value in row.items() if name not in _OURS) for row in self.stored()]

    def sources(self) -> dict[str, tuple[float, str | None]]:
        """By key: the hour of the batch that the row is from, and the columns that its file did not have."""
        start = FIRST.replace(tzinfo=None)
        return {
            row["id"]: ((row["_batch_time"] - start) / timedelta(hours=1), row["_absent"])
            for row in self.stored()
        }

    def touched(self) -> list[str]:
        """The rows that the last merge touched, as text."""
        assert self.merged.touched is not None
        return sorted(text(row) for row in self.lab.engine.rows(f"SELECT * FROM {self.merged.touched}"))

    def superseded(self) -> dict[str, int]:
        """How many rows of which file did not stay in the last merge."""
        return {file.name: rows for file, rows in self.merged.superseded.items()}

    def waiting(self, sheet: Sheet, condition: str = "true") -> str:
        """A relation over those rows of a file for which a condition holds, as rows that waited."""
        places = [file.location for file in read(self.lab, sheet).typed.files]
        # (The header is line 1.)
        written = self.lab.engine.write_parquet(
            f"SELECT * EXCLUDE ({', '.join(PLACE)}), file_row_number + 2 AS {LINE} "
            f"FROM {self.lab.engine.parquet(places, with_position=True)} WHERE {condition}",
            str(self.lab.fresh()),
            field_ids=self.lab.ids(self.contract.source),
        )
        return self.lab.engine.parquet([file.location for file in written], with_position=True)

    def _excluded(self, typed: Sequence[TypedFile], condition: str) -> str:
        if not condition:
            return ""
        name = identifier(f"out of {self.contract.source}")
        rows = self.lab.engine.parquet(
            [file.location for one in typed for file in one.files], with_position=True
        )
        self.lab.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {', '.join(PLACE)} FROM {rows} WHERE {condition}"
        )
        return name


def text(values: Iterable[Any]) -> str:
    """A row as text."""
    return " ".join("-" if value is None else str(value) for value in values)
