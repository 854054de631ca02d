"""A table that a flow makes: anew, or those of its rows that come from changed ones."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.core.run_record import RowChanges
from wavehouse.core.sql_text import column_list
from wavehouse.core.table_name import TableName
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.accounting import Account, NodeRows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.dependence import Dependence, NoDependence, dependence
from wavehouse.flow.nodes import FileSource, Node
from wavehouse.flow.program import Program
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import SchemaPlan, plan_schema, schema_as_it_was
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.affected import Affected
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.run_sources import FlowSources, reads_of
from wavehouse.pipeline.targets import FlowTarget

# Judges what the nodes of a program look at, where that was not done for another target.
Judge = Callable[[Program], list[NodeVerdicts]]


@dataclass
class Written:
    """Rows of the program, written somewhere."""

    locations: list[str]
    rows: int
    nodes: list[NodeRows] = field(default_factory=list)
    checks: list[NodeVerdicts] = field(default_factory=list)


@dataclass(frozen=True)
class Joined:
    """The rows of a target, written and counted, not yet committed; `changes` is None for a table made anew.

    `rows` is a relation over all rows that the table has then, and `part` those that were made for it, where
    that was a part of them: another target of the same node takes them from there.
    """

    change: TableChange
    made: int
    rows: str
    nodes: list[NodeRows] = field(default_factory=list)
    checks: list[NodeVerdicts] = field(default_factory=list)
    changes: RowChanges | None = None
    note: str = ""
    part: Written | None = None


class FlowTable:
    """A table target in one run: compiled once, over views that are bound to the rows it shall see."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        run: str,
        target: FlowTarget,
        name: TableName,
        sources: FlowSources,
        base: Base,
    ) -> None:
        self.target = target
        self.name = name
        self._engine = engine
        self._sources = sources
        self._base = base
        self._directory = layout.data(self.name, run)
        self._program: Program = sources.compiled(target)
        self._reads = reads_of(sources.definition, self._program)
        sources.add_table(name, self._program.relations[target.id])
        head = LakeHead(layout)
        self._metadata = head.metadata(self.name)
        self._plan: SchemaPlan = plan_schema(str(self.name), self._program.columns, self._metadata)
        self._check_partition(head)
        self._dependence: Dependence | None = None
        self.untraced = ""
        try:
            keys = {source: contract.key for source, contract in sources.definition.tables.items()}
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
        changed: Container[Hashable],
        scratch: str,
        judge: Judge,
        twin: Joined | None,
    ) -> Joined:
        """Make the table anew, or what is affected of it where that can be traced and is less than half.

        Where nothing that it reads is among what has `changed`, it stays as it is. `twin` is what was made of
        the same node before.
        """
        rows = self._base.rows(self.name)
        if not (self._base.anew or self._plan.new or any(one in changed for one in self._reads)):
            return self._unchanged()
        self._sources.show_all(self._program, loaded)
        self._compile_again()
        plan = self._plan
        if self._dependence is None or not rows or plan.added or plan.widened or plan.dropped:
            of_contracts = any(isinstance(node, FileSource) and node.contract for node in self._nodes)
            note = f"{self.name} was made anew: {self.untraced}" if self.untraced and rows else ""
            return self._anew(judge, twin, note if of_contracts else "")
        driver = loaded[self._dependence.driver]
        if driver.merged.touched is None:
            return self._anew(judge, twin)
        affected = Affected(
            self._engine, self._program, self._dependence, loaded, self._base.locations(self.name)
        )
        count = affected.find()
        if not count:
            return self._unchanged()
        if count * 2 > rows:
            return self._anew(judge, twin)
        return self._in_part(affected, scratch, judge, twin.part if twin else None)

    def _compile_again(self) -> None:
        program = self._sources.compiled_again(self._program)
        if program is not self._program:
            self._program = program
            self._plan = plan_schema(str(self.name), program.columns, self._metadata)
            self._sources.add_table(self.name, program.relations[self.target.id])

    def _unchanged(self) -> Joined:
        assert self._metadata is not None  # noqa: S101  # it is there
        plan = schema_as_it_was(self._metadata, self._metadata["current-schema-id"])
        change = TableChange(
            self.name, plan, [], [], self._base.rows(self.name), self._program.partition_by, self._target_key
        )
        # (Of a table whose rows are not followed there is nothing to count.)
        return Joined(change, 0, self._all_rows(change), changes=RowChanges() if self._dependence else None)

    def _all_rows(self, change: TableChange) -> str:
        """A relation over what the table has after a change."""
        gone = set(self._base.locations(self.name) if change.removed is None else change.removed)
        kept = [location for location in self._base.locations(self.name) if location not in gone]
        locations, columns = [*kept, *change.added], change.plan.columns
        if not locations:
            return empty_relation(self._engine, columns)
        names = column_list(column.name for column in columns)
        return f"(SELECT {names} FROM {self._engine.parquet(locations)})"

    @property
    def _nodes(self) -> list[Node]:
        return list(self._program.nodes.values())

    @property
    def _target_key(self) -> tuple[str, ...]:
        if self._dependence:
            return tuple(target for _, target in self._dependence.key)
        return tuple(sorted(self._program.relations[self._program.target_id].unique))

    def _check_partition(self, head: LakeHead) -> None:
        current = head.head(self.name)
        by = self._program.partition_by
        wanted = (by,) if by else ()
        if current and current.partition_by != wanted:
            raise DefinitionError(
                f"{self.name} is partitioned by {', '.join(current.partition_by) or 'nothing'}, "
                f"and the flow now says {by or 'nothing'}",
                where=self.target.where,
                remedy="Keep the partition, or give the table another name",
            )

    def _anew(self, judge: Judge, twin: Joined | None, note: str = "") -> Joined:
        directory, by = f"{self._directory}/all", self._program.partition_by
        written = self._copy(twin.rows, directory) if twin else self._write(directory, judge, by)
        change = TableChange(
            self.name,
            self._plan,
            written.locations,
            None,
            written.rows,
            by,
            self._target_key,
        )
        return Joined(change, written.rows, self._all_rows(change), written.nodes, written.checks, note=note)

    def _copy(self, rows: str, directory: str) -> Written:
        """Write rows that another target has made."""
        files = self._engine.write_parquet(
            ordered(rows, self.target.node.order),
            directory,
            field_ids=self._plan.ids,
            partition_by=self._program.partition_by,
        )
        return Written([file.location for file in files], sum(file.rows for file in files))

    def _write(self, directory: str, judge: Judge, partition_by: str | None) -> Written:
        """Write the rows that the program makes of what the views show, and count what its nodes did."""
        program, engine = self._program, self._engine
        checks = judge(program)
        files = engine.write_parquet(
            engine.as_columns(program.sql), directory, field_ids=self._plan.ids, partition_by=partition_by
        )
        rows, locations = sum(file.rows for file in files), [file.location for file in files]
        target = engine.parquet(locations) if locations else empty_relation(engine, program.columns)
        return Written(locations, rows, accounted(program, target, rows, engine, str(self.name)), checks)

    def _in_part(self, affected: Affected, scratch: str, judge: Judge, part: Written | None) -> Joined:
        """Compute the affected rows alone, and put them into the place of the old ones."""
        made = part
        if made is None:
            for name, relation in affected.relations().items():
                self._sources.show(name, relation)
            made = self._write(f"{scratch}/affected {self.name}", judge, None)
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
        told = made if part is None else Written([], 0)
        return Joined(
            change,
            made.rows,
            self._all_rows(change),
            told.nodes,
            told.checks,
            replaced.changes,
            part=made,
        )


def ordered(rows: str, order: Sequence[str]) -> str:
    """A query for the rows of a relation in that order."""
    return f"SELECT * FROM {rows}" + (f" ORDER BY {column_list(order)}" if order else "")


def accounted(program: Program, target: str, rows: int, engine: Engine, name: str) -> list[NodeRows]:
    """What the nodes did to the number of rows, when `rows` of them were written to what goes by `name`.

    `target` reads them. Raises `OutsideError` where others were expected.
    """
    account = Account(program, target, rows)
    nodes = account.nodes(engine)
    expected = account.expected_rows(nodes)
    if expected is not None and expected != rows:
        raise OutsideError(
            f"{rows:,} rows were written to {name} and {expected:,} were expected; nothing was published",
            remedy="Run again; if it happens twice, report it with the flow's file",
        )
    return nodes
