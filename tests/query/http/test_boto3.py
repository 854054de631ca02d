"""Every operation that is offered, by Amazon's own client over real HTTP."""

from __future__ import annotations

import csv
import io
import re
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.conftest import Wavehouse
from tests.query.http.conftest import LONG, Served

_TYPES = (
    "SELECT 1, 9999999999, 1.50, 1e10, 0.0001e0, true, DATE '2020-02-29', TIMESTAMP '2020-02-29 13:14:15', "
    "'a \"b\", c', '', NULL"
)
_TEXTS = [
    *("1", "9999999999", "1.50", "1.0E10", "1.0E-4", "true", "2020-02-29", "2020-02-29 13:14:15"),
    *('a "b", c', "", None),
]
_TEN = ", ".join(f"({n})" for n in range(10))
_ROWS = (
    f"SELECT 1000 * a.n + 100 * b.n + 10 * c.n + d.n AS n FROM (VALUES 0, 1, 2, 3, 4) AS a(n) "
    f"CROSS JOIN (VALUES {_TEN}) AS b(n) CROSS JOIN (VALUES {_TEN}) AS c(n) "
    f"CROSS JOIN (VALUES {_TEN}) AS d(n) "
    "ORDER BY 1"
)


def _refused(call: Any, code: str = "InvalidRequestException") -> str:
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == code
    return str(error.value.response["Error"]["Message"])


def test_values_are_written_as_athena_does(served: Served) -> None:
    assert served.rows(_TYPES) == [_TEXTS]


def test_columns_have_athenas_types(served: Served) -> None:
    found = served.run(_TYPES)
    answer = served.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])
    told = [
        (one["Name"], one["Type"], one["Precision"])
        for one in answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    ]
    assert told[:4] == [
        ("_col0", "integer", 10),
        ("_col1", "bigint", 19),
        ("_col2", "decimal", 3),
        ("_col3", "double", 17),
    ]
    assert [datum["VarCharValue"] for datum in answer["ResultSet"]["Rows"][0]["Data"]][:2] == [
        "_col0",
        "_col1",
    ]


def test_the_csv_has_every_value_in_quotes_but_null(served: Served) -> None:
    found = served.run("SELECT 1 AS n, '' AS empty, NULL AS nothing, 'a \"b\"' AS quoted")
    location = found["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://wavehouse-results/{found['QueryExecutionId']}.csv"
    body = (
        served.client("s3")
        .get_object(Bucket="wavehouse-results", Key=location.rpartition("/")[2])["Body"]
        .read()
    )
    assert body == b'"n","empty","nothing","quoted"\n"1","",,"a ""b"""\n'


def test_the_answer_is_that_of_the_command_line(served: Served, wavehouse: Wavehouse) -> None:
    sql = (
        "SELECT artist_name, count(*) AS tracks, min(release_date) AS first FROM spotify.tracks "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"
    )
    direct = wavehouse("sql", sql, "--json", "--lake", served.lake).json
    assert served.rows(sql) == [[None if v is None else str(v) for v in row] for row in direct["rows"]]


def test_five_thousand_rows_come_page_by_page(served: Served) -> None:
    found = served.run(_ROWS)
    athena = served.client("athena")
    pages = list(
        athena.get_paginator("get_query_results").paginate(QueryExecutionId=found["QueryExecutionId"])
    )
    values = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert values == ["n", *map(str, range(5000))]
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000] * 5 + [1]
    small = athena.get_query_results(QueryExecutionId=found["QueryExecutionId"], MaxResults=3)
    assert len(small["ResultSet"]["Rows"]) == 3
    again = athena.get_query_results(
        QueryExecutionId=found["QueryExecutionId"], MaxResults=2, NextToken=small["NextToken"]
    )
    assert [row["Data"][0]["VarCharValue"] for row in again["ResultSet"]["Rows"]] == ["2", "3"]
    body = served.client("s3").get_object(Bucket="wavehouse-results", Key=f"{found['QueryExecutionId']}.csv")[
        "Body"
    ]
    rows = list(csv.reader(io.StringIO(body.read().decode())))
    assert [row[0] for row in rows] == values


