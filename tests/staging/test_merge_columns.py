"""What a file without some of the columns leaves open stays as the rows before it had it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.staging.tables import FIRST, THINGS, Sheet, Table

from wavehouse.project.contracts import SourceContract
from wavehouse.staging.doubt import NotIncrementalError

if TYPE_CHECKING:
    from tests.staging.conftest import MakeLab


@pytest.fixture
def table(make_lab: MakeLab) -> Table:
    """The table of the contract `THINGS`, which has no rows yet."""
    return Table(make_lab(THINGS))


def _together(table: Table, sheets: list[Sheet]) -> None:
    table.merge(*sheets)


def _one_by_one(table: Table, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        table.merge(sheet)


def _the_first_alone(table: Table, sheets: list[Sheet]) -> None:
    table.merge(sheets[0])
    table.merge(*reversed(sheets[1:]))


def _the_last_alone(table: Table, sheets: list[Sheet]) -> None:
    table.merge(*reversed(sheets[:-1]))
    table.merge(sheets[-1])


_FULL = Sheet("k 1 2 3, l 4 5 6")
_HISTORIES = {
    "one column": ([_FULL, Sheet("k 7 8", "id a b", 1)], ["k 7 8 3", "l 4 5 6"], (1, "c")),
    "a value that is gone": ([_FULL, Sheet("k - 8", "id a b", 1)], ["k - 8 3", "l 4 5 6"], (1, "c")),
    "a value that was never there": ([Sheet("k 1 - 3"), Sheet("k 7", "id a", 1)], ["k 7 - 3"], (1, "b,c")),
    "nothing but the key": ([_FULL, Sheet("k", "id", 1)], ["k 1 2 3", "l 4 5 6"], (1, "a,b,c")),
    "a new key": ([Sheet("l 4 5 6"), Sheet("k 7 8", "id a b", 1)], ["k 7 8 -", "l 4 5 6"], (1, "c")),
    "first the one, then the other": (
        [_FULL, Sheet("k 7 8", "id b c", 1), Sheet("k 9 9", "id a c", 2)],
        ["k 9 7 9", "l 4 5 6"],
        (2, "b"),
    ),
    "each a column": (
        [_FULL, Sheet("k 7", "id a", 1), Sheet("k 8", "id b", 2), Sheet("k 9", "id c", 3)],
        ["k 7 8 9", "l 4 5 6"],
        (3, "a,b"),
    ),
    "nothing before it": (
        [Sheet("k 7", "id a"), Sheet("k 8", "id b", 1), Sheet("l 1", "id c", 2)],
        ["k 7 8 -", "l - - 1"],
        (1, "a,c"),
    ),
    "all columns again": (
        [_FULL, Sheet("k 7", "id a", 1), Sheet("k 8 8 -", hours=2)],
        ["k 8 8 -", "l 4 5 6"],
        (2, None),
    ),
    "all columns in between": (
        [_FULL, Sheet("k 7", "id a", 1), Sheet("k 8 8 -", hours=2), Sheet("k 9", "id b", 3)],
        ["k 8 9 -", "l 4 5 6"],
        (3, "a,c"),
    ),
    "twice in one file": (
        [_FULL, Sheet("k 7 7, k 8 -", "id a b", 1)],
        ["k 8 - 3", "l 4 5 6"],
        (1, "c"),
    ),
}


@pytest.mark.parametrize("merge", [_together, _one_by_one, _the_first_alone, _the_last_alone])
@pytest.mark.parametrize("history", _HISTORIES)
def test_what_was_stored_stays(
    table: Table, history: str, merge: Callable[[Table, list[Sheet]], None]
) -> None:
    sheets, rows, source = _HISTORIES[history]
    merge(table, sheets)
    assert table.rows() == rows
    assert table.sources()["k"] == source


@pytest.mark.parametrize("first", [0, 5])
def test_a_full_row_of_the_table_is_not_filled_up_by_an_older_one(table: Table, first: float) -> None:
    table.merge(Sheet("k - 2 3", hours=first))
    table.merge(Sheet("k 9", "id a", hours=first - 1))
    assert table.rows() == ["k - 2 3"]
    assert table.sources() == {"k": (first, None)}


def test_what_an_older_row_and_a_later_one_do_in_one_merge(table: Table) -> None:
    table.merge(Sheet("k 1 2 3", hours=5))
    merged = table.merge(Sheet("k 7 7 7", hours=4, name="older.csv"), Sheet("k 9", "id a", hours=6))
    assert table.rows() == ["k 9 2 3"]
    assert table.superseded() == {"older.csv": 1}
    assert merged.updated == 1


@pytest.mark.parametrize("columns", ["id a b c", "id a", "id c"])
def test_an_older_row_under_one_that_left_columns_open_is_not_merged(table: Table, columns: str) -> None:
    """It may have been older than what the row took over, or later: nobody knows any more."""
    table.merge(Sheet("k 1 2 3, l 1 1 1"))
    table.merge(Sheet("k 9 9", "id a b", hours=5))
    before = table.stored()
    late = Sheet(" ".join(["k", *("7" * (len(columns.split()) - 1))]), columns, hours=4)
    with pytest.raises(NotIncrementalError, match="1 rows of things are older than rows that leave columns"):
        table.merge(late)
    assert table.stored() == before
    # Neither is it in doubt for another key, nor when it is the later one.
    table.merge(Sheet("l 7 7 7, m 7 7 7", hours=4.5))
    table.merge(Sheet("k 8 8 8", hours=6))
    assert table.rows() == ["k 8 8 8", "l 7 7 7", "m 7 7 7"]
    # Once all columns came again, what is older just loses.
    table.merge(late)
    assert table.rows()[0] == "k 8 8 8"


def test_touched_has_what_became_of_the_row(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 4 5 6"))
    merged = table.merge(Sheet("k 7, m 8", "id a", hours=1))
    assert table.touched() == ["k 1 2 3", "k 7 2 3", "m 8 - -"]
    assert (merged.inserted, merged.updated) == (1, 1)


def test_a_row_that_is_filled_up_to_what_it_was_touches_nobody(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 4 5 6"))
    merged = table.merge(Sheet("k 1, l 9", "id a", hours=1))
    assert table.touched() == ["l 4 5 6", "l 9 5 6"]
    assert (merged.inserted, merged.updated) == (0, 1)
    assert table.sources() == {"k": (1, "b,c"), "l": (1, "b,c")}


def test_a_row_that_looks_as_before_until_it_is_filled_up_is_another(table: Table) -> None:
    table.merge(Sheet("k 1 - -"))
    merged = table.merge(Sheet("k 7", "id b", hours=1), Sheet("k 1", "id a", hours=2))
    assert table.rows() == ["k 1 7 -"]
    assert table.touched() == ["k 1 - -", "k 1 7 -"]
    assert merged.updated == 1


def test_a_file_without_a_column_that_lost_leaves_nothing_open(table: Table) -> None:
    table.merge(Sheet("k 1 2 3"))
    table.merge(Sheet("k 7", "id a", hours=1), Sheet("k 8 8 8, l 1 1 1", hours=2))
    assert table.rows() == ["k 8 8 8", "l 1 1 1"]
    assert table.sources()["k"] == (2, None)
    table.merge(Sheet("k 0 0 0", hours=0.5))
    assert table.rows()[0] == "k 8 8 8"


def test_columns_may_have_any_name(make_lab: MakeLab) -> None:
    names = ["id", "it's", 'a "b"', "a;b", "a b", "old", "open", "versions", "Ä"]
    contract = SourceContract.model_validate(
        {"source": "odd", "files": ["odd.csv"], "key": ["id"], "columns": {n: {"type": "int"} for n in names}}
    )
    lab = make_lab(contract)
    table = Table(lab, contract)
    for hour, (value, columns) in enumerate([(1, names), *((2, ["id", name]) for name in names[1:])]):
        written = io.StringIO()
        csv.writer(written).writerows([columns, [1, *([value] * (len(columns) - 1))]])
        time = FIRST + timedelta(hours=hour)
        landed = lab.land(written.getvalue().encode(), "odd.csv", batch=f"batch-{hour}", time=time)
        table.merge(lab.type(landed), watched=())
        if hour:
            left = len(names) - 1 - hour
            assert table.rows() == [" ".join(["1", *(["2"] * hour), *(["1"] * left)])]
