"""The faults hit what they name: the same points at every run, and a cold process has them, too."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.crash.interposer import interposed
from tests.crash.place import LAST
from tests.crash.points import Death, DeathAt, Recorder, Striker, masked
from tests.crash.processes import KILLED
from tests.crash.scenes import Theatre

from wavehouse.store.durable import write_durably

_ROOT = Path(__file__).parents[2]
_ANYWHERE = (
    "staging/albums/<run>/<hash>.csv: rename",
    "staging/_batches/.<run>.json.<pid>.part: write",
    "staging/_ledger/<run>.json: rename",
    ".scratch/<run>/quarantine.jsonl: write",
    ".scratch/<run>/affected spotify.tracks: COPY: after",
    "warehouse/spotify/tracks/data/run=<run>/part: COPY: torn",
    "warehouse/spotify/tracks/metadata/00004-<uuid>.metadata.json: create",
    "stage spotify.tracks: commit: before",
    "show spotify.tracks: commit: after",
    "runs/<run>.json: rename",
)
_IN_FILES = (
    "warehouse/spotify/tracks/metadata/snap-<id>-0-<uuid>.avro: write",
    "warehouse/spotify/tracks/metadata/00004-<uuid>.metadata.json: fsync",
)
_IN_OBJECTS = (
    "warehouse/spotify/tracks/metadata/snap-<id>-0-<uuid>.avro: closed",
    "warehouse/spotify/tracks/metadata/00004-<uuid>.metadata.json: close",
    "warehouse/staging/artists/data/run=<run>/<hash>/p-<uuid>.parquet: removed",
)


def test_names_say_what_is_done_and_not_by_which_run() -> None:
    assert masked("warehouse/a/b/data/run=20240131T100000000Z-0123abcd/0123456789abcdef: COPY: torn") == (
        "warehouse/a/b/data/run=<run>/<hash>: COPY: torn"
    )


def test_a_run_meets_the_same_points_as_the_one_before(theatre: Theatre) -> None:
    scene = theatre.scene("an incremental run")
    before = theatre.points(scene.name)
    theatre.set(scene)
    report = theatre.shop.folder / "again.txt"
    theatre.shop.run(scene.args, report=str(report))
    assert Counter(report.read_text("utf-8").splitlines()) == Counter(before)
    assert len(set(before)) == len(before)


@pytest.mark.parametrize(
    ("theatre", "kinds"),
    [("directory", {*_ANYWHERE, *_IN_FILES}), ("bucket", {*_ANYWHERE, *_IN_OBJECTS})],
    indirect=["theatre"],
)
def test_every_kind_of_operation_is_a_point(theatre: Theatre, kinds: set[str]) -> None:
    assert kinds <= set(theatre.points("an incremental run"))


def test_a_new_table_is_renamed_and_one_that_is_taken_back_is_dropped(theatre: Theatre) -> None:
    assert f"show {LAST}: rename_table: commit: before" in theatre.points("a first run")
    scene = theatre.scene("a first run")
    theatre.set(scene)
    theatre.shop.run(scene.args, point=f"stage {LAST}: commit: before", fault="kill")
    report = theatre.shop.folder / "taken_back.txt"
    theatre.shop.run(scene.args, report=str(report))
    assert "discard staging.albums: drop_table: commit: after" in report.read_text("utf-8").splitlines()


def test_a_process_of_its_own_lists_points_and_is_killed_at_one(theatre: Theatre) -> None:
    scene = theatre.scene("staging")
    point = "staging/_batches/<run>.json: rename"

    def child(*args: str) -> int:
        theatre.set(scene)
        command = [sys.executable, "-m", "tests.crash.child", *args, "--", *scene.args]
        command += ["--lake", theatre.shop.place.uri]
        return subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=120, check=False).returncode

    listed = theatre.shop.folder / "listed.txt"
    assert child("--list", str(listed)) == 0
    assert Counter(listed.read_text("utf-8").splitlines()) == Counter(theatre.points("staging"))
    assert child("--point", point, "--fault", "kill") == KILLED
    assert child("--point", point, "--fault", "enospc") == 3


def test_a_write_is_torn_in_the_middle(tmp_path: Path) -> None:
    watch = Striker("a.txt: write", "eio")
    with (
        interposed(tmp_path, watch),
        pytest.raises(OSError, match="Input/output error"),
        (tmp_path / "a.txt").open("w") as file,
    ):
        file.write("12345678")
    assert (tmp_path / "a.txt").read_text() == "1234"


def test_a_full_disk_stays_full_and_files_can_be_removed(tmp_path: Path) -> None:
    with interposed(tmp_path, Striker(".a.txt.<pid>.part: write", "enospc")):
        with pytest.raises(OSError) as full:  # noqa: PT011  # looked at below
            write_durably(tmp_path / "a.txt", b"1")
        assert full.value.errno == errno.ENOSPC
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(OSError, match="No space left"):
            (tmp_path / "b.txt").open("w")


def test_whoever_is_dead_does_nothing_more(tmp_path: Path) -> None:
    with interposed(tmp_path, DeathAt(1)):
        with pytest.raises(Death):
            write_durably(tmp_path / "a.txt", b"1")
        with pytest.raises(Death):
            (tmp_path / "b").mkdir()
    assert [path.name.partition(".part")[1] for path in tmp_path.iterdir()] == [".part"]


def test_what_lies_elsewhere_is_not_watched(tmp_path: Path) -> None:
    watch = Recorder()
    with interposed(tmp_path / "lake", watch):
        (tmp_path / "lake").mkdir()
        (tmp_path / "elsewhere.txt").write_text("1")
        (tmp_path / "lake-too.txt").write_text("1")
    assert watch.points == [".: mkdir"]
