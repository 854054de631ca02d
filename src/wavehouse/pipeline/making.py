"""The flows of one run: all targets compiled, then made one after the other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from wavehouse.core.run_record import NodeRecord
from wavehouse.flow.accounting import NodeRows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.program import Program
from wavehouse.lake.change import TableChange
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.file_target import FlowFiles
from wavehouse.pipeline.flow_checks import check_flow
from wavehouse.pipeline.inputs import Input
from wavehouse.pipeline.intake import Setting
from wavehouse.pipeline.joined import FlowTable, Joined
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.node_seconds import step_of
from wavehouse.pipeline.outputs import Output
from wavehouse.pipeline.run_sources import FlowSources
from wavehouse.pipeline.targets import FlowTarget


@dataclass
class Made:
    """What the flows of a run have come to: changes of tables in the order of making, and folders."""

    changes: list[TableChange] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    checks: list[NodeVerdicts] = field(default_factory=list)


class Making:
    """Makes the targets of all flows.

    `changed` are the inputs that are not as the last publish read them, `outputs` the folders that it wrote.
    """

    def __init__(
        self, setting: Setting, base: Base, changed: Sequence[Input], outputs: Sequence[Output]
    ) -> None:
        self._setting = setting
        self._base = base
        self._inputs = changed
        self._sources = FlowSources(setting.engine, setting.layout, setting.definition, setting.scratch)
        before = {output.at: output for output in outputs}
        self._targets: list[FlowTable | FlowFiles] = []
        for target in setting.definition.targets:
            place = (setting.engine, setting.layout, setting.record.run_id, target)
            if target.table:
                self._targets.append(FlowTable(*place, target.table, self._sources, base))
            else:
                written = before.get((target.graph.name, target.id))
                self._targets.append(FlowFiles(*place, self._sources, written))
        # By flow, the nodes that were judged and counted for a target before.
        self._judged: dict[str, set[str]] = {}
        self._counted: dict[str, set[str]] = {}

    def watched(self, source: str) -> list[str]:
        """The columns of a source, besides its key, whose change may affect rows of some table."""
        tables = [one for one in self._targets if isinstance(one, FlowTable)]
        return list(dict.fromkeys(column for one in tables for column in one.watched(source)))

    def make(self, loaded: Mapping[str, LoadedSource]) -> Made:
        """Make what has to be made, with its steps and what it says in the record."""
        changed: set[Hashable] = {
            str(source.change.name) for source in loaded.values() if not source.change.is_empty
        }
        changed |= {one.at for one in self._inputs}
        made = Made()
        twins: dict[tuple[str, str], Joined] = {}
        for one in self._targets:
            node = (one.target.graph.name, one.target.node.Inputs[0])
            if isinstance(one, FlowTable):
                twins[node] = joined = self._make_table(one, loaded, changed, twins.get(node))
                made.changes.append(joined.change)
                made.checks += joined.checks
                self._sources.show_table(one.name, joined.rows)
                if not joined.change.is_empty:
                    changed.add(str(one.name))
            else:
                self._make_files(one, loaded, changed, twins.get(node), made)
        return made

    def undo(self) -> None:
        """Remove the files that were written."""
        for one in self._targets:
            if isinstance(one, FlowFiles):
                one.undo()

    def _make_table(
        self,
        table: FlowTable,
        loaded: Mapping[str, LoadedSource],
        changed: set[Hashable],
        twin: Joined | None,
    ) -> Joined:
        record, name = self._setting.record, step_of(table.target)
        with self._setting.steps.working(name, self._setting.engine.fraction_done) as step:
            joined = table.make(loaded, changed, str(self._setting.scratch), self._judge, twin)
            step.rows_in = joined.nodes[0].rows_in if joined.nodes else joined.made
            step.rows_out = joined.made
        self._setting.steps.finish(name, f"{joined.made:,} rows in {len(joined.change.added)} files")
        if joined.note:
            record.notes.append(joined.note)
        self._account(table.target, joined.nodes)
        if joined.changes:
            record.changes[str(table.name)] = joined.changes
        if not joined.change.is_empty:
            self._tell_ignored(table.target)
        return joined

    def _make_files(
        self,
        files: FlowFiles,
        loaded: Mapping[str, LoadedSource],
        changed: set[Hashable],
        twin: Joined | None,
        made: Made,
    ) -> None:
        name = step_of(files.target)
        with self._setting.steps.working(name, self._setting.engine.fraction_done) as step:
            written = files.make(loaded, changed, self._judge, twin, anew=self._base.anew)
            if written.is_new:
                step.rows_in = step.rows_out = written.output.rows
        count = f"{written.output.rows:,} rows in {written.output.files} files"
        self._setting.steps.finish(name, count if written.is_new else "as before")
        self._account(files.target, written.nodes)
        made.outputs.append(written.output)
        made.checks += written.checks
        if written.is_new:
            self._tell_ignored(files.target)

    def _judge(self, program: Program) -> list[NodeVerdicts]:
        done = self._judged.setdefault(program.graph.name, set())
        setting = self._setting
        found = check_flow(program, setting.engine, setting.layout, setting.record, done)
        done.update(one.id for one in found)
        return found

    def _account(self, target: FlowTarget, nodes: Sequence[NodeRows]) -> None:
        """Keep what nodes did to the number of rows, each once; rows that a join left out are noted, too."""
        flow, record = target.graph.name, self._setting.record
        counted = self._counted.setdefault(flow, set())
        for rows in nodes:
            if rows.node in counted:
                continue
            counted.add(rows.node)
            record.nodes.append(
                NodeRecord(rows.node, rows.rows_in, rows.rows_out, rows.unmatched, rows.added, flow)
            )
            if rows.rows_out < rows.rows_in and rows.unmatched:
                left_out = rows.rows_in - rows.rows_out
                record.notes.append(f"{rows.name}: {left_out:,} rows found no match and were left out")

    def _tell_ignored(self, target: FlowTarget) -> None:
        notes = self._setting.record.notes
        notes += [note for note in self._sources.ignored(target) if note not in notes]
