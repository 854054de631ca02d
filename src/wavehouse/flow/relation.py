"""What a node gives to the next: columns, and which of them tell its rows apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wavehouse.core.columns import Column


@dataclass(frozen=True)
class Relation:
    """Columns in order; `unique` is a set of columns that no two rows share, empty where none is known.

    `collections` has the names of the columns of each, where a node gives several.
    """

    columns: tuple[Column, ...]
    unique: frozenset[str] = frozenset()
    collections: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]

    def type_of(self, name: str) -> str:
        """The type of a column that is known to exist."""
        return next(column.type for column in self.columns if column.name == name)

    def unique_by(self, columns: Iterable[str]) -> bool:
        """Whether it is known that no two rows share the values of `columns`."""
        return bool(self.unique) and self.unique <= frozenset(columns)


@dataclass(frozen=True)
class BoundSource:
    """A source's current rows: what they look like, and the SQL text (for FROM) that reads them."""

    relation: Relation
    scan: str
