"""A deployment: what would change is shown, then done; what fails is rolled back, or done by the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from wavehouse.aws.deploy.buckets import delete_with_all, is_there
from wavehouse.aws.deploy.change_set import Change, ChangeSet, create_change_set, forget
from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.console_links import console_links
from wavehouse.aws.deploy.events import follow, last_event
from wavehouse.aws.deploy.graphs import Graph, graphs_of, is_set, set_graph
from wavehouse.aws.deploy.mending import delete_stack, failed, mended
from wavehouse.aws.deploy.stack import REVIEW, read_stack, resources_of
from wavehouse.aws.deploy.tables import create_tables, missing_tables
from wavehouse.aws.deploy.troubles import told
from wavehouse.aws.deploy.uploads import missing_uploads, upload
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.plan import Plan, Upload
from wavehouse.aws.stage import ARTIFACTS, Stage
from wavehouse.core.counted import counted
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.core.progress import Progress, step
from wavehouse.core.suggestions import did_you_mean

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True)
class Changes:
    """What a deployment would do: to resources, to graphs of jobs, tables that it makes, files in buckets."""

    stack: str
    account: str
    region: str
    resources: list[Change] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.resources or self.graphs or self.tables or self.uploads)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "stack": self.stack,
            "account": self.account,
            "region": self.region,
            "resources": [one.as_json() for one in self.resources],
            "graphs": self.graphs,
            "tables": self.tables,
            "uploads": self.uploads,
        }


@dataclass(frozen=True)
class Deployed:
    """What there is afterwards; `changes` are those that were made."""

    changes: Changes
    outputs: Mapping[str, str]
    links: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "changed": bool(self.changes),
            "changes": self.changes.as_json(),
            "outputs": dict(self.outputs),
            "links": dict(self.links),
        }


def deploy(
    clients: Clients,
    plan: Plan,
    confirm: Callable[[Changes], None],
    progress: Progress,
    *,
    parameters: Mapping[str, str] | None = None,
    waiting: Waiting | None = None,
) -> Deployed:
    """Bring the stage to what the plan says; `confirm` is told the changes, and raises to have none of them.

    Nothing is asked where nothing would change. Raises `OutsideError` for what AWS refuses.
    """
    waiting, given = waiting or Waiting(), parameters or {}
    _check(plan, given)
    graphs = graphs_of(clients, plan)
    stack = mended(clients, plan.stage, progress, waiting)
    change_set = create_change_set(clients, plan, stack, given, waiting)
    try:
        stale, files = _stale(clients, graphs, change_set), missing_uploads(clients, plan)
        tables = missing_tables(clients, plan)
        changes = _changes(clients, plan, change_set, stale, tables, files)
        if changes:
            confirm(changes)
    except BaseException:
        _take_back(clients, plan.stage, change_set, progress, waiting)
        raise
    if change_set.id is not None:
        _carry_out(clients, change_set, progress, waiting)
    if stale:
        with step(progress, "graphs") as summary:
            for graph in stale:
                set_graph(clients, graph)
            summary.text = f"{counted(len(stale), 'graph')} set"
    if tables:
        with step(progress, "tables") as summary:
            create_tables(clients, plan, tables)
            summary.text = f"{counted(len(tables), 'table')} made"
    if files:
        with step(progress, "uploads") as summary:
            upload(clients, plan, files)
            summary.text = counted(len(files), "file")
    return _deployed(clients, changes)


def _check(plan: Plan, given: Mapping[str, str]) -> None:
    known = list(plan.template.get("Parameters", {}))
    for name in given:
        if name not in known:
            raise CallError(
                f"the template has no parameter '{name}'",
                where="--parameter",
                remedy=did_you_mean(name, known) or f"It has {', '.join(known) or 'none'}",
            )


def _stale(clients: Clients, graphs: list[Graph], change_set: ChangeSet) -> list[Graph]:
    """The graphs to set: of a job that CloudFormation writes over too, whatever its tag says."""
    written = {one.resource for one in change_set.changes if one.type == "AWS::Glue::Job"}
    return graphs if written else [graph for graph in graphs if not is_set(clients, graph)]


def _changes(
    clients: Clients,
    plan: Plan,
    change_set: ChangeSet,
    stale: list[Graph],
    tables: list[str],
    files: list[Upload],
) -> Changes:
    return Changes(
        plan.stage.stack,
        clients.account,
        clients.where,
        change_set.changes,
        [graph.job for graph in stale],
        tables,
        [f"s3://{plan.stage.bucket(one.role, clients.account)}/{one.key}" for one in files],
    )


def _take_back(
    clients: Clients, stage: Stage, change_set: ChangeSet, progress: Progress, waiting: Waiting
) -> None:
    """Leave nothing behind; what AWS refuses now, the next deployment mends."""
    if change_set.id is None:
        return
    with suppress(WavehouseError):
        forget(clients, change_set)
        stack = read_stack(clients, change_set.stack)
        if stack is not None and stack.status == REVIEW:
            delete_stack(clients, stack, progress, waiting)
            # (The template of a stack that never was has travelled by a bucket, if it was a large one.)
            artifacts = stage.bucket(ARTIFACTS, clients.account)
            if is_there(clients, artifacts):
                delete_with_all(clients, artifacts, waiting)


def _carry_out(clients: Clients, change_set: ChangeSet, progress: Progress, waiting: Waiting) -> None:
    name = change_set.stack
    stack = read_stack(clients, name)
    stack_id = stack.id if stack else name
    after = last_event(clients, stack_id)
    with step(progress, "stack") as summary:
        with told(f"the change set of {name} is carried out"):
            clients.of("cloudformation").execute_change_set(StackName=name, ChangeSetName=change_set.id)
        ended = follow(clients, stack_id, after, progress, waiting)
        if ended.status not in _GOOD:
            back = "rolled back" if ended.status.endswith("ROLLBACK_COMPLETE") else f"left as {ended.status}"
            raise failed(f"the deployment failed, and the stack was {back}", name, ended.failures)
        summary.text = counted(len(change_set.changes), "change")


def _deployed(clients: Clients, changes: Changes) -> Deployed:
    stack = read_stack(clients, changes.stack)
    if stack is None:  # (Somebody has deleted it in this moment.)
        return Deployed(changes, {}, {})
    links = console_links(clients, stack.id, resources_of(clients, stack.id))
    return Deployed(changes, stack.outputs, links)
