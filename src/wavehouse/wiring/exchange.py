"""Flows out to Glue, and in from there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.core.extras import install
from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.settings import Settings

if TYPE_CHECKING:
    from wavehouse.project.yaml_file import YamlFile

_NAMELESS = "flow without a name"
_NOT_INSTALLED = "the request was not validated: that needs the shapes of AWS's client"


def export_to_glue(
    settings: Settings,
    flow: str | None,
    what: str,
    staging: str | None,
    warehouse: str | None,
    role: str | None,
    edited: YamlFile | None = None,
) -> tuple[str, list[str]]:
    """The JSON of a flow's nodes or job, and notes; raises `DefinitionError` for what Glue would refuse.

    `edited` is what counts instead of a file that is being edited.
    """
    from wavehouse.flow.flows import find_flow
    from wavehouse.flow.glue.export import glue_nodes
    from wavehouse.flow.glue.job import create_job
    from wavehouse.flow.glue.places import Places
    from wavehouse.flow.graph import read_graph

    project = Project.at(settings.project)
    name = _name_of(project)
    places = Places.of(name, staging, warehouse)
    graph = read_graph(edited) if edited is not None else find_flow(project, flow)
    nodes = glue_nodes(graph, places)
    job = create_job(graph, nodes.content, places, name, role)
    text = json.dumps((nodes if what == "nodes" else job).content, ensure_ascii=False, indent=2) + "\n"
    notes = nodes.notes + _validate(job.content, str(graph.file.path))
    chosen = {"staging": (staging, places.staging), "warehouse": (warehouse, places.warehouse)}
    if what == "job":
        notes += job.notes
        chosen["role"] = (role, job.content["Role"])
    notes += [
        f"{option} is {value}; name another by --{option}"
        for option, (given, value) in chosen.items()
        if given is None and value in text
    ]
    return text, notes


def import_flow(
    settings: Settings,
    source: str,
    content: bytes,
    name: str | None,
    *,
    keep_ids: bool,
    staging: str | None,
    warehouse: str | None,
) -> tuple[str, list[str]]:
    """The YAML of a flow from a document or a script of Glue's, and notes; errors call it `source`."""
    from wavehouse.flow.glue.imported import as_flow_file
    from wavehouse.flow.glue.job import flow_name
    from wavehouse.flow.glue.job_file import read_job
    from wavehouse.flow.glue.places import Places
    from wavehouse.flow.glue.script_file import is_script, read_script_file
    from wavehouse.flow.graph import read_graph

    if name is not None and not name.isprintable():
        raise CallError("the name of a flow is one line", remedy="Give another with --name")
    project = _name_of(Project.at(settings.project))
    places = Places.of(project, staging, warehouse)
    read = read_script_file if is_script(source, content) else read_job
    # A script, and a file of nodes alone, say no name of theirs.
    stem = _word(Path(source).name.partition(".")[0])
    file = read(Path(source), content, places, stem or _NAMELESS)
    graph = read_graph(file)
    if not name and graph.name == _NAMELESS:
        raise CallError("the nodes say no name for the flow", where=source, remedy="Give one with --name")
    called = name or (flow_name(project, graph.name) if file.names_itself else graph.name)
    imported = as_flow_file(called, graph, keep_ids=keep_ids)
    return imported.text, imported.notes


def write_new(path: Path, text: str, *, force: bool) -> None:
    """Write a file whole; raises `CallError` where there is one already, unless `force`."""
    from wavehouse.store.durable import write_durably

    if path.exists() and not force:
        raise CallError(
            "there is something here already", where=str(path), remedy="Name a new file, or add --force"
        )
    write_durably(path, text.encode())


def _validate(request: dict[str, object], where: str) -> list[str]:
    try:
        from wavehouse.aws.validator import check_job
    except ModuleNotFoundError:
        return [f"{_NOT_INSTALLED} ({install('aws')})"]
    check_job(request, where)
    return []


def _name_of(project: Project) -> str:
    from wavehouse.dashboards.files import ProjectFile
    from wavehouse.project.yaml_file import read_yaml

    return read_yaml(project.root / PROJECT_FILE).parse(ProjectFile).name


def _word(text: str) -> str:
    return re.sub(r"[^\w-]+", "_", text).strip("_-")
