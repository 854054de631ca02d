"""What keeps a source of a flow from being read as it is on AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, S3CatalogIcebergSource, S3CatalogSource, S3CsvSource
from wavehouse.pipeline.target_checks import Fault
from wavehouse.project.contracts import SourceContract


def source_faults(graph: Graph, contracts: Mapping[str, SourceContract]) -> Iterator[Fault]:
    """The CSV sources that say otherwise than the contract whose rows they read."""
    for id_, node in graph.sources.items():
        if not isinstance(node, S3CsvSource):
            continue
        contract = contracts.get(node.contract or "")
        if contract and (node.signs != (contract.csv.delimiter, contract.csv.quote) or not node.WithHeader):
            yield Fault.at(
                graph,
                id_,
                f"it reads its files otherwise than the contract of '{node.contract}' says",
                "Let Separator, QuoteChar and WithHeader say the same as the contract's csv",
            )


def refuse_later(table: TableName) -> None:
    """Raise for a table that a run writes after its flows."""
    if table.database in ("waiting", "quarantine"):
        raise DefinitionError(
            f"it reads {table}, which a run writes after the flows",
            remedy="Ask it by SQL when the run is done",
        )


def refuse_parts(node: CatalogSource) -> None:
    """Raise for fields by which a node would read a part of its table, or an earlier state, on AWS."""
    field = ""
    if isinstance(node, S3CatalogSource):
        bounds = node.AdditionalOptions
        if bounds and (bounds.BoundedFiles is not None or bounds.BoundedSize is not None):
            field = "AdditionalOptions"
        elif node.PartitionPredicate:
            field = "PartitionPredicate"
    elif isinstance(node, S3CatalogIcebergSource) and node.AdditionalIcebergOptions:
        field = "AdditionalIcebergOptions"
    if field:
        raise DefinitionError(
            f"by {field} it reads a part of its table, and a run here reads the whole of it as it is",
            remedy=f"Take {field} out, and choose the rows by a Filter",
        )
