"""Drift: what somebody has changed by hand in what the stack made."""

from __future__ import annotations

from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.core.errors import OutsideError


def find_drift(clients: Clients, stack: str, waiting: Waiting) -> dict[str, Any]:
    """`resources` that drifted, each with its differences; `why` says why nothing could be looked for."""
    cloudformation = clients.of("cloudformation")
    try:
        with told(f"drift of the stack {stack} is looked for"):
            begun = cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
            for _ in waiting.looks("the search for drift"):
                found = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=begun)
                if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                    break
            pages = _pages(cloudformation, stack)
    except OutsideError as error:
        # (Its permission is one more; and a comparison without it says the rest.)
        return {"looked": False, "why": str(error), "resources": []}
    incomplete = found["DetectionStatus"] == "DETECTION_FAILED"
    why = found.get("DetectionStatusReason", "") if incomplete else ""
    return {"looked": not incomplete, "why": why, "resources": [_resource(one) for one in pages]}


def _pages(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {
        "StackName": stack,
        "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"],
    }
    found: list[dict[str, Any]] = []
    while True:
        page = cloudformation.describe_stack_resource_drifts(**asked)
        found += page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return found
        asked["NextToken"] = page["NextToken"]


def _resource(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": said["LogicalResourceId"],
        "type": said["ResourceType"],
        "change": "deleted" if said["StackResourceDriftStatus"] == "DELETED" else "changed",
        "properties": [
            {
                "path": one["PropertyPath"].strip("/").replace("/", "."),
                "deployed": one.get("ActualValue"),
                "defined": one.get("ExpectedValue"),
            }
            for one in said.get("PropertyDifferences") or []
        ],
    }
