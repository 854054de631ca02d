"""`database.table`, as Athena takes it without quotes."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import CallError
from wavehouse.core.table_name import TableName


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("spotify.tracks", TableName("spotify", "tracks")),
        (" Spotify.Tracks ", TableName("spotify", "tracks")),
        ("_a.b_2", TableName("_a", "b_2")),
    ],
)
def test_parsed(text: str, name: TableName) -> None:
    assert TableName.parse(text) == name
    assert TableName.parse(str(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tracks",
        "a.b.c",
        ".tracks",
        "spotify.",
        "2a.b",
        "a.b-c",
        "a b.c",
        'a."b"',
        "a.b;",
        "é.b",
        "a." + "x" * 256,
    ],
)
def test_anything_else_is_a_wrong_call(text: str) -> None:
    with pytest.raises(CallError, match=r"is not a table name.*spotify\.tracks"):
        TableName.parse(text)


def test_names_sort_by_database_then_table() -> None:
    names = [TableName("b", "a"), TableName("a", "z"), TableName("a", "b")]
    assert list(map(str, sorted(names))) == ["a.b", "a.z", "b.a"]
