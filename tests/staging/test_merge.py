"""Files merged into a table that has rows: who wins, what is written anew, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.staging.tables import THINGS, Sheet, Table

if TYPE_CHECKING:
    from tests.staging.conftest import MakeLab


@pytest.fixture
def table(make_lab: MakeLab) -> Table:
    """The table of the contract `THINGS`, which has no rows yet."""
    return Table(make_lab(THINGS))


def test_rows_of_new_keys_join_those_of_the_table(table: Table) -> None:
    table.merge(Sheet("k 1 2 3"))
    (before,) = table.files
    merged = table.merge(Sheet("l 4 5 6, m 7 8 9", hours=1))
    assert table.rows() == ["k 1 2 3", "l 4 5 6", "m 7 8 9"]
    assert table.touched() == ["l 4 5 6", "m 7 8 9"]
    assert (merged.inserted, merged.updated, merged.deleted) == (2, 0, 0)
    assert (merged.removed, merged.superseded, merged.differing) == ([], {}, 0)
    # The files stay as they were read.
    assert merged.files == [before, merged.added[0].location]
    assert Path(merged.added[0].location).exists()


def test_a_later_batch_takes_the_place_of_the_tables_rows(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 4 5 6"))
    merged = table.merge(Sheet("k 7 8 9, m 0 0 0", hours=1))
    assert table.rows() == ["k 7 8 9", "l 4 5 6", "m 0 0 0"]
    assert table.touched() == ["k 1 2 3", "k 7 8 9", "m 0 0 0"]
    assert (merged.inserted, merged.updated, merged.deleted) == (1, 1, 0)
    # The row of the table was counted by the run that brought it.
    assert (merged.superseded, merged.differing) == ({}, 0)
    assert table.sources() == {"k": (1, None), "l": (0, None), "m": (1, None)}


def test_an_older_batch_that_comes_late_loses(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 4 5 6", hours=5))
    before = table.files
    merged = table.merge(Sheet("k 7 8 9, l 4 5 6, k 7 7 7", hours=4))
    assert table.rows() == ["k 1 2 3", "l 4 5 6"]
    assert table.touched() == []
    assert (merged.inserted, merged.updated) == (0, 0)
    assert (table.superseded(), merged.differing) == ({"things.csv": 3}, 2)
    assert (merged.files, merged.added, merged.removed) == (before, [], [])


@pytest.mark.parametrize(
    ("old", "new", "wins"),
    [
        pytest.param((1, "a.csv"), (1, "b.csv"), True, id="the greater name"),
        pytest.param((1, "b.csv"), (1, "a.csv"), False, id="the smaller name"),
        pytest.param((1, "b.csv"), (1 + 1e-6, "a.csv"), True, id="the time before the name"),
        pytest.param((1 + 1e-6, "a.csv"), (1, "b.csv"), False, id="a part of a second"),
        pytest.param((9, "z.csv"), (10, "z.csv"), True, id="hours are numbers"),
        pytest.param((1, "Z.csv"), (1, "a.csv"), True, id="capital letters before small ones"),
        pytest.param((1, "z.csv"), (1, "é.csv"), True, id="letters of others behind ours"),
    ],
)
def test_what_decides_between_the_table_and_a_file(
    table: Table, old: tuple[float, str], new: tuple[float, str], wins: bool
) -> None:
    table.merge(Sheet("k 1 1 1", hours=old[0], name=old[1]))
    table.merge(Sheet("k 2 2 2", hours=new[0], name=new[1]))
    assert table.rows() == ["k 2 2 2" if wins else "k 1 1 1"]


def test_of_two_files_of_one_name_and_batch_the_greater_hash_wins_in_either_order(make_lab: MakeLab) -> None:
    lab = make_lab(THINGS)
    sheets = [Sheet("k 1 1 1"), Sheet("k 2 2 2")]
    found = []
    for order in (sheets, sheets[::-1]):
        table = Table(lab)
        for sheet in order:
            table.merge(sheet)
        found.append(table.rows())
    together = Table(lab)
    together.merge(*sheets)
    assert found == [together.rows(), together.rows()]


def test_many_versions_in_one_merge(table: Table) -> None:
    table.merge(Sheet("k 1 1 1", hours=2, name="base.csv"))
    merged = table.merge(
        Sheet("k 4 4 4, k 5 5 5", hours=4, name="later.csv"),
        Sheet("k 0 0 0", hours=1, name="older.csv"),
        Sheet("k 3 3 3", hours=3, name="between.csv"),
    )
    assert table.rows() == ["k 5 5 5"]
    assert table.superseded() == {"later.csv": 1, "older.csv": 1, "between.csv": 1}
    assert (merged.inserted, merged.updated, merged.differing) == (0, 1, 3)
    assert table.touched() == ["k 1 1 1", "k 5 5 5"]


def test_the_same_rows_again_touch_nobody(table: Table) -> None:
    table.merge(Sheet("k 1 2 -, l 4 5 6, m 7 8 9"))
    merged = table.merge(Sheet("k 1 2 -, l 4 5 6, m 7 8 0", hours=1))
    assert table.rows() == ["k 1 2 -", "l 4 5 6", "m 7 8 0"]
    assert table.touched() == ["m 7 8 0", "m 7 8 9"]
    assert (merged.inserted, merged.updated, merged.differing) == (0, 1, 0)
    # A row that is the same is of the later file all the same: what comes between the two must lose.
    assert table.sources()["k"] == (1, None)
    table.merge(Sheet("k 0 0 0", hours=0.5))
    assert table.rows()[0] == "k 1 2 -"
    # NULL is a value like others.
    table.merge(Sheet("k 1 - 2", hours=2))
    assert table.touched() == ["k 1 - 2", "k 1 2 -"]


def test_rows_that_differ_in_a_text_alone_are_changed(table: Table) -> None:
    table.merge(Sheet("k 1 2 red, l 4 5 red, m 7 8 red"))
    merged = table.merge(Sheet("k 1 2 red, l 4 5 blue, m 7 0 red", hours=1))
    assert table.touched() == ["l 4 5 blue", "l 4 5 red", "m 7 0 red", "m 7 8 red"]
    assert merged.updated == 2


def test_the_same_rows_again_in_several_versions(table: Table) -> None:
    table.merge(Sheet("k 1 1 1"))
    merged = table.merge(Sheet("k 2 2 2, k 1 1 1", hours=1))
    assert table.touched() == []
    assert (merged.updated, merged.differing, table.superseded()) == (0, 1, {"things.csv": 1})


def test_only_files_with_replaced_rows_are_written_anew(table: Table) -> None:
    for hour, rows in enumerate(["k 1 1 1, l 1 1 1", "m 1 1 1", "n 1 1 1, o 1 1 1"]):
        table.merge(Sheet(rows, hours=hour))
    first, second, third = table.files
    merged = table.merge(Sheet("n 2 2 2, k 3 3 3", hours=9))
    assert merged.removed == sorted([first, third])
    assert merged.files == [second, *(file.location for file in merged.added)]
    # What came and what was left over, not what lies in the other file.
    assert sum(file.rows for file in merged.added) == 4
    assert table.rows() == ["k 3 3 3", "l 1 1 1", "m 1 1 1", "n 2 2 2", "o 1 1 1"]
    # What is no longer of the table stays where it lies: readers may be at it.
    assert all(Path(location).exists() for location in (first, third))


def test_a_file_whose_rows_are_all_replaced_goes(table: Table) -> None:
    table.merge(Sheet("k 1 1 1"))
    table.merge(Sheet("l 1 1 1", hours=1))
    first, second = table.files
    merged = table.merge(Sheet("k 2 2 2", hours=2))
    assert merged.removed == [first]
    assert [file.rows for file in merged.added] == [1]
    assert merged.files[0] == second


def test_nothing_read_changes_nothing(table: Table) -> None:
    table.merge(Sheet("k 1 1 1"))
    before = table.files
    merged = table.merge()
    assert (merged.files, merged.added, merged.removed, merged.rows) == (before, [], [], 1)
    assert (merged.inserted, merged.updated, merged.superseded) == (0, 0, {})
    assert table.touched() == []


def test_touched_has_the_key_and_the_columns_that_are_watched(table: Table) -> None:
    table.merge(Sheet("k 1 2 3, l 4 5 6"))
    merged = table.merge(Sheet("k 1 7 8", hours=1), watched=["b", "id"])
    assert [column.name for column in table.lab.engine.columns(f"SELECT * FROM {merged.touched}")] == [
        "id",
        "b",
    ]
    assert table.touched() == ["k 2", "k 7"]
    # Nothing that is watched differs, and the row is another one.
    merged = table.merge(Sheet("k 9 7 8", hours=2), watched=["b"])
    assert table.touched() == ["k 7", "k 7"]
    assert merged.updated == 1
    table.merge(Sheet("m 9 7 8", hours=3), watched=["b"])
    assert table.touched() == ["m 7"]
