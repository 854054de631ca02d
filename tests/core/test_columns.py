"""Types in their one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.core.columns import SCALARS, canonical_type, element_type
from wavehouse.core.errors import DefinitionError


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("string", "string"),
        ("STRING", "string"),
        ("Long", "bigint"),
        ("integer", "int"),
        ("varchar", "string"),
        ("Text", "string"),
        ("bool", "boolean"),
        ("timestamptz", "timestamptz"),
        ("decimal(5,2)", "decimal(5,2)"),
        ("Decimal( 38 , 0 )", "decimal(38,0)"),
        ("array<string>", "array<string>"),
        ("Array < Array < Long > >", "array<array<bigint>>"),
        ("array<decimal(10, 2)>", "array<decimal(10,2)>"),
    ],
)
def test_one_spelling(written: str, type_: str) -> None:
    assert canonical_type(written) == type_


@pytest.mark.parametrize(
    "written", ["", "strng", "array<>", "array<strng>", "map<string,int>", "decimal", "decimal(5)", "int("]
)
def test_an_unknown_type_is_refused(written: str) -> None:
    with pytest.raises(DefinitionError, match="is not a type"):
        canonical_type(written)


@pytest.mark.parametrize("written", ["decimal(39,0)", "decimal(0,0)", "decimal(5,6)", "decimal(99,99)"])
def test_a_decimal_that_no_engine_has_is_refused(written: str) -> None:
    with pytest.raises(DefinitionError, match="38 digits"):
        canonical_type(written)


def test_a_mistyped_type_gets_a_suggestion() -> None:
    with pytest.raises(DefinitionError, match="Did you mean 'timestamp'"):
        canonical_type("timestmp")


_types = st.recursive(
    st.sampled_from(SCALARS) | st.integers(1, 38).map(lambda digits: f"decimal({digits},{digits // 2})"),
    lambda inner: inner.map(lambda type_: f"array<{type_}>"),
    max_leaves=3,
)


@given(_types)
def test_a_type_in_its_one_spelling_stays_as_it_is(type_: str) -> None:
    assert canonical_type(type_) == type_
    assert element_type(f"array<{type_}>") == type_


@pytest.mark.parametrize("type_", ["string", "decimal(5,2)"])
def test_a_scalar_has_no_elements(type_: str) -> None:
    assert element_type(type_) is None
