"""Stacks that make what they say: every resource an event, what fails rolled back, nothing green that is not there.

moto tells CREATE_COMPLETE of types that it does not know; here such a resource fails its stack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Event, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from tests.aws.server.types import TYPES, Made, make

_KEPT_AT_DELETION = ("Retain", "RetainExceptOnCreate")
_BUSY = "_IN_PROGRESS"


def add() -> None:
    """Give moto's stacks these ways."""
    for owner, name, value in (
        (parsing, "parse_and_create_resource", _create),
        (CloudFormationBackend, "execute_change_set", _execute),
        (CloudFormationBackend, "delete_stack", _delete_stack),
        (Stack, "stack_resources", property(_resources)),
        (ChangeSet, "diff", _with_conditions(ChangeSet.diff)),
        (CloudFormationBackend, "create_change_set", _guarded(CloudFormationBackend.create_change_set)),
        (CloudFormationResponse, "continue_update_rollback", _continue_rollback),
        (CloudFormationResponse, "detect_stack_drift", _detect_drift),
        (CloudFormationResponse, "describe_stack_drift_detection_status", _drift_status),
        (CloudFormationResponse, "describe_stack_resource_drifts", _drifts),
    ):
        setattr(owner, name, value)


_moto_create = parsing.parse_and_create_resource


def _create(logical_id: str, said: Any, resources: Any, account_id: str, region_name: str) -> Any:
    """What moto calls for each resource: by the types here, else by its own."""
    condition = said.get("Condition")
    if condition and not resources.lazy_condition_map[condition]:
        return None
    type_name = said["Type"]
    if type_name not in TYPES:
        made = _moto_create(logical_id, said, resources, account_id, region_name)
        if made is None:
            raise ValueError(f"there is no {type_name} here")
        return made
    properties = parsing.clean_json(said.get("Properties", {}), resources)
    return make(type_name, logical_id, properties, region_name)


def _resources(stack: Any) -> Iterable[Any]:
    made = stack.resource_map._parsed_resources
    return [made[name] for name in stack.resource_map.resources if made.get(name) is not None]


