"""The five files of the public layout and their columns, in the publisher's order."""

from __future__ import annotations

ALBUM = "album.csv"
ARTIST = "artist.csv"
TRACKS = "tracks.csv"
FEATURES = "features.csv"
MERGED = "spotify_data.csv"
PLANTED = "planted.jsonl"

MAX_CREDITS = 12  # artist_0 … artist_11
MAX_GENRES = 7  # genre_0 … genre_6

_CREDITS = tuple(f"artist_{n}" for n in range(MAX_CREDITS))

COLUMNS: dict[str, tuple[str, ...]] = {
    ALBUM: (
        *("track_name", "track_id", "track_number", "duration_ms", "album_type", "artists", "total_tracks"),
        *("album_name", "release_date", "label", "album_popularity", "album_id", "artist_id"),
        *_CREDITS,
        "duration_sec",
    ),
    ARTIST: (
        *("id", "name", "artist_popularity", "artist_genres", "followers"),
        *(f"genre_{n}" for n in range(MAX_GENRES)),
    ),
    TRACKS: ("id", "track_popularity", "explicit"),
    FEATURES: (
        *("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness"),
        *("instrumentalness", "liveness", "valence", "tempo", "type", "id", "uri", "track_href"),
        *("analysis_url", "duration_ms", "time_signature"),
    ),
    MERGED: (
        *("album_id", "album_name", "album_popularity", "album_type", "artists", *_CREDITS[:5], "artist_id"),
        *("duration_sec", "label", "release_date", "total_tracks", "track_id", "track_name", "track_number"),
        *("artist_genres", "artist_popularity", "followers", "genre_0", "name"),
        *("explicit", "track_popularity"),
        *("acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness"),
        *("loudness", "mode", "speechiness", "tempo", "time_signature", "valence"),
    ),
}
