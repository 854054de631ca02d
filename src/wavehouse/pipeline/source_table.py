"""The tables that hold the rows of the sources."""

from __future__ import annotations

from wavehouse.core.table_name import TableName
from wavehouse.project.contracts import SourceContract


def table_of(contract: SourceContract) -> TableName:
    """The table that holds the current state of a source."""
    return TableName("staging", contract.source)
