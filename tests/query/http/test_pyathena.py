"""PyAthena's cursors against the server, each by the package itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyathena import connect
from pyathena.arrow.cursor import ArrowCursor
from pyathena.cursor import DictCursor
from pyathena.error import DatabaseError, OperationalError
from pyathena.pandas.cursor import PandasCursor
from tests.conftest import Wavehouse
from tests.query.http.conftest import Served

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

_TYPES = (
    "SELECT 1 AS i, 9999999999 AS b, 1.50 AS d, 0.1e0 AS x, true AS t, DATE '2020-02-29' AS day, "
    "TIMESTAMP '2020-02-29 13:14:15' AS moment, 'a, \"b\"' AS s, '' AS empty, NULL AS nothing"
)
_VALUES = (
    *(1, 9999999999, Decimal("1.50"), 0.1, True, date(2020, 2, 29), datetime(2020, 2, 29, 13, 14, 15)),  # noqa: DTZ001
    *('a, "b"', "", None),
)
_TOP = (
    "SELECT artist_name, count(*) AS tracks, max(danceability) AS most FROM spotify.tracks "
    "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
)


def _by_arrow(served: Served, sql: str) -> list[dict[str, Any]]:
    """The rows as a table of Arrow, whose own client of S3 takes no endpoint: the results come by Athena."""
    given: dict[str, Any] = {"endpoint_url": served.url, "work_group": "managed", **served.keys}
    with connect(poll_interval=0.1, **given) as made:
        rows: list[dict[str, Any]] = made.cursor(ArrowCursor).execute(sql).as_arrow().to_pylist()
        return rows


@pytest.fixture
def connection(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection as the page about the server makes it."""
    # (`endpoint_url` would be that of Athena alone, and not of the bucket of results.)
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.url)
    given: dict[str, Any] = {"s3_staging_dir": "s3://wavehouse-results/", **served.keys}
    with connect(poll_interval=0.1, **given) as made:
        yield made


def test_the_plain_cursor(connection: Any) -> None:
    cursor = connection.cursor().execute(_TYPES)
    assert cursor.fetchone() == _VALUES
    assert [column[1] for column in cursor.description][:4] == ["integer", "bigint", "decimal", "double"]


def test_the_cursor_of_dictionaries(connection: Any) -> None:
    cursor = connection.cursor(DictCursor).execute("SELECT 1 AS a, 'x' AS b")
    assert cursor.fetchall() == [{"a": 1, "b": "x"}]


def test_the_answers_are_those_of_the_command_line(
    connection: Any, served: Served, wavehouse: Wavehouse
) -> None:
    direct = wavehouse("sql", _TOP, "--json", "--lake", served.lake).json["rows"]
    assert [list(row) for row in connection.cursor().execute(_TOP).fetchall()] == direct
    frame = connection.cursor(PandasCursor).execute(_TOP).as_pandas()
    by_pandas = [list(row) for row in frame.itertuples(index=False, name=None)]
    assert [row[:2] for row in by_pandas] == [row[:2] for row in direct]
    # (pandas reads numbers with an error in the last digit.)
    assert [row[2] for row in by_pandas] == pytest.approx([row[2] for row in direct], rel=1e-15)
    assert [list(row.values()) for row in _by_arrow(served, _TOP)] == direct


def test_the_cursor_of_data_frames(connection: Any) -> None:
    frame = connection.cursor(PandasCursor).execute(_TYPES).as_pandas()
    assert list(frame.columns) == ["i", "b", "d", "x", "t", "day", "moment", "s", "empty", "nothing"]
    assert (frame["i"][0], frame["b"][0], frame["x"][0], frame["s"][0]) == (1, 9999999999, 0.1, 'a, "b"')
    assert frame["moment"][0].isoformat() == "2020-02-29T13:14:15"


def test_the_cursor_of_arrow_tables(served: Served) -> None:
    # (Of texts it reads NULL as an empty one, whoever sends it.)
    rows = _by_arrow(
        served, "SELECT 'a' AS s, CAST(NULL AS integer) AS nothing, 1.5e0 AS x, DATE '2020-02-29' AS day"
    )
    assert rows == [{"s": "a", "nothing": None, "x": 1.5, "day": date(2020, 2, 29)}]


def test_many_rows_come_in_pages(connection: Any) -> None:
    ten = ", ".join(f"({n})" for n in range(10))
    joined = " CROSS JOIN ".join(f"(VALUES {ten}) AS {name}(n)" for name in "abcd")
    sql = f"SELECT 1000 * a.n + 100 * b.n + 10 * c.n + d.n AS n FROM {joined} ORDER BY 1 LIMIT 5000"
    assert [row[0] for row in connection.cursor().execute(sql)] == list(range(5000))


def test_parameters_stand_for_constants(connection: Any) -> None:
    cursor = connection.cursor().execute("SELECT ? + 1, ?", ["41", "'it''s'"], paramstyle="qmark")
    assert cursor.fetchall() == [(42, "it's")]
    cursor = connection.cursor().execute("SELECT %(n)s + 1, %(s)s", {"n": 41, "s": "it's"})
    assert cursor.fetchall() == [(42, "it's")]


def test_what_fails_says_why(connection: Any) -> None:
    with pytest.raises(OperationalError, match=r"spotify\.tracks"):
        connection.cursor().execute("SELECT * FROM spotify.trakcs")
    with pytest.raises(DatabaseError, match="line 1, column"):
        connection.cursor().execute("SELECT 1 +")


def test_what_looks_into_the_catalog(connection: Any) -> None:
    assert connection.cursor().execute("SHOW TABLES IN spotify 'tr*s'").fetchall() == [("tracks",)]
    described = connection.cursor().execute("DESCRIBE spotify.tracks").fetchall()
    assert "track_id" in [row[0].split()[0] for row in described if row[0].strip()]
    frame = connection.cursor(PandasCursor).execute("SHOW COLUMNS IN spotify.tracks").as_pandas()
    assert "track_name" in [str(value).strip() for value in frame.iloc[:, 0]]
