"""Values of a node are shown as they are, and as many as have room."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from wavehouse.terminal.flow_preview import show_preview


def _shown(
    columns: dict[str, tuple[str, float | None]], sample: list[list[Any]], width: int = 80
) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    show_preview(
        console,
        {
            "node": "n",
            "columns": [
                {"name": name, "type": type_, "nulls": nulls} for name, (type_, nulls) in columns.items()
            ],
            "rows": {"count": len(sample), "exact": True},
            "seen": {"rows": len(sample), "sampled": None},
            "sample": sample,
        },
    )
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_figures_are_not_rounded() -> None:
    columns: dict[str, tuple[str, float | None]] = {
        "x": ("double", 0),
        "year": ("int", 0),
        "b": ("boolean", 0),
    }
    lines = _shown(columns, [[0.00128, 2021, True], [1e-7, -1, None]])
    assert [line.split()[2:] for line in lines[2:]] == [
        ["0.00128", "1e-07"],
        ["2021", "-1"],
        ["true", "NULL"],
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "row"), (1, "all"), (0.9999, ">99.9%"), (0.0001, "<0.1%"), (0.25, "25.0%"), (0.9994, "99.9%")],
)
def test_few_are_not_none_and_many_are_not_all(share: float, text: str) -> None:
    assert _shown({"x": ("int", share)}, [["row"]])[2].split()[2] == text


def test_three_rows_are_cut_off_rather_than_one_shown() -> None:
    lines = _shown({"a_column_of_some_length": ("string", 0.5)}, [["x" * 22]] * 5, width=80)
    assert lines[2].count("…") == 3
    assert lines[-1] == "2 rows more with --json"
    assert all(len(line) <= 80 for line in lines)


def test_all_rows_that_have_room_are_shown() -> None:
    lines = _shown({"n": ("int", 0)}, [[number] for number in range(7)])
    assert lines[2].split()[2:] == [str(number) for number in range(7)]
    assert len(lines) == 3


def test_no_rows_are_still_columns() -> None:
    assert _shown({"n": ("int", None)}, []) == ["n: 0 rows", "column  type  NULL", "n       int      –"]


def test_what_a_terminal_would_obey_is_shown_instead() -> None:
    assert "\x1b" not in "".join(_shown({"n\x1b[31m": ("string", 0)}, [["\x1b[2J"]]))
