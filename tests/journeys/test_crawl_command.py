"""`wavehouse crawl`: what people and programs are told, and what a project says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.conftest import Wavehouse

from wavehouse.core.byte_sizes import size


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Plays by year as CSV, and tracks as Parquet."""
    for year in (2020, 2021):
        folder = tmp_path / "landing" / "plays" / f"year={year}"
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(f"id,plays,day\nt1,1,{year}-01-31\nt2,n/a,\n", "utf-8")
    (tmp_path / "landing" / "tracks").mkdir()
    table = pa.table({"id": ["t1", "t2"], "title": ["One", "Two"], "ms": [1, 2]})
    pq.write_table(table, tmp_path / "landing" / "tracks" / "1.parquet")
    return tmp_path / "landing"


def test_the_difference_is_shown_before_it_is_made(wavehouse: Wavehouse, landing: Path) -> None:
    shown = wavehouse("crawl", landing, "--database", "raw", "--dry-run")
    assert shown.code == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        "+ raw.plays external csv, by year; 2 files, 4 rows, 74 B",
        "  + id string",
        "  + plays string",
        "  + day date",
        "  + year int (partition)",
        "  + partitions 2020, 2021",
        f"+ raw.tracks Iceberg; 1 file, 2 rows, {_size(landing)}",
        "  + id string",
        "  + title string",
        "  + ms bigint",
        "2 new; nothing was changed (--dry-run)",
    ]
    assert not (wavehouse.cwd / "lake").exists()


def test_a_table_of_somebody_elses_program_can_be_asked(wavehouse: Wavehouse, tmp_path: Path) -> None:
    """It lies beside the lake, where a query reads nothing but what a crawl has brought into the catalog."""
    from pyiceberg.catalog.sql import SqlCatalog

    place = tmp_path / "theirs"
    catalog = SqlCatalog("theirs", uri=f"sqlite:///{tmp_path}/theirs.db", warehouse=f"file://{place}")
    catalog.create_namespace("db")
    rows = pa.table({"id": [1, 2, 3]})
    catalog.create_table("db.songs", rows.schema).append(rows)
    catalog.close()
    assert wavehouse("crawl", place, "--database", "raw").stdout.startswith(
        "+ raw.songs Iceberg; 1 file, 3 rows"
    )
    answer = wavehouse("sql", "SELECT sum(id) FROM raw.songs", "--json")
    assert answer.code == 0, answer.stderr
    assert answer.json["rows"] == [[6]]


def _size(landing: Path) -> str:
    return size((landing / "tracks" / "1.parquet").stat().st_size)


def test_what_it_makes_can_be_asked_and_is_found_again(wavehouse: Wavehouse, landing: Path) -> None:
    first = wavehouse("crawl", landing, "--database", "raw", "--json").json
    assert [(table["name"], table["change"], table["kind"]) for table in first["tables"]] == [
        ("raw.plays", "new", "external"),
        ("raw.tracks", "new", "iceberg"),
    ]
    answer = wavehouse("sql", "SELECT sum(ms) AS ms FROM raw.tracks", "--json").json
    assert answer["rows"] == [[3]]
    again = wavehouse("crawl", landing, "--database", "raw", "--json").json
    assert {table["change"] for table in again["tables"]} == {"unchanged"}
    assert again["files"] == {"listed": 3, "opened": 0, "excluded": 0}
    (landing / "plays" / "year=2021" / "a.csv").unlink()
    changed = wavehouse("crawl", landing, "--database", "raw")
    assert changed.stdout.splitlines() == [
        "~ raw.plays external csv, by year; 1 file, 2 rows, 37 B",
        "  - partition 2021",
        "  - file plays/year=2021/a.csv",
        f"= raw.tracks Iceberg; 1 file, 2 rows, {_size(landing)}",
        "1 changed, 1 unchanged",
    ]


def test_every_decision_is_explained_with_its_evidence(wavehouse: Wavehouse, landing: Path) -> None:
    (landing / "half.parquet").write_bytes(b"PAR1 and no more")
    document = wavehouse("crawl", landing, "--explain", "--json").json
    plays = next(table for table in document["tables"] if table["name"] == "default.plays")
    assert plays["partition_by"] == ["year"]
    assert [(one["values"], one["rows"], one["change"]) for one in plays["partitions"]] == [
        (["2020"], 2, "new"),
        (["2021"], 2, "new"),
    ]
    column = next(column for column in plays["columns"] if column["name"] == "plays")
    assert column["why"] == (
        "2 of 4 values are of the type int; the first that is not: 'n/a' (plays/year=2020/a.csv:3)"
    )
    assert column["against"][0] == {
        "type": "int",
        "fitting": 2,
        "value": "n/a",
        "file": "plays/year=2020/a.csv",
        "line": 3,
    }
    assert document["problems"] == [
        {
            "path": "half.parquet",
            "kind": "damaged",
            "what": "it begins as Parquet and ends without a footer: half-written",
        }
    ]
    shown = wavehouse("crawl", landing, "--explain")
    assert shown.code == 1  # a file was rejected
    assert "! half.parquet: it begins as Parquet and ends without a footer: half-written" in shown.stdout
    assert "2 of 2 folders are alike" in shown.stdout


