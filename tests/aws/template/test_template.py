"""What a template says of a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.aws.template.policies import resolved

from wavehouse.aws.plan import Plan, as_text
from wavehouse.aws.template.timetable import cron_expressions
from wavehouse.aws.validator import request_findings
from wavehouse.core.errors import WavehouseError
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.aws_plan import plan_of

Json = dict[str, Any]
_GOLDEN = Path(__file__).parents[2] / "golden" / "aws"


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_shipped_project(stage: str) -> None:
    plan = plan_of(Settings(builtin_project(), Path("nowhere")), stage)
    # (Dashboards are held by files of their own, in tests/aws/quicksight.)
    resources = plan.template["Resources"].items()
    kept = {id_: one for id_, one in resources if not one["Type"].startswith("AWS::QuickSight::")}
    made = as_text({**plan.template, "Resources": kept})
    assert made == (_GOLDEN / f"spotify-{stage}.template.json").read_text("utf-8")


def test_cfn_lint_finds_nothing(shipped: Plan, music: Plan) -> None:
    from cfnlint.api import ManualArgs, lint

    for plan in (shipped, music):
        assert [
            str(match) for match in lint(as_text(plan.template), config=ManualArgs(regions=["eu-central-1"]))
        ] == []


def test_buckets_are_closed(made: dict[str, Json]) -> None:
    buckets = {id_: one["Properties"] for id_, one in made.items() if one["Type"] == "AWS::S3::Bucket"}
    assert len(buckets) == 4
    for id_, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        expected = "AES256" if id_ == "LogsBucket" else "aws:kms"
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == expected
        deny = made[f"{id_}Policy"]["Properties"]["PolicyDocument"]["Statement"][0]
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_table_has_the_columns_of_its_flow(made: dict[str, Json]) -> None:
    table = made["TableMusicPlays"]["Properties"]
    iceberg = table["OpenTableFormatInput"]["IcebergInput"]["IcebergTableInput"]
    fields = [(one["Id"], one["Name"], one["Type"]) for one in iceberg["Schema"]["Fields"]]
    assert fields == [(1, "id", "string"), (2, "minutes", "long"), (3, "day", "date")]
    assert iceberg["PartitionSpec"]["Fields"] == [{"SourceId": 3, "Transform": "identity", "Name": "day"}]
    assert [one["SourceId"] for one in iceberg["WriteOrder"]["Fields"]] == [1]
    assert iceberg["Location"] == {"Fn::Sub": "s3://${WarehouseBucket}/music/plays/"}


def test_a_job_is_visual_and_its_nodes_are_set_afterwards(music: Plan, made: dict[str, Json]) -> None:
    job = made["JobPlays"]["Properties"]
    assert (job["JobMode"], job["GlueVersion"]) == ("VISUAL", "5.1")
    assert "CodeGenConfigurationNodes" not in job
    assert set(music.graphs) == {"our-music-prod-plays", "our-music-prod-report"}
    assert music.graphs[job["Name"]]["read"]["S3CsvSource"]["Paths"] == [
        "s3://our-music-prod-staging-${AWS::AccountId}/plays/"
    ]
    assert resolved(music.template, job["Command"]["ScriptLocation"]) == (
        "s3://our-music-prod-warehouse-111122223333/_glue/scripts/our-music-prod-plays.py"
    )


def test_crawlers_and_classifiers(music: Plan, made: dict[str, Json]) -> None:
    reports = made["CrawlerReports"]["Properties"]
    assert reports["Targets"] == {"S3Targets": [{"Path": {"Fn::Sub": "s3://${WarehouseBucket}/reports/"}}]}
    assert reports["TablePrefix"] == "r_"
    assert json.loads(reports["Configuration"])["CrawlerOutput"]["Tables"] == {"TableThreshold": 3}
    theirs = made["CrawlerTheirs"]["Properties"]
    assert theirs["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    assert set(theirs["SchemaChangePolicy"].values()) == {"LOG"}
    assert theirs["Classifiers"] == [{"Ref": "ClassifierPipes"}]
    csv = made["ClassifierPipes"]["Properties"]["CsvClassifier"]
    assert (csv["Delimiter"], csv["ContainsHeader"], csv["Header"]) == ("|", "PRESENT", ["a", "b"])
    assert "CrawlerMine" not in made
    assert any("crawler 'mine'" in note for note in music.notes)


def test_a_chain_of_steps_leaves_out_what_aws_does_itself(made: dict[str, Json]) -> None:
    # (The check has no counterpart: the load, which waits for it either way, is what begins.)
    start = made["StartDaily"]["Properties"]
    assert (start["Type"], start["Actions"]) == ("ON_DEMAND", [{"JobName": {"Ref": "JobPlays"}}])
    second = made["TriggerDailyLoad2"]["Properties"]
    assert second["Actions"] == [{"JobName": {"Ref": "JobReport"}}]
    assert second["Predicate"]["Conditions"] == [
        {"LogicalOperator": "EQUALS", "State": "SUCCEEDED", "JobName": {"Ref": "JobPlays"}}
    ]
    crawl = made["TriggerDailyCrawl"]["Properties"]
    assert crawl["Actions"] == [{"CrawlerName": {"Ref": "CrawlerReports"}}]
    assert crawl["Predicate"]["Conditions"][0]["JobName"] == {"Ref": "JobReport"}
    assert not [id_ for id_ in made if id_.startswith("TriggerDaily") and "Tidy" in id_]


def test_clocks_of_other_zones_are_schedulers(made: dict[str, Json]) -> None:
    first, second = made["ClockDaily"]["Properties"], made["ClockDaily2"]["Properties"]
    assert first["ScheduleExpressionTimezone"] == second["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert first["ScheduleExpression"] == "cron(30 6 1 * ? *)"
    assert second["ScheduleExpression"] == "cron(30 6 ? * MON,TUE,WED,THU,FRI *)"
    assert json.loads(first["Target"]["Input"]) == {"Name": "our-music-prod-daily"}
    hourly = made["StartHourly"]["Properties"]
    assert (hourly["Type"], hourly["Schedule"]) == ("SCHEDULED", "cron(0 * * * ? *)")


def test_files_begin_a_workflow(made: dict[str, Json]) -> None:
    pattern = made["ArrivalsArrivals"]["Properties"]["EventPattern"]["detail"]
    assert pattern["bucket"] == {"name": ["their-bucket"]}
    assert pattern["object"] == {"key": [{"wildcard": "in*plays-*.csv"}]}
    start = made["StartArrivals"]["Properties"]
    assert start["EventBatchingCondition"] == {"BatchSize": 3, "BatchWindow": 60}


def test_a_workflow_that_starts_nothing_is_none(music: Plan, made: dict[str, Json]) -> None:
    assert "WorkflowAsked" not in made
    assert any("'ask' of 'asked'" in note for note in music.notes)


def test_upkeep_is_aws_own(made: dict[str, Json]) -> None:
    assert made["OptimizerMusicPlaysCompaction"]["Properties"]["Type"] == "compaction"
    retention = made["OptimizerMusicPlaysRetention"]["Properties"]["TableOptimizerConfiguration"]
    kept = retention["RetentionConfiguration"]["IcebergConfiguration"]
    assert (kept["SnapshotRetentionPeriodInDays"], kept["NumberOfSnapshotsToRetain"]) == (2, 5)
    orphans = made["OptimizerMusicPlaysOrphans"]["Properties"]["TableOptimizerConfiguration"]
    # (A day, as `wavehouse vacuum` has it where nothing is said.)
    gone = orphans["OrphanFileDeletionConfiguration"]["IcebergConfiguration"]
    assert gone == {"OrphanFileRetentionPeriodInDays": 1}


def test_queries_with_values_are_prepared(made: dict[str, Json]) -> None:
    assert made["StatementMinutes"]["Type"] == "AWS::Athena::PreparedStatement"
    # (A question mark in a text is none.)
    assert made["QueryAsks"]["Type"] == "AWS::Athena::NamedQuery"
    group = made["WorkGroup"]["Properties"]["WorkGroupConfiguration"]
    assert group["BytesScannedCutoffPerQuery"] == 50_000_000
    assert group["EnforceWorkGroupConfiguration"] is True


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 12 * * *", ["cron(0 12 * * ? *)"]),
        ("*/15 * 1,15 * *", ["cron(*/15 * 1,15 * ? *)"]),
        ("0 0 * * 0", ["cron(0 0 ? * SUN *)"]),
        ("0 0 * * 5-7", ["cron(0 0 ? * SUN,FRI,SAT *)"]),
        ("0 0 * * mon,wed", ["cron(0 0 ? * MON,WED *)"]),
        ("0 0 * * 1-5/2", ["cron(0 0 ? * MON,WED,FRI *)"]),
        ("cron(0 6 ? * MON *)", ["cron(0 6 ? * MON *)"]),
    ],
)
def test_five_fields_become_six(schedule: str, expected: list[str]) -> None:
    assert cron_expressions(schedule) == expected


def test_an_unknown_stage_is_told(tmp_path: Path) -> None:
    with pytest.raises(WavehouseError, match="there is no stage 'prd'"):
        plan_of(Settings(builtin_project(), tmp_path), "prd")


def test_a_table_with_lists_is_made_by_a_call(shipped: Plan) -> None:
    request = shipped.tables["spotify.tracks"]
    assert request_findings("glue", "CreateTable", request) == []
    definition = request["OpenTableFormatInput"]["IcebergInput"]["CreateIcebergTableInput"]
    fields = {one["Name"]: one for one in definition["Schema"]["Fields"]}
    ids = [one["Id"] for one in fields.values()]
    ids += [one["Type"]["element-id"] for one in fields.values() if isinstance(one["Type"], dict)]
    assert sorted(ids) == [*range(1, len(ids) + 1)]
    assert fields["genres"]["Type"]["element"] == "string"
    (cut,) = definition["PartitionSpec"]["Fields"]
    assert cut["SourceId"] == fields["release_decade"]["Id"]
    assert definition["Location"] == "s3://spotify-dev-warehouse-${AWS::AccountId}/spotify/tracks/"
    assert "TableSpotifyTracks" not in shipped.template["Resources"]


def test_a_project_without_dashboards_asks_for_no_quicksight(music: Plan) -> None:
    assert "QuickSightPrincipalArn" not in music.template["Parameters"]


def test_the_budget_counts_what_has_the_tag_of_the_stack(music: Plan, made: dict[str, Json]) -> None:
    (counted,) = made["Budget"]["Properties"]["Budget"]["CostFilters"]["TagKeyValue"]
    key, _, value = counted.removeprefix("user:").partition("$")
    assert music.stage.tags[key] == value == "our-music-prod"
