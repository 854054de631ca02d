"""What is said of a column of a source, said of the columns of tables that have it as it is."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.table_name import TableName
from wavehouse.flow.lineage import Lineage, Ref


def inherited_comments(
    lineage: Lineage, table: TableName, said: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """The comments of a table's columns; `said` has those of the sources, by source and column.

    A column that is computed, or is that of several sources, is another thing: nothing is said of it.
    """
    found = {}
    for ref in lineage.types:
        if ref.kind == "table" and ref.owner == str(table):
            sources = _sources(lineage, ref)
            comment = said.get(sources.pop(), "") if len(sources) == 1 else ""
            if comment:
                found[ref.column] = comment
    return found


def _sources(lineage: Lineage, ref: Ref) -> set[tuple[str, str]]:
    edges = lineage.up(ref)
    if any(edge.computed for edge in edges):
        return set()
    ends = {edge.from_ for edge in edges} - {edge.to for edge in edges}
    return {(end.owner, end.column) for end in ends if end.kind == "file"}
