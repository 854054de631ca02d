"""The table that a flow makes: anew, or those of its rows that come from changed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.core.run_record import NodeRecord, RowChanges
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.accounting import Account, NodeRows
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.dependence import Dependence, NoDependence, dependence
from wavehouse.flow.program import Program, compile_target
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.affected import Affected
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.definition import Definition
from wavehouse.pipeline.load import LoadedSource, current_rows_of


@dataclass(frozen=True)
class Joined:
    """The flow's rows, written and counted, not yet committed; `changes` is None for a table made anew."""

    change: TableChange
    made: int
    nodes: list[NodeRows]
    checks: list[NodeVerdicts]
    changes: RowChanges | None = None
    note: str = ""

    @property
    def node_records(self) -> list[NodeRecord]:
        """What the nodes did to the number of rows, for the run record."""
        return [
            NodeRecord(rows.node, rows.rows_in, rows.rows_out, rows.unmatched, rows.added)
            for rows in self.nodes
        ]

    @property
    def notes(self) -> list[str]:
        """Rows that a join left out: nobody should find them missing later."""
        left_out = [
            f"{rows.name}: {rows.rows_in - rows.rows_out:,} rows found no match and were left out"
            for rows in self.nodes
            if rows.rows_out < rows.rows_in and rows.unmatched
        ]
        return [self.note, *left_out] if self.note else left_out


@dataclass
class _Written:
    """Rows of the program, written somewhere."""

    locations: list[str]
    rows: int
    nodes: list[NodeRows] = field(default_factory=list)
    checks: list[NodeVerdicts] = field(default_factory=list)


class Flow:
    """The flow of one run: compiled once, over views that are bound to the rows it shall see."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        run: str,
        definition: Definition,
        base: Base,
    ) -> None:
        graph, contracts = definition.graph, definition.tables
        self.name: TableName = definition.target.table
        self._engine = engine
        self._graph = graph
        self._base = base
        self._directory = layout.data(self.name, run)
        bound = {}
        for name, contract in contracts.items():
            self._bind(name, empty_relation(engine, contract.table_columns))
            relation = Relation(contract.table_columns, frozenset(contract.key))
            bound[name] = BoundSource(relation, _view(name))
        self._target, self._rows_of = definition.target_id, contract_rows(bound)
        self._program: Program = compile_target(graph, self._target, self._rows_of, engine)
        head = LakeHead(layout)
        self._metadata = head.metadata(self.name)
        self._plan: SchemaPlan = plan_schema(str(self.name), self._program.columns, self._metadata)
        self._check_partition(head)
        self._dependence: Dependence | None = None
        self.untraced = ""
        try:
            keys = {name: contract.key for name, contract in contracts.items()}
            self._dependence = dependence(self._program, keys)
        except NoDependence as reason:
            self.untraced = str(reason)

    def watched(self, source: str) -> list[str]:
        """The columns of a source, besides its key, whose change may affect rows of the target."""
        lookups = self._dependence.lookups if self._dependence else ()
        return [column for one in lookups if one.source == source for column in one.source_columns]

    def make(
        self,
        loaded: Mapping[str, LoadedSource],
        scratch: str,
        judge: Callable[[Program], list[NodeVerdicts]],
    ) -> Joined:
        """Make the table anew, or what is affected of it where that can be traced and is less than half."""
        for name, source in loaded.items():
            self._bind(name, current_rows_of(self._engine, source))
        if self._program.by_rows:
            self._program = compile_target(self._graph, self._target, self._rows_of, self._engine)
            self._plan = plan_schema(str(self.name), self._program.columns, self._metadata)
        rows = self._base.rows(self.name)
        plan = self._plan
        if self._dependence is None or not rows or plan.added or plan.widened or plan.dropped:
            note = f"{self.name} was made anew: {self.untraced}" if self.untraced and rows else ""
            return self._anew(judge, note)
        driver = loaded[self._dependence.driver]
        if driver.merged.touched is None:
            return self._anew(judge)
        affected = Affected(
            self._engine, self._program, self._dependence, loaded, self._base.locations(self.name)
        )
        count = affected.find()
        if not count:
            change = TableChange(self.name, plan, [], [], rows, self._program.partition_by, self._target_key)
            return Joined(change, 0, [], [], RowChanges())
        if count * 2 > rows:
            return self._anew(judge)
        return self._in_part(affected, scratch, judge)

    @property
    def _target_key(self) -> tuple[str, ...]:
        if self._dependence:
            return tuple(target for _, target in self._dependence.key)
        return tuple(sorted(self._program.relations[self._program.target_id].unique))

    def _bind(self, source: str, relation: str) -> None:
        self._engine.execute(f"CREATE OR REPLACE TEMP VIEW {_view(source)} AS SELECT * FROM {relation}")

    def _check_partition(self, head: LakeHead) -> None:
        current = head.head(self.name)
        by = self._program.partition_by
        wanted = (by,) if by else ()
        if current and current.partition_by != wanted:
            raise DefinitionError(
                f"{self.name} is partitioned by {', '.join(current.partition_by) or 'nothing'}, "
                f"and the flow now says {by or 'nothing'}",
                where=self._graph.where(self._program.target_id),
                remedy="Keep the partition, or give the table another name",
            )

    def _anew(self, judge: Callable[[Program], list[NodeVerdicts]], note: str = "") -> Joined:
        written = self._write(f"{self._directory}/all", judge, self._program.partition_by)
        change = TableChange(
            self.name,
            self._plan,
            written.locations,
            None,
            written.rows,
            self._program.partition_by,
            self._target_key,
        )
        return Joined(change, written.rows, written.nodes, written.checks, note=note)

    def _write(
        self, directory: str, judge: Callable[[Program], list[NodeVerdicts]], partition_by: str | None
    ) -> _Written:
        """Write the rows that the program makes of what the views show, and count what its nodes did."""
        program, engine = self._program, self._engine
        checks = judge(program)
        files = engine.write_parquet(
            program.sql, directory, field_ids=self._plan.ids, partition_by=partition_by
        )
        rows, locations = sum(file.rows for file in files), [file.location for file in files]
        target = engine.parquet(locations) if locations else empty_relation(engine, program.columns)
        account = Account(program, target, rows)
        nodes = account.nodes(engine)
        expected = account.expected_rows(nodes)
        if expected is not None and expected != rows:
            raise OutsideError(
                f"{rows:,} rows were written to {self.name} and {expected:,} were expected; "
                "nothing was published",
                remedy="Run again; if it happens twice, report it with the flow's file",
            )
        return _Written(locations, rows, nodes, checks)

    def _in_part(
        self, affected: Affected, scratch: str, judge: Callable[[Program], list[NodeVerdicts]]
    ) -> Joined:
        """Compute the affected rows alone, and put them into the place of the old ones."""
        for name, relation in affected.relations().items():
            self._bind(name, relation)
        made = self._write(f"{scratch}/affected", judge, None)
        replaced = affected.replace(
            made.locations, made.rows, self._directory, self._plan.ids, self._program.target.order
        )
        change = TableChange(
            self.name,
            self._plan,
            replaced.added,
            replaced.removed,
            self._base.rows(self.name) - replaced.gone + made.rows,
            self._program.partition_by,
            self._target_key,
        )
        return Joined(change, made.rows, made.nodes, made.checks, replaced.changes)


def _view(source: str) -> str:
    return identifier(f"source {source}")
