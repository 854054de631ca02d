"""The targets of the flows of a project, and the tables that their sources name."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FilesTarget, TableTarget, Target


@dataclass(frozen=True)
class FlowTarget:
    """One target of one flow."""

    graph: Graph
    id: str

    @property
    def node(self) -> Target:
        """The node."""
        return self.graph.targets[self.id]

    @property
    def table(self) -> TableName | None:
        """The table that it is; None for files (and where it names none, which no run passes)."""
        return self.node.proper_table if isinstance(self.node, TableTarget) else None

    @property
    def path(self) -> str:
        """The path of its files, as it is written; '' for a table."""
        return self.node.Path if isinstance(self.node, FilesTarget) else ""

    @property
    def name(self) -> str:
        """What people call it: the table, or the path."""
        return str(self.table) if self.table else self.path

    @property
    def where(self) -> str:
        """`file:line` of the node."""
        return self.graph.where(self.id)


def table_read(graph: Graph, id_: str, node: CatalogSource) -> TableName:
    """The table that a node reads; raises `DefinitionError` where it names none."""
    try:
        return node.table
    except DefinitionError as error:
        raise DefinitionError(
            f"node '{id_}': {error.what}", where=graph.where(id_), remedy=error.remedy
        ) from None
