"""The flows of a project: what they are."""

from __future__ import annotations

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document


def list_flows(settings: Settings) -> Document:
    """The flows, with what they read and write."""
    from wavehouse.flow.flows import read_flows

    return {
        "flows": [
            {
                "name": graph.name,
                "description": graph.description,
                "file": str(graph.file.path),
                "nodes": len(graph.nodes),
                "sources": [node.Name for node in graph.sources.values()],
                "targets": [node.Name for node in graph.targets.values()],
            }
            for graph in read_flows(Project.at(settings.project)).values()
        ]
    }
