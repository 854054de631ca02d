"""The server as a process: a worker that dies, a port that is taken, what is said and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.query.http.conftest import LONG, Served, until


def test_a_worker_that_dies_is_a_query_that_failed(served: Served) -> None:
    athena = served.client("athena")
    id_ = athena.start_query_execution(QueryString=LONG)["QueryExecutionId"]
    until(
        lambda: (
            served.client("athena").get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"][
                "State"
            ]
            == "RUNNING"
        )
    )
    # (Which of them has the query is not told.)
    for worker in served.workers():
        os.kill(worker, signal.SIGKILL)
    status = served.end_of(id_)["Status"]
    assert status["State"] == "FAILED"
    assert status["AthenaError"]["ErrorCategory"] == 1
    assert served.rows("SELECT count(*) > 0 FROM spotify.tracks") == [["true"]]


def test_nothing_of_this_machine_is_told(served: Served, wavehouse: Wavehouse) -> None:
    broken = served.lake / "files" / "bro ken"
    broken.mkdir(parents=True)
    (broken / "a.parquet").write_text("no parquet")
    made = "CREATE EXTERNAL TABLE spotify.broken (a int) STORED AS PARQUET LOCATION '${warehouse}/bro ken/'"
    assert wavehouse("sql", made, "--write", "--lake", served.lake).code == 0
    athena = served.client("athena")
    told = [athena.list_table_metadata(CatalogName="awsdatacatalog", DatabaseName="spotify")]
    for sql in (
        "SELECT * FROM spotify.trakcs",
        "SELECT CAST('x' AS integer)",
        'SELECT * FROM "/etc/passwd"',
        "SELECT a FROM spotify.broken",
        "EXPLAIN SELECT track_name FROM spotify.tracks",
        "EXPLAIN SELECT a FROM spotify.broken",
        "UNLOAD (SELECT 1 AS a) TO '/etc/' WITH (format = 'JSON')",
    ):
        execution = served.run(sql)
        told.append(execution)
        if execution["Status"]["State"] == "SUCCEEDED":
            told.append(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"]))
    # What was asked on the command line is in the history, too.
    assert wavehouse("sql", "SELECT a FROM spotify.broken", "--lake", served.lake).code != 0
    unload = "UNLOAD (SELECT 1 AS a) TO '/etc/' WITH (format = 'JSON')"
    assert wavehouse("sql", unload, "--write", "--lake", served.lake).code != 0
    assert wavehouse("sql", "DROP TABLE spotify.broken", "--write", "--lake", served.lake).code == 0
    ids = athena.list_query_executions()["QueryExecutionIds"]
    told += athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    words = json.dumps(told, default=str)
    assert "bro ken" in words
    for place in (served.lake, os.path.realpath(served.lake), Path.home()):
        assert str(place) not in words


def test_a_port_in_use_is_one_paragraph(served: Served, wavehouse: Wavehouse) -> None:
    port = str(served.told["port"])
    done = wavehouse("serve", "--port", port, "--lake", served.lake)
    assert done.code == 3
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
    assert "--port" in done.stderr


def test_an_address_of_another_machine_is_refused(served: Served, wavehouse: Wavehouse) -> None:
    done = wavehouse("serve", "--host", "192.0.2.1", "--port", "0", "--lake", served.lake)
    assert (done.code, done.stderr.count("\n")) == (2, 1)


def test_there_must_be_a_lake(wavehouse: Wavehouse) -> None:
    done = wavehouse("serve", "--port", "0", "--lake", "nowhere")
    assert done.code == 2
    assert "no lake" in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_ends_cleanly_and_tells_the_history_what_it_cancelled(
    served_lake: Path, serve: Callable[..., Served], wavehouse: Wavehouse, number: int, code: int
) -> None:
    served = serve(served_lake)
    id_ = served.client("athena").start_query_execution(QueryString=LONG)["QueryExecutionId"]
    workers = served.workers()
    assert workers
    served.process.send_signal(number)
    assert served.process.wait(30) == code
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    told = wavehouse("history", "show", id_, "--json", "--lake", served.lake).json
    assert told["state"] == "CANCELLED"
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", served.told["port"])):
        pass


def test_a_server_that_is_killed_leaves_no_query_running(
    served_lake: Path, serve: Callable[..., Served], wavehouse: Wavehouse
) -> None:
    served = serve(served_lake)
    done = served.run("SELECT 1 AS one")["QueryExecutionId"]
    lost = served.client("athena").start_query_execution(QueryString=LONG)["QueryExecutionId"]
    workers = served.workers()
    served.process.kill()
    served.process.wait(30)
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    state = wavehouse("history", "show", lost, "--json", "--lake", served.lake).json
    assert (state["state"], "ended before" in state["reason"]) == ("FAILED", True)
    again = serve(served_lake)
    assert again.rows("SELECT 2") == [["2"]]
    rows = again.client("athena").get_query_results(QueryExecutionId=done)["ResultSet"]["Rows"]
    assert rows[1]["Data"] == [{"VarCharValue": "1"}]


def test_answers_are_exported(served: Served, wavehouse: Wavehouse, tmp_path: Path) -> None:
    id_ = served.run("SELECT 1 AS n, '=1+1' AS s, NULL AS nothing")["QueryExecutionId"]
    for form in ("csv", "json", "parquet"):
        done = wavehouse(
            "history",
            "export",
            id_[:13],
            "--format",
            form,
            "--to",
            tmp_path / f"a.{form}",
            "--lake",
            served.lake,
        )
        assert done.code == 0, done.stderr
    assert (tmp_path / "a.csv").read_bytes() == b"n,s,nothing\r\n1,'=1+1,\r\n"
    assert json.loads((tmp_path / "a.json").read_text())["rows"] == [[1, "=1+1", None]]
    import polars

    assert polars.read_parquet(tmp_path / "a.parquet").rows() == [(1, "=1+1", None)]


def test_queries_of_the_command_line_are_in_the_history(served: Served, wavehouse: Wavehouse) -> None:
    sql = "SELECT count(*) AS asked_by_command FROM spotify.tracks"
    assert wavehouse("sql", sql, "--lake", served.lake).code == 0
    assert wavehouse("sql", "SELECT * FROM spotify.trakcs", "--lake", served.lake).code == 2
    newest = wavehouse("history", "--limit", "2", "--json", "--lake", served.lake).json["queries"]
    assert [(one["state"], one["source"]) for one in newest] == [("FAILED", "sql"), ("SUCCEEDED", "sql")]
    assert newest[1]["sql"] == sql
    assert "spotify.tracks" in newest[1]["tables"]


def test_a_history_that_cannot_be_written_fails_no_query(wavehouse: Wavehouse, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    with contextlib.closing(sqlite3.connect(lake / "catalog.db")) as empty:
        empty.execute("CREATE TABLE other (a integer)")
        empty.commit()
    (lake / "queries").write_text("in the way")
    done = wavehouse("sql", "SELECT 1", "--format", "csv", "--lake", lake)
    assert (done.code, done.stdout.split()) == (0, ["_col0", "1"]), done.stderr


def test_a_folder_that_a_run_replaces_is_read_again(
    serve: Callable[..., Served], wavehouse_in: Callable[[Path], Wavehouse], tmp_path: Path
) -> None:
    wavehouse, run = wavehouse_in(tmp_path), ("run", "--from", "files", "--lake", "lake")
    for args in (("generate", "files", "--scale", "0.001"), run):
        done = wavehouse(*args)
        assert done.code == 0, done.stderr
    served, sql = serve(tmp_path / "lake"), "SELECT count(*), max(track_name) FROM spotify.tracks_parquet"
    first, folder = served.rows(sql), tmp_path / "lake" / "files" / "tracks_parquet"
    for _ in range(2):
        before = folder.readlink()
        assert wavehouse(*run, "--full").code == 0
        assert folder.readlink() != before
        assert served.rows(sql) == first


def test_a_lake_that_cannot_be_written_to_is_answered_from(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    with contextlib.closing(sqlite3.connect(lake / "catalog.db")) as empty:
        empty.execute("CREATE TABLE other (a integer)")
        empty.commit()
    (lake / "queries").write_text("in the way")
    assert serve(lake).rows("SELECT 1 AS n") == [["1"]]
    assert (lake / "queries").read_text() == "in the way"
