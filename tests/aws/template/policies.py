"""What a role of a template may do: IAM's rules for policies of one account, worked out by hand.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
(Here: identity-based policies alone; an explicit Deny wins, nothing is allowed that no statement allows.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

_VALUES = {"AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "111122223333"}
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
Json = dict[str, Any]


def allowed(
    template: Json, role: str, action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """Whether a role may do that to a resource, an ARN; `context` has the keys of the request."""
    found = False
    for policy in template["Resources"][role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if not _fits(template, statement, action, resource, context or {}):
                continue
            if statement["Effect"] == "Deny":
                return False
            found = True
    return found


def resolved(template: Json, value: Any) -> str:
    """A value as CloudFormation would work it out, for the account and region above."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Ref":
        return _VALUES.get(argument) or _physical(template, argument)
    if function == "Fn::GetAtt":
        return _attribute(template, *argument)
    assert function == "Fn::Sub", value
    return _VARIABLE.sub(lambda name: _named(template, name[1]), argument)


def _named(template: Json, name: str) -> str:
    logical_id, _, attribute = name.partition(".")
    if attribute:
        return _attribute(template, logical_id, attribute)
    return _VALUES.get(name) or _physical(template, name)


def _physical(template: Json, logical_id: str) -> str:
    one = template["Resources"][logical_id]
    names = [value for key, value in one["Properties"].items() if key.endswith("Name") or key == "Name"]
    return resolved(template, names[0]) if names else logical_id


def _attribute(template: Json, logical_id: str, attribute: str) -> str:
    assert attribute == "Arn"
    one = template["Resources"][logical_id]
    if one["Type"] == "AWS::S3::Bucket":
        return f"arn:aws:s3:::{_physical(template, logical_id)}"
    service = one["Type"].split("::")[1].lower()
    return f"arn:aws:{service}:eu-central-1:111122223333:{logical_id}"


def _fits(template: Json, statement: Json, action: str, resource: str, context: Mapping[str, str]) -> bool:
    actions = [one.lower() for one in _listed(statement["Action"])]
    if not any(fnmatchcase(action.lower(), one) for one in actions):
        return False
    if not any(_matches(resource, resolved(template, one)) for one in _listed(statement["Resource"])):
        return False
    return all(
        any(_matches(context.get(key, ""), resolved(template, one)) for one in _listed(values))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
        if operator in {"StringEquals", "StringLike", "ArnLike"}
    )


def _matches(value: str, pattern: str) -> bool:
    # (IAM's patterns know * and ? alone.)
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
