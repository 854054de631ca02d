"""Queries of the command line run in a process of their own: its limits, its end, and what it gives."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.conftest import Wavehouse

from wavehouse.core.errors import CallError, QueryError
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring import statements
from wavehouse.wiring.sandboxed import asking

_MILLION = "SELECT a, b FROM UNNEST(sequence(1, 1000)) AS t(a), UNNEST(sequence(1, 1000)) AS u(b)"
_LONG = "SELECT count(*) FROM " + " CROSS JOIN ".join(f"spotify.tracks {name}" for name in "abcdefgh")
_MEASURED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
)
# The rows would take more than that.
_KILOBYTES = 250_000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Settings:
    """Those of a small lake."""
    folder = tmp_path_factory.mktemp("asked")
    wavehouse = wavehouse_in(folder)
    for args in (("generate", "files", "--scale", "0.002"), ("run", "--from", "files", "--lake", "lake")):
        done = wavehouse(*args)
        assert done.code == 0, done.stderr
    return Settings(builtin_project(), folder / "lake")


def test_a_query_that_takes_too_long_is_ended(settings: Settings) -> None:
    with pytest.raises(QueryError, match=r"took longer than the 0\.5 seconds"):
        statements.run(settings, _LONG, "csv", None, seconds=0.5)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_time_is_more_than_nothing(settings: Settings, seconds: float) -> None:
    with pytest.raises(CallError, match="--timeout"):
        statements.run(settings, "SELECT 1", "csv", None, seconds=seconds)


def test_the_time_is_that_of_queries(settings: Settings) -> None:
    with pytest.raises(CallError, match="another statement"):
        statements.run(settings, "SHOW DATABASES", "csv", None, seconds=5)


def test_no_engine_is_in_the_process_that_asks(settings: Settings) -> None:
    """What runs the query is elsewhere, and nothing of it is waited for here."""
    code = (
        "import sys; from pathlib import Path; from wavehouse.settings import Settings; "
        "from wavehouse.wiring import statements; settings = Settings(Path(sys.argv[1]), Path(sys.argv[2])); "
        "statements.run(settings, 'SELECT count(*) FROM spotify.tracks', 'csv', None); "
        "print([name for name in ('duckdb', 'pyarrow', 'rich') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(settings.project), str(settings.lake)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == "[]"


def test_ctrl_c_ends_the_query_and_its_process(settings: Settings) -> None:
    asked = subprocess.Popen(
        [sys.executable, "-m", "wavehouse", "sql", _LONG, "--lake", str(settings.lake), "--format", "csv"],
        stderr=subprocess.PIPE,
        text=True,
    )
    worker = _worker_of(asked.pid)
    os.kill(asked.pid, signal.SIGINT)
    _, told = asked.communicate(timeout=20)
    assert (asked.returncode, told.strip()) == (130, "error: interrupted")
    assert not Path(f"/proc/{worker}").exists()


def _worker_of(parent: int) -> int:
    while True:
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
                # It runs for as long as a query that does not end: it has used half a second.
                used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                if int(fields[1]) == parent and used > 0.8:
                    return int(path.parent.name)
            except OSError:
                continue


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_million_rows_are_written_as_they_come(settings: Settings, tmp_path: Path, form: str) -> None:
    """In memory that would not hold them."""
    to = tmp_path / "rows"
    command = [sys.executable, "-m", "wavehouse", "sql", _MILLION, "--format", form, "--to", str(to)]
    # (A process counts the memory of the one that it was forked from: that is a small one here.)
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command, "--lake", str(settings.lake)],
        stdout=subprocess.PIPE,
        check=True,
    )
    assert int(measured.stdout) < _KILOBYTES
    if form == "csv":
        with to.open() as file:
            assert sum(1 for _ in file) == 1_000_001
    elif form == "json":
        assert len(json.loads(to.read_text())["rows"]) == 1_000_000
    else:
        assert pq.read_metadata(to).num_rows == 1_000_000


def test_parquet_has_the_types_of_the_answer(settings: Settings, tmp_path: Path) -> None:
    to = tmp_path / "answer.parquet"
    sql = (
        "SELECT CAST('1.50' AS decimal(5,2)) AS d, TIMESTAMP '2020-01-01 00:00:00.123' AS t, "
        "TIMESTAMP '2020-01-01 00:00:00 UTC' AS z, ARRAY[1, NULL] AS a, MAP(ARRAY['k'], ARRAY[2]) AS m, "
        "CAST(ROW(1, 'x') AS row(n bigint, s varchar)) AS r, DATE '2020-02-29' AS day, X'00ff' AS b"
    )
    statements.run(settings, sql, "parquet", None, to=to)
    found = pq.read_table(to)
    assert {field.name: str(field.type) for field in found.schema if field.name not in "mar"} == {
        "d": "decimal128(5, 2)",
        "t": "timestamp[us]",
        "z": "timestamp[us, tz=UTC]",
        "day": "date32[day]",
        "b": "binary",
    }
    (row,) = found.to_pylist()
    assert row["d"] == Decimal("1.50")
    assert row["z"] == datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    assert (row["a"], row["m"], row["r"]) == ([1, None], [("k", 2)], {"n": 1, "s": "x"})


def test_parquet_of_no_rows_has_its_columns(settings: Settings, tmp_path: Path) -> None:
    to = tmp_path / "answer.parquet"
    statements.run(settings, "SELECT track_id FROM spotify.tracks LIMIT 0", "parquet", None, to=to)
    assert pq.read_table(to).to_pydict() == {"track_id": []}
    with pytest.raises(CallError, match="two columns are called 'a'"):
        statements.run(settings, "SELECT 1 AS a, 2 AS a", "parquet", None, to=to)


def test_parquet_is_not_written_to_a_terminal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(CallError, match="--to FILE"):
        statements.run(settings, "SELECT 1 AS a", "parquet", None)


def test_a_file_is_there_whole_or_as_it_was(settings: Settings, tmp_path: Path) -> None:
    to = tmp_path / "answer.csv"
    statements.run(settings, "SELECT 1 AS a", "csv", None, to=to)
    assert to.read_bytes() == b"a\r\n1\r\n"
    fails = f"SELECT 1 / (CASE WHEN a = 900 THEN 0 ELSE 1 END) AS x FROM ({_MILLION})"
    with pytest.raises(QueryError, match="zero"):
        statements.run(settings, fails, "csv", None, to=to)
    assert (to.read_bytes(), list(tmp_path.iterdir())) == (b"a\r\n1\r\n", [to])
    with pytest.raises(CallError, match="nothing can be written here"):
        statements.run(settings, "SELECT 1 AS a", "csv", None, to=tmp_path / "none" / "answer.csv")


def test_rows_that_are_kept_have_their_numbers(settings: Settings) -> None:
    with asking(settings) as ask:
        found = ask("SELECT CAST('1.50' AS decimal(5,2)) AS d, nan() AS n, 1 AS i, DATE '2020-02-29' AS day")
        assert found.rows[0][0] == Decimal("1.50")
        assert found.rows[0][1] != found.rows[0][1]
        assert found.rows[0][2:] == (1, "2020-02-29")
        assert ask("SELECT count(*) AS n FROM spotify.tracks").rows[0][0] > 0
