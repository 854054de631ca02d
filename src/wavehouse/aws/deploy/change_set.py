"""A change set: what CloudFormation would change, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.remedies import remedy_for
from wavehouse.aws.deploy.stack import REVIEW, Stack
from wavehouse.aws.deploy.template_body import template_body
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.plan import Plan
from wavehouse.core.errors import OutsideError

_NAME = "wavehouse"
# By these words CloudFormation says that there is nothing to do.
_EMPTY = ("didn't contain changes", "No updates are to be performed")
_ACTIONS = {"Add": "create", "Modify": "change", "Remove": "delete", "Import": "import", "Dynamic": "unknown"}


@dataclass(frozen=True)
class Change:
    """What would happen to a resource: `action` is create, change, replace or delete.

    `properties` are those that differ, as far as CloudFormation says it.
    """

    resource: str
    type: str
    action: str
    properties: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


@dataclass(frozen=True)
class ChangeSet:
    """`id` is None where nothing would change."""

    stack: str
    id: str | None
    changes: list[Change]


def create_change_set(
    clients: Clients, plan: Plan, stack: Stack | None, parameters: Mapping[str, str], waiting: Waiting
) -> ChangeSet:
    """Have CloudFormation say what it would change."""
    name, is_new = plan.stage.stack, stack is None or stack.status == REVIEW
    cloudformation = clients.of("cloudformation")
    body = template_body(clients, plan.stage, plan.template)
    with told(f"the change set of {name} is made"):
        made = cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=_NAME,
            ChangeSetType="CREATE" if is_new else "UPDATE",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Parameters=_parameters(plan, stack, parameters),
            Tags=[{"Key": name, "Value": value} for name, value in plan.stage.tags.items()],
            **body,
        )
        for _ in waiting.looks("the change set"):
            found = cloudformation.describe_change_set(StackName=name, ChangeSetName=made["Id"])
            if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                break
    why = found.get("StatusReason") or ""
    if found["Status"] != "CREATE_COMPLETE":
        forget(clients, ChangeSet(name, made["Id"], []))
        if any(words in why for words in _EMPTY):
            return ChangeSet(name, None, [])
        raise OutsideError(
            f"CloudFormation does not take the template: {why}",
            where=name,
            remedy=remedy_for(why) or "Correct what it names, then deploy again",
        )
    return ChangeSet(name, made["Id"], _changes(clients, name, made["Id"]))


def forget(clients: Clients, change_set: ChangeSet) -> None:
    """Take a change set back that is not carried out."""
    with told(f"the change set of {change_set.stack} is deleted"):
        clients.of("cloudformation").delete_change_set(
            StackName=change_set.stack, ChangeSetName=change_set.id
        )


def _parameters(plan: Plan, stack: Stack | None, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is given now, else what the stack has: a value said once stays."""
    known = stack.parameters if stack else {}
    found: list[dict[str, Any]] = []
    for name in plan.template.get("Parameters", {}):
        if name in given:
            found.append({"ParameterKey": name, "ParameterValue": given[name]})
        elif name in known:
            found.append({"ParameterKey": name, "UsePreviousValue": True})
    return found


def _changes(clients: Clients, name: str, id_: str) -> list[Change]:
    pages = clients.of("cloudformation").get_paginator("describe_change_set")
    with told(f"the change set of {name} is read"):
        told_of = [
            one["ResourceChange"]
            for page in pages.paginate(StackName=name, ChangeSetName=id_)
            for one in page.get("Changes", [])
        ]
    return [_change(one) for one in told_of]


def _change(said: Mapping[str, Any]) -> Change:
    action = _ACTIONS[said["Action"]]
    if action == "change" and said.get("Replacement") in ("True", "Conditional"):
        action = "replace"
    targets = [one.get("Target", {}) for one in said.get("Details") or []]
    properties = {target.get("Name") or target.get("Attribute", "") for target in targets}
    return Change(said["LogicalResourceId"], said["ResourceType"], action, sorted(properties))