def test_a_crawler_of_the_project(wavehouse: Wavehouse, landing: Path, tmp_path: Path) -> None:
    assert wavehouse("init", "project", "--empty").code == 0
    file = tmp_path / "project" / "wavehouse.yaml"
    file.write_text(
        file.read_text("utf-8") + "crawlers:\n"
        "  - {name: landing, target: ../landing, database: raw, prefix: l_, exclude: ['tracks/**']}\n"
        "classifiers:\n"
        "  - {name: hashes, delimiter: '#', header: PRESENT}\n",
        "utf-8",
    )
    (landing / "hashes").mkdir()
    (landing / "hashes" / "a.txt").write_text("id#n\nx#1\n", "utf-8")
    document = wavehouse("crawl", "landing", "--json", cwd=tmp_path / "project").json
    assert document["crawler"] == "landing"
    assert [table["name"] for table in document["tables"]] == ["raw.l_hashes", "raw.l_plays"]
    # What a call says goes before what the project says.
    document = wavehouse(
        "crawl", "landing", "--project", "project", "--database", "other", "--dry-run", "--json"
    ).json
    assert document["database"] == "other"


def test_one_place_is_one_crawler_however_it_is_spelled(wavehouse: Wavehouse, landing: Path) -> None:
    assert wavehouse("crawl", "landing", "--database", "raw").code == 0
    for spelled in ("./landing/", "landing/../landing", landing, f"file://{landing}"):
        again = wavehouse("crawl", spelled, "--database", "raw", "--json").json
        assert {(table["name"], table["change"]) for table in again["tables"]} == {
            ("raw.plays", "unchanged"),
            ("raw.tracks", "unchanged"),
        }


def test_a_dropped_iceberg_table_of_files_of_others_leaves_them(wavehouse: Wavehouse, landing: Path) -> None:
    assert wavehouse("crawl", landing, "--database", "raw").code == 0
    dropped = wavehouse("drop", "raw.tracks", "--yes", "--json").json
    assert dropped == {"name": "raw.tracks", "dropped": True, "files": "stay"}
    assert wavehouse("vacuum", "--orphans-after", "0", "--expire-after", "0").code == 0
    assert (landing / "tracks" / "1.parquet").is_file()


def test_what_was_no_publish_is_told_so(wavehouse: Wavehouse, landing: Path) -> None:
    assert wavehouse("crawl", landing, "--database", "raw").code == 0
    for command in (("snapshots", "raw.plays"), ("rollback", "raw.plays", "1")):
        answer = wavehouse(*command)
        assert answer.code == 2
        assert "raw.plays is an external table: the lake has no snapshots of it" in answer.stderr
    assert wavehouse("versions", "raw.plays").code == 0


def test_a_vanished_file_of_a_table_is_to_be_crawled_for(wavehouse: Wavehouse, landing: Path) -> None:
    assert wavehouse("crawl", landing, "--database", "raw").code == 0
    (landing / "tracks" / "1.parquet").unlink()
    answer = wavehouse("sql", "SELECT sum(ms) FROM raw.tracks")
    assert answer.code == 3
    assert "1.parquet" in answer.stderr
    assert "Crawl its folder again" in answer.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("s3:///x",), "nothing can be crawled at 's3:///x'"),
        (("s3a://b/x",), "nothing can be crawled at 's3a://b/x'"),
        (("nowhere",), "there is neither a folder nor a crawler 'nowhere'"),
        (("landing", "--on-change", "updat"), "Did you mean 'update'?"),
        (("landing", "--database", "Not A Name"), "--database is 'Not A Name'"),
        (("landing", "--exclude", "[a"), "the exclusion '[a' is no pattern: a bracket '[' is not closed"),
        (("landing", "--exclude", "[z-a]"), "the exclusion '[z-a]' is no pattern"),
    ],
)
def test_a_wrong_call_is_told(args: tuple[str, ...], told: str, wavehouse: Wavehouse, landing: Path) -> None:
    answer = wavehouse("crawl", *args)
    assert (answer.code, landing.is_dir()) == (2, True)
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("crawlers:\n  - {name: a}\n", "the key 'target' is missing"),
        ("crawlers:\n  - {name: a, target: x, databse: y}\n", "Did you mean 'database'?"),
        (
            "crawlers:\n  - {name: a, target: x}\n  - {name: a, target: y}\n",
            "wavehouse.yaml:5: there are two",
        ),
        ("crawlers:\n  - {name: a, target: x, classifiers: [b]}\n", "there is no classifier 'b'"),
        ("classifiers:\n  - {name: a, delimiter: ','  , quote: ','}\n", "delimiter and quote are the same"),
        ("crawlers:\n  - {name: a, target: '${warehous}/x/'}\n", "what the path '${warehous}/x/' names"),
    ],
)
def test_a_wrong_crawler_is_told_by_its_line(
    text: str, told: str, wavehouse: Wavehouse, tmp_path: Path
) -> None:
    assert wavehouse("init", "project", "--empty").code == 0
    file = tmp_path / "project" / "wavehouse.yaml"
    file.write_text(file.read_text("utf-8") + text, "utf-8")
    answer = wavehouse("crawl", "a", "--project", "project")
    assert answer.code == 2
    assert told in answer.stderr
    assert re.search(r"wavehouse.yaml:\d+: ", answer.stderr)


def test_too_many_tables_stop_it(wavehouse: Wavehouse, landing: Path) -> None:
    answer = wavehouse("crawl", landing, "--table-threshold", "1")
    assert answer.code == 1
    assert "there would be 2 tables, more than the 1" in answer.stderr


def test_thousands_of_empty_files_are_listed_and_shown_in_a_few_lines(
    wavehouse: Wavehouse, landing: Path
) -> None:
    for at in range(3000):
        (landing / "tracks" / f"empty-{at}.parquet").touch()
    document = wavehouse("crawl", landing, "--dry-run", "--json").json
    assert len(document["problems"]) == 3000
    assert {problem["kind"] for problem in document["problems"]} == {"empty"}
    shown = wavehouse("crawl", landing, "--dry-run").stdout
    assert "! and 2,990 more of these (empty); --json has all" in shown
    assert len(shown.splitlines()) < 40
