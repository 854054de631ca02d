"""Visual jobs, one per flow. Their nodes have no property here: they are set afterwards (`Plan.graphs`)."""

from __future__ import annotations

from typing import Any

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.stage import ACCOUNT
from wavehouse.aws.template.intrinsics import Json, Resources, attribute, logical_id, ref, resource, sub

SECURITY = "SecurityConfiguration"
# What has no place in a resource: the graph, and the tag by which its state is told.
_AFTERWARDS = ("CodeGenConfigurationNodes", "Tags")


def jobs(project: Deployable) -> Resources:
    """The jobs, and how what they leave behind is encrypted."""
    found: Resources = {
        SECURITY: resource(
            "AWS::Glue::SecurityConfiguration",
            {
                "Name": project.stage.called("encrypted"),
                "EncryptionConfiguration": {
                    "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": attribute("Key")}],
                    "CloudWatchEncryption": {
                        "CloudWatchEncryptionMode": "SSE-KMS",
                        "KmsKeyArn": attribute("Key"),
                    },
                    "JobBookmarksEncryption": {
                        "JobBookmarksEncryptionMode": "CSE-KMS",
                        "KmsKeyArn": attribute("Key"),
                    },
                },
            },
        )
    }
    for flow, request in project.jobs.items():
        found[job_id(flow)] = _job(flow, request)
    return found


def job_id(flow: str) -> str:
    """The logical id of the job of a flow."""
    return logical_id("job", flow)


def _job(flow: str, request: Json) -> Json:
    properties = {key: _with_account(value) for key, value in request.items() if key not in _AFTERWARDS}
    return resource(
        "AWS::Glue::Job",
        properties
        | {
            "Role": attribute(logical_id("job", flow, "role")),
            "SecurityConfiguration": ref(SECURITY),
            "ExecutionProperty": {"MaxConcurrentRuns": 1},
        },
    )


def _with_account(value: Any) -> Any:
    """The value with every text that names the account to be worked out by CloudFormation."""
    if isinstance(value, dict):
        return {key: _with_account(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_account(one) for one in value]
    return sub(value) if isinstance(value, str) and ACCOUNT in value else value
