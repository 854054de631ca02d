"""The sources of a flow as the lake has them now, to look at without a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableHead, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FileSource, Source
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.flow.survey import survey
from wavehouse.pipeline.own_files import OwnFiles
from wavehouse.pipeline.source_checks import refuse_later, refuse_parts
from wavehouse.pipeline.source_table import table_of
from wavehouse.project.contracts import SourceContract


@dataclass
class LakeRows:
    """Binds the sources of one flow (a `Bind`) to the tables of a lake; None: there is none.

    `made` has the tables that the project's flows make, whether the lake has them yet or not. A source that
    has no rows yet is an empty relation of the right columns, and `empty` says why. `own` reads files that
    belong to no contract; without it, or where they are not there, what the node shows of them counts.
    """

    engine: Engine
    contracts: Mapping[str, SourceContract]
    tables: TableSource | None
    made: Mapping[TableName, Relation] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    own: OwnFiles | None = None

    def __call__(self, id_: str, node: Source) -> BoundSource:
        """The rows of a source; raises `DefinitionError` where not even its columns are known."""
        if isinstance(node, CatalogSource):
            refuse_parts(node)
            refuse_later(node.table)
            return self._table(id_, node.table)
        if isinstance(node, FileSource) and node.contract is not None:
            return self._contract(id_, node.contract)
        return self._as_shown(id_, node)

    def _contract(self, id_: str, name: str) -> BoundSource:
        if name not in self.contracts:
            raise DefinitionError(
                f"it reads the source '{name}', which has no contract",
                remedy=did_you_mean(name, self.contracts),
            )
        contract = self.contracts[name]
        relation = Relation(contract.table_columns, frozenset(contract.key))
        table = table_of(contract)
        head = self._head(table)
        if head is None:
            return self._none(id_, relation, f"the lake has no {table}")
        if not set(relation.columns) <= set(head.columns):
            return self._none(id_, relation, f"{table} was loaded by another contract, and needs a run")
        return BoundSource(relation, self.engine.iceberg(head.metadata))

    def _table(self, id_: str, table: TableName) -> BoundSource:
        head = self._head(table)
        if head is not None:
            unique = self.made[table].unique if table in self.made else frozenset[str]()
            known = unique <= {column.name for column in head.columns}
            relation = Relation(head.columns, unique if known else frozenset())
            return BoundSource(relation, self.engine.iceberg(head.metadata))
        if table in self.made:
            return self._none(id_, self.made[table], f"the lake has no {table} yet")
        known_tables = [*self.made, *(self.tables.names() if self.tables else ())]
        raise DefinitionError(
            f"it reads the table {table}, which the lake does not have and no flow makes",
            remedy=did_you_mean(str(table), map(str, known_tables)),
        )

    def _as_shown(self, id_: str, node: Source) -> BoundSource:
        """Files that no contract describes: as they are, else by the columns that the node shows for them."""
        if self.own and isinstance(node, FileSource):
            try:
                return self.own.bound(node)
            except DefinitionError:
                if not node.shown:
                    raise
        columns = node.shown
        if not columns:
            raise DefinitionError(
                "its files have no contract, and it does not say which columns they have",
                remedy="Write them into its OutputSchemas, or let it read ${staging}/<source>/",
            )
        return self._none(id_, Relation(columns), "its files belong to no contract")

    def _head(self, table: TableName) -> TableHead | None:
        head = self.tables.head(table) if self.tables else None
        return head if head and head.snapshot_id is not None else None

    def _none(self, id_: str, relation: Relation, why: str) -> BoundSource:
        self.empty[id_] = why
        return BoundSource(relation, empty_relation(self.engine, relation.columns))


def made_tables(graphs: Collection[Graph], rows: LakeRows) -> dict[TableName, Relation]:
    """The tables that flows make, as far as their columns can be said; flows may read each other's tables."""
    made: dict[TableName, Relation] = {}
    # Each round knows the tables of the one before; a chain of flows is no longer than there are flows.
    for _ in graphs:
        before = len(made)
        for graph in graphs:
            found = survey(graph, replace(rows, made=made, empty={}), rows.engine)
            made |= {
                node.proper_table: found.relations[id_]
                for id_, node in graph.tables.items()
                if id_ in found.queries and node.proper_table
            }
        if len(made) == before or not _read_by(graphs, made):
            break
    return made


def with_made(rows: LakeRows, graph: Graph, graphs: Collection[Graph]) -> LakeRows:
    """`rows` that know what other flows make, where `graph` reads a table that the lake does not have yet."""
    read = {node.proper_table for node in graph.sources.values() if isinstance(node, CatalogSource)}
    missing = read - {None, *(rows.tables.names() if rows.tables else ())}
    return replace(rows, made=made_tables(graphs, rows)) if missing else rows


def _read_by(graphs: Collection[Graph], made: Mapping[TableName, Relation]) -> bool:
    """Whether any of the flows reads a table that was made."""
    read = (node for graph in graphs for node in graph.sources.values() if isinstance(node, CatalogSource))
    return any(node.proper_table in made for node in read)


def columns_alone(rows: LakeRows) -> Bind:
    """Binds sources to no rows, for who asks for columns: those of the lake, or that the node shows."""

    def bind(id_: str, node: Source) -> BoundSource:
        try:
            relation = rows(id_, node).relation
        except DefinitionError:
            if isinstance(node, FileSource) or not node.shown:
                raise
            relation = Relation(node.shown)
        return BoundSource(relation, empty_relation(rows.engine, relation.columns))

    return bind
