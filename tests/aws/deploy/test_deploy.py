"""Deployments of a small plan, on a server: what is there afterwards, and what a second one does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.aws.deploy.conftest import Stage
from tests.aws.deploy.plans import JOB
from tests.aws.server.types import TYPES

from wavehouse.aws.deploy.stack import Resource, read_stack, resources_of
from wavehouse.core.errors import CallError, DefinitionError, OutsideError
from wavehouse.flow.glue.nodes_digest import NODES_TAG, nodes_digest

_PRINCIPAL = "arn:aws:quicksight:eu-central-1:123456789012:user/default/owner"

# Types that moto has itself: how they are looked for.
_LOOKS = {
    "AWS::IAM::Role": ("iam", "get_role", "RoleName"),
    "AWS::Events::Rule": ("events", "describe_rule", "Name"),
    "AWS::SNS::Topic": ("sns", "get_topic_attributes", "TopicArn"),
}


def test_everything_of_the_template_is_really_there(stage: Stage) -> None:
    stage.deploy(QuickSightPrincipalArn=_PRINCIPAL)
    resources = resources_of(stage.clients, stage.name)
    assert {one.logical for one in resources} == set(stage.plan.template["Resources"])
    for one in resources:
        assert one.physical, f"{one.logical} has no physical id"
        _look(stage, one)


def _look(stage: Stage, one: Resource) -> None:
    if one.type in _LOOKS:
        service, call, key = _LOOKS[one.type]
        name = one.physical.rpartition("|")[2]
        asked = {key: name}
    else:
        type_ = TYPES[one.type]
        said = {**stage.resource(one.logical), "AwsAccountId": stage.clients.account}
        said |= {
            name: _name(stage, value) for name, value in said.items() if name in ("WorkGroup", "DatabaseName")
        }
        service, (call, asked) = type_.service, type_.look(one.physical, said)
    answer = getattr(stage.clients.of(service), call)(**asked)
    assert answer.get("MetricAlarms", True), f"{one.logical} is not there"


def _name(stage: Stage, value: dict[str, str]) -> str:
    physical = {one.logical: one.physical for one in resources_of(stage.clients, stage.name)}
    return physical[value["Ref"]]


def test_a_type_that_the_server_does_not_have_fails_its_stack(stage: Stage) -> None:
    stage.plan.template["Resources"]["Queue"] = {"Type": "AWS::Nowhere::Thing", "Properties": {}}
    with pytest.raises(OutsideError, match=r"rolled back: Queue \(AWS::Nowhere::Thing\): there is no"):
        stage.deploy()


def test_changes_are_shown_before_anything_is_done(stage: Stage) -> None:
    with pytest.raises(CallError, match="nothing was deployed"):
        stage.deploy(refuse=True)
    (asked,) = stage.asked
    assert {one.action for one in asked.resources} == {"create"}
    assert "DataSource" not in [one.resource for one in asked.resources]
    assert (asked.graphs, asked.uploads) == (
        [JOB],
        ["s3://music-dev-warehouse-123456789012/_glue/scripts/songs.py"],
    )
    # The change set is gone, and so is the stack that it stood in.
    assert read_stack(stage.clients, stage.name) is None
    assert stage.clients.of("s3").list_buckets()["Buckets"] == []


def test_the_job_has_its_graph_and_the_buckets_their_files(stage: Stage) -> None:
    deployed = stage.deploy()
    job = stage.clients.of("glue").get_job(JobName=JOB)["Job"]
    nodes = job["CodeGenConfigurationNodes"]
    assert nodes["songs"]["S3CsvSource"]["Paths"] == ["s3://music-dev-staging-123456789012/songs/"]
    # UpdateJob writes the whole job over: what CloudFormation said is still there.
    assert (job["JobMode"], job["Timeout"], job["WorkerType"]) == ("VISUAL", 120, "G.1X")
    assert job["DefaultArguments"] == {"--job-language": "python"}
    assert (
        "MaxCapacity" not in stage.clients.of("glue").get_job(JobName=JOB)["Job"]
        or job["NumberOfWorkers"] == 2
    )
    arn = f"arn:aws:glue:eu-central-1:123456789012:job/{JOB}"
    tags = stage.clients.of("glue").get_tags(ResourceArn=arn)["Tags"]
    assert tags == {"project": "music", NODES_TAG: nodes_digest(nodes)}
    bucket = deployed.outputs["WarehouseBucket"]
    body = stage.clients.of("s3").get_object(Bucket=bucket, Key="_glue/scripts/songs.py")["Body"].read()
    assert body == b"print('songs')\n"


def test_it_says_what_it_does_as_it_comes(stage: Stage) -> None:
    deployed = stage.deploy()
    steps = stage.heard.steps
    assert (
        steps.index("stack…")
        < steps.index("Key…")
        < steps.index("Key: created")
        < steps.index("Job: created")
    )
    assert steps[-4:] == ["graphs…", "graphs: 1 graph set", "uploads…", "uploads: 1 file"]
    assert deployed.outputs["Job"] == JOB
    assert deployed.links["Job"].endswith(f"gluestudio/home?region=eu-central-1#/editor/job/{JOB}/graph")
    assert "stackId=arn%3Aaws%3Acloudformation" in deployed.links["Stack"]


def test_a_second_deployment_changes_nothing_and_asks_nothing(stage: Stage) -> None:
    stage.deploy()
    stage.aws.calls()
    deployed = stage.deploy()
    assert not deployed.changes
    assert len(stage.asked) == 1
    assert stage.aws.calls() == ["CreateChangeSet", "DeleteChangeSet"]
    assert deployed.outputs["Job"] == JOB


def test_an_edited_flow_changes_only_the_job(stage: Stage) -> None:
    stage.deploy()
    stage.aws.calls()
    stage.plan.graphs[JOB]["songs"]["S3CsvSource"]["Separator"] = "semicolon"
    assert stage.deploy().changes.as_json()["graphs"] == [JOB]
    assert stage.aws.calls() == ["CreateChangeSet", "DeleteChangeSet", "UpdateJob", "TagResource"]
    nodes = stage.clients.of("glue").get_job(JobName=JOB)["Job"]["CodeGenConfigurationNodes"]
    assert nodes["songs"]["S3CsvSource"]["Separator"] == "semicolon"


def test_an_edited_file_is_sent_again_alone(stage: Stage) -> None:
    stage.deploy()
    stage.aws.calls()
    stage.plan.uploads[0].path.write_text("print('other songs')\n")
    assert stage.deploy().changes.uploads == ["s3://music-dev-warehouse-123456789012/_glue/scripts/songs.py"]
    assert stage.aws.calls() == ["CreateChangeSet", "DeleteChangeSet", "Put"]


def test_a_graph_that_somebody_took_out_is_set_again(stage: Stage) -> None:
    stage.deploy()
    glue = stage.clients.of("glue")
    job = glue.get_job(JobName=JOB)["Job"]
    emptied = {"Role": job["Role"], "Command": job["Command"], "CodeGenConfigurationNodes": {}}
    glue.update_job(JobName=JOB, JobUpdate=emptied)
    assert stage.deploy().changes.graphs == [JOB]
    assert glue.get_job(JobName=JOB)["Job"]["CodeGenConfigurationNodes"]


def test_a_job_that_cloudformation_writes_over_gets_its_graph_again(stage: Stage) -> None:
    stage.deploy()
    stage.resource("Job")["Timeout"] = 60
    changes = stage.deploy().changes
    assert [(one.resource, one.action) for one in changes.resources] == [("Job", "change")]
    assert changes.graphs == [JOB]
    job = stage.clients.of("glue").get_job(JobName=JOB)["Job"]
    assert (job["Timeout"], bool(job["CodeGenConfigurationNodes"])) == (60, True)


_DESCRIBED = {
    "Crawler": ("glue", "get_crawler", {"Name": JOB}),
    "Start": ("glue", "get_trigger", {"Name": "music-dev-daily-start"}),
    "Workflow": ("glue", "get_workflow", {"Name": "music-dev-daily"}),
    "Ruleset": ("glue", "get_data_quality_ruleset", {"Name": "music-dev"}),
    "OneSong": ("athena", "get_prepared_statement", {"StatementName": "one_song", "WorkGroup": "music-dev"}),
}


def test_a_changed_resource_is_changed_there(stage: Stage) -> None:
    stage.deploy()
    for resource in _DESCRIBED:
        stage.resource(resource)["Description"] = "new"
    stage.resource("WorkGroup")["WorkGroupConfiguration"]["BytesScannedCutoffPerQuery"] = 20_000_000
    changed = {one.resource for one in stage.deploy().changes.resources}
    assert changed == {*_DESCRIBED, "WorkGroup"}
    for service, call, asked in _DESCRIBED.values():
        assert "'Description': 'new'" in str(getattr(stage.clients.of(service), call)(**asked))
    group = stage.clients.of("athena").get_work_group(WorkGroup="music-dev")["WorkGroup"]
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 20_000_000


def test_what_is_no_more_defined_is_deleted(stage: Stage) -> None:
    stage.deploy()
    del stage.plan.template["Resources"]["TopSongs"]
    (change,) = stage.deploy().changes.resources
    assert (change.resource, change.action) == ("TopSongs", "delete")
    assert stage.clients.of("athena").list_named_queries(WorkGroup="music-dev")["NamedQueryIds"] == []


def test_a_parameter_that_was_said_once_stays(stage: Stage) -> None:
    stage.deploy()
    changes = stage.deploy(QuickSightPrincipalArn=_PRINCIPAL).changes
    assert {one.resource for one in changes.resources} == {"DataSource", "DataSet", "Refresh", "Dashboard"}
    assert not stage.deploy().changes
    with pytest.raises(CallError, match=r"no parameter 'QuickSightPrincipal'. .*QuickSightPrincipalArn"):
        stage.deploy(QuickSightPrincipal="x")


def test_a_graph_that_glue_would_refuse_stops_it_all(stage: Stage) -> None:
    stage.plan.graphs[JOB]["target"]["S3GlueParquetTarget"]["Inputs"] = ["nobody"]
    with pytest.raises(DefinitionError, match="nobody"):
        stage.deploy()
    assert stage.aws.calls() == []


def test_a_large_template_goes_by_way_of_a_bucket(stage: Stage) -> None:
    columns = [{"Name": f"c{number}", "Type": "string", "Comment": "x" * 200} for number in range(300)]
    stage.resource("Table")["TableInput"]["StorageDescriptor"]["Columns"] = columns
    stage.deploy()
    s3 = stage.clients.of("s3")
    bucket = "music-dev-artifacts-123456789012"
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [
        "templates/music-dev.json"
    ]
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert not stage.deploy().changes
    too_large = replace(
        stage, plan=replace(stage.plan, template={**stage.plan.template, "Metadata": "x" * 10**6})
    )
    with pytest.raises(DefinitionError, match="CloudFormation takes 1,000,000"):
        too_large.deploy()


def test_everything_has_the_tags_by_which_its_cost_is_counted(stage: Stage) -> None:
    stage.deploy()
    (found,) = stage.clients.of("cloudformation").describe_stacks(StackName=stage.name)["Stacks"]
    assert {one["Key"]: one["Value"] for one in found["Tags"]} == {
        "wavehouse:stack": "music-dev",
        "wavehouse:stage": "dev",
    }
