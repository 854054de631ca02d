"""How much of an answer a browser is given."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.console.shown_rows import MOST_BYTES, MOST_CHARACTERS, shown_rows, told_of_cuts


class _Pages:
    """An answer of equal rows; it tells how many were read."""

    def __init__(self, rows: int, value: str | None) -> None:
        self._rows, self._value, self.read = rows, value, 0

    def __call__(self, offset: int, limit: int) -> Sequence[Sequence[str | None]]:
        found = [[str(at), self._value] for at in range(self._rows)[offset : offset + limit]]
        self.read += len(found)
        return found


def test_small_rows_are_shown_up_to_their_number_and_each_once() -> None:
    shown = shown_rows(_Pages(6_000, None), 5_000)
    assert [row[0] for row in shown.rows] == [str(at) for at in range(5_000)]
    assert (shown.filled, shown.cut) == (False, 0)
    assert len(shown_rows(_Pages(37, "x"), 5_000).rows) == 37
    assert shown_rows(_Pages(0, "x"), 5_000).rows == []


def test_large_rows_are_shown_as_far_as_they_fit_and_no_more_are_read() -> None:
    pages = _Pages(5_000, "x" * 100_000)
    shown = shown_rows(pages, 5_000)
    assert shown.filled
    assert sum(len(value or "") for row in shown.rows for value in row) <= MOST_BYTES
    assert len(shown.rows) <= pages.read < 1_000


def test_many_columns_count_even_where_they_are_empty() -> None:
    shown = shown_rows(lambda _, limit: [[None] * 2_000] * limit, 5_000)
    assert shown.filled
    assert 100 < len(shown.rows) < 1_000


def test_long_values_are_cut_and_that_is_said() -> None:
    shown = shown_rows(_Pages(2, "x" * (MOST_CHARACTERS + 1)), 5_000)
    assert [row[1] for row in shown.rows] == ["x" * MOST_CHARACTERS + "…"] * 2
    assert told_of_cuts(shown) == "2 long values are cut after 10,000 characters"
    assert told_of_cuts(shown_rows(_Pages(2, "x" * MOST_CHARACTERS), 5_000)) == ""
