"""What is promoted from one lake to another: its tables, and where each file is to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wavehouse.core.table_head import TableHead
from wavehouse.lake.adopted_head import CRAWLER
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.promoted_files import Copying


@dataclass(frozen=True)
class PromotedTable:
    """A table of the lake: its data files as they are to be, and the checksum of its rows (None: untold)."""

    head: TableHead
    metadata: Mapping[str, Any]
    files: list[Copying] = field(default_factory=list)
    checksum: tuple[int, ...] | None = None

    @property
    def is_of_runs(self) -> bool:
        """Whether runs write it."""
        return RUN in self.head.properties

    @property
    def is_adopted(self) -> bool:
        """Whether its files are somebody else's."""
        return CRAWLER in self.metadata.get("properties", {})


@dataclass
class Promotion:
    """What is promoted; `stays` are tables of files that lie where they lay, with the place of these."""

    tables: list[PromotedTable]
    state: list[Copying]
    stays: dict[str, str] = field(default_factory=dict)
    copied: int = 0
    bytes: int = 0

    @property
    def files(self) -> list[Copying]:
        """All files that are copied."""
        return [*self.state, *(one for table in self.tables if not table.is_adopted for one in table.files)]


@dataclass(frozen=True)
class Way:
    """From one lake to another."""

    source: LakeLayout
    target: LakeLayout

    def moved(self, location: str) -> str:
        """Where a file of the lake is afterwards; one of somebody else stays where it is."""
        for before, after in (
            (self.source.warehouse, self.target.warehouse),
            (str(self.source.outputs), str(self.target.outputs)),
        ):
            if location == before or location.startswith(f"{before}/"):
                return after + location.removeprefix(before)
        return location
