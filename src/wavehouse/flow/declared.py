"""What the sources of a flow are declared to be, without reading them: their columns, and no rows."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind, contract_rows
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FileSource, S3CatalogIcebergSource, Source
from wavehouse.flow.program import compile_target
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.project.contracts import SourceContract


def declared_rows(
    contracts: Mapping[str, SourceContract], flows: Mapping[str, Graph], engine: Engine
) -> Bind:
    """Binds sources to no rows: of a contract, of a table that a flow makes, or by their OutputSchemas."""

    def empty(columns: tuple[Column, ...], unique: frozenset[str] = frozenset()) -> BoundSource:
        return BoundSource(Relation(columns, unique), empty_relation(engine, columns))

    of_contracts = contract_rows(
        {name: empty(contract.table_columns, frozenset(contract.key)) for name, contract in contracts.items()}
    )

    def bind(id_: str, node: Source) -> BoundSource:
        if isinstance(node, FileSource) and node.contract is not None:
            return of_contracts(id_, node)
        if isinstance(node, CatalogSource):
            for graph in flows.values():
                for target_id, target in graph.tables.items():
                    if target.proper_table == node.table:
                        return empty(compile_target(graph, target_id, bind, engine).columns)
        if columns := _declared(node):
            return empty(columns)
        raise DefinitionError(
            "its columns are not known without reading it", remedy="Name them in its OutputSchemas"
        )

    return bind


def _declared(node: Source) -> tuple[Column, ...]:
    schemas = node.OutputSchemas if isinstance(node, FileSource | S3CatalogIcebergSource) else None
    return tuple(
        Column(column.Name, canonical_type(column.GlueStudioType or column.Type or "string"))
        for schema in schemas or []
        for column in schema.Columns
    )
