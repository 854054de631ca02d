"""Workflows and their triggers.

A trigger of Glue starts jobs and crawlers. A step that is neither, or whose work AWS does by itself, has no
trigger: those that wait for it wait for what it waits for (`carried`), and `aws plan` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.crawlers import crawler_id, reachable
from wavehouse.aws.template.intrinsics import Json, Resources, arn, attribute, logical_id, ref, resource, sub
from wavehouse.aws.template.jobs import job_id
from wavehouse.aws.template.policies import allow, role
from wavehouse.aws.template.storage import STAGING
from wavehouse.aws.template.timetable import cron_expressions
from wavehouse.pipeline.schedules.definition import Condition, Step, StepTrigger, Workflow

# What AWS does in the place of a step, where it does something.
_INSTEAD: Mapping[str, str] = {
    "check": "the rules of contracts are rulesets there (Glue Data Quality), which nothing runs by itself",
    "compact": "the optimizer of each Iceberg table puts small files together, whenever there are enough",
    "vacuum": "the optimizer of each Iceberg table removes old snapshots and orphans, once a day",
    "refresh": "data sets of dashboards are refreshed by a schedule of their own",
    "sql": "run the statement in Athena; nothing runs it by itself",
    "report": "subscribe to the dashboard in QuickSight",
}
_STAGING = "${staging}"
_ONE_SIGN = re.compile(r"\?|\[[^\]]*\]")


@dataclass(frozen=True)
class Piece:
    """What one trigger starts: a job or a crawler, and how the trigger waits for others."""

    name: str
    action: Json
    waits_for: tuple[tuple[str, str], ...] = ()
    any_of: bool = False


def workflows(project: Deployable) -> Resources:
    """Every workflow that starts something on AWS, with what begins it."""
    found: Resources = {}
    for workflow in project.schedules.workflows:
        pieces = list(carried(project, workflow))
        if pieces:
            found |= _workflow(project, workflow, pieces)
    return found


def left_out(project: Deployable) -> Iterator[str]:
    """A sentence for each step that has no trigger on AWS, and for what else is another thing there."""
    for workflow in project.schedules.workflows:
        for step in workflow.steps:
            if not _actions(project, step):
                instead = _INSTEAD.get(step.action) or "its target is a folder that is not there"
                yield f"the step '{step.name}' of '{workflow.name}' starts nothing on AWS: {instead}"
        if workflow.trigger.type == "EVENT" and _bucket_of(workflow) is None:
            yield (
                f"'{workflow.name}' begins there with files in the staging bucket, since its folder "
                f"'{workflow.trigger.folder}' is not on AWS"
            )


def carried(project: Deployable, workflow: Workflow) -> Iterator[Piece]:
    """What the triggers of a workflow start, each after what it waits for.

    A step that runs several flows is a chain of jobs, in the order of the flows.
    """
    last: dict[str, str] = {}
    kept = {step.name: _actions(project, step) for step in workflow.steps}
    for step in workflow.steps:
        if kept[step.name]:
            last[step.name] = _piece_name(step, len(kept[step.name]) - 1)
    steps = {step.name: step for step in workflow.steps}
    for step in workflow.steps:
        conditions, any_of = _conditions(step.trigger, steps, kept)
        for at, action in enumerate(kept[step.name]):
            if at:
                yield Piece(_piece_name(step, at), action, ((_piece_name(step, at - 1), "SUCCEEDED"),))
            else:
                waits = tuple((last[one.step], one.state) for one in conditions)
                yield Piece(_piece_name(step, 0), action, waits, any_of)


def _piece_name(step: Step, at: int) -> str:
    return f"{step.name}-{at + 1}" if at else step.name


def _actions(project: Deployable, step: Step) -> list[Json]:
    if step.action == "run":
        return [{"JobName": ref(job_id(flow))} for flow in project.jobs]
    if step.action == "crawl" and step.target in reachable(project):
        return [{"CrawlerName": ref(crawler_id(step.target))}]
    return []


def _conditions(
    trigger: StepTrigger | None, steps: Mapping[str, Step], kept: Mapping[str, list[Json]]
) -> tuple[list[Condition], bool]:
    """What a step waits for, with the conditions of steps that are not there in the place of these."""
    if trigger is None:
        return [], False
    found: dict[tuple[str, str], Condition] = {}
    any_of = trigger.logical == "ANY"
    for condition in trigger.conditions:
        if kept[condition.step]:
            found[condition.step, condition.state] = condition
            continue
        inner, inner_any = _conditions(steps[condition.step].trigger, steps, kept)
        if not inner and any_of:
            return [], False
        if inner_any and len(inner) > 1:
            any_of = True
        found |= {(one.step, one.state): one for one in inner}
    return list(found.values()), any_of


def _workflow(project: Deployable, workflow: Workflow, pieces: list[Piece]) -> Resources:
    stage = project.stage
    id_ = workflow_id(workflow.name)
    described = {"Description": workflow.description} if workflow.description else {}
    found: Resources = {
        id_: resource(
            "AWS::Glue::Workflow",
            {"Name": stage.called(workflow.name), "MaxConcurrentRuns": 1, **described},
        )
    }
    actions = {piece.name: piece.action for piece in pieces}
    first = [piece for piece in pieces if not piece.waits_for]
    start = logical_id("start", workflow.name)
    begin: Json = {"Actions": [piece.action for piece in first], "WorkflowName": ref(id_)}
    if workflow.trigger.type == "EVENT":
        begin |= {
            "Type": "EVENT",
            "EventBatchingCondition": {
                "BatchSize": workflow.trigger.batch_size,
                "BatchWindow": workflow.trigger.batch_window,
            },
        }
        found |= _arrivals(project, workflow)
    elif workflow.trigger.type == "SCHEDULED" and _is_plain(workflow):
        (expression,) = cron_expressions(workflow.trigger.schedule)
        begin |= {"Type": "SCHEDULED", "Schedule": expression, "StartOnCreation": True}
    else:
        begin |= {"Type": "ON_DEMAND"}
        if workflow.trigger.type == "SCHEDULED":
            found |= _clock(project, workflow)
    found[start] = resource("AWS::Glue::Trigger", {"Name": stage.called(f"{workflow.name}-start"), **begin})
    for piece in pieces:
        if piece.waits_for:
            found[logical_id("trigger", workflow.name, piece.name)] = resource(
                "AWS::Glue::Trigger",
                {
                    "Name": stage.called(f"{workflow.name}-{piece.name}"),
                    "WorkflowName": ref(id_),
                    "Type": "CONDITIONAL",
                    "StartOnCreation": True,
                    "Predicate": {
                        "Logical": "ANY" if piece.any_of else "AND",
                        "Conditions": [_condition(actions[name], state) for name, state in piece.waits_for],
                    },
                    "Actions": [piece.action],
                },
            )
    return found


def workflow_id(name: str) -> str:
    """The logical id of a workflow."""
    return logical_id("workflow", name)


def _condition(action: Json, state: str) -> Json:
    """That a job or a crawler has ended so; Glue has two states for crawlers.

    https://docs.aws.amazon.com/glue/latest/webapi/API_Condition.html
    """
    if "CrawlerName" in action:
        crawled = {"SUCCEEDED": "SUCCEEDED", "STOPPED": "CANCELLED"}.get(state, "FAILED")
        return {"LogicalOperator": "EQUALS", "CrawlState": crawled, **action}
    return {"LogicalOperator": "EQUALS", "State": state, **action}


def _is_plain(workflow: Workflow) -> bool:
    """Whether Glue's own clock will do, which goes by UTC."""
    trigger = workflow.trigger
    return trigger.timezone in {"UTC", "Etc/UTC"} and len(cron_expressions(trigger.schedule)) == 1


