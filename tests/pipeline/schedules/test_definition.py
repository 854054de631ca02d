"""schedules.yaml: what is wrong in it is said with file, line and remedy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from tests.pipeline.schedules.projects import schedules_of

from wavehouse.core.errors import DefinitionError
from wavehouse.pipeline.schedules.file_schema import file_schema
from wavehouse.pipeline.schedules.files import read_schedules
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

_SPOTIFY = Path(__file__).parents[3] / "spotify"
_GOOD = """\
workflows:
  - name: load
    trigger: {type: SCHEDULED, schedule: cron(0 12 * * ? *), timezone: Europe/Berlin}
    steps:
      - {name: check, action: check}
      - {name: run, action: run, trigger: {conditions: [{step: check}]}}
channels:
  - {name: team, address_from: TEAM}
alerts:
  - {name: failed, on: failed_run, to: [console, team]}
"""


def test_a_good_one_is_read(tmp_path: Path) -> None:
    found = schedules_of(tmp_path, _GOOD)
    assert [one.name for one in found.workflow("load").steps] == ["check", "run"]


def test_a_project_needs_none(tmp_path: Path) -> None:
    (tmp_path / "wavehouse.yaml").write_text("name: x\n")
    assert not read_schedules(Project.at(tmp_path)).workflows


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("action: run", "action: rum", 6, "did you mean 'run'"),
        ("trigger: {type: SCHEDULED", "triger: {type: SCHEDULED", 3, "Did you mean 'trigger'?"),
        ("{step: check}", "{step: chekc}", 6, "there is no step 'chekc'. Did you mean 'check'?"),
        ("{step: check}", "{step: check, state: DONE}", 6, "'state': it must be 'SUCCEEDED'"),
        ("Europe/Berlin", "Europe/Berlim", 3, "Did you mean 'Europe/Berlin'?"),
        ("cron(0 12 * * ? *)", "cron(0 12 30 2 ? *)", 3, "never fires"),
        ("cron(0 12 * * ? *)", "cron(0 25 * * ? *)", 3, "is no schedule"),
        ("schedule: cron(0 12 * * ? *), timezone", "timezone", 3, "needs a 'schedule'"),
        (
            "type: SCHEDULED,",
            "type: ON_DEMAND,",
            3,
            "'schedule' means nothing to a trigger of type ON_DEMAND",
        ),
        ("name: run", "name: check", 6, "there is a second step 'check'"),
        ("action: check", "action: check, full: true", 5, "'full' means nothing to the action check"),
        ("action: check}", "action: check, trigger: {conditions: [{step: run}]}}", 5, "check → run → check"),
        ("action: check", 'action: check, files: ["${arrivals}"]', 5, "no files arrive in the workflow"),
        ("action: check", 'action: check, files: ["${lakes}/x"]', 5, "Did you mean 'lake'?"),
        ("action: check", "action: crawl", 5, "the action crawl needs 'target'"),
        ("action: check", "action: crawl, target: x", 5, "there is no crawler 'x'"),
        ("action: check", "action: sql", 5, "needs 'sql', a statement"),
        ("action: check", "action: sql, query: top", 5, "there is no saved query 'top'"),
        ("action: check", "action: refresh, dashboards: [x]", 5, "there is no dashboard 'x'"),
        ("action: check", "action: check, timeout: 0", 5, "'timeout'"),
        ("address_from: TEAM", "address_from: 'json://host/secret'", 8, "'address_from'"),
        ("address_from: TEAM", "address_from: TEAM, command: [x]", 8, "a channel is either"),
        ("console, team", "consle", 10, "there is no channel 'consle'. Did you mean 'console'?"),
        ("on: failed_run", "on: failed_run, workflows: [lod]", 10, "Did you mean 'load'?"),
        ("on: failed_run", "on: quality", 10, "an alert on quality needs 'below'"),
        ("on: failed_run", "on: failed_run, above: 1", 10, "'above' means nothing to an alert on failed_run"),
        ("on: failed_run", "on: quality, below: 90", 10, "a share of the rules: from 0 to 1"),
        ("action: check", "action: sql, sql: SELEC 1", 5, "'SELEC' begins no statement"),
        ("action: check", "action: sql, sql: DELETE FROM a.b", 5, "Add 'write: true' to the step"),
        ("on: failed_run", "on: kpi, visual: a/b", 10, "needs 'above' or 'below'"),
        ("on: failed_run", "on: freshness, table: tracks, older_than: 3", 10, "tracks"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in _GOOD
    with pytest.raises(DefinitionError, match=re.escape(said)) as error:
        schedules_of(tmp_path, _GOOD.replace(old, new, 1))
    assert error.value.where == f"{tmp_path / 'schedules.yaml'}:{line}"


def test_names_of_the_project_are_known(tmp_path: Path) -> None:
    text = (_SPOTIFY / "schedules.yaml").read_text("utf-8") + (
        "  - {name: old, on: freshness, table: spotify.tracks, older_than: 26}\n"
        "  - {name: kpi, on: kpi, visual: health/failed_rules, above: 0}\n"
        "  - {name: no, on: kpi, visual: artists/top_artists, above: 0}\n"
    )
    (tmp_path / "wavehouse.yaml").write_text((_SPOTIFY / "wavehouse.yaml").read_text("utf-8"))
    (tmp_path / "dashboards").symlink_to(_SPOTIFY / "dashboards")
    with pytest.raises(DefinitionError, match="'artists/top_artists' is no KPI"):
        schedules_of(tmp_path, text)


def test_the_schema_beside_the_shipped_schedules_is_that_of_the_models_and_takes_them() -> None:
    published = (_SPOTIFY / "schedules.schema.json").read_text("utf-8")
    assert published == file_schema(), (
        "write it anew: wavehouse schedules schema -o spotify/schedules.schema.json"
    )
    first = (_SPOTIFY / "schedules.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schedules.schema.json"
    Draft7Validator(json.loads(published)).validate(read_yaml(_SPOTIFY / "schedules.yaml").data)
