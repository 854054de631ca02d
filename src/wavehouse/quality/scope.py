"""What a rule may name: columns, reference datasets, and of what types they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from wavehouse.core.columns import Column, element_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean

# `any`: the columns are not known, and this one has the type that is asked for.
Family = Literal["number", "text", "boolean", "date", "timestamp", "array", "any"]
SCALARS: tuple[Family, ...] = ("number", "text", "boolean", "date", "timestamp")


def family(column: Column) -> Family:
    """The kind of a column's values."""
    if element_type(column.type) is not None:
        return "array"
    known: dict[str, Family] = {
        "": "any",
        "string": "text",
        "boolean": "boolean",
        "date": "date",
        "timestamp": "timestamp",
        "timestamptz": "timestamp",
    }
    return known.get(column.type, "number")


class Scope:
    """The columns of the dataset and of those it may be compared with; None where they are not known."""

    def __init__(
        self,
        columns: Sequence[Column] | None,
        references: Mapping[str, Sequence[Column]],
        base: Path,
    ) -> None:
        self.columns = None if columns is None else {column.name.casefold(): column for column in columns}
        self.references = references
        self._by_alias = {alias.casefold(): (alias, columns) for alias, columns in references.items()}
        self.base = base

    def column(self, name: str) -> Column:
        """The column of that name; letters' case does not count."""
        return _column(name, self.columns, "")

    def alias(self, name: str) -> str:
        """The alias of a reference dataset, as it was given."""
        if self.columns is None:
            return name
        if name.casefold() not in self._by_alias:
            known = did_you_mean(name, self.references)
            raise DefinitionError(
                f"there is no dataset '{name}' to compare with",
                remedy=known or "Name another source of the project",
            )
        return self._by_alias[name.casefold()][0]

    def reference_column(self, alias: str, name: str) -> Column:
        """A column of a reference dataset."""
        return _column(name, self.reference_columns(alias), f" in '{alias}'")

    def reference_columns(self, alias: str) -> dict[str, Column] | None:
        """The columns of a reference dataset, by their names in small letters."""
        if self.columns is None:
            return None
        return {column.name.casefold(): column for column in self._by_alias[alias.casefold()][1]}

    def typed(self, name: str, wanted: Sequence[Family], needs: str) -> Column:
        """The column of that name, which must be of one of the families; `needs` says it in words."""
        return of_family(self.column(name), wanted, needs)


def of_family(column: Column, wanted: Sequence[Family], needs: str) -> Column:
    """`column`, which must be of one of the families."""
    found = family(column)
    if found != "any" and found not in wanted:
        raise DefinitionError(f"the column '{column.name}' is of type {column.type}, but {needs}")
    return column


def _column(name: str, columns: Mapping[str, Column] | None, where: str) -> Column:
    if columns is None:
        return Column(name, "")
    if name.casefold() not in columns:
        names = [column.name for column in columns.values()]
        raise DefinitionError(f"there is no column '{name}'{where}", remedy=did_you_mean(name, names))
    return columns[name.casefold()]
