"""The types of resources that CloudFormation in moto lacks: each made, changed and taken away by calls.

The calls go to the server itself, over HTTP, so that what a stack makes is what clients find there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import boto3

Properties = dict[str, Any]
Call = tuple[str, Properties]

# The server's own address, once it has one.
ENDPOINT: list[str] = []
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Type:
    """A type: the service, and its calls by the properties of a resource and its physical id.

    What cannot be changed is made anew under the name of the old, as with `update` None.
    """

    service: str
    create: Callable[[Properties], list[Call]]
    update: Callable[[str, Properties], list[Call]] | None
    delete: Callable[[str, Properties], list[Call]]
    look: Callable[[str, Properties], Call]
    id: Callable[[Properties, Mapping[str, Any]], str]
    arn: Callable[[str, str], str] = lambda _region, _id: ""


@dataclass
class Made:
    """A resource that is there, as moto's stacks look at theirs."""

    type: Type
    cf_resource_type: str
    logical_resource_id: str
    physical_resource_id: str
    properties: Properties
    region: str
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As moto asks for it."""
        return self.physical_resource_id

    def is_created(self) -> bool:
        """Nothing here takes time."""
        return True

    def get_cfn_attribute(self, attribute: str) -> str:
        """An attribute for Fn::GetAtt; raises for one that is not known."""
        if attribute in ("Arn", "AlarmArn", "TopicArn"):
            return str(self.answer.get("Arn") or self.type.arn(self.region, self.physical_resource_id))
        if attribute in ("DomainName", "RegionalDomainName") and self.cf_resource_type == "AWS::S3::Bucket":
            return f"{self.physical_resource_id}.s3.amazonaws.com"
        raise ValueError(f"{self.cf_resource_type} has no attribute {attribute} here")

    def update(self, properties: Properties) -> None:
        """Change it by calls."""
        if self.type.update is None:
            self.delete()
            self.make(properties)
            return
        for call in self.type.update(self.physical_resource_id, properties):
            _send(self.type.service, self.region, call)
        self.properties = properties

    def make(self, properties: Properties) -> None:
        """Create it by calls: the first one makes it."""
        answers = [_send(self.type.service, self.region, call) for call in self.type.create(properties)]
        self.answer = answers[0]
        self.physical_resource_id = self.type.id(properties, answers[0])
        self.properties = properties

    def delete(self) -> None:
        """Take it away by calls."""
        for call in self.type.delete(self.physical_resource_id, self.properties):
            _send(self.type.service, self.region, call)


def make(type_name: str, logical_id: str, properties: Properties, region: str) -> Made:
    """A resource of one of `TYPES`."""
    made = Made(TYPES[type_name], type_name, logical_id, "", properties, region)
    made.make(properties)
    return made


@lru_cache
def _client(service: str, region: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=ENDPOINT[0],
        aws_access_key_id="server",
        aws_secret_access_key="no-secret-at-all",  # noqa: S106
    )


def _send(service: str, region: str, call: Call) -> Mapping[str, Any]:
    operation, parameters = call
    client = _client(service, region)
    shape = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[operation]
    ).input_shape
    answer: Mapping[str, Any] = getattr(client, operation)(**_typed(shape, parameters, operation))
    return answer


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text.lower() == "true",
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}


def _typed(shape: Any, value: Any, where: str) -> Any:
    """Texts become numbers and truths where the call has them, as CloudFormation does it."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        unknown = set(value) - set(shape.members)
        if unknown:
            raise ValueError(f"{where} has no {', '.join(sorted(unknown))}")
        return {
            name: _typed(shape.members[name], one, f"{where}.{name}")
            for name, one in value.items()
            if one is not None
        }
    if kind == "list" and isinstance(value, list):
        return [_typed(shape.member, one, where) for one in value]
    if kind == "map" and isinstance(value, dict):
        return {name: _typed(shape.value, one, where) for name, one in value.items()}
    if isinstance(value, str) and kind in _READERS:
        return _READERS[kind](value)
    return str(value) if kind == "string" and isinstance(value, int | float) else value


