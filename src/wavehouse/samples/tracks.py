"""The tracks: every row of album.csv with all that is known of its track, made while it is written."""

from __future__ import annotations

from wavehouse.samples.dice import base62_id, below, curve, die, unit
from wavehouse.samples.layout import MAX_CREDITS
from wavehouse.samples.names import track_name

# A track's number is its album's number and its place there; no album is longer than this.
_LONGEST_ALBUM = 1 << 16
_DURATION_MS = (
    *((0, 9_000), (0.01, 43_000), (0.1, 143_000), (0.25, 176_000), (0.5, 210_000)),
    *((0.75, 249_000), (0.9, 296_000), (0.99, 467_000), (0.9999, 1_500_000), (1, 4_730_000)),
)


def track_rows(albums: str, seed: int) -> str:
    """One row per (album_id, track_id) in the order of the albums.

    `albums` is a relation. `die` belongs to the track, the same on each of its albums; `own` is true on one.
    """
    # How many guests: e^-1.35, about one in four of the albums with guests; rarely the whole scene.
    wanted = f"""CASE WHEN {below("die", "posse", 3_000)} = 0 THEN {MAX_CREDITS}
                      ELSE floor(-ln(1 - {unit("die", "guests")}) / 1.35)::BIGINT END"""
    popularity = f"""floor(artist_popularity * (0.25 + 0.75 * pow({unit("die", "hit")}, 1.5))
                           - 8 * {unit("die", "unheard")})::INTEGER"""
    # Doubled, so that those who play along may begin anywhere in the scene.
    invited = "list_concat(guests, guests)[first_guest + 1 : first_guest + guest_count]"
    index = f"CASE WHEN own THEN number ELSE origin END * {_LONGEST_ALBUM} + track_number"
    return f"""
        SELECT *, {base62_id("die")} AS track_id,
            floor({curve("duration", _DURATION_MS)})::INTEGER AS duration_ms,
            greatest(0, {popularity}) AS track_popularity,
            {unit("origin_die", "explicit")} < 0.3 AND {unit("die", "explicit")} < 0.6 AS explicit,
            array_to_string(playing_along, ', ') AS others,
            CASE WHEN {unit("die", "names its guests")} < 0.6 THEN ' (feat. ' || others || ')' END AS billed,
            concat({track_name("die", "script")}, billed) AS track_name
        FROM (
            SELECT *, CASE WHEN guest_count > 0 THEN {invited} END AS playing_along
            FROM (
                SELECT *, {unit("die", "duration")} AS duration,
                    least(len(guests), {wanted}) AS guest_count,
                    CASE WHEN len(guests) > 0
                         THEN {below("die", "first guest", "len(guests)")} END AS first_guest
                FROM (
                    SELECT *, track_number > shared AS own, {die(seed, "track", index)} AS die
                    FROM (SELECT *, unnest(range(1, total_tracks + 1)) AS track_number FROM {albums})
                )
            )
        )
    """


def credited(tracks: str) -> str:
    """The rows of tracks (SQL) as album.csv spells them: everybody who plays, seconds beside milliseconds."""
    return f"""
        SELECT * EXCLUDE (guests, playing_along),
            artist_name || coalesce(', ' || others, '') AS artists, artist_name AS artist_0,
            {", ".join(f"playing_along[{n}] AS artist_{n}" for n in range(1, MAX_CREDITS))},
            duration_ms / 1000.0 AS duration_sec
        FROM ({tracks})
    """
