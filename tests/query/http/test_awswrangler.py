"""awswrangler's `athena.read_sql_query` against the server, without CTAS."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import boto3
import pytest
from tests.conftest import Wavehouse
from tests.query.http.conftest import Served

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def wrangler(served: Served, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package, pointed at the server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.url)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import awswrangler
    module: ModuleType = awswrangler
    return module


def _read(wrangler: ModuleType, served: Served, sql: str, **given: Any) -> Any:
    session = boto3.Session(**served.keys)
    return wrangler.athena.read_sql_query(
        sql, database="spotify", ctas_approach=False, boto3_session=session, **given
    )


def test_values_have_their_types(wrangler: ModuleType, served: Served) -> None:
    frame = _read(
        wrangler,
        served,
        "SELECT 1 AS i, 9999999999 AS b, 0.1e0 AS x, true AS t, DATE '2020-02-29' AS day, "
        "TIMESTAMP '2020-02-29 13:14:15' AS moment, 'a, \"b\"' AS s, CAST(NULL AS varchar) AS nothing",
    )
    assert [str(type_) for type_ in frame.dtypes][:2] == ["Int32", "Int64"]
    row = frame.iloc[0]
    assert (row["i"], row["b"], row["x"], bool(row["t"]), row["s"]) == (1, 9999999999, 0.1, True, 'a, "b"')
    assert str(row["day"]) == "2020-02-29"
    assert row["moment"].isoformat() == "2020-02-29T13:14:15"
    assert frame["nothing"].isna()[0]


def test_the_answer_is_that_of_the_command_line(
    wrangler: ModuleType, served: Served, wavehouse: Wavehouse
) -> None:
    sql = (
        "SELECT artist_name, count(*) AS tracks, max(danceability) AS most FROM spotify.tracks "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
    )
    direct = wavehouse("sql", sql, "--json", "--lake", served.lake).json["rows"]
    frame = _read(wrangler, served, sql)
    assert list(frame["artist_name"]) == [row[0] for row in direct]
    assert list(frame["tracks"]) == [row[1] for row in direct]
    # (It reads numbers with an error in the last digit.)
    assert list(frame["most"]) == pytest.approx([row[2] for row in direct], rel=1e-15)


def test_a_table_without_its_database_is_one_of_the_context(wrangler: ModuleType, served: Served) -> None:
    assert _read(wrangler, served, "SELECT count(*) AS n FROM tracks")["n"][0] > 0


def test_parameters(wrangler: ModuleType, served: Served) -> None:
    frame = _read(wrangler, served, "SELECT :n + 1 AS n, :s AS s", params={"n": 41, "s": "it's"})
    assert (frame["n"][0], frame["s"][0]) == (42, "it's")
    frame = _read(wrangler, served, "SELECT ? AS s", params=["'x'"], paramstyle="qmark")
    assert frame["s"][0] == "x"


def test_rows_come_in_chunks(wrangler: ModuleType, served: Served) -> None:
    chunks = _read(wrangler, served, "SELECT track_id FROM tracks LIMIT 100", chunksize=30)
    assert [len(chunk) for chunk in chunks] == [30, 30, 30, 10]


def test_what_fails_says_why(wrangler: ModuleType, served: Served) -> None:
    with pytest.raises(wrangler.exceptions.QueryFailed, match=r"spotify\.tracks"):
        _read(wrangler, served, "SELECT * FROM trakcs")