def test_an_execution_is_described(served: Served) -> None:
    found = served.run("SELECT avg(duration_ms) FROM tracks", QueryExecutionContext={"Database": "spotify"})
    assert found["StatementType"] == "DML"
    assert found["WorkGroup"] == "primary"
    assert found["QueryExecutionContext"]["Database"] == "spotify"
    figures = found["Statistics"]
    assert figures["DataScannedInBytes"] > 0
    assert figures["TotalExecutionTimeInMillis"] >= figures["EngineExecutionTimeInMillis"]
    athena = served.client("athena")
    told = athena.get_query_runtime_statistics(QueryExecutionId=found["QueryExecutionId"])[
        "QueryRuntimeStatistics"
    ]
    assert told["Rows"] == {"InputBytes": figures["DataScannedInBytes"], "OutputRows": 1}
    assert found["QueryExecutionId"] in athena.list_query_executions()["QueryExecutionIds"]
    several = athena.batch_get_query_execution(QueryExecutionIds=[found["QueryExecutionId"], "no-such-one"])
    assert [one["QueryExecutionId"] for one in several["QueryExecutions"]] == [found["QueryExecutionId"]]
    assert [one["QueryExecutionId"] for one in several["UnprocessedQueryExecutionIds"]] == ["no-such-one"]


def test_what_is_no_sql_is_refused_at_once(served: Served) -> None:
    athena = served.client("athena")
    assert "line 1, column 10" in _refused(lambda: athena.start_query_execution(QueryString="SELECT 1 +"))
    assert "SELECT" in _refused(lambda: athena.start_query_execution(QueryString="SELEC 1"))


def test_what_cannot_be_answered_fails(served: Served) -> None:
    unknown = served.run("SELECT * FROM spotify.trakcs")
    assert unknown["Status"]["State"] == "FAILED"
    assert "spotify.tracks" in unknown["Status"]["StateChangeReason"]
    assert unknown["Status"]["AthenaError"]["ErrorCategory"] == 2
    stopped = served.run("SELECT CAST('x' AS integer)")
    assert stopped["Status"]["AthenaError"]["ErrorType"] == 1001
    athena = served.client("athena")
    assert "FAILED" in _refused(
        lambda: athena.get_query_results(QueryExecutionId=stopped["QueryExecutionId"])
    )
    _refused(lambda: athena.get_query_results(QueryExecutionId="6f3c7a4e-8d1b-4a52-9c0e-3f2b8a7d9e10"))


def test_a_query_is_stopped_at_once(served: Served) -> None:
    athena = served.client("athena")
    id_ = athena.start_query_execution(QueryString=LONG)["QueryExecutionId"]
    state = ""
    while state != "RUNNING":
        state = athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"]["State"]
    assert "RUNNING" in _refused(lambda: athena.get_query_results(QueryExecutionId=id_))
    athena.stop_query_execution(QueryExecutionId=id_)
    assert served.end_of(id_)["Status"]["State"] == "CANCELLED"
    athena.stop_query_execution(QueryExecutionId=id_)
    assert served.rows("SELECT 1") == [["1"]]


def test_parameters_are_constants(served: Served) -> None:
    assert served.rows("SELECT ? + 1, ?", ExecutionParameters=["-41", "'it''s -- ?'"]) == [
        ["-40", "it's -- ?"]
    ]
    athena = served.client("athena")
    for bad in (["1"], ["1", "2", "3"], ["1", "1; SELECT 2"], ["1", "(SELECT 1)"], ["1", "1 --"], ["1", "x"]):
        _refused(
            lambda bad=bad: athena.start_query_execution(QueryString="SELECT ?, ?", ExecutionParameters=bad)
        )


