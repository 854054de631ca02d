"""Stacks that make what they say: every resource an event, what fails is rolled back.

moto tells CREATE_COMPLETE of types that it does not know; here such a resource fails its stack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Change, ChangeSet, CloudFormationBackend, Event, Stack
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
        (ChangeSet, "diff", _diff),
        (CloudFormationBackend, "create_change_set", _guarded(CloudFormationBackend.create_change_set)),
        # (Ours are JSON; to read them as YAML takes most of the time of a deployment.)
        (Stack, "parse_template", staticmethod(json.loads)),
        (ChangeSet, "_parse_template", _parse),
        # (AWS makes such a change set, and then says that it failed.)
        (CloudFormationResponse, "_validate_different_update", lambda *_: None),
        (CloudFormationResponse, "_get_stack_from_s3_url", _template_at),
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


def _parse(self: Any) -> None:
    self.template_dict = json.loads(self.template)


def _diff(self: Any) -> list[Any]:
    """What a change set changes: by its template, its conditions, and the parameters that are now others."""
    stack, there = self.stack, self.stack.resource_map
    wanted = parsing.ResourceMap(
        stack.stack_id,
        stack.name,
        self.parameters,
        {},
        stack.region_name,
        stack.account_id,
        self.template_dict,
        {},
    )
    _load(wanted)
    before = there.resolved_parameters
    changed = {name for name, value in wanted.resolved_parameters.items() if before.get(name, value) != value}
    now = {
        name: said
        for name, said in self.template_dict["Resources"].items()
        if "Condition" not in said or wanted.lazy_condition_map[said["Condition"]]
    }
    made = {one.logical_resource_id: one.cf_resource_type for one in _resources(stack)}
    old = there._resource_json_map
    other = {
        name
        for name, said in now.items()
        if name in made and (said != old[name] or changed & {*parsing.get_references_from_template(said)})
    }
    return [
        *(Change("Add", name, said["Type"]) for name, said in now.items() if name not in made),
        *(Change("Modify", name, now[name]["Type"]) for name in now if name in other),
        *(Change("Remove", name, type_) for name, type_ in made.items() if name not in now),
    ]


def _load(resources: Any) -> None:
    resources.load_mapping()
    resources.load_parameters()
    resources.load_conditions()


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


def _execute(self: Any, change_set_name: str, stack_name: str | None = None) -> None:  # noqa: ARG001
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
    _load(resources)
    for name in resources._ResourceMap__get_resources_in_dependency_order():
        said = wanted[name]
        condition = said.get("Condition")
        if condition and not resources.lazy_condition_map[condition]:
            continue
        if made.get(name) is None:
            made.pop(name, None)
            _step(stack, name, said, "CREATE", partial(resources.__getitem__, name))
        now = parsing.clean_json(said.get("Properties", {}), resources)
        if name in resolved and resolved[name] != now:
            _step(stack, name, said, "UPDATE", partial(_change, resources, name, said, now))
        resolved[name] = now
    for name, said in reversed(before.items()):
        off = "Condition" in said and not resources.lazy_condition_map.get(said["Condition"])
        if (name not in wanted or off) and made.get(name) is not None:
            _take_away(stack, name, said, *_KEPT_AT_DELETION)
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


def _take_away(stack: Any, name: str, said: dict[str, Any], *kept_by: str) -> None:
    """Delete a resource, unless its template says by one of these words to keep it."""
    made = stack.resource_map._parsed_resources
    if said.get("DeletionPolicy") in kept_by:
        _tell(stack, name, made[name].physical_resource_id, said["Type"], "DELETE_SKIPPED")
    else:
        _step(stack, name, said, "DELETE", lambda: _remove(stack.resource_map, name, said))
    made.pop(name)


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
                _take_away(stack, name, said, "Retain")
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
            try:
                _take_away(stack, name, said, *_KEPT_AT_DELETION)
            except _ResourceFailedError:
                failed = True
        stack.status = "DELETE_FAILED" if failed else "DELETE_COMPLETE"
        _tell(stack, stack.name, stack.stack_id, _STACK, stack.status)
        if not failed:
            self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


def _tell(stack: Any, name: str, id_: str, type_name: str, status: str, why: str | None = None) -> None:
    stack.events.append(Event(stack.stack_id, stack.name, name, id_, type_name, status, why, None))


_moto_template_at = CloudFormationResponse._get_stack_from_s3_url


def _template_at(self: Any, url: str) -> Any:
    """(moto knows its own address by its name alone.)"""
    return _moto_template_at(self, url.replace("127.0.0.1", "localhost"))


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
