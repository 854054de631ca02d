"""A whole request, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wavehouse.aws.constraints import findings_of
from wavehouse.aws.finding import Finding, check
from wavehouse.aws.glue_graph import graph_findings
from wavehouse.aws.shapes import request_shape

_NODES = "CodeGenConfigurationNodes"


def request_findings(service: str, operation: str, request: Mapping[str, Any]) -> list[Finding]:
    """Everything wrong with a request to an operation, as in `("glue", "CreateJob", {...})`.

    Raises `CallError` where the service has no such operation.
    """
    found = list(findings_of(request_shape(service, operation), request, operation))
    for path, job in ((operation, request), (f"{operation}.JobUpdate", request.get("JobUpdate"))):
        nodes = job.get(_NODES) if isinstance(job, Mapping) else None
        if service == "glue" and isinstance(nodes, Mapping):
            found += graph_findings(nodes, f"{path}.{_NODES}")
    return found


def check_job(request: Mapping[str, Any], where: str) -> None:
    """Raise `DefinitionError` where Glue would refuse the request to create the job of a flow."""
    check(request_findings("glue", "CreateJob", request), "Glue would refuse the job of this flow", where)
