"""A file that holds all rows of its source takes the place of the table's: what is not in it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.staging.tables import THINGS, Sheet, Table

if TYPE_CHECKING:
    from tests.staging.conftest import MakeLab


@pytest.fixture
def table(make_lab: MakeLab) -> Table:
    """The table of the contract `THINGS`, which has no rows yet."""
    return Table(make_lab(THINGS))


def test_rows_that_the_file_does_not_have_are_gone(table: Table) -> None:
    table.replace(Sheet("k 1 2 3, l 4 5 6, m 7 8 9, n 0 0 0"))
    before = table.files
    merged = table.replace(Sheet("l 4 5 6, m 7 8 8, o 1 1 1", hours=1))
    assert table.rows() == ["l 4 5 6", "m 7 8 8", "o 1 1 1"]
    assert table.touched() == ["k 1 2 3", "m 7 8 8", "m 7 8 9", "n 0 0 0", "o 1 1 1"]
    assert (merged.inserted, merged.updated, merged.deleted) == (1, 1, 2)
    assert (merged.removed, merged.superseded, merged.differing) == (before, {}, 0)
    assert set(table.sources().values()) == {(1, None)}
    assert all(Path(location).exists() for location in before)


def test_the_same_rows_again_touch_nobody(table: Table) -> None:
    table.replace(Sheet("k 1 2 -, l 4 5 6"))
    merged = table.replace(Sheet("l 4 5 6, k 1 2 -", hours=1))
    assert table.rows() == ["k 1 2 -", "l 4 5 6"]
    assert table.touched() == []
    assert (merged.inserted, merged.updated, merged.deleted) == (0, 0, 0)
    assert set(table.sources().values()) == {(1, None)}


def test_the_first_file_makes_the_table(table: Table) -> None:
    merged = table.replace(Sheet("k 1 2 3, l 4 5 6"))
    assert table.rows() == ["k 1 2 3", "l 4 5 6"]
    assert merged.touched is None
    assert (merged.inserted, merged.updated, merged.deleted, merged.removed) == (2, 0, 0, [])


def test_of_two_rows_of_a_key_in_the_file_the_later_line_stays(table: Table) -> None:
    first = table.replace(Sheet("k 1 1 1, k 2 2 2"))
    assert table.rows() == ["k 2 2 2"]
    assert (table.superseded(), first.differing, first.inserted) == ({"things.csv": 1}, 1, 1)
    merged = table.replace(Sheet("k 3 3 3, l 1 1 1, k 2 2 2, l 1 1 1", hours=1))
    assert table.rows() == ["k 2 2 2", "l 1 1 1"]
    assert table.touched() == ["l 1 1 1"]
    assert (merged.inserted, merged.updated, merged.deleted) == (1, 0, 0)
    assert (table.superseded(), merged.differing) == ({"things.csv": 2}, 1)


def test_a_column_that_the_file_does_not_have_is_null(table: Table) -> None:
    """It holds all there is: nothing is left open."""
    table.replace(Sheet("k 1 2 3, l - - 3"))
    merged = table.replace(Sheet("k 1 2, l - -", "id a b", hours=1))
    assert table.rows() == ["k 1 2 -", "l - - -"]
    assert merged.updated == 2
    merged = table.replace(Sheet("k 1 2, l 7 -", "id a b", hours=2))
    assert table.touched() == ["l - - -", "l 7 - -"]


def test_rows_that_stay_out_are_gone(table: Table) -> None:
    table.replace(Sheet("k 1 1 1, l 1 1 1"))
    merged = table.replace(Sheet("k 1 1 1, l 2 2 2, m 2 2 2", hours=1), excluded="a = 2")
    assert table.rows() == ["k 1 1 1"]
    assert table.touched() == ["l 1 1 1"]
    assert (merged.inserted, merged.updated, merged.deleted) == (0, 0, 1)


def test_a_file_of_which_all_rows_stay_out_leaves_none(table: Table) -> None:
    table.replace(Sheet("k 1 1 1, l 1 1 1"))
    merged = table.replace(Sheet("k 2 2 2", hours=1), excluded="true")
    assert (merged.files, merged.rows, merged.deleted) == ([], 0, 2)
    assert table.touched() == ["k 1 1 1", "l 1 1 1"]
    merged = table.replace(Sheet("k 3 3 3", hours=2))
    assert (merged.inserted, table.rows()) == (1, ["k 3 3 3"])


def test_touched_has_the_key_and_the_columns_that_are_watched(table: Table) -> None:
    table.replace(Sheet("k 1 2 3, l 4 5 6"))
    merged = table.replace(Sheet("k 1 2 4, m 7 8 9", hours=1), watched=["b", "id"])
    assert table.touched() == ["k 2", "k 2", "l 5", "m 8"]
    columns = table.lab.engine.columns(f"SELECT * FROM {merged.touched}")
    assert [column.name for column in columns] == ["id", "b"]


_TABLES = st.dictionaries(st.sampled_from("klmn"), st.integers(0, 1), min_size=1)


@given(tables=st.lists(_TABLES, min_size=2, max_size=3))
@settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_was_there_before(table: Table, tables: list[dict[str, int]]) -> None:
    table.files = []
    before: dict[str, int] = {}
    for hour, now in enumerate(tables):
        merged = table.replace(Sheet(", ".join(f"{k} {a} 0 0" for k, a in now.items()), hours=hour))
        assert table.rows() == [f"{key} {now[key]} 0 0" for key in sorted(now)]
        changed = [key for key in now if key in before and now[key] != before[key]]
        new, gone = now.keys() - before.keys(), before.keys() - now.keys()
        assert (merged.inserted, merged.updated, merged.deleted) == (len(new), len(changed), len(gone))
        if before:
            versions: list[Any] = [f"{key} {before[key]} 0 0" for key in (*gone, *changed)]
            assert table.touched() == sorted(
                [*versions, *(f"{key} {now[key]} 0 0" for key in (*new, *changed))]
            )
        before = now
