"""Crawls of a folder: what they make of it, what they find again, and what policies let them do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.catalog.crawl.crawling import Crawling

from wavehouse.core.data_catalog import CsvReading
from wavehouse.core.errors import RejectedError
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine


@pytest.fixture
def crawl(tmp_path: Path, engine: Engine) -> Crawling:
    return Crawling(tmp_path, engine)


def _parquet(path: Path, **columns: list[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def test_csv_becomes_an_external_table_with_typed_partitions(crawl: Crawling) -> None:
    crawl.put("plays/year=2020/a.csv")
    crawl.put("plays/year=2021/a.csv", "id,plays\nc,5000000000\n")
    crawl.put("plays/year=2021/notes.txt", "just a note\n")
    done = crawl()
    assert done.changes == {"raw.plays": "new"}
    assert done.columns("raw.plays") == "id:string plays:bigint / year:int"
    table = crawl.external.table(TableName("raw", "plays"))
    assert table is not None
    assert (table.rows, table.files, table.csv) == (3, 2, CsvReading())
    assert table.left_out == ("year=2021/notes.txt",)
    assert [(one.values, one.rows) for one in crawl.external.partitions(table.name)] == [
        (("2020",), 2),
        (("2021",), 1),
    ]
    assert done.problems() == [("plays/year=2021/notes.txt", "not covered")]


def test_parquet_becomes_an_iceberg_table_without_being_rewritten(crawl: Crawling) -> None:
    for at in (1, 2):
        _parquet(crawl.root / "tracks" / f"{at}.parquet", id=[f"t{at}"], plays=[at])
    before = {path: path.read_bytes() for path in crawl.root.rglob("*.parquet")}
    assert crawl().changes == {"raw.tracks": "new"}
    assert crawl.rows("raw.tracks") == [("t1", 1), ("t2", 2)]
    assert crawl.external.names() == []
    assert {path: path.read_bytes() for path in crawl.root.rglob("*.parquet")} == before
    assert not list((crawl.folder / "lake" / "warehouse").rglob("*.parquet"))


def test_hive_folders_of_parquet_are_external_unless_the_files_have_the_key(crawl: Crawling) -> None:
    _parquet(crawl.root / "a" / "year=2020" / "1.parquet", id=["x"], plays=[1])
    _parquet(crawl.root / "b" / "year=2020" / "1.parquet", key=["x"], year=[2020])
    done = crawl()
    assert done.columns("raw.a") == "id:string plays:bigint / year:int"
    assert done["raw.a"].proposal is not None
    assert done["raw.a"].proposal.obstacles == (
        "the files are without year, which the names of the folders have",
    )
    assert crawl.iceberg() == ["raw.b"]
    assert crawl.rows("raw.b") == [("x", 2020)]


def test_external_is_external(crawl: Crawling) -> None:
    _parquet(crawl.root / "t" / "1.parquet", id=["x"])
    crawl(external=True)
    assert crawl.iceberg() == []
    assert crawl.external.names() == [TableName("raw", "t")]


def test_a_dry_run_changes_nothing(crawl: Crawling) -> None:
    crawl.put("a.csv")
    _parquet(crawl.root / "t" / "1.parquet", id=["x"])
    assert set(crawl(dry_run=True).changes.values()) == {"new"}
    assert (crawl.external.written, crawl.iceberg()) == (0, [])
    assert not (crawl.folder / "lake" / "crawls").exists()


def test_an_unchanged_tree_is_not_opened_again(crawl: Crawling) -> None:
    crawl.put("plays/a.csv")
    crawl.put("plays/empty.csv", "")
    crawl.put("plays/broken.parquet", b"PAR1xxxx")
    _parquet(crawl.root / "tracks" / "1.parquet", id=["x"])
    first = crawl()
    asked, written = crawl.engines_asked_for, crawl.external.written
    again = crawl()
    assert set(again.changes.values()) == {"unchanged"}
    assert again.found.read == 1  # (the empty file: nothing of it is opened)
    assert again.problems() == first.problems()
    assert (crawl.engines_asked_for, crawl.external.written) == (asked, written)
    assert crawl(recrawl="everything").found.read == 4


def test_new_changed_and_vanished_files_are_found(crawl: Crawling) -> None:
    for at in (1, 2, 3):
        _parquet(crawl.root / "t" / f"{at}.parquet", id=[f"t{at}"], plays=[at], ok=[True])
    crawl()
    _parquet(crawl.root / "t" / "2.parquet", id=["t2", "other"], plays=[20, 21], ok=[True, True])
    (crawl.root / "t" / "3.parquet").unlink()
    _parquet(crawl.root / "t" / "4.parquet", id=["t4"], plays=[4], ok=[False], label=["x"])
    done = crawl()
    assert done["raw.t"].files.new == ("t/4.parquet",)
    assert done["raw.t"].files.changed == ("t/2.parquet",)
    assert done["raw.t"].files.gone == ("t/3.parquet",)
    assert [column.name for column in done["raw.t"].columns_new] == ["label"]
    assert crawl.rows("raw.t") == [
        ("other", 21, True, None), ("t1", 1, True, None), ("t2", 20, True, None), ("t4", 4, False, "x"),
    ]  # fmt: skip
    assert crawl().changes == {"raw.t": "unchanged"}


def test_a_file_of_the_same_size_and_another_time_is_opened_again(crawl: Crawling) -> None:
    made = crawl.put("t/a.csv", "id,plays\na,1\nb,2\n")
    crawl()
    stat = made.stat()
    made.write_bytes(b"id,plays\na,1\nb,x\n")
    os.utime(made, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert crawl().changes == {"raw.t": "unchanged"}
    os.utime(made, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    done = crawl()
    assert [(one.name, one.was, one.now) for one in done["raw.t"].retyped] == [("plays", "int", "string")]


def test_a_header_that_comes_later_is_that_of_files_before(crawl: Crawling) -> None:
    crawl.put("t/a.csv", "id,label\na,polar\n")
    assert crawl().columns("raw.t") == "col1:string col2:string"
    crawl.put("t/b.csv", "id,label\nb,1\n")
    assert crawl().columns("raw.t") == "id:string label:string"
    again = crawl()
    assert (again.changes, again.found.read) == ({"raw.t": "unchanged"}, 0)


def test_a_lost_memory_brings_no_row_twice(crawl: Crawling) -> None:
    _parquet(crawl.root / "t" / "1.parquet", id=["a"], plays=[1])
    _parquet(crawl.root / "t" / "2.parquet", id=["b"], plays=[2])
    crawl()
    for path in (crawl.folder / "lake" / "crawls").iterdir():
        path.unlink()
    (crawl.root / "t" / "2.parquet").rename(crawl.root / "t" / "3.parquet")
    crawl()
    assert crawl.rows("raw.t") == [("a", 1), ("b", 2)]


def test_new_and_vanished_partitions_are_found(crawl: Crawling) -> None:
    for year in (2019, 2020):
        crawl.put(f"t/year={year}/a.csv")
    crawl()
    crawl.put("t/year=2021/a.csv")
    (crawl.root / "t/year=2019/a.csv").unlink()
    done = crawl()["raw.t"]
    assert [one.values for one in done.partitions_new] == [("2021",)]
    assert [one.values for one in done.partitions_gone] == [("2019",)]
    kept = crawl.external.partitions(TableName("raw", "t"))
    assert sorted(one.values for one in kept) == [("2020",), ("2021",)]


def test_a_change_of_columns_is_only_logged_where_that_is_wanted(crawl: Crawling) -> None:
    crawl.put("t/a.csv", "id,plays,skips\na,1,2\n")
    _parquet(crawl.root / "p" / "1.parquet", id=["a"], plays=[1], skips=[1])
    crawl()
    crawl.put("t/b.csv", "id,plays,skips,label\nc,x,7,y\n")
    _parquet(crawl.root / "p" / "2.parquet", id=["b"], plays=[2], skips=[2], label=["x"])
    done = crawl(on_change="log")
    assert done.changes == {"raw.p": "changed", "raw.t": "changed"}
    table = crawl.external.table(TableName("raw", "t"))
    assert table is not None
    assert [(column.name, column.type) for column in table.columns] == [
        ("id", "string"), ("plays", "int"), ("skips", "int"),
    ]  # fmt: skip
    assert crawl.rows("raw.p") == [("a", 1, 1)]


def test_a_table_that_would_fall_apart_is_only_logged_where_that_is_wanted(crawl: Crawling) -> None:
    """Two folders of three that are alike are no table."""
    for year in (2020, 2021):
        crawl.put(f"t/{year}/a.csv")
        _parquet(crawl.root / "p" / f"year={year}" / "a.parquet", id=["a"], year=[year])
    crawl()
    external = crawl.external.table(TableName("raw", "t"))
    assert external is not None
    _parquet(crawl.root / "p" / "year=2022" / "a.parquet", song=["x"], skips=[7])
    crawl.put("t/2022/a.csv", "song,skips\nx,7\n")
    for _ in range(2):  # the second time as the first
        done = crawl(on_change="log")
        assert done.problems() == [("p/year=2020/a.parquet", "kept"), ("t/2020/a.csv", "kept")]
        assert "raw.t is kept as it is (--on-change log): its files would be 3 tables now" in (
            done.found.problems[1].what
        )
        assert crawl.iceberg() == ["raw.p"]
        assert crawl.rows("raw.p") == [("a", 2020), ("a", 2021)]
        assert crawl.external.names() == [external.name]
        # (A reader of the folder must not meet what came.)
        assert crawl.external.table(external.name) == replace(external, left_out=("2022/a.csv",))
    (crawl.root / "p" / "year=2022" / "a.parquet").unlink()
    (crawl.root / "t" / "2022" / "a.csv").unlink()
    assert crawl(on_change="log").changes == {"raw.p": "unchanged", "raw.t": "changed"}
    assert crawl.external.table(external.name) == external
    crawl.put("t/2022/a.csv", "song,skips\nx,7\n")
    assert crawl().changes["raw.t"] == "gone"


@pytest.mark.parametrize("policy", ["delete", "deprecate", "log"])
def test_a_table_without_files_is_what_the_policy_says(policy: str, crawl: Crawling) -> None:
    crawl.put("t/a.csv")
    _parquet(crawl.root / "p" / "1.parquet", id=["a"])
    crawl()
    (crawl.root / "t/a.csv").unlink()
    (crawl.root / "p/1.parquet").unlink()
    done = crawl(on_delete=policy)
    assert done.changes == {"raw.p": "gone", "raw.t": "gone"}
    table = crawl.external.table(TableName("raw", "t"))
    assert (table is None) == (policy == "delete")
    assert ("raw.p" in crawl.iceberg()) == (policy != "delete")
    if table is not None:
        assert table.deprecated == (policy == "deprecate")
        crawl.put("t/a.csv")
        crawl()
        table = crawl.external.table(TableName("raw", "t"))
        assert table is not None
        assert not table.deprecated


def test_new_folders_only_leaves_known_folders_alone(crawl: Crawling) -> None:
    crawl.put("t/year=2020/a.csv")
    crawl()
    crawl.put("t/year=2020/b.csv", "id,plays\nc,x\nd,1\n")
    crawl.put("t/year=2021/a.csv")
    done = crawl(recrawl="new-folders")
    assert done.found.read == 1
    assert [one.values for one in done["raw.t"].partitions_new] == [("2021",)]
    assert done.columns("raw.t") == "id:string plays:int / year:int"


def test_more_tables_than_wanted_stop_the_crawl(crawl: Crawling) -> None:
    crawl.put("a.csv")
    crawl.put("b.csv", "x;y\n1;2\n")
    with pytest.raises(RejectedError, match="there would be 2 tables, more than the 1"):
        crawl(table_threshold=1)
    assert crawl.external.written == 0


def test_names_of_others_are_left_to_them(crawl: Crawling) -> None:
    crawl.put("Top 50/a.csv")
    crawl.put("top_50/a.csv", "x,y,z\n1,2,3\n4,5,6\n")
    names = sorted(crawl().changes)
    assert names[0] == "raw.top_50"
    assert names[1].startswith("raw.top_50_")
    assert len(names[1]) == len("raw.top_50_") + 8
    # A table keeps its name, whatever comes before it.
    crawl.put("TOP-50/a.csv", "q,r\nx,1.5\ny,2.5\n")
    assert set(names) < set(crawl().changes)


def test_an_iceberg_table_of_others_is_described_by_its_metadata(crawl: Crawling, tmp_path: Path) -> None:
    other = Crawling(tmp_path / "other", crawl.engine)
    (tmp_path / "other").mkdir()
    _parquet(other.root / "tracks" / "1.parquet", id=["a"], plays=[1])
    other()
    crawl.root.mkdir()
    os.rename(tmp_path / "other" / "lake" / "warehouse" / "raw", crawl.root / "warehouse")  # noqa: PTH104
    crawl.put("notes.csv")
    done = crawl()
    assert done.columns("raw.tracks") == "id:string plays:bigint"
    table = crawl.external.table(TableName("raw", "tracks"))
    assert table is not None
    assert (table.format, table.rows) == ("iceberg", 1)
    assert table.location.endswith(".metadata.json")
    assert crawl().changes["raw.tracks"] == "unchanged"


def test_json_lists_and_a_csv_of_another_order(crawl: Crawling) -> None:
    crawl.put("j/a.json", '{"id": "x", "tags": ["a", "b"]}\n')
    for name in "abc":
        crawl.put(f"c/{name}.csv", "id,name,plays\nx,y,1\n")
    crawl.put("c/d.csv", "name,id,plays\ny,x,1\n")
    done = crawl()
    assert done.columns("raw.j") == "id:string tags:array<string>"
    assert done.problems() == [("c/d.csv", "order")]
    table = crawl.external.table(TableName("raw", "c"))
    assert table is not None
    assert table.left_out == ("d.csv",)


def test_a_file_whose_column_cannot_be_merged_is_named(crawl: Crawling) -> None:
    for at in (1, 2, 3):
        _parquet(crawl.root / "t" / f"{at}.parquet", a=[1], b=[1], c=[1], d=[at])
    _parquet(crawl.root / "t" / "4.parquet", a=[1], b=[1], c=[1], d=["x"])
    done = crawl()
    assert done.problems() == [("t/4.parquet", "conflict")]
    assert done.found.problems[0].what == (
        "its column 'd' is of the type string, and the table keeps bigint, as in t/1.parquet"
    )
    assert crawl.rows("raw.t", "count(*), sum(d)") == [(3, 6)]
