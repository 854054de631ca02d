"""The buckets of a stage: what is in them, and away with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import code_of, if_there, is_missing, told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.stage import ARTIFACTS, ROLES, Stage
from wavehouse.core.errors import OutsideError

# Access logs come late, and fill a bucket that was just emptied.
_TRIES = 5


def is_there(clients: Clients, bucket: str) -> bool:
    """Whether the account has the bucket; one of somebody else's is none of ours."""
    s3, account = clients.of("s3"), clients.account
    doing = f"the bucket {bucket} is looked for"
    return if_there(doing, lambda: s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)) is not None


def buckets_of(clients: Clients, stage: Stage, known: Iterable[str]) -> list[str]:
    """Those that are there: of the `known` ones of a stack, and of the names that the stage gives.

    A stack that keeps its buckets knows nothing of them once it is gone.
    """
    names = [*known, *(stage.bucket(role, clients.account) for role in (*ROLES, ARTIFACTS))]
    return [name for name in dict.fromkeys(names) if is_there(clients, name)]


def versions(clients: Clients, bucket: str) -> Iterator[dict[str, Any]]:
    """Pages of all versions of all objects."""
    pages = clients.of("s3").get_paginator("list_object_versions")
    with told(f"the objects of {bucket} are listed"):
        yield from pages.paginate(Bucket=bucket)


def empty(clients: Clients, bucket: str) -> int:
    """Delete all versions of all objects, and say how many there were."""
    gone = 0
    for page in versions(clients, bucket):
        known = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        gone += len(page.get("Versions", []))
        if not known:
            continue
        these = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in known]
        with told(f"the objects of {bucket} are deleted"):
            said = clients.of("s3").delete_objects(Bucket=bucket, Delete={"Objects": these, "Quiet": True})
        for error in said.get("Errors", [])[:1]:
            raise OutsideError(
                f"an object cannot be deleted ({error['Code']}: {error.get('Message', '')})",
                where=f"s3://{bucket}/{error['Key']}",
                remedy="Allow it (a lock, or the bucket's policy), then run it again",
            )
    return gone


def delete_with_all(clients: Clients, bucket: str, waiting: Waiting) -> None:
    """Delete a bucket and what is in it."""
    for _ in range(_TRIES - 1):
        if delete_if_empty(clients, bucket):
            return
        empty(clients, bucket)
        waiting.sleep(waiting.seconds)
    with told(f"the bucket {bucket} is deleted"):
        clients.of("s3").delete_bucket(Bucket=bucket)


def delete_if_empty(clients: Clients, bucket: str) -> bool:
    """Delete a bucket in which nothing is; whether it is gone."""
    with told(f"the bucket {bucket} is deleted"):
        try:
            clients.of("s3").delete_bucket(Bucket=bucket)
        except ClientError as error:
            if code_of(error) == "BucketNotEmpty":
                return False
            if not is_missing(error):
                raise
    return True
