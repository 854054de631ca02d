"""A visual job of Glue's as a flow: its nodes, a request to create it, or what `get-job` says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.glue.node_ids import LEGAL
from wavehouse.flow.glue.places import Places
from wavehouse.flow.nodes import KINDS, REFUSED
from wavehouse.project.definition_file import DefinitionFile
from wavehouse.project.json_text import json_path, parse_json

_NODES = "CodeGenConfigurationNodes"
# Where a job stands in a document: as it is, as get-job gives it, as update-job takes it.
_WRAPPED = ((), ("Job",), ("JobUpdate",))
_EXPECTED = f"Give {_NODES}, a request to create a job, or the output of: aws glue get-job --job-name NAME"
_MAX_ID = 255

# What Glue does where a field is not there, if that is not what our models do.
# Source: the fields' documentation in the Glue API.
_ABSENT: dict[str, dict[str, Any]] = {"S3CsvSource": {"WithHeader": False, "Multiline": False}}


@dataclass(frozen=True)
class JobFile(DefinitionFile):
    """A job as the tree of a flow; it tells places as they are in the job's own document."""

    nodes_at: tuple[str, ...]
    # Whether the document says the name of the job, and not its file alone.
    names_itself: bool = False

    def where(self, location: Sequence[Any] = ()) -> str:
        """The document and the path in it, as `job.json: $.Job.CodeGenConfigurationNodes.node-1.Join`."""
        steps: list[Any] = []
        here: Any = self.data
        for key in location:
            known = isinstance(here, Mapping) and key in here
            if not known and not (isinstance(here, list) and isinstance(key, int) and key < len(here)):
                continue
            here = here[key]
            steps.append(key)
        inside = [*self.nodes_at, *steps[1:]] if steps[:1] == ["nodes"] else []
        return f"{self.path}: {json_path(inside)}"


def read_job(path: Path, content: bytes, places: Places, unnamed: str) -> JobFile:
    """The tree of a flow in a document of Glue's; its `flow` is the job's name, else `unnamed`.

    Raises `DefinitionError` for what is no such document, and at once for all nodes of kinds that cannot run.
    """
    document = parse_json(str(path), content, _EXPECTED)
    nodes_at, job = _job_in(path, document)
    nodes = _at(document, nodes_at)
    names = [job.get(key) for key in ("Name", "JobName")]
    said = next((name for name in names if isinstance(name, str) and name.strip()), None)
    name = said or unnamed
    file = JobFile(path, {"flow": name, "nodes": nodes}, nodes_at)
    _check_nodes(file, nodes)
    flow_nodes = {
        id_: {kind: places.in_flow(_as_glue_means(kind, fields)) for kind, fields in node.items()}
        for id_, node in nodes.items()
    }
    return JobFile(path, {"flow": name, "nodes": flow_nodes}, nodes_at, said is not None)


def _job_in(path: Path, document: Any) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Where the nodes are, and the job that they belong to (an empty one for nodes alone)."""
    if not isinstance(document, dict):
        raise DefinitionError("this is no JSON object", where=str(path), remedy=_EXPECTED)
    for way in _WRAPPED:
        job = _at(document, way)
        if isinstance(job, dict) and _NODES in job:
            return (*way, _NODES), job if way != ("JobUpdate",) else document
    if {"Name", "Job", "JobUpdate", "Command"} & document.keys():
        raise DefinitionError(
            f"this job has no {_NODES}: it is not a visual one",
            where=str(path),
            remedy="Import its script instead",
        )
    return (), {}


def _at(document: Any, way: Sequence[str]) -> Any:
    for key in way:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _check_nodes(file: JobFile, nodes: Any) -> None:
    if not isinstance(nodes, dict) or not nodes:
        raise DefinitionError("there are no nodes here", where=file.where(["nodes"]), remedy=_EXPECTED)
    wrong = [said for id_, node in nodes.items() if (said := _wrong(file, id_, node))]
    if len(wrong) == 1:
        raise DefinitionError(wrong[0])
    if wrong:
        raise DefinitionError(f"{len(wrong)} nodes cannot be taken\n  " + "\n  ".join(wrong))


def _wrong(file: JobFile, id_: str, node: Any) -> str:
    """What keeps a node from being one of ours, as to its id and kind; '' for nothing."""
    where = file.where(["nodes", id_])
    if not LEGAL.fullmatch(id_) or len(id_) > _MAX_ID:
        return f"{where}: a node's id has letters, digits, _ and - alone, at most {_MAX_ID}"
    if not isinstance(node, dict) or len(node) != 1:
        return f"{where}: a node is an object with one key, its kind. {_EXPECTED}"
    (kind,) = node
    if kind in REFUSED:
        return f"{where}: a {kind} does not run here: {REFUSED[kind]}"
    if kind not in KINDS:
        return f"{where}: there is no kind of nodes '{kind[:_MAX_ID]}'. {did_you_mean(kind, KINDS)}"
    return "" if isinstance(node[kind], dict) else f"{where}: the fields of a {kind} are an object"


def _as_glue_means(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return _ABSENT.get(kind, {}) | {name: value for name, value in fields.items() if value is not None}
