"""The shipped dashboards: every visual answers, and what they show is what polars finds in the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest
from tests.dashboards.oracle import grouped, plain, same, value_of

from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.figures import insight_text
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import Range, View, read_view
from wavehouse.dashboards.visuals import Visual
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.dashboards import lake_queries
from wavehouse.wiring.runs import run

NAMES = ["artists", "releases", "genres_and_albums", "sound", "health"]
VIEWS = {
    "artists": ["", "genre=pop&years=2000..", "min_tracks=1&top=50&since=2010", "sheet=artist&explicit=true"],
    "releases": ["", "years=1990..2010&label=a", "released=2001-01-01..2019-12-31&album_type=album"],
    "genres_and_albums": ["", "genre=pop&genre=~null", "sheet=albums&years=2015..&hit=30"],
    "sound": ["", "popularity=20..60&explicit=true", "genre=pop"],
    "health": ["", "source=albums"],
}


@pytest.fixture(scope="module")
def real(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LakeQueries, pl.DataFrame]]:
    """The real files in a lake, and the rows of its table."""
    made = Settings(builtin_project(), tmp_path_factory.mktemp("real") / "lake")
    run(made, [str(real_data)], full=False, show=False)
    files = sorted((made.lake / "warehouse" / "spotify" / "tracks").rglob("*.parquet"))
    rows = pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files])
    with lake_queries(made) as queries:
        yield queries, rows


@pytest.mark.parametrize("name", NAMES)
def test_every_visual_of_every_view_answers(board: Callable[[str], Board], name: str) -> None:
    one = board(name)
    for text in VIEWS[name]:
        view = read_view(one.dashboard, text)
        for sheet in one.dashboard.sheets:
            for data in one.answer(view.on_sheet(sheet.id)).values():
                assert data.error is None, f"{name}?{text} {data.visual.id}: {data.error}\n{data.sql}"
                assert not data.ignored or name in ("artists", "genres_and_albums", "health")


@pytest.mark.parametrize("name", NAMES)
def test_every_level_of_every_hierarchy_answers(board: Callable[[str], Board], name: str) -> None:
    one = board(name)
    for visual in one.dashboard.visuals:
        view = View(sheet=one.dashboard.sheet_of(visual).id)
        for level in visual.drill:
            data = one.answer(view, [visual.id])[visual.id]
            assert data.error is None, f"{visual.id}: {data.error}"
            assert data.columns[0].name == level.field
            assert data.path == view.drills.get(visual.id, ())
            assert data.rows
            if level is not visual.drill[-1]:
                view = view.drilled(visual.id, plain(data.rows[0][0]))


def _calculated(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the calculated fields of the shipped data sets, in polars' words."""
    popularity = pl.col("track_popularity")
    return rows.with_columns(
        minutes=pl.col("duration_ms") / 60000,
        hit=pl.when(popularity >= 50).then(1.0).when(popularity.is_not_null()).then(0.0),
        explicit_rate=pl.col("explicit").cast(pl.Float64),
        key_name=pl.col("key").replace_strict(
            dict(enumerate(["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"])), default=None
        ),
        mode_name=pl.col("mode").replace_strict({1: "major", 0: "minor"}, default=None),
    )


def _check(one: Board, visual: Visual, rows: pl.DataFrame, view: View) -> None:
    """The figures of every group that is shown, and that no group is missing."""
    data = one.answer(view, [visual.id])[visual.id]
    assert data.error is None, f"{visual.id}: {data.error}"
    dimensions = [*visual.dimensions_at(0), *([visual.series] if visual.series else [])]
    expected = grouped(rows, visual, dimensions)
    keys_at = data.places("dimension") + data.places("series")
    measures_at = data.places("measure")
    shown = data.rows[:-1] if data.has_rest else data.rows
    for row in shown:
        key = tuple(row[at] for at in keys_at)
        near = next(one for one in expected if all(same(a, b) for a, b in zip(key, one, strict=True)))
        found = [row[at] for at in measures_at]
        assert all(same(a, b) for a, b in zip(found, expected[near], strict=True)), (visual.id, key, found)
    if not data.truncated and not data.has_rest and not visual.minimum:
        assert len(shown) == (len(expected) if dimensions else 1)
    if visual.trend is not None:
        points = {key[0]: figures for key, figures in grouped(rows, visual, [visual.trend]).items()}
        assert len(data.trend) == len([key for key in points if key is not None])
        assert all(same(figure, points[value][0]) for value, figure in data.trend)


@pytest.mark.parametrize("name", ["artists", "releases", "genres_and_albums", "sound"])
def test_figures_are_those_of_polars(board: Callable[[str], Board], tracks: pl.DataFrame, name: str) -> None:
    _check_all(board(name), _calculated(tracks))


@pytest.mark.real
@pytest.mark.parametrize("name", ["artists", "releases", "genres_and_albums", "sound"])
def test_figures_of_the_real_files_are_those_of_polars(
    real: tuple[LakeQueries, pl.DataFrame], shipped: dict[str, Dashboard], name: str
) -> None:
    queries, rows = real
    _check_all(Board(shipped[name], queries), _calculated(rows))


def _check_all(one: Board, rows: pl.DataFrame) -> None:
    if one.dashboard.dashboard == "sound":
        rows = rows.filter(pl.col("energy").is_not_null())
    checked = 0
    for visual in one.dashboard.visuals:
        # (The data sets that are queries have a test of their own.)
        if one.dashboard.data_of(visual) == "tracks":
            _check(one, visual, rows, View(sheet=one.dashboard.sheet_of(visual).id))
            checked += 1
    assert checked >= 8


