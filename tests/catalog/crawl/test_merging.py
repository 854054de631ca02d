"""Schemas of several files as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.catalog.merging import likeness, merge_schemas, merged_type
from wavehouse.core.columns import Column

_TYPES = ["boolean", "int", "bigint", "float", "double", "decimal(5,2)", "decimal(12,4)", "date", "timestamp",
          "timestamptz", "string", "array<int>", "array<string>"]  # fmt: skip


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(Column(*one.split(":")) for one in text.split())


@pytest.mark.parametrize(
    ("one", "other", "parquet", "text"),
    [
        ("int", "bigint", "bigint", "bigint"),
        ("bigint", "double", "double", "double"),
        ("float", "double", "double", "double"),
        ("int", "decimal(5,2)", "decimal(12,2)", "decimal(12,2)"),
        ("decimal(5,2)", "decimal(6,4)", "decimal(7,4)", "decimal(7,4)"),
        ("decimal(5,2)", "double", None, "double"),
        ("date", "timestamp", "timestamp", "timestamp"),
        ("timestamp", "timestamptz", None, "string"),
        ("int", "string", None, "string"),
        ("boolean", "int", None, "string"),
        ("array<int>", "array<bigint>", "array<bigint>", "array<bigint>"),
        ("array<int>", "int", None, "string"),
    ],
)
def test_types_widen(one: str, other: str, parquet: str | None, text: str | None) -> None:
    for pair in ((one, other), (other, one)):
        assert merged_type(*pair, text=False) == parquet
        assert merged_type(*pair, text=True) == text


@given(st.sampled_from(_TYPES), st.sampled_from(_TYPES), st.sampled_from(_TYPES))
def test_texts_have_one_type_in_whatever_order(a: str, b: str, c: str) -> None:
    def together(one: str, two: str) -> str:
        return merged_type(one, two, text=True) or ""

    assert together(a, a) == a
    assert together(a, b) == together(b, a)
    scalars = not any(type_.startswith("array") for type_ in (a, b, c))
    if scalars and "float" not in (a, b, c):
        assert (together(together(a, b), c) == "string") == (together(a, together(b, c)) == "string")


def test_likeness_counts_names_that_both_have_and_that_merge() -> None:
    one = _columns("a:int b:int c:string")
    assert likeness(one, _columns("A:bigint b:int c:string"), text=False) == 1.0
    assert likeness(one, _columns("a:int b:int c:string d:int"), text=False) == 0.75
    assert likeness(one, _columns("a:string b:int c:string"), text=False) == pytest.approx(2 / 3)
    assert likeness(one, _columns("a:string b:int c:string"), text=True) == 1.0


def test_new_columns_come_along_and_types_widen() -> None:
    merged = merge_schemas(
        {
            "1.parquet": _columns("id:int name:string"),
            "2.parquet": _columns("id:int name:string"),
            "3.parquet": _columns("label:string id:bigint name:string"),
        },
        text=False,
    )
    assert merged.columns == _columns("id:bigint name:string label:string")
    assert merged.partial == {"label": 1}
    assert merged.widened == {"id": ("bigint", "int")}
    assert merged.conflicts == ()


def test_what_cannot_be_merged_is_named_with_both_files() -> None:
    merged = merge_schemas(
        {
            "1.parquet": _columns("id:int year:int"),
            "2.parquet": _columns("id:int year:int"),
            "3.parquet": _columns("id:bigint year:string extra:int"),
        },
        text=False,
    )
    assert merged.columns == _columns("id:int year:int")
    (conflict,) = merged.conflicts
    assert (conflict.column, conflict.kept, conflict.other) == ("year", "int", "1.parquet")
    assert (conflict.type, conflict.file) == ("string", "3.parquet")
    assert merged.left_out == {"3.parquet"}


@given(st.lists(st.lists(st.sampled_from(_TYPES), min_size=1, max_size=3), min_size=1, max_size=6))
def test_every_file_is_in_the_table_or_named(schemas: list[list[str]]) -> None:
    files = {
        f"{at}.parquet": tuple(Column(f"c{number}", type_) for number, type_ in enumerate(types))
        for at, types in enumerate(schemas)
    }
    merged = merge_schemas(files, text=False)
    kept = {column.name: column.type for column in merged.columns}
    for path, columns in files.items():
        if path not in merged.left_out:
            for column in columns:
                assert merged_type(column.type, kept[column.name], text=False) == kept[column.name]
    assert len(merged.left_out) < len(files)
