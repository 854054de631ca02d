"""What each role may do, and what it may not: calls that its service makes, and calls that it must not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.aws.template.policies import Json, allowed

from wavehouse.aws.plan import Plan

_ACCOUNT = "111122223333"
_GLUE = f"arn:aws:glue:eu-central-1:{_ACCOUNT}"
_STAGING = f"arn:aws:s3:::our-music-prod-staging-{_ACCOUNT}"
_WAREHOUSE = f"arn:aws:s3:::our-music-prod-warehouse-{_ACCOUNT}"
_RESULTS = f"arn:aws:s3:::our-music-prod-results-{_ACCOUNT}"
_KEY = f"arn:aws:kms:eu-central-1:{_ACCOUNT}:Key"

# Each role: what it must be able to do, and what it must not.
_MUST: dict[str, list[tuple[str, str]]] = {
    "JobPlaysRole": [
        ("s3:GetObject", f"{_STAGING}/plays/one.csv"),
        ("s3:GetObject", f"{_WAREHOUSE}/_glue/scripts/our-music-prod-plays.py"),
        ("s3:PutObject", f"{_WAREHOUSE}/_glue/temporary/part"),
        ("s3:PutObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("s3:DeleteObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("s3:GetBucketLocation", _STAGING),
        ("glue:GetTable", f"{_GLUE}:table/music/plays"),
        ("glue:GetTable", f"{_GLUE}:database/music"),
        ("glue:GetTable", f"{_GLUE}:catalog"),
        ("glue:UpdateTable", f"{_GLUE}:table/music/plays"),
        ("glue:PublishDataQuality", f"{_GLUE}:dataQualityRuleset/any"),
        ("logs:PutLogEvents", f"arn:aws:logs:eu-central-1:{_ACCOUNT}:log-group:/aws-glue/jobs/output:x"),
        ("kms:Decrypt", _KEY),
        ("kms:GenerateDataKey", _KEY),
    ],
    "JobReportRole": [
        ("glue:GetTable", f"{_GLUE}:table/music/plays"),
        ("s3:GetObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("s3:PutObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
    ],
    "CrawlerReportsRole": [
        ("s3:GetObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
        ("glue:CreateTable", f"{_GLUE}:table/music/r_plays"),
        ("glue:BatchCreatePartition", f"{_GLUE}:table/music/r_plays"),
    ],
    "CrawlerTheirsRole": [
        ("s3:GetObject", "arn:aws:s3:::their-bucket/shared/one.csv"),
        ("s3:GetBucketLocation", "arn:aws:s3:::their-bucket"),
        ("glue:CreateTable", f"{_GLUE}:table/theirs/anything"),
    ],
    "OptimizerRole": [
        ("s3:DeleteObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("glue:UpdateTable", f"{_GLUE}:table/music/plays"),
    ],
    "ClockDailyRole": [("glue:StartWorkflowRun", f"{_GLUE}:workflow/our-music-prod-daily")],
    "ArrivalsArrivalsRole": [("glue:NotifyEvent", f"{_GLUE}:workflow/our-music-prod-arrivals")],
}
_MUST_NOT: dict[str, list[tuple[str, str]]] = {
    "JobPlaysRole": [
        ("s3:PutObject", f"{_STAGING}/plays/one.csv"),
        ("s3:DeleteObject", f"{_STAGING}/plays/one.csv"),
        ("s3:GetObject", f"{_STAGING}/others/one.csv"),
        ("s3:PutObject", f"{_WAREHOUSE}/_glue/scripts/our-music-prod-plays.py"),
        ("s3:PutObject", f"{_WAREHOUSE}/music/others/one.parquet"),
        ("s3:PutObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
        ("s3:GetObject", f"{_RESULTS}/athena/one.csv"),
        ("glue:UpdateTable", f"{_GLUE}:table/music/others"),
        ("glue:DeleteTable", f"{_GLUE}:table/music/plays"),
        ("glue:CreateDatabase", f"{_GLUE}:database/others"),
        ("s3:DeleteBucket", _WAREHOUSE),
        ("s3:PutBucketPolicy", _WAREHOUSE),
        ("iam:PassRole", f"arn:aws:iam::{_ACCOUNT}:role/any"),
        ("kms:ScheduleKeyDeletion", _KEY),
        ("kms:Decrypt", f"arn:aws:kms:eu-central-1:{_ACCOUNT}:key/other"),
    ],
    "JobReportRole": [
        ("s3:PutObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("glue:UpdateTable", f"{_GLUE}:table/music/plays"),
        ("s3:GetObject", f"{_STAGING}/plays/one.csv"),
        ("glue:PublishDataQuality", f"{_GLUE}:dataQualityRuleset/any"),
    ],
    "CrawlerReportsRole": [
        ("s3:PutObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
        ("s3:GetObject", f"{_WAREHOUSE}/music/plays/data/one.parquet"),
        ("glue:DeleteTable", f"{_GLUE}:table/music/plays"),
        ("glue:UpdateTable", f"{_GLUE}:table/theirs/anything"),
    ],
    "CrawlerTheirsRole": [
        ("s3:GetObject", "arn:aws:s3:::their-bucket/private/one.csv"),
        ("s3:GetObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
    ],
    "OptimizerRole": [
        ("s3:DeleteObject", f"{_WAREHOUSE}/reports/plays/one.parquet"),
        ("glue:UpdateTable", f"{_GLUE}:table/music/r_plays"),
        ("glue:DeleteTable", f"{_GLUE}:table/music/plays"),
    ],
    "ClockDailyRole": [
        ("glue:StartWorkflowRun", f"{_GLUE}:workflow/our-music-prod-hourly"),
        ("glue:StartJobRun", f"{_GLUE}:job/our-music-prod-plays"),
    ],
    "ArrivalsArrivalsRole": [("glue:NotifyEvent", f"{_GLUE}:workflow/our-music-prod-daily")],
}


def _cases(calls: dict[str, list[tuple[str, str]]]) -> Iterator[tuple[str, str, str]]:
    return ((role, *call) for role, listed in calls.items() for call in listed)


@pytest.mark.parametrize(("role", "action", "resource"), [*_cases(_MUST)])
def test_a_role_may_do_its_work(music: Plan, role: str, action: str, resource: str) -> None:
    assert allowed(music.template, role, action, resource)


@pytest.mark.parametrize(("role", "action", "resource"), [*_cases(_MUST_NOT)])
def test_a_role_may_do_nothing_else(music: Plan, role: str, action: str, resource: str) -> None:
    assert not allowed(music.template, role, action, resource)


@pytest.mark.parametrize(
    ("prefix", "may"),
    [("plays/", True), ("plays", True), ("plays/2024/", True), ("", False), ("others/", False)],
)
def test_a_bucket_is_listed_below_what_is_read(music: Plan, prefix: str, may: bool) -> None:
    asked = {"s3:prefix": prefix}
    assert allowed(music.template, "JobPlaysRole", "s3:ListBucket", _STAGING, asked) is may


def test_metrics_go_into_glues_namespaces_alone(music: Plan) -> None:
    def may(namespace: str) -> bool:
        asked = {"cloudwatch:namespace": namespace}
        return allowed(music.template, "JobPlaysRole", "cloudwatch:PutMetricData", "*", asked)

    assert may("Glue")
    assert not may("AWS/Billing")


def test_every_role_is_looked_at(music: Plan) -> None:
    roles = {id_ for id_, one in music.template["Resources"].items() if one["Type"] == "AWS::IAM::Role"}
    assert roles == set(_MUST) == set(_MUST_NOT)


def test_no_role_has_an_action_with_a_star(shipped: Plan, music: Plan) -> None:
    for plan in (shipped, music):
        for id_, one in plan.template["Resources"].items():
            if one["Type"] == "AWS::IAM::Role":
                assert [action for action in _actions(one) if "*" in action] == [], id_


def test_a_role_is_for_its_account_alone(music: Plan) -> None:
    for one in music.template["Resources"].values():
        if one["Type"] == "AWS::IAM::Role":
            (statement,) = one["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            assert statement["Condition"] == {
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
            }


def _actions(role: Json) -> list[str]:
    return [
        action
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    ]
