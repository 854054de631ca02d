"""The console's page of flows, over the functions of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.exchange import export_to_glue
from wavehouse.wiring.flow_lint import look_through
from wavehouse.wiring.flow_pictures import last_run_of_all
from wavehouse.wiring.flow_preview import preview_node
from wavehouse.wiring.flow_sql import flow_sql
from wavehouse.wiring.parts import Document, layout_of
from wavehouse.wiring.runs import run

if TYPE_CHECKING:
    from wavehouse.console.background import Job, Jobs
    from wavehouse.console.flow.tools import LastRun
    from wavehouse.console.shell import Page
    from wavehouse.core.columns import Column
    from wavehouse.core.run_record import RunRecord
    from wavehouse.engines.readers import Stop
    from wavehouse.flow.editing.new_node import Surroundings
    from wavehouse.flow.graph import Graph
    from wavehouse.project.yaml_file import YamlFile


def flow_page_of(settings: Settings, jobs: Jobs) -> Page:
    """The page; `jobs` does its runs."""
    from wavehouse.console.flow.page import flow_page

    return flow_page(_Flows(settings, jobs))


class _Flows:
    """The project's flows, over the lake of the settings (a `FlowTools`)."""

    def __init__(self, settings: Settings, jobs: Jobs) -> None:
        self._settings = settings
        self._jobs = jobs

    def files(self) -> list[Path]:
        return Project.at(self._settings.project).files("flows")

    def surroundings(self, file: YamlFile) -> Surroundings:
        from wavehouse.flow.editing.new_node import Surroundings
        from wavehouse.flow.graph import read_graph
        from wavehouse.flow.nodes import FileSource
        from wavehouse.project.contracts import read_contracts

        graph = read_graph(file, lambda _: None)
        read = {node.contract for node in graph.sources.values() if isinstance(node, FileSource)}
        contracts = read_contracts(Project.at(self._settings.project))
        left = [name for name, one in contracts.items() if name not in read and one.role == "table"]
        tables = (node.proper_table for node in graph.tables.values())
        database = next((table.database for table in tables if table), "default")
        return Surroundings(left[0] if left else "", database)

    def look_through(self, file: YamlFile) -> tuple[dict[str, tuple[Column, ...]], list[Document]]:
        return look_through(self._settings, file)

    def preview(self, file: YamlFile, node: str, rows: int, stop: Stop) -> Document:
        return preview_node(self._settings, _name(file), node, rows, file, stop)

    def sql(self, file: YamlFile, node: str, dialect: str) -> Document:
        return flow_sql(self._settings, _name(file), node, dialect, file)

    def glue(self, file: YamlFile) -> tuple[str, list[str]]:
        return export_to_glue(self._settings, None, "nodes", None, None, None, file)

    def last_run(self, graph: Graph) -> LastRun:
        from wavehouse.console.flow.tools import LastRun
        from wavehouse.flow.nodes import FileSource
        from wavehouse.flow.pictures.row_counts import row_counts
        from wavehouse.pipeline.node_seconds import node_seconds
        from wavehouse.pipeline.run_store import all_runs

        try:
            records = all_runs(layout_of(self._settings), 1)
        except CallError:
            return LastRun()  # there is no lake yet
        if not records:
            return LastRun()
        last = records[0]
        counted = last_run_of_all(self._settings, graph, named_lake=False)
        kept_aside = {
            id_: last.sources[node.contract].rows_quarantined
            for id_, node in graph.sources.items()
            if isinstance(node, FileSource) and node.contract in last.sources
        }
        return LastRun(
            last.run_id,
            last.started,
            last.status,
            last.seconds,
            last.error,
            counted.run_id if counted else "",
            row_counts(graph, counted) if counted else {},
            node_seconds(graph, last),
            kept_aside,
            [rule.rule for rule in last.rules if rule.source == f"flow {graph.name}" and not rule.passed],
        )

    def start_run(self) -> Job:
        def work(job: Job) -> RunRecord:
            return run(self._settings, (), full=False, show=False, listener=job, begun=job.begun)

        return self._jobs.start("Run", work)


def _name(file: YamlFile) -> str:
    name = file.data.get("flow")
    return name if isinstance(name, str) else ""
