"""`wavehouse sql --price`, the price of every answer, and the limit of a project, as a user has them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Wavehouse

_QUERY = "SELECT track_name FROM spotify.tracks WHERE release_decade = 1990"


@pytest.fixture(scope="module")
def loaded(wavehouse_in: Callable[[Path], Wavehouse], tmp_path_factory: pytest.TempPathFactory) -> Wavehouse:
    """A small catalogue, loaded into `lake`; and a project of one's own in `mine`."""
    wavehouse = wavehouse_in(tmp_path_factory.mktemp("price"))
    assert wavehouse("generate", "files", "--scale", "0.002").code == 0
    done = wavehouse("run", "--from", "files", "--json")
    assert done.code == 0, done.stderr
    assert wavehouse("init", "mine").code == 0
    return wavehouse


def _sizes(wavehouse: Wavehouse, *names: str) -> int:
    return sum((wavehouse.cwd / "files" / f"{name}.csv").stat().st_size for name in names)


def test_the_price_is_told_and_nothing_is_run(loaded: Wavehouse) -> None:
    # It would stop, if it were run.
    stops = "SELECT CAST(track_name AS integer) FROM spotify.tracks WHERE release_decade = 1990"
    document = loaded("sql", stops, "--price", "--json").json
    price = document["price"]
    assert document["columns"] == [{"name": "_col0", "type": "integer"}]
    assert "rows" not in document
    assert 0 < price["bytes"] < 10**6
    assert (price["billed_bytes"], price["usd"]) == (10_000_000, 0.00005)
    # All files that the flow reads: the table is made of four sources.
    assert price["csv_bytes"] == _sizes(loaded, "album", "artist", "tracks", "features")
    told = loaded("sql", stops, "--price").stdout.splitlines()
    assert told[0].startswith("spotify.tracks: ")
    assert told[0].endswith("columns: release_decade, track_name")
    assert told[1].startswith("Athena would scan ")
    assert "; as CSV " in told[1]


def test_partitions_make_it_cheap(loaded: Wavehouse) -> None:
    whole = loaded("sql", _QUERY.partition(" WHERE")[0], "--price", "--json").json["price"]
    part = loaded("sql", _QUERY, "--price", "--json").json["price"]
    assert part["bytes"] <= 0.2 * whole["bytes"]
    assert part["csv_bytes"] == whole["csv_bytes"]
    table = part["tables"][0]
    assert (table["files"], table["all_files"]) == (1, whole["tables"][0]["files"])


def test_constants_are_given_as_for_the_answer(loaded: Wavehouse) -> None:
    asked = _QUERY.replace("1990", "?")
    given = loaded("sql", asked, "--param", "1990", "--price", "--json")
    assert given.json == loaded("sql", _QUERY, "--price", "--json").json
    shown = loaded("sql", asked, "--param", "1990", "--show-sql").stdout
    assert shown == loaded("sql", _QUERY, "--show-sql").stdout


@pytest.mark.parametrize("sql", ["SHOW TABLES IN spotify", f"EXPLAIN {_QUERY}", "DROP TABLE spotify.tracks"])
def test_what_scans_nothing_costs_nothing(loaded: Wavehouse, sql: str) -> None:
    word = sql.partition(" ")[0]
    assert loaded("sql", sql, "--price").stdout == f"Athena scans nothing for {word}: $0\n"
    price = loaded("sql", sql, "--price", "--json").json["price"]
    assert (price["bytes"], price["billed_bytes"], price["usd"]) == (0, 0, 0)


def test_the_price_of_what_writes_is_not_told(loaded: Wavehouse) -> None:
    refused = loaded("sql", f"CREATE TABLE mine.songs AS {_QUERY}", "--price")
    assert (refused.code, "the price of CREATE is not worked out" in refused.stderr) == (2, True)


