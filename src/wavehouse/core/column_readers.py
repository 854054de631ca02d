"""Who reads columns of tables: charts and saved queries, as lineage shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wavehouse.core.table_name import TableName


@dataclass(frozen=True)
class ColumnReader:
    """A query that somebody keeps, and the columns that it reads.

    `kind` is `chart` or `query`; the name of a chart is `dashboard/chart`.
    """

    kind: str
    name: str
    title: str
    reads: Mapping[TableName, frozenset[str]]
