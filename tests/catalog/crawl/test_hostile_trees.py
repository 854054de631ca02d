"""Whatever lies in a tree, the crawl goes on, says what it could not take, and loses no table for it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.catalog.crawl.crawling import Crawling

from wavehouse.catalog.external_files import external_files
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.store.object_store import LocalFiles


@pytest.fixture
def crawl(tmp_path: Path, engine: Engine) -> Crawling:
    return Crawling(tmp_path, engine)


def _parquet(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def test_a_column_name_that_is_no_text_is_a_problem_of_its_file(crawl: Crawling) -> None:
    path = crawl.root / "t" / "a.parquet"
    _parquet(path, pa.table({"naam": [1]}))
    path.write_bytes(path.read_bytes().replace(b"naam", b"na\xff\xfe"))
    crawl.put("u/a.csv")
    done = crawl()
    assert done.changes == {"raw.u": "new"}
    assert done.problems() == [("t/a.parquet", "damaged")]


@pytest.mark.parametrize(
    "content", ["[]", '{"summary": []}', "[" * 200_000, '{"format-version": 2, "snapshots": 3}', ""]
)
def test_what_is_no_metadata_is_a_problem_of_its_folder(content: str, crawl: Crawling) -> None:
    crawl.put("t/metadata/v1.metadata.json", content)
    crawl.put("u/a.csv")
    done = crawl()
    assert done.changes == {"raw.u": "new"}
    assert ("t/metadata/v1.metadata.json", "damaged") in done.problems()


def test_a_table_that_cannot_be_made_stops_no_other_and_leaves_what_was_there(
    crawl: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        _parquet(crawl.root / name / "1.parquet", pa.table({f"id_{name}": ["x"]}))
    crawl(external=True)
    assert crawl.external.names() == [TableName("raw", name) for name in "abc"]

    from wavehouse.lake.adopted import Adopter, Adoption

    adopt = Adopter.adopt

    def refused(self: Adopter, adoption: Adoption, run: str) -> None:
        if adoption.name.table == "a":
            raise pa.ArrowInvalid("not this one")
        adopt(self, adoption, run)

    monkeypatch.setattr(Adopter, "adopt", refused)
    done = crawl()
    assert ("a", "not registered") in done.problems()
    assert crawl.external.names() == [TableName("raw", "a")]
    assert crawl.iceberg() == ["raw.b", "raw.c"]
    monkeypatch.undo()
    assert crawl().problems() == []
    assert (crawl.external.names(), crawl.iceberg()) == ([], ["raw.a", "raw.b", "raw.c"])
    assert crawl.rows("raw.a") == [("x",)]


def test_decimals_of_32_bytes_stay_external(crawl: Crawling) -> None:
    _parquet(
        crawl.root / "t" / "1.parquet", pa.table({"x": pa.array([Decimal("1.50")], pa.decimal256(30, 2))})
    )
    assert crawl().problems() == []
    assert crawl.external.names() == [TableName("raw", "t")]


@pytest.mark.parametrize("policy", ["delete", "deprecate"])
def test_what_cannot_be_read_now_is_not_gone(policy: str, crawl: Crawling) -> None:
    good = crawl.put("plays/a.csv").read_bytes()
    _parquet(crawl.root / "tracks" / "1.parquet", pa.table({"id": ["x"]}))
    crawl(on_delete=policy)
    crawl.put("plays/a.csv", b"PAR1" + b"x" * 50)
    track = crawl.root / "tracks" / "1.parquet"
    whole = track.read_bytes()
    track.write_bytes(whole[:-6])
    done = crawl(on_delete=policy)
    assert done.changes == {}
    assert ("plays/a.csv", "kept") in done.problems()
    assert ("tracks/1.parquet", "kept") in done.problems()
    kept = crawl.external.table(TableName("raw", "plays"))
    assert kept is not None
    assert not kept.deprecated
    crawl.put("plays/a.csv", good)
    track.write_bytes(whole)
    crawl(on_delete=policy)
    assert crawl.rows("raw.tracks") == [("x",)]


def test_a_table_that_is_deprecated_already_is_not_gone_once_more(crawl: Crawling) -> None:
    crawl.put("plays/a.csv").unlink()
    crawl.put("plays/a.csv")
    crawl()
    (crawl.root / "plays" / "a.csv").unlink()
    assert crawl().changes == {"raw.plays": "gone"}
    written = crawl.external.written
    assert crawl().changes == {"raw.plays": "unchanged"}
    assert crawl.external.written == written
    crawl.put("plays/a.csv")
    assert crawl().changes == {"raw.plays": "changed"}


def test_a_file_may_be_called_like_its_folder(crawl: Crawling) -> None:
    for at in range(4):
        crawl.put(f"plays/a{at}.csv")
    crawl.put("plays/plays", '{"x": 1}\n')
    done = crawl()
    assert len(done.changes) == 2
    assert len(crawl.external.names()) == 2
    assert set(crawl().changes.values()) == {"unchanged"}


def test_a_change_that_was_logged_is_made_as_soon_as_that_is_wanted(crawl: Crawling) -> None:
    path = crawl.root / "t" / "1.parquet"
    _parquet(path, pa.table({"id": ["a", "b"]}))
    crawl()
    _parquet(path, pa.table({"id": ["c"] * 5, "more": [1] * 5}))
    crawl(on_change="log")
    assert crawl.rows("raw.t", "count(*)") == [(2,)]
    crawl()
    assert crawl.rows("raw.t", "count(*), max(more)") == [(5, 1)]


def test_a_column_in_which_nothing_stands_goes_with_every_other(crawl: Crawling) -> None:
    _parquet(crawl.root / "t" / "1.parquet", pa.table({"n": [1, 2]}))
    _parquet(crawl.root / "t" / "2.parquet", pa.table({"n": pa.array([None, None], pa.null())}))
    done = crawl()
    assert done.problems() == []
    assert done.columns("raw.t") == "n:bigint"
    _parquet(crawl.root / "u" / "1.parquet", pa.table({"m": pa.array([None], pa.null())}))
    assert crawl().columns("raw.u") == "m:string"


def test_a_key_that_only_some_files_have_keeps_a_table_external(crawl: Crawling) -> None:
    for year, columns in ((2022, ["year"]), (2023, []), (2024, ["year"])):
        _parquet(
            crawl.root / "t" / f"year={year}" / "1.parquet",
            pa.table({"id": ["a"], "plays": [1], "label": ["x"], **{name: [year] for name in columns}}),
        )
    done = crawl()
    assert crawl.iceberg() == []
    assert done.columns("raw.t") == "id:string plays:bigint label:string / year:int"


def test_keys_of_one_name_are_told_apart(crawl: Crawling) -> None:
    for first in "ab":
        for second in "xy":
            crawl.put(f"t/partition_1={first}/{second}/1.csv")
    assert crawl().columns("raw.t") == "id:string plays:int / partition_1:string partition_1_:string"


def test_a_key_that_stands_before_other_columns_of_a_csv_moves_none_of_them(crawl: Crawling) -> None:
    crawl.put("t/year=2022/1.csv", "track,year,plays\nabc,2022,7\n")
    crawl.put("u/year=2022/1.csv", "song,count,year\nabc,7,2022\n")
    done = crawl()
    assert done.columns("raw.t") == "track:string year_in_file:int plays:int / year:int"
    assert done.columns("raw.u") == "song:string count:int / year:int"


def test_what_is_not_looked_at_is_not_left_out(crawl: Crawling) -> None:
    crawl.put("t/a.csv")
    crawl()
    crawl.put("t/b.csv")
    assert crawl(recrawl="new-folders").changes == {"raw.t": "unchanged"}


def test_what_is_not_looked_at_again_is_still_no_data(crawl: Crawling) -> None:
    crawl.put("t/a.csv")
    crawl.put("t/b.avro", b"Obj\x01")
    before = crawl().problems()
    assert before == [("t/b.avro", "not covered")]
    crawl.put("t/b.avro", "id,plays\nc,3\n")
    assert crawl(recrawl="new-folders").problems() == before
    assert crawl()["raw.t"].files.new == ("t/b.avro",)


def test_a_column_that_no_table_can_hold_is_named_once_wherever_it_stands(crawl: Crawling) -> None:
    for at in range(3):
        more = {"where": [{"lat": 1.0}]} if at else {}
        _parquet(crawl.root / "t" / f"{at}.parquet", pa.table({"id": ["a"], "n": [1], "m": [2], **more}))
    assert crawl().problems() == [("t/1.parquet", "left out")]


def test_exclusions_and_hidden_names_hold_for_iceberg_tables(crawl: Crawling) -> None:
    crawl.put("a/metadata/v1.metadata.json", json.dumps({"no": "table"}))
    crawl.put("b/metadata/v1.metadata.json", json.dumps({"no": "table"}))
    done = crawl(exclude=["a/**"])
    assert done.problems() == [("b/metadata/v1.metadata.json", "damaged")]


def test_keys_that_no_column_can_have_are_left_out(crawl: Crawling) -> None:
    crawl.put("t/a.json", '{"a": 1, "*": 2, "n\\nl": 3, "": 4, "\\u0000": 5, "é": 6}\n')
    done = crawl()
    assert done.columns("raw.t") == "a:int é:int"
    assert done.problems() == [("t/a.json", "left out")] * 4


def test_what_others_say_of_a_table_is_kept(crawl: Crawling) -> None:
    crawl.put("t/year=2020/a.csv")
    crawl()
    name = TableName("raw", "t")
    table = crawl.external.table(name)
    assert table is not None
    told = [replace(one, comment=f"the {one.name}") for one in (*table.columns, *table.partition_by)]
    crawl.external.put(
        replace(
            table,
            columns=tuple(told[:-1]),
            partition_by=(told[-1],),
            comment="plays by year",
            properties={**table.properties, "owner": "me"},
        )
    )
    crawl.put("t/year=2021/a.csv", "id,plays\nx,1\n")
    crawl()
    after = crawl.external.table(name)
    assert after is not None
    assert (after.comment, after.properties["owner"]) == ("plays by year", "me")
    comments = [one.comment for one in (*after.columns, *after.partition_by)]
    assert comments == ["the id", "the plays", "the year"]
    assert after.rows == 3


def test_a_link_that_leads_out_of_a_table_is_none_of_its_files(crawl: Crawling, tmp_path: Path) -> None:
    crawl.put("t/a.csv")
    crawl()
    (tmp_path / "secret.csv").write_text("id,plays\nSECRET,1\n", "utf-8")
    (crawl.root / "t" / "b.csv").symlink_to(tmp_path / "secret.csv")
    table = crawl.external.table(TableName("raw", "t"))
    assert table is not None
    files = external_files(LocalFiles(), table, [], lambda _: True)
    assert [Path(file.location).name for file in files] == ["a.csv"]


def test_what_hive_has_for_null_is_no_value(crawl: Crawling) -> None:
    crawl.put("t/a.csv", "id,plays\na,1\nb,\\N\nc,\n")
    assert crawl().columns("raw.t") == "id:string plays:int"
