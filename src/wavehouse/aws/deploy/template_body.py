"""How a template travels: in the call while it fits, else by way of a bucket."""

from __future__ import annotations

import json
from typing import Any

from wavehouse.aws.deploy.buckets import is_there
from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.stage import ARTIFACTS, Stage
from wavehouse.core.errors import DefinitionError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_INLINE, _MOST = 51_200, 1_000_000
# Of no use once the change set is made; days after which they are gone.
_DAYS = 7


def template_body(clients: Clients, stage: Stage, template: dict[str, Any]) -> dict[str, str]:
    """`TemplateBody`, or `TemplateURL` of an upload; raises `DefinitionError` for more than AWS takes."""
    # (Without spaces, and escaped: CloudFormation gives other letters back as question marks.)
    body = json.dumps(template, separators=(",", ":"))
    if len(body) <= _INLINE:
        return {"TemplateBody": body}
    if len(body) > _MOST:
        raise DefinitionError(
            f"the template has {len(body):,} bytes, and CloudFormation takes {_MOST:,}",
            remedy="Leave flows or dashboards out, or divide the project in two",
        )
    bucket = stage.bucket(ARTIFACTS, clients.account)
    key = f"templates/{stage.stack}.json"
    with told(f"the template is uploaded to {bucket}"):
        _make_sure(clients, bucket)
        clients.of("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    return {"TemplateURL": f"{template_address(clients, bucket)}/{key}"}


def template_address(clients: Clients, bucket: str) -> str:
    """Where CloudFormation finds what is in a bucket."""
    if clients.endpoint:
        return f"{clients.endpoint.rstrip('/')}/{bucket}"
    domain = "amazonaws.com.cn" if clients.partition == "aws-cn" else "amazonaws.com"
    return f"https://{bucket}.s3.{clients.where}.{domain}"


def _make_sure(clients: Clients, bucket: str) -> None:
    """A bucket beside the stack: those of the stack do not exist before its first template is read.

    It is made only where a template needs it, holds nothing but templates, and goes with `destroy`.
    """
    # (A bucket of somebody else's could have been waiting under the name.)
    if is_there(clients, bucket):
        return
    s3 = clients.of("s3")
    place = {"CreateBucketConfiguration": {"LocationConstraint": clients.where}}
    s3.create_bucket(Bucket=bucket, **(place if clients.where != "us-east-1" else {}))
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    rule = {"ID": "templates", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": _DAYS}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
