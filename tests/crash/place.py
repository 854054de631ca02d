"""Where the lake of a test lies, and how its tables are read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from tests.crash.oracle import Row, Tables, ordered
from tests.crash.points import Fault
from tests.crash.projects import FILES

from wavehouse.core.sql_text import column_list, literal
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import Ledger, read_ledger
from wavehouse.pipeline.published import last_publish

LAST = TableName("spotify", "tracks")
# What a reader of files sees, as if it were a table.
FOLDER = f"files/{FILES}"
_SHOWN = {
    "quarantine.rows": ("source", "file", "sha256", "line", "retryable"),
    "waiting.albums": ("_sha256", "_line"),
}


class Place(Protocol):
    """A place for one lake at a time, which can be kept as it is and brought back."""

    name: str

    @property
    def uri(self) -> str:
        """What `--lake` is given."""

    @property
    def head(self) -> LakeHead:
        """The tables."""

    @property
    def layout(self) -> LakeLayout:
        """What lies where."""

    def close(self) -> None:
        """Give back what it holds."""

    def keep(self, name: str) -> None:
        """Remember the lake as it is now."""

    def bring_back(self, name: str) -> None:
        """Make the lake as it was; '' takes it away."""

    def can_have(self, fault: Fault, point: str) -> bool:
        """Whether such a fault happens there at such a point."""

    def is_own(self, point: str) -> bool:
        """Whether a point tells of this kind of place: the others do not differ from those elsewhere."""


class Directory:
    """A lake in a directory. Its tables name their files absolutely, so it always comes back there."""

    name = "directory"

    def __init__(self, root: Path) -> None:
        self.root = root / "lake"
        self._kept = root / "kept"
        self._kept.mkdir(parents=True)

    def close(self) -> None:
        """Nothing to give back."""

    @property
    def uri(self) -> str:
        """The path."""
        return str(self.root)

    @property
    def layout(self) -> LakeLayout:
        """What lies where."""
        return LakeLayout(self.root)

    @property
    def head(self) -> LakeHead:
        """The tables."""
        return LakeHead(self.layout)

    def keep(self, name: str) -> None:
        """A copy."""
        shutil.copytree(self.root, self._kept / name, symlinks=True, dirs_exist_ok=True)

    def bring_back(self, name: str) -> None:
        """The copy, in the place of what is there."""
        shutil.rmtree(self.root, ignore_errors=True)
        if name:
            shutil.copytree(self._kept / name, self.root, symlinks=True)

    def can_have(self, fault: Fault, point: str) -> bool:  # noqa: ARG002
        """Anything can happen to a file."""
        return True

    def is_own(self, point: str) -> bool:  # noqa: ARG002
        """All of them."""
        return True


@dataclass(frozen=True)
class View:
    """What a reader sees at one time: the rows of every table, in order, and by which run each was shown."""

    tables: Tables
    runs: Mapping[str, str]

    def shows(self, name: str) -> list[Row]:
        """The rows of a table; one that is not there has none."""
        return self.tables.get(name, [])


def view(place: Place, engine: Engine) -> View:
    """Read all tables, and the files for other programs."""
    heads = place.head.heads()
    # (In this order, as the tables are shown first.)
    columns = [column.name for one in heads if one.name == LAST for column in one.columns]
    files = _files(place.layout.outputs / FILES, columns, engine)
    return View(
        {**{str(one.name): rows_of(one, engine) for one in heads}, **files},
        {str(one.name): one.properties.get(RUN, "") for one in heads},
    )


def _files(folder: Path, columns: Sequence[str], engine: Engine) -> Tables:
    if not folder.is_dir():
        return {}
    files = literal(f"{folder}/**/*.parquet")
    scan = f"read_parquet({files}, hive_partitioning = true, hive_types = {{'decade': INTEGER}})"
    return {FOLDER: ordered(engine.rows(f"SELECT {column_list(columns)} FROM {scan}"))}


def rows_of(head: TableHead, engine: Engine, snapshot: int | None = None) -> list[Row]:
    """All rows of one table, in order; where a row is from comes after what it says."""
    names = sorted((column.name for column in head.columns), key=lambda name: name.startswith("_"))
    shown = _SHOWN.get(str(head.name)) or names
    rows = engine.rows(f"SELECT {column_list(shown)} FROM {engine.iceberg(head.metadata, snapshot)}")
    return ordered(rows)


class Lake(Protocol):
    """A lake and an engine to read it with."""

    @property
    def place(self) -> Place:
        """Where it lies."""

    @property
    def engine(self) -> Engine:
        """What reads it."""

    @property
    def inside(self) -> Inside:
        """What the next run looks at."""

    def view(self) -> View:
        """What a reader sees now."""


class Inside:
    """What nobody but the next run looks at."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @cached_property
    def heads(self) -> list[TableHead]:
        """The tables that are shown."""
        return self._place.head.heads()

    @property
    def left_over(self) -> list[str]:
        """Branches and unseen tables; files that nobody names are for vacuum."""
        unfinished = self._place.head.unfinished()
        branches = [
            f"{head.name}@{ref}"
            for head in self.heads
            for ref in self.metadata(head.name).get("refs", {})
            if ref != "main"
        ]
        return [*(f"{one.name} of {one.run}" for one in unfinished), *branches]

    def metadata(self, name: TableName) -> dict[str, Any]:
        """The metadata of one table; empty where there is none."""
        return self._place.head.metadata(name) or {}

    @property
    def named(self) -> dict[str, int]:
        """The snapshots that the table shown last names."""
        last = self._place.head.head(LAST)
        named: dict[str, int] = json.loads(last.properties.get(SNAPSHOTS, "{}")) if last else {}
        return named

    @property
    def current(self) -> dict[str, int | None]:
        """The snapshots that the other tables show."""
        return {str(head.name): head.snapshot_id for head in self.heads if head.name != LAST}

    @property
    def ledger(self) -> Ledger:
        """What was taken and held, as the table shown last says."""
        last = self._place.head.head(LAST)
        return read_ledger(self._place.layout, last.properties) if last else Ledger()

    @property
    def history(self) -> list[str]:
        """The runs that the table shown last has shown, oldest first."""
        metadata = self.metadata(LAST)
        runs = {
            one["snapshot-id"]: one.get("summary", {}).get(RUN, "") for one in metadata.get("snapshots", [])
        }
        return [runs.get(entry["snapshot-id"], "") for entry in metadata.get("snapshot-log", [])]

    @property
    def is_whole(self) -> bool:
        """Whether the product itself takes the lake for whole."""
        return last_publish(self._place.layout).is_whole
