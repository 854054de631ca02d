"""The size of a catalogue, told without making one."""

from __future__ import annotations

import math

import pytest

from wavehouse.core.errors import CallError
from wavehouse.samples.counts import PUBLIC, Counts, counts


def test_scale_1_is_the_public_catalogue() -> None:
    assert counts(1) == Counts(album_rows=438_938, artists=37_012, albums=78_172, genres=3_959)


def test_other_scales_are_proportional() -> None:
    assert counts(10) == Counts(album_rows=4_389_380, artists=370_120, albums=781_720, genres=39_590)
    assert counts(0.01) == Counts(album_rows=4_389, artists=370, albums=782, genres=40)


def test_even_the_smallest_scale_leaves_a_few_rows() -> None:
    smallest = counts(1e-9)
    assert 0 < smallest.albums < smallest.album_rows < 100
    assert PUBLIC.artists > smallest.artists >= smallest.genres > 1


@pytest.mark.parametrize("scale", [0, -1, 101, math.nan, math.inf])
def test_a_scale_out_of_range_is_a_wrong_call(scale: float) -> None:
    with pytest.raises(CallError, match="is not a scale"):
        counts(scale)
