"""What is billed, how it is told, and the limit that a project sets."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from wavehouse.core.errors import DefinitionError, FileGoneError, OutsideError, ScanLimitError
from wavehouse.core.table_head import TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.project.project import Project
from wavehouse.query.answer import Answer, answer, price_of
from wavehouse.query.athena_setting import read_rates
from wavehouse.query.estimate import TableScan
from wavehouse.query.output import as_table, write_answer
from wavehouse.query.price import Price, Pricing, Rates, billed, dollars, priced
from wavehouse.query.translate import ResultColumn

SONGS = TableScan(TableName("s", "songs"), "/x", ("a", "b"), 2, 2_300_000, 1, 4, 2, 3)
PLAYS = replace(SONGS, table=TableName("s", "plays"), bytes=0, times=1)


@pytest.mark.parametrize(
    ("scanned", "expected"),
    [
        (0, 10),
        (1, 10),
        (9_999_999, 10),
        (10_000_000, 10),
        (10_000_001, 11),
        (39_000_000, 39),
        (10**12, 10**6),
    ],
)
def test_bytes_are_billed_by_megabytes_and_at_least_ten(scanned: int, expected: int) -> None:
    assert billed(scanned) == expected * 1_000_000


@pytest.mark.parametrize(
    ("usd", "expected"),
    [(0, "$0"), (5e-05, "$0.00005"), (0.000195, "$0.0002"), (0.00012, "$0.00012"), (0.0999, "$0.10"),
     (0.5, "$0.50"), (15.0, "$15.00"), (1234.5, "$1234.50"), (1e-9, "$0.000000001")],
)  # fmt: skip
def test_dollars(usd: float, expected: str) -> None:
    assert dollars(usd) == expected


def test_a_terabyte_costs_what_the_project_says() -> None:
    scans = [replace(SONGS, bytes=3 * 10**12)]
    assert Price(Rates(), tuple(scans)).usd == 15
    assert Price(Rates(8.5), tuple(scans)).usd == 25.5


def test_what_it_would_cost_on_the_files_as_they_came() -> None:
    sizes = {"songs": 19_500_000, "plays": 1_000_000}
    told = priced([SONGS, PLAYS], Pricing(raw=lambda name, _: sizes[name.table]))
    # The first is read twice.
    assert told.csv_bytes == 40_000_000
    assert told.line() == "Athena would scan 2.3 MB (10 MB billed): $0.00005; as CSV 40.0 MB: $0.0002"
    document = told.document()
    assert {name: document[name] for name in ("bytes", "billed_bytes", "usd")} == {
        "bytes": 2_300_000,
        "billed_bytes": 10_000_000,
        "usd": 0.00005,
    }
    assert (document["csv_bytes"], document["csv_billed_bytes"], document["csv_usd"]) == (
        40_000_000,
        40_000_000,
        0.0002,
    )


def test_of_one_table_whose_files_are_not_known_none_are() -> None:
    told = priced([SONGS, PLAYS], Pricing(raw=lambda name, _: 5 if name.table == "songs" else None))
    assert told.csv_bytes is None
    assert told.document()["csv_usd"] is None
    assert told.line() == "Athena would scan 2.3 MB (10 MB billed): $0.00005"


def test_the_line_below_a_table() -> None:
    given = Answer((ResultColumn("a", "integer"),), [(1,)], 2_100_000, 0.1, True, Price(Rates(), (SONGS,)))
    console = Console(width=120)
    with console.capture() as shown:
        console.print(as_table(given.columns, given.rows, given))
    *_, more, line = shown.get().rstrip().splitlines()
    assert more == "The first 1 rows; there are more."
    assert line == "2.1 MB scanned · Athena would scan 2.3 MB (10 MB billed): $0.00005"
    assert json.loads(_json(given))["price"]["tables"][0]["row_groups"] == 2
    assert "price" not in json.loads(_json(replace(given, price=None)))


def test_an_answer_has_its_price(tables: TableSource, engine: Engine) -> None:
    sql = "select key from spotify.tracks where mode = 1"
    given = answer(sql, tables, engine, pricing=Pricing())
    columns, price = price_of(sql, tables, engine, Pricing())
    assert given.price == price
    assert price.bytes == given.scanned_bytes > 0
    assert columns == given.columns
    assert answer(sql, tables, engine).price is None


def test_a_query_above_the_limit_is_not_run(tables: TableSource, engine: Engine) -> None:
    # It would stop, if it were run.
    sql = "select cast(track_id as integer) from spotify.tracks"
    _, price = price_of(sql, tables, engine, Pricing())
    at_most = Pricing(Rates(cutoff=price.bytes - 1, where="wavehouse.yaml:7"))
    with pytest.raises(ScanLimitError) as refused:
        answer(sql, tables, engine, pricing=at_most)
    assert refused.value.exit_code == 1
    said = str(refused.value)
    assert said.startswith(f"wavehouse.yaml:7: Athena would scan {price.bytes} B ({price.bytes} bytes)")
    for words in ("most of it of spotify.tracks", "bytes_scanned_cutoff", "fewer columns", "partitioned"):
        assert words in said
    allowed = Pricing(Rates(cutoff=price.bytes))
    assert answer("select track_id from spotify.tracks", tables, engine, pricing=allowed).rows


def test_a_file_that_is_gone_is_the_querys_trouble(
    tables: TableSource, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> list[TableScan]:
        raise FileGoneError("a file is not there")

    monkeypatch.setattr("wavehouse.query.answer.estimate", gone)
    sql = "select key from spotify.tracks"
    given = answer(sql, tables, engine, pricing=Pricing())
    assert given.rows
    assert given.price is None
    # What is not known to be allowed is not.
    with pytest.raises(OutsideError):
        answer(sql, tables, engine, pricing=Pricing(Rates(cutoff=10**9)))


def _project(folder: Path, athena: str) -> Project:
    (folder / "wavehouse.yaml").write_text(f"name: x\n{athena}\ncrawlers: []\n")
    return Project.at(folder)


def test_what_a_project_says(tmp_path: Path) -> None:
    assert read_rates(_project(tmp_path, "# athena")) == Rates()
    assert read_rates(_project(tmp_path, "athena: {price_per_tb: 6.75}")) == Rates(6.75)
    limited = read_rates(_project(tmp_path, "athena:\n  bytes_scanned_cutoff: 10000000"))
    assert limited == Rates(5.0, 10_000_000, f"{tmp_path / 'wavehouse.yaml'}:3")
    assert read_rates(_project(tmp_path, "athena:\n  bytes_scanned_cutoff: null")).cutoff is None


@pytest.mark.parametrize(
    ("athena", "said"),
    [("bytes_scanned_cutoff: 9999999", "10000000"), ("price_per_tb: -1", "price_per_tb"),
     ("price_per_tb: .nan", "price_per_tb"), ("price: 5", "price_per_tb"),
     ("bytes_scanned_cutof: 10000000", "bytes_scanned_cutoff")],
)  # fmt: skip
def test_what_it_may_not_say(tmp_path: Path, athena: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as wrong:
        read_rates(_project(tmp_path, f"athena:\n  {athena}"))
    assert ":3" in str(wrong.value)


def _json(given: Answer) -> str:
    file = io.StringIO()
    write_answer(given, "json", file)
    return file.getvalue()
