"""A lake whose tables lie in a bucket: the same runs, and what the network does to them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.faults import Fault, Rule
from tests.object_store.impatience import impatient
from tests.object_store.warehouse_file import write_warehouse_file
from tests.pipeline.conftest import albums, artists, small_catalogue, tracks, write

from wavehouse.core.errors import OutsideError, UnansweredError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.compact import compact
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.run import RunOptions, run
from wavehouse.pipeline.vacuum import VacuumOptions, vacuum
from wavehouse.project.project import Project
from wavehouse.query.answer import answer
from wavehouse.settings import builtin_project
from wavehouse.wiring.parts import open_engine


class BucketLake:
    """A lake in a directory, with its tables in a bucket behind a proxy."""

    def __init__(self, root: Path, bucket: str, proxy: FaultProxy) -> None:
        self.root = root
        self.project = Project.at(builtin_project())
        root.mkdir()
        write_warehouse_file(root, f"s3://{bucket}/lake", proxy.url)

    @property
    def layout(self) -> LakeLayout:
        return LakeLayout(self.root.absolute())

    def run(self, *paths: Path, full: bool = False) -> RunRecord:
        return run(self.root, self.project, open_engine, Silent(), RunOptions(paths, full))

    def head(self, table: str = "spotify.tracks") -> TableHead:
        head = LakeHead(self.layout).head(TableName.parse(table))
        assert head is not None
        return head

    def rows(self, sql: str, table: str = "spotify.tracks") -> list[tuple[Any, ...]]:
        head = self.head(table)
        engine = open_engine(self.root / ".scratch", self.layout.s3)
        try:
            return engine.rows(sql.format(t=engine.iceberg(head.metadata)))
        finally:
            engine.close()


@pytest.fixture
def lake(tmp_path: Path, bucket: str, proxy: FaultProxy) -> BucketLake:
    """An empty lake in a bucket."""
    return BucketLake(tmp_path / "lake", bucket, proxy)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Files of the small catalogue."""
    return small_catalogue(tmp_path / "files")


def test_metadata_tables_and_paths_name_the_objects(lake: BucketLake, catalogue: Path, bucket: str) -> None:
    lake.run(catalogue)
    engine = open_engine(lake.root / ".scratch", lake.layout.s3)
    try:
        source = LakeHead(lake.layout)
        paths = answer('SELECT DISTINCT "$path" FROM spotify.tracks ORDER BY 1', source, engine).rows
        assert paths != []
        assert {path.rpartition("/spotify/tracks/data/")[0] for (path,) in paths} == {f"s3://{bucket}/lake"}
        files = answer('SELECT file_path FROM spotify."tracks$files" ORDER BY 1', source, engine).rows
        assert files == paths
        counted = answer('SELECT sum(record_count) FROM spotify."tracks$partitions"', source, engine).rows
        assert counted == [(20,)]
    finally:
        engine.close()


def _more(tmp_path: Path) -> Path:
    write(tmp_path / "more" / "tracks.csv", tracks([3, 20], popularity=99))
    write(tmp_path / "more" / "album.csv", albums([20], artist=7))
    write(tmp_path / "more" / "artist.csv", artists([1], name="Renamed"))
    return tmp_path / "more"


def _state(lake: BucketLake) -> list[tuple[Any, ...]]:
    return lake.rows(
        "SELECT count(*), max(track_popularity), min(artist_name), count(DISTINCT track_id) FROM {t}"
    )


def test_runs_rollback_compaction_and_vacuum_work_on_a_bucket(
    lake: BucketLake, catalogue: Path, tmp_path: Path
) -> None:
    first = lake.run(catalogue)
    assert _state(lake) == [(20, 10, "Artist 1", 20)]
    assert not lake.run(catalogue).changed
    record = lake.run(_more(tmp_path))
    assert record.mode == "incremental"
    assert _state(lake) == [(20, 99, "Renamed", 20)]
    assert lake.rows("SELECT count(*) FROM {t}", "waiting.albums") == [(1,)]
    compact(lake.root, lake.project, [], open_engine, Silent(), dry_run=False)
    assert _state(lake) == [(20, 99, "Renamed", 20)]
    roll_back(lake.root, "spotify.tracks", first.run_id, open_engine, Silent(), dry_run=False)
    assert _state(lake) == [(20, 10, "Artist 1", 20)]
    options = VacuumOptions(keep=1, expire_after=timedelta(), orphan_age=timedelta())
    vacuum(lake.root, Silent(), options)
    assert vacuum(lake.root, Silent(), options).orphans
    assert _state(lake) == [(20, 10, "Artist 1", 20)]
    here = {path.relative_to(lake.root).parts[0] for path in lake.root.rglob("*.parquet")}
    assert here == {"files"}  # what flows write for others


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_a_network_that_stumbles_is_not_noticed(
    lake: BucketLake, catalogue: Path, tmp_path: Path, proxy: FaultProxy, fault: Fault
) -> None:
    lake.run(catalogue)
    for first in (2, 9, 23, 41, 60):
        proxy.add(Rule(fault, first=first))
    lake.run(_more(tmp_path))
    assert len(proxy.faults(fault)) >= 4
    proxy.clear()
    assert _state(lake) == [(20, 99, "Renamed", 20)]


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("*.parquet", Fault.RESET_AFTER),
        ("*.avro", Fault.SLOW_DOWN),
        ("*.metadata.json", Fault.RESET_AFTER),
    ],
)
def test_a_network_that_fails_for_good_leaves_the_tables_as_they_were_or_whole(
    lake: BucketLake,
    catalogue: Path,
    tmp_path: Path,
    proxy: FaultProxy,
    key: str,
    fault: Fault,
) -> None:
    lake.run(catalogue)
    proxy.add(Rule(fault, method="PUT", key=key, times=None))
    proxy.add(Rule(fault, method="POST", key=key, times=None))
    more = _more(tmp_path)
    with impatient(), pytest.raises(OutsideError):
        lake.run(more)
    assert proxy.faults(fault)
    proxy.clear()
    assert _state(lake) == [(20, 10, "Artist 1", 20)]
    lake.run(more)
    assert _state(lake) == [(20, 99, "Renamed", 20)]
    assert not LakeHead(lake.layout).unfinished()


@pytest.mark.parametrize("key", ["*.metadata.json", "*.avro", "*.parquet"])
def test_a_bucket_that_does_not_answer_is_not_taken_for_a_damaged_lake(
    lake: BucketLake, catalogue: Path, proxy: FaultProxy, key: str
) -> None:
    lake.run(catalogue)
    proxy.add(Rule(Fault.RESET_BEFORE, key=key, times=None))
    with impatient(), pytest.raises(UnansweredError, match=r"Check the network, and .* then run again"):
        _state(lake)


def test_what_is_gone_from_a_bucket_is_told_as_gone(lake: BucketLake, catalogue: Path) -> None:
    lake.run(catalogue)
    lake.layout.files.remove(lake.head().metadata)
    with pytest.raises(OutsideError, match="the table's metadata cannot be read"):
        _state(lake)
