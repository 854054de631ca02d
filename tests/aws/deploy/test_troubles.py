"""What can go wrong with a deployment: each told with its remedy, and mended by the next one."""

from __future__ import annotations

import pytest
from tests.aws.deploy.conftest import AT_ONCE, Stage
from tests.aws.deploy.plans import JOB

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.stack import read_stack
from wavehouse.aws.deploy.template_body import template_address
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.core.errors import CallError, OutsideError, OvertakenError

_PRINCIPAL = "arn:aws:quicksight:eu-central-1:123456789012:user/default/owner"


def test_no_credentials(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(OutsideError, match=r"no credentials for AWS .*AWS_PROFILE.*aws sso login") as raised:
        Stage(stage.aws, _new(stage), stage.plan).deploy()
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("code", "said", "remedy"),
    [
        ("ExpiredToken", "The security token included in the request is expired", r"aws sso login"),
        ("InvalidClientTokenId", "The security token is invalid.", r"AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "The request signature does not match.", r"AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_credentials_that_are_not_good(stage: Stage, code: str, said: str, remedy: str) -> None:
    stage.aws.refuse("GetCallerIdentity", code, said)
    with pytest.raises(OutsideError, match=f"{code}.*{remedy}"):
        Stage(stage.aws, _new(stage), stage.plan).deploy()


def _new(stage: Stage) -> Clients:
    """Clients that have not asked yet who they are."""
    return Clients(region="eu-central-1", endpoint=stage.aws.url)


def test_a_region_that_there_is_not() -> None:
    with pytest.raises(CallError, match=r"no region 'eu-centrl-1'. .*eu-central-1") as raised:
        Clients(region="eu-centrl-1")
    assert raised.value.exit_code == 2


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(CallError, match=r"no region is named. .*--region eu-central-1"):
        Clients()


def test_no_such_profile() -> None:
    with pytest.raises(CallError, match=r"nobody.*could not be found.*config"):
        Clients(region="eu-central-1", profile="nobody")


def test_nobody_answers(stage: Stage) -> None:
    clients = Clients(region="eu-central-1", endpoint="http://127.0.0.1:9")
    # (Asked again after a while, as a network may come back.)
    clients.of("sts").meta.events.register("needs-retry.sts", lambda **_: None)
    with pytest.raises(OutsideError, match=r"was not reached.*AWS_ENDPOINT_URL"):
        Stage(stage.aws, clients, stage.plan).deploy()


def test_what_is_denied_is_named(stage: Stage) -> None:
    denied = "User: arn:aws:iam::1:user/me is not authorized to perform: cloudformation:CreateChangeSet on x"
    stage.aws.refuse("CreateChangeSet", "AccessDenied", denied)
    with pytest.raises(
        OutsideError, match=r"Give the credentials the permission cloudformation:CreateChangeSet"
    ):
        stage.deploy()


def test_a_resource_that_fails_rolls_back(stage: Stage) -> None:
    stage.aws.refuse("CreateCrawler", "InvalidInputException", "the role cannot be assumed")
    with pytest.raises(
        OutsideError, match=r"rolled back: Crawler \(AWS::Glue::Crawler\): .*cannot be assumed"
    ):
        stage.deploy()
    stack = read_stack(stage.clients, stage.name)
    assert stack is not None
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stage.clients.of("s3").list_buckets()["Buckets"] == []
    # The next one makes it anew.
    stage.aws.allow()
    assert stage.deploy().changes
    assert stage.heard.notes[-1] == (
        "the stack music-dev was left as ROLLBACK_COMPLETE: it is deleted and made anew"
    )
    assert stage.diff()["same"]


def test_an_update_that_fails_leaves_what_was(stage: Stage) -> None:
    stage.deploy()
    stage.resource("Workflow")["Description"] = "new"
    stage.resource("Ruleset")["Description"] = "refused"
    stage.aws.refuse("UpdateWorkflow", "ConcurrentModificationException", "somebody else")
    with pytest.raises(OutsideError, match=r"rolled back: Workflow \(AWS::Glue::Workflow\): .*somebody else"):
        stage.deploy()
    stack = read_stack(stage.clients, stage.name)
    assert stack is not None
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    stage.aws.allow()
    assert {one.resource for one in stage.deploy().changes.resources} == {"Workflow", "Ruleset"}


def test_a_bucket_whose_name_is_taken(stage: Stage) -> None:
    place = {"LocationConstraint": "eu-central-1"}
    s3 = stage.clients.of("s3")
    s3.create_bucket(Bucket="music-dev-results-123456789012", CreateBucketConfiguration=place)
    with pytest.raises(OutsideError, match=r"Results \(AWS::S3::Bucket\).*The bucket's name is taken"):
        stage.deploy()


def test_an_account_without_quicksight(stage: Stage) -> None:
    said = "The account is not signed up with QuickSight"
    stage.aws.refuse("Create", "UnsupportedUserEditionException", said, service="quicksight")
    with pytest.raises(OutsideError, match=r"DataSource.*Subscribe the account to QuickSight.*principal"):
        stage.deploy(QuickSightPrincipalArn=_PRINCIPAL)


def test_another_deployment_in_progress(stage: Stage) -> None:
    stage.deploy()
    stage.aws.set_status(stage.name, "UPDATE_IN_PROGRESS")
    with pytest.raises(OvertakenError, match=r"another deployment is in progress .*wavehouse aws status"):
        stage.deploy()


def test_a_stack_that_was_only_looked_at(stage: Stage) -> None:
    cloudformation = stage.clients.of("cloudformation")
    cloudformation.create_change_set(
        StackName=stage.name,
        ChangeSetName="by-hand",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}',
    )
    stage.deploy()
    assert "left as REVIEW_IN_PROGRESS" in stage.heard.notes[0]
    assert stage.diff()["same"]


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_is_dead_is_made_anew(stage: Stage, status: str) -> None:
    stage.plan.uploads.clear()
    stage.deploy()
    stage.aws.set_status(stage.name, status)
    assert len(stage.deploy().changes.resources) == 28
    assert stage.diff()["same"]


def test_a_rollback_that_failed_is_gone_on_with(stage: Stage) -> None:
    stage.deploy()
    stage.aws.set_status(stage.name, "UPDATE_ROLLBACK_FAILED")
    stage.resource("Workflow")["Description"] = "new"
    assert [one.resource for one in stage.deploy().changes.resources] == ["Workflow"]
    assert "the way back is gone on with" in stage.heard.notes[0]


def test_a_graph_that_could_not_be_set_is_set_by_the_next(stage: Stage) -> None:
    stage.aws.refuse("TagResource", "AccessDeniedException", "not authorized to perform: glue:TagResource")
    with pytest.raises(OutsideError, match="permission glue:TagResource"):
        stage.deploy()
    stage.aws.allow()
    assert not stage.diff()["same"]
    changes = stage.deploy().changes
    assert (changes.resources, changes.graphs) == ([], [JOB])
    assert stage.diff()["same"]


def test_a_template_that_is_not_taken(stage: Stage) -> None:
    stage.plan.template["Resources"]["Job"]["Properties"]["Role"] = {"Fn::GetAtt": ["Nobody", "Arn"]}
    with pytest.raises(OutsideError, match="Nobody"):
        stage.deploy()


def test_waiting_has_an_end() -> None:
    looks = Waiting(seconds=5, most=0, sleep=lambda _: None).looks("the deployment")
    with pytest.raises(OutsideError, match=r"the deployment has taken more .*wavehouse aws status"):
        next(looks)
    assert next(AT_ONCE.looks("this"), "over") is None


@pytest.mark.parametrize(
    ("region", "domain"), [("eu-central-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")]
)
def test_where_cloudformation_finds_a_template(region: str, domain: str) -> None:
    assert template_address(Clients(region=region), "b") == f"https://b.s3.{region}.{domain}"
