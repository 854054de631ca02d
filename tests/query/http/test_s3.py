"""The bucket of results: it can be read, also in parts, and nothing else."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError
from tests.query.http.conftest import Served

from wavehouse.query.answer import Answer
from wavehouse.query.http import s3 as bucket
from wavehouse.query.service.execution import new_execution
from wavehouse.query.service.history import QueryHistory
from wavehouse.query.service.results import Results
from wavehouse.query.translate import ResultColumn

_BUCKET = "wavehouse-results"


@pytest.fixture(scope="module")
def key(served: Served) -> str:
    """The key of a result: `"n"\\n"12345"\\n`."""
    return f"{served.run('SELECT 12345 AS n')['QueryExecutionId']}.csv"


def _refused(call: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        call()
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_result_is_read_whole_and_in_parts(served: Served, key: str) -> None:
    s3 = served.client("s3")
    content = b'"n"\n"12345"\n'
    assert s3.get_object(Bucket=_BUCKET, Key=key)["Body"].read() == content
    part = s3.get_object(Bucket=_BUCKET, Key=key, Range="bytes=4-8")
    assert part["Body"].read() == content[4:9]
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(Bucket=_BUCKET, Key=key, Range="bytes=-3")["Body"].read() == content[-3:]
    head = s3.head_object(Bucket=_BUCKET, Key=key)
    assert head["ContentLength"] == len(content)
    assert head["ETag"]


def test_managed_results_are_not_in_it(served: Served) -> None:
    id_ = served.run("SELECT 54321 AS n", WorkGroup="managed")["QueryExecutionId"]
    assert served.client("athena").get_query_results(QueryExecutionId=id_)["ResultSet"]["Rows"]
    s3 = served.client("s3")
    assert _refused(lambda: s3.get_object(Bucket=_BUCKET, Key=f"{id_}.csv")) == ("NoSuchKey", 404)
    assert s3.list_objects_v2(Bucket=_BUCKET, Prefix=id_)["KeyCount"] == 0


def test_the_bucket_is_listed_page_by_page(served: Served, key: str) -> None:
    s3 = served.client("s3")
    s3.head_bucket(Bucket=_BUCKET)
    assert s3.get_bucket_location(Bucket=_BUCKET)["LocationConstraint"] is None
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [_BUCKET]
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=_BUCKET, Prefix=key[:8], PaginationConfig={"PageSize": 1}
    )
    assert [one["Key"] for page in pages for one in page["Contents"]] == [key, f"{key}.metadata"]


def test_a_listing_tells_sizes_and_makes_no_files(served: Served) -> None:
    s3 = served.client("s3")
    id_ = served.run("SELECT 'é' AS n, 1 AS m")["QueryExecutionId"]
    listed = s3.list_objects_v2(Bucket=_BUCKET, Prefix=id_)["Contents"]
    made = [path.name for path in (served.lake / "queries" / "results").glob(f"{id_}*")]
    assert made == [f"{id_}.arrow"]
    heads = [s3.head_object(Bucket=_BUCKET, Key=one["Key"]) for one in listed]
    assert [one["Size"] for one in listed] == [one["ContentLength"] for one in heads]
    assert [one["LastModified"] for one in listed] == [one["LastModified"] for one in heads]


def test_times_beyond_all_others_hinder_no_listing(served: Served) -> None:
    found = served.run("SELECT date_add('year', 9000, TIMESTAMP '2020-01-01 00:00:00.5') AS t")
    id_ = found["QueryExecutionId"]
    s3 = served.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=_BUCKET)
    assert f"{id_}.csv" in [one["Key"] for page in pages for one in page["Contents"]]
    told = s3.get_object(Bucket=_BUCKET, Key=f"{id_}.csv")["Body"].read()
    assert told == b'"t"\n"+11020-01-01 00:00:00.5"\n'


def test_a_page_that_takes_too_long_is_shorter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with S3, whose pages may have fewer keys than were asked for."""
    history = QueryHistory(tmp_path)
    several = [new_execution("SELECT 1", state="SUCCEEDED", columns=(("n", "varchar"),)) for _ in range(5)]
    for one in several:
        history.announce(one)
        answer = Answer((ResultColumn("n", "varchar"),), [("a",)], 0, 0, False)
        Results(history.results).keep(one.id, answer)

    class Service:
        results = Results(history.results)
        listed, get = history.listed, history.get

    monkeypatch.setattr(bucket, "_LISTING", 0)
    api: Any = Service()
    api.service = api
    keys, after = [], ""
    for _ in range(10):
        entries, following = bucket._page(api, "", after, 1000)
        assert len(entries) == 1
        keys += entries
        if not following:
            break
        after = following.partition(">")[2].partition("<")[0]
    assert len({*keys}) == 10


