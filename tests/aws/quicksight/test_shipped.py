"""The shipped dashboards in QuickSight, as reviewed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wavehouse.aws.plan import Plan, as_text
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.aws_plan import plan_of

_GOLDEN = Path(__file__).parents[2] / "golden" / "aws" / "quicksight"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(Settings(builtin_project(), Path("nowhere")), "dev")


def _made(plan: Plan) -> dict[str, Any]:
    resources = plan.template["Resources"].items()
    return {id_: one for id_, one in resources if one["Type"].startswith("AWS::QuickSight::")}


@pytest.mark.parametrize("name", ["Artists", "GenresAndAlbums", "Releases", "Sound"])
def test_a_dashboard(plan: Plan, name: str) -> None:
    made = _made(plan)[f"QuickSightDashboard{name}"]
    assert made == json.loads((_GOLDEN / f"{name}.json").read_text("utf-8"))


def test_data(plan: Plan) -> None:
    made = {id_: one for id_, one in _made(plan).items() if one["Type"] != "AWS::QuickSight::Dashboard"}
    assert as_text(made) == (_GOLDEN / "data.json").read_text("utf-8")


def test_all_stands_behind_the_condition(plan: Plan) -> None:
    assert {one["Condition"] for one in _made(plan).values()} == {"HasQuickSight"}


def test_a_query_with_a_parameter_is_asked_each_time(plan: Plan) -> None:
    risers = _made(plan)["QuickSightDataArtistsRisers"]["Properties"]
    assert risers["ImportMode"] == "DIRECT_QUERY"
    assert "release_year < <<$since>>" in risers["PhysicalTableMap"]["rows"]["CustomSql"]["SqlQuery"]


def test_what_is_not_there_is_told(plan: Plan) -> None:
    told = [note for note in plan.notes if note.startswith("health/freshness: is left out")]
    assert len(told) == 1
    assert "health: the dashboard is not made, as no visual of it is left" in plan.notes


def test_the_same_each_time(plan: Plan) -> None:
    again = plan_of(Settings(builtin_project(), Path("nowhere")), "dev")
    assert as_text(again.template) == as_text(plan.template)
