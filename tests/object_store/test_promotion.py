"""A lake made here is promoted to a bucket, whatever the network does, asked there, and brought back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.faults import Fault, Rule
from tests.pipeline.conftest import small_catalogue, tracks, write

_STATE = (
    "SELECT count(*), max(track_popularity), min(artist_name), count(DISTINCT track_id) FROM spotify.tracks",
    "SELECT release_decade, count(*) FROM spotify.tracks GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FROM staging.albums",
    "SELECT count(*) FROM spotify.tracks_parquet",
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Files of the small catalogue."""
    return small_catalogue(tmp_path / "files")


def _state(wavehouse: Wavehouse, lake: str) -> list[object]:
    found = [wavehouse("sql", text, "--json", "--lake", lake) for text in _STATE]
    assert [one.stderr for one in found if one.code] == []
    return [one.json["rows"] for one in found]


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.RESET_AFTER])
def test_to_a_bucket_and_back(
    wavehouse: Wavehouse, catalogue: Path, bucket: str, proxy: FaultProxy, fault: Fault
) -> None:
    assert wavehouse("run", "--from", catalogue, "--lake", "here").code == 0
    before = _state(wavehouse, "here")
    place = ["--location", f"s3://{bucket}/lake", "--endpoint", proxy.url]
    for first in (2, 9, 23, 41):
        proxy.add(Rule(fault, first=first))
    done = wavehouse("promote", "here", "there", *place, "--json")
    assert done.code == 0, done.stderr
    assert done.json["warehouse"] == f"s3://{bucket}/lake"
    assert len(proxy.faults(fault)) >= 3
    proxy.clear()
    shutil.rmtree(wavehouse.cwd / "here")
    assert _state(wavehouse, "there") == before
    # It goes on there: nothing is new, and what is new is taken.
    assert wavehouse("run", "--lake", "there", "--json").json["changed"] is False
    write(catalogue / "tracks.csv", tracks([3], popularity=99))
    assert wavehouse("run", "--from", catalogue, "--lake", "there", "--json").json["mode"] == "incremental"
    after = _state(wavehouse, "there")
    assert after != before
    if fault is Fault.SLOW_DOWN:
        back = wavehouse("promote", "there", "back")
        assert back.code == 0, back.stderr
        assert _state(wavehouse, "back") == after


def test_a_network_that_goes_away_leaves_no_lake_and_what_was_copied(
    wavehouse: Wavehouse, catalogue: Path, bucket: str, proxy: FaultProxy
) -> None:
    assert wavehouse("run", "--from", catalogue, "--lake", "here").code == 0
    # The network goes in the middle of it.
    proxy.add(Rule(Fault.RESET_BEFORE, first=12, times=500))
    place = ["--location", f"s3://{bucket}/lake", "--endpoint", proxy.url]
    refused = wavehouse("promote", "here", "there", *place)
    assert (refused.code, "Traceback" in refused.stderr) == (3, False)
    assert wavehouse("sql", "SELECT 1", "--lake", "there").code == 2
    proxy.clear()
    done = wavehouse("promote", "here", "there", *place, "--json")
    assert done.code == 0, done.stderr
    assert 0 < done.json["copied"] < done.json["files"]
    assert _state(wavehouse, "there") == _state(wavehouse, "here")
