"""What every store of external tables does, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.catalog.stores import Store

from wavehouse.core.data_catalog import (
    MOST_VERSIONS,
    CatalogColumn,
    CatalogTable,
    CsvReading,
    Database,
    ExternalTables,
    Partition,
)
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_name import TableName

PLAYS = TableName("raw", "plays")
YEAR = (CatalogColumn("year", "int"),)
FOLDER = "s3://bucket/plays"
CSV = CatalogTable(
    PLAYS,
    "csv",
    FOLDER,
    (CatalogColumn("track_id", "string", "22 letters and digits"), CatalogColumn("plays", "bigint")),
    csv=CsvReading(";", "", "", header=False),
    left_out=("broken.csv", "a/b=c.csv"),
    rows=12,
    files=3,
    size=4_000_000_000,
    comment="Plays by day",
    properties={"owner": "charts"},
)
BY_YEAR = replace(CSV, partition_by=YEAR)


def year(value: int, rows: int | None = 1) -> Partition:
    return Partition((str(value),), f"{FOLDER}/year={value}", rows, 1, 100)


@pytest.mark.parametrize(
    "table",
    [
        CSV,
        replace(CSV, csv=CsvReading(",", '"', "\\", header=True)),
        replace(CSV, csv=CsvReading("\t", "'", "", header=True)),
        replace(CSV, format="parquet", csv=None, rows=None, deprecated=True),
        replace(CSV, format="json", csv=None, left_out=(), properties={}, comment=""),
        replace(CSV, format="json", csv=None, columns=(CatalogColumn("trackId", "array<string>"),)),
        replace(CSV, format="iceberg", csv=None, location="s3://bucket/t/metadata/00001.metadata.json"),
        BY_YEAR,
    ],
)
def test_a_table_comes_back_as_it_was_put(tables: ExternalTables, table: CatalogTable) -> None:
    tables.put(table)
    assert tables.table(PLAYS) == table
    assert list(tables.names()) == [PLAYS]


def test_databases_have_comments_and_are_made_for_their_tables(tables: ExternalTables) -> None:
    assert list(tables.databases()) == []
    tables.create_database(Database("raw", "As it came"))
    tables.put(CSV)
    tables.put(replace(CSV, name=TableName("charts", "weekly")))
    assert list(tables.databases()) == [Database("charts"), Database("raw", "As it came")]
    tables.create_database(Database("raw", "Said better"))
    assert list(tables.databases())[1] == Database("raw", "Said better")
    assert list(tables.names()) == [TableName("charts", "weekly"), PLAYS]


def test_what_is_not_there_is_nothing(tables: ExternalTables) -> None:
    for _ in range(2):
        assert tables.table(PLAYS) is None
        assert list(tables.partitions(PLAYS)) == []
        assert list(tables.versions(PLAYS)) == []
        tables.drop(PLAYS)
        tables.put(replace(CSV, name=TableName("raw", "other")))


def test_every_change_is_a_version_and_the_same_again_is_none(tables: ExternalTables) -> None:
    wider = replace(CSV, columns=(*CSV.columns, CatalogColumn("country", "string")))
    for table in (CSV, CSV, wider, replace(wider, rows=13), replace(wider, rows=13)):
        tables.put(table)
    found = list(tables.versions(PLAYS))
    assert [one.number for one in found] == [0, 1, 2]
    assert [one.table for one in found] == [CSV, wider, replace(wider, rows=13)]
    now = datetime.now(UTC)
    assert [one.since for one in found] == sorted(one.since for one in found)
    assert all(now - timedelta(minutes=5) < one.since <= now + timedelta(seconds=2) for one in found)
    assert tables.table(PLAYS) == found[-1].table


def test_the_last_hundred_versions_are_kept(tables: ExternalTables) -> None:
    for rows in range(MOST_VERSIONS + 5):
        tables.put(replace(CSV, rows=rows))
    assert [(one.number, one.table.rows) for one in tables.versions(PLAYS)] == [
        (number, number) for number in range(5, MOST_VERSIONS + 5)
    ]


def test_partitions_come_go_and_change(tables: ExternalTables) -> None:
    tables.put(BY_YEAR, [year(2021), year(2019), year(2020)])
    tables.put(BY_YEAR, [year(2020, rows=7), year(2022)], remove=[("2019",), ("1900",)])
    assert list(tables.partitions(PLAYS)) == [year(2020, rows=7), year(2021), year(2022)]
    assert len(tables.versions(PLAYS)) == 1


def test_other_keys_have_other_partitions(tables: ExternalTables) -> None:
    tables.put(BY_YEAR, [year(2021)])
    two = replace(BY_YEAR, partition_by=(*YEAR, CatalogColumn("country", "string")))
    german = Partition(("2021", "de"), f"{FOLDER}/year=2021/country=de", None, 2, 3)
    tables.put(two, [german])
    assert tables.table(PLAYS) == two
    assert list(tables.partitions(PLAYS)) == [german]


def test_ten_thousand_partitions(tables: ExternalTables) -> None:
    tables.put(BY_YEAR, (year(value) for value in range(10_000)))
    found = list(tables.partitions(PLAYS))
    assert len(found) == 10_000
    assert found == sorted(found, key=lambda one: one.values[0] or "")
    assert found[-1] == year(9999)
    tables.put(BY_YEAR, remove=((str(value),) for value in range(1_000)))
    assert len(list(tables.partitions(PLAYS))) == 9_000


ODD = [
    "O'Hara",
    '"quoted"',
    "Ä ö ☃ 🎵",
    "a/b=c%d",
    "line\nbreak",
    "back\\slash",
    " blanks ",
    "{}[]?:;",
    "NULL",
    "\udcff",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_characters_stay_as_they_are(tables: ExternalTables, odd: str) -> None:
    table = replace(
        BY_YEAR,
        location=f"{FOLDER}/{odd}",
        columns=(CatalogColumn(f"c {odd}", "string", odd),),
        partition_by=(CatalogColumn(f"k {odd}", "string", odd),),
        left_out=(odd, "plain.csv"),
        comment=odd,
        properties={f"p {odd}": odd},
    )
    parts = [Partition((value,), f"{FOLDER}/{odd}/{value}") for value in (odd, "plain", None)]
    tables.put(table, parts)
    assert tables.table(PLAYS) == table
    assert {one.values: one for one in tables.partitions(PLAYS)} == {one.values: one for one in parts}
    tables.put(table, remove=[(odd,), (None,)])
    assert [one.values for one in tables.partitions(PLAYS)] == [("plain",)]


def test_a_dropped_table_leaves_nothing(tables: ExternalTables) -> None:
    tables.put(BY_YEAR, [year(2020)])
    tables.put(replace(BY_YEAR, name=TableName("raw", "other")), [year(2020)])
    tables.drop(PLAYS)
    assert list(tables.names()) == [TableName("raw", "other")]
    assert list(tables.partitions(TableName("raw", "other"))) == [year(2020)]
    tables.put(BY_YEAR)
    assert [one.number for one in tables.versions(PLAYS)] == [0]
    assert list(tables.partitions(PLAYS)) == []


def test_writers_at_once_lose_nothing(store: Store) -> None:
    def write(value: int) -> None:
        store.tables().put(BY_YEAR, [year(value)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(2000, 2020)))
    assert [one.values for one in store.tables().partitions(PLAYS)] == [(str(n),) for n in range(2000, 2020)]
    assert [one.number for one in store.tables().versions(PLAYS)] == [0]


def test_a_store_that_is_gone_is_said_so_and_comes_back(store: Store) -> None:
    store.tables().put(BY_YEAR, [year(2020)])
    store.go()
    for ask in (
        lambda: store.tables().names(),
        lambda: list(store.tables().partitions(PLAYS)),
        lambda: store.tables().put(CSV),
        lambda: store.tables().drop(PLAYS),
    ):
        with pytest.raises(OutsideError, match="catalog") as raised:
            ask()
        assert "secret" not in str(raised.value)
    store.come_back()
    assert store.tables().table(PLAYS) == BY_YEAR
    assert list(store.tables().partitions(PLAYS)) == [year(2020)]


def test_what_is_cut_off_in_the_middle_is_made_by_the_next_call(store: Store) -> None:
    tables = store.tables()
    tables.put(BY_YEAR, [year(2000)])
    wanted = [year(value) for value in range(2001, 2400)]

    def until_it_fails() -> Iterator[Partition]:
        yield from wanted[:250]
        raise OutsideError("the folder cannot be listed any more")

    with pytest.raises(OutsideError, match="listed"):
        tables.put(replace(BY_YEAR, rows=99), until_it_fails())
    assert year(2000) in list(tables.partitions(PLAYS))
    if store.atomic:
        assert list(tables.partitions(PLAYS)) == [year(2000)]
        assert tables.table(PLAYS) == BY_YEAR
    tables.put(replace(BY_YEAR, rows=99), wanted)
    assert list(tables.partitions(PLAYS)) == [year(2000), *wanted]
    assert tables.table(PLAYS) == replace(BY_YEAR, rows=99)
