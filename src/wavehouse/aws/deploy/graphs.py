"""The graphs of the visual jobs, which no template can hold: set by `UpdateJob` when they have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import if_there, told
from wavehouse.aws.finding import check
from wavehouse.aws.plan import Plan
from wavehouse.aws.stage import in_account
from wavehouse.aws.validator import request_findings
from wavehouse.flow.glue.nodes_digest import NODES_TAG, nodes_digest

_NODES = "CodeGenConfigurationNodes"


@dataclass(frozen=True)
class Graph:
    """The nodes that a job is to have."""

    job: str
    nodes: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What the job's tag says when it has them."""
        return nodes_digest(self.nodes)


def graphs_of(clients: Clients, plan: Plan) -> list[Graph]:
    """The plan's graphs, in this account; raises `DefinitionError` for one that Glue would refuse."""
    found = []
    for job, nodes in sorted(plan.graphs.items()):
        here = in_account(nodes, clients.account)
        findings = request_findings("glue", "UpdateJob", {"JobName": job, "JobUpdate": {_NODES: here}})
        check(findings, "Glue would refuse the graph of this job", job)
        found.append(Graph(job, here))
    return found


def deployed_job(clients: Clients, name: str) -> dict[str, Any] | None:
    """The job as Glue has it, None where it has none."""
    found = if_there(f"the job {name} is read", lambda: clients.of("glue").get_job(JobName=name))
    return dict(found["Job"]) if found else None


def deployed_nodes(job: Mapping[str, Any] | None) -> dict[str, Any]:
    """The graph that a job has."""
    return dict((job or {}).get(_NODES) or {})


def deployed_digest(clients: Clients, name: str) -> str:
    """What the job's tag says of its graph, '' where it has none."""
    with told(f"the tags of the job {name} are read"):
        tags = clients.of("glue").get_tags(ResourceArn=_arn(clients, name))["Tags"]
    return str(tags.get(NODES_TAG, ""))


def is_set(clients: Clients, graph: Graph) -> bool:
    """Whether the job has this graph; a tag alone is not believed: somebody may have emptied the job."""
    job = deployed_job(clients, graph.job)
    return bool(deployed_nodes(job)) and deployed_digest(clients, graph.job) == graph.digest


def set_graph(clients: Clients, graph: Graph) -> None:
    """Give the job its graph, then write the tag: if something fails between the two, it is done again."""
    glue = clients.of("glue")
    job = deployed_job(clients, graph.job) or {}
    update = {**_writable(glue, job), _NODES: dict(graph.nodes)}
    with told(f"the graph of the job {graph.job} is set"):
        glue.update_job(JobName=graph.job, JobUpdate=update)
        glue.tag_resource(ResourceArn=_arn(clients, graph.job), TagsToAdd={NODES_TAG: graph.digest})


def _writable(glue: Any, job: Mapping[str, Any]) -> dict[str, Any]:
    """What `UpdateJob` takes of a job: it writes the whole job over, so all of it must be sent again."""
    known = set(glue.meta.service_model.shape_for("JobUpdate").members)
    found = {name: value for name, value in job.items() if name in known and value not in (None, {}, "")}
    found.pop("AllocatedCapacity", None)
    if "WorkerType" in found or "NumberOfWorkers" in found:
        # (Glue reckons it from the workers, and refuses both together.)
        found.pop("MaxCapacity", None)
    return found


def _arn(clients: Clients, job: str) -> str:
    return f"arn:{clients.partition}:glue:{clients.where}:{clients.account}:job/{job}"
