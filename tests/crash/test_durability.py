"""A commit relies on nothing that a power cut could take: files are synced before, and so are their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.crash.durability import Durability
from tests.crash.interposer import interposed
from tests.crash.scenes import NAMES, Theatre

from wavehouse.store.durable import sync_files, write_durably

# What a bucket has answered for is there: only files are synced.
_FILES = pytest.mark.parametrize("theatre", ["directory"], indirect=True)


@_FILES
@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_commit_names_was_synced_before_with_all_folders_on_its_way(
    theatre: Theatre, name: str
) -> None:
    scene = theatre.scene(name)
    theatre.set(scene)
    report = theatre.shop.folder / "lost.txt"
    ended = theatre.shop.run(scene.args, report=str(report), durable=True)
    assert ended.code == 0, ended.stderr
    assert report.read_text("utf-8").splitlines() == []


@_FILES
@pytest.mark.parametrize("bug", ["data not synced", "metadata not synced", "folders not synced"])
def test_a_sync_that_is_left_out_is_seen(theatre: Theatre, bug: str) -> None:
    scene = theatre.scene("an incremental run")
    theatre.set(scene)
    report = theatre.shop.folder / "lost.txt"
    ended = theatre.shop.run(scene.args, report=str(report), durable=True, plants=(bug,))
    assert ended.code == 0, ended.stderr
    assert report.read_text("utf-8") != ""


def test_a_name_that_was_not_synced_is_lost_though_the_file_was(tmp_path: Path) -> None:
    durability = Durability(tmp_path)
    with interposed(tmp_path, durability):
        path = tmp_path / "staging" / "albums" / "file.csv"
        path.parent.mkdir(parents=True)
        path.write_text("a")
        sync_files([path])
        batch = b'{"files": [{"path": "staging/albums/file.csv"}]}'
        write_durably(tmp_path / "staging" / "_batches" / "b.json", batch)
        lost = list(durability.lost)
        sync_files([path], below=tmp_path)
        durability.lost.clear()
        write_durably(tmp_path / "staging" / "_batches" / "c.json", batch)
    assert [line.partition("relies on ")[2] for line in lost] == [
        "the name staging/albums, whose folder was not synced",
        "the name staging, whose folder was not synced",
    ]
    assert durability.lost == []
