"""How a stage is: the stack, its last events, and what ran last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.console_links import console_links
from wavehouse.aws.deploy.events import latest_events
from wavehouse.aws.deploy.stack import Resource, read_stack, resources_of
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.stage import Stage
from wavehouse.core.errors import CallError

_EVENTS, _RUNS = 10, 3


def status(clients: Clients, stage: Stage) -> dict[str, Any]:
    """A document of it; raises `CallError` where nothing is deployed."""
    stack = read_stack(clients, stage.stack)
    if stack is None:
        raise nothing_deployed(stage)
    resources = resources_of(clients, stack.id)
    return {
        "stack": stack.name,
        "status": stack.status,
        "reason": stack.reason,
        "resources": len(resources),
        "events": [_event(one) for one in latest_events(clients, stack.id, _EVENTS)],
        "jobs": _each(clients, resources, "AWS::Glue::Job", _job),
        "crawlers": _each(clients, resources, "AWS::Glue::Crawler", _crawler),
        "workflows": _each(clients, resources, "AWS::Glue::Workflow", _workflow),
        "outputs": dict(stack.outputs),
        "links": console_links(clients, stack.id, resources),
    }


def nothing_deployed(stage: Stage) -> CallError:
    """What to say where there is no stack."""
    deploy = f"wavehouse aws deploy --stage {stage.name}"
    return CallError("nothing is deployed", where=stage.stack, remedy=f"Deploy it: {deploy}")


def _each(
    clients: Clients, resources: list[Resource], kind: str, read: Callable[[Any, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    names = sorted(one.physical for one in resources if one.type == kind and one.physical)
    with told("what ran last is asked for"):
        return [{"name": name, **read(clients.of("glue"), name)} for name in names]


def _event(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": _time(said["Timestamp"]),
        "resource": said["LogicalResourceId"],
        "status": said["ResourceStatus"],
        "reason": said.get("ResourceStatusReason") or "",
    }


def _job(glue: Any, name: str) -> dict[str, Any]:
    runs = glue.get_job_runs(JobName=name, MaxResults=_RUNS)["JobRuns"]
    return {
        "runs": [
            {
                "id": run["Id"],
                "status": run["JobRunState"],
                "started": _time(run.get("StartedOn")),
                "seconds": run.get("ExecutionTime"),
                "error": run.get("ErrorMessage") or "",
            }
            for run in runs
        ]
    }


def _crawler(glue: Any, name: str) -> dict[str, Any]:
    crawler = glue.get_crawler(Name=name)["Crawler"]
    last = crawler.get("LastCrawl") or {}
    return {
        "status": crawler.get("State", ""),
        "last": last.get("Status", ""),
        "started": _time(last.get("StartTime")),
        "error": last.get("ErrorMessage") or "",
    }


def _workflow(glue: Any, name: str) -> dict[str, Any]:
    last = glue.get_workflow(Name=name)["Workflow"].get("LastRun") or {}
    return {
        "last": last.get("Status", ""),
        "started": _time(last.get("StartedOn")),
        "error": last.get("ErrorMessage") or "",
    }


def _time(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