def _listed(served: Served, query: str) -> tuple[int, str]:
    """Status and XML of a listing, or what is said in its place."""
    connection = http.client.HTTPConnection("127.0.0.1", served.told["port"], timeout=30)
    connection.request("GET", f"/{_BUCKET}?list-type=2&{query}")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    ElementTree.fromstring(body)  # noqa: S314 - ours
    return response.status, body.decode()


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("max-keys=" + "9" * 5000, 400, "<Code>InvalidArgument</Code>"),
        ("max-keys=-1", 400, "<Code>InvalidArgument</Code>"),
        ("max-keys=%D9%A3", 400, "<Code>InvalidArgument</Code>"),
        ("prefix=%01", 400, "<Code>InvalidArgument</Code>"),
        ("prefix=%01&encoding-type=url", 200, "<Prefix>%01</Prefix><EncodingType>url</EncodingType>"),
        ("prefix=a%26%3C", 200, "<Prefix>a&amp;&lt;</Prefix>"),
        ("max-keys=999999999", 200, "<MaxKeys>1000</MaxKeys>"),
        ("encoding-type=other", 400, "<Code>InvalidArgument</Code>"),
    ],
)
def test_whatever_is_asked_is_answered_in_xml(served: Served, query: str, status: int, said: str) -> None:
    assert _listed(served, query)[0] == status
    assert said in _listed(served, query)[1]


def test_clients_see_the_prefix_that_they_asked_for(served: Served) -> None:
    s3 = served.client("s3")
    assert s3.list_objects_v2(Bucket=_BUCKET, Prefix="a b/\x01é")["Prefix"] == "a b/\x01é"


def test_the_metadata_file_names_the_columns(served: Served, key: str) -> None:
    body = served.client("s3").get_object(Bucket=_BUCKET, Key=f"{key}.metadata")["Body"].read()
    assert body.startswith(b"\n$" + key.removesuffix(".csv").encode())
    assert b"\x01n" in body
    assert b"integer" in body


def test_nothing_is_written_or_removed(served: Served, key: str) -> None:
    s3 = served.client("s3")
    denied = ("AccessDenied", 403)
    assert _refused(lambda: s3.put_object(Bucket=_BUCKET, Key="x", Body=b"1")) == denied
    assert _refused(lambda: s3.delete_object(Bucket=_BUCKET, Key=key)) == denied
    assert _refused(lambda: s3.delete_objects(Bucket=_BUCKET, Delete={"Objects": [{"Key": key}]})) == denied
    assert _refused(lambda: s3.create_bucket(Bucket="another")) == denied
    assert _refused(lambda: s3.create_multipart_upload(Bucket=_BUCKET, Key="x")) == denied
    s3.head_object(Bucket=_BUCKET, Key=key)


@pytest.mark.parametrize(
    "name", ["nope.csv", "../catalog.db", "..%2fcatalog.db", "results/../../catalog.db", "x" * 2000]
)
def test_there_are_no_other_objects(served: Served, name: str) -> None:
    s3 = served.client("s3")
    assert _refused(lambda: s3.get_object(Bucket=_BUCKET, Key=name))[1] == 404
    assert _refused(lambda: s3.get_object(Bucket="another", Key=name)) == ("NoSuchBucket", 404)
