"""A small plan with one of everything, as a project has it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from wavehouse.aws.plan import Plan, Upload
from wavehouse.aws.stage import ACCOUNT, Stage

_STACK = "music-dev"
JOB = f"{_STACK}-songs"

_NODES: dict[str, Any] = {
    "songs": {
        "S3CsvSource": {
            "Name": "Songs",
            "Paths": [f"s3://{_STACK}-staging-{ACCOUNT}/songs/"],
            "Separator": "comma",
            "QuoteChar": "quote",
        }
    },
    "target": {
        "S3GlueParquetTarget": {
            "Name": "Warehouse",
            "Inputs": ["songs"],
            "Path": f"s3://{_STACK}-warehouse-{ACCOUNT}/songs/",
            "Compression": "snappy",
        }
    },
}


def plan(folder: Path, *, uploads: bool = True) -> Plan:
    """The plan of stage dev of the project 'music'; its files are in `folder`."""
    script = folder / "songs.py"
    script.write_text("print('songs')\n")
    return Plan(
        Stage("music"),
        template(),
        {JOB: copy.deepcopy(_NODES)},
        uploads=[Upload(script, "warehouse", "_glue/scripts/songs.py")] if uploads else [],
    )


def template() -> dict[str, Any]:
    """Its template."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Music",
        "Parameters": {"QuickSightPrincipalArn": {"Type": "String", "Default": ""}},
        "Conditions": {"HasQuickSight": {"Fn::Not": [{"Fn::Equals": [_ref("QuickSightPrincipalArn"), ""]}]}},
        "Resources": {**_buckets(), **_roles(), **_glue(), **_athena(), **_quicksight(), **_watching()},
        "Outputs": {"WarehouseBucket": {"Value": _ref("Warehouse")}, "Job": {"Value": _ref("Job")}},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def _sub(text: str) -> dict[str, Any]:
    return {"Fn::Sub": text}


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _buckets() -> dict[str, Any]:
    owner = {"AWS": _sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")}
    key = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    found: dict[str, Any] = {
        "Key": {
            "Type": "AWS::KMS::Key",
            "DeletionPolicy": "Retain",
            "Properties": {"EnableKeyRotation": True, "KeyPolicy": _policy(key)},
        }
    }
    for role in ("Staging", "Warehouse", "Results", "Logs"):
        found[role] = _bucket(role.lower())
        only_tls = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [_arn(role), _sub(f"${{{role}.Arn}}/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        found[f"{role}Policy"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": _ref(role), "PolicyDocument": _policy(only_tls)},
        }
    return found


def _bucket(role: str) -> dict[str, Any]:
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {
            "BucketName": _sub(f"{_STACK}-{role}-${{AWS::AccountId}}"),
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": dict.fromkeys(blocked, True),
        },
    }


