"""What the sources of all flows of one run read: views, that show other rows as the run goes on."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind, contract_rows
from wavehouse.flow.files.own_rows import OwnRows, file_set, ignored_fields
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import (
    CatalogSource,
    FileSource,
    FilesTarget,
    Source,
)
from wavehouse.flow.program import CompiledNode, Program, compile_target
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.definition import Definition
from wavehouse.pipeline.inputs import Input, places_of
from wavehouse.pipeline.load import LoadedSource, current_rows_of
from wavehouse.pipeline.own_files import OwnFiles
from wavehouse.pipeline.source_checks import refuse_later, refuse_parts
from wavehouse.pipeline.source_table import table_of
from wavehouse.pipeline.targets import FlowTarget, table_read
from wavehouse.staging.provenance import stored_columns

# Of a target of files: into how many they are cut, and the table that Glue makes over them.
_OF_FILES_ON_AWS = ("NumberTargetPartitions", "SchemaChangePolicy")


def inputs_of(definition: Definition) -> list[Input]:
    """What the flows read that no run makes: files of their own, and other tables of the lake."""
    found: dict[tuple[str, str], Input] = {}
    for target in definition.targets:
        graph = target.graph
        for id_, node in graph.before(target.id).items():
            if isinstance(node, Source) and read_by(definition, graph, id_) == (graph.name, id_):
                files = file_set(node) if isinstance(node, FileSource) else None
                table = str(table_read(graph, id_, node)) if isinstance(node, CatalogSource) else ""
                found[(graph.name, id_)] = Input(graph.name, id_, files, table)
    return list(found.values())


def read_by(definition: Definition, graph: Graph, id_: str) -> Hashable:
    """What a source node reads: the name of a table that a run makes, else flow and node."""
    node = graph.sources[id_]
    if isinstance(node, FileSource) and node.contract is not None:
        return f"staging.{node.contract}"
    if isinstance(node, CatalogSource):
        name = table_read(graph, id_, node)
        if name in definition.table_names:
            return str(name)
    return (graph.name, id_)


def reads_of(definition: Definition, program: Program) -> frozenset[Hashable]:
    """What a program reads, in the words of `read_by`."""
    return frozenset(
        read_by(definition, program.graph, id_)
        for id_, node in program.nodes.items()
        if isinstance(node, Source)
    )


class FlowSources:
    """The rows behind the sources. While the flows are compiled the views have columns, and no rows."""

    def __init__(self, engine: Engine, layout: LakeLayout, definition: Definition, scratch: Path) -> None:
        self.definition = definition
        self._engine = engine
        self._head = LakeHead(layout)
        self._files = OwnFiles(engine, places_of(layout, definition.project), scratch / "own")
        self._own: dict[tuple[str, str], tuple[str, OwnRows]] = {}
        self._tables: dict[TableName, Relation] = {}
        self._compiled: dict[str, dict[str, CompiledNode]] = {}
        bound = {}
        for name, contract in definition.tables.items():
            self.show(name, empty_relation(engine, contract.table_columns))
            relation = Relation(contract.table_columns, frozenset(contract.key))
            bound[name] = BoundSource(relation, _view(name))
        self._of_contracts = contract_rows(bound)

    def bind(self, graph: Graph) -> Bind:
        """Finds the rows of the sources of one flow."""

        def bind(id_: str, node: Source) -> BoundSource:
            if isinstance(node, FileSource) and node.contract is None:
                return self._bind_files(graph, id_, node)
            if isinstance(node, CatalogSource):
                return self._bind_table(table_read(graph, id_, node), node)
            return self._of_contracts(id_, node)

        return bind

    def compiled(self, target: FlowTarget) -> Program:
        """The program of a target, over views without rows; what targets of a flow share is compiled once."""
        graph = target.graph
        nodes = self._compiled.setdefault(graph.name, {})
        return compile_target(graph, target.id, self.bind(graph), self._engine, nodes)

    def show(self, source: str, relation: str) -> None:
        """Let the view of a contract's source show these rows."""
        self._show(_view(source), relation)

    def show_all(self, program: Program, loaded: Mapping[str, LoadedSource]) -> None:
        """Let the views show all rows that the sources of a program have now."""
        for name, source in loaded.items():
            self.show(name, current_rows_of(self._engine, source))
            stored = TableName("staging", name)
            if stored in self._tables:
                self.show_table(stored, _stored_rows(self._engine, source))
        for id_ in program.nodes:
            at = (program.graph.name, id_)
            if at in self._own:
                view, rows = self._own[at]
                self._show(view, rows.relation)

    def add_table(self, name: TableName, relation: Relation) -> None:
        """A table that this run makes has these columns."""
        self._tables[name] = relation
        self.show_table(name, empty_relation(self._engine, relation.columns))

    def show_table(self, name: TableName, relation: str) -> None:
        """A table that this run makes has these rows."""
        self._show(_table_view(name), relation)

    def _show(self, view: str, relation: str) -> None:
        self._engine.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {relation}")

    def compiled_again(self, program: Program) -> Program:
        """A program over the rows that the views show now: itself, unless its columns hang on them."""
        graph = program.graph
        other = any(
            isinstance(node, CatalogSource)
            and self._tables.get(table_read(graph, id_, node), program.relations[id_])
            != program.relations[id_]
            for id_, node in program.nodes.items()
        )
        if not (other or program.by_rows):
            return program
        return compile_target(graph, program.target_id, self.bind(graph), self._engine)

    def ignored(self, target: FlowTarget) -> Iterator[str]:
        """Notes on the fields of a target and its sources that mean something on AWS alone."""
        for id_, node in target.graph.before(target.id).items():
            fields = ignored_fields(node) if isinstance(node, FileSource) and node.contract is None else []
            if isinstance(node, FilesTarget):
                fields = [name for name in _OF_FILES_ON_AWS if getattr(node, name)]
            for name in fields:
                yield f"flow {target.graph.name}, node '{id_}': {name} means something on AWS alone"

    def _bind_files(self, graph: Graph, id_: str, node: FileSource) -> BoundSource:
        at = (graph.name, id_)
        if at not in self._own:
            rows = self._files.rows(node)
            self._own[at] = (identifier(f"files {len(self._own)}"), rows)
            self._show(self._own[at][0], empty_relation(self._engine, rows.columns))
        view, rows = self._own[at]
        return BoundSource(Relation(rows.columns), view)

    def _bind_table(self, name: TableName, node: CatalogSource) -> BoundSource:
        refuse_parts(node)
        if name not in self._tables:
            for contract in self.definition.tables.values():
                if table_of(contract) == name:
                    self.add_table(name, Relation(stored_columns(contract), frozenset(contract.key)))
        if name in self._tables:
            return BoundSource(self._tables[name], _table_view(name))
        refuse_later(name)
        head = self._head.head(name)
        if head is None:
            known = [str(one) for one in (*self._head.names(), *self.definition.table_names)]
            near = f"{found} " if (found := did_you_mean(str(name), known)) else ""
            raise DefinitionError(
                f"it reads the table {name}, which is not there",
                remedy=f"{near}(A run reads no external tables: let an S3 source read their files)",
            )
        return BoundSource(Relation(head.columns), self._engine.iceberg(head.metadata))


def _stored_rows(engine: Engine, source: LoadedSource) -> str:
    """All rows of a source's table, with the columns that say where each is from."""
    columns = stored_columns(source.contract)
    if not source.merged.files:
        return empty_relation(engine, columns)
    names = column_list(column.name for column in columns)
    return f"(SELECT {names} FROM {engine.parquet(source.merged.files)})"


def _view(source: str) -> str:
    return identifier(f"source {source}")


def _table_view(name: TableName) -> str:
    return identifier(f"table {name}")