def test_the_albums_that_one_track_carries(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    data = board("genres_and_albums").answer(View("albums"), ["hits_and_fillers"])["hits_and_fillers"]
    albums: dict[str, list[Any]] = {}
    for album, popularity in tracks.select("album_id", "track_popularity").iter_rows():
        albums.setdefault(album, []).append(popularity)
    wanted = []
    for album, values in albums.items():
        known = [value for value in values if value is not None]
        hits, fillers = sum(value >= 50 for value in known), sum(value <= 10 for value in known)
        if hits >= 1 and len(values) >= 4:
            wanted.append((album, len(values), hits, fillers, max(known) - sum(known) / len(known)))
    wanted.sort(key=lambda one: -one[-1])
    assert wanted, "the sample has none"
    found = {row[0]: row[3:] for row in data.rows}
    assert len(found) == min(len(wanted), 50)
    for album, *figures in wanted[: len(found) - 1]:
        if album in found:
            assert all(same(a, b) for a, b in zip(found[album], figures, strict=True))


def test_the_heat_map_of_albums(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    one = board("genres_and_albums")
    visual = one.dashboard.visual("popularity_and_length")
    data = one.answer(View("albums"), [visual.id])[visual.id]
    albums = tracks.group_by("album_id").agg(pl.len().alias("n"), pl.col("album_popularity").max())
    wanted: dict[Any, int] = {}
    for number, popularity in albums.select("n", "album_popularity").iter_rows():
        key = (value_of(visual.dimensions[0], min(number, 30)), value_of(visual.dimensions[1], popularity))
        wanted[key] = wanted.get(key, 0) + 1
    assert {row[:2]: row[2] for row in data.rows} == wanted


def test_risers_rise(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    since = 2005
    view = read_view(board("artists").dashboard, f"since={since}")
    data = board("artists").answer(view, ["risers"])["risers"]
    known = tracks.filter(
        pl.col("artist_id").is_not_null()
        & pl.col("track_popularity").is_not_null()
        & pl.col("release_year").is_not_null()
    )
    wanted = {}
    for (artist,), rows in known.group_by("artist_id"):
        before = rows.filter(pl.col("release_year") < since)["track_popularity"]
        after = rows.filter(pl.col("release_year") >= since)["track_popularity"]
        if len(before) >= 3 and len(after) >= 3:
            rise = cast("float", after.mean()) - cast("float", before.mean())
            if rise >= 0.1:
                wanted[artist] = rise
    assert wanted, "the sample has none"
    assert len(data.rows) == min(len(wanted), 15)
    for row in data.rows:
        assert same(row[2], wanted[row[0]])
    assert [row[2] for row in data.rows] == sorted((row[2] for row in data.rows), reverse=True)


def test_the_page_of_one_artist(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    one = board("artists")
    (artist, _), rows = max(
        ((key, rows) for key, rows in tracks.group_by("artist_id", "artist_name") if key[0] is not None),
        key=lambda pair: pair[1].height,
    )
    view = read_view(one.dashboard, [("sheet", "artist"), ("artist", str(artist))])
    answers = one.answer(view)
    assert insight_text(answers["who"]).startswith(f"Artists: 1 · tracks: {rows.height:,} · releases: ")
    assert len(answers["artist_tracks"].rows) == min(rows["track_id"].n_unique(), 100)
    whole = answers["artist_popularity"].whole
    assert whole is not None
    assert same(whole[0], tracks["track_popularity"].mean())
    assert same(answers["artist_popularity"].rows[0][0], rows["track_popularity"].mean())


def test_options_are_searched_and_bounds_asked(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    one = board("artists")
    counts = dict(
        tracks.filter(pl.col("genre").str.to_lowercase().str.contains("rock"))
        .group_by("genre")
        .len()
        .iter_rows()
    )
    found = one.options("genre", "RoCk", limit=1_000)
    assert {option.value: option.rows for option in found} == counts
    assert [option.rows for option in found] == sorted(counts.values(), reverse=True)
    assert one.options("genre", "'; DROP TABLE x --") == []
    assert len(one.options("genre", "", limit=3)) == 3
    labelled = one.options("artist", "", limit=1)[0]
    assert labelled.label == tracks.filter(pl.col("artist_id") == labelled.value)["artist_name"][0]
    years = one.bounds("years")
    assert years == Range(tracks["release_year"].min(), tracks["release_year"].max())  # type: ignore[arg-type]
    released = board("releases").bounds("released")
    assert released == Range(*(value.isoformat() for value in _ends(tracks["release_date"])))


def _ends(values: pl.Series) -> tuple[date, date]:
    low, high = values.min(), values.max()
    assert isinstance(low, date)
    assert isinstance(high, date)
    return low, high


def test_health_tells_of_the_last_run(board: Callable[[str], Board], tracks: pl.DataFrame) -> None:
    answers = board("health").answer(View())
    tables = {row[0]: row[1] for row in answers["tables"].rows}
    assert tables["spotify.tracks"] == tracks.height
    assert 0 <= answers["freshness"].rows[0][0] < 24
    assert answers["failed_rules"].rows[0][0] == 0
    assert [row[2] for row in answers["runs"].rows] == ["done"]
    assert {row[0] for row in answers["verdicts"].rows} >= {"albums", "artists", "tracks", "features"}
    filtered = board("health").answer(View(controls={"source": ("albums",)}))
    assert {row[0] for row in filtered["verdicts"].rows} == {"albums"}
    assert filtered["tables"].ignored == {"source": "Source"}
