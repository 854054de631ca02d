"""The rows of one node of a flow, to look at."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.flow_lint import lake_tables
from wavehouse.wiring.parts import Document, an_engine, own_files

if TYPE_CHECKING:
    from wavehouse.engines.readers import Stop
    from wavehouse.project.yaml_file import YamlFile


def preview_node(
    settings: Settings,
    name: str | None,
    node: str,
    rows: int,
    edited: YamlFile | None = None,
    stop: Stop | None = None,
) -> Document:
    """Columns with the share of NULLs, some rows, and the number of rows of a node.

    `edited` is what counts for a file that is being edited; `stop` stops it.
    """
    from concurrent.futures import ThreadPoolExecutor

    head = lake_tables(settings)
    with (
        an_engine(settings) as engine,
        stop.over(engine.interrupt) if stop else nullcontext(),
        own_files(settings, engine) as own,
        ThreadPoolExecutor(1) as aside,
    ):
        # The engine needs about as long to get ready for tables as the definitions to be read.
        for table in head.names()[:1] if head else ():
            if head and (first := head.head(table)) is not None:
                aside.submit(engine.iceberg_files, first.metadata)

        from wavehouse.flow.editing.reading import reader
        from wavehouse.flow.flows import one_flow, read_flows
        from wavehouse.flow.preview import preview
        from wavehouse.pipeline.flow_sources import LakeRows, with_made
        from wavehouse.project.contracts import read_contracts
        from wavehouse.query.trino_types import trino_type
        from wavehouse.query.value_texts import plain_of

        project = Project.at(settings.project)
        flows = read_flows(project, reader(edited, node))
        graph = one_flow(project, flows, name)
        id_ = graph.known(node)
        bind = with_made(LakeRows(engine, read_contracts(project), head, own=own), graph, flows.values())
        aside.shutdown()
        found = preview(graph, id_, bind, engine, rows)
    if bind.empty:
        source, why = next(iter(bind.empty.items()))
        raise CallError(
            f"there is nothing to look at: {why}, which '{source}' reads",
            where=str(settings.lake),
            remedy="Load the files first: wavehouse run --from DIR --lake LAKE",
        )
    plains = [plain_of(trino_type(column.type)) for column in found.columns]
    return {
        "flow": graph.name,
        "node": id_,
        "columns": [
            {"name": column.name, "type": column.type, "nulls": nulls / found.seen if found.seen else None}
            for column, nulls in zip(found.columns, found.nulls, strict=True)
        ],
        "rows": {"count": found.count, "exact": found.exact},
        "seen": {"rows": found.seen, "sampled": found.sampled or None},
        "sample": [[plain(value) for plain, value in zip(plains, row, strict=True)] for row in found.rows],
    }
