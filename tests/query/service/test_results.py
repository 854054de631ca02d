"""The files of answers: whole or not there, bounded, and told without being made."""

from __future__ import annotations

import resource
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.answer import Answer
from wavehouse.query.service.results import Results
from wavehouse.query.translate import ResultColumn

_ID = str(uuid.uuid4())
_FAR = """
    SELECT TIMESTAMP '2020-02-29 01:02:03.123456' + INTERVAL 9000 YEAR AS a,
        CAST(TIMESTAMP '2020-01-01' + INTERVAL 9000 YEAR AS DATE) AS b,
        [TIMESTAMP '2020-01-01' - INTERVAL 2100 YEAR, NULL] AS c,
        CAST(TIMESTAMP '2020-01-01' - INTERVAL 2100 YEAR AS DATE) AS d,
        MAP {1: TIMESTAMP '2020-01-01' + INTERVAL 100000 YEAR} AS e,
        {'at': TIMESTAMP '9999-12-31 23:59:59.999', 'on': DATE '2020-01-01' + 3000000} AS f
    UNION ALL SELECT TIMESTAMP '2020-01-02 03:04:05', DATE '2020-01-02', [], NULL, NULL, NULL
"""
_COLUMNS = [
    ("a", "timestamp"),
    ("b", "date"),
    ("c", "array(timestamp(3))"),
    ("d", "date"),
    ("e", "map(integer,timestamp(0))"),
    ("f", 'row("at" timestamp(3),"on" date)'),
]
# As Java writes years (https://docs.oracle.com/en/java/javase/22/docs/api/java.base/java/time/LocalDate.html).
_TOLD = [
    [
        "+11020-02-29 01:02:03.123456",
        "+11020-01-01",
        "[-0080-01-01 00:00:00.000, null]",
        "-0080-01-01",
        "{1=+102020-01-01 00:00:00}",
        "{at=9999-12-31 23:59:59.999, on=+10233-09-21}",
    ],
    ["2020-01-02 03:04:05.000000", "2020-01-02", "[]", None, None, None],
]


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results")


def _reader(*batches: pa.RecordBatch) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(batches[0].schema, batches)


def _texts(*values: str) -> pa.RecordBatch:
    return pa.record_batch({"c0": pa.array(values)})


def test_rows_are_no_answer_until_all_have_come(results: Results) -> None:
    assert results.write(_ID, _reader(_texts("a"), _texts("b"))) == 2
    assert not results.exists(_ID)
    results.show(_ID)
    assert results.exists(_ID)
    assert results.page(_ID, [("s", "varchar")], 1, 5) == [["b"]]
    other = str(uuid.uuid4())
    results.write(other, _reader(_texts("a")))
    results.discard(other)
    assert not any(path.name.startswith(other) for path in results.folder.iterdir())


def test_an_answer_may_have_so_many_bytes(tmp_path: Path) -> None:
    results, came = Results(tmp_path, most=1_000_000), []

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(1000):
            came.append(number)
            yield _texts("x" * 100_000)

    with pytest.raises(QueryError, match=r"more than the 1 MB .* --to"):
        results.write(_ID, pa.RecordBatchReader.from_batches(_texts("").schema, batches()))
    assert len(came) < 20
    results.discard(_ID)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said(results: Results) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OutsideError, match=r"reading or writing failed: .*free space"):
            results.write(_ID, _reader(*(_texts("x" * 50_000) for _ in range(10))))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("ending", ["csv", "txt"])
def test_sizes_are_told_without_files(results: Results, ending: str) -> None:
    columns = [("n", "varchar"), ("é", "varchar")]
    told = [ResultColumn(*column) for column in columns]
    results.keep(_ID, Answer(tuple(told), [("1", 'a "é"'), (None, "")] * 1000, 0, 0, False))
    sizes = [results.size(_ID, columns, one) for one in (ending, f"{ending}.metadata")]
    assert [path.suffix for path in results.folder.iterdir()] == [".arrow"]
    made = results.csv if ending == "csv" else results.text
    files = [made(_ID, columns), results.metadata(_ID, columns, ending)]
    assert [path.stat().st_size for path in files] == sizes
    assert {path.stat().st_mtime for path in files} == {results.changed(_ID)}
    assert results.size(_ID, columns, ending) == sizes[0]


def test_times_beyond_those_of_python_are_told(
    results: Results, engine: DuckDBEngine, tmp_path: Path
) -> None:
    results.write(_ID, engine._connection.execute(_FAR).to_arrow_reader(10))
    results.show(_ID)
    assert results.page(_ID, _COLUMNS, 0, 5) == _TOLD
    lines = results.csv(_ID, _COLUMNS).read_text().splitlines()
    assert lines[1].startswith('"+11020-02-29 01:02:03.123456","+11020-01-01",')
    for form in ("csv", "json"):
        results.export(_ID, _COLUMNS, form, tmp_path / form)
        assert "+11020-02-29 01:02:03.123456" in (tmp_path / form).read_text()
