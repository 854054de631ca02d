"""The main job on the real files, and every figure of it against somebody else's arithmetic."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.conftest import Wavehouse
from tests.journeys.conftest import Loaded

pytestmark = pytest.mark.real

# DATA.md of the public data set's layout gives these for the files that the tests use.
ALBUM_ROWS = 34_907


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[str, pl.DataFrame]:
    """The files as text, read by polars; '' is null."""
    return {
        name: pl.read_csv(real_data / f"{name}.csv", infer_schema=False)
        for name in ("album", "artist", "tracks", "features", "spotify_data")
    }


@pytest.fixture(scope="module")
def table(real_lake: Loaded) -> pl.DataFrame:
    """`spotify.tracks`, read by PyIceberg, as polars holds it."""
    table = _iceberg_table(real_lake.lake)
    return pl.DataFrame(table.scan().to_arrow())


def _iceberg_table(lake: Path) -> Any:
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("lake", uri=f"sqlite:///{lake}/catalog.db", warehouse=f"file://{lake}/warehouse")
    table = catalog.load_table("spotify.tracks")
    catalog.close()
    return table


def test_the_run_counts_every_row_of_every_file(real_lake: Loaded, files: dict[str, pl.DataFrame]) -> None:
    sources = real_lake.record["sources"]
    assert sources["albums"]["rows_in"] == ALBUM_ROWS
    names = {"album": "albums", "artist": "artists", "tracks": "tracks", "features": "features"}
    for file, source in {**names, "spotify_data": "spotify_data"}.items():
        counts = sources[source]
        assert counts["rows_in"] == files[file].height
        assert counts["rows_in"] == (
            counts["rows_out"] + counts["rows_quarantined"] + counts["rows_superseded"]
        )
    assert real_lake.record["tables"]["spotify.tracks"]["rows"] == ALBUM_ROWS
    assert real_lake.record["status"] == "done"
    assert real_lake.record["changed"] is True


def test_the_same_files_again_change_nothing(
    real_lake: Loaded, real_data: Path, wavehouse: Wavehouse
) -> None:
    again = wavehouse("run", "--from", real_data, "--lake", real_lake.lake, "--json")
    assert again.code == 0
    assert again.json["changed"] is False
    assert again.json["snapshot_id"] == real_lake.record["snapshot_id"]
    assert again.json["tables"] == real_lake.record["tables"]


def test_a_query_agrees_with_polars(
    real_lake: Loaded, files: dict[str, pl.DataFrame], wavehouse: Wavehouse
) -> None:
    sql = "select count(*), count(distinct artist_id), sum(track_popularity) from spotify.tracks"
    answer = wavehouse("sql", sql, "--lake", real_lake.lake, "--json").json
    joined = (
        files["album"]
        .join(files["artist"].select(pl.col("id").alias("artist_id")), on="artist_id")
        .join(
            files["tracks"].select(pl.col("id").alias("track_id"), pl.col("track_popularity").cast(pl.Int64)),
            on="track_id",
        )
    )
    expected = [
        joined.height,
        joined["artist_id"].n_unique(),
        joined["track_popularity"].sum(),
    ]
    assert answer["rows"] == [expected]
    assert answer["columns"] == [{"name": f"_col{at}", "type": "bigint"} for at in range(3)]
    assert answer["scanned_bytes"] > 0


# Our column ← the publisher's, and how the publisher's text becomes our value.
TEXT = ["album_id", "album_name", "album_type", "artist_id", "label", "track_id", "track_name"]
INTS = [
    "album_popularity",
    "total_tracks",
    "track_number",
    "artist_popularity",
    "followers",
    "track_popularity",
]
DOUBLES = [
    "acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness",
    "tempo", "valence",
]  # fmt: skip
SMALL_INTS = ["key", "mode", "time_signature"]
EXACT: dict[str, pl.Expr] = {
    **{name: pl.col(name) for name in TEXT},
    **{name: pl.col(name).cast(pl.Int64) for name in INTS + SMALL_INTS},
    **{name: pl.col(name).cast(pl.Float64) for name in DOUBLES},
    "artist_name": pl.col("name"),
    "genre": pl.col("genre_0"),
    "explicit": pl.col("explicit") == "true",
    "release_date": pl.col("release_date").str.slice(0, 10).str.to_date("%Y-%m-%d"),
}


@pytest.fixture(scope="module")
def side_by_side(table: pl.DataFrame, files: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Our rows with the publisher's beside them, as `theirs_<our column>`."""
    theirs = files["spotify_data"].select(
        **{f"theirs_{name}": value for name, value in EXACT.items()},
        theirs_duration_ms=pl.col("duration_ms").cast(pl.Int64),
        theirs_artists=pl.concat_list([f"artist_{at}" for at in range(1, 5)]).list.drop_nulls(),
        theirs_genres=pl.col("artist_genres"),
    )
    both = table.join(
        theirs, left_on=["album_id", "track_id"], right_on=["theirs_album_id", "theirs_track_id"], how="full"
    )
    assert both.height == ALBUM_ROWS
    assert both["track_id"].null_count() == 0
    return both


