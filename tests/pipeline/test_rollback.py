"""Back to an earlier publish: all tables together, its files held, and everything as if it had never been."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, features, ident, told, tracks

from wavehouse.core.errors import CallError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.lake.snapshot_listing import list_snapshots
from wavehouse.pipeline.plan import plan_run
from wavehouse.pipeline.rollback import Rollback, roll_back
from wavehouse.pipeline.run_store import all_runs, find_run
from wavehouse.query.answer import answer

TRACKS = "spotify.tracks"
HELD = "some of these files are held by a rollback; 'wavehouse release' takes them again"


def back(lake: Lake, wanted: str | int, table: str = TRACKS) -> tuple[Rollback, RunRecord]:
    """Roll back to a run or a snapshot."""
    plan, record = roll_back(lake.root, table, str(wanted), open_engine, Silent(), dry_run=False)
    assert record is not None
    return plan, record


@pytest.fixture
def runs(lake: Lake) -> list[RunRecord]:
    """What three runs said: the second brings waiting rows and mistakes, the third lets some of them in."""
    return [
        lake.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(30))),
        lake.load(
            day(2),
            albums=[*albums(range(5), artist=2, date="1985"), *albums([20, 21], artist=7)],
            tracks=[*tracks([3], 99), *tracks([4], 500)],
            features=features([1, 2]),
        ),
        lake.load(day(3), artists=artists([2, 7], name="Renamed")),
    ]


def test_all_tables_go_back_together(lake: Lake, runs: list[RunRecord], tmp_path: Path) -> None:
    after = lake.state()
    plan, record = back(lake, runs[1].run_id)
    assert (plan.published, [file.name for file in plan.held]) == (runs[1].run_id, ["artist.csv"])
    assert plan.taken_back == []
    state = lake.state()
    assert state != after
    for name, counts in runs[1].tables.items():
        assert record.tables[name].rows == counts.rows, name
    assert lake.rows("SELECT count(*) FROM {t}", "waiting.albums") == [(2,)]
    assert {row["source"] for row in lake.aside()} == {"albums", "tracks"}

    back(lake, runs[0].run_id)
    state = lake.state()
    first = Lake(tmp_path / "first", lake.project)
    first.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(30)))
    assert state == first.state()
    assert set(state) == {TRACKS, "staging.albums", "staging.artists", "staging.tracks"}


def test_any_table_and_any_snapshot_of_it_may_name_the_publish(lake: Lake, runs: list[RunRecord]) -> None:
    albums_then = runs[0].tables["staging.albums"].snapshot_id
    plan, _ = back(lake, albums_then or 0, "staging.albums")
    assert plan.published == runs[0].run_id
    assert plan.tables[TRACKS] == runs[0].snapshot_id
    assert plan.tables["staging.albums"] == albums_then


def test_one_publish_shows_all_of_it(lake: Lake, runs: list[RunRecord]) -> None:
    """Nobody can tell it from a run that made the tables so: the heads belong together."""
    _, record = back(lake, runs[0].run_id)
    changed = [head for head in lake.head.heads() if head.properties["wavehouse.run"] == record.run_id]
    assert {str(head.name) for head in changed} >= {TRACKS, "staging.albums", "staging.artists"}
    assert lake.run().changed is False


def test_files_that_are_held_are_not_taken(lake: Lake, runs: list[RunRecord]) -> None:
    plan, _ = back(lake, runs[0].run_id)
    assert sorted(file.name for file in plan.held) == [
        "album.csv",
        "artist.csv",
        "features.csv",
        "tracks.csv",
    ]
    before, files = lake.state(), lake.files()
    assert lake.run().changed is False
    folder = lake.root.parent / "batches of lake"
    named = lake.run(folder / "1", folder / "2")
    assert (named.changed, named.notes) == (False, [HELD])
    assert lake.state() == before
    assert lake.files() == files
    assert plan_run(lake.root, lake.project, [folder / "1"], full=False).would_change is False
    # Nor are they by a run that takes something else, or everything again.
    record = lake.run(folder / "1", lake.batch(tracks=tracks([40])), time=day(4))
    assert (record.mode, told(record)) == ("incremental", {"staging.tracks": (1, 0, 0)})
    assert HELD in record.notes
    lake.run(full=True)
    assert lake.rows("SELECT max(track_popularity) FROM {t}") == [(10,)]
    # Landed again or not, they lie there once.
    lake.stage(folder / "1")
    assert lake.run().changed is False


def test_release_takes_them_again_as_if_nothing_had_happened(lake: Lake, runs: list[RunRecord]) -> None:
    after = lake.state()
    back(lake, runs[0].run_id)
    record = lake.run(release=True)
    assert record.changed
    assert record.mode == "incremental"
    assert lake.state() == after
    again = lake.run(release=True)
    assert (again.changed, again.status) == (False, "done")


def test_what_comes_in_between_stays_after_the_release(
    lake: Lake, runs: list[RunRecord], tmp_path: Path
) -> None:
    back(lake, runs[0].run_id)
    lake.load(day(2.5), tracks=tracks([3, 5], 77), albums=albums([20], artist=1))
    lake.run(release=True)
    other = Lake(tmp_path / "other", lake.project)
    batches = lake.root.parent / "batches of lake"
    for at, number in enumerate((1, 2, 3, 2.5)):
        other.stage(batches / str(at), day(number))
    other.run()
    assert lake.state() == other.state()
    assert lake.rows(f"SELECT track_popularity FROM {{t}} WHERE track_id = '{ident('tr', 3)}'") == [(77,)]


def test_a_rollback_can_be_rolled_back(lake: Lake, runs: list[RunRecord]) -> None:
    after = lake.state()
    _, first = back(lake, runs[0].run_id)
    plan, _ = back(lake, runs[2].run_id)
    assert plan.held == []
    assert sorted(file.name for file in plan.taken_back) == [
        "album.csv",
        "artist.csv",
        "features.csv",
        "tracks.csv",
    ]
    assert lake.state() == after
    assert lake.run(release=True).changed is False  # nothing is held any more
    back(lake, first.run_id)
    assert lake.rows("SELECT count(*), max(track_popularity) FROM {t}") == [(20, 10)]
    assert len({file.sha256 for file in back(lake, runs[2].run_id)[0].taken_back}) == 4


def test_two_steps_back_hold_the_files_of_both(lake: Lake, runs: list[RunRecord]) -> None:
    after = lake.state()
    plan, _ = back(lake, runs[1].run_id)
    assert [file.name for file in plan.held] == ["artist.csv"]
    plan, _ = back(lake, runs[0].run_id)
    assert sorted(file.name for file in plan.held) == ["album.csv", "features.csv", "tracks.csv"]
    assert lake.run(release=True).changed
    assert lake.state() == after


def test_back_to_before_the_first_file_of_a_source(lake: Lake, runs: list[RunRecord]) -> None:
    assert lake.rows("SELECT count(*) FROM {t}", "staging.features") == [(2,)]
    back(lake, runs[0].run_id)
    assert lake.rows("SELECT count(*) FROM {t}", "staging.features") == [(0,)]
    assert lake.rows("SELECT count(danceability) FROM {t}") == [(0,)]
    record = lake.load(day(5), features=features([7]))
    assert told(record) == {"staging.features": (1, 0, 0), TRACKS: (0, 1, 0)}


def test_a_table_that_came_to_be_since_becomes_empty(lake: Lake, runs: list[RunRecord]) -> None:
    assert "waiting.albums" not in runs[0].tables
    back(lake, runs[0].run_id)
    assert lake.rows("SELECT count(*) FROM {t}", "waiting.albums") == [(0,)]
    lake.load(day(4), albums=albums([22], artist=8))
    assert lake.rows("SELECT track_id FROM {t}", "waiting.albums") == [(ident("tr", 22),)]


def test_back_across_a_column_that_was_added(lake: Lake, runs: list[RunRecord]) -> None:
    """The tables get their old columns back; the next run, by the new contract, makes all of them anew."""
    before = lake.state()
    wider = lake.edited("contracts/artists.yaml", "  genre_6: {type: string}\n",
        "  genre_6: {type: string}\n  country: {type: string}\n")  # fmt: skip
    widened = wider.run()
    assert (widened.mode, widened.why) == ("full", "the project's files have changed")
    wider.load(day(4), artists=artists([2], name="Again", country="AT"))
    assert "country" in _columns(lake, "staging.artists")
    back(lake, runs[2].run_id)
    assert "country" not in _columns(lake, "staging.artists")
    assert lake.state() == before

    record = wider.run()
    assert (record.mode, record.why) == ("full", "the project's files have changed")
    assert "country" in _columns(lake, "staging.artists")
    assert lake.rows("SELECT count(country), count(*) FROM {t}", "staging.artists") == [(0, 3)]
    assert wider.run(release=True).mode == "incremental"
    assert lake.rows("SELECT country FROM {t} WHERE country IS NOT NULL", "staging.artists") == [("AT",)]
    assert lake.rows("SELECT DISTINCT artist_name FROM {t} ORDER BY 1") == [
        ("Again",), ("Artist 1",), ("Renamed",),
    ]  # fmt: skip


def _columns(lake: Lake, table: str) -> list[str]:
    head = lake.head.head(TableName.parse(table))
    assert head is not None
    return [column.name for column in head.columns]


def test_a_dry_run_changes_nothing(lake: Lake, runs: list[RunRecord]) -> None:
    before, files, history = lake.state(), lake.files(), all_runs(lake.head._layout)
    plan, record = roll_back(lake.root, TRACKS, runs[0].run_id, open_engine, Silent(), dry_run=True)
    assert record is None
    assert (plan.published, len(plan.held)) == (runs[0].run_id, 4)
    assert (lake.state(), lake.files(), all_runs(lake.head._layout)) == (before, files, history)


@pytest.mark.parametrize(
    ("table", "wanted", "said"),
    [
        ("spotify.track", "1", "there is no table 'spotify.track'. Did you mean 'spotify.tracks'?"),
        (TRACKS, "1", "spotify.tracks has no snapshot '1' that a run published. See 'wavehouse snapshots "),
        (TRACKS, "yesterday", "spotify.tracks has no snapshot 'yesterday' that a run published."),
        ("tracks", "1", "database.table"),
    ],
)
def test_what_is_not_there(lake: Lake, catalogue: Path, table: str, wanted: str, said: str) -> None:
    lake.run(catalogue)
    files = lake.files()
    with pytest.raises(CallError) as error:
        back(lake, wanted, table)
    assert said in str(error.value)
    assert lake.files() == files


def test_what_the_tables_show_now(lake: Lake, runs: list[RunRecord]) -> None:
    for wanted in (runs[2].run_id, str(runs[2].snapshot_id)):
        with pytest.raises(CallError, match=f"'{wanted}' is what spotify.tracks shows now"):
            back(lake, wanted)
    back(lake, runs[0].run_id)
    with pytest.raises(CallError, match="shows now"):
        back(lake, all_runs(lake.head._layout)[0].run_id)


def test_a_lake_that_is_not_there(lake: Lake) -> None:
    with pytest.raises(CallError, match="no lake here yet"):
        back(lake, "1")
    assert not lake.root.exists()


def test_time_travel_goes_by_what_was_shown(lake: Lake, runs: list[RunRecord]) -> None:
    def asked(sql: str) -> object:
        with lake.engine() as engine:
            return answer(sql, lake.head, engine).rows[0][0]

    count = "SELECT max(track_popularity) FROM spotify.tracks"
    back(lake, runs[0].run_id)
    shown = list_snapshots(lake.head, TRACKS)["snapshots"]
    versions = [asked(f"{count} FOR VERSION AS OF {one['snapshot_id']}") for one in shown]
    assert versions == [10, 99, 99, 10]
    moments = [one["committed_at"].replace("T", " ").removesuffix("+00:00") for one in shown]
    times = [asked(f"{count} FOR TIMESTAMP AS OF TIMESTAMP '{moment[:23]} UTC'") for moment in moments]
    assert times == versions
    assert asked(count) == 10
    assert [one["action"] for one in shown] == ["run"] * 3 + [f"rollback to {runs[0].run_id}"]


def test_the_history_says_so(lake: Lake, runs: list[RunRecord]) -> None:
    _, record = back(lake, runs[0].run_id)
    stored = find_run(lake.head._layout, "last")
    assert stored == record
    assert (stored.status, stored.changed, stored.mode) == ("done", True, "")
    assert stored.notes == [f"rolled back to run {runs[0].run_id}; 4 files are held"]
    assert stored.tables[TRACKS].rows == 20
    # What is kept aside is that of then; what was kept aside since can still be seen.
    assert lake.aside() == []
    assert len(lake.aside(runs[1].run_id)) == 3
    assert lake.aside(record.run_id) == []
