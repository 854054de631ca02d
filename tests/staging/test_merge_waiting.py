"""Rows that stay out for now, and come in with a later merge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.staging.tables import THINGS, Sheet, Table

from wavehouse.staging.doubt import NotIncrementalError

if TYPE_CHECKING:
    from tests.staging.conftest import MakeLab


@pytest.fixture
def table(make_lab: MakeLab) -> Table:
    """The table of the contract `THINGS`, which has no rows yet."""
    return Table(make_lab(THINGS))


def test_a_row_that_stays_out_is_no_version_of_its_key(table: Table) -> None:
    table.merge(Sheet("k 1 1 1, l 1 1 1"))
    merged = table.merge(Sheet("k 2 2 2, l 3 3 3, l 2 2 2, m 2 2 2, n 3 3 3", hours=1), excluded="a = 2")
    assert table.rows() == ["k 1 1 1", "l 3 3 3", "n 3 3 3"]
    assert table.touched() == ["l 1 1 1", "l 3 3 3", "n 3 3 3"]
    assert (merged.inserted, merged.updated, merged.superseded, merged.differing) == (1, 1, {}, 0)


def test_a_file_of_which_all_rows_stay_out(table: Table) -> None:
    table.merge(Sheet("k 1 1 1"))
    before = table.files
    merged = table.merge(Sheet("k 2 2 2, m 2 2 2", hours=1), excluded="true")
    assert (merged.files, merged.added, merged.removed) == (before, [], [])
    assert table.touched() == []


def test_what_a_row_that_stays_out_would_leave_open_is_not(table: Table) -> None:
    """The row of the table is not from a file without columns, so what is older may be merged."""
    table.merge(Sheet("k 1 2 3", hours=1))
    table.merge(Sheet("k 9", "id a", hours=3), excluded="true")
    table.merge(Sheet("k 7 7 7", hours=2))
    assert table.rows() == ["k 7 7 7"]


@pytest.mark.parametrize("alone", [True, False])
def test_rows_that_waited_come_in_by_their_own_batch(table: Table, alone: bool) -> None:
    table.merge(Sheet("k 1 1 1, l 1 1 1, m 1 1 1", hours=5))
    waiting = table.waiting(Sheet("k 2 2 2, n 2 2 2", hours=6, name="later.csv"))
    older = table.waiting(Sheet("l 3 3 3, o 3 3 3", hours=4, name="older.csv"))
    others = [] if alone else [Sheet("p 4 4 4, m 4 4 4", hours=7, name="new.csv")]
    relation = f"(SELECT * FROM {waiting} UNION ALL SELECT * FROM {older})"
    merged = table.merge(*others, admitted=relation)
    new = [] if alone else ["m 1 1 1", "m 4 4 4", "p 4 4 4"]
    assert table.touched() == sorted(["k 1 1 1", "k 2 2 2", "n 2 2 2", "o 3 3 3", *new])
    assert table.rows() == [
        "k 2 2 2",
        "l 1 1 1",
        "m 1 1 1" if alone else "m 4 4 4",
        "n 2 2 2",
        "o 3 3 3",
        *([] if alone else ["p 4 4 4"]),
    ]
    assert table.sources()["n"] == (6, None)
    assert (merged.inserted, merged.updated) == ((2, 1) if alone else (3, 2))
    # They were counted by the run that they came with, whatever becomes of them.
    assert (merged.superseded, merged.differing) == ({}, 1)


def test_rows_that_waited_come_into_a_table_without_rows(table: Table) -> None:
    merged = table.merge(admitted=table.waiting(Sheet("k 2 2 2, n 2 2 2")))
    assert table.rows() == ["k 2 2 2", "n 2 2 2"]
    assert (merged.inserted, merged.updated, merged.touched) == (2, 0, None)


def test_of_rows_that_waited_only_those_that_are_given_come_in(table: Table) -> None:
    table.merge(Sheet("k 1 1 1"))
    waiting = table.waiting(Sheet("l 2 2 2, m 3 3 3, n 2 2 2", hours=1))
    table.merge(admitted=f"(SELECT * FROM {waiting} WHERE a = 2)")
    assert table.rows() == ["k 1 1 1", "l 2 2 2", "n 2 2 2"]
    table.merge(admitted=f"(SELECT * FROM {waiting} WHERE a = 3)")
    assert table.rows() == ["k 1 1 1", "l 2 2 2", "m 3 3 3", "n 2 2 2"]


def test_of_two_rows_of_a_file_that_waited_the_later_line_wins(table: Table) -> None:
    table.merge(Sheet("l 1 1 1"))
    merged = table.merge(admitted=table.waiting(Sheet("k 9 9 9, k 8 8 8, k 8 8 7", hours=1)))
    assert table.rows() == ["k 8 8 7", "l 1 1 1"]
    assert (merged.inserted, merged.superseded, merged.differing) == (1, {}, 2)


def test_a_row_that_waited_without_some_columns_is_filled_up(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 1 1 1"))
    merged = table.merge(admitted=table.waiting(Sheet("k 9, m 9", "id a", hours=1)))
    assert table.rows() == ["k 9 2 3", "l 1 1 1", "m 9 - -"]
    assert table.touched() == ["k 1 2 3", "k 9 2 3", "m 9 - -"]
    assert (merged.inserted, merged.updated) == (1, 1)
    assert table.sources()["k"] == (1, "b,c")


def test_a_row_that_waited_fills_up_one_that_comes_with_it(table: Table) -> None:
    table.merge(Sheet("l 1 1 1"))
    waiting = table.waiting(Sheet("k 1 2 3", hours=1))
    table.merge(Sheet("k 9", "id a", hours=2), admitted=waiting)
    assert table.rows() == ["k 9 2 3", "l 1 1 1"]


@pytest.mark.parametrize("late", ["a = 1", "a = 2"])
def test_a_row_that_waited_and_another_of_its_key_and_file_are_not_merged(table: Table, late: str) -> None:
    """Which of them stands further below is not stored."""
    sheet = Sheet("k 1 1 1, k 2 2 2, l 1 1 1", hours=1)
    waiting = table.waiting(sheet, f"{late} AND id = 'k'")
    table.merge(sheet, excluded=f"{late} AND id = 'k'")
    before, files = table.stored(), table.files
    with pytest.raises(NotIncrementalError, match="1 rows of things that waited have the key of another row"):
        table.merge(Sheet("m 1 1 1", hours=9), admitted=waiting)
    assert (table.stored(), table.files) == (before, files)
    assert all(Path(location).is_file() for location in files)
    # Once a row of a later file has taken its place, it is not in doubt.
    table.merge(Sheet("k 5 5 5", hours=2))
    table.merge(admitted=waiting)
    assert table.rows() == ["k 5 5 5", "l 1 1 1"]


def test_rows_of_a_file_that_waited_and_rows_of_other_keys_of_it_are_no_doubt(table: Table) -> None:
    sheet = Sheet("k 1 1 1, l 2 2 2", hours=1)
    waiting = table.waiting(sheet, "id = 'k'")
    table.merge(sheet, excluded="id = 'k'")
    table.merge(admitted=waiting)
    assert table.rows() == ["k 1 1 1", "l 2 2 2"]


def test_a_row_that_waited_is_not_merged_under_one_that_left_columns_open(table: Table) -> None:
    table.merge(Sheet("k 1 2 3"))
    waiting = table.waiting(Sheet("k 7 7 7", hours=1))
    table.merge(Sheet("k 9", "id a", hours=2))
    with pytest.raises(NotIncrementalError, match="1 rows of things are older than rows that leave columns"):
        table.merge(admitted=waiting)
    assert table.rows() == ["k 9 2 3"]