def test_an_answer_has_its_price_too(loaded: Wavehouse) -> None:
    answer = loaded("sql", _QUERY, "--json").json
    assert set(answer) == {"columns", "rows", "scanned_bytes", "seconds", "truncated", "price"}
    assert answer["price"] == loaded("sql", _QUERY, "--price", "--json").json["price"]
    assert answer["price"]["bytes"] == answer["scanned_bytes"]
    for form in ("csv", "table"):
        assert "Athena" not in loaded("sql", _QUERY, "--format", form).stdout


def test_the_last_line_on_a_terminal(loaded: Wavehouse) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "wavehouse", "sql", "SELECT count(*) AS n FROM spotify.tracks"]
    env = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    done = subprocess.run(command, cwd=loaded.cwd, env=env, stdout=theirs, timeout=120, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "0 B scanned · Athena would scan 0 B (10 MB billed): $0.00005; as CSV " in shown


@pytest.mark.parametrize(
    ("table", "names"),
    [("staging.albums", ["album"]), ("spotify.tracks_parquet", ["album", "artist", "tracks", "features"]),
     ("quarantine.rows", ["album", "artist", "tracks", "features", "spotify_data"])],
)  # fmt: skip
def test_the_files_that_a_table_comes_from(loaded: Wavehouse, table: str, names: list[str]) -> None:
    price = loaded("sql", f"SELECT count(*) FROM {table}", "--price", "--json").json["price"]
    assert price["csv_bytes"] == _sizes(loaded, *names)


def test_external_files_are_their_own(loaded: Wavehouse) -> None:
    folder = loaded.cwd / "charts"
    for year, rows in ((2019, 5), (2020, 50)):
        (folder / f"year={year}").mkdir(parents=True)
        (folder / f"year={year}" / "a.csv").write_text("song,plays\n" + "x,1\n" * rows)
    assert loaded("crawl", "charts", "--database", "own").code == 0
    sizes = {year: (folder / f"year={year}" / "a.csv").stat().st_size for year in (2019, 2020)}
    whole = loaded("sql", "SELECT count(*) FROM own.charts", "--price", "--json").json["price"]
    assert whole["bytes"] == whole["csv_bytes"] == sum(sizes.values())
    part = loaded("sql", "SELECT song FROM own.charts WHERE year = 2019", "--price", "--json").json["price"]
    assert (part["bytes"], part["csv_bytes"]) == (sizes[2019], sum(sizes.values()))


def test_a_project_sets_the_price(loaded: Wavehouse) -> None:
    with (loaded.cwd / "mine" / "wavehouse.yaml").open("a") as file:
        file.write("\nathena:\n  price_per_tb: 8.0\n")
    price = loaded("sql", _QUERY, "--project", "mine", "--price", "--json").json["price"]
    assert (price["price_per_tb"], price["usd"]) == (8.0, 0.00008)


def test_a_query_above_the_limit_is_refused(loaded: Wavehouse) -> None:
    folder = loaded.cwd / "big"
    folder.mkdir()
    (folder / "a.csv").write_text("song,plays\n" + "a song,1\n" * 1_200_000)
    assert loaded("crawl", "big", "--database", "own").code == 0
    project = loaded.cwd / "limited"
    project.mkdir()
    (project / "wavehouse.yaml").write_text("name: x\nathena:\n  bytes_scanned_cutoff: 10000000\n")
    sql = "SELECT max(plays) FROM own.big"
    for extra in ([], ["--json"], ["--format", "csv"]):
        done = loaded("sql", sql, "--project", "limited", *extra)
        assert (done.code, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1
        assert "wavehouse.yaml:3: Athena would scan 10.8 MB (10,800,011 bytes)" in done.stderr
        assert "own.big" in done.stderr
    told = loaded("sql", sql, "--project", "limited", "--price")
    assert (told.code, told.stdout.splitlines()[-1]) == (
        0,
        "more than bytes_scanned_cutoff allows (10,000,000 bytes): refused",
    )
    assert loaded("sql", sql, "--json").json["rows"] == [[1]]
    assert loaded("sql", "SELECT 1", "--project", "limited", "--format", "csv").code == 0
