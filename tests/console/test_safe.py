"""Keys that a browser would run never leave the server."""

from __future__ import annotations

import pytest

from wavehouse.console.elements.safe import checked, grid_rows


@pytest.mark.parametrize(
    "option",
    [
        {":x": "alert(1)"},
        {"series": [{"data": [{"value": 1, ":formatter": "alert(1)"}]}]},
        {"rowData": ({" :x": 1},)},
        [[{"a": {"b": {":c": 0}}}]],
    ],
)
def test_a_key_that_begins_with_a_colon_is_refused_at_any_depth(option: object) -> None:
    with pytest.raises(ValueError, match="would be run"):
        checked(option)


def test_what_begins_so_as_a_value_is_a_value() -> None:
    assert checked({"name": ":x", "data": [":alert(1)"]}) == {"name": ":x", "data": [":alert(1)"]}


def test_rows_of_a_grid_have_keys_of_ours_and_structures_become_texts() -> None:
    assert grid_rows([[":x", {":y": 1}, None]]) == [{"c0": ":x", "c1": "{':y': 1}", "c2": None}]
