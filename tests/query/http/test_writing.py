"""Statements that write, over HTTP: only where the server was told so, and then as on the command line."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awswrangler as wr
import pytest
from botocore.exceptions import ClientError
from pyathena import connect
from tests.conftest import Wavehouse
from tests.query.http.conftest import Served, until

_MAKE = (
    "CREATE TABLE spotify.mine WITH (table_type = 'ICEBERG', is_external = false) AS "
    "SELECT track_id, track_popularity FROM spotify.tracks LIMIT 10"
)


@pytest.fixture(scope="module")
def writable(
    serve: Callable[..., Served],
    tmp_path_factory: pytest.TempPathFactory,
    wavehouse_in: Callable[[Path], Wavehouse],
) -> Served:
    """A server that may write to a lake of its own."""
    folder = tmp_path_factory.mktemp("writable")
    wavehouse = wavehouse_in(folder)
    for args in (("generate", "files", "--scale", "0.002"), ("run", "--from", "files", "--lake", "lake")):
        made = wavehouse(*args)
        assert made.code == 0, made.stderr
    return serve(folder / "lake", "--write")


def done(served: Served, sql: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The execution of a statement that succeeds, and its results."""
    found = served.run(sql, **given)
    assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
    return found, served.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])


def kind(execution: dict[str, Any]) -> tuple[str, str]:
    return execution["StatementType"], execution["SubstatementType"]


def test_a_table_is_made_changed_and_dropped(writable: Served) -> None:
    made, told = done(writable, _MAKE)
    assert kind(made) == ("DDL", "CREATE_TABLE_AS_SELECT")
    assert (told["UpdateCount"], told["ResultSet"]["Rows"]) == (10, [])
    assert writable.rows("SELECT count(*) FROM spotify.mine") == [["10"]]
    for sql, type_, count in (
        ("INSERT INTO spotify.mine VALUES ('a', 1), ('b', 2)", ("DML", "INSERT"), 2),
        ("UPDATE spotify.mine SET track_popularity = 3 WHERE track_id = 'a'", ("DML", "UPDATE"), 1),
        ("DELETE FROM spotify.mine WHERE track_id = 'b'", ("DML", "DELETE"), 1),
        (
            "MERGE INTO spotify.mine AS t USING (VALUES ('a'), ('c')) AS s(k) ON t.track_id = s.k "
            "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.k, 9)",
            ("DML", "MERGE"),
            2,
        ),
    ):
        changed, told = done(writable, sql)
        assert (kind(changed), told["UpdateCount"]) == (type_, count), sql
    assert writable.rows("SELECT track_id FROM spotify.mine WHERE length(track_id) = 1") == [["c"]]
    done(
        writable,
        "CREATE VIEW few AS SELECT track_id FROM mine",
        QueryExecutionContext={"Database": "spotify"},
    )
    assert writable.rows("SELECT count(*) FROM spotify.few") == [["11"]]
    assert kind(done(writable, "DROP VIEW spotify.few")[0]) == ("DDL", "DROP_VIEW")
    assert kind(done(writable, "DROP TABLE spotify.mine")[0]) == ("DDL", "DROP_TABLE")
    assert writable.run("SELECT 1 FROM spotify.mine")["Status"]["State"] == "FAILED"


def test_constants_come_with_a_statement(writable: Served) -> None:
    done(writable, "CREATE TABLE spotify.given (a int, b string) TBLPROPERTIES ('table_type'='ICEBERG')")
    done(writable, "INSERT INTO spotify.given VALUES (?, ?)", ExecutionParameters=["1", "'x'"])
    done(writable, "PREPARE put FROM INSERT INTO spotify.given VALUES (?, ?)")
    done(writable, "EXECUTE put USING 2, 'y'")
    assert writable.rows("SELECT * FROM spotify.given ORDER BY a") == [["1", "x"], ["2", "y"]]
    done(writable, "DEALLOCATE PREPARE put")


def test_rows_go_to_files_inside_of_the_lake_alone(writable: Served) -> None:
    to = "SELECT track_id FROM spotify.tracks"
    unloaded, told = done(writable, f"UNLOAD ({to}) TO '${{warehouse}}/out/' WITH (format = 'PARQUET')")
    assert kind(unloaded)[1] == "UNLOAD"
    assert told["UpdateCount"] > 0
    assert "DataManifestLocation" not in unloaded["Statistics"]
    assert list((writable.lake / "files" / "out").iterdir())
    for place in ("/elsewhere/out/", "s3://wavehouse-results/out/", "${warehouse}/../../out/"):
        failed = writable.run(f"UNLOAD ({to}) TO '{place}' WITH (format = 'PARQUET')")["Status"]
        assert failed["State"] == "FAILED", place


def test_what_runs_make_is_left_alone(writable: Served) -> None:
    failed = writable.run("DELETE FROM spotify.tracks")["Status"]
    assert "runs make it" in failed["StateChangeReason"]
    assert writable.rows("SELECT count(*) FROM spotify.tracks") != [["0"]]


def test_a_statement_that_writes_waits_for_another_and_is_not_stopped(writable: Served) -> None:
    athena = writable.client("athena")
    lock = os.open(writable.lake / ".lock", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first, second = (
            athena.start_query_execution(
                QueryString=f"CREATE TABLE spotify.{name} WITH (table_type = 'ICEBERG', "
                "is_external = false) AS SELECT 1 AS n"
            )["QueryExecutionId"]
            for name in ("waits", "never")
        )
        until(lambda: _state(athena, first) == "RUNNING")
        with pytest.raises(ClientError, match="all of its work or nothing"):
            athena.stop_query_execution(QueryExecutionId=first)
        # The second has not begun, and queries do not wait for either.
        athena.stop_query_execution(QueryExecutionId=second)
        assert writable.rows("SELECT 1") == [["1"]]
    finally:
        os.close(lock)
    assert writable.end_of(first)["Status"]["State"] == "SUCCEEDED"
    assert writable.end_of(second)["Status"]["State"] == "CANCELLED"
    assert writable.rows("SELECT n FROM spotify.waits") == [["1"]]
    assert writable.run("SELECT n FROM spotify.never")["Status"]["State"] == "FAILED"


def _state(athena: Any, id_: str) -> str:
    return str(athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"]["State"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_pyathena_and_awswrangler_write(writable: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", writable.url)
    for name, value in (
        ("ACCESS_KEY_ID", "any"),
        ("SECRET_ACCESS_KEY", "any"),
        ("DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    given: dict[str, Any] = {"s3_staging_dir": "s3://wavehouse-results/", **writable.keys}
    with connect(poll_interval=0.1, **given) as made:
        cursor = made.cursor()
        cursor.execute(
            "CREATE TABLE spotify.theirs WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS n"
        )
        cursor.execute("INSERT INTO spotify.theirs VALUES (2), (3)")
        assert cursor.execute("SELECT sum(n) FROM spotify.theirs").fetchall() == [(6,)]
    id_ = wr.athena.start_query_execution("INSERT INTO theirs VALUES (4)", database="spotify", wait=True)
    assert id_["Status"]["State"] == "SUCCEEDED"
    read = wr.athena.read_sql_query("SELECT max(n) AS n FROM theirs", database="spotify", ctas_approach=False)
    assert read["n"].tolist() == [4]
