"""Iceberg in Java reads the tables of a lake as DuckDB does, and what it writes is crawled and read likewise.

All of it is one file: a session of Spark costs more than most of what is asked of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests import chosen_engine
from tests.catalog.crawl.crawling import Crawling
from tests.conftest import Wavehouse
from tests.crash.depth import NIGHTLY, seed_of, some
from tests.iceberg_in_java import JavaIceberg, copied, rows_here
from tests.pipeline.conftest import Lake, day
from tests.pipeline.java_tables import (
    CHANGES,
    CONTRACT,
    MORE_OF_THEIRS,
    STATEMENTS,
    THEIRS,
    project_of_things,
    things,
)
from tests.pipeline.random_catalogues import write_catalogues
from tests.query.statements.house import House

from wavehouse.catalog.tree import newest_metadata
from wavehouse.core.progress import Silent
from wavehouse.core.table_head import TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import LakeHead, read_metadata, table_head, table_history
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.compact import compact
from wavehouse.project.project import Project
from wavehouse.settings import Settings, builtin_project
from wavehouse.store.object_store import LocalFiles
from wavehouse.wiring import parts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
# How rows are deleted, and in which version: by files of positions, by vectors of these, by files of values.
DELETED = {"positions": 2, "vectors": 3, "equals": 2}


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> JavaIceberg:
    """Iceberg in Java, with a catalog of its own."""
    return JavaIceberg(tmp_path_factory.mktemp("others"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """An engine of this house."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path / "scratch of the engine", threads=2)
    yield made
    made.close()


def agree(java: JavaIceberg, engine: Engine, head: LakeHead, *, vectorized: bool = True) -> dict[str, int]:
    """Hold every snapshot of every table against what an engine reads of it; how many there were of each."""
    found = {}
    for one in head.heads():
        history = head.history(one)
        hold(java, engine, one, history)
        assert java.snapshots(one.metadata) == set(history.columns)
        told, counted = (
            java.measures(one.metadata, one.columns, told=told, vectorized=vectorized)
            for told in (True, False)
        )
        assert told == counted, one.name
        found[str(one.name)] = len(history.columns)
    return found


def hold(java: JavaIceberg, engine: Engine, head: TableHead, history: TableHistory) -> None:
    """Hold what Java reads of each snapshot of a table against what an engine does."""
    for snapshot, columns in history.columns.items():
        said = f"{head.name} as of {snapshot}"
        assert java.columns(head.metadata, snapshot) == columns, said
        there = java.rows(head.metadata, columns, snapshot)
        assert there == rows_here(engine, head.metadata, columns, snapshot), said
    files = {(file.location, file.rows) for file in engine.iceberg_files(head.metadata)}
    assert java.files(head.metadata) == files


def theirs(java: JavaIceberg, name: str) -> TableHead:
    """A table of Java's catalog, as a crawl finds it."""
    folder = java.warehouse / name.replace(".", "/") / "metadata"
    newest = newest_metadata([str(path) for path in folder.iterdir()])
    assert newest is not None
    return table_head(TableName.parse(name), newest, read_metadata(LocalFiles(), newest))


