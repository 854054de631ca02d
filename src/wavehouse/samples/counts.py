"""How large a catalogue is at a given scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wavehouse.core.errors import CallError

MAX_SCALE = 100.0


@dataclass(frozen=True)
class Counts:
    """Rows of album.csv, and of what stands behind them: artists, albums and distinct genres."""

    album_rows: int
    artists: int
    albums: int
    genres: int


# The public catalogue of 2023, which is what scale 1 means.
PUBLIC = Counts(album_rows=438_938, artists=37_012, albums=78_172, genres=3_959)
# Below this nothing is left of the shape: an album of several tracks, an artist with two genres.
_FEWEST = Counts(album_rows=24, artists=4, albums=6, genres=3)


def counts(scale: float) -> Counts:
    """The counts at `scale`, never less than a few rows; raises `CallError` for a scale out of range."""
    if not (math.isfinite(scale) and 0 < scale <= MAX_SCALE):
        raise CallError(
            f"{scale:g} is not a scale",
            where="--scale",
            remedy=f"Give a number above 0 and up to {MAX_SCALE:g}; 1 makes {PUBLIC.album_rows:,} track rows",
        )
    return Counts(
        album_rows=max(_FEWEST.album_rows, round(PUBLIC.album_rows * scale)),
        artists=max(_FEWEST.artists, round(PUBLIC.artists * scale)),
        albums=max(_FEWEST.albums, round(PUBLIC.albums * scale)),
        genres=max(_FEWEST.genres, round(PUBLIC.genres * scale)),
    )
