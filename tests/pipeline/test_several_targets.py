"""Several targets in a flow, several flows in a project: who comes first, who is made, and what is shared."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, told, tracks
from tests.pipeline.own_project import Own, catalog, csv, files, sql, table

from wavehouse.core.errors import DefinitionError
from wavehouse.core.progress import Silent
from wavehouse.pipeline.compact import compact
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.vacuum import VacuumOptions, vacuum

PLAYS = "user,ms\nann,1\nbob,2\nann,3\n"
FLOW = "flows/tracks.yaml"
TRACKS = "spotify.tracks"
FIRST = {"artists": artists([1, 2]), "albums": albums(range(20)), "tracks": tracks(range(20))}
# A second target of the node that the shipped one reads, and one of another.
MORE = """  spotify_again:
    S3IcebergCatalogTarget: {Name: again, Inputs: [without_keys], Database: spotify, Table: again}
  spotify_artists:
    S3IcebergCatalogTarget: {Name: artists, Inputs: [artists_with_genres], Database: spotify, Table: artists}

  spotify_tracks:
"""


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own.at(tmp_path)


def summary(name: str, of: str, more: str = "") -> str:
    """Reads a table, and makes one of what each user has."""
    query = "SELECT user, count(*) AS plays FROM t GROUP BY user"
    return catalog("in", of) + sql("sums", query, t="in") + table("out", "sums", name) + more


def test_a_flow_comes_after_the_one_whose_table_it_reads(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    own.flow("a_last", summary("my.count", "my.users"))
    own.flow("b_middle", summary("my.users", "my.plays"))
    own.flow("c_first", csv("in", "plays.csv") + table("out", "in", "my.plays"))
    record = own.lake.run()
    steps = [step.name for step in record.steps]
    assert steps == ["flow c_first", "flow b_middle", "flow a_last", "publish"]
    assert own.lake.rows("SELECT * FROM {t} ORDER BY 1", "my.users") == [("ann", 2), ("bob", 1)]
    assert own.lake.rows("SELECT * FROM {t} ORDER BY 1", "my.count") == [("ann", 1), ("bob", 1)]
    # The last that is made names the snapshots of the others.
    published = last_publish(own.lake.head._layout)
    assert str(published.last and published.last.name) == "my.count"
    assert published.is_whole
    own.write({"plays.csv": PLAYS + "cleo,4\n"})
    own.lake.run()
    assert own.lake.rows("SELECT count(*) FROM {t}", "my.count") == [(3,)]


@pytest.mark.parametrize(
    ("flows", "said"),
    [
        (
            {"a": summary("my.a", "my.b"), "b": summary("my.b", "my.a")},
            r"a\.yaml:3: the flows a → b → a read each other's tables \(a\.yaml, b\.yaml\)",
        ),
        ({"a": summary("my.a", "my.a")}, r"a\.yaml:3: node 'in' .* reads a table that the flow itself makes"),
        ({"a": summary("staging.a", "my.b")}, "it would write staging.a"),
        ({"a": summary("quarantine.rows", "my.b")}, "it would write quarantine.rows"),
        (
            {"a": summary("my.a", "my.b")},
            r"it reads the table my\.b, which is not there.* let an S3 source read",
        ),
        ({"a": summary("my.a", "quarantine.rows")}, "which a run writes after the flows"),
        (
            {"a": summary("my.a", "my.c"), "b": summary("my.a", "my.c")},
            r"the nodes 'out' of the flow 'a' .*a\.yaml:7\) and 'out' of the flow 'b' both write my\.a",
        ),
    ],
)
def test_flows_that_do_not_go_together(own: Own, flows: dict[str, str], said: str) -> None:
    for name, nodes in flows.items():
        own.flow(name, nodes)
    with pytest.raises(DefinitionError, match=said):
        own.lake.run()


def test_all_tables_are_followed_and_shared(lake: Lake) -> None:
    lake = lake.edited(FLOW, "  spotify_tracks:\n", MORE)
    first = lake.load(day(1), **FIRST)
    assert {TRACKS, "spotify.again", "spotify.artists"} < set(first.tables)
    # What both come from is counted and told once.
    nodes = [node.node for node in first.nodes]
    assert sorted(set(nodes)) == sorted(nodes)
    files_before = lake.data_files("spotify.artists")
    record = lake.load(day(2), tracks=tracks([6, 7], 80))
    assert record.mode == "incremental"
    assert told(record) == {
        "staging.tracks": (0, 2, 0),
        TRACKS: (0, 2, 0),
        "spotify.again": (0, 2, 0),
    }
    assert lake.data_files("spotify.artists") == files_before
    assert lake.state()[TRACKS] == lake.state()["spotify.again"]
    state = lake.state()
    assert lake.run(full=True).mode == "full"
    assert lake.state() == state
    assert str(lake.head.heads()[0].name)  # the lake can be read
    last = last_publish(lake.head._layout).last
    assert last is not None
    assert str(last.name) == TRACKS


def test_what_no_change_reaches_stays(lake: Lake) -> None:
    """Also what cannot be traced: an aggregate over albums, when an artist changes."""
    lake = lake.edited(FLOW, "flow: tracks", "flow: tracks")  # a copy, to add a flow to
    (lake.project.root / "flows/years.yaml").write_text(
        "flow: years\nnodes:\n"
        + "".join(
            f"  {line}\n"
            for line in (
                csv("in", "${staging}/albums/")
                + sql("sums", "SELECT album_id, count(*) AS n FROM t GROUP BY album_id", t="in")
                + table("out", "sums", "spotify.sizes")
            ).splitlines()
        ),
        "utf-8",
    )
    lake.load(day(1), **FIRST)
    before = lake.data_files("spotify.sizes")
    snapshots = lake.run(lake.batch(artists=artists([2], name="Renamed")), time=day(2)).tables
    assert lake.data_files("spotify.sizes") == before
    record = lake.load(day(3), albums=albums([30], artist=2), tracks=tracks([30]))
    assert lake.rows("SELECT count(*) FROM {t}", "spotify.sizes") == [(3,)]
    assert record.tables["spotify.sizes"].snapshot_id != snapshots["spotify.sizes"].snapshot_id
    assert any("spotify.sizes was made anew" in note for note in record.notes)


def test_a_check_is_judged_once(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    rules = '"Rules = [ RowCount > 5 ]"'
    checked = f"checked:\n  EvaluateDataQuality: {{Name: c, Inputs: [in], Ruleset: {rules}}}\n"
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + checked
        + table("out", "checked", "my.plays")
        + sql("sums", "SELECT user, max(ms) AS ms FROM t GROUP BY user", t="checked")
        + table("most", "sums", "my.most")
        + files("aside", "sums", "${warehouse}/most"),
    )
    record = own.lake.run()
    assert [(rule.source, rule.passed) for rule in record.rules] == [("flow plays", False)]
    assert sum("RowCount" in note for note in record.notes) == 1


def test_a_table_of_the_lake_that_nobody_makes_any_more_can_be_read(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    own.flow("plays", csv("in", "plays.csv") + table("out", "in", "my.plays"))
    own.lake.run()
    (own.root / "flows/plays.yaml").unlink()
    own.flow("users", summary("my.users", "my.plays"))
    assert list(own.lake.run().tables) == ["my.users"]
    assert own.lake.rows("SELECT * FROM {t} ORDER BY 1", "my.users") == [("ann", 2), ("bob", 1)]
    assert not own.lake.run().changed


def test_the_table_of_a_source_can_be_read_with_where_its_rows_are_from(lake: Lake) -> None:
    lake = lake.edited(FLOW, "flow: tracks", "flow: tracks")  # a copy, to add a flow to
    nodes = (
        catalog("in", "staging.tracks")
        + sql("sums", "SELECT _file_name, count(*) AS n FROM t GROUP BY _file_name", t="in")
        + table("out", "sums", "spotify.from_where")
    )
    text = "".join(f"  {line}\n" for line in nodes.splitlines())
    (lake.project.root / "flows/where.yaml").write_text(f"flow: where\nnodes:\n{text}", "utf-8")
    lake.load(day(1), **FIRST)
    lake.load(day(2), tracks=tracks([1, 50]))
    assert lake.rows("SELECT * FROM {t}", "spotify.from_where") == [("tracks.csv", 21)]


def test_rollback_and_upkeep_of_a_project_whose_last_table_changes(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    own.flow("plays", csv("in", "plays.csv") + table("out", "in", "my.plays"))
    first = own.lake.run()
    state = own.lake.state()
    own.flow("users", summary("my.users", "my.plays"))
    own.lake.run()
    own.write({"plays.csv": PLAYS + "cleo,4\n"})
    own.lake.run()
    vacuum(own.lake.root, Silent(), VacuumOptions())
    compact(own.lake.root, own.lake.project, (), open_engine, Silent(), dry_run=False)
    roll_back(own.lake.root, "my.plays", first.run_id, open_engine, Silent(), dry_run=False)
    assert own.lake.state() == state


def test_a_rollback_holds_files_that_are_other_now(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    own.flow("plays", csv("in", "plays.csv") + table("out", "in", "my.plays"))
    first = own.lake.run()
    state = own.lake.state()
    own.write({"plays.csv": PLAYS + "cleo,4\n"})
    own.lake.run()
    after = own.lake.state()
    roll_back(own.lake.root, "my.plays", first.run_id, open_engine, Silent(), dry_run=False)
    assert own.lake.state() == state
    assert not own.lake.run().changed
    assert own.lake.run(release=True).changed
    assert own.lake.state() == after
    assert not own.lake.run(release=True).changed


def test_targets_of_one_node_have_the_same_rows(own: Own) -> None:
    """Also where making them a second time would give others."""
    own.write({"plays.csv": PLAYS})
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + sql("drawn", "SELECT user, rand() AS lot FROM t", t="in")
        + files("aside", "drawn", "${warehouse}/lots", "parquet")
        + table("one", "drawn", "my.one")
        + table("two", "drawn", "my.two"),
    )
    own.lake.run()
    state = own.lake.state()
    assert state["my.one"] == state["my.two"]
    with own.lake.engine() as engine:
        path = own.lake.root / "files/lots/part-0.parquet"
        lots = engine.rows(f"SELECT user, lot::VARCHAR FROM read_parquet('{path}')")
    assert sorted(lots) == sorted(state["my.one"].elements())


def test_two_folders_of_one_name_are_told_apart(own: Own) -> None:
    own.write({"plays.csv": PLAYS})
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + files("one", "in", "a/out/", "csv")
        + files("two", "in", "b/out/", "csv")
        + files("three", "in", "b/more", "csv"),
    )
    steps = [step.name for step in own.lake.run().steps]
    assert steps[:3] == ["flow plays: a/out/", "flow plays: b/out/", "flow plays: more/"]
