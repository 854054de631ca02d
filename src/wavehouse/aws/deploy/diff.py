"""The definition against what is deployed: the template, the graphs, the files, and what drifted."""

from __future__ import annotations

from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.differences import differences
from wavehouse.aws.deploy.drift import find_drift
from wavehouse.aws.deploy.graphs import Graph, deployed_digest, deployed_job, deployed_nodes, graphs_of
from wavehouse.aws.deploy.stack import REVIEW, deployed_template, read_stack
from wavehouse.aws.deploy.tables import missing_tables
from wavehouse.aws.deploy.uploads import missing_uploads
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.plan import Plan

_NO_DRIFT = {"looked": False, "why": "nothing is deployed", "resources": []}
_CHANGES = {(True, False): "deployed only", (False, True): "defined only", (True, True): "changed"}


def diff(clients: Clients, plan: Plan, waiting: Waiting | None = None) -> dict[str, Any]:
    """A document of every difference; `same` where there is none."""
    name = plan.stage.stack
    stack = read_stack(clients, name)
    there = stack is not None and stack.status != REVIEW
    template = deployed_template(clients, name) if there else {}
    graphs = [one for graph in graphs_of(clients, plan) if (one := _graph(clients, graph))]
    tables = missing_tables(clients, plan)
    files = [
        f"s3://{plan.stage.bucket(one.role, clients.account)}/{one.key}"
        for one in missing_uploads(clients, plan)
    ]
    drift = find_drift(clients, name, waiting or Waiting()) if there else _NO_DRIFT
    resources, rest = _resources(template, plan.template), _rest(template, plan.template)
    return {
        "stack": name,
        "status": stack.status if stack else None,
        "same": not (resources or rest or graphs or tables or files or drift["resources"]),
        "resources": resources,
        "template": rest,
        "graphs": graphs,
        "tables": tables,
        "uploads": files,
        "drift": drift,
    }


def _resources(deployed: dict[str, Any], defined: dict[str, Any]) -> list[dict[str, Any]]:
    there, here = deployed.get("Resources", {}), defined.get("Resources", {})
    return [
        {
            "resource": name,
            "type": (here.get(name) or there[name])["Type"],
            "change": _CHANGES[name in there, name in here],
            "properties": [one.as_json() for one in differences(there[name], here[name])]
            if name in there and name in here
            else [],
        }
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]


def _rest(deployed: dict[str, Any], defined: dict[str, Any]) -> list[dict[str, Any]]:
    there, here = ({k: v for k, v in one.items() if k != "Resources"} for one in (deployed, defined))
    return [one.as_json() for one in differences(there, here)]


def _graph(clients: Clients, graph: Graph) -> dict[str, Any] | None:
    """How a job's graph differs; None where it does not, by its tag and by its nodes."""
    job = deployed_job(clients, graph.job)
    if job is None:
        return {"job": graph.job, "change": "defined only", "tag": "", "nodes": []}
    tag, found = deployed_digest(clients, graph.job), deployed_nodes(job)
    nodes = [one.as_json() for one in differences(found, dict(graph.nodes), lenient=True)]
    if not nodes and tag == graph.digest:
        return None
    return {"job": graph.job, "change": "changed", "tag": tag, "nodes": nodes}
