"""A flow is edited: the file says what was done and keeps the rest, and every edit can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wavehouse.core.columns import Column
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.editing.draft import Draft, FileChangedError
from wavehouse.flow.editing.new_node import Surroundings
from wavehouse.flow.graph import read_graph
from wavehouse.flow.nodes import KINDS, REFUSED, Source
from wavehouse.project.yaml_file import read_yaml

_SHIPPED = Path(__file__).parents[3] / "spotify/flows/tracks.yaml"
_TEXT = _SHIPPED.read_text("utf-8")


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The flow that ships with us, in a file of the test's own."""
    return Draft(Path(shutil.copy(_SHIPPED, tmp_path / "tracks.yaml")))


def test_a_field_changes_in_its_line(draft: Draft) -> None:
    draft.set_field("without_keys", "Paths", [["artists_id"], ["tracks_id"]])
    was = "Paths: [[artists_id], [tracks_id], [features_id]]"
    assert draft.text == _TEXT.replace(was, "Paths: [[artists_id], [tracks_id]]")


def test_a_connection_that_goes_takes_its_keys_along(draft: Draft) -> None:
    draft.disconnect("features_once", "with_features")
    assert "features_id" not in str(draft.file.data["nodes"]["with_features"])
    assert {error.node for error in draft.graph()[1]} == {"with_features"}
    draft.connect("features_once", "with_features")
    draft.undo()
    draft.undo()
    assert draft.text == _TEXT


def test_a_node_between_two_others_keeps_what_the_second_says(draft: Draft) -> None:
    id_ = draft.add("DropNullFields", ["features_once"])
    draft.connect(id_, "with_features", 1)
    fields = draft.file.data["nodes"]["with_features"]["Join"]
    assert fields["Inputs"] == ["with_tracks", id_]
    assert fields["Columns"][1] == {"From": id_, "Keys": [["features_id"]]}
    assert draft.graph()[1] == []


def test_a_node_of_one_input_reads_another_instead(draft: Draft) -> None:
    draft.connect("with_tracks", "without_keys")
    assert draft.file.data["nodes"]["without_keys"]["DropFields"]["Inputs"] == ["with_tracks"]


def test_a_query_calls_what_it_is_connected_to(draft: Draft) -> None:
    id_ = draft.add("SparkSQL")
    draft.connect("without_keys", id_)
    fields = draft.file.data["nodes"][id_]["SparkSQL"]
    assert fields["SqlAliases"] == [{"From": "without_keys", "Alias": "without_keys"}]
    assert "      SqlQuery: |\n        SELECT *\n        FROM without_keys\n" in draft.text
    assert draft.graph()[1] == []


def test_another_id_is_known_wherever_the_node_is_named(draft: Draft) -> None:
    draft.rename("artists_with_genres", "artists")
    assert "artists_with_genres" not in draft.text
    assert draft.graph()[1] == []
    with pytest.raises(CallError, match="there is a node 'albums_once' already"):
        draft.rename("artists", "Albums_Once")


def test_what_is_removed_is_read_by_none(draft: Draft) -> None:
    draft.remove(["tracks_parquet", "artists_once"])
    assert "The same rows as plain files" not in draft.text
    assert "Rows that lie together are read together" in draft.text
    assert {error.node for error in draft.graph()[1]} == {"artists_with_genres"}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda draft: draft.connect("without_keys", "album_artist"), "go round in a circle"),
        (lambda draft: draft.connect("album_artist", "album_artist"), "cannot read itself"),
        (lambda draft: draft.connect("spotify_tracks", "album_artist"), "is a target"),
        (lambda draft: draft.connect("albums_once", "albums_csv"), "is a source"),
        (lambda draft: draft.connect("tracks_once", "album_artist"), "reads 2 nodes already"),
        (lambda draft: draft.connect("tracks_one", "album_artist"), "did you mean 'tracks_once'"),
        (lambda draft: draft.add("CustomCode"), "it runs a program"),
        (lambda draft: draft.set_field("album_artist", "JoinTyp", "left"), "did you mean 'JoinType'"),
        (lambda draft: draft.rename("album_artist", "a b"), "is no id of a node"),
    ],
    ids=["circle", "itself", "target", "source", "full", "unknown", "refused", "no field", "no id"],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(
    draft: Draft, edit: Callable[[Draft], object], said: str
) -> None:
    with pytest.raises(CallError, match=f"(?i){said}"):
        edit(draft)
    assert draft.text == _TEXT
    assert not draft.undoable


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_added_and_says_what_is_still_to_be_said(draft: Draft, kind: str) -> None:
    columns = [Column("track_id", "string"), Column("energy", "double")]
    inputs = [] if issubclass(KINDS[kind], Source) else ["album_artist"]
    if kind in ("Join", "Union"):
        inputs.append("features_once")
    id_ = draft.add(kind, inputs, columns, Surroundings("spotify_data", "spotify"))
    assert draft.file.data["nodes"][id_].keys() == {kind}
    missing = {"DropFields": "Paths", "SplitFields": "Paths", "Filter": "Filters", "Aggregate": "Aggs"}
    wrong = [str(error) for error in draft.graph()[1]]
    if kind == "Join":
        assert len(wrong) == 2
        assert all("Keys" in error for error in wrong)
    elif kind in missing:
        assert len(wrong) == 1
        assert f"{missing[kind]}: it needs 1 item or more" in wrong[0]
    else:
        assert wrong == []


