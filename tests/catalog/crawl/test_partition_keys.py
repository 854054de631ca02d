"""Folders as partition keys."""

from __future__ import annotations

import pytest

from wavehouse.catalog.partition_keys import hive_key, key_names, plain_name, typed_keys, value_of


@pytest.mark.parametrize(
    ("folder", "key", "value"),
    [
        ("year=2020", "year", "2020"),
        ("Release Year=2020", "release_year", "2020"),
        ("at=10%3A30", "at", "10:30"),
        ("genre=__HIVE_DEFAULT_PARTITION__", "genre", None),
        ("genre=", "genre", None),
        ("2020", None, "2020"),
        ("100%25", None, "100%25"),
        ("=x", None, "=x"),
        ("a=b=c", "a", "b=c"),
        ("odd\nname=1", "odd_name", "1"),
    ],
)
def test_a_folder_is_a_key_and_a_value(folder: str, key: str | None, value: str | None) -> None:
    assert (hive_key(folder), value_of(folder)) == (key, value)


def test_plain_levels_are_numbered_and_no_key_comes_twice() -> None:
    assert key_names((None, "month", None)) == ("partition_0", "month", "partition_2")
    assert key_names(("year", "year")) == ("year", "partition_1")


@pytest.mark.parametrize(
    ("text", "name"), [("Top 50", "top_50"), ("2023", "_2023"), ("album.csv", "album_csv"), ("", "_")]
)
def test_names_are_as_athena_wants_them(text: str, name: str) -> None:
    assert plain_name(text) == name


def test_keys_have_the_type_of_their_values() -> None:
    values = [("2020", "01", "x", None), ("2021", "12", "1", "2020-01-31")]
    columns, why = typed_keys(("year", "month", "kind", "day"), values)
    assert [column.type for column in columns] == ["int", "string", "string", "date"]
    assert why[1].why.endswith("'01' (month=01)")
    assert why[0].why == "all 2 values are whole numbers within ±2,147,483,647"