def test_prepared_statements_are_kept_and_executed(served: Served) -> None:
    athena = served.client("athena")
    given = {"StatementName": "Popular", "WorkGroup": "primary"}
    athena.create_prepared_statement(QueryStatement="SELECT ? AS a", Description="first", **given)
    _refused(lambda: athena.create_prepared_statement(QueryStatement="SELECT 1", **given))
    assert served.rows("EXECUTE Popular USING 'x, y'") == [["x, y"]]
    assert served.rows("EXECUTE Popular", ExecutionParameters=["5"]) == [["5"]]
    athena.update_prepared_statement(QueryStatement="SELECT ? + 1", **given)
    kept = athena.get_prepared_statement(**given)["PreparedStatement"]
    assert (kept["StatementName"], kept["QueryStatement"]) == ("Popular", "SELECT ? + 1")
    listed = athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert [one["StatementName"] for one in listed] == ["Popular"]
    several = athena.batch_get_prepared_statement(
        PreparedStatementNames=["Popular", "Unknown"], WorkGroup="primary"
    )
    assert [one["StatementName"] for one in several["PreparedStatements"]] == ["Popular"]
    assert [one["StatementName"] for one in several["UnprocessedPreparedStatementNames"]] == ["Unknown"]
    athena.delete_prepared_statement(**given)
    _refused(lambda: athena.get_prepared_statement(**given), "ResourceNotFoundException")
    _refused(lambda: athena.start_query_execution(QueryString="EXECUTE Popular"))
    _refused(
        lambda: athena.create_prepared_statement(
            StatementName="../x", WorkGroup="primary", QueryStatement="SELECT 1"
        )
    )


