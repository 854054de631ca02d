"""The joined table and the commits: dimensions first, then the table made from them, which names theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.core.run_record import NodeRecord
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine, WrittenFile
from wavehouse.flow.accounting import Account, NodeRows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.graph import Graph
from wavehouse.flow.program import Program, compile_graph
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.definition import table_of
from wavehouse.pipeline.ledger import SOURCES
from wavehouse.pipeline.load import LoadedSource, bind
from wavehouse.pipeline.quarantine import QUARANTINE, QuarantineTable


class JoinedTable:
    """The flow's rows, written and counted, not yet committed."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        run: str,
        graph: Graph,
        loaded: Mapping[str, LoadedSource],
        judge: Callable[[Program], list[NodeVerdicts]],
    ) -> None:
        self.name: TableName = graph.table
        head = LakeHead(layout)
        program = compile_graph(graph, bind(engine, loaded), engine)
        self.checks: list[NodeVerdicts] = judge(program)
        self.partition_by = program.partition_by
        self.plan: SchemaPlan = plan_schema(str(self.name), program.columns, head.metadata(self.name))
        current = head.head(self.name)
        wanted = (self.partition_by,) if self.partition_by else ()
        if current and current.partition_by != wanted:
            raise DefinitionError(
                f"{self.name} is partitioned by {', '.join(current.partition_by) or 'nothing'}, "
                f"and the flow now says {self.partition_by or 'nothing'}",
                where=graph.where(graph.target_id),
                remedy="Keep the partition, or give the table another name",
            )
        self.files: list[WrittenFile] = engine.write_parquet(
            program.sql, layout.data(self.name, run), field_ids=self.plan.ids, partition_by=self.partition_by
        )
        account = Account(program, engine.parquet([file.path for file in self.files]), self.rows)
        self.nodes: list[NodeRows] = account.nodes(engine)
        expected = account.expected_rows(self.nodes)
        if expected is not None and expected != self.rows:
            raise OutsideError(
                f"{self.rows:,} rows were written to {self.name} and {expected:,} were expected; "
                "nothing was published",
                remedy="Run again; if it happens twice, report it with the flow's file",
            )

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return sum(file.rows for file in self.files)

    def node_records(self) -> list[NodeRecord]:
        """What the nodes did to the number of rows, for the run record."""
        return [
            NodeRecord(rows.node, rows.rows_in, rows.rows_out, rows.unmatched, rows.added)
            for rows in self.nodes
        ]

    def notes(self) -> list[str]:
        """Rows that a join left out: nobody should find them missing later."""
        return [
            f"{rows.name}: {rows.rows_in - rows.rows_out:,} rows found no match and were left out"
            for rows in self.nodes
            if rows.rows_out < rows.rows_in and rows.unmatched
        ]


def commit(
    layout: LakeLayout,
    loaded: Mapping[str, LoadedSource],
    aside: QuarantineTable,
    joined: JoinedTable,
    bookmark: Mapping[str, str],
) -> None:
    """Commit all tables of one publish, one snapshot each; a crash between two is mended by the next run."""
    from wavehouse.lake.commit import Committer

    committer = Committer(layout)
    try:
        snapshots = {}
        for source in loaded.values():
            name = table_of(source.contract)
            snapshots[str(name)] = committer.replace(
                name, source.plan, source.current.files, partition_by=None, summary=bookmark
            )
        committer.replace(QUARANTINE, aside.plan, aside.files, partition_by=None, summary=bookmark)
        committer.replace(
            joined.name,
            joined.plan,
            joined.files,
            partition_by=joined.partition_by,
            summary={**bookmark, SOURCES: json.dumps(snapshots)},
        )
    finally:
        committer.close()