@pytest.mark.parametrize("column", sorted(set(EXACT) - {"album_id", "track_id"}))
def test_the_join_reconciles_with_the_publishers(side_by_side: pl.DataFrame, column: str) -> None:
    different = side_by_side.filter(pl.col(column).ne_missing(pl.col(f"theirs_{column}")))
    assert different.height == 0, different.select("track_id", column, f"theirs_{column}").head(5)


def test_durations_differ_where_the_publisher_took_those_of_the_features(
    side_by_side: pl.DataFrame, files: dict[str, pl.DataFrame]
) -> None:
    """Explained, and not ours: duration_ms stands in two files. The warehouse takes album.csv's, the
    publisher's merge has features.csv's, and the two files themselves differ."""
    different = side_by_side.filter(pl.col("duration_ms") != pl.col("theirs_duration_ms"))
    assert different.height == 14_038
    assert max(abs(d) for d in different["duration_ms"] - different["theirs_duration_ms"]) < 232_500
    features = files["features"].select("id", features_ms=pl.col("duration_ms").cast(pl.Int64))
    albums = files["album"].select("album_id", "track_id", album_ms=pl.col("duration_ms").cast(pl.Int64))
    explained = side_by_side.join(features, left_on="track_id", right_on="id", how="left").join(
        albums, on=["album_id", "track_id"], how="left"
    )
    assert explained.filter(pl.col("duration_ms").ne_missing(pl.col("album_ms"))).height == 0
    assert explained.filter(pl.col("theirs_duration_ms").ne_missing(pl.col("features_ms"))).height == 0


def test_featured_artists_differ_where_the_publisher_kept_only_five(
    side_by_side: pl.DataFrame, files: dict[str, pl.DataFrame]
) -> None:
    """Explained, and not ours: the merge has artist_0 … artist_4, album.csv has up to artist_11."""
    ours = side_by_side.with_columns(first_four=pl.col("featured_artists").list.head(4))
    assert ours.filter(pl.col("first_four") != pl.col("theirs_artists")).height == 0
    longer = ours.filter(pl.col("featured_artists") != pl.col("theirs_artists"))
    assert longer.height == files["album"].filter(pl.col("artist_5").is_not_null()).height == 10


def test_genres_are_the_publishers_list(side_by_side: pl.DataFrame) -> None:
    import ast

    for ours, theirs in side_by_side.select("genres", "theirs_genres").iter_rows():
        assert ours == ast.literal_eval(theirs)


def test_derived_columns(table: pl.DataFrame) -> None:
    assert table.filter(pl.col("release_date").dt.year() != pl.col("release_year")).height == 0
    assert table.filter(pl.col("release_year") // 10 * 10 != pl.col("release_decade")).height == 0
    assert set(table["release_precision"]) == {"day"}
    assert table.filter(pl.col("danceability").is_null()).height == 36


def test_pyiceberg_and_iceberg_scan_read_the_same_table(
    real_lake: Loaded, table: pl.DataFrame, tmp_path: Path
) -> None:
    from wavehouse.engines.duckdb_engine import DuckDBEngine

    metadata = _iceberg_table(real_lake.lake).metadata_location.removeprefix("file://")
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path)
    scan = engine.iceberg(metadata)
    assert engine.rows(f"SELECT count(*) FROM {scan}") == [(table.height,)] == [(ALBUM_ROWS,)]
    for name, dtype in table.schema.items():
        (nulls,) = engine.rows(f'SELECT count(*) - count("{name}") FROM {scan}')
        assert nulls == (table[name].null_count(),), name
        if dtype.is_numeric():
            ((total,),) = engine.rows(f'SELECT sum("{name}") FROM {scan}')
            assert math.isclose(total, table[name].sum(), rel_tol=1e-9), name
        else:
            text = f"array_to_string(\"{name}\", '|')" if dtype == pl.List else f'"{name}"::VARCHAR'
            ((length,),) = engine.rows(f"SELECT sum(length({text})) FROM {scan}")
            assert length == _characters(table[name]), name
    engine.close()


def _characters(column: pl.Series) -> int:
    values = column.drop_nulls().to_list()
    if isinstance(column.dtype, pl.List):
        return sum(len("|".join(value)) for value in values)
    return sum(len(str(value)) for value in values)


def test_partitions_are_decades_and_files_say_so(real_lake: Loaded, table: pl.DataFrame) -> None:
    from pyiceberg.table import Table

    iceberg: Table = _iceberg_table(real_lake.lake)
    tasks = list(iceberg.scan().plan_files())
    assert sorted(task.file.partition[0] for task in tasks) == sorted(set(table["release_decade"].to_list()))
    assert all(task.file.record_count for task in tasks)
    in_2010 = iceberg.scan(row_filter="release_decade = 2010")
    assert len(list(in_2010.plan_files())) == 1
    assert in_2010.count() == table.filter(pl.col("release_decade") == 2010).height