def test_an_answer_is_given_again_while_it_is_young_and_nothing_has_changed(served: Served) -> None:
    sql = "SELECT max(duration_ms) AS longest_of_all FROM spotify.tracks"
    age = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    first = served.run(sql, ResultReuseConfiguration=age)
    again = served.run(sql, ResultReuseConfiguration=age)
    reused = [one["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] for one in (first, again)]
    assert reused == [False, True]
    assert again["Statistics"]["DataScannedInBytes"] == 0
    assert again["QueryExecutionId"] != first["QueryExecutionId"]
    athena = served.client("athena")
    answers = [
        athena.get_query_results(QueryExecutionId=one["QueryExecutionId"])["ResultSet"]["Rows"]
        for one in (first, again)
    ]
    assert answers[0] == answers[1]
    fresh = served.run(sql)
    assert not fresh["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_results_that_are_managed_have_no_place_in_a_bucket(served: Served) -> None:
    found = served.run("SELECT 1 AS n", WorkGroup="managed")
    assert "OutputLocation" not in found["ResultConfiguration"]
    athena = served.client("athena")
    told = athena.get_work_group(WorkGroup="managed")["WorkGroup"]["Configuration"]
    assert told["ManagedQueryResultsConfiguration"]["Enabled"]
    listed = athena.list_query_executions(WorkGroup="managed")["QueryExecutionIds"]
    assert found["QueryExecutionId"] in listed
    assert found["QueryExecutionId"] not in athena.list_query_executions()["QueryExecutionIds"]


def test_a_call_that_is_repeated_starts_one_query(served: Served) -> None:
    athena = served.client("athena")
    token = "a-token-of-at-least-thirty-two-characters"  # noqa: S105
    ids = {
        athena.start_query_execution(QueryString="SELECT 7", ClientRequestToken=token)["QueryExecutionId"]
        for _ in range(3)
    }
    assert len(ids) == 1
    _refused(lambda: athena.start_query_execution(QueryString="SELECT 8", ClientRequestToken=token))


def test_what_there_is_is_told(served: Served) -> None:
    athena = served.client("athena")
    assert [one["Name"] for one in athena.list_work_groups()["WorkGroups"]] == ["primary", "managed"]
    group = athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
    assert group["ResultConfiguration"]["OutputLocation"] == "s3://wavehouse-results/"
    assert group["EnforceWorkGroupConfiguration"] is True
    _refused(lambda: athena.get_work_group(WorkGroup="other"))
    versions = athena.list_engine_versions()["EngineVersions"]
    assert [one["EffectiveEngineVersion"] for one in versions] == ["Athena engine version 3"]
    arn = "arn:aws:athena:us-east-1:000000000000:workgroup/primary"
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
    assert athena.list_data_catalogs()["DataCatalogsSummary"] == [
        {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}
    ]
    assert athena.get_data_catalog(Name="AwsDataCatalog")["DataCatalog"]["Type"] == "GLUE"


def test_the_catalog_is_that_of_the_lake(served: Served) -> None:
    athena, named = served.client("athena"), {"CatalogName": "AwsDataCatalog"}
    databases = [one["Name"] for one in athena.list_databases(**named)["DatabaseList"]]
    assert {"spotify", "staging"} <= set(databases)
    assert athena.get_database(DatabaseName="spotify", **named)["Database"]["Name"] == "spotify"
    _refused(lambda: athena.get_database(DatabaseName="nope", **named), "MetadataException")
    tables = athena.list_table_metadata(DatabaseName="spotify", Expression="trac*.*", **named)[
        "TableMetadataList"
    ]
    assert [one["Name"] for one in tables] == ["tracks", "tracks_parquet"]
    table = athena.get_table_metadata(DatabaseName="spotify", TableName="tracks", **named)["TableMetadata"]
    types = {column["Name"]: column["Type"] for column in table["Columns"]}
    assert (types["track_id"], types["genres"], types["release_date"]) == ("string", "array<string>", "date")
    _refused(
        lambda: athena.get_table_metadata(DatabaseName="spotify", TableName="x", **named), "MetadataException"
    )


def test_saved_queries_are_named_queries(served: Served) -> None:
    athena = served.client("athena")
    ids = athena.list_named_queries()["NamedQueryIds"]
    several = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    assert {"top_tracks", "audio_profile"} <= {one["Name"] for one in several}
    one = athena.get_named_query(NamedQueryId=ids[0])["NamedQuery"]
    assert served.run(one["QueryString"])["Status"]["State"] == "SUCCEEDED"
    message = _refused(lambda: athena.create_named_query(Name="x", Database="d", QueryString="SELECT 1"))
    assert "queries/NAME.sql" in message


def test_what_would_change_something_is_refused_by_name(served: Served) -> None:
    athena = served.client("athena")
    assert "CreateWorkGroup" in _refused(lambda: athena.create_work_group(Name="x"))
    assert "UpdateWorkGroup" in _refused(lambda: athena.update_work_group(WorkGroup="primary"))
    assert "DeleteWorkGroup" in _refused(lambda: athena.delete_work_group(WorkGroup="primary"))
    assert "CreateDataCatalog" in _refused(lambda: athena.create_data_catalog(Name="x", Type="HIVE"))
    assert "CreateNotebook" in _refused(lambda: athena.create_notebook(WorkGroup="primary", Name="x"))
    offered = set(athena.meta.service_model.operation_names)
    from wavehouse.query.http.athena import OPERATIONS, REFUSED

    assert set(OPERATIONS) | REFUSED == offered


def test_several_clients_get_their_own_answers(served: Served) -> None:
    found: dict[int, list[list[str | None]]] = {}

    def ask(number: int) -> None:
        found[number] = served.rows(f"SELECT {number} AS n, count(*) FROM spotify.tracks")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    (count,) = {row[0][1] for row in found.values()}
    assert found == {number: [[str(number), count]] for number in range(12)}


def test_statements_that_look_into_the_catalog_are_answered(served: Served) -> None:
    found = served.run("SHOW TABLES 'tr*'", QueryExecutionContext={"Database": "spotify"})
    assert (found["StatementType"], found["SubstatementType"]) == ("UTILITY", "SHOW")
    assert found["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    athena = served.client("athena")
    answer = athena.get_query_results(QueryExecutionId=found["QueryExecutionId"])
    # (Without a header, as from Athena.)
    rows = [[datum["VarCharValue"] for datum in row["Data"]] for row in answer["ResultSet"]["Rows"]]
    assert rows == [["tracks"], ["tracks_parquet"]]
    key = found["ResultConfiguration"]["OutputLocation"].rpartition("/")[2]
    body = served.client("s3").get_object(Bucket="wavehouse-results", Key=key)["Body"]
    assert body.read() == b"tracks\ntracks_parquet\n"
    first = athena.get_query_results(QueryExecutionId=found["QueryExecutionId"], MaxResults=1)
    following = athena.get_query_results(
        QueryExecutionId=found["QueryExecutionId"], NextToken=first["NextToken"]
    )
    assert following["ResultSet"]["Rows"] == [{"Data": [{"VarCharValue": "tracks_parquet"}]}]
    assert "NextToken" not in following


def test_statements_that_write_are_refused(served: Served) -> None:
    for sql in (
        "CREATE VIEW spotify.v AS SELECT 1 AS n",
        "DROP TABLE spotify.tracks",
        "VACUUM spotify.tracks",
    ):
        failed = served.run(sql)["Status"]
        assert failed["State"] == "FAILED"
        assert "--write" in failed["StateChangeReason"]
    assert served.rows("SELECT count(*) FROM spotify.tracks") != [["0"]]


def test_metadata_tables_and_paths_are_answered(served: Served) -> None:
    """By a process that may read the tables' own files and nothing else."""
    ((snapshots, summaries),) = served.rows(
        "SELECT count(*), count(summary['total-records']) FROM spotify.\"tracks$snapshots\""
    )
    assert snapshots == summaries == "1"
    files = served.rows('SELECT file_path FROM spotify."tracks$files" ORDER BY 1')
    assert files == served.rows('SELECT DISTINCT "$path" FROM spotify.tracks ORDER BY 1') != []
    counted = served.rows('SELECT sum(record_count), sum(file_count) FROM spotify."tracks$partitions"')
    assert counted == [[served.rows("SELECT count(*) FROM spotify.tracks")[0][0], str(len(files))]]
    assert served.rows('SELECT sum(added_rows_count) FROM spotify."tracks$manifests"') == [[counted[0][0]]]


def test_metadata_has_athenas_types_and_texts(served: Served) -> None:
    sql = (
        "SELECT h.made_current_at, s.operation, map_filter(s.summary, (k, v) -> k = 'total-records') AS m "
        'FROM spotify."tracks$history" h JOIN spotify."tracks$snapshots" s USING (snapshot_id)'
    )
    found = served.run(sql)
    answer = served.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])
    told = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(one["Name"], one["Type"]) for one in told] == [
        ("made_current_at", "timestamp with time zone"),
        ("operation", "varchar"),
        ("m", "map"),
    ]
    moment, operation, summary = (datum["VarCharValue"] for datum in answer["ResultSet"]["Rows"][1]["Data"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC", moment)
    assert operation == "append"
    assert re.fullmatch(r"\{total-records=\d+\}", summary)
    assert found["Statistics"]["DataScannedInBytes"] == 0


@pytest.mark.parametrize("database", ["`spotify`", "SPOTIFY", "`Spotify`"])
@pytest.mark.parametrize(
    "sql", ["SHOW CREATE TABLE tracks", "DESCRIBE tracks", "SELECT count(*) FROM tracks"]
)
def test_a_context_names_its_database_in_any_case_and_in_backticks(
    served: Served, sql: str, database: str
) -> None:
    found = served.run(sql, QueryExecutionContext={"Database": database})
    assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
