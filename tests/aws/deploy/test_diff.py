"""The definition against what is deployed: the same after a deployment, else told change by change."""

from __future__ import annotations

from tests.aws.deploy.conftest import Stage
from tests.aws.deploy.plans import JOB

from wavehouse.aws.deploy.differences import differences


def test_everything_differs_before_and_nothing_after(stage: Stage) -> None:
    before = stage.diff()
    assert before["status"] is None
    assert {one["change"] for one in before["resources"]} == {"defined only"}
    assert len(before["resources"]) == len(stage.plan.template["Resources"])
    assert [one["change"] for one in before["graphs"]] == ["defined only"]
    assert len(before["uploads"]) == 1
    stage.deploy()
    assert stage.diff() == {
        "stack": "music-dev",
        "status": "CREATE_COMPLETE",
        "same": True,
        "resources": [],
        "template": [],
        "graphs": [],
        "tables": [],
        "uploads": [],
        "drift": {"looked": True, "why": "", "resources": []},
    }


def test_resources_differ_property_by_property(stage: Stage) -> None:
    stage.deploy()
    resources = stage.plan.template["Resources"]
    resources["Job"]["Properties"]["Timeout"] = 60
    del resources["TopSongs"]
    resources["More"] = {"Type": "AWS::SNS::Topic"}
    stage.plan.template["Description"] = "Other music"
    found = stage.diff()
    assert found["resources"] == [
        {
            "resource": "Job",
            "type": "AWS::Glue::Job",
            "change": "changed",
            "properties": [{"path": "Properties.Timeout", "deployed": 120, "defined": 60}],
        },
        {"resource": "More", "type": "AWS::SNS::Topic", "change": "defined only", "properties": []},
        {
            "resource": "TopSongs",
            "type": "AWS::Athena::NamedQuery",
            "change": "deployed only",
            "properties": [],
        },
    ]
    assert found["template"] == [{"path": "Description", "deployed": "Music", "defined": "Other music"}]
    assert not found["same"]


def test_a_graph_differs_by_its_nodes_and_by_its_tag(stage: Stage) -> None:
    stage.deploy()
    stage.plan.graphs[JOB]["songs"]["S3CsvSource"]["Separator"] = "tab"
    (graph,) = stage.diff()["graphs"]
    assert graph["nodes"] == [{"path": "songs.S3CsvSource.Separator", "deployed": "comma", "defined": "tab"}]
    stage.deploy()
    # By hand, in Glue Studio: the tag says what it said, and the nodes say otherwise.
    glue = stage.clients.of("glue")
    job = glue.get_job(JobName=JOB)["Job"]
    nodes = job["CodeGenConfigurationNodes"]
    nodes["target"]["S3GlueParquetTarget"]["Compression"] = "gzip"
    update = {"Role": job["Role"], "Command": job["Command"], "CodeGenConfigurationNodes": nodes}
    glue.update_job(JobName=JOB, JobUpdate=update)
    (graph,) = stage.diff()["graphs"]
    assert [one["path"] for one in graph["nodes"]] == ["target.S3GlueParquetTarget.Compression"]


def test_drift_is_told_property_by_property(stage: Stage) -> None:
    stage.deploy()
    expected, actual = "cron(0 7 * * ? *)", "cron(0 9 * * ? *)"
    stage.aws.drifted(
        stage.name,
        [
            {
                "LogicalResourceId": "Crawler",
                "ResourceType": "AWS::Glue::Crawler",
                "StackResourceDriftStatus": "MODIFIED",
                "PropertyDifferences": [
                    {
                        "PropertyPath": "/Schedule/ScheduleExpression",
                        "ExpectedValue": expected,
                        "ActualValue": actual,
                        "DifferenceType": "NOT_EQUAL",
                    }
                ],
            }
        ],
    )
    found = stage.diff()
    assert found["drift"]["resources"] == [
        {
            "resource": "Crawler",
            "type": "AWS::Glue::Crawler",
            "change": "changed",
            "properties": [{"path": "Schedule.ScheduleExpression", "deployed": actual, "defined": expected}],
        }
    ]
    assert not found["same"]


def test_drift_that_may_not_be_looked_for_is_said(stage: Stage) -> None:
    stage.deploy()
    denied = "not authorized to perform: cloudformation:DetectStackDrift"
    stage.aws.refuse("DetectStackDrift", "AccessDenied", denied)
    found = stage.diff()
    assert found["same"]
    assert not found["drift"]["looked"]
    assert "permission cloudformation:DetectStackDrift" in found["drift"]["why"]


def test_what_a_service_adds_of_its_own_is_no_difference() -> None:
    defined = {"a": {"x": 1, "list": [1, {"y": 2}]}}
    deployed = {"a": {"x": 1, "list": [1, {"y": 2, "tags": []}], "extra": None}}
    assert list(differences(deployed, defined, lenient=True)) == []
    assert [one.path for one in differences(deployed, defined)] == ["a.extra", "a.list[1].tags"][1:]
    assert [one.path for one in differences({**deployed, "b": 3}, defined, lenient=True)] == ["b"]
