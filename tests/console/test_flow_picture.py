"""What the browser draws of a flow: each node at a place of its own, and what runs and findings say of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from wavehouse.console.flow.picture import picture
from wavehouse.console.flow.tools import Document, LastRun
from wavehouse.flow.editing.draft import Draft

_SHIPPED = Path(__file__).parents[2] / "spotify/flows/tracks.yaml"
_RUN = LastRun(
    "r", "2024-01-31T00:00:00+00:00", "done", 1.0, "", "r",
    {"albums_csv": 1, "with_features": 12_345, "without_keys": 12_345, "spotify_tracks": 12_345},
    {"albums_csv": 0.44, "spotify_tracks": 1.26}, {"tracks_csv": 3},
)  # fmt: skip


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The flow that ships with us."""
    return Draft(Path(shutil.copy(_SHIPPED, tmp_path / "tracks.yaml")))


def _nodes(draft: Draft, *findings: Document, **moved: tuple[float, float]) -> dict[str, dict[str, Any]]:
    drawn = picture(draft.graph()[0], draft.file.data, draft.saved.data, _RUN, findings, moved)
    return {node["id"]: node for node in drawn["nodes"]}


def test_no_two_nodes_overlap_and_all_lines_lead_to_the_right(draft: Draft) -> None:
    drawn = picture(draft.graph()[0], draft.file.data, draft.saved.data, _RUN, (), {})
    spots = {node["id"]: (node["x"], node["y"]) for node in drawn["nodes"]}
    assert len(spots) == 20
    for id_, (x, y) in spots.items():
        for other, (to_x, to_y) in spots.items():
            assert id_ == other or abs(x - to_x) >= 170 or abs(y - to_y) >= 70
    assert len(drawn["edges"]) == 19
    for edge in drawn["edges"]:
        assert spots[edge["start"]][0] < spots[edge["end"]][0]
        assert all(spots[edge["start"]][0] < x < spots[edge["end"]][0] for x, _ in edge["via"])


def test_a_card_says_rows_and_seconds_where_a_run_knows_them(draft: Draft) -> None:
    nodes = _nodes(draft)
    assert nodes["albums_csv"]["figures"] == "1 row · 0.4 s"
    assert nodes["with_features"]["figures"] == "12,345 rows"
    assert nodes["artists_with_genres"]["figures"] == ""
    assert [nodes[id_]["status"] for id_ in ("spotify_tracks", "tracks_csv", "artists_with_genres")] == [
        "good", "warning", "none",
    ]  # fmt: skip
    assert "kept 3 rows aside" in nodes["tracks_csv"]["said"]


def test_of_what_comes_from_an_edit_no_run_tells(draft: Draft) -> None:
    draft.set_field("with_features", "JoinType", "equijoin")
    nodes = _nodes(draft)
    assert [nodes[id_]["figures"] for id_ in ("with_features", "without_keys", "spotify_tracks")] == [
        "edited"
    ] * 3
    assert nodes["albums_csv"]["figures"] == "1 row · 0.4 s"


def test_a_finding_colours_its_node_but_a_note_does_not(draft: Draft) -> None:
    found = [
        {"node": "with_features", "severity": "error", "message": "bad"},
        {"node": "with_features", "severity": "warning", "message": "odd"},
        {"node": "without_keys", "severity": "warning", "message": "odd"},
        {"node": "albums_csv", "severity": "note", "message": "so"},
    ]
    nodes = _nodes(draft, *found)
    assert [nodes[one]["status"] for one in ("with_features", "without_keys", "albums_csv")] == [
        "bad", "warning", "good",
    ]  # fmt: skip
    assert nodes["with_features"]["said"] == "bad"


def test_a_node_that_was_moved_stays_there(draft: Draft) -> None:
    assert (_nodes(draft, albums_csv=(7.0, 9.0))["albums_csv"]["x"]) == 7.0


def test_a_broken_node_is_drawn(draft: Draft) -> None:
    draft.disconnect("features_once", "with_features")
    nodes = _nodes(draft)
    assert len(nodes) == 20
    assert nodes["with_features"]["ports"] == 2