def _less(properties: Properties, *names: str) -> Properties:
    return {name: value for name, value in properties.items() if name not in names}


def _glue(kind: str) -> Callable[[str, str], str]:
    return lambda region, name: f"arn:aws:glue:{region}:{ACCOUNT}:{kind}/{name}"


def _named(properties: Properties, _: Mapping[str, Any]) -> str:
    return str(properties["Name"])


def _simple(
    service: str,
    thing: str,
    update: Callable[[str, Properties], list[Call]] | None,
    *,
    key: str = "Name",
    request: Callable[[Properties], Properties] = dict,
    id_: Callable[[Properties, Mapping[str, Any]], str] = _named,
    also: Callable[[Properties], Properties] = lambda _: {},
    arn: Callable[[str, str], str] = lambda _region, _id: "",
    look: str = "get",
) -> Type:
    """A thing whose calls are called as they should be: `create_thing`, `delete_thing`, `get_thing`."""
    return Type(
        service,
        lambda properties: [(f"create_{thing}", request(properties))],
        update,
        lambda name, properties: [(f"delete_{thing}", {key: name, **also(properties)})],
        lambda name, properties: (f"{look}_{thing}", {key: name, **also(properties)}),
        id_,
        arn,
    )


def _crawler(properties: Properties) -> Properties:
    schedule = properties.get("Schedule")
    if not schedule:
        return properties
    return {**properties, "Schedule": schedule["ScheduleExpression"]}


def _security(properties: Properties) -> Properties:
    said = properties["EncryptionConfiguration"]
    encryption = {**_less(said, "S3Encryptions"), "S3Encryption": said.get("S3Encryptions", [])}
    return {**properties, "EncryptionConfiguration": encryption}


def _work_group(properties: Properties) -> Properties:
    configuration = properties.get("WorkGroupConfiguration", {})
    return {
        **_less(properties, "WorkGroupConfiguration", "RecursiveDeleteOption", "State"),
        "Configuration": configuration,
    }


def _quicksight(thing: str, key: str) -> Type:
    return _simple(
        "quicksight",
        thing,
        lambda _name, said: [(f"update_{thing}", _less(said, "Permissions", "Tags", "Type"))],
        key=key,
        id_=lambda said, _: str(said[key]),
        also=lambda said: {"AwsAccountId": said["AwsAccountId"]},
        look="describe",
    )


