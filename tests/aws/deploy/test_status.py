"""How a stage is: the stack, its events, what ran last."""

from __future__ import annotations

import pytest
from tests.aws.deploy.conftest import Stage
from tests.aws.deploy.plans import JOB

from wavehouse.aws.deploy.status import status
from wavehouse.core.errors import CallError


def test_nothing_is_deployed(stage: Stage) -> None:
    with pytest.raises(CallError, match=r"nothing is deployed. .*wavehouse aws deploy --stage dev"):
        status(stage.clients, stage.plan.stage)


def test_what_ran_last(stage: Stage) -> None:
    stage.deploy()
    glue = stage.clients.of("glue")
    run = glue.start_job_run(JobName=JOB)["JobRunId"]
    glue.start_crawler(Name=JOB)
    glue.start_workflow_run(Name="music-dev-daily")
    found = status(stage.clients, stage.plan.stage)
    assert (found["status"], found["resources"]) == ("CREATE_COMPLETE", 28)
    assert len(found["events"]) == 10
    assert found["events"][0]["resource"] == stage.name
    (job,) = found["jobs"]
    assert (job["name"], job["runs"][0]["id"]) == (JOB, run)
    assert job["runs"][0]["status"] in ("STARTING", "RUNNING", "SUCCEEDED")
    assert [one["name"] for one in found["crawlers"]] == [JOB]
    assert [one["name"] for one in found["workflows"]] == ["music-dev-daily"]
    assert "Stack" in found["links"]


def test_a_stage_that_never_ran(stage: Stage) -> None:
    stage.deploy()
    found = status(stage.clients, stage.plan.stage)
    assert found["jobs"] == [{"name": JOB, "runs": []}]
    assert found["workflows"][0]["last"] == ""
