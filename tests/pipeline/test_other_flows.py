"""Increments through flows of other shapes: each ends as a full run of the same files would."""

from __future__ import annotations

import pytest
from tests.pipeline.conftest import Lake, albums, artists, day, features, ident, told, tracks

from wavehouse.core.table_name import TableName

TRACKS = "spotify.tracks"
FLOW = "flows/tracks.yaml"
FIRST = {
    "artists": artists([1, 2]),
    "albums": [*albums(range(20)), *albums(range(20, 30), artist=2, date="1985")],
    "tracks": tracks(range(30)),
    "features": features(range(0, 30, 3), tempo=100),
}


def as_in_full(lake: Lake) -> bool:
    """Whether a full run ends in the tables that are there."""
    state = lake.state()
    assert lake.run(full=True).mode == "full"
    return lake.state() == state


def test_a_table_without_partitions(lake: Lake) -> None:
    lake = lake.edited(FLOW, "      PartitionKeys: [[release_decade]]\n", "")
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), albums=albums([5, 30], date="1999"), tracks=[*tracks([6], 80), *tracks([30])])
    assert (record.mode, told(record)[TRACKS]) == ("incremental", (1, 2, 0))
    assert as_in_full(lake)


def test_rows_that_a_condition_lets_go(lake: Lake) -> None:
    lake = lake.edited(
        FLOW,
        "FROM albums) dated",
        "FROM albums WHERE album_popularity IS NULL OR album_popularity > 5) dated",
    )
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), albums=[*albums([1, 2], album_popularity=3), *albums([3], album_popularity=9)])
    assert told(record) == {"staging.albums": (0, 3, 0), TRACKS: (0, 1, 2)}
    record = lake.load(day(3), albums=albums([2], album_popularity=6))
    assert told(record)[TRACKS] == (1, 0, 0)
    assert as_in_full(lake)


@pytest.mark.parametrize(
    ("kind", "before", "changes"), [("leftsemi", 10, (1, 0, 0)), ("leftanti", 20, (0, 0, 1))]
)
def test_rows_that_a_join_keeps_or_not(
    lake: Lake, kind: str, before: int, changes: tuple[int, int, int]
) -> None:
    lake = lake.edited(FLOW, "JoinType: left\n", f"JoinType: {kind}\n")
    lake = lake.edited(FLOW, ", [tracks_id], [features_id]]", ", [tracks_id]]")
    lake.load(day(1), **FIRST)
    assert lake.rows("SELECT count(*) FROM {t}") == [(before,)]
    record = lake.load(day(2), features=features([1]))
    assert told(record) == {"staging.features": (1, 0, 0), TRACKS: changes}
    # What was found before is found again.
    rows = lake.state()[TRACKS]
    lake.load(day(3), features=features([1, 3], tempo=7))
    assert lake.state()[TRACKS] == rows
    assert as_in_full(lake)


GUESTS = """  guests:
    ApplyMapping:
      Name: Artists by name
      Inputs: [artists_csv]
      Mapping: [{FromPath: [name], FromType: string, ToKey: guest, ToType: string}]
  with_guests:
    Join:
      Name: Only with a guest who is known
      Inputs: [albums_typed, guests]
      JoinType: leftsemi
      Columns: [{From: albums_typed, Keys: [[artist_1]]}, {From: guests, Keys: [[guest]]}]
"""


def test_a_source_that_is_looked_up_by_what_is_not_its_key(lake: Lake) -> None:
    """What a row was called before counts as much as what it is called now."""
    lake = lake.edited(FLOW, "  albums_once:\n", f"{GUESTS}\n  albums_once:\n")
    lake = lake.edited(FLOW, "Inputs: [albums_typed], Columns", "Inputs: [with_guests], Columns")
    known = [*albums(range(20), artist_1="Artist 1"), *albums(range(20, 25), artist_1="Artist 2")]
    lake.load(day(1), **{**FIRST, "albums": known})
    assert lake.rows("SELECT count(*) FROM {t}") == [(25,)]
    record = lake.load(day(2), artists=artists([2], name="Renamed"))
    assert (record.mode, told(record)[TRACKS]) == ("incremental", (0, 0, 5))
    record = lake.load(day(3), artists=artists([4], name="Artist 2"))
    assert told(record)[TRACKS] == (5, 0, 0)
    assert as_in_full(lake)


