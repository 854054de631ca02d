"""The whole template, in a stable order."""

from __future__ import annotations

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.alarms import BUDGET, EMAIL, HAS_EMAIL, TOPIC, alarms
from wavehouse.aws.template.athena import WORKGROUP, athena
from wavehouse.aws.template.crawlers import crawlers
from wavehouse.aws.template.intrinsics import Json, Resources, ref
from wavehouse.aws.template.jobs import job_id, jobs
from wavehouse.aws.template.permissions import roles
from wavehouse.aws.template.quality import rulesets
from wavehouse.aws.template.storage import BUCKETS, storage
from wavehouse.aws.template.tables import tables
from wavehouse.aws.template.upkeep import optimizers
from wavehouse.aws.template.workflows import workflows
from wavehouse.core.errors import DefinitionError

# Who may use what is made in QuickSight; without one nothing is made there.
QUICKSIGHT, HAS_QUICKSIGHT = "QuickSightPrincipalArn", "HasQuickSight"
# USD a month.
_BUDGET = {"dev": 20, "prod": 100}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_RESOURCES = 500


def template(project: Deployable) -> Json:
    """The template of a project; raises `DefinitionError` where two things would have one logical id."""
    resources: Resources = {}
    parts = (
        storage(project.stage),
        tables(project),
        roles(project),
        jobs(project),
        crawlers(project),
        rulesets(project),
        optimizers(project),
        workflows(project),
        athena(project),
        alarms(project),
        dict(project.quicksight),
    )
    for part in parts:
        if twice := sorted(part.keys() & resources.keys()):
            raise DefinitionError(
                f"two things of the project would both be called '{twice[0]}' on AWS, where names have "
                "letters and digits alone",
                remedy="Rename a flow, crawler, query, contract or workflow",
            )
        resources |= part
    if len(resources) > _MOST_RESOURCES:
        raise DefinitionError(
            f"the project makes {len(resources)} resources, and a stack has at most {_MOST_RESOURCES}",
            remedy="Split the project",
        )
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{project.stage.project} ({project.stage.name}), made by wavehouse from its project",
        "Parameters": _parameters(project),
        "Conditions": {HAS_EMAIL: _is_given(EMAIL)}
        | ({HAS_QUICKSIGHT: _is_given(QUICKSIGHT)} if project.quicksight else {}),
        "Resources": resources,
        "Outputs": _outputs(project),
    }


def _parameters(project: Deployable) -> Json:
    found: Json = {
        EMAIL: {
            "Type": "String",
            "Default": "",
            "Description": "Where alerts are sent; empty for nowhere",
            "AllowedPattern": r"^$|^[^@\s]+@[^@\s]+$",
        },
        BUDGET: {
            "Type": "Number",
            "Default": _BUDGET[project.stage.name],
            "MinValue": 1,
            "Description": "USD a month, of which alerts tell",
        },
    }
    if project.quicksight:
        found[QUICKSIGHT] = {
            "Type": "String",
            "Default": "",
            "Description": "The ARN of the QuickSight user or group that owns the dashboards; empty for none",
            "AllowedPattern": r"^$|^arn:[a-z-]+:quicksight:.+$",
        }
    return found


def _is_given(parameter: str) -> Json:
    return {"Fn::Not": [{"Fn::Equals": [ref(parameter), ""]}]}


def _outputs(project: Deployable) -> Json:
    found: Json = {}
    for role, bucket in BUCKETS.items():
        found[bucket] = {"Description": f"The {role} bucket", "Value": ref(bucket)}
    for flow in project.jobs:
        found[job_id(flow)] = {"Description": f"The job of the flow {flow}", "Value": ref(job_id(flow))}
    found[WORKGROUP] = {"Description": "The workgroup for queries", "Value": ref(WORKGROUP)}
    found[TOPIC] = {"Description": "The topic of alerts", "Value": ref(TOPIC)}
    return found
