"""The record of a landed file: what the ledger and the batches are made of."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wavehouse.staging.compression import Compression


@dataclass(frozen=True)
class LandedFile:
    """A file in `staging/`: `path` is relative to the lake; `records` is the independent count of its rows.

    `normalise`: its lines end in several ways, or it is declared not to be UTF-8; `irregular`: a quote stands
    out of place, or fields are missing or too many; `ascii`: all its bytes are.
    `name` is the name under which it arrived, `batch_time` when its batch landed (ISO, UTC).
    """

    source: str
    name: str
    path: str
    sha256: str
    size: int
    compression: Compression
    records: int
    normalise: bool
    has_nul: bool
    ascii: bool
    batch: str
    batch_time: str
    irregular: bool = False

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same file wherever it comes from: its source, and its bytes."""
        return (self.source, self.sha256)

    @property
    def rewrite(self) -> bool:
        """Whether the engine must not read it as it is."""
        return self.normalise or self.irregular

    @property
    def precedence(self) -> tuple[str, str, str]:
        """Of two rows of one key, the one of the file that is greater by this wins."""
        return (self.batch_time, self.name, self.sha256)

    def counts_before(self, other: LandedFile) -> bool:
        """Of the times and names with which the same file came: whether these are the ones it counts as of.

        The earliest time, so that what comes again changes nothing; of one time the last name, which wins.
        """
        if self.batch_time != other.batch_time:
            return self.batch_time < other.batch_time
        return self.name > other.name

    def as_json(self) -> dict[str, Any]:
        """This record for a manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> LandedFile:
        """The record that `as_json` wrote."""
        return cls(**record)


def name_as_text(path: Path) -> str:
    """The name of a file, which is bytes, as records and tables hold it."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")
