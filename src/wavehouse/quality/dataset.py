"""What rules are judged on: rows, the files that they came from, and what earlier runs measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from wavehouse.core.columns import Column


@dataclass(frozen=True)
class DataFile:
    """A file of a dataset: size in bytes (as it arrived), and when it last changed (UTC)."""

    path: Path
    size: int
    modified: datetime


@dataclass(frozen=True)
class Dataset:
    """Rows to judge, or to compare with.

    `scan` is SQL text for FROM, in the engine's dialect, with the columns `columns` and those of `place`,
    which tell where a row stands. `now` is an SQL expression of type TIMESTAMP (UTC) over `scan`: what
    now() means for a row; `moment` is what it means for a file. No two rows share the values of the columns
    `key`, where it has any.
    """

    columns: tuple[Column, ...]
    scan: str
    now: str = ""
    moment: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    place: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    key: tuple[str, ...] = ()


class History(Protocol):
    """What earlier runs measured."""

    def last(self, subject: str, metric: str, count: int) -> Sequence[float]:
        """The newest `count` values of a metric of a subject (`Verdict.subject`), the newest first."""


class NoHistory:
    """A `History` without earlier runs."""

    def last(self, subject: str, metric: str, count: int) -> Sequence[float]:  # noqa: ARG002
        """Nothing."""
        return ()
