"""How long a node took is what the steps of a run say that are its work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.run_record import RunRecord, StepRecord
from wavehouse.flow.graph import read_graph
from wavehouse.pipeline.node_seconds import node_seconds
from wavehouse.project.yaml_file import read_yaml

_SHIPPED = Path(__file__).parents[2] / "spotify/flows/tracks.yaml"


def test_sources_are_read_and_checked_and_targets_are_made() -> None:
    record = RunRecord.begun(datetime(2024, 1, 31, tzinfo=UTC))
    steps = {
        "land": 9.0, "read albums": 0.25, "check albums": 0.5, "read tracks": 1.0, "publish": 9.0,
        "flow tracks: spotify.tracks": 2.0, "flow tracks: tracks_parquet/": 3.0, "flow other": 9.0,
    }  # fmt: skip
    record.steps = [StepRecord(name, seconds) for name, seconds in steps.items()]
    assert node_seconds(read_graph(read_yaml(_SHIPPED)), record) == {
        "albums_csv": 0.75,
        "tracks_csv": 1.0,
        "spotify_tracks": 2.0,
        "tracks_parquet": 3.0,
    }
