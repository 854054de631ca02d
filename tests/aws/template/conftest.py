"""Plans that the tests of the template look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wavehouse.aws.plan import Plan
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.aws_plan import plan_of

Json = dict[str, Any]

_PROJECT = """\
name: Our Music!
athena: {bytes_scanned_cutoff: 50000000}
classifiers:
  - {name: pipes, delimiter: "|", header: PRESENT, columns: [a, b]}
crawlers:
  - {name: reports, target: "${warehouse}/reports/", database: music, prefix: r_, table_threshold: 3}
  - name: theirs
    target: s3://their-bucket/shared/
    database: theirs
    recrawl: new-folders
    classifiers: [pipes]
  - {name: mine, target: "./files", database: music}
"""
_CONTRACT = """\
source: plays
files: ["plays*.csv"]
key: [id]
columns:
  id: {type: string, required: true}
  minutes: {type: int}
  day: {type: date}
quality:
  rules: 'Rules = [IsComplete "id"]'
"""
_PLAYS = """\
flow: plays
nodes:
  read:
    S3CsvSource: {Name: plays, Paths: ["${staging}/plays/"]}
  typed:
    ApplyMapping:
      Name: typed
      Inputs: [read]
      Mapping:
        - {FromPath: [id], FromType: string, ToKey: id, ToType: string}
        - {FromPath: [minutes], FromType: string, ToKey: minutes, ToType: bigint}
        - {FromPath: [day], FromType: string, ToKey: day, ToType: date}
  judged:
    EvaluateDataQuality:
      Name: judged
      Inputs: [typed]
      Ruleset: 'Rules = [IsComplete "id"]'
  kept:
    S3IcebergCatalogTarget:
      Name: kept
      Inputs: [judged]
      Database: music
      Table: plays
      PartitionKeys: [[day]]
      AdditionalOptions: {wavehouse.sort-by: id}
"""
_REPORT = """\
flow: report
nodes:
  read:
    S3CatalogIcebergSource: {Name: plays, Database: music, Table: plays}
  out:
    S3GlueParquetTarget: {Name: out, Inputs: [read], Path: "${warehouse}/reports/plays/"}
"""
_SCHEDULES = """\
workflows:
  - name: daily
    trigger: {type: SCHEDULED, schedule: "30 6 1 * mon-fri", timezone: Europe/Berlin}
    steps:
      - {name: look, action: check}
      - name: load
        action: run
        trigger: {logical: ANY, conditions: [{step: look}, {step: look, state: FAILED}]}
      - name: crawl
        action: crawl
        target: reports
        trigger: {conditions: [{step: load}]}
      - name: tidy
        action: compact
        trigger: {conditions: [{step: crawl}]}
      - name: clean
        action: vacuum
        keep: 5
        expire_after: 1.5
        trigger: {conditions: [{step: tidy}]}
  - name: hourly
    trigger: {type: SCHEDULED, schedule: "cron(0 * * * ? *)"}
    steps: [{name: load, action: run}]
  - name: arrivals
    trigger:
      type: EVENT
      folder: s3://their-bucket/in
      pattern: plays-?[0-9].csv
      batch_size: 3
      batch_window: 60
    steps: [{name: load, action: run}]
  - name: asked
    trigger: {type: ON_DEMAND}
    steps: [{name: ask, action: sql, sql: SELECT 1}]
"""


@pytest.fixture(scope="session")
def shipped() -> Plan:
    """The project that ships with us, as `dev`."""
    return plan_of(Settings(builtin_project(), Path("nowhere")), "dev")


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A project that has, of everything that a template says, what the shipped one has not."""
    folder = tmp_path_factory.mktemp("music")
    files = {
        "wavehouse.yaml": _PROJECT,
        "contracts/plays.yaml": _CONTRACT,
        "flows/plays.yaml": _PLAYS,
        "flows/report.yaml": _REPORT,
        "schedules.yaml": _SCHEDULES,
        "queries/minutes.sql": "-- Minutes since a day\nSELECT sum(minutes) FROM music.plays WHERE day > ?\n",
        "queries/asks.sql": "SELECT 'why?' AS question\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return plan_of(Settings(folder, folder / "lake"), "prod")


@pytest.fixture
def made(music: Plan) -> dict[str, Json]:
    """The resources of that project by their logical ids."""
    resources: dict[str, Json] = music.template["Resources"]
    return resources
