"""Definitions broken on purpose, and what is found in them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from wavehouse.aws.quicksight.build import findings_of
from wavehouse.aws.quicksight.data import Data
from wavehouse.aws.quicksight.references import reference_findings

_FILE = Path(__file__).parents[2] / "golden" / "aws" / "quicksight" / "Releases.json"
_WHOLE = json.loads(_FILE.read_text("utf-8"))["Properties"]["Definition"]
_DATA = json.loads((_FILE.parent / "data.json").read_text("utf-8"))["QuickSightTableSpotifyTracks"]
_COLUMNS = {
    one["Name"] for one in _DATA["Properties"]["PhysicalTableMap"]["rows"]["RelationalTable"]["InputColumns"]
}


def _found(definition: dict[str, Any]) -> list[str]:
    return [finding.what for finding in reference_findings(definition, {"tracks": _COLUMNS})]


def test_a_whole_one_has_none() -> None:
    assert _found(_WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"SourceFilterId": "years"', '"SourceFilterId": "yeers"', "there is no filter 'yeers'"),
        ('"SourceParameterName": "labels"', '"SourceParameterName": "x"', "there is no parameter 'x'"),
        ('"ElementId": "by_year"', '"ElementId": "x"', "'by_year' has no place"),
        ('"VisualId": "by_year"', '"VisualId": "types"', "there are 2 of the visual 'types'"),
        ('"ColumnName": "album_type"', '"ColumnName": "x"', "the data set 'tracks' has no column 'x'"),
        ('"FilterId": "genre"', '"FilterId": "years"', "there are 2 of the filter 'years'"),
        ("{duration_ms} / 60000", "{x} / 60000", "the data set 'tracks' has no column 'x'"),
        ('"DataSetIdentifier": "tracks"', '"DataSetIdentifier": "x"', "there is no data set 'x'"),
        ('"SheetId": "labels", "Scope"', '"SheetId": "x", "Scope"', "there is no sheet 'x'"),
        ('"Identifier": "tracks"', '"Identifier": "x"', "there is no data set 'tracks'"),
    ],
)
def test_a_broken_one(old: str, new: str, what: str) -> None:
    text = json.dumps(copy.deepcopy(_WHOLE))
    assert old in text
    assert what in _found(json.loads(text.replace(old, new)))


def test_a_field_that_is_sorted_by_must_be_there() -> None:
    broken = copy.deepcopy(_WHOLE)
    chart = broken["Sheets"][0]["Visuals"][5]["BarChartVisual"]["ChartConfiguration"]
    chart["SortConfiguration"]["CategorySort"][0]["FieldSort"]["FieldId"] = "x"
    assert _found(broken) == ["the visual has no field 'x'"]


def test_what_has_not_even_the_right_shape_is_told_and_no_more() -> None:
    resource = json.loads(_FILE.read_text("utf-8"))
    data = {"tracks": Data(dict.fromkeys(_COLUMNS, "STRING"))}
    assert [*findings_of(resource, data)] == []
    for key in ("DataSetIdentifier", "VisualId", "FieldId", "ColumnName"):
        broken = json.loads(json.dumps(resource).replace(f'"{key}":', '"Nothing":'))
        found = [finding.what for finding in findings_of(broken, data)]
        assert found
        assert all("has no such member" in what or "is missing" in what for what in found)