def _roles() -> dict[str, Any]:
    def role(service: str, *actions: str) -> dict[str, Any]:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": [_sub("${Warehouse.Arn}/songs/*")]}
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": _policy(trust),
                "Policies": [{"PolicyName": "own", "PolicyDocument": _policy(allowed)}],
            },
        }

    return {
        "JobRole": role("glue.amazonaws.com", "s3:GetObject", "s3:PutObject"),
        "CrawlerRole": role("glue.amazonaws.com", "s3:GetObject"),
        "EventsRole": role("events.amazonaws.com", "glue:notifyEvent"),
    }


def _glue() -> dict[str, Any]:
    column = {"Name": "id", "Type": "string"}
    return {
        "Database": _of(
            "AWS::Glue::Database", CatalogId=_ref("AWS::AccountId"), DatabaseInput={"Name": "music_dev"}
        ),
        "Table": _of(
            "AWS::Glue::Table",
            CatalogId=_ref("AWS::AccountId"),
            DatabaseName=_ref("Database"),
            OpenTableFormatInput={"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}},
            TableInput={
                "Name": "songs",
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Location": _sub("s3://${Warehouse}/iceberg/songs/"),
                    "Columns": [column],
                },
            },
        ),
        "Security": _of(
            "AWS::Glue::SecurityConfiguration",
            Name=_STACK,
            EncryptionConfiguration={
                "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": _arn("Key")}]
            },
        ),
        "Job": _of(
            "AWS::Glue::Job",
            Name=JOB,
            JobMode="VISUAL",
            Role=_arn("JobRole"),
            GlueVersion="5.1",
            WorkerType="G.1X",
            NumberOfWorkers=2,
            Timeout=120,
            Command={
                "Name": "glueetl",
                "PythonVersion": "3",
                "ScriptLocation": _sub("s3://${Warehouse}/_glue/scripts/songs.py"),
            },
            DefaultArguments={"--job-language": "python"},
            SecurityConfiguration=_ref("Security"),
            Tags={"project": "music"},
        ),
        "Crawler": _of(
            "AWS::Glue::Crawler",
            Name=f"{_STACK}-songs",
            Role=_arn("CrawlerRole"),
            DatabaseName=_ref("Database"),
            Targets={"S3Targets": [{"Path": _sub("s3://${Warehouse}/songs/")}]},
            Schedule={"ScheduleExpression": "cron(0 7 * * ? *)"},
        ),
        "Ruleset": _of("AWS::Glue::DataQualityRuleset", Name=_STACK, Ruleset="Rules = [ RowCount > 0 ]"),
        "Workflow": _of("AWS::Glue::Workflow", Name=f"{_STACK}-daily", MaxConcurrentRuns=1),
        "Start": _of(
            "AWS::Glue::Trigger",
            Name=f"{_STACK}-daily-start",
            WorkflowName=_ref("Workflow"),
            Type="SCHEDULED",
            Schedule="cron(0 6 * * ? *)",
            StartOnCreation=True,
            Actions=[{"JobName": _ref("Job")}],
        ),
        "Crawl": _of(
            "AWS::Glue::Trigger",
            Name=f"{_STACK}-daily-crawl",
            WorkflowName=_ref("Workflow"),
            Type="CONDITIONAL",
            StartOnCreation=True,
            Predicate={
                "Logical": "AND",
                "Conditions": [{"LogicalOperator": "EQUALS", "JobName": _ref("Job"), "State": "SUCCEEDED"}],
            },
            Actions=[{"CrawlerName": _ref("Crawler")}],
        ),
    }


def _athena() -> dict[str, Any]:
    return {
        "WorkGroup": _of(
            "AWS::Athena::WorkGroup",
            Name=_STACK,
            RecursiveDeleteOption=True,
            WorkGroupConfiguration={
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": 10_000_000_000,
                "ResultConfiguration": {"OutputLocation": _sub("s3://${Results}/")},
            },
        ),
        "TopSongs": _of(
            "AWS::Athena::NamedQuery",
            Name="top-songs",
            Database=_ref("Database"),
            WorkGroup=_ref("WorkGroup"),
            QueryString="SELECT id FROM songs LIMIT 10",
        ),
        "OneSong": _of(
            "AWS::Athena::PreparedStatement",
            StatementName="one_song",
            WorkGroup=_ref("WorkGroup"),
            QueryStatement="SELECT id FROM songs WHERE id = ?",
        ),
    }


def _quicksight() -> dict[str, Any]:
    account = _ref("AWS::AccountId")
    table = {
        "RelationalTable": {
            "DataSourceArn": _arn("DataSource"),
            "Name": "songs",
            "InputColumns": [{"Name": "id", "Type": "STRING"}],
        }
    }
    found = {
        "DataSource": _of(
            "AWS::QuickSight::DataSource",
            AwsAccountId=account,
            DataSourceId=_STACK,
            Name="Music",
            Type="ATHENA",
            DataSourceParameters={"AthenaParameters": {"WorkGroup": _ref("WorkGroup")}},
        ),
        "DataSet": _of(
            "AWS::QuickSight::DataSet",
            AwsAccountId=account,
            DataSetId=f"{_STACK}-songs",
            Name="Songs",
            ImportMode="SPICE",
            PhysicalTableMap={"songs": table},
        ),
        "Refresh": {
            **_of(
                "AWS::QuickSight::RefreshSchedule",
                AwsAccountId=account,
                DataSetId=f"{_STACK}-songs",
                Schedule={
                    "ScheduleId": "daily",
                    "RefreshType": "FULL_REFRESH",
                    "ScheduleFrequency": {"Interval": "DAILY", "TimeOfTheDay": "07:30", "TimeZone": "UTC"},
                },
            ),
            "DependsOn": "DataSet",
        },
        "Dashboard": _of(
            "AWS::QuickSight::Dashboard",
            AwsAccountId=account,
            DashboardId=_STACK,
            Name="Music",
            Definition={
                "DataSetIdentifierDeclarations": [{"Identifier": "songs", "DataSetArn": _arn("DataSet")}]
            },
        ),
    }
    return {name: {**one, "Condition": "HasQuickSight"} for name, one in found.items()}


def _watching() -> dict[str, Any]:
    return {
        "Arrival": _of(
            "AWS::Events::Rule",
            Name=f"{_STACK}-arrival",
            EventPattern={"source": ["aws.s3"], "detail": {"bucket": {"name": [_ref("Staging")]}}},
            Targets=[
                {
                    "Id": "workflow",
                    "Arn": _sub(
                        "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:workflow/${Workflow}"
                    ),
                    "RoleArn": _arn("EventsRole"),
                }
            ],
        ),
        "Alerts": _of("AWS::SNS::Topic", TopicName=f"{_STACK}-alerts"),
        "Failed": _of(
            "AWS::CloudWatch::Alarm",
            AlarmName=f"{_STACK}-failed",
            Namespace="Glue",
            MetricName="glue.driver.aggregate.numFailedTasks",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[_ref("Alerts")],
        ),
        "Budget": _of(
            "AWS::Budgets::Budget",
            Budget={
                "BudgetName": _STACK,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "20", "Unit": "USD"},
            },
        ),
    }


def _of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}
