"""What CloudFormation works out itself: references, attributes, texts with values in them; and names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]
Resources = dict[str, Json]


def ref(logical_id: str) -> Json:
    """The physical id of a resource, or the value of a parameter."""
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str = "Arn") -> Json:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [logical_id, name]}


def sub(text: str) -> Json:
    """A text in which `${Name}` and `${Name.Attribute}` are replaced."""
    return {"Fn::Sub": text}


def arn(service: str, resource: str) -> Json:
    """The ARN of a resource of this account and region; `resource` may have `${…}` in it."""
    return sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")


def logical_id(*words: str) -> str:
    """The id of a resource by the names that it has in the project: letters and digits, each word large."""
    parts = [part for word in words for part in re.split(r"[^A-Za-z0-9]+", word) if part]
    return "".join(part[0].upper() + part[1:] for part in parts)


def resource(type_: str, properties: Json, **more: Any) -> Json:
    """A resource of a type, as in `AWS::S3::Bucket`."""
    return {"Type": type_, **more, "Properties": properties}
