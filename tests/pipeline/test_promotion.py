"""A lake in another place: the same tables, and nothing before all of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Wavehouse
from tests.pipeline.conftest import Lake, albums, artists, ident, tracks

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.pipeline.promoted_files import Copying, PromotedFiles
from wavehouse.pipeline.promotion import promote
from wavehouse.pipeline.promotion_plan import Promotion
from wavehouse.store.object_store import LocalFiles
from wavehouse.wiring.parts import external_tables, open_engine


def promoted(lake: Lake, to: Path, *, dry_run: bool = False) -> Promotion:
    target = LakeLayout(to.absolute()) if dry_run else lake_at(to, create=True, promoting=True)
    return promote(lake_at(lake.root), target, open_engine, external_tables, Silent(), dry_run=dry_run)


@pytest.fixture
def lived_in(lake: Lake) -> Lake:
    """Three runs: rows that changed, that wait for their artist, and that are kept aside."""
    lake.load(artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(20)))
    lake.load(tracks=tracks([3, 20], popularity=99), albums=albums([20], artist=7))
    lake.load(tracks=[*tracks([30]), *tracks([31], popularity=900)])
    return lake


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere"


def test_the_new_lake_has_what_the_old_one_had_and_goes_on_by_itself(lived_in: Lake, target: Path) -> None:
    before, aside = lived_in.state(), lived_in.aside()
    assert before.keys() >= {"spotify.tracks", "waiting.albums", "quarantine.rows"}
    plan = promoted(lived_in, target)
    assert plan.copied == len(plan.files)
    more = lived_in.batch(artists=artists([7]), tracks=tracks([4], popularity=77))
    shutil.rmtree(lived_in.root)
    moved = Lake(target, lived_in.project)
    assert moved.state() == before
    assert moved.aside() == aside
    assert not moved.run().changed
    assert moved.run(more).mode == "incremental"
    state = moved.state()
    assert moved.rows("SELECT count(*), max(track_popularity) FROM {t}") == [(21, 99)]
    assert moved.run(full=True).changed
    assert moved.state() == state


def test_a_dry_run_tells_and_makes_nothing(lived_in: Lake, target: Path) -> None:
    files = lived_in.files()
    plan = promoted(lived_in, target, dry_run=True)
    assert sum(one.head.rows for one in plan.tables if str(one.head.name) == "spotify.tracks") == 20
    assert sum(one.size for one in plan.files) > 10_000
    assert plan.copied == 0
    assert not target.exists()
    assert lived_in.files() == files


def _cut_off_after(monkeypatch: pytest.MonkeyPatch, files: int) -> Callable[[], None]:
    """Let nothing be copied after so many files; returns what lets it again."""
    copy = PromotedFiles.copy
    seen: list[Copying] = []

    def copied(self: PromotedFiles, one: Copying, *args: Any) -> None:
        if len(seen) == files:
            raise KeyboardInterrupt
        seen.append(one)
        copy(self, one, *args)

    monkeypatch.setattr(PromotedFiles, "copy", copied)
    return lambda: monkeypatch.setattr(PromotedFiles, "copy", copy)


def test_one_that_was_cut_off_goes_on_and_is_no_lake_before(
    lived_in: Lake, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored = _cut_off_after(monkeypatch, 7)
    with pytest.raises(KeyboardInterrupt):
        promoted(lived_in, target)
    restored()
    moved = Lake(target, lived_in.project)
    with pytest.raises(CallError, match="not whole"):
        moved.run()
    with pytest.raises(CallError, match="not whole"):
        lake_at(target)
    # What was copied and is not there any more is copied again, and so is what has another size.
    log = [json.loads(line) for line in (target / "promotion.jsonl").read_text().splitlines()]
    first, second = (Path(one["to"]) for one in log[1:3])
    first.unlink()
    second.write_bytes(second.read_bytes() + b"x")
    plan = promoted(lived_in, target)
    assert plan.copied == len(plan.files) - 5
    assert moved.state() == lived_in.state()
    assert not (target / "promotion.jsonl").exists()


@pytest.mark.parametrize("fails_at", range(1, 7))
def test_one_that_was_cut_off_while_it_showed_tables_ends_as_one(
    lived_in: Lake, target: Path, fails_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wavehouse.lake.commit import Committer

    move, calls = Committer.move_forward, []

    def moved_forward(self: Committer, *args: Any, **more: Any) -> None:
        calls.append(args)
        if len(calls) == fails_at:
            raise KeyboardInterrupt
        move(self, *args, **more)

    monkeypatch.setattr(Committer, "move_forward", moved_forward)
    with pytest.raises(KeyboardInterrupt):
        promoted(lived_in, target)
    monkeypatch.setattr(Committer, "move_forward", move)
    assert promoted(lived_in, target).copied == 0
    moved = Lake(target, lived_in.project)
    assert moved.state() == lived_in.state()
    assert not moved.run().changed


def test_what_is_not_read_back_as_it_was_is_not_shown(
    lived_in: Lake, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = LocalFiles.write

    def damaged(self: LocalFiles, location: str, content: Iterable[bytes]) -> None:
        whole = b"".join(content)
        last = whole[-9] ^ 1 if location.endswith(".parquet") else whole[-9]
        write(self, location, [whole[:-9], bytes([last]), whole[-8:]])

    monkeypatch.setattr(LocalFiles, "write", damaged)
    with pytest.raises(OutsideError, match="not what was read"):
        promoted(lived_in, target)
    monkeypatch.setattr(LocalFiles, "write", write)
    assert not LakeLayout(target).is_made
    assert [*(target / "warehouse").rglob("*.parquet")] == []
    promoted(lived_in, target)
    assert Lake(target, lived_in.project).state() == lived_in.state()


def test_another_lake_stays_as_it_is(lived_in: Lake, target: Path, tmp_path: Path) -> None:
    other = Lake(target, lived_in.project)
    other.load(artists=artists([5]))
    files = other.files()
    with pytest.raises(CallError, match="there is a lake already"):
        promoted(lived_in, target)
    assert other.files() == files
    with pytest.raises(CallError, match="into itself"):
        promoted(lived_in, lived_in.root / "staging" / "new")
    with pytest.raises(CallError, match="not empty"):
        promoted(lived_in, tmp_path)


def test_a_promotion_of_another_lake_is_not_gone_on_with(
    lived_in: Lake, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored = _cut_off_after(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt):
        promoted(lived_in, target)
    restored()
    other = Lake(tmp_path / "other", lived_in.project)
    other.load(artists=artists([5]))
    with pytest.raises(CallError, match="of another lake was cut off here"):
        promoted(other, target)


def test_tables_of_statements_and_of_crawls_come_along(
    lived_in: Lake, target: Path, tmp_path: Path, wavehouse: Wavehouse
) -> None:
    def sql(text: str, lake: Path = lived_in.root) -> list[Any]:
        asked = wavehouse("sql", text, "--write", "--json", "--lake", lake)
        assert asked.code == 0, asked.stderr
        rows: list[Any] = asked.json["rows"]
        return rows

    # An array before a column that was added: such ids no new table would have.
    sql(
        "CREATE TABLE spotify.own (a array<int>, p int) PARTITIONED BY (p) "
        "TBLPROPERTIES ('table_type' = 'ICEBERG', 'vacuum_max_snapshot_age_seconds' = '77')"
    )
    sql("INSERT INTO spotify.own VALUES (ARRAY[1, 2], 1), (ARRAY[3], 2)")
    sql("ALTER TABLE spotify.own ADD COLUMNS (b string)")
    sql("INSERT INTO spotify.own VALUES (ARRAY[4], 2, 'new')")
    sql("CREATE VIEW spotify.names AS SELECT DISTINCT artist_name FROM spotify.tracks")
    crawled = tmp_path / "crawled" / "labels"
    crawled.mkdir(parents=True)
    (crawled / "a.csv").write_text("label,founded\nPolar,1963\n")
    assert wavehouse("crawl", crawled.parent, "--lake", lived_in.root).code == 0
    assert wavehouse("run", "--lake", lived_in.root).code == 0  # (which crawls what the flow has written)
    questions = [
        "SELECT a, p, b FROM spotify.own ORDER BY element_at(a, 1)",
        "SELECT count(*) FROM spotify.own WHERE p = 2",
        "SELECT * FROM spotify.names ORDER BY 1",
        "SELECT * FROM default.labels",
        "SELECT count(*) FROM spotify.tracks_parquet",
    ]
    before = [sql(text) for text in questions]
    done = wavehouse("promote", lived_in.root, target, "--json")
    assert done.code == 0, done.stderr
    assert done.json["stays"] == {"default.labels": str(crawled)}
    shutil.rmtree(lived_in.root)
    assert [sql(text, target) for text in questions] == before
    sql("INSERT INTO spotify.own VALUES (ARRAY[5], 3, 'x')", target)
    assert sql("SELECT count(*), max(b) FROM spotify.own", target) == [[4, "x"]]
    assert "'vacuum_max_snapshot_age_seconds'='77'" in str(sql("SHOW CREATE TABLE spotify.own", target))


def test_a_lake_that_somebody_else_has_written_to_is_run_over_first(lived_in: Lake, target: Path) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    root = lived_in.root.absolute()
    catalog = SqlCatalog("lake", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}/warehouse")
    catalog.load_table("staging.tracks").delete(f"id = '{ident('tr', 1)}'")
    catalog.close()
    with pytest.raises(CallError, match="somebody else has written to it") as refused:
        promoted(lived_in, target)
    assert "wavehouse run" in refused.value.remedy
    assert not (target / "promotion.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--location", "gs://x/y"], "where the tables lie"),
        (["--location", "s3://b/p", "--endpoint", "x"], "endpoint"),
    ],
)
def test_a_place_that_is_none_is_told(
    lived_in: Lake, target: Path, wavehouse: Wavehouse, options: list[str], told: str
) -> None:
    refused = wavehouse("promote", lived_in.root, target, *options)
    assert (refused.code, refused.stderr.count("\n")) == (2, 1)
    assert told in refused.stderr
    assert not target.exists()
