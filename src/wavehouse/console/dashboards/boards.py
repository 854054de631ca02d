"""What the page of dashboards needs of the lake and the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.board import Board


@dataclass(frozen=True)
class Listed:
    """A dashboard file: `error` says what is wrong with it, if something is."""

    name: str
    title: str
    error: WavehouseError | None = None


class Boards(Protocol):
    """The dashboards of a project on a lake, as they are now."""

    def listed(self) -> Sequence[Listed]:
        """All of them, broken ones too, in the order of their files."""

    def board(self, name: str) -> Board:
        """One of them; raises `CallError`, `DefinitionError`, and `OutsideError` for a lake that is away."""

    def state(self) -> str:
        """A text that is another one after every change of the lake's tables; raises as `board` does."""
