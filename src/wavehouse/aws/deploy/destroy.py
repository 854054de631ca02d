"""The end of a stage: nothing of it stays but keys that AWS deletes in its own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wavehouse.aws.deploy.buckets import buckets_of, delete_with_all, empty
from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.losses import Losses, losses
from wavehouse.aws.deploy.mending import delete_stack
from wavehouse.aws.deploy.stack import Resource, Stack, read_stack, resources_of
from wavehouse.aws.deploy.status import nothing_deployed
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.stage import Stage
from wavehouse.core.counted import counted
from wavehouse.core.errors import CallError, OvertakenError
from wavehouse.core.progress import Progress, step

# Days in which a key can still be rescued. (AWS allows 7 to 30.)
_DAYS = 30


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
    stack = _not_busy(clients, stage)
    resources = resources_of(clients, stack.id) if stack else []
    known = [one.physical for one in resources if one.type == "AWS::S3::Bucket" and one.physical]
    buckets = buckets_of(clients, stage, known)
    if stack is None and not buckets:
        raise nothing_deployed(stage)
    lost = losses(clients, buckets, resources)
    told_of = ", ".join(f"{bucket} has {counted(n, 'object')}" for bucket, n in lost.objects.items() if n)
    if lost.has_data and not delete_data:
        raise CallError(
            f"data would be lost: {told_of}",
            where=stage.stack,
            remedy="Copy what you need (aws s3 sync), then add --delete-data",
        )
    confirm(lost)
    with step(progress, "buckets") as summary:
        summary.text = f"{counted(sum(empty(clients, bucket) for bucket in buckets), 'object')} deleted"
    try:
        if stack is not None:
            with step(progress, "stack") as summary:
                delete_stack(clients, stack, progress, waiting)
                summary.text = f"{counted(len(resources), 'resource')} gone"
    finally:
        # What the template says to keep is kept from accidents; this is none. A stack that is half gone
        # knows no more of it: there may be no later.
        for bucket in buckets:
            delete_with_all(clients, bucket, waiting)
        keys = _end_keys(clients, resources)
    return Destroyed(stage.stack, lost, keys)


def _not_busy(clients: Clients, stage: Stage) -> Stack | None:
    stack = read_stack(clients, stage.stack)
    if stack is not None and stack.is_busy:
        raise OvertakenError(
            f"a deployment is in progress ({stack.status})",
            where=stack.name,
            remedy="Wait for its end (wavehouse aws status), then run it again",
        )
    return stack


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
