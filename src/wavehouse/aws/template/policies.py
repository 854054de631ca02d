"""Policies of IAM as JSON: who may do what, and with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.aws.template.intrinsics import Json, attribute, ref, resource, sub

_S3 = "arn:${AWS::Partition}:s3:::"
# The services that publish what happens: they use the topic of alerts, and the key that it is encrypted by.
ALERTING = ("budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.amazonaws.com")
# Whoever reads or writes what is encrypted by the stack's key.
_USE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def policy(*statements: Json) -> Json:
    """A policy's document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: Sequence[str], resources: Any, condition: Json | None = None) -> Json:
    """That these actions are allowed with these resources, one or a list."""
    found: Json = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
    return found | ({"Condition": condition} if condition else {})


def role(service: str, name: str, description: str, *statements: Json) -> Json:
    """A role that a service of AWS takes on for this account alone (no confused deputy).

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return resource(
        "AWS::IAM::Role",
        {
            "Description": description,
            "AssumeRolePolicyDocument": policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
                }
            ),
            "Policies": [{"PolicyName": name, "PolicyDocument": policy(*statements)}],
        },
    )


def use_key(sid: str = "Key") -> Json:
    """That the stack's key may be used."""
    return allow(sid, _USE_KEY, attribute("Key"))


def objects(bucket: str, prefix: str) -> Json:
    """All objects of a bucket below a prefix, which ends with a slash or is ''."""
    return sub(f"${{{bucket}.Arn}}/{prefix}*" if _is_ours(bucket) else f"{_S3}{bucket}/{prefix}*")


def bucket_arn(bucket: str) -> Json:
    """The ARN of a bucket: of the stack, by its logical id, or of somebody else, by its name."""
    return attribute(bucket) if _is_ours(bucket) else sub(f"{_S3}{bucket}")


def _is_ours(bucket: str) -> bool:
    # (Names of buckets have no capitals, logical ids begin with one.)
    return bucket[:1].isupper()


def list_prefixes(sid: str, bucket: str, prefixes: Sequence[str]) -> Json:
    """That what lies below these prefixes of a bucket may be listed, and nothing else of it."""
    below = sorted({one for prefix in prefixes for one in (prefix.rstrip("/"), f"{prefix}*")})
    return allow(
        sid,
        ["s3:ListBucket"],
        bucket_arn(bucket),
        {"StringLike": {"s3:prefix": below}},
    )


def locate(sid: str, *buckets: str) -> Json:
    """That it may be asked in which region a bucket is."""
    return allow(sid, ["s3:GetBucketLocation"], [bucket_arn(bucket) for bucket in buckets])