def _clock(project: Deployable, workflow: Workflow) -> Resources:
    """Schedules in a time zone, which start the workflow."""
    name, id_ = workflow.name, logical_id("clock", workflow.name)
    target = arn("glue", f"workflow/{project.stage.called(name)}")
    found: Resources = {
        f"{id_}Role": role(
            "scheduler.amazonaws.com",
            "start",
            f"Starts the workflow {name} by the clock",
            allow("Start", ["glue:StartWorkflowRun"], target),
        )
    }
    for at, expression in enumerate(cron_expressions(workflow.trigger.schedule)):
        again = f"-{at + 1}" if at else ""
        found[logical_id(id_, str(at + 1) if at else "")] = resource(
            "AWS::Scheduler::Schedule",
            {
                "Name": project.stage.called(f"{name}{again}"),
                "Description": workflow.description or f"Starts the workflow {name}",
                "ScheduleExpression": expression,
                "ScheduleExpressionTimezone": workflow.trigger.timezone,
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "KmsKeyArn": attribute("Key"),
                "State": "ENABLED",
                "Target": {
                    # A call of any service: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
                    "Arn": sub("arn:${AWS::Partition}:scheduler:::aws-sdk:glue:startWorkflowRun"),
                    "RoleArn": attribute(f"{id_}Role"),
                    "Input": f'{{"Name": "{project.stage.called(name)}"}}',
                },
            },
        )
    return found


def _arrivals(project: Deployable, workflow: Workflow) -> Resources:
    """That objects which come into a bucket begin the workflow."""
    id_ = logical_id("arrivals", workflow.name)
    target = arn("glue", f"workflow/{project.stage.called(workflow.name)}")
    bucket, prefix = _bucket_of(workflow) or (ref(STAGING), "")
    return {
        f"{id_}Role": role(
            "events.amazonaws.com",
            "notify",
            f"Tells the workflow {workflow.name} of files",
            allow("Notify", ["glue:NotifyEvent"], target),
        ),
        id_: resource(
            "AWS::Events::Rule",
            {
                "Name": project.stage.called(f"{workflow.name}-files"),
                "Description": f"Files that begin the workflow {workflow.name}",
                "State": "ENABLED",
                "EventPattern": {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {
                        "bucket": {"name": [bucket]},
                        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
                        "object": {"key": [{"wildcard": f"{prefix}*{_wild(workflow.trigger.pattern)}"}]},
                    },
                },
                "Targets": [{"Id": "workflow", "Arn": target, "RoleArn": attribute(f"{id_}Role")}],
            },
        ),
    }


def _bucket_of(workflow: Workflow) -> tuple[Any, str] | None:
    """The bucket and the prefix of its folder; None where that is a folder of a machine."""
    folder = workflow.trigger.folder
    if folder.startswith(_STAGING):
        return ref(STAGING), folder.removeprefix(_STAGING).strip("/")
    bucket, _, prefix = folder.removeprefix("s3://").partition("/")
    return None if bucket == folder.partition("/")[0] else (bucket, prefix)


def _wild(pattern: str) -> str:
    """A pattern of names as one of keys, which knows `*` alone; `**` is refused there."""
    text = _ONE_SIGN.sub("*", pattern).lstrip("*")
    while "**" in text:
        text = text.replace("**", "*")
    return text
