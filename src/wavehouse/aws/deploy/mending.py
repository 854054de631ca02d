"""A stack that something has left half made: brought to where it can be deployed."""

from __future__ import annotations

from wavehouse.aws.deploy.buckets import buckets_of, delete_if_empty
from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.events import follow, last_event
from wavehouse.aws.deploy.remedies import remedy_for
from wavehouse.aws.deploy.stack import REVIEW, Stack, read_stack, resources_of
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.stage import Stage
from wavehouse.core.errors import OutsideError, OvertakenError
from wavehouse.core.progress import Progress

# Nothing can be done with these but to delete them; nothing of theirs has ever worked, or is to stay.
_DEAD = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", REVIEW)


def mended(clients: Clients, stage: Stage, progress: Progress, waiting: Waiting) -> Stack | None:
    """The stack, ready for a change set; None where there is none, or none any more.

    Raises `OvertakenError` where somebody is deploying at this moment.
    """
    name = stage.stack
    stack = read_stack(clients, name)
    if stack is None:
        return None
    if stack.is_busy:
        raise OvertakenError(
            f"another deployment is in progress ({stack.status})",
            where=name,
            remedy="Wait for its end (wavehouse aws status), then run it again",
        )
    if stack.status in _DEAD:
        progress.note(f"the stack {name} was left as {stack.status}: it is deleted and made anew")
        known = [one.physical for one in resources_of(clients, stack.id) if one.type == "AWS::S3::Bucket"]
        delete_stack(clients, stack, progress, waiting)
        for bucket in buckets_of(clients, stage, filter(None, known)):
            # (Its name would be taken; if something is in it, that is told then.)
            delete_if_empty(clients, bucket)
        return None
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        progress.note(f"the stack {name} was left as {stack.status}: the way back is gone on with")
        _continue(clients, stack, progress, waiting)
        return read_stack(clients, name)
    return stack


def delete_stack(clients: Clients, stack: Stack, progress: Progress, waiting: Waiting) -> None:
    """Delete a stack and wait for it; raises `OutsideError` with what could not be deleted."""
    after = last_event(clients, stack.id)
    with told(f"the stack {stack.name} is deleted"):
        clients.of("cloudformation").delete_stack(StackName=stack.name)
    if stack.status == REVIEW:  # (Of what never was there are no events.)
        for _ in waiting.looks("the deletion"):
            if read_stack(clients, stack.name) is None:
                return
    ended = follow(clients, stack.id, after, progress, waiting)
    if ended.status != "DELETE_COMPLETE":
        raise failed(f"the stack {stack.name} could not be deleted", stack.name, ended.failures)


def failed(what: str, where: str, failures: list[str]) -> OutsideError:
    """`what`, because of these resources."""
    why = "; ".join(failures) or "CloudFormation does not say why"
    remedy = remedy_for(why) or "Mend what it says, then run it again"
    return OutsideError(f"{what}: {why}", where=where, remedy=remedy)


def _continue(clients: Clients, stack: Stack, progress: Progress, waiting: Waiting) -> None:
    after = last_event(clients, stack.id)
    with told(f"the rollback of {stack.name} is gone on with"):
        clients.of("cloudformation").continue_update_rollback(StackName=stack.name)
    ended = follow(clients, stack.id, after, progress, waiting)
    if ended.status != "UPDATE_ROLLBACK_COMPLETE":
        skipped = "aws cloudformation continue-update-rollback --resources-to-skip"
        raise OutsideError(
            f"the stack could not be rolled back: {'; '.join(ended.failures) or ended.status}",
            where=stack.name,
            remedy=f"Mend what it says and deploy again, or leave those resources out: {skipped}",
        )