def test_the_pre_processed_layout_loads_too(
    files: dict[str, pl.DataFrame], tmp_path: Path, wavehouse: Wavehouse
) -> None:
    """Many public copies have fewer columns and other names; what they lack is NULL."""
    folder = tmp_path / "files"
    folder.mkdir()
    files["artist"].select(
        "id", "name", "artist_popularity", "followers", pl.col("genre_0").alias("genre")
    ).write_csv(folder / "artists.csv")
    files["album"].select(
        "track_name", "track_id", "duration_ms", "album_name", "release_date", "label", "album_popularity",
        "album_id", "artist_id", "duration_sec",
    ).write_csv(folder / "albums.csv")  # fmt: skip
    files["tracks"].rename({"id": "track_id"}).write_csv(folder / "track.csv")
    done = wavehouse("run", "--from", folder, "--lake", "lake", "--json")
    assert done.code == 0, done.stderr
    assert done.json["tables"]["spotify.tracks"]["rows"] == ALBUM_ROWS
    sql = (
        "select count(genre), count(album_type), count(track_number), count(danceability), "
        "sum(cardinality(genres)) from spotify.tracks"
    )
    (row,) = wavehouse("sql", sql, "--lake", "lake", "--json").json["rows"]
    with_genre = files["album"].join(
        files["artist"].filter(pl.col("genre_0").is_not_null()), left_on="artist_id", right_on="id"
    )
    assert row == [with_genre.height, 0, 0, 0, with_genre.height]


def test_insights_are_shown_after_the_run(real_data: Path, wavehouse: Wavehouse) -> None:
    shown = wavehouse("run", "--from", real_data, "--lake", "lake").stdout
    for title in ("Top artists by track popularity", "Track releases over time", "Genres and albums"):
        assert title in shown
    assert "Harry Styles" in shown
    assert "13,940" in shown  # tracks of the 2020s
    assert "█" in shown


def _measured(rows: pl.DataFrame, others: dict[str, pl.DataFrame], metric: str) -> float:
    """A metric by its AWS name, computed by polars; the rules of the shipped contracts measure no others."""
    kind, of, *name = metric.split(".")
    if name[-1] == "ReferentialIntegrity":
        key = {"artists": ("artist_id", "artist"), "tracks": ("track_id", "tracks")}[of]
        return rows[key[0]].is_in(others[key[1]]["id"].to_list()).mean()  # type: ignore[return-value]
    columns = of.split(",") if kind == "Multicolumn" else [of]
    values = rows.select(columns)
    if name[-1] == "Uniqueness":
        return float(values.is_unique().mean())  # type: ignore[arg-type]
    (column,) = (values[column] for column in columns)
    if name[-1] == "Completeness":
        return 1 - column.null_count() / rows.height
    if name[-1] in ("Minimum", "Maximum"):
        numbers = column.cast(pl.Float64)
        return float(numbers.min() if name[-1] == "Minimum" else numbers.max())  # type: ignore[arg-type]
    assert name == ["ColumnValues", "Compliance"]
    return 1.0 - _rows_out_of_range(of, column)


def _rows_out_of_range(name: str, column: pl.Series) -> float:
    """The share of values that a reader of the contracts would not want, by column."""
    known = column.drop_nulls()
    if name.endswith("id"):
        bad = ~known.str.contains(r"^[0-9A-Za-z]{22}$")
    elif name == "album_type":
        bad = ~known.is_in(["album", "single", "compilation"])
    elif name == "release_date":
        bad = known.str.slice(0, 10).str.to_date() > pl.Series([date.today()])  # noqa: DTZ011
    else:
        low, high = _RANGES[name]
        bad = ~known.cast(pl.Float64).is_between(low, high)
    return float(bad.sum()) / column.len()


_SHARE = (0, 1)
_RANGES = {
    **dict.fromkeys(("album_popularity", "artist_popularity", "track_popularity"), (0, 100)),
    **dict.fromkeys(
        ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"),
        _SHARE,
    ),
    "duration_ms": (0, 24 * 3600 * 1000),
    "track_number": (1, math.inf),
    "total_tracks": (1, math.inf),
    "followers": (0, math.inf),
    "loudness": (-60, 10),
    "tempo": (0, 300),
    "key": (-1, 11),
    "mode": _SHARE,
    "time_signature": (0, 7),
}


def test_the_rules_hold_and_measure_what_polars_does(
    real_data: Path, files: dict[str, pl.DataFrame], wavehouse: Wavehouse
) -> None:
    answer = wavehouse("check", "--from", real_data, "--json")
    assert answer.code == 0, answer.stderr
    assert answer.json["passed"] is True
    assert answer.json["quarantined"] == 0
    sources = {"albums": "album", "artists": "artist", "tracks": "tracks", "features": "features"}
    seen = 0
    for rule in answer.json["rules"]:
        rows = files[sources[rule["source"]]]
        assert rule["rows"] == rows.height  # no optional column of a where clause is ever empty here
        for metric, value in rule["metrics"].items():
            assert value == pytest.approx(_measured(rows, files, metric), rel=1e-12), (rule["rule"], metric)
            seen += 1
    assert seen > len(answer.json["rules"])
    assert {rule["source"] for rule in answer.json["rules"]} == set(sources)