def _bucket_settings(name: str, said: Properties) -> list[Call]:
    calls: list[Call] = []
    if "VersioningConfiguration" in said:
        calls.append(("put_bucket_versioning", {"VersioningConfiguration": said["VersioningConfiguration"]}))
    if "PublicAccessBlockConfiguration" in said:
        block = {"PublicAccessBlockConfiguration": said["PublicAccessBlockConfiguration"]}
        calls.append(("put_public_access_block", block))
    if "BucketEncryption" in said:
        rules = [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
            }
            for rule in said["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        ]
        calls.append(("put_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}}))
    return [(call, {"Bucket": name, **parameters}) for call, parameters in calls]


def _new_bucket(said: Properties) -> list[Call]:
    name = said["BucketName"]
    place = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
    return [("create_bucket", {"Bucket": name, **place}), *_bucket_settings(name, said)]


def _bucket_policy(said: Properties) -> list[Call]:
    return [
        ("put_bucket_policy", {"Bucket": said["Bucket"], "Policy": json.dumps(said["PolicyDocument"])}),
    ]


def _key(said: Properties) -> Properties:
    policy = {"Policy": json.dumps(said["KeyPolicy"])} if "KeyPolicy" in said else {}
    return {**_less(said, "KeyPolicy", "EnableKeyRotation", "PendingWindowInDays", "Enabled"), **policy}


def _key_changes(name: str, said: Properties) -> list[Call]:
    policy = {"PolicyName": "default", "Policy": json.dumps(said["KeyPolicy"])}
    return [("put_key_policy", {"KeyId": name, **policy})]


def _topic_policy(said: Properties) -> list[Call]:
    policy = {"AttributeName": "Policy", "AttributeValue": json.dumps(said["PolicyDocument"])}
    return [("set_topic_attributes", {"TopicArn": topic, **policy}) for topic in said["Topics"]]


def _refresh(said: Properties) -> Properties:
    schedule = dict(said["Schedule"])
    frequency = dict(schedule["ScheduleFrequency"])
    if "TimeZone" in frequency:  # (The call writes it otherwise.)
        frequency["Timezone"] = frequency.pop("TimeZone")
    return {**said, "Schedule": {**schedule, "ScheduleFrequency": frequency}}


def _schedule_of(properties: Properties) -> Properties:
    return {"AwsAccountId": properties["AwsAccountId"], "DataSetId": properties["DataSetId"]}


TYPES: dict[str, Type] = {
    "AWS::S3::Bucket": Type(
        "s3",
        _new_bucket,
        _bucket_settings,
        lambda name, _: [("delete_bucket", {"Bucket": name})],
        lambda name, _: ("head_bucket", {"Bucket": name}),
        lambda said, _: str(said["BucketName"]),
        lambda _, name: f"arn:aws:s3:::{name}",
    ),
    "AWS::S3::BucketPolicy": Type(
        "s3",
        _bucket_policy,
        lambda _, said: _bucket_policy(said),
        lambda name, _: [("delete_bucket_policy", {"Bucket": name})],
        lambda name, _: ("get_bucket_policy", {"Bucket": name}),
        lambda said, _: str(said["Bucket"]),
    ),
    "AWS::KMS::Key": Type(
        "kms",
        lambda said: [("create_key", _key(said))],
        _key_changes,
        lambda name, _: [("schedule_key_deletion", {"KeyId": name})],
        lambda name, _: ("describe_key", {"KeyId": name}),
        lambda _, answer: str(answer["KeyMetadata"]["KeyId"]),
        lambda region, name: f"arn:aws:kms:{region}:{ACCOUNT}:key/{name}",
    ),
    "AWS::Glue::Database": _simple(
        "glue",
        "database",
        lambda name, said: [("update_database", {"Name": name, "DatabaseInput": said["DatabaseInput"]})],
        request=lambda said: {"DatabaseInput": said["DatabaseInput"]},
        id_=lambda said, _: str(said["DatabaseInput"]["Name"]),
    ),
    "AWS::Glue::Table": _simple(
        "glue",
        "table",
        lambda _, said: [("update_table", _less(said, "OpenTableFormatInput"))],
        id_=lambda said, _: str(said["TableInput"]["Name"]),
        also=lambda said: {"DatabaseName": said["DatabaseName"]},
    ),
    "AWS::Glue::Job": _simple(
        "glue",
        "job",
        lambda name, said: [("update_job", {"JobName": name, "JobUpdate": _less(said, "Name", "Tags")})],
        key="JobName",
        arn=_glue("job"),
    ),
    "AWS::Glue::Crawler": _simple(
        "glue",
        "crawler",
        lambda _, said: [("update_crawler", _less(_crawler(said), "Tags"))],
        request=_crawler,
        arn=_glue("crawler"),
    ),
    "AWS::Glue::Workflow": _simple(
        "glue",
        "workflow",
        lambda _, said: [("update_workflow", _less(said, "Tags"))],
        arn=_glue("workflow"),
    ),
    "AWS::Glue::Trigger": _simple(
        "glue",
        "trigger",
        lambda name, said: [
            (
                "update_trigger",
                {
                    "Name": name,
                    "TriggerUpdate": _less(said, "Tags", "Type", "StartOnCreation", "WorkflowName"),
                },
            )
        ],
        arn=_glue("trigger"),
    ),
    "AWS::Glue::SecurityConfiguration": _simple("glue", "security_configuration", None, request=_security),
    "AWS::Glue::DataQualityRuleset": _simple(
        "glue",
        "data_quality_ruleset",
        lambda _, said: [("update_data_quality_ruleset", _less(said, "Tags", "TargetTable", "ClientToken"))],
        arn=_glue("dataQualityRuleset"),
    ),
    "AWS::Athena::WorkGroup": Type(
        "athena",
        lambda said: [("create_work_group", _work_group(said))],
        lambda name, said: [
            (
                "update_work_group",
                {
                    "WorkGroup": name,
                    "ConfigurationUpdates": {
                        {"ResultConfiguration": "ResultConfigurationUpdates"}.get(key, key): value
                        for key, value in said.get("WorkGroupConfiguration", {}).items()
                    },
                },
            )
        ],
        lambda name, said: [
            (
                "delete_work_group",
                {"WorkGroup": name, "RecursiveDeleteOption": said.get("RecursiveDeleteOption", False)},
            )
        ],
        lambda name, _: ("get_work_group", {"WorkGroup": name}),
        _named,
        lambda region, name: f"arn:aws:athena:{region}:{ACCOUNT}:workgroup/{name}",
    ),
    "AWS::Athena::NamedQuery": _simple(
        "athena", "named_query", None, key="NamedQueryId", id_=lambda _, answer: str(answer["NamedQueryId"])
    ),
    "AWS::Athena::PreparedStatement": _simple(
        "athena",
        "prepared_statement",
        lambda _, said: [("update_prepared_statement", said)],
        key="StatementName",
        id_=lambda said, _: str(said["StatementName"]),
        also=lambda said: {"WorkGroup": said["WorkGroup"]},
    ),
    "AWS::QuickSight::DataSource": _quicksight("data_source", "DataSourceId"),
    "AWS::QuickSight::DataSet": _quicksight("data_set", "DataSetId"),
    "AWS::QuickSight::Dashboard": _quicksight("dashboard", "DashboardId"),
    "AWS::QuickSight::RefreshSchedule": _simple(
        "quicksight",
        "refresh_schedule",
        lambda _, said: [("update_refresh_schedule", _refresh(said))],
        request=_refresh,
        key="ScheduleId",
        id_=lambda said, _: str(said["Schedule"]["ScheduleId"]),
        also=_schedule_of,
        look="describe",
    ),
    "AWS::Budgets::Budget": _simple(
        "budgets",
        "budget",
        None,
        key="BudgetName",
        request=lambda said: {**said, "AccountId": ACCOUNT},
        id_=lambda said, _: str(said["Budget"]["BudgetName"]),
        also=lambda _: {"AccountId": ACCOUNT},
        look="describe",
    ),
    "AWS::CloudWatch::Alarm": Type(
        "cloudwatch",
        lambda said: [("put_metric_alarm", said)],
        lambda _, said: [("put_metric_alarm", said)],
        lambda name, _: [("delete_alarms", {"AlarmNames": [name]})],
        lambda name, _: ("describe_alarms", {"AlarmNames": [name]}),
        lambda said, _: str(said["AlarmName"]),
        lambda region, name: f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{name}",
    ),
    "AWS::SNS::TopicPolicy": Type(
        "sns",
        _topic_policy,
        lambda _, said: _topic_policy(said),
        lambda _name, _said: [],
        lambda _, said: ("get_topic_attributes", {"TopicArn": said["Topics"][0]}),
        lambda said, _: f"{said['Topics'][0]}-policy",
    ),
    "AWS::SNS::Subscription": Type(
        "sns",
        lambda said: [("subscribe", said)],
        None,
        lambda name, _: [("unsubscribe", {"SubscriptionArn": name})],
        lambda name, _: ("get_subscription_attributes", {"SubscriptionArn": name}),
        lambda _, answer: str(answer["SubscriptionArn"]),
    ),
    "AWS::Scheduler::Schedule": _simple(
        "scheduler",
        "schedule",
        lambda _, said: [("update_schedule", said)],
        arn=lambda region, name: f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule/default/{name}",
    ),
}
