"""What the function of a Filter comes to."""

from __future__ import annotations

from typing import Any

import pytest
from tests.flow.glue_script.reading import node


def _compared(operation: str, negated: bool, *values: str) -> dict[str, Any]:
    kinds = ["CONSTANT" if value.startswith("=") else "COLUMNEXTRACTED" for value in values]
    return {
        "Operation": operation,
        "Negated": negated,
        "Values": [
            {"Type": kind, "Value": [value.removeprefix("=")]}
            for kind, value in zip(kinds, values, strict=True)
        ],
    }


@pytest.mark.parametrize(
    ("condition", "operator", "filters"),
    [
        (
            'row["x"] > 15 and row["x"] <= -1.5',
            "AND",
            [_compared("GT", False, "x", "=15"), _compared("LTE", False, "x", "=-1.5")],
        ),
        (
            'row["x"] == "a" or row["y"] != True',
            "OR",
            [_compared("EQ", False, "x", "=a"), _compared("EQ", True, "y", "=true")],
        ),
        ('not(row["x"] == 0)', "AND", [_compared("EQ", True, "x", "=0")]),
        ('not (row["x"] != 0)', "AND", [_compared("EQ", False, "x", "=0")]),
        ('5 < row["x"]', "AND", [_compared("GT", False, "x", "=5")]),
        ('row["x"] >= row["y"]', "AND", [_compared("GTE", False, "x", "y")]),
        ('bool(re.match("^a.*", row["x"]))', "AND", [_compared("REGEX", False, "x", "=^a.*")]),
        (
            'not bool(re.match("^a", row["x"])) and re.match("b", row["y"])',
            "AND",
            [_compared("REGEX", True, "x", "=^a"), _compared("REGEX", False, "y", "=b")],
        ),
        ('row["x"] is None', "AND", [_compared("ISNULL", False, "x")]),
        (
            'row["x"] is not None or row["y"] == None',
            "OR",
            [_compared("ISNULL", True, "x"), _compared("ISNULL", False, "y")],
        ),
        ('row["x.y"] < 1', "AND", [_compared("LT", False, "`x.y`", "=1")]),
    ],
)
def test_conditions(condition: str, operator: str, filters: list[dict[str, Any]]) -> None:
    wanted = ("Filter", {"Inputs": ["a"], "LogicalOperator": operator, "Filters": filters})
    assert node(f"c = Filter.apply(frame=a, f=lambda row: ({condition}))") == wanted
    assert node(f"c = a.filter(f=lambda row: ({condition}))") == wanted
