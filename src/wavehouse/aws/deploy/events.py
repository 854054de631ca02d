"""The events of a stack, told as they come, until what is being done to it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.core.progress import Progress

_DONE = {
    "CREATE_COMPLETE": "created",
    "UPDATE_COMPLETE": "changed",
    "DELETE_COMPLETE": "deleted",
    "DELETE_SKIPPED": "kept",
}


@dataclass(frozen=True)
class Ended:
    """How it ended: the status of the stack, and of each resource that failed why."""

    status: str
    failures: list[str] = field(default_factory=list)


def last_event(clients: Clients, stack: str) -> str:
    """The newest event, after which others will come; '' where there is none."""
    return next((str(one["EventId"]) for one in _newest_first(clients, stack)), "")


def latest_events(clients: Clients, stack: str, most: int) -> list[dict[str, Any]]:
    """The newest events, newest first."""
    found: list[dict[str, Any]] = []
    for event in _newest_first(clients, stack):
        if len(found) == most:
            break
        found.append(event)
    return found


def follow(clients: Clients, stack_id: str, after: str, progress: Progress, waiting: Waiting) -> Ended:
    """Tell the events after `after` until the stack itself says that it is done, well or not."""
    telling = _Telling(progress)
    failures: list[str] = []
    for _ in waiting.looks("the deployment"):
        for event in _since(clients, stack_id, after):
            after = event["EventId"]
            status, why = event["ResourceStatus"], event.get("ResourceStatusReason") or ""
            if event.get("PhysicalResourceId") == event["StackId"]:
                # (The stack's own events begin and end it all.)
                if not status.endswith("_IN_PROGRESS"):
                    return Ended(status, failures)
                continue
            telling.tell(event["LogicalResourceId"], status)
            if status.endswith("_FAILED") and "cancelled" not in why:
                failures.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {why}")
    raise AssertionError("the last look has raised")


class _Telling:
    """Each resource is a step; one that was begun is begun once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._begun: set[str] = set()

    def tell(self, resource: str, status: str) -> None:
        if resource not in self._begun:
            self._begun.add(resource)
            self._progress.started(resource)
        if status.endswith("_FAILED"):
            self._progress.note(f"{resource} failed")
        elif status in _DONE:
            self._begun.remove(resource)
            self._progress.finished(resource, _DONE[status])


def _since(clients: Clients, stack: str, after: str) -> list[dict[str, Any]]:
    found = []
    for event in _newest_first(clients, stack):
        if event["EventId"] == after:
            break
        found.append(event)
    return found[::-1]


def _newest_first(clients: Clients, stack: str) -> Iterator[dict[str, Any]]:
    pages = clients.of("cloudformation").get_paginator("describe_stack_events")
    with told(f"the events of {stack} are read"):
        for page in pages.paginate(StackName=stack):
            yield from page["StackEvents"]
