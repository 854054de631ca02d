"""The artists: who they are, how well known, what they play, and with whom."""

from __future__ import annotations

from wavehouse.core.sql_text import identifier
from wavehouse.samples.counts import Counts
from wavehouse.samples.dice import base62_id, curve, die, unit
from wavehouse.samples.layout import MAX_CREDITS, MAX_GENRES
from wavehouse.samples.names import STYLES, artist_name, genre_name, python_list
from wavehouse.samples.words import script_of

# Quantiles of the public catalogue: half of the artists are hardly known, one in a thousand is everywhere.
_POPULARITY = ((0, 0), (0.25, 0), (0.5, 7), (0.75, 26), (0.9, 46), (0.99, 76), (0.999, 90), (1, 100))
# The same of ln(1 + followers); the last is some 125 million.
_LN_FOLLOWERS = (
    *((0, 0), (0.01, 0.7), (0.1, 2.1), (0.25, 3.7), (0.5, 5.7)),
    *((0.75, 8.4), (0.9, 11.2), (0.99, 15.7), (0.999, 17.4), (1, 18.64)),
)
_GENRES_EACH = (
    (0, 1),
    (0.6, 2),
    (0.78, 3),
    (0.88, 4),
    (0.94, 5),
    (0.97, 6),
    (0.99, MAX_GENRES),
    (1, MAX_GENRES),
)


def artists(table: str, size: Counts, seed: int) -> str:
    """CREATE the table of artists, sorted by id.

    `rank` counts from the best known (0); `place` is a shuffled number; `scene` holds the names of up to
    twelve artists (itself among them) who play on one another's tracks.
    """
    # Better known artists are placed more exactly: the first stays the first.
    popular = f"least(1, greatest(0, known + ({unit('die', 'fame')} - 0.5) * 0.3 * (1 - known)))"
    followed = f"least(1, greatest(0, known + ({unit('die', 'following')} - 0.5) * 0.3 * (1 - known)))"
    # One in nine has no genre. The first places play one genre each, so that every genre is played.
    with_genre = size.artists - size.artists // 9
    main_genre = f"""CASE WHEN place < {size.genres} THEN place
                          ELSE floor({size.genres} * pow({unit("die", "genre")}, 3))::BIGINT END"""
    genre_count = f"least({size.genres}, floor({curve(unit('die', 'genres'), _GENRES_EACH)})::BIGINT)"
    return f"""
        CREATE TEMP TABLE {identifier(table)} AS
        WITH numbered AS (
            SELECT i AS rank, {die(seed, "artist", "i")} AS die, 1 - (i + 0.5) / {size.artists} AS known
            FROM range({size.artists}) AS r(i)
        ),
        shuffled AS (
            SELECT *, row_number() OVER (ORDER BY die) - 1 AS place, {script_of("die")} AS script
            FROM numbered
        ),
        named AS (
            SELECT *, {artist_name("die", "script")} AS name, {main_genre} AS main_genre,
                CASE WHEN place < {with_genre} THEN {genre_count} ELSE 0 END AS genre_count
            FROM shuffled
        ),
        playing AS (
            SELECT *, list_transform(range(genre_count),
                lambda n: {genre_name(f"((main_genre + n) % {size.genres})")}) AS genres
            FROM named
        ),
        scenes AS (
            SELECT place // {MAX_CREDITS} AS scene_number, list(name ORDER BY place) AS scene
            FROM named
            GROUP BY scene_number
        )
        SELECT rank, die, script, {base62_id("die")} AS id, name,
            floor({curve(popular, _POPULARITY)})::INTEGER AS popularity,
            floor(exp({curve(followed, _LN_FOLLOWERS)}) - 1)::BIGINT AS followers,
            genres, {python_list("genres")} AS genre_text,
            main_genre % {STYLES} AS style, scene
        FROM playing JOIN scenes ON place // {MAX_CREDITS} = scene_number
        ORDER BY id
    """


def artist_rows(table: str) -> str:
    """The columns of artist.csv from the table of artists."""
    genres = ", ".join(f"genres[{n + 1}] AS genre_{n}" for n in range(MAX_GENRES))
    return f"""
        SELECT id, name, popularity AS artist_popularity, genre_text AS artist_genres, followers, {genres}
        FROM {identifier(table)}
    """