AGAIN = """  features_again:
    ApplyMapping:
      Name: The same once more
      Inputs: [features_csv]
      Mapping:
        - {FromPath: [id], FromType: string, ToKey: again_id, ToType: string}
        - {FromPath: [tempo], FromType: string, ToKey: again_tempo, ToType: double}
  with_both:
    Join:
      Name: Add them once more
      Inputs: [with_features, features_again]
      JoinType: left
      Columns: [{From: with_features, Keys: [[%s]]}, {From: features_again, Keys: [[again_id]]}]
"""


@pytest.mark.parametrize(("by", "changed"), [("track_id", 1), ("label", 3)])
def test_a_source_that_is_looked_up_in_two_ways(lake: Lake, by: str, changed: int) -> None:
    lake = lake.edited(FLOW, "  without_keys:\n", AGAIN % by + "\n  without_keys:\n")
    lake = lake.edited(
        FLOW,
        "Inputs: [with_features], Paths: [[artists_id]",
        "Inputs: [with_both], Paths: [[again_id], [artists_id]",
    )
    labelled = {**FIRST, "albums": [*FIRST["albums"], *albums([1, 2], label=ident("tr", 6))]}
    lake.load(day(1), **labelled)
    record = lake.load(day(2), features=features([6], tempo=50))
    assert (record.mode, told(record)[TRACKS]) == ("incremental", (0, changed, 0))
    assert lake.rows("SELECT count(*) FROM {t} WHERE tempo = 50 OR again_tempo = 50") == [(changed,)]
    assert as_in_full(lake)


def test_keys_that_have_other_names_in_the_target(lake: Lake) -> None:
    lake = lake.edited(
        FLOW,
        "SELECT track_id, track_name,",
        "SELECT track_id, track_id AS song, album_id AS record, track_name,",
    )
    lake = lake.edited(FLOW, "Paths: [[artists_id]", "Paths: [[track_id], [album_id], [artists_id]")
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), albums=albums([5, 30], date="1999"), tracks=[*tracks([6], 80), *tracks([30])])
    assert (record.mode, told(record)[TRACKS]) == ("incremental", (1, 2, 0))
    assert as_in_full(lake)


def test_without_its_keys_the_table_is_made_anew(lake: Lake) -> None:
    lake = lake.edited(FLOW, "Paths: [[artists_id]", "Paths: [[track_id], [artists_id]")
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), tracks=tracks([6], 80))
    assert record.mode == "incremental"
    reason = "the key column 'track_id' of 'albums' does not reach the target as it is"
    assert record.notes == [f"spotify.tracks was made anew: {reason}"]
    assert as_in_full(lake)


def test_a_rule_of_the_flow_sees_the_rows_that_are_made(lake: Lake) -> None:
    """As with Glue's bookmarks, those are the new ones: a count is that of this run."""
    node = """  checked:
    EvaluateDataQuality:
      Name: Check the joined rows
      Inputs: [without_keys]
      Ruleset: |
        Rules = [ RowCount >= 1, IsComplete "artist_name" ]

  spotify_tracks:
"""
    lake = lake.edited(FLOW, "  spotify_tracks:\n", node)
    lake = lake.edited(FLOW, "Inputs: [without_keys]\n      Database", "Inputs: [checked]\n      Database")
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), tracks=tracks([6, 7], 80))
    assert told(record)[TRACKS] == (0, 2, 0)
    (count, complete) = (rule for rule in record.rules if rule.source == "flow tracks")
    assert (count.passed, count.metric, complete.rows) == (True, 2.0, 2)
    assert as_in_full(lake)


