"""The flows of a project: one file in `flows/` each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import YamlFile, read_yaml


def read_flows(project: Project, read: Callable[[YamlFile], Graph] = read_graph) -> dict[str, Graph]:
    """All flows by name, in the order of their files; raises `DefinitionError` for anything wrong in one.

    What is wrong inside of a graph is for `read` to say.
    """
    flows: dict[str, Graph] = {}
    for path in project.files("flows"):
        graph = read(read_yaml(path))
        if not graph.name.strip():
            raise DefinitionError(
                "the flow has no name", where=graph.file.where(["flow"]), remedy="Call it by what it makes"
            )
        if graph.name in flows:
            raise DefinitionError(
                f"there is a flow '{graph.name}' already, in {flows[graph.name].file.path.name}",
                where=graph.file.where(["flow"]),
                remedy="Give one of them another name",
            )
        flows[graph.name] = graph
    if not flows:
        raise DefinitionError(
            "the project has no flow", where=str(project.root / "flows"), remedy="Write one there"
        )
    return flows


def find_flow(project: Project, name: str | None) -> Graph:
    """The flow of that name; without one, the only flow. Raises `CallError` where there is no such."""
    return one_flow(project, read_flows(project), name)


def one_flow(project: Project, flows: Mapping[str, Graph], name: str | None) -> Graph:
    """The same, of flows that have been read."""
    if name is None and len(flows) == 1:
        return next(iter(flows.values()))
    if name is None:
        raise CallError(
            f"the project has {len(flows)} flows",
            where=str(project.root / "flows"),
            remedy=f"Name one with --flow: {', '.join(flows)}",
        )
    return named_flow(project, flows, name or "")


def named_flow(project: Project, flows: Mapping[str, Graph], name: str) -> Graph:
    """One of the flows of a project; raises `CallError` where there is none of that name."""
    if name not in flows:
        raise CallError(
            f"there is no flow '{name}'",
            where=str(project.root / "flows"),
            remedy=did_you_mean(name, flows),
        )
    return flows[name]
