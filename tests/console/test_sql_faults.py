"""The place of an error in a query, as the editor marks it."""

from __future__ import annotations

import pytest

from wavehouse.console.sql.faults import place_of


@pytest.mark.parametrize(
    ("sql", "message", "marked"),
    [
        ("SELECT 1 x y", "line 1, column 12: not expected\n  SELECT 1 x y\n             ^ here", "y"),
        ("SELECT\n  a.nam FROM t a", "line 2, column 3: no column 'a.nam'", "a.nam"),
        ('SELECT "two words" FROM t', "line 1, column 8: no column", '"two words"'),
        ("SELECT abcdef", "line 1, column 8: bad\n  SELECT abcdef\n         ^^^ here", "abc"),
        ("SELECT 1 +", "line 1, column 11: something is missing after '+'", "+"),
        ("SELECT '🎵', x", "line 1, column 13: no column 'x'", "x"),
    ],
)
def test_what_a_message_names_is_marked(sql: str, message: str, marked: str) -> None:
    place = place_of(sql, message)
    assert place is not None
    assert sql[slice(*place)] == marked


@pytest.mark.parametrize("message", ["the query stopped: division by zero", "line 7, column 1: gone", ""])
def test_a_message_without_a_place_in_the_query_marks_nothing(message: str) -> None:
    assert place_of("SELECT 1", message) is None


def test_an_empty_query_has_no_place() -> None:
    assert place_of("", "line 1, column 1: there is no query") is None
