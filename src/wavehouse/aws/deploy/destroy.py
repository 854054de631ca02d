"""The end of a stage: nothing of it stays but keys that AWS deletes in its own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.losses import Losses, losses, versions
from wavehouse.aws.deploy.mending import delete_stack
from wavehouse.aws.deploy.stack import Resource, Stack, read_stack, resources_of
from wavehouse.aws.deploy.status import nothing_deployed
from wavehouse.aws.deploy.template_body import ARTIFACTS
from wavehouse.aws.deploy.troubles import code_of, is_missing, told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.stage import Stage
from wavehouse.core.counted import counted
from wavehouse.core.errors import CallError, OvertakenError
from wavehouse.core.progress import Progress, step

# Days in which a key can still be rescued. (AWS allows 7 to 30.)
_DAYS = 30
# Access logs come late, and fill a bucket that was just emptied.
_TRIES = 5


@dataclass(frozen=True)
class Destroyed:
    """What went with it, and the keys that AWS deletes later, each with the day."""

    stack: str
    lost: Losses
    keys: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"stack": self.stack, "lost": self.lost.as_json(), "keys_pending_deletion": self.keys}


def destroy(
    clients: Clients,
    stage: Stage,
    confirm: Callable[[Losses], None],
    progress: Progress,
    *,
    delete_data: bool = False,
    waiting: Waiting | None = None,
) -> Destroyed:
    """Take the stage away; `confirm` is told what would be lost, and raises to keep it.

    Raises `CallError` where something would be lost and `delete_data` is not said.
    """
    waiting = waiting or Waiting()
    stack = _destroyable(clients, stage)
    resources = resources_of(clients, stack.id)
    buckets = [one.physical for one in resources if one.type == "AWS::S3::Bucket" and one.physical]
    lost = losses(clients, buckets, resources)
    if lost.has_data and not delete_data:
        told_of = ", ".join(f"{bucket} has {counted(n, 'object')}" for bucket, n in lost.objects.items() if n)
        raise CallError(
            f"data would be lost: {told_of}",
            where=stack.name,
            remedy="Copy what you need (aws s3 sync), then add --delete-data",
        )
    confirm(lost)
    own = [*buckets, stage.bucket(ARTIFACTS, clients.account)]
    with step(progress, "buckets") as summary:
        summary.text = f"{counted(sum(_empty(clients, bucket) for bucket in own), 'object')} deleted"
    with step(progress, "stack") as summary:
        delete_stack(clients, stack, progress, waiting)
        summary.text = f"{counted(len(resources), 'resource')} gone"
    # What the template says to keep is kept from accidents; this is none.
    for bucket in own:
        _delete_bucket(clients, bucket, waiting)
    return Destroyed(stack.name, lost, _end_keys(clients, resources))


def _destroyable(clients: Clients, stage: Stage) -> Stack:
    stack = read_stack(clients, stage.stack)
    if stack is None:
        raise nothing_deployed(stage)
    if stack.is_busy:
        raise OvertakenError(
            f"a deployment is in progress ({stack.status})",
            where=stack.name,
            remedy="Wait for its end (wavehouse aws status), then run it again",
        )
    return stack


def _empty(clients: Clients, bucket: str) -> int:
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
            raise CallError(
                f"an object cannot be deleted ({error['Code']}: {error.get('Message', '')})",
                where=f"s3://{bucket}/{error['Key']}",
                remedy="Allow it (a lock, or the bucket's policy), then run it again",
            )
    return gone


def _delete_bucket(clients: Clients, bucket: str, waiting: Waiting) -> None:
    for last in [False] * (_TRIES - 1) + [True]:
        with told(f"the bucket {bucket} is deleted"):
            try:
                clients.of("s3").delete_bucket(Bucket=bucket)
                return
            except ClientError as error:
                if is_missing(error):
                    return
                if code_of(error) != "BucketNotEmpty" or last:
                    raise
        _empty(clients, bucket)
        waiting.sleep(waiting.seconds)


def _end_keys(clients: Clients, resources: list[Resource]) -> dict[str, str]:
    """Have the stack's keys deleted, where CloudFormation was told to keep them."""
    kms, days = clients.of("kms"), {}
    for one in resources:
        if one.type != "AWS::KMS::Key" or not one.physical:
            continue
        with told(f"the key {one.physical} is scheduled for deletion"):
            key = kms.describe_key(KeyId=one.physical)["KeyMetadata"]
            if key["KeyState"] != "PendingDeletion":
                key = kms.schedule_key_deletion(KeyId=one.physical, PendingWindowInDays=_DAYS)
            days[one.physical] = key["DeletionDate"].date().isoformat()
    return days