def written(folder: Path) -> dict[str, int]:
    """The files of a folder, and when they were written."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.both_engines
def test_what_runs_write(
    java: JavaIceberg, engine: Engine, tmp_path: Path, engine_name: chosen_engine.Name
) -> None:
    own = project_of_things(tmp_path)
    lake = own.lake
    lake.run(things(own.root / "one", range(12)), time=day(1))
    said = lake.run(things(own.root / "two", range(9, 15), decade=2000), time=day(2))
    assert said.mode == "incremental"
    # A column comes, another becomes wider, a third goes, and comes again.
    own.write({"contracts/things.yaml": CONTRACT.replace("size: {type: int}", "size: {type: bigint}")})
    flow = own.root / "flows" / "things.yaml"
    text = flow.read_text("utf-8")
    for query in (text.replace(" price,", " price * 2 AS double_price,"), text):
        flow.write_text(query, "utf-8")
        lake = Lake(lake.root, Project.at(own.root))
        assert lake.run().mode == "full"
    compact(lake.root, lake.project, (), parts.open_engine, Silent(), dry_run=False)
    found = agree(java, engine, lake.head)
    assert found["db.things"] >= 4
    doubled = [
        engine.rows(f"SELECT max(double_price) FROM {engine.iceberg(head.metadata, snapshot)}")
        for head in lake.head.heads()
        for snapshot, columns in lake.head.history(head).columns.items()
        if "double_price" in [column.name for column in columns]
    ]
    assert doubled == [[(Decimal("2469135.78"),)]]
    assert "quarantine.rows" in found
    if NIGHTLY or engine_name == "duckdb":
        change_a_copy(java, engine, lake)


@pytest.mark.parametrize("engine_name", ["duckdb", "spark"] if NIGHTLY else ["duckdb"], indirect=True)
@pytest.mark.usefixtures("engine_name")
def test_random_catalogues(java: JavaIceberg, engine: Engine, lake: Lake, tmp_path: Path) -> None:
    first = seed_of("Java")
    files = write_catalogues(tmp_path / "files", range(first, first + some(3, 60)))
    lake.run(files, time=day(1))
    assert len(agree(java, engine, lake.head)) > 5


def change_a_copy(java: JavaIceberg, engine: Engine, lake: Lake) -> None:
    """Let Java change a copy of a table of a lake, which stays as it is, and read that copy."""
    head = lake.head.head(TableName("db", "things"))
    assert head is not None
    before = written(lake.root)
    copied(head, java, "ours.things")
    java.sql(*CHANGES)
    assert java.rewrite("ours.things") > 1
    assert written(lake.root) == before
    changed = theirs(java, "ours.things")
    hold(java, engine, changed, table_history(read_metadata(LocalFiles(), changed.metadata)))
    ((by_java, size, more),) = engine.rows(
        "SELECT count(*) FILTER (WHERE name = 'by Java'), max(size), count(more) "
        f"FROM {engine.iceberg(changed.metadata)}"
    )
    assert (by_java, size, more) == (2, 7_000_000_000, 0)


def test_what_statements_write(java: JavaIceberg, engine: DuckDBEngine, tmp_path: Path) -> None:
    house = House(tmp_path, engine)
    house.make()
    for one in STATEMENTS:
        house.run(one)
    head = LakeHead(house.layout)
    # (Where files are older than a wider type, Java stops if it reads many values at once.)
    assert agree(java, engine, head, vectorized=False) == {"music.kinds": len(STATEMENTS), "music.songs": 1}
    kinds = head.head(TableName("music", "kinds"))
    assert kinds is not None
    for condition in (
        "name >= 'again'",
        "share < 0",
        "isnan(small)",
        "day > DATE '9999-12-30'",
        "good IS NULL",
    ):
        here = f"SELECT count(*) FROM {engine.iceberg(kinds.metadata)} WHERE {condition}"
        assert engine.rows(here) == [(java.count(kinds.metadata, condition),)], condition


def test_files_of_others(java: JavaIceberg, engine: Engine, tmp_path: Path) -> None:
    """Their columns have no ids: the table's names tell which is which, also when one came again."""
    crawl = Crawling(tmp_path, engine)
    first = crawl.root / "t" / "1.parquet"
    first.parent.mkdir(parents=True)
    aside = tmp_path / "1.parquet"
    for at, names in enumerate(("abcd", "abd", "abcd"), start=1):
        pq.write_table(pa.table({name: [at] for name in names}), first.with_name(f"{at}.parquet"))
        if at == 2:
            first.rename(aside)
        crawl()
    # (The first snapshot has it still.)
    aside.rename(first)
    assert agree(java, engine, LakeHead(LakeLayout(crawl.folder / "lake"))) == {"raw.t": 3}


def test_tables_of_others(java: JavaIceberg, engine: Engine, wavehouse: Wavehouse) -> None:
    java.sql(*THEIRS)
    assert java.rewrite("theirs.songs") > 1
    java.sql(*MORE_OF_THEIRS)
    for name, version in DELETED.items():
        java.sql(
            f"CREATE TABLE others.theirs.{name} USING iceberg TBLPROPERTIES ('format-version' = '{version}', "
            "'write.delete.mode' = 'merge-on-read') AS SELECT id, concat('n', id) AS name FROM range(10)"
        )
        if name == "equals":
            java.delete_equal(f"theirs.{name}", "name", "n4")
        else:
            java.sql(f"DELETE FROM others.theirs.{name} WHERE id = 4")
    crawled = wavehouse("crawl", java.warehouse / "theirs", "--database", "theirs")
    assert crawled.code == 0, crawled.stderr
    assert "+ theirs.parts Iceberg, by id, name; 10 files, 10 rows" in crawled.stdout
    assert re.search(r"\+ theirs.positions Iceberg; 2 files, [0-9.]+ k?B", crawled.stdout)
    tables = parts.tables_of(Settings(builtin_project(), wavehouse.cwd / "lake"))
    for name in ("songs", "parts", *DELETED):
        head = tables.head(TableName("theirs", name))
        assert head is not None
        hold(java, engine, head, tables.history(head))
    deleted = " UNION ALL ".join(f"SELECT count(*), sum(id) FROM theirs.{name}" for name in DELETED)
    asked = wavehouse("sql", deleted, "--json")
    assert asked.code == 0, asked.stderr
    assert asked.json["rows"] == [[9, 41]] * 3
    refused = wavehouse("sql", "SELECT * FROM theirs.orc")
    assert refused.code != 0
    assert "the table has data files of ORC, and only Parquet is read here" in refused.stderr
