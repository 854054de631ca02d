"""The yardstick: one bare DuckDB statement that joins the four files and writes Parquet by decade."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

_STATEMENT = """
COPY (
    SELECT a.* EXCLUDE (release_date), r.name AS artist_name, r.artist_popularity, r.followers,
           r.artist_genres, t.track_popularity, t.explicit, f.* EXCLUDE (id, duration_ms),
           try_cast(substr(a.release_date || '-01-01', 1, 10) AS DATE) AS release_date,
           try_cast(substr(a.release_date, 1, 3) AS INTEGER) * 10 AS release_decade
    FROM read_csv('{files}/album.csv', types = {{'release_date': 'VARCHAR'}}) a
    JOIN read_csv('{files}/artist.csv') r ON r.id = a.artist_id
    JOIN read_csv('{files}/tracks.csv') t ON t.id = a.track_id
    LEFT JOIN read_csv('{files}/features.csv') f ON f.id = a.track_id
) TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (release_decade))
"""


def main(files: str, target: str) -> None:
    """Run it once, with the engine's own defaults."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    # What does not fit into memory goes beside the target, as it would for anybody.
    connection.execute(f"SET temp_directory = '{Path(target).parent / 'bare-scratch'}'")
    connection.execute(_STATEMENT.format(files=files, target=target))


if __name__ == "__main__":
    main(*sys.argv[1:3])