def test_what_is_saved_has_the_edit_and_every_comment(draft: Draft) -> None:
    draft.set_field("with_features", "JoinType", "equijoin")
    assert draft.changed
    draft.save()
    assert not draft.changed
    assert read_graph(read_yaml(draft.path)).nodes["with_features"].model_dump()["JoinType"] == "equijoin"
    assert [line for line in _TEXT.splitlines() if "#" in line] == [
        line for line in draft.path.read_text("utf-8").splitlines() if "#" in line
    ]
    draft.undo()
    draft.save()
    assert draft.path.read_text("utf-8") == _TEXT


def test_a_graph_that_no_run_could_read_is_not_written(draft: Draft) -> None:
    draft.disconnect("features_once", "with_features")
    with pytest.raises(BrokenGraphError, match="with_features"):
        draft.save()
    assert draft.path.read_text("utf-8") == _TEXT


def test_a_file_that_changed_meanwhile_is_not_written_over_unseen(draft: Draft) -> None:
    theirs = _TEXT.replace("Drop the joined keys", "Drop keys")
    draft.path.write_text(theirs, "utf-8")
    draft.set_field("with_features", "JoinType", "equijoin")
    assert draft.stale()
    with pytest.raises(FileChangedError) as seen:
        draft.save()
    assert seen.value.theirs == theirs.encode()
    assert draft.path.read_text("utf-8") == theirs
    again = theirs.replace("Drop keys", "Drop some keys")
    draft.path.write_text(again, "utf-8")
    with pytest.raises(FileChangedError):
        draft.save(seen.value)
    mine = draft.text
    draft.take_theirs()
    assert (draft.text, draft.changed) == (again, False)
    draft.undo()
    draft.save()
    assert draft.path.read_text("utf-8") == mine


def test_a_file_that_is_gone_is_told_and_can_be_written_again(draft: Draft) -> None:
    draft.path.unlink()
    with pytest.raises(FileChangedError, match="the file is gone") as seen:
        draft.save()
    draft.save(seen.value)
    assert draft.path.read_text("utf-8") == _TEXT


_IDS = st.sampled_from([*read_yaml(_SHIPPED).data["nodes"], "join", "sparksql", "x"])
_VALUES: dict[str, Any] = {
    "Name": "A name: with # signs",
    "Paths": [["a"], ["b c"]],
    "SqlQuery": "SELECT 1\n  FROM t\n",
    "JoinType": "left",
    "Mapping": [],
    "Columns": [["album_id"]],
}
_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from([*KINDS, *list(REFUSED)[:1]]), st.lists(_IDS, max_size=2)),
        st.tuples(st.just("remove"), st.lists(_IDS, min_size=1, max_size=2, unique=True)),
        st.tuples(st.just("rename"), _IDS, st.sampled_from(["new", "y-1", "join"])),
        st.tuples(st.just("connect"), _IDS, _IDS, st.sampled_from([None, 0, 1])),
        st.tuples(st.just("disconnect"), _IDS, _IDS),
        st.tuples(st.just("set_field"), _IDS, st.sampled_from([*_VALUES]), st.none() | st.just("value")),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_EDITS)
def test_any_edits_taken_back_give_the_file_to_the_byte(tmp_path: Path, edits: list[tuple[Any, ...]]) -> None:
    path = Path(shutil.copy(_SHIPPED, tmp_path / "tracks.yaml"))
    draft = Draft(path)
    texts = {_TEXT}
    for what, *arguments in edits:
        if what == "set_field" and arguments[2]:
            arguments[2] = _VALUES[arguments[1]]
        with suppress(CallError):
            getattr(draft, what)(*arguments)
        graph, wrong = draft.graph()
        assert graph.nodes or wrong
        texts.add(draft.text)
    last = draft.text
    done = 0
    while draft.undoable:
        draft.undo()
        done += 1
        assert draft.text in texts
    assert draft.text.encode() == path.read_bytes()
    assert not draft.changed
    while done:
        draft.redo()
        done -= 1
    assert draft.text == last


def test_a_file_without_nodes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("flow: x\n", "utf-8")
    with pytest.raises(DefinitionError, match="no nodes to edit"):
        Draft(path)
