"""Which files are one table."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.catalog.grouping import Grouped, GroupOptions, group_files
from wavehouse.catalog.likeness import Look, alike, clusters
from wavehouse.catalog.read_file import Form, ReadFile
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CsvReading

_A, _B, _C = "id:int name:string label:string year:int", "id:int followers:bigint", "x:date"
_PARQUET = Form("parquet")


def _file(path: str, columns: str = _A, form: Form = _PARQUET) -> ReadFile:
    return ReadFile(path, 10, 1, form, tuple(Column(*one.split(":")) for one in columns.split()), rows=1)


def _tables(grouped: Grouped) -> dict[str, tuple[list[str], tuple[str | None, ...]]]:
    return {
        ("/".join(group.root) or ".") + ("" if group.whole else f"/{group.files[0].path}"): (
            [file.path for file in group.files],
            group.levels,
        )
        for group in grouped.tables
    }


def test_alike_folders_are_partitions() -> None:
    files = [_file(f"sales/year={year}/{at}.parquet") for year in (2020, 2021) for at in (1, 2)]
    assert _tables(group_files(files)) == {"sales": ([file.path for file in files], ("year",))}


def test_a_single_plain_folder_tells_nothing_apart() -> None:
    assert _tables(group_files([_file("data/tracks/1.parquet")])) == {
        "data/tracks": (["data/tracks/1.parquet"], ())
    }


def test_files_beside_a_folder_that_is_unlike_them_are_tables_of_their_own() -> None:
    assert set(_tables(group_files([_file("a.parquet", _B), _file("tracks/1.parquet")]))) == {
        "tracks",
        "./a.parquet",
    }


def test_plain_folders_are_partitions_too() -> None:
    files = [_file(f"f/table{t}/part{p}/x.parquet") for t in (1, 2) for p in (1, 2, 3)]
    assert _tables(group_files(files)) == {"f": (sorted(file.path for file in files), (None, None))}


def test_unlike_folders_are_tables() -> None:
    files = [_file("albums/2020/a.parquet"), _file("albums/2021/a.parquet"), _file("artists/b.parquet", _B)]
    grouped = group_files(files)
    assert _tables(grouped) == {
        "albums": (["albums/2020/a.parquet", "albums/2021/a.parquet"], (None,)),
        "artists": (["artists/b.parquet"], ()),
    }
    assert "1 of 2 folders are alike, not more than 70 %: each is a table" in grouped.tables[0].reasons


def test_a_folder_unlike_most_is_a_table_of_its_own() -> None:
    files = [_file(f"d/{at}/a.parquet") for at in range(4)] + [_file("d/z/b.parquet", _B)]
    assert set(_tables(group_files(files))) == {"d", "d/z"}


def test_files_of_one_folder_that_are_unlike_are_tables_called_by_themselves() -> None:
    files = [
        _file("album.parquet"),
        _file("artist.parquet", _B),
        _file("x.csv", _A, Form("csv", csv=CsvReading())),
    ]
    assert set(_tables(group_files(files))) == {"./album.parquet", "./artist.parquet", "./x.csv"}


def test_one_stray_file_does_not_split_a_folder() -> None:
    files = [_file(f"t/{at}.parquet") for at in range(4)] + [_file("t/stray.parquet", _B)]
    assert _tables(group_files(files))["t"] == ([f"t/{at}.parquet" for at in range(4)], ())


def test_files_beside_hive_partitions_have_no_place() -> None:
    files = [_file("t/year=2020/a.parquet"), _file("t/year=2021/a.parquet"), _file("t/all.parquet")]
    grouped = group_files(files)
    assert _tables(grouped) == {"t": (["t/year=2020/a.parquet", "t/year=2021/a.parquet"], ("year",))}
    assert [problem.path for problem in grouped.beside] == ["t/all.parquet"]


def test_files_at_several_depths_of_plain_folders_are_one_table_without_keys() -> None:
    files = [_file("t/2020/a.parquet"), _file("t/2021/1/a.parquet"), _file("t/b.parquet")]
    assert _tables(group_files(files)) == {"t": (sorted(file.path for file in files), ())}


def test_table_level_says_where_tables_lie() -> None:
    files = [_file(f"a/{t}/{p}/x.parquet") for t in ("t1", "t2") for p in (1, 2)]
    assert set(_tables(group_files(files, GroupOptions(table_depth=2)))) == {"a/t1", "a/t2"}


def test_single_schema_takes_what_can_be_merged() -> None:
    files = [_file("a/1.parquet"), _file("b/1.parquet", _B), _file("b/2.parquet", "id:string")]
    tables = _tables(group_files(files, GroupOptions(single_schema=True)))
    assert tables["."] == (["a/1.parquet", "b/1.parquet"], (None,))
    assert len(tables) == 2


def test_single_schema_within_the_level_where_tables_lie() -> None:
    files = [_file("a/1.parquet"), _file("a/2.parquet", _B), _file("b/1.parquet", _C), _file("b/2.parquet")]
    tables = _tables(group_files(files, GroupOptions(single_schema=True, table_depth=1)))
    assert {name: paths for name, (paths, _) in tables.items()} == {
        "a": ["a/1.parquet", "a/2.parquet"],
        "b": ["b/1.parquet", "b/2.parquet"],
    }


_LOOKS = st.lists(
    st.builds(
        Look,
        st.sampled_from([_PARQUET, Form("json")]),
        st.lists(
            st.builds(Column, st.sampled_from("abcdefgh"), st.sampled_from(["int", "date"])),
            unique_by=lambda column: column.name,
            max_size=8,
        ).map(tuple),
    ),
    max_size=12,
)


@given(_LOOKS)
def test_what_is_alike_is_found_as_if_all_were_compared(looks: list[Look]) -> None:
    def every(one: Look, other: Look) -> bool:  # (for which nothing is known beforehand)
        return alike(one, other)

    assert clusters(looks, lambda look: look) == clusters(looks, lambda look: look, every)


_PATHS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["a", "b", "y=1", "y=2", "m=1"]), max_size=3),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from([_A, _B, _C, _A + " new:int"]),
    ),
    max_size=14,
)
_OPTIONS = {
    "usual": GroupOptions(),
    "single-schema": GroupOptions(single_schema=True),
    "table-level": GroupOptions(table_depth=1),
    "both": GroupOptions(single_schema=True, table_depth=1),
}


@pytest.mark.parametrize("options", _OPTIONS.values(), ids=_OPTIONS)
@given(paths=_PATHS, seed=st.integers(0, 99))
def test_every_file_is_in_one_table_or_named_whatever_the_order(
    options: GroupOptions, paths: list[tuple[list[str], str, str]], seed: int
) -> None:
    files = {"/".join([*folders, name]): columns for folders, name, columns in paths}
    read = [_file(path, columns) for path, columns in files.items()]
    grouped = group_files(read, options)
    placed = [file.path for group in grouped.tables for file in group.files]
    assert sorted([*placed, *(problem.path for problem in grouped.beside)]) == sorted(files)
    for group in grouped.tables:
        for file in group.files:
            assert file.folders[: len(group.root)] == group.root
            if group.levels:
                assert len(file.folders) == len(group.root) + len(group.levels)
    random.Random(seed).shuffle(read)  # noqa: S311
    assert group_files(read, options) == grouped


@pytest.mark.parametrize(
    "options", [GroupOptions(), GroupOptions(single_schema=True), GroupOptions(table_depth=2)]
)
def test_folders_can_be_deeper_than_calls(options: GroupOptions) -> None:
    deep = "/".join(["d"] * 3_000)
    files = [_file(f"{deep}/a.parquet"), _file("x/y/b.parquet", _B)]
    assert sum(len(group.files) for group in group_files(files, options).tables) == 2
