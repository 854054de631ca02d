"""The stack as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import if_there, told

REVIEW = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True)
class Stack:
    """What CloudFormation tells of a stack that is there."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def is_busy(self) -> bool:
        """Whether something is being done to it at this moment (a change set to look at is nothing)."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW


@dataclass(frozen=True)
class Resource:
    """One resource: `logical` is its name in the template, `physical` that on AWS."""

    logical: str
    physical: str
    type: str
    status: str


def read_stack(clients: Clients, name: str) -> Stack | None:
    """The stack of that name, None where there is none."""
    cloudformation = clients.of("cloudformation")
    answer = if_there(
        f"the stack {name} is looked at", lambda: cloudformation.describe_stacks(StackName=name)
    )
    if answer is None:
        return None
    found = answer["Stacks"][0]
    return Stack(
        found["StackName"],
        found["StackId"],
        found["StackStatus"],
        found.get("StackStatusReason") or "",
        {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])},
        {one["OutputKey"]: one.get("OutputValue", "") for one in found.get("Outputs", [])},
    )


def resources_of(clients: Clients, stack: str) -> list[Resource]:
    """Everything that the stack has made."""
    pages = clients.of("cloudformation").get_paginator("list_stack_resources")
    with told(f"the resources of the stack {stack} are listed"):
        return [
            Resource(
                one["LogicalResourceId"],
                one.get("PhysicalResourceId") or "",
                one["ResourceType"],
                one["ResourceStatus"],
            )
            for page in pages.paginate(StackName=stack)
            for one in page["StackResourceSummaries"]
        ]


def deployed_template(clients: Clients, stack: str) -> dict[str, Any]:
    """The template that the stack was made from."""
    with told(f"the template of the stack {stack} is read"):
        body = clients.of("cloudformation").get_template(StackName=stack, TemplateStage="Original")
    found = body["TemplateBody"]
    return dict(json.loads(found) if isinstance(found, str) else json.loads(json.dumps(found)))
