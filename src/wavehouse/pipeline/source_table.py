"""The tables that hold the rows of the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavehouse.core.table_name import TableName

if TYPE_CHECKING:
    from wavehouse.project.contracts import SourceContract


def table_of(contract: SourceContract) -> TableName:
    """The table that holds the current state of a source."""
    return table_of_source(contract.source)


def table_of_source(source: str) -> TableName:
    """The same, by the name of the source."""
    return TableName("staging", source)
