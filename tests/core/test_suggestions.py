"""'Did you mean …' for names that were mistyped."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from wavehouse.core.suggestions import did_you_mean

_NAMES = ["artist_popularity", "track_popularity", "release_date", "explicit"]


def test_the_nearest_name_is_proposed_whatever_the_case() -> None:
    assert did_you_mean("Relase_Date", _NAMES) == "Did you mean 'release_date'?"
    assert did_you_mean("inputs", ["Inputs", "Name"]) == "Did you mean 'Inputs'?"


def test_where_nothing_is_near_all_are_listed() -> None:
    assert did_you_mean("zzz", _NAMES) == (
        "Known: artist_popularity, explicit, release_date, track_popularity"
    )


def test_a_long_list_is_cut() -> None:
    said = did_you_mean("zzz", [f"column_{at:02}" for at in range(30)])
    assert said.startswith("Known: column_00, column_01")
    assert said.endswith("column_11, …")


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert did_you_mean("x", []) == ""


@given(
    st.lists(st.text(string.ascii_lowercase, min_size=6, max_size=12), min_size=1, unique=True),
    st.data(),
)
def test_a_name_with_one_letter_too_many_is_found(names: list[str], data: st.DataObject) -> None:
    meant = data.draw(st.sampled_from(names))
    at = data.draw(st.integers(0, len(meant)))
    said = did_you_mean(meant[:at] + "_" + meant[at:], names)
    assert said.startswith("Did you mean '")
    assert said.removeprefix("Did you mean '").removesuffix("'?") in names
