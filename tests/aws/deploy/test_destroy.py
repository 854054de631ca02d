"""The end of a stage: no data is lost unasked, and nothing stays but keys that are pending deletion."""

from __future__ import annotations

import pytest
from tests.aws.deploy.conftest import AT_ONCE, Stage

from wavehouse.aws.deploy.destroy import Destroyed, destroy
from wavehouse.aws.deploy.losses import Losses
from wavehouse.aws.deploy.stack import read_stack
from wavehouse.core.errors import CallError, OutsideError, OvertakenError

_WAREHOUSE = "music-dev-warehouse-123456789012"


def _destroy(stage: Stage, *, delete_data: bool = False, refuse: bool = False) -> Destroyed:
    def confirm(_: Losses) -> None:
        if refuse:
            raise CallError("nothing was destroyed")

    return destroy(
        stage.clients, stage.plan.stage, confirm, stage.heard, delete_data=delete_data, waiting=AT_ONCE
    )


def test_data_is_not_lost_unasked(stage: Stage) -> None:
    stage.deploy()
    with pytest.raises(CallError, match=rf"{_WAREHOUSE} has 1 object. .*--delete-data"):
        _destroy(stage)
    assert stage.diff()["same"]


def test_old_versions_are_data_too(stage: Stage) -> None:
    stage.deploy()
    stage.clients.of("s3").delete_object(Bucket=_WAREHOUSE, Key="_glue/scripts/songs.py")
    with pytest.raises(CallError, match=f"{_WAREHOUSE} has 1 object"):
        _destroy(stage)


def test_who_says_no_keeps_everything(stage: Stage) -> None:
    stage.deploy()
    with pytest.raises(CallError, match="nothing was destroyed"):
        _destroy(stage, delete_data=True, refuse=True)
    assert stage.diff()["same"]


def test_nothing_stays_but_keys(stage: Stage) -> None:
    stage.deploy()
    s3 = stage.clients.of("s3")
    for content in (b"1", b"2"):
        s3.put_object(Bucket=_WAREHOUSE, Key="songs/1.parquet", Body=content)
    s3.delete_object(Bucket=_WAREHOUSE, Key="songs/1.parquet")
    done = _destroy(stage, delete_data=True)
    assert done.lost.objects[_WAREHOUSE] == 3
    assert done.lost.tables == ["music_dev.songs"]
    assert s3.list_buckets()["Buckets"] == []
    assert stage.clients.of("glue").get_databases()["DatabaseList"] == []
    assert stage.clients.of("glue").get_jobs()["Jobs"] == []
    assert stage.clients.of("iam").list_roles()["Roles"] == []
    assert [one["Name"] for one in stage.clients.of("athena").list_work_groups()["WorkGroups"]] == ["primary"]
    assert read_stack(stage.clients, stage.name) is None
    (key,) = stage.clients.of("kms").list_keys()["Keys"]
    described = stage.clients.of("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert described["KeyState"] == "PendingDeletion"
    assert done.keys == {key["KeyId"]: described["DeletionDate"].date().isoformat()}


def test_it_can_be_deployed_again(stage: Stage) -> None:
    stage.deploy()
    _destroy(stage, delete_data=True)
    stage.deploy()
    assert stage.diff()["same"]


def test_an_empty_stage_needs_no_flag(stage: Stage) -> None:
    stage.plan.uploads.clear()
    stage.deploy()
    assert not _destroy(stage).lost.has_data
    assert stage.clients.of("s3").list_buckets()["Buckets"] == []


def test_the_bucket_of_templates_goes_too(stage: Stage) -> None:
    place = {"LocationConstraint": "eu-central-1"}
    s3 = stage.clients.of("s3")
    s3.create_bucket(Bucket="music-dev-artifacts-123456789012", CreateBucketConfiguration=place)
    s3.put_object(Bucket="music-dev-artifacts-123456789012", Key="templates/x", Body=b"{}")
    stage.plan.uploads.clear()
    stage.deploy()
    _destroy(stage)
    assert s3.list_buckets()["Buckets"] == []


def test_what_cannot_be_deleted_is_told_and_done_by_the_next(stage: Stage) -> None:
    stage.deploy()
    stage.aws.refuse("DeleteCrawler", "CrawlerRunningException", "the crawler is running")
    with pytest.raises(OutsideError, match=r"could not be deleted: Crawler .*the crawler is running"):
        _destroy(stage, delete_data=True)
    assert stage.clients.of("s3").list_buckets()["Buckets"] == []
    stage.aws.allow()
    _destroy(stage)
    assert read_stack(stage.clients, stage.name) is None


def test_buckets_that_a_stack_left_behind_go_too(stage: Stage) -> None:
    stage.deploy()
    stage.clients.of("cloudformation").delete_stack(StackName=stage.name)
    with pytest.raises(CallError, match=f"{_WAREHOUSE} has 1 object"):
        _destroy(stage)
    _destroy(stage, delete_data=True)
    assert stage.clients.of("s3").list_buckets()["Buckets"] == []


def test_not_while_something_is_going_on(stage: Stage) -> None:
    stage.deploy()
    stage.aws.set_status(stage.name, "UPDATE_IN_PROGRESS")
    with pytest.raises(OvertakenError, match="a deployment is in progress"):
        _destroy(stage, delete_data=True)


def test_nothing_to_destroy(stage: Stage) -> None:
    with pytest.raises(CallError, match="nothing is deployed"):
        _destroy(stage)
