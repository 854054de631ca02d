"""The commands about the data catalog, on a lake with tables of both kinds."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.catalog.sqlite_store import SqliteStore
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading, Database, Partition
from wavehouse.core.table_name import TableName

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

PLAYS = TableName("raw", "plays")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """A folder with `lake`, in which a run and a crawl were, and the `files` of both."""
    folder = tmp_path_factory.mktemp("commands")
    here = wavehouse_in(folder)
    assert here("generate", "files", "--scale", "0.002").code == 0
    assert here("run", "--from", "files", "--lake", "lake").code == 0
    for year in (2020, 2021):
        (folder / f"plays/year={year}").mkdir(parents=True)
        (folder / f"plays/year={year}/a.csv").write_text("track,plays\n" + "x,1\n" * (year - 2019))
    external = SqlTables(SqliteStore(folder / "lake/catalog.db"))
    external.create_database(Database("raw", "As it came"))
    table = CatalogTable(
        PLAYS,
        "csv",
        str(folder / "plays"),
        (CatalogColumn("track", "string", "Its id"), CatalogColumn("plays", "int")),
        (CatalogColumn("year", "int"),),
        CsvReading(),
        rows=3,
        files=2,
        size=38,
        properties={"crawled": "yes"},
    )
    parts = [
        Partition((str(year),), str(folder / f"plays/year={year}"), year - 2019, 1, 16)
        for year in (2020, 2021)
    ]
    external.put(table, parts[:1])
    wider = (*table.columns, CatalogColumn("country", "string"))
    external.put(CatalogTable(**{**vars(table), "columns": wider}), parts)
    return folder


@pytest.fixture
def lake(made: Path) -> Path:
    """The lake, to be looked at."""
    return made / "lake"


@pytest.fixture
def ask(lake: Path, wavehouse: Wavehouse) -> Callable[..., Any]:
    """What a command answers with --json."""

    def asked(*args: str) -> Any:
        return wavehouse(*args, "--lake", lake, "--json").json

    return asked


def test_databases_and_tables_of_both_kinds(ask: Callable[..., Any]) -> None:
    databases = {one["name"]: (one["tables"], one["comment"]) for one in ask("databases")["databases"]}
    assert databases == {
        "quarantine": (1, ""), "raw": (1, "As it came"), "spotify": (2, ""), "staging": (4, ""),
    }  # fmt: skip
    (plays,) = ask("tables", "raw")["tables"]
    assert (plays["name"], plays["format"], plays["rows"], plays["partition_by"], plays["columns"]) == (
        "raw.plays", "csv", 3, ["year"], 4,
    )  # fmt: skip
    formats = {one["name"]: one["format"] for one in ask("tables")["tables"] if one["name"] != "raw.plays"}
    assert formats.pop("spotify.tracks_parquet") == "parquet"
    assert set(formats.values()) == {"iceberg"}


def test_columns_have_the_comments_of_the_contracts(ask: Callable[..., Any]) -> None:
    def comments(table: str) -> dict[str, str]:
        return {one["name"]: one["comment"] for one in ask("describe", table)["columns"]}

    assert comments("staging.features")["tempo"] == "Beats per minute"
    joined = comments("spotify.tracks")
    assert joined["tempo"] == "Beats per minute"
    assert joined["duration_ms"].startswith("The warehouse takes this one")
    # Computed of a column that has a comment: it is another thing.
    assert joined["featured_artists"] == ""
    assert ask("describe", "staging.albums")["comment"].startswith("Tracks as they stand on albums")
    assert comments("raw.plays") == {"track": "Its id", "plays": "", "country": "", "year": ""}


def test_a_project_that_did_not_make_the_table_says_nothing_of_it(
    lake: Path, tmp_path: Path, wavehouse: Wavehouse
) -> None:
    assert wavehouse("init", "other").code == 0
    contract = tmp_path / "other/contracts/features.yaml"
    contract.write_text(contract.read_text().replace("Beats per minute", "Something else"))
    told = wavehouse("describe", "staging.features", "--lake", lake, "--project", "other", "--json").json
    assert {one["comment"] for one in told["columns"]} == {""}


def test_partitions_have_rows_and_bytes(ask: Callable[..., Any]) -> None:
    found = ask("partitions", "spotify.tracks")
    assert found["keys"] == ["release_decade"]
    sql = "SELECT CAST(release_decade AS varchar), count(*) FROM spotify.tracks GROUP BY 1 ORDER BY 1"
    assert [[*one["values"], one["rows"]] for one in found["partitions"]] == ask("sql", sql)["rows"]
    table, as_files = ask("tables", "spotify")["tables"]
    assert sum(one["bytes"] for one in found["partitions"]) == table["bytes"]
    crawled = ask("partitions", as_files["name"])["partitions"]
    assert [[*one["values"], one["rows"]] for one in crawled] == ask("sql", sql)["rows"]
    assert sum(one["bytes"] for one in crawled) == as_files["bytes"]
    plays = ask("partitions", "raw.plays")["partitions"]
    assert [(one["values"], one["rows"]) for one in plays] == [(["2020"], 1), (["2021"], 2)]
    assert ask("partitions", "staging.albums")["partitions"] == []


def test_statistics_are_those_of_the_rows(made: Path, ask: Callable[..., Any]) -> None:
    with (made / "files/tracks.csv").open(newline="", encoding="utf-8") as file:
        written = [int(row["track_popularity"]) for row in csv.DictReader(file)]
    found = ask("statistics", "staging.tracks", "TRACK_POPULARITY", "--exact")
    assert found["rows"] == len(written)
    (column,) = found["columns"]
    assert (column["min"], column["max"]) == (str(min(written)), str(max(written)))
    assert (column["nulls"], column["distinct"]) == (0, len(set(written)))
    assert ask("statistics", "staging.tracks", "track_popularity") == found  # there are few rows
    plays = {one["name"]: one for one in ask("statistics", "raw.plays")["columns"]}
    assert (plays["year"]["min"], plays["year"]["max"], plays["country"]["nulls"]) == ("2020", "2021", 3)


def test_versions_and_what_is_different(ask: Callable[..., Any]) -> None:
    found = ask("versions", "raw.plays")["versions"]
    added = {"what": "column", "name": "country", "before": None, "after": "string"}
    assert [(one["version"], one["differences"]) for one in found] == [(0, []), (1, [added])]
    assert ask("versions", "raw.plays", "--diff", "1", "0")["differences"] == [
        {**added, "before": "string", "after": None}
    ]
    assert len(ask("versions", "spotify.tracks")["versions"]) == 1


def test_properties(ask: Callable[..., Any]) -> None:
    assert ask("properties", "raw.plays")["properties"] == {"crawled": "yes"}
    assert ask("properties", "spotify.tracks")["properties"]["write.parquet.compression-codec"] == "zstd"


def test_sql_reads_both_kinds(ask: Callable[..., Any]) -> None:
    join = "raw.plays p LEFT JOIN spotify.tracks t ON t.track_id = p.track"
    sql = f"SELECT p.plays, count(t.track_id) FROM {join} WHERE p.year = 2021 GROUP BY 1"
    assert ask("sql", sql)["rows"] == [[1, 0]]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["describe", "raw.play"], 2, "Did you mean 'raw.plays'?"),
        (["tables", "rwa"], 2, "Did you mean 'raw'?"),
        (["partitions", "no.no"], 2, "there is no table 'no.no'"),
        (["statistics", "raw.plays", "tarck"], 2, "Did you mean 'track'?"),
        (["versions", "raw.plays", "--diff", "0", "7"], 2, "version 7 of raw.plays is not kept"),
        (["drop", "raw.plays"], 2, "Add --yes"),
        (["drop", "spotify.tracks", "--yes"], 2, "made by runs"),
        (["sql", "SELECT * FROM raw.plays FOR VERSION AS OF 1"], 2, "external table"),
    ],
)
def test_what_cannot_be_is_said(
    lake: Path, wavehouse: Wavehouse, args: list[str], code: int, said: str
) -> None:
    answer = wavehouse(*args, "--lake", lake)
    assert (answer.code, answer.stdout) == (code, "")
    assert said in answer.stderr


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (["databases"], "As it came"),
        (["tables"], "raw.plays"),
        (["describe", "raw.plays"], "delimiter ',', quote '\"', with a header"),
        (["partitions", "raw.plays"], "2021"),
        (["statistics", "raw.plays"], "distinct (about)"),
        (["versions", "raw.plays"], "+column country"),
        (["versions", "raw.plays", "--diff", "0", "1"], "version 1"),
        (["properties", "raw.plays"], "crawled"),
    ],
)
def test_people_read_tables(lake: Path, wavehouse: Wavehouse, args: list[str], shown: str) -> None:
    answer = wavehouse(*args, "--lake", lake)
    assert answer.code == 0, answer.stderr
    assert shown in answer.stdout


def test_a_dropped_external_table_leaves_its_files(made: Path, wavehouse: Wavehouse) -> None:
    external = SqlTables(SqliteStore(made / "lake/catalog.db"))
    copy = TableName("raw", "odd-name")
    plays = external.table(PLAYS)
    assert plays is not None
    external.put(CatalogTable(**{**vars(plays), "name": copy}))
    before = {path: path.read_bytes() for path in (made / "plays").rglob("*.csv")}
    dropped = wavehouse("drop", "raw.odd-name", "--yes", "--lake", made / "lake", "--json").json
    assert dropped == {"name": "raw.odd-name", "dropped": True, "files": "stay"}
    assert {path: path.read_bytes() for path in (made / "plays").rglob("*.csv")} == before
    assert copy not in external.names()


def test_a_dropped_table_of_the_lake_is_made_again_by_the_next_run(
    tmp_path: Path, wavehouse: Wavehouse
) -> None:
    assert wavehouse("generate", "files", "--scale", "0.001").code == 0
    assert wavehouse("run", "--from", "files").code == 0
    count = ["sql", "SELECT count(*) FROM spotify.tracks", "--json"]
    rows = wavehouse(*count).json["rows"]
    dropped = wavehouse("drop", "spotify.tracks", "--yes", "--force", "--json").json
    assert dropped["files"] == "vacuum"
    assert "spotify.tracks " not in wavehouse("tables").stdout
    folder = tmp_path / "lake/warehouse/spotify/tracks"
    assert list(folder.rglob("*.parquet"))
    assert wavehouse("vacuum", "--orphans-after", "0").code == 0
    assert not list(folder.rglob("*.parquet"))
    assert wavehouse("run", "--from", "files").code == 0
    assert wavehouse(*count).json["rows"] == rows
