"""Who is told when a job fails, when queries scan much, and when a month costs more than planned."""

from __future__ import annotations

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.stage import STACK_TAG
from wavehouse.aws.template.athena import WORKGROUP
from wavehouse.aws.template.intrinsics import Json, Resources, logical_id, ref, resource
from wavehouse.aws.template.jobs import job_id
from wavehouse.aws.template.policies import ALERTING, policy

TOPIC = "Alerts"
# The parameter that may be left empty, and the condition that it is not.
EMAIL, HAS_EMAIL = "AlertEmail", "HasAlertEmail"
BUDGET = "MonthlyBudget"
# Bytes a day: half a dollar.
_SCANNED_PER_DAY = 100_000_000_000
_DAY_SECONDS = 86_400


def alarms(project: Deployable) -> Resources:
    """The topic, and what is said there."""
    found: Resources = {
        TOPIC: resource(
            "AWS::SNS::Topic",
            {"TopicName": project.stage.called("alerts"), "KmsMasterKeyId": ref("Key")},
        ),
        f"{TOPIC}Policy": resource(
            "AWS::SNS::TopicPolicy",
            {
                "Topics": [ref(TOPIC)],
                "PolicyDocument": policy(
                    {
                        "Sid": "Publish",
                        "Effect": "Allow",
                        "Principal": {"Service": [*ALERTING]},
                        "Action": "sns:Publish",
                        "Resource": ref(TOPIC),
                        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
                    }
                ),
            },
        ),
        f"{TOPIC}ByMail": resource(
            "AWS::SNS::Subscription",
            {"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": ref(EMAIL)},
            Condition=HAS_EMAIL,
        ),
        "FailedJobs": resource(
            "AWS::Events::Rule",
            {
                "Name": project.stage.called("failed-jobs"),
                "Description": "Runs of jobs that failed or took too long",
                "State": "ENABLED",
                # https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
                "EventPattern": {
                    "source": ["aws.glue"],
                    "detail-type": ["Glue Job State Change"],
                    "detail": {
                        "jobName": [ref(job_id(flow)) for flow in project.jobs],
                        "state": ["FAILED", "TIMEOUT"],
                    },
                },
                "Targets": [{"Id": "alerts", "Arn": ref(TOPIC)}],
            },
        ),
        "ScannedPerDay": _alarm(
            project,
            "scanned",
            f"Queries of a day scanned more than {_SCANNED_PER_DAY // 10**9} GB",
            {
                "Namespace": "AWS/Athena",
                "MetricName": "ProcessedBytes",
                "Dimensions": [{"Name": "WorkGroup", "Value": ref(WORKGROUP)}],
                "Period": _DAY_SECONDS,
                "Threshold": _SCANNED_PER_DAY,
            },
        ),
        "Budget": resource(
            "AWS::Budgets::Budget",
            {
                "Budget": {
                    "BudgetName": project.stage.called("month"),
                    "BudgetType": "COST",
                    "TimeUnit": "MONTHLY",
                    "BudgetLimit": {"Amount": ref(BUDGET), "Unit": "USD"},
                    # (AWS counts by a tag from the day on which its billing was told of the tag.)
                    "CostFilters": {"TagKeyValue": [f"user:{STACK_TAG}${project.stage.tags[STACK_TAG]}"]},
                },
                "NotificationsWithSubscribers": [
                    _notification("ACTUAL", 80),
                    _notification("FORECASTED", 100),
                ],
            },
            DependsOn=[f"{TOPIC}Policy"],
        ),
    }
    for flow in project.jobs:
        found[logical_id("failed", "tasks", flow)] = _alarm(
            project,
            f"{flow}-tasks",
            f"Tasks of the job of the flow {flow} failed",
            {
                "Namespace": "Glue",
                "MetricName": "glue.driver.aggregate.numFailedTasks",
                "Dimensions": [
                    {"Name": "JobName", "Value": ref(job_id(flow))},
                    {"Name": "JobRunId", "Value": "ALL"},
                    {"Name": "Type", "Value": "count"},
                ],
                "Period": 300,
                "Threshold": 0,
            },
        )
    return found


def _alarm(project: Deployable, name: str, description: str, metric: Json) -> Json:
    return resource(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmName": project.stage.called(name),
            "AlarmDescription": description,
            **metric,
            "Statistic": "Sum",
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref(TOPIC)],
        },
    )


def _notification(kind: str, percent: int) -> Json:
    return {
        "Notification": {
            "NotificationType": kind,
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": percent,
            "ThresholdType": "PERCENTAGE",
        },
        "Subscribers": [{"SubscriptionType": "SNS", "Address": ref(TOPIC)}],
    }
