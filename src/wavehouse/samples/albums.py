"""The albums: whose they are, how many tracks they have, when they came out."""

from __future__ import annotations

from datetime import date, timedelta

from wavehouse.core.sql_text import identifier, literal
from wavehouse.samples.counts import Counts
from wavehouse.samples.dice import base62_id, below, die, unit
from wavehouse.samples.names import album_name, label_name

_FIRST_RELEASE = date(1950, 1, 1)
_MEAN_AGE_DAYS = 2_700  # half of a catalogue is younger than five years
# Every eightieth album is a new edition of the one before and repeats its tracks, under the same track ids.
_EDITION_EVERY = 80
# 1 would give each artist as many albums; with 1.7 the first of 37,012 has some 160, and a quarter have none.
_CROWDING = 1.7


def albums(artists: str, size: Counts, seed: int, as_of: date) -> str:
    """The albums, sorted by artist and id, with what their tracks need of the artist.

    `number` identifies an album; the first `shared` tracks are those of album `origin`; `origin_die` is
    what an edition shares with its original.
    """
    first = min(_FIRST_RELEASE, as_of - timedelta(days=3_650))
    days = (as_of - first).days
    # An exponential distribution of ages, cut off at the first release.
    age = f"-ln(1 - {unit('origin_die', 'age')} * (1 - exp(-{days} / {_MEAN_AGE_DAYS}.0))) * {_MEAN_AGE_DAYS}"
    rank = f"floor({size.artists} * pow({unit('origin_die', 'artist')}, {_CROWDING}))::BIGINT"
    # More than half are singles (no track beyond the first). Originals, editions and album 0 are long albums.
    extra = f"""CASE WHEN number % {_EDITION_EVERY} >= {_EDITION_EVERY - 2} OR number = 0
                          THEN 9 + {below("origin_die", "length", 8)} + CASE WHEN edition THEN 4 ELSE 0 END
                     WHEN {unit("die", "kind")} < 0.55 THEN 0
                     WHEN {unit("die", "kind")} < 0.70 THEN 2 + {below("die", "length", 4)}
                     WHEN {unit("die", "kind")} < 0.995 THEN 8 + {below("die", "length", 12)}
                     ELSE 25 + {below("die", "length", 60)} END"""
    labels = max(3, size.albums // 40)
    label = f"floor({labels} * pow({unit('artist_die', 'label')}, 2))::BIGINT"
    collaborates = f"{unit('origin_die', 'collaborates')} < 0.35"
    return f"""
        WITH numbered AS (
            SELECT j AS number, j % {_EDITION_EVERY} = {_EDITION_EVERY - 1} AS edition,
                CASE WHEN edition THEN j - 1 ELSE j END AS origin,
                {die(seed, "album", "j")} AS die, {die(seed, "album", "origin")} AS origin_die
            FROM range({size.albums}) AS r(j)
        ),
        weighed AS (
            SELECT *, least({size.artists - 1}, {rank}) AS artist_rank,
                ({extra})::BIGINT AS extra, {age} AS age
            FROM numbered
        ),
        reached AS (
            SELECT *, sum(extra) OVER (ORDER BY number)::BIGINT AS upto, sum(extra) OVER ()::BIGINT AS total
            FROM weighed
        ),
        -- Shared out by running sums, so that the lengths add up to exactly the rows asked for.
        sized AS (
            SELECT *, 1 + upto * {size.album_rows - size.albums} // total
                    - (upto - extra) * {size.album_rows - size.albums} // total AS total_tracks
            FROM reached
        ),
        paired AS (
            SELECT *, CASE WHEN edition
                THEN least(total_tracks, lag(total_tracks) OVER (ORDER BY number)) ELSE 0 END AS shared
            FROM sized
        ),
        signed AS (
            SELECT *, CASE WHEN edition THEN floor(age * {unit("die", "again")}) ELSE floor(age) END AS days,
                CAST(DATE {literal(as_of.isoformat())} - days::INTEGER AS DATE) AS released
            FROM paired JOIN (
                SELECT rank AS artist_rank, die AS artist_die, id AS artist_id, name AS artist_name,
                    popularity AS artist_popularity, followers, genre_text, genres[1] AS genre_0,
                    script, style, scene
                FROM {identifier(artists)}
            ) USING (artist_rank)
        )
        SELECT number, origin, shared, origin_die, script, style, total_tracks,
            {base62_id("die")} AS album_id,
            concat({album_name("origin_die", "script")},
                CASE WHEN number <> origin THEN ' (Deluxe)' END) AS album_name,
            floor(artist_popularity * (0.45 + 0.5 * {unit("die", "fame")}))::INTEGER AS album_popularity,
            CASE WHEN total_tracks <= 3 THEN 'single'
                 WHEN {unit("die", "type")} < 0.02 THEN 'compilation'
                 ELSE 'album' END AS album_type,
            {_release_date("released", unit("die", "precision"))} AS release_date,
            {label_name(die(seed, "label", label))} AS label,
            artist_id, artist_name, artist_popularity, followers, genre_text, genre_0,
            CASE WHEN {collaborates} THEN list_filter(scene, lambda other: other <> artist_name) END AS guests
        FROM signed
        ORDER BY artist_id, album_id
    """


def _release_date(released: str, chance: str) -> str:
    """As the publisher writes it: mostly to the day, now and then only the month or the year."""
    return f"""CASE WHEN {chance} < 0.03 THEN strftime({released}, '%Y')
                    WHEN {chance} < 0.04 THEN strftime({released}, '%Y-%m')
                    ELSE strftime({released}, '%Y-%m-%d 00:00:00 UTC') END"""