MORE_NODES = """  known_popularity:
    Filter:
      Name: Only albums that somebody hears
      Inputs: [albums_typed]
      LogicalOperator: AND
      Filters:
        - Operation: GT
          Values: [{Type: COLUMNEXTRACTED, Value: [album_popularity]}, {Type: CONSTANT, Value: ["5"]}]
        - Operation: REGEX
          Negated: true
          Values: [{Type: COLUMNEXTRACTED, Value: [label]}, {Type: CONSTANT, Value: [Not]}]
  two_parts:
    SplitFields: {Name: Tempo apart, Inputs: [features_typed], Paths: [[features_id], [tempo], [energy]]}
  tempo_alone:
    SelectFromCollection: {Name: Tempo, Inputs: [two_parts], Index: 0}
  renamed:
    RenameField: {Name: Speed, Inputs: [tempo_alone], SourcePath: [tempo], TargetPath: [speed]}
"""


def test_rows_that_are_filtered_split_and_renamed(lake: Lake) -> None:
    lake = lake.edited(FLOW, "  albums_once:\n", f"{MORE_NODES}\n  albums_once:\n")
    lake = lake.edited(FLOW, "Inputs: [albums_typed], Columns", "Inputs: [known_popularity], Columns")
    lake = lake.edited(FLOW, "Inputs: [features_typed], Columns", "Inputs: [renamed], Columns")
    heard = [*albums(range(19), album_popularity=10), *albums([19], album_popularity=5)]
    lake.load(day(1), **{**FIRST, "albums": heard})
    assert lake.rows("SELECT count(*), max(speed) FROM {t}") == [(19, 100.0)]
    record = lake.load(
        day(2),
        albums=[
            *albums([1], album_popularity=3),
            *albums([2], album_popularity=10, label="Not this"),
            *albums([3, 19, 40], album_popularity=6, label="This"),
        ],
        tracks=tracks([40]),
        features=features([3, 4], tempo=90),
    )
    assert (record.mode, told(record)[TRACKS]) == ("incremental", (2, 2, 2))
    assert [(node.node, node.rows_in - node.rows_out) for node in record.nodes][:1] == [
        ("known_popularity", 2)
    ]
    assert as_in_full(lake)


def test_a_flow_that_cannot_be_traced_is_made_anew(lake: Lake) -> None:
    filled = """  filled:
    FillMissingValues: {Name: Fill, Inputs: [without_keys], ImputedPath: tempo, FilledPath: some_tempo}

  spotify_tracks:
"""
    lake = lake.edited(FLOW, "  spotify_tracks:\n", filled)
    lake = lake.edited(FLOW, "Inputs: [without_keys]\n      Database", "Inputs: [filled]\n      Database")
    lake.load(day(1), **FIRST)
    record = lake.load(day(2), features=features([1], tempo=200))
    assert record.notes == [
        "spotify.tracks was made anew: "
        "node 'filled' is a FillMissingValues, which fills a gap by all other rows"
    ]
    assert lake.rows("SELECT DISTINCT some_tempo FROM {t} WHERE tempo IS NULL") == [
        (pytest.approx(1200 / 11),)
    ]
    assert as_in_full(lake)


def test_columns_that_hang_on_the_rows(lake: Lake) -> None:
    """What has values only later is a column only then."""
    dropped = """  no_gaps:
    DropNullFields: {Name: Without empty columns, Inputs: [without_keys]}

  spotify_tracks:
"""
    lake = lake.edited(FLOW, "  spotify_tracks:\n", dropped)
    lake = lake.edited(FLOW, "Inputs: [without_keys]\n      Database", "Inputs: [no_gaps]\n      Database")
    lake.load(day(1), **FIRST)
    head = lake.head.head(TableName.parse(TRACKS))
    assert head is not None
    assert "label" not in [column.name for column in head.columns]
    lake.load(day(2), albums=albums([3], label="Some label"))
    assert lake.rows("SELECT count(*) FROM {t} WHERE label IS NOT NULL") == [(1,)]
    assert as_in_full(lake)
