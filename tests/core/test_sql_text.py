"""Whatever a name or a value is, SQL reads it back as it was."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.core.sql_text import column_list, identifier, literal, literal_list

# It only computes: no test leaves anything in it.
_DUCKDB = duckdb.connect()
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_names = st.lists(_text.filter(bool), min_size=1, max_size=4, unique_by=str.casefold)


@given(_text)
def test_a_literal_is_read_back(value: str) -> None:
    assert _DUCKDB.execute(f"SELECT {literal(value)}").fetchall() == [(value,)]


@given(st.lists(_text, min_size=1, max_size=4))
def test_a_list_of_literals_is_read_back(values: list[str]) -> None:
    assert _DUCKDB.execute(f"SELECT {literal_list(values)}").fetchall() == [(values,)]


@given(_names)
def test_identifiers_are_read_back(names: list[str]) -> None:
    selected = ", ".join(f"{at} AS {identifier(name)}" for at, name in enumerate(names))
    found = _DUCKDB.execute(f"SELECT {column_list(names)} FROM (SELECT {selected})")
    assert [column[0] for column in found.description] == names
    assert found.fetchall() == [tuple(range(len(names)))]
