"""A board: a dashboard on a lake, which answers its visuals, each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.view import Range, Scalar, View

# Seconds that one visual may take.
LIMIT = 30.0


@dataclass(frozen=True)
class Option:
    """A value that a choice offers, what is shown for it, and how many rows have it."""

    value: Scalar
    label: str
    rows: int


class Asked(Protocol):
    """Visuals that are being answered."""

    answers: dict[str, Future[VisualData]]

    def as_completed(self) -> Iterator[VisualData]:
        """The answers as they come; those that were cancelled are left out."""

    def cancel(self) -> None:
        """Nobody waits any more: what runs is stopped."""


class Board(Protocol):
    """A dashboard on a lake. Several threads may ask; the figures are those of the tables as they are."""

    dashboard: Dashboard

    def ask(self, view: View, visuals: Sequence[str] | None = None) -> Asked:
        """Begin to answer visuals of a view (all of its sheet): KPIs first, each in a thread."""

    def answer(self, view: View, visuals: Sequence[str] | None = None) -> dict[str, VisualData]:
        """The answers of these visuals, by id; what goes wrong with one stays in it (`VisualData.error`)."""

    def options(self, control: str, search: str = "", limit: int = 50) -> list[Option]:
        """Values of a choice that have the text in them, the most frequent first."""

    def bounds(self, control: str) -> Range:
        """The least and the greatest value that a range (or dates) can be set to."""

    def sql(self, view: View, visual: str) -> str:
        """The query of a visual in Athena SQL."""
