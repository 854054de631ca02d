"""A synthetic catalogue of music: five CSV files in the public layout, the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.progress import Progress, step
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.samples import layout
from wavehouse.samples.albums import albums
from wavehouse.samples.artists import artist_rows, artists
from wavehouse.samples.counts import counts
from wavehouse.samples.dirt import plant
from wavehouse.samples.sound import features_of
from wavehouse.samples.tracks import credited, track_rows

_ARTISTS = "generated artists"
_FROM_FEATURES = tuple(
    name
    for name in layout.COLUMNS[layout.FEATURES]
    if name in layout.COLUMNS[layout.MERGED] and name != "duration_ms"
)
_EARLIEST, _LATEST = date(1960, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Catalogue:
    """The files that were written, by name, their rows, and the list of planted traps if there is one."""

    files: dict[str, Path]
    rows: dict[str, int]
    planted: Path | None


def generate(
    directory: Path,
    *,
    scale: float,
    seed: int,
    as_of: date,
    dirty: float,
    engine: Engine,
    progress: Progress,
) -> Catalogue:
    """Write a catalogue into `directory`, which must be new or empty; `engine` must speak DuckDB's dialect.

    `scale` 1 is the size of the public catalogue (see `counts`), no release is later than `as_of`, and in
    `dirty` percent of the rows of the four source files a trap is planted. Raises `CallError` for a value
    out of range or a directory in use, `OutsideError` for the disk; then it leaves no files behind.
    """
    size = counts(scale)
    if not 0 <= dirty <= 100:
        raise CallError(
            f"{dirty:g} is not a percentage", where="--dirty", remedy="Give a number from 0 to 100"
        )
    if not _EARLIEST <= as_of <= _LATEST:
        raise CallError(
            f"{as_of} is too far away", where="--as-of", remedy=f"Give a date from {_EARLIEST} to {_LATEST}"
        )
    _claim(directory)
    files = {name: directory / name for name in layout.COLUMNS}
    rows: dict[str, int] = {}
    with _only_results_left(engine, directory):
        with step(progress, "generate artists") as summary:
            engine.execute(artists(_ARTISTS, size, seed))
            rows[layout.ARTIST] = _write(engine, artist_rows(_ARTISTS), files[layout.ARTIST])
            summary.text = f"{rows[layout.ARTIST]:,} rows"
        with step(progress, "plan albums") as summary:
            sql = albums(_ARTISTS, size, seed, as_of)
            # Small groups of rows, so that every thread gets some albums.
            planned = _keep(engine, sql, directory / ".albums.parquet", group_rows=4_096)
            summary.text = f"{size.albums:,} albums"
        with step(progress, "compose tracks") as summary:
            sql = credited(features_of(track_rows(planned, seed)))
            composed = _keep(engine, sql, directory / ".tracks.parquet", group_rows=40_960)
            summary.text = f"{size.album_rows:,} tracks"
        for name, sql in _track_files(composed).items():
            with step(progress, f"generate {Path(name).stem}") as summary:
                rows[name] = _write(engine, sql, files[name])
                summary.text = f"{rows[name]:,} rows"
        planted = None
        if dirty:
            # An artist who has albums must stay, or every album row of theirs would be an orphan unplanned.
            needed = frozenset(id_ for (id_,) in engine.rows(f"SELECT DISTINCT artist_id FROM {planned}"))
            planted = directory / layout.PLANTED
            rows |= plant(directory, percent=dirty, seed=seed, as_of=as_of, keep=needed, progress=progress)
    return Catalogue(files, {name: rows[name] for name in files}, planted)


def _track_files(tracks: str) -> dict[str, str]:
    """The queries of the four files that have rows of tracks, by file; `tracks` are the composed ones."""
    link = "https://api.spotify.com/v1/"
    # The publisher's merge has nothing from features.csv, not even the duration, where a track has none.
    merged = {name: f"CASE WHEN heard THEN {identifier(name)} END" for name in _FROM_FEATURES}
    merged["duration_ms"] = "CASE WHEN heard THEN heard_ms END"
    replaced = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in merged.items())
    return {
        layout.ALBUM: f"FROM {tracks}",
        layout.TRACKS: f"SELECT *, track_id AS id FROM {tracks} WHERE own",
        layout.FEATURES: f"""
            SELECT * REPLACE (heard_ms AS duration_ms), track_id AS id, 'spotify:track:' || track_id AS uri,
                {literal(link + "tracks/")} || track_id AS track_href,
                {literal(link + "audio-analysis/")} || track_id AS analysis_url
            FROM {tracks} WHERE own AND heard
        """,
        layout.MERGED: f"""
            SELECT * REPLACE ({replaced}), genre_text AS artist_genres, artist_name AS name
            FROM {tracks}
        """,
    }


def _keep(engine: Engine, sql: str, path: Path, *, group_rows: int) -> str:
    """Keep the rows of `sql`, in order, in a file of their own: read often, and larger than the memory."""
    engine.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, ROW_GROUP_SIZE {group_rows})")
    return engine.parquet([str(path)])


def _write(engine: Engine, sql: str, path: Path) -> int:
    """Write the file's columns out of `sql`, in its order; returns the number of rows."""
    columns = column_list(layout.COLUMNS[path.name])
    # No ORDER BY: the engine keeps the order of what it reads, on any number of threads.
    copied = engine.rows(f"""
        COPY (SELECT {columns} FROM ({sql})) TO {literal(str(path))}
        (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"')
    """)
    return int(copied[0][0])


def _claim(directory: Path) -> None:
    """Make the directory; raises `CallError` unless it is new or empty."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        in_use = any(directory.iterdir())
    except (FileExistsError, NotADirectoryError) as error:
        raise CallError(
            "this is a file, not a directory", where=str(directory), remedy="Name a new directory"
        ) from error
    except OSError as error:
        raise OutsideError(
            f"the directory cannot be made ({error.strerror})",
            where=str(directory),
            remedy="Check the path and its permissions",
        ) from error
    if in_use:
        raise CallError(
            "the directory is not empty",
            where=str(directory),
            remedy="Name a new or empty directory; nothing in it was changed",
        )


@contextmanager
def _only_results_left(engine: Engine, directory: Path) -> Iterator[None]:
    """Remove what served the making; when it fails all, for half a catalogue looks like a whole one."""
    try:
        yield
    except BaseException as error:
        for name in (*layout.COLUMNS, layout.PLANTED):
            # DuckDB and our own rewriting add to the name while they write.
            for path in directory.glob(f"*{name}*"):
                path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutsideError(
                f"writing failed: {error.strerror}",
                where=str(error.filename or directory),
                remedy="Check the disk's free space, then run again",
            ) from error
        raise
    finally:
        # The engine goes on to other work.
        engine.execute(f"DROP TABLE IF EXISTS {identifier(_ARTISTS)}")
        for path in directory.glob(".*.parquet"):
            path.unlink(missing_ok=True)
