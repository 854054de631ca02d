"""Pictures of a flow, and the schema of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document, layout_of

if TYPE_CHECKING:
    from wavehouse.core.run_record import RunRecord
    from wavehouse.flow.graph import Graph


def flow_document(settings: Settings, flow: str | None, *, named_lake: bool) -> Document:
    """One flow: its nodes in reading order, with the rows that came out of each, as far as a run tells.

    `named_lake` says that the lake must be there.
    """
    from dataclasses import asdict

    from wavehouse.flow.flows import find_flow
    from wavehouse.flow.pictures.cards import cards
    from wavehouse.flow.pictures.row_counts import row_counts

    graph = find_flow(Project.at(settings.project), flow)
    run = last_run_of_all(settings, graph, named_lake=named_lake)
    drawn = cards(graph, row_counts(graph, run) if run else {})
    return {
        "flow": graph.name,
        "description": graph.description,
        "file": str(graph.file.path),
        "rows_of": run.run_id if run else None,
        "nodes": [asdict(card) for card in drawn.values()],
    }


def picture(document: Document, form: str) -> str:
    """A flow's document as `svg`, `mermaid`, `dot`, or the `terminal`'s picture without colours."""
    from wavehouse.flow.pictures.cards import Card
    from wavehouse.flow.pictures.dot import dot
    from wavehouse.flow.pictures.mermaid import mermaid
    from wavehouse.flow.pictures.svg import svg
    from wavehouse.terminal.flow_picture import flow_as_text

    cards = {node["id"]: Card(**node) for node in document["nodes"]}
    match form:
        case "svg":
            rows = f"Rows: as of run {document['rows_of']}" if document["rows_of"] else ""
            return svg(document["flow"], cards, " · ".join(filter(None, [document["description"], rows])))
        case "mermaid":
            return mermaid(cards)
        case "dot":
            return dot(document["flow"], cards)
        case _:
            return flow_as_text(document)


def flow_schema() -> str:
    """The JSON Schema of a flow's file."""
    from wavehouse.flow.file_schema import file_schema

    return file_schema()


def last_run_of_all(settings: Settings, graph: Graph, *, named_lake: bool) -> RunRecord | None:
    """The newest run that counted all rows of a flow; `named_lake` says that the lake must be there."""
    from wavehouse.flow.pictures.row_counts import counted_all
    from wavehouse.pipeline.run_store import all_runs

    try:
        layout = layout_of(settings)
    except CallError:
        if named_lake:
            raise
        return None
    return next((run for run in all_runs(layout) if counted_all(graph, run)), None)