def _with_conditions(diff: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def changes(self: Any) -> Any:
        """Of a stack that is there: what its template changes, and what a new value of a parameter does."""
        found = diff(self)
        changed = {
            name
            for name, value in self.parameters.items()
            if self.stack.resource_map.resolved_parameters.get(name) not in (None, value)
        }
        if changed:
            told = {change.logical_resource_id for change in found}
            made = self.stack.resource_map._parsed_resources
            for name, said in self.template_dict["Resources"].items():
                if name not in told and ("Condition" in said or "Ref" in json.dumps(said)):
                    change = type("Change", (), {})()
                    change.action = "Modify" if made.get(name) is not None else "Add"
                    change.logical_resource_id, change.resource_type = name, said["Type"]
                    found.append(change)
        return found

    return changes


def _guarded(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_change_set(self: Any, **said: Any) -> Any:
        for stack in self.stacks.values():
            if stack.name == said["stack_name"]:
                wrong = said["change_set_type"] == "CREATE" and stack.status != "REVIEW_IN_PROGRESS"
                busy = stack.status.endswith(_BUSY) and stack.status != "REVIEW_IN_PROGRESS"
                dead = stack.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED")
                if wrong or busy or dead:
                    told = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
                    raise ValidationError(stack.name, message=told)
        for stack in list(self.stacks.values()):
            if stack.name == said["stack_name"] and stack.status == "REVIEW_IN_PROGRESS":
                del self.stacks[stack.stack_id]
        answer = create(self, **said)
        made = self.change_sets[answer[0]]
        if said["change_set_type"] == "UPDATE" and not made.changes:
            made.status, made.execution_status = "FAILED", "UNAVAILABLE"
            made.status_reason = "The submitted information didn't contain changes."
        return answer

    return create_change_set


def _execute(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    change_set = self.describe_change_set(change_set_name)
    stack, verb = self.get_stack(change_set.stack_id), change_set.change_set_type
    before = dict(stack.resource_map._resource_json_map), dict(stack.resource_map.input_parameters)
    _tell(stack, stack.name, stack.stack_id, _STACK, f"{verb}_IN_PROGRESS", "User Initiated")
    change_set.execution_status = "EXECUTE_COMPLETE"
    try:
        _become(stack, change_set.template_dict["Resources"], change_set.parameters, change_set.template_dict)
    except _ResourceFailedError:
        _roll_back(stack, verb, *before)
        return
    stack.template, stack.status = change_set.template, f"{verb}_COMPLETE"
    stack.parameters = change_set.parameters
    stack._parse_template()
    stack.output_map = stack._create_output_map()
    _tell(stack, stack.name, stack.stack_id, _STACK, stack.status)


_STACK = "AWS::CloudFormation::Stack"


class _ResourceFailedError(Exception):
    """It has its event already."""


def _become(stack: Any, wanted: dict[str, Any], parameters: dict[str, str], template: dict[str, Any]) -> None:
    """Make, change and take away until the stack has these resources."""
    resources = stack.resource_map
    made, before = resources._parsed_resources, dict(resources._resource_json_map)
    resolved: dict[str, Any] = stack.__dict__.setdefault("resolved", {})
    resources._template, resources._resource_json_map = template, wanted
    resources.input_parameters, resources.cross_stack_resources = parameters, {}
    resources.load()
    for name in resources._ResourceMap__get_resources_in_dependency_order():
        said = wanted[name]
        condition = said.get("Condition")
        if condition and not resources.lazy_condition_map[condition]:
            continue
        if made.get(name) is None:
            made.pop(name, None)
            _step(stack, name, said, "CREATE", lambda name=name: resources[name])
        now = parsing.clean_json(said.get("Properties", {}), resources)
        if name in resolved and resolved[name] != now:
            change = lambda name=name, said=said, now=now: _change(resources, name, said, now)  # noqa: E731
            _step(stack, name, said, "UPDATE", change)
        resolved[name] = now
    for name, said in reversed(before.items()):
        off = "Condition" in said and not resources.lazy_condition_map.get(said["Condition"])
        if (name not in wanted or off) and made.get(name) is not None:
            kept = said.get("DeletionPolicy") in _KEPT_AT_DELETION
            _step(stack, name, said, "DELETE", lambda n=name, s=said, k=kept: k or _remove(resources, n, s))
            made.pop(name, None)
            resolved.pop(name, None)


def _step(stack: Any, name: str, said: dict[str, Any], verb: str, act: Callable[[], Any]) -> None:
    made = stack.resource_map._parsed_resources
    old = getattr(made.get(name), "physical_resource_id", "")
    _tell(stack, name, old, said["Type"], f"{verb}_IN_PROGRESS")
    try:
        act()
    except _ResourceFailedError:
        _tell(stack, name, old, said["Type"], f"{verb}_FAILED", "Resource creation cancelled")
        raise
    except Exception as error:
        _tell(stack, name, old, said["Type"], f"{verb}_FAILED", str(error))
        raise _ResourceFailedError from error
    now = getattr(made.get(name), "physical_resource_id", old)
    _tell(stack, name, now, said["Type"], f"{verb}_COMPLETE")


def _change(resources: Any, name: str, said: dict[str, Any], now: dict[str, Any]) -> None:
    made = resources._parsed_resources[name]
    if isinstance(made, Made):
        made.update(now)
        return
    account, region = resources._account_id, resources._region_name
    changed = parsing.parse_and_update_resource(name, said, resources, account, region)
    resources._parsed_resources[name] = changed or made


def _remove(resources: Any, name: str, said: dict[str, Any]) -> None:
    made = resources._parsed_resources[name]
    if isinstance(made, Made):
        made.delete()
    else:
        resources._delete_resource(made, said)


def _roll_back(stack: Any, verb: str, before: dict[str, Any], parameters: dict[str, str]) -> None:
    word = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
    _tell(stack, stack.name, stack.stack_id, _STACK, f"{word}_IN_PROGRESS", "A resource failed")
    resources = stack.resource_map
    if verb == "CREATE":
        for name, said in reversed(list(resources._resource_json_map.items())):
            if resources._parsed_resources.get(name) is not None:
                if said.get("DeletionPolicy") != "Retain":
                    _step(stack, name, said, "DELETE", lambda n=name, s=said: _remove(resources, n, s))
                resources._parsed_resources.pop(name)
    else:
        stack._parse_template()
        _become(stack, before, parameters, stack.template_dict)
    stack.status = f"{word}_COMPLETE"
    _tell(stack, stack.name, stack.stack_id, _STACK, stack.status)


def _delete_stack(self: Any, name_or_stack_id: str) -> None:
    found = [s for s in self.stacks.values() if name_or_stack_id in (s.name, s.stack_id)]
    for stack in found:
        _tell(stack, stack.name, stack.stack_id, _STACK, "DELETE_IN_PROGRESS", "User Initiated")
        resources, failed = stack.resource_map, False
        for name, said in reversed(list(resources._resource_json_map.items())):
            if resources._parsed_resources.get(name) is None:
                continue
            kept = said.get("DeletionPolicy") in _KEPT_AT_DELETION
            try:
                _step(stack, name, said, "DELETE", lambda n=name, s=said, k=kept: k or _remove(resources, n, s))
                resources._parsed_resources.pop(name)
            except _ResourceFailedError:
                failed = True
        stack.status = "DELETE_FAILED" if failed else "DELETE_COMPLETE"
        _tell(stack, stack.name, stack.stack_id, _STACK, stack.status)
        if not failed:
            self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


def _tell(stack: Any, name: str, id_: str, type_name: str, status: str, why: str | None = None) -> None:
    stack.events.append(Event(stack.stack_id, stack.name, name, id_, type_name, status, why, None))


def _continue_rollback(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.status = "UPDATE_ROLLBACK_COMPLETE"
    _tell(stack, stack.name, stack.stack_id, _STACK, stack.status)
    return EmptyResult()


def _detect_drift(self: Any) -> Any:
    return ActionResult({"StackDriftDetectionId": self._get_param("StackName")})


def _drift_status(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackDriftDetectionId"))
    found = getattr(stack, "drifts", [])
    return ActionResult(
        {
            "StackId": stack.stack_id,
            "StackDriftDetectionId": stack.stack_id,
            "DetectionStatus": "DETECTION_COMPLETE",
            "StackDriftStatus": "DRIFTED" if found else "IN_SYNC",
            "Timestamp": stack.creation_time,
        }
    )


def _drifts(self: Any) -> Any:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    told = [
        {"StackId": stack.stack_id, "Timestamp": stack.creation_time, **drift}
        for drift in getattr(stack, "drifts", [])
    ]
    return ActionResult({"StackResourceDrifts": told})
